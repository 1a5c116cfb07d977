"""Canonical order of the bound indices of a monomial.

Two monomials that differ by a renaming of bound indices must come out the same.  The monomial is a coloured
hypergraph (indices, joined by the factors they address): colours are refined until stable, then one index of
the smallest ambiguous colour is singled out and the search goes on; the least encoding wins.  Automorphisms
that come to light prune the rest (B. D. McKay, A. Piperno, J. Symbolic Comput. 60, 2014), and connected
components are treated one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from checks.kernel.forms import Atom, Exponent, Form, Monomial, Summand

Colours = Mapping[str, object]

LEAF_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class _Index:
    """A bound index, of which only its colour shows."""

    name: str


@dataclass(frozen=True, slots=True)
class _Sequence:
    """What is in a fixed order: the parts of an atom."""

    head: str
    parts: tuple[_Shape, ...]


@dataclass(frozen=True, slots=True)
class _Bag:
    """What has no order: the terms of a form, the factors of a monomial."""

    head: str
    parts: tuple[_Shape, ...]


_Shape = str | _Index | _Sequence | _Bag
"""The structure of an atom or a form, with places for the colours of the indices that are to be ordered."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """A factor (or the length of an index) with the indices that occur in it."""

    shape: _Shape
    indices: tuple[str, ...]

    def colour(self, colours: Colours) -> str:
        """A text that tells edges apart by structure and by the colours of their indices."""
        return _coloured(self.shape, colours)


def _coloured(shape: _Shape, colours: Colours) -> str:
    if type(shape) is str:
        return shape
    if type(shape) is _Index:
        return f"<{colours[shape.name]}>"
    texts = [_coloured(part, colours) for part in shape.parts]  # type: ignore[union-attr]
    if type(shape) is _Bag:
        texts.sort()
    return f"{shape.head}[{','.join(texts)}]"  # type: ignore[union-attr]


def _shape_of_atom(atom: Atom, own: frozenset[str]) -> _Shape:
    if atom.indices.isdisjoint(own):
        return atom.key
    if atom.tag == "index":
        return _Index(atom.name)
    return _Sequence(f"{atom.tag} {atom.name}", tuple(_shape_of_form(part, own) for part in atom.parts))


def _shape_of_form(form: Form, own: frozenset[str]) -> _Shape:
    if form.indices.isdisjoint(own):
        return form.key
    terms = tuple(_shape_of_term(monomial, str(coefficient), own) for monomial, coefficient in form.terms)
    return terms[0] if len(terms) == 1 else _Bag("+", terms)


def _shape_of_term(monomial: Monomial, coefficient: str, own: frozenset[str]) -> _Shape:
    factors = tuple(_shape_of_power(atom, exponent, own) for atom, exponent in monomial.factors)
    if coefficient == "1" and len(factors) == 1 and not monomial.ranges:
        return factors[0]
    lengths = tuple(_Sequence("length", (_shape_of_form(length, own),)) for _, length in monomial.ranges)
    return _Bag(coefficient, (*factors, *lengths))


def _shape_of_power(atom: Atom, exponent: Exponent, own: frozenset[str]) -> _Shape:
    shape = _shape_of_atom(atom, own)
    return shape if exponent == 1 else _Sequence(f"^{exponent}", (shape,))


def canonical_order(summand: Summand) -> tuple[str, ...]:
    """The bound indices of a summand in an order that does not depend on their names."""
    own = frozenset(summand.ranges)
    edges = [
        _Edge(_shape_of_power(atom, exponent, own), tuple(sorted(atom.indices & own)))
        for atom, exponent in summand.factors.items()
        if not atom.indices.isdisjoint(own)
    ]
    edges += [
        _Edge(
            _Sequence("length", (_Index(name), _shape_of_form(length, own))),
            (name, *sorted(length.indices & own - {name})),
        )
        for name, length in summand.ranges.items()
    ]
    parts = []
    for names in _components(own, edges):
        inside = [edge for edge in edges if edge.indices[0] in names]
        parts.append(_Component(names, inside).canonical())
    return tuple(name for _, order in sorted(parts, key=lambda part: part[0]) for name in order)


def _components(names: frozenset[str], edges: Sequence[_Edge]) -> list[frozenset[str]]:
    groups = [{name} for name in sorted(names)]
    for edge in edges:
        touched = [group for group in groups if not group.isdisjoint(edge.indices)]
        if len(touched) > 1:
            groups = [group for group in groups if group.isdisjoint(edge.indices)]
            groups.append(set().union(*touched))
    return [frozenset(group) for group in groups]


@dataclass(slots=True)
class _Component:
    """The search in one connected component."""

    names: frozenset[str]
    edges: list[_Edge]
    best: str | None = None
    order: tuple[str, ...] = ()
    automorphisms: list[dict[str, str]] = field(default_factory=list)
    leaves: int = 0

    def canonical(self) -> tuple[str, tuple[str, ...]]:
        """The least encoding and the order that gives it."""
        self._search(self._refined(dict.fromkeys(self.names, 0)), ())
        return self.best or "", self.order

    def _refined(self, colours: dict[str, int]) -> dict[str, int]:
        """The coarsest stable refinement of a colouring."""
        count = len(set(colours.values()))
        while count < len(colours):
            marks: dict[str, list[str]] = {name: [] for name in colours}
            for edge in self.edges:
                if len(edge.indices) == 1:
                    marks[edge.indices[0]].append(edge.colour({**colours, edge.indices[0]: "*"}))
                else:
                    for name in edge.indices:
                        marks[name].append(edge.colour({**colours, name: "*"}))
            described = {name: (colours[name], sorted(marks[name])) for name in colours}
            ranks = sorted({repr(value) for value in described.values()}, key=_ranked)
            colours = {name: ranks.index(repr(value)) for name, value in described.items()}
            if len(ranks) == count:
                break
            count = len(ranks)
        return colours

    def _search(self, colours: dict[str, int], prefix: tuple[str, ...]) -> int | None:
        """Explores the leaves below; a number asks the callers to go back to that depth."""
        cells: dict[int, list[str]] = {}
        for name in sorted(colours):
            cells.setdefault(colours[name], []).append(name)
        open_cells = [(len(cell), colour) for colour, cell in cells.items() if len(cell) > 1]
        if not open_cells:
            return self._leaf(colours, prefix)
        _, colour = min(open_cells)
        explored: list[str] = []
        for name in cells[colour]:
            if self._in_orbit(name, explored, prefix):
                continue
            if self.leaves > LEAF_LIMIT:
                return None
            explored.append(name)
            single = {
                other: 2 * value + (1 if value == colour and other != name else 0)
                for other, value in colours.items()
            }
            back = self._search(self._refined(_compressed(single)), (*prefix, name))
            if back is not None and back < len(prefix):
                return back
        return None

    def _leaf(self, colours: dict[str, int], prefix: tuple[str, ...]) -> int | None:
        self.leaves += 1
        encoding = "|".join(sorted(edge.colour(colours) for edge in self.edges))
        order = tuple(sorted(colours, key=lambda name: colours[name]))
        if self.best is None or encoding < self.best:
            self.best, self.order, self._best_prefix = encoding, order, prefix
            return None
        if encoding == self.best:
            self.automorphisms.append(dict(zip(order, self.order, strict=True)))
            same = 0
            for a, b in zip(prefix, self._best_prefix, strict=False):
                if a != b:
                    break
                same += 1
            return same
        return None

    _best_prefix: tuple[str, ...] = ()

    def _in_orbit(self, name: str, explored: Sequence[str], prefix: tuple[str, ...]) -> bool:
        """Whether an automorphism that fixes the prefix takes the index to one already explored."""
        if not explored:
            return False
        fixing = [a for a in self.automorphisms if all(a[fixed] == fixed for fixed in prefix)]
        orbit, pending = {name}, [name]
        while pending:
            current = pending.pop()
            for automorphism in fixing:
                for image in (automorphism[current], *(k for k, v in automorphism.items() if v == current)):
                    if image not in orbit:
                        orbit.add(image)
                        pending.append(image)
        return not orbit.isdisjoint(explored)


def _ranked(text: str) -> tuple[int, str]:
    # A refined colour stays in the order of the colour it came from.
    return int(text[1 : text.index(",")]), text


def _compressed(colours: dict[str, int]) -> dict[str, int]:
    ranks = sorted(set(colours.values()))
    return {name: ranks.index(value) for name, value in colours.items()}
