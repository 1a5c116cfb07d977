"""Absolute values as facts: |t| is at least t and at least -t, and a sign is between -1 and 1.

Trusted for -|t| <= t <= |t|.
"""

from __future__ import annotations

from flint import fmpq

from checks.kernel import signs
from checks.kernel.forms import ONE_COEFFICIENT, UNIT, Form, Monomial, single, sorted_factors, sum_forms


def size_facts(form: Form) -> list[tuple[Form, bool]]:
    """|t| - t >= 0 and |t| + t >= 0 for the absolute values that are factors in a form, a sign(a) = |a| among them.

    Each comes with whether it is greater than zero, in the order of their keys.
    """
    found = {
        atom.key: atom for monomial, _ in form.terms for atom, _ in monomial.factors if atom.tag in ("abs", "sign")
    }
    facts: list[tuple[Form, bool]] = []
    for _, atom in sorted(found.items()):
        inner, size = atom.parts[0], single(atom)
        if any(monomial.ranges for monomial, _ in inner.terms):
            continue
        if atom.tag == "sign":
            facts.extend(_between(size, UNIT))
            partner = signs.single_atom(inner)
            if partner is None:
                continue
            size = Form([(Monomial((), sorted_factors({partner: 1, atom: 1})), ONE_COEFFICIENT)])
        facts.extend(_between(inner, size))
    return facts


def _between(form: Form, size: Form) -> list[tuple[Form, bool]]:
    """``size - form`` and ``size + form``, which are at least zero."""
    return [(sum_forms((ONE_COEFFICIENT, size), (fmpq(sign), form)), False) for sign in (-1, 1)]
