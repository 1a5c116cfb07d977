"""Words and their completion beside numbers: cofactors are identities of matrices, whatever the matrices are."""

from __future__ import annotations

import time
from collections.abc import Mapping
from fractions import Fraction
from random import Random

import pytest

from derive.proving.completion import Cofactors, Completion, Equation, given_equations
from derive.proving.words import UNIT, Alphabet, Hole, Key, Loop, Polynomial, Powers, Word, total

Matrix = list[list[Fraction]]
SIZES = {UNIT: 1, 1: 2, 2: 3}


def product(left: Matrix, right: Matrix) -> Matrix:
    return [[sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in zip(*right, strict=True)]
            for row in left]  # fmt: skip


def unit(size: int) -> Matrix:
    return [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]


class Numbers:
    """Random matrices for the letters, the transposes included."""

    def __init__(self, alphabet: Alphabet, random: Random) -> None:
        self.alphabet = alphabet
        self.values: dict[int, Matrix] = {}
        for letter, place in enumerate(alphabet.letters):
            if place.partner < letter:
                self.values[letter] = [list(row) for row in zip(*self.values[place.partner], strict=True)]
            else:
                self.values[letter] = [
                    [Fraction(random.randint(-3, 3)) for _ in range(SIZES[place.columns])]
                    for _ in range(SIZES[place.rows])
                ]

    def word(self, word: Word, space: int) -> Matrix:
        result = unit(SIZES[space])
        for letter in word:
            result = product(result, self.values[letter])
        return result

    def loop(self, loop: Loop) -> Fraction:
        value = self.word(loop.word, self.alphabet.letters[loop.word[0]].rows)
        return sum((value[k][k] for k in range(len(value))), Fraction(0))

    def key(self, key: Key, space: int) -> Matrix:
        scale = Fraction(1)
        for loop in key.loops:
            scale *= self.loop(loop)
        return [[scale * x for x in row] for row in self.word(key.word, space)]

    def polynomial(self, polynomial: Polynomial, rows: int, columns: int) -> Matrix:
        result = [[Fraction(0)] * SIZES[columns] for _ in range(SIZES[rows])]
        for key, coefficient in polynomial.items():
            value = self.key(key, rows)
            for powers, factor in coefficient.items():
                assert powers == ()
                result = sums(result, [[factor * x for x in row] for row in value])
        return result

    def hole(self, hole: Hole, inside: Matrix, rows: int, start: int) -> Matrix:
        """A hole with a matrix in it."""
        left = self.word(hole.left, rows if hole.outer is None else self._start(hole, start))
        middle = product(left, inside)
        for letter in hole.right:
            middle = product(middle, self.values[letter])
        scale = Fraction(1)
        for loop in hole.loops:
            scale *= self.loop(loop)
        if hole.outer is not None:
            scale *= sum((middle[k][k] for k in range(len(middle))), Fraction(0))
            middle = self.word(hole.outer, rows)
        return [[scale * x for x in row] for row in middle]

    def _start(self, hole: Hole, start: int) -> int:
        return self.alphabet.letters[hole.left[0]].rows if hole.left else start


def sums(*parts: Matrix) -> Matrix:
    return [[sum(entries, Fraction(0)) for entries in zip(*rows, strict=True)] for rows in zip(*parts, strict=True)]


def of(alphabet: Alphabet, rows: int, columns: int, *words: tuple[int, Word]) -> Polynomial:
    closed = rows == columns == UNIT
    parts = [({alphabet.key((), word, closed): {(): Fraction(factor)}}, 1) for factor, word in words]
    return total(parts)


def check(
    alphabet: Alphabet, equations: list[Equation], zero: Polynomial, cofactors: Cofactors, rows: int, columns: int
) -> None:
    """The sum of the cofactors is the polynomial, at random matrices that satisfy none of the equations."""
    for seed in range(5):
        numbers = Numbers(alphabet, Random(seed))
        parts = [[[Fraction(0)] * SIZES[columns] for _ in range(SIZES[rows])]]
        for (hole, number), coefficient in cofactors.items():
            equation = equations[number if number >= 0 else -1 - number]
            inside = numbers.polynomial(equation.zero, equation.rows, equation.columns)
            start = equation.rows
            if number < 0:
                inside, start = [list(row) for row in zip(*inside, strict=True)], equation.columns
            value = numbers.hole(hole, inside, rows, start)
            factor = scalar(coefficient)
            parts.append([[factor * x for x in row] for row in value])
        assert sums(*parts) == numbers.polynomial(zero, rows, columns)


def scalar(coefficient: Mapping[Powers, Fraction]) -> Fraction:
    ((powers, value),) = coefficient.items()
    assert powers == ()
    return value


def completed(alphabet: Alphabet, equations: list[Equation], zero: Polynomial, closed: bool) -> Cofactors | None:
    completion = Completion(alphabet, frozenset(), 9, time.monotonic() + 20)
    given_equations(equations, completion)
    return completion.cofactors_of(zero, closed)


def test_products_push_through_inverses() -> None:
    alphabet = Alphabet()
    a, b = alphabet.new(1, 2), alphabet.new(2, 1)
    p, q = alphabet.new(1, 1), alphabet.new(2, 2)
    equations = [
        Equation(0, of(alphabet, 1, 1, (1, (p,)), (1, (p, a, b)), (-1, ())), 1, 1),
        Equation(1, of(alphabet, 2, 2, (1, (q,)), (1, (b, a, q)), (-1, ())), 2, 2),
    ]
    zero = of(alphabet, 1, 2, (1, (p, a)), (-1, (a, q)))
    cofactors = completed(alphabet, equations, zero, False)
    assert cofactors is not None
    check(alphabet, equations, zero, cofactors, 1, 2)
    assert completed(alphabet, equations, of(alphabet, 1, 2, (1, (p, a)), (1, (a, q))), False) is None


def test_numbers_are_their_own_transposes() -> None:
    alphabet = Alphabet()
    k, x = alphabet.new(1, 1), alphabet.new(1, UNIT)
    turned = alphabet.letters[k].partner
    equations = [Equation(0, of(alphabet, 1, 1, (1, (turned,)), (1, (k,))), 1, 1)]
    row = alphabet.letters[x].partner
    zero = of(alphabet, UNIT, UNIT, (1, (row, k, x)))
    cofactors = completed(alphabet, equations, zero, True)
    assert cofactors is not None
    check(alphabet, equations, zero, cofactors, UNIT, UNIT)


def test_traces_turn() -> None:
    alphabet = Alphabet()
    alphabet.lengths[1] = {(): Fraction(2)}
    p, q, a = (alphabet.new(1, 1) for _ in range(3))
    equations = [Equation(0, of(alphabet, 1, 1, (1, (q, p)), (-1, ())), 1, 1)]
    zero = total([
        (alphabet.trace(of(alphabet, 1, 1, (1, (p, a, q))), 1), 1),
        (alphabet.trace(of(alphabet, 1, 1, (1, (a,))), 1), -1),
    ])  # fmt: skip
    cofactors = completed(alphabet, equations, zero, True)
    assert cofactors is not None
    check(alphabet, equations, zero, cofactors, UNIT, UNIT)


@pytest.mark.parametrize("seed", range(25))
def test_cofactors_are_identities(seed: int) -> None:
    random = Random(seed)
    alphabet = Alphabet()
    letters = [alphabet.new(1, 1) for _ in range(3)]
    x = alphabet.new(1, UNIT)
    everything = [*letters, *(alphabet.letters[letter].partner for letter in letters)]

    def some() -> Word:
        return tuple(random.choice(everything) for _ in range(random.randint(1, 3)))

    equations = [
        Equation(k, of(alphabet, 1, 1, (1, some()), (random.choice((-1, 1, 2)), some()[:1])), 1, 1) for k in range(3)
    ]
    first, second = random.choice(equations).zero, random.choice(equations).zero
    left, right = of(alphabet, 1, 1, (1, some())), of(alphabet, 1, 1, (1, some()))
    zero = total([
        (alphabet.product(left, first, False), 1),
        (alphabet.product(alphabet.transpose(second, False), right, False), -2),
    ])  # fmt: skip
    cofactors = completed(alphabet, equations, zero, False)
    assert cofactors is not None
    check(alphabet, equations, zero, cofactors, 1, 1)
    vector = of(alphabet, 1, UNIT, (1, (x,)))
    closed = alphabet.product(
        alphabet.product(alphabet.transpose(vector, False), zero, False), vector, True
    )
    found = completed(alphabet, equations, closed, True)
    if found is not None:
        check(alphabet, equations, closed, found, UNIT, UNIT)


def test_settling_keeps_values() -> None:
    alphabet = Alphabet()
    a, b = alphabet.new(1, 2), alphabet.new(2, 1)
    x, y, s = alphabet.new(1, UNIT), alphabet.new(2, UNIT), alphabet.new(UNIT, UNIT)
    left, right = alphabet.letters[x].partner, alphabet.letters[y].partner
    words = [
        ((x, right, b, x, left, a), 1, 2),
        ((a, y, s, left, x, right, b, a), 1, 2),
        ((left, x, s, right, y, left, a, y), UNIT, UNIT),
        ((a, b, x), 1, UNIT),
    ]
    for seed in range(4):
        numbers = Numbers(alphabet, Random(seed))
        for word, rows, columns in words:
            key = alphabet.key((), word, rows == columns == UNIT)
            assert numbers.key(key, rows) == numbers.word(word, rows)
