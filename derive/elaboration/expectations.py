"""Expectations over a law that binds its variable: ``E[x ~ p(theta)] t``, ``E[x ~ Exponential(rate)] t``.

The law is a declared density or a named law; the term is the integral, or the sum, of its density, or mass,
times t over where the law lives.  The ends of an interval are left out, as a single point is no matter to an
integral: so ``E[x ~ Exponential(1)] log(x)`` is defined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from checks.contexts import FAMILIES
from checks.lengths import is_integer, is_number
from checks.terms import (
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Function,
    Index,
    Symbol,
    Tensor,
    Term,
    Type,
    bind,
    conjunction,
    divide,
    multiply,
    negate,
    number,
    relation,
)
from derive.elaboration.densities import density_domain
from derive.elaboration.errors import ElaborationError, count, unsupported, were
from derive.elaboration.laws import FAMILY_NAMES
from derive.elaboration.meaning import Meaning, Scope, elaborate, expect, misfit, typed
from derive.elaboration.meaning import number as number_of
from grammar import syntax as s

Parameters = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class _Law:
    """Where a named law lives, and its density or mass: a definition of the library, or what is written here.

    A ``height`` is a density that does not vary: it stands before the integral, so that it asks for what it needs of
    the parameters even where no value lies between the ends.
    """

    domain: Type
    condition: Callable[[Term, Parameters], Term] = lambda x, parameters: TRUE
    density: str | None = None
    height: str | None = None
    mass: Term = ONE


def _between(x: Term, ends: Parameters) -> Term:
    low, high = ends
    return conjunction(relation(low, "<", x), relation(x, "<", high))


def _beyond_zero(x: Term, parameters: Parameters) -> Term:
    return relation(ZERO, "<", x)


_LAWS: Mapping[str, _Law] = {
    "Normal": _Law(REAL, density="normal_density"),
    "Uniform": _Law(REAL, _between, height="uniform_height"),
    "Exponential": _Law(REAL, _beyond_zero, "exponential_density"),
    "Laplace": _Law(REAL, density="laplace_density"),
    "Gamma": _Law(REAL, _beyond_zero, "gamma_density"),
    "Beta": _Law(REAL, lambda x, parameters: _between(x, (ZERO, ONE)), "beta_density"),
    "Bernoulli": _Law(Index(ZERO, ONE), density="bernoulli_mass"),
    "Rademacher": _Law(
        Index(negate(ONE), ONE), lambda x, parameters: relation(x, "!=", ZERO), mass=divide(ONE, number(2))
    ),
}
_VECTOR_DENSITY = "normal_vector_density"
_WHOLE: Mapping[str, frozenset[str]] = {"Gamma": frozenset({"shape"}), "Beta": frozenset({"alpha", "beta"})}
"""Parameters that have to be whole here: what stands for a factorial elsewhere is not in the language."""


def expectation(node: s.Binder, scope: Scope) -> Meaning:
    """The integral or sum of the law's density times the body."""
    if len(node.variables) != 1 or node.conditions:
        raise unsupported("an expectation over several variables", node.span)
    (variable,) = node.variables
    law = variable.distribution
    name, arguments = (law.function, law.arguments.items) if isinstance(law, s.Attached) else (law, ())
    if not isinstance(name, s.Name):
        raise unsupported("an expectation over this law", variable.span)
    found = scope.symbol(name.text)
    if found is not None:
        return _over_density(found, variable, arguments, node, scope)
    family = FAMILY_NAMES.get(name.text.lower())
    if family is None:
        raise unsupported("an expectation over a law that is no declared density", variable.span)
    return _over_family(family, variable, arguments, node, scope)


def _over_density(
    found: tuple[Term, Type], variable: s.BoundVariable, arguments: Sequence[s.Node], node: s.Binder, scope: Scope
) -> Meaning:
    """Over a declared density: the integral over its set."""
    density, kind = found
    domain = density_domain(density, scope.context) if isinstance(density, Symbol) else None
    if domain is None:
        raise unsupported("an expectation over a law that is no declared density", variable.span)
    space, inside = domain
    values = []
    for position, written in enumerate(arguments):
        wanted = kind.domains[position + 1] if isinstance(kind, Function) and position + 1 < len(kind.domains) else None
        meaning = elaborate(written, scope)
        values.append((meaning if wanted is None else expect(meaning, wanted, scope)).term)

    def weight(symbol: Symbol) -> Term:
        return Apply("call", (density, symbol, *values))

    def condition(symbol: Symbol) -> Term:
        return TRUE if inside is None else Apply("call", (inside, symbol))

    return _weighted("integral", space, condition, weight, variable, node, scope)


def _over_family(
    family: str, variable: s.BoundVariable, arguments: Sequence[s.Node], node: s.Binder, scope: Scope
) -> Meaning:
    """Over a named law of a number."""
    law = _LAWS.get(family)
    if family == "Normal" and len(arguments) == 2:
        mean = elaborate(arguments[0], scope)
        if isinstance(mean.type, Tensor) and len(mean.type.shape) == 1:
            return _over_normal_vector(mean, mean.type.shape[0], arguments[1], variable, node, scope)
    if law is None:
        raise unsupported(f"an expectation over {family}", variable.span)
    names = FAMILIES[family]
    if len(arguments) != len(names):
        said = f" ({', '.join(names)})" if names else ""
        message = f"{family} takes {count(len(names), 'parameter')}{said}, {were(len(arguments))} found"
        raise ElaborationError(message, variable.span, "bad-law")
    parameters = tuple(_parameter(family, *pair, scope) for pair in zip(names, arguments, strict=True))
    for used in (law.density, law.height):
        if used is not None:
            _want_definition(used, 0, variable, scope)

    def weight(symbol: Symbol) -> Term:
        return law.mass if law.density is None else Apply(law.density, (symbol, *parameters))

    def condition(symbol: Symbol) -> Term:
        return law.condition(symbol, parameters)

    head = "sum" if isinstance(law.domain, Index) else "integral"
    found = _weighted(head, law.domain, condition, weight, variable, node, scope)
    if law.height is None:
        return found
    return typed(multiply(Apply(law.height, parameters), found.term), scope, node.span)


def _want_definition(name: str, implicit: int, variable: s.BoundVariable, scope: Scope) -> None:
    definition = scope.definition(name)
    if definition is None or definition.implicit != implicit:
        raise ElaborationError(
            f"{name} is not defined here", variable.span, "missing-definition", "import foundations"
        )


def _over_normal_vector(
    mean: Meaning, length: Term, written: s.Node, variable: s.BoundVariable, node: s.Binder, scope: Scope
) -> Meaning:
    """Over the law of a vector of independent normal entries of one variance."""
    variance = elaborate(written, scope)
    if not is_number(variance.type):
        raise unsupported("an expectation over a normal law with a covariance that is no number", variance.span)
    _want_definition(_VECTOR_DENSITY, 1, variable, scope)

    def weight(symbol: Symbol) -> Term:
        return Apply(_VECTOR_DENSITY, (length, symbol, mean.term, variance.term))

    return _weighted("integral", mean.type, lambda symbol: TRUE, weight, variable, node, scope)


def _parameter(family: str, name: str, written: s.Node, scope: Scope) -> Term:
    meaning = number_of(written, scope)
    if name in _WHOLE.get(family, ()) and not is_integer(meaning.type):
        raise misfit(f"the parameter {name} of {family} is a whole number in an expectation", meaning)
    return meaning.term


def _weighted(
    head: str,
    domain: Type,
    condition: Callable[[Symbol], Term],
    weight: Callable[[Symbol], Term],
    variable: s.BoundVariable,
    node: s.Binder,
    scope: Scope,
) -> Meaning:
    inner, symbol = scope.bind(variable.name, domain)
    body = elaborate(node.body, inner)
    factor = weight(symbol)
    inside = body.term if factor == ONE else multiply(factor, body.term)
    term = bind(head, symbol.name, domain, inside, condition(symbol))
    return typed(Bind(term.head, term.domain, term.condition, term.body, variable.name), scope, node.span)
