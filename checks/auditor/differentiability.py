"""Where a function is differentiable: what its operations ask for at the point.

Sums, products, quotients, powers and elementary functions of differentiable functions are differentiable (W. Rudin,
Principles of Mathematical Analysis, theorems 5.3 and 9.15); the conditions are open, so that what satisfies them at the
point does so around it, where the function is then defined.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.auditor.definedness import Need, needs
from checks.auditor.kinds import (
    Uncovered,
    at_arguments,
    carried_out,
    flat,
    fresh,
    is_number,
    is_whole,
    kind_of,
    opened_definition,
)
from checks.auditor.scopes import negation, suppose, under
from checks.auditor.terms import (
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Context,
    Number,
    Symbol,
    Term,
    instantiate,
    loose,
    shift,
    substitute,
    symbols,
    type_terms,
)

SMOOTH = (
    "add", "multiply", "negate", "matmul", "dot", "outer", "transpose", "trace", "hadamard", "determinant", "diagonal",
    "diagonal_matrix", "exp", "sin", "cos", "tanh", "erf",
)  # fmt: skip


def differentiable(context: Context, function: Term, point: Term) -> Iterator[Need]:
    """What makes a function differentiable at a point; raises ``Uncovered`` where no rule says."""
    if not isinstance(function, Bind) or function.head != "lambda" or function.condition != TRUE:
        raise Uncovered("the derivative of a function without a body")
    match function.body:
        case Apply("call", (called, *values)) if loose(called) == 0 and len(values) > 1:
            if [each for each in values if loose(each)] == [Bound(0)]:
                raise Uncovered("the derivative of an abstract function in one argument")
    name = fresh(context)
    inner = context.declare(name, function.domain)
    for where, need in _smooth(inner, instantiate(function.body, Symbol(name)), name, point):
        yield where, substitute(need, {name: point})


def _smooth(context: Context, term: Term, name: str, point: Term) -> Iterator[Need]:
    if name not in symbols(term):
        yield from needs(context, term)
        return
    match term:
        case Symbol():
            return
        case Bind("sum" | "array", domain, condition, _) if not _mentions(name, [*type_terms(domain), condition]):
            inner, body = under(context, term, fresh(context))
            yield from _smooth(inner, body, name, point)
        case Apply("if", (test, first, second)) if name not in symbols(test):
            yield from _smooth(suppose(context, test), first, name, point)
            yield from _smooth(suppose(context, negation(test)), second, name, point)
        case Apply("if", (Apply("<" | ">" | "!=", sides) as test, first, _)):
            # What holds strictly at the point holds around it, so that the other branch does not matter.
            for side in sides:
                yield from _smooth(context, side, name, point)
            yield context, test
            yield from _smooth(context, first, name, point)
        case Apply("call", (Bind("lambda"), *_)):
            yield from _smooth(context, carried_out(context, term), name, point)
        case Apply("call", (function, *values)):
            yield from _of_call(context, function, values, name, point)
        case Apply("entry", (array, *indices)) if not _mentions(name, indices):
            yield from needs(context, substitute(term, {name: point}))
            yield from _smooth(context, array, name, point)
        case Apply(head, arguments):
            if head in context.definitions:
                if context.definitions[head].opaque:
                    raise Uncovered(f"the derivative of {head}")
                yield from _smooth(context, opened_definition(context, term), name, point)
                return
            for argument in arguments:
                yield from _smooth(context, argument, name, point)
            yield from _of_operator(context, term, name)
        case _:
            raise Uncovered("the derivative of a binder")


def _mentions(name: str, terms: list[Term]) -> bool:
    return any(name in symbols(each) for each in terms)


def _of_call(context: Context, function: Term, values: list[Term], name: str, point: Term) -> Iterator[Need]:
    """The chain rule, for an abstract function of which one argument moves."""
    moving = [position for position, value in enumerate(values) if name in symbols(value)]
    if name in symbols(function) or len(moving) != 1:
        raise Uncovered("the derivative of an abstract function in several arguments")
    position = moving[0]
    yield from _smooth(context, values[position], name, point)
    if len(values) == 1:
        yield context, Apply("differentiable", (function, values[0]))
    else:
        arguments = [shift(each, 1) for each in values]
        arguments[position] = Bound(0)
        _, domains, _ = flat(kind_of(context, function))
        domain = at_arguments(domains[position], tuple(values[:position]))
        section = Bind("lambda", domain, TRUE, Apply("call", (shift(function, 1), *arguments)))
        yield context, Apply("differentiable", (section, values[position]))


def _of_operator(context: Context, term: Apply, name: str) -> Iterator[Need]:
    """What an operation asks of its arguments at the point."""
    match term:
        case Apply(head) if head in SMOOTH:
            return
        case Apply("divide", (_, below)):
            yield context, Apply("!=", (below, ZERO))
        case Apply("power", (base, exponent)) if name not in symbols(exponent):
            match exponent:
                case Number(value) if value.denominator == 1 and value >= 0:
                    return
                case Number(value) if value.denominator == 1 and is_number(kind_of(context, base)):
                    yield context, Apply("!=", (base, ZERO))
                case _ if is_whole(kind_of(context, exponent)):
                    yield context, Apply("<=", (ZERO, exponent))
                case _:
                    yield context, Apply("<", (ZERO, base))
        case Apply("log" | "sqrt", (inner,)) if is_number(kind_of(context, inner)):
            yield context, Apply("<", (ZERO, inner))
        case Apply("abs", (inner,)) if is_number(kind_of(context, inner)):
            yield context, Apply("!=", (inner, ZERO))
        case Apply("maximum" | "minimum", (left, right)):
            yield context, Apply("!=", (left, right))
        case Apply("inverse", (inner,)):
            yield context, Apply("invertible", (inner,))
        case Apply(head):
            raise Uncovered(f"the derivative of {head}")
