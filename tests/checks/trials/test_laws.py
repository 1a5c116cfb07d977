"""Moments, finite instances of declared laws, couplings, expectations."""

from __future__ import annotations

from itertools import product
from math import comb, factorial
from random import Random
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contexts import Law
from checks.terms import REAL, Term, number
from checks.trials import find_models
from checks.trials import test as try_to_refute
from checks.trials.joint import SCHEMES, JointLaw
from checks.trials.laws import Density, InvalidLaw, Step, declared_law, merge, named_law
from checks.trials.values import Undefined, describe
from tests.checks.trials.build import (
    E,
    S,
    at,
    context,
    dim,
    eq,
    f,
    forall,
    index,
    known,
    minus,
    normal,
    over,
    plus,
    real,
    rel,
    times,
    to,
    var,
    vector,
)

FRACTIONS = st.builds(fmpq, st.integers(-6, 6), st.integers(1, 4))
POSITIVE = st.builds(fmpq, st.integers(1, 12), st.integers(1, 4))
X, Y, n, a, s = S("X"), S("Y"), S("n"), S("a"), S("s")


def moment(law: Any, degree: int) -> Any:
    return sum((weight * value**degree for weight, value in law), fmpq(0))


@given(FRACTIONS, POSITIVE, st.integers(0, 12))
def test_declared_laws_have_their_mean_and_variance(mean: fmpq, variance: fmpq, variant: int) -> None:
    law = declared_law(mean, variance, variant)
    assert sum((weight for weight, _ in law), fmpq(0)) == 1
    assert all(weight > 0 for weight, _ in law)
    assert moment(law, 1) == mean
    assert moment(law, 2) - mean**2 == variance


def test_variants_of_a_declared_law_differ_in_their_third_and_fourth_moments() -> None:
    laws = [declared_law(fmpq(0), fmpq(1), variant) for variant in range(5)]
    assert len({str(moment(law, 3)) for law in laws}) >= 4
    assert len({str(moment(law, 4)) for law in laws}) >= 3


def test_a_negative_variance_is_no_law() -> None:
    with pytest.raises(InvalidLaw):
        declared_law(fmpq(0), fmpq(-1), 0)
    with pytest.raises(InvalidLaw):
        named_law("Bernoulli", (fmpq(2),))


MOMENTS = [
    (Density("Normal", (fmpq(3),)), [1, 0, 3, 0, 27, 0, 405]),
    (Density("Uniform", (fmpq(2),)), [1, 0, fmpq(4, 3), 0, fmpq(16, 5)]),
    (Density("Laplace", (fmpq(2),)), [1, 0, 8, 0, 24 * 16]),
    (Density("Exponential", (fmpq(2),)), [fmpq(factorial(k), 2**k) for k in range(6)]),
    (Density("Gamma", (fmpq(1, 2), fmpq(1, 2))), [1, 1, 3, 15, 105]),
    (Density("Beta", (fmpq(2), fmpq(3))), [1, fmpq(2, 5), fmpq(1, 5), fmpq(4, 35)]),
    (Density("Poisson", (fmpq(2),)), [1, 2, 6, 22, 94]),
    (Density("StudentT", (fmpq(5),)), [1, 0, fmpq(5, 3), 0, 25]),
]


@pytest.mark.parametrize(("law", "expected"), MOMENTS, ids=[law.family for law, _ in MOMENTS])
def test_moments_of_named_laws(law: Density, expected: list[Any]) -> None:
    assert [law.moment(k) for k in range(len(expected))] == expected


def test_absolute_moments() -> None:
    assert describe(Density("Normal", (fmpq(1),)).mixed_moment(0, 1, 0)) == "0.797884560803"
    assert describe(Density("Normal", (fmpq(1),)).mixed_moment(1, 0, 1)) == "0.797884560803"
    assert Density("Uniform", (fmpq(1),)).mixed_moment(0, 3, 0) == fmpq(1, 4)
    assert Density("Exponential", (fmpq(1),)).mixed_moment(1, 1, 1) == 2
    assert describe(Density("StudentT", (fmpq(3),)).mixed_moment(0, 1, 0)) == "1.10265779084"
    with pytest.raises(Undefined):
        Density("StudentT", (fmpq(3),)).moment(4)


@given(st.lists(st.tuples(FRACTIONS, POSITIVE, st.integers(0, 4), st.booleans()), min_size=2, max_size=3))
def test_couplings_keep_the_marginals(parts: list[Any]) -> None:
    steps = tuple(Step(declared_law(mean, variance, k), "u", falling) for mean, variance, k, falling in parts)
    joint = merge(steps)
    assert sum((weight for weight, _ in joint), fmpq(0)) == 1
    for place, step in enumerate(steps):
        found: dict[str, fmpq] = {}
        for weight, values in joint:
            found[str(values[place])] = found.get(str(values[place]), fmpq(0)) + weight
        assert found == {str(value): weight for weight, value in step.law}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("entries", ["iid", "joint"])
def test_every_scheme_keeps_declared_moments_and_independence(scheme: str, entries: str) -> None:
    where = context(
        *dim("n"),
        var("X", vector(n), known(1, 2, entries)),
        var("Y", vector(n), normal(0, 3, entries)),
        var("Z", vector(n), known(-1, 3, entries)),
    )
    parameters = {
        "X": ((), fmpq(1), fmpq(2)),
        "Y": ((fmpq(0), fmpq(3)), None, None),
        "Z": ((), fmpq(-1), fmpq(3)),
    }
    joint = JointLaw(where, {"X": (3,), "Y": (3,), "Z": (3,)}, parameters, scheme, 1)
    for name, mean, variance in (("X", 1, 2), ("Y", 0, 3), ("Z", -1, 3)):
        for flat in range(3):
            recipe = joint.recipe((name, (), flat))
            square = tuple((c * d, tuple(sorted(p + q))) for c, p in recipe for d, q in recipe)
            assert joint.expectation(recipe) == mean
            assert joint.expectation(square) == variance + mean**2
    if entries == "iid":
        for name, (first, second) in product("XYZ", ((0, 1), (1, 2))):
            p, q = joint.recipe((name, (), first)), joint.recipe((name, (), second))
            for power_p, power_q in product((1, 2), repeat=2):
                left, right = raised(p, power_p), raised(q, power_q)
                both = tuple((c * d, tuple(sorted(u + v))) for c, u in left for d, v in right)
                assert joint.expectation(both) == joint.expectation(left) * joint.expectation(right)


def raised(recipe: Any, power: int) -> Any:
    result = ((fmpq(1), ()),)
    for _ in range(power):
        result = tuple((c * d, tuple(sorted(p + q))) for c, p in result for d, q in recipe)
    return result


def test_outcomes_lie_in_the_support() -> None:
    random = Random(0)
    for family, parameters in (
        ("Uniform", (fmpq(2),)),
        ("Exponential", (fmpq(1),)),
        ("Beta", (fmpq(1), fmpq(1))),
    ):
        law = Density(family, parameters)
        values = [law.outcome(random, k % 2 == 0) for k in range(50)]
        assert all(value != 0 for value in values)
        if family == "Uniform":
            assert all(-2 < value < 2 for value in values)
        else:
            assert all(value > 0 for value in values)
        if family == "Beta":
            assert all(value < 1 for value in values)


POISSON = context(*real("a"), var("X", REAL, Law("Poisson", (a,))), facts=(rel(a, ">", 0),))
FAMILIES: list[tuple[Law, Term, Term]] = [
    (Law("Normal", (a, s)), f("Var", X), s),
    (Law("Uniform", (a, plus(a, s))), E(X), plus(a, over(s, 2))),
    (Law("Laplace", (a, s)), f("Var", X), times(2, to(s, 2))),
    (Law("Exponential", (s,)), E(to(X, 3)), over(6, to(s, 3))),
    (Law("Poisson", (s,)), f("Var", X), s),
    (Law("Gamma", (s, number(2))), f("Var", X), over(s, 4)),
    (Law("Beta", (s, s)), E(X), over(1, 2)),
    (Law("Rademacher"), E(to(X, 4)), number(1)),
    (Law("StudentT", (plus(s, 2),)), f("Var", X), over(plus(s, 2), s)),
]


@pytest.mark.parametrize(("law", "side", "other"), FAMILIES, ids=[law.family for law, _, _ in FAMILIES])
def test_each_family_through_its_expectation(law: Law, side: Term, other: Term) -> None:
    where = context(*real("a", "s"), var("X", REAL, law), facts=(rel(s, ">", 0),))
    report = try_to_refute(where, eq(side, other))
    assert report.witness is None
    assert report.exact_points >= 4
    assert try_to_refute(where, eq(side, plus(other, over(1, 7)))).refuted


def test_laws_that_depend_on_the_entry() -> None:
    from checks.terms import bind

    i = S("i")
    mean = bind("lambda", "i", index(n), i)
    where = context(*dim("n"), var("X", vector(n), known(mean, 1, "independent")))
    total = f("dot", X, f("ones", n))
    assert try_to_refute(where, eq(E(total), over(times(n, plus(n, 1)), 2))).exact_points >= 6
    assert try_to_refute(where, eq(f("Var", total), n)).exact_points >= 6
    assert try_to_refute(where, eq(E(total), n)).refuted


def test_moments_given_as_facts() -> None:
    kappa = S("kappa")
    fourth = eq(E(to(X, 4)), times(kappa, to(s, 2)))
    where = context(*real("s", "kappa"), var("X", REAL, known(0, s)), facts=(rel(s, ">", 0), fourth))
    assert try_to_refute(where, eq(f("Var", to(X, 2)), times(minus(kappa, 1), to(s, 2)))).exact_points >= 6
    assert try_to_refute(where, eq(f("Var", to(X, 2)), times(2, to(s, 2)))).refuted


def test_uncorrelated_is_not_independent() -> None:
    uncorrelated = eq(E(times(X, Y)), 0)
    where = context(var("X", REAL, known(0, 1)), var("Y", REAL, known(0, 1)), facts=(uncorrelated,))
    assert try_to_refute(where, eq(f("Var", plus(X, Y)), 2)).witness is None
    assert try_to_refute(where, eq(E(times(to(X, 2), to(Y, 2))), 1)).refuted


def test_facts_hold_at_every_outcome_of_a_finite_law() -> None:
    where = context(var("X", REAL, known(None, None)), facts=(rel(X, ">=", 0),))
    assert try_to_refute(where, rel(E(X), ">=", 0)).exact_points >= 5
    assert try_to_refute(where, rel(E(to(X, 2)), "<=", E(X))).refuted


def test_independence_is_a_statement_too() -> None:
    where = context(var("X", REAL, normal()), var("Y", REAL, normal()), independent=(("X", "Y"),))
    assert try_to_refute(where, f("independent", X, to(Y, 2))).witness is None
    assert try_to_refute(where, f("independent", X, plus(X, Y))).refuted


def test_an_expectation_that_is_no_polynomial_is_enumerated() -> None:
    where = context(*dim("n"), var("X", vector(n), Law("Rademacher", entries="iid")))
    bound = rel(E(f("norm", n, X)), "<=", n)
    assert try_to_refute(where, bound).exact_points >= 6
    where = context(var("X", REAL, known(None, None)))
    assert try_to_refute(where, eq(E(f("abs", X)), f("abs", E(X)))).refuted


def test_models_are_found_for_structured_arrays() -> None:
    i, A, Q = S("i"), S("A"), S("Q")
    square = f("matmul", f("transpose", Q), Q)
    from tests.checks.trials.build import matrix

    for facts in (
        (eq(square, f("identity", n)),),
        (eq(f("transpose", A), A),),
        (forall("i", index(n), rel(at(S("v"), i), ">", 0)), eq(f("dot", S("v"), f("ones", n)), 1)),
        (eq(f("norm", n, S("v")), 1),),
        (f("invertible", A), rel(A, "!=", f("zeros", n, n))),
    ):
        where = context(
            *dim("n"), var("A", matrix(n, n)), var("Q", matrix(n, n)), var("v", vector(n)), facts=facts
        )
        models = find_models(where, count=5)
        assert len(models) == 5
        assert all(model.certain for model in models)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(0, 5))
def test_a_binomial_is_a_sum_of_bernoullis(count: int, degree: int) -> None:
    where = context(
        var("X", vector(count), Law("Bernoulli", (number(1) if count > 9 else over(1, 3),), entries="iid"))
    )
    total = f("dot", X, f("ones", count))
    expected = sum(
        (
            fmpq(comb(count, k)) * fmpq(1, 3) ** k * fmpq(2, 3) ** (count - k) * fmpq(k) ** degree
            for k in range(count + 1)
        ),
        fmpq(0),
    )
    from fractions import Fraction

    claimed = number(Fraction(int(expected.p), int(expected.q)))
    assert try_to_refute(where, eq(E(to(total, degree)), claimed)).exact_points == 1
    assert try_to_refute(where, eq(E(to(total, degree)), plus(claimed, 1))).refuted


def test_facts_that_mix_outcomes_and_means_hold_at_every_outcome() -> None:
    mixed = rel(X, "<=", times(2, E(X)))
    where = context(var("X", REAL, known(None, None)), facts=(mixed, rel(X, ">=", 0)))
    assert try_to_refute(where, rel(E(to(X, 2)), "<=", times(2, to(E(X), 2)))).witness is None


def test_exponential_moments() -> None:
    t = S("t")
    where = context(*real("s", "t"), var("X", REAL, normal(a, s)), *real("a"), facts=(rel(s, ">", 0),))
    half = over(times(s, to(t, 2)), 2)
    claim = eq(E(f("exp", times(t, X))), f("exp", plus(times(t, a), half)))
    assert try_to_refute(where, claim).exact_points >= 6
    assert try_to_refute(where, eq(E(f("exp", times(t, X))), f("exp", times(t, a)))).refuted
    tilted = eq(E(times(X, f("exp", X))), times(plus(a, s), f("exp", plus(a, over(s, 2)))))
    assert try_to_refute(where, tilted).exact_points >= 6
    poisson = eq(E(f("exp", X)), f("exp", times(a, minus(f("exp", 1), 1))))
    assert try_to_refute(POISSON, poisson).exact_points >= 6


def test_exponential_moments_may_be_infinite() -> None:
    where = context(
        *real("a"), var("X", REAL, Law("Exponential", (a,))), facts=(rel(a, ">", 0), rel(a, "<", 1))
    )
    assert try_to_refute(where, eq(E(f("exp", X)), 1)).never_defined


def test_rotations_keep_a_gaussian_law() -> None:
    from tests.checks.trials.build import matrix

    Q = S("Q")
    square = eq(f("matmul", f("transpose", Q), Q), f("identity", n))
    parts = (*dim("n"), var("Q", matrix(n, n)), var("X", vector(n), normal()))
    rotated = f("equal_in_law", f("matmul", Q, X), X)
    assert try_to_refute(context(*parts, facts=(square,)), rotated).witness is None
    assert try_to_refute(context(*parts), rotated).refuted


def test_almost_sure_claims_are_not_refuted_by_coincidences() -> None:
    where = context(*dim("n"), var("X", vector(n), normal()))
    i, j = S("i"), S("j")
    from tests.checks.trials.build import total

    equal = f("iverson", f("and", rel(i, "<", j), eq(at(X, i), at(X, j))))
    claim = f("equal_almost_surely", total("i", 1, n, total("j", 1, n, equal)), number(0))
    for seed in range(20):
        assert try_to_refute(where, claim, seed=seed).witness is None


def test_a_witness_names_only_what_the_claim_speaks_of() -> None:
    where = context(*real("a", "s"), var("X", REAL, normal(a, 1)))
    report = try_to_refute(where, eq(E(X), plus(a, 1)))
    assert report.witness is not None
    assert set(report.witness.values) == {"a"}
