"""Terms, statements, types and contexts as the LaTeX of a textbook.

A symbol or definition is spelled as its declaration says.  Without a declared spelling ``sigma_w`` is
``\\sigma_{w}``, ``d_in`` is ``d_{\\mathrm{in}}`` and ``x_hat`` is ``\\hat{x}``; a definition is an operator
name applied to its explicit arguments.  In the template of a definition ``#1``, ``#2``… stand for the
explicit arguments; a template without them is put before the bracketed arguments.

Products are set without a sign, read as ``derive.printing.assemble_product`` says.  Fractions are upright
in exponents and subscripts.
"""

from __future__ import annotations

from derive.latex.contexts import latex_context, latex_context_clauses
from derive.latex.spelling import bracketed, spell_name
from derive.latex.terms import latex, latex_type

__all__ = ["bracketed", "latex", "latex_context", "latex_context_clauses", "latex_type", "spell_name"]
