"""Suprema and greatest elements: shown to be such, and used as such."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from checks.contexts import Context, Declaration
from checks.kernel.certificates import (
    Certificate,
    Extremal,
    Use,
)
from checks.kernel.forms import Monomial, TooLarge, sorted_factors
from checks.kernel.lemmas import used_statement
from checks.kernel.reductions import (
    Rejected,
    extremal_parts,
)
from checks.kernel.translation import expansion
from checks.lengths import is_number
from checks.shapes import IllTyped, type_of
from checks.terms import (
    REAL,
    Apply,
    Bind,
    Symbol,
    Term,
    add,
    divide,
    fresh_name,
    map_children,
    negate,
    subtract,
)
from derive.proving.advice import Seeker
from derive.proving.matching import places
from derive.proving.rebuilding import Unconvertible, monomial_as_term

if TYPE_CHECKING:
    from derive.proving.search import Search


def by_extremality(search: Search, context: Context, goal: Term, depth: int) -> Certificate | None:
    try:
        first, second = extremal_parts(context, goal)
    except Rejected:
        return None
    member = search.prove(context, first, depth - 1)
    if member is None:
        return None
    comparison = search.prove(context, second, depth - 1)
    return None if comparison is None else Extremal(member, comparison)


def by_extremum_property(search: Search, context: Context, goal: Term, depth: int) -> Certificate | None:
    """A comparison by what a supremum in it is: it bounds, and no smaller number does."""
    match goal:
        case Apply("<=" | ">=" as head, (left, right)) if is_number(type_of(left, context)):
            low, high = (left, right) if head == "<=" else (right, left)
        case _:
            return None
    extrema = {
        part for _, inner, part in places(context, goal)
        if inner is context and isinstance(part, Bind) and part.head in ("sup", "inf")
    }  # fmt: skip
    for term in sorted(extrema, key=repr):
        for values, path in extremum_values(search, context, term, low, high):
            search.budget.spend()
            proofs: list[Certificate] = []

            def discharge(inner: Context, statement: Term, proofs: list[Certificate] = proofs) -> None:
                found = search.prove(inner, statement, max(0, depth - 1))
                if found is None:
                    raise Rejected("a condition of a supremum")
                proofs.append(found)

            try:
                statement = used_statement(context, search.theory, "extremum", values, path, discharge)
            except (Rejected, IllTyped, TooLarge):
                continue
            use = Use("extremum", values, tuple(proofs), path)
            if isinstance(statement, Apply):
                combined = search.combined(context, goal, use, statement)
                if combined is not None:
                    return combined
    return None


def extremum_values(
    search: Search, context: Context, term: Bind, low: Term, high: Term
) -> Iterator[tuple[tuple[Term, ...], tuple[int, ...]]]:
    """Values for the two properties of a supremum that might give ``low <= high``."""
    # The supremum bounds: at a point of its domain that the goal's other symbols name.
    for name, declaration in context.declarations.items():
        if declaration.type == term.domain:
            yield (term, Symbol(name)), (0,)
    # Nothing smaller bounds: for low = c·sup + rest the number is sup + (high − low)/c.
    marker = Symbol(fresh_name("s", context.names()))
    inner = context.declare(Declaration(marker.name, REAL))
    for side, direction in ((low, 1), (high, -1)):
        marked = _with_marker(side, term, marker)
        if marked == side:
            continue
        try:
            x = expansion(inner, Seeker(), frozenset(search.unfold))
            form = x.form(marked)
            for monomial, coefficient in form.terms:
                factors = dict(monomial.factors)
                atom = next((a for a in factors if a.key == f"symbol {marker.name}"), None)
                if atom is None or factors.pop(atom) != 1:
                    continue
                factor = monomial_as_term(x, Monomial(monomial.ranges, sorted_factors(factors)), coefficient)
                gap = divide(subtract(high, low), factor)
                yield (term, add(term, gap if direction > 0 else negate(gap))), (1,)
        except (TooLarge, Unconvertible, IllTyped):
            continue


def _with_marker(term: Term, part: Term, marker: Symbol) -> Term:
    """The term with each occurrence of a closed part replaced by a symbol."""
    if term == part:
        return marker
    return map_children(term, lambda child, _: _with_marker(child, part, marker))
