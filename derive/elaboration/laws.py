"""What the words after a declared type say: how a symbol is distributed, and what is known of it.

The second parameter of ``Normal`` is the variance.  ``iid`` and ``independent`` are said of the entries of an
array; without either word the entries may have any joint law.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from checks.contexts import FAMILIES, Law
from checks.lengths import is_integer, is_number, same_type
from checks.terms import (
    ONE,
    REAL,
    ZERO,
    Apply,
    Bind,
    Function,
    Number,
    Scalar,
    Tensor,
    Term,
    Type,
    number,
)
from derive.elaboration import densities
from derive.elaboration.errors import ElaborationError, closest, count, unsupported, were
from derive.elaboration.matrices import MATRIX_FACTS, matrix_fact
from derive.elaboration.meaning import (
    Scope,
    describe,
    elaborate,
    entry_domains,
    entry_of,
    expect,
    misfit,
    nest,
)
from grammar import syntax as s

FAMILY_NAMES: Mapping[str, str] = {
    **{name.lower(): name for name in FAMILIES}, "gaussian": "Normal", "student_t": "StudentT"
}  # fmt: skip
_STANDARD: Mapping[str, tuple[Term, ...]] = {
    "Normal": (ZERO, ONE),
    "Uniform": (ZERO, ONE),
    "Exponential": (ONE,),
}
_WORDS = ("iid", "independent", "joint", "random", "mean", "variance", "moments", "standard")
_SMOOTHNESS: Mapping[str, int] = {"C1": 1, "C2": 2}
"""How many continuous derivatives a function has of which this is said."""

_UNREAD = frozenset({
    "C", "continuous", "differentiable", "convex", "integrable", "parameter", "on", "positive",
    "covariance", "smooth", "lipschitz", "bounded", "support", "measurable", "nonnegative", "density",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Properties:
    """What the words after a type say: the law of a random symbol, and facts of a symbol of the type."""

    law: Law | None
    facts: tuple[Callable[[Term], Term], ...]


@dataclass(slots=True)
class _Words:
    """The words met so far."""

    entries: str | None = None
    family: str | None = None
    parameters: tuple[Term, ...] = ()
    mean: Term | None = None
    variance: Term | None = None
    order: int | None = None
    random: bool = False


def read_properties(node: s.Declaration, kind: Type, random: bool, scope: Scope) -> Properties:
    """What the properties and the law of a declaration say of a symbol of the type."""
    words = _Words(random=random)
    facts: list[Callable[[Term], Term]] = []
    for item in node.properties:
        fact = _fact(item, kind, scope)
        if fact is not None:
            facts.append(fact)
        else:
            _word(item, words, kind, scope)
    if node.law is not None:
        _family(node.law, words, kind, scope)
    return Properties(_law(node, words, kind), tuple(facts))


def _fact(item: s.Property, kind: Type, scope: Scope) -> Callable[[Term], Term] | None:
    """A property that is a statement about a square matrix, or about a function."""
    if item.name == "integrable" and item.preposition == "under" and len(item.arguments) == 1:
        return densities.integrable_under(item.arguments[0], scope)
    if item.arguments or item.preposition is not None:
        return None
    if item.name in _SMOOTHNESS:
        return _smooth(item, kind)
    return matrix_fact(item.name, kind, item.span, scope) if item.name in MATRIX_FACTS else None


def _smooth(item: s.Property, kind: Type) -> Callable[[Term], Term]:
    """``C1``: a function has a derivative everywhere, and it is continuous; ``C2``: so has the derivative."""
    match kind:
        case Function(domains, codomain) if all(
            isinstance(part, Tensor) or part == REAL for part in (*domains, codomain)
        ):
            order = number(_SMOOTHNESS[item.name])
            return lambda function: Apply("continuously_differentiable", (function, order))
        case _:
            message = f"`{item.name}` is said of a function of a number or an array, {describe(kind)} was found"
            raise ElaborationError(message, item.span, "not-a-function")


# -- laws ----------------------------------------------------------------------------------------------


def _word(item: s.Property, words: _Words, kind: Type, scope: Scope) -> None:
    name, found = item.name, len(item.arguments)
    if name in ("iid", "independent", "joint"):
        _want(item, 0)
        if words.entries not in (None, name):
            raise ElaborationError(f"`{words.entries}` and `{name}` exclude each other", item.span, "bad-law")
        words.entries = name
    elif name == "random":
        _want(item, 0)
        words.random = True
    elif name in ("mean", "variance"):
        _want(item, 1)
        if getattr(words, name) is not None:
            raise ElaborationError(f"the {name} is given twice", item.span, "bad-law")
        setattr(words, name, _parameter(item.arguments[0], kind, scope))
    elif name == "moments":
        _want(item, 1)
        order = elaborate(item.arguments[0], scope).term
        if not isinstance(order, Number) or order.value.denominator != 1 or order.value < 1:
            raise ElaborationError("`moments` takes a number such as 4", item.span, "bad-law")
        words.order = int(order.value)
    elif name == "standard":
        _want(item, 1)
        _family(s.Juxtaposition((s.Name("standard"), *item.arguments), span=item.span), words, kind, scope)
    elif name.lower() in FAMILY_NAMES and item.preposition is None:
        function = s.Name(name, span=item.span)
        law = s.Attached(function, s.Group(item.arguments), span=item.span) if found else function
        _family(law, words, kind, scope)
    elif name in _UNREAD or item.preposition is not None:
        raise unsupported(f"the property `{name}`", item.span)
    else:
        known = {*_WORDS, *MATRIX_FACTS, *FAMILIES}
        message = f"`{name}` is no property of a symbol"
        raise ElaborationError(message, item.span, "unknown-property", closest(name, known))


def _want(item: s.Property, wanted: int) -> None:
    found = len(item.arguments)
    if found != wanted:
        raise ElaborationError(
            f"`{item.name}` takes {count(wanted, 'argument')}, {were(found)} found", item.span, "wrong-arity"
        )


def _family(law: s.Node, words: _Words, kind: Type, scope: Scope) -> None:
    """Reads a named law: ``Normal(mu, s^2)``, ``Rademacher``, ``standard normal``."""
    arguments: Sequence[s.Node] = ()
    standard = False
    name: s.Node = law
    match law:
        case s.Attached(function=function, arguments=group):
            name, arguments = function, group.items
        case s.Juxtaposition(items=(s.Name(text="standard"), function)):
            name, standard = function, True
    if not isinstance(name, s.Name):
        raise unsupported("this law", law.span)
    family = FAMILY_NAMES.get(name.text.lower())
    if family is None:
        raise ElaborationError(f"{name.text} is no law", law.span, "bad-law", closest(name.text, FAMILIES))
    if words.family is not None:
        raise ElaborationError("the law is given twice", law.span, "bad-law")
    words.family = family
    if standard:
        if family not in _STANDARD:
            raise ElaborationError(f"there is no standard {family}", law.span, "bad-law")
        words.parameters = _STANDARD[family]
        return
    wanted = FAMILIES[family]
    if len(arguments) != len(wanted):
        names = f" ({', '.join(wanted)})" if wanted else ""
        message = f"{family} takes {count(len(wanted), 'parameter')}{names}, {were(len(arguments))} found"
        raise ElaborationError(message, law.span, "bad-law")
    words.parameters = tuple(_parameter(argument, kind, scope) for argument in arguments)


def _parameter(node: s.Node, kind: Type, scope: Scope) -> Term:
    """A parameter of a law: a number, or one for each entry: an array of the symbol's shape, a function."""
    meaning = elaborate(node, scope)
    if is_number(meaning.type):
        return meaning.term
    if _depends_on_entry(meaning.term) and isinstance(kind, Tensor):
        wanted: Type = REAL
        for domain in reversed(entry_domains(kind.shape)):
            wanted = Function((domain,), wanted)
        return expect(meaning, wanted, scope).term
    if not isinstance(meaning.type, Tensor) or not same_type(meaning.type, kind, scope.context):
        raise misfit(f"a parameter of the law of {describe(kind)} is a number or has that shape", meaning)
    shape = meaning.type.shape
    return nest("lambda", entry_domains(shape), entry_of(meaning.term, len(shape)))


def _depends_on_entry(value: Term | None) -> bool:
    return isinstance(value, Bind) and value.head == "lambda"


_WHOLE_VALUES: Mapping[str, frozenset[str]] = {
    "Bernoulli": frozenset({"nat", "int"}),
    "Poisson": frozenset({"nat", "int"}),
    "Rademacher": frozenset({"int"}),
}
"""The integer types in which the values of a law lie; the other laws are laws of real numbers."""


def _check_support(words: _Words, kind: Type, span: s.Span) -> None:
    """Raises ``ElaborationError`` when values of the law need not be of the symbol's type."""
    if not is_integer(kind):
        return
    name = kind.kind if isinstance(kind, Scalar) else "index"
    if words.family is None:
        if words.mean is not None or words.variance is not None:
            raise ElaborationError(
                f"a law given by its moments is one of real numbers, not of {describe(kind)}", span, "bad-law"
            )
    elif name not in _WHOLE_VALUES.get(words.family, frozenset()):
        raise ElaborationError(f"values of {words.family} need not be {describe(kind)}", span, "bad-law")


def _law(node: s.Declaration, words: _Words, kind: Type) -> Law | None:
    said = (words.entries, words.family, words.mean, words.variance, words.order)
    if all(word is None for word in said) and not words.random:
        return None
    span = node.law.span if node.law is not None else node.span
    if not (isinstance(kind, Tensor) or is_number(kind)):
        raise unsupported("a random sequence or function", node.span)
    if words.family is not None and (words.mean is not None or words.variance is not None):
        raise ElaborationError(
            f"{words.family} has its own mean and variance", span, "bad-law", "drop `mean` and `variance`"
        )
    _check_support(words, kind, span)
    array = isinstance(kind, Tensor)
    if not array and words.entries is not None and (len(node.names) > 1 or words.entries != "iid"):
        raise ElaborationError(
            f"`{words.entries}` is said of the entries of an array", node.span, "bad-law",
            "write `X, Y independent` on a line of its own",
        )  # fmt: skip
    if words.entries == "independent" and len(node.names) > 1:
        raise ElaborationError(
            "the entries of each of these may be independent, or these of each other", node.span, "ambiguous",
            "declare each on a line of its own, and write `X, Y independent` for the second",
        )  # fmt: skip
    entries = words.entries or "joint" if array else "iid"
    values = (*words.parameters, words.mean, words.variance)
    if array and entries == "iid" and any(map(_depends_on_entry, values)):
        message = "entries that are iid have one law, an array of parameters was found"
        raise ElaborationError(message, node.span, "bad-law", "write independent")
    if words.family is not None:
        if words.order is not None:
            raise ElaborationError(f"{words.family} has its own moments", span, "bad-law", "drop `moments`")
        return Law(words.family, words.parameters, entries=entries)
    least = 2 if words.variance is not None else 1 if words.mean is not None else 0
    order = least if words.order is None else words.order
    if order < least:
        raise ElaborationError(f"moments up to {least} are given already", node.span, "bad-law")
    return Law(mean=words.mean, variance=words.variance, order=order, entries=entries)
