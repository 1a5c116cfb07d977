"""What a context remembers: it saves work and never changes what is accepted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checks.contexts import Context, Declaration, Fact, Growing, Remembered, open_in
from checks.kernel.certificates import Arithmetic, Proof
from checks.kernel.comparison import shown, was_shown
from checks.kernel.verification import Rejected, verify
from checks.shapes import type_of
from checks.terms import DIMENSION, INTEGER, ONE, REAL, ZERO, Bind, Index, Symbol, Term, add, bind, multiply, relation
from derive.checking import Checker, check
from derive.options import CheckOptions, library_root
from derive.proving.advice import Seeker

x, n = Symbol("x"), Symbol("n")


def declared(**kinds: object) -> Context:
    context = Context()
    for name, kind in kinds.items():
        context = context.declare(Declaration(name, kind))  # type: ignore[arg-type]
    return context


def positive(context: Context) -> Context:
    return context.assume(Fact(relation(ZERO, "<", x)))


def test_what_is_known_in_one_context_says_nothing_in_another() -> None:
    goal = relation(ZERO, "<", add(x, ONE))
    bare = declared(x=REAL)
    certificate = shown(positive(bare), goal, Seeker())
    assert certificate is not None
    assert shown(bare, goal, Seeker()) is None
    assert not was_shown(bare, goal, certificate)
    with pytest.raises(Rejected):
        verify(bare, {}, goal, Proof(certificate))


def test_a_certificate_that_nobody_has_looked_at_is_replayed() -> None:
    context = declared(x=REAL, y=REAL).assume(Fact(relation(x, "<=", Symbol("y"))))
    goal = relation(x, "<", add(Symbol("y"), ONE))
    certificate = shown(context, goal, Seeker())
    assert certificate is not None and certificate.multipliers
    verify(context, {}, goal, Proof(certificate))
    emptied = replace(certificate, multipliers=(None,) * len(certificate.multipliers))
    assert not was_shown(context, goal, emptied)
    with pytest.raises(Rejected):
        verify(context, {}, goal, Proof(emptied))


def test_what_could_not_be_shown_was_not_shown() -> None:
    context = declared(x=REAL)
    goal = relation(ZERO, "<", x)
    assert shown(context, goal, Seeker()) is None
    assert not was_shown(context, goal, Arithmetic())
    with pytest.raises(Rejected):
        verify(context, {}, goal, Proof(Arithmetic()))


def test_a_supposition_is_made_once_and_leaves_its_context_alone() -> None:
    context = declared(x=REAL)
    statement = relation(ZERO, "<", x)
    first, second = context.suppose(statement), context.suppose(statement)
    assert first is second and len(first.facts) == 1 and not context.facts
    assert context.suppose(statement, "declared").facts[0].kind == "declared"
    assert context.conclude(statement).facts[0].kind == "proved"
    assert context.conclude(statement, "name").facts[0].name == "name"


def test_binders_that_call_their_variables_otherwise_are_opened_apart() -> None:
    context = declared(n=DIMENSION)

    def total(hint: str) -> Bind:
        found: Term = bind("sum", hint, Index(ONE, n), multiply(Symbol(hint), n))
        assert isinstance(found, Bind)
        return found

    first, second = total("i"), total("k")
    assert first == second
    assert open_in(context, first)[1] == Symbol("i") and open_in(context, second)[1] == Symbol("k")
    assert type_of(first, context) == type_of(second, context) == INTEGER


def test_names_that_are_added_later_are_seen_by_binders_that_are_opened_later() -> None:
    growing = Growing(declared(n=DIMENSION).declarations)
    context = Context().sharing(growing)
    first = bind("sum", "i", Index(ONE, n), n)
    assert type_of(first, context) == INTEGER
    growing["%1"] = Declaration("%1", INTEGER)
    second = bind("sum", "i", Index(ONE, n), add(n, Symbol("%1")))
    assert type_of(second, context) == INTEGER


def test_types_depend_on_declarations() -> None:
    goal = add(x, ONE)
    assert type_of(goal, declared(x=INTEGER)) == INTEGER
    assert type_of(goal, declared(x=REAL)) == REAL
    wider = declared(x=INTEGER)
    assert type_of(goal, wider) == INTEGER
    assert type_of(goal, wider.declare(Declaration("x", REAL))) == REAL


@pytest.mark.parametrize(
    "script", ["sums/elementary.drv", "moments/products.drv", "matrices/inverses.drv", "networks/softmax.drv"]
)
def test_certificates_of_the_library_replay_where_nothing_is_remembered(script: str) -> None:
    checker = Checker(CheckOptions(cache=False))
    file = checker.loader.load(Path(library_root()) / script)
    for item in file.theorems():
        checked = checker.theorem(file, item)
        assert checked.recorded
        for step in checked.recorded.values():
            fresh = replace(step.context, facts=step.context.facts)
            assert fresh == step.context and not fresh.remembered.shown
            verify(fresh, checker.theory, step.statement, step.proof)


class _Forgetful(dict):  # type: ignore[type-arg]
    """A memory that keeps nothing."""

    def __setitem__(self, key: object, value: object) -> None:
        return None


@pytest.mark.parametrize("script", ["sums/elementary.drv", "operator_norms/induced_norms.drv", "networks/softmax.drv"])
def test_verdicts_do_not_depend_on_what_is_remembered(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(library_root()) / script

    def verdicts() -> list[tuple[str, list[tuple[str, str, tuple[str, ...]]]]]:
        report = check([path], CheckOptions(cache=False))
        return [
            (theorem.name, [(step.verdict.value, step.method, step.conditions) for step in theorem.steps])
            for theorem in report.theorems
        ]

    remembered = verdicts()

    def forget(self: Remembered) -> None:
        self.types, self.obligations, self.opened, self.further, self.shown = (_Forgetful() for _ in range(5))

    monkeypatch.setattr(Remembered, "__init__", forget)
    assert verdicts() == remembered
    assert remembered
