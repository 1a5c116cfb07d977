"""Which forms take integer values only, by their structure.

Trusted for closure: sums and products of whole numbers are whole.
"""

from __future__ import annotations

from checks.contexts import Context
from checks.kernel import signs
from checks.kernel.forms import Atom, Form
from checks.lengths import is_integer
from checks.terms import Function

INTEGRAL_TAGS = frozenset(
    {"index", "zero", "nonnegative", "sign", "floor", "ceiling", "iverson", "factorial", "binomial"}
)


def takes_integers(form: Form, context: Context, facts: signs.SignFacts) -> bool:
    """Whether the form is a polynomial with integer coefficients in atoms that take integer values."""
    return all(
        coefficient.q == 1
        and all(isinstance(e, int) and e > 0 and _is_integral(atom, context, facts) for atom, e in monomial.factors)
        for monomial, coefficient in form.terms
    )


def _is_integral(atom: Atom, context: Context, facts: signs.SignFacts) -> bool:
    if atom.tag in INTEGRAL_TAGS:
        return True
    if atom.tag == "integer_power":
        natural = signs.is_nonnegative(signs.of_form(atom.parts[1], facts))
        return natural and takes_integers(atom.parts[0], context, facts)
    declaration = context.declarations.get(atom.name)
    if declaration is None:
        return False
    if atom.tag == "symbol":
        return is_integer(declaration.type)
    kind = declaration.type
    return atom.tag == "call" and isinstance(kind, Function) and is_integer(kind.codomain)
