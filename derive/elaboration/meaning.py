"""The core of elaboration: what a node means, where its names are looked up, and one rule for each node.

A rule turns a node into a ``Meaning``: its term together with the type, so that nothing is typed twice.
Inside a binder the variable is a symbol of an extended context; ``close`` turns it into a bound variable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from checks.contexts import Context, Declaration, Definition
from checks.lengths import describe_type, fits, is_number
from checks.shapes import IllTyped, type_of
from checks.terms import (
    ONE,
    PROPOSITION,
    TRUE,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
    Symbol,
    Tensor,
    Term,
    Type,
    abstract,
    map_type,
    shift,
    type_symbols,
)
from derive.elaboration.errors import ElaborationError, unsupported
from grammar import syntax as s


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a node means: its term, the type of the term, and where it was written."""

    term: Term
    type: Type
    span: s.Span


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names are looked up: a context that declares the bound variables in reach as well.

    ``renamed`` gives the symbol of a bound variable whose name was in use outside its binder.
    """

    context: Context
    renamed: Mapping[str, str] = field(default_factory=dict)
    let_types: dict[str, Type] = field(default_factory=dict)

    def symbol(self, name: str) -> tuple[Symbol, Type] | None:
        """The bound variable, declared symbol or local abbreviation of that name, with its type."""
        inner = self.renamed.get(name, name)
        declaration = self.context.declarations.get(inner)
        if declaration is not None:
            return Symbol(inner), declaration.type
        if inner not in self.context.lets:
            return None
        kind = self.let_types.get(inner)
        if kind is None:
            kind = self.let_types[inner] = type_of(self.context.lets[inner], self.context)
        return Symbol(inner), kind

    def definition(self, name: str) -> Definition | None:
        """The definition of that name, unless a symbol has it."""
        if name in self.renamed or name in self.context.declarations or name in self.context.lets:
            return None
        return self.context.definitions.get(name)

    def bind(self, name: str, kind: Type) -> tuple[Scope, Symbol]:
        """The scope inside a binder over a variable of that name, and the variable's symbol."""
        context = self.context
        inner = name
        while inner in context.declarations or inner in context.lets or inner in context.definitions:
            inner += "#"  # No name of a script ends so.
        renamed = self.renamed if inner == name else {**self.renamed, name: inner}
        return Scope(context.declare(Declaration(inner, kind)), renamed, self.let_types), Symbol(inner)


# -- rules ---------------------------------------------------------------------------------------------

Rule = Callable[[Any, Scope], Meaning]
_R = TypeVar("_R", bound=Rule)
_RULES: dict[type[s.Node], Rule] = {}


def rule(*kinds: type[s.Node]) -> Callable[[_R], _R]:
    """Registers what nodes of these kinds mean."""

    def register(function: _R) -> _R:
        _RULES.update(dict.fromkeys(kinds, function))
        return function

    return register


def elaborate(node: s.Node, scope: Scope) -> Meaning:
    """What a term or statement means."""
    found = _RULES.get(type(node))
    if found is None:
        raise unsupported(f"`{type(node).__name__}`", node.span)
    return found(node, scope)


def number(node: s.Node, scope: Scope) -> Meaning:
    """What a node means that has to be a number."""
    meaning = elaborate(node, scope)
    if not is_number(meaning.type):
        raise misfit("a number was expected", meaning, "not-a-number")
    return meaning


def proposition(node: s.Node, scope: Scope) -> Term:
    """The statement that a node makes."""
    meaning = elaborate(node, scope)
    if meaning.type != PROPOSITION:
        raise misfit("a statement was expected", meaning, "not-a-statement")
    return meaning.term


def typed(term: Term, scope: Scope, span: s.Span, parts: Sequence[Meaning] = ()) -> Meaning:
    """The term with the type that ``checks.shapes`` gives it; errors point at the part that is to blame."""
    try:
        return Meaning(term, type_of(term, scope.context), span)
    except IllTyped as error:
        blamed = next((part.span for part in parts if part.term is error.term), span)
        raise ElaborationError(error.message, blamed, error.identifier) from None


def expect(meaning: Meaning, wanted: Type, scope: Scope, what: str = "") -> Meaning:
    """The meaning itself, which has to fit the wanted type; ``what`` introduces it: ``f takes``."""
    if fits(meaning.type, wanted, scope.context):
        return meaning
    raise misfit(f"{what} {describe(wanted)}" if what else f"{describe(wanted)} was expected", meaning)


def describe(kind: Type) -> str:
    """A type as messages say it."""
    return "a statement" if kind == PROPOSITION else describe_type(kind)


def misfit(
    expectation: str, found: Meaning, identifier: str = "shape-mismatch", suggestion: str | None = None
) -> ElaborationError:
    """The error for something of the wrong type: the expectation, and what was found."""
    message = f"{expectation}, {describe(found.type)} was found"
    return ElaborationError(message, found.span, identifier, suggestion)


def over(first: s.Span, last: s.Span) -> s.Span:
    """The span from the first to the last."""
    return s.Span(first.line, first.column, last.end_line, last.end_column)


# -- binders -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of an open binder: its name, the symbol that stands for it, and its domain."""

    name: str
    symbol: Symbol
    domain: Type


def close(head: str, variables: Sequence[Variable], condition: Term, body: Term) -> Term:
    """One binder for each variable around the body, the last innermost with the condition."""
    for variable in reversed(variables):
        name = variable.symbol.name
        body = Bind(head, variable.domain, abstract(condition, name), abstract(body, name), variable.name)
        condition = TRUE
    return body


def close_type(kind: Type, symbol: Symbol) -> Type:
    """The type under one more binder, whose variable takes the place of the symbol."""
    return map_type(kind, lambda term, depth: abstract(term, symbol.name, depth))


def escapes(kind: Type, variables: Sequence[Variable]) -> Variable | None:
    """A variable on which the type depends, if there is one."""
    names = type_symbols(kind)
    return next((variable for variable in variables if variable.symbol.name in names), None)


def nest(head: str, domains: Sequence[Type], body: Term, hints: str = "ijkl") -> Term:
    """Binders around a body that calls their variables ``Bound``; each domain may mention earlier ones."""
    for position in range(len(domains) - 1, -1, -1):
        body = Bind(head, domains[position], TRUE, body, hints[position % len(hints)])
    return body


def entry_domains(shape: Sequence[Term]) -> tuple[Type, ...]:
    """The index ranges of an array, each inside the binders over those before it."""
    return tuple(Index(ONE, shift(length, depth)) for depth, length in enumerate(shape))


def entry_of(array: Term, rank: int) -> Term:
    """The entry at the variables of ``rank`` binders around it."""
    indices = tuple(Bound(depth) for depth in reversed(range(rank)))
    return Apply("entry", (shift(array, rank), *indices))


def everywhere(subject: Term, kind: Type, statement: Callable[[Term], Term]) -> Term:
    """The statement of every number in the subject: of each entry, at each argument."""
    match kind:
        case Tensor(shape):
            inside = statement(entry_of(subject, len(shape)))
            return nest("forall", entry_domains(shape), inside)
        case Function(domains, codomain):
            depth = len(domains)
            values = tuple(Bound(position) for position in reversed(range(depth)))
            value = Apply("call", (shift(subject, depth), *values))
            return nest("forall", domains, everywhere(value, codomain, statement), "lkji")
        case _:
            return statement(subject)
