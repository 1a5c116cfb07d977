"""Linear inequalities: what follows from facts and ranges, and what does not."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checks.auditor.linear import implied
from checks.auditor.terms import Apply, Context, Fact, Number, Symbol, Term

N, M, X, Y, I = (Symbol(name) for name in "nmxyi")


def number(value: int | Fraction) -> Number:
    return Number(Fraction(value))


def related(left: Term, head: str, right: Term) -> Term:
    return Apply(head, (left, right))


def plus(*terms: Term) -> Term:
    return Apply("add", terms)


def times(*terms: Term) -> Term:
    return Apply("multiply", terms)


K, L = Symbol("k"), Symbol("l")
QUOTIENT = Apply("floor", (Apply("divide", (plus(K, number(-1)), N)),))
TYPES = {"k": "int", "l": "dim", "n": "dim", "m": "nat", "x": "real", "y": "real", "i": ("index", number(1), N)}


def context(*facts: Term) -> Context:
    return Context(types=TYPES, facts=tuple(map(Fact, facts)))


ACCEPTED = [
    ((), related(number(1), "<=", N)),
    ((), related(N, "!=", number(0))),
    ((), related(number(0), "<=", M)),
    ((), related(number(1), "<=", I)),
    ((), related(I, "<=", plus(N, M))),
    ((), related(plus(X, Y), "=", plus(Y, X))),
    ((related(X, "<", Y),), related(X, "<=", Y)),
    ((related(X, "<", Y),), related(X, "!=", Y)),
    ((related(X, "<=", Y), related(Y, "<=", X)), related(X, "=", Y)),
    ((related(number(0), "<", M),), related(number(1), "<=", M)),
    ((related(times(number(2), M), "<=", number(5)),), related(M, "<=", number(2))),
    ((related(number(0), "<", X), related(number(0), "<", Y)), related(number(0), "<", times(X, Y))),
    ((), related(number(0), "<=", Apply("power", (X, number(2))))),
    ((), related(number(0), "<", Apply("exp", (X,)))),
    ((), related(X, "<=", Apply("abs", (X,)))),
    ((related(number(3), "<", number(2)),), related(X, "<", Y)),
    ((), related(Apply("modulo", (M, N)), "<", N)),
    ((), related(number(0), "<=", Apply("modulo", (M, N)))),
    ((related(K, "<=", times(N, L)),), related(plus(QUOTIENT, number(1)), "<=", L)),
    ((related(number(1), "<=", K),), related(number(1), "<=", plus(QUOTIENT, number(1)))),
]
REFUSED = [
    ((), related(number(1), "<=", M)),
    ((), related(X, "<=", Y)),
    ((), related(I, "<=", M)),
    ((related(X, "<=", Y),), related(X, "<", Y)),
    ((related(X, "<=", Y),), related(X, "!=", Y)),
    ((related(number(0), "<", X),), related(number(1), "<=", X)),
    ((related(times(number(2), X), "<=", number(5)),), related(X, "<=", number(2))),
    ((related(number(0), "<", X),), related(number(0), "<", times(X, Y))),
    ((), related(number(0), "<", Apply("power", (X, number(2))))),
    ((), related(number(0), "<=", Apply("power", (X, number(3))))),
    ((), related(Apply("divide", (X, X)), "=", number(1))),
    ((), related(Apply("sqrt", (Apply("power", (X, number(2))),)), "=", X)),
    ((), related(Symbol("undeclared"), "=", Symbol("undeclared"))),
    ((), Apply("invertible", (X,))),
    ((), related(Apply("modulo", (N, M)), "<", M)),
    ((), related(Apply("modulo", (X, Y)), "<", Y)),
    ((related(K, "<=", times(N, L)),), related(plus(QUOTIENT, number(2)), "<=", L)),
    ((related(K, "<=", times(N, L)),), related(number(1), "<=", plus(QUOTIENT, number(1)))),
]


@pytest.mark.parametrize(("facts", "statement"), ACCEPTED)
def test_implied(facts: tuple[Term, ...], statement: Term) -> None:
    assert implied(context(*facts), statement)


@pytest.mark.parametrize(("facts", "statement"), REFUSED)
def test_not_implied(facts: tuple[Term, ...], statement: Term) -> None:
    assert not implied(context(*facts), statement)


def test_codomains_that_may_be_empty_say_nothing() -> None:
    where = Context(types={"f": ("function", ("nat",), ("index", number(2), number(1)))})
    value = Apply("call", (Symbol("f"), number(0)))
    assert not implied(where, related(number(2), "<=", value))
