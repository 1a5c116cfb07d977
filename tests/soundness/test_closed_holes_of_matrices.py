"""False statements of matrices that once ended in a conflict, and true ones that were taken for false."""

from __future__ import annotations

import pytest

from derive.checking import check_text

REFUTED = {
    # Proved where 0 B is invertible, which no matrix is: not a word of the points that speak against it.
    "the cofactors of a matrix that goes to zero": """
import foundations.determinants
theorem t
  given B : matrix(2, 2)
  show  grad[t = 0] cofactors(t B)[1,1] = 0
""",
    "the second derivative of a determinant": """
import foundations.determinants
theorem t
  given B : matrix(2, 2)
  show  grad[t = 0] (grad[s = t] det(s B)) = 0
""",
}

# An assumption that three of many outcomes satisfy was taken to hold at all of them.
NOT_REFUTED = {
    f"{claim} in {rows}": f"""
theorem t
  given {size}A : random matrix({rows}, {rows})
  assume sign: {value} {relation} 0
  show  {claim}
"""
    for size, rows, value, relation, claim in (
        ("", "2", "tr(A)", ">=", "E[|tr(A)|] = E[tr(A)]"),
        ("", "2", "det(A)", ">=", "E[|det(A)|] = E[det(A)]"),
        ("", "2", "det(A)", ">=", "E[sqrt(det(A)^2)] = E[det(A)]"),
        ("", "4", "det(A)", ">", "E[det(A)] > 0"),
        ("n : dim\n        ", "n", "det(A)", ">=", "E[|det(A)|] = E[det(A)]"),
        ("", "2", "(A[1,1] A[2,2] - A[1,2])", ">=",
         "E[|A[1,1] A[2,2] - A[1,2]|] = E[A[1,1] A[2,2] - A[1,2]]"),
    )
}  # fmt: skip


@pytest.mark.parametrize("name", REFUTED)
def test_what_is_proved_under_failing_conditions_is_refuted(name: str) -> None:
    (found,) = check_text(REFUTED[name]).theorems
    assert found.verdict.value == "refuted", found


@pytest.mark.parametrize("name", NOT_REFUTED)
def test_what_follows_from_a_sign_at_every_outcome_is_not_refuted(name: str) -> None:
    (found,) = check_text(NOT_REFUTED[name]).theorems
    assert found.verdict.value not in ("refuted", "conflict"), found


@pytest.mark.parametrize(
    ("assumed", "claim"),
    [("a + b X >= 0", "b = 0"), ("a + X^2 >= 0", "a >= 0"), ("0 < a + b X", "E[|a + b X|] = a")],
)
def test_an_order_at_some_outcomes_of_a_density_is_none_at_all(assumed: str, claim: str) -> None:
    text = f"""
theorem t
  given a, b : real
        X : real  ~ Normal(0, 1)
  assume sign: {assumed}
  show  {claim}
"""
    (found,) = check_text(text).theorems
    assert found.verdict.value not in ("refuted", "conflict"), found
