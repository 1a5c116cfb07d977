"""What the samples of a spot test say of its normal limit: heavy tails, ratios without moments, rare events.

A mean over batches is close to normal when many samples have a part in its spread.  That is looked at where it can
be: at what is averaged, at what is divided by, and at the laws that are drawn from.  Nothing can be concluded from
samples about moments (Bahadur and Savage 1956), so what is found here only withholds figures.  Where the second
moment of what is averaged is within reach of exact evaluation, that it does not exist is known (``no_variance``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import prod
from typing import Any

from checks.terms import Apply, Bind, Term, map_children
from checks.trials.compiling import RULES
from checks.trials.formal import PoolFull
from checks.trials.joint import JointLaw
from checks.trials.judging import Claim
from checks.trials.laws import Density
from checks.trials.models import Model
from checks.trials.values import Infinite, Undefined, Unsupported, describe, to_ball
from checks.trials.vectorised import Batch, spread

LARGEST_SHARE = 0.25  # of the sum of squares: a single sample that has as much makes the spread
RATIO_SHARE = 0.02  # the same for what is averaged, where a denominator comes close to 0
FEW = 64  # so many samples must differ from the most frequent value
NEAREST = 64  # so many samples next to 0 give the exponent of a denominator
EXPONENT = 2.5  # its inverse has a variance from an exponent of 2 on
BUDGET = 20_000
_WITH_ATOMS = frozenset({"declared", "Bernoulli", "Rademacher", "Poisson"})
STEPS = frozenset({"iverson", "if", "sign", "floor", "ceiling", "maximum", "minimum", "modulo", "sup", "inf"})


@dataclass(frozen=True, slots=True)
class _Average:
    """Of one expectation, for each entry: the sum of squares about the mean, the largest of them, and the number
    of samples that are not the most frequent value."""

    squares: Any
    largest: Any
    others: Any


@dataclass(slots=True)
class Watch:
    """Sees what is averaged and what is divided by while both sides are evaluated."""

    np: Any
    averages: list[_Average] = field(default_factory=list)
    near_zero: bool = False

    def averaged(self, value: Batch) -> None:
        """Values whose mean is taken."""
        np = self.np
        flat = _flat(value)
        spread_out = flat - flat.mean(axis=0)
        squares = spread_out * spread_out
        equal = [(flat == flat[k]).sum(axis=0) for k in (0, len(flat) // 2, len(flat) - 1)]
        others = len(flat) - np.maximum.reduce(equal)
        self.averages.append(_Average(squares.sum(axis=0), squares.max(axis=0), others))

    def divided(self, value: Batch) -> None:
        """Values that are divided by: their density next to 0 is in proportion to a power of the distance.

        With exponent a, the number of samples closer than r goes as r^a, and the inverse has moments of orders less
        than a; the estimate is Hill's (A simple general approach to inference about the tail of a distribution, 1975).
        """
        if "s" not in value.axes or self.near_zero:
            return
        np = self.np
        sizes = np.abs(_flat(value))
        if len(sizes) <= 2 * NEAREST:
            return
        least = np.sort(np.partition(sizes, NEAREST, axis=0)[: NEAREST + 1], axis=0)
        with np.errstate(all="ignore"):
            logs = np.log(least[-1] / least[:-1]).mean(axis=0)
        self.near_zero = bool((logs * EXPONENT > 1).any())

    def verdict(self, steps: bool, agreeing: bool) -> tuple[str, str] | None:
        """The label and the reason when the figures would mean nothing.

        ``steps``: the statement has functions that jump or bend, so that a constant may be an event that was not met.
        ``agreeing``: the sides agree at every sample, so that no spread is left.
        """
        np = self.np
        for found in self.averages:
            others = found.others
            if ((others < FEW) & ((others > 0) | steps)).any():
                return "rare", f"rare events: what is averaged takes one value at all but {int(others.min())} samples"
            with np.errstate(all="ignore"):
                share = np.where(found.squares > 0, found.largest / found.squares, 0).max(initial=0)
            if self.near_zero and share > RATIO_SHARE:
                return "ratio", "a ratio without moments, as it seems: its denominator comes too close to 0"
            if share > LARGEST_SHARE and not agreeing:
                return "heavy-tailed", f"heavy tails: one sample makes up {share:.0%} of the spread"
        return None


def rare_value(joint: JointLaw, names: Iterable[str], samples: int) -> str:
    """Which of the symbols has a law with a value that so many samples meet too seldom, in words; else empty."""
    for name in sorted(names):
        shape = joint.shapes[name]
        if joint.laws[name].family not in _WITH_ATOMS:
            continue
        for flat in range(0 if callable(shape) else prod(shape)):
            law: Any = joint.marginal((name, (), flat))
            if len(law) > 1 and isinstance(law[1], Density):
                least = law[1].parameters[0] if law[1].family == "Poisson" else 1
            else:
                least = min((weight for weight, _ in law), key=lambda weight: to_ball(weight).mid())
            if to_ball(least) * samples < FEW:
                return f"rare events: a value of {name} has probability {describe(least)}"
    return ""


def _flat(value: Batch) -> Any:
    """The samples along the first axis, the entries along the second."""
    data = spread(value, tuple(sorted(value.axes, key=lambda axis: axis not in ("b", "s"))))
    places = sum(axis in ("b", "s") for axis in value.axes)
    count = 1
    for length in data.shape[:places]:
        count *= length
    return data.reshape(count, -1)


def no_variance(claim: Claim, model: Model, side: Term) -> str:
    """Why the second moment of what a side averages does not exist, where exact evaluation says so; else empty."""
    for product in ("multiply", "hadamard"):
        world = model.world(BUDGET)
        try:
            claim.finder.compiler.code(_squared(claim, side, product))(world.concrete())
        except Infinite as missing:
            return str(missing)
        except (Unsupported, Undefined, PoolFull, RecursionError, OverflowError, MemoryError):
            continue
        break
    return ""


def _squared(claim: Claim, term: Term, product: str) -> Term:
    """The term with what stands below its outermost expectations squared, by the product of numbers or of arrays."""
    if isinstance(term, Apply) and term.head == "expectation":
        return Apply("expectation", (Apply(product, (term.arguments[0], term.arguments[0])),))
    if isinstance(term, Apply) and term.head not in RULES and term.head in claim.context.definitions:
        return _squared(claim, claim.finder.compiler.unfold(term), product)
    if not isinstance(term, Apply | Bind):
        return term
    return map_children(term, lambda child, depth: _squared(claim, child, product))
