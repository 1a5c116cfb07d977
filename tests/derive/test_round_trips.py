"""Printing and elaborating again is the identity, greatest and least elements included.

SymPy and back is in ``test_sympy_bridge``.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings

from checks.contexts import Context
from checks.shapes import type_of
from checks.terms import (
    ONE,
    PROPOSITION,
    REAL,
    ZERO,
    Apply,
    Bind,
    Bound,
    Index,
    Number,
    Symbol,
    Term,
    bind,
    heads,
    map_children,
    multiply,
    negate,
    number,
    power,
    relation,
    subterms,
)
from derive.elaboration import elaborate_context, elaborate_statement, elaborate_term
from derive.elaboration.meaning import Scope, elaborate
from derive.printing import print_context, print_statement, print_term
from grammar.parser import parse_script, parse_statement
from grammar.syntax import Theorem
from tests.calculus_strategy import calculus_statements, calculus_terms
from tests.checks.kernel.polynomial_terms import CONTEXT, sample
from tests.checks.kernel.rearrangements import mutated
from tests.terms_strategy import Knobs, base_context, terms


def read(text: str, context: Context) -> Term:
    return elaborate(parse_statement(text), Scope(context)).term


def spelled(term: Term, _: int = 0) -> Term:
    """The term without negative numbers: the script language has negations of numbers only."""
    if isinstance(term, Number) and term.value < 0:
        return negate(Number(-term.value))
    return map_children(term, spelled)


@settings(max_examples=300, deadline=None)
@given(terms(knobs=Knobs(depth=3)))
def test_a_printed_term_is_read_back(drawn: tuple[Context, Term]) -> None:
    context, wanted = drawn
    assert read(print_term(wanted, context), context) == wanted


@settings(max_examples=200, deadline=None)
@given(terms("proposition", Knobs(depth=3)))
def test_a_printed_statement_is_read_back(drawn: tuple[Context, Term]) -> None:
    context, wanted = drawn
    found = elaborate_statement(parse_statement(print_statement(wanted, context)), context)
    assert found == wanted and type_of(found, context) == PROPOSITION


@settings(max_examples=500, deadline=None)
@given(calculus_terms())
def test_derivatives_and_integrals_are_read_back(drawn: tuple[Context, Term]) -> None:
    context, term = drawn
    type_of(term, context)
    wanted = spelled(term)
    text = print_term(wanted, context)
    assert read(text, context) == wanted
    assert "derivative(" not in text, text


@settings(max_examples=300, deadline=None)
@given(calculus_statements())
def test_statements_about_functions_and_sets_are_read_back(drawn: tuple[Context, Term]) -> None:
    context, wanted = drawn
    found = elaborate_statement(parse_statement(print_statement(wanted, context)), context)
    assert found == wanted and type_of(found, context) == PROPOSITION


DENSITIES = """theorem t
  given k, n, q : dim
        theta : vector(q)
        a : real
        S : subset of vector(n)
        R : subset of real
        p : density on S, parameter theta, positive on S, C1 in theta
        f : function real -> real
        h : function vector(n) -> real, integrable under p
  assume smooth, regularity: differentiable(f(a), a)
         domination: dominated(lambda[s in vector(q)] lambda[t in vector(n)] (if t in S then p(t, s) else 0), theta)
  show  1 = 1
"""


def test_a_context_with_sets_and_densities_is_read_back() -> None:
    context = _context_of(DENSITIES)
    text = "theorem t\n" + "".join(f"  {line}\n" for line in print_context(context).splitlines()) + "  show 1 = 1\n"
    found = _context_of(text)
    assert "S : subset of vector(n)" in text
    assert found.declarations == context.declarations
    assert {fact.statement for fact in found.facts} == {fact.statement for fact in context.facts}
    assert len(context.facts) >= 6


def _context_of(text: str) -> Context:
    script = parse_script(text)
    assert not script.errors
    (item,) = script.items
    assert isinstance(item, Theorem)
    return elaborate_context(item.context, Context())


def test_polynomials_are_read_back_and_mutations_are_told_apart() -> None:
    random, told_apart, seen = Random(3), 0, Counter[str]()
    for term in map(spelled, sample(77, 300)):
        text = print_term(term, CONTEXT)
        assert elaborate_term(parse_statement(text), CONTEXT) == term, text
        seen.update(heads(term))
        for _, other in mutated(random, CONTEXT, term):
            assert spelled(other) == term or print_term(other, CONTEXT) != text
            told_apart += 1
    assert told_apart > 1_000 and {"sum", "trace", "iverson", "power", "divide"} <= set(seen)


a, b, p, n, x = map(Symbol, "abpnx")
c, k = Symbol("c"), Symbol("k")
GREATEST = [
    (REAL, relation(c, "<=", a)),
    (REAL, Apply("and", (relation(c, ">", ZERO), relation(multiply(c, p), "<=", ONE)))),
    (REAL, Apply("or", (relation(c, "<", a), relation(c, "=", b)))),
    (REAL, relation(power(c, number(2)), "<=", p)),
    (REAL, bind("forall", "k", Index(ONE, n), relation(c, "<=", Apply("entry", (x, k))))),
    (Index(ONE, n), relation(Apply("entry", (x, c)), ">=", ZERO)),
    (Index(ONE, n), relation(multiply(number(2), c), "<=", n)),
]


@pytest.mark.parametrize("head", ["greatest", "least"])
@pytest.mark.parametrize(("domain", "condition"), GREATEST)
def test_greatest_and_least_elements_are_read_back(head: str, domain: Index, condition: Term) -> None:
    context = base_context()
    element = bind(head, "c", domain, c, condition)
    assert isinstance(element, Bind) and element.body == Bound(0)
    for wanted in (element, relation(element, "=", a), multiply(number(2), element)):
        found = read(print_term(wanted, context), context)
        assert found == wanted
        parts = [part for part in subterms(found) if isinstance(part, Bind) and part.head == head]
        assert [part.body for part in parts] == [Bound(0)] and parts[0].condition == element.condition
    other = bind("least" if head == "greatest" else "greatest", "c", domain, c, condition)
    assert print_term(other, context) != print_term(element, context)
