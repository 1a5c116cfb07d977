"""What types and domains mean: a type, and what its words say of the symbols that have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from checks.lengths import is_integer, is_number, same_type
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    ONE,
    PROPOSITION,
    REAL,
    ZERO,
    Apply,
    Function,
    Index,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
    conjunction,
    relation,
)
from derive.elaboration.errors import ElaborationError, closest, count, unsupported, were
from derive.elaboration.matrices import MATRIX_FACTS, matrix_fact
from derive.elaboration.meaning import Meaning, Scope, close_type, describe, elaborate, everywhere, misfit
from grammar import syntax as s

_SCALARS = {"real": REAL, "int": INTEGER, "nat": NATURAL, "dim": DIMENSION}
_RANKS = {"vector": 1, "matrix": 2}
_SIGNS = {"positive": ">", "negative": "<", "nonnegative": ">=", "nonpositive": "<=", "nonzero": "!="}
_UNREAD_TYPES = frozenset({
    "density", "event", "distribution", "law", "permutation", "statement", "set", "graph",
    "O", "o", "Omega", "Theta",
})  # fmt: skip
_UNREAD_MODIFIERS = frozenset({"cyclic", "definite", "semidefinite", "convex", "continuous"})


@dataclass(frozen=True, slots=True)
class TypeReading:
    """A type, and what its words say: the signs of all numbers in a symbol, its values, its randomness, its set.

    ``matrices`` are statements about a square matrix; ``limits`` the ends of a closed interval.
    """

    type: Type
    signs: tuple[str, ...] = ()
    elements: tuple[Term, ...] = ()
    random: bool = False
    inside: Term | None = None
    limits: tuple[Term, Term] | None = None
    matrices: tuple[Callable[[Term], Term], ...] = ()

    @property
    def conditional(self) -> bool:
        """Whether the words say more of a symbol than its type does."""
        return bool(self.signs or self.matrices) or self.random

    def facts(self, subject: Term) -> tuple[Term, ...]:
        """The statements that hold of a symbol of this type."""
        found = [
            everywhere(subject, self.type, lambda value, sign=sign: relation(value, sign, ZERO))  # type: ignore[misc]
            for sign in self.signs
        ]
        if self.elements:
            found.append(one_of(subject, self.elements))
        if self.limits is not None:
            found += [relation(self.limits[0], "<=", subject), relation(subject, "<=", self.limits[1])]
        if self.inside is not None:
            found.append(Apply("call", (self.inside, subject)))
        found += [fact(subject) for fact in self.matrices]
        return tuple(found)


def one_of(subject: Term, elements: Sequence[Term]) -> Term:
    """The statement that the subject equals one of the elements."""
    equations = tuple(relation(subject, "=", element) for element in elements)
    return equations[0] if len(equations) == 1 else Apply("or", equations)


def read_type(node: s.Node, scope: Scope) -> TypeReading:
    """What a type means."""
    match node:
        case s.TypeExpression():
            return _expression(node, scope)
        case s.SequenceType(element=element):
            inner = _inner(element, scope)
            return TypeReading(Function((NATURAL,), inner.type), inner.signs)
        case s.FunctionType(domains=domains, codomain=codomain):
            kinds = tuple(_plain(domain, scope) for domain in domains)
            inner = _inner(codomain, scope)
            return TypeReading(Function(kinds, inner.type), inner.signs)
        case s.DependentFunctionType():
            return _dependent(node, scope)
        case _:
            raise ElaborationError("a type was expected here", node.span, "unknown-type")


def read_domain(node: s.Node, scope: Scope) -> TypeReading:
    """What stands after ``in``: a range, a finite set or a type."""
    match node:
        case s.Range():
            return TypeReading(_range(node, scope))
        case s.SetOf(elements=elements) if elements:
            parts = [elaborate(element, scope) for element in elements]
            for part in parts:
                if not is_number(part.type):
                    raise misfit("the elements of a set are numbers", part, "not-a-number")
            kind = INTEGER if all(is_integer(part.type) for part in parts) else REAL
            return TypeReading(kind, elements=tuple(part.term for part in parts))
        case s.ArrayLiteral(items=(low, high)):
            ends = [elaborate(end, scope) for end in (low, high)]
            for end in ends:
                if not is_number(end.type):
                    raise misfit("the ends of an interval are numbers", end, "not-a-number")
            return TypeReading(REAL, limits=(ends[0].term, ends[1].term))
        case s.Group(items=(inner,)):
            return read_domain(inner, scope)
    written = s.type_of_term(node)
    if written is None:
        raise unsupported("this set", node.span)
    if isinstance(written, s.TypeExpression) and not written.arguments and scope.symbol(written.constructor):
        found = scope.symbol(written.constructor)
        match found:
            case (inside, Function((space,), codomain)) if codomain == PROPOSITION:
                return TypeReading(space, inside=inside)
        raise unsupported(f"`{written.constructor}` as a set", node.span)
    return read_type(written, scope)


def length(node: s.Node, scope: Scope) -> Term:
    """A length or an end of a range, which is an integer."""
    meaning = elaborate(node, scope)
    if not is_integer(meaning.type):
        raise misfit("a length is an integer", meaning, "not-an-integer")
    return meaning.term


def _range(node: s.Range, scope: Scope) -> Index:
    return Index(length(node.low, scope), length(node.high, scope))


def _inner(node: s.Node, scope: Scope) -> TypeReading:
    reading = read_type(node, scope)
    if reading.random:
        raise unsupported("a random sequence or function", node.span)
    if reading.matrices:
        raise unsupported("a condition on the matrices of a sequence or function", node.span)
    return reading


def _plain(node: s.Node, scope: Scope) -> Type:
    reading = read_type(node, scope)
    if reading.conditional:
        raise unsupported("a condition on the arguments of a function", node.span)
    return reading.type


def _expression(node: s.TypeExpression, scope: Scope) -> TypeReading:
    signs: list[str] = []
    said: list[str] = []
    random = False
    for word in _joined(node.modifiers):
        if word == "random":
            random = True
        elif word in MATRIX_FACTS:
            said.append(word)
        elif word in _SIGNS:
            signs.append(_SIGNS[word])
        elif word in _UNREAD_MODIFIERS:
            raise unsupported(f"`{word}` before a type", node.span)
        else:
            suggestion = closest(word, {*_SIGNS, *MATRIX_FACTS, "random"})
            raise ElaborationError(f"`{word}` says nothing of a type", node.span, "unknown-type", suggestion)
    kind = _constructed(node, scope)
    matrices = tuple(matrix_fact(word, kind, node.span, scope) for word in said)
    return TypeReading(kind, tuple(signs), random=random, matrices=matrices)


def _joined(words: Sequence[str]) -> list[str]:
    """The words, `positive definite` and `positive semidefinite` taken as one."""
    found: list[str] = []
    for word in words:
        if word in ("definite", "semidefinite") and found and found[-1] == "positive":
            found[-1] = f"positive {word}"
        else:
            found.append(word)
    return found


def _constructed(node: s.TypeExpression, scope: Scope) -> Type:
    name, arguments = node.constructor, node.arguments
    if name in _SCALARS:
        _want_lengths(node, 0)
        return _SCALARS[name]
    if name == "index":
        _want_lengths(node, 1)
        (end,) = arguments
        return _range(end, scope) if isinstance(end, s.Range) else Index(ONE, length(end, scope))
    if name in _RANKS or name == "tensor":
        _want_lengths(node, _RANKS.get(name))
        return Tensor(tuple(length(argument, scope) for argument in arguments))
    if name == "subset":
        return _subset(node, scope)
    if name in _UNREAD_TYPES:
        raise unsupported(f"the type `{name}`", node.span)
    known = {*_SCALARS, *_RANKS, "index", "tensor", "function", "sequence"}
    raise ElaborationError(f"{name} is no type", node.span, "unknown-type", closest(name, known))


def _subset(node: s.TypeExpression, scope: Scope) -> Type:
    """A set is what holds of its elements."""
    if len(node.arguments) != 1 or not isinstance(node.arguments[0], s.TypeExpression):
        raise ElaborationError(
            "a subset is one of real or of arrays", node.span, "unknown-type", "write subset of vector(k)"
        )
    space = _plain(node.arguments[0], scope)
    if space != REAL and not isinstance(space, Tensor):
        raise unsupported(f"a subset of {describe(space)}", node.span)
    return Function((space,), PROPOSITION)


def _want_lengths(node: s.TypeExpression, wanted: int | None) -> None:
    found = len(node.arguments)
    if found != wanted and (wanted is not None or not found):
        needed = "at least 1 length" if wanted is None else count(wanted, "length")
        message = f"{node.constructor} takes {needed}, {were(found)} found"
        raise ElaborationError(message, node.span, "wrong-arity")


def _dependent(node: s.DependentFunctionType, scope: Scope) -> TypeReading:
    domains: list[Type] = []
    symbols: list[Symbol] = []
    for variable in node.variables:
        if variable.domain is None:
            raise ElaborationError(f"{variable.name} needs a type", variable.span, "unknown-type")
        domain = _plain(variable.domain, scope)
        scope, symbol = scope.bind(variable.name, domain)
        domains.append(_under(domain, symbols))
        symbols.append(symbol)
    inner = _inner(node.codomain, scope)
    return TypeReading(Function(tuple(domains), _under(inner.type, symbols)), inner.signs)


def _under(kind: Type, symbols: Sequence[Symbol]) -> Type:
    """The type inside binders over the symbols, the last innermost."""
    for symbol in symbols:
        kind = close_type(kind, symbol)
    return kind


def membership(left: Meaning, node: s.Node, scope: Scope) -> Term:
    """The statement that the left side lies in a set, range or type."""
    reading = read_domain(node, scope)
    facts = list(reading.facts(left.term))
    if isinstance(reading.type, Index):
        low, high = reading.type.low, reading.type.high
        facts = [relation(low, "<=", left.term), relation(left.term, "<=", high), *facts]
    elif reading.type in (NATURAL, DIMENSION):
        facts.insert(0, relation(ONE if reading.type == DIMENSION else ZERO, "<=", left.term))
    if reading.random:
        raise unsupported("a statement of randomness", node.span)
    wanted = REAL if reading.elements else reading.type
    same = is_number(wanted) and is_number(left.type) and (wanted == REAL or is_integer(left.type))
    if not same and not _is(left.type, wanted, scope):
        message = f"{describe(left.type)} cannot be an element of {describe(wanted)}"
        raise ElaborationError(message, left.span, "shape-mismatch")
    return conjunction(*facts)


def _is(found: Type, wanted: Type, scope: Scope) -> bool:
    return not isinstance(wanted, Scalar | Index) and same_type(found, wanted, scope.context)
