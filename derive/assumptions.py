"""Whether an assumption says what is to be shown: a theorem that assumes its goal shows nothing."""

from __future__ import annotations

from dataclasses import replace

from checks.contexts import Context
from checks.kernel.forms import TooLarge
from checks.kernel.relations import turned
from checks.shapes import IllTyped
from checks.terms import RELATIONS, Apply, Term, relation
from derive.proving.budget import Budget, Exhausted
from derive.proving.search import Search

ASSUMED = ("hypothesis", "regularity", "regime")
"""The kinds of facts that a theorem assumes, beside those of its declarations."""


def says_the_same(context: Context, first: Term, second: Term) -> bool:
    """Whether two statements are one, read backwards perhaps, or relate equal sides in the same way."""
    if second in (first, turned(first)):
        return True
    match first, second:
        case Apply(head, (a, b)), Apply(other, (c, d)) if head == other and head in RELATIONS:
            return all(_equal(context, *pair) for pair in ((a, c), (b, d)))
        case _:
            return False


def _equal(context: Context, left: Term, right: Term) -> bool:
    """Whether two terms are equal by algebra: what is assumed may make equal what is not."""
    plain = replace(context, facts=tuple(fact for fact in context.facts if fact.kind not in ASSUMED))
    try:
        return Search({}, budget=Budget(60)).by_arithmetic(plain, relation(left, "=", right)) is not None
    except (IllTyped, TooLarge, Exhausted):
        return False
