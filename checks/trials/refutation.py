"""The search for a witness: models over sizes, values and dependence, from small to large."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from checks.contexts import Context
from checks.terms import Term
from checks.trials.dependence import has_free_dependence
from checks.trials.joint import RARE_SCHEMES, SCHEMES
from checks.trials.judging import BUDGET, Claim, claim_of, finder_of, judge, speaks_of_arrays
from checks.trials.laws import FIRST_RARE
from checks.trials.models import Model, ModelFinder, Plan, wants_generic
from checks.trials.reports import TestReport
from checks.trials.witnesses import shrink

POINTS = 8
WIDE = 48
"""The models of a second look."""
FIRST = FIRST_RARE
"""The number of the first of them, past those of the first look and what these try beside themselves."""
THOROUGH = 3
"""How many times the budget of one point all points of a second look may use."""
ESTIMATES = 4
"""So many estimates that agree end a second look: they take long."""
WASTE = 4
"""What part of the budget of one point may be spent in a second look on points at which nothing is evaluated."""
HOPELESS = 3
"""So many points at which a claim was not evaluated, and none at which it was, end a look."""
ENOUGH = 2
"""So many points that agree, and the others are there to confirm them."""


def plans(finder: ModelFinder, points: int, seed: int, generic: bool = False) -> Iterator[Plan]:
    """The models to try, small sizes first."""
    schemes = SCHEMES if finder.random and has_free_dependence(finder.context) else SCHEMES[:1]
    constant = _is_constant(finder)
    count = (
        1 if constant and len(schemes) == 1 else max(points, 2 * len(schemes) - 1 if len(schemes) > 1 else 0)
    )
    for k in range(count):
        yield Plan(k, k, k, schemes[k % len(schemes)], seed, generic)


def _is_constant(finder: ModelFinder) -> bool:
    """Whether there is nothing to choose but how random numbers depend on each other."""
    laws = [finder.context.declarations[name].law for name in finder.random]
    return not finder.order and not any(law is not None and law.family == "declared" for law in laws)


def wide_plans(finder: ModelFinder, seed: int, generic: bool) -> Iterator[Plan]:
    """The models of a second look: many, of many kinds."""
    schemes = RARE_SCHEMES if finder.random and has_free_dependence(finder.context) else SCHEMES[:1]
    count = len(schemes) if _is_constant(finder) else WIDE
    for k in range(FIRST, FIRST + count):
        yield Plan(k, k, k, schemes[k % len(schemes)], seed, generic, wide=True)


def test(
    context: Context,
    statement: Term,
    *,
    seed: int = 0,
    points: int = POINTS,
    budget: int = BUDGET,
    thorough: bool = False,
) -> TestReport:
    """Looks for a witness against the statement in the context; equal arguments give equal reports.

    ``points`` is about the number of models to try, ``budget`` the number of operations for one of them, of
    which all together may use half as many again; those after the first that agree no more than these did.
    ``thorough`` asks for a second look: more models, of more kinds, with more operations and higher precision.
    """
    counts = {"agrees": 0, "sampled": 0, "undefined": 0, "unsupported": 0}
    reasons: list[str] = []
    models = spent = estimates = wasted = 0
    convincing: int | None = None
    try:
        claim = claim_of(context, statement)
        form = claim_of(context, statement, forms=True) if thorough else claim
    except RecursionError:
        return TestReport("not-evaluated", reasons=("budget: the statement is too deep",))
    # Where there are no other values to try, precision is all that is left.
    sharp = thorough and _is_constant(claim.finder)
    wanted = _tried_again(claim, form, seed) if thorough else _tried(claim, points, seed)
    for looked_at, plan, hinted in wanted:
        try:
            model = looked_at.finder.find(plan, looked_at.hints if hinted else None)
        except RecursionError:
            model = None
        if model is None:
            continue
        models += 1
        if convincing is None and counts["agrees"] >= ENOUGH:
            convincing = spent
        allowed = THOROUGH * budget - spent if thorough else _allowance(budget, spent, convincing)
        if allowed <= 0:
            break
        result = judge(looked_at, model, allowed, sharp)
        if result.kind == "refuted":
            witness = shrink(looked_at, model, result, budget)
            return TestReport("refuted", counts["agrees"], counts["sampled"], counts["undefined"],
                              counts["unsupported"], models, False, tuple(reasons), witness)  # fmt: skip
        counts[result.kind] += 1
        spent += result.steps
        if result.reason and result.reason not in reasons:
            reasons.append(result.reason)
        estimates += result.estimated
        hopeless = counts["unsupported"] >= (2 * HOPELESS if thorough else HOPELESS)
        wasted += result.steps if result.kind == "unsupported" else 0
        if (hopeless and counts["unsupported"] == models) or (
            thorough and (estimates >= ESTIMATES or wasted > budget // WASTE)
        ):
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


def _tried(claim: Claim, points: int, seed: int) -> Iterator[tuple[Claim, Plan, bool]]:
    for plan in plans(claim.finder, points, seed, wants_generic(claim.goal)):
        yield claim, plan, False
    if claim.hints:
        for k in range(9):
            yield claim, Plan((1, 2, 4)[k // 3], k, k, "independent", seed), True


def _tried_again(claim: Claim, form: Claim, seed: int) -> Iterator[tuple[Claim, Plan, bool]]:
    """The points of a second look; what is said of all arrays is also looked at as a whole, as ``form``."""
    for plan in wide_plans(claim.finder, seed, wants_generic(claim.goal)):
        yield claim, plan, False
        if form is not claim and speaks_of_arrays(form.goal):
            yield form, plan, False


def find_models(context: Context, *, seed: int = 0, count: int = 3) -> tuple[Model, ...]:
    """Models of the context, at most so many; none found means that the context may be contradictory."""
    finder = finder_of(context)
    result: list[Model] = []
    for plan in chain(plans(finder, max(count, POINTS), seed), wide_plans(finder, seed, False)):
        if plan.wide and result:
            break
        model = finder.find(plan)
        if model is not None:
            result.append(model)
            if len(result) == count:
                break
    return tuple(result)
