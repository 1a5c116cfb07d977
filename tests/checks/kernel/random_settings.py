"""Contexts with random symbols whose joint law is given by enumeration, and random polynomials in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import Any

from checks.contexts import Context, Declaration, Fact, Independence, Law
from checks.terms import (
    ONE,
    REAL,
    ZERO,
    Apply,
    Symbol,
    Tensor,
    Term,
    add,
    bind,
    divide,
    multiply,
    number,
    power,
    relation,
    subtract,
)
from tests.brute_force import Model, Value, positions, table
from tests.checks.kernel.polynomial_terms import CONTEXT, SIZES, Drawer, Scope, entry, models

Points = list[tuple[Value, Value]]
"""Values with their probabilities."""
Part = list[tuple[Value, dict[str, Any]]]
"""The joint law of a family: probabilities with the values of its symbols."""
Builder = Callable[[Mapping[str, Any]], Part]
"""The law of a family in a model."""

HALF, THIRD, QUARTER = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
SIGNS: Points = [(1, HALF), (-1, HALF)]
TWO: Points = [(-1, HALF), (2, HALF)]
THREE: Points = [(0, HALF), (1, QUARTER), (-2, QUARTER)]
SKEW: Points = [(2, THIRD), (-1, 1 - THIRD)]

SHAPES: dict[str, tuple[str, ...]] = {"X": ("n",), "Y": ("n",), "W": ("m", "n"), "Z": (), "V": ()}
p = Symbol("p")


def lengths(name: str, values: Mapping[str, Any]) -> tuple[int, ...]:
    """The lengths of a symbol in a model."""
    return tuple(values[size] for size in SHAPES[name])


def separate(name: str, points: Callable[[Mapping[str, Any], tuple[int, ...]], Points]) -> Builder:
    """Independent entries, each with its own points."""

    def build(values: Mapping[str, Any]) -> Part:
        shape = lengths(name, values)
        places = list(positions(shape))
        found: Part = []
        for chosen in product(*(points(values, place) for place in places)):
            entries = dict(zip(places, (value for value, _ in chosen), strict=True))
            value = table(shape, entries.__getitem__) if shape else entries[()]
            found.append((prod(weight for _, weight in chosen), {name: value}))
        return found

    return build


def same(name: str, points: Points) -> Builder:
    """Independent and identically distributed entries."""
    return separate(name, lambda values, place: points)


def one_or_zero(probability: Value) -> Points:
    """1 with the probability, else 0."""
    return [(1, probability), (0, 1 - probability)]


def biased(name: str) -> Builder:
    """Entries that are 1 with the probability p."""
    return separate(name, lambda values, place: one_or_zero(values["p"]))


def common(names: str, points: Points) -> Builder:
    """All entries of the symbols are multiples of one value: 1, -1, 2, -2, … times it."""

    def build(values: Mapping[str, Any]) -> Part:
        found: Part = []
        for value, weight in points:
            at = {}
            for k, name in enumerate(names, 1):
                shape = lengths(name, values)
                entries = table(shape, lambda place, v=value, k=k: v * k * (-1) ** sum(place)) if shape else None
                at[name] = entries if entries is not None else value * k
            found.append((weight, at))
        return found

    return build


def image(name: str, builder: Builder, other: str, change: Callable[[Value], Value]) -> Builder:
    """A second symbol that is a function of the first, entry by entry."""

    def build(values: Mapping[str, Any]) -> Part:
        found = []
        for weight, at in builder(values):
            value = at[name]
            moved = table(value.shape, lambda t, v=value: change(v.entries[t])) if SHAPES[name] else change(value)
            found.append((weight, {**at, other: moved}))
        return found

    return build


@dataclass(frozen=True, slots=True)
class Setting:
    """A context, and the laws of its independent families.  ``determined``: all moments are given."""

    label: str
    context: Context
    families: tuple[Builder, ...]
    determined: bool
    names: tuple[str, ...]

    def models(self, random: Random, sizes: list[tuple[int, int]]) -> Iterator[Model]:
        """Models at the given sizes (m, n), the outcomes enumerated."""
        for model in models(random, sizes):
            model.values["p"] = random.choice((THIRD, HALF, QUARTER))
            outcomes: list[tuple[Value, Model]] = []
            for chosen in product(*(family(model.values) for family in self.families)):
                values = dict(model.values)
                for _, at in chosen:
                    values |= at
                outcomes.append((prod(weight for weight, _ in chosen), Model(values)))
            for _, at_outcome in outcomes:
                at_outcome.outcomes = outcomes
            model.outcomes = outcomes
            yield model


def setting(
    label: str, laws: dict[str, Law], families: tuple[Builder, ...], *independent: str, determined: bool = True
) -> Setting:
    """A setting; ``independent`` lists families of symbols by their letters."""
    context = CONTEXT.declare(Declaration("p", REAL))
    context = context.assume(Fact(relation(ZERO, "<", p)), Fact(relation(p, "<", ONE)))
    for name, law in laws.items():
        shape = tuple(SIZES[size] for size in SHAPES[name])
        context = context.declare(Declaration(name, Tensor(shape) if shape else REAL, law))
    if independent:
        context = replace(context, independences=(Independence(tuple(frozenset(names) for names in independent)),))
    return Setting(label, context, families, determined, tuple(laws))


def declared(mean: Value | Term, variance: Value | Term, entries: str = "iid", order: int = 4) -> Law:
    """A law known by mean and variance."""

    def term(value: Value | Term) -> Term:
        return number(value) if isinstance(value, int | Fraction) else value

    return Law("declared", (), term(mean), term(variance), order, entries)


RADEMACHER = Law("Rademacher", entries="iid")
BERNOULLI = Law("Bernoulli", (p,), entries="iid")
ONE_IN = Law(
    "Bernoulli", (bind("lambda", "k", CONTEXT.declarations["i"].type, divide(ONE, add(Symbol("k"), ONE))),),
    entries="independent",
)  # fmt: skip
MOVING = declared(bind("lambda", "k", CONTEXT.declarations["i"].type, entry("x", Symbol("k"))), 1, "independent")
LOOSE = Law(entries="joint")

SETTINGS = [
    setting("signs", {"X": RADEMACHER, "Y": RADEMACHER}, (same("X", SIGNS), same("Y", SIGNS)), "X", "Y"),
    setting("zero or one", {"X": BERNOULLI, "Z": RADEMACHER}, (biased("X"), same("Z", SIGNS)), "X", "Z"),
    setting("a matrix", {"W": RADEMACHER, "Z": BERNOULLI}, (same("W", SIGNS), biased("Z")), "W", "Z"),
    setting("two points", {"X": declared(HALF, Fraction(9, 4)), "Z": RADEMACHER},
            (same("X", TWO), same("Z", SIGNS)), "X", "Z", determined=False),
    setting("three points", {"X": declared(-QUARTER, Fraction(19, 16)), "Y": declared(0, 2)},
            (same("X", THREE), same("Y", SKEW)), "X", "Y", determined=False),
    setting("each its own", {"X": ONE_IN, "Z": RADEMACHER},
            (separate("X", lambda values, place: one_or_zero(1 / Fraction(place[0] + 1))),
             same("Z", SIGNS)), "X", "Z"),
    setting("moving means", {"X": MOVING},
            (separate("X", lambda values, place: [(values["x"].entries[place] + s, w) for s, w in SIGNS]),),
            determined=False),
    setting("joint entries", {"X": replace(LOOSE), "Y": RADEMACHER}, (common("X", SKEW), same("Y", SIGNS)), "X", "Y",
            determined=False),
    setting("joint entries with a mean", {"X": declared(0, 1, "joint")}, (common("X", [(1, HALF), (-1, HALF)]),),
            determined=False),
    setting("equal, not independent", {"X": RADEMACHER, "Y": RADEMACHER},
            (image("X", same("X", SIGNS), "Y", lambda v: v),), determined=False),
    setting("opposite, not independent", {"X": RADEMACHER, "Y": RADEMACHER},
            (image("X", same("X", SIGNS), "Y", lambda v: -v),), determined=False),
    setting("two families", {"X": BERNOULLI, "Y": BERNOULLI, "Z": RADEMACHER},
            (image("X", biased("X"), "Y", lambda v: v), same("Z", SIGNS)), "XY", "Z", determined=False),
    setting("numbers", {"Z": declared(1, 2), "V": RADEMACHER},
            (same("Z", [(3, THIRD), (0, 1 - THIRD)]), same("V", SIGNS)), "Z", "V", determined=False),
]  # fmt: skip
BY_LABEL = {found.label: found for found in SETTINGS}


class RandomDrawer(Drawer):
    """Draws polynomials in the random symbols of a setting."""

    def __init__(self, random: Random, found: Setting) -> None:
        super().__init__(random)
        self.setting = found

    def entry(self, scope: Scope) -> Term:
        name = self.random.choice([*self.setting.names, *self.setting.names, "x"])
        shape = SHAPES.get(name, ("n",))
        return entry(name, *(self.place(scope, size) for size in shape)) if shape else Symbol(name)

    def leaf(self, scope: Scope) -> Term:
        kind = self.random.randrange(16)
        match kind:
            case 0:
                return number(self.random.choice((-1, 2, HALF)))
            case 1:
                return self.random.choice((Symbol("a"), Symbol("m"), Symbol("n")))
            case 2:
                return Apply("sign", (self.entry(scope),))
            case 3:
                return Apply("abs", (self.entry(scope),))
            case _:
                return self.entry(scope)

    def polynomial(self, depth: int = 2) -> Term:
        """A polynomial of small degree."""
        scope = Scope({"n": (Symbol("i"), Symbol("j")), "m": (Symbol("h"),)})
        return self.pick(
            lambda: self.sums(scope, self.random.choice((0, 0, 1)), 4),
            lambda: self.sums(scope, self.random.randint(1, depth), 3),
            lambda: multiply(self.sums(scope, 1, 2), self.sums(scope, 1, 2)),
            lambda: power(self.sums(scope, 1, 1), number(self.random.choice((2, 2, 3)))),
        )


def mean(term: Term) -> Term:
    """The expectation."""
    return Apply("expectation", (term,))


def covariance(left: Term, right: Term) -> Term:
    """E[(s − E s)(t − E t)]."""
    return mean(multiply(subtract(left, mean(left)), subtract(right, mean(right))))
