"""What an expansion asks for: everything that has to be found, and is then checked or used as it is.

Trusted for nothing: an order only renames bound indices, multipliers are checked (``linear``).  What is recorded is
replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from checks.kernel.certificates import Arithmetic
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


class Recording:
    """Another advisor's answers, kept for the certificate."""

    def __init__(self, advisor: Advisor) -> None:
        self._advisor = advisor
        self._orders: list[tuple[int, ...]] = []
        self._multipliers: list[Multipliers | None] = []

    def order(self, summand: Summand, label: Callable[[Sequence[str]], str]) -> Sequence[str]:
        """The other advisor's order; kept as positions, since names say nothing outside this expansion."""
        order = self._advisor.order(summand, label)
        names = list(summand.ranges)
        self._orders.append(tuple(names.index(name) for name in order))
        return order

    def multipliers(
        self, goal: Form, facts: Sequence[Form], strict: Sequence[bool], integral: bool, positive: bool
    ) -> Multipliers | None:
        """The other advisor's multipliers."""
        found = self._advisor.multipliers(goal, facts, strict, integral, positive)
        self._multipliers.append(found)
        return found

    def certificate(self, unfold: tuple[str, ...] = ()) -> Arithmetic:
        """What was answered, as a certificate."""
        return Arithmetic(tuple(self._orders), tuple(self._multipliers), unfold)
