"""Integrals over the line of polynomials times exponentials of quadratic polynomials.

For a > 0:  ∫ x^k exp(-a x² + b x + c) dx = sqrt(π/a) exp(c + b²/(4a)) E[X^k],  X normal with mean m = b/(2a) and
variance v = 1/(2a), and E[X^k] = Σ_j (k choose 2j) (2j-1)!! v^j m^(k-2j)  (W. Rudin, Principles of Mathematical
Analysis, 8.21, by completing the square).  Each such function is summable, so a sum of them may be split.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb, prod

from flint import fmpq

from checks.kernel.algebra import raised
from checks.kernel.expansion import Expansion
from checks.kernel.exponentials import exponential
from checks.kernel.forms import (
    EMPTY,
    ONE_COEFFICIENT,
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    Summand,
    constant,
    from_atom,
    scale,
    scaled_form,
    sorted_factors,
    sum_forms,
)

DEGREE_LIMIT = 24


@dataclass(frozen=True, slots=True)
class _Term:
    """coefficient · Π factors · x^degree · exp(-a x² + b x + c), the factors and a, b, c free of x."""

    coefficient: fmpq
    factors: dict[Atom, Exponent]
    degree: int
    square: Form
    linear: Form
    rest: Form


def gaussian_integral(x: Expansion, body: Form, variable: str) -> Sum | None:
    """The integral over all values of a variable, or None where some term is not of this kind."""
    terms = gaussian_terms(x, body, variable)
    return None if terms is None else x.collected([summand for term in terms for summand in _integral(x, term)])


def gaussian_terms(x: Expansion, body: Form, variable: str) -> list[_Term] | None:
    """The terms of an integrand, all of them polynomials times Gaussians, or None."""
    found = []
    for monomial, coefficient in body.terms:
        term = _read(x, monomial, coefficient, variable)
        if term is None:
            return None
        found.append(term)
    return found


def _read(x: Expansion, monomial: Monomial, coefficient: fmpq, variable: str) -> _Term | None:
    if monomial.ranges:
        return None
    degree, exponent = 0, EMPTY
    factors: dict[Atom, Exponent] = {}
    for atom, power in monomial.factors:
        if variable not in atom.indices:
            factors[atom] = power
        elif atom.tag == "symbol" and isinstance(power, int) and 0 < power <= DEGREE_LIMIT:
            degree = power
        elif atom.tag == "exp":
            exponent = sum_forms((ONE_COEFFICIENT, exponent), (_rational(power), atom.parts[0]))
        else:
            return None
    parts = _by_degree(exponent, variable)
    if parts is None:
        return None
    square = scaled_form(parts[2], fmpq(-1))
    return _Term(coefficient, factors, degree, square, parts[1], parts[0]) if x.positive(square) else None


def _by_degree(form: Form, variable: str) -> tuple[Form, Form, Form] | None:
    """The coefficients of a polynomial of degree two at most in the variable, or None."""
    found: tuple[list[tuple[Monomial, fmpq]], ...] = ([], [], [])
    for monomial, coefficient in form.terms:
        degree = 0
        factors: dict[Atom, Exponent] = {}
        for atom, power in monomial.factors:
            if variable not in atom.indices:
                factors[atom] = power
            elif atom.tag == "symbol" and power in (1, 2):
                degree = int(power)
            else:
                return None
        if any(variable in length.indices for _, length in monomial.ranges):
            return None
        found[degree].append((Monomial(monomial.ranges, sorted_factors(factors)), coefficient))
    return Form(found[0]), Form(found[1]), Form(found[2])


def _integral(x: Expansion, term: _Term) -> Sum:
    inverse = raised(x, x.opened(term.square), -1)
    half = scale(inverse, fmpq(1, 2))
    mean = x.times(x.opened(term.linear), half)
    completed = x.times(x.times(x.opened(term.linear), x.opened(term.linear)), scale(inverse, fmpq(1, 4)))
    size = x.times(from_atom(Atom("pi", ""), Fraction(1, 2)), raised(x, x.opened(term.square), Fraction(-1, 2)))
    size = x.times(size, exponential(x, x.collected([*x.opened(term.rest), *completed])))
    moment: Sum = []
    for j in range(term.degree // 2 + 1):
        weight = comb(term.degree, 2 * j) * prod(range(1, 2 * j, 2))
        part = x.times(raised(x, half, j), raised(x, mean, term.degree - 2 * j))
        moment.extend(scale(part, fmpq(weight)))
    outside: Sum = [Summand(term.coefficient, {}, term.factors)]
    return x.times(x.times(outside, size), x.collected(moment) if moment else constant(0))


def _rational(exponent: Exponent) -> fmpq:
    value = Fraction(exponent)
    return fmpq(value.numerator, value.denominator)
