"""The independent judge: is a statement true in its context, as far as evaluation at small sizes shows?

It shares the term language with the engine and nothing else: neither normal forms, rules and lemmas of the
kernel nor the evaluation of the trials.  ``false`` needs a world in which every fact of the context holds and
the statement is defined and fails; ``undefined`` one in which it has no value, and none in which it fails.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import ctx

# The operators register themselves with the compiler.
import benchmarks.soundness.operators  # noqa: F401
from benchmarks.soundness.evaluation import WORK, NeedsCoin, World
from benchmarks.soundness.values import PRECISION, Undefined, Unjudged
from benchmarks.soundness.worlds import Worlds
from checks.contexts import Context
from checks.terms import Term

WORLDS = 8
MORE, CHEAP = 20, 4_000
"""So many worlds are tried where they cost little work."""
ENOUGH = 2
"""So many worlds have to be judged for a statement to count as judged at all."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``kind``: ``false``, ``undefined``, ``no difference`` or ``unjudged``; ``world`` says where, or why not."""

    kind: str
    world: str = ""
    judged: int = 0


class Judge:
    """Judges statements in one context."""

    def __init__(self, context: Context) -> None:
        self.worlds = Worlds(context)

    def verdict(self, statement: Term, count: int = WORLDS) -> Verdict:
        """The verdict on a statement."""
        before, ctx.prec = ctx.prec, PRECISION
        try:
            return self._verdict(statement, count)
        finally:
            ctx.prec = before

    def _verdict(self, statement: Term, count: int) -> Verdict:
        judged, undefined, reason = 0, "", "no world satisfies the context"
        try:
            code = self.worlds.compiler.code(statement)
        except (Unjudged, RecursionError) as failure:
            return Verdict("unjudged", str(failure))
        spent = 0
        for number in range(max(count, MORE)):
            if number >= count and spent + self.worlds.effort > CHEAP:
                break
            world = self.worlds.at(number)
            if world is None:
                continue
            try:
                truth = code(world, ())
                spent += WORK - world.work
            except Undefined as failure:
                undefined = undefined or f"{described(world)}: {failure}"
                judged += 1
                continue
            except (Unjudged, RecursionError, NeedsCoin, OverflowError) as failure:
                reason = str(failure)
                continue
            judged += 1
            if truth is False:
                return Verdict("false", described(world), judged)
        if undefined:
            return Verdict("undefined", undefined, judged)
        if judged < ENOUGH:
            return Verdict("unjudged", reason, judged)
        return Verdict("no difference", "", judged)


def described(world: World) -> str:
    """The values of a world in words."""
    return ", ".join(f"{name} = {_text(value)}" for name, value in world.values.items())


def _text(value: object) -> str:
    from benchmarks.soundness.values import Array, Func

    if isinstance(value, Array):
        return f"{list(map(str, value.entries()))}"
    return "a function" if isinstance(value, Func) else str(value)
