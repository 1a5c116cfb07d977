"""Def(t): what must hold for a term or statement to be defined (DESIGN §3).

``obligations`` reads them off the structure, as statements of the given context; those under a binder are
closed by ``for all``, with the binder's condition as a hypothesis.  They are proved like any other statement.

Trusted for leaving out no condition: each operator has one case here, and a statement is claimed to be defined only
when all that its parts ask for is proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from checks.averaging import AVERAGING
from checks.contexts import Context, Declaration, Definition, open_in
from checks.kernel.calculus import differentiability, smoothness
from checks.kernel.derivative_rules import zero_of
from checks.lengths import is_integer, is_number, same_length, uncurried
from checks.shapes import type_of
from checks.terms import (
    DIMENSION,
    NATURAL,
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
    Number,
    Symbol,
    Tensor,
    Term,
    Type,
    abstract,
    bind,
    codomain_at,
    conjunction,
    conjuncts,
    domain_at,
    free_symbols,
    fresh_name,
    instantiate,
    multiply,
    relation,
    substitute,
    substitute_type,
    type_terms,
)


def obligations(term: Term, context: Context) -> tuple[Term, ...]:
    """The statements that make a well-typed term or statement defined, each once, trivial ones left out."""
    known = context.remembered.obligations.get(term)
    if known is None:
        found = dict.fromkeys(statement for statement in _of(term, context) if not _is_trivial(statement))
        known = context.remembered.obligations[term] = tuple(found)
    return known


def undischarged(term: Term, context: Context) -> tuple[Term, ...]:
    """The obligations that nothing before has established in the context."""
    return tuple(needed for needed in obligations(term, context) if needed not in context.standing)


def _is_trivial(statement: Term) -> bool:
    while True:
        match statement:
            case Bind("forall", _, _, body):
                statement = body
            case Apply("always", (inner,)):
                statement = inner
            case Apply("implies", (premise, conclusion)):
                if conclusion in conjuncts(premise):
                    return True
                statement = conclusion
            case _:
                break
    match statement:
        case Apply("true", ()):
            return True
        case Apply("!=", (Number(left), Number(right))):
            return left != right
        case Apply("<=", (Number(left), Number(right))) | Apply(">=", (Number(right), Number(left))):
            return left <= right
        case Apply("<", (Number(left), Number(right))) | Apply(">", (Number(right), Number(left))):
            return left < right
        case _:
            return False


def _of(term: Term, context: Context) -> Iterator[Term]:
    match term:
        case Number() | Bound():
            return
        case Symbol(name):
            if name in context.lets:
                yield from _of(context.lets[name], context)
        case Bind():
            yield from _of_binder(term, context)
        case Apply("implies", (left, right)):
            yield from _of(left, context)
            yield from (_implied(left, statement) for statement in _of(right, context))
        case Apply("and", arguments):
            for position, argument in enumerate(arguments):
                before = conjunction(*arguments[:position])
                yield from (_implied(before, statement) for statement in _of(argument, context))
        case Apply("if", (statement, left, right)):
            yield from _of(statement, context)
            yield from (_implied(statement, part) for part in _of(left, context))
            yield from (_implied(Apply("not", (statement,)), part) for part in _of(right, context))
        case Apply("defined" | "summable" | "continuously_differentiable", _):
            return
        case Apply("derivative", (function, point)):
            yield from _of(point, context)
            yield from differentiability(function, point, context, _of)
        case Apply("differentiable" | "dominated", (_, point)):
            # That the function is defined is part of what they say.
            yield from _of(point, context)
        case Apply(head, arguments) if head in AVERAGING:
            everywhere = context.everywhere()
            for argument in arguments:
                yield from (_at_every_outcome(statement, context) for statement in _of(argument, everywhere))
            if head == "expectation":
                yield Apply("integrable", arguments)
        case Apply(head, arguments):
            definition = context.definitions.get(head)
            if definition is not None:
                yield from _of_definition(term, context)
                return
            for argument in arguments:
                yield from _of(argument, context)
            yield from _of_operator(head, arguments, context)


def _at_every_outcome(statement: Term, context: Context) -> Term:
    """What an expectation needs of its argument, which holds at all outcomes and not at the one looked at only."""
    return Apply("always", (statement,)) if context.mentions_random(statement) else statement


def _implied(hypothesis: Term, statement: Term) -> Term:
    return statement if hypothesis == TRUE else Apply("implies", (hypothesis, statement))


def _of_definition(term: Apply, context: Context) -> Iterator[Term]:
    definition = context.definitions[term.head]
    values: dict[str, Term] = {}
    for parameter, argument in zip(definition.parameters, term.arguments, strict=True):
        yield from _of(argument, context)
        kind = substitute_type(parameter.type, values)
        yield from _of_type(kind, context)
        yield from within(argument, kind, context)
        values[parameter.name] = argument
    if definition.opaque:
        yield Apply("defined", (term,))
    else:
        yield from _of_body(definition, values, context)


def _of_body(definition: Definition, values: Mapping[str, Term], context: Context) -> Iterator[Term]:
    """What makes the body of a definition defined, and a member of the type that is written on it."""
    body = substitute(definition.body, values)
    yield from _of(body, context)
    yield from within(body, substitute_type(definition.type, values), context)


def parts_of_defined(statement: Term, context: Context) -> tuple[Term, ...] | None:
    """What a statement of definedness or differentiability comes to; None for others.

    ``defined(t)``: for an opaque definition what its body needs, else Def(t).
    """
    match statement:
        case Apply("defined", (Apply(head, arguments) as term,)):
            definition = context.definitions.get(head)
            if definition is None or not definition.opaque:
                return obligations(term, context)
            values = {p.name: a for p, a in zip(definition.parameters, arguments, strict=True)}
            own = tuple(need for need in obligations(term, context) if need != statement)
            inside = (need for need in _of_body(definition, values, context) if not _is_trivial(need))
            return (*own, *dict.fromkeys(inside))
        case Apply("defined", (term,)):
            return obligations(term, context)
        case Apply("differentiable", (function, point)):
            found = differentiability(function, point, context, _of)
            return None if statement in found else tuple(need for need in found if not _is_trivial(need))
        case Apply("summable", (Bind("lambda") as function,)):
            return summable_parts(function, context)
        case Apply("continuously_differentiable", (function, Number(order))):
            needs = smoothness(function, int(order), context, _of)
            return None if needs is None else tuple(need for need in needs if not _is_trivial(need))
        case _:
            return None


def summable_parts(function: Bind, context: Context) -> tuple[Term, ...] | None:
    """What makes a sum, a multiple or a negative of functions summable, on a set too; None for other functions.

    Summable functions form a vector space (W. Rudin, Real and Complex Analysis, theorem 1.32).
    """
    inner, symbol, body = open_in(context, function)
    zero = zero_of(type_of(body, inner))
    test: Term | None = None
    match body:
        case Apply("if", (condition, value, other)) if other == zero:
            test, body = condition, value
    needed: list[Term] = []
    match body:
        case Apply("multiply"):
            factors = _factors(body)
            moving = [factor for factor in factors if symbol.name in free_symbols(factor)]
            fixed = [factor for factor in factors if symbol.name not in free_symbols(factor)]
            if not moving or not fixed:
                return None
            for factor in fixed:
                needed.extend(obligations(factor, context))
            parts: tuple[Term, ...] = (multiply(*moving),)
        case Apply("divide", (top, bottom)) if symbol.name not in free_symbols(bottom):
            needed.extend((*obligations(bottom, context), relation(bottom, "!=", ZERO)))
            parts = (top,)
        case Apply("negate", parts) | Apply("add", parts):
            pass
        case _:
            return None
    for part in parts:
        if type_of(part, inner) != type_of(body, inner) and not (zero == ZERO and is_number(type_of(part, inner))):
            return None
        value = part if test is None else Apply("if", (test, part, zero))
        needed.append(Apply("summable", (bind("lambda", symbol.name, function.domain, value),)))
    return tuple(dict.fromkeys(needed))


def _factors(term: Term) -> list[Term]:
    """The factors of a product, those of products in it included."""
    match term:
        case Apply("multiply", parts):
            return [factor for part in parts for factor in _factors(part)]
        case _:
            return [term]


def of_type(kind: Type, context: Context) -> tuple[Term, ...]:
    """What makes the terms in a type defined, trivial conditions left out."""
    return tuple(statement for statement in _of_type(kind, context) if not _is_trivial(statement))


def _of_type(kind: Type, context: Context) -> Iterator[Term]:
    """What makes the lengths and ends in a type defined, at all arguments where it is one of functions."""
    if not isinstance(kind, Function):
        for part, _ in type_terms(kind):
            yield from _of(part, context)
        return
    inner = context
    found: list[Term] = []
    arguments: list[Symbol] = []
    for position in range(len(kind.domains) + 1):
        if position == len(kind.domains):
            place = codomain_at(kind, tuple(arguments))
        else:
            place = domain_at(kind, position, tuple(arguments))
        found.extend(_under(arguments, kind, _of_type(place, inner)))
        if position < len(kind.domains):
            arguments.append(Symbol(fresh_name("a", inner.names())))
            inner = inner.declare(Declaration(arguments[-1].name, place))
    yield from found


def _under(arguments: Sequence[Symbol], kind: Function, statements: Iterable[Term]) -> Iterator[Term]:
    """The statements for all values of the first arguments of a function."""
    for statement in statements:
        for position in range(len(arguments) - 1, -1, -1):
            domain = domain_at(kind, position, tuple(arguments[:position]))
            statement = bind("forall", arguments[position].name, domain, statement)
        yield statement


def within(term: Term, kind: Type, context: Context) -> Iterator[Term]:
    """What makes a number a member of an integer type; nothing for other types."""
    match kind:
        case Index(low, high):
            found = type_of(term, context)
            if isinstance(found, Index) and same_length(found.low, low, context) and (
                same_length(found.high, high, context)
            ):  # fmt: skip
                return
            yield relation(low, "<=", term)
            yield relation(term, "<=", high)
        case _ if kind in (DIMENSION, NATURAL):
            if type_of(term, context) in ((DIMENSION,) if kind == DIMENSION else (DIMENSION, NATURAL)):
                return
            yield relation(ONE if kind == DIMENSION else ZERO, "<=", term)
        case Function() if isinstance(term, Bind) and term.head == "lambda":
            inner, _, body = open_in(context, term)
            if isinstance(kind.codomain, Index) or kind.codomain in (DIMENSION, NATURAL):
                yield from _closed(term, inner, list(within(body, kind.codomain, inner)), context)
        case _:
            return


def _closed(binder: Bind, inner: Context, statements: list[Term], context: Context) -> Iterator[Term]:
    """Statements of the opened context as statements of the outer one."""
    name = next(iter(inner.declarations.keys() - context.declarations.keys()))
    for statement in statements:
        body = abstract(statement, name)
        yield Bind("forall", binder.domain, binder.condition, body, binder.hint)


def _of_binder(term: Bind, context: Context) -> Iterator[Term]:
    yield from _of_type(term.domain, context)
    bare = Bind(term.head, term.domain, TRUE, term.condition, term.hint)
    if term.condition != TRUE:
        inner, _, condition = open_in(context, bare)
        yield from _closed(bare, inner, list(_of(condition, inner)), context)
    inner, variable, body = open_in(context, term)
    yield from _closed(term, inner, list(_of(body, inner)), context)
    match term.head:
        case "integral":
            yield Apply("summable", (integrand(term, context),))
        case "sup" | "inf":
            yield Bind("exists", term.domain, TRUE, term.condition, term.hint)
            bound = Symbol(fresh_name("C", inner.names()))
            head = "<=" if term.head == "sup" else ">="
            inside = bind("forall", variable.name, term.domain, relation(body, head, bound))
            opened = open_in(context, term)[0].facts[len(context.facts) :]
            condition = opened[-1].statement if opened else TRUE
            inside = Bind("forall", term.domain, abstract(condition, variable.name), inside.body, term.hint)
            yield bind("exists", bound.name, REAL, inside)
        case "greatest" | "least":
            other = Symbol(fresh_name("b", inner.names()))
            condition = substitute(open_condition(term, variable), {variable.name: other})
            head = "<=" if term.head == "greatest" else ">="
            beats = bind("forall", other.name, term.domain, relation(other, head, variable), condition)
            yield bind(
                "exists", variable.name, term.domain, conjunction(open_condition(term, variable), beats)
            )
        case _:
            return


def integrand(term: Bind, context: Context) -> Bind:
    """The function whose integral over the whole space an integral is."""
    body = term.body
    if term.condition != TRUE:
        inner, variable, opened = open_in(context, term)
        body = Apply("if", (term.condition, body, abstract(zero_of(type_of(opened, inner)), variable.name)))
    return Bind("lambda", term.domain, TRUE, body, term.hint)


def open_condition(binder: Bind, variable: Term) -> Term:
    """The binder's condition at a value of its variable."""
    return instantiate(binder.condition, variable)


def _of_operator(head: str, arguments: tuple[Term, ...], context: Context) -> Iterator[Term]:
    match head:
        case "divide":
            yield relation(arguments[1], "!=", ZERO)
        case "power":
            yield from _of_power(arguments[0], arguments[1], context)
        case "inverse":
            yield Apply("invertible", arguments)
        case "sqrt" | "log":
            yield from _entrywise(arguments[0], context, "<=" if head == "sqrt" else "<")
        case "entry":
            kind = type_of(arguments[0], context)
            if isinstance(kind, Tensor):
                for index, length in zip(arguments[1:], kind.shape, strict=False):
                    yield from within(index, Index(ONE, length), context)
        case "call":
            function = type_of(arguments[0], context)
            if isinstance(function, Function):
                function = uncurried(function) if len(function.domains) < len(arguments) - 1 else function
                for position, argument in enumerate(arguments[1:]):
                    domain = domain_at(function, position, arguments[1:])
                    yield from _of_type(domain, context)
                    yield from within(argument, domain, context)
                yield from _of_type(codomain_at(function, arguments[1:]), context)
        case "factorial":
            yield relation(ZERO, "<=", arguments[0])
        case "binomial":
            yield relation(ZERO, "<=", arguments[1])
            yield relation(arguments[1], "<=", arguments[0])
        case "modulo":
            yield relation(arguments[1], "!=", ZERO)
        case _:
            return


def _of_power(base: Term, exponent: Term, context: Context) -> Iterator[Term]:
    """What a power asks of its base, by the type of its exponent; written ``t > 0``, unlike what logarithms ask."""
    kind = type_of(exponent, context)
    if isinstance(type_of(base, context), Tensor):
        if not (isinstance(exponent, Number) and exponent.value >= 0) and kind not in (NATURAL, DIMENSION):
            yield relation(ZERO, "<=", exponent)
        return
    match exponent:
        case Number(value) if value.denominator == 1:
            if value < 0:
                yield relation(base, "!=", ZERO)
        case Number(value):
            yield relation(base, ">=" if value > 0 else ">", ZERO)
        case _ if kind in (NATURAL, DIMENSION) or (
            isinstance(kind, Index) and isinstance(kind.low, Number) and kind.low.value >= 0
        ):
            return
        case _ if is_integer(kind):
            # Said so that it holds of an instance whenever it holds of all natural exponents.
            yield Apply("or", (relation(base, "!=", ZERO), relation(ZERO, "<=", exponent)))
        case _:
            yield relation(base, ">", ZERO)


def _entrywise(argument: Term, context: Context, head: str) -> Iterator[Term]:
    """``0 head argument`` for a number, and for each entry of an array."""
    kind = type_of(argument, context)
    if not isinstance(kind, Tensor):
        yield relation(ZERO, head, argument)
        return
    used = set(context.names())
    names = []
    for _ in kind.shape:
        names.append(fresh_name("i", used))
        used.add(names[-1])
    statement: Term = relation(ZERO, head, Apply("entry", (argument, *map(Symbol, names))))
    for name, length in reversed(list(zip(names, kind.shape, strict=True))):
        statement = bind("forall", name, Index(ONE, length), statement)
    yield statement
