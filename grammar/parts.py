"""What stands between the grammar and the tree: half-built nodes, and how they are finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from grammar import syntax as s
from grammar.errors import Misread
from grammar.lexer import Token

N = TypeVar("N", bound=s.Node)


def over(children: Sequence[Any]) -> s.Span:
    """Return the span from the first child to the last."""
    first, last = children[0].span, children[-1].span
    return s.Span(first.line, first.column, last.end_line, last.end_column)


def nodes(children: Sequence[Any], kind: type[N]) -> tuple[N, ...]:
    """Return the children of a kind."""
    return tuple(child for child in children if isinstance(child, kind))


def terms(children: Sequence[Any]) -> tuple[s.Node, ...]:
    """Return the children that are nodes, not tokens."""
    return nodes(children, s.Node)


def texts(children: Sequence[Any], kind: str) -> tuple[str, ...]:
    """Return the texts of the tokens of a kind among the children."""
    return tuple(child.value for child in children if isinstance(child, Token) and child.type == kind)


def misread(node: s.Node, message: str, identifier: str) -> Misread:
    """Return an error at a node."""
    span = node.span
    width = span.end_column - span.column if span.end_line == span.line else 1
    return Misread(span.line, span.column, message, identifier, max(1, width))


@dataclass(frozen=True, slots=True)
class Comparison(s.Node):
    """A row of terms and relations that may yet become a statement or a chain."""

    first: s.Node
    links: tuple[s.Link, ...]


@dataclass(frozen=True, slots=True)
class Entries(s.Node):
    """Nodes separated by commas."""

    items: tuple[s.Node, ...]


@dataclass(frozen=True, slots=True)
class Bindings(s.Node):
    """Variables and the conditions on them."""

    variables: tuple[s.BoundVariable, ...]
    conditions: tuple[s.Node, ...]


@dataclass(frozen=True, slots=True)
class Law(s.Node):
    """`~ law` behind a declared type."""

    law: s.Node


@dataclass(frozen=True, slots=True)
class Why(s.Node):
    """`by …` and `expect …` behind a step."""

    reason: s.Reason | None
    expectation: str | None


@dataclass(frozen=True, slots=True)
class Substitution(s.Node):
    """`name := term` in a citation."""

    name: str
    term: s.Node


@dataclass(frozen=True, slots=True)
class ProofStart(s.Node):
    """`proof`, or `proof by induction on variable`."""

    variable: str | None


NO_WHY = Why(None, None)


def bind(entries: Sequence[s.Node]) -> Bindings:
    """Sort the entries of a binder: `i, j in S` gives both the domain, `a > 0` introduces `a`."""
    variables: list[s.BoundVariable] = []
    conditions: list[s.Node] = []
    pending: list[s.Name] = []
    known: set[str] = set()

    def introduce(name: str, span: s.Span, domain: s.Node | None, law: s.Node | None) -> None:
        for waiting in pending:
            variables.append(s.BoundVariable(waiting.text, domain, law, span=waiting.span))
        pending.clear()
        variables.append(s.BoundVariable(name, domain, law, span=span))
        known.add(name)

    for entry in entries:
        match entry:
            case s.Name(text=name) if name not in known:
                pending.append(entry)
                known.add(name)
            case s.Relation(left=s.Name(text=name), operator=sign, right=domain) if name not in known and (
                sign == "in" or (sign == "=" and isinstance(domain, s.Range))
            ):
                introduce(name, entry.left.span, domain, None)
            case s.BoundVariable(name=name, domain=domain, distribution=law):
                introduce(name, entry.span, domain, law)
            case s.Relation(left=s.Name(text=name)) if name not in known:
                introduce(name, entry.left.span, None, None)
                conditions.append(entry)
            case s.Name():
                raise misread(entry, f"`{entry.text}` is bound twice here", "bad-binding")
            case _:
                conditions.append(entry)
    variables.extend(s.BoundVariable(waiting.text, span=waiting.span) for waiting in pending)
    if not variables:
        message = "no variable is introduced here: write `x in S`, `x : type` or `x > 0`"
        raise misread(entries[0], message, "bad-binding")
    order = {variable.name: position for position, variable in enumerate(variables)}
    if len(order) != len(variables):
        raise misread(entries[0], "a variable is bound twice here", "bad-binding")
    return Bindings(tuple(variables), tuple(conditions))


def share_types(parameters: Sequence[s.BoundVariable]) -> tuple[s.BoundVariable, ...]:
    """Give `f` the type of `g` in `f, g : T`."""
    shared: list[s.BoundVariable] = []
    domain: s.Node | None = None
    for parameter in reversed(parameters):
        domain = parameter.domain or domain
        shared.append(replace(parameter, domain=domain))
    return tuple(reversed(shared))


def related(comparison: Comparison) -> s.Node:
    """Make a statement of a comparison."""
    links = comparison.links
    if len(links) == 1:
        return s.Relation(comparison.first, links[0].operator, links[0].term, span=comparison.span)
    terms = (comparison.first, *(link.term for link in links))
    return s.RelationChain(terms, tuple(link.operator for link in links), span=comparison.span)


def step(step: s.Node, why: Why = NO_WHY, claimed: bool = False) -> s.Chain | s.Claim:
    """Finish what stands on a line of a proof: a chain where there is one, else a claim."""
    match step:
        case Comparison(first=first, links=links):
            return s.Chain(first, links, claimed, span=step.span)
        case s.Relation() | s.RelationChain():
            first, links = unchained(step)
            last = replace(links[-1], reason=why.reason, expectation=why.expectation)
            return s.Chain(first, (*links[:-1], last), claimed, span=step.span)
        case s.Claim() | s.Chain():
            return replace(step, claimed=claimed)
    return s.Claim(step, why.reason, why.expectation, claimed, span=step.span)


def unchained(statement: s.Relation | s.RelationChain) -> tuple[s.Node, tuple[s.Link, ...]]:
    if isinstance(statement, s.Relation):
        return statement.left, (s.Link(statement.operator, statement.right, span=statement.right.span),)
    pairs = zip(statement.operators, statement.terms[1:], strict=True)
    return statement.terms[0], tuple(s.Link(operator, term, span=term.span) for operator, term in pairs)
