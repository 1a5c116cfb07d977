"""What arithmetic knows of numbers by itself: powers, sizes, brackets, floors, exponentials, numbers written down."""

from __future__ import annotations

from checks.kernel.certificates import Alternative, Arithmetic
from derive.rules.catalogue import Rule, accept, refuse

KERNEL = "checks.kernel."
HARDY = "G. H. Hardy, A Course of Pure Mathematics, "
CONCRETE = "R. Graham, D. Knuth, O. Patashnik, Concrete Mathematics, "

NUMBERS = (
    Rule(
        "polynomials",
        (KERNEL + "expansion", KERNEL + "forms", KERNEL + "translation"),
        "Sums and products of numbers are multiplied out and collected; equal polynomials in equal atoms are equal.",
        "None: an atom is a total function of what stands in it, whether it is defined is judged apart.",
        "The real numbers are a commutative ring, and equals go for equals.",
        HARDY + "chapter I",
        accepted=(
            accept("(x + y) (x - y) = x^2 - y^2", "given x, y : real"),
            accept("f(x + y) = f(y + x)", "given f : function real -> real", "      x, y : real"),
        ),
        refused=(
            refuse("(x + y)^3 = x^3 + y^3", "given x, y : real"),
            refuse("f(x + y) = f(x) + f(y)", "given f : function real -> real", "      x, y : real"),
            refuse("x y = x", "given x, y : real"),
        ),
    ),
    Rule(
        "cancelling",
        (KERNEL + "expansion", KERNEL + "comparison"),
        "a a^-1 is [a != 0], which is 1 where a is not 0; sums under a fraction bar are cleared.",
        "a is known not to be zero, be it by what makes the goal defined.",
        "The inverse in a field; 0^-1 is 0 as a total function.",
        HARDY + "chapter I",
        accepted=(
            accept("x^2 / x = x", "given x : real with x != 0"),
            accept("1/x + 1/y = (x + y) / (x y)", "given x, y : positive real"),
            accept("1/(1 + x^2) + x^2/(1 + x^2) = 1", "given x : real"),
        ),
        refused=(
            refuse("x^2 / x = x", "given x : real", because="shown only where x != 0"),
            refuse("1/x + 1/y = 2 / (x + y)", "given x, y : positive real"),
            refuse("[x = 0] / y = (if x = 0 then 1/y else 1)", "given x, y : positive real"),
        ),
    ),
    Rule(
        "powers and roots",
        (KERNEL + "algebra",),
        "(a b)^q = a^q b^q and (a^2)^(1/2) = |a|: what is not negative leaves a fractional power, even powers by size.",
        "A factor that leaves a fractional power is known not to be negative; integer powers need nothing.",
        "Laws of powers of positive numbers.",
        HARDY + "sections 208-209",
        accepted=(
            accept("sqrt(x^2) = abs(x)", "given x : real"),
            accept("sqrt(x y) = sqrt(x) sqrt(y)", "given x, y : positive real"),
            accept("sqrt(8) = 2 sqrt(2)"),
        ),
        refused=(
            refuse("sqrt(x^2) = x", "given x : real"),
            refuse("sqrt(x + y) = sqrt(x) + sqrt(y)", "given x, y : positive real"),
            refuse("(x^2)^(3/2) = x^3", "given x : real"),
        ),
    ),
    Rule(
        "sizes and signs",
        (KERNEL + "algebra", KERNEL + "monomial_rules"),
        "|a b| = |a| |b| and |a| = a sign(a); sign(a)^3 = sign(a), |a|^2 = a^2; a bracket is its own square.",
        "sign(a)^2 is 1 only beside a factor a, or where a is not zero.",
        "The definitions of absolute value and sign.",
        "M. Spivak, Calculus, chapter 1",
        accepted=(
            accept("abs(x y) = abs(x) abs(y)", "given x, y : real"),
            accept("x sign(x) = abs(x)", "given x : real"),
            accept("abs(x)^3 = x^2 abs(x)", "given x : real"),
        ),
        refused=(
            refuse("abs(x + y) = abs(x) + abs(y)", "given x, y : real"),
            refuse("sign(x)^2 = 1", "given x : real"),
            refuse("sign(x + y) = sign(x) + sign(y)", "given x, y : real"),
        ),
    ),
    Rule(
        "greatest and least numbers",
        (KERNEL + "algebra",),
        "max(a, b) = (a + b + |a - b|)/2 and min(a, b) = (a + b - |a - b|)/2.",
        "None.",
        "The definition of the maximum of two numbers.",
        "M. Spivak, Calculus, chapter 1, problem 13",
        accepted=(
            accept("max(x, y) + min(x, y) = x + y", "given x, y : real"),
            accept("max(x, y) min(x, y) = x y", "given x, y : real"),
        ),
        refused=(
            refuse("max(x, y) = (x + y) / 2", "given x, y : real"),
            refuse("max(x, y) = x", "given x, y : real", "assume x >= 0"),
        ),
    ),
    Rule(
        "statements as numbers",
        (KERNEL + "atoms", KERNEL + "brackets"),
        "[P and Q] = [P] [Q], [not P] = 1 - [P], and so on; brackets that exclude each other have the product 0.",
        "[f >= 0] and [-f - 1 >= 0] add up to 1 for whole f only; a bracket is decided by what is known of signs.",
        "Iverson's convention.",
        CONCRETE + "section 2.1",
        accepted=(
            accept("[x > 0] + [x <= 0] = 1", "given x : real"),
            accept("[x = 0 or y = 0] = [x = 0] + [y = 0] - [x = 0] [y = 0]", "given x, y : real"),
            accept("[n < 3] + [n >= 3] = 1", "given n : nat"),
        ),
        refused=(
            refuse("[x = 0 or y = 0] = [x = 0] + [y = 0]", "given x, y : real"),
            refuse("[x > 0] + [x < 0] = 1", "given x : real"),
            refuse("[x <= 2] + [x >= 3] = 1", "given x : real"),
        ),
    ),
    Rule(
        "symbolic powers",
        (KERNEL + "counting",),
        "(a b)^e = a^e b^e and (a^j)^e = (a^e)^j for whole e; b^(e + f) = b^e b^f.",
        "An exponent is split where b is known not to be zero, or neither part is negative.",
        "Laws of powers with whole exponents; 0^0 = 1.",
        CONCRETE + "section 5.1",
        accepted=(
            accept("2^(n + 1) = 2 2^n", "given n : nat", definedness=(Alternative(0, Arithmetic()),)),
            accept("(x y)^n = x^n y^n", "given n : nat", "      x, y : real"),
            accept(
                "x^(m + n) = x^m x^n", "given m, n : nat", "      x : real",
                definedness=(Alternative(1, Arithmetic()),),
            ),
        ),
        refused=(
            refuse("(x + y)^n = x^n + y^n", "given n : nat", "      x, y : real"),
            refuse("x^n x = x^n", "given n : nat", "      x : real"),
            refuse("(-1)^n = 1", "given n : nat"),
        ),
    ),
    Rule(
        "factorials and binomial coefficients",
        (KERNEL + "counting",),
        "(n + 1)! = (n + 1) n!, and binom(n, k) = n! / (k! (n - k)!).",
        "n is known not to be negative; 0 <= k <= n for the coefficient.",
        "The definitions.",
        CONCRETE + "section 5.1",
        accepted=(
            accept("factorial(n + 1) = (n + 1) factorial(n)", "given n : nat"),
            accept("binom(n, 1) = n", "given n : dim"),
            accept("factorial(4) = 24"),
        ),
        refused=(
            refuse("factorial(n + 1) = n factorial(n)", "given n : nat"),
            refuse("factorial(n) = n factorial(n - 1)", "given n : nat"),
            refuse("binom(n, 2) = n (n + 1) / 2", "given n : dim", "assume n >= 2"),
        ),
    ),
    Rule(
        "floors",
        (KERNEL + "division", KERNEL + "integrality"),
        "floor(n + r) = n + floor(r) for whole n; floor(r) = 0 for 0 <= r < 1; mod(s, t) = s - t floor(s/t).",
        "n takes integer values by its structure; that 0 <= r < 1 is known.",
        "Division with remainder.",
        CONCRETE + "sections 3.1 and 3.4",
        accepted=(
            accept("floor(x + n) = floor(x) + n", "given n : int", "      x : real"),
            accept("mod(m + 3, 3) = mod(m, 3)", "given m : int"),
            accept("floor(1/2) = 0"),
        ),
        refused=(
            refuse("floor(x + y) = floor(x) + floor(y)", "given x, y : real"),
            refuse("floor(x) = x", "given x : real"),
            refuse("mod(m + 2, 3) = mod(m, 3)", "given m : int"),
        ),
    ),
    Rule(
        "exponentials and logarithms",
        (KERNEL + "exponentials",),
        "exp(s + t) = exp(s) exp(t); log(s t) = log(s) + log(t); b^(e + f) = b^e b^f for real e and f.",
        "Factors leave a logarithm where they are not zero, a real power where they are positive.",
        "The functional equations of exponential and logarithm.",
        HARDY + "sections 204-213",
        accepted=(
            accept("exp(x + y) = exp(x) exp(y)", "given x, y : real"),
            accept("log(x y) = log(x) + log(y)", "given x, y : positive real"),
            accept("log(exp(x)) = x", "given x : real"),
        ),
        refused=(
            refuse("exp(x y) = exp(x) exp(y)", "given x, y : real"),
            refuse("log(x + y) = log(x) + log(y)", "given x, y : positive real"),
            refuse("log(x^2) = 2 log(x)", "given x : real with x != 0", because="shown only where 0 < x"),
        ),
    ),
    Rule(
        "error function",
        (KERNEL + "exponentials",),
        "erf(-t) = -erf(t).",
        "None.",
        "The error function is odd.",
        "NIST Handbook of Mathematical Functions, 7.4.1",
        accepted=(
            accept("erf(-x) = -erf(x)", "given x : real"),
            accept("erf(x - y) + erf(y - x) = 0", "given x, y : real"),
        ),
        refused=(
            refuse("erf(-x) = erf(x)", "given x : real"),
            refuse("erf(2 x) = 2 erf(x)", "given x : real"),
        ),
    ),
    Rule(
        "numbers written down",
        (KERNEL + "enclosures", "checks.approximations"),
        "A number without symbols has the sign of a ball that contains it and does not meet zero; s ~= 0.35 is "
        "|s - 0.35| <= 0.005.",
        "The ball is known not to meet zero: equal numbers are not told apart by balls.",
        "Ball arithmetic encloses.",
        "F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Comput. 66, "
        "2017",
        accepted=(
            accept("pi > 3.14"),
            accept("sqrt(2) + sqrt(3) < 3.15"),
            accept("exp(1) ~= 2.72"),
        ),
        refused=(
            refuse("pi > 3.15"),
            refuse("pi = 22/7"),
            refuse("exp(1) ~= 2.71"),
        ),
    ),
)
