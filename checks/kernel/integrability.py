"""When an expectation exists: every monomial has a finite moment.

A product of factors with finite absolute moments of orders p_1, …, p_r is integrable when a degree count fits:
by Hölder's inequality E|X_1^{d_1} ··· X_r^{d_r}| is finite when each X_k has a finite absolute moment of order
Σ d (W. Rudin, Real and Complex Analysis, ch. 3); across independent groups the expectations multiply.  A
bounded factor (a sign, a bracket) changes nothing.  A function of one number whose law has a density is integrable
when its product with the density has an integral (``density_expectations``).

Trusted for counting degrees: nothing exists that is not declared, known of a law, assumed, or bounded by what does.
"""

from __future__ import annotations

from checks.contexts import Context, Law
from checks.kernel import laws
from checks.kernel.advisor import Advisor
from checks.kernel.density_expectations import has_expectation, leaf_of
from checks.kernel.expansion import Expansion
from checks.kernel.expectation import grouped, law_parameters, random_names
from checks.kernel.forms import Atom, Exponent, Form
from checks.kernel.translation import component, expand, expansion
from checks.shapes import type_of
from checks.terms import ONE, Apply, Bind, Index, Symbol, Tensor, Term

BOUNDED = frozenset({"sign", "zero", "nonnegative", "iverson", "all-zero"})


def is_integrable(context: Context, term: Term, advisor: Advisor | None = None) -> bool:
    """Whether the expectation of a defined term exists by its moments, or is assumed to."""
    context = context.everywhere()
    if any(fact.statement == Apply("integrable", (term,)) for fact in context.facts):
        return True
    x = expansion(context, advisor)
    kind = type_of(term, context)
    if isinstance(kind, Tensor):
        indices = []
        for length in kind.shape:
            name = x.fresh()
            x.lengths[name] = x.form(length)
            x.declare(name, Index(ONE, length))
            indices.append(Symbol(name))
        terms = component(x, term, tuple(indices))
    else:
        terms = expand(x, term)
    return all(
        not any(length.random for length in summand.ranges.values())
        and product_has_moment(x, {a: e for a, e in summand.factors.items() if a.random})
        for summand in terms
    )


def product_has_moment(x: Expansion, factors: dict[Atom, Exponent]) -> bool:
    """Whether the product of random factors is integrable."""
    if not factors:
        return True
    for group in grouped(x.context, list(factors)):
        if _by_density(x, {atom: factors[atom] for atom in group}):
            continue
        degree: Exponent = 0
        for atom in group:
            part = _degree(atom)
            if (
                part is None
                or (part and factors[atom] < 0)
                or (factors[atom] < 0 and atom.tag not in BOUNDED)
            ):
                return False
            degree += part * factors[atom]
        for name in frozenset().union(*(random_names(x.context, atom) for atom in group)):
            law = x.context.declarations[name].law
            if law is None or not has_moment(law, degree, x):
                return False
    return True


def _by_density(x: Expansion, factors: dict[Atom, Exponent]) -> bool:
    """Whether a function of one random number, no polynomial, is integrable by its density."""
    if all(atom.tag in BOUNDED | {"symbol", "entry"} for atom in factors):
        return False
    leaf = leaf_of(factors)
    law = None if leaf is None else x.context.declarations[leaf.name].law
    return leaf is not None and law is not None and has_expectation(x, law, leaf, law_parameters(x, law, leaf), factors)


def _degree(atom: Atom) -> int | None:
    """The degree of a polynomial that dominates |atom|, or None."""
    if atom.tag in BOUNDED or not atom.random:
        return 0
    if atom.tag in ("symbol", "entry", "call"):
        return None if any(part.random for part in atom.parts) or any(atom.slots) else 1
    if atom.tag in ("base", "abs"):
        return _form_degree(atom.parts[0])
    return None


def _form_degree(form: Form) -> int | None:
    greatest = 0
    for monomial, _ in form.terms:
        if any(length.random for _, length in monomial.ranges):
            return None
        total = 0
        for atom, exponent in monomial.factors:
            part = _degree(atom)
            if part is None or not isinstance(exponent, int) or (exponent < 0 and atom.random):
                return None
            total += part * exponent if atom.random else 0
        greatest = max(greatest, total)
    return greatest


def has_moment(law: Law, degree: Exponent, x: Expansion) -> bool:
    """Whether the absolute moment of the given order is known to exist, for every entry."""
    order = int(-(-degree // 1))
    if law.family == "declared":
        return order <= law.order
    if laws.has_moment(law.family, order):
        return True
    if any(isinstance(parameter, Bind) for parameter in law.parameters):
        return False
    return x.positive(x.form(laws.moment_condition(law.family, law.parameters, order)))
