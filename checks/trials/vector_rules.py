"""The operators of ``vectorised``: each is a function that compiles an application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import comb, erf, factorial
from typing import Any

from checks.terms import Apply, Bind, Bound, Symbol
from checks.trials.values import Unsupported
from checks.trials.vectorised import (
    OPERATORS,
    Batch,
    Code,
    Curve,
    NeedsNumber,
    Samples,
    Vectoriser,
    pointwise,
    spread,
    together,
    whole,
)

__all__ = ["Vectoriser"]

Rule = Callable[[Vectoriser, Apply], Code]


def _codes(vectoriser: Vectoriser, term: Apply) -> list[Code]:
    return [vectoriser.code(argument) for argument in term.arguments]


def _pointwise(function: Callable[[Any], Callable[..., Any]]) -> Rule:
    """A rule for a function of numbers, taken from NumPy by ``function``."""

    def rule(vectoriser: Vectoriser, term: Apply) -> Code:
        codes = _codes(vectoriser, term)

        def run(env: Samples) -> Batch:
            apply = function(env.np)
            total = codes[0](env)
            if len(codes) == 1:
                return pointwise(apply, total)
            for code in codes[1:]:
                total = pointwise(apply, total, code(env))
            return total

        return run

    return rule


def _add(vectoriser: Vectoriser, term: Apply) -> Code:
    codes = _codes(vectoriser, term)

    def run(env: Samples) -> Batch:
        total = codes[0](env)
        for code in codes[1:]:
            other = code(env)
            span = _shifted(total, other) or _shifted(other, total)
            total = pointwise(env.np.add, total, other)
            total.span = span
        return total

    return run


def _shifted(index: Batch, number: Batch) -> tuple[int, int, int] | None:
    if index.span is None or number.axes or number.rank:
        return None
    axis, first, length = index.span
    return axis, first + whole(number), length


def _power(vectoriser: Vectoriser, term: Apply) -> Code:
    base, exponent = _codes(vectoriser, term)

    def run(env: Samples) -> Batch:
        np, a, b = env.np, base(env), exponent(env)
        if env.watch is not None and not b.axes and np.real(b.data) < 0:
            env.watch.divided(_determinant(np, a) if a.rank == 2 else a)
        if a.rank == 2:
            return Batch(np.linalg.matrix_power(a.data, whole(b)), a.axes, 2)
        if not b.axes and b.data == 2:
            return Batch(a.data * a.data, a.axes, a.rank)
        if a.data.dtype.kind == "c" or b.data.dtype.kind == "c":
            return _complex_power(np, a, b)
        return pointwise(lambda x, y: np.power(np.asarray(x, dtype=float), y), a, b)

    return run


def _divide(vectoriser: Vectoriser, term: Apply) -> Code:
    upper, lower = _codes(vectoriser, term)

    def run(env: Samples) -> Batch:
        a, b = upper(env), lower(env)
        if env.watch is not None:
            env.watch.divided(b)
        return pointwise(env.np.true_divide, a, b)

    return run


def _inverse(vectoriser: Vectoriser, term: Apply) -> Code:
    (base,) = _codes(vectoriser, term)

    def run(env: Samples) -> Batch:
        a = base(env)
        if env.watch is not None:
            env.watch.divided(_determinant(env.np, a))
        return Batch(env.np.linalg.inv(a.data), a.axes, 2)

    return run


def _determinant(np: Any, a: Batch) -> Batch:
    return Batch(np.linalg.det(a.data), a.axes, 0)


def _complex_power(np: Any, a: Batch, b: Batch) -> Batch:
    """The power of complex numbers: with an integer exponent by products, so that no rounding is added."""
    if b.axes or b.data.dtype.kind not in "iu":
        return pointwise(lambda x, y: np.exp(y * np.log(x)), a, b)
    exponent = int(b.data)
    if abs(exponent) > 64:
        raise Unsupported("a power that is too large to be differentiated")
    total = np.ones_like(a.data)
    for _ in range(abs(exponent)):
        total = total * a.data
    return Batch(1 / total if exponent < 0 else total, a.axes, a.rank)


def _matmul(vectoriser: Vectoriser, term: Apply) -> Code:
    left, right = _codes(vectoriser, term)

    def run(env: Samples) -> Batch:
        a, b = left(env), right(env)
        axes, _ = together(a, b)
        first, second = spread(a, axes), spread(b, axes)
        if b.rank == 2:
            return Batch(env.np.matmul(first, second), axes, 2)
        return Batch(env.np.matmul(first, second[..., None])[..., 0], axes, 1)

    return run


def _contraction(inputs: str, output: str) -> Rule:
    """A rule that is an ``einsum`` over the last axes of its arguments."""
    parts = inputs.split(",")

    def rule(vectoriser: Vectoriser, term: Apply) -> Code:
        codes = _codes(vectoriser, term)

        def run(env: Samples) -> Batch:
            batches = [code(env) for code in codes]
            axes, _ = together(*batches)
            subscripts = ",".join(f"...{part}" for part in parts) + f"->...{output}"
            data = env.np.einsum(subscripts, *[spread(batch, axes) for batch in batches])
            return Batch(data, axes, len(output))

        return run

    return rule


def _transpose(vectoriser: Vectoriser, term: Apply) -> Code:
    (base,) = _codes(vectoriser, term)

    def run(env: Samples) -> Batch:
        a = base(env)
        data = a.data[..., None, :] if a.rank == 1 else a.data.swapaxes(-1, -2)
        return Batch(data, a.axes, 2)

    return run


def _of_matrix(function: Callable[[Any], Callable[[Any], Any]], rank: int) -> Rule:
    def rule(vectoriser: Vectoriser, term: Apply) -> Code:
        (base,) = _codes(vectoriser, term)

        def run(env: Samples) -> Batch:
            a = base(env)
            return Batch(function(env.np)(a.data), a.axes, rank)

        return run

    return rule


def _diagonal_matrix(vectoriser: Vectoriser, term: Apply) -> Code:
    (base,) = _codes(vectoriser, term)

    def run(env: Samples) -> Batch:
        a = base(env)
        return Batch(a.data[..., None] * env.np.eye(a.data.shape[-1]), a.axes, 2)

    return run


def _constant_array(vectoriser: Vectoriser, term: Apply) -> Code:
    codes, head = _codes(vectoriser, term), term.head

    def run(env: Samples) -> Batch:
        lengths = [whole(code(env)) for code in codes]
        if head == "identity":
            return Batch(env.np.eye(lengths[0]), (), 2)
        return Batch((env.np.ones if head == "ones" else env.np.zeros)(lengths), (), len(lengths))

    return run


def _entry(vectoriser: Vectoriser, term: Apply) -> Code:
    base, *indices = _codes(vectoriser, term)

    def run(env: Samples) -> Batch:
        return take(env.np, base(env), [code(env) for code in indices])

    return run


def take(np: Any, array: Batch, indices: list[Batch]) -> Batch:
    """Entries or slices of an array; an index that is an axis plus a number takes a view."""
    spans = [index.span[0] for index in indices if index.span is not None]
    rank = array.rank - len(indices)
    lead = (slice(None),) * len(array.axes)
    lengths = array.data.shape[len(array.axes) :]
    views = all(index.span is not None or not index.axes for index in indices)
    if views and len(set(spans)) == len(spans) and not set(spans) & set(array.axes):
        places: list[Any] = []
        for index, length in zip(indices, lengths, strict=False):
            if index.span is None:
                places.append(whole(index) - 1)
            else:
                _, first, count = index.span
                if first < 1 or first + count - 1 > length:
                    break
                places.append(slice(first - 1, first - 1 + count))
        else:
            return Batch(array.data[(*lead, *places)], (*array.axes, *spans), rank)
    axes, _ = together(*indices)
    if set(axes) & set(array.axes):
        raise NeedsNumber("an index into an array that depends on it")
    taken = [
        np.clip(spread(index, axes), 1, length).astype(int) - 1 for index, length in zip(indices, lengths, strict=False)
    ]
    return Batch(array.data[(*lead, *taken)], (*array.axes, *axes), rank)


def _call(vectoriser: Vectoriser, term: Apply) -> Code:
    function, *arguments = term.arguments
    if not isinstance(function, Symbol):
        raise Unsupported("a call of what is no symbol is not vectorised")
    name = function.name
    codes = [vectoriser.code(argument) for argument in arguments]

    def run(env: Samples) -> Batch:
        values = [code(env) for code in codes]
        table = env.values.get(name)
        if isinstance(table, Curve) and len(values) == 1:
            return pointwise(table.function, values[0])
        if any(value.data.dtype.kind not in "iu" for value in values):
            raise Unsupported("a function of real arguments is not vectorised")
        if any(value.axes or value.rank for value in values):
            raise NeedsNumber("a call at an index")
        if not callable(table):
            raise Unsupported(f"no samples of {name}")
        found = table(*[whole(value) for value in values])
        if not isinstance(found, Batch):
            raise Unsupported(f"no samples of {name}")
        return found

    return run


def _expectation(vectoriser: Vectoriser, term: Apply) -> Code:
    (body,) = _codes(vectoriser, term)

    def run(env: Samples) -> Batch:
        value = body(env)
        if "s" not in value.axes:
            return value
        if env.watch is not None and not env.differentiating:
            env.watch.averaged(value)
        place = value.axes.index("s")
        return Batch(value.data.mean(axis=place), value.axes[:place] + value.axes[place + 1 :], value.rank)

    return run


_STEP = 1e-100


def _derivative(vectoriser: Vectoriser, term: Apply) -> Code:
    """By the complex step (Squire and Trapp, 1998): the imaginary part of ``f(a + ih)`` is ``h f'(a)``.

    Nothing is subtracted, so that nothing is lost.  It holds for functions that are analytic around the point;
    signs and comparisons look at the real part.
    """
    function, point = term.arguments
    code = vectoriser.code(point)
    if isinstance(function, Bind) and function.head == "lambda":
        body = vectoriser.code(function.body)
    elif isinstance(function, Symbol):
        body = _call(vectoriser, Apply("call", (function, Bound(0))))
    else:
        raise Unsupported("the derivative of what is no plain function is not vectorised")

    def run(env: Samples) -> Batch:
        if env.differentiating:
            raise Unsupported("derivatives of derivatives are not vectorised")
        np, a = env.np, code(env)
        env.differentiating = True
        try:
            parts = [_slope(env, body, Batch(moved, a.axes, a.rank)) for moved in _steps(np, a)]
        finally:
            env.differentiating = False
        if a.rank == 0:
            return parts[0]
        axes, rank = together(*parts)
        data = np.stack(np.broadcast_arrays(*[spread(part, axes, rank) for part in parts]), axis=-1)
        shape = a.data.shape[len(a.axes) :]
        return Batch(data.reshape(*data.shape[:-1], *shape), axes, rank + a.rank)

    return run


def _steps(np: Any, a: Batch) -> Iterator[Any]:
    """The point with a small imaginary number added to each of its entries, one after the other."""
    shape = a.data.shape[len(a.axes) :]
    for place in np.ndindex(*shape):
        moved = a.data.astype(complex)
        moved[(..., *place)] += 1j * _STEP
        yield moved


def _slope(env: Samples, body: Code, variable: Batch) -> Batch:
    env.stack.append(variable)
    try:
        value = body(env)
    finally:
        env.stack.pop()
    np = env.np
    step = np.imag(value.data)
    # An imaginary part that is not small comes from a root or logarithm of a negative number.
    return Batch(np.where(np.abs(step) < 1e-60, step / _STEP, np.nan), value.axes, value.rank)


def _of_real_part(name: str) -> Callable[[Any], Callable[..., Any]]:
    """A function that is constant between its jumps."""
    return lambda np: lambda x: getattr(np, name)(np.real(x))


def _absolute(np: Any) -> Callable[[Any], Any]:
    return lambda x: np.where(np.real(x) < 0, -x, x) if np.iscomplexobj(x) else np.abs(x)


def _error_function(np: Any) -> Callable[[Any], Any]:
    """The error function, along its slope 2/sqrt(pi) exp(-x^2) where an imaginary step is taken."""
    of_reals = np.vectorize(erf, otypes=[float])

    def apply(x: Any) -> Any:
        if not np.iscomplexobj(x):
            return of_reals(x)
        real = np.real(x)
        return of_reals(real) + 1j * np.imag(x) * (2 / np.sqrt(np.pi)) * np.exp(-real * real)

    return apply


def _if(vectoriser: Vectoriser, term: Apply) -> Code:
    codes = _codes(vectoriser, term)
    return lambda env: pointwise(env.np.where, *[code(env) for code in codes])


def _equality(wanted: bool) -> Rule:
    """``=`` or ``!=``: of arrays, that all entries are equal or not."""

    def rule(vectoriser: Vectoriser, term: Apply) -> Code:
        left, right = _codes(vectoriser, term)

        def run(env: Samples) -> Batch:
            found = pointwise(env.np.equal, left(env), right(env))
            data = found.data
            if found.rank:
                data = data.all(axis=tuple(range(-found.rank, 0)))
            return Batch(data if wanted else ~data, found.axes)

        return run

    return rule


def _iverson(vectoriser: Vectoriser, term: Apply) -> Code:
    (condition,) = _codes(vectoriser, term)
    return lambda env: pointwise(lambda x: x.astype(float), condition(env))


def _pi(vectoriser: Vectoriser, term: Apply) -> Code:
    return lambda env: Batch(env.np.asarray(env.np.pi))


_RULES: dict[str, Rule] = {
    "add": _add,
    "multiply": _pointwise(lambda np: np.multiply),
    "hadamard": _pointwise(lambda np: np.multiply),
    "negate": _pointwise(lambda np: np.negative),
    "divide": _divide,
    "power": _power,
    "matmul": _matmul,
    "dot": _contraction("i,i", ""),
    "outer": _contraction("i,j", "ij"),
    "trace": _contraction("ii", ""),
    "diagonal": _contraction("ii", "i"),
    "transpose": _transpose,
    "inverse": _inverse,
    "determinant": _of_matrix(lambda np: np.linalg.det, 0),
    "diagonal_matrix": _diagonal_matrix,
    "identity": _constant_array,
    "ones": _constant_array,
    "zeros": _constant_array,
    "entry": _entry,
    "call": _call,
    "abs": _pointwise(_absolute),
    "sign": _pointwise(_of_real_part("sign")),
    "sqrt": _pointwise(lambda np: np.sqrt),
    "exp": _pointwise(lambda np: np.exp),
    "log": _pointwise(lambda np: np.log),
    "sin": _pointwise(lambda np: np.sin),
    "cos": _pointwise(lambda np: np.cos),
    "tanh": _pointwise(lambda np: np.tanh),
    "erf": _pointwise(_error_function),
    "floor": _pointwise(_of_real_part("floor")),
    "ceiling": _pointwise(_of_real_part("ceil")),
    "minimum": _pointwise(lambda np: np.minimum),
    "maximum": _pointwise(lambda np: np.maximum),
    "factorial": _pointwise(lambda np: np.vectorize(factorial, otypes=[float])),
    "binomial": _pointwise(lambda np: np.vectorize(comb, otypes=[float])),
    "modulo": _pointwise(lambda np: np.mod),
    "=": _equality(True),
    "!=": _equality(False),
    "<=": _pointwise(lambda np: np.less_equal),
    "<": _pointwise(lambda np: np.less),
    ">=": _pointwise(lambda np: np.greater_equal),
    ">": _pointwise(lambda np: np.greater),
    "and": _pointwise(lambda np: np.logical_and),
    "or": _pointwise(lambda np: np.logical_or),
    "not": _pointwise(lambda np: np.logical_not),
    "if": _if,
    "iverson": _iverson,
    "pi": _pi,
    "expectation": _expectation,
    "derivative": _derivative,
}
OPERATORS.update(_RULES)
