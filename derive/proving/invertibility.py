"""That a matrix is invertible: by what is assumed, by what it is made of, or by an inverse that is at hand.

An inverse is at hand where the goal names one (``Search.hints``), or where a matrix that is known to be invertible
differs from this one by an invertible factor, or by turning a product around: (1 + U V)^-1 = 1 - U (1 + V U)^-1 V.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from checks.contexts import Context
from checks.kernel.certificates import Certificate, Directly, Proof, Replace, Unfold
from checks.kernel.definedness import undischarged
from checks.kernel.forms import TooLarge
from checks.kernel.reductions import unfolded
from checks.lengths import same_type
from checks.shapes import IllTyped, type_of
from checks.terms import DIMENSION, Apply, Symbol, Term, free_symbols, relation
from derive.proving.knowledge import Known, known_facts
from derive.proving.matching import match
from derive.proving.reading import Reader, Reading, Unreadable
from derive.proving.words import Key, Polynomial, reciprocal, scaled

if TYPE_CHECKING:
    from derive.proving.search import Search

NESTING = 4


def by_invertibility(search: Search, context: Context, goal: Apply, depth: int) -> Certificate | None:
    """A certificate that a matrix is invertible; each matrix is looked at once at a time."""
    trying, answers = search.workspace.trying, search.workspace.answers
    laws = [item for item in search.helper().at_hand() if _speaks_of_invertibility(item)]
    for where, asked, hints, count, answer in answers:
        if where is context and asked == goal and (
            answer is not None or (hints == search.hints and count == len(laws))
        ):
            return answer
    if goal in trying or len(trying) >= NESTING:
        return None
    trying.append(goal)
    try:
        found = _found(search, context, goal, laws, depth)
    except IllTyped:
        found = None
    finally:
        trying.pop()
    if found is not None or not trying:
        answers.append((context, goal, search.hints, len(laws), found))
    return found


def _found(
    search: Search, context: Context, goal: Apply, laws: Sequence[Known], depth: int
) -> Certificate | None:
    (matrix,) = goal.arguments
    found = _assumed(search, context, goal)
    if found is not None:
        return found
    if free_symbols(matrix) & context.lets.keys():
        names = tuple(sorted(context.lets))
        opened = search.prove(context, unfolded(context, goal, frozenset(names)), depth)
        return None if opened is None else Unfold(names, opened)
    effort = max(depth, 1)
    parts = [law for law in laws if not isinstance(_matrix_of(law), Symbol) and not _other_matrices(law)]
    whole = [law for law in laws if isinstance(_matrix_of(law), Symbol) and not _other_matrices(law)]
    found = _by_laws(search, context, goal, parts, effort) or _by_laws(search, context, goal, whole, -1)
    if found is not None:
        return found
    for law in laws:
        pattern, others = _matrix_of(law), _other_matrices(law)
        if not (isinstance(pattern, Symbol) and len(others) == 1 and _asks_for_product(search, law)):
            continue
        for inverse in _candidates(search, context, matrix, depth):
            use = search.use(context, law, {pattern.name: matrix, others[0]: inverse}, effort, effort)
            if use is not None and use[1] == goal:
                return Directly(use[0])
    return None


def _by_laws(
    search: Search, context: Context, goal: Apply, laws: Sequence[Known], effort: int
) -> Certificate | None:
    for law in laws:
        for binding in match(_matrix_of(law), goal.arguments[0], law.variables, {}):
            use = search.use(context, law, binding, effort, effort)
            if use is not None and use[1] == goal:
                return Directly(use[0])
    return None


def _speaks_of_invertibility(item: Known) -> bool:
    return isinstance(item.conclusion, Apply) and item.conclusion.head == "invertible"


def _matrix_of(item: Known) -> Term:
    return item.conclusion.arguments[0] if isinstance(item.conclusion, Apply) else item.conclusion


def _other_matrices(item: Known) -> list[str]:
    """The variables of a known statement that its conclusion and the types of what is in it leave open."""
    bound = free_symbols(item.conclusion)
    return [name for name, kind in item.variables.items() if name not in bound and kind != DIMENSION]


def _asks_for_product(search: Search, item: Known) -> bool:
    """Whether a lemma needs a product to be the identity."""
    lemma = search.theory.get(item.source.removeprefix("lemma:"))
    return lemma is not None and any(
        isinstance(fact.statement, Apply)
        and fact.statement.head == "="
        and any(isinstance(side, Apply) and side.head == "identity" for side in fact.statement.arguments)
        for fact in lemma.context.facts
    )


def _assumed(search: Search, context: Context, goal: Apply) -> Certificate | None:
    """An assumption that says it of this matrix, or of one that is equal to it by arithmetic."""
    (matrix,) = goal.arguments
    every = [item for item in known_facts(context) if _speaks_of_invertibility(item)]
    for item in every:
        found = search.directly(context, goal, item, 0)
        if found is not None:
            return found
    facts = [item for item in every if not item.variables]
    for item in facts:
        other = _matrix_of(item)
        if other == matrix or not same_type(type_of(other, context), type_of(matrix, context), context):
            continue
        equation = relation(matrix, "=", other)
        same = search.by_arithmetic(context, equation)
        use = None if same is None else search.use(context, item, {}, 0)
        if same is None or use is None or use[1] != item.conclusion:
            continue
        complete = [search.prove(context, needed, 0) for needed in undischarged(equation, context)]
        if all(certificate is not None for certificate in complete):
            return Replace((0,), other, Proof(same, tuple(complete)), Directly(use[0]))
    return None


# -- inverses at hand ----------------------------------------------------------------------------------


def _candidates(search: Search, context: Context, matrix: Term, depth: int) -> Iterator[Term]:
    """Matrices that may be the inverse, most likely first."""
    kind = type_of(matrix, context)
    for hint in search.hints:
        if same_type(type_of(hint, context), kind, context):
            yield hint
    for item in known_facts(context):
        match item.conclusion:
            case Apply("=", (Apply("matmul", (first, second)), Apply("identity", _))) if not item.variables:
                if matrix in (first, second):
                    yield second if matrix == first else first
            case _:
                continue
    known = [
        _matrix_of(item)
        for item in known_facts(context)
        if _speaks_of_invertibility(item) and not item.variables
        and same_type(type_of(_matrix_of(item), context), kind, context)
    ]  # fmt: skip
    for first in known:
        for second in known:
            if isinstance(second, Symbol) and first != second:
                for factor in (second, Apply("inverse", (second,))):
                    yield Apply("matmul", (Apply("inverse", (first,)), factor))
                    yield Apply("matmul", (factor, Apply("inverse", (first,))))
    yield from _turned(search, context, matrix, depth)


def _turned(search: Search, context: Context, matrix: Term, depth: int) -> Iterator[Term]:
    """(1 - U (c + V U)^-1 V)/c for matrices c + U V, where c + V U is invertible."""
    reader = Reader(context)
    try:
        reading = reader.read(matrix)
    except (Unreadable, TooLarge):
        return
    whole = Key((), ())
    inverse = reciprocal(reading.polynomial.get(whole, {}))
    rest = {key: value for key, value in reading.polynomial.items() if key != whole}
    if inverse is None or not rest or any(reader.alphabet.passes(key.word) for key in rest):
        return
    first = next(iter(rest)).word
    for count in range(1, min(len(key.word) for key in rest)):
        prefix = first[:count]
        if any(key.word[:count] != prefix for key in rest):
            continue
        space = reader.alphabet.letters[prefix[-1]].columns
        tail: Polynomial = {Key(key.loops, key.word[count:]): value for key, value in rest.items()}
        around: Polynomial = {Key(key.loops, key.word + prefix): value for key, value in tail.items()}
        around[whole] = dict(reading.polynomial[whole])
        turned = reader.polynomial_term(Reading(around, space, space))
        if search.prove(context, Apply("invertible", (turned,)), depth) is None:
            continue
        unit = reader.polynomial_term(Reading({Key((), prefix): {(): Fraction(1)}}, reading.rows, space))
        behind = reader.polynomial_term(Reading(scaled(tail, inverse), space, reading.columns))
        start = reader.polynomial_term(Reading({whole: inverse}, reading.rows, reading.columns))
        product = Apply("matmul", (unit, Apply("matmul", (Apply("inverse", (turned,)), behind))))
        yield Apply("add", (start, Apply("negate", (product,))))
