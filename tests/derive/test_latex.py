"""Terms, statements, types and contexts as LaTeX: golden texts, and properties of random terms."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from checks.contexts import Context, Declaration, Definition, Fact, Independence, Law
from checks.terms import (
    DIMENSION,
    NATURAL,
    ONE,
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
from derive.latex import latex, latex_context, latex_type, spell_name
from tests.terms_strategy import terms

m, n, k, a, c, h, l, i, j = map(Symbol, "mnkachlij")
W, X, G, S, x, y, g, u, v, f, r = map(Symbol, "WXGSxyguvfr")
d_in, d_out, sigma_w, alpha = map(Symbol, ("d_in", "d_out", "sigma_w", "alpha"))
TWO = number(2)


def op(head: str, *arguments: Term) -> Apply:
    return Apply(head, arguments)


def entry(array: Term, *indices: Term) -> Apply:
    return Apply("entry", (array, *indices))


def over(name: str, high: Term, body: Term, condition: Term = TRUE) -> Bind:
    return bind("sum", name, Index(ONE, high), body, condition)


def mean(term: Term) -> Apply:
    return op("expectation", term)


def definition(name: str, parameters: dict[str, Type], implicit: int, spelling: str | None) -> Definition:
    listed = tuple(Declaration(each, kind) for each, kind in parameters.items())
    return Definition(name, listed, implicit, REAL, ZERO, latex=spelling)


def _context() -> Context:
    types: dict[str, Type] = {
        **dict.fromkeys(("m", "n", "k", "d_in", "d_out"), DIMENSION),
        **dict.fromkeys(("a", "c", "alpha", "sigma_w"), REAL),
        "W": Tensor((d_out, d_in)), "X": Tensor((n, n)), "G": Tensor((n, n)), "S": Tensor((n, n)),
        "x": Tensor((d_in,)), "y": Tensor((d_out,)), "g": Tensor((d_out,)), "u": Tensor((n,)),
        "v": Tensor((n,)),
        "h": Index(ONE, k), "l": Index(ONE, k), "i": Index(ONE, n), "j": Index(ONE, n),
        "f": Function((REAL,), REAL), "r": Function((NATURAL,), NATURAL), "loss": Function((REAL,), REAL),
        "V": Function((Index(ONE, k),), Tensor((n, n))),
    }  # fmt: skip
    vector: dict[str, Type] = {"n": DIMENSION, "v": Tensor((n,))}
    matrix: dict[str, Type] = {"m": DIMENSION, "n": DIMENSION, "A": Tensor((m, n))}
    definitions = [
        definition("norm", vector, 1, r"\left\lVert #1\right\rVert_2"),
        definition("rms", vector, 1, None),
        definition("spectral", matrix, 2, r"\lVert #1\rVert_{2}"),
        definition("Var", {"t": REAL}, 0, r"\operatorname{Var}"),
        definition("scaled", {"s": REAL, "t": REAL}, 0, r"#1\star #2"),
        definition("induced", {"p": Function((Tensor((n,)),), REAL), "a": REAL}, 0, r"\lVert #2\rVert_{#1}"),
    ]
    return Context(
        {name: Declaration(name, kind) for name, kind in types.items()},
        definitions={each.name: each for each in definitions},
    )


CONTEXT = _context()
s, t, p, q = map(Symbol, "stpq")
GOLDEN: list[tuple[str, Term]] = [
    (r"W x", op("matmul", W, x)),
    (r"\sum_{t=1}^{d_{\mathrm{in}}} W_{it} x_{t}", over("t", d_in, multiply(entry(W, i, t), entry(x, t)))),
    (r"\operatorname{rms}(W x)^{2}", power(op("rms", d_out, op("matmul", W, x)), TWO)),
    (
        r"\mathbb{E}\left[\operatorname{rms}(W x)^{2}\right]",
        mean(power(op("rms", d_out, op("matmul", W, x)), TWO)),
    ),
    (
        r"\frac{1}{d_{\mathrm{out}}} \sum_{s=1}^{d_{\mathrm{out}}} \mathbb{E}\left[y_{s}^{2}\right]",
        multiply(divide(ONE, d_out), over("s", d_out, mean(power(entry(y, s), TWO)))),
    ),
    (
        r"\sup_{p \ne 0} \frac{\left\lVert W p\right\rVert_2}{\left\lVert p\right\rVert_2}",
        bind(
            "sup",
            "p",
            Tensor((d_in,)),
            divide(op("norm", d_out, op("matmul", W, p)), op("norm", d_in, p)),
            relation(p, "!=", op("zeros", d_in)),
        ),
    ),
    (r"\sup_{p \in \mathbb{R}^{n}} u^{\top} p", bind("sup", "p", Tensor((n,)), op("dot", u, p))),
    (r"\sqrt{\frac{d_{\mathrm{in}}}{d_{\mathrm{out}}}} \lVert W\rVert_{2}", multiply(
        op("sqrt", divide(d_in, d_out)), op("spectral", d_out, d_in, W))),
    (r"\operatorname{Var}(a c)", op("Var", multiply(a, c))),
    (
        r"\mathbb{E}\left[(a c)^{2}\right] - \mathbb{E}\left[a c\right]^{2}",
        subtract(mean(power(multiply(a, c), TWO)), power(mean(multiply(a, c)), TWO)),
    ),
    (
        r"\sum_{s,t=1}^{m} G_{st} X_{s+h-1,\,t+l-1}",
        over("s", m, over("t", m, multiply(
            entry(G, s, t), entry(X, add(s, h, negate(ONE)), add(t, l, negate(ONE)))))),
    ),
    (r"(n - k + 1)^{2} \sigma_{w}^{2}", multiply(power(add(n, negate(k), ONE), TWO), power(sigma_w, TWO))),
    (
        r"\sum_{\substack{s,t=1 \\ s \ne t}}^{n} S_{st}",
        over("s", n, over("t", n, entry(S, s, t), relation(s, "!=", t))),
    ),
    (r"\sum_{s=1}^{n}\sum_{t=1}^{s} S_{st}", over("s", n, over("t", s, entry(S, s, t)))),
    (r"\left(\sum_{s=1}^{n} u_{s}\right)^{2}", power(over("s", n, entry(u, s)), TWO)),
    (r"\sum_{s=1}^{n} (u_{s} + v_{s})", over("s", n, add(entry(u, s), entry(v, s)))),
    (r"\prod_{s=1}^{n} u_{s}", bind("product", "s", Index(ONE, n), entry(u, s))),
    (r"\operatorname{erf}(a)^{2}", power(op("erf", a), TWO)),
    (r"\lvert u_{i}\rvert \operatorname{sign}(v_{j})", multiply(
        op("abs", entry(u, i)), op("sign", entry(v, j)))),
    (r"v + u \odot v - u \odot u", add(v, op("hadamard", u, v), negate(op("hadamard", u, u)))),
    (r"(V^{(l)})^{\top} (V^{(l)}_{ij})^{2}", multiply(
        op("transpose", op("call", Symbol("V"), l)), power(entry(op("call", Symbol("V"), l), i, j), TWO))),
    (r"\left\lvert \frac{a}{c}\right\rvert", op("abs", divide(a, c))),
    (r"\operatorname{sign}(g x^{\top}) x", op("matmul", op("sign", op("outer", g, x)), x)),
    (r"\lVert a u v^{\top}\rVert_{2} \le \sqrt{m}", relation(
        op("spectral", n, n, multiply(a, op("outer", u, v))), "<=", op("sqrt", m))),
    (
        r"\max\left\{p > 0 : p \le \frac{1}{\sqrt{n}}\right\}",
        bind("greatest", "p", REAL, Symbol("p"), op(
            "and", relation(p, ">", ZERO), relation(p, "<=", divide(ONE, op("sqrt", n))))),
    ),
    (r"\frac{1}{2} (3 I_{n} - S S^{\top}) S", multiply(number(Fraction(1, 2)), op(
        "matmul", subtract(multiply(number(3), op("identity", n)), op("matmul", S, op("transpose", S))), S))),
    (r"(S^{\top})^{-1}", op("inverse", op("transpose", S))),
    (r"(S u)_{i}", entry(op("matmul", S, u), i)),
    (r"S_{i,\,:}", entry(S, i)),
    (r"S_{1,\,2}", entry(S, ONE, TWO)),
    (r"S_{1j}", entry(S, ONE, j)),
    (r"u \odot v + u", add(op("hadamard", u, v), u)),
    (r"\operatorname{tr}(S S) \det(S)", multiply(op("trace", op("matmul", S, S)), op("determinant", S))),
    (r"u^{\top} S v", op("dot", u, op("matmul", S, v))),
    (r"a^{\tfrac{1}{2}}", power(a, divide(ONE, TWO))),
    (r"a^{m/(n k)}", power(a, divide(m, multiply(n, k)))),
    (r"\left(\frac{a}{c}\right)^{2}", power(divide(a, c), TWO)),
    (r"2 \cdot 3^{n}", multiply(TWO, power(number(3), n))),
    (r"-\frac{a c}{2}", negate(divide(multiply(a, c), TWO))),
    (r"a (-c)", multiply(a, negate(c))),
    (
        r"\frac{e^{u_{i}}}{\sum_{s=1}^{n} e^{u_{s}}}",
        divide(op("exp", entry(u, i)), over("s", n, op("exp", entry(u, s)))),
    ),
    (r"[i = j] u_{i}", multiply(op("iverson", relation(i, "=", j)), entry(u, i))),
    (
        r"\begin{cases} a & \text{if } a > 0 \\ 0 & \text{otherwise} \end{cases}",
        op("if", relation(a, ">", ZERO), a, ZERO),
    ),
    (r"r_{k+1} = r_{k} + k - 1", relation(
        op("call", r, add(k, ONE)), "=", add(op("call", r, k), k, negate(ONE)))),
    (r"V^{(l)}_{ij}", entry(op("call", Symbol("V"), l), i, j)),
    (r"f(a) + \operatorname{loss}(a - c)", add(
        op("call", f, a), op("call", Symbol("loss"), subtract(a, c)))),
    (r"\left\lfloor \frac{n}{2}\right\rfloor + \binom{n}{k} k!", add(
        op("floor", divide(n, TWO)), multiply(op("binomial", n, k), op("factorial", k)))),
    (r"(a + c)\star a", op("scaled", add(a, c), a)),
    (r"\lVert a\rVert_{\operatorname{rms}}", op(
        "induced", Bind("lambda", Tensor((n,)), TRUE, op("rms", n, Bound(0)), "v"), a)),
    (r"a \overset{\text{a.s.}}{=} c", relation(a, "equal_almost_surely", c)),
    (r"a \overset{d}{=} c", relation(a, "equal_in_law", c)),
    (r"\forall p > 0:\ p a \le c", bind(
        "forall", "p", REAL, relation(multiply(p, a), "<=", c), relation(p, ">", ZERO))),
    (r"\exists s, t \in \{1, \ldots, n\}:\ S_{st} = 0", bind("exists", "s", Index(ONE, n), bind(
        "exists", "t", Index(ONE, n), relation(entry(S, s, t), "=", ZERO)))),
    (r"a c \le 1 \iff a \le \frac{1}{c}", op("iff", relation(multiply(a, c), "<=", ONE), relation(
        a, "<=", divide(ONE, c)))),
    (r"a = 1 \land c = 1 \implies a = c", op("implies", op("and", relation(a, "=", ONE), relation(
        c, "=", ONE)), relation(a, "=", c))),
    (r"\lnot (a = c)", op("not", relation(a, "=", c))),
    (r"S \text{ is invertible}", op("invertible", S)),
    (r"u \perp\!\!\!\perp v", op("independent", u, v)),
    (r"\left(u_{s} v_{t}\right)_{s=1,\,t=1}^{n,\,n}", bind("array", "s", Index(ONE, n), bind(
        "array", "t", Index(ONE, n), multiply(entry(u, s), entry(v, t))))),
    (r"\mathbf{1}_{n} + \mathbf{0}_{n}", add(op("ones", n), op("zeros", n))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "term"), GOLDEN, ids=[text for text, _ in GOLDEN])
def test_terms_look_as_in_a_textbook(text: str, term: Term) -> None:
    assert latex(term, CONTEXT) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x", "x"),
        ("alpha", r"\alpha"),
        ("sigma_w", r"\sigma_{w}"),
        ("d_in", r"d_{\mathrm{in}}"),
        ("x1", "x_{1}"),
        ("W_1'", "W_{1}'"),
        ("y'", "y'"),
        ("theta_hat", r"\hat{\theta}"),
        ("x_bar_1", r"\bar{x}_{1}"),
        ("dw", r"\mathrm{dw}"),
        ("d_model_max", r"d_{\mathrm{model},\mathrm{max}}"),
    ],
)
def test_names(name: str, text: str) -> None:
    assert spell_name(name) == text


def test_declared_spellings_come_first() -> None:
    declared = replace(CONTEXT.declarations["X"], latex=r"\Delta W")
    context = CONTEXT.declare(declared)
    assert latex(op("matmul", X, u), context) == r"\Delta W u"
    subscripted = CONTEXT.declare(replace(declared, latex="X_0"))
    assert latex(entry(X, i, j), subscripted) == "(X_0)_{ij}"


def test_the_exponential_keeps_its_name_when_e_is_taken() -> None:
    assert latex(op("exp", a), CONTEXT.declare(Declaration("e", REAL))) == r"\exp(a)"


def test_types() -> None:
    assert latex_type(Tensor((m, n)), CONTEXT) == r"\mathbb{R}^{m \times n}"
    assert latex_type(Index(ONE, n), CONTEXT) == r"\{1, \ldots, n\}"
    assert (
        latex_type(Function((Tensor((n,)), REAL), REAL), CONTEXT)
        == r"\mathbb{R}^{n} \times \mathbb{R} \to \mathbb{R}"
    )


def test_a_context_in_clauses() -> None:
    context = Context(
        {
            "m": Declaration("m", DIMENSION),
            "n": Declaration("n", DIMENSION),
            "W": Declaration("W", Tensor((m, n)), Law("Normal", (ZERO, ONE), entries="iid")),
            "x": Declaration("x", Tensor((n,)), Law("declared", (), ZERO, ONE, 2, "iid")),
        },
        facts=(Fact(relation(m, "<=", n)),),
        lets={"y": op("matmul", W, x)},
        independences=(Independence((frozenset({"W"}), frozenset({"x"}))),),
    )
    assert latex_context(context).split(",\\quad ") == [
        r"m, n \in \mathbb{N}_{\ge 1}",
        r"W \in \mathbb{R}^{m \times n}",
        r"x \in \mathbb{R}^{n}",
        r"W_{ij} \overset{\text{i.i.d.}}{\sim} \mathcal{N}(0, 1)",
        r"x_{i} \text{ i.i.d.},\ \mathbb{E}\left[x_{i}\right] = 0,\ \operatorname{Var}(x_{i}) = 1",
        r"W \perp\!\!\!\perp x",
        r"y = W x",
        r"m \le n",
    ]


@settings(max_examples=300, deadline=None)
@given(terms())
def test_every_term_has_balanced_latex(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    text = latex(term, context)
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right")
    assert text.count(r"\begin{cases}") == text.count(r"\end{cases}")
    assert "^{" not in _after_exponents(text)


def _after_exponents(text: str) -> str:
    """What directly follows each exponent: a second exponent there would be an error in LaTeX."""
    followers = []
    for start in range(len(text)):
        if text.startswith("^{", start):
            depth, end = 1, start + 2
            while depth:
                depth += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            followers.append(text[end : end + 2])
    return " ".join(followers)
