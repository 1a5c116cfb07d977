"""Terms to SymPy and back."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped, unused-ignore]
from hypothesis import given, settings

from checks.contexts import Context, Declaration, Definition, Fact
from checks.shapes import type_of
from checks.terms import (
    DIMENSION,
    INTEGER,
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Function,
    Index,
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
    subtract,
)
from derive import sympy_bridge
from derive.printing import print_term
from derive.sympy_bridge import (
    UnknownSymbol,
    UnsupportedExpression,
    from_sympy,
    inert_head,
    to_sympy,
    usual,
)
from tests.terms_strategy import Knobs, base_context, terms

CONTEXT = base_context()
m, n, k, a, b, p, q, i, j = map(Symbol, "mnkabpqij")
A, B, S, x, y, f, r = map(Symbol, "ABSxyfr")
TWO = number(2)
M, N, K = sympy.symbols("m n k", integer=True, positive=True)
I, J = sympy.symbols("i j", integer=True)
RA, RB, P = sympy.symbols("a b p", real=True)
MA, MB, MS = sympy.MatrixSymbol("A", M, N), sympy.MatrixSymbol("B", N, M), sympy.MatrixSymbol("S", N, N)
VX, VY = sympy.MatrixSymbol("x", N, 1), sympy.MatrixSymbol("y", M, 1)
XI = sympy.IndexedBase("x")


def op(head: str, *arguments: Term) -> Apply:
    return Apply(head, arguments)


def entry(array: Term, *indices: Term) -> Apply:
    return Apply("entry", (array, *indices))


def over(name: str, kind: Index, body: Term) -> Bind:
    return bind("sum", name, kind, body)


RANGE = Index(ONE, n)

# -- round trips ---------------------------------------------------------------------------------------


@settings(max_examples=400, deadline=None)
@given(terms())
def test_there_and_back_again_is_the_identity(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    assert from_sympy(to_sympy(term, context), context) == term


@settings(max_examples=100, deadline=None)
@given(terms(knobs=Knobs(depth=5)))
def test_rebuilding_an_inert_expression_changes_nothing(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    expression = to_sympy(term, context)
    assert not expression.args or expression.func(*expression.args) == expression
    assert from_sympy(expression.xreplace({sympy.Symbol("nowhere"): sympy.Symbol("else")}), context) == term


@settings(max_examples=200, deadline=None)
@given(terms())
def test_usual_expressions_come_back_with_the_same_type(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    try:
        found = type_of(from_sympy(usual(term, context), context), context)
    except UnsupportedExpression:
        return
    wanted = type_of(term, context)
    assert isinstance(found, Tensor) == isinstance(wanted, Tensor)
    if isinstance(found, Tensor) and isinstance(wanted, Tensor):
        assert len(found.shape) == len(wanted.shape)


@pytest.mark.parametrize(
    "term",
    [
        divide(a, a),
        multiply(ZERO, a),
        op("sqrt", power(a, TWO)),
        power(power(a, TWO), divide(ONE, TWO)),
        add(b, a, add(a, b)),
        multiply(b, multiply(a, b)),
        subtract(a, a),
        negate(negate(a)),
        add(a, number(-2)),
        op("iverson", relation(multiply(TWO, i), "=", j)),
        op("abs", number(-1)),
        op("call", f, ZERO),
        relation(a, "=", a),
        relation(ONE, "<", ZERO),
        op("and", TRUE, relation(a, "<", b)),
        op("and", relation(b, "<", a), relation(a, "<", b)),
        op("implies", TRUE, TRUE),
        op("transpose", op("transpose", A)),
        op("inverse", op("identity", n)),
        op("maximum", b, a, b),
        op("expectation", op("expectation", entry(x, i))),
        over("s", RANGE, ONE),
        over("s", RANGE, over("s'", RANGE, entry(S, Symbol("s"), Symbol("s'")))),
        bind("sum", "s", RANGE, entry(x, Symbol("s")), relation(Symbol("s"), "!=", i)),
        op("if", TRUE, a, b),
    ],
    ids=lambda term: print_term(term, CONTEXT),
)
def test_what_sympy_would_evaluate_is_kept(term: Term) -> None:
    assert from_sympy(to_sympy(term, CONTEXT), CONTEXT) == term


def test_bound_names_that_clash_are_kept_apart() -> None:
    body = multiply(entry(x, Symbol("s")), entry(x, i))
    term = Bind("sum", RANGE, TRUE, over("s", RANGE, body).body, "i")
    expression = to_sympy(term, CONTEXT)
    assert from_sympy(expression, CONTEXT) == term
    assert sympy.Symbol("i", integer=True, positive=True) in expression.free_symbols


def test_inert_expressions_are_not_those_of_another_term() -> None:
    pairs = [(add(a, b), add(b, a)), (divide(a, a), ONE), (subtract(a, b), add(a, multiply(number(-1), b)))]
    for left, right in pairs:
        assert to_sympy(left, CONTEXT) != to_sympy(right, CONTEXT)


# -- ordinary SymPy ------------------------------------------------------------------------------------

E, F, R = sympy.Function("E"), sympy.Function("f"), sympy.Function("r")
half = sympy.Rational(1, 2)
WRITTEN: list[tuple[Any, str]] = [
    (RA + RB, "a + b"),
    (RA - RB, "a - b"),
    (N - K + 1, "n - k + 1"),
    (RA * RB / P, "a b / p"),
    (half * RA, "a/2"),
    (-3 * RA / (2 * RB), "-3 a / (2 b)"),
    (1 / RA, "1/a"),
    (RA**2 * RB**-2, "a^2/b^2"),
    (RA**RB, "a^b"),
    (sympy.sqrt(N / M), "sqrt(n)/sqrt(m)"),
    (sympy.sqrt(RA + 1), "sqrt(a + 1)"),
    (1 / sympy.sqrt(N), "1/sqrt(n)"),
    (sympy.exp(RA) + sympy.log(P), "exp(a) + log(p)"),
    (sympy.Abs(RA) * sympy.sign(RA), "abs(a) sign(a)"),
    (sympy.erf(RA), "erf(a)"),
    (sympy.pi * RA, "pi a"),
    (sympy.floor(RA) + sympy.ceiling(RB), "ceiling(b) + floor(a)"),
    (sympy.Mod(N, K), "modulo(n, k)"),
    (sympy.Max(RA, RB), "maximum(a, b)"),
    (sympy.binomial(N, K) + sympy.factorial(K), "binomial(n, k) + factorial(k)"),
    (sympy.Sum(XI[I], (I, 1, N)), "sum[i' in 1..n] x[i']"),
    (sympy.Sum(XI[sympy.Symbol("t")], (sympy.Symbol("t"), 1, N)), "sum[t in 1..n] x[t]"),
    (sympy.Product(XI[sympy.Symbol("t")], (sympy.Symbol("t"), 1, N)), "prod[t in 1..n] x[t]"),
    (
        sympy.Sum(sympy.IndexedBase("A")[sympy.Symbol("s"), sympy.Symbol("t")],
                  (sympy.Symbol("t"), 1, N), (sympy.Symbol("s"), 1, M)),
        "sum[s in 1..m, t in 1..n] A[s, t]",
    ),
    (sympy.KroneckerDelta(I, J), "[i = j]"),
    (MA * VX, "A x"),
    (MA * MB * VY, "A B y"),
    (2 * MA * VX, "2 A x"),
    (MA + MB.T, "A + B^T"),
    (MA - MB.T, "A - B^T"),
    (VY * VX.T, "y x^T"),
    (sympy.Trace(VX.T * MS * VX), "x^T S x"),
    (sympy.Trace(MS), "trace(S)"),
    (MS.I, "S^-1"),
    (MS**2, "S^2"),
    (MS.T, "S^T"),
    (sympy.det(MS), "determinant(S)"),
    (sympy.hadamard_product(MA, MA, MB.T), "(A .* A) .* B^T"),
    (sympy.Identity(N), "identity(n)"),
    (sympy.ZeroMatrix(N, 1), "zeros(n)"),
    (VY * sympy.OneMatrix(1, N), "y ones(n)^T"),
    (MA[0, 0], "A[1, 1]"),
    (MA[I - 1, J - 1], "A[i, j]"),
    (VX[J - 1, 0], "x[j]"),
    (F(RA), "f(a)"),
    (R(K + 1), "r(k + 1)"),
    (E(XI[I]) ** 2, "E[x[i]]^2"),
    (sympy.Function("norm")(MS * VX), "norm(S x)"),
    (sympy.Eq(RA, RB), "a = b"),
    (sympy.Ne(RA, RB), "a != b"),
    (RA <= RB, "a <= b"),
    (RA > RB, "a > b"),
    (sympy.And(RA > 0, RB > 0), "a > 0 and b > 0"),
    (sympy.Not(sympy.And(RA > 0, RB > 0), evaluate=False), "not (a > 0 and b > 0)"),
    (sympy.Implies(RA > 0, RB > 0), "a > 0 implies b > 0"),
    (sympy.Equivalent(RA > 0, RB > 0), "a > 0 iff b > 0"),
    (sympy.Piecewise((RA, RA > 0), (-RA, True)), "if a > 0 then a else -a"),
    (sympy.Piecewise((1, RA > 0), (0, True)), "[a > 0]"),
    (sympy.Lambda(RA, RA**2), "lambda[a' in real] a'^2"),
    (sympy.true, "true"),
    (sympy.Indexed(sympy.IndexedBase("S"), sympy.Idx("i"), sympy.Idx("j")), "S[i, j]"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "text"), WRITTEN, ids=[text for _, text in WRITTEN])
def test_what_users_write_is_understood(expression: Any, text: str) -> None:
    term = from_sympy(expression, CONTEXT)
    type_of(term, CONTEXT)
    assert print_term(term, CONTEXT) == text


def test_expectations_of_sympy_stats() -> None:
    from sympy.stats import Expectation, Normal  # type: ignore[import-untyped, unused-ignore]

    context = CONTEXT.declare(Declaration("Z", REAL))
    z = Normal("Z", 0, 1)
    assert print_term(from_sympy(Expectation(z**2), context), context) == "E[Z^2]"


def test_python_numbers_and_booleans() -> None:
    assert from_sympy(3, CONTEXT) == number(3)
    assert from_sympy(True, CONTEXT) == TRUE


# -- usual ---------------------------------------------------------------------------------------------

s, t = Symbol("s"), Symbol("t")


@pytest.mark.parametrize(
    ("term", "expression"),
    [
        (divide(a, a), sympy.Integer(1)),
        (add(b, a), RA + RB),
        (op("sqrt", TWO), sympy.sqrt(2)),
        (op("dot", x, x), None),
        (over("s", RANGE, number(3)), None),
        (op("matmul", A, x), sympy.MatMul(MA, VX)),
        (op("trace", S), sympy.Trace(MS)),
        (op("iverson", relation(i, "=", i)), sympy.Integer(1)),
        (op("if", relation(a, "<", a), a, b), RB),
    ],
)
def test_usual_evaluates(term: Term, expression: Any) -> None:
    found = usual(term, CONTEXT)
    if expression is None:
        assert isinstance(found, sympy.Sum)
    else:
        assert str(found) == str(expression)


def test_usual_sums_can_be_calculated() -> None:
    triangle = over("s", RANGE, over("t", Index(ONE, s), ONE))
    total = usual(triangle, CONTEXT).doit()
    size = sympy.Symbol("n", integer=True, positive=True)
    assert sympy.expand(total - size * (size + 1) / 2) == 0
    off = bind("sum", "s", Index(ONE, number(4)), s, relation(s, "!=", TWO))
    assert usual(off, CONTEXT).doit() == 8


def test_usual_unfolds_abbreviations_and_keeps_opaque_definitions() -> None:
    parameter = (Declaration("t", REAL),)
    double = Definition("double", parameter, 0, REAL, multiply(TWO, t))
    hidden = Definition("hidden", parameter, 0, REAL, multiply(TWO, t), opaque=True)
    context = Context({"a": Declaration("a", REAL)}, definitions={"double": double, "hidden": hidden})
    assert usual(op("erf", a), CONTEXT) == sympy.erf(sympy.Symbol("a", real=True))
    assert usual(op("double", a), context) == 2 * sympy.Symbol("a", real=True)
    assert usual(op("hidden", a), context) == sympy.Function("hidden")(sympy.Symbol("a", real=True))


def test_symbols_carry_what_their_types_say() -> None:
    context = Context(
        {
            "d": Declaration("d", DIMENSION),
            "z": Declaration("z", INTEGER),
            "p": Declaration("p", REAL),
            "u": Declaration("u", REAL),
        },
        (Fact(relation(Symbol("p"), ">", ZERO), "declared"), Fact(relation(ZERO, "<=", Symbol("u")))),
    )
    symbols = {name: to_sympy(Symbol(name), context) for name in context.declarations}
    assert symbols["d"].is_positive and symbols["d"].is_integer
    assert symbols["z"].is_integer and symbols["z"].is_positive is None
    assert symbols["p"].is_positive and symbols["u"].is_nonnegative and symbols["u"].is_positive is None


# -- errors --------------------------------------------------------------------------------------------


def test_unknown_symbols_are_named() -> None:
    for expression in (sympy.Symbol("zz"), sympy.MatrixSymbol("zz", 2, 2), sympy.Function("zz")(1)):
        with pytest.raises(UnknownSymbol, match="zz"):
            from_sympy(expression, CONTEXT)
    with pytest.raises(UnknownSymbol, match="zz"):
        to_sympy(Symbol("zz"), CONTEXT)
    with pytest.raises(UnknownSymbol, match="zz"):
        to_sympy(op("zz", a), CONTEXT)


@pytest.mark.parametrize(
    ("expression", "head"),
    [
        (sympy.Integral(RA, RA), "Integral"),
        (sympy.Float(0.5), "Float"),
        (sympy.oo, "Infinity"),
        (sympy.nan, "NaN"),
        (sympy.I, "ImaginaryUnit"),
        (sympy.gamma(RA), "gamma"),
        (sympy.Piecewise((RA, RA > 0)), "Piecewise"),
        (sympy.Product(RA, (I, 1, sympy.oo)), "Infinity"),
        (sympy.Matrix([[1, 2]]), "Matrix"),
    ],
)
def test_what_has_no_counterpart_is_named(expression: Any, head: str) -> None:
    with pytest.raises(UnsupportedExpression, match=head):
        from_sympy(expression, CONTEXT)


@pytest.mark.parametrize("text", ["a + b", "__import__('os').system('true')", 0.5, None, ["a"]])
def test_text_and_floats_are_never_read(text: Any) -> None:
    with pytest.raises(UnsupportedExpression):
        from_sympy(text, CONTEXT)
    with pytest.raises(UnsupportedExpression):
        inert_head("add")(text, text)


def test_a_definition_whose_lengths_cannot_be_told_is_refused() -> None:
    with pytest.raises(UnsupportedExpression, match="norm"):
        from_sympy(sympy.Function("norm")(RA), CONTEXT)


def test_an_array_valued_function_has_no_usual_form() -> None:
    with pytest.raises(UnsupportedExpression, match="W"):
        usual(op("call", Symbol("W"), ONE), CONTEXT)


def test_a_function_symbol_may_stand_alone() -> None:
    context = CONTEXT.declare(Declaration("g", Function((Function((REAL,), REAL),), REAL)))
    term = op("call", Symbol("g"), f)
    assert from_sympy(to_sympy(term, context), context) == term


def test_the_expectation_head_is_exported() -> None:
    expression = sympy_bridge.Expectation(XI[I] ** 2)
    assert print_term(from_sympy(expression, CONTEXT), CONTEXT) == "E[x[i]^2]"


def test_sympy_is_imported_only_when_used() -> None:
    program = "import sys, derive.sympy_bridge; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
