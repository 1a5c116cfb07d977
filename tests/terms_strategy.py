"""Random contexts and random well-typed terms, for property tests.

``contexts()`` draws one of a few contexts over the same symbols::

    m, n, k : dim      A : matrix(m, n)   B : matrix(n, m)   S : matrix(n, n)   x : vector(n)   y : vector(m)
    a, b : real        p : positive real  i, j : index(n)    h : index(m)       f : function real -> real
    r : sequence nat   q : nat            W : (l : index(1..k)) -> matrix(m, n)
    norm, rms : definitions with one implicit length

in which ``A``, ``x`` and ``a`` may be random.  ``terms(kind, knobs)`` draws a pair (context, term) whose term
has the wanted kind: ``"real"``, ``"vector"`` (of length n), ``"matrix"`` (m by n) or ``"proposition"``.
``reals``, ``vectors``, ``matrices`` and ``propositions`` draw terms inside a given context.

``Knobs`` says how deep terms go and which parts of the language occur.  Every term is well typed and every
index is inside its range; with ``division`` denominators are positive whenever p is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import strategies as st

from checks.contexts import Context, Declaration, Definition, Fact, Independence, Law
from checks.terms import (
    DIMENSION,
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
    Type,
    add,
    bind,
    divide,
    fresh_name,
    multiply,
    negate,
    number,
    power,
    relation,
    subtract,
)

m, n, k = Symbol("m"), Symbol("n"), Symbol("k")


@dataclass(frozen=True, slots=True)
class Knobs:
    """How large the terms are, and which parts of the language occur in them."""

    depth: int = 3
    sums: bool = True
    deltas: bool = True
    shifted: bool = True
    constrained: bool = True
    matrices: bool = True
    division: bool = True
    powers: bool = True
    functions: bool = True
    definitions: bool = True
    expectations: bool = True
    binders: bool = True
    extremes: bool = True


POLYNOMIAL = Knobs(
    division=False, functions=False, definitions=False, expectations=False, binders=False, extremes=False
)
"""Sums of products of entries with deltas: what the index normal form decides."""


# -- contexts ------------------------------------------------------------------------------------------


def _norm() -> Definition:
    v = Symbol("v")
    square = bind("sum", "i", Index(ONE, n), power(Apply("entry", (v, Symbol("i"))), number(2)))
    parameters = (Declaration("n", DIMENSION), Declaration("v", Tensor((n,))))
    return Definition(
        "norm", parameters, 1, REAL, Apply("sqrt", (square,)), latex=r"\left\lVert #1\right\rVert_2"
    )


def _rms() -> Definition:
    body = divide(Apply("norm", (n, Symbol("v"))), Apply("sqrt", (n,)))
    return Definition("rms", (Declaration("n", DIMENSION), Declaration("v", Tensor((n,)))), 1, REAL, body)


def base_context() -> Context:
    """The context that the module's docstring lists, nothing random."""
    types: dict[str, Type] = {
        **dict.fromkeys("mnk", DIMENSION),
        "A": Tensor((m, n)), "B": Tensor((n, m)), "S": Tensor((n, n)), "x": Tensor((n,)), "y": Tensor((m,)),
        **dict.fromkeys("abp", REAL),
        "i": Index(ONE, n), "j": Index(ONE, n), "h": Index(ONE, m), "q": NATURAL,
        "f": Function((REAL,), REAL), "r": Function((NATURAL,), NATURAL),
        "W": Function((Index(ONE, k),), Tensor((m, n))),
    }  # fmt: skip
    context = Context(
        {name: Declaration(name, kind) for name, kind in types.items()},
        definitions={"norm": _norm(), "rms": _rms()},
    )
    return context.assume(Fact(relation(Symbol("p"), ">", ZERO), "declared"))


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """The base context with none, some or all of A, x and a random."""
    context = base_context()
    laws = {
        "A": [
            Law("Normal", (ZERO, ONE), entries="iid"),
            Law("declared", (), ZERO, power(Symbol("p"), number(2)), 4),
        ],
        "x": [Law("Rademacher", entries="iid"), Law("Normal", (Symbol("b"), ONE), entries="independent")],
        "a": [Law("Uniform", (ZERO, ONE), entries="iid")],
    }
    chosen = [name for name in laws if draw(st.booleans())]
    for name in chosen:
        declaration = context.declarations[name]
        context = context.declare(replace(declaration, law=draw(st.sampled_from(laws[name]))))
    if len(chosen) > 1 and draw(st.booleans()):
        context = replace(context, independences=(Independence(tuple(frozenset({name}) for name in chosen)),))
    return context


# -- terms ---------------------------------------------------------------------------------------------

_Maker = Callable[[], Term]


@dataclass(frozen=True, slots=True)
class _Scope:
    """Index symbols in reach, by the name of their dimension, and all names in use."""

    over_n: tuple[str, ...] = ("i", "j")
    over_m: tuple[str, ...] = ("h",)
    used: frozenset[str] = frozenset()

    def fresh(self, stem: str) -> str:
        return fresh_name(stem, self.used)

    def with_index(self, name: str, dimension: str) -> _Scope:
        used = self.used | {name}
        if dimension == "n":
            return replace(self, over_n=(*self.over_n, name), used=used)
        if dimension == "m":
            return replace(self, over_m=(*self.over_m, name), used=used)
        return replace(self, used=used)


class _Drawer:
    """Draws terms of the wanted kind; every method spends one level of depth."""

    def __init__(self, draw: st.DrawFn, knobs: Knobs):
        self.draw = draw
        self.knobs = knobs

    def choose(self, makers: list[_Maker]) -> Term:
        return self.draw(st.sampled_from(makers))()

    def name(self, names: tuple[str, ...]) -> Symbol:
        return Symbol(self.draw(st.sampled_from(names)))

    # .. numbers ..

    def integer(self, scope: _Scope, depth: int) -> Term:
        """A term of integer type, such as an exponent or an argument of r."""
        simple: list[_Maker] = [
            lambda: number(self.draw(st.integers(0, 4))),
            lambda: self.name(("m", "n", "k", "q")),
            lambda: self.name(scope.over_n),
        ]
        if depth <= 0:
            return self.choose(simple)
        return self.choose(
            [
                *simple,
                lambda: add(self.integer(scope, depth - 1), ONE),
                lambda: subtract(self.integer(scope, depth - 1), ONE),
                lambda: multiply(number(2), self.integer(scope, depth - 1)),
                lambda: Apply("call", (Symbol("r"), add(Symbol("q"), ONE))),
            ]
        )

    def positive(self, scope: _Scope) -> Term:
        """A term that is positive in every model."""
        return self.choose(
            [
                lambda: Symbol("p"),
                lambda: self.name(("m", "n", "k")),
                lambda: number(self.draw(st.integers(1, 5))),
                lambda: power(Symbol("p"), number(2)),
                lambda: Apply("sqrt", (self.name(("m", "n", "p")),)),
                lambda: add(power(self.leaf(scope), number(2)), ONE),
                lambda: multiply(Symbol("p"), Symbol("n")),
            ]
        )

    def leaf(self, scope: _Scope) -> Term:
        """A number, a symbol or an entry."""
        n_index: _Maker = lambda: self.name(scope.over_n)
        m_index: _Maker = lambda: self.name(scope.over_m)
        makers: list[_Maker] = [
            lambda: number(self.draw(st.integers(0, 4))),
            lambda: self.name(("a", "b", "p")),
            lambda: self.name(("a", "b", "p", "n")),
            lambda: Apply("entry", (Symbol("x"), n_index())),
            lambda: Apply("entry", (Symbol("y"), m_index())),
            lambda: Apply("entry", (Symbol("A"), m_index(), n_index())),
            lambda: Apply("entry", (Symbol("S"), n_index(), n_index())),
        ]
        if self.knobs.deltas:
            makers.append(lambda: Apply("iverson", (relation(n_index(), "=", n_index()),)))
        if self.knobs.functions:
            makers.append(lambda: Apply("pi"))
            makers.append(lambda: number(self.draw(st.sampled_from([Fraction(1, 2), Fraction(5, 4)]))))
        return self.choose(makers)

    def real(self, scope: _Scope, depth: int) -> Term:
        """A term of the type real, or of an integer type."""
        if depth <= 0:
            return self.leaf(scope)
        knobs, inner = self.knobs, depth - 1
        again: _Maker = lambda: self.real(scope, inner)
        makers: list[_Maker] = [
            lambda: self.leaf(scope),
            lambda: add(*(again() for _ in range(self.draw(st.integers(2, 3))))),
            lambda: multiply(*(again() for _ in range(self.draw(st.integers(2, 3))))),
            lambda: subtract(again(), again()),
            lambda: negate(again()),
        ]
        if knobs.powers:
            makers.append(lambda: power(again(), number(self.draw(st.integers(0, 3)))))
            makers.append(lambda: power(self.positive(scope), self.integer(scope, 1)))
            makers.append(lambda: power(Symbol("p"), divide(ONE, number(2))))
        if knobs.division:
            makers.append(lambda: divide(again(), self.positive(scope)))
            makers.append(lambda: divide(again(), again()))
        if knobs.sums:
            makers += [lambda: self.sum_over_one(scope, inner), lambda: self.sum_over_two(scope, inner)]
            if knobs.shifted:
                makers.append(lambda: self.shifted_sum(scope))
        if knobs.matrices:
            makers += self.scalar_products(scope, inner)
        if knobs.functions:
            makers += self.scalar_functions(scope, inner)
        if knobs.definitions:
            makers.append(
                lambda: Apply(self.draw(st.sampled_from(["norm", "rms"])), (n, self.vector(scope, inner)))
            )
        if knobs.expectations:
            makers.append(lambda: Apply("expectation", (again(),)))
        if knobs.extremes:
            makers += [lambda: self.supremum(scope, inner), lambda: self.greatest(scope)]
        return self.choose(makers)

    def scalar_products(self, scope: _Scope, depth: int) -> list[_Maker]:
        vector: _Maker = lambda: self.vector(scope, depth)
        matrix: _Maker = lambda: self.matrix(scope, depth)
        return [
            lambda: Apply("dot", (vector(), vector())),
            lambda: Apply("trace", (Apply("matmul", (matrix(), Symbol("B"))),)),
            lambda: Apply("trace", (Symbol("S"),)),
            lambda: Apply("entry", (vector(), self.name(scope.over_n))),
            lambda: Apply("entry", (matrix(), self.name(scope.over_m), self.name(scope.over_n))),
            lambda: Apply("dot", (Symbol("y"), Apply("matmul", (matrix(), vector())))),
        ]

    def scalar_functions(self, scope: _Scope, depth: int) -> list[_Maker]:
        again: _Maker = lambda: self.real(scope, depth)
        return [
            lambda: Apply("abs", (again(),)),
            lambda: Apply("sign", (again(),)),
            lambda: Apply("exp", (again(),)),
            lambda: Apply("log", (self.positive(scope),)),
            lambda: Apply("sqrt", (self.positive(scope),)),
            lambda: Apply("tanh", (again(),)),
            lambda: Apply("erf", (again(),)),
            lambda: Apply("maximum", (again(), again())),
            lambda: Apply("floor", (again(),)),
            lambda: Apply("binomial", (Symbol("n"), self.integer(scope, 0))),
            lambda: Apply("factorial", (Symbol("q"),)),
            lambda: Apply("call", (Symbol("f"), again())),
            lambda: Apply("call", (Symbol("r"), self.integer(scope, 1))),
            lambda: Apply("if", (self.proposition(scope, depth - 1), again(), again())),
            lambda: Apply("iverson", (self.proposition(scope, depth - 1),)),
        ]

    # .. sums and other binders ..

    def sum_over_one(self, scope: _Scope, depth: int) -> Term:
        dimension = self.draw(st.sampled_from(["m", "n"]))
        name = scope.fresh(self.draw(st.sampled_from(["i", "j", "l"])))
        body = self.real(scope.with_index(name, dimension), depth)
        return bind("sum", name, Index(ONE, Symbol(dimension)), body)

    def sum_over_two(self, scope: _Scope, depth: int) -> Term:
        first, second = self.draw(st.sampled_from([("m", "n"), ("n", "m"), ("n", "n"), ("m", "m")]))
        outer = scope.fresh("s")
        inner = fresh_name("t", scope.used | {outer})
        body = self.real(scope.with_index(outer, first).with_index(inner, second), depth)
        condition: Term = TRUE
        if self.knobs.constrained and first == second:
            head = self.draw(st.sampled_from(["!=", "<=", "<", None]))
            condition = TRUE if head is None else relation(Symbol(inner), head, Symbol(outer))
        nested = bind("sum", inner, Index(ONE, Symbol(second)), body, condition)
        return bind("sum", outer, Index(ONE, Symbol(first)), nested)

    def shifted_sum(self, scope: _Scope) -> Term:
        """``sum[s in 1..n-h'+1] x[s+h'-1] x[s]`` with h' in 1..n, or a range that depends on an index."""
        name, offset = scope.fresh("s"), self.name(scope.over_n)
        window = Index(ONE, add(n, negate(offset), ONE))
        shifted = add(Symbol(name), offset, negate(ONE))
        entry = Apply("entry", (Symbol("x"), shifted))
        triangle = bind("sum", name, Index(ONE, offset), Apply("entry", (Symbol("x"), Symbol(name))))
        return self.choose(
            [
                lambda: bind("sum", name, window, entry),
                lambda: bind(
                    "sum", name, window, multiply(entry, Apply("entry", (Symbol("x"), Symbol(name))))
                ),
                lambda: bind("sum", name, window, Apply("entry", (Symbol("S"), shifted, Symbol(name)))),
                lambda: triangle,
                lambda: bind("sum", name, Index(offset, n), Apply("entry", (Symbol("x"), Symbol(name)))),
            ]
        )

    def supremum(self, scope: _Scope, depth: int) -> Term:
        name = scope.fresh("v")
        v = Symbol(name)
        ratio = divide(Apply("norm", (m, Apply("matmul", (Symbol("A"), v)))), Apply("norm", (n, v)))
        nonzero = relation(v, "!=", Apply("zeros", (n,)))
        index = scope.fresh("s")
        return self.choose(
            [
                lambda: bind("sup", name, Tensor((n,)), ratio, nonzero),
                lambda: bind("inf", name, REAL, power(subtract(v, Symbol("a")), number(2))),
                lambda: bind(
                    "sup", index, Index(ONE, n), self.real(scope.with_index(index, "n"), min(depth, 1))
                ),
            ]
        )

    def greatest(self, scope: _Scope) -> Term:
        name = scope.fresh("c")
        c = Symbol(name)
        bound = relation(multiply(c, Symbol("p")), "<=", self.positive(scope))
        head = self.draw(st.sampled_from(["greatest", "least"]))
        return bind(head, name, REAL, c, Apply("and", (relation(c, ">", ZERO), bound)))

    # .. arrays ..

    def vector(self, scope: _Scope, depth: int) -> Term:
        """A term of the type vector(n)."""
        if depth <= 0:
            return self.choose([lambda: Symbol("x"), lambda: Apply("ones", (n,)), lambda: Symbol("x")])
        inner = depth - 1
        again: _Maker = lambda: self.vector(scope, inner)
        makers: list[_Maker] = [
            lambda: Symbol("x"),
            lambda: add(again(), again()),
            lambda: subtract(again(), again()),
            lambda: multiply(self.real(scope, inner), again()),
            lambda: divide(again(), self.positive(scope)),
            lambda: Apply("hadamard", (again(), again())),
            lambda: Apply("entry", (Symbol("A"), self.name(scope.over_m))),
        ]
        if self.knobs.matrices:
            makers += [
                lambda: Apply("matmul", (Symbol("S"), again())),
                lambda: Apply("matmul", (Symbol("B"), Apply("matmul", (self.matrix(scope, inner), again())))),
                lambda: Apply("matmul", (Apply("transpose", (self.matrix(scope, inner),)), Symbol("y"))),
                lambda: Apply("diagonal", (Symbol("S"),)),
            ]
        if self.knobs.functions:
            makers.append(lambda: Apply(self.draw(st.sampled_from(["sign", "abs", "exp"])), (again(),)))
        if self.knobs.binders:
            makers.append(lambda: self.array(scope, inner))
        return self.choose(makers)

    def matrix(self, scope: _Scope, depth: int) -> Term:
        """A term of the type matrix(m, n)."""
        if depth <= 0:
            return self.choose([lambda: Symbol("A"), lambda: Apply("transpose", (Symbol("B"),))])
        inner = depth - 1
        again: _Maker = lambda: self.matrix(scope, inner)
        makers: list[_Maker] = [
            lambda: Symbol("A"),
            lambda: add(again(), again()),
            lambda: multiply(self.real(scope, inner), again()),
            lambda: Apply("hadamard", (again(), again())),
            lambda: Apply("outer", (Symbol("y"), self.vector(scope, inner))),
            lambda: Apply("matmul", (again(), self.square(scope, inner))),
            lambda: Apply("matmul", (Apply("outer", (Symbol("y"), self.vector(scope, inner))), Symbol("S"))),
            lambda: Apply("transpose", (Apply("matmul", (self.square(scope, inner), Symbol("B"))),)),
        ]
        if self.knobs.functions:
            makers.append(lambda: Apply("sign", (again(),)))
            makers.append(lambda: Apply("call", (Symbol("W"), ONE)))
        if self.knobs.binders:
            makers.append(lambda: self.table(scope, inner))
        return self.choose(makers)

    def square(self, scope: _Scope, depth: int) -> Term:
        """A term of the type matrix(n, n)."""
        makers: list[_Maker] = [lambda: Symbol("S"), lambda: Apply("identity", (n,))]
        if depth > 0:
            makers += [
                lambda: Apply("transpose", (self.square(scope, depth - 1),)),
                lambda: power(self.square(scope, depth - 1), number(2)),
                lambda: Apply("matmul", (Symbol("B"), self.matrix(scope, depth - 1))),
                lambda: Apply("inverse", (Symbol("S"),)),
                lambda: Apply("diagonal_matrix", (self.vector(scope, depth - 1),)),
                lambda: subtract(self.square(scope, depth - 1), Apply("identity", (n,))),
            ]
        return self.choose(makers)

    def array(self, scope: _Scope, depth: int) -> Term:
        name = scope.fresh("s")
        return bind("array", name, Index(ONE, n), self.real(scope.with_index(name, "n"), depth))

    def table(self, scope: _Scope, depth: int) -> Term:
        row = scope.fresh("s")
        column = fresh_name("t", scope.used | {row})
        body = self.real(scope.with_index(row, "m").with_index(column, "n"), depth)
        return bind("array", row, Index(ONE, m), bind("array", column, Index(ONE, n), body))

    # .. statements ..

    def proposition(self, scope: _Scope, depth: int) -> Term:
        """A statement."""
        order = self.draw(st.sampled_from(["=", "<=", "<", ">=", ">", "!="]))
        inner = max(depth - 1, 0)
        compare: _Maker = lambda: relation(self.real(scope, inner), order, self.real(scope, inner))
        if depth <= 0:
            return compare()
        again: _Maker = lambda: self.proposition(scope, inner)
        makers: list[_Maker] = [
            compare,
            compare,
            lambda: relation(self.vector(scope, inner), "=", self.vector(scope, inner)),
            lambda: relation(self.matrix(scope, inner), "=", self.matrix(scope, inner)),
            lambda: Apply("not", (again(),)),
            lambda: Apply("and", (again(), again())),
            lambda: Apply("or", (again(), again())),
            lambda: Apply("implies", (again(), again())),
            lambda: Apply("iff", (again(), again())),
            lambda: Apply("integrable", (self.real(scope, inner),)),
            lambda: Apply("invertible", (Symbol("S"),)),
        ]
        if self.knobs.binders:
            makers += [lambda: self.quantified(scope, inner), lambda: self.bounded(scope)]
        if self.knobs.expectations:
            head = self.draw(st.sampled_from(["equal_almost_surely", "equal_in_law"]))
            makers.append(lambda: relation(self.real(scope, inner), head, self.real(scope, inner)))
        return self.choose(makers)

    def quantified(self, scope: _Scope, depth: int) -> Term:
        name = scope.fresh("s")
        head = self.draw(st.sampled_from(["forall", "exists"]))
        return bind(head, name, Index(ONE, n), self.proposition(scope.with_index(name, "n"), depth))

    def bounded(self, scope: _Scope) -> Term:
        name = scope.fresh("c")
        c = Symbol(name)
        body = relation(multiply(c, self.leaf(scope)), "<=", Symbol("p"))
        return bind("forall", name, REAL, body, relation(c, ">", ZERO))


def _scope(context: Context) -> _Scope:
    return _Scope(used=context.names())


@st.composite
def reals(draw: st.DrawFn, context: Context, knobs: Knobs = Knobs()) -> Term:
    """Terms of the type real (or an integer type) in the context."""
    return _Drawer(draw, knobs).real(_scope(context), knobs.depth)


@st.composite
def vectors(draw: st.DrawFn, context: Context, knobs: Knobs = Knobs()) -> Term:
    """Terms of the type vector(n) in the context."""
    return _Drawer(draw, knobs).vector(_scope(context), knobs.depth)


@st.composite
def matrices(draw: st.DrawFn, context: Context, knobs: Knobs = Knobs()) -> Term:
    """Terms of the type matrix(m, n) in the context."""
    return _Drawer(draw, knobs).matrix(_scope(context), knobs.depth)


@st.composite
def propositions(draw: st.DrawFn, context: Context, knobs: Knobs = Knobs()) -> Term:
    """Statements in the context."""
    return _Drawer(draw, knobs).proposition(_scope(context), knobs.depth)


_BY_KIND = {"real": reals, "vector": vectors, "matrix": matrices, "proposition": propositions}


@st.composite
def terms(draw: st.DrawFn, kind: str | None = None, knobs: Knobs = Knobs()) -> tuple[Context, Term]:
    """A context and a term in it, of the kind or, without one, of any kind."""
    context = draw(contexts())
    wanted = kind or draw(st.sampled_from(sorted(_BY_KIND)))
    return context, draw(_BY_KIND[wanted](context, knobs))


__all__ = [
    "POLYNOMIAL", "Knobs", "base_context", "contexts", "matrices", "propositions", "reals", "terms",
    "vectors",
]  # fmt: skip
