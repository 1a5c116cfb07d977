"""The rules of the kernel, with examples that it accepts and examples that it refuses.

``ALL`` lists them as they are written; ``registered_rules`` runs their examples first, which takes about a second.
"""

from __future__ import annotations

from derive.rules.analysis import ANALYSIS
from derive.rules.catalogue import Rule, RuleError, registered
from derive.rules.language import LANGUAGE
from derive.rules.logic import LOGIC
from derive.rules.matrices import MATRICES
from derive.rules.numbers import NUMBERS
from derive.rules.order import ORDER
from derive.rules.randomness import RANDOMNESS
from derive.rules.relations import RELATIONS
from derive.rules.sums import SUMS

ALL: tuple[Rule, ...] = (
    *RELATIONS, *LOGIC, *LANGUAGE, *NUMBERS, *ORDER, *SUMS, *MATRICES, *RANDOMNESS, *ANALYSIS,
)  # fmt: skip
"""All rules, those that certificates call for by their class first."""


def registered_rules() -> tuple[Rule, ...]:
    """All rules, once all their examples behave; raises ``RuleError`` for the first that does not."""
    return registered(ALL)


__all__ = ["ALL", "Rule", "RuleError", "registered_rules"]
