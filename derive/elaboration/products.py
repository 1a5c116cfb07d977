"""What a row of factors means: ``a A B x``, ``u v^T``, ``x^T A y``.

Numbers multiply; neighbouring vectors and matrices are taken together from left to right:
``A B x`` is ``(A B) x``, ``u v^T`` an outer product, ``x^T A B y`` the inner product of ``x`` with ``A B y``.
All numbers, inner products included, make one ``multiply`` in the order written, with at most one array among
them, which stands where its last factor stood.  ``derive.printing.assemble_product`` is the same reading of
terms that carry no types.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks.lengths import describe_type, is_integer, is_number, same_length
from checks.shapes import type_of
from checks.terms import INTEGER, ONE, REAL, Apply, Tensor, Term, Type, multiply
from derive.elaboration.errors import ElaborationError
from derive.elaboration.meaning import Meaning, Scope, misfit, over


def assemble(factors: Sequence[Meaning], scope: Scope) -> Meaning:
    """The product of the factors as written."""
    if len(factors) == 1:
        return factors[0]
    row = _Row(scope)
    for factor in factors:
        row.take(factor)
    term, kind = row.finish()
    return Meaning(term, kind, over(factors[0].span, factors[-1].span))


def divide(left: Meaning, right: Meaning) -> Meaning:
    """The quotient of a number or array by a number."""
    if not is_number(right.type):
        suggestion = "write A^-1 for the inverse of a matrix" if rank(right) == 2 else None
        raise misfit("one divides by a number", right, "not-a-number", suggestion)
    _check_factor(left)
    kind = left.type if isinstance(left.type, Tensor) else REAL
    return Meaning(Apply("divide", (left.term, right.term)), kind, over(left.span, right.span))


def rank(meaning: Meaning) -> int | None:
    """0 of a number, 1 of a vector, 2 of a matrix…; nothing of anything else."""
    if isinstance(meaning.type, Tensor):
        return len(meaning.type.shape)
    return 0 if is_number(meaning.type) else None


def _check_factor(factor: Meaning) -> None:
    if rank(factor) is None:
        raise misfit("a factor is a number or an array", factor, "not-a-number")


def _shape(meaning: Meaning) -> tuple[Term, ...]:
    return meaning.type.shape if isinstance(meaning.type, Tensor) else ()


class _Row:
    """The factors met so far: the product of the arrays, or a pending ``x^T A B``: a row and a middle."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.items: list[Term] = []
        self.integers = True
        self.tensor: Meaning | None = None  # of three indices or more, which only numbers multiply
        self.array: Meaning | None = None
        self.position = 0
        self.row: Meaning | None = None
        self.middle: list[Meaning] = []

    def take(self, factor: Meaning) -> None:
        """Adds the next factor."""
        _check_factor(factor)
        if not isinstance(factor.type, Tensor):
            self.items.append(factor.term)
            self.integers = self.integers and is_integer(factor.type)
        elif len(factor.type.shape) > 2:
            if self.tensor is not None:
                raise _no_fit(self.tensor, factor, "there is no product of")
            self.items.append(factor.term)
            self.tensor = factor
        elif self.row is not None:
            self._take_after_row(self.row, factor)
        elif self.array is None:
            self.row = self._transposed_vector(factor)
            if self.row is None:
                self.array, self.position = factor, len(self.items)
        else:
            vector = self._transposed_vector(factor)
            if vector is not None and rank(self.array) == 1:
                kind = Tensor(_shape(self.array) + _shape(vector))
                outer = Apply("outer", (self.array.term, vector.term))
                self.array = Meaning(outer, kind, over(self.array.span, factor.span))
            else:
                self.array = self._matmul(self.array, factor)
            self.position = len(self.items)

    def _take_after_row(self, row: Meaning, factor: Meaning) -> None:
        if rank(factor) != 1:
            self.middle.append(factor)
            return
        right = self._matmul(self._middle(), factor) if self.middle else factor
        (left_length,), (right_length,) = _shape(row), _shape(right)
        if not same_length(left_length, right_length, self.scope.context):
            raise _no_fit(row, right, "shapes do not fit: the inner product of")
        self.items.append(Apply("dot", (row.term, right.term)))
        self.integers, self.row, self.middle = False, None, []

    def _middle(self) -> Meaning:
        product = self.middle[0]
        for factor in self.middle[1:]:
            product = self._matmul(product, factor)
        return product

    def finish(self) -> tuple[Term, Type]:
        """The product and its type."""
        if self.row is not None:
            self.array = self._transpose(self.row)
            for factor in self.middle:
                self.array = self._matmul(self.array, factor)
            self.position = len(self.items)
        if self.tensor is not None:
            if self.array is not None:
                raise _no_fit(self.tensor, self.array, "there is no product of")
            return multiply(*self.items), self.tensor.type
        if self.array is None:
            return multiply(*self.items), INTEGER if self.integers else REAL
        self.items.insert(self.position, self.array.term)
        return multiply(*self.items), self.array.type

    def _transpose(self, vector: Meaning) -> Meaning:
        return Meaning(Apply("transpose", (vector.term,)), Tensor((ONE, *_shape(vector))), vector.span)

    def _transposed_vector(self, factor: Meaning) -> Meaning | None:
        """The vector whose transpose the factor is, if it is one."""
        match factor.term:
            case Apply("transpose", (vector,)) if _shape(factor)[0] == ONE:
                found = Meaning(vector, type_of(vector, self.scope.context), factor.span)
                return found if rank(found) == 1 else None
            case _:
                return None

    def _matmul(self, left: Meaning, right: Meaning) -> Meaning:
        first, second = _shape(left), _shape(right)
        if len(first) == 1 and len(second) == 1:
            suggestion = "write x^T y for the inner, x y^T for the outer or x .* y for the entrywise product"
            raise _no_fit(left, right, "two vectors stand side by side,", suggestion)
        if len(first) == 1 and len(second) == 2:
            raise _no_fit(left, right, "there is no product of", "write x^T A for a row times a matrix")
        if not same_length(first[1], second[0], self.scope.context):
            raise _no_fit(left, right, "shapes do not fit:", middle="times")
        kind = Tensor((first[0], *second[1:]))
        return Meaning(Apply("matmul", (left.term, right.term)), kind, over(left.span, right.span))


def _no_fit(
    left: Meaning, right: Meaning, message: str, suggestion: str | None = None, middle: str = "and"
) -> ElaborationError:
    message = f"{message} {describe_type(left.type)} {middle} {describe_type(right.type)}"
    return ElaborationError(message, over(left.span, right.span), "shape-mismatch", suggestion)
