"""The advisor of a search: finds orders and multipliers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checks.kernel.forms import Form, Summand
from checks.kernel.linear import Multipliers
from derive.proving.labelling import canonical_order
from derive.proving.positivity import find_multipliers


class Seeker:
    """Answers the expansion's questions by search."""

    def order(self, summand: Summand, label: Callable[[Sequence[str]], str]) -> Sequence[str]:
        """The canonical order of the summand's bound indices."""
        return canonical_order(summand)

    def multipliers(
        self, goal: Form, facts: Sequence[Form], strict: Sequence[bool], integral: bool, positive: bool
    ) -> Multipliers | None:
        """Multipliers for the goal, or None."""
        return find_multipliers(goal, facts, strict, integral, positive)
