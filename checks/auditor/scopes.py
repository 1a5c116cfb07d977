"""What is known where: below an expectation, under a binder, in a branch; statements read backwards and negated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from checks.auditor.kinds import LAWS, unfolded
from checks.auditor.terms import (
    FALSE,
    ONE,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Context,
    Fact,
    Symbol,
    Term,
    Type,
    opened,
    subterms,
    symbols,
    type_terms,
)

TURNED = {
    "=": "=", "!=": "!=", "<=": ">=", ">=": "<=", "<": ">", ">": "<", "iff": "iff",
    "equal_almost_surely": "equal_almost_surely", "equal_in_law": "equal_in_law",
}  # fmt: skip
DENIED = {"=": "!=", "!=": "=", "<=": ">", ">": "<=", "<": ">=", ">=": "<"}


def speaks_of_laws(context: Context, term: Term) -> bool:
    """Whether anything in the term looks at all outcomes, definitions and abbreviations opened."""
    names = {*context.definitions, *context.lets}
    return any(isinstance(part, Apply) and part.head in LAWS for part in subterms(unfolded(context, term, names)))


def is_averaging(context: Context, part: Term) -> bool:
    """Whether an operator looks at all outcomes, by itself or by its definition."""
    if not isinstance(part, Apply):
        return False
    defined = part.head in context.definitions and speaks_of_laws(context, context.definitions[part.head].body)
    return part.head in LAWS or defined


def below_laws(context: Context, term: Term, name: str) -> bool:
    """Whether a symbol occurs where all outcomes are looked at."""
    whole = unfolded(context, term, {*context.definitions, *context.lets})
    return any(isinstance(part, Apply) and part.head in LAWS and name in symbols(part) for part in subterms(whole))


def suppose(context: Context, statement: Term) -> Context:
    """The context with an assumption made on the way: it holds at the outcome that is looked at."""
    return context.assume(statement, context.is_random(statement))


def varies(context: Context, kind: Type) -> bool:
    """Whether a type depends on the outcome."""
    return any(context.is_random(term) for term in type_terms(kind))


def is_conditional(context: Context) -> bool:
    """Whether anything is known at one outcome only."""
    kinds = [kind for name, kind in context.types.items() if name not in context.laws]
    return any(fact.pointwise for fact in context.facts) or any(varies(context, kind) for kind in kinds)


def conclude(context: Context, statement: Term, conditions: Sequence[Term] = ()) -> Context:
    """The context with something that was proved in it, and what makes that defined."""
    within = establish(context, conditions)
    return within.assume(statement, context.is_random(statement) and is_conditional(context))


def establish(context: Context, statements: Sequence[Term]) -> Context:
    """The context in which statements, proved in it, stand."""
    conditional = is_conditional(context)
    new = tuple(Fact(each, context.is_random(each) and conditional) for each in statements)
    return replace(context, standing=(*context.standing, *new)) if new else context


def everywhere(context: Context) -> Context:
    """The context below an expectation: only what holds at every outcome."""
    if "everywhere" not in context.known:
        context.known["everywhere"] = _everywhere(context) if is_conditional(context) else context
    return cast(Context, context.known["everywhere"])


def _everywhere(context: Context) -> Context:
    varying = {name for name, kind in context.types.items() if name not in context.laws and varies(context, kind)}
    indices = {name for name in varying if context.types[name][0] == "index"}
    types = {
        name: "int" if name in indices else kind
        for name, kind in context.types.items()
        if name not in varying - indices
    }
    lost = [fact for fact in context.facts if fact.pointwise or not varying.isdisjoint(symbols(fact.statement))]
    kept = tuple(Fact(TRUE) if fact in lost else fact for fact in context.facts)
    standing = tuple(
        fact for fact in context.standing if not fact.pointwise and varying.isdisjoint(symbols(fact.statement))
    )
    held = context.held.union(varying, *(symbols(fact.statement) for fact in lost))
    return replace(context, types=types, facts=kept, standing=standing, held=held)


def under(context: Context, binder: Bind, name: str) -> tuple[Context, Term]:
    """The context with a name for a binder's variable and its condition assumed, and the body for it."""
    condition, body = opened(binder, Symbol(name))
    return suppose(context.declare(name, binder.domain), condition), body


def negation(statement: Term) -> Term:
    """What holds when the statement does not."""
    match statement:
        case Apply("not", (Apply() | Bind() as inner,)):
            return inner
        case Apply("true", ()):
            return FALSE
        case Apply("false", ()):
            return TRUE
        case Apply(head, (left, right)) if head in DENIED:
            return Apply(DENIED[head], (left, right))
        case _:
            return Apply("not", (statement,))


def backwards(statement: Term) -> Term | None:
    """A relation with its sides exchanged."""
    match statement:
        case Apply(head, (left, right)) if head in TURNED:
            return Apply(TURNED[head], (right, left))
        case _:
            return None


def same(context: Context, left: Term, right: Term, names: Sequence[str] = ()) -> bool:
    """Whether two terms are one when abbreviations, and what is named, are opened and ``lambda`` carried out."""
    if left == right:
        return True
    every = {name for name, definition in context.definitions.items() if not definition.opaque}
    every |= {*context.lets, *names}
    return unfolded(context, left, every) == unfolded(context, right, every)


def range_of(value: Term, kind: Type) -> list[Term]:
    """What makes a number one of a type."""
    match kind:
        case "nat" | "dim":
            return [Apply("<=", (ZERO if kind == "nat" else ONE, value))]
        case ("index", low, high):
            return [Apply("<=", (low, value)), Apply("<=", (value, high))]
        case _:
            return []
