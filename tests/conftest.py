"""Nothing that a test stores lands in the user's own folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture(scope="session", autouse=True)
def cache_folder() -> Iterator[Path]:
    """A cache folder for the run, that commands started by tests find as well."""
    before = os.environ.get("XDG_CACHE_HOME")
    with TemporaryDirectory(prefix="derive-cache-") as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["XDG_CACHE_HOME"]
            else:
                os.environ["XDG_CACHE_HOME"] = before
