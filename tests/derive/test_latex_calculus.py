"""Derivatives, integrals and statements about functions as LaTeX: golden texts, and properties of random terms."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from checks.contexts import Context, Declaration
from checks.terms import DIMENSION, ONE, PROPOSITION, REAL, Function, Index, Symbol, Tensor, Term, Type
from derive.elaboration.meaning import Scope, elaborate
from derive.latex import latex, latex_context
from grammar.parser import parse_statement
from tests.calculus_strategy import calculus_statements, calculus_terms

k, n, q = map(Symbol, "knq")


def _context() -> Context:
    types: dict[str, Type] = {
        **dict.fromkeys("knq", DIMENSION), **dict.fromkeys("ab", REAL),
        "i": Index(ONE, n), "x": Tensor((n,)), "y": Tensor((n,)), "z": Tensor((k,)), "theta": Tensor((q,)),
        "A": Tensor((k, n)), "S": Function((Tensor((n,)),), PROPOSITION), "R": Function((REAL,), PROPOSITION),
        "p": Function((Tensor((n,)), Tensor((q,))), REAL), "f": Function((REAL,), REAL),
        "g": Function((Tensor((k,)),), REAL), "F": Function((Tensor((n,)),), Tensor((k,))),
        "Kink": Function((REAL,), REAL),
    }  # fmt: skip
    return Context({name: Declaration(name, kind) for name, kind in types.items()})


CONTEXT = _context()
GOLDEN: list[tuple[str, str]] = [
    ("grad[theta] p(x, theta)", r"\nabla_{\theta} p(x, \theta)"),
    ("grad[x] (x^T y)", r"\nabla_{x} (x^{\top} y)"),
    ("grad[A] (z^T A x)", r"\nabla_{A} (z^{\top} A x)"),
    ("a grad[theta] log p(x, theta)", r"a \nabla_{\theta} \log(p(x, \theta))"),
    ("(grad[x] p(x, theta)) a", r"(\nabla_{x} p(x, \theta)) a"),
    ("(grad[x] p(x, theta)) / a", r"\frac{\nabla_{x} p(x, \theta)}{a}"),
    ("grad[a] a^2", r"\frac{\partial}{\partial a} a^{2}"),
    ("grad[a] f(a)", r"\frac{\partial f(a)}{\partial a}"),
    ("grad[a] 2", r"\frac{\partial}{\partial a} 2"),
    ("grad[a] (a + b)", r"\frac{\partial}{\partial a} (a + b)"),
    ("(grad[a] f(a))^2", r"\left(\frac{\partial f(a)}{\partial a}\right)^{2}"),
    ("derivative(f, a + b)", "f'(a + b)"),
    ("derivative(Kink, a)", r"\operatorname{Kink}'(a)"),
    ("derivative(g, z)", r"\nabla g(z)"),
    ("derivative(F, x)", "J_{F}(x)"),
    ("grad[u = A x] g(u)", r"\nabla g(A x)"),
    ("grad[u = a + b] f(u)", "f'(a + b)"),
    ("grad[u = a + b] f(u)^2", r"\left.\frac{\partial}{\partial u} f(u)^{2}\right|_{u=a+b}"),
    ("grad[u = y] (u^T x)", r"\nabla_{y} (y^{\top} x)"),
    ("grad[u = a x] (u^T x)", r"\left.\nabla_{u} (u^{\top} x)\right|_{u=a x}"),
    ("jacobian[x] F(x)", r"\frac{\partial F(x)}{\partial x^{\top}}"),
    ("jacobian[x] (A x)", r"\frac{\partial}{\partial x^{\top}} (A x)"),
    ("jacobian[a] (a x)", r"\frac{\partial}{\partial a} (a x)"),
    ("jacobian[A] (A x)", r"\frac{\partial}{\partial A} (A x)"),
    ("partial[x[i]] (x^T x)", r"\frac{\partial}{\partial x_{i}} (x^{\top} x)"),
    ("partial[A[1, i]] g(A x)", r"\frac{\partial g(A x)}{\partial A_{1i}}"),
    ("(jacobian[x] F(x))[2, i]", r"\frac{\partial F(x)_{2}}{\partial x_{i}}"),
    ("(jacobian[x] F(x))[2]", r"\nabla_{x} F(x)_{2}"),
    ("hessian[x] p(x, theta)", r"\nabla_{x}^{2} p(x, \theta)"),
    ("hessian[a] f(a)", r"\frac{\partial^{2} f(a)}{\partial a^{2}}"),
    ("(hessian[x] p(x, theta))[1, i]", r"\frac{\partial^{2} p(x, \theta)}{\partial x_{i} \partial x_{1}}"),
    (
        "(hessian[u = a x] p(u, theta))[1, 2]",
        r"\left.\frac{\partial^{2} p(u, \theta)}{\partial u_{2} \partial u_{1}}\right|_{u=a x}",
    ),
    ("grad[a] grad[b] (a b)", r"\frac{\partial}{\partial a} \frac{\partial}{\partial b} (a b)"),
    ("integral[t in S] p(t, theta)", r"\int_{S} p(t, \theta)\,dt"),
    ("integral[t in vector(n)] p(t, theta)", r"\int_{\mathbb{R}^{n}} p(t, \theta)\,dt"),
    ("integral[t in real] f(t)", r"\int_{-\infty}^{\infty} f(t)\,dt"),
    ("integral[t in real, 0 <= t, t <= 1] f(t)", r"\int_{0}^{1} f(t)\,dt"),
    ("integral[t in real, t > 0, 1 >= t] f(t)", r"\int_{0}^{1} f(t)\,dt"),
    ("integral[t in real, 0 < t] f(t)", r"\int_{0}^{\infty} f(t)\,dt"),
    ("integral[t in real, t < b] f(t)", r"\int_{-\infty}^{b} f(t)\,dt"),
    ("integral[t in real, (a < t), t < t^2] f(t)", r"\int_{a < t,\ t < t^{2}} f(t)\,dt"),
    ("integral[t in real, 0 <= t, 1 <= t] f(t)", r"\int_{0 \le t,\ 1 \le t} f(t)\,dt"),
    ("integral[t in R, t <= 1] f(t)", r"\int_{t \in R,\ t \le 1} f(t)\,dt"),
    ("integral[t in real, (a in R)] f(t)", r"\int_{t \in \mathbb{R},\ a \in R} f(t)\,dt"),
    ("integral[t in real] (f(t) + a)", r"\int_{-\infty}^{\infty} (f(t) + a)\,dt"),
    ("integral[alpha in real] f(alpha)", r"\int_{-\infty}^{\infty} f(\alpha)\,d\alpha"),
    ("integral[t in S] 1", r"\int_{S} dt"),
    (
        "integral[t in real, 0 <= t, t <= 1] integral[s in real, 0 <= s, s <= t] f(s t)",
        r"\int_{0}^{1} \int_{0}^{t} f(s t)\,ds\,dt",
    ),
    ("(integral[t in R] f(t)) a", r"\left(\int_{R} f(t)\,dt\right) a"),
    ("grad[theta] integral[t in S] p(t, theta) a", r"\nabla_{\theta} \int_{S} p(t, \theta) a\,dt"),
    (
        "integral[t in S] f(a) grad[theta] p(t, theta)",
        r"\int_{S} f(a) \nabla_{\theta} p(t, \theta)\,dt",
    ),
    ("x in S", r"x \in S"),
    ("not (a in R)", r"a \notin R"),
    ("for all t in S, p(t, theta) > 0", r"\forall t \in S:\ p(t, \theta) > 0"),
    ("exists t in S with t != 0, p(t, theta) > 0", r"\exists t \in S,\ t \ne 0:\ p(t, \theta) > 0"),
    ("sup[t in R] f(t)", r"\sup_{t \in R} f(t)"),
    ("differentiable(f, a)", r"f \text{ is differentiable at } a"),
    ("differentiable(p(x, theta), theta)", r"p(x, \theta) \text{ is differentiable in } \theta"),
    ("differentiable(lambda[t in real] f(t), 2 a)", r"f \text{ is differentiable at } 2 a"),
    ("differentiable(lambda[t in real] f(t)^2, 2 a)", r"t \mapsto f(t)^{2} \text{ is differentiable at } 2 a"),
    ("continuously_differentiable(f, 0)", r"f \text{ is continuous}"),
    ("continuously_differentiable(f, 1)", r"f \text{ is continuously differentiable}"),
    ("continuously_differentiable(f, 2)", r"f \text{ is twice continuously differentiable}"),
    ("continuously_differentiable(f, 3)", r"f \text{ is } 3 \text{ times continuously differentiable}"),
    ("summable(f)", r"f \text{ is integrable}"),
    ("summable(lambda[t in vector(n)] p(t, theta))", r"t \mapsto p(t, \theta) \text{ is integrable}"),
    (
        "summable(lambda[t in vector(n)] (if t in S then p(t, theta) else 0))",
        r"t \mapsto p(t, \theta) \text{ is integrable on } S",
    ),
    (
        "summable(lambda[t in real] (if t > 0 then f(t) else 0))",
        r"t \mapsto f(t) \text{ is integrable where } t > 0",
    ),
    (
        "dominated(lambda[s in vector(q)] lambda[t in vector(n)] p(t, s), theta)",
        r"p(t, \theta) \text{ is dominated by an integrable function of } t \text{ around } \theta",
    ),
    (
        "dominated(lambda[s in vector(q)] lambda[t in vector(n)] (if t in S then p(t, s) else 0), 2 theta)",
        r"p(t, s) \text{ is dominated on } S \text{ by an integrable function of } t"
        r" \text{ around } s = 2 \theta",
    ),
    ("defined(1/a)", r"\frac{1}{a} \text{ is defined}"),
]  # fmt: skip


def read(text: str) -> Term:
    return elaborate(parse_statement(text), Scope(CONTEXT)).term


@pytest.mark.parametrize(("text", "wanted"), GOLDEN, ids=[text for text, _ in GOLDEN])
def test_calculus_looks_as_in_a_textbook(text: str, wanted: str) -> None:
    assert latex(read(text), CONTEXT) == wanted


def test_a_set_is_declared_as_a_subset() -> None:
    shown = latex_context(Context({name: CONTEXT.declarations[name] for name in ("n", "S")}))
    assert shown == r"n \in \mathbb{N}_{\ge 1},\quad S \subseteq \mathbb{R}^{n}"


def _check_balanced(text: str) -> None:
    assert text.count("{") == text.count("}")
    left = len(re.findall(r"\\left(?![a-z])", text))
    assert left == len(re.findall(r"\\right(?![a-z])", text))
    assert "derivative" not in text and text.count(r"\int") <= len(re.findall(r"(?<![a-z])d[a-z\\]", text))
    # A second exponent or subscript directly after the first would be an error in LaTeX.
    assert not re.search(r"\^\{[^{}]*\}\^|_\{[^{}]*\}_", text)


@settings(max_examples=300, deadline=None)
@given(calculus_terms())
def test_every_derivative_and_integral_has_balanced_latex(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    _check_balanced(latex(term, context))


@settings(max_examples=200, deadline=None)
@given(calculus_statements())
def test_every_statement_about_functions_has_balanced_latex(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    text = latex(term, context)
    _check_balanced(text)
    assert r"\operatorname{summable}" not in text and r"\operatorname{differentiable}" not in text
