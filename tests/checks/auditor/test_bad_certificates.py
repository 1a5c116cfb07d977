"""Both checkers reject each of the bad certificates and accept each of the good ones, as no other checker would."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.auditor.audit import audited
from tests.checks.auditor.documents import (
    BAD,
    GOOD,
    Checker,
    by_the_auditor,
    by_the_kernel,
    document,
    judged,
    stated,
)


def tells(checker: Checker) -> bool:
    """Whether a checker finds the good ones good and the bad ones bad."""
    return all(judged(checker, path) for path in GOOD) and not any(judged(checker, path) for path in BAD)


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


def test_most_are_refused_for_what_is_wrong_with_them() -> None:
    refused = [audited(found["script"], found["stored"], lambda *_: False).refused for found in map(document, BAD)]
    assert sum(reason is not None for reason in refused) >= 60


def test_the_corpus_tells_checkers_apart() -> None:
    assert tells(by_the_kernel)
    assert tells(by_the_auditor)
    assert not tells(lambda *_: True)
    assert not tells(lambda *_: False)


def test_lemmas_are_read_as_they_were_written() -> None:
    lemmas = [stated(document(path)["script"])[2] for path in (*BAD, *GOOD)]
    assert any(lemmas)
    assert all(lemma.hash == label for each in lemmas for label, lemma in each.items())
