"""Worlds that satisfy a context: small sizes, rational values, instances of functions and of laws.

Values are tried at random; an equation among the facts is solved for the last symbol in it where it is linear
in that symbol.  Whatever was tried, a world is only used when every fact that can be evaluated holds in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any

from flint import fmpq, fmpq_mat

from benchmarks.soundness.evaluation import Compiler, Env, NeedsCoin, Scope, World
from benchmarks.soundness.instances import STANDARD, STYLES, coin, density, function, normal_rule
from benchmarks.soundness.operators import outcomes
from benchmarks.soundness.values import (
    Array,
    Func,
    Undefined,
    Unjudged,
    Value,
    array_of,
    is_exact,
    root,
    simple,
    whole,
)
from checks.contexts import Context, Declaration
from checks.lengths import is_integer
from checks.terms import (
    ONE,
    PROPOSITION,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
    add,
    codomain_at,
    free_symbols,
    type_symbols,
)

TRIES = 14
ROUNDS = 30
PATIENCE = 4
SEARCH = 40_000
FACT = 12_000
"""The work that may go into the search for one world, and into one fact."""
POOL = tuple(
    fmpq(a, b) for a, b in (
        (1, 1), (2, 1), (1, 2), (-1, 1), (3, 1), (3, 2), (-2, 1), (1, 3), (-3, 2), (2, 3), (0, 1), (4, 1), (-1, 3),
        (5, 2), (1, 4), (9, 4),
    )
)  # fmt: skip
POSITIVE = (fmpq(1), fmpq(2), fmpq(1, 2), fmpq(3, 4), fmpq(1))
MATRICES = (
    "any", "any", "any", "symmetric", "diagonal", "identity", "orthogonal", "projection", "definite", "signs",
    "opposite", "basis", "reflection", "zero",
)  # fmt: skip
ROTATIONS = ((fmpq(3, 5), fmpq(4, 5)), (fmpq(0), fmpq(1)), (fmpq(1), fmpq(0)), (fmpq(5, 13), fmpq(-12, 13)))
"""Cosines and sines that are rational."""
VECTORS = ("any", "any", "any", "positive", "weights", "signs", "basis", "zero", "zeros and ones")


class Worlds:
    """Finds worlds of one context."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.compiler = Compiler(context)
        fixed = [d for d in context.declarations.values() if d.law is None]
        self.order = sorted(fixed, key=lambda d: _rank(d.type))
        place = {d.name: k for k, d in enumerate(self.order)}
        self.ready: list[list[Term]] = [[] for _ in self.order]
        self.random: list[Term] = []
        self.closed: list[Term] = []
        for fact in context.facts:
            names = self._names(fact.statement)
            if context.mentions_random(fact.statement):
                self.random.append(fact.statement)
            elif names:
                self.ready[max(place[name] for name in names)].append(fact.statement)
            else:
                self.closed.append(fact.statement)
        self._found: dict[int, World | None] = {}
        self._work = 0
        self.effort = 0

    def _names(self, term: Term) -> set[str]:
        pending, seen = set(free_symbols(term)), set[str]()
        while pending:
            name = pending.pop()
            seen.add(name)
            further: set[str] = set()
            if name in self.context.lets:
                further = set(free_symbols(self.context.lets[name]))
            elif name in self.context.declarations:
                further = set(type_symbols(self.context.declarations[name].type))
            pending |= further - seen
        return {n for n in seen if n in self.context.declarations and self.context.declarations[n].law is None}

    def world(self, number: int) -> World | None:
        """The world of a number; None when none was found."""
        if number not in self._found:
            # A context in which nothing was found at first is not searched again and again.
            hopeless = len(self._found) >= PATIENCE and not any(self._found.values())
            self._found[number] = None if hopeless else self._search(number)
        return self._found[number]

    def at(self, number: int) -> World | None:
        """A world anew: what was worked out of closed terms is kept."""
        found = self.world(number)
        if found is None:
            return None
        return World(found.values, found.random, Scope(dict(found.scope.chosen), Random(number)), kept=found.kept)

    # -- the search ------------------------------------------------------------------------------------

    def _search(self, number: int) -> World | None:
        self._work = SEARCH
        try:
            return self._tried(number)
        finally:
            self.effort += SEARCH - self._work

    def _tried(self, number: int) -> World | None:
        for attempt in range(ROUNDS):
            if self._work <= 0:
                break
            random = Random(f"{number} {attempt}")
            values: dict[str, Value] = {}
            for position, declaration in enumerate(self.order):
                if not self._placed(declaration, self.ready[position], values, random, number):
                    break
            else:
                world = World(values, self._laws(number, values, random), Scope({}, Random(number)))
                if self._has_laws(world) and self._outcome(world, number):
                    return world
        return None

    def _placed(
        self, declaration: Declaration, facts: Sequence[Term], values: dict[str, Value], random: Random, number: int
    ) -> bool:
        """Gives a symbol a value with which the facts hold, if one is found."""
        for attempt in range(TRIES if facts else 1):
            try:
                value = self._value(declaration, values, random, attempt, number)
            except (Undefined, Unjudged):
                return False
            values[declaration.name] = value
            if self._hold(facts, values):
                return True
            for fact in facts if not isinstance(value, Func) else ():
                if self._solved(declaration.name, fact, values, random):
                    if self._hold(facts, values):
                        return True
                    values[declaration.name] = value
        values.pop(declaration.name, None)
        return False

    def _hold(self, facts: Sequence[Term], values: dict[str, Value]) -> bool:
        """Whether facts are seen to hold: one that cannot be evaluated is not."""
        for fact in facts:
            world = World(values, work=FACT)
            try:
                if not self.compiler.code(fact)(world, ()):
                    return False
            except (Undefined, Unjudged, RecursionError, NeedsCoin):
                return False
            finally:
                self._work -= FACT - world.work + 1
        return True

    def _solved(self, name: str, fact: Term, values: dict[str, Value], random: Random) -> bool:
        """Solves an equation for the entries of a symbol, all at once or one by one; False where it does not fit."""
        if not (isinstance(fact, Apply) and fact.head == "="):
            return False
        left, right = map(self.compiler.code, fact.arguments)
        old = values[name]
        shape = old.shape if isinstance(old, Array) else None
        start = old.entries() if isinstance(old, Array) else [old]
        if not all(map(is_exact, start)) or is_integer(self.context.declarations[name].type):
            return False

        def gaps(entries: Sequence[Any]) -> list[Any]:
            values[name] = entries[0] if shape is None else array_of(shape, entries)
            world = World(values)
            one, two = left(world, ()), right(world, ())
            if isinstance(one, Array):
                return [a - b for a, b in zip(one.entries(), two.entries(), strict=True)]
            return [one - two]

        for free in (list(range(len(start))), *([k] for k in range(len(start)))):
            try:
                found = _linear(gaps, start, free, random)
            except (Undefined, Unjudged, ZeroDivisionError, ValueError, TypeError):
                found = None
            if found is not None and any(found):
                values[name] = found[0] if shape is None else array_of(shape, found)
                return True
        values[name] = old
        return False

    # -- values ----------------------------------------------------------------------------------------

    def _value(
        self, declaration: Declaration, values: dict[str, Value], random: Random, attempt: int, number: int
    ) -> Value:
        world = World(values)
        match declaration.type:
            case Index(low, high):
                start, end = (whole(self.compiler.code(part)(world, ())) for part in (low, high))
                if end < start:
                    raise Undefined("an empty range")
                return random.randint(start, end)
            case Scalar("dim"):
                return (1, 2)[random.randrange(2)] if attempt % 3 else random.choice((2, 1, 3, 2))
            case Scalar("nat"):
                return random.choice((0, 1, 2, 3))
            case Scalar("int"):
                return random.choice((-1, 0, 1, 2, 3))
            case Tensor(shape):
                sizes = tuple(whole(self.compiler.code(length)(world, ())) for length in shape)
                return _array(sizes, random)
            case Function() as kind:
                return self._function(declaration.name, kind, values, random, attempt, number)
            case Scalar("real"):
                # In some worlds numbers are positive and close to each other, where inequalities are tightest.
                return simple(random.choice(POSITIVE if number % 4 == 3 else POOL))
            case _:
                raise Unjudged("a symbol of unknown type")

    def _function(
        self, name: str, kind: Function, values: dict[str, Value], random: Random, attempt: int, number: int
    ) -> Func:
        wholes = [is_integer(domain) for domain in kind.domains]
        if kind.codomain == PROPOSITION:
            if number % 2:
                return Func(len(wholes), lambda x, *rest: x.entries()[0] > 0 or False)
            return Func(len(wholes), lambda *arguments: True)
        recursion = self._recursion(name, values)
        if recursion is not None and attempt < 2:
            return recursion
        if all(isinstance(domain, Tensor) for domain in kind.domains) and len(wholes) == 2 and attempt in (0, 1):
            return density(number % 3 - 1, bool(number % 2) if attempt == 0 else not number % 2)
        style = STYLES[(attempt + 3 * number) % len(STYLES)] if attempt else STYLES[number % len(STYLES)]
        if is_integer(kind.codomain):
            return Func(len(wholes), lambda *keys: abs(int(keys[0])) + 1)
        shape: Callable[[Sequence[Value]], tuple[int, ...]] | None = None
        if isinstance(kind.codomain, Tensor):
            def shape(arguments: Sequence[Value]) -> tuple[int, ...]:
                found = codomain_at(kind, tuple(Symbol("?") for _ in arguments))
                lengths = found.shape if isinstance(found, Tensor) else ()
                return tuple(whole(self.compiler.code(length)(World(values), ())) for length in lengths)

        return function(style, random.randrange(10_000), wholes, shape)

    def _recursion(self, name: str, values: dict[str, Value]) -> Func | None:
        """The sequence that ``for all l, f(l + 1) = …`` and ``f(0) = …`` define, bounds taken for equations."""
        step: Term | None = None
        start: Term | None = None
        for fact in self.context.facts:
            match fact.statement:
                case Bind("forall", _, _, Apply("=" | "<=", (Apply("call", (Symbol(called), next_one)), right))) if (
                    called == name and next_one == add(Bound(0), ONE)
                ):
                    step = right
                case Apply("=" | "<=", (Apply("call", (Symbol(called), _)), right)) if called == name and start is None:
                    start = right
        if step is None or start is None:
            return None
        code, first = self.compiler.code(step), self.compiler.code(start)

        def run(place: int) -> Value:
            known = first(World(values), ())
            for k in range(place):
                env: Env = (k,)
                world = World({**values, name: Func(1, lambda _, known=known: known)})
                known = code(world, env)
            return known

        return Func(1, run)

    # -- laws ------------------------------------------------------------------------------------------

    def _laws(
        self, number: int, values: dict[str, Value], random: Random
    ) -> dict[str, Callable[[Scope], Value]]:
        symbols = [d for d in self.context.declarations.values() if d.law is not None]
        apart = {name for each in self.context.independences for family in each.families for name in family}
        made: dict[str, Callable[[Scope], Value]] = {}
        for k, declaration in enumerate(symbols):
            together = number % 2 == 1 and declaration.name not in apart and len(symbols) > 1
            group = "common" if together else declaration.name
            made[declaration.name] = self._law(declaration, group, number + (0 if together else k), values, random)
        return made

    def _law(
        self, declaration: Declaration, group: str, number: int, values: dict[str, Value], random: Random
    ) -> Callable[[Scope], Value]:
        law = declaration.law
        if law is None:
            raise Unjudged("no law")
        standard = STANDARD[number % len(STANDARD)]
        shift = simple(random.choice(POOL))
        stretch = simple(abs(random.choice(POOL)))
        shape: tuple[int, ...] = ()
        if isinstance(declaration.type, Tensor):
            shape = tuple(whole(self.compiler.code(n)(World(values), ())) for n in declaration.type.shape)

        known: dict[tuple[int, ...], tuple[Any, Any]] = {}

        def moments(place: tuple[int, ...]) -> tuple[Any, Any]:
            if place not in known:
                known[place] = found(place)
            return known[place]

        def found(place: tuple[int, ...]) -> tuple[Any, Any]:
            if law.family == "Normal":
                mean, variance = (self._at(part, place, values) for part in law.parameters)
                return mean, root(variance)
            mean = shift if law.mean is None else self._at(law.mean, place, values)
            return mean, stretch if law.variance is None else root(self._at(law.variance, place, values))

        def choices(mode: str) -> Callable[[], Sequence[tuple[Any, Any]]]:
            if law.family == "Normal":
                return lambda: normal_rule("fine" if mode == "kinked" and moments(())[0] != 0 else mode)
            return lambda: standard

        if law.family not in ("Normal", "declared"):
            raise Unjudged(f"the law {law.family}")
        joined = law.entries == "joint" and bool(number % 3)

        def entry(scope: Scope, place: tuple[int, ...]) -> Any:
            mean, deviation = moments(place)
            key = (group, () if joined else place)
            outcome = coin(scope, key, choices(scope.mode))
            sign = -1 if joined and sum(place) % 2 else 1
            return simple(mean + deviation * sign * outcome)

        if not shape:
            return lambda scope: entry(scope, ())
        return lambda scope: Array(shape, lambda place: entry(scope, place))

    def _at(self, term: Term, place: tuple[int, ...], values: dict[str, Value]) -> Value:
        found = self.compiler.code(term)(World(values), ())
        for index in place if isinstance(found, Func) else ():
            found = found(index)
        if isinstance(found, Array):
            found = found[place]
        return found

    def _has_laws(self, world: World) -> bool:
        """Whether the parameters of all laws are those of a law: variances are not negative."""
        world.scope = Scope({}, Random(0))
        try:
            for law in world.random.values():
                value = law(world.scope)
                if isinstance(value, Array):
                    value.entries()
        except (Undefined, Unjudged):
            return False
        world.scope = Scope({}, Random(0))
        return True

    def _outcome(self, world: World, number: int) -> bool:
        """Draws an outcome at which the facts about random symbols hold; they hold at all unless they are pointwise."""
        facts = [fact for fact in self.context.facts if fact.statement in self.random]
        try:
            for fact in facts:
                if not fact.pointwise:
                    found = outcomes(partial(self.compiler.code(fact.statement), world, ()), world)
                    if not all(truth for _, truth in found):
                        return False
            pointwise = [self.compiler.code(fact.statement) for fact in facts if fact.pointwise]
            for attempt in range(12 if pointwise else 1):
                world.scope = Scope({}, Random(100 * number + attempt))
                if all(code(world, ()) for code in pointwise):
                    return True
        except (Undefined, Unjudged, RecursionError):
            return False
        return False


def _rank(kind: Type) -> int:
    match kind:
        case Index():
            return 1
        case Scalar("real"):
            return 2
        case Scalar():
            return 0
        case Tensor():
            return 3
        case _:
            return 4


def _linear(
    gaps: Callable[[Sequence[Any]], list[Any]], start: list[Any], free: list[int], random: Random
) -> list[Any] | None:
    """Entries at which gaps that are linear in those that are free vanish; the undetermined ones keep their values."""
    zero = [0 if k in free else value for k, value in enumerate(start)]
    base = gaps(zero)
    columns = []
    for k in free:
        moved = list(zero)
        moved[k] = 1
        columns.append([b - a for a, b in zip(base, gaps(moved), strict=True)])
    if not all(is_exact(value) for column in (*columns, base) for value in column):
        return None
    rows = [
        [fmpq(column[i]) for column in columns] + [-fmpq(base[i])] for i in range(len(base))
    ]
    reduced, rank = fmpq_mat(rows).rref()
    solution = list(zero)
    pivots: list[tuple[int, int]] = []
    for row in range(rank):
        lead = next(j for j in range(len(free) + 1) if reduced[row, j] != 0)
        if lead == len(free):
            return None
        pivots.append((row, lead))
    leads = {lead for _, lead in pivots}
    for j, k in enumerate(free):
        if j not in leads:
            solution[k] = start[k]
    for row, lead in pivots:
        value = reduced[row, len(free)]
        for j, k in enumerate(free):
            if j not in leads:
                value -= reduced[row, j] * fmpq(start[k])
        solution[free[lead]] = simple(value)
    return solution


def _array(shape: tuple[int, ...], random: Random) -> Array:
    if any(length < 0 for length in shape):
        raise Undefined("a negative length")
    size = 1
    for length in shape:
        size *= length
    if size > 40:
        raise Unjudged("an array too large")
    if len(shape) == 2:
        return _matrix(shape, random.choice(MATRICES), random)
    return array_of(shape, _vector(size, random.choice(VECTORS), random))


def _vector(size: int, style: str, random: Random) -> list[Any]:
    match style:
        case "positive" | "weights":
            entries = [fmpq(random.randint(1, 6), random.randint(1, 3)) for _ in range(size)]
            return entries if style == "positive" else [value / sum(entries) for value in entries]
        case "signs":
            return [random.choice((1, -1)) for _ in range(size)]
        case "basis":
            one = random.randrange(max(size, 1))
            return [int(k == one) for k in range(size)]
        case "zero":
            return [0] * size
        case "zeros and ones":
            return [random.randint(0, 1) for _ in range(size)]
        case _:
            return [simple(fmpq(random.randint(-5, 5), random.randint(1, 2))) for _ in range(size)]


def _matrix(shape: tuple[int, int] | tuple[int, ...], style: str, random: Random) -> Array:
    rows, columns = shape
    cells = [(i, j) for i in range(rows) for j in range(columns)]
    free = {cell: simple(fmpq(random.randint(-4, 4), random.randint(1, 2))) for cell in cells}
    rotation = random.choice(ROTATIONS)

    def turned(i: int, j: int) -> Any:
        c, s = rotation
        if i < 2 and j < 2 and rows > 1:
            return {(0, 0): c, (0, 1): -s, (1, 0): s, (1, 1): c}[i, j]
        return int(i == j)

    match style:
        case "symmetric" if rows == columns:
            chosen = {(i, j): free[min(i, j), max(i, j)] for i, j in cells}
        case "definite" if rows == columns:
            chosen = {(i, j): fmpq(free[i, j]) / 4 if i != j else abs(free[i, i]) + rows + 1 for i, j in cells}
        case "opposite" if rows == columns:
            chosen = {(i, j): 0 if i == j else free[i, j] if i < j else -free[j, i] for i, j in cells}
        case "diagonal":
            chosen = {(i, j): free[i, j] if i == j else 0 for i, j in cells}
        case "identity":
            chosen = {(i, j): int(i == j) for i, j in cells}
        case "orthogonal":
            chosen = {(i, j): turned(i, j) for i, j in cells}
        case "reflection":
            chosen = {(i, j): turned(i, j) * (-1 if j == columns - 1 else 1) for i, j in cells}
        case "projection":
            c, s = rotation
            chosen = {(i, j): int(i == j == 0) for i, j in cells}
            if rows == columns and rows > 1:
                chosen |= {(0, 0): c * c, (0, 1): c * s, (1, 0): c * s, (1, 1): s * s}
        case "signs":
            chosen = {cell: random.choice((1, -1)) for cell in cells}
        case "basis":
            one = random.choice(cells) if cells else None
            chosen = {cell: int(cell == one) for cell in cells}
        case "zero":
            chosen = dict.fromkeys(cells, 0)
        case _:
            chosen = free
    return array_of((rows, columns), [simple(chosen[cell]) for cell in cells])

