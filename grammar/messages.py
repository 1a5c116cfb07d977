"""What was found and what was expected, in words, when the grammar cannot go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lark import UnexpectedInput, UnexpectedToken

from grammar.errors import Misread
from grammar.lexer import Token

# In the order in which they are named; the first terminal of a row stands for all of it.
_EXPECTED = (
    (("NUMBER",), "a term"),
    (("THEOREM",), "`theorem`, `lemma`, `axiom`, `refute`, `define` or `import`"),
    (("NAME",), "a name"),
    (("TYPENAME", "MODIFIER"), "a type"),
    (("STRING",), 'a text in "…"'),
    (("EQUALS",), "`=`"),
    (("REL",), "a relation"),
    (("IN",), "`in`"),
    (("TYPED",), "`:`"),
    (("LABEL",), "`:`"),
    (("PLUS",), "an operator"),
    (("COMMA",), "`,`"),
    (("RPAR",), "`)`"),
    (("RSQB",), "`]`"),
    (("RBRACE",), "`}`"),
    (("RBAR",), "`|`"),
    (("RDBAR",), "`||`"),
    (("SEPARATOR",), "`|`"),
    (("THEN",), "`then`"),
    (("ELSE",), "`else`"),
    (("ARROW",), "`->`"),
    (("FROM",), "`from`"),
    (("ON",), "`on`"),
    (("BY",), "`by`"),
    (("INDENT",), "an indented proof"),
    (("GIVEN",), "`given`, `let`, `assume` or `show`"),
    (("PROOF",), "`proof`"),
    (("HAVE",), "a step"),
    (("CLAIM",), "`claim`"),
    (("QED",), "`qed`"),
    (("NEWLINE",), "the end of the line"),
)
_FOUND = {
    "NEWLINE": "the line ends",
    "ENTRY": "the line ends",
    "INDENT": "this line is indented deeper",
    "DEDENT": "the indented lines end",
    "$END": "the text ends",
}


def explain(problem: UnexpectedInput, tokens: Sequence[Token]) -> Misread:
    """Return the error to show for what lark could not read."""
    if not isinstance(problem, UnexpectedToken):
        return tokens[-1].misread("this cannot be read")
    token: Any = problem.token
    at_end = token.type == "$END"
    place: Token = tokens[-1] if at_end else token
    accepted = _accepted(problem)
    special = _special(place, token.type, accepted, tokens)
    if special is not None:
        return special
    expected = _in_words(accepted)
    found = _FOUND.get(token.type) or f"found `{getattr(place, 'raw', '') or place.value}`"
    message = f"{found}, but {expected} was expected" if expected else f"{found}, which does not fit here"
    if not at_end or place.type == "NEWLINE":
        return place.misread(message)
    return Misread(place.end_line, place.end_column, message)


def _accepted(problem: UnexpectedToken) -> set[str]:
    interactive: Any = problem.interactive_parser
    try:
        return set(interactive.accepts())
    except (Misread, AttributeError):
        return set(problem.expected)


def _special(place: Token, kind: str, accepted: set[str], tokens: Sequence[Token]) -> Misread | None:
    """Messages for the mistakes that are made most."""
    if kind == "$END" and "QED" in accepted:
        first = tokens[0]
        return first.misread(f"this {first.value} is not closed: `qed` is missing")
    line_ends = kind in ("NEWLINE", "ENTRY", "$END") and "NEWLINE" not in accepted
    if line_ends and "COMMA" in accepted and _quantified(tokens, place.line):
        message = (
            "the statement is missing: it follows a comma, as in `for all x in S, P` or `exists x > 0, P`"
        )
        return place.misread(message)
    if kind == "QED" and "CLAIM" in accepted and "QED" not in accepted:
        return place.misread("this proof is empty")
    if place is tokens[0] and accepted >= {"THEOREM", "IMPORT"}:
        words = "`theorem`, `lemma`, `axiom`, `refute`, `define`, `abbreviation`, `opaque` or `import`"
        return place.misread(f"found `{place.raw}`, but an item begins with {words}")
    if kind in ("BAR", "DOT", "AS", "SUBSCRIPT", "STRING", "ASSIGN", "COLON") and place.raw:
        hints = {
            "SUBSCRIPT": f"`{place.raw}` is a subscript of nothing: only ||x|| takes one; write names as x_1",
            "AS": '`as` is followed by a LaTeX text in "…", or by `n -> limit` behind a statement',
        }
        return place.misread(hints[kind]) if kind in hints else None
    return None


def _quantified(tokens: Sequence[Token], line: int) -> bool:
    return any(token.type in ("FORALL", "EXISTS") and token.line == line for token in tokens)


def _in_words(accepted: set[str]) -> str:
    if accepted >= {"TYPED", "TILDE", "IN"} and "PLUS" not in accepted:
        return "a domain (`in S`, `: type`) or a condition (`> 0`)"
    words: list[str] = []
    if "NUMBER" in accepted:
        # Whatever can begin a term is one thing to a reader.
        accepted = accepted - {"NAME"}
    if "PLUS" in accepted:
        # A term has just ended: that another could stand next to it says little.
        accepted = accepted - {"NUMBER"}
    if "REL" in accepted:
        accepted = accepted - {"EQUALS", "IN"}
    for terminals, word in _EXPECTED:
        if not accepted.isdisjoint(terminals) and word not in words:
            words.append(word)
    if len(words) > 4:
        words = words[:4]
        return ", ".join(words) + " or the like"
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " or " + words[-1]
