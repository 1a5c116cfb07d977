"""Determinants and inverses of matrices of literal size, by entries.

Leibniz' formula, and A^-1 = adj(A) / det(A) with the adjugate by Cayley and Hamilton: adj(A) is 1, tr(A) I - A and
A² - tr(A) A + (tr(A)² - tr(A²)) / 2 I for the sizes 1, 2 and 3 (R. Horn, C. Johnson, Matrix Analysis, sections 0.3
and 2.4).  Where the determinant is zero the quotient is 0, one of the values that an undefined inverse may be given.

Trusted for the two formulas, at sizes 1, 2 and 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations

from flint import fmpq

from checks.kernel.algebra import raised, zero_bracket
from checks.kernel.expansion import Expansion
from checks.kernel.forms import Form, Sum, constant, scale
from checks.terms import Term, number, subtract

Entry = Callable[[Term, Term], Sum]
LARGEST = 3


def literal_size(form: Form) -> int | None:
    """The size, when it is a number for which formulas by entries are short."""
    value = form.constant()
    return int(value.p) if value is not None and value.q == 1 and 1 <= value <= LARGEST else None


def determinant_by_entries(x: Expansion, size: int, entry: Entry) -> Sum:
    """Σ over permutations of sign × Π_i A[i, p(i)]."""
    result: Sum = []
    for order in permutations(range(1, size + 1)):
        inversions = sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
        product = constant(-1 if inversions % 2 else 1)
        for row, column in enumerate(order, 1):
            product = x.times(product, entry(number(row), number(column)))
        result.extend(product)
    return x.collected(result)


def inverse_by_entries(x: Expansion, size: int, entry: Entry, row: Term, column: Term) -> Sum:
    """One entry of the adjugate over the determinant."""
    adjugate = adjugate_by_entries(x, size, entry, row, column)
    return x.times(adjugate, raised(x, determinant_by_entries(x, size, entry), -1))


def adjugate_by_entries(x: Expansion, size: int, entry: Entry, row: Term, column: Term) -> Sum:
    """One entry of the adjugate, which is the derivative of the determinant in the entry mirrored to it."""
    diagonal = zero_bracket(x, x.form(subtract(row, column)))
    places = [number(place) for place in range(1, size + 1)]
    if size == 1:
        return diagonal
    trace = x.collected([summand for place in places for summand in entry(place, place)])
    if size == 2:
        return x.collected([*x.times(diagonal, trace), *scale(entry(row, column), fmpq(-1))])
    square = _square(x, entry, places, row, column)
    squares = [summand for place in places for summand in _square(x, entry, places, place, place)]
    half = scale([*x.times(trace, trace), *scale(squares, fmpq(-1))], fmpq(1, 2))
    return x.collected(
        [*square, *scale(x.times(trace, entry(row, column)), fmpq(-1)), *x.times(diagonal, half)]
    )


def _square(x: Expansion, entry: Entry, places: Sequence[Term], row: Term, column: Term) -> Sum:
    return [summand for place in places for summand in x.times(entry(row, place), entry(place, column))]
