"""What testing hands back: plain data, equal for equal seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Witness:
    """Concrete sizes and values at which a claim is defined and false.

    ``sizes`` are the symbols that are integers, ``values`` everything else as text; ``left`` and ``right``
    are the sides of the relation that fails (``true`` and ``false`` where the claim is no relation).
    ``exact`` is false when the sides were told apart by disjoint balls rather than in exact arithmetic; both
    are rigorous, but for integrals over what is not bounded, of whose far ends a small part is not looked at.
    ``law`` says in words which instance of the declared laws and which dependence was chosen,
    and is empty where that played no part.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, str]
    left: str
    right: str
    exact: bool
    law: str = ""


@dataclass(frozen=True, slots=True)
class TestReport:
    """The result of ``test``.

    ``outcome`` is ``refuted`` (then there is a ``witness``), ``agrees`` (at least one point was evaluated and
    the claim held at all of them), ``no-model`` (no values were found that satisfy the context) or
    ``not-evaluated``.  ``exact_points`` counts the points at which the claim was evaluated and held, in exact
    or ball arithmetic; ``sampled_points`` those at which a quantifier or supremum could only be sampled and
    nothing spoke against the claim.  ``never_defined`` is true when in every model that was tried a side was
    undefined; ``reasons`` then says why, and otherwise why points were not evaluated.
    """

    __test__ = False  # not a test case, whatever its name suggests to pytest

    outcome: str
    exact_points: int = 0
    sampled_points: int = 0
    undefined_points: int = 0
    unsupported_points: int = 0
    models: int = 0
    never_defined: bool = False
    reasons: tuple[str, ...] = ()
    witness: Witness | None = None

    @property
    def refuted(self) -> bool:
        """Whether a witness was found."""
        return self.witness is not None


FALSE_ALARM = 0.001  # at most so many of the true statements score the threshold or more; in the limit half of them
MISS = 0.001  # and so many of the differences that are at least as large as ``detectable`` score less
THRESHOLD = -NormalDist().inv_cdf(FALSE_ALARM / 2)


@dataclass(frozen=True, slots=True)
class SpotReport:
    """The result of ``spot_test``, a Monte Carlo comparison at one model.  It neither supports nor refutes.

    ``label`` is one of

    * ``asymptotic``: there are figures.  They hold in the limit of many samples, where means over batches are
      normal.  No error probability at the samples used comes with them, as none exists for a mean of which no
      bound is known (Bahadur and Savage, The nonexistence of certain statistical procedures in nonparametric
      problems, 1956); where one is known, for laws of bounded support, ``error_probability`` is at least as large
      as the probability that a true statement shows such a difference, and None elsewhere;
    * ``heavy-tailed``, ``ratio``, ``rare``: that limit is far away, or there is none, and no figures are given:
      a few samples make up the spread or a second moment does not exist, a denominator comes too close to 0,
      or an event was met too seldom.  ``reason`` says which;
    * ``not-run``: nothing was sampled; ``reason`` says why.

    ``statistic`` is the normal score of the difference between the sides over common random numbers: a standard
    normal number is as large with the same probability as Student's t of the batches is, corrected for many entries,
    and by a factor of 2 for the skewness of means over batches.  In the limit a true statement scores ``THRESHOLD``
    or more with probability ``FALSE_ALARM``/2 at most; before the limit is reached it is ``FALSE_ALARM`` at most as
    far as was measured (``benchmarks/soundness/CALIBRATION.md``).  A statement with a relative difference (to the
    larger side) of ``detectable`` or more scores less with probability ``MISS`` at most.  Without figures both are 0.
    """

    label: str
    samples: int = 0
    statistic: float = 0.0
    detectable: float = 0.0
    left: float = 0.0
    right: float = 0.0
    sizes: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    error_probability: float | None = None

    @property
    def alarming(self) -> bool:
        """Whether the figures speak against the statement."""
        return self.label == "asymptotic" and self.statistic >= THRESHOLD
