"""Evaluation of single terms, against values worked out by hand, Fractions and NumPy."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context
from checks.terms import REAL, Index, Term, bind, number
from checks.trials import Undefined, Unsupported, evaluate
from checks.trials.evaluation import to_fraction
from checks.trials.values import Array, describe
from tests.checks.trials.build import (
    DEFINITIONS,
    S,
    at,
    eq,
    f,
    index,
    lit,
    minus,
    over,
    plus,
    rel,
    sqrt,
    times,
    to,
    total,
    vector,
)

EMPTY = Context(definitions=DEFINITIONS)
x, y, n, i, j = S("x"), S("y"), S("n"), S("i"), S("j")
A, B, v, w = S("A"), S("B"), S("v"), S("w")


def value(term: Term, **environment: Any) -> Any:
    found = evaluate(term, EMPTY, environment)
    return tidy(found)


def tidy(found: Any) -> Any:
    if isinstance(found, Array):
        numbers = np.array([tidy(entry) for entry in found.entries], dtype=object)
        return numbers.reshape(found.shape).tolist()
    if isinstance(found, bool) or found is None:
        return found
    if describe(found).replace("/", "").lstrip("-").isdigit():
        return to_fraction(found)
    return describe(found)


CASES: list[tuple[Term, Any]] = [
    (over(plus(1, 2), 4), Fraction(3, 4)),
    (to(over(2, 3), lit(-2)), Fraction(9, 4)),
    (to(0, 0), 1),
    (to(4, Fraction(1, 2)), 2),
    (to(8, Fraction(2, 3)), 4),
    (sqrt(over(9, 4)), Fraction(3, 2)),
    (sqrt(12), "2*sqrt(3)"),
    (times(sqrt(2), sqrt(8)), 4),
    (plus(sqrt(8), sqrt(2)), "3*sqrt(2)"),
    (minus(sqrt(2), sqrt(2)), 0),
    (over(1, sqrt(2)), "1/2*sqrt(2)"),
    (f("abs", minus(1, sqrt(2))), "0.414213562373"),
    (f("floor", over(-7, 2)), -4),
    (f("ceiling", over(-7, 2)), -3),
    (f("floor", sqrt(10)), 3),
    (f("modulo", -7, 3), 2),
    (f("minimum", 3, over(5, 2), 4), Fraction(5, 2)),
    (f("maximum", sqrt(2), over(7, 5)), "sqrt(2)"),
    (f("factorial", 5), 120),
    (f("binomial", 5, 2), 10),
    (f("binomial", 2, 5), 0),
    (f("exp", 0), 1),
    (f("log", 1), 0),
    (f("pi"), "3.14159265359"),
    (f("sign", -3), -1),
    (total("i", 1, 4, to(i, 2)), 30),
    (total("i", 3, 1, i), 0),
    (bind("product", "i", Index(number(1), number(4)), i), 24),
    (bind("product", "i", Index(number(1), number(0)), i), 1),
    (bind("sum", "i", Index(number(1), number(6)), i, eq(f("modulo", i, 2), 0)), 12),
    (total("i", 1, 3, total("j", i, 3, times(i, j))), 25),
    (bind("array", "i", index(3), to(i, 2)), [1, 4, 9]),
    (bind("array", "i", index(2), bind("array", "j", index(2), minus(i, j))), [[0, -1], [1, 0]]),
    (f("iverson", rel(2, "<", 1)), 0),
    (f("if", rel(sqrt(2), "<", over(3, 2)), lit(5), over(1, 0)), 5),
    (bind("sup", "i", index(4), minus(times(5, i), to(i, 2))), 6),
    (bind("inf", "i", index(4), minus(times(5, i), to(i, 2))), 4),
    (bind("greatest", "i", index(9), i, rel(to(i, 2), "<=", 30)), 5),
    (bind("least", "i", index(9), i, rel(to(i, 2), ">=", 30)), 6),
    (bind("forall", "i", index(3), rel(i, "<=", 3)), True),
    (bind("exists", "i", index(3), rel(i, ">", 3)), False),
    (bind("forall", "x", REAL, rel(plus(to(x, 2), 1), ">", x)), True),
    (bind("forall", "x", REAL, rel(plus(to(x, 2), x), ">=", 0)), False),
    (bind("forall", "x", vector(2), rel(f("dot", x, x), ">=", 0)), True),
    (f("identity", 2), [[1, 0], [0, 1]]),
    (f("transpose", f("ones", 2)), [[1, 1]]),
    (f("call", bind("lambda", "x", REAL, to(x, 2)), 5), 25),
]  # fmt: skip


@pytest.mark.parametrize(("term", "expected"), CASES, ids=range(len(CASES)))
def test_values(term: Term, expected: Any) -> None:
    assert value(term) == expected


UNDEFINED: list[Term] = [
    over(1, 0),
    over(1, minus(sqrt(2), sqrt(2))),
    sqrt(-1),
    f("log", 0),
    to(0, -1),
    to(-8, Fraction(1, 3)),
    f("factorial", -1),
    f("inverse", f("ones", 2, 2)),
    at(f("ones", 3), 4),
    at(f("ones", 3), 0),
    f("modulo", 1, 0),
    bind("sup", "i", Index(number(1), number(0)), i),
    f("call", bind("lambda", "i", index(3), i), 4),
    f("ones", -1),
]


@pytest.mark.parametrize("term", UNDEFINED, ids=range(len(UNDEFINED)))
def test_partial_terms_are_undefined(term: Term) -> None:
    with pytest.raises(Undefined):
        evaluate(term, EMPTY, {})


def test_what_is_not_known_is_not_evaluated() -> None:
    for term in (x, f("unheard_of", 1), f("add", f("ones", 2), f("ones", 3))):
        with pytest.raises(Unsupported):
            evaluate(term, EMPTY, {})


def test_a_real_exponent_takes_no_negative_base() -> None:
    assert value(to(-2, 2)) == 4
    with pytest.raises(Undefined):
        evaluate(to(lit(-2), x), EMPTY, {"x": Fraction(2)})


MATRIX = st.lists(
    st.lists(st.fractions(-5, 5, max_denominator=3), min_size=3, max_size=3), min_size=3, max_size=3
)
VECTOR = st.lists(st.fractions(-5, 5, max_denominator=3), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(MATRIX, MATRIX, VECTOR, VECTOR)
def test_linear_algebra_agrees_with_numpy(a: Any, b: Any, first: Any, second: Any) -> None:
    left, right = np.array(a, dtype=object), np.array(b, dtype=object)
    p, q = np.array(first, dtype=object), np.array(second, dtype=object)
    environment = {"A": a, "B": b, "v": first, "w": second}
    expected = {
        f("matmul", A, B): left @ right,
        f("matmul", A, v): left @ p,
        f("dot", v, w): p @ q,
        f("outer", v, w): np.outer(p, q),
        f("transpose", A): left.T,
        f("trace", A): np.trace(left),
        f("hadamard", A, B): left * right,
        f("add", A, B): left + right,
        f("multiply", 3, A): 3 * left,
        f("power", A, 3): left @ left @ left,
        f("diagonal_matrix", v): np.diag(p),
        f("diagonal", A): np.diag(left),
        at(A, 2): left[1],
        at(A, 2, 3): left[1, 2],
        total("i", 1, 3, total("j", 1, i, at(A, i, j))): np.tril(left).sum(),
        total("i", 1, 3, times(at(v, i), at(A, i))): p @ left,
    }
    for term, wanted in expected.items():
        assert value(term, **environment) == (wanted.tolist() if isinstance(wanted, np.ndarray) else wanted)
    determinant = value(f("determinant", A), **environment)
    assert abs(float(determinant) - np.linalg.det(left.astype(float))) < 1e-6
    if determinant:
        assert value(f("matmul", A, f("inverse", A)), **environment) == np.eye(3).tolist()


@settings(max_examples=40, deadline=None)
@given(MATRIX)
def test_spectral_norms_agree_with_numpy(a: Any) -> None:
    found = evaluate(f("spectral", 3, 3, A), EMPTY, {"A": a})
    assert abs(float(np.linalg.norm(np.array(a, dtype=float), 2)) - float_of(found)) < 1e-9


def float_of(found: Any) -> float:
    from checks.trials.values import to_ball

    return float(to_ball(found))


@settings(max_examples=40, deadline=None)
@given(MATRIX)
def test_extreme_values_of_quadratic_forms(a: Any) -> None:
    symmetric = np.array(a, dtype=float) + np.array(a, dtype=float).T
    body = f("dot", x, f("matmul", plus(A, f("transpose", A)), x))
    eigenvalues = np.linalg.eigvalsh(symmetric)
    for head, wanted in (("sup", eigenvalues[-1]), ("inf", eigenvalues[0])):
        on_sphere = bind(head, "x", vector(3), body, eq(f("norm", 3, x), 1))
        ratio = bind(head, "x", vector(3), over(body, f("dot", x, x)), rel(x, "!=", f("zeros", 3)))
        for term in (on_sphere, ratio):
            assert abs(float_of(evaluate(term, EMPTY, {"A": a})) - wanted) < 1e-9


def test_the_dual_norm() -> None:
    term = bind("sup", "x", vector(2), f("dot", x, v), rel(f("norm", 2, x), "<=", 1))
    assert value(term, v=[3, 4]) == 5
    term = bind("inf", "x", vector(2), f("dot", x, v), rel(f("norm", 2, x), "<=", 1))
    assert value(term, v=[3, 4]) == -5


def test_a_supremum_of_another_kind_is_known_from_below() -> None:
    term = bind("sup", "x", REAL, minus(2, to(minus(x, over(1, 3)), 4)))
    found = evaluate(term, EMPTY, {})
    assert describe(found).startswith("at least")


def test_hidden_zeros_are_found_exactly() -> None:
    # The form is positive only off the line where its denominator vanishes: no supremum.
    ratio = over(to(at(x, 1), 2), to(plus(at(x, 1), at(x, 2)), 2))
    term = bind("sup", "x", vector(2), ratio, rel(x, "!=", f("zeros", 2)))
    assert describe(evaluate(term, EMPTY, {})).startswith("at least")


EXPRESSIONS = st.recursive(
    st.one_of(st.integers(-4, 4).map(number), st.sampled_from([x, y])),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: plus(*pair)),
        st.tuples(inner, inner).map(lambda pair: times(*pair)),
        st.tuples(inner, inner).map(lambda pair: over(*pair)),
        st.tuples(inner, st.integers(0, 3)).map(lambda pair: to(*pair)),
        inner.map(lambda term: f("negate", term)),
    ),
    max_leaves=12,
)


def by_hand(term: Term, where: dict[str, Fraction]) -> Fraction:
    from checks.terms import Apply, Number, Symbol

    match term:
        case Number(found):
            return found
        case Symbol(name):
            return where[name]
        case Apply("add", (first, second)):
            return by_hand(first, where) + by_hand(second, where)
        case Apply("multiply", (first, second)):
            return by_hand(first, where) * by_hand(second, where)
        case Apply("divide", (first, second)):
            return by_hand(first, where) / by_hand(second, where)
        case Apply("power", (first, second)):
            return by_hand(first, where) ** int(by_hand(second, where))
        case Apply("negate", (first,)):
            return -by_hand(first, where)
    raise AssertionError(term)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS, st.fractions(-3, 3, max_denominator=4), st.fractions(-3, 3, max_denominator=4))
def test_arithmetic_agrees_with_fractions(term: Term, first: Fraction, second: Fraction) -> None:
    where = {"x": first, "y": second}
    try:
        expected = by_hand(term, where)
    except ZeroDivisionError:
        with pytest.raises(Undefined):
            evaluate(term, EMPTY, where)
        return
    assert to_fraction(evaluate(term, EMPTY, where)) == expected
