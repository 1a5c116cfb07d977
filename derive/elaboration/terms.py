"""What arithmetic, names, powers, brackets and array literals mean."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from checks.contexts import is_literal
from checks.lengths import describe_type, is_integer, is_number, same_type
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    ONE,
    PROPOSITION,
    REAL,
    TRUE,
    Apply,
    Bind,
    Bound,
    Index,
    Number,
    Tensor,
    Term,
    Type,
    negate,
    power,
    relation,
)
from checks.terms import number as exact
from derive.elaboration import applications, calculus, products
from derive.elaboration.errors import ElaborationError, unsupported
from derive.elaboration.meaning import (
    Meaning,
    Scope,
    elaborate,
    misfit,
    number,
    over,
    proposition,
    rule,
    typed,
)
from grammar import syntax as s

MAX_DIGITS = 1000
_Entry: TypeAlias = "Term | list[_Entry]"

# -- numbers and names ---------------------------------------------------------------------------------


@rule(s.NumberLiteral)
def _literal(node: s.NumberLiteral, scope: Scope) -> Meaning:
    digits, _, exponent = node.text.lower().partition("e")
    try:
        if len(node.text) > MAX_DIGITS or abs(int(exponent or "0")) > MAX_DIGITS:
            raise ElaborationError(f"a number has at most {MAX_DIGITS} digits", node.span, "too-large")
        value = Fraction(digits) * Fraction(10) ** int(exponent or "0")
    except ValueError:
        raise ElaborationError(f"{node.text} is no number", node.span, "not-a-number") from None
    return Meaning(Number(value), INTEGER if value.denominator == 1 else REAL, node.span)


@rule(s.Name)
def _name(node: s.Name, scope: Scope) -> Meaning:
    found = scope.symbol(node.text)
    if found is not None:
        return Meaning(*found, node.span)
    return applications.constant(node, scope)


# -- sums ----------------------------------------------------------------------------------------------


@rule(s.Binary)
def _binary(node: s.Binary, scope: Scope) -> Meaning:
    match node.operator:
        case "+" | "-":
            return _sum(node, scope)
        case "*":
            return _product(node, scope)
        case "/":
            left = elaborate(node.left, scope)
            return products.divide(left, applications.unambiguous(node.right, scope))
        case ".*":
            return _hadamard(node, scope)
        case "kron":
            return _kronecker(node, scope)
        case operator:
            raise unsupported(f"`{operator}`", node.span)


def _sum(node: s.Binary, scope: Scope) -> Meaning:
    parts: list[tuple[bool, s.Node]] = []
    current: s.Node = node
    while isinstance(current, s.Binary) and current.operator in ("+", "-"):
        parts.append((current.operator == "-", current.right))
        current = current.left
    parts.append((False, current))
    meanings = [elaborate(part, scope) for _, part in reversed(parts)]
    for position, (minus, _) in enumerate(reversed(parts)):
        if minus:
            meanings[position] = _negative(meanings[position])
    term = Apply("add", tuple(meaning.term for meaning in meanings))
    return Meaning(term, _common(meanings, scope, "the terms of this sum do not have one shape"), node.span)


def _common(meanings: Sequence[Meaning], scope: Scope, complaint: str) -> Type:
    """The type of a sum, or of a choice, of the parts."""
    if all(is_number(meaning.type) for meaning in meanings):
        return INTEGER if all(is_integer(meaning.type) for meaning in meanings) else REAL
    first = meanings[0]
    for meaning in meanings:
        if products.rank(meaning) is None:
            raise misfit("a number or array was expected", meaning)
        if not same_type(first.type, meaning.type, scope.context):
            shapes = f"{describe_type(first.type)} and {describe_type(meaning.type)}"
            raise ElaborationError(f"{complaint}: {shapes}", meaning.span, "shape-mismatch")
    return first.type


def _negative(meaning: Meaning) -> Meaning:
    kind = meaning.type
    if is_number(kind):
        kind = INTEGER if is_integer(kind) else REAL
    elif not isinstance(kind, Tensor):
        raise misfit("a number or array was expected", meaning)
    return Meaning(negate(meaning.term), kind, meaning.span)


@rule(s.Negated)
def _negated(node: s.Negated, scope: Scope) -> Meaning:
    meaning = _negative(elaborate(node.operand, scope))
    return Meaning(meaning.term, meaning.type, node.span)


# -- products ------------------------------------------------------------------------------------------


@rule(s.Juxtaposition)
def _product(node: s.Juxtaposition | s.Binary, scope: Scope) -> Meaning:
    nodes: list[s.Node] = []
    current: s.Node = node
    while True:
        match current:
            case s.Juxtaposition(items=(first, *rest)):
                nodes.extend(reversed(rest))
                current = first
            case s.Binary(operator="*", left=left, right=right):
                nodes.append(right)
                current = left
            case _:
                nodes.append(current)
                break
    nodes.reverse()
    if isinstance(nodes[0], s.Binary) and nodes[0].operator == "kron":
        message = "`A kron B C` may be A kron (B C) or (A kron B) C"
        raise ElaborationError(message, node.span, "ambiguous", "put brackets around what is meant")
    factors: list[Meaning] = []
    position = 0
    applied: s.Node | None = None
    while position < len(nodes):
        start = position
        factor, position = _factor(nodes, position, scope)
        if applied is not None and isinstance(factor.type, Tensor):
            _check_trace(applied, factors[-1], factor)
        bare = position > start + 1 and not isinstance(nodes[start + 1], s.Group)
        applied = nodes[start] if bare else None
        factors.append(factor)
    return products.assemble(factors, scope)


def _factor(nodes: Sequence[s.Node], position: int, scope: Scope) -> tuple[Meaning, int]:
    """The factor at a position and the position after it: a function takes the factor that follows."""
    node = nodes[position]
    if isinstance(node, s.Indexed) and calculus.is_derivative(node, scope):
        if position + 1 == len(nodes):
            raise calculus.missing(node)
        return _derivative(node, nodes, position, scope)
    if position + 1 == len(nodes) or not (
        isinstance(node, s.Name) and applications.is_function(node.text, scope)
    ):
        return elaborate(node, scope), position + 1
    following = nodes[position + 1]
    span = over(node.span, following.span)
    if isinstance(following, s.ArrayLiteral | s.Iverson):
        raise ElaborationError(
            f"{node.text} may be applied to an array here, or to what is in the brackets", span, "ambiguous",
            f"write {node.text}[…] or {node.text}([…])",
        )  # fmt: skip
    if isinstance(following, s.Group):
        return applications.apply_name(node, following.items, span, scope), position + 2
    argument, after = _factor(nodes, position + 1, scope)
    return applications.apply_name(node, (argument,), over(node.span, argument.span), scope), after


def _derivative(
    node: s.Indexed, nodes: Sequence[s.Node], position: int, scope: Scope
) -> tuple[Meaning, int]:
    """A derivative takes the factor that follows, and a function that stands there its argument."""
    end = position + 1
    while end + 1 < len(nodes) and (
        (isinstance(nodes[end], s.Name) and applications.is_function(nodes[end].text, scope))  # type: ignore[attr-defined]
        or calculus.is_derivative(nodes[end], scope)
    ):
        end += 1
    following = nodes[position + 1 : end + 1]
    span = over(following[0].span, following[-1].span)
    body = following[0] if len(following) == 1 else s.Juxtaposition(tuple(following), span=span)
    return calculus.derivative(node, body, scope), end + 1


def _check_trace(name: s.Node, before: Meaning, factor: Meaning) -> None:
    """Refuses ``tr A B``, which some read as ``tr(A B)`` and others as ``(tr A) B``."""
    match name, before.term:
        case s.Name(text=text), Apply("trace" | "determinant", _):
            message = f"`{text} A B` may be {text}(A B) or ({text} A) B"
            span = over(before.span, factor.span)
            raise ElaborationError(message, span, "ambiguous", "put brackets around what is meant")


def _hadamard(node: s.Binary, scope: Scope) -> Meaning:
    parts: list[s.Node] = []
    current: s.Node = node
    while isinstance(current, s.Binary) and current.operator == ".*":
        parts.append(current.right)
        current = current.left
    meanings = [elaborate(part, scope) for part in (current, *reversed(parts))]
    for meaning in meanings:
        if not isinstance(meaning.type, Tensor):
            raise misfit("the entrywise product takes arrays", meaning)
    kind = _common(meanings, scope, "the factors of an entrywise product do not have one shape")
    return Meaning(Apply("hadamard", tuple(meaning.term for meaning in meanings)), kind, node.span)


def _kronecker(node: s.Binary, scope: Scope) -> Meaning:
    """``A kron B``, by the definitions ``kron`` for matrices and ``kron_vectors`` for vectors."""
    for side in (node.left, node.right):
        if isinstance(side, s.Juxtaposition) or (isinstance(side, s.Binary) and side.operator != "kron"):
            message = "`A B kron C` may be A (B kron C) or (A B) kron C"
            raise ElaborationError(message, node.span, "ambiguous", "put brackets around what is meant")
    sides = [elaborate(side, scope) for side in (node.left, node.right)]
    for factor in sides:
        if products.rank(factor) not in (1, 2):
            raise misfit("the Kronecker product takes matrices or vectors", factor)
    name = "kron_vectors" if products.rank(sides[0]) == 1 else "kron"
    definition = scope.context.definitions.get(name)
    if definition is None:
        raise ElaborationError(
            f"`kron` means {name}, which is not defined here", node.span, "missing-definition", "import foundations"
        )
    return applications.apply_definition(definition, sides, node.span, scope)


# -- powers --------------------------------------------------------------------------------------------


@rule(s.Power)
def _power(node: s.Power, scope: Scope) -> Meaning:
    base = applications.unambiguous(node.base, scope)
    if isinstance(base.type, Tensor):
        return _matrix_power(node, base, scope)
    if not is_number(base.type):
        raise misfit("a number or square matrix is raised to a power", base, "not-a-number")
    exponent = applications.unambiguous(node.exponent, scope)
    if not is_number(exponent.type):
        raise misfit("an exponent is a number", exponent, "not-a-number")
    natural = isinstance(exponent.term, Number) or exponent.type in (NATURAL, DIMENSION)
    integral = is_integer(base.type) and is_integer(exponent.type) and natural
    return Meaning(power(base.term, exponent.term), INTEGER if integral else REAL, node.span)


def _matrix_power(node: s.Power, base: Meaning, scope: Scope) -> Meaning:
    shape = products.rank(base)
    if shape == 1:
        raise ElaborationError(
            f"{describe_type(base.type)} has no powers", node.span, "shape-mismatch",
            "write x .* x for the entrywise square or x^T x for the inner product",
        )  # fmt: skip
    exponent = number(node.exponent, scope)
    if exponent.term == negate(ONE):
        return typed(Apply("inverse", (base.term,)), scope, node.span, (base,))
    if (
        isinstance(exponent.term, Apply)
        and exponent.term.head == "negate"
        and is_literal(exponent.term.arguments[0])
    ):
        message = "a matrix is raised to natural powers and to -1"
        raise ElaborationError(message, exponent.span, "shape-mismatch", "write (A^-1)^k")
    return typed(power(base.term, exponent.term), scope, node.span, (base, exponent))


@rule(s.Transposed)
def _transposed(node: s.Transposed, scope: Scope) -> Meaning:
    return applications.transpose(applications.unambiguous(node.base, scope), node.span)


# -- brackets and bars ---------------------------------------------------------------------------------


@rule(s.Group)
def _group(node: s.Group, scope: Scope) -> Meaning:
    match node.items:
        case (inner,):
            meaning = elaborate(inner, scope)
            return Meaning(meaning.term, meaning.type, node.span)
        case ():
            raise ElaborationError("there is nothing in these brackets", node.span, "not-a-term")
        case _:
            suggestion = "write [a, b] for the vector of two numbers"
            raise ElaborationError("a tuple is no term", node.span, "not-a-term", suggestion)


@rule(s.AbsoluteValue)
def _absolute(node: s.AbsoluteValue, scope: Scope) -> Meaning:
    inner = elaborate(node.inner, scope)
    if isinstance(inner.type, Tensor):
        other = ", det(A) for the determinant" if products.rank(inner) == 2 else ""
        raise ElaborationError(
            f"|…| of {describe_type(inner.type)} may mean several things", node.span, "ambiguous",
            f"write abs(x) for the entries' absolute values, ||x|| for the norm{other}",
        )  # fmt: skip
    if not is_number(inner.type):
        raise misfit("a number was expected", inner, "not-a-number")
    return Meaning(Apply("abs", (inner.term,)), INTEGER if is_integer(inner.type) else REAL, node.span)


_NORMS = {
    (1, None): "norm", (1, "2"): "norm", (2, None): "spectral", (2, "2"): "spectral", (2, "F"): "frobenius",
    (1, "rms"): "rms", (2, "rms"): "rms", (1, "RMS"): "rms", (2, "RMS"): "rms",
}  # fmt: skip


@rule(s.DoubleBars)
def _double_bars(node: s.DoubleBars, scope: Scope) -> Meaning:
    inner = elaborate(node.inner, scope)
    rank = products.rank(inner)
    if not rank:
        suggestion = "write |a| for an absolute value" if rank == 0 else None
        raise misfit("||…|| is the norm of an array", inner, suggestion=suggestion)
    name = _NORMS.get((rank, node.subscript), f"norm_{node.subscript}")
    definition = scope.context.definitions.get(name)
    if definition is None:
        bars = "||…||" if node.subscript is None else f"||…||_{node.subscript}"
        raise ElaborationError(
            f"{bars} of {describe_type(inner.type)} means {name}, which is not defined here", node.span,
            "missing-definition", "import foundations" if (rank, node.subscript) in _NORMS else None,
        )  # fmt: skip
    return applications.apply_definition(definition, (inner,), node.span, scope)


# -- choices and arrays --------------------------------------------------------------------------------


@rule(s.Piecewise)
def _piecewise(node: s.Piecewise, scope: Scope) -> Meaning:
    test = proposition(node.condition, scope)
    branches = [elaborate(node.consequent, scope), elaborate(node.alternative, scope)]
    kind = _common(branches, scope, "the two cases do not have one shape")
    return Meaning(Apply("if", (test, branches[0].term, branches[1].term)), kind, node.span)


@rule(s.Iverson)
def _iverson(node: s.Iverson, scope: Scope) -> Meaning:
    return Meaning(Apply("iverson", (proposition(node.statement, scope),)), INTEGER, node.span)


@rule(s.ArrayLiteral)
def _array_literal(node: s.ArrayLiteral, scope: Scope) -> Meaning:
    if len(node.items) == 1 and not isinstance(node.items[0], s.ArrayLiteral):
        only = elaborate(node.items[0], scope)
        if only.type == PROPOSITION:
            return Meaning(Apply("iverson", (only.term,)), INTEGER, node.span)
    entries, shape = _entries(node, scope)
    term = _chosen(entries, len(shape) - 1)
    for position in range(len(shape) - 1, -1, -1):
        term = Bind("array", Index(ONE, exact(shape[position])), TRUE, term, "ijkl"[position % 4])
    return Meaning(term, Tensor(tuple(exact(length) for length in shape)), node.span)


def _chosen(rows: Sequence[_Entry], depth: int) -> Term:
    """The entry that the bound indices choose; ``Bound(depth)`` is the index of the outermost rows."""
    chosen = [_chosen(row, depth - 1) if isinstance(row, list) else row for row in rows]
    term = chosen[-1]
    for place in range(len(chosen) - 1, 0, -1):
        term = Apply("if", (relation(Bound(depth), "=", exact(place)), chosen[place - 1], term))
    return term


def _entries(node: s.ArrayLiteral, scope: Scope) -> tuple[list[_Entry], tuple[int, ...]]:
    """The entries as nested lists, and how many there are along each side."""
    if not node.items:
        raise ElaborationError("an array has at least one entry", node.span, "not-a-term")
    if not any(isinstance(item, s.ArrayLiteral) for item in node.items):
        return [number(item, scope).term for item in node.items], (len(node.items),)
    rows: list[_Entry] = []
    shape: tuple[int, ...] | None = None
    for item in node.items:
        inner: tuple[int, ...] = ()
        if isinstance(item, s.ArrayLiteral):
            row, inner = _entries(item, scope)
            rows.append(row)
        if (shape is not None and inner != shape) or not inner:
            message = "the rows of this array do not have one length"
            raise ElaborationError(message, item.span, "shape-mismatch")
        shape = inner
    return rows, (len(node.items), *(shape or ()))


# -- what is no term -----------------------------------------------------------------------------------

_NO_TERMS: dict[type[s.Node], str] = {
    s.Range: "a range `a..b` is no term", s.SetOf: "a set is no term", s.Comprehension: "a set is no term",
    s.Conditional: "`|` stands between the brackets of E[… | …] only",
    s.TypeExpression: "a type is no term", s.FunctionType: "a type is no term",
    s.DependentFunctionType: "a type is no term", s.SequenceType: "a type is no term",
}  # fmt: skip


@rule(*_NO_TERMS)
def _no_term(node: s.Node, scope: Scope) -> Meaning:
    raise ElaborationError(_NO_TERMS[type(node)], node.span, "not-a-term")
