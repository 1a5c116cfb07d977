"""Conjunctions and their parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from checks.terms import TRUE, Apply, Symbol, Term, conjunction, conjuncts, relation

X, Y, Z = (relation(Symbol(name), "=", Symbol(name)) for name in "xyz")


def test_the_parts_of_a_conjunction() -> None:
    assert conjuncts(conjunction(X, Y, Z)) == (X, Y, Z)
    assert conjuncts(conjunction(X, conjunction(Y, Z), X)) == (X, Y, Z, X)


def test_another_statement_is_its_own_part() -> None:
    disjunction = Apply("or", (conjunction(X, Y), Z))
    assert conjuncts(disjunction) == (disjunction,)
    assert conjuncts(Apply("not", (conjunction(X, Y),))) == (Apply("not", (conjunction(X, Y),)),)
    assert conjuncts(conjunction()) == (TRUE,)


def conjoined(parts: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    return st.lists(parts, min_size=2).map(lambda chosen: conjunction(*chosen))


@given(st.recursive(st.sampled_from([X, Y, Z]), conjoined))
def test_no_part_is_a_conjunction(statement: Term) -> None:
    parts = conjuncts(statement)
    assert parts and all(isinstance(part, Apply) and part.head != "and" for part in parts)
    assert conjuncts(conjunction(*parts)) == parts
