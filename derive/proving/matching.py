"""Matching of a lemma's side against a term: first order, and second order on patterns ``f(x, y)``.

A function symbol applied to distinct variables of enclosing binders matches any term, and becomes that term
abstracted over those variables (Miller's patterns; D. Miller, J. Logic Comput. 1, 1991).  A match is a
suggestion: what comes of it is checked like any certificate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import prod
from zlib import crc32

from checks.averaging import averages
from checks.contexts import Context, open_in
from checks.kernel.reductions import in_branch
from checks.shapes import IllTyped, type_of
from checks.terms import (
    ONE,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Function,
    Index,
    Number,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
    bind,
    divide,
    domain_at,
    free_symbols,
    heads,
    instantiate,
    multiply,
    negate,
    number,
    substitute,
    substitute_type,
)

Binding = dict[str, Term]


def match(
    pattern: Term, term: Term, variables: Mapping[str, Type], binding: Binding, local: int = 0
) -> Iterator[Binding]:
    """Bindings under which the pattern may be the term, most literal first."""
    match pattern:
        case Symbol(name) if name in variables:
            held = binding.get(name)
            if held is not None:
                if held == term:
                    yield binding
            elif not _mentions_local(term):
                yield {**binding, name: term}
        case Apply("call", (Symbol(name), *arguments)) if name in variables and _distinct_locals(arguments):
            yield from _second_order(name, arguments, term, variables, binding)
        case Apply("call", (Symbol(name), *arguments)) if isinstance(binding.get(name), Bind):
            # The function is known: its value at the arguments is what has to be there.
            value = _value(binding[name], arguments)
            if value is not None:
                yield from match(value, term, variables, binding, local)
        case Apply(head, arguments):
            literal = False
            if isinstance(term, Apply) and term.head == head and len(term.arguments) == len(arguments):
                for found in _all(arguments, term.arguments, variables, binding, local):
                    literal = True
                    yield found
            if not literal and head in _POLYNOMIAL and _is_equal(pattern, term, variables, binding):
                yield binding
            if head == "multiply":
                yield from _product(arguments, term, variables, binding, local)
        case Bind(head, domain, condition, body):
            if not isinstance(term, Bind) or term.head != head:
                return
            symbol = Symbol(f"~{local}")
            restriction = instantiate(term.condition, symbol)
            opened = instantiate(term.body, symbol)
            # A function that is defined only where the condition holds is taken to be 0 elsewhere.
            bodies = [opened] if restriction == TRUE else [opened, Apply("if", (restriction, opened, ZERO))]
            if head == "integral" and condition == TRUE and restriction != TRUE:
                # An integral over a set is one over the whole space.
                bodies, restriction = bodies[1:], TRUE
            for found in _types(domain, term.domain, variables, binding, local):
                for inner in match(instantiate(condition, symbol), restriction, variables, found, local + 1):
                    for chosen in bodies:
                        yield from match(instantiate(body, symbol), chosen, variables, inner, local + 1)
        case _:
            if pattern == term:
                yield binding


_POLYNOMIAL = frozenset({"add", "multiply", "negate"})


def _is_equal(pattern: Term, term: Term, variables: Mapping[str, Type], binding: Binding) -> bool:
    """Whether a pattern whose variables are all bound looks like a term that is written differently.

    Both are polynomials, and agree at a point chosen by the names of their symbols.
    """
    names = free_symbols(pattern) & variables.keys()
    if not names <= binding.keys() or not (isinstance(term, Symbol) or heads(term) & _POLYNOMIAL):
        return False
    first, second = _at_a_point(substitute(pattern, binding)), _at_a_point(term)
    return first is not None and first == second


def _at_a_point(term: Term) -> Fraction | None:
    """The value of a polynomial where each symbol is a number that its name determines."""
    match term:
        case Number(value):
            return value
        case Symbol(name):
            return Fraction(crc32(name.encode()) + 1)
        case Apply("add" | "multiply" | "negate" as head, arguments):
            values = [_at_a_point(argument) for argument in arguments]
            known = [value for value in values if value is not None]
            if len(known) < len(values):
                return None
            if head == "negate":
                return -known[0]
            return sum(known, Fraction(0)) if head == "add" else prod(known, start=Fraction(1))
        case _:
            return None


def _mentions_local(term: Term) -> bool:
    return any(name[0] == "~" for name in free_symbols(term))


def _distinct_locals(arguments: list[Term]) -> bool:
    names = [a.name for a in arguments if isinstance(a, Symbol) and a.name[0] == "~"]
    return len(names) == len(arguments) == len(set(names))


def _second_order(
    name: str, arguments: list[Term], term: Term, variables: Mapping[str, Type], binding: Binding
) -> Iterator[Binding]:
    kind = variables[name]
    if not isinstance(kind, Function):
        return
    value = term
    for position in range(len(arguments) - 1, -1, -1):
        argument = arguments[position]
        domain = substitute_type(domain_at(kind, position, tuple(arguments)), binding)
        if not isinstance(argument, Symbol):
            return
        value = bind("lambda", argument.name, domain, value)
    if _mentions_local(value):
        return
    value = _named(value)
    held = binding.get(name)
    if held is None:
        yield {**binding, name: value}
    elif held == value:
        yield binding


def _waits(pattern: Term, variables: Mapping[str, Type], binding: Binding) -> bool:
    """Whether a pattern is a value of a function that is not known yet, at what is no variable of a binder."""
    match pattern:
        case Apply("call", (Symbol(name), *arguments)):
            return name in variables and name not in binding and not _distinct_locals(arguments)
        case _:
            return False


def _value(function: Term, arguments: list[Term]) -> Term | None:
    """The value of a nest of lambdas; None where there are more arguments."""
    for argument in arguments:
        if not isinstance(function, Bind) or function.head != "lambda":
            return None
        function = instantiate(function.body, argument)
    return function


def _named(term: Term) -> Term:
    """The lambda with a readable variable name."""
    if isinstance(term, Bind) and term.head == "lambda":
        return Bind("lambda", term.domain, term.condition, _named(term.body), "x")
    return term


def _all(
    patterns: tuple[Term, ...],
    terms: tuple[Term, ...],
    variables: Mapping[str, Type],
    binding: Binding,
    local: int,
) -> Iterator[Binding]:
    if not patterns:
        yield binding
        return
    if len(patterns) > 1 and _waits(patterns[0], variables, binding) and not _waits(patterns[-1], variables, binding):
        # What the function is shows elsewhere.
        yield from _all((*patterns[1:], patterns[0]), (*terms[1:], terms[0]), variables, binding, local)
        return
    for found in match(patterns[0], terms[0], variables, binding, local):
        yield from _all(patterns[1:], terms[1:], variables, found, local)


def _types(
    pattern: Type, kind: Type, variables: Mapping[str, Type], binding: Binding, local: int
) -> Iterator[Binding]:
    match pattern, kind:
        case Scalar(), Scalar() if pattern == kind:
            yield binding
        case Index(a, b), Index(c, d):
            yield from _all((a, b), (c, d), variables, binding, local)
        case Tensor(first), Tensor(second) if len(first) == len(second):
            yield from _all(first, second, variables, binding, local)
        case Function(), Function() if pattern == kind:
            yield binding
        case Function((first,), _), Function((second,), _):
            # What the values are is seen to where the function is used.
            yield from _types(first, second, variables, binding, local)
        case _:
            return


def _product(
    patterns: tuple[Term, ...], term: Term, variables: Mapping[str, Type], binding: Binding, local: int
) -> Iterator[Binding]:
    """A product of k factors against one of more, against a quotient, and against a negative."""
    match term:
        case Apply("multiply", factors) if len(factors) > len(patterns):
            spare = len(factors) - len(patterns) + 1
            yield from _all(
                patterns, (multiply(*factors[:spare]), *factors[spare:]), variables, binding, local
            )
        case Apply("divide", (above, below)):
            yield from _product_or_all(patterns, (divide(ONE, below), above), variables, binding, local)
        case Apply("negate", (Apply("multiply", (first, *rest)),)):
            yield from match(
                Apply("multiply", patterns), multiply(negate(first), *rest), variables, binding, local
            )
        case Apply("if", (condition, inner, other)) if other == ZERO:
            # c · f on a condition is c · (f on the condition).
            for found in match(Apply("multiply", patterns[:-1]) if len(patterns) > 2 else patterns[0],
                               _leading(inner), variables, binding, local):  # fmt: skip
                last = Apply("if", (condition, _last(inner), ZERO))
                yield from match(patterns[-1], last, variables, found, local)
        case Apply("negate", (inner,)):
            yield from _product_or_all(patterns, (number(-1), inner), variables, binding, local)
        case _:
            return


def _leading(term: Term) -> Term:
    """All factors of a product but the last."""
    match term:
        case Apply("multiply", factors):
            return multiply(*factors[:-1])
        case Apply("divide", (_, below)):
            return divide(ONE, below)
        case _:
            return ONE


def _last(term: Term) -> Term:
    match term:
        case Apply("multiply", factors):
            return factors[-1]
        case Apply("divide", (above, _)):
            return above
        case _:
            return term


def _product_or_all(
    patterns: tuple[Term, ...],
    terms: tuple[Term, ...],
    variables: Mapping[str, Type],
    binding: Binding,
    local: int,
) -> Iterator[Binding]:
    if len(patterns) == len(terms):
        yield from _all(patterns, terms, variables, binding, local)


def completed(binding: Binding, variables: Mapping[str, Type], context: Context) -> Binding | None:
    """The binding with lengths read off the types of the matched values, or None when a variable stays open."""
    result = dict(binding)
    for name, kind in variables.items():
        value = result.get(name)
        if value is None or not isinstance(kind, Tensor | Function | Index):
            continue
        try:
            found = type_of(value, context)
        except IllTyped:
            return None
        for extended in _types(kind, found, variables, result, 0):
            result = extended
            break
    for name, kind in variables.items():
        # What nothing determines may be anything that exists, such as a vector of ones.
        if name not in result and isinstance(kind, Tensor):
            shape = tuple(substitute(length, result) for length in kind.shape)
            if not any(free_symbols(length) & variables.keys() for length in shape):
                result[name] = Apply("ones", shape)
    return result if all(name in result for name in variables) else None


def places(
    context: Context, term: Term, prefix: tuple[int, ...] = ()
) -> Iterator[tuple[tuple[int, ...], Context, Term]]:
    """The parts of a term with their positions, outside in, each with the context that stands there."""
    yield prefix, context, term
    match term:
        case Apply(head, arguments):
            if averages(head, context):
                context = context.everywhere()
            for position, argument in enumerate(arguments):
                inner = in_branch(context, arguments[0], position) if head == "if" else context
                yield from places(inner, argument, (*prefix, position))
        case Bind():
            inner, _, body = open_in(context, term)
            yield from places(inner, body, (*prefix, 0))
        case _:
            return
