"""Entries of matrices that are assumed to be symmetric or antisymmetric.

Where A^T = A, A[i,j] and A[j,i] are one number, and where A^T = -A one is minus the other; so a monomial may be written
with the indices of such entries in either order.  Of all ways to write it the one that comes first is taken.

Trusted for turning around the entries of matrices that an assumption names, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from flint import fmpq

from checks.kernel.expansion import Expansion
from checks.kernel.forms import Atom, Exponent, Form, Monomial, Sum, sorted_factors
from checks.terms import Apply, Symbol, Term, conjuncts

ENTRIES = 5
"""How many entries of a monomial are turned around."""

MONOMIALS = 60
"""How many monomials a form may have for their entries to be turned around."""


def symmetries(x: Expansion) -> Mapping[str, int]:
    """The matrices that are assumed to be their own transposes, 1, or minus these, -1."""
    found: dict[str, int] = {}
    for fact in x.context.facts:
        for statement in conjuncts(fact.statement):
            match statement:
                case Apply("=", (left, right)):
                    for one, other in ((left, right), (right, left)):
                        _note(x, one, other, found)
                case _:
                    continue
    return found


def _note(x: Expansion, one: Term, other: Term, found: dict[str, int]) -> None:
    match one, other:
        case Apply("transpose", (Symbol(name),)), Symbol(same) if name == same:
            sign = 1
        case (Apply("transpose", (Symbol(name),)), Apply("negate", (Symbol(same),))) | (
            Symbol(name), Apply("negate", (Apply("transpose", (Symbol(same),)),))
        ) if name == same:  # fmt: skip
            sign = -1
        case _:
            return
    if name in x.context.declarations:
        found[name] = sign


def folded(x: Expansion, form: Form, signs: Mapping[str, int]) -> Form:
    """The form with the indices of such entries in the order that comes first, monomial by monomial."""
    if len(form.terms) > MONOMIALS:
        return form
    result: Sum = []
    for monomial, coefficient in form.terms:
        best = _first(x, monomial, coefficient, signs)
        result.extend(x.opened(best))
    return x.finish(x.collected(result))


def _first(x: Expansion, monomial: Monomial, coefficient: fmpq, signs: Mapping[str, int]) -> Form:
    held = Form(((monomial, coefficient),))
    turned = [atom for atom, exponent in monomial.factors if _turns(atom, exponent, signs)]
    if not turned or len(turned) > ENTRIES:
        return held
    best = held
    for choice in product((False, True), repeat=len(turned)):
        chosen = {atom for atom, taken in zip(turned, choice, strict=True) if taken}
        if not chosen:
            continue
        found = x.finish(_written(x, held, chosen, signs))
        if len(found.terms) != 1:
            continue
        (other, value), (first, weight) = found.terms[0], best.terms[0]
        if other.key == first.key and value == -weight:
            # What is its own negative is zero.
            return Form(())
        if other.key < first.key:
            best = found
    return best


def _turns(atom: Atom, exponent: Exponent, signs: Mapping[str, int]) -> bool:
    """Whether an atom is an entry off the diagonal of such a matrix, to an integer power."""
    return (
        atom.tag == "entry" and atom.name in signs and len(atom.parts) == 2 and isinstance(exponent, int)
        and atom.parts[0] != atom.parts[1]
    )  # fmt: skip


def _written(x: Expansion, form: Form, chosen: set[Atom], signs: Mapping[str, int]) -> Sum:
    """A form of one monomial with some of its entries turned around."""
    ((monomial, coefficient),) = form.terms
    factors: dict[Atom, Exponent] = {}
    for atom, exponent in monomial.factors:
        if atom in chosen:
            coefficient = coefficient * (signs[atom.name] ** abs(int(exponent)))
            atom = atom.with_parts(atom.name, (atom.parts[1], atom.parts[0]), atom.bound)
        factors[atom] = factors.get(atom, 0) + exponent
    kept = {atom: exponent for atom, exponent in factors.items() if exponent}
    if len(kept) < len(factors):
        # a · a^-1 is 1 only where a is not zero.
        return [*x.opened(form)]
    return x.opened(Form(((Monomial(monomial.ranges, sorted_factors(kept)), coefficient),)))
