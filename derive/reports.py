"""What a check hands back: plain data with the shape of `derive check --format json`.

`to_json` gives dictionaries with the documented keys in the documented order, `from_json` reads them back.
Reading a report back says what a run found; it proves nothing. Some fields serve the terminal only and are
not part of the JSON: they come last in their class, and each class says which they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grammar.errors import ScriptError

VERSION = 1

Json = dict[str, Any]


class Verdict(StrEnum):
    """The judgement of a step or a theorem; `axiom` is for theorems only."""

    PROVED = "proved"
    PROVED_IF = "proved-if"
    TESTED = "tested"
    REFUTED = "refuted"
    ILL_FORMED = "ill-formed"
    UNDECIDED = "undecided"
    CONFLICT = "conflict"
    AXIOM = "axiom"


STEP_VERDICTS = tuple(verdict for verdict in Verdict if verdict is not Verdict.AXIOM)


@dataclass(frozen=True, slots=True)
class WitnessReport:
    """Concrete sizes and values at which a claim is false.

    Not in the JSON: `law`, which says in words how what is random was distributed.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, str]
    left: str
    right: str
    exact: bool
    law: str = ""

    def to_json(self) -> Json:
        """The documented keys, in order."""
        return {
            "sizes": dict(self.sizes),
            "values": dict(self.values),
            "left": self.left,
            "right": self.right,
            "exact": self.exact,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> WitnessReport:
        """The witness that `to_json` gave."""
        return cls(dict(data["sizes"]), dict(data["values"]), data["left"], data["right"], data["exact"])


@dataclass(frozen=True, slots=True)
class TestedReport:
    """How much testing a step stood: exact points, samples, and what these would have detected.

    `statistic` and `detectable` are asymptotic (`checks.trials.SpotReport`); where samples give no figures, for heavy
    tails and their like, they are None and `note` says why. `error_probability` holds at the samples used, where the
    laws are bounded; elsewhere there is none.
    """

    __test__ = False  # not a test case, whatever its name suggests to pytest

    exact_points: int = 0
    samples: int = 0
    statistic: float | None = None
    detectable: float | None = None
    note: str = ""
    error_probability: float | None = None

    def to_json(self) -> Json:
        """The documented keys, in order, and what else there is; a figure that is not finite becomes null."""
        noted: Json = {"note": self.note} if self.note else {}
        if self.error_probability is not None:
            noted["error_probability"] = self.error_probability
        return {
            "exact_points": self.exact_points,
            "samples": self.samples,
            "statistic": _finite(self.statistic),
            "detectable": _finite(self.detectable),
            **noted,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TestedReport:
        """The figures that `to_json` gave."""
        figures = (data["exact_points"], data["samples"], data["statistic"], data["detectable"])
        return cls(*figures, data.get("note", ""), data.get("error_probability"))


@dataclass(frozen=True, slots=True)
class StepReport:
    """The judgement of one step.

    `left`, `relation` and `right` are `from`, `rel` and `to` in the JSON; a statement that is no relation has
    an empty `relation` and stands in `left`. Not in the JSON: `identifier`, the stable name of the
    diagnostic; `source_line`, the text of the line, with the part that the verdict is about between `column`
    and `end_column` (both count from 1, the latter exclusive; 0 when unknown).
    """

    index: int
    line: int
    kind: str
    left: str
    relation: str
    right: str
    verdict: Verdict
    method: str = ""
    cited: tuple[str, ...] = ()
    cited_verdict: str | None = None
    conditions: tuple[str, ...] = ()
    true_if: str | None = None
    witness: WitnessReport | None = None
    tested: TestedReport | None = None
    message: str | None = None
    ms: float = 0.0
    identifier: str = ""
    column: int = 0
    end_column: int = 0
    source_line: str = ""

    def to_json(self) -> Json:
        """The documented keys, in order."""
        return {
            "index": self.index,
            "line": self.line,
            "kind": self.kind,
            "from": self.left,
            "rel": self.relation,
            "to": self.right,
            "verdict": self.verdict.value,
            "method": self.method,
            "cited": list(self.cited),
            "cited_verdict": self.cited_verdict,
            "conditions": list(self.conditions),
            "true_if": self.true_if,
            "witness": None if self.witness is None else self.witness.to_json(),
            "tested": None if self.tested is None else self.tested.to_json(),
            "message": self.message,
            "ms": self.ms,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> StepReport:
        """The step that `to_json` gave."""
        return cls(
            index=data["index"],
            line=data["line"],
            kind=data["kind"],
            left=data["from"],
            relation=data["rel"],
            right=data["to"],
            verdict=Verdict(data["verdict"]),
            method=data["method"],
            cited=tuple(data["cited"]),
            cited_verdict=data["cited_verdict"],
            conditions=tuple(data["conditions"]),
            true_if=data["true_if"],
            witness=None if data["witness"] is None else WitnessReport.from_json(data["witness"]),
            tested=None if data["tested"] is None else TestedReport.from_json(data["tested"]),
            message=data["message"],
            ms=data["ms"],
        )


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What a theorem takes for granted; an assumption is written `<kind>: <statement>`."""

    axioms: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    oracles: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """The documented keys, in order."""
        return {
            "axioms": list(self.axioms),
            "assumptions": list(self.assumptions),
            "oracles": list(self.oracles),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RestsOn:
        """What `to_json` gave."""
        return cls(tuple(data["axioms"]), tuple(data["assumptions"]), tuple(data["oracles"]))


@dataclass(frozen=True, slots=True)
class TheoremReport:
    """The judgement of a theorem, lemma, axiom or `refute` block.

    Not in the JSON: `message`, one sentence on what no step shows, such as a context without a model.
    """

    name: str
    file: str
    line: int
    kind: str
    statement: str
    verdict: Verdict
    title: str = ""
    refs: tuple[str, ...] = ()
    context: str = ""
    hash: str = ""
    models: int = 0
    expected: Verdict | None = None
    expected_step: int | None = None
    rests_on: RestsOn = field(default_factory=RestsOn)
    definitions: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    steps: tuple[StepReport, ...] = ()
    message: str | None = None

    @property
    def succeeded(self) -> bool:
        """Proved; or an axiom; or a `refute` block with the expected verdict where it is expected."""
        if self.kind != "refute":
            return self.verdict in (Verdict.PROVED, Verdict.AXIOM)
        return self.expected is not None and self.verdict is self.expected and not self.failing_steps

    @property
    def conflicting(self) -> bool:
        """Whether something was both proved and contradicted by testing."""
        return Verdict.CONFLICT in (self.verdict, *(step.verdict for step in self.steps))

    @property
    def failing_steps(self) -> tuple[StepReport, ...]:
        """The steps that are not proved; the one that a `refute` block marks when it is not as expected."""
        return tuple(step for step in self.steps if step.verdict is not self.wanted(step))

    def wanted(self, step: StepReport) -> Verdict:
        """The verdict with which the step succeeds."""
        if self.kind == "refute" and self.expected is not None and step.index == self.expected_step:
            return self.expected
        return Verdict.PROVED

    @property
    def ms(self) -> float:
        """The time that the steps took, in milliseconds."""
        return sum(step.ms for step in self.steps)

    def to_json(self) -> Json:
        """The documented keys, in order."""
        return {
            "name": self.name,
            "file": self.file,
            "line": self.line,
            "kind": self.kind,
            "statement": self.statement,
            "title": self.title,
            "refs": list(self.refs),
            "context": self.context,
            "hash": self.hash,
            "models": self.models,
            "verdict": self.verdict.value,
            "expected": None if self.expected is None else self.expected.value,
            "expected_step": self.expected_step,
            "rests_on": self.rests_on.to_json(),
            "definitions": list(self.definitions),
            "cites": list(self.cites),
            "steps": [step.to_json() for step in self.steps],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TheoremReport:
        """The theorem that `to_json` gave."""
        return cls(
            name=data["name"],
            file=data["file"],
            line=data["line"],
            kind=data["kind"],
            statement=data["statement"],
            title=data["title"],
            refs=tuple(data["refs"]),
            context=data["context"],
            hash=data["hash"],
            models=data["models"],
            verdict=Verdict(data["verdict"]),
            expected=None if data["expected"] is None else Verdict(data["expected"]),
            expected_step=data["expected_step"],
            rests_on=RestsOn.from_json(data["rests_on"]),
            definitions=tuple(data["definitions"]),
            cites=tuple(data["cites"]),
            steps=tuple(StepReport.from_json(step) for step in data["steps"]),
        )


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """What is wrong at a place of a file outside any theorem's steps, such as a line that cannot be read.

    Not in the JSON: `identifier`, `source_line` and the `width` of the offending text.
    """

    file: str
    line: int
    column: int
    message: str
    identifier: str = ""
    source_line: str = ""
    width: int = 1

    def to_json(self) -> Json:
        """The documented keys, in order."""
        return {"file": self.file, "line": self.line, "column": self.column, "message": self.message}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ErrorReport:
        """The error that `to_json` gave."""
        return cls(data["file"], data["line"], data["column"], data["message"])

    @classmethod
    def of(cls, error: ScriptError) -> ErrorReport:
        """The error of the reader of scripts."""
        return cls(
            error.file,
            error.line,
            error.column,
            error.message,
            error.identifier,
            error.source_line,
            error.width,
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts: `theorems` and `proved` of theorems of every kind, `by_verdict` of steps."""

    theorems: int
    proved: int
    steps: int
    by_verdict: Mapping[str, int]
    seconds: float

    def to_json(self) -> Json:
        """The documented keys, in order."""
        return {
            "theorems": self.theorems,
            "proved": self.proved,
            "steps": self.steps,
            "by_verdict": dict(self.by_verdict),
            "seconds": self.seconds,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Summary:
        """The counts that `to_json` gave."""
        return cls(data["theorems"], data["proved"], data["steps"], dict(data["by_verdict"]), data["seconds"])


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check."""

    version: int
    engine: str
    summary: Summary
    theorems: tuple[TheoremReport, ...] = ()
    errors: tuple[ErrorReport, ...] = ()

    def to_json(self) -> Json:
        """The documented keys, in order."""
        return {
            "version": self.version,
            "engine": self.engine,
            "summary": self.summary.to_json(),
            "theorems": [theorem.to_json() for theorem in self.theorems],
            "errors": [error.to_json() for error in self.errors],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """The report that `to_json` gave; another version of the format is a ValueError."""
        if data["version"] != VERSION:
            raise ValueError(f"a report of version {data['version']!r}; this program reads version {VERSION}")
        return cls(
            version=data["version"],
            engine=data["engine"],
            summary=Summary.from_json(data["summary"]),
            theorems=tuple(TheoremReport.from_json(theorem) for theorem in data["theorems"]),
            errors=tuple(ErrorReport.from_json(error) for error in data["errors"]),
        )

    @property
    def succeeded(self) -> bool:
        """Whether every theorem is proved and every `refute` block successful."""
        return exit_status(self) == 0

    def __str__(self) -> str:
        from derive.rendering import render

        return render(self)

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def summary_of(theorems: Iterable[TheoremReport], seconds: float) -> Summary:
    """The counts of a run that took `seconds`."""
    found = tuple(theorems)
    steps = [step for theorem in found for step in theorem.steps]
    counts = Counter(step.verdict for step in steps)
    return Summary(
        theorems=len(found),
        proved=sum(theorem.verdict is Verdict.PROVED for theorem in found),
        steps=len(steps),
        by_verdict={verdict.value: counts[verdict] for verdict in STEP_VERDICTS},
        seconds=round(seconds, 3),
    )


def report_of(
    theorems: Sequence[TheoremReport], errors: Sequence[ErrorReport], seconds: float, engine: str = ""
) -> Report:
    """The report of a run; `engine` is the version of this package unless given."""
    if not engine:
        from derive import __version__

        engine = __version__
    return Report(VERSION, engine, summary_of(theorems, seconds), tuple(theorems), tuple(errors))


def merged(first: Report, second: Report) -> Report:
    """Two reports as one, in this order."""
    return report_of(
        (*first.theorems, *second.theorems),
        (*first.errors, *second.errors),
        first.summary.seconds + second.summary.seconds,
        first.engine,
    )


def exit_status(report: Report) -> int:
    """0: everything is proved, or refuted where that is expected; 3: a conflict; 1: anything else."""
    if any(theorem.conflicting for theorem in report.theorems):
        return 3
    if report.errors or not all(theorem.succeeded for theorem in report.theorems):
        return 1
    return 0


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
