"""The cold start: what an author waits for at the first check."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Figure, milliseconds

TEN = Path(__file__).with_name("ten_theorems.drv")
TARGET = 1500.0


def measure(script: Path = TEN, repeat: int = 3) -> list[Figure]:
    """`derive check` on a script in a process of its own, best of a few, beside the import of SymPy."""
    check = milliseconds(lambda: _run("-m", "derive", "check", "--no-cache", str(script)), repeat, best=True)
    sympy = milliseconds(lambda: _run("-c", "import sympy"), repeat, best=True)
    version = milliseconds(lambda: _run("-m", "derive", "--version"), repeat, best=True)
    python = milliseconds(lambda: _run("-c", "pass"), repeat, best=True)
    count = script.read_text(encoding="utf-8").count("\nqed")
    return [
        Figure(f"cold start, {count} theorems checked", check, target=TARGET, beside="import sympy", other=sympy),
        Figure("derive --version", version, beside="python -c pass", other=python),
    ]


def _run(*arguments: str) -> None:
    """Runs Python; a check that fails is an error, since it would have been cut short."""
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, *arguments], cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
