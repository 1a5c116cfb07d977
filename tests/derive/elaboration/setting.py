"""What the tests of elaboration share: a small library, a theorem's context, and short ways to read texts."""
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import replace
from functools import cache

from checks.contexts import Context
from checks.terms import Term
from derive.elaboration import (
    ElaborationError,
    elaborate_context,
    elaborate_definition,
    elaborate_statement,
    elaborate_term,
)
from grammar import syntax as s
from grammar.parser import parse_script, parse_statement

LIBRARY = """
define norm(v : vector(n)) : real = sqrt(sum[i] v[i]^2)
define rms(v : vector(n)) : real = norm(v)/sqrt(n)
define Var(X : real) : real = E[(X - E[X])^2]
opaque opnorm(A : matrix(m, n), p : function vector(m) -> real, q : function vector(n) -> real) : real = sup[x in vector(n), x != 0] p(A x)/q(x)
opaque spectral(A : matrix(m, n)) : real = opnorm(A, norm, norm)
define frobenius(A : matrix(m, n)) : real = sqrt(sum[i, j] A[i, j]^2)
"""

GIVEN = """
n, k, m, L, d_out : dim
a, b, c : real
A : matrix(m, n)
B : matrix(n, m)
S : matrix(n, n)
x, u : vector(n)
y : vector(m)
V : tensor(n, m, k)
i, j : index(n)
f : function real -> real
g : function real, real -> real
F : function (function real -> real) -> real
r : sequence nat
d : sequence dim
W : (l : index(1..L)) -> matrix(d[l+1], d[l])
X : matrix(n, n) iid, mean 0
"""


def items_of(text: str) -> tuple[s.Item, ...]:
    """The items of a script without errors."""
    script = parse_script(text)
    assert not script.errors, script.errors[0].render()
    return script.items


def theorem(*given: str, let: str = "", assume: str = "") -> tuple[s.ContextItem, ...]:
    """The context of a theorem as it is written."""
    lines = ["theorem t", *(f"  given {line}" for line in given)]
    lines += [f"  let {let}"] if let else []
    lines += [f"  assume {assume}"] if assume else []
    (item,) = items_of("\n".join([*lines, "  show 1 = 1"]))
    assert isinstance(item, s.Theorem)
    return item.context


def defined(text: str, context: Context) -> Context:
    """The context with the definitions of a script."""
    for item in items_of(text):
        assert isinstance(item, s.Define)
        definition = elaborate_definition(item, context)
        context = replace(context, definitions={**context.definitions, definition.name: definition})
    return context


@cache
def library() -> Context:
    """The context of the definitions above."""
    return defined(LIBRARY, Context())


@cache
def setting() -> Context:
    """The context of the declarations above, with some abbreviations."""
    context = elaborate_context(theorem(*GIVEN.strip().splitlines()), library())
    return elaborate_context(theorem(let="q = n - k + 1"), context)


def given(*lines: str, let: str = "", assume: str = "") -> Context:
    """The library's context with declarations."""
    return elaborate_context(theorem(*lines, let=let, assume=assume), library())


def term(text: str, context: Context | None = None) -> Term:
    """What a text means as a term."""
    return elaborate_term(parse_statement(text), context or setting())


def statement(text: str, context: Context | None = None) -> Term:
    """What a text means as a statement."""
    return elaborate_statement(parse_statement(text), context or setting())


def at(text: str, error: ElaborationError) -> str:
    """The part of a text at which an error points."""
    span = error.span
    lines = text.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    return lines[span.line - 1][span.column - 1 :]
