"""Lemmas about all functions on the line, used of functions that are defined on a set only."""

from __future__ import annotations

import pytest

from derive.checking import check_text

STEPS = """
theorem t
  given a, b : {kind} real with a <= b{also}
  show integral[x in [a, b]] {value} = {result}
proof
  integral[x in [a, b]] {value}
    = integral[x in [a, b]] grad[x] ({antiderivative})  by calculus
    = {result}                                          by fundamental_theorem
qed
"""
TRUE = [
    ("positive", "", "1/x", "log(x)", "log(b) - log(a)"),
    ("positive", "", "log(x)", "x log(x) - x", "b log(b) - b - (a log(a) - a)"),
    ("positive", "", "sqrt(x)", "2/3 x^(3/2)", "2/3 b^(3/2) - 2/3 a^(3/2)"),
    ("positive", "", "1/sqrt(x)", "2 sqrt(x)", "2 sqrt(b) - 2 sqrt(a)"),
    ("positive", "", "1/x^2", "-1/x", "-1/b - (-1/a)"),
    ("nonnegative", "", "1/(1+x)", "log(1+x)", "log(1+b) - log(1+a)"),
    ("", ", b < 0", "1/x^2", "-1/x", "-1/b - (-1/a)"),
    ("", ", b < 1", "1/(1-x)", "-log(1-x)", "-log(1-b) - (-log(1-a))"),
]
FALSE = [
    # Not defined between the ends, or at one of them.
    ("", ", a != 0, b != 0", "1/x^2", "-1/x", "-1/b - (-1/a)"),
    ("nonnegative", "", "1/x^2", "-1/x", "-1/b - (-1/a)"),
    ("", "", "1/(1+x^2) + 1/x", "log(|x|)", "log(|b|) - log(|a|)"),
    ("", ", b < 2", "1/(1-x)", "-log(1-x)", "-log(1-b) - (-log(1-a))"),
    # The antiderivative of something else.
    ("positive", "", "1/x", "log(x)", "log(a) - log(b)"),
    ("positive", "", "1/x", "x log(x)", "b log(b) - a log(a)"),
    ("positive", "", "sqrt(x)", "x^(3/2)", "b^(3/2) - a^(3/2)"),
]


def verdict(case: tuple[str, ...]) -> str:
    """The verdict on an integral by an antiderivative."""
    kind, also, value, antiderivative, result = case
    text = STEPS.format(kind=kind, also=also, value=value, antiderivative=antiderivative, result=result)
    return check_text(text).theorems[-1].verdict.value


@pytest.mark.parametrize("case", TRUE)
def test_where_the_function_is_defined(case: tuple[str, ...]) -> None:
    assert verdict(case) == "proved"


@pytest.mark.parametrize("case", FALSE)
def test_where_it_is_not(case: tuple[str, ...]) -> None:
    assert verdict(case) not in ("proved", "conflict")


PREDICATE = """
abbreviation bowl(f : function real -> real)
    = for all x, y : real, for all t : real with 0 <= t and t <= 1, f(t x + (1-t) y) <= t f(x) + (1-t) f(y)

theorem t
  given f : function real -> real
  assume shape: bowl(f)
  show {claim}
"""


def test_a_definition_of_a_statement_is_what_it_states() -> None:
    """A definition may state something of a function; it is read as what it states."""
    same = "for all x, y : real, for all t : real with 0 <= t and t <= 1, "
    itself = check_text(PREDICATE.format(claim=same + "f(t x + (1-t) y) <= t f(x) + (1-t) f(y)"))
    assert [error.identifier for error in itself.errors] == ["assumes-goal"]
    middle = check_text(PREDICATE.format(claim="f(1/2 * 2 + (1 - 1/2) * 4) <= 1/2 f(2) + (1 - 1/2) f(4)"))
    assert middle.theorems[-1].verdict.value == "proved"
    for claim in (
        same + "f(t x + (1-t) y) >= t f(x) + (1-t) f(y)",
        "bowl(lambda[x in real] (-f(x)))",
        "f(2 * 2 + (1 - 2) * 4) <= 2 f(2) + (1 - 2) f(4)",
    ):
        assert check_text(PREDICATE.format(claim=claim)).theorems[-1].verdict.value not in ("proved", "conflict")
