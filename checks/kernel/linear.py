"""Positivity certificates: a form is nonnegative because it is a combination of products of nonnegative facts.

The check is an identity of polynomials: goal = c + Σ λ_k Π facts with λ_k >= 0, and c >= 0, or c > -1 where
the goal takes integer values only; for a strict goal c > 0, or c = 0 and a product of strict facts takes part.
With single facts this is Farkas' lemma (J. Farkas, 1902); with products
it is Handelman's representation (D. Handelman, Pacific J. Math. 132, 1988).  Finding λ is search.

Trusted for that identity, whatever the multipliers are.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from checks.kernel.forms import UNIT, Form, product_of_forms, sum_forms

Multipliers = tuple[tuple[fmpq, tuple[int, ...]], ...]


def establishes(
    multipliers: Multipliers,
    facts: Sequence[Form],
    strict: Sequence[bool],
    goal: Form,
    integral: bool,
    positive: bool,
) -> bool:
    """Whether the multipliers show that ``goal`` is at least zero when each of ``facts`` is.

    ``strict`` marks the facts that are greater than zero, ``integral`` says that the goal takes integer values
    only, ``positive`` asks for more than zero.
    """
    combination = [(fmpq(1), goal)]
    carried = False
    for coefficient, positions in multipliers:
        if not isinstance(coefficient, fmpq) or not all(isinstance(position, int) for position in positions):
            return False
        if coefficient < 0 or not positions or any(not 0 <= position < len(facts) for position in positions):
            return False
        product = UNIT
        for position in positions:
            try:
                product = product_of_forms(product, facts[position])
            except ValueError:
                return False
        carried = carried or (coefficient > 0 and all(strict[position] for position in positions))
        combination.append((-coefficient, product))
    rest = sum_forms(*combination).constant()
    if rest is None:
        return False
    if positive:
        return bool(rest > 0 or (rest == 0 and carried))
    return bool(rest >= 0 or (integral and rest > -1))
