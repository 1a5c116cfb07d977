"""From syntax trees to terms: names, types, shapes, products, laws and contexts.

This is part of what must be trusted: it decides what a script claims.  It never guesses: a text that means
nothing definite is an ``ElaborationError`` that points at the place, and nothing else is ever raised.  Every
result has been typed by ``checks.shapes.type_of``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from checks.contexts import Context, Definition
from checks.shapes import IllTyped, check_type, type_of
from checks.terms import PROPOSITION, Symbol, Tensor, Term, Type

# The modules that are not named below register what the nodes of the tree mean.
from derive.elaboration import binders, statements, terms  # noqa: F401
from derive.elaboration.applications import argument
from derive.elaboration.declarations import extend, read_let
from derive.elaboration.definitions import read_definition, read_examples
from derive.elaboration.errors import IDENTIFIERS, ElaborationError
from derive.elaboration.meaning import Scope, expect, proposition
from derive.elaboration.statements import is_zero, zero_array
from derive.elaboration.types import TypeReading, read_domain
from grammar import syntax as s

R = TypeVar("R")


def elaborate_term(node: s.Node, context: Context, expected: Type | None = None) -> Term:
    """The term that a node means in a context; with an ``expected`` type it has to fit that.

    A definition or builtin fits an expected function; the literal 0 fits an expected array.  Raises
    ``ElaborationError``.
    """

    def read() -> Term:
        scope = Scope(context)
        if isinstance(expected, Tensor) and is_zero(node):
            return zero_array(expected, node.span).term
        meaning = argument(node, scope, expected)
        if expected is not None:
            expect(meaning, expected, scope)
        elif meaning.type == PROPOSITION:
            raise ElaborationError("a term was expected, a statement was found", node.span, "not-a-term")
        return _typed(meaning.term, context)

    return _guarded(node, read)


def elaborate_statement(node: s.Node, context: Context) -> Term:
    """The statement that a node makes in a context.  Raises ``ElaborationError``."""
    return _guarded(node, lambda: _typed(proposition(node, Scope(context)), context))


def elaborate_type(node: s.Node, context: Context) -> TypeReading:
    """What a type, or a domain after ``in``, means; its ``facts`` say what holds of a symbol of the type."""

    def read() -> TypeReading:
        reading = read_domain(node, Scope(context))
        check_type(reading.type, context)
        return reading

    return _guarded(node, read)


def elaborate_context(items: Iterable[s.ContextItem], base: Context) -> Context:
    """The context with declarations, independences, abbreviations and assumptions, in that order of the text.

    What declarations say is a fact of the kind ``declared``.  Raises ``ElaborationError``.
    """
    context = base
    for item in items:
        context = _guarded(item, lambda item=item, before=context: _checked(before, extend(before, item)))  # type: ignore[misc]
    return context


def elaborate_let(item: s.LetDefinition, context: Context) -> tuple[str, Term]:
    """The name and the meaning of an abbreviation.  Raises ``ElaborationError``."""

    def read() -> tuple[str, Term]:
        name, term = read_let(item, Scope(context))
        return name, _typed(term, context)

    return _guarded(item, read)


def elaborate_definition(node: s.Define, context: Context) -> Definition:
    """The definition that a ``define`` block makes, in a context that holds those before it."""

    def read() -> Definition:
        definition = read_definition(node, context)
        inner = context
        for parameter in definition.parameters:
            inner = inner.declare(parameter)
        _typed(definition.body, inner)
        return definition

    return _guarded(node, read)


def elaborate_examples(node: s.Define, definition: Definition, context: Context) -> tuple[Term, ...]:
    """The statements of a definition's examples, which may use it."""
    return _guarded(node, lambda: read_examples(node, definition, context))


def _typed(term: Term, context: Context) -> Term:
    """The term itself, typed once more by the function that the kernel uses."""
    type_of(term, context)
    return term


def _checked(before: Context, after: Context) -> Context:
    """The context itself, with everything typed that it has more than the one before."""
    for name, declaration in after.declarations.items():
        if name not in before.declarations:
            check_type(declaration.type, after)
            if after.varies(declaration.type):
                raise IllTyped(f"the type of {name} depends on the outcome", Symbol(name), "random-type")
    for name, term in after.lets.items():
        if name not in before.lets:
            type_of(term, after)
    for fact in after.facts[len(before.facts) :]:
        type_of(fact.statement, after)
    return after


def _guarded(node: s.Node, read: Callable[[], R]) -> R:
    try:
        return read()
    except IllTyped as error:
        raise ElaborationError(error.message, node.span, error.identifier) from None
    except RecursionError:
        raise ElaborationError(
            "this nests too deep to be read", node.span, "too-deep", "name parts of it with let"
        ) from None


__all__ = [
    "IDENTIFIERS", "ElaborationError", "TypeReading", "elaborate_context", "elaborate_definition",
    "elaborate_examples", "elaborate_let", "elaborate_statement", "elaborate_term", "elaborate_type",
]  # fmt: skip
