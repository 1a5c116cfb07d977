"""Polynomials in independent random numbers with their exact means, by code that shares nothing with the engine.

The raw moments are the textbook ones (Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, 1994).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb, factorial

Polynomial = Mapping[tuple[int, ...], Fraction]
"""Coefficients by the exponents of the random numbers."""


@dataclass(frozen=True, slots=True)
class NamedLaw:
    """A named law with its parameters, in the order of the script language."""

    family: str
    parameters: tuple[Fraction, ...]

    def moment(self, degree: int) -> Fraction:
        """``E[X^degree]``."""
        return raw_moments(self, degree)[degree]


def raw_moments(law: NamedLaw, degree: int) -> list[Fraction]:
    """The means of the powers 0, …, degree."""
    orders = range(degree + 1)
    match law.family, law.parameters:
        case "Normal", (mean, variance):
            found = [Fraction(1), mean]
            for k in range(1, degree):
                found.append(mean * found[k] + k * variance * found[k - 1])
            return found[: degree + 1]
        case "Laplace", (mean, scale):
            centred = [factorial(k) * scale**k if k % 2 == 0 else Fraction(0) for k in orders]
            return [sum((comb(k, j) * mean ** (k - j) * centred[j] for j in range(k + 1)), Fraction(0)) for k in orders]
        case "Uniform", (low, high):
            return [(high ** (k + 1) - low ** (k + 1)) / ((k + 1) * (high - low)) for k in orders]
        case "Exponential", (rate,):
            return [factorial(k) / rate**k for k in orders]
        case "Gamma", (shape, rate):
            return [rising(shape, k) / rate**k for k in orders]
        case "Beta", (first, second):
            return [rising(first, k) / rising(first + second, k) for k in orders]
        case "Bernoulli", (chance,):
            return [chance if k else Fraction(1) for k in orders]
        case "Rademacher", ():
            return [Fraction(1 - k % 2) for k in orders]
        case "Poisson", (mean,):
            found = [Fraction(1)]
            for k in range(degree):
                found.append(mean * sum((comb(k, j) * found[j] for j in range(k + 1)), Fraction(0)))
            return found
        case _:
            raise ValueError(f"no moments of {law}")


def rising(base: Fraction, length: int) -> Fraction:
    """base (base + 1) … (base + length - 1)."""
    result = Fraction(1)
    for k in range(length):
        result *= base + k
    return result


def mean_of(polynomial: Polynomial, laws: tuple[NamedLaw, ...]) -> Fraction:
    """The mean of the polynomial in independent numbers with these laws."""
    total = Fraction(0)
    for exponents, coefficient in polynomial.items():
        for law, exponent in zip(laws, exponents, strict=True):
            coefficient *= law.moment(exponent)
        total += coefficient
    return total


def squared(polynomial: Polynomial) -> Polynomial:
    """The square."""
    result: dict[tuple[int, ...], Fraction] = {}
    for first, a in polynomial.items():
        for second, b in polynomial.items():
            exponents = tuple(p + q for p, q in zip(first, second, strict=True))
            result[exponents] = result.get(exponents, Fraction(0)) + a * b
    return result


def variance_of(polynomial: Polynomial, laws: tuple[NamedLaw, ...]) -> Fraction:
    """The variance."""
    return mean_of(squared(polynomial), laws) - mean_of(polynomial, laws) ** 2
