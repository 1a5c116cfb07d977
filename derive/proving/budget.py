"""How much a search may try."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


class Exhausted(Exception):
    """The budget of a search is spent."""


@dataclass(slots=True)
class Budget:
    """How much may still be tried."""

    attempts: int = 400
    deadline: float = field(default_factory=lambda: time.monotonic() + 10.0)

    def spend(self) -> None:
        """Counts one attempt; raises ``Exhausted`` when none is left."""
        self.attempts -= 1
        if self.attempts < 0 or time.monotonic() > self.deadline:
            raise Exhausted
