"""Absolute values, greatest and least numbers, powers of exponentials and arrays that differ: at random numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

import pytest

from checks.contexts import Context, Declaration, Fact, Law
from checks.kernel.comparison import arithmetic
from checks.kernel.translation import expansion
from checks.terms import (
    DIMENSION,
    NATURAL,
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Index,
    Symbol,
    Tensor,
    Term,
    add,
    bind,
    multiply,
    negate,
    number,
    power,
    relation,
    subtract,
)
from derive.proving.advice import Seeker

a, b, c, n, i, j, x, y, z, A, B = map(Symbol, ("a", "b", "c", "n", "i", "j", "x", "y", "z", "A", "B"))
NUMBERS = {name: Declaration(name, REAL) for name in "abc"}
WHERE = Context(NUMBERS)
TWO = number(2)


def op(head: str, *arguments: Term) -> Apply:
    return Apply(head, arguments)


def shown(where: Context, goal: Term) -> bool:
    return arithmetic(where, goal, Seeker())


SIZE, GREATEST, LEAST = (op("abs", a), op("maximum", a, b), op("minimum", a, b))
HOLD = [
    relation(a, "<=", SIZE),
    relation(negate(a), "<=", SIZE),
    relation(b, "<=", GREATEST),
    relation(LEAST, "<=", a),
    relation(LEAST, "<=", GREATEST),
    relation(add(GREATEST, LEAST), "=", add(a, b)),
    relation(subtract(GREATEST, LEAST), "=", op("abs", subtract(a, b))),
    relation(multiply(GREATEST, LEAST), "=", multiply(a, b)),
    relation(op("maximum", a, a), "=", a),
    relation(op("maximum", a, ZERO), ">=", ZERO),
    relation(op("maximum", a, op("abs", b)), ">=", ZERO),
    relation(op("minimum", a, ZERO), "<=", ZERO),
    relation(op("maximum", multiply(TWO, a), multiply(TWO, b)), "=", multiply(TWO, GREATEST)),
    relation(op("maximum", op("exp", a), op("exp", b)), ">", ZERO),
]
FAIL = [
    relation(SIZE, "<=", a),
    relation(ZERO, "<", SIZE),
    relation(GREATEST, "<=", a),
    relation(a, "<=", LEAST),
    relation(GREATEST, "<", add(op("abs", a), op("abs", b))),
    relation(GREATEST, "=", op("abs", GREATEST)),
    relation(op("maximum", a, ZERO), ">", ZERO),
    relation(op("maximum", multiply(c, a), multiply(c, b)), "=", multiply(c, GREATEST)),
    relation(multiply(GREATEST, GREATEST), "=", multiply(a, b)),
    relation(op("maximum", a, b, c), "=", op("maximum", a, b)),
]


@pytest.mark.parametrize("goal", HOLD)
def test_what_holds_of_sizes(goal: Term) -> None:
    assert shown(WHERE, goal)


@pytest.mark.parametrize("goal", FAIL)
def test_what_does_not_hold_of_sizes(goal: Term) -> None:
    assert not shown(WHERE, goal)


def test_greatest_and_least_at_numbers() -> None:
    random = Random(5)
    for head, choose in (("maximum", max), ("minimum", min)):
        for count in (2, 3, 4):
            for _ in range(40):
                values = [Fraction(random.randint(-6, 6), random.randint(1, 3)) for _ in range(count)]
                form = expansion(WHERE).form(op(head, *map(number, values)))
                found = form.constant()
                assert found is not None and Fraction(int(found.p), int(found.q)) == choose(values)


def test_powers_of_exponentials_and_of_powers() -> None:
    where = Context({**NUMBERS, "n": Declaration("n", NATURAL)}).assume(Fact(relation(ZERO, "<", a)))
    scaled = op("exp", multiply(n, b))
    assert shown(where, relation(power(op("exp", b), n), "=", scaled))
    assert shown(where, relation(power(multiply(a, op("exp", b)), n), "=", multiply(power(a, n), scaled)))
    assert shown(where, relation(op("exp", multiply(b, op("log", a))), "=", power(a, b)))
    assert shown(where, relation(op("exp", multiply(n, op("log", a))), "=", power(a, n)))
    assert shown(where, relation(power(power(a, b), c), "=", power(a, multiply(b, c))))
    # Only where the base is positive, and one logarithm at a time.
    assert not shown(Context(NUMBERS), relation(op("exp", multiply(c, op("log", op("abs", b)))), "=", power(b, c)))
    logs = op("exp", multiply(op("log", a), op("log", add(a, ONE))))
    assert not shown(where, relation(logs, "=", multiply(a, add(a, ONE))))
    assert not shown(where, relation(power(op("exp", b), n), "=", op("exp", add(n, b))))
    assert not shown(where, relation(power(power(a, b), c), "=", power(a, add(b, c))))
    for base, rate, exponent in ((1.5, 0.3, 2.0), (0.2, -1.1, 0.5)):
        assert math.isclose((base**rate) ** exponent, math.exp(exponent * rate * math.log(base)))


# -- arrays that differ --------------------------------------------------------------------------------

ARRAYS = {
    **NUMBERS,
    "n": Declaration("n", DIMENSION),
    **{name: Declaration(name, Tensor((n,))) for name in "xyz"},
    **{name: Declaration(name, Tensor((n, n))) for name in "AB"},
}
APART = Context(ARRAYS).assume(Fact(relation(x, "!=", y)), Fact(op("not", relation(A, "=", B))))


def entry(array: Term, *indices: Term) -> Apply:
    return op("entry", array, *indices)


def total(body: Term, high: Term = n, condition: Term = TRUE) -> Term:
    return bind("sum", "i", Index(ONE, high), body, condition)


def difference(left: Term, right: Term) -> Term:
    return subtract(entry(left, i), entry(right, i))


def double(body: Term) -> Term:
    return total(bind("sum", "j", Index(ONE, n), body))


SQUARE = power(difference(x, y), TWO)
CROSSED = power(subtract(entry(A, i, j), entry(B, i, j)), TWO)
POSITIVE = [
    total(SQUARE),
    total(power(difference(y, x), number(4))),
    total(power(multiply(number(3), difference(x, y)), TWO)),
    add(total(SQUARE), total(power(entry(z, i), TWO))),
    op("sqrt", total(SQUARE)),
    double(CROSSED),
    double(power(subtract(entry(B, i, j), entry(A, i, j)), TWO)),
]
NOT_POSITIVE = [
    total(power(difference(x, z), TWO)),
    total(power(add(entry(x, i), entry(y, i)), TWO)),
    total(power(difference(x, y), number(3))),
    total(difference(x, y)),
    total(SQUARE, subtract(n, ONE)),
    total(SQUARE, n, relation(i, "!=", ONE)),
    total(power(subtract(entry(x, i), entry(y, ONE)), TWO)),
    total(multiply(entry(z, i), SQUARE)),
    total(multiply(power(entry(z, i), TWO), SQUARE)),
    double(power(subtract(entry(A, i, j), entry(B, j, i)), TWO)),
    double(power(subtract(entry(A, i, i), entry(B, i, i)), TWO)),
    total(power(subtract(entry(A, i, i), entry(B, i, i)), TWO)),
]


@pytest.mark.parametrize("term", POSITIVE)
def test_sums_of_squares_of_what_differs(term: Term) -> None:
    assert shown(APART, relation(ZERO, "<", term))
    assert not shown(Context(ARRAYS), relation(ZERO, "<", term))


@pytest.mark.parametrize("term", NOT_POSITIVE)
def test_other_sums_may_be_zero(term: Term) -> None:
    assert not shown(APART, relation(ZERO, "<", term))


def test_differences_of_arrays() -> None:
    zeros = op("zeros", n)
    for left, right, expected in (
        (subtract(x, y), zeros, True),
        (multiply(TWO, y), multiply(TWO, x), True),
        (add(x, z), add(y, z), True),
        (x, z, False),
        (add(x, y), zeros, False),
        (multiply(a, x), multiply(a, y), False),
        (A, op("transpose", B), False),
    ):
        assert shown(APART, relation(left, "!=", right)) is expected
        assert not shown(Context(ARRAYS), relation(left, "!=", right))


def test_what_differs_at_one_outcome_only() -> None:
    """Below an expectation nothing is known of arrays that are supposed to differ at one outcome."""
    law = Law(mean=ZERO, variance=ONE, order=2, entries="iid")
    drawn = {**ARRAYS, "x": Declaration("x", Tensor((n,)), law)}
    supposed = Context(drawn).suppose(relation(x, "!=", y))
    assert shown(supposed, relation(ZERO, "<", total(SQUARE)))
    root = op("expectation", op("sqrt", total(SQUARE)))
    assert not shown(supposed, relation(ZERO, "<", root))
