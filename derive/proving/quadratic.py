"""Signs of quadratic forms: sums of squares of products, and forms whose sign is assumed.

``x^T (A + X^T X + c 1) x`` is ``x^T A x + |X x|^2 + c |x|^2``: the words of the difference of the sides are
palindromes, those of even length squares, those of odd length instances of an assumption about their middle.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from checks.contexts import Context
from checks.kernel.advisor import Recording
from checks.kernel.certificates import Certificate, Combine, Cut, Proof, Use
from checks.kernel.comparison import arithmetic
from checks.kernel.definedness import undischarged
from checks.kernel.forms import TooLarge
from checks.kernel.reductions import Rejected, combined_goal
from checks.shapes import IllTyped, type_of
from checks.terms import (
    ONE,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Index,
    Tensor,
    Term,
    add,
    multiply,
    number,
    power,
    relation,
)
from derive.proving.advice import Seeker
from derive.proving.knowledge import Known, known_facts
from derive.proving.matching import match
from derive.proving.reading import Reader, Reading, Unreadable
from derive.proving.words import UNIT, Key, Word, total

if TYPE_CHECKING:
    from derive.proving.search import Search


Square = tuple[Term, Term]
"""A factor and a vector, whose squared length it multiplies."""


def by_palindromes(search: Search, context: Context, goal: Term, depth: int) -> Certificate | None:
    """An inequality whose difference is a sum of squares and of forms of a known sign."""
    match goal:
        case Apply("<=" | "<", (small, large)):
            pass
        case Apply(">=" | ">", (large, small)):
            pass
        case _:
            return None
    reader = Reader(context)
    try:
        first, second = reader.read(large), reader.read(small)
        if not (first.unit and second.unit):
            return None
        polynomial = total(((first.polynomial, 1), (second.polynomial, -1)))
        found = _Forms(search, context, reader, depth).split(Reading(polynomial, UNIT, UNIT))
        return None if found is None else _combined(search, context, goal, *found)
    except (Unreadable, IllTyped, TooLarge, Rejected):
        return None


class _Forms:
    """The squares and the assumed forms of a sum of palindromes."""

    def __init__(self, search: Search, context: Context, reader: Reader, depth: int) -> None:
        self.search = search
        self.context = context
        self.reader = reader
        self.depth = depth
        self.facts = [item for item in known_facts(context) if item.variables and _has_form(item)]

    def split(self, reading: Reading) -> tuple[list[Square], list[tuple[Use, Term, Term]]] | None:
        """The squares; the uses of assumptions, what they say, and their factors."""
        squares: list[Square] = []
        uses: list[tuple[Use, Term, Term]] = []
        for key, coefficient in reading.polynomial.items():
            letters = self.reader.alphabet
            if key.loops or not key.word or len(letters.parts(key.word)[1]) != 1:
                return None
            half = key.word[(len(key.word) + 1) // 2 :]
            if not half or letters.transposed(half) != key.word[: len(half)]:
                return None
            factor = self._factor(coefficient)
            vector = self._vector(half)
            if len(key.word) % 2 == 0:
                squares.append((factor, vector))
                continue
            found = self._assumed(key.word[len(key.word) // 2], vector)
            if found is None:
                return None
            uses.append((*found, factor))
        return squares, uses

    def _factor(self, coefficient: dict[tuple[tuple[int, int], ...], Fraction]) -> Term:
        parts = [
            multiply(*(self.reader.coefficient_term(powers, value) or [ONE]))
            for powers, value in coefficient.items()
        ]
        return add(*parts)

    def _vector(self, word: Word) -> Term:
        space = self.reader.alphabet.letters[word[0]].rows
        return self.reader.polynomial_term(Reading({Key((), word): {(): Fraction(1)}}, space, UNIT))

    def _assumed(self, letter: int, vector: Term) -> tuple[Use, Term] | None:
        matrix = self.reader.term_of(letter)
        form = Apply("dot", (vector, Apply("matmul", (matrix, vector))))
        for item in self.facts:
            for head in (">", ">="):
                for binding in match(item.conclusion, relation(form, head, ZERO), item.variables, {}):
                    found = self.search.use(self.context, item, binding, self.depth, 0)
                    if found is not None:
                        return found
        return None


def _has_form(item: Known) -> bool:
    match item.conclusion:
        case Apply(">" | ">=", (Apply("dot"), _)):
            return True
        case _:
            return False


def _square(context: Context, vector: Term) -> Term:
    """The sum of the squares of a vector's entries, in which the sign shows."""
    kind = type_of(vector, context)
    if not isinstance(kind, Tensor):
        raise Unreadable("only a vector has a squared length")
    entry = Apply("entry", (vector, Bound(0)))
    return Bind("sum", Index(ONE, kind.shape[0]), TRUE, power(entry, number(2)), "i")


def _combined(
    search: Search, context: Context, goal: Term, squares: list[Square], uses: list[tuple[Use, Term, Term]]
) -> Certificate | None:
    cuts = _signs(search, context, squares)
    if cuts is None:
        return None
    known = context
    parts = list(uses)
    for statement, _ in cuts:
        parts.append((Use(f"fact:{len(known.facts)}"), statement, ONE))
        known = known.conclude(statement)
    rest, side = combined_goal(context, goal, [said for _, said, _ in parts], [c for _, _, c in parts])
    needed = [condition for _, _, factor in parts for condition in undischarged(factor, known)]
    answers = Recording(Seeker())
    if not all(arithmetic(known, part, answers) for part in (rest, *side, *needed)):
        return None
    then: Certificate = Combine(
        tuple(use for use, _, _ in parts), tuple(factor for _, _, factor in parts), answers.certificate()
    )
    for statement, certificate in reversed(cuts):
        complete = tuple(search.prove(context, condition, 0) for condition in undischarged(statement, context))
        if any(part is None for part in complete):
            return None
        then = Cut(statement, Proof(certificate, complete), then)
    return then


def _signs(search: Search, context: Context, squares: list[Square]) -> list[tuple[Term, Certificate]] | None:
    """That one of the squares is positive, where that is known, and that the sum of the others is not negative."""
    found: list[tuple[Term, Certificate]] = []
    others = list(squares)
    for factor, vector in squares:
        # The sign lattice knows the product of a vector that is not zero with itself.
        statement = relation(ZERO, "<", multiply(factor, Apply("dot", (vector, vector))))
        certificate = search.by_arithmetic(context, statement)
        if certificate is not None:
            found.append((statement, certificate))
            others.remove((factor, vector))
            break
    if others:
        lengths = (multiply(factor, _square(context, vector)) for factor, vector in others)
        statement = relation(ZERO, "<=", add(*lengths))
        certificate = search.by_arithmetic(context, statement)
        if certificate is None:
            return None
        found.append((statement, certificate))
    return found
