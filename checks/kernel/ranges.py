"""Ranges of summation: the variable in terms of an index that starts at 1, and hulls of dependent ends.

Trusted for a one to one change of an index, and for ends of what is linear in its indices.
"""

from __future__ import annotations

from fractions import Fraction

from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT,
    Form,
    linear_part,
    sum_forms,
)
from checks.terms import (
    Symbol,
    Term,
    add,
    number,
)


def shifted(x: Expansion, name: str, low_form: Form, low: Term) -> Term:
    """The term for the variable of the sum, given that the new index starts at 1."""
    value = low_form.constant()
    if value is not None:
        shift = Fraction(int(value.p), int(value.q)) - 1
        return add(Symbol(name), number(shift)) if shift else Symbol(name)
    if x.form(low) == low_form:
        return add(Symbol(name), low, number(-1))
    # A hull has no term of its own: a symbol stands for its form.
    return add(Symbol(name), x.stand_in(low_form), number(-1))


def hull(x: Expansion, form: Form, direction: int) -> Form | None:
    """The least (direction 1) or greatest (-1) value over the bound indices in scope, if linear in them."""
    for _ in range(64):
        names = sorted((name for name in form.indices if name in x.lengths), key=lambda name: int(name[1:]))
        if not names:
            return form
        split = linear_part(form, names[-1])
        if split is None:
            return None
        coefficient, rest = split
        end = UNIT if (coefficient > 0) == (direction > 0) else x.lengths[names[-1]]
        form = sum_forms((ONE_COEFFICIENT, rest), (coefficient, end))
    return None
