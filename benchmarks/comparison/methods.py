"""SymPy's side: the ways in which its users ask whether two expressions are equal, timed one by one."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sympy
from sympy.core.cache import clear_cache

from benchmarks.limits import limited

Method = Callable[[], Any]
"""Tells whether the statement holds by one way of asking; only ``True`` counts as proved."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one method made of a statement: ``proved``, ``not proved``, ``too slow`` or ``error``."""

    method: str
    outcome: str
    ms: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Best:
    """The fastest method that proved a statement, or what came of it without one."""

    statement: str
    method: str
    outcome: str
    ms: float
    attempts: tuple[Attempt, ...]


def attempted(name: str, method: Method, limit: float) -> Attempt:
    """One method within a limit in seconds; nothing that another method has worked out is remembered."""
    clear_cache()
    start = time.perf_counter()
    detail = ""
    try:
        with limited(limit):
            outcome = "proved" if method() is True else "not proved"
    except TimeoutError:
        outcome = "too slow"
    except Exception as error:
        # Whatever SymPy raises is its answer to the question.
        outcome, detail = "error", f"{type(error).__name__}: {error}"
    return Attempt(name, outcome, (time.perf_counter() - start) * 1000, detail)


def best(statement: str, build: Callable[[], Mapping[str, Method]], limit: float) -> Best:
    """The best of the methods that apply; a statement that cannot be built is an error."""
    try:
        methods = build()
    except Exception as error:
        failed = Attempt("build", "error", 0.0, f"{type(error).__name__}: {error}")
        return Best(statement, "build", "error", 0.0, (failed,))
    # Expressions remember what was found out about them, so each method gets its own.
    attempts = tuple(attempted(name, build()[name], limit) for name in methods)
    proved = [attempt for attempt in attempts if attempt.outcome == "proved"]
    if proved:
        first = min(proved, key=lambda attempt: attempt.ms)
        return Best(statement, first.method, "proved", first.ms, attempts)
    outcomes = {attempt.outcome for attempt in attempts}
    outcome = next(found for found in ("too slow", "not proved", "error") if found in outcomes)
    return Best(statement, "", outcome, sum(attempt.ms for attempt in attempts), attempts)


def usual(left: Any, right: Any) -> dict[str, Method]:
    """The usual questions about two scalar expressions."""
    return {
        "==": lambda: bool(left == right),
        "simplify": lambda: bool(sympy.simplify(left - right) == 0),
        "doit": lambda: bool((left - right).doit() == 0),
        "expand, doit": lambda: bool(sympy.expand((left - right).doit()) == 0),
        "doit, simplify": lambda: bool(sympy.simplify((left - right).doit()) == 0),
        "equals": lambda: left.equals(right),
    }


def of_matrices(left: Any, right: Any) -> dict[str, Method]:
    """The usual questions about two matrix expressions."""
    zero = sympy.ZeroMatrix(*left.shape)
    return {
        "==": lambda: bool(left == right),
        "simplify": lambda: bool(sympy.simplify(left - right) == zero),
        "doit": lambda: bool((left - right).doit() == zero),
        "expand, doit": lambda: bool(sympy.expand(left - right).doit() == zero),
        "doit, simplify": lambda: bool(sympy.simplify((left - right).doit()) == zero),
        "expand both": lambda: bool(sympy.expand(left).doit() == sympy.expand(right).doit()),
    }


def outcomes(limit: float, only: Sequence[str] = ()) -> Iterator[Best]:
    """The best of SymPy's methods for each statement."""
    from benchmarks.comparison import statements, stochastic

    table = {**statements.STATEMENTS, **stochastic.STATEMENTS}
    sympy.simplify(sympy.Symbol("x") - sympy.Symbol("x"))  # loads what simplify needs
    for name, build in table.items():
        if not only or name in only:
            yield best(name, build, limit)


def main(arguments: Sequence[str]) -> int:
    """Prints one line of JSON for each statement; the arguments are the limit and the statements wanted."""
    limit, *only = arguments
    for found in outcomes(float(limit), only):
        print(json.dumps(asdict(found)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
