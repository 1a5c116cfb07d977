"""The judgement of one step: tested by evaluation, proved by search and certificate.

``refuted`` comes from the trials only, ``proved`` from the kernel's ``verify`` only; a statement that both
speak of is a ``conflict``, a defect of this engine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from checks.contexts import Context, Fact, open_in
from checks.kernel.certificates import Certificate, Introduce, Proof, Use
from checks.kernel.definedness import undischarged
from checks.kernel.forms import TooLarge
from checks.kernel.lemmas import Lemma, Theory, reachable_definitions
from checks.kernel.reductions import Rejected, unfolded
from checks.kernel.verification import Ledger, supposed
from checks.lengths import is_integer
from checks.shapes import IllTyped, type_of
from checks.terms import (
    INTEGER,
    PROPOSITION,
    RELATIONS,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Symbol,
    Term,
    free_symbols,
    heads,
    map_children,
    subterms,
)
from checks.trials import SpotReport, TestReport, test
from derive.latex import latex
from derive.options import CheckOptions
from derive.printing import print_term
from derive.proving.budget import Budget, Exhausted
from derive.proving.instances import Instance, established
from derive.proving.knowledge import Known, known_facts, known_lemma, sides
from derive.proving.search import Search
from derive.proving.workspace import Workspace
from derive.reports import TestedReport, Verdict, WitnessReport
from derive.second_looks import SecondLooks

PROCEDURES = frozenset(
    {"algebra", "moments", "independence", "linearity", "calculus", "order", "counting", "definition"}
)
"""What ``by`` may name besides lemmas, assumptions and definitions."""

NOTATIONS = frozenset({"E"})
"""What is written otherwise in the language itself: ``by definition of E`` opens ``E[x ~ p] t``."""


@dataclass(frozen=True, slots=True)
class Cited:
    """The reason given for a step: procedures, definitions, assumptions by position, lemmas."""

    names: tuple[str, ...] = ()
    procedures: frozenset[str] = frozenset()
    definitions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    lemmas: tuple[Lemma, ...] = ()
    unproved: tuple[str, ...] = ()
    instances: tuple[Instance, ...] = ()

    @property
    def given(self) -> bool:
        """Whether a reason is given at all."""
        return bool(self.names)


@dataclass(slots=True)
class Resources:
    """What every step of a theorem may draw on; the lemmas at hand are asked for once, when first needed.

    ``theory`` holds what is proved, ``claims`` also what search may try before its proof has been looked at.
    ``time_elsewhere`` is the time in seconds that went into those proofs, which is no part of a step's own time.
    ``patterns`` keeps the patterns of lemmas by hash, ``looks`` the last thorough tests, for all that share them.
    """

    theory: Theory
    claims: dict[str, Lemma]
    lemmas_at_hand: Callable[[], tuple[Lemma, ...]]
    options: CheckOptions
    time_elsewhere: Callable[[], float] = lambda: 0.0
    patterns: dict[str, tuple[Known, ...]] = field(default_factory=dict)
    looks: SecondLooks = field(default_factory=SecondLooks)
    _reading: float = 0.0
    _patterns: list[Known] | None = None

    @property
    def elsewhere(self) -> float:
        """The seconds that went into reading and proving lemmas."""
        return self._reading + self.time_elsewhere()

    def all_proved(self, proof: Proof) -> bool:
        """Whether everything that a proof cites is proved; what turns out not to be is claimed no more."""
        cited = {label for kind, _, label in (source.partition(":") for source in _sources(proof)) if kind == "lemma"}
        false = {label for label in cited if self.theory.get(label) is None}
        for label in false:
            self.claims.pop(label, None)
        if false and self._patterns is not None:
            self._patterns = [item for item in self._patterns if item.source.partition(":")[2] not in false]
        return not false

    def at_hand(self) -> list[Known]:
        """The lemmas that may be used unasked, as patterns; their proofs are looked at where one is used."""
        if self._patterns is None:
            start = time.perf_counter()
            found = self.known(self.lemmas_at_hand())
            self._patterns = [replace(item, unasked=True) for item in found if not _fits_everything(item)]
            self._reading += time.perf_counter() - start
        return self._patterns

    def known(self, lemmas: Sequence[Lemma]) -> list[Known]:
        """Lemmas as patterns."""
        found: list[Known] = []
        for lemma in lemmas:
            if lemma.hash not in self.patterns:
                self.patterns[lemma.hash] = tuple(known_lemma(lemma))
            found.extend(self.patterns[lemma.hash])
        return found


def _fits_everything(item: Known) -> bool:
    """Whether a lemma's sides are bare variables, so that trying it unasked would only cost time."""
    return all(
        isinstance(side, Symbol) and side.name in item.variables
        for left, right, _ in sides(item)
        for side in (left, right)
    ) and bool(sides(item))


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on a statement with everything a report says of it; ``missing`` are the conditions as terms."""

    verdict: Verdict
    method: str = ""
    cited_verdict: str | None = None
    conditions: tuple[str, ...] = ()
    witness: WitnessReport | None = None
    tested: TestedReport | None = None
    message: str | None = None
    identifier: str = ""
    ms: float = 0.0
    proof: Proof | None = None
    used: tuple[str, ...] = ()
    missing: tuple[Term, ...] = ()


def judge(
    ledger: Ledger, trial: Context, statement: Term, cited: Cited, resources: Resources, name: str | None
) -> Judged:
    """Tests and tries to prove a statement; a proved one enters the ledger under the name.

    ``trial`` is the context without what was proved on the way: what evaluation has to satisfy.
    """
    if resources.options.spot and mentions_expectation(statement, trial):
        # Loaded only where something is sampled, and no part of a step's time.
        import numpy  # noqa: F401
    start = time.perf_counter() - resources.elsewhere
    workspace = Workspace()
    misplaced = _out_of_range(ledger, trial, statement, resources, workspace)
    if misplaced is not None:
        return replace(misplaced, ms=_elapsed(start, resources))
    report = test(trial, statement, seed=resources.options.seed)
    spot = _spot(trial, statement, report, resources.options)
    tested = _tested(report, spot)
    refuted = report.witness is not None
    proof, how = _searched(ledger, statement, cited, resources, workspace, quick=refuted)
    if proof is None and not refuted and not report.never_defined:
        # Nothing speaks for it, so that it is worth a longer look.
        second = resources.looks.test(trial, statement, resources.options.seed)
        if second.witness is not None:
            report, tested = second, _tested(second, None)

    def contradicts(conditions: Sequence[Term]) -> bool:
        """Whether evaluation speaks against the statement where conditions hold as well, or says nothing there."""
        where = test(supposed(trial, conditions), statement, seed=resources.options.seed)
        return where.outcome not in ("agrees", "no-model")

    judged = _decided(ledger, statement, report, proof, how, cited, name, contradicts)
    ms = _elapsed(start, resources)
    return Judged(
        judged.verdict, judged.method, judged.cited_verdict, judged.conditions, judged.witness, tested,
        judged.message, judged.identifier, ms, judged.proof, judged.used, judged.missing,
    )  # fmt: skip


def refutation(trial: Context, statement: Term, options: CheckOptions) -> Judged | None:
    """The verdict on a statement that evaluation alone shows to be false; None for any other."""
    report = test(trial, statement, seed=options.seed)
    if report.witness is None:
        return None
    return Judged(Verdict.REFUTED, witness=_witness(report), tested=_tested(report, None))


def _elapsed(start: float, resources: Resources) -> float:
    return (time.perf_counter() - start - resources.elsewhere) * 1000


def _out_of_range(
    ledger: Ledger, trial: Context, statement: Term, resources: Resources, workspace: Workspace
) -> Judged | None:
    """``ill-formed`` when an index or a length is out of its range in some model of the context."""
    context = ledger.context
    for needed in undischarged(statement, context):
        inner, goal, depth = context, needed, 0
        while isinstance(goal, Bind) and goal.head == "forall":
            inner, _, goal = open_in(inner, goal)
            depth += 1
        match goal:
            case Apply("<=", (low, high)) if (
                ZERO not in (low, high)
                and not _speaks_of_integers(needed, context)
                and is_integer(type_of(low, inner))
                and (is_integer(type_of(high, inner)))
            ):
                pass
            case _:
                continue
        shown = Search(ledger.theory).by_arithmetic(inner, goal)
        if shown is not None:
            for _ in range(depth):
                shown = Introduce(shown)
            workspace.shown[needed] = context, shown
            continue
        found = test(trial, needed, seed=resources.options.seed).witness
        if found is not None:
            sizes = ", ".join(f"{name} = {value}" for name, value in found.sizes.items())
            return Judged(
                Verdict.ILL_FORMED, identifier="out-of-range",
                message=f"an index or length is out of its range: {print_term(goal, inner)} is wanted"
                + (f", which fails with {sizes}" if sizes else ""),
            )  # fmt: skip
    return None


def _speaks_of_integers(statement: Term, context: Context) -> bool:
    """Whether a condition is about an integer of which no range is declared: it is a condition then, no mistake."""
    found = (context.declarations.get(name) for name in free_symbols(statement))
    return any(declaration is not None and declaration.type == INTEGER for declaration in found)


def _spot(trial: Context, statement: Term, report: TestReport, options: CheckOptions) -> SpotReport | None:
    if report.witness is not None or not options.spot or not mentions_expectation(statement, trial):
        return None
    from checks.trials.monte_carlo import spot_test

    return spot_test(trial, statement, seed=options.seed)


def mentions_expectation(statement: Term, context: Context) -> bool:
    """Whether a statement, its definitions opened, speaks of an expectation."""
    if "expectation" in heads(statement):
        return True
    reached = reachable_definitions(context, statement)
    return any("expectation" in heads(context.definitions[name].body) for name in reached) and bool(
        heads(statement) & set(reached)
    )


def _tested(report: TestReport, spot: SpotReport | None) -> TestedReport:
    if spot is None or spot.label == "not-run":
        return TestedReport(report.exact_points, 0, None, None)
    if spot.label != "asymptotic":
        return TestedReport(report.exact_points, spot.samples, None, None, spot.reason)
    figures = (spot.samples, spot.statistic, spot.detectable)
    return TestedReport(report.exact_points, *figures, error_probability=spot.error_probability)


# -- search --------------------------------------------------------------------------------------------


ROUNDS = 3
"""How often a search begins again because a lemma that it used is not proved."""


def _searched(
    ledger: Ledger, statement: Term, cited: Cited, resources: Resources, workspace: Workspace, quick: bool
) -> tuple[Proof | None, str | None]:
    """A proof that cites nothing but what is proved, and how the reason given fared."""
    for _ in range(ROUNDS):
        proof, fared = _search(ledger, statement, cited, resources, workspace, quick)
        if proof is None or resources.all_proved(proof):
            return proof, fared
    return None, None


def _search(
    ledger: Ledger, statement: Term, cited: Cited, resources: Resources, workspace: Workspace, quick: bool
) -> tuple[Proof | None, str | None]:
    """A proof, and how the reason given fared: sufficient, insufficient, unused or nothing to say.

    Where none is found and the statement is not known to be defined, the conditions that are missing are supposed.
    """
    context = ledger.context
    budget = Budget(deadline=time.monotonic() + resources.options.timeout)
    try:
        found = _certificate(resources.claims, context, statement, cited, resources, workspace, quick, budget)
        if found is not None:
            return Proof(found.certificate, _definedness(found.search, resources, context, statement)), found.fared
        if quick or not undischarged(statement, context):
            return None, None
        definedness = _definedness(
            Search(resources.claims, budget=budget, workspace=workspace), resources, context, statement
        )
        needed = undischarged(statement, context)
        missing = [part for part, shown in zip(needed, definedness, strict=True) if shown is None]
        if not missing:
            return None, None
        found = _certificate(
            resources.claims, supposed(context, missing), statement, cited, resources, workspace, quick,
            replace(budget, attempts=400),
        )  # fmt: skip
        if found is not None:
            return Proof(found.certificate, definedness, supposing=True), found.fared
    except (Exhausted, TooLarge, RecursionError):
        return None, None
    return None, None


@dataclass(frozen=True, slots=True)
class _Found:
    """A certificate, the search that found it, and how the reason given fared."""

    certificate: Certificate
    search: Search
    fared: str | None


def _certificate(
    theory: Theory, context: Context, statement: Term, cited: Cited, resources: Resources, workspace: Workspace,
    quick: bool, budget: Budget,
) -> _Found | None:
    """A certificate of the statement by arithmetic, by the reason given, or by anything at hand."""
    if cited.instances and not quick:
        before = time.monotonic()
        lemmas = resources.at_hand()
        budget.deadline += time.monotonic() - before
        helper = Search(theory, lemmas, budget=Budget(200, budget.deadline))
        known = established(helper, context, cited.instances)
        if known is not None:
            named = replace(cited, facts=(*cited.facts, *known.names), instances=())
            inner = _certificate(theory, known.context, statement, named, resources, workspace, quick, budget)
            return None if inner is None else replace(inner, certificate=known.around(inner.certificate))
    unfold = cited.definitions
    bare = Search(theory, budget=budget, unfold=unfold, workspace=workspace)
    certificate = bare.by_arithmetic(context, statement)
    if certificate is not None:
        return _Found(certificate, bare, _fared(context, statement, cited, unfold))
    if quick:
        return None
    if cited.given:
        chosen = [*resources.known(cited.lemmas), *_chosen_facts(context, cited)]
        narrow = replace(
            bare, lemmas=chosen, budget=Budget(200, budget.deadline), use_facts=False, support=resources.at_hand
        )
        # Whoever names several reasons expects each of them to be used.
        reasons = max(2, len(cited.facts) + len(cited.lemmas))
        wide_facts = replace(narrow, budget=Budget(200, budget.deadline), use_facts=True)
        for search, depth in ((narrow, reasons), (wide_facts, 2)):
            found = _attempt(search, context, statement, depth)
            if found is not None:
                return _Found(found, search, "sufficient")
    else:
        assumed = replace(bare, budget=Budget(120, budget.deadline))
        found = _attempt(assumed, context, statement, depth=1)
        if found is not None:
            return _Found(found, assumed, None)
    before = time.monotonic()
    everything = [*resources.known(cited.lemmas), *resources.at_hand()]
    budget.deadline += time.monotonic() - before
    wide = replace(bare, lemmas=everything)
    found = _attempt(wide, context, statement)
    if found is None and not unfold:
        mentioned = sorted(heads(statement) & context.definitions.keys())
        opaque = tuple(name for name in mentioned if context.definitions[name].opaque)
        if opaque:
            found = replace(bare, unfold=opaque).by_arithmetic(context, statement)
    return None if found is None else _Found(found, wide, "insufficient" if cited.given else None)


def _attempt(search: Search, context: Context, statement: Term, depth: int = 2) -> Certificate | None:
    try:
        return search.prove(context, statement, depth)
    except Exhausted:
        return None


def _definedness(
    search: Search, resources: Resources, context: Context, statement: Term
) -> tuple[Certificate | None, ...]:
    """Certificates for what makes the statement defined, found by any means at hand."""
    wide = Search(
        search.theory, resources.at_hand, (), Budget(300, search.budget.deadline), workspace=search.workspace
    )
    return wide.definedness(context, statement)


def _chosen_facts(context: Context, cited: Cited) -> list[Known]:
    return [item for item in known_facts(context) if item.name is not None and item.name in cited.facts]


STOCHASTIC = frozenset({"moments", "independence", "linearity"})
ANALYTIC = frozenset({"derivative", "integral"})
"""What a step by calculus speaks of."""


def _fared(context: Context, statement: Term, cited: Cited, unfold: tuple[str, ...]) -> str | None:
    """What becomes of the reason of a step that arithmetic alone has proved.

    The background is arithmetic that looks into no expectation: what it closes needs no reason, unless the
    reason names a definition that occurs in the step.
    """
    if not cited.given:
        return None
    reached = {*reachable_definitions(context, statement), *context.lets}
    if any(name in reached for name in cited.definitions) or cited.procedures & {"definition", "algebra"}:
        return "sufficient"
    if "calculus" in cited.procedures and heads(statement) & ANALYTIC:
        return "sufficient"
    hidden = _without_expectations(context, statement)
    if cited.procedures & STOCHASTIC and _differ_in_expectations(hidden):
        return "sufficient"
    if not _is_typed(hidden, context):
        # An expectation of an array is no number: there is no such statement to look at.
        return "sufficient"
    background = Search({}, unfold=unfold)
    uncited = tuple(Fact(TRUE) if fact.name in cited.facts else fact for fact in context.facts)
    if background.by_arithmetic(replace(context, facts=uncited), hidden) is not None:
        return "sufficient" if cited.procedures & {"counting", "order"} else "unused"
    if cited.procedures & STOCHASTIC or cited.lemmas or background.by_arithmetic(context, hidden) is not None:
        return "sufficient"
    facts = tuple(
        replace(fact, statement=_without_expectations(context, fact.statement)) for fact in context.facts
    )
    within = replace(context, facts=tuple(f if _is_typed(f.statement, context) else Fact(TRUE) for f in facts))
    chosen = [item for item in known_facts(within) if item.name is not None and item.name in cited.facts]
    narrow = Search({}, chosen, unfold, Budget(60), use_facts=False)
    return "sufficient" if _attempt(narrow, within, hidden) is not None else "insufficient"


def _is_typed(statement: Term, context: Context) -> bool:
    try:
        return type_of(statement, context) == PROPOSITION
    except IllTyped:
        return False


def _differ_in_expectations(hidden: Term) -> bool:
    """Whether the sides of a relation hold different expectations, so that without opening them nothing closes it."""
    match hidden:
        case Apply(head, (left, right)) if head in RELATIONS:
            return _expectations(left) != _expectations(right)
        case _:
            return False


def _expectations(hidden: Term) -> set[Term]:
    return {part for part in subterms(hidden) if isinstance(part, Apply) and part.head == "integrable"}


def _without_expectations(context: Context, statement: Term) -> Term:
    """The statement with each expectation made a number of which nothing is known but what is inside it."""
    names = frozenset(reachable_definitions(context, statement)) | context.lets.keys()
    opened = unfolded(
        context,
        statement,
        frozenset(n for n in names if n not in context.definitions or not context.definitions[n].opaque),
    )

    def change(term: Term, depth: int) -> Term:
        if isinstance(term, Apply) and term.head == "expectation":
            return Apply("iverson", (Apply("integrable", term.arguments),))
        return map_children(term, change, depth)

    return change(opened, 0)


# -- decision ------------------------------------------------------------------------------------------


def _decided(
    ledger: Ledger, statement: Term, report: TestReport, proof: Proof | None, how: str | None, cited: Cited,
    name: str | None, contradicts: Callable[[Sequence[Term]], bool],
) -> Judged:  # fmt: skip
    witness = _witness(report)
    if proof is None:
        return _unproved(report, witness, cited)
    before = ledger.context
    try:
        judgement = ledger.add(statement, proof, name)
    except Rejected as error:
        if witness is not None:
            return Judged(Verdict.REFUTED, witness=witness)
        return Judged(Verdict.UNDECIDED, message=f"a proof was found but the kernel rejected it: {error}",
                      identifier="rejected-certificate")  # fmt: skip
    used = tuple(sorted(_sources(proof)))
    conditions = tuple(latex(condition, before) for condition in judgement.conditions)
    if witness is not None and judgement.conditions and not contradicts(judgement.conditions):
        # What is proved under conditions says nothing of the point at which they fail.
        return Judged(Verdict.REFUTED, witness=witness)
    if witness is not None:
        return Judged(Verdict.CONFLICT, _method(proof, statement, ledger), how, conditions, witness,
                      message="proved, and contradicted by testing: a defect of this engine",
                      identifier="conflict", proof=proof, used=used)  # fmt: skip
    if report.never_defined and conditions:
        reason = report.reasons[0] if report.reasons else "a side is undefined in every model"
        return Judged(Verdict.ILL_FORMED, message=f"undefined in every model of the context: {reason}",
                      identifier="never-defined")  # fmt: skip
    if cited.unproved:
        return Judged(Verdict.UNDECIDED, message=f"it cites {', '.join(cited.unproved)}, which is not proved",
                      identifier="cites-unproved")  # fmt: skip
    verdict = Verdict.PROVED_IF if conditions else Verdict.PROVED
    return Judged(
        verdict, _method(proof, statement, ledger), how, conditions, proof=proof, used=used,
        missing=judgement.conditions,
    )  # fmt: skip


def _witness(report: TestReport) -> WitnessReport | None:
    found = report.witness
    if found is None:
        return None
    return WitnessReport(found.sizes, found.values, found.left, found.right, found.exact, found.law)


def _unproved(report: TestReport, witness: WitnessReport | None, cited: Cited) -> Judged:
    if witness is not None:
        return Judged(Verdict.REFUTED, witness=witness)
    if report.never_defined:
        reason = report.reasons[0] if report.reasons else "a side is undefined in every model"
        return Judged(Verdict.ILL_FORMED, message=f"undefined in every model of the context: {reason}",
                      identifier="never-defined")  # fmt: skip
    if report.outcome == "no-model":
        return Judged(Verdict.UNDECIDED, message="no model: no values were found that satisfy the context",
                      identifier="no-model")  # fmt: skip
    if cited.unproved:
        return Judged(Verdict.UNDECIDED, message=f"it cites {', '.join(cited.unproved)}, which is not proved",
                      identifier="cites-unproved")  # fmt: skip
    if report.exact_points:
        return Judged(Verdict.TESTED, message=f"not proved; {report.exact_points} exact points agree",
                      identifier="not-proved")  # fmt: skip
    reason = f": {report.reasons[0]}" if report.reasons else ""
    return Judged(
        Verdict.UNDECIDED, message=f"neither proved nor evaluated{reason}", identifier="not-decided"
    )


def _method(proof: Proof, statement: Term, ledger: Ledger) -> str:
    names = [
        ledger.theory[label].name
        for kind, _, label in (source.partition(":") for source in sorted(_sources_of(proof.certificate)))
        if kind == "lemma" and label in ledger.theory
    ]
    if names:
        return "lemma:" + ",".join(names)
    if any(source.startswith("fact:") for source in _sources_of(proof.certificate)):
        return "assumption"
    if mentions_expectation(statement, ledger.context):
        return "moments"
    if isinstance(statement, Apply) and statement.head in ("<=", "<", ">=", ">", "!="):
        return "order"
    return (
        "normal-form"
        if type(proof.certificate).__name__ == "Arithmetic"
        else type(proof.certificate).__name__.lower()
    )


def _sources(proof: Proof) -> set[str]:
    """Everything that a proof cites, its definedness included."""
    found = _sources_of(proof.certificate)
    for certificate in proof.definedness:
        if certificate is not None:
            found |= _sources_of(certificate)
    return found


def _sources_of(certificate: object) -> set[str]:
    found: set[str] = set()
    pending: list[object] = [certificate]
    while pending:
        item = pending.pop()
        if isinstance(item, Use):
            found.add(item.source)
        if isinstance(item, tuple):
            pending.extend(item)
        elif hasattr(item, "__dataclass_fields__") and not isinstance(item, Apply | Bind | Symbol):
            pending.extend(getattr(item, name) for name in item.__dataclass_fields__)
    return found
