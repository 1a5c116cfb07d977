"""Matrix terms as sums of words, and back.

A vector is a matrix with the space of numbers for columns.  What no rule reads becomes a letter, or, when it is
a number, a commuting factor.  Inverses, and quotients whose denominator holds words, are letters of their own
that know what they invert.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from checks.contexts import Context
from checks.lengths import is_number, same_length
from checks.shapes import type_of
from checks.terms import (
    ONE,
    TRUE,
    Apply,
    Bind,
    Bound,
    Index,
    Number,
    Symbol,
    Tensor,
    Term,
    add,
    divide,
    multiply,
    number,
    power,
    relation,
    substitute,
)
from derive.proving.words import (
    UNIT,
    Alphabet,
    Coefficient,
    Hole,
    Key,
    Loop,
    Polynomial,
    Powers,
    Word,
    reciprocal,
    total,
)

POWER_LIMIT = 8


class Unreadable(Exception):
    """The term is no number, vector or matrix, or too large to be written out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A sum of words from the space ``columns`` to the space ``rows``."""

    polynomial: Polynomial
    rows: int
    columns: int

    @property
    def unit(self) -> bool:
        """Whether it is a number."""
        return self.rows == self.columns == UNIT


@dataclass(frozen=True, slots=True)
class Inverted:
    """What a letter inverts: a square matrix, or a number."""

    letter: int
    term: Term
    of: Reading


@dataclass(slots=True)
class Reader:
    """Reads the terms of one context; equal terms get the same letters."""

    context: Context
    alphabet: Alphabet = field(default_factory=Alphabet)
    inverses: list[Inverted] = field(default_factory=list)
    quotients: list[Inverted] = field(default_factory=list)
    atoms: list[Term] = field(default_factory=list)
    _spaces: list[Term] = field(default_factory=lambda: [ONE])
    _terms: dict[int, Term] = field(default_factory=dict)
    _letters: dict[object, int] = field(default_factory=dict)
    _known: dict[Term, Reading] = field(default_factory=dict)

    # -- from terms ------------------------------------------------------------------------------------

    def read(self, term: Term) -> Reading:
        """The sum of words that a term is; raises ``Unreadable``."""
        found = self._known.get(term)
        if found is None:
            found = self._read(term)
            if len(found.polynomial) > 200:
                raise Unreadable("too many words")
            self._known[term] = found
        return found

    def _read(self, term: Term) -> Reading:
        match term:
            case Number(value):
                return self._constant({(): value} if value else {})
            case Symbol(name) if name in self.context.lets:
                return self.read(self.context.lets[name])
            case Apply("add", parts):
                return self._sum([(self.read(part), 1) for part in parts])
            case Apply("negate", (part,)):
                return self._sum([(self.read(part), -1)])
            case Apply("multiply", parts):
                return self._multiplied([self.read(part) for part in parts])
            case Apply("divide", (above, below)):
                return self._multiplied([self.read(above), self._reciprocal(below)])
            case Apply("matmul", (left, right)):
                return self._product(self.read(left), self.read(right))
            case Apply("dot", (left, right)):
                return self._product(self._transposed(self.read(left)), self.read(right))
            case Apply("outer", (left, right)):
                return self._product(self.read(left), self._transposed(self.read(right)))
            case Apply("transpose", (inner,)) if self._rank(inner) == 2:
                return self._transposed(self.read(inner))
            case Apply("trace", (inner,)):
                found = self.read(inner)
                return Reading(self.alphabet.trace(found.polynomial, found.rows), UNIT, UNIT)
            case Apply("identity", (length,)):
                space = self._space(length)
                return Reading({Key((), ()): {(): Fraction(1)}}, space, space)
            case Apply("zeros", lengths) if len(lengths) in (1, 2):
                spaces = [self._space(length) for length in lengths]
                return Reading({}, spaces[0], spaces[1] if len(spaces) == 2 else UNIT)
            case Apply("power", (base, Number(value))) if value.denominator == 1:
                return self._power(term, base, int(value))
            case Apply("inverse", (inner,)):
                return self._inverse(term, inner)
            case Apply("entry", (inner, *indices)) if self._rank(inner) == len(indices) in (1, 2):
                return self._entry(inner, indices)
            case Bind("sum", Index(low, _), _, Apply("power", (Apply("entry", (inner, Bound(0))), exponent))) if (
                low == ONE and term.condition == TRUE and exponent == number(2) and not inner.loose
            ):
                return self._squares(term, inner)
            case Bind("sum", Index(low, _), _, body) if low == ONE and term.condition == TRUE:
                return self._sum_of_entries(term, body)
            case Apply(head) if head in self.context.definitions:
                opened = self._opened(term)
                if opened != term:
                    return self.read(opened)
        return self._opaque(term)

    def _opened(self, term: Term) -> Term:
        """What an abbreviation stands for; other terms as they are."""
        while isinstance(term, Apply) and term.head in self.context.definitions:
            definition = self.context.definitions[term.head]
            if definition.opaque:
                break
            names = (parameter.name for parameter in definition.parameters)
            term = substitute(definition.body, dict(zip(names, term.arguments, strict=True)))
        return term

    def _sum_of_entries(self, term: Bind, body: Term) -> Reading:
        """The sum of the entries of a vector, or of the products of those of two, as an inner product."""
        factors = body.arguments if isinstance(body, Apply) and body.head == "multiply" else (body,)
        vectors: list[Term] = []
        for factor in factors:
            match factor:
                case Apply("entry", (vector, Bound(0))) if not vector.loose:
                    vectors.append(vector)
                case _:
                    return self._opaque(term)
        if len(vectors) == 1 and isinstance(term.domain, Index):
            vectors.insert(0, Apply("ones", (term.domain.high,)))
        if len(vectors) != 2:
            return self._opaque(term)
        first, second = map(self.read, vectors)
        full = isinstance(term.domain, Index) and self._space(term.domain.high) == first.rows == second.rows
        if not full or first.columns != UNIT or second.columns != UNIT:
            return self._opaque(term)
        return self._product(self._transposed(first), second)

    def _entry(self, array: Term, indices: Sequence[Term]) -> Reading:
        """An entry as a product with unit vectors."""
        result = self.read(array)
        spaces = (result.rows, result.columns)
        for position, (index, space) in enumerate(zip(indices, spaces, strict=False)):
            here = Apply("iverson", (relation(Bound(0), "=", index),))
            unit = Bind("array", Index(ONE, self._spaces[space]), TRUE, here, "k")
            vector = self._letter(("unit", index, space), unit, space, UNIT)
            result = self._product(result, vector) if position else self._product(self._transposed(vector), result)
        return result

    def _squares(self, term: Bind, vector: Term) -> Reading:
        """The sum of the squares of all entries of a vector."""
        found = self.read(vector)
        full = isinstance(term.domain, Index) and self._space(term.domain.high) == found.rows
        if not full or found.columns != UNIT:
            return self._opaque(term)
        return self._product(self._transposed(found), found)

    def _rank(self, term: Term) -> int:
        kind = type_of(term, self.context)
        return len(kind.shape) if isinstance(kind, Tensor) else 0

    def _space(self, length: Term) -> int:
        for place, known in enumerate(self._spaces[1:], 1):
            if same_length(length, known, self.context):
                return place
        self._spaces.append(length)
        place = len(self._spaces) - 1
        if isinstance(length, Number):
            self.alphabet.lengths[place] = {(): length.value}
        else:
            self.alphabet.lengths[place] = {((self._atom(length), 1),): Fraction(1)}
        return place

    def _atom(self, term: Term) -> int:
        if term not in self.atoms:
            self.atoms.append(term)
        return self.atoms.index(term)

    def _constant(self, coefficient: Coefficient) -> Reading:
        return Reading({Key((), ()): coefficient} if coefficient else {}, UNIT, UNIT)

    def _opaque(self, term: Term) -> Reading:
        kind = type_of(term, self.context)
        if is_number(kind):
            return self._constant({((self._atom(term), 1),): Fraction(1)})
        if not isinstance(kind, Tensor) or len(kind.shape) not in (1, 2):
            raise Unreadable("neither a number nor a vector nor a matrix")
        spaces = [self._space(length) for length in kind.shape]
        return self._letter(term, term, spaces[0], spaces[1] if len(spaces) == 2 else UNIT)

    def _letter(self, mark: object, term: Term, rows: int, columns: int) -> Reading:
        letter = self._letters.get(mark)
        if letter is None:
            letter = self._letters[mark] = self.new_letter(term, rows, columns)
        word = (letter,)
        return Reading({self.alphabet.key((), word, rows == columns == UNIT): {(): Fraction(1)}}, rows, columns)

    def new_letter(self, term: Term, rows: int, columns: int) -> int:
        """A letter for a term, whose transpose is the next one."""
        letter = self.alphabet.new(rows, columns)
        self._terms[letter] = term
        if rows != UNIT or columns != UNIT:
            self._terms[letter + 1] = term if UNIT in (rows, columns) else Apply("transpose", (term,))
        return letter

    def _sum(self, parts: list[tuple[Reading, int]]) -> Reading:
        first = parts[0][0]
        if any((part.rows, part.columns) != (first.rows, first.columns) for part, _ in parts):
            raise Unreadable("shapes that do not fit")
        return Reading(
            total((part.polynomial, sign) for part, sign in parts), first.rows, first.columns
        )

    def _product(self, left: Reading, right: Reading) -> Reading:
        if left.columns != right.rows:
            raise Unreadable("shapes that do not fit")
        unit = left.rows == right.columns == UNIT
        return Reading(
            self.alphabet.product(left.polynomial, right.polynomial, unit), left.rows, right.columns
        )

    def _multiplied(self, factors: list[Reading]) -> Reading:
        """The product of numbers and of at most one array."""
        arrays = [factor for factor in factors if not factor.unit]
        if len(arrays) > 1:
            raise Unreadable("a product of arrays that is no matrix product")
        result = self._constant({(): Fraction(1)})
        for factor in factors:
            if factor.unit:
                result = self._product(result, factor)
        if not arrays:
            return result
        array = arrays[0]
        numbers = {
            Key((*key.loops, *(Loop(False, part) for part in self.alphabet.parts(key.word)[1])), ()): value
            for key, value in result.polynomial.items()
        }
        return Reading(self.alphabet.product(numbers, array.polynomial, False), array.rows, array.columns)

    def _transposed(self, reading: Reading) -> Reading:
        polynomial = self.alphabet.transpose(reading.polynomial, reading.unit)
        return Reading(polynomial, reading.columns, reading.rows)

    def _power(self, term: Term, base: Term, exponent: int) -> Reading:
        if abs(exponent) > POWER_LIMIT:
            return self._opaque(term)
        match self._opened(base):
            case Apply("sqrt", (content,)) if exponent % 2 == 0 and self._rank(content) == 0:
                # Where it is defined, its square is what is under a root.
                base, exponent = content, exponent // 2
        if self._rank(base) == 2:
            if exponent < 0:
                return self._opaque(term)
            found = self.read(base)
            result = Reading({Key((), ()): {(): Fraction(1)}}, found.rows, found.rows)
        else:
            found = self._reciprocal(base) if exponent < 0 else self.read(base)
            result = self._constant({(): Fraction(1)})
        for _ in range(abs(exponent)):
            result = self._product(result, found)
        return result

    def _reciprocal(self, term: Term) -> Reading:
        """One over a number: a coefficient where it is one of a single summand, else a letter."""
        found = self.read(term)
        key = next(iter(found.polynomial), None)
        if len(found.polynomial) == 1 and key == Key((), ()):
            coefficient = reciprocal(found.polynomial[key])
            if coefficient is not None:
                return self._constant(coefficient)
        if not found.polynomial:
            raise Unreadable("a division by zero")
        mark = ("quotient", _frozen(found.polynomial))
        new = mark not in self._letters
        reading = self._letter(mark, divide(ONE, term), UNIT, UNIT)
        if new:
            self.quotients.append(Inverted(self._letters[mark], term, found))
        return reading

    def _inverse(self, term: Term, inner: Term) -> Reading:
        found = self.read(inner)
        mark = ("inverse", found.rows, _frozen(found.polynomial))
        new = mark not in self._letters
        reading = self._letter(mark, term, found.rows, found.rows)
        if new:
            self.inverses.append(Inverted(self._letters[mark], inner, found))
        return reading

    # -- to terms --------------------------------------------------------------------------------------

    def coefficient_term(self, powers: Powers, value: Fraction) -> list[Term]:
        """The factors of a summand of a coefficient; none for 1."""
        factors: list[Term] = [] if value == 1 else [number(value)]
        for atom, exponent in powers:
            base = self.atoms[atom] if exponent > 0 else divide(ONE, self.atoms[atom])
            factors.append(base if abs(exponent) == 1 else power(base, number(abs(exponent))))
        return factors

    def term_of(self, letter: int) -> Term:
        """The term of a letter."""
        return self._terms[letter]

    def polynomial_term(self, reading: Reading) -> Term:
        """A term that is the sum of words."""
        parts = [
            self._scaled([*self.coefficient_term(powers, value), *self._numbers(key)], body)
            for key, coefficient in reading.polynomial.items()
            for body in [self._word_term(key.word, reading.rows, reading.columns)]
            for powers, value in coefficient.items()
        ]
        if parts:
            return add(*parts)
        lengths = [self._spaces[space] for space in (reading.rows, reading.columns) if space != UNIT]
        return Apply("zeros", tuple(lengths)) if lengths else number(0)

    def hole_term(
        self, hole: Hole, letter: int, powers: Powers, value: Fraction, rows: int, columns: int
    ) -> Term:
        """The number times a hole with a letter in it, from the space ``columns`` to ``rows``."""
        inside = (*hole.left, letter, *hole.right)
        numbers = self.coefficient_term(powers, value)
        if hole.outer is None:
            key = Key(hole.loops, inside)
        else:
            key = Key((*hole.loops, Loop(hole.traced, inside)), hole.outer)
        return self._scaled([*numbers, *self._numbers(key)], self._word_term(key.word, rows, columns))

    def _numbers(self, key: Key) -> list[Term]:
        """The factors of a product that are numbers, those in the middle of its word left out."""
        return [self._loop_term(loop) for loop in key.loops]

    def _loop_term(self, loop: Loop) -> Term:
        if loop.traced:
            space = self.alphabet.letters[loop.word[0]].rows
            return Apply("trace", (self._word_term(loop.word, space, space) or ONE,))
        return self._word_term(loop.word, UNIT, UNIT) or ONE

    def _scaled(self, numbers: list[Term], body: Term | None) -> Term:
        return multiply(*numbers) if body is None else multiply(*numbers, body)

    def _word_term(self, word: Word, rows: int, columns: int) -> Term | None:
        """The term of a word; None for the number 1."""
        if not word:
            return None if rows == UNIT else Apply("identity", (self._spaces[rows],))
        before, between, after = self.alphabet.parts(word)
        if not self.alphabet.passes(word):
            return self._chain(word)
        numbers = [self._closed_term(part) for part in between]
        if before and after:
            left, right = self._vector(before), self._vector(self.alphabet.transposed(after))
            return multiply(*numbers, Apply("outer", (left, right)))
        if before:
            return multiply(*numbers, self._vector(before))
        if after:
            raise Unreadable("a row is no value")
        return multiply(*numbers)

    def _closed_term(self, word: Word) -> Term:
        if len(word) == 1:
            return self._terms[word[0]]
        return Apply("dot", (self._vector(self.alphabet.transposed(word[:1])), self._vector(word[1:])))

    def _chain(self, word: Word) -> Term:
        result = self._terms[word[-1]]
        for letter in reversed(word[:-1]):
            result = Apply("matmul", (self._terms[letter], result))
        return result

    _vector = _chain


def _frozen(polynomial: Polynomial) -> frozenset[tuple[Key, frozenset[tuple[Powers, Fraction]]]]:
    return frozenset((key, frozenset(value.items())) for key, value in polynomial.items())
