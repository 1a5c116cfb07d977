"""Sets and densities: ``S : subset of vector(k)``, ``p : density on S, parameter theta``.

A density is a function of a point and of its parameters whose integral over its set is 1, whatever the
parameters.  Nothing is said of it outside the set.  ``C1 in theta`` says that it has a derivative in its
parameters, at each point of the set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checks.contexts import Context, Declaration, Fact
from checks.terms import (
    ONE,
    PROPOSITION,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Function,
    Number,
    Symbol,
    Tensor,
    Term,
    Type,
    bind,
    free_symbols,
    fresh_name,
    multiply,
    number,
    relation,
)
from derive.elaboration.errors import ElaborationError, unsupported
from derive.elaboration.meaning import Scope, elaborate, misfit
from derive.elaboration.types import read_type
from grammar import syntax as s

_ORDERS = {"C1": 1, "C2": 2}


def set_of(node: s.Node, scope: Scope) -> tuple[Type, Term | None] | None:
    """The space in which a declared set lies, and the set as a predicate; a type is its own space."""
    if isinstance(node, s.Name):
        found = scope.symbol(node.text)
        if found is not None:
            match found[1]:
                case Function((domain,), codomain) if codomain == PROPOSITION:
                    return domain, found[0]
            return None
    written = s.type_of_term(node) if not isinstance(node, s.TypeExpression) else node
    if written is None:
        return None
    kind = read_type(written, scope).type
    return (kind, None) if kind == REAL or isinstance(kind, Tensor) else None


@dataclass(frozen=True, slots=True)
class _Density:
    """What a declaration says of a density."""

    space: Type
    inside: Term | None
    parameters: tuple[Type, ...]
    positive: bool
    order: int
    jointly: bool


def is_density(node: s.Declaration) -> bool:
    """Whether a declaration declares densities."""
    return isinstance(node.type, s.TypeExpression) and node.type.constructor == "density"


def declare_densities(node: s.Declaration, context: Context) -> Context:
    """The context with densities of the declared kind and what holds of each."""
    found = _read(node, Scope(context))
    kind = Function((found.space, *found.parameters), REAL)
    facts: list[Term] = []
    for name in node.names:
        context = context.declare(Declaration(name.name, kind, None, name.latex))
        facts.extend(_facts(Symbol(name.name), kind, found, context))
    return context.assume(*(Fact(fact, "declared") for fact in facts))


def _read(node: s.Declaration, scope: Scope) -> _Density:
    space: tuple[Type, Term | None] | None = None
    parameters: list[Type] = []
    positive, order, jointly = False, 0, False
    if isinstance(node.type, s.TypeExpression):
        positive = "positive" in node.type.modifiers
    for item in node.properties:
        match item.name, item.arguments:
            case "on", (written,):
                space = set_of(written, scope)
                if space is None:
                    raise unsupported("a density on this set", item.span)
            case ("parameter" | "parameters"), (_, *_):
                parameters.extend(_parameter(written, scope) for written in item.arguments)
            case "positive", _:
                positive = True
            case ("C1" | "C2" as word), named:
                order, jointly = _ORDERS[word], not named
            case _:
                raise unsupported(f"the property `{item.name}` of a density", item.span)
    if space is None:
        raise ElaborationError(
            "nothing says where this density lives", node.span, "unknown-type", "write density on vector(k)"
        )
    if jointly and space[1] is not None:
        raise unsupported("smoothness at the edge of a set", node.span)
    return _Density(space[0], space[1], tuple(parameters), positive, order, jointly)


def _parameter(node: s.Node, scope: Scope) -> Type:
    meaning = elaborate(node, scope)
    if meaning.type != REAL and not isinstance(meaning.type, Tensor):
        raise misfit("a parameter of a density is a real number or an array", meaning)
    return meaning.type


def _facts(density: Symbol, kind: Function, found: _Density, context: Context) -> Iterator[Term]:
    used = set(context.names())
    names: list[str] = []
    for _ in found.parameters:
        names.append(fresh_name("t", used))
        used.add(names[-1])
    point = fresh_name("x", used)
    places = tuple(map(Symbol, names))
    value = Apply("call", (density, Symbol(point), *places))
    inside = TRUE if found.inside is None else Apply("call", (found.inside, Symbol(point)))
    restricted = value if inside == TRUE else Apply("if", (inside, value, ZERO))

    def for_all(statement: Term, everywhere: bool) -> Term:
        for name, parameter in reversed(list(zip(names, found.parameters, strict=True))):
            statement = bind("forall", name, parameter, statement)
        return bind("forall", point, found.space, statement, inside) if everywhere else statement

    yield for_all(relation(value, ">" if found.positive else ">=", ZERO), True)
    yield for_all(Apply("summable", (bind("lambda", point, found.space, restricted),)), False)
    yield for_all(relation(bind("integral", point, found.space, value, inside), "=", ONE), False)
    if found.jointly:
        yield Apply("continuously_differentiable", (density, number(found.order)))
        return
    for position in range(len(places) if found.order else 0):
        variable = fresh_name("u", used)
        moved = (*places[:position], Symbol(variable), *places[position + 1 :])
        function: Term = bind(
            "lambda", variable, found.parameters[position], Apply("call", (density, Symbol(point), *moved))
        )
        for _ in range(found.order):
            yield for_all(Apply("differentiable", (function, places[position])), True)
            derivative = Apply("derivative", (function, Symbol(variable)))
            function = bind("lambda", variable, found.parameters[position], derivative)


def integrable_under(node: s.Node, scope: Scope) -> Callable[[Term], Term]:
    """What ``integrable under p`` says of a function: its product with the density p has an integral over p's set."""
    meaning = elaborate(node, scope)
    density = meaning.term
    domain = density_domain(density, scope.context) if isinstance(density, Symbol) else None
    if domain is None or not isinstance(meaning.type, Function):
        raise misfit("a density was expected", meaning)
    space, inside = domain
    parameters = meaning.type.domains[1:]

    def statement(function: Term) -> Term:
        used = set(scope.context.names()) | free_symbols(function)
        names = [fresh_name(f"t{position}", used) for position in range(len(parameters))]
        point = Symbol(fresh_name("x", used | set(names)))
        product = multiply(
            Apply("call", (density, point, *map(Symbol, names))), Apply("call", (function, point))
        )
        value = product if inside is None else Apply("if", (Apply("call", (inside, point)), product, ZERO))
        found: Term = Apply("summable", (bind("lambda", point.name, space, value),))
        for name, parameter in reversed(list(zip(names, parameters, strict=True))):
            found = bind("forall", name, parameter, found)
        return found

    return statement


def density_domain(density: Symbol, context: Context) -> tuple[Type, Term | None] | None:
    """Where the context says that a function integrates to 1: the space, and the set as a predicate."""
    for fact in context.facts:
        statement = fact.statement
        depth = 0
        while isinstance(statement, Bind) and statement.head == "forall":
            statement = statement.body
            depth += 1
        match statement:
            case Apply("=", (Bind("integral", domain, condition, Apply("call", (called, *_))), Number(one))) if (
                called == density and one == 1
            ):
                if condition == TRUE:
                    return domain, None
                match condition:
                    case Apply("call", (inside, Bound(0))):
                        return domain, inside
    return None
