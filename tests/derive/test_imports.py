"""Imports: a name means one thing in a script, wherever it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.scripts import Loader


def written(folder: Path, **scripts: str) -> Path:
    """Scripts by their names; the last is the one to look at."""
    path = folder
    for name, text in scripts.items():
        path = folder / f"{name}.drv"
        path.write_text(text)
    return path


ONE = "abbreviation g(n : dim) : nat = n + 1\n"
OTHER = "abbreviation g(n : dim) : nat = 1\n"
USE = "theorem t\n  given n : dim\n  show  g(n) = g(n)\n"


@pytest.mark.parametrize("second", [OTHER, ONE])
def test_two_imports_that_define_one_name_are_an_error(tmp_path: Path, second: str) -> None:
    path = written(tmp_path, first=ONE, second=second, both='import "first.drv"\nimport "second.drv"\n\n' + USE)
    (error,) = Loader().load(path).errors
    assert (error.line, error.identifier) == (2, "defined-twice")
    assert "g is defined in" in error.message and "rename one of them" in error.message


def test_a_name_that_comes_on_two_ways_is_one(tmp_path: Path) -> None:
    path = written(
        tmp_path, first=ONE, left='import "first.drv"\n', right='import "first.drv"\n',
        both='import "left.drv"\nimport "right.drv"\nimport "first.drv"\n\n' + USE,
    )  # fmt: skip
    assert Loader().load(path).errors == []


def test_an_import_that_defines_what_a_script_above_it_imports_is_told_at_its_line(tmp_path: Path) -> None:
    path = written(
        tmp_path, first=ONE, second=OTHER, left='import "first.drv"\n',
        both='import "left.drv"\nimport "second.drv"\n\n' + USE,
    )  # fmt: skip
    (error,) = Loader().load(path).errors
    assert (error.line, error.identifier) == (2, "defined-twice")
