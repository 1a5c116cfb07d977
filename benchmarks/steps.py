"""The time of each step of the library, testing included."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Figure, percentile
from benchmarks.limits import limited
from derive import library
from derive.checking import check
from derive.options import CheckOptions
from derive.reports import TheoremReport
from derive.sympy_bridge import SympyError

MEDIAN, NINETY_NINTH = 5.0, 150.0


def measure(
    paths: Sequence[Path] = (), only: Sequence[str] = (), chains: int = 20, patience: float = 2.0
) -> list[Figure]:
    """Median and 99th percentile over the steps of the scripts, the shipped library when none are named.

    Beside them stands SymPy, which expands the difference of the sides of the first chains of the library.
    """
    report = check(paths, CheckOptions(only=tuple(only), cache=False))
    steps = [step for theorem in report.theorems for step in theorem.steps if step.ms]
    times = [step.ms for step in steps]
    other, decided, tried = _by_sympy([theorem.name for theorem in report.theorems], chains, patience)
    tested = [step.tested for step in steps if step.tested is not None]
    points = sum(each.exact_points for each in tested)
    samples = sum(each.samples for each in tested)
    slowest = sorted(((step.ms, theorem) for theorem in report.theorems for step in theorem.steps), key=_time)
    name = f"SymPy expands the difference of {tried} steps (shows {decided})" if tried else ""
    half = median(times) if times else 0.0
    return [
        Figure(f"a step, median of {len(steps)}", half, target=MEDIAN, beside=name, other=other),
        Figure(
            "a step, 99th percentile", percentile(times, 0.99), target=NINETY_NINTH,
            remark=f"slowest in {slowest[-1][1].name}" if slowest else "",
        ),
        Figure("the library", 1000 * report.summary.seconds, remark=f"{report.summary.theorems} theorems"),
        Figure("exact points", points, "", remark=f"{points / max(1, len(tested)):.1f} a step"),
        Figure("samples", samples, "", remark=f"of {sum(bool(each.samples) for each in tested)} steps"),
    ]  # fmt: skip


def _time(pair: tuple[float, TheoremReport]) -> float:
    return pair[0]


def _by_sympy(names: Sequence[str], chains: int, patience: float) -> tuple[float | None, int, int]:
    """The median time in which SymPy expands a difference of sides, how often it gives 0, and of how many."""
    times: list[float] = []
    decided = 0
    for left, right in _pairs(names):
        if len(times) >= chains:
            break
        start = time.perf_counter()
        try:
            with limited(patience):
                decided += bool((left - right).doit().expand() == 0)
        except (TimeoutError, ArithmeticError, AttributeError, NotImplementedError, TypeError, ValueError):
            pass
        times.append((time.perf_counter() - start) * 1000)
    return (median(times) if times else None), decided, len(times)


def _pairs(names: Sequence[str]) -> Iterator[tuple[Any, Any]]:
    """The sides of the steps that are equations, of the theorems that the library holds."""
    for name in names:
        if name not in library:
            continue
        try:
            found = library[name].sympy()
        except (SympyError, ValueError):
            continue
        for chain in found:
            for position, relation in enumerate(chain.relations):
                if relation == "=":
                    yield chain[position], chain[position + 1]
