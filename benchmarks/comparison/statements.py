"""The statements about sums, matrices and derivatives as a user of SymPy writes them, with the methods that apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from sympy.assumptions.refine import refine
from sympy.matrices.expressions.kronecker import combine_kronecker

from benchmarks.comparison.methods import Method, of_matrices, usual

Build = Callable[[], Mapping[str, Method]]

n, m, d = (sp.Symbol(name, integer=True, positive=True) for name in ("n", "m", "d"))
i, j, k = sp.symbols("i j k", integer=True)
x, y, z, b = (sp.IndexedBase(name) for name in "xyzb")
W = sp.IndexedBase("W")
f = sp.Function("f")


# -- sums ----------------------------------------------------------------------------------------------


def binomial_mean() -> Mapping[str, Method]:
    p = sp.Symbol("p", positive=True)
    return usual(sp.Sum(k * sp.binomial(n, k) * p**k * (1 - p) ** (n - k), (k, 0, n)), n * p)


def geometric_sum() -> Mapping[str, Method]:
    r = sp.Symbol("r", real=True, nonzero=True)
    return usual(sp.Sum(r**k, (k, 0, n - 1)), (1 - r**n) / (1 - r))


def sum_linearity() -> Mapping[str, Method]:
    a, c = sp.symbols("a c", real=True)
    left = sp.Sum(a * x[i] + c * y[i], (i, 1, n))
    return usual(left, a * sp.Sum(x[i], (i, 1, n)) + c * sp.Sum(y[i], (i, 1, n)))


def sum_const_out() -> Mapping[str, Method]:
    c = sp.Symbol("c", real=True)
    return usual(sp.Sum(c * x[i], (i, 1, n)), c * sp.Sum(x[i], (i, 1, n)))


def sum_rename_index() -> Mapping[str, Method]:
    return usual(sp.Sum(x[i], (i, 1, n)), sp.Sum(x[j], (j, 1, n)))


def sum_shift_index() -> Mapping[str, Method]:
    return usual(sp.Sum(f(k), (k, 1, n)), sp.Sum(f(k + 1), (k, 0, n - 1)))


def sum_swap() -> Mapping[str, Method]:
    return usual(sp.Sum(W[i, j], (j, 1, n), (i, 1, m)), sp.Sum(W[i, j], (i, 1, m), (j, 1, n)))


def sum_split_at_m() -> Mapping[str, Method]:
    return usual(sp.Sum(f(i), (i, 1, n + m)), sp.Sum(f(i), (i, 1, n)) + sp.Sum(f(i), (i, n + 1, n + m)))


def square_of_sum_as_double_sum() -> Mapping[str, Method]:
    return usual(sp.Sum(x[i], (i, 1, n)) ** 2, sp.Sum(x[i] * x[j], (i, 1, n), (j, 1, n)))


def delta_collapse() -> Mapping[str, Method]:
    return _within_range(sp.Sum(sp.KroneckerDelta(k, j) * x[j], (j, 1, n)), x[k])


def mean_centering_sums_to_zero() -> Mapping[str, Method]:
    return usual(sp.Sum(x[i] - sp.Sum(x[j], (j, 1, n)) / n, (i, 1, n)), sp.Integer(0))


def variance_identity() -> Mapping[str, Method]:
    mean = sp.Sum(x[j], (j, 1, n)) / n
    return usual(sp.Sum((x[i] - mean) ** 2, (i, 1, n)), sp.Sum(x[i] ** 2, (i, 1, n)) - n * mean**2)


# -- derivatives in a coordinate -----------------------------------------------------------------------


def _within_range(left: Any, right: Any) -> dict[str, Method]:
    """Questions about an index of which a user knows that it lies in its range, and says so to ``refine``."""
    inside = sp.Q.ge(k, 1) & sp.Q.le(k, n)
    return {
        "simplify": lambda: bool(sp.simplify(left - right) == 0),
        "doit": lambda: bool(sp.simplify((left - right).doit()) == 0),
        "doit, refine": lambda: bool(sp.simplify(refine((left - right).doit(), inside)) == 0),
    }


def d_dxk_linear() -> Mapping[str, Method]:
    return _within_range(sp.diff(sp.Sum(W[i, j] * x[j], (j, 1, n)), x[k]), W[i, k])


def d_dxk_least_squares() -> Mapping[str, Method]:
    inner = sp.Sum(W[i, j] * x[j], (j, 1, n)) - b[i]
    return _within_range(sp.diff(sp.Sum(inner**2, (i, 1, m)), x[k]), sp.Sum(2 * W[i, k] * inner, (i, 1, m)))


def _softmax(index: Any) -> Any:
    return sp.exp(z[index]) / sp.Sum(sp.exp(z[j]), (j, 1, n))


def softmax_jacobian_symbolic_n() -> Mapping[str, Method]:
    right = _softmax(i) * (sp.KroneckerDelta(i, k) - _softmax(k))
    return _within_range(sp.diff(_softmax(i), z[k]), right)


def softmax_jacobian_n3() -> Mapping[str, Method]:
    numbers = sp.symbols("z1:4", real=True)
    total = sum(sp.exp(value) for value in numbers)
    p = [sp.exp(value) / total for value in numbers]

    def all_entries() -> bool:
        return all(
            sp.simplify(sp.diff(p[a], numbers[c]) - p[a] * ((1 if a == c else 0) - p[c])) == 0
            for a in range(3)
            for c in range(3)
        )

    return {"simplify": all_entries}


def logsumexp_gradient() -> Mapping[str, Method]:
    return _within_range(sp.diff(sp.log(sp.Sum(sp.exp(z[j]), (j, 1, n))), z[k]), _softmax(k))


def logsumexp_shift() -> Mapping[str, Method]:
    c = sp.Symbol("c", real=True)
    left = sp.log(sp.Sum(sp.exp(z[j]), (j, 1, n)))
    return usual(left, c + sp.log(sp.Sum(sp.exp(z[j] - c), (j, 1, n))))


def cross_entropy_gradient() -> Mapping[str, Method]:
    logarithm = sp.log(sp.Sum(sp.exp(z[j]), (j, 1, n)))
    loss = -sp.Sum(y[i] * z[i], (i, 1, n)) + logarithm * sp.Sum(y[i], (i, 1, n))
    return _within_range(sp.diff(loss, z[k]), _softmax(k) * sp.Sum(y[i], (i, 1, n)) - y[k])


# -- functions of a real -------------------------------------------------------------------------------


def sigmoid_derivative() -> Mapping[str, Method]:
    t = sp.Symbol("t", real=True)
    s = 1 / (1 + sp.exp(-t))
    return usual(sp.diff(s, t), s * (1 - s))


def tanh_derivative() -> Mapping[str, Method]:
    t = sp.Symbol("t", real=True)
    return usual(sp.diff(sp.tanh(t), t), 1 - sp.tanh(t) ** 2)


# -- matrices ------------------------------------------------------------------------------------------


def trace_cyclic() -> Mapping[str, Method]:
    A, B, C = sp.MatrixSymbol("A", m, n), sp.MatrixSymbol("B", n, d), sp.MatrixSymbol("C", d, m)
    return usual(sp.Trace(A * B * C), sp.Trace(B * C * A))


def newton_schulz_push() -> Mapping[str, Method]:
    V = sp.MatrixSymbol("W", m, n)
    return of_matrices((3 * sp.Identity(m) - V * V.T) * V, V * (3 * sp.Identity(n) - V.T * V))


def transpose_product() -> Mapping[str, Method]:
    A, B = sp.MatrixSymbol("A", m, n), sp.MatrixSymbol("B", n, d)
    return of_matrices((A * B).T, B.T * A.T)


def inverse_product() -> Mapping[str, Method]:
    A, B = sp.MatrixSymbol("A", n, n), sp.MatrixSymbol("B", n, n)
    return of_matrices((A * B).I, B.I * A.I)


def push_through() -> Mapping[str, Method]:
    A, B = sp.MatrixSymbol("A", m, n), sp.MatrixSymbol("B", n, m)
    return of_matrices((sp.Identity(m) + A * B).I * A, A * (sp.Identity(n) + B * A).I)


def woodbury_check() -> Mapping[str, Method]:
    A, U = sp.MatrixSymbol("A", n, n), sp.MatrixSymbol("U", n, d)
    C, V = sp.MatrixSymbol("C", d, d), sp.MatrixSymbol("V", d, n)
    inverse = A.I - A.I * U * (C.I + V * A.I * U).I * V * A.I
    return of_matrices((A + U * C * V) * inverse, sp.Identity(n))


def frobenius_as_sum() -> Mapping[str, Method]:
    A = sp.MatrixSymbol("A", m, n)
    return usual(sp.Trace(A.T * A), sp.Sum(A[i, j] ** 2, (i, 0, m - 1), (j, 0, n - 1)))


def kron_mixed_product() -> Mapping[str, Method]:
    A, C = sp.MatrixSymbol("A", m, n), sp.MatrixSymbol("C", n, d)
    B, D = sp.MatrixSymbol("B", d, m), sp.MatrixSymbol("D", m, n)
    left = sp.KroneckerProduct(A, B) * sp.KroneckerProduct(C, D)
    right = sp.KroneckerProduct(A * C, B * D)
    return {
        "==": lambda: bool(left == right),
        "doit": lambda: bool(left.doit() == right),
        "simplify": lambda: bool(sp.simplify(left) == right),
        "combine_kronecker": lambda: bool(combine_kronecker(left) == right),
    }


def quadratic_expand() -> Mapping[str, Method]:
    A, u, v = sp.MatrixSymbol("A", n, n), sp.MatrixSymbol("u", n, 1), sp.MatrixSymbol("v", n, 1)
    return of_matrices((u - v).T * A * (u - v), u.T * A * u - u.T * A * v - v.T * A * u + v.T * A * v)


# -- derivatives in a matrix ---------------------------------------------------------------------------


def grad_least_squares() -> Mapping[str, Method]:
    A, u, c = sp.MatrixSymbol("A", m, n), sp.MatrixSymbol("u", n, 1), sp.MatrixSymbol("c", m, 1)
    right = 2 * A.T * (A * u - c)

    def gradient() -> Any:
        return ((A * u - c).T * (A * u - c)).diff(u)

    return {
        "diff, expand": lambda: bool(sp.expand(gradient()) == sp.expand(right)),
        "diff, simplify": lambda: bool(sp.simplify(gradient() - right) == sp.ZeroMatrix(n, 1)),
        "diff": lambda: bool(gradient() == right),
    }


def grad_trace_AB() -> Mapping[str, Method]:
    A, B = sp.MatrixSymbol("A", m, n), sp.MatrixSymbol("B", n, m)
    return {"diff": lambda: bool(sp.Trace(A * B).diff(A) == B.T)}


def grad_logdet() -> Mapping[str, Method]:
    X = sp.MatrixSymbol("X", n, n)
    return {
        "diff": lambda: bool(sp.log(sp.Determinant(X)).diff(X) == X.I.T),
        "diff, doit": lambda: bool(sp.log(sp.Determinant(X)).diff(X).doit() == X.T.I),
    }


def grad_gaussian_quadratic() -> Mapping[str, Method]:
    S, u, c = sp.MatrixSymbol("S", n, n), sp.MatrixSymbol("u", n, 1), sp.MatrixSymbol("c", n, 1)
    right = -S.I * (u - c)

    def gradient() -> Any:
        return (-sp.Rational(1, 2) * (u - c).T * S.I * (u - c)).diff(u)

    return {
        "diff, refine": lambda: bool(
            sp.expand(refine(gradient(), sp.Q.symmetric(S))).doit() == sp.expand(right).doit()
        ),
        "diff, replace S.T by S": lambda: bool(
            sp.expand(gradient().subs(S.T, S)).doit() == sp.expand(right).doit()
        ),
        "diff, expand": lambda: bool(sp.expand(gradient()).doit() == sp.expand(right).doit()),
    }


# -- false statements ----------------------------------------------------------------------------------


def wrong_sum_bound() -> Mapping[str, Method]:
    return usual(sp.Sum(f(k), (k, 1, n)), sp.Sum(f(k + 1), (k, 0, n)))


def wrong_sum_const() -> Mapping[str, Method]:
    c = sp.Symbol("c", real=True)
    return usual(sp.Sum(c, (i, 0, n)), n * c)


def wrong_delta_no_range() -> Mapping[str, Method]:
    return usual(sp.diff(sp.Sum(x[j], (j, 1, n)), x[k]), sp.Integer(1))


def wrong_trace_noncyclic() -> Mapping[str, Method]:
    A, B, C = (sp.MatrixSymbol(name, n, n) for name in "ABC")
    return usual(sp.Trace(A * B * C), sp.Trace(A * C * B))


def wrong_sum_square() -> Mapping[str, Method]:
    return usual(sp.Sum(x[i], (i, 1, n)) ** 2, sp.Sum(x[i] ** 2, (i, 1, n)))


def wrong_index_capture() -> Mapping[str, Method]:
    return usual(sp.Sum(x[i], (i, 1, n)) * sp.Sum(y[i], (i, 1, n)), sp.Sum(x[i] * y[i], (i, 1, n)))


def wrong_sqrt() -> Mapping[str, Method]:
    t = sp.Symbol("t", real=True)
    return usual(sp.sqrt(t**2), t)


def wrong_geometric_r1() -> Mapping[str, Method]:
    r = sp.Symbol("r", real=True)
    closed = (1 - r**n) / (1 - r)
    at_one: dict[str, Method] = {"at r = 1": lambda: bool(sp.simplify(closed.subs(r, 1) - n) == 0)}
    return at_one | usual(sp.Sum(r**k, (k, 0, n - 1)), closed)


STATEMENTS: Mapping[str, Build] = {
    **{
        build.__name__: build
        for build in (
            binomial_mean, geometric_sum, sum_linearity, sum_const_out, sum_rename_index, sum_shift_index, sum_swap,
            sum_split_at_m, square_of_sum_as_double_sum, delta_collapse, mean_centering_sums_to_zero, variance_identity,
            d_dxk_linear, d_dxk_least_squares, softmax_jacobian_symbolic_n, softmax_jacobian_n3, logsumexp_gradient,
            logsumexp_shift, cross_entropy_gradient, sigmoid_derivative, tanh_derivative, trace_cyclic,
            newton_schulz_push, transpose_product, inverse_product, push_through, woodbury_check, frobenius_as_sum,
            kron_mixed_product, quadratic_expand, grad_least_squares, grad_trace_AB, grad_logdet,
            grad_gaussian_quadratic,
        )
    },
    "WRONG_sum_bound": wrong_sum_bound,
    "WRONG_sum_const": wrong_sum_const,
    "WRONG_delta_no_range": wrong_delta_no_range,
    "WRONG_trace_noncyclic": wrong_trace_noncyclic,
    "WRONG_sum_square": wrong_sum_square,
    "WRONG_index_capture": wrong_index_capture,
    "WRONG_sqrt": wrong_sqrt,
    "WRONG_geometric_r1": wrong_geometric_r1,
}  # fmt: skip
"""The statements by their names, which are those that the scripts cite; the others are in ``stochastic``."""
