"""Scripts that an earlier kernel called proved: each is false, and says why in its name."""

from __future__ import annotations

import pytest

from derive.checking import check_text

SCRIPTS = {
    "an_undefined_hypothesis": """
lemma quot
  given x, y : real
  assume h: x * (1/x) = y
  show y + x = 1 + x
theorem t
  given c : real
        f : function real -> real
  assume b, regularity: for all a in real, f(a) <= c
  show (sup[a in real] f(a)) * 0 = 1
proof
  0 + 0 = 1 + 0 by quot
qed
""",
    "a_length_cancelled_in_an_empty_range": """
theorem t
  given n : nat
        f : function real -> real
        C : real
  assume b, regularity: for all a in real, f(a) <= C
  show sup[a in real] f(a) * (sum[i in 1..n] 1/n) = sup[a in real] f(a)
""",
    "a_denominator_under_a_guard": """
theorem t
  given x : real
        f : function real -> real
  show (if x != 0 then f(x)/[x != 0] else 0) = f(x) + 5 * [x = 0]
""",
    "a_second_derivative_of_the_gradients_value": """
theorem t
  given a : real
  show hessian[u = a] u^2 = 0
proof
  hessian[u = a] u^2 = 0 by calculus
qed
""",
    "a_second_derivative_of_the_gradients_value_in_a_vector": """
theorem t
  given n : dim
        x : vector(n)
  show hessian[u = x] (u^T u) = zeros(n, n)
proof
  hessian[u = x] (u^T u) = zeros(n, n) by calculus
qed
""",
    "a_partial_derivative_as_a_row_of_the_jacobian": """
theorem t
  given n : dim
        A : matrix(n, n)
        x : vector(n)
        i : index(n)
  show partial[x[i]] (A x) = [A[i, j] | j in 1..n]
proof
  partial[x[i]] (A x) = [A[i, j] | j in 1..n] by calculus
qed
""",
    "a_fraction_as_greatest_integer": """
theorem t
  given c : real
  show greatest {k in int | 2 k <= 3} = 3/2
""",
    "a_type_that_depends_on_a_primed_name": """
theorem t
  given n' : nat
        k : index(n')
  show k > n'
proof
  induction on n':
    case 0:
      k > 0
    case l + 1:
      have h: k > l by hypothesis
      have w: k <= l
      k > l + 1 by h, w
qed
""",
    "integrable_at_one_outcome": """
theorem t
  given X : random real ~ Normal(0, 1)
        Z : random real
  show X <= 0 implies integrable([X > 0] Z^9)
""",
    "a_random_function_abbreviation": """
theorem t
  given X : random real ~ Normal(0, 1)
  let f(a : real) = a X
  show E[f(2)] = f(2)
""",
    "a_random_length": """
theorem t
  given N : random nat
        y : function nat -> real
  show E[exp(sum[i in 1..N] y(i))] = exp(sum[i in 1..N] y(i))
""",
    "a_length_that_changed": """
theorem t
  given L : dim
        d : function index(L) -> dim
        m : index(L)
  show sum[l in 1..L] sum[i in 1..d(l)] sum[p in 1..d(m)] (delta(l, m) + delta(p, i)) = d(m)^2 + sum[l in 1..L] d(l)
""",
    "almost_surely_at_one_outcome": """
theorem t
  given X : random real ~ Normal(0,1)
  show X >= 0 implies |X| = a.s. X
""",
    "in_law_at_one_outcome": """
theorem t
  given X : random real ~ Exponential(1)
  show X <= 1 implies [X <= 1] = in law 1
""",
    "a_fractional_moment": """
theorem t
  given T : random real ~ StudentT(1/4)
  show integrable(sqrt(|T|))
""",
    "a_random_number_of_terms": """
theorem t
  given N : random nat
  show integrable(sqrt(1 + sum[i in 1..N] i^9))
""",
    "a_length_against_a_rate": """
theorem t
  given n : nat
        c : vector(n) iid ~ Exponential(n)
  show n E[(sum[i in 1..n] c[i])^2] = n + 1
""",
    "a_length_against_a_variance": """
theorem t
  given n : nat
        x : vector(n) iid ~ Normal(0, 1/n)
  show E[(sum[i in 1..n] x[i])^2] = 1
""",
    "a_continuous_law_on_integers": """
theorem t
  given X : random int ~ Uniform(0,1)
  show E[[2 X = 1]] = 0
""",
    "a_mean_outside_the_type": """
theorem t
  given X : random nat, mean -1, variance 1
  show E[|X|] = -1
""",
    "definedness_as_a_value": """
theorem t
  given x : real
  show [defined(x/x)] = [defined(1)]
""",
    "a_renamed_expectation_at_one_outcome": """
theorem t
  given n : dim
        x : vector(n), mean 0, variance 1
  show (for all i in index(n), x[i] > 0) implies sum[i in 1..n] E[sign(x[i])] = n
""",
    "a_guarded_denominator_that_leaves_a_power": """
theorem t
  given n : dim
        j : index(n)
        a, b : positive real
  show sum[i in 1..n] delta(i,j) * (1/((if i != j then a/(i-j)^2 else 0) + b)) = 0
""",
    "a_guarded_denominator_that_is_zero": """
theorem t
  given x : real with x <= 0, x >= 0
        a, b : positive real
  show 1/((if 2 x != 0 then a/x^2 else 0) + b) = 0
""",
    "a_range_of_random_length": """
theorem t
  given N : random nat ~ Poisson(2)
  show for all i in index(N), E[[i <= N]] = 1
""",
    "a_sum_of_random_length": """
theorem t
  given N : random nat ~ Poisson(2)
  show sum[i in 1..N] E[[i <= N]] = N
""",
    "a_random_end_below_an_expectation": """
theorem t
  given N : random nat ~ Poisson(2)
  show sum[j in N..N] E[(j-N)^2] = sum[k in 0..0] k^2
""",
    "an_index_that_a_delta_gives_a_random_range": """
theorem t
  given N : random nat ~ Poisson(2)
        m : dim
  show sum[j in 1..m] sum[i in 1..N] delta(i,j) E[[j <= N]] = sum[j in 1..m] sum[i in 1..N] delta(i,j)
""",
    "the_type_of_a_definition": """
abbreviation g(n : int) : nat = n - 5
lemma p
  given x : real
  show x^(g(2)) x^3 = 1
theorem t
  given f : function real -> real
        c : real
  assume b, regularity: for all a in real, f(a) <= c
  show sup[a in real] f(a) = sup[a in real] f(a) + 1
proof
  have q: 0^(g(2)) * 0^3 = 1 by p
  sup[a in real] f(a) = sup[a in real] f(a) + 1 by q
qed
""",
    "a_captured_variable": """
theorem t
  given m, n : dim
        x : vector(n)
        h : function vector(n) -> real
        a : function int, int -> real
  show sum[k in 1..m] delta(k, floor(h(x))) h([a(i, k) | i in 1..n]) = [1 <= floor(h(x)) and floor(h(x)) <= m] h([a(i, floor(h([x[i] | j in 1..n]))) | i in 1..n])
""",
    "a_random_value_in_a_condition": """
theorem t
  given X : random real, mean 1/2, variance 3/4
        f : function real -> real
        c : real
  assume b, regularity: for all a in real, f(a) <= c
  show X + exp(sup[a in real] f(a)) <= 2 + exp(sup[a in real] f(a))
proof
  have k: for all x in real with E[x X] <= 1, x + exp(sup[a in real] f(a)) <= 2 + exp(sup[a in real] f(a))
  X + exp(sup[a in real] f(a)) <= 2 + exp(sup[a in real] f(a)) by k
qed
""",
    "a_length_that_leaves_a_root": """
theorem t
  given n : nat
  show sqrt(sum[i in 1..n] 1/n) = 1
""",
    "a_length_that_leaves_a_quotient": """
theorem t
  given n : nat
        x : real
  show 1/(x + sum[i in 1..n] 1/n) = 1/(x+1)
""",
    "a_length_that_leaves_an_absolute_value": """
theorem t
  given n : nat
        x : real
  show |x * sum[i in 1..n] 1/n| = |x|
""",
    "defined_at_one_outcome_below_an_expectation": """
theorem t
  given X : random real ~ Bernoulli(1/2)
  show X != 0 implies E[X/X] = 1
""",
    "a_root_at_one_outcome_below_an_expectation": """
theorem t
  given X : random real ~ Normal(0, 1)
  show (if X > 0 then E[sqrt(X)^2] else 0) = 0
""",
    "a_variance_at_one_outcome": """
theorem t
  given n : dim
        x : vector(n), mean 0, variance 1
  show (for all i in index(n), x[i] > 0) implies sum[i in 1..n] Var[sign(x[i])] = 0
""",
    "a_contracted_expectation_at_one_outcome": """
theorem t
  given n : dim
        k : index(n)
        x : vector(n), mean 0, variance 1
  show (for all i in index(n), x[i] > 0) implies sum[i in 1..n] delta(i,k) E[sign(x[i])] = 1
""",
    "a_sum_with_a_variable_inside_an_expectation": """
theorem t
  given n : dim
        X : random real, mean 0, variance 1
        x : vector(n) with x[i] > 0
  show X > 0 implies sum[i in 1..n] E[|X + x[i]|] = sum[i in 1..n] E[X + x[i]]
""",
    "a_vector_of_random_length": """
theorem t
  given N : random nat ~ Bernoulli(1/2)
  show for all v in vector(N + 1), E[[v[N+1] = v[N+1]]] = 1
""",
    "a_difference_from_a_random_end": """
theorem t
  given N : random nat ~ Bernoulli(1/2)
  show for all i in index(N), E[|N - i|] = E[N - i]
proof
  have q: for all i in index(N), E[|N - i|] = E[N - i]
    have k: i <= N
    E[|N - i|] = E[N - i] by k
qed
""",
    "integrable_where_defined_at_one_outcome": """
theorem t
  given X : random real ~ Normal(0, 1)
  show X != 0 implies integrable(X/X)
""",
    "a_law_where_defined_at_one_outcome": """
theorem t
  given X : random real ~ Bernoulli(1/2)
  show X != 0 implies X/X = in law 1
""",
    "a_guard_that_holds_what_cancels": """
theorem t
  given x : real
  show (if x != 0 then 1/x else 0) (x [x != 0]) = 1
""",
    "a_guarded_difference": """
theorem t
  given x, y : real
  show (if x != y then 1/(x-y) else 0) (x - y) = 1
""",
    "a_delta_that_names_a_random_value": """
theorem t
  given X : random real, mean 0, variance 1
        c : real
  show [c = X] E[(c - X)^2] = 0
""",
    "an_entry_of_a_mean_in_a_random_range": """
theorem t
  given n : dim
        N : random nat ~ Bernoulli(1/2) with N <= n
        f : function real -> real
        c : real
  assume b, regularity: for all a in real, f(a) <= c
  show sum[i in 1..N] E[[ [k <= N] | k in 1..n ]][i] + sup[a in real] f(a) = N + sup[a in real] f(a)
""",
    "a_mean_of_random_length": """
theorem t
  given N : random nat ~ Poisson(2)
  show sum[i in 1..N] E[[ [k <= N] | k in 1..N ]][i] = N
""",
    "an_index_of_another_outcome": """
theorem t
  given N : random nat ~ Poisson(2)
  show for all i in index(N), E[([ k | k in 1..N ])[i]] = i
""",
    "a_variable_captured_where_a_mean_opens": """
theorem t
  given m, n : dim
        b : function int, int -> real
        x : vector(n), random, joint, mean 0, variance [ sum[k in 1..m] b(i,k)^2 | i in 1..n ]
        i : index(n)
        g, h : function vector(n) -> real
        c : function int, int -> real
  show sum[j in 1..n] delta(i,j) h([ g([ c(p,q) E[x[i] x[j]] | q in 1..n ]) | p in 1..n ]) = h([ g([ c(q,q) E[x[i] x[i]] | q in 1..n ]) | p in 1..n ])
""",
    "an_entry_at_a_random_index_of_its_own_array": """
theorem t
  given n : dim
        x : random vector(n+1), joint, mean 0, variance 1
  show E[sum[j in 1..2] delta(j,2) x[1 + [j = 1 and x[1] > 0]]] = x[1]
""",
    "an_entry_at_a_random_index": """
theorem t
  given a : vector(2)
        X : random nat ~ Bernoulli(1/2) with X <= 1
  show E[a[X + 1]] = a[X + 1]
""",
    "a_random_index_of_a_mean": """
theorem t
  given X : random nat ~ Bernoulli(1/2) with X <= 1
  show E[[ k X | k in 1..2 ]][X+1] = 1
""",
    "a_random_index_of_a_constant_mean": """
theorem t
  given X : random nat ~ Bernoulli(1/2) with X <= 1
  show E[[ k | k in 1..2 ]][X+1] = 3/2
""",
    "a_sum_that_a_renaming_opens": """
theorem t
  given n : dim
        k : int
        a : function int -> real
  show sum[i in 1..n] |sum[j in 1..i^2-k] a(i)| = sum[i in 1..n] |a(i)|
""",
    "a_range_split_beyond_its_end": """
theorem t
  given n, m : nat
        x : function int -> real
  show sum[i in 1..n] x(i) = sum[i in 1..m] x(i) + sum[i in m+1..n] x(i)
""",
    "a_first_term_of_an_empty_range": """
theorem t
  given n : nat
        x : function int -> real
  show sum[i in 1..n] x(i) = x(1) + sum[i in 2..n] x(i)
""",
    "a_variable_captured_on_the_way": """
theorem t
  given m, d : dim
        b : function int, int, int -> real
        x : vector(d+5), random, joint, mean 0, variance [ 1 + sum[k in 1..m] |sum[r in 1..m] b(i,k,r)| | i in 1..d+5 ]
        g, h : function vector(d+5) -> real
        c : function int, int -> real
  show sum[j in 1..d+5] delta(j,6) h([ sum[l in 1..d+5] [2*l = j] * g([ c(p,q) + [l = 2] E[x[j] x[6]] | q in 1..d+5 ]) | p in 1..d+5 ]) = h([ g([ c(q,q) | q in 1..d+5 ]) | p in 1..d+5 ])
""",
    "a_factor_cancelled_against_its_guard": """
theorem t
  given s, a : real
  show (if s != 0 and s = a then s/a else 0) = [s = a]
""",
    "two_deltas_beside_one_denominator": """
theorem t
  given n : dim
        k : index(-n..n)
  show sum[i in -n..n] (if i != 0 then (if i = k then i/k else 0) else 0) = 1
""",
    "a_delta_that_leaves_its_guard": """
theorem t
  given n : nat
        k : int
  show sum[i in 1..n] (if i != 1 and i + k = 1 then (1-i)/k else 0) = [1-n <= k and k <= 0]
""",
    "a_denominator_at_this_outcome": """
theorem t
  given X : random real, mean 1, variance 1
  show X/X + E[(if X != 0 then X/X else 0)] = 2
""",
    "a_denominator_looked_at_inside_a_binder": """
theorem t
  given y, z : real
  assume h: y + |z| != 0
  show 0 [for all a in real with z >= 0, (if a != 0 then a/a else 1) = 1] + 0/(y+|z|) + (if y+z != 0 then 1/(y+z) else 0) (y+z) = 1
""",
    "an_exponent_replaced_by_a_real_number": """
theorem r3
  given x, a, c : real
        n : nat
        f, g : function real -> real
  assume q: n = a
  assume b, regularity: for all y in real, f(y) <= c
  show [x > 0] + g(x^n) + sup[y in real] f(y) = 1 + g(x^n) + sup[y in real] f(y)
proof
  [x > 0] + g(x^n) + sup[y in real] f(y) = 1 + g(x^n) + sup[y in real] f(y) by q
qed
""",
}

TRUE_NEIGHBOURS = {
    "two_deltas_that_keep_their_guard": """
theorem t
  given n : dim
        k : index(-n..n)
  show sum[i in -n..n] (if i != 0 then (if i = k then i/k else 0) else 0) = [k != 0]
""",
    "a_root_that_cancels": """
theorem t
  given x : positive real
        f : function real -> real
  show f(sqrt(x)/sqrt(x)) = f(1)
""",
    "an_inequality_of_squares": """
theorem t
  given n : dim
        x, y : vector(n)
  show sum[i in 1..n] x[i]^2 + sum[i in 1..n] y[i]^2 >= 2 sum[i in 1..n] x[i] y[i]
""",
    "an_inequality_of_fourth_powers": """
theorem t
  given x, y : real
  show x^4 + y^4 >= 2 x^2 y^2
""",
    "a_term_in_the_middle": """
theorem t
  given n : dim
        j : index(n)
        x : vector(n)
  show sum[i in 1..n] x[i] = sum[i in 1..j-1] x[i] + x[j] + sum[i in j+1..n] x[i]
""",
    "an_entry_of_a_mean": """
theorem t
  given n : dim
        X : vector(n) iid ~ Normal(0, 1)
        j : index(n)
  show E[[ X[k]^2 | k in 1..n ]][j] = 1
""",
    "a_mean_that_opens_below_abstractions": """
theorem t
  given m, n : dim
        b : function int, int -> real
        x : vector(n), random, joint, mean 0, variance [ sum[k in 1..m] b(i,k)^2 | i in 1..n ]
        i : index(n)
        g, h : function vector(n) -> real
        c : function int, int -> real
  show sum[j in 1..n] delta(i,j) h([ g([ c(p,q) E[x[i] x[j]] | q in 1..n ]) | p in 1..n ]) = h([ g([ c(p,q) E[x[i] x[i]] | q in 1..n ]) | p in 1..n ])
""",
    "a_variance_that_may_be_zero": """
theorem t
  given n : dim
        b : function int -> real
        x : vector(n), random, mean 0, variance [b(i)^2 | i in 1..n]
  show E[x[1]^2] = b(1)^2
""",
    "a_sum_of_random_length": """
theorem t
  given N : random nat ~ Poisson(2)
        a : function int -> real
  show sum[i in 1..N] (a(i) + 1) = N + sum[i in 1..N] a(i)
""",
    "a_condition_within_an_expectation": """
theorem t
  given n : dim
        X : vector(n) iid ~ Normal(0, 1)
  show E[sum[i in 1..n, X[i] > 0] 1] = sum[i in 1..n] E[[X[i] > 0]]
""",
    "free_indices_under_deltas": """
theorem t
  given n : dim
        i, j, k : index(n)
        x : vector(n)
  show delta(i,j) delta(j,k) x[i] x[k]^2 = delta(i,k) delta(k,j) x[j]^3
""",
    "a_number_under_a_delta": """
theorem t
  given x, y : real
        f : function real -> real
  show [x = 2 y + 1] f(x) = [x = 2 y + 1] f(2 y + 1)
""",
    "a_guarded_quotient": """
theorem t
  given x : real
  show (if x != 0 then 1/x else 0) x = [x != 0]
""",
    "something_next_to_a_number": """
theorem t
  given c : real
  show exists y : real, y > c
""",
    "a_supremum_that_is_attained": """
theorem t
  given c : real
  show sup[x in real, x <= c] x = c
proof
  attained at c
qed
""",
    "a_guard_within_an_expectation": """
theorem t
  given X : random real ~ Normal(0, 1)
  show E[(if X > 0 then 1/X else 0) X] = E[[X > 0]]
""",
    "a_function_of_another_below_a_sum": """
theorem t
  given m, n : dim
        x : vector(n)
        h : function vector(n) -> real
        a : function int, int -> real
  show sum[k in 1..m] delta(k, floor(h(x))) h([a(i, k) | i in 1..n]) = [1 <= floor(h(x)) and floor(h(x)) <= m] h([a(i, floor(h(x))) | i in 1..n])
""",
    "suprema_of_two_variables": """
theorem t
  given f : function real, real -> real
        c : real
  assume b, regularity: for all s in real, for all t in real, f(s, t) <= c
  show sup[s in real] sup[t in real] f(s, t) = sup[t in real] sup[s in real] f(t, s)
""",
    "a_fraction_within_a_fraction": """
theorem t
  given a, b, c : positive real
  show (a/b)/(c/b + a/c) = a c/(c^2 + a b)
""",
    "a_sum_of_shares": """
theorem t
  given n : dim
        x : vector(n) with x[i] > 0
  show sum[i in 1..n] x[i]/(sum[j in 1..n] x[j]) = 1
""",
    "a_denominator_assumed": """
theorem t
  given a, b : real
  assume h: a + b != 0
  show a/(a+b) + b/(a+b) = 1
""",
    "an_identity_almost_surely": """
theorem t
  given X : random real ~ Normal(0, 1)
  show |X| = a.s. |X|
""",
    "a_variance_that_scales": """
theorem t
  given n : dim
        x : vector(n) iid ~ Normal(0, 1/n)
  show E[(sum[i in 1..n] x[i])^2] = 1
""",
    "a_moment_that_exists": """
theorem t
  given n : dim
        X : vector(n) iid ~ StudentT(5)
  show E[sum[i in 1..n] X[i]^2] = 5/3 n
""",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_closed_hole_stays_closed(name: str) -> None:
    found = check_text(SCRIPTS[name]).theorems[-1]
    assert found.verdict.value not in ("proved", "conflict")


@pytest.mark.parametrize("name", TRUE_NEIGHBOURS)
def test_its_true_neighbours_are_proved(name: str) -> None:
    report = check_text(TRUE_NEIGHBOURS[name])
    assert [theorem.verdict.value for theorem in report.theorems] == ["proved"], report


def test_a_huge_power_of_a_prime_is_not_written_down() -> None:
    found = check_text("theorem t\n  given x : real\n  show 2^(1000000000000000/3) > 0\n").theorems[0]
    assert found.verdict.value in ("proved", "tested", "undecided")


def test_a_function_with_whole_values_is_not_given_others() -> None:
    text = "theorem t\n  given f : function real -> int\n        x : real\n  show floor(f(x)) = f(x)\n"
    assert check_text(text).theorems[0].verdict.value not in ("refuted", "conflict")
