"""Canonical labelling: equal monomials get one key, few leaves are explored, and the order is deterministic."""

from __future__ import annotations

from random import Random

import pytest

from checks.contexts import Context, Declaration
from checks.kernel.forms import Atom, Form, Monomial, Summand, constant, index_atom
from checks.kernel.translation import expansion
from checks.terms import DIMENSION, ONE, Apply, Index, Symbol, Tensor, Term, bind, number, power
from derive.proving import labelling
from derive.proving.advice import Seeker
from derive.proving.labelling import canonical_order

n, m, A = Symbol("n"), Symbol("m"), Symbol("A")
CONTEXT = Context(
    {
        "n": Declaration("n", DIMENSION),
        "m": Declaration("m", DIMENSION),
        "A": Declaration("A", Tensor((m, n))),
        "S": Declaration("S", Tensor((n, n))),
    }
)


def monomial(random: Random, count: int, factors: int, names: list[str], lengths: dict[int, Form]) -> Summand:
    """A product of entries whose structure depends on ``random`` only, over the given names."""
    picked: dict[Atom, int] = {}
    for _ in range(factors):
        array = random.choice("ABC")
        places = [random.randrange(count) for _ in range(random.choice((1, 2, 2, 3)))]
        parts = tuple(
            Form([(Monomial((), ((index_atom(names[k]), 1),)), constant(1)[0].coefficient)]) for k in places
        )
        atom = Atom("entry", array, parts, symbols=frozenset((array,)))
        picked[atom] = picked.get(atom, 0) + random.choice((1, 1, 2))
    return Summand(constant(1)[0].coefficient, {names[k]: lengths[k] for k in range(count)}, picked)


def key(summand: Summand) -> str:
    x = expansion(CONTEXT, Seeker())
    return x.numbered(summand, canonical_order(summand))[0].key


def renamed(seed: int, count: int, factors: int, shuffle: Random) -> Summand:
    """The monomial of a seed with its indices named, and its factors listed, at random."""
    x = expansion(CONTEXT)
    names = [f"%{k}" for k in range(1, count + 1)]
    shuffle.shuffle(names)
    random = Random(seed)
    lengths = {k: x.form(random.choice((n, n, m))) for k in range(count)}
    made = monomial(random, count, factors, names, lengths)
    ranges, atoms = list(made.ranges.items()), list(made.factors.items())
    shuffle.shuffle(ranges)
    shuffle.shuffle(atoms)
    return Summand(made.coefficient, dict(ranges), dict(atoms))


@pytest.mark.parametrize("count", range(1, 11))
def test_renaming_the_indices_does_not_change_the_key(count: int) -> None:
    shuffle, keys = Random(count), set()
    for seed in range(20):
        factors = 1 + seed % 8 + count // 3
        first = key(renamed(seed, count, factors, shuffle))
        assert {key(renamed(seed, count, factors, shuffle)) for _ in range(4)} == {first}
        keys.add(first)
    # Other monomials have other keys.
    assert len(keys) > 10


def test_an_order_names_every_index_once() -> None:
    for seed in range(50):
        summand = renamed(seed, 7, 6, Random(seed))
        order = canonical_order(summand)
        assert sorted(order) == sorted(summand.ranges)
        assert order == canonical_order(summand)


def product(*arrays: Term) -> Term:
    return arrays[0] if len(arrays) == 1 else Apply("matmul", (arrays[0], product(*arrays[1:])))


GRAM = product(A, Apply("transpose", (A,)))
ENTRY = Apply("entry", (A, Symbol("i"), Symbol("j")))
TOTAL = bind("sum", "i", Index(ONE, m), bind("sum", "j", Index(ONE, n), ENTRY))


@pytest.mark.parametrize(
    ("term", "most"),
    [
        (Apply("trace", (power(GRAM, number(8)),)), 64),
        (Apply("trace", (power(GRAM, number(4)),)), 32),
        (power(TOTAL, number(6)), 16),
        (Apply("trace", (power(Symbol("S"), number(9)),)), 32),
    ],
)
def test_few_leaves_are_explored(term: Term, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    leaves = 0
    visit = labelling._Component._leaf

    def counted(self: labelling._Component, colours: dict[str, int], prefix: tuple[str, ...]) -> int | None:
        nonlocal leaves
        leaves += 1
        return visit(self, colours, prefix)

    monkeypatch.setattr(labelling._Component, "_leaf", counted)
    form = expansion(CONTEXT, Seeker()).form(term)
    assert len(form.terms) == 1
    assert 0 < leaves <= most


def test_cycles_read_from_any_place_are_one() -> None:
    S = Symbol("S")
    turned = Apply("transpose", (S,))
    keys = set()
    words = [(S, S, turned), (S, turned, S), (turned, S, S), (turned, turned, S)]
    for word in words:
        keys.add(expansion(CONTEXT, Seeker()).form(Apply("trace", (product(*word),))).key)
    assert len(keys) == 1
    other = expansion(CONTEXT, Seeker()).form(Apply("trace", (product(S, S, S),))).key
    assert other not in keys
