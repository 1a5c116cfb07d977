"""Integrals over the line, derivatives and suprema, numerically: rough, but independent of everything else.

Integrals by the double exponential rules of Takahasi and Mori (1974), piece by piece between the points where
the integrand may have kinks; derivatives by central differences in high precision; suprema by compass search.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from flint import arb, fmpq

from benchmarks.soundness.values import Real, Undefined, Unjudged, ball, is_exact

Integrand = Callable[[Real], Any]

INTEGRAL_ROUGH = 1e-6
DERIVATIVE_ROUGH = 1e-12
SUPREMUM_ROUGH = 1e-5
STEP = 0.125
REACH = 3.375
PANELS = (1, 3, 7, 15, 31, 63, 127)
"""Where the panels next to the last break end; beyond lies a tail."""
ORDER = 14


@cache
def _half_line() -> tuple[tuple[arb, arb], ...]:
    """Places and weights for the integral from 0 to infinity: x = exp(pi/2 sinh t)."""
    found = []
    for k in range(-round(REACH / STEP) // 2, round(REACH / STEP) // 2 + 1):
        t = 2 * k * STEP
        place = math.exp(math.pi / 2 * math.sinh(t))
        found.append((arb(place), arb(2 * STEP * math.pi / 2 * math.cosh(t) * place)))
    return tuple(found)


@cache
def _interval() -> tuple[tuple[arb, arb], ...]:
    """Places and weights for the integral from 0 to 1, whatever happens at its ends: x = (1 + tanh(pi/2 sinh t))/2."""
    found = []
    for k in range(-round(REACH / STEP), round(REACH / STEP) + 1):
        t = k * STEP
        argument = math.pi / 2 * math.sinh(t)
        # 1/(1 + exp(-2a)) keeps its digits near 0; near 1 the distance is lost, which costs a little accuracy.
        place = 1 / (1 + math.exp(-2 * argument))
        weight = STEP * math.pi / 4 * math.cosh(t) / math.cosh(argument) ** 2
        if 0 < place < 1:
            found.append((arb(place), arb(weight)))
    return tuple(found)


@cache
def _panel() -> tuple[tuple[arb, arb], ...]:
    """Places and weights of the rule of Gauss and Legendre for the integral from 0 to 1."""
    pairs = (arb.legendre_p_root(ORDER, k, weight=True) for k in range(ORDER))
    return tuple(((node + 1) / 2, weight / 2) for node, weight in pairs)


def line_nodes(breaks: Sequence[Real]) -> list[tuple[Real, arb, bool]]:
    """Places and weights over the whole line; the third part says that a place is far out."""
    points = sorted({round(float(ball(b).mid()), 12): b for b in breaks}.items())
    ends = [ball(b) for _, b in points] or [arb(0)]
    nodes: list[tuple[Real, arb, bool]] = []
    for end, way in ((ends[0], -1), (ends[-1], 1)):
        nodes.extend((end + way * place, weight, False) for place, weight in _interval())
        for start, stop in pairwise(PANELS):
            for x, weight in _panel():
                nodes.append((end + way * (start + (stop - start) * x), weight * (stop - start), False))
        tail = _half_line()
        for number, (place, weight) in enumerate(tail):
            nodes.append((end + way * (PANELS[-1] + place), weight, number >= len(tail) - 2))
    for low, high in pairwise(ends):
        nodes.extend((low + (high - low) * place, weight * (high - low), False) for place, weight in _interval())
    return nodes


def divergent(value: Real, weight: arb) -> bool:
    """Whether an integrand is still large far out."""
    product = abs(ball(value)) * weight
    return not product.is_finite() or bool(product.mid() > 1e-5)


def difference_step(level: int) -> fmpq:
    """The step of a difference quotient, smaller the deeper it stands inside others."""
    return fmpq(1, 2 ** (40 + 50 * level))


def central(before: Real, at: Real, after: Real, step: fmpq) -> tuple[Real, arb]:
    """The derivative from three values, and by how much the slopes on the two sides differ."""
    return (after - before) / (2 * step), abs((ball(after) - 2 * ball(at) + ball(before)) / step)


def suspicious(slope: Real, bend: arb) -> bool:
    """Whether the slopes on two sides differ by more than they would for a function that bends little."""
    return bool(bend.mid() > 1e-6 * (1 + abs(ball(slope)).mid()))


def highest(
    value: Callable[[tuple[float, ...]], float | None], starts: Sequence[tuple[float, ...]], steps: int = 160
) -> float:
    """The supremum of a function of some reals, which is None outside of its domain."""
    tried = sorted(
        ((found, start) for start in starts if (found := value(start)) is not None), key=lambda pair: -pair[0]
    )
    if not tried:
        raise Undefined("a supremum over nothing")
    return max(_climbed(value, start, found, steps) for found, start in tried[:2])


def _climbed(
    value: Callable[[tuple[float, ...]], float | None], start: tuple[float, ...], found: float, steps: int
) -> float:
    step, at = 0.5, start
    for _ in range(steps):
        moved = False
        for axis in range(len(at)):
            for way in (step, -step):
                place = (*at[:axis], at[axis] + way, *at[axis + 1 :])
                there = value(place)
                if there is not None and there > found + 1e-13 * abs(found):
                    at, found, moved = place, there, True
                    break
        if max(map(abs, at), default=0.0) > 1e7:
            if abs(found) > 1e4:
                raise Undefined("a supremum of what is not bounded")
            break
        step *= 2.0 if moved else 0.5
        if step < 1e-6:
            break
    if not math.isfinite(found):
        raise Unjudged("a supremum without bounds")
    return found


def as_float(value: Real) -> float:
    """The number as a machine number."""
    return float(ball(value).mid()) if not is_exact(value) else float(fmpq(value).p) / float(fmpq(value).q)
