"""The benchmarks run and say what they should; how long anything takes is never tested."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import sympy  # type: ignore[import-untyped, unused-ignore]

from benchmarks import __main__ as program
from benchmarks import sampling, start, steps, traces
from benchmarks.figures import Figure, milliseconds, percentile, shown
from derive.checking import check

m, n = (sympy.Symbol(name, integer=True, positive=True) for name in "mn")


def assert_sound(figures: list[Figure]) -> None:
    assert figures
    for figure in figures:
        assert figure.name
        for number in (figure.value, figure.target, figure.other):
            assert number is None or (math.isfinite(number) and number > 0)
        assert (figure.other is None) == (figure.beside == "")


def test_ratios() -> None:
    figure = Figure("f", 10.0, target=40.0, beside="g", other=5.0)
    assert figure.of_target == 0.25
    assert figure.of_other == 2.0
    assert Figure("f", 10.0).of_target is None
    assert Figure("f", 10.0).of_other is None


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [([3, 1, 2], 0.5, 2), (list(range(1, 101)), 0.99, 99), ([7], 0.99, 7), ([], 0.99, 0), ([1, 2], 0, 1)],
)
def test_percentiles(values: list[float], part: float, expected: float) -> None:
    assert percentile(values, part) == expected


def test_the_work_is_repeated() -> None:
    calls: list[int] = []
    assert milliseconds(lambda: calls.append(1), repeat=3) >= 0
    assert len(calls) == 3


def test_the_table_holds_every_figure() -> None:
    figures = [Figure("one", 12.0, target=6.0), Figure("two", 2_500.0, beside="other", other=5.0, remark="so")]
    head, first, second = shown(figures).splitlines()
    assert "target" in head
    assert first.split() == ["one", "12", "ms", "6", "ms", "2"]
    assert second.split() == ["two", "2.50", "s", "other", "5", "ms", "500", "so"]


def test_the_ten_theorems_are_proved() -> None:
    report = check([start.TEN])
    assert report.succeeded
    assert len(report.theorems) == 10


def test_the_cold_start() -> None:
    figures = start.measure(repeat=1)
    assert_sound(figures)
    assert "10 theorems" in figures[0].name
    assert figures[0].beside == "import sympy"


def test_a_check_that_fails_is_no_cold_start(tmp_path: Path) -> None:
    script = tmp_path / "false.drv"
    script.write_text("theorem t\n  given x : real\n  show x = x + 1\nproof\n  x = x + 1\nqed\n")
    with pytest.raises(RuntimeError, match="ends with 1"):
        start.measure(script, repeat=1)


def test_the_steps() -> None:
    figures = steps.measure([start.TEN], chains=0)
    assert_sound(figures)
    assert [figure.target for figure in figures[:2]] == [steps.MEDIAN, steps.NINETY_NINTH]
    assert {figure.name for figure in figures[3:]} == {"exact points", "samples"}


def test_the_steps_beside_sympy() -> None:
    figures = steps.measure(only=["gram_trick", "product_variance"], chains=2, patience=0.5)
    assert_sound(figures)
    assert "SymPy expands the difference of 2 steps" in figures[0].beside


def test_the_traces() -> None:
    figures = traces.measure((1, 2), repeat=1)
    assert_sound(figures)
    assert [figure.name.rpartition(", ")[2] for figure in figures] == ["expanding", "whole check"] * 2


@pytest.mark.parametrize(
    ("degree", "moment"),
    [(1, m * n), (2, m * n * (m + n + 1)), (3, m * n * (m**2 + n**2 + 3 * m * n + 3 * m + 3 * n + 4))],
)
def test_the_pairings(degree: int, moment: sympy.Expr) -> None:
    assert sympy.expand(traces.wick(degree) - moment) == 0
    assert sympy.expand(traces.wick(degree) - moment - m) != 0


def test_the_sampling() -> None:
    figures = sampling.measure((500,), repeat=1)
    assert_sound(figures)
    assert {figure.beside for figure in figures} == {"NumPy by hand"}


def test_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[tuple[str, bool]] = []

    def measured(part: str, quick: bool) -> str:
        asked.append((part, quick))
        return shown([Figure(f"{part} takes", 1.0)])

    assert program.main([], measured) == 0
    assert asked == [(part, False) for part in ("start", "steps", "traces", "sampling", "sympy")]
    assert "traces takes" in capsys.readouterr().out
    assert program.main(["steps", "--quick"], measured) == 0
    assert asked[-1] == ("steps", True)
    with pytest.raises(SystemExit):
        program.main(["nothing"], measured)
