"""Polynomials times exponentials of polynomials, and their integrals over all real numbers.

``FreePool`` computes with free variables and with ``exp`` of polynomials in them.  What it evaluates is defined
and smooth for all values of the variables: it divides by, and takes roots and logarithms of, nothing but what is
seen to be positive.  A polynomial times ``exp(q)``, q quadratic and negative definite, has a finite integral,
in closed form by the moments of the normal law with the density proportional to ``exp(q)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from checks.trials.elementary import exponential
from checks.trials.formal import Pool, Variable, is_positive
from checks.trials.operations import determinant_of, inverse_of
from checks.trials.values import (
    ZERO,
    Array,
    Formal,
    NotPolynomial,
    Scalar,
    Undefined,
    add,
    divide,
    integer_power,
    is_zero,
    multiply,
    negate,
    sign_of,
    square_root,
    to_ball,
)

_CONSTANT = frozenset({"surd", "ball"})
_OPAQUE = "smooth"


class FreePool(Pool):
    """Free variables, and smooth functions of them.

    ``guarded``: division is by what is seen not to be 0 only.  Without it a value is one where it is defined.
    """

    __slots__ = ("guarded",)

    def __init__(self, size: int, guarded: bool = True) -> None:
        super().__init__(size)
        self.guarded = guarded

    def free(self) -> Formal:
        """A fresh free variable."""
        return self.new(Variable("free"))

    def array(self, shape: tuple[int, ...], size: int) -> Array:
        """An array of fresh free variables."""
        return Array(shape, [self.free() for _ in range(size)])

    # -- functions -------------------------------------------------------------------------------------

    def over(self, a: Scalar, b: Formal) -> Scalar:
        """The quotient by what is not 0."""
        if self.guarded and b.constant() is None and not self.is_positive(b):
            raise NotPolynomial("division by what may be zero")
        return super().over(a, b)

    def root(self, a: Formal) -> Scalar:
        """The root of what is positive, or where division is not guarded, of what is not negative."""
        if self.guarded and a.constant() is None and not self.is_positive(a):
            raise NotPolynomial("the root of what may be zero")
        return super().root(a)

    def exponential(self, a: Formal) -> Scalar:
        """``exp`` of a polynomial, times that of its constant term."""
        if a.denominator is not None or self.has_squares(a):
            return self.transcendental("exp", a)
        constant = _constant_term(a.numerator)
        exponent = a.numerator - constant
        factor: Scalar = fmpq(1) if constant == 0 else arb(constant).exp()
        for index, variable in enumerate(self.variables):
            if variable.kind == "exponential" and variable.value == exponent:
                return multiply(factor, Formal(self, self.ring.gens()[index], None, False, True))
        return multiply(factor, self.new(Variable("exponential", value=exponent)))

    def logarithm(self, a: Formal) -> Scalar:
        """``log`` of an exponential times a positive number, or of another positive value."""
        if not self.is_positive(a):
            raise NotPolynomial("the logarithm of what may not be positive")
        if a.denominator is not None:
            above, below = (Formal(self, part, None, a.extended) for part in (a.numerator, a.denominator))
            return add(self.logarithm(above), negate(self.logarithm(below)))
        if len(a.numerator) != 1:
            return self.transcendental("log", a)
        ((exponents, coefficient),) = a.numerator.terms()
        total: Scalar = arb(coefficient).log() if coefficient != 1 else ZERO
        for index, exponent in enumerate(map(int, exponents)):
            variable = self.variables[index] if exponent else None
            if variable is None:
                continue
            if variable.kind == "exponential":
                part: Scalar = Formal(self, variable.value)
            elif variable.kind in _CONSTANT:
                part = _constant_value(variable).log()
            else:
                return self.transcendental("log", a)
            total = add(total, multiply(exponent, part))
        return total

    def transcendental(self, name: str, a: Formal) -> Scalar:
        """A smooth function of which nothing else is known."""
        constant = a.constant()
        if constant is not None:
            return super().transcendental(name, a)
        return self.new(Variable("exp" if name == "exp" else _OPAQUE, value=()))

    def sign(self, a: Formal) -> int:
        """The sign of a value that is seen to be positive, or negative, everywhere."""
        if self.is_positive(a):
            return 1
        if self.is_positive(Formal(self, -a.numerator, a.denominator, a.extended)):
            return -1
        raise NotPolynomial("the sign of a value that varies")

    def is_positive(self, a: Formal) -> bool:
        """Whether the value is seen to be positive for all values of the variables."""
        if a.denominator is not None and not self._visibly(a.denominator):
            return False
        return self._visibly(a.numerator)

    def _visibly(self, polynomial: Any) -> bool:
        """Whether all terms are never negative and one is positive, or a polynomial of low degree is."""
        positive = False
        for exponents, coefficient in polynomial.terms():
            signs = [self._sign(k) if e % 2 else self._even(k) for k, e in enumerate(map(int, exponents)) if e]
            if coefficient < 0 or None in signs:
                return is_positive(polynomial) if not polynomial.is_constant() else False
            positive = positive or 0 not in signs
        return positive

    def _sign(self, index: int) -> int | None:
        """1 for a positive variable, None for another."""
        variable = self.variables[index]
        if variable.kind in ("exponential", "exp", "surd"):
            return 1
        if variable.kind == "ball":
            return 1 if variable.value > 0 else None
        return 1 if variable.kind == "root" and self._visibly(variable.square) else None

    def _even(self, index: int) -> int:
        """1 when the square of the variable is positive, 0 when it may be 0."""
        return 1 if self._sign(index) == 1 else 0


def _constant_term(polynomial: Any) -> fmpq:
    return next((c for exponents, c in polynomial.terms() if not any(exponents)), fmpq(0))


def _constant_value(variable: Variable) -> arb:
    return variable.value if variable.kind == "ball" else arb(variable.value).sqrt()


# -- polynomials times exponentials --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """``coefficient * x^degrees * exp(exponent)``; the coefficient does not depend on x."""

    coefficient: Scalar
    degrees: tuple[int, ...]
    exponent: Any


def terms_of(value: Formal, over: list[int]) -> Iterator[Term]:
    """The terms of a value, as functions of the variables with the numbers ``over``.

    Raises ``NotPolynomial`` when the value is no sum of polynomials times exponentials in these.
    """
    pool = value.pool
    below = value.denominator
    lower: Any = None
    divisor: Scalar = 1
    if below is not None:
        if len(below) == 1:
            ((exponents, coefficient),) = below.terms()
            divisor, degrees, lower = _split(pool, exponents, coefficient, over)
            if any(degrees):
                raise NotPolynomial("the integral of a quotient")
        elif _depends(pool, below, over):
            raise NotPolynomial("the integral of a quotient")
        else:
            divisor = Formal(pool, below)
    for exponents, coefficient in value.numerator.terms():
        factor, degrees, exponent = _split(pool, exponents, coefficient, over)
        if lower is not None:
            exponent = exponent - lower
        yield Term(factor if divisor == 1 else divide(factor, divisor), degrees, exponent)


def _split(pool: Pool, exponents: Any, coefficient: fmpq, over: list[int]) -> tuple[Scalar, tuple[int, ...], Any]:
    """A monomial as a coefficient, the degrees of x, and the polynomial under the exponential."""
    factor: Scalar = coefficient
    exponent = pool.ring.constant(0)
    for index, degree in enumerate(map(int, exponents)):
        if degree == 0 or index in over:
            continue
        variable = pool.variables[index]
        if variable.kind == "exponential":
            exponent = exponent + degree * variable.value
        elif variable.kind in _CONSTANT:
            factor = multiply(factor, integer_power(_constant_value(variable), degree))
        elif variable.kind == "free":
            factor = multiply(factor, integer_power(pool.variable(index), degree))
        elif variable.kind == "root" and not _depends(pool, variable.square, over):
            root = Formal(pool, pool.ring.gens()[index], None, True, True)
            factor = multiply(factor, integer_power(root, degree))
        else:
            raise NotPolynomial("the integral of what is no polynomial times an exponential")
    return factor, tuple(int(exponents[index]) for index in over), exponent


def _depends(pool: Pool, polynomial: Any, over: list[int]) -> bool:
    """Whether a polynomial uses one of the variables, directly or under an exponential or a root."""
    if polynomial.is_zero():
        return False
    used = [index for index, degree in enumerate(polynomial.degrees()) if degree]
    for index in used:
        variable = pool.variables[index]
        if index in over or variable.kind in ("exp", _OPAQUE):
            return True
        inner = variable.value if variable.kind == "exponential" else variable.square
        if inner is not None and _depends(pool, inner, over):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Quadratic:
    """``-x^T P x / 2 + b^T x + c`` with the entries of P, b and c as scalars."""

    precision: list[list[Scalar]]
    linear: list[Scalar]
    constant: Scalar


def quadratic_in(pool: Pool, exponent: Any, over: list[int]) -> Quadratic | None:
    """The polynomial as one of degree 2 in the variables, or None."""
    size = len(over)
    precision: list[list[Scalar]] = [[ZERO] * size for _ in range(size)]
    linear: list[Scalar] = [ZERO] * size
    constant: Scalar = ZERO
    for exponents, coefficient in exponent.terms():
        factor, degrees, inner = _split(pool, exponents, coefficient, over)
        if not inner.is_zero() or sum(degrees) > 2:
            return None
        hit = [k for k, degree in enumerate(degrees) for _ in range(degree)]
        if not hit:
            constant = add(constant, factor)
        elif len(hit) == 1:
            linear[hit[0]] = add(linear[hit[0]], factor)
        else:
            j, k = hit
            for row, column in ((j, k), (k, j)):
                precision[row][column] = add(precision[row][column], negate(factor))
    return Quadratic(precision, linear, constant)


def is_definite(matrix: list[list[Scalar]]) -> bool:
    """Whether a symmetric matrix is seen to be positive definite, for all values of free variables in it."""
    size = len(matrix)
    apart = all(is_zero(matrix[i][j]) for i in range(size) for j in range(i))
    if apart:
        return all(_is_positive(matrix[k][k]) for k in range(size))
    minors = (
        determinant_of(Array((k, k), [matrix[i][j] for i in range(k) for j in range(k)])) for k in range(1, size + 1)
    )
    return all(map(_is_positive, minors))


def _is_positive(value: Scalar) -> bool:
    if type(value) is Formal and value.constant() is None:
        return bool(value.pool.is_positive(value))
    return bool(sign_of(value) == 1)


def decay(value: Scalar, over: list[int]) -> str:
    """How a value goes to 0 where the variables are large.

    ``gaussian``: a polynomial times ``exp`` of a negative definite quadratic polynomial, or 0; ``never``: a
    polynomial that is not 0, so that its absolute value has no finite integral; ``unknown``.
    """
    if type(value) is not Formal:
        return "gaussian" if sign_of(value) == 0 else "never" if sign_of(value) is not None else "unknown"
    try:
        terms = list(terms_of(value, over))
    except NotPolynomial:
        return "unknown"
    if all(term.exponent.is_zero() and type(term.coefficient) is not Formal for term in terms):
        return _of_polynomial(terms)
    for term in terms:
        quadratic = quadratic_in(value.pool, term.exponent, over)
        if quadratic is None or not is_definite(quadratic.precision):
            return "unknown"
    return "gaussian"


def _of_polynomial(terms: list[Term]) -> str:
    """How a polynomial goes to 0: not at all, unless it is 0."""
    coefficients: dict[tuple[int, ...], Scalar] = {}
    for term in terms:
        coefficients[term.degrees] = add(coefficients.get(term.degrees, ZERO), term.coefficient)
    signs = [sign_of(coefficient) for coefficient in coefficients.values()]
    if all(sign == 0 for sign in signs):
        return "gaussian"
    return "never" if any(signs) else "unknown"


def whole_integral(value: Scalar, over: list[int]) -> Scalar:
    """The integral over all values of the variables.

    Raises ``Undefined`` when it does not exist, ``NotPolynomial`` when it is in no closed form here.
    """
    kind = decay(value, over)
    if kind == "never":
        raise Undefined("the integral of what is not summable")
    if kind == "unknown":
        raise NotPolynomial("the integral of what is no polynomial times a decaying exponential")
    if type(value) is not Formal:
        return ZERO
    total: Scalar = ZERO
    for exponent, polynomial in _grouped(value, over).values():
        quadratic = quadratic_in(value.pool, exponent, over)
        if quadratic is None:
            raise NotPolynomial("the integral of what is no polynomial times a decaying exponential")
        total = add(total, _normal_integral(quadratic, polynomial))
    return total


def _grouped(value: Formal, over: list[int]) -> dict[str, tuple[Any, dict[tuple[int, ...], Scalar]]]:
    """The exponents that occur, each with the polynomial before it."""
    groups: dict[str, tuple[Any, dict[tuple[int, ...], Scalar]]] = {}
    for term in terms_of(value, over):
        _, polynomial = groups.setdefault(str(term.exponent), (term.exponent, {}))
        polynomial[term.degrees] = add(polynomial.get(term.degrees, ZERO), term.coefficient)
    return groups


def structure(value: Scalar, over: list[int]) -> tuple[int, ...]:
    """How many terms stand before each of the exponentials.

    Where a point has fewer than its neighbours, a coefficient vanishes or two exponents meet, and what holds
    at the point (that the integrand decays) may fail next to it.
    """
    if type(value) is not Formal:
        return ()
    return tuple(sorted(len(polynomial) for _, polynomial in _grouped(value, over).values()))


def _normal_integral(quadratic: Quadratic, polynomial: Mapping[tuple[int, ...], Scalar]) -> Scalar:
    """``integral p(x) exp(-x^T P x/2 + b^T x + c) dx``: the mean of p under the normal law, times the mass."""
    size = len(quadratic.linear)
    matrix = Array((size, size), [entry for row in quadratic.precision for entry in row])
    covariance = inverse_of(matrix)
    rows = [list(covariance.entries[k * size : (k + 1) * size]) for k in range(size)]
    mean = [_inner(row, quadratic.linear) for row in rows]
    moments = _Moments(mean, rows)
    value: Scalar = ZERO
    for degrees, coefficient in polynomial.items():
        value = add(value, multiply(coefficient, moments.of(degrees)))
    exponent = add(quadratic.constant, multiply(fmpq(1, 2), _inner(quadratic.linear, mean)))
    peak = exponential(exponent if type(exponent) is Formal else to_ball(exponent))
    volume = multiply((2 * arb.pi()).sqrt() ** size, divide(1, square_root(determinant_of(matrix))))
    return multiply(value, multiply(peak, volume))


def _inner(left: list[Scalar], right: list[Scalar]) -> Scalar:
    total: Scalar = ZERO
    for a, b in zip(left, right, strict=True):
        total = add(total, multiply(a, b))
    return total


class _Moments:
    """Moments of a normal law, by ``E[x_i g(x)] = m_i E[g(x)] + sum_j S_ij E[d_j g(x)]`` (Stein's identity)."""

    def __init__(self, mean: list[Scalar], covariance: list[list[Scalar]]) -> None:
        self.mean = mean
        self.covariance = covariance
        self.found: dict[tuple[int, ...], Scalar] = {(0,) * len(mean): 1}

    def of(self, degrees: tuple[int, ...]) -> Scalar:
        """The mean of the monomial."""
        known = self.found.get(degrees)
        if known is not None:
            return known
        first = next(k for k, degree in enumerate(degrees) if degree)
        rest = _lowered(degrees, first)
        total = multiply(self.mean[first], self.of(rest))
        for k, degree in enumerate(rest):
            if degree:
                weight = multiply(degree, self.covariance[first][k])
                total = add(total, multiply(weight, self.of(_lowered(rest, k))))
        self.found[degrees] = total
        return total


def _lowered(degrees: tuple[int, ...], place: int) -> tuple[int, ...]:
    return (*degrees[:place], degrees[place] - 1, *degrees[place + 1 :])
