"""Opening terms: definitions, abbreviations and binders at a value, with what forbids it.

Trusted for putting values for variables, and for refusing a random one below an expectation.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks.averaging import occurs_below_expectation
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    TooLarge,
)
from checks.terms import (
    Function,
    Index,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
    instantiate,
    substitute,
)


def definition_body(x: Expansion, head: str, arguments: tuple[Term, ...]) -> Term | None:
    """What a definition's head at these arguments means, where the definition is to be opened."""
    definition = x.context.definitions.get(head)
    if definition is None or (definition.opaque and head not in x.unfold):
        return None
    return substitute(
        definition.body, {p.name: a for p, a in zip(definition.parameters, arguments, strict=True)}
    )


def array_type(x: Expansion, term: Term) -> Tensor:
    """The type of a term that typing has made sure is an array."""
    kind = x.type_of(term)
    if not isinstance(kind, Tensor):
        raise TooLarge("an array was expected")
    return kind


def opened_at(x: Expansion, body: Term, value: Term) -> Term:
    """The body of a binder at a value.

    A random value must not get below an expectation, which would integrate it, nor an index whose range is
    random, of which more would be known there than holds at every outcome; raises ``TooLarge`` then.
    """
    if x.term_varies(value) and occurs_below_expectation(body, x.context):
        raise TooLarge("a random value below an expectation")
    return instantiate(body, value)


def refuse_varying(x: Expansion, indices: Sequence[Term]) -> None:
    """Raises ``TooLarge`` for an index that an expectation would integrate, or know more of than holds everywhere."""
    if any(x.term_varies(index) for index in indices):
        raise TooLarge("an index that depends on the outcome, below an expectation")


def resolved(x: Expansion, term: Term) -> Term:
    """The term, or what it abbreviates."""
    while isinstance(term, Symbol) and term.name in x.context.lets:
        term = x.context.lets[term.name]
    return term


def type_tag(kind: Type) -> str:
    """The kind of a type, its lengths left out."""
    match kind:
        case Scalar(name):
            return name
        case Index():
            return "index"
        case Tensor(shape):
            return f"tensor{len(shape)}"
        case Function(domains, codomain):
            return f"({','.join(map(type_tag, domains))})->{type_tag(codomain)}"


# -- statements as numbers -----------------------------------------------------------------------------
