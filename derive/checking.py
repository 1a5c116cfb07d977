"""Checks scripts: every theorem, every ``refute`` block, every example of a definition.

Theorems are checked when they are asked for, each once; what a step cites is checked first.  A lemma enters
the theory of the kernel only when it is proved or an axiom.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from checks.contexts import Context
from checks.kernel.definedness import undischarged
from checks.kernel.lemmas import Lemma, lemma_hash, reachable_definitions
from checks.kernel.verification import Ledger
from checks.terms import Term, conjunction, free_symbols
from checks.trials import find_models, test
from derive.assumptions import ASSUMED, says_the_same
from derive.blocks import Block, Named, Recorded
from derive.certified import certified
from derive.elaboration import ElaborationError, elaborate_context, elaborate_statement
from derive.judging import Cited, Resources, refutation
from derive.latex import latex
from derive.memory import rarely_collected
from derive.options import CheckOptions, library_root
from derive.printing import print_context
from derive.proofs import Walk
from derive.proving.budget import Budget
from derive.proving.knowledge import Known
from derive.proving.search import Search
from derive.reports import ErrorReport, Report, RestsOn, StepReport, TheoremReport, Verdict, report_of
from derive.scripts import File, Loader, scripts_in
from derive.second_looks import SecondLooks
from derive.store import Store, default_store, keeps
from derive.theory import ProvedLemmas
from grammar import syntax

CONDITION_ROUNDS = 3
"""How often a proof is walked through again when conditions come to light that it needs."""

@dataclass(frozen=True, slots=True)
class Checked:
    """A theorem's report with what others need of it."""

    report: TheoremReport
    lemma: Lemma | None
    errors: tuple[ErrorReport, ...] = ()
    recorded: Mapping[int, Recorded] = field(default_factory=dict)


class Checker:
    """One run over scripts."""

    def __init__(self, options: CheckOptions, loader: Loader | None = None) -> None:
        self.options = options
        self.store = default_store() if options.cache else None
        self.loader = loader or Loader()
        self.theory = ProvedLemmas(self._prove)
        self.claims: dict[str, Lemma] = {}
        self._places: dict[str, tuple[File, syntax.Theorem]] = {}
        self._claimed: dict[tuple[str, str], Lemma | None] = {}
        self._elsewhere: dict[int, float] = {}
        self._patterns: dict[str, tuple[Known, ...]] = {}
        self._looks = SecondLooks()
        self._results: dict[tuple[str, str], Checked] = {}
        self._by_hash: dict[str, Checked] = {}
        self._checking: list[tuple[str, str]] = []

    # -- what a theorem may cite -----------------------------------------------------------------------

    def lemma_of(self, file: File, name: str) -> tuple[str, Lemma | None]:
        """``(status, lemma)`` of a name that a step cites, seen from a file; the lemma only when proved."""
        for other in (file, *reversed(file.seen)):
            for item in other.theorems():
                if item.name == name:
                    key = (other.path, name)
                    if key in self._checking:
                        circle = [n for _, n in self._checking[self._checking.index(key) :]]
                        raise ElaborationError(
                            f"a circle of citations: {' cites '.join([*circle, name])}",
                            syntax.NOWHERE, "citation-cycle",
                        )  # fmt: skip
                    checked = self.theorem(other, item)
                    return ("proved" if checked.lemma is not None else "not proved"), checked.lemma
        return "unknown", None

    def lemmas_before(self, file: File, item: syntax.Theorem | syntax.Refute) -> tuple[Lemma, ...]:
        """Lemmas that the search may use unasked: of the foundations, and those above in the same file."""
        found: list[Lemma] = []
        for other in file.seen:
            if other in self.loader.prelude() or _foundational(file):
                found.extend(self._claims(other, other.theorems()))
        above = []
        for sibling in file.items:
            if sibling is item:
                break
            if isinstance(sibling, syntax.Theorem) and (sibling.kind != "theorem" or _foundational(file)):
                above.append(sibling)
        found.extend(self._claims(file, above))
        return tuple(found)

    def _claims(self, file: File, items: Iterable[syntax.Theorem]) -> list[Lemma]:
        """What theorems say, but those that are being proved; the proofs are looked at when they are needed."""
        found = []
        for item in items:
            key = (file.path, item.name)
            if key in self._checking:
                continue
            if key not in self._claimed:
                self._claimed[key] = self._claim(file, item)
            lemma = self._claimed[key]
            checked = self._results.get(key)
            if lemma is not None and (checked is None or checked.lemma is not None):
                self.claims[lemma.hash] = lemma
                self._places[lemma.hash] = (file, item)
                found.append(lemma)
        return found

    def _claim(self, file: File, item: syntax.Theorem) -> Lemma | None:
        try:
            context = elaborate_context(item.context, file.context)
            shows = [elaborate_statement(goal.statement, context) for goal in item.shows]
        except ElaborationError:
            return None  # It is reported where the theorem itself is checked.
        return Lemma(item.name, context, conjunction(*shows)) if shows else None

    def _prove(self, label: str) -> Lemma | None:
        """The lemma of a claim, when its proof goes through."""
        place = self._places.get(label)
        if place is None or (place[0].path, place[1].name) in self._checking:
            return None
        depth = len(self._checking)
        start = time.perf_counter()
        lemma = self.theorem(*place).lemma
        self._elsewhere[depth] = self._elsewhere.get(depth, 0.0) + time.perf_counter() - start
        return lemma if lemma is not None and lemma.hash == label else None

    # -- theorems --------------------------------------------------------------------------------------

    def theorem(self, file: File, item: syntax.Theorem) -> Checked:
        """The result of checking a theorem, lemma or axiom; checked once."""
        key = (file.path, item.name)
        known = self._results.get(key)
        if known is None:
            self._checking.append(key)
            try:
                known = self._theorem(file, item)
            finally:
                self._checking.pop()
            self._results[key] = known
            if known.lemma is not None:
                self.theory.add(known.lemma)
                self.claims[known.lemma.hash] = known.lemma
                self._by_hash[known.lemma.hash] = known
        return known

    def _theorem(self, file: File, item: syntax.Theorem) -> Checked:
        try:
            context = elaborate_context(item.context, file.context)
            shows = [elaborate_statement(goal.statement, context) for goal in item.shows]
        except ElaborationError as error:
            return self._ill_formed(file, item, error)
        if not shows:
            return self._ill_formed(
                file, item, ElaborationError("nothing to show", item.span, "no-statement")
            )
        statement = conjunction(*shows)
        base = self._base(file, item, context, statement)
        models = len(find_models(context, seed=self.options.seed))
        if not models:
            report = replace(
                base, verdict=Verdict.UNDECIDED,
                message="no model: no values were found that satisfy the context",
            )  # fmt: skip
            return Checked(
                report, None, (file.error(item.span, f"{item.name}: the context has no model", "no-model"),)
            )
        assumed = self._assumes_goal(context, shows)
        if assumed is not None:
            message = f"the assumption {assumed} is the goal"
            report = replace(base, verdict=Verdict.ILL_FORMED, models=models, message=message)
            return Checked(report, None, (file.error(item.span, message, "assumes-goal"),))
        if item.kind == "axiom":
            return self._axiom(file, item, context, statement, replace(base, models=models))
        return self._proof(file, item, context, shows, replace(base, models=models))

    def _axiom(
        self, file: File, item: syntax.Theorem, context: Context, statement: Term, base: TheoremReport
    ) -> Checked:
        if not item.refs:
            error = file.error(
                item.span, f"the axiom {item.name} has no reference", "axiom-without-reference"
            )
            return Checked(replace(base, verdict=Verdict.ILL_FORMED, message=error.message), None, (error,))
        report = test(context, statement, seed=self.options.seed)
        if report.witness is not None:
            error = file.error(
                item.span,
                f"the axiom {item.name} is false: {report.witness.sizes} {report.witness.values}",
                "false-axiom",
            )
            return Checked(replace(base, verdict=Verdict.REFUTED, message=error.message), None, (error,))
        return Checked(replace(base, verdict=Verdict.AXIOM), Lemma(item.name, context, statement))

    def _proof(
        self, file: File, item: syntax.Theorem, context: Context, shows: Sequence[Term], base: TheoremReport
    ) -> Checked:
        statement = conjunction(*shows)
        walk, block = self._walked(file, item, context, shows)
        errors: list[ErrorReport] = []
        verdict = _worst(walk)
        message = None
        if verdict in (Verdict.PROVED, Verdict.PROVED_IF) and not walk.steps:
            verdict, message = Verdict.UNDECIDED, "the proof has no steps"
        if verdict is Verdict.PROVED:
            established = self._established(walk, block, context, statement)
            if established is not None:
                span = item.shows[0].statement.span
                refuted = refutation(context, statement, self.options)
                if refuted is not None:
                    walk.report(span, "show", statement, context, refuted, Cited())
                verdict, message = Verdict.REFUTED if refuted else Verdict.UNDECIDED, established
                errors.append(
                    file.error(item.shows[0].statement.span, f"{item.name}: {established}", "ends-elsewhere")
                )
        elif verdict in (Verdict.PROVED_IF, Verdict.TESTED, Verdict.UNDECIDED) and walk.steps:
            conditional = self._under_conditions(file, item, context, shows, walk)
            if conditional is not None:
                walk, conditions = conditional
                verdict, message = Verdict.PROVED_IF, f"proved if {' and '.join(conditions)}"
        lemma = Lemma(item.name, context, statement) if verdict is Verdict.PROVED else None
        if lemma is not None and self.store is not None:
            self._keep(self.store, lemma, walk, block)
        report = replace(
            base, verdict=verdict, steps=tuple(walk.steps), cites=tuple(walk.cites), message=message,
            rests_on=self._rests_on(file, context, tuple(walk.cites)),
        )  # fmt: skip
        return Checked(report, lemma, tuple(errors), walk.recorded_steps)

    def _keep(self, store: Store, lemma: Lemma, walk: Walk, block: Block) -> None:
        """Stores the certificate of a theorem, unless one that the kernel accepts is there."""
        if keeps(store, lemma, self.theory):
            return
        found = certified(lemma.name, walk, block, lemma.context, lemma.statement)
        try:
            if found is not None:
                store.write(lemma.hash, found)
        except OSError:
            # Where nothing can be written there are no stored certificates; what is proved is proved all the same.
            self.store = None

    def _walked(
        self, file: File, item: syntax.Theorem, context: Context, shows: Sequence[Term], supposed: tuple[Term, ...] = ()
    ) -> tuple[Walk, Block]:
        """A walk through the proof of a theorem, and the block of what it has established."""
        walk = self._walk(file, item)
        walk.supposed = supposed
        block = Block(
            Ledger(context, self.theory), context, conjunction(*shows) if len(shows) == 1 else shows[0]
        )
        if item.proof is None:
            for goal, shown in zip(item.shows, shows, strict=True):
                before = block.ledger.context
                judged = walk.judged(block, shown, Cited())
                walk.report(goal.statement.span, "show", shown, before, judged, Cited())
        elif len(shows) == 1 and any(isinstance(part, syntax.Take | syntax.Assumption) for part in item.proof):
            walk.proved_inside(block, shows[0], item.proof, None)
        else:
            block.goal = conjunction(*shows)
            walk.items(block, item.proof)
        return walk, block

    def _under_conditions(
        self, file: File, item: syntax.Theorem, context: Context, shows: Sequence[Term], walk: Walk
    ) -> tuple[Walk, tuple[str, ...]] | None:
        """A walk in which the proof goes through, and the conditions that it needs beyond the context's; or None.

        They are what the statement and the steps lack to be defined, as far as it is about the theorem's own symbols.
        """
        statement = conjunction(*shows)
        lacking = dict.fromkeys(
            needed
            for needed in (*undischarged(statement, context), *walk.missing)
            if free_symbols(needed) <= context.names()
        )
        for _ in range(CONDITION_ROUNDS):
            conditions: tuple[Term, ...] = ()
            known = context
            for needed in lacking:
                search = Search(self.claims, walk.resources.at_hand, budget=Budget(60))
                if search.condition(known, statement, needed) is None:
                    conditions, known = (*conditions, needed), known.suppose(needed)
            if not conditions or not find_models(known, seed=self.options.seed):
                return None
            found, block = self._walked(file, item, known, shows, conditions)
            if _worst(found) is Verdict.PROVED and self._established(found, block, known, statement) is None:
                found.steps = [_conditional(step, found, known) for step in found.steps]
                return found, tuple(latex(condition, context) for condition in conditions)
            further = {part: None for part in found.missing if free_symbols(part) <= context.names()}
            if further.keys() <= lacking.keys():
                return None
            lacking = {**lacking, **further}
        return None

    def _established(self, walk: Walk, block: Block, context: Context, statement: Term) -> str | None:
        """None when the proof's steps establish the theorem's statement, else why not."""
        plain = not any(isinstance(frame, Named) for frame in block.frames)
        if plain and block.ledger.holds(statement):
            return None
        block.goal = statement
        found = walk.conclusion(block)
        if found is None:
            return "the ends of the proof are not the statement"
        outer = block if plain else Block(Ledger(context, self.theory), context, statement)
        certificate = found if plain else block.folded(found)
        result = walk.recorded(outer, statement, certificate, None)
        if result.verdict is Verdict.PROVED:
            return None
        return result.message or "its conditions are not shown: " + "; ".join(result.conditions)

    def _walk(self, file: File, item: syntax.Theorem | syntax.Refute) -> Walk:
        return Walk(self.resources(file, item), file.lines, lambda name: self.lemma_of(file, name))

    def resources(self, file: File, item: syntax.Theorem | syntax.Refute) -> Resources:
        """What the steps of an item may draw on."""
        depth = len(self._checking)
        return Resources(
            self.theory, self.claims, lambda: self.lemmas_before(file, item), self.options,
            lambda: self._elsewhere.get(depth, 0.0), self._patterns, self._looks,
        )  # fmt: skip

    def _base(
        self, file: File, item: syntax.Theorem | syntax.Refute, context: Context, statement: Term | None
    ) -> TheoremReport:
        kind = item.kind if isinstance(item, syntax.Theorem) else "refute"
        return TheoremReport(
            name=item.name, file=file.path, line=item.span.line, kind=kind,
            statement="" if statement is None else latex(statement, context), verdict=Verdict.UNDECIDED,
            title=item.title or "", refs=item.refs, context=print_context(context),
            hash="" if statement is None else lemma_hash(context, statement),
            definitions=() if statement is None else reachable_definitions(context, statement),
        )  # fmt: skip

    def _ill_formed(
        self, file: File, item: syntax.Theorem | syntax.Refute, error: ElaborationError
    ) -> Checked:
        kind = item.kind if isinstance(item, syntax.Theorem) else "refute"
        report = TheoremReport(
            name=item.name, file=file.path, line=item.span.line, kind=kind, statement="",
            verdict=Verdict.ILL_FORMED, title=item.title or "", refs=item.refs, message=error.message,
        )  # fmt: skip
        return Checked(report, None, (file.error(error.span, error.message, error.identifier),))

    def _assumes_goal(self, context: Context, shows: Sequence[Term]) -> str | None:
        """The first assumption that says what is to be shown, up to normal form."""
        for fact in context.facts:
            if fact.kind in ASSUMED and any(says_the_same(context, fact.statement, shown) for shown in shows):
                return fact.name or latex(fact.statement, context)
        return None

    def _rests_on(self, file: File, context: Context, cites: Sequence[str]) -> RestsOn:
        axioms: dict[str, None] = {}
        for name in cites:
            for other in (file, *reversed(file.seen)):
                found = self._results.get((other.path, name))
                if found is not None:
                    if found.report.kind == "axiom":
                        axioms[name] = None
                    axioms.update(dict.fromkeys(found.report.rests_on.axioms))
                    break
        assumptions = tuple(
            f"{fact.kind}: {latex(fact.statement, context)}" for fact in context.facts if fact.kind in ASSUMED
        )
        return RestsOn(tuple(axioms), assumptions, ())

    # -- refute blocks ---------------------------------------------------------------------------------

    def refute(self, file: File, item: syntax.Refute) -> Checked:
        """The result of a block that states a false claim on purpose."""
        base_items: tuple[syntax.ContextItem, ...] = ()
        if item.base is not None:
            found = next(
                (
                    t
                    for other in (file, *reversed(file.seen))
                    for t in other.theorems()
                    if t.name == item.base
                ),
                None,
            )
            if found is None:
                error = ElaborationError(
                    f"no theorem {item.base} whose context could be used", item.span, "unknown-theorem"
                )
                return self._ill_formed(file, item, error)
            base_items = found.context
        try:
            context = elaborate_context((*base_items, *item.context), file.context)
        except ElaborationError as error:
            return self._ill_formed(file, item, error)
        models = len(find_models(context, seed=self.options.seed))
        walk = self._walk(file, item)
        block = Block(Ledger(context, self.theory), context, None)
        walk.items(block, item.steps)
        base = self._base(file, item, context, None)
        if walk.expected is None:
            unmarked = ElaborationError("no claim is marked `expect …`", item.span, "no-expectation")
            return self._ill_formed(file, item, unmarked)
        index, expected = walk.expected
        claim = walk.steps[index - 1]
        others = [step for step in walk.steps if step.index != index]
        succeeded = (
            claim.verdict is expected
            and all(step.verdict is Verdict.PROVED for step in others)
            and models > 0
        )
        verdict, message = claim.verdict, None
        if not succeeded:
            worst = next(
                (step.verdict for step in others if step.verdict is not Verdict.PROVED), claim.verdict
            )
            verdict = claim.verdict if claim.verdict is not expected else worst
            message = "no model" if not models else (
                f"expected {expected.value}, found {claim.verdict.value}" if claim.verdict is not expected
                else "another step of the block is not proved"
            )  # fmt: skip
            if not models:
                verdict = Verdict.UNDECIDED
        report = replace(
            base, verdict=verdict, expected=expected, expected_step=index, steps=tuple(walk.steps), models=models,
            cites=tuple(walk.cites), message=message, statement=f"{claim.left} {claim.relation} {claim.right}".strip(),
        )  # fmt: skip
        return Checked(report, None, (), walk.recorded_steps)

    # -- files -----------------------------------------------------------------------------------------

    def file(
        self, file: File, on_theorem: Callable[[TheoremReport], None] | None = None
    ) -> tuple[list[TheoremReport], list[ErrorReport]]:
        """The reports and errors of one file."""
        reports: list[TheoremReport] = []
        errors = list(file.errors)
        errors.extend(self._examples(file))
        names: dict[str, syntax.Span] = {}
        for item in file.items:
            if not isinstance(item, syntax.Theorem | syntax.Refute):
                continue
            if item.name in names:
                errors.append(
                    file.error(
                        item.span,
                        f"{item.name} stands here already, in line {names[item.name].line}",
                        "named-twice",
                    )
                )
                continue
            names[item.name] = item.span
            if self.options.only and item.name not in self.options.only:
                continue
            with rarely_collected():
                checked = self._guarded(file, item)
            reports.append(checked.report)
            errors.extend(checked.errors)
            if on_theorem is not None:
                on_theorem(checked.report)
        return reports, errors

    def _guarded(self, file: File, item: syntax.Theorem | syntax.Refute) -> Checked:
        """The result of an item; an exception nobody foresaw is reported loudly and costs this item only."""
        try:
            return self.theorem(file, item) if isinstance(item, syntax.Theorem) else self.refute(file, item)
        except Exception as error:
            message = f"{item.name}: a defect of this engine: {type(error).__name__}: {error}"
            failed = self._ill_formed(file, item, ElaborationError(message, item.span, "engine-defect"))
            return replace(failed, report=replace(failed.report, verdict=Verdict.UNDECIDED))

    def _examples(self, file: File) -> list[ErrorReport]:
        errors = []
        for example in file.examples:
            found = test(file.context, example.statement, seed=self.options.seed)
            if found.witness is not None:
                sides = f"{found.witness.left} and {found.witness.right}"
                message = f"the example of {example.definition} is false: {sides}"
                errors.append(file.error(example.node.span, message, "false-example"))
            elif not found.exact_points:
                reason = found.reasons[0] if found.reasons else found.outcome
                message = f"the example of {example.definition} could not be evaluated: {reason}"
                errors.append(file.error(example.node.span, message, "example-not-evaluated"))
        return errors


def _conditional(step: StepReport, walk: Walk, context: Context) -> StepReport:
    """The report of a step that was proved under supposed conditions, with those that make it defined."""
    conditions = walk.conditional.get(step.index, ())
    if not conditions:
        return step
    return replace(
        step, verdict=Verdict.PROVED_IF, conditions=tuple(latex(condition, context) for condition in conditions)
    )


def _foundational(file: File) -> bool:
    return "foundations" in Path(file.path).parts


_ORDER = (
    Verdict.CONFLICT, Verdict.ILL_FORMED, Verdict.REFUTED, Verdict.UNDECIDED, Verdict.TESTED, Verdict.PROVED_IF,
)  # fmt: skip


def _worst(walk: Walk) -> Verdict:
    verdicts = {step.verdict for step in walk.steps}
    return next((verdict for verdict in _ORDER if verdict in verdicts), Verdict.PROVED)


def check(
    paths: Sequence[Path | str] = (),
    options: CheckOptions | None = None,
    on_theorem: Callable[[TheoremReport], None] | None = None,
) -> Report:
    """Checks the scripts at the paths, folders searched; the shipped library when there are none."""
    start = time.perf_counter()
    chosen = options or CheckOptions()
    scripts = [script for path in paths or (library_root(),) for script in scripts_in(Path(path))]
    reports: list[TheoremReport] = []
    errors: list[ErrorReport] = []
    done: set[str] = set()
    for path, found, wrong in _results(scripts, chosen, on_theorem):
        if path not in done:
            done.add(path)
            reports.extend(found)
            errors.extend(wrong)
    return report_of(reports, errors, time.perf_counter() - start)


Result = tuple[str, list[TheoremReport], list[ErrorReport]]


def _results(
    scripts: Sequence[Path], options: CheckOptions, on_theorem: Callable[[TheoremReport], None] | None
) -> Iterator[Result]:
    """The results of the scripts in their order; several processes take turns at them."""
    jobs = min(options.jobs, len(scripts))
    if jobs < 2:
        yield from _in_one_process(scripts, options, on_theorem)
        return
    # Loaded only where several processes are wanted.
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        shares = [pool.submit(_share, scripts[k::jobs], options) for k in range(jobs)]
        for position in range(len(scripts)):
            result = shares[position % jobs].result()[position // jobs]
            for report in result[1] if on_theorem is not None else ():
                on_theorem(report)  # type: ignore[misc]
            yield result


def _share(scripts: Sequence[Path], options: CheckOptions) -> list[Result]:
    """The results of one process, which proves what its scripts rest on for itself."""
    return list(_in_one_process(scripts, options, None))


def _in_one_process(
    scripts: Sequence[Path], options: CheckOptions, on_theorem: Callable[[TheoremReport], None] | None
) -> Iterator[Result]:
    checker = Checker(options)
    done: set[str] = set()
    for script in scripts:
        file = checker.loader.load(script)
        found: list[TheoremReport] = []
        wrong: list[ErrorReport] = []
        if file.path not in done:
            done.add(file.path)
            found, wrong = checker.file(file, on_theorem)
        yield file.path, found, wrong


def check_text(
    text: str | bytes,
    options: CheckOptions | None = None,
    file: str = "<text>",
    on_theorem: Callable[[TheoremReport], None] | None = None,
) -> Report:
    """Checks a script given as text."""
    start = time.perf_counter()
    checker = Checker(options or CheckOptions())
    reports, errors = checker.file(checker.loader.read(text, file), on_theorem)
    return report_of(reports, errors, time.perf_counter() - start)
