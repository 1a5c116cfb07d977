"""Definiteness decided by elimination, beside values at many vectors."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from flint import fmpq

from checks.terms import TRUE, Bind, Bound, Tensor, Term, number
from checks.trials import find_models
from checks.trials import test as try_to_refute
from checks.trials.compiling import World
from checks.trials.judging import finder_of
from checks.trials.values import Array
from tests.checks.trials.build import S, context, dim, eq, f, matrix, rel, var

ZEROS = f("zeros", S("n"))
NONZERO = f("!=", Bound(0), ZEROS)


def form(head: str, condition: Term) -> Term:
    body = f(head, f("dot", Bound(0), f("matmul", S("A"), Bound(0))), number(0))
    return Bind("forall", Tensor((S("n"),)), condition, body, "v")


@pytest.mark.parametrize(("head", "condition"), [(">", NONZERO), (">=", TRUE), (">=", NONZERO), (">", TRUE)])
def test_forms_are_decided_as_their_values_say(head: str, condition: Term) -> None:
    where = context(*dim("n"), var("A", matrix(S("n"), S("n"))), facts=(form(head, condition),))
    finder = finder_of(where)
    code = finder.facts[0].code
    assert code is not None
    random = Random(5)
    seen = set()
    for _ in range(150):
        size = random.randint(1, 2)
        entries = [fmpq(random.randint(-2, 3)) for _ in range(size * size)]
        found = code(World({"n": size, "A": Array((size, size), entries)}, None, 50_000).concrete())
        vectors = [v for v in product(range(-4, 5), repeat=size) if any(v) or condition == TRUE]
        values = [sum(v[i] * v[j] * entries[i * size + j] for i in range(size) for j in range(size)) for v in vectors]
        expected = all(value > 0 if head == ">" else value >= 0 for value in values)
        # Small vectors show every sign that matrices this small can have.
        assert found is expected, (entries, head)
        seen.add(found)
    assert seen == ({True, False} if (head, condition) != (">", TRUE) else {False})


def test_definite_contexts_have_certain_models() -> None:
    for head, condition in ((">", NONZERO), (">=", TRUE)):
        facts = (eq(f("transpose", S("A")), S("A")), form(head, condition))
        models = find_models(context(*dim("n"), var("A", matrix(S("n"), S("n"))), facts=facts), count=5)
        assert len(models) == 5
        assert all(model.certain for model in models)
        assert any(isinstance(size := model.values["n"], int) and size >= 2 for model in models)


def test_a_premise_may_leave_out_zero() -> None:
    A = S("A")
    body = f("implies", NONZERO, f(">", f("dot", Bound(0), f("matmul", A, Bound(0))), number(0)))
    fact = Bind("forall", Tensor((S("n"),)), TRUE, body, "v")
    where = context(*dim("n"), var("A", matrix(S("n"), S("n"))), facts=(fact,))
    assert all(model.certain for model in find_models(where, count=5))
    first = f("entry", A, 1, 1)
    assert not try_to_refute(where, rel(first, ">", 0)).refuted
    assert try_to_refute(where, rel(first, "<", 0)).refuted
    assert try_to_refute(where, eq(f("determinant", A), f("trace", A))).refuted


def test_what_holds_of_almost_all_arrays_only_is_refuted() -> None:
    A, x = S("A"), S("x")
    where = context(*dim("n"), var("A", matrix(S("n"), S("n"))), var("x", Tensor((S("n"),))))
    for value in (0, 1):
        assert try_to_refute(where, f("!=", f("determinant", A), value)).refuted
    assert try_to_refute(where, f("!=", x, ZEROS)).refuted
    assert try_to_refute(where, rel(f("dot", x, x), ">", 0)).refuted
    assert not try_to_refute(where, rel(f("dot", x, x), ">=", 0)).refuted


def test_structured_matrices_are_not_all_of_one_kind() -> None:
    A = S("A")
    turned = f("transpose", A)
    kinds = {
        "idempotent": (eq(f("matmul", A, A), A), eq(turned, A)),
        "idempotent and not the identity": (eq(f("matmul", A, A), A), eq(A, f("identity", S("n")))),
        "orthogonal": (eq(f("matmul", turned, A), f("identity", S("n"))), eq(turned, A)),
        "symmetric": (eq(turned, A), f("invertible", A)),
        "antisymmetric": (eq(turned, f("negate", A)), eq(A, f("zeros", S("n"), S("n")))),
    }
    for name, (fact, claim) in kinds.items():
        where = context(*dim("n"), var("A", matrix(S("n"), S("n"))), facts=(fact,))
        assert try_to_refute(where, claim).refuted, name


def test_an_idempotent_matrix_need_not_keep_lengths() -> None:
    A, x = S("A"), S("x")
    where = context(
        *dim("n"), var("A", matrix(S("n"), S("n"))), var("x", Tensor((S("n"),))),
        facts=(eq(f("matmul", A, A), A),),
    )  # fmt: skip
    image = f("matmul", A, x)
    assert try_to_refute(where, rel(f("dot", image, image), "<=", f("dot", x, x))).refuted
