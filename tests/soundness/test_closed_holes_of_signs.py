"""False statements that signs once proved, each with what was wrong."""

from __future__ import annotations

import pytest

from derive.checking import check_text

SCRIPTS = {
    # |X| is X where X >= 0, so the sign of f(|X|), which is known at every outcome, became that of f(X) below E.
    "a sign read with what is known at one outcome": """
theorem t
  given f : function real -> real
        X : real  ~ Normal(0, 1)
  assume positive: f(|X|) > 0
         moment, regularity: integrable(f(X))
  show  X >= 0 implies E[f(X)] >= 0
proof
  assume X >= 0
  E[f(X)] >= 0
qed
""",
    "the same for two numbers": """
theorem t
  given f : function real, real -> real
        X, Y : real  ~ Normal(0, 1)
  assume positive: f(|X|, |Y|) > 0
         moment, regularity: integrable(f(X, Y))
  show  (X >= 0 and Y >= 0) implies E[f(X, Y)] >= 0
proof
  assume X >= 0 and Y >= 0
  E[f(X, Y)] >= 0
qed
""",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_false_statements_are_not_proved(name: str) -> None:
    found = check_text(SCRIPTS[name]).theorems[-1]
    assert found.verdict.value not in ("proved", "conflict"), found
    assert all(step.verdict.value != "proved" for step in found.steps)


def test_what_is_known_at_every_outcome_is_used() -> None:
    text = SCRIPTS["a sign read with what is known at one outcome"].replace("f(|X|)", "f(X)")
    assert check_text(text).theorems[0].steps[0].verdict.value == "proved"
