"""Property tests: rearranged terms are never told apart, and what differs by 1 never agrees."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context
from checks.terms import (
    ONE,
    ZERO,
    Apply,
    Bind,
    Number,
    Term,
    add,
    map_children,
    multiply,
    negate,
    number,
    relation,
)
from checks.trials import test as try_to_refute
from tests import terms_strategy
from tests.terms_strategy import POLYNOMIAL, Knobs

ALL = Knobs(depth=3)


def rearranged(term: Term, random: Random) -> Term:
    """An equal term: arguments in another order, products multiplied out, zeros added, sums split."""
    term = map_children(term, lambda child, depth: rearranged(child, random))
    if not isinstance(term, Apply | Bind) or random.random() < 0.3:
        return term
    if isinstance(term, Bind):
        body = term.body
        if term.head == "sum" and isinstance(body, Apply) and body.head == "add":
            parts = [Bind("sum", term.domain, term.condition, part, term.hint) for part in body.arguments]
            return add(*parts)
        return term
    if term.head in ("add", "multiply", "hadamard"):
        arguments = list(term.arguments)
        if term.head == "multiply" and random.random() < 0.5:
            for position, factor in enumerate(arguments):
                if isinstance(factor, Apply) and factor.head == "add":
                    rest = arguments[:position] + arguments[position + 1 :]
                    return add(*(multiply(*rest, part) for part in factor.arguments))
        random.shuffle(arguments)
        return Apply(term.head, tuple(arguments))
    if term.head == "negate":
        return multiply(number(-1), term.arguments[0])
    if term.head == "power" and term.arguments[1] == Number(number(2).value):
        return term if _is_matrix(term.arguments[0]) else multiply(term.arguments[0], term.arguments[0])
    if term.head == "dot":
        return Apply("dot", term.arguments[::-1])
    if term.head == "transpose" and random.random() < 0.3:
        return Apply("transpose", (Apply("transpose", (term,)),))
    return term


def _is_matrix(term: Term) -> bool:
    return isinstance(term, Apply) and term.head in ("matmul", "transpose")


@settings(max_examples=150, deadline=None)
@given(terms_strategy.terms("real", ALL), st.integers(0, 10**6))
def test_a_rearranged_number_is_not_refuted(case: tuple[Context, Term], seed: int) -> None:
    context, term = case
    other = rearranged(term, Random(seed))
    assert try_to_refute(context, relation(term, "=", other), points=5).witness is None


@settings(max_examples=60, deadline=None)
@given(terms_strategy.terms("vector", ALL), st.integers(0, 10**6))
def test_a_rearranged_vector_is_not_refuted(case: tuple[Context, Term], seed: int) -> None:
    context, term = case
    other = rearranged(term, Random(seed))
    assert try_to_refute(context, relation(term, "=", other), points=5).witness is None


@settings(max_examples=60, deadline=None)
@given(terms_strategy.terms("matrix", ALL), st.integers(0, 10**6))
def test_a_rearranged_matrix_is_not_refuted(case: tuple[Context, Term], seed: int) -> None:
    context, term = case
    other = rearranged(term, Random(seed))
    assert try_to_refute(context, relation(term, "=", other), points=5).witness is None


@settings(max_examples=60, deadline=None)
@given(terms_strategy.terms("proposition", ALL))
def test_a_statement_is_equivalent_to_itself(case: tuple[Context, Term]) -> None:
    context, statement = case
    assert try_to_refute(context, Apply("iff", (statement, statement)), points=5).witness is None
    both = Apply("and", (statement, Apply("not", (statement,))))
    assert try_to_refute(context, Apply("not", (both,)), points=5).witness is None


@settings(max_examples=100, deadline=None)
@given(terms_strategy.terms("real", POLYNOMIAL))
def test_a_polynomial_plus_one_is_told_apart(case: tuple[Context, Term]) -> None:
    context, term = case
    report = try_to_refute(context, relation(term, "=", add(term, ONE)), points=5)
    assert report.refuted or report.never_defined, report


@settings(max_examples=100, deadline=None)
@given(terms_strategy.terms("real", ALL))
def test_a_term_never_agrees_with_its_successor(case: tuple[Context, Term]) -> None:
    context, term = case
    report = try_to_refute(context, relation(term, "=", add(term, ONE)), points=3)
    assert not report.exact_points, report


@settings(max_examples=60, deadline=None)
@given(terms_strategy.terms("real", ALL))
def test_order_is_consistent(case: tuple[Context, Term]) -> None:
    context, term = case
    square = multiply(term, term)
    assert try_to_refute(context, relation(square, ">=", ZERO), points=3).witness is None
    assert try_to_refute(context, relation(term, "<=", add(term, ONE)), points=3).witness is None
    assert not try_to_refute(context, relation(add(term, ONE), "<", term), points=3).exact_points
    assert try_to_refute(context, relation(add(term, negate(term)), "=", ZERO), points=3).witness is None
