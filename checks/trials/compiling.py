"""Terms compiled to closures, once, and the environments that these run in.

A closure takes an ``Environment`` and returns the value of its term there.  The variables of binders live on
the environment's stack, the innermost last.  ``RULES`` maps each head to the function that compiles it; the
modules ``operations``, ``propositions``, ``extrema``, ``expectation`` fill it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from checks.contexts import Context
from checks.terms import (
    TRUE,
    Apply,
    Bind,
    Bound,
    Index,
    Number,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
    children,
    free_symbols,
    substitute,
    type_symbols,
)
from checks.trials.formal import Pool
from checks.trials.values import Array, NotPolynomial, Undefined, Unsupported, Value, rational, to_integer

Code = Callable[["Environment"], Value]
Rule = Callable[["Compiler", Any], Code]

RULES: dict[str, Rule] = {}
NODE_LIMIT = 60_000


def rule(*heads: str) -> Callable[[Rule], Rule]:
    """Registers the function that compiles the heads."""

    def register(function: Rule) -> Rule:
        for head in heads:
            RULES[head] = function
        return function

    return register


class World:
    """What the environments of one point share: the budget, the joint law, the formal variables, the notes.

    ``outcome`` has the random symbols whose outcome is chosen, the joint law gives that of the others.
    ``levels`` counts the derivatives that were begun.  ``free_pool`` has the free variables of a statement that is
    looked at for all values of them, None elsewhere.  ``estimated`` is set when an integral is an estimate;
    ``structures`` has what integrals in closed form were made of, with the levels that these depend on.
    ``sampled`` and ``overlap`` are set when a quantifier could only be sampled, and when balls overlapped.
    """

    __slots__ = (
        "budget",
        "capacity",
        "estimated",
        "formal",
        "free_pool",
        "joint",
        "levels",
        "note",
        "outcome",
        "overlap",
        "sampled",
        "seed",
        "structures",
        "values",
    )

    def __init__(
        self, values: Mapping[str, Value], joint: Any = None, budget: int = 200_000, capacity: int = 0
    ):
        self.values = values
        self.joint = joint
        self.budget = budget
        self.capacity = capacity
        self.formal: Environment | None = None
        self.levels = 0
        self.free_pool: Any = None
        self.estimated = False
        self.structures: list[tuple[frozenset[int], Any]] = []
        self.sampled = False
        self.overlap = False
        self.seed = 0
        self.note = ""
        self.outcome: Mapping[str, Value] = {}

    def spend(self, steps: int) -> None:
        """Takes steps off the budget; ``Unsupported`` when it is spent."""
        self.budget -= steps
        if self.budget < 0:
            raise Unsupported("budget: too many operations")

    def concrete(self) -> Environment:
        """An environment at one outcome of the random symbols."""
        return Environment(self, {**self.values, **self.outcome}, None)

    def formal_environment(self, anew: bool = False) -> Environment:
        """The environment in which random symbols are formal; ``anew`` for one that nothing else shares."""
        if anew:
            return Environment(self, dict(self.values), Pool(self.capacity or self._capacity()))
        if self.formal is None:
            self.formal = Environment(self, dict(self.values), Pool(self.capacity or self._capacity()))
        return self.formal

    def _capacity(self) -> int:
        return 6 if self.joint is None else int(self.joint.expected_atoms()) + 4


class Environment:
    """Values of symbols, the stack of bound variables, and the values already found."""

    __slots__ = ("cache", "pool", "stack", "values", "world")

    def __init__(self, world: World, values: dict[str, Value], pool: Pool | None) -> None:
        self.world = world
        self.values = values
        self.pool = pool
        self.stack: list[Value] = []
        self.cache: dict[int, Any] = {}

    def lookup(self, name: str) -> Value:
        """The value of a symbol that was not asked for before."""
        joint = self.world.joint
        if joint is None or not joint.has(name):
            raise Unsupported(f"no value for {name}")
        value = joint.outcome(name) if self.pool is None else joint.formal(name, self.pool)
        self.values[name] = value
        return value


class Compiler:
    """Compiles the terms of one context; equal terms are compiled once.

    ``reach`` of a term is the number of binders around it that it uses; a term that uses none is evaluated
    once in an environment, one that does not use the innermost binder once for each value of the others.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.random = frozenset(n for n, d in context.declarations.items() if d.law is not None)
        self._codes: dict[Term, Code] = {}
        self._used: dict[Term, frozenset[int]] = {}
        self._unfolded: dict[Term, Term] = {}
        self._random: dict[Term, bool] = {}
        self._slots = 0
        self._nodes = 0

    def code(self, term: Term) -> Code:
        """The closure of a term; ``Unsupported`` for a head that nothing evaluates."""
        found = self._codes.get(term)
        if found is None:
            self._nodes += 1
            if self._nodes > NODE_LIMIT:
                raise Unsupported("budget: the term is too large")
            found = self._codes[term] = self._compile(term)
        return found

    def _compile(self, term: Term) -> Code:
        match term:
            case Number(value):
                constant = rational(value)
                return lambda env: constant
            case Bound(depth):
                place = -1 - depth
                return lambda env: env.stack[place]
            case Symbol(name):
                return self._symbol(name)
            case Apply(head):
                found = RULES.get(head)
                if found is None:
                    return self.code(self.unfold(term))
                return self._remembered(term, found(self, term))
            case Bind(head):
                if head not in RULES:
                    raise Unsupported(f"nothing evaluates {head}")
                return self._remembered(term, RULES[head](self, term))

    def _symbol(self, name: str) -> Code:
        if name not in self.context.declarations and name in self.context.lets:
            return self.code(self.context.lets[name])

        def run(env: Environment) -> Value:
            try:
                return env.values[name]
            except KeyError:
                return env.lookup(name)

        return run

    def unfold(self, term: Apply) -> Term:
        """The body of a definition at its arguments; ``Unsupported`` for an unknown head."""
        found = self._unfolded.get(term)
        if found is None:
            definition = self.context.definitions.get(term.head)
            if definition is None or len(definition.parameters) != len(term.arguments):
                raise Unsupported(f"nothing evaluates {term.head}")
            names = [parameter.name for parameter in definition.parameters]
            found = substitute(definition.body, dict(zip(names, term.arguments, strict=True)))
            self._unfolded[term] = found
        return found

    def used(self, term: Term) -> frozenset[int]:
        """The bound variables that the term uses, counted from the outside of the term."""
        if isinstance(term, Bound):
            return frozenset((term.depth,))
        if not isinstance(term, Apply | Bind):
            return frozenset()
        found = self._used.get(term)
        if found is None:
            parts: set[int] = set()
            for child, depth in children(term):
                parts.update(k - depth for k in self.used(child) if k >= depth)
            found = self._used[term] = frozenset(parts)
        return found

    def is_random(self, term: Term) -> bool:
        """Whether the term mentions a random symbol, lets unfolded."""
        found = self._random.get(term)
        if found is None:
            found = self._random[term] = bool(self.random_symbols(term))
        return found

    def random_symbols(self, term: Term) -> frozenset[str]:
        """The random symbols that the term mentions, lets unfolded."""
        names, seen = set(free_symbols(term)), set[str]()
        while names - seen:
            name = (names - seen).pop()
            seen.add(name)
            if name not in self.context.declarations and name in self.context.lets:
                names |= free_symbols(self.context.lets[name])
        for name in tuple(names & frozenset(self.context.declarations)):
            names |= type_symbols(self.context.declarations[name].type)
        return frozenset(names) & self.random

    def exposes(self, term: Term) -> bool:
        """Whether the term depends on the outcome: a random symbol stands outside every expectation."""
        if isinstance(term, Symbol):
            if term.name not in self.context.declarations and term.name in self.context.lets:
                return self.exposes(self.context.lets[term.name])
            return term.name in self.random
        if isinstance(term, Apply):
            if term.head in _INTEGRATING or not self.is_random(term):
                return False
            if term.head not in RULES and term.head in self.context.definitions:
                return self.exposes(self.unfold(term))
        return any(self.exposes(child) for child, _ in children(term))

    def _remembered(self, term: Apply | Bind, code: Code) -> Code:
        used = self.used(term)
        if isinstance(term, Apply) and not term.arguments:
            return code
        if not used:
            slot = self._slots = self._slots + 1

            def closed(env: Environment) -> Value:
                try:
                    return env.cache[slot]
                except KeyError:
                    value = env.cache[slot] = code(env)
                    return value

            return closed
        if 0 in used or not (isinstance(term, Bind) or term.head in _COSTLY):
            return code
        slot = self._slots = self._slots + 1
        places = tuple(-1 - k for k in sorted(used))

        def hoisted(env: Environment) -> Value:
            stack = env.stack
            key = [stack[place] for place in places]
            found = env.cache.get(slot)
            if found is not None and all(a is b for a, b in zip(found[0], key, strict=True)):
                return found[1]
            value = code(env)
            env.cache[slot] = (key, value)
            return value

        return hoisted

    def domain(self, kind: Type) -> Callable[[Environment], Any]:
        """The closure of a type: ``range`` for an index, a tuple of lengths for an array, else the type."""
        match kind:
            case Index(low, high):
                first, last = self.code(low), self.code(high)
                return lambda env: range(to_integer(first(env)), to_integer(last(env)) + 1)
            case Tensor(shape):
                codes = [self.code(length) for length in shape]
                return lambda env: tuple(length_of(code(env)) for code in codes)
            case _:
                return lambda env: kind

    def condition(self, term: Term) -> Code | None:
        """The closure of a binder's condition, None for ``true``."""
        return None if term == TRUE else self.code(term)


_INTEGRATING = frozenset({"expectation", "independent", "integrable", "equal_in_law"})
_COSTLY = frozenset(
    {
        "matmul",
        "power",
        "transpose",
        "trace",
        "inverse",
        "determinant",
        "add",
        "multiply",
        "hadamard",
        "outer",
    }
    | {
        "dot",
        "call",
        "expectation",
        "derivative",
        "abs",
        "sign",
        "sqrt",
        "exp",
        "log",
        "sin",
        "cos",
        "tanh",
        "erf",
        "divide",
        "negate",
    }
)


def length_of(value: Value) -> int:
    """A length; ``Undefined`` when it is negative."""
    length = to_integer(value)
    if length < 0:
        raise Undefined("a negative length")
    if length > 10_000:
        raise Unsupported("budget: an array is too large")
    return length


def want_array(value: Value, rank: int | None = None) -> Array:
    """The value, which must be an array of the rank; ``Unsupported`` otherwise."""
    if type(value) is not Array or (rank is not None and len(value.shape) != rank):
        raise Unsupported("an array of another shape was expected")
    return value


def decided(value: Value) -> bool:
    """A truth value that must be known; ``Unsupported`` where it is not."""
    if value is True or value is False:
        return bool(value)
    if value is None:
        raise Unsupported("a condition could not be decided")
    raise NotPolynomial("a condition on a random number")


def is_kind(kind: Type, *names: str) -> bool:
    """Whether the type is one of the named scalar types."""
    return isinstance(kind, Scalar) and kind.kind in names
