"""What a benchmark measures, and how a figure is shown beside its target and its alternative."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure; `target` is what it should not exceed, in the same unit.

    `beside` names an alternative that does the same work, and `other` is what that takes. Where that was
    published by others and not measured in this run, its name says so.
    """

    name: str
    value: float
    unit: str = "ms"
    target: float | None = None
    beside: str = ""
    other: float | None = None
    remark: str = ""

    @property
    def of_target(self) -> float | None:
        """The figure as a part of its target."""
        return None if self.target is None else self.value / self.target

    @property
    def of_other(self) -> float | None:
        """The figure as a part of what the alternative takes."""
        return None if not self.other else self.value / self.other


def percentile(values: Iterable[float], part: float) -> float:
    """The smallest value that at least this part of the values does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else 0.0


def milliseconds(work: Callable[[], Any], repeat: int = 1, best: bool = False) -> float:
    """The median of the times that the work takes, or the best of them, in milliseconds."""
    times = []
    for _ in range(max(1, repeat)):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return min(times) if best else median(times)


def shown(figures: Sequence[Figure]) -> str:
    """A table: the figure, its target, its ratio to it, the alternative and the ratio to that."""
    head = ("figure", "", "target", "ratio", "alternative", "", "ratio")
    rows = [head, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    right = {1, 2, 3, 5, 6}
    lines = []
    for row, remark in zip(rows, ["", *(figure.remark for figure in figures)], strict=True):
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join([*cells, remark]).rstrip())
    return "\n".join(lines) + "\n"


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        _quantity(figure.value, figure.unit),
        _quantity(figure.target, figure.unit),
        _ratio(figure.of_target),
        figure.beside,
        _quantity(figure.other, figure.unit),
        _ratio(figure.of_other),
    )


def _quantity(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "ms" and value >= 1000:
        return f"{value / 1000:.2f} s"
    return f"{value:.3g} {unit}".strip() if value < 1000 else f"{value:,.0f} {unit}".strip()


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}" if value < 100 else f"{value:,.0f}"
