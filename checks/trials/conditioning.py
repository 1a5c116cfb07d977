"""Means of functions of one random number with a density, where finitely many values of all others are gone through.

Given the values of everything finite a polynomial is integrated by its moments, as elsewhere; any other function by
its integral against the density, which is an estimate, as the density reaches to infinity.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, fmpq

from checks.trials.compiling import Code, Environment, World
from checks.trials.elementary import absolute, exponential
from checks.trials.laws import Density
from checks.trials.operations import plus, times
from checks.trials.quadrature import Interval, integral_of
from checks.trials.values import (
    ZERO,
    Formal,
    NotPolynomial,
    OneSided,
    Scalar,
    Unsupported,
    Value,
    add,
    divide,
    integer_power,
    multiply,
    negate,
    power,
    subtract,
    to_ball,
)

CASES = 64
"""So many values of what is finite, at most."""
EVALUATION = 20
"""Operations that an evaluation of an integrand counts for."""
Weight = Callable[[Scalar], Scalar]


def mean_over_one(
    env: Environment, code: Code, names: list[str], integrate: Callable[[Environment, Value], Value]
) -> Value:
    """The mean of a code that depends on one random number with a density and on finite ones.

    ``integrate`` is the mean of a formal value.  Raises ``Unsupported`` where more than one has a density.
    """
    world = env.world
    densities, cases = world.joint.cases(names, CASES)
    if len(densities) > 1:
        raise Unsupported("the expectation of a function of several random numbers with densities")
    total: Value = None
    for weight, values in cases:
        given = World(world.values, world.joint.given(values), world.budget, world.capacity)
        given.seed = world.seed
        part = times(weight, _mean(env, given, code, names, densities, values, integrate))
        world.budget = min(world.budget, given.budget)
        world.estimated |= given.estimated
        total = part if total is None else plus(total, part)
    return total


def _mean(
    env: Environment,
    given: World,
    code: Code,
    names: list[str],
    densities: list[int],
    values: dict[int, Scalar],
    integrate: Callable[[Environment, Value], Value],
) -> Value:
    formal = given.formal_environment()
    formal.stack = list(env.stack)
    try:
        return integrate(formal, code(formal))
    except NotPolynomial:
        if not densities:
            raise
    (atom,) = densities
    law = given.joint.atoms[atom]

    def at(x: Scalar) -> Value:
        given.spend(EVALUATION)
        inner = Environment(given, {**given.values, **given.joint.valued(names, {**values, atom: x})}, None)
        inner.stack = list(env.stack)
        value = code(inner)
        if value is None or isinstance(value, bool) or callable(value) or type(value) in (Formal, OneSided):
            raise Unsupported("the expectation of what is no number")
        return value

    given.estimated = True
    weigh = density_of(law)
    total: Value = None
    for interval in _support(law):
        part = integral_of(lambda x: times(weigh(x), at(x)), interval)
        total = part if total is None else plus(total, part)
    return total


def _support(law: Density) -> list[Interval]:
    """Where the density is analytic and not 0, in pieces."""
    match law.family:
        case "Normal" | "Laplace" | "StudentT":
            return [Interval(None, ZERO), Interval(ZERO, None)]
        case "Uniform":
            half = law.parameters[0]
            return [Interval(negate(half), ZERO), Interval(ZERO, half)]
        case "Exponential" | "Gamma":
            return [Interval(ZERO, None)]
        case "Beta":
            return [Interval(ZERO, fmpq(1))]
        case _:
            raise Unsupported(f"the expectation of what is no polynomial in {law.family} random numbers")


def density_of(law: Density) -> Weight:
    """The density as a function, of those that ``Density`` names without their centre."""
    parameters = law.parameters
    match law.family:
        case "Normal":
            (variance,) = parameters
            height = 1 / (2 * arb.pi() * to_ball(variance)).sqrt()
            return lambda x: multiply(height, exponential(negate(divide(integer_power(x, 2), multiply(2, variance)))))
        case "Laplace":
            (scale,) = parameters
            return lambda x: divide(exponential(negate(divide(absolute(x), scale))), multiply(2, scale))
        case "StudentT":
            (degrees,) = parameters
            return _student(degrees)
        case "Uniform":
            (half,) = parameters
            return lambda x: divide(fmpq(1, 2), half)
        case "Exponential":
            (rate,) = parameters
            return lambda x: multiply(rate, exponential(negate(multiply(rate, x))))
        case "Gamma":
            return _gamma(*parameters)
        case "Beta":
            return _beta(*parameters)
        case _:
            raise Unsupported(f"the density of {law.family}")


def _student(degrees: Scalar) -> Weight:
    nu = to_ball(degrees)
    height = ((nu + 1) / 2).gamma() / ((nu / 2).gamma() * (nu * arb.pi()).sqrt())
    exponent = divide(negate(add(degrees, 1)), 2)
    return lambda x: multiply(height, power(add(1, divide(integer_power(x, 2), degrees)), exponent))


def _gamma(shape: Scalar, rate: Scalar) -> Weight:
    height = to_ball(rate) ** to_ball(shape) / to_ball(shape).gamma()
    exponent = subtract(shape, 1)
    return lambda x: multiply(height, multiply(power(x, exponent), exponential(negate(multiply(rate, x)))))


def _beta(alpha: Scalar, beta: Scalar) -> Weight:
    a, b = to_ball(alpha), to_ball(beta)
    height = (a + b).gamma() / (a.gamma() * b.gamma())
    first, second = subtract(alpha, 1), subtract(beta, 1)
    return lambda x: multiply(height, multiply(power(x, first), power(subtract(1, x), second)))
