"""Our side: the scripts in ``benchmarks/sympy``, checked in one process, and the time that each theorem takes there."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.limits import limited
from derive.checking import Checker
from derive.memory import rarely_collected
from derive.options import CheckOptions
from derive.reports import TheoremReport, Verdict
from derive.scripts import File
from grammar import syntax

SCRIPTS = Path(__file__).resolve().parent.parent / "sympy"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a statement; ``settled`` says whether it is what is right: proved, or found false as expected."""

    statement: str
    verdict: str
    settled: bool
    false: bool
    ms: float
    conditions: tuple[str, ...] = ()


def outcomes(limit: float, only: Sequence[str] = ()) -> Iterator[Outcome]:
    """Each statement's outcome within a limit in seconds, in the order of the scripts.

    Our time is that of the steps: testing, search and verification.  As SymPy's expressions are built outside its
    clock, so is what the declarations mean read outside ours, and what a statement cites from the library is proved
    before.
    """
    checker = Checker(CheckOptions(timeout=limit))
    wanted = [
        (file, item)
        for file in (checker.loader.load(path) for path in sorted(SCRIPTS.glob("*.drv")))
        for item in file.items
        if isinstance(item, syntax.Theorem | syntax.Refute) and item.refs and (not only or item.refs[0] in only)
    ]
    for file in {file.path: file for file, _ in wanted}.values():
        _prepare(checker, file)
    for file, item in wanted:
        yield _outcome(checker, file, item, limit)


def _prepare(checker: Checker, file: File) -> None:
    """Proves what the file sees, and a trivial statement with an expectation, so that everything is loaded."""
    for other in file.seen:
        for item in other.theorems():
            checker.theorem(other, item)
    warming = checker.loader.read(_WARMING, "<warming>")
    for item in warming.theorems():
        checker.theorem(warming, item)


_WARMING = """
theorem warming
  given n : dim
        x : vector(n)  iid ~ Normal(0, 1)
  show  E[sum[i in 1..n] x[i]^2] = n
proof
  E[sum[i in 1..n] x[i]^2] = n  by moments
qed
"""


def _outcome(checker: Checker, file: File, item: syntax.Theorem | syntax.Refute, limit: float) -> Outcome:
    false = isinstance(item, syntax.Refute)
    try:
        with limited(limit), rarely_collected():
            checked = checker.theorem(file, item) if isinstance(item, syntax.Theorem) else checker.refute(file, item)
    except TimeoutError:
        return Outcome(item.refs[0], "too slow", False, false, limit * 1000)
    report = checked.report
    ms = sum(step.ms for step in report.steps)
    conditions = tuple(dict.fromkeys(needed for step in report.steps for needed in step.conditions))
    return Outcome(item.refs[0], _verdict(report), report.succeeded, false, ms, conditions)


def _verdict(report: TheoremReport) -> str:
    return (report.verdict if report.verdict is not Verdict.AXIOM else Verdict.UNDECIDED).value


def main(arguments: Sequence[str]) -> int:
    """Prints one line of JSON for each outcome; the arguments are the limit and the statements wanted."""
    limit, *only = arguments
    for outcome in outcomes(float(limit), only):
        print(json.dumps(asdict(outcome)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
