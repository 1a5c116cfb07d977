"""The statements about random variables as a user of ``sympy.stats`` writes them, with the methods that apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from sympy import stats
from sympy.stats.rv import RandomSymbol

from benchmarks.comparison.methods import Method, usual

Build = Callable[[], Mapping[str, Method]]

n, m = (sp.Symbol(name, integer=True, positive=True) for name in ("n", "m"))
i, j = sp.symbols("i j", integer=True)
mu, nu, x = sp.symbols("mu nu x", real=True)
s, sigma, tau = sp.symbols("s sigma tau", positive=True)


def _expected(build: Callable[[], Any], right: Any) -> dict[str, Method]:
    """Questions about an expectation: evaluated as it stands, expanded first, or kept and expanded as a symbol."""
    return {
        "E": lambda: bool(sp.simplify(stats.E(build()) - right) == 0),
        "E of expand": lambda: bool(sp.simplify(stats.E(sp.expand(build())) - right) == 0),
        "Expectation, expand": lambda: bool(
            sp.simplify(stats.Expectation(build()).expand().doit() - right) == 0
        ),
    }


def E_norm_Wx_symbolic_dims() -> Mapping[str, Method]:
    W = stats.MatrixNormal("W", sp.ZeroMatrix(m, n), sp.Identity(m), sp.Identity(n))
    v = stats.MatrixNormal("x", sp.ZeroMatrix(n, 1), sp.Identity(n), sp.Identity(1))
    return _expected(lambda: ((W * v).T * (W * v))[0, 0] / m, n)


def E_norm_Wx_indexed_sums() -> Mapping[str, Method]:
    W, v = sp.IndexedBase("W"), sp.IndexedBase("x")
    # Entries of an indexed base are numbers, so that each is replaced by a variable of its own at one place only.
    entry, other = stats.Normal("w", 0, 1), stats.Normal("v", 0, 1)
    total = sp.Sum(sp.Sum(W[i, j] * v[j], (j, 1, n)) ** 2, (i, 1, m)) / m
    return usual(stats.Expectation(total.subs({W[i, j]: entry, v[j]: other})).doit(), n)


def E_norm_Wx_dims_2x2() -> Mapping[str, Method]:
    W = [[stats.Normal(f"W{a}{c}", 0, 1) for c in range(2)] for a in range(2)]
    v = [stats.Normal(f"x{c}", 0, 1) for c in range(2)]
    total = sum((W[a][0] * v[0] + W[a][1] * v[1]) ** 2 for a in range(2)) * sp.Rational(1, 2)
    return {
        "E": lambda: bool(sp.simplify(stats.E(total) - 2) == 0),
        "E of expand": lambda: bool(sp.simplify(stats.E(sp.expand(total)) - 2) == 0),
    }


def var_sample_mean_symbolic_n() -> Mapping[str, Method]:
    # No process has independent entries of any law: one normal variable, or Bernoulli variables, have to do.
    X = stats.Normal("X", mu, sigma)
    p = sp.Symbol("p", positive=True)
    process = stats.BernoulliProcess("B", p)
    mean = sp.Sum(process[i], (i, 1, n)) / n
    return {
        "variance of a Sum of one variable": lambda: bool(
            sp.simplify(stats.variance(sp.Sum(X, (i, 1, n)) / n) - sigma**2 / n) == 0
        ),
        "Variance, expand of a BernoulliProcess": lambda: bool(
            sp.simplify(stats.Variance(mean).expand().doit() - p * (1 - p) / n) == 0
        ),
        "variance of a BernoulliProcess": lambda: bool(
            sp.simplify(stats.variance(mean).doit() - p * (1 - p) / n) == 0
        ),
    }


def E_linearity_symbolic() -> Mapping[str, Method]:
    a, b = sp.symbols("a b", real=True)
    X, Y = RandomSymbol("X"), RandomSymbol("Y")
    right = a * stats.Expectation(X) + b * stats.Expectation(Y)
    return {
        "Expectation, expand": lambda: bool(stats.Expectation(a * X + b * Y).expand() == right),
        "Expectation, doit": lambda: bool(stats.Expectation(a * X + b * Y).doit() == right),
    }


def E_product_independent() -> Mapping[str, Method]:
    X, Y = stats.Normal("X", mu, s), stats.Normal("Y", nu, tau)
    right = stats.E(X) * stats.E(Y)
    return {
        "Expectation, expand": lambda: bool(sp.simplify(stats.Expectation(X * Y).expand().doit() - right) == 0),
        "E": lambda: bool(sp.simplify(stats.E(X * Y) - right) == 0),
    }


def E_linearity_over_Sum() -> Mapping[str, Method]:
    a, X = sp.IndexedBase("a"), stats.Normal("X", mu, s)
    right = sp.Sum(a[i] * mu, (i, 1, n))
    return _expected(lambda: sp.Sum(a[i] * X, (i, 1, n)), right)


def normal_second_moment() -> Mapping[str, Method]:
    X = stats.Normal("X", mu, sigma)
    return {"E": lambda: bool(sp.simplify(stats.E(X**2) - (mu**2 + sigma**2)) == 0)}


def hutchinson_E_zTAz() -> Mapping[str, Method]:
    A = sp.MatrixSymbol("A", n, n)
    z = stats.MultivariateNormal("z", sp.ZeroMatrix(n, 1), sp.Identity(n))
    return _expected(lambda: (z.T * A * z)[0, 0], sp.Trace(A))


def _density(mean: Any, deviation: Any) -> Any:
    return sp.exp(-((x - mean) ** 2) / (2 * deviation**2)) / sp.sqrt(2 * sp.pi * deviation**2)


def _integral(integrand: Any) -> Any:
    return sp.integrate(integrand, (x, -sp.oo, sp.oo))


def KL_gaussians() -> Mapping[str, Method]:
    p, q = _density(mu, s), _density(nu, tau)
    right = sp.log(tau / s) + (s**2 + (mu - nu) ** 2) / (2 * tau**2) - sp.Rational(1, 2)
    ratio = sp.expand_log(sp.log(p / q), force=True)
    X = stats.Normal("X", mu, s)

    def by_expectation() -> bool:
        found = stats.E(sp.expand(ratio.subs(x, X)))
        return bool(sp.simplify(sp.expand_log(found - right, force=True)) == 0)

    return {
        "integrate": lambda: bool(sp.simplify(_integral(p * sp.log(p / q)) - right) == 0),
        "integrate, expand_log": lambda: bool(
            sp.simplify(sp.expand_log(_integral(sp.expand(p * ratio)) - right, force=True)) == 0
        ),
        "E of the logarithm": by_expectation,
    }


def gaussian_score() -> Mapping[str, Method]:
    return usual(sp.diff(sp.log(_density(mu, sigma)), mu), (x - mu) / sigma**2)


def entropy_gaussian() -> Mapping[str, Method]:
    p = _density(mu, s)
    right = sp.log(2 * sp.pi * sp.E * s**2) / 2
    logarithm = sp.expand_log(sp.log(p), force=True)
    return {
        "integrate": lambda: bool(sp.simplify(-_integral(p * sp.log(p)) - right) == 0),
        "integrate, expand_log": lambda: bool(
            sp.simplify(sp.expand_log(-_integral(sp.expand(p * logarithm)) - right, force=True)) == 0
        ),
    }


def wrong_sum_of_same_rv_variance() -> Mapping[str, Method]:
    X = stats.Normal("X", 0, sigma)
    return {
        "variance": lambda: bool(sp.simplify(stats.variance(sp.Sum(X, (i, 1, n)) / n) - sigma**2 / n) == 0),
        "variance, doit": lambda: bool(
            sp.simplify(stats.variance(sp.Sum(X, (i, 1, n)).doit() / n) - sigma**2 / n) == 0
        ),
    }


STATEMENTS: Mapping[str, Build] = {
    **{
        build.__name__: build
        for build in (
            E_norm_Wx_symbolic_dims, E_norm_Wx_indexed_sums, E_norm_Wx_dims_2x2, var_sample_mean_symbolic_n,
            E_linearity_symbolic, E_product_independent, E_linearity_over_Sum, normal_second_moment,
            hutchinson_E_zTAz, KL_gaussians, gaussian_score, entropy_gaussian,
        )
    },
    "WRONG_sum_of_same_rv_variance": wrong_sum_of_same_rv_variance,
}  # fmt: skip
"""The statements by their names, which are those that the scripts cite."""
