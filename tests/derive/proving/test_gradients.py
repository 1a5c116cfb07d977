"""Gradients in matrix notation: against evaluation, and where multiplying out needs them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checks.contexts import Context
from checks.terms import Apply, Bind, Symbol, Tensor, abstract
from checks.trials.evaluation import evaluate
from derive.checking import check_text
from derive.elaboration import elaborate_context, elaborate_term
from derive.proving.gradients import gradient
from grammar.parser import parse_script, parse_term

DECLARED = """
theorem t
  given A, B, X : matrix(2, 2)
        x, b : vector(2)
        c : real
  show 1 = 1
proof
  1 = 1
qed
"""
POINT = {
    "A": [[Fraction(2), Fraction(1, 2)], [Fraction(-1), Fraction(3)]],
    "B": [[Fraction(1), Fraction(-2)], [Fraction(1, 3), Fraction(1)]],
    "X": [[Fraction(3), Fraction(1)], [Fraction(1, 2), Fraction(-2)]],
    "x": [Fraction(3, 2), Fraction(-2, 3)],
    "b": [Fraction(1, 3), Fraction(2)],
    "c": Fraction(5, 4),
}
TERMS = [
    ("x", "b^T x"),
    ("x", "(A x - b)^T B (A x - b)"),
    ("x", "c (x^T A x)^2 - 1/(1 + x^T x)"),
    ("x", "tr(x b^T A)"),
    ("X", "tr(A X B X^T)"),
    ("X", "tr(A X^-1 B)"),
    ("X", "det(A X B)"),
    ("X", "b^T X^T A X b / c"),
    ("X", "(x^T X b) tr(X + A)"),
]


def _context() -> Context:
    (item,) = parse_script(DECLARED, "<text>").items
    return elaborate_context(item.context, Context())


@pytest.mark.parametrize(("name", "text"), TERMS, ids=[text for _, text in TERMS])
def test_a_gradient_has_the_value_of_the_derivative(name: str, text: str) -> None:
    context = _context()
    body = elaborate_term(parse_term(text), context)
    kind = context.declarations[name].type
    assert isinstance(kind, Tensor)
    derivative = Apply("derivative", (Bind("lambda", kind, Apply("true"), abstract(body, name), name), Symbol(name)))
    found = gradient(derivative, context)
    assert found is not None and "derivative" not in str(found)
    left, right = (evaluate(term, context, POINT) for term in (derivative, found))
    assert [str(entry) for entry in left.entries] == [str(entry) for entry in right.entries]


@pytest.mark.parametrize("text", ["sum[i in 1..2] exp(x[i])", "|x[1]|", "sup[u in real, u < 1] u x[1]"])
def test_what_is_not_opened(text: str) -> None:
    context = _context()
    body = elaborate_term(parse_term(text), context)
    kind = context.declarations["x"].type
    derivative = Apply("derivative", (Bind("lambda", kind, Apply("true"), abstract(body, "x"), "x"), Symbol("x")))
    assert gradient(derivative, context) is None


SYMMETRIC = """
theorem t
  given m, n : dim
        W : matrix(n, n){symmetric}
        A : matrix(n, m)
        x : vector(n)
        s : vector(m)
  show  grad[s] ((x - A s)^T W (x - A s)) = -2 A^T W (x - A s)
"""


def test_a_symmetric_weight() -> None:
    (proved,) = check_text(SYMMETRIC.format(symmetric=", symmetric")).theorems
    assert proved.verdict.value == "proved"
    (refuted,) = check_text(SYMMETRIC.format(symmetric="")).theorems
    assert refuted.verdict.value == "refuted"
