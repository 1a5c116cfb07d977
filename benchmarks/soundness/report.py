"""`python -m benchmarks mutations`: the mutation campaign and its table.

By kind and by theorem: what the engine says of the mutants that are false, and of the others.  It ends with 1
when something false is proved, when fewer than 98 % of what is false is caught, or when more than 5 % could not
be judged by brute force.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.soundness.campaign import Record, Run, run
from benchmarks.soundness.mutations import KINDS

NEEDED = 0.98
UNJUDGED = 0.05
TABLE = Path(__file__).with_name("MUTATIONS.md")
SHOWN = 40
"""How many of the mutants that one should look at are printed."""

PROVED = ("proved", "proved-if", "conflict")
OPEN = ("tested", "undecided")
COLUMNS: tuple[tuple[str, Callable[[Record], bool]], ...] = (
    ("mutants", lambda record: True),
    ("false", lambda record: record.brute == "false"),
    ("refuted", lambda record: record.brute == "false" and record.engine == "refuted"),
    ("ill-formed", lambda record: record.brute == "false" and record.engine == "ill-formed"),
    ("open", lambda record: record.brute == "false" and record.engine in OPEN),
    ("proved", lambda record: record.is_hole),
    ("not different", lambda record: record.brute == "no difference"),
    ("proved ", lambda record: record.brute == "no difference" and record.engine == "proved"),
    ("proved-if", lambda record: record.brute == "no difference" and record.engine == "proved-if"),
    ("open ", lambda record: record.brute == "no difference" and record.engine in OPEN),
    ("refuted ", lambda record: record.brute == "no difference" and record.engine == "refuted"),
    ("ill-formed ", lambda record: record.brute == "no difference" and record.engine == "ill-formed"),
    ("undefined", lambda record: record.brute == "undefined"),
    ("not judged", lambda record: record.brute == "unjudged"),
)
"""The columns: of the false mutants, of those that brute force tells from nothing, and of the rest."""


def caught(records: Sequence[Record]) -> tuple[int, int]:
    """How many of the false mutants are refuted with a witness or ill-formed, and how many are false."""
    false = [record for record in records if record.brute == "false"]
    return sum(record.engine in ("refuted", "ill-formed") for record in false), len(false)


def refuted(records: Sequence[Record]) -> tuple[int, int]:
    """How many of the well-formed false mutants are refuted with a witness, and how many there are."""
    false = [record for record in records if record.brute == "false" and record.engine != "ill-formed"]
    return sum(record.engine == "refuted" for record in false), len(false)


def holes(records: Sequence[Record]) -> list[Record]:
    """The false mutants that were proved."""
    return [record for record in records if record.is_hole]


def table(groups: Sequence[tuple[str, Sequence[Record]]], name: str) -> str:
    """A table with a line for each group."""
    lines = [f"| {name} | " + " | ".join(title.strip() for title, _ in COLUMNS) + " |"]
    lines.append("|---|" + "---:|" * len(COLUMNS))
    for title, records in groups:
        cells = [str(sum(map(test, records)) or "") for _, test in COLUMNS]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def by(records: Sequence[Record], key: Callable[[Record], str], order: Sequence[str] = ()) -> list[
    tuple[str, list[Record]]
]:  # fmt: skip
    """The records by what ``key`` says of them, in the order given, else as they come."""
    groups: dict[str, list[Record]] = {name: [] for name in order}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return [(name, found) for name, found in groups.items() if found]


def summary(found: Run) -> str:
    """The figures that are asked for."""
    records = found.records
    right, false = refuted(records)
    well, all_false = caught(records)
    unjudged = sum(record.brute == "unjudged" for record in records)
    searched = sum(bool(record.searched) for record in records)
    taken = "all mutants" if found.limit is None else f"at most {found.limit} mutants of each step, chosen by chance"
    lines = [
        f"{taken}: {len(records)} mutants of {len({(r.script, r.theorem) for r in records})} theorems",
        f"{all_false} false: {well} caught, of which {all_false - false} are ill-formed;",
        f"{right} of the {false} well-formed ones refuted with a witness ({percent(right, false)})",
        f"{len(holes(records))} false mutants proved, {searched} refuted ones searched for a proof all the same",
        f"{unjudged} not judged by brute force ({percent(unjudged, len(records))})",
    ]
    return "\n".join(f"- {line.rstrip(';')}" for line in lines) + "\n"


def percent(part: int, whole: int) -> str:
    """A share in words."""
    return f"{100 * part / whole:.2f} %" if whole else "none"


def succeeded(found: Run) -> bool:
    """Whether the campaign meets what is asked of the engine, and of its judge."""
    right, false = refuted(found.records)
    unjudged = sum(record.brute == "unjudged" for record in found.records)
    return (
        not holes(found.records) and right >= NEEDED * false and unjudged <= UNJUDGED * max(1, len(found.records))
    )


def written(found: Run) -> str:
    """The campaign as a page."""
    kinds = "\n".join(f"- **{kind}**: {meaning}" for kind, meaning in KINDS.items())
    return (
        "# The mutation campaign\n\n"
        "Written by `make bench-mutations`; `benchmarks/README.md` says how it works.\n\n"
        f"{summary(found)}\n## By kind\n\n"
        f"{table([*by(found.records, lambda record: record.kind, tuple(KINDS)), ('all', found.records)], 'kind')}\n"
        f"{kinds}\n\n## By theorem\n\n"
        f"{table(by(found.records, lambda record: f'{record.script}: {record.theorem}'), 'theorem')}"
    )


def odd(records: Sequence[Record]) -> str:
    """The mutants that one should look at, the worst first."""
    chosen = sorted((record for record in records if record.is_odd), key=lambda record: not record.is_hole)
    lines = [
        f"{record.script}: {record.theorem}:{record.step}, {record.kind}: brute force says {record.brute}, the engine "
        f"{record.searched or record.engine}: {record.statement}" + (f"  ({record.world})" if record.world else "")
        for record in chosen[:SHOWN]
    ]
    if len(chosen) > SHOWN:
        lines.append(f"… and {len(chosen) - SHOWN} more")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Runs the campaign and prints its table; a whole run may be written to ``MUTATIONS.md``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks mutations", description=__doc__)
    parser.add_argument("--limit", type=int, metavar="N", help="so many mutants of each step, chosen by chance")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="of this theorem; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many processes")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="what chance depends on")
    parser.add_argument("--write", action="store_true", help=f"write the tables to {TABLE.name}")
    options = parser.parse_args(arguments)
    found = run(options.limit, tuple(options.only), options.jobs, options.seed)
    if not found.records:
        parser.error(f"no theorem is called {', '.join(options.only)}")
    print(summary(found))
    print(table([*by(found.records, lambda record: record.kind, tuple(KINDS)), ("all", found.records)], "kind"))
    if options.only:
        print(table(by(found.records, lambda record: record.theorem), "theorem"))
    print(odd(found.records))
    print(f"{found.seconds:.0f} s")
    if options.write:
        TABLE.write_text(written(found), encoding="utf-8")
    return 0 if succeeded(found) else 1
