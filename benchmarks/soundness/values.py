"""Values for brute force: exact rationals, balls for what is not rational, lazy arrays, functions.

Written for this benchmark alone: it shares nothing with the kernel or the trials.  A real is an ``int`` or
``fmpq`` while it is exact, else an ``arb`` of ``PRECISION`` bits.  Two balls that overlap count as one number:
numbers that agree to eighty digits are not told apart.  What was approximated (an integral, a supremum, a
derivative) says how roughly, and is only told from another number when they differ by more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from flint import arb, fmpq

PRECISION = 320
TINY = arb(2) ** -200

Real = Any
"""``int | fmpq | arb``."""
Value = Any
"""A real, an ``Array``, a ``Func`` or a truth value."""


class Undefined(Exception):
    """The term has no value at this point."""


class Unjudged(Exception):
    """Brute force cannot tell: not evaluated, too long, or too close."""


@dataclass(slots=True, eq=False)
class Array:
    """An array whose entries are worked out when they are asked for; indices start at 1."""

    shape: tuple[int, ...]
    entry: Callable[[tuple[int, ...]], Real]
    known: dict[tuple[int, ...], Real] = field(default_factory=dict)

    def __getitem__(self, place: tuple[int, ...]) -> Real:
        found = self.known.get(place)
        if found is None:
            if any(not 1 <= i <= length for i, length in zip(place, self.shape, strict=True)):
                raise Undefined("an index is out of its range")
            found = self.known[place] = self.entry(place)
        return found

    def places(self) -> Iterator[tuple[int, ...]]:
        """All places, the last index fastest."""
        return product(*(range(1, length + 1) for length in self.shape))

    def entries(self) -> list[Real]:
        """All entries, in the order of their places."""
        return [self[place] for place in self.places()]


@dataclass(frozen=True, slots=True, eq=False)
class Func:
    """A function of so many arguments; ``kinks`` are where it may not be smooth, as a function of one real."""

    arity: int
    apply: Callable[..., Value]
    kinks: Callable[[], Sequence[Real]] = tuple

    def __call__(self, *arguments: Value) -> Value:
        if len(arguments) == self.arity:
            return self.apply(*arguments)
        if len(arguments) < self.arity:
            return Func(self.arity - len(arguments), lambda *rest: self.apply(*arguments, *rest))
        inner = self.apply(*arguments[: self.arity])
        return inner(*arguments[self.arity :])


def array_of(shape: tuple[int, ...], entries: Iterable[Real]) -> Array:
    """The array with the given entries, the last index fastest."""
    made = Array(shape, _missing)
    made.known.update(zip(made.places(), entries, strict=True))
    return made


def _missing(place: tuple[int, ...]) -> Real:
    raise Unjudged(f"no entry {place}")


def is_exact(value: Real) -> bool:
    """Whether the value is a rational number, exactly."""
    return not isinstance(value, arb)


def ball(value: Real) -> arb:
    """The number as a ball."""
    return value if isinstance(value, arb) else arb(value)


def whole(value: Real) -> int:
    """The number as an integer, which it has to be."""
    if isinstance(value, int):
        return value
    if isinstance(value, fmpq) and value.q == 1:
        return int(value.p)
    raise Unjudged("an integer was wanted")


def simple(value: Real) -> Real:
    """The number, as an integer where it is one."""
    if isinstance(value, arb):
        if not value.is_finite():
            raise Unjudged("a number without bounds")
        return value
    if isinstance(value, fmpq) and value.q == 1:
        return int(value.p)
    return value


def compare(left: Real, right: Real) -> int:
    """-1, 0 or 1; 0 also where the numbers cannot be told apart."""
    if not isinstance(left, arb) and not isinstance(right, arb):
        return int(left > right) - int(left < right)
    difference = ball(left) - ball(right)
    if not difference.is_finite():
        raise Unjudged("a number without bounds")
    if difference.contains(0):
        return 0
    return 1 if difference > 0 else -1


def vague(value: Real) -> bool:
    """Whether a number was approximated, and is not only rounded."""
    return isinstance(value, arb) and not value.rad() < TINY


def widened(value: Real, by: Real) -> arb:
    """The number with a possible error."""
    return ball(value) + arb(0, abs(ball(by)).upper())


def clear_sign(value: Real) -> int:
    """-1, 0 or 1; raises ``Unjudged`` where an approximation leaves it open."""
    sign = compare(value, 0)
    if sign == 0 and vague(value):
        raise Unjudged("an approximation too close to zero")
    return sign


def quotient(left: Real, right: Real) -> Real:
    """The quotient; division by zero is undefined."""
    if clear_sign(right) == 0:
        raise Undefined("a division by zero")
    if isinstance(right, arb):
        return simple(left / right)
    return simple(left / right) if isinstance(left, arb) else simple(fmpq(left) / right)


def raised(base: Real, exponent: Real, *, real: bool = False) -> Real:
    """A power; ``real``: the exponent is a real variable, so that the base has to be positive."""
    if real and clear_sign(base) <= 0:
        raise Undefined("a real power of what is not positive")
    if not isinstance(exponent, arb) and fmpq(exponent).q == 1:
        return _whole_power(base, int(fmpq(exponent).p))
    sign = clear_sign(base)
    if sign < 0:
        raise Undefined("a root of a negative number")
    if sign == 0:
        if clear_sign(exponent) > 0:
            return 0
        raise Undefined("a negative power of zero")
    if not isinstance(exponent, arb) and fmpq(exponent).q == 2:
        return _whole_power(root(base), int(fmpq(exponent).p))
    return simple(ball(base) ** ball(exponent))


def _whole_power(base: Real, exponent: int) -> Real:
    if abs(exponent) > 4000:
        raise Unjudged("an exponent too large")
    if exponent >= 0:
        return base**exponent if exponent else 1
    return quotient(1, base**-exponent)


def root(value: Real) -> Real:
    """The square root, exact where it is rational."""
    sign = compare(value, 0)
    if sign < 0:
        raise Undefined("a root of a negative number")
    if sign == 0:
        return arb(0, ball(value).abs_upper().sqrt()) if vague(value) else 0
    if not isinstance(value, arb):
        top, bottom = fmpq(value).p, fmpq(value).q
        above, below = top.isqrt(), bottom.isqrt()
        if above * above == top and below * below == bottom:
            return simple(fmpq(above, below))
    return simple(ball(value).sqrt())
