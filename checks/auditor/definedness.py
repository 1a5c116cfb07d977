"""What makes a term defined, and whether that is known.

DESIGN §3: ``s R t`` claims that both sides are defined.  Each operation asks for its own conditions, in the context of
the binders and branches around it; below an expectation they have to hold at every outcome.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.auditor.kinds import (
    Uncovered,
    at_arguments,
    flat,
    fresh,
    is_number,
    is_whole,
    kind_of,
    opened_definition,
)
from checks.auditor.scopes import everywhere, is_averaging, negation, range_of, suppose, under
from checks.auditor.terms import (
    ONE,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Context,
    Number,
    Symbol,
    Term,
    Type,
    instantiate,
    map_type,
    shift,
    type_terms,
)

Need = tuple[Context, Term]


def needs(context: Context, term: Term) -> Iterator[Need]:
    """What makes a closed term defined: statements, each in the context in which it has to hold."""
    match term:
        case Symbol(name) if name in context.lets:
            yield from needs(context, context.lets[name])
        case Bind():
            yield from _of_binder(context, term)
        case Apply(head, arguments):
            if head in ("and", "or", "implies"):
                inner = context
                for argument in arguments:
                    yield from needs(inner, argument)
                    inner = suppose(inner, negation(argument) if head == "or" else argument)
            elif head == "if" and len(arguments) == 3:
                test, first, second = arguments
                yield from needs(context, test)
                yield from needs(suppose(context, test), first)
                yield from needs(suppose(context, negation(test)), second)
            elif head in ("defined", "summable", "continuously_differentiable", "dominated"):
                # These say themselves that what they speak of is defined.
                for argument in arguments[1:]:
                    yield from needs(context, argument)
            elif head in ("derivative", "differentiable"):
                yield from needs(context, arguments[1])
                if head == "derivative":
                    yield context, Apply("differentiable", arguments)
            elif head == "call" and isinstance(arguments[0], Bind) and arguments[0].head == "lambda":
                yield from _of_opened(context, arguments[0], arguments[1:])
            else:
                inner = everywhere(context) if is_averaging(context, term) else context
                for argument in arguments:
                    yield from needs(inner, argument)
                yield from _own(context, term)


def _of_opened(context: Context, binder: Bind, values: tuple[Term, ...]) -> Iterator[Need]:
    if binder.condition != TRUE:
        raise Uncovered("a function on a part of its domain")
    first, *rest = values
    yield from needs(context, first)
    yield from ((context, each) for each in range_of(first, binder.domain))
    value = instantiate(binder.body, first)
    yield from needs(context, Apply("call", (value, *rest)) if rest else value)


def of_type(context: Context, kind: Type) -> Iterator[Need]:
    """What makes the terms of a type defined."""
    for each in [] if type(kind) is tuple and kind[0] == "function" else type_terms(kind):
        yield from needs(context, each)
    if type(kind) is tuple and kind[0] == "tensor":
        yield from ((context, Apply("<=", (ZERO, length))) for length in kind[1])


def _of_binder(context: Context, term: Bind) -> Iterator[Need]:
    yield from of_type(context, term.domain)
    name = fresh(context)
    declared = context.declare(name, term.domain)
    inner, body = under(context, term, name)
    yield from needs(declared, instantiate(term.condition, Symbol(name)))
    yield from needs(inner, body)
    outer, condition = map_type(term.domain, lambda each, depth: shift(each, 1, depth)), shift(term.condition, 1, 1)
    match term.head:
        case "sum" | "product" if not (type(term.domain) is tuple and term.domain[0] == "index"):
            raise Uncovered(f"a {term.head} over more than a range")
        case "integral":
            value = term.body if term.condition == TRUE else Apply("if", (term.condition, term.body, ZERO))
            yield context, Apply("summable", (Bind("lambda", term.domain, TRUE, value),))
        case "sup" | "inf":
            yield context, Bind("exists", term.domain, TRUE, term.condition)
            sides = (shift(term.body, 1, 1), Bound(1))
            bounded = Apply("<=" if term.head == "sup" else ">=", sides)
            yield context, Bind("exists", "real", TRUE, Bind("forall", outer, condition, bounded))
        case "greatest" | "least":
            sides = (shift(term.body, 1, 1), Bound(1))
            best = Bind("forall", outer, condition, Apply("<=" if term.head == "greatest" else ">=", sides))
            yield context, Bind("exists", term.domain, TRUE, Apply("and", (term.condition, best)))


def _own(context: Context, term: Apply) -> Iterator[Need]:
    """What an operation asks of its arguments."""
    if term.head in context.definitions:
        if context.definitions[term.head].opaque:
            yield context, Apply("defined", (term,))
        else:
            yield from needs(context, opened_definition(context, term))
        return
    match term:
        case Apply("divide" | "modulo", (_, below)):
            if not (isinstance(below, Number) and below.value):
                yield context, Apply("!=", (below, ZERO))
        case Apply("power", (base, exponent)):
            yield from _of_power(context, base, exponent)
        case Apply("sqrt" | "log", (inner,)):
            if not is_number(kind_of(context, inner)):
                raise Uncovered(f"{term.head} of an array")
            yield context, Apply("<=" if term.head == "sqrt" else "<", (ZERO, inner))
        case Apply("inverse", (inner,)):
            yield context, Apply("invertible", (inner,))
        case Apply("factorial", (inner,)):
            yield context, Apply("<=", (ZERO, inner))
        case Apply("binomial", (above, below)):
            yield context, Apply("<=", (ZERO, below))
            yield context, Apply("<=", (below, above))
        case Apply("identity" | "ones" | "zeros", lengths):
            yield from ((context, Apply("<=", (ZERO, length))) for length in lengths)
        case Apply("entry", (array, *indices)):
            for index, length in zip(indices, kind_of(context, array)[1], strict=False):
                yield from ((context, each) for each in range_of(index, ("index", ONE, length)))
        case Apply("call", (function, *values)):
            _, domains, _ = flat(kind_of(context, function))
            for position, value in enumerate(values):
                domain = at_arguments(domains[position], tuple(values[:position]))
                if kind_of(context, value) != domain:
                    yield from ((context, each) for each in range_of(value, domain))
        case Apply("expectation", (inner,)):
            yield context, Apply("integrable", (inner,))


def _of_power(context: Context, base: Term, exponent: Term) -> Iterator[Need]:
    scalar = is_number(kind_of(context, base))
    nonzero = Apply("!=", (base, ZERO))
    match exponent:
        case Number(value) if scalar and value.denominator == 1:
            if value < 0:
                yield context, nonzero
        case Number(value) if scalar:
            yield context, Apply("<" if value < 0 else "<=", (ZERO, base))
        case _ if is_whole(kind_of(context, exponent)):
            natural = Apply("<=", (ZERO, exponent))
            yield context, Apply("or", (nonzero, natural)) if scalar else natural
        case _:
            yield context, Apply("<", (ZERO, base))
