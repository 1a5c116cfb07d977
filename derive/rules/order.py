"""What arithmetic knows of order by itself: signs, sizes, combinations of facts, whole numbers, arrays that differ."""

from __future__ import annotations

from flint import fmpq

from checks.kernel.certificates import Arithmetic
from derive.rules.catalogue import Rule, accept, by_fact, refuse

KERNEL = "checks.kernel."

ORDER = (
    Rule(
        "signs",
        (KERNEL + "signs", KERNEL + "facts"),
        "A product has the product of the signs, a sum of values of one sign that sign; even powers, roots and sizes "
        "are not negative, exponentials are positive; the mean of what has one sign at every outcome has it.",
        "The signs of symbols and entries are those that types and assumptions give.",
        "The axioms of an ordered field.",
        "G. H. Hardy, A Course of Pure Mathematics, chapter I",
        accepted=(
            accept("x^2 + exp(y) > 0", "given x, y : real"),
            accept("x y < 0", "given x, y : real", "assume x < 0", "assume y > 0"),
            accept("sum[i in 1..n] a[i]^2 >= 0", "given n : dim", "      a : vector(n)"),
        ),
        refused=(
            refuse("x y >= 0", "given x, y : real"),
            refuse("x + y > 0", "given x, y : real", "assume x < 0", "assume y > 0"),
            refuse("sum[i in 1..n] a[i]^2 > 0", "given n : dim", "      a : vector(n)"),
        ),
    ),
    Rule(
        "combinations of facts",
        (KERNEL + "linear", KERNEL + "facts"),
        "A form is not negative if it is a number c plus products of facts times numbers that are not negative.",
        "c >= 0, or c > -1 where the form takes integer values only; > 0 needs c > 0 or a part that is greater than 0.",
        "Farkas' lemma and Handelman's representation; only that such a combination is not negative is used.",
        "J. Farkas, J. reine angew. Math. 124, 1902; D. Handelman, Pacific J. Math. 132, 1988",
        accepted=(
            accept(
                "x + y <= 3", "given x, y : real", "assume x <= 1", "assume y <= 2",
                proof=Arithmetic(multipliers=(((fmpq(1), (0,)), (fmpq(1), (1,))),)),
            ),
            accept(
                "x y + 1 >= x + y", "given x, y : real", "assume x >= 1", "assume y >= 1",
                proof=Arithmetic(multipliers=(by_fact(0, 1),)),
            ),
        ),
        refused=(
            refuse(
                "x + y <= 2", "given x, y : real", "assume x <= 1", "assume y <= 2",
                proof=Arithmetic(multipliers=(((fmpq(1), (0,)), (fmpq(1), (1,))),)),
            ),
            refuse(
                "x - y <= 3", "given x, y : real", "assume x <= 1", "assume y <= 2",
                proof=Arithmetic(multipliers=(((fmpq(1), (0,)), (fmpq(-1), (1,))),)),
            ),
            refuse(
                "x + y < 3", "given x, y : real", "assume x <= 1", "assume y <= 2",
                proof=Arithmetic(multipliers=(((fmpq(1), (0,)), (fmpq(1), (1,))),)),
            ),
        ),
    ),
    Rule(
        "rounding",
        (KERNEL + "facts", KERNEL + "integrality", KERNEL + "division"),
        "g Q + c >= 0 is Q + floor(c/g) >= 0 for whole Q; t > 0 is t >= 1 for whole t.",
        "Q takes integer values by its structure: whole symbols, floors, brackets, integer coefficients.",
        "Cuts of integer programming.",
        "R. Gomory, Bull. Amer. Math. Soc. 64, 1958; V. Chvátal, Discrete Math. 4, 1973",
        accepted=(
            accept("n >= 1", "given n : int", "assume 2 n >= 1", proof=Arithmetic(multipliers=(by_fact(0),))),
            accept("n >= m + 1", "given m, n : int", "assume n > m", proof=Arithmetic(multipliers=(by_fact(0),))),
        ),
        refused=(
            refuse("x >= 1", "given x : real", "assume 2 x >= 1", proof=Arithmetic(multipliers=(by_fact(0),))),
            refuse("x >= y + 1", "given x, y : real", "assume x > y", proof=Arithmetic(multipliers=(by_fact(0),))),
            refuse("n >= 2", "given n : int", "assume 2 n >= 1", proof=Arithmetic(multipliers=(by_fact(0),))),
        ),
    ),
    Rule(
        "sizes as facts",
        (KERNEL + "sizes",),
        "-|t| <= t <= |t|, and -1 <= sign(t) <= 1.",
        "None.",
        "The definition of the absolute value.",
        "M. Spivak, Calculus, chapter 1",
        accepted=(
            accept("x + y <= abs(x + y)", "given x, y : real", proof=Arithmetic(multipliers=(None, None, by_fact(0)))),
            accept(
                "-x - y <= abs(x + y)", "given x, y : real",
                proof=Arithmetic(multipliers=(None, None, by_fact(1))),
            ),
        ),
        refused=(
            refuse("abs(x + y) <= x + y", "given x, y : real", proof=Arithmetic(multipliers=3 * (by_fact(0),))),
            refuse(
                "2 x + 2 y <= abs(x + y)", "given x, y : real",
                proof=Arithmetic(multipliers=3 * (((fmpq(2), (0,)),),)),
            ),
        ),
    ),
    Rule(
        "arrays that differ",
        (KERNEL + "apartness", KERNEL + "comparison"),
        "From s != t follows u != v where u - v is a multiple of s - t, and that the sum of an even power of s - t "
        "over all entries is positive.",
        "The multiple is not 0; the sum is over all entries.",
        "A sum of squares is zero only where all of them are.",
        "T. Apostol, Calculus I, section 12.5",
        accepted=(
            accept("2 u != 2 v", "given n : dim", "      u, v : vector(n)", "assume u != v"),
            accept("sum[i in 1..n] (u[i] - v[i])^2 > 0", "given n : dim", "      u, v : vector(n)", "assume u != v"),
            accept("identity(n) != zeros(n, n)", "given n : dim"),
        ),
        refused=(
            refuse("u != 2 v", "given n : dim", "      u, v : vector(n)", "assume u != v"),
            refuse("sum[i in 1..n] (u[i] - v[i]) > 0", "given n : dim", "      u, v : vector(n)", "assume u != v"),
            refuse("u[1] != v[1]", "given n : dim", "      u, v : vector(n)", "assume u != v"),
        ),
    ),
    Rule(
        "squeezing",
        (KERNEL + "comparison",),
        "A number that is neither positive nor negative is zero.",
        "Both are known of a form without sums.",
        "Antisymmetry of order.",
        "G. H. Hardy, A Course of Pure Mathematics, chapter I",
        accepted=(
            accept(
                "x = y", "given x, y : real", "assume x <= y", "assume y <= x",
                proof=Arithmetic(multipliers=(by_fact(1), by_fact(0))),
            ),
            accept(
                "n = 1", "given n : dim", "assume n <= 1", proof=Arithmetic(multipliers=(by_fact(1),)),
            ),
        ),
        refused=(
            refuse(
                "x = y", "given x, y : real", "assume x <= y",
                proof=Arithmetic(multipliers=(by_fact(0), by_fact(0))),
            ),
            refuse("n = 1", "given n : dim", "assume n <= 2", proof=Arithmetic(multipliers=(by_fact(1), by_fact(0)))),
        ),
    ),
)
