"""The rules of the auditor: each is used in a good certificate and in a bad one, and what they are made of."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from checks.auditor.audit import audited
from checks.auditor.definedness import needs
from checks.auditor.differentiability import differentiable
from checks.auditor.kinds import Uncovered, kind_of
from checks.auditor.matching import holds
from checks.auditor.rules import RULES, composed
from checks.auditor.scopes import conclude, everywhere, suppose
from checks.auditor.terms import ONE, TRUE, ZERO, Apply, Bind, Bound, Context, Fact, Law, Number, Refused, Symbol, Term
from tests.checks.auditor.documents import BAD, GOOD, document

N, M, X, Y, F, A = (Symbol(name) for name in "nmxyfA")
UNIT = Law("Normal", (ZERO, ONE), None, None, 0, "iid")
HERE = Context(
    types={
        "n": "dim", "m": "nat", "x": "real", "y": "real", "f": ("function", ("real",), "real"),
        "s": ("function", ("nat",), "real"), "A": ("tensor", (N, N)), "Z": "real", "v": ("tensor", (N,)),
    },
    laws={"Z": UNIT},
)  # fmt: skip
TWO = Number(Fraction(2))


def apply(head: str, *arguments: Term) -> Term:
    return Apply(head, arguments)


def no(*_: object) -> bool:
    return False


def rules_in(value: Any) -> set[str]:
    """The rules in a certificate."""
    found = {value["rule"]} if isinstance(value, dict) and "rule" in value else set()
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        found |= rules_in(each)
    return found


def test_every_rule_has_good_and_bad_certificates() -> None:
    good = set().union(*(rules_in(document(path)["stored"]["proof"]) for path in GOOD))
    bad = set().union(*(rules_in(document(path)["stored"]["proof"]) for path in BAD))
    # That moments exist is for the leaves alone to say.
    assert good == RULES.keys() - {"integrable"}
    assert bad >= RULES.keys()


def test_without_leaves_nothing_that_needs_one_is_accepted() -> None:
    for path in GOOD:
        found = document(path)
        report = audited(found["script"], found["stored"], no)
        assert report.accepted == (report.refused is None and not any(step.reasons for step in report.steps))


@pytest.mark.parametrize("wrong", [None, 1, "x", [], {}, {"version": 2}, {"version": 1}, {"version": 1, "terms": 3}])
def test_what_is_no_document_is_refused(wrong: object) -> None:
    good = document(GOOD[0])
    assert audited(wrong, good["stored"], no).refused
    assert audited(good["script"], wrong, no).refused


def test_nothing_that_is_cut_off_is_accepted() -> None:
    """Any object of a document without one of its keys is refused, or makes no difference to what is shown."""
    for path in GOOD:
        text = json.dumps(document(path)["stored"])
        for key in ("goal", "rule", "use", "proofs", "terms", "proof"):
            stored = json.loads(text.replace(f'"{key}":', f'"{key}_":'))
            if f'"{key}":' in text:
                assert audited(document(path)["script"], stored, no).refused


def test_deep_terms_are_not_covered() -> None:
    good = document(GOOD[0])
    terms = [["symbol", "x"]] + [["apply", "negate", [k]] for k in range(30_000)]
    report = audited(good["script"], {**good["stored"], "terms": terms}, no)
    assert not report.accepted


# -- relations -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("links", "whole", "others"),
    [
        (["=", "="], "=", ["<", "!="]),
        (["=", "<="], "<=", ["=", "<", ">="]),
        (["<", "<=", "="], "<", ["=", ">"]),
        ([">", ">="], ">", ["<", "="]),
        (["=", "!="], "!=", ["=", "<"]),
        (["=", "equal_almost_surely"], "equal_almost_surely", ["="]),
        (["equal_in_law", "equal_almost_surely"], "equal_in_law", ["=", "equal_almost_surely"]),
        (["iff", "implies"], "implies", ["iff"]),
        (["iff"], "iff", []),
    ],
)
def test_links_compose(links: list[str], whole: str, others: list[str]) -> None:
    assert whole in composed(links)
    assert composed(links).isdisjoint(others)


@pytest.mark.parametrize("links", [["!=", "!="], ["<", ">"], ["<=", ">="], ["!=", "<"], ["iff", "="], ["foo"]])
def test_links_that_do_not_compose(links: list[str]) -> None:
    assert composed(links) == set()


# -- kinds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        (apply("add", N, M), "int"),
        (apply("divide", N, M), "real"),
        (apply("power", M, N), "int"),
        (apply("power", M, apply("negate", N)), "real"),
        (apply("matmul", A, A), ("tensor", (N, N))),
        (apply("entry", A, ONE), ("tensor", (N,))),
        (apply("entry", A, ONE, ONE), "real"),
        (Bind("array", ("index", ONE, N), TRUE, X), ("tensor", (N,))),
        (Bind("lambda", "real", TRUE, Bound(0)), ("function", ("real",), "real")),
        (apply("call", F, X), "real"),
        (apply("<=", X, Y), "proposition"),
    ],
)
def test_kinds(term: Term, kind: object) -> None:
    assert kind_of(HERE, term) == kind


@pytest.mark.parametrize(
    "term",
    [
        Symbol("q"), Bound(0), apply("and", X, TRUE), apply("add", X, A), apply("matmul", X, A), apply("entry", A, X),
        apply("call", X, X), apply("call", Symbol("s"), X), apply("<=", X, TRUE), apply("multiply", A, A),
        Bind("forall", "real", X, TRUE),
    ],
)  # fmt: skip
def test_what_has_no_kind(term: Term) -> None:
    with pytest.raises((Refused, Uncovered)):
        kind_of(HERE, term)


# -- definedness ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "asked"),
    [
        (apply("divide", X, Y), apply("!=", Y, ZERO)),
        (apply("sqrt", X), apply("<=", ZERO, X)),
        (apply("log", X), apply("<", ZERO, X)),
        (apply("inverse", A), apply("invertible", A)),
        (apply("power", X, Number(Fraction(-1))), apply("!=", X, ZERO)),
        (apply("power", X, Number(Fraction(1, 2))), apply("<=", ZERO, X)),
        (apply("power", X, Y), apply("<", ZERO, X)),
        (apply("entry", Symbol("v"), M), apply("<=", ONE, M)),
        (apply("entry", Symbol("v"), M), apply("<=", M, N)),
        (apply("call", Symbol("s"), apply("negate", M)), apply("<=", ZERO, apply("negate", M))),
        (apply("expectation", Symbol("Z")), apply("integrable", Symbol("Z"))),
        (apply("factorial", M), apply("<=", ZERO, M)),
        (apply("derivative", F, X), apply("differentiable", F, X)),
    ],
)
def test_what_makes_terms_defined(term: Term, asked: Term) -> None:
    assert asked in [need for _, need in needs(HERE, term)]


def test_a_branch_is_defined_under_its_test() -> None:
    term = apply("if", apply("!=", Y, ZERO), apply("divide", X, Y), ZERO)
    assert all(holds(where, need, no) for where, need in needs(HERE, term))
    other = apply("if", apply("!=", X, ZERO), apply("divide", X, Y), ZERO)
    assert not all(holds(where, need, no) for where, need in needs(HERE, other))


def test_a_sum_of_infinitely_many_is_not_covered() -> None:
    with pytest.raises(Uncovered):
        list(needs(HERE, Bind("sum", "nat", TRUE, Bound(0))))


def test_differentiable_functions() -> None:
    square = Bind("lambda", "real", TRUE, apply("power", Bound(0), TWO))
    assert holds(HERE, apply("differentiable", square, X), no)
    root = Bind("lambda", "real", TRUE, apply("sqrt", Bound(0)))
    assert not holds(HERE, apply("differentiable", root, X), no)
    assert holds(suppose(HERE, apply("<", ZERO, X)), apply("differentiable", root, X), no)
    size = Bind("lambda", "real", TRUE, apply("abs", Bound(0)))
    assert not holds(HERE, apply("differentiable", size, X), no)
    assert not holds(HERE, apply("differentiable", F, X), no)
    composite = Bind("lambda", "real", TRUE, apply("call", F, apply("multiply", TWO, Bound(0))))
    assert not holds(HERE, apply("differentiable", composite, X), no)
    everywhere_smooth = Bind("forall", "real", TRUE, apply("differentiable", F, Bound(0)))
    assert holds(suppose(HERE, everywhere_smooth), apply("differentiable", composite, X), no)
    with pytest.raises(Uncovered):
        list(differentiable(HERE, F, X))


# -- what is known -------------------------------------------------------------------------------------


def positive(term: Term) -> Term:
    return apply("<", ZERO, term)


def test_instances_of_what_is_known_for_all_values() -> None:
    known = suppose(HERE, Bind("forall", "nat", TRUE, positive(apply("call", Symbol("s"), Bound(0)))))
    assert holds(known, positive(apply("call", Symbol("s"), M)), no)
    assert holds(known, positive(apply("call", Symbol("s"), apply("add", M, ONE))), no)
    assert not holds(known, positive(apply("call", Symbol("s"), apply("negate", N))), no)
    assert not holds(known, positive(apply("call", F, X)), no)


def test_conditions_of_what_is_known_have_to_hold() -> None:
    known = suppose(HERE, Bind("forall", "real", apply("<=", ONE, Bound(0)), positive(apply("call", F, Bound(0)))))
    assert holds(known, positive(apply("call", F, TWO)), no)
    assert not holds(known, positive(apply("call", F, ZERO)), no)
    assert not holds(known, positive(apply("call", F, X)), no)
    assert holds(suppose(known, apply("<=", TWO, X)), positive(apply("call", F, X)), no)


def test_no_random_value_below_an_expectation() -> None:
    constant = apply("=", apply("expectation", apply("multiply", Bound(0), Symbol("Z"))), ZERO)
    known = suppose(HERE, Bind("forall", "real", TRUE, constant))
    squared = apply("=", apply("expectation", apply("multiply", Symbol("Z"), Symbol("Z"))), ZERO)
    assert not holds(known, squared, no)
    assert holds(known, apply("=", apply("expectation", apply("multiply", X, Symbol("Z"))), ZERO), no)


def test_what_holds_at_one_outcome_is_not_known_below_an_expectation() -> None:
    low = positive(Symbol("Z"))
    assert not holds(everywhere(suppose(HERE, low)), low, no)
    assert holds(suppose(HERE, low), low, no)
    assert not holds(suppose(HERE, low), apply("always", low), no)
    assumed = Context(HERE.types, HERE.laws, (Fact(low),))
    assert holds(assumed, apply("always", low), no)
    assert holds(conclude(assumed, low), apply("always", low), no)
    followed = conclude(suppose(assumed, apply("<", Symbol("Z"), ONE)), apply("<", Symbol("Z"), TWO))
    assert not holds(followed, apply("always", apply("<", Symbol("Z"), TWO)), no)


def test_ranges_of_random_length_are_not_known_below_an_expectation() -> None:
    length = apply("floor", Symbol("Z"))
    here = HERE.declare("i", ("index", ONE, length))
    assert holds(here, apply("<=", ONE, Symbol("i")), no)
    assert not holds(everywhere(here), apply("<=", ONE, Symbol("i")), no)
