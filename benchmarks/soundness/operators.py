"""Operators whose arguments are not just values: relations, branches, expectations, derivatives, predicates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import fmpq

from benchmarks.soundness.evaluation import (
    Code,
    Compiler,
    Env,
    NeedsCoin,
    Scope,
    World,
    integral,
    special,
)
from benchmarks.soundness.operations import added, determinant, identity, matmul, scaled
from benchmarks.soundness.operations import inverse as inverse_of
from benchmarks.soundness.quadrature import DERIVATIVE_ROUGH, central, difference_step, suspicious
from benchmarks.soundness.values import (
    Array,
    Func,
    Real,
    Undefined,
    Unjudged,
    Value,
    array_of,
    ball,
    clear_sign,
    compare,
    is_exact,
    raised,
    simple,
    vague,
    whole,
    widened,
)
from checks.terms import Apply, Number, Tensor, Term

# -- logic ---------------------------------------------------------------------------------------------


def holds(head: str, left: Value, right: Value) -> bool:
    """Whether a relation holds between two values."""
    if isinstance(left, Array) or isinstance(right, Array):
        if not isinstance(left, Array) or not isinstance(right, Array) or left.shape != right.shape:
            raise Unjudged("arrays of different shapes")
        pairs = list(zip(left.entries(), right.entries(), strict=True))
        same = not any(compare(a, b) for a, b in pairs)
        if head in ("=", "equal_almost_surely"):
            return same
        if same and any(vague(a) or vague(b) for a, b in pairs):
            raise Unjudged("arrays too close to each other")
        return not same
    sign = compare(left, right)
    if sign == 0 and head in ("<", ">", "!=") and (vague(left) or vague(right)):
        raise Unjudged("numbers too close to each other")
    match head:
        case "=" | "equal_almost_surely":
            return sign == 0
        case "!=":
            return sign != 0
        case "<=":
            return sign <= 0
        case "<":
            return sign < 0
        case ">=":
            return sign >= 0
        case _:
            return sign > 0


@special("=", "!=", "<=", "<", ">=", ">")
def _relation(compiler: Compiler, term: Apply) -> Code:
    left, right = map(compiler.code, term.arguments)
    head = term.head
    return lambda world, env: holds(head, left(world, env), right(world, env))


@special("and")
def _and(compiler: Compiler, term: Apply) -> Code:
    parts = [compiler.code(part) for part in term.arguments]
    return lambda world, env: all(part(world, env) for part in parts)


@special("or")
def _or(compiler: Compiler, term: Apply) -> Code:
    parts = [compiler.code(part) for part in term.arguments]
    return lambda world, env: any([part(world, env) for part in parts])


@special("implies")
def _implies(compiler: Compiler, term: Apply) -> Code:
    premise, conclusion = map(compiler.code, term.arguments)
    return lambda world, env: not premise(world, env) or conclusion(world, env)


@special("iff")
def _iff(compiler: Compiler, term: Apply) -> Code:
    left, right = map(compiler.code, term.arguments)
    return lambda world, env: left(world, env) == right(world, env)


@special("if")
def _if(compiler: Compiler, term: Apply) -> Code:
    test, yes, no = map(compiler.code, term.arguments)
    return lambda world, env: yes(world, env) if test(world, env) else no(world, env)


# -- powers --------------------------------------------------------------------------------------------


@special("power")
def _power(compiler: Compiler, term: Apply) -> Code:
    base, exponent = map(compiler.code, term.arguments)
    real = not isinstance(term.arguments[1], Number) and compiler.is_real(term.arguments[1])

    def run(world: World, env: Env) -> Value:
        value, by = base(world, env), exponent(world, env)
        if not isinstance(value, Array):
            return raised(value, by, real=real)
        times = whole(by)
        if times < 0:
            if not isinstance(term.arguments[1], Number):
                raise Undefined("a negative power of a matrix")
            value, times = inverse_of(value), -times
        result = identity(value.shape[0])
        for _ in range(times):
            result = matmul(result, value)
        return result

    return run


# -- randomness ----------------------------------------------------------------------------------------


def outcomes(run: Callable[[], Value], world: World, mode: str = "high") -> list[tuple[Real, Value]]:
    """The values at all outcomes of the coins that are looked at, with their weights."""
    found: list[tuple[Real, Value]] = []
    pending: list[tuple[dict[object, Any], Real]] = [({}, 1)]
    before = world.scope
    try:
        while pending:
            chosen, weight = pending.pop()
            world.scope = Scope(chosen, mode=mode)
            world.spend(12)
            try:
                value = run()
                if isinstance(value, Array):
                    value.entries()
            except NeedsCoin as wanted:
                pending.extend(({**chosen, wanted.key: value}, weight * q) for q, value in wanted.choices)
                continue
            found.append((weight, value))
    finally:
        world.scope = before
    return found


@special("expectation")
def _expectation(compiler: Compiler, term: Apply) -> Code:
    argument = compiler.code(term.arguments[0])
    mode = compiler.mode(term.arguments[0])

    def run(world: World, env: Env) -> Value:
        found = outcomes(lambda: argument(world, env), world, mode)
        total = added(*(scaled(weight, value) for weight, value in found))
        if mode != "fine" or all(is_exact(weight) for weight, _ in found):
            return total
        if world.level:
            raise Unjudged("a derivative of an approximated expectation")
        if isinstance(total, Array):
            return array_of(total.shape, [widened(value, 1e-6 * (1 + abs(ball(value)))) for value in total.entries()])
        return widened(total, 1e-6 * (1 + abs(ball(total))))

    return run


@special("equal_almost_surely", "always")
def _always(compiler: Compiler, term: Apply) -> Code:
    inner = compiler.code(term.arguments[0] if term.head == "always" else Apply("=", term.arguments))
    return lambda world, env: all(value for _, value in outcomes(lambda: inner(world, env), world))


@special("integrable")
def _integrable(compiler: Compiler, term: Apply) -> Code:
    argument = compiler.code(term.arguments[0])

    def run(world: World, env: Env) -> bool:
        outcomes(lambda: argument(world, env), world)
        return True

    return run


# -- derivatives ---------------------------------------------------------------------------------------


def derivative(function: Func, at: Value, world: World) -> Value:
    """The derivative by central differences: the value's shape, followed by the argument's."""
    step = difference_step(world.level)
    if world.level >= 3:
        raise Unjudged("too many derivatives")
    world.level += 1
    try:
        middle = function(at)
        if isinstance(at, Array):
            known = at.entries()
            slopes = []
            for position in range(len(known)):
                def along(by: fmpq, position: int = position) -> Value:
                    moved = [value + by if k == position else value for k, value in enumerate(known)]
                    world.spend()
                    return function(array_of(at.shape, moved))

                slopes.append(_slope(along, middle, step))
            found = _joined(slopes, at.shape, middle)
        else:
            world.spend(2)
            found = _slope(lambda by: function(at + by), middle, step)
    finally:
        world.level -= 1
    if world.level:
        return found
    rough, world.soft = max(DERIVATIVE_ROUGH, world.soft), 0.0
    size = 1e-6 + sum(abs(ball(value)) for value in (middle.entries() if isinstance(middle, Array) else [middle]))
    if isinstance(found, Array):
        return array_of(found.shape, [widened(v, rough * (size + abs(ball(v)))) for v in found.entries()])
    return widened(found, rough * (size + abs(ball(found))))


def _slope(along: Callable[[fmpq], Value], middle: Value, step: fmpq) -> Value:
    """The slope of a function along a line.

    At a kink the slopes on the two sides differ by as much however small the step is; undefined there.
    """
    slopes, bends = _differences(along, middle, step)
    if any(map(suspicious, slopes, bends)):
        _, closer = _differences(along, middle, step / 1024)
        for slope, bend, again in zip(slopes, bends, closer, strict=True):
            if suspicious(slope, bend) and again > bend / 2:
                raise Undefined("no derivative at a kink")
    return array_of(middle.shape, slopes) if isinstance(middle, Array) else slopes[0]


def _differences(along: Callable[[fmpq], Value], middle: Value, step: fmpq) -> tuple[list[Real], list[Any]]:
    sides = (along(-step), middle, along(step))
    parts = [side.entries() if isinstance(side, Array) else [side] for side in sides]
    found = [central(before, at, after, step) for before, at, after in zip(*parts, strict=True)]
    return [simple(slope) for slope, _ in found], [bend for _, bend in found]


def _joined(slopes: list[Value], shape: tuple[int, ...], value: Value) -> Array:
    places = list(Array(shape, lambda place: 0).places())
    position = {place: k for k, place in enumerate(places)}
    if not isinstance(value, Array):
        return array_of(shape, slopes)
    rank = len(value.shape)
    return Array((*value.shape, *shape), lambda place: slopes[position[place[rank:]]][place[:rank]])


@special("derivative")
def _derivative(compiler: Compiler, term: Apply) -> Code:
    function, point = map(compiler.code, term.arguments)
    return lambda world, env: derivative(function(world, env), point(world, env), world)


@special("differentiable")
def _differentiable(compiler: Compiler, term: Apply) -> Code:
    function, point = map(compiler.code, term.arguments)

    def run(world: World, env: Env) -> bool:
        try:
            derivative(function(world, env), point(world, env), world)
        except Undefined:
            return False
        return True

    return run


@special("continuously_differentiable")
def _smooth(compiler: Compiler, term: Apply) -> Code:
    function = compiler.code(term.arguments[0])
    places = compiler.sample_arguments(term.arguments[0])
    return lambda world, env: smooth_at(function(world, env), places(world, env), world)


def smooth_at(function: Func, places: list[tuple[Value, ...]], world: World) -> bool:
    """Whether a function has all partial derivatives at some places."""
    for place in places:
        for position, value in enumerate(place):
            def along(moved: Value, position: int = position, place: tuple[Value, ...] = place) -> Value:
                return function(*place[:position], moved, *place[position + 1 :])

            try:
                derivative(Func(1, along), value, world)
            except Undefined:
                return False
    return True


# -- predicates ----------------------------------------------------------------------------------------


@special("invertible")
def _invertible(compiler: Compiler, term: Apply) -> Code:
    argument = compiler.code(term.arguments[0])
    return lambda world, env: clear_sign(determinant(argument(world, env))) != 0


@special("defined")
def _defined(compiler: Compiler, term: Apply) -> Code:
    argument = compiler.code(term.arguments[0])

    def run(world: World, env: Env) -> bool:
        try:
            value = argument(world, env)
            if isinstance(value, Array):
                value.entries()
        except Undefined:
            return False
        return True

    return run


def summable(function: Func, world: World, vector: int) -> bool:
    """Whether the integral of a function's size is seen to converge."""
    def at(place: Real) -> Value:
        value = function(array_of((1,), [place]) if vector else place)
        return added(*map(abs, value.entries())) if isinstance(value, Array) else simple(abs(value))

    if vector > 1:
        raise Unjudged("a function of vectors of more than one entry")
    try:
        integral(at, () if vector else function.kinks(), world)
    except Undefined:
        return False
    return True


def _length(compiler: Compiler, term: Term) -> Code | None:
    """The length of the vectors that a function takes; None for functions of reals."""
    kind = compiler.domain_of(term)
    if isinstance(kind, Tensor):
        return compiler.code(kind.shape[0])
    return None


@special("summable")
def _summable(compiler: Compiler, term: Apply) -> Code:
    function, length = compiler.code(term.arguments[0]), _length(compiler, term.arguments[0])

    def run(world: World, env: Env) -> bool:
        return summable(function(world, env), world, 0 if length is None else whole(length(world, env)))

    return run


@special("dominated")
def _dominated(compiler: Compiler, term: Apply) -> Code:
    function, point = map(compiler.code, term.arguments)

    def run(world: World, env: Env) -> bool:
        of, at = function(world, env), point(world, env)
        for move in (0, fmpq(1, 7), fmpq(-1, 7)):
            moved = array_of(at.shape, [v + move for v in at.entries()]) if isinstance(at, Array) else at + move
            if not summable(of(moved), world, 1 if isinstance(at, Array) else 0):
                return False
        return True

    return run
