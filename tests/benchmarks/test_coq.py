"""The differential test against Coq: what terms come to at small sizes, which mutants are false, what Coq says."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from benchmarks import __main__ as program
from benchmarks.soundness import coq, coq_report
from benchmarks.soundness.coq_atoms import rational_root
from benchmarks.soundness.coq_expressions import (
    FALSE,
    TRUE,
    Comparison,
    Constant,
    Expression,
    LeftOut,
    NoValue,
    Variable,
    compared,
    coq_proposition,
    every,
    holds_at,
    opposite,
    over,
    plus,
    polynomial,
    raised,
    some,
    times,
    value_at,
)
from benchmarks.soundness.coq_goals import DoesNotFit, Goal, assignments, opened, written
from benchmarks.soundness.coq_mutants import changes, mutant, points, refutes
from benchmarks.soundness.coq_sources import chosen, sources
from benchmarks.soundness.coq_unfolding import Undefined
from checks.contexts import Context
from checks.terms import Term
from derive.elaboration import elaborate_context, elaborate_statement
from derive.scripts import Loader

needs_coq = pytest.mark.skipif(not coq.available(), reason=coq_report.MISSING.strip())

x, y = Variable("x"), Variable("y")
two = Constant(Fraction(2))


def stated(given: str, statement: str) -> tuple[Context, Term]:
    """A context and a statement in it, opened; declarations are separated by semicolons."""
    lines = "\n        ".join(part.strip() for part in given.split(";"))
    file = Loader().read(f"lemma l\n  given {lines}\n  show  {statement}\n", "test")
    assert not file.errors
    (item,) = file.theorems()
    context = elaborate_context(item.context, file.context)
    return opened(context, elaborate_statement(item.shows[0].statement, context))


def goal_of(given: str, statement: str, sizes: Mapping[str, int] | None = None) -> Goal:
    return written("test", *stated(given, statement), sizes)


def true_at_points(goal: Goal) -> bool:
    """Whether points are found, and the goal holds at all of them."""
    found = list(points(goal, Random(1)))
    return bool(found) and not any(refutes(goal, point) for point in found)


# -- expressions ---------------------------------------------------------------------------------------


def test_only_constants_are_worked_out() -> None:
    assert plus(two, Constant(Fraction(3))) == Constant(Fraction(5))
    assert times(two, x, Constant(Fraction(0))) == Constant(Fraction(0))
    assert raised(two, 3) == Constant(Fraction(8)) and over(two, Constant(Fraction(4))) == Constant(Fraction(1, 2))
    assert plus(x, x) != times(two, x)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (plus(x, times(two, y)), 8),
        (raised(plus(x, y), 2), 25),
        (over(x, y), Fraction(2, 3)),
        (over(x, plus(y, y)), Fraction(1, 3)),
    ],
)
def test_values_and_polynomials_agree(expression: Expression, value: Fraction) -> None:
    point = {"x": Fraction(2), "y": Fraction(3)}
    assert value_at(expression, point) == value
    total = Fraction(0)
    for monomial, coefficient in polynomial(over(expression, two)).items():
        for name, exponent in monomial:
            base = point[name] if name in point else 1 / Fraction(6)
            coefficient *= base**exponent
        total += coefficient
    assert total == Fraction(value) / 2


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(NoValue):
        value_at(over(x, y), {"x": Fraction(1), "y": Fraction(0)})
    assert rational_root(Fraction(9, 4), 2) == Fraction(3, 2)
    for irrational in (Fraction(2), Fraction(-1)):
        with pytest.raises(NoValue):
            rational_root(irrational, 2)


def test_propositions() -> None:
    less = compared("<", x, y)
    assert compared("<", two, two) == FALSE and every() == TRUE and some(less, TRUE) == TRUE
    assert opposite(every(less, compared("=", x, y))) == some(compared(">=", x, y), compared("!=", x, y))
    assert holds_at(opposite(less), {"x": Fraction(1), "y": Fraction(1)})
    assert coq_proposition(every(less, compared("!=", x, over(y, two)))) == "((x < y) /\\ (x <> (y / 2)))"


# -- unfolding -----------------------------------------------------------------------------------------


def test_sums_and_arrays_are_written_out() -> None:
    given, statement = "m, n : dim; A : matrix(m, n); x : vector(n)", "norm(A x)^2 = sum[i in 1..m] (A x)[i]^2"
    goal = goal_of(given, statement, {"m": 2, "n": 3})
    assert {"v_A_2_3", "v_x_3"} <= set(goal.variables) and "v_A_3_2" not in goal.variables
    assert goal.kind == "unfolded" and goal.faithful and true_at_points(goal)


@pytest.mark.parametrize(
    ("given", "statement", "sizes", "true"),
    [
        ("n : dim; x : vector(n)", "sum[i, j in 1..n] delta(i, j) x[i] x[j] = x^T x", {"n": 3}, True),
        ("n : dim; x : vector(n)", "sum[i, j in 1..n] delta(i, j) x[i] x[j] = 2 x^T x", {"n": 3}, False),
        ("n : dim; A, B : matrix(n, n)", "tr(A B) = tr(B A)", {"n": 2}, True),
        ("n : dim; A, B : matrix(n, n)", "tr(A B) = tr(A B^T)", {"n": 2}, False),
        ("n : dim; A, B : matrix(n, n)", "tr(A B) = tr(A B^T)", {"n": 1}, True),
        ("n : dim; A, B : matrix(n, n)", "det(A B) = det(A) det(B)", {"n": 2}, True),
        ("n : nat; r : real", "(1-r) sum[k in 0..n-1] r^k = 1 - r^n", {"n": 0}, True),
        ("n : nat; r : real", "(1-r) sum[k in 0..n-1] r^k = 1 - r^n", {"n": 3}, True),
        ("n : nat; r : real", "(1-r) sum[k in 0..n-1] r^k = 1 - r^(n+1)", {"n": 3}, False),
        ("x, y : real", "|x y| = |x| |y|", None, True),
        ("x, y : real", "|x + y| = |x| + |y|", None, False),
        ("x, y : real", "max(x, y) + min(x, y) = x + y", None, True),
        ("x, y : real", "exp(x + y/2)^2 = exp(x)^2 exp(y)", None, True),
        ("x, y : real", "exp(x y) = exp(x) exp(y)", None, False),
        ("n : dim", "sum[k in 1..n] k = n (n+1) / 2", {"n": 3}, True),
    ],
)  # fmt: skip
def test_what_statements_come_to(given: str, statement: str, sizes: Mapping[str, int] | None, true: bool) -> None:
    assert true_at_points(goal_of(given, statement, sizes)) is true


def test_denominators_and_roots_bring_their_conditions() -> None:
    goal = goal_of("a, b : real", "a/b = a b^(-1)")
    assert Comparison("!=", Variable("v_b"), Constant(Fraction(0))) in goal.hypotheses
    (root,) = goal_of("a : real", "sqrt(a)^2 = a").atoms
    assert root.rule == "root" and len(root.facts) == 2


def test_what_a_branch_needs_is_needed_in_the_branch_only() -> None:
    goal = goal_of("a : real", "(if a != 0 then 1/a else 0) = 0")
    zero = {"v_a": Fraction(0)}
    assert all(holds_at(each, zero) for each in goal.hypotheses if "if" not in coq_proposition(each))
    assert not any(isinstance(each, Comparison) and each.head == "!=" for each in goal.hypotheses)


def test_integers_stay_integers() -> None:
    goal = goal_of("n, k : nat with k < n", "k + 1 <= n")
    assert goal.integers and goal.kind == "linear" and ": Z," in goal.statement()
    assert goal_of("a, b : real with a < b", "2 a < 2 b").integers is False


def test_sizes_that_do_not_fit() -> None:
    context, term = stated("m, n : dim with m < n; x : vector(n); i : index(m)", "x[i] = x[i]")
    found = []
    for sizes in assignments(context, term, 3):
        try:
            written("test", context, term, sizes)
        except DoesNotFit:
            continue
        found.append(sizes)
    assert found and all(1 <= each["i"] <= each["m"] < each["n"] for each in found)


def test_entries_outside_have_no_value() -> None:
    with pytest.raises(Undefined):
        goal_of("n : dim; x : vector(n); i : int", "x[i] = 0", {"n": 2, "i": 3})


@pytest.mark.parametrize(
    "statement",
    ["norm(x) = integral[t in real] t", "norm(x) >= 0 implies (exists y : vector(n), y = x)"],
)
def test_what_cannot_be_written_is_left_out(statement: str) -> None:
    with pytest.raises(LeftOut):
        goal_of("n : dim; x : vector(n)", statement, {"n": 2})


# -- expectations --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "statement", "true"),
    [
        ("mu : real; X : random real  mean mu, variance 3", "E[X^2] = mu^2 + 3", True),
        ("mu : real; X : random real  mean mu, variance 3", "E[X^2] = mu^2", False),
        ("n : dim; x : vector(n)  iid, mean 0, variance 1", "E[norm(x)^2] = n", True),
        ("n : dim; x : vector(n)  mean 0, variance 1", "E[sum[i, j in 1..n] x[i] x[j]] = n", False),
        ("n : dim; x : vector(n)  iid, mean 0, variance 1", "E[sum[i, j in 1..n] x[i] x[j]] = n", True),
        ("X, Y : random real  mean 1, variance 2", "E[X Y] = 1", False),
        ("X, Y : random real  mean 1, variance 2; X, Y independent", "E[X Y] = 1", True),
        ("v : nonnegative real; X : random real ~ Normal(0, v)", "E[X^4] = 3 v^2", True),
        ("X : random real ~ Uniform(0, 1)", "E[X^3] = 1/4", True),
        ("X : random real ~ Exponential(2)", "E[X^2] = 1/2", True),
        ("X : random real ~ Bernoulli(1/3)", "E[X^5] = 1/3", True),
        ("X : random real ~ Rademacher", "E[X^3 + X^2] = 1", True),
        ("X : random real ~ Laplace(1, 2)", "E[X^2] = 9", True),
        ("X : random real ~ Poisson(2)", "E[X^2] = 6", True),
    ],
)  # fmt: skip
def test_moments(given: str, statement: str, true: bool) -> None:
    sizes = {"n": 2} if "n : dim" in given else None
    assert true_at_points(goal_of(given, statement, sizes)) is true


def test_pairwise_independence_is_not_joint() -> None:
    laws = "X, Y, Z : random real  mean 1, variance 1"
    pairs = "X, Y independent; Y, Z independent; X, Z independent"
    assert not true_at_points(goal_of(f"{laws}; {pairs}", "E[X Y Z] = 1"))
    assert true_at_points(goal_of(f"{laws}; X, Y, Z independent", "E[X Y Z] = 1"))


def test_no_moment_is_made_up() -> None:
    with pytest.raises(LeftOut, match="no polynomial"):
        goal_of("X : random real  mean 0, variance 1", "E[|X|] = 1")


# -- mutants -------------------------------------------------------------------------------------------


def test_mutants_are_false_and_one_change_away() -> None:
    context, term = stated("n : dim; A : matrix(n, n); x : vector(n)", "x^T A x = sum[i, j in 1..n] A[i,j] x[i] x[j]")
    goal = written("test", context, term, {"n": 2})
    kinds = {kind for kind, _ in changes(term)}
    assert {"sign", "index"} <= kinds
    found = mutant(goal, context, term, list(points(goal, Random(1))))
    assert found is not None and found.change in kinds
    assert all(holds_at(each, found.point) for each in found.goal.hypotheses)
    assert not holds_at(found.goal.conclusion, found.point)


def test_a_change_that_stays_true_is_no_mutant() -> None:
    context, term = stated("a : positive real", "0 < a")
    goal = written("test", context, term, None)
    found = mutant(goal, context, term, list(points(goal, Random(1))))
    assert found is not None and refutes(found.goal, found.point)
    assert not refutes(goal, {"v_a": Fraction(1)})


# -- Coq -----------------------------------------------------------------------------------------------

SCRIPT = """\
lemma few
  given n : dim
        a, b : positive real
        x : vector(n)
        y : vector(n)  iid, mean 0, variance 1
  show  (a + b)^2 / (a b) >= 4
proof
  have ring: (a + b)^2 = a^2 + 2 a b + b^2
  have field: a/b + b/a = (a^2 + b^2) / (a b)
  have order: 2 a b <= a^2 + b^2
  have unfolded: sum[i, j in 1..n] x[i] x[j] = (sum[i in 1..n] x[i])^2
  have moments: E[norm(y)^2] = n
  (a + b)^2 / (a b)
    = (a - b)^2 / (a b) + 4
    >= 4
qed
"""


def few(tmp_path: Path) -> Path:
    script = tmp_path / "few.drv"
    script.write_text(SCRIPT, encoding="utf-8")
    return script


def test_each_step_becomes_goals(tmp_path: Path) -> None:
    found = chosen(sources([few(tmp_path)]))
    assert {"ring", "field", "polynomial", "unfolded"} <= {goal.kind for goal in found.goals}
    assert not found.false and not found.undefined and len(found.mutants) > len(found.goals) / 2
    sizes = {tuple(goal.sizes.values()) for goal in found.goals if goal.sizes is not None}
    assert {(1,), (2,), (3,)} <= sizes


@needs_coq
def test_coq_accepts_the_goals_and_rejects_the_mutants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert coq_report.main(["--limit", "8"], paths=[few(tmp_path)]) == 0
    lines = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines() if line.strip()}
    goals, accepted, mutants, rejected = map(int, lines["all"])
    assert goals == accepted == 8 and mutants == rejected == 8


@needs_coq
def test_coq_can_say_no_and_goes_on_behind_it() -> None:
    true = goal_of("a, b : real", "(a + b)^2 = a^2 + 2 a b + b^2")
    false = goal_of("a, b : real", "(a + b)^2 = a^2 + b^2")
    assert [answer.accepted for answer in coq.checked([true, false, true])] == [True, False, True]
    assert [answer.accepted for answer in coq.checked([true, false], refused=True)] == [True, False]


def test_without_coq_it_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(coq_report, "available", lambda: False)
    assert program.main(["coq", "--limit", "3"]) == 2
    assert "not installed" in capsys.readouterr().out
