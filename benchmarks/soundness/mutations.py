"""Every single mutation of a statement, by kind: what a slip of the pen would make of it.

A mutation changes one place of one statement, or takes one assumption out of its context.  What does not type
any more, or is the statement itself, is left out.  ``KINDS`` says in words what each kind does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from checks.contexts import Context
from checks.lengths import same_type
from checks.shapes import IllTyped, type_of
from checks.terms import (
    PROPOSITION,
    RELATIONS,
    Apply,
    Bind,
    Index,
    Number,
    Symbol,
    Term,
    add,
    free_symbols,
    multiply,
    negate,
    number,
    power,
    substitute,
)

KINDS: Mapping[str, str] = {
    "sign": "a summand, or a side, with the other sign",
    "one more or less": "a number that is no exponent, one greater or smaller",
    "coefficient": "a summand, or a side, doubled or halved",
    "exponent": "an exponent one greater or smaller; a root without the root",
    "symbols swapped": "two symbols of one type exchanged, on one side",
    "indices swapped": "two indices, or arguments, of one array or function exchanged",
    "bound shifted": "an end of a range one greater or smaller",
    "term dropped": "a summand left out",
    "term doubled": "a summand written twice",
    "factor dropped": "a factor, a divisor or a factor of a matrix product left out",
    "E moved": "E taken of the factors, or the base, instead of the product or power; and the other way round",
    "transpose removed": "a matrix instead of its transpose",
    "product turned": "the factors of a matrix product, or an outer product, in the other order",
    "another norm": "one norm of vectors, or of matrices, instead of another",
    "relation changed": "a relation turned round, made strict, or made its opposite",
    "hypothesis removed": "an assumption less in the context",
}

VECTOR_NORMS = ("norm", "rms")
MATRIX_NORMS = ("frobenius", "spectral")
TURNED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}
STRICT = {"<=": "<", ">=": ">"}
SUPPOSED = ("hypothesis", "regularity", "regime", "declared")

Alternatives = Iterator[tuple[str, Term]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A statement in a context that differs in one place from one that is proved.

    ``trial`` is what a model has to satisfy: the context without what was proved on the way.
    """

    kind: str
    context: Context
    statement: Term
    trial: Context


def assumed(context: Context) -> Context:
    """The context without what was proved on the way: this is what a model has to satisfy."""
    facts = tuple(fact for fact in context.facts if fact.kind != "proved")
    return context if len(facts) == len(context.facts) else replace(context, facts=facts)


def mutants(context: Context, statement: Term, trial: Context | None = None) -> Iterator[Mutant]:
    """The mutants of a statement that is proved in a context, each once; ``trial`` is how it was tested."""
    bare = assumed(context)
    tested = bare if trial is None else trial
    seen = {statement}
    for kind, changed in (*_anywhere(statement, False), *_of_sides(statement), *_symbols_swapped(statement, context)):
        if changed not in seen:
            seen.add(changed)
            if _is_statement(changed, context):
                yield Mutant(kind, context, changed, tested)
    for position, fact in enumerate(bare.facts):
        if fact.kind in SUPPOSED:
            without = _leaving_out(bare, position)
            # What was tested otherwise than it was assumed stands in the same place.
            alike = len(tested.facts) == len(bare.facts)
            yield Mutant("hypothesis removed", without, statement, _leaving_out(tested, position) if alike else without)


def _leaving_out(context: Context, position: int) -> Context:
    # What was shown to be defined on the way may rest on it as well.
    facts = (*context.facts[:position], *context.facts[position + 1 :])
    return replace(context, facts=facts, standing=frozenset())


def _is_statement(term: Term, context: Context) -> bool:
    try:
        return type_of(term, context) == PROPOSITION
    except IllTyped:
        return False


# -- places --------------------------------------------------------------------------------------------


def _anywhere(term: Term, exponent: bool) -> Alternatives:
    """The term with one place changed, wherever in it; ``exponent``: it is one itself."""
    match term:
        case Number(value):
            kind = "exponent" if exponent else "one more or less"
            yield from ((kind, number(value + step)) for step in (1, -1))
        case Apply(head, arguments):
            yield from _here(term)
            for position, argument in enumerate(arguments):
                for kind, changed in _anywhere(argument, head == "power" and position == 1):
                    yield kind, _with(term, position, changed)
        case Bind(head, domain, condition, body, hint):
            if isinstance(domain, Index):
                yield from _shifted(term, domain)
                for kind, changed in _anywhere(domain.high, False):
                    if not isinstance(domain.high, Number):
                        yield kind, Bind(head, Index(domain.low, changed), condition, body, hint)
            for kind, changed in _anywhere(condition, False):
                yield kind, Bind(head, domain, changed, body, hint)
            for kind, changed in _anywhere(body, False):
                yield kind, Bind(head, domain, condition, changed, hint)


def _with(term: Apply, position: int, changed: Term) -> Apply:
    return Apply(term.head, (*term.arguments[:position], changed, *term.arguments[position + 1 :]))


def _without(term: Apply, position: int) -> Term:
    rest = (*term.arguments[:position], *term.arguments[position + 1 :])
    return rest[0] if len(rest) == 1 else Apply(term.head, rest)


def _shifted(term: Bind, domain: Index) -> Alternatives:
    ends = [Index(domain.low, _plus(domain.high, step)) for step in (1, -1)]
    if term.head != "array":
        ends += [Index(_plus(domain.low, step), domain.high) for step in (1, -1)]
    for shifted in ends:
        yield "bound shifted", Bind(term.head, shifted, term.condition, term.body, term.hint)


def _plus(end: Term, step: int) -> Term:
    return number(end.value + step) if isinstance(end, Number) else add(end, number(step))


# -- what may happen at one place ----------------------------------------------------------------------


def _here(term: Apply) -> Alternatives:
    for rule in _RULES.get(term.head, ()):
        yield from rule(term)


def _summands(term: Apply) -> Alternatives:
    for position, part in enumerate(term.arguments):
        yield "sign", _with(term, position, _opposite(part))
        yield "coefficient", _with(term, position, multiply(number(2), part))
        yield "term doubled", Apply("add", (*term.arguments[: position + 1], *term.arguments[position:]))
        if len(term.arguments) > 1:
            yield "term dropped", _without(term, position)


def _opposite(term: Term) -> Term:
    match term:
        case Apply("negate", (inner,)):
            return inner
        case _:
            return negate(term)


def _negation(term: Apply) -> Alternatives:
    yield "sign", term.arguments[0]


def _factors(term: Apply) -> Alternatives:
    for position in range(len(term.arguments)):
        if len(term.arguments) > 1:
            yield "factor dropped", _without(term, position)
    expectations = [part for part in term.arguments if isinstance(part, Apply) and part.head == "expectation"]
    if len(expectations) > 1:
        others = tuple(part for part in term.arguments if part not in expectations)
        inside = Apply("expectation", (multiply(*(part.arguments[0] for part in expectations)),))
        yield "E moved", multiply(*others, inside)


def _quotient(term: Apply) -> Alternatives:
    yield "factor dropped", term.arguments[0]


def _matrix_product(term: Apply) -> Alternatives:
    left, right = term.arguments
    yield "product turned", Apply(term.head, (right, left))
    if term.head == "matmul":
        yield "factor dropped", left
        yield "factor dropped", right
        match left, right:
            case Apply("matmul", (first, second)), _:
                yield "product turned", Apply("matmul", (Apply("matmul", (first, right)), second))
            case _, Apply("matmul", (second, third)):
                yield "product turned", Apply("matmul", (second, Apply("matmul", (left, third))))


def _power(term: Apply) -> Alternatives:
    base, exponent = term.arguments
    if not isinstance(exponent, Number):
        for step in (1, -1):
            yield "exponent", power(base, add(exponent, number(step)))
    yield "exponent", base
    match base:
        case Apply("expectation", (inner,)):
            yield "E moved", Apply("expectation", (power(inner, exponent),))


def _root(term: Apply) -> Alternatives:
    yield "exponent", term.arguments[0]


def _expectation(term: Apply) -> Alternatives:
    match term.arguments[0]:
        case Apply("multiply" | "dot" | "matmul" | "outer" | "hadamard" as head, parts):
            yield "E moved", Apply(head, tuple(Apply("expectation", (part,)) for part in parts))
        case Apply("power", (base, exponent)):
            yield "E moved", power(Apply("expectation", (base,)), exponent)
        case Apply("norm" | "rms" | "frobenius" as head, arguments):
            yield "E moved", Apply(head, (*arguments[:-1], Apply("expectation", arguments[-1:])))


def _variance(term: Apply) -> Alternatives:
    yield "E moved", Apply("expectation", (power(term.arguments[-1], number(2)),))


def _transpose(term: Apply) -> Alternatives:
    yield "transpose removed", term.arguments[0]


def _indices(term: Apply) -> Alternatives:
    first, *rest = term.arguments
    for one in range(len(rest)):
        for two in range(one):
            swapped = list(rest)
            swapped[one], swapped[two] = swapped[two], swapped[one]
            yield "indices swapped", Apply(term.head, (first, *swapped))
    for position, index in enumerate(rest):
        if term.head == "entry" and not isinstance(index, Number):
            for step in (1, -1):
                yield "one more or less", _with(term, position + 1, add(index, number(step)))


def _norm(term: Apply) -> Alternatives:
    family = VECTOR_NORMS if term.head in VECTOR_NORMS else MATRIX_NORMS
    for other in family:
        if other != term.head:
            yield "another norm", Apply(other, term.arguments)


def _relation(term: Apply) -> Alternatives:
    left, right = term.arguments
    head = term.head
    if head in TURNED:
        yield "relation changed", Apply(TURNED[head], (left, right))
    if head in STRICT:
        yield "relation changed", Apply(STRICT[head], (left, right))
    if head == "=":
        for other in ("<", ">", "!="):
            yield "relation changed", Apply(other, (left, right))
    if head == "!=":
        yield "relation changed", Apply("=", (left, right))


Rule = Callable[[Apply], Alternatives]

_RULES: Mapping[str, tuple[Rule, ...]] = {
    "add": (_summands,), "negate": (_negation,), "multiply": (_factors,), "hadamard": (_factors,),
    "divide": (_quotient,), "matmul": (_matrix_product,), "outer": (_matrix_product,), "power": (_power,),
    "sqrt": (_root,), "expectation": (_expectation,), "Var": (_variance,), "transpose": (_transpose,),
    "entry": (_indices,), "call": (_indices,),
    **dict.fromkeys((*VECTOR_NORMS, *MATRIX_NORMS), (_norm,)),
    **dict.fromkeys(("=", "!=", *TURNED), (_relation,)),
}  # fmt: skip


# -- what may happen to a side -------------------------------------------------------------------------


def _of_sides(statement: Term) -> Alternatives:
    """One side of the relation with another sign or coefficient; of a relation under binders too."""
    match statement:
        case Apply(head, (left, right)) if head in RELATIONS:
            for position, side in enumerate((left, right)):
                yield "sign", _with(statement, position, _opposite(side))
                for factor in (Fraction(2), Fraction(1, 2)):
                    yield "coefficient", _with(statement, position, multiply(number(factor), side))
        case Apply("implies" | "iff" | "or" | "and", arguments):
            for position, part in enumerate(arguments):
                for kind, changed in _of_sides(part):
                    yield kind, _with(statement, position, changed)
        case Bind("forall" | "exists" as head, domain, condition, body, hint):
            for kind, changed in _of_sides(body):
                yield kind, Bind(head, domain, condition, changed, hint)


def _symbols_swapped(statement: Term, context: Context) -> Alternatives:
    """Two symbols of one type exchanged on one side of the relation."""
    names = sorted(name for name in free_symbols(statement) if name in context.declarations)
    for position, name in enumerate(names):
        for other in names[:position]:
            first, second = context.declarations[name], context.declarations[other]
            if not same_type(first.type, second.type, context):
                continue
            values = {name: Symbol(other), other: Symbol(name)}
            match statement:
                case Apply(head, (left, right)) if head in RELATIONS:
                    yield "symbols swapped", Apply(head, (substitute(left, values), right))
                    yield "symbols swapped", Apply(head, (left, substitute(right, values)))
                case _:
                    yield "symbols swapped", substitute(statement, values)


