"""What binds variables: sums, suprema, quantifiers, arrays, greatest elements; and the ranges left unsaid.

A variable's domain is what is written; else, for a variable that is used as an index of an array by itself
(``x[i]``, not ``x[i+1]``), the range of that index, which all such uses must share; else the reals for a
variable that is introduced by an order relation (``a > 0``).  A name that is in use already and begins a
condition beside variables with domains (``sum[j in 1..n, i != j]``) may be meant to be bound, or not: an
error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.lengths import is_number, same_type
from checks.terms import (
    INTEGER,
    ONE,
    PROPOSITION,
    REAL,
    TRUE,
    Bind,
    Bound,
    Function,
    Index,
    Tensor,
    Term,
    Type,
    abstract,
    conjunction,
    is_closed,
)
from derive.elaboration.applications import undeclared
from derive.elaboration.errors import ElaborationError, unsupported
from derive.elaboration.expectations import expectation
from derive.elaboration.meaning import (
    Meaning,
    Scope,
    Variable,
    close,
    close_type,
    describe,
    elaborate,
    escapes,
    misfit,
    proposition,
    rule,
)
from derive.elaboration.types import TypeReading, read_domain, read_type
from grammar import syntax as s

_HEADS = {
    "sum": "sum", "prod": "product", "sup": "sup", "inf": "inf", "max": "sup", "min": "inf",
    "lambda": "lambda", "integral": "integral",
}  # fmt: skip
_ORDER = frozenset({"<", "<=", ">", ">="})
_BINDING = (s.Binder, s.ForAll, s.Exists, s.ArrayBuilder, s.Comprehension)


# -- ranges left unsaid --------------------------------------------------------------------------------


def names_in(node: s.Node) -> Iterator[s.Name]:
    """The names in a node, in the order of the text."""
    if isinstance(node, s.Name):
        yield node
    for child in node.children():
        yield from names_in(child)


def _uses(node: s.Node, name: str, hidden: frozenset[str]) -> Iterator[tuple[s.Node, int]]:
    """Where the name by itself is an index: the base, and which of its indices; ``hidden`` are bound inside.

    A base that depends on the name or on what is hidden, or whose own binders leave ranges unsaid, does not
    count.
    """
    match node:
        case s.Indexed(base=base, indices=indices):
            pass
        case s.Attached(function=base, arguments=s.Group(items=indices)):
            pass
        case _:
            indices = ()
    places = [position for position, index in enumerate(indices) if index == s.Name(name)]
    if places and _says_ranges(base) and hidden.isdisjoint(inner.text for inner in names_in(base)):
        yield from ((base, position) for position in places)
    if isinstance(node, _BINDING):
        bound = {variable.name for variable in node.variables}
        for variable in node.variables:
            yield from _uses(variable, name, hidden)
        if name in bound:
            return
        hidden = hidden | bound
        inside = (*node.conditions, node.body)
    else:
        inside = tuple(node.children())
    for child in inside:
        yield from _uses(child, name, hidden)


def _says_ranges(node: s.Node) -> bool:
    if isinstance(node, s.BoundVariable) and node.domain is None:
        return False
    return all(_says_ranges(child) for child in node.children())


def range_of_uses(name: str, nodes: Sequence[s.Node], scope: Scope) -> Index | None:
    """The range that a name has where it indexes arrays by itself; nothing when it does so nowhere."""
    found: Index | None = None
    for node in nodes:
        for base, position in _uses(node, name, frozenset({name})):
            try:
                kind = elaborate(base, scope).type
            except ElaborationError:
                continue  # It is reported where the base is read for its own sake.
            place: Type | None = None
            if isinstance(kind, Tensor) and position < len(kind.shape):
                place = Index(ONE, kind.shape[position])
            elif isinstance(kind, Function) and position == 0:
                place = kind.domains[0]
            if not isinstance(place, Index) or not (is_closed(place.low) and is_closed(place.high)):
                continue
            if found is not None and not same_type(found, place, scope.context):
                ranges = f"{describe(found)} and {describe(place)}"
                raise ElaborationError(
                    f"the uses of {name} do not agree on its range: {ranges}", base.span, "range-conflict",
                    f"write {name} in 1..n",
                )  # fmt: skip
            found = found or place
    return found


# -- opening -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """The scope inside binders, their variables, and the conditions on them."""

    scope: Scope
    variables: tuple[Variable, ...]
    conditions: tuple[Term, ...]


def open_variables(
    variables: Sequence[s.BoundVariable], conditions: Sequence[s.Node], bodies: Sequence[s.Node], scope: Scope
) -> Opened:
    """Declares bound variables, each in the scope of those before it."""
    if not variables:
        raise ElaborationError("nothing is bound here", bodies[0].span, "unknown-range")
    said = any(variable.domain is not None for variable in variables)
    opened: list[Variable] = []
    facts: list[Term] = []
    used = (*conditions, *bodies)
    for variable in variables:
        introducing = _introducing(variable.name, conditions)
        unsaid = said and variable.domain is None and introducing is not None
        if unsaid and scope.symbol(variable.name) is not None:
            message = f"{variable.name} is declared already and may be meant, or be bound here"
            suggestion = f"put brackets around the condition, or write {variable.name} in 1..n"
            raise ElaborationError(message, variable.span, "ambiguous", suggestion)
        reading = _domain(variable, introducing, used, scope)
        scope, symbol = scope.bind(variable.name, reading.type)
        opened.append(Variable(variable.name, symbol, reading.type))
        facts.extend(reading.facts(symbol))
    facts.extend(proposition(condition, scope) for condition in conditions)
    return Opened(scope, tuple(opened), tuple(facts))


def _introducing(name: str, conditions: Sequence[s.Node]) -> s.Relation | None:
    """The condition that begins with the name."""
    for condition in conditions:
        if isinstance(condition, s.Relation) and condition.left == s.Name(name):
            return condition
    return None


def _domain(
    variable: s.BoundVariable, introducing: s.Relation | None, used: Sequence[s.Node], scope: Scope
) -> TypeReading:
    if variable.distribution is not None:
        raise unsupported("a variable drawn from a law", variable.span)
    if variable.domain is not None:
        is_type = isinstance(
            variable.domain, s.TypeExpression | s.FunctionType | s.DependentFunctionType | s.SequenceType
        )
        reading = read_type(variable.domain, scope) if is_type else read_domain(variable.domain, scope)
        if reading.random:
            raise unsupported("a random bound variable", variable.span)
        return reading
    found = range_of_uses(variable.name, used, scope)
    if found is not None:
        return TypeReading(found)
    if introducing is not None and introducing.operator in _ORDER:
        return TypeReading(REAL)
    raise ElaborationError(
        f"nothing says what {variable.name} ranges over", variable.span, "unknown-range",
        f"write {variable.name} in 1..n or {variable.name} in real",
    )  # fmt: skip


# -- binders -------------------------------------------------------------------------------------------


@rule(s.Binder)
def _binder(node: s.Binder, scope: Scope) -> Meaning:
    head = _HEADS.get(node.keyword)
    if node.keyword == "E" and any(variable.distribution is not None for variable in node.variables):
        return expectation(node, scope)
    if head is None or any(variable.distribution is not None for variable in node.variables):
        if node.keyword in ("argmax", "argmin", "E") or head is not None:
            raise unsupported(f"`{node.keyword}[…]`", node.span)
        raise undeclared(s.Name(node.keyword, span=node.span), scope)
    opened = open_variables(node.variables, node.conditions, (node.body,), scope)
    body = elaborate(node.body, opened.scope)
    kind = _kind_of(head, node, opened, body)
    return Meaning(close(head, opened.variables, conjunction(*opened.conditions), body.term), kind, node.span)


def _kind_of(head: str, node: s.Binder, opened: Opened, body: Meaning) -> Type:
    if head == "lambda":
        if opened.conditions:
            raise unsupported("a function with a condition on its argument", node.span)
        return function_type(opened.variables, body.type)
    if head in ("sum", "product"):
        for variable in opened.variables:
            if not isinstance(variable.domain, Index):
                message = f"{node.keyword} runs over an index range, not over {describe(variable.domain)}"
                raise ElaborationError(message, node.span, "unknown-range")
    if head == "integral":
        for variable in opened.variables:
            if variable.domain != REAL and not isinstance(variable.domain, Tensor):
                message = f"an integral runs over reals or arrays, not over {describe(variable.domain)}"
                raise ElaborationError(message, node.span, "unknown-range")
    if head in ("sum", "integral") and isinstance(body.type, Tensor):
        leaving = escapes(body.type, opened.variables)
        if leaving is not None:
            shape = f"{describe(body.type)} depends on {leaving.name}"
            message = f"the terms of this sum do not have one shape: {shape}"
            raise ElaborationError(message, node.body.span, "shape-mismatch")
        return body.type
    if not is_number(body.type):
        suggestion = "write [P] for 1 where P holds" if body.type == PROPOSITION else None
        raise misfit(f"{node.keyword} takes a number", body, "not-a-number", suggestion)
    return INTEGER if head in ("sum", "product") and body.type == INTEGER else REAL


def function_type(variables: Sequence[Variable], kind: Type) -> Type:
    """The type of nested functions of one argument each."""
    for variable in reversed(variables):
        kind = Function((variable.domain,), close_type(kind, variable.symbol))
    return kind


@rule(s.ForAll, s.Exists)
def _quantified(node: s.ForAll | s.Exists, scope: Scope) -> Meaning:
    head = "forall" if isinstance(node, s.ForAll) else "exists"
    opened = open_variables(node.variables, node.conditions, (node.body,), scope)
    body = proposition(node.body, opened.scope)
    term = close(head, opened.variables, conjunction(*opened.conditions), body)
    return Meaning(term, PROPOSITION, node.span)


@rule(s.ArrayBuilder)
def _array_builder(node: s.ArrayBuilder, scope: Scope) -> Meaning:
    opened = open_variables(node.variables, node.conditions, (node.body,), scope)
    body = elaborate(node.body, opened.scope)
    return build_array(opened, body, node.span)


def build_array(opened: Opened, body: Meaning, span: s.Span) -> Meaning:
    """The array with the body as its entry at the variables."""
    if opened.conditions:
        raise ElaborationError(
            "an array has an entry at every index and takes no condition", span, "unknown-range",
            "write if P then a else b in the entry",
        )  # fmt: skip
    shape: list[Term] = []
    for variable in opened.variables:
        if not isinstance(variable.domain, Index) or variable.domain.low != ONE:
            message = f"the indices of an array start at 1, {describe(variable.domain)} was found"
            raise ElaborationError(message, span, "unknown-range")
        shape.append(variable.domain.high)
    rest = body.type.shape if isinstance(body.type, Tensor) else ()
    if not rest and not is_number(body.type):
        raise misfit("the entries of an array are numbers", body, "not-a-number")
    kind = Tensor((*shape, *rest))
    leaving = escapes(kind, opened.variables)
    if leaving is not None:
        message = f"the rows of this array do not have one length: {describe(kind)} depends on {leaving.name}"
        raise ElaborationError(message, span, "shape-mismatch")
    return Meaning(close("array", opened.variables, TRUE, body.term), kind, span)


@rule(s.Extremum)
def _extremum(node: s.Extremum, scope: Scope) -> Meaning:
    inside = node.comprehension
    if len(inside.variables) != 1:
        message = f"{node.which} is taken over one variable, {len(inside.variables)} were found"
        raise ElaborationError(message, inside.span, "wrong-arity")
    opened = open_variables(inside.variables, inside.conditions, (inside.body,), scope)
    (variable,) = opened.variables
    if not is_number(variable.domain):
        message = f"{node.which} is taken among numbers, not {describe(variable.domain)}"
        raise ElaborationError(message, node.span, "not-a-number")
    statement = conjunction(*opened.conditions, proposition(inside.body, opened.scope))
    condition = abstract(statement, variable.symbol.name)
    term = Bind(node.which, variable.domain, condition, Bound(0), variable.name)
    return Meaning(term, variable.domain, node.span)
