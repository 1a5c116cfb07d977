"""What arithmetic knows of expectations by itself."""

from __future__ import annotations

from checks.kernel.certificates import Integrable, Introduce
from derive.rules.catalogue import BY_NORMAL_FORMS, Rule, accept, refuse

KERNEL = "checks.kernel."
STANDARD = "iid, mean 0, variance 1"
TWO = (f"given X : real  {STANDARD}", f"      Y : real  {STANDARD}")
INDEPENDENT = (*TWO, "      X, Y independent")
VECTOR = ("given n : dim", f"      a : vector(n)  {STANDARD}")

RANDOMNESS = (
    Rule(
        "linearity of expectation",
        (KERNEL + "expectation",),
        "E is moved inside finite sums; what is not random leaves it.",
        "Every expectation that is written exists.",
        "Linearity of the integral.",
        "W. Rudin, Real and Complex Analysis, theorem 1.32",
        accepted=(
            accept("E[2 X + 3] = 2 E[X] + 3", "given X : real  iid, mean 0, variance 1"),
            accept("E[sum[i in 1..n] c[i] a[i]^2] = sum[i in 1..n] c[i]", *VECTOR, "      c : vector(n)"),
        ),
        refused=(
            refuse("E[X^2] = E[X]^2", "given X : real  iid, mean 0, variance 1"),
            refuse("E[abs(X)] = abs(E[X])", "given X : real  iid, mean 0, variance 1"),
        ),
    ),
    Rule(
        "independence",
        (KERNEL + "expectation", "checks.contexts"),
        "E of a product is the product over groups of factors that are independent.",
        "The groups are of symbols that a declaration makes mutually independent; without one any joint law may be.",
        "The product rule for independent random variables.",
        "P. Billingsley, Probability and Measure, section 20",
        accepted=(
            accept("E[X Y] = E[X] E[Y]", *INDEPENDENT),
            accept("E[X^2 Y^2] = 1", *INDEPENDENT),
        ),
        refused=(
            refuse("E[X Y] = E[X] E[Y]", *TWO),
            refuse("E[X^2 Y^2] = 1", *TWO),
            refuse("E[X Y Z] = E[X] E[Y] E[Z]", *INDEPENDENT, f"      Z : real  {STANDARD}"),
        ),
    ),
    Rule(
        "entries that coincide",
        (KERNEL + "expectation",),
        "Of entries of an array with independent entries, E of a product is the sum over set partitions of the "
        "product of the cumulants of the blocks, each times the bracket that its entries are one.",
        "The entries are declared independent; the moments that come up exist.",
        "Joint cumulants of independent groups vanish; of Gaussian ones all but the first two.",
        "V. P. Leonov, A. N. Shiryaev, Theory Probab. Appl. 4, 1959; L. Isserlis, Biometrika 12, 1918",
        accepted=(
            accept("E[a[i] a[j]] = [i = j]", *VECTOR, "      i, j : index(1..n)"),
            accept("E[(sum[i in 1..n] a[i])^2] = n", *VECTOR),
            accept("E[sum[i in 1..n] g[i]^4] = 3 n", "given n : dim", "      g : vector(n)  iid ~ Normal(0, 1)"),
        ),
        refused=(
            refuse("E[a[i] a[j]] = 0", *VECTOR, "      i, j : index(1..n)"),
            refuse("E[(sum[i in 1..n] a[i])^2] = n^2", *VECTOR),
            refuse("E[b[i] b[j]] = [i = j]", "given n : dim", "      b : vector(n)  mean 0, variance 1",
                   "      i, j : index(1..n)"),
        ),
    ),
    Rule(
        "moments of named laws",
        (KERNEL + "laws",),
        "E[X^k] of the named laws as functions of their parameters.",
        "The moment exists, for the parameters that are known.",
        "Moments of normal, uniform, Bernoulli, Rademacher, exponential, Laplace, Poisson, gamma, beta and Student "
        "laws.",
        "N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions I-II, 1994-95; N. L. Johnson, "
        "A. W. Kemp, S. Kotz, Univariate Discrete Distributions, 2005",
        accepted=(
            accept("E[X^4] = 3 s^2", "given s : positive real", "      X : real  iid ~ Normal(0, s)"),
            accept("E[X^2] = 1/3", "given X : real  iid ~ Uniform(0, 1)"),
            accept("E[X^2] = 2 / r^2", "given r : positive real", "      X : real  iid ~ Exponential(r)"),
        ),
        refused=(
            refuse("E[X^4] = 3 s", "given s : positive real", "      X : real  iid ~ Normal(0, s)"),
            refuse("E[X^4] = 3", "given X : real  iid, mean 0, variance 1"),
            refuse("E[X^2] = 1/2", "given X : real  iid ~ Uniform(0, 1)"),
        ),
    ),
    Rule(
        "expectations by densities",
        (KERNEL + "density_expectations",),
        "E[g(X)] is the integral of g times the density of X, where antiderivatives are known.",
        "The law has a density (a normal law of positive variance) and |g| times it has an integral.",
        "Integration with respect to a density.",
        "W. Rudin, Real and Complex Analysis, theorem 1.29; O. Kallenberg, Foundations of Modern Probability, lemma "
        "1.24",
        accepted=(
            accept("E[exp(t X)] = exp(t^2 / 2)", "given t : real", "      X : real  iid ~ Normal(0, 1)"),
            accept("E[abs(X)] = sqrt(2 / pi)", "given X : real  iid ~ Normal(0, 1)"),
        ),
        refused=(
            refuse("E[exp(t X)] = exp(t^2)", "given t : real", "      X : real  iid ~ Normal(0, 1)"),
            refuse("E[exp(X)] = exp(1/2)", "given X : real  iid, mean 0, variance 1"),
            refuse("E[exp(t X)] = exp(t^2 s / 2)", "given t, s : real", "      X : real  iid ~ Exponential(1)"),
        ),
    ),
    Rule(
        "one outcome and all outcomes",
        ("checks.contexts", "checks.averaging", KERNEL + "expansion"),
        "Below an expectation only what holds at every outcome is known.",
        "What is supposed of something random in a case, a premise or a binder is left behind.",
        "A random variable is a function of the outcome.",
        "P. Billingsley, Probability and Measure, section 20",
        accepted=(
            accept("E[abs(X)] = E[X]", "given X : real  iid, mean 1, variance 1", "assume X >= 0"),
            accept("c > 0 implies E[abs(X) + c] > 0", "given X : real  iid, mean 0, variance 1", "      c : real",
                   proof=Introduce(BY_NORMAL_FORMS), definedness=(Introduce(Integrable()),)),
        ),
        refused=(
            refuse("X >= 0 implies E[abs(X)] = E[X]", "given X : real  iid, mean 1, variance 1",
                   proof=Introduce(BY_NORMAL_FORMS)),
            refuse("X = 2 implies E[X] = 2", "given X : real  iid, mean 1, variance 1",
                   proof=Introduce(BY_NORMAL_FORMS)),
        ),
    ),
)
