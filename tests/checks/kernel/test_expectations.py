"""Expectations against exact enumeration over discrete laws, and moments against independent recurrences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import comb, exp, pi, sqrt
from random import Random

import pytest

from checks.contexts import Context, Declaration, Fact, Independence, Law
from checks.kernel.comparison import arithmetic
from checks.kernel.translation import expansion
from checks.terms import (
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
    relation,
    subtract,
)
from derive.proving.advice import Seeker
from tests.brute_force import Model, Value, evaluate, form_value
from tests.checks.kernel.polynomial_terms import CONTEXT, entry
from tests.checks.kernel.random_settings import (
    BY_LABEL,
    LOOSE,
    RADEMACHER,
    SETTINGS,
    RandomDrawer,
    Setting,
    covariance,
    mean,
)

COUNT = 80
SMALL = [(1, 1), (2, 2), (1, 3)]


def shown(context: Context, left: Term, right: Term, head: str = "=") -> bool:
    return arithmetic(context, relation(left, head, right), Seeker())


def agree(setting: Setting, left: Term, right: Term, seed: int) -> bool:
    """Whether two terms have equal values at small sizes."""
    return all(evaluate(left, at) == evaluate(right, at) for at in setting.models(Random(seed), [*SMALL, (3, 2)]))


# -- enumeration ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.label)
def test_expectations_are_what_enumeration_gives(setting: Setting) -> None:
    random, opened = Random(setting.label), 0
    drawer = RandomDrawer(random, setting)
    for _ in range(COUNT):
        term = mean(drawer.polynomial())
        form = expansion(setting.context, Seeker()).form(term)
        opened += "expectation" not in form.key and "moment" not in form.key
        for model in setting.models(random, SMALL):
            assert form_value(form, model) == evaluate(term, model), term
    assert opened >= (0.8 if setting.determined else 0.4) * COUNT


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.label)
def test_covariances_are_what_enumeration_gives(setting: Setting) -> None:
    random, proved, expanded = Random(setting.label), 0, 0
    drawer = RandomDrawer(random, setting)
    for number_of_term in range(12):
        left, right = drawer.polynomial(1), drawer.polynomial(1)
        if number_of_term % 2:
            right = left
        term = covariance(left, right)
        form = expansion(setting.context, Seeker()).form(term)
        for model in setting.models(random, [(1, 1), (2, 2)]):
            assert form_value(form, model) == evaluate(term, model), term
        product = subtract(mean(multiply(left, right)), multiply(mean(left), mean(right)))
        expanded += shown(setting.context, term, product)
        # E[s t] alone is the covariance only where a mean is zero.
        bare = mean(multiply(left, right))
        if shown(setting.context, term, bare):
            assert agree(setting, term, bare, number_of_term)
            proved += 1
    assert expanded >= 10 and proved < 12


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.label)
def test_an_expectation_is_not_taken_inside_a_product(setting: Setting) -> None:
    random, refused = Random(setting.label), 0
    drawer = RandomDrawer(random, setting)
    for number_of_term in range(30):
        left, right = drawer.polynomial(1), drawer.polynomial(1)
        whole, parts = mean(multiply(left, right)), multiply(mean(left), mean(right))
        if shown(setting.context, whole, parts):
            assert agree(setting, whole, parts, number_of_term), (left, right)
        else:
            refused += 1
    assert refused >= 2


# -- by hand -------------------------------------------------------------------------------------------

n, m, i, j, a, s, t, p = map(Symbol, "nmijastp")
X, Y, W, Z, x, S = map(Symbol, "XYWZxS")
TWO = number(2)


def over(name: str, high: Term, body: Term) -> Term:
    return bind("sum", name, Index(ONE, high), body)


def square(term: Term) -> Term:
    return power(term, TWO)


def delta(left: Term, right: Term) -> Term:
    return Apply("iverson", (relation(left, "=", right),))


def matmul(*arrays: Term) -> Term:
    return arrays[0] if len(arrays) == 1 else Apply("matmul", (arrays[0], matmul(*arrays[1:])))


def transposed(array: Term) -> Term:
    return Apply("transpose", (array,))


TOTAL = over("s", n, entry("X", s))
SHIFT = over("s", add(n, negate(i), ONE), multiply(entry("X", s), entry("X", add(s, i, number(-1)))))
TWINS: list[tuple[str, Term, Term, Term]] = [
    # (setting, expectation of, equal to it, not equal to it)
    ("signs", square(TOTAL), n, square(n)),
    ("signs", power(TOTAL, number(4)), subtract(multiply(number(3), square(n)), multiply(TWO, n)),
     multiply(number(3), square(n))),
    ("signs", multiply(entry("X", i), entry("X", j)), delta(i, j), ZERO),
    ("signs", multiply(entry("X", i), entry("Y", i)), ZERO, ONE),
    ("signs", multiply(square(entry("X", i)), square(entry("Y", j))), ONE, delta(i, j)),
    ("signs", SHIFT, multiply(delta(i, ONE), add(n, negate(i), ONE)), ZERO),
    ("zero or one", multiply(entry("X", i), entry("X", j)),
     add(square(p), multiply(delta(i, j), subtract(p, square(p)))), square(p)),
    ("zero or one", square(TOTAL), add(multiply(n, p), multiply(n, subtract(n, ONE), square(p))), multiply(n, p)),
    ("zero or one", multiply(Z, TOTAL), ZERO, multiply(n, p)),
    ("a matrix", Apply("dot", (matmul(W, x), matmul(W, x))), multiply(m, Apply("dot", (x, x))),
     multiply(n, Apply("dot", (x, x)))),
    ("a matrix", Apply("trace", (matmul(W, transposed(W)),)), multiply(m, n), square(n)),
    ("a matrix", Apply("trace", (power(matmul(W, transposed(W)), TWO),)),
     multiply(m, n, subtract(add(m, n), ONE)), multiply(m, n, add(m, n, ONE))),
    ("two points", TOTAL, divide(n, TWO), n),
    ("two points", square(TOTAL), add(divide(multiply(number(9), n), number(4)), divide(square(n), number(4))),
     divide(multiply(number(9), n), number(4))),
    ("three points", multiply(entry("X", i), entry("Y", j)), ZERO, divide(delta(i, j), number(4))),
    ("each its own", entry("X", i), divide(ONE, add(i, ONE)), divide(ONE, i)),
    ("moving means", multiply(entry("X", i), entry("X", j)), add(multiply(entry("x", i), entry("x", j)), delta(i, j)),
     multiply(entry("x", i), entry("x", j))),
    ("numbers", square(subtract(Z, ONE)), TWO, add(ONE, TWO)),
]  # fmt: skip


@pytest.mark.parametrize(("label", "term", "same", "other"), TWINS)
def test_twins(label: str, term: Term, same: Term, other: Term) -> None:
    setting = BY_LABEL[label]
    assert shown(setting.context, mean(term), same) and agree(setting, mean(term), same, 0)
    assert not shown(setting.context, mean(term), other) and not agree(setting, mean(term), other, 0)


def test_what_is_not_declared_independent_is_not_taken_to_be() -> None:
    product = mean(multiply(entry("X", i), entry("Y", j)))
    split = multiply(mean(entry("X", i)), mean(entry("Y", j)))
    apart = BY_LABEL["signs"].context
    assert shown(apart, product, split)
    assert not shown(replace(apart, independences=()), product, split)
    assert not shown(BY_LABEL["two families"].context, product, split)
    # The families are independent jointly.
    both = BY_LABEL["two families"].context
    triple = mean(multiply(entry("X", i), entry("Y", j), Z))
    assert shown(both, triple, multiply(product, mean(Z))) and not shown(both, triple, product)


def test_joint_entries_are_not_taken_to_be_independent() -> None:
    context = BY_LABEL["joint entries with a mean"].context
    assert shown(context, mean(entry("X", i)), ZERO)
    assert shown(context, mean(square(entry("X", i))), ONE)
    assert not shown(context, mean(multiply(entry("X", i), entry("X", j))), delta(i, j))
    assert not shown(context, mean(square(TOTAL)), n)


def test_a_function_of_both_is_not_independent_of_one() -> None:
    context = BY_LABEL["signs"].context
    context = replace(context, lets={"U": add(X, Y)})
    both = mean(multiply(entry("U", i), entry("X", i)))
    assert shown(context, both, ONE) and not shown(context, both, ZERO)


def test_pairwise_independence_of_families_is_not_mutual() -> None:
    # X, Y and X Y of two signs are independent in pairs; E[X Y X Y] is 1.
    types = {name: Declaration(name, REAL, RADEMACHER) for name in "XYV"}
    pairs = tuple(Independence((frozenset(one), frozenset(two))) for one, two in ("XY", "XV", "YV"))
    triple = mean(multiply(X, Y, Symbol("V")))
    assert not shown(Context(types, independences=pairs), triple, ZERO)
    assert shown(Context(types, independences=(Independence(tuple(map(frozenset, "XYV"))),)), triple, ZERO)


def test_nested_expectations_are_numbers() -> None:
    context = BY_LABEL["zero or one"].context
    assert shown(context, mean(mean(entry("X", i))), p)
    assert shown(context, mean(multiply(entry("X", i), mean(entry("X", i)))), square(p))
    assert not shown(context, mean(multiply(entry("X", i), mean(entry("X", i)))), p)


def test_an_arbitrary_law_has_no_moments() -> None:
    context = Context({"X": Declaration("X", REAL, LOOSE), "Y": Declaration("Y", REAL, LOOSE)})
    assert shown(context, mean(add(X, Y)), add(mean(Y), mean(X)))
    assert not shown(context, mean(X), ZERO)
    assert not shown(context, mean(square(X)), square(mean(X)))
    assert not shown(context, mean(X), mean(Y))


# -- moments of the named laws -------------------------------------------------------------------------

Recurrence = Callable[[tuple[Fraction, ...], int], list[Fraction]]


def stepwise(step: Callable[[tuple[Fraction, ...], int, list[Fraction]], Fraction]) -> Recurrence:
    """All moments up to an order, each from those before it."""

    def run(parameters: tuple[Fraction, ...], order: int) -> list[Fraction]:
        found = [Fraction(1)]
        for k in range(1, order + 1):
            found.append(step(parameters, k, found))
        return found

    return run


def previous(found: list[Fraction], k: int) -> Fraction:
    return found[k] if k >= 0 else Fraction(0)


RECURRENCES: dict[str, Recurrence] = {
    # By parts: E[X f(X)] = mu E f + v E f'.
    "Normal": stepwise(lambda q, k, e: q[0] * e[k - 1] + (k - 1) * q[1] * previous(e, k - 2)),
    # E f' = (f(high) - f(low)) / (high - low).
    "Uniform": stepwise(lambda q, k, e: (q[1] ** (k + 1) - q[0] ** (k + 1)) / ((k + 1) * (q[1] - q[0]))),
    "Bernoulli": stepwise(lambda q, k, e: q[0]),
    "Rademacher": stepwise(lambda q, k, e: Fraction(1 - k % 2)),
    "Exponential": stepwise(lambda q, k, e: k * e[k - 1] / q[0]),
    # E f - b^2 E f'' = f(mu).
    "Laplace": stepwise(lambda q, k, e: q[0] ** k + q[1] ** 2 * k * (k - 1) * previous(e, k - 2)),
    # E[X f(X)] = rate E f(X + 1).
    "Poisson": stepwise(lambda q, k, e: q[0] * sum(comb(k - 1, r) * e[r] for r in range(k))),
    "Gamma": stepwise(lambda q, k, e: (q[0] + k - 1) * e[k - 1] / q[1]),
    "Beta": stepwise(lambda q, k, e: (q[0] + k - 1) * e[k - 1] / (q[0] + q[1] + k - 1)),
    "StudentT": stepwise(lambda q, k, e: q[0] * (k - 1) * previous(e, k - 2) / (q[0] - k)),
}
PARAMETERS: dict[str, tuple[Fraction, ...]] = {
    "Normal": (Fraction(1, 3), Fraction(5, 2)), "Uniform": (Fraction(-1, 2), Fraction(3)),
    "Bernoulli": (Fraction(2, 7),), "Rademacher": (), "Exponential": (Fraction(3, 2),),
    "Laplace": (Fraction(-2, 3), Fraction(3, 4)), "Poisson": (Fraction(5, 3),),
    "Gamma": (Fraction(3, 2), Fraction(2, 3)), "Beta": (Fraction(5, 2), Fraction(4, 3)),
    "StudentT": (Fraction(15, 2),),
}  # fmt: skip


def drawn_from(family: str) -> tuple[Context, dict[str, Fraction]]:
    """A random number Z with a law of the family, its parameters symbols; and values of the parameters."""
    names = [f"q{k}" for k in range(len(PARAMETERS[family]))]
    context = Context({name: Declaration(name, REAL) for name in names})
    if family == "StudentT":
        context = context.assume(Fact(relation(number(6), "<", Symbol("q0"))))
    elif family not in ("Normal", "Uniform", "Laplace"):
        context = context.assume(*(Fact(relation(ZERO, "<", Symbol(name))) for name in names))
    law = Law(family, tuple(map(Symbol, names)), entries="iid")
    return context.declare(Declaration("Z", REAL, law)), dict(zip(names, PARAMETERS[family], strict=True))


@pytest.mark.parametrize("family", RECURRENCES)
def test_moments_are_what_recurrences_give(family: str) -> None:
    context, values = drawn_from(family)
    wanted = RECURRENCES[family](PARAMETERS[family], 6)
    moved = RECURRENCES[family](tuple(q + Fraction(1, 7) for q in PARAMETERS[family]), 6)
    found: list[Value] = []
    for order in range(7):
        form = expansion(context, Seeker()).form(mean(power(Z, number(order))))
        assert "expectation" not in form.key and "moment" not in form.key
        found.append(form_value(form, Model(dict(values))))
    assert found == wanted
    assert found != moved or not values


@pytest.mark.parametrize("family", RECURRENCES)
def test_entries_have_the_moments_of_the_law(family: str) -> None:
    context, values = drawn_from(family)
    law = context.declarations["Z"].law
    context = context.declare(CONTEXT.declarations["n"]).declare(Declaration("X", Tensor((n,)), law))
    e = RECURRENCES[family](PARAMETERS[family], 3)
    size = 3
    for order, wanted in ((1, size * e[1]), (2, size * e[2] + size * (size - 1) * e[1] ** 2),
                          (3, size * e[3] + 3 * size * (size - 1) * e[2] * e[1] + 6 * e[1] ** 3)):  # fmt: skip
        form = expansion(context, Seeker()).form(mean(power(TOTAL, number(order))))
        assert form_value(form, Model({**values, "n": size})) == wanted
        assert form_value(form, Model({**values, "n": size + 1})) != wanted or wanted == 0


def test_moments_that_do_not_exist_stay_closed() -> None:
    for degrees, order, exists in ((5, 4, True), (5, 5, False), (5, 6, False), (4, 4, False), (1, 1, False)):
        law = Law("StudentT", (number(degrees),), entries="iid")
        form = expansion(Context({"Z": Declaration("Z", REAL, law)}), Seeker()).form(mean(power(Z, number(order))))
        assert ("moment" not in form.key) == exists
    unknown = Law("StudentT", (Symbol("q0"),), entries="iid")
    context = Context({"q0": Declaration("q0", REAL), "Z": Declaration("Z", REAL, unknown)})
    assert not shown(context, mean(Z), ZERO)
    assert shown(context.assume(Fact(relation(ONE, "<", Symbol("q0")))), mean(Z), ZERO)


def gamma_half_integers(twice: int) -> float:
    """Γ(twice / 2)."""
    found, at = (1.0, 2) if twice % 2 == 0 else (sqrt(pi), 1)
    while at < twice:
        found, at = found * at / 2, at + 2
    return found


DENSITIES: dict[str, tuple[float, float, tuple[Fraction, ...], Callable[[float], float]]] = {
    "Normal": (-16.0, 16.0, (Fraction(1, 2), Fraction(9, 4)), lambda z: exp(-((z - 0.5) ** 2) / 4.5) / sqrt(4.5 * pi)),
    "Laplace": (-60.0, 60.0, (Fraction(0), Fraction(1)), lambda z: exp(-abs(z)) / 2),
    "Exponential": (0.0, 40.0, (Fraction(2),), lambda z: 2 * exp(-2 * z)),
    "Gamma": (0.0, 60.0, (Fraction(7, 2), Fraction(3, 2)),
              lambda z: 1.5**3.5 * z**2.5 * exp(-1.5 * z) / gamma_half_integers(7)),
    "Beta": (0.0, 1.0, (Fraction(7, 2), Fraction(4)),
             lambda z: z**2.5 * (1 - z) ** 3 * gamma_half_integers(15) / gamma_half_integers(7) / 6),
    "Uniform": (-1.0, 2.0, (Fraction(-1), Fraction(2)), lambda z: 1 / 3),
    "StudentT": (-3000.0, 3000.0, (Fraction(9),), lambda z: (1 + z * z / 9) ** -5 * gamma_half_integers(10)
                 / (sqrt(9 * pi) * gamma_half_integers(9))),
}  # fmt: skip


@pytest.mark.parametrize("family", DENSITIES)
def test_the_recurrences_are_those_of_the_densities(family: str) -> None:
    low, high, parameters, density = DENSITIES[family]
    steps = 600_000 if family == "StudentT" else 20_000
    width = (high - low) / steps
    places = [low + width * k for k in range(steps + 1)]
    weights = [density(z) * width / 3 * (4 if k % 2 else 2 if 0 < k < steps else 1) for k, z in enumerate(places)]
    order = 4 if family == "StudentT" else 6
    for k, wanted in enumerate(RECURRENCES[family](parameters, order)):
        found = sum(weight * z**k for weight, z in zip(weights, places, strict=True))
        assert found == pytest.approx(float(wanted), rel=1e-4, abs=1e-6)
        assert found != pytest.approx(1.01 * float(wanted) + 0.1, rel=1e-4, abs=1e-6)


# -- signs and absolute values -------------------------------------------------------------------------


def test_absolute_moments() -> None:
    v = Symbol("v")
    plain = Context({"v": Declaration("v", REAL)}).assume(Fact(relation(ZERO, "<", v)))
    size = Apply("abs", (Z,))
    normal = plain.declare(Declaration("Z", REAL, Law("Normal", (ZERO, v), entries="iid")))
    half_normal = Apply("sqrt", (divide(multiply(TWO, v), Apply("pi")),))
    for term, wanted, wrong in (
        (size, half_normal, Apply("sqrt", (divide(v, Apply("pi")),))),
        (power(size, number(3)), multiply(TWO, v, half_normal), multiply(number(3), v, half_normal)),
        (multiply(Z, Apply("sign", (Z,))), half_normal, ZERO),
        (Apply("sign", (Z,)), ZERO, half_normal),
    ):
        assert shown(normal, mean(term), wanted) and not shown(normal, mean(term), wrong)
    shifted = plain.declare(Declaration("Z", REAL, Law("Normal", (ONE, v), entries="iid")))
    assert not shown(shifted, mean(size), half_normal) and not shown(shifted, mean(Apply("sign", (Z,))), ZERO)
    laplace = plain.declare(Declaration("Z", REAL, Law("Laplace", (ZERO, v), entries="iid")))
    assert shown(laplace, mean(power(size, number(3))), multiply(number(6), power(v, number(3))))
    assert not shown(laplace, mean(power(size, number(3))), ZERO)
    # An atom at zero: the sign of a Poisson variable is not 1, nor its square.
    poisson = plain.declare(Declaration("Z", REAL, Law("Poisson", (v,), entries="iid")))
    bernoulli = plain.declare(Declaration("Z", REAL, Law("Bernoulli", (divide(ONE, TWO),), entries="iid")))
    for context in (poisson, bernoulli):
        assert not shown(context, mean(square(Apply("sign", (Z,)))), ONE)
        assert not shown(context, mean(Apply("sign", (Z,))), ONE)
        assert not shown(context, mean(Apply("sign", (Z,))), ZERO)


def test_a_sign_whose_law_has_an_atom_at_zero() -> None:
    # Uniform(0, 0), Normal(0, 0) and Laplace(0, 0) are zero: sign squared is 0.
    sign_squared = mean(square(Apply("sign", (Z,))))
    for family in ("Normal", "Laplace"):
        context = Context({"Z": Declaration("Z", REAL, Law(family, (ZERO, ZERO), entries="iid"))})
        assert not shown(context, sign_squared, ONE) or shown(context, mean(square(Z)), ZERO)
