"""The benchmark on The Matrix Cookbook: what it counts, and that its scripts can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import matrix_cookbook
from benchmarks.matrix_cookbook import SCRIPTS, SECTIONS, Entry, Tally, measure, shown
from derive.reports import Verdict
from grammar.parser import parse_script

SCRIPT = """\
theorem right
  ref "mc-1"
      "mc-2"
  given a : real
  show a + a = 2 a
proof
  a + a = 2 a
qed

theorem wrong
  ref "mc-3"
  given a : real
  show a + a = 3 a
proof
  a + a = 3 a
qed

refute misprint
  ref "mc-4"
  given a : real
  claim a + a = 3 a  expect refuted
qed

refute no_misprint
  ref "mc-5"
  given a : real
  claim a + a = 2 a  expect refuted
qed

lemma uncounted
  given a : real
  show a = a
"""


@pytest.fixture
def entries(tmp_path: Path) -> dict[str, Entry]:
    (tmp_path / "basics.drv").write_text(SCRIPT)
    found, errors = measure(("basics", "absent"), tmp_path)
    assert not errors
    return {entry.reference: entry for entry in found}


def test_each_reference_counts_once(entries: dict[str, Entry]) -> None:
    assert list(entries) == ["mc-1", "mc-2", "mc-3", "mc-4", "mc-5"]
    assert [entry.succeeded for entry in entries.values()] == [True, True, False, True, False]
    assert [entry.wrong for entry in entries.values()] == [False, False, True, False, True]
    assert Tally.of("basics", entries.values()) == Tally("basics", 3, 2, 0, 1, 2, 1)


def test_what_is_wrong_is_shown(entries: dict[str, Entry]) -> None:
    text = shown(list(entries.values()), ("basics.drv:1: unreadable",))
    assert "67 %" in text
    assert "wrong:" in text and "mc-3 " in text and "mc-5 " in text and "unreadable" in text
    assert "mc-1 " not in text
    assert entries["mc-1"].verdict is Verdict.PROVED


def test_the_share_of_nothing() -> None:
    assert Tally.of("none", ()).share == ""


def test_the_scripts_can_be_read_and_no_entry_is_stated_twice() -> None:
    names: list[str] = []
    for path in sorted(SCRIPTS.glob("*.drv")):
        assert path.stem in SECTIONS
        parse_script(path.read_text(), path.name)
        lines = [line.strip() for line in path.read_text().splitlines()]
        names += [line.removeprefix("ref ").strip('"') for line in lines if '"mc-' in line]
    assert len(names) == len(set(names)) >= 140
    assert all(name.startswith("mc-") for name in names)


def test_the_table_of_the_program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import __main__ as program

    good = Entry("mc-1", "basics", "t", "basics.drv:1", Verdict.PROVED, erratum=False)
    bad = Entry("mc-2", "basics", "u", "basics.drv:9", Verdict.PROVED, erratum=True)
    for found, status in (((good,), 0), ((good, bad), 1)):
        monkeypatch.setattr(matrix_cookbook, "measure", lambda found=found: (found, ()))
        assert program.main(["cookbook"]) == status
        assert "basics" in capsys.readouterr().out
