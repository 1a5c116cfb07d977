"""Comparisons by monotone operations: both sides taken apart together, or one side changed at a part.

``2/(1+a) >= 2/(1+b)`` from ``a <= b``: the sides are values of one operation, and what differs in them is compared in
turn.  ``log(x) + c <= x + c - 1`` from ``log(x) <= x - 1``: a part of a side gives way to what bounds it, and what is
left is shown as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from checks.contexts import Context
from checks.kernel.certificates import Certificate, Chain, Directly, Monotone, Proof, Unfold, Use
from checks.kernel.monotonicity import monotone_ways, oriented
from checks.kernel.reductions import Rejected, at_position, unfolded
from checks.kernel.relations import TURNED, gives, turned
from checks.lengths import is_number
from checks.shapes import IllTyped, type_of
from checks.terms import Apply, Bind, Term, heads, relation
from derive.proving.occurrences import occurrences

if TYPE_CHECKING:
    from derive.proving.search import Search

Finder = Callable[[Context, Term], Certificate | None]
DIFFERENCES = 4
"""How many arguments of one operation may differ."""


def by_congruence(search: Search, context: Context, goal: Apply, depth: int) -> Certificate | None:
    """A comparison of two values of one operation, by comparisons of the arguments that differ."""
    found = _taken_apart(search, context, goal, depth)
    names = tuple(sorted(
        name for name in heads(goal) & context.definitions.keys() if not context.definitions[name].opaque
    ))  # fmt: skip
    if found is not None or not names:
        return found
    reduced = unfolded(context, goal, frozenset(names))
    if not isinstance(reduced, Apply) or reduced == goal:
        return None
    found = _taken_apart(search, context, reduced, depth)
    return None if found is None else Unfold(names, found)


def _taken_apart(search: Search, context: Context, goal: Apply, depth: int) -> Certificate | None:
    sides = oriented(goal)
    if sides is None:
        return None
    low, high, strict = sides
    positions = differing(low, high)
    if not positions or len(positions) > DIFFERENCES:
        return None

    def compared(inner: Context, statement: Term) -> Certificate | None:
        return search.prove(inner, statement, min(depth, 0))

    if len(positions) == 1 or not (isinstance(low, Apply) and isinstance(high, Apply)):
        return _step(search, context, goal, positions[0], compared)
    terms = [low]
    for position in positions:
        before = terms[-1].arguments
        changed = (*before[:position], high.arguments[position], *before[position + 1 :])
        terms.append(Apply(low.head, changed))
    links = _pieces(search, context, terms, positions, strict, compared)
    return None if links is None else _chained(search, context, goal, terms, links)


def _pieces(
    search: Search, context: Context, terms: Sequence[Term], positions: Sequence[int], strict: bool, compared: Finder
) -> list[tuple[str, Certificate]] | None:
    """Certificates of the links between terms that differ at one argument each; one of them strict if wanted."""
    found: list[tuple[str, Certificate]] = []
    for low, high, position in zip(terms, terms[1:], positions, strict=False):
        still = strict and not any(head == "<" for head, _ in found)
        for head in ("<", "<=") if still else ("<=",):
            certificate = _step(search, context, relation(low, head, high), position, compared)
            if certificate is not None:
                found.append((head, certificate))
                break
        else:
            return None
    return None if strict and all(head == "<=" for head, _ in found) else found


def differing(low: Term, high: Term) -> list[int]:
    """The positions at which the arguments of one operation differ; nothing for values of different operations."""
    match low, high:
        case Apply(head, first), Apply(other, second) if head == other and len(first) == len(second):
            return [k for k, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
        case Bind(), Bind() if (low.head, low.domain, low.condition) == (high.head, high.domain, high.condition):
            return [0] if low.body != high.body else []
        case _:
            return []


def _step(search: Search, context: Context, goal: Term, position: int, compared: Finder) -> Certificate | None:
    """A comparison by that of the arguments at a position, which ``compared`` shows."""
    try:
        ways = monotone_ways(context, goal, position)
    except (Rejected, IllTyped):
        return None
    for number, ((where, comparison), *needs) in enumerate(ways):
        sides: list[Certificate] = []
        for inner, statement in needs:
            side = search.helper().prove(inner, statement, -1)
            if side is None:
                break
            sides.append(side)
        else:
            first = compared(where, comparison)
            if first is not None:
                return Monotone(position, number, (first, *sides))
    return None


def _chained(
    search: Search, context: Context, goal: Apply, terms: Sequence[Term], links: Sequence[tuple[str, Certificate]]
) -> Certificate | None:
    """The goal by links from its smaller to its larger side."""
    if goal.head in (">=", ">"):
        terms, links = terms[::-1], [(TURNED[head], certificate) for head, certificate in reversed(links)]
    return _chain_of(search, context, terms, links)


def _chain_of(
    search: Search, context: Context, terms: Sequence[Term], links: Sequence[tuple[str, Certificate]]
) -> Certificate | None:
    """A chain by its terms and links, where all of it is known to be defined."""
    proofs = []
    for (head, certificate), left, right in zip(links, terms, terms[1:], strict=False):
        complete = search.complete(context, relation(left, head, right))
        if any(part is None for part in complete):
            return None
        proofs.append(Proof(certificate, complete))
    return Chain(tuple(head for head, _ in links), tuple(terms[1:-1]), tuple(proofs))


# -- a part of a side ----------------------------------------------------------------------------------


def by_bounding_a_part(
    search: Search, context: Context, goal: Term, position: tuple[int, ...], inner: Context, use: Use,
    statement: Apply, part: Term, depth: int,
) -> Certificate | None:  # fmt: skip
    """The goal with a part of one side put in place of what a used comparison says of it, wherever it stands there.

    ``position`` is one of the places of the part; the used comparison holds in the context ``inner``.
    """
    if not isinstance(goal, Apply) or oriented(goal) is None or oriented(statement) is None or not position:
        return None
    first, second = statement.arguments
    new = second if first == part else first if second == part else None
    try:
        if new is None or not is_number(type_of(part, inner)):
            return None
    except IllTyped:
        return None
    side = position[0]
    for places_of_part in occurrences(context, goal, position, inner, part, new):
        chosen = [where[1:] for where in places_of_part if where[0] == side]
        found = _with_parts_bounded(search, context, goal, side, chosen, new, (use, statement), depth)
        if found is not None:
            return found
    return None


def _with_parts_bounded(
    search: Search, context: Context, goal: Apply, side: int, chosen: Sequence[tuple[int, ...]], new: Term,
    used: tuple[Use, Apply], depth: int,
) -> Certificate | None:  # fmt: skip
    strict = goal.head in ("<", ">") and used[1].head in ("<", ">")
    weak = {"<": "<=", ">": ">="}.get(goal.head, goal.head)
    link_head = goal.head if strict else weak
    rest_head = weak if strict else goal.head
    terms = [goal.arguments[side]]
    links: list[tuple[str, Certificate]] = []
    for where in chosen:
        try:
            changed = at_position(context, terms[-1], where, lambda _, __: new)
            ends = (terms[-1], changed) if side == 0 else (changed, terms[-1])
            link = Apply(link_head, ends)
            type_of(link, context)
        except (Rejected, IllTyped):
            return None
        found = _along(search, context, link, where, used)
        if found is None:
            return None
        terms.append(changed)
        links.append((link_head, found))
    other = goal.arguments[1 - side]
    rest = Apply(rest_head, (terms[-1], other) if side == 0 else (other, terms[-1]))
    then = search.prove(context, rest, depth - 1)
    if then is None:
        return None
    if side == 0:
        return _chain_of(search, context, [*terms, other], [*links, (rest_head, then)])
    return _chain_of(search, context, [other, *reversed(terms)], [(rest_head, then), *reversed(links)])


def _along(
    search: Search, context: Context, goal: Apply, path: tuple[int, ...], used: tuple[Use, Apply]
) -> Certificate | None:
    """A comparison of two terms that differ at the end of a path, by the used one, which is of what stands there."""
    if not path:
        return _as_used(search, context, goal, used)
    found = oriented(goal)
    position = path[0]
    if found is None or not any(position == k for k in differing(found[0], found[1])):
        return None

    def compared(inner: Context, statement: Term) -> Certificate | None:
        return _along(search, inner, statement, path[1:], used) if isinstance(statement, Apply) else None

    return _step(search, context, goal, position, compared)


def _as_used(search: Search, context: Context, goal: Apply, used: tuple[Use, Apply]) -> Certificate | None:
    """What is used, as the goal says it or as what gives the goal."""
    use, statement = used
    for known in (statement, turned(statement)):
        if not isinstance(known, Apply) or known.arguments != goal.arguments or not gives(known.head, goal.head):
            continue
        if known.head == goal.head:
            return Directly(use)
        complete = search.complete(context, known)
        return None if None in complete else Chain((known.head,), (), (Proof(Directly(use), complete),))
    return None
