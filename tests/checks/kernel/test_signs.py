"""The sign lattice and comparisons against sampling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest

from checks.contexts import Context, Declaration, Fact
from checks.kernel import signs
from checks.kernel.comparison import arithmetic
from checks.kernel.facts import sign_of_term
from checks.kernel.translation import expansion
from checks.terms import (
    ONE,
    REAL,
    ZERO,
    Apply,
    Index,
    Symbol,
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
from derive.proving.advice import Seeker
from tests.brute_force import Model, Table, Undefined, Value, evaluate
from tests.checks.kernel.polynomial_terms import ALL_SIZES, CONTEXT, Drawer, Scope, entry, models, outermost

n, m, i, x, u, A = map(Symbol, "nmixuA")
p, q, r, w = map(Symbol, "pqrw")


def every(array: str, head: str, *sizes: str) -> Term:
    """Every entry of an array compares so with 0."""
    names = [f"k{position}" for position in range(len(sizes))]
    statement: Term = relation(entry(array, *map(Symbol, names)), head, ZERO)
    for name, size in zip(names[::-1], sizes[::-1], strict=True):
        statement = bind("forall", name, Index(ONE, Symbol(size)), statement)
    return statement


FACTS = [
    relation(p, ">", ZERO), relation(ZERO, "<=", q), relation(r, "<", ZERO), relation(w, "!=", ZERO),
    every("u", ">", "n"), every("D", ">=", "m", "n"), relation(x, "!=", Apply("zeros", (n,))),
    relation(Symbol("a"), "<=", Symbol("b")),
]  # fmt: skip
WHERE = Context(
    {**CONTEXT.declarations, **{name: Declaration(name, REAL) for name in "pqrw"}}, tuple(map(Fact, FACTS))
)


def allowed(random: Random, count: int) -> Iterator[Model]:
    """Models of the facts."""
    sizes = [random.choice(ALL_SIZES) for _ in range(count)]
    for model in models(random, sizes):
        values = model.values
        values["p"] = random.choice((Fraction(1, 4), 1, 3))
        values["q"] = random.choice((0, 0, Fraction(1, 3), 2))
        values["r"] = -random.choice((Fraction(1, 4), 1, 3))
        values["w"] = random.choice((-2, Fraction(-1, 3), 1, 2))
        values["a"], values["b"] = sorted((values["a"], values["b"]))
        values["u"] = changed(values["u"], lambda v: abs(v) + Fraction(1, 5))
        values["D"] = changed(values["D"], lambda v: max(v, 0))
        if random.random() < 0.5:
            values["x"] = changed(values["x"], lambda v: 0)
            values["x"] = Table(values["x"].shape, {**values["x"].entries, (1,): random.choice((-3, 2))})
        if not any(values["x"].entries.values()):
            continue
        for name in ("A", "S", "y"):
            if random.random() < 0.3:
                values[name] = changed(values[name], lambda v: 0)
        yield model


def changed(array: Table, change: object) -> Table:
    return Table(array.shape, {place: change(v) for place, v in array.entries.items()})  # type: ignore[operator]


class SignDrawer(Drawer):
    """Draws terms in which signs tell something."""

    def leaf(self, scope: Scope) -> Term:
        kind = self.random.randrange(14)
        match kind:
            case 0 | 1 | 2:
                return self.random.choice((p, q, r, w))
            case 3:
                return number(self.random.choice((-2, 1, 3, Fraction(1, 2))))
            case 4:
                return Apply("abs", (self.entry(scope),))
            case 5:
                return Apply("sign", (self.random.choice((w, self.entry(scope))),))
            case 6 | 7:
                return power(self.entry(scope), number(self.random.choice((2, 2, 4, 3))))
            case 8:
                return divide(self.random.choice((ONE, q, n)), self.random.choice((p, n, r, w)))
            case 9:
                return entry(self.random.choice(("u", "x")), self.place(scope, "n"))
            case 10:
                return entry("D", self.place(scope, "m"), self.place(scope, "n"))
            case 11:
                return subtract(Symbol("b"), Symbol("a"))
            case 12:
                return self.random.choice((n, m, subtract(n, ONE), subtract(n, i), add(i, negate(ONE))))
            case _:
                return self.entry(scope)


def drawn(seed: int, count: int) -> list[Term]:
    drawer = SignDrawer(Random(seed))
    makers = (
        lambda: drawer.sums(outermost(), drawer.random.choice((0, 0, 1, 1, 2)), 2),
        lambda: drawer.monomial(outermost(), 3),
        lambda: drawer.leaf(outermost()),
        lambda: power(drawer.sums(outermost(), drawer.random.choice((0, 1)), 2), number(2)),
        lambda: add(drawer.leaf(outermost()), drawer.leaf(outermost())),
        lambda: Apply("abs", (drawer.sums(outermost(), 1, 2),)),
    )
    return [drawer.random.choice(makers)() for _ in range(count)]


def sampled(term: Term, random: Random, count: int = 25) -> set[int]:
    """Signs that the term has at some models."""
    found = set()
    for model in allowed(random, count):
        try:
            value: Value = evaluate(term, model)
        except Undefined:
            continue
        found.add((value > 0) - (value < 0))
    return found


def test_the_lattice_allows_every_sign_that_is_taken() -> None:
    random, told = Random(5), Counter[frozenset[int]]()
    for term in drawn(5, 800):
        taken = sampled(term, random)
        x_ = expansion(WHERE, Seeker())
        by_form = signs.of_form(x_.form(term), x_.sign_facts)
        by_term = sign_of_term(x_, term)
        assert taken <= by_form, (term, by_form)
        assert taken <= by_term, (term, by_term)
        told[by_form & by_term] += 1
    # It says something, of every kind.
    assert told[signs.POSITIVE] > 20 and told[signs.NONNEGATIVE] > 40 and told[frozenset((-1,))] > 10
    assert told[signs.NONZERO] > 3 and sum(told.values()) - told[signs.ANY] > 300


SATISFIED = {"<=": {-1, 0}, "<": {-1}, ">=": {0, 1}, ">": {1}, "!=": {-1, 1}, "=": {0}}


def test_comparisons_with_zero_are_proved_only_where_they_hold() -> None:
    random, proved, refuted = Random(6), Counter[str](), 0
    for term in drawn(6, 500):
        taken = sampled(term, random)
        for head, good in SATISFIED.items():
            if arithmetic(WHERE, relation(term, head, ZERO), Seeker()):
                proved[head] += 1
                assert taken <= good, (head, term)
            elif not taken <= good:
                refuted += 1
    assert min(proved[head] for head in ("<=", "<", ">=", ">", "!=")) > 10 and refuted > 500


def test_comparisons_of_two_terms_are_proved_only_where_they_hold() -> None:
    random, proved, refuted = Random(8), 0, 0
    terms = drawn(8, 300)
    for left, right in pairwise(terms):
        taken = sampled(subtract(left, right), random)
        for head, good in SATISFIED.items():
            if arithmetic(WHERE, relation(left, head, right), Seeker()):
                proved += 1
                assert taken <= good, (head, left, right)
            elif not taken <= good:
                refuted += 1
    assert proved > 20 and refuted > 300


def total(body: Term, low: Term = ONE, high: Term = n) -> Term:
    return bind("sum", "s", Index(low, high), body)


S = Symbol("s")
TWINS = [
    # (statement that holds, neighbour that does not)
    (relation(total(entry("u", S)), ">", ZERO), relation(total(entry("u", S), number(2)), ">", ZERO)),
    (relation(total(entry("u", S), number(2)), ">=", ZERO), relation(total(entry("x", S)), ">=", ZERO)),
    (relation(total(power(entry("x", S), number(2))), ">", ZERO),
     relation(total(power(entry("x", S), number(2)), number(2)), ">", ZERO)),
    (relation(total(power(entry("x", S), number(2))), ">", ZERO),
     relation(total(power(entry("x", S), number(3))), ">", ZERO)),
    (relation(power(entry("x", i), number(2)), ">=", ZERO), relation(power(entry("x", i), number(2)), ">", ZERO)),
    (relation(power(w, number(2)), ">", ZERO), relation(w, ">", ZERO)),
    (relation(multiply(p, r), "<", ZERO), relation(multiply(q, r), "<", ZERO)),
    (relation(multiply(q, r), "<=", ZERO), relation(multiply(w, r), "<=", ZERO)),
    (relation(multiply(w, Apply("sign", (w,))), ">", ZERO), relation(multiply(w, Apply("sign", (r,))), ">", ZERO)),
    (relation(divide(ONE, r), "<", ZERO), relation(divide(ONE, w), "<", ZERO)),
    (relation(subtract(n, i), ">=", ZERO), relation(subtract(n, i), ">", ZERO)),
    (relation(Symbol("a"), "<=", Symbol("b")), relation(Symbol("a"), "<", Symbol("b"))),
    (relation(add(p, q), ">", ZERO), relation(add(q, q), ">", ZERO)),
    (relation(add(p, q), "!=", ZERO), relation(add(p, r), "!=", ZERO)),
]  # fmt: skip


@pytest.mark.parametrize(("holds", "fails"), TWINS)
def test_twins(holds: Term, fails: Term) -> None:
    assert arithmetic(WHERE, holds, Seeker())
    assert not arithmetic(WHERE, fails, Seeker())
    values = [evaluate(fails, model) for model in allowed(Random(2), 200)]
    assert not all(values) and all(evaluate(holds, model) for model in allowed(Random(2), 50))
