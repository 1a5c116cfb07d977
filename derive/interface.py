"""The engine from Python: contexts, steps and chains written with text or with SymPy expressions.

    c = derive.context("d_in, d_out : dim", "W : matrix(d_out, d_in) iid ~ Normal(0, 1)", "x : vector(d_in)")
    s = c.sympy
    done = c.chain(s.E(s.norm(s.W * s.x) ** 2)).then("=", s.d_out * s.norm(s.x) ** 2, by="moments").check()
    done.verdict, done.latex(), done.sympy()

What is written this way becomes a script and is judged as one, so that the verdicts are the same.  A term is
text of the script language, a SymPy expression over the context's symbols, an integer or a fraction.  Text is
read by our own parser and never run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from html import escape
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from checks.contexts import Context as KernelContext
from checks.kernel.relations import COMPOSITION
from checks.kernel.verification import Ledger
from checks.terms import OPERATORS, Apply, Bind, Bound, Function, Number, Symbol, Term, number
from checks.trials import find_models
from derive.blocks import Block
from derive.checking import check as check_paths
from derive.checking import check_text
from derive.elaboration import ElaborationError, elaborate_context, elaborate_term
from derive.elaboration.errors import closest
from derive.latex import latex_context, latex_context_clauses
from derive.options import CheckOptions
from derive.printing import print_statement, print_term
from derive.proofs import LATEX_RELATIONS, RELATION_HEADS, Walk
from derive.rendering import render
from derive.reports import Report, StepReport, TheoremReport, Verdict, report_of
from derive.scripts import File
from derive.showing import SympyChain, Theorem, Unreadable, as_sympy, library, shared_checker, unreadable
from derive.sympy_bridge import SympyError, UnknownSymbol, from_sympy, inert_head, to_sympy
from derive.sympy_bridge.heads import sympy as load_sympy
from grammar import (
    ScriptError,
    ScriptReadError,
    parse_script,
    parse_statement,
    parse_term,
    print_node,
    syntax,
)

__all__ = [
    "Chain", "Context", "Expression", "Names", "Step", "SympyChain", "Theorem", "Unreadable", "check",
    "check_step", "context", "library",
]  # fmt: skip

Expression: TypeAlias = Any
"""A term as an author gives it: text, a SymPy expression, an integer, a fraction, or a term of ours."""

_LOGICAL = ("iff", "implies")
_NUMBERS = count(1)


# -- checking scripts ----------------------------------------------------------------------------------


def check(
    source: str | bytes | Path | Sequence[str | Path] | None = None, options: CheckOptions | None = None
) -> Report:
    """The report on a script or folder given by its path, on several, or on the text of a script.

    Text is told from a path by a line break; the shipped library is checked when nothing is given.  Raises
    FileNotFoundError when nothing lies at a path.
    """
    if source is None:
        return check_paths((), options)
    if isinstance(source, bytes) or (isinstance(source, str) and "\n" in source):
        return check_text(source, options)
    paths = [source] if isinstance(source, str | os.PathLike) else list(source)
    for path in paths:
        if "\0" in str(path) or not Path(path).exists():
            raise FileNotFoundError(f"no such file or directory: {path}")
    return check_paths(paths, options)


# -- contexts ------------------------------------------------------------------------------------------


class Context:
    """Declared symbols, laws, abbreviations and assumptions, as a script states them.

    Each declaration is what stands after `given`, or begins with `let` or `assume` (or `given`).  `imports`
    names scripts whose lemmas and definitions may be used: `moments.layers`, or a path ending in `.drv`.
    """

    __slots__ = ("lines", "imports", "_file", "_item", "_kernel", "_sympy", "_models")

    def __init__(self, *declarations: str, imports: Sequence[str] = ()) -> None:
        self.lines = tuple(_sections(declarations))
        self.imports = tuple(imports)
        self._file = _imported(self.imports)
        text = "theorem context\n" + "".join(f"  {line}\n" for line in self.lines) + "  show 0 = 0\n"
        self._item = _only_theorem(text)
        try:
            self._kernel = elaborate_context(self._item.context, self._file.context)
        except ElaborationError as error:
            raise unreadable(error.message, text.split("\n"), error.span) from None
        self._sympy: Names | None = None
        self._models: int | None = None

    def and_given(self, *declarations: str) -> Context:
        """The context with more declarations behind these."""
        return Context(*self.lines, *declarations, imports=self.imports)

    @property
    def kernel(self) -> KernelContext:
        """The context as the kernel has it."""
        return self._kernel

    @property
    def has_model(self) -> bool:
        """Whether values were found that satisfy the context."""
        if self._models is None:
            self._models = len(find_models(self._kernel))
        return bool(self._models)

    # .. terms ..

    @property
    def sympy(self) -> Names:
        """What SymPy expressions are written with: `c.sympy.d_in`, `c.sympy.E(…)`, `c.sympy.rms(…)`."""
        if self._sympy is None:
            self._sympy = Names(self)
        return self._sympy

    def symbol(self, name: str) -> Any:
        """The SymPy object of a symbol: a Symbol, a MatrixSymbol (vectors are columns), a Function.

        Larger arrays are an IndexedBase.
        """
        if name not in self._kernel.declarations and name not in self._kernel.lets:
            raise _unknown(name, self._kernel)
        declared = self._kernel.declarations.get(name)
        if declared is not None and isinstance(declared.type, Function):
            return load_sympy().Function(name)
        return to_sympy(Symbol(name), self._kernel, inert=False)

    def entries(self, name: str) -> Any:
        """The IndexedBase with which the entries of an array are written, counted from 1: `X[i, j]`."""
        if name not in self._kernel.declarations and name not in self._kernel.lets:
            raise _unknown(name, self._kernel)
        return load_sympy().IndexedBase(name)

    def term(self, expression: Expression) -> Term:
        """The term that an author means; raises `Unreadable`."""
        node = parse_term(self.text_of(expression))
        try:
            return elaborate_term(node, self._kernel)
        except ElaborationError as error:
            raise unreadable(error.message, [self.text_of(expression)], error.span) from None

    def to_sympy(self, expression: Expression, inert: bool = False) -> Any:
        """The term as a SymPy expression; `inert` keeps its structure, else SymPy evaluates it."""
        return as_sympy(self.term(expression), self._kernel, inert)

    def text_of(self, expression: Expression, statement: bool = False) -> str:
        """What an author gives, in one line of the script language; raises `Unreadable`."""
        if isinstance(expression, str):
            try:
                return print_node(parse_statement(expression) if statement else parse_term(expression))
            except ScriptReadError as problem:
                error = problem.error
                raise unreadable(error.message, expression.split("\n"), _place(error)) from None
        term = _term_of(expression, self._kernel)
        return print_statement(term, self._kernel) if statement else print_term(term, self._kernel)

    # .. claims ..

    def chain(self, first: Expression) -> Chain:
        """A chain that begins with a term, or with a statement when its relations are `iff` or `implies`."""
        return Chain(self, first)

    def check_step(
        self, left: Expression, relation: str, right: Expression, by: str | None = None,
        options: CheckOptions | None = None,
    ) -> Step:  # fmt: skip
        """The judgement of one step."""
        return check_step(self, left, relation, right, by, options)

    # .. display ..

    def latex(self) -> str:
        """The context as LaTeX."""
        return latex_context(self._kernel)

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def __repr__(self) -> str:
        return f"Context({', '.join(map(repr, self.lines))})"

    def _repr_latex_(self) -> str:
        rows = r" \\ ".join(f"& {clause}" for clause in latex_context_clauses(self._kernel))
        return rf"$$\begin{{aligned}} {rows} \end{{aligned}}$$"


def context(*declarations: str, imports: Sequence[str] = ()) -> Context:
    """A context from declarations: `context("m, n : dim", "A : matrix(m, n)", "assume m <= n")`."""
    return Context(*declarations, imports=imports)


class Names:
    """The symbols of a context as SymPy objects, its definitions and functions, and `E`, by attribute."""

    __slots__ = ("_context",)

    def __init__(self, context: Context) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        kernel = self._context.kernel
        if name in kernel.declarations or name in kernel.lets:
            return self._context.symbol(name)
        if name in kernel.definitions:
            return load_sympy().Function(name)
        if name == "E":
            return inert_head("expectation")
        if name in OPERATORS and name.isidentifier():
            return inert_head(name)
        raise AttributeError(str(_unknown(name, kernel)))

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self, name)
        except AttributeError as error:
            raise KeyError(str(error)) from None

    def __dir__(self) -> list[str]:
        kernel = self._context.kernel
        return sorted({*kernel.declarations, *kernel.lets, *kernel.definitions, "E"})


def _sections(declarations: Sequence[str]) -> Iterator[str]:
    """The lines of a context, each with the word of its section."""
    word = re.compile(r"(given|let|assume)\b\s*")
    for text in declarations:
        section = "given"
        for line in text.splitlines():
            stripped = line.strip()
            found = word.match(stripped)
            if found is not None:
                section, stripped = found[1], stripped[found.end() :]
            if stripped and not stripped.startswith("#"):
                yield f"{section} {stripped}"


def _imported(imports: Sequence[str]) -> File:
    """A file without theorems that sees the foundations and what is imported."""
    file = shared_checker(CheckOptions()).loader.read(_import_lines(imports), "context")
    for error in file.errors if imports else ():
        raise Unreadable(error.message, error.source_line)
    return file


def _import_lines(imports: Sequence[str]) -> str:
    quoted = (f'"{name}"' if name.endswith(".drv") or "/" in name else name for name in imports)
    return "".join(f"import {name}\n" for name in quoted)


def _only_theorem(text: str) -> syntax.Theorem:
    """The one theorem of a text that was put together here."""
    script = parse_script(text)
    for error in script.errors:
        raise unreadable(error.message, text.split("\n"), _place(error))
    match script.items:
        case (syntax.Theorem() as theorem,):
            return theorem
    raise Unreadable("one line of what is given holds more than one thing")


def _term_of(expression: Expression, kernel: KernelContext) -> Term:
    if isinstance(expression, Number | Symbol | Bound | Apply | Bind):
        return expression
    if isinstance(expression, bool | float):
        kind = "a truth value" if isinstance(expression, bool) else "a float, which is inexact"
        raise Unreadable(f"{expression!r} is {kind}: write text or a fraction")
    if isinstance(expression, int | Fraction):
        return number(expression)
    try:
        return from_sympy(expression, kernel)
    except UnknownSymbol as error:
        raise _unknown(error.name, kernel) from None
    except SympyError as error:
        raise Unreadable(str(error)) from None


def _unknown(name: str, kernel: KernelContext) -> Unreadable:
    hint = closest(name, kernel.names())
    return Unreadable(f"{name} is not declared in the context" + (f": {hint}" if hint else ""))


def _place(error: ScriptError) -> syntax.Span:
    return syntax.Span(error.line, error.column, error.line, error.column + error.width)


# -- steps ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step(StepReport):
    """The judgement of one step, with its statement.  Not in the JSON: `statement` and `kernel`."""

    statement: Term | None = field(default=None, compare=False)
    kernel: KernelContext | None = field(default=None, compare=False, repr=False)

    def latex(self) -> str:
        """The step as LaTeX: the relation between its sides."""
        return f"{self.left} {self.relation} {self.right}".strip()

    def sympy(self, inert: bool = False) -> SympyChain | None:
        """The two sides as SymPy expressions; None for a step that could not be read or is no relation."""
        if self.statement is None or self.kernel is None:
            return None
        match self.statement:
            case Apply(head, (left, right)) if head in LATEX_RELATIONS:
                sides = tuple(as_sympy(side, self.kernel, inert) for side in (left, right))
                return SympyChain(sides, (head,))
        return None

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in _step_lines(self))

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()} \quad \text{{{self.verdict}}}$"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def _step_lines(step: Step) -> Iterator[str]:
    yield f"{step.verdict}: {step.source_line.strip()}"
    if step.verdict is Verdict.PROVED:
        return
    holder = TheoremReport("step", "<step>", 1, "theorem", "", step.verdict, steps=(step,))
    yield from render(report_of((holder,), (), 0.0)).splitlines()[1:-2]


def check_step(
    context: Context | str | Sequence[str],
    left: Expression,
    relation: str,
    right: Expression,
    by: str | None = None,
    options: CheckOptions | None = None,
) -> Step:
    """The judgement of one step in a context, which may also be given as its declarations.

    What cannot be read raises `Unreadable`; what can be read and has no meaning is an `ill-formed` step.
    """
    where = _context_of(context)
    chosen = options or CheckOptions()
    line = _line(where, left, ((relation, right, by),))
    text = f"theorem step\n  show 0 = 0\nproof\n  {line}\nqed\n"
    chain = _only_chain(_only_theorem(text), 1, line)
    if not where.has_model:
        return Step(
            1, 1, "chain", left="", relation="", right="", verdict=Verdict.UNDECIDED, identifier="no-model",
            message="no model: no values were found that satisfy the context", source_line=line,
        )  # fmt: skip
    checker = shared_checker(chosen)
    file, item, kernel = where._file, where._item, where.kernel
    walk = _Remembering(checker.resources(file, item), text.split("\n"), lambda name: checker.lemma_of(file, name))
    walk.items(Block(Ledger(kernel, checker.theory), kernel, None), (chain,))
    found = walk.steps[0]
    shared = {each.name: getattr(found, each.name) for each in fields(StepReport)}
    shared |= {"line": 1, "source_line": line}
    shared |= {name: max(0, shared[name] - 2) for name in ("column", "end_column")}
    return Step(**shared, statement=walk.statement, kernel=kernel)


class _Remembering(Walk):
    """A walk that keeps the statement of its last step, proved or not."""

    statement: Term | None = None

    def report(self, span: syntax.Span, kind: str, statement: Term | None, *rest: Any) -> None:
        """Records the judgement of a step, and what it claims."""
        self.statement = statement
        Walk.report(self, span, kind, statement, *rest)


def _context_of(given: Context | str | Sequence[str]) -> Context:
    if isinstance(given, Context):
        return given
    return Context(given) if isinstance(given, str) else Context(*given)


def _line(context: Context, first: Expression, links: Sequence[tuple[str, Expression, str | None]]) -> str:
    """A chain in the script language, in one line."""
    logical = any(relation in _LOGICAL for relation, _, _ in links)
    parts = [context.text_of(first, logical)]
    for relation, expression, by in links:
        reason = "" if by is None else f" by {_reason(by)}"
        parts.append(f"{_relation(relation)} {context.text_of(expression, logical)}{reason}")
    return " ".join(parts)


def _relation(relation: str) -> str:
    chosen = " ".join(_SIGNS.get(relation, relation).split())
    if chosen not in RELATION_HEADS:
        raise Unreadable(f"{relation!r} is no relation of a chain: write one of {', '.join(RELATION_HEADS)}")
    return chosen


_SIGNS = {"==": "=", "≤": "<=", "≥": ">=", "≠": "!="}


def _reason(by: str) -> str:
    words = by.strip().removeprefix("by ").strip()
    if not words or "\n" in words or "#" in words:
        raise Unreadable(f"{by!r} names no reason: name lemmas, definitions or procedures, with commas")
    return words


def _only_chain(theorem: syntax.Theorem, links: int, line: str) -> syntax.Chain:
    match theorem.proof:
        case (syntax.Chain(links=found) as chain,) if len(found) == links:
            return chain
    raise Unreadable(f"this does not read as {links} {'step' if links == 1 else 'steps'}: {line}")


# -- chains --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of terms in a context; `then` gives a longer one, `check` judges it."""

    context: Context
    first: Expression
    links: tuple[tuple[str, Expression, str | None], ...] = ()
    claim: str | None = None

    def then(self, relation: str, expression: Expression, by: str | None = None) -> Chain:
        """The chain with one more step: `then("=", s.d_in, by="moments")`."""
        return Chain(self.context, self.first, (*self.links, (relation, expression, by)), self.claim)

    def showing(self, statement: Expression) -> Chain:
        """The chain as a proof of a statement, instead of the relation between its ends."""
        return Chain(self.context, self.first, self.links, self.context.text_of(statement, statement=True))

    def script(self, name: str = "chain", title: str = "") -> str:
        """The theorem with this chain as its proof, in the script language."""
        if not self.links:
            raise Unreadable("the chain has no step yet: add one with then(…)")
        line = _line(self.context, self.first, self.links)
        given = "".join(f"  {each}\n" for each in self.context.lines)
        quoted = " ".join(title.replace('"', "'").split())
        head = f'theorem {name} "{quoted}"' if quoted else f"theorem {name}"
        return f"{head}\n{given}  show {self.claim or self._ends()}\nproof\n  {line}\nqed\n"

    def check(self, name: str = "chain", title: str = "", options: CheckOptions | None = None) -> Theorem:
        """The chain judged step by step, as a theorem of a script would be."""
        text = self.script(name, title)
        _only_chain(_only_theorem(text), len(self.links), text)
        checker = shared_checker(options or CheckOptions())
        file = checker.loader.read(_import_lines(self.context.imports) + text, f"chain {next(_NUMBERS)}")
        return Theorem(checker, file, next(iter(file.theorems())))

    def _ends(self) -> str:
        """The relation that the chain gives between its first and its last term."""
        logical = any(relation in _LOGICAL for relation, _, _ in self.links)
        composed: str | None = None
        for relation, _, _ in self.links:
            head = RELATION_HEADS[_relation(relation)]
            composed = head if composed is None else COMPOSITION.get((composed, head), "=")
        sign = next(sign for sign, head in RELATION_HEADS.items() if head == composed)
        ends = [self.context.text_of(each, logical) for each in (self.first, self.links[-1][1])]
        return f"{ends[0]} {sign} {ends[1]}"


