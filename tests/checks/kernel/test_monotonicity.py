"""Monotone operations: each way is true at random numbers, and is refused where the operation is not monotone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random

import pytest

from checks.contexts import Context, Declaration, Fact, Law
from checks.kernel.advisor import Recording
from checks.kernel.certificates import Arithmetic, Certificate, Directly, Introduce, Monotone, Proof, Replace, Use
from checks.kernel.comparison import arithmetic
from checks.kernel.definedness import obligations
from checks.kernel.monotonicity import monotone_ways
from checks.kernel.reductions import Rejected
from checks.kernel.verification import verify
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Function,
    Index,
    Number,
    Symbol,
    Tensor,
    Term,
    Type,
    add,
    bind,
    divide,
    multiply,
    negate,
    number,
    power,
    relation,
)
from derive.proving.advice import Seeker

a, b, c, d, e, n, i, f, g, x, y, X, Y = map(Symbol, ("a", "b", "c", "d", "e", "n", "i", "f", "g", "x", "y", "X", "Y"))
PLAIN = Arithmetic()
FACT = Directly(Use("fact:0"))


def op(head: str, *arguments: Term) -> Apply:
    return Apply(head, arguments)


# -- each way, at random numbers -----------------------------------------------------------------------

COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "<=": lambda s, t: s <= t + 1e-9 * (1 + abs(t)),
    "<": lambda s, t: s < t,
    ">=": lambda s, t: s >= t - 1e-9 * (1 + abs(t)),
    ">": lambda s, t: s > t,
}


def value(term: Term, at: Mapping[str, float]) -> float:
    """The value of a term in plain Python; ``ValueError`` or ``ZeroDivisionError`` where it has none."""
    match term:
        case Number(fraction):
            return float(fraction)
        case Symbol(name):
            return at[name]
        case Apply("if", (test, left, right)):
            return value(left if holds(test, at) else right, at)
        case Apply(head, arguments):
            return _VALUES[head](*(value(argument, at) for argument in arguments))
        case _:
            raise TypeError(term)


def _power(base: float, exponent: float) -> float:
    if not float(exponent).is_integer() and base < 0:
        raise ValueError("a root of a negative number")
    return float(base**exponent)


_VALUES: Mapping[str, Callable[..., float]] = {
    "add": lambda *parts: sum(parts), "negate": lambda s: -s, "multiply": lambda *parts: math.prod(parts),
    "divide": lambda s, t: s / t, "power": _power, "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "abs": abs,
    "tanh": math.tanh, "sign": lambda s: (s > 0) - (s < 0), "floor": math.floor, "ceiling": math.ceil,
    "maximum": max, "minimum": min,
}  # fmt: skip


def holds(statement: Term, at: Mapping[str, float]) -> bool:
    """Whether a comparison holds; a weak one also where it does up to rounding."""
    assert isinstance(statement, Apply)
    left, right = statement.arguments
    return COMPARED[statement.head](value(left, at), value(right, at))


TWO, THREE, HALF = number(2), number(3), divide(ONE, number(2))
OPERATIONS: list[tuple[Callable[[Term], Term], int]] = [
    (lambda s: add(s, c), 0),
    (lambda s: negate(s), 0),
    (lambda s: multiply(s, c), 0),
    (lambda s: multiply(c, s, d), 1),
    (lambda s: divide(s, c), 0),
    (lambda s: divide(c, s), 1),
    (lambda s: power(s, TWO), 0),
    (lambda s: power(s, THREE), 0),
    (lambda s: power(s, number(-1)), 0),
    (lambda s: power(s, number(-2)), 0),
    (lambda s: power(s, Number(number(1).value / 2)), 0),
    (lambda s: power(s, c), 0),
    (lambda s: power(c, s), 1),
    (lambda s: op("exp", s), 0),
    (lambda s: op("tanh", s), 0),
    (lambda s: op("log", s), 0),
    (lambda s: op("sqrt", s), 0),
    (lambda s: op("abs", s), 0),
    (lambda s: op("sign", s), 0),
    (lambda s: op("floor", s), 0),
    (lambda s: op("ceiling", s), 0),
    (lambda s: op("maximum", s, c), 0),
    (lambda s: op("minimum", c, s), 1),
    (lambda s: Apply("if", (relation(c, "<=", d), s, e)), 1),
    (lambda s: Apply("if", (relation(c, "<=", d), e, s)), 2),
]
NUMBERS = (-3.0, -2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)


@pytest.mark.parametrize("head", ["<=", "<", ">=", ">"])
@pytest.mark.parametrize("case", range(len(OPERATIONS)))
def test_what_a_way_asks_for_gives_the_goal(case: int, head: str) -> None:
    make, position = OPERATIONS[case]
    kind: Type = REAL
    where = Context({name: Declaration(name, kind) for name in "abcde"})
    goal = relation(make(a), head, make(b))
    ways = monotone_ways(where, goal, position)
    random = Random(case)
    tried = 0
    for _ in range(4000):
        at = {name: random.choice(NUMBERS) for name in "abcde"}
        for way in ways:
            try:
                # Where the goal is defined and everything that is asked for holds, in the contexts given for it.
                sides = [value(side, at) for side in goal.arguments]
                asked = all(
                    holds(statement, at) for inner, statement in way
                    if all(holds(fact.statement, at) for fact in inner.facts)
                )  # fmt: skip
            except (ValueError, ZeroDivisionError, OverflowError):
                continue
            if asked:
                tried += 1
                assert COMPARED[head](*sides), (at, way)
    assert tried > 20 or not ways


def test_no_way_where_an_operation_is_not_monotone() -> None:
    where = Context({name: Declaration(name, REAL) for name in "abcde"})
    for head in ("sin", "cos"):
        with pytest.raises(Rejected):
            monotone_ways(where, relation(op(head, a), "<=", op(head, b)), 0)
    # Strictly only what is strictly monotone.
    for make in (lambda s: op("sign", s), lambda s: op("floor", s), lambda s: op("maximum", s, c)):
        assert monotone_ways(where, relation(make(a), "<", make(b)), 0) == ()
    assert monotone_ways(where, relation(power(a, ZERO), "<=", power(b, ZERO)), 0) == ()
    for goal, position in (
        (relation(add(a, c), "<=", add(b, d)), 0),
        (relation(add(a, c), "<=", multiply(b, c)), 0),
        (relation(add(a, c), "=", add(b, c)), 0),
        (relation(add(a, c), "<=", add(b, c)), 1),
        (relation(add(a, c), "<=", add(b, c)), 2),
        (relation(add(a, c), "<=", add(b, c, c)), 0),
        (relation(op("exp", a), "!=", op("exp", b)), 0),
    ):
        with pytest.raises(Rejected):
            monotone_ways(where, goal, position)


# -- certificates --------------------------------------------------------------------------------------


def context(*facts: Term, laws: Mapping[str, Law] | None = None, **types: Type) -> Context:
    kinds: dict[str, Type] = {**dict.fromkeys("abcde", REAL), **types}
    declared = {name: Declaration(name, kind, (laws or {}).get(name)) for name, kind in kinds.items()}
    return Context(declared).assume(*(Fact(statement) for statement in facts))


def accepted(where: Context, goal: Term, certificate: Certificate) -> bool:
    """Whether ``verify`` accepts it, conditions of definedness left open."""
    try:
        verify(where, {}, goal, Proof(certificate, tuple(None for _ in obligations(goal, where))))
    except Rejected:
        return False
    return True


def found(where: Context, goal: Term) -> Certificate:
    """The search's certificate by arithmetic; it need not hold."""
    answers = Recording(Seeker())
    arithmetic(where, goal, answers)
    return answers.certificate()


def at(name: str) -> Certificate:
    """The first fact, for all values of a variable, at one of them."""
    return Directly(Use("fact:0", (Symbol(name),)))


def test_one_argument() -> None:
    where = context(relation(a, "<=", b))
    assert accepted(where, relation(op("exp", a), "<=", op("exp", b)), Monotone(0, 0, (FACT,)))
    assert accepted(where, relation(op("exp", b), ">=", op("exp", a)), Monotone(0, 0, (FACT,)))
    assert not accepted(where, relation(op("exp", b), "<=", op("exp", a)), Monotone(0, 0, (FACT,)))
    assert not accepted(where, relation(op("exp", a), "<", op("exp", b)), Monotone(0, 0, (FACT,)))
    assert not accepted(where, relation(op("exp", a), "<=", op("exp", b)), Monotone(0, 1, (FACT,)))
    assert not accepted(where, relation(op("exp", a), "<=", op("exp", b)), Monotone(0, -1, (FACT,)))
    assert not accepted(where, relation(op("exp", a), "<=", op("exp", b)), Monotone(1, 0, (FACT,)))
    assert not accepted(where, relation(op("exp", a), "<=", op("exp", b)), Monotone(0, 0, ()))
    assert not accepted(where, relation(op("exp", a), "<=", op("exp", b)), Monotone(0, 0, (FACT, FACT)))
    assert not accepted(where, relation(op("exp", a), "<=", op("exp", c)), Monotone(0, 0, (FACT,)))


def test_the_other_factors_have_a_sign() -> None:
    where = context(relation(a, "<=", b), relation(ZERO, "<=", c))
    sign = Directly(Use("fact:1"))
    goal = relation(multiply(a, c), "<=", multiply(b, c))
    assert accepted(where, goal, Monotone(0, 0, (FACT, sign)))
    assert not accepted(where, goal, Monotone(0, 1, (FACT, sign)))
    assert not accepted(where, relation(multiply(a, d), "<=", multiply(b, d)), Monotone(0, 0, (FACT, sign)))
    assert not accepted(where, relation(multiply(a, c), "<", multiply(b, c)), Monotone(0, 0, (FACT, sign)))
    assert not accepted(where, relation(multiply(b, c), "<=", multiply(a, c)), Monotone(0, 0, (FACT, sign)))


def test_sums_and_products() -> None:
    every = Index(ONE, n)
    order = bind("forall", "i", INTEGER, relation(op("call", f, i), "<=", op("call", g, i)))
    where = context(order, n=NATURAL, f=Function((INTEGER,), REAL), g=Function((INTEGER,), REAL))
    total = [bind("sum", "i", every, op("call", h, i)) for h in (f, g)]
    assert accepted(where, relation(total[0], "<=", total[1]), Monotone(0, 0, (at("i"),)))
    assert not accepted(where, relation(total[1], "<=", total[0]), Monotone(0, 0, (at("i"),)))
    # The range may be empty, and factors may be negative.
    strict = bind("forall", "i", INTEGER, relation(op("call", f, i), "<", op("call", g, i)))
    less = context(strict, n=NATURAL, f=Function((INTEGER,), REAL), g=Function((INTEGER,), REAL))
    assert not accepted(less, relation(total[0], "<", total[1]), Monotone(0, 0, (at("i"), PLAIN)))
    positive = context(strict, n=DIMENSION, f=Function((INTEGER,), REAL), g=Function((INTEGER,), REAL))
    filled = found(positive, relation(ONE, "<=", n))
    assert accepted(positive, relation(total[0], "<", total[1]), Monotone(0, 0, (at("i"), filled)))
    assert not accepted(less, relation(total[0], "<", total[1]), Monotone(0, 0, (at("i"), filled)))
    some = [bind("sum", "i", every, op("call", h, i), relation(i, "<=", TWO)) for h in (f, g)]
    assert not accepted(positive, relation(some[0], "<", some[1]), Monotone(0, 0, (at("i"), filled)))
    product = [bind("product", "i", every, op("call", h, i)) for h in (f, g)]
    assert not accepted(where, relation(product[0], "<=", product[1]), Monotone(0, 0, (at("i"), PLAIN)))
    other = bind("sum", "i", Index(ONE, add(n, ONE)), op("call", g, i))
    assert not accepted(where, relation(total[0], "<=", other), Monotone(0, 0, (at("i"),)))


def test_a_condition_of_a_sum_is_known_inside() -> None:
    order = bind("forall", "i", INTEGER, relation(op("call", f, i), "<=", op("call", g, i)), relation(i, "<=", TWO))
    where = context(order, n=NATURAL, f=Function((INTEGER,), REAL), g=Function((INTEGER,), REAL))
    inside = Directly(Use("fact:0", (i,), (Directly(Use("fact:1")),)))
    for condition, expected in ((relation(i, "<=", TWO), True), (relation(i, "<=", THREE), False), (TRUE, False)):
        sums = [bind("sum", "i", Index(ONE, n), op("call", h, i), condition) for h in (f, g)]
        assert accepted(where, relation(sums[0], "<=", sums[1]), Monotone(0, 0, (inside,))) is expected


def test_expectations_look_at_all_outcomes() -> None:
    laws = {name: Law(mean=ZERO, variance=ONE, order=2) for name in "XY"}
    mean = [op("expectation", s) for s in (X, Y)]
    known = context(relation(X, "<=", Y), laws=laws, X=REAL, Y=REAL)
    assert accepted(known, relation(mean[0], "<=", mean[1]), Monotone(0, 0, (FACT,)))
    assert not accepted(known, relation(mean[1], "<=", mean[0]), Monotone(0, 0, (FACT,)))
    # What holds at one outcome only says nothing of the mean.
    pointwise = context(laws=laws, X=REAL, Y=REAL).suppose(relation(X, "<=", Y))
    assert not accepted(pointwise, relation(mean[0], "<=", mean[1]), Monotone(0, 0, (FACT,)))


def test_branches_are_compared_where_they_are_taken() -> None:
    where = context(Apply("implies", (relation(ZERO, "<", c), relation(a, "<=", b))))
    first = [Apply("if", (relation(ZERO, "<", c), s, d)) for s in (a, b)]
    second = [Apply("if", (relation(ZERO, "<", c), d, s)) for s in (a, b)]
    use = Directly(Use("fact:0", (), (Directly(Use("fact:1")),)))
    assert accepted(where, relation(first[0], "<=", first[1]), Monotone(1, 0, (use,)))
    assert not accepted(where, relation(first[1], "<=", first[0]), Monotone(1, 0, (use,)))
    assert not accepted(where, relation(second[0], "<=", second[1]), Monotone(2, 0, (use,)))
    assert not accepted(where, relation(first[0], "<", first[1]), Monotone(1, 0, (use,)))


def test_a_part_of_a_branch_is_replaced_where_it_is_taken() -> None:
    """A replacement below an ``if`` may use its test, in the branch where it holds."""
    where = context()
    test = relation(a, "=", ONE)
    here = Directly(Use("fact:0"))
    there = relation(Apply("if", (test, ONE, b)), "=", Apply("if", (test, ONE, b)))
    taken = relation(Apply("if", (test, a, b)), "=", Apply("if", (test, ONE, b)))
    assert accepted(where, taken, Replace((0, 1), ONE, Proof(here), PLAIN))
    assert not accepted(where, taken, Replace((0, 2), ONE, Proof(here), PLAIN))
    other = relation(Apply("if", (test, b, a)), "=", Apply("if", (test, b, ONE)))
    assert not accepted(where, other, Replace((0, 2), ONE, Proof(here), PLAIN))
    assert accepted(where, there, PLAIN)


def test_suprema_and_integrals_are_not_strict() -> None:
    space = Tensor((n,))
    order = bind("forall", "x", space, relation(op("call", f, x), "<", op("call", g, x)))
    weak = bind("forall", "x", space, relation(op("call", f, x), "<=", op("call", g, x)))
    types: dict[str, Type] = {"n": DIMENSION, "f": Function((space,), REAL), "g": Function((space,), REAL)}
    for head in ("sup", "inf", "integral"):
        low, high = (bind(head, "x", space, op("call", h, x)) for h in (f, g))
        assert not accepted(context(order, **types), relation(low, "<", high), Monotone(0, 0, (at("x"),)))
        assert accepted(context(weak, **types), relation(low, "<=", high), Monotone(0, 0, (at("x"),)))
        assert not accepted(context(weak, **types), relation(high, "<=", low), Monotone(0, 0, (at("x"),)))


def test_what_is_introduced_is_no_monotone_step() -> None:
    where = context(relation(a, "<=", b))
    assert not accepted(where, relation(op("exp", a), "<=", op("exp", b)), Introduce(FACT))
