"""What derivatives mean, and what is said of those that say too little."""

from __future__ import annotations

import pytest

from checks.shapes import type_of
from checks.terms import REAL, Apply, Bind, Bound, Symbol, Tensor, Term, bind, multiply, number, power
from derive.checking import check_text
from derive.elaboration import ElaborationError, elaborate_term
from grammar.parser import parse_statement
from tests.calculus_strategy import calculus_context

CONTEXT = calculus_context()
n, a, b, x, y, A, i, j, v = map(Symbol, "nabxyAijv")


def read(text: str) -> Term:
    return elaborate_term(parse_statement(text), CONTEXT)


def derivative(body: Term, variable: Symbol, point: Term) -> Apply:
    kind = Tensor((n,)) if variable.name in "xu" else REAL
    return Apply("derivative", (bind("lambda", variable.name, kind, body), point))


def test_the_second_derivative_at_a_point_is_that_of_the_gradient_and_not_of_its_value() -> None:
    u = Symbol("u")
    square = Apply("dot", (u, u))
    wanted = derivative(derivative(square, u, u), u, x)
    assert read("hessian[u = x] (u^T u)") == wanted == read("hessian[x] (x^T x)")
    assert wanted != derivative(derivative(square, u, x), u, x)
    assert type_of(wanted, CONTEXT) == Tensor((n, n))


def test_the_partial_derivative_of_an_array_is_taken_entry_by_entry() -> None:
    found = read("partial[x[j]] (A x)")
    jacobian = derivative(Apply("matmul", (A, x)), x, x)
    assert isinstance(found, Bind) and found.head == "array"
    assert found.body == Apply("entry", (jacobian, Bound(0), j))
    assert type_of(found, CONTEXT) == Tensor((Symbol("m"),)) == type_of(read("A x"), CONTEXT)
    assert read("partial[x[j]] (x^T x)") == Apply("entry", (derivative(Apply("dot", (x, x)), x, x), j))


def test_partial_derivatives_in_several_symbols() -> None:
    mixed = read("partial[x[j], x[i]] (a * x^T x)")
    assert mixed == read("partial[x[j]] (partial[x[i]] (a * x^T x))")
    assert type_of(mixed, CONTEXT) == REAL
    assert type_of(read("partial[x[j], A] (y^T A x)"), CONTEXT) == Tensor((Symbol("m"), n))
    assert type_of(read("partial[A, x[j]] (y^T A x)"), CONTEXT) == Tensor((Symbol("m"), n))


def test_total_derivatives_open_abbreviations_and_immediate_ones_do_not() -> None:
    assert read("grad[a] (v b)") == derivative(multiply(Apply("add", (Symbol("w"), a)), b), a, a)
    assert read("immediate[a] (v b)") == derivative(multiply(v, b), a, a) != read("grad[a] (v b)")
    assert read("grad[b] (v b^2)") == derivative(multiply(v, power(b, number(2))), b, b)


@pytest.mark.parametrize("word", ["grad", "jacobian", "hessian", "partial", "immediate"])
@pytest.mark.parametrize("rest", [" a f(a)", " f", "(f)", " f(a)", ""])
def test_a_derivative_that_names_no_symbol_says_how_to(word: str, rest: str) -> None:
    with pytest.raises(ElaborationError) as caught:
        read(f"{word}{rest}")
    assert caught.value.identifier == "missing-argument"
    assert f"write {word}[x] t" in caught.value.message


@pytest.mark.parametrize(
    ("text", "identifier", "suggestion"),
    [
        ("∇ f(a)", "missing-argument", "write grad[x] t"),
        ("grad[a]", "missing-argument", "write grad[x] (t)"),
        ("integral f(a)", "missing-argument", "write integral[x in real] t"),
        ("grad[w] w", "not-a-symbol", "write grad[u = a] t"),
        ("partial[z[i]] (z^T x)", "not-a-symbol", "write grad[u = a] t"),
        ("grad[x] x", "not-a-number", "write jacobian[x]"),
        ("grad[a, b] (a b)", "wrong-arity", "partial[x[k]]"),
        ("differentiable(f(a))", "wrong-arity", "write differentiable(t, x)"),
        ("summable(f(a))", "wrong-arity", "write summable(t, x)"),
        ("dominated(f(a), a)", "wrong-arity", "write dominated(t, x, theta)"),
    ],
)
def test_what_is_said_of_derivatives_that_mean_nothing(text: str, identifier: str, suggestion: str) -> None:
    with pytest.raises(ElaborationError) as caught:
        read(text)
    assert caught.value.identifier == identifier
    assert suggestion in caught.value.message


@pytest.mark.parametrize(
    "equation",
    [
        "hessian[u = a] u^2 = 2",
        "hessian[u = x] (u^T u) = 2 I(n)",
        "partial[x[i]] (B x) = [B[j, i] | j in 1..n]",
    ],
)
def test_the_true_neighbours_of_what_was_misread_are_proved(equation: str) -> None:
    given = "a : real\n        n : dim\n        B : matrix(n, n)\n        x : vector(n)\n        i : index(n)"
    text = f"theorem t\n  given {given}\n  show  {equation}\nproof\n  {equation}  by calculus\nqed\n"
    assert [theorem.verdict.value for theorem in check_text(text).theorems] == ["proved"]


def test_no_derivative_in_what_an_expectation_runs_over() -> None:
    text = "theorem t\n  given X : random real ~ Normal(0, 1)\n  let m = E[X^2]\n  show grad[X] (m X) = m\n"
    (found,) = check_text(text).theorems
    assert found.verdict.value == "ill-formed" and "runs over X" in (found.message or "")
    average = "theorem t\n  given X : random real ~ Normal(0, 1)\n  show E[grad[X] X^3] = 3\n"
    assert check_text(average).theorems[0].verdict.value == "proved"
