"""Integrals over intervals, half-lines and the line, of polynomials times exponentials of polynomials of degree two.

On a piece between two points an integrand is a sum of terms x^k exp(q(x)), q(x) = -a x² + b x + c.  What each of
them is the derivative of follows by parts (G. H. Hardy, A Course of Pure Mathematics, sections 161-163; NIST
Handbook of Mathematical Functions, 7.2.1 and 7.7.6), with E' = exp(q):

    a = b = 0       ∫ x^k exp(q)  =  x^(k+1)/(k+1) exp(q)
    a = 0, b ≠ 0    ∫ x^k exp(q)  =  (x^k exp(q) - k ∫ x^(k-1) exp(q)) / b
    a > 0           ∫ x^k exp(q)  =  ((k-1) ∫ x^(k-2) exp(q) + b ∫ x^(k-1) exp(q) - x^(k-1) exp(q)) / (2a)
                    E             =  sqrt(π/a)/2 exp(c + b²/(4a)) erf(sqrt(a) x - b/(2 sqrt(a)))

So each antiderivative is P(x) exp(q(x)) + m E(x).  Towards infinity P exp(q) goes to 0 where the exponential
decays, and erf to ±1.  Over the line there may be a factor erf(s x + r) as well; by parts, as the ends give 0, the
integrals M_k of x^k erf(s x + r) exp(q) are

    M_0  =  sqrt(π/a) exp(c + b²/(4a)) erf((s b/(2a) + r) sqrt(a) / sqrt(a + s²))
    M_k  =  ((k-1) M_(k-2) + b M_(k-1) + 2 s/sqrt(π) ∫ x^(k-1) exp(q - (s x + r)²)) / (2a)

(D. B. Owen, A table of normal integrals, Comm. Statist. B 9, 1980, formulas 10,010.8 and 10,011.1).

A term is summable on a bounded piece, and on an unbounded one where it decays; where every term of every piece is,
the integral is the sum of theirs (W. Rudin, Real and Complex Analysis, theorems 1.32 and 7.21).

Trusted for these formulas, and for using them only where a term is seen to be summable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    """outside · x^degree · exp(-square x² + linear x + rest) on a piece; all but x is free of the variable.

    ``error`` holds r and s of a factor erf(s x + r); ``peak`` the greatest value of the exponent, where it is known
    in another form than by completing the square.
    """

    piece: Piece
    outside: Summand
    degree: int
    square: Form
    linear: Form
    rest: Form
    error: tuple[Form, Form] | None = None
    peak: Form | None = None


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
    error: list[Form] | None = None
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
        elif atom.tag == "erf" and power == 1 and error is None:
            error = by_degree(atom.parts[0], variable, 1)
            if error is None:
                return None
        else:
            return None
    parts = by_degree(exponent, variable, 2)
    if parts is None:
        return None
    rest, linear, square = parts
    outside = Summand(summand.coefficient, summand.ranges, factors)
    below = None if error is None else (error[0], error[1])
    return _Term(piece, outside, degree, scaled_form(square, fmpq(-1)), linear, rest, below)


def _is_summable(x: Expansion, term: _Term) -> bool:
    """Whether the term is integrated by the rules above on its piece, and decays where the piece is not bounded."""
    low, high = term.piece.low, term.piece.high
    if term.error is not None and not (low is high is None and not term.square.is_zero):
        return False
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
    if term.error is not None:
        return _with_error_function(x, term, *term.error)
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


def _with_error_function(x: Expansion, term: _Term, offset: Form, slope: Form) -> Sum:
    """The integral over the line of x^degree erf(s x + r) exp(q(x))."""
    r, s, a, b = (x.opened(form) for form in (offset, slope, term.square, term.linear))
    half = scale(raised(x, a, -1), fmpq(1, 2))
    steeper = x.finish(x.collected([*a, *x.times(s, s)]))
    centre = x.collected([*x.times(x.times(s, b), half), *r])
    # The exponent q - (s x + r)² is at most q's greatest value minus (s b/(2a) + r)² a/(a + s²).
    loss = x.times(x.times(centre, centre), x.times(a, raised(x, x.opened(steeper), -1)))
    narrower = replace(
        term,
        square=steeper,
        linear=x.finish(x.collected([*b, *scale(x.times(s, r), fmpq(-2))])),
        rest=x.finish(x.collected([*x.opened(term.rest), *scale(x.times(r, r), fmpq(-1))])),
        error=None,
        peak=x.finish(x.collected([*_peak(x, term), *scale(loss, fmpq(-1))])),
    )
    spread = x.times(raised(x, a, Fraction(1, 2)), raised(x, x.opened(steeper), Fraction(-1, 2)))
    size = scale(_error_function_at(x, term, None, 1), fmpq(2))
    rate = scale(x.times(s, from_atom(Atom("pi", ""), Fraction(-1, 2))), fmpq(2))
    before: Sum = []
    current = x.times(size, error_function(x, x.times(centre, spread)))
    for k in range(1, term.degree + 1):
        inner = _integral(x, replace(narrower, degree=k - 1))
        parts = [*scale(before, fmpq(k - 1)), *x.times(b, current), *x.times(rate, inner)]
        before, current = current, x.times(half, x.collected(parts))
    return current


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
    height = x.times(from_atom(Atom("pi", ""), Fraction(1, 2)), raised(x, x.opened(term.square), Fraction(-1, 2)))
    return scale(x.times(x.times(height, exponential(x, _peak(x, term))), size), fmpq(1, 2))


def _peak(x: Expansion, term: _Term) -> Sum:
    """The greatest value c + b²/(4a) of the exponent."""
    if term.peak is not None:
        return x.opened(term.peak)
    square = x.times(x.opened(term.linear), x.opened(term.linear))
    completed = scale(x.times(square, raised(x, x.opened(term.square), -1)), fmpq(1, 4))
    return x.collected([*x.opened(term.rest), *completed])
