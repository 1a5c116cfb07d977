"""Suprema and greatest elements: shown to be such, and used as such."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from checks.contexts import Context, Declaration
from checks.kernel.certificates import (
    Certificate,
    Chain,
    Directly,
    Extremal,
    Proof,
    Use,
)
from checks.kernel.forms import Monomial, TooLarge, sorted_factors
from checks.kernel.lemmas import used_statement
from checks.kernel.monotonicity import oriented
from checks.kernel.reductions import (
    Rejected,
    extremal_parts,
)
from checks.kernel.relations import TURNED, turned
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
    instantiate,
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


def by_sides(search: Search, context: Context, goal: Apply, depth: int) -> Certificate | None:
    """A comparison with an extremum on a side: it is the best bound, and bounds what it is taken of at each point."""
    found = oriented(goal)
    if found is None or found[2]:
        return None
    low, high, _ = found
    if isinstance(low, Bind) and low.head == "sup":
        return _as_best_bound(search, context, goal, low, high, depth)
    if isinstance(high, Bind) and high.head == "inf":
        return _as_best_bound(search, context, goal, high, low, depth)
    if isinstance(high, Bind) and high.head == "sup":
        return _at_a_point(search, context, goal, high, low, depth)
    if isinstance(low, Bind) and low.head == "inf":
        return _at_a_point(search, context, goal, low, high, depth)
    return None


def _as_best_bound(
    search: Search, context: Context, goal: Apply, extremum: Bind, bound: Term, depth: int
) -> Certificate | None:
    """``sup f <= t`` where f(x) <= t for all x; ``t <= inf f`` likewise."""
    found = _property(search, context, extremum, (extremum, bound), (1,), depth)
    return None if found is None or found[1] not in (goal, turned(goal)) else Directly(found[0])


def _at_a_point(
    search: Search, context: Context, goal: Apply, extremum: Bind, bound: Term, depth: int
) -> Certificate | None:
    """``t <= sup f`` where t <= f(x) at some x, a symbol of the context; ``inf f <= t`` likewise."""
    for name, declaration in reversed(list(context.declarations.items())):
        if declaration.type != extremum.domain or context.is_random(name):
            continue
        value = instantiate(extremum.body, Symbol(name))
        outward = "<=" if extremum.head == "sup" else ">="
        first = Apply(outward, (bound, value))
        shown = search.prove(context, first, depth)
        if shown is None:
            continue
        found = _property(search, context, extremum, (extremum, Symbol(name)), (0,), depth)
        if found is None or not isinstance(found[1], Apply) or found[1].arguments != (value, extremum):
            continue
        links = [first, found[1]]
        certificates: list[Certificate] = [shown, Directly(found[0])]
        if goal.head != outward:
            links = [Apply(TURNED[outward], link.arguments[::-1]) for link in (found[1], first)]
            certificates.reverse()
        complete = [search.complete(context, link) for link in links]
        if any(part is None for parts in complete for part in parts):
            continue
        return Chain((goal.head,) * 2, (value,), tuple(map(Proof, certificates, complete)))
    return None


def _property(
    search: Search, context: Context, extremum: Bind, values: tuple[Term, ...], path: tuple[int, ...], depth: int
) -> tuple[Use, Term] | None:
    """What an extremum is, at values; None where a condition is not proved."""
    proofs: list[Certificate] = []

    def discharge(inner: Context, statement: Term) -> None:
        found = search.prove(inner, statement, depth)
        if found is None:
            raise Rejected("a condition of an extremum")
        proofs.append(found)

    try:
        statement = used_statement(context, search.theory, "extremum", values, path, discharge)
    except (Rejected, IllTyped, TooLarge):
        return None
    return Use("extremum", values, tuple(proofs), path), statement


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
