"""Testing of claims by evaluation: the only place that grants ``refuted``.

``test`` looks for a witness in exact and ball arithmetic, ``spot_test`` compares the sides by Monte Carlo,
``find_models`` looks for values that satisfy a context, ``evaluate`` evaluates one term.  Nothing here uses a
normal form, a rule or a lemma: terms are evaluated as they stand.
"""

from __future__ import annotations

from checks.trials.evaluation import evaluate
from checks.trials.models import Model
from checks.trials.monte_carlo import spot_test
from checks.trials.refutation import find_models, test
from checks.trials.reports import SpotReport, TestReport, Witness
from checks.trials.values import Undefined, Unsupported

__all__ = [
    "Model",
    "SpotReport",
    "TestReport",
    "Undefined",
    "Unsupported",
    "Witness",
    "evaluate",
    "find_models",
    "spot_test",
    "test",
]
