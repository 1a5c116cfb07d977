"""Terms, types and contexts as JSON values, and back.

What is read back is data like any other: it makes terms, whoever wrote it, and nothing is believed of them.  Equal
terms that call their variables otherwise are kept apart, as certificates call what they open by name.

A text holds a table of terms, each of which mentions earlier ones by their number, so that a term that occurs often is
written once and no reading goes in circles:

    ["number", "3/4"]  ["symbol", "x"]  ["bound", 0]  ["apply", "add", [0, 1]]
    ["bind", "sum", <type>, <condition>, <body>, "i"]

A type is "real", "int", "nat", "dim" or "proposition", or ["index", low, high], ["tensor", [length, ...]],
["function", [<type>, ...], <type>], with terms by their numbers.

Trusted for nothing: a reading that goes wrong gives other terms, and of these nothing is proved that is not true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from checks.contexts import Context, Declaration, Definition, Law
from checks.terms import Apply, Bind, Bound, Function, Index, Number, Scalar, Symbol, Tensor, Term, Type

SCALARS = ("real", "int", "nat", "dim", "proposition")


class Malformed(ValueError):
    """What is read is not of the form that is written here; the message says where."""


class Writer:
    """Writes terms into a table."""

    def __init__(self) -> None:
        self.table: list[list[Any]] = []
        self._places: dict[Any, int] = {}
        self._seen: dict[int, tuple[Term, int]] = {}

    def term(self, term: Term) -> int:
        """The number of a term in the table."""
        known = self._seen.get(id(term))
        if known is None:
            known = self._seen[id(term)] = term, self._placed(self._entry(term))
        return known[1]

    def _placed(self, entry: list[Any]) -> int:
        key = repr(entry)
        if key not in self._places:
            self._places[key] = len(self.table)
            self.table.append(entry)
        return self._places[key]

    def _entry(self, term: Term) -> list[Any]:
        match term:
            case Number(value):
                return ["number", str(value)]
            case Symbol(name):
                return ["symbol", name]
            case Bound(depth):
                return ["bound", depth]
            case Apply(head, arguments):
                return ["apply", head, [self.term(argument) for argument in arguments]]
            case Bind(head, domain, condition, body, hint):
                return ["bind", head, self.type(domain), self.term(condition), self.term(body), hint]

    def type(self, kind: Type) -> Any:
        """A type, its terms by number."""
        match kind:
            case Scalar(name):
                return name
            case Index(low, high):
                return ["index", self.term(low), self.term(high)]
            case Tensor(shape):
                return ["tensor", [self.term(length) for length in shape]]
            case Function(domains, codomain):
                return ["function", [self.type(domain) for domain in domains], self.type(codomain)]

    def law(self, law: Law | None) -> Any:
        """A law, or null."""
        if law is None:
            return None
        return {
            "family": law.family, "parameters": [self.term(term) for term in law.parameters],
            "mean": None if law.mean is None else self.term(law.mean),
            "variance": None if law.variance is None else self.term(law.variance),
            "order": law.order, "entries": law.entries,
        }  # fmt: skip

    def declaration(self, declaration: Declaration) -> Any:
        """A declared symbol."""
        return {"name": declaration.name, "type": self.type(declaration.type), "law": self.law(declaration.law)}

    def definition(self, definition: Definition) -> Any:
        """A definition of the library."""
        return {
            "name": definition.name, "parameters": [self.declaration(p) for p in definition.parameters],
            "implicit": definition.implicit, "type": self.type(definition.type), "body": self.term(definition.body),
            "opaque": definition.opaque,
        }  # fmt: skip

    def context(self, context: Context) -> Any:
        """A context without its definitions, which all contexts of a library share."""
        return {
            "declarations": [self.declaration(declaration) for declaration in context.declarations.values()],
            "facts": [
                {"statement": self.term(fact.statement), "kind": fact.kind, "pointwise": fact.pointwise}
                for fact in context.facts
            ],
            "lets": [[name, self.term(term)] for name, term in context.lets.items()],
            "independences": [[sorted(family) for family in each.families] for each in context.independences],
        }  # fmt: skip


class Reader:
    """Reads what a ``Writer`` has written; raises ``Malformed`` for anything else."""

    def __init__(self, table: object) -> None:
        self._terms: list[Term] = []
        for entry in listed(table, "a table of terms"):
            self._terms.append(self._term(entry))

    def term(self, number: object) -> Term:
        """The term with a number."""
        if type(number) is not int or not 0 <= number < len(self._terms):
            raise Malformed(f"no term {number!r}; there are {len(self._terms)}")
        return self._terms[number]

    def terms(self, numbers: object) -> tuple[Term, ...]:
        """The terms with the numbers of a list."""
        return tuple(map(self.term, listed(numbers, "numbers of terms")))

    def _term(self, entry: object) -> Term:
        match entry:
            case ["number", str(text)]:
                return Number(number_of(text))
            case ["symbol", str(name)]:
                return Symbol(name)
            case ["bound", int(depth)] if type(depth) is int and depth >= 0:
                return Bound(depth)
            case ["apply", str(head), arguments]:
                return Apply(head, self.terms(arguments))
            case ["bind", str(head), kind, condition, body, str(hint)]:
                return Bind(head, self.type(kind), self.term(condition), self.term(body), hint)
            case _:
                raise Malformed(f"term {len(self._terms)} is no term: {short(entry)}")

    def type(self, kind: object) -> Type:
        """A type."""
        match kind:
            case str(name) if name in SCALARS:
                return Scalar(name)
            case ["index", low, high]:
                return Index(self.term(low), self.term(high))
            case ["tensor", shape]:
                return Tensor(self.terms(shape))
            case ["function", domains, codomain]:
                return Function(tuple(map(self.type, listed(domains, "domains"))), self.type(codomain))
            case _:
                raise Malformed(f"no type: {short(kind)}")


def number_of(text: str) -> Fraction:
    """The rational number that a text such as ``-3/4`` is."""
    above, stroke, below = text.partition("/")
    if not (above.removeprefix("-").isdecimal() and above.isascii()) or (stroke and not below.isdecimal()):
        raise Malformed(f"no number: {short(text)}")
    try:
        return Fraction(int(above), int(below) if stroke else 1)
    except (ValueError, ZeroDivisionError) as error:
        raise Malformed(f"no number: {short(text)}") from error


def listed(value: object, what: str) -> Sequence[Any]:
    """The value, which has to be a list."""
    if type(value) is not list:
        raise Malformed(f"{what}: a list was expected, {short(value)} was found")
    return value


def keyed(value: object, keys: Sequence[str], what: str, optional: Sequence[str] = ()) -> Mapping[str, Any]:
    """The value, which has to be an object with these keys, and no others but the optional ones."""
    if type(value) is not dict or not set(keys) <= value.keys() or value.keys() - {*keys, *optional}:
        raise Malformed(f"{what}: an object with {', '.join(keys)} was expected, {short(value)} was found")
    return value


def text_of(value: object, what: str) -> str:
    """The value, which has to be a text."""
    if type(value) is not str:
        raise Malformed(f"{what}: a text was expected, {short(value)} was found")
    return value


def integer_of(value: object, what: str) -> int:
    """The value, which has to be an integer."""
    if type(value) is not int:
        raise Malformed(f"{what}: an integer was expected, {short(value)} was found")
    return value


def short(value: object) -> str:
    """The beginning of what was found, for a message."""
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
