"""What an earlier engine accepted though it does not follow: of theorems of one name, of types of definitions."""

from __future__ import annotations

from pathlib import Path
from sys import getrecursionlimit

import pytest

from checks.encoding import Malformed
from checks.kernel.lemmas import reachable_definitions
from checks.terms import ONE, Apply
from derive.auditing import Outcome, audit, passed
from derive.checking import Checker, check_text
from derive.options import CheckOptions
from derive.scripts import Loader
from derive.store import Store, Stored

TWICE = """
theorem t
  given x : real
  show  (x + 1)^2 = x^2 + 2 x + 1

theorem t
  given x : real
  show  x = x + 1
"""

FIRST = """
abbreviation g(n : dim) : nat = n + 1

opaque f(n : dim) : index(1..g(n)) = n

lemma always_defined
  given n : dim
  show  defined(f(n))
"""

SECOND = """
abbreviation g(n : dim) : nat = 1
"""

CITING = """
import "first.drv"
import "second.drv"

theorem out_of_its_range
  show  f(2) = 2
proof
  have h: defined(f(2)) by always_defined
  f(2) = 2 by definition of f
qed
"""


def test_what_is_said_of_a_theorem_is_not_said_of_another_of_its_name(tmp_path: Path) -> None:
    # The audit kept its results by name: the second theorem, which is false, was accepted with the first.
    script = tmp_path / "twice.drv"
    script.write_text(TWICE)
    checker = Checker(CheckOptions())
    checker.store = Store(tmp_path / "certificates")
    checker.file(checker.loader.load(script))
    found = list(audit(checker.store, [script]))
    assert [each.outcome for each in found] == [Outcome.ACCEPTED, Outcome.MISSING]
    assert not passed(found)


def test_the_type_of_a_definition_is_part_of_what_a_lemma_means(tmp_path: Path) -> None:
    # f(2) lies in 1..g(2) where the lemma stands, and not where it is cited: there g is another definition.
    for name, text in (("first", FIRST), ("second", SECOND), ("citing", CITING)):
        (tmp_path / f"{name}.drv").write_text(text)
    checker = Checker(CheckOptions(cache=False))
    (lemma,), _ = checker.file(checker.loader.load(tmp_path / "first.drv"))
    assert lemma.verdict.value == "proved"
    (found,), _ = checker.file(checker.loader.load(tmp_path / "citing.drv"))
    assert found.verdict.value != "proved"


def test_definitions_are_reached_through_types(tmp_path: Path) -> None:
    (tmp_path / "first.drv").write_text(FIRST)
    context = Loader().load(tmp_path / "first.drv").context
    assert reachable_definitions(context, Apply("f", (ONE,))) == ("f", "g")


def test_a_certificate_that_nests_too_deep_is_malformed() -> None:
    proof: object = {"rule": "arithmetic", "orders": [], "multipliers": [], "unfold": []}
    for _ in range(getrecursionlimit()):
        proof = {"rule": "introduce", "proof": proof}
    with pytest.raises(Malformed, match="too deep"):
        Stored("t", [], {"definedness": [], "certificate": proof}).decoded()


def test_a_condition_for_which_the_search_goes_too_deep_is_left_open() -> None:
    # It ended as a defect of the engine.
    text = "theorem t\n  given a : real\n  show  integral[t in real, t > 0] t^a exp(-t) >= 0\n"
    (found,) = check_text(text).theorems
    assert "defect" not in (found.message or ""), found.message
