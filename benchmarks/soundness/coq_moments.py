"""Expectations of polynomials in random entries, by linearity, declared independence and moments of declared laws.

Moments that no law gives are variables.  What is independent of what is read from the context's declarations as
DESIGN, section 3, says: families of one declaration are mutually independent, each jointly; entries of an array are
where it says ``iid`` or ``independent``; anything else may depend on anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, factorial

from benchmarks.soundness.coq_expressions import (
    ONE,
    ZERO,
    Constant,
    Expression,
    LeftOut,
    Monomial,
    Polynomial,
    Variable,
    compared,
    constant,
    multiplied,
    over,
    plus,
    polynomial,
    raised,
    times,
    variables_of,
)
from benchmarks.soundness.coq_unfolding import Place, Unfolding
from checks.contexts import Law
from checks.terms import Bind, Term, number, open_binder

Entry = tuple[str, Place]
"""A random symbol and a place in it."""


def averaged(unfolding: Unfolding, expression: Expression) -> Expression:
    """The expectation of an expression."""
    used = variables_of(expression)
    if not any(atom.about & unfolding.randoms.keys() for atom in unfolding.atoms.of(used)):
        if used.isdisjoint(unfolding.randoms):
            return expression
        form = polynomial(expression)
    else:
        form = _without_roots(unfolding, polynomial(expression))
        _refuse_hidden(unfolding, frozenset(name for monomial in form for name, _ in monomial))
    return plus(
        *(times(Constant(coefficient), _of_monomial(unfolding, monomial)) for monomial, coefficient in form.items())
    )


def _without_roots(unfolding: Unfolding, form: Polynomial) -> Polynomial:
    """The polynomial with t in the place of sqrt(t)^2: where it is defined t is not negative."""
    roots = {atom.name: atom for atom in unfolding.atoms.known.values() if atom.rule == "root"}
    found: Polynomial = {}
    for monomial, coefficient in form.items():
        kept: list[tuple[str, int]] = []
        opened: list[Expression] = [Constant(coefficient)]
        for name, exponent in monomial:
            atom = roots.get(name)
            if atom is not None and exponent > 0 and exponent % atom.degree == 0:
                opened.append(raised(atom.arguments[0], exponent // atom.degree))
            else:
                kept.append((name, exponent))
        for other, value in multiplied(polynomial(times(*opened)), {tuple(kept): Fraction(1)}).items():
            found[other] = found.get(other, Fraction(0)) + value
    return {monomial: coefficient for monomial, coefficient in found.items() if coefficient}


def _refuse_hidden(unfolding: Unfolding, used: frozenset[str]) -> None:
    """Raises ``LeftOut`` when an atom depends on something random: it is no polynomial in it."""
    if any(not atom.about.isdisjoint(unfolding.randoms) for atom in unfolding.atoms.of(used)):
        raise LeftOut("an expectation of what is no polynomial")


def _of_monomial(unfolding: Unfolding, monomial: Monomial) -> Expression:
    fixed: list[Expression] = []
    random: dict[Entry, int] = {}
    for name, exponent in monomial:
        if name in unfolding.randoms:
            if exponent < 0:
                raise LeftOut("an expectation of what is no polynomial")
            random[unfolding.randoms[name]] = exponent
        elif "/" in name:
            raise LeftOut("an expectation beside a denominator that is a sum")
        elif exponent < 0:
            fixed.append(over(ONE, raised(Variable(name), -exponent)))
        else:
            fixed.append(raised(Variable(name), exponent))
    return times(*fixed, _joint(unfolding, random))


def _joint(unfolding: Unfolding, powers: dict[Entry, int]) -> Expression:
    """E of a product of powers of entries: the product over what is independent."""
    if not powers:
        return ONE
    symbols = frozenset(symbol for symbol, _ in powers)
    for declared in unfolding.context.independences:
        families = [family & symbols for family in declared.families if family & symbols]
        if len(families) > 1 and symbols <= frozenset().union(*families):
            return times(
                *(
                    _joint(unfolding, {entry: power for entry, power in powers.items() if entry[0] in family})
                    for family in families
                )
            )
    if len(symbols) == 1:
        (symbol,) = symbols
        law = unfolding.context.declarations[symbol].law
        if law is not None and (len(powers) == 1 or law.entries in ("iid", "independent")):
            return times(*(_moment(unfolding, law, entry, power) for entry, power in sorted(powers.items())))
    key = " ".join(f"{symbol}{place}^{power}" for (symbol, place), power in sorted(powers.items()))
    return _free_moment(unfolding, key, all(power % 2 == 0 for power in powers.values()))


def _free_moment(unfolding: Unfolding, key: str, even: bool) -> Expression:
    name = unfolding.atoms.variable(f"moment {key}")
    return unfolding.atoms.free(f"moment {key}", (compared("<=", ZERO, name),) if even else (), lossy=True)


def _moment(unfolding: Unfolding, law: Law, entry: Entry, degree: int) -> Expression:
    """E of a power of one entry."""
    symbol, place = entry

    def parameter(term: Term) -> Expression:
        for index in place:
            if not isinstance(term, Bind):
                break
            _, term = open_binder(term, number(index))
        found = unfolding.scalar(term)
        if not variables_of(found).isdisjoint(unfolding.randoms):
            raise LeftOut("a law with a random parameter")
        return found

    if law.family == "declared":
        if degree == 1 and law.mean is not None:
            return parameter(law.mean)
        if degree == 2 and law.mean is not None and law.variance is not None:
            return plus(parameter(law.variance), raised(parameter(law.mean), 2))
        # Identically distributed entries have one moment.
        where = "" if law.entries == "iid" else str(place)
        return _free_moment(unfolding, f"{symbol}{where}^{degree}", degree % 2 == 0)
    found = _named(unfolding, law.family, [parameter(term) for term in law.parameters], degree)
    if found is None:
        raise LeftOut(f"moments of the law {law.family}")
    return found


def _named(unfolding: Unfolding, family: str, values: Sequence[Expression], degree: int) -> Expression | None:
    """Moments of named laws (N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions, 1994)."""
    match family, values:
        case "Normal", (mean, variance):
            # Stein: E X^k = mean E X^(k-1) + (k-1) variance E X^(k-2).
            moments: list[Expression] = [ONE, mean]
            for k in range(2, degree + 1):
                moments.append(plus(times(mean, moments[k - 1]), times(constant(k - 1), variance, moments[k - 2])))
            return moments[degree]
        case "Rademacher", ():
            return constant(1 - degree % 2)
        case "Bernoulli", (probability,):
            return probability
        case "Uniform", (low, high):
            summands = [times(raised(low, k), raised(high, degree - k)) for k in range(degree + 1)]
            return times(constant(1) if degree == 0 else over(ONE, constant(degree + 1)), plus(*summands))
        case "Exponential", (rate,):
            return unfolding.quotient(constant(factorial(degree)), raised(rate, degree))
        case "Laplace", (location, scale):
            return plus(
                *(
                    times(constant(comb(degree, k) * factorial(k)), raised(scale, k), raised(location, degree - k))
                    for k in range(0, degree + 1, 2)
                )
            )
        case "Poisson", (rate,):
            # Touchard: E X^(k+1) = rate E (X+1)^k.
            found: list[Expression] = [ONE]
            for k in range(degree):
                found.append(times(rate, plus(*(times(constant(comb(k, j)), found[j]) for j in range(k + 1)))))
            return found[degree]
        case "Gamma", (shape, rate):
            return unfolding.quotient(times(*(plus(shape, constant(k)) for k in range(degree))), raised(rate, degree))
        case "Beta", (alpha, beta):
            result: Expression = ONE
            for k in range(degree):
                step = unfolding.quotient(plus(alpha, constant(k)), plus(alpha, beta, constant(k)))
                result = times(result, step)
            return result
        case _:
            return None
