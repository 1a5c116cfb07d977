"""What statements mean (division, domains, ranges, randomness, order), clause by clause.

Each clause stands with a statement that forgets it, which is not proved, and one that heeds it, which is.
"""

from __future__ import annotations

import pytest

from derive.checking import check_text

CLAUSES = [
    ("no division by what may be zero", "a, b : real", "", "a b / b = a", "proved-if"),
    ("no division by what may be zero", "a : real; b : nonzero real", "", "a b / b = a", "proved"),
    ("no division by what may be zero", "a, b : real", "n0: b != 0", "a b / b = a", "proved"),
    ("no division by what may be zero", "a, b : real", "p: a b = b", "a = 1", "refuted"),
    ("a quotient of one thing by itself", "x : real", "", "x/x = 1", "proved-if"),
    ("a quotient by zero", "x : real", "", "x/0 = x/0", "ill-formed"),
    ("zero to the zero", "n : nat", "", "0^n = 0", "refuted"),
    ("zero to the zero", "n : nat", "p: n >= 1", "0^n = 0", "proved"),
    ("zero to the zero", "x : real", "", "x^0 = 1", "proved"),
    ("root of a square", "x : real", "", "sqrt(x^2) = x", "refuted"),
    ("root of a square", "x : real", "", "sqrt(x^2) = |x|", "proved"),
    ("root of a square", "x : nonnegative real", "", "sqrt(x^2) = x", "proved"),
    ("root of a product", "a, b : real", "p: a b >= 0", "sqrt(a b) = sqrt(a) sqrt(b)", "proved-if"),
    ("root of a product", "a, b : nonnegative real", "", "sqrt(a b) = sqrt(a) sqrt(b)", "proved"),
    ("square of a root", "x : real", "", "sqrt(x)^2 = x", "proved-if"),
    ("logarithm of a product", "a, b : real", "p: a b > 0", "log(a b) = log(a) + log(b)", "proved-if"),
    ("logarithm of a product", "a, b : positive real", "", "log(a b) = log(a) + log(b)", "proved"),
    ("logarithm of a power", "x : real", "p: x != 0", "log(x^2) = 2 log(x)", "proved-if"),
    ("logarithm of a power", "x : real", "p: x != 0", "log(x^2) = 2 log(|x|)", "proved"),
    ("logarithm and exponential", "x : real", "", "exp(log(x)) = x", "proved-if"),
    ("powers of powers", "x, a, b : real", "", "(x^a)^b = x^(a b)", "not proved"),
    ("powers of powers", "x : positive real; a, b : real", "", "(x^a)^b = x^(a b)", "proved"),
    ("empty sums", "n : int", "", "sum[k in 1..n] 1 = n", "refuted"),
    ("empty sums", "n : nat", "", "sum[k in 1..n] 1 = n", "proved"),
    ("reversed ranges", "n : int", "", "sum[k in 1..n] k = n (n + 1)/2", "refuted"),
    ("reversed ranges", "a, b : int", "", "sum[k in a..b] k = -sum[k in b..a] k", "refuted"),
    ("reversed ranges", "n : dim", "", "sum[k in n..1] k = sum[k in 1..n] k", "refuted"),
    (
        "splitting a range", "a, b, c : int; f : function int -> real", "",
        "sum[k in a..b] f(k) + sum[k in b+1..c] f(k) = sum[k in a..c] f(k)", "refuted",
    ),
    (
        "splitting a range", "a, b, c : int; f : function int -> real", "p: a <= b; q: b <= c",
        "sum[k in a..b] f(k) + sum[k in b+1..c] f(k) = sum[k in a..c] f(k)", "proved",
    ),
    ("empty products", "n : nat; c : real", "", "prod[k in 1..n] c = c^n", "proved"),
    ("a delta in range", "n : dim; x : vector(n); j : int", "", "sum[i in 1..n] [i = j] x[i] = x[j]", "proved-if"),
    (
        "a delta in range", "n : dim; x : vector(n); j : index(1..n)", "",
        "sum[i in 1..n] [i = j] x[i] = x[j]", "proved",
    ),
    (
        "a delta in range", "n : dim; f : function int -> real; j : int", "",
        "sum[i in 1..n] [i = j] f(i) = f(j)", "refuted",
    ),
    (
        "a delta of a multiple", "n : dim; f : function int -> real; j : index(1..n)", "",
        "sum[i in 1..n] [2 i = j] f(i) = f(j)", "refuted",
    ),
    (
        "coinciding indices", "n : dim; x : vector(n)", "",
        "(sum[i in 1..n] x[i])^2 = sum[i in 1..n] x[i]^2", "refuted",
    ),
    ("an inverse", "n : dim; A : matrix(n, n)", "", "A inverse(A) = identity(n)", "proved-if"),
    ("an inverse", "n : dim; A : matrix(n, n)", "p: invertible(A)", "A inverse(A) = identity(n)", "proved"),
    ("products do not commute", "n : dim; A, B : matrix(n, n)", "", "A B = B A", "refuted"),
    ("products do not commute", "n : dim; A, B : matrix(n, n)", "", "(A B)^T = A^T B^T", "refuted"),
    ("symmetric only when declared", "n : dim; A : matrix(n, n)", "", "A^T = A", "refuted"),
    ("symmetric only when declared", "n : dim; A : symmetric matrix(n, n)", "", "A^T = A", "proved"),
    ("square only when declared", "m, n : dim; A : matrix(m, n)", "", "A A^T = A^T A", "ill-formed"),
    (
        "invertible factors", "m, n : dim; A : matrix(m, n); B : matrix(n, m)", "p: invertible(A B)",
        "inverse(A B) = inverse(B) inverse(A)", "ill-formed",
    ),
    ("derivative of |x|", "a : real", "", "grad[x = a] |x| = sign(a)", "proved-if"),
    ("derivative of |x|", "a : nonzero real", "", "grad[x = a] |x| = sign(a)", "proved"),
    ("derivative of a root", "a : nonnegative real", "", "grad[x = a] sqrt(x) = 1/(2 sqrt(a))", "proved-if"),
    (
        "derivative of a function", "f : function real -> real; a : real", "",
        "grad[x = a] (f(x) - f(x)) = 0", "proved-if",
    ),
    ("means that exist", "X : real ~ StudentT(1)", "", "E[X] = 0", "not proved"),
    ("means that exist", "X : real ~ StudentT(1)", "", "E[X - X] = 0", "proved"),
    ("moments that are not declared", "X : real mean 0, variance 1", "", "E[X^4] = 3", "not proved"),
    ("moments that are not declared", "X : real mean 0, variance 1", "", "E[X^3] = 0", "not proved"),
    ("independence as declared", "X, Y : real mean 0, variance 1", "", "E[X Y] = 0", "not proved"),
    ("independence as declared", "X, Y : real mean 0, variance 1; X, Y independent", "", "E[X Y] = 0", "proved"),
    (
        "never between a thing and what is built from it", "X : real ~ Normal(0, 1)", "",
        "E[X X] = E[X] E[X]", "refuted",
    ),
    (
        "never between a thing and what is built from it", "X : real ~ Normal(0, 1)", "",
        "E[X^2 X^2] = E[X^2] E[X^2]", "refuted",
    ),
    (
        "no capture", "n : dim; x : vector(n)", "",
        "sum[i in 1..n] sum[j in 1..n] x[i] x[j] = sum[i in 1..n] sum[i in 1..n] x[i] x[i]", "refuted",
    ),
    ("supremum of a bounded set", "a, b : real", "", "sup[x in real] (a x + b) = b", "not proved"),
    ("integral that exists", "", "", "integral[x in [-1, 1]] 1/x = 0", "not proved"),
    ("integral that exists", "", "", "integral[x in real] x = 0", "not proved"),
    ("integral that exists", "", "", "integral[x in real, x > 0] exp(-x) = 1", "proved"),
    ("strictness", "x : real", "", "x^2 > 0", "refuted"),
    ("strictness", "x : nonzero real", "", "x^2 > 0", "proved"),
    ("strictness", "x, y : real", "p: x <= y", "x < y", "refuted"),
    ("monotone only where it is", "x, y : real", "p: x <= y", "x^2 <= y^2", "refuted"),
    ("monotone only where it is", "x, y : nonnegative real", "p: x <= y", "x^2 <= y^2", "proved"),
    ("factors of unknown sign", "a, x, y : real", "p: a x <= a y", "x <= y", "refuted"),
    ("logarithm of a power", "x : real", "p: |x| > 0", "log(x^2) = 2 log(|x|)", "proved"),
    ("logarithm of a product", "a, b : real", "p: a b != 0", "log(|a b|) = log(|a|) + log(|b|)", "proved"),
    ("what is not zero", "x : real", "p: x^2 > 0", "x/x = 1", "proved"),
    ("what is not zero", "x : real", "p: x^2 >= 0", "x/x = 1", "proved-if"),
    ("what is not zero", "x, y : real", "p: x + y != 0", "x/x = 1", "proved-if"),
]


def script(given: str, assumed: str, statement: str) -> str:
    """A theorem that is shown without a proof."""
    lines = ["theorem t"]
    lines += [f"  given {each}" for each in filter(None, given.split("; "))]
    lines += [f"  assume {each}" for each in filter(None, assumed.split("; "))]
    return "\n".join([*lines, f"  show  {statement}", ""])


@pytest.mark.parametrize(("clause", "given", "assumed", "statement", "expected"), CLAUSES)
def test_what_a_statement_means(clause: str, given: str, assumed: str, statement: str, expected: str) -> None:
    report = check_text(script(given, assumed, statement))
    verdict = report.theorems[0].verdict.value
    if expected == "not proved":
        assert verdict in ("tested", "undecided", "proved-if", "refuted", "ill-formed"), clause
    else:
        assert verdict == expected, clause


@pytest.mark.parametrize(
    ("given", "assumed"),
    [
        ("x : real", "p: x > 1; q: x < 0"),
        ("n : dim", "p: n < 1"),
        ("x : real", "p: x^2 = -1"),
        ("n : dim; x : vector(n)", "p: norm(x) < 0"),
    ],
)
def test_a_context_without_a_model_proves_nothing(given: str, assumed: str) -> None:
    report = check_text(script(given, assumed, "0 = 1"))
    assert report.theorems[0].verdict.value == "undecided"
    assert "no model" in (report.theorems[0].message or "")


@pytest.mark.parametrize(
    ("given", "assumed", "goal"),
    [
        ("x : real", "p: x^2 = 4", "x^2 = 4"),
        ("x : real", "p: x^2 = 4", "4 = x x"),
        ("x, y : real", "p: x <= y", "y >= x"),
        ("x, y : real", "p: x < y + y", "x < 2 y"),
    ],
)
def test_an_assumption_is_not_the_goal(given: str, assumed: str, goal: str) -> None:
    report = check_text(script(given, assumed, goal))
    assert report.theorems[0].verdict.value == "ill-formed"
    assert "is the goal" in (report.theorems[0].message or "")
