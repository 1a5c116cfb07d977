"""The audit: every stored certificate is checked again, from the scripts, by the kernel and by the second checker.

Nothing that searches is loaded for it.  What a theorem states comes from its script, what it cites from the audit of
what it cites.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from checks.encoding import Malformed
from checks.kernel.lemmas import Lemma
from checks.kernel.reductions import Rejected
from checks.kernel.verification import verify
from checks.terms import conjunction
from derive.elaboration import ElaborationError, elaborate_context, elaborate_statement
from derive.options import library_root
from derive.scripts import File, Loader, scripts_in
from derive.store import Store, Stored
from grammar import syntax


class Outcome(Enum):
    """What became of one theorem."""

    ACCEPTED = "accepted"
    AXIOM = "admitted as axiom"
    MISSING = "without certificate"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Audited:
    """What the audit says of one theorem; ``stored`` is its certificate and ``cited`` what that may draw on."""

    name: str
    file: str
    line: int
    outcome: Outcome
    message: str = ""
    lemma: Lemma | None = None
    stored: Stored | None = None
    cited: Mapping[str, Lemma] | None = None


class Audit(Mapping[str, Lemma]):
    """The lemmas of an audit by hash: one is looked at when the kernel first asks for it."""

    def __init__(self, store: Store, loader: Loader | None = None) -> None:
        self._store = store
        self._loader = loader or Loader()
        self._stated: dict[str, tuple[File, syntax.Theorem, Lemma]] = {}
        self._results: dict[tuple[str, int, int], Audited] = {}
        self._read: set[str] = set()
        self._open: list[str] = []
        self._cited: list[dict[str, Lemma]] = []

    def file(self, path: Path) -> Iterator[Audited]:
        """What the audit says of the theorems of a script."""
        file = self._loader.load(path)
        for error in file.errors:
            yield Audited("", error.file, error.line, Outcome.UNREADABLE, error.message)
        for other in (*file.seen, file):
            self._state(other)
        for item in file.theorems():
            yield self._theorem(file, item)

    def _state(self, file: File) -> None:
        """Notes what the theorems of a file say, so that they are found by their hashes."""
        if file.path in self._read:
            return
        self._read.add(file.path)
        for item in file.theorems():
            lemma = self._lemma(file, item)
            if isinstance(lemma, Lemma):
                self._stated.setdefault(lemma.hash, (file, item, lemma))

    def _lemma(self, file: File, item: syntax.Theorem) -> Lemma | ElaborationError:
        try:
            context = elaborate_context(item.context, file.context)
            shows = [elaborate_statement(goal.statement, context) for goal in item.shows]
        except ElaborationError as error:
            return error
        return Lemma(item.name, context, conjunction(*shows))

    def _theorem(self, file: File, item: syntax.Theorem) -> Audited:
        # By its place: a name may stand twice in a file, and what is said of one theorem is not said of the other.
        key = (file.path, item.span.line, item.span.column)
        if key not in self._results:
            lemma = self._lemma(file, item)
            if isinstance(lemma, ElaborationError) or not item.shows:
                message = lemma.message if isinstance(lemma, ElaborationError) else "nothing to show"
                self._results[key] = Audited(item.name, file.path, item.span.line, Outcome.UNREADABLE, message)
            else:
                self._results[key] = self._judged(file, item, lemma)
        return self._results[key]

    def _judged(self, file: File, item: syntax.Theorem, lemma: Lemma) -> Audited:
        def audited(outcome: Outcome, message: str = "", stored: Stored | None = None) -> Audited:
            return Audited(item.name, file.path, item.span.line, outcome, message, lemma, stored, cited)

        cited: dict[str, Lemma] = {}
        if item.kind == "axiom":
            return audited(Outcome.AXIOM) if item.refs else audited(Outcome.REJECTED, "an axiom without a reference")
        self._open.append(lemma.hash)
        self._cited.append(cited)
        try:
            stored = self._store.read(lemma.hash)
            if stored is None:
                return audited(Outcome.MISSING, "`derive check` stores the certificates of what it proves")
            conditions = verify(lemma.context, self, lemma.statement, stored.decoded()).conditions
            if conditions:
                return audited(Outcome.REJECTED, "conditions are left open", stored)
        except Malformed as error:
            return audited(Outcome.REJECTED, str(error))
        except Rejected as error:
            return audited(Outcome.REJECTED, f"the kernel: {error}", stored)
        finally:
            self._open.pop()
            self._cited.pop()
        return audited(Outcome.ACCEPTED, "", stored)

    def __getitem__(self, label: str) -> Lemma:
        if label in self._open or label not in self._stated:
            raise KeyError(label)
        file, item, lemma = self._stated[label]
        if self._theorem(file, item).outcome not in (Outcome.ACCEPTED, Outcome.AXIOM):
            raise KeyError(label)
        if self._cited:
            self._cited[-1][label] = lemma
        return lemma

    def __iter__(self) -> Iterator[str]:
        return iter(self._stated)

    def __len__(self) -> int:
        return len(self._stated)


def audit(store: Store, paths: Sequence[Path] = ()) -> Iterator[Audited]:
    """What the audit says of every theorem of the scripts, the shipped library when none are named."""
    run = Audit(store)
    for path in paths or (library_root(),):
        for script in scripts_in(path):
            yield from run.file(script)


# -- reports -------------------------------------------------------------------------------------------

GOOD = (Outcome.ACCEPTED, Outcome.AXIOM)


def passed(found: Sequence[Audited]) -> bool:
    """Whether every theorem has a certificate that is accepted, and there is one at all."""
    return bool(found) and all(each.outcome in GOOD for each in found)


def as_text(found: Sequence[Audited], quiet: bool = False) -> str:
    """What is wrong, a line each, and the count of everything."""
    lines = [
        f"{each.file}:{each.line}: {each.name}: {each.outcome.value}: {each.message}"
        for each in found
        if each.outcome not in GOOD
    ]
    if not quiet or lines:
        counts = {outcome: sum(each.outcome is outcome for each in found) for outcome in Outcome}
        counted = [f"{count} {outcome.value}" for outcome, count in counts.items() if count]
        lines.append(", ".join(counted) or "no theorems")
    return "".join(f"{line}\n" for line in lines)


def as_json(found: Sequence[Audited]) -> str:
    """The same as one JSON object."""
    counts = {outcome.value: sum(each.outcome is outcome for each in found) for outcome in Outcome}
    theorems = [
        {
            "name": each.name, "file": each.file, "line": each.line, "outcome": each.outcome.value,
            "message": each.message or None, "hash": None if each.lemma is None else each.lemma.hash,
            "cites": sorted(lemma.name for lemma in (each.cited or {}).values()),
        }
        for each in found
    ]  # fmt: skip
    return json.dumps({"version": 1, "summary": counts, "theorems": theorems}, indent=1) + "\n"
