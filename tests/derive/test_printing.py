"""Terms, types and contexts in the script language."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from checks.contexts import Context, Declaration, Fact, Independence, Law
from checks.shapes import type_of
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    ONE,
    PROPOSITION,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
    Symbol,
    Tensor,
    Term,
    Type,
    add,
    bind,
    divide,
    multiply,
    negate,
    number,
    power,
    relation,
    subtract,
)
from derive.elaboration.meaning import Scope, elaborate
from derive.printing import assemble_product, print_context, print_statement, print_term, print_type
from grammar.parser import parse_statement
from grammar.printer import print_node
from tests.calculus_strategy import calculus_context
from tests.terms_strategy import Knobs, base_context, terms

CONTEXT = base_context()
m, n, k, a, b, p, q = map(Symbol, "mnkabpq")
A, B, S, x, y, i, j, f, r = map(Symbol, "ABSxyijfr")
TWO = number(2)


def op(head: str, *arguments: Term) -> Apply:
    return Apply(head, arguments)


def entry(array: Term, *indices: Term) -> Apply:
    return Apply("entry", (array, *indices))


def over(name: str, high: Term, body: Term, condition: Term = TRUE) -> Bind:
    return bind("sum", name, Index(ONE, high), body, condition)


s, t, v, c = map(Symbol, "stvc")
G = op("norm", n, v)
TERMS: list[tuple[str, Term]] = [
    ("a - b", subtract(a, b)),
    ("-a + b", add(negate(a), b)),
    ("a + (b + p)", add(a, add(b, p))),
    ("(a + b) + p", add(add(a, b), p)),
    ("a - (b - p)", subtract(a, subtract(b, p))),
    ("-a b", negate(multiply(a, b))),
    ("(-a) b", multiply(negate(a), b)),
    ("a b p", multiply(a, b, p)),
    ("a (b p)", multiply(a, multiply(b, p))),
    ("(a b) p", multiply(multiply(a, b), p)),
    ("a * 2", multiply(a, TWO)),
    ("2 a (b + p)", multiply(TWO, a, add(b, p))),
    ("a/b", divide(a, b)),
    ("a/b/p", divide(divide(a, b), p)),
    ("a/(b/p)", divide(a, divide(b, p))),
    ("a/b * p", multiply(divide(a, b), p)),
    ("a (b/p)", multiply(a, divide(b, p))),
    ("a b / p", divide(multiply(a, b), p)),
    ("a/(b p)", divide(a, multiply(b, p))),
    ("x[i]^2", power(entry(x, i), TWO)),
    ("p^(1/2)", power(p, divide(ONE, TWO))),
    ("p^(a + b)", power(p, add(a, b))),
    ("(p^a)^b", power(power(p, a), b)),
    ("(-a)^2", power(negate(a), TWO)),
    ("-a^2", negate(power(a, TWO))),
    ("0.5 a", multiply(number(Fraction(1, 2)), a)),
    ("A x", op("matmul", A, x)),
    ("B A x", op("matmul", op("matmul", B, A), x)),
    ("B (A x)", op("matmul", B, op("matmul", A, x))),
    ("x^T S x", op("dot", x, op("matmul", S, x))),
    ("(S x)^T x", op("dot", op("matmul", S, x), x)),
    ("a y x^T", multiply(a, op("outer", y, x))),
    ("y (a x)^T", op("outer", y, multiply(a, x))),
    ("matmul(x^T, x)", op("matmul", op("transpose", x), x)),
    ("x^T x / n", divide(op("dot", x, x), n)),
    ("A B - identity(m)", subtract(op("matmul", A, B), op("identity", m))),
    ("(S^T)^-1", op("inverse", op("transpose", S))),
    ("trace(S A^T B^T)", op("trace", op("matmul", op("matmul", S, op("transpose", A)), op("transpose", B)))),
    ("a (x .* x)", multiply(a, op("hadamard", x, x))),
    ("(A B)[i, j]", entry(op("matmul", A, B), i, j)),
    ("A[i][j]", entry(entry(A, i), j)),
    ("S[i+1, 2 j]", entry(S, add(i, ONE), multiply(TWO, j))),
    ("f(a - b) r(q + 1)", multiply(op("call", f, subtract(a, b)), op("call", r, add(q, ONE)))),
    ("sum[s in 1..n] x[s] + a", add(over("s", n, entry(x, s)), a)),
    ("sum[s in 1..n] (x[s] + a)", over("s", n, add(entry(x, s), a))),
    ("a * sum[s in 1..n] x[s]", multiply(a, over("s", n, entry(x, s)))),
    ("(sum[s in 1..n] x[s]) a", multiply(over("s", n, entry(x, s)), a)),
    ("(sum[s in 1..n] x[s])^2", power(over("s", n, entry(x, s)), TWO)),
    ("sum[s in 1..m, t in 1..n] A[s, t]", over("s", m, over("t", n, entry(A, s, t)))),
    ("sum[s, t in 1..n] S[s, t]", over("s", n, over("t", n, entry(S, s, t)))),
    (
        "sum[s, t in 1..n, s != t] S[s, t]",
        over("s", n, over("t", n, entry(S, s, t), relation(s, "!=", t))),
    ),
    (
        "sum[s in 1..n, s != i] sum[t in 1..n] S[s, t]",
        over("s", n, over("t", n, entry(S, s, t)), relation(s, "!=", i)),
    ),
    ("sum[s in 1..n, t in 1..s] S[s, t]", over("s", n, over("t", s, entry(S, s, t)))),
    ("sum[s in 1..n-i+1] x[s+i-1]", over("s", add(n, negate(i), ONE), entry(x, add(s, i, negate(ONE))))),
    ("prod[s in 1..n] x[s]", bind("product", "s", Index(ONE, n), entry(x, s))),
    (
        "sup[v in vector(n), v != 0] norm(A v)/norm(v)",
        bind(
            "sup",
            "v",
            Tensor((n,)),
            divide(op("norm", m, op("matmul", A, v)), G),
            relation(v, "!=", op("zeros", n)),
        ),
    ),
    (
        "greatest { c in real | c > 0 and c a <= p }",
        bind("greatest", "c", REAL, Symbol("c"), op("and", relation(c, ">", ZERO), relation(multiply(c, a), "<=", p))),
    ),
    ("[x[s] + 1 | s in 1..n]", bind("array", "s", Index(ONE, n), add(entry(x, s), ONE))),
    ("lambda[c in real] c^2", bind("lambda", "c", REAL, power(c, TWO))),
    ("a * [i = j]", multiply(a, op("iverson", relation(i, "=", j)))),
    ("(if a > 0 then a else -a) b", multiply(op("if", relation(a, ">", ZERO), a, negate(a)), b)),
    ("E[x[i]]^2", power(op("expectation", entry(x, i)), TWO)),
    ("norm(x) + rms(x)", add(op("norm", n, x), op("rms", n, x))),
    ("ones(m, n) + zeros(m, n)", add(op("ones", m, n), op("zeros", m, n))),
]
STATEMENTS: list[tuple[str, Term]] = [
    ("a = b", relation(a, "=", b)),
    ("a = a.s. b", relation(a, "equal_almost_surely", b)),
    ("a = in law b", relation(a, "equal_in_law", b)),
    ("x = 0", relation(x, "=", op("zeros", n))),
    ("not (a = b)", op("not", relation(a, "=", b))),
    ("a = b and b = p or true", op("or", op("and", relation(a, "=", b), relation(b, "=", p)), TRUE)),
    ("a = b and (b = p or true)", op("and", relation(a, "=", b), op("or", relation(b, "=", p), TRUE))),
    ("a = b implies b = a", op("implies", relation(a, "=", b), relation(b, "=", a))),
    (
        "(a = b implies b = a) implies true",
        op("implies", op("implies", relation(a, "=", b), relation(b, "=", a)), TRUE),
    ),
    ("a > 0 iff 0 < a", op("iff", relation(a, ">", ZERO), relation(ZERO, "<", a))),
    ("for all s in index(n), x[s] > 0", bind("forall", "s", Index(ONE, n), relation(entry(x, s), ">", ZERO))),
    (
        "for all c in real with c > 0, c a <= p",
        bind("forall", "c", REAL, relation(multiply(c, a), "<=", p), relation(c, ">", ZERO)),
    ),
    (
        "(exists s in index(n), x[s] > 0) and invertible(S)",
        op("and", bind("exists", "s", Index(ONE, n), relation(entry(x, s), ">", ZERO)), op("invertible", S)),
    ),
    ("independent(x, y)", op("independent", x, y)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "term"), TERMS, ids=[text for text, _ in TERMS])
def test_terms_are_printed_as_scripts_spell_them(text: str, term: Term) -> None:
    assert print_term(term, CONTEXT) == text


@pytest.mark.parametrize(("text", "statement"), STATEMENTS, ids=[text for text, _ in STATEMENTS])
def test_statements_are_printed_as_scripts_spell_them(text: str, statement: Term) -> None:
    assert print_statement(statement, CONTEXT) == text


def test_different_terms_have_different_texts() -> None:
    texts = [text for text, _ in TERMS + STATEMENTS]
    assert len(set(texts)) == len(texts)


CALCULUS = calculus_context()
u, w, z = map(Symbol, "uwz")
IN_D, IN_R = op("call", Symbol("D"), t), op("call", Symbol("R"), t)


def derivative(body: Term, name: str, point: Term) -> Apply:
    kind = Tensor((n,)) if name in ("x", "t") else REAL
    return op("derivative", bind("lambda", name, kind, body), point)


def integral(body: Term, condition: Term = TRUE, kind: Type = REAL) -> Bind:
    return bind("integral", "t", kind, body, condition)


SQUARE = op("dot", x, x)
DERIVATIVES: list[tuple[str, Term]] = [
    ("grad[x] (x^T x)", derivative(SQUARE, "x", x)),
    ("grad[x] norm(x)", derivative(op("norm", n, x), "x", x)),
    ("jacobian[x] (A x)", derivative(op("matmul", A, x), "x", x)),
    ("hessian[x] (x^T x)", derivative(derivative(SQUARE, "x", x), "x", x)),
    ("jacobian[x] (x .* (grad[x] (x^T x)))", derivative(
        op("hadamard", x, derivative(SQUARE, "x", x)), "x", x)),
    ("partial[x[i]] (x^T x)", entry(derivative(SQUARE, "x", x), i)),
    ("(jacobian[x] (A x))[2, i]", entry(derivative(op("matmul", A, x), "x", x), TWO, i)),
    ("grad[t = a x] norm(t)", derivative(op("norm", n, t), "t", multiply(a, x))),
    ("grad[t = z] norm(t)", derivative(op("norm", n, t), "t", z)),
    ("hessian[t = z] norm(t)", derivative(derivative(op("norm", n, t), "t", t), "t", z)),
    ("grad[t = x] (t^T x)", derivative(op("dot", t, x), "t", x)),
    ("grad[a] grad[b] (a b)", derivative(derivative(multiply(a, b), "b", b), "a", a)),
    ("immediate[x] (w a)", derivative(multiply(w, a), "x", x)),
    ("immediate[x] z", derivative(z, "x", x)),
    ("grad[b] (w b)", derivative(multiply(w, b), "b", b)),
    ("b grad[a] f(a)", multiply(b, derivative(op("call", f, a), "a", a))),
    ("(grad[a] f(a)) b", multiply(derivative(op("call", f, a), "a", a), b)),
    ("(grad[a] f(a)) / b", divide(derivative(op("call", f, a), "a", a), b)),
    ("(grad[a] f(a))^2", power(derivative(op("call", f, a), "a", a), TWO)),
    ("b - grad[a] f(a)", subtract(b, derivative(op("call", f, a), "a", a))),
    ("grad[a] integral[t in real] f(a t)", derivative(
        integral(op("call", f, multiply(a, t))), "a", a)),
    ("b grad[a] sum[s in 1..n] a x[s]", multiply(b, derivative(over("s", n, multiply(a, entry(x, s))), "a", a))),
    ("derivative(f, a)", op("derivative", f, a)),
    ("integral[t in D] t^T x", integral(op("dot", t, x), IN_D, Tensor((n,)))),
    ("integral[t in R, 0 <= t] f(t)", integral(op("call", f, t), op("and", IN_R, relation(ZERO, "<=", t)))),
    ("integral[t in real, 0 <= t and t <= 1] f(t)", integral(
        op("call", f, t), op("and", relation(ZERO, "<=", t), relation(t, "<=", ONE)))),
    ("integral[t in real, (a <= t)] f(t)", integral(op("call", f, t), relation(a, "<=", t))),
    ("integral[t in real, (a in R)] f(t)", integral(op("call", f, t), op("call", Symbol("R"), a))),
    ("x in D", op("call", Symbol("D"), x)),
    ("not (x in D)", op("not", op("call", Symbol("D"), x))),
    ("for all t in D, norm(t) <= a", bind("forall", "t", Tensor((n,)), relation(op("norm", n, t), "<=", a), IN_D)),
    ("exists t in R with t > 0, f(t) = 0", bind(
        "exists", "t", REAL, relation(op("call", f, t), "=", ZERO), op("and", IN_R, relation(t, ">", ZERO)))),
    ("differentiable(norm(x), x)", op("differentiable", bind("lambda", "x", Tensor((n,)), op("norm", n, x)), x)),
    ("differentiable(f, a)", op("differentiable", f, a)),
    ("differentiable(lambda[t in real] f(t), a)", op(
        "differentiable", bind("lambda", "t", REAL, op("call", f, t)), a)),
    ("differentiable(lambda[a' in real] a' v, a)", op(
        "differentiable", bind("lambda", "a", REAL, multiply(a, v)), a)),
    ("summable(lambda[t in real] f(t)^2)", op(
        "summable", bind("lambda", "t", REAL, power(op("call", f, t), TWO)))),
    ("continuously_differentiable(f, 2)", op("continuously_differentiable", f, TWO)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "term"), DERIVATIVES, ids=[text for text, _ in DERIVATIVES])
def test_derivatives_integrals_and_sets_are_printed_as_scripts_spell_them(text: str, term: Term) -> None:
    assert print_term(term, CALCULUS) == text
    assert elaborate(parse_statement(text), Scope(CALCULUS)).term == term


@pytest.mark.parametrize("word", ["grad", "hessian"])
def test_a_word_that_names_something_else_is_not_used(word: str) -> None:
    context = CALCULUS.declare(Declaration(word, Tensor((n,))))
    body = derivative(SQUARE, "x", x)
    term = body if word == "grad" else derivative(body, "x", x)
    text = print_term(term, context)
    assert f"{word}[" not in text and elaborate(parse_statement(text), Scope(context)).term == term


def test_a_condition_that_begins_with_a_name_from_outside_is_bracketed() -> None:
    term = over("s", n, entry(x, s), relation(i, "!=", s))
    assert print_term(term, CONTEXT) == "sum[s in 1..n, (i != s)] x[s]"
    assert elaborate(parse_statement(print_term(term, CONTEXT)), Scope(CONTEXT)).term == term


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("dim", DIMENSION),
        ("index(n)", Index(ONE, n)),
        ("index(0..n-1)", Index(ZERO, subtract(n, ONE))),
        ("vector(n)", Tensor((n,))),
        ("matrix(n-k+1, n)", Tensor((add(n, negate(k), ONE), n))),
        ("tensor(m, n, k)", Tensor((m, n, k))),
        ("sequence nat", Function((NATURAL,), NATURAL)),
        ("subset of vector(k)", Function((Tensor((k,)),), PROPOSITION)),
        ("subset of real", Function((REAL,), PROPOSITION)),
        ("function vector(k), real -> real", Function((Tensor((k,)), REAL), REAL)),
        ("function (function real -> real) -> int", Function((Function((REAL,), REAL),), INTEGER)),
        (
            "(l : index(k)) -> matrix(r(l+1), r(l))",
            Function((Index(ONE, k),), Tensor((op("call", r, add(Bound(0), ONE)), op("call", r, Bound(0))))),
        ),
    ],
)
def test_types(text: str, kind: Type) -> None:
    assert print_type(kind, CONTEXT) == text


def test_bound_variables_get_primes_rather_than_capture() -> None:
    body = multiply(entry(x, Bound(0)), entry(x, i))
    assert print_term(Bind("sum", Index(ONE, n), TRUE, body, "i"), CONTEXT) == "sum[i' in 1..n] x[i'] x[i]"
    nested = Bind(
        "sum", Index(ONE, n), TRUE, Bind("sum", Index(ONE, n), TRUE, entry(S, Bound(1), Bound(0)), "s"), "s"
    )
    assert print_term(nested, CONTEXT) == "sum[s, s' in 1..n] S[s, s']"


@pytest.mark.parametrize("hint", ["sum", "E", "T", "in", "", "no name", "2x"])
def test_hints_that_are_no_names_are_replaced(hint: str) -> None:
    term = Bind("sum", Index(ONE, n), TRUE, entry(y, Bound(0)), hint)
    assert print_term(term, Context({})) == "sum[x in 1..n] y[x]"


def test_a_context_is_printed_with_laws_facts_and_lets() -> None:
    types: dict[str, Type] = {
        "n": DIMENSION,
        "k": DIMENSION,
        "s": REAL,
        "X": Tensor((n, n)),
        "z": Tensor((n,)),
    }
    laws = {
        "X": Law("declared", (), ZERO, power(s, TWO), 4, "iid"),
        "z": Law("Normal", (ZERO, ONE), entries="independent"),
    }
    declarations = {name: Declaration(name, kind, laws.get(name)) for name, kind in types.items()}
    declarations["X"] = replace(declarations["X"], latex=r"\mathbf{X}")
    context = Context(
        declarations,
        facts=(
            Fact(relation(k, "<=", n), "declared"),
            Fact(relation(s, ">", ZERO), "declared"),
            Fact(relation(s, "<", ONE), "regularity", "small"),
        ),
        lets={"d": subtract(n, k)},
        independences=(Independence((frozenset({"X"}), frozenset({"z"}))),),
    )
    assert print_context(context).splitlines() == [
        "given  n : dim",
        "       k : dim with k <= n",
        "       s : real with s > 0",
        r'       X : matrix(n, n) as "\mathbf{X}"  iid, mean 0, variance s^2, moments 4',
        "       z : vector(n)  independent, Normal(0, 1)",
        "       X, z independent",
        "let    d = n - k",
        "assume small, regularity: s < 1",
    ]


def test_a_row_of_factors_has_one_reading() -> None:
    row = op("transpose", x)
    assert assemble_product([a, B, A, x], CONTEXT) == multiply(a, op("matmul", op("matmul", B, A), x))
    assert assemble_product([row, S, x], CONTEXT) == op("dot", x, op("matmul", S, x))
    assert assemble_product([x, row, S], CONTEXT) == op("matmul", op("outer", x, x), S)
    assert assemble_product([row, x, a, x], CONTEXT) == multiply(op("dot", x, x), a, x)
    assert assemble_product([row, x, a, x], CONTEXT) != multiply(a, op("dot", x, x), x)


@settings(max_examples=300, deadline=None)
@given(terms())
def test_printing_never_fails_and_the_strategy_is_well_typed(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    type_of(term, context)
    assert print_term(term, context)


@settings(max_examples=200, deadline=None)
@given(terms(knobs=Knobs(depth=4)))
def test_what_is_printed_can_be_parsed(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    text = print_term(term, context)
    assert print_node(parse_statement(text))


def test_ill_typed_and_open_terms_are_printed_too() -> None:
    assert print_term(op("matmul", A, y), CONTEXT) == "A y"
    assert print_term(op("matmul", a, b), CONTEXT) == "matmul(a, b)"
    assert print_term(op("unheard", a, Bound(3)), CONTEXT) == "unheard(a, #3)"
    assert print_term(op("add", a), CONTEXT) == "add(a)"
