"""Conditions on integers: what facts say once they are rounded, against all integers of a small box."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from checks.contexts import Context, Declaration, Fact
from checks.kernel.comparison import arithmetic
from checks.terms import DIMENSION, INTEGER, NATURAL, REAL, Apply, Symbol, Term, Type, add, multiply, number, relation
from derive.checking import check_text
from derive.proving.advice import Seeker

NAMES = "klm"
BOX = range(-4, 5)
HEADS = ("<=", "<", ">=", ">", "=", "!=")
TRUTH = {
    "<=": lambda s, t: s <= t, "<": lambda s, t: s < t, ">=": lambda s, t: s >= t, ">": lambda s, t: s > t,
    "=": lambda s, t: s == t, "!=": lambda s, t: s != t,
}  # fmt: skip

Linear = tuple[tuple[int, ...], int, str]
"""Coefficients and a constant, which compare with zero."""


def statement(linear: Linear) -> Term:
    coefficients, constant, head = linear
    parts = [multiply(number(c), Symbol(name)) for c, name in zip(coefficients, NAMES, strict=True)]
    return relation(add(*parts, number(constant)), head, number(0))


def holds(linear: Linear, point: tuple[int, ...]) -> bool:
    coefficients, constant, head = linear
    return bool(TRUTH[head](sum(c * v for c, v in zip(coefficients, point, strict=True)) + constant, 0))


def drawn(random: Random, heads: tuple[str, ...]) -> Linear:
    return tuple(random.choice((-3, -2, -1, 0, 0, 1, 2, 3)) for _ in NAMES), random.randint(-4, 4), random.choice(heads)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_shown_holds_at_all_integers(seed: int) -> None:
    random = Random(seed)
    shown = 0
    for _ in range(60):
        facts = [drawn(random, HEADS) for _ in range(random.randint(1, 3))]
        kinds = {name: random.choice((INTEGER, INTEGER, NATURAL, DIMENSION)) for name in NAMES}
        context = Context({name: Declaration(name, kind) for name, kind in kinds.items()})
        context = context.assume(*(Fact(statement(fact)) for fact in facts))
        goal = drawn(random, HEADS)
        if not arithmetic(context, statement(goal), Seeker()):
            continue
        shown += 1
        least = {INTEGER: -99, NATURAL: 0, DIMENSION: 1}
        for point in product(BOX, repeat=len(NAMES)):
            if all(value >= least[kinds[name]] for value, name in zip(point, NAMES, strict=True)) and all(
                holds(fact, point) for fact in facts
            ):
                assert holds(goal, point), (facts, goal, point)
    assert shown


def verdict(given: str, claim: str) -> str:
    return check_text(f"theorem t\n  given {given}\n  show {claim}\n").theorems[-1].verdict.value


TRUE = [
    ("m, n : int with 2 m < 2 n + 1", "m <= n"),
    ("x, y, z : int with 2 x <= 2 y + 1, 2 y <= 2 z + 1", "x <= z"),
    ("x, y, z : int with 3 x <= 3 y + 2, 5 y <= 5 z + 4", "x <= z"),
    ("n : dim with n != 1", "n >= 2"),
    ("n, m : int with n != m, n <= m", "n + 1 <= m"),
    ("m : int with m >= 1, m <= 5, m != 5", "m <= 4"),
    ("a, b, c : dim", "a b c >= a"),
    ("a, b, c, d : dim", "a b c d >= 1"),
    ("a, b, c : dim", "a b c >= 1"),
    ("m, k, n : nat with k <= n, m <= k", "m k n <= n^3"),
]
FALSE = [
    ("m, n : int with 2 m < 2 n + 2", "m < n"),
    ("m, n : real with 2 m < 2 n + 1", "m <= n"),
    ("x, y, z : real with 2 x <= 2 y + 1, 2 y <= 2 z + 1", "x <= z"),
    ("x, y, z : int with 2 x <= 2 y + 2, 2 y <= 2 z + 1", "x <= z"),
    ("x, y : int with 2 x <= 3 y + 1", "x <= y"),
    ("n : nat with n != 1", "n >= 2"),
    ("n, m : int with n != m", "n + 1 <= m"),
    ("n, m : real with n != m, n <= m", "n + 1 <= m"),
    ("a, b, c : nat", "a b c >= a"),
    ("a, b, c : nat", "a b c >= 1"),
    ("a, b, c : positive real", "a b c >= 1"),
    ("m, k, n : nat with k <= n", "m k n <= n^3"),
]


@pytest.mark.parametrize(("given", "claim"), TRUE)
def test_what_follows_for_integers(given: str, claim: str) -> None:
    assert verdict(given, claim) == "proved"


@pytest.mark.parametrize(("given", "claim"), FALSE)
def test_what_does_not_follow(given: str, claim: str) -> None:
    assert verdict(given, claim) not in ("proved", "conflict")


def test_an_odd_number_is_no_even_one() -> None:
    """2 m = 2 n + 1 leaves m no place beside n where these are whole numbers, and one between where they are not."""
    m, n = Symbol("k"), Symbol("l")
    odd = relation(multiply(number(2), m), "=", add(multiply(number(2), n), number(1)))
    for kind, expected in ((INTEGER, True), (REAL, False)):
        kinds: dict[str, Type] = {"k": kind, "l": kind}
        context = Context({name: Declaration(name, kind) for name, kind in kinds.items()}).assume(Fact(odd))
        assert arithmetic(context, Apply("<=", (m, n)), Seeker()) is expected
        assert arithmetic(context, Apply("<", (n, m)), Seeker())
