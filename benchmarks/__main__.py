"""`python -m benchmarks`: how long the engine takes, as ratios to targets and to named alternatives.

`python -m benchmarks cookbook` says instead how much of The Matrix Cookbook it proves, `python -m benchmarks auditor`
how much of the stored certificates the second checker covers.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence

from benchmarks.figures import Figure, shown

_COOKBOOK, _AUDITOR = "cookbook", "auditor"
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
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART",
        help=f"of {', '.join(_PARTS)}, all when none is named; or {_COOKBOOK} or {_AUDITOR}",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="few repetitions, low degrees")
    options = parser.parse_args(arguments)
    if options.parts == [_COOKBOOK]:
        from benchmarks import matrix_cookbook

        return matrix_cookbook.main()
    if options.parts == [_AUDITOR]:
        from benchmarks import auditing

        return auditing.main()
    unknown = [part for part in options.parts if part not in _PARTS]
    if unknown:
        parser.error(f"no part {unknown[0]}: there are {', '.join(_PARTS)}, and {_COOKBOOK} or {_AUDITOR} by itself")
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors; a ratio below 1 is within the target")
    for part in options.parts or _PARTS:
        print(f"\n{part}")
        print(measured(part, options.quick), end="", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
