"""What testing hands back: plain data, equal for equal seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class SpotReport:
    """The result of ``spot_test``, a Monte Carlo comparison at one model.

    ``label`` is ``asymptotic`` (the figures neither support nor refute) or ``not-run``, then ``reason`` says
    why.  ``statistic`` is a z-score of the largest standardised difference between the sides over common
    random numbers; ``detectable`` is the smallest relative difference that would have been found with
    probability 0.999.
    """

    label: str
    samples: int = 0
    statistic: float = 0.0
    detectable: float = 0.0
    left: float = 0.0
    right: float = 0.0
    sizes: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
