"""Claims that must not be refuted, each with false twins that must be, by a small witness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from checks.contexts import Context, Law
from checks.terms import REAL, Apply, Index, Scalar, Term, bind, number
from checks.trials import test as try_to_refute
from tests.checks.trials.build import (
    NAT,
    E,
    Function,
    S,
    at,
    context,
    dim,
    eq,
    f,
    forall,
    index,
    known,
    lit,
    matrix,
    minus,
    normal,
    over,
    plus,
    real,
    rel,
    sqrt,
    times,
    to,
    total,
    var,
    vector,
)

m, n, k, d, p = S("m"), S("n"), S("k"), S("d"), S("p")
i, j, h, l, t = S("i"), S("j"), S("h"), S("l"), S("t")
a, b, c, s, x, y, z = S("a"), S("b"), S("c"), S("s"), S("x"), S("y"), S("z")
A, B, C, W, X, Y, Z, G, u, v = (S(name) for name in "ABCWXYZGuv")


def mul(*factors: Term) -> Term:
    result = factors[0]
    for factor in factors[1:]:
        result = f("matmul", result, factor)
    return result


def transpose(term: Term) -> Term:
    return f("transpose", term)


def signs(name: Term, length: Term) -> Term:
    return forall("i", index(length), f("or", eq(at(name, i), -1), eq(at(name, i), 1)))


LAYER = context(
    *dim("d_in", "d_out"),
    var("W", matrix(S("d_out"), S("d_in")), normal()),
    var("x", vector(S("d_in")), normal()),
    independent=(("W", "x"),),
)
WX = mul(W, x)
OUTPUT = E(to(f("norm", S("d_out"), WX), 2))

PRODUCT = context(
    *real("a", "b", "s", "t"),
    var("A", REAL, known(a, s)),
    var("B", REAL, known(b, t)),
    facts=(rel(s, ">=", 0), rel(t, ">=", 0)),
    independent=(("A", "B"),),
)
PRODUCT_VARIANCE = plus(times(s, t), times(s, to(b, 2)), times(t, to(a, 2)))

GAUSSIANS = context(*dim("d"), var("x", vector(d), normal()))
ABSOLUTE = E(to(total("j", 1, d, f("abs", at(x, j))), 2))
HALF = over(2, f("pi"))

MATRICES = context(
    *dim("m", "n"), var("A", matrix(m, n)), var("B", matrix(n, m)), var("u", vector(m)), var("v", vector(n))
)
SPECTRAL = f("spectral", m, n, A)
RMS = bind("sup", "x", vector(n), over(f("rms", m, mul(A, x)), f("rms", n, x)), rel(x, "!=", f("zeros", n)))
SIGNS = context(*dim("m", "n"), var("u", vector(m)), var("v", vector(n)), facts=(signs(u, m), signs(v, n)))
STEP = f("spectral", m, n, times(a, f("outer", u, v)))


def greatest(claimed: Term) -> Term:
    return eq(bind("greatest", "a", REAL, a, Apply("and", (rel(a, ">", 0), rel(STEP, "<=", sqrt(m))))), claimed)


def equivalent(bound: Term) -> Term:
    return bind("forall", "a", REAL, f("iff", rel(STEP, "<=", sqrt(m)), rel(a, "<=", bound)), rel(a, ">", 0))


SQUARE = context(
    *dim("n"), var("A", matrix(n, n)), var("B", matrix(n, n)), var("u", vector(n)), var("v", vector(n))
)
WIDTH = plus(minus(n, k), 1)
SHARED = context(
    *dim("n", "k"),
    *real("sx", "sg"),
    var("X", matrix(n, n), known(0, to(S("sx"), 2))),
    var("G", matrix(WIDTH, WIDTH), known(0, to(S("sg"), 2))),
    var("h", index(k)),
    var("l", index(k)),
    facts=(rel(k, "<=", n), rel(S("sx"), ">", 0), rel(S("sg"), ">", 0)),
    independent=(("X", "G"),),
    lets={
        "m": WIDTH,
        "dw": total(
            "i", 1, m, total("j", 1, m, times(at(G, i, j), at(X, minus(plus(i, h), 1), minus(plus(j, l), 1))))
        ),
    },
)
DW = S("dw")
SHARED_VARIANCE = times(to(WIDTH, 2), to(S("sg"), 2), to(S("sx"), 2))
NUMBERS = context(*real("x", "y", "z"))
WISHART = context(*dim("m", "n"), var("W", matrix(m, n), normal()))
GRAM = mul(W, transpose(W))
FIELD = context(
    *dim("K"),
    var("L", NAT),
    var("r", Function((NAT,), NAT)),
    facts=(
        eq(f("call", S("r"), 0), 1),
        forall("l", NAT, eq(f("call", S("r"), plus(l, 1)), minus(plus(f("call", S("r"), l), S("K")), 1))),
    ),
)
REACH = f("call", S("r"), S("L"))
PAIR = context(var("X", REAL, known(None, None)), var("Y", REAL, known(None, None)))
APART = replace(PAIR, independences=context(independent=(("X", "Y"),)).independences)
PAIR_ENTRIES = context(*dim("n"), var("X", vector(n), known(0, 1, "joint")))
IID = context(*dim("n"), *real("s"), var("X", vector(n), known(0, s)), facts=(rel(s, ">", 0),))
MEAN = over(total("i", 1, n, at(X, i)), n)
RELU = context(*real("s"), var("X", REAL, normal(0, s)), facts=(rel(s, ">", 0),))
BINOMIAL = context(var("n", NAT), *real("x", "y"))
PSD = context(*dim("n"), var("A", matrix(n, n)), var("x", vector(n)), facts=(eq(transpose(A), A),))
ORTHOGONAL = context(
    *dim("n"),
    var("Q", matrix(n, n)),
    var("x", vector(n)),
    facts=(eq(mul(transpose(S("Q")), S("Q")), f("identity", n)),),
)
SIMPLEX = context(
    *dim("n"),
    var("p", vector(n)),
    facts=(forall("i", index(n), rel(at(p, i), ">", 0)), eq(total("i", 1, n, at(p, i)), 1)),
)
NORMALISED = context(*dim("d"), *real("c"), facts=(rel(c, ">", 0),))
RADEMACHER = context(*dim("n"), var("s", vector(n), Law("Rademacher", entries="iid")), var("v", vector(n)))
UNIFORM = context(*real("a", "b"), var("X", REAL, Law("Uniform", (a, b))), facts=(rel(a, "<", b),))
LAMBDA = context(*real("a"), var("X", REAL, Law("Exponential", (a,))), facts=(rel(a, ">", 0),))
COIN = context(*real("p"), var("X", REAL, Law("Bernoulli", (p,))), facts=(rel(p, ">=", 0), rel(p, "<=", 1)))

TRUE: list[tuple[str, Context, Term]] = [
    ("layer", LAYER, eq(over(OUTPUT, S("d_out")), S("d_in"))),
    ("product variance", PRODUCT, eq(f("Var", times(A, B)), PRODUCT_VARIANCE)),
    ("absolute values", GAUSSIANS, eq(ABSOLUTE, plus(d, times(HALF, d, minus(d, 1))))),
    ("roots", MATRICES, eq(times(sqrt(m), sqrt(n)), sqrt(times(m, n)))),
    (
        "rank one norm",
        MATRICES,
        eq(f("spectral", m, n, f("outer", u, v)), times(f("norm", m, u), f("norm", n, v))),
    ),
    ("spectral below frobenius", MATRICES, rel(SPECTRAL, "<=", f("frobenius", m, n, A))),
    ("rms operator norm", MATRICES, eq(RMS, times(sqrt(over(n, m)), SPECTRAL))),
    ("greatest step", SIGNS, greatest(over(1, sqrt(n)))),
    ("bound on the step", SIGNS, equivalent(over(1, sqrt(n)))),
    (
        "exchanged sums",
        SQUARE,
        eq(total("i", 1, n, total("j", 1, i, at(A, i, j))), total("j", 1, n, total("i", j, n, at(A, i, j)))),
    ),
    ("shared weights", SHARED, eq(f("Var", DW), SHARED_VARIANCE)),
    ("transpose of a product", SQUARE, eq(transpose(mul(A, B)), mul(transpose(B), transpose(A)))),
    ("quotient of itself", NUMBERS, eq(times(over(1, x), x), 1)),
    ("root squared", NUMBERS, eq(to(sqrt(x), 2), x)),
    ("receptive field", FIELD, eq(REACH, plus(times(S("L"), minus(S("K"), 1)), 1))),
    ("wishart", WISHART, eq(E(f("trace", to(GRAM, 2))), times(m, n, plus(m, n, 1)))),
    ("sum of means", PAIR, eq(E(plus(X, Y)), plus(E(X), E(Y)))),
    ("product of means", APART, eq(E(times(X, Y)), times(E(X), E(Y)))),
    ("variance of the mean", IID, eq(f("Var", MEAN), over(s, n))),
    ("relu", RELU, eq(E(to(f("maximum", X, 0), 2)), over(s, 2))),
    ("relu by if", RELU, eq(E(to(f("if", rel(X, ">", 0), X, lit(0)), 2)), over(s, 2))),
    ("relu by bracket", RELU, eq(E(times(f("iverson", rel(X, ">", 0)), to(X, 2))), over(s, 2))),
    (
        "binomial theorem",
        BINOMIAL,
        eq(
            to(plus(x, y), n),
            total("k", 0, n, times(f("binomial", n, k), to(x, k), to(y, minus(n, k)))),
        ),
    ),
    ("orthogonal", ORTHOGONAL, eq(f("norm", n, mul(S("Q"), x)), f("norm", n, x))),
    ("symmetric", PSD, eq(f("dot", x, mul(A, x)), f("dot", mul(A, x), x))),
    ("simplex", SIMPLEX, rel(total("i", 1, n, to(at(p, i), 2)), "<=", 1)),
    ("normalised", NORMALISED, f("iff", eq(times(to(c, 2), d), 1), eq(c, over(1, sqrt(d))))),
    ("rademacher", RADEMACHER, eq(E(to(f("dot", S("s"), v), 2)), f("dot", v, v))),
    ("rademacher, enumerated", RADEMACHER, rel(E(f("abs", f("dot", S("s"), v))), "<=", f("norm", n, v))),
    ("uniform", UNIFORM, eq(f("Var", X), over(to(minus(b, a), 2), 12))),
    ("exponential", LAMBDA, eq(f("Var", X), over(1, to(a, 2)))),
    ("bernoulli", COIN, eq(f("Var", X), times(p, minus(1, p)))),
    ("cauchy schwarz", SQUARE, rel(f("dot", u, v), "<=", times(f("norm", n, u), f("norm", n, v)))),
    ("determinant", SQUARE, eq(f("determinant", mul(A, B)), times(f("determinant", A), f("determinant", B)))),
    ("inverse", SQUARE, eq(mul(A, f("inverse", A)), f("identity", n))),
    ("floor", context(var("n", NAT)), eq(plus(f("floor", over(n, 2)), f("ceiling", over(n, 2))), n)),
    ("almost surely", RELU, f("equal_almost_surely", over(X, X), lit(1))),
    ("in law", RELU, f("equal_in_law", X, times(-1, X))),
    ("logarithm", NUMBERS, eq(f("log", f("exp", x)), x)),
]

FALSE: list[tuple[str, Context, Term, int]] = [
    # name, context, claim, the largest size that the witness may have
    ("layer, sizes swapped", LAYER, eq(over(OUTPUT, S("d_in")), S("d_in")), 2),
    ("layer, dependent", replace(LAYER, independences=()), eq(over(OUTPUT, S("d_out")), S("d_in")), 1),
    ("product variance, cross terms lost", PRODUCT, eq(f("Var", times(A, B)), times(s, t)), 1),
    (
        "product variance, dependent",
        replace(PRODUCT, independences=()),
        eq(f("Var", times(A, B)), PRODUCT_VARIANCE),
        1,
    ),
    ("absolute values, cross terms lost", GAUSSIANS, eq(ABSOLUTE, d), 2),
    (
        "absolute values, wrong constant",
        GAUSSIANS,
        eq(ABSOLUTE, plus(d, times(over(1, 2), d, minus(d, 1)))),
        2,
    ),
    ("roots added", MATRICES, eq(plus(sqrt(m), sqrt(n)), sqrt(plus(m, n))), 1),
    ("spectral is frobenius", MATRICES, eq(SPECTRAL, f("frobenius", m, n, A)), 2),
    ("spectral above frobenius", MATRICES, rel(SPECTRAL, ">=", f("frobenius", m, n, A)), 2),
    ("rms operator norm, swapped", MATRICES, eq(RMS, times(sqrt(over(m, n)), SPECTRAL)), 2),
    ("greatest step, too large", SIGNS, greatest(lit(1)), 2),
    ("greatest step, too small", SIGNS, greatest(over(1, n)), 2),
    ("bound on the step, swapped", SIGNS, equivalent(over(1, sqrt(m))), 3),
    (
        "exchanged sums, off by one",
        SQUARE,
        eq(
            total("i", 1, n, total("j", 1, i, at(A, i, j))),
            total("j", 1, n, total("i", plus(j, 1), n, at(A, i, j))),
        ),
        1,
    ),
    ("shared weights, size", SHARED, eq(f("Var", DW), times(to(n, 2), to(S("sg"), 2), to(S("sx"), 2))), 2),
    ("shared weights, dependent", replace(SHARED, independences=()), eq(f("Var", DW), SHARED_VARIANCE), 1),
    ("transpose of a product", SQUARE, eq(transpose(mul(A, B)), mul(transpose(A), transpose(B))), 2),
    ("matrices commute", SQUARE, eq(mul(A, B), mul(B, A)), 2),
    ("quotient", NUMBERS, eq(times(over(1, x), x), 2), 1),
    ("root of a square", NUMBERS, eq(sqrt(to(x, 2)), x), 1),
    ("receptive field, off by one", FIELD, eq(REACH, plus(times(S("L"), S("K")), 1)), 1),
    ("wishart, term lost", WISHART, eq(E(f("trace", to(GRAM, 2))), times(m, n, plus(m, n))), 1),
    ("square of the mean", APART, eq(E(to(X, 2)), to(E(X), 2)), 1),
    ("product of means, dependent", PAIR, eq(E(times(X, Y)), times(E(X), E(Y))), 1),
    ("variance of a sum, dependent", PAIR, eq(f("Var", plus(X, Y)), plus(f("Var", X), f("Var", Y))), 1),
    (
        "uncorrelated entries, assumed",
        PAIR_ENTRIES,
        eq(E(to(total("i", 1, n, at(X, i)), 2)), n),
        2,
    ),
    ("variance of the mean, of the sum", IID, eq(f("Var", MEAN), s), 2),
    ("relu, factor lost", RELU, eq(E(to(f("maximum", X, 0), 2)), s), 1),
    ("symmetric, forgotten", SQUARE, eq(mul(A, B), mul(transpose(A), B)), 2),
    ("simplex", SIMPLEX, eq(total("i", 1, n, to(at(p, i), 2)), 1), 2),
    ("normalised", NORMALISED, f("iff", eq(times(c, d), 1), eq(c, over(1, sqrt(d)))), 4),
    ("uniform", UNIFORM, eq(f("Var", X), over(to(minus(b, a), 2), 6)), 1),
    ("exponential", LAMBDA, eq(f("Var", X), over(1, a)), 1),
    ("almost surely", RELU, f("equal_almost_surely", f("abs", X), X), 1),
    ("in law", RELU, f("equal_in_law", X, times(2, X)), 1),
    ("index", SQUARE, eq(total("i", 1, n, at(u, i)), total("i", 2, n, at(u, i))), 1),
    (
        "cauchy schwarz, reversed",
        SQUARE,
        rel(f("dot", u, v), ">=", times(f("norm", n, u), f("norm", n, v))),
        1,
    ),
    ("floor", context(var("n", NAT)), eq(f("floor", over(n, 2)), over(n, 2)), 1),
    ("logarithm", NUMBERS, eq(f("log", to(x, 2)), times(2, f("log", times(2, x)))), 1),
]


@pytest.mark.parametrize(("name", "where", "claim"), TRUE, ids=[case[0] for case in TRUE])
def test_a_true_claim_is_not_refuted(name: str, where: Context, claim: Term) -> None:
    report = try_to_refute(where, claim)
    assert report.witness is None
    assert report.outcome == "agrees", report
    assert report.exact_points + report.sampled_points >= 2


@pytest.mark.parametrize(("name", "where", "claim", "size"), FALSE, ids=[case[0] for case in FALSE])
def test_a_false_claim_is_refuted_by_a_small_witness(
    name: str, where: Context, claim: Term, size: int
) -> None:
    report = try_to_refute(where, claim)
    assert report.outcome == "refuted", report
    assert report.witness is not None
    assert report.witness.left != report.witness.right
    assert all(abs(value) <= size for value in report.witness.sizes.values()), report.witness


@pytest.mark.parametrize("seed", range(1, 6))
def test_verdicts_do_not_depend_on_the_seed(seed: int) -> None:
    for name, where, claim in TRUE:
        assert try_to_refute(where, claim, seed=seed).witness is None, name
    for name, where, claim, _ in FALSE:
        assert try_to_refute(where, claim, seed=seed).refuted, name


def test_equal_seeds_give_equal_reports() -> None:
    for _, where, claim, _ in FALSE:
        assert try_to_refute(where, claim, seed=3) == try_to_refute(where, claim, seed=3)
    for _, where, claim in TRUE:
        assert try_to_refute(where, claim, seed=3) == try_to_refute(where, claim, seed=3)


def test_the_dependence_of_a_witness_is_named() -> None:
    report = try_to_refute(PAIR, eq(E(times(X, Y)), times(E(X), E(Y))))
    assert report.witness is not None
    assert "not declared independent" in report.witness.law


def test_a_claim_without_a_model_says_so() -> None:
    where = context(*real("x"), facts=(rel(x, ">", 1), rel(x, "<", 0)))
    assert try_to_refute(where, eq(x, x)).outcome == "no-model"


def test_a_side_that_is_undefined_everywhere_is_reported() -> None:
    where = context(*real("x"))
    report = try_to_refute(where, eq(over(1, minus(x, x)), 1))
    assert report.never_defined
    assert "division by zero" in report.reasons


def test_heavy_tails_have_no_variance() -> None:
    student = context(var("X", REAL, Law("StudentT", (number(2),))))
    assert try_to_refute(student, eq(E(to(X, 2)), 5)).never_defined
    student = context(var("X", REAL, Law("StudentT", (number(3),))))
    assert try_to_refute(student, eq(E(to(X, 2)), 3)).exact_points


def test_a_fact_that_cannot_be_checked_prevents_a_refutation() -> None:
    where = context(*real("x"), facts=(f("unheard_of", x),))
    report = try_to_refute(where, eq(x, plus(x, 1)))
    assert report.witness is None
    assert report.unsupported_points


HUGE = [
    eq(to(lit(9), to(lit(9), to(lit(9), 9))), 1),
    eq(total("i", 1, to(lit(10), 100), i), 0),
    eq(total("i", 1, 10**9, total("j", 1, 10**9, plus(i, j))), 0),
    eq(f("factorial", f("factorial", 30)), 1),
    eq(f("trace", f("identity", 10**6)), 1),
    eq(f("exp", f("exp", f("exp", f("exp", 10)))), 1),
    eq(f("binomial", 10**9, 5 * 10**8), 1),
    bind("forall", "i", Index(number(1), number(10**30)), rel(i, ">=", 1)),
]


@pytest.mark.parametrize("claim", HUGE, ids=range(len(HUGE)))
def test_huge_claims_stop_at_once(claim: Term) -> None:
    report = try_to_refute(context(), claim)
    assert report.witness is None
    assert report.outcome != "refuted"


def test_deep_terms_stop() -> None:
    term: Term = x
    for _ in range(20_000):
        term = f("negate", term)
    assert try_to_refute(NUMBERS, eq(term, x)).witness is None


def test_exact_numbers_tell_small_differences_apart() -> None:
    tiny = number(Fraction(1, 2**99))
    assert try_to_refute(NUMBERS, eq(plus(x, tiny), x)).refuted
    assert try_to_refute(NUMBERS, eq(plus(f("pi"), tiny), f("pi"))).refuted


def test_a_function_of_a_real_number_takes_whole_numbers_as_such() -> None:
    where = context(*dim("n"), *real("x"), var("g", Function((REAL,), REAL)), facts=(eq(x, n),))
    assert try_to_refute(where, eq(f("call", S("g"), n), f("call", S("g"), x))).witness is None
    bracket = f("iverson", rel(x, "=", n))
    assert try_to_refute(where, eq(f("call", S("g"), bracket), f("call", S("g"), over(x, n)))).witness is None


def test_factors_of_a_sequence_are_told_apart() -> None:
    def over_range(end: Term, at: Callable[[Term], Term]) -> Term:
        return bind("product", "k", Index(number(1), end), f("call", S("f"), at(S("k"))))

    where = context(var("m", NAT), var("n", NAT), var("f", Function((Scalar("int"),), REAL)))
    whole = over_range(plus(m, n), lambda k: k)
    right = times(over_range(m, lambda k: k), over_range(n, lambda k: plus(m, k)))
    wrong = times(over_range(m, lambda k: k), over_range(n, lambda k: k))
    assert not try_to_refute(where, eq(whole, right)).refuted
    assert try_to_refute(where, eq(whole, wrong)).refuted


def test_a_sequence_may_meet_its_bounds() -> None:
    e, r = S("e"), S("r")
    step = rel(f("call", e, plus(S("k"), 1)), "<=", times(r, f("call", e, S("k"))))
    positive = rel(f("call", e, S("k")), ">=", 0)
    where = context(
        var("n", NAT), *real("r"), var("e", Function((NAT,), REAL)),
        facts=(rel(r, ">=", 0), forall("k", NAT, step), forall("k", NAT, positive)),
    )  # fmt: skip
    value, next_value = f("call", e, n), f("call", e, plus(n, 1))
    assert not try_to_refute(where, rel(next_value, "<=", times(r, value))).refuted
    assert not try_to_refute(where, rel(value, ">=", 0)).refuted
    assert try_to_refute(where, rel(next_value, "<", times(r, value))).refuted
    assert try_to_refute(where, rel(times(2, next_value), "<=", times(r, value))).refuted


def test_the_ends_of_ranges_are_tried() -> None:
    where = context(*real("h"), facts=(rel(S("h"), ">=", 0), rel(S("h"), "<=", 1)))
    assert try_to_refute(where, rel(minus(1, S("h")), "<", f("exp", f("negate", S("h"))))).refuted
    assert not try_to_refute(where, rel(minus(1, S("h")), "<=", f("exp", f("negate", S("h"))))).refuted


def test_inequalities_that_fail_in_a_small_region_are_refuted() -> None:
    a, b, c = S("a"), S("b"), S("c")
    where = context(*real("a", "b", "c"), facts=(rel(c, ">", 0),))
    right = plus(over(to(a, 2), times(2, c)), over(times(c, to(b, 2)), 2))
    assert not try_to_refute(where, rel(times(a, b), "<=", right)).refuted
    for left in (a, b):
        assert try_to_refute(where, rel(left, "<=", right)).refuted


def test_integrals_that_are_equal_are_not_apart() -> None:
    g = S("g")
    function = Function((REAL,), REAL)
    value = bind("integral", "x", REAL, f("call", g, S("x")))
    turned = bind("integral", "x", REAL, f("call", g, f("negate", S("x"))))
    where = context(var("g", function), facts=(f("summable", bind("lambda", "x", REAL, f("call", g, S("x")))),))
    assert not try_to_refute(where, eq(value, turned)).refuted
    for head in ("!=", "<", ">"):
        assert try_to_refute(where, rel(value, head, turned)).refuted


def test_functions_in_order_need_not_be_alike() -> None:
    function = Function((REAL,), REAL)
    values = [bind("integral", "x", REAL, f("call", S(name), S("x"))) for name in "fg"]
    summable = [f("summable", bind("lambda", "x", REAL, f("call", S(name), S("x")))) for name in "fg"]
    order = forall("x", REAL, rel(f("call", S("f"), S("x")), "<=", f("call", S("g"), S("x"))))
    where = context(var("f", function), var("g", function), facts=(*summable, order))
    assert not try_to_refute(where, rel(values[0], "<=", values[1])).refuted
    assert try_to_refute(where, eq(*values)).refuted
    assert try_to_refute(where, rel(values[0], ">=", values[1])).refuted
