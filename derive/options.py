"""What the caller of a check may choose, and where the shipped library lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How a run of checks goes; verdicts depend on `seed` and `timeout` only.

    `timeout` is in seconds for each step. `only` names the theorems to report on, all when empty. `spot`
    says whether steps with expectations are also sampled, `cache` whether certificates are stored for the audit.
    """

    seed: int = 0
    timeout: float = 10.0
    jobs: int = 1
    only: tuple[str, ...] = ()
    spot: bool = True
    cache: bool = False


def library_root() -> Path:
    """The folder of the shipped library."""
    return Path(__file__).resolve().parent.parent / "theorems"
