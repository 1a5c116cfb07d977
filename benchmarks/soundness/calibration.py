"""What the spot test states beside what is measured: false alarms, power, and what it declines to judge.

`python -m benchmarks calibration [--quick]`.  True statements with exact right sides, and the same with a right side
that is off by a relative difference, are sampled as `derive check` samples them.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from math import exp, sqrt
from pathlib import Path
from random import Random
from statistics import NormalDist
from typing import Any

from benchmarks.soundness.random_statements import POLYNOMIAL, SILENT, TRUE, Statement
from checks.terms import number, relation
from checks.trials.monte_carlo import BATCHES, SAMPLES, SKEWNESS, spot_test
from checks.trials.reports import FALSE_ALARM, MISS, SpotReport
from checks.trials.student import quantile

REPORT = Path(__file__).with_name("CALIBRATION.md")
DIFFERENCES = tuple(Fraction(number) for number in ("1e-3", "3e-3", "1e-2", "3e-2", "1e-1", "3e-1", "1"))
SEEDS = 5
"""So many times each statement is sampled, with other random numbers."""
CHUNK = 1000
"""Statements that a process takes at a time."""
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: what is counted, how many, of how many, and what is stated for the share."""

    name: str
    hits: int
    trials: int
    stated: str = ""
    others: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The measured share; 0 of none."""
        return self.hits / self.trials if self.trials else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval (Probable inference, 1927), which holds the true share in 95 of 100 cases."""
        if not self.trials:
            return 0.0, 1.0
        z = _NORMAL.inv_cdf(0.975)
        middle = self.share + z * z / (2 * self.trials)
        half = z * sqrt(self.share * (1 - self.share) / self.trials + (z / (2 * self.trials)) ** 2)
        below = 1 + z * z / self.trials
        return max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The measured tables."""

    alarms: tuple[Row, ...]
    powers: tuple[Row, ...]
    silent: tuple[Row, ...]
    seconds: float

    def text(self) -> str:
        """The tables in Markdown."""
        samples = SAMPLES // BATCHES * BATCHES
        return "\n".join(
            (
                "# What the spot test states, and what is measured",
                "",
                f"`python -m benchmarks calibration`: {samples:,} samples in {BATCHES} batches for each statement, "
                f"{self.seconds:.0f} s. Intervals hold the true share in 95 of 100 cases.",
                "",
                "## False alarms",
                "",
                f"Stated: at most {FALSE_ALARM:.2%} of the true statements, and {FALSE_ALARM / SKEWNESS:.2%} in the",
                "limit where means over batches are normal; the rest is for their skewness. Measured on true",
                "statements with random laws and parameters:",
                "",
                *_table(("kind", "sampled", "no figures", "alarms", "share", "interval"), self.alarms, "{:.3%}"),
                "",
                "## Power",
                "",
                "The right side is off by a relative difference. Stated is the mean of what a non-central t gives for",
                "the exact mean and variance of each statement. Where `detectable` is at most the difference, at most",
                f"{MISS:.1%} may be missed.",
                "",
                *_table(
                    ("difference", "with figures", "stated", "found", "share", "interval",
                     "`detectable` at most that", "of these missed"),
                    self.powers, "{:.2%}",
                ),
                "",
                "## What is not judged",
                "",
                "Statements on which samples say nothing, and the share that gets the label that it should get, and no",
                "figures.",
                "",
                *_table(("kind", "sampled", "recognised", "share", "interval", "other labels"), self.silent, "{:.2%}"),
                "",
            )
        )  # fmt: skip


def _table(head: Sequence[str], rows: Iterable[Row], form: str) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in rows:
        low, high = (form.format(end) for end in row.interval)
        cells = [row.name, f"{row.trials:,}"]
        cells += [row.stated] if row.stated else []
        cells += [f"{row.hits:,}", form.format(row.share), f"{low} to {high}"]
        lines.append(f"| {' | '.join((*cells, *row.others))} |")
    return lines


# -- the power that is stated ----------------------------------------------------------------------------


def power(noncentrality: float, threshold: float, freedom: int) -> float:
    """The probability that the size of a non-central t exceeds the threshold.

    It is (Z + noncentrality)/S with Z normal and freedom S^2 chi-squared.  The mean over the logarithm of S is a sum
    over equal steps, which converges geometrically; small S are frequent, so that it begins far below.
    """
    total = weights = 0.0
    for k in range(-200, 61):
        place = k / 10 / sqrt(2 * freedom)
        weight = exp(freedom * (place - (exp(2 * place) - 1) / 2))
        scale = exp(place)
        found = _NORMAL.cdf(noncentrality - threshold * scale) + _NORMAL.cdf(-noncentrality - threshold * scale)
        total += weight * found
        weights += weight
    return total / weights


def stated_power(statement: Statement, difference: Fraction) -> float:
    """The power against a right side that is off by a relative difference."""
    samples = SAMPLES // BATCHES * BATCHES
    shift = abs(float(difference * statement.mean)) / statement.deviation * sqrt(samples)
    freedom = BATCHES - 1
    return power(shift, quantile(FALSE_ALARM / (2 * SKEWNESS), freedom), freedom)


# -- the measurements ------------------------------------------------------------------------------------


def _sampled(statement: Statement, seed: int) -> SpotReport:
    return spot_test(statement.context, statement.claim, seed=seed)


def alarms(job: tuple[int, int]) -> Counter[tuple[str, str]]:
    """Of so many true statements: by kind, how many are sampled, have figures, and alarm."""
    seed, count = job
    random = Random(f"true {seed}")
    tally: Counter[tuple[str, str]] = Counter()
    for k in range(count):
        statement = TRUE[k % len(TRUE)](random)
        for _ in range(SEEDS):
            report = _sampled(statement, random.getrandbits(32))
            tally[statement.kind, "sampled"] += 1
            tally[statement.kind, "figures"] += report.label == "asymptotic"
            tally[statement.kind, "alarms"] += report.alarming
    return tally


def powers(job: tuple[int, int]) -> Counter[tuple[Fraction, str]]:
    """Of so many false statements for each relative difference: how many have figures, are found, keep the promise."""
    seed, count = job
    random = Random(f"false {seed}")
    tally: Counter[tuple[Fraction, str]] = Counter()
    made = 0
    while made < count:
        true = POLYNOMIAL[made % len(POLYNOMIAL)](random)
        if true.average is None or not true.mean or not true.deviation:
            continue
        made += 1
        for difference in DIFFERENCES:
            wrong = number(true.mean * (1 - difference))
            false = Statement(true.kind, true.context, relation(true.average, "=", wrong))
            report = _sampled(false, random.getrandbits(32))
            if report.label != "asymptotic":
                continue
            promised = report.detectable <= difference
            tally[difference, "figures"] += 1
            tally[difference, "found"] += report.alarming
            tally[difference, "promised"] += promised
            tally[difference, "missed"] += promised and not report.alarming
            tally[difference, "millionths"] += round(1e6 * stated_power(true, difference))
    return tally


def labels(job: tuple[int, int]) -> Counter[tuple[str, str]]:
    """Of so many statements of each kind that samples say nothing of: the labels; `recognised` is the right one."""
    seed, count = job
    random = Random(f"silent {seed}")
    tally: Counter[tuple[str, str]] = Counter()
    for make, wanted in SILENT:
        for _ in range(count):
            statement = make(random)
            label = _sampled(statement, random.getrandbits(32)).label
            tally[statement.kind, "recognised" if label == wanted else label] += 1
    return tally


def measure(true: int = 20_000, false: int = 4_000, silent: int = 1_000, processes: int = 2) -> Calibration:
    """Samples so many true statements, each several times, so many false ones for each difference, and so many of
    each kind that samples say nothing of."""
    start = time.perf_counter()
    found: list[Counter[Any]] = []
    for task, count in ((alarms, true), (powers, false), (labels, silent)):
        jobs = [(k, min(CHUNK, count - k)) for k in range(0, count, CHUNK)]
        found.append(sum(_each(task, jobs, processes), Counter()))
    seconds = time.perf_counter() - start
    return Calibration(_alarm_rows(found[0]), _power_rows(found[1]), _silent_rows(found[2]), seconds)


Task = Callable[[tuple[int, int]], Counter[Any]]


def _each(task: Task, jobs: list[tuple[int, int]], processes: int) -> list[Counter[Any]]:
    if processes < 2:
        return [task(job) for job in jobs]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(task, jobs))


def _alarm_rows(tally: Counter[tuple[str, str]]) -> tuple[Row, ...]:
    rows = []
    total: Counter[str] = Counter()
    for kind in dict.fromkeys(kind for kind, _ in tally):
        one = Counter({what: count for (name, what), count in tally.items() if name == kind})
        total += one
        rows.append(_alarm_row(kind, one))
    return (*rows, _alarm_row("all", total))


def _alarm_row(kind: str, tally: Counter[str]) -> Row:
    return Row(kind, tally["alarms"], tally["sampled"], f"{1 - tally['figures'] / max(1, tally['sampled']):.1%}")


def _power_rows(tally: Counter[tuple[Fraction, str]]) -> tuple[Row, ...]:
    rows = []
    for difference in DIFFERENCES:
        count = tally[difference, "figures"]
        stated = tally[difference, "millionths"] / 1e6 / max(1, count)
        others = (f"{tally[difference, 'promised']:,}", f"{tally[difference, 'missed']:,}")
        rows.append(Row(f"{float(difference):g}", tally[difference, "found"], count, f"{stated:.2%}", others))
    return tuple(rows)


def _silent_rows(tally: Counter[tuple[str, str]]) -> tuple[Row, ...]:
    rows = []
    for kind in dict.fromkeys(kind for kind, _ in tally):
        one = {what: count for (name, what), count in tally.items() if name == kind}
        others = ", ".join(f"{what} {count}" for what, count in sorted(one.items()) if what != "recognised")
        rows.append(Row(kind, one.get("recognised", 0), sum(one.values()), others=(others,)))
    return tuple(rows)


def main(arguments: Sequence[str] = ()) -> int:
    """Prints the tables; a whole run writes them beside this module.  It ends with 1 when they do not match."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks calibration", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few statements, nothing is written")
    quick = parser.parse_args(arguments).quick
    found = measure(400, 60, 40) if quick else measure()
    text = found.text()
    print(text, end="")
    if not quick:
        REPORT.write_text(text, encoding="utf-8")
    return 0 if matches(found) else 1


def matches(found: Calibration) -> bool:
    """Whether what is measured is compatible with what is stated: no share of alarms beyond it, no more missed."""
    promised, missed = (sum(int(row.others[k].replace(",", "")) for row in found.powers) for k in (0, 1))
    return found.alarms[-1].interval[0] <= FALSE_ALARM and Row("", missed, promised).interval[0] <= MISS
