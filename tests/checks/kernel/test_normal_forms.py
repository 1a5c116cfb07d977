"""Index normal forms of 2,000 random terms against brute force; rearrangements are proved, mutations never."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from checks.kernel.comparison import arithmetic
from checks.kernel.translation import expansion
from checks.shapes import type_of
from checks.terms import ONE, Apply, Index, Symbol, Tensor, Term, bind, multiply, number, relation, subtract
from derive.proving.advice import Seeker
from tests.brute_force import Model, Undefined, Value, evaluate, form_value
from tests.checks.kernel.polynomial_terms import (
    ALL_SIZES,
    CONTEXT,
    COVERAGE,
    Drawer,
    coverage,
    delta,
    entry,
    models,
    sample,
)
from tests.checks.kernel.rearrangements import MUTATIONS, REARRANGEMENTS, mutated, rearranged

COUNT = 2_000
SEED = 20_240
RECTANGULAR = [(rows, columns) for rows, columns in ALL_SIZES if rows != columns]


def shown(left: Term, right: Term) -> bool:
    """Whether the search's arithmetic proves the equation."""
    return arithmetic(CONTEXT, relation(left, "=", right), Seeker())


def agree_everywhere(left: Term, right: Term, seed: int) -> bool:
    """Whether two terms of one type have equal values at all sizes 1 to 3, where both are defined."""
    for model in models(Random(seed), ALL_SIZES * 2):
        try:
            if evaluate(left, model) != evaluate(right, model):
                return False
        except Undefined:
            continue
    return True


@pytest.fixture(scope="module")
def terms() -> list[Term]:
    return sample(SEED, COUNT)


def test_what_occurs_in_the_random_terms(terms: list[Term], capsys: pytest.CaptureFixture[str]) -> None:
    found = coverage(terms)
    with capsys.disabled():
        print(f"\n{len(terms)} random terms: " + ", ".join(f"{name} {share:.0%}" for name, share in found.items()))
    assert len(terms) == COUNT and len(set(terms)) > 0.95 * COUNT
    assert {name for name, least in COVERAGE.items() if found[name] < least} == set()


def test_a_normal_form_has_the_value_of_its_term(terms: list[Term]) -> None:
    values: dict[str, tuple[Value, ...]] = {}
    checked = 0
    for number_of_term, term in enumerate(terms):
        form = expansion(CONTEXT, Seeker()).form(term)
        random = Random(number_of_term)
        for model in models(random, ALL_SIZES):
            checked += 1
            assert form_value(form, model) == evaluate(term, model), term
        # Equal normal forms, equal values: at models that all terms have in common.
        shared = tuple(evaluate(term, model) for model in models(Random(1), [(1, 2), (3, 2), (2, 2)]))
        assert values.setdefault(form.key, shared) == shared, term
    assert checked == len(ALL_SIZES) * COUNT


def test_a_normal_form_does_not_depend_on_the_order_of_indices_for_its_value(terms: list[Term]) -> None:
    # Without an advisor indices stay in order of appearance, and nothing beyond the sign lattice is known.
    for number_of_term, term in enumerate(terms[:400]):
        form = expansion(CONTEXT).form(term)
        for model in models(Random(number_of_term), [(2, 3), (3, 1)]):
            assert form_value(form, model) == evaluate(term, model), term


def test_rearrangements_of_plain_terms_are_proved() -> None:
    random, done = Random(SEED), Counter[str]()
    for number_of_term, term in enumerate(sample(SEED + 1, 600, plain=True)):
        other, names = rearranged(random, CONTEXT, term, 3)
        done.update(names)
        assert agree_everywhere(term, other, number_of_term), (names, term)
        assert shown(term, other), (names, term, other)
    assert set(done) == set(REARRANGEMENTS) and min(done.values()) >= 10


def test_rearrangements_of_all_terms_are_mostly_proved(terms: list[Term]) -> None:
    # Free ends of ranges and deltas between indices of different lengths still have several normal forms.
    random, proved = Random(SEED), 0
    for term in terms[:400]:
        other, _ = rearranged(random, CONTEXT, term, 3)
        proved += shown(term, other)
    assert proved >= 0.99 * 400


def test_rearrangements_of_arrays_are_proved() -> None:
    random, drawer, changed = Random(SEED), Drawer(Random(SEED), plain=True), 0
    for number_of_term in range(150):
        term = drawer.matrix("m", "n", 2)
        other, _ = rearranged(random, CONTEXT, term, 3)
        assert isinstance(type_of(other, CONTEXT), Tensor)
        assert agree_everywhere(term, other, number_of_term), (term, other)
        assert shown(term, other), (term, other)
        changed += other != term
    assert changed > 100


def test_mutations_are_proved_only_where_they_change_nothing(terms: list[Term]) -> None:
    random, tried, proved, told_apart = Random(SEED), Counter[str](), 0, 0
    for number_of_term, term in enumerate(terms[-700:]):
        for name, other in mutated(random, CONTEXT, term):
            tried[name] += 1
            if shown(term, other):
                proved += 1
                assert agree_everywhere(term, other, number_of_term), (name, term, other)
            elif number_of_term < 100:
                told_apart += not agree_everywhere(term, other, number_of_term)
    assert set(tried) == set(MUTATIONS) and min(tried.values()) >= 200
    assert proved < 0.15 * sum(tried.values()) and told_apart > 400


def test_mutations_of_arrays_are_proved_only_where_they_change_nothing() -> None:
    random, drawer, refused = Random(SEED), Drawer(Random(SEED + 2)), 0
    for number_of_term in range(100):
        term = drawer.matrix("m", "n", 2)
        for name, other in mutated(random, CONTEXT, term):
            if type_of(other, CONTEXT) != type_of(term, CONTEXT):
                continue
            if shown(term, other):
                assert agree_everywhere(term, other, number_of_term), (name, term, other)
            else:
                refused += 1
    assert refused > 150


# -- by hand -------------------------------------------------------------------------------------------

m, n, a, b, i, j, s, t = map(Symbol, "mnabijst")
A, B, D, S, T, x, u, y = map(Symbol, "ABDSTxuy")


def over(name: str, high: Term, body: Term, low: Term = ONE) -> Term:
    return bind("sum", name, Index(low, high), body)


def matmul(*arrays: Term) -> Term:
    return arrays[0] if len(arrays) == 1 else Apply("matmul", (arrays[0], matmul(*arrays[1:])))


def trace(array: Term) -> Term:
    return Apply("trace", (array,))


def transposed(array: Term) -> Term:
    return Apply("transpose", (array,))


TWINS = [
    # (left, equal to it, not equal to it)
    (over("s", n, delta(s, i)), ONE, number(0)),
    (over("s", n, multiply(delta(s, i), entry("x", s))), entry("x", i), entry("x", j)),
    (over("s", n, delta(s, s)), n, ONE),
    (over("s", n, over("t", n, delta(s, t))), n, multiply(n, n)),
    (over("s", n, over("t", m, delta(s, t))), over("s", n, over("t", m, delta(t, s))), n),
    (over("s", n, delta(multiply(number(2), s), i)), over("s", n, delta(i, multiply(number(2), s))), ONE),
    (over("s", n, ONE, i), over("s", n, ONE, i), subtract(n, i)),
    (over("s", j, ONE, i), over("s", j, ONE, i), subtract(j, subtract(i, ONE))),
    (over("s", n, over("t", s, entry("x", t))), over("t", n, over("s", n, entry("x", t), t)),
     over("t", n, over("s", t, entry("x", t)))),
    (trace(matmul(A, B)), trace(matmul(B, A)), trace(matmul(A, transposed(D)))),
    (trace(matmul(S, T, S)), trace(matmul(S, S, T)), trace(matmul(S, T, T))),
    (trace(matmul(S, T, S, T)), trace(matmul(T, S, T, S)), trace(matmul(S, S, T, T))),
    (matmul(A, B), transposed(matmul(transposed(B), transposed(A))), transposed(matmul(A, B))),
    (trace(Apply("identity", (n,))), n, m),
    (entry(matmul(S, T), i, j), over("s", n, multiply(entry("S", i, s), entry("T", s, j))), entry(matmul(T, S), i, j)),
    (multiply(over("s", n, entry("x", s)), over("s", n, entry("x", s))),
     over("s", n, over("t", n, multiply(entry("x", s), entry("x", t)))),
     over("s", n, multiply(entry("x", s), entry("x", s)))),
]  # fmt: skip


@pytest.mark.parametrize(("left", "same", "other"), TWINS)
def test_twins(left: Term, same: Term, other: Term) -> None:
    assert shown(left, same) and agree_everywhere(left, same, 0)
    assert not shown(left, other) and not agree_everywhere(left, other, 0)


def test_the_evaluators_know_what_is_out_of_range() -> None:
    model = Model({"n": 2, "x": next(iter(models(Random(0), [(1, 2)]))).values["x"]})
    inside = over("s", n, entry("x", s))
    assert evaluate(inside, model) == form_value(expansion(CONTEXT).form(inside), model)
    with pytest.raises(Undefined):
        evaluate(over("s", multiply(number(2), n), entry("x", s)), model)
