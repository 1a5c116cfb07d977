"""Values for a second, longer look at a claim that a first one found nothing against.

The first look takes few values, simple ones, and the same ones in neighbouring places, which keeps witnesses small.
What is false at few values only is missed by that: where fractions carry, where a range is left at its far end, where
a matrix is nilpotent, where numbers of different sizes meet.  Here values are drawn at random from such kinds.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from random import Random

from flint import fmpq

from checks.trials.instances import FILLS, Fill
from checks.trials.values import Array

SIZES = (1, 2, 2, 3, 3, 4)
"""Lengths, which are those of arrays, too."""


def lengths(random: Random) -> Iterator[int]:
    """Values of a length, without end."""
    while True:
        yield random.choice(SIZES)


def integers(random: Random, turn: int) -> Iterator[int]:
    """Whole numbers of both signs, without end; larger ones in later turns."""
    reach = 4 + turn
    while True:
        yield random.randint(-reach, reach)


def reals(random: Random, bounds: list[fmpq], central: bool) -> Iterator[fmpq]:
    """Numbers without end: between bounds and beside them, fractions, whole numbers, large and small ones.

    ``central``: first the middle between the outermost bounds, where much is symmetric.
    """
    ends = sorted(set(bounds))
    if central and len(ends) > 1:
        yield (ends[0] + ends[-1]) / 2
    while True:
        if len(ends) > 1 and random.random() < 0.7:
            k = random.randrange(len(ends) - 1)
            yield ends[k] + fmpq(random.randint(1, 19), 20) * (ends[k + 1] - ends[k])
        elif ends and random.random() < 0.7:
            yield random.choice(ends) + random.choice((1, -1)) * _size(random)
        else:
            yield random.choice((1, 1, -1)) * _size(random)


def _size(random: Random) -> fmpq:
    kind = random.randrange(8)
    if kind < 4:
        return fmpq(random.randint(1, 29), random.choice((4, 5, 7, 10)))
    if kind < 6:
        return fmpq(random.randint(0, 6))
    return fmpq(random.randint(1, 40), random.choice((1, 1000)))


def arrays(shape: tuple[int, ...], random: Random) -> Iterator[Array]:
    """Arrays of the shape: every kind once, in an order drawn at random."""
    fills = [*FILLS, *_SPARSE]
    random.shuffle(fills)
    for fill in fills:
        array = fill(shape, random)
        if array is not None:
            yield array


def _unit(shape: tuple[int, ...], random: Random) -> Array | None:
    """One entry, the rest is 0: nilpotent when it is off the diagonal of a square matrix."""
    size = prod(shape)
    if size == 0:
        return None
    place = random.randrange(size)
    return Array(shape, [fmpq(int(k == place)) for k in range(size)])


def _few(shape: tuple[int, ...], random: Random) -> Array:
    """Mostly zeros."""
    return Array(shape, [fmpq(random.choice((0, 0, 0, 1, -1, 2))) for _ in range(prod(shape))])


def _scattered(shape: tuple[int, ...], random: Random) -> Array:
    """Numbers of very different sizes."""
    return Array(shape, [_size(random) * random.choice((1, -1)) for _ in range(prod(shape))])


def _gram(shape: tuple[int, ...], random: Random) -> Array | None:
    """B^T B for a B of small entries, which may be singular: symmetric and semidefinite."""
    if len(shape) != 2 or shape[0] != shape[1]:
        return None
    n = shape[0]
    b = [[fmpq(random.choice((-1, 0, 1, 1, 2))) for _ in range(n)] for _ in range(n)]
    return Array(shape, [sum((b[k][i] * b[k][j] for k in range(n)), fmpq(0)) for i in range(n) for j in range(n)])


def _stretched(shape: tuple[int, ...], random: Random) -> Array | None:
    """A diagonal matrix whose entries differ much."""
    if len(shape) != 2:
        return None
    values = [fmpq(random.choice((1, 1, 10, 100, -1))) for _ in range(shape[0])]
    return Array(shape, [values[i] if i == j else fmpq(0) for i in range(shape[0]) for j in range(shape[1])])


def _weights(shape: tuple[int, ...], random: Random) -> Array | None:
    """Numbers that are not negative, some of them 0, and add up to 1."""
    size = prod(shape)
    if size == 0:
        return None
    parts = [random.choice((0, 0, 1, 1, 2, 5)) for _ in range(size)]
    parts[random.randrange(size)] += 1
    return Array(shape, [fmpq(part, sum(parts)) for part in parts])


def _spike(shape: tuple[int, ...], random: Random) -> Array | None:
    """One entry in each row far above the others, which are all alike."""
    if not shape or shape[-1] == 0:
        return None
    entries: list[fmpq] = []
    for _ in range(prod(shape[:-1])):
        place = random.randrange(shape[-1])
        entries.extend(fmpq(100 if k == place else -1) for k in range(shape[-1]))
    return Array(shape, entries)


_SPARSE: tuple[Fill, ...] = (
    _unit, _unit, _unit, _unit, _few, _few, _scattered, _gram, _gram, _gram, _stretched,
    _weights, _weights, _spike, _spike, _spike,
)  # fmt: skip
