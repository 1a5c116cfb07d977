"""Derivatives by rules: against evaluation by duals, against difference quotients, and what they ask for."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context, Declaration, Fact
from checks.kernel.calculus import basis, differentiability, directional, smoothness
from checks.kernel.definedness import obligations, parts_of_defined
from checks.terms import (
    ONE,
    REAL,
    ZERO,
    Apply,
    Bind,
    Function,
    Index,
    Symbol,
    Tensor,
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
from checks.trials.evaluation import evaluate
from checks.trials.values import Undefined, to_ball

TWO = number(2)
VECTOR, MATRIX = Tensor((TWO,)), Tensor((TWO, TWO))
x, y, a, s, A = Symbol("x"), Symbol("y"), Symbol("a"), Symbol("s"), Symbol("A")
WHERE = Context(
    declarations={
        d.name: d
        for d in (
            Declaration("x", VECTOR),
            Declaration("y", VECTOR),
            Declaration("a", REAL),
            Declaration("s", REAL),
            Declaration("A", MATRIX),
        )
    }
)
POINT = {
    "x": [Fraction(3, 2), Fraction(-2, 3)],
    "y": [Fraction(1, 3), Fraction(2)],
    "a": Fraction(5, 4),
    "s": Fraction(2, 3),
    "A": [[Fraction(2), Fraction(1, 2)], [Fraction(-1), Fraction(3)]],
}


def op(head: str, *arguments: Term) -> Term:
    return Apply(head, arguments)


def entry(array: Term, *indices: int) -> Term:
    return op("entry", array, *map(number, indices))


def scalar(random: Random, depth: int) -> Term:
    """A number that depends on the vector x, the number s and the matrix A, by operations with a derivative."""
    if depth == 0:
        return random.choice([a, s, entry(x, 1), entry(x, 2), entry(y, 1), entry(A, 1, 2), number(2)])
    small, vector, matrix = (lambda: scalar(random, depth - 1)), (lambda: array(random, depth - 1)), A
    match random.randrange(18):
        case 17:
            return bind("product", "i", Index(ONE, TWO), add(op("entry", vector(), Symbol("i")), small()))
        case 16:
            apart = relation(Symbol("j"), "!=", number(random.randint(1, 3)))
            return bind("product", "j", Index(ONE, number(3)), add(small(), multiply(Symbol("j"), small())), apart)
        case 15:
            return op("erf", divide(small(), number(10)))
        case 0:
            return add(small(), small())
        case 1:
            return multiply(small(), small())
        case 2:
            return divide(small(), add(number(4), power(small(), TWO)))
        case 3:
            return power(small(), number(random.choice((2, 3))))
        case 4:
            return op("dot", vector(), vector())
        case 5:
            return op("trace", op("matmul", square(random, depth - 1), matrix))
        case 6:
            return op("determinant", square(random, depth - 1))
        case 7:
            return entry(op("matmul", square(random, depth - 1), vector()), random.randint(1, 2))
        case 8:
            return bind("sum", "i", Index(ONE, TWO), multiply(op("entry", vector(), Symbol("i")), small()))
        case 9:
            return op("if", relation(a, ">", ZERO), small(), small())
        case 10:
            return op("maximum", small(), add(small(), number(Fraction(1, 7))))
        case 11:
            return op("abs", add(small(), number(Fraction(1, 11))))
        case 12:
            return negate(small())
        case 13:
            shifted = add(square(random, depth - 1), multiply(number(9), op("identity", TWO)))
            return op("trace", op("inverse", shifted))
        case _:
            return op("iverson", relation(small(), "<", number(Fraction(1, 13))))


def array(random: Random, depth: int) -> Term:
    """A vector of two numbers."""
    if depth == 0:
        return random.choice([x, y])
    match random.randrange(6):
        case 0:
            return op("matmul", square(random, depth - 1), array(random, depth - 1))
        case 1:
            return op("hadamard", array(random, depth - 1), array(random, depth - 1))
        case 2:
            return multiply(scalar(random, depth - 1), array(random, depth - 1))
        case 3:
            return add(array(random, depth - 1), negate(array(random, depth - 1)), x)
        case 4:
            return op("diagonal", square(random, depth - 1))
        case _:
            row = multiply(op("entry", x, Symbol("i")), scalar(random, depth - 1))
            return bind("array", "i", Index(ONE, TWO), row)


def square(random: Random, depth: int) -> Term:
    """A two by two matrix."""
    if depth == 0:
        return random.choice([A, op("outer", x, y), op("diagonal_matrix", x)])
    match random.randrange(5):
        case 0:
            return op("matmul", square(random, depth - 1), square(random, depth - 1))
        case 1:
            return op("transpose", square(random, depth - 1))
        case 2:
            return op("outer", array(random, depth - 1), array(random, depth - 1))
        case 3:
            return power(square(random, depth - 1), TWO)
        case _:
            return multiply(scalar(random, depth - 1), A)


VARIABLES = {"x": (VECTOR, (number(1),)), "s": (REAL, ()), "A": (MATRIX, (number(2), number(1)))}


def value(term: Term, environment: dict[str, object]) -> object:
    return evaluate(term, WHERE, environment)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(sorted(VARIABLES)))
def test_the_rules_agree_with_duals(seed: int, name: str) -> None:
    random = Random(seed)
    body = scalar(random, random.randint(1, 3))
    kind, place = VARIABLES[name]
    function = bind("lambda", name, kind, body)
    shape = kind.shape if isinstance(kind, Tensor) else ()
    found = directional(function, Symbol(name), basis(shape, place), WHERE)
    if found is None:
        assert body == op("determinant", Symbol(name)), "the matrix of cofactors has no other form"
        return
    derivative: Term = op("derivative", function, Symbol(name))
    expected = op("entry", derivative, *place) if place else derivative
    needs = differentiability(function, Symbol(name), WHERE, obligations)
    try:
        wanted, by_rules = value(expected, POINT), value(found, POINT)
    except Undefined:
        # A kink, or a singular matrix: the rules have to ask for more there.
        assert any(value(needed, POINT) is False for needed in needs)
        return
    assert bool(to_ball(by_rules).overlaps(to_ball(wanted)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_the_rules_agree_with_difference_quotients(seed: int) -> None:
    random = Random(seed)
    inner = scalar(random, 1)
    outer = random.choice(["exp", "sin", "cos", "tanh", "erf"])
    bounded = divide(inner, add(number(3), power(inner, TWO)))
    body = multiply(op(outer, bounded), op("log", add(number(2), power(s, TWO))))
    found = directional(bind("lambda", "s", REAL, body), s, ONE, WHERE)
    assert found is not None
    step = Fraction(1, 10**12)
    sides = [value(body, {**POINT, "s": POINT["s"] + sign * step}) for sign in (1, -1)]  # type: ignore[operator]
    quotient = (to_ball(sides[0]) - to_ball(sides[1])) / (2 * arb(1) / 10**12)
    assert abs(quotient - to_ball(value(found, POINT))) < arb(10) ** -9


t = Symbol("t")
f, g = Symbol("f"), Symbol("g")
ABSTRACT = Context(
    declarations={
        d.name: d
        for d in (
            Declaration("t", REAL),
            Declaration("s", REAL),
            Declaration("f", Function((REAL,), REAL)),
            Declaration("g", Function((REAL, REAL), REAL)),
        )
    }
)

NEEDS: list[tuple[Term, tuple[Term, ...]]] = [
    (power(t, TWO), ()),
    (op("abs", t), (relation(t, "!=", ZERO),)),
    (op("sqrt", t), (relation(ZERO, "<=", t), relation(ZERO, "<", t))),
    (op("log", t), (relation(ZERO, "<", t),)),
    (divide(ONE, t), (relation(t, "!=", ZERO),)),
    (power(t, divide(number(3), TWO)), (relation(t, ">", ZERO),)),
    (power(t, t), (relation(t, ">", ZERO),)),
    (op("maximum", t, s), (relation(t, "!=", s),)),
    (op("call", f, power(t, TWO)), (op("differentiable", f, power(t, TWO)),)),
    (op("call", g, t, s), (op("differentiable", bind("lambda", "u", REAL, op("call", g, Symbol("u"), s)), t),)),
    (op("call", g, t, power(t, TWO)), (op("continuously_differentiable", g, ONE),)),
    (op("iverson", relation(t, "<", s)), (relation(t, "!=", s),)),
    (op("call", f, s), ()),
]


@pytest.mark.parametrize(("body", "wanted"), NEEDS)
def test_what_a_derivative_asks_for(body: Term, wanted: tuple[Term, ...]) -> None:
    assert obligations(op("derivative", bind("lambda", "t", REAL, body), t), ABSTRACT) == wanted


def test_a_step_is_not_differentiable_where_it_jumps() -> None:
    floor = op("iverson", relation(op("floor", t), "<", number(Fraction(1, 2))))
    (needed, *rest) = obligations(op("derivative", bind("lambda", "t", REAL, floor), t), ABSTRACT)
    assert needed == relation(op("floor", t), "!=", number(Fraction(1, 2)))
    assert [part.head for part in rest if isinstance(part, Apply)] == ["differentiable"]


def test_the_square_of_a_root_is_smooth_where_it_cannot_end() -> None:
    body = power(op("sqrt", op("dot", x, x)), TWO)
    needed = obligations(op("derivative", bind("lambda", "x", VECTOR, body), x), WHERE)
    assert any(isinstance(part, Apply) and part.head == "or" for part in needed)
    assert relation(ZERO, "<", op("dot", x, x)) not in needed


def test_what_is_declared_smooth_is_differentiable() -> None:
    declared = ABSTRACT.assume(Fact(op("continuously_differentiable", f, ONE), "declared"))
    once = op("derivative", bind("lambda", "t", REAL, op("call", f, power(t, TWO))), t)
    assert obligations(once, declared) == ()
    twice = op("derivative", bind("lambda", "t", REAL, op("derivative", f, t)), t)
    assert len(obligations(twice, declared)) == 1
    more = ABSTRACT.assume(Fact(op("continuously_differentiable", f, TWO), "declared"))
    assert obligations(twice, more) == ()
    assert parts_of_defined(op("differentiable", f, t), declared) == ()
    assert parts_of_defined(op("differentiable", f, t), ABSTRACT) is None


def test_smoothness_of_a_lambda() -> None:
    smooth = bind("lambda", "t", REAL, multiply(op("exp", t), t))
    assert smoothness(smooth, 2, ABSTRACT, obligations) == ()
    kinked = bind("lambda", "t", REAL, op("abs", t))
    assert smoothness(kinked, 1, ABSTRACT, obligations) != ()
    unknown = bind("lambda", "t", REAL, op("call", f, t))
    assert smoothness(unknown, 1, ABSTRACT, obligations) == (
        bind("forall", "t", REAL, op("continuously_differentiable", f, ONE)),
    )
    assert smoothness(f, 1, ABSTRACT, obligations) is None


@pytest.mark.parametrize("head", ["abs", "sign", "sqrt"])
def test_every_entry_of_an_array_has_to_be_away_from_the_kink(head: str) -> None:
    needed = obligations(op("derivative", bind("lambda", "x", VECTOR, op(head, x)), x), WHERE)
    (last,) = [part for part in needed if isinstance(part, Bind) and isinstance(part.body, Apply) and (
        part.body.head == ("<" if head == "sqrt" else "!=")
    )]  # fmt: skip
    assert last.head == "forall" and last.domain == Index(ONE, TWO)
