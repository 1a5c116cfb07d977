"""The corpus of certificates in `tests/bad_certificates/`, and the two checkers as functions of documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


def judged(checker: Checker, path: Path) -> bool:
    found = document(path)
    return checker(found["script"], found["stored"])
