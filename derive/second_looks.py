"""Thorough tests of statements that are neither proved nor refuted, each made once."""

from __future__ import annotations

from checks.contexts import Context
from checks.terms import Term
from checks.trials import TestReport, test

KEPT = 64


class SecondLooks:
    """The last thorough tests; a statement is often judged twice, as when a proof is walked through again."""

    def __init__(self) -> None:
        self._found: dict[Term, tuple[Context, int, TestReport]] = {}

    def test(self, trial: Context, statement: Term, seed: int) -> TestReport:
        """The report of a thorough test of the statement in the context."""
        held = self._found.get(statement)
        if held is None or held[1] != seed or held[0] != trial:
            report = test(trial, statement, seed=seed, thorough=True)
            while len(self._found) >= KEPT:
                self._found.pop(next(iter(self._found)))
            held = self._found[statement] = trial, seed, report
        return held[2]
