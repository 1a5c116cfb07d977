"""Expectations: the moment functional on polynomials in random entries, or the sum over all outcomes.

``E[t]`` integrates every random symbol.  First t is evaluated with formal entries; a polynomial is
integrated monomial by monomial, with ``|x|`` and ``sign(x)`` of entries that have an even density or are
positive.  When t is no polynomial and every law in it is finite, its outcomes are enumerated.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import comb
from typing import Any

from flint import arb, fmpq

from checks.terms import Apply, Term, number
from checks.terms import power as power_of
from checks.trials.compiling import Code, Compiler, Environment, rule
from checks.trials.conditioning import mean_over_one
from checks.trials.formal import Pool
from checks.trials.laws import Density
from checks.trials.operations import plus, times
from checks.trials.values import (
    Array,
    Complex,
    Dual,
    Formal,
    Infinite,
    NotPolynomial,
    OneSided,
    Scalar,
    Surd,
    TooManyOutcomes,
    Undefined,
    Unsupported,
    Value,
    add,
    compare,
    integer_power,
    multiply,
)

OUTCOME_LIMIT = 1100
_INEXACT = frozenset({arb, Complex})
"""Variables of integrals: each value of one would be a constant of its own in formal values."""


@rule("expectation")
def _expectation(compiler: Compiler, term: Apply) -> Code:
    (body,) = term.arguments
    return expectation_code(compiler, body)


def expectation_code(compiler: Compiler, body: Term) -> Code:
    """The closure of ``E[body]``."""
    code = compiler.code(body)
    names = sorted(_deep_random_symbols(compiler, body))

    def run(env: Environment) -> Value:
        world = env.world
        formal = world.formal_environment(anew=any(type(value) in _INEXACT for value in env.stack))
        stack, formal.stack = formal.stack, env.stack
        try:
            return integrate(formal, code(formal))
        except NotPolynomial as failure:
            if not names or world.joint is None:
                raise
            try:
                return _enumerate(env, code, names)
            except Unsupported as second:
                if env.pool is not None or isinstance(second, TooManyOutcomes):
                    raise Unsupported(str(second)) from failure
                return mean_over_one(env, code, names, integrate)
        finally:
            formal.stack = stack

    return run


def _deep_random_symbols(compiler: Compiler, term: Term) -> frozenset[str]:
    return compiler.random_symbols(term)


def _enumerate(env: Environment, code: Code, names: list[str]) -> Value:
    world = env.world
    total: Value = None
    for weight, values in world.joint.outcomes(names, OUTCOME_LIMIT):
        world.spend(4)
        inner = Environment(world, {**world.values, **values}, None)
        inner.stack = env.stack
        value = code(inner)
        if type(value) is OneSided:
            raise Unsupported("the expectation of a number known from one side only")
        if value is None or isinstance(value, bool):
            raise Unsupported("the expectation of a statement")
        part = times(weight, value)
        total = part if total is None else plus(total, part)
    return total


def integrate(env: Environment, value: Value) -> Value:
    """The mean of a formal value, entry by entry for an array.

    The mean of a polynomial is a sum of moments times coefficients; its derivative in a parameter is that of
    the coefficients, and so are those of the exponential moments, inside the range where they are finite.
    """
    if type(value) is Array:
        return Array(value.shape, [integrate(env, entry) for entry in value.entries])
    if type(value) is int:
        return fmpq(value)
    if type(value) is Dual:
        return Dual(value.level, integrate(env, value.real), [integrate(env, part) for part in value.parts])
    if type(value) is not Formal:
        if value is None or isinstance(value, bool) or callable(value):
            raise Unsupported("the expectation of what is no number")
        return value
    constant = value.constant()
    if constant is not None:
        return constant
    if value.denominator is not None:
        raise NotPolynomial("the expectation of a quotient")
    env.world.spend(len(value.numerator))
    return _functional(env.world.joint, value.pool, value.numerator)


def _functional(joint: Any, pool: Pool, polynomial: Any) -> Scalar:
    variables = pool.variables
    simple = all(variable.kind == "random" for variable in variables)
    plain = fmpq(0)
    rest: Scalar = fmpq(0)
    moment = joint.moment
    for exponents, coefficient in polynomial.terms():
        if simple:
            powers = tuple([(variables[k].of, int(e)) for k, e in enumerate(exponents) if e])
            value = moment(tuple(sorted(powers)))
        else:
            value = _general_moment(joint, pool, exponents)
        if type(value) is fmpq:
            plain += coefficient * value
        else:
            rest = add(rest, multiply(coefficient, value))
    return add(plain, rest) if type(rest) is not fmpq or rest != 0 else plain


def _general_moment(joint: Any, pool: Pool, exponents: Any) -> Scalar:
    """The mean of a monomial with constants, absolute values and signs among its factors."""
    degrees: dict[int, list[int]] = {}
    rates: dict[int, Scalar] = {}
    result: Scalar = fmpq(1)
    for index, exponent in enumerate(map(int, exponents)):
        if exponent == 0:
            continue
        variable = pool.variables[index]
        if variable.kind == "random":
            degrees.setdefault(variable.of, [0, 0, 0])[0] += exponent
        elif variable.kind in ("abs", "sign"):
            place = 1 if variable.kind == "abs" else 2
            degrees.setdefault(pool.variables[variable.of].of, [0, 0, 0])[place] += exponent
        elif variable.kind == "surd":
            result = multiply(result, integer_power(Surd(fmpq(1), variable.value), exponent))
        elif variable.kind == "ball":
            result = multiply(result, integer_power(variable.value, exponent))
        elif variable.kind == "exp":
            for place, coefficient in variable.value:
                atom = pool.variables[place].of
                rates[atom] = add(rates.get(atom, fmpq(0)), multiply(coefficient, exponent))
                degrees.setdefault(atom, [0, 0, 0])
        else:
            raise NotPolynomial(f"the expectation of a {variable.kind}")
    powers = []
    for atom, (degree, absolute, sign) in sorted(degrees.items()):
        law = joint.atoms[atom]
        if atom in rates:
            result = multiply(result, _tilted_moment(law, rates[atom], degree, absolute + sign))
        elif absolute == 0 and sign == 0:
            powers.append((atom, degree))
        elif isinstance(law, Density):
            result = multiply(result, law.mixed_moment(degree, absolute, sign))
        else:
            raise NotPolynomial("the absolute value of a finite random number")
    return multiply(result, joint.moment(tuple(powers)))


def _tilted_moment(law: Any, rate: Scalar, degree: int, others: int) -> Scalar:
    """``E[x^degree exp(rate x)]``."""
    if not isinstance(law, Density) or others:
        raise NotPolynomial("the exponential of a finite random number")
    total, (shift, tilted) = law.tilted(rate)
    moment: Scalar = fmpq(0)
    for k in range(degree + 1):
        part = multiply(comb(degree, k), tilted.moment(k))
        moment = add(moment, multiply(part, integer_power(shift, degree - k)))
    return multiply(total, moment)


# -- statements about laws -----------------------------------------------------------------------------


@rule("integrable")
def _integrable(compiler: Compiler, term: Apply) -> Code:
    code = expectation_code(compiler, term.arguments[0])

    def run(env: Environment) -> Any:
        try:
            code(env)
        except Undefined:
            return None
        except Unsupported:
            return None
        return True

    return run


@rule("defined")
def _defined(compiler: Compiler, term: Apply) -> Code:
    code = compiler.code(term.arguments[0])

    def run(env: Environment) -> Any:
        try:
            code(env)
        except Infinite:
            # With finite random numbers beside it what is not finite may be multiplied by 0.
            return None if env.world.joint is not None and env.world.joint.has_finite() else False
        except Undefined:
            return None
        return True

    return run


def _formal_entries(env: Environment, code: Code) -> list[Scalar]:
    """The value with formal random entries, as a list of numbers."""
    formal = env.world.formal_environment()
    stack, formal.stack = formal.stack, env.stack
    try:
        value = code(formal)
    finally:
        formal.stack = stack
    entries = list(value.entries) if type(value) is Array else [value]
    if any(x is None or isinstance(x, bool) or callable(x) for x in entries):
        raise Unsupported("the law of what is no number")
    return entries[:4]


def _mean(env: Environment, value: Scalar) -> Scalar:
    return integrate(env.world.formal_environment(), value)


@rule("independent")
def _independent(compiler: Compiler, term: Apply) -> Code:
    names = [compiler.random_symbols(argument) for argument in term.arguments]
    codes = [compiler.code(argument) for argument in term.arguments]

    def run(env: Environment) -> Any:
        joint = env.world.joint
        if joint is not None:
            slots = [joint.slots_of(group) for group in names]
            if all(part is not None for part in slots) and len(set().union(*slots)) == sum(map(len, slots)):
                return True
        try:
            sides = [_formal_entries(env, code) for code in codes]
            for left, right in combinations(sides, 2):
                for x, y, j, k in product(left, right, (1, 2), (1, 2)):
                    p, q = integer_power(x, j), integer_power(y, k)
                    apart = multiply(_mean(env, p), _mean(env, q))
                    if compare(_mean(env, multiply(p, q)), apart) in (1, -1):
                        return False
        except (Unsupported, Undefined):
            return None
        return None

    return run


@rule("equal_in_law")
def _equal_in_law(compiler: Compiler, term: Apply) -> Code:
    codes = [compiler.code(side) for side in term.arguments]
    powers = [
        [expectation_code(compiler, power_of(side, number(degree))) for side in term.arguments]
        for degree in (1, 2, 3, 4)
    ]

    def run(env: Environment) -> Any:
        try:
            left, right = (_formal_entries(env, code) for code in codes)
            if len(left) != len(right):
                raise Unsupported("arrays of different shapes")
            pairs = [(_mean(env, a), _mean(env, b)) for a, b in _monomials(left, right)]
        except NotPolynomial:
            pairs = [(first(env), second(env)) for first, second in powers]
        if any(compare(a, b) in (1, -1) for a, b in pairs):
            return False
        env.world.sampled = True
        return None

    return run


def _monomials(left: list[Scalar], right: list[Scalar]) -> Iterator[tuple[Scalar, Scalar]]:
    """The same monomials in the entries of both: powers, and products of two entries and of their squares."""
    for a, b in zip(left, right, strict=True):
        for degree in (1, 2, 3, 4):
            yield integer_power(a, degree), integer_power(b, degree)
    for j, k in combinations(range(len(left)), 2):
        yield multiply(left[j], left[k]), multiply(right[j], right[k])
        squares = [multiply(integer_power(side[j], 2), integer_power(side[k], 2)) for side in (left, right)]
        yield squares[0], squares[1]
