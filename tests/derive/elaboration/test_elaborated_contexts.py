"""What declarations, laws, independences, abbreviations, assumptions and definitions mean."""
# ruff: noqa: E501

from __future__ import annotations

import pytest

from checks.contexts import Context, Fact, Independence, Law
from checks.shapes import type_of
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
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
)
from derive.elaboration import (
    elaborate_context,
    elaborate_definition,
    elaborate_examples,
    elaborate_let,
    elaborate_type,
)
from derive.printing import print_context, print_statement
from grammar import syntax as s
from grammar.parser import parse_type
from tests.derive.elaboration.setting import given, items_of, library, setting, theorem

n, k, m, mu, sx, u, A, r, d = map(Symbol, ["n", "k", "m", "mu", "sx", "u", "A", "r", "d"])
BASE = ("m, n, k : dim", "sx : positive real", "mu : vector(n)")


def op(head: str, *arguments: Term) -> Apply:
    return Apply(head, arguments)


def call(function: Term, *values: Term) -> Apply:
    return op("call", function, *values)


TYPES: list[tuple[str, Type]] = [
    ("real", REAL),
    ("dim", DIMENSION),
    ("index(k)", Index(ONE, k)),
    ("index(0..k-1)", Index(ZERO, add(k, negate(ONE)))),
    ("vector(n - k + 1)", Tensor((add(n, negate(k), ONE),))),
    ("matrix(m, n)", Tensor((m, n))),
    ("tensor(m, n, k)", Tensor((m, n, k))),
    ("sequence nat", Function((NATURAL,), NATURAL)),
    ("function vector(k), real -> real", Function((Tensor((k,)), REAL), REAL)),
    ("function (function real -> real) -> int", Function((Function((REAL,), REAL),), INTEGER)),
    (
        "(l : index(1..L)) -> matrix(d[l+1], d[l])",
        Function((Index(ONE, Symbol("L")),), Tensor((call(d, add(Bound(0), ONE)), call(d, Bound(0))))),
    ),
    (
        "(s : index(n), t : index(s)) -> matrix(s, t)",
        Function((Index(ONE, n), Index(ONE, Bound(0))), Tensor((Bound(1), Bound(0)))),
    ),
]


@pytest.mark.parametrize(("text", "wanted"), TYPES)
def test_types(text: str, wanted: Type) -> None:
    reading = elaborate_type(parse_type(text), setting())
    assert reading.type == wanted
    assert reading.facts(Symbol("z")) == () and not reading.random


def test_words_of_a_type_are_facts_of_its_symbols() -> None:
    z = Symbol("z")
    assert elaborate_type(parse_type("positive real"), setting()).facts(z) == (relation(z, ">", ZERO),)
    assert elaborate_type(parse_type("nonzero int"), setting()).facts(z) == (relation(z, "!=", ZERO),)
    assert elaborate_type(parse_type("random real"), setting()).random
    entries = bind("forall", "t", Index(ONE, n), relation(op("entry", z, Symbol("t")), "<", ZERO))
    assert elaborate_type(parse_type("negative vector(n)"), setting()).facts(z) == (entries,)
    values = bind("forall", "t", NATURAL, relation(call(z, Symbol("t")), ">=", ZERO))
    assert elaborate_type(parse_type("sequence nonnegative real"), setting()).facts(z) == (values,)
    family = elaborate_type(parse_type("(l : index(1..L)) -> positive vector(d[l])"), setting())
    inside = relation(op("entry", call(z, Bound(1)), Bound(0)), ">", ZERO)
    inner = Bind("forall", Index(ONE, call(d, Bound(0))), TRUE, inside)
    assert family.facts(z) == (Bind("forall", Index(ONE, Symbol("L")), TRUE, inner),)


VARIANCE = power(sx, number(2))
PER_ENTRY = bind("lambda", "t", Index(ONE, n), op("entry", mu, Symbol("t")))
LAWS: list[tuple[str, Law]] = [
    ("X : matrix(n, n) iid, mean 0, variance sx^2", Law(mean=ZERO, variance=VARIANCE, order=2, entries="iid")),
    ("X : matrix(n, n) iid ~ Normal(0, sx^2)", Law("Normal", (ZERO, VARIANCE), entries="iid")),
    ("X : vector(n) ~ normal(0, sx)", Law("Normal", (ZERO, sx), entries="joint")),
    ("X : vector(n) iid standard normal", Law("Normal", (ZERO, ONE), entries="iid")),
    ("X : vector(n) ~ standard normal, independent", Law("Normal", (ZERO, ONE), entries="independent")),
    ("X : vector(n) independent ~ Gaussian(mu, sx)", Law("Normal", (PER_ENTRY, sx), entries="independent")),
    ("X : vector(n) independent, mean mu", Law(mean=PER_ENTRY, order=1, entries="independent")),
    ("X : vector(n) iid", Law(entries="iid")),
    ("X : random vector(n)", Law(entries="joint")),
    ("X : vector(n) joint", Law(entries="joint")),
    ("X : random real", Law(entries="iid")),
    ("X : real ~ Rademacher", Law("Rademacher", entries="iid")),
    ("X : real iid rademacher", Law("Rademacher", entries="iid")),
    ("X : real ~ Uniform(0, 1)", Law("Uniform", (ZERO, ONE), entries="iid")),
    ("X : real mean 0", Law(mean=ZERO, order=1, entries="iid")),
    ("X : real variance sx", Law(variance=sx, order=2, entries="iid")),
    ("X : real mean 0, variance sx, moments 4", Law(mean=ZERO, variance=sx, order=4, entries="iid")),
    ("X : int ~ Poisson(sx)", Law("Poisson", (sx,), entries="iid")),
]  # fmt: skip


@pytest.mark.parametrize(("line", "law"), LAWS, ids=[line for line, _ in LAWS])
def test_laws(line: str, law: Law) -> None:
    assert given(*BASE, line).declarations["X"].law == law


def facts_of(*lines: str) -> list[Term]:
    """The statements that declarations make, after those of the base."""
    context = given(*BASE, *lines)
    assert {fact.kind for fact in context.facts} == {"declared"}
    return [fact.statement for fact in context.facts[1:]]


def entry(*arguments: Term) -> Apply:
    return op("entry", *arguments)


i, j = Symbol("i"), Symbol("j")
FACTS: list[tuple[tuple[str, ...], list[Term]]] = [
    (("a, b : positive real",), [relation(Symbol("a"), ">", ZERO), relation(Symbol("b"), ">", ZERO)]),
    (("p, q : dim with p <= q",), [relation(Symbol("p"), "<=", Symbol("q"))]),
    (
        ("u : vector(m) with u[i] in {-1, 1}",),
        [
            bind(
                "forall", "i", Index(ONE, m),
                op("or", relation(entry(u, i), "=", negate(ONE)), relation(entry(u, i), "=", ONE)),
            )
        ],
    ),
    (
        ("A : matrix(m, n) with A[i, j] = j",),
        [bind("forall", "i", Index(ONE, m), bind("forall", "j", Index(ONE, n), relation(entry(A, i, j), "=", j)))],
    ),
    (("u : vector(n) with u[i+1] > u[i]",), [
        bind("forall", "i", Index(ONE, n), relation(entry(u, add(i, ONE)), ">", entry(u, i)))
    ]),
    # A declared index is that index, not all of them.
    (("i : index(n)", "u : vector(n) with u[i] = 0"), [relation(entry(u, i), "=", ZERO)]),
    (("A : matrix(n, n) symmetric",), [relation(op("transpose", A), "=", A)]),
    (("A : matrix(n, n) invertible, symmetric",), [op("invertible", A), relation(op("transpose", A), "=", A)]),
    (("A : matrix(n, n) orthogonal",), [relation(op("matmul", op("transpose", A), A), "=", op("identity", n))]),
    (("A : symmetric matrix(n, n)",), [relation(op("transpose", A), "=", A)]),
    (("A : symmetric idempotent matrix(n, n)",), [
        relation(op("transpose", A), "=", A), relation(op("matmul", A, A), "=", A),
    ]),
    (("A : invertible matrix(n, n) antisymmetric",), [
        op("invertible", A), relation(op("transpose", A), "=", op("negate", A)),
    ]),
    (("A : positive semidefinite symmetric matrix(n, n)",), [
        op(
            "and", relation(op("transpose", A), "=", A),
            bind("forall", "v", Tensor((n,)), relation(op("dot", Symbol("v"), op("matmul", A, Symbol("v"))), ">=", ZERO)),
        ),
        relation(op("transpose", A), "=", A),
    ]),
    (("A : matrix(n, n) diagonal",), [
        bind("forall", "i", Index(ONE, n), bind("forall", "j", Index(ONE, n), relation(entry(A, i, j), "=", ZERO), relation(i, "!=", j)))
    ]),
    (("A : matrix(n, n) positive definite",), [
        op(
            "and", relation(op("transpose", A), "=", A),
            bind(
                "forall", "v", Tensor((n,)), relation(op("dot", Symbol("v"), op("matmul", A, Symbol("v"))), ">", ZERO),
                relation(Symbol("v"), "!=", op("zeros", n)),
            ),
        )
    ]),
    (
        ("K : dim", "r : sequence nat with r(0) = 1, for all l : nat, r(l+1) = r(l) + K - 1"),
        [
            relation(call(r, ZERO), "=", ONE),
            bind(
                "forall", "l", NATURAL,
                relation(
                    call(r, add(Symbol("l"), ONE)), "=",
                    add(call(r, Symbol("l")), Symbol("K"), negate(ONE)),
                ),
            ),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "wanted"), FACTS, ids=[lines[-1] for lines, _ in FACTS])
def test_facts_of_declarations(lines: tuple[str, ...], wanted: list[Term]) -> None:
    assert facts_of(*lines) == wanted


def test_independence_spellings_and_assumptions() -> None:
    context = given(
        'X, Y, Z : vector(3) as "x" iid, mean 0'.replace(' as "x"', ""), 'd_in : dim as "d_{\\mathrm{in}}"',
        "(X, Y), Z independent", assume="large, regime: d_in > 3",
    )  # fmt: skip
    assert context.independences == (Independence((frozenset({"X", "Y"}), frozenset({"Z"}))),)
    assert context.declarations["d_in"].latex == r"d_{\mathrm{in}}"
    assert context.facts == (Fact(relation(Symbol("d_in"), ">", number(3)), "regime", "large"),)
    assert given(*BASE, assume="n > 3").facts[-1] == Fact(relation(n, ">", number(3)), "hypothesis", None)


def let_of(text: str, *lines: str) -> Term:
    context = given(*BASE, *lines)
    (item,) = theorem(let=text)
    assert isinstance(item, s.LetDefinition)
    name, body = elaborate_let(item, context)
    assert elaborate_context((item,), context).lets == {name: body}
    type_of(body, context)
    return body


def test_abbreviations() -> None:
    h, l = Symbol("h"), Symbol("l")
    assert let_of("q = n - k + 1") == add(n, negate(k), ONE)
    assert let_of("q : int = n") == n
    assert let_of("p(t : real) = t^2") == bind("lambda", "t", REAL, power(Symbol("t"), number(2)))
    assert let_of("p(t : real, z : vector(n)) : vector(n) = t z") == bind(
        "lambda", "t", REAL, bind("lambda", "z", Tensor((n,)), multiply(Symbol("t"), Symbol("z")))
    )
    by_use = bind(
        "array", "h", Index(ONE, n), bind("array", "l", Index(ONE, n), multiply(entry(mu, h), entry(mu, l)))
    )
    assert let_of("D[h, l] = mu[h] mu[l]") == by_use
    declared = bind("array", "h", Index(ONE, k), entry(mu, add(h, ONE)))
    assert let_of("D[h] = mu[h+1]", "h : index(k)") == declared
    assert let_of("P = n > k") == relation(n, ">", k)


def test_spellings_of_abbreviations() -> None:
    items = theorem(let='dw = 3 as "\\Delta w"\n      q = 1')
    assert elaborate_context(items, Context()).spellings == {"dw": r"\Delta w"}


def test_definitions_take_lengths_implicitly() -> None:
    (item,) = items_of(
        'define weighted(w : vector(n), A : matrix(m, n)) "title" : vector(m) = A w as "W_{#1}"\n'
        "  example weighted([1], [[2]]) = [2]\n"
    )
    assert isinstance(item, s.Define)
    definition = elaborate_definition(item, library())
    assert [(p.name, p.type) for p in definition.parameters] == [
        ("n", DIMENSION), ("m", DIMENSION), ("w", Tensor((n,))), ("A", Tensor((m, n))),
    ]  # fmt: skip
    assert (definition.implicit, definition.type, definition.opaque) == (2, Tensor((m,)), False)
    assert definition.body == op("matmul", A, Symbol("w")) and definition.latex == "W_{#1}"
    (example,) = elaborate_examples(item, definition, library())
    context = Context(definitions={"weighted": definition})
    assert (
        print_statement(example, context) == "weighted([1 | i in 1..1], [2 | i, j in 1..1]) = [2 | i in 1..1]"
    )


def test_definitions_of_every_kind() -> None:
    texts = {
        "opaque big(A : matrix(m, n)) : real = sup[v in vector(n)] norm(A v)": (2, True, REAL),
        "define convex(f : function real -> real) = for all x, y in real, f((x + y)/2) <= (f(x) + f(y))/2": (
            0,
            False,
            None,
        ),
        "define softmax(z : vector(n)) = [exp(z[i])/(sum[j] exp(z[j])) | i]": (1, False, Tensor((n,))),
        "define first(n : dim, z : vector(n)) = z[1]": (0, False, REAL),
        "define last(z : vector(n)) = z[n]\n  given n : nat": (1, False, REAL),
        "define two = 2": (0, False, INTEGER),
    }
    for text, (implicit, opaque, kind) in texts.items():
        (item,) = items_of(text)
        assert isinstance(item, s.Define)
        definition = elaborate_definition(item, library())
        assert (definition.implicit, definition.opaque) == (implicit, opaque)
        assert kind is None or definition.type == kind


def test_a_definition_sees_no_declarations_of_its_context() -> None:
    (item,) = items_of("define double(z : vector(n)) = z + z")
    assert isinstance(item, s.Define)
    definition = elaborate_definition(item, setting())
    assert [parameter.name for parameter in definition.parameters] == ["n", "z"]


PRINTED = [
    (
        "X : matrix(n, n) iid, mean 0, variance sx^2",
        "Y : vector(n) independent ~ Normal(mu, sx^2)",
        "X, Y independent",
    ),
    ("a, b : real with a < b, b != 0", "u : vector(m) with u[i] in {-1, 1}", "i : index(m)"),
    (
        "d : sequence dim",
        "L : nat",
        "W : (l : index(1..L)) -> matrix(d[l+1], d[l])",
        "Z : real ~ Uniform(0, 1)",
    ),
    ("A : matrix(n, n) positive definite", "X : random vector(n)", "f : function real, vector(n) -> real"),
    ("A : symmetric invertible matrix(n, n)", "Q : orthogonal matrix(n, n)", "P, R : idempotent matrix(n, n)"),
    ('d_in : dim as "d_i"', "X, Y, Z : real ~ Rademacher", "(X, Z), Y independent"),
]


@pytest.mark.parametrize("lines", PRINTED)
def test_a_printed_context_is_read_back(lines: tuple[str, ...]) -> None:
    context = given(*BASE, *lines)
    text = print_context(context)
    (item,) = items_of(
        "theorem t\n" + "\n".join(f"  {line}" for line in text.splitlines()) + "\n  show 1 = 1"
    )
    assert isinstance(item, s.Theorem)
    back = elaborate_context(item.context, library())
    assert back.declarations == context.declarations
    assert back.independences == context.independences
    assert set(back.facts) == set(context.facts)


def test_a_printed_context_with_abbreviations_is_read_back() -> None:
    context = given(*BASE, let="q = n - k + 1\n      D[h, l] = mu[h] mu[l]", assume="big, regime: n > 3")
    (item,) = items_of(
        "theorem t\n"
        + "\n".join(f"  {line}" for line in print_context(context).splitlines())
        + "\n  show 1 = 1"
    )
    assert isinstance(item, s.Theorem)
    back = elaborate_context(item.context, library())
    assert back.lets == context.lets and back.facts == context.facts


def test_division_in_lengths_is_not_lost() -> None:
    context = given("n : dim", "x : vector(n)", let="half = n/2")
    assert context.lets["half"] == divide(n, number(2))
