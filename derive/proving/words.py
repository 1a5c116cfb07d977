"""Sums of words: noncommutative polynomials in matrices and vectors.

A word is a product of letters; each letter goes from one space to another (its rows and columns), a vector from
its space to the numbers (``UNIT``), a row vector back.  A word is settled when what is a number in it stands in
order: numbers commute and are their own transposes.  ``Key`` is a settled word with the factors that are
numbers and for which the word has no place, ``Polynomial`` a sum of them with coefficients in Q[a, 1/a, …].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

UNIT = 0
"""The space of numbers."""

Word = tuple[int, ...]
Powers = tuple[tuple[int, int], ...]
"""Exponents of commuting numbers, none of them 0, by the number's place in the alphabet."""
Coefficient = dict[Powers, Fraction]
ONE: Mapping[Powers, Fraction] = {(): Fraction(1)}


@dataclass(frozen=True, slots=True, order=True)
class Loop:
    """A factor that is a number: a closed word, from the numbers to the numbers, or the trace of a word."""

    traced: bool
    word: Word


@dataclass(frozen=True, slots=True)
class Key:
    """A product: of numbers, and of a word.  All loops are traces where the word passes through the numbers."""

    loops: tuple[Loop, ...]
    word: Word

    @property
    def size(self) -> int:
        """The number of letters."""
        return len(self.word) + sum(len(loop.word) for loop in self.loops)


@dataclass(frozen=True, slots=True)
class Letter:
    """From the space ``columns`` to the space ``rows``; ``partner`` is its transpose."""

    rows: int
    columns: int
    partner: int


Polynomial = dict[Key, Coefficient]


# -- coefficients --------------------------------------------------------------------------------------


def times(left: Mapping[Powers, Fraction], right: Mapping[Powers, Fraction]) -> Coefficient:
    """The product of two coefficients."""
    found: Coefficient = {}
    for first, a in left.items():
        for second, b in right.items():
            powers = dict(first)
            for atom, exponent in second:
                powers[atom] = powers.get(atom, 0) + exponent
            _add_to(found, tuple(sorted((k, e) for k, e in powers.items() if e)), a * b)
    return found


def _add_to(total: Coefficient, powers: Powers, value: Fraction) -> None:
    found = total.get(powers, Fraction(0)) + value
    if found:
        total[powers] = found
    else:
        total.pop(powers, None)


def reciprocal(coefficient: Mapping[Powers, Fraction]) -> Coefficient | None:
    """One over a coefficient of one summand; None for any other."""
    if len(coefficient) != 1:
        return None
    ((powers, value),) = coefficient.items()
    return {tuple((atom, -exponent) for atom, exponent in powers): 1 / value}


def accumulate(
    total: Polynomial, key: Key, coefficient: Mapping[Powers, Fraction], factor: Fraction | int = 1
) -> None:
    """Adds a multiple of a key to a polynomial."""
    held = total.setdefault(key, {})
    for powers, value in coefficient.items():
        _add_to(held, powers, value * factor)
    if not held:
        del total[key]


def scaled(polynomial: Polynomial, coefficient: Mapping[Powers, Fraction]) -> Polynomial:
    """The polynomial times a coefficient."""
    found = {key: times(value, coefficient) for key, value in polynomial.items()}
    return {key: value for key, value in found.items() if value}


def total(parts: Iterable[tuple[Polynomial, int]]) -> Polynomial:
    """The sum of polynomials, each with a sign."""
    found: Polynomial = {}
    for polynomial, sign in parts:
        for key, coefficient in polynomial.items():
            accumulate(found, key, coefficient, sign)
    return found


# -- the alphabet --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Alphabet:
    """The letters in use, and the dimension of each space, which is the trace of its empty word."""

    letters: list[Letter] = field(default_factory=list)
    lengths: dict[int, Coefficient] = field(default_factory=dict)

    def new(self, rows: int, columns: int) -> int:
        """A new letter; its transpose comes with it, next to it, and is itself for a number."""
        place = len(self.letters)
        if rows == columns == UNIT:
            self.letters.append(Letter(UNIT, UNIT, place))
        else:
            self.letters.append(Letter(rows, columns, place + 1))
            self.letters.append(Letter(columns, rows, place))
        return place

    def transposed(self, word: Word) -> Word:
        """The transpose of a word."""
        return tuple(self.letters[letter].partner for letter in reversed(word))

    def _cuts(self, word: Word) -> list[int]:
        """The places in a word, its ends included, at which it passes through the numbers."""
        cuts = [0] if word and self.letters[word[0]].rows == UNIT else []
        cuts += [place + 1 for place, letter in enumerate(word) if self.letters[letter].columns == UNIT]
        return cuts

    def parts(self, word: Word) -> tuple[Word, list[Word], Word]:
        """What stands before the first passage through the numbers, between passages, and after the last.

        A word that does not pass there is all ``before``.
        """
        cuts = self._cuts(word)
        if not cuts:
            return word, [], ()
        between = [word[low:high] for low, high in pairwise(cuts)]
        return word[: cuts[0]], between, word[cuts[-1] :]

    def passes(self, word: Word) -> bool:
        """Whether a word passes through the numbers."""
        return bool(self._cuts(word))

    def closed(self, word: Word) -> Word:
        """A closed word or its transpose, which is the same number: the one that comes first."""
        return min(word, self.transposed(word))

    def traced(self, word: Word) -> list[Loop]:
        """The trace of a word as loops: turned until it comes first, or opened where it passes the numbers."""
        if self.passes(word):
            cut = self._cuts(word)[0]
            return [Loop(False, self.closed(part)) for part in self.parts(word[cut:] + word[:cut])[1]]
        turned = [way[k:] + way[:k] for way in (word, self.transposed(word)) for k in range(max(len(word), 1))]
        return [Loop(True, min(turned))]

    def key(self, loops: Iterable[Loop], word: Word, unit: bool) -> Key:
        """The settled product of loops and a word; ``unit``: of a word from the numbers to the numbers."""
        free: list[Loop] = []
        middle: list[Word] = []
        for loop in loops:
            if loop.traced:
                free.extend(part for part in self.traced(loop.word) if part.traced)
                middle.extend(part.word for part in self.traced(loop.word) if not part.traced)
            else:
                middle.extend(self.closed(part) for part in self.parts(loop.word)[1])
        before, between, after = self.parts(word)
        middle.extend(map(self.closed, between))
        middle.sort()
        if unit or self.passes(word):
            return Key(tuple(sorted(free)), before + tuple(k for part in middle for k in part) + after)
        return Key(tuple(sorted([*free, *(Loop(False, part) for part in middle)])), word)

    def product(self, left: Polynomial, right: Polynomial, unit: bool) -> Polynomial:
        """The product of two polynomials; ``unit``: it is a number."""
        found: Polynomial = {}
        for first, a in left.items():
            for second, b in right.items():
                key = self.key((*first.loops, *second.loops), first.word + second.word, unit)
                accumulate(found, key, times(a, b))
        return found

    def transpose(self, polynomial: Polynomial, unit: bool) -> Polynomial:
        """The transpose of a polynomial."""
        found: Polynomial = {}
        for key, coefficient in polynomial.items():
            accumulate(found, self.key(key.loops, self.transposed(key.word), unit), coefficient)
        return found

    def trace(self, polynomial: Polynomial, space: int) -> Polynomial:
        """The trace of a polynomial from a space to itself."""
        hole = Hole((), (), (), (), True, True)
        found: Polynomial = {}
        for key, coefficient in polynomial.items():
            self.fill(found, hole, key, coefficient, space)
        return found

    def fill(
        self, found: Polynomial, hole: Hole, key: Key, coefficient: Mapping[Powers, Fraction], space: int
    ) -> None:
        """Adds what a hole is with a product in it; ``space`` is where the product starts."""
        inside = hole.left + key.word + hole.right
        if hole.outer is None:
            accumulate(found, self.key((*hole.loops, *key.loops), inside, hole.unit), coefficient)
        elif hole.traced and not inside:
            settled = self.key((*hole.loops, *key.loops), hole.outer, hole.unit)
            accumulate(found, settled, times(coefficient, self.lengths[space]))
        else:
            loops = (*hole.loops, *key.loops, Loop(hole.traced, inside))
            accumulate(found, self.key(loops, hole.outer, hole.unit), coefficient)


@dataclass(frozen=True, slots=True)
class Hole:
    """A product with a gap: in its word between ``left`` and ``right``, or, beside the word ``outer``, in a loop.

    ``unit``: the whole is a number.
    """

    loops: tuple[Loop, ...]
    left: Word
    right: Word
    outer: Word | None = None
    traced: bool = False
    unit: bool = False

    def around(self, inner: Hole) -> Hole:
        """The gap of a hole that stands in this one's gap."""
        if inner.outer is None:
            loops = (*self.loops, *inner.loops)
            return Hole(loops, self.left + inner.left, inner.right + self.right, self.outer, self.traced, self.unit)
        word = self.left + inner.outer + self.right
        if self.outer is None:
            return Hole((*self.loops, *inner.loops), inner.left, inner.right, word, inner.traced, self.unit)
        loops = (*self.loops, *inner.loops, Loop(self.traced, word))
        return Hole(loops, inner.left, inner.right, self.outer, inner.traced, self.unit)


def occurrences(part: Word, word: Word) -> Sequence[int]:
    """The places at which one word stands in another."""
    count = len(part)
    return [k for k in range(len(word) - count + 1) if word[k : k + count] == part]
