"""Names of bound variables."""

from __future__ import annotations

import re

from checks.terms import BINDERS, OPERATORS, fresh_name

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*'*\Z")
_KEYWORDS = OPERATORS | BINDERS | {
    "E", "T", "all", "argmax", "argmin", "as", "assume", "attained", "by", "case", "claim", "dim",
    "else", "expect", "fix", "for", "function", "given", "grad", "have", "hessian", "immediate", "in",
    "index", "induction", "int", "integral", "jacobian", "kron", "law", "let", "matrix", "max", "min",
    "nat", "obtain", "on", "partial", "prod", "proof", "prop", "qed", "random", "real", "sequence",
    "show", "subset", "take", "tends", "tensor", "then", "to", "vector", "with",
}  # fmt: skip


def bound_name(hint: str, used: frozenset[str] | set[str]) -> str:
    """The name under which a bound variable is printed: its hint, with primes if that is taken."""
    stem = hint if _NAME.match(hint) and hint not in _KEYWORDS else "x"
    return fresh_name(stem, used)
