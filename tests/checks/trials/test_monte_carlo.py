"""The Monte Carlo spot test."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from checks.contexts import Context
from checks.terms import REAL, Function, Term, Type, add, bind, number, relation
from checks.trials import spot_test
from tests import terms_strategy
from tests.checks.trials.build import (
    E,
    S,
    at,
    context,
    dim,
    eq,
    f,
    normal,
    over,
    plus,
    sqrt,
    times,
    to,
    total,
    var,
    vector,
)
from tests.checks.trials.test_refutation import FALSE, TRUE

WITH_EXPECTATIONS = ("layer", "product variance", "absolute values", "shared weights", "wishart", "relu")


@pytest.mark.parametrize(("name", "where", "claim"), TRUE, ids=[case[0] for case in TRUE])
def test_true_claims_score_low(name: str, where: Context, claim: Term) -> None:
    report = spot_test(where, claim)
    if name in WITH_EXPECTATIONS:
        assert report.label == "asymptotic", report
        assert report.samples >= 3000
        assert 0 < report.detectable < 1
    assert report.statistic < 5, report


@pytest.mark.parametrize(
    "name", ["layer, sizes swapped", "absolute values, cross terms lost", "wishart, term lost"]
)
def test_false_claims_score_high(name: str) -> None:
    ((_, where, claim, _),) = [case for case in FALSE if case[0] == name]
    assert spot_test(where, claim).statistic > 4


def test_equal_seeds_give_equal_figures() -> None:
    _, where, claim = TRUE[0]
    assert spot_test(where, claim, seed=4) == spot_test(where, claim, seed=4)
    assert spot_test(where, claim, seed=4) != spot_test(where, claim, seed=5)


def test_more_samples_detect_smaller_differences() -> None:
    _, where, claim = TRUE[0]
    assert (
        spot_test(where, claim, samples=64_000).detectable < spot_test(where, claim, samples=4000).detectable
    )


def test_what_has_no_expectation_is_not_run() -> None:
    _, where, claim = next(case for case in TRUE if case[0] == "roots")
    assert spot_test(where, claim).label == "not-run"


@settings(max_examples=80, deadline=None)
@given(terms_strategy.terms("real"))
def test_any_term_is_simulated_or_declined(case: tuple[Context, Term]) -> None:
    where, term = case
    from checks.terms import Apply

    mean = Apply("expectation", (term,))
    report = spot_test(where, relation(mean, "=", add(mean, mean, Apply("negate", (mean,)))), samples=200)
    assert report.label in ("asymptotic", "heavy-tailed", "ratio", "rare", "not-run")
    assert report.statistic < 6


# -- derivatives ---------------------------------------------------------------------------------------

x, n, a, g = S("x"), S("n"), S("a"), S("g")
VECTORS = context(*dim("n"), var("a", vector(n)), var("X", vector(n), normal()), var("g", Function((REAL,), REAL)))


def derivative(body: Term, name: str, kind: Type, point: Term) -> Term:
    return f("derivative", bind("lambda", name, kind, body), point)


def gradient(body: Term) -> Term:
    """The gradient of a function of x at the random vector."""
    return derivative(body, "x", vector(n), S("X"))


def score(index: Term) -> Term:
    weights = total("k", 1, n, f("exp", at(S("X"), S("k"))))
    return over(f("exp", at(S("X"), index)), weights)


FIRST = f("dot", a, S("X"))
LOG_SUM = f("log", total("k", 1, n, f("exp", at(x, S("k")))))
LOGISTIC = over(1, plus(1, f("exp", times(-1, f("dot", a, x)))))
LOGISTIC_MEAN = over(1, plus(1, f("exp", times(-1, FIRST))))
CUBES, SIZES, RECTIFIED = (
    gradient(total("k", 1, n, body))
    for body in (to(at(x, S("k")), 3), f("abs", at(x, S("k"))), f("maximum", at(x, S("k")), 0))
)
INSIDE = derivative(E(f("sin", f("dot", x, S("X")))), "x", vector(n), a)
CURVE = f("derivative", g, FIRST)
CLAIMS: list[tuple[str, Term, bool]] = [
    ("log-sum-exp", eq(E(at(gradient(LOG_SUM), 1)), E(score(number(1)))), True),
    ("log-sum-exp, square lost", eq(E(to(at(gradient(LOG_SUM), 1), 2)), E(score(number(1)))), False),
    ("stein", eq(E(at(gradient(LOGISTIC), 1)), E(times(at(S("X"), 1), LOGISTIC_MEAN))), True),
    ("logistic, factor lost", eq(E(gradient(LOGISTIC)), E(times(LOGISTIC_MEAN, a))), False),
    ("norm", eq(E(f("norm", n, gradient(f("norm", n, x)))), 1), True),
    ("cube", eq(E(to(at(CUBES, 1), 2)), times(9, E(to(at(S("X"), 1), 4)))), True),
    ("kinks", eq(E(at(SIZES, 1)), E(f("sign", at(S("X"), 1)))), True),
    ("rectifier", eq(E(at(RECTIFIED, 1)), over(1, 4)), False),
    ("inside", eq(INSIDE, E(times(f("cos", FIRST), S("X")))), True),
    ("curve", eq(E(CURVE), E(times(2, CURVE))), False),
]


@pytest.mark.parametrize(("name", "claim", "holds"), CLAIMS, ids=[case[0] for case in CLAIMS])
def test_derivatives_are_simulated(name: str, claim: Term, holds: bool) -> None:
    report = spot_test(VECTORS, claim)
    assert report.label == "asymptotic", report
    assert (report.statistic < 5) == holds, report


@pytest.mark.parametrize(
    "body",
    [
        f("norm", n, derivative(f("norm", n, gradient(LOG_SUM)), "y", REAL, number(1))),
        f("norm", n, derivative(derivative(LOG_SUM, "x", vector(n), x), "x", vector(n), S("X"))),
        f("exp", bind("integral", "y", REAL, f("exp", times(S("y"), S("y"), at(S("X"), 1))))),
        at(gradient(sqrt(at(x, 1))), 1),
        at(gradient(f("log", at(x, 1))), 1),
    ],
)
def test_what_is_not_simulated_is_declined(body: Term) -> None:
    report = spot_test(VECTORS, eq(E(body), 1))
    assert report.label == "not-run"
    assert report.reason
