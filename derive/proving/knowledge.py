"""What a step may use: assumptions, facts proved on the way, lemmas; as patterns with variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.contexts import Context
from checks.kernel.lemmas import Lemma
from checks.terms import (
    Apply,
    Bind,
    Symbol,
    Term,
    Type,
    children,
    free_symbols,
    heads,
    instantiate,
    substitute,
    substitute_type,
)

WORD_HEADS = frozenset(
    {
        "=", "add", "negate", "multiply", "divide", "matmul", "dot", "outer", "transpose", "trace", "inverse",
        "identity", "zeros",
    }
)  # fmt: skip
"""What the sides of an equation between words are made of."""


@dataclass(frozen=True, slots=True)
class Known:
    """A statement that holds for all values of its variables, and how a certificate cites it.

    ``unasked`` marks lemmas that nobody cited: their conditions are given little effort.
    """

    source: str
    name: str | None
    variables: Mapping[str, Type]
    conclusion: Term
    path: tuple[int, ...] = ()
    unasked: bool = False


def known_facts(context: Context) -> list[Known]:
    """The assumptions of a context, conjunctions taken apart, latest first."""
    found: list[Known] = []
    for position in range(len(context.facts) - 1, -1, -1):
        fact = context.facts[position]
        found.extend(_opened(f"fact:{position}", fact.name, {}, fact.statement, ()))
    return found


def known_lemma(lemma: Lemma) -> list[Known]:
    """A lemma with its symbols as variables; one entry for each part of a conjunction."""
    names = {name: f"?{lemma.name}.{name}" for name in lemma.context.declarations}
    values: Mapping[str, Term] = {old: Symbol(new) for old, new in names.items()}
    lets: dict[str, Term] = {}
    for name, body in lemma.context.lets.items():
        lets[name] = substitute(body, lets)
    variables = {
        names[name]: substitute_type(substitute_type(declaration.type, lets), values)
        for name, declaration in lemma.context.declarations.items()
    }
    statement = substitute(substitute(lemma.statement, lets), values)
    return list(_opened(f"lemma:{lemma.hash}", lemma.name, variables, statement, ()))


def _opened(
    source: str, name: str | None, variables: Mapping[str, Type], statement: Term, path: tuple[int, ...]
) -> Iterator[Known]:
    match statement:
        case Bind("forall", domain, _, body):
            variable = f"?{source}.{len(variables)}"
            yield from _opened(
                source, name, {**variables, variable: domain}, instantiate(body, Symbol(variable)), path
            )
        case Apply("implies", (_, conclusion)):
            yield from _opened(source, name, variables, conclusion, path)
        case Apply("and", parts):
            for position, part in enumerate(parts):
                yield from _opened(source, name, variables, part, (*path, position))
        case _:
            yield Known(source, name, variables, statement, path)


def sides(known: Known) -> Sequence[tuple[Term, Term, str]]:
    """The two sides of a relation with its head, or nothing."""
    match known.conclusion:
        case Apply("=" | "<=" | "<" | ">=" | ">" | "iff" as head, (left, right)):
            return ((left, right, head),)
        case _:
            return ()


def concerns(item: Known, goal: Term, context: Context) -> bool:
    """Whether a lemma speaks of definitions, determinants and binders that occur in the goal.

    What an uncited lemma says of inverses and identity matrices, multiplying out finds without it.
    """
    said = heads(item.conclusion)
    if item.unasked and "determinant" in said and "determinant" not in heads(goal):
        # Any power is the determinant of something; nothing is gained by writing it so.
        return False
    if item.unasked and said & {"inverse", "identity"} and said <= WORD_HEADS:
        return False
    wanted = heads(item.conclusion) & (context.definitions.keys() | {"sup", "inf", "greatest", "least"})
    return wanted <= heads(goal) or bool(wanted & heads(goal))


def carriers(term: Term, item: Known) -> list[Term]:
    """The smallest parts of a term in which all variables of a known statement occur, the term itself left out."""
    if not item.variables:
        return []
    names = frozenset(item.variables)
    found = []
    for child, depth in children(term):
        if depth == 0 and names <= free_symbols(child):
            found.extend(carriers(child, item) or ([child] if not isinstance(child, Symbol) else []))
    return found
