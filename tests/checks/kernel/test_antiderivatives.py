"""Integrals over intervals, half-lines and the line against ball quadrature; what has to stay an integral."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context, Declaration, Fact
from checks.kernel.advisor import Silent
from checks.kernel.atoms import indicator
from checks.kernel.comparison import arithmetic
from checks.kernel.forms import Atom, Form
from checks.kernel.integrals import is_summable
from checks.kernel.translation import expand, expansion
from checks.terms import (
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
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
from checks.trials import Unsupported, evaluate
from checks.trials.values import to_ball
from derive.proving.advice import Seeker

x, a, b, r, s, c = (Symbol(name) for name in "xabrsc")
VALUES = {"a": Fraction(-1, 2), "b": Fraction(3, 4), "r": Fraction(5, 3), "s": Fraction(2, 3), "c": Fraction(-2, 5)}
WHERE = Context(declarations={name: Declaration(name, REAL) for name in VALUES}).assume(
    Fact(relation(number(Fraction(-3, 2)), "<=", a), "declared"),
    Fact(relation(a, "<=", ZERO), "declared"),
    Fact(relation(ZERO, "<=", b), "declared"),
    Fact(relation(b, "<=", ONE), "declared"),
    Fact(relation(r, ">", ZERO), "declared"),
    Fact(relation(s, ">", ZERO), "declared"),
)


def op(head: str, *arguments: Term) -> Term:
    return Apply(head, arguments)


def integral(body: Term, condition: Term = TRUE) -> Bind:
    return bind("integral", "x", REAL, body, condition)


def exp(term: Term) -> Term:
    return op("exp", term)


def square(term: Term) -> Term:
    return power(term, number(2))


def proved(left: Term, right: Term, where: Context = WHERE) -> bool:
    return arithmetic(where, relation(left, "=", right), Seeker())


def remains(term: Term, where: Context = WHERE) -> bool:
    """Whether the normal form of an integral is still one."""
    return any(atom.tag == "integral" for m, _ in expansion(where, Seeker()).form(term).terms for atom, _ in m.factors)


# -- against quadrature --------------------------------------------------------------------------------


def number_of(form: Form) -> arb:
    """The number that a form without indices is."""
    total = arb(0)
    for monomial, coefficient in form.terms:
        assert not monomial.ranges
        value = arb(coefficient)
        for atom, exponent in monomial.factors:
            value *= number_of_atom(atom) ** arb(fmpq(Fraction(exponent).numerator, Fraction(exponent).denominator))
        total += value
    return total


def number_of_atom(atom: Atom) -> arb:
    match atom.tag:
        case "symbol":
            value = VALUES[atom.name]
            return arb(fmpq(value.numerator, value.denominator))
        case "pi":
            return arb.pi()
        case "prime":
            return arb(int(atom.name))
        case "base":
            return number_of(atom.parts[0])
        case "exp" | "erf":
            return getattr(number_of(atom.parts[0]), atom.tag)()
        case _:
            raise AssertionError(f"an atom that is left: {atom.tag}")


def kink(random: Random, depth: int) -> Term:
    """A function of x in linear pieces."""
    point = random.choice([ZERO, ONE, a, b, number(Fraction(-3, 2))])
    linear = subtract(x, point) if random.random() < 0.7 else subtract(point, multiply(number(2), x))
    inner = kink(random, depth - 1) if depth and random.random() < 0.5 else linear
    match random.randrange(6):
        case 0:
            return op("abs", inner)
        case 1:
            return op("sign", linear)
        case 2:
            return op("iverson", relation(linear, random.choice([">", ">=", "<", "<=", "=", "!="]), ZERO))
        case 3:
            return op("maximum", inner, random.choice([ZERO, ONE]))
        case 4:
            return op("minimum", op("maximum", linear, number(-1)), ONE)
        case _:
            return op("if", relation(linear, "<", ZERO), inner, x)


def integrand(random: Random, bounded: bool) -> Term:
    powers = [power(x, number(random.randrange(4))) for _ in range(2)]
    polynomial = add(*(multiply(random.choice([ONE, c, number(-2)]), part) for part in powers))
    kinks = [kink(random, 1) for _ in range(random.randrange(3))]
    decays = [
        exp(negate(multiply(r, op("abs", x)))),
        exp(add(negate(multiply(r, square(x))), multiply(c, x))),
        exp(negate(divide(square(subtract(x, c)), multiply(number(2), s)))),
        exp(subtract(x, multiply(number(3), op("maximum", x, negate(x))))),
    ]
    anything = [ONE, exp(multiply(s, x)), exp(add(c, negate(x)))]
    return multiply(polynomial, *kinks, random.choice(decays + anything if bounded else decays))


CONDITIONS = [
    (conjunction(relation(a, "<=", x), relation(x, "<=", b)), True),
    (conjunction(relation(number(-2), "<", x), relation(x, "<=", ONE)), True),
    (relation(x, ">", a), False),
    (relation(x, "<=", ZERO), False),
    (TRUE, False),
]


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9))
def test_pieces_agree_with_quadrature(seed: int) -> None:
    random = Random(seed)
    condition, bounded = random.choice(CONDITIONS)
    term = integral(integrand(random, bounded), condition)
    form = expansion(WHERE, Seeker()).form(term)
    try:
        wanted = to_ball(evaluate(term, WHERE, VALUES))
    except Unsupported:
        return
    kept = [atom for monomial, _ in form.terms for atom, _ in monomial.factors if atom.tag == "integral"]
    # A product of brackets that excludes what it says may leave points of unknown order.
    if not kept:
        assert number_of(form).overlaps(wanted) or abs(number_of(form) - wanted) < 1e-9


def test_most_of_them_are_integrated() -> None:
    found = 0
    for seed in range(40):
        random = Random(seed)
        body = multiply(power(x, number(seed % 5)), op("maximum", x, number(seed % 3)), exp(negate(op("abs", x))))
        found += not remains(integral(body, random.choice([TRUE, relation(x, ">", ONE), relation(x, "<=", ZERO)])))
    assert found == 40


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 8), st.fractions(min_value=Fraction(1, 4), max_value=4, max_denominator=5))
def test_moments_of_an_exponential(degree: int, rate: Fraction) -> None:
    body = multiply(power(x, number(degree)), exp(negate(multiply(number(rate), x))))
    whole = integral(body, relation(x, ">=", ZERO))
    value = Fraction(1)
    for k in range(1, degree + 1):
        value *= k
    assert proved(whole, number(value / rate ** (degree + 1)))
    assert not proved(whole, number(value / rate**degree + (rate == 1)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9))
def test_absolute_moments_of_a_normal_law(degree: int) -> None:
    """E|z|^p = 2^(p/2) Γ((p+1)/2) / sqrt(π), by the recursion Γ(t+1) = t Γ(t)."""
    value: Term = ONE if degree % 2 == 0 else op("sqrt", divide(number(2), op("pi")))
    for k in range(degree - 1, 0, -2):
        value = multiply(number(k), value)
    density = divide(exp(negate(divide(square(x), number(2)))), op("sqrt", multiply(number(2), op("pi"))))
    assert proved(integral(multiply(power(op("abs", x), number(degree)), density)), value)
    half = integral(multiply(power(op("maximum", x, ZERO), number(degree)), density))
    if degree:
        assert proved(half, divide(value, number(2)))


# -- closed forms with symbols -------------------------------------------------------------------------

BETWEEN = conjunction(relation(a, "<=", x), relation(x, "<=", b))
TAIL = relation(x, ">", a)
CASES: list[tuple[Term, Term]] = [
    (integral(power(x, number(2)), BETWEEN), divide(subtract(power(b, number(3)), power(a, number(3))), number(3))),
    (integral(exp(multiply(r, x)), BETWEEN), divide(subtract(exp(multiply(r, b)), exp(multiply(r, a))), r)),
    (integral(exp(negate(multiply(r, x))), TAIL), divide(exp(negate(multiply(r, a))), r)),
    (
        integral(exp(negate(square(x))), BETWEEN),
        multiply(divide(op("sqrt", op("pi")), number(2)), subtract(op("erf", b), op("erf", a))),
    ),
    (
        integral(exp(negate(multiply(r, square(x)))), TAIL),
        multiply(
            divide(op("sqrt", divide(op("pi"), r)), number(2)), subtract(ONE, op("erf", multiply(op("sqrt", r), a)))
        ),
    ),
    (integral(exp(negate(divide(op("abs", subtract(x, c)), s)))), multiply(number(2), s)),
    (integral(op("iverson", relation(x, "=", a)), BETWEEN), ZERO),
    (integral(op("sign", subtract(x, a)), BETWEEN), subtract(b, a)),
]


@pytest.mark.parametrize(("left", "right"), CASES)
def test_symbolic_ends(left: Term, right: Term) -> None:
    assert proved(left, right)
    assert not proved(left, add(right, ONE))


def test_what_decays_depends_on_signs_that_are_known() -> None:
    assert remains(integral(exp(negate(multiply(c, x))), relation(x, ">", ZERO)))
    assert remains(integral(exp(multiply(r, x)), relation(x, ">", ZERO)))
    assert remains(integral(exp(negate(multiply(r, x))), relation(x, "<", ZERO)))
    assert remains(integral(exp(negate(multiply(r, x)))))
    assert remains(integral(exp(negate(multiply(c, op("abs", x))))))
    assert remains(integral(exp(multiply(r, square(x))), BETWEEN))
    assert remains(integral(x, TAIL)) and remains(integral(ONE, TAIL)) and remains(integral(op("sign", x)))
    # A rate that may be 0 over a bounded interval has another antiderivative there.
    assert remains(integral(exp(multiply(c, x)), BETWEEN))


def test_points_whose_order_is_not_known_are_not_passed() -> None:
    between = conjunction(relation(b, "<=", x), relation(x, "<=", c))
    assert remains(integral(x, between))
    assert not proved(integral(ONE, between), subtract(c, b))
    assert remains(integral(op("abs", subtract(x, c)), BETWEEN))
    assert remains(integral(multiply(op("abs", add(ONE, multiply(c, x))), exp(negate(square(x))))))


def test_what_is_summable_on_its_pieces() -> None:
    def summable(body: Term) -> bool:
        return is_summable(expansion(WHERE, Silent()), bind("lambda", "x", REAL, body), expand, indicator)

    def beyond(body: Term, condition: Term) -> Term:
        return op("if", condition, body, ZERO)

    decaying = exp(negate(multiply(r, x)))
    assert summable(beyond(decaying, relation(x, ">", ZERO)))
    assert summable(beyond(multiply(x, decaying), relation(x, ">=", c)))
    assert summable(multiply(op("abs", x), exp(negate(op("abs", x)))))
    assert not summable(decaying) and not summable(beyond(decaying, relation(x, "<", ZERO)))
    assert not summable(beyond(exp(negate(multiply(c, x))), relation(x, ">", ZERO)))
    assert not summable(beyond(divide(decaying, x), relation(x, ">", ZERO)))
    assert not summable(op("if", relation(x, ">", ZERO), decaying, ONE))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_error_functions_against_gaussians(seed: int) -> None:
    random = Random(seed)
    steep = random.choice([ONE, number(-2), s, c, ZERO])
    inside = add(multiply(steep, x), random.choice([ZERO, a, number(Fraction(1, 3))]))
    bell = random.choice(
        [
            negate(multiply(r, square(x))),
            add(negate(square(x)), multiply(c, x)),
            negate(divide(square(subtract(x, a)), multiply(number(2), s))),
        ]
    )
    term = integral(multiply(power(x, number(random.randrange(5))), op("erf", inside), exp(bell)))
    found = number_of(expansion(WHERE, Seeker()).form(term))
    wanted = to_ball(evaluate(term, WHERE, VALUES))
    assert found.overlaps(wanted) or abs(found - wanted) < 1e-9


def test_error_functions_that_stay() -> None:
    bell = exp(negate(square(x)))
    assert remains(integral(op("erf", x), TAIL)) and remains(integral(op("erf", x)))
    assert remains(integral(multiply(op("erf", x), bell), TAIL))
    assert remains(integral(multiply(op("erf", square(x)), bell)))
    assert remains(integral(multiply(square(op("erf", x)), bell)))
    assert remains(integral(multiply(op("erf", x), exp(negate(op("abs", x))))))


# -- the error function --------------------------------------------------------------------------------


def test_the_error_function_is_odd_and_has_the_sign_of_its_argument() -> None:
    assert proved(op("erf", negate(c)), negate(op("erf", c)))
    assert proved(op("erf", subtract(a, c)), negate(op("erf", subtract(c, a))))
    assert proved(op("erf", ZERO), ZERO)
    assert arithmetic(WHERE, relation(op("erf", r), ">", ZERO), Silent())
    assert arithmetic(WHERE, relation(op("erf", negate(r)), "<", ZERO), Silent())
    assert not proved(op("erf", negate(c)), op("erf", c))
    assert not proved(op("erf", add(a, c)), add(op("erf", a), op("erf", c)))
    assert not arithmetic(WHERE, relation(op("erf", c), ">=", ZERO), Silent())
