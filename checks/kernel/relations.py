"""Relations: how they compose along a chain, what each gives, and how they read backwards or negated.

Trusted for the tables, which are the laws of equality and order.
"""

from __future__ import annotations

from collections.abc import Mapping

from checks.terms import (
    Apply,
    Term,
)

COMPOSITION: Mapping[tuple[str, str], str] = {
    ("=", "="): "=", ("=", "<="): "<=", ("=", "<"): "<", ("=", ">="): ">=", ("=", ">"): ">",
    ("<=", "="): "<=", ("<=", "<="): "<=", ("<=", "<"): "<", ("<", "="): "<", ("<", "<="): "<", ("<", "<"): "<",
    (">=", "="): ">=", (">=", ">="): ">=", (">=", ">"): ">", (">", "="): ">", (">", ">="): ">", (">", ">"): ">",
    ("=", "!="): "!=", ("!=", "="): "!=",
    ("iff", "iff"): "iff", ("iff", "implies"): "implies", ("implies", "iff"): "implies",
    ("implies", "implies"): "implies",
    ("=", "equal_almost_surely"): "equal_almost_surely", ("equal_almost_surely", "="): "equal_almost_surely",
    ("equal_almost_surely", "equal_almost_surely"): "equal_almost_surely",
    ("=", "equal_in_law"): "equal_in_law", ("equal_in_law", "="): "equal_in_law",
    ("equal_in_law", "equal_in_law"): "equal_in_law",
}  # fmt: skip


WEAKER: Mapping[str, frozenset[str]] = {
    "=": frozenset({"=", "<=", ">=", "equal_almost_surely", "equal_in_law"}),
    "<": frozenset({"<", "<=", "!="}),
    ">": frozenset({">", ">=", "!="}),
    "equal_almost_surely": frozenset({"equal_almost_surely", "equal_in_law"}),
    "iff": frozenset({"iff", "implies"}),
}
"""What a relation gives: itself and these."""


def gives(found: str, wanted: str) -> bool:
    """Whether one relation between two terms gives another."""
    return found == wanted or wanted in WEAKER.get(found, frozenset())


TURNED = {"=": "=", "!=": "!=", "<=": ">=", ">=": "<=", "<": ">", ">": "<", "iff": "iff"}


def turned(statement: Term) -> Term | None:
    """The relation read from right to left."""
    match statement:
        case Apply(head, (left, right)) if head in TURNED:
            return Apply(TURNED[head], (right, left))
        case _:
            return None


OPPOSITE = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "=": "!=", "!=": "="}


def negation(statement: Term) -> Term:
    """A statement equivalent to the negation of a defined statement."""
    match statement:
        case Apply("not", (inner,)):
            return inner
        case Apply(head, arguments) if head in OPPOSITE:
            return Apply(OPPOSITE[head], arguments)
        case _:
            return Apply("not", (statement,))
