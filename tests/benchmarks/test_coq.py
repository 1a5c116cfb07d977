"""The differential test against Coq: what our terms come to at small sizes, which mutants are false, what Coq says."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from benchmarks import __main__ as program
from benchmarks.soundness import coq, coq_report
from benchmarks.soundness.coq_atoms import rational_root
from benchmarks.soundness.coq_expressions import (
    FALSE,
    TRUE,
    Comparison,
    Constant,
    LeftOut,
    NoValue,
    Variable,
    compared,
    coq_proposition,
    every,
    opposite,
    over,
    plus,
    polynomial,
    raised,
    some,
    times,
    value_at,
    variables_of,
    within,
)
from benchmarks.soundness.coq_goals import DoesNotFit, Goal, assignments, opened, written
from benchmarks.soundness.coq_mutants import changes, counterexample, mutant, points
from benchmarks.soundness.coq_sources import chosen, sources
from benchmarks.soundness.coq_unfolding import Undefined, Unfolding
from checks.contexts import Context
from derive.elaboration import elaborate_context, elaborate_statement
from derive.scripts import Loader
from grammar.parser import parse_script

needs_coq = pytest.mark.skipif(not coq.available(), reason=coq_report.MISSING.strip())

x, y = Variable("x"), Variable("y")
two, three = Constant(Fraction(2)), Constant(Fraction(3))


def stated(given: str, statement: str) -> tuple[Context, object]:
    """A context and a statement in it, with the definitions that are visible everywhere."""
    script = "\n".join(["lemma l", *(f"  {'given' if k == 0 else '     '} {line}" for k, line in enumerate(given.split(";")))])
    text = f"{script}\n  show {statement}\n"
    file = Loader().read(text, "<test>")
    (item,) = file.theorems()
    context = elaborate_context(item.context, file.context)
    return context, elaborate_statement(item.shows[0].statement, context)


def goal_of(given: str, statement: str, **sizes: int) -> Goal:
    context, term = opened(*stated(given, statement))  # type: ignore[arg-type]
    return written("test", context, term, sizes or None)
