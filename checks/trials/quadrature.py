"""Integrals of one real variable over what is not bounded, or up to an end where the integrand is not analytic.

The middle, and some octaves beyond it, are enclosed by balls (``analytic``).  Towards an end that is cut off,
infinity or a singularity, the integrand is enclosed on panels each twice as long, or half as long, as the one
before, whose sum bounds what is there.  Only what lies beyond the last panel is not looked at: it is left out when
the last panels have become small.  The ball that comes back is an estimate for that reason alone.  Where the panels do
not become small the integral may not exist (``divergence``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb, ctx

from checks.trials.analytic import PRECISE, component_of, rigorous_integral
from checks.trials.divergence import diverges
from checks.trials.operations import plus
from checks.trials.values import Array, Dual, Infinite, Scalar, Unsupported, Value, add, to_ball

REACH = arb(2) ** 3
OCTAVES = 11
PANELS = 53
CUT = arb(2) ** -24
SMALL = arb(2) ** -20
TOLERANCE = arb(2) ** -32
"""What the middle and the octaves are enclosed to: more than is known of what lies beyond them."""

def tolerance() -> arb:
    """What is aimed at in the present precision."""
    return arb(2) ** -(ctx.prec // 4) if ctx.prec >= PRECISE else TOLERANCE


def cut_share() -> arb:
    """The part of an interval that is left to panels at an end where the integrand is not analytic."""
    return arb(2) ** -(ctx.prec // 4) if ctx.prec >= PRECISE else CUT


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between two ends, None for infinity."""

    low: Scalar = None
    high: Scalar = None


def quadrature(at: Callable[[Scalar], Value], low: arb | None, high: arb | None) -> Value:
    """The integral between two ends, None for infinity; of a number that is differentiated, of each of its parts.

    Raises ``Infinite`` when it is seen not to exist, ``Unsupported`` when the integrand is not analytic in pieces, or
    does not get small towards an end.
    """
    aim = tolerance()
    problem = "an integrand that is not analytic in pieces"
    for cut in (False, True):
        first, last = _core_end(low, high, -1, cut), _core_end(high, low, 1, cut)
        middle = rigorous_integral(at, first, last, aim)
        for end, start, side in ((low, first, -1), (high, last, 1)):
            if end is not None and not cut:
                continue
            panels = _panels(end, start, side)
            try:
                middle = None if middle is None else _extended(middle, at, panels, OCTAVES if end is None else 0, aim)
            except Unsupported as failure:
                middle, problem = None, str(failure)
            if middle is None:
                if diverges(at, panels):
                    raise Infinite("an integral that is not finite")
                break
        if middle is not None:
            return middle
    raise Unsupported(problem)


def integral_of(at: Callable[[Scalar], Value], interval: Interval) -> Value:
    """The integral over an interval, rigorous where it is bounded and the integrand analytic up to its ends."""
    low, high = (None if end is None else to_ball(end) for end in (interval.low, interval.high))
    found = None if low is None or high is None else rigorous_integral(at, low, high)
    return quadrature(at, low, high) if found is None else found


def _core_end(end: arb | None, other: arb | None, side: int, cut: bool) -> arb:
    """Where the middle ends: far out towards infinity, or a little before an end that is cut."""
    if end is None:
        return (arb(0) if other is None else other) + side * REACH
    if not cut:
        return end
    width = arb(1) if other is None else abs(end - other)
    return (end - side * width * cut_share()).mid()


def _extended(
    value: Value, at: Callable[[Scalar], Value], panels: list[tuple[arb, arb]], octaves: int, aim: arb
) -> Value:
    """The value with the first octaves added, as far as they can be enclosed, and a bound of the others."""
    _widened(value, at, panels[octaves:])  # Cheap, and what stops the dear rest where the integrand does not decay.
    for done in range(octaves):
        octave = rigorous_integral(at, *panels[done], aim)
        if octave is None:
            return _widened(value, at, panels[done:])
        value = plus(value, octave)
    return _widened(value, at, panels[octaves:])


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
