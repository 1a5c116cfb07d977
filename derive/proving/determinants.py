"""Determinants multiplied out: each is replaced by what lemmas at hand say of the matrix that it is of.

A lemma ``det(pattern) = value`` is read from left to right, wherever its pattern fits: products, transposes,
inverses, multiples, blocks, small changes of the identity.  What is left are determinants of matrices about which
nothing is said; whether these are positive, or not zero, is asked of the lemmas as well.  No rule here knows what a
determinant is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from checks.contexts import Context
from checks.kernel.certificates import Arithmetic, Certificate, Chain, Cut, Directly, Proof, Replace, Unfold
from checks.kernel.definedness import obligations, undischarged
from checks.kernel.reductions import at_position, unfolded
from checks.lengths import same_length
from checks.shapes import type_of
from checks.terms import (
    DIMENSION,
    ONE,
    ZERO,
    Apply,
    Symbol,
    Tensor,
    Term,
    add,
    divide,
    free_symbols,
    heads,
    multiply,
    number,
    relation,
    subterms,
)
from derive.proving.knowledge import Known, known_facts
from derive.proving.matching import match, places

if TYPE_CHECKING:
    from derive.proving.search import Search

HEAD = "determinant"
COMPARISONS = frozenset({"=", "!=", "<=", "<", ">=", ">"})
STEPS = 24
"""How many determinants of one goal are replaced."""


@dataclass(frozen=True, slots=True)
class _Law:
    """A known equation whose left side is the determinant of what is no bare variable."""

    item: Known
    matrix: Term


@dataclass(frozen=True, slots=True)
class _Replacement:
    """A part of a goal, what stands for it, and why."""

    position: tuple[int, ...]
    value: Term
    proof: Proof

    def below(self, place: int) -> _Replacement:
        """The same in a term of which this goal is an argument."""
        return _Replacement((place, *self.position), self.value, self.proof)


def by_determinants(search: Search, context: Context, goal: Term, depth: int) -> Certificate | None:
    """A comparison in which determinants are replaced by what is known of them."""
    if not (isinstance(goal, Apply) and goal.head in COMPARISONS and _speaks_of_determinants(context, goal)):
        return None
    laws = list(_laws(search.at_hand()))
    if search.support and not laws:
        return None
    names = tuple(sorted(context.lets))
    opened = unfolded(context, goal, frozenset(names)) if free_symbols(goal) & context.lets.keys() else goal
    replaced, current = _replaced(search, context, opened, laws)
    found = search.by_arithmetic(context, current) if replaced else None
    cuts: list[tuple[Term, Proof]] = []
    if found is None:
        inside, cuts = _with_signs(search, context, current)
        if cuts:
            found = search.by_arithmetic(inside, current)
        if found is None and depth > 0:
            inside, more = _with_equations(search, inside, current, laws)
            cuts += more
            if replaced or more:
                found = search.prove(inside, current, 0)
    if found is None:
        return None
    for statement, proof in reversed(cuts):
        found = Cut(statement, proof, found)
    found = _behind(replaced, found)
    return found if opened == goal else Unfold(names, found)


def _replaced(search: Search, context: Context, goal: Term, laws: Sequence[_Law]) -> tuple[list[_Replacement], Term]:
    """The replacements that laws allow in a goal, one after the other, and what becomes of it."""
    found: list[_Replacement] = []
    while len(found) < STEPS:
        step = _first_step(search, context, goal, laws)
        if step is None:
            break
        found.append(step)
        goal = at_position(context, goal, step.position, lambda _, __, value=step.value: value)  # type: ignore[misc]
    return found, goal


def _behind(steps: Sequence[_Replacement], certificate: Certificate) -> Certificate:
    """A certificate of what replacements leave as one of what they started from."""
    for step in reversed(steps):
        certificate = Replace(step.position, step.value, step.proof, certificate)
    return certificate


def _speaks_of_determinants(context: Context, goal: Term) -> bool:
    return HEAD in heads(goal) or any(
        HEAD in heads(unfolded(context, Symbol(name), frozenset(context.lets)))
        for name in free_symbols(goal) & context.lets.keys()
    )


def _laws(items: Sequence[Known]) -> Iterator[_Law]:
    """The equations that replace a determinant by others; those that only turn it around are left out."""
    for item in items:
        match item.conclusion:
            case Apply("=", (Apply(head, (matrix,)), value)) if head == HEAD and not isinstance(matrix, Symbol):
                again = (part for part in subterms(value) if isinstance(part, Apply) and part.head == HEAD)
                if not any(_looks_like(part.arguments[0], matrix) for part in again):
                    yield _Law(item, matrix)
            case _:
                continue


def _looks_like(matrix: Term, other: Term) -> bool:
    """Whether two matrices differ in their symbols at most."""
    names = {name: DIMENSION for name in free_symbols(other)}
    return next(match(other, matrix, names, {}), None) is not None


def _first_step(search: Search, context: Context, goal: Term, laws: Sequence[_Law]) -> _Replacement | None:
    for position, inner, part in places(context, goal):
        if isinstance(part, Apply) and part.head == HEAD:
            for law in laws:
                found = _by_law(search, inner, part, law)
                if found is not None:
                    return _Replacement(position, *found)
    return None


def _by_law(search: Search, context: Context, part: Apply, law: _Law) -> tuple[Term, Proof] | None:
    """What a law says that a determinant is, with a proof of it."""
    for matrix in _views(part.arguments[0]):
        for binding in islice(match(law.matrix, matrix, law.item.variables, {}), 2):
            use = search.use(context, law.item, binding, 1, 1)
            if use is None:
                continue
            certificate, statement = use
            if not (isinstance(statement, Apply) and statement.head == "="):
                continue
            old, new = statement.arguments
            equation = relation(part, "=", new)
            complete = search.complete(context, equation)
            if any(shown is None for shown in complete):
                continue
            if old == part:
                return new, Proof(Directly(certificate), complete)
            same = relation(part, "=", old)
            first = search.by_arithmetic(context, same)
            if first is None:
                continue
            steps = (
                Proof(first, search.complete(context, same)),
                Proof(Directly(certificate), search.complete(context, statement)),
            )
            if all(shown is not None for step in steps for shown in step.definedness):
                return new, Proof(Chain(("=", "="), (old,), steps), complete)
    return None


def _views(matrix: Term) -> Iterator[Term]:
    """A matrix, and a sum of two in the other order; signs in a sum go into a factor."""
    yield matrix
    match matrix:
        case Apply("add", (first, second)):
            first, second = _signed(first), _signed(second)
            for view in (add(first, second), add(second, first)):
                if view != matrix:
                    yield view
        case _:
            return


def _signed(term: Term) -> Term:
    """A multiple of a product of arrays as a product whose first factor is multiplied."""
    factors: list[Term] = []
    while True:
        match term:
            case Apply("negate", (inner,)):
                factors.append(number(-1))
                term = inner
            case Apply("multiply", (*numbers, inner)):
                factors.extend(numbers)
                term = inner
            case Apply("divide", (inner, below)):
                factors.append(divide(ONE, below))
                term = inner
            case Apply("matmul" | "outer" as head, (first, *rest)) if factors:
                return Apply(head, (multiply(*factors, first), *rest))
            case _:
                return term if not factors else multiply(*factors, term)


def _with_signs(search: Search, context: Context, goal: Term) -> tuple[Context, list[tuple[Term, Proof]]]:
    """The context with what is known of the signs of the determinants in a goal, and the proofs of that."""
    cuts: list[tuple[Term, Proof]] = []
    stated = {fact.statement.arguments for fact in context.facts if isinstance(fact.statement, Apply)}
    for part in dict.fromkeys(subterms(goal)):
        if not (isinstance(part, Apply) and part.head == HEAD) or part.loose:
            continue
        if not (isinstance(part.arguments[0], Symbol) or part.arguments in stated):
            continue
        for head in (">", "!="):
            statement = relation(part, head, ZERO)
            found = _sign(search, context, statement)
            if found is not None:
                cuts.append((statement, found))
                context = context.conclude(statement, None, obligations(statement, context))
                break
    return context, cuts


EQUATIONS = 3
"""How many equations between matrices are turned into equations of their determinants."""


def _with_equations(
    search: Search, context: Context, goal: Term, laws: Sequence[_Law]
) -> tuple[Context, list[tuple[Term, Proof]]]:
    """The context with the equations of determinants that known equations of square matrices give, and their proofs."""
    wanted = frozenset[str]().union(
        *(free_symbols(part) for part in subterms(goal) if isinstance(part, Apply) and part.head == HEAD)
    )
    cuts: list[tuple[Term, Proof]] = []
    for item in known_facts(context):
        if len(cuts) == EQUATIONS:
            break
        match item.conclusion:
            case Apply("=", (left, right)) if not item.variables and wanted & free_symbols(item.conclusion):
                pass
            case _:
                continue
        if not (_is_square(left, context) and _is_square(right, context)):
            continue
        found = _of_equation(search, context, item, left, right, laws)
        if found is not None:
            cuts.append(found)
            context = context.conclude(found[0], None, obligations(found[0], context))
    return context, cuts


def _is_square(matrix: Term, context: Context) -> bool:
    kind = type_of(matrix, context)
    return isinstance(kind, Tensor) and len(kind.shape) == 2 and same_length(*kind.shape, context)


def _of_equation(
    search: Search, context: Context, item: Known, left: Term, right: Term, laws: Sequence[_Law]
) -> tuple[Term, Proof] | None:
    """The equation of the determinants of two equal matrices, both written out, with a proof."""
    use = search.use(context, item, {}, 1)
    if use is None or use[1] != item.conclusion:
        return None
    first, last = Apply(HEAD, (left,)), Apply(HEAD, (right,))
    before, value = _replaced(search, context, first, laws)
    after, result = _replaced(search, context, last, laws)
    statement = relation(value, "=", result)
    reflexive = Arithmetic()
    proof = Proof(Directly(use[0]), search.complete(context, use[1]))
    links = (
        (relation(value, "=", first), _behind([step.below(1) for step in before], reflexive)),
        (relation(first, "=", last), Replace((0, 0), right, proof, reflexive)),
        (relation(last, "=", result), _behind([step.below(0) for step in after], reflexive)),
    )
    proofs = tuple(Proof(certificate, search.complete(context, link)) for link, certificate in links)
    complete = search.complete(context, statement)
    if any(shown is None for part in (*proofs, proof) for shown in part.definedness) or None in complete:
        return None
    return statement, Proof(Chain(("=", "=", "="), (first, last), proofs), complete)


def _sign(search: Search, context: Context, statement: Apply) -> Proof | None:
    """A proof of what a lemma says of the sign of a determinant; none where an assumption says it."""
    if any(fact.statement == statement for fact in context.facts):
        return None
    for item in search.helper().at_hand():
        conclusion = item.conclusion
        if not (isinstance(conclusion, Apply) and conclusion.head == statement.head and HEAD in heads(conclusion)):
            continue
        for binding in islice(match(conclusion, statement, item.variables, {}), 1):
            use = search.use(context, item, binding, 1, 1)
            if use is not None and use[1] == statement:
                complete = tuple(
                    search.helper().prove(context, needed, 0) for needed in undischarged(statement, context)
                )
                if all(shown is not None for shown in complete):
                    return Proof(Directly(use[0]), complete)
    return None
