"""What is to be had at once: an assumption that is the goal, and numbers that lie in a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.contexts import Context, open_in
from checks.kernel.certificates import Certificate, Directly, Introduce, Use
from checks.terms import Apply, Bind, Term

if TYPE_CHECKING:
    from derive.proving.search import Search


def as_stated(context: Context, goal: Term) -> Certificate | None:
    """An assumption that is the goal; it is looked for before anything is worked out."""
    for position, fact in enumerate(context.facts):
        if fact.statement == goal:
            return Directly(Use(f"fact:{position}"))
    return None


def by_range(search: Search, context: Context, statement: Term) -> Certificate | None:
    """A certificate by arithmetic that numbers lie in a range, whatever indices do; it counts as no attempt."""
    depth = 0
    while isinstance(statement, Bind) and statement.head == "forall":
        context, _, statement = open_in(context, statement)
        depth += 1
    if not (isinstance(statement, Apply) and statement.head in ("<=", ">=")):
        return None
    found = search.by_arithmetic(context, statement)
    if found is not None:
        for _ in range(depth):
            found = Introduce(found)
    return found
