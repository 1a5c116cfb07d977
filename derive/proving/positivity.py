"""Search for positivity certificates: Farkas multipliers over facts and products of two facts.

A goal f >= 0 follows when f − Σ λ_k h_k is a constant that is not negative.  The λ are found by exact
elimination (Fourier and Motzkin) on the system {h_k >= 0, −f − 1 >= 0 or −f > 0}, monomials taken as
independent unknowns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from typing import TypeVar

from flint import fmpq

from checks.kernel.forms import Form, product_of_forms
from checks.kernel.linear import Multipliers, establishes

ROW_LIMIT = 400
PRODUCT_LIMIT = 3
"""How many facts are multiplied with each other."""
RELEVANT = {2: 8, 3: 4}
"""Of how many facts products of so many factors are looked at."""
Row = tuple[dict[str, fmpq], dict[int, fmpq]]
Key = TypeVar("Key")


def find_multipliers(
    goal: Form, facts: Sequence[Form], strict: Sequence[bool], integral: bool, positive: bool
) -> Multipliers | None:
    """Multipliers that establish ``goal >= 0`` (or ``> 0``) from ``facts >= 0`` (``strict``: ``> 0``), or None."""
    if not facts:
        return None
    sources: list[tuple[int, ...]] = [(position,) for position in range(len(facts))]
    found = _solve(goal, facts, strict, sources, integral, positive)
    if found is None and _degree(goal) > 1:
        relevant = [
            k for k, fact in enumerate(facts) if fact.symbols & goal.symbols or fact.indices & goal.indices
        ]
        for count in range(2, min(_degree(goal), PRODUCT_LIMIT) + 1):
            sources += combinations_with_replacement(relevant[: RELEVANT[count]], count)
            found = _solve(goal, facts, strict, sources, integral, positive)
            if found is not None:
                break
    if found is not None and establishes(found, facts, strict, goal, integral, positive):
        return found
    return None


def _degree(form: Form) -> int:
    return max((sum(int(e) for _, e in m.factors if isinstance(e, int)) for m, _ in form.terms), default=0)


def _vector(form: Form) -> dict[str, fmpq]:
    return {monomial.key: value for monomial, value in form.terms}


def _solve(
    goal: Form, facts: Sequence[Form], strict: Sequence[bool], sources: list[tuple[int, ...]], integral: bool,
    positive: bool,
) -> Multipliers | None:  # fmt: skip
    rows: list[Row] = []
    for number, positions in enumerate(sources):
        product = facts[positions[0]]
        for position in positions[1:]:
            try:
                product = product_of_forms(product, facts[position])
            except ValueError:
                break
        else:
            rows.append((_vector(product), {number: fmpq(1)}))
    negated = {key: -value for key, value in _vector(goal).items()}
    if not _is_within_reach(negated, rows):
        return None
    if integral and not positive:
        negated[""] = negated.get("", fmpq(0)) - 1
    rows.append((negated, {-1: fmpq(1)}))
    variables = sorted({key for vector, _ in rows for key in vector if key})
    # Only monomials that can be cancelled matter, and only facts that share one with the goal, transitively.
    rows = _relevant(rows)
    while True:
        present = {key for vector, _ in rows for key in vector if key}
        candidates = [key for key in variables if key in present]
        if not candidates:
            break
        key = min(candidates, key=lambda k: _growth(rows, k))
        rows = _eliminated(rows, key)
        if len(rows) > ROW_LIMIT:
            return None
    for vector, combination in rows:
        value = vector.get("", fmpq(0))
        weight = combination.get(-1, fmpq(0))
        carried = any(
            number >= 0 and share > 0 and all(strict[k] for k in sources[number])
            for number, share in combination.items()
        )
        closed = value < 0 or (value == 0 and (carried if positive else not integral))
        if weight > 0 and closed:
            return tuple(
                (share / weight, sources[number])
                for number, share in sorted(combination.items())
                if number >= 0 and share
            )
    return None


def _is_within_reach(negated: dict[str, fmpq], rows: list[Row]) -> bool:
    """Whether each monomial of the goal has its sign in some fact, as sums with positive weights need."""
    return all(
        any(vector.get(key, 0) * value < 0 for vector, _ in rows) for key, value in negated.items() if key
    )


def _relevant(rows: list[Row]) -> list[Row]:
    goal = rows[-1]
    keys = {key for key in goal[0] if key}
    chosen = [goal]
    rest = rows[:-1]
    changed = True
    while changed:
        changed = False
        for row in list(rest):
            if any(key in keys for key in row[0]):
                chosen.append(row)
                rest.remove(row)
                keys |= {key for key in row[0] if key}
                changed = True
    return chosen


def _growth(rows: list[Row], key: str) -> int:
    up = sum(1 for vector, _ in rows if vector.get(key, 0) > 0)
    down = sum(1 for vector, _ in rows if vector.get(key, 0) < 0)
    return up * down - up - down


def _eliminated(rows: list[Row], key: str) -> list[Row]:
    up = [row for row in rows if row[0].get(key, 0) > 0]
    down = [row for row in rows if row[0].get(key, 0) < 0]
    result = [row for row in rows if not row[0].get(key)]
    seen = set()
    for high in up:
        for low in down:
            a, b = -low[0][key], high[0][key]
            vector = _mixed(high[0], a, low[0], b)
            combination = _mixed(high[1], a, low[1], b)
            # A row that the goal takes part in is never given up for one that it does not.
            mark = (-1 in combination, tuple(sorted((k, str(v)) for k, v in vector.items())))
            if mark in seen:
                continue
            seen.add(mark)
            result.append((vector, combination))
    return result


def _mixed(first: dict[Key, fmpq], a: fmpq, second: dict[Key, fmpq], b: fmpq) -> dict[Key, fmpq]:
    mixed = {key: value * a for key, value in first.items()}
    for key, value in second.items():
        total = mixed.get(key, fmpq(0)) + value * b
        if total:
            mixed[key] = total
        else:
            mixed.pop(key, None)
    return mixed
