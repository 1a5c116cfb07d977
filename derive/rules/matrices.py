"""What arithmetic knows of vectors and matrices by itself."""

from __future__ import annotations

from checks.kernel.certificates import Arithmetic
from derive.rules.catalogue import Rule, accept, refuse

KERNEL = "checks.kernel."
HORN = "R. Horn, C. Johnson, Matrix Analysis, "

MATRICES = (
    Rule(
        "entries",
        (KERNEL + "translation", KERNEL + "opening"),
        "(A B)[i, k] is the sum over j of A[i, j] B[j, k]; transposes, traces, dot, outer and entrywise products, "
        "diagonal and identity matrices by their entries.",
        "Shapes fit, as types say.",
        "The definitions of the operations.",
        HORN + "section 0.2",
        accepted=(
            accept("A (u + v) = A u + A v", "given m, n : dim", "      A : matrix(m, n)", "      u, v : vector(n)"),
            accept(
                "tr(A B) = tr(B A)", "given m, n : dim", "      A : matrix(m, n)", "      B : matrix(n, m)",
                proof=Arithmetic(((0, 1), (1, 0))),
            ),
            accept("identity(n) A = A", "given n, m : dim", "      A : matrix(n, m)"),
        ),
        refused=(
            refuse("A B = B A", "given n : dim", "      A, B : matrix(n, n)"),
            refuse(
                "tr(A B) = tr(A) tr(B)", "given n : dim", "      A, B : matrix(n, n)",
                proof=Arithmetic(((0, 1), (1, 0), (0, 1), (1, 0))),
            ),
            refuse("A A = A", "given n : dim", "      A : matrix(n, n)"),
        ),
    ),
    Rule(
        "inverses and determinants",
        (KERNEL + "translation", KERNEL + "comparison"),
        "Inverse and determinant are functions of the entries, and are not taken apart.  A product of square matrices "
        "is invertible if its factors are, a matrix if its determinant is not 0.",
        "The matrices are square.",
        "det(A B) = det(A) det(B); a matrix is invertible exactly if its determinant is not zero.",
        HORN + "sections 0.3 and 0.5",
        accepted=(
            accept("(A + B)^-1 = (B + A)^-1", "given n : dim", "      A, B : matrix(n, n)", "assume invertible(A + B)",
                   "assume invertible(B + A)"),
            accept("invertible(A B)", "given n : dim", "      A, B : matrix(n, n)  invertible"),
        ),
        refused=(
            refuse("invertible(A + B)", "given n : dim", "      A, B : matrix(n, n)  invertible"),
            refuse("(A B)^-1 = A^-1 B^-1", "given n : dim", "      A, B : matrix(n, n)  invertible"),
        ),
    ),
    Rule(
        "matrices of literal size",
        (KERNEL + "literal_matrices",),
        "Determinants and inverses of matrices with up to three rows by their entries.",
        "The size is a number; the determinant of what is inverted is not 0.",
        "Leibniz' formula; the adjugate by Cayley and Hamilton.",
        HORN + "sections 0.3 and 2.4",
        accepted=(
            accept("det(A) = A[1, 1] A[2, 2] - A[1, 2] A[2, 1]", "given A : matrix(2, 2)"),
            accept("det(A B) = det(A) det(B)", "given A, B : matrix(2, 2)"),
            accept("A A^-1 = identity(2)", "given A : matrix(2, 2)  invertible"),
        ),
        refused=(
            refuse("det(A) = A[1, 1] A[2, 2] + A[1, 2] A[2, 1]", "given A : matrix(2, 2)"),
            refuse("det(A + B) = det(A) + det(B)", "given A, B : matrix(2, 2)"),
            refuse("A A^-1 = identity(2)", "given A : matrix(2, 2)", because="shown only where invertible(A)"),
        ),
    ),
    Rule(
        "symmetric matrices",
        (KERNEL + "symmetry",),
        "Where A^T = A is assumed, A[i, j] and A[j, i] are one number; where A^T = -A, one is minus the other.",
        "The symmetry is assumed of the matrix itself.",
        "The definition of a symmetric matrix.",
        HORN + "section 0.2",
        accepted=(
            accept("u^T A v = v^T A u", "given n : dim", "      A : matrix(n, n)", "      u, v : vector(n)",
                   "assume A^T = A",
                   proof=Arithmetic(((0, 1), (0, 1), (0, 1), (0, 1), (1, 0), (1, 0), (0, 1), (0, 1)))),
            accept("A[i, j] = A[j, i]", "given n : dim", "      i, j : index(1..n)", "      A : matrix(n, n)",
                   "assume A^T = A"),
        ),
        refused=(
            refuse("A[i, j] = A[j, i]", "given n : dim", "      i, j : index(1..n)", "      A : matrix(n, n)"),
            refuse("A[i, j] = A[j, i]", "given n : dim", "      i, j : index(1..n)", "      A : matrix(n, n)",
                   "assume A^T = -A"),
        ),
    ),
    Rule(
        "powers of matrices",
        (KERNEL + "matrix_powers",),
        "A^0 is the identity and A^(e + 1) = A^e A; A^e A^f = A^(e + f).",
        "The exponents are natural numbers.",
        "The definition of a power, by induction.",
        HORN + "section 0.2",
        accepted=(
            accept("A^(k + 1) = A^k A", "given n : dim", "      k : nat", "      A : matrix(n, n)"),
            accept("A^2 = A A", "given n : dim", "      A : matrix(n, n)"),
        ),
        refused=(
            refuse("(A B)^k = A^k B^k", "given n : dim", "      k : nat", "      A, B : matrix(n, n)"),
            refuse("A^(k + 1) = A^k", "given n : dim", "      k : nat", "      A : matrix(n, n)"),
        ),
    ),
)
