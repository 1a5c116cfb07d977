"""Terms and contexts as JSON: what is written is read back, and nothing else is read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.encoding import Malformed, Reader, Writer, keyed, number_of
from checks.terms import (
    INTEGER,
    ONE,
    REAL,
    Apply,
    Function,
    Index,
    Symbol,
    Tensor,
    Term,
    add,
    bind,
    number,
    variable_names,
)
from tests.terms_strategy import terms

n = Symbol("n")


def returned(term: Term) -> Term:
    """The term written, through text, and read."""
    writer = Writer()
    place = writer.term(term)
    return Reader(json.loads(json.dumps(writer.table))).term(place)


@given(terms())
def test_a_term_comes_back_with_the_names_of_its_variables(drawn: object) -> None:
    _, term = drawn  # type: ignore[misc]
    found = returned(term)
    assert found == term
    assert variable_names(found) == variable_names(term)


def test_equal_binders_with_other_names_are_kept_apart() -> None:
    first = bind("sum", "i", Index(ONE, n), Symbol("i"))
    second = bind("sum", "k", Index(ONE, n), Symbol("k"))
    assert first == second
    found = returned(add(first, second))
    assert variable_names(found) == ("k", "i") or variable_names(found) == ("i", "k")


def test_a_term_that_occurs_often_is_written_once() -> None:
    term: Term = n
    for _ in range(60):
        term = add(term, term)
    writer = Writer()
    writer.term(term)
    assert len(writer.table) == 61


@pytest.mark.parametrize(
    "kind",
    [REAL, INTEGER, Index(ONE, n), Tensor((n, number(3))), Function((Index(ONE, n), REAL), Tensor((n,)))],
)
def test_types_come_back(kind: object) -> None:
    writer = Writer()
    written = writer.type(kind)  # type: ignore[arg-type]
    assert Reader(writer.table).type(json.loads(json.dumps(written))) == kind


@pytest.mark.parametrize(
    "table",
    [
        None,
        {},
        "terms",
        [None],
        [["number", 1]],
        [["number", "1.5"]],
        [["number", "1/0"]],
        [["number", "-"]],
        [["number", "٣"]],
        [["number", "9" * 5000]],
        [["symbol"]],
        [["symbol", 3]],
        [["bound", -1]],
        [["bound", True]],
        [["bound", "0"]],
        [["apply", "add", [0]]],
        [["apply", "add", [1]], ["symbol", "x"]],
        [["symbol", "x"], ["apply", "add", 0]],
        [["symbol", "x"], ["apply", "add", [0.0]]],
        [["symbol", "x"], ["apply", "add", [True]]],
        [["symbol", "x"], ["apply", 1, [0]]],
        [["symbol", "x"], ["bind", "sum", "real", 0, 0]],
        [["symbol", "x"], ["bind", "sum", "complex", 0, 0, "i"]],
        [["symbol", "x"], ["bind", "sum", ["index", 0], 0, 0, "i"]],
        [["symbol", "x"], ["bind", "sum", ["tensor", 0], 0, 0, "i"]],
        [["symbol", "x"], ["bind", "sum", ["function", "real", "real"], 0, 0, "i"]],
    ],
)
def test_what_is_no_table_is_refused(table: object) -> None:
    with pytest.raises(Malformed):
        Reader(table)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["apply", "bind", "number"]),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_table_or_malformed(value: object) -> None:
    try:
        reader = Reader(value)
    except Malformed:
        return
    assert isinstance(value, list)
    for place in range(len(value)):
        assert isinstance(reader.term(place), Term)


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("-3/4", -0.75), ("0", 0), ("10/4", 2.5)])
def test_numbers_are_exact(text: str, value: float) -> None:
    assert number_of(text) == value


def test_an_object_has_its_keys_and_no_others() -> None:
    assert keyed({"a": 1}, ("a",), "it") == {"a": 1}
    assert keyed({"a": 1, "b": 2}, ("a",), "it", ("b",)) == {"a": 1, "b": 2}
    for wrong in ({}, {"a": 1, "c": 2}, [], None):
        with pytest.raises(Malformed, match="it: an object with a"):
            keyed(wrong, ("a",), "it")


def test_a_term_is_asked_for_by_a_number_of_the_table() -> None:
    reader = Reader([["symbol", "x"]])
    assert reader.term(0) == Symbol("x")
    for wrong in (1, -1, "0", None, True, 0.0):
        with pytest.raises(Malformed, match="no term"):
            reader.term(wrong)
    assert reader.terms([0, 0]) == (Symbol("x"), Symbol("x"))
    assert Apply("add", reader.terms([0, 0])) == add(Symbol("x"), Symbol("x"))
