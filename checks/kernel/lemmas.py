"""Lemmas and assumptions: what an instance of one says, and what it needs.

A lemma speaks of all values of its symbols; where randomness is involved the restrictions of
``used_statement`` keep that true.

Trusted for substitution into what has been proved: every symbol is given a value that fits, every hypothesis and what
makes it defined is proved, and laws and independence are carried over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from checks.averaging import AVERAGING
from checks.contexts import Context, Law
from checks.kernel.definedness import obligations, undischarged
from checks.kernel.reductions import (
    Discharge,
    Rejected,
    check_value,
    extremal_parts,
    refuse_random_below_expectation,
)
from checks.shapes import type_of
from checks.terms import (
    PROPOSITION,
    TRUE,
    Apply,
    Bind,
    Symbol,
    Term,
    Type,
    conjunction,
    heads,
    is_closed,
    open_binder,
    relation,
    substitute,
    substitute_type,
    type_terms,
)


@dataclass(frozen=True, slots=True)
class Lemma:
    """A proved (or admitted) statement with the context that it speaks of."""

    name: str
    context: Context
    statement: Term
    _hash: str | None = field(init=False, repr=False, compare=False, default=None)

    @property
    def hash(self) -> str:
        """What a certificate cites the lemma by: a hash of its context and statement."""
        if self._hash is None:
            object.__setattr__(self, "_hash", lemma_hash(self.context, self.statement))
        return self._hash or ""


Theory = Mapping[str, Lemma]
"""The lemmas that may be used, by hash."""


def lemma_hash(context: Context, statement: Term) -> str:
    """A hash of everything that a statement means: context, definitions it can reach, the statement itself."""
    parts = (
        tuple((d.name, d.type, d.law) for d in context.declarations.values()),
        tuple(fact.statement for fact in context.facts),
        tuple(context.lets.items()),
        tuple(tuple(sorted(map(sorted, i.families))) for i in context.independences),
        statement,
        tuple(context.definitions[name] for name in reachable_definitions(context, statement)),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def reachable_definitions(context: Context, statement: Term) -> tuple[str, ...]:
    """Names of the definitions that a statement and its context mention, directly or through others."""
    pending = [statement, *(fact.statement for fact in context.facts), *context.lets.values()]
    for declaration in context.declarations.values():
        pending.extend(term for term, _ in type_terms(declaration.type))
        law = declaration.law
        if law is not None:
            pending.extend(term for term in (*law.parameters, law.mean, law.variance) if term is not None)
    found: dict[str, None] = {}
    while pending:
        for head in sorted(heads(pending.pop()) & context.definitions.keys()):
            if head not in found:
                found[head] = None
                definition = context.definitions[head]
                pending.append(definition.body)
                # The type is a condition under which the definition is defined, so it is part of what is meant.
                for kind in (definition.type, *(parameter.type for parameter in definition.parameters)):
                    pending.extend(term for term, _ in type_terms(kind))
    return tuple(sorted(found))


def used_statement(
    context: Context,
    theory: Theory,
    source: str,
    values: Sequence[Term],
    path: Sequence[int],
    discharge: Discharge,
) -> Term:
    """The statement that an instance of an assumption or lemma makes; ``discharge`` sees to what it needs.

    A lemma speaks of all values of its symbols.  Where it mentions randomness, a symbol with a law may be
    taken only by a symbol with the same law (independence carried over), or, when nothing is declared of its
    law, by any term; and symbols without a law only by terms that are not random, because E integrates over
    all random symbols of the context.
    """
    kind, _, label = source.partition(":")
    remaining = list(values)
    if kind == "fact":
        if not (label.isascii() and label.isdecimal()) or int(label) >= len(context.facts):
            raise Rejected(f"no assumption {label}")
        statement = context.facts[int(label)].statement
    elif kind == "lemma":
        lemma = theory.get(label)
        if lemma is None:
            raise Rejected(f"no lemma {label}")
        names = list(lemma.context.declarations)
        if len(remaining) < len(names):
            raise Rejected(f"{lemma.name} has {len(names)} symbols")
        mapping = dict(zip(names, remaining, strict=False))
        remaining = remaining[len(names) :]
        statement = _instance(context, lemma, mapping, discharge)
    elif kind == "extremum" and remaining:
        statement = extremum_property(context, remaining.pop(0), discharge)
    else:
        raise Rejected(f"no source {source}")
    picks = list(path)
    while True:
        match statement:
            case Bind("forall", domain, _, _) if remaining:
                value = remaining.pop(0)
                refuse_random_below_expectation(context, statement, value)
                check_value(context, value, domain, discharge)
                condition, statement = open_binder(statement, value)
                if condition != TRUE:
                    _discharge_defined(context, condition, discharge)
            case Apply("implies", (premise, conclusion)):
                _discharge_defined(context, premise, discharge)
                statement = conclusion
            case Apply("and", parts) if picks:
                position = picks.pop(0)
                if not 0 <= position < len(parts):
                    raise Rejected("no such part of a conjunction")
                statement = parts[position]
            case _:
                break
    if remaining or picks:
        raise Rejected("more values than variables")
    return _typed(context, statement)


def _typed(context: Context, statement: Term) -> Term:
    """The statement, which has to be one here, too: a value may have given a shape that depends on the outcome."""
    if type_of(statement, context) != PROPOSITION:
        raise Rejected("an instance that is no statement")
    return statement


def extremum_property(context: Context, term: Term, discharge: Discharge) -> Term:
    """What a supremum, infimum, greatest or least element that exists is, by its definition."""
    if not isinstance(term, Bind) or not is_closed(term):
        raise Rejected("only an extremum has the property of one")
    type_of(term, context)
    for needed in obligations(term, context):
        discharge(context, needed)
    return conjunction(*extremal_parts(context, relation(term, "=", term)))


def _discharge_defined(context: Context, statement: Term, discharge: Discharge) -> None:
    """Sees to a hypothesis; to assume one is to assume that it is defined."""
    _typed(context, statement)
    for needed in undischarged(statement, context):
        discharge(context, needed)
    discharge(context, statement)


def _instance(context: Context, lemma: Lemma, mapping: Mapping[str, Term], discharge: Discharge) -> Term:
    for name in reachable_definitions(lemma.context, lemma.statement):
        if context.definitions.get(name) != lemma.context.definitions[name]:
            raise Rejected(f"{lemma.name} uses another definition of {name}")
    random_symbols = [d.name for d in lemma.context.declarations.values() if d.law is not None]
    lets = _resolved_lets(lemma.context)
    statement = substitute(lemma.statement, lets)
    facts = [substitute(fact.statement, lets) for fact in lemma.context.facts]
    terms = (statement, *facts, *_terms_of_types(lemma.context, lets))
    stochastic = bool(random_symbols) or any(_mentions_expectation(term, lemma.context) for term in terms)
    if stochastic:
        # What the lemma needs has to hold at every outcome.
        context = context.everywhere()
    for position, (name, declaration) in enumerate(lemma.context.declarations.items()):
        value = mapping[name]
        earlier = {n: mapping[n] for n in list(lemma.context.declarations)[:position]}
        domain = substitute_type(_type_without_lets(declaration.type, lets), earlier)
        if declaration.law is not None and not _is_arbitrary(declaration.law, name, lemma.context):
            _check_same_law(context, declaration.law, value, earlier, lets)
        elif stochastic and declaration.law is None and context.mentions_random(value):
            raise Rejected(f"{lemma.name} takes for {name} nothing random")
        check_value(context, value, domain, discharge)
    _check_independence(context, lemma.context, mapping)
    for fact in facts:
        _discharge_defined(context, substitute(fact, mapping), discharge)
    return substitute(statement, mapping)


def _terms_of_types(context: Context, lets: Mapping[str, Term]) -> list[Term]:
    """The terms in the types of the symbols that a context declares."""
    return [
        substitute(term, lets)
        for declaration in context.declarations.values()
        for term, _ in type_terms(declaration.type)
    ]


def _type_without_lets(kind: Type, lets: Mapping[str, Term]) -> Type:
    return substitute_type(kind, lets)


def _resolved_lets(context: Context) -> dict[str, Term]:
    resolved: dict[str, Term] = {}
    for name, body in context.lets.items():
        resolved[name] = substitute(body, resolved)
    return resolved


def _mentions_expectation(term: Term, context: Context) -> bool:
    found = heads(term)
    names = set(found)
    for name in reachable_definitions(replace(context, facts=(), lets={}), term):
        names |= heads(context.definitions[name].body)
    return bool(names & AVERAGING)


def _is_arbitrary(law: Law, name: str, context: Context) -> bool:
    """Whether nothing is declared of a random symbol's law, so that any random term may take its place."""
    bare = law.family == "declared" and law.mean is None and law.variance is None and law.order == 0
    return bare and law.entries == "joint" and not any(
        name in family for independence in context.independences for family in independence.families
    )  # fmt: skip


def _check_same_law(
    context: Context, law: Law, value: Term, mapping: Mapping[str, Term], lets: Mapping[str, Term]
) -> None:
    if not isinstance(value, Symbol) or not context.is_random(value.name):
        raise Rejected("a symbol with a law was expected")
    found = context.declarations[value.name].law

    def instance(term: Term | None) -> Term | None:
        return None if term is None else substitute(substitute(term, lets), mapping)

    wanted = replace(
        law,
        parameters=tuple(substitute(substitute(p, lets), mapping) for p in law.parameters),
        mean=instance(law.mean),
        variance=instance(law.variance),
    )
    if found != wanted:
        raise Rejected(f"{value.name} has another law")


def _check_independence(context: Context, lemma: Context, mapping: Mapping[str, Term]) -> None:
    images = [
        value.name
        for name, value in mapping.items()
        if isinstance(value, Symbol) and lemma.is_random(name) and context.is_random(value.name)
        and not _is_arbitrary(lemma.declarations[name].law or Law(), name, lemma)
    ]  # fmt: skip
    if len(images) != len(set(images)):
        raise Rejected("two random symbols of a lemma are taken by one")
    for independence in lemma.independences:
        families = []
        for family in independence.families:
            names = set()
            for name in family:
                value = mapping[name]
                if not isinstance(value, Symbol):
                    raise Rejected("independence of a term")
                names.add(value.name)
            families.append(frozenset(names))
        if not any(_implies(held.families, families) for held in context.independences):
            raise Rejected("the independence that the lemma needs is not declared")


def _implies(held: Sequence[frozenset[str]], wanted: Sequence[frozenset[str]]) -> bool:
    """Whether independence of the held families gives that of the wanted ones, each inside one of them."""
    chosen = []
    for family in wanted:
        position = next((k for k, other in enumerate(held) if family <= other), None)
        if position is None or position in chosen:
            return False
        chosen.append(position)
    return True
