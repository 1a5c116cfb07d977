"""Terms, types and contexts in the script language, with no more brackets than it needs.

Reading back what is printed here gives the same term, up to the names of bound variables.  The conventions
on which both sides rely:

* ``*``, ``/`` and juxtaposition bind equally and associate to the left; what stands between two slashes is
  one product, and ``assemble_product`` says which term it is.
* A leading minus reaches over the product to its right: ``-a b`` is ``-(a b)``.  ``a - b`` is
  ``a + (-b)``; sums are flat.
* A bracket belongs to the name it touches: ``f(x)`` applies, ``a (b c)`` multiplies.
* ``sum``, ``prod``, ``sup``, ``inf``, ``integral`` and ``lambda`` reach over the product to their right.
* ``grad[x]`` and its kin take one factor, or what such an operator reaches: ``grad[x] f(x) g(x)`` is
  ``(grad[x] f(x)) g(x)``, and printed so.  Their term has the abbreviations opened that depend on x; where it
  has not, the word is ``immediate``.
* ``not`` binds tighter than ``and``, then ``or``, ``implies``, ``iff``, and last ``for all`` and ``exists``.
* ``^T`` transposes, ``A^-1`` inverts a matrix; any other exponent is a number, a name or bracketed.
* In ``sum[i in 1..m, j in 1..n, P] t`` the condition belongs to the innermost sum.
* Terms for which there is no notation, or whose notation would be read differently, are spelled
  ``head(arguments)`` with the head that ``checks.terms`` lists.
"""

from __future__ import annotations

from derive.printing.contexts import (
    print_context,
    print_law,
)
from derive.printing.names import bound_name
from derive.printing.products import (
    assemble_product,
    is_row,
    product_factors,
    rank_of,
)
from derive.printing.terms import (
    decimal_text,
    is_zero_side,
    mentions_arguments,
    open_nest,
    opened_codomain,
    print_range,
    print_statement,
    print_term,
    print_type,
)

__all__ = [
    "assemble_product",
    "bound_name",
    "decimal_text",
    "is_row",
    "is_zero_side",
    "mentions_arguments",
    "open_nest",
    "opened_codomain",
    "print_context",
    "print_law",
    "print_range",
    "print_statement",
    "print_term",
    "print_type",
    "product_factors",
    "rank_of",
]
