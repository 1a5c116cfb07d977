"""Terms, definitions and contexts by hand, for the tests of trials."""

from __future__ import annotations

from fractions import Fraction

from checks.contexts import Context, Declaration, Definition, Fact, Independence, Law
from checks.terms import (
    DIMENSION,
    REAL,
    Apply,
    Function,
    Index,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
    add,
    bind,
    divide,
    multiply,
    negate,
    number,
    power,
    relation,
    subtract,
)

S = Symbol
NAT = Scalar("nat")


def lit(value: Term | int | Fraction) -> Term:
    return number(value) if isinstance(value, int | Fraction) else value


def plus(*terms: Term | int) -> Term:
    return add(*map(lit, terms))


def times(*terms: Term | int) -> Term:
    return multiply(*map(lit, terms))


def minus(a: Term | int, b: Term | int) -> Term:
    return subtract(lit(a), lit(b))


def over(a: Term | int, b: Term | int) -> Term:
    return divide(lit(a), lit(b))


def to(a: Term | int, b: Term | int | Fraction) -> Term:
    return power(lit(a), lit(b))


def f(head: str, *arguments: Term | int) -> Term:
    return Apply(head, tuple(map(lit, arguments)))


def at(array: Term, *indices: Term | int) -> Term:
    return f("entry", array, *indices)


def rel(a: Term | int, head: str, b: Term | int) -> Term:
    return relation(lit(a), head, lit(b))


def eq(a: Term | int, b: Term | int) -> Term:
    return rel(a, "=", b)


def total(name: str, low: Term | int, high: Term | int, body: Term) -> Term:
    return bind("sum", name, Index(lit(low), lit(high)), body)


def forall(name: str, kind: Type, body: Term) -> Term:
    return bind("forall", name, kind, body)


def E(body: Term) -> Term:
    return f("expectation", body)


def sqrt(a: Term | int) -> Term:
    return f("sqrt", a)


def vector(n: Term | int) -> Tensor:
    return Tensor((lit(n),))


def matrix(m: Term | int, n: Term | int) -> Tensor:
    return Tensor((lit(m), lit(n)))


def index(high: Term | int) -> Index:
    return Index(number(1), lit(high))


def definition(
    name: str,
    implicit: list[str],
    parameters: list[tuple[str, Type]],
    body: Term,
    opaque: bool = False,
    kind: Type = REAL,
) -> Definition:
    declared = [Declaration(p, DIMENSION) for p in implicit] + [Declaration(p, t) for p, t in parameters]
    return Definition(name, tuple(declared), len(implicit), kind, body, opaque)


_n, _m, _x, _A = S("n"), S("m"), S("x"), S("A")
_i, _j = S("i"), S("j")
DEFINITIONS = {
    d.name: d
    for d in (
        definition("Var", [], [("x", REAL)], E(to(minus(_x, E(_x)), 2))),
        definition("norm", ["n"], [("x", vector(_n))], sqrt(total("i", 1, _n, to(at(_x, _i), 2)))),
        definition("rms", ["n"], [("x", vector(_n))], over(f("norm", _n, _x), sqrt(_n))),
        definition(
            "spectral",
            ["m", "n"],
            [("A", matrix(_m, _n))],
            bind(
                "sup",
                "x",
                vector(_n),
                over(f("norm", _m, f("matmul", _A, _x)), f("norm", _n, _x)),
                rel(_x, "!=", f("zeros", _n)),
            ),
            opaque=True,
        ),
        definition(
            "frobenius",
            ["m", "n"],
            [("A", matrix(_m, _n))],
            sqrt(total("i", 1, _m, total("j", 1, _n, to(at(_A, _i, _j), 2)))),
        ),
    )
}


def context(
    *declarations: Declaration,
    facts: tuple[Term, ...] = (),
    independent: tuple[tuple[str, ...], ...] = (),
    lets: dict[str, Term] | None = None,
) -> Context:
    independences = (Independence(tuple(frozenset({n}) for n in group)) for group in independent)
    return Context(
        {d.name: d for d in declarations},
        tuple(Fact(fact) for fact in facts),
        lets or {},
        tuple(independences),
        DEFINITIONS,
    )


def dim(*names: str) -> list[Declaration]:
    return [Declaration(name, DIMENSION) for name in names]


def real(*names: str) -> list[Declaration]:
    return [Declaration(name, REAL) for name in names]


def var(name: str, kind: Type, law: Law | None = None) -> Declaration:
    return Declaration(name, kind, law)


def normal(mean: Term | int = 0, variance: Term | int = 1, entries: str = "iid") -> Law:
    return Law("Normal", (lit(mean), lit(variance)), entries=entries)


def known(mean: Term | int | None, variance: Term | int | None, entries: str = "iid") -> Law:
    return Law(
        "declared",
        (),
        None if mean is None else lit(mean),
        None if variance is None else lit(variance),
        2,
        entries,
    )


__all__ = [name for name in dir() if not name.startswith("__")] + ["Function", "negate"]
