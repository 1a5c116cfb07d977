"""False neighbours of what is proved of determinants, cofactors, powers of matrices, symmetric and definite matrices.

A context, an assumption or none, and a claim.  None of the first kind may come out as ``proved``, and all but those
named in ``HARD_TO_REFUTE`` are refuted; each of the second kind is proved.
"""

from __future__ import annotations

import pytest

from derive.checking import check_text

ONE_MATRIX = "n : dim ; A : matrix(n, n)"
TWO = "n : dim ; A, B : matrix(n, n)"
UNITS = "n : dim ; A, B : invertible matrix(n, n)"
VECTORS = "n : dim ; u, v : vector(n)"
PAIR = "m, n : dim ; A : matrix(m, n) ; B : matrix(n, m)"
BLOCKS = "m, n : dim ; A : matrix(m, m) ; B : matrix(m, n) ; C : matrix(n, m) ; D : matrix(n, n)"
POWERS = "n : dim ; k, l : nat ; A, B : matrix(n, n)"
DEFINITE = "n : dim ; A : positive definite matrix(n, n)"

FALSE = {
    # determinants
    "sum": (TWO, "", "det(A + B) = det(A) + det(B)"),
    "multiple": ("n : dim ; c : real ; A : matrix(n, n)", "", "det(c A) = c det(A)"),
    "negative": (ONE_MATRIX, "", "det(-A) = -det(A)"),
    "multiple_of_identity": ("n : dim ; c : real", "", "det(c identity(n)) = c"),
    "absolute": (TWO, "", "det(A B) = |det(A)| det(B)"),
    "inverse_at_any": (UNITS, "", "det(A^-1 B) = det(A) / det(B)"),
    "rectangular": (PAIR, "", "det(A B) = det(B A)"),
    "turned_sign": (PAIR, "", "det(identity(m) + A B) = det(identity(n) - B A)"),
    "turned_multiple": (PAIR, "", "det(2 identity(m) + A B) = det(2 identity(n) + B A)"),
    "rank_one": (VECTORS, "", "det(identity(n) + u v^T) = 1 - u^T v"),
    "rank_one_squared": (VECTORS, "", "det(identity(n) + u v^T) = 1 + u^T v + (u^T v)^2"),
    "rank_one_alone": ("n : dim ; u, v : vector(n)", "", "det(u v^T) = 0"),
    "no_blocks": (BLOCKS, "", "det(block(A, B, C, D)) = det(A) det(D)"),
    "blocks_like_numbers": ("n : dim ; A, B, C, D : matrix(n, n)", "",
                            "det(block(A, B, C, D)) = det(A) det(D) - det(B) det(C)"),
    "wrong_complement": (BLOCKS, "invertible(A)", "det(block(A, B, C, D)) = det(A) det(D + C A^-1 B)"),
    "complement_of_last": (BLOCKS, "invertible(A)", "det(block(A, B, C, D)) = det(D) det(A - B A^-1 A^-1 A A^-1 A)"),
    "antitriangle": ("n : dim ; B, C : matrix(n, n)", "",
                     "det(block(zeros(n, n), B, C, zeros(n, n))) = det(B) det(C)"),
    "orthogonal": ("n : dim ; Q : orthogonal matrix(n, n)", "", "det(Q) = 1"),
    "idempotent": ("n : dim ; P : idempotent matrix(n, n)", "", "det(P) = 0"),
    "even_antisymmetric": ("n : dim ; A : antisymmetric matrix(n, n)", "", "det(A) = 0"),
    "always_invertible": (ONE_MATRIX, "", "det(A) != 0"),
    "gram_positive": (ONE_MATRIX, "", "det(A^T A) > 0"),
    "gram_nonnegative": (PAIR, "", "det(A B) >= 0"),
    "positive_when_invertible": (UNITS, "", "det(A) > 0"),
    "from_the_square": (ONE_MATRIX, "A A = identity(n)", "det(A) = 1"),
    "from_an_equation": (TWO, "A B = B", "det(A) = 1"),
    # cofactors and the derivative of the determinant
    "cofactors_turned": (ONE_MATRIX, "", "A cofactors(A) = det(A) identity(n)"),
    "adjugate_of_product": (TWO, "", "adjugate(A) adjugate(B) = adjugate(A B)"),
    "jacobi_untransposed": (UNITS, "", "grad[A] det(A) = det(A) A^-1"),
    "jacobi_anywhere": (UNITS, "", "grad[B] det(A B) = det(B) (B^-1)^T"),
    "cofactor_expansion": (f"{ONE_MATRIX} ; i, j : index(n)", "",
                           "sum[k in 1..n] cofactors(A)[k,i] A[j,k] = delta(i, j) det(A)"),
    "cofactors_linear": (TWO, "", "cofactors(A + B) = cofactors(A) + cofactors(B)"),
    "square_of_determinant": (ONE_MATRIX, "", "grad[A] det(A)^2 = det(A) cofactors(A)"),
    # powers
    "power_of_product": (POWERS, "", "(A B)^k = A^k B^k"),
    "power_of_difference": (POWERS, "", "A^(k+1) - A^k = A"),
    "power_order": (POWERS, "", "A^(k+1) B = A^k B A"),
    "power_of_sum": (POWERS, "", "A^(k+l) = A^k + A^l"),
    "power_one_more": (POWERS, "", "A^(k+2) = A^k A"),
    "power_zero": (POWERS, "", "A^k = identity(n)"),
    "power_nested": (POWERS, "", "A^(2 k) = 2 A^k"),
    "power_negative": (POWERS, "", "(-A)^k = -A^k"),
    "power_trace": (POWERS, "", "tr(A^k) = tr(A)^k"),
    "power_determinant": (POWERS, "", "det(A^k) = k det(A)"),
    "power_idempotent_zero": ("n : dim ; k : nat ; P : idempotent matrix(n, n)", "", "P^k = P"),
    "power_entries": (f"{POWERS} ; i, j : index(n)", "", "(A^k)[i,j] = A[i,j]^k"),
    "gradient_of_trace_of_power": (POWERS, "", "grad[A] tr(A^(k+1)) = (k+1) A^k"),
    # symmetric matrices
    "symmetric_product": ("n : dim ; A, B : symmetric matrix(n, n)", "", "A B = B A"),
    "symmetric_other": ("n : dim ; A : symmetric matrix(n, n) ; B : matrix(n, n)", "", "(A B)^T = A B"),
    "antisymmetric_square": ("n : dim ; A : antisymmetric matrix(n, n)", "", "A A^T = A A"),
    "antisymmetric_trace": ("n : dim ; A : antisymmetric matrix(n, n)", "", "tr(A A) = 0"),
    "mixed_forms": ("n : dim ; A : symmetric matrix(n, n) ; B : antisymmetric matrix(n, n) ; u, v : vector(n)", "",
                    "u^T A v + u^T B v = v^T A u + v^T B u"),
    # definite matrices
    "definite_entries": (f"{DEFINITE} ; i, j : index(n)", "", "A[i,j] > 0"),
    "definite_difference": ("n : dim ; A, B : positive definite matrix(n, n)", "", "det(A - B) > 0"),
    "definite_product_trace": ("n : dim ; A : positive definite matrix(n, n) ; B : symmetric matrix(n, n)", "",
                               "tr(A B) > 0"),
    "semidefinite": ("n : dim ; A : positive semidefinite matrix(n, n)", "", "det(A) > 0"),
    "definite_large": (DEFINITE, "", "det(A) >= 1"),
    "definite_trace_bound": (DEFINITE, "", "tr(A) >= n"),
}  # fmt: skip

HARD_TO_REFUTE = frozenset(
    {
        "adjugate_of_product", "always_invertible", "complement_of_last", "definite_large", "definite_trace_bound",
        "gram_positive",
    }
)  # fmt: skip
"""A counterexample is singular or small and rarely tried, or the claim is not well-formed for all sizes."""

TRUE = {
    "product": (TWO, "", "det(A B) = det(B A)"),
    "multiple": ("n : dim ; c : real ; A : matrix(n, n)", "", "det(c A) = c^n det(A)"),
    "negative": (ONE_MATRIX, "", "det(-A) = (-1)^n det(A)"),
    "quotient": ("n : dim ; c : nonzero real ; A : matrix(n, n)", "", "det(A / c) c^n = det(A)"),
    "similar": (UNITS, "", "det(A B A^-1) = det(B)"),
    "congruent": (UNITS, "", "det(A^T B A) = det(A)^2 det(B)"),
    "gram": (UNITS, "", "det(A^T A) > 0"),
    "gram_nonnegative": (ONE_MATRIX, "", "det(A^T A) >= 0"),
    "turned": (PAIR, "", "det(identity(m) + A B) = det(identity(n) + B A)"),
    "rank_one_minus": (VECTORS, "", "det(identity(n) - 3 u v^T) = 1 - 3 v^T u"),
    "rank_one_change": ("n : dim ; A : invertible matrix(n, n) ; u, v : vector(n)", "",
                        "det(A - u v^T) = det(A) (1 - v^T A^-1 u)"),
    "triangle": (BLOCKS, "", "det(block(A, zeros(m, n), C, D)) = det(A) det(D)"),
    "blocks": (BLOCKS, "invertible(D)", "det(block(A, B, C, D)) = det(D) det(A - B D^-1 C)"),
    "orthogonal": ("n : dim ; Q : orthogonal matrix(n, n)", "", "det(Q)^2 = 1"),
    "idempotent": ("n : dim ; P : idempotent matrix(n, n)", "", "det(P)^2 = det(P)"),
    "odd_antisymmetric": ("k : nat ; A : matrix(2 k + 1, 2 k + 1)", "", "det(-A) = -det(A)"),
    "of_a_power": (POWERS, "", "det(A^k B^2) = det(A)^k det(B)^2"),
    "not_zero": (UNITS, "", "det(A B) != 0"),
    "adjugate": (ONE_MATRIX, "", "A adjugate(A) = det(A) identity(n)"),
    "adjugate_left": (ONE_MATRIX, "", "adjugate(A) A = det(A) identity(n)"),
    "singular_square": (ONE_MATRIX, "", "grad[A] det(A)^2 = 2 det(A) cofactors(A)"),
    "singular_factors": ("n : dim ; X : invertible matrix(n, n) ; A, B : matrix(n, n)", "",
                         "grad[X] det(A X B) = det(A X B) (X^-1)^T"),
    "literal_cofactors": ("A : matrix(3, 3)", "", "A cofactors(A)^T = det(A) identity(3)"),
    "next_power": (POWERS, "", "A^(k+1) = A^k A"),
    "two_more": (POWERS, "", "A^(k+2) B = A^k A A B"),
    "first_factor": (POWERS, "", "A^(k+1) = A A^k"),
    "longer_sum": (POWERS, "", "sum[r in 0..k+1] A^r = sum[r in 0..k] A^r + A^(k+1)"),
    "power_of_zero": (POWERS, "", "A^0 = identity(n)"),
    "symmetric_forms": ("n : dim ; A : symmetric matrix(n, n) ; u, v : vector(n)", "", "u^T A v = v^T A u"),
    "symmetric_entries": ("n : dim ; A : symmetric matrix(n, n) ; x : vector(n)", "",
                          "sum[i, j in 1..n] x[i] A[i,j]^2 A[j,i] = sum[i, j in 1..n] x[j] A[i,j]^3"),
    "antisymmetric_form": ("n : dim ; A : antisymmetric matrix(n, n) ; u : vector(n)", "", "u^T A u = 0"),
    "antisymmetric_cube": ("n : dim ; A : antisymmetric matrix(n, n)", "", "tr(A A A) = 0"),
    "definite_determinant": (DEFINITE, "", "det(A) > 0"),
    "definite_multiple": (f"{DEFINITE} ; c : positive real", "", "det(c A) > 0"),
    "definite_congruence": ("n : dim ; A : positive definite matrix(n, n) ; B : invertible matrix(n, n)", "",
                            "det(B^T A^-1 B) > 0"),
    "definite_trace": (DEFINITE, "", "tr(A) > 0"),
    "definite_diagonal": (f"{DEFINITE} ; i : index(n)", "", "A[i,i] > 0"),
    "sums_of_entries": ("n : dim ; a : vector(n)", "sum[i in 1..n] a[i] = 1", "ones(n) a^T ones(n) = ones(n)"),
}  # fmt: skip


def verdict(given: str, assumed: str, claim: str) -> str:
    """The verdict on a theorem with this context and this claim."""
    declarations = "\n        ".join(part.strip() for part in given.split(";"))
    assumption = f"  assume {assumed}\n" if assumed else ""
    report = check_text(f"theorem t\n  given {declarations}\n{assumption}  show {claim}\n")
    return report.theorems[-1].verdict.value


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name: str) -> None:
    found = verdict(*FALSE[name])
    assert found not in ("proved", "conflict")
    assert name in HARD_TO_REFUTE or found == "refuted"


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved(name: str) -> None:
    assert verdict(*TRUE[name]) == "proved"
