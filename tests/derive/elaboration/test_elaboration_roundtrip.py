"""What is printed is read back as the same term, and nothing but ElaborationError is ever raised."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context
from checks.shapes import type_of
from checks.terms import Term
from derive.elaboration import (
    IDENTIFIERS,
    ElaborationError,
    elaborate_statement,
    elaborate_term,
    elaborate_type,
)
from derive.elaboration.meaning import Scope, elaborate
from derive.printing import print_term
from grammar import syntax as s
from grammar.errors import ScriptReadError
from grammar.parser import parse_statement
from tests.derive.elaboration.setting import setting, term
from tests.derive.elaboration.test_elaborated_terms import MEANINGS, STATEMENTS
from tests.terms_strategy import Knobs, terms

WHOLE = re.compile(r"\w+'*|\^T|\^-1|\.\.|<=|>=|!=|\|\||\s+|.")


@settings(max_examples=400, deadline=None)
@given(terms(knobs=Knobs(depth=4)))
def test_a_printed_term_is_read_back(drawn: tuple[Context, Term]) -> None:
    context, wanted = drawn
    meaning = elaborate(parse_statement(print_term(wanted, context)), Scope(context))
    assert meaning.term == wanted
    assert meaning.type == type_of(wanted, context)


# What the printer has yet to spell: conditions that need brackets.
UNSPELLED = ("sum[t in 1..n, (i",)
EXAMPLES = [text for text, _ in MEANINGS + STATEMENTS if not text.startswith(UNSPELLED)]


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_examples_are_printed_and_read_back(text: str) -> None:
    context = setting()
    meaning = elaborate(parse_statement(text), Scope(context))
    again = elaborate(parse_statement(print_term(meaning.term, context)), Scope(context))
    assert again.term == meaning.term
    assert meaning.type == type_of(meaning.term, context)


def attempt(node: s.Node, context: Context) -> list[ElaborationError]:
    """The errors of reading a node in every way; anything else that is raised fails the test."""
    errors = []
    for read in (elaborate_term, elaborate_statement, elaborate_type):
        try:
            read(node, context)
        except ElaborationError as error:
            errors.append(error)
    return errors


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_mangled_texts_mean_something_or_are_errors_with_a_place(source: random.Random) -> None:
    texts = [text for text, _ in MEANINGS + STATEMENTS]
    parts = WHOLE.findall(source.choice(texts))
    pool = [part for text in texts for part in WHOLE.findall(text)]
    for _ in range(source.randint(1, 4)):
        place = source.randrange(len(parts) + 1)
        change = source.randrange(4)
        if change == 0:
            parts[place:place] = ["(", source.choice(texts), ")"]
        elif change == 1:
            parts[place : place + 1] = [source.choice(pool)]
        elif change == 2:
            parts[place:place] = WHOLE.findall(source.choice(texts))
        else:
            del parts[place : place + 1]
    try:
        node = parse_statement("".join(parts))
    except ScriptReadError:
        return
    for error in attempt(node, setting()):
        assert error.span.line == 1 and error.identifier in IDENTIFIERS


def test_too_deep_a_tree_is_an_error() -> None:
    group: s.Node = s.Name("a")
    for _ in range(5000):
        group = s.Group((group,))
    power: s.Node = s.NumberLiteral("2")
    for _ in range(900):
        power = s.Power(s.Name("a"), power)
    for node in (group, power):
        errors = attempt(node, setting())
        assert {error.identifier for error in errors[:2]} == {"too-deep"}


def test_long_flat_texts_are_read() -> None:
    flat: s.Node = s.Name("a")
    for _ in range(5000):
        flat = s.Binary("+", flat, s.Name("b"))
    assert len(elaborate_term(flat, setting()).arguments) == 5001  # type: ignore[union-attr]
    row = s.Juxtaposition(tuple(s.Name("a") for _ in range(5000)))
    assert len(elaborate_term(row, setting()).arguments) == 5000  # type: ignore[union-attr]


def test_ranges_left_unsaid_do_not_multiply_the_work() -> None:
    text = "x[t0]"
    for depth in range(1, 30):
        text = f"[{text} | t{depth - 1}][t{depth}]" if depth % 2 else f"([{text} | t{depth - 1}])[t{depth}]"
    with pytest.raises(ElaborationError):
        term(f"sum[t29] {text}")
