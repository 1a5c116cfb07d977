"""Integrals that do not exist: integrands that carry no less, the closer to an end, on each octave towards it.

An octave is an interval twice as long, or half as long, as the one before.  What has a finite integral carries ever
less on them; what carries as much on octaves that are twice as many octaves out is taken to have none.  Slow
convergence, such as that of 1/(x log(x)^2), loses three quarters on the way.  As octaves further out are not looked
at, this is an estimate, like the integrals that it is held against.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from checks.trials.analytic import component_of, rigorous_integral
from checks.trials.values import Array, Dual, Scalar, Undefined, Unsupported, Value, at_point, multiply, to_ball

NEAR, FAR = 20, 42
"""The octaves whose bounds are compared where the integrand keeps its sign."""
WAVES_NEAR, WAVES_FAR = 1, 4
"""The octaves that are compared where it swings: on later ones it swings too often to be integrated."""
KEPT = arb(9) / 10
LOOSE = arb(2) ** -26

Interval = tuple[arb, arb]


def diverges(at: Callable[[Scalar], Value], octaves: list[Interval]) -> bool:
    """Whether the size of the integrand is seen to have no finite integral over all octaves, the first one first."""
    return _carries_on(lambda k: _least(at, octaves[k]), NEAR, FAR, len(octaves)) or _carries_on(
        lambda k: _carried(at, octaves[k]), WAVES_NEAR, WAVES_FAR, len(octaves)
    )


def _carries_on(bound: Callable[[int], arb | None], near: int, far: int, count: int) -> bool:
    """Whether what is carried at least stays as large between two octaves."""
    if count <= far:
        return False
    found = []
    for k in range(near, far + 1):
        value = bound(k)
        if value is None or not (value.is_finite() and value > 0):
            return False
        found.append(value)
    return all(later >= KEPT * found[0] for later in found[1:])


def _least(at: Callable[[Scalar], Value], octave: Interval) -> arb | None:
    """The width times the least size of the integrand."""
    low, high = octave
    try:
        value = _number(at(low.union(high)))
    except (Undefined, Unsupported):
        return None
    return None if value is None else (high - low).lower() * abs(value).lower()


def _carried(at: Callable[[Scalar], Value], octave: Interval) -> arb | None:
    """A lower bound of the integral of the size: that of the square over the greatest size."""
    low, high = octave
    try:
        greatest = _number(at(low.union(high)))

        def square(x: Scalar) -> Value:
            value = at(x)
            entry = component_of(value, (0,)) if type(value) is Array else value
            return multiply(entry, entry)

        squares = rigorous_integral(square, low, high, LOOSE)
    except (Undefined, Unsupported):
        return None
    if greatest is None or squares is None or type(squares) is Array:
        return None
    bound = abs(greatest).upper()
    if not (bound.is_finite() and bound > 0):
        return None
    return (to_ball(at_point(squares)) / bound).lower()


def _number(value: Value) -> arb | None:
    """The first entry of a value as a ball, a number that is differentiated at the point."""
    entry = value.entries[0] if type(value) is Array and value.entries else value
    if type(entry) is Dual:
        entry = at_point(entry)
    return to_ball(entry) if entry is not None and not isinstance(entry, bool) and not callable(entry) else None
