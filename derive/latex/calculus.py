"""Derivatives, integrals and statements about functions as LaTeX.

Gradients are set with nabla, derivatives in a number or in one entry as fractions, the Jacobian of a vector in
a vector as a fraction below which the vector is transposed: row i holds the derivatives of the i-th entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from checks.terms import (
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Function,
    Number,
    Symbol,
    Tensor,
    Term,
    Type,
    conjuncts,
    free_symbols,
)
from derive.latex.pieces import IFF, POSTFIX, POWER, PRODUCT, RELATION, SUM, Piece
from derive.latex.spelling import TALL, index_list, subscripted
from derive.printing import open_nest
from derive.printing.derivatives import (
    OpenedFunction,
    is_applied,
    member_of,
    open_function,
    second_derivative,
)
from derive.printing.integrals import limits

if TYPE_CHECKING:
    from derive.latex.terms import Writer

# -- derivatives ---------------------------------------------------------------------------------------


def derivative(function: Term, point: Term, indices: Sequence[Term], writer: Writer) -> Piece | None:
    """The derivative of a function at a point, or an entry of it; None where it has no notation."""
    opened = open_function(function, point, writer.context)
    if opened is None or (opened.own and is_applied(function)):
        named = function if opened is None else _applied(function)
        return None if indices else _of_name(named, point, writer)
    found = _fraction_or_gradient(opened, tuple(indices), writer)
    if found is None or not opened.own:
        return found
    place = f"{writer.inside(opened.context).symbol(opened.name)}={writer.subscript(point)}"
    return Piece(f"\\left.{found.text}\\right|_{{{place}}}", POWER)


def _applied(function: Term) -> Term:
    match function:
        case Bind(_, _, _, Apply("call", (name, _))):
            return name
        case _:
            return function


def _of_name(function: Term, point: Term, writer: Writer) -> Piece | None:
    """``f'(a)``, ``\\nabla f(a)`` and ``J_f(a)``, for functions that have a name."""
    match writer.type_of(function):
        case Function((domain,), codomain):
            pass
        case _:
            return None
    name = writer.render(function).at(POSTFIX)
    if domain == REAL:
        return Piece(writer.operator(f"{name}'", (point,)).text, POSTFIX)
    if isinstance(codomain, Tensor) and codomain.shape:
        return Piece(writer.operator(subscripted("J", name), (point,)).text, POSTFIX)
    return Piece(f"\\nabla {writer.operator(name, (point,)).text}", POWER)


def _fraction_or_gradient(opened: OpenedFunction, indices: tuple[Term, ...], writer: Writer) -> Piece | None:
    inner = writer.inside(opened.context)
    variable = inner.symbol(opened.name)
    rank = _rank(opened.kind)
    twice = second_derivative(opened)
    if twice is not None and len(indices) in (0, 2 * rank):
        return _second(twice, variable, indices, inner)
    value, depth = opened.body, _rank(opened.value)
    if indices and len(indices) not in (depth, depth + rank):
        return None
    if indices and depth:
        value = Apply("entry", (value, *indices[:depth]))
    places = indices[depth:]
    body = inner.render(value)
    if places:
        return _fraction(body, _entry(variable, places, inner))
    if not rank:
        return _fraction(body, variable)
    if not depth or indices:
        return Piece(f"\\nabla_{{{variable}}} {body.operand()}", PRODUCT, greedy=True, large=True)
    return _fraction(body, f"{variable}^{{\\top}}" if rank == depth == 1 else variable)


def _second(twice: OpenedFunction, variable: str, indices: Sequence[Term], inner: Writer) -> Piece:
    body = inner.render(twice.body)
    half = len(indices) // 2
    if indices:
        # The derivative that is taken last stands first.
        first, last = (_entry(variable, places, inner) for places in (indices[half:], indices[:half]))
        return _fraction(body, f"{first} \\partial {last}", "^{2}")
    if not _rank(twice.kind):
        return _fraction(body, f"{variable}^{{2}}", "^{2}")
    return Piece(f"\\nabla_{{{variable}}}^{{2}} {body.operand()}", PRODUCT, greedy=True, large=True)


def _entry(variable: str, places: Sequence[Term], inner: Writer) -> str:
    return subscripted(variable, index_list([inner.subscript(place) for place in places]))


def _fraction(body: Piece, below: str, order: str = "") -> Piece:
    """What is short stands in the numerator, anything else behind the fraction."""
    if body.level >= POSTFIX and not TALL.search(body.text) and not body.text[0].isdigit():
        return Piece(f"\\frac{{\\partial{order} {body.text}}}{{\\partial {below}}}", POWER)
    text = f"\\frac{{\\partial{order}}}{{\\partial {below}}} {body.operand()}"
    return Piece(text, PRODUCT, greedy=True, large=True)


def _rank(kind: Type | None) -> int:
    return len(kind.shape) if isinstance(kind, Tensor) else 0


# -- integrals -----------------------------------------------------------------------------------------


def integral(term: Bind, writer: Writer) -> Piece:
    """``\\int_{S} t\\,dx``; conditions that bound a number on one side or both become limits."""
    opened = open_nest(term, writer.context, nested=False)
    inner = writer.inside(opened.context)
    name, kind, _ = opened.variables[0]
    variable = inner.symbol(name)
    region = _region(opened.condition, name, kind, inner)
    body = "" if opened.body == ONE else f"{inner.render(opened.body).at(PRODUCT)}\\,"
    return Piece(f"\\int{region} {body}d{variable}", PRODUCT, greedy=True, large=True)


def _region(condition: Term, name: str, kind: Type, inner: Writer) -> str:
    if condition == TRUE:
        return "_{-\\infty}^{\\infty}" if kind == REAL else f"_{{{inner.small(1).type(kind)}}}"
    ends = limits(condition, name) if kind == REAL else None
    if ends is not None:
        low, high = ("\\infty" if end is None else inner.subscript(end) for end in ends)
        return f"_{{{'-' if ends[0] is None else ''}{low}}}^{{{high}}}"
    parts = conjuncts(condition)
    if len(parts) == 1 and (inside := set_of(condition, name, inner)) is not None:
        return f"_{{{inside}}}"
    shown = [inner.small(1).render(part).at(IFF) for part in parts]
    if not any(name in free_symbols(part) for part in parts):
        shown.insert(0, f"{inner.symbol(name)} \\in {inner.small(1).type(kind)}")
    where = ",\\ ".join(shown)
    return f"_{{{where}}}"


def set_of(condition: Term, name: str, inner: Writer) -> str | None:
    """The set in which the condition says that the variable lies."""
    found = member_of(condition, inner.context)
    return None if found is None or found[0] != Symbol(name) else inner.symbol(found[1].name)


# -- statements ----------------------------------------------------------------------------------------


def statement(term: Apply, writer: Writer) -> Piece | None:
    """What is said of functions and sets, in words; None for other statements."""
    text: str | None = None
    match term:
        case Apply("differentiable", (function, point)):
            text = _differentiable(function, point, writer)
        case Apply("continuously_differentiable", (function, Number(order))):
            text = writer.render(function).at(IFF) + _smooth(int(order))
        case Apply("summable", (function,)):
            text = _summable(function, writer)
        case Apply("dominated", (function, point)):
            text = _dominated(function, point, writer)
        case Apply("defined", (inner,)):
            text = f"{writer.render(inner).at(IFF)} \\text{{ is defined}}"
        case Apply("call", _) if (member := member_of(term, writer.context)) is not None:
            text = _membership(member, "\\in", writer)
        case Apply("not", (inner,)) if (member := member_of(inner, writer.context)) is not None:
            text = _membership(member, "\\notin", writer)
    return None if text is None else Piece(text, RELATION)


def _membership(member: tuple[Term, Symbol], sign: str, writer: Writer) -> str:
    return f"{writer.render(member[0]).at(SUM)} {sign} {writer.symbol(member[1].name)}"


def _differentiable(function: Term, point: Term, writer: Writer) -> str:
    opened = open_function(function, point, writer.context)
    if opened is None or opened.own:
        shown = _applied(function) if is_applied(function) else function
        place = writer.render(point).at(SUM)
        return f"{writer.render(shown).at(IFF)} \\text{{ is differentiable at }} {place}"
    value = writer.inside(opened.context).render(opened.body).at(SUM)
    return f"{value} \\text{{ is differentiable in }} {writer.symbol(opened.name)}"


def _smooth(order: int) -> str:
    words = {0: "continuous", 1: "continuously differentiable", 2: "twice continuously differentiable"}
    if order in words:
        return f" \\text{{ is {words[order]}}}"
    return f" \\text{{ is }} {order} \\text{{ times continuously differentiable}}"


def _summable(function: Term, writer: Writer) -> str:
    if not isinstance(function, Bind) or is_applied(function):
        return f"{writer.render(_applied(function)).at(IFF)} \\text{{ is integrable}}"
    value, where, variable = _guarded(function, writer)
    return f"{variable} \\mapsto {value} \\text{{ is integrable{where or '}'}"


def _dominated(function: Term, point: Term, writer: Writer) -> str | None:
    opened = open_function(function, point, writer.context)
    if opened is None or not isinstance(opened.body, Bind) or opened.body.head != "lambda":
        return None
    inner = writer.inside(opened.context)
    value, where, variable = _guarded(opened.body, inner)
    around = writer.render(point).at(SUM)
    if opened.own:
        around = f"{inner.symbol(opened.name)} = {around}"
    opening = " \\text{" if where else ""
    by = f"{opening} by an integrable function of }} {variable} \\text{{ around }} {around}"
    return f"{value} \\text{{ is dominated{where}{by}"


def _guarded(function: Bind, writer: Writer) -> tuple[str, str, str]:
    """The value of a function, where it is not 0 by definition (the end of a text), and its variable."""
    opened = open_nest(function, writer.context, nested=False)
    inner = writer.inside(opened.context)
    name = opened.variables[0][0]
    value, where = opened.body, ""
    match value:
        case Apply("if", (condition, part, other)) if other == ZERO or (
            isinstance(other, Apply) and other.head == "zeros"
        ):
            value = part
            inside = set_of(condition, name, inner)
            where = f" on }} {inside}" if inside else f" where }} {inner.render(condition).at(IFF)}"
    return inner.render(value).at(SUM), where, inner.symbol(name)
