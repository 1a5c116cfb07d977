"""Products over ranges and matrices of literal size: what is proved is compared with what they come to."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from checks.contexts import Context, Declaration, Fact
from checks.kernel.comparison import arithmetic
from checks.terms import (
    INTEGER,
    NATURAL,
    ONE,
    REAL,
    Apply,
    Bind,
    Function,
    Index,
    Symbol,
    Tensor,
    Term,
    add,
    bind,
    instantiate,
    multiply,
    negate,
    number,
    power,
    relation,
    subtract,
)
from derive.proving.advice import Seeker
from tests.brute_force import Model, Undefined, evaluate, table

C, F, G, N, M = map(Symbol, ("c", "f", "g", "n", "m"))


def shown(context: Context, goal: Term) -> bool:
    return arithmetic(context, goal, Seeker())


def holds_in(goal: Term, models: list[dict[str, Any]]) -> bool:
    """Whether the statement is true in every model in which it is defined."""
    for values in models:
        try:
            if not evaluate(goal, Model(values)):
                return False
        except Undefined:
            continue
    return True


def product(low: Term, high: Term, body: Term) -> Term:
    return bind("product", "i", Index(low, high), body)


@pytest.mark.parametrize("seed", range(3))
def test_products_are_split_only_where_they_agree(seed: int) -> None:
    random, proved, refused = Random(seed), 0, 0
    context = Context()
    for name, kind in (("n", NATURAL), ("m", INTEGER), ("c", REAL)):
        context = context.declare(Declaration(name, kind))
    for name in ("f", "g"):
        context = context.declare(Declaration(name, Function((INTEGER,), REAL)))
    models: list[dict[str, Any]] = [
        {"n": n, "m": m, "c": c, "f": lambda i: i * i - 3 * i + 5, "g": lambda i: Fraction(2 * i + 7, 3)}
        for n in (0, 1, 2, 3)
        for m in (-2, 0, 2)
        for c in (-1, 0, 2, Fraction(1, 2))
    ]
    i = Symbol("i")

    def factor() -> Term:
        at = add(i, number(random.choice((0, 0, 1))))
        return random.choice((
            Apply("call", (F, at)), Apply("call", (G, at)), C, number(2), number(-1), power(C, number(2)),
            power(Apply("call", (F, at)), number(2)), add(Apply("call", (F, at)), C),
        ))  # fmt: skip

    for _ in range(250):
        first, second = factor(), factor()
        end = random.choice((N, N, N, M, number(2), number(0)))
        more = random.choice((0, 0, 0, 1, 2))
        low = random.choice((ONE, ONE, number(2)))
        last = add(end, number(more)) if more else end
        left = product(low, last, multiply(first, second))
        parts = [product(low, end, first), product(low, end, random.choice((second, second, factor())))]
        if more and random.random() < 0.8:
            for place in range(1, more + 1):
                at = bind("lambda", "i", INTEGER, multiply(first, second))
                parts.append(Apply("call", (at, add(end, number(place)))))
        if second in (C, number(2), number(-1)) and random.random() < 0.6:
            parts[1] = power(second, random.choice((end, N)))
        if any(isinstance(part, Apply) and part.head == "call" for part in parts):
            parts = [_applied(part) for part in parts]
        goal = relation(left, "=", multiply(*parts))
        agrees = holds_in(goal, models)
        if shown(context, goal):
            proved += 1
            assert agrees, goal
        else:
            refused += not agrees
    assert proved >= 40 and refused >= 40


def _applied(term: Term) -> Term:
    match term:
        case Apply("call", (Bind("lambda", _, _, body), value)):
            return instantiate(body, value)
        case _:
            return term


@pytest.mark.parametrize("size", [1, 2, 3])
def test_determinants_and_inverses_by_entries(size: int) -> None:
    random, proved, refused = Random(size), 0, 0
    unit = Apply("identity", (number(size),))
    square = Tensor((number(size), number(size)))
    a, b = Symbol("a"), Symbol("b")
    context = Context().assume(Fact(Apply("invertible", (a,))), Fact(Apply("invertible", (b,))))
    for name in ("a", "b"):
        context = context.declare(Declaration(name, square))
    context = context.declare(Declaration("c", REAL))
    models: list[dict[str, Any]] = []
    while len(models) < 6:
        model = {
            name: table((size, size), lambda place: random.randint(-3, 3)) for name in ("a", "b")
        }  # fmt: skip
        values: dict[str, Any] = {**model, "c": random.choice((-2, Fraction(1, 2), 3))}
        try:
            for name in ("a", "b"):
                evaluate(Apply("inverse", (Symbol(name),)), Model(values))
        except Undefined:
            continue
        models.append(values)

    def term(depth: int) -> Term:
        if depth == 0:
            return random.choice((a, a, b, unit))
        head = random.choice(("matmul", "transpose", "inverse", "add"))
        if head in ("matmul", "add"):
            return Apply(head, (term(depth - 1), term(0)))
        return Apply(head, (term(depth - 1),))

    def det(term: Term) -> Term:
        return Apply("determinant", (term,))

    for _ in range(60 if size < 3 else 10):
        first, second = term(random.choice((0, 1))), term(0)
        goal = random.choice((
            relation(det(Apply("matmul", (first, second))), "=", multiply(det(first), det(second))),
            relation(det(Apply("add", (first, second))), "=", add(det(first), det(second))),
            relation(det(Apply("transpose", (first,))), "=", det(first)),
            relation(det(multiply(C, first)), "=", multiply(power(C, number(random.choice((1, 2, 3)))), det(first))),
            relation(Apply("matmul", (a, Apply("inverse", (random.choice((a, b)),)))), "=", unit),
            # At size 3 the inverse of a product has polynomials of degree nine.
            relation(Apply("inverse", (Apply("matmul", (a, b)),) if size < 3 else (a,)), "=", Apply("matmul", (
                Apply("inverse", (random.choice((a, b)),)), Apply("inverse", (b,)) if size < 3 else unit,
            ))),
            relation(det(Apply("negate", (first,))), "=", negate(det(first))),
            relation(Apply("trace", (first,)), "=", subtract(Apply("entry", (first, ONE, ONE)), number(0))),
        ))  # fmt: skip
        agrees = holds_in(goal, models)
        if shown(context, goal):
            proved += 1
            assert agrees, goal
        else:
            refused += not agrees
    assert proved >= 3
    assert refused >= 2 or size == 1


def test_invertible_is_said_of_determinants_that_are_not_zero() -> None:
    a, b = Symbol("a"), Symbol("b")
    square, wide, tall = (
        Tensor((number(rows), number(columns))) for rows, columns in ((2, 2), (2, 3), (3, 2))
    )
    context = Context().declare(Declaration("a", square)).declare(Declaration("b", square))
    determinant = Apply("determinant", (a,))
    known = context.assume(Fact(relation(determinant, "!=", number(0))))
    assert shown(known, Apply("invertible", (a,)))
    assert shown(known, Apply("invertible", (Apply("matmul", (a, a)),)))
    assert not shown(known, Apply("invertible", (b,)))
    assert not shown(known, Apply("invertible", (Apply("matmul", (a, b)),)))
    assert not shown(context, Apply("invertible", (a,)))
    assert not shown(known, Apply("invertible", (Apply("add", (a, a, negate(a), negate(a))),)))
    other = Context().declare(Declaration("a", wide)).declare(Declaration("b", tall))
    assert not shown(other, Apply("invertible", (Apply("matmul", (a, b)),)))
