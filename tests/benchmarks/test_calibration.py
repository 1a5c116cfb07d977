"""The calibration in small: the same tables from few statements, and the tools that it measures with."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from flint import fmpq

from benchmarks import __main__ as program
from benchmarks.soundness import calibration
from benchmarks.soundness.calibration import BATCHES, FALSE_ALARM, Row
from benchmarks.soundness.exact_moments import NamedLaw, mean_of, raw_moments, squared, variance_of
from benchmarks.soundness.random_statements import POLYNOMIAL, SILENT, TRUE, named
from checks.trials import test as try_to_refute
from checks.trials.laws import named_law
from checks.trials.student import quantile
from checks.trials.values import compare


@pytest.mark.parametrize("seed", range(40))
def test_moments_are_those_of_the_engine(seed: int) -> None:
    law = named(Random(seed))
    given = named_law(law.family, tuple(fmpq(p.numerator, p.denominator) for p in law.parameters))
    moments = raw_moments(law, 4)
    if law.family in ("Bernoulli", "Rademacher"):
        found = [sum(weight * value**k for weight, value in given) for k in range(5)]
    else:
        centre, density = given
        central = [density.moment(k) for k in range(5)]
        choose = ((1,), (1, 1), (1, 2, 1), (1, 3, 3, 1), (1, 4, 6, 4, 1))
        found = [sum(c * centre ** (k - j) * central[j] for j, c in enumerate(choose[k])) for k in range(5)]
    for ours, theirs in zip(moments, found, strict=True):
        assert compare(theirs, fmpq(ours.numerator, ours.denominator)) == 0


def test_means_and_variances() -> None:
    coin, normal = NamedLaw("Bernoulli", (Fraction(1, 4),)), NamedLaw("Normal", (Fraction(1), Fraction(2)))
    polynomial = {(1, 1): Fraction(2), (0, 0): Fraction(3)}
    assert mean_of(polynomial, (coin, normal)) == Fraction(7, 2)
    # 4 E[B] E[N^2] - (2/4)^2
    assert variance_of(polynomial, (coin, normal)) == 3 - Fraction(1, 4)
    assert squared({(1,): Fraction(2), (0,): Fraction(1)}) == {(2,): 4, (1,): 4, (0,): 1}
    with pytest.raises(ValueError, match="StudentT"):
        raw_moments(NamedLaw("StudentT", (Fraction(3),)), 2)


@pytest.mark.parametrize("make", TRUE)
def test_true_statements_are_true(make: object) -> None:
    random = Random(3)
    for _ in range(12):
        statement = make(random)  # type: ignore[operator]
        report = try_to_refute(statement.context, statement.claim)
        assert report.outcome == "agrees", statement


def test_the_power_of_student_s_test() -> None:
    freedom = BATCHES - 1
    threshold = quantile(FALSE_ALARM / 2, freedom)
    assert calibration.power(0.0, threshold, freedom) == pytest.approx(FALSE_ALARM, rel=1e-6)
    # Tabled: the two-sided test at 0.05 with 10 degrees of freedom has power 0.80 at noncentrality 3.11.
    assert calibration.power(3.11, quantile(0.025, 10), 10) == pytest.approx(0.80, abs=0.01)
    assert calibration.power(30.0, threshold, freedom) > 0.9999


def test_intervals() -> None:
    low, high = Row("r", 100, 100_000).interval
    assert low == pytest.approx(0.000822, abs=2e-6)
    assert high == pytest.approx(0.001216, abs=2e-6)
    assert Row("r", 0, 0).interval == (0.0, 1.0)
    assert Row("r", 0, 50).interval[0] == 0.0


def test_a_small_calibration() -> None:
    found = calibration.measure(true=70, false=8, silent=6, processes=1)
    total = found.alarms[-1]
    assert (total.name, total.trials) == ("all", 70 * calibration.SEEDS)
    assert total.hits <= 5
    assert calibration.matches(found)
    assert found.powers[0].hits <= 1
    assert found.powers[-1].share > 0.8
    assert all(row.share > 0.6 for row in found.silent)
    assert len(found.silent) == len(SILENT)
    text = found.text()
    for heading in ("## False alarms", "## Power", "## What is not judged"):
        assert heading in text
    assert all(line.count("|") == 7 for line in text.splitlines() if line.startswith("| all"))


def test_a_test_that_alarms_too_often_does_not_match() -> None:
    row = Row("all", 200, 100_000)
    powers = (Row("1", 990, 1000, "99%", ("1,000", "0")),)
    assert not calibration.matches(calibration.Calibration((row,), powers, (), 1.0))
    fine = Row("all", 100, 100_000)
    assert calibration.matches(calibration.Calibration((fine,), powers, (), 1.0))
    missed = (Row("1", 990, 1000, "99%", ("1,000", "20")),)
    assert not calibration.matches(calibration.Calibration((fine,), missed, (), 1.0))


def test_the_program_has_the_part(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def instead(arguments: list[str]) -> int:
        asked.append(arguments)
        return 1

    monkeypatch.setattr(calibration, "main", instead)
    assert program.main(["calibration", "--quick"]) == 1
    assert asked == [["--quick"]]
    assert POLYNOMIAL
