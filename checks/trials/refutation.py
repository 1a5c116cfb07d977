"""The search for a witness: models over sizes, values and dependence, from small to large."""

from __future__ import annotations

from collections.abc import Iterator

from checks.contexts import Context
from checks.terms import ORDER_RELATIONS, REAL, Apply, Tensor, Term
from checks.trials.dependence import has_free_dependence
from checks.trials.joint import SCHEMES
from checks.trials.judging import BUDGET, Claim, claim_of, finder_of, judge
from checks.trials.models import Model, ModelFinder, Plan, wants_generic
from checks.trials.reports import TestReport
from checks.trials.witnesses import shrink

POINTS = 8
MORE, CHEAP = 16, 4_000
"""So many points more for an inequality or equivalence, as it may fail in a small region only, while they are cheap."""
ENOUGH = 2
"""So many points that agree, and the others are there to confirm them."""


def plans(finder: ModelFinder, points: int, seed: int, generic: bool = False) -> Iterator[Plan]:
    """The models to try, small sizes first."""
    schemes = SCHEMES if finder.random and has_free_dependence(finder.context) else SCHEMES[:1]
    constant = not finder.order and not any(
        law.family == "declared" for law in (finder.context.declarations[n].law for n in finder.random) if law
    )
    count = (
        1 if constant and len(schemes) == 1 else max(points, 2 * len(schemes) - 1 if len(schemes) > 1 else 0)
    )
    for k in range(count):
        yield Plan(k, k, k, schemes[k % len(schemes)], seed, generic)


def test(
    context: Context, statement: Term, *, seed: int = 0, points: int = POINTS, budget: int = BUDGET
) -> TestReport:
    """Looks for a witness against the statement in the context; equal arguments give equal reports.

    ``points`` is about the number of models to try, ``budget`` the number of operations for one of them, of
    which all together may use half as many again; those after the first that agree no more than these did.
    """
    counts = {"agrees": 0, "sampled": 0, "undefined": 0, "unsupported": 0}
    reasons: list[str] = []
    models = spent = 0
    convincing: int | None = None
    try:
        claim = claim_of(context, statement)
    except RecursionError:
        return TestReport("not-evaluated", reasons=("budget: the statement is too deep",))
    for plan, hinted in _tried(claim, points, seed):
        if plan.style >= POINTS and (spent > CHEAP or counts["agrees"] < ENOUGH):
            break
        try:
            model = claim.finder.find(plan, claim.hints if hinted else None)
        except RecursionError:
            model = None
        if model is None:
            continue
        models += 1
        if convincing is None and counts["agrees"] >= ENOUGH:
            convincing = spent
        allowed = _allowance(budget, spent, convincing)
        if allowed <= 0:
            break
        result = judge(claim, model, allowed)
        if result.kind == "refuted":
            witness = shrink(claim, model, result, budget)
            return TestReport("refuted", counts["agrees"], counts["sampled"], counts["undefined"],
                              counts["unsupported"], models, False, tuple(reasons), witness)  # fmt: skip
        counts[result.kind] += 1
        spent += result.steps
        if result.reason and result.reason not in reasons:
            reasons.append(result.reason)
        hopeless = counts["unsupported"] >= 3 and counts["unsupported"] == models
        if hopeless:
            break
    agreed = counts["agrees"] + counts["sampled"]
    outcome = "no-model" if models == 0 else "agrees" if agreed else "not-evaluated"
    never = models > 0 and counts["undefined"] == models
    return TestReport(outcome, counts["agrees"], counts["sampled"], counts["undefined"],
                      counts["unsupported"], models, never, tuple(reasons))  # fmt: skip


def _allowance(budget: int, spent: int, convincing: int | None) -> int:
    """The operations that the next point may use.

    ``convincing`` is what was spent until enough points agreed; all the others together may use as much again.
    """
    if convincing is None:
        return min(budget, budget + budget // 2 - spent)
    return min(budget, max(2 * convincing, budget // 4) - spent)


def _tried(claim: Claim, points: int, seed: int) -> Iterator[tuple[Plan, bool]]:
    for plan in plans(claim.finder, points, seed, wants_generic(claim.goal)):
        yield plan, False
    if claim.hints:
        for k in range(9):
            yield Plan((1, 2, 4)[k // 3], k % POINTS, k, "independent", seed), True
    if isinstance(claim.goal, Apply) and claim.goal.head in (*ORDER_RELATIONS, "iff") and points >= POINTS:
        for k in range(POINTS, POINTS + MORE) if has_reals(claim) else ():
            yield Plan(k, k, k, "independent", seed), False


def has_reals(claim: Claim) -> bool:
    """Whether there are numbers or arrays of which other values could be tried."""
    kinds = [declaration.type for declaration in claim.context.declarations.values()]
    return any(kind == REAL or isinstance(kind, Tensor) for kind in kinds)


def find_models(context: Context, *, seed: int = 0, count: int = 3) -> tuple[Model, ...]:
    """Models of the context, at most so many; none found means that the context may be contradictory."""
    finder = finder_of(context)
    result: list[Model] = []
    for plan in plans(finder, max(count, POINTS), seed):
        model = finder.find(plan)
        if model is not None:
            result.append(model)
            if len(result) == count:
                break
    return tuple(result)
