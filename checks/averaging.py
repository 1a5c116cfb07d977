"""What speaks of all outcomes at once: expectations, laws, and definitions that come to them.

Trusted for which operators look at all outcomes: the kernel leaves behind what holds at one outcome wherever these
functions say so.  Anything that comes to such an operator, by a definition or a let, counts.
"""

from __future__ import annotations

from checks.contexts import Context
from checks.terms import Apply, Bound, Term, children, free_symbols, heads

AVERAGING = frozenset(
    {"expectation", "integrable", "independent", "equal_in_law", "equal_almost_surely", "always"}
)
"""Heads below which the random symbols of the context are integrated, not looked at."""


def averages(head: str, context: Context) -> bool:
    """Whether an operator integrates the random symbols, by itself or by what its definition comes to."""
    if head in AVERAGING:
        return True
    pending, seen = [head], {head}
    while pending:
        definition = context.definitions.get(pending.pop())
        if definition is None:
            continue
        inside = heads(definition.body)
        if inside & AVERAGING:
            return True
        pending.extend(inside - seen)
        seen |= inside
    return False


def speaks_of_all_outcomes(term: Term, context: Context) -> bool:
    """Whether something in the term integrates the random symbols, lets opened."""
    pending: list[Term] = [term]
    seen: set[str] = set()
    while pending:
        part = pending.pop()
        if any(averages(head, context) for head in heads(part)):
            return True
        names = (free_symbols(part) & context.lets.keys()) - seen
        seen |= names
        pending.extend(context.lets[name] for name in names)
    return False


def occurs_below_expectation(body: Term, context: Context) -> bool:
    """Whether the variable of the binder around ``body`` occurs below an expectation, lets opened."""
    def search(term: Term, depth: int, below: bool) -> bool:
        if isinstance(term, Bound):
            return below and term.depth == depth
        inside = below or (isinstance(term, Apply) and averages(term.head, context))
        return any(search(child, depth + extra, inside) for child, extra in children(term))

    return search(body, 0, False)
