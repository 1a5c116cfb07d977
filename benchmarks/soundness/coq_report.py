"""`python -m benchmarks coq`: what Coq says of the library's arithmetic, and of mutants of it that are false."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.soundness.coq import MUTANT_PATIENCE, PATIENCE, Answer, available, checked, text_of
from benchmarks.soundness.coq_goals import Goal
from benchmarks.soundness.coq_sources import Chosen, chosen, sources

MISSING = "coqc is not installed (Debian: apt-get install coq): nothing was compared\n"

KINDS = ("ring", "field", "linear", "polynomial", "unfolded")


def spread(things: Sequence[Goal], limit: int) -> list[int]:
    """The positions of at most ``limit`` things, evenly spread."""
    if not limit or limit >= len(things):
        return list(range(len(things)))
    return [k * len(things) // limit for k in range(limit)]


Judged = list[tuple[Goal, Answer]]


def compared(found: Chosen, limit: int = 0, jobs: int = 2) -> tuple[Judged, Judged]:
    """What Coq says of the goals and of the mutants, at most ``limit`` of each (0: all)."""
    mutants = [mutant.goal for mutant in found.mutants]
    goals = [found.goals[k] for k in spread(found.goals, limit)]
    changed = [mutants[k] for k in spread(mutants, limit)]
    return (
        list(zip(goals, checked(goals, jobs=jobs), strict=True)),
        list(zip(changed, checked(changed, refused=True, jobs=jobs), strict=True)),
    )


def shown(found: Chosen, goals: Judged, mutants: Judged, seconds: float) -> str:
    """The table by kind, what was left out, and each goal that is not as it should be."""
    lines = [f"{'kind':<12}{'goals':>8}{'accepted':>10}{'mutants':>10}{'rejected':>10}"]
    for kind in (*KINDS, "all"):
        stated = [answer.accepted for goal, answer in goals if kind in (goal.kind, "all")]
        false = [answer.accepted for goal, answer in mutants if kind in (goal.kind, "all")]
        lines.append(f"{kind:<12}{len(stated):>8}{sum(stated):>10}{len(false):>10}{len(false) - sum(false):>10}")
    unfolded = Counter(max(goal.sizes.values(), default=0) for goal, _ in goals if goal.sizes is not None)
    changes = Counter(mutant.change for mutant in found.mutants)
    lines += [
        "",
        f"{found.sources} comparisons that the kernel accepted; {seconds:.0f} s",
        f"largest size of the unfolded ones: {_counted(sorted(unfolded.items()))}",
        f"mutants rejected as the time was up: {sum(answer.ran_out for _, answer in mutants)}",
        f"goals for whose hypotheses no rational point was found: {found.empty}",
        f"changes that gave the mutants: {_counted(changes.most_common())}",
        "",
        "left out:",
        *(f"{count:>8}  {reason}" for reason, count in found.left_out.most_common()),
    ]
    for title, wrong in (
        ("goals that are false at a rational point", [text_of(goal) for goal in found.false]),
        ("statements without a value at sizes that fit", found.undefined),
        ("goals that Coq does not accept", [_described(*pair) for pair in goals if not pair[1].accepted]),
        ("mutants that Coq accepts", [_described(*pair) for pair in mutants if pair[1].accepted]),
    ):
        if wrong:
            lines += ["", f"{title}:", *(f"  {text.strip()}" for text in wrong)]
    return "\n".join(lines) + "\n"


def _counted(pairs: Sequence[tuple[object, int]]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in pairs)


def _described(goal: Goal, answer: Answer) -> str:
    sizes = "" if goal.sizes is None else f" at {dict(goal.sizes)}"
    return f"{goal.source}{sizes}: {answer.message.splitlines()[-1] if answer.message else ''}\n    {goal.statement()}"


def main(arguments: Sequence[str] = (), paths: Sequence[Path] = ()) -> int:
    """Prints the table; 1 when Coq and the kernel disagree, 2 when Coq is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks coq", description=__doc__)
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="at most N goals and N mutants")
    options = parser.parse_args(arguments)
    if not available():
        print(MISSING, end="")
        return 2
    start = time.perf_counter()
    found = chosen(sources(paths))
    goals, mutants = compared(found, max(options.limit, 0))
    print(f"at most {PATIENCE} s for a goal, {MUTANT_PATIENCE} s for a mutant\n")
    print(shown(found, goals, mutants, time.perf_counter() - start), end="")
    wrong = [1 for _, answer in goals if not answer.accepted] + [1 for _, answer in mutants if answer.accepted]
    return int(bool(wrong or found.false or found.undefined))
