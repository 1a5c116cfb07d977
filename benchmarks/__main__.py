"""`python -m benchmarks`: how long the engine takes, as ratios to targets and to named alternatives.

Some parts stand by themselves, with options of their own: how much of The Matrix Cookbook is proved (`cookbook`);
whether Coq accepts the library's arithmetic and rejects mutants of it (`coq`); what becomes of slips in the steps of
the library (`mutations`); whether testing by samples finds as much, and raises as few false alarms, as it states
(`calibration`).
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from benchmarks.figures import Figure, shown

_ALONE = {
    "cookbook": "benchmarks.matrix_cookbook",
    "coq": "benchmarks.soundness.coq_report",
    "mutations": "benchmarks.soundness.report",
    "calibration": "benchmarks.soundness.calibration",
}
"""The modules of parts that stand by themselves, loaded when they are asked for; each has a `main(words)`."""
_PARTS = ("start", "steps", "traces", "sampling", "sympy")
_QUICK_STATEMENTS = ("sum_swap", "normal_second_moment", "transpose_product", "WRONG_sum_bound")


def _measured(part: str, quick: bool) -> str:
    """The table of one part; its module is loaded only here, so that nothing slows the cold start."""
    if part == "sympy":
        from benchmarks.comparison import table

        return table.compared(only=_QUICK_STATEMENTS if quick else ())
    return shown(_figures(part, quick))


def _figures(part: str, quick: bool) -> list[Figure]:
    if part == "start":
        from benchmarks import start

        return start.measure(repeat=1 if quick else 3)
    if part == "steps":
        from benchmarks import steps

        return steps.measure(chains=5 if quick else 20)
    if part == "traces":
        from benchmarks import traces

        return traces.measure((1, 2, 3) if quick else (1, 2, 3, 4, 5, 6), repeat=1 if quick else 3)
    from benchmarks import sampling

    return sampling.measure((1_000,) if quick else (4_000, 100_000), repeat=1 if quick else 5)


def main(arguments: Sequence[str] | None = None, measured: Callable[[str, bool], str] = _measured) -> int:
    """Measures the parts that are named, all when none is, and prints a table for each."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in _ALONE:
        status: int = import_module(_ALONE[words[0]]).main(words[1:])
        return status
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART",
        help=f"of {', '.join(_PARTS)}, all when none is named; or first, by itself, one of {', '.join(_ALONE)}",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="few repetitions, low degrees")
    options = parser.parse_args(words)
    unknown = [part for part in options.parts if part not in _PARTS]
    if unknown:
        parser.error(f"no part {unknown[0]}: there are {', '.join(_PARTS)}, and by themselves {', '.join(_ALONE)}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors; a ratio below 1 is within the target")
    for part in options.parts or _PARTS:
        print(f"\n{part}")
        print(measured(part, options.quick), end="", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
