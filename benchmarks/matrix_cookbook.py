"""How much of The Matrix Cookbook is proved: its equations as theorems, its errata as claims to be refuted.

K. B. Petersen, M. S. Pedersen, The Matrix Cookbook (2012). One script a section stands in `matrix_cookbook/`,
with `ref "mc-<number>"` for the equation of that number; `NOT_STATED.md` there says what is left out, and why.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.checking import check
from derive.options import CheckOptions
from derive.reports import Report, TheoremReport, Verdict

SCRIPTS = Path(__file__).parent / "matrix_cookbook"
SECTIONS = (
    "basics",
    "derivatives",
    "inverses",
    "solutions",
    "statistics",
    "gaussians",
    "special_matrices",
    "functions_and_operators",
)
"""The scripts in the order of the book."""

_REFERENCE = "mc-"


@dataclass(frozen=True, slots=True)
class Entry:
    """An equation of the book and what became of it; an erratum is one that is false as printed."""

    reference: str
    section: str
    theorem: str
    place: str
    verdict: Verdict
    erratum: bool
    steps: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether an equation is proved, or an erratum refuted."""
        return self.verdict is (Verdict.REFUTED if self.erratum else Verdict.PROVED)

    @property
    def wrong(self) -> bool:
        """Whether the engine erred: an erratum proved, an equation refuted, or both said of one."""
        worst = Verdict.PROVED if self.erratum else Verdict.REFUTED
        return self.verdict in (worst, Verdict.CONFLICT)


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one section."""

    section: str
    stated: int
    proved: int
    tested: int
    others: int
    errata: int
    refuted: int

    @classmethod
    def of(cls, section: str, entries: Iterable[Entry]) -> Tally:
        """The counts of some entries; the errata are counted apart."""
        found = tuple(entries)
        equations = [entry.verdict for entry in found if not entry.erratum]
        errata = [entry for entry in found if entry.erratum]
        proved, tested = equations.count(Verdict.PROVED), equations.count(Verdict.TESTED)
        return cls(
            section, len(equations), proved, tested, len(equations) - proved - tested,
            len(errata), sum(entry.succeeded for entry in errata),
        )  # fmt: skip

    @property
    def share(self) -> str:
        """The part of the equations that is proved."""
        return f"{100 * self.proved / self.stated:.0f} %" if self.stated else ""


def entries_of(report: Report) -> tuple[Entry, ...]:
    """The entries that the theorems and `refute` blocks of a report stand for, one for each reference."""
    return tuple(
        Entry(
            reference, Path(theorem.file).stem, theorem.name, f"{Path(theorem.file).name}:{theorem.line}",
            theorem.verdict, theorem.kind == "refute", _open_steps(theorem),
        )
        for theorem in report.theorems
        for reference in theorem.refs
        if reference.startswith(_REFERENCE)
    )  # fmt: skip


def _open_steps(theorem: TheoremReport) -> str:
    """The steps that are not as they should be."""
    return ", ".join(str(step.index) for step in theorem.failing_steps)


def measure(sections: Sequence[str] = SECTIONS, scripts: Path = SCRIPTS) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The entries of some sections, and what could not be read."""
    paths = [path for section in sections if (path := scripts / f"{section}.drv").exists()]
    report = check(paths, CheckOptions(cache=False))
    errors = tuple(f"{Path(error.file).name}:{error.line}: {error.message}" for error in report.errors)
    return entries_of(report), errors


def shown(entries: Sequence[Entry], errors: Sequence[str] = (), sections: Sequence[str] = SECTIONS) -> str:
    """A table by section, and under it a line for each entry that is not as it should be."""
    tallies = [
        Tally.of(section, (entry for entry in entries if entry.section == section)) for section in sections
    ]
    tallies = [tally for tally in tallies if tally.stated or tally.errata]
    tallies.append(Tally.of("all", entries))
    rows = [("section", "stated", "proved", "", "tested only", "others", "errata", "refuted")]
    rows += [
        (
            tally.section, str(tally.stated), str(tally.proved), tally.share, str(tally.tested),
            str(tally.others), str(tally.errata), str(tally.refuted),
        )
        for tally in tallies
    ]  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    for title, chosen in (
        ("wrong", [entry for entry in entries if entry.wrong]),
        ("not proved", [entry for entry in entries if not (entry.succeeded or entry.erratum or entry.wrong)]),
        ("errata not refuted", [entry for entry in entries if entry.erratum and not (entry.succeeded or entry.wrong)]),
    ):
        if chosen:
            lines += ["", f"{title}:"]
            lines += [_line(entry) for entry in chosen]
    if errors:
        lines += ["", "errors:", *(f"  {error}" for error in errors)]
    return "\n".join(lines) + "\n"


def _line(entry: Entry) -> str:
    steps = f", steps {entry.steps}" if entry.steps else ""
    return f"  {entry.reference:<12} {entry.verdict.value:<10} {entry.theorem} ({entry.place}{steps})"


def main(arguments: Sequence[str] = ()) -> int:
    """Prints the table; 0 unless something false is proved or something true refuted."""
    argparse.ArgumentParser(prog="python -m benchmarks cookbook", description=__doc__).parse_args(arguments)
    entries, errors = measure()
    print(shown(entries, errors), end="")
    return int(any(entry.wrong for entry in entries))
