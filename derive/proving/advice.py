"""The advisor of a search: finds orders and multipliers, and remembers them for the certificate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checks.kernel.certificates import Arithmetic
from checks.kernel.forms import Form, Summand
from checks.kernel.linear import Multipliers
from derive.proving.labelling import canonical_order
from derive.proving.positivity import find_multipliers


class Seeker:
    """Answers the expansion's questions by search, and keeps the answers."""

    def __init__(self) -> None:
        self.orders: list[tuple[int, ...]] = []
        self.found: list[Multipliers | None] = []

    def order(self, summand: Summand, label: Callable[[Sequence[str]], str]) -> Sequence[str]:
        """The canonical order of the summand's bound indices."""
        order = canonical_order(summand)
        names = list(summand.ranges)
        self.orders.append(tuple(names.index(name) for name in order))
        return order

    def multipliers(
        self, goal: Form, facts: Sequence[Form], strict: Sequence[bool], integral: bool, positive: bool
    ) -> Multipliers | None:
        """Multipliers for the goal, or None."""
        found = find_multipliers(goal, facts, strict, integral, positive)
        self.found.append(found)
        return found

    def certificate(self, unfold: tuple[str, ...] = ()) -> Arithmetic:
        """What was answered, as a certificate."""
        return Arithmetic(tuple(self.orders), tuple(self.found), unfold)
