"""Quantifiers, suprema and greatest numbers: by going through what is finite, by samples and search otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from random import Random

from flint import arb, fmpq

from benchmarks.soundness.evaluation import Code, Compiler, Env, World
from benchmarks.soundness.operations import determinant
from benchmarks.soundness.quadrature import SUPREMUM_ROUGH, as_float, highest
from benchmarks.soundness.values import (
    Array,
    Real,
    Undefined,
    Unjudged,
    Value,
    array_of,
    compare,
    is_exact,
    quotient,
    whole,
    widened,
)
from checks.terms import RELATIONS, TRUE, Apply, Bind, Bound, Index, Scalar, Tensor, Term, Type, children, heads

REALS = tuple(
    fmpq(a, b) for a, b in (
        (0, 1), (1, 1), (1, 2), (-1, 1), (2, 1), (-5, 2), (1, 3), (7, 3), (-1, 4), (10, 1), (3, 1), (-7, 1), (10**7, 1),
        (-(10**7), 1),
    )
)  # fmt: skip
FEW = (5, 14, 7, 5, 4)
"""How many samples of each variable, by the number of quantifiers that stand inside each other."""

Sampler = Callable[[World, Env, int], list[Value]]


@cache
def tensors(shape: tuple[int, ...], count: int) -> tuple[tuple[fmpq, ...], ...]:
    """Entries of some arrays of a shape: zero, ones, a basis, and others."""
    size = 1
    for length in shape:
        size *= length
    random = Random(17 * size + len(shape))
    made: list[tuple[fmpq, ...]] = [tuple(fmpq(k + 1, 1 + k % 2) * (-1) ** k for k in range(size))]
    if len(shape) == 2 and shape[0] == shape[1]:
        n = shape[0]
        # A diagonal that outweighs the rest: matrices with a positive quadratic form should be among the samples.
        made.append(tuple(fmpq(k // n + 3 if k // n == k % n else (k % n < k // n)) for k in range(size)))
        made.append(tuple(fmpq(int(k // n == k % n)) for k in range(size)))
    made.append(tuple(fmpq(int(k == 0)) for k in range(size)))
    made.append((fmpq(0),) * size)
    made.append(tuple(fmpq(int(k == size - 1)) for k in range(size)))
    made.append((fmpq(1),) * size)
    # Far out in several directions, where what is not bounded shows; and null vectors of simple projections.
    for way, turn in ((1, -1), (-1, -1), (1, 1), (-1, 1)):
        made.append(tuple(fmpq(way * 10**7 * turn**k) for k in range(size)))
    made += [(fmpq(a), fmpq(b), *[fmpq(0)] * (size - 2)) for a, b in ((4, -3), (12, 5)) if size > 1]
    while len(made) < count:
        made.append(tuple(fmpq(random.randint(-6, 6), random.randint(1, 3)) for _ in range(size)))
    return tuple(dict.fromkeys(made[:count]))


def sampler(compiler: Compiler, domain: Type) -> Sampler:
    """Values of a type: all of a range, samples of anything else."""
    match domain:
        case Index(low, high):
            start, end = compiler.code(low), compiler.code(high)
            return lambda world, env, count: list(range(whole(start(world, env)), whole(end(world, env)) + 1))
        case Tensor(shape):
            lengths = [compiler.code(length) for length in shape]

            def arrays(world: World, env: Env, count: int) -> list[Value]:
                sizes = tuple(whole(length(world, env)) for length in lengths)
                return [array_of(sizes, entries) for entries in tensors(sizes, max(2 * count, 4))]

            return arrays
        case Scalar("real"):
            return lambda world, env, count: list(REALS[:count])
        case Scalar("nat"):
            return lambda world, env, count: list(range(min(count, 6)))
        case Scalar("dim"):
            return lambda world, env, count: list(range(1, min(count, 4) + 1))
        case Scalar("int"):
            return lambda world, env, count: list(range(-2, 5))
        case _:
            raise Unjudged("a quantifier over functions")


def _depth(term: Term) -> int:
    """How many quantifiers over infinite ranges stand inside each other."""
    own = isinstance(term, Bind) and term.head in ("forall", "exists") and not isinstance(term.domain, Index)
    return own + max((_depth(child) for child, _ in children(term)), default=0)


def quantified(compiler: Compiler, term: Bind) -> Code:
    """The code of a quantifier, a supremum or a greatest number."""
    body = compiler.code(term.body)
    test = None if term.condition == TRUE else compiler.code(term.condition)
    values = sampler(compiler, term.domain)
    match term.head:
        case "forall" | "exists":
            costly = heads(term.body) & {"integral", "summable", "dominated", "expectation", "sup", "inf"}
            count = 2 if costly else FEW[min(_depth(term), len(FEW) - 1)]
            return _over_samples(compiler, term, body, test, values, count)
        case "sup" | "inf":
            return _supremum(term, body, test, values)
        case _:
            return _extreme(term, test)


def _over_samples(
    compiler: Compiler, term: Bind, body: Code, test: Code | None, values: Sampler, count: int
) -> Code:
    universal = term.head == "forall"
    slopes = None
    climb = _climbing(compiler, term, test, values) if universal and _depth(term) == 1 else None
    if term.head == "exists" and term.domain == Scalar("real") and test is None:
        slopes = _linear_parts(compiler, term.body)

    def run(world: World, env: Env) -> bool:
        for value in values(world, env, count):
            world.spend()
            inner = (value, *env)
            if test is not None and not test(world, inner):
                continue
            if body(world, inner) is not universal:
                return not universal
        if universal:
            return climb is None or climb(world, env)
        candidates: list[Real] = [10**6, -(10**6)]
        if slopes is not None:
            candidates += slopes(world, env)
        return any(body(world, (candidate, *env)) for candidate in candidates)

    return run


def _climbing(
    compiler: Compiler, term: Bind, test: Code | None, values: Sampler
) -> Callable[[World, Env], bool] | None:
    """For ``forall x, l <= r`` over reals or vectors: whether search finds no x at which l > r."""
    premises, core = [], term.body
    while isinstance(core, Apply) and core.head == "implies":
        premises.append(compiler.code(core.arguments[0]))
        core = core.arguments[1]
    if not (isinstance(core, Apply) and core.head in ("<=", "<", ">=", ">")):
        return None
    if not isinstance(term.domain, Tensor) and term.domain != Scalar("real"):
        return None
    left, right = map(compiler.code, core.arguments if core.head in ("<=", "<") else core.arguments[::-1])
    only_nonzero = _only_nonzero(term.body, core)

    def run(world: World, env: Env) -> bool:
        found = values(world, env, 6)
        shape = found[0].shape if isinstance(found[0], Array) else None
        if shape is not None and len(found[0].entries()) > 6:
            return True

        def value(place: tuple[float, ...]) -> float | None:
            world.spend()
            numbers = [arb(coordinate) for coordinate in place]
            inner = (numbers[0] if shape is None else array_of(shape, numbers), *env)
            try:
                if (test is not None and not test(world, inner)) or not all(p(world, inner) for p in premises):
                    return None
                gap = left(world, inner) - right(world, inner)
            except (Undefined, Unjudged):
                return None
            return as_float(gap)

        def exact(place: tuple[int, ...]) -> Real:
            inner = (array_of(shape or (), place), *env)
            return right(world, inner) - left(world, inner)

        if shape is not None and test is None and only_nonzero:
            definite = is_definite(exact, len(found[0].entries()), core.head in ("<", ">"))
            if definite is not None:
                return definite
        starts = [tuple(map(as_float, v.entries() if isinstance(v, Array) else [v])) for v in found]
        try:
            return highest(value, [start for start in starts if max(map(abs, start), default=0.0) < 100], 60) < 1e-9
        except Undefined as failure:
            return "not bounded" not in str(failure)

    return run


def _only_nonzero(body: Term, core: Apply) -> bool:
    """Whether a comparison is made of all arrays but zero, or of all where it is not strict."""
    match body:
        case Apply("implies", (Apply("!=", (Bound(0), Apply("zeros"))), inner)):
            return inner == core
        case _:
            return body == core and core.head in ("<=", ">=")


def is_definite(form: Callable[[tuple[int, ...]], Real], size: int, strict: bool) -> bool | None:
    """Whether a quadratic form is positive but at zero, or nowhere negative; None for what is no quadratic form.

    By the principal minors (R. Horn and C. Johnson, Matrix Analysis, theorem 7.2.5).
    """
    def unit(*places: int) -> tuple[int, ...]:
        return tuple(int(k in places) for k in range(size))

    try:
        single = [form(unit(i)) for i in range(size)]
        matrix = [
            [single[i] if i == j else (form(unit(i, j)) - single[i] - single[j]) * fmpq(1, 2) for j in range(size)]
            for i in range(size)
        ]
        if not all(is_exact(value) for row in matrix for value in row):
            return None
        for place in (tuple(range(1, size + 1)), tuple((-2) ** k for k in range(size))):
            if form(place) != sum(place[i] * place[j] * matrix[i][j] for i in range(size) for j in range(size)):
                return None
    except (Undefined, Unjudged):
        return None
    chosen = [tuple(range(k + 1)) for k in range(size)]
    if not strict:
        chosen = [rows for k in range(size) for rows in combinations(range(size), k + 1)]
    minors = [determinant(array_of((len(r),) * 2, [matrix[i][j] for i in r for j in r])) for r in chosen]
    return all(bool(minor > 0) if strict else bool(minor >= 0) for minor in minors)


def _linear_parts(compiler: Compiler, body: Term) -> Callable[[World, Env], list[Real]] | None:
    """For ``forall u, l <= r`` with sides linear in what is looked for: numbers that meet all samples of u."""
    if not (isinstance(body, Bind) and body.head == "forall" and body.condition == TRUE):
        return None
    inner = body.body
    if not (isinstance(inner, Apply) and inner.head in ("<=", "<", ">=", ">") and inner.head in RELATIONS):
        return None
    sides = inner.arguments if inner.head in ("<=", "<") else inner.arguments[::-1]
    left, right = map(compiler.code, sides)
    values = sampler(compiler, body.domain)

    def run(world: World, env: Env) -> list[Real]:
        low: Real | None = None
        high: Real | None = None
        for value in values(world, env, 14):
            gaps = [right(world, (value, s, *env)) - left(world, (value, s, *env)) for s in (0, 1)]
            slope = gaps[1] - gaps[0]
            sign = compare(slope, 0)
            if sign == 0:
                continue
            end = quotient(-gaps[0], slope)
            if sign > 0 and (low is None or compare(end, low) > 0):
                low = end
            if sign < 0 and (high is None or compare(end, high) < 0):
                high = end
        ends = [end for end in (low, high) if end is not None]
        found = [*ends, quotient(ends[0] + ends[-1], 2)] if ends else []
        # A bound that only samples far out force is none.
        return [end for end in found if compare(abs(end), 10**6) < 0]

    return run


def _supremum(term: Bind, body: Code, test: Code | None, values: Sampler) -> Code:
    way = 1 if term.head == "sup" else -1

    def run(world: World, env: Env) -> Real:
        found = values(world, env, 6)
        if isinstance(term.domain, Index):
            chosen = [body(world, (v, *env)) for v in found if test is None or test(world, (v, *env))]
            if not chosen:
                raise Undefined("a supremum over nothing")
            return max(chosen, key=lambda value: way * as_float(value))
        shape = found[0].shape if isinstance(found[0], Array) else None
        if shape is not None and len(found[0].entries()) > 3:
            raise Unjudged("a supremum over many numbers")

        def value(place: tuple[float, ...]) -> float | None:
            world.spend()
            numbers = [arb(coordinate) for coordinate in place]
            inner = (numbers[0] if shape is None else array_of(shape, numbers), *env)
            if test is not None and not test(world, inner):
                return None
            return way * as_float(body(world, inner))

        starts = [tuple(map(as_float, v.entries() if isinstance(v, Array) else [v])) for v in found]
        starts = [start for start in starts if max(map(abs, start), default=0.0) < 100]
        best = way * highest(value, starts)
        if world.level:
            raise Unjudged("a derivative of a supremum")
        return widened(arb(best), SUPREMUM_ROUGH * (abs(best) + 0.1))

    return run


def _extreme(term: Bind, test: Code | None) -> Code:
    """The greatest number with a property that holds up to it, by bisection; the least likewise."""
    way = 1 if term.head == "greatest" else -1

    def run(world: World, env: Env) -> Real:
        def fits(value: Real) -> bool:
            world.spend(5)
            return test is None or bool(test(world, (value, *env)))

        places = [fmpq(k, 8) * way for k in range(-64, 65)]
        inside = [place for place in places if fits(place)]
        if not inside:
            raise Undefined("nothing has the property")
        low = max(inside, key=lambda place: way * place)
        high = low + fmpq(way, 8)
        if fits(way * fmpq(10**5)):
            raise Undefined("the property has no end")
        if low == places[-1]:
            raise Unjudged("the property ends far away")
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if fits(middle) else (low, middle)
        return widened(low, SUPREMUM_ROUGH)

    return run


