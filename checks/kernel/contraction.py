"""Deltas contracted and unused indices counted: what a summand is before its indices are numbered.

Trusted for sums with one term, and for the number of terms: a solution is whole and its range is known or kept as
brackets, a length that is counted is known not to be negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING

from flint import fmpq

from checks.kernel.brackets import restricted
from checks.kernel.division import divided
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT,
    Atom,
    Exponent,
    Form,
    Sum,
    Summand,
    TooLarge,
    from_atom,
    linear_part,
    scaled_form,
    sum_forms,
)

if TYPE_CHECKING:
    from checks.kernel.expansion import Expansion


WRITTEN_OUT = 3
"""The longest range of a known length that is written out."""

MOST_VALUES = 243
"""The most values that the indices of such ranges may take together, for them to be written out."""


def reduce(x: Expansion, summand: Summand) -> Sum:
    """The summand with deltas contracted and unused indices counted; nothing when a range is empty."""
    if any(is_empty(length) for length in summand.ranges.values()):
        return []
    changed = _contract(x, summand)
    if changed is None:
        changed = _written_out(x, summand)
    if changed is None:
        changed = _identify(x, summand)
    if changed is None:
        changed = restricted(x, summand)
    if changed is None:
        changed = divided(x, summand)
    if changed is None:
        changed = x.rules.joined(x, summand)
    if changed is not None:
        return [reduced for part in changed for reduced in reduce(x, part)]
    for name, length in summand.ranges.items():
        if any(name in atom.indices for atom in summand.factors):
            continue
        if any(name in other.indices for other in summand.ranges.values()):
            continue
        if counts(x, length, summand.factors):
            rest = Summand(
                summand.coefficient,
                {k: v for k, v in summand.ranges.items() if k != name},
                summand.factors,
            )
            return [
                reduced
                for part in x.times([rest], x.opened(length))
                for reduced in reduce(x, part)
            ]
    return [summand]


def is_empty(length: Form) -> bool:
    """Whether a length is a number that is not positive."""
    value = length.constant()
    return value is not None and bool(value <= 0)


def counts(x: Expansion, length: Form, factors: Mapping[Atom, Exponent]) -> bool:
    """Whether Σ over an index that does not occur may be replaced by the factor ``length``.

    The length must not be negative.  Where it may be zero nothing makes the summand defined, so a negative
    power, which could cancel against the length, forbids it.
    """
    if not x.nonnegative(length):
        return False
    return x.positive(length) or not any(exponent < 0 for exponent in factors.values())


def _written_out(x: Expansion, summand: Summand) -> Sum | None:
    """The summand with an index that takes few values, whose number is known, replaced by each of them; or None."""
    few = {name: _few(length) for name, length in summand.ranges.items() if _few(length)}
    if not few or (prod(few.values()) > MOST_VALUES and 1 not in few.values()):
        return None
    name = min(few, key=lambda found: few[found])
    ranges = {other: length for other, length in summand.ranges.items() if other != name}
    if any(name in length.indices for length in ranges.values()):
        return None
    total: Sum = []
    for place in range(1, few[name] + 1):
        result: Sum = [Summand(summand.coefficient, ranges, {})]
        for atom, exponent in summand.factors.items():
            if name in atom.indices:
                result = x.times(result, x.replaced_factor(atom, exponent, {name: scaled_form(UNIT, fmpq(place))}))
            else:
                result = x.times(result, from_atom(atom, exponent))
        total.extend(result)
    return x.collected(total)


def values_written_out(x: Expansion, form: Form) -> list[Form]:
    """The form at each value of a free index that takes few, whose number is known; empty when there is none."""
    for name, length in x.free_ranges(form):
        if _few(length):
            places = (scaled_form(UNIT, fmpq(place)) for place in range(1, _few(length) + 1))
            return [x.finish(x.replaced(form, {name: place})) for place in places]
    return []


def _few(length: Form) -> int:
    """The length, when it is a small number, else 0."""
    value = length.constant()
    return int(value.p) if value is not None and value.q == 1 and 1 <= value <= WRITTEN_OUT else 0


def _contract(x: Expansion, summand: Summand) -> Sum | None:
    """The summand with one delta used to remove one of its bound indices, or None."""
    for atom in summand.factors:
        if atom.tag != "zero" or atom.indices.isdisjoint(summand.ranges):
            continue
        form = atom.parts[0]
        candidates = []
        for name in sorted(atom.indices & summand.ranges.keys()):
            split = linear_part(form, name)
            if split is None or split[0] not in (1, -1):
                continue
            solution = scaled_form(split[1], -split[0])
            if not x.is_integral(solution) or (x.varies(solution) and _averages(summand, name)):
                continue
            dependents = _dependents(name, summand)
            if solution.indices & dependents:
                continue
            conditions = _range_conditions(x, name, solution, summand)
            candidates.append((len(conditions), name, solution, conditions))
        if not candidates:
            continue
        _, name, solution, conditions = min(candidates, key=lambda item: (item[0], item[1]))
        values = {name: solution}
        ranges: dict[str, Form] = {}
        # Indices whose length changes get new names: other terms may share the old ones.
        for other, length in summand.ranges.items():
            if other != name and length.indices & values.keys():
                fresh = x.fresh()
                values[other] = x.form_of_index(fresh)
                x.lengths[fresh] = ranges[fresh] = x.finish(x.replaced(length, values))
            elif other != name:
                ranges[other] = length
        if any(length.indices & values.keys() for length in ranges.values()):
            raise TooLarge("lengths that depend on each other out of order")
        result: Sum = [Summand(summand.coefficient, ranges, {})]
        for factor, exponent in summand.factors.items():
            if factor is atom:
                continue
            if factor.indices & values.keys():
                result = x.times(result, x.replaced_factor(factor, exponent, values))
            else:
                result = x.times(result, from_atom(factor, exponent))
        for condition in conditions:
            result = x.times(result, x.rules.rebuild["nonnegative"](x, condition))
        return result
    return None


def _identify(x: Expansion, summand: Summand) -> Sum | None:
    """The summand with a free symbol replaced by what a delta beside it says that it is, or None.

    [s = t] f(s) = [s = t] f(t) for every total f.  Not where anything stands under a negative power: what cancels
    against it has to keep its guard as it is.
    """
    for atom in summand.factors:
        if atom.tag != "zero" or any(atom.symbols & length.symbols for length in summand.ranges.values()):
            continue
        form = atom.parts[0]
        others = {other: exponent for other, exponent in summand.factors.items() if other is not atom}
        solved = ((name, solved_for(form, name)) for name in sorted(atom.symbols, reverse=True))
        name, value = next(((name, value) for name, value in solved if value is not None), ("", form))
        touched = [(other, exponent) for other, exponent in others.items() if name in other.symbols]
        if value.height or not touched:
            continue
        if (x.context.is_random(name) or x.varies(value)) and any(other.averages for other, _ in touched):
            # Below an expectation it is not the value at this outcome.
            continue
        if not all(isinstance(exponent, int) and exponent > 0 for exponent in others.values()):
            continue
        if not all(_is_polynomial(other) for other, _ in touched):
            continue
        result: Sum = [Summand(summand.coefficient, summand.ranges, {atom: 1})]
        for other, exponent in others.items():
            if name in other.symbols:
                result = x.times(result, x.replaced_factor(other, exponent, {name: value}))
            else:
                result = x.times(result, from_atom(other, exponent))
        return result
    return None


def solved_for(form: Form, name: str) -> Form | None:
    """The value that makes a form zero for the symbol of this name, when it is linear in it."""
    coefficient, rest = None, []
    for monomial, value in form.terms:
        if name not in monomial.symbols:
            rest.append((monomial, value))
        elif coefficient is None and not monomial.ranges and [(a.key, e) for a, e in monomial.factors] == [
            (f"symbol {name}", 1)
        ]:  # fmt: skip
            coefficient = value
        else:
            return None
    return None if coefficient is None else scaled_form(Form(rest), -1 / coefficient)


def _is_polynomial(atom: Atom) -> bool:
    """Whether all powers in the parts of an atom, at any depth, are positive whole numbers."""
    return all(_is_polynomial_form(part) for part in atom.parts)


def _is_polynomial_form(form: Form) -> bool:
    return all(
        isinstance(exponent, int) and exponent > 0 and _is_polynomial(atom)
        for monomial, _ in form.terms
        for atom, exponent in monomial.factors
    ) and all(_is_polynomial_form(length) for monomial, _ in form.terms for _, length in monomial.ranges)


def _dependents(name: str, summand: Summand) -> set[str]:
    """The bound indices whose lengths depend on an index, directly or through others."""
    found = {name}
    for _ in summand.ranges:
        found |= {other for other, length in summand.ranges.items() if length.indices & found}
    return found - {name}


def _range_conditions(x: Expansion, name: str, solution: Form, summand: Summand) -> list[Form]:
    """What is not known of ``1 <= solution <= length``."""
    length = summand.ranges[name]
    if len(solution.terms) == 1 and solution.terms[0][1] == 1:
        monomial = solution.terms[0][0]
        if not monomial.ranges and len(monomial.factors) == 1 and monomial.factors[0][1] == 1:
            atom = monomial.factors[0][0]
            if atom.tag == "index" and x.lengths.get(atom.name) == length:
                return []
    low = sum_forms((ONE_COEFFICIENT, solution), (fmpq(-1), UNIT))
    high = sum_forms((ONE_COEFFICIENT, length), (fmpq(-1), solution))
    return [condition for condition in (low, high) if not x.nonnegative(condition)]


def _averages(summand: Summand, index: str) -> bool:
    """Whether the index occurs below an expectation, where nothing random may take its place."""
    return any(atom.averages and index in atom.indices for atom in summand.factors)
