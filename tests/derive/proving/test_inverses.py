"""Inverses, projections and orthogonal matrices by multiplying out; beside each kind of truth false neighbours."""

from __future__ import annotations

import pytest

from derive.checking import check_text
from derive.reports import TheoremReport, Verdict

SQUARE = "n : dim ; A, B : invertible matrix(n, n)"
TALL = "n, m : dim ; X : matrix(n, m)"
PAIR = "n, m : dim ; A : matrix(n, m) ; B : matrix(m, n)"

TRUE = {
    "product": (SQUARE, "", "(A B)^-1 = B^-1 A^-1"),
    "four_factors": ("n : dim ; A, B, C, D : invertible matrix(n, n)", "", "(A B C D)^-1 = D^-1 C^-1 B^-1 A^-1"),
    "transpose": (SQUARE, "", "(A^T)^-1 = (A^-1)^T"),
    "twice": (SQUARE, "", "(A^-1)^-1 = A"),
    "multiple": (f"{SQUARE} ; c : nonzero real", "", "(c A)^-1 = 1/c A^-1"),
    "sum_of_inverses": (SQUARE, "", "A^-1 + B^-1 = A^-1 (A + B) B^-1"),
    "parallel_sum": (SQUARE, "invertible(A + B)", "(A^-1 + B^-1)^-1 = B (A + B)^-1 A"),
    "sum_both_ways": ("n : dim ; A, B : matrix(n, n)", "invertible(A + B)", "A - A (A+B)^-1 A = B - B (A+B)^-1 B"),
    "pushed": (PAIR, "invertible(identity(n) + A B)", "A (identity(m) + B A)^-1 = (identity(n) + A B)^-1 A"),
    "pushed_minus": (PAIR, "invertible(identity(n) - A B)", "A (identity(m) - B A)^-1 = (identity(n) - A B)^-1 A"),
    "unit_plus": (PAIR, "invertible(identity(n) + A B)",
                  "(identity(n) + A B)^-1 = identity(n) - A (identity(m) + B A)^-1 B"),
    "low_rank": ("n, m : dim ; A : invertible matrix(n, n) ; U : matrix(n, m) ; V : matrix(m, n)",
                 "invertible(identity(m) + V A^-1 U)",
                 "(A + U V)^-1 = A^-1 - A^-1 U (identity(m) + V A^-1 U)^-1 V A^-1"),
    "rank_one": ("n : dim ; A : invertible matrix(n, n) ; u, v : vector(n)", "1 + v^T A^-1 u != 0",
                 "(A + u v^T)^-1 = A^-1 - A^-1 u v^T A^-1 / (1 + v^T A^-1 u)"),
    "low_rank_pushed": ("n, m : dim ; A : invertible matrix(n, n) ; U : matrix(n, m)", "invertible(A + U U^T)",
                        "A^-1 U (identity(m) + U^T A^-1 U)^-1 = (A + U U^T)^-1 U"),
    "ridge": (f"{TALL} ; c : positive real", "",
              "(X^T X + c identity(m))^-1 X^T = X^T (X X^T + c identity(n))^-1"),
    "regularised": ("n : dim ; Q : invertible matrix(n, n) ; M : matrix(n, n) ; s : positive real",
                    "invertible(Q + s^2 M)", "(Q + s^2 M)^-1 = Q^-1 (identity(n) + s^2 M Q^-1)^-1"),
    "schur": ("n, m : dim ; A : invertible matrix(n, n) ; B : matrix(n, m) ; C : matrix(m, n) ; "
              "D : invertible matrix(m, m)",
              "invertible(A - B D^-1 C) and invertible(D - C A^-1 B)",
              "A^-1 B (D - C A^-1 B)^-1 = (A - B D^-1 C)^-1 B D^-1"),
    "commuting": (SQUARE, "A B = B A", "A^-1 B^-1 = B^-1 A^-1"),
    "geometric": ("n : dim ; A : matrix(n, n)", "invertible(A - identity(n))",
                  "(A^3 - identity(n)) (A - identity(n))^-1 = identity(n) + A + A^2"),
    "hat_idempotent": (TALL, "invertible(X^T X)",
                       "(X (X^T X)^-1 X^T) (X (X^T X)^-1 X^T) = X (X^T X)^-1 X^T"),
    "hat_symmetric": (TALL, "invertible(X^T X)", "(X (X^T X)^-1 X^T)^T = X (X^T X)^-1 X^T"),
    "hat_trace": (TALL, "invertible(X^T X)", "tr(X (X^T X)^-1 X^T) = m"),
    "residual": (f"{TALL} ; y : vector(n)", "invertible(X^T X)", "X^T (y - X ((X^T X)^-1 (X^T y))) = zeros(m)"),
    "symmetric_inverse": ("n : dim ; A : symmetric invertible matrix(n, n)", "", "(A^-1)^T = A^-1"),
    "definite_inverse": ("n : dim ; A : positive definite matrix(n, n)", "", "(A^-1)^T = A^-1"),
    "definite_sum": ("n : dim ; A, B : positive definite matrix(n, n)", "", "invertible(A + 2 B)"),
    "gram_definite": (f"{TALL} ; c : positive real", "", "invertible(c identity(n) + X X^T)"),
    "complement": ("n : dim ; P : idempotent matrix(n, n)", "",
                   "(identity(n) - P) (identity(n) - P) = identity(n) - P"),
    "complement_turned": ("n : dim ; P : idempotent matrix(n, n)", "", "(identity(n) - P^T) P^T = zeros(n, n)"),
    "idempotent_power": ("n : dim ; P : idempotent matrix(n, n)", "", "P^6 = P"),
    "idempotent_form": ("n : dim ; P : idempotent symmetric matrix(n, n) ; x : vector(n)", "",
                        "(P x)^T (P x) = x^T P x"),
    "idempotent_norm": ("n : dim ; P : idempotent symmetric matrix(n, n) ; x : vector(n)", "",
                        "norm(P x)^2 = x^T P x"),
    "row_sums": ("n : dim ; P : matrix(n, n) ; a : vector(n)",
                 "P ones(n) = ones(n) and sum[i in 1..n] a[i] = 1", "a^T (P (P ones(n))) = 1"),
    "orthogonal_inverse": ("n : dim ; Q : orthogonal matrix(n, n)", "", "Q^-1 = Q^T"),
    "orthogonal_rows": ("n : dim ; Q : orthogonal matrix(n, n)", "", "Q Q^T = identity(n)"),
    "orthogonal_product": ("n : dim ; Q, R : orthogonal matrix(n, n)", "", "(Q R) (Q R)^T = identity(n)"),
    "isometry": ("n : dim ; Q : orthogonal matrix(n, n) ; x : vector(n)", "", "norm(Q x) = norm(x)"),
    "angles": ("n : dim ; Q : orthogonal matrix(n, n) ; x, y : vector(n)", "", "(Q x)^T (Q y) = x^T y"),
    "orthogonal_trace": ("n : dim ; Q : orthogonal matrix(n, n) ; A : matrix(n, n)", "", "tr(Q^T A Q) = tr(A)"),
    "similar_trace": ("n : dim ; P : invertible matrix(n, n) ; A : matrix(n, n)", "", "tr(P A P^-1) = tr(A)"),
    "symmetric_and_orthogonal": ("n : dim ; Q : symmetric orthogonal matrix(n, n)", "", "Q^4 = identity(n)"),
    "half_turn": ("n : dim ; Q : antisymmetric orthogonal matrix(n, n)", "", "Q^2 = -identity(n)"),
    "antisymmetric_form": ("n : dim ; K : antisymmetric matrix(n, n) ; x : vector(n)", "", "x^T K x = 0"),
    "antisymmetric_entry": ("n : dim ; K : antisymmetric matrix(n, n) ; i : index(n)", "", "K[i, i] = 0"),
    "antisymmetric_trace": ("n : dim ; K : antisymmetric matrix(n, n) ; S : symmetric matrix(n, n)", "",
                            "tr(S K) = 0"),
    "householder": ("n : dim ; u : vector(n)", "u^T u = 1",
                    "(identity(n) - 2 u u^T)^-1 = identity(n) - 2 u u^T"),
    "eigenvector": ("n : dim ; A : invertible matrix(n, n) ; v : vector(n) ; c : nonzero real", "A v = c v",
                    "A^-1 v = 1/c v"),
    "eigenvectors": ("n : dim ; A : symmetric matrix(n, n) ; v, w : vector(n) ; a, b : real",
                     "A v = a v and A w = b w", "a (v^T w) = b (v^T w)"),
    "resolvents": ("n : dim ; A : invertible matrix(n, n) ; B : matrix(n, n) ; t : real", "invertible(A + t B)",
                   "(A + t B)^-1 - A^-1 = -t (A + t B)^-1 B A^-1"),
    "anticommuting": ("n : dim ; P, R : idempotent matrix(n, n)", "P R + R P = zeros(n, n)", "P R = zeros(n, n)"),
    "weighted_residual": ("n, m : dim ; X : matrix(n, m) ; W : positive definite matrix(n, n) ; y : vector(n)",
                          "invertible(X^T W X)",
                          "X^T (W (y - X ((X^T W X)^-1 (X^T (W y))))) = zeros(m)"),
    "squares_completed": ("n : dim ; A, B : positive definite matrix(n, n) ; a, b, x : vector(n)", "",
                          "(x - a)^T (A (x - a)) + (x - b)^T (B (x - b)) = x^T ((A + B) x) - 2 x^T (A a + B b)"
                          " + a^T A a + b^T B b"),
}  # fmt: skip

FALSE = {
    "product_in_order": (SQUARE, "", "(A B)^-1 = A^-1 B^-1"),
    "transpose_lost": (SQUARE, "", "(A^T)^-1 = A^-1"),
    "multiple_not_inverted": (f"{SQUARE} ; c : nonzero real", "", "(c A)^-1 = c A^-1"),
    "inverse_of_sum": (SQUARE, "invertible(A + B)", "(A + B)^-1 = A^-1 + B^-1"),
    "sum_same_inverse": (SQUARE, "", "A^-1 + B^-1 = A^-1 (A + B) A^-1"),
    "parallel_sum_squared": (SQUARE, "invertible(A + B)", "(A^-1 + B^-1)^-1 = A (A + B)^-1 A"),
    "wrong_inner": ("n : dim ; A, B : matrix(n, n)", "invertible(identity(n) + A B)",
                    "(identity(n) + A B)^-1 A = A (identity(n) + A B)^-1"),
    "pushed_sign": (PAIR, "invertible(identity(n) + A B) and invertible(identity(m) - B A)",
                    "(identity(n) + A B)^-1 A = A (identity(m) - B A)^-1"),
    "low_rank_sign": ("n, m : dim ; A : invertible matrix(n, n) ; U : matrix(n, m) ; V : matrix(m, n)",
                      "invertible(identity(m) + V A^-1 U)",
                      "(A + U V)^-1 = A^-1 + A^-1 U (identity(m) + V A^-1 U)^-1 V A^-1"),
    "low_rank_core": ("n, m : dim ; A : invertible matrix(n, n) ; C : invertible matrix(m, m) ; U : matrix(n, m)",
                      "invertible(C + U^T A^-1 U)",
                      "(A + U C U^T)^-1 = A^-1 - A^-1 U (C + U^T A^-1 U)^-1 U^T A^-1"),
    "rank_one_sign": ("n : dim ; A : invertible matrix(n, n) ; u, v : vector(n)", "1 + v^T A^-1 u != 0",
                      "(A + u v^T)^-1 = A^-1 + A^-1 u v^T A^-1 / (1 + v^T A^-1 u)"),
    "rank_one_turned": ("n : dim ; A : invertible matrix(n, n) ; u, v : vector(n)", "1 + v^T A^-1 u != 0",
                        "(A + u v^T)^-1 = A^-1 - A^-1 v u^T A^-1 / (1 + v^T A^-1 u)"),
    "ridge_sign": (f"{TALL} ; c : positive real", "",
                   "(X^T X + c identity(m))^-1 X^T = X^T (X X^T - c identity(n))^-1"),
    "rectangular_inverse": (PAIR, "A B = identity(n)", "B A = identity(m)"),
    "orthonormal_columns": (TALL, "X^T X = identity(m)", "X X^T = identity(n)"),
    "hat_is_identity": (TALL, "invertible(X^T X)", "X (X^T X)^-1 X^T = identity(n)"),
    "hat_trace": (TALL, "invertible(X^T X)", "tr(X (X^T X)^-1 X^T) = n"),
    "gram_invertible": (TALL, "", "invertible(X^T X)"),
    "symmetric_invertible": ("n : dim ; A : symmetric matrix(n, n)", "", "invertible(A)"),
    "semidefinite_invertible": ("n : dim ; A : positive semidefinite matrix(n, n)", "", "invertible(A)"),
    "difference_definite": ("n : dim ; A, B : positive definite matrix(n, n)", "", "invertible(A - B)"),
    "symmetric_product": ("n : dim ; A, B : symmetric matrix(n, n)", "", "(A B)^T = A B"),
    "definite_commute": ("n : dim ; A, B : positive definite matrix(n, n)", "", "(A B)^-1 = A^-1 B^-1"),
    "idempotent_symmetric": ("n : dim ; P : idempotent matrix(n, n)", "", "P^T = P"),
    "idempotent_identity": ("n : dim ; P : idempotent matrix(n, n)", "", "P = identity(n)"),
    "idempotent_norm": ("n : dim ; P : idempotent matrix(n, n) ; x : vector(n)", "", "(P x)^T (P x) = x^T P x"),
    "orthogonal_involution": ("n : dim ; Q : orthogonal matrix(n, n)", "", "Q Q = identity(n)"),
    "orthogonal_inverse": ("n : dim ; Q : orthogonal matrix(n, n)", "", "Q^-1 = Q"),
    "trace_without_transpose": ("n : dim ; Q : orthogonal matrix(n, n) ; A : matrix(n, n)", "", "tr(Q A Q) = tr(A)"),
    "antisymmetric_zero": ("n : dim ; K : antisymmetric matrix(n, n) ; x, y : vector(n)", "", "x^T K y = 0"),
    "commuting_grams": ("n : dim ; A : invertible matrix(n, n)", "", "A A^T = A^T A"),
    "eigenvectors_aligned": ("n : dim ; A : symmetric matrix(n, n) ; v, w : vector(n) ; a, b : real",
                           "A v = a v and A w = b w", "v^T w = 1"),
    "resolvents_sign": ("n : dim ; A : invertible matrix(n, n) ; B : matrix(n, n) ; t : real", "invertible(A + t B)",
                        "(A + t B)^-1 - A^-1 = t (A + t B)^-1 B A^-1"),
    "singular_cancelled": ("n : dim ; A, B : matrix(n, n)", "", "invertible(A B) iff invertible(A)"),
}  # fmt: skip


def script(statements: dict[str, tuple[str, str, str]]) -> str:
    lines = []
    for name, (given, assumed, claim) in statements.items():
        lines.append(f"theorem {name}")
        for position, declaration in enumerate(given.split(" ; ")):
            lines.append(f"  {'given' if position == 0 else '     '} {declaration.strip()}")
        if assumed:
            lines.append(f"  assume known: {assumed}")
        lines.append(f"  show {claim}\n")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def reports() -> dict[tuple[str, bool], TheoremReport]:
    found = {}
    for statements, true in ((TRUE, True), (FALSE, False)):
        for report in check_text(script(statements)).theorems:
            found[report.name, true] = report
    return found


@pytest.mark.parametrize("name", TRUE)
def test_truths_are_proved(name: str, reports: dict[tuple[str, bool], TheoremReport]) -> None:
    assert reports[name, True].verdict is Verdict.PROVED


@pytest.mark.parametrize("name", FALSE)
def test_neighbours_are_refuted(name: str, reports: dict[tuple[str, bool], TheoremReport]) -> None:
    assert reports[name, False].verdict is Verdict.REFUTED
