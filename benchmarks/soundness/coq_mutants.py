"""Mutants of goals that are false: one sign, coefficient, exponent or index changed, and a point that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from random import Random

from benchmarks.soundness.coq_expressions import (
    Comparison,
    Every,
    LeftOut,
    NoValue,
    Proposition,
    Some,
    holds_at,
    value_at,
    variables_of,
)
from benchmarks.soundness.coq_goals import DoesNotFit, Goal, written
from benchmarks.soundness.coq_unfolding import Undefined
from checks.contexts import Context
from checks.terms import Apply, Bind, Bound, Number, Term, add, multiply, negate, number

POINTS = 24
"""How many points are looked at for one that shows that a goal is false."""

REPAIRS = 8
"""How often a point is moved so that it satisfies one more hypothesis."""

MUTANTS = 16
"""How many changes of a statement are tried for one that is seen to be false."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A false goal, what was changed, and the point at which the hypotheses hold and the conclusion does not."""

    goal: Goal
    change: str
    point: Mapping[str, Fraction]


# -- changes -------------------------------------------------------------------------------------------


def changes(term: Term) -> Iterator[tuple[str, Term]]:
    """All terms that differ from this one by a single change, each with the kind of the change."""
    match term:
        case Number(value):
            yield "coefficient", number(value + 1)
            if value:
                yield "sign", number(-value)
        case Apply(head, arguments):
            yield from _own_changes(head, arguments)
            for position, argument in enumerate(arguments):
                for kind, other in changes(argument):
                    if head == "power" and position == 1:
                        kind = "exponent"
                    elif head == "entry" and position > 0:
                        kind = "index"
                    yield kind, Apply(head, (*arguments[:position], other, *arguments[position + 1 :]))
        case Bind(head, domain, condition, body, hint):
            for kind, other in changes(body):
                yield kind, Bind(head, domain, condition, other, hint)


def _own_changes(head: str, arguments: tuple[Term, ...]) -> Iterator[tuple[str, Term]]:
    match head, arguments:
        case "add", _:
            for position, part in enumerate(arguments):
                before, after = arguments[:position], arguments[position + 1 :]
                yield "sign", Apply("add", (*before, negate(part), *after))
                yield "coefficient", Apply("add", (*before, multiply(number(2), part), *after))
        case "negate", (part,):
            yield "sign", part
        case "power", (base, exponent):
            yield "exponent", Apply("power", (base, add(exponent, number(1))))
        case "sqrt", (inner,):
            yield "exponent", inner
        case "entry", (array, *indices):
            for first, second in combinations(range(len(indices)), 2):
                swapped = list(indices)
                swapped[first], swapped[second] = indices[second], indices[first]
                yield "index", Apply("entry", (array, *swapped))
            for position, index in enumerate(indices):
                for depth in range(index.depth) if isinstance(index, Bound) else ():
                    other = (*indices[:position], Bound(depth), *indices[position + 1 :])
                    yield "index", Apply("entry", (array, *other))
        case ("=" | "!=" | "<=" | "<" | ">=" | ">"), (left, right):
            yield "sign", Apply(head, (left, negate(right)))
            yield "sign", Apply(head, (negate(left), right))
            yield "coefficient", Apply(head, (left, multiply(number(2), right)))
            yield "coefficient", Apply(head, (multiply(number(2), left), right))


# -- points --------------------------------------------------------------------------------------------

_SQUARES = (Fraction(1), Fraction(4), Fraction(9), Fraction(1, 4), Fraction(16))


def _drawn(random: Random, integers: bool, manner: int) -> Fraction:
    if integers:
        return Fraction(random.randint(-4, 6))
    if manner == 0:
        return Fraction(random.randint(-6, 6), random.choice((1, 1, 2, 3)))
    if manner == 1:
        return random.choice((Fraction(0), Fraction(0), *_SQUARES))
    if manner == 2:
        return random.choice(_SQUARES)
    return Fraction(random.choice((0, 1, -1, 3, 4, -3, 12, 5)))


def _completed(goal: Goal, free: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The values of all variables: of atoms that have a rule, by it."""
    point = dict(free)
    for atom in goal.atoms:
        if atom.rule != "free":
            point[atom.name] = atom.value(point)
    return point


def points(goal: Goal, random: Random, count: int = POINTS) -> Iterator[dict[str, Fraction]]:
    """Rational points that satisfy the hypotheses of a goal."""
    ruled = {atom.name for atom in goal.atoms if atom.rule != "free"}
    names = {name for atom in goal.atoms for part in atom.arguments for name in variables_of(part)}
    names |= {name for atom in goal.atoms if atom.test is not None for name in variables_of(atom.test)}
    base = sorted((names | set(goal.variables)) - ruled)
    for attempt in range(count):
        free = {name: _drawn(random, name in goal.whole, attempt % 4) for name in base}
        for _ in range(REPAIRS):
            try:
                point = _completed(goal, free)
                wrong = next((h for h in goal.hypotheses if not holds_at(h, point)), None)
            except NoValue:
                break
            if wrong is None:
                yield point
                break
            if not _repaired(goal, free, wrong, random):
                break


def _repaired(goal: Goal, free: dict[str, Fraction], wrong: Proposition, random: Random) -> bool:
    """Moves one variable so that a hypothesis holds, where that is linear in it; whether it could."""
    while not isinstance(wrong, Comparison):
        match wrong:
            case Every(parts):
                point = _completed(goal, free)
                wrong = next(part for part in parts if not holds_at(part, point))
            case Some(parts):
                if not parts:
                    return False
                wrong = random.choice(parts)
    names = sorted(variables_of(wrong) & free.keys())
    random.shuffle(names)
    for name in names:
        try:
            gaps = [_gap(goal, wrong, {**free, name: Fraction(k)}) for k in range(3)]
        except NoValue:
            continue
        slope = gaps[1] - gaps[0]
        if not slope or gaps[2] - gaps[1] != slope:
            continue
        step = Fraction(random.choice((0, 1, 1, 2) if "=" in wrong.head[1:] else (1, 1, 2)))
        wanted = {"=": Fraction(0), "!=": step, "<=": -step, "<": -step, ">=": step, ">": step}[wrong.head]
        value = (wanted - gaps[0]) / slope
        if name in goal.whole and value.denominator != 1:
            continue
        free[name] = value
        return True
    return False


def _gap(goal: Goal, comparison: Comparison, free: Mapping[str, Fraction]) -> Fraction:
    point = _completed(goal, free)
    return value_at(comparison.left, point) - value_at(comparison.right, point)


def refutes(goal: Goal, point: Mapping[str, Fraction]) -> bool:
    """Whether the conclusion has a truth value at a point that satisfies the hypotheses, and is false."""
    try:
        return not holds_at(goal.conclusion, point)
    except NoValue:
        return False


def mutant(
    goal: Goal, context: Context, statement: Term, satisfying: Sequence[Mapping[str, Fraction]]
) -> Mutant | None:
    """A false mutant of a goal; None when none of the changes that are tried is seen to be false.

    ``satisfying`` are points at which the goal's own hypotheses hold; a change may need others.
    """
    random = Random(f"{goal.source} {goal.statement()}")
    found = list(dict.fromkeys(changes(statement)))
    random.shuffle(found)
    for change, other in found[:MUTANTS]:
        try:
            changed = written(goal.source, context, other, goal.sizes)
        except (LeftOut, DoesNotFit, Undefined):
            continue
        if changed.integers != goal.integers:
            continue
        same = changed.hypotheses == goal.hypotheses and set(changed.variables) <= set(goal.variables)
        for point in satisfying if same else points(changed, random, POINTS // 3):
            if refutes(changed, point):
                return Mutant(changed, change, point)
    return None
