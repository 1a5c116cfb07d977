"""Derivatives at a point, and what can be said of differentiability by evaluation.

``derivative(f, a)`` is evaluated by duals (``duals``), exactly.  ``differentiable(f, a)`` is true where that
succeeds, false where f has no value at a, and left open where f has one but passes a kink on the way.
``continuously_differentiable(f, k)`` holds for the functions that models are made of, as these are smooth, and
for what is a polynomial in its argument.
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
from checks.trials.duals import Level
from checks.trials.formal import Pool, PoolFull, Variable
from checks.trials.instances import Polynomial
from checks.trials.operations import compile_arguments
from checks.trials.propositions import samples
from checks.trials.values import Array, Formal, OneSided, Scalar, Undefined, Unsupported, Value

SIZE_LIMIT = 64


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
    sampled, world.sampled = world.sampled, False
    value = function(_seeded(level, point))
    if world.sampled:
        raise Unsupported("the derivative of what is only sampled")
    world.sampled = sampled
    inner = value.shape if type(value) is Array else ()
    shape = inner + (point.shape if type(point) is Array else ())
    parts = [
        part
        for entry in (value.entries if type(value) is Array else [value])
        for part in level.parts_of(_number(entry))
    ]
    return Array(shape, parts) if shape else parts[0]


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
    if value is None or isinstance(value, bool) or callable(value) or type(value) is OneSided:
        raise Unsupported("the derivative of what is no number")
    return value


# -- predicates ----------------------------------------------------------------------------------------


@rule("differentiable")
def _differentiable(compiler: Compiler, term: Apply) -> Code:
    function, point = compile_arguments(compiler, term, 2)

    def run(env: Environment) -> Any:
        f, a = function(env), point(env)
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
        if _is_polynomial(f, kinds):
            return True
        if any(not _has_value_at(f, kinds, k) for k in range(6)):
            return False
        env.world.sampled = True
        return None

    return run


def is_smooth(function: Value) -> bool:
    """Whether the function is one of a model that has all its derivatives everywhere."""
    return isinstance(function, Polynomial)


def _domains(compiler: Compiler, term: Term) -> list[Any] | None:
    """The domains of nested lambdas that do not depend on each other."""
    found: list[Any] = []
    while isinstance(term, Bind) and term.head == "lambda":
        if compiler.used(Bind("lambda", term.domain, term.condition, Apply("true"))):
            return None
        found.append(compiler.domain(term.domain))
        term = term.body
    return found or None


def _is_polynomial(function: Callable[..., Value], kinds: list[Any]) -> bool:
    """Whether the function is one of its real arguments, shown by evaluation at formal variables."""
    pool = Pool(16)
    arguments: list[Value] = []
    try:
        for kind in kinds:
            if isinstance(kind, tuple):
                if prod(kind) > 12:
                    return False
                arguments.append(Array(kind, [pool.new(Variable("free")) for _ in range(prod(kind))]))
            elif is_kind(kind, "real"):
                arguments.append(pool.new(Variable("free")))
            else:
                return False
        value = function(*arguments)
    except (Unsupported, Undefined, PoolFull):
        return False
    entries = value.entries if type(value) is Array else [value]
    return all(
        type(entry) is not Formal or (entry.denominator is None and _only_free(pool, entry))
        for entry in entries
    )


def _only_free(pool: Pool, value: Formal) -> bool:
    degrees = value.numerator.degrees()
    allowed = ("free", "surd", "ball")
    return not any(degrees[k] for k, variable in enumerate(pool.variables) if variable.kind not in allowed)


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
