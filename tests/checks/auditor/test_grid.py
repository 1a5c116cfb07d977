"""The degree argument by itself: sums are left in the order in which they are written."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from checks.auditor import grid
from checks.auditor.evaluation import Evaluation
from checks.auditor.forms import Monomial, Polynomial, Unknown, minus
from checks.auditor.kinds import kind_of, unfolded
from checks.auditor.leaves import judgement
from checks.auditor.signs import Judgement
from checks.auditor.terms import ONE, TRUE, Apply, Bind, Context, Symbol, Term, abstract
from tests.checks.auditor.statements import read

GIVEN = """
  given m, n, k : dim
        q : nat
        a : real
        p : positive real
        S, T, U : matrix(n, n)
        A : matrix(m, n)
        B : matrix(n, k)
        C : matrix(k, m)
        x, z : vector(n)
        i, j : index(n)
"""

HOLDS = [
    "tr(S T U) = tr(T U S)",
    "tr(A B C) = tr(C A B)",
    "(A B) C = A (B C)",
    "x^T (S z) = (S^T x)^T z",
    "x^T (S (T z)) = (T^T (S^T x))^T z",
    "tr(A A^T) = tr(A^T A)",
    "sum[i in 1..n] sum[j in 1..n] S[i,j] = sum[j in 1..n] sum[i in 1..n] S[i,j]",
    "sum[i in 1..n] sum[j in 1..n] |S[i,j] - x[i]| = sum[j in 1..n] sum[i in 1..n] |S[i,j] - x[i]|",
    "p (sum[i in 1..n] sum[j in 1..n] S[i,j]) / n = (sum[j in 1..n] sum[i in 1..n] p S[i,j]) / n",
]

FAILS = [
    "tr(S T U) = tr(S U T)",
    "tr(A A^T) = tr(S S^T)",
    "sum[i in 1..n] sum[j in 1..n] x[i] = n^2 x[i]",
    "[i = j] = 1",
    "x[i] = x[j]",
    "S[i,j] = S[j,i]",
    "n = 1",
    "n^2 = n",
    "(n - 1) (n - 2) (n - 3) = 0",
    "(n - 1) (m - 1) (n - m) (n - m - 1) = 0",
    "sum[i in 1..n] sum[j in 1..n] S[i,j] = tr(S)",
    "sum[i in 1..n] sum[j in 1..n] (x[i] - x[j])^2 = 0",
    "[i = j] x[i] + [i != j] x[j] = x[i]",
    "sum[u in 1..q] x[i] / q = x[i]",
    "(n - 1) / (n - 1) = 1",
    "sum[i in 1..n] i = n",
    "x[1] = x[i]",
    "exp(n a) = exp(a)",
    "sum[i in 1..n] exp(x[i] n) = sum[i in 1..n] exp(x[i])",
    "exp(tr(S)) = exp(sum[i in 1..n] sum[j in 1..n] S[i,j])",
    "det(S) = S[i,i]",
    "a^n = a",
]


@pytest.fixture
def as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def nest(self: Evaluation, high: Term, index: Symbol, monomial: Monomial) -> Term:
        body = abstract(self.term({monomial: Fraction(1)}), index.name)
        return Bind("sum", ("index", ONE, high), TRUE, body)

    monkeypatch.setattr(Evaluation, "_nest", nest)


def difference(context: Context, statement: Term) -> tuple[Judgement, Polynomial]:
    whole = unfolded(context, statement)
    assert isinstance(whole, Apply)
    left, right = whole.arguments
    here = judgement(context)
    place = []
    kind = kind_of(context, left)
    for length in kind[1] if kind[0] == "tensor" else ():
        here, index = here.within(("index", ONE, length))
        place.append(index)
    return here, minus(here.at(left, tuple(place)), here.at(right, tuple(place)))


def vanishes(text: str) -> bool:
    context, (statement,) = read(GIVEN, [text])
    here, value = difference(context, statement)
    assert value, "nothing is left for the degree argument"
    try:
        return grid.vanishes(here, value)
    except Unknown:
        return False


@pytest.mark.usefixtures("as_written")
@pytest.mark.parametrize("text", HOLDS)
def test_sums_in_another_order_agree(text: str) -> None:
    context, (statement,) = read(GIVEN, [text])
    here, value = difference(context, statement)
    assert value, "nothing is left for the degree argument"
    assert grid.vanishes(here, value)


@pytest.mark.parametrize("text", FAILS)
def test_what_fails_at_some_size_does_not_vanish(text: str) -> None:
    assert not vanishes(text)


@pytest.mark.usefixtures("as_written")
def test_degrees_count_bound_indices_and_sizes() -> None:
    context, (statement,) = read(GIVEN, ["n sum[i in 1..n] sum[j in 1..n] x[i] x[j] + m / n = 0"])
    here, value = difference(context, statement)
    sizes = frozenset(("m", "n", "k", "q"))
    found = grid._Bounds(here, sizes).of(here.term(value), {})
    assert found.above == Counter(n=4, m=1)
    assert found.below == Counter(n=1)
