"""Existence: values to show it by, found from what is known to bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from checks.contexts import Context, Declaration, open_in
from checks.kernel.certificates import (
    Certificate,
    Directly,
    Exhibit,
    Obtain,
    Use,
)
from checks.kernel.forms import TooLarge
from checks.kernel.reductions import (
    Rejected,
    at_position,
    exhibited,
    obtained,
)
from checks.kernel.relations import TURNED
from checks.shapes import IllTyped
from checks.terms import (
    TRUE,
    Apply,
    Bind,
    Bound,
    Symbol,
    Tensor,
    Term,
    Type,
    add,
    free_symbols,
    fresh_name,
    heads,
    instantiate,
    is_closed,
    number,
    open_binder,
    substitute,
)
from derive.proving.knowledge import known_facts, sides
from derive.proving.matching import completed, match, places
from derive.proving.rebuilding import Unconvertible, form_as_term

if TYPE_CHECKING:
    from derive.proving.search import Search


def by_exhibiting(search: Search, context: Context, goal: Bind, depth: int) -> Certificate | None:
    """A value for an existence; things that assumed existences speak of are named first."""
    for position, fact in enumerate(context.facts):
        if isinstance(fact.statement, Bind) and fact.statement.head == "exists" and fact.name != "named":
            if goal == fact.statement:
                return Directly(Use(f"fact:{position}"))
            name = fresh_name(fact.statement.hint, context.names())
            try:
                inner = obtained(context, fact.statement, name)
            except Rejected:
                # What exists may depend on the outcome.
                continue
            kept = (*inner.facts[:position], replace(fact, name="named"), *inner.facts[position + 1 :])
            found = by_exhibiting(search, replace(inner, facts=kept), goal, depth)
            if found is not None:
                return Obtain(Use(f"fact:{position}"), name, found)
            return None
    for value in candidates(search, context, goal):
        search.budget.spend()
        try:
            needed = list(exhibited(context, goal, value))
        except (Rejected, IllTyped):
            continue
        proofs = []
        for statement in needed:
            found = search.prove(context, statement, max(0, depth - 1))
            if found is None:
                break
            proofs.append(found)
        else:
            return Exhibit(value, tuple(proofs))
    return None


def candidates(search: Search, context: Context, goal: Bind) -> Iterator[Term]:
    """Values that an existence might be shown by."""
    alike = [Symbol(name) for name, d in context.declarations.items() if d.type == goal.domain and d.law is None]
    if isinstance(goal.domain, Tensor):
        yield from alike
        yield Apply("ones", goal.domain.shape)
        yield Apply("zeros", goal.domain.shape)
        return
    yield from search.hints
    yield from instances_known(context, goal)
    yield from neighbours(goal)
    yield from upper_bounds(search, context, goal)
    # exists a, P(a) and for all b, P(b) implies b <= a: what P is known to be bounded by.
    for known in known_facts(context):
        for term in _bounds(known.conclusion):
            if not any(name in known.variables for name in free_symbols(term)):
                yield term
    yield from (number(0), number(1))
    yield from alike


def instances_known(context: Context, goal: Bind) -> Iterator[Term]:
    """What stands for the variable in a fact that says of it what the goal asks for, further existences included."""
    variables: dict[str, Type] = {}
    statement: Term = goal
    while isinstance(statement, Bind) and statement.head == "exists":
        symbol = Symbol(fresh_name(statement.hint, context.names() | variables.keys()))
        condition, body = open_binder(statement, symbol)
        variables[symbol.name] = statement.domain
        statement = body if condition == TRUE else Apply("and", (condition, body))
    first = next(iter(variables))
    for fact in context.facts:
        for binding in islice(match(statement, fact.statement, variables, {}), 2):
            if first in binding:
                yield binding[first]


def neighbours(goal: Bind) -> Iterator[Term]:
    """What the variable of an existence is compared with, or a number next to it."""
    pending = [goal.condition, goal.body]
    while pending:
        match pending.pop(0):
            case Apply("and", parts):
                pending.extend(parts)
            case Apply("=" | "<=" | "<" | ">=" | ">" as head, (left, right)) if Bound(0) in (left, right):
                other, relation = (right, head) if left == Bound(0) else (left, TURNED[head])
                if is_closed(other):
                    yield add(other, number(STEPS[relation])) if STEPS[relation] else other
            case _:
                pass


STEPS = {"=": 0, "<=": 0, ">=": 0, "<": -1, ">": 1}
"""What to add to t for a value y with y R t."""


def upper_bounds(search: Search, context: Context, goal: Bind) -> Iterator[Term]:
    """For ``exists C, for all x, f(x) <= C`` (or >=): f with parts replaced by known bounds, once x drops out."""
    bound = Symbol(fresh_name(goal.hint, context.names()))
    inner = context.declare(Declaration(bound.name, goal.domain))
    statement = instantiate(goal.body, bound)
    variables = []
    while True:
        match statement:
            case Bind("forall"):
                inner, variable, statement = open_in(inner, statement)
                variables.append(variable.name)
            case Apply("implies", (premise, statement)):
                inner = inner.suppose(premise)
            case _:
                break
    match statement:
        case Apply("<=" | ">=", (value, other)) if other == bound and variables:
            pass
        case _:
            return
    names = frozenset((*variables, bound.name))
    pending = [(value, 0)]
    while pending:
        current, steps = pending.pop(0)
        if not free_symbols(current) & names:
            yield current
        elif steps < BOUNDED_PARTS:
            pending.extend((changed, steps + 1) for changed in _with_a_part_bounded(search, inner, current, names))


BOUNDED_PARTS = 2
"""How many parts of a term are put in place of what bounds them."""


def _with_a_part_bounded(
    search: Search, context: Context, term: Term, names: frozenset[str]
) -> Iterator[Term]:
    """The term with a part in place of what bounds it; in normal form where ``names`` are left."""
    for item in [*known_facts(context), *search.at_hand()]:
        for left, right, head in sides(item):
            if heads(right) & {"sup", "inf"}:
                # Whether that exists is what is being asked, most often.
                continue
            if head not in ("<=", "<", ">=", ">") or (isinstance(left, Symbol) and left.name in item.variables):
                continue
            for place, _, part in places(context, term):
                for binding in islice(match(left, part, item.variables, {}), 2):
                    values = completed(binding, item.variables, context)
                    if values is None:
                        continue
                    bigger = substitute(right, values)
                    try:
                        changed = at_position(context, term, place, _constantly(bigger))
                        if not free_symbols(changed) & names:
                            yield changed
                            continue
                    except (Rejected, IllTyped):
                        continue
                    try:
                        # What the names stand in may cancel.
                        x = search.workspace.expansion(context, frozenset())
                        yield form_as_term(x, x.form(changed))
                    except (TooLarge, IllTyped, Unconvertible):
                        yield changed


def _bounds(statement: Term) -> Iterator[Term]:
    match statement:
        case Apply("iff", (_, Apply("<=" | ">=" | "<" | ">", (left, right)))):
            yield right
            yield left
        case Apply("<=" | ">=" | "=", (left, right)):
            yield right
            yield left
        case Bind("forall", _, _, body):
            yield from _bounds(instantiate(body, Symbol("?")))
        case _:
            return


def _constantly(value: Term) -> Callable[[Context, Term], Term]:
    return lambda context, term: value
