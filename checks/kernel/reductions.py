"""What a rule leaves to show: pure functions from a goal, and what a certificate gives, to statements.

Both sides use them: the search to know what it has to find, ``verification`` to know what it has to check.

Trusted for sufficiency: if the statements that come out are true where they are to be shown, so is the goal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from checks.averaging import averages, occurs_below_expectation
from checks.contexts import Context, Declaration, open_in
from checks.kernel.definedness import obligations, of_type, within
from checks.kernel.relations import OPPOSITE, TURNED, negation
from checks.lengths import fits, is_number
from checks.shapes import type_of
from checks.terms import (
    NATURAL,
    OF_DEFINEDNESS,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Number,
    Symbol,
    Term,
    Type,
    abstract,
    add,
    conjunction,
    free_symbols,
    fresh_name,
    instantiate,
    is_closed,
    is_name,
    map_children,
    multiply,
    number,
    open_binder,
    relation,
    substitute,
    subtract,
    type_symbols,
)


class Rejected(Exception):
    """The certificate does not establish the statement; the message says which rule failed and where.

    What to do: nothing for an author; a search that hands over such a certificate is at fault.
    """


Discharge = Callable[[Context, Term], None]


def check_value(context: Context, value: Term, domain: Type, discharge: Discharge) -> None:
    """Sees to it that a value is defined, fits a type and lies in its range."""
    if not is_closed(value) or not fits(type_of(value, context), domain, context):
        raise Rejected("a value of the wrong type")
    for needed in (*obligations(value, context), *of_type(domain, context)):
        discharge(context, needed)
    for needed in within(value, domain, context):
        discharge(context, needed)


def refuse_random_below_expectation(context: Context, binder: Bind, value: Term) -> None:
    """Raises ``Rejected`` when an expectation would integrate a value that is put for a binder's variable."""
    if context.mentions_random(value) and any(
        occurs_below_expectation(part, context) for part in (binder.condition, binder.body)
    ):
        raise Rejected("a random value for a variable below an expectation")


def at_position(
    context: Context, term: Term, position: Sequence[int], change: Callable[[Context, Term], Term]
) -> Term:
    """The term with the part at a position changed; a binder on the way is opened, its range assumed.

    A position counts arguments; the body of a binder is its only argument, 0.  A branch of an ``if`` counts only
    where it is taken, so its test is assumed there.
    """
    if not position:
        return change(context, term)
    first, rest = position[0], position[1:]
    if isinstance(term, Apply) and averages(term.head, context):
        # Below an expectation nothing holds that holds at one outcome only.
        context = context.everywhere()
    match term:
        case Apply(head, arguments) if 0 <= first < len(arguments):
            inner = in_branch(context, arguments[0], first) if head == "if" else context
            changed = at_position(inner, arguments[first], rest, change)
            return Apply(head, (*arguments[:first], changed, *arguments[first + 1 :]))
        case Bind(head, domain, condition, _, hint) if first == 0:
            inner, variable, body = open_in(context, term)
            changed = at_position(inner, body, rest, change)
            return Bind(head, domain, condition, abstract(changed, variable.name), hint)
        case _:
            raise Rejected("no such position")


def in_branch(context: Context, test: Term, position: int) -> Context:
    """The context in which an argument of an ``if`` counts."""
    return (context, context.suppose(test), context.suppose(negation(test)))[position]


def combined_goal(
    context: Context, goal: Term, statements: Sequence[Term], factors: Sequence[Term]
) -> tuple[Term, list[Term]]:
    """What remains of a goal when multiples of known relations are taken from its difference.

    From l_i R_i r_i and c_i (c_i >= 0 unless R_i is =): the goal s R t follows from
    Σ c_i (r_i − l_i) R' t − s, where R' is <= (or = for =), and < is carried by any strict part.
    """
    match goal:
        case Apply("=" | "<=" | "<" | ">=" | ">" as head, (left, right)):
            pass
        case _:
            raise Rejected("only comparisons combine")
    if head in (">=", ">"):
        left, right, head = right, left, "<=" if head == ">=" else "<"
    parts: list[Term] = []
    side: list[Term] = []
    strict = False
    for statement, factor in zip(statements, factors, strict=True):
        match statement:
            case Apply("=" | "<=" | "<" | ">=" | ">" as known, (low, high)):
                pass
            case _:
                raise Rejected("only comparisons combine")
        if not is_number(type_of(low, context)) or not is_number(type_of(factor, context)):
            raise Rejected("only comparisons of numbers combine")
        if known in (">=", ">"):
            low, high, known = high, low, "<=" if known == ">=" else "<"
        if known != "=":
            if head == "=":
                raise Rejected("an inequality does not give an equation")
            positive = known == "<" and head == "<" and not strict
            side.append(relation(ZERO, "<" if positive else "<=", factor))
            strict = strict or positive
        parts.append(multiply(factor, subtract(high, low)))
    rest_head = "=" if head == "=" else ("<=" if head == "<=" or strict else "<")
    return relation(add(*parts) if parts else ZERO, rest_head, subtract(right, left)), side


def scaled_difference(goal: Term, factor: Term) -> tuple[Term, Term]:
    """``(equation, sign)`` that make ``l1 R r1 iff l2 R r2`` true: r1 − l1 = c (r2 − l2) and 0 < c."""
    match goal:
        case Apply("iff", (Apply(first, (a, b)), Apply(second, (c, d)))) if (
            first in OPPOSITE and second in OPPOSITE
        ):
            pass
        case _:
            raise Rejected("only an equivalence of comparisons is scaled")
    if first != second:
        if TURNED[first] != second:
            raise Rejected("two different relations")
        c, d = d, c
    sign = relation(factor, "!=", ZERO) if first in ("=", "!=") else relation(ZERO, "<", factor)
    return relation(subtract(b, a), "=", multiply(factor, subtract(d, c))), sign


def exhibited(context: Context, goal: Term, value: Term) -> Iterator[Term]:
    """What an ``exists`` needs of a value: definedness, range, condition, body."""
    match goal:
        case Bind("exists", domain, _, _):
            refuse_random_below_expectation(context, goal, value)
            needed: list[Term] = []
            check_value(context, value, domain, lambda _, statement: needed.append(statement))
            condition, body = open_binder(goal, value)
            yield from needed
            if condition != TRUE:
                yield condition
            yield body
        case _:
            raise Rejected("only an existence is exhibited")


def obtained(context: Context, statement: Term, name: str) -> Context:
    """The context with a symbol for the thing that an existence speaks of."""
    match statement:
        case Bind("exists", domain, _, _) if name not in context.names() and is_name(name):
            if context.mentions_random(statement):
                raise Rejected("what exists may depend on the outcome")
            symbol = Symbol(name)
            condition, body = open_binder(statement, symbol)
            inner = context.declare(Declaration(name, domain))
            return inner.suppose(condition).suppose(body)
        case _:
            raise Rejected("only an existence is named, and by a new name")


def extremal_parts(context: Context, goal: Term) -> tuple[Term, Term]:
    """The two statements that make ``greatest {a | P(a)} = t`` or ``sup[x | P(x)] f(x) = t`` true.

    greatest: P(t) with t in the range, and P(b) gives b <= t.  sup: f(x) <= t for all x, and t <= u for every
    u that bounds f; together with the conditions of definedness these say what least upper bound means.
    """
    match goal:
        case Apply("=", (Bind("greatest" | "least" as head, domain, condition, _, hint) as binder, value)):
            refuse_random_below_expectation(context, binder, value)
            if not fits(type_of(value, context), domain, context):
                raise Rejected("a value of the wrong type")
            member = conjunction(*within(value, domain, context), instantiate(condition, value))
            other = Symbol(fresh_name(hint, context.names() | free_symbols(value)))
            comparison = relation(other, "<=" if head == "greatest" else ">=", value)
            body = abstract(comparison, other.name)
            return member, Bind("forall", domain, condition, body, hint)
        case Apply("=", (Bind("sup" | "inf" as head, domain, condition, body, hint), value)):
            sign = "<=" if head == "sup" else ">="
            used_names = context.names() | free_symbols(value) | free_symbols(goal)
            variable = Symbol(fresh_name(hint, used_names))
            bound = Symbol(fresh_name("u", used_names | {variable.name}))
            opened = instantiate(body, variable)

            def bounded(by: Term) -> Term:
                return Bind(
                    "forall", domain, condition, abstract(relation(opened, sign, by), variable.name), hint
                )

            least = Bind(
                "forall", REAL, abstract(bounded(bound), bound.name),
                abstract(relation(value, sign, bound), bound.name), "u",
            )  # fmt: skip
            return bounded(value), least
        case _:
            raise Rejected("neither a greatest element nor a supremum")


def unfolded(context: Context, term: Term, names: frozenset[str]) -> Term:
    """The term with the named definitions and lets opened everywhere and ``lambda`` applied to its arguments.

    Below what says that terms are defined no definition is opened, whose type is a condition, and only variables and
    numbers are put for parameters: nothing that may be undefined is lost there.
    """

    def change(part: Term, depth: int, bare: bool) -> Term:
        inside = bare or (isinstance(part, Apply) and part.head in OF_DEFINEDNESS)
        part = map_children(part, lambda child, inner: change(child, inner, inside), depth)
        match part:
            case Symbol(name) if name in names and name in context.lets:
                return change(context.lets[name], depth, bare)
            case Apply(head, arguments) if head in names and head in context.definitions and not bare:
                definition = context.definitions[head]
                values = {p.name: a for p, a in zip(definition.parameters, arguments, strict=True)}
                return change(substitute(definition.body, values), depth, bare)
            case Apply("call", (Bind("lambda", _, _, body), first, *rest)) if not (
                context.mentions_random(first) and occurs_below_expectation(body, context)
            ):
                if bare and not _is_plain(first):
                    return part
                value = instantiate(body, first)
                return change(Apply("call", (value, *rest)) if rest else value, depth, bare)
            case _:
                return part

    return change(term, 0, False)


def _is_plain(term: Term) -> bool:
    """Whether a term is always defined because nothing is done in it."""
    return isinstance(term, Symbol | Bound | Number)


def induction_parts(context: Context, goal: Term, name: str) -> tuple[Term, Context, Term]:
    """The base, and the context and goal of the step, of an induction on a natural number of the context.

    The symbol must be a natural number of which nothing else is assumed.
    """
    declaration = context.declarations.get(name)
    if declaration is None or declaration.type != NATURAL or declaration.law is not None:
        raise Rejected(f"{name} is no natural number")
    if name in context.held or any(name in free_symbols(fact.statement) for fact in context.facts) or any(
        name in free_symbols(body) for body in context.lets.values()
    ):
        raise Rejected(f"something is assumed of {name}")
    for other in context.declarations.values():
        if other.name != name and name in _symbols_of(other):
            raise Rejected(f"the declaration of {other.name} depends on {name}")
    step = substitute(goal, {name: add(Symbol(name), number(1))})
    return substitute(goal, {name: ZERO}), context.suppose(goal, "hypothesis", "hypothesis"), step


def _symbols_of(declaration: Declaration) -> frozenset[str]:
    """The symbols that a declaration's type and law mention."""
    law = declaration.law
    terms = () if law is None else (*law.parameters, law.mean, law.variance)
    found = [free_symbols(term) for term in terms if term is not None]
    return type_symbols(declaration.type).union(*found)
