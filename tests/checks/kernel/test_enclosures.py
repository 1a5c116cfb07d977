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
    bind,
    conjunction,
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


# -- integrals -----------------------------------------------------------------------------------------


def integral(body: Term, low: Term, high: Term, *further: Term) -> Term:
    inside = conjunction(relation(low, "<=", x), relation(x, "<=", high), *further)
    return bind("integral", "x", REAL, body, inside)


def smooth(random: Random, depth: int) -> Term:
    """A function of x that is analytic on the whole line."""
    if depth == 0:
        return random.choice([x, x, number(Fraction(random.randint(-3, 3), random.randint(1, 3))), root(2)])
    parts = [smooth(random, depth - 1) for _ in range(2)]
    match random.randrange(6):
        case 0:
            return add(*parts)
        case 1:
            return multiply(*parts)
        case 2:
            return of(random.choice(["sin", "cos", "tanh"]), parts[0])
        case 3:
            return of("exp", negate(of("sqrt", add(number(1), power(parts[0], number(2))))))
        case 4:
            return divide(parts[0], add(number(2), of("sin", parts[1])))
        case _:
            return of("log", add(number(1), power(parts[0], number(2))))


def at(term: Term, point: mpmath.mpf) -> mpmath.mpf:
    """The value of a function of x at a point; the same cases as ``value``."""
    match term:
        case Symbol():
            return point
        case Number(exact):
            return mpmath.mpf(exact.numerator) / exact.denominator
        case Apply("add", parts):
            return mpmath.fsum(at(part, point) for part in parts)
        case Apply("multiply", parts):
            return mpmath.fprod(at(part, point) for part in parts)
        case Apply("negate", (part,)):
            return -at(part, point)
        case Apply("divide", (top, below)):
            return at(top, point) / at(below, point)
        case Apply("power", (base, exponent)):
            return at(base, point) ** at(exponent, point)
        case Apply(head, (part,)):
            return getattr(mpmath, head)(at(part, point))
        case _:
            raise AssertionError(term)


def test_integrals_are_enclosed() -> None:
    random = Random(11)
    decided = 0
    for _ in range(60):
        body = smooth(random, random.randint(1, 3))
        low = Fraction(random.randint(-4, 2), 2)
        high = low + Fraction(random.randint(1, 4), 2)
        exact = mpmath.quad(lambda point, body=body: at(body, point), [float(low), float(high)])
        found = integral(body, number(low), number(high))
        near = Fraction(str(mpmath.nstr(exact, 8)))
        gap = Fraction(1, 10**5) * (1 + abs(near))
        assert not arithmetic(BARE, relation(found, ">", number(near + gap)), Seeker()), body
        assert not arithmetic(BARE, relation(found, "<", number(near - gap)), Seeker()), body
        decided += arithmetic(BARE, relation(found, "<", number(near + gap)), Seeker()) and arithmetic(
            BARE, relation(found, ">", number(near - gap)), Seeker()
        )
    assert decided >= 50, decided


BELL = of("exp", of("sin", x))


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        (relation(integral(BELL, ZERO, root(2)), ">", number(2)), True),
        (relation(integral(BELL, ZERO, root(2)), ">", number(3)), False),
        (relation(integral(BELL, ZERO, number(2), relation(x, "<=", number(1))), "<", number(2)), True),
        (relation(integral(BELL, ZERO, number(2), relation(x, "<=", number(1))), ">", number(2)), False),
        (relation(integral(BELL, ZERO, number(2), relation(root(2), "<=", x)), ">", number(2)), False),
        (relation(integral(BELL, ZERO, number(2), relation(root(2), "<=", x)), "<", number(2)), True),
        (relation(integral(BELL, number(2), number(1)), ">", number(Fraction(-1, 10))), True),
        (relation(integral(BELL, number(2), number(1)), "!=", ZERO), False),
        (relation(integral(divide(BELL, x), number(-1), number(1)), "!=", ZERO), False),
        (relation(integral(divide(BELL, x), ZERO, number(1)), ">", ZERO), False),
        (relation(integral(of("sqrt", of("sin", x)), number(-2), number(-1)), ">", ZERO), False),
        (relation(bind("integral", "x", REAL, BELL, relation(ZERO, "<=", x)), ">", number(1)), False),
        (relation(integral(multiply(BELL, y), ZERO, number(1)), "<", number(9)), False),
    ],
)
def test_bounded_intervals_only(statement: Term, holds: bool) -> None:
    context = BARE.declare(Declaration("y", REAL))
    assert arithmetic(context, statement, Seeker()) is holds
