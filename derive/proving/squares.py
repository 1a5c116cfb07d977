"""Polynomials as sums of squares: what makes an inequality between polynomials plain.

A quadratic form is a nonnegative combination of squares exactly when its matrix is positive semidefinite
(Lagrange's reduction; R. Horn, C. Johnson, Matrix Analysis, 4.5).  The squares are found by rational
elimination and handed over as a term whose sign shows in its structure; the kernel expands it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import fmpq

from checks.contexts import Context
from checks.kernel.certificates import Certificate, Cut, Proof, Use
from checks.kernel.definedness import obligations
from checks.kernel.expansion import Expansion
from checks.kernel.forms import Atom, Form, Monomial, TooLarge
from checks.shapes import IllTyped
from checks.terms import ONE, ZERO, Apply, Index, Term, add, bind, multiply, number, power, relation, subtract
from derive.proving.rebuilding import Unconvertible, as_fraction, atom_as_term, form_as_term, index_symbol

if TYPE_CHECKING:
    from derive.proving.search import Search

BASIS_LIMIT = 8
Powers = frozenset[tuple[Atom, int]]


@dataclass(frozen=True, slots=True)
class Square:
    """weight · (Σ coefficient · monomial)²."""

    weight: fmpq
    parts: tuple[tuple[fmpq, Powers], ...]


def by_squares(search: Search, context: Context, goal: Term) -> Certificate | None:
    """An inequality whose difference is a sum of squares, and of what is known not to be negative."""
    match goal:
        case Apply("<=" | "<", (low, high)) | Apply(">=" | ">", (high, low)):
            pass
        case _:
            return None
    try:
        x = search.workspace.expansion(context, frozenset(search.unfold))
        total = _sum_of_squares(x, x.form(subtract(high, low)), strict=goal.head in ("<", ">"))
        if total is None:
            return None
        statement = relation(ZERO, "<=", total)
        shown = search.by_arithmetic(context, statement)
        if shown is None:
            return None
        proof = Proof(shown, search.definedness(context, statement))
    except (TooLarge, Unconvertible, IllTyped):
        return None
    if any(part is None for part in proof.definedness):
        return None
    inner = context.conclude(statement, None, obligations(statement, context))
    then = search.combined(inner, goal, Use(f"fact:{len(context.facts)}"), statement)
    return None if then is None else Cut(statement, proof, then)


def _sum_of_squares(x: Expansion, form: Form, strict: bool) -> Term | None:
    """The squares that a form needs beside what is known not to be negative; None when there are none.

    Where the form has to be greater than zero a square of a number is left beside them.
    """
    groups: dict[str, list[tuple[Monomial, fmpq]]] = {}
    for monomial, value in form.terms:
        key = ",".join(f"{name}<{length.key}" for name, length in monomial.ranges)
        groups.setdefault(key, []).append((monomial, value))
    terms: list[Term] = []
    for group in groups.values():
        if x.nonnegative(Form(group)) if not group[0][0].ranges else all(value > 0 for _, value in group) and (
            len(group) == 1
        ):
            continue
        squares = squares_of(group)
        if squares is None:
            return None
        if strict and not group[0][0].ranges:
            squares = [square for square in squares if any(monomial for _, monomial in square.parts)]
        inside = add(*(_square_as_term(x, square) for square in squares))
        for name, length in reversed(group[0][0].ranges):
            inside = bind("sum", index_symbol(name).name, Index(ONE, form_as_term(x, length)), inside)
        terms.append(inside)
    return add(*terms) if terms else None


def _square_as_term(x: Expansion, square: Square) -> Term:
    parts = []
    for coefficient, monomial in square.parts:
        factors = [power(atom_as_term(x, atom), number(e)) if e > 1 else atom_as_term(x, atom) for atom, e in
                   sorted(monomial, key=lambda item: item[0].key)]  # fmt: skip
        parts.append(multiply(number(as_fraction(coefficient)), *factors))
    return multiply(number(as_fraction(square.weight)), power(add(*parts), number(2)))


def squares_of(terms: Sequence[tuple[Monomial, fmpq]]) -> list[Square] | None:
    """A polynomial as a nonnegative combination of squares, or None.

    The monomials of the squares are the roots of those of its terms that are squares; a term that is a
    product of two of them in several ways goes to the first.
    """
    found: dict[Powers, fmpq] = {}
    for monomial, value in terms:
        if any(not isinstance(exponent, int) or exponent < 1 for _, exponent in monomial.factors):
            return None
        found[frozenset((atom, int(exponent)) for atom, exponent in monomial.factors)] = value
    basis = [
        frozenset((atom, exponent // 2) for atom, exponent in powers)
        for powers, value in found.items()
        if value > 0 and all(exponent % 2 == 0 for _, exponent in powers)
    ]
    # The number comes last, so that its square is what is left over.
    basis.sort(key=lambda powers: not powers)
    if len(basis) > BASIS_LIMIT:
        return None
    size = len(basis)
    matrix = [[fmpq(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i, size):
            value = found.pop(_product(basis[i], basis[j]), fmpq(0))
            matrix[i][j] = matrix[j][i] = value if i == j else value / 2
    return None if found else _reduced(matrix, basis)


def _product(left: Powers, right: Powers) -> Powers:
    result = dict(left)
    for atom, exponent in right:
        result[atom] = result.get(atom, 0) + exponent
    return frozenset(result.items())


def _reduced(matrix: list[list[fmpq]], basis: Sequence[Powers]) -> list[Square] | None:
    """Lagrange's reduction of a quadratic form; None when it takes negative values."""
    squares: list[Square] = []
    left = list(range(len(basis)))
    while left:
        pivot = next((k for k in left if matrix[k][k] > 0), None)
        if pivot is None:
            return None if any(matrix[i][j] for i in left for j in left) else squares
        weight = matrix[pivot][pivot]
        row = {j: matrix[pivot][j] / weight for j in left}
        squares.append(Square(weight, tuple((row[j], basis[j]) for j in left if row[j])))
        for i in left:
            for j in left:
                matrix[i][j] -= weight * row[i] * row[j]
        left.remove(pivot)
        if any(matrix[k][k] < 0 for k in left):
            return None
    return squares
