"""Functions of numbers, entry by entry for arrays: the rules of ``compiling`` for them."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, factorial

from flint import arb, fmpq

from checks.terms import Apply
from checks.trials.compiling import Code, Compiler, Environment, decided, rule
from checks.trials.operations import compile_arguments, minus, plus, times
from checks.trials.values import (
    VARYING,
    Array,
    Complex,
    Dual,
    Formal,
    NotPolynomial,
    Scalar,
    Surd,
    Undecided,
    Undefined,
    Unsupported,
    Value,
    add,
    at_point,
    compare,
    multiply,
    negate,
    sign_of,
    square_root,
    subtract,
    to_ball,
    to_integer,
)

_RATIONAL = frozenset({int, fmpq})


def _elementary(compute: Callable[[Scalar], Scalar]) -> Callable[[Compiler, Apply], Code]:
    def compile_it(compiler: Compiler, term: Apply) -> Code:
        (base,) = compile_arguments(compiler, term, 1)

        def run(env: Environment) -> Value:
            a = base(env)
            return Array(a.shape, [compute(x) for x in a.entries]) if type(a) is Array else compute(a)

        return run

    return compile_it


def absolute(a: Scalar) -> Scalar:
    """The absolute value; ``Undefined`` where it is to be differentiated at 0."""
    if type(a) is Dual:
        return negate(a) if _sign_apart(a) < 0 else a
    if type(a) in _RATIONAL or type(a) is arb:
        return abs(a)
    if type(a) is Formal:
        return a.pool.absolute(a)
    return negate(a) if sign_of(a) == -1 else a


def signum(a: Scalar) -> Scalar:
    """The sign; ``Undecided`` when a ball leaves it open."""
    if type(a) is Dual:
        return fmpq(_sign_apart(a))
    if type(a) is Formal:
        return a.pool.signum(a)
    sign = sign_of(a)
    if sign is None:
        raise Undecided("a sign")
    return sign if type(a) is int else fmpq(sign)


def _sign_apart(a: Scalar) -> int:
    """The sign of a number that is differentiated, which is not 0."""
    sign = sign_of(a)
    if sign is None:
        raise Undecided("a sign")
    return int(sign)


def exponential(a: Scalar) -> Scalar:
    """The exponential."""
    if type(a) in VARYING:
        return a.level.elementary("exp", a)
    if type(a) is Formal:
        constant = a.constant()
        return a.pool.exponential(a) if constant is None else exponential(constant)
    return fmpq(1) if type(a) in _RATIONAL and a == 0 else _finite(to_ball(a).exp())


def logarithm(a: Scalar) -> Scalar:
    """The logarithm; ``Undefined`` for a number that is not positive."""
    if type(a) in VARYING:
        return a.level.elementary("log", a)
    if type(a) is Formal:
        constant = a.constant()
        return a.pool.logarithm(a) if constant is None else logarithm(constant)
    sign = sign_of(a)
    if sign is None:
        raise Undecided("the sign of the argument of a logarithm")
    if sign <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    return fmpq(0) if type(a) in _RATIONAL and a == 1 else _finite(to_ball(a).log())


def _through_ball(name: str, at_zero: int) -> Callable[[Scalar], Scalar]:
    def compute(a: Scalar) -> Scalar:
        if type(a) in VARYING:
            return a.level.elementary(name, a)
        if type(a) in _RATIONAL and a == 0:
            return fmpq(at_zero)
        if type(a) is Formal:
            return a.pool.transcendental(name, a)
        return _finite(getattr(to_ball(a), name)())

    return compute


def _finite(value: arb) -> arb:
    if not value.is_finite():
        raise Unsupported("budget: a number is too large")
    return value


sine, cosine, hyperbolic_tangent, error_function = (
    _through_ball(name, at_zero) for name, at_zero in (("sin", 0), ("cos", 1), ("tanh", 0), ("erf", 0))
)

for _head, _compute in {
    "abs": absolute,
    "sign": signum,
    "sqrt": square_root,
    "exp": exponential,
    "log": logarithm,
    "sin": sine,
    "cos": cosine,
    "tanh": hyperbolic_tangent,
    "erf": error_function,
}.items():
    rule(_head)(_elementary(_compute))


@rule("pi")
def _pi(compiler: Compiler, term: Apply) -> Code:
    return lambda env: arb.pi()


def _floor(value: Scalar) -> int:
    kind = type(value)
    if kind is int:
        return int(value)
    if kind is fmpq:
        return int(value.p // value.q)
    if kind is Formal:
        raise NotPolynomial("the floor of a random number")
    if kind is Dual:
        return _floor_around(value)
    if kind is Complex:
        return int(value.level.floor(value))
    if kind is Surd and value.factor.height_bits() + value.radicand.bit_length() > 60:
        raise Unsupported("the floor of a large root")
    found = to_ball(value).floor()
    if not found.is_integer():
        raise Undecided("a floor")
    return int(found.fmpz())


def _floor_around(value: Dual) -> int:
    """The floor of a number that is differentiated: constant, but for the integers."""
    number = at_point(value)
    if type(number) is Complex:
        raise Unsupported("the floor of what is differentiated below an integral")
    found = _floor(number)
    if compare(number, found) == 0:
        raise Undefined("the derivative of a floor at an integer")
    return found


@rule("floor", "ceiling")
def _rounding(compiler: Compiler, term: Apply) -> Code:
    (base,) = compile_arguments(compiler, term, 1)
    if term.head == "floor":
        return lambda env: _floor(base(env))
    return lambda env: -_floor(minus(base(env)))


@rule("modulo")
def _modulo(compiler: Compiler, term: Apply) -> Code:
    left, right = compile_arguments(compiler, term, 2)

    def run(env: Environment) -> Value:
        a, b = to_integer(left(env)), to_integer(right(env))
        if b == 0:
            raise Undefined("a remainder modulo 0")
        # a - b floor(a/b), which has the sign of b.
        return a % b

    return run


@rule("minimum", "maximum")
def _extremum(compiler: Compiler, term: Apply) -> Code:
    first, *rest = compile_arguments(compiler, term)
    wanted = -1 if term.head == "minimum" else 1

    def run(env: Environment) -> Value:
        best = first(env)
        for code in rest:
            best = choose(best, code(env), wanted)
        return best

    return run


def choose(a: Scalar, b: Scalar, wanted: int) -> Scalar:
    """The larger (1) or smaller (-1) of two numbers; balls that overlap are joined."""
    if (type(a) is Formal or type(b) is Formal) and type(a) is not Dual and type(b) is not Dual:
        difference = subtract(a, b)
        half = multiply(fmpq(wanted, 2), absolute(difference))
        return add(multiply(fmpq(1, 2), add(a, b)), half)
    order = compare(a, b)
    if order is None and (type(a) is Dual or type(b) is Dual):
        raise Undecided("which of two numbers is larger")
    if order is None:
        left, right = to_ball(a), to_ball(b)
        return left.max(right) if wanted == 1 else left.min(right)
    return a if order == wanted or order == 0 else b


@rule("factorial")
def _factorial(compiler: Compiler, term: Apply) -> Code:
    (base,) = compile_arguments(compiler, term, 1)

    def run(env: Environment) -> Value:
        n = to_integer(base(env))
        if n < 0:
            raise Undefined("the factorial of a negative number")
        if n > 3000:
            raise Unsupported("budget: a factorial is too large")
        return factorial(n)

    return run


@rule("binomial")
def _binomial(compiler: Compiler, term: Apply) -> Code:
    upper, lower = compile_arguments(compiler, term, 2)

    def run(env: Environment) -> Value:
        n, k = to_integer(upper(env)), to_integer(lower(env))
        if n < 0 or k < 0:
            raise Undefined("a binomial coefficient of a negative number")
        if n > 3000:
            raise Unsupported("budget: a binomial coefficient is too large")
        return comb(n, k)

    return run


@rule("if")
def _if(compiler: Compiler, term: Apply) -> Code:
    condition, yes, no = compile_arguments(compiler, term, 3)

    def run(env: Environment) -> Value:
        chosen = condition(env)
        if type(chosen) is Formal:
            rest = subtract(1, chosen)
            return plus(times(chosen, yes(env)), times(rest, no(env)))
        return yes(env) if decided(chosen) else no(env)

    return run


@rule("iverson")
def _iverson(compiler: Compiler, term: Apply) -> Code:
    (condition,) = compile_arguments(compiler, term, 1)

    def run(env: Environment) -> Value:
        chosen = condition(env)
        return chosen if type(chosen) is Formal else int(decided(chosen))

    return run
