"""What arithmetic knows of sums and products over ranges by itself."""

from __future__ import annotations

from checks.kernel.certificates import Arithmetic
from derive.rules.catalogue import Rule, accept, by_fact, refuse

KERNEL = "checks.kernel."
CONCRETE = "R. Graham, D. Knuth, O. Patashnik, Concrete Mathematics, "

SUMS = (
    Rule(
        "linearity of sums",
        (KERNEL + "translation", KERNEL + "forms"),
        "Sums split over addition, constants leave them, indices may be renamed and sums exchanged.",
        "Ranges do not depend on each other where sums are exchanged; a renaming is one to one.",
        "The distributive, associative and commutative laws for finite sums.",
        CONCRETE + "sections 2.3 and 2.4",
        accepted=(
            accept(
                "sum[i in 1..n] (c a[i] + b[i]) = c (sum[i in 1..n] a[i]) + sum[j in 1..n] b[j]",
                "given n : dim", "      c : real", "      a, b : vector(n)",
            ),
            accept(
                "sum[i in 1..m] sum[j in 1..n] A[i, j] = sum[j in 1..n] sum[i in 1..m] A[i, j]",
                "given m, n : dim", "      A : matrix(m, n)", proof=Arithmetic(((0, 1), (1, 0))),
            ),
        ),
        refused=(
            refuse(
                "sum[i in 1..n] a[i] b[i] = (sum[i in 1..n] a[i]) (sum[i in 1..n] b[i])",
                "given n : dim", "      a, b : vector(n)", proof=Arithmetic(((0, 1), (0, 1))),
            ),
            refuse(
                "sum[i in 1..n] (a[i] + 1) = (sum[i in 1..n] a[i]) + 1", "given n : dim", "      a : vector(n)",
            ),
            refuse(
                "sum[i in 1..n] sum[j in 1..n] A[i, j] = sum[i in 1..n] A[i, i]",
                "given n : dim", "      A : matrix(n, n)", proof=Arithmetic(((0, 1), (0, 1))),
            ),
        ),
    ),
    Rule(
        "deltas",
        (KERNEL + "contraction",),
        "The sum over i of [i = t] f(i) is f(t) where t is a whole number in the range, 0 elsewhere.",
        "t takes integer values; that it is in the range is known, or stays as brackets.  Below an expectation nothing "
        "random takes the place of an index.",
        "Sums with one term.",
        CONCRETE + "section 2.4",
        accepted=(
            accept(
                "sum[i in 1..n] [i = j] a[i] = a[j]", "given n : dim", "      j : index(1..n)", "      a : vector(n)",
                proof=Arithmetic(multipliers=(by_fact(2),)),
            ),
            accept("sum[i in 1..n] [i = n] i = n", "given n : dim"),
        ),
        refused=(
            refuse("sum[i in 1..n] [i = j] i = j", "given n : dim", "      j : int"),
            refuse("sum[i in 1..n] [2 i = j] i = j/2", "given n : dim", "      j : index(1..n)"),
            refuse("sum[i in 1..n] [i = n + 1] i = n + 1", "given n : dim"),
        ),
    ),
    Rule(
        "counting",
        (KERNEL + "contraction",),
        "A sum over an index that does not occur is the length times the term.",
        "The length is known not to be negative, and to be positive where the term divides by something.",
        "The number of terms of a sum.",
        CONCRETE + "section 2.1",
        accepted=(
            accept("sum[i in 1..n] c = n c", "given n : nat", "      c : real"),
            accept("sum[i in 1..n] c = n c", "given n : int", "      c : real", "assume n >= 1"),
        ),
        refused=(
            refuse("sum[i in 1..n] c = n c", "given n : int", "      c : real"),
            refuse("sum[i in 0..n] c = n c", "given n : nat", "      c : real"),
        ),
    ),
    Rule(
        "ranges written out",
        (KERNEL + "contraction",),
        "A range of one, two or three indices is written out.",
        "The length is a number.",
        "The definition of a sum.",
        CONCRETE + "section 2.1",
        accepted=(
            accept("sum[i in 1..3] a[i] = a[1] + a[2] + a[3]", "given a : vector(3)"),
            accept("sum[i in 1..0] f(i) = 0", "given f : function int -> real"),
        ),
        refused=(
            refuse("sum[i in 1..3] a[i] = a[1] + a[2]", "given a : vector(3)"),
            refuse("sum[i in 1..1] f(i) = 0", "given f : function int -> real"),
        ),
    ),
    Rule(
        "ranges that start elsewhere",
        (KERNEL + "ranges", KERNEL + "translation"),
        "The sum over l <= i <= u of f(i) is the sum over 1 <= k <= u - l + 1 of f(k + l - 1).",
        "The ends are whole numbers.",
        "A one to one change of the index.",
        CONCRETE + "section 2.4",
        accepted=(
            accept(
                "sum[i in 2..n + 1] f(i) = sum[k in 1..n] f(k + 1)", "given n : nat", "      f : function int -> real",
            ),
            accept(
                "sum[i in m..n] f(i) = sum[i in m + 1..n + 1] f(i - 1)",
                "given m, n : int", "      f : function int -> real",
            ),
        ),
        refused=(
            refuse(
                "sum[i in 2..n + 1] f(i) = sum[k in 1..n] f(k)", "given n : nat", "      f : function int -> real",
            ),
            refuse("sum[i in 2..n] f(i) = sum[k in 1..n] f(k)", "given n : nat", "      f : function int -> real"),
        ),
    ),
    Rule(
        "ranges in parts",
        (KERNEL + "splitting",),
        "A sum over a range is the sum over its parts; it may be taken backwards, and telescopes.",
        "The point at which a range is cut is known to lie in it.",
        "Sums over disjoint sets of indices; telescoping.",
        CONCRETE + "sections 2.3, 2.4 and 2.6",
        accepted=(
            accept(
                "sum[i in 1..n + 1] f(i) = (sum[i in 1..n] f(i)) + f(n + 1)",
                "given n : nat", "      f : function int -> real",
            ),
            accept(
                "sum[i in 1..n] (f(i + 1) - f(i)) = f(n + 1) - f(1)", "given n : nat", "      f : function int -> real",
            ),
            accept(
                "sum[i in 1..n] f(n + 1 - i) = sum[i in 1..n] f(i)", "given n : nat", "      f : function int -> real",
            ),
        ),
        refused=(
            refuse(
                "sum[i in 1..n + 1] f(i) = (sum[i in 1..n] f(i)) + f(n + 1)",
                "given n : int", "      f : function int -> real",
            ),
            refuse(
                "sum[i in 1..n] (f(i + 1) - f(i)) = f(n) - f(1)", "given n : nat", "      f : function int -> real",
            ),
            refuse("sum[i in 1..n] f(n - i) = sum[i in 1..n] f(i)", "given n : nat", "      f : function int -> real"),
        ),
    ),
    Rule(
        "brackets cut ranges",
        (KERNEL + "brackets",),
        "The sum over k <= L of [k <= P] f(k) is the sum over k <= P.",
        "0 <= P <= L is known, for whole P.",
        "Sums over the indices with a property.",
        CONCRETE + "sections 2.1 and 2.4",
        accepted=(
            accept(
                "sum[k in 1..m + n] [k <= m] f(k) = sum[k in 1..m] f(k)",
                "given m, n : nat", "      f : function int -> real",
            ),
            accept(
                "sum[k in 1..m + n] [k > m] f(k) = sum[k in 1..n] f(k + m)",
                "given m, n : nat", "      f : function int -> real",
            ),
        ),
        refused=(
            refuse(
                "sum[k in 1..n] [k <= m] f(k) = sum[k in 1..m] f(k)",
                "given m, n : nat", "      f : function int -> real",
            ),
            refuse(
                "sum[k in 1..m + n] [k > m] f(k) = sum[k in 1..n] f(k)",
                "given m, n : nat", "      f : function int -> real",
            ),
        ),
    ),
    Rule(
        "product ranges",
        (KERNEL + "division",),
        "The sum over k <= m d of f(k) is that over a <= m and b <= d of f((a - 1) d + b).",
        "m and d are whole and known not to be negative, and floors in f divide the index by d.",
        "k = (a - 1) d + b is one to one.",
        CONCRETE + "section 3.4",
        accepted=(
            accept(
                "sum[k in 1..m d] floor((k - 1)/d) = d sum[a in 1..m] (a - 1)", "given m, d : dim",
                proof=Arithmetic(multipliers=(None, None, None, by_fact(3))),
            ),
            accept("floor((k - 1)/d) d + mod(k - 1, d) = k - 1", "given m, d : dim", "      k : index(1..m d)"),
        ),
        refused=(
            refuse("sum[k in 1..m d] floor((k - 1)/d) = d sum[a in 1..m] a", "given m, d : dim"),
            refuse("sum[k in 1..m d] floor(k/d) = d sum[a in 1..m] (a - 1)", "given m, d : dim"),
        ),
    ),
    Rule(
        "products over ranges",
        (KERNEL + "product_ranges",),
        "Products split over factors; of a constant they are a power, of exponentials the exponential of the sum; the "
        "factors at the end of a longer range are written down.",
        "The length is known not to be negative.",
        "The laws of finite products.",
        CONCRETE + "section 2.1 and exercise 2.22",
        accepted=(
            accept(
                "prod[i in 1..n] (c f(i)) = c^n prod[i in 1..n] f(i)",
                "given n : nat", "      c : real", "      f : function int -> real",
            ),
            accept("prod[i in 1..n] exp(a[i]) = exp(sum[i in 1..n] a[i])", "given n : dim", "      a : vector(n)"),
            accept(
                "prod[i in 1..n + 1] f(i) = f(n + 1) prod[i in 1..n] f(i)",
                "given n : nat", "      f : function int -> real",
            ),
        ),
        refused=(
            refuse(
                "prod[i in 1..n] (c f(i)) = c prod[i in 1..n] f(i)",
                "given n : nat", "      c : real", "      f : function int -> real",
            ),
            refuse(
                "prod[i in 1..n] (f(i) + 1) = 1 + prod[i in 1..n] f(i)",
                "given n : nat", "      f : function int -> real",
            ),
            refuse(
                "prod[i in 1..n + 1] f(i) = f(n + 1) prod[i in 1..n] f(i)",
                "given n : int", "      f : function int -> real",
            ),
        ),
    ),
)
