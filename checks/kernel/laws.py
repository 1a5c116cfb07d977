"""Moments of the named laws, as terms in their parameters.

Sources: N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions I–II (1994–95), and
N. L. Johnson, A. W. Kemp, S. Kotz, Univariate Discrete Distributions (2005).

Trusted for the table of moments, which is that of the sources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import comb, factorial

from checks.terms import ONE, ZERO, Apply, Term, add, divide, multiply, negate, number, power

Parameters = tuple[Term, ...]


def _odd_factorial(k: int) -> int:
    """1·3·5···(2k−1)."""
    return factorial(2 * k) // (factorial(k) << k)


def _shifted(location: Term, degree: int, central: Callable[[int], Term | None]) -> Term:
    """E[(location + Z)^degree] from the moments of Z; a moment None is zero."""
    terms = []
    for k in range(degree + 1):
        moment = central(k)
        if moment is not None:
            terms.append(multiply(number(comb(degree, k)), power(location, number(degree - k)), moment))
    return add(*terms)


def _normal(parameters: Parameters, degree: int) -> Term:
    mean, variance = parameters

    def central(k: int) -> Term | None:
        return (
            multiply(number(_odd_factorial(k // 2)), power(variance, number(k // 2))) if k % 2 == 0 else None
        )

    return _shifted(mean, degree, central)


def _laplace(parameters: Parameters, degree: int) -> Term:
    location, scale = parameters

    def central(k: int) -> Term | None:
        return multiply(number(factorial(k)), power(scale, number(k))) if k % 2 == 0 else None

    return _shifted(location, degree, central)


def _uniform(parameters: Parameters, degree: int) -> Term:
    low, high = parameters
    # (high^(d+1) - low^(d+1)) / ((d+1)(high - low)), divided out.
    terms = [multiply(power(low, number(k)), power(high, number(degree - k))) for k in range(degree + 1)]
    return multiply(number(Fraction(1, degree + 1)), add(*terms))


def _bernoulli(parameters: Parameters, degree: int) -> Term:
    return parameters[0] if degree else ONE


def _rademacher(parameters: Parameters, degree: int) -> Term:
    return ONE if degree % 2 == 0 else ZERO


def _exponential(parameters: Parameters, degree: int) -> Term:
    return divide(number(factorial(degree)), power(parameters[0], number(degree)))


def _poisson(parameters: Parameters, degree: int) -> Term:
    # Touchard's polynomial: Σ_k S(degree, k) rate^k with Stirling numbers of the second kind.
    row = [1]
    for _ in range(degree):
        row = [(row[k - 1] if k else 0) + k * (row[k] if k < len(row) else 0) for k in range(len(row) + 1)]
    return add(*(multiply(number(s), power(parameters[0], number(k))) for k, s in enumerate(row) if s))


def _gamma(parameters: Parameters, degree: int) -> Term:
    shape, rate = parameters
    rising = [add(shape, number(k)) for k in range(degree)]
    return divide(multiply(*rising), power(rate, number(degree)))


def _beta(parameters: Parameters, degree: int) -> Term:
    alpha, beta = parameters
    above = [add(alpha, number(k)) for k in range(degree)]
    below = [add(alpha, beta, number(k)) for k in range(degree)]
    return divide(multiply(*above), multiply(*below))


def _student(parameters: Parameters, degree: int) -> Term:
    (degrees,) = parameters
    if degree % 2:
        return ZERO
    k = degree // 2
    below = [add(degrees, number(-2 * j)) for j in range(1, k + 1)]
    return divide(multiply(number(_odd_factorial(k)), power(degrees, number(k))), multiply(*below))


MOMENTS: Mapping[str, Callable[[Parameters, int], Term]] = {
    "Normal": _normal,
    "Uniform": _uniform,
    "Bernoulli": _bernoulli,
    "Rademacher": _rademacher,
    "Exponential": _exponential,
    "Laplace": _laplace,
    "Poisson": _poisson,
    "Gamma": _gamma,
    "Beta": _beta,
    "StudentT": _student,
}

POSITIVE_LAWS = frozenset({"Exponential", "Gamma", "Beta"})


def absolute_moment(family: str, parameters: Parameters, degree: int) -> Term | None:
    """E|X|^degree for odd degree where the law is symmetric about 0 (location given as 0), else None."""
    k = degree // 2
    match family:
        case "Normal":
            # E|Z|^(2k+1) = 2^k k! sqrt(2/pi) for a standard normal Z.
            scale = power(parameters[1], number(Fraction(degree, 2)))
            return multiply(
                number(2**k * factorial(k)), Apply("sqrt", (divide(number(2), Apply("pi")),)), scale
            )
        case "Laplace":
            return multiply(number(factorial(degree)), power(parameters[1], number(degree)))
        case "Rademacher":
            return ONE
        case _:
            return None


def location(family: str, parameters: Parameters) -> Term | None:
    """The point about which the law is symmetric, or None."""
    match family:
        case "Normal" | "Laplace":
            return parameters[0]
        case "Uniform":
            return multiply(number(Fraction(1, 2)), add(*parameters))
        case "Rademacher" | "StudentT":
            return ZERO
        case _:
            return None


def has_moment(family: str, degree: int) -> bool | None:
    """Whether absolute moments up to ``degree`` exist for every parameter; None when it depends on them."""
    return None if family == "StudentT" and degree > 0 else True


def moment_condition(family: str, parameters: Parameters, degree: int) -> Term:
    """What a moment's existence says of the parameters: a term that must be positive."""
    return add(parameters[0], negate(number(degree))) if family == "StudentT" else ONE
