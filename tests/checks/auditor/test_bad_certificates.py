"""Both checkers reject each of the bad certificates and accept each of the good ones, as no other checker would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checks.auditor.audit import audited
from checks.contexts import Context
from checks.encoding import Malformed, Reader
from checks.kernel.lemmas import Lemma
from checks.kernel.records import decoded_proof
from checks.kernel.reductions import Rejected
from checks.kernel.verification import verify
from checks.terms import Term

FOLDER = Path(__file__).resolve().parents[2] / "bad_certificates"
BAD = sorted(FOLDER.glob("*.json"))
GOOD = sorted((FOLDER / "good").glob("*.json"))
Checker = Callable[[Any, Any], bool]


def document(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def stated(script: Any) -> tuple[Context, Term, dict[str, Lemma]]:
    """What a script's document states, for the kernel."""
    reader = Reader(script["terms"])
    definitions = {each["name"]: reader.definition(each) for each in script["definitions"]}
    lemmas = {
        label: Lemma(each["name"], reader.context(each["context"], definitions), reader.term(each["statement"]))
        for label, each in script["lemmas"].items()
    }
    return reader.context(script["context"], definitions), reader.term(script["statement"]), lemmas


def by_the_kernel(script: Any, stored: Any) -> bool:
    context, statement, lemmas = stated(script)
    try:
        proof = decoded_proof(stored["proof"], Reader(stored["terms"]))
        return not verify(context, lemmas, statement, proof).conditions
    except (Rejected, Malformed):
        return False


def by_the_auditor(script: Any, stored: Any) -> bool:
    return audited(script, stored, lambda *_: False).accepted


def tells(checker: Checker) -> bool:
    """Whether a checker finds the good ones good and the bad ones bad."""
    return all(judged(checker, path) for path in GOOD) and not any(judged(checker, path) for path in BAD)


def judged(checker: Checker, path: Path) -> bool:
    found = document(path)
    return checker(found["script"], found["stored"])


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_certificates_are_rejected(path: Path) -> None:
    assert document(path)["why"]
    assert not judged(by_the_kernel, path)
    assert not judged(by_the_auditor, path)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_certificates_are_accepted(path: Path) -> None:
    assert judged(by_the_kernel, path)
    assert judged(by_the_auditor, path)


def test_there_are_enough() -> None:
    assert len(BAD) >= 40
    assert len(GOOD) >= 15


def test_the_corpus_tells_checkers_apart() -> None:
    assert tells(by_the_kernel)
    assert tells(by_the_auditor)
    assert not tells(lambda *_: True)
    assert not tells(lambda *_: False)


def test_lemmas_are_read_as_they_were_written() -> None:
    for path in (*BAD, *GOOD):
        _, _, lemmas = stated(document(path)["script"])
        assert all(lemma.hash == label for label, lemma in lemmas.items())
