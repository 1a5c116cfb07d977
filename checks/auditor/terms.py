"""Terms, types and contexts of the auditor: read from JSON, taken apart and put together.

A term is of one of five kinds.  Variables of binders are de Bruijn indices, 0 for the innermost; what a variable
is called is left out.  A type is "real", "int", "nat", "dim", "proposition", ("index", low, high), ("tensor", lengths)
or ("function", domains, value).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any


class Refused(Exception):
    """Something in a document is wrong: the message says what was found and what was expected."""


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction


@dataclass(frozen=True, slots=True)
class Symbol:
    name: str


@dataclass(frozen=True, slots=True)
class Bound:
    depth: int


@dataclass(frozen=True, slots=True)
class Apply:
    head: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Bind:
    head: str
    domain: Any
    condition: Any
    body: Any


Term = Number | Symbol | Bound | Apply | Bind
Type = Any
TRUE = Apply("true", ())
FALSE = Apply("false", ())
ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
RELATIONS = ("=", "!=", "<=", "<", ">=", ">", "equal_almost_surely", "equal_in_law")


# -- taking apart --------------------------------------------------------------------------------------


def map_type(kind: Type, change: Callable[[Term, int], Term], depth: int = 0) -> Type:
    """The type with ``change(term, depth)`` for each term in it, ``depth`` binders further in."""
    match kind:
        case ("index", low, high):
            return ("index", change(low, depth), change(high, depth))
        case ("tensor", lengths):
            return ("tensor", tuple(change(length, depth) for length in lengths))
        case ("function", domains, value):
            inner = tuple(map_type(domain, change, depth + k) for k, domain in enumerate(domains))
            return ("function", inner, map_type(value, change, depth + len(domains)))
        case _:
            return kind


def map_children(term: Term, change: Callable[[Term, int], Term], depth: int = 0) -> Term:
    """The term with ``change(child, depth)`` for each child; under a binder ``depth`` is one more."""
    match term:
        case Apply(head, arguments):
            return Apply(head, tuple(change(argument, depth) for argument in arguments))
        case Bind(head, domain, condition, body):
            return Bind(head, map_type(domain, change, depth), change(condition, depth + 1), change(body, depth + 1))
        case _:
            return term


def children(term: Term) -> list[tuple[Term, int]]:
    """The children, terms in a binder's type included, each with the number of binders between."""
    found: list[tuple[Term, int]] = []

    def note(child: Term, depth: int) -> Term:
        found.append((child, depth))
        return child

    map_children(term, note)
    return found


def subterms(term: Term) -> Iterator[Term]:
    """The term and everything in it."""
    stack = [term]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(child for child, _ in children(current))


def type_terms(kind: Type) -> list[Term]:
    """The terms in a type."""
    found: list[Term] = []

    def note(child: Term, _: int) -> Term:
        found.append(child)
        return child

    map_type(kind, note)
    return found


def symbols(term: Term) -> frozenset[str]:
    """The names of the symbols in a term."""
    return frozenset(part.name for part in subterms(term) if isinstance(part, Symbol))


def loose(term: Term) -> int:
    """How many binders a term needs around it; 0 for a closed one."""
    if isinstance(term, Bound):
        return term.depth + 1
    return max((loose(child) - depth for child, depth in children(term)), default=0)


# -- putting together ----------------------------------------------------------------------------------


def shift(term: Term, by: int, cutoff: int = 0) -> Term:
    """The term with what points outside it moved ``by`` binders outwards."""
    if isinstance(term, Bound):
        return Bound(term.depth + by) if term.depth >= cutoff else term
    return map_children(term, lambda child, depth: shift(child, by, depth), cutoff)


def instantiate(term: Term, value: Term, depth: int = 0) -> Term:
    """The term with its loose variable ``depth`` replaced by the value, and the binder around it removed."""
    if isinstance(term, Bound):
        if term.depth == depth:
            return shift(value, depth)
        return Bound(term.depth - 1) if term.depth > depth else term
    return map_children(term, lambda child, inner: instantiate(child, value, inner), depth)


def opened(binder: Bind, value: Term) -> tuple[Term, Term]:
    """The binder's condition and body with the value for its variable."""
    return instantiate(binder.condition, value), instantiate(binder.body, value)


def substitute(term: Term, values: Mapping[str, Term], depth: int = 0) -> Term:
    """The term with symbols replaced, all at once; nothing is captured."""
    if isinstance(term, Symbol):
        return shift(values[term.name], depth) if term.name in values else term
    return map_children(term, lambda child, inner: substitute(child, values, inner), depth)


def substitute_type(kind: Type, values: Mapping[str, Term]) -> Type:
    """The type with symbols replaced in its terms."""
    return map_type(kind, lambda term, depth: substitute(term, values, depth))


def abstract(term: Term, name: str, depth: int = 0) -> Term:
    """The term under one more binder, whose variable takes the place of a symbol."""
    if isinstance(term, Symbol):
        return Bound(depth) if term.name == name else term
    if isinstance(term, Bound):
        return Bound(term.depth + 1) if term.depth >= depth else term
    return map_children(term, lambda child, inner: abstract(child, name, inner), depth)


# -- contexts ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Law:
    """How a random symbol is distributed (checks/contexts.py says what the fields mean)."""

    family: str
    parameters: tuple[Term, ...]
    mean: Term | None
    variance: Term | None
    order: int
    entries: str


@dataclass(frozen=True)
class Fact:
    """An assumption; a pointwise one holds at one outcome only."""

    statement: Term
    pointwise: bool = False


@dataclass(frozen=True)
class Definition:
    """A definition: parameters with their types, and the body that they stand in."""

    parameters: tuple[tuple[str, Type], ...]
    body: Term
    opaque: bool


@dataclass(frozen=True)
class Context:
    """What is declared, assumed, abbreviated and defined."""

    types: Mapping[str, Type] = field(default_factory=dict)
    laws: Mapping[str, Law] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    lets: Mapping[str, Term] = field(default_factory=dict)
    independences: tuple[tuple[frozenset[str], ...], ...] = ()
    definitions: Mapping[str, Definition] = field(default_factory=dict)

    def declare(self, name: str, kind: Type) -> Context:
        """The context with a new symbol; raises ``Refused`` when the name is taken."""
        if name in self.types or name in self.lets or name in self.definitions:
            raise Refused(f"the name {name} is taken")
        return replace(self, types={**self.types, name: kind})

    def assume(self, statement: Term, pointwise: bool = False) -> Context:
        """The context with another assumption, the last; ``true`` is none."""
        return self if statement == TRUE else replace(self, facts=(*self.facts, Fact(statement, pointwise)))

    def is_random(self, term: Term) -> bool:
        """Whether a random symbol occurs in a term, abbreviations opened."""
        pending, seen = list(symbols(term)), set[str]()
        while pending:
            name = pending.pop()
            if name not in seen:
                seen.add(name)
                if name in self.laws:
                    return True
                pending.extend(symbols(self.lets[name]) if name in self.lets else ())
        return False


# -- reading -------------------------------------------------------------------------------------------


class Table:
    """The terms of a document by their numbers; each is made of earlier ones."""

    def __init__(self, entries: object) -> None:
        self.terms: list[Term] = []
        for entry in as_list(entries):
            self.terms.append(self._read(entry))

    def __getitem__(self, number: object) -> Term:
        if type(number) is not int or not 0 <= number < len(self.terms):
            raise Refused(f"no term {number!r} in a table of {len(self.terms)}")
        return self.terms[number]

    def all(self, numbers: object) -> tuple[Term, ...]:
        """Several terms."""
        return tuple(self[number] for number in as_list(numbers))

    def _read(self, entry: object) -> Term:
        match entry:
            case ["number", str(text)]:
                return Number(as_fraction(text))
            case ["symbol", str(name)]:
                return Symbol(name)
            case ["bound", int(depth)] if depth >= 0:
                return Bound(depth)
            case ["apply", str(head), arguments]:
                return Apply(head, self.all(arguments))
            case ["bind", str(head), kind, condition, body, str()]:
                return Bind(head, self.type(kind), self[condition], self[body])
            case _:
                raise Refused(f"no term: {entry!r:.60}")

    def type(self, kind: object) -> Type:
        """A type."""
        match kind:
            case "real" | "int" | "nat" | "dim" | "proposition":
                return kind
            case ["index", low, high]:
                return ("index", self[low], self[high])
            case ["tensor", lengths]:
                return ("tensor", self.all(lengths))
            case ["function", domains, value]:
                return ("function", tuple(self.type(domain) for domain in as_list(domains)), self.type(value))
            case _:
                raise Refused(f"no type: {kind!r:.60}")

    def law(self, law: object) -> Law:
        """A law."""
        data = as_object(law)
        mean, variance = (None if data.get(key) is None else self[data[key]] for key in ("mean", "variance"))
        return Law(data["family"], self.all(data["parameters"]), mean, variance, data["order"], data["entries"])

    def context(self, value: object, definitions: Mapping[str, Definition]) -> Context:
        """A context."""
        data = as_object(value)
        declared = [as_object(each) for each in as_list(data["declarations"])]
        return Context(
            {each["name"]: self.type(each["type"]) for each in declared},
            {each["name"]: self.law(each["law"]) for each in declared if each["law"] is not None},
            tuple(Fact(self[each["statement"]], bool(each["pointwise"])) for each in as_list(data["facts"])),
            {name: self[term] for name, term in as_list(data["lets"])},
            tuple(tuple(frozenset(f) for f in as_list(each)) for each in as_list(data["independences"])),
            definitions,
        )

    def definition(self, value: object) -> tuple[str, Definition]:
        """A definition with its name."""
        data = as_object(value)
        parameters = tuple((each["name"], self.type(each["type"])) for each in as_list(data["parameters"]))
        return data["name"], Definition(parameters, self[data["body"]], bool(data["opaque"]))


def as_list(value: object) -> Sequence[Any]:
    """The value, which has to be a list."""
    if type(value) is not list:
        raise Refused(f"a list was expected, {value!r:.60} was found")
    return value


def as_object(value: object) -> Mapping[str, Any]:
    """The value, which has to be an object."""
    if type(value) is not dict:
        raise Refused(f"an object was expected, {value!r:.60} was found")
    return value


def as_fraction(text: str) -> Fraction:
    """The rational number that a text is."""
    if re.fullmatch(r"-?[0-9]{1,4000}(/0*[1-9][0-9]{0,4000})?", text) is None:
        raise Refused(f"no number: {text!r:.60}")
    return Fraction(text)
