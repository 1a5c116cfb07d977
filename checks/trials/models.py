"""Models of contexts: sizes, values and joint laws that satisfy the types and every fact.

A ``Plan`` says which model is wanted: a pattern of sizes, a style of values, an instance of the declared laws
and a scheme of dependence.  Values are tried in order (``search``) and taken back when a fact fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from math import prod
from random import Random
from typing import Any

from flint import fmpq

from checks.contexts import Context
from checks.terms import (
    DIMENSION,
    ORDER_RELATIONS,
    PROPOSITION,
    Apply,
    Function,
    Index,
    Number,
    Tensor,
    Term,
    Type,
    codomain_at,
    domain_at,
    free_symbols,
    heads,
    type_symbols,
    type_terms,
)
from checks.trials.compiling import Code, Compiler, Environment, World, is_kind, length_of
from checks.trials.densities import NormalDensity, densities_in
from checks.trials.equations import (
    Equations,
    definitions_in,
    first_instance,
    is_pointwise,
    recursions_in,
    roots_of,
)
from checks.trials.formal import PoolFull
from checks.trials.instances import Everything, HalfSpace, Polynomial, Table, arrays, check_arguments
from checks.trials.joint import JointLaw
from checks.trials.laws import InvalidLaw
from checks.trials.search import Search, is_whole
from checks.trials.values import TooManyOutcomes, Undefined, Unsupported, Value, describe


@dataclass(frozen=True, slots=True)
class Plan:
    """Which model is wanted; equal plans give equal models.

    ``generic``: outcomes of laws with a density avoid coincidences, as the claim is to hold almost surely.
    ``wide``: values are drawn from many kinds (``variety``), for a second look.
    """

    pattern: int = 0
    style: int = 0
    variant: int = 0
    scheme: str = "independent"
    seed: int = 0
    generic: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """Values of the symbols that are not random, and a joint law of those that are.

    ``certain`` is false when some fact of the context could not be decided at this model; then it supports a
    claim but refutes none.
    """

    plan: Plan
    values: Mapping[str, Value]
    joint: JointLaw | None
    certain: bool

    def world(self, budget: int = 200_000, capacity: int = 0) -> World:
        """A fresh world for evaluation."""
        world = World(self.values, self.joint, budget, capacity)
        world.seed = self.plan.seed
        return world


@dataclass(frozen=True, slots=True)
class _FactCode:
    """A fact with its closure.

    ``along``: it runs over all integers of a kind, and holds for all when it holds for the first ones, as it
    defines a sequence or speaks of single values of one.
    """

    names: frozenset[str]
    random: frozenset[str]
    term: Term
    code: Code | None
    along: bool

    def truth(self, world: World) -> Any:
        """False also where the fact is undefined, None where it is not decided."""
        world.sampled = world.overlap = False
        found = truth_of(self.code, world)
        if found is None and self.along and world.sampled and not world.overlap:
            return True
        return found


class ModelFinder:
    """Finds models of one context; what is compiled is kept."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.compiler = Compiler(context)
        self.random = [name for name, d in context.declarations.items() if d.law is not None]
        self.order = self._order()
        self.fixed = frozenset(self.order)
        self.late = self._late()
        self.order = [name for name in self.order if name not in self.late]
        self.dims = [n for n in self.order if is_whole(context.declarations[n].type)]
        self.definitions = definitions_in(context, self.order)
        self.recursions = recursions_in(context)
        self.densities = densities_in(context)
        self._equations = {id(recursion.fact) for found in self.recursions.values() for recursion in found}
        self.facts = [self._fact(fact.statement) for fact in context.facts]
        self._ready = self._schedule()
        self.generic = any(wants_generic(fact.statement) for fact in context.facts)
        self._models: dict[Plan, Model | None] = {}

    def _order(self) -> list[str]:
        """Symbols that are not random: functions first (they are lazy), then sizes, numbers, arrays."""
        fixed = [n for n, d in self.context.declarations.items() if d.law is None]
        kinds = {n: self.context.declarations[n].type for n in fixed}
        return sorted(fixed, key=lambda n: _rank(kinds[n]))

    def _late(self) -> list[str]:
        """Real symbols that an equation between moments gives; neither laws nor types depend on them."""
        used: set[str] = set()
        for declaration in self.context.declarations.values():
            used |= self._deep_of_type(declaration.type)
            law = declaration.law
            if law is not None:
                for term in (*law.parameters, law.mean, law.variance):
                    used |= set() if term is None else self._deep(term)
        found: list[str] = []
        for fact in self.context.facts:
            equation = first_instance(fact.statement)
            if (
                isinstance(equation, Apply)
                and equation.head == "="
                and self.compiler.random_symbols(equation)
            ):
                free = sorted(self._deep(equation) - used - set(found))
                found += [n for n in free if is_kind(self.context.declarations[n].type, "real")][:1]
        return found

    def _deep_of_type(self, kind: Type) -> set[str]:
        return {name for term, _ in type_terms(kind) for name in self._deep(term)}

    def _fact(self, statement: Term) -> _FactCode:
        random = self.compiler.random_symbols(statement)
        names = frozenset(self._deep(statement))
        try:
            code: Code | None = self.compiler.code(statement)
        except Unsupported:
            code = None
        along = id(statement) in self._equations or is_pointwise(statement)
        return _FactCode(names, random, statement, code, along)

    def _deep(self, term: Term) -> set[str]:
        """The declared symbols that the term depends on, through lets, types and laws."""
        names, seen = set(free_symbols(term)), set[str]()
        while names - seen:
            name = (names - seen).pop()
            seen.add(name)
            declaration = self.context.declarations.get(name)
            if declaration is not None:
                names |= type_symbols(declaration.type)
            elif name in self.context.lets:
                names |= free_symbols(self.context.lets[name])
        return names & self.fixed

    def _schedule(self) -> list[list[_FactCode]]:
        """For each position of the order the facts that can be checked from then on."""
        ready: list[list[_FactCode]] = [[] for _ in self.order]
        place = {name: k for k, name in enumerate(self.order)}
        for fact in self.facts:
            if not fact.random and fact.names and fact.code is not None and not fact.names & set(self.late):
                ready[max(place[name] for name in fact.names)].append(fact)
        return ready

    # -- the search ------------------------------------------------------------------------------------

    def find(
        self,
        plan: Plan,
        hints: Mapping[str, tuple[Term, ...]] | None = None,
        fixed: Mapping[str, Value] | None = None,
    ) -> Model | None:
        """A model for the plan, or None when none was found.

        ``hints`` are terms to try for a symbol, ``fixed`` are values that it must have.
        """
        if hints or fixed:
            return self._find(plan, hints, fixed)
        if plan in self._models:
            return self._models[plan]
        found = self._find(plan, None, None)
        # A sequence remembers what it was asked, so a model with one is made anew each time.
        if found is None or not any(isinstance(value, Table) for value in found.values.values()):
            self._models[plan] = found
        return found

    def _find(
        self, plan: Plan, hints: Mapping[str, tuple[Term, ...]] | None, fixed: Mapping[str, Value] | None
    ) -> Model | None:
        values: dict[str, Value] = {}
        world = World(values, None, 100_000)
        search = Search(self, plan, values, world, hints or {}, fixed or {})
        try:
            if not search.run(0):
                return None
        except Unsupported:
            return None
        for chosen in self._alternatives(plan):
            model = self._complete(chosen, dict(values), search.certain)
            if model is not None:
                return model
        return None

    def _alternatives(self, plan: Plan) -> Iterator[Plan]:
        """The plan, and where facts restrict the joint law also other laws and other dependence."""
        yield plan
        if any(fact.random for fact in self.facts):
            for variant in range(1, 5):
                yield replace(plan, variant=plan.variant + variant)
            if plan.scheme != "independent":
                for scheme in ("factor", "independent"):
                    yield replace(plan, scheme=scheme)

    def low(self, name: str) -> int:
        """The least value of an integer symbol that is worth a try."""
        kind = self.context.declarations[name].type
        return 1 if isinstance(kind, Index) or kind == DIMENSION else 0

    def ready(self, position: int) -> list[_FactCode]:
        """The facts to check once the symbol at the position has its value."""
        return self._ready[position]

    def _complete(self, plan: Plan, values: dict[str, Value], certain: bool) -> Model | None:
        """Adds the joint law and checks the facts about random symbols, and those without symbols."""
        try:
            joint = self._joint_law(plan, values) if self.random else None
        except (InvalidLaw, Undefined, Unsupported):
            return None
        certain = certain and all(fact.code is not None for fact in self.facts)
        for name in self.late:
            value = self._moment_symbol(name, values, joint)
            if value is None:
                return None
            values[name] = value
        for fact in self.facts:
            if fact.code is None or (fact.names and not fact.random and not fact.names & set(self.late)):
                continue
            truth = self._random_fact(fact, values, joint)
            if truth is False:
                return None
            certain = certain and truth is True
        return Model(plan, values, joint, certain)

    def _moment_symbol(self, name: str, values: dict[str, Value], joint: JointLaw | None) -> Value | None:
        """The value that the equations between moments give a symbol."""
        for fact in self.facts:
            if fact.random and name in fact.names and not (fact.names - values.keys() - {name}):
                equation = first_instance(fact.term)
                for root in roots_of(self.compiler, equation, name, World(values, joint, 100_000)):
                    return root
        return None

    def _random_fact(self, fact: _FactCode, values: dict[str, Value], joint: JointLaw | None) -> Any:
        """Whether the fact holds at every outcome of a finite law, or at some of another.

        A finite law with more outcomes than can be looked at need not satisfy what holds at some of them.
        """
        if joint is None or not self.compiler.exposes(fact.term):
            return fact.truth(World(values, joint, 100_000))
        try:
            outcomes = joint.outcomes(sorted(fact.random), 128)
        except TooManyOutcomes:
            return False if self._at_some_outcomes(fact, values, joint) is False else None
        except Unsupported:
            return self._at_some_outcomes(fact, values, joint)
        result: Any = True
        for _, found in outcomes:
            world = World(values, joint, 100_000)
            world.outcome = found
            truth = fact.truth(world)
            if truth is False:
                return False
            result = result if truth is True else None
        return result

    def _at_some_outcomes(self, fact: _FactCode, values: dict[str, Value], joint: JointLaw) -> Any:
        """Whether the fact holds at three outcomes: an equation then holds almost surely; an order is left open."""
        for _ in range(3):
            truth = fact.truth(World(values, joint, 100_000))
            joint.redraw()
            if truth is not True:
                return truth
        return None if heads(fact.term) & ORDER_RELATIONS else True

    def _joint_law(self, plan: Plan, values: dict[str, Value]) -> JointLaw:
        world = World(values, None, 100_000)
        env = world.concrete()
        shapes: dict[str, Any] = {}
        parameters: dict[str, Any] = {}
        for name in self.random:
            declaration = self.context.declarations[name]
            law = declaration.law
            if law is None:
                continue
            shapes[name] = self._shape(declaration.type, world)
            terms = (*law.parameters, law.mean, law.variance)
            found = [None if term is None else self.compiler.code(term)(env) for term in terms]
            parameters[name] = (tuple(found[:-2]), found[-2], found[-1])
        joint = JointLaw(
            self.context,
            shapes,
            parameters,
            plan.scheme,
            plan.variant,
            plan.seed + plan.style,
            self.generic or plan.generic,
        )
        for name in self.random:
            if not callable(shapes[name]):
                for flat in range(prod(shapes[name])):
                    joint.recipe((name, (), flat))
        return joint

    def _shape(self, kind: Type, world: World) -> Any:
        if isinstance(kind, Function):
            cache: dict[Any, tuple[int, ...]] = {}

            def shape_at(*arguments: Value) -> tuple[int, ...]:
                if arguments not in cache:
                    check_arguments(self.domains_at(kind, arguments, world), arguments, "a family")
                    cache[arguments] = self._shape(codomain_at(kind, _numbers(arguments)), world)
                return cache[arguments]

            return shape_at
        if isinstance(kind, Tensor):
            env = Environment(world, dict(world.values), None)
            return tuple(length_of(self.compiler.code(length)(env)) for length in kind.shape)
        return ()

    def domains_at(self, kind: Function, arguments: tuple[Value, ...], world: World) -> tuple[Any, ...]:
        """What the arguments of a function are to be: a range, a shape, or None."""
        env = Environment(world, dict(world.values), None)
        result: list[Any] = []
        for position in range(len(kind.domains)):
            domain = kind.domains[position]
            if position and _is_dependent(domain) and any(isinstance(a, int) for a in arguments[:position]):
                domain = domain_at(kind, position, _numbers(arguments))
            if isinstance(domain, Index | Tensor):
                result.append(self.compiler.domain(domain)(env))
            elif is_kind(domain, "nat", "dim", "int"):
                low = 0 if is_kind(domain, "nat") else 1 if is_kind(domain, "dim") else -(10**9)
                result.append(range(low, 10**9))
            else:
                result.append(None)
        return tuple(result)

    def function(self, name: str, kind: Function, choice: int, plan: Plan, world: World) -> Any:
        """An instance of a declared function: a table for one of integers, a density, else a polynomial."""
        if all(is_whole(domain) for domain in kind.domains):
            equations = Equations(self.compiler, self.recursions.get(name, ()), world)

            def compute(key: tuple[int, ...]) -> Value:
                found = equations.value(key)
                codomain = codomain_at(kind, _numbers(key))
                if found is not None:
                    if is_kind(codomain, "nat", "dim") and found < (1 if codomain == DIMENSION else 0):
                        raise Undefined(f"a value of {name} is not of its type")
                    return found
                random = Random(f"{plan.seed} {plan.style} {choice} {name} {key}")
                return self._sample(codomain, random, world, choice)

            by_equation = name in self.recursions
            return Table(name, lambda *a: self.domains_at(kind, a, world), compute, choice, by_equation)
        if kind.codomain == PROPOSITION:
            return HalfSpace() if choice % 2 else Everything()
        if isinstance(kind.codomain, Index) or is_kind(kind.codomain, "int", "nat", "dim"):
            raise Unsupported("a function of reals with whole values")
        if name in self.densities:
            place, seed = self.densities[name], plan.seed + plan.style
            return NormalDensity(name, lambda *a: self.domains_at(kind, a, world), place, choice, seed)
        return Polynomial(
            name,
            lambda *a: self.domains_at(kind, a, world),
            lambda *a: self._codomain_shape(kind, a, world),
            choice,
            plan.seed + plan.style,
        )

    def _codomain_shape(self, kind: Function, arguments: tuple[Value, ...], world: World) -> Any:
        whole = _is_dependent(kind.codomain) and any(isinstance(a, int) for a in arguments)
        codomain = codomain_at(kind, _numbers(arguments)) if whole else kind.codomain
        if isinstance(codomain, Function):
            raise Unsupported("a function whose values are functions")
        return self._shape(codomain, world) if isinstance(codomain, Tensor) else None

    def _sample(self, kind: Type, random: Random, world: World, choice: int) -> Value:
        if isinstance(kind, Tensor):
            return next(islice(arrays(self._shape(kind, world), random, 0), choice, choice + 1))
        if isinstance(kind, Index):
            places = self.compiler.domain(kind)(Environment(world, dict(world.values), None))
            if not places:
                raise Undefined("an index from an empty range")
            return random.choice(places[:6])
        if is_kind(kind, "real"):
            return random.choice(_TABLE_VALUES[choice % len(_TABLE_VALUES)])
        if is_kind(kind, "dim", "nat", "int"):
            return random.randint(1, 3)
        raise Unsupported("a function whose values are functions")


_TABLE_VALUES = (
    (fmpq(1), fmpq(2), fmpq(3), fmpq(1, 2), fmpq(-1), fmpq(5, 2)),
    (fmpq(1), fmpq(2), fmpq(3), fmpq(1, 2), fmpq(5, 2)),
    (fmpq(1, 2), fmpq(1, 3), fmpq(2, 3), fmpq(1, 4)),
    (fmpq(1), fmpq(-1)),
    (fmpq(0), fmpq(1)),
    (fmpq(-1), fmpq(-2), fmpq(-1, 2)),
    (fmpq(1),),
    (fmpq(0),),
)


def _is_dependent(kind: Type) -> bool:
    """Whether a type speaks of the arguments of the function type that it stands in."""
    return any(term.loose > depth for term, depth in type_terms(kind))


def _numbers(arguments: tuple[Value, ...]) -> tuple[Term, ...]:
    return tuple(Number(Fraction(a)) if isinstance(a, int) else Number(Fraction(0)) for a in arguments)


def wants_generic(term: Term) -> bool:
    """Whether a statement may hold almost surely without holding everywhere."""
    return bool(heads(term) & {"equal_almost_surely", "invertible", "inverse", "determinant"})


def _rank(kind: Type) -> int:
    if isinstance(kind, Function):
        return 0
    if isinstance(kind, Index):
        return 2
    return 1 if is_whole(kind) else 3 if is_kind(kind, "real") else 4


def truth_of(code: Code | None, world: World) -> Any:
    """The truth of a statement: False also where it is undefined, None where it is not decided."""
    if code is None:
        return None
    for capacity in (0, 40, 160):
        world.formal = None
        world.capacity = capacity
        try:
            return code(world.concrete())
        except Undefined:
            return False
        except (Unsupported, RecursionError):
            return None
        except PoolFull:
            continue
    return None


def describe_value(name: str, value: Value) -> str:
    """A value in words, for a witness."""
    described = isinstance(value, Table | Polynomial | NormalDensity | Everything | HalfSpace)
    return value.describe() if described else describe(value)
