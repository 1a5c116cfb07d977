"""A sample of the traps in `benchmarks/soundness/traps`: what is false is never proved, and most of it refuted."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from derive.checking import check
from derive.reports import TheoremReport, Verdict
from grammar.parser import parse_script

TRAPS = Path(__file__).parents[2] / "benchmarks" / "soundness" / "traps"
SAMPLE = ("sums", "discrete", "branches", "matrix_calculus")
"""The quickest scripts."""


@cache
def judged(name: str) -> tuple[TheoremReport, ...]:
    report = check([TRAPS / f"{name}.drv"])
    assert not report.errors, report.errors
    return tuple(report.theorems)


def marked(block: TheoremReport) -> Verdict:
    """The verdict on the claim of a refute block."""
    return next(step.verdict for step in block.steps if step.index == block.expected_step)


@pytest.mark.parametrize("name", SAMPLE)
def test_false_claims_are_not_proved(name: str) -> None:
    claims = [block for block in judged(name) if block.kind == "refute"]
    assert claims
    assert [block.name for block in claims if marked(block) in (Verdict.PROVED, Verdict.CONFLICT)] == []


@pytest.mark.parametrize("name", SAMPLE)
def test_true_theorems_are_not_refuted(name: str) -> None:
    theorems = [block for block in judged(name) if block.kind != "refute"]
    assert theorems
    bad = (Verdict.REFUTED, Verdict.CONFLICT, Verdict.ILL_FORMED)
    assert [block.name for block in theorems if block.verdict in bad] == []


def test_most_false_claims_have_a_witness() -> None:
    claims = [block for name in SAMPLE for block in judged(name) if block.kind == "refute"]
    witnessed = [block for block in claims for step in block.steps if step.witness is not None]
    assert len(witnessed) >= 3 * len(claims) // 4


def test_true_theorems_are_proved() -> None:
    theorems = [block for name in ("sums", "discrete") for block in judged(name) if block.kind != "refute"]
    assert [block.name for block in theorems if block.verdict != Verdict.PROVED] == []


def test_scripts_can_be_read() -> None:
    scripts = sorted(TRAPS.glob("*.drv"))
    assert len(scripts) >= 12
    for script in scripts:
        assert parse_script(script.read_text(encoding="utf-8")), script
