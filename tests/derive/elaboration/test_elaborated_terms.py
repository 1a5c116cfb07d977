"""What terms mean: products by type, prefix functions, brackets, definitions, binders, ranges left unsaid."""
# ruff: noqa: E501

from __future__ import annotations

from fractions import Fraction

import pytest

from checks.shapes import type_of
from checks.terms import (
    INTEGER,
    NATURAL,
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Index,
    Number,
    Symbol,
    Tensor,
    Term,
    add,
    bind,
    divide,
    multiply,
    negate,
    number,
    power,
    relation,
)
from derive.elaboration import elaborate_context, elaborate_statement, elaborate_term
from derive.printing import print_term
from grammar import syntax as s
from grammar.parser import parse_term
from tests.derive.elaboration.setting import items_of, library, setting, statement, term

n, k, m, a, b, c, q = map(Symbol, "nkmabcq")
A, B, S, x, u, y, i, j, f, g, r, V, W, X = map(Symbol, ["A", "B", "S", "x", "u", "y", "i", "j", "f", "g", "r", "V", "W", "X"])  # fmt: skip
t, v, o = map(Symbol, "tvo")
TWO = number(2)


def op(head: str, *arguments: Term) -> Apply:
    return Apply(head, arguments)


def entry(array: Term, *indices: Term) -> Apply:
    return op("entry", array, *indices)


def call(function: Term, *values: Term) -> Apply:
    return op("call", function, *values)


def total(name: str, high: Term, body: Term, condition: Term = TRUE) -> Bind:
    return bind("sum", name, Index(ONE, high), body, condition)


MEANINGS: list[tuple[str, Term]] = [
    # numbers and sums
    ("0.5", number(Fraction(1, 2))),
    ("1e-8", number(Fraction(1, 10**8))),
    ("a - b + c", add(a, negate(b), c)),
    ("a - (b - c)", add(a, negate(add(b, negate(c))))),
    ("-a + b", add(negate(a), b)),
    ("a + -b", add(a, negate(b))),
    ("-a b", negate(multiply(a, b))),
    ("-a^2", negate(power(a, TWO))),
    # products of numbers
    ("a b c", multiply(a, b, c)),
    ("a * b c", multiply(a, b, c)),
    ("a b * c", multiply(a, b, c)),
    ("a (b c)", multiply(a, multiply(b, c))),
    ("a/b c", multiply(divide(a, b), c)),
    ("a b/c", divide(multiply(a, b), c)),
    ("a/b/c", divide(divide(a, b), c)),
    ("1/2 a", multiply(divide(ONE, TWO), a)),
    ("2 * -a", multiply(TWO, negate(a))),
    ("k (k-1)", multiply(k, add(k, negate(ONE)))),
    ("k(k-1)", multiply(k, add(k, negate(ONE)))),
    # products of arrays
    ("A x", op("matmul", A, x)),
    ("B A x", op("matmul", op("matmul", B, A), x)),
    ("B (A x)", op("matmul", B, op("matmul", A, x))),
    ("a A b x c", multiply(a, b, op("matmul", A, x), c)),
    ("u x^T", op("outer", u, x)),
    ("a u x^T", multiply(a, op("outer", u, x))),
    ("u x^T S", op("matmul", op("outer", u, x), S)),
    ("x^T u", op("dot", x, u)),
    ("x^T S u", op("dot", x, op("matmul", S, u))),
    ("x^T B A u", op("dot", x, op("matmul", op("matmul", B, A), u))),
    ("x^T S", op("matmul", op("transpose", x), S)),
    ("x^T u a x^T u", multiply(op("dot", x, u), a, op("dot", x, u))),
    ("S^T x", op("matmul", op("transpose", S), x)),
    ("A(x + u)", op("matmul", A, add(x, u))),
    ("a V", multiply(a, V)),
    ("x .* u .* x", op("hadamard", x, u, x)),
    ("S x .* u", op("hadamard", op("matmul", S, x), u)),
    # powers
    ("a^b^c", power(a, power(b, c))),
    ("a^(1/2)", power(a, divide(ONE, TWO))),
    ("a^-1", power(a, negate(ONE))),
    ("S^2", power(S, TWO)),
    ("S^-1", op("inverse", S)),
    ("(x[i] - a)^2", power(add(entry(x, i), negate(a)), TWO)),
    # prefix functions take one factor
    ("log a b", multiply(op("log", a), b)),
    ("log f(a)", op("log", call(f, a))),
    ("sqrt log a b", multiply(op("sqrt", op("log", a)), b)),
    ("a * log b", multiply(a, op("log", b))),
    ("log (a b)", op("log", multiply(a, b))),
    ("tr S", op("trace", S)),
    ("tr(S X)", op("trace", op("matmul", S, X))),
    ("f a", call(f, a)),
    ("rms x", op("rms", n, x)),
    # builtin names
    ("ln(a)", op("log", a)),
    ("det(S)", op("determinant", S)),
    ("inv(S)", op("inverse", S)),
    ("diag(x)", op("diagonal_matrix", x)),
    ("diag(S)", op("diagonal", S)),
    ("S - I(n)", add(S, negate(op("identity", n)))),
    ("sign(x u^T) x", op("matmul", op("sign", op("outer", x, u)), x)),
    ("max(a, b, c)", op("maximum", a, b, c)),
    ("ceil(a) + mod(n, 2)", add(op("ceiling", a), op("modulo", n, TWO))),
    ("binom(n, k)", op("binomial", n, k)),
    ("delta(i, j)", op("iverson", relation(i, "=", j))),
    ("pi", op("pi")),
    ("E[a]^2", power(op("expectation", a), TWO)),
    ("E[S x]", op("expectation", op("matmul", S, x))),
    ("matmul(A, x)", op("matmul", A, x)),
    ("power(S, -1)", power(S, negate(ONE))),
    # bars
    ("|a|", op("abs", a)),
    ("||x||", op("norm", n, x)),
    ("||A x||^2", power(op("norm", m, op("matmul", A, x)), TWO)),
    ("||A||", op("spectral", m, n, A)),
    ("||A||_2", op("spectral", m, n, A)),
    ("||A||_F", op("frobenius", m, n, A)),
    ("||y||_rms", op("rms", m, y)),
    # indices and applications
    ("A[i+1, j]", entry(A, add(i, ONE), j)),
    ("A[1]", entry(A, ONE)),
    ("(A x)[1]", entry(op("matmul", A, x), ONE)),
    ("r(q + 1)", call(r, add(q, ONE))),
    ("r[2]", call(r, TWO)),
    ("W[1][2, 3]", entry(call(W, ONE), TWO, number(3))),
    ("g(a, b)", call(g, a, b)),
    ("F(f)", call(Symbol("F"), f)),
    ("F(exp)", call(Symbol("F"), bind("lambda", "t", REAL, op("exp", t)))),
    ("Var[a]", op("Var", a)),
    ("Var(a)", op("Var", a)),
    (
        "opnorm(A, rms, norm)",
        op(
            "opnorm", m, n, A,
            bind("lambda", "v", Tensor((m,)), op("rms", m, v)),
            bind("lambda", "v", Tensor((n,)), op("norm", n, v)),
        ),
    ),
    # binders
    ("sum[t in 1..n] x[t] u[t]", total("t", n, multiply(entry(x, t), entry(u, t)))),
    ("sum[t in 1..n] x[t] + a", add(total("t", n, entry(x, t)), a)),
    ("a sum[t in 1..n] x[t]/b", multiply(a, total("t", n, divide(entry(x, t), b)))),
    ("sum[t in index(k)] a^t", total("t", k, power(a, t))),
    ("sum[t, o in 1..n, t != o] S[t, o]", total("t", n, total("o", n, entry(S, t, o), relation(t, "!=", o)))),
    ("sum[t in 1..n, o in 1..t] S[t, o]", total("t", n, total("o", t, entry(S, t, o)))),
    ("sum[t in 1..n, (i != t)] x[t]", total("t", n, entry(x, t), relation(i, "!=", t))),
    ("sum[i in 1..n] x[i]", total("t", n, entry(x, t))),
    ("sum[t] x[t] u[t]", total("t", n, multiply(entry(x, t), entry(u, t)))),
    ("sum[t] sum[o] A[t, o] x[o]", total("t", m, total("o", n, multiply(entry(A, t, o), entry(x, o))))),
    ("sum[t] (A x)[t]", total("t", m, entry(op("matmul", A, x), t))),
    ("sum[t] W[t][1, 1]", total("t", Symbol("L"), entry(call(W, t), ONE, ONE))),
    ("sum[t] E[X[t, 1]] E[x[t]]", total("t", n, multiply(op("expectation", entry(X, t, ONE)), op("expectation", entry(x, t))))),
    ("prod[t in 1..n] x[t]", bind("product", "t", Index(ONE, n), entry(x, t))),
    ("max[t in 1..n] x[t]", bind("sup", "t", Index(ONE, n), entry(x, t))),
    (
        "sup[v in vector(n), v != 0] norm(A v)/norm(v)",
        bind(
            "sup", "v", Tensor((n,)), divide(op("norm", m, op("matmul", A, v)), op("norm", n, v)),
            relation(v, "!=", op("zeros", n)),
        ),
    ),
    ("inf[t > 0] a t", bind("inf", "t", REAL, multiply(a, t), relation(t, ">", ZERO))),
    ("lambda[t in real] t^2", bind("lambda", "t", REAL, power(t, TWO))),
    ("[x[t] + 1 | t]", bind("array", "t", Index(ONE, n), add(entry(x, t), ONE))),
    ("[3, 4]", Bind("array", Index(ONE, TWO), TRUE, op("if", relation(Bound(0), "=", ONE), number(3), number(4)))),
    ("[i = j]", op("iverson", relation(i, "=", j))),
    ("[invertible(S)]", op("iverson", op("invertible", S))),
    ("if a > 0 then a else -a", op("if", relation(a, ">", ZERO), a, negate(a))),
    (
        "greatest {t > 0 | t a <= b}",
        Bind(
            "greatest", REAL,
            op("and", relation(Bound(0), ">", ZERO), relation(multiply(Bound(0), a), "<=", b)), Bound(0),
        ),
    ),
    (
        "least {t in nat | t^2 >= 2}",
        Bind("least", NATURAL, relation(power(Bound(0), TWO), ">=", TWO), Bound(0)),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), MEANINGS, ids=[text for text, _ in MEANINGS])
def test_a_text_means_its_term(text: str, wanted: Term) -> None:
    assert term(text) == wanted
    type_of(wanted, setting())


TWINS = [
    ("a/b c", "a/(b c)"), ("-a b", "(-a) b"), ("log a b", "log(a b)"), ("B A x", "B (A x)"),
    ("x^T u", "u^T x"), ("u x^T", "x u^T"), ("A[1]", "A[1, 1]"), ("||A||", "||A||_F"), ("||x||", "||x||_rms"),
    ("sum[t] x[t] + a", "sum[t] (x[t] + a)"), ("a - b - c", "a - (b - c)"), ("a^b^c", "(a^b)^c"),
    ("E[a^2]", "E[a]^2"), ("S^-1", "S^T"), ("sum[t in 1..n] a", "sum[t in 0..n] a"),
    ("sum[t, o in 1..n] S[t, o]", "sum[t, o in 1..n] S[o, t]"), ("k(k-1)", "k (k+1)"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), TWINS)
def test_texts_that_differ_in_meaning_are_different_terms(first: str, second: str) -> None:
    assert term(first) != term(second)


def test_the_term_matrix_of_numbers() -> None:
    rows = (
        op("if", relation(Bound(0), "=", ONE), ONE, TWO),
        op("if", relation(Bound(0), "=", ONE), number(3), number(4)),
    )
    inner = Bind("array", Index(ONE, TWO), TRUE, op("if", relation(Bound(1), "=", ONE), *rows))
    assert term("[[1, 2], [3, 4]]") == Bind("array", Index(ONE, TWO), TRUE, inner)
    assert term("[5]") == Bind("array", Index(ONE, ONE), TRUE, number(5))


def test_a_bound_name_hides_a_declared_one_and_keeps_its_spelling() -> None:
    found = term("sum[x in 1..n] u[x]")
    assert found == total("t", n, entry(u, t))
    assert isinstance(found, Bind) and found.hint == "x"
    both = term("sum[i in 1..n] sum[j in 1..i] S[i, j]")
    assert both == total("t", n, total("o", t, entry(S, t, o)))
    # The abbreviation q means what it meant outside.
    assert term("sum[n in 1..k] q") == total("t", k, q)


def test_an_expected_type_reads_zero_and_functions() -> None:
    assert elaborate_term(parse_term("0"), setting(), Tensor((n,))) == op("zeros", n)
    assert elaborate_term(parse_term("0"), setting(), REAL) == Number(Fraction(0))
    wanted = setting().declarations["f"].type
    assert elaborate_term(parse_term("sqrt"), setting(), wanted) == bind("lambda", "t", REAL, op("sqrt", t))


def test_the_type_of_integers_is_kept() -> None:
    assert type_of(term("2 n - k^2"), setting()) == INTEGER
    assert type_of(term("n/2"), setting()) == REAL


STATEMENTS: list[tuple[str, Term]] = [
    ("a = b", relation(a, "=", b)),
    ("a = a.s. b", relation(a, "equal_almost_surely", b)),
    ("a = in law b", relation(a, "equal_in_law", b)),
    ("a <= b < c", op("and", relation(a, "<=", b), relation(b, "<", c))),
    ("x = 0", relation(x, "=", op("zeros", n))),
    ("0 != S", relation(op("zeros", n, n), "!=", S)),
    ("a in {1, 2}", op("or", relation(a, "=", ONE), relation(a, "=", TWO))),
    ("a not in {1}", op("not", relation(a, "=", ONE))),
    ("i in 1..k", op("and", relation(ONE, "<=", i), relation(i, "<=", k))),
    ("i in index(k)", op("and", relation(ONE, "<=", i), relation(i, "<=", k))),
    ("i in nat", relation(ZERO, "<=", i)),
    ("a in positive real", relation(a, ">", ZERO)),
    ("a in real", TRUE),
    ("x in vector(n)", TRUE),
    ("0 < a in {1}", op("and", relation(ZERO, "<", a), relation(a, "=", ONE))),
    ("not a = b", op("not", relation(a, "=", b))),
    ("a = b and b = c or true", op("or", op("and", relation(a, "=", b), relation(b, "=", c)), TRUE)),
    ("a = b implies b = a", op("implies", relation(a, "=", b), relation(b, "=", a))),
    ("a > 0 iff 0 < a", op("iff", relation(a, ">", ZERO), relation(ZERO, "<", a))),
    ("independent(X, x)", op("independent", X, x)),
    ("integrable(a)", op("integrable", a)),
    ("invertible(S)", op("invertible", S)),
    ("for all t in 1..n, x[t] > 0", bind("forall", "t", Index(ONE, n), relation(entry(x, t), ">", ZERO))),
    (
        "for all t, o in 1..n with t != o, S[t, o] = 0",
        bind(
            "forall", "t", Index(ONE, n),
            bind("forall", "o", Index(ONE, n), relation(entry(S, t, o), "=", ZERO), relation(t, "!=", o)),
        ),
    ),
    ("for all t > 0, t a > 0", bind("forall", "t", REAL, relation(multiply(t, a), ">", ZERO), relation(t, ">", ZERO))),
    (
        "for all t in positive real, t a > 0",
        bind("forall", "t", REAL, relation(multiply(t, a), ">", ZERO), relation(t, ">", ZERO)),
    ),
    (
        "for all t in {1, 2}, r(t) = 1",
        bind(
            "forall", "t", INTEGER, relation(call(r, t), "=", ONE),
            op("or", relation(t, "=", ONE), relation(t, "=", TWO)),
        ),
    ),
    ("for all t : nat, r(t+1) = r(t)", bind("forall", "t", NATURAL, relation(call(r, add(t, ONE)), "=", call(r, t)))),
    (
        "exists v in vector(n) with v != 0, A v = 0",
        bind(
            "exists", "v", Tensor((n,)), relation(op("matmul", A, v), "=", op("zeros", m)),
            relation(v, "!=", op("zeros", n)),
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), STATEMENTS, ids=[text for text, _ in STATEMENTS])
def test_a_text_means_its_statement(text: str, wanted: Term) -> None:
    assert statement(text) == wanted


EXAMPLE = """
theorem weight_shared_gradient_variance "Weight sharing: the gradient's variance"
  given n, k : dim with k <= n
        sx, sg : positive real
        X : matrix(n, n)          iid, mean 0, variance sx^2
        G : matrix(n-k+1, n-k+1)  iid, mean 0, variance sg^2     # the upstream gradient
        X, G independent
        h, l : index(k)
  let   m  = n - k + 1
        dw = sum[i, j in 1..m] G[i,j] X[i+h-1, j+l-1]
  show  Var[dw] = (n-k+1)^2 sg^2 sx^2
proof
  Var[dw]
    = E[dw^2] - E[dw]^2                                            by definition of Var
    = E[dw^2]                                                      by zero_mean
    = sum[i, j in 1..m] E[G[i,j]^2] E[X[i+h-1, j+l-1]^2]            by independence
    = m^2 sg^2 sx^2
    = (n-k+1)^2 sg^2 sx^2                                          by definition of m
qed
"""


def test_a_theorem_is_read_whole() -> None:
    (item,) = items_of(EXAMPLE)
    assert isinstance(item, s.Theorem) and item.proof is not None
    (chain,) = item.proof
    assert isinstance(chain, s.Chain)
    nodes = [chain.first, *(link.term for link in chain.links)]
    context = elaborate_context(item.context, library())
    goal = elaborate_statement(item.shows[0].statement, context)
    terms = [elaborate_term(node, context) for node in nodes]
    assert [print_term(term, context) for term in (goal, *terms)] == [
        "Var(dw) = (n - k + 1)^2 sg^2 sx^2",
        "Var(dw)",
        "E[dw^2] - E[dw]^2",
        "E[dw^2]",
        "sum[i, j in 1..m] E[G[i, j]^2] E[X[i+h-1, j+l-1]^2]",
        "m^2 sg^2 sx^2",
        "(n - k + 1)^2 sg^2 sx^2",
    ]
