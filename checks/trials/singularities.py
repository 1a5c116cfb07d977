"""Places inside an interval where an integrand has no finite value, and integrals up to them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from flint import arb

from checks.trials.operations import plus
from checks.trials.quadrature import REACH, quadrature
from checks.trials.values import Array, Dual, Scalar, Undefined, Unsupported, Value, at_point, to_ball

HALVINGS = 40
MOST = 4
"""So many places, at most."""


def integral_beside_singularities(at: Callable[[Scalar], Value], low: arb | None, high: arb | None) -> Value:
    """The integral as the sum of those up to and from each place; raises what ``quadrature`` does."""
    first = low if low is not None else (-REACH if high is None else high - REACH)
    last = high if high is not None else (REACH if low is None else low + REACH)
    points = singular_points(at, first, last)
    if not points:
        raise Unsupported("an integrand that is not analytic in pieces")
    ends = [low, *points, high]
    total: Value = None
    for left, right in pairwise(ends):
        part = quadrature(at, left, right)
        total = part if total is None else plus(total, part)
    return total


def singular_points(at: Callable[[Scalar], Value], low: arb, high: arb) -> list[arb]:
    """The ends that two neighbouring shortest parts share when the integrand is not seen to be finite on either.

    A place that is no end of any part is not found.
    """
    parts = [(low, high)]
    for _ in range(HALVINGS):
        halves = []
        for left, right in parts:
            middle = ((left + right) / 2).mid()
            halves += [part for part in ((left, middle), (middle, right)) if not _is_finite(at, *part)]
        parts = halves
        if not parts or len(parts) > 4 * MOST:
            return []
    inside = [right for (_, right), (left, _) in pairwise(parts) if right == left]
    return inside if len(inside) <= MOST else []


def _is_finite(at: Callable[[Scalar], Value], left: arb, right: arb) -> bool:
    try:
        value = at(left.union(right))
    except (Undefined, Unsupported):
        return False
    entries = value.entries if type(value) is Array else [value]
    return all(_ball(entry).is_finite() for entry in entries)


def _ball(entry: Scalar) -> arb:
    return to_ball(at_point(entry) if type(entry) is Dual else entry)
