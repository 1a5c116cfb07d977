"""Def(t): what a term asks for, read off its structure."""

from __future__ import annotations

import pytest

from checks.contexts import Context, Declaration, Definition, Law
from checks.kernel.definedness import obligations
from checks.lengths import is_number
from checks.shapes import IllTyped, type_of
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Function,
    Index,
    Symbol,
    Tensor,
    Term,
    add,
    bind,
    divide,
    multiply,
    number,
    power,
    relation,
    subtract,
)

n, m, a, b, k, q, i, x, S, f, t = map(Symbol, "nmabkqixSft")
INVERSE = Definition("flip", (Declaration("t", REAL),), 0, REAL, divide(ONE, t))
HIDDEN = Definition("hidden", (Declaration("t", REAL),), 0, REAL, divide(ONE, t), opaque=True)
WHERE = Context(
    {
        name: Declaration(name, kind)
        for name, kind in {
            "n": DIMENSION, "m": DIMENSION, "a": REAL, "b": REAL, "k": INTEGER, "q": NATURAL, "i": Index(ONE, n),
            "x": Tensor((n,)), "S": Tensor((n, n)), "f": Function((NATURAL,), REAL),
        }.items()
    },
    lets={"e": divide(a, b)},
    definitions={"flip": INVERSE, "hidden": HIDDEN},
)  # fmt: skip


def op(head: str, *arguments: Term) -> Apply:
    return Apply(head, arguments)


def entry(array: Term, *indices: Term) -> Term:
    return op("entry", array, *indices)


def forall(name: str, body: Term, condition: Term = TRUE, high: Term = n) -> Term:
    return bind("forall", name, Index(ONE, high), body, condition)


def implies(left: Term, right: Term) -> Term:
    return op("implies", left, right)


s = Symbol("s")
B_NONZERO = relation(b, "!=", ZERO)
POSITIVE = relation(ZERO, "<", a)
CASES: list[tuple[Term, tuple[Term, ...]]] = [
    (add(a, multiply(a, b)), ()),
    (divide(a, b), (B_NONZERO,)),
    (divide(a, number(2)), ()),
    (divide(a, ZERO), (relation(ZERO, "!=", ZERO),)),
    (add(divide(a, b), divide(ONE, b)), (B_NONZERO,)),
    (Symbol("e"), (B_NONZERO,)),
    (op("log", a), (POSITIVE,)),
    (op("sqrt", a), (relation(ZERO, "<=", a),)),
    (op("exp", a), ()),
    (power(a, number(2)), ()),
    (power(b, number(-1)), (B_NONZERO,)),
    (power(a, divide(ONE, number(2))), (relation(a, ">", ZERO),)),
    (power(b, k), (Apply("or", (B_NONZERO, relation(ZERO, "<=", k))),)),
    (power(b, q), ()),
    (power(a, b), (relation(a, ">", ZERO),)),
    (entry(x, i), ()),
    (entry(x, add(i, ONE)), (relation(ONE, "<=", add(i, ONE)), relation(add(i, ONE), "<=", n))),
    (entry(x, m), (relation(ONE, "<=", m), relation(m, "<=", n))),
    (op("call", f, q), ()),
    (op("call", f, k), (relation(ZERO, "<=", k),)),
    (op("inverse", S), (op("invertible", S),)),
    (op("factorial", k), (relation(ZERO, "<=", k),)),
    (op("modulo", k, n), (relation(n, "!=", ZERO),)),
    (op("expectation", a), (op("integrable", a),)),
    (op("expectation", divide(a, b)), (B_NONZERO, op("integrable", divide(a, b)))),
    (op("flip", b), (B_NONZERO,)),
    (op("hidden", b), (op("defined", op("hidden", b)),)),
    (op("hidden", divide(a, b)), (B_NONZERO, op("defined", op("hidden", divide(a, b))))),
    (op("defined", divide(a, b)), ()),
    (implies(B_NONZERO, relation(divide(a, b), ">", ZERO)), ()),
    (implies(POSITIVE, relation(divide(a, b), ">", ZERO)), (implies(POSITIVE, B_NONZERO),)),
    (op("and", B_NONZERO, relation(divide(a, b), ">", ZERO)), ()),
    (op("and", POSITIVE, relation(divide(a, b), ">", ZERO)), (implies(POSITIVE, B_NONZERO),)),
    (op("and", relation(divide(a, b), ">", ZERO), B_NONZERO), (B_NONZERO,)),
    (op("if", B_NONZERO, divide(a, b), op("log", a)), (implies(op("not", B_NONZERO), POSITIVE),)),
    (op("if", B_NONZERO, op("log", a), divide(a, b)),
     (implies(B_NONZERO, POSITIVE), implies(op("not", B_NONZERO), B_NONZERO))),
    (bind("sum", "s", Index(ONE, n), entry(x, s)), ()),
    (bind("sum", "s", Index(ONE, n), divide(a, entry(x, s))), (forall("s", relation(entry(x, s), "!=", ZERO)),)),
    (bind("sum", "s", Index(ONE, n), divide(a, entry(x, s)), relation(s, "<=", i)),
     (forall("s", relation(entry(x, s), "!=", ZERO), relation(s, "<=", i)),)),
    (bind("sum", "s", Index(ONE, m), entry(x, s)),
     (forall("s", relation(ONE, "<=", s), high=m), forall("s", relation(s, "<=", n), high=m))),
    (bind("array", "s", Index(ONE, n), op("log", entry(x, s))), (forall("s", relation(ZERO, "<", entry(x, s))),)),
    (op("sqrt", x), (forall("i'", relation(ZERO, "<=", entry(x, Symbol("i'")))),)),
    (relation(divide(a, b), "=", subtract(a, b)), (B_NONZERO,)),
]  # fmt: skip


@pytest.mark.parametrize(("term", "wanted"), CASES)
def test_what_a_term_asks_for(term: Term, wanted: tuple[Term, ...]) -> None:
    assert obligations(term, WHERE) == wanted
    # Under a further quotient it asks for more.
    if is_number(type_of(term, WHERE)):
        assert obligations(divide(term, subtract(a, b)), WHERE) == (*wanted, relation(subtract(a, b), "!=", ZERO))


def test_an_extremum_asks_to_exist() -> None:
    c = Symbol("c")
    greatest = bind("greatest", "c", REAL, c, relation(c, "<=", a))
    (needed,) = obligations(greatest, WHERE)
    assert needed.head == "exists" and needed.domain == REAL
    sup = bind("sup", "s", Index(ONE, n), entry(x, s))
    bounded = [part for part in obligations(sup, WHERE) if part.head == "exists"]
    assert len(bounded) == 2
    assert obligations(bind("sum", "s", Index(ONE, n), entry(x, s)), WHERE) == ()


def test_an_array_of_random_length_may_be_divided() -> None:
    law = Law("Poisson", (number(2),), entries="iid")
    where = WHERE.declare(Declaration("N", NATURAL, law))
    counted = bind("array", "s", Index(ONE, Symbol("N")), ONE)
    assert type_of(divide(counted, number(2)), where) == type_of(counted, where)
    with pytest.raises(IllTyped, match="depends on the outcome"):
        type_of(op("expectation", counted), where)
