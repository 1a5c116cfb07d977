"""Integrals over intervals, half-lines and the line, of polynomials times exponentials of polynomials of degree two.

On a piece between two points an integrand is a sum of terms x^k exp(q(x)), q(x) = -a x² + b x + c.  What each of
them is the derivative of follows by parts (G. H. Hardy, A Course of Pure Mathematics, sections 161-163; NIST
Handbook of Mathematical Functions, 7.2.1 and 7.7.6), with E' = exp(q):

    a = b = 0       ∫ x^k exp(q)  =  x^(k+1)/(k+1) exp(q)
    a = 0, b ≠ 0    ∫ x^k exp(q)  =  (x^k exp(q) - k ∫ x^(k-1) exp(q)) / b
    a > 0           ∫ x^k exp(q)  =  ((k-1) ∫ x^(k-2) exp(q) + b ∫ x^(k-1) exp(q) - x^(k-1) exp(q)) / (2a)
                    E             =  sqrt(π/a)/2 exp(c + b²/(4a)) erf(sqrt(a) x - b/(2 sqrt(a)))

So each antiderivative is P(x) exp(q(x)) + m E(x).  Towards infinity P exp(q) goes to 0 where the exponential
decays, and erf to ±1.  A term is summable on a bounded piece, and on an unbounded one where it decays; where every
term of every piece is, the integral is the sum of theirs (W. Rudin, Real and Complex Analysis, theorems 1.32 and
7.21).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from checks.kernel.algebra import raised
from checks.kernel.expansion import Expansion
from checks.kernel.exponentials import error_function, exponential
from checks.kernel.forms import (
    EMPTY,
    ONE_COEFFICIENT,
    Atom,
    Exponent,
    Form,
    Sum,
    Summand,
    constant,
    from_atom,
    scale,
    scaled_form,
    sum_forms,
)
from checks.kernel.piecewise import Piece, by_degree, pieces, rational

DEGREE_LIMIT = 24


@dataclass(frozen=True, slots=True)
class _Term:
    """outside · x^degree · exp(-square x² + linear x + rest) on a piece; all but x is free of the variable."""

    piece: Piece
    outside: Summand
    degree: int
    square: Form
    linear: Form
    rest: Form


def integral_of_pieces(x: Expansion, body: Form, variable: str) -> Sum | None:
    """The integral over all values of a variable, or None where some term is not of this kind or not summable."""
    terms = summable_terms(x, body, variable)
    if terms is None:
        return None
    return x.collected([summand for term in terms for summand in x.times([term.outside], _integral(x, term))])


def summable_terms(x: Expansion, body: Form, variable: str) -> list[_Term] | None:
    """The terms of an integrand on its pieces, each of them summable, or None."""
    parts = pieces(x, body, variable)
    if parts is None:
        return None
    found: list[_Term] = []
    for piece in parts:
        for summand in x.opened(piece.body):
            term = _read(summand, variable, piece)
            if term is None or not _is_summable(x, term):
                return None
            found.append(term)
    return found


def _read(summand: Summand, variable: str, piece: Piece) -> _Term | None:
    degree, exponent = 0, EMPTY
    factors: dict[Atom, Exponent] = {}
    if any(variable in length.indices for length in summand.ranges.values()):
        return None
    for atom, power in summand.factors.items():
        if variable not in atom.indices:
            factors[atom] = power
        elif atom.tag == "symbol" and isinstance(power, int) and 0 < power <= DEGREE_LIMIT:
            degree = power
        elif atom.tag == "exp":
            exponent = sum_forms((ONE_COEFFICIENT, exponent), (rational(power), atom.parts[0]))
        else:
            return None
    parts = by_degree(exponent, variable, 2)
    if parts is None:
        return None
    rest, linear, square = parts
    outside = Summand(summand.coefficient, summand.ranges, factors)
    return _Term(piece, outside, degree, scaled_form(square, fmpq(-1)), linear, rest)


def _is_summable(x: Expansion, term: _Term) -> bool:
    """Whether the term is integrated by the rules above on its piece, and decays where the piece is not bounded."""
    low, high = term.piece.low, term.piece.high
    if not term.square.is_zero:
        return x.positive(term.square)
    if term.linear.is_zero:
        return low is not None and high is not None
    if low is None or high is None:
        if low is None and high is None:
            return False
        return x.positive(scaled_form(term.linear, fmpq(-1)) if high is None else term.linear)
    return x.nonzero(term.linear)


# -- antiderivatives -----------------------------------------------------------------------------------


def _integral(x: Expansion, term: _Term) -> Sum:
    """The integral of x^degree exp(q(x)) over the piece."""
    polynomial, multiple = _antiderivative(x, term)
    result: Sum = []
    for end, sign in ((term.piece.high, 1), (term.piece.low, -1)):
        value: Sum = []
        if end is not None:
            value = x.times(_at(x, polynomial, end), _exponential_at(x, term, end))
        if multiple:
            value = value + x.times(multiple, _error_function_at(x, term, end, sign))
        result.extend(scale(value, fmpq(sign)))
    return x.collected(result)


def _antiderivative(x: Expansion, term: _Term) -> tuple[list[Sum], Sum]:
    """The polynomial P, by its coefficients, and the number m of P(x) exp(q(x)) + m E(x)."""
    degree = term.degree
    if term.square.is_zero:
        if term.linear.is_zero:
            return [*([] for _ in range(degree + 1)), constant(fmpq(1, degree + 1))], []
        rate = raised(x, x.opened(term.linear), -1)
        found: list[Sum] = []
        for k in range(degree + 1):
            found = [scale(x.times(rate, coefficient), fmpq(-k)) for coefficient in found]
            found.append(rate)
        return found, []
    half = scale(raised(x, x.opened(term.square), -1), fmpq(1, 2))
    mean = x.times(half, x.opened(term.linear))
    before: tuple[list[Sum], Sum] = ([[] for _ in range(degree)], [])
    current: tuple[list[Sum], Sum] = ([[] for _ in range(degree)], constant(1))
    for k in range(1, degree + 1):
        weight = scale(half, fmpq(k - 1))
        coefficients = [
            x.collected([*x.times(weight, first), *x.times(mean, second)])
            for first, second in zip(before[0], current[0], strict=True)
        ]
        coefficients[k - 1] = x.collected([*coefficients[k - 1], *scale(half, fmpq(-1))])
        multiple = x.collected([*x.times(weight, before[1]), *x.times(mean, current[1])])
        before, current = current, (coefficients, multiple)
    return current


def _at(x: Expansion, coefficients: Sequence[Sum], point: Form) -> Sum:
    """A polynomial, given by its coefficients, at a point."""
    result: Sum = []
    for degree, coefficient in enumerate(coefficients):
        if coefficient:
            result.extend(x.times(coefficient, raised(x, x.opened(point), degree)))
    return x.collected(result)


def _exponential_at(x: Expansion, term: _Term, point: Form) -> Sum:
    """exp(q) at a point."""
    place = x.opened(point)
    exponent = [
        *x.opened(term.rest),
        *x.times(x.opened(term.linear), place),
        *scale(x.times(x.opened(term.square), raised(x, place, 2)), fmpq(-1)),
    ]
    return exponential(x, x.collected(exponent))


def _error_function_at(x: Expansion, term: _Term, point: Form | None, sign: int) -> Sum:
    """E at a point, or its limit towards an infinity of the sign."""
    root = raised(x, x.opened(term.square), Fraction(1, 2))
    if point is None:
        size = constant(sign)
    else:
        centre = scale(x.times(x.opened(term.linear), raised(x, root, -1)), fmpq(-1, 2))
        size = error_function(x, x.collected([*x.times(root, x.opened(point)), *centre]))
    square = x.times(x.opened(term.linear), x.opened(term.linear))
    completed = scale(x.times(square, raised(x, x.opened(term.square), -1)), fmpq(1, 4))
    height = x.times(from_atom(Atom("pi", ""), Fraction(1, 2)), raised(x, x.opened(term.square), Fraction(-1, 2)))
    peak = exponential(x, x.collected([*x.opened(term.rest), *completed]))
    return scale(x.times(x.times(height, peak), size), fmpq(1, 2))
