"""Brackets [f >= 0] against each other and against the ranges of the indices in them.

For whole f, [f >= 0] + [-f - 1 >= 0] = 1; Σ_{k <= L} [k <= P] f(k) = Σ_{k <= P} f(k) and
Σ_{k <= L} [k > P] f(k) = Σ_{k <= L - P} f(k + P) for whole 0 <= P <= L (R. Graham, D. Knuth, O. Patashnik,
Concrete Mathematics, sections 2.1 and 2.4).

Trusted for these identities of brackets of whole forms, with 0 <= P <= L asked of what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from flint import fmpq

from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT,
    Atom,
    Exponent,
    Form,
    Sum,
    Summand,
    constant,
    from_atom,
    index_form,
    linear_part,
    scale,
    sum_forms,
)

if TYPE_CHECKING:
    from checks.kernel.expansion import Expansion


def opposite(form: Form) -> Form:
    """The g with [g >= 0] = 1 - [f >= 0], for a form with whole values."""
    return sum_forms((fmpq(-1), form), (fmpq(-1), UNIT))


def consistent(powers: Mapping[Atom, Exponent]) -> dict[Atom, Exponent] | None:
    """The factors without brackets that others imply; None when two brackets exclude each other.

    If f + g < 0 not both are at least zero; if f >= g the bracket of g gives that of f.
    """
    brackets = [atom for atom in powers if atom.tag == "nonnegative"]
    kept = dict(powers)
    for first, second in combinations(brackets, 2):
        f, g = first.parts[0], second.parts[0]
        total = sum_forms((ONE_COEFFICIENT, f), (ONE_COEFFICIENT, g)).constant()
        if total is not None and total < 0:
            return None
        difference = sum_forms((ONE_COEFFICIENT, f), (fmpq(-1), g)).constant()
        if difference is not None:
            kept.pop(first if difference >= 0 else second, None)
    return kept


def restricted(x: Expansion, summand: Summand) -> Sum | None:
    """The summand with a range cut where a bracket says, or None."""
    for atom in summand.factors:
        if atom.tag != "nonnegative" or not x.is_integral(atom.parts[0]):
            continue
        for name in sorted(atom.indices & summand.ranges.keys()):
            if any(name in other.indices for other in summand.ranges.values()):
                continue
            found = _cut(x, name, summand.ranges[name], atom.parts[0])
            if found is None:
                continue
            length, value = found
            result: Sum = [Summand(summand.coefficient, {**summand.ranges, **length}, {})]
            del result[0].ranges[name]
            for other, exponent in summand.factors.items():
                if other is atom:
                    continue
                if name in other.indices:
                    result = x.times(result, x.replaced_factor(other, exponent, {name: value}))
                else:
                    result = x.times(result, from_atom(other, exponent))
            return result
    return None


def _cut(x: Expansion, name: str, length: Form, form: Form) -> tuple[dict[str, Form], Form] | None:
    """The new index with its range and the old index in terms of it, where [f >= 0] bounds the old one; or None."""
    split = linear_part(form, name)
    if split is None or split[0] not in (1, -1) or split[1].indices or length.indices:
        return None
    upper = split[0] == -1
    point = split[1] if upper else opposite(split[1])
    rest = sum_forms((ONE_COEFFICIENT, length), (fmpq(-1), point))
    if x.varies(point) or x.varies(length) or not (x.nonnegative(point) and x.nonnegative(rest)):
        return None
    new = x.fresh()
    x.lengths[new] = point if upper else rest
    value = index_form(new)
    if not upper:
        value = sum_forms((ONE_COEFFICIENT, value), (ONE_COEFFICIENT, point))
    return {new: x.lengths[new]}, value


def at_both_sides(x: Expansion, form: Form) -> list[Form]:
    """The form where a free index is at most, and where it is beyond, what a bracket says; empty when none does.

    It is zero for all values of the index exactly if it is zero in both cases.
    """
    atoms = {atom.key: atom for monomial, _ in form.terms for atom, _ in monomial.factors if atom.tag == "nonnegative"}
    for name, length in x.free_ranges(form):
        for _, atom in sorted(atoms.items()):
            if name not in atom.indices | atom.symbols or not x.is_integral(atom.parts[0]):
                continue
            split = _point(atom.parts[0], name)
            if split is None or x.varies(split) or x.varies(length):
                continue
            rest = sum_forms((ONE_COEFFICIENT, length), (fmpq(-1), split))
            if not (x.nonnegative(split) and x.nonnegative(rest)):
                continue
            low, high = x.fresh(), x.fresh()
            x.lengths[low], x.lengths[high] = split, rest
            beyond = sum_forms((ONE_COEFFICIENT, index_form(high)), (ONE_COEFFICIENT, split))
            return [
                possible(x, x.finish(x.replaced(form, {name: value}))) for value in (index_form(low), beyond)
            ]
    return []


def _point(form: Form, name: str) -> Form | None:
    """P, where [f >= 0] says that the index or symbol is at most P, or beyond it."""
    coefficient, rest = None, []
    for monomial, value in form.terms:
        if name not in monomial.indices | monomial.symbols:
            rest.append((monomial, value))
            continue
        factors = monomial.factors
        if monomial.ranges or len(factors) != 1 or factors[0][1] != 1 or coefficient is not None:
            return None
        if factors[0][0].tag not in ("index", "symbol") or factors[0][0].name != name:
            return None
        coefficient = value
    point = Form(rest)
    if coefficient not in (1, -1) or point.indices:
        return None
    return point if coefficient == -1 else opposite(point)


def possible(x: Expansion, form: Form) -> Form:
    """The form without terms in which numbers are said to be equal that are known to differ."""
    return Form(
        (monomial, value)
        for monomial, value in form.terms
        if not any(atom.tag == "zero" and x.nonzero(atom.parts[0]) for atom, _ in monomial.factors)
    )


def joined(x: Expansion, form: Form) -> Form:
    """The form with one bracket of each pair of opposite ones as 1 minus the other."""
    atoms = {atom.key: atom for monomial, _ in form.terms for atom, _ in monomial.factors if atom.tag == "nonnegative"}
    replaced: dict[str, Atom] = {}
    for key in sorted(atoms):
        other = opposite(atoms[key].parts[0])
        partner = atoms.get(Atom("nonnegative", "", (other,)).key)
        if partner is None or partner.key in replaced or not x.is_integral(other):
            continue
        if not _is_bound(form, partner):
            replaced[key] = partner
    if not replaced:
        return form
    result: Sum = []
    for summand in x.opened(form):
        part: Sum = [Summand(summand.coefficient, summand.ranges, {})]
        for atom, exponent in summand.factors.items():
            partner = replaced.get(atom.key)
            if partner is None:
                part = x.times(part, from_atom(atom, exponent))
            else:
                part = x.times(part, [*constant(1), *scale(from_atom(partner), fmpq(-1))])
        result.extend(part)
    return x.finish(x.collected(result))


def _is_bound(form: Form, atom: Atom) -> bool:
    """Whether an index of an atom is bound in a form."""
    return any(name in atom.indices for monomial, _ in form.terms for name, _ in monomial.ranges)
