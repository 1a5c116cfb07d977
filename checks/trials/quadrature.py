"""Integrals of one real variable by quadrature, with an estimate of the error.

The substitutions of Takahasi and Mori (double exponential formulas, 1974) take the line, a half-line or an
interval to the line, where the trapezoidal rule converges fast for integrands that are smooth inside, whatever
they do at the ends.  Three steps are compared; the difference of the last two, a thousand times over, what the
cut-off tails may hold, and a millionth of the integral of the absolute value make the radius of the ball that is
handed back.  No theorem bounds the error: the ball is an estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb, ctx

from checks.trials.values import (
    Dual,
    Scalar,
    Unsupported,
    add,
    multiply,
    to_ball,
)

REACH = 112  # the trapezoidal rule runs over |t| <= REACH/32
STEPS = (4, 2, 1)  # in units of 1/32
SAFETY = 1000
RELATIVE = 1e-6


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between two ends, None for infinity."""

    low: Scalar = None
    high: Scalar = None


def node(interval: Interval, t: arb) -> tuple[Scalar, Scalar]:
    """The point of the interval for a number t, and the rate at which it moves with t."""
    inner, rate = arb.pi() / 2 * t.sinh(), arb.pi() / 2 * t.cosh()
    low, high = interval.low, interval.high
    if low is None and high is None:
        return inner.sinh(), inner.cosh() * rate
    if low is not None and high is not None:
        width = add(high, multiply(-1, low))
        # 1/(1 + exp(-2u)) keeps its digits at both ends.
        share = 1 / (1 + (-2 * inner).exp())
        other = 1 / (1 + (2 * inner).exp())
        return add(low, multiply(width, share)), multiply(width, 2 * share * other * rate)
    distance = inner.exp()
    if high is None:
        return add(low, distance), distance * rate
    return add(high, -distance), distance * rate


def quadrature(function: Callable[[Scalar], Scalar], interval: Interval) -> Scalar:
    """An estimate of the integral, a ball; of a number that is differentiated, of each of its parts.

    Raises ``Unsupported`` when the integrand does not get small where the interval is cut off.
    """
    samples: dict[int, Scalar] = {}
    for k in range(-REACH, REACH + 1, STEPS[-1]):
        x, weight = node(interval, arb(k) / 32)
        samples[k] = multiply(weight, function(x))
    return _assembled(samples)


def _assembled(samples: dict[int, Scalar]) -> Scalar:
    """The integral of a number, or of a dual part by part."""
    dual = next((value for value in samples.values() if type(value) is Dual), None)
    if dual is None:
        return _estimate({k: to_ball(value) for k, value in samples.items()})
    level = max((v.level for v in samples.values() if type(v) is Dual), key=lambda level: level.order)
    reals = {k: v.real if type(v) is Dual and v.level is level else v for k, v in samples.items()}
    parts = {k: level.parts_of(value) for k, value in samples.items()}
    found = [_assembled({k: part[place] for k, part in parts.items()}) for place in range(level.size)]
    return Dual(level, _assembled(reals), found)


def _estimate(samples: dict[int, arb]) -> arb:
    sums = [sum((value for k, value in samples.items() if k % step == 0), arb(0)) * step / 32 for step in STEPS]
    size = sum((abs(value) for value in samples.values()), arb(0)) * STEPS[-1] / 32
    if not (size.is_finite() and all(total.is_finite() for total in sums)):
        raise Unsupported("the integrand is not finite at a point")
    first, second = abs(sums[1] - sums[0]), abs(sums[2] - sums[1])
    ends = [abs(samples[min(samples)]), abs(samples[max(samples)])]
    # What is cut off is about as large as the last terms when the integrand falls off like a power.
    tails = (ends[0] + ends[1]) * 4
    if second.mid() > first.mid() and second.mid() > size.mid() * arb(RELATIVE):
        raise Unsupported("the quadrature does not converge")
    if tails.mid() > size.mid() * arb(1e-3):
        raise Unsupported("the integrand does not get small towards the ends")
    radius = SAFETY * (second + tails) + size * arb(RELATIVE) + arb(2) ** (-ctx.prec // 2)
    return arb(sums[2].mid(), radius.upper())
