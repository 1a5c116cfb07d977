"""Factors by which one difference might be a multiple of another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from flint import fmpq

from checks.contexts import Context
from checks.kernel.algebra import raised
from checks.kernel.certificates import Arithmetic, Certificate, Scaled
from checks.kernel.comparison import is_zero
from checks.kernel.expansion import Expansion
from checks.kernel.forms import Form, Monomial, TooLarge, exact, scale, scaled_form, sorted_factors
from checks.kernel.reductions import Rejected, scaled_difference
from checks.lengths import is_number
from checks.shapes import IllTyped, type_of
from checks.terms import (
    ONE,
    Apply,
    Term,
    divide,
    subtract,
)
from derive.proving.rebuilding import Unconvertible, exact_quotient, form_as_term, monomial_as_term

if TYPE_CHECKING:
    from derive.proving.search import Search

COMPARISONS = ("=", "!=", "<=", "<", ">=", ">")


def ratios(search: Search, context: Context, left: Term, right: Term) -> Iterator[Term]:
    """Single-term factors by which ``right`` might have to be multiplied to give ``left``."""
    try:
        x = search.workspace.expansion(context, frozenset(search.unfold))
        above, below = x.form(left), x.form(right)
    except TooLarge:
        return
    yield ONE
    seen = {"1"}
    for first, a in islice(below.terms, 2):
        for second, b in islice(above.terms, 4):
            ratio = _quotient(x, second, b, first, a)
            if ratio is None:
                continue
            try:
                term = monomial_as_term(x, *ratio)
            except Unconvertible:
                continue
            if repr(term) not in seen:
                seen.add(repr(term))
                yield term


def factors(search: Search, context: Context, left: Term, right: Term) -> Iterator[Term]:
    """Factors c with left = c · right: single terms first, then exact quotients of polynomials."""
    yield from ratios(search, context, left, right)
    try:
        x = search.workspace.expansion(context, frozenset(search.unfold))
        above, below = x.form(left), x.form(right)
        for first, second, inverse in ((above, below, False), (below, above, True)):
            found = exact_quotient(first, second)
            if found is not None:
                term = form_as_term(x, found)
                yield divide(ONE, term) if inverse else term
    except (TooLarge, Unconvertible):
        return


def multiples(search: Search, context: Context, goal: Apply, statement: Apply) -> Iterator[Term]:
    """Factors c for which c times the relation's difference is, or leaves the right sign of, the goal's."""
    try:
        x = search.workspace.expansion(context, frozenset(search.unfold))
        wanted = x.form(subtract(*_upward(goal)))
        given = x.form(subtract(*_upward(statement)))
    except TooLarge:
        return
    if given.is_zero:
        return
    seen: set[str] = set()
    for factor in _form_factors(x, wanted, given):
        if factor.key in seen:
            continue
        seen.add(factor.key)
        try:
            rest = x.finish([*x.opened(wanted), *scale(x.times(x.opened(given), x.opened(factor)), fmpq(-1))])
            if not (is_zero(x, x.opened(rest)) or (goal.head != "=" and x.nonnegative(rest))):
                continue
            yield form_as_term(x, factor)
        except (TooLarge, Unconvertible):
            continue


def _upward(comparison: Apply) -> tuple[Term, Term]:
    """The greater side of a comparison and the lesser."""
    left, right = comparison.arguments
    return (left, right) if comparison.head in (">=", ">") else (right, left)


def _form_factors(x: Expansion, above: Form, below: Form) -> Iterator[Form]:
    """Forms c that might make ``below`` times c equal to ``above``: single terms, then exact quotients."""
    one = x.form(ONE)
    yield one
    yield scaled_form(one, fmpq(-1))
    for first, a in islice(below.terms, 2):
        for second, b in islice(above.terms, 6):
            ratio = _quotient(x, second, b, first, a)
            if ratio is not None:
                yield Form([ratio])
    quotient = exact_quotient(above, below)
    if quotient is not None:
        yield quotient
    inverse = exact_quotient(below, above)
    if inverse is not None:
        yield x.finish(raised(x, x.opened(inverse), -1))


def _quotient(
    x: Expansion, above: Monomial, a: fmpq, below: Monomial, b: fmpq
) -> tuple[Monomial, fmpq] | None:
    """The quotient of two monomials, where it has no sums over indices left."""
    if above.ranges != below.ranges:
        return None
    powers = dict(above.factors)
    for atom, exponent in below.factors:
        powers[atom] = exact(powers.get(atom, 0) - exponent)
    settled = x.settle(a / b, {}, [(atom, exponent) for atom, exponent in powers.items() if exponent])
    if len(settled) != 1:
        return None
    return Monomial((), sorted_factors(settled[0].factors)), settled[0].coefficient


def by_scaling(search: Search, context: Context, goal: Term) -> Certificate | None:
    """An equivalence of comparisons whose differences are multiples of each other."""
    match goal:
        case Apply("iff", (Apply(first, (a, b)), Apply(second, (c, d)))) if first in COMPARISONS and (
            second in COMPARISONS
        ):
            pass
        case _:
            return None
    try:
        if not is_number(type_of(a, context)) or not is_number(type_of(c, context)):
            return None
        scaled_difference(goal, ONE)
    except (Rejected, IllTyped):
        return None
    if first != second:
        c, d = d, c
    for factor in factors(search, context, subtract(b, a), subtract(d, c)):
        equation, sign = scaled_difference(goal, factor)
        then = search.by_arithmetic(context, equation)
        if isinstance(then, Arithmetic):
            positive = search.by_arithmetic(context, sign)
            if isinstance(positive, Arithmetic):
                return Scaled(factor, then, positive)
    return None
