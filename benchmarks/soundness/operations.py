"""Operations on values: numbers, arrays and functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import comb, factorial

from flint import arb, fmpq

from benchmarks.soundness.values import (
    Array,
    Func,
    Real,
    Undefined,
    Unjudged,
    Value,
    ball,
    clear_sign,
    compare,
    is_exact,
    quotient,
    root,
    simple,
    whole,
)


def added(*parts: Value) -> Value:
    """The sum of numbers, or of arrays of one shape; 0 adds nothing."""
    arrays = [part for part in parts if isinstance(part, Array)]
    if not arrays:
        result: Real = 0
        for part in parts:
            result = result + part
        return simple(result)
    shape = arrays[0].shape
    if any(part.shape != shape for part in arrays):
        raise Unjudged("arrays of different shapes")
    return Array(shape, lambda place: added(*(part[place] for part in arrays)))


def scaled(factor: Real, value: Value) -> Value:
    """A multiple of a number or an array."""
    if isinstance(value, Array):
        return Array(value.shape, lambda place: simple(factor * value[place]))
    return simple(factor * value)


def multiplied(*parts: Value) -> Value:
    """The product of numbers and at most one array."""
    factor: Real = 1
    array: Array | None = None
    for part in parts:
        if isinstance(part, Array):
            array = part
        else:
            factor = factor * part
    return simple(factor) if array is None else scaled(simple(factor), array)


def _divided(left: Value, right: Real) -> Value:
    return scaled(quotient(1, right), left) if isinstance(left, Array) else quotient(left, right)


def matmul(left: Array, right: Array) -> Array:
    """Matrix by matrix or vector."""
    inner = right.shape[0]
    if left.shape[1:] != (inner,):
        raise Unjudged("shapes do not fit")
    return Array(
        (left.shape[0], *right.shape[1:]),
        lambda place: added(*(left[place[0], k] * right[(k, *place[1:])] for k in range(1, inner + 1))),
    )


def identity(length: int) -> Array:
    """The identity matrix."""
    return Array((length, length), lambda place: int(place[0] == place[1]))


def determinant(matrix: Array) -> Real:
    """By the permutation sum along the first row."""
    size = matrix.shape[0]
    rows = [[matrix[i, j] for j in range(1, size + 1)] for i in range(1, size + 1)]
    return _determinant(rows)


def _determinant(rows: list[list[Real]]) -> Real:
    if not rows:
        return 1
    total: Real = 0
    for k, value in enumerate(rows[0]):
        if not (is_exact(value) and value == 0):
            total = total + (-1) ** k * value * _determinant([row[:k] + row[k + 1 :] for row in rows[1:]])
    return simple(total)


def inverse(matrix: Array) -> Array:
    """By cofactors; undefined for a determinant of zero."""
    size = matrix.shape[0]
    rows = [[matrix[i, j] for j in range(1, size + 1)] for i in range(1, size + 1)]
    whole_one = _determinant(rows)
    if clear_sign(whole_one) == 0:
        raise Undefined("a matrix without inverse")

    def entry(place: tuple[int, ...]) -> Real:
        i, j = place[0] - 1, place[1] - 1
        minor = [row[:i] + row[i + 1 :] for k, row in enumerate(rows) if k != j]
        return quotient((-1) ** (i + j) * _determinant(minor), whole_one)

    return Array((size, size), entry)


def _entry(array: Array, *indices: Real) -> Value:
    place = tuple(map(whole, indices))
    if any(not 1 <= i <= length for i, length in zip(place, array.shape, strict=False)):
        raise Undefined("an index is out of its range")
    if len(place) == len(array.shape):
        return array[place]
    return Array(array.shape[len(place) :], lambda rest: array[(*place, *rest)])


def _entrywise(operation: Callable[[Real], Real]) -> Callable[[Value], Value]:
    def run(value: Value) -> Value:
        if isinstance(value, Array):
            return Array(value.shape, lambda place: operation(value[place]))
        return operation(value)

    return run


def _through_ball(operation: Callable[[arb], arb], special: Mapping[int, int]) -> Callable[[Real], Real]:
    def run(value: Real) -> Real:
        if is_exact(value) and value in special:
            return special[value]
        return simple(operation(ball(value)))

    return run


def _log(value: Real) -> Real:
    if clear_sign(value) <= 0:
        raise Undefined("a logarithm of what is not positive")
    return 0 if is_exact(value) and value == 1 else simple(ball(value).log())


def absolute(value: Real) -> Real:
    """The size of a number."""
    return simple(abs(value))


def _sign(value: Real) -> int:
    return clear_sign(value)


def _floor(value: Real) -> int:
    if is_exact(value):
        exact = fmpq(value)
        return int(exact.p // exact.q)
    found = ball(value).floor().unique_fmpz()
    if found is None:
        raise Unjudged("a floor next to an integer")
    return int(found)


def _factorial(value: Real) -> int:
    if not 0 <= whole(value) <= 60:
        raise Undefined("a factorial of a negative number")
    return factorial(whole(value))


def _binomial(above: Real, below: Real) -> int:
    if not 0 <= whole(below) <= whole(above):
        raise Undefined("a binomial coefficient out of range")
    return comb(whole(above), whole(below))


def _modulo(value: Real, by: Real) -> Real:
    if by == 0:
        raise Undefined("a remainder by zero")
    return simple(value - by * _floor(quotient(value, by)))


def _least(*values: Real) -> Real:
    best = values[0]
    for value in values[1:]:
        best = value if compare(value, best) < 0 else best
    return best


def _greatest(*values: Real) -> Real:
    return simple(-_least(*(-value for value in values)))


def _transpose(value: Array) -> Array:
    if len(value.shape) == 1:
        return Array((1, value.shape[0]), lambda place: value[(place[1],)])
    return Array(value.shape[::-1], lambda place: value[place[::-1]])


def length_of(value: Real) -> int:
    """A length; undefined when it is negative."""
    if whole(value) < 0:
        raise Undefined("a negative length")
    return whole(value)


def _constant(value: int) -> Callable[..., Array]:
    return lambda *shape: Array(tuple(map(length_of, shape)), lambda place: value)


def _opposite(value: Value) -> Value:
    return scaled(-1, value)


def _call(function: Func, *values: Value) -> Value:
    return function(*values)


OPERATIONS: Mapping[str, Callable[..., Value]] = {
    "add": added, "multiply": multiplied, "negate": _opposite, "divide": _divided, "matmul": matmul,
    "dot": lambda x, y: added(*(x[place] * y[place] for place in x.places())),
    "outer": lambda x, y: Array((x.shape[0], y.shape[0]), lambda p: simple(x[(p[0],)] * y[(p[1],)])),
    "transpose": _transpose, "inverse": inverse, "determinant": determinant,
    "trace": lambda A: added(*(A[i, i] for i in range(1, A.shape[0] + 1))),
    "hadamard": lambda x, *rest: rest and _hadamard(x, *rest),
    "diagonal_matrix": lambda x: Array(
        (x.shape[0], x.shape[0]), lambda p: x[(p[0],)] if p[0] == p[1] else 0
    ),
    "diagonal": lambda A: Array(A.shape[:1], lambda p: A[p[0], p[0]]),
    "identity": lambda n: identity(length_of(n)), "ones": _constant(1), "zeros": _constant(0),
    "entry": _entry, "call": _call, "abs": _entrywise(absolute), "sign": _entrywise(_sign),
    "sqrt": _entrywise(root), "log": _entrywise(_log),
    "exp": _entrywise(_through_ball(arb.exp, {0: 1})), "sin": _entrywise(_through_ball(arb.sin, {0: 0})),
    "cos": _entrywise(_through_ball(arb.cos, {0: 1})), "tanh": _entrywise(_through_ball(arb.tanh, {0: 0})),
    "erf": _entrywise(_through_ball(arb.erf, {0: 0})), "floor": _floor,
    "ceiling": lambda value: -_floor(-value), "modulo": _modulo, "minimum": _least, "maximum": _greatest,
    "factorial": _factorial, "binomial": _binomial, "pi": lambda: arb.pi(), "true": lambda: True,
    "false": lambda: False, "iverson": lambda truth: int(truth), "not": lambda truth: not truth,
}  # fmt: skip


def _hadamard(*arrays: Array) -> Array:
    def entry(place: tuple[int, ...]) -> Real:
        result: Real = 1
        for array in arrays:
            result = result * array[place]
        return simple(result)

    return Array(arrays[0].shape, entry)
