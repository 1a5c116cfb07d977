"""The backtracking search for the values of a model: sizes, numbers, arrays, functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from flint import fmpq

from checks.terms import DIMENSION, Function, Index, Tensor, Term, Type
from checks.trials import variety
from checks.trials.compiling import World, is_kind
from checks.trials.equations import roots_of, sides
from checks.trials.formal import PoolFull
from checks.trials.instances import Polynomial, arrays
from checks.trials.values import (
    Array,
    Formal,
    Undefined,
    Unsupported,
    Value,
    add,
    multiply,
    to_integer,
)

if TYPE_CHECKING:
    from checks.trials.models import ModelFinder, Plan

TRIAL_LIMIT = 250


def is_whole(kind: Type) -> bool:
    """Whether the values are integers."""
    return isinstance(kind, Index) or is_kind(kind, "dim", "nat", "int")


class Search:
    """One backtracking search."""

    def __init__(
        self,
        finder: ModelFinder,
        plan: Plan,
        values: dict[str, Value],
        world: World,
        hints: Mapping[str, tuple[Term, ...]],
        fixed: Mapping[str, Value],
    ) -> None:
        self.finder = finder
        self.fixed = fixed
        self.plan = plan
        self.values = values
        self.world = world
        self.hints = hints
        self.random = Random(plan.seed * 1_000_003 + plan.style * 101 + plan.pattern)
        self.trials = 0
        self.certain = True

    def run(self, position: int) -> bool:
        """Gives values to the symbols from the position on."""
        if position == len(self.finder.order):
            return True
        name = self.finder.order[position]
        certain = self.certain
        kind = self.finder.context.declarations[name].type
        for value in self._candidates(name, position):
            self.trials += 1
            if self.trials > TRIAL_LIMIT:
                return False
            if not self._has_type(value, kind):
                continue
            self.values[name] = value
            self.certain = certain
            if self._allowed(position) and self.run(position + 1):
                return True
            self.values.pop(name, None)
        return False

    def _allowed(self, position: int) -> bool:
        for fact in self.finder.ready(position):
            self.world.budget = max(self.world.budget, 20_000)
            truth = fact.truth(self.world)
            if truth is False:
                return False
            if truth is not True:
                self.certain = False
        return True

    def _candidates(self, name: str, position: int) -> Iterator[Value]:
        kind = self.finder.context.declarations[name].type
        if isinstance(kind, Function):
            # A function may be asked while later symbols are still open, so it looks its symbols up anew.
            kinds = len(Polynomial.KINDS)
            first = self.plan.style + (self.random.randrange(kinds) if self.plan.wide else 0)
            for choice in range(first, first + kinds):
                yield self.finder.function(name, kind, choice, self.plan, self.world)
            return
        definition = self.finder.definitions.get(name)
        if definition is not None:
            value = self._value(definition)
            if value is not None:
                yield _fitted(value, kind)
                return
        if name in self.fixed:
            yield self.fixed[name]
            return
        for term in self.hints.get(name, ()):
            value = self._value(term)
            if value is not None and type(value) is not Array:
                yield from self._near(value, kind)
        if isinstance(kind, Tensor):
            try:
                shape = self.finder.compiler.domain(kind)(self.world.concrete())
            except Undefined:
                return
            if self.plan.wide:
                yield from variety.arrays(shape, self.random)
            else:
                yield from arrays(shape, self.random, self.plan.style)
        elif is_whole(kind):
            yield from self._integers(name, kind)
        elif is_kind(kind, "real"):
            yield from self._reals(name, position)
        else:
            raise Unsupported(f"no values for {name}")

    def _has_type(self, value: Value, kind: Type) -> bool:
        """Whether a value is in the range, or has the shape, that the type asks for."""
        if isinstance(kind, Index | Tensor):
            try:
                wanted = self.finder.compiler.domain(kind)(self.world.concrete())
            except (Undefined, Unsupported):
                return False
            return value in wanted if isinstance(wanted, range) else bool(value.shape == wanted)
        return not is_kind(kind, "dim", "nat") or bool(value >= (1 if kind == DIMENSION else 0))

    def _near(self, value: Value, kind: Type) -> Iterator[Value]:
        """The value itself and its neighbours on both sides."""
        steps = (0, 1, -1) if is_whole(kind) else (fmpq(0), fmpq(1, 2), fmpq(-1, 4))
        chosen = steps[self.plan.style % 3]
        if is_whole(kind):
            try:
                yield to_integer(value) + int(chosen)
            except (Undefined, Unsupported):
                return
        elif chosen == 0:
            yield value if type(value) is not int else fmpq(value)
        else:
            yield add(value, chosen)
            yield multiply(value, 1 + chosen)

    def _value(self, term: Term) -> Value | None:
        try:
            value = self.finder.compiler.code(term)(self.world.concrete())
        except (Unsupported, Undefined, PoolFull):
            return None
        return None if type(value) is Formal else value

    def _integers(self, name: str, kind: Type) -> Iterator[int]:
        pattern, dims = self.plan.pattern, self.finder.dims
        if isinstance(kind, Index):
            yield from self._in_range(kind, pattern + dims.index(name))
            return
        sizes = [n for n in dims if not isinstance(self.finder.context.declarations[n].type, Index)]
        wanted = preferred_size(pattern, sizes.index(name), len(sizes))
        low = 1 if kind == DIMENSION else 0
        if self.plan.wide:
            yield from self._wide_integers(kind, low)
        if kind == DIMENSION:
            yield wanted
        elif is_kind(kind, "nat"):
            yield wanted - 1
        else:
            yield wanted if pattern % 2 else -wanted
        for bound in self._bounds(name):
            for value in (bound, bound + 1, bound - 1, bound + 2):
                if value >= low or is_kind(kind, "int"):
                    yield value
        yield from range(low, low + 13)
        if is_kind(kind, "int"):
            yield from range(-1, -8, -1)

    def _wide_integers(self, kind: Type, low: int) -> Iterator[int]:
        """A few whole numbers of the kind at random; large ones where no array has to have them as a length."""
        lengths = any(isinstance(d.type, Tensor) for d in self.finder.context.declarations.values())
        if kind == DIMENSION and lengths:
            yield from islice(variety.lengths(self.random), 4)
            return
        found = variety.integers(self.random, 0 if lengths else self.plan.pattern)
        yield from (abs(value) + low if not is_kind(kind, "int") else value for value in islice(found, 6))

    def _in_range(self, kind: Index, turn: int) -> Iterator[int]:
        try:
            places = self.finder.compiler.domain(kind)(self.world.concrete())
        except (Undefined, Unsupported):
            return
        size = places.stop - places.start
        if size > 0:
            if self.plan.wide:
                yield self.random.choice(places)
            yield places.start + (turn * (size // 2 + 1)) % size
            yield from islice(places, 8)

    def _bounds(self, name: str) -> list[int]:
        """Numbers that the facts compare the symbol to."""
        result: list[int] = []
        for other in sides(self.finder.context, name):
            value = self._value(other)
            if isinstance(value, int | fmpq):
                result.append(int(fmpq(value).floor()))
        return [value for value in result if abs(value) < 10**6][:4]

    def _reals(self, name: str, position: int) -> Iterator[Value]:
        for fact in self.finder.ready(position):
            yield from roots_of(self.finder.compiler, fact.term, name, self.world)
        style, random = self.plan.style, self.random
        bounds = []
        for other in sides(self.finder.context, name):
            value = self._value(other)
            if type(value) is int or type(value) is fmpq:
                bounds.append(fmpq(value))
        place = self.finder.order.index(name)
        if self.plan.wide:
            yield from islice(variety.reals(random, bounds, self.plan.style % 5 == 0), 6)
        if style in _UNITS and not bounds:
            yield fmpq(_UNITS[style][place % 3])
        if style >= _NEAR:
            for bound in sorted(set(bounds)):
                yield from (bound + fmpq(1, 2), bound - fmpq(1, 2), bound)
        if style == _ZERO and not bounds:
            yield fmpq(0)
        first = [fmpq(2), fmpq(3), fmpq(1, 2), fmpq(-1), fmpq(-3, 2), fmpq(5), fmpq(1, 3), fmpq(1), fmpq(0)]
        if len(set(bounds)) > 1:
            low, high = min(bounds), max(bounds)
            for weight in (
                (fmpq(1, 2), fmpq(1, 3), fmpq(3, 4)) if style % 2 else (fmpq(1, 3), fmpq(1, 2), fmpq(4, 5))
            ):
                yield low + weight * (high - low)
        # In one style all numbers are equal, as far as the facts let them.
        start = 0 if style == _EQUAL else (place + 2 * style) % 5
        yield from first[start:] + first[:start]
        for bound in sorted(set(bounds)):
            yield from (bound + 1, bound - 1, bound, bound + fmpq(1, 2), bound - fmpq(1, 2), bound / 2)
        for _ in range(12):
            yield fmpq(random.randint(-24, 24), random.randint(1, 6))


def _fitted(value: Value, kind: Type) -> Value:
    """A value as its type has it: integers are ``int``, reals ``fmpq``."""
    if is_whole(kind):
        return to_integer(value)
    return fmpq(value) if type(value) is int else value


_UNITS = {1: (1, -1, 0), 3: (0, 1, -1)}
_EQUAL, _NEAR, _ZERO = 5, 6, 7
_ONE_SIZE = (1, 2, 3, 2, 4, 3, 1, 5)
_TWO_SIZES = ((1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 2), (1, 3), (4, 3))


def preferred_size(pattern: int, place: int, count: int) -> int:
    """The size of a dimension in a pattern: ones first, then distinct in both orders, equal, mixed."""
    if count == 1:
        return _ONE_SIZE[pattern % 8]
    if count == 2:
        return _TWO_SIZES[pattern % 8][place]
    distinct = place % 4 + 1 if count > 3 else place + 1
    backwards = (count - 1 - place) % 4 + 1 if count > 3 else count - place
    mixed = (place + 2) % 4 + 1 if count > 3 else place + 2
    return (1, distinct, backwards, 2, 1 + place % 2, 2 - place % 2, mixed, (2 * place) % 3 + 1)[pattern % 8]
