"""Formal variables and the ring they live in: random entries, variables of suprema, roots and constants.

Polynomials are those of python-flint with rational coefficients.  What is not rational becomes a variable of
its own: ``sqrt(2)`` and ``sqrt(q)`` are variables whose square is known, a ball is a variable with a value,
``|x|`` and ``sign(x)`` are variables whose moments together with ``x`` are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any, Protocol

from flint import Ordering, arb, fmpq, fmpq_mat, fmpq_mpoly_ctx, fmpq_poly

from checks.trials.values import (
    Formal,
    NotPolynomial,
    Scalar,
    Surd,
    Undefined,
    Unsupported,
    add,
    describe,
    divide,
    integer_power,
    is_zero,
    multiply,
    sign_of,
    square_root,
    to_ball,
)

STEP_LIMIT = 300_000  # products of terms in one multiplication
WORK_LIMIT = 3_000_000  # and in all of an environment
FACTORED = 60  # terms of a polynomial that is factored to see its sign


class PoolFull(Exception):
    """More formal variables were wanted than the ring has.

    What to do: build the environment again with a larger ring.
    """


class Atom(Protocol):
    """A random number behind a formal variable."""

    @property
    def sign(self) -> int | None:
        """1 when it is positive almost surely, 0 when it has a density even about 0, None otherwise."""

    @property
    def nonnegative(self) -> bool:
        """Whether it is never negative."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What a formal variable stands for.

    ``kind`` is ``random`` (``atom``), ``free``, ``root`` (``square`` is the polynomial under it), ``surd``
    (``value`` under the root), ``ball`` (``value``), ``abs`` or ``sign`` (``of`` is the variable's number),
    ``exp`` (``value`` is a linear form: pairs of a random variable's number and its coefficient), or for
    ``gaussians`` ``exponential`` (``value`` is the polynomial under it) or ``smooth`` (nothing is known).
    """

    kind: str
    atom: Any = None
    square: Any = None
    value: Any = None
    of: int = -1


_RINGS: dict[int, Any] = {}


def ring_of(size: int) -> Any:
    """The polynomial ring over the rationals in so many variables."""
    ring = _RINGS.get(size)
    if ring is None:
        ring = _RINGS[size] = fmpq_mpoly_ctx.get([f"x{k}" for k in range(size)], Ordering.lex)
    return ring


class Pool:
    """The formal variables of one environment and the arithmetic of ``Formal``."""

    __slots__ = ("_gens", "_squares", "constants", "limit", "ring", "variables", "work")

    def __init__(self, size: int) -> None:
        self.ring = ring_of(size)
        self._gens = self.ring.gens()
        self.limit = size
        self.work = WORK_LIMIT
        self.variables: list[Variable] = []
        self.constants: dict[Any, int] = {}
        self._squares: list[int] = []

    def new(self, variable: Variable) -> Formal:
        """A fresh formal variable."""
        index = len(self.variables)
        if index >= self.limit:
            raise PoolFull
        self.variables.append(variable)
        squared = variable.kind in ("root", "surd")
        if squared:
            self._squares.append(index)
        atom = variable.atom
        positive = squared or variable.kind in ("abs", "exp", "exponential") or (atom is not None and atom.nonnegative)
        return Formal(self, self._gens[index], None, squared, positive)

    def variable(self, index: int) -> Formal:
        """The formal variable of the number, which must be random or free."""
        atom = self.variables[index].atom
        return Formal(self, self._gens[index], None, False, atom is not None and atom.nonnegative)

    def lift(self, value: Scalar) -> Formal:
        """The scalar as a formal value."""
        kind = type(value)
        if kind is Formal:
            if value.pool is not self:
                raise NotPolynomial("the variable of a supremum or quantifier inside an expectation")
            return value  # type: ignore[no-any-return]
        if kind is int or kind is fmpq:
            return Formal(self, self.ring.constant(value), None, False, value >= 0)
        if kind is Surd:
            root = self._constant(("surd", value.radicand), Variable("surd", value=value.radicand))
            return Formal(self, root * value.factor, None, True, value.factor > 0)
        if kind is arb:
            return Formal(
                self, self._constant(value, Variable("ball", value=value)), None, False, bool(value >= 0)
            )
        raise NotPolynomial("a number known from one side only inside a formal value")

    def _constant(self, key: Any, variable: Variable) -> Any:
        if isinstance(key, arb):
            key = ("ball", key.mid().man_exp(), key.rad().man_exp())
            key = (key[0], *(tuple(map(int, part)) for part in key[1:]))
        index = self.constants.get(key)
        if index is None:
            index = self.constants[key] = len(self.variables)
            self.new(variable)
        return self._gens[index]

    # -- arithmetic ------------------------------------------------------------------------------------

    def plus(self, a: Scalar, b: Scalar) -> Formal:
        """The sum."""
        if type(a) is not Formal:
            a, b = b, a
        if (type(b) is int or type(b) is fmpq) and a.denominator is None:
            return Formal(self, a.numerator + b, None, a.extended, a.nonnegative and b >= 0)
        b = self.lift(b)
        extended, nonnegative = a.extended or b.extended, a.nonnegative and b.nonnegative
        if a.denominator is None and b.denominator is None:
            return Formal(self, a.numerator + b.numerator, None, extended, nonnegative)
        one = self.ring.constant(1)
        first = one if a.denominator is None else a.denominator
        second = one if b.denominator is None else b.denominator
        if first == second:
            return Formal(self, a.numerator + b.numerator, first, extended, nonnegative)
        numerator = self._product(a.numerator, second) + self._product(b.numerator, first)
        return Formal(self, numerator, self._product(first, second), extended, nonnegative)

    def times(self, a: Scalar, b: Scalar) -> Formal:
        """The product."""
        if type(a) is not Formal:
            a, b = b, a
        if type(b) is int or type(b) is fmpq:
            return Formal(self, a.numerator * b, a.denominator, a.extended, a.nonnegative and b >= 0)
        b = self.lift(b)
        numerator = self._product(a.numerator, b.numerator)
        if a.extended and b.extended:
            numerator = self.reduce(numerator)
        if a.denominator is None:
            denominator = b.denominator
        else:
            denominator = (
                a.denominator if b.denominator is None else self._product(a.denominator, b.denominator)
            )
        same = a is b or (a.numerator == b.numerator and a.denominator is None and b.denominator is None)
        nonnegative = same or (a.nonnegative and b.nonnegative)
        return Formal(self, numerator, denominator, a.extended or b.extended, nonnegative)

    def _product(self, a: Any, b: Any) -> Any:
        work = len(a) * len(b)
        self._spend(work)
        return a * b

    def _spend(self, work: int) -> None:
        """Takes products of terms off the budget of the ring."""
        self.work -= work
        if work > STEP_LIMIT or self.work < 0:
            raise Unsupported("budget: polynomials are too large")

    def over(self, a: Scalar, b: Formal) -> Scalar:
        """The quotient; ``Undefined`` when the divisor is the number 0."""
        constant = b.constant()
        if constant is not None:
            return divide(a, constant)
        a = self.lift(a)
        upper, lower = self.ring.constant(1) if b.denominator is None else b.denominator, b.numerator
        extended = a.extended
        if self.has_squares(b):
            if len(lower) != 1:
                raise NotPolynomial("a sum of roots in a denominator")
            ((exponents, _),) = lower.terms()
            for index in self._squares:
                if exponents[index]:
                    extended = True
                    upper = upper * self._gens[index]
                    lower = (lower / self._gens[index]) * self._square(index)
        numerator = self._product(a.numerator, upper)
        if extended:
            numerator = self.reduce(numerator)
        denominator = lower if a.denominator is None else self._product(a.denominator, lower)
        if numerator.is_zero() and self._is_spread(denominator):
            return self.lift(0)
        if denominator.is_constant():
            numerator, denominator = numerator / denominator.leading_coefficient(), None
        return Formal(self, numerator, denominator, extended, a.nonnegative and b.nonnegative)

    def raised(self, a: Formal, exponent: int) -> Formal:
        """The power, the exponent not negative."""
        terms = len(a.numerator)
        if terms > 1:
            self._spend(comb(terms + exponent - 1, exponent))
        numerator = a.numerator**exponent
        if a.extended:
            numerator = self.reduce(numerator)
        denominator = None if a.denominator is None else a.denominator**exponent
        return Formal(self, numerator, denominator, a.extended, exponent % 2 == 0 or a.nonnegative)

    def _square(self, index: int) -> Any:
        variable = self.variables[index]
        return self.ring.constant(variable.value) if variable.kind == "surd" else variable.square

    def reduce(self, polynomial: Any) -> Any:
        """The polynomial with the squares of roots replaced by what stands under them."""
        for index in reversed(self._squares):
            if polynomial.is_zero() or polynomial.degrees()[index] < 2:
                continue
            parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
            for exponents, coefficient in polynomial.terms():
                times, odd = divmod(int(exponents[index]), 2)
                key = (*exponents[:index], odd, *exponents[index + 1 :])
                parts.setdefault(times, {})[key] = coefficient
            square = self._square(index)
            polynomial = self.ring.constant(0)
            for times, terms in parts.items():
                polynomial = polynomial + self.ring.from_dict(terms) * square**times
        return polynomial

    # -- roots, absolute values, signs -----------------------------------------------------------------

    def root(self, a: Formal) -> Scalar:
        """The root; ``NotPolynomial`` unless the value is known never to be negative."""
        constant = a.constant()
        if constant is not None:
            return square_root(constant)
        if a.denominator is not None:
            if not is_nonnegative(a.denominator):
                raise NotPolynomial("the root of a quotient")
            upper = Formal(self, self._product(a.numerator, a.denominator), None, a.extended, a.nonnegative)
            return self.over(self.root(upper), Formal(self, a.denominator, None, False, True))
        if self.has_squares(a) or not (a.nonnegative or is_nonnegative(a.numerator)):
            raise NotPolynomial("the root of a number whose sign is not known")
        leading = a.numerator.leading_coefficient()
        if len(a.numerator) == 1:
            halves = self._even_monomial(a.numerator)
            if halves is not None:
                return self.times(halves, square_root(leading))
        square = a.numerator / leading
        for index in self._squares:
            if self.variables[index].kind == "root" and self.variables[index].square == square:
                return self.times(Formal(self, self._gens[index], None, True, True), square_root(leading))
        return self.times(self.new(Variable("root", square=square)), square_root(leading))

    def has_squares(self, a: Formal) -> bool:
        """Whether roots or surds are left in the numerator."""
        if not a.extended or a.numerator.is_zero():
            return False
        degrees = a.numerator.degrees()
        return any(degrees[index] for index in self._squares)

    def _even_monomial(self, polynomial: Any) -> Formal | None:
        """The root of a product of even powers of random variables, through their absolute values."""
        ((exponents, _),) = polynomial.terms()
        result = self.lift(1)
        for index, exponent in enumerate(map(int, exponents)):
            if exponent == 0:
                continue
            variable = self.variables[index]
            if exponent % 2 or variable.kind != "random" or variable.atom.sign is None:
                return None
            result = self.times(result, self.raised(self._of_atom("abs", index), exponent // 2))
        return result

    def _of_atom(self, kind: str, index: int) -> Formal:
        """``|x|`` or ``sign(x)`` of a random variable."""
        atom = self.variables[index].atom
        if atom.sign is None:
            raise NotPolynomial("the sign of a random number whose law is not even")
        if atom.sign == 1:
            return Formal(self, self._gens[index], None, False, True) if kind == "abs" else self.lift(1)
        found = self.constants.get((kind, index))
        if found is None:
            found = self.constants[kind, index] = len(self.variables)
            self.new(Variable(kind, of=index))
        return Formal(self, self._gens[found], None, False, kind == "abs")

    def _through_monomial(self, kind: str, a: Formal) -> Formal:
        if a.denominator is not None or len(a.numerator) != 1:
            raise NotPolynomial(f"the {kind} of a sum of random numbers")
        ((exponents, coefficient),) = a.numerator.terms()
        result = self.lift(abs(coefficient) if kind == "abs" else sign_of(coefficient))
        for index, exponent in enumerate(map(int, exponents)):
            if exponent == 0:
                continue
            variable = self.variables[index]
            if variable.kind == "random":
                factor = self._of_atom(kind, index)
            elif variable.kind in ("abs", "root", "surd"):
                factor = Formal(self, self._gens[index], None, variable.kind != "abs", True)
                factor = factor if kind == "abs" else self.lift(1)
            elif variable.kind == "sign":
                factor = self.lift(1) if kind == "abs" else Formal(self, self._gens[index])
            else:
                raise NotPolynomial(f"the {kind} of a product")
            result = self.times(result, self.raised(factor, exponent))
        return result

    def absolute(self, a: Formal) -> Scalar:
        """The absolute value."""
        constant = a.constant()
        if constant is not None:
            return abs(constant)
        return a if a.nonnegative else self._through_monomial("abs", a)

    def signum(self, a: Formal) -> Scalar:
        """The sign."""
        constant = a.constant()
        return sign_of(constant) if constant is not None else self._through_monomial("sign", a)

    def exponential(self, a: Formal) -> Scalar:
        """``exp`` of a linear form in random variables."""
        if a.denominator is not None:
            raise NotPolynomial("the exponential of a quotient")
        constant: Scalar = fmpq(0)
        form: dict[int, Scalar] = {}
        for exponents, coefficient in a.numerator.terms():
            scale: Scalar = coefficient
            place = None
            for index, exponent in enumerate(map(int, exponents)):
                variable = self.variables[index] if exponent else None
                if variable is None:
                    continue
                if variable.kind == "random" and exponent == 1 and place is None:
                    place = index
                elif variable.kind in ("surd", "ball"):
                    known = variable.value if variable.kind == "ball" else square_root(variable.value)
                    scale = multiply(scale, integer_power(known, exponent))
                else:
                    raise NotPolynomial("the exponential of what is not linear in random numbers")
            if place is None:
                constant = add(constant, scale)
            else:
                form[place] = add(form.get(place, fmpq(0)), scale)
        result: Scalar = fmpq(1) if is_zero(constant) else to_ball(constant).exp()
        return multiply(result, self.new(Variable("exp", value=tuple(sorted(form.items())))))

    def sign(self, a: Formal) -> int:
        """The sign of a value that is the same everywhere; of a number only."""
        raise NotPolynomial("the sign of a random number")

    def logarithm(self, a: Formal) -> Scalar:
        """``log``, of a number only."""
        return self.transcendental("log", a)

    def transcendental(self, name: str, a: Formal) -> Scalar:
        """A function that has no closed form: of a number only."""
        constant = a.constant()
        if constant is None:
            raise NotPolynomial(f"the {name} of a random number")
        value = getattr(to_ball(constant), name)()
        if not value.is_finite():
            raise Undefined(f"the {name} of {describe(constant)}")
        return value

    def indicator(self, a: Formal, relation: str) -> Scalar:
        """1 where ``a relation 0`` holds and 0 elsewhere, almost surely; every variable has a density."""
        if relation in ("=", "!="):
            if not self._is_spread(a.numerator):
                self.signum(a)
            return 0 if relation == "=" else 1
        sign = self.signum(a)
        if type(sign) is not Formal:
            return int(sign > 0) if relation in (">", ">=") else int(sign < 0)
        half = self.times(sign, fmpq(1, 2) if relation in (">", ">=") else fmpq(-1, 2))
        return self.plus(half, fmpq(1, 2))

    def _is_spread(self, polynomial: Any) -> bool:
        """Whether a polynomial varies with independent numbers that have densities only: then it has no atoms."""
        used = {k for exponents, _ in polynomial.terms() for k, e in enumerate(exponents) if e}
        variables = [self.variables[k] for k in used]
        return bool(used) and all(v.kind == "random" and v.atom.sign is not None for v in variables)


def is_nonnegative(polynomial: Any) -> bool:
    """Whether a polynomial is seen never to be negative: even powers, or a semidefinite quadratic form."""
    if all(
        coefficient > 0 and not any(e % 2 for e in exponents) for exponents, coefficient in polynomial.terms()
    ):
        return True
    form = quadratic_form(polynomial)
    if form is not None:
        return definiteness(form[1]) >= 0
    return is_positive(polynomial, strict=False) or _by_factors(polynomial)


def _by_factors(polynomial: Any) -> bool:
    """Whether the factors that stand in odd powers are seen to have signs whose product is not negative."""
    if len(polynomial) > FACTORED:
        return False
    constant, factors = polynomial.factor()
    if len(factors) < 2 and all(power == 1 for _, power in factors):
        return False
    negative = constant < 0
    for factor, power in factors:
        if power % 2 and not is_nonnegative(factor):
            if not is_nonnegative(-factor):
                return False
            negative = not negative
    return not negative


def is_positive(polynomial: Any, strict: bool = True) -> bool:
    """Whether a polynomial in one variable, or of degree 2, is seen to be positive (or never negative)."""
    terms = [(tuple(map(int, exponents)), c) for exponents, c in polynomial.terms()]
    used = sorted({k for exponents, _ in terms for k, e in enumerate(exponents) if e})
    if len(used) == 1:
        degree = max(exponents[used[0]] for exponents, _ in terms)
        coefficients = [fmpq(0)] * (degree + 1)
        for exponents, c in terms:
            coefficients[exponents[used[0]]] = c
        return _keeps_its_sign(fmpq_poly(coefficients), strict)
    if any(sum(exponents) > 2 for exponents, _ in terms):
        return False
    # A polynomial of degree 2 is a quadratic form in its variables and 1.
    size = len(used) + 1
    place = {k: position for position, k in enumerate(used)}
    matrix = [[fmpq(0)] * size for _ in range(size)]
    for exponents, c in terms:
        hit = [place[k] for k in used for _ in range(exponents[k])] + [size - 1] * (2 - sum(exponents))
        matrix[hit[0]][hit[1]] += c / 2
        matrix[hit[1]][hit[0]] += c / 2
    if not strict or definiteness(matrix) == 1:
        return definiteness(matrix) >= 0
    # It is positive where it stays above some positive number, as 1 + (x + y)^2 does, whose form is singular.
    constant = matrix[-1][-1]
    for share in (fmpq(1, 4), fmpq(1, 64), fmpq(1, 4096)):
        matrix[-1][-1] = constant - share * constant
        if constant > 0 and definiteness(matrix) >= 0:
            return True
    return False


def _keeps_its_sign(polynomial: Any, strict: bool) -> bool:
    """Whether a polynomial in one variable is positive everywhere, or never negative."""
    if polynomial.degree() % 2 or polynomial.leading_coefficient() < 0:
        return False
    for factor, times in polynomial.numer().factor()[1]:
        if (strict or times % 2) and any(root.imag.is_zero() for root, _ in factor.complex_roots()):
            return False
    return True


def quadratic_form(
    polynomial: Any, over: list[int] | None = None
) -> tuple[list[int], list[list[fmpq]]] | None:
    """The variables and the symmetric matrix of a homogeneous quadratic polynomial, or None."""
    terms = [([(k, int(e)) for k, e in enumerate(exponents) if e], c) for exponents, c in polynomial.terms()]
    if any(sum(e for _, e in monomial) != 2 for monomial, _ in terms):
        return None
    found = sorted({k for monomial, _ in terms for k, _ in monomial})
    variables = found if over is None else over
    if not set(found) <= set(variables):
        return None
    place = {k: position for position, k in enumerate(variables)}
    matrix = [[fmpq(0)] * len(variables) for _ in variables]
    for monomial, coefficient in terms:
        if len(monomial) == 1:
            k = place[monomial[0][0]]
            matrix[k][k] = coefficient
        else:
            j, k = place[monomial[0][0]], place[monomial[1][0]]
            matrix[j][k] = matrix[k][j] = coefficient / 2
    return variables, matrix


def definiteness(matrix: list[list[fmpq]]) -> int:
    """1 for a positive definite, 0 for a positive semidefinite, -1 for any other symmetric matrix."""
    work = [row[:] for row in matrix]
    size, result = len(work), 1
    for k in range(size):
        pivot = work[k][k]
        if pivot < 0:
            return -1
        if pivot == 0:
            result = 0
            if any(work[k][j] != 0 for j in range(k + 1, size)):
                return -1
            continue
        for i in range(k + 1, size):
            factor = work[i][k] / pivot
            for j in range(k + 1, size):
                work[i][j] -= factor * work[k][j]
    return result


def extreme_root(first: list[list[fmpq]], second: list[list[fmpq]], largest: bool) -> Scalar:
    """The largest or smallest root of ``det(first - t second)``, the second matrix positive definite.

    A rational root comes back exactly, another one as a ball.
    """
    size = len(first)
    pencil = fmpq_mat(second).inv() * fmpq_mat(first)
    polynomial = fmpq_mat(size, size, [pencil[i, j] for i in range(size) for j in range(size)]).charpoly()
    best: Scalar = None
    for factor, _ in polynomial.numer().factor()[1]:
        for root in _real_roots(factor):
            if best is None:
                best = root
                continue
            difference = sign_of(_minus(root, best))
            if difference is None:
                raise Unsupported("two eigenvalues are too close to tell apart")
            if (difference > 0) == largest:
                best = root
    if best is None:
        raise Undefined("there is no eigenvalue")
    return best


def _minus(a: Scalar, b: Scalar) -> Scalar:
    return a - b if type(a) is type(b) else arb(a) - arb(b)


def _real_roots(factor: Any) -> list[Scalar]:
    """The roots of an irreducible polynomial all of whose roots are real."""
    if factor.degree() == 1:
        return [fmpq(-factor[0], factor[1])]
    return [root.real for root, _ in factor.complex_roots()]


def describe_variable(pool: Pool, index: int) -> str:
    """A formal variable in words, for messages."""
    variable = pool.variables[index]
    return variable.kind if variable.value is None else f"{variable.kind} {describe(variable.value)}"
