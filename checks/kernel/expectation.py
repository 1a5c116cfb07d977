"""Expectations of sums of products of random atoms.

Linearity moves E inside finite sums.  The random factors of a monomial fall into groups that the context's
declarations make independent, and E of the product is the product over the groups.  Within an array whose
entries are independent, the joint cumulant of functions of entries is zero unless all the entries are one, so

    E[f_1(a[I_1]) ··· f_r(a[I_r])] = Σ over set partitions, Π over blocks, κ(block) · [the block's entries coincide]

(V. P. Leonov, A. N. Shiryaev, Theory Probab. Appl. 4, 1959; for Gaussian entries, where only κ_1 and κ_2 are
not zero, L. Isserlis, Biometrika 12, 1918).  The brackets are deltas like any other, so coinciding indices,
shifted indices and free indices need no cases.  What none of this opens stays an atom E[…].

Trusted for this sum over partitions, and for taking as independent only what is declared to be; it is checked against
enumeration of finite laws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flint import fmpq

from checks.contexts import Context, Law
from checks.kernel import laws, signs
from checks.kernel.algebra import zero_bracket
from checks.kernel.contraction import reduce
from checks.kernel.density_expectations import density_expectation, leaf_of
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    Summand,
    TooLarge,
    constant,
    from_atom,
    scale,
    sum_forms,
)
from checks.terms import ONE, Bind, Number, Term, add, instantiate, power

PARTITION_LIMIT = 50_000
DEGREE_LIMIT = 64
Power = tuple[int, int]
"""A function of one entry a: (p, q) is a^p sign(a)^q."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """The functions that a monomial applies to one entry: the entry's indices and the combined power."""

    indices: tuple[Form, ...]
    power: Power


def expectation(x: Expansion, terms: Sum) -> Sum:
    """E of a sum over all random symbols of the context."""
    result: Sum = []
    for summand in terms:
        for reduced in reduce(x, summand):
            result.extend(_of_summand(x, reduced))
    return x.collected(result)


def rebuilt_expectation(x: Expansion, form: Form) -> Sum:
    """E of a form whose indices have changed."""
    with x.everywhere():
        return expectation(x, x.opened(form))


def independent_parts(context: Context, names: frozenset[str]) -> list[frozenset[str]]:
    """The finest partition of random symbols into parts that the declarations make mutually independent."""
    for independence in context.independences:
        parts = [family & names for family in independence.families if family & names]
        if len(parts) > 1 and frozenset().union(*parts) == names and sum(map(len, parts)) == len(names):
            return [finer for part in parts for finer in independent_parts(context, part)]
    return [names]


def random_names(context: Context, atom: Atom) -> frozenset[str]:
    """The random symbols in an atom."""
    return frozenset(name for name in atom.symbols if context.is_random(name))


def _of_summand(x: Expansion, summand: Summand) -> Sum:
    if any(length.random for length in summand.ranges.values()):
        return from_atom(_whole(x, [summand]))
    random = [atom for atom in summand.factors if atom.random]
    if not random:
        return [summand]
    group = grouped(x.context, random)[0]
    factors = {atom: summand.factors[atom] for atom in group}
    # The factors of the other groups stay, so that the indices they share with this group are seen.
    others = {atom: exponent for atom, exponent in summand.factors.items() if atom not in factors}
    rest = Summand(summand.coefficient, summand.ranges, others)
    entries = _entries(x.context, factors)
    if entries is None:
        integrated = _by_density(x, factors)
        result = x.times([rest], from_atom(_joint(x, factors)) if integrated is None else integrated)
    elif len(entries[2]) == 1:
        name, law, found = entries
        moment = moment_of(x, law, found[0].power, found[0].indices)
        integrated = _by_density(x, factors) if moment is None else None
        if integrated is None:
            integrated = entry_moment(x, name, law, found[0].power, found[0].indices)
        result = x.times([rest], integrated)
    elif entries[1].entries == "joint":
        result = x.times([rest], from_atom(_joint(x, factors)))
    else:
        result = _independent_entries(x, rest, *entries)
    return expectation(x, result)


def _by_density(x: Expansion, factors: Mapping[Atom, Exponent]) -> Sum | None:
    """E of functions of one random number by the integral over its density, where that is known."""
    leaf = leaf_of(factors)
    if leaf is None:
        return None
    law = x.context.declarations[leaf.name].law
    if law is None:
        return None
    return density_expectation(x, law, leaf, law_parameters(x, law, leaf), factors)


def law_parameters(x: Expansion, law: Law, leaf: Atom) -> tuple[Term, ...]:
    """The parameters of the law of a random number, or of an entry of a random array."""
    return tuple(_at(x, parameter, leaf.parts) for parameter in law.parameters)


def grouped(context: Context, atoms: Sequence[Atom]) -> list[list[Atom]]:
    """The atoms in groups that are mutually independent by the declarations."""
    named = [(atom, random_names(context, atom)) for atom in atoms]
    names = frozenset().union(*(found for _, found in named))
    parts = [set(part) for part in independent_parts(context, names)]
    for _, found in named:
        touched = [part for part in parts if part & found]
        if len(touched) > 1:
            merged = set().union(*touched)
            parts = [part for part in parts if not part & found] + [merged]
    return [[atom for atom, found in named if found & part] for part in parts if part]


def _whole(x: Expansion, terms: Sum) -> Atom:
    return Atom("expectation", "", (x.finish(terms),))


def _joint(x: Expansion, factors: Mapping[Atom, Exponent]) -> Atom:
    """E of a product that no rule opens."""
    return _whole(x, [Summand(ONE_COEFFICIENT, {}, dict(factors))])


def _entries(context: Context, factors: Mapping[Atom, Exponent]) -> tuple[str, Law, list[_Entry]] | None:
    """The factors as functions of single entries of one random symbol, or None."""
    name = None
    found: dict[tuple[str, ...], _Entry] = {}
    for atom, exponent in factors.items():
        base = signs.single_atom(atom.parts[0]) if atom.tag == "sign" else atom
        if base is None or base.tag not in ("symbol", "entry", "call") or any(base.slots):
            return None
        if not isinstance(exponent, int) or exponent < 0 or any(part.random for part in base.parts):
            return None
        if name not in (None, base.name):
            return None
        name = base.name
        key = tuple(part.key for part in base.parts)
        held = found.get(key, _Entry(base.parts, (0, 0))).power
        power_here = (held[0], held[1] + exponent) if atom.tag == "sign" else (held[0] + exponent, held[1])
        found[key] = _Entry(base.parts, power_here)
    if name is None:
        return None
    law = context.declarations[name].law
    return (name, law, [found[key] for key in sorted(found)]) if law is not None else None


# -- moments and cumulants -----------------------------------------------------------------------------


def moment_of(x: Expansion, law: Law, degree: Power, indices: tuple[Form, ...]) -> Sum | None:
    """E[a^p sign(a)^q] of one entry, or None where the law does not give it."""
    p, q = degree
    if p == 0 and q == 0:
        return constant(1)
    if p > DEGREE_LIMIT:
        raise TooLarge(f"a moment of order {p}")
    if law.family == "declared":
        if q:
            return None
        mean = None if law.mean is None else _at(x, law.mean, indices)
        if p == 1 and mean is not None:
            return x.rules.translate(x, mean)
        if p == 2 and mean is not None and law.variance is not None:
            second = add(_at(x, law.variance, indices), power(mean, Number(2 * ONE.value)))
            return x.rules.translate(x, second)
        return None
    parameters = tuple(_at(x, parameter, indices) for parameter in law.parameters)
    if law.family in laws.POSITIVE_LAWS:
        q = 0
    if p and q == 2:
        q = 0
    conditional = laws.has_moment(law.family, p) is None
    if conditional and not x.positive(x.form(laws.moment_condition(law.family, parameters, p))):
        return None
    if q == 0:
        return x.rules.translate(x, laws.MOMENTS[law.family](parameters, p))
    centre = laws.location(law.family, parameters)
    if centre is None or not x.form(centre).is_zero:
        return None
    if (p + q) % 2:
        return []
    absolute = laws.absolute_moment(law.family, parameters, p) if q % 2 else None
    return None if absolute is None else x.rules.translate(x, absolute)


def entry_moment(x: Expansion, name: str, law: Law, degree: Power, indices: tuple[Form, ...]) -> Sum:
    """E[a^p sign(a)^q] of one entry: from the law, else an atom.

    Entries that are identically distributed have one atom, which does not mention the indices.
    """
    found = moment_of(x, law, degree, indices)
    if found is not None:
        return found
    if law.entries == "iid":
        return from_atom(Atom("moment", f"{name} {degree[0]} {degree[1]}", symbols=frozenset((name,))))
    entry = Atom("entry", name, indices, random=True, symbols=frozenset((name,)))
    factors: dict[Atom, Exponent] = {entry: degree[0]} if degree[0] else {}
    if degree[1]:
        single = Form([(Monomial((), ((entry, 1),)), ONE_COEFFICIENT)])
        factors[Atom("sign", "", (single,))] = degree[1]
    return from_atom(_joint(x, factors))


def _at(x: Expansion, parameter: Term, indices: tuple[Form, ...]) -> Term:
    """A law's parameter at an entry."""
    for index in indices:
        if not (isinstance(parameter, Bind) and parameter.head == "lambda"):
            return parameter
        parameter = instantiate(parameter.body, x.stand_in(index))
    return parameter


class _Cumulants:
    """Joint cumulants of functions of one entry, remembered by the functions."""

    def __init__(self, x: Expansion, name: str, law: Law) -> None:
        self.x = x
        self.name = name
        self.law = law
        self.depends = law.entries != "iid"
        self._known: dict[tuple[str, tuple[Power, ...]], Sum] = {}

    def moment(self, degree: Power, indices: tuple[Form, ...]) -> Sum:
        """E of a function of the entry."""
        return entry_moment(self.x, self.name, self.law, degree, indices)

    def joint(self, powers: tuple[Power, ...], indices: tuple[Form, ...]) -> Sum:
        """κ of functions of the entry: E of the product less what smaller blocks explain."""
        if self.law.family == "Normal" and all(degree == (1, 0) for degree in powers) and len(powers) > 2:
            return []
        where = ",".join(index.key for index in indices) if self.depends else ""
        key = (where, tuple(sorted(powers)))
        known = self._known.get(key)
        if known is not None:
            return known
        if len(powers) > 10:
            raise TooLarge("more than ten different entries in one product")
        result = list(self.moment(_product(powers), indices))
        first, others = powers[0], powers[1:]
        for mask in range(2 ** len(others) - 1):
            inside = (first, *(p for k, p in enumerate(others) if mask >> k & 1))
            outside = tuple(p for k, p in enumerate(others) if not mask >> k & 1)
            part = self.x.times(self.joint(inside, indices), self.moment(_product(outside), indices))
            result.extend(scale(part, fmpq(-1)))
        result = self.x.collected(result)
        self._known[key] = result
        return result

    def vanishes(self, powers: tuple[Power, ...], indices: tuple[Form, ...]) -> bool:
        """Whether the cumulant is zero."""
        return not self.joint(powers, indices)


def _product(powers: Sequence[Power]) -> Power:
    return sum(p for p, _ in powers), sum(q for _, q in powers)


# -- independent entries -------------------------------------------------------------------------------


def _independent_entries(x: Expansion, rest: Summand, name: str, law: Law, found: list[_Entry]) -> Sum:
    """The rest of a summand times E of a product of functions of different entries of one array."""
    cumulants = _Cumulants(x, name, law)
    slots = _plain_slots(x, found)
    if slots is not None and not cumulants.depends:
        return _by_classes(x, rest, cumulants, found, slots)
    return _by_partitions(x, [rest], cumulants, found)


def _by_partitions(x: Expansion, terms: Sum, cumulants: _Cumulants, found: Sequence[_Entry]) -> Sum:
    """The sum over partitions, coincidences written as deltas."""
    result: Sum = []
    for partition in _partitions(cumulants, found):
        part = terms
        for block in partition:
            first = found[block[0]]
            part = x.times(part, cumulants.joint(tuple(found[k].power for k in block), first.indices))
            for other in block[1:]:
                for left, right in zip(first.indices, found[other].indices, strict=True):
                    difference = sum_forms((ONE_COEFFICIENT, left), (fmpq(-1), right))
                    part = x.times(part, zero_bracket(x, difference))
        result.extend(part)
        if len(result) > PARTITION_LIMIT:
            raise TooLarge(f"more than {PARTITION_LIMIT} coincidence patterns")
    return x.collected(result)


def _partitions(cumulants: _Cumulants, found: Sequence[_Entry]) -> Iterator[list[tuple[int, ...]]]:
    """Set partitions of the entries into blocks whose cumulant is not zero."""

    def grow(remaining: tuple[int, ...], blocks: list[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
        if not remaining:
            yield list(blocks)
            return
        first, others = remaining[0], remaining[1:]
        for mask in range(2 ** len(others)):
            block = (first, *(p for k, p in enumerate(others) if mask >> k & 1))
            if cumulants.vanishes(tuple(found[k].power for k in block), found[first].indices):
                continue
            blocks.append(block)
            yield from grow(tuple(p for k, p in enumerate(others) if not mask >> k & 1), blocks)
            blocks.pop()

    yield from grow(tuple(range(len(found))), [])


def _plain_slots(x: Expansion, found: Sequence[_Entry]) -> list[tuple[str, ...]] | None:
    """The bound indices that address each entry, when they are nothing but bound indices of equal ranges."""
    slots: list[tuple[str, ...]] = []
    for entry in found:
        names = []
        for index in entry.indices:
            atom = signs.single_atom(index)
            if atom is None or atom.tag != "index" or atom.name not in x.lengths:
                return None
            names.append(atom.name)
        slots.append(tuple(names))
    if not slots or not slots[0]:
        return None
    for position in range(len(slots[0])):
        if len({x.lengths[names[position]].key for names in slots}) > 1:
            return None
    return slots


def _by_classes(
    x: Expansion,
    summand: Summand,
    cumulants: _Cumulants,
    found: Sequence[_Entry],
    slots: Sequence[tuple[str, ...]],
) -> Sum:
    """The sum over partitions, done on classes of coinciding indices and collected before anything is built.

    Only indices that are bound in this summand may be identified without a delta; if an entry is addressed by
    one that is bound further out, the general way is taken.
    """
    addressing = {name for names in slots for name in names}
    if not addressing <= summand.ranges.keys() or any(
        length.indices & addressing for length in summand.ranges.values()
    ):
        return _by_partitions(x, [summand], cumulants, found)
    kept = {name for atom in summand.factors for name in atom.indices} | {
        name for length in summand.ranges.values() for name in length.indices
    }
    addressed = sorted({name for names in slots for name in names})
    number = {name: k for k, name in enumerate(addressed)}
    table: dict[tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[Power, ...], ...]], int] = {}
    length_key = [summand.ranges[name].key for name in addressed]
    kept_numbers = [number[name] for name in addressed if name in kept]
    rows = [tuple(number[name] for name in names) for names in slots]
    powers = [entry.power for entry in found]
    zero: dict[tuple[Power, ...], bool] = {}
    count = 0

    def vanishes(block: tuple[Power, ...]) -> bool:
        key = tuple(sorted(block))
        known = zero.get(key)
        if known is None:
            known = zero[key] = cumulants.vanishes(key, found[0].indices)
        return known

    def grow(remaining: tuple[int, ...], classes: list[int], blocks: tuple[tuple[Power, ...], ...]) -> None:
        nonlocal count
        if not remaining:
            count += 1
            if count > PARTITION_LIMIT:
                raise TooLarge(f"more than {PARTITION_LIMIT} coincidence patterns")
            representatives = [k for k, c in enumerate(classes) if c == k]
            mapping = tuple(classes[k] for k in kept_numbers)
            held = set(mapping)
            free = tuple(k for k in representatives if k not in held)
            # Classes that nothing else mentions differ only by their length.
            free_lengths = tuple(sorted(first_of_length[length_key[k]] for k in free))
            key = (mapping, free_lengths, tuple(sorted(blocks)))
            table[key] = table.get(key, 0) + 1
            return
        first, others = remaining[0], remaining[1:]
        pairs_only = normal_singles
        if pairs_only:
            if not centred:
                grow(others, classes, (*blocks, (powers[first],)))
            for position, other in enumerate(others):
                grow(others[:position] + others[position + 1 :], _joined(classes, rows[first], rows[other]),
                     (*blocks, pair))  # fmt: skip
            return
        for mask in range(2 ** len(others)):
            chosen = [p for k, p in enumerate(others) if mask >> k & 1]
            block = tuple(sorted((powers[first], *(powers[p] for p in chosen))))
            if vanishes(block):
                continue
            merged = classes
            for other in chosen:
                merged = _joined(merged, rows[first], rows[other])
            grow(tuple(p for k, p in enumerate(others) if not mask >> k & 1), merged, (*blocks, block))

    first_of_length: dict[str, int] = {}
    for k, key in enumerate(length_key):
        first_of_length.setdefault(key, k)
    normal_singles = cumulants.law.family == "Normal" and all(p == (1, 0) for p in powers)
    centred = normal_singles and vanishes(((1, 0),))
    pair = ((1, 0), (1, 0))
    grow(tuple(range(len(found))), list(range(len(addressed))), ())
    result: Sum = []
    others_ranges = {name: length for name, length in summand.ranges.items() if name not in number}
    for (mapping, free_lengths, blocks), times in table.items():
        renaming = {
            addressed[old]: addressed[new]
            for old, new in zip(kept_numbers, mapping, strict=True)
            if old != new
        }
        ranges = {
            **others_ranges,
            **{addressed[k]: summand.ranges[addressed[k]] for k in sorted(set(mapping))},
        }
        base: Sum = [Summand(summand.coefficient * times, ranges, {})]
        for atom, exponent in summand.factors.items():
            if atom.indices.isdisjoint(renaming):
                base = x.times(base, from_atom(atom, exponent))
            else:
                values = {old: x.form_of_index(new) for old, new in renaming.items()}
                base = x.times(base, x.replaced_factor(atom, exponent, values))
        for k in free_lengths:
            length = summand.ranges[addressed[k]]
            # Where the length may be zero the factor waits: the cumulants may hold what it cancels against.
            if x.positive(length):
                base = x.times(base, x.opened(length))
            else:
                name = x.fresh()
                x.lengths[name] = length
                base = x.times(base, [Summand(ONE_COEFFICIENT, {name: length}, {})])
        for block in blocks:
            base = x.times(base, cumulants.joint(block, found[0].indices))
        result.extend(base)
    return x.collected(result)


def _joined(classes: list[int], first: tuple[int, ...], second: tuple[int, ...]) -> list[int]:
    """The classes with the indices of two entries identified position by position."""
    joined = classes
    for a, b in zip(first, second, strict=True):
        left, right = joined[a], joined[b]
        if left != right:
            low, high = (left, right) if left < right else (right, left)
            joined = [low if c == high else c for c in joined]
    return joined
