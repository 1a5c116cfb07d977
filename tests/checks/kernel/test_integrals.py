"""Integrals in normal form: Gaussians against the recursion by parts, what leaves an integral, and what does not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context, Declaration, Fact
from checks.kernel.advisor import Silent
from checks.kernel.atoms import indicator
from checks.kernel.comparison import arithmetic
from checks.kernel.definedness import obligations, parts_of_defined
from checks.kernel.integrals import is_summable
from checks.kernel.translation import expand, expansion
from checks.terms import (
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Function,
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
)

x, c, f, g = Symbol("x"), Symbol("c"), Symbol("f"), Symbol("g")
CURVE = Function((REAL,), REAL)
WHERE = Context(
    declarations={
        "c": Declaration("c", REAL),
        "f": Declaration("f", CURVE),
        "g": Declaration("g", CURVE),
        "s": Declaration("s", REAL),
    }
).assume(Fact(relation(Symbol("s"), ">", ZERO), "declared"))


def op(head: str, *arguments: Term) -> Term:
    return Apply(head, arguments)


def integral(body: Term, condition: Term = TRUE) -> Bind:
    return bind("integral", "x", REAL, body, condition)


def proved(left: Term, right: Term) -> bool:
    return arithmetic(WHERE, relation(left, "=", right), Silent())


def at(function: Term) -> Term:
    return op("call", function, x)


def by_parts(degree: int, a: Fraction, b: Fraction) -> Fraction:
    """∫ x^k e^(-a x² + b x) over that for k = 0, as k-1 integrations by parts give it."""
    earlier, current = Fraction(0), Fraction(1)
    for k in range(1, degree + 1):
        earlier, current = current, b / (2 * a) * current + (k - 1) / (2 * a) * earlier
    return current


@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, 7),
    st.fractions(min_value=Fraction(1, 5), max_value=5, max_denominator=6),
    st.fractions(min_value=-3, max_value=3, max_denominator=6),
)
def test_a_polynomial_times_a_gaussian(degree: int, a: Fraction, b: Fraction) -> None:
    exponent = add(negate(multiply(number(a), power(x, number(2)))), multiply(number(b), x))
    whole = integral(multiply(power(x, number(degree)), op("exp", exponent)))
    size = multiply(op("sqrt", divide(op("pi"), number(a))), op("exp", number(b * b / (4 * a))))
    value = by_parts(degree, a, b)
    assert proved(whole, multiply(number(value), size))
    assert not proved(whole, multiply(number(value + 1), size))


def test_a_gaussian_needs_a_positive_rate() -> None:
    growing = op("exp", multiply(c, power(x, number(2))))
    assert not proved(integral(growing), op("sqrt", divide(op("pi"), negate(c))))
    shrinking = op("exp", negate(multiply(Symbol("s"), power(x, number(2)))))
    assert proved(integral(shrinking), op("sqrt", divide(op("pi"), Symbol("s"))))


@pytest.mark.parametrize(
    ("left", "right", "holds"),
    [
        (integral(multiply(c, at(f))), multiply(c, integral(at(f))), True),
        (integral(multiply(at(f), at(g))), integral(multiply(at(g), at(f))), True),
        (integral(ZERO), ZERO, True),
        (integral(at(f), relation(x, ">", ZERO)), integral(op("if", relation(x, ">", ZERO), at(f), ZERO)), True),
        (integral(at(f)), bind("integral", "y", REAL, op("call", f, Symbol("y"))), True),
        (integral(add(at(f), at(g))), add(integral(at(f)), integral(at(g))), False),
        (integral(multiply(at(f), at(g))), multiply(integral(at(f)), integral(at(g))), False),
        (integral(at(f)), integral(at(f), relation(x, ">", ZERO)), False),
        (integral(multiply(x, at(f))), multiply(x, integral(at(f))), False),
        (integral(at(f)), integral(op("call", f, add(x, ONE))), False),
        (integral(ONE), ONE, False),
    ],
)
def test_what_leaves_an_integral(left: Term, right: Term, holds: bool) -> None:
    where = WHERE.declare(Declaration("x", REAL))
    assert arithmetic(where, relation(left, "=", right), Silent()) is holds


def test_what_an_integral_asks_for() -> None:
    (needed,) = obligations(integral(at(f)), WHERE)
    assert needed == op("summable", bind("lambda", "x", REAL, at(f)))
    first, second = obligations(integral(divide(ONE, x), relation(x, ">", ONE)), WHERE)
    assert isinstance(first, Bind) and first.head == "forall" and first.condition != TRUE
    assert isinstance(second, Apply) and second.head == "summable"


def test_what_is_summable_by_itself() -> None:
    def summable(body: Term) -> bool:
        function = bind("lambda", "x", REAL, body)
        return is_summable(expansion(WHERE), function, expand, indicator)

    gaussian = op("exp", negate(power(x, number(2))))
    assert summable(gaussian) and summable(multiply(power(x, number(4)), gaussian)) and summable(ZERO)
    assert summable(add(gaussian, multiply(c, x, gaussian)))
    assert not summable(ONE) and not summable(op("exp", x)) and not summable(at(f))
    assert not summable(add(gaussian, x)) and not summable(divide(gaussian, x))


def test_summable_functions_form_a_vector_space() -> None:
    def parts(body: Term) -> tuple[Term, ...] | None:
        return parts_of_defined(op("summable", bind("lambda", "x", REAL, body)), WHERE)

    def summable(body: Term) -> Term:
        return op("summable", bind("lambda", "x", REAL, body))

    assert parts(multiply(c, at(f))) == (summable(at(f)),)
    assert parts(multiply(at(g), multiply(c, at(f)))) == (summable(multiply(at(g), at(f))),)
    assert parts(add(at(f), negate(at(g)))) == (summable(at(f)), summable(negate(at(g))))
    assert parts(divide(at(f), c)) == (relation(c, "!=", ZERO), summable(at(f)))
    assert parts(op("if", relation(x, ">", c), multiply(c, at(f)), ZERO)) == (
        summable(op("if", relation(x, ">", c), at(f), ZERO)),
    )
    # Neither products nor constants; nor a function that is something else than 0 off the set.
    assert parts(multiply(at(f), at(g))) is None and parts(c) is None and parts(multiply(c, c)) is None
    assert parts(op("if", relation(x, ">", c), multiply(c, at(f)), ONE)) is None
    assert parts(divide(c, at(f))) is None
