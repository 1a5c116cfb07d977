"""E tr((W W^T)^p) for a Gaussian W of symbolic size: expanding it, and checking its closed form."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.figures import Figure, milliseconds
from checks.kernel.translation import expansion
from derive import context
from derive.options import CheckOptions
from derive.proving.advice import Seeker
from derive.proving.rebuilding import form_as_term
from derive.reports import Verdict

PUBLISHED = {4: 56.0, 6: 11_400.0}
"""What PyRTNI2 takes for the expectation, as its authors report, in milliseconds."""

TARGETS = {4: 40.0, 6: 600.0}


def measure(degrees: Sequence[int] = (1, 2, 3, 4, 5, 6), repeat: int = 3, by_hand: int = 6) -> list[Figure]:
    """For each degree: the expansion, and the whole check of the closed form, testing included.

    Beside the expansion stands a program written for this one family, which counts pairings in plain Python
    and collects them in SymPy.
    """
    figures = []
    given = context("m, n : dim", "W : matrix(m, n) iid ~ Normal(0, 1)")
    given.check_step("m", "=", "m")  # loads the foundations and what search and testing import
    for degree in degrees:
        text = f"E[trace((W W^T)^{degree})]"
        term = given.term(text)
        expanding = milliseconds(lambda term=term: expansion(given.kernel, Seeker()).form(term), repeat)  # type: ignore[misc]
        x = expansion(given.kernel, Seeker())
        closed = form_as_term(x, x.form(term))
        options = CheckOptions(timeout=60)
        start = time.perf_counter()
        step = given.check_step(text, "=", closed, by="moments", options=options)
        checking = (time.perf_counter() - start) * 1000
        if step.verdict is not Verdict.PROVED:
            raise RuntimeError(f"the closed form of degree {degree} is {step.verdict}: {step.message}")
        name, other = "", None
        if degree <= by_hand:
            name = "pairings counted in Python, collected in SymPy"
            other = milliseconds(lambda degree=degree: wick(degree), repeat)  # type: ignore[misc]
            if other and given.to_sympy(closed).expand() != wick(degree):
                raise RuntimeError(f"the closed form of degree {degree} is not that of the pairings")
        label, target, published = f"E tr((W W^T)^{degree})", TARGETS.get(degree), PUBLISHED.get(degree)
        figures.append(Figure(f"{label}, expanding", expanding, target=target, beside=name, other=other))
        theirs = "PyRTNI2 (published)" if published else ""
        if published:
            figures.append(Figure(f"{label}, expanding", expanding, target=target, beside=theirs, other=published))
        figures.append(
            Figure(f"{label}, whole check", checking, target=target, beside=theirs, other=published)
        )
    return figures


def wick(degree: int) -> Any:
    """E tr((W W^T)^p) as a SymPy polynomial, by Wick's theorem: a sum over all pairings of the 2p factors.

    The factors are W[i_1, j_1], W[i_2, j_1], W[i_2, j_2], …; a pairing identifies the indices of its pairs,
    and gives m and n to the number of row and of column indices that remain.
    """
    import sympy

    m, n = (sympy.Symbol(name, integer=True, positive=True) for name in "mn")
    factors = []
    for k in range(degree):
        factors += [(k, k), ((k + 1) % degree, k)]
    counts: dict[tuple[int, int], int] = {}
    for pairing in _pairings(tuple(range(2 * degree))):
        rows, columns = list(range(degree)), list(range(degree))
        for a, b in pairing:
            _join(rows, factors[a][0], factors[b][0])
            _join(columns, factors[a][1], factors[b][1])
        key = (_classes(rows), _classes(columns))
        counts[key] = counts.get(key, 0) + 1
    return sympy.Add(*(count * m**a * n**b for (a, b), count in counts.items()))


def _pairings(items: tuple[int, ...]) -> Iterator[tuple[tuple[int, int], ...]]:
    if not items:
        yield ()
        return
    first, *rest = items
    for position, other in enumerate(rest):
        for pairing in _pairings((*rest[:position], *rest[position + 1 :])):
            yield ((first, other), *pairing)


def _root(parents: list[int], item: int) -> int:
    while parents[item] != item:
        item = parents[item]
    return item


def _join(parents: list[int], first: int, second: int) -> None:
    parents[_root(parents, first)] = _root(parents, second)


def _classes(parents: list[int]) -> int:
    return sum(parent == item for item, parent in enumerate(parents))
