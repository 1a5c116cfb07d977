"""Atoms: what no rule opens, over its arguments in normal form; and statements as the numbers 1 and 0.

Trusted for calling two things by one key only if they are one function of equal arguments: an atom carries the kind,
the lengths and the parts of all that it abstracts over.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from checks.averaging import AVERAGING, averages
from checks.kernel.algebra import nonnegative_bracket, zero_bracket
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    ABSTRACTED,
    ONE_COEFFICIENT,
    UNIT,
    Atom,
    Form,
    Sum,
    TooLarge,
    constant,
    from_atom,
    scale,
    scaled_form,
    sum_forms,
)
from checks.kernel.opening import resolved, type_tag
from checks.kernel.relations import OPPOSITE
from checks.terms import (
    OF_DEFINEDNESS,
    ONE,
    ORDER_RELATIONS,
    PROPOSITION,
    RELATIONS,
    TRUE,
    Apply,
    Bind,
    Function,
    Index,
    Symbol,
    Tensor,
    Term,
    add,
    instantiate,
    negate,
    subtract,
    type_terms,
)


def own_symbols(name: str) -> frozenset[str]:
    """The symbols of an atom by its name: none for a variable over which an atom abstracts."""
    return frozenset((name,)) if name[0] != ABSTRACTED else frozenset()


def operator_atom(x: Expansion, head: str, arguments: Sequence[Term]) -> Atom:
    """The atom of an operator or definition that no rule opens."""
    tag, name = ("definition", head) if head in x.context.definitions else (head, "")
    if not averages(head, x.context):
        return atom_of(x, tag, name, arguments)
    with x.everywhere():
        inner = atom_of(x, tag, name, arguments)
    return Atom(tag, name, inner.parts, slots=inner.slots, averages=True, bound=inner.bound)


def predicate_atom(x: Expansion, head: str, arguments: Sequence[Term]) -> Atom:
    """The truth value of a predicate that no rule opens; raises ``TooLarge`` for one that looks at terms."""
    if head in OF_DEFINEDNESS:
        raise TooLarge("whether a term is defined is not a matter of its value")
    if head not in AVERAGING:
        return atom_of(x, "iverson", head, arguments)
    with x.everywhere():
        inner = atom_of(x, "iverson", head, arguments)
    return Atom("iverson", head, inner.parts, slots=inner.slots, averages=True, bound=inner.bound)


def atom_of(x: Expansion, tag: str, name: str, arguments: Sequence[Term]) -> Atom:
    """The atom with arguments in normal form; an array comes with its lengths."""
    parts: list[Form] = []
    slots: list[int] = []
    names: list[str] = []
    for argument in arguments:
        found, variables = _parts(x, argument)
        parts.extend(found)
        slots.extend([0] * (len(found) - 1) + [len(variables)])
        names.extend(variables)
    closed, bound = x.closed(parts, names)
    return Atom(tag, name, closed, slots=tuple(slots), bound=bound)


def call_atom(x: Expansion, function: Term, values: Sequence[Term], indices: Sequence[Term]) -> Atom:
    """The atom of an abstract function at its arguments, or of an entry of its value."""
    if not isinstance(function, Symbol):
        raise TooLarge("a call of something that is neither a symbol nor a lambda")
    inner = atom_of(x, "call", function.name, (*values, *indices))
    random = x.context.is_random(function.name)
    symbols = own_symbols(function.name)
    return Atom(
        "call", function.name, inner.parts, random=random, symbols=symbols, slots=inner.slots, bound=inner.bound
    )


def _parts(x: Expansion, argument: Term) -> tuple[list[Form], list[str]]:
    """An argument in normal form, lengths of an array first, and the variables that it abstracts over."""
    kind = x.type_of(argument)
    if isinstance(kind, Tensor):
        lengths = [x.form(length) for length in kind.shape]
        types = [Index(ONE, length) for length in kind.shape]
        with x.abstracted(types, lambda _: TRUE) as variables:
            entry = x.finish(x.rules.component(x, argument, tuple(variables)))
        return [*lengths, entry], [variable.name for variable in variables]
    if kind == PROPOSITION:
        return [x.finish(indicator(x, argument))], []
    if isinstance(kind, Function):
        argument = resolved(x, argument)
        if isinstance(argument, Symbol):
            random = x.context.is_random(argument.name)
            symbols = own_symbols(argument.name)
            return [x.finish(from_atom(Atom("function", argument.name, random=random, symbols=symbols)))], []
        if isinstance(argument, Bind):
            return [x.finish(from_atom(binder_atom(x, argument)))], []
        raise TooLarge("a function that is neither a symbol nor a lambda")
    return [x.form(argument)], []


def binder_atom(x: Expansion, term: Bind) -> Atom:
    """The atom of a binder that no rule opens; its condition is known in the body, not in itself."""
    if any(depth for _, depth in type_terms(term.domain)):
        raise TooLarge("a binder over functions whose values have varying lengths")
    types = [x.form(part) for part, _ in type_terms(term.domain)]
    with x.abstracted([term.domain], lambda _: TRUE) as outside:
        condition = x.finish(indicator(x, instantiate(term.condition, outside[0])))
    with x.abstracted([term.domain], lambda variables: instantiate(term.condition, variables[0])) as inside:
        body, names = _parts(x, instantiate(term.body, inside[0]))
    condition = x.with_variables(condition, {outside[0].name: inside[0].name})
    parts, bound = x.closed((*types, condition, *body), (inside[0].name, *names))
    slots = [0] * (len(types) + len(body)) + [len(names)]
    return Atom("binder", f"{term.head} {type_tag(term.domain)}", parts, slots=tuple(slots), bound=bound)


def indicator(x: Expansion, statement: Term) -> Sum:
    """1 where the statement holds, else 0; what the context assumes holds, and its negation does not."""
    for fact in x.context.facts:
        if fact.statement == statement:
            return constant(1)
        if isinstance(statement, Apply) and statement.head in ("=", "!="):
            opposite = Apply("!=" if statement.head == "=" else "=", statement.arguments)
            if fact.statement == opposite:
                return []
    match statement:
        case Apply("true", ()):
            return constant(1)
        case Apply("false", ()):
            return []
        case Apply("not", (inner,)):
            return complement(x, indicator(x, inner))
        case Apply("and", parts):
            result = constant(1)
            for part in parts:
                result = x.times(result, indicator(x, part))
            return result
        case Apply("or", parts):
            result = constant(1)
            for part in parts:
                result = x.times(result, complement(x, indicator(x, part)))
            return complement(x, result)
        case Apply("implies", (left, right)):
            return complement(x, x.times(indicator(x, left), complement(x, indicator(x, right))))
        case Apply("iff", (left, right)):
            first, second = indicator(x, left), indicator(x, right)
            both = x.times(first, second)
            return x.collected(
                constant(1) + scale(first, fmpq(-1)) + scale(second, fmpq(-1)) + scale(both, fmpq(2))
            )
        case Apply(head, (left, right)) if head in RELATIONS and not isinstance(x.type_of(left), Tensor):
            return _relation_indicator(x, head, left, right)
        case Apply("!=", (left, right)):
            return complement(x, indicator(x, Apply("=", (left, right))))
        case Apply("=", (left, right)):
            difference = add(left, negate(right))
            return from_atom(atom_of(x, "all-zero", "", (difference,)))
        case Apply(head, arguments):
            return from_atom(predicate_atom(x, head, arguments))
        case Bind():
            return from_atom(binder_atom(x, statement))
        case _:
            raise TooLarge("a statement that has no indicator")


def _relation_indicator(x: Expansion, head: str, left: Term, right: Term) -> Sum:
    difference = x.finish(x.rules.translate(x, subtract(left, right)))
    opposite = scaled_form(difference, fmpq(-1))
    match head:
        case "=":
            return zero_bracket(x, difference)
        case "!=":
            return complement(x, zero_bracket(x, difference))
        case "<=":
            return nonnegative_bracket(x, opposite)
        case ">=":
            return nonnegative_bracket(x, difference)
        case "<" | ">":
            greater = opposite if head == "<" else difference
            if x.is_integral(greater):
                return nonnegative_bracket(x, sum_forms((ONE_COEFFICIENT, greater), (fmpq(-1), UNIT)))
            return complement(x, nonnegative_bracket(x, scaled_form(greater, fmpq(-1))))
        case _:
            return from_atom(predicate_atom(x, head, (left, right)))


def complement(x: Expansion, indicator: Sum) -> Sum:
    return x.collected(constant(1) + scale(indicator, fmpq(-1)))


def opposite(x: Expansion, statement: Term, holds: Sum) -> Sum:
    """The indicator of the negation, as a bracket of its own where whole numbers are compared."""
    match statement:
        case Apply(head, (left, right)) if head in ORDER_RELATIONS and x.is_integral(x.form(subtract(left, right))):
            return _relation_indicator(x, OPPOSITE[head], left, right)
        case _:
            return complement(x, holds)
