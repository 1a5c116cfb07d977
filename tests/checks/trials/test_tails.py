"""The figures of the spot test, and where it gives none."""

from __future__ import annotations

from math import exp
from statistics import NormalDist

import pytest

from checks.terms import Apply
from checks.trials import SpotReport, spot_test
from checks.trials.reports import FALSE_ALARM, THRESHOLD
from checks.trials.student import quantile, score, tail
from derive import context

# -- Student's t -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probability", "freedom", "expected"),
    # The usual tables.
    [(0.05, 1, 6.314), (0.025, 4, 2.776), (0.025, 15, 2.131), (0.005, 15, 2.947), (0.0005, 15, 4.073)],
)
def test_quantiles(probability: float, freedom: int, expected: float) -> None:
    assert quantile(probability, freedom) == pytest.approx(expected, abs=6e-4)
    assert tail(expected, freedom) == pytest.approx(probability, rel=2e-3)
    assert tail(-expected, freedom) == pytest.approx(1 - probability, rel=2e-3)


def test_tails_of_one_degree_of_freedom_are_those_of_cauchy() -> None:
    assert tail(1.0, 1) == pytest.approx(0.25)
    assert tail(0.0, 7) == 0.5
    assert 0 < tail(1e6, 15) < 1e-80


def test_scores() -> None:
    for z in (0.5, 2.0, 3.29, 6.0):
        assert score(2 * NormalDist().cdf(-z)) == pytest.approx(z)
    assert score(1.0) == score(3.0) == 0.0
    assert score(FALSE_ALARM) == pytest.approx(THRESHOLD)
    assert 30 < score(0.0) < 40


# -- what is declined --------------------------------------------------------------------------------------

STUDENT, NORMAL, UNIFORM = "X : real ~ StudentT({})", "X : real ~ Normal(0, 1)", "X : real ~ Uniform(0, 1)"
PAIR = ("X, Y : real ~ Normal(0, 1)", "X, Y independent")
ROW = "x : vector({}) iid ~ Normal(0, 1)"
DECLINED: list[tuple[tuple[str, ...], str, str, str]] = [
    ((STUDENT.format(1),), "E[X]", "0", "heavy-tailed"),
    ((STUDENT.format(2),), "E[X]", "0", "heavy-tailed"),
    ((STUDENT.format(4),), "E[X^2]", "2", "heavy-tailed"),
    ((STUDENT.format(2),), "E[|X|]", "2", "heavy-tailed"),
    (("X : real ~ StudentT(3)", "Y : real ~ Normal(0, 1)"), "E[Y] + E[2 X^2]", "6", "heavy-tailed"),
    (("x : vector(2) iid ~ StudentT(2)",), "E[x]", "E[0 x]", "heavy-tailed"),
    (("X : real ~ Exponential(1)",), "E[exp(2/3 X)]", "3", "heavy-tailed"),
    ((NORMAL,), "E[X^14]", "135135", "heavy-tailed"),
    ((NORMAL,), "E[exp(4 X)]", "exp(8)", "heavy-tailed"),
    (PAIR, "E[X/Y]", "0", "ratio"),
    ((NORMAL,), "E[1/|X|]", "1", "ratio"),
    ((UNIFORM,), "E[X^-1]", "1", "ratio"),
    ((ROW.format(3),), "E[1/(x^T x)]", "1", "ratio"),
    (("W : matrix(2, 2) iid ~ Normal(0, 1)",), "E[trace(W^-1)]", "0", "ratio"),
    ((NORMAL,), "E[if X > 4 then 1 else 0]", "0", "rare"),
    ((NORMAL,), "E[if X > 5/2 then X else 0]", "0.0175", "rare"),
    ((NORMAL,), "E[max(X - 5, 0)]", "0", "rare"),
    (("X : real ~ Bernoulli(1/1000)",), "E[X]", "1/1000", "rare"),
    (("X : real ~ Poisson(1/1000)",), "E[X^2]", "1/1000", "rare"),
]
JUDGED: list[tuple[tuple[str, ...], str, str]] = [
    ((STUDENT.format(5),), "E[X]", "0"),
    ((NORMAL,), "E[X^2]", "1"),
    ((NORMAL,), "E[X/(1 + X^2)]", "0"),
    ((ROW.format(3),), "E[x[1]^2/norm(x)^2]", "1/3"),
    ((ROW.format(9),), "E[1/(x^T x)]", "1/7"),
    ((NORMAL,), "E[if X > 1 then 1 else 0]", "0.15865525393146"),
    ((UNIFORM,), "E[log(X)]", "-1"),
    (("X : real ~ Rademacher",), "E[1/X]", "0"),
    (("X : real ~ Rademacher",), "E[X^2]", "1"),
    (("X : real ~ Poisson(2)",), "Var(X)", "2"),
    (PAIR, "E[max(X, Y)]", "1/sqrt(pi)"),
]


def spot(given: tuple[str, ...], left: str, right: str, relation: str = "=", seed: int = 0) -> SpotReport:
    where = context(*given)
    return spot_test(where.kernel, Apply(relation, (where.term(left), where.term(right))), seed=seed)


@pytest.mark.parametrize(("given", "left", "right", "label"), DECLINED, ids=[case[1] for case in DECLINED])
def test_what_samples_say_nothing_of_gets_no_figures(
    given: tuple[str, ...], left: str, right: str, label: str
) -> None:
    for seed in range(3):
        report = spot(given, left, right, seed=seed)
        assert report.label == label, report
        assert report.reason
        assert (report.statistic, report.detectable) == (0.0, 0.0)
        assert not report.alarming


@pytest.mark.parametrize(("given", "left", "right"), JUDGED, ids=[case[1] for case in JUDGED])
def test_the_others_get_theirs(given: tuple[str, ...], left: str, right: str) -> None:
    for seed in range(3):
        report = spot(given, left, right, seed=seed)
        assert report.label == "asymptotic", report
        assert not report.alarming, report
        assert report.reason == ""


def test_what_cancels_along_every_sample_is_no_heavy_tail() -> None:
    assert spot((NORMAL,), "E[X^14 + 1]", "1 + E[X^14]").label == "asymptotic"
    assert spot((NORMAL,), "E[X^14 + X]", "E[X^14]").label == "heavy-tailed"


def test_samples_cannot_speak_against_a_difference() -> None:
    assert spot((NORMAL,), "E[X]", "0", "!=").label == "not-run"


@pytest.mark.parametrize(
    ("left", "relation", "right", "alarming"),
    [
        ("E[X^2]", "<=", "1", False), ("E[X^2]", "<", "3/4", True), ("E[X^2]", ">", "3/4", False),
        ("E[X^2]", ">=", "5/4", True), ("E[X^2]", "<=", "5/4", False),
        ("E[X]^2", "=", "0", False), ("E[X]^2", "=", "1/100", True), ("E[X]^2", "<=", "0", False),
        ("E[X]^4", ">=", "0", False), ("sqrt(Var(X))", "=", "1", False), ("sqrt(Var(X))", "=", "8/7", True),
    ],
)  # fmt: skip
def test_one_sided_and_curved_statements(left: str, relation: str, right: str, alarming: bool) -> None:
    reports = [spot((NORMAL,), left, right, relation, seed) for seed in range(10)]
    assert all(report.label == "asymptotic" for report in reports)
    assert sum(report.alarming for report in reports) == (10 if alarming else 0)


def test_what_is_detectable_is_found() -> None:
    for seed in range(20):
        report = spot(("X : real ~ Exponential(1)",), "E[X]", "1", seed=seed)
        assert 0.05 < report.detectable < 0.3
        off = spot(("X : real ~ Exponential(1)",), "E[X]", f"1 - {report.detectable + 0.01:.6f}", seed=seed + 100)
        assert off.alarming or off.detectable > report.detectable


def test_what_depends_on_the_outcome_is_not_sampled() -> None:
    for right in ("x", "x - x"):
        report = spot(("x : vector(3) iid ~ Normal(0, 1)",), "E[x]", right)
        assert (report.label, report.reason) == ("not-run", "a side depends on the outcome")


BOUNDED: list[tuple[tuple[str, ...], str, str, str]] = [
    ((UNIFORM,), "E[X]", "=", "0.6"),
    ((UNIFORM,), "E[X]", "<=", "0.4"),
    ((UNIFORM,), "E[exp(X)]", "=", "2"),
    (("X : real ~ Bernoulli(1/3)",), "E[X]", "=", "0.5"),
    (("X : real ~ Beta(2, 3)",), "E[X^2]", "=", "0.3"),
    (("x : vector(3) iid ~ Rademacher",), "E[(sum[i in 1..3] x[i])^2]", "=", "5"),
    (("X, Y : real ~ Uniform(-1, 1)", "X, Y independent"), "E[X Y + X]", "=", "1/2"),
]


@pytest.mark.parametrize(("given", "left", "relation", "right"), BOUNDED, ids=[case[1] for case in BOUNDED])
def test_known_ranges_give_an_error_probability(given: tuple[str, ...], left: str, relation: str, right: str) -> None:
    report = spot(given, left, right, relation)
    assert report.alarming
    assert report.error_probability is not None
    assert 0 < report.error_probability < 1e-6
    true = spot(given, left, f"E[{left[2:-1]} + 0]", relation)
    assert true.error_probability == 1.0


def test_the_error_probability_is_hoeffding_s() -> None:
    report = spot((UNIFORM,), "E[X]", "0.54")
    exact = 2 * exp(-2 * report.samples * (0.54 - report.left) ** 2)
    assert report.error_probability == pytest.approx(exact, rel=1e-3)
    one_sided = spot((UNIFORM,), "E[X]", "0.54", ">=")
    assert one_sided.error_probability == pytest.approx(exact / 2, rel=1e-3)
    # Three entries, each in a range of length 2.
    three = spot(("x : vector(3) iid ~ Rademacher",), "E[x]", "E[0 x]")
    assert three.error_probability == 1.0


@pytest.mark.parametrize(
    ("given", "left", "right"),
    [
        ((NORMAL,), "E[X]", "1/10"),  # no range
        ((UNIFORM,), "Var(X)", "1/10"),  # not linear in expectations
        ((UNIFORM,), "E[log(X)]", "-2"),  # not bounded
        ((UNIFORM,), "E[if X < 1/2 then 1 else 0]", "0.6"),  # not evaluated at all outcomes together
        (("X : real ~ Uniform(0, 1)", "Y : real ~ Normal(0, 1)"), "E[X + Y]", "1"),
    ],
)
def test_no_error_probability_without_a_range(given: tuple[str, ...], left: str, right: str) -> None:
    report = spot(given, left, right)
    assert report.label == "asymptotic"
    assert report.error_probability is None
