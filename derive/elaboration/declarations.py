"""What declarations, independences, abbreviations and assumptions add to a context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checks.contexts import Context, Declaration, Fact, Independence
from checks.terms import BINDERS, OPERATORS, TRUE, Index, Symbol, Term
from derive.elaboration.applications import undeclared
from derive.elaboration.binders import (
    Opened,
    build_array,
    function_type,
    names_in,
    open_variables,
    range_of_uses,
)
from derive.elaboration.errors import ElaborationError, unsupported
from derive.elaboration.laws import read_properties
from derive.elaboration.meaning import Meaning, Scope, Variable, close, elaborate, expect, proposition
from derive.elaboration.types import read_type
from grammar import syntax as s

_RESERVED = (OPERATORS | {"sum", "prod", "sup", "integral"}) - (BINDERS - {"sum", "sup"})


def extend(context: Context, item: s.ContextItem) -> Context:
    """The context with one more item."""
    match item:
        case s.Declaration():
            return _declared(item, context)
        case s.Independence():
            return _independent(item, context)
        case s.LetDefinition():
            name, term = read_let(item, Scope(context))
            spellings = context.spellings if item.latex is None else {**context.spellings, name: item.latex}
            return replace(context, lets={**context.lets, name: term}, spellings=spellings)
        case s.Assumption():
            if item.name is not None and any(fact.name == item.name for fact in context.facts):
                raise ElaborationError(
                    f"the name {item.name} is taken: another assumption is called so", item.span, "named-twice"
                )
            statement = proposition(item.statement, Scope(context))
            return context.assume(Fact(statement, item.kind or "hypothesis", item.name))


def check_new(name: str, span: s.Span, context: Context) -> None:
    """Refuses a name that is in use, or that has a meaning of its own in the language."""
    if name in _RESERVED:
        raise ElaborationError(
            f"{name} has a meaning of its own",
            span,
            "reserved-name",
            'choose another name, spelled with `as "…"`',
        )
    if name in context.declarations or name in context.lets:
        raise ElaborationError(f"{name} is declared already", span, "already-declared")
    if name in context.definitions:
        raise ElaborationError(f"{name} is the name of a definition", span, "already-declared")


# -- declarations --------------------------------------------------------------------------------------


def _declared(node: s.Declaration, context: Context) -> Context:
    scope = Scope(context)
    reading = read_type(node.type, scope)
    properties = read_properties(node, reading.type, reading.random, scope)
    facts: list[Term] = []
    for name in node.names:
        check_new(name.name, name.span, context)
        context = context.declare(Declaration(name.name, reading.type, properties.law, name.latex))
        symbol = Symbol(name.name)
        facts.extend(reading.facts(symbol))
        facts.extend(fact(symbol) for fact in properties.facts)
    scope = Scope(context)
    facts.extend(_everywhere(condition, scope) for condition in node.conditions)
    return context.assume(*(Fact(fact, "declared") for fact in facts))


def _everywhere(condition: s.Node, scope: Scope) -> Term:
    """A condition, for all values of the undeclared names that index arrays in it."""
    free: dict[str, s.BoundVariable] = {}
    for name in names_in(condition):
        unknown = name.text not in free and scope.symbol(name.text) is None
        if unknown and range_of_uses(name.text, (condition,), scope) is not None:
            free[name.text] = s.BoundVariable(name.text, span=name.span)
    if not free:
        return proposition(condition, scope)
    opened = open_variables(tuple(free.values()), (), (condition,), scope)
    return close("forall", opened.variables, TRUE, proposition(condition, opened.scope))


def _independent(node: s.Independence, context: Context) -> Context:
    families: list[frozenset[str]] = []
    seen: set[str] = set()
    for group in node.groups:
        names = []
        for member in group:
            if not isinstance(member, s.Name):
                raise ElaborationError("independence is said of declared symbols", member.span, "not-random")
            if member.text not in context.declarations:
                raise undeclared(member, Scope(context))
            if not context.is_random(member.text):
                raise ElaborationError(
                    f"{member.text} is not random", member.span, "not-random", "declare its law, or `random`"
                )
            if member.text in seen:
                raise ElaborationError(f"{member.text} stands here twice", member.span, "already-declared")
            seen.add(member.text)
            names.append(member.text)
        families.append(frozenset(names))
    return replace(context, independences=(*context.independences, Independence(tuple(families))))


# -- abbreviations -------------------------------------------------------------------------------------


def read_let(node: s.LetDefinition, scope: Scope) -> tuple[str, Term]:
    """The name and the meaning of ``let name = …``, ``let f(x : real) = …`` or ``let A[i, j] = …``."""
    check_new(node.name, node.span, scope.context)
    if not node.parameters:
        meaning = elaborate(node.body, scope)
    elif node.indexed:
        opened = _indices(node, scope)
        meaning = build_array(opened, _result(node, opened), node.span)
    else:
        opened = open_variables(_typed(node.parameters), (), (node.body,), scope)
        if opened.conditions:
            raise unsupported("a condition on the arguments of an abbreviation", node.span)
        body = _result(node, opened)
        meaning = Meaning(
            close("lambda", opened.variables, TRUE, body.term),
            function_type(opened.variables, body.type),
            node.span,
        )
    if node.type is not None and not node.parameters:
        reading = read_type(node.type, scope)
        if reading.conditional:
            raise unsupported("a condition on an abbreviation", node.span)
        expect(meaning, reading.type, scope)
    return node.name, meaning.term


def _typed(parameters: Sequence[s.BoundVariable]) -> Sequence[s.BoundVariable]:
    for parameter in parameters:
        if parameter.domain is None:
            raise ElaborationError(
                f"nothing says what {parameter.name} is", parameter.span, "unknown-type",
                f"write {parameter.name} : real",
            )  # fmt: skip
    return parameters


def _result(node: s.LetDefinition, opened: Opened) -> Meaning:
    body = elaborate(node.body, opened.scope)
    if node.type is None:
        return body
    reading = read_type(node.type, opened.scope)
    if reading.conditional:
        raise unsupported("a condition on an abbreviation", node.span)
    return expect(body, reading.type, opened.scope)


def _indices(node: s.LetDefinition, scope: Scope) -> Opened:
    """The indices of ``let A[i, j] = …``: of their declared range, else of that of their use in the body."""
    variables: list[Variable] = []
    for parameter in node.parameters:
        declared = scope.symbol(parameter.name)
        if parameter.domain is None and declared is not None and isinstance(declared[1], Index):
            scope, symbol = scope.bind(parameter.name, declared[1])
            variables.append(Variable(parameter.name, symbol, declared[1]))
        else:
            opened = open_variables((parameter,), (), (node.body,), scope)
            if opened.conditions:
                raise unsupported("a condition on the index of an abbreviation", node.span)
            scope = opened.scope
            variables.extend(opened.variables)
    return Opened(scope, tuple(variables), ())
