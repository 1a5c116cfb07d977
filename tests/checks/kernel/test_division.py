"""Floors, remainders, product ranges and cut ranges: what is proved is compared with what is counted."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest

from checks.contexts import Context, Declaration, Fact
from checks.kernel.comparison import arithmetic
from checks.kernel.definedness import obligations
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    ONE,
    REAL,
    TRUE,
    Apply,
    Function,
    Index,
    Symbol,
    Term,
    add,
    bind,
    divide,
    multiply,
    negate,
    number,
    relation,
    subtract,
)
from derive.proving.advice import Seeker
from tests.brute_force import Model, Undefined, evaluate

F = Symbol("f")
I, J = Symbol("i"), Symbol("j")
CALL = Function((INTEGER, INTEGER), REAL)


def sampled(*values: Any) -> int:
    """A function without symmetries."""
    first, second = values
    return int(first**3 + 5 * first * second**2 + 11 * second + 2 * first**2)


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


def floor_of(term: Term, divisor: Term) -> Term:
    return Apply("floor", (divide(term, divisor),))


def remainder_of(term: Term, divisor: Term) -> Term:
    return Apply("modulo", (term, divisor))


def at(first: Term, second: Term) -> Term:
    return Apply("call", (F, first, second))


SIZES = {"dim": DIMENSION, "nat": NATURAL, "int": INTEGER}
VALUES = {"dim": (1, 2, 3), "nat": (0, 1, 2, 3), "int": (-2, -1, 0, 1, 2, 3)}


@pytest.mark.parametrize("seed", range(3))
def test_sums_over_product_ranges_are_proved_only_where_they_agree(seed: int) -> None:
    random, proved, refused = Random(seed), 0, 0
    for _ in range(250):
        kinds = {name: random.choice(("dim", "dim", "nat", "int")) for name in ("m", "n", "p")}
        context = Context().declare(Declaration("f", CALL))
        for name, kind in kinds.items():
            context = context.declare(Declaration(name, SIZES[kind]))
        m, n, p = map(Symbol, ("m", "n", "p"))
        k = subtract(Symbol("k"), number(random.choice((0, 1, 1, 1, 1, 1, 1, 2))))
        divisor, outer = random.choice(((n, m), (n, multiply(m, p)), (multiply(n, p), m), (number(2), m), (p, n)))
        length = random.choice((multiply(outer, divisor),) * 4 + (multiply(m, n), m))
        body = [floor_of(k, divisor), remainder_of(k, divisor), k]
        chosen = random.choices(range(3), k=2)
        left = bind("sum", "k", Index(ONE, length), at(*(body[which] for which in chosen)))
        shift = number(random.choice((0, 1, 1, 1, 1)))
        a, b = subtract(Symbol("a"), shift), subtract(Symbol("b"), shift)
        parts = [a, b, add(multiply(a, divisor), b)]
        if random.random() < 0.3:
            chosen = random.choices(range(3), k=2)
        inner = random.choice((divisor, divisor, divisor, m))
        summand = at(*(parts[which] for which in chosen))
        right = bind("sum", "a", Index(ONE, outer), bind("sum", "b", Index(ONE, inner), summand))
        goal = relation(left, "=", right)
        models = [
            dict(zip(kinds, sizes, strict=True), f=sampled)
            for sizes in product(*(VALUES[kind] for kind in kinds.values()))
        ]
        agrees = holds_in(goal, models)
        if shown(context, goal):
            proved += 1
            assert agrees, goal
        else:
            refused += not agrees
    assert proved >= 8 and refused >= 80


def test_sums_over_product_ranges_are_proved_where_the_lengths_are_not_negative() -> None:
    def goal(k: Term) -> Term:
        m, n = Symbol("m"), Symbol("n")
        left = bind("sum", "k", Index(ONE, multiply(m, n)), at(floor_of(k, n), remainder_of(k, n)))
        inner = bind("sum", "b", Index(ONE, n), at(subtract(Symbol("a"), ONE), subtract(Symbol("b"), ONE)))
        return relation(left, "=", bind("sum", "a", Index(ONE, m), inner))

    def context(kind: str) -> Context:
        names = Context().declare(Declaration("f", CALL)).declare(Declaration("n", DIMENSION))
        return names.declare(Declaration("m", SIZES[kind]))

    for kind in ("dim", "nat"):
        assert shown(context(kind), goal(subtract(Symbol("k"), ONE)))
        assert not shown(context(kind), goal(Symbol("k")))
    # With m = -1 both sides are empty; the rule does not know, and may not for m n with both negative.
    assert not shown(context("int"), goal(subtract(Symbol("k"), ONE)))


@pytest.mark.parametrize("seed", range(4))
def test_floors_and_remainders_of_free_numbers(seed: int) -> None:
    random, proved, refused = Random(100 + seed), 0, 0
    n, m = Symbol("n"), Symbol("m")
    context = (
        Context()
        .declare(Declaration("n", DIMENSION))
        .declare(Declaration("m", NATURAL))
        .declare(Declaration("i", Index(ONE, n)))
        .declare(Declaration("j", Index(ONE, multiply(add(m, ONE), n))))
    )
    models = [
        {"n": size, "m": more, "i": i, "j": j}
        for size in (1, 2, 3)
        for more in (0, 1, 2)
        for i in range(1, size + 1)
        for j in range(1, (more + 1) * size + 1)
    ]

    def whole(depth: int) -> Term:
        choice = random.random()
        if depth == 0 or choice < 0.4:
            return random.choice((I, J, n, m, number(1), number(2), negate(I), multiply(m, n)))
        if choice < 0.6:
            return add(whole(depth - 1), random.choice((whole(depth - 1), negate(whole(depth - 1)))))
        divisor = random.choice((n, n, n, number(2), number(3)))
        if choice < 0.8:
            return random.choice((floor_of, remainder_of))(whole(depth - 1), divisor)
        return Apply(random.choice(("floor", "ceiling")), (divide(whole(depth - 1), divisor),))

    for _ in range(400):
        left = whole(2)
        change = random.choice((
            lambda t: t, lambda t: add(t, ONE), lambda t: whole(2), lambda t: number(0), lambda t: m,
            lambda t: remainder_of(t, n), lambda t: add(multiply(n, floor_of(t, n)), remainder_of(t, n)),
        ))  # fmt: skip
        goal = relation(left, random.choice(("=", "<=", "<", ">=", ">", "!=")), change(left))
        agrees = holds_in(goal, models)
        if shown(context, goal):
            proved += 1
            assert agrees, goal
        else:
            refused += not agrees
    assert proved >= 40 and refused >= 100


@pytest.mark.parametrize("seed", range(3))
def test_ranges_are_cut_only_where_the_bracket_does(seed: int) -> None:
    random, proved, refused = Random(200 + seed), 0, 0
    n, m, e = Symbol("n"), Symbol("m"), Symbol("e")
    context = Context().declare(Declaration("f", CALL)).assume(Fact(relation(m, "<=", n)))
    for name, kind in (("n", NATURAL), ("m", NATURAL), ("e", INTEGER)):
        context = context.declare(Declaration(name, kind))
    models = [
        {"n": size, "m": cut, "e": other, "f": sampled}
        for size in (0, 1, 2, 3) for cut in range(size + 1) for other in (-1, 0, 2)
    ]  # fmt: skip
    for _ in range(250):
        k = Symbol("k")
        point = random.choice((m, m, m, e, subtract(n, m), number(1), n, add(m, ONE)))
        test = relation(k, random.choice(("<=", ">", "<", ">=")), point)
        body = at(add(k, number(random.choice((0, 1)))), k)
        kept = random.choice((
            multiply(Apply("iverson", (test,)), body),
            Apply("if", (test, body, random.choice((number(0), body, at(k, k))))),
        ))  # fmt: skip
        left = bind("sum", "k", Index(ONE, n), kept)
        end = random.choice((m, point, subtract(n, point), n))
        moved = random.choice((k, add(k, point)))
        shifted = at(add(moved, number(random.choice((0, 1)))), moved)
        right = bind("sum", "k", Index(ONE, end), shifted)
        if random.random() < 0.3:
            low = random.choice((add(point, ONE), point))
            right = bind("sum", "k", Index(low, n), body)
        goal = relation(left, "=", right)
        agrees = holds_in(goal, models)
        if shown(context, goal):
            proved += 1
            assert agrees, goal
        else:
            refused += not agrees
    assert proved >= 8 and refused >= 100


def test_opposite_brackets_add_up_to_one_for_whole_numbers_only() -> None:
    def goal(name: str) -> Term:
        t = Symbol(name)
        first = Apply("iverson", (relation(t, ">=", number(0)),))
        second = Apply("iverson", (relation(subtract(negate(t), ONE), ">=", number(0)),))
        return relation(add(first, second), "=", ONE)

    context = Context().declare(Declaration("i", INTEGER)).declare(Declaration("x", REAL))
    assert shown(context, goal("i"))
    assert not shown(context, goal("x"))


def test_digits_are_unique_only_in_range() -> None:
    def goal(bound: Term) -> tuple[Context, Term]:
        n, a, b, c, d = map(Symbol, "nabcd")
        context = Context().declare(Declaration("n", DIMENSION))
        for name, kind in (("a", INTEGER), ("b", Index(ONE, bound)), ("c", INTEGER), ("d", Index(ONE, bound))):
            context = context.declare(Declaration(name, kind))
        left = relation(add(multiply(a, n), b), "=", add(multiply(c, n), d))
        same = Apply("and", (relation(a, "=", c), relation(b, "=", d)))
        return context, relation(Apply("iverson", (left,)), "=", Apply("iverson", (same,)))

    assert shown(*goal(Symbol("n")))
    assert not shown(*goal(add(Symbol("n"), ONE)))


def test_entries_of_a_kronecker_product_are_in_range() -> None:
    m, n = Symbol("m"), Symbol("n")
    context = (
        Context()
        .declare(Declaration("m", DIMENSION))
        .declare(Declaration("n", DIMENSION))
        .declare(Declaration("i", Index(ONE, multiply(m, n))))
    )
    before = subtract(I, ONE)
    for place, end in ((add(floor_of(before, n), ONE), m), (add(remainder_of(before, n), ONE), n)):
        assert shown(context, relation(ONE, "<=", place))
        assert shown(context, relation(place, "<=", end))
        assert not shown(context, relation(place, "<", end))
    assert not shown(context, relation(add(floor_of(I, n), ONE), "<=", m))
    assert [str(needed) for needed in obligations(remainder_of(before, n), context)]
    assert not shown(context.assume(Fact(TRUE)), relation(floor_of(I, number(0)), "=", number(1)))
