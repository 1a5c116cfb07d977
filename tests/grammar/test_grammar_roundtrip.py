"""Printing and parsing are inverse, on hand-picked and on generated trees; so is the formatter."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grammar import format_script, parse_script, parse_statement, parse_term, parse_type, print_node
from grammar import syntax as s

QUICK = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))

# ---- Text that is already canonical ---------------------------------------------------------------

CANONICAL = """\
x
y'
-x
12
1e-8
1/2 x
1/2 (n+1)
a/b(c+d)
(a/b) (c+d)
a * b / c
a * -b / -c
a + -b - c
-a b + c
r(l+1)
l (K-1)
f(x)(y)
f[i](x)
G[i,j] X[i+h-1, j+l-1]
E[x]^2
Var[dw | x, y]
Cov[x, y | z]
a^b^c
(a^b)^c
a^-1
a^-b^2
gamma^(T)
u v^T
A^T[i,j]
(A B)^T
A kron B .* C
|x|
|a |x|| + | |a| |b||
| ||x|| |
||x||_2^2
||A x||_inf / ||x||_rms
|| |x| ||
E[|a| |b| | x]
sum[i] x[i]
sum[i, j in 1..m] G[i,j]^2
sum[i in 1..m, j in index(n), i != j] -p[i,j] log p[i,j]
1/n * sum[i] x[i]/2 + 1
a b prod[i in S] c d
sup[x in vector(n), x != 0] norm(A x) / norm(x)
max[i in S] x[i] - max(a, b)
inf[x > 0] f(x)
inf(S)
lambda[x in real] x^2
lambda[i] u[i]
E[x ~ p(theta)] f(x) grad[theta] log p(x, theta)
E[x ~ p, y ~ q] f(x, y)
integral[x in S] (f(x) + 1)
{}
{-1, 1}
{a > 0 | f(a) <= 1}
{a, b in S | a < b}
{x : real | x^2 < 2}
greatest {a > 0 | P(a)}
[3, 4]
[[1, 2], [3, 4]]
[i = j] x
[x[i] > 0 and x[j] > 0]
[f(i, j) | i in 1..m, j in 1..n]
(a, b)
f()
if x > 0 then x else -x
a = b
a <= b < c
X = a.s. Y
X = in law Y
x ~= 2.50
f prop g
x not in S
x in {-1, 1}
f tends to 0 as n -> inf
f in Theta(g) as n -> inf [k fixed, m = O(n)]
not a = b
not (a and b)
a and b or c
a and (b or c)
P implies Q implies R
(P implies Q) implies R
P iff Q
for all a > 0, P(a) iff a <= 1
for all i, j in 1..n with i != j, x[i] != x[j]
for all l : nat, r(l+1) = r(l) + K - 1
P and for all x in S, Q(x) implies R
exists x ~ p, f(x) > 0
not exists x : vector(n), A x = b
independent(X, G)
grad[u = A x] f(u)
grad[x] (f(x) g(x)) - (jacobian[x] F(x)) y
hessian[u = y] (u^T x)
partial[W[i,j], x[i]] f
immediate[x] (w a)
-grad[theta] integral[x in S, x != 0] p(x, theta)
(grad[a] f(a)) / b
integral[t in real, (a <= t), t <= 1] f(t)
differentiable(f(x, t), t)
dominated(f(x) grad[theta] p(x, theta), x, theta)""".splitlines()


@pytest.mark.parametrize("text", CANONICAL)
def test_canonical_text_prints_as_it_was(text: str) -> None:
    assert print_node(parse_statement(text)) == text


TYPES = """\
dim
positive real
nonzero random real
vector(n)
random vector(n)
tensor(a, b, c)
index(1..k)
index(a..b-1)
subset of vector(k)
function vector(k) -> real
function real, vector(k) -> real
function (function real -> real) -> real
function real -> function real -> real
sequence nat
sequence vector(n)
(l : index(1..L)) -> matrix(d[l+1], d[l])
(k, l : nat) -> real""".splitlines()


@pytest.mark.parametrize("text", TYPES)
def test_types_print_as_they_were(text: str) -> None:
    assert print_node(parse_type(text)) == text


SPELLINGS: list[tuple[str, str]] = [
    ("‖x‖₂ ≤ 1", "||x||_2 <= 1"),
    ("‖x‖_2 ≤ √n", "||x||_2 <= sqrt(n)"),
    ("Σ[i in 1..n] x[i]²", "sum[i in 1..n] x[i]^2"),
    ("∑[i = 1..n] x[i]", "sum[i in 1..n] x[i]"),
    ("Σ[i,j]", "Sigma[i,j]"),
    ("Π[i in S] x", "prod[i in S] x"),
    ("∫[x ∈ S] p(x)", "integral[x in S] p(x)"),
    ("𝔼[x ∼ p] ∇[θ] log p(x, θ)", "E[x ~ p] grad[theta] log p(x, theta)"),
    ("Wᵀ W⁻¹ x₁²", "W^T W^-1 x_1^2"),
    ("a ⊙ b ⊗ c · d − e × f", "a .* b kron c * d - e * f"),
    ("∀ ε > 0, ∃ x ∈ S, x ≠ 0 ∧ ¬ x ≥ ε", "for all epsilon > 0, exists x in S, x != 0 and not x >= epsilon"),
    ("P ⟹ Q ⇔ R ∨ S", "P implies Q iff R or S"),
    ("f ∝ g", "f prop g"),
    ("x ∉ S", "x not in S"),
    ("y′ ≈ 2", "y' ~= 2"),
    ("E[t|x]", "E[t | x]"),
    ("a<=b", "a <= b"),
    ("x   a", "x a"),
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_unicode_is_read_and_printed_in_ascii(text: str, expected: str) -> None:
    tree = parse_statement(text)
    assert print_node(tree) == expected
    assert parse_statement(expected) == tree


def test_precedence_twins_differ() -> None:
    """Readings that a reader could confuse are different trees."""
    twins = [
        ("1/2 x", "1/(2 x)"),
        ("a/b(c)", "a/b (c)"),
        ("r(l+1)", "r (l+1)"),
        ("x[i = j]", "x [i = j]"),
        ("-a^2", "(-a)^2"),
        ("a^b^c", "(a^b)^c"),
        ("sum[i] x + y", "sum[i] (x + y)"),
        ("A^T B", "A^(T) B"),
        ("P implies Q implies R", "(P implies Q) implies R"),
        ("not P and Q", "not (P and Q)"),
        ("for all x > 0, P and Q", "(for all x > 0, P) and Q"),
        ("a |x| b", "|a| x |b|"),
        ("E[x ~ p] f + g", "E[x ~ p] (f + g)"),
        ("x1", "x 1"),
        ("lambda[i] x", "lambda[i in S] x"),
    ]
    for one, other in twins:
        assert parse_statement(one) != parse_statement(other), one


def test_sides_of_the_slash() -> None:
    assert parse_term("1/2 x") == s.Juxtaposition(
        (s.Binary("/", s.NumberLiteral("1"), s.NumberLiteral("2")), s.Name("x"))
    )
    assert parse_term("norm(x)/sqrt(n)") == s.Binary(
        "/",
        s.Attached(s.Name("norm"), s.Group((s.Name("x"),))),
        s.Attached(s.Name("sqrt"), s.Group((s.Name("n"),))),
    )
    quotient = parse_term("sum[i] a[i] / n")
    assert isinstance(quotient, s.Binder)
    assert isinstance(quotient.body, s.Binary)


def test_a_term_after_in_can_be_read_as_a_type() -> None:
    for text in ("vector(n)", "positive real", "sequence nat", "random matrix(m, n)", "S"):
        assert s.type_of_term(parse_term(text)) == parse_type(text)
    assert s.type_of_term(parse_term("1 + 2")) is None
    assert s.type_of_term(parse_term("2 real")) is None


# ---- Generated trees ------------------------------------------------------------------------------

NAMES = st.sampled_from(["x", "y'", "A", "d_in", "theta", "T", "E", "r", "n", "log"])
names = NAMES.map(s.Name)
numbers = st.sampled_from(["0", "1", "2.5", "1e-8", "100"]).map(s.NumberLiteral)


def _many(nodes: st.SearchStrategy[Any], least: int = 1, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(nodes, min_size=least, max_size=most).map(tuple)


def _bound(node: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[s.BoundVariable, ...]]:
    variables = st.lists(st.sampled_from("ijkuv"), min_size=1, max_size=3, unique=True)
    domains = st.one_of(
        st.builds(s.Range, names, numbers), names, st.builds(s.TypeExpression, st.just(()), NAMES)
    )

    @st.composite
    def build(draw: st.DrawFn) -> tuple[s.BoundVariable, ...]:
        if draw(st.booleans()):
            return tuple(s.BoundVariable(name, domain=draw(domains)) for name in draw(variables))
        return tuple(s.BoundVariable(name) for name in draw(variables))

    return build()


def _alike(variables: tuple[s.BoundVariable, ...]) -> tuple[s.BoundVariable, ...]:
    """The variables with the one domain that a quantifier gives them all."""
    domain = variables[0].domain or s.Name("S")
    return tuple(replace(variable, domain=domain) for variable in variables)


def _extend(node: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    function = st.one_of(names, st.builds(s.Indexed, names, _many(node)))
    body = st.builds(s.Binder, st.sampled_from(["sum", "sup", "integral"]), _bound(node), st.just(()), node)
    relation = st.builds(s.Relation, node, st.sampled_from(["=", "<=", "in", "= a.s.", "!="]), node)
    comprehension = st.builds(s.Comprehension, _bound(node), st.just(()), relation)
    return st.one_of(
        st.builds(s.Group, _many(node)),
        st.builds(s.Attached, function, st.builds(s.Group, _many(node, 0))),
        st.builds(s.Indexed, names, _many(node)),
        st.builds(s.Indexed, names, st.builds(s.Conditional, _many(node), _many(node)).map(lambda c: (c,))),
        st.builds(s.Power, node, node),
        st.builds(s.Transposed, node),
        st.builds(s.Negated, node),
        st.builds(s.Binary, st.sampled_from(["+", "-", "*", "/", ".*", "kron"]), node, node),
        st.builds(s.Juxtaposition, _many(node, 2)),
        st.builds(s.AbsoluteValue, node),
        st.builds(s.DoubleBars, node, st.sampled_from([None, "2", "F"])),
        body,
        comprehension,
        st.builds(s.Extremum, st.sampled_from(["greatest", "least"]), comprehension),
        st.builds(s.SetOf, _many(node, 0)),
        st.builds(s.ArrayLiteral, _many(node, 2)),
        st.builds(s.Iverson, relation),
        st.builds(s.ArrayBuilder, node, _bound(node), st.just(())),
        st.builds(s.Piecewise, relation, node, node),
        relation,
        st.builds(s.RelationChain, _many(node, 3, 3), st.just(("<", "="))),
        st.builds(s.Not, node),
        st.builds(s.And, _many(node, 2)),
        st.builds(s.Or, _many(node, 2)),
        st.builds(s.Implies, node, node),
        st.builds(s.Iff, node, node),
        st.builds(s.ForAll, _bound(node).map(_alike), st.just(()), node),
        st.builds(s.Asymptotic, relation, st.just("n"), names, _many(node, 0)),
    )


trees = st.recursive(st.one_of(names, numbers), _extend, max_leaves=14)


def without_brackets(value: Any) -> Any:
    """The tree without the round brackets that only group."""
    if isinstance(value, tuple):
        return tuple(without_brackets(entry) for entry in value)
    if not isinstance(value, s.Node):
        return value
    if isinstance(value, s.Group) and len(value.items) == 1:
        return without_brackets(value.items[0])
    if isinstance(value, s.Attached):
        items = without_brackets(value.arguments.items)
        return s.Attached(without_brackets(value.function), s.Group(items))
    return replace(value, **{f.name: without_brackets(getattr(value, f.name)) for f in fields(value)})


@QUICK
@given(trees)
def test_generated_trees_come_back(tree: s.Node) -> None:
    text = print_node(tree)
    read = parse_statement(text)
    assert without_brackets(read) == without_brackets(tree), text
    assert parse_statement(print_node(read)) == read
    assert print_node(read) == text


# ---- Scripts --------------------------------------------------------------------------------------

types = st.one_of(
    st.builds(s.TypeExpression, st.just(()), st.sampled_from(["real", "dim", "nat"])),
    st.builds(s.TypeExpression, st.just(("positive",)), st.just("real")),
    st.builds(s.TypeExpression, st.just(("random",)), st.just("matrix"), st.tuples(names, names)),
)
statements = (
    *(s.Relation, s.RelationChain, s.Asymptotic, s.Not, s.And, s.Or, s.Implies, s.Iff, s.ForAll, s.Exists),
)
small = st.recursive(st.one_of(names, numbers), _extend, max_leaves=5).map(
    lambda tree: s.Group((tree,)) if isinstance(tree, statements) else tree
)
relations = st.builds(s.Relation, small, st.sampled_from(["=", "<=", "!="]), small)
labels = st.one_of(st.none(), st.sampled_from(["size", "bound"]))
comments = st.lists(st.sampled_from(["# one", "# two  ", "#", "# by = qed"]), max_size=3)
reasons = st.sampled_from(
    ["", "by algebra", "by definition of E, size", "by lem(x, y) with A := x^2, B := y"]
)


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """A script of random shape: odd spacing, comments and blank lines wherever they may stand."""

    def remark() -> str:
        return "  " + draw(st.sampled_from(["", "", "# aside"]))

    def between(indent: int) -> list[str]:
        blank = [""] * draw(st.integers(0, 1))
        return blank + [" " * indent + comment for comment in draw(comments)] + blank

    def chain(indent: int) -> list[str]:
        lines = [" " * indent + print_node(draw(small)) + remark()]
        for _ in range(draw(st.integers(1, 3))):
            lines += between(indent)
            link = f"{draw(st.sampled_from(['=', '<=']))} {print_node(draw(small))}"
            lines.append(" " * (indent + 2) + link + "   " + draw(reasons) + remark())
        return lines

    def items(indent: int, depth: int) -> list[str]:
        lines: list[str] = []
        for _ in range(draw(st.integers(1, 3))):
            lines += between(indent)
            pad = " " * indent
            kind = draw(st.integers(0, 5 if depth < 2 else 3))
            statement = print_node(draw(relations))
            if kind <= 1:
                lines += chain(indent)
            elif kind == 2:
                lines.append(f"{pad}take x : {print_node(draw(types))}{remark()}")
            elif kind == 3:
                lines.append(f"{pad}assume h: {statement}{remark()}")
            elif kind == 4:
                label = draw(labels)
                lines.append(f"{pad}have {'' if label is None else label + ': '}({statement}){remark()}")
                lines += items(indent + 3, depth + 1)
            else:
                lines.append(f"{pad}case ({statement}):{remark()}")
                lines += items(indent + 1, depth + 1)
        return lines

    lines = between(0)
    for number in range(draw(st.integers(1, 2))):
        lines.append(f'lemma lemma_{number} "a title"{remark()}')
        lines.append(f"  given m, n : dim{remark()}")
        for _ in range(draw(st.integers(0, 2))):
            lines += between(4)
            lines.append(
                f"        x : {print_node(draw(types))} iid, mean 0 with {print_node(draw(relations))}"
            )
        lines.append(f"  show ({print_node(draw(relations))}){remark()}")
        lines += ["proof" + remark(), *items(4, 0), *between(2), "qed" + remark(), *between(0)]
    return "\n".join(lines) + "\n"


@settings(QUICK, max_examples=60)
@given(scripts())
def test_formatting_keeps_the_tree_and_the_comments_and_settles(text: str) -> None:
    script = parse_script(text)
    assert not script.errors, script.errors[0].render()
    formatted = format_script(text)
    again = parse_script(formatted)
    assert again.items == script.items
    words = " ".join(comment.text for comment in again.comments).split()
    assert sorted(words) == sorted(" ".join(comment.text for comment in script.comments).split())
    assert format_script(formatted) == formatted


def test_every_span_lies_in_the_text() -> None:
    text = "theorem a\n  show  sum[i in 1..n] x[i]^2 =\n          ||x||^2\nproof\n  a = b  by c\nqed\n"
    lines = text.split("\n")
    pending: list[s.Node] = list(parse_script(text).items)
    while pending:
        node = pending.pop()
        span = node.span
        assert 1 <= span.line <= span.end_line <= len(lines), node
        assert 1 <= span.column <= len(lines[span.line - 1]), node
        assert 1 <= span.end_column <= len(lines[span.end_line - 1]) + 2, node
        if isinstance(node, s.Name):
            assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == node.text
        pending.extend(node.children())


def test_lines_that_go_on() -> None:
    head = "lemma a\n  show x = 1\nproof\n  x\n    = "
    expected = parse_script(head + "sum[i in S] (a[i] + b[i]) - c  by d of e\nqed\n").items
    for text in (
        "sum[i in S]\n        (a[i] + b[i]) - c  by d of e",
        "sum[i in S] (a[i]\n + b[i])\n      - c\n  by d of e",
        "sum[\ni\nin S\n] (a[i] +\n b[i]) -\n c by\n d of e  # aside",
    ):
        assert parse_script(head + text + "\nqed\n").items == expected
    # A product cannot silently go on: the line is refused.
    assert parse_script(head + "sum[i in S] a[i]\n      b[i]\nqed\n").errors
