"""Certificates that nobody's search would find, of statements that are false."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checks.contexts import Context, Declaration, Law
from checks.kernel.certificates import (
    Arithmetic,
    Certificate,
    Combine,
    Cut,
    Directly,
    Exhibit,
    Induction,
    Introduce,
    Proof,
    Replace,
    Use,
)
from checks.kernel.definedness import obligations
from checks.kernel.lemmas import used_statement
from checks.kernel.reductions import Rejected
from checks.kernel.verification import verify
from checks.terms import (
    NATURAL,
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Number,
    Symbol,
    Term,
    add,
    divide,
    multiply,
    negate,
    number,
    relation,
    subtract,
)
from derive.proving.search import Search


def test_a_lambda_with_a_condition_is_no_total_function() -> None:
    inverse = Bind("lambda", REAL, relation(Bound(0), "!=", ZERO), divide(ONE, Bound(0)))
    every = Bind("forall", REAL, TRUE, relation(multiply(Bound(0), Apply("call", (inverse, Bound(0)))), "=", ONE))
    defined = Introduce(Introduce(Directly(Use("fact:0"))))
    claimed = Combine((Use("fact:0", (ZERO,)),), (negate(ONE),), Arithmetic())
    proof = Proof(Cut(every, Proof(Introduce(Arithmetic()), (defined,)), claimed))
    with pytest.raises(Rejected, match="condition"):
        verify(Context(), {}, relation(ONE, "=", ZERO), proof)


def test_nothing_random_is_put_into_a_condition_below_an_expectation() -> None:
    law = Law("declared", (), number(Fraction(1, 2)), number(Fraction(3, 4)), 2, "iid")
    context = Context().declare(Declaration("X", REAL, law))
    mean = Apply("expectation", (multiply(Bound(0), Symbol("X")),))
    greatest = Bind("sup", REAL, relation(mean, "<=", ONE), Bound(0), "x")
    goal = relation(Symbol("X"), "<=", greatest)
    bounded = Exhibit(number(2), (Introduce(Combine((Use("fact:0"),), (number(2),), Arithmetic())),))
    search = Search({})
    known = {needed: search.condition(context, goal, needed) or bounded for needed in obligations(goal, context)}
    asked: list[Certificate] = []

    def discharge(inner: Context, statement: Term) -> None:
        asked.append(known.get(statement) or search.condition(inner, statement, statement) or Arithmetic())

    with pytest.raises(Rejected, match="random value"):
        used_statement(context, {}, "extremum", (greatest, Symbol("X")), (0,), discharge)
    use = Use("extremum", (greatest, Symbol("X")), tuple(asked), (0,))
    with pytest.raises(Rejected, match="random value"):
        verify(context, {}, goal, Proof(Directly(use), tuple(known.values())))


def _power(base: Term, exponent: Term) -> Term:
    return Apply("power", (base, exponent))


def _truth(statement: Term) -> Term:
    return Apply("iverson", (statement,))


def test_what_makes_an_instance_defined_is_what_makes_the_general_statement_so() -> None:
    x, n = Symbol("x"), Symbol("n")
    context = Context().declare(Declaration("x", REAL)).declare(Declaration("n", NATURAL))
    one = subtract(number(2), ONE)
    every = Bind("forall", NATURAL, TRUE, relation(multiply(ZERO, _power(x, Bound(0))), "=", ZERO))
    use = Use("fact:0", (one,), (Arithmetic(),))
    cut = Cut(every, Proof(Introduce(Arithmetic()), ()), Combine((use,), (ONE,), Arithmetic()))
    nonzero = _truth(relation(x, "!=", ZERO))
    zero = multiply(_truth(relation(x, "=", ZERO)), n)
    some = Bind("exists", NATURAL, TRUE, relation(add(nonzero, multiply(ZERO, _power(x, Bound(0)))), "=", ONE))
    longer = subtract(add(n, ONE), ONE)
    forged: list[tuple[Term, Certificate]] = [
        (relation(nonzero, "=", ONE), cut),
        (relation(add(zero, multiply(ZERO, _power(x, n))), "=", ZERO), Induction("n", Arithmetic(), Arithmetic())),
        (some, Exhibit(one, (Arithmetic(), Arithmetic()))),
        (
            relation(add(nonzero, multiply(ZERO, _power(x, n))), "=", ONE),
            Replace((0, 1, 1, 1), longer, Proof(Arithmetic(), ()), Arithmetic()),
        ),
    ]
    for goal, certificate in forged:
        with pytest.raises(Rejected):
            verify(context, {}, goal, Proof(certificate))


def test_a_bound_variable_has_a_binder() -> None:
    with pytest.raises(ValueError, match="natural number"):
        Bound(-1)


@pytest.mark.parametrize("value", [True, 1, 0.5, float("nan")])
def test_a_number_is_exact(value: object) -> None:
    with pytest.raises(ValueError, match="exact"):
        Number(value)  # type: ignore[arg-type]


def test_a_number_is_no_relative_of_one() -> None:
    class Liar(Fraction):
        pass

    with pytest.raises(ValueError, match="exact"):
        Number(Liar(1))
