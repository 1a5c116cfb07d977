"""Terms compiled to NumPy operations over many samples at once, for Monte Carlo.

A ``Batch`` is an array whose first axes are named: ``b`` for batches, ``s`` for samples within a batch, and
one for each bound index that it depends on; the last ``rank`` axes are those of the value itself.  A sum over
an index is a contraction of its axis, so that ``sum[j] W[i,j] x[j]`` is one call of ``einsum``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from checks.terms import TRUE, Apply, Bind, Bound, Index, Number, Symbol, Term
from checks.trials.compiling import Compiler
from checks.trials.values import Unsupported

Axes = tuple[Any, ...]
Code = Callable[["Samples"], "Batch"]


OPERATORS: dict[str, Callable[[Vectoriser, Apply], Code]] = {}  # filled by ``vector_rules``


class NeedsNumber(Unsupported):
    """An index has to be a single number here.

    What to do: run the binder's values one after another.
    """


@dataclass(slots=True)
class Batch:
    """Samples of a value; an index that is an axis plus a number has a ``span``: axis, first, length."""

    data: Any
    axes: Axes = ()
    rank: int = 0
    span: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A function of one number, on arrays of numbers."""

    function: Callable[[Any], Any]


@dataclass(slots=True)
class Samples:
    """What the closures run in: NumPy, the values of symbols, the bound variables, the next axis name.

    ``differentiating``: numbers are complex, with a derivative as the imaginary part.  ``watch`` is told of what
    is averaged and of what is divided by (``tails``).
    """

    np: Any
    values: dict[str, Any]
    stack: list[Batch] = field(default_factory=list)
    next_axis: int = 0
    cache: dict[Term, Batch] = field(default_factory=dict)
    differentiating: bool = False
    watch: Any = None


def _order(axes: set[Any]) -> Axes:
    return tuple(
        sorted(axes, key=lambda axis: (0, axis) if isinstance(axis, str) else (1, str(axis).zfill(6)))
    )


def spread(batch: Batch, axes: Axes, rank: int | None = None) -> Any:
    """The data with the named axes in the given order, 1 where an axis is missing, and at least the rank."""
    data = batch.data
    if batch.axes == axes and (rank is None or rank == batch.rank):
        return data
    count = len(batch.axes)
    wanted = [axis for axis in axes if axis in batch.axes]
    if tuple(wanted) != batch.axes:
        places = [batch.axes.index(axis) for axis in wanted]
        data = data.transpose(*places, *range(count, count + batch.rank))
    lengths = dict(zip(wanted, data.shape, strict=False))
    shape = [lengths.get(axis, 1) for axis in axes]
    extra = 0 if rank is None else rank - batch.rank
    return data.reshape(*shape, *([1] * extra), *data.shape[count:])


def together(*batches: Batch) -> tuple[Axes, int]:
    """All named axes of the batches in order, and the greatest rank."""
    axes: set[Any] = set()
    for batch in batches:
        axes.update(batch.axes)
    return _order(axes), max(batch.rank for batch in batches)


def pointwise(function: Callable[..., Any], *batches: Batch) -> Batch:
    """A function of numbers, applied along all axes; a number goes with every entry of an array."""
    first = batches[0]
    if len(batches) == 1:
        return Batch(function(first.data), first.axes, first.rank)
    axes, rank = together(*batches)
    if all(batch.axes == axes and batch.rank == rank for batch in batches):
        return Batch(function(*[batch.data for batch in batches]), axes, rank)
    parts = [_padded(batch, axes, rank) for batch in batches]
    return Batch(function(*parts), axes, rank)


def _padded(batch: Batch, axes: Axes, rank: int) -> Any:
    data = spread(batch, axes)
    if batch.rank < rank:
        data = data.reshape(*data.shape, *([1] * (rank - batch.rank)))
    return data


@dataclass(frozen=True, slots=True)
class _Range:
    """The closures of the ends of a sum, and of its condition."""

    low: Code
    high: Code
    condition: Code | None


def _mask(condition: Batch) -> Batch:
    """1 where the condition holds, else 0."""
    return Batch(condition.data.astype(float), condition.axes)


def whole(value: Batch) -> int:
    """An integer that is the same in every sample; raises ``Unsupported`` when it is not."""
    if value.data.ndim or value.data.dtype.kind == "c":
        raise Unsupported("a length, index or exponent that is random")
    return int(value.data)


class Vectoriser:
    """Compiles the terms of one context to closures over samples."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self._codes: dict[Term, Code] = {}

    def code(self, term: Term) -> Code:
        """The closure of a term; ``Unsupported`` for what is not vectorised."""
        found = self._codes.get(term)
        if found is None:
            found = self._codes[term] = self._remembered(term, self._compile(term))
        return found

    def _remembered(self, term: Term, code: Code) -> Code:
        if not isinstance(term, Apply | Bind) or self.compiler.used(term):
            return code

        def run(env: Samples) -> Batch:
            found = env.cache.get(term)
            if found is None:
                found = env.cache[term] = code(env)
            return found

        return run

    def _compile(self, term: Term) -> Code:
        match term:
            case Number(value):
                constant: Any = int(value) if value.denominator == 1 else float(value)
                return lambda env: Batch(env.np.asarray(constant))
            case Bound(depth):
                return lambda env: env.stack[-1 - depth]
            case Symbol(name):
                return self._symbol(name)
            case Bind("sum"):
                return self._sum(term)
            case Bind("array"):
                return self._array(term)
            case Bind("product" | "sup" | "inf"):
                return self._fold(term)
            case Apply(head):
                if head in OPERATORS:
                    return OPERATORS[head](self, term)
                return self.code(self.compiler.unfold(term))
            case _:
                raise Unsupported(f"{term.head} is not vectorised")

    def _symbol(self, name: str) -> Code:
        context = self.compiler.context
        if name not in context.declarations and name in context.lets:
            return self.code(context.lets[name])

        def run(env: Samples) -> Batch:
            value = env.values.get(name)
            if not isinstance(value, Batch):
                raise Unsupported(f"no samples of {name}")
            return value

        return run

    # -- sums ------------------------------------------------------------------------------------------

    def _sum(self, term: Bind) -> Code:
        ranges: list[_Range] = []
        body: Term = term
        while isinstance(body, Bind) and body.head == "sum":
            if not isinstance(body.domain, Index):
                raise Unsupported("a sum over what is no range")
            condition = None if body.condition == TRUE else self.code(body.condition)
            ranges.append(_Range(self.code(body.domain.low), self.code(body.domain.high), condition))
            body = body.body
        factors = [self.code(factor) for factor in _factors(body)]

        def vectorised(env: Samples) -> Batch:
            depth = len(env.stack)
            masks: list[Batch] = []
            try:
                for span in ranges:
                    index, mask = _index(env, span.low(env), span.high(env))
                    env.stack.append(index)
                    masks.extend(mask)
                    if span.condition is not None:
                        masks.append(_mask(span.condition(env)))
                indices = env.stack[depth:]
                parts = [factor(env) for factor in factors] + masks
                return contract(env, parts, [i.axes[0] for i in indices], [len(i.data) for i in indices])
            finally:
                del env.stack[depth:]

        def run(env: Samples) -> Batch:
            try:
                return vectorised(env)
            except NeedsNumber:
                return self._loop(env, ranges, factors, [])

        return run

    def _loop(self, env: Samples, ranges: list[_Range], factors: list[Code], masks: list[Batch]) -> Batch:
        """The sum, one index after another."""
        np = env.np
        if not ranges:
            parts = [factor(env) for factor in factors] + masks
            return pointwise(lambda *data: _product(data), *parts) if len(parts) > 1 else parts[0]
        span, *rest = ranges
        total: Batch | None = None
        for k in range(whole(span.low(env)), whole(span.high(env)) + 1):
            env.stack.append(Batch(np.asarray(k)))
            try:
                found = [] if span.condition is None else [_mask(span.condition(env))]
                value = self._loop(env, rest, factors, masks + found)
            finally:
                env.stack.pop()
            total = value if total is None else pointwise(np.add, total, value)
        return Batch(np.asarray(0.0)) if total is None else total

    def _fold(self, term: Bind) -> Code:
        """A product, supremum or infimum over a range, one index after another."""
        if not isinstance(term.domain, Index) or term.condition != TRUE:
            raise Unsupported(f"a {term.head} over what is no plain range is not vectorised")
        low, high, body = self.code(term.domain.low), self.code(term.domain.high), self.code(term.body)
        name = {"product": "multiply", "sup": "maximum", "inf": "minimum"}[term.head]

        def run(env: Samples) -> Batch:
            ends = low(env), high(env)
            if any(end.axes for end in ends):
                raise NeedsNumber("a range that depends on an index")
            total: Batch | None = None
            for k in range(whole(ends[0]), whole(ends[1]) + 1):
                env.stack.append(Batch(env.np.asarray(k)))
                try:
                    value = body(env)
                finally:
                    env.stack.pop()
                total = value if total is None else pointwise(getattr(env.np, name), total, value)
            return Batch(env.np.asarray(1.0)) if total is None else total

        return run

    def _array(self, term: Bind) -> Code:
        if not isinstance(term.domain, Index):
            raise Unsupported("an array over what is no range")
        high, body = self.code(term.domain.high), self.code(term.body)

        def run(env: Samples) -> Batch:
            np, parts = env.np, []
            for k in range(1, whole(high(env)) + 1):
                env.stack.append(Batch(np.asarray(k)))
                try:
                    parts.append(body(env))
                finally:
                    env.stack.pop()
            if not parts:
                return Batch(np.zeros(0), (), 1)
            axes, rank = together(*parts)
            aligned = np.broadcast_arrays(*[spread(part, axes) for part in parts])
            return Batch(np.stack(aligned, axis=len(axes)), axes, rank + 1)

        return run


def _factors(body: Term) -> list[Term]:
    if isinstance(body, Apply) and body.head == "multiply":
        return [part for argument in body.arguments for part in _factors(argument)]
    if isinstance(body, Apply) and body.head == "power" and body.arguments[1] == Number(_TWO):
        return _factors(body.arguments[0]) * 2
    return [body]


def _two() -> Any:
    from fractions import Fraction

    return Fraction(2)


_TWO = _two()


def _product(parts: tuple[Any, ...]) -> Any:
    total = parts[0]
    for part in parts[1:]:
        total = total * part
    return total


def _index(env: Samples, low: Batch, high: Batch) -> tuple[Batch, list[Batch]]:
    """The values of an index as a new axis; masks where its bounds depend on other indices."""
    np = env.np
    first, last = int(low.data.min()), int(high.data.max())
    env.next_axis += 1
    axis = env.next_axis
    length = max(0, last - first + 1)
    index = Batch(np.arange(first, last + 1), (axis,), 0, (axis, first, length))
    masks = []
    if low.axes:
        masks.append(pointwise(lambda a, b: (a <= b).astype(float), low, index))
    if high.axes:
        masks.append(pointwise(lambda a, b: (a >= b).astype(float), high, index))
    return index, masks


def contract(env: Samples, parts: list[Batch], axes: list[Any], lengths: list[int]) -> Batch:
    """The product of the parts summed over the axes."""
    np = env.np
    present: set[Any] = set()
    for part in parts:
        present.update(part.axes)
    scale = 1
    for axis, length in zip(axes, lengths, strict=True):
        if axis not in present:
            scale *= length
    kept = _order(present - set(axes))
    rank = max(part.rank for part in parts)
    letters = {axis: chr(97 + k) for k, axis in enumerate(_order(present))}
    tail = "".join(chr(65 + k) for k in range(rank))
    arrays, inputs = [], []
    for part in parts:
        if not part.axes and part.rank == 0:
            scale = scale * part.data
            continue
        arrays.append(part.data)
        inputs.append("".join(letters[axis] for axis in part.axes) + (tail if part.rank else ""))
    if not arrays:
        return Batch(np.asarray(scale))
    output = "".join(letters[axis] for axis in kept) + tail
    data = _einsum(np, inputs, output, arrays)
    return Batch(data if isinstance(scale, int) and scale == 1 else data * scale, kept, rank)


def _einsum(np: Any, inputs: list[str], output: str, arrays: list[Any]) -> Any:
    if len(arrays) == 1 and inputs[0] == output:
        return arrays[0]
    if len(arrays) == 1:
        kept = [k for k, letter in enumerate(inputs[0]) if letter in output]
        if [inputs[0][k] for k in kept] == list(output):
            return arrays[0].sum(axis=tuple(k for k in range(len(inputs[0])) if k not in kept))
    return np.einsum(f"{','.join(inputs)}->{output}", *arrays, optimize=len(arrays) > 2)
