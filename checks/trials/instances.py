"""Instances of arrays and of abstract functions: ways to fill them in, the generic ones first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from math import prod
from random import Random
from typing import Any

from flint import fmpq

from checks.trials.elementary import exponential
from checks.trials.formal import Pool, PoolFull, Variable
from checks.trials.values import (
    ZERO,
    Array,
    Formal,
    Scalar,
    Undecided,
    Undefined,
    Unsupported,
    Value,
    add,
    array_text,
    compare,
    describe,
    divide,
    integer_power,
    multiply,
    negate,
    to_integer,
)

Fill = Callable[[tuple[int, ...], Random], Array | None]

# -- arrays --------------------------------------------------------------------------------------------


def _entrywise(choices: tuple[fmpq, ...]) -> Fill:
    def fill(shape: tuple[int, ...], random: Random) -> Array:
        return Array(shape, [random.choice(choices) for _ in range(prod(shape))])

    return fill


def _numbers(*values: int | fmpq) -> tuple[fmpq, ...]:
    return tuple(map(fmpq, values))


def generic(shape: tuple[int, ...], random: Random) -> Array:
    """Small numbers, neighbours different, none of them 0."""
    size = prod(shape)
    choices = _numbers(1, 2, 3, -1, -2, fmpq(1, 2))
    entries: list[fmpq] = []
    for _ in range(size):
        value = random.choice(choices)
        while entries and value == entries[-1]:
            value = random.choice(choices)
        entries.append(value)
    return Array(shape, entries)


def _counting(shape: tuple[int, ...], random: Random) -> Array:
    return Array(shape, [fmpq(k + 1) for k in range(prod(shape))])


def _constant(value: int) -> Fill:
    return lambda shape, random: Array(shape, [fmpq(value)] * prod(shape))


def _simplex(shape: tuple[int, ...], random: Random) -> Array | None:
    """Positive rows that sum to 1."""
    if not shape or shape[-1] == 0:
        return None
    entries: list[fmpq] = []
    for _ in range(prod(shape[:-1])):
        row = [random.randint(1, 4) for _ in range(shape[-1])]
        entries.extend(fmpq(value, sum(row)) for value in row)
    return Array(shape, entries)


def _one_hot(shape: tuple[int, ...], random: Random) -> Array | None:
    if not shape or shape[-1] == 0:
        return None
    entries: list[fmpq] = []
    for _ in range(prod(shape[:-1])):
        place = random.randrange(shape[-1])
        entries.extend(fmpq(int(k == place)) for k in range(shape[-1]))
    return Array(shape, entries)


def _is_square(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 and shape[0] == shape[1]


def _symmetric(shape: tuple[int, ...], random: Random) -> Array | None:
    if not _is_square(shape):
        return None
    a = generic(shape, random).entries
    n = shape[0]
    return Array(shape, [a[min(i, j) * n + max(i, j)] for i in range(n) for j in range(n)])


def _definite(shape: tuple[int, ...], random: Random) -> Array | None:
    """B^T B + 1."""
    if not _is_square(shape):
        return None
    n, b = shape[0], generic(shape, random).entries
    return Array(
        shape,
        [
            sum((b[k * n + i] * b[k * n + j] for k in range(n)), fmpq(int(i == j)))
            for i in range(n)
            for j in range(n)
        ],
    )


def _antisymmetric(shape: tuple[int, ...], random: Random) -> Array | None:
    if not _is_square(shape):
        return None
    n, a = shape[0], generic(shape, random).entries
    return Array(
        shape,
        [fmpq(0) if i == j else a[i * n + j] if i < j else -a[j * n + i] for i in range(n) for j in range(n)],
    )


def _diagonal(shape: tuple[int, ...], random: Random) -> Array | None:
    if len(shape) != 2:
        return None
    entries = [fmpq(i + 1) if i == j else fmpq(0) for i in range(shape[0]) for j in range(shape[1])]
    return Array(shape, entries)


def _triangular(lower: bool) -> Fill:
    def fill(shape: tuple[int, ...], random: Random) -> Array | None:
        if len(shape) != 2:
            return None
        a, columns = generic(shape, random).entries, shape[1]
        keep = [(i >= j) if lower else (i <= j) for i in range(shape[0]) for j in range(columns)]
        return Array(shape, [x if kept else fmpq(0) for x, kept in zip(a, keep, strict=True)])

    return fill


def _reflections(size: int, random: Random, count: int) -> list[list[fmpq]]:
    """A product of rational Householder reflections: an orthogonal matrix."""
    result = [[fmpq(int(i == j)) for j in range(size)] for i in range(size)]
    for _ in range(count):
        v = [fmpq(random.choice((1, 2, -1, 3))) for _ in range(size)]
        square = sum((x * x for x in v), fmpq(0))
        for row in result:
            scale = 2 * sum((x * y for x, y in zip(row, v, strict=True)), fmpq(0)) / square
            row[:] = [x - scale * y for x, y in zip(row, v, strict=True)]
    return result


def _orthonormal(count: int) -> Fill:
    """Orthonormal columns, or rows where there are more columns than rows; a unit vector for a vector."""

    def fill(shape: tuple[int, ...], random: Random) -> Array | None:
        if not shape or len(shape) > 2 or 0 in shape:
            return None
        rows, columns = shape if len(shape) == 2 else (shape[0], 1)
        matrix = _reflections(max(rows, columns), random, count)
        return Array(shape, [matrix[i][j] for i in range(rows) for j in range(columns)])

    return fill


def _idempotent(oblique: bool) -> Fill:
    """A projection onto a line: ``u v^T / v^T u``, orthogonal when v is u."""

    def fill(shape: tuple[int, ...], random: Random) -> Array | None:
        if not _is_square(shape) or shape[0] == 0:
            return None
        n = shape[0]
        u = [fmpq(random.choice((1, 2, -1))) for _ in range(n)]
        v = [fmpq(random.choice((1, 3, -2))) for _ in range(n)] if oblique else u
        scale = sum((x * y for x, y in zip(u, v, strict=True)), fmpq(0))
        if scale == 0:
            return None
        return Array(shape, [x * y / scale for x in u for y in v])

    return fill


def _rank_one(shape: tuple[int, ...], random: Random) -> Array | None:
    """``u u^T`` for a square matrix: symmetric, semidefinite, singular where it has more than one row."""
    if not _is_square(shape):
        return None
    u = generic(shape[:1], random).entries
    return Array(shape, [x * y for x in u for y in u])


def _shift(shape: tuple[int, ...], random: Random) -> Array | None:
    """A cyclic shift: a permutation matrix that is not symmetric from three rows on."""
    if not _is_square(shape):
        return None
    n = shape[0]
    return Array(shape, [fmpq(int(j == (i + 1) % n)) for i in range(n) for j in range(n)])


def _quarter_turns(shape: tuple[int, ...], random: Random) -> Array | None:
    """Turns by a right angle in pairs of coordinates: orthogonal and antisymmetric."""
    if not _is_square(shape) or shape[0] % 2:
        return None
    n = shape[0]
    sign = {(i, i ^ 1): fmpq(-1 if i % 2 == 0 else 1) for i in range(n)}
    return Array(shape, [sign.get((i, j), fmpq(0)) for i in range(n) for j in range(n)])


def _stochastic(shape: tuple[int, ...], random: Random) -> Array | None:
    """Doubly stochastic: a mixture of cyclic shifts."""
    if not _is_square(shape):
        return None
    n = shape[0]
    weights = [random.randint(1, 3) for _ in range(n)]
    return Array(shape, [fmpq(weights[(j - i) % n], sum(weights)) for i in range(n) for j in range(n)])


def _sorted(shape: tuple[int, ...], random: Random) -> Array:
    return Array(shape, sorted(generic(shape, random).entries))


def _centred(shape: tuple[int, ...], random: Random) -> Array | None:
    size = prod(shape)
    if size == 0:
        return None
    entries = generic(shape, random).entries
    mean = sum(entries, fmpq(0)) / size
    return Array(shape, [x - mean for x in entries])


FILLS: tuple[Fill, ...] = (
    generic,
    _entrywise(_numbers(1, 2, 3, fmpq(1, 2))),
    _entrywise(_numbers(1, -1)),
    _symmetric,
    _definite,
    _simplex,
    _orthonormal(1),
    _orthonormal(2),
    _entrywise(_numbers(0, 1)),
    _one_hot,
    _entrywise(_numbers(fmpq(1, 2), fmpq(1, 3), fmpq(2, 3))),
    _entrywise(_numbers(fmpq(1, 4), fmpq(-1, 4), fmpq(1, 8))),
    _diagonal,
    _triangular(True),
    _triangular(False),
    _antisymmetric,
    _quarter_turns,
    _stochastic,
    _shift,
    _idempotent(True),
    _idempotent(False),
    _rank_one,
    _sorted,
    _centred,
    _entrywise(_numbers(-1, -2, fmpq(-1, 2))),
    _constant(1),
    _constant(0),
    _counting,
)

STRUCTURED: tuple[Fill, ...] = (
    _orthonormal(2), _rank_one, _idempotent(True), _shift, _definite, _idempotent(False), _quarter_turns,
)  # fmt: skip
"""Kinds of square matrices that are tried first in turn."""


_UNIT, _ZERO = 6, 7
"""Styles of special arrays; numbers are zero in the second as well."""


def arrays(shape: tuple[int, ...], random: Random, style: int) -> Iterator[Array]:
    """Arrays of the shape: two generic ones, then structured ones, square matrices in an order that the style gives.

    In one style ones and identity matrices come first, in another zeros: what holds of almost all arrays only
    (that a determinant, or a norm, is not some number) fails there.
    """
    if prod(shape) > 4096:
        raise Unsupported("budget: an array is too large")
    if style == _UNIT:
        yield Array(shape, [fmpq(int(not _is_square(shape) or k % (shape[0] + 1) == 0)) for k in range(prod(shape))])
    if style == _ZERO:
        yield Array(shape, [fmpq(0)] * prod(shape))
    if style % 4 == 3:
        yield Array(shape, [fmpq(random.choice((0, 1, -1, 2))) for _ in range(prod(shape))])
    fills = FILLS
    if _is_square(shape) and shape[0] > 1 and style % 2:
        # What satisfies the facts first would else be the same kind of matrix every time.
        turn = style // 2 % len(STRUCTURED)
        first = STRUCTURED[turn:] + STRUCTURED[:turn]
        fills = (FILLS[0], *first, *FILLS[1:])
    for fill in FILLS[:1] + fills:
        array = fill(shape, random)
        if array is not None:
            yield array


# -- functions -----------------------------------------------------------------------------------------


class Table:
    """A function of integers: its values are chosen, or found from an equation, when they are asked for.

    ``asked`` are the places that were looked at since the set was last emptied.
    """

    __slots__ = ("_compute", "_domains", "asked", "by_equation", "choice", "found", "name")

    def __init__(
        self,
        name: str,
        domains: Callable[..., tuple[Any, ...]],
        compute: Callable[[tuple[int, ...]], Value],
        choice: int = 0,
        by_equation: bool = False,
    ) -> None:
        self.name = name
        self.choice = choice
        self.by_equation = by_equation
        self._domains = domains
        self._compute = compute
        self.found: dict[tuple[int, ...], Value] = {}
        self.asked: set[tuple[int, ...]] = set()

    def __call__(self, *arguments: Value) -> Value:
        key = tuple(map(to_integer, arguments))
        self.asked.add(key)
        if key not in self.found:
            check_arguments(self._domains(*key), key, self.name)
            if len(self.found) > 2000:
                raise Unsupported("budget: a sequence is too long")
            self.found[key] = self._compute(key)
        return self.found[key]

    def describe(self) -> str:
        """The values that were asked for."""
        shown = sorted(self.found)[:8]
        return ", ".join(f"{self.name}({', '.join(map(str, k))}) = {describe(self.found[k])}" for k in shown)


class Everything:
    """The set of all points of a space, as a predicate: what a declared set stands for first."""

    def __call__(self, *arguments: Value) -> bool:
        return True

    def describe(self) -> str:
        """The set in words."""
        return "everything"


class HalfSpace:
    """The points whose first number is not negative."""

    def __call__(self, *arguments: Value) -> bool:
        value = arguments[0]
        first = value.entries[0] if isinstance(value, Array) else value
        sign = compare(first, ZERO)
        if sign is None:
            raise Undecided("a point on the edge of a set")
        return bool(sign >= 0)

    def describe(self) -> str:
        """The set in words."""
        return "the points whose first number is not negative"


def check_arguments(domains: tuple[Any, ...], values: tuple[Value, ...], name: str) -> None:
    """Raises ``Undefined`` when an argument is outside its range, ``Unsupported`` when its shape is wrong."""
    for domain, value in zip(domains, values, strict=True):
        if isinstance(domain, range) and to_integer(value) not in domain:
            raise Undefined(f"{name} at {value}, which is out of range")
        if isinstance(domain, tuple) and (type(value) is not Array or value.shape != domain):
            raise Unsupported(f"{name} at an array of another shape")


class Polynomial:
    """A function of numbers and arrays by polynomials in their entries, one for each entry of its value.

    Some are quotients, or have a Gaussian as a factor.
    """

    __slots__ = ("_domains", "_sample", "_shape", "choice", "kind", "name", "seed")

    KINDS = (
        "quadratic",
        "positive",
        "linear",
        "increasing",
        "odd",
        "even",
        "wave",
        "constant",
        "bell",
        "unit",
        "zero",
        "identity",
    )
    DECAYING = ("wave", "bell")
    """Polynomials times a Gaussian: what is summable, with integrals in closed form."""

    def __init__(
        self,
        name: str,
        domains: Callable[..., tuple[Any, ...]],
        shape: Callable[..., tuple[int, ...] | None],
        choice: int,
        seed: int,
    ) -> None:
        self.name = name
        self.choice = choice
        self.kind = self.KINDS[choice % len(self.KINDS)]
        self.seed = seed + choice // len(self.KINDS)
        self._domains = domains
        self._shape = shape
        self._sample: tuple[Value, ...] = ()

    def __call__(self, *arguments: Value) -> Value:
        self._sample = arguments
        whole, inputs = self._split(arguments)
        shape = self._shape(*arguments)
        if shape is None:
            return self._entry(0, whole, inputs)
        return Array(shape, [self._entry(flat, whole, inputs) for flat in range(prod(shape))])

    def _split(self, arguments: tuple[Value, ...]) -> tuple[tuple[int, ...], list[Scalar]]:
        """The indices among the arguments, and all numbers that the others hold."""
        domains = self._domains(*arguments)
        inputs: list[Scalar] = []
        whole: tuple[int, ...] = ()
        for domain, argument in zip(domains, arguments, strict=True):
            if isinstance(domain, range):
                whole = (*whole, to_integer(argument))
            elif type(argument) is Array:
                inputs.extend(fmpq(x) if type(x) is int else x for x in argument.entries)
            else:
                inputs.append(fmpq(argument) if type(argument) is int else argument)
        check_arguments(domains, arguments, self.name)
        return whole, inputs

    def _coefficients(self, flat: int, whole: tuple[int, ...], count: int) -> list[int]:
        base = self.seed * 31 + flat * 7 + sum(5 * k for k in whole)
        return [(1, 2, -1, 3, -2)[(base + 3 * k + k * k) % 5] for k in range(count)]

    def _entry(self, flat: int, whole: tuple[int, ...], inputs: list[Scalar]) -> Scalar:
        value, squares = self._parts(flat, whole, inputs)
        return multiply(value, exponential(negate(squares))) if self.kind in self.DECAYING else value

    def _parts(self, flat: int, whole: tuple[int, ...], inputs: list[Scalar]) -> tuple[Scalar, Scalar]:
        """An entry without the Gaussian that some have as a factor, and minus the exponent of that."""
        coefficients = self._coefficients(flat, whole, len(inputs) + 2)
        linear: Scalar = fmpq(0)
        squares: Scalar = fmpq(0)
        for c, x in zip(coefficients[2:], inputs, strict=True):
            linear = add(linear, multiply(c, x))
            squares = add(squares, multiply(abs(c), integer_power(x, 2)))
        match self.kind:
            case "quadratic":
                mixed = multiply(linear, linear)
                return add(coefficients[0], add(linear, multiply(fmpq(1, 2), mixed))), squares
            case "positive":
                return add(abs(coefficients[0]), squares), squares
            case "linear":
                return linear, squares
            case "wave":
                return add(abs(coefficients[0]), linear), squares
            case "bell" | "constant":
                return fmpq(abs(coefficients[0])), squares
            case "increasing":
                total: Scalar = fmpq(coefficients[0])
                for x in inputs:
                    total = add(total, add(x, integer_power(x, 3)))
                return total, squares
            case "odd":
                return add(linear, integer_power(linear, 3)), squares
            case "even":
                return squares, squares
            case "unit":
                return divide(1, add(1, squares)), squares
            case "identity":
                return inputs[flat] if flat < len(inputs) else fmpq(0), squares
            case _:
                return fmpq(0), squares

    def ratio(self) -> tuple[list[fmpq], list[fmpq], list[fmpq]] | None:
        """The coefficients of numerator, denominator and exponent of a function of one number, None for another."""
        pool = Pool(2)
        variable = pool.new(Variable("free"))
        try:
            whole, inputs = self._split((variable,))
            if self._shape(variable) is not None:
                return None
            parts = self._parts(0, whole, inputs)
            value, squares = (pool.lift(part) for part in parts)
        except (Unsupported, Undefined, TypeError, ValueError):
            return None
        one = pool.ring.constant(1)
        falling = -squares.numerator if self.kind in self.DECAYING else pool.ring.constant(0)
        return _coefficients(value.numerator), _coefficients(value.denominator or one), _coefficients(falling)

    def describe(self) -> str:
        """The function as a formula for the sizes it was used at, where it has few terms; else in words."""
        words = f"{self.name}: a {self.kind} polynomial function of the entries"
        pool = Pool(12)
        arguments, names, letters = list[Value](), list[str](), list[str]()
        try:
            for letter, argument in zip("xyzuvw", self._sample, strict=False):
                letters.append(letter if type(argument) is not int else str(argument))
                arguments.append(_free_like(pool, argument))
                names += _entry_names(letter, argument)
            whole, inputs = self._split(tuple(arguments))
            shape = self._shape(*arguments)
            texts = [self._text(pool, flat, whole, inputs, names) for flat in range(prod(shape or ()))]
        except (Unsupported, Undefined, PoolFull, TypeError, ValueError):
            return words
        if not letters or sum(map(len, texts)) > 160:
            return words
        result = texts[0] if shape is None else array_text(shape, texts)
        return f"{self.name}({', '.join(letters)}) = {result}"

    def _text(
        self, pool: Pool, flat: int, whole: tuple[int, ...], inputs: list[Scalar], names: list[str]
    ) -> str:
        value, squares = (_formula(pool.lift(part), names) for part in self._parts(flat, whole, inputs))
        return f"({value}) exp(-({squares}))" if self.kind in self.DECAYING else value


def _free_like(pool: Pool, argument: Value) -> Value:
    """Free variables in the places of an argument; an integer stays."""
    if type(argument) is int:
        return argument
    if type(argument) is Array:
        return Array(argument.shape, [pool.new(Variable("free")) for _ in argument.entries])
    return pool.new(Variable("free"))


def _entry_names(letter: str, argument: Value) -> list[str]:
    if type(argument) is Array:
        return [f"{letter}[{', '.join(str(k + 1) for k in place)}]" for place in product(*map(range, argument.shape))]
    return [] if type(argument) is int else [letter]


def _formula(value: Formal, names: list[str]) -> str:
    """A ratio of polynomials with the variables called by their names."""
    upper, lower = (
        re.sub(r"x(\d+)", lambda found: names[int(found.group(1))], str(part))
        for part in (value.numerator, value.denominator)
    )
    return upper if value.denominator is None else f"({upper})/({lower})"


def _coefficients(polynomial: Any) -> list[fmpq]:
    """The coefficients of a polynomial in the first variable, the constant one first."""
    result = [fmpq(0)] * (1 + max((int(exponents[0]) for exponents in polynomial.monoms()), default=0))
    for exponents, coefficient in polynomial.terms():
        result[int(exponents[0])] = coefficient
    return result
