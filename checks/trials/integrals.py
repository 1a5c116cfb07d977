"""Integrals, and what can be said of their existence: the rules of ``compiling`` for them.

Over all real numbers or arrays a polynomial times the exponential of a negative definite quadratic polynomial is
integrated in closed form (``gaussians``), over an interval or a half-line a polynomial times exponentials
(``antiderivatives``); any other integrand that is analytic in pieces is in a ball that holds the integral
(``analytic``), over what is not bounded in an estimate (``quadrature``).  ``summable`` and ``dominated`` are true where
the closed form over everything applies: there the integrand and, near the point, all that it becomes are bounded by a
polynomial times such an exponential.  They are false for polynomials other than 0, and left open elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

from flint import fmpq

from checks.terms import TRUE, Apply, Bind, Bound, Function, Symbol, Tensor, Term, children, shift
from checks.trials.analytic import rigorous_integral
from checks.trials.antiderivatives import integral_between
from checks.trials.compiling import Code, Compiler, Environment, decided, is_kind, rule
from checks.trials.derivatives import differentiate, moved
from checks.trials.formal import PoolFull
from checks.trials.gaussians import FreePool, decay, structure, terms_of, whole_integral
from checks.trials.instances import Everything
from checks.trials.operations import compile_arguments, times
from checks.trials.quadrature import Interval, quadrature
from checks.trials.singularities import integral_beside_singularities
from checks.trials.values import (
    ZERO,
    Array,
    Dual,
    Formal,
    NotPolynomial,
    Scalar,
    Undecided,
    Undefined,
    Unsupported,
    Value,
    add,
    at_point,
    compare,
    divide,
    integer_power,
    multiply,
    subtract,
    to_ball,
)

SIZE_LIMIT = 3
CLOSED_FORM_STEPS = 1000
POOL = 32
EVALUATION = 20
"""Operations that an evaluation of an integrand counts for."""
_BOUNDS = {"<=": 1, "<": 1, ">=": -1, ">": -1}


@dataclass(frozen=True, slots=True)
class _Range:
    """The closures of the ends of an interval; ``rest`` is what else the condition asks for."""

    lows: tuple[Code, ...]
    highs: tuple[Code, ...]
    rest: tuple[Code, ...]
    open_below: bool
    open_above: bool

    def interval(self, env: Environment) -> Interval:
        """The ends where they are now; the largest lower and the least upper one."""
        low = high = None
        for code in self.lows:
            value = _real(code(env))
            low = value if low is None or compare(value, low) == 1 else low
        for code in self.highs:
            value = _real(code(env))
            high = value if high is None or compare(value, high) == -1 else high
        return Interval(low, high)


def _real(value: Value) -> Scalar:
    if type(value) is Array or value is None or isinstance(value, bool) or callable(value):
        raise Unsupported("an end of an interval that is no number")
    return fmpq(value) if type(value) is int else value


def _range(compiler: Compiler, condition: Term) -> _Range:
    """The bounds that the condition puts on the variable; the ends stand outside the binder."""
    lows: list[Code] = []
    highs: list[Code] = []
    rest: list[Code] = []
    strict: set[int] = set()
    stack = [condition]
    while stack:
        part = stack.pop()
        if isinstance(part, Apply) and part.head == "and":
            stack.extend(part.arguments)
            continue
        bound = _bound(part)
        if bound is not None:
            (highs if bound[0] == 1 else lows).append(compiler.code(bound[1]))
            if isinstance(part, Apply) and part.head in ("<", ">"):
                strict.add(bound[0])
        elif part != TRUE:
            rest.append(compiler.code(part))
    return _Range(tuple(lows), tuple(highs), tuple(rest), -1 in strict, 1 in strict)


def _bound(part: Term) -> tuple[int, Term] | None:
    """1 and t for ``x <= t``, -1 and t for ``t <= x``, where t does not mention x."""
    if not isinstance(part, Apply) or part.head not in _BOUNDS:
        return None
    for (side, other), sign in ((part.arguments, 1), (part.arguments[::-1], -1)):
        if side == Bound(0) and not _mentions(other, 0):
            return sign * _BOUNDS[part.head], shift(other, -1)
    return None


def _mentions(term: Term, depth: int) -> bool:
    return term == Bound(depth) or any(_mentions(child, depth + more) for child, more in children(term))


def _set_in(condition: Term) -> str | None:
    """The name of the set in which the condition says that the variable lies."""
    match condition:
        case Apply("call", (Symbol(name), Bound(0))):
            return name
        case _:
            return None


@rule("integral")
def _integral(compiler: Compiler, term: Bind) -> Code:
    domain, body = compiler.domain(term.domain), compiler.code(term.body)
    if not (isinstance(term.domain, Tensor) or is_kind(term.domain, "real")):
        raise Unsupported("an integral over what are no reals")
    limits = _range(compiler, term.condition) if is_kind(term.domain, "real") else None
    condition = compiler.condition(term.condition)
    whole = _set_in(term.condition)

    def run(env: Environment) -> Value:
        kind = domain(env)
        free = condition is None or (whole is not None and isinstance(env.world.values.get(whole), Everything))
        shape = kind if isinstance(kind, tuple) else None

        def at(value: Value) -> Value:
            stack = env.stack
            stack.append(value)
            try:
                return body(env)
            finally:
                stack.pop()

        def allowed(value: Value) -> bool:
            stack = env.stack
            stack.append(value)
            try:
                return all(decided(code(env)) for code in limits.rest) if limits is not None else True
            finally:
                stack.pop()

        env.world.spend(20)
        if free:
            found = _closed_form(env, at, shape)
            if found is not None:
                return found
        if limits is None:
            if not free or shape is None or prod(shape) != 1:
                raise Unsupported("an integral over arrays that has no closed form here")
            return _numeric(env, lambda x: at(Array(shape, [x])), Interval())
        guarded = _restricted(at, allowed) if limits.rest else at
        return _over_interval(env, guarded, limits)

    return run


def _over_interval(env: Environment, at: Callable[[Scalar], Value], limits: _Range) -> Value:
    """The integral over an interval: of a polynomial exactly, of an analytic function in a ball, else estimated."""
    interval = limits.interval(env)
    low, high = interval.low, interval.high
    for end, is_open in ((low, limits.open_below), (high, limits.open_above)):
        if end is not None and not is_open:
            at(end)  # It must have a value there.
    if low is not None and high is not None:
        order = compare(low, high)
        if order is None:
            raise Unsupported("the ends of an interval are too close")
        if order != -1:
            return _map_entries(lambda entry: ZERO, at(low))
        if not limits.rest:
            found = _of_polynomial(at, interval)
            if found is not None:
                return found
    if not limits.rest:
        found = _by_antiderivative(at, interval)
        if found is not None:
            return found
    return _numeric(env, at, interval)


def _restricted(at: Callable[[Value], Value], allowed: Callable[[Value], bool]) -> Callable[[Value], Value]:
    """The integrand where the condition holds, 0 elsewhere; of numbers only."""
    return lambda x: at(x) if allowed(x) else ZERO


def _map_entries(change: Callable[[Scalar], Scalar], value: Value) -> Value:
    if type(value) is Array:
        return Array(value.shape, [change(entry) for entry in value.entries])
    return change(value)


def _of_parts(integrate: Callable[[Scalar], Scalar], value: Value) -> Value:
    """The integral entry by entry, and of a number that is differentiated part by part.

    The closed forms are smooth in the coefficients of the integrand.  Where no term vanishes at the point, which
    ``differentiate`` looks after, the derivatives of the integrand are bounded near the point by what has an
    integral, so that derivative and integral commute.
    """
    if type(value) is Array:
        return Array(value.shape, [_of_parts(integrate, entry) for entry in value.entries])
    if type(value) is Dual:
        parts = [_of_parts(integrate, part) for part in value.parts]
        return Dual(value.level, _of_parts(integrate, value.real), parts)
    if value is None or isinstance(value, bool) or callable(value):
        raise Unsupported("the integral of what is no number")
    return integrate(value)


def _closed_form(env: Environment, at: Callable[[Value], Value], shape: tuple[int, ...] | None) -> Value | None:
    """The integral over everything, or None where the integrand is not of the form."""
    size = 1 if shape is None else prod(shape)
    if size > SIZE_LIMIT or size == 0:
        return at(Array(shape, [])) if size == 0 and shape is not None else None

    def whole(entry: Scalar) -> Scalar:
        env.world.spend(CLOSED_FORM_STEPS)
        return whole_integral(entry, over)

    outer = env.world.free_pool
    pool = env.world.free_pool = outer or FreePool(POOL)
    over = list(range(len(pool.variables), len(pool.variables) + size))
    try:
        variables = [pool.free() for _ in range(size)]
        value = at(variables[0] if shape is None else Array(shape, variables))
        found = _of_parts(whole, value)
        for entry in value.entries if type(value) is Array else [value]:
            if type(entry) is Dual:
                env.world.structures.append((levels_of(entry), structure(at_point(entry), over)))
    except (NotPolynomial, PoolFull):
        return None
    finally:
        env.world.free_pool = outer
    return found


def levels_of(value: Scalar) -> frozenset[int]:
    """The derivatives in whose variables a number is differentiated."""
    orders: set[int] = set()
    while type(value) is Dual:
        orders.add(value.level.order)
        value = value.real
    return frozenset(orders)


def _of_polynomial(at: Callable[[Value], Value], interval: Interval) -> Value | None:
    """The integral of a polynomial over an interval, by its antiderivative; None for another integrand."""
    pool = FreePool(POOL)
    try:
        value = at(pool.free())
        return _of_parts(lambda entry: _antiderivative(pool, entry, interval), value)
    except (NotPolynomial, PoolFull):
        return None


def _by_antiderivative(at: Callable[[Scalar], Value], interval: Interval) -> Value | None:
    """The integral of a polynomial times exponentials over an interval; None for another integrand.

    What is differentiated is left to quadrature, which looks at how the integrand behaves around the point.
    """
    if Dual in (type(interval.low), type(interval.high)):
        return None
    try:
        value = at(FreePool(POOL).free())
        if any(type(entry) is Dual for entry in (value.entries if type(value) is Array else [value])):
            return None
        return _of_parts(lambda entry: integral_between(entry, interval), value)
    except (NotPolynomial, PoolFull):
        return None


def _antiderivative(pool: FreePool, value: Scalar, interval: Interval) -> Scalar:
    if type(value) is not Formal:
        return multiply(value, subtract(interval.high, interval.low))
    lifted = pool.lift(value)
    total: Scalar = ZERO
    for term in terms_of(lifted, [0]):
        if not term.exponent.is_zero() or type(term.coefficient) is Formal:
            raise NotPolynomial("the integral of what is no polynomial")
        degree = term.degrees[0] + 1
        ends = subtract(integer_power(interval.high, degree), integer_power(interval.low, degree))
        total = add(total, divide(multiply(term.coefficient, ends), degree))
    return total


def _numeric(env: Environment, at: Callable[[Scalar], Value], interval: Interval) -> Value:
    """The integral in a ball: of an analytic integrand over a bounded interval rigorous, else an estimate."""
    if env.pool is not None:
        raise NotPolynomial("an integral of random numbers that has no closed form here")
    moved, interval = _with_fixed_ends(at, interval)

    def sample(x: Scalar) -> Value:
        env.world.spend(EVALUATION)
        return moved(x)

    low, high = (None if end is None else to_ball(end) for end in (interval.low, interval.high))
    if low is not None and high is not None:
        found = rigorous_integral(sample, low, high)
        if found is not None:
            return found
    env.world.estimated = True
    try:
        return quadrature(sample, low, high)
    except Undecided:
        raise
    except Unsupported:
        return integral_beside_singularities(sample, low, high)


def _with_fixed_ends(at: Callable[[Scalar], Value], interval: Interval) -> tuple[Callable[[Scalar], Value], Interval]:
    """The integral with ends that are not differentiated, by a substitution where they are."""
    low, high = interval.low, interval.high
    if type(low) is not Dual and type(high) is not Dual:
        return at, interval
    if low is None:
        return lambda t: at(add(high, t)), Interval(None, ZERO)
    if high is None:
        return lambda t: at(add(low, t)), Interval(ZERO, None)
    width = subtract(high, low)
    return lambda t: times(width, at(add(low, multiply(width, t)))), Interval(ZERO, fmpq(1))


# -- predicates ----------------------------------------------------------------------------------------


def _free_argument(pool: FreePool, kind: Any) -> tuple[Value, list[int]] | None:
    """An argument of free variables, and their numbers."""
    first = len(pool.variables)
    if isinstance(kind, tuple):
        size = prod(kind)
        if size > SIZE_LIMIT:
            return None
        return pool.array(kind, size), list(range(first, first + size))
    return pool.free(), [first]


def _decays(value: Value, over: list[int]) -> str:
    """The weakest of the ways in which the entries, and the parts of duals, go to 0."""
    if type(value) is Array:
        kinds = [_decays(entry, over) for entry in value.entries]
    elif type(value) is Dual:
        kinds = [_decays(value.real, over), *(_decays(part, over) for part in value.parts)]
    elif value is None or isinstance(value, bool) or callable(value):
        return "unknown"
    else:
        return decay(value, over)
    return next((kind for kind in ("never", "unknown") if kind in kinds), "gaussian")


def structures_in(value: Value, over: list[int]) -> tuple[tuple[int, ...], ...]:
    """The structure of each entry."""
    return tuple(structure(at_point(entry), over) for entry in (value.entries if type(value) is Array else [value]))


@rule("summable")
def _summable(compiler: Compiler, term: Apply) -> Code:
    (function,) = compile_arguments(compiler, term, 1)
    (inner,) = term.arguments
    domain = _domain_of(compiler, inner)

    def run(env: Environment) -> Any:
        f = function(env)
        if domain is None or not callable(f):
            return None
        pool = env.world.free_pool or FreePool(POOL)
        found = _free_argument(pool, domain(env))
        if found is None:
            return None
        argument, over = found
        try:
            kind = _decays(f(argument), over)
        except (NotPolynomial, PoolFull):
            return None
        return {"gaussian": True, "never": False}.get(kind)

    return run


def _domain_of(compiler: Compiler, term: Term) -> Callable[[Environment], Any] | None:
    """The domain of a function of one argument: a lambda, or a declared function."""
    if isinstance(term, Bind) and term.head == "lambda":
        return compiler.domain(term.domain)
    if isinstance(term, Symbol) and term.name in compiler.context.declarations:
        kind = compiler.context.declarations[term.name].type
        if isinstance(kind, Function) and len(kind.domains) == 1:
            return compiler.domain(kind.domains[0])
    return None


@rule("dominated")
def _dominated(compiler: Compiler, term: Apply) -> Code:
    function, point = compile_arguments(compiler, term, 2)
    outer = term.arguments[0]
    domain = _domain_of(compiler, outer.body) if isinstance(outer, Bind) and outer.head == "lambda" else None

    def run(env: Environment) -> Any:
        f, a = function(env), point(env)
        if domain is None:
            return None
        pool = env.world.free_pool or FreePool(POOL)
        stack = env.stack
        stack.append(a)
        try:
            kind = domain(env)
        finally:
            stack.pop()
        found = _free_argument(pool, kind)
        if found is None:
            return None
        argument, over = found
        try:
            # That the derivative exists shows that the coefficients are continuous in a.
            differentiate(env, lambda b: f(b)(argument), a)
            near = [f(b)(argument) for b in (a, moved(a))]
            steady = len({structures_in(value, over) for value in near}) == 1
            decays = _decays(near[0], over)
        except (NotPolynomial, Undefined, PoolFull):
            return None
        return True if decays == "gaussian" and steady else None

    return run
