"""False statements about integrals, laws, the error function and products, with true neighbours."""

from __future__ import annotations

import pytest

from derive.checking import check_text

FALSE = {
    "a_half_line_without_a_rate": """
theorem t
  given r : real
  show integral[x in real, x > 0] exp(-r x) = 1/r
""",
    "a_rate_of_the_wrong_sign": """
theorem t
  given r : positive real
  show integral[x in real, x < 0] exp(-r x) = 1/r
""",
    "ends_of_unknown_order": """
theorem t
  given a, b : real
  show integral[x in [a, b]] x = (b^2 - a^2)/2
""",
    "a_polynomial_over_the_line": """
theorem t
  show integral[x in real] x = 0
""",
    "a_sign_over_the_line": """
theorem t
  show integral[x in real] sign(x) = 0
""",
    "a_rate_that_may_be_zero": """
theorem t
  given k : real
  show k integral[x in [0, 1]] exp(k x) + [k = 0] = exp(k) - 1
""",
    "a_kink_that_is_lost": """
theorem t
  show E[x ~ Normal(0, 1)] |x| = 0
""",
    "a_shifted_half_line": """
theorem t
  given m : real
  show E[x ~ Normal(m, 1)] [x > 0] = 1/2
""",
    "the_mean_of_a_rectifier": """
theorem t
  given v : positive real
  show E[x ~ Normal(0, v)] relu(x)^2 = v
""",
    "an_exponential_law_by_its_mean": """
theorem t
  given r : positive real
  show E[x ~ Exponential(r)] x = r
""",
    "an_exponential_law_of_any_rate": """
theorem t
  given r : real
  show E[x ~ Exponential(r)] 1 = 1
""",
    "a_uniform_law_of_any_ends": """
theorem t
  given a, b : real
  show E[x ~ Uniform(a, b)] 1 = 1
""",
    "a_chance_that_is_none": """
theorem t
  given p : real
  show E[k ~ Bernoulli(p)] 1 = 1
""",
    "a_laplace_law_of_any_scale": """
theorem t
  given s : real with s != 0
  show E[x ~ Laplace(0, s)] 1 = 1
""",
    "signs_that_are_zero": """
theorem t
  show E[s ~ Rademacher] [s = 0] = 1/3
""",
    "an_error_function_beyond_its_sign": """
theorem t
  given x : real
  show erf(x) >= 0
""",
    "an_error_function_that_is_linear": """
theorem t
  given x, y : real
  show erf(x + y) = erf(x) + erf(y)
""",
    "the_slope_of_the_error_function": """
theorem t
  given x : real
  show grad[x] erf(x) = exp(-x^2)
""",
    "a_product_by_logarithms": """
theorem t
  given n : dim
        x : real
        c : vector(n)
  show grad[x] prod[k in 1..n] (x - c[k]) = (prod[k in 1..n] (x - c[k])) sum[k in 1..n] 1/(x - c[k])
""",
    "a_product_of_derivatives": """
theorem t
  given n : dim
        x : real
        c : vector(n)
  show grad[x] prod[k in 1..n] (x - c[k]) = prod[k in 1..n] grad[x] (x - c[k])
""",
    "a_product_with_a_kink": """
theorem t
  given n : dim
        x : real
        c : vector(n)
  show grad[x] prod[k in 1..n] |x - c[k]| = sum[k in 1..n] sign(x - c[k]) prod[l in 1..n, l != k] |x - c[l]|
""",
    "a_range_that_moves": """
theorem t
  given x : real
  show grad[x] prod[k in 1..3, k <= x] (x + k) = 0
""",
    "a_maximum_is_not_its_first_argument": """
theorem t
  given a, b : real
  show max(a, b) = a
""",
    "a_logarithm_of_a_negative": """
theorem t
  given a : real with a < 0
  show exp(log(a)) = -a
""",
    "second_derivatives_that_need_not_be_continuous": """
theorem t
  given n : dim
        x : vector(n)
        i, j : index(n)
        f : function vector(n) -> real, C1
  show partial[x[i], x[j]] f(x) = partial[x[j], x[i]] f(x)
proof
  partial[x[i], x[j]] f(x) = partial[x[j], x[i]] f(x) by mixed_derivatives
qed
""",
    "second_derivatives_in_other_places": """
theorem t
  given n : dim
        x, y : vector(n)
        i, j : index(n)
        f : function vector(n) -> real, C2
  show partial[x[i], x[j]] f(x) = partial[y[j], y[i]] f(y)
proof
  partial[x[i], x[j]] f(x) = partial[y[j], y[i]] f(y) by mixed_derivatives
qed
""",
    "third_derivatives": """
theorem t
  given n : dim
        x : vector(n)
        i, j, k : index(n)
        f : function vector(n) -> real, C2
  show partial[x[i], x[j], x[k]] f(x) = partial[x[k], x[j], x[i]] f(x)
proof
  partial[x[i], x[j], x[k]] f(x) = partial[x[k], x[j], x[i]] f(x) by mixed_derivatives
qed
""",
    "what_is_not_summable_is_not_summable_beyond": """
theorem t
  given c : real
        f : function real -> real
  show summable(lambda[x in real] (if x > c then f(x) else 0))
proof
  summable(lambda[x in real] (if x > c then f(x) else 0)) by summable_beside
qed
""",
    "what_is_summable_beyond_is_not_summable": """
theorem t
  given c : real
        f : function real -> real
  assume s: summable(lambda[x in real] (if x > c then f(x) else 0))
  show summable(lambda[x in real] f(x))
proof
  summable(lambda[x in real] f(x)) by summable_beside
qed
""",
    "an_integral_of_any_sign": """
theorem t
  given f : function real -> real
  assume s: summable(lambda[x in real] f(x))
  show integral[x in real] f(x) >= 0
proof
  integral[x in real] f(x) >= 0 by integral_nonnegative
qed
""",
    "an_integral_of_what_is_positive_somewhere": """
theorem t
  given f : function real -> real
  assume s: summable(lambda[x in real] f(x))
         p: for all x in real with x > 0, f(x) >= 0
  show integral[x in real] f(x) >= 0
proof
  integral[x in real] f(x) >= 0 by integral_nonnegative
qed
""",
    "an_integral_that_is_positive": """
theorem t
  given f : function real -> real
  assume s: summable(lambda[x in real] f(x))
         p: for all x in real, f(x) >= 0
  show integral[x in real] f(x) > 0
proof
  integral[x in real] f(x) > 0 by integral_nonnegative
qed
""",
    "half_of_what_is_not_even": """
import calculus.half_lines
theorem t
  given f : function real -> real
  assume s: summable(lambda[x in real] f(x))
  show integral[x in real, x > 0] f(x) = 1/2 integral[x in real] f(x)
proof
  integral[x in real, x > 0] f(x) = 1/2 integral[x in real] f(x) by integral_of_even
qed
""",
    "points_that_an_integral_sees": """
theorem t
  given f : function real -> real
        c : real
  assume s: summable(lambda[x in real] [c x = 0] f(x))
  show integral[x in real] [c x = 0] f(x) = 0
""",
    "a_half_line_that_is_closed_at_another_point": """
theorem t
  given a, b : real
        f : function real -> real
  assume s: summable(lambda[x in real] (if x > a then f(x) else 0))
         t: summable(lambda[x in real] (if x >= b then f(x) else 0))
  show integral[x in real, x > a] f(x) = integral[x in real, x >= b] f(x)
""",
}

TRUE = {
    "a_half_line": """
theorem t
  given r : positive real
  show integral[x in real, x > 0] exp(-r x) = 1/r
""",
    "ends_in_order": """
theorem t
  given a, b : real with a <= b
  show integral[x in [a, b]] x = (b^2 - a^2)/2
""",
    "a_shifted_half_line": """
theorem t
  given m : real
  show E[x ~ Normal(m, 1)] [x > 0] = (1 + erf(m/sqrt(2)))/2
""",
    "an_exponential_law": """
theorem t
  given r : positive real
  show E[x ~ Exponential(r)] x = 1/r
       E[x ~ Exponential(r)] 1 = 1
""",
    "a_chance": """
theorem t
  given p : real with 0 <= p and p <= 1
  show E[k ~ Bernoulli(p)] 1 = 1
""",
    "a_product_with_factors_that_may_be_zero": """
theorem t
  given n : dim
        x : real
        c : vector(n)
  show grad[x] prod[k in 1..n] (x - c[k]) = sum[k in 1..n] prod[l in 1..n, l != k] (x - c[l])
""",
    "the_ends_of_an_interval": """
theorem t
  given a, b : real
        f : function real -> real
  assume s: summable(lambda[x in real] (if a <= x and x <= b then f(x) else 0))
         t: summable(lambda[x in real] (if a < x and x < b then f(x) else 0))
  show integral[x in [a, b]] f(x) = integral[x in real, (a < x), x < b] f(x)
""",
    "second_derivatives": """
theorem t
  given n : dim
        x : vector(n)
        i, j : index(n)
        f : function vector(n) -> real, C2
  show partial[x[i], x[j]] f(x) = partial[x[j], x[i]] f(x)
proof
  partial[x[i], x[j]] f(x) = partial[x[j], x[i]] f(x) by mixed_derivatives
qed
""",
    "a_maximum_of_numbers_in_order": """
theorem t
  given a, b : real with a <= b
  show max(a, b) = b
""",
}


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name: str) -> None:
    (found,) = check_text(FALSE[name]).theorems
    assert found.verdict.value not in ("proved", "conflict"), found


@pytest.mark.parametrize("name", TRUE)
def test_true_neighbours_are_proved(name: str) -> None:
    (found,) = check_text(TRUE[name]).theorems
    assert found.verdict.value == "proved", found
