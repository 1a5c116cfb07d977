"""Numbers as polynomials in what is no sum, product or power."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from checks.auditor.terms import ONE, Apply, Number, Term

Monomial = frozenset[tuple[Term, int]]
Polynomial = Mapping[Monomial, Fraction]
CONSTANT: Monomial = frozenset()
LARGEST = 400
"""The number of monomials beyond which a product stays closed."""


def polynomial(term: Term) -> dict[Monomial, Fraction]:
    """A number as a polynomial: Σ coefficient · Π atom^exponent.

    A quotient by anything but a number is a product with the atom 1/t, which is not cancelled.
    """
    match term:
        case Number(value):
            return {CONSTANT: value} if value else {}
        case Apply("add", arguments):
            total: dict[Monomial, Fraction] = {}
            for each in arguments:
                total = plus(total, polynomial(each))
            return total
        case Apply("negate", (inner,)):
            return scaled(polynomial(inner), Fraction(-1))
        case Apply("multiply", arguments):
            result: dict[Monomial, Fraction] | None = {CONSTANT: Fraction(1)}
            for each in arguments:
                result = None if result is None else times(result, polynomial(each))
            return atom(term) if result is None else result
        case Apply("divide", (above, below)):
            match polynomial(below):
                case {} as divisor if set(divisor) == {CONSTANT}:
                    return scaled(polynomial(above), 1 / divisor[CONSTANT])
            if above == ONE:
                return atom(term)
            product = times(polynomial(above), atom(Apply("divide", (ONE, below))))
            return atom(term) if product is None else product
        case Apply("modulo", (above, below)):
            whole = Apply("floor", (Apply("divide", (above, below)),))
            return polynomial(Apply("add", (above, Apply("negate", (Apply("multiply", (below, whole)),)))))
        case Apply("power", (base, Number(exponent))) if exponent.denominator == 1 and 0 <= exponent <= 12:
            result = {CONSTANT: Fraction(1)}
            for _ in range(int(exponent)):
                result = None if result is None else times(result, polynomial(base))
            return atom(term) if result is None else result
        case _:
            return atom(term)


def atom(term: Term) -> dict[Monomial, Fraction]:
    """The polynomial that is one variable."""
    return {frozenset({(term, 1)}): Fraction(1)}


def plus(left: Polynomial, right: Polynomial, factor: Fraction = Fraction(1)) -> dict[Monomial, Fraction]:
    """left + factor · right."""
    total = dict(left)
    for monomial, coefficient in right.items():
        total[monomial] = total.get(monomial, Fraction(0)) + factor * coefficient
        if not total[monomial]:
            del total[monomial]
    return total


def scaled(value: Polynomial, factor: Fraction) -> dict[Monomial, Fraction]:
    """factor · value."""
    return {monomial: factor * coefficient for monomial, coefficient in value.items()} if factor else {}


def times(left: Polynomial, right: Polynomial) -> dict[Monomial, Fraction] | None:
    """The product; None where it is too long."""
    if len(left) * len(right) > LARGEST:
        return None
    total: dict[Monomial, Fraction] = {}
    for first, a in left.items():
        for second, b in right.items():
            total = plus(total, {_joined(first, second): a * b})
    return total


def _joined(first: Monomial, second: Monomial) -> Monomial:
    exponents = dict(first)
    for term, exponent in second:
        exponents[term] = exponents.get(term, 0) + exponent
    return frozenset(exponents.items())
