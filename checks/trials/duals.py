"""Forward-mode automatic differentiation: the arithmetic of duals, exact over the scalars of ``values``.

A dual of a level is ``a + sum_k a_k e_k`` with ``e_j e_k = 0``; a function that is differentiable at a takes it
to ``f(a) + sum_k f'(a) a_k e_k`` (the chain rule; Griewank and Walther, Evaluating Derivatives, ch. 3).  Each
evaluation of a ``derivative`` has a level of its own, and the numbers of all other levels are coefficients to it:
derivatives within derivatives are not confused (Siskind and Pearlmutter, 2005).  A function has a value here only
where every operation on the way is differentiable around the point; else ``Undefined`` is raised, though the
function as a whole may still have a derivative, as x |x| has at 0.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, fmpq

from checks.trials.elementary import cosine, error_function, exponential, hyperbolic_tangent, logarithm, sine
from checks.trials.values import (
    ZERO,
    Dual,
    Scalar,
    Undecided,
    Undefined,
    add,
    divide,
    integer_power,
    is_zero,
    multiply,
    negate,
    power,
    sign_of,
    square_root,
    subtract,
)

ONE = fmpq(1)


class Level:
    """One evaluation of a derivative: ``order`` is larger than that of the derivatives around it."""

    __slots__ = ("order", "size")

    def __init__(self, order: int, size: int) -> None:
        self.order = order
        self.size = size

    def variable(self, value: Scalar, place: int) -> Dual:
        """The variable with the value, in whose place the derivative is 1."""
        return Dual(self, value, [int(k == place) for k in range(self.size)])

    def parts_of(self, value: Scalar) -> list[Scalar]:
        """The partial derivatives of a value, zeros for one that does not depend on the variables."""
        if type(value) is Dual and value.level is self:
            return list(value.parts)
        return [ZERO] * self.size

    def _is_of(self, value: Scalar) -> bool:
        return type(value) is Dual and value.level is self

    def _chain(self, a: Dual, value: Scalar, slope: Scalar) -> Dual:
        """The function with the value and the slope at the number."""
        return Dual(self, value, [multiply(slope, part) for part in a.parts])

    # -- arithmetic ------------------------------------------------------------------------------------

    def plus(self, a: Scalar, b: Scalar) -> Scalar:
        """The sum."""
        if not self._is_of(a):
            a, b = b, a
        if not self._is_of(b):
            return Dual(self, add(a.real, b), a.parts)
        return Dual(self, add(a.real, b.real), [add(x, y) for x, y in zip(a.parts, b.parts, strict=True)])

    def times(self, a: Scalar, b: Scalar) -> Scalar:
        """The product; a multiple of 0 is the constant 0."""
        if not self._is_of(a):
            a, b = b, a
        if not self._is_of(b):
            return ZERO if is_zero(b) else self._chain(a, multiply(a.real, b), b)
        parts = [add(multiply(x, b.real), multiply(a.real, y)) for x, y in zip(a.parts, b.parts, strict=True)]
        return Dual(self, multiply(a.real, b.real), parts)

    def over(self, a: Scalar, b: Scalar) -> Scalar:
        """The quotient; ``Undefined`` when the divisor is 0."""
        if not self._is_of(b):
            return self._chain(a, divide(a.real, b), divide(ONE, b))
        if not self._is_of(a):
            value = divide(a, b.real)
            return ZERO if is_zero(a) else self._chain(b, value, negate(divide(value, b.real)))
        value = divide(a.real, b.real)
        parts = [divide(subtract(x, multiply(value, y)), b.real) for x, y in zip(a.parts, b.parts, strict=True)]
        return Dual(self, value, parts)

    def raised(self, a: Dual, exponent: int) -> Scalar:
        """The power with a natural exponent."""
        if exponent == 0:
            return 1
        slope = multiply(exponent, integer_power(a.real, exponent - 1))
        return self._chain(a, integer_power(a.real, exponent), slope)

    def powered(self, base: Scalar, exponent: Scalar) -> Scalar:
        """The power with a real exponent, of a positive number: around others it is not defined."""
        varying = base if self._is_of(base) else exponent
        real = base.real if self._is_of(base) else base
        _want_positive(real, "the derivative of a power of what is not positive")
        if not self._is_of(exponent):
            value = power(real, exponent)
            return self._chain(varying, value, divide(multiply(exponent, value), real))
        value = power(real, exponent.real)
        rate = multiply(value, logarithm(real))
        result = self._chain(exponent, value, rate)
        if not self._is_of(base):
            return result
        slope = divide(multiply(exponent.real, value), real)
        parts = [add(x, multiply(slope, y)) for x, y in zip(result.parts, base.parts, strict=True)]
        return Dual(self, value, parts)

    def elementary(self, name: str, a: Dual) -> Dual:
        """An elementary function that is smooth where it is defined, but for the root at 0."""
        return self._chain(a, *SLOPES[name](a.real))


def _want_positive(a: Scalar, message: str) -> None:
    sign = sign_of(a)
    if sign is None:
        raise Undecided("the sign of a number")
    if sign <= 0:
        raise Undefined(message)


def _root(a: Scalar) -> tuple[Scalar, Scalar]:
    _want_positive(a, "the derivative of a root of what is not positive")
    root = square_root(a)
    return root, divide(ONE / 2, root)


def _exponential(a: Scalar) -> tuple[Scalar, Scalar]:
    value = exponential(a)
    return value, value


def _hyperbolic(a: Scalar) -> tuple[Scalar, Scalar]:
    value = hyperbolic_tangent(a)
    return value, subtract(1, multiply(value, value))


def _error_function(a: Scalar) -> tuple[Scalar, Scalar]:
    height = divide(2, square_root(arb.pi()))
    return error_function(a), multiply(height, exponential(negate(multiply(a, a))))


SLOPES: dict[str, Callable[[Scalar], tuple[Scalar, Scalar]]] = {
    "sqrt": _root,
    "exp": _exponential,
    "log": lambda a: (logarithm(a), divide(ONE, a)),
    "sin": lambda a: (sine(a), cosine(a)),
    "cos": lambda a: (cosine(a), negate(sine(a))),
    "tanh": _hyperbolic,
    "erf": _error_function,
}
"""The value and the slope of each elementary function at a number."""
