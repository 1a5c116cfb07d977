"""Positivity certificates: a form is nonnegative because it is a combination of products of nonnegative facts.

The check is an identity of polynomials: goal = c + Σ λ_k Π facts with λ_k >= 0, and c >= 0, or c > -1 where
the goal takes integer values only.  With single facts this is Farkas' lemma (J. Farkas, 1902); with products
it is Handelman's representation (D. Handelman, Pacific J. Math. 132, 1988).  Finding λ is search.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from checks.kernel.forms import UNIT, Form, product_of_forms, sum_forms

Multipliers = tuple[tuple[fmpq, tuple[int, ...]], ...]


def establishes(multipliers: Multipliers, facts: Sequence[Form], goal: Form, integral: bool) -> bool:
    """Whether the multipliers show that ``goal`` is at least zero when each of ``facts`` is.

    ``integral`` says that the goal takes integer values only.
    """
    combination = [(fmpq(1), goal)]
    for coefficient, positions in multipliers:
        if coefficient < 0 or not positions or any(not 0 <= position < len(facts) for position in positions):
            return False
        product = UNIT
        for position in positions:
            try:
                product = product_of_forms(product, facts[position])
            except ValueError:
                return False
        combination.append((-coefficient, product))
    rest = sum_forms(*combination).constant()
    return rest is not None and (rest >= 0 or (integral and rest > -1))
