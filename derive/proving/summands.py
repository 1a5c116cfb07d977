"""Sums and products over one range, compared term by term."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.contexts import Context, open_in
from checks.kernel.certificates import Certificate, Proof, Replace
from checks.terms import Apply, Bind, open_binder

if TYPE_CHECKING:
    from derive.proving.search import Search


def by_summands(search: Search, context: Context, left: Bind, right: Bind) -> Certificate | None:
    """Two sums over one range by the equation of what they sum, at an index of which only its range is known."""
    inner, symbol, summand = open_in(context, left)
    _, other = open_binder(right, symbol)
    equation = Apply("=", (summand, other))
    found = search.by_arithmetic(inner, equation)
    complete = search.complete(inner, equation) if found is not None else ()
    if found is None or any(part is None for part in complete):
        return None
    then = search.by_arithmetic(context, Apply("=", (right, right)))
    return None if then is None else Replace((0, 0), other, Proof(found, complete), then)
