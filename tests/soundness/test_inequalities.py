"""Inequalities as analyses of learning algorithms use them, and neighbours of them that are false.

Each is a context (declarations separated by ``;``), what is assumed (likewise, ``name: statement``) and a claim.  Each of the
first kind is proved in one step; none of the second kind may come out as ``proved``, whatever else is said of it.
(Where they are not known to be defined they may hold if they are.)
"""

from __future__ import annotations

import pytest

from derive.checking import check_text

TRUE = {
    "reciprocal": ("a, b : nonnegative real", "o: a <= b", "2/(1+a) >= 2/(1+b)"),
    "root": ("a, b : nonnegative real", "o: a <= b", "sqrt(1+a) <= sqrt(1+b)"),
    "exponential": ("a, b : real", "o: a <= b", "exp(2 a) <= exp(2 b)"),
    "exponential_falls": ("a, b, c : real", "o: a <= b ; p: b <= c", "exp(-c) <= exp(-a)"),
    "logarithm": ("a, b : positive real", "o: a <= b", "log(1+a) <= log(1+b)"),
    "strict_logarithm": ("a, b : positive real", "o: a < b", "log(a) < log(b)"),
    "sum_of_exponentials": ("n : dim ; x, y : vector(n)", "o: for all i in index(n), x[i] <= y[i]", "sum[i in 1..n] exp(x[i]) <= sum[i in 1..n] exp(y[i])"),
    "strict_sum": ("n : dim ; x, y : vector(n)", "o: for all i in index(n), x[i] < y[i]", "sum[i in 1..n] exp(x[i]) < sum[i in 1..n] exp(y[i])"),
    "log_sum_exp": ("n : dim ; x, y : vector(n)", "o: for all i in index(n), x[i] <= y[i]", "log(sum[i in 1..n] exp(x[i])) <= log(sum[i in 1..n] exp(y[i]))"),
    "sigmoid": ("a, b : real", "o: a <= b", "sigmoid(a) <= sigmoid(b)"),
    "softplus": ("a, b : real", "o: a < b", "softplus(a) < softplus(b)"),
    "relu": ("a, b : real", "o: a <= b", "relu(a) <= relu(b)"),
    "tanh": ("a, b : real", "o: a < b", "tanh(a) < tanh(b)"),
    "mean": ("X, Y : random real moments 2", "o: X <= Y", "E[X] <= E[Y]"),
    "mean_of_exponential": ("X, Y : random real", "o: X <= Y ; p: integrable(exp(X)) ; q: integrable(exp(Y))", "E[exp(X)] <= E[exp(Y)]"),
    "product": ("a, b, c, d : nonnegative real", "o: a <= b ; p: c <= d", "a c <= b d"),
    "rate": ("L, eta : positive real ; g : real", "o: eta <= 1/L", "-eta g^2 + L eta^2 g^2 / 2 <= -eta g^2 / 2"),
    "young": ("a, b : real ; c : positive real", "", "a b <= a^2 / (2 c) + c b^2 / 2"),
    "softmax_positive": ("n : dim ; x : vector(n) ; i : index(n)", "", "softmax(x)[i] > 0"),
    "variance": ("X : random real moments 2", "", "Var[X] <= E[X^2]"),
    "maximum": ("a, b : real", "", "a <= max(a, b)"),
    "minimum": ("a, b : real", "", "min(a, b) <= b"),
    "maximum_minimum": ("a, b : real", "", "max(a, b) + min(a, b) = a + b"),
    "relu_sign": ("a : real", "", "relu(a) >= 0"),
    "relu_parts": ("a : real", "", "relu(a) + relu(-a) = |a|"),
    "supremum": ("n : dim ; f, g : function vector(n) -> real ; C : real", "o: for all x : vector(n), f(x) <= g(x) ; p: for all x : vector(n), g(x) <= C", "sup[x in vector(n)] f(x) <= sup[x in vector(n)] g(x)"),
    "norm": ("n : dim ; x, y : vector(n)", "o: for all i in index(n), |x[i]| <= |y[i]|", "norm(x) <= norm(y)"),
    "product_of_entries": ("n : dim ; x, y : vector(n)", "p: for all i in index(n), 0 <= x[i] ; o: for all i in index(n), x[i] <= y[i]", "prod[i in 1..n] x[i] <= prod[i in 1..n] y[i]"),
    "means": ("a, b : nonnegative real", "", "a b <= (a^2 + b^2)/2"),
    "natural_power": ("n : nat ; a, b : nonnegative real", "o: a <= b", "a^n <= b^n"),
    "real_power": ("p, a, b : positive real", "o: a <= b", "a^p <= b^p"),
    "power_of_a_fraction": ("m, n : nat ; b : real with b >= 0, b <= 1", "o: m <= n", "b^n <= b^m"),
    "power_of_a_large_number": ("m, n : nat ; b : real with b >= 1", "o: m <= n", "b^m <= b^n"),
    "odd_power": ("a, b : real", "o: a <= b", "a^3 <= b^3"),
    "falling_square": ("a, b : real with b <= 0", "o: a <= b", "b^2 <= a^2"),
    "distance": ("n : dim ; x, a : vector(n)", "o: x != a", "0 < sum[i in 1..n] (x[i]-a[i])^2"),
    "norm_of_difference": ("n : dim ; x, a : vector(n)", "o: x != a", "0 < norm(a - x)"),
    "reciprocal_of_norm": ("n : dim ; x, a : vector(n)", "o: x != a", "1/norm(x - a) > 0"),
    "apart_turned": ("n : dim ; x, a : vector(n)", "o: x != a", "2 a - 2 x != 0"),
    "nested": ("a, b : nonnegative real", "o: a <= b", "exp(-1/(1+sqrt(a))) <= exp(-1/(1+sqrt(b)))"),
    "scaled_sum": ("n : dim ; w, x, y : vector(n) with w[i] >= 0", "o: for all i in index(n), x[i] <= y[i]", "sum[i in 1..n] w[i] x[i] <= sum[i in 1..n] w[i] y[i]"),
    "integral": ("f, g : function real -> real", "o: for all x : real, f(x) <= g(x) ; p: summable(lambda[x in real] f(x)) ; q: summable(lambda[x in real] g(x))", "integral[x in real] f(x) <= integral[x in real] g(x)"),
    "branch": ("a, b, c : real", "o: c > 0 implies a <= b", "(if c > 0 then exp(a) else 1) <= (if c > 0 then exp(b) else 1)"),
    "floors": ("a, b : real", "o: a <= b", "floor(a) <= floor(b)"),
    "momentum": ("beta : real with beta >= 0, beta < 1 ; t : nat", "", "1 - beta^(t+1) <= 1"),
    "sgd": ("T : dim ; R, G, eta : positive real", "", "R^2/(2 eta T) + eta G^2/2 >= R G / sqrt(T)"),
    "powers_of_exponentials": ("n : nat ; h : real", "", "exp(-h)^n = exp(-h n)"),
    "power_of_power": ("p : positive real ; a : positive real", "", "(a^p)^(1/p) = a"),
}

FALSE = {
    "reciprocal_turned": ("a, b : nonnegative real", "o: a <= b", "2/(1+a) <= 2/(1+b)"),
    "reciprocal_of_any": ("a, b : real with a != 0, b != 0", "o: a <= b", "1/b <= 1/a"),
    "reciprocal_negative_product": ("a, b : positive real ; c : real", "o: a <= b", "c/b <= c/a"),
    "root_strict": ("a, b : nonnegative real", "o: a <= b", "sqrt(a) < sqrt(b)"),
    "exponential_turned": ("a, b : real", "o: a <= b", "exp(-a) <= exp(-b)"),
    "exponential_strict": ("a, b : real", "o: a <= b", "exp(a) < exp(b)"),
    "logarithm_turned": ("a, b : positive real", "o: a <= b", "log(b) <= log(a)"),
    "sum_elsewhere": ("n : dim ; x, y : vector(n)", "o: for all i in index(n), i > 1 implies x[i] <= y[i]", "sum[i in 1..n] exp(x[i]) <= sum[i in 1..n] exp(y[i])"),
    "strict_empty_sum": ("n : nat ; f, g : function int -> real", "o: for all i : int, f(i) < g(i)", "sum[i in 1..n] f(i) < sum[i in 1..n] g(i)"),
    "strict_conditional_sum": ("n : dim ; x, y : vector(n) ; k : int", "o: for all i in index(n), x[i] < y[i]", "sum[i in 1..n, i <= k] x[i] < sum[i in 1..n, i <= k] y[i]"),
    "relu_strict": ("a, b : real", "o: a < b", "relu(a) < relu(b)"),
    "sign_strict": ("a, b : real", "o: a < b", "sign(a) < sign(b)"),
    "floor_strict": ("a, b : real", "o: a < b", "floor(a) < floor(b)"),
    "mean_turned": ("X, Y : random real moments 2", "o: X <= Y", "E[Y] <= E[X]"),
    "mean_strict": ("X, Y : random real moments 2", "o: X <= Y", "E[X] < E[Y]"),
    "mean_of_square": ("X, Y : random real moments 2", "o: X <= Y", "E[X^2] <= E[Y^2]"),
    "mean_of_means": ("X, Y : random real moments 2", "o: E[X] <= E[Y]", "E[exp(-X)] >= E[exp(-Y)]"),
    "outcome": ("X, Y : random real moments 2", "o: E[X] <= E[Y]", "X <= Y"),
    "product_of_any": ("a, b, c, d : real", "o: a <= b ; p: c <= d", "a c <= b d"),
    "rate_too_large": ("L, eta : positive real ; g : real", "o: eta <= 2/L", "-eta g^2 + L eta^2 g^2 / 2 <= -eta g^2 / 2"),
    "young_without_half": ("a, b : real ; c : positive real", "", "a b <= a^2 / (3 c) + c b^2 / 3"),
    "young_negative": ("a, b : real ; c : real with c != 0", "", "a b <= a^2 / (2 c) + c b^2 / 2"),
    "variance_square": ("X : random real moments 2", "", "Var[X] >= E[X^2]"),
    "maximum_turned": ("a, b : real", "", "max(a, b) <= a"),
    "minimum_turned": ("a, b : real", "", "b <= min(a, b)"),
    "maximum_of_sum": ("a, b, c, d : real", "", "max(a, c) + max(b, d) <= max(a+b, c+d)"),
    "maximum_times": ("a, b, c : real", "", "c max(a, b) = max(c a, c b)"),
    "relu_additive": ("a, b : real", "", "relu(a + b) = relu(a) + relu(b)"),
    "relu_positive": ("a : real", "", "relu(a) > 0"),
    "absolute_strict": ("a, b : real", "", "|a + b| < |a| + |b|"),
    "absolute_split": ("a, b : real", "", "|a + b| = |a| + |b|"),
    "supremum_strict": ("n : dim ; f, g : function vector(n) -> real ; C : real", "o: for all x : vector(n), f(x) < g(x) ; p: for all x : vector(n), g(x) <= C", "sup[x in vector(n)] f(x) < sup[x in vector(n)] g(x)"),
    "supremum_of_sum": ("n : dim ; f, g : function vector(n) -> real ; C : real", "o: for all x : vector(n), f(x) <= C ; p: for all x : vector(n), g(x) <= C", "sup[x in vector(n)] f(x) + sup[x in vector(n)] g(x) <= sup[x in vector(n)] (f(x) + g(x))"),
    "supremum_exchanged": ("m, n : dim ; f : function vector(m), vector(n) -> real ; C, D : real", "o: for all x : vector(m), for all y : vector(n), f(x, y) <= C ; p: for all x : vector(m), for all y : vector(n), D <= f(x, y)", "inf[y in vector(n)] sup[x in vector(m)] f(x, y) <= sup[x in vector(m)] inf[y in vector(n)] f(x, y)"),
    "supremum_unbounded": ("n : dim ; f : function vector(n) -> real ; x : vector(n)", "", "f(x) <= sup[z in vector(n)] f(z)"),
    "norm_of_any": ("n : dim ; x, y : vector(n)", "o: for all i in index(n), x[i] <= y[i]", "norm(x) <= norm(y)"),
    "product_of_any_entries": ("n : dim ; x, y : vector(n)", "o: for all i in index(n), x[i] <= y[i]", "prod[i in 1..n] x[i] <= prod[i in 1..n] y[i]"),
    "square_of_any": ("a, b : real", "o: a <= b", "a^2 <= b^2"),
    "natural_power_of_any": ("n : nat ; a, b : real", "o: a <= b", "a^n <= b^n"),
    "natural_power_strict": ("n : nat ; a, b : nonnegative real", "o: a < b", "a^n < b^n"),
    "real_power_of_any_exponent": ("p : real ; a, b : positive real", "o: a <= b", "a^p <= b^p"),
    "power_of_a_fraction_turned": ("m, n : nat ; b : real with b >= 0, b <= 1", "o: m <= n", "b^m <= b^n"),
    "power_of_a_large_integer": ("m, n : int ; b : real with b > 0", "o: m <= n", "b^n <= b^m"),
    "distance_elsewhere": ("n : dim ; x, a, b : vector(n)", "o: x != a", "0 < sum[i in 1..n] (x[i]-b[i])^2"),
    "distance_plus": ("n : dim ; x, a : vector(n)", "o: x != a", "0 < sum[i in 1..n] (x[i]+a[i])^2"),
    "distance_cubed": ("n : dim ; x, a : vector(n)", "o: x != a", "0 < sum[i in 1..n] (x[i]-a[i])^3"),
    "distance_shorter": ("n : dim ; x, a : vector(n)", "o: x != a", "0 < sum[i in 1..n-1] (x[i]-a[i])^2"),
    "distance_conditional": ("n : dim ; x, a : vector(n)", "o: x != a", "0 < sum[i in 1..n, i != 1] (x[i]-a[i])^2"),
    "distance_everywhere": ("n : dim ; x, a : vector(n) ; i : index(n)", "o: x != a", "(x[i]-a[i])^2 > 0"),
    "distance_reversed": ("n : dim ; x, a : vector(n)", "o: x != a", "0 < sum[i in 1..n] (x[i]-a[n+1-i])^2"),
    "integral_strict": ("f, g : function real -> real", "o: for all x : real, f(x) <= g(x) ; p: summable(lambda[x in real] f(x)) ; q: summable(lambda[x in real] g(x))", "integral[x in real] f(x) < integral[x in real] g(x)"),
    "integral_not_summable": ("f, g : function real -> real", "o: for all x : real, f(x) <= g(x) ; p: summable(lambda[x in real] f(x))", "integral[x in real] f(x) <= integral[x in real] g(x)"),
    "branch_not_taken": ("a, b, c : real", "o: c > 0 implies a <= b", "(if c > 1 then exp(a) else exp(b)) <= (if c > 1 then exp(b) else exp(a))"),
    "branch_other": ("a, b, c : real", "o: c > 0 implies a <= b", "(if c > 0 then 1 else exp(a)) <= (if c > 0 then 1 else exp(b))"),
    "weights_of_any_sign": ("n : dim ; w, x, y : vector(n)", "o: for all i in index(n), x[i] <= y[i]", "sum[i in 1..n] w[i] x[i] <= sum[i in 1..n] w[i] y[i]"),
    "one_outcome": ("X, Y : random real moments 2", "o: E[[X <= Y]] = 1/2", "E[X] <= E[Y]"),
    "exponential_of_product": ("a, b : positive real", "", "exp(a b) = exp(a) exp(b)"),
    "power_of_power_of_any": ("p : positive real ; a : real", "", "(a^2)^(1/2) = a"),
    "exponential_of_two_logarithms": ("a, b : positive real", "", "exp(log(a) log(b)) = a b"),
    "softmax_at_least_half": ("n : dim ; x : vector(n) ; i : index(n)", "", "softmax(x)[i] >= 1/2"),
    "reciprocal_across_zero": ("", "", "integral[x in [-1, 1]] 1/x = 0"),
    "reciprocal_from_zero": ("b : positive real", "", "integral[x in [0, b]] 1/x = log(b)"),
    "reciprocal_of_any_ends": ("a, b : real with a <= b, a != 0, b != 0", "", "integral[x in [a, b]] 1/x = log(|b|/|a|)"),
    "logarithm_swapped": ("a, b : positive real", "", "integral[x in [a, b]] 1/x = log(b/a)"),
}  # fmt: skip


def verdict(given: str, assumed: str, claim: str) -> str:
    """The verdict on a theorem with this context and this claim, which cites all that is assumed."""
    lines = ["import foundations.norms", "import foundations.functions", "import foundations.probability", "theorem t"]
    if given:
        lines.append("  given " + "\n        ".join(part.strip() for part in given.split(";")))
    assumptions = [part.strip() for part in assumed.split(";") if part.strip()]
    if assumptions:
        lines.append("  assume " + "\n         ".join(assumptions))
    lines.append(f"  show {claim}")
    report = check_text("\n".join(lines) + "\n")
    return report.theorems[-1].verdict.value


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved(name: str) -> None:
    assert verdict(*TRUE[name]) == "proved"


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name: str) -> None:
    assert verdict(*FALSE[name]) not in ("proved", "conflict")
