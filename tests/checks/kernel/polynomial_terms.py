"""Random polynomial terms with sums, deltas, shifted indices and constrained ranges, and what occurs in them.

Everything is drawn from a ``random.Random``; the symbols are those of ``CONTEXT``.  Indices are always in range.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from random import Random

from checks.contexts import Context, Declaration
from checks.terms import (
    DIMENSION,
    ONE,
    REAL,
    TRUE,
    Apply,
    Bind,
    Bound,
    Index,
    Symbol,
    Tensor,
    Term,
    Type,
    add,
    bind,
    divide,
    multiply,
    negate,
    number,
    power,
    relation,
    subterms,
    subtract,
)
from tests.brute_force import Model, table

m, n, a, b = map(Symbol, "mnab")
SIZES = {"m": m, "n": n}
ARRAYS: dict[str, tuple[str, ...]] = {
    "A": ("m", "n"), "D": ("m", "n"), "B": ("n", "m"), "S": ("n", "n"), "T": ("n", "n"), "x": ("n",), "u": ("n",),
    "y": ("m",),
}  # fmt: skip
TYPES: dict[str, Type] = {
    "m": DIMENSION, "n": DIMENSION, "a": REAL, "b": REAL,
    "i": Index(ONE, n), "j": Index(ONE, n), "h": Index(ONE, m),
    **{name: Tensor(tuple(SIZES[size] for size in shape)) for name, shape in ARRAYS.items()},
}  # fmt: skip
CONTEXT = Context({name: Declaration(name, kind) for name, kind in TYPES.items()})


def entry(array: str | Term, *indices: Term) -> Term:
    """An entry of an array."""
    return Apply("entry", (Symbol(array) if isinstance(array, str) else array, *indices))


def delta(left: Term, right: Term) -> Term:
    """1 where two indices are one."""
    return Apply("iverson", (relation(left, "=", right),))


# -- models --------------------------------------------------------------------------------------------


def models(random: Random, sizes: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> Iterator[Model]:
    """One model for each pair of sizes (m, n), with rational entries."""
    for rows, columns in sizes:
        lengths = {"m": rows, "n": columns}
        values: dict[str, object] = dict(lengths)
        values |= {name: random.choice((-2, -1, 1, 2, 3, Fraction(1, 2))) for name in "ab"}
        values |= {name: random.randint(1, columns) for name in "ij"}
        values["h"] = random.randint(1, rows)
        for name, shape in ARRAYS.items():
            values[name] = table(tuple(lengths[size] for size in shape), lambda _: random.randint(-9, 9))
        yield Model(values)


ALL_SIZES = list(product((1, 2, 3), repeat=2))


# -- terms ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Scope:
    """Terms for positions that are in range, by the size they are in range of."""

    places: dict[str, tuple[Term, ...]]
    used: list[str] = field(default_factory=list)

    def with_place(self, size: str, *terms: Term) -> Scope:
        """The scope with more positions."""
        return Scope({**self.places, size: (*self.places[size], *terms)}, self.used)


def outermost() -> Scope:
    """The scope of the free indices."""
    return Scope({"n": (Symbol("i"), Symbol("j")), "m": (Symbol("h"),)})


class Drawer:
    """Draws terms.

    ``plain`` keeps free indices out of ranges and deltas, and deltas to two positions of one size: for such
    terms equal values should mean equal normal forms.
    """

    def __init__(self, random: Random, plain: bool = False) -> None:
        self.random = random
        self.plain = plain
        self._count = 0

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, *choices: Callable[[], Term]) -> Term:
        return self.random.choice(choices)()

    def fresh(self) -> str:
        self._count += 1
        return f"s{self._count}"

    def place(self, scope: Scope, size: str) -> Term:
        """A position, by preference one of those bound last."""
        places = scope.places[size]
        return places[-1] if self.chance(0.3) else self.random.choice(places)

    def bound_place(self, scope: Scope, size: str) -> Term | None:
        """A position for ranges and deltas."""
        if not self.plain:
            return self.place(scope, size)
        places = [p for p in scope.places[size] if isinstance(p, Symbol) and p.name[0] == "s"]
        return self.random.choice(places) if places else None

    def term(self) -> Term:
        """A term of the type real."""
        scope = outermost()
        return self.pick(
            lambda: self.sums(scope, self.random.choice((1, 2, 2, 3, 3, 3, 4))),
            lambda: self.sums(scope, self.random.choice((1, 2, 3, 3, 4))),
            lambda: add(self.sums(scope, self.random.choice((1, 2))), self.sums(scope, self.random.choice((1, 2)))),
            lambda: multiply(self.sums(scope, 1), self.sums(scope, self.random.choice((1, 2)))),
            lambda: power(self.sums(scope, 1, 2), number(self.random.choice((2, 2, 3)))),
            lambda: add(self.products(scope), self.products(scope)),
            lambda: multiply(self.leaf(scope), self.products(scope)),
            lambda: self.sum_of_products(scope),
        )

    # .. sums ..

    def sums(self, scope: Scope, depth: int, factors: int = 3) -> Term:
        """Nested sums over ``depth`` indices."""
        if depth == 0:
            return self.body(scope, factors)
        size = self.random.choice(("m", "n", "n"))
        name = self.fresh()
        s = Symbol(name)
        domain, places, condition = self.range(scope, size, s)
        inner = self.sums(scope.with_place(size, *places), depth - 1, factors)
        if self.chance(0.1):
            inner = multiply(self.leaf(scope), inner)
        return bind("sum", name, domain, inner, condition)

    def range(self, scope: Scope, size: str, s: Symbol) -> tuple[Index, tuple[Term, ...], Term]:
        """A range whose members are in range of the size, positions that follow from them, and a condition."""
        whole, length = Index(ONE, SIZES[size]), SIZES[size]
        other = self.bound_place(scope, size)
        kind = self.random.randrange(21)
        if other is None:
            kind, other = (kind if kind in (2, 3, 4) else 20), s
        match kind:
            case 0 | 1:
                # A window: s + other - 1 is in range too.
                window = Index(ONE, add(length, negate(other), ONE))
                return window, (s, add(s, other, number(-1))), TRUE
            case 2:
                return Index(ONE, subtract(length, ONE)), (s, add(s, ONE)), TRUE
            case 3:
                return Index(number(2), length), (s, subtract(s, ONE)), TRUE
            case 4:
                return whole, (s, add(length, negate(s), ONE)), TRUE
            case 5:
                return Index(ONE, other), (s, add(other, negate(s), ONE)), TRUE
            case 6:
                return Index(other, length), (s, add(s, negate(other), ONE)), TRUE
            case 7:
                return whole, (s,), relation(s, self.random.choice(("<=", "<", "!=", ">=", ">")), other)
            case 8:
                inside = relation(add(s, other), "<=", add(length, ONE))
                return whole, (s, add(s, other, number(-1))), inside
            case 9 if not self.plain:
                # May be reversed.
                return Index(add(other, ONE), subtract(self.place(scope, size), ONE)), (s,), TRUE
            case _:
                return whole, (s,), TRUE

    def body(self, scope: Scope, factors: int) -> Term:
        """A polynomial in entries."""
        if self.chance(0.2):
            return add(self.monomial(scope, factors), self.monomial(scope, factors))
        if self.chance(0.05):
            return subtract(self.monomial(scope, factors), self.leaf(scope))
        return self.monomial(scope, factors)

    def monomial(self, scope: Scope, factors: int) -> Term:
        """A product of entries, numbers, deltas and powers of them."""
        parts = [self.leaf(scope) for _ in range(self.random.randint(1, factors))]
        if self.chance(0.35):
            parts.extend(self.delta(scope))
        if self.chance(0.15):
            parts.append(power(self.entry(scope), number(self.random.choice((2, 3)))))
        if self.chance(0.1):
            parts[0] = negate(parts[0])
        self.random.shuffle(parts)
        return multiply(*parts)

    def delta(self, scope: Scope) -> list[Term]:
        """[one position = another], over one size or two, sometimes of multiples."""
        size = self.random.choice("nnnm")
        left = self.bound_place(scope, size)
        right = self.bound_place(scope, size if self.plain or self.chance(0.85) else "m")
        if left is None or right is None:
            return []
        if not self.plain and self.chance(0.1):
            left = multiply(number(2), left)
        return [delta(left, right)]

    def entry(self, scope: Scope) -> Term:
        name = self.random.choice(list(ARRAYS))
        return entry(name, *(self.place(scope, size) for size in ARRAYS[name]))

    def leaf(self, scope: Scope) -> Term:
        kind = self.random.randrange(12)
        match kind:
            case 0:
                return number(self.random.choice((-2, -1, 2, 3, Fraction(1, 2))))
            case 1:
                return self.random.choice((a, b))
            case 2:
                return self.random.choice((m, n))
            case 3:
                return divide(self.entry(scope), self.random.choice((n, m, number(2))))
            case _:
                return self.entry(scope)

    # .. products of arrays ..

    def matrix(self, rows: str, columns: str, depth: int) -> Term:
        """A matrix of the given sizes."""
        fitting = [name for name, shape in ARRAYS.items() if shape == (rows, columns)]
        turned = [name for name, shape in ARRAYS.items() if shape == (columns, rows)]
        makers: list[Callable[[], Term]] = []
        makers += [lambda: Symbol(self.random.choice(fitting))] if fitting else []
        makers += [lambda: Apply("transpose", (Symbol(self.random.choice(turned)),))] if turned else []
        if rows == columns:
            makers.append(lambda: Apply("identity", (SIZES[rows],)))
        if depth > 0 or not makers:
            middle = self.random.choice("mn") if makers else "n"
            again = lambda r, c: self.matrix(r, c, depth - 1)
            makers += [
                lambda: Apply("matmul", (again(rows, middle), again(middle, columns))),
                lambda: Apply("matmul", (again(rows, "n"), again("n", columns))),
            ]
        if depth > 0:
            makers += [
                lambda: Apply("transpose", (again(columns, rows),)),
                lambda: add(again(rows, columns), again(rows, columns)),
                lambda: Apply("hadamard", (again(rows, columns), again(rows, columns))),
                lambda: multiply(self.random.choice((a, number(2))), again(rows, columns)),
                lambda: Apply("outer", (self.vector(rows, depth - 1), self.vector(columns, depth - 1))),
            ]
            if rows == columns:
                makers.append(lambda: Apply("diagonal_matrix", (self.vector(rows, depth - 1),)))
        return self.pick(*makers)

    def vector(self, size: str, depth: int) -> Term:
        """A vector of the given size."""
        names = [name for name, shape in ARRAYS.items() if shape == (size,)]
        makers: list[Callable[[], Term]] = [lambda: Symbol(self.random.choice(names))]
        if depth > 0:
            other = self.random.choice("mn")
            makers += [
                lambda: Apply("matmul", (self.matrix(size, other, depth - 1), self.vector(other, depth - 1))),
                lambda: Apply("matmul", (self.matrix(size, "n", depth - 1), self.vector("n", depth - 1))),
                lambda: add(self.vector(size, depth - 1), self.vector(size, depth - 1)),
                lambda: multiply(b, self.vector(size, depth - 1)),
                lambda: Apply("diagonal", (self.matrix(size, size, depth - 1),)),
            ]
        return self.pick(*makers)

    def products(self, scope: Scope) -> Term:
        """A number made of products of arrays."""
        size, other = self.random.choice("mn"), self.random.choice("mn")
        return self.pick(
            lambda: Apply("trace", (self.matrix(size, size, 2),)),
            lambda: Apply("trace", (Apply("matmul", (self.matrix(size, other, 1), self.matrix(other, size, 1))),)),
            lambda: Apply("dot", (self.vector(size, 2), self.vector(size, 1))),
            lambda: entry(self.matrix(size, other, 2), self.place(scope, size), self.place(scope, other)),
            lambda: entry(self.vector(size, 2), self.place(scope, size)),
        )

    def sum_of_products(self, scope: Scope) -> Term:
        """A sum whose body has products of arrays in it."""
        size = self.random.choice("mn")
        name = self.fresh()
        s = Symbol(name)
        domain, places, condition = self.range(scope, size, s)
        inner = scope.with_place(size, *places)
        return bind("sum", name, domain, multiply(self.products(inner), self.leaf(inner)), condition)


# -- what occurs in a term -----------------------------------------------------------------------------


def features(term: Term) -> set[str]:
    """Which of the counted parts of the language occur: the names are those of ``COVERAGE``."""
    found = set()
    if bound_indices(term) >= 3:
        found.add("three or more bound indices")
    for part in subterms(term):
        match part:
            case Apply("iverson", (Apply("=", _),)):
                found.add("deltas")
            case Apply("entry", (_, *indices)) if any(_is_shifted(index) for index in indices):
                found.add("shifted indices")
            case Bind("sum", Index(low, high), condition, _):
                if condition != TRUE or any(isinstance(p, Bound) for end in (low, high) for p in subterms(end)):
                    found.add("constrained ranges")
            case Apply("matmul" | "trace" | "dot"):
                found.add("products of arrays")
    if {"m", "n"} <= {part.name for part in subterms(term) if isinstance(part, Symbol)} or {
        "A", "B", "D"
    } & {part.name for part in subterms(term) if isinstance(part, Symbol)}:  # fmt: skip
        found.add("two sizes")
    return found


def bound_indices(term: Term) -> int:
    """How many indices are summed over: those of sums, and those that products of arrays hide."""
    hidden = {"matmul": 1, "trace": 1, "dot": 1}
    total = 0
    for part in subterms(term):
        if isinstance(part, Bind):
            total += 1
        elif isinstance(part, Apply):
            total += hidden.get(part.head, 0)
    return total


def _is_shifted(index: Term) -> bool:
    return isinstance(index, Apply) and any(isinstance(part, Bound) for part in subterms(index))


COVERAGE = {
    "three or more bound indices": 0.30, "deltas": 0.20, "shifted indices": 0.20, "constrained ranges": 0.10,
    "two sizes": 0.30, "products of arrays": 0.20,
}  # fmt: skip
"""The least share of the terms in which each must occur."""


def sample(seed: int, count: int, plain: bool = False) -> list[Term]:
    """Random terms."""
    drawer = Drawer(Random(seed), plain)
    return [drawer.term() for _ in range(count)]


def coverage(terms: list[Term]) -> dict[str, float]:
    """The share of the terms in which each feature occurs."""
    counts: Counter[str] = Counter()
    for term in terms:
        counts.update(features(term))
    return {name: counts[name] / len(terms) for name in COVERAGE}


__all__ = [
    "ALL_SIZES", "ARRAYS", "CONTEXT", "COVERAGE", "Drawer", "coverage", "delta", "entry", "features",
    "models", "sample",
]  # fmt: skip
