"""Ranges split where other terms say: what is proved is compared with sums written out."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from checks.contexts import Context, Declaration, Fact
from checks.kernel.comparison import arithmetic
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    ONE,
    REAL,
    Apply,
    Function,
    Index,
    Symbol,
    Term,
    add,
    bind,
    multiply,
    number,
    relation,
    subtract,
)
from derive.proving.advice import Seeker

N, M, K, F = Symbol("n"), Symbol("m"), Symbol("k"), Symbol("f")
CONTEXT = (
    Context()
    .declare(Declaration("n", DIMENSION))
    .declare(Declaration("m", NATURAL))
    .declare(Declaration("k", INTEGER))
    .declare(Declaration("f", Function((INTEGER,), REAL)))
    .assume(Fact(relation(ONE, "<=", K)), Fact(relation(K, "<=", N)))
)
ENDS = [N, M, K, add(N, M), add(N, M, K), subtract(K, ONE), subtract(N, ONE), number(0), ONE, number(2), add(N, N)]


def value_at(term: Term, sizes: dict[str, int]) -> int:
    match term:
        case Symbol(name):
            return sizes[name]
        case Apply("add", parts):
            return sum(value_at(part, sizes) for part in parts)
        case Apply("negate", (part,)):
            return -value_at(part, sizes)
        case _:
            return int(term.value)  # type: ignore[union-attr]


def body_at(place: Term, shift: int, power: int) -> Term:
    at = add(place, number(shift)) if shift else place
    return Apply("power", (Apply("call", (F, at)), number(power)))


def total(low: Term, high: Term, shift: int, power: int) -> Term:
    return bind("sum", "i", Index(low, high), body_at(Symbol("i"), shift, power))


def shown(goal: Term) -> bool:
    return arithmetic(CONTEXT, goal, Seeker())


def test_splits_are_proved_only_where_the_sums_agree() -> None:
    random, proved, refused = Random(7), 0, 0
    for _ in range(1200):
        middle, end = random.choice(ENDS), random.choice(ENDS)
        shift, power = random.randint(-1, 2), random.randint(1, 2)
        single = random.random() < 0.3
        start = add(middle, number(random.choice((0, 1, 1, 1, 2))))
        left = total(ONE, end, shift, power)
        if single:
            parts = [total(ONE, subtract(middle, ONE), shift, power), body_at(middle, shift, power)]
        else:
            parts = [total(ONE, middle, shift, power)]
        right = add(*parts, total(start, end, shift, power))

        def written_out(sizes: dict[str, int], first: Term = start, last: Term = end, cut: Term = middle,
                        one: bool = single, move: int = shift, degree: int = power) -> bool:  # fmt: skip
            def value(place: int) -> Fraction:
                return Fraction((place + move) ** 2 + 3 * (place + move) + 7) ** degree

            whole = sum(value(i) for i in range(1, value_at(last, sizes) + 1))
            until = value_at(cut, sizes) - 1 if one else value_at(cut, sizes)
            pieces = sum(value(i) for i in range(1, until + 1)) + (value(value_at(cut, sizes)) if one else 0)
            return whole == pieces + sum(value(i) for i in range(value_at(first, sizes), value_at(last, sizes) + 1))

        models = [{"n": n, "m": m, "k": k} for n in (1, 2, 3) for m in (0, 1, 2) for k in range(1, n + 1)]
        agrees = all(written_out(sizes) for sizes in models)
        if shown(relation(left, "=", right)):
            proved += 1
            assert agrees, (left, right)
        else:
            refused += not agrees
    assert proved >= 80 and refused >= 400


def test_a_range_is_split_more_than_once() -> None:
    parts = [total(ONE, N, 0, 2), total(add(N, ONE), add(N, M), 0, 2), total(add(N, M, ONE), add(N, M, K), 0, 2)]
    assert shown(relation(total(ONE, add(N, M, K), 0, 2), "=", add(*parts)))
    assert not shown(relation(total(ONE, add(N, M, K), 0, 2), "=", add(*parts[:2])))


def test_a_range_that_may_be_shorter_is_not_split() -> None:
    # m may be greater than n, where the sum from m + 1 is empty.
    whole = total(ONE, N, 0, 1)
    assert not shown(relation(whole, "=", add(total(ONE, M, 0, 1), total(add(M, ONE), N, 0, 1))))
    assert shown(relation(whole, "=", add(total(ONE, K, 0, 1), total(add(K, ONE), N, 0, 1))))


def test_short_ranges_are_written_out() -> None:
    def at(place: int) -> Term:
        return body_at(number(place), 0, 1)

    assert shown(relation(total(ONE, ONE, 0, 1), "=", at(1)))
    assert shown(relation(total(ONE, number(3), 0, 1), "=", add(at(1), at(2), at(3))))
    assert not shown(relation(total(ONE, number(3), 0, 1), "=", add(at(1), at(2), at(2))))
    twice = multiply(number(2), at(2))
    assert not shown(relation(total(ONE, number(3), 0, 1), "=", add(at(1), twice)))


def difference_sum(shift: int, start: int, weight: int = 1) -> Term:
    """Σ_{i=start..m} (f(i + shift) - weight f(i))."""
    i = Symbol("i")
    later = Apply("call", (F, add(i, number(shift))))
    now = multiply(number(weight), Apply("call", (F, i)))
    return bind("sum", "i", Index(number(start), M), subtract(later, now))


def ends(shift: int, start: int, late: int = 0) -> Term:
    """What is left of such a sum: its last values less its first."""
    last = [Apply("call", (F, add(M, number(place + late)))) for place in range(1, shift + 1)]
    first = [Apply("call", (F, number(start + place))) for place in range(shift)]
    return subtract(add(*last), add(*first))


def test_sums_of_differences_telescope_from_no_terms_on() -> None:
    """m may be 0, and less than the shift."""
    for shift in (1, 2, 3):
        for start in (0, 1):
            goal = relation(difference_sum(shift, start), "=", ends(shift, start))
            assert arithmetic(CONTEXT, goal, Seeker())
            for wrong in (
                relation(difference_sum(shift, start), "=", ends(shift, start, 1)),
                relation(difference_sum(shift, start), "=", ends(shift, start + 1)),
                relation(difference_sum(shift + 1, start), "=", ends(shift, start)),
                relation(difference_sum(shift, start, 2), "=", ends(shift, start)),
            ):
                assert not arithmetic(CONTEXT, wrong, Seeker())
    # Of an integer that may be less than 0 nothing of the kind is known: the sum is 0 there, the ends are not.
    loose = Context().declare(Declaration("m", INTEGER)).declare(Declaration("f", Function((INTEGER,), REAL)))
    assert not arithmetic(loose, relation(difference_sum(1, 1), "=", ends(1, 1)), Seeker())
