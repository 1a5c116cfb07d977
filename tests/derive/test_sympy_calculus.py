"""Derivatives and integrals to SymPy and back."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped, unused-ignore]
from hypothesis import given, settings

from checks.contexts import Context, Declaration
from checks.shapes import type_of
from checks.terms import ONE, PROPOSITION, REAL, TRUE, ZERO, Apply, Function, Symbol, Tensor, Term, bind, relation
from derive.elaboration.meaning import Scope, elaborate
from derive.printing import print_term
from derive.sympy_bridge import UnsupportedExpression, from_sympy, inert_head, to_sympy, usual
from grammar.parser import parse_statement
from tests.calculus_strategy import calculus_context, calculus_statements, calculus_terms

CONTEXT = calculus_context()
A, B, P = sympy.symbols("a b p", real=True)
N = sympy.Symbol("n", integer=True, positive=True)
S, T, U = sympy.symbols("s t u")
F = sympy.Function("f")
OO = sympy.oo


def read(text: str) -> Term:
    return elaborate(parse_statement(text), Scope(CONTEXT)).term


# -- inert ---------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(calculus_terms())
def test_derivatives_and_integrals_come_back(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    expression = to_sympy(term, context)
    assert from_sympy(expression, context) == term
    assert not expression.atoms(sympy.Derivative, sympy.Integral, sympy.Subs)


@settings(max_examples=200, deadline=None)
@given(calculus_statements())
def test_statements_about_functions_come_back(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    expression = to_sympy(term, context)
    assert isinstance(expression, sympy.logic.boolalg.Boolean) == (type_of(term, context) == PROPOSITION) or (
        isinstance(term, Apply) and term.head == "call"
    )
    assert from_sympy(expression, context) == term


def test_inert_heads_are_told_from_those_of_sympy() -> None:
    assert inert_head("derivative").__name__ == "DerivativeAt"
    assert inert_head("integral").__name__ == "IntegralOver"


# -- inward --------------------------------------------------------------------------------------------

SECOND = "- integral[t in real, b <= t and t <= a] f(t)"
WRITTEN: list[tuple[Any, str]] = [
    (sympy.Derivative(F(A), A), "grad[a] f(a)"),
    (sympy.Derivative(A**2 * B, (A, 2)), "hessian[a] (a^2 b)"),
    (sympy.Derivative(F(A * B), A, B), "grad[b] grad[a] f(a b)"),
    (sympy.Subs(sympy.Derivative(F(U), U), U, 2 * A), "grad[u = 2 a] f(u)"),
    (sympy.Derivative(F(A * B), A).subs(B, 3), "grad[a] f(3 a)"),
    (sympy.Derivative(sympy.Symbol("w") * A, A), "grad[a] (a w)"),
    (sympy.Derivative(sympy.Symbol("v") * A, A), "immediate[a] (a v)"),
    (sympy.Derivative(sympy.Integral(F(A * T), (T, 0, 1)), A), "grad[a] integral[t in real, 0 <= t and t <= 1] f(a t)"),
    (sympy.Integral(F(T), (T, -OO, OO)), "integral[t in real] f(t)"),
    (sympy.Integral(F(T), (T, 0, OO)), "integral[t in real, 0 <= t] f(t)"),
    (sympy.Integral(F(T), (T, -OO, B)), "integral[t in real, t <= b] f(t)"),
    (sympy.Integral(F(T), (T, OO, 0)), "-integral[t in real, 0 <= t] f(t)"),
    (sympy.Integral(F(T), (T, 0, 1)), "integral[t in real, 0 <= t and t <= 1] f(t)"),
    (sympy.Integral(F(T), (T, 1, 0)), "-integral[t in real, 0 <= t and t <= 1] f(t)"),
    (sympy.Integral(F(T), (T, 0, N)), "integral[t in real, 0 <= t and t <= n] f(t)"),
    (sympy.Integral(F(T), (T, P, 0)), "-integral[t in real, 0 <= t and t <= p] f(t)"),
    (sympy.Integral(F(T), (T, A, B)), f"integral[t in real, a <= t and t <= b] f(t) {SECOND}"),
    (sympy.Integral(F(A), (A, 0, 1)), "integral[a' in real, 0 <= a' and a' <= 1] f(a')"),
    (
        sympy.Integral(F(T) * F(S), (T, 0, S), (S, 0, 1)),
        "integral[s in real, 0 <= s and s <= 1] integral[t in real, 0 <= t and t <= s] f(s) f(t)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "text"), WRITTEN, ids=[text for _, text in WRITTEN])
def test_derivatives_and_integrals_of_users_are_understood(expression: Any, text: str) -> None:
    term = from_sympy(expression, CONTEXT)
    assert type_of(term, CONTEXT) == REAL
    assert print_term(term, CONTEXT) == text


def test_limits_are_not_ordered_by_what_only_the_expression_assumes() -> None:
    positive = sympy.Symbol("b", positive=True)
    term = from_sympy(sympy.Integral(F(T), (T, 0, positive)), CONTEXT)
    assert isinstance(term, Apply) and term.head == "add", print_term(term, CONTEXT)


@pytest.mark.parametrize(("low", "high"), list(product([-1, 0, 2], repeat=2)))
def test_integrals_keep_their_value_whatever_the_order_of_the_limits(low: int, high: int) -> None:
    for ends in ((A, B), (A, A + P**2), (0, B), (A, sympy.Max(A, B)), (B, A)):
        written = sympy.Integral(T**2 + 1, (T, *ends))
        back = usual(from_sympy(written, CONTEXT), CONTEXT)
        values = {"a": low, "b": high, "p": 3}
        found, wanted = (
            expression.subs({each: values[each.name] for each in expression.free_symbols}).doit()
            for expression in (back, written)
        )
        assert found == wanted, (written, back)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (sympy.Integral(F(T), T), "upper limit"),
        (sympy.Integral(F(T), (T, A)), "upper limit"),
        (sympy.Derivative(F(N), N), "not declared as a real number"),
        (sympy.Derivative(F(A), (A, N)), "order n"),
        (sympy.Derivative(F(A), (A, 21)), "order 21"),
        (sympy.Derivative(sympy.Symbol("w") * A, sympy.Symbol("w")), "not declared as a real number"),
        (sympy.Derivative(F(A) ** 2, F(A)), "no symbol"),
        (sympy.Integral(F(T), (T, OO, OO)), "infinity"),
    ],
)
def test_what_has_no_counterpart_says_why(expression: Any, reason: str) -> None:
    with pytest.raises(UnsupportedExpression, match=reason):
        from_sympy(expression, CONTEXT)


# -- outward -------------------------------------------------------------------------------------------

t = Symbol("t")


def test_usual_derivatives_can_be_calculated() -> None:
    assert usual(read("grad[a] (a^3 b)"), CONTEXT).doit() == 3 * A**2 * B
    assert usual(read("hessian[a] (a^3 b)"), CONTEXT).doit() == 6 * A * B
    assert usual(read("grad[u = a + b] u^2"), CONTEXT).doit() == 2 * (A + B)
    assert usual(read("grad[u = a] (u a)"), CONTEXT).doit() == A
    assert usual(read("derivative(f, a)"), CONTEXT) == sympy.Derivative(F(A), A)
    assert usual(read("grad[u = 2 b] f(u)"), CONTEXT).has(sympy.Subs)
    assert usual(read("immediate[a] (v a)"), CONTEXT).doit() == sympy.Symbol("v", real=True)


def test_usual_integrals_can_be_calculated() -> None:
    assert usual(read("integral[s in real, 0 <= s, s <= 1] s^2"), CONTEXT).doit() == sympy.Rational(1, 3)
    assert usual(read("integral[s in real, 0 < s] exp(-s)"), CONTEXT).doit() == 1
    gauss = usual(read("integral[s in real] exp(-s^2)"), CONTEXT).doit()
    assert gauss == sympy.sqrt(sympy.pi)
    outside = usual(read("integral[s in real, abs(s) <= 1] s^2"), CONTEXT)
    assert outside.function.has(sympy.Piecewise) and outside.limits[0][1:] == (-OO, OO)
    nothing = bind("integral", "t", REAL, t, Apply("and", (relation(ONE, "<=", t), relation(t, "<=", ZERO))))
    assert usual(nothing, CONTEXT).doit() == 0


def test_what_sympy_has_no_notation_for_stays_inert() -> None:
    partial = usual(read("partial[x[i]] norm(x)"), CONTEXT)
    assert isinstance(partial, inert_head("entry")) and isinstance(partial.args[0], inert_head("derivative"))
    assert from_sympy(partial, CONTEXT) == read("partial[x[i]] sqrt(sum[j in 1..n] x[j]^2)")
    whole = bind("integral", "t", Tensor((Symbol("n"),)), Apply("norm", (Symbol("n"), t)), TRUE)
    assert isinstance(usual(whole, CONTEXT), inert_head("integral"))
    assert isinstance(usual(read("integral[s in R] f(s)"), CONTEXT), inert_head("integral"))


@pytest.mark.parametrize("text", ["grad[x] norm(x)", "jacobian[x] x", "jacobian[a] (a x)", "(jacobian[x] (a x)) x"])
def test_arrays_are_not_handed_over_as_numbers(text: str) -> None:
    with pytest.raises(UnsupportedExpression, match="arrays"):
        usual(read(text), CONTEXT)


def test_integrals_of_arrays_are_not_handed_over_as_numbers() -> None:
    with pytest.raises(UnsupportedExpression, match="arrays"):
        usual(read("integral[s in real, 0 <= s, s <= 1] (s x)"), CONTEXT)


@settings(max_examples=200, deadline=None)
@given(calculus_terms())
def test_usual_derivatives_come_back_with_the_same_type(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    try:
        found = type_of(from_sympy(usual(term, context), context), context)
    except UnsupportedExpression:
        return
    assert isinstance(found, Tensor) == isinstance(type_of(term, context), Tensor)


def test_a_function_with_a_name_has_a_derivative_at_a_point() -> None:
    context = CONTEXT.declare(Declaration("g", Function((REAL,), REAL)))
    term = Apply("derivative", (Symbol("g"), read("2 a")))
    wanted = sympy.Subs(sympy.Derivative(sympy.Function("g")(U), U), U, 2 * A)
    assert usual(term, context).doit() == wanted.doit()
