"""Powers of matrices with symbolic exponents, entry by entry.

A^0 = 1 and A^(e+1) = A^e A for natural e say what a power is (R. Horn, C. Johnson, Matrix Analysis, section 0.2);
so as many factors as are known to be there leave the power, all to its right.  What is left is an atom.

Trusted for taking off no more factors than the exponent is known to have.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from checks.kernel.algebra import zero_bracket
from checks.kernel.counting import peeled
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    ABSTRACTED,
    ONE_COEFFICIENT,
    Atom,
    Form,
    Sum,
    Summand,
    constant,
    from_atom,
    sum_forms,
)
from checks.terms import ONE, Index

MATRIX_POWER = "matrix_power"
"""The tag of an entry of a power; its parts are the lengths and an entry of the base, the exponent, row and column."""

SLOTS = (0, 0, 2, 0, 0, 0)


def matrix_power(x: Expansion, *parts: Form) -> Sum:
    """The entry of a power, from the parts of its atom."""
    size, _, entry, exponent, row, column = parts
    bound = _bound(parts)
    if not x.is_integral(exponent) or not x.nonnegative(exponent):
        return from_atom(Atom(MATRIX_POWER, "", parts, slots=SLOTS, bound=bound))
    count, rest = peeled(x, exponent)
    if count == 0:
        if rest.is_zero:
            return zero_bracket(x, sum_forms((ONE_COEFFICIENT, row), (fmpq(-1), column)))
        return from_atom(Atom(MATRIX_POWER, "", parts, slots=SLOTS, bound=bound))
    places = [row]
    result: Sum = constant(1)
    if not rest.is_zero:
        places.append(_index(x, size))
        result = _power_atom(x, (*parts[:3], rest, row, places[-1]), bound)
    start = len(places) - 1
    places += [_index(x, size) for _ in range(count - 1)]
    places.append(column)
    for left, right in zip(places[start:], places[start + 1 :], strict=False):
        result = x.times(result, x.replaced(entry, dict(zip(bound, (left, right), strict=True))))
    return _summed(x, result, places[1:-1], size)


def _bound(parts: Sequence[Form]) -> tuple[str, ...]:
    """The variables of the base's entry, which are called by the height of what they stand over."""
    height = 1 + max(part.height for part in parts)
    return tuple(f"{ABSTRACTED}{height}:{position}" for position in range(2))


def _index(x: Expansion, size: Form) -> Form:
    """An index that counts from 1 to a length, to be summed over."""
    name = x.fresh()
    x.lengths[name] = size
    x.declare(name, Index(ONE, x.stand_in(size)))
    return x.form_of_index(name)


def _power_atom(x: Expansion, parts: tuple[Form, ...], names: tuple[str, ...]) -> Sum:
    closed, bound = x.closed(parts, names)
    return from_atom(Atom(MATRIX_POWER, "", closed, slots=SLOTS, bound=bound))


def _summed(x: Expansion, terms: Sum, places: Sequence[Form], size: Form) -> Sum:
    """The sum over all values of indices."""
    ranges = {name: size for place in places for name in place.indices}
    return [
        Summand(summand.coefficient, {**ranges, **summand.ranges}, summand.factors) for summand in terms
    ]


def powers_joined(x: Expansion, summand: Summand) -> Sum | None:
    """The summand with A^e A^f, summed over the index between them, as A^(e+f), for natural e and f; or None."""
    powers = [atom for atom, exponent in summand.factors.items() if atom.tag == MATRIX_POWER and exponent == 1]
    if len(powers) < 2:
        return None
    for name, length in summand.ranges.items():
        if any(name in other.indices for other in summand.ranges.values()):
            continue
        holders = [atom for atom in summand.factors if name in atom.indices]
        if len(holders) != 2 or any(atom not in powers for atom in holders):
            continue
        for left, right in (holders, holders[::-1]):
            if not _meet(x, left, right, name, length):
                continue
            exponent = sum_forms((ONE_COEFFICIENT, left.parts[3]), (ONE_COEFFICIENT, right.parts[3]))
            parts = (*left.parts[:3], exponent, left.parts[4], right.parts[5])
            closed, _ = x.closed(parts, left.bound)
            ranges = {other: end for other, end in summand.ranges.items() if other != name}
            factors = {atom: power for atom, power in summand.factors.items() if atom not in holders}
            return x.times([Summand(summand.coefficient, ranges, factors)], matrix_power(x, *closed))
    return None


def _meet(x: Expansion, left: Atom, right: Atom, name: str, length: Form) -> bool:
    """Whether two powers of one matrix are multiplied over an index, both exponents being natural numbers."""
    index = x.form_of_index(name)
    return (
        left.parts[:3] == right.parts[:3] and left.bound == right.bound and left.parts[0] == length
        and left.parts[5] == index and right.parts[4] == index
        and all(name not in part.indices for part in (*left.parts[:5], right.parts[3], right.parts[5]))
        and all(x.is_integral(atom.parts[3]) and x.nonnegative(atom.parts[3]) for atom in (left, right))
    )  # fmt: skip
