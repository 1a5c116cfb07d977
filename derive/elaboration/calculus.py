"""What derivatives mean: ``grad[x] t``, ``jacobian``, ``hessian``, ``partial[x[k]] t``, ``differentiable(t, x)``.

What stands in the brackets is a declared symbol, ``u = a`` for a variable of one's own at a point, or for
``partial`` also an entry of a symbol.  The term is taken as a function of the symbol, with the abbreviations that
depend on it opened (the total derivative); ``immediate`` leaves them closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from checks.averaging import occurs_below_expectation
from checks.lengths import is_number
from checks.terms import (
    REAL,
    Apply,
    Bind,
    Bound,
    Function,
    Symbol,
    Tensor,
    Term,
    Type,
    abstract,
    bind,
    free_symbols,
    shift,
    substitute,
)
from derive.elaboration.errors import ElaborationError, count, were
from derive.elaboration.meaning import (
    Meaning,
    Scope,
    describe,
    elaborate,
    entry_domains,
    misfit,
    nest,
    over,
    typed,
)
from grammar import syntax as s

OPERATORS = frozenset({"grad", "jacobian", "hessian", "partial", "immediate"})
"""The words before brackets that take a derivative."""

FUNCTIONALS = frozenset({"differentiable", "dominated", "summable", "integrable"})
"""Predicates that may be said of a term and the symbols of which it is a function."""


def is_derivative(node: s.Node, scope: Scope) -> bool:
    """Whether a node is the operator of a derivative, such as ``grad[x]``."""
    match node:
        case s.Indexed(base=s.Name(text=text)):
            return text in OPERATORS and scope.symbol(text) is None and scope.definition(text) is None
        case _:
            return False


@dataclass(frozen=True, slots=True)
class _Place:
    """With respect to what: the symbol, its type, the point, and the indices of the entry that is meant."""

    symbol: Symbol
    kind: Type
    point: Term
    indices: tuple[Term, ...]
    span: s.Span


def derivative(operator: s.Indexed, body: s.Node | Meaning, scope: Scope) -> Meaning:
    """What a derivative of a term means; several symbols in the brackets are taken one after the other."""
    if not isinstance(operator.base, s.Name):
        raise ElaborationError("a derivative was expected", operator.span, "not-a-term")
    word = operator.base.text
    places: list[_Place] = []
    inner = scope
    for written in operator.indices:
        place, inner = _place(written, scope, inner)
        places.append(place)
    if word != "partial" and (len(places) != 1 or places[0].indices):
        example = {"grad": "grad[x]", "jacobian": "jacobian[x]"}.get(word, f"{word}[x]")
        raise ElaborationError(
            f"{word} is taken in one symbol", operator.span, "wrong-arity",
            f"write {example}, or partial[x[k]] for the derivative in an entry",
        )  # fmt: skip
    meaning = elaborate(body, inner) if not isinstance(body, Meaning) else body
    span = over(operator.span, meaning.span)
    _check_value(word, meaning)
    term = meaning.term if word == "immediate" else opened(meaning.term, places, scope)
    shape = meaning.type.shape if isinstance(meaning.type, Tensor) else ()
    for place in reversed(places):
        if word == "hessian":
            # The gradient is taken where the variable is, not at the point, so that it can be taken again.
            _refuse_averaged(term, place, scope)
            term, shape = _taken(term, shape, replace(place, point=place.symbol))
        _refuse_averaged(term, place, scope)
        term, shape = _taken(term, shape, place)
    return typed(term, scope, span)


def _check_value(word: str, meaning: Meaning) -> None:
    wants_number = word in ("grad", "hessian")
    if is_number(meaning.type) or (isinstance(meaning.type, Tensor) and not wants_number):
        return
    suggestion = "write jacobian[x] for the derivatives of all entries" if wants_number else None
    raise misfit(f"{word} is taken of a number", meaning, "not-a-number", suggestion)


def _place(written: s.Node, scope: Scope, inner: Scope) -> tuple[_Place, Scope]:
    match written:
        case s.Relation(left=s.Name(text=text), operator="=", right=right):
            value = elaborate(right, scope)
            kind = REAL if is_number(value.type) else value.type
            _check_kind(kind, value)
            opened_scope, symbol = inner.bind(text, kind)
            return _Place(symbol, kind, value.term, (), written.span), opened_scope
        case s.Indexed(base=base, indices=indices):
            array = elaborate(base, scope)
            found = tuple(elaborate(index, scope) for index in indices)
            whole = typed(Apply("entry", (array.term, *(index.term for index in found))), scope, written.span)
            if not isinstance(array.term, Symbol) or not is_number(whole.type):
                raise misfit("a derivative is taken in an entry of a symbol", array, "not-a-symbol")
            _check_declared(array, scope)
            indices_found = tuple(index.term for index in found)
            return _Place(array.term, array.type, array.term, indices_found, written.span), inner
        case _:
            meaning = elaborate(written, scope)
            symbol = _check_declared(meaning, scope)
            _check_kind(meaning.type, meaning)
            return _Place(symbol, meaning.type, symbol, (), written.span), inner


def _check_declared(meaning: Meaning, scope: Scope) -> Symbol:
    if not isinstance(meaning.term, Symbol) or meaning.term.name in scope.context.lets:
        raise ElaborationError(
            "a derivative is taken in a declared symbol", meaning.span, "not-a-symbol",
            "write grad[u = a] t for the derivative of t in u where u is a",
        )  # fmt: skip
    return meaning.term


def _check_kind(kind: Type, meaning: Meaning) -> None:
    if kind != REAL and not isinstance(kind, Tensor):
        raise ElaborationError(
            f"derivatives are taken in real numbers and arrays, not in {describe(kind)}", meaning.span,
            "not-a-number",
        )  # fmt: skip


def opened(term: Term, places: Sequence[_Place], scope: Scope) -> Term:
    """The term with the abbreviations opened that depend on one of the symbols."""
    names = {place.symbol.name for place in places}
    return open_lets(term, names, scope)


def open_lets(term: Term, names: set[str], scope: Scope) -> Term:
    """The term with the abbreviations opened that depend on one of the names, directly or through others."""
    depends: dict[str, Term] = {}
    for name, body in scope.context.lets.items():
        value = substitute(body, depends)
        if free_symbols(value) & names:
            depends[name] = value
    return substitute(term, depends)


def _refuse_averaged(term: Term, place: _Place, scope: Scope) -> None:
    """Refuses a derivative in a random symbol over which an expectation in the term runs."""
    name = place.symbol.name
    if scope.context.is_random(name) and occurs_below_expectation(abstract(term, name), scope.context):
        raise ElaborationError(
            f"an expectation in this term runs over {name}, in which the derivative is taken", place.span,
            "random-variable", f"write grad[u = {name}] t with u for {name} where it is not averaged",
        )  # fmt: skip


def _taken(term: Term, shape: tuple[Term, ...], place: _Place) -> tuple[Term, tuple[Term, ...]]:
    """The derivative of a term of that shape, entry by entry where one entry of the symbol is meant; and its shape."""
    function = bind("lambda", place.symbol.name, place.kind, term)
    found: Term = Apply("derivative", (function, place.point))
    if not place.indices:
        return found, (*shape, *(place.kind.shape if isinstance(place.kind, Tensor) else ()))
    rank = len(shape)
    own = tuple(Bound(depth) for depth in reversed(range(rank)))
    inside = Apply("entry", (shift(found, rank), *own, *(shift(index, rank) for index in place.indices)))
    return nest("array", entry_domains(shape), inside), shape


def predicate(name: s.Name, parts: Sequence[s.Node], span: s.Span, scope: Scope) -> Meaning | None:
    """``differentiable(t, x)``, ``summable(t, x)``, ``dominated(t, x, theta)``; None for what has another form.

    ``integrable(t, x)`` is ``summable(t, x)``: the integral over all x exists.
    """
    wanted = 3 if name.text == "dominated" else 2
    if len(parts) != wanted:
        _check_function(name, parts, wanted, span, scope)
        return None
    body = elaborate(parts[0], scope)
    if isinstance(body.type, Function):
        return None
    symbols: list[Meaning] = []
    for part in parts[1:]:
        meaning = elaborate(part, scope)
        if not isinstance(meaning.term, Symbol):
            raise ElaborationError("a symbol was expected", part.span, "not-a-symbol")
        _check_kind(meaning.type, meaning)
        symbols.append(meaning)
    term = open_lets(body.term, {symbol.term.name for symbol in symbols if isinstance(symbol.term, Symbol)}, scope)
    for symbol in symbols:
        if isinstance(symbol.term, Symbol):
            term = eta_reduced(bind("lambda", symbol.term.name, symbol.type, term))
    if name.text in ("summable", "integrable"):
        return typed(Apply("summable", (term,)), scope, span)
    return typed(Apply(name.text, (term, symbols[-1].term)), scope, span)


_SAID = {
    "differentiable": "differentiable(t, x)", "dominated": "dominated(t, x, theta)",
    "summable": "summable(t, x)",
}  # fmt: skip


def _check_function(name: s.Name, parts: Sequence[s.Node], wanted: int, span: s.Span, scope: Scope) -> None:
    """Refuses to say of a term without its symbols what is said of functions; ``integrable(t)`` has its own sense."""
    if not parts or len(parts) > wanted or name.text not in _SAID:
        return
    if not isinstance(elaborate(parts[0], scope).type, Function):
        message = f"nothing says of which symbol this is taken as a function: {name.text} is said of functions"
        raise ElaborationError(message, span, "wrong-arity", f"write {_SAID[name.text]}")


def eta_reduced(function: Bind) -> Term:
    """f for the function ``lambda x. f(x)``."""
    match function.body:
        case Apply("call", (Symbol() as called, Bound(0))):
            return called
        case _:
            return function


def without_symbol(name: s.Name) -> ElaborationError:
    """The error for ``grad t``, which does not say in which symbol."""
    message = f"{name.text} does not say in which symbol the derivative is taken"
    return ElaborationError(message, name.span, "missing-argument", f"write {name.text}[x] t")


def missing(operator: s.Indexed) -> ElaborationError:
    """The error for a derivative of nothing."""
    word = operator.base.text if isinstance(operator.base, s.Name) else "a derivative"
    message = f"{word} takes {count(1, 'term')}, {were(0)} found"
    return ElaborationError(message, operator.span, "missing-argument", f"write {word}[x] (t)")
