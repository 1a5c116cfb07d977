"""What Coq is asked about: the arithmetic that the kernel accepted in the library, as goals and false mutants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.soundness.coq_expressions import LeftOut
from benchmarks.soundness.coq_goals import DoesNotFit, Goal, assignments, opened, written
from benchmarks.soundness.coq_mutants import Mutant, mutant, points, refutes
from benchmarks.soundness.coq_unfolding import Undefined
from checks.contexts import Context
from checks.kernel.certificates import Arithmetic
from checks.terms import Term
from derive.checking import Checker
from derive.options import CheckOptions, library_root

SIZES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Source:
    """A comparison that the kernel's normal forms established in a context, and where it came up."""

    place: str
    context: Context
    statement: Term


@dataclass(slots=True)
class Chosen:
    """Goals, a false mutant for each where one was found, and what was left out, by reason.

    ``false`` are goals that are false at a rational point though nothing got lost on the way, ``undefined`` are
    sources that have no value at sizes that fit; ``empty`` counts goals for whose hypotheses no point was found.
    """

    goals: list[Goal] = field(default_factory=list)
    mutants: list[Mutant] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    false: list[Goal] = field(default_factory=list)
    undefined: list[str] = field(default_factory=list)
    sources: int = 0
    empty: int = 0


def sources(paths: Sequence[Path] = ()) -> Iterator[Source | str]:
    """The arithmetic of the steps in scripts, the library's when none are named; or why a step is none.

    The steps themselves, and what their contexts remember as shown: side conditions, what certificates multiply, the
    links of longer proofs.  The kernel is only asked what it accepted.
    """
    checker = Checker(CheckOptions(cache=False, spot=False))
    root = library_root()
    for path in paths or sorted(root.rglob("*.drv")):
        file = checker.loader.load(path)
        for item in file.theorems():
            place = f"{path.relative_to(root) if path.is_relative_to(root) else path.name}:{item.name}"
            steps = checker.theorem(file, item).recorded
            for number, step in steps.items():
                certificate = step.proof.certificate
                if not isinstance(certificate, Arithmetic):
                    yield "a step that is put together of others or of lemmas: its arithmetic is among what was shown"
                elif certificate.unfold:
                    yield "an opaque definition that is opened"
                else:
                    yield Source(f"{place}:{number}", step.context, step.statement)
            for context in _reached(step.context for step in steps.values()):
                for (statement, unfolded), answer in context.remembered.shown.items():
                    if answer is not None and unfolded:
                        yield "an opaque definition that is opened"
                    elif answer is not None:
                        yield Source(f"{place}:shown", context, statement)


def _reached(contexts: Iterator[Context]) -> list[Context]:
    """The contexts with those one or more steps further."""
    found: dict[int, Context] = {}
    pending = list(contexts)
    while pending:
        context = pending.pop()
        if id(context) not in found:
            found[id(context)] = context
            pending.extend(context.remembered.further.values())
            pending.extend(inner for _, inner, _, _ in context.remembered.opened.values())
    return list(found.values())


def chosen(found: Iterator[Source | str]) -> Chosen:
    """Goals and mutants of sources, each goal once."""
    result = Chosen()
    known: set[str] = set()
    asked: set[tuple[Term, frozenset[Term], str]] = set()
    for source in found:
        result.sources += 1
        if isinstance(source, str):
            result.left_out[source] += 1
            continue
        theorem = source.place.rpartition(":")[0]
        supposed = frozenset(fact.statement for fact in source.context.facts)
        if (source.statement, supposed, theorem) in asked:
            result.left_out["written before"] += 1
            continue
        asked.add((source.statement, supposed, theorem))
        context, statement = opened(source.context, source.statement)
        for goal in _goals(result, source.place, context, statement):
            text = goal.statement()
            if text in known:
                result.left_out["written before"] += 1
                continue
            known.add(text)
            satisfying = list(points(goal, Random(text)))
            if not satisfying and not goal.faithful:
                result.left_out["no point tells whether enough is written"] += 1
                continue
            result.empty += not satisfying
            if any(refutes(goal, point) for point in satisfying):
                if goal.faithful:
                    result.false.append(goal)
                else:
                    result.left_out[f"needs more than is written: {_lost(goal)}"] += 1
                    continue
            result.goals.append(goal)
            changed = mutant(goal, context, statement, satisfying) if satisfying else None
            if changed is not None:
                result.mutants.append(changed)
    return result


def _lost(goal: Goal) -> str:
    return "a supposition" if goal.dropped else "what is known of exp, log, moments, functions, opaque definitions"


def _goals(result: Chosen, place: str, context: Context, statement: Term) -> Iterator[Goal]:
    """The goals of one statement: one without sizes if it can be written so, else one for each size."""
    try:
        yield written(place, context, statement, None)
        return
    except (LeftOut, DoesNotFit, Undefined):
        # It speaks of ranges or arrays.
        pass
    for size in SIZES:
        reason = "no sizes that fit the context"
        for sizes in assignments(context, statement, size):
            try:
                yield written(place, context, statement, sizes)
                break
            except DoesNotFit:
                continue
            except Undefined as problem:
                result.undefined.append(f"{place} at {sizes}: {problem}")
                reason = "undefined at sizes that fit"
                break
            except LeftOut as problem:
                reason = str(problem)
                break
        else:
            result.left_out[reason] += 1
            continue
        if reason != "no sizes that fit the context":
            result.left_out[reason] += 1
