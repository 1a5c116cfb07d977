"""Where a part stands in a goal, and in which of the contexts on the way to it an instance is used."""

from __future__ import annotations

from checks.contexts import Context
from checks.terms import Term, free_symbols, subterms
from derive.proving.matching import Binding, places


def standing_context(context: Context, inner: Context, part: Term, binding: Binding) -> Context:
    """Where an instance is used: outside the binders around a part that mention nothing of it."""
    if inner is context or not _keeps(inner, context):
        return inner
    local = inner.declarations.keys() - context.declarations.keys()
    named = frozenset[str]().union(*map(free_symbols, (part, *binding.values())))
    return inner if local & named else context


def _keeps(inner: Context, context: Context) -> bool:
    """Whether all that is known outside is known inside, which below an expectation it need not be."""
    return inner.facts[: len(context.facts)] == context.facts and all(
        inner.declarations.get(name) == declaration for name, declaration in context.declarations.items()
    )


def occurrences_of(
    context: Context, goal: Term, position: tuple[int, ...], inner: Context, part: Term, new: Term
) -> list[list[tuple[int, ...]]]:
    """The positions at which a part is replaced: all at which the same is known, else this one."""
    alone = [position]
    if part in subterms(new):
        return [alone]
    everywhere = [
        where
        for where, there, term in places(context, goal)
        if term == part and (there == inner or (inner is context and _keeps(there, context)))
    ]
    return [everywhere, alone] if len(everywhere) > 1 and position in everywhere else [alone]
