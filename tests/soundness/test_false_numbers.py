"""False and undefined statements about numbers that are written down: none is proved."""

from __future__ import annotations

import pytest

from derive.checking import check_text

FALSE = [
    "sqrt(2) < 1.41421356237309504880168872420969807856",
    "pi > 3.14159265358979323846264338327950288420",
    "pi != pi + 0",
    "sqrt(3 - 2 sqrt(2)) > sqrt(2) - 1",
    "sqrt(3 - 2 sqrt(2)) != sqrt(2) - 1",
    "exp(log(3)) > 3",
    "exp(-1000) <= 0",
    "1/(sqrt(8) - 2 sqrt(2)) >= 0",
    "log(3 - pi) < 0",
    "log(sqrt(8) - 2 sqrt(2)) < 1",
    "sqrt(3 - pi) >= 0",
    "(3 - pi)^(1/3) < 0",
    "integral[x in [0, 1]] log(x - 2) > 0",
    "integral[x in [0, 1]] 1/x > 1",
    "integral[x in [-1, 1]] exp(sin(x))/x < 9",
    "integral[x in [-1, 1]] 1/x^2 < 0",
    "integral[x in [0, 1]] exp(sin(x)) ~= 1.64",
    "integral[x in real] exp(sin(x)) ~= 0",
    "sin(1)^2 + cos(1)^2 > 1",
    "tanh(20) >= 1",
    "|log(2) - 1| = log(2) - 1",
    "sqrt(2) ~= 1.415",
    "-sqrt(2) ~= 1.4",
]


@pytest.mark.parametrize("statement", FALSE)
def test_false_numbers_are_not_proved(statement: str) -> None:
    found = check_text(f"theorem t\n  show {statement}\nproof\n  {statement}\nqed\n").theorems[0]
    assert found.verdict.value not in ("proved", "conflict"), found


@pytest.mark.parametrize(
    "statement", ["(sqrt(2) - 3/2) x >= 0", "x/pi < x", "log(2) x <= x", "integral[t in [0, 1]] exp(x t) ~= 1.7"]
)
def test_false_coefficients_are_not_proved(statement: str) -> None:
    found = check_text(f"theorem t\n  given x : real\n  show {statement}\nproof\n  {statement}\nqed\n").theorems[0]
    assert found.verdict.value not in ("proved", "conflict"), found


def test_a_random_number_is_not_written_down() -> None:
    text = (
        "theorem t\n  given X : real  ~ Normal(0, 1)\n  show E[log(2) X] > 0\nproof\n  E[log(2) X] > 0\nqed\n"
        "theorem s\n  given X : real  ~ Normal(0, 1)\n  show exp(X) > 1/1000\nproof\n  exp(X) > 1/1000\nqed\n"
    )
    assert {found.verdict.value for found in check_text(text).theorems} <= {"refuted", "tested"}
