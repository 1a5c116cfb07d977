"""Expectations of functions of one random number by the integral over its density."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context, Declaration, Law
from checks.kernel.translation import expansion
from checks.terms import ONE, REAL, ZERO, Apply, Symbol, Term, add, bind, divide, multiply, negate, number, power
from checks.trials import Unsupported, evaluate
from checks.trials.values import to_ball
from derive.checking import check_text
from derive.proving.advice import Seeker
from tests.checks.kernel.test_antiderivatives import exp, kink, number_of, op, square, subtract, x

HALF = number(Fraction(1, 2))


def _bell(mean: Term, variance: Term) -> Term:
    root = op("sqrt", multiply(number(2), op("pi"), variance))
    return divide(exp(negate(divide(square(subtract(x, mean)), multiply(number(2), variance)))), root)


def _where(statement: Term) -> Term:
    return op("iverson", statement)


LAWS: list[tuple[Law, Term]] = [
    (Law("Normal", (ONE, number(2)), entries="iid"), _bell(ONE, number(2))),
    (Law("Uniform", (number(-1), number(3)), entries="iid"), multiply(
        number(Fraction(1, 4)), _where(op("and", op("<=", number(-1), x), op("<=", x, number(3)))))),
    (Law("Exponential", (HALF,), entries="iid"), multiply(
        HALF, exp(negate(multiply(HALF, x))), _where(op("<=", ZERO, x)))),
    (Law("Laplace", (ONE, HALF), entries="iid"), exp(negate(multiply(number(2), op("abs", subtract(x, ONE)))))),
]  # fmt: skip


def function(random: Random) -> Term:
    """A function of x that is no polynomial, in linear pieces; the points are numbers."""
    part: Term = kink(random, 1)
    for name in "ab":
        part = _filled(part, name)
    return multiply(random.choice([ONE, x, power(x, number(2)), exp(divide(x, number(3))), op("erf", x)]), part)


def _filled(term: Term, name: str) -> Term:
    function = bind("lambda", name, REAL, term)
    return Apply("call", (function, number(Fraction(-1, 3) if name == "a" else Fraction(2, 3))))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_expectations_agree_with_quadrature(seed: int) -> None:
    random = Random(seed)
    law, density = random.choice(LAWS)
    body = function(random)
    where = Context().declare(Declaration("x", REAL, law))
    form = expansion(where, Seeker()).form(op("expectation", body))
    if any(atom.tag == "expectation" for monomial, _ in form.terms for atom, _ in monomial.factors):
        return
    try:
        wanted = to_ball(evaluate(bind("integral", "x", REAL, multiply(density, body)), Context(), {}))
    except Unsupported:
        return
    found = number_of(form)
    assert found.overlaps(wanted) or abs(found - wanted) < 1e-6 * (1 + abs(wanted))


HEADER = """
theorem t
  given v, r, s : positive real
        w, m, c : real
        b : real with b < r
        X : random real ~ Normal(m, v)
        D : random real ~ Normal(0, w^2)
        Y : random real ~ Exponential(r)
        Z : random real ~ Laplace(m, s)
        n : dim
        i, j : index(n)
        g : random vector(n), iid Normal(0, v)
        X, Y, Z, g independent
"""
TRUE = [
    "E[exp(c X)] = exp(c m + c^2 v / 2)",
    "E[[X > 0]] = normal_cdf(m, 0, v)",
    "E[|X|] = E[x ~ Normal(m, v)] |x|",
    "E[exp(b Y)] = r / (r - b)",
    "E[|Z - m|^3] = 6 s^3",
    "E[exp(c X) Y] = exp(c m + c^2 v / 2) / r",
    "E[sum[k in 1..n] exp(g[k])] = n exp(v/2)",
    "E[relu(g[i])^2] = v/2",
    "E[gelu(g[i])] = v / sqrt(2 pi (1 + v))",
    "E[[X = c]] = 0",
]
FALSE = [
    "E[exp(c X)] = exp(c m)",
    "E[exp(c Y)] = r / (r - c)",
    "E[exp(g[i]) exp(g[j])] = exp(v)",
    "E[exp(X + D)] = E[exp(X)] E[exp(D)]",
    "E[[D > 0]] = 1/2",
    "E[[D = 0]] = 0",
    "E[1/X] = 1/m",
    "E[exp(Z)] = exp(m)",
    "X > 0 implies E[[X > 0]] = 1",
    "E[[X > Y]] = [m > 1/r]",
]


@pytest.mark.parametrize("claim", TRUE)
def test_functions_of_random_numbers(claim: str) -> None:
    (found,) = check_text(f"{HEADER}  show {claim}\n").theorems
    assert found.verdict.value == "proved", found


@pytest.mark.parametrize("claim", FALSE)
def test_false_claims_about_functions_of_random_numbers(claim: str) -> None:
    (found,) = check_text(f"{HEADER}  show {claim}\n").theorems
    assert found.verdict.value not in ("proved", "conflict"), found


def test_the_sign_of_a_variable_that_may_not_vary_is_not_averaged() -> None:
    """A normal law of variance 0 has no density; [X > 0] has the mean 0 then."""
    where = Context(declarations={"w": Declaration("w", REAL)}).declare(
        Declaration("x", REAL, Law("Normal", (ZERO, power(Symbol("w"), number(2))), entries="iid"))
    )
    form = expansion(where, Seeker()).form(op("expectation", exp(add(x, ONE))))
    assert any(atom.tag == "expectation" for monomial, _ in form.terms for atom, _ in monomial.factors)
