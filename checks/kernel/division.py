"""Division with remainder: floors, and indices of product ranges as pairs of indices.

For integers ``d > 0`` and ``t`` there is exactly one pair of integers ``t = d q + r`` with ``0 <= r < d``, and then
``floor(t/d) = q`` (R. Graham, D. Knuth, O. Patashnik, Concrete Mathematics, sections 3.1 and 3.4).  So
``k = (a - 1) d + b`` maps the pairs with ``1 <= a <= m``, ``1 <= b <= d`` one to one onto ``1 <= k <= m d``,
for all integers ``m, d >= 0``; for negative ones it does not.

Trusted for the uniqueness of quotient and remainder, with 0 <= r < d asked of what is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flint import fmpq

from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT,
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    Summand,
    exact,
    from_atom,
    index_form,
    product_of_forms,
    scaled_form,
    single,
    sorted_factors,
    sum_forms,
)

if TYPE_CHECKING:
    from checks.kernel.expansion import Expansion


# -- floors --------------------------------------------------------------------------------------------


def floor_of(x: Expansion, form: Form) -> Sum:
    """⌊f⌋: whole numbers leave it, ⌊n + r⌋ = n + ⌊r⌋ (ibid., 3.6); ⌊r⌋ is 0, 1 or -1 where r is known to lie so."""
    whole: list[tuple[Monomial, fmpq]] = []
    rest: list[tuple[Monomial, fmpq]] = []
    for monomial, coefficient in form.terms:
        if x.is_integral(Form(((monomial, ONE_COEFFICIENT),))):
            below = fmpq(coefficient.p // coefficient.q)
            if below:
                whole.append((monomial, below))
            coefficient = coefficient - below
        if coefficient:
            rest.append((monomial, coefficient))
    outside = x.opened(Form(whole))
    if not rest:
        return outside
    left = Form(rest)
    for place in (0, 1, -1):
        above = sum_forms((ONE_COEFFICIENT, left), (fmpq(-place), UNIT))
        below_next = sum_forms((fmpq(-1), left), (fmpq(place + 1), UNIT))
        if _known(x, above, strict=False) and _known(x, below_next, strict=True):
            return x.collected([*outside, Summand(fmpq(place), {}, {})]) if place else outside
    return x.collected([*outside, *from_atom(Atom("floor", "", (left,)))])


def remainder_of(x: Expansion, dividend: Sum, divisor: Sum) -> Sum:
    """s mod t = s - t ⌊s/t⌋ (ibid., 3.21)."""
    quotient = x.times(dividend, x.rules.raise_to(x, divisor, -1))
    whole = floor_of(x, x.finish(quotient))
    product = x.times(divisor, whole)
    return x.collected(
        [*dividend, *(Summand(-part.coefficient, part.ranges, part.factors) for part in product)]
    )


def nonnegative_by_rounding(x: Expansion, form: Form) -> bool:
    """Whether a form with whole values and a floor in it is at least zero, because what is under the floor is.

    For whole n: n <= ⌊r⌋ iff n <= r, and ⌊r⌋ < n iff r < n (ibid., 3.7).
    """
    if not x.is_integral(form):
        return False
    for monomial, coefficient in form.terms:
        if monomial.ranges or abs(coefficient) != 1 or len(monomial.factors) != 1:
            continue
        atom, exponent = monomial.factors[0]
        if atom.tag != "floor" or exponent != 1:
            continue
        others = Form(term for term in form.terms if term[0] is not monomial)
        inside = sum_forms((ONE_COEFFICIENT, others), (coefficient, atom.parts[0]))
        if coefficient == 1:
            found = _known(x, inside, strict=False)
        else:
            found = _known(x, sum_forms((ONE_COEFFICIENT, inside), (ONE_COEFFICIENT, UNIT)), strict=True)
        if found:
            return True
    return False


def floor_facts(x: Expansion, form: Form) -> list[tuple[Form, bool]]:
    """⌊r⌋ <= r < ⌊r⌋ + 1 for the floors that are factors in a form, times what divides r: forms at least zero.

    Each comes with whether it is greater than zero.
    """
    floors = {
        atom.key: atom for monomial, _ in form.terms for atom, _ in monomial.factors if atom.tag == "floor"
    }
    facts: list[tuple[Form, bool]] = []
    for _, atom in sorted(floors.items()):
        below = cleared(x, sum_forms((ONE_COEFFICIENT, atom.parts[0]), (fmpq(-1), single(atom))))
        if below is None:
            continue
        facts.append((below, False))
        difference = sum_forms((fmpq(-1), atom.parts[0]), (ONE_COEFFICIENT, single(atom)), (ONE_COEFFICIENT, UNIT))
        above = cleared(x, difference)
        if above is not None and x.is_integral(above):
            facts.append((sum_forms((ONE_COEFFICIENT, above), (fmpq(-1), UNIT)), False))
        elif above is not None:
            facts.append((above, True))
    return facts


def _known(x: Expansion, form: Form, *, strict: bool) -> bool:
    """Whether a form is known to be at least zero, or greater; denominators that are positive are cleared."""
    found = cleared(x, form)
    if found is None:
        return False
    return x.positive(found) if strict else x.nonnegative(found)


def cleared(x: Expansion, form: Form) -> Form | None:
    """The form times what divides in it, which is positive; None where that is not known to be."""
    for _ in range(8):
        below: dict[Atom, int] = {}
        for monomial, _coefficient in form.terms:
            for atom, exponent in monomial.factors:
                if not isinstance(exponent, int):
                    return None
                if exponent < 0:
                    if monomial.ranges:
                        return None
                    below[atom] = min(exponent, below.get(atom, 0))
        if not below:
            break
        if not all(x.positive(atom.parts[0] if atom.tag == "base" else single(atom)) for atom in below):
            return None
        multiplied: Sum = []
        for summand in x.opened(form):
            factors: list[tuple[Atom, Exponent]] = [*summand.factors.items()]
            factors.extend((atom, -exponent) for atom, exponent in below.items())
            multiplied.extend(x.settle(summand.coefficient, summand.ranges, factors))
        form = x.finish(x.collected(multiplied))
    else:
        return None
    common = 1
    for _, coefficient in form.terms:
        common = common * int(coefficient.q) // _greatest_divisor(common, int(coefficient.q))
    return scaled_form(form, fmpq(common))


def _greatest_divisor(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


# -- indices of product ranges -------------------------------------------------------------------------


def divided(x: Expansion, summand: Summand) -> Sum | None:
    """The summand with one index of a product range as a pair of indices, where a floor divides by a factor; or None.

    Σ_{k <= m d} f(k) = Σ_{a <= m} Σ_{b <= d} f((a - 1) d + b) for m, d >= 0.
    """
    for name, length in summand.ranges.items():
        if any(name in other.indices for other in summand.ranges.values()):
            continue
        if not length.indices.isdisjoint(summand.ranges):
            continue
        found = _factors_of_range(x, name, length, list(summand.factors))
        if found is None:
            continue
        ranges = {other: end for other, end in summand.ranges.items() if other != name}
        if any(map(x.varies, found)) and any(atom.averages and name in atom.indices for atom in summand.factors):
            continue
        value, pair = _pair(x, *found)
        result: Sum = [Summand(summand.coefficient, {**ranges, **pair}, {})]
        for atom, exponent in summand.factors.items():
            if name in atom.indices:
                result = x.times(result, x.replaced_factor(atom, exponent, {name: value}))
            else:
                result = x.times(result, from_atom(atom, exponent))
        return result
    return None


def at_a_pair(x: Expansion, form: Form) -> Form | None:
    """The form at ``k = (a - 1) d + b`` for a free index k of a product range that floors divide; or None.

    It is zero for all k exactly if it is zero for all a and b.
    """
    atoms = [atom for monomial, _ in form.terms for atom, _ in monomial.factors]
    for name, length in x.free_ranges(form):
        found = _factors_of_range(x, name, length, atoms)
        if found is not None and not any(map(x.varies, found)):
            value, _ = _pair(x, *found)
            return x.finish(x.replaced(form, {name: value}))
    return None


def _pair(x: Expansion, quotient: Form, divisor: Form) -> tuple[Form, dict[str, Form]]:
    """``(a - 1) d + b`` for fresh indices ``a`` up to the quotient and ``b`` up to the divisor, and their ranges."""
    first, second = x.fresh(), x.fresh()
    x.lengths[first], x.lengths[second] = quotient, divisor
    before = sum_forms((ONE_COEFFICIENT, index_form(first)), (fmpq(-1), UNIT))
    value = sum_forms(
        (ONE_COEFFICIENT, product_of_forms(before, divisor)), (ONE_COEFFICIENT, index_form(second))
    )
    return value, {first: quotient, second: divisor}


def _factors_of_range(
    x: Expansion, name: str, length: Form, atoms: list[Atom]
) -> tuple[Form, Form] | None:
    """``(m, d)`` with length = m d, neither of them 1, both known not to be negative, and d a divisor of the index."""
    for divisor in sorted(_divisors(name, atoms), key=lambda found: found.key):
        quotient = _quotient(length, divisor)
        if quotient is None or UNIT in (quotient, divisor):
            continue
        if not (x.is_integral(divisor) and x.is_integral(quotient)):
            continue
        if x.nonnegative(divisor) and x.nonnegative(quotient):
            return quotient, divisor
    return None


def _divisors(name: str, atoms: list[Atom]) -> Iterator[Form]:
    """What an index is divided by under floors, at any depth."""
    for atom in atoms:
        if name not in atom.indices and name not in atom.symbols:
            continue
        for part in atom.parts:
            for monomial, coefficient in part.terms:
                if atom.tag == "floor" and not monomial.ranges:
                    divisor = _divisor(name, monomial, coefficient)
                    if divisor is not None:
                        yield divisor
                yield from _divisors(name, [inner for inner, _ in monomial.factors])


def _divisor(name: str, monomial: Monomial, coefficient: fmpq) -> Form | None:
    """d, where a monomial is the index over d times a whole number."""
    factors: dict[Atom, Exponent] = {}
    carries = False
    for atom, exponent in monomial.factors:
        if atom.tag == "index" or (atom.tag == "symbol" and atom.name == name):
            if atom.name != name or exponent != 1:
                return None
            carries = True
        elif isinstance(exponent, int) and exponent < 0 and atom.tag == "symbol":
            factors[atom] = -exponent
        else:
            return None
    return Form(((Monomial((), sorted_factors(factors)), fmpq(coefficient.q)),)) if carries else None


def _quotient(length: Form, divisor: Form) -> Form | None:
    """The quotient of a form by a single term, when every term has all of its factors."""
    (below, scale) = divisor.terms[0]
    terms: list[tuple[Monomial, fmpq]] = []
    for monomial, coefficient in length.terms:
        if monomial.ranges:
            return None
        factors = dict(monomial.factors)
        for atom, exponent in below.factors:
            rest = exact(factors.get(atom, 0) - exponent)
            if rest < 0:
                return None
            if rest:
                factors[atom] = rest
            else:
                factors.pop(atom, None)
        terms.append((Monomial((), sorted_factors(factors)), coefficient / scale))
    return Form(terms) if terms else None


def parts_of_zero(x: Expansion, form: Form) -> tuple[Form, Form] | None:
    """``(u, v)`` with f = d u + v, whole, and |v| < d: then f = 0 exactly if u = 0 and v = 0; None for no such d."""
    candidates: dict[str, Form] = {}
    for monomial, _ in form.terms:
        if monomial.ranges:
            return None
        if len(monomial.factors) > 1 or any(exponent != 1 for _, exponent in monomial.factors):
            for atom, exponent in monomial.factors:
                if atom.tag == "symbol" and isinstance(exponent, int) and exponent > 0:
                    candidates.setdefault(atom.key, single(atom))
    for _, divisor in sorted(candidates.items()):
        atom = divisor.terms[0][0].factors[0][0]
        above = Form(term for term in form.terms if dict(term[0].factors).get(atom, 0) > 0)
        rest = Form(term for term in form.terms if dict(term[0].factors).get(atom, 0) <= 0)
        # What is d itself may belong to either part: |v| < d decides.
        for shift in (0, 1, -1):
            upper = sum_forms((ONE_COEFFICIENT, above), (fmpq(-shift), divisor))
            lower = sum_forms((ONE_COEFFICIENT, rest), (fmpq(shift), divisor))
            quotient = _quotient(upper, divisor)
            if quotient is None or not x.is_integral(lower) or not x.is_integral(quotient):
                continue
            bounds = (
                sum_forms((ONE_COEFFICIENT, divisor), (sign, lower), (fmpq(-1), UNIT))
                for sign in (fmpq(1), fmpq(-1))
            )
            if all(x.nonnegative(bound) for bound in bounds):
                return quotient, lower
    return None
