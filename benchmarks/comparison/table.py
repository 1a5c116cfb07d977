"""Both sides in processes of their own, one table, and what it comes to."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.comparison.recorded import BEST

LIMIT = 10.0
"""What a statement may take us, and each method SymPy, in seconds."""

FALSE = "WRONG_"
"""What the names of false statements begin with."""


@dataclass(frozen=True, slots=True)
class Row:
    """One statement: our verdict and time, SymPy's best method, what came of it and its time; times in ms.

    ``tried`` is the time of SymPy's methods one after the other, up to the first that proves the statement.
    """

    statement: str
    verdict: str
    settled: bool
    ours: float
    conditions: tuple[str, ...]
    method: str
    outcome: str
    theirs: float
    tried: float

    @property
    def false(self) -> bool:
        """Whether the statement is false, or true under a condition only."""
        return self.statement.startswith(FALSE)

    @property
    def ratio(self) -> float | None:
        """How many times our time SymPy's best method takes, where both prove a true statement."""
        return self.theirs / self.ours if self._both else None

    @property
    def sequence_ratio(self) -> float | None:
        """How many times our time SymPy's methods take, where nobody says which of them will do."""
        return self.tried / self.ours if self._both else None

    @property
    def _both(self) -> bool:
        return self.settled and self.outcome == "proved" and not self.false and self.ours > 0


def compared(limit: float = LIMIT, only: Sequence[str] = ()) -> str:
    """Runs both sides and shows the table and the summary."""
    ours, our_time = _lines("benchmarks.comparison.engine", limit, only)
    theirs, their_time = _lines("benchmarks.comparison.methods", limit, only)
    return shown(joined(ours, theirs), our_time, their_time)


def joined(ours: Mapping[str, Mapping[str, Any]], theirs: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """The rows, in the order of the scripts; raises ``RuntimeError`` when a statement is missing on one side."""
    if ours.keys() != theirs.keys():
        raise RuntimeError(f"stated on one side only: {', '.join(sorted(ours.keys() ^ theirs.keys()))}")
    return [
        Row(
            name, own["verdict"], own["settled"], own["ms"], tuple(own["conditions"]),
            theirs[name]["method"], theirs[name]["outcome"], theirs[name]["ms"],
            _until_proved(theirs[name]["attempts"]),
        )
        for name, own in ours.items()
    ]  # fmt: skip


def _until_proved(attempts: Sequence[Mapping[str, Any]]) -> float:
    """The time of the attempts up to the first that succeeds."""
    total = 0.0
    for attempt in attempts:
        total += attempt["ms"]
        if attempt["outcome"] == "proved":
            break
    return total


def shown(rows: Sequence[Row], our_time: float, their_time: float) -> str:
    """The table and the summary; the times in seconds are those of the whole processes, start-up included."""
    head = ("statement", "ours", "", "SymPy", "by", "", "ratio", "")
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if column in (2, 5, 6) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    return "\n".join([*lines, "", *_summary(rows, our_time, their_time)]) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
    conditions = f"if {' and '.join(row.conditions)}" if row.conditions else ""
    verdict = row.verdict if row.settled else f"{row.verdict} (!)"
    return (
        row.statement, verdict, _time(row.ours), row.outcome, row.method, _time(row.theirs), ratio, conditions,
    )  # fmt: skip


def _time(ms: float) -> str:
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms:.3g} ms"


def _summary(rows: Sequence[Row], our_time: float, their_time: float) -> list[str]:
    true, false = [row for row in rows if not row.false], [row for row in rows if row.false]
    ratios = [row.ratio for row in true if row.ratio is not None]
    found = [f"{row.verdict}" for row in false if row.settled]
    verdicts = ", ".join(f"{found.count(verdict)} {verdict}" for verdict in dict.fromkeys(found))
    lines = [
        f"true statements proved: ours {sum(row.settled for row in true)} of {len(true)}, "
        f"SymPy {sum(row.outcome == 'proved' for row in true)} of {len(true)}",
        f"false statements: ours {len(found)} of {len(false)} as they should be ({verdicts}); "
        f"SymPy proves {sum(row.outcome == 'proved' for row in false)}, and refutes none: its methods do not say false",
    ]
    if ratios:
        sequence = [row.sequence_ratio for row in true if row.sequence_ratio is not None]
        lines.append(
            f"median of SymPy's time over ours where both prove: {median(ratios):.3g} by its best method "
            f"({sum(ratio > 1 for ratio in ratios)} of {len(ratios)} faster with us), "
            f"{median(sequence):.3g} by its methods one after the other"
        )
    recorded = [BEST[row.statement] / row.ours for row in true if row.statement in BEST and row.settled and row.ours]
    if recorded:
        lines.append(
            f"median of SymPy's recorded best times over ours: {median(recorded):.3g} "
            f"({sum(ratio > 1 for ratio in recorded)} of {len(recorded)} faster with us; another machine, first use)"
        )
    lines.append(f"with start-up, everything tried: ours {our_time:.1f} s, SymPy {their_time:.1f} s")
    return lines


def _lines(module: str, limit: float, only: Sequence[str]) -> tuple[dict[str, dict[str, Any]], float]:
    """What a side says of each statement, by name, and how long its process ran in seconds."""
    root = Path(__file__).resolve().parent.parent.parent
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, str(limit), *only], cwd=root, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{module} ends with {done.returncode}:\n{done.stderr}")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {item["statement"]: item for item in found}, seconds
