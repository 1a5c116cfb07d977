"""Numbers that agree to many digits and differ are told apart; numbers that are equal never are.

Each near-coincidence is refuted by disjoint balls in a precision that suffices; each identity between numbers of the
same kind overlaps in every precision.
"""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checks import trials
from checks.contexts import Context
from checks.terms import Term, add, number, relation
from checks.trials import test as try_to_refute
from checks.trials.judging import PRECISIONS
from checks.trials.values import integer_power
from tests.checks.trials.build import S, context, f, lit, minus, over, plus, real, rel, sqrt, times, to

HERE = Context()
PI = f("pi")
ALPHA = plus(sqrt(2), sqrt(3))
GOLDEN = over(plus(1, sqrt(5)), 2)
HEEGNER = f("exp", times(PI, sqrt(163)))


def root(a: Term | int, degree: int) -> Term:
    return to(a, Fraction(1, degree))


def recurrent(first: int, second: int, p: int, q: int, count: int) -> int:
    """The term of that number of a sequence with u' = p u + q u''."""
    for _ in range(count):
        first, second = second, p * second + q * first
    return first


def thue_morse(order: int, base: int) -> tuple[Term, Term]:
    """Two sums of roots of base + k: the k of both have equal power sums up to the order (Prouhet 1851)."""
    sides: tuple[list[Term], list[Term]] = ([], [])
    for k in range(2 ** (order + 1)):
        sides[k.bit_count() % 2].append(sqrt(base + k))
    return add(*sides[0]), add(*sides[1])


NEAR: list[tuple[str, Term, Term, int]] = [
    ("Hermite's integer", HEEGNER, lit(640320**3 + 744), 30),
    ("its square", f("exp", times(2, PI, sqrt(163))), lit((640320**3 + 744) ** 2 - 2 * 196884), 44),
    ("its logarithm", over(f("log", 640320**3 + 744), sqrt(163)), PI, 30),
    ("e^pi - pi", minus(f("exp", PI), PI), lit(20), 4),
    ("sin 11", f("sin", 11), lit(-1), 5),
    ("sin of a root", f("sin", times(2017, root(2, 5))), lit(-1), 16),
    ("cos of a logarithm", f("cos", f("log", plus(PI, 20))), lit(-1), 9),
    ("355/113", over(355, 113), PI, 6),
    ("a convergent of pi", over(245850922, 78256779), PI, 16),
    ("a near miss of Fermat", root(1782**12 + 1841**12, 12), lit(1922), 9),
    ("another", root(3987**12 + 4365**12, 12), lit(4472), 10),
    ("a power near an integer", to(ALPHA, 60), lit(recurrent(2, 10, 10, -1, 30)), 59),
    ("the golden ratio", to(GOLDEN, 400), lit(recurrent(2, 1, 1, 1, 400)), 167),
    ("roots, four on a side", *thue_morse(2, 10**9), 24),
    ("roots, eight on a side", *thue_morse(3, 10**12), 40),
    ("roots, 120 digits", *thue_morse(3, 10**30), 100),
    ("roots, 300 digits", *thue_morse(4, 10**60), 270),
    ("the minimal polynomial", plus(to(ALPHA, 4), times(-10, to(ALPHA, 2)), 1), lit(Fraction(1, 10**40)), 40),
    ("a cubic of radicals", root(minus(root(2, 3), 1), 3), plus(
        root(over(1, 9), 3), times(-1, root(over(2, 9), 3)), root(over(4, 9), 3), Fraction(1, 10**80)), 79),
    ("what is left of an exponential", plus(1, f("exp", -1000)), lit(1), 434),
    ("tanh", f("tanh", 500), lit(1), 434),
    ("the error function", f("erf", 30), lit(1), 392),
    ("a sine of an almost multiple", f("sin", times(PI, 10**200 + 1)), lit(Fraction(1, 10**200)), 199),
]  # fmt: skip


@pytest.mark.parametrize(("name", "left", "right", "digits"), NEAR, ids=[case[0] for case in NEAR])
def test_what_differs_far_behind_the_point_is_refuted(name: str, left: Term, right: Term, digits: int) -> None:
    report = try_to_refute(HERE, rel(left, "=", right))
    assert report.witness is not None, name
    assert report.witness.left != report.witness.right
    agreeing = rel(f("abs", minus(left, right)), "<=", times(Fraction(1, 10 ** (digits - 1)), plus(1, f("abs", left))))
    assert try_to_refute(HERE, agreeing).outcome == "agrees"


@pytest.mark.parametrize(("name", "left", "right", "digits"), NEAR, ids=[case[0] for case in NEAR])
def test_one_strict_order_holds_and_the_other_does_not(name: str, left: Term, right: Term, digits: int) -> None:
    found = [try_to_refute(HERE, rel(left, head, right)) for head in ("<", ">", "<=", ">=", "!=")]
    refuted = [report.refuted for report in found]
    assert refuted in ([True, False, True, False, False], [False, True, False, True, False]), name
    assert all(report.outcome == "agrees" for report in found if not report.refuted)


EQUAL: list[tuple[str, Term, Term]] = [
    ("denesting", sqrt(plus(5, times(2, sqrt(6)))), ALPHA),
    ("the minimal polynomial", plus(to(ALPHA, 4), times(-10, to(ALPHA, 2)), 1), lit(0)),
    ("a power", plus(to(ALPHA, 60), to(minus(sqrt(3), sqrt(2)), 60)), lit(recurrent(2, 10, 10, -1, 30))),
    ("Lucas", plus(to(GOLDEN, 400), to(minus(1, GOLDEN), 400)), lit(recurrent(2, 1, 1, 1, 400))),
    ("Ramanujan's cubic", root(minus(root(2, 3), 1), 3), plus(
        root(over(1, 9), 3), times(-1, root(over(2, 9), 3)), root(over(4, 9), 3))),
    ("Ramanujan's quintic", sqrt(minus(root(5, 3), root(4, 3))), over(
        minus(plus(root(2, 3), root(20, 3)), root(25, 3)), 3)),
    ("logarithms", plus(f("log", 2), f("log", 3)), f("log", 6)),
    ("exponentials", times(f("exp", PI), f("exp", times(-1, PI))), lit(1)),
    ("Pythagoras", plus(to(f("sin", 11), 2), to(f("cos", 11), 2)), lit(1)),
    ("a double angle", f("sin", 22), times(2, f("sin", 11), f("cos", 11))),
    ("sines of multiples of pi", f("sin", times(PI, 10**200)), lit(0)),
    ("Heegner twice", to(HEEGNER, 2), f("exp", times(2, PI, sqrt(163)))),
    ("roots in another order", thue_morse(3, 10**30)[0], add(*thue_morse(3, 10**30)[0].arguments[::-1])),
]  # fmt: skip


@pytest.mark.parametrize(("name", "left", "right"), EQUAL, ids=[case[0] for case in EQUAL])
@pytest.mark.parametrize("head", ["=", "<=", ">="])
def test_what_is_equal_is_never_refuted(name: str, left: Term, right: Term, head: str) -> None:
    for first, second in ((left, right), (right, left)):
        report = try_to_refute(HERE, rel(first, head, second))
        assert report.outcome == "agrees", (name, report)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(EQUAL), st.integers(12, 800), st.sampled_from([1, -1]))
@example(EQUAL[0], 1000, 1)
def test_an_identity_that_is_off_by_little_is_refuted(case: tuple[str, Term, Term], digits: int, sign: int) -> None:
    _, left, right = case
    off = plus(right, Fraction(sign, 10**digits))
    report = try_to_refute(HERE, rel(left, "=", off))
    assert report.witness is not None, (case[0], digits)
    assert not report.witness.exact
    assert try_to_refute(HERE, rel(left, "<" if sign > 0 else ">", off)).outcome == "agrees"


def test_what_is_beyond_the_last_precision_is_left_open() -> None:
    beyond = Fraction(1, 2 ** (2 * PRECISIONS[-1]))
    report = try_to_refute(HERE, rel(sqrt(plus(5, times(2, sqrt(6)))), "=", plus(ALPHA, beyond)))
    assert not report.refuted
    # Which is no reason to call the order wrong, or right.
    strict = try_to_refute(HERE, rel(sqrt(plus(5, times(2, sqrt(6)))), "<", ALPHA))
    assert not strict.refuted


def test_a_symbol_in_the_neighbourhood() -> None:
    where = context(*real("x"))
    x = S("x")
    product = times(f("exp", x), f("exp", times(-1, x)))
    assert try_to_refute(where, rel(product, "=", 1)).outcome == "agrees"
    report = try_to_refute(where, rel(product, "=", 1 + Fraction(1, 10**50)))
    assert report.witness is not None


@pytest.mark.parametrize("degree", [2, 3, 5, 7, 12])
def test_roots_of_large_numbers_are_exact(degree: int) -> None:
    base = 10**25 + 7  # beyond what a float can tell apart
    whole = relation(root(number(base**degree), degree), "=", number(base))
    report = try_to_refute(HERE, whole)
    assert (report.outcome, report.witness) == ("agrees", None)
    off = try_to_refute(HERE, relation(root(number(base**degree + 1), degree), "=", number(base)))
    assert off.refuted
    if degree > 2:
        strict = try_to_refute(HERE, relation(root(number(base**degree), degree), "<", number(base)))
        assert strict.witness is not None and strict.witness.exact


def test_a_witness_shows_where_the_sides_differ() -> None:
    witness = try_to_refute(HERE, rel(HEEGNER, "=", 640320**3 + 744)).witness
    assert witness is not None
    assert witness.left.startswith("262537412640768743.99999999999925")
    assert witness.right == "262537412640768744"
    array = f("diagonal_matrix", f("ones", 2))
    close = times(1 + Fraction(1, 10**20), HEEGNER)
    apart = try_to_refute(HERE, rel(times(HEEGNER, array), "=", times(close, array))).witness
    assert apart is not None
    assert apart.left != apart.right
    plain = try_to_refute(HERE, rel(sqrt(2), "=", root(3, 3))).witness
    assert plain is not None
    assert (plain.left, plain.right) == ("sqrt(2)", "1.44224957031")


SAMPLING = {"bounded", "monte_carlo", "reports", "student", "tails", "vector_rules", "vectorised"}


def test_floats_are_for_sampling_only() -> None:
    """What is refuted or agrees is decided in exact and ball arithmetic: no other module knows of floats."""
    found = {}
    for path in sorted(Path(trials.__file__).parent.glob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        floats = [node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float | complex)]
        named = [node for node in nodes if isinstance(node, ast.Name) and node.id in ("float", "complex", "round")]
        modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        modules |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        whole = {
            alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom) and node.module == "math"
            for alias in node.names
        } <= {"comb", "factorial", "isqrt", "prod"}
        if floats or named or modules & {"numpy", "cmath", "statistics"} or not whole:
            found[path.stem] = sorted({node.lineno for node in (*floats, *named)})
    assert found.keys() <= SAMPLING, found


def test_only_the_spot_test_samples() -> None:
    sampling = {f"checks.trials.{name}" for name in SAMPLING - {"reports"}}
    for path in sorted(Path(trials.__file__).parent.glob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        imported = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        assert path.stem in SAMPLING | {"__init__"} or not imported & sampling, path


def test_powers_of_balls_about_zero_hold_their_values() -> None:
    for exponent in range(1, 7):
        for radius in (3, Fraction(1, 7)):
            ball = arb(0, float(radius))
            power = integer_power(ball, exponent)
            assert power.is_finite()
            assert power.contains(arb(float(radius)) ** exponent)
            assert power.contains(arb(-float(radius)) ** exponent)
            assert power.contains(0)
            assert power < (arb(float(radius)) * 2) ** exponent
    nothing = minus(sqrt(plus(5, times(2, sqrt(6)))), ALPHA)
    for exponent in (2, 3):
        assert try_to_refute(HERE, rel(to(nothing, exponent), "=", 1)).refuted
        assert try_to_refute(HERE, rel(to(nothing, exponent), "=", 0)).outcome == "agrees"
