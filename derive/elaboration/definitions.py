"""What definitions define: parameters, the lengths left implicit, a type and a body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from checks.contexts import Context, Declaration, Definition
from checks.terms import DIMENSION, Term
from derive.elaboration.applications import is_function
from derive.elaboration.declarations import check_new, extend
from derive.elaboration.errors import ElaborationError, unsupported
from derive.elaboration.meaning import Scope, elaborate, expect, proposition
from derive.elaboration.types import read_type
from grammar import syntax as s


def read_definition(node: s.Define, context: Context) -> Definition:
    """The definition that a block makes.

    Names in the parameters' types that nothing declares are lengths: implicit parameters, in the order in
    which they appear, after those that the block's ``given`` declares.  Of the context only the definitions
    are in reach.
    """
    check_new(node.name, node.span, context)
    context = Context(definitions=context.definitions)
    implicit = _given(node, context)
    explicit = {parameter.name for parameter in node.parameters}
    inner = context
    for declaration in implicit:
        inner = inner.declare(declaration)
    for name in _lengths(node, Scope(inner), explicit):
        declaration = Declaration(name, DIMENSION)
        implicit.append(declaration)
        inner = inner.declare(declaration)
    parameters: list[Declaration] = []
    for parameter in node.parameters:
        if parameter.domain is None:
            raise ElaborationError(
                f"the parameter {parameter.name} needs a type", parameter.span, "unknown-type",
                f"write {parameter.name} : real",
            )  # fmt: skip
        check_new(parameter.name, parameter.span, inner)
        reading = read_type(parameter.domain, Scope(inner))
        if reading.conditional:
            raise unsupported("a condition on a parameter of a definition", parameter.span)
        declaration = Declaration(parameter.name, reading.type)
        parameters.append(declaration)
        inner = inner.declare(declaration)
    if node.body is None:
        raise unsupported("a definition without a body", node.span)
    scope = Scope(inner)
    body = elaborate(node.body, scope)
    kind = body.type
    if node.result is not None:
        wanted = read_type(node.result, scope)
        if wanted.conditional:
            raise unsupported("a condition on the value of a definition", node.result.span)
        kind = wanted.type
        expect(body, kind, scope)
    return Definition(
        node.name, (*implicit, *parameters), len(implicit), kind, body.term, node.kind == "opaque", node.latex
    )


def read_examples(node: s.Define, definition: Definition, context: Context) -> tuple[Term, ...]:
    """The statements of a definition's examples."""
    inner = replace(context, definitions={**context.definitions, definition.name: definition})
    return tuple(proposition(example, Scope(inner)) for example in node.examples)


def _given(node: s.Define, context: Context) -> list[Declaration]:
    """The implicit parameters that the block declares itself."""
    inner = context
    for item in node.context:
        inner = extend(inner, item) if isinstance(item, s.Declaration) else inner
        plain = inner.facts == context.facts and not any(
            declaration.law
            for name, declaration in inner.declarations.items()
            if name not in context.declarations
        )
        if not isinstance(item, s.Declaration) or not plain:
            raise unsupported("more than plain declarations in a definition", item.span)
    return [inner.declarations[name] for name in inner.declarations if name not in context.declarations]


def _lengths(node: s.Define, scope: Scope, explicit: set[str]) -> Sequence[str]:
    found: dict[str, None] = {}
    for parameter in node.parameters:
        if parameter.domain is not None:
            for name in _free_names(parameter.domain, frozenset(explicit)):
                if scope.symbol(name) is None and not is_function(name, scope):
                    found.setdefault(name)
    return tuple(found)


def _free_names(node: s.Node, bound: frozenset[str]) -> Iterator[str]:
    """The names in a type that none of its own binders binds, in the order of the text."""
    match node:
        case s.Name(text=text):
            if text not in bound:
                yield text
        case s.DependentFunctionType(variables=variables, codomain=codomain):
            for variable in variables:
                yield from _free_names(variable, bound)
                bound = bound | {variable.name}
            yield from _free_names(codomain, bound)
        case _:
            for child in node.children():
                yield from _free_names(child, bound)
