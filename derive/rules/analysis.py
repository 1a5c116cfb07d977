"""What arithmetic knows of derivatives and integrals by itself."""

from __future__ import annotations

from checks.kernel.certificates import Arithmetic, Directly, Integrable, Introduce, Use
from derive.rules.catalogue import Rule, accept, refuse

KERNEL = "checks.kernel."

ANALYSIS = (
    Rule(
        "differentials",
        (KERNEL + "derivative_rules", KERNEL + "calculus"),
        "D(s + t) = Ds + Dt, D(s t) = Ds t + s Dt, D f(t) = f'(t) Dt for each operation f, and so for inverses and "
        "determinants of matrices; an entry of a derivative is the differential in the direction of a basis array.",
        "What stands in the term is differentiable there and what the operation asks for holds strictly: |t| and "
        "sqrt(t) away from 0.  What no rule opens keeps its derivative, and that it exists is a condition.",
        "Linearity, the product rule and the chain rule.",
        "M. Spivak, Calculus on Manifolds, theorems 2-2, 2-3 and 2-11; J. Magnus, H. Neudecker, Matrix Differential "
        "Calculus, chapter 8",
        accepted=(
            accept("grad[x] x^3 = 3 x^2", "given x : real"),
            accept("grad[x] exp(2 x) = 2 exp(2 x)", "given x : real"),
            accept("grad[x] abs(x) = sign(x)", "given x : real with x != 0"),
            accept("grad[u] (u^T v) = v", "given n : dim", "      u, v : vector(n)"),
        ),
        refused=(
            refuse("grad[x] x^3 = x^2", "given x : real"),
            refuse("grad[x] (x sin(x)) = cos(x)", "given x : real"),
            refuse("grad[x] abs(x) = sign(x)", "given x : real", because="shown only where x != 0"),
            refuse("grad[x] sqrt(x) = 1 / (2 sqrt(x))", "given x : real with x >= 0", because="shown only where"),
        ),
    ),
    Rule(
        "integrals as total functions",
        (KERNEL + "integrals",),
        "Numbers and factors without the variable leave an integral; equal integrands have equal integrals, whatever "
        "they are at finitely many points.",
        "As a total function the integral of what is not summable is 0, so a sum is not split.",
        "Linearity of the integral; sets of measure zero.",
        "W. Rudin, Real and Complex Analysis, theorem 1.32 and section 1.39",
        accepted=(
            accept(
                "integral[x in real] c f(x) = c integral[x in real] f(x)", "given f : function real -> real",
                "      c : real",
                "assume summable(lambda[x in real] f(x))", "assume summable(lambda[x in real] c f(x))",
                definedness=(Directly(Use("fact:1")), Directly(Use("fact:0"))),
            ),
            accept(
                "integral[x in real, x < 0] f(x) = integral[x in real, x <= 0] f(x)", "given f : function real -> real",
                "assume summable(lambda[x in real] (if x < 0 then f(x) else 0))",
                "assume summable(lambda[x in real] (if x <= 0 then f(x) else 0))",
                definedness=(Directly(Use("fact:0")), Directly(Use("fact:1"))),
            ),
        ),
        refused=(
            refuse(
                "integral[x in real] (f(x) + g(x)) = (integral[x in real] f(x)) + integral[x in real] g(x)",
                "given f, g : function real -> real",
            ),
            refuse(
                "integral[x in real] x f(x) = x integral[y in real] f(y)", "given x : real",
                "      f : function real -> real",
            ),
        ),
    ),
    Rule(
        "antiderivatives",
        (KERNEL + "antiderivatives", KERNEL + "piecewise"),
        "A function that is a sum of x^k exp(q(x)), q of degree two, on pieces of the line is integrated piece by "
        "piece, by antiderivatives that involve erf.",
        "The points between the pieces are in a known order; an unbounded piece decays, by a sign that is known.",
        "The fundamental theorem, integration by parts.",
        "G. H. Hardy, A Course of Pure Mathematics, sections 161-163; NIST Handbook of Mathematical Functions, 7.2.1 "
        "and 7.7.6; W. Rudin, Real and Complex Analysis, theorem 7.21",
        accepted=(
            accept("integral[x in real, 0 <= x and x <= 1] x^2 = 1/3"),
            accept("integral[x in real] exp(-x^2) = sqrt(pi)"),
            accept("integral[x in real, x >= 0] exp(-r x) = 1/r", "given r : positive real"),
        ),
        refused=(
            refuse("integral[x in real, 0 <= x and x <= 1] x^2 = 1/2"),
            refuse("integral[x in real] exp(-x^2) = pi"),
            refuse("integral[x in real, x >= 0] exp(-r x) = 1/r", "given r : real with r != 0"),
        ),
    ),
    Rule(
        "Gaussian integrals over vectors",
        (KERNEL + "gaussian_vectors",),
        "The integral of p(x) exp(-a |x|^2 + b . x + c) over all vectors, by completing the square and normal moments.",
        "a > 0 is known; p is a polynomial.",
        "Completing the square, Fubini's theorem.",
        "W. Rudin, Principles of Mathematical Analysis, 8.21",
        accepted=(
            accept(
                "integral[x in vector(n)] exp(-(sum[i in 1..n] x[i]^2)) = pi^(n/2)", "given n : dim",
            ),
            accept(
                "integral[x in vector(n)] x[1] exp(-(sum[i in 1..n] x[i]^2)) = 0", "given n : dim",
                definedness=(Introduce(Arithmetic()), Integrable((Introduce(Arithmetic()),))),
            ),
        ),
        refused=(
            refuse("integral[x in vector(n)] exp(-(sum[i in 1..n] x[i]^2)) = pi^n", "given n : dim"),
            refuse(
                "integral[x in vector(n)] exp(-a (sum[i in 1..n] x[i]^2)) = (pi/a)^(n/2)", "given n : dim",
                "      a : real",
                "assume a != 0",
            ),
        ),
    ),
)
