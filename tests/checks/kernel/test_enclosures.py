"""Signs of numbers that are written down, against evaluation to sixty digits."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import mpmath
import pytest

from checks.contexts import Context, Declaration, Fact
from checks.kernel.comparison import arithmetic
from checks.kernel.enclosures import sign_of_number
from checks.kernel.translation import expansion
from checks.terms import (
    REAL,
    ZERO,
    Apply,
    Number,
    Symbol,
    Term,
    add,
    divide,
    multiply,
    negate,
    number,
    power,
    relation,
    subtract,
)
from derive.proving.advice import Seeker

x, y = Symbol("x"), Symbol("y")
BARE = Context()
PI = Apply("pi")


def of(head: str, *arguments: Term) -> Apply:
    return Apply(head, arguments)


def root(value: int) -> Term:
    return of("sqrt", number(value))


def drawn(random: Random, depth: int) -> Term:
    """A number made of rationals, roots, π and elementary functions, defined for most draws."""
    if depth == 0:
        return random.choice([PI, number(Fraction(random.randint(-9, 9), random.randint(1, 7)))])
    parts = [drawn(random, depth - 1) for _ in range(2)]
    match random.randrange(10):
        case 0 | 1:
            return add(*parts)
        case 2:
            return subtract(*parts)
        case 3 | 4:
            return multiply(*parts)
        case 5:
            return divide(*parts)
        case 6:
            return of(random.choice(["sqrt", "log"]), of("abs", parts[0]))
        case 7:
            return of(random.choice(["exp", "tanh", "sin", "cos"]), parts[0])
        case 8:
            return power(of("abs", parts[0]), number(Fraction(random.randint(-3, 3), random.randint(1, 3))))
        case _:
            return negate(parts[0])


def value(term: Term) -> mpmath.mpf:
    """The value of a drawn term; raises where it is undefined or too large."""
    match term:
        case Number(exact):
            return mpmath.mpf(exact.numerator) / exact.denominator
        case Apply(head, arguments):
            parts = [value(argument) for argument in arguments]
        case _:
            raise AssertionError(term)
    if any(abs(part) > 1e3 for part in parts):
        raise OverflowError
    match head:
        case "pi":
            return +mpmath.pi
        case "add":
            return mpmath.fsum(parts)
        case "multiply":
            return mpmath.fprod(parts)
        case "negate":
            return -parts[0]
        case "divide":
            return parts[0] / parts[1]
        case "abs":
            return abs(parts[0])
        case "power":
            if not parts[0] and parts[1] < 0:
                raise ZeroDivisionError
            return mpmath.power(*parts)
        case "log":
            if not parts[0]:
                raise ZeroDivisionError
            return mpmath.log(parts[0])
        case _:
            return getattr(mpmath, head)(parts[0])


def test_signs_of_random_numbers_are_right() -> None:
    random = Random(5)
    decided = clear = 0
    with mpmath.workdps(60):
        while clear < 400:
            term = drawn(random, random.randint(1, 3))
            try:
                exact = value(term)
            except (OverflowError, ZeroDivisionError):
                continue
            positive = arithmetic(BARE, relation(term, ">", ZERO), Seeker())
            negative = arithmetic(BARE, relation(term, "<", ZERO), Seeker())
            assert not (positive and exact < 1e-40), term
            assert not (negative and exact > -1e-40), term
            if abs(exact) > 1e-20:
                clear += 1
                decided += positive or negative
    assert decided > 0.95 * clear, decided


def test_numbers_that_are_equal_have_no_strict_order() -> None:
    same = subtract(of("sqrt", subtract(number(3), multiply(number(2), root(2)))), subtract(root(2), number(1)))
    assert sign_of_number(expansion(BARE).form(same)) is None
    for head in ("<", ">", "!="):
        assert not arithmetic(BARE, relation(same, head, ZERO), Seeker())


def test_numbers_that_nearly_agree_are_told_apart() -> None:
    # Ramanujan: exp(π sqrt(163)) is less than 262537412640768744 by less than 1e-12.
    almost = number(262537412640768744)
    constant = of("exp", multiply(PI, root(163)))
    assert arithmetic(BARE, relation(constant, "<", almost), Seeker())
    assert arithmetic(BARE, relation(subtract(almost, constant), "<", number(Fraction(1, 10**12))), Seeker())
    assert not arithmetic(BARE, relation(constant, "=", almost), Seeker())


ABOVE = BARE.declare(Declaration("x", REAL)).declare(Declaration("y", REAL)).assume(Fact(relation(x, ">=", ZERO)))


@pytest.mark.parametrize(
    ("left", "head", "right", "holds"),
    [
        (divide(x, root(2)), "<=", x, True),
        (divide(x, root(2)), "<", x, False),
        (multiply(root(2), x), "<=", x, False),
        (divide(y, root(2)), "<=", y, False),
        (multiply(subtract(of("log", number(3)), number(1)), x), ">=", ZERO, True),
        (multiply(subtract(of("log", number(2)), number(1)), x), ">=", ZERO, False),
        (add(multiply(subtract(root(3), root(2)), x), multiply(root(2), of("abs", y))), ">=", ZERO, True),
        (add(multiply(subtract(root(3), root(2)), x), multiply(root(2), y)), ">=", ZERO, False),
    ],
)
def test_numbers_as_coefficients(left: Term, head: str, right: Term, holds: bool) -> None:
    assert arithmetic(ABOVE, relation(left, head, right), Seeker()) is holds


@pytest.mark.parametrize(
    "term",
    [
        power(number(-2), number(Fraction(1, 2))),
        power(subtract(number(1), PI), number(Fraction(1, 3))),
        of("log", subtract(number(3), PI)),
        divide(number(1), subtract(root(8), multiply(number(2), root(2)))),
    ],
    ids=["root of a negative number", "cube root of one", "logarithm of one", "division by zero"],
)
def test_what_is_not_defined_has_no_sign_from_an_enclosure(term: Term) -> None:
    assert sign_of_number(expansion(BARE).form(term)) is None
