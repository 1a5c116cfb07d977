"""Integrals in normal form: an atom over the normal form of its integrand, constants outside.

Trusted for taking out of an integral only what does not depend on its variable, and for splitting none but those
whose parts are seen to be summable.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import fmpq

from checks.kernel.antiderivatives import integral_of_pieces, summable_terms
from checks.kernel.derivative_rules import zero_of
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    from_atom,
    sorted_factors,
)
from checks.kernel.gaussian_vectors import gaussian_vector_terms, vector_integral
from checks.kernel.opening import type_tag
from checks.kernel.piecewise import almost_everywhere
from checks.terms import ONE, REAL, TRUE, Apply, Bind, Index, Symbol, Tensor, Term, instantiate, type_terms

Translate = Callable[[Expansion, Term], Sum]


def integral(x: Expansion, term: Bind, expand: Translate, indicator: Translate) -> Sum:
    """The sum that an integral of a number is: that of the integrand where the condition holds, 0 elsewhere.

    As a total function the integral of what is not summable is 0; so numbers and factors that do not depend on
    the variable leave it (W. Rudin, Real and Complex Analysis, theorem 1.32), but sums do not split: whether
    each part is summable is not known here.  Finitely many points are no matter to it (section 1.39).
    """
    lengths = [x.form(part) for part, _ in type_terms(term.domain)]
    with x.abstracted([term.domain], lambda _: TRUE) as variables:
        (variable,) = variables
        condition, value = instantiate(term.condition, variable), instantiate(term.body, variable)
        body = _where(x, condition, value, expand, indicator)
        if body.is_zero:
            return []
        if term.domain == REAL:
            found = integral_of_pieces(x, body, variable.name)
            if found is not None:
                return found
            body = almost_everywhere(x, body, variable.name)
            if body.is_zero:
                return []
        if isinstance(term.domain, Tensor):
            found = vector_integral(x, body, variable.name, term.domain)
            if found is not None:
                return found
        content, common, rest = _constants(body, variable.name)
        rest = x.finish(x.opened(rest))
    parts, bound = x.closed((*lengths, rest), (variable.name,))
    atom = Atom("integral", type_tag(term.domain), parts, bound=bound)
    return x.times(x.settle(content, {}, list(common.items())), from_atom(atom))


def _where(x: Expansion, condition: Term, value: Term, expand: Translate, indicator: Translate) -> Form:
    """A value where a condition holds, 0 elsewhere."""
    inside = indicator(x, condition)
    with x.abstracted([], lambda _: condition):
        body = x.finish(expand(x, value))
    return x.finish(x.times(inside, x.opened(body)))


def is_summable(x: Expansion, function: Bind, expand: Translate, indicator: Translate) -> bool:
    """Whether a function, where it is defined, is one that is integrated here: on the line in pieces, or a Gaussian."""
    if function.domain != REAL and not isinstance(function.domain, Tensor):
        return False
    with x.abstracted([function.domain], lambda _: TRUE) as variables:
        (variable,) = variables
        value: Term = instantiate(function.body, variable)
        condition: Term = TRUE
        match value:
            case Apply("if", (test, inside, other)) if other == zero_of(x.type_of(inside)):
                value, condition = inside, test
        kind = x.type_of(value)
        if isinstance(kind, Tensor):
            # Every entry: at indices of which only their ranges are known.
            places = [x.fresh() for _ in kind.shape]
            for place, length in zip(places, kind.shape, strict=True):
                x.lengths[place] = x.form(length)
                x.declare(place, Index(ONE, length))
            value = Apply("entry", (value, *map(Symbol, places)))
        body = _where(x, condition, value, expand, indicator)
        if isinstance(function.domain, Tensor):
            return gaussian_vector_terms(x, body, variable.name, function.domain) is not None
        return summable_terms(x, body, variable.name) is not None


def _constants(form: Form, variable: str) -> tuple[fmpq, dict[Atom, Exponent], Form]:
    """The leading coefficient and the factors common to all terms that do not depend on the variable; the rest."""
    content = form.terms[0][1]
    own = {name for monomial, _ in form.terms for name, _ in monomial.ranges}
    powers = [dict(monomial.factors) for monomial, _ in form.terms]
    common: dict[Atom, Exponent] = {}
    for atom, power in powers[0].items():
        if variable in atom.indices or not atom.indices.isdisjoint(own):
            continue
        if all(found.get(atom) == power for found in powers):
            common[atom] = power
    rest = []
    for monomial, coefficient in form.terms:
        factors = {a: e for a, e in monomial.factors if a not in common}
        rest.append((Monomial(monomial.ranges, sorted_factors(factors)), coefficient / content))
    return content, common, Form(rest)
