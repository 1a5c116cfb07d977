"""Instances of assumptions, of lemmas, and of what defines a supremum or a greatest element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.auditor.definedness import Need, needs, of_type
from checks.auditor.kinds import Uncovered, admit, kind_of, unfolded
from checks.auditor.matching import is_random_below
from checks.auditor.scopes import range_of, speaks_of_laws
from checks.auditor.terms import (
    TRUE,
    Apply,
    Bind,
    Bound,
    Context,
    Refused,
    Term,
    Type,
    map_type,
    opened,
    shift,
    substitute,
    substitute_type,
)


@dataclass(frozen=True)
class Lemma:
    """A statement that has been proved elsewhere, or admitted, with the context that it speaks of."""

    context: Context
    statement: Term


@dataclass(frozen=True)
class Instance:
    """A statement, and what has to hold for it."""

    statement: Term
    needs: tuple[Need, ...]


def instances(
    context: Context, lemmas: Mapping[str, Lemma], source: str, values: Sequence[Term], path: Sequence[int]
) -> Iterator[Instance]:
    """The statements that a use may mean: it is taken apart as far as its values and path ask, or further."""
    statement, asked, left = _start(context, lemmas, source, list(values))
    ways = list(path)
    while True:
        if not left and not ways:
            yield Instance(statement, tuple(asked))
        match statement:
            case Bind("forall") if left:
                value = left.pop(0)
                if is_random_below(context, statement, value):
                    raise Refused("a random value for a variable where all outcomes are looked at")
                asked += _of_value(context, value, statement.domain)
                condition, statement = opened(statement, value)
                asked += [(context, condition)] if condition != TRUE else []
            case Apply("implies", (premise, conclusion)):
                asked = [*asked, (context, premise)]
                statement = conclusion
            case Apply("and", parts) if ways:
                if not 0 <= ways[0] < len(parts):
                    raise Refused(f"no part {ways[0]} of a conjunction of {len(parts)}")
                statement = parts[ways.pop(0)]
            case _:
                break
    if left or ways:
        raise Refused(f"{len(left)} values and {len(ways)} choices of parts are left over")


def _start(
    context: Context, lemmas: Mapping[str, Lemma], source: str, values: list[Term]
) -> tuple[Term, list[Need], list[Term]]:
    """The statement that is used, what it needs, and the values that are left for its variables."""
    kind, _, label = source.partition(":")
    match kind:
        case "fact":
            if not label.isdecimal() or int(label) >= len(context.facts):
                raise Refused(f"no assumption {label} among {len(context.facts)}")
            statement = context.facts[int(label)].statement
            if statement == TRUE:
                raise Refused(f"assumption {label} says nothing here")
            return statement, [], values
        case "lemma":
            if label not in lemmas:
                raise Refused(f"no lemma {label:.12}")
            return _of_lemma(context, lemmas[label], values)
        case "extremum":
            if not values:
                raise Refused("an extremum is a value")
            kind_of(context, values[0])
            return extremum(values[0]), list(needs(context, values[0])), values[1:]
        case _:
            raise Refused(f"no source: {source:.40}")


def _of_value(context: Context, value: Term, kind: Type) -> list[Need]:
    """What makes a value defined and one of a type."""
    admit(kind_of(context, value), kind)
    within = [] if kind_of(context, value) == kind else range_of(value, kind)
    return [*needs(context, value), *((context, each) for each in within)]


def _of_lemma(context: Context, lemma: Lemma, values: list[Term]) -> tuple[Term, list[Need], list[Term]]:
    """A lemma with values for its symbols: they have to be of their types, and its assumptions have to hold."""
    if lemma.context.laws or lemma.context.independences:
        raise Uncovered("a lemma about random symbols")
    names = list(lemma.context.types)
    if len(values) < len(names):
        raise Refused(f"{len(values)} values for the {len(names)} symbols of a lemma")
    facts = [unfolded(lemma.context, fact.statement, lemma.context.lets) for fact in lemma.context.facts]
    statement = unfolded(lemma.context, lemma.statement, lemma.context.lets)
    chosen: dict[str, Term] = {}
    asked: list[Need] = []
    for name, value in zip(names, values, strict=False):
        kind = map_type(lemma.context.types[name], lambda each, _: unfolded(lemma.context, each, lemma.context.lets))
        kind = substitute_type(kind, chosen)
        asked += [*of_type(context, kind), *_of_value(context, value, kind)]
        chosen[name] = value
    if any(map(context.is_random, chosen.values())) and any(
        speaks_of_laws(lemma.context, each) for each in (*facts, statement)
    ):
        raise Refused("a random value in a lemma that looks at all outcomes")
    for fact in facts:
        hypothesis = substitute(fact, chosen)
        asked += [*needs(context, hypothesis), (context, hypothesis)]
    return substitute(statement, chosen), asked, values[len(names) :]


def extremum(term: Term) -> Term:
    """What defines a supremum, infimum, greatest or least element, given that there is one."""
    if not isinstance(term, Bind) or term.head not in ("sup", "inf", "greatest", "least"):
        raise Refused("no supremum, infimum, greatest or least element")
    bounding, best = bounds(term, term)
    if term.head in ("sup", "inf"):
        return Apply("and", (bounding, best))
    condition, _ = opened(term, term)
    if term.body != Bound(0):
        raise Uncovered(f"{term.head} of more than its variable")
    return Apply("and", (condition, bounding))


def bounds(binder: Bind, value: Term) -> tuple[Term, Term]:
    """That a value bounds what the binder ranges over, and that it is the best bound."""
    order = "<=" if binder.head in ("sup", "greatest") else ">="

    def bounded(kind: Type, condition: Term, body: Term, limit: Term) -> Term:
        return Bind("forall", kind, condition, Apply(order, (body, limit)))

    outer = map_type(binder.domain, lambda each, depth: shift(each, 1, depth))
    every = bounded(outer, shift(binder.condition, 1, 1), shift(binder.body, 1, 1), Bound(1))
    return (
        bounded(binder.domain, binder.condition, binder.body, shift(value, 1)),
        Bind("forall", "real", every, Apply(order, (shift(value, 1), Bound(0)))),
    )
