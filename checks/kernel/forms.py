"""Index normal forms: sums of coefficient × Σ over bound indices × Π of indexed atoms.

``Summand`` is a monomial while it is being built: its bound indices have names that occur nowhere else.
``Form`` is a finished sum: in each monomial the bound indices are numbered, factors are sorted, and equal
monomials are collected.  Every atom, monomial and form has a ``key``, a text that spells its structure;
equality is equality of keys.

A bound index of a finished monomial is called ``h:k``: ``k`` is its position, ``h`` the height of the form
(one more than the greatest height of a form inside its atoms).  So the key of an atom does not depend on
where it stands, and an outer index is never captured by an inner one.  Variables over which an atom itself
abstracts (the indices of an argument that is an array, the variable of a supremum) are called ``@h:k`` in the
same way; while they are in scope they have names that occur nowhere else, ``@1``, ``@2``, ….

Equal forms have equal values for every total extension of the atoms (DESIGN §4, NORMAL_FORM): whether the
terms they came from are *defined* is judged separately, by ``definedness``.

Trusted for keys: two forms with one key are one sum of products.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache

from flint import fmpq

Exponent = int | Fraction
ABSTRACTED = "@"
"""What the names of variables over which an atom abstracts begin with."""

ZERO_COEFFICIENT = fmpq(0)
ONE_COEFFICIENT = fmpq(1)


class TooLarge(Exception):
    """A form would have more terms or longer numbers than the kernel is willing to write down.

    What to do: break the step into smaller ones.
    """


class Atom:
    """An indivisible factor.

    ``tag`` is one of ``symbol``, ``index``, ``entry`` (an array's entry or a family's member), ``call``,
    ``prime`` (a prime under a root), ``pi``, ``base`` (a sum under a power that does not open), ``zero``
    ([f = 0]), ``nonnegative`` ([f >= 0]), ``expectation``, ``extremum`` (sup, inf, …) or the head of an
    operator or definition.  ``parts`` are forms.  ``indices`` are the bound indices that occur in it and
    are bound outside; ``symbols`` the free symbols; ``random`` says whether its value depends on the outcome;
    ``own_symbols`` and ``own_random`` what it has of these beyond its parts;
    ``averages`` says whether an expectation stands in it, ``own_averages`` whether it is itself one;
    ``bound`` names the variables that the atom abstracts over; ``slots`` counts those that are indices of each
    part, for arguments that are arrays.
    """

    __slots__ = (
        "tag",
        "name",
        "parts",
        "key",
        "indices",
        "symbols",
        "random",
        "height",
        "slots",
        "own_random",
        "own_symbols",
        "averages",
        "own_averages",
        "bound",
    )

    def __init__(
        self,
        tag: str,
        name: str,
        parts: tuple[Form, ...] = (),
        *,
        random: bool = False,
        symbols: frozenset[str] = frozenset(),
        slots: tuple[int, ...] = (),
        averages: bool = False,
        bound: tuple[str, ...] = (),
    ) -> None:
        self.tag = tag
        self.bound = bound
        self.name = name
        self.parts = parts
        inside, averaged = False, False
        for part in parts:
            inside = inside or part.random
            averaged = averaged or part.averages
        self.own_averages = averages or tag == "expectation"
        self.averages = self.own_averages or averaged
        self.own_random = random
        self.own_symbols = symbols
        self.random = tag != "expectation" and (random or inside)
        self.slots = slots
        if parts:
            inner = ",".join(part.key for part in parts)
            self.key = f"{tag} {name}{slots if any(slots) else ''}[{inner}]"
            self.indices = frozenset().union(*(part.indices for part in parts)).difference(bound)
            self.symbols = symbols.union(*(part.symbols for part in parts))
            self.height = max(part.height for part in parts) + (1 if bound else 0)
        else:
            self.key = f"{tag} {name}"
            self.indices = frozenset((name,)) if tag == "index" else frozenset()
            self.symbols = symbols
            self.height = 0
        if name[:1] == ABSTRACTED:
            self.indices |= {name}

    def with_parts(self, name: str, parts: tuple[Form, ...], bound: tuple[str, ...]) -> Atom:
        """The atom with other parts; what it is by itself stays: its symbols, randomness and averaging."""
        return Atom(
            self.tag, name, parts, random=self.own_random, symbols=self.own_symbols, slots=self.slots,
            averages=self.own_averages, bound=bound,
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.key == other.key

    def __repr__(self) -> str:
        return self.key


class Monomial:
    """A finished monomial: numbered bound indices with their lengths, and sorted factors."""

    key: str
    indices: frozenset[str]
    symbols: frozenset[str]
    height: int
    random: bool
    averages: bool

    __slots__ = ("ranges", "factors", "key", "indices", "symbols", "height", "random", "averages")

    def __init__(
        self, ranges: tuple[tuple[str, Form], ...], factors: tuple[tuple[Atom, Exponent], ...]
    ) -> None:
        self.ranges = ranges
        self.factors = factors
        if len(factors) == 1 and not ranges:
            # Most monomials are one power, and what is known of its atom is known of them.
            atom, exponent = factors[0]
            self.key = atom.key if exponent == 1 else f"({atom.key})^{exponent}"
            self.indices, self.symbols, self.height = atom.indices, atom.symbols, atom.height
            self.random, self.averages = atom.random, atom.averages
            return
        text = " ".join(
            atom.key if exponent == 1 else f"({atom.key})^{exponent}" for atom, exponent in factors
        )
        if ranges:
            text = f"Σ{','.join(f'{name}<{length.key}' for name, length in ranges)}|{text}"
        self.key = text
        indices: set[str] = set()
        symbols: set[str] = set()
        height = 0
        self.random = self.averages = False
        parts: list[Atom | Form] = [atom for atom, _ in factors]
        parts.extend([length for _, length in ranges])
        for part in parts:
            indices |= part.indices
            symbols |= part.symbols
            height = max(height, part.height)
            self.random = self.random or part.random
            self.averages = self.averages or part.averages
        self.indices = frozenset(indices - {name for name, _ in ranges})
        self.symbols = frozenset(symbols)
        self.height = height + 1 if ranges else height


class Form:
    """A finished sum: monomials with their non-zero rational coefficients, sorted by key."""

    terms: tuple[tuple[Monomial, fmpq], ...]
    key: str
    indices: frozenset[str]
    symbols: frozenset[str]
    height: int
    random: bool
    averages: bool

    __slots__ = ("terms", "key", "indices", "symbols", "height", "random", "averages")

    def __init__(self, terms: Iterable[tuple[Monomial, fmpq]]) -> None:
        self.terms = tuple(sorted(terms, key=_key_of_term))
        if len(self.terms) == 1:
            only, value = self.terms[0]
            self.key = f"{value}*{only.key}"
            self.indices, self.symbols, self.height = only.indices, only.symbols, only.height
            self.random, self.averages = only.random, only.averages
            return
        self.key = "+".join([f"{coefficient}*{monomial.key}" for monomial, coefficient in self.terms]) or "0"
        indices: frozenset[str] = frozenset()
        symbols: frozenset[str] = frozenset()
        self.height, self.random, self.averages = 0, False, False
        for monomial, _ in self.terms:
            indices |= monomial.indices
            symbols |= monomial.symbols
            self.height = max(self.height, monomial.height)
            self.random = self.random or monomial.random
            self.averages = self.averages or monomial.averages
        self.indices, self.symbols = indices, symbols

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Form) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.key

    @property
    def is_zero(self) -> bool:
        """Whether the form has no terms."""
        return not self.terms

    def constant(self) -> fmpq | None:
        """The rational that the form is, or None."""
        if not self.terms:
            return ZERO_COEFFICIENT
        if len(self.terms) == 1:
            monomial, coefficient = self.terms[0]
            if not monomial.ranges and not monomial.factors:
                return coefficient
        return None


class Summand:
    """A monomial in the making: coefficient, lengths of its bound indices, factors with exponents."""

    __slots__ = ("coefficient", "ranges", "factors")

    def __init__(self, coefficient: fmpq, ranges: dict[str, Form], factors: dict[Atom, Exponent]) -> None:
        self.coefficient = coefficient
        self.ranges = ranges
        self.factors = factors


Sum = list[Summand]


def _key_of_term(term: tuple[Monomial, fmpq]) -> str:
    return term[0].key


def _key_of_factor(factor: tuple[Atom, Exponent]) -> str:
    return factor[0].key


def constant(value: int | fmpq) -> Sum:
    """The sum that is a rational number."""
    value = fmpq(value)
    return [Summand(value, {}, {})] if value else []


def from_atom(atom: Atom, exponent: Exponent = 1) -> Sum:
    """The sum that is a power of one atom."""
    return [Summand(ONE_COEFFICIENT, {}, {atom: exponent})]


def scale(terms: Sum, factor: fmpq) -> Sum:
    """The sum times a rational."""
    if not factor:
        return []
    return [Summand(term.coefficient * factor, term.ranges, term.factors) for term in terms]


def exact(exponent: Exponent) -> Exponent:
    """The exponent as an int when it is one."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return exponent.numerator
    return exponent


EMPTY = Form(())
UNIT_MONOMIAL = Monomial((), ())
UNIT = Form(((UNIT_MONOMIAL, ONE_COEFFICIENT),))


def single(atom: Atom) -> Form:
    """The form that is one atom."""
    return Form(((Monomial((), ((atom, 1),)), ONE_COEFFICIENT),))


def renamed(form: Form, names: Mapping[str, str]) -> Form | None:
    """The form with variables over which an atom abstracts renamed, where the names cannot change any order.

    None where they might: where several bound indices of one monomial, or further abstractions, are involved.
    """
    if form.indices.isdisjoint(names):
        return form
    terms = []
    for monomial, coefficient in form.terms:
        if len(monomial.ranges) > 1 and not monomial.indices.isdisjoint(names):
            return None
        ranges = []
        for name, length in monomial.ranges:
            other = renamed(length, names)
            if other is None:
                return None
            ranges.append((name, other))
        factors = {}
        for atom, exponent in monomial.factors:
            changed = _renamed_atom(atom, names)
            if changed is None:
                return None
            factors[changed] = exponent
        terms.append((Monomial(tuple(ranges), sorted_factors(factors)), coefficient))
    return Form(terms)


def _renamed_atom(atom: Atom, names: Mapping[str, str]) -> Atom | None:
    if atom.indices.isdisjoint(names):
        return atom
    if atom.bound:
        return None
    parts = []
    for part in atom.parts:
        other = renamed(part, names)
        if other is None:
            return None
        parts.append(other)
    return atom.with_parts(names.get(atom.name, atom.name), tuple(parts), ())


def untouched(part: Atom | Form, values: Mapping[str, Form]) -> bool:
    """Whether nothing that is to be replaced occurs."""
    return part.indices.isdisjoint(values) and part.symbols.isdisjoint(values)


@lru_cache(maxsize=1024)
def index_atom(name: str) -> Atom:
    """The atom of a bound index."""
    return Atom("index", name)


@lru_cache(maxsize=1024)
def index_form(name: str) -> Form:
    """The form that is one bound index."""
    return single(index_atom(name))


def linear_part(form: Form, index: str) -> tuple[fmpq, Form] | None:
    """``(c, rest)`` with form = c·index + rest and no index in rest, or None when there is no such split."""
    coefficient = None
    rest = []
    for monomial, value in form.terms:
        if index not in monomial.indices:
            rest.append((monomial, value))
        elif len(monomial.factors) == 1 and not monomial.ranges and monomial.factors[0][0].key == f"index {index}" and (
            monomial.factors[0][1] == 1
        ):  # fmt: skip
            coefficient = value
        else:
            return None
    return (coefficient, Form(rest)) if coefficient is not None else None


def scaled_form(form: Form, factor: fmpq) -> Form:
    """The form times a rational."""
    if not factor:
        return EMPTY
    return Form((monomial, value * factor) for monomial, value in form.terms)


def sum_forms(*parts: tuple[fmpq, Form]) -> Form:
    """Σ coefficient · form."""
    total: dict[str, tuple[Monomial, fmpq]] = {}
    for factor, form in parts:
        for monomial, value in form.terms:
            held = total.get(monomial.key)
            total[monomial.key] = (monomial, value * factor if held is None else held[1] + value * factor)
    return Form((monomial, value) for monomial, value in total.values() if value)


def product_of_forms(left: Form, right: Form) -> Form:
    """The product of two forms without bound indices.

    Raises ``ValueError`` when a monomial has bound indices, which need the expansion's renaming, or when
    powers cancel, which needs what it knows.
    """
    total: dict[str, tuple[Monomial, fmpq]] = {}
    for first, a in left.terms:
        for second, b in right.terms:
            if first.ranges or second.ranges:
                raise ValueError("a product of sums over indices")
            factors: dict[Atom, Exponent] = dict(first.factors)
            for atom, exponent in second.factors:
                combined = exact(factors.get(atom, 0) + exponent)
                if not combined:
                    raise ValueError("powers that cancel")
                factors[atom] = combined
            monomial = Monomial((), sorted_factors(factors))
            held = total.get(monomial.key)
            total[monomial.key] = (monomial, a * b if held is None else held[1] + a * b)
    return Form((monomial, value) for monomial, value in total.values() if value)


def sorted_factors(factors: dict[Atom, Exponent]) -> tuple[tuple[Atom, Exponent], ...]:
    """The factors in the order of their keys."""
    if len(factors) < 2:
        return tuple(factors.items())
    return tuple(sorted(factors.items(), key=_key_of_factor))
