"""Sums over a range as sums over the parts of it.

Trusted for disjoint parts: where a range is cut, or a term written out, is known to lie in it (R. Graham, D. Knuth,
O. Patashnik, Concrete Mathematics, sections 2.3, 2.4 and 2.6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, permutations

from flint import fmpq

from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT,
    Form,
    Monomial,
    Sum,
    Summand,
    from_atom,
    index_form,
    linear_part,
    scaled_form,
    sum_forms,
)

ATTEMPTS = 8
OVERHANG = 3
"""By how many terms one range may be longer than another for the rest to be written out."""


MOST_SUMS = 6
"""How many sums a difference may have for their ends to be looked at, two by two."""


def vanishes_by_splitting(x: Expansion, form: Form) -> bool:
    """Whether a form is zero once ranges are split where other terms say.

    Σ_{i<=L} f(i) = Σ_{i<=P} f(i) + Σ_{i<=L-P} f(i+P) for 0 <= P <= L (R. Graham, D. Knuth, O. Patashnik,
    Concrete Mathematics, section 2.3, the laws of association and commutation).  The points are found by
    looking at what stands under the sums; that 0 <= P <= L is asked of the advisor like any condition.
    """
    for _ in range(ATTEMPTS):
        found = _split_once(x, form)
        if found is None:
            return False
        form = x.finish(x.collected(found))
        if form.is_zero:
            return True
    return False


# -- ranges that differ by a few terms -----------------------------------------------------------------


def aligned(x: Expansion, form: Form) -> Form:
    """The form with sums taken backwards and terms at the ends of ranges written out, while fewer sums remain by it.

    The ends of a range are known to be there where the rest of it is not negative.
    """
    for _ in range(ATTEMPTS):
        found = next(_shorter(x, form), None)
        if found is None:
            return form
        form = found
    return form


def _shorter(x: Expansion, form: Form) -> Iterator[Form]:
    """Forms with fewer sums: taken backwards, with ends of ranges written out, overlapped, or telescoped."""
    if _count_of_sums(form) > MOST_SUMS:
        return
    # Where indices only name entries, a sum that is shifted or taken backwards is like no other.
    reckoned = any(
        _is_reckoned_with(monomial, frozenset(name for name, _ in monomial.ranges)) for monomial, _ in form.terms
    )
    ways = (_backwards, _trimmed, _overlapped, _telescoped) if reckoned else (_trimmed,)
    for found in chain.from_iterable(way(x, form) for way in ways):
        if _count_of_sums(found) < _count_of_sums(form):
            yield found


def _is_reckoned_with(monomial: Monomial, own: frozenset[str]) -> bool:
    """Whether one of some indices stands in a monomial otherwise than alone as an index of an array."""
    return any(not length.indices.isdisjoint(own) for _, length in monomial.ranges) or any(
        atom.name in own
        if atom.tag == "index"
        else any(_holds_a_number(part, own, atom.tag in _NAMING) for part in atom.parts)
        for atom, _ in monomial.factors
    )


_NAMING = frozenset({"entry", "call", "inverse", "derivative", "definition"})
"""The atoms in which an index that stands alone only names an entry; s^i and i! change by a factor with it."""


def _holds_a_number(part: Form, own: frozenset[str], naming: bool) -> bool:
    """Whether a part of an atom reckons with an index; ``naming``: unless it is one."""
    if part.indices.isdisjoint(own):
        return False
    if naming and len(part.terms) == 1:
        monomial, coefficient = part.terms[0]
        if coefficient == 1 and not monomial.ranges and len(monomial.factors) == 1:
            atom, exponent = monomial.factors[0]
            if atom.tag == "index" and exponent == 1:
                return False
    return any(_is_reckoned_with(monomial, own) for monomial, _ in part.terms)


def _backwards(x: Expansion, form: Form) -> Iterator[Form]:
    """The form with one sum taken backwards in one index, or in all: Σ_{i<=L} f(i) = Σ_{i<=L} f(L + 1 - i)."""
    for monomial, value in form.terms:
        own = {name for name, _ in monomial.ranges}
        if any(not length.indices.isdisjoint(own) or x.varies(length) for _, length in monomial.ranges):
            continue
        if len(form.terms) == 1 or not all(x.is_integral(length) for _, length in monomial.ranges):
            continue
        places = range(len(monomial.ranges))
        for chosen in dict.fromkeys([*((place,) for place in places), tuple(places)]):
            if chosen:
                others = x.opened(Form((other, weight) for other, weight in form.terms if other is not monomial))
                yield x.finish(x.collected([*others, *_turned(x, monomial, value, chosen)]))


def _turned(x: Expansion, monomial: Monomial, value: fmpq, places: Sequence[int]) -> Sum:
    """A monomial's sum with indices replaced by what they count from the other end."""
    names = {name: x.fresh() for name, _ in monomial.ranges}
    ranges = {}
    values = {}
    for place, (name, length) in enumerate(monomial.ranges):
        x.lengths[names[name]] = ranges[names[name]] = length
        index = x.form_of_index(names[name])
        turned = sum_forms((ONE_COEFFICIENT, length), (ONE_COEFFICIENT, UNIT), (fmpq(-1), index))
        values[name] = turned if place in places else index
    return _moved(x, Summand(value, ranges, {}), monomial, values)


def _trimmed(x: Expansion, form: Form) -> Iterator[Form]:
    """The form with the ends of one term's range, or of all ranges of one length, written out."""
    sums = [(monomial, value) for monomial, value in form.terms if len(monomial.ranges) == 1]
    for length in _distinct(monomial.ranges[0][1] for monomial, _ in sums):
        long = [(monomial, value) for monomial, value in sums if monomial.ranges[0][1].key == length.key]
        groups = [[item] for item in long] + ([long] if len(long) > 1 else [])
        for core in _distinct(monomial.ranges[0][1] for monomial, _ in sums):
            overhang = sum_forms((ONE_COEFFICIENT, length), (fmpq(-1), core)).constant()
            if overhang is None or overhang.q != 1 or not 0 < overhang <= OVERHANG or not _is_size(x, core):
                continue
            for group in groups:
                for before in range(int(overhang.p) + 1):
                    yield _written_out(x, form, [(*item, before) for item in group], core, int(overhang.p))


def _overlapped(x: Expansion, form: Form) -> Iterator[Form]:
    """The form with the first term of one sum and the last of another of the same length written out."""
    sums = [(monomial, value) for monomial, value in form.terms if len(monomial.ranges) == 1]
    for (first, a), (second, b) in permutations(sums, 2):
        length = first.ranges[0][1]
        core = sum_forms((ONE_COEFFICIENT, length), (fmpq(-1), UNIT))
        if second.ranges[0][1].key == length.key and _is_size(x, core):
            yield _written_out(x, form, [(first, a, 1), (second, b, 0)], core, 1)


def _telescoped(x: Expansion, form: Form) -> Iterator[Form]:
    """The form with a sum as another of the same length whose terms it has, some places further on.

    Σ_{i<=L} f(i + s) = Σ_{i<=L} f(i) + f(L + 1) + … + f(L + s) - f(1) - … - f(s) for all L >= 0, L < s included
    (R. Graham, D. Knuth, O. Patashnik, Concrete Mathematics, section 2.6).
    """
    sums = [(monomial, value) for monomial, value in form.terms if len(monomial.ranges) == 1]
    for (first, value), (second, _) in permutations(sums, 2):
        length = first.ranges[0][1]
        if second.ranges[0][1].key != length.key or not _is_size(x, length):
            continue
        for shift in range(1, OVERHANG + 1):
            moved = x.finish(_stretch(x, second, ONE_COEFFICIENT, 0, length, _number(shift)))
            if len(moved.terms) != 1 or moved.terms[0][0].key != first.key:
                continue
            weight = value / moved.terms[0][1]
            result = x.opened(Form((monomial, other) for monomial, other in form.terms if monomial is not first))
            result.extend(_stretch(x, second, weight, 0, length, _number(0)))
            for place in range(shift):
                last = sum_forms((ONE_COEFFICIENT, length), (ONE_COEFFICIENT, _number(place)))
                result.extend(_stretch(x, second, weight, 0, UNIT, last))
                result.extend(_stretch(x, second, -weight, 0, UNIT, _number(place)))
            yield x.finish(x.collected(result))


def _is_size(x: Expansion, length: Form) -> bool:
    """Whether a form is known to be a natural number, the same at every outcome."""
    return not x.varies(length) and x.is_integral(length) and x.nonnegative(length)


def _distinct(forms: Iterable[Form]) -> list[Form]:
    return list({form.key: form for form in forms}.values())


def _count_of_sums(form: Form) -> int:
    return sum(1 for monomial, _ in form.terms if monomial.ranges)


def _written_out(
    x: Expansion, form: Form, group: Sequence[tuple[Monomial, fmpq, int]], core: Form, overhang: int
) -> Form:
    """The form with the first terms of the sums in a group written out, as many as it says, and the last ones.

    ``core`` terms stay summed, where ``core`` is not negative and each range has ``overhang`` terms more.
    """
    chosen = {monomial.key for monomial, _, _ in group}
    result = [*x.opened(Form((monomial, value) for monomial, value in form.terms if monomial.key not in chosen))]
    for monomial, value, before in group:
        for place in range(before):
            result.extend(_stretch(x, monomial, value, 0, UNIT, _number(place)))
        result.extend(_stretch(x, monomial, value, 0, core, _number(before)))
        for place in range(before, overhang):
            last = sum_forms((ONE_COEFFICIENT, core), (ONE_COEFFICIENT, _number(place)))
            result.extend(_stretch(x, monomial, value, 0, UNIT, last))
    return x.finish(x.collected(result))


def _number(value: int) -> Form:
    return scaled_form(UNIT, fmpq(value))


# -- ranges that are split where other terms say -------------------------------------------------------


def _split_once(x: Expansion, form: Form) -> Sum | None:
    """The form with one range split, or None."""
    for monomial, value in form.terms:
        for position in range(len(monomial.ranges)):
            for point in _points(form, monomial, position):
                if _lies_within(x, monomial, position, point):
                    others = [(other, weight) for other, weight in form.terms if other is not monomial]
                    return [*x.opened(Form(others)), *_split(x, monomial, value, position, point)]
    return None


def _points(form: Form, monomial: Monomial, position: int) -> Iterator[Form]:
    """Where a range might be split: where the range of another term ends, or at what it sums over."""
    for other, _ in form.terms:
        if other is monomial or len(other.factors) != len(monomial.factors):
            continue
        if len(other.ranges) == len(monomial.ranges):
            same = [a == b for a, b in zip(monomial.factors, other.factors, strict=True)]
            if all(same):
                yield other.ranges[position][1]
            elif len(monomial.ranges) == 1:
                yield from _shifts(monomial, other, position)
        elif len(monomial.ranges) == 1 and not other.ranges:
            for place in _shifts(monomial, other, position):
                first = place == UNIT
                yield place if first else sum_forms((ONE_COEFFICIENT, place), (fmpq(-1), UNIT))


def _shifts(monomial: Monomial, other: Monomial, position: int) -> Iterator[Form]:
    """What the index has to be, or to be raised by, for a part of one term to become that of the other."""
    index = monomial.ranges[position][0]
    for (first, _), (second, _) in zip(monomial.factors, other.factors, strict=True):
        if (first.tag, first.name, len(first.parts)) != (second.tag, second.name, len(second.parts)):
            continue
        for before, after in zip(first.parts, second.parts, strict=True):
            split = linear_part(before, index)
            if split is None or split[0] not in (1, -1):
                continue
            value = scaled_form(sum_forms((ONE_COEFFICIENT, after), (fmpq(-1), split[1])), split[0])
            own = [name for name, _ in other.ranges]
            if own:
                value = sum_forms((ONE_COEFFICIENT, value), *((fmpq(-1), index_form(name)) for name in own))
            if not value.is_zero and value.indices.isdisjoint({index, *own}):
                yield value


def _lies_within(x: Expansion, monomial: Monomial, position: int, point: Form) -> bool:
    """Whether a point is known to lie in the range, and splits it."""
    end = monomial.ranges[position][1]
    own = {name for name, _ in monomial.ranges}
    if point.is_zero or point == end or x.varies(point):
        return False
    if any(not length.indices.isdisjoint(own) for _, length in monomial.ranges):
        return False
    rest = sum_forms((ONE_COEFFICIENT, end), (fmpq(-1), point))
    return x.is_integral(point) and x.nonnegative(point) and x.nonnegative(rest)


def _split(x: Expansion, monomial: Monomial, value: fmpq, position: int, point: Form) -> Sum:
    """The two sums that a monomial's sum over one of its ranges comes to."""
    end = monomial.ranges[position][1]
    beyond = sum_forms((ONE_COEFFICIENT, end), (fmpq(-1), point))
    first = _stretch(x, monomial, value, position, point, _number(0))
    return [*first, *_stretch(x, monomial, value, position, beyond, point)]


def _stretch(x: Expansion, monomial: Monomial, value: fmpq, position: int, length: Form, start: Form) -> Sum:
    """The part of a monomial's sum in which one of its indices runs from start + 1 to start + length."""
    names = {name: x.fresh() for name, _ in monomial.ranges}
    ranges = {}
    for k, (name, other) in enumerate(monomial.ranges):
        x.lengths[names[name]] = ranges[names[name]] = length if k == position else other
    values = {old: x.form_of_index(new) for old, new in names.items()}
    if not start.is_zero:
        moved = monomial.ranges[position][0]
        values[moved] = sum_forms((ONE_COEFFICIENT, values[moved]), (ONE_COEFFICIENT, start))
    return _moved(x, Summand(value, ranges, {}), monomial, values)


def _moved(x: Expansion, outside: Summand, monomial: Monomial, values: Mapping[str, Form]) -> Sum:
    """The monomial's factors with its indices replaced, under the ranges outside."""
    part: Sum = [outside]
    for atom, exponent in monomial.factors:
        if atom.indices.isdisjoint(values):
            part = x.times(part, from_atom(atom, exponent))
        else:
            part = x.times(part, x.replaced_factor(atom, exponent, values))
    return part
