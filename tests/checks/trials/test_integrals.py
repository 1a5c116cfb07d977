"""Integrals by evaluation, against closed forms; densities with parameters and claims about them."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context, Fact
from checks.terms import REAL, TRUE, Function, Symbol, Term, Type, bind
from checks.terms import instantiate as instantiated
from checks.trials import Undefined, Unsupported, evaluate, find_models
from checks.trials import test as try_to_refute
from checks.trials.densities import NormalDensity
from checks.trials.evaluation import to_fraction
from checks.trials.values import Array, to_ball
from tests.checks.trials.build import (
    S,
    at,
    context,
    dim,
    eq,
    f,
    forall,
    lit,
    minus,
    over,
    plus,
    real,
    rel,
    sqrt,
    times,
    to,
    var,
    vector,
)

x, y, a, k, q, t, theta = (S(name) for name in ("x", "y", "a", "k", "q", "t", "theta"))
NUMBERS = context(*real("a"))
BELL = f("exp", times(lit(Fraction(-1, 2)), to(x, 2)))
PI = f("pi")


def integral(body: Term, condition: Term = TRUE, name: str = "x", kind: Type = REAL) -> Term:
    return bind("integral", name, kind, body, condition)


def function_of(symbol: Symbol, kind: Type, body: Term) -> Term:
    return bind("lambda", symbol.name, kind, body)


def derivative(body: Term, symbol: Symbol, kind: Type = REAL) -> Term:
    return f("derivative", function_of(symbol, kind, body), symbol)


def between(low: Term | int, high: Term | int) -> Term:
    return f("and", rel(low, "<=", x), rel(x, "<=", high))


def value(term: Term, where: Context = NUMBERS, **values: Any) -> Any:
    return evaluate(term, where, {"a": Fraction(1, 3), **values})


def ball(term: Term) -> arb:
    before, ctx.prec = ctx.prec, 128
    try:
        return to_ball(value(term))
    finally:
        ctx.prec = before


# -- closed forms --------------------------------------------------------------------------------------

SQUARE = plus(to(at(x, 1), 2), times(at(x, 1), at(x, 2)), to(at(x, 2), 2))
CLOSED: list[tuple[str, Term, Term]] = [
    ("bell", integral(BELL), sqrt(times(2, PI))),
    ("fourth moment", integral(times(to(x, 4), BELL)), times(3, sqrt(times(2, PI)))),
    ("odd moment", integral(times(to(x, 3), BELL)), lit(0)),
    ("shifted", integral(f("exp", minus(times(a, x), to(x, 2)))), times(sqrt(PI), f("exp", over(to(a, 2), 4)))),
    ("differentiated", derivative(integral(f("exp", minus(times(a, x), to(x, 2)))), a),
     times(over(a, 2), sqrt(PI), f("exp", over(to(a, 2), 4)))),
    ("scale differentiated", derivative(integral(f("exp", times(-1, a, to(x, 2)))), a),
     times(lit(Fraction(-1, 2)), sqrt(PI), to(a, Fraction(-3, 2)))),
    ("plane", integral(f("exp", times(-1, SQUARE)), kind=vector(2)), over(times(2, PI), sqrt(3))),
    ("plane, moment", integral(times(at(x, 1), at(x, 2), f("exp", times(-1, SQUARE))), kind=vector(2)),
     times(-1, over(times(2, PI), times(3, sqrt(3))))),
    ("logarithm of a density", integral(times(BELL, f("log", BELL))), times(lit(Fraction(-1, 2)), sqrt(times(2, PI)))),
    ("quotient of densities", integral(over(to(BELL, 3), BELL)), sqrt(PI)),
    ("iterated", integral(times(BELL, integral(f("exp", times(-1, to(minus(y, x), 2))), name="y"))),
     times(PI, sqrt(2))),
]  # fmt: skip
HALF: list[tuple[str, Term, Term]] = [
    ("half-line", integral(f("exp", times(-1, x)), rel(0, "<=", x)), lit(1)),
    ("other half-line", integral(f("exp", times(3, x)), rel(x, "<=", 1)), over(f("exp", 3), 3)),
    ("moment", integral(times(to(x, 3), f("exp", times(-1, a, x))), rel(0, "<", x)), lit(486)),
    ("shifted", integral(times(x, f("exp", minus(1, x))), rel(2, "<", x)), times(3, f("exp", -1))),
    ("interval", integral(times(x, f("exp", x)), between(0, 1)), lit(1)),
    ("half a bell", integral(times(to(x, 2), BELL), rel(0, "<", x)), over(sqrt(times(2, PI)), 2)),
    ("tail", integral(f("exp", minus(times(a, x), to(x, 2))), rel(x, "<", a)),
     times(over(sqrt(PI), 2), f("exp", over(to(a, 2), 4)), plus(1, f("erf", over(a, 2))))),
    ("logarithm", integral(times(f("exp", times(-1, x)), f("log", over(f("exp", times(-2, x)), f("exp", x)))),
                           rel(0, "<", x)), lit(-3)),
]  # fmt: skip
POLYNOMIALS: list[tuple[str, Term, Fraction]] = [
    ("square", integral(to(x, 2), between(0, 1)), Fraction(1, 3)),
    ("moving end", integral(to(x, 2), between(0, a)), Fraction(1, 81)),
    ("moving end differentiated", derivative(integral(to(x, 2), between(0, a)), a), Fraction(1, 9)),
    ("two bounds", integral(x, f("and", between(-3, 5), rel(x, ">=", 1), rel(x, "<", 2))), Fraction(3, 2)),
    ("constant", integral(lit(5), between(-1, 2)), Fraction(15)),
    ("empty", integral(to(x, 2), between(1, 0)), Fraction(0)),
    ("zero", integral(times(0, x)), Fraction(0)),
]
NARROW = f("if", rel(f("abs", minus(x, lit(Fraction(1, 7)))), "<", lit(Fraction(1, 1000))), lit(1), lit(0))
POSITIVE_PART = f("maximum", minus(x, a), 0)
RIGOROUS: list[tuple[str, Term, float]] = [
    ("root", integral(sqrt(x), between(0, 1)), 2 / 3),
    ("sine", integral(f("sin", x), between(0, PI)), 2.0),
    ("arctangent", integral(over(1, plus(1, to(x, 2))), between(0, 1)), math.pi / 4),
    ("power", integral(to(x, Fraction(1, 3)), f("and", rel(0, "<", x), rel(x, "<=", 1))), 3 / 4),
    ("hyperbolic", integral(f("tanh", x), between(0, 1)), math.log(math.cosh(1))),
    ("distance", integral(f("abs", minus(x, a)), between(0, 1)), 5 / 18),
    ("positive part", integral(times(POSITIVE_PART, f("exp", x)), between(0, 1)), 0.48951848226640778),
    ("sign", integral(f("sign", minus(x, a)), between(0, 1)), 1 / 3),
    ("minimum", integral(f("minimum", x, a), between(0, 1)), 5 / 18),
    ("narrow", integral(NARROW, between(0, 1)), 1 / 500),
    ("narrow, on the line", integral(NARROW), 1 / 500),
    ("far", integral(f("exp", times(-1, f("abs", minus(x, 1000))))), 2.0),
    ("steps", integral(f("floor", times(4, x)), between(0, 1)), 3 / 2),
    ("rectifier", integral(times(f("maximum", x, 0), BELL)), 1.0),
    ("moving ends", integral(f("exp", x), between(a, 1)), math.e - math.exp(1 / 3)),
    ("moving ends, differentiated", derivative(integral(f("exp", x), between(a, times(2, a))), a),
     2 * math.exp(2 / 3) - math.exp(1 / 3)),
    ("differentiated", derivative(integral(f("exp", times(a, x)), between(0, 1)), a),
     (math.exp(1 / 3) * (1 / 3 - 1) + 1) * 9),
    ("second derivative", derivative(derivative(integral(f("cos", times(a, x)), between(0, PI)), a), a),
     -sum((-1) ** n * (1 / 3) ** (2 * n) / math.factorial(2 * n) * math.pi ** (2 * n + 3) / (2 * n + 3)
          for n in range(25))),
]  # fmt: skip
ESTIMATES: list[tuple[str, Term, float]] = [
    ("logarithm", integral(f("log", x), f("and", rel(0, "<", x), rel(x, "<=", 1))), -1.0),
    ("cauchy", integral(over(1, plus(1, to(x, 2)))), math.pi),
    ("half-line, differentiated", derivative(integral(f("exp", times(-1, a, x)), rel(0, "<=", x)), a), -9.0),
    ("moving half-line", derivative(integral(f("exp", times(-1, x)), rel(a, "<=", x)), a), -math.exp(-1 / 3)),
    ("cosine", integral(times(BELL, f("cos", x))), math.sqrt(2 * math.pi) * math.exp(-0.5)),
]


@pytest.mark.parametrize(("name", "term", "wanted"), CLOSED, ids=[case[0] for case in CLOSED])
def test_a_polynomial_times_a_gaussian_has_a_closed_form(name: str, term: Term, wanted: Term) -> None:
    found, expected = ball(term), ball(wanted)
    assert abs(found - expected) < 1e-12
    assert found.rad() < 1e-12


@pytest.mark.parametrize(("name", "term", "wanted"), HALF, ids=[case[0] for case in HALF])
def test_polynomials_times_exponentials_between_two_ends(name: str, term: Term, wanted: Term) -> None:
    found, expected = ball(term), ball(wanted)
    assert found.overlaps(expected)
    assert found.rad() < 1e-12


def test_what_does_not_decay_is_not_integrated_in_closed_form() -> None:
    for body, condition in ((f("exp", x), rel(0, "<", x)), (f("exp", times(-1, x)), TRUE), (lit(1), rel(0, "<", x))):
        with pytest.raises((Undefined, Unsupported)):
            value(integral(body, condition))


@pytest.mark.parametrize(("name", "term", "wanted"), POLYNOMIALS, ids=[case[0] for case in POLYNOMIALS])
def test_a_polynomial_over_an_interval_is_exact(name: str, term: Term, wanted: Fraction) -> None:
    assert to_fraction(value(term)) == wanted


@pytest.mark.parametrize(("name", "term", "wanted"), RIGOROUS, ids=[case[0] for case in RIGOROUS])
def test_analytic_integrands_are_enclosed(name: str, term: Term, wanted: float) -> None:
    found = ball(term)
    assert abs(found.mid() - wanted) < 1e-9 + found.rad()
    assert found.rad() < 1e-6


@pytest.mark.parametrize(("name", "term", "wanted"), ESTIMATES, ids=[case[0] for case in ESTIMATES])
def test_estimates_hold_the_value(name: str, term: Term, wanted: float) -> None:
    found = ball(term)
    assert found.contains(wanted) or abs(found.mid() - wanted) < 1e-12
    assert found.rad() < 1e-2


def test_derivative_and_integral_that_do_not_commute_are_told_apart() -> None:
    """The integral of [x < a] is a, and the integrand has the derivative 0 wherever it has one."""
    with pytest.raises(Unsupported):
        value(derivative(integral(f("iverson", rel(x, "<", a)), between(0, 1)), a))


def test_what_is_undefined_at_an_end_that_is_included_has_no_integral() -> None:
    body = over(1, sqrt(x))
    with pytest.raises(Undefined):
        value(integral(body, between(0, 1)))
    assert abs(ball(integral(body, f("and", rel(0, "<", x), rel(x, "<=", 1)))).mid() - 2) < 1e-2


@pytest.mark.parametrize(
    "body",
    [
        times(to(a, 2), f("exp", times(-1, to(times(a, x), 2)))),
        times(to(a, 4), f("exp", times(-1, to(a, 4), to(x, 2)))),
        times(a, to(x, 2), f("exp", times(-1, to(times(a, x), 2)))),
    ],
)
def test_an_integrand_that_spreads_out_is_not_differentiated(body: Term) -> None:
    """The first integral is |a| sqrt(pi), which has no derivative at 0, though the integrand has, which is 0."""
    assert abs(ball(derivative(integral(body), a))) < 100
    with pytest.raises((Undefined, Unsupported)):
        value(derivative(integral(body), a), a=Fraction(0))


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        (x, TRUE),
        (lit(1), TRUE),
        (f("exp", x), TRUE),
        (over(1, plus(1, f("abs", x))), TRUE),
        (over(1, x), between(0, 1)),
        (over(1, x), rel(x, ">=", 1)),
        (over(1, x), between(-1, 1)),
        (f("log", x), between(-2, 1)),
    ],
)
def test_what_has_no_integral_gets_no_value(body: Term, condition: Term) -> None:
    with pytest.raises((Undefined, Unsupported)):
        value(integral(body, condition))


coefficients = st.lists(st.fractions(-3, 3, max_denominator=3), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(coefficients, st.fractions(-2, 2, max_denominator=3), st.fractions(Fraction(1, 3), 3, max_denominator=3))
def test_closed_forms_agree_with_quadrature(powers: list[Fraction], mean: Fraction, precision: Fraction) -> None:
    """The closed form does not see through the quotient, which is 1 everywhere."""
    polynomial = plus(*(times(lit(c), to(x, n)) for n, c in enumerate(powers)))
    bell = f("exp", times(lit(-precision / 2), to(minus(x, lit(mean)), 2)))
    exact = ball(integral(times(polynomial, bell)))
    estimate = ball(integral(times(polynomial, bell, over(plus(2, f("sin", x)), plus(2, f("sin", x))))))
    assert exact.overlaps(estimate)


@settings(max_examples=40, deadline=None)
@given(coefficients, st.fractions(-2, 2, max_denominator=3), st.fractions(-2, 2, max_denominator=3))
def test_the_fundamental_theorem(powers: list[Fraction], low: Fraction, high: Fraction) -> None:
    if low >= high:
        return
    polynomial = plus(*(times(lit(c), to(x, n)) for n, c in enumerate(powers)))
    slope = derivative(polynomial, x)
    ends = [
        to_fraction(value(plus(*(times(lit(c), to(a, n)) for n, c in enumerate(powers))), a=end)) for end in (high, low)
    ]
    assert to_fraction(value(integral(slope, between(lit(low), lit(high))))) == ends[0] - ends[1]


# -- identities ----------------------------------------------------------------------------------------

small = st.fractions(-2, 2, max_denominator=3)
pieces = st.recursive(
    st.one_of(st.just(x), st.just(a), small.map(lit)),
    lambda part: st.one_of(
        st.builds(plus, part, part),
        st.builds(times, part, part),
        st.builds(minus, part, part),
        st.builds(over, part, part),
        st.builds(to, part, st.integers(0, 3)),
        st.builds(f, st.sampled_from(["exp", "sin", "cos", "tanh", "abs", "sign", "sqrt", "log", "floor"]), part),
        st.builds(lambda u, v: f("maximum", u, v), part, part),
        st.builds(lambda u, v: f("if", rel(u, "<", v), u, v), part, part),
    ),
    max_leaves=6,
)
WIDE = f("exp", times(-1, to(x, 2)))


@settings(max_examples=40, deadline=None)
@given(pieces)
def test_derivative_and_integral_commute_where_both_are_evaluated(body: Term) -> None:
    for condition, weight in ((between(0, 1), lit(1)), (TRUE, WIDE), (rel(x, ">=", 0), WIDE)):
        weighted = times(body, weight)
        claim = eq(derivative(integral(weighted, condition), a), integral(derivative(weighted, a), condition))
        assert try_to_refute(NUMBERS, claim).witness is None


@settings(max_examples=40, deadline=None)
@given(pieces)
def test_an_integral_is_the_sum_of_those_over_the_parts(body: Term) -> None:
    weighted = times(body, WIDE)
    parts = [integral(weighted, condition) for condition in (rel(x, "<=", a), rel(x, ">", a))]
    assert try_to_refute(NUMBERS, eq(integral(weighted), plus(*parts))).witness is None
    mirrored = instantiated(function_of(x, REAL, weighted).body, times(-1, x))
    assert try_to_refute(NUMBERS, eq(integral(weighted), integral(mirrored))).witness is None


# -- densities -----------------------------------------------------------------------------------------

X, Q = vector(k), vector(q)


def density(first: Term, second: Term) -> Term:
    return f("call", S("p"), first, second)


def payoff(argument: Term = x) -> Term:
    return f("call", S("u"), argument)


DENSITY = (
    forall("x", X, forall("t", Q, rel(0, "<", density(x, t)))),
    forall("t", Q, f("summable", function_of(x, X, density(x, t)))),
    forall("t", Q, eq(integral(density(x, t), kind=X), 1)),
    f("continuously_differentiable", S("p"), 1),
)
PARAMETRIC = context(
    *dim("k", "q"),
    var("theta", Q),
    var("p", Function((X, Q), REAL)),
    var("u", Function((X,), REAL)),
    facts=DENSITY,
)
P, U = density(x, theta), payoff()
SCORE = derivative(f("log", P), theta, Q)
REGULAR = replace(
    PARAMETRIC,
    facts=(
        *PARAMETRIC.facts,
        Fact(f("summable", function_of(x, X, times(U, P)))),
        Fact(f("dominated", function_of(theta, Q, function_of(x, X, times(U, P))), theta)),
    ),
)
UNIFORMLY_REGULAR = replace(
    PARAMETRIC,
    facts=(
        *PARAMETRIC.facts,
        Fact(forall("t", Q, f("summable", function_of(x, X, times(U, density(x, t)))))),
        Fact(
            forall(
                "t", Q,
                f("dominated",
                  function_of(theta, Q, function_of(x, X, derivative(times(U, P), theta, Q))), t),
            )
        ),
    ),
)  # fmt: skip
MEAN = integral(times(U, P), kind=X)
FISHER = integral(times(P, f("outer", SCORE, SCORE)), kind=X)
CURVATURE = integral(times(P, derivative(SCORE, theta, Q)), kind=X)
SCORE_TRICK = integral(times(U, P, SCORE), kind=X)

TRUE_CLAIMS: list[tuple[str, Context, Term]] = [
    ("score", REGULAR, eq(derivative(MEAN, theta, Q), SCORE_TRICK)),
    ("score, uniformly", UNIFORMLY_REGULAR, eq(derivative(MEAN, theta, Q), SCORE_TRICK)),
    ("mean of the score", PARAMETRIC, eq(integral(times(P, SCORE), kind=X), f("zeros", q))),
    ("gradient inside", REGULAR, eq(derivative(MEAN, theta, Q), integral(times(U, derivative(P, theta, Q)), kind=X))),
    ("fisher", PARAMETRIC, eq(FISHER, times(-1, CURVATURE))),
    ("mass", PARAMETRIC, eq(integral(density(x, theta), kind=X), 1)),
]
FALSE_CLAIMS: list[tuple[str, Context, Term]] = [
    ("density for its logarithm", PARAMETRIC,
     eq(integral(times(U, derivative(P, theta, Q)), kind=X),
        integral(times(U, P, derivative(P, theta, Q)), kind=X))),
    ("sign of fisher", PARAMETRIC, eq(FISHER, CURVATURE)),
    ("sign of the score", REGULAR, eq(derivative(MEAN, theta, Q), times(-1, SCORE_TRICK))),
    ("no weight", REGULAR, eq(derivative(MEAN, theta, Q), integral(times(P, SCORE), kind=X))),
    ("score is zero", PARAMETRIC, eq(SCORE_TRICK, f("zeros", q))),
    ("mean of the function", REGULAR, eq(MEAN, 1)),
    ("mass of the square", PARAMETRIC, eq(integral(to(P, 2), kind=X), 1)),
    ("same at every parameter", UNIFORMLY_REGULAR,
     forall("t", Q, eq(MEAN, integral(times(U, density(x, t)), kind=X)))),
]  # fmt: skip


@pytest.mark.parametrize("where", [PARAMETRIC, REGULAR, UNIFORMLY_REGULAR])
def test_a_density_has_certain_models(where: Context) -> None:
    models = find_models(where, count=5)
    assert len(models) == 5
    assert all(isinstance(model.values["p"], NormalDensity) for model in models)
    assert sum(model.certain for model in models) >= 3


@pytest.mark.parametrize(("name", "where", "claim"), TRUE_CLAIMS, ids=[case[0] for case in TRUE_CLAIMS])
def test_true_claims_about_densities_are_not_refuted(name: str, where: Context, claim: Term) -> None:
    report = try_to_refute(where, claim)
    assert report.witness is None
    assert report.exact_points >= 3, report


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("name", "where", "claim"), FALSE_CLAIMS, ids=[case[0] for case in FALSE_CLAIMS])
def test_false_claims_about_densities_are_refuted(name: str, where: Context, claim: Term, seed: int) -> None:
    report = try_to_refute(where, claim, seed=seed)
    assert report.witness is not None, report
    assert all(size <= 2 for size in report.witness.sizes.values())
    assert "normal" in report.witness.values["p"]
    assert not report.witness.exact


def test_a_density_of_numbers_without_parameters() -> None:
    where = context(
        var("p", Function((REAL,), REAL)),
        facts=(forall("x", REAL, rel(f("call", S("p"), x), ">", 0)), eq(integral(f("call", S("p"), x)), 1)),
    )
    square = integral(to(f("call", S("p"), x), 2))
    assert try_to_refute(where, eq(square, 1)).refuted
    assert try_to_refute(where, rel(square, ">", 0)).exact_points


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 9),
    st.integers(0, 5),
    st.lists(st.fractions(-2, 2, max_denominator=2), min_size=1, max_size=2),
    st.integers(1, 3),
)
def test_instances_of_densities_are_densities(choice: int, seed: int, parameters: list[Fraction], size: int) -> None:
    p = NormalDensity("p", lambda *_: ((size,), (len(parameters),)), 0, choice, seed)
    where = context(*dim("k", "q"), var("theta", Q), var("p", Function((X, Q), REAL)))
    values = {"k": size, "q": len(parameters), "theta": parameters, "p": p}
    mass = evaluate(plus(0, integral(P, kind=X)), where, values)
    assert abs(to_ball(mass) - 1) < 1e-12
    slope = evaluate(integral(derivative(P, theta, Q), kind=X), where, values)
    assert isinstance(slope, Array)
    assert all(abs(to_ball(entry)) < 1e-12 for entry in slope.entries)


# -- predicates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (BELL, "agrees"),
        (times(to(x, 3), BELL), "agrees"),
        (times(0, x), "agrees"),
        (x, "refuted"),
        (lit(2), "refuted"),
        (f("exp", x), "not-evaluated"),
        (over(1, plus(1, to(x, 2))), "not-evaluated"),
        (f("exp", to(x, 2)), "not-evaluated"),
    ],
)
def test_summability(body: Term, wanted: str) -> None:
    assert try_to_refute(NUMBERS, f("summable", function_of(x, REAL, body))).outcome == wanted


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (times(plus(a, 1), BELL), "agrees"),
        (times(a, BELL), "not-evaluated"),
        (f("exp", times(-1, to(minus(x, a), 2))), "agrees"),
        (times(to(a, 3), f("exp", times(-1, to(times(a, x), 2)))), "not-evaluated"),
        (times(a, x), "not-evaluated"),
        (times(f("abs", a), BELL), "not-evaluated"),
    ],
)
def test_domination_at_zero(body: Term, wanted: str) -> None:
    where = context(*real("a"), facts=(eq(a, 0),))
    claim = f("dominated", function_of(a, REAL, function_of(x, REAL, body)), a)
    assert try_to_refute(where, claim).outcome == wanted
