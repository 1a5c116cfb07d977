"""Gaussian integrals over vectors: against evaluation at small lengths, and what has to stay an integral."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context, Declaration
from checks.kernel.translation import expansion
from checks.terms import (
    DIMENSION,
    ONE,
    REAL,
    ZERO,
    Apply,
    Index,
    Symbol,
    Tensor,
    Term,
    add,
    bind,
    divide,
    multiply,
    negate,
    number,
    power,
)
from checks.trials import evaluate
from checks.trials.values import to_ball
from derive.checking import check_text
from derive.proving.advice import Seeker
from tests.checks.kernel.test_antiderivatives import number_of

x = Symbol("x")


def entry(i: Term) -> Term:
    return Apply("entry", (x, i))


def gaussian(random: Random, size: int) -> Term:
    """A polynomial in the entries of a vector times exp(-a |x|² + b·x + c)."""
    rate = random.choice([ONE, number(Fraction(1, 2)), number(3)])
    i = Symbol("i")
    whole = bind("sum", "i", Index(ONE, number(size)), power(entry(i), number(2)))
    tilt = bind("sum", "i", Index(ONE, number(size)), multiply(i, entry(i)))
    exponent = add(
        negate(multiply(rate, whole)),
        random.choice([ZERO, tilt, multiply(number(Fraction(-1, 3)), entry(ONE)), add(tilt, entry(number(size)))]),
        random.choice([ZERO, ONE]),
    )
    factors = [
        random.choice([ONE, entry(ONE), power(entry(number(size)), number(2)), whole, add(ONE, tilt)]) for _ in range(3)
    ]
    return multiply(*factors, Apply("exp", (exponent,)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 3))
def test_vectors_of_known_length_agree_with_evaluation(seed: int, size: int) -> None:
    term = bind("integral", "x", Tensor((number(size),)), gaussian(Random(seed), size))
    found = number_of(expansion(Context(), Seeker()).form(term))
    wanted = to_ball(evaluate(term, Context(), {}))
    assert found.overlaps(wanted) or abs(found - wanted) < 1e-9 * (1 + abs(wanted))


HEADER = """
theorem t
  given k : dim
        m, c : vector(k)
        A : matrix(k, k)
        v : positive real
        a : real
        i, j, l : index(k)
"""
TRUE = [
    "integral[x in vector(k)] exp(-v norm(x)^2) = (pi/v)^(k/2)",
    "integral[x in vector(k)] exp(-v norm(x)^2 + c^T x) = (pi/v)^(k/2) exp(norm(c)^2 / (4 v))",
    "E[x ~ Normal(m, v)] x = m",
    "E[x ~ Normal(m, v)] x[i] x[j] = m[i] m[j] + v [i = j]",
    "E[x ~ Normal(m, v)] x^T A x = m^T A m + v tr(A)",
    "E[x ~ Normal(m, v)] norm(x-m)^4 = k (k+2) v^2",
    "E[x ~ Normal(m, v)] exp(c^T x) = exp(c^T m + v norm(c)^2 / 2)",
    "E[x ~ Normal(m, v)] exp(a x[i]) = exp(a m[i] + a^2 v / 2)",
    "E[x ~ Normal(m, v)] (x[i] - m[i]) (x[j] - m[j]) (x[l] - m[l]) = 0",
]
FALSE = [
    "integral[x in vector(k)] exp(-a norm(x)^2) = (pi/a)^(k/2)",
    "integral[x in vector(k)] exp(-v norm(x)^2) = (pi/v)^k",
    "integral[x in vector(k)] exp(-v x[i]^2) = sqrt(pi/v)",
    "integral[x in vector(k)] exp(c^T x) = 1",
    "E[x ~ Normal(m, v)] x[i] x[j] = m[i] m[j]",
    "E[x ~ Normal(m, v)] x[i] x[j] = m[i] m[j] + v",
    "E[x ~ Normal(m, v)] norm(x-m)^4 = (k v)^2",
    "E[x ~ Normal(m, v)] norm(x-m)^2 = v",
    "E[x ~ Normal(m, a)] norm(x-m)^2 = k a",
    "E[x ~ Normal(m, v)] exp(c^T x) = exp(c^T m)",
]


@pytest.mark.parametrize("claim", TRUE)
def test_moments_of_normal_vectors(claim: str) -> None:
    (found,) = check_text(f"{HEADER}  show {claim}\n").theorems
    assert found.verdict.value == "proved", found


@pytest.mark.parametrize("claim", FALSE)
def test_false_moments_of_normal_vectors(claim: str) -> None:
    (found,) = check_text(f"{HEADER}  show {claim}\n").theorems
    assert found.verdict.value not in ("proved", "conflict"), found


def test_what_stays_an_integral() -> None:
    where = Context(declarations={"k": Declaration("k", DIMENSION), "a": Declaration("a", REAL)})
    vector = Tensor((Symbol("k"),))
    i = Symbol("i")

    def remains(exponent: Term) -> bool:
        form = expansion(where, Seeker()).form(bind("integral", "x", vector, Apply("exp", (exponent,))))
        return any(atom.tag == "integral" for monomial, _ in form.terms for atom, _ in monomial.factors)

    whole = Index(ONE, Symbol("k"))
    squares = bind("sum", "i", whole, power(entry(i), number(2)))
    assert not remains(negate(squares))
    assert remains(squares) and remains(negate(multiply(Symbol("a"), squares)))
    # The first entry is left out; the entries have rates of their own; they are coupled; a fourth power.
    assert remains(negate(bind("sum", "i", Index(number(2), Symbol("k")), power(entry(i), number(2)))))
    assert remains(negate(bind("sum", "i", whole, multiply(i, power(entry(i), number(2))))))
    assert remains(negate(power(bind("sum", "i", whole, entry(i)), number(2))))
    assert remains(negate(bind("sum", "i", whole, power(entry(i), number(4)))))
    assert remains(negate(divide(squares, add(ONE, squares))))

