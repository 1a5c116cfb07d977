"""Derivatives and integrals of numbers between SymPy and terms.

SymPy's integral from a to b is oriented and its limits may be in any order; ours is taken where a condition
holds.  So the upper limit goes out as the greater of the two, unless it is known to be that, and limits whose
order is not known come in as the difference of both integrals, of which one is over nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from checks.contexts import Context, Fact
from checks.terms import (
    INTEGER,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Function,
    Symbol,
    Term,
    bind,
    conjunction,
    free_symbols,
    negate,
    relation,
    substitute,
    subtract,
)
from derive.printing import bound_name, rank_of
from derive.printing.derivatives import open_function
from derive.printing.integrals import limits
from derive.sympy_bridge.heads import UnknownSymbol, UnsupportedExpression, inert_head, scalar_symbol, sympy

if TYPE_CHECKING:
    from derive.sympy_bridge.inward import Reader
    from derive.sympy_bridge.outward import Usual

MAX_ORDER = 20

# -- outward -------------------------------------------------------------------------------------------


def usual_derivative(function: Term, point: Term, usual: Usual) -> Any:
    """``Derivative(t, x)`` of a number in a number, or ``Subs`` of one at another point."""
    written = function
    if not isinstance(function, Bind):
        name = bound_name("x", usual.context.names() | free_symbols(point))
        written = bind("lambda", name, REAL, Apply("call", (function, Symbol(name))))
    opened = open_function(written, point, usual.context)
    if opened is None or opened.kind != REAL or rank_of(opened.body, opened.context) != 0:
        # An inert head would be a number to SymPy, which commutes with matrices.
        raise UnsupportedExpression("derivative", "SymPy has none of or in arrays; an entry of one is kept inert")
    inside = usual.inside(opened.context)
    variable = inside.convert(Symbol(opened.name))
    found = sympy().Derivative(inside.convert(opened.body), variable)
    return sympy().Subs(found, variable, usual.convert(point)) if opened.own else found


def inert_derivative(function: Term, point: Term, usual: Usual) -> Any:
    """A derivative of which an entry is taken, not evaluated."""
    return inert_head("derivative")(usual.convert(function), usual.convert(point))


def usual_integral(condition: Term, body: Term, name: str, inside: Usual) -> Any | None:
    """``Integral(t, (x, a, b))`` of a number over numbers; None where SymPy has no such condition."""
    module = sympy()
    if rank_of(body, inside.context) != 0:
        return None
    ends = (None, None) if condition == TRUE else limits(condition, name)
    if ends is None:
        where = inside.convert(condition)
        if not isinstance(where, module.logic.boolalg.Boolean):
            return None
        value = module.Piecewise((inside.convert(body), where), (0, True))
        return module.Integral(value, (inside.convert(Symbol(name)), -module.oo, module.oo))
    low, high = (None if end is None else inside.convert(end) for end in ends)
    if low is not None and high is not None:
        high = module.Max(low, high)
    if low is not None and low.is_nonnegative:
        inside = inside.inside(_not_negative(name, inside.context))
    variable = inside.convert(Symbol(name))
    return module.Integral(
        inside.convert(body), (variable, -module.oo if low is None else low, module.oo if high is None else high)
    )


def _not_negative(name: str, context: Context) -> Context:
    return context.assume(Fact(relation(ZERO, "<=", Symbol(name)), "declared"))


# -- inward --------------------------------------------------------------------------------------------


def read_derivative(expression: Any, reader: Reader) -> Term:
    """A derivative of a number in declared real numbers, taken in the order in which SymPy lists them."""
    term = reader.read(expression.expr)
    if rank_of(term, reader.context) != 0:
        raise UnsupportedExpression("Derivative", "of an array")
    for variable, times in expression.variable_count:
        if not times.is_Integer or not 0 <= int(times) <= MAX_ORDER:
            raise UnsupportedExpression("Derivative", f"of the order {times}")
        symbol = _real_symbol(variable, reader)
        for _ in range(int(times)):
            term = Apply("derivative", (bind("lambda", symbol.name, REAL, term), symbol))
    return term


def _real_symbol(variable: Any, reader: Reader) -> Symbol:
    if not isinstance(variable, sympy().Symbol):
        raise UnsupportedExpression("Derivative", f"in {variable}, which is no symbol")
    symbol = reader.symbol(variable, variable.name)
    declared = reader.context.declarations.get(symbol.name) if isinstance(symbol, Symbol) else None
    if not isinstance(symbol, Symbol) or declared is None or declared.type != REAL:
        raise UnsupportedExpression("Derivative", f"in {variable}, which is not declared as a real number")
    return symbol


def read_substitution(expression: Any, reader: Reader) -> Term:
    """An expression at a point, which its variables do not share with what is outside."""
    values: dict[str, Term] = {}
    inner = reader
    for variable, point in zip(expression.variables, expression.point, strict=True):
        kind = INTEGER if variable.is_integer else REAL
        inner, name = inner.under(variable, variable.name, kind)
        values[name] = reader.read(point)
    return substitute(inner.read(expression.expr), values)


def read_integral(expression: Any, reader: Reader) -> Term:
    """SymPy's first limits are those of the innermost integral."""
    opened: list[tuple[str, str, Sequence[Any], Reader]] = []
    for limit in reversed(expression.limits):
        if len(limit) != 3:
            raise UnsupportedExpression("Integral", "it needs a lower and an upper limit")
        variable, low, high = limit
        inner, name = reader.under(variable, variable.name, REAL)
        least = _declared(low if _order(low, high, reader) == 1 else high, reader)
        if _order(low, high, reader) and least.is_nonnegative:
            inner = replace(inner, context=_not_negative(name, inner.context))
        opened.append((name, variable.name, (low, high), reader))
        reader = inner
    term = reader.read(expression.function)
    if rank_of(term, reader.context) != 0:
        raise UnsupportedExpression("Integral", "of an array")
    for name, hint, (low, high), outer in reversed(opened):
        term = _oriented(term, (name, hint), low, high, outer)
    return term


def _oriented(body: Term, variable: tuple[str, str], low: Any, high: Any, outer: Reader) -> Term:
    order = _order(low, high, outer)
    forward = None if order == -1 else _between(body, variable, low, high, outer)
    backward = None if order == 1 else _between(body, variable, high, low, outer)
    if forward is None and backward is not None:
        return negate(backward)
    if forward is None:
        raise UnsupportedExpression("Integral", "its limits have no order")
    return forward if backward is None else subtract(forward, backward)


def _between(body: Term, variable: tuple[str, str], low: Any, high: Any, outer: Reader) -> Term:
    name, hint = variable
    parts = []
    if low != -sympy().oo:
        parts.append(relation(outer.read(low), "<=", Symbol(name)))
    if high != sympy().oo:
        parts.append(relation(Symbol(name), "<=", outer.read(high)))
    found = bind("integral", name, REAL, body, conjunction(*parts) if parts else TRUE)
    return replace(found, hint=bound_name(hint.lstrip("_"), frozenset()))


def _order(low: Any, high: Any, reader: Reader) -> int:
    """1 where the lower limit is known not to exceed the upper, -1 where it is not below it, 0 otherwise.

    What counts is what the context says of symbols, not what the expression's own symbols assume.
    """
    module = sympy()
    infinite = {module.oo, -module.oo}
    if low in infinite or high in infinite:
        return 1 if low == -module.oo or high == module.oo else -1
    if isinstance(high, module.Max) and low in high.args:
        return 1
    difference = _declared(high - low, reader)
    if difference.is_nonnegative:
        return 1
    return -1 if difference.is_nonpositive else 0


def _declared(expression: Any, reader: Reader) -> Any:
    return expression.xreplace({each: _as_declared(each, reader) for each in expression.free_symbols})


def _as_declared(symbol: Any, reader: Reader) -> Any:
    """The symbol with the assumptions that the context makes, none for what is no plain symbol of it."""
    try:
        found = reader.symbol(symbol, str(symbol))
    except UnknownSymbol:
        return sympy().Dummy(str(symbol))
    declared = reader.context.declarations.get(found.name) if isinstance(found, Symbol) else None
    if declared is None or not isinstance(found, Symbol) or isinstance(declared.type, Function):
        return sympy().Dummy(str(symbol), real=True)
    return scalar_symbol(found.name, declared.type, reader.context)
