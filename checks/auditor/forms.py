"""Polynomials over the rationals in numbered generators, with exponents that may be fractions or negative.

A polynomial maps monomials to coefficients that are not 0; a monomial is a sorted tuple of pairs (generator,
exponent), where generators are numbers given out by whoever knows what they stand for, and an exponent other than a
natural number says that its generator is not negative (a fraction) or not zero (a negative one).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

Monomial = tuple[tuple[int, Fraction], ...]
Polynomial = Mapping[Monomial, Fraction]
MONOMIALS = 4_000


class Unknown(Exception):
    """It cannot be told within the means of this checker, or within its bounds."""


def constant(value: Fraction | int) -> Polynomial:
    """The polynomial that is a number."""
    return {(): Fraction(value)} if value else {}


def generator(number: int, exponent: Fraction = Fraction(1)) -> Polynomial:
    """The polynomial that is a power of a generator."""
    return {((number, exponent),): Fraction(1)}


def plus(*parts: Polynomial) -> Polynomial:
    """The sum of polynomials."""
    total: dict[Monomial, Fraction] = {}
    for part in parts:
        for monomial, coefficient in part.items():
            value = total.get(monomial, 0) + coefficient
            if value:
                total[monomial] = value
            else:
                del total[monomial]
    return total


def times(factor: Fraction | int, polynomial: Polynomial) -> Polynomial:
    """A rational multiple of a polynomial."""
    return {monomial: factor * coefficient for monomial, coefficient in polynomial.items()} if factor else {}


def minus(left: Polynomial, right: Polynomial) -> Polynomial:
    """The difference of polynomials."""
    return plus(left, times(-1, right))


def merged(left: Monomial, right: Monomial) -> Monomial:
    """The product of monomials, exponents added."""
    powers = dict(left)
    for number, exponent in right:
        powers[number] = powers.get(number, Fraction(0)) + exponent
    return tuple(sorted((number, exponent) for number, exponent in powers.items() if exponent))


def product(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product of polynomials; raises ``Unknown`` when it is too long."""
    if len(left) * len(right) > 4 * MONOMIALS:
        raise Unknown("a product of too many terms")
    total: dict[Monomial, Fraction] = {}
    for first, a in left.items():
        for second, b in right.items():
            monomial = merged(first, second)
            total[monomial] = total.get(monomial, Fraction(0)) + a * b
    if len(total) > MONOMIALS:
        raise Unknown("a polynomial of too many terms")
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}


def number_of(polynomial: Polynomial) -> Fraction | None:
    """The number that a polynomial is, if it is one."""
    if not polynomial:
        return Fraction(0)
    return polynomial.get(()) if len(polynomial) == 1 else None


def generators(polynomial: Polynomial) -> set[int]:
    """The generators that occur."""
    return {number for monomial in polynomial for number, _ in monomial}
