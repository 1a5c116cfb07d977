"""What an expansion asks for: everything that has to be found, and is then checked or used as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from checks.kernel.forms import Form, Summand
from checks.kernel.linear import Multipliers


class Advisor(Protocol):
    """What the expansion cannot know without search."""

    def order(self, summand: Summand, label: Callable[[Sequence[str]], str]) -> Sequence[str]:
        """An order of the summand's bound indices; ``label`` gives the key that an order leads to."""

    def multipliers(
        self, goal: Form, facts: Sequence[Form], strict: Sequence[bool], integral: bool, positive: bool
    ) -> Multipliers | None:
        """Multipliers that establish that ``goal`` is not negative, or that it is positive, or None."""


class Silent:
    """An advisor that knows nothing: indices stay in order of appearance, nothing further is established."""

    def order(self, summand: Summand, label: Callable[[Sequence[str]], str]) -> Sequence[str]:
        """The order of appearance."""
        return tuple(summand.ranges)

    def multipliers(
        self, goal: Form, facts: Sequence[Form], strict: Sequence[bool], integral: bool, positive: bool
    ) -> Multipliers | None:
        """Nothing."""
        return None
