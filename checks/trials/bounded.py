"""Error probabilities that hold at the samples used: of means of what lies in a known range.

Where every law has a bounded support, the range of what is averaged is enclosed by evaluating it once, in balls, at all
outcomes together.  A mean of N independent numbers from a range of length w is by t or more above its expectation with
probability at most exp(-2 N t^2/w^2) (Hoeffding, Probability inequalities for sums of bounded random variables, 1963).
"""

from __future__ import annotations

from math import exp, prod
from typing import Any

from flint import arb, fmpq

from checks.terms import ORDER_RELATIONS, Apply, Bind, Term, add, map_children, negate
from checks.trials.compiling import RULES, Compiler, Environment
from checks.trials.formal import PoolFull
from checks.trials.joint import JointLaw
from checks.trials.judging import Claim
from checks.trials.laws import Density
from checks.trials.models import Model
from checks.trials.values import Array, Undefined, Unsupported, Value, is_exact, to_ball

_BUDGET = 20_000
_LEAST = 1e-300
_ROUNDING = 1e-9  # how much of a range the rounding of a mean may make up, generously


def error_probability(
    claim: Claim, model: Model, joint: JointLaw, goal: Apply, against: Any, samples: int
) -> float | None:
    """At most so likely do the sides of a true relation differ by as much against it in some entry; None if no range
    is known.

    The sides are linear in expectations and depend on no outcome; ``against`` is by how much their means speak
    against the relation.
    """
    widths = _widths(claim, model, joint, goal)
    if widths is None or len(widths) != against.size:
        return None
    ratios = [float(t) / width - _ROUNDING for t, width in zip(against.flat, widths, strict=True)]
    sides = 1 if goal.head in ORDER_RELATIONS else 2
    return min(1.0, sides * len(widths) * max(_LEAST, exp(-2 * samples * max(0.0, *ratios) ** 2)))


def _widths(claim: Claim, model: Model, joint: JointLaw, goal: Apply) -> list[float] | None:
    """The lengths of ranges in which the entries of the difference of the sides lie at every outcome."""
    compiler = claim.finder.compiler
    supports = {name: _support(joint, name) for name in compiler.random_symbols(goal)}
    if any(support is None for support in supports.values()):
        return None
    left, right = (_opened(compiler, side) for side in goal.arguments)
    world = model.world(_BUDGET)
    try:
        value = compiler.code(add(left, negate(right)))(Environment(world, {**world.values, **supports}, None))
    except (Unsupported, Undefined, PoolFull, RecursionError, OverflowError, MemoryError):
        return None
    entries = value.entries if isinstance(value, Array) else [value]
    if world.sampled or world.overlap or world.estimated:
        return None
    if not all(is_exact(entry) or (type(entry) is arb and entry.is_finite()) for entry in entries):
        return None
    widths = [float((2 * to_ball(entry).rad()).upper()) * (1 + _ROUNDING) for entry in entries]
    return widths if widths and all(width > 0 for width in widths) else None


def _support(joint: JointLaw, name: str) -> Value:
    """Balls that hold every outcome of the symbol; None where there are none."""
    shape = joint.shapes[name]
    if callable(shape):
        return None
    found = [_range(joint.marginal((name, (), flat))) for flat in range(prod(shape))]
    if any(entry is None for entry in found):
        return None
    return Array(shape, found) if shape else found[0]


def _range(law: Any) -> arb | None:
    if len(law) == 1 or not isinstance(law[1], Density):
        first, *rest = (to_ball(value) for _, value in law)
        for value in rest:
            first = first.union(value)
        return first
    centre, density = law
    if density.family == "Uniform":
        half = to_ball(density.parameters[0])
        return to_ball(centre) + (-half).union(half)
    return to_ball(centre) + to_ball(fmpq(0)).union(arb(1)) if density.family == "Beta" else None


def _opened(compiler: Compiler, term: Term) -> Term:
    """The term without its expectations."""
    if isinstance(term, Apply) and term.head == "expectation":
        return term.arguments[0]
    if isinstance(term, Apply) and term.head not in RULES and term.head in compiler.context.definitions:
        return _opened(compiler, compiler.unfold(term))
    if not isinstance(term, Apply | Bind):
        return term
    return map_children(term, lambda child, depth: _opened(compiler, child))
