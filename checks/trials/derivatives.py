"""Derivatives at a point, and what can be said of differentiability by evaluation.

``derivative(f, a)`` is evaluated by duals (``duals``), exactly.  ``differentiable(f, a)`` is true where that
succeeds, false where f has no value at a, and left open where f has one but passes a kink on the way.
``continuously_differentiable(f, k)`` holds for the functions that models are made of, as these are smooth, and
where all operations on the way are smooth for all arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from math import prod
from random import Random
from typing import Any

from flint import fmpq

from checks.terms import Apply, Bind, Term
from checks.trials.compiling import Code, Compiler, Environment, is_kind, rule
from checks.trials.densities import NormalDensity
from checks.trials.duals import Level
from checks.trials.formal import PoolFull
from checks.trials.gaussians import FreePool
from checks.trials.instances import Polynomial
from checks.trials.operations import compile_arguments
from checks.trials.propositions import samples
from checks.trials.values import (
    Array,
    OneSided,
    Scalar,
    Undefined,
    Unsupported,
    Value,
    add,
    at_point,
    divide,
    subtract,
    to_ball,
)

SIZE_LIMIT = 64
_STEP = fmpq(1, 256)


@rule("derivative")
def _derivative(compiler: Compiler, term: Apply) -> Code:
    function, point = compile_arguments(compiler, term, 2)
    return lambda env: differentiate(env, function(env), point(env))


def differentiate(env: Environment, function: Value, point: Value) -> Value:
    """The derivative of a function of a real or an array: the value's shape, then the argument's."""
    if not callable(function):
        raise Unsupported("the derivative of what is no function")
    world = env.world
    world.levels += 1
    level = Level(world.levels, len(point.entries) if type(point) is Array else 1)
    if level.size > SIZE_LIMIT:
        raise Unsupported("budget: a derivative in too many variables")
    world.spend(4 * level.size)
    sampled, estimated = world.sampled, world.estimated
    world.sampled = world.estimated = False
    before = len(world.structures)
    try:
        value = function(_seeded(level, point))
        if len(world.structures) > before:
            _want_steady_structure(env, function, point, level, before)
        if world.sampled:
            raise Unsupported("the derivative of what is only sampled")
        if world.estimated:
            _compare_to_quotients(function, point, level, value)
    finally:
        world.sampled, world.estimated = sampled, estimated or world.estimated
    inner = value.shape if type(value) is Array else ()
    shape = inner + (point.shape if type(point) is Array else ())
    parts = [part for entry in _entries(value) for part in level.parts_of(_number(entry))]
    return Array(shape, parts) if shape else parts[0]


def moved(point: Value) -> Value:
    """A point nearby, in general position."""
    if type(point) is Array:
        return Array(point.shape, [add(real(entry), fmpq(1, 997 + 13 * k)) for k, entry in enumerate(point.entries)])
    return add(real(point), fmpq(1, 997))


def _want_steady_structure(
    env: Environment, function: Callable[[Value], Value], point: Value, level: Level, before: int
) -> None:
    """Raises ``Unsupported`` where the integrands in closed form have fewer terms than next to the point."""
    here = [found for orders, found in env.world.structures[before:] if level.order in orders]
    middle = len(env.world.structures)
    function(_seeded(level, moved(point)))
    near = [found for orders, found in env.world.structures[middle:] if level.order in orders]
    if here != near:
        raise Unsupported("an integrand changes its form at the point, and derivative and integral may not commute")


def _compare_to_quotients(function: Callable[[Value], Value], point: Value, level: Level, value: Value) -> None:
    """Raises ``Unsupported`` unless the derivatives agree with difference quotients.

    An integral by quadrature is differentiated under the integral sign, which is not always allowed:
    ``integral_0^1 [x < a] dx`` is a, and the derivative of the integrand is 0 where it exists.
    """
    entries = list(point.entries) if type(point) is Array else [point]
    for place in range(level.size):
        ends = []
        for sign in (1, -1):
            moved = [add(real(entry), sign * _STEP) if k == place else entry for k, entry in enumerate(entries)]
            ends.append(function(Array(point.shape, moved) if type(point) is Array else moved[0]))
        for right, left, found in zip(*map(_entries, ends), _entries(value), strict=True):
            quotient = to_ball(at_point(divide(subtract(right, left), 2 * _STEP)))
            slope = to_ball(at_point(level.parts_of(found)[place]))
            size = 1 + abs(slope.mid())
            one_sided = to_ball(at_point(divide(subtract(right, found), _STEP)))
            if not (abs(quotient - slope) < size / 100 and abs(one_sided - slope) < size / 10):
                raise Unsupported("derivative and integral may not commute")


def _entries(value: Value) -> list[Scalar]:
    return list(value.entries) if type(value) is Array else [value]


def _seeded(level: Level, point: Value) -> Value:
    """The point as variables of the level."""
    if type(point) is Array:
        entries = [level.variable(real(entry), place) for place, entry in enumerate(point.entries)]
        return Array(point.shape, entries)
    return level.variable(real(_number(point)), 0)


def real(value: Scalar) -> Scalar:
    """A number as one of the real type."""
    return fmpq(value) if type(value) is int else value


def _number(value: Value) -> Scalar:
    if not _is_number(value):
        raise Unsupported("the derivative of what is no number")
    return value


# -- predicates ----------------------------------------------------------------------------------------


@rule("differentiable")
def _differentiable(compiler: Compiler, term: Apply) -> Code:
    function, point = compile_arguments(compiler, term, 2)

    def run(env: Environment) -> Any:
        f, a = function(env), point(env)
        if is_smooth(f):
            return True
        try:
            differentiate(env, f, a)
        except Undefined:
            return None if _has_value(f, a) else False
        return True

    return run


def _has_value(function: Callable[[Value], Value], point: Value) -> bool:
    try:
        function(point)
    except Undefined:
        return False
    return True


@rule("continuously_differentiable")
def _continuously_differentiable(compiler: Compiler, term: Apply) -> Code:
    function = compiler.code(term.arguments[0])
    domains = _domains(compiler, term.arguments[0])

    def run(env: Environment) -> Any:
        f = function(env)
        if is_smooth(f):
            return True
        if domains is None:
            return None
        kinds = [domain(env) for domain in domains]
        if _is_visibly_smooth(f, kinds, env.world.free_pool or FreePool(24)):
            return True
        if env.world.free_pool is not None:
            return None
        if any(not _has_value_at(f, kinds, k) for k in range(6)):
            return False
        env.world.sampled = True
        return None

    return run


def is_smooth(function: Value) -> bool:
    """Whether the function is one of a model that has all its derivatives everywhere."""
    return isinstance(function, Polynomial | NormalDensity)


def _domains(compiler: Compiler, term: Term) -> list[Any] | None:
    """The domains of nested lambdas that do not depend on each other."""
    found: list[Any] = []
    while isinstance(term, Bind) and term.head == "lambda":
        if compiler.used(Bind("lambda", term.domain, term.condition, Apply("true"))):
            return None
        found.append(compiler.domain(term.domain))
        term = term.body
    return found or None


def _is_visibly_smooth(function: Callable[..., Value], kinds: list[Any], pool: FreePool) -> bool:
    """Whether every operation on free variables as arguments is defined and smooth for all their values."""
    arguments: list[Value] = []
    try:
        for kind in kinds:
            if isinstance(kind, tuple):
                if prod(kind) > 12:
                    return False
                arguments.append(pool.array(kind, prod(kind)))
            elif is_kind(kind, "real"):
                arguments.append(pool.free())
            else:
                return False
        value = function(*arguments)
    except (Unsupported, Undefined, PoolFull):
        return False
    return all(map(_is_number, value.entries if type(value) is Array else [value]))


def _is_number(value: Value) -> bool:
    return not (value is None or isinstance(value, bool) or callable(value) or type(value) is OneSided)


def _has_value_at(function: Callable[..., Value], kinds: list[Any], seed: int) -> bool:
    """Whether the function has a value at some point of its domain."""
    try:
        arguments = [next(islice(samples(kind, Random(seed)), seed, None)) for kind in kinds]
        function(*arguments)
    except Undefined:
        return False
    except Unsupported:
        return True
    return True
