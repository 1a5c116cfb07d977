"""Equations between matrices by multiplying out, with inverses and the equations that are assumed.

Both sides are read as sums of words; what is known (``A A^-1 = 1`` for each inverse that occurs, the equations of
the context) reduces their difference to zero (``completion``).  What comes of it is a chain: by arithmetic the
left side is the right side plus multiples of ``l - r`` of known equations ``l = r``; then each ``l`` is replaced.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checks.averaging import averages
from checks.contexts import Context
from checks.kernel.certificates import Certificate, Chain, Directly, Proof, Replace, Unfold, Use
from checks.kernel.definedness import undischarged
from checks.kernel.forms import TooLarge
from checks.kernel.reductions import Rejected, at_position, unfolded
from checks.kernel.relations import turned as read_backwards
from checks.lengths import is_number, same_type
from checks.shapes import IllTyped, type_of
from checks.terms import ELEMENTWISE, ONE, ZERO, Apply, Symbol, Tensor, Term, add, free_symbols, heads, negate, relation
from derive.proving.completion import Cofactors, Completion, Equation, given_equations
from derive.proving.knowledge import Known, known_facts
from derive.proving.matching import match
from derive.proving.reading import Reader, Reading, Unreadable
from derive.proving.words import Polynomial, total

if TYPE_CHECKING:
    from derive.proving.search import Search

SECONDS = 4.0
COST = 15
GROWTH = 4


@dataclass(frozen=True, slots=True)
class Given:
    """A known equation; ``use`` cites it, None where arithmetic alone shows it."""

    left: Term
    right: Term
    reading: Reading
    use: Use | None


def by_words(search: Search, context: Context, goal: Term, depth: int) -> Certificate | None:
    """An equation between matrices, vectors or numbers by known equations, everything multiplied out."""
    if not (isinstance(goal, Apply) and goal.head == "=" and _is_concerned(context, goal)):
        return None
    left, right = goal.arguments
    held = search.hints
    search.hints = (*(other for side, other in ((left, right), (right, left)) if _is_inverse(side)), *held)
    try:
        return (
            _as_inverse(search, context, goal, depth)
            or _of_arguments(search, context, goal, depth)
            or _derived(search, context, goal, depth)
        )
    finally:
        search.hints = held


def _as_inverse(search: Search, context: Context, goal: Apply, depth: int) -> Certificate | None:
    """``A^-1 = B`` where arithmetic alone shows that ``A B = 1``, by a lemma that says so."""
    for side, other in (goal.arguments, goal.arguments[::-1]):
        if not isinstance(side, Apply) or side.head != "inverse":
            continue
        kind = type_of(other, context)
        if not isinstance(kind, Tensor):
            return None
        product = relation(Apply("matmul", (side.arguments[0], other)), "=", Apply("identity", kind.shape[:1]))
        if search.by_arithmetic(context, product) is None:
            continue
        for item in search.helper().at_hand():
            match item.conclusion:
                case Apply("=", (Apply("inverse", (Symbol(matrix),)), Symbol(inverse))):
                    binding = {matrix: side.arguments[0], inverse: other}
                    use = search.use(context, item, binding, depth, 0)
                    if use is not None and goal in (use[1], read_backwards(use[1])):
                        return Directly(use[0])
                case _:
                    continue
    return None


def _of_arguments(search: Search, context: Context, goal: Apply, depth: int) -> Certificate | None:
    """``f(a) = f(b)`` by ``a = b``, where f is a function of a number or a determinant; abbreviations may hide it."""
    names = frozenset(
        name
        for name in heads(goal) & context.definitions.keys()
        if not context.definitions[name].opaque and not averages(name, context)
    )
    match unfolded(context, goal, names):
        case Apply("=", (Apply(first, (a,)), Apply(second, (b,)))) as opened if (
            first == second
            and a != b
            and (first == "determinant" or (first in ELEMENTWISE and is_number(type_of(a, context))))
            and same_type(type_of(a, context), type_of(b, context), context)
        ):
            inner = by_words(search, context, relation(a, "=", b), depth)
        case _:
            return None
    if inner is None:
        return None
    complete = [
        search.helper().prove(context, needed, 0) for needed in undischarged(relation(a, "=", b), context)
    ]
    same = search.by_arithmetic(context, relation(Apply(first, (b,)), "=", Apply(first, (b,))))
    if same is None or any(certificate is None for certificate in complete):
        return None
    replaced = Replace((0, 0), b, Proof(inner, tuple(complete)), same)
    return replaced if opened == goal else Unfold(tuple(sorted(names)), replaced)


def _is_inverse(term: Term) -> bool:
    return isinstance(term, Apply) and term.head == "inverse"


def _derived(search: Search, context: Context, goal: Apply, depth: int) -> Certificate | None:
    left, right = goal.arguments
    setting = _Setting(search, context, depth)
    try:
        zero = setting.difference(left, right)
        if zero is None or not zero.polynomial:
            return None
        if not setting.collect():
            return None
        search.budget.attempts -= COST
        cofactors = setting.completed(zero)
        return None if cofactors is None else setting.chain(goal, zero, cofactors)
    except (Unreadable, IllTyped, TooLarge, Rejected):
        return None


def _is_concerned(context: Context, goal: Apply) -> bool:
    """Whether an inverse stands in the goal, or an equation of arrays is assumed of something in it."""
    kind = type_of(goal.arguments[0], context)
    if not (is_number(kind) or (isinstance(kind, Tensor) and len(kind.shape) <= 2)):
        return False
    if "inverse" in _deep_heads(context, goal):
        return True
    symbols = _symbols(context, goal)
    return any(
        item.conclusion.head == "=" and symbols & free_symbols(item.conclusion) and _of_arrays(context, item)
        for item in known_facts(context)
        if isinstance(item.conclusion, Apply) and not item.variables
    )


def _deep_heads(context: Context, term: Term) -> frozenset[str]:
    found = heads(term)
    for name in _symbols(context, term) & context.lets.keys():
        found |= heads(context.lets[name])
    for name in found & context.definitions.keys():
        found |= heads(context.definitions[name].body)
    return found


def _symbols(context: Context, term: Term) -> frozenset[str]:
    found, pending = set(free_symbols(term)), list(free_symbols(term))
    while pending:
        body = context.lets.get(pending.pop())
        if body is not None:
            new = free_symbols(body) - found
            found |= new
            pending.extend(new)
    return frozenset(found)


def _of_arrays(context: Context, item: Known) -> bool:
    if not (isinstance(item.conclusion, Apply) and len(item.conclusion.arguments) == 2):
        return False
    kind = type_of(item.conclusion.arguments[0], context)
    if isinstance(kind, Tensor):
        return len(kind.shape) <= 2
    return is_number(kind) and bool(heads(item.conclusion) & {"dot", "trace", "entry"})


@dataclass(slots=True)
class _Setting:
    """The equations that are known around one goal."""

    search: Search
    context: Context
    depth: int
    reader: Reader = field(init=False)
    givens: list[Given] = field(default_factory=list)
    _conditions: dict[Term, Certificate | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reader = Reader(self.context)

    def difference(self, left: Term, right: Term) -> Reading | None:
        """The reading of the difference of two sides; None where they go between different spaces."""
        first, second = self.reader.read(left), self.reader.read(right)
        if (first.rows, first.columns) != (second.rows, second.columns):
            return None
        polynomial = total(((first.polynomial, 1), (second.polynomial, -1)))
        return Reading(polynomial, first.rows, first.columns)

    # -- what is known ---------------------------------------------------------------------------------

    def collect(self) -> bool:
        """Finds the known equations; false when there is none."""
        laws = list(_laws(self.search))
        facts = known_facts(self.context) if self.search.use_facts else _facts_among(self.search.at_hand())
        for item in facts:
            if not item.variables and isinstance(item.conclusion, Apply) and item.conclusion.head == "=":
                self._fact(item, laws)
        done = 0
        while done < len(self.reader.inverses):
            inverted = self.reader.inverses[done]
            done += 1
            term = Apply("inverse", (inverted.term,))
            for pattern in (Apply("matmul", (inverted.term, term)), Apply("matmul", (term, inverted.term))):
                self._law(laws, pattern)
        for inverted in self.reader.quotients:
            product = Apply("multiply", (Apply("divide", (ONE, inverted.term)), inverted.term))
            self._take(product, ONE, None)
        return bool(self.givens)

    def _fact(self, item: Known, laws: Sequence[Known]) -> None:
        if not _of_arrays(self.context, item):
            return
        use = self.search.use(self.context, item, {}, self.depth)
        if use is None or not isinstance(use[1], Apply):
            return
        left, right = use[1].arguments
        try:
            self._take(left, right, use[0])
        except Unreadable:
            return
        for first, second in _factors_of_identity(left, right):
            self._law(laws, Apply("matmul", (second, first)))

    def _law(self, laws: Sequence[Known], product: Term) -> None:
        """The first law that says of a product that it is the identity, where its conditions are proved."""
        for law in laws:
            if not isinstance(law.conclusion, Apply):
                continue
            for binding in match(law.conclusion.arguments[0], product, law.variables, {}):
                use = self.search.use(self.context, law, binding, max(self.depth, 1))
                if use is not None and isinstance(use[1], Apply):
                    left, right = use[1].arguments
                    self._take(left, right, use[0])
                    return

    def _take(self, left: Term, right: Term, use: Use | None) -> None:
        reading = self.difference(left, right)
        if reading is not None and reading.polynomial:
            self.givens.append(Given(left, right, reading, use))

    # -- completion ------------------------------------------------------------------------------------

    def completed(self, zero: Reading) -> Cofactors | None:
        """How the difference of the goal's sides is zero by what is known."""
        longest = max(_longest(reading.polynomial) for reading in (zero, *(g.reading for g in self.givens)))
        deadline = min(time.monotonic() + SECONDS, self.search.budget.deadline)
        equations = [
            Equation(number, given.reading.polynomial, given.reading.rows, given.reading.columns)
            for number, given in enumerate(self.givens)
        ]
        known = self._nonzero()
        for turned in (False, True):
            completion = Completion(self.reader.alphabet, known, longest + GROWTH, deadline, turned)
            given_equations(equations, completion)
            found = completion.cofactors_of(zero.polynomial, zero.unit)
            if found is not None or not completion.stuck:
                return found
        return None

    def _nonzero(self) -> frozenset[int]:
        """The commuting numbers that are known not to be zero."""
        return frozenset(
            place
            for place, atom in enumerate(self.reader.atoms)
            if self.search.by_arithmetic(self.context, relation(atom, "!=", ZERO)) is not None
        )

    # -- the certificate -------------------------------------------------------------------------------

    def chain(self, goal: Apply, zero: Reading, cofactors: Cofactors) -> Certificate | None:
        """The chain ``left = right + Σ c L (l - r) R = right``."""
        left, right = goal.arguments
        parts: list[tuple[Term, Term, Given]] = []
        for (hole, number), coefficient in cofactors.items():
            place = number if number >= 0 else -1 - number
            given = self.givens[place]
            if given.use is None:
                continue
            gap = add(given.left, negate(given.right))
            letter = self.reader.new_letter(gap, given.reading.rows, given.reading.columns)
            if number < 0 and not given.reading.unit:
                letter += 1
            for powers, value in coefficient.items():
                part = self.reader.hole_term(hole, letter, powers, value, zero.rows, zero.columns)
                parts.append((part, gap, given))
        middle = add(right, *(part for part, _, _ in parts)) if parts else right
        first = self.search.by_arithmetic(self.context, relation(left, "=", middle))
        if first is None:
            return None
        steps: list[tuple[tuple[int, ...], Given]] = []
        for place, (part, gap, given) in enumerate(parts, 1):
            position = _position_of(gap, part)
            if position is None:
                return None
            steps.append(((0, place, *position, 0), given))
        reduced: Term = relation(middle, "=", right)
        for position, given in steps:
            reduced = at_position(self.context, reduced, position, _always(given.right))
        second = self.search.by_arithmetic(self.context, reduced)
        if second is None:
            return None
        for position, given in reversed(steps):
            assert given.use is not None
            equation = relation(given.left, "=", given.right)
            complete = self._complete(equation)
            if complete is None:
                return None
            second = Replace(position, given.right, Proof(Directly(given.use), complete), second)
        links = (relation(left, "=", middle), relation(middle, "=", right))
        proofs = []
        for link, certificate in zip(links, (first, second), strict=True):
            complete = self._complete(link)
            if complete is None:
                return None
            proofs.append(Proof(certificate, complete))
        return Chain(("=", "="), (middle,), tuple(proofs))

    def _complete(self, statement: Term) -> tuple[Certificate, ...] | None:
        """Certificates of what makes a statement defined; None where one is missing."""
        found = []
        for needed in undischarged(statement, self.context):
            if needed not in self._conditions:
                self._conditions[needed] = self.search.helper().prove(self.context, needed, 0)
            certificate = self._conditions[needed]
            if certificate is None:
                return None
            found.append(certificate)
        return tuple(found)


def _always(value: Term) -> Callable[[Context, Term], Term]:
    return lambda _, __: value


def _longest(polynomial: Polynomial) -> int:
    return max((key.size for key in polynomial), default=0)


def _laws(search: Search) -> Iterator[Known]:
    """Lemmas at hand that say of a product of two matrices that it is the identity.

    Where a lemma is cited that says something else, only cited ones count.
    """
    cited = list(search.at_hand())
    if not any(item.source.startswith("lemma:") for item in cited):
        cited = list(search.helper().at_hand())
    for item in cited:
        match item.conclusion:
            case Apply("=", (Apply("matmul", _), Apply("identity", _))) if item.variables:
                yield item


def _facts_among(items: Sequence[Known]) -> list[Known]:
    return [item for item in items if item.source.startswith("fact:")]


def _factors_of_identity(left: Term, right: Term) -> Iterator[tuple[Term, Term]]:
    """The factors of a product of two that is said to be an identity matrix."""
    for product, identity in ((left, right), (right, left)):
        match product, identity:
            case Apply("matmul", (first, second)), Apply("identity", _):
                yield first, second


def _position_of(part: Term, term: Term) -> tuple[int, ...] | None:
    """Where a part stands in a term, binders not entered."""
    if term == part:
        return ()
    if isinstance(term, Apply):
        for place, argument in enumerate(term.arguments):
            found = _position_of(part, argument)
            if found is not None:
                return (place, *found)
    return None


