"""Powers of matrices with symbolic exponents, symmetric matrices, cofactors: what arithmetic shows holds in numbers."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Context, Declaration, Fact
from checks.kernel.comparison import arithmetic
from checks.terms import (
    DIMENSION,
    NATURAL,
    ONE,
    Apply,
    Index,
    Symbol,
    Tensor,
    Term,
    add,
    bind,
    multiply,
    negate,
    number,
    power,
    relation,
    subtract,
)
from checks.trials.evaluation import evaluate
from derive.proving.advice import Seeker

n, k, m = Symbol("n"), Symbol("k"), Symbol("m")
A, B, S, T, u, v = map(Symbol, "ABSTuv")
SQUARE = Tensor((n, n))
WHERE = Context(
    declarations={
        d.name: d
        for d in (
            Declaration("n", DIMENSION), Declaration("k", NATURAL), Declaration("m", NATURAL),
            *(Declaration(name, SQUARE) for name in "ABST"),
            Declaration("u", Tensor((n,))), Declaration("v", Tensor((n,))),
        )
    },
    facts=(
        Fact(relation(Apply("transpose", (S,)), "=", S)),
        Fact(relation(Apply("transpose", (T,)), "=", negate(T))),
    ),
)  # fmt: skip


def op(head: str, *arguments: Term) -> Term:
    return Apply(head, arguments)


def shown(left: Term, right: Term, context: Context = WHERE) -> bool:
    return arithmetic(context, relation(left, "=", right), Seeker())


def matrix(random: Random, kind: str, size: int) -> list[list[Fraction]]:
    """A random matrix, symmetric or antisymmetric where the kind asks for it."""
    rows = [[Fraction(random.randint(-2, 2)) for _ in range(size)] for _ in range(size)]
    if kind == "S":
        return [[rows[i][j] + rows[j][i] for j in range(size)] for i in range(size)]
    if kind == "T":
        return [[rows[i][j] - rows[j][i] for j in range(size)] for i in range(size)]
    return rows


def point(random: Random) -> dict[str, object]:
    size = random.randint(1, 3)
    values: dict[str, object] = {name: matrix(random, name, size) for name in "ABST"}
    values.update({name: [Fraction(random.randint(-2, 2)) for _ in range(size)] for name in "uv"})
    return {**values, "n": size, "k": random.randint(0, 3), "m": random.randint(0, 2)}


def agree(left: Term, right: Term, random: Random) -> bool:
    """Whether two terms have equal values at a few points."""
    places = [point(random) for _ in range(6)]
    return all(evaluate(relation(left, "=", right), WHERE, place) for place in places)


# -- powers --------------------------------------------------------------------------------------------

EXPONENTS = (
    k, add(k, ONE), add(k, number(2)), add(k, m), add(m, ONE), ONE, number(2), add(multiply(number(2), k), ONE),
)  # fmt: skip
SUM = add(A, B)


def product(factors: list[Term]) -> Term:
    result = factors[0]
    for factor in factors[1:]:
        result = op("matmul", result, factor)
    return result


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_products_of_powers_that_arithmetic_equates_are_equal(seed: int) -> None:
    random = Random(seed)

    def factors() -> list[Term]:
        bases = (A, A, B, op("matmul", A, B))
        return [power(random.choice(bases), random.choice(EXPONENTS)) for _ in range(random.randint(1, 3))]

    left, right = product(factors()), product(factors())
    if shown(left, right):
        assert agree(left, right, random)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (power(A, add(k, ONE)), op("matmul", power(A, k), A)),
        (power(A, add(k, number(2))), product([power(A, k), A, A])),
        (power(A, add(k, m, ONE)), op("matmul", power(A, add(m, k)), A)),
        (power(A, subtract(add(k, ONE), ONE)), power(A, k)),
        (power(SUM, add(k, ONE)), add(op("matmul", power(SUM, k), A), op("matmul", power(SUM, k), B))),
        (
            bind("sum", "r", Index(number(0), add(k, ONE)), power(A, Symbol("r"))),
            add(bind("sum", "r", Index(number(0), k), power(A, Symbol("r"))), power(A, add(k, ONE))),
        ),
    ],
)
def test_factors_leave_a_power(left: Term, right: Term) -> None:
    assert shown(left, right)
    assert agree(left, right, Random(1))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (power(A, add(k, ONE)), power(A, k)),
        (power(A, add(k, ONE)), op("matmul", power(A, k), B)),
        (power(op("matmul", A, B), add(k, ONE)), op("matmul", power(op("matmul", A, B), k), op("matmul", B, A))),
        (power(A, k), op("identity", n)),
        (power(A, subtract(k, ONE)), op("identity", n)),
    ],
)
def test_false_powers_are_not_shown(left: Term, right: Term) -> None:
    assert not shown(left, right)


def test_an_exponent_that_may_be_negative_is_left_alone() -> None:
    # At k = 0 the power on the left is not defined, whatever stands on the right.
    assert not shown(power(A, k), op("matmul", power(A, subtract(k, ONE)), A))


# -- symmetric and antisymmetric matrices --------------------------------------------------------------


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9))
def test_traces_that_arithmetic_equates_are_equal(seed: int) -> None:
    random = Random(seed)

    def trace() -> Term:
        letters = [random.choice((S, S, T, A)) for _ in range(random.randint(1, 4))]
        factors = [random.choice((letter, op("transpose", letter))) for letter in letters]
        value = op("trace", product(factors))
        return negate(value) if random.random() < 0.3 else value

    left, right = trace(), trace()
    if shown(left, right):
        assert agree(left, right, random)


def form(first: Term, middle: Term, last: Term) -> Term:
    return op("dot", first, op("matmul", middle, last))


def test_indices_of_a_symmetric_matrix_may_be_turned() -> None:
    assert shown(form(u, S, v), form(v, S, u))
    assert shown(form(u, T, v), negate(form(v, T, u)))
    assert shown(form(u, T, u), number(0))
    assert shown(op("trace", op("matmul", S, T)), number(0))
    assert shown(op("trace", product([T, T, T])), number(0))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (form(u, A, v), form(v, A, u)),
        (form(u, T, v), form(v, T, u)),
        (op("matmul", S, A), op("matmul", A, S)),
        (op("trace", op("matmul", T, T)), number(0)),
        (form(u, S, u), number(0)),
    ],
)
def test_other_indices_may_not(left: Term, right: Term) -> None:
    assert not shown(left, right)


def test_symmetry_is_not_assumed_of_what_is_only_equal_to_another_transpose() -> None:
    context = Context(
        declarations=WHERE.declarations, facts=(Fact(relation(Apply("transpose", (A,)), "=", B)),)
    )
    assert not shown(form(u, A, v), form(v, A, u), context)


# -- cofactors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_derivative_of_a_determinant_at_any_matrix(size: int) -> None:
    kind = Tensor((number(size), number(size)))
    context = Context(declarations={"M": Declaration("M", kind)})
    function = bind("lambda", "Y", kind, op("determinant", Symbol("Y")))
    gradient = op("derivative", function, Symbol("M"))
    left = op("matmul", Symbol("M"), op("transpose", gradient))
    right = multiply(op("determinant", Symbol("M")), op("identity", number(size)))
    assert shown(left, right, context)
    swapped = op("matmul", Symbol("M"), gradient)
    assert size == 1 or not shown(swapped, right, context)
    singular = [[Fraction(i * j) for j in range(1, size + 1)] for i in range(1, size + 1)]
    assert evaluate(relation(left, "=", right), context, {"M": singular})


def test_jacobi_asks_for_an_invertible_matrix() -> None:
    function = bind("lambda", "Y", SQUARE, op("determinant", Symbol("Y")))
    gradient = op("derivative", function, A)
    formula = multiply(op("determinant", A), op("transpose", op("inverse", A)))
    known = Context(declarations=WHERE.declarations, facts=(Fact(Apply("invertible", (A,))),))
    product_with_A = op("matmul", op("transpose", gradient), A)
    assert shown(gradient, formula, known)
    # Without the assumption nothing is said of the inverse, unless the statement itself asks for it.
    assert not shown(product_with_A, op("matmul", op("transpose", op("derivative", function, B)), B))
    assert not shown(gradient, multiply(op("determinant", B), op("transpose", op("inverse", B))))
