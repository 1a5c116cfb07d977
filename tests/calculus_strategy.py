"""Random derivatives, integrals and statements about functions, for property tests.

``calculus_context()`` is the base context of ``terms_strategy`` with two sets and abbreviations that depend on
its symbols::

    D : subset of vector(n)    R : subset of real    w = x^T x    v = w + a    z = x + x
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from checks.contexts import Context, Declaration
from checks.terms import (
    PROPOSITION,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Function,
    Symbol,
    Tensor,
    Term,
    Type,
    add,
    bind,
    conjunction,
    divide,
    fresh_name,
    multiply,
    negate,
    number,
    power,
    relation,
    substitute,
)
from tests.terms_strategy import Knobs, base_context, reals, vectors

n, m, a, b, x, y, A, v, w, z = map(Symbol, "nmabxyAvwz")
_SMALL = Knobs(depth=1, extremes=False, expectations=False)
_TYPES: dict[str, Type] = {"a": REAL, "b": REAL, "x": Tensor((n,)), "A": Tensor((m, n))}


def calculus_context() -> Context:
    """The base context with sets and abbreviations."""
    context = base_context()
    for name, domain in (("D", Tensor((n,))), ("R", REAL)):
        context = context.declare(Declaration(name, Function((domain,), PROPOSITION)))
    lets = {"w": Apply("dot", (x, x)), "v": add(w, a), "z": add(x, x)}
    return replace(context, lets=lets)


class _Drawer:
    def __init__(self, draw: st.DrawFn, context: Context):
        self.draw = draw
        self.context = context

    def one_of(self, *terms: Term) -> Term:
        return self.draw(st.sampled_from(terms))

    def number(self, depth: int) -> Term:
        """A number in which derivatives and integrals are nested that deep."""
        if depth <= 0:
            return self.draw(
                st.one_of(reals(self.context, _SMALL), st.sampled_from([v, w, Apply("dot", (z, x)), multiply(a, b)]))
            )
        kind = self.draw(st.sampled_from(["derivative", "second", "entry", "integral", "square", "plain", "mixed"]))
        inner = depth - 1
        match kind:
            case "derivative":
                return self.derivative(self.number(inner), self.draw(st.sampled_from("ab")))
            case "second":
                return self.derivative(self.derivative(self.number(inner), "a", "a"), "a")
            case "entry":
                i = self.one_of(Symbol("i"), Symbol("j"), number(1))
                gradient = self.derivative(self.number(inner), "x")
                return Apply("entry", (gradient, i))
            case "integral":
                return self.integral(self.number(inner))
            case "square":
                return power(self.number(inner), number(2))
            case "plain":
                return self.number(0)
        terms = [self.number(inner), self.number(0), self.number(inner)]
        return self.one_of(
            multiply(*terms), add(*terms), multiply(*terms[:2]), divide(terms[0], terms[1]),
            multiply(divide(terms[0], b), terms[1]), negate(terms[0]), multiply(terms[1], multiply(*terms[1:])),
            divide(terms[1], terms[0]), Apply("dot", (x, self.vector(inner))),
        )  # fmt: skip

    def vector(self, depth: int) -> Term:
        """A vector of length n."""
        if depth <= 0:
            return self.one_of(x, z, self.draw(vectors(self.context, _SMALL)))
        inner = depth - 1
        gradient = self.derivative(self.number(inner), "x")
        jacobian = self.derivative(self.vector(inner), "x")
        return self.one_of(
            gradient,
            gradient,
            self.derivative(self.vector(inner), "a"),
            Apply("matmul", (jacobian, x)),
            Apply("matmul", (self.derivative(gradient, "x"), x)),
            Apply("matmul", (Apply("transpose", (self.derivative(self.number(inner), "A"),)), y)),
            Apply("hadamard", (x, gradient)),
            multiply(self.number(inner), gradient),
            add(gradient, jacobian_entry(jacobian)),
            self.integral(gradient),
        )

    def derivative(self, body: Term, name: str, point: str | None = None) -> Term:
        """The derivative in a symbol, at the symbol or somewhere else; some of its mentions may stay outside."""
        variable = fresh_name(self.draw(st.sampled_from(["u", "t", name, "grad"])), self.context.names())
        inside = substitute(body, {name: Symbol(variable)})
        if self.draw(st.integers(0, 3)) == 0 and name in "ab":
            inside = add(inside, body)
        kind = _TYPES[name]
        at: Term = Symbol(name)
        if point is None and self.draw(st.booleans()):
            at = {"x": self.one_of(z, multiply(a, x)), "A": multiply(b, A)}.get(name) or self.one_of(
                v, number(2), add(a, b), Symbol("n")
            )
        return Apply("derivative", (bind("lambda", variable, kind, inside), at))

    def integral(self, body: Term) -> Term:
        """An integral over reals or vectors, over everything, over a set, or under conditions."""
        array = self.draw(st.booleans())
        name = fresh_name(self.draw(st.sampled_from(["s", "t", "x"])), self.context.names())
        variable = Symbol(name)
        if array:
            inside = Apply("call", (Symbol("D"), variable))
            others = [relation(Apply("norm", (n, variable)), "<=", a), relation(variable, "!=", Apply("zeros", (n,)))]
            weight: Term = Apply("dot", (variable, x))
        else:
            inside = Apply("call", (Symbol("R"), variable))
            others = [relation(ZERO, "<=", variable), relation(variable, "<=", b), relation(a, "<=", variable)]
            weight = Apply("call", (Symbol("f"), variable))
        foreign = self.one_of(Apply("call", (Symbol("R"), a)), Apply("call", (Symbol("D"), x)))
        condition = self.one_of(
            TRUE, inside, *others, conjunction(*others), conjunction(inside, others[0]), foreign,
            conjunction(inside, *others), conjunction(inside, conjunction(*others)), conjunction(inside, foreign),
        )  # fmt: skip
        return bind("integral", name, Tensor((n,)) if array else REAL, multiply(weight, body), condition)

    def statement(self, depth: int) -> Term:
        """A statement about functions and sets, or an equation."""
        inner = depth - 1
        name = self.draw(st.sampled_from(["a", "x"]))
        value = self.one_of(self.number(inner), self.vector(inner))
        derivative = self.derivative(value, name)
        if not isinstance(derivative, Apply):
            raise AssertionError("a derivative is an operator at its arguments")
        function, point = derivative.arguments
        integrand = bind("lambda", "t", REAL, multiply(Apply("call", (Symbol("f"), Symbol("t"))), value))
        pair = bind("lambda", "s", REAL, bind("lambda", "t", REAL, multiply(Symbol("t"), Symbol("s"), value)))
        member = Apply("call", (Symbol("D"), self.vector(inner)))
        s = Symbol("s")
        return self.one_of(
            Apply("differentiable", (function, point)),
            Apply("differentiable", (Symbol("f"), a)),
            Apply("differentiable", (bind("lambda", "t", REAL, Apply("call", (Symbol("f"), Symbol("t")))), a)),
            Apply("continuously_differentiable", (function, number(2))),
            Apply("summable", (integrand,)),
            Apply("dominated", (pair, self.one_of(a, v))),
            relation(derivative, "=", derivative),
            member,
            Apply("not", (member,)),
            Apply("and", (member, relation(self.number(inner), "<=", a))),
            bind("forall", "s", Tensor((n,)), relation(self.number(inner), "<", a), Apply("call", (Symbol("D"), s))),
            bind(
                "exists", "s", REAL, relation(s, "<", a),
                conjunction(Apply("call", (Symbol("R"), s)), relation(s, ">", a), relation(s, "<", b)),
            ),
        )  # fmt: skip


def jacobian_entry(jacobian: Term) -> Term:
    """The row of a Jacobian."""
    return Apply("entry", (jacobian, Symbol("i")))


@st.composite
def calculus_terms(draw: st.DrawFn, depth: int = 2) -> tuple[Context, Term]:
    """A context, and a number or vector with derivatives and integrals in it."""
    drawer = _Drawer(draw, calculus_context())
    return drawer.context, drawer.number(depth) if draw(st.booleans()) else drawer.vector(depth)


@st.composite
def calculus_statements(draw: st.DrawFn, depth: int = 2) -> tuple[Context, Term]:
    """A context, and a statement about functions, sets or derivatives."""
    drawer = _Drawer(draw, calculus_context())
    return drawer.context, drawer.statement(depth)


__all__ = ["calculus_context", "calculus_statements", "calculus_terms"]
