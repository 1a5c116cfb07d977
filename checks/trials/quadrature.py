"""Integrals of one real variable over what is not bounded, or up to an end where the integrand is not analytic.

The middle, and some octaves beyond it, are enclosed by balls (``analytic``).  Towards an end that is cut off,
infinity or a singularity, the integrand is enclosed on panels each twice as long, or half as long, as the one
before, whose sum bounds what is there.  Only what lies beyond the last panel is not looked at: it is left out when
the last panels have become small.  The ball that comes back is an estimate for that reason alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb

from checks.trials.analytic import component_of, rigorous_integral
from checks.trials.operations import plus
from checks.trials.values import Array, Dual, Scalar, Unsupported, Value, add, to_ball

REACH = arb(2) ** 3
OCTAVES = 11
PANELS = 53
CUT = arb(2) ** -24
SMALL = arb(2) ** -20
TOLERANCE = arb(2) ** -32
"""What the middle and the octaves are enclosed to: more than is known of what lies beyond them."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between two ends, None for infinity."""

    low: Scalar = None
    high: Scalar = None


def quadrature(at: Callable[[Scalar], Value], low: arb | None, high: arb | None) -> Value:
    """The integral between two ends, None for infinity; of a number that is differentiated, of each of its parts.

    Raises ``Unsupported`` when the integrand is not analytic in pieces, or does not get small towards an end.
    """
    for cut in (False, True):
        first, last = _core_end(low, high, -1, cut), _core_end(high, low, 1, cut)
        middle = rigorous_integral(at, first, last, TOLERANCE)
        for end, start, side in ((low, first, -1), (high, last, 1)):
            if end is not None and not cut:
                continue
            panels = _panels(end, start, side)
            for panel in panels[: OCTAVES if end is None else 0]:
                octave = rigorous_integral(at, *panel, TOLERANCE)
                middle = None if middle is None or octave is None else plus(middle, octave)
            if middle is None:
                break
            middle = _widened(middle, at, panels[OCTAVES if end is None else 0 :])
        if middle is not None:
            return middle
    raise Unsupported("an integrand that is not analytic in pieces")


def _core_end(end: arb | None, other: arb | None, side: int, cut: bool) -> arb:
    """Where the middle ends: far out towards infinity, or a little before an end that is cut."""
    if end is None:
        return (arb(0) if other is None else other) + side * REACH
    if not cut:
        return end
    width = arb(1) if other is None else abs(end - other)
    return (end - side * width * CUT).mid()


def _panels(end: arb | None, start: arb, side: int) -> list[tuple[arb, arb]]:
    """Intervals that cover what is between the middle and the end, but for what is beyond the last of them.

    Neighbours share an end, which the radius of a ball around both would be too coarse for.
    """
    found: list[tuple[arb, arb]] = []
    near = start
    distance = REACH if end is None else abs(end - start)
    for _ in range(PANELS):
        distance = distance * 2 if end is None else distance / 2
        far = near + side * distance / (2 if end is None else 1)
        found.append((near, far) if side > 0 else (far, near))
        near = far
    return found


def _widened(value: Value, at: Callable[[Scalar], Value], panels: list[tuple[arb, arb]]) -> Value:
    """The value with what the panels may hold added to its radius."""
    samples = [(high - low, at(low.union(high))) for low, high in panels]
    if type(value) is Array:
        entries = [_with_bound(entry, samples, (place,)) for place, entry in enumerate(value.entries)]
        return Array(value.shape, entries)
    return _with_bound(value, samples, (0,))


def _with_bound(value: Scalar, samples: list[tuple[arb, Value]], path: tuple[int, ...]) -> Scalar:
    if type(value) is Dual:
        parts = [_with_bound(part, samples, (*path, k + 1)) for k, part in enumerate(value.parts)]
        return Dual(value.level, _with_bound(value.real, samples, (*path, 0)), parts)
    bounds = [(width * abs(to_ball(component_of(sample, path)))).upper() for width, sample in samples]
    total = sum(bounds, arb(0))
    size = abs(to_ball(value)) + 1
    if not (total.is_finite() and bounds[-1] < SMALL * size and bounds[-2] < SMALL * size):
        raise Unsupported("the integrand does not get small towards an end")
    return add(value, arb(0, total.upper()))
