"""Derivatives: the differential of a term in a direction, and what makes it exist.

For a term t in which the symbol x stands, ``differential`` gives D t[dx], linear in the direction dx, and
``conditions`` gives statements under which t, where it is defined, is defined around x and differentiable there
with that derivative (M. Spivak, Calculus on Manifolds, chapter 2; for inverse and determinant J. Magnus,
H. Neudecker, Matrix Differential Calculus, chapter 8).  Both follow the structure of the term, with one rule for
each operator.  What no rule opens (a supremum, an expectation, an abstract function at x itself) keeps its
derivative as it stands, ``derivative(lambda x. t, x)``; that it exists is then a condition of its own.

Trusted for derivatives and for what makes them exist: every operation that is opened is continuously differentiable
where its conditions hold, and the conditions are open: what holds at x holds around x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from checks.averaging import occurs_below_expectation
from checks.contexts import Context, Declaration, open_in
from checks.kernel.derivative_rules import RULES, Scope, fresh_names, is_determinant, jacobi, shape_of, zero_of
from checks.shapes import type_of
from checks.terms import (
    CONNECTIVES,
    FALSE,
    ONE,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
    Number,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
    abstract,
    add,
    bind,
    called,
    conjunction,
    free_symbols,
    fresh_name,
    instantiate,
    multiply,
    number,
    open_binder,
    power,
    relation,
    substitute,
)

Obligations = Callable[[Term, Context], Iterable[Term]]
"""Def of a term in a context, which module ``definedness`` computes."""

# -- functions at points -------------------------------------------------------------------------------


def directional(function: Term, point: Term, direction: Term, context: Context) -> Term | None:
    """The derivative of a function at a point in a direction, written out; None where no rule opens it.

    All symbols of the direction are declared in the context.
    """
    inner, symbol, body = _applied(function, context)
    if not may_take(body, symbol, point, context):
        return None
    body = _unwrapped(body, symbol, inner)
    if symbol.name not in free_symbols(body):
        return zero_of(type_of(body, inner))
    if _is_kept_as_it_stands(body, symbol, inner):
        return None
    found = differential(body, Scope(symbol, direction, inner, differential))
    return substitute(found, {symbol.name: point})


def differentiability(
    function: Term, point: Term, context: Context, definedness: Obligations
) -> tuple[Term, ...]:
    """Statements that make a function defined around a point and differentiable there."""
    inner, symbol, body = _applied(function, context)
    if not may_take(body, symbol, point, context):
        return (Apply("differentiable", (function, point)),)
    found = [*definedness(body, inner), *conditions(body, symbol, inner)]
    return tuple(dict.fromkeys(substitute(statement, {symbol.name: point}) for statement in found))


def smoothness(function: Term, order: int, context: Context, definedness: Obligations) -> tuple[Term, ...] | None:
    """Statements that give a function written as a lambda that many continuous derivatives; None for others."""
    inner, body = context, _resolved(function, context)
    variables: list[tuple[Symbol, Type]] = []
    while isinstance(body, Bind) and body.head == "lambda":
        domain = body.domain
        inner, symbol, body = open_in(inner, body)
        variables.append((symbol, domain))
    if not variables or isinstance(type_of(body, inner), Function):
        return None
    found = list(definedness(body, inner))
    for symbol, domain in variables:
        if _is_space(domain):
            found.extend(conditions(body, symbol, inner, max(order, 1)))
    for symbol, domain in reversed(variables):
        found = [bind("forall", symbol.name, domain, statement) for statement in found]
    return tuple(dict.fromkeys(found))


def may_take(body: Term, symbol: Symbol, value: Term, context: Context) -> bool:
    """Whether a value may take the place of a symbol: nothing that varies gets below an expectation."""
    return _may_enter(abstract(body, symbol.name), value, context)


def _may_enter(body: Term, value: Term, context: Context) -> bool:
    """Whether a value may take the place of the variable of the binder around ``body``."""
    if not occurs_below_expectation(body, context):
        return True
    return not context.mentions_random(value) and all(name[0] not in "%@" for name in free_symbols(value))


def _applied(function: Term, context: Context) -> tuple[Context, Symbol, Term]:
    """A context with a fresh symbol for the argument of a function of one argument, the symbol, the value there."""
    function = _resolved(function, context)
    if isinstance(function, Bind) and function.head == "lambda":
        return open_in(context, function)
    kind = type_of(function, context)
    if not isinstance(kind, Function) or len(kind.domains) != 1:
        raise ValueError("not a function of one argument")
    symbol = Symbol(fresh_name("x", context.names()))
    inner = context.declare(Declaration(symbol.name, kind.domains[0]))
    return inner, symbol, Apply("call", (function, symbol))


def _resolved(term: Term, context: Context) -> Term:
    while isinstance(term, Symbol) and term.name in context.lets:
        term = context.lets[term.name]
    return term


# -- the differential ----------------------------------------------------------------------------------


def differential(term: Term, scope: Scope) -> Term:
    """D term[direction], a term of the type of ``term`` in which the symbol still stands."""
    symbol, context = scope.symbol, scope.context
    term = _unwrapped(term, symbol, context)
    if symbol.name not in free_symbols(term):
        return zero_of(type_of(term, context))
    if term == symbol:
        return scope.direction
    match term:
        case Bind("sum" | "array" as head, domain, condition, _, hint) if _opens_binder(term, symbol):
            inner, variable, body = open_in(context, term)
            changed = differential(body, scope.within(inner))
            return Bind(head, domain, condition, abstract(changed, variable.name), hint)
        case Bind("product") if _opens_binder(term, symbol):
            return _of_product(term, scope)
        case Apply(head, arguments) if _opens(term, symbol, context):
            content = _under_even_power(term, symbol, context)
            if content is not None:
                return differential(content, scope)
            return RULES[head].differential(arguments, scope)
        case _:
            return _chain_rule(term, scope)


def _of_product(term: Bind, scope: Scope) -> Term:
    """D Π_k f_k = Σ_k Df_k Π_{l ≠ k} f_l (M. Spivak, Calculus on Manifolds, theorem 2-3, by induction).

    Nothing is divided by, so factors may be 0.
    """
    inner, variable, body = open_in(scope.context, term)
    changed = differential(body, scope.within(inner))
    other = Symbol(fresh_name(variable.name, inner.names() | free_symbols(changed)))
    condition, factor = open_binder(term, other)
    apart = relation(other, "!=", variable)
    among = apart if condition == TRUE else conjunction(condition, apart)
    rest = bind("product", other.name, term.domain, factor, among)
    return Bind("sum", term.domain, term.condition, abstract(multiply(changed, rest), variable.name), term.hint)


def conditions(term: Term, symbol: Symbol, context: Context, order: int = 0) -> list[Term]:
    """What makes a term differentiable in the symbol where it is defined; nothing where it does not occur.

    With an ``order``: what gives it that many continuous derivatives.
    """
    whole, term = term, _unwrapped(term, symbol, context)
    if term != whole:
        return [
            *_of_what_is_opened(whole, symbol, context, order),
            *(conditions(term, symbol, context, order) if symbol.name in free_symbols(term) else ()),
        ]
    if symbol.name not in free_symbols(term) or term == symbol:
        return []
    match term:
        case Bind("sum" | "array" | "product", domain, condition, _, hint) if _opens_binder(term, symbol):
            inner, variable, body = open_in(context, term)
            return [
                Bind("forall", domain, condition, abstract(statement, variable.name), hint)
                for statement in conditions(body, symbol, inner, order)
            ]
        case Apply("power") if _opens(term, symbol, context):
            content = _under_even_power(term, symbol, context)
            if content is not None:
                return [
                    *_of_what_is_opened(term.arguments[0], symbol, context, order),
                    _differentiable_square(content, symbol, context),
                    *conditions(content, symbol, context, order),
                ]
        case Apply("abs", (content,)) if not isinstance(type_of(content, context), Tensor):
            return [_away_or_never_negative(content, symbol, context), *conditions(content, symbol, context, order)]
        case Apply("iverson", (test,)) if _opens(term, symbol, context):
            return _of_test(test, symbol, context, order)
        case Apply("if", (test, left, right)) if _opens(term, symbol, context):
            found = _of_test(test, symbol, context, order)
            for guard, part in ((test, left), (Apply("not", (test,)), right)):
                found.extend(Apply("implies", (guard, s)) for s in conditions(part, symbol, context, order))
            return found
    if isinstance(term, Apply) and _opens(term, symbol, context):
        found = list(RULES[term.head].needs(term.arguments, symbol, context))
        for argument in term.arguments:
            found.extend(conditions(argument, symbol, context, order))
        return found
    return _chain_conditions(term, symbol, context, order)


def _of_what_is_opened(term: Term, symbol: Symbol, context: Context, order: int) -> list[Term]:
    """What makes the arguments of opened calls, and the points and functions of opened derivatives, differentiable.

    They may play no part in what is opened, but have to be defined around the point as well.
    """
    found: list[Term] = []
    while isinstance(term, Apply) and symbol.name in free_symbols(term):
        opened = _unwrapped_once(term, context)
        if opened is None:
            break
        for argument in term.arguments[1:] if term.head in ("call", "derivative") else term.arguments:
            found.extend(_of_argument(argument, symbol, context, order))
        if term.head == "derivative" and is_determinant(term.arguments[0]):
            found.append(Apply("invertible", term.arguments[1:]))
        if term.head == "derivative":
            found.extend(_of_differentiated(term, symbol, context, order))
        term = opened
    return found


def _of_differentiated(derivative: Apply, symbol: Symbol, context: Context, order: int) -> list[Term]:
    """What makes a function that is differentiated at a point defined there for all values around the symbol's.

    What does not move with the function's own variable leaves no trace in its derivative.
    """
    function, point = derivative.arguments
    if symbol.name not in free_symbols(function):
        return []
    inner, variable, body = _applied(function, context)
    return [substitute(needed, {variable.name: point}) for needed in conditions(body, symbol, inner, order)]


def _of_argument(argument: Term, symbol: Symbol, context: Context, order: int) -> list[Term]:
    if symbol.name not in free_symbols(argument):
        return []
    if not isinstance(type_of(argument, context), Function):
        return conditions(argument, symbol, context, order)
    if not (isinstance(argument, Bind) and argument.head == "lambda"):
        return [FALSE]
    inner, variable, body = open_in(context, argument)
    return [
        bind("forall", variable.name, argument.domain, statement)
        for statement in _of_argument(body, symbol, inner, order)
    ]


def _of_test(test: Term, symbol: Symbol, context: Context, order: int) -> list[Term]:
    """What keeps the truth of a test as it is around a point: its sides differ, and are continuous."""
    found = list(_boundary(test, symbol) or ())
    pending = [test]
    while pending:
        part = pending.pop()
        if isinstance(part, Apply) and part.head in CONNECTIVES:
            pending.extend(part.arguments)
        elif isinstance(part, Apply):
            for side in part.arguments:
                found.extend(conditions(side, symbol, context, order))
    return found


def _under_even_power(term: Term, symbol: Symbol, context: Context) -> Term | None:
    """t^k for sqrt(t)^(2k)."""
    match term:
        case Apply("power", (base, Number(value))) if value.denominator == 1 and value > 0 and value % 2 == 0:
            match _unwrapped(base, symbol, context):
                case Apply("sqrt", (content,)) if not isinstance(type_of(content, context), Tensor):
                    return content if value == 2 else power(content, Number(value / 2))
    return None


def _away_or_never_negative(content: Term, symbol: Symbol, context: Context) -> Term:
    """|t| has a derivative where t is not 0; and where t >= 0 everywhere, as |t| is t then, and D t = 0 where t = 0."""
    away = relation(content, "!=", ZERO)
    if not _is_square(content):
        return away
    kind = context.declarations[symbol.name].type
    return Apply("or", (away, bind("forall", symbol.name, kind, relation(ZERO, "<=", content))))


def _is_square(content: Term) -> bool:
    """Whether a number is written as a sum or product of squares, so that its sign is worth asking for."""
    match content:
        case Apply("dot", (left, right)):
            return left == right
        case Apply("power", (_, Number(value))):
            return value.denominator == 1 and value > 0 and value % 2 == 0
        case Apply("add" | "multiply", parts) | Bind("sum", _, _, parts):
            return all(map(_is_square, parts)) if isinstance(parts, tuple) else _is_square(parts)
        case _:
            return False


def _differentiable_square(content: Term, symbol: Symbol, context: Context) -> Term:
    """sqrt(t)^(2k) is t^k around x where t > 0 at x, or t >= 0 everywhere."""
    if isinstance(content, Apply) and content.head == "power":
        content = content.arguments[0]
    kind = context.declarations[symbol.name].type
    everywhere = bind("forall", symbol.name, kind, relation(ZERO, "<=", content))
    return Apply("or", (relation(ZERO, "<", content), everywhere))


# -- opening what stands for something else ------------------------------------------------------------


def _unwrapped(term: Term, symbol: Symbol, context: Context) -> Term:
    """The term with the head opened, as long as it is an abbreviation, a lambda applied, or a derivative."""
    while symbol.name in free_symbols(term) and isinstance(term, Apply):
        opened = _unwrapped_once(term, context)
        if opened is None:
            return term
        term = opened
    return term


def _unwrapped_once(term: Apply, context: Context) -> Term | None:
    head, arguments = term.head, term.arguments
    definition = context.definitions.get(head)
    if definition is not None:
        if definition.opaque:
            return None
        return substitute(
            definition.body, {p.name: a for p, a in zip(definition.parameters, arguments, strict=True)}
        )
    if head == "call":
        function, values = called(term)
        function = _resolved(function, context)
        if isinstance(function, Bind) and function.head == "lambda":
            if not _may_enter(function.body, values[0], context):
                return None
            value = instantiate(function.body, values[0])
            return Apply("call", (value, *values[1:])) if values[1:] else value
        return None if term.arguments[0] == function else Apply("call", (function, *values))
    if head == "derivative" and is_determinant(arguments[0]):
        return jacobi(arguments[1])
    return _by_entries(term, context) if head == "derivative" else None


def _by_entries(term: Apply, context: Context) -> Term | None:
    """A derivative as the array of its entries, or the number that it is; None where it is kept as it stands."""
    function, point = term.arguments
    inside = shape_of(type_of(point, context))
    outside = shape_of(type_of(term, context))[: -len(inside) or None]
    names = fresh_names(len(inside) + len(outside), context)
    for name, length in zip(names, (*outside, *inside), strict=True):
        context = context.declare(Declaration(name, Index(ONE, length)))
    places = [Symbol(name) for name in names]
    found = directional(function, point, basis(inside, places[len(outside) :]), context)
    if found is None:
        return None
    entry: Term = Apply("entry", (found, *places[: len(outside)])) if outside else found
    for name, length in reversed(list(zip(names, (*outside, *inside), strict=True))):
        entry = bind("array", name, Index(ONE, length), entry)
    return entry


def basis(shape: Sequence[Term], places: Sequence[Term]) -> Term:
    """The array of a shape that is 1 at one place and 0 elsewhere; the number 1 where there is no shape."""
    if not shape:
        return ONE
    used = frozenset[str]().union(*(free_symbols(term) for term in (*shape, *places)))
    names: list[str] = []
    for _ in shape:
        names.append(fresh_name("k", used.union(names)))
    equal = [relation(Symbol(name), "=", place) for name, place in zip(names, places, strict=True)]
    entry: Term = Apply("iverson", (conjunction(*equal),))
    for name, length in reversed(list(zip(names, shape, strict=True))):
        entry = bind("array", name, Index(ONE, length), entry)
    return entry


def _opens_binder(term: Bind, symbol: Symbol) -> bool:
    """Whether a sum, a product or an array runs over what does not depend on the symbol."""
    if not isinstance(term.domain, Index):
        return False
    outside = (term.domain.low, term.domain.high, term.condition)
    return all(symbol.name not in free_symbols(part) for part in outside)


def _opens(term: Apply, symbol: Symbol, context: Context) -> bool:
    """Whether a rule opens the term's head, given where the symbol stands in it."""
    match term:
        case Apply("if" | "iverson", (test, *_)):
            return _boundary(test, symbol) is not None
        case Apply("entry", (_, *indices)):
            return all(symbol.name not in free_symbols(index) for index in indices)
        case Apply("power", (base, exponent)) if isinstance(type_of(base, context), Tensor):
            return symbol.name not in free_symbols(exponent)
        case Apply("identity" | "ones" | "zeros"):
            return False
        case _:
            return term.head in RULES


def _boundary(test: Term, symbol: Symbol) -> tuple[Term, ...] | None:
    """Statements under which the truth of a test does not change around a point; None where none are known."""
    if symbol.name not in free_symbols(test):
        return ()
    match test:
        case Apply("=" | "!=", (left, right)) | Apply("<=" | "<" | ">=" | ">", (left, right)):
            return (relation(left, "!=", right),)
        case Apply("and" | "or" | "not" | "implies" | "iff", parts):
            found: tuple[Term, ...] = ()
            for part in parts:
                inner = _boundary(part, symbol)
                if inner is None:
                    return None
                found += inner
            return found
        case _:
            return None


# -- the chain rule for what is kept -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place of an argument on which a kept term depends smoothly: what stands there, and how to fill it.

    ``binds`` are names that what is filled in must not bring along.
    """

    value: Term
    fill: Callable[[Term], Term]
    binds: frozenset[str] = frozenset()


def _slots(term: Term, symbol: Symbol, context: Context) -> list[_Slot] | None:
    """The arguments of an abstract function, or of its derivative, in which the symbol stands.

    None where the symbol stands elsewhere, too.
    """
    match term:
        case Apply("call", (function, *arguments)) if symbol.name not in free_symbols(function):
            slots = []
            for position, argument in enumerate(arguments):
                if symbol.name not in free_symbols(argument):
                    continue
                if not _is_space(type_of(argument, context)):
                    return None
                slots.append(_Slot(argument, _filler(term, position + 1)))
            return slots
        case Apply("derivative", (function, point)):
            inner, variable, body = _applied(function, context)
            if not _stands_alone(body, variable, inner):
                return None
            point_slot = [_Slot(point, _filler(term, 1))] if symbol.name in free_symbols(point) else []
            if symbol.name not in free_symbols(function):
                return point_slot
            inside = _slots(body, symbol, inner)
            if inside is None or any(variable.name in free_symbols(slot.value) for slot in inside):
                return None
            kind = inner.declarations[variable.name].type
            return [
                *(
                    _Slot(slot.value, _under_derivative(slot, variable, kind, point), slot.binds | {variable.name})
                    for slot in inside
                ),
                *point_slot,
            ]
        case _:
            return None


def _stands_alone(body: Term, variable: Symbol, context: Context) -> bool:
    """Whether the variable of a kept derivative is one of the arguments of an abstract function, and in no other."""
    slots = _slots(body, variable, context)
    return slots is not None and len(slots) == 1 and slots[0].value == variable


def _filler(term: Apply, position: int) -> Callable[[Term], Term]:
    before, after = term.arguments[:position], term.arguments[position + 1 :]
    return lambda value: Apply(term.head, (*before, value, *after))


def _under_derivative(slot: _Slot, variable: Symbol, kind: Type, point: Term) -> Callable[[Term], Term]:
    def fill(value: Term) -> Term:
        return Apply("derivative", (bind("lambda", variable.name, kind, slot.fill(value)), point))

    return fill


def _is_space(kind: Type) -> bool:
    return isinstance(kind, Tensor) or kind == Scalar("real")


def _is_kept_as_it_stands(term: Term, symbol: Symbol, context: Context) -> bool:
    """Whether the derivative of an unwrapped term in the symbol has no other form."""
    if term == symbol:
        return False
    if term == Apply("determinant", (symbol,)):
        return True
    match term:
        case Bind("sum" | "array" | "product") if _opens_binder(term, symbol):
            return False
        case Apply() if _opens(term, symbol, context):
            return False
    slots = _slots(term, symbol, context)
    return slots is None or (len(slots) == 1 and slots[0].value == symbol)


def _chain_rule(term: Term, scope: Scope) -> Term:
    symbol, direction, context = scope.symbol, scope.direction, scope.context
    slots = _slots(term, symbol, context)
    if slots is None or (len(slots) == 1 and slots[0].value == symbol):
        return _along(_derivative_in(term, symbol, symbol, context), symbol, direction, context)
    parts = []
    for slot in slots:
        variable, filled = _with_variable(slot, context)
        inner = context.declare(Declaration(variable.name, type_of(slot.value, context)))
        whole = _derivative_in(filled, variable, slot.value, inner)
        parts.append(_along(whole, slot.value, differential(slot.value, scope), context))
    return add(*parts)


def _with_variable(slot: _Slot, context: Context) -> tuple[Symbol, Term]:
    variable = Symbol(fresh_name("u", context.names() | slot.binds))
    return variable, slot.fill(variable)


def _derivative_in(term: Term, variable: Symbol, point: Term, context: Context) -> Apply:
    kind = context.declarations[variable.name].type
    return Apply("derivative", (bind("lambda", variable.name, kind, term), point))


def _along(derivative: Term, point: Term, direction: Term, context: Context) -> Term:
    """A derivative applied to a direction: the sum over the entries of the argument."""
    inside = shape_of(type_of(point, context))
    if not inside:
        return multiply(derivative, direction)
    outside = shape_of(type_of(derivative, context))[: -len(inside)]
    names = fresh_names(len(inside) + len(outside), context)
    places = [Symbol(name) for name in names]
    result: Term = multiply(
        Apply("entry", (derivative, *places)), Apply("entry", (direction, *places[len(outside) :]))
    )
    lengths = list(zip(names, (*outside, *inside), strict=True))
    for position, (name, length) in reversed(list(enumerate(lengths))):
        result = bind("array" if position < len(outside) else "sum", name, Index(ONE, length), result)
    return result


def _chain_conditions(term: Term, symbol: Symbol, context: Context, order: int) -> list[Term]:
    slots = _slots(term, symbol, context)
    if slots is None:
        if order:
            return [FALSE]
        return [_differentiable(_derivative_in(term, symbol, symbol, context))]
    found: list[Term] = []
    for slot in slots:
        found.extend(conditions(slot.value, symbol, context, order))
    function, depth = _function_below(term, context)
    wanted = depth + max(order, 1)
    if is_smooth(function, wanted, context):
        return found
    if order or len(slots) > 1:
        return [Apply("continuously_differentiable", (function, number(wanted))), *found]
    variable, filled = _with_variable(slots[0], context)
    inner = context.declare(Declaration(variable.name, type_of(slots[0].value, context)))
    whole = _derivative_in(filled, variable, slots[0].value, inner)
    return [_differentiable(whole), *found]


def _differentiable(derivative: Apply) -> Term:
    """The statement that a derivative exists, of f itself where the function is ``lambda u. f(u)``."""
    function, point = derivative.arguments
    match function:
        case Bind("lambda", _, _, Apply("call", (Symbol() as called, Bound(0)))):
            function = called
    return Apply("differentiable", (function, point))


def _function_below(term: Term, context: Context) -> tuple[Term, int]:
    """The abstract function of a kept term with slots, and how often it is differentiated there."""
    depth = 0
    while isinstance(term, Apply) and term.head == "derivative":
        context, _, term = _applied(term.arguments[0], context)
        depth += 1
    if not isinstance(term, Apply):
        raise ValueError("no function")
    return term.arguments[0], depth


def is_smooth(function: Term, order: int, context: Context) -> bool:
    """Whether the context declares that a function has that many continuous derivatives."""
    for fact in context.facts:
        match fact.statement:
            case Apply("continuously_differentiable", (known, Number(value))) if known == function:
                if value >= order:
                    return True
    return False


