"""Steps and whole proofs that hold under conditions which the context lacks: which ones, and never `proved`."""

from __future__ import annotations

import pytest

from checks.kernel.certificates import Arithmetic, Proof
from checks.kernel.reductions import Rejected
from checks.kernel.verification import Ledger, verify
from checks.terms import Apply, Symbol, divide, multiply, number, relation
from derive import context
from derive.checking import check_text
from derive.reports import TheoremReport, Verdict


def checked(text: str) -> TheoremReport:
    report = check_text(text)
    assert not report.errors
    return report.theorems[-1]


def conditions(theorem: TheoremReport) -> set[str]:
    return {needed for step in theorem.steps for needed in step.conditions}


GEOMETRIC = """
theorem geometric
  given n : nat
        r : real
  show  sum[k in 0..n-1] r^k = (1 - r^n) / (1 - r)
proof by induction on n
  case 0:  sum[k in 0..0-1] r^k = (1 - r^0) / (1 - r)
  case n + 1:
    sum[k in 0..n+1-1] r^k
      = sum[k in 0..n-1] r^k + r^n
      = (1 - r^n) / (1 - r) + r^n           by hypothesis
      = (1 - r^(n+1)) / (1 - r)
qed
"""


def test_an_induction_under_a_condition() -> None:
    theorem = checked(GEOMETRIC)
    assert theorem.verdict is Verdict.PROVED_IF
    assert not theorem.succeeded
    assert conditions(theorem) == {r"1 - r \ne 0"}
    assert {step.verdict for step in theorem.steps} == {Verdict.PROVED, Verdict.PROVED_IF}


def test_the_same_induction_where_the_condition_is_known() -> None:
    theorem = checked(GEOMETRIC.replace("r : real", "r : real with r != 1"))
    assert theorem.verdict is Verdict.PROVED
    assert conditions(theorem) == set()


def test_a_false_induction_is_not_proved_under_conditions() -> None:
    theorem = checked(GEOMETRIC.replace("(1 - r^0)", "(1 + r^0)").replace("(1 - r^n)", "(1 + r^n)"))
    assert theorem.verdict is Verdict.REFUTED


def test_several_steps_lack_several_conditions() -> None:
    theorem = checked("""
theorem steps
  given a, b, c : real
  show  a b / c + 1 = (a b + c) / c
proof
  a b / c + 1
    = (a b^2 / c + b) / b
    = (a b^2 + b c) / (b c)
    = (a b + c) / c
qed
""")
    assert theorem.verdict is Verdict.PROVED_IF
    assert conditions(theorem) == {r"c \ne 0", r"b \ne 0"}


def test_a_condition_inside_a_side_fact() -> None:
    theorem = checked("""
theorem nested
  given a, b : real
  show  a / b * b = a
proof
  have general: for all c : real, a c / b * b = a c
    a c / b * b = a c
  a / b * b = a  by general
qed
""")
    assert theorem.verdict is Verdict.PROVED_IF
    assert conditions(theorem) == {r"b \ne 0"}


def test_what_holds_under_a_condition_is_no_lemma() -> None:
    report = check_text(GEOMETRIC.replace("theorem geometric", "lemma geometric") + """
theorem user
  given n : nat
  show  sum[k in 0..n-1] 1^k = (1 - 1^n) / (1 - 1)
proof
  sum[k in 0..n-1] 1^k = (1 - 1^n) / (1 - 1)  by geometric
qed
""")
    assert report.theorems[-1].verdict not in (Verdict.PROVED, Verdict.PROVED_IF)


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("x[k] - x[k] = 0", {r"1 \le k", r"k \le n"}),
        ("sum[j in 1..n] delta(j, k) x[j] = x[k]", {r"1 \le k", r"k \le n"}),
    ],
)
def test_an_integer_is_an_index_where_it_is_in_range(claim: str, found: set[str]) -> None:
    theorem = checked(f"""
refute index
  given n : dim
        x : vector(n)
        k : int
  claim {claim}  expect proved-if
qed
""")
    assert theorem.succeeded
    assert conditions(theorem) == found


def test_an_index_of_another_range_is_no_condition() -> None:
    theorem = checked("""
refute index
  given m, n : dim
        x : vector(n)
        k : index(m)
  claim x[k] - x[k] = 0  expect ill-formed
qed
""")
    assert theorem.succeeded


def test_the_kernel_lists_the_conditions_it_supposes() -> None:
    given = context("a, b : real").kernel
    a, b = Symbol("a"), Symbol("b")
    statement = relation(multiply(divide(a, b), b), "=", a)
    proof = Proof(Arithmetic(), (None,), supposing=True)
    assert verify(given, {}, statement, proof).conditions == (relation(b, "!=", number(0)),)
    ledger = Ledger(given, {})
    ledger.add(statement, proof)
    assert not ledger.holds(statement)
    with pytest.raises(Rejected):
        verify(given, {}, relation(b, "!=", number(0)), Proof(Arithmetic(), (), supposing=True))
    with pytest.raises(Rejected):
        verify(given, {}, Apply("=", (divide(a, b), a)), Proof(Arithmetic(), (None,), supposing=True))
