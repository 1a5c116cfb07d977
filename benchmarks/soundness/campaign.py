"""The mutation campaign: every single mutation of every proved step of the library, judged twice.

Brute force (``brute_force``) says whether a mutant is false; the engine judges it as a step without reasons.
A false mutant that is proved, under conditions or not, is a hole in the engine.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from benchmarks.limits import limited
from benchmarks.soundness.brute_force import Judge, Verdict
from benchmarks.soundness.mutations import Mutant, mutants
from checks.contexts import Context, Fact
from checks.kernel.verification import Ledger
from checks.terms import FALSE, Term
from derive.checking import Checker
from derive.judging import Cited, Resources, judge
from derive.options import CheckOptions, library_root
from derive.printing import print_term
from derive.scripts import File, scripts_in
from grammar import syntax

SEARCH_FALSE, SEARCH_OTHER = 2.0, 0.2
"""Seconds of search for a mutant that is false and not refuted, and for one that is not seen to be false."""
SEARCHED = 0.04
"""The share of the refuted mutants that is searched for a proof as if nothing had refuted them."""
SECOND_LOOK = 40
"""How many worlds brute force tries where it saw no difference and the engine did."""
PATIENCE = 3.0
"""Seconds of the processor after which a judgement is broken off."""


@dataclass(frozen=True, slots=True)
class Record:
    """A mutant with what brute force and the engine say of it."""

    script: str
    theorem: str
    step: int
    kind: str
    brute: str
    engine: str
    statement: str = ""
    world: str = ""
    searched: str = ""

    @property
    def is_hole(self) -> bool:
        """Whether something false was proved."""
        return self.brute == "false" and {"proved", "proved-if", "conflict"} & {self.engine, self.searched} != set()

    @property
    def is_odd(self) -> bool:
        """Whether the two judges disagree in a way that one should look at."""
        doubtful = self.brute in ("no difference", "undefined") and self.engine == "refuted"
        undefined = self.brute == "undefined" and self.engine == "proved"
        missed = self.brute == "false" and self.engine not in ("refuted", "ill-formed")
        return self.is_hole or doubtful or undefined or missed or self.engine == "conflict"


@dataclass(slots=True)
class Bench:
    """One process at work: a checker, and the judges of the contexts of one theorem."""

    checker: Checker
    random: Random
    judges: dict[object, Judge] = field(default_factory=dict)

    def judge_of(self, context: Context) -> Judge:
        """The brute-force judge of a context, kept for the theorem that is looked at."""
        key = (context.facts, tuple(context.declarations.items()), tuple(context.lets.items()), context.independences)
        found = self.judges.get(key)
        if found is None:
            found = self.judges[key] = Judge(context)
        return found

    def theorem(self, file: File, item: syntax.Theorem, limit: int | None) -> Iterator[Record]:
        """The records of the mutants of one theorem's steps."""
        self.judges.clear()
        seen: set[Term] = set()
        checked = self.checker.theorem(file, item)
        resources = self.checker.resources(file, item)
        for step, recorded in checked.recorded.items():
            if recorded.statement in seen:
                continue
            seen.add(recorded.statement)
            found = list(mutants(recorded.context, recorded.statement, recorded.trial))
            if limit is not None and len(found) > limit:
                found = self.random.sample(found, limit)
            for mutant in found:
                yield self._record(file, item, step, mutant, resources)

    def _record(self, file: File, item: syntax.Theorem, step: int, mutant: Mutant, resources: Resources) -> Record:
        trial = mutant.trial
        try:
            with limited(PATIENCE, processor=True):
                brute = self.judge_of(trial).verdict(mutant.statement)
        except TimeoutError:
            brute = Verdict("unjudged", "it took too long")
        seconds = SEARCH_FALSE if brute.kind == "false" else SEARCH_OTHER
        engine = self._engine(mutant, trial, resources, seconds)
        if brute.kind == "no difference" and engine == "refuted":
            # What the engine refutes deserves a second look.
            with suppress(TimeoutError), limited(PATIENCE, processor=True):
                brute = self.judge_of(trial).verdict(mutant.statement, SECOND_LOOK)
        searched = ""
        if brute.kind == "false" and engine == "refuted" and self.random.random() < SEARCHED:
            # In a context without a model nothing is refuted, and the whole search is gone through.
            searched = self._engine(mutant, trial.assume(Fact(FALSE)), resources, seconds / 2)
        record = Record(
            Path(file.path).stem, item.name, step, mutant.kind, brute.kind, engine, searched=searched, world=brute.world
        )
        if not record.is_odd and brute.kind != "unjudged":
            return replace(record, world="")
        return replace(record, statement=print_term(mutant.statement, mutant.context))

    def _engine(self, mutant: Mutant, trial: Context, resources: Resources, seconds: float) -> str:
        """The engine's verdict on a mutant, as on a step of a script without reasons."""
        resources.options = replace(resources.options, timeout=seconds)
        ledger = Ledger(mutant.context, self.checker.theory)
        try:
            with limited(PATIENCE, processor=True):
                return judge(ledger, trial, mutant.statement, Cited(), resources, None).verdict.value
        except TimeoutError:
            return "undecided"


def shares(jobs: int) -> list[list[Path]]:
    """The scripts of the library in so many parts of about one size."""
    parts: list[list[Path]] = [[] for _ in range(jobs)]
    sizes = [0] * jobs
    for path in sorted(scripts_in(library_root()), key=lambda path: (-path.stat().st_size, path)):
        least = sizes.index(min(sizes))
        parts[least].append(path)
        sizes[least] += path.stat().st_size
    return parts


def share(paths: Sequence[Path], limit: int | None, only: Sequence[str], seed: int) -> list[Record]:
    """The records of the theorems in some scripts."""
    options = CheckOptions(seed=seed, cache=False, spot=False)
    bench = Bench(Checker(options), Random(seed))
    found: list[Record] = []
    for path in paths:
        file = bench.checker.loader.load(path)
        for item in file.theorems():
            if not only or item.name in only:
                found.extend(bench.theorem(file, item, limit))
    return found


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a campaign; ``limit`` is how many mutants of a step were taken at most, None for all."""

    records: tuple[Record, ...]
    seconds: float
    limit: int | None = None


def run(limit: int | None = None, only: Sequence[str] = (), jobs: int = 1, seed: int = 0) -> Run:
    """The campaign over the library, or over some theorems, with at most so many mutants of a step."""
    start = time.perf_counter()
    parts = shares(max(1, jobs))
    if jobs < 2:
        found = share(parts[0], limit, only, seed)
    else:
        with ProcessPoolExecutor(jobs) as pool:
            # A process takes its scripts one after the other, so that it proves what they rest on only once.
            pending = [pool.submit(share, part, limit, only, seed) for part in parts]
            found = [record for each in pending for record in each.result()]
    return Run(tuple(found), time.perf_counter() - start, limit)
