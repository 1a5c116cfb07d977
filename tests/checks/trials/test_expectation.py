"""Expectations by moments, against enumeration of all outcomes and against simulation."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import fmpq
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from checks.contexts import Context, Law
from checks.terms import Apply, Term, number, relation
from checks.trials import spot_test
from checks.trials.compiling import Compiler, Environment
from checks.trials.formal import PoolFull
from checks.trials.joint import SCHEMES
from checks.trials.models import Model, ModelFinder, Plan
from checks.trials.values import Undefined, Unsupported, add, compare, multiply
from tests import terms_strategy
from tests.terms_strategy import POLYNOMIAL

SHALLOW = replace(POLYNOMIAL, depth=2)


def finite(context: Context) -> Context:
    """The context with a finite law for everything random, its entries free to depend on each other."""
    for name, law in (("x", Law("Rademacher", entries="iid")), ("a", Law()), ("A", Law(mean=number(1)))):
        declaration = context.declarations[name]
        context = context.declare(replace(declaration, law=law))
    return replace(context, independences=())


def by_enumeration(finder: ModelFinder, model: Model, term: Term) -> Any:
    code = finder.compiler.code(term)
    world = model.world()
    total: Any = fmpq(0)
    assert model.joint is not None
    for weight, values in model.joint.outcomes(["A", "a", "x"], 5000):
        total = add(total, multiply(weight, code(Environment(world, {**world.values, **values}, None))))
    return total


def value_of(compiler: Compiler, model: Model, term: Term) -> Any:
    for capacity in (0, 60):
        world = model.world(capacity=capacity)
        try:
            return compiler.code(Apply("expectation", (term,)))(world.concrete())
        except PoolFull:
            continue
    raise AssertionError("too many variables")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(terms_strategy.terms("real", SHALLOW), st.sampled_from(SCHEMES), st.integers(0, 4))
def test_moments_agree_with_enumeration(case: tuple[Context, Term], scheme: str, variant: int) -> None:
    context, term = finite(case[0]), case[1]
    finder = ModelFinder(context)
    sizes = {"m": 1 + variant % 2, "n": 2, "k": 1}
    model = finder.find(Plan(0, 0, variant, scheme), None, sizes)
    assert model is not None
    try:
        expected = by_enumeration(finder, model, term)
        found = value_of(finder.compiler, model, term)
    except (Undefined, Unsupported):
        assume(False)
    assert compare(found, expected) in (0, None)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(terms_strategy.terms("real", SHALLOW))
def test_moments_agree_with_simulation(case: tuple[Context, Term]) -> None:
    context, term = case
    finder = ModelFinder(context)
    model = finder.find(Plan(4, 0, 1))
    assert model is not None
    assume(model.joint is not None and finder.compiler.is_random(term))
    try:
        found = value_of(finder.compiler, model, term)
    except (Undefined, Unsupported):
        assume(False)
    assume(isinstance(found, int | fmpq))
    claimed = number(Fraction(int(fmpq(found).p), int(fmpq(found).q)))
    claim = relation(Apply("expectation", (term,)), "=", claimed)
    report = spot_test(context, claim, model=model, samples=8000)
    assume(report.label == "asymptotic")
    assert report.statistic < 7, report
