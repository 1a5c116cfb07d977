"""What a word such as `symmetric` says of a square matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checks.lengths import same_length
from checks.terms import (
    ONE,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Index,
    Tensor,
    Term,
    Type,
    conjunction,
    negate,
    relation,
)
from derive.elaboration.errors import ElaborationError
from derive.elaboration.meaning import Scope, describe, entry_of
from grammar import syntax as s


def matrix_fact(word: str, kind: Type, span: s.Span, scope: Scope) -> Callable[[Term], Term]:
    """The statement that the word makes of a symbol of the type; an error where that is no square matrix."""
    match kind:
        case Tensor((rows, columns)) if same_length(rows, columns, scope.context):
            return lambda matrix: MATRIX_FACTS[word](matrix, rows)
        case _:
            message = f"`{word}` is said of a square matrix, {describe(kind)} was found"
            raise ElaborationError(message, span, "shape-mismatch")


def _diagonal(matrix: Term, size: Term) -> Term:
    zero = relation(entry_of(matrix, 2), "=", ZERO)
    domain = Index(ONE, size)
    inner = Bind("forall", domain, relation(Bound(1), "!=", Bound(0)), zero, "j")
    return Bind("forall", domain, TRUE, inner, "i")


def _definite(matrix: Term, size: Term) -> Term:
    nonzero = relation(Bound(0), "!=", Apply("zeros", (size,)))
    return _form_sign(matrix, size, nonzero, ">")


def _semidefinite(matrix: Term, size: Term) -> Term:
    return _form_sign(matrix, size, TRUE, ">=")


def _form_sign(matrix: Term, size: Term, condition: Term, sign: str) -> Term:
    """The matrix is symmetric, and ``v^T A v`` has the sign for all v that satisfy the condition."""
    form = Apply("dot", (Bound(0), Apply("matmul", (matrix, Bound(0)))))
    every = Bind("forall", Tensor((size,)), condition, relation(form, sign, ZERO), "v")
    return conjunction(_symmetric(matrix, size), every)


def _symmetric(matrix: Term, size: Term) -> Term:
    return relation(Apply("transpose", (matrix,)), "=", matrix)


def _antisymmetric(matrix: Term, size: Term) -> Term:
    return relation(Apply("transpose", (matrix,)), "=", negate(matrix))


def _idempotent(matrix: Term, size: Term) -> Term:
    return relation(Apply("matmul", (matrix, matrix)), "=", matrix)


def _orthogonal(matrix: Term, size: Term) -> Term:
    return relation(Apply("matmul", (Apply("transpose", (matrix,)), matrix)), "=", Apply("identity", (size,)))


MATRIX_FACTS: Mapping[str, Callable[[Term, Term], Term]] = {
    "symmetric": _symmetric,
    "antisymmetric": _antisymmetric,
    "orthogonal": _orthogonal,
    "idempotent": _idempotent,
    "invertible": lambda matrix, size: Apply("invertible", (matrix,)),
    "diagonal": _diagonal,
    "positive definite": _definite,
    "positive semidefinite": _semidefinite,
}
