"""Integrals in normal form: an atom over the normal form of its integrand, constants outside."""

from __future__ import annotations

from collections.abc import Callable

from flint import fmpq

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
from checks.kernel.opening import type_tag
from checks.terms import TRUE, Bind, Term, instantiate, type_terms

Translate = Callable[[Expansion, Term], Sum]


def integral(x: Expansion, term: Bind, expand: Translate, indicator: Translate) -> Sum:
    """The sum that an integral of a number is.

    As a total function the integral of what is not summable is 0; so numbers and factors that do not depend on
    the variable leave it (W. Rudin, Real and Complex Analysis, theorem 1.32), but sums do not split: whether
    each part is summable is not known here.
    """
    lengths = [x.form(part) for part, _ in type_terms(term.domain)]
    with x.abstracted([term.domain], lambda _: TRUE) as outside:
        condition = x.finish(indicator(x, instantiate(term.condition, outside[0])))
    with x.abstracted([term.domain], lambda variables: instantiate(term.condition, variables[0])) as inside:
        body = x.finish(expand(x, instantiate(term.body, inside[0])))
        if body.is_zero or condition.is_zero:
            return []
        content, common, rest = _constants(body, inside[0].name)
        rest = x.finish(x.opened(rest))
    condition = x.with_variables(condition, {outside[0].name: inside[0].name})
    parts, bound = x.closed((*lengths, condition, rest), (inside[0].name,))
    atom = Atom("integral", type_tag(term.domain), parts, bound=bound)
    return x.times(x.settle(content, {}, list(common.items())), from_atom(atom))


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
