"""What a row of factors means, and as which factors a product may be written."""

from __future__ import annotations

from collections.abc import Sequence

from checks.contexts import Context
from checks.shapes import IllTyped, type_of
from checks.terms import (
    Apply,
    Function,
    Scalar,
    Tensor,
    Term,
    multiply,
)


def rank_of(term: Term, context: Context) -> int | None:
    """0 of a number, 1 of a vector, 2 of a matrix…; nothing when the term is no such thing or ill-typed."""
    try:
        kind = type_of(term, context)
    except (IllTyped, ValueError, IndexError):
        return None
    if isinstance(kind, Tensor):
        return len(kind.shape)
    return None if isinstance(kind, Function) or kind == Scalar("proposition") else 0


def is_row(term: Term, context: Context) -> bool:
    """Whether the term is the transpose of a vector, as in ``x^T y``."""
    return (
        isinstance(term, Apply)
        and term.head == "transpose"
        and len(term.arguments) == 1
        and rank_of(term.arguments[0], context) == 1
    )


def assemble_product(factors: Sequence[Term], context: Context) -> Term:
    """What a row of factors without a slash means; printing and elaboration share this reading.

    Numbers multiply; vectors and matrices are taken together from left to right: ``A B x`` is ``(A B) x``,
    ``u v^T`` an outer product, ``x^T A B y`` the inner product of ``x`` with ``A B y``.  All numbers, inner
    products included, make one ``multiply`` in the order written with at most one array among them.
    """
    return _Chain(context).assemble(factors)


class _Chain:
    """The array factors met so far: ``array`` their product, or ``row`` a pending ``x^T A B …``."""

    def __init__(self, context: Context):
        self.context = context
        self.items: list[Term] = []
        self.array: Term | None = None
        self.row: Term | None = None
        self.middle: Term | None = None
        self.position = 0

    def assemble(self, factors: Sequence[Term]) -> Term:
        for factor in factors:
            if rank_of(factor, self.context) in (1, 2):
                self._take(factor)
            else:
                self.items.append(factor)
        self._settle_row()
        if self.array is not None:
            self.items.insert(self.position, self.array)
        return multiply(*self.items)

    def _take(self, factor: Term) -> None:
        vector = rank_of(factor, self.context) == 1
        if self.row is not None:
            if vector:
                right = factor if self.middle is None else Apply("matmul", (self.middle, factor))
                self.items.append(Apply("dot", (self.row, right)))
                self.row = self.middle = None
            else:
                self.middle = factor if self.middle is None else Apply("matmul", (self.middle, factor))
            return
        row = is_row(factor, self.context)
        if self.array is None:
            if row and isinstance(factor, Apply):
                self.row = factor.arguments[0]
            else:
                self.array, self.position = factor, len(self.items)
            return
        if row and isinstance(factor, Apply) and rank_of(self.array, self.context) == 1:
            self.array = Apply("outer", (self.array, factor.arguments[0]))
        else:
            self.array = Apply("matmul", (self.array, factor))
        self.position = len(self.items)

    def _settle_row(self) -> None:
        if self.row is None:
            return
        pending: Term = Apply("transpose", (self.row,))
        for factor in _matmul_factors(self.middle):
            pending = Apply("matmul", (pending, factor))
        self.array = pending if self.array is None else Apply("matmul", (self.array, pending))
        self.position = len(self.items)


def _matmul_factors(chain: Term | None) -> list[Term]:
    """The factors of a left-nested matrix product."""
    if chain is None:
        return []
    if isinstance(chain, Apply) and chain.head == "matmul" and len(chain.arguments) == 2:
        return [*_matmul_factors(chain.arguments[0]), chain.arguments[1]]
    return [chain]


def _array_factors(term: Term) -> list[Term]:
    """The factors as which a matrix product may be written without brackets."""
    match term:
        case Apply("matmul", (left, right)):
            return [*_array_factors(left), right]
        case Apply("outer", (left, right)):
            return [*_array_factors(left), Apply("transpose", (right,))]
        case Apply("dot", (left, right)):
            return [Apply("transpose", (left,)), *_array_factors(right)]
        case _:
            return [term]


def product_factors(term: Apply, context: Context) -> list[Term] | None:
    """The factors whose juxtaposition means the term, as many as possible; nothing when none do."""
    match term:
        case Apply("multiply", arguments) if len(arguments) >= 2:
            flat = [part for argument in arguments for part in _array_factors(argument)]
            candidates = [flat, list(arguments)]
        case Apply("matmul" | "outer" | "dot", (left, right)):
            single = Apply("transpose", (left,)) if term.head == "dot" else left
            last = Apply("transpose", (right,)) if term.head == "outer" else right
            candidates = [_array_factors(term), [single, last]]
        case _:
            return None
    for candidate in candidates:
        if assemble_product(candidate, context) == term:
            return candidate
    return None
