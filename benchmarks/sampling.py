"""The Monte Carlo spot test beside NumPy written by hand for the same estimate, with equally many samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.figures import Figure, milliseconds
from checks.terms import Apply
from checks.trials.monte_carlo import spot_test
from derive import context

TARGET = 1.5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statement whose left side is estimated, and the same estimate by hand from sizes and samples."""

    name: str
    given: tuple[str, ...]
    left: str
    right: str
    by_hand: Callable[[Any, Mapping[str, int], int], float]


def _layer(generator: Any, sizes: Mapping[str, int], samples: int) -> float:
    w = generator.standard_normal((samples, sizes["m"], sizes["n"]))
    x = generator.standard_normal((samples, sizes["n"]))
    y = np.einsum("sij,sj->si", w, x)
    return float((y**2).mean(axis=1).mean())


def _gram(generator: Any, sizes: Mapping[str, int], samples: int) -> float:
    w = generator.standard_normal((samples, sizes["m"], sizes["n"]))
    gram = w @ w.transpose(0, 2, 1)
    return float(np.einsum("sij,sji->s", gram, gram).mean())


def _cube(generator: Any, sizes: Mapping[str, int], samples: int) -> float:
    x = generator.standard_normal((samples, sizes["n"]))
    return float((np.abs(x).sum(axis=1) ** 3).mean())


ESTIMATES = (
    Estimate(
        "E[rms(W x)^2]",
        ("m, n : dim", "W : matrix(m, n) iid ~ Normal(0, 1)", "x : vector(n) iid ~ Normal(0, 1)",
         "W, x independent"),
        "E[rms(W x)^2]", "n", _layer,
    ),
    Estimate(
        "E tr((W W^T)^2)", ("m, n : dim", "W : matrix(m, n) iid ~ Normal(0, 1)"),
        "E[trace((W W^T)^2)]", "m n (m + n + 1)", _gram,
    ),
    Estimate(
        "E[(sum |x|)^3]", ("n : dim", "x : vector(n) iid ~ Normal(0, 1)"),
        "E[(sum[i in 1..n] |x[i]|)^3]", "E[(sum[i in 1..n] |x[i]|)^3]", _cube,
    ),
)  # fmt: skip


def measure(
    samples: Sequence[int] = (4_000, 100_000), repeat: int = 5, estimates: Sequence[Estimate] = ESTIMATES
) -> list[Figure]:
    """The time of the spot test, the choice of sizes included, for each estimate and number of samples."""
    figures = []
    for estimate in estimates:
        where = context(*estimate.given)
        given = where.kernel
        statement = Apply("=", (where.term(estimate.left), where.term(estimate.right)))
        for wanted in samples:
            report = spot_test(given, statement, samples=wanted)
            if report.label == "not-run":
                raise RuntimeError(f"{estimate.name} is not sampled: {report.reason}")
            generator = np.random.default_rng(0)
            sizes, used = report.sizes, report.samples
            ours = milliseconds(lambda: spot_test(given, statement, samples=wanted), repeat)  # noqa: B023
            theirs = milliseconds(lambda: estimate.by_hand(generator, sizes, used), repeat)  # noqa: B023
            at = ", ".join(f"{name} = {value}" for name, value in sizes.items())
            figures.append(
                Figure(
                    f"{estimate.name}, {used:,} samples",
                    ours,
                    target=TARGET * theirs,
                    beside="NumPy by hand",
                    other=theirs,
                    remark=f"at {at}",
                )
            )
    return figures
