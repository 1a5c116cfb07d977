"""Terms to SymPy expressions and back; the only place that imports SymPy, and only when it is used.

``to_sympy`` gives an inert expression: numbers and symbols are SymPy's, every operator is a head of ours that
SymPy does not evaluate or reorder, so that ``from_sympy(to_sympy(t, c), c) == t`` up to bound names.
``usual`` gives what a user of SymPy would have written, to calculate with; it evaluates.  ``from_sympy``
reads both.

Derivatives in real numbers and integrals over them are SymPy's ``Derivative``, ``Subs`` and ``Integral``; with
arrays they have inert forms only.  The limits of SymPy's integrals may stand in any order.

Indices count from 1 in ``Indexed`` (``x[i]`` is the entry i), and from 0 in elements of a ``MatrixSymbol``,
as SymPy has it: ``A[0, 0]`` is the entry 1, 1.  A vector is a ``MatrixSymbol`` with one column.
"""

from __future__ import annotations

from typing import Any

from derive.sympy_bridge.heads import SympyError, UnknownSymbol, UnsupportedExpression, inert_head
from derive.sympy_bridge.inward import from_sympy
from derive.sympy_bridge.outward import to_sympy, usual


def __getattr__(name: str) -> Any:
    """``Expectation``: the head under which expectations are exchanged, made when first asked for."""
    if name == "Expectation":
        return inert_head("expectation")
    raise AttributeError(name)


__all__ = [
    "SympyError",
    "UnknownSymbol",
    "UnsupportedExpression",
    "from_sympy",
    "inert_head",
    "to_sympy",
    "usual",
]
