"""Assumptions that contradict each other: anything follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from checks.contexts import Context
from checks.kernel.certificates import Absurd, Certificate, Directly, Proof
from checks.kernel.relations import negation
from checks.terms import Apply
from derive.proving.knowledge import Known

if TYPE_CHECKING:
    from derive.proving.search import Search

COMPARISONS = frozenset({"=", "!=", "<=", "<", ">=", ">"})


def by_contradiction(
    search: Search, context: Context, reasons: Sequence[Known], depth: int
) -> Certificate | None:
    """From one of the reasons given and its negation, which the others show."""
    ground = [
        item
        for item in reasons
        if item.source.startswith("fact:") and not item.variables and isinstance(item.conclusion, Apply)
        and item.conclusion.head in COMPARISONS
    ]  # fmt: skip
    for item in ground:
        opposite = negation(item.conclusion)
        use = search.use(context, item, {}, depth)
        if use is None:
            continue
        denial = search.by_arithmetic(context, opposite)
        for other in ground:
            if denial is not None:
                break
            against = search.use(context, other, {}, depth) if other is not item else None
            if against is not None and isinstance(against[1], Apply):
                denial = search.combined(context, opposite, against[0], against[1])
        if denial is not None:
            definedness = search.definedness(context, item.conclusion)
            if None not in definedness:
                return Absurd(item.conclusion, Proof(Directly(use[0]), definedness), denial)
    return None
