"""The structured items of a proof: cases, induction, things obtained, values attained, local names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from checks.contexts import Context
from checks.kernel.certificates import (
    Certificate,
    Induction,
    Split,
    Use,
)
from checks.kernel.forms import TooLarge
from checks.kernel.reductions import Rejected, induction_parts, obtained
from checks.kernel.verification import Ledger
from checks.shapes import IllTyped
from checks.terms import (
    TRUE,
    ZERO,
    Apply,
    Bind,
    Symbol,
    Term,
    conjunction,
    open_binder,
    substitute,
)
from derive.blocks import Block, Named
from derive.elaboration import ElaborationError, elaborate_let
from derive.judging import Cited, Judged
from derive.proving.budget import Budget, Exhausted
from derive.proving.search import Search
from derive.reports import Verdict
from grammar import syntax

if TYPE_CHECKING:
    from derive.proofs import Walk


def cases(walk: Walk, block: Block, cases: Sequence[syntax.Case]) -> None:
    """The goal under each case; the cases together must be known to cover everything."""
    if block.goal is None:
        walk.ill_formed(cases[0], "case", "there is no goal that the cases could prove")
        return
    patterns = []
    for case in cases:
        try:
            patterns.append(block.statement(case.pattern))
        except ElaborationError as error:
            walk.ill_formed(case.pattern, "case", error)
            return
    cover = Apply("or", tuple(patterns)) if len(patterns) > 1 else patterns[0]
    before = block.ledger.context
    covered = walk.judged(block, cover, Cited())
    walk.report(cases[0].pattern.span, "cases", cover, before, covered, Cited())
    conclusions: list[Certificate] = []
    position = len(block.ledger.context.facts) - 1
    for case, pattern in zip(cases, patterns, strict=True):
        context = block.ledger.context.suppose(pattern, "hypothesis", "case")
        inner = block.inside(
            Ledger(context, block.ledger.theory), block.trial.suppose(pattern), block.goal
        )
        walk.items(inner, case.items)
        found = walk.conclusion(inner)
        judged = Judged(Verdict.PROVED, "structured") if found is not None else Judged(
            Verdict.UNDECIDED, message="the case does not end in the goal", identifier="ends-elsewhere"
        )  # fmt: skip
        walk.report(case.span, "case", pattern, context, judged, Cited())
        if found is not None:
            conclusions.append(inner.folded(found))
    if covered.verdict is Verdict.PROVED and len(conclusions) == len(patterns) > 1:
        walk.recorded(block, block.goal, Split(Use(f"fact:{position}"), tuple(conclusions)), None)


def induction(walk: Walk, block: Block, item: syntax.Induction) -> None:
    """The goal at 0 and, from it at l, at l + 1."""
    if block.goal is None:
        walk.ill_formed(item, "induction", "there is no goal that the induction could prove")
        return
    name = item.variable
    try:
        base_goal, step_context, step_goal = induction_parts(block.ledger.context, block.goal, name)
    except Rejected as error:
        walk.ill_formed(item, "induction", f"no induction on {name}: {error}", item.span)
        return
    base: Certificate | None = None
    step: Certificate | None = None
    for case in item.items:
        if not isinstance(case, syntax.Case):
            walk.ill_formed(case, "induction", "an induction has the cases 0 and l + 1", case.span)
            continue
        zero = isinstance(case.pattern, syntax.NumberLiteral)
        alias = _successor_of(case.pattern)
        if not zero and alias is None:
            walk.ill_formed(case, "case", "an induction has the cases 0 and l + 1", case.pattern.span)
            continue
        goal, context = (base_goal, block.ledger.context) if zero else (step_goal, step_context)
        trial = block.trial if zero else _supposing(block, name, base is not None)
        inner = block.inside(Ledger(context, block.ledger.theory), trial, goal)
        if alias is not None and alias != name:
            inner.aliases = {**inner.aliases, alias: Symbol(name)}
        walk.items(inner, case.items)
        found = walk.conclusion(inner)
        judged = Judged(Verdict.PROVED, "structured") if found is not None else Judged(
            Verdict.UNDECIDED, message="the case does not end in its goal", identifier="ends-elsewhere"
        )  # fmt: skip
        walk.report(case.pattern.span, "case", goal, context, judged, Cited())
        if found is not None:
            folded = inner.folded(found)
            base, step = (folded, step) if zero else (base, folded)
    before = block.ledger.context
    if base is not None and step is not None:
        result = walk.recorded(block, block.goal, Induction(name, base, step), None)
    else:
        result = Judged(
            Verdict.UNDECIDED,
            message="a case of the induction is missing or not proved",
            identifier="proof-fails",
        )
    walk.report(item.span, "induction", block.goal, before, result, Cited())


def _supposing(block: Block, name: str, begun: bool) -> Context:
    """What evaluation has to satisfy in the step of an induction.

    Where the goal has been shown at 0, its hypothesis need not be evaluated there: seldom could it be, when it
    speaks of all arrays.
    """
    goal = block.goal if block.goal is not None else TRUE
    if not begun:
        return block.trial.suppose(goal)
    return block.trial.suppose(Apply("or", (Apply("=", (Symbol(name), ZERO)), goal)))


def obtain(walk: Walk, block: Block, item: syntax.Obtain) -> None:
    """Names for things that a lemma or an established statement says exist."""
    context = block.ledger.context
    facts = {f.name: k for k, f in enumerate(context.facts) if f.name is not None}
    search = Search(walk.resources.claims, walk.resources.at_hand, (), Budget(200))
    use: Use | None = None
    statement: Term | None = None
    try:
        values = tuple(block.term(node) for node in item.source.arguments)
        if item.source.name in facts:
            use, statement = search.instance(context, f"fact:{facts[item.source.name]}", values)
        else:
            status, lemma = walk.lemma_of(item.source.name)
            if lemma is None:
                raise ElaborationError(f"{item.source.name} is {status}", item.span, "unknown-reason")
            walk.cites[lemma.name] = None
            use, statement = search.instance_of_lemma(context, lemma, values)
    except ElaborationError as error:
        walk.ill_formed(item, "obtain", error, item.span)
        return
    except (Rejected, Exhausted, IllTyped, TooLarge) as error:
        walk.ill_formed(item, "obtain", f"{item.source.name} does not apply: {error}", item.span)
        return
    for name in item.names:
        try:
            context = obtained(block.ledger.context, statement, name)
        except Rejected as error:
            walk.ill_formed(item, "obtain", str(error), item.span)
            return
        block.frames.append(Named(use, name))
        block.ledger = Ledger(context, block.ledger.theory)
        block.trial = replace(context, facts=tuple(f for f in context.facts if f.kind != "proved"))
        use = Use(f"fact:{len(context.facts) - 1}")
        statement = context.facts[-1].statement
    walk.report(
        item.span,
        "obtain",
        statement,
        block.ledger.context,
        Judged(Verdict.PROVED, "structured"),
        Cited(),
    )


def attained(walk: Walk, block: Block, item: syntax.Attained, last: bool) -> None:
    """The value of the goal's supremum at a point is the goal's other side; what comes last concludes the goal."""
    match block.goal:
        case Apply("=", (Bind("sup" | "inf" | "greatest" | "least") as extremum, value)):
            pass
        case _:
            walk.ill_formed(item, "attained", "the goal is no supremum or infimum that could be attained")
            return
    try:
        point = block.term(item.term, extremum.domain)
        cited = walk.cited(item.reason, block)
    except ElaborationError as error:
        walk.ill_formed(item.term, "attained", error)
        return
    condition, body = open_binder(extremum, point)
    equation = Apply("=", (value, body))
    statement = equation if condition == TRUE else conjunction(condition, equation)
    context = block.ledger.context
    result = walk.judged(block, statement, cited)
    walk.report(item.term.span, "attained", statement, context, result, cited)
    if last and result.verdict is Verdict.PROVED:
        walk.judged(block, block.goal, cited)


def abbreviation(walk: Walk, block: Block, item: syntax.LetDefinition) -> None:
    """A local abbreviation."""
    try:
        name, body = elaborate_let(item, block.reading)
    except ElaborationError as error:
        walk.ill_formed(item, "let", error)
        return
    block.aliases = {**block.aliases, name: substitute(body, block.aliases)}


def introduced(walk: Walk, block: Block, item: syntax.Take | syntax.Assumption) -> None:
    """``take`` and ``assume`` repeat what the goal already gave the block; anything else is an error."""
    if isinstance(item, syntax.Take):
        missing = [v.name for v in item.variables if v.name not in block.ledger.context.declarations]
        if missing:
            walk.ill_formed(item, "take", f"the goal has no variable {', '.join(missing)}")
        return
    try:
        statement = block.statement(item.statement)
    except ElaborationError as error:
        walk.ill_formed(item.statement, "assume", error)
        return
    if all(fact.statement != statement for fact in block.ledger.context.facts):
        walk.ill_formed(item, "assume", "the goal has no such premise", item.statement.span)


def _successor_of(pattern: syntax.Node) -> str | None:
    match pattern:
        case syntax.Binary("+", syntax.Name(text), syntax.NumberLiteral("1")):
            return text
        case _:
            return None
