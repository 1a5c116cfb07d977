"""False neighbours of what is proved of floors, product ranges, blocks, products and small matrices.

As in ``test_false_statements``: a context and a claim.  None of the first kind may come out as ``proved``, and all
but those named in ``HARD_TO_REFUTE`` are refuted; each of the second kind is proved.
"""

from __future__ import annotations

import pytest

from derive.checking import check_text

FALSE = {
    "swapped": ("m, n, p, q : dim ; A : matrix(m, n) ; B : matrix(p, q) ; i : index(m p) ; j : index(n q)", "kron(A, B)[i, j] = kron(B, A)[i, j]"),
    "swapped_square": ("n : dim ; A, B : matrix(n, n)", "kron(A, B) = kron(B, A)"),
    "swapped_mixed": ("n : dim ; A, B, C, D : matrix(n, n)", "kron(A, B) kron(C, D) = kron(C A, B D)"),
    "crossed_mixed": ("n : dim ; A, B, C, D : matrix(n, n)", "kron(A, B) kron(C, D) = kron(A D, B C)"),
    "no_transpose": ("n : dim ; A, X, B : matrix(n, n)", "vec(A X B) = kron(B, A) vec(X)"),
    "transpose_on_A": ("n : dim ; A, X, B : matrix(n, n)", "vec(A X B) = kron(B^T, A^T) vec(X)"),
    "vec_swapped": ("n : dim ; A, X, B : matrix(n, n)", "vec(A X B) = kron(A, B^T) vec(X)"),
    "vec_rows": ("m, n : dim ; A : matrix(m, n) ; i : index(m) ; j : index(n)", "vec(A)[(i-1) n + j] = A[i, j]"),
    "vec_rows_square": ("n : dim ; A : matrix(n, n) ; i, j : index(n)", "vec(A)[(i-1) n + j] = A[i, j]"),
    "vec_transpose": ("n : dim ; A : matrix(n, n)", "vec(A^T) = vec(A)"),
    "off_by_one_quotient": ("m, n : dim ; f : function int -> real", "sum[k in 1..m n] f(floor(k/n)) = sum[a in 1..m, b in 1..n] f(a-1)"),
    "off_by_one_remainder": ("m, n : dim ; f : function int -> real", "sum[k in 1..m n] f(mod(k, n)) = sum[a in 1..m, b in 1..n] f(b)"),
    "wrong_divisor": ("m, n : dim ; f : function int -> real", "sum[k in 1..m n] f(floor((k-1)/m)) = sum[a in 1..m, b in 1..n] f(a-1)"),
    "negative_product": ("m, n : int ; f : function int -> real", "sum[k in 1..m n] 1 = sum[a in 1..m, b in 1..n] 1"),
    "negative_product2": ("m, n : int with n != 0 ; f : function int -> real", "sum[k in 1..m n] f(floor((k-1)/n)) = sum[a in 1..m, b in 1..n] f(a-1)"),
    "negative_product3": ("m, n : int with n != 0, m n >= 1 ; f : function int -> real", "sum[k in 1..m n] f(floor((k-1)/n)) = sum[a in 1..m, b in 1..n] f(a-1)"),
    "half": ("n : dim ; f : function int -> real", "sum[k in 1..n] f(floor((k-1)/2)) = 2 sum[k in 1..n] f(k-1)"),
    "odd_half": ("n : dim ; f : function int -> real", "sum[k in 1..2 n + 1] f(floor((k-1)/2)) = 2 sum[k in 1..n] f(k-1)"),
    "floor_sum": ("x, y : real", "floor(x + y) = floor(x) + floor(y)"),
    "floor_real": ("x : real with x >= 0, x <= 1", "floor(x) = 0"),
    "floor_scale": ("x : real ; n : int", "floor(n x) = n floor(x)"),
    "floor_half": ("n : int", "floor(n/2) = n/2"),
    "ceiling_floor": ("x : real", "ceil(x) = floor(x) + 1"),
    "mod_negative": ("n : dim ; i : int", "mod(i, n) = i - n"),
    "mod_range": ("n : dim ; i : int", "mod(i, n) >= 1"),
    "mod_range2": ("n : dim ; i : int", "mod(i, n) <= n - 2"),
    "mod_neg_div": ("n, i : int with n != 0", "mod(i, n) >= 0"),
    "mod_neg_div2": ("n, i : int with n != 0", "n floor(i/n) <= i"),
    "trace_sum": ("m, n : dim ; A : matrix(m, m) ; B : matrix(n, n)", "tr(kron(A, B)) = tr(A) + tr(B)"),
    "det_kron": ("n : dim ; A, B : matrix(2, 2)", "det(kron(A, B)) = det(A) det(B)"),
    "det_sum": ("A, B : matrix(2, 2)", "det(A + B) = det(A) + det(B)"),
    "det_scale": ("A : matrix(2, 2) ; c : real", "det(c A) = c det(A)"),
    "det_sign": ("A : matrix(2, 2)", "det(A) = A[1,1] A[2,2] + A[1,2] A[2,1]"),
    "det3_scale": ("A : matrix(3, 3) ; c : real", "det(c A) = c^2 det(A)"),
    "inverse_order": ("A, B : matrix(2, 2) invertible", "(A B)^-1 = A^-1 B^-1"),
    "inverse_adj": ("A : matrix(2, 2) invertible", "A^-1 = 1/det(A) * [[A[2,2], -A[2,1]], [-A[1,2], A[1,1]]]"),
    "inv_unknown": ("A : matrix(2, 2)", "invertible(A)"),
    "inv_sum": ("A, B : matrix(2, 2) invertible", "invertible(A + B)"),
    "inv_commute": ("A, B : matrix(2, 2) invertible", "A B A^-1 = B"),
    "block_order": ("n : dim ; A, B, C, D : matrix(n, n)", "block(A, B, C, D)^T = block(A^T, B^T, C^T, D^T)"),
    "block_trace": ("n : dim ; A, B, C, D : matrix(n, n)", "tr(block(A, B, C, D)) = tr(A) + tr(B)"),
    "block_product": ("n : dim ; A, B, C, D, P, Q, R, S : matrix(n, n)", "block(A, B, C, D) block(P, Q, R, S) = block(A P, B Q, C R, D S)"),
    "bracket_range": ("m, n : nat ; f : function int -> real", "sum[k in 1..n] [k <= m] f(k) = sum[k in 1..m] f(k)"),
    "bracket_range2": ("m, n : nat with m <= n ; f : function int -> real", "sum[k in 1..n] [k < m] f(k) = sum[k in 1..m] f(k)"),
    "bracket_range3": ("m : int ; n : nat with m <= n ; f : function int -> real", "sum[k in 1..n] [k > m] f(k) = sum[k in 1..n-m] f(k + m)"),
    "bracket_real": ("x : real ; n : nat with 0 <= x, x <= n ; f : function int -> real", "sum[k in 1..n] [k <= x] f(k) = sum[k in 1..n] f(k)"),
    "complement_real": ("x : real", "[x >= 0] + [-x - 1 >= 0] = 1"),
    "complement_real2": ("x : real", "[x >= 0] + [-x >= 0] = 1"),
    "product_sum": ("n : nat ; f, g : function int -> real", "prod[i in 1..n] (f(i) + g(i)) = prod[i in 1..n] f(i) + prod[i in 1..n] g(i)"),
    "product_const": ("n : int ; c : real with c != 0", "prod[i in 1..n] c = c^n"),
    "product_last": ("n : int ; f : function int -> real", "prod[i in 1..n+1] f(i) = f(n+1) prod[i in 1..n] f(i)"),
    "product_lin": ("n : nat ; f : function int -> real ; c : real", "prod[i in 1..n] c f(i) = c prod[i in 1..n] f(i)"),
    "product_square": ("n : nat ; f : function int -> real", "prod[i in 1..n] f(i) = (prod[i in 1..n] f(i))^2"),
    "product_pos": ("n : nat ; f : function int -> real", "prod[i in 1..n] f(i) > 0"),
    "power_split": ("m, n : int ; a : real with a != 0", "a^(m n) = a^m a^n"),
    "power_zero": ("n : nat ; a : real", "a a^n = a^n"),
    "power_neg": ("n : int", "(-1)^n = 1"),
    "power_abs": ("n : nat ; a : real", "(a^2)^n = a^n"),
    "random_length": ("N : random nat ~ Poisson(2) ; f : function int -> real", "E[sum[k in 1..2 N] f(floor((k-1)/2))] = 2 sum[k in 1..2] f(k-1)"),
    "nested3": ("m, p, r : dim ; f : function int -> real", "sum[k in 1..m p r] f(floor((k-1)/(p r))) = m sum[k in 1..p r] f(k-1)"),
    "nested4": ("m, p, r : dim ; f : function int -> real", "sum[k in 1..m p r] f(floor((k-1)/(p r))) = p sum[a in 1..m] f(a-1)"),
    "digits_unique": ("n : dim ; a, b, c, d : int", "[(a n + b) - (c n + d) = 0] = [a = c] [b = d]"),
    "digits_unique2": ("n : dim ; a, c : int ; b : index(n) ; d : index(n + 1)", "[(a n + b) - (c n + d) = 0] = [a = c] [b = d]"),
    "digits_neg": ("n : nat ; a, c : int ; b, d : index(n)", "[a n + b - c n - d = 0] = [a = c]"),
    "inner_vec": ("m, n : dim ; A, B : matrix(m, m)", "tr(A B) = vec(A)^T vec(B)"),
    "squares": ("n : dim ; i : index(n n)", "floor((i-1)/n) <= n - 2"),
    "zero_div": ("n : int ; i : int", "floor(i/n) n + mod(i, n) = i + 1"),
    "quotients_counted_once": ("m, n : nat ; f : function int -> real", "sum[k in 1..m n] f(floor((k-1)/n)) = sum[a in 1..m] f(a-1)"),
    "both_lengths_negative": ("m, n : int with m n >= 0, n != 0 ; f : function int -> real", "sum[k in 1..m n] f(floor((k-1)/n)) = n sum[a in 1..m] f(a-1)"),
    "a_negative_length": ("m : dim ; n : int with n < 0 ; f : function int -> real", "sum[k in 1..m n] 1 = m n"),
    "a_remainder_of_the_next": ("m, n : dim ; x : vector(m n) ; k : index(m n)", "x[floor((k-1)/n) n + mod(k, n)] = x[k]"),
    "one_entry_more": ("m, n : dim ; A : matrix(m, n)", "sum[k in 1..m n] vec(A)[k] = sum[i in 1..m, j in 1..n] A[i, j] + 1"),
    "one_entry_for_all": ("m, n : dim ; A : matrix(m, n) ; k : index(m n)", "vec(A)[k] = A[1, 1]"),
    "brackets_twice": ("n : dim ; i : index(n)", "[i <= floor(n/2)] + [i > floor(n/2)] = 2"),
    "bracket_of_a_double": ("n : dim ; f : function int -> real", "sum[k in 1..n] [2 k <= n] f(k) = sum[k in 1..n] f(k)"),
    "bracket_of_a_half": ("n : dim ; f : function int -> real", "sum[k in 1..n] [k <= n/2] f(k) = sum[k in 1..floor(n/2) + 1] f(k)"),
    "last_factor_of_none": ("n : nat ; f : function int -> real", "prod[i in 1..n] f(i) = f(n) prod[i in 1..n-1] f(i)"),
    "sign_of_a_product": ("n : nat ; a : real", "prod[i in 1..n] (-a) = -(prod[i in 1..n] a)"),
    "indices_of_products_swapped": ("m, n : nat ; f : function int, int -> real", "prod[i in 1..n] prod[j in 1..m] f(i, j) = prod[i in 1..n] prod[j in 1..m] f(j, i)"),
    "roots_of_factors": ("n : nat ; f : function int -> nonnegative real", "prod[i in 1..n] sqrt(f(i)) = prod[i in 1..n] f(i)"),
    "signs_of_factors": ("n : nat ; f : function int -> real", "prod[i in 1..n] sqrt(f(i)^2) = prod[i in 1..n] f(i)"),
    "exponential_of_a_product": ("n : nat ; f : function int -> real", "prod[i in 1..n] exp(f(i)) = exp(prod[i in 1..n] f(i))"),
    "a_factor_left_out": ("n : nat ; f : function int -> real", "prod[i in 1..n, i != 1] f(i) = prod[i in 1..n] f(i)"),
    "product_of_exponents": ("m, n : nat ; a : real", "a^(m n) = a^m a^n"),
    "square_for_a_power": ("m, n : nat ; a : real", "a^(m n) = (a^m)^2"),
    "power_and_square": ("n : nat", "2^n = n^2"),
    "even_power_of_minus_one": ("n : nat", "(-1)^(2 n) = -1"),
    "mean_of_squares": ("n : nat ; x : vector(n) iid ~ Normal(0, 1)", "E[(prod[i in 1..n] x[i])^2] = 0"),
    "mean_of_a_power": ("n : nat ; x : random real ~ Normal(0, 1)", "E[prod[i in 1..n] x] = (E[x])^n"),
    "mean_of_a_product": ("n : dim ; x : vector(n) iid ~ Normal(0, 1)", "E[prod[i in 1..n] x[i]] = prod[i in 1..n] x[i]"),
    "matrices_commute": ("A, B : matrix(2, 2)", "A B = B A"),
    "a_singular_factor": ("A : matrix(2, 2) ; B : matrix(2, 2) invertible", "invertible(A B)"),
    "rectangular_factors": ("A : matrix(2, 3) ; B : matrix(3, 2)", "invertible(A B)"),
    "determinants_of_both_orders": ("A : matrix(2, 3) ; B : matrix(3, 2)", "det(B A) = det(A B)"),
    "transpose_for_adjugate": ("A : matrix(3, 3) invertible", "A^-1 = 1/det(A) * A^T"),
    "norm_of_blocks": ("m, n : dim ; A : matrix(m, m) ; B : matrix(m, n) ; C : matrix(n, m) ; D : matrix(n, n)", "frobenius(block(A, B, C, D)) = frobenius(A) + frobenius(D)"),
    "norm_of_a_stack": ("m, n : dim ; x : vector(m) ; y : vector(n)", "norm(stack(x, y)) = norm(x) + norm(y)"),
    "part_of_a_stack": ("m, n : dim ; x : vector(m) ; y : vector(n) ; i : index(m + n)", "stack(x, y)[i] = x[i]"),
    "second_part_doubled": ("m, n : dim ; x : vector(m) ; y : vector(n)", "stack(x, y) = stack(x, 2 y)"),
    "parts_swapped": ("n : dim ; x, y : vector(n)", "stack(x, y) = stack(y, x)"),
    "vectors_swapped": ("m, n : dim ; u : vector(m) ; v : vector(n)", "kron_vectors(u, v) = kron_vectors(v, u) + 0 kron_vectors(u, v)"),
    "vectors_of_one_length_swapped": ("n : dim ; u, v : vector(n)", "u kron v = v kron u"),
    "half_of_a_random_number": ("k : random nat ~ Poisson(1)", "floor(k/2) = k/2"),
    "a_random_bracket": ("N : random nat ~ Poisson(2) ; f : function int -> real", "E[sum[k in 1..3] [k <= N] f(k)] = sum[k in 1..3] f(k)"),
    "square_of_a_double_sum": ("m, n : dim ; u : vector(m) ; v : vector(n)", "(sum[i in 1..m, j in 1..n] u[i] v[j])^2 = (sum[i in 1..m] u[i]^2) (sum[j in 1..n] v[j]^2)"),
    "root_of_a_square_of_sums": ("m, n : dim ; u : vector(m) ; v : vector(n) ; c : real with c (sum[i in 1..m, j in 1..n] u[i] v[j]) >= 0", "sqrt((sum[i in 1..m, j in 1..n] u[i] v[j])^2) = (sum[i in 1..m] u[i]) (sum[j in 1..n] v[j])"),
    "floor_up_to_two": ("n : dim ; i : index(n) ; x : real with x >= 0, x < 2", "floor(x) = 0"),
    "floor_of_a_sum_of_indices": ("n : dim ; i, j : index(n)", "floor((i + j - 1)/n) = 0"),
    "floor_of_a_difference_of_indices": ("n : dim ; i, j : index(n)", "floor((i - j)/n) = 0"),
    "nested_floors": ("p, r : dim ; i : index(p r)", "floor(floor((i-1)/r)/p) = 1"),
    "nested_floors_beyond": ("p, r : dim ; i : index(p r + 1)", "floor(floor((i-1)/r)/p) = 0"),
    "floor_of_a_small_quotient": ("n : int with n != 0", "floor(1/n) = 0"),
    "bracket_of_an_integer": ("n : int ; k : int", "sum[i in 1..2 n] [i <= n] = n"),
    "zero_matrix": ("n : dim", "invertible(identity(n) - identity(n))"),
    "one_invertible_factor": ("n : dim ; A, B : matrix(n, n) ; C : matrix(n, n) invertible", "invertible(A C)"),
    "determinant_of_a_square": ("n : nat ; A : matrix(2,2)", "det(A^2) = det(A)"),
}

HARD_TO_REFUTE = frozenset(
    {
        "a_random_bracket",
        "a_remainder_of_the_next",
        "complement_real",
        "digits_neg",
        "floor_real",
        "floor_sum",
        "inv_sum",
        "mod_neg_div",
        "one_invertible_factor",
        "part_of_a_stack",
        "random_length",
        "rectangular_factors",
        "roots_of_factors",
    }
)
"""A counterexample needs numbers that are rarely tried, random lengths, or is no model at all (ill-formed)."""

TRUE = {
    "complement": ("x : int", "[x >= 0] + [-x - 1 >= 0] = 1"),
    "mod_pos": ("n : dim ; i : int", "mod(i, n) >= 0"),
    "mod_lt": ("n : dim ; i : int", "mod(i, n) < n"),
    "mod_sum": ("n : dim ; i : int", "floor(i/n) n + mod(i, n) = i"),
    "floor_shift": ("x : real ; n : int", "floor(x + n) = floor(x) + n"),
    "ceil_floor": ("x : real", "ceil(x) = -floor(-x)"),
    "floor_le": ("x : real", "floor(x) <= x"),
    "floor_gt": ("x : real", "floor(x) > x - 1"),
    "mod_own": ("n : dim ; i : int", "mod(i + n, n) = mod(i, n)"),
    "floor_unit": ("x : real with x >= 0, x < 1", "floor(x) = 0"),
    "half": ("n : nat ; f : function int -> real", "sum[k in 1..2 n] f(floor((k-1)/2)) = 2 sum[k in 1..n] f(k-1)"),
    "digits": ("n : dim ; a, c : int ; b, d : index(n)", "[a n + b - c n - d = 0] = [a = c] [b = d]"),
    "nested": ("m, p, r : dim ; f : function int -> real", "sum[k in 1..m p r] f(floor((k-1)/(p r))) = p r sum[a in 1..m] f(a-1)"),
    "nested_mod": ("m, p, r : dim ; f : function int -> real", "sum[k in 1..m p r] f(mod(floor((k-1)/r), p)) = m r sum[a in 1..p] f(a-1)"),
    "range": ("m, n : dim ; i : index(m n)", "floor((i-1)/n) <= m - 1"),
    "bracket": ("m, n : nat with m <= n ; f : function int -> real", "sum[k in 1..n] [k > m] f(k) = sum[k in 1..n-m] f(k + m)"),
    "nat_lengths": ("m, n : nat ; f : function int -> real", "sum[k in 1..m n] 1 = sum[a in 1..m, b in 1..n] 1"),
    "nested_remainder": ("m, p, r : dim ; f : function int -> real", "sum[k in 1..m p r] f(mod(floor((k-1)/r), m)) = p r sum[a in 1..m] f(a-1)"),
    "nested_floors": ("p, r : dim ; i : index(p r)", "floor(floor((i-1)/r)/p) = 0"),
    "floor_of_a_difference": ("n : dim ; i, j : index(n)", "floor((i - j)/n) >= -1"),
    "sum_of_entries": ("m, n : dim ; A : matrix(m, n)", "sum[k in 1..m n] vec(A)[k] = sum[i in 1..m, j in 1..n] A[i, j]"),
    "norm_of_a_stack": ("m, n : dim ; x : vector(m) ; y : vector(n)", "norm(stack(x, y))^2 = norm(x)^2 + norm(y)^2"),
    "trace_of_blocks": ("m, n : dim ; A : matrix(m, m) ; D : matrix(n, n)", "tr(block(A, zeros(m, n), zeros(n, m), D) block(A, zeros(m, n), zeros(n, m), D)) = tr(A A) + tr(D D)"),
    "norm_of_a_product": ("m, n, p, q : dim ; A : matrix(m, n) ; X : matrix(n, p) ; B : matrix(p, q)", "norm((B^T kron A) vec(X)) = frobenius(A X B)"),
    "random_entries": ("m, n : dim ; A : matrix(m, n) iid ~ Normal(0, 1)", "E[norm(vec(A))^2] = m n"),
    "random_factors": ("m, n, p, q : dim ; A : matrix(m, n) iid ~ Normal(0, 1) ; B : matrix(p, q) iid ~ Normal(0, 1) ; A, B independent", "E[frobenius(A kron B)^2] = m n p q"),
    "norm_of_a_square": ("n : dim ; w : vector(n)", "(w kron w)^T (w kron w) = norm(w)^4"),
    "norm_of_a_transpose": ("m, n : dim ; A : matrix(m, n)", "vec(A^T)^T vec(A^T) = vec(A)^T vec(A)"),
    "last_two_factors": ("n : nat ; f : function int -> real", "prod[i in 1..n+2] f(i) = f(n+1) f(n+2) prod[i in 1..n] f(i)"),
    "even_power_of_minus_one": ("n : nat", "(-1)^(2 n) = 1"),
    "power_plus_one": ("n : nat ; a : real", "a a^n = a^(n+1)"),
    "ceilings": ("n : nat ; p : dim ; f : function int -> real", "sum[k in 1..n p] f(ceil(k/p)) = p sum[a in 1..n] f(a)"),
}


def verdict(given: str, claim: str) -> str:
    """The verdict on a theorem with this context and this claim."""
    declarations = "\n        ".join(part.strip() for part in given.split(";"))
    report = check_text(f"theorem t\n  given {declarations}\n  show {claim}\n")
    return report.theorems[-1].verdict.value


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name: str) -> None:
    found = verdict(*FALSE[name])
    assert found not in ("proved", "conflict")
    assert name in HARD_TO_REFUTE or found == "refuted"


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved(name: str) -> None:
    assert verdict(*TRUE[name]) == "proved"
