"""The degree argument: an identity with sums over ranges 1..n holds at all sizes when it holds at a few.

Theorem.  Let T be a sum of c(n) Σ_a Φ(a; u), where c is a rational function of the sizes, a runs over a product of b
ranges 1..n_r, u are the values of f free indices, and Φ(a; u) is a polynomial in generators that does not depend on
the sizes, mentions no index but those in a and u, and commutes with permutations of the values of each range (entries
at indices, brackets [i = j] of indices of one range, functions of such).  Let d_r be at least the number of indices in
a that run over 1..n_r, plus that of those in u, plus the degree of c in n_r, denominators cleared, in every summand.
If T vanishes for all sizes in a box of d_r + 1 consecutive sizes, and all u, then it vanishes at all sizes.

Proof.  Take a monomial m of the generators and values u; let U be the indices in them, k_r of range r.  As T commutes
with permutations of values, U may be taken to be 1..k_r in each range.  The coefficient of m in T is a sum over those
a with m in Φ(a; u).  These fall into orbits under the permutations that leave U alone; an orbit with j_r different
values outside of U has (n_r - k_r)(n_r - k_r - 1)... (j_r factors) members, also when there are too few values.  The
indices in a that are not free cover what of U is not in u, so j_r <= b_r - (k_r - f_r), and the coefficient, times
the denominators, is a polynomial of degree at most d_r - k_r in n_r wherever n_r >= k_r.  It vanishes at the sizes of
the box that are at least k_r, and these are more than d_r - k_r in each direction; so it is 0.

Everything else is refused: other ranges, other index arguments, numbers as indices, sizes in exponents or in arguments
of functions that mention an index.  What mentions no index is a letter, whatever it stands for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import product
from operator import mul, or_

from checks.auditor import forms
from checks.auditor.evaluation import Evaluation
from checks.auditor.forms import Polynomial, Unknown, constant, number_of, plus
from checks.auditor.kinds import ELEMENTWISE
from checks.auditor.terms import ONE, TRUE, Apply, Bind, Number, Symbol, Term, instantiate, symbols


@dataclass(frozen=True, slots=True)
class Degree:
    """Bounds on the degrees in each size of a numerator and of the denominator that is cleared."""

    above: Counter[str] = field(default_factory=Counter)
    below: Counter[str] = field(default_factory=Counter)

    def __mul__(self, other: Degree) -> Degree:
        return Degree(self.above + other.above, self.below + other.below)

    def __or__(self, other: Degree) -> Degree:
        return Degree((self.above + other.below) | (other.above + self.below), self.below + other.below)


def vanishes(here: Evaluation, difference: Polynomial) -> bool:
    """Whether a polynomial is 0 by the degree argument."""
    kinds = here.context.types
    sizes = frozenset(name for name, kind in kinds.items() if kind in ("dim", "nat"))
    ranges = {name: kind[2].name for name, kind in kinds.items()
              if kind[0] == "index" and kind[1] == ONE and kind[2] in map(Symbol, sizes)}  # fmt: skip
    others = {name for name, kind in kinds.items() if kind[0] == "index" and name not in ranges}
    term = here.term(difference)
    if others & symbols(term):
        return False
    free = sorted(ranges.keys() & symbols(term))
    bounds = _Bounds(here, sizes).of(term, ranges).above + Counter(ranges[name] for name in free)
    used = sorted(sizes & (symbols(term) | {ranges[name] for name in free}))
    for low in (1, 2, 3):
        grid = [
            {**at, **dict(zip(free, places, strict=True))}
            for at in (dict(zip(used, point, strict=True)) for point in product(*(
                range(low, low + bounds[name] + 1) for name in used)))
            for places in product(*(range(1, at[ranges[name]] + 1) for name in free))
        ]  # fmt: skip
        here.shared.step(100 * len(grid))
        try:
            return not any(_Point(sizes, here.shared.step).value(term, point) for point in grid)
        except ZeroDivisionError:
            continue
    return False


class _Bounds:
    """Works out bounds on degrees, and refuses what the theorem does not cover."""

    def __init__(self, here: Evaluation, sizes: frozenset[str]) -> None:
        self._here = here
        self._sizes = sizes

    def of(self, term: Term, ranges: Mapping[str, str]) -> Degree:
        """The degree of a term, where the indices in use have these ranges."""
        match term:
            case Number():
                return Degree()
            case Symbol(name) if name not in ranges:
                return Degree(Counter({name} & self._sizes))
            case Apply("entry", (base, *places)) if not symbols(base) & ranges.keys():
                lengths = self._here.shape(base)
                if tuple(Symbol(ranges.get(getattr(place, "name", ""), "")) for place in places) == lengths:
                    return Degree()
                raise Unknown("an entry at something else than indices of its ranges")
            case Apply("add", parts):
                return reduce(or_, (self.of(part, ranges) for part in parts))
            case Apply("multiply", parts):
                return reduce(mul, (self.of(part, ranges) for part in parts))
            case Apply("power", (base, Number(exponent))) if exponent.denominator == 1 and (
                exponent > 0 or symbols(base) <= self._sizes
            ):
                if abs(exponent) > 12 or (exponent < 0 and not self._here.nonzero(self._here.scalar(base))):
                    raise Unknown("a long power, or a size that may be 0 below")
                own = reduce(mul, [self.of(base, ranges)] * abs(int(exponent)))
                return own if exponent > 0 else Degree(own.below, own.above)
            case Apply("iverson", (Apply("=", (difference, _)),)):
                first, second = _indices(difference)
                if first in ranges and ranges[first] == ranges.get(second):
                    return Degree()
                raise Unknown("a bracket of what are no indices of one range")
            case Bind("sum", ("index", low, Symbol(size)), condition, body) if (
                low == ONE and condition == TRUE and size in self._sizes
            ):
                name = _name(ranges)
                inner = self.of(instantiate(body, Symbol(name)), {**ranges, name: size})
                return inner * Degree(Counter({size: 1}))
        if not symbols(term) & ranges.keys():
            return Degree()
        match term:
            case Apply(head, (inner, *rest)) if head in ELEMENTWISE or [head, *map(type, rest)] == ["power", Number]:
                if self.of(inner, ranges) == Degree():
                    return Degree()
        raise Unknown("something that the degree argument does not cover")


class _Point:
    """Evaluates terms at sizes and indices, entries as generators."""

    def __init__(self, sizes: frozenset[str], step: Callable[[int], None]) -> None:
        self._sizes = sizes
        self._step = step
        self._numbers: dict[Hashable, int] = {}

    def value(self, term: Term, at: Mapping[str, int]) -> Polynomial:
        """What the term is worth; the cases are those of the bounds."""
        self._step(2)
        match term:
            case Number(value):
                return constant(value)
            case Symbol(name) if name in at:
                return constant(at[name])
            case Apply("entry", (base, *places)):
                return self._letter((base, *(at[place.name] for place in places)))
            case Apply("add", parts):
                return plus(*(self.value(part, at) for part in parts))
            case Apply("multiply", parts):
                return reduce(self._product, (self.value(part, at) for part in parts))
            case Apply("power", (base, Number(exponent))) if exponent.denominator == 1 and exponent > 0:
                return reduce(self._product, [self.value(base, at)] * int(exponent))
            case Apply("power", (base, Number(exponent))) if exponent.denominator == 1 and symbols(base) <= self._sizes:
                return constant((number_of(self.value(base, at)) or Fraction(0)) ** int(exponent))
            case Apply("iverson", (Apply("=", (difference, _)),)):
                return constant(not self.value(difference, at))
            case Bind("sum", ("index", _, Symbol(size)), condition, body) if condition == TRUE and size in at:
                name = _name(at)
                inner = instantiate(body, Symbol(name))
                return plus(*(self.value(inner, {**at, name: k}) for k in range(1, at[size] + 1)))
        if isinstance(term, Apply) and symbols(term) & at.keys() - self._sizes:
            inner, *rest = term.arguments
            return self._letter((term.head, frozenset(self.value(inner, at).items()), *rest))
        return self._letter(term)

    def _product(self, left: Polynomial, right: Polynomial) -> Polynomial:
        self._step(len(left) * len(right))
        return forms.product(left, right)

    def _letter(self, key: Hashable) -> Polynomial:
        return forms.generator(self._numbers.setdefault(key, len(self._numbers)))


def _indices(difference: Term) -> tuple[str, str]:
    """The two symbols of a difference of symbols."""
    match difference:
        case Apply("add", (Symbol(first), Apply("multiply", (Number(factor), Symbol(second))))) if factor == -1:
            return first, second
        case Apply("add", (Apply("multiply", (Number(factor), Symbol(second))), Symbol(first))) if factor == -1:
            return first, second
    raise Unknown("a bracket that is not of two indices")


def _name(taken: Mapping[str, object]) -> str:
    return f"^{len(taken)}"
