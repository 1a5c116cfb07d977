"""Expectations of functions of one random number whose law has a density.

E[g(X)] = ∫ g(x) f(x) dx for a law with the density f, where |g| f has an integral (W. Rudin, Real and Complex Analysis,
theorem 1.29; O. Kallenberg, Foundations of Modern Probability, lemma 1.24).  The integral is taken where module
``antiderivatives`` knows it.

Trusted for the four densities and for the condition under which a law has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from checks.contexts import Law
from checks.kernel.antiderivatives import integral_of_pieces, summable_terms
from checks.kernel.expansion import Expansion
from checks.kernel.forms import Atom, Exponent, Form, Sum, Summand, from_atom
from checks.terms import (
    REAL,
    TRUE,
    ZERO,
    Apply,
    Symbol,
    Term,
    conjunction,
    divide,
    multiply,
    negate,
    number,
    power,
    relation,
    subtract,
)

Parameters = tuple[Term, ...]


def _exp(exponent: Term) -> Term:
    return Apply("exp", (exponent,))


def _where(statement: Term) -> Term:
    return Apply("iverson", (statement,))


def _normal(x: Term, parameters: Parameters) -> Term:
    mean, variance = parameters
    square = divide(power(subtract(x, mean), number(2)), multiply(number(2), variance))
    return divide(_exp(negate(square)), Apply("sqrt", (multiply(number(2), Apply("pi"), variance),)))


def _uniform(x: Term, parameters: Parameters) -> Term:
    low, high = parameters
    inside = conjunction(relation(low, "<=", x), relation(x, "<=", high))
    return divide(_where(inside), subtract(high, low))


def _exponential(x: Term, parameters: Parameters) -> Term:
    (rate,) = parameters
    return multiply(_where(relation(ZERO, "<=", x)), rate, _exp(negate(multiply(rate, x))))


def _laplace(x: Term, parameters: Parameters) -> Term:
    location, scale = parameters
    distance = divide(Apply("abs", (subtract(x, location),)), scale)
    return divide(_exp(negate(distance)), multiply(number(2), scale))


_DENSITIES: Mapping[str, tuple[Callable[[Term, Parameters], Term], Callable[[Parameters], Term]]] = {
    "Normal": (_normal, lambda parameters: parameters[1]),
    "Uniform": (_uniform, lambda parameters: subtract(parameters[1], parameters[0])),
    "Exponential": (_exponential, lambda parameters: parameters[0]),
    "Laplace": (_laplace, lambda parameters: parameters[1]),
}
"""The density of each law, and what has to be positive for the law to have it (a normal law of variance 0 has none)."""

_OPENED = frozenset({"exp", "log", "erf", "abs", "sign", "nonnegative", "zero", "base"})
"""The tags of atoms that are functions of one number, which they are rebuilt from."""


def leaf_of(factors: Mapping[Atom, Exponent]) -> Atom | None:
    """The one random number of which all factors are functions; None where there are several."""
    found = {leaf.key: leaf for atom in factors for leaf in _leaves(atom)}
    if len(found) != 1:
        return None
    (leaf,) = found.values()
    plain = leaf.tag in ("symbol", "entry") and not any(leaf.slots) and not any(part.random for part in leaf.parts)
    # An index over which a factor sums stands for many entries.
    free = leaf.indices <= frozenset().union(*(atom.indices for atom in factors))
    return leaf if plain and free else None


def _leaves(atom: Atom) -> Iterator[Atom]:
    """What is random in an atom by itself; the atom itself where it is not rebuilt from its parts."""
    if not atom.random:
        return
    if atom.own_random or atom.tag not in _OPENED:
        yield atom
        return
    for part in atom.parts:
        for monomial, _ in part.terms:
            for inner, _ in monomial.factors:
                yield from _leaves(inner)


def density_expectation(
    x: Expansion, law: Law, leaf: Atom, parameters: Parameters, factors: Mapping[Atom, Exponent]
) -> Sum | None:
    """E of a product of functions of a random number, or None where the integral is not known."""
    with x.abstracted([REAL], lambda _: TRUE) as (variable,):
        body = _integrand(x, law, leaf, parameters, factors, variable)
        return None if body is None else integral_of_pieces(x, body, variable.name)


def has_expectation(
    x: Expansion, law: Law, leaf: Atom, parameters: Parameters, factors: Mapping[Atom, Exponent]
) -> bool:
    """Whether a product of functions of a random number is seen to be integrable."""
    with x.abstracted([REAL], lambda _: TRUE) as (variable,):
        body = _integrand(x, law, leaf, parameters, factors, variable)
        return body is not None and summable_terms(x, body, variable.name) is not None


def _integrand(
    x: Expansion, law: Law, leaf: Atom, parameters: Parameters, factors: Mapping[Atom, Exponent], variable: Symbol
) -> Form | None:
    """The density times the factors, as a function of the variable."""
    found = _DENSITIES.get(law.family)
    if found is None or not x.positive(x.form(found[1](parameters))):
        return None
    result = x.rules.translate(x, found[0](variable, parameters))
    for atom, exponent in factors.items():
        value = _value(x, atom, leaf, variable)
        if value is None:
            return None
        result = x.times(result, x.rules.raise_to(x, value, exponent))
    form = x.finish(result)
    return None if form.random else form


def _value(x: Expansion, atom: Atom, leaf: Atom, variable: Symbol) -> Sum | None:
    """An atom with the variable for the random number."""
    if atom == leaf:
        return from_atom(Atom("symbol", variable.name))
    if not atom.random:
        return from_atom(atom)
    parts: list[Form] = []
    for part in atom.parts:
        opened: Sum = []
        for summand in x.opened(part):
            value: Sum = [Summand(summand.coefficient, summand.ranges, {})]
            for inner, exponent in summand.factors.items():
                replaced = _value(x, inner, leaf, variable)
                if replaced is None:
                    return None
                value = x.times(value, x.rules.raise_to(x, replaced, exponent))
            opened.extend(value)
        parts.append(x.finish(x.collected(opened)))
    rebuild = x.rules.rebuild.get(atom.tag)
    return None if rebuild is None or atom.tag not in _OPENED else rebuild(x, *parts)
