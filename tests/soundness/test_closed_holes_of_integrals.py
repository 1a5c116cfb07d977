"""False statements about derivatives and integrals that an earlier kernel called proved, with true neighbours."""

from __future__ import annotations

import pytest

from derive.checking import check_text

FALSE = {
    "the_size_of_a_sum_as_that_of_one_number": """
theorem t
  given n : dim
        g : random vector(n)  iid, Normal(0, 1)
  show E[|sum[k in 1..n] g[k]|] = n sqrt(2/pi)
""",
    "the_end_of_a_domain_that_leaves_no_trace": """
theorem t
  show grad[x = 0] (grad[u = 1] (u + sqrt(x))) = 0
""",
    "a_constant_that_ends": """
theorem t
  given x : nonnegative real
  show grad[x] (grad[u = 1] sqrt(x)) = 0
""",
    "a_point_that_moves": """
theorem t
  show grad[x = 0] (grad[u = x] (u + sqrt(x)^2)) = 0
""",
    "below_two_derivatives": """
theorem t
  show grad[x = 0] (grad[u = 0] grad[v = 1] (u + v + sqrt(x))) = 0
""",
    "below_an_integral": """
theorem t
  show integral[x in [0, 1]] grad[x] (grad[u = 1] (u + sqrt(x))) = 0
""",
    "a_derivative_that_does_not_exist": """
theorem t
  given x : nonnegative real
  show differentiable(grad[u = 1] (u + sqrt(x)), x)
""",
    "an_entry_at_the_end_of_its_range": """
theorem t
  given v : vector(2)
  show grad[x = 1] (grad[u = 1] (u + v[floor(x)])) = 0
""",
    "an_argument_that_plays_no_part_under_a_square": """
abbreviation first(x, u : real) : real = sqrt(x^2)
theorem t
  given x : nonnegative real
  show grad[x] first(1 + x, sqrt(x))^2 = 2 (1 + x)
""",
}

TRUE = {
    "an_argument_that_is_defined_around": """
abbreviation first(x, u : real) : real = sqrt(x^2)
theorem t
  given x : positive real
  show grad[x] first(1 + x, sqrt(x))^2 = 2 (1 + x)
""",
    "inside_the_domain": """
theorem t
  given x : positive real
  show grad[x] (grad[u = 1] (u + sqrt(x))) = 0
""",
    "a_domain_without_an_end": """
theorem t
  given x : positive real
  show grad[x] (grad[u = x] (u^2 + log(x))) = 2
""",
    "differentiable_inside": """
theorem t
  given x : positive real
  show differentiable(grad[u = 1] (u + sqrt(x)), x)
""",
}


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name: str) -> None:
    reports = check_text(FALSE[name]).theorems
    assert all(found.verdict.value not in ("proved", "conflict") for found in reports), reports


@pytest.mark.parametrize("name", TRUE)
def test_true_neighbours_are_proved(name: str) -> None:
    (found,) = check_text(TRUE[name]).theorems
    assert found.verdict.value == "proved", found
