"""How often the interpreter looks for objects that only refer to each other."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 50_000
"""After so many new objects it looks: a run makes millions of terms and forms, hardly any of them in cycles."""


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Lets cyclic garbage wait longer inside the block; what the process had set is set again after it."""
    before = gc.get_threshold()
    gc.set_threshold(max(NEW_OBJECTS, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
