"""Inequalities between polynomials by sums of squares, beside their values."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from derive.checking import check_text
from derive.reports import Verdict


def verdict(claim: str, given: str = "x, y, z : real") -> Verdict:
    return check_text(f"theorem t\n  given {given}\n  show {claim}\n").theorems[0].verdict


def quadratic(weights: list[list[int]]) -> str:
    names = ("x", "y", "z")
    return " + ".join(f"({weights[i][j]}) {names[i]} {names[j]}" for i, j in product(range(3), repeat=2))


def test_forms_that_are_never_negative_are_proved_and_no_others() -> None:
    random, proved = Random(3), 0
    for trial in range(60):
        if trial % 2:
            rows = [[random.randint(-2, 2) for _ in range(3)] for _ in range(random.randint(1, 3))]
            weights = [[sum(row[i] * row[j] for row in rows) for j in range(3)] for i in range(3)]
        else:
            weights = [[random.randint(-1, 3) for _ in range(3)] for _ in range(3)]
        negative = any(
            sum(weights[i][j] * v[i] * v[j] for i in range(3) for j in range(3)) < 0
            for v in product(range(-3, 4), repeat=3)
        )
        found = verdict(f"{quadratic(weights)} >= 0")
        proved += found is Verdict.PROVED
        assert found is not Verdict.CONFLICT and not (negative and found is Verdict.PROVED), weights
        if trial % 2:
            assert found is Verdict.PROVED, weights
    assert proved >= 30


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("x^2 + y^2 >= 2 x y", "x^2 + y^2 >= 3 x y"),
        ("x^2 + y^2 + z^2 >= x y + y z + z x", "x^2 + y^2 + z^2 > x y + y z + z x"),
        ("x^4 + y^4 >= 2 x^2 y^2", "x^4 + y^4 >= 3 x^2 y^2"),
        ("x^2 + x + 1 > 0", "x^2 + 2 x + 1 > 0"),
        ("(x + y)^2 <= 2 x^2 + 2 y^2", "(x + y)^2 <= x^2 + y^2"),
    ],
)
def test_an_inequality_and_its_false_neighbour(true: str, false: str) -> None:
    assert verdict(true) is Verdict.PROVED
    assert verdict(false) is Verdict.REFUTED


def test_squares_under_sums() -> None:
    given = "n : dim\n        x, y : vector(n)"
    assert verdict("norm(x + y)^2 <= 2 norm(x)^2 + 2 norm(y)^2", given) is Verdict.PROVED
    assert verdict("norm(x + y)^2 <= norm(x)^2 + norm(y)^2", given) is Verdict.REFUTED
