"""Student's t: its tail, its quantiles, and the normal score of a probability.

The mean of k normal numbers over its estimated error has Student's law with k - 1 degrees of freedom (Student, The
probable error of a mean, 1908).  A tail is half a regularised incomplete beta function, which Arb encloses.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

from flint import arb, ctx

_LEAST = 1e-300
_PRECISION = 64


def tail(t: float, freedom: int) -> float:
    """The probability that Student's t with so many degrees of freedom is greater than t."""
    if t < 0:
        return 1 - tail(-t, freedom)
    before, ctx.prec = ctx.prec, _PRECISION
    try:
        share = freedom / (freedom + arb(t) ** 2)
        half = share.beta_lower(arb(freedom) / 2, arb(1) / 2, regularized=True) / 2
        return float(half.mid())
    finally:
        ctx.prec = before


@cache
def quantile(probability: float, freedom: int) -> float:
    """The number that Student's t exceeds with a probability of at most a half."""
    low, high = 0.0, 1.0
    while tail(high, freedom) > probability:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle, freedom) > probability else (low, middle)
    return high


def score(probability: float) -> float:
    """The number whose size a standard normal number exceeds with the probability."""
    return 0.0 if probability >= 1 else -NormalDist().inv_cdf(max(probability, _LEAST) / 2)

