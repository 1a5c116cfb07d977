"""`python -m benchmarks auditor`: how much of the stored certificates the second checker covers, and why not the rest.

`derive check` has to have stored them.  A step is the statement of a theorem or of a cut in its proof.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from checks.auditor.audit import Report
from derive.auditing import Audited, audit, with_second_opinion
from derive.store import default_store


@dataclass
class Coverage:
    """Counts of steps, of uses of rules in all steps and in those that are covered, and of reasons for the rest."""

    theorems: int = 0
    whole: int = 0
    steps: int = 0
    covered: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    covered_rules: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, name: str, report: Report) -> None:
        """Counts what the auditor said of one theorem."""
        self.theorems += 1
        self.whole += report.accepted
        if report.refused is not None:
            self.refused.append((name, report.refused))
        for step in report.steps:
            self.steps += 1
            self.covered += step.accepted
            self.rules.update(step.rules)
            self.covered_rules.update(step.rules if step.accepted else {})
            self.reasons.update(set(step.reasons))

    def text(self, reasons: int = 25) -> str:
        """The counts as a table."""
        lines = [
            f"{self.covered:,} of {self.steps:,} steps are covered ({_share(self.covered, self.steps)}), "
            f"{self.whole} of {self.theorems} theorems completely; {self.seconds:.0f} s",
            f"{len(self.refused)} refused" + "".join(f"\n  {name}: {reason}" for name, reason in self.refused),
            "", "rule            in covered steps      of",
        ]  # fmt: skip
        for rule, count in sorted(self.rules.items()):
            lines.append(f"{rule:<15} {self.covered_rules[rule]:>16,} {count:>7,}")
        lines += ["", "steps that are not covered, by reason"]
        lines += [f"{count:>7,}  {reason}" for reason, count in self.reasons.most_common(reasons)]
        return "\n".join(lines) + "\n"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def coverage(found: Iterable[Audited]) -> Coverage:
    """What the auditor covers of audited theorems."""
    result = Coverage()
    for each in found:
        start = time.process_time()
        second = with_second_opinion(each).second
        if second is not None:
            result.add(each.name, second)
            result.seconds += time.process_time() - start
    return result


def main(arguments: Sequence[str] = ()) -> int:
    """Prints the table; 1 when a certificate of the library is refused."""
    argparse.ArgumentParser(prog="python -m benchmarks auditor", description=__doc__).parse_args(arguments)
    result = coverage(audit(default_store()))
    print(result.text(), end="")
    return 1 if result.refused else 0
