"""Work that may not take longer than it is given."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def limited(seconds: float, processor: bool = False) -> Iterator[None]:
    """Raises TimeoutError when the work takes longer: by the clock, or in time of the processor."""
    timer, ringing = (
        (signal.ITIMER_VIRTUAL, signal.SIGVTALRM) if processor else (signal.ITIMER_REAL, signal.SIGALRM)
    )

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(ringing, ring)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(ringing, before)
