"""Arithmetic, arrays and elementary functions: the rules of ``compiling`` for operators and plain binders."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from flint import fmpq

from checks.terms import Apply, Number, substitute
from checks.trials.compiling import Code, Compiler, Environment, length_of, rule, want_array
from checks.trials.formal import is_nonnegative
from checks.trials.values import (
    SIZE_LIMIT,
    Array,
    Dual,
    Formal,
    NotPolynomial,
    Scalar,
    Undefined,
    Unsupported,
    Value,
    add,
    divide,
    integer_power,
    multiply,
    negate,
    power,
    sign_of,
    to_integer,
)

_RATIONAL = frozenset({int, fmpq})


# -- arithmetic of scalars and arrays ------------------------------------------------------------------


def plus(a: Value, b: Value) -> Value:
    """The sum of two scalars or of two arrays of one shape."""
    if type(a) is Array or type(b) is Array:
        left, right = want_array(a), want_array(b)
        if left.shape != right.shape:
            raise Unsupported(f"shapes {left.shape} and {right.shape} do not fit")
        return Array(left.shape, [add(x, y) for x, y in zip(left.entries, right.entries, strict=True)])
    return add(a, b)


def times(a: Value, b: Value) -> Value:
    """The product of scalars and at most one array."""
    if type(a) is Array:
        if type(b) is Array:
            raise Unsupported("a product of two arrays")
        return Array(a.shape, [multiply(x, b) for x in a.entries])
    if type(b) is Array:
        return Array(b.shape, [multiply(a, x) for x in b.entries])
    result = multiply(a, b)
    if type(result) is int and result.bit_length() > SIZE_LIMIT:
        raise Unsupported("budget: a number is too large")
    return result


def minus(a: Value) -> Value:
    """Minus a scalar or array."""
    return Array(a.shape, [negate(x) for x in a.entries]) if type(a) is Array else negate(a)


def compile_arguments(compiler: Compiler, term: Apply, count: int | None = None) -> list[Code]:
    """The closures of the arguments; ``Unsupported`` when there are not so many."""
    if count is not None and len(term.arguments) != count:
        raise Unsupported(f"{term.head} takes {count} arguments")
    return [compiler.code(argument) for argument in term.arguments]


@rule("add")
def _add(compiler: Compiler, term: Apply) -> Code:
    first, *rest = compile_arguments(compiler, term)
    if len(rest) == 1:
        second = rest[0]

        def both(env: Environment) -> Value:
            a, b = first(env), second(env)
            if type(a) in _RATIONAL and type(b) in _RATIONAL:
                return a + b
            return plus(a, b)

        return both

    def run(env: Environment) -> Value:
        total = first(env)
        for code in rest:
            total = plus(total, code(env))
        return total

    return run


@rule("multiply")
def _multiply(compiler: Compiler, term: Apply) -> Code:
    first, *rest = compile_arguments(compiler, term)

    def run(env: Environment) -> Value:
        total = first(env)
        for code in rest:
            total = times(total, code(env))
        return total

    return run


@rule("negate")
def _negate(compiler: Compiler, term: Apply) -> Code:
    (inner,) = compile_arguments(compiler, term, 1)
    return lambda env: minus(inner(env))


@rule("divide")
def _divide(compiler: Compiler, term: Apply) -> Code:
    upper, lower = compile_arguments(compiler, term, 2)

    def run(env: Environment) -> Value:
        a, b = upper(env), lower(env)
        if type(b) is Array:
            raise Unsupported("division by an array")
        if type(a) is Array:
            inverse = divide(1, b)
            return Array(a.shape, [multiply(x, inverse) for x in a.entries])
        return divide(a, b)

    return run


@rule("power")
def _power(compiler: Compiler, term: Apply) -> Code:
    base, exponent = compile_arguments(compiler, term, 2)
    rooted = _under_even_power(compiler, term)

    def run(env: Environment) -> Value:
        try:
            a, b = base(env), exponent(env)
        except NotPolynomial:
            found = None if rooted is None else rooted(env)
            if found is None:
                raise
            return found
        if type(a) is not Array:
            return power(a, b)
        degree = to_integer(b)
        if degree < 0:
            a, degree = inverse_of(a), -degree
        if degree > 64:
            raise Unsupported("budget: a matrix power is too large")
        result = identity_of(a.shape[0])
        for position in range(degree):
            result = matrix_product(env, result, a) if position else a
        return result

    return run


def _under_even_power(compiler: Compiler, term: Apply) -> Callable[[Environment], Value | None] | None:
    """For sqrt(t)^(2k) with a formal t that is never negative: t^k, where the root by itself has no formal value."""
    base, exponent = term.arguments
    definition = compiler.context.definitions.get(base.head) if isinstance(base, Apply) else None
    if definition is not None and not definition.opaque and isinstance(base, Apply):
        base = substitute(
            definition.body, {p.name: a for p, a in zip(definition.parameters, base.arguments, strict=True)}
        )
    match base, exponent:
        case Apply("sqrt", (content,)), Number(value) if value.denominator == 1 and value > 0 and value % 2 == 0:
            code, degree = compiler.code(content), int(value) // 2
        case _:
            return None

    def run(env: Environment) -> Value | None:
        found = code(env)
        value = found
        while type(value) is Dual:
            value = value.real
        if type(value) is not Formal or not is_nonnegative(value.numerator):
            return None
        if value.denominator is not None and not is_nonnegative(value.denominator):
            return None
        return integer_power(found, degree)

    return run


# -- linear algebra ------------------------------------------------------------------------------------


def identity_of(size: int) -> Array:
    """The identity matrix."""
    return Array((size, size), [int(i == j) for i in range(size) for j in range(size)])


def inner(left: Any, right: Any) -> Scalar:
    """The sum of the products of entries."""
    total: Scalar = 0
    for x, y in zip(left, right, strict=True):
        total = add(total, multiply(x, y))
    return total


def matrix_product(env: Environment, left: Array, right: Array) -> Array:
    """A matrix times a matrix or vector."""
    rows, middle = left.shape
    if right.shape[0] != middle:
        raise Unsupported(f"shapes {left.shape} and {right.shape} do not fit")
    columns = right.shape[1] if len(right.shape) == 2 else 1
    env.world.spend(rows * middle * columns)
    a, b = left.entries, right.entries
    result: list[Scalar] = []
    for i in range(rows):
        row = a[i * middle : (i + 1) * middle]
        result.extend(inner(row, b[j::columns]) for j in range(columns))
    return Array((rows, *right.shape[1:]), result)


@rule("matmul")
def _matmul(compiler: Compiler, term: Apply) -> Code:
    left, right = compile_arguments(compiler, term, 2)

    def run(env: Environment) -> Value:
        b = want_array(right(env))
        if len(b.shape) not in (1, 2):
            raise Unsupported("a product with an array that is no matrix")
        return matrix_product(env, want_array(left(env), 2), b)

    return run


@rule("dot")
def _dot(compiler: Compiler, term: Apply) -> Code:
    left, right = compile_arguments(compiler, term, 2)

    def run(env: Environment) -> Value:
        a, b = want_array(left(env), 1), want_array(right(env), 1)
        if a.shape != b.shape:
            raise Unsupported(f"shapes {a.shape} and {b.shape} do not fit")
        return inner(a.entries, b.entries)

    return run


@rule("outer")
def _outer(compiler: Compiler, term: Apply) -> Code:
    left, right = compile_arguments(compiler, term, 2)

    def run(env: Environment) -> Value:
        a, b = want_array(left(env), 1), want_array(right(env), 1)
        return Array(a.shape + b.shape, [multiply(x, y) for x in a.entries for y in b.entries])

    return run


@rule("transpose")
def _transpose(compiler: Compiler, term: Apply) -> Code:
    (base,) = compile_arguments(compiler, term, 1)

    def run(env: Environment) -> Value:
        a = want_array(base(env))
        if len(a.shape) == 1:
            return Array((1, *a.shape), a.entries)
        rows, columns = want_array(a, 2).shape
        return Array(
            (columns, rows), [a.entries[i * columns + j] for j in range(columns) for i in range(rows)]
        )

    return run


def _square(value: Value) -> Array:
    a = want_array(value, 2)
    if a.shape[0] != a.shape[1]:
        raise Unsupported(f"a square matrix was expected, not {a.shape}")
    return a


@rule("trace")
def _trace(compiler: Compiler, term: Apply) -> Code:
    (base,) = compile_arguments(compiler, term, 1)

    def run(env: Environment) -> Value:
        a = _square(base(env))
        total: Scalar = 0
        for k in range(a.shape[0]):
            total = add(total, a.entries[k * (a.shape[0] + 1)])
        return total

    return run


@rule("diagonal")
def _diagonal(compiler: Compiler, term: Apply) -> Code:
    (base,) = compile_arguments(compiler, term, 1)

    def run(env: Environment) -> Value:
        a = _square(base(env))
        return Array(a.shape[:1], [a.entries[k * (a.shape[0] + 1)] for k in range(a.shape[0])])

    return run


@rule("diagonal_matrix")
def _diagonal_matrix(compiler: Compiler, term: Apply) -> Code:
    (base,) = compile_arguments(compiler, term, 1)

    def run(env: Environment) -> Value:
        a = want_array(base(env), 1)
        size = a.shape[0]
        return Array((size, size), [a.entries[i] if i == j else 0 for i in range(size) for j in range(size)])

    return run


def determinant_of(a: Array) -> Scalar:
    """The determinant, by expansion: entries may be formal."""
    size = a.shape[0]
    if size > 5:
        raise Unsupported("budget: a determinant is too large")
    rows = [list(a.entries[i * size : (i + 1) * size]) for i in range(size)]
    return _expand(rows)


def _expand(rows: list[list[Scalar]]) -> Scalar:
    if not rows:
        return 1
    total: Scalar = 0
    for j, entry in enumerate(rows[0]):
        if type(entry) in _RATIONAL and entry == 0:
            continue
        minor = _expand([row[:j] + row[j + 1 :] for row in rows[1:]])
        term = multiply(entry, minor)
        total = add(total, negate(term) if j % 2 else term)
    return total


def inverse_of(a: Array) -> Array:
    """The inverse; ``Undefined`` for a singular matrix."""
    size = a.shape[0]
    determinant = determinant_of(_square(a))
    if type(determinant) is Formal and determinant.constant() is None:
        raise NotPolynomial("the inverse of a random matrix")
    if sign_of(determinant) == 0:
        raise Undefined("the inverse of a singular matrix")
    rows = [list(a.entries[i * size : (i + 1) * size]) for i in range(size)]
    result = []
    for i in range(size):
        for j in range(size):
            minor = _expand([row[:i] + row[i + 1 :] for k, row in enumerate(rows) if k != j])
            entry = divide(minor, determinant)
            result.append(negate(entry) if (i + j) % 2 else entry)
    return Array(a.shape, result)


@rule("determinant")
def _determinant(compiler: Compiler, term: Apply) -> Code:
    (base,) = compile_arguments(compiler, term, 1)
    return lambda env: determinant_of(_square(base(env)))


@rule("inverse")
def _inverse(compiler: Compiler, term: Apply) -> Code:
    (base,) = compile_arguments(compiler, term, 1)
    return lambda env: inverse_of(_square(base(env)))


@rule("hadamard")
def _hadamard(compiler: Compiler, term: Apply) -> Code:
    first, *rest = compile_arguments(compiler, term)

    def run(env: Environment) -> Value:
        total = want_array(first(env))
        for code in rest:
            other = want_array(code(env))
            if other.shape != total.shape:
                raise Unsupported(f"shapes {total.shape} and {other.shape} do not fit")
            total = Array(
                total.shape, [multiply(x, y) for x, y in zip(total.entries, other.entries, strict=True)]
            )
        return total

    return run


@rule("identity")
def _identity(compiler: Compiler, term: Apply) -> Code:
    (size,) = compile_arguments(compiler, term, 1)

    def run(env: Environment) -> Value:
        length = length_of(size(env))
        env.world.spend(length * length)
        return identity_of(length)

    return run


@rule("ones", "zeros")
def _constant_array(compiler: Compiler, term: Apply) -> Code:
    codes, value = compile_arguments(compiler, term), int(term.head == "ones")

    def run(env: Environment) -> Value:
        shape = tuple(length_of(code(env)) for code in codes)
        env.world.spend(prod(shape))
        return Array(shape, [value] * prod(shape))

    return run


@rule("entry")
def _entry(compiler: Compiler, term: Apply) -> Code:
    base, *indices = compile_arguments(compiler, term)

    def run(env: Environment) -> Value:
        array = base(env)
        if type(array) is not Array or len(array.shape) < len(indices):
            raise Unsupported("an entry of what is no array of enough dimensions")
        position = 0
        for code, length in zip(indices, array.shape, strict=False):
            k = code(env)
            if type(k) is not int:
                k = to_integer(k)
            if not 1 <= k <= length:
                raise Undefined(f"index {k} is out of range 1..{length}")
            position = position * length + k - 1
        rest = array.shape[len(indices) :]
        if not rest:
            return array.entries[position]
        size = prod(rest)
        return Array(rest, array.entries[position * size : (position + 1) * size])

    return run
