"""Symbolic powers, factorials, binomial coefficients and ends of ranges, against brute force at small sizes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from checks.kernel.comparison import arithmetic
from checks.kernel.translation import expansion
from checks.terms import (
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
from derive import context
from derive.proving.advice import Seeker
from tests.brute_force import Model, Undefined, evaluate, form_value

n, m, k, j, r, s = map(Symbol, ["n", "m", "k", "j", "r", "s"])
i = Symbol("i")
GIVEN = context("n : nat", "m : dim", "k : index(0..n)", "j : int", "r : real", "s : real with s != 0")
CONTEXT = GIVEN.kernel
NUMBERS = [Fraction(0), Fraction(1), Fraction(-1), Fraction(2), Fraction(-1, 2)]
COUNT = 120


def models() -> Iterator[Model]:
    for n_, m_ in product(range(4), range(1, 4)):
        for k_, j_ in product(range(n_ + 1), (-2, 0, 1)):
            for r_, s_ in product(NUMBERS, NUMBERS[1:]):
                yield Model({"n": n_, "m": m_, "k": k_, "j": j_, "r": r_, "s": s_})


def binomial(above: Term, below: Term) -> Term:
    return Apply("binomial", (above, below))


def factorial(term: Term) -> Term:
    return Apply("factorial", (term,))


class Drawer:
    """Random terms; ``inside`` is an index and the end of its range."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def base(self) -> Term:
        one, two = number(1), number(2)
        return self.random.choice(
            [r, s, subtract(one, r), two, multiply(two, r), negate(s), number(-1), multiply(r, s), power(r, two),
             divide(s, number(3)), number(0), subtract(r, s)]
        )  # fmt: skip

    def integer(self, inside: tuple[Term, Term] | None) -> Term:
        one = number(1)
        plain = [n, m, k, subtract(n, k), add(n, m), add(n, one), subtract(m, one), multiply(number(2), n), add(k, m),
                 subtract(add(n, one), k), j, add(j, n), add(m, number(2))]  # fmt: skip
        if inside is not None:
            index, end = inside
            bound = [index, subtract(end, index), subtract(add(end, one), index), subtract(index, one), add(index, n)]
            plain = plain[:4] + bound * 2
        return self.random.choice(plain)

    def factor(self, inside: tuple[Term, Term] | None) -> Term:
        kind = self.random.randrange(6)
        if kind <= 2:
            return power(self.base(), self.integer(inside))
        if kind == 3:
            return factorial(self.integer(inside))
        if kind == 4:
            above, below = (n, k) if inside is None else (inside[1], inside[0])
            return self.random.choice([binomial(above, below), binomial(add(above, number(1)), below)])
        return self.random.choice([r, s, self.integer(inside), divide(number(1), factorial(n))])

    def term(self) -> Term:
        kind = self.random.randrange(3)
        if kind == 0:
            return multiply(self.factor(None), self.factor(None))
        if kind == 1:
            return add(multiply(self.factor(None), self.factor(None)), self.factor(None))
        low, end = self.random.choice([(0, n), (1, n), (1, m), (0, m), (2, n)])
        body = multiply(self.factor((i, end)), self.factor((i, end)))
        return multiply(self.factor(None), bind("sum", "i", Index(number(low), end), body))


def test_a_normal_form_has_the_value_of_its_term() -> None:
    drawer, compared = Drawer(1), 0
    for _ in range(COUNT):
        term = drawer.term()
        form = expansion(CONTEXT, Seeker()).form(term)
        for model in Random(repr(term)).sample(list(models()), 40):
            try:
                value = evaluate(term, model)
            except Undefined:
                continue
            assert form_value(form, model) == value, (term, form, model.values)
            compared += 1
    assert compared > 10 * COUNT


def test_equations_that_are_proved_hold() -> None:
    drawer, proved = Drawer(2), 0
    for _ in range(2 * COUNT):
        first, second = drawer.term(), drawer.term()
        if drawer.random.random() < 0.8:
            second = nearby(first, drawer.random)
        if first == second or not arithmetic(CONTEXT, relation(first, "=", second), Seeker()):
            continue
        proved += 1
        for model in models():
            try:
                values = evaluate(first, model), evaluate(second, model)
            except Undefined:
                continue
            assert values[0] == values[1], (first, second, model.values)
    assert proved > COUNT / 20


def nearby(term: Term, random: Random) -> Term:
    """The term with an exponent, a base, an argument or an end changed a little, or taken apart in one place."""
    match term:
        case Apply("power", (base, exponent)) if random.random() < 0.6:
            one = number(1)
            shorter = subtract(exponent, one)
            return random.choice(
                [power(base, add(exponent, one)), multiply(base, power(base, shorter)), power(exponent, base),
                 multiply(power(base, exponent), power(base, number(0))), power(negate(base), exponent),
                 multiply(power(base, n), power(base, subtract(exponent, n))), power(base, add(number(0), exponent))]
            )  # fmt: skip
        case Apply("factorial", (argument,)) if random.random() < 0.6:
            shorter = subtract(argument, number(1))
            return random.choice([multiply(argument, factorial(shorter)), factorial(shorter), factorial(argument)])
        case Apply("binomial", (above, below)) if random.random() < 0.6:
            shorter = subtract(above, number(1))
            return random.choice(
                [binomial(above, subtract(above, below)), binomial(shorter, below),
                 divide(multiply(above, binomial(shorter, subtract(below, number(1)))), below)]
            )  # fmt: skip
        case Apply(head, arguments) if arguments:
            place = random.randrange(len(arguments))
            changed = nearby(arguments[place], random)
            return Apply(head, (*arguments[:place], changed, *arguments[place + 1 :]))
        case _:
            return term


TRUE = [
    ("r^(n + 1)", "r r^n"),
    ("r^(n + m)", "r^n r^m"),
    ("(r s)^n", "r^n s^n"),
    ("(r^2)^n", "r^(2 n)"),
    ("s^j s^(-j)", "1"),
    ("s^(j + k)", "s^j s^k"),
    ("(-1)^(2 n)", "1"),
    ("(2 - 2 r)^n", "2^n (1 - r)^n"),
    ("(r - 1)^n", "(-1)^n (1 - r)^n"),
    ("6^n", "2^n 3^n"),
    ("1^j", "1"),
    ("0^m", "0"),
    ("factorial(n + 2)", "(n + 2) (n + 1) factorial(n)"),
    ("factorial(m)", "m factorial(m - 1)"),
    ("factorial(4)", "24"),
    ("binomial(6, 2)", "15"),
    ("binomial(n, 0)", "1"),
    ("binomial(n, n)", "1"),
    ("binomial(n, k)", "binomial(n, n - k)"),
    ("binomial(n + 1, k) (n + 1 - k)", "(n + 1) binomial(n, k)"),
    ("sum[i in 1..m] i binomial(m, i) r^i", "sum[i in 1..m] m binomial(m - 1, i - 1) r^i"),
    ("sum[i in 0..n + 1] r^i", "1 + r sum[i in 0..n] r^i"),
    ("sum[i in 0..n + 1] r^i", "r^(n + 1) + sum[i in 0..n] r^i"),
    ("sum[i in 0..m] i s^i", "sum[i in 1..m] i s^i"),
    ("sum[i in 0..n + 1] binomial(n + 1, i)", "2 + sum[i in 1..n] binomial(n + 1, i)"),
    ("sum[i in 1..m] i s^i", "sum[i in 1..m] (m + 1 - i) s^(m + 1 - i)"),
    ("sum[i in 0..n] binomial(n, i) r^i s^(n - i)", "sum[i in 0..n] binomial(n, i) s^i r^(n - i)"),
    ("sum[i in 1..m] (s^(i + 1) - s^i)", "s^(m + 1) - s"),
    ("sum[i in 1..m] (1/i - 1/(i + 1))", "1 - 1/(m + 1)"),
]

FALSE = [
    ("r^(n + 1)", "r^n"),
    ("r^(j + n)", "r^j r^n"),
    ("r r^(n - 1)", "r^n"),
    ("r^j r^(-j)", "1"),
    ("(r^2)^n", "r^n"),
    ("(-1)^n", "1"),
    ("(-1)^(2 n + 1)", "1"),
    ("(r - 1)^n", "(1 - r)^n"),
    ("(r + s)^n", "r^n + s^n"),
    ("0^n", "0"),
    ("n factorial(n - 1)", "factorial(n)"),
    ("factorial(n + m)", "factorial(n) factorial(m)"),
    ("binomial(n, k)", "binomial(n + 1, k)"),
    ("binomial(n + 1, k)", "binomial(n, k) + binomial(n, k - 1)"),
    ("sum[i in 0..n] i r^i", "sum[i in 1..n] i r^(i - 1)"),
    ("sum[i in 0..n + 1] r^i", "r^n + sum[i in 0..n] r^i"),
    ("sum[i in 1..m] s^i", "s + s^m + sum[i in 2..m - 1] s^i"),
    ("sum[i in 1..n + 1] s^i", "s + s^(n + 1) + sum[i in 2..n] s^i"),
    ("sum[i in 1..m] i s^i", "sum[i in 1..m] (m - i) s^(m - i)"),
    ("sum[i in 1..m] i s^i", "sum[i in 1..m] i s^(m + 1 - i)"),
    ("sum[i in 0..n] binomial(n, i) r^i s^(n - i)", "sum[i in 0..n] binomial(n, i) s^i r^(n + 1 - i)"),
    ("sum[i in 1..m] (s^(i + 1) - s^i)", "s^m - s"),
    ("sum[i in 1..m] (1/i - 1/(i + 1))", "1 - 1/m"),
]


@pytest.mark.parametrize(("left", "right"), TRUE)
def test_identities(left: str, right: str) -> None:
    statement = relation(GIVEN.term(left), "=", GIVEN.term(right))
    assert arithmetic(CONTEXT, statement, Seeker())


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_false_neighbours(left: str, right: str) -> None:
    statement = relation(GIVEN.term(left), "=", GIVEN.term(right))
    assert not arithmetic(CONTEXT, statement, Seeker())


def test_what_a_context_keeps_apart() -> None:
    given = context("a, b : real", "c : real with c != b", "t : nat with t != 0").kernel
    a, b, c, t = map(Symbol, "abct")
    assert arithmetic(given, relation(subtract(b, c), "!=", number(0)), Seeker())
    assert arithmetic(given, relation(multiply(number(2), subtract(c, b)), "!=", number(0)), Seeker())
    assert arithmetic(given, relation(number(1), "<=", t), Seeker())
    assert not arithmetic(given, relation(subtract(a, b), "!=", number(0)), Seeker())
    assert not arithmetic(given, relation(number(2), "<=", t), Seeker())
    assert not arithmetic(given, relation(add(b, c), "!=", number(0)), Seeker())


def test_a_symbol_that_is_zero() -> None:
    given = context("t : nat with t <= 0", "a : real with a >= 0").kernel
    t, a = Symbol("t"), Symbol("a")
    assert arithmetic(given, relation(power(a, t), "=", number(1)), Seeker())
    assert not arithmetic(given, relation(a, "=", number(0)), Seeker())
