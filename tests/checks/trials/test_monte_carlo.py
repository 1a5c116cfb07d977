"""The Monte Carlo spot test."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from checks.contexts import Context
from checks.terms import Term, add, relation
from checks.trials import spot_test
from tests import terms_strategy
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
    assert report.label in ("asymptotic", "not-run")
    assert report.statistic < 6
