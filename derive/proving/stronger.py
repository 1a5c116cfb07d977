"""Comparisons from strict ones that are known."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from checks.contexts import Context
from checks.kernel.certificates import Certificate, Chain, Directly, Proof
from checks.kernel.relations import TURNED
from checks.terms import Apply
from derive.proving.knowledge import Known
from derive.proving.matching import match

if TYPE_CHECKING:
    from derive.proving.search import Search

STRICT = {"!=": ("<", ">"), "<=": ("<",), ">=": (">",)}
"""The strict relations that give another."""


def by_stronger(
    search: Search, context: Context, goal: Apply, item: Known, depth: int
) -> Certificate | None:
    """The goal by an instance of a known strict comparison of its sides."""
    if not isinstance(item.conclusion, Apply):
        return None
    left, right = goal.arguments
    for head in STRICT.get(goal.head, ()):
        for wanted in (Apply(head, (left, right)), Apply(TURNED[head], (right, left))):
            if item.conclusion.head != wanted.head:
                continue
            for binding in islice(match(item.conclusion, wanted, item.variables, {}), 1):
                found = search.use(context, item, binding, depth)
                if found is None or found[1] != wanted:
                    continue
                link = Apply(head, (left, right))
                complete = search.complete(context, link)
                if None not in complete:
                    return Chain((head,), (), (Proof(Directly(found[0]), complete),))
    return None
