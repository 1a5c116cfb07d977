"""Where an integral is taken, as its notation says it: between limits, or under conditions."""

from __future__ import annotations

from checks.terms import ORDER_RELATIONS, Apply, Symbol, Term, conjuncts, free_symbols


def limits(condition: Term, name: str) -> tuple[Term | None, Term | None] | None:
    """The lower and the upper limit that a condition sets to a number, at least one; None for other conditions.

    Whether a limit itself is meant makes no difference to an integral.
    """
    low: Term | None = None
    high: Term | None = None
    for part in conjuncts(condition):
        if not isinstance(part, Apply) or part.head not in ORDER_RELATIONS:
            return None
        left, right = part.arguments
        if part.head in (">", ">="):
            left, right = right, left
        if left == Symbol(name) and name not in free_symbols(right) and high is None:
            high = right
        elif right == Symbol(name) and name not in free_symbols(left) and low is None:
            low = left
        else:
            return None
    return low, high
