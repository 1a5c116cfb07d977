"""Derivatives by evaluation, against known formulas and against difference quotients."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context
from checks.terms import REAL, TRUE, Function, Symbol, Term, Type, bind
from checks.terms import instantiate as instantiated
from checks.trials import Undefined, Unsupported, evaluate
from checks.trials import test as try_to_refute
from checks.trials.evaluation import to_fraction
from checks.trials.values import Array, compare, subtract, to_ball
from tests.checks.trials.build import (
    E,
    S,
    at,
    context,
    dim,
    eq,
    f,
    index,
    lit,
    matrix,
    minus,
    normal,
    over,
    plus,
    real,
    rel,
    sqrt,
    times,
    to,
    total,
    var,
    vector,
)

x, y, t, n, m, i, j, k = (S(name) for name in "xytnmijk")
a, A, B, p = S("a"), S("A"), S("B"), S("p")


def function_of(symbol: Symbol, kind: Type, body: Term) -> Term:
    return bind("lambda", symbol.name, kind, body)


def derivative(body: Term, symbol: Symbol, kind: Type = REAL, point: Term | None = None) -> Term:
    return f("derivative", function_of(symbol, kind, body), symbol if point is None else point)


def called(name: str, *arguments: Term) -> Term:
    return f("call", S(name), *arguments)


def value(term: Term, where: Context | None = None, **values: Any) -> Any:
    return evaluate(term, where or context(*real("x", "y")), values)


def is_small(number: Any) -> bool:
    return bool(abs(to_ball(number)) < 1e-12)


def entries(array: Any) -> list[Fraction]:
    assert isinstance(array, Array)
    return [to_fraction(entry) for entry in array.entries]


def halves(*numbers: int) -> list[Fraction]:
    return [Fraction(number, 2) for number in numbers]


# -- numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (to(x, 3), 12),
        (over(1, x), Fraction(-1, 4)),
        (to(x, -2), Fraction(-1, 4)),
        (over(plus(x, 1), minus(x, 1)), -2),
        (f("abs", minus(1, times(x, x))), 4),
        (f("maximum", times(3, x), to(x, 3)), 12),
        (f("minimum", times(3, x), to(x, 3)), 3),
        (f("sign", x), 0),
        (f("floor", over(x, 3)), 0),
        (times(f("iverson", rel(x, ">", 1)), to(x, 2)), 4),
        (f("if", rel(x, ">", 3), x, times(5, x)), 5),
        (total("k", 1, 3, to(x, k)), 17),
        (lit(7), 0),
        (to(f("sqrt", plus(to(x, 2), 5)), 2), 4),
    ],
)
def test_derivatives_of_numbers_are_exact(body: Term, wanted: Fraction) -> None:
    found = value(derivative(body, x), x=Fraction(2))
    assert compare(found, fmpq(Fraction(wanted).numerator, Fraction(wanted).denominator)) == 0


@pytest.mark.parametrize(
    ("body", "slope"),
    [
        (f("exp", times(3, x)), times(3, f("exp", times(3, x)))),
        (f("log", to(x, 2)), over(2, x)),
        (f("sin", to(x, 2)), times(2, x, f("cos", to(x, 2)))),
        (f("cos", x), times(-1, f("sin", x))),
        (f("tanh", x), minus(1, to(f("tanh", x), 2))),
        (sqrt(plus(x, 1)), over(1, times(2, sqrt(plus(x, 1))))),
        (to(x, Fraction(1, 3)), times(lit(Fraction(1, 3)), to(x, Fraction(-2, 3)))),
        (to(x, x), times(to(x, x), plus(f("log", x), 1))),
    ],
)
def test_derivatives_of_elementary_functions(body: Term, slope: Term) -> None:
    for point in (Fraction(2), Fraction(5, 3)):
        difference = value(minus(derivative(body, x), slope), x=point)
        assert is_small(difference)


@pytest.mark.parametrize(
    "body",
    [
        f("abs", x),
        sqrt(x),
        sqrt(to(x, 2)),
        f("sign", x),
        f("floor", x),
        f("ceiling", times(2, x)),
        f("maximum", x, 0),
        f("minimum", x, times(2, x)),
        f("if", rel(x, ">=", 0), x, times(2, x)),
        f("iverson", rel(x, "=", 0)),
        f("if", rel(to(x, 2), "=", 0), lit(1), lit(0)),
        over(1, x),
        f("log", x),
        to(x, Fraction(3, 2)),
        to(x, Fraction(1, 3)),
    ],
)
def test_a_kink_at_the_point_has_no_derivative(body: Term) -> None:
    with pytest.raises(Undefined):
        value(derivative(body, x), x=Fraction(0))


def test_derivatives_within_derivatives_are_told_apart() -> None:
    inner = derivative(plus(x, y), y, point=lit(1))
    assert value(derivative(times(x, inner), x), x=Fraction(5)) == 1
    inner = derivative(times(x, to(y, 2)), y, point=x)
    assert value(derivative(times(x, inner), x), x=Fraction(2)) == 24
    assert value(derivative(derivative(to(x, 4), x), x), x=Fraction(3)) == 108
    third = derivative(derivative(derivative(f("exp", times(2, x)), x), x), x)
    assert value(third, x=Fraction(0)) == 8
    kink = derivative(derivative(times(x, f("abs", x)), x), x)
    assert value(kink, x=Fraction(-3)) == -2
    with pytest.raises(Undefined):
        value(kink, x=Fraction(0))


# -- arrays --------------------------------------------------------------------------------------------

SQUARE = context(*dim("n"), var("A", matrix(n, n)), var("B", matrix(n, n)), var("x", vector(n)))
POINT = {"n": 3, "A": [halves(1, 2, 3), halves(-1, 4, 2), halves(2, 2, 7)], "x": halves(1, -3, 4)}


def test_the_shape_is_that_of_the_value_then_that_of_the_argument() -> None:
    where = context(*dim("m", "n"), var("A", matrix(m, n)), var("x", vector(n)))
    values = {"m": 2, "n": 3, "A": [halves(1, 2, 3), halves(4, 5, 6)], "x": halves(1, 2, 3)}
    product = f("matmul", A, x)
    found = value(derivative(product, x, vector(n)), where, **values)
    assert found.shape == (2, 3)
    assert entries(found) == halves(1, 2, 3, 4, 5, 6)
    found = value(derivative(product, A, matrix(m, n)), where, **values)
    assert found.shape == (2, 2, 3)
    assert entries(found) == halves(1, 2, 3, 0, 0, 0, 0, 0, 0, 1, 2, 3)
    assert value(derivative(times(S("t"), x), S("t"), point=lit(1)), where, **values).shape == (3,)


@pytest.mark.parametrize(
    ("body", "symbol", "wanted"),
    [
        (to(f("norm", n, f("matmul", A, x)), 2), x, times(2, f("matmul", f("transpose", A), f("matmul", A, x)))),
        (f("dot", x, f("matmul", A, x)), x, f("matmul", plus(A, f("transpose", A)), x)),
        (f("dot", x, f("matmul", A, x)), A, f("outer", x, x)),
        (f("trace", f("matmul", A, A)), A, times(2, f("transpose", A))),
        (f("determinant", A), A, times(f("determinant", A), f("transpose", f("inverse", A)))),
        (f("log", f("determinant", A)), A, f("transpose", f("inverse", A))),
        (f("trace", f("inverse", A)), A, times(-1, f("transpose", to(A, -2)))),
        (f("trace", to(A, 3)), A, times(3, f("transpose", to(A, 2)))),
        (f("norm", n, x), x, over(x, f("norm", n, x))),
        (total("i", 1, n, f("exp", at(x, i))), x, f("exp", x)),
    ],
)
def test_derivatives_of_matrix_functions(body: Term, symbol: Symbol, wanted: Term) -> None:
    kind = vector(n) if symbol == x else matrix(n, n)
    found, expected = (value(term, SQUARE, **POINT) for term in (derivative(body, symbol, kind), wanted))
    assert found.shape == expected.shape
    for left, right in zip(found.entries, expected.entries, strict=True):
        assert is_small(subtract(left, right))


def test_an_index_out_of_range_is_undefined() -> None:
    entry = at(derivative(total("j", 1, n, at(x, j)), x, vector(n)), k)
    where = context(*dim("n"), var("x", vector(n)), var("k", index(n)))
    assert value(entry, where, n=2, x=halves(1, 3), k=2) == 1
    with pytest.raises(Undefined):
        value(entry, where, n=2, x=halves(1, 3), k=3)


# -- difference quotients ------------------------------------------------------------------------------

small = st.fractions(-3, 3, max_denominator=4)
leaves = st.one_of(st.just(x), st.just(y), small.map(lit))
smooth = st.recursive(
    leaves,
    lambda part: st.one_of(
        st.builds(plus, part, part),
        st.builds(times, part, part),
        st.builds(minus, part, part),
        st.builds(lambda b, e: to(b, e), part, st.integers(0, 3)),
        st.builds(lambda u, v: over(u, plus(2, to(v, 2))), part, part),
        st.builds(lambda u: f("sign", u), part),
        st.builds(lambda u: f("abs", u), part),
        st.builds(lambda u, v: f("maximum", u, v), part, part),
        st.builds(lambda u, v: f("if", rel(u, "<", v), u, to(v, 2)), part, part),
    ),
    max_leaves=7,
)


def quotient_error(body: Term, where: dict[str, Fraction], slope: Fraction, step: Fraction) -> Fraction:
    ends = [to_fraction(value(body, **{**where, "x": where["x"] + sign * step})) for sign in (1, -1)]
    return abs((ends[0] - ends[1]) / (2 * step) - slope)


@settings(max_examples=150, deadline=None)
@given(smooth, small, small)
def test_derivatives_are_limits_of_difference_quotients(body: Term, first: Fraction, second: Fraction) -> None:
    where = {"x": first, "y": second}
    try:
        slope = to_fraction(value(derivative(body, x), **where))
    except (Undefined, Unsupported):
        return
    far, near = (quotient_error(body, where, slope, Fraction(1, 10**digits)) for digits in (9, 12))
    assert near <= far / 10**5 or near == 0


@settings(max_examples=60, deadline=None)
@given(smooth, smooth, small, small)
def test_the_product_rule_and_the_chain_rule(u: Term, v: Term, first: Fraction, second: Fraction) -> None:
    where = {"x": first, "y": second}
    at_value = function_of(x, REAL, u)
    try:
        product = value(derivative(times(u, v), x), **where)
        parts = value(plus(times(u, derivative(v, x)), times(v, derivative(u, x))), **where)
        inner = instantiated(at_value.body, v)
        chain = value(derivative(inner, x), **where)
        outer = times(derivative(u, x, point=v), derivative(v, x))
        composed = value(outer, **where)
    except (Undefined, Unsupported):
        return
    assert to_fraction(product) == to_fraction(parts)
    assert to_fraction(chain) == to_fraction(composed)


@settings(max_examples=60, deadline=None)
@given(smooth, small, small)
def test_second_derivatives_commute(body: Term, first: Fraction, second: Fraction) -> None:
    where = {"x": first, "y": second}
    try:
        one = value(derivative(derivative(body, x), y), **where)
        other = value(derivative(derivative(body, y), x), **where)
    except (Undefined, Unsupported):
        return
    assert to_fraction(one) == to_fraction(other)


# -- claims --------------------------------------------------------------------------------------------

REALS = vector(n)
RECT = context(*dim("m", "n"), var("A", matrix(m, n)), var("x", vector(n)))
SCORES = context(*dim("n"), var("a", vector(n)), var("i", index(n)), var("j", index(n)))
SMOOTH = context(
    *dim("n"),
    var("x", vector(n)),
    var("A", matrix(n, n)),
    *(var(name, Function((vector(n),), REAL)) for name in ("u", "v")),
    facts=(f("continuously_differentiable", S("u"), 1), f("differentiable", S("v"), x)),
)
POSITIVE = context(
    *dim("n"),
    var("x", vector(n)),
    var("y", vector(n)),
    var("q", Function((vector(n), vector(n)), REAL)),
    facts=(
        bind("forall", "x", vector(n), bind("forall", "y", vector(n), rel(called("q", x, y), ">", 0))),
        f("continuously_differentiable", S("q"), 1),
    ),
)
RANDOM = context(*dim("n"), var("a", vector(n)), var("X", vector(n), normal()))
WEIGHTS = total("k", 1, n, f("exp", at(a, k)))
SOFTMAX = over(f("exp", at(a, i)), WEIGHTS)
JACOBIAN = at(derivative(SOFTMAX, a, REALS), j)
U, V = called("u", x), called("v", x)
DU, DV = derivative(U, x, REALS), derivative(V, x, REALS)
SQUARED = to(f("norm", m, f("matmul", A, x)), 2)
NORMAL = f("matmul", f("transpose", A), f("matmul", A, x))
DELTA = f("iverson", rel(i, "=", j))
LOG = derivative(f("log", called("q", x, y)), y, REALS)
QUOTIENT = over(derivative(called("q", x, y), y, REALS), called("q", x, y))
MEAN_SQUARE = derivative(E(to(f("dot", a, S("X")), 2)), a, REALS)

TRUE_CLAIMS: list[tuple[str, Context, Term]] = [
    ("normal equations", RECT, eq(derivative(SQUARED, x, REALS), times(2, NORMAL))),
    ("softmax", SCORES, eq(JACOBIAN, times(SOFTMAX, minus(DELTA, over(f("exp", at(a, j)), WEIGHTS))))),
    ("product rule", SMOOTH, eq(derivative(times(U, V), x, REALS), plus(times(U, DV), times(V, DU)))),
    ("chain rule", SMOOTH, eq(
        derivative(called("u", f("matmul", A, x)), x, REALS),
        f("matmul", f("transpose", A), f("derivative", S("u"), f("matmul", A, x))),
    )),
    ("logarithmic derivative", POSITIVE, eq(LOG, QUOTIENT)),
    ("derivative of a mean", RANDOM, eq(MEAN_SQUARE, times(2, a))),
    ("gradient at a random point", RANDOM, eq(
        E(f("dot", S("X"), derivative(f("dot", a, a), a, REALS, S("X")))), times(2, n)
    )),
]  # fmt: skip

FALSE_CLAIMS: list[tuple[str, Context, Term, int]] = [
    ("factor lost", RECT, eq(derivative(SQUARED, x, REALS), NORMAL), 2),
    ("delta lost", SCORES, eq(JACOBIAN, times(-1, SOFTMAX, over(f("exp", at(a, j)), WEIGHTS))), 2),
    ("index changed", SCORES, eq(JACOBIAN, times(SOFTMAX, minus(DELTA, SOFTMAX))), 3),
    ("symmetry assumed", SMOOTH, eq(
        derivative(f("dot", x, f("matmul", A, x)), x, REALS), times(2, f("matmul", A, x))
    ), 2),
    ("term of the product lost", SMOOTH, eq(derivative(times(U, V), x, REALS), times(U, DV)), 2),
    ("wrong point", SMOOTH, eq(
        derivative(called("u", f("matmul", A, x)), x, REALS), f("matmul", f("transpose", A), DU)
    ), 2),
    ("no transpose", SMOOTH, eq(
        derivative(called("u", f("matmul", A, x)), x, REALS),
        f("matmul", A, f("derivative", S("u"), f("matmul", A, x))),
    ), 2),
    ("not divided", POSITIVE, eq(LOG, derivative(called("q", x, y), y, REALS)), 2),
    ("other argument", POSITIVE, eq(
        QUOTIENT, over(derivative(called("q", x, y), x, REALS), called("q", x, y))
    ), 2),
    ("factor of a mean lost", RANDOM, eq(MEAN_SQUARE, a), 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "where", "claim"), TRUE_CLAIMS, ids=[case[0] for case in TRUE_CLAIMS])
def test_true_claims_are_not_refuted(name: str, where: Context, claim: Term) -> None:
    for seed in range(3):
        report = try_to_refute(where, claim, seed=seed)
        assert report.witness is None
        assert report.exact_points >= 3, report


@pytest.mark.parametrize(
    ("name", "where", "claim", "size"), FALSE_CLAIMS, ids=[case[0] for case in FALSE_CLAIMS]
)
def test_false_claims_are_refuted(name: str, where: Context, claim: Term, size: int) -> None:
    for seed in range(3):
        report = try_to_refute(where, claim, seed=seed)
        assert report.witness is not None, report
        assert report.witness.left != report.witness.right
        assert all(value <= size for value in report.witness.sizes.values())


def test_a_kink_refutes_nothing() -> None:
    where = context(*real("x"), facts=(eq(x, 0),))
    report = try_to_refute(where, eq(derivative(f("abs", x), x), 0))
    assert report.witness is None
    assert report.never_defined


def test_a_supremum_that_is_sampled_is_not_differentiated() -> None:
    where = context(*real("x"))
    sup = bind("sup", "y", REAL, f("sin", times(x, y)), TRUE)
    report = try_to_refute(where, eq(derivative(sup, x), 0))
    assert report.witness is None
    assert report.unsupported_points


# -- predicates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (to(x, 2), "agrees"),
        (f("exp", x), "agrees"),
        (over(1, x), "refuted"),
        (f("log", x), "refuted"),
        (times(x, f("abs", x)), "not-evaluated"),
        (f("abs", x), "not-evaluated"),
    ],
)
def test_differentiability_at_zero(body: Term, wanted: str) -> None:
    where = context(*real("x"), facts=(eq(x, 0),))
    claim = f("differentiable", function_of(x, REAL, body), x)
    assert try_to_refute(where, claim).outcome == wanted


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (to(x, 2), "agrees"),
        (f("log", x), "refuted"),
        (over(1, x), "refuted"),
    ],
)
def test_continuous_differentiability(body: Term, wanted: str) -> None:
    claim = f("continuously_differentiable", function_of(x, REAL, body), 1)
    assert try_to_refute(context(*real("y")), claim).outcome == wanted


def test_continuous_differentiability_is_left_open_where_it_is_not_seen() -> None:
    claim = f("continuously_differentiable", function_of(x, REAL, f("abs", x)), 1)
    report = try_to_refute(context(*real("y")), claim)
    assert report.witness is None
    assert report.exact_points == 0
