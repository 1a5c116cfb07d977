"""What relations, connectives and memberships state."""

from __future__ import annotations

from collections.abc import Sequence

from checks.approximations import approximation
from checks.lengths import is_number, same_type
from checks.terms import (
    PROPOSITION,
    Apply,
    Tensor,
    Term,
    Type,
    conjunction,
    relation,
)
from derive.elaboration.errors import ElaborationError, unsupported
from derive.elaboration.meaning import Meaning, Scope, describe, elaborate, over, proposition, rule
from derive.elaboration.types import membership
from grammar import syntax as s

_RELATIONS = {
    "=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
    "= a.s.": "equal_almost_surely", "= in law": "equal_in_law",
}  # fmt: skip
APPROXIMATION = "~="
_EQUALITIES = frozenset({"=", "!=", "= a.s.", "= in law"})


@rule(s.Relation)
def _relation(node: s.Relation, scope: Scope) -> Meaning:
    return Meaning(_chained((node.left, node.right), (node.operator,), scope), PROPOSITION, node.span)


@rule(s.RelationChain)
def _relation_chain(node: s.RelationChain, scope: Scope) -> Meaning:
    return Meaning(_chained(node.terms, node.operators, scope), PROPOSITION, node.span)


def _chained(nodes: Sequence[s.Node], operators: Sequence[str], scope: Scope) -> Term:
    """The conjunction of the relations of neighbours; a set or type stands last."""
    member = operators[-1] in ("in", "not in")
    terms = nodes[:-1] if member else nodes
    for operator in operators[:-1] if member else operators:
        if operator not in _RELATIONS and operator != APPROXIMATION:
            raise unsupported(f"the relation `{operator}`", over(nodes[0].span, nodes[-1].span))
    sides = [elaborate(node, scope) for node in terms]
    for position, operator in enumerate(operators[: len(sides) - 1]):
        if operator in _EQUALITIES:
            _fill_zero(sides, nodes, position)
    statements = [
        close_to(left.term, node, left.type)
        if operator == APPROXIMATION
        else _related(left, operator, right, scope)
        for left, operator, right, node in zip(sides, operators, sides[1:], nodes[1:], strict=False)
    ]
    if member:
        inside = membership(sides[-1], nodes[-1], scope)
        statements.append(inside if operators[-1] == "in" else Apply("not", (inside,)))
    return conjunction(*statements)


def close_to(term: Term, node: s.Node, kind: Type) -> Term:
    """What ``term ~= node`` says; raises ``ElaborationError`` unless a number stands beside a decimal."""
    literal = node.operand if isinstance(node, s.Negated) else node
    if not isinstance(literal, s.NumberLiteral):
        message = "~= compares to a decimal such as 0.35, to within half a unit of its last digit"
        raise ElaborationError(message, node.span, "not-a-number")
    if not is_number(kind):
        raise ElaborationError(f"~= compares numbers, not {describe(kind)}", node.span, "shape-mismatch")
    try:
        return approximation(term, f"-{literal.text}" if literal is not node else literal.text)
    except ValueError as error:
        raise ElaborationError(str(error), node.span, "not-a-number") from None


def _fill_zero(sides: list[Meaning], nodes: Sequence[s.Node], position: int) -> None:
    """Reads a literal ``0`` beside an array as the zero array of that shape."""
    for here, other in ((position, position + 1), (position + 1, position)):
        kind = sides[other].type
        if is_zero(nodes[here]) and isinstance(kind, Tensor):
            sides[here] = zero_array(kind, sides[here].span)


def is_zero(node: s.Node) -> bool:
    """Whether the node is the literal 0."""
    return isinstance(node, s.NumberLiteral) and node.text == "0"


def zero_array(kind: Tensor, span: s.Span) -> Meaning:
    """The zero array of a shape."""
    return Meaning(Apply("zeros", kind.shape), kind, span)


def _related(left: Meaning, operator: str, right: Meaning, scope: Scope) -> Term:
    head = _RELATIONS[operator]
    if not (is_number(left.type) and is_number(right.type)):
        shapes = f"{describe(left.type)} and {describe(right.type)}"
        span = over(left.span, right.span)
        if operator not in _EQUALITIES:
            raise ElaborationError(f"{operator} compares numbers, not {shapes}", span, "shape-mismatch")
        if left.type == PROPOSITION and right.type == PROPOSITION:
            message = f"{operator} relates terms, not statements"
            raise ElaborationError(message, span, "shape-mismatch", "write iff")
        if not same_type(left.type, right.type, scope.context):
            message = f"the sides of {operator} do not have one shape: {shapes}"
            raise ElaborationError(message, span, "shape-mismatch")
    return relation(left.term, head, right.term)


# -- connectives ---------------------------------------------------------------------------------------


@rule(s.And, s.Or)
def _joined(node: s.And | s.Or, scope: Scope) -> Meaning:
    head = "and" if isinstance(node, s.And) else "or"
    parts = tuple(proposition(operand, scope) for operand in node.operands)
    return Meaning(Apply(head, parts), PROPOSITION, node.span)


@rule(s.Not)
def _not(node: s.Not, scope: Scope) -> Meaning:
    return Meaning(Apply("not", (proposition(node.operand, scope),)), PROPOSITION, node.span)


@rule(s.Implies)
def _implies(node: s.Implies, scope: Scope) -> Meaning:
    parts = (proposition(node.premise, scope), proposition(node.conclusion, scope))
    return Meaning(Apply("implies", parts), PROPOSITION, node.span)


@rule(s.Iff)
def _iff(node: s.Iff, scope: Scope) -> Meaning:
    parts = (proposition(node.left, scope), proposition(node.right, scope))
    return Meaning(Apply("iff", parts), PROPOSITION, node.span)


@rule(s.Asymptotic)
def _asymptotic(node: s.Asymptotic, scope: Scope) -> Meaning:
    raise unsupported("a statement of growth or a limit", node.span)
