"""False claims that a first look of few simple values misses, each refuted; true ones beside them, which are not."""

from __future__ import annotations

import pytest

from derive.checking import check_text


def verdict(context: str, claim: str) -> str:
    given = "".join(f"  {line}\n" for line in context.splitlines())
    text = f"theorem t\n{given}  show {claim}\nproof\n  {claim}\nqed\n"
    report = check_text(text)
    assert not report.errors, report.errors
    return report.theorems[0].verdict.value


UNCORRELATED = "given X, Y : random real  moments 4\nassume none: Cov(X, Y) = 0"
EVENTS = (
    "given p, q, r : real with 0 <= p, p <= 1, 0 <= q, q <= 1, 0 <= r, r <= 1\n"
    "      A : random int ~ Bernoulli(p)\n      B : random int ~ Bernoulli(q)\n      C : random int ~ Bernoulli(r)\n"
    "assume first: E[A B] = E[A] E[B]\n       second: E[A C] = E[A] E[C]\n       third: E[B C] = E[B] E[C]"
)
SIGNS = (
    "given X, Y, Z : random int ~ Rademacher\n"
    "assume given_z: for all u in {-1, 1}, for all w in {-1, 1}, "
    "E[[X = u and Z = w]] E[[Y = u and Z = w]] = E[[X = u and Y = u and Z = w]] E[[Z = w]]"
)
ORDERED = (
    "given d : dim\n      A, B : matrix(d, d)  symmetric, positive semidefinite\n"
    "assume order: for all x : vector(d), x^T (A-B) x >= 0"
)
GAUSSIAN = "given X : random real ~ Normal(0, 1)"
MIXED = GAUSSIAN + "\n      S : random int ~ Rademacher\n      X, S independent"
CONVEX = (
    "given f, g : function real -> real\n      x, y : real\n"
    "assume first: for all u : real, for all v : real, for all t in [0, 1], f(t u + (1-t) v) <= t f(u) + (1-t) f(v)\n"
    "       second: for all u : real, for all v : real, for all t in [0, 1], g(t u + (1-t) v) <= t g(u) + (1-t) g(v)"
)
PLANE = "given theta : vector(2)\n      e : vector(2)  iid ~ Normal(0, 1)\nlet   x = theta + e"

FALSE = [
    ("given x, y : real", "floor(x+y) = floor(x) + floor(y)"),
    ("given n : nat", "[for all k in 2..n^2 + n + 16, mod(n^2 + n + 17, k) != 0] = 1"),
    (
        "given a, b, c : int\n      g : function int -> real",
        "sum[k in a..b] g(k) + sum[k in b+1..c] g(k) = sum[k in a..c] g(k)",
    ),
    ("given d : dim\n      A, B : matrix(d, d)\nassume none: A B = 0", "B A = 0"),
    (ORDERED, "for all x : vector(d), x^T (A^2 - B^2) x >= 0"),
    ("given D : matrix(3, 2)", "for all x : vector(3), x != 0 implies x^T (D D^T) x > 0"),
    (UNCORRELATED, "E[X^2 Y] = E[X^2] E[Y]"),
    (EVENTS, "E[A B C] = E[A] E[B] E[C]"),
    (SIGNS, "E[X Y] = E[X] E[Y]"),
    ("given s, k : positive real\n      X : random real  mean 0, variance s^2", "E[[X >= k s]] <= 1 / (2 k^2)"),
    (CONVEX, "f(g((x+y)/2)) <= (f(g(x)) + f(g(y))) / 2"),
    (GAUSSIAN, "E[[X > 9]] = 0"),
    (MIXED, "E[[X + S X = 0]] = 0"),
    (MIXED, "E[|S + X|] = 1"),
    ("given X : random real  moments 1", "E[X] = integral[t in real, t > 0] E[[X > t]]"),
    ("given X : random real ~ StudentT(2)", "defined(Var[X])"),
    (PLANE, "E[norm((if x = 0 then 0 else 1 - (2-2) / norm(x)^2) x - theta)^2] < 2"),
    (
        "given d : dim with d >= 2\n      z : vector(d)\n      i : index(d)\n"
        "assume apart: for all j in index(d), j != i implies z[i] >= z[j] + 60",
        "log(sum[j in 1..d] exp(z[j])) = max[j in 1..d] z[j]",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("context", "claim"), FALSE)
def test_what_is_false_at_few_values_is_refuted(context: str, claim: str) -> None:
    assert verdict(context, claim) == "refuted"


TRUE = [
    ("given x, y : real", "floor(x+y) >= floor(x) + floor(y)"),
    ("given d : dim\n      A, B : matrix(d, d)\nassume none: A B = 0", "B A B A = 0"),
    ("given D : matrix(3, 2)", "for all x : vector(3), x != 0 implies x^T (D D^T) x >= 0"),
    (UNCORRELATED, "E[X Y] = E[X] E[Y]"),
    (EVENTS, "E[A B + C] = E[A] E[B] + E[C]"),
    ("given s, k : positive real\n      X : random real  mean 0, variance s^2", "E[[X >= k s]] <= 1 / (1 + k^2)"),
    (CONVEX, "f((x+y)/2) + g((x+y)/2) <= (f(x) + f(y) + g(x) + g(y)) / 2"),
    (GAUSSIAN, "E[[X > 9]] > 0"),
    (MIXED, "E[[X + S X = 0]] = 1/2"),
    (MIXED, "E[|X S|] = sqrt(2 / pi)"),
    ("given X : positive random real  moments 1", "E[X] = integral[t in real, t > 0] E[[X > t]]"),
    ("given X : random real ~ StudentT(3)", "defined(Var[X])"),
    ("given X : random real ~ StudentT(2)", "defined(E[X])"),
    (PLANE, "E[norm((if x = 0 then 0 else 1 - (2-2) / norm(x)^2) x - theta)^2] <= 2"),
]


@pytest.mark.parametrize(("context", "claim"), TRUE)
def test_what_is_true_is_not_refuted(context: str, claim: str) -> None:
    assert verdict(context, claim) in ("proved", "tested", "proved-if", "undecided")


@pytest.mark.parametrize(
    ("context", "claim"),
    [
        ("given t : positive real", "integral[x in real, x > 0] sin(t x) / x = 1"),
        ("given t : positive real", "integral[x in real, x > 0] cos(t x) = 0"),
        ("", "integral[x in [-1, 1], x != 0] 1/x = 0"),
        (GAUSSIAN, "E[1/X] = 0"),
    ],
)
def test_integrals_that_do_not_exist_are_ill_formed(context: str, claim: str) -> None:
    assert verdict(context, claim) == "ill-formed"


@pytest.mark.parametrize(
    "claim",
    [
        "integral[x in real, x > 0] exp(-x) > 9/10",
        "integral[x in [0, 1], x > 0] 1/sqrt(x) > 1",
        "integral[x in real, x > 1] 1/x^2 <= 1",
        "integral[x in real, x > 2] 1/(x log(x)^2) > 0",
    ],
)
def test_integrals_that_exist_are_not_ill_formed(claim: str) -> None:
    assert verdict("", claim) in ("proved", "tested", "proved-if", "undecided")


def test_integrals_that_differ_by_little_are_told_apart_in_higher_precision() -> None:
    # The eighth of a series whose members before are half of pi; this one is less by 2.3e-11.
    sincs = "prod[k in 0..7] (sin(x / (2 k + 1)) / (x / (2 k + 1)))"
    assert verdict("", f"integral[x in real, x > 0] {sincs} = pi/2") == "refuted"
