"""Positivity certificates: found where they exist, None where the goal is false, and tampered ones are refused."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from flint import fmpq

from checks.contexts import Context, Declaration
from checks.kernel.forms import Form, scaled_form, sum_forms
from checks.kernel.linear import Multipliers, establishes
from checks.kernel.translation import expansion
from checks.terms import INTEGER, REAL, Symbol, Term, add, multiply, number, power, subtract
from derive.proving.positivity import find_multipliers

NAMES = "abcd"
CONTEXT = Context(
    {name: Declaration(name, REAL) for name in NAMES}
    | {"k": Declaration("k", INTEGER), "l": Declaration("l", INTEGER)}
)
a, b, c, d, k, l = map(Symbol, "abcdkl")


def form(term: Term) -> Form:
    return expansion(CONTEXT).form(term)


def search(goal: Term, facts: list[Term], strict: list[bool] | None = None, integral: bool = False,
           positive: bool = False) -> Multipliers | None:  # fmt: skip
    flags = strict if strict is not None else [False] * len(facts)
    return find_multipliers(form(goal), [form(fact) for fact in facts], flags, integral, positive)


FEASIBLE: list[tuple[Term, list[Term]]] = [
    (a, [a]),
    (add(a, b), [a, b]),
    (subtract(c, a), [subtract(b, a), subtract(c, b)]),
    (add(multiply(number(2), a), multiply(number(3), b), number(1)), [a, b]),
    (subtract(number(5), a), [subtract(number(3), a)]),
    (multiply(a, b), [a, b]),
    (subtract(multiply(a, b), number(1)), [subtract(a, number(1)), subtract(b, number(1))]),
    (power(a, number(2)), [a]),
    (subtract(a, multiply(number(Fraction(1, 2)), b)), [subtract(a, b), b]),
]
INFEASIBLE: list[tuple[Term, list[Term]]] = [
    (a, [b]),
    (subtract(a, number(1)), [a]),
    (subtract(a, b), [a, b]),
    (subtract(a, c), [subtract(b, a), subtract(c, b)]),
    (subtract(multiply(a, b), number(1)), [a, b]),
    (multiply(number(-1), a), [a]),
    (number(-1), [a]),
    (subtract(multiply(a, b), a), [a, b]),
]


@pytest.mark.parametrize(("goal", "facts"), FEASIBLE)
def test_certificates_are_found(goal: Term, facts: list[Term]) -> None:
    found = search(goal, facts)
    flags = [False] * len(facts)
    assert found is not None
    forms = [form(fact) for fact in facts]
    assert establishes(found, forms, flags, form(goal), False, False)
    # Not of the goal less something.
    less = form(subtract(goal, number(100)))
    assert not establishes(found, forms, flags, less, False, False)


@pytest.mark.parametrize(("goal", "facts"), INFEASIBLE)
def test_what_is_false_has_no_certificate(goal: Term, facts: list[Term]) -> None:
    assert search(goal, facts) is None
    assert search(add(goal, multiply(number(-1), goal)), facts) is not None


def test_strictness() -> None:
    assert search(a, [a], [True], positive=True) is not None
    assert search(a, [a], [False], positive=True) is None
    assert search(add(a, b), [a, b], [True, False], positive=True) is not None
    assert search(add(a, b), [a, b], [False, False], positive=True) is None
    assert search(add(a, number(1)), [a], [False], positive=True) is not None
    assert search(multiply(a, b), [a, b], [True, True], positive=True) is not None
    assert search(multiply(a, b), [a, b], [True, False], positive=True) is None


def test_integers() -> None:
    # 2k >= 1 gives k >= 1 for integers only; k >= 0.
    facts = [subtract(multiply(number(2), k), number(1))]
    goal = subtract(k, number(1))
    assert search(goal, facts, integral=True) is not None
    assert search(goal, facts) is None
    assert search(subtract(k, number(2)), facts, integral=True) is None


def test_random_systems() -> None:
    """Combinations with multipliers that are not negative are found; a point that violates a goal refutes it."""
    random, found, refused = Random(7), 0, 0
    symbols = [Symbol(name) for name in NAMES]
    for _ in range(200):
        facts = [
            add(*(multiply(number(random.randint(-3, 3)), s) for s in symbols), number(random.randint(-3, 3)))
            for _ in range(random.randint(1, 4))
        ]
        forms = [form(fact) for fact in facts]
        shares = [Fraction(random.randint(0, 4), random.randint(1, 3)) for _ in facts]
        weights = [fmpq(share.numerator, share.denominator) for share in shares]
        goal = sum_forms(*zip(weights, forms, strict=True))
        flags = [False] * len(facts)
        certificate = find_multipliers(goal, forms, flags, False, False)
        found += certificate is not None
        other = form(add(*(multiply(number(random.randint(-3, 3)), s) for s in symbols)))
        certificate = find_multipliers(other, forms, flags, False, False)
        points = [{name: Fraction(random.randint(-9, 9), 2) for name in NAMES} for _ in range(40)]
        allowed = [point for point in points if all(value(fact, point) >= 0 for fact in forms)]
        if any(value(other, point) < 0 for point in allowed):
            assert certificate is None
            refused += 1
    assert found >= 180 and refused > 30


def value(of: Form, point: dict[str, Fraction]) -> Fraction:
    """The value of a linear form."""
    total = Fraction(0)
    for monomial, coefficient in of.terms:
        part = Fraction(int(coefficient.p), int(coefficient.q))
        for atom, exponent in monomial.factors:
            part *= point[atom.name] ** exponent
        total += part
    return total


def test_tampered_multipliers_are_refused() -> None:
    goal, facts = form(subtract(c, a)), [form(subtract(b, a)), form(subtract(c, b))]
    flags = [False, False]
    good: Multipliers = ((fmpq(1), (0,)), (fmpq(1), (1,)))
    assert establishes(good, facts, flags, goal, False, False)
    tampered: list[Multipliers] = [
        (),
        good[:1],
        (*good, (fmpq(1), (1,))),
        ((fmpq(2), (0,)), good[1]),
        ((fmpq(-1), (0,)), good[1]),
        ((fmpq(1), (1,)), (fmpq(1), (0, 1))),
        ((fmpq(1), (2,)), good[1]),
        ((fmpq(1), (-2,)), good[1]),
        ((fmpq(1), ()), good[1]),
        ((1.0, (0,)), good[1]),  # type: ignore[arg-type]
        ((fmpq(1), ("0",)), good[1]),  # type: ignore[arg-type]
    ]
    for multipliers in tampered:
        assert not establishes(multipliers, facts, flags, goal, False, False)
    assert not establishes(good, facts, flags, goal, False, True)
    assert establishes(good, facts, [True, False], goal, False, True)
    assert not establishes(good, facts, flags, scaled_form(goal, fmpq(-1)), False, False)


def test_a_constant_rest_counts_for_integers_only_above_minus_one() -> None:
    goal = form(subtract(k, number(Fraction(1, 2))))
    assert establishes(((fmpq(1), (0,)),), [form(k)], [False], goal, True, False)
    assert not establishes(((fmpq(1), (0,)),), [form(k)], [False], goal, False, False)
    whole = form(subtract(k, number(1)))
    assert not establishes(((fmpq(1), (0,)),), [form(k)], [False], whole, True, False)
    assert not establishes(((fmpq(1), (0,)),), [form(k)], [False], goal, True, True)
