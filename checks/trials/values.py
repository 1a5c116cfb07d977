"""Values: exact rationals, single surds, balls, formal polynomials, arrays; and what failing means.

A scalar is one of

* ``int`` or ``fmpq``, exact rationals;
* ``Surd``, a rational times the root of an integer, exact;
* ``arb``, a ball that holds the value: disjoint balls are different numbers, others may be equal;
* ``Formal`` (``formal.py``), a polynomial or ratio in random entries or in the variable of a supremum;
* ``Dual`` (``duals.py``), a number with its derivatives in the variables of a ``derivative``; its parts are
  scalars of any kind, duals of the derivatives around it included;
* ``Complex`` (``analytic.py``), a complex ball, the variable of an integral and what depends on it;
* ``OneSided``, a number known from one side only, from the sampled points of a supremum.

Nothing here is a float.  A value that the types make an integer is an ``int``, any other rational a
``fmpq``, also when it is whole: only an ``int`` may be the exponent of a negative number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import acb, arb, fmpq, fmpz

Scalar = Any  # int | fmpq | Surd | arb | Formal | Dual | Complex | OneSided
Value = Any  # Scalar | Array | bool | None | Callable

ZERO = fmpq(0)
SIZE_LIMIT = 60_000  # bits of an exact number


class Undefined(Exception):
    """The term has no value at this point (a division by zero, an index out of range, a missing moment).

    What to do: take another point; a point without a value is no witness.
    """


class Infinite(Undefined):
    """A moment, or an integral of the size of an integrand, that is not finite.

    What to do: as for ``Undefined``; that the term is not defined may be said of it.
    """


class Unsupported(Exception):
    """The term may have a value, but it was not evaluated: the budget is spent, or nothing computes it.

    What to do: take smaller sizes or a larger budget, or leave the claim to other means.
    """


class TooManyOutcomes(Unsupported):
    """A finite law has more outcomes than may be looked at."""


class Undecided(Unsupported):
    """Two balls overlap where a decision was needed.

    What to do: evaluate again in higher precision.
    """


class NotPolynomial(Unsupported):
    """A formal value met an operation that leaves the polynomials.

    What to do: enumerate the outcomes instead, or sample.
    """


class Surd:
    """``factor * sqrt(radicand)``: a non-zero rational and a positive integer that is no square."""

    __slots__ = ("factor", "radicand")

    def __init__(self, factor: fmpq, radicand: int) -> None:
        self.factor = factor
        self.radicand = radicand

    def __repr__(self) -> str:
        return f"Surd({self.factor}, {self.radicand})"


class Formal:
    """A polynomial or ratio in formal variables; its ``pool`` knows what they stand for and computes.

    ``denominator`` is None for 1.  ``extended``: the numerator holds variables whose square the pool knows.
    ``nonnegative``: the value was built so that it is never negative.
    """

    __slots__ = ("denominator", "extended", "nonnegative", "numerator", "pool")

    def __init__(
        self,
        pool: Any,
        numerator: Any,
        denominator: Any = None,
        extended: bool = False,
        nonnegative: bool = False,
    ) -> None:
        self.pool = pool
        self.numerator = numerator
        self.denominator = denominator
        self.extended = extended
        self.nonnegative = nonnegative

    def constant(self) -> fmpq | None:
        """The rational that the value is, whatever the variables are; None when it depends on them."""
        if self.denominator is not None or not self.numerator.is_constant():
            return None
        return fmpq(0) if self.numerator.is_zero() else self.numerator.leading_coefficient()


class Dual:
    """A number that depends on the variables of a derivative: its value and its partial derivatives.

    ``level`` (``duals.Level``) belongs to one evaluation of one ``derivative``, and computes; duals of other
    levels are numbers like any other to it.  A dual whose parts are all zero is not a constant: ``x^2`` at 0.
    """

    __slots__ = ("level", "parts", "real")

    def __init__(self, level: Any, real: Scalar, parts: Sequence[Scalar]) -> None:
        self.level = level
        self.real = real
        self.parts = parts

    def __repr__(self) -> str:
        return f"Dual({self.level.order}, {self.real}, {list(self.parts)})"


class Complex:
    """A complex ball; its ``level`` (``analytic.Plane``) computes."""

    __slots__ = ("level", "value")

    def __init__(self, level: Any, value: acb) -> None:
        self.level = level
        self.value = value


@dataclass(frozen=True, slots=True)
class OneSided:
    """A number of which only a lower or only an upper bound is known."""

    lower: Scalar = None
    upper: Scalar = None


class Array:
    """A real array: its shape and its entries in row-major order."""

    __slots__ = ("entries", "shape")

    def __init__(self, shape: tuple[int, ...], entries: Sequence[Scalar]) -> None:
        self.shape = shape
        self.entries = entries

    def __repr__(self) -> str:
        return f"Array({self.shape}, {list(self.entries)})"


# -- conversions ---------------------------------------------------------------------------------------


def rational(value: Fraction) -> Scalar:
    """The scalar of a fraction; a whole one is an ``int``."""
    return int(value) if value.denominator == 1 else fmpq(value.numerator, value.denominator)


def to_ball(value: Scalar) -> arb:
    """A ball that holds the scalar; ``NotPolynomial`` for a formal value."""
    kind = type(value)
    if kind is arb:
        return value  # type: ignore[no-any-return]
    if kind is int or kind is fmpq:
        return arb(value)
    if kind is Surd:
        return arb(value.factor) * arb(value.radicand).sqrt()
    if kind in VARYING:
        raise Unsupported("a ball was expected, and the value varies")
    raise NotPolynomial("the value is random, or known from one side only")


def to_integer(value: Scalar) -> int:
    """The integer; ``Undefined`` when the scalar is not one."""
    kind = type(value)
    if kind is int:
        return value  # type: ignore[no-any-return]
    if kind is fmpq:
        if value.q == 1:
            return int(value.p)
        raise Undefined(f"{value} is not an integer")
    if kind is Surd:
        raise Undefined(f"{describe(value)} is not an integer")
    if kind is arb and not value.contains_integer():
        raise Undefined("an integer was expected")
    if kind is Dual:
        raise Undefined("an integer was expected, and the value varies")
    if kind is Formal:
        raise NotPolynomial("an integer was expected, and the value is random")
    raise Unsupported("an integer was expected, and the value is not known exactly")


def is_exact(value: Scalar) -> bool:
    """Whether the scalar is a rational or a surd."""
    return type(value) in _EXACT


_RATIONAL = frozenset({int, fmpq})
_STRUCTURED = frozenset({Formal, Dual, Complex})
VARYING = frozenset({Dual, Complex})
_EXACT = frozenset({int, fmpq, Surd})


def describe(value: Value, digits: int = 12) -> str:
    """The value as one would write it: exact where it is exact, else so many digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Array):
        return array_text(value.shape, [describe(entry, digits) for entry in value.entries])
    kind = type(value)
    if kind is Surd:
        factor, radicand = value.factor, value.radicand
        for root in range(2, 100):
            while radicand % (root * root) == 0:
                factor, radicand = factor * root, radicand // (root * root)
        head = "" if factor == 1 else "-" if factor == -1 else f"{factor}*"
        return f"{head}sqrt({radicand})"
    if kind is arb:
        return str(value.str(digits, radius=False))
    if kind is OneSided:
        return (
            f"at least {describe(value.lower)}" if value.upper is None else f"at most {describe(value.upper)}"
        )
    return str(value)


def telling_apart(a: Value, b: Value, digits: int = 12) -> int:
    """So many digits that the values are seen to differ, where they do; of arrays, entry by entry."""
    if isinstance(a, Array) and isinstance(b, Array):
        for first, second in zip(a.entries, b.entries, strict=False):
            digits = telling_apart(first, second, digits)
        return digits
    if any(type(value) not in _EXACT and type(value) is not arb for value in (a, b)):
        return digits
    first, second = to_ball(a), to_ball(b)
    distance, size = abs(first - second), abs(first).max(abs(second))
    while distance > 0 and distance * arb(10) ** (digits - 2) < size:
        digits += 4
    return digits


def array_text(shape: tuple[int, ...], entries: list[str]) -> str:
    """An array in brackets, by the texts of its entries."""
    if not shape:
        return entries[0]
    step = len(entries) // shape[0] if shape[0] else 0
    rows = [array_text(shape[1:], entries[k * step : (k + 1) * step]) for k in range(shape[0])]
    return f"[{', '.join(rows)}]"


# -- arithmetic ----------------------------------------------------------------------------------------


def add(a: Scalar, b: Scalar) -> Scalar:
    """The sum."""
    if type(a) in _RATIONAL and type(b) in _RATIONAL:
        return a + b
    if type(a) in _STRUCTURED or type(b) in _STRUCTURED:
        return _algebra(a, b).plus(a, b)
    if type(a) is OneSided or type(b) is OneSided:
        return _bounds(add, a, b)
    if type(a) is Surd and type(b) is Surd:
        product = a.radicand * b.radicand
        root = isqrt(product)
        if root * root == product:
            return _surd(a.factor + b.factor * fmpq(root, a.radicand), a.radicand)
    if is_zero(a):
        return b
    if is_zero(b):
        return a
    return to_ball(a) + to_ball(b)


def multiply(a: Scalar, b: Scalar) -> Scalar:
    """The product."""
    if type(a) in _RATIONAL and type(b) in _RATIONAL:
        return a * b
    if type(a) in _STRUCTURED or type(b) in _STRUCTURED:
        return _algebra(a, b).times(a, b)
    if is_zero(a) or is_zero(b):
        return ZERO
    if type(a) is OneSided or type(b) is OneSided:
        return _scale_bound(a, b)
    if type(a) in _EXACT and type(b) in _EXACT:
        if type(a) is not Surd:
            return Surd(fmpq(a) * b.factor, b.radicand)
        if type(b) is not Surd:
            return Surd(a.factor * b, a.radicand)
        if a.radicand == b.radicand:
            return a.factor * b.factor * a.radicand
        return _surd(a.factor * b.factor, a.radicand * b.radicand)
    return to_ball(a) * to_ball(b)


def negate(a: Scalar) -> Scalar:
    """Minus the scalar."""
    kind = type(a)
    if kind in _RATIONAL or kind is arb:
        return -a
    return multiply(-1, a)


def subtract(a: Scalar, b: Scalar) -> Scalar:
    """The difference."""
    if type(a) in _RATIONAL and type(b) in _RATIONAL:
        return a - b
    return add(a, negate(b))


def divide(a: Scalar, b: Scalar) -> Scalar:
    """The quotient; ``Undefined`` when the divisor is 0."""
    kind = type(b)
    if kind in VARYING or type(a) in VARYING:
        return _algebra(a, b).over(a, b)
    if kind in _RATIONAL:
        if b == 0:
            raise Undefined("division by zero")
        if type(a) in _RATIONAL:
            return fmpq(a) / b
        return multiply(a, fmpq(1) / b)
    if kind is Surd:
        return multiply(a, Surd(1 / (b.factor * b.radicand), b.radicand))
    if kind is Formal:
        return b.pool.over(a, b)
    if kind is arb:
        if b.contains(0):
            if b == 0:
                raise Undefined("division by zero")
            raise Undecided("the divisor may be zero")
        return multiply(a, 1 / b)
    raise Unsupported("division by a number that is known from one side only")


def power(base: Scalar, exponent: Scalar) -> Scalar:
    """The real power; an ``int`` exponent takes any base (0^0 = 1), another one no negative base."""
    kind = type(exponent)
    if kind is int:
        return integer_power(base, exponent)
    if kind is fmpq and exponent.q == 2:
        return integer_power(square_root(base), int(exponent.p))
    if type(base) in VARYING or kind in VARYING:
        return _algebra(base, exponent).powered(base, exponent)
    if type(base) is Formal or kind is Formal:
        raise NotPolynomial("a power of a random number")
    sign = sign_of(base)
    if sign is None:
        raise Undecided("the sign of the base of a power")
    if sign < 0:
        raise Undefined("a negative number to a power that is no integer")
    if sign == 0:
        return _zero_to(exponent)
    if kind is fmpq and type(base) in _RATIONAL:
        root = _exact_root(fmpq(base), int(exponent.q))
        if root is not None:
            return integer_power(root, int(exponent.p))
    return to_ball(base) ** to_ball(exponent)


def _zero_to(exponent: Scalar) -> Scalar:
    sign = sign_of(exponent)
    if sign is None:
        raise Undecided("the sign of an exponent")
    if sign > 0:
        return ZERO
    raise Undefined("zero to a power that is not positive")


def _exact_root(base: fmpq, degree: int) -> fmpq | None:
    """The exact root of a positive rational, if it is rational."""
    parts = []
    for part in (int(base.p), int(base.q)):
        found = fmpz(part).root(degree) if degree < part.bit_length() else fmpz(1)
        if found**degree != part:
            return None
        parts.append(int(found))
    return fmpq(parts[0], parts[1])


def integer_power(base: Scalar, exponent: int) -> Scalar:
    """The power with an integer exponent; ``Unsupported`` when the number would be too large."""
    if exponent < 0:
        return divide(1, integer_power(base, -exponent))
    kind = type(base)
    if kind in VARYING:
        return base.level.raised(base, exponent)
    if kind is int:
        if base.bit_length() * exponent > SIZE_LIMIT and base not in (0, 1, -1):
            raise Unsupported("budget: a power is too large")
        return base**exponent
    if kind is fmpq:
        if base.height_bits() * exponent > SIZE_LIMIT:
            raise Unsupported("budget: a power is too large")
        return base**exponent
    if kind is arb:
        return _ball_power(base, exponent)
    if exponent > 64:
        if kind is Formal:
            raise Unsupported("budget: a power of a random number is too large")
        if kind is Surd and exponent * (base.radicand.bit_length() + base.factor.height_bits()) > SIZE_LIMIT:
            raise Unsupported("budget: a power is too large")
    if kind is Formal:
        return base.pool.raised(base, exponent)
    if kind is Surd:
        even = base.factor**exponent * fmpq(base.radicand) ** (exponent // 2)
        return Surd(even, base.radicand) if exponent % 2 else even
    result = 1
    for _ in range(exponent):
        result = multiply(result, base)
    return result


def _ball_power(base: arb, exponent: int) -> arb:
    """The power of a ball; Arb takes the logarithm of one about 0, which holds nothing."""
    if exponent == 0 or base.is_exact() or base.mid() != 0:
        return base**exponent
    bound = abs(base).upper() ** exponent
    return arb(0).union(bound) if exponent % 2 == 0 else (-bound).union(bound)


def square_root(a: Scalar) -> Scalar:
    """The root; ``Undefined`` for a negative number."""
    kind = type(a)
    if kind in _RATIONAL:
        if a < 0:
            raise Undefined(f"the root of {a}")
        if kind is int:
            root = isqrt(a)
            return fmpq(root) if root * root == a else Surd(fmpq(1), a)
        numerator, denominator = int(a.p), int(a.q)
        return _surd(fmpq(1, denominator), numerator * denominator)
    if kind is Formal:
        return a.pool.root(a)
    if kind in VARYING:
        return a.level.elementary("sqrt", a)
    if kind is OneSided:
        return _monotone(square_root, a)
    ball = to_ball(a)
    if ball < 0:
        raise Undefined(f"the root of {describe(a)}")
    if not ball > 0:
        raise Undecided("the sign of a number under a root")
    return ball.sqrt()


def _surd(factor: fmpq, radicand: int) -> Scalar:
    """``factor * sqrt(radicand)`` in the simplest representation."""
    if factor == 0 or radicand == 0:
        return ZERO
    if radicand.bit_length() > SIZE_LIMIT:
        raise Unsupported("budget: a number is too large")
    root = isqrt(radicand)
    return factor * root if root * root == radicand else Surd(fmpq(factor), radicand)


def is_zero(a: Scalar) -> bool:
    """Whether the scalar is the rational 0."""
    return type(a) in _RATIONAL and a == 0


def _algebra(a: Scalar, b: Scalar) -> Any:
    """What computes with the two: the innermost derivative, else the plane, else the pool of a formal value."""
    if type(a) is Dual:
        return b.level if type(b) is Dual and b.level.order > a.level.order else a.level
    if type(b) is Dual:
        return b.level
    if type(a) is Complex or type(b) is Complex:
        if type(a) is Formal or type(b) is Formal:
            raise NotPolynomial("a random number and the variable of an integral")
        return a.level if type(a) is Complex else b.level
    return a.pool if type(a) is Formal else b.pool


def at_point(a: Scalar) -> Scalar:
    """The value itself, without its derivatives."""
    while type(a) is Dual:
        a = a.real
    return a


# -- numbers known from one side -----------------------------------------------------------------------


def _bounds(operation: Callable[[Scalar, Scalar], Scalar], a: Scalar, b: Scalar) -> OneSided:
    if type(a) is not OneSided:
        a, b = b, a
    if type(b) is not OneSided:
        b = OneSided(b, b)
    lower = None if a.lower is None or b.lower is None else operation(a.lower, b.lower)
    upper = None if a.upper is None or b.upper is None else operation(a.upper, b.upper)
    if lower is None and upper is None:
        raise Unsupported("numbers known from different sides")
    return OneSided(lower, upper)


def _scale_bound(a: Scalar, b: Scalar) -> OneSided:
    if type(a) is not OneSided:
        a, b = b, a
    sign = None if type(b) is OneSided else sign_of(b)
    if sign is None:
        raise Unsupported("a product with a number that is known from one side only")
    lower = None if a.lower is None else multiply(a.lower, b)
    upper = None if a.upper is None else multiply(a.upper, b)
    return OneSided(lower, upper) if sign > 0 else OneSided(upper, lower)


def _monotone(function: Callable[[Scalar], Scalar], a: OneSided) -> OneSided:
    if a.lower is not None:
        sign = sign_of(a.lower)
        if sign is not None and sign >= 0:
            return OneSided(function(a.lower), None)
    raise Unsupported("a function of a number that is known from one side only")


# -- order ---------------------------------------------------------------------------------------------


def sign_of(a: Scalar) -> Any:
    """The sign, or None when a ball leaves it open; ``NotPolynomial`` for a formal value."""
    kind = type(a)
    if kind in _RATIONAL:
        return (a > 0) - (a < 0)
    if kind is Surd:
        return 1 if a.factor > 0 else -1
    if kind is arb:
        return 1 if a > 0 else -1 if a < 0 else 0 if a == 0 else None
    if kind is OneSided:
        if a.lower is not None and sign_of(a.lower) == 1:
            return 1
        return -1 if a.upper is not None and sign_of(a.upper) == -1 else None
    if kind is Complex:
        return a.level.sign(a)
    if kind is Dual:
        return _away_from_kink(sign_of(_fixed(at_point(a))))
    constant = a.constant()
    return a.pool.sign(a) if constant is None else sign_of(constant)


def _fixed(a: Scalar) -> Scalar:
    """The value; ``Unsupported`` for the variable of an integral.

    Where a comparison of both variables changes, derivative and integral do not commute.
    """
    if type(a) is Complex:
        raise Unsupported("a comparison of what is differentiated below an integral")
    return a


def _away_from_kink(sign: Any) -> Any:
    """The sign, which is the sign around the point too; ``Undefined`` for 0."""
    if sign == 0:
        raise Undefined("the derivative at a kink")
    return sign


def compare(a: Scalar, b: Scalar) -> Any:
    """The sign of ``a - b``, or None when balls overlap."""
    if type(a) is Dual or type(b) is Dual:
        return _away_from_kink(compare(_fixed(at_point(a)), _fixed(at_point(b))))
    if type(a) in _RATIONAL and type(b) in _RATIONAL:
        return (a > b) - (a < b)
    if type(a) in _EXACT and type(b) in _EXACT:
        first, second = sign_of(a), sign_of(b)
        if first != second:
            return 1 if first > second else -1
        left, right = multiply(a, a), multiply(b, b)
        return first * ((left > right) - (left < right))
    if type(a) is arb and type(b) is arb:
        return 1 if a > b else -1 if a < b else 0 if a == b and a.is_exact() else None
    return sign_of(subtract(a, b))
