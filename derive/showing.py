"""Theorems as Python objects: verdict, LaTeX, SymPy expressions, the graph of what they rest on.

`library` holds those of the shipped scripts by name; a chain from Python becomes one when it is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from checks.contexts import Context as KernelContext
from checks.terms import Apply, Term
from derive import graph as graphs
from derive.checking import Checked, Checker
from derive.elaboration import ElaborationError, elaborate_context, elaborate_statement
from derive.elaboration.errors import closest
from derive.latex import latex_context_clauses
from derive.options import CheckOptions, library_root
from derive.proofs import LATEX_RELATIONS
from derive.rendering import render
from derive.reports import ErrorReport, StepReport, TheoremReport, Verdict, report_of
from derive.scripts import File, scripts_in
from derive.sympy_bridge import UnsupportedExpression, to_sympy
from grammar import print_node, syntax


class Unreadable(ValueError):
    """Something given cannot be read: mend the part that the message names.

    `location` holds the source line and a caret under the place, where there is one.
    """

    def __init__(self, message: str, location: str = "") -> None:
        super().__init__(message)
        self.location = location


@cache
def shared_checker(options: CheckOptions) -> Checker:
    """The run in which the lemmas of the library are checked, each once for all that is asked from Python."""
    return Checker(options)


def unreadable(message: str, lines: Sequence[str], span: syntax.Span) -> Unreadable:
    line = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
    caret = " " * (span.column - 1) + "^" if line else ""
    return Unreadable(f"{message} (in `{line.strip()}`)" if line else message, f"{line}\n{caret}".rstrip())


def as_sympy(term: Term, kernel: KernelContext, inert: bool) -> Any:
    """The term in SymPy; inert where SymPy has no notation of its own for it."""
    if not inert:
        try:
            return to_sympy(term, kernel, inert=False)
        except UnsupportedExpression:
            pass
    return to_sympy(term, kernel)


@dataclass(frozen=True, slots=True)
class SympyChain:
    """A chain as SymPy expressions: its terms, and the relation before each but the first."""

    terms: tuple[Any, ...]
    relations: tuple[str, ...]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __getitem__(self, position: int) -> Any:
        return self.terms[position]


# -- theorems ------------------------------------------------------------------------------------------


class Theorem:
    """A theorem of a script, or a chain from Python; checked when something is asked that needs it."""

    __slots__ = ("_checker", "_file", "_item", "_checked")

    def __init__(self, checker: Checker, file: File, item: syntax.Theorem | syntax.Refute) -> None:
        self._checker = checker
        self._file = file
        self._item = item
        self._checked: Checked | None = None

    def _result(self) -> Checked:
        if self._checked is None:
            item = self._item
            refuting = isinstance(item, syntax.Refute)
            check = self._checker.refute if refuting else self._checker.theorem
            self._checked = check(self._file, item)  # type: ignore[arg-type]
        return self._checked

    @property
    def name(self) -> str:
        """The name under which it is cited."""
        return self._item.name

    @property
    def title(self) -> str:
        """The title, empty when there is none."""
        return self._item.title or ""

    @property
    def report(self) -> TheoremReport:
        """The judgement, with that of each step."""
        return self._result().report

    @property
    def errors(self) -> tuple[ErrorReport, ...]:
        """What is wrong outside its steps."""
        return self._result().errors

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole."""
        return self.report.verdict

    @property
    def steps(self) -> tuple[StepReport, ...]:
        """The judgements of the steps."""
        return self.report.steps

    @property
    def succeeded(self) -> bool:
        """Proved, an axiom, or refuted as a `refute` block expects."""
        return self.report.succeeded

    @property
    def statement(self) -> str:
        """What is shown, in the script language; several statements are joined by `and`."""
        if isinstance(self._item, syntax.Refute):
            return ""
        return " and ".join(print_node(goal.statement) for goal in self._item.shows)

    @property
    def kernel_context(self) -> KernelContext:
        """The context as the kernel has it; raises `Unreadable` when it has no meaning."""
        try:
            return elaborate_context(self._item.context, self._file.context)
        except ElaborationError as error:
            raise unreadable(error.message, self._file.lines, error.span) from None

    def latex(self) -> str:
        """Context, statement and derivation as LaTeX, with the reasons given."""
        report = self.report
        title = f"\\textbf{{{_latex_text(self.title or self.name)}.}}"
        clauses = latex_context_clauses(self.kernel_context) if report.context else []
        given = f" Let ${'$, $'.join(clauses)}$." if clauses else ""
        shown = f" Then\n\\[\n  {report.statement}\n\\]" if report.statement else ""
        blocks = [f"\\begin{{align*}}\n{rows}\n\\end{{align*}}" for rows in _aligned(report.steps)]
        return "\n".join([f"{title}{given}{shown}", *blocks]) + "\n"

    def sympy(self, inert: bool = False) -> tuple[SympyChain, ...]:
        """Every chain, and every relation claimed beside them, as SymPy expressions.

        SymPy evaluates and reorders what it is given; `inert` keeps the structure.
        """
        chains: list[tuple[KernelContext, list[Term], list[str]]] = []
        for step, kernel, statement in self._claims():
            match statement:
                case Apply(head, (left, right)) if head in LATEX_RELATIONS:
                    pass
                case _:
                    continue
            if step.kind == "chain" and chains and chains[-1][1][-1] == left and chains[-1][0] == kernel:
                chains[-1][1].append(right)
                chains[-1][2].append(head)
            else:
                chains.append((kernel, [left, right], [head]))
        return tuple(
            SympyChain(tuple(as_sympy(term, kernel, inert) for term in terms), tuple(heads))
            for kernel, terms, heads in chains
        )

    def _claims(self) -> Iterator[tuple[StepReport, KernelContext, Term]]:
        """The statements of the steps: as they were proved, else as they read in the theorem's context."""
        result = self._result()
        whole = self.kernel_context if result.report.steps else None
        written = dict(_links(self._item))
        for step in result.report.steps:
            recorded = result.recorded.get(step.index)
            if recorded is not None:
                # What was proved on the way is no part of what a reader of the chain declares.
                plain = tuple(fact for fact in recorded.context.facts if fact.kind != "proved")
                yield step, KernelContext(
                    recorded.context.declarations, plain, recorded.context.lets,
                    recorded.context.independences, recorded.context.definitions,
                ), recorded.statement  # fmt: skip
            elif whole is not None and (node := written.get((step.line, step.column))) is not None:
                try:
                    yield step, whole, elaborate_statement(node, whole)
                except ElaborationError:
                    continue

    def graph(self) -> CitationGraph:
        """What it cites, directly or not, and the definitions that it uses."""
        found: dict[str, TheoremReport] = {}
        pending: list[tuple[File, TheoremReport]] = [(self._file, self.report)]
        while pending:
            file, report = pending.pop()
            if report.name in found:
                continue
            found[report.name] = report
            for name in report.cites:
                for other in (file, *reversed(file.seen)):
                    item = next((each for each in other.theorems() if each.name == name), None)
                    if item is not None:
                        pending.append((other, self._checker.theorem(other, item).report))
                        break
        return CitationGraph(graphs.build(found.values()))

    def __str__(self) -> str:
        return render(report_of((self.report,), self.errors, self.report.ms / 1000))

    def __repr__(self) -> str:
        return f"<{type(self._item).__name__.lower()} {self.name}: {self.statement}>"

    def _repr_latex_(self) -> str:
        blocks = [f"$$\\begin{{aligned}}\n{rows}\n\\end{{aligned}}$$" for rows in _aligned(self.report.steps)]
        return "\n".join([f"$\\displaystyle {self.report.statement}$", *blocks])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def _links(root: syntax.Node) -> Iterator[tuple[tuple[int, int], syntax.Node]]:
    """The links of all chains as statements, with the places at which reports put them."""
    pending: list[syntax.Node] = [root]
    while pending:
        node = pending.pop()
        pending.extend(node.children())
        if isinstance(node, syntax.Chain):
            before = node.first
            for link in node.links:
                place = (link.term.span.line, link.term.span.column)
                if link.operator in syntax.RELATIONS:
                    yield place, syntax.Relation(before, link.operator, link.term, span=link.term.span)
                before = link.term


def _aligned(steps: Sequence[StepReport]) -> Iterator[str]:
    """The rows of one `aligned` for each chain, and for each step beside the chains."""
    rows: list[str] = []
    last = ""
    for step in steps:
        reason = f" && \\text{{by {_latex_text(', '.join(step.cited))}}}" if step.cited else ""
        mark = "" if step.verdict is Verdict.PROVED else f" && \\text{{({step.verdict})}}"
        continued = step.kind == "chain" and bool(rows) and step.left == last
        if rows and not continued:
            yield " \\\\\n".join(rows)
            rows = []
        unread = step.verdict is Verdict.ILL_FORMED and not step.relation
        left = "" if continued else f"\\text{{{_latex_text(step.left)}}}" if unread else step.left
        rows.append(f"  {left} &{step.relation} {step.right}{reason}{mark}".rstrip(" &"))
        last = step.right
    if rows:
        yield " \\\\\n".join(rows)


_TEXT = str.maketrans({
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    **{sign: f"\\{sign}" for sign in "{}_$%&#"},
})  # fmt: skip


def _latex_text(text: str) -> str:
    """Words as LaTeX text."""
    return text.translate(_TEXT)


@dataclass(frozen=True, slots=True)
class CitationGraph:
    """What a theorem rests on; `data` is a networkx graph."""

    data: graphs.Graph

    def written(self, form: str = "text") -> str:
        """The graph as `text`, `json`, `dot` or `mermaid`."""
        return graphs.written(self.data, form)

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __contains__(self, name: object) -> bool:
        return name in self.data

    def __str__(self) -> str:
        return self.written()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


# -- the library ---------------------------------------------------------------------------------------


class Library(Mapping[str, Theorem]):
    """The theorems of a folder of scripts by name; each is checked when its report is first asked for."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root or library_root()
        self._found: dict[str, Theorem] | None = None

    def _theorems(self) -> dict[str, Theorem]:
        if self._found is None:
            checker = shared_checker(CheckOptions())
            found: dict[str, Theorem] = {}
            for script in scripts_in(self._root):
                file = checker.loader.load(script)
                for item in file.items:
                    if isinstance(item, syntax.Theorem | syntax.Refute):
                        found.setdefault(item.name, Theorem(checker, file, item))
            self._found = found
        return self._found

    def __getitem__(self, name: str) -> Theorem:
        found = self._theorems().get(name)
        if found is None:
            hint = closest(name, self._theorems())
            raise KeyError(f"no theorem {name} in the library" + (f": {hint}" if hint else ""))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._theorems())

    def __len__(self) -> int:
        return len(self._theorems())

    def __repr__(self) -> str:
        return f"<library of {len(self)} theorems>"


library = Library()
