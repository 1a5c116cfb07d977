"""Known equations between sums of words as rewriting rules, completed a little, each with how it was derived.

The longest word of an equation is replaced by the rest.  Where two rules overlap, the two ways to rewrite the
overlap give a new equation (Knuth and Bendix; for noncommutative polynomials F. Mora, Theor. Comput. Sci. 134,
1994).  A derived rule keeps its cofactors: its sides differ by the sum of c · L (l_i − r_i) R over given
equations l_i = r_i.  So does what the rules reduce to zero, and that is all that is handed over.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count, permutations, product

from derive.proving.words import (
    ONE,
    UNIT,
    Alphabet,
    Coefficient,
    Hole,
    Key,
    Loop,
    Polynomial,
    Powers,
    Word,
    accumulate,
    occurrences,
    reciprocal,
    scaled,
    times,
)

Cofactors = dict[tuple[Hole, int], Coefficient]

COFACTOR_LIMIT = 160
SUMMAND_LIMIT = 60
STEP_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Equation:
    """The number of a given equation, and what it says to be zero, from the space ``columns`` to ``rows``."""

    number: int
    zero: Polynomial
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class _Rule:
    """``lead`` is equal to ``rest``; ``ways`` are the words that settle to ``lead``."""

    lead: Word
    ways: tuple[Word, ...]
    rest: Polynomial
    cofactors: Cofactors
    rows: int
    columns: int

    @property
    def closed(self) -> bool:
        return self.rows == self.columns == UNIT


@dataclass(slots=True)
class Completion:
    """The rules that follow from given equations, as far as they were derived.

    ``reach`` bounds the letters of a rule's words; ``invertible`` tells which commuting numbers are not zero;
    ``turned``: letters that came first count as the largest.
    """

    alphabet: Alphabet
    invertible: frozenset[int]
    reach: int
    deadline: float
    turned: bool = False
    rule_limit: int = 70
    rules: list[_Rule] = field(default_factory=list)
    _twisted: set[tuple[Key, Hole]] = field(default_factory=set)
    _spare: list[tuple[Polynomial, Cofactors]] = field(default_factory=list)
    _queue: list[tuple[int, int, Polynomial, Cofactors, int, int]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def add(self, equation: Equation) -> None:
        """Takes in a given equation."""
        hole = Hole((), (), (), unit=equation.rows == equation.columns == UNIT)
        cofactors: Cofactors = {(hole, equation.number): dict(ONE)}
        self._push(dict(equation.zero), cofactors, equation.rows, equation.columns)

    @property
    def stuck(self) -> bool:
        """Whether equations were met that are no rules, for want of a coefficient that could be divided by."""
        return bool(self._spare)

    def cofactors_of(self, zero: Polynomial, unit: bool) -> Cofactors | None:
        """How a sum of words is zero by the given equations, or None when that was not found.

        ``unit``: the sum is a number.
        """
        while True:
            rest, cofactors = self._reduced(zero, {}, unit)
            if rest:
                rest, cofactors = self._as_multiple(rest, cofactors, unit)
            if not rest:
                return {place: {p: -v for p, v in value.items()} for place, value in cofactors.items()}
            if not self._step():
                return None

    def _as_multiple(
        self, zero: Polynomial, cofactors: Cofactors, unit: bool
    ) -> tuple[Polynomial, Cofactors]:
        """What is left when a sum is a rational multiple of an equation that is no rule."""
        for held, others in self._spare:
            key = next(iter(zero))
            if zero.keys() != held.keys() or zero[key].keys() != held[key].keys():
                continue
            powers = next(iter(zero[key]))
            ratio = zero[key][powers] / held[key][powers]
            if all(zero[k] == {p: v * ratio for p, v in held[k].items()} for k in held):
                hole = Hole((), (), (), unit=unit)
                rule = _Rule((), (), {}, others, UNIT, UNIT)
                changed = {place: dict(value) for place, value in cofactors.items()}
                self._record(changed, hole, rule, {(): -ratio})
                return {}, changed
        return zero, cofactors

    # -- derivation ------------------------------------------------------------------------------------

    def _push(self, zero: Polynomial, cofactors: Cofactors, rows: int, columns: int) -> None:
        size = max((key.size for key in zero), default=0)
        heapq.heappush(self._queue, (size, next(self._order), zero, cofactors, rows, columns))

    def _step(self) -> bool:
        """Takes in the smallest waiting equation that says something new; false when there is none.

        Also when the budget is spent.
        """
        while self._queue:
            if time.monotonic() > self.deadline or len(self.rules) >= self.rule_limit:
                return False
            _, _, zero, cofactors, rows, columns = heapq.heappop(self._queue)
            zero, cofactors = self._reduced(zero, cofactors, rows == columns == UNIT)
            spare = len(self._spare)
            rule = self._oriented(zero, cofactors, rows, columns)
            if rule is None:
                if len(self._spare) > spare:
                    return True
                continue
            overtaken = [old for old in self.rules if _inside(rule, old)]
            self.rules = [old for old in self.rules if old not in overtaken]
            for old in overtaken:
                self._push(self._zero_of(old), old.cofactors, old.rows, old.columns)
            self.rules.append(rule)
            for other in self.rules:
                self._overlap(rule, other)
                if other is not rule:
                    self._overlap(other, rule)
            return True
        return False

    def _zero_of(self, rule: _Rule) -> Polynomial:
        zero: Polynomial = {self.alphabet.key((), rule.lead, rule.closed): dict(ONE)}
        for key, coefficient in rule.rest.items():
            accumulate(zero, key, coefficient, -1)
        return zero

    def _oriented(self, zero: Polynomial, cofactors: Cofactors, rows: int, columns: int) -> _Rule | None:
        if not zero or len(zero) > SUMMAND_LIMIT or len(cofactors) > COFACTOR_LIMIT:
            return None
        lead = max(zero, key=self._rank)
        inverse = reciprocal(zero[lead])
        if lead.loops or not lead.word or lead.size > self.reach or inverse is None:
            self._spare.append((zero, cofactors))
            return None
        if any(atom not in self.invertible for atom, _ in next(iter(inverse))):
            self._spare.append((zero, cofactors))
            return None
        rest = scaled({key: value for key, value in zero.items() if key != lead}, {
            powers: -value for powers, value in inverse.items()
        })  # fmt: skip
        monic = {place: times(value, inverse) for place, value in cofactors.items()}
        return _Rule(lead.word, tuple(self._ways(lead.word)), rest, monic, rows, columns)

    def _ways(self, word: Word) -> Iterator[Word]:
        """The words that settle to a word: its closed parts in every order and direction, as far as they are few."""
        before, between, after = self.alphabet.parts(word)
        if not between or len(between) > 3:
            yield word
            return
        seen: set[Word] = set()
        for order in permutations(between):
            for ways in product(*((part, self.alphabet.transposed(part)) for part in order)):
                found = before + tuple(letter for part in ways for letter in part) + after
                if found not in seen:
                    seen.add(found)
                    yield found

    def _overlap(self, first: _Rule, second: _Rule) -> None:
        """Equations from words that end in one rule's lead's beginning."""
        for left in first.ways:
            for right in second.ways:
                for shared in range(1, min(len(left), len(right)) + (first is not second)):
                    if left[-shared:] == right[:shared]:
                        before, after = left[: len(left) - shared], right[shared:]
                        if len(left) + len(after) <= self.reach and (before or after):
                            self._join(first, second, before, after)

    def _join(self, first: _Rule, second: _Rule, before: Word, after: Word) -> None:
        rows, columns = first.rows, second.columns
        unit = rows == columns == UNIT
        outer = Hole((), (), after, unit=unit), Hole((), before, (), unit=unit)
        zero: Polynomial = {}
        cofactors: Cofactors = {}
        for hole, rule, sign in ((outer[0], first, -1), (outer[1], second, 1)):
            for key, coefficient in rule.rest.items():
                self.alphabet.fill(zero, hole, key, {p: -sign * v for p, v in coefficient.items()}, rule.rows)
            self._record(cofactors, hole, rule, {(): Fraction(sign)})
        if zero:
            self._push(zero, cofactors, rows, columns)

    def _record(
        self, cofactors: Cofactors, hole: Hole, rule: _Rule, factor: Mapping[Powers, Fraction]
    ) -> None:
        """Adds the factor times the rule's cofactors, in the hole."""
        for (inner, number), coefficient in rule.cofactors.items():
            place = hole.around(inner), number
            changed = times(coefficient, factor)
            held = cofactors.setdefault(place, {})
            for powers, value in changed.items():
                held[powers] = held.get(powers, Fraction(0)) + value
                if not held[powers]:
                    del held[powers]
            if not held:
                del cofactors[place]

    # -- reduction -------------------------------------------------------------------------------------

    def _reduced(self, zero: Polynomial, cofactors: Cofactors, unit: bool) -> tuple[Polynomial, Cofactors]:
        """What the rules leave of a sum of words, with its cofactors changed along."""
        found: Polynomial = {}
        pending = {key: dict(value) for key, value in zero.items()}
        cofactors = {place: dict(value) for place, value in cofactors.items()}
        steps = 0
        while pending:
            key = max(pending, key=self._rank)
            coefficient = pending.pop(key)
            steps += 1
            match = None
            if len(cofactors) <= COFACTOR_LIMIT and steps <= STEP_LIMIT:
                match = self._match(key, unit)
            if match is None:
                accumulate(found, key, coefficient)
                continue
            rule, hole, value = match
            for inner, factor in value.items():
                accumulate(pending, inner, times(factor, coefficient))
            self._record(cofactors, hole, rule, {powers: -value for powers, value in coefficient.items()})
        return found, cofactors

    def _match(self, key: Key, unit: bool) -> tuple[_Rule, Hole, Polynomial] | None:
        """A rule that makes a product smaller, where it applies, and what it makes of it.

        A number is its own transpose and a trace may be turned, so a rule can apply where it makes nothing
        smaller; what it says there is kept as an equation.
        """
        for rule, hole in self._places(key, unit):
            value: Polynomial = {}
            for inner, coefficient in rule.rest.items():
                self.alphabet.fill(value, hole, inner, coefficient, rule.rows)
            if all(self._rank(inner) < self._rank(key) for inner in value):
                return rule, hole, value
            if (key, hole) not in self._twisted:
                self._twisted.add((key, hole))
                zero: Polynomial = {key: dict(ONE)}
                for inner, coefficient in value.items():
                    accumulate(zero, inner, coefficient, -1)
                cofactors: Cofactors = {}
                self._record(cofactors, hole, rule, ONE)
                if zero and unit:
                    self._push(zero, cofactors, UNIT, UNIT)
        return None

    def _places(self, key: Key, unit: bool) -> Iterator[tuple[_Rule, Hole]]:
        """The rules that apply to a product, and where."""
        words = [key.word]
        if unit and len(self.alphabet.parts(key.word)[1]) == 1:
            words.append(self.alphabet.transposed(key.word))
        for rule in self.rules:
            if rule.closed:
                hole = self._closed_match(rule, key, unit)
                if hole is not None:
                    yield rule, hole
            for word in words:
                for place in occurrences(rule.lead, word):
                    yield rule, Hole(key.loops, word[:place], word[place + len(rule.lead) :], unit=unit)
            for position, loop in enumerate(key.loops):
                others = key.loops[:position] + key.loops[position + 1 :]
                for word in self._turns(loop):
                    for place in occurrences(rule.lead, word):
                        rest = word[place + len(rule.lead) :]
                        yield rule, Hole(others, word[:place], rest, key.word, loop.traced, unit)

    def _rank(self, key: Key) -> tuple[int, list[int], list[int], tuple[Loop, ...]]:
        """Where a product stands in the order: by its size, then by its letters."""
        sign = -1 if self.turned else 1
        letters = [sign * letter for letter in key.word]
        inside = [sign * letter for loop in key.loops for letter in loop.word]
        return key.size, sorted(letters + inside, reverse=True), letters, key.loops

    def _turns(self, loop: Loop) -> Iterator[Word]:
        if not loop.traced:
            yield loop.word
            yield self.alphabet.transposed(loop.word)
            return
        for word in (loop.word, self.alphabet.transposed(loop.word)):
            for place in range(len(word)):
                yield word[place:] + word[:place]

    def _closed_match(self, rule: _Rule, key: Key, unit: bool) -> Hole | None:
        """A rule about numbers whose factors are all among those of a product."""
        wanted = self.alphabet.parts(rule.lead)[1]
        before, between, after = self.alphabet.parts(key.word)
        loops = list(key.loops)
        for part in wanted:
            if part in between:
                between.remove(part)
            elif Loop(False, part) in loops:
                loops.remove(Loop(False, part))
            else:
                return None
        rest = before + tuple(letter for part in between for letter in part) + after
        return Hole(tuple(loops), (), (), rest, False, unit)


def _inside(rule: _Rule, other: _Rule) -> bool:
    return len(rule.lead) <= len(other.lead) and bool(occurrences(rule.lead, other.lead))


def given_equations(equations: Sequence[Equation], completion: Completion) -> None:
    """Takes in equations, each also transposed; the transpose of the k-th has the number -1 - k."""
    for equation in equations:
        completion.add(equation)
        unit = equation.rows == equation.columns == UNIT
        turned = completion.alphabet.transpose(equation.zero, unit)
        if not unit and turned != equation.zero:
            completion.add(Equation(-1 - equation.number, turned, equation.columns, equation.rows))
