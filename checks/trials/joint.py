"""Joint laws: how the random symbols of a context go together at one point of a test.

Each random number is a polynomial in *atoms*, which are independent of each other unless they share a
*slot*, a uniform number that several finite laws are step functions of.  What a context leaves undeclared is
filled in by a ``scheme``: everything independent, equal, opposite, with a common factor, squared, or so that any two
are independent and three are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from itertools import product
from math import prod
from random import Random
from typing import Any

from flint import fmpq

from checks.contexts import Context, Law
from checks.trials.dependence import blocks, is_joint
from checks.trials.formal import Pool, Variable
from checks.trials.laws import (
    Density,
    Finite,
    Step,
    declared_law,
    in_order,
    is_rational_law,
    merge,
    named_law,
    ratio_of_scales,
)
from checks.trials.values import (
    Array,
    Formal,
    Scalar,
    TooManyOutcomes,
    Undefined,
    Unsupported,
    Value,
    add,
    compare,
    describe,
    divide,
    integer_power,
    is_zero,
    multiply,
    subtract,
)

SCHEMES = ("independent", "equal", "opposite", "factor", "square")
RARE_SCHEMES = (*SCHEMES, "parity")
_WORDS = {
    "parity": "of what is not declared independent each third is the product of the two before it",
    "equal": "what is not declared independent moves together (comonotone)",
    "opposite": "what is not declared independent moves in opposite directions",
    "factor": "what is not declared independent shares a random factor or sign, and is uncorrelated",
    "square": "a variable without a declared variance is the square of another",
}

Marginal = tuple[Scalar, Density] | Finite
Recipe = tuple[tuple[Scalar, tuple[int, ...]], ...]  # a sum of coefficients times products of atoms
Key = tuple[str, tuple[Any, ...], int]
_FACTOR: Finite = ((fmpq(5, 8), fmpq(1, 2)), (fmpq(3, 8), fmpq(3, 2)))
_SIGN: Finite = ((fmpq(1, 2), fmpq(-1)), (fmpq(1, 2), fmpq(1)))


class JointLaw:
    """One joint law of the random symbols: formal values, an outcome, and moments of products of atoms.

    ``shapes`` has the shape of each random array, and for a family a function from arguments to shapes;
    ``parameters`` the values of the law's parameters, mean and variance (numbers, arrays, or functions of the
    entry).
    """

    def __init__(
        self,
        context: Context,
        shapes: Mapping[str, Any],
        parameters: Mapping[str, tuple[tuple[Value, ...], Value, Value]],
        scheme: str = "independent",
        variant: int = 0,
        seed: int = 0,
        generic: bool = False,
    ) -> None:
        self.laws: dict[str, Law] = {n: d.law for n, d in context.declarations.items() if d.law is not None}
        self.shapes = shapes
        self.parameters = parameters
        self.scheme = scheme
        self.variant = variant
        self.generic = generic
        self.atoms: list[Density | Step] = []
        self.instances: dict[str, str] = {}
        self._joint = {name for name in self.laws if is_joint(context, name)}
        self._block = {n: (k, p) for k, block in enumerate(blocks(context)) for p, n in enumerate(block)}
        self._recipes: dict[Key, Recipe] = {}
        self._leaders: dict[Any, tuple[Key, Marginal, Recipe]] = {}
        self._slot_atoms: dict[Any, int] = {}
        self._signs: dict[Any, list[Recipe]] = {}
        self._given: Mapping[int, Scalar] = {}
        self._outcomes: list[Scalar] = []
        self._random = Random(seed)
        self._asked: set[str] = set()
        self._moments: dict[Any, Scalar] = {}
        self._marginals: dict[Any, Marginal] = {}

    def has(self, name: str) -> bool:
        """Whether the symbol is random."""
        return name in self.laws

    def expected_atoms(self) -> int:
        """About as many formal variables as are needed."""
        sizes = [8 if callable(shape) else prod(shape) for shape in self.shapes.values()]
        return (sum(sizes) if sizes else 0) + (len(sizes) if self.scheme == "factor" else 0)

    def forget(self) -> None:
        """Forgets the moments, to compute them in another precision."""
        self._moments.clear()
        for atom in self.atoms:
            if isinstance(atom, Density):
                atom.forget()

    def describe(self) -> str:
        """The chosen instance in words; empty when the context leaves nothing to choose."""
        parts = [f"{name}: {text}" for name, text in sorted(self.instances.items())]
        if self.scheme in _WORDS:
            parts.append(_WORDS[self.scheme])
        return "; ".join(parts)

    # -- marginals -------------------------------------------------------------------------------------

    def marginal(self, key: Key) -> Marginal:
        """The law of one entry."""
        name, arguments, flat = key
        law = self.laws[name]
        where = arguments + self._indices(name, arguments, flat)
        given, mean, variance = self.parameters[name]
        values = tuple(_at(value, where, len(arguments)) for value in given)
        mean = None if mean is None else _at(mean, where, len(arguments))
        variance = None if variance is None else _at(variance, where, len(arguments))
        if law.family != "declared":
            return self._cached((law.family, *map(repr, values)), lambda: named_law(law.family, values))
        variant = self.variant + (flat if law.entries == "independent" else 0)
        found = self._cached(
            ("declared", repr(mean), repr(variance), variant), lambda: declared_law(mean, variance, variant)
        )
        self._note(name, law, found)
        return found

    def _cached(self, key: Any, compute: Callable[[], Marginal]) -> Marginal:
        found = self._marginals.get(key)
        if found is None:
            found = self._marginals[key] = compute()
        return found

    def _note(self, name: str, law: Law, found: Any) -> None:
        if name not in self.instances:
            values = ", ".join(
                f"{describe(value)} with probability {describe(weight)}" for weight, value in found
            )
            self.instances[name] = (
                values if law.entries == "iid" or len(found) == 1 else f"each entry {values}"
            )

    def _indices(self, name: str, arguments: tuple[Any, ...], flat: int) -> tuple[int, ...]:
        shape, result = self.shape(name, arguments), []
        for length in reversed(shape):
            flat, place = divmod(flat, length)
            result.append(place + 1)
        return tuple(reversed(result))

    def shape(self, name: str, arguments: tuple[Any, ...] = ()) -> tuple[int, ...]:
        """The shape of a random array, or of a member of a family."""
        found = self.shapes[name]
        return found(*arguments) if callable(found) else found  # type: ignore[no-any-return]

    # -- recipes ---------------------------------------------------------------------------------------

    def recipe(self, key: Key) -> Recipe:
        """The random number as a polynomial in atoms."""
        found = self._recipes.get(key)
        if found is None:
            found = self._recipes[key] = self._make(key)
        return found

    def _make(self, key: Key) -> Recipe:
        name, arguments, flat = key
        marginal = self.marginal(key)
        if self.scheme == "independent":
            return self._fresh(marginal, key)
        block, position = self._block[name]
        joint = name in self._joint
        slot = (block, (), 0) if joint else (block, arguments, flat)
        rank = position + (flat + sum(map(hash, arguments)) if joint else 0)
        if self.scheme == "parity":
            return self._in_threes(key, marginal, slot, rank)
        leader = self._leaders.get(slot)
        if leader is None:
            recipe = self._first(key, marginal, slot)
            self._leaders[slot] = (key, marginal, recipe)
            return recipe
        return self._follow(key, marginal, leader, slot, rank)

    def _fresh(self, marginal: Marginal, slot: Any, falling: bool = False) -> Recipe:
        """A new atom, in the slot when it is finite."""
        if len(marginal) > 1 and isinstance(marginal[1], Density):
            self.atoms.append(marginal[1])
            alone: Recipe = ((fmpq(1), (len(self.atoms) - 1,)),)
            centre = marginal[0]
            return alone if is_zero(centre) else ((centre, ()), *alone)
        if len(marginal) == 1:
            return ((marginal[0][1], ()),)
        self.atoms.append(Step(in_order(marginal), slot, falling))
        return ((fmpq(1), (len(self.atoms) - 1,)),)

    def _first(self, key: Key, marginal: Marginal, slot: Any) -> Recipe:
        return (
            self._with_factor(key, marginal, slot) if self.scheme == "factor" else self._fresh(marginal, slot)
        )

    def _follow(self, key: Key, marginal: Marginal, leader: Any, slot: Any, rank: int) -> Recipe:
        _, first, recipe = leader
        if len(marginal) == 1 or len(first) == 1:
            # What has one value depends on nothing.
            return self._fresh(marginal, slot if len(marginal) == 1 else key)
        if self.scheme == "square" and self.laws[key[0]].family == "declared":
            square = self._square_of(key, recipe)
            return self._fresh(marginal, key) if square is None else square
        if self.scheme == "factor":
            return self._with_factor(key, marginal, slot)
        falling = self.scheme == "opposite" and rank % 2 == 1
        if isinstance(marginal[1], Density):
            return self._proportional(marginal, first, recipe, falling) or self._fresh(marginal, key)
        finite = not isinstance(first[1], Density) and is_rational_law(first) and is_rational_law(marginal)
        return self._fresh(marginal, slot, falling) if finite else self._fresh(marginal, key)

    def _proportional(self, marginal: Any, first: Marginal, recipe: Recipe, falling: bool) -> Recipe | None:
        """The number as a multiple of the leader's, when their laws are of one family."""
        if not isinstance(first[1], Density):
            return None
        ratio = ratio_of_scales(first[1], marginal[1])
        atom = next((atoms for _, atoms in recipe if len(atoms) == 1), None)
        if ratio is None or atom is None or (falling and marginal[1].sign != 0):
            return None
        alone: Recipe = ((multiply(-1, ratio) if falling else ratio, atom),)
        return alone if is_zero(marginal[0]) else ((marginal[0], ()), *alone)

    def _with_factor(self, key: Key, marginal: Marginal, slot: Any) -> Recipe:
        """The mean plus a shared random factor (or an own random sign of a shared number) times the rest."""
        if len(marginal) == 1:
            return self._fresh(marginal, slot)
        if isinstance(marginal[1], Density):
            return self._with_sign(marginal, slot)
        if self.laws[key[0]].family != "declared":
            return self._fresh(marginal, slot if is_rational_law(marginal) else key)
        mean: Scalar = fmpq(0)
        for weight, value in marginal:
            mean = add(mean, multiply(weight, value))
        factor = self._slot_atoms.get(slot)
        if factor is None:
            self.atoms.append(Step(_FACTOR, ("factor", slot)))
            factor = self._slot_atoms[slot] = len(self.atoms) - 1
        rest = tuple((weight, subtract(value, mean)) for weight, value in marginal)
        self.atoms.append(Step(in_order(rest), ("rest", len(self.atoms))))
        scaled: Recipe = ((fmpq(1), (factor, len(self.atoms) - 1)),)
        return scaled if is_zero(mean) else ((mean, ()), *scaled)

    def _with_sign(self, marginal: Any, slot: Any) -> Recipe:
        centre, density = marginal
        shared = self._slot_atoms.get((slot, "density"))
        if density.sign != 0 or shared is None:
            recipe = self._fresh(marginal, slot)
            if density.sign == 0:
                self._slot_atoms[slot, "density"] = len(self.atoms) - 1
            return recipe
        ratio = ratio_of_scales(self.atoms[shared], density)  # type: ignore[arg-type]
        if ratio is None:
            return self._fresh(marginal, slot)
        self.atoms.append(Step(_SIGN, ("sign", len(self.atoms))))
        scaled: Recipe = ((ratio, (len(self.atoms) - 1, shared)),)
        return scaled if is_zero(centre) else ((centre, ()), *scaled)

    def _in_threes(self, key: Key, marginal: Marginal, slot: Any, rank: int) -> Recipe:
        """Of each three numbers with two values of equal chances two are independent, and the third their product."""
        halves = _half_width(marginal)
        own = self._fresh(marginal, key) if rank % 3 != 2 else None
        signs = self._signs.setdefault((slot, rank // 3), [])
        if halves is None:
            return self._fresh(marginal, key) if own is None else own
        centre, width = halves
        if own is not None:
            # The number is its centre plus its width times a sign.
            signs.append(((divide(-centre, width), ()), (divide(fmpq(1), width), own[0][1])))
            return own
        if len(signs) != 2:
            return self._fresh(marginal, key)
        product = [
            (multiply(c, d), tuple(sorted(a + b))) for c, a in signs[0] for d, b in signs[1]
        ]
        scaled = tuple((multiply(width, c), atoms) for c, atoms in product)
        return ((centre, ()), *scaled)

    def _square_of(self, key: Key, recipe: Recipe) -> Recipe | None:
        """The square of the leader, moved to the declared mean; None when a variance is declared."""
        _, mean, variance = self.parameters[key[0]]
        if variance is not None or key[0] in self._joint:
            return None
        square = tuple((multiply(c, d), tuple(sorted(a + b))) for c, a in recipe for d, b in recipe)
        self.instances[key[0]] = "the square of another" + ("" if mean is None else ", moved to its mean")
        if mean is None:
            return square
        where = key[1] + self._indices(*key)
        centre = self.expectation(square)
        return (*square, (subtract(_at(mean, where, len(key[1])), centre), ()))

    def expectation(self, recipe: Recipe) -> Scalar:
        """The mean of a polynomial in atoms."""
        total: Scalar = fmpq(0)
        for coefficient, atoms in recipe:
            powers = {atom: atoms.count(atom) for atom in atoms}
            total = add(total, multiply(coefficient, self.moment(tuple(sorted(powers.items())))))
        return total

    # -- moments ---------------------------------------------------------------------------------------

    def moment(self, powers: tuple[tuple[int, int], ...]) -> Scalar:
        """The mean of a product of powers of atoms."""
        found = self._moments.get(powers)
        if found is not None:
            return found
        slots: dict[Any, list[tuple[int, int]]] = {}
        result: Scalar = fmpq(1)
        for atom, degree in powers:
            law = self.atoms[atom]
            if isinstance(law, Step):
                slots.setdefault(law.slot, []).append((atom, degree))
            else:
                result = multiply(result, law.moment(degree))
        for group in slots.values():
            result = multiply(result, self._slot_moment(tuple(group)))
        self._moments[powers] = result
        return result

    def _slot_moment(self, group: tuple[tuple[int, int], ...]) -> Scalar:
        found = self._moments.get(("slot", group))
        if found is None:
            found = fmpq(0)
            for weight, values in merge(tuple(self.atoms[atom] for atom, _ in group)):  # type: ignore[misc]
                for value, (_, degree) in zip(values, group, strict=True):
                    weight = multiply(weight, integer_power(value, degree))
                found = add(found, weight)
            self._moments["slot", group] = found
        return found

    # -- values ----------------------------------------------------------------------------------------

    def formal(self, name: str, pool: Pool) -> Value:
        """The random symbol as formal values."""
        return self._assemble(name, lambda key: self._formal_entry(key, pool))

    def _formal_entry(self, key: Key, pool: Pool) -> Scalar:
        total: Scalar = None
        for coefficient, atoms in self.recipe(key):
            value: Scalar = coefficient
            for atom in atoms:
                variable = self._given[atom] if atom in self._given else self.variable(atom, pool)
                value = variable if type(value) is fmpq and value == 1 else multiply(value, variable)
            total = value if total is None else add(total, value)
        return pool.lift(total)

    def variable(self, atom: int, pool: Pool) -> Formal:
        """The formal variable of an atom."""
        index = pool.constants.get(("atom", atom))
        if index is None:
            pool.constants["atom", atom] = len(pool.variables)
            return pool.new(Variable("random", atom=self.atoms[atom], of=atom))
        return pool.variable(index)

    def outcome(self, name: str) -> Value:
        """The random symbol at the outcome of this point."""
        self._asked.add(name)
        return self._assemble(name, lambda key: self.evaluate(self.recipe(key), self._atom_outcome))

    def redraw(self) -> None:
        """Takes another outcome."""
        self._outcomes.clear()
        for key in [key for key in self._slot_atoms if key[0] == "u"]:
            del self._slot_atoms[key]

    def was_asked(self, name: str) -> bool:
        """Whether the outcome of the symbol was used."""
        return name in self._asked

    def evaluate(self, recipe: Recipe, atom_value: Callable[[int], Scalar]) -> Scalar:
        """The value of a polynomial in atoms."""
        total: Scalar = fmpq(0)
        for coefficient, atoms in recipe:
            value = coefficient
            for atom in atoms:
                value = multiply(value, atom_value(atom))
            total = add(total, value)
        return total

    def _atom_outcome(self, atom: int) -> Scalar:
        # All atoms get their outcome in order, so that it does not depend on which one is asked for first.
        while len(self._outcomes) < len(self.atoms):
            self._outcomes.append(self._draw(self.atoms[len(self._outcomes)]))
        return self._outcomes[atom]

    def _draw(self, law: Density | Step) -> Scalar:
        if isinstance(law, Step):
            place = self._slot_atoms.get(("u", law.slot))
            if place is None:
                place = self._slot_atoms["u", law.slot] = self._random.randint(1, 1008)
            found = next(
                (v for (_, v), end in zip(law.law, law.ends(), strict=True) if _below(place, end)), None
            )
            return law.law[-1][1] if found is None else found
        for _ in range(20):
            value = law.outcome(self._random, self.generic)
            if value not in self._outcomes:
                break
        return value

    def _assemble(self, name: str, entry: Callable[[Key], Scalar]) -> Value:
        shape = self.shapes[name]
        if callable(shape):
            members: dict[Any, Value] = {}

            def family(*arguments: Value) -> Value:
                if arguments not in members:
                    members[arguments] = _array(shape(*arguments), name, arguments, entry)
                return members[arguments]

            return family
        return _array(shape, name, (), entry)

    # -- enumeration -----------------------------------------------------------------------------------

    def outcomes(self, names: list[str], limit: int) -> list[tuple[Scalar, dict[str, Value]]]:
        """All outcomes of the symbols with their weights; ``Unsupported`` when they are infinitely many.

        ``TooManyOutcomes`` when they are finitely many, and more than the limit.
        """
        densities, found = self.cases(names, limit)
        if densities:
            family = self.atoms[densities[0]].family  # type: ignore[union-attr]
            raise Unsupported(f"the expectation of what is no polynomial in {family} random numbers")
        return [(weight, self.valued(names, values)) for weight, values in found]

    def has_finite(self) -> bool:
        """Whether some of the random numbers have finitely many values."""
        return any(isinstance(law, Step) for law in self.atoms)

    def cases(self, names: list[str], limit: int) -> tuple[list[int], list[tuple[Scalar, dict[int, Scalar]]]]:
        """The atoms with a density that the symbols are made of, and the values of the finite ones with weights."""
        if any(callable(self.shapes[name]) for name in names):
            raise Unsupported("the outcomes of a family")
        used = sorted(
            {
                atom
                for name in names
                for flat in range(prod(self.shapes[name]))
                for _, atoms in self.recipe((name, (), flat))
                for atom in atoms
            }
        )
        densities: list[int] = []
        slots: dict[Any, list[int]] = {}
        for atom in used:
            law = self.atoms[atom]
            if isinstance(law, Step):
                slots.setdefault(law.slot, []).append(atom)
            else:
                densities.append(atom)
        choices = [
            [(weight, dict(zip(group, values, strict=True))) for weight, values in merge(self._steps(group))]
            for group in slots.values()
        ]
        if prod(map(len, choices)) > limit:
            raise TooManyOutcomes("budget: too many outcomes")
        found: list[tuple[Scalar, dict[int, Scalar]]] = []
        for chosen in product(*choices):
            weight: Scalar = fmpq(1)
            values: dict[int, Scalar] = {}
            for part, some in chosen:
                weight = multiply(weight, part)
                values.update(some)
            found.append((weight, values))
        return densities, found

    def given(self, values: Mapping[int, Scalar]) -> JointLaw:
        """The law in which atoms have the values."""
        found = copy(self)
        found._given = values
        return found

    def valued(self, names: list[str], values: Mapping[int, Scalar]) -> dict[str, Value]:
        """The symbols where the atoms have the values."""
        return {name: self._assemble(name, self._entry_at(values)) for name in names}

    def _entry_at(self, values: Mapping[int, Scalar]) -> Callable[[Key], Scalar]:
        """The entries of random symbols where the atoms have the values."""
        return lambda key: self.evaluate(self.recipe(key), values.__getitem__)

    def _steps(self, group: list[int]) -> tuple[Step, ...]:
        return tuple(law for law in (self.atoms[atom] for atom in group) if isinstance(law, Step))

    def slots_of(self, names: frozenset[str]) -> set[Any] | None:
        """What the symbols are made of: two sets of symbols that share nothing are independent."""
        result: set[Any] = set()
        for name in names:
            if callable(self.shapes[name]):
                return None
            for flat in range(prod(self.shapes[name])):
                for _, atoms in self.recipe((name, (), flat)):
                    for atom in atoms:
                        law = self.atoms[atom]
                        result.add(law.slot if isinstance(law, Step) else atom)
        return result


def _half_width(marginal: Marginal) -> tuple[fmpq, fmpq] | None:
    """The centre and half the distance of two rational values of equal chances; None for another law."""
    match marginal:
        case ((first, low), (second, high)) if type(low) is fmpq and type(high) is fmpq:
            return ((low + high) / 2, abs(high - low) / 2) if first == second and low != high else None
        case _:
            return None


def _below(place: int, end: Scalar) -> bool:
    return bool(compare(fmpq(place, 1009), end) == -1)


def _array(
    shape: tuple[int, ...], name: str, arguments: tuple[Any, ...], entry: Callable[[Key], Scalar]
) -> Value:
    if not shape:
        return entry((name, arguments, 0))
    return Array(shape, [entry((name, arguments, flat)) for flat in range(prod(shape))])


def _at(value: Value, where: tuple[int, ...], arguments: int) -> Scalar:
    """A parameter at an entry: a number, an array, or a function of the arguments and indices."""
    if type(value) is Array:
        position = 0
        indices = where[arguments:]
        if len(indices) != len(value.shape):
            raise Unsupported("a parameter of another shape")
        for k, length in zip(indices, value.shape, strict=True):
            if k > length:
                raise Undefined("a parameter of another shape")
            position = position * length + k - 1
        return value.entries[position]
    places = list(where)
    while callable(value) and places:
        value = value(places.pop(0))
    if callable(value):
        raise Unsupported("a parameter that is a function")
    return value
