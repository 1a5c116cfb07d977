"""Stored certificates and their audit: what is stored is enough, and what is altered does not pass."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from checks.encoding import Malformed, Reader, Writer
from checks.kernel.lemmas import Lemma
from checks.kernel.records import RULES, Watch, decoded_proof, encoded_proof
from checks.kernel.reductions import Rejected
from checks.kernel.verification import verify
from checks.terms import Apply, Number, Term, map_children, number, subterms
from derive import command_line
from derive.auditing import Audited, Outcome, as_json, as_text, audit, passed
from derive.checking import Checker
from derive.options import CheckOptions, library_root
from derive.store import Store, Stored, read_document, stored_proof

SCRIPTS = ["sums/elementary.drv", "moments/products.drv", "matrices/inverses.drv", "sums/summation.drv"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the certificates of some scripts, and of what they cite."""
    folder = tmp_path_factory.mktemp("certificates")
    checker = Checker(CheckOptions())
    checker.store = Store(folder)
    for script in SCRIPTS:
        checker.file(checker.loader.load(library_root() / script))
    return Store(folder)


@pytest.fixture(scope="module")
def accepted(store: Store) -> list[Audited]:
    """What the audit says of these scripts."""
    return list(audit(store, [library_root() / script for script in SCRIPTS]))


def proof_of(audited: Audited) -> tuple[Lemma, Mapping[str, Lemma], Stored]:
    assert audited.lemma is not None and audited.cited is not None and audited.stored is not None
    return audited.lemma, audited.cited, audited.stored


def test_what_was_proved_is_accepted(accepted: list[Audited]) -> None:
    assert len(accepted) > 20 and passed(accepted)
    assert {each.outcome for each in accepted} == {Outcome.ACCEPTED}
    assert any(each.cited for each in accepted)
    assert as_text(accepted) == f"{len(accepted)} accepted\n" and as_text(accepted, quiet=True) == ""


def test_a_proof_comes_back_as_it_was(accepted: list[Audited]) -> None:
    for each in accepted:
        lemma, cited, stored = proof_of(each)
        proof = stored.decoded()
        again = stored_proof(lemma.name, lemma.context, cited, lemma.statement, proof)
        assert Stored(again.name, again.terms, again.proof).decoded() == proof


def test_every_goal_stands_beside_its_rule(accepted: list[Audited]) -> None:
    seen = set()
    for each in accepted:
        _, _, stored = proof_of(each)
        reader = Reader(stored.terms)
        pending = [stored.proof]
        while pending:
            value = pending.pop()
            if isinstance(value, dict):
                if "rule" in value:
                    seen.add(value["rule"])
                    assert isinstance(reader.term(value["goal"]), Term)
                pending.extend(value.values())
            elif isinstance(value, list):
                pending.extend(value)
    assert seen <= set(RULES.values()) and len(seen) > 8


def test_nothing_that_searches_is_loaded(store: Store) -> None:
    program = (
        "import sys\n"
        "class Wall:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.startswith(('derive.proving', 'derive.judging', 'derive.proofs', 'derive.checking',\n"
        "                            'checks.trials', 'sympy', 'networkx')):\n"
        "            raise ImportError(f'{name} is not to be loaded')\n"
        "sys.meta_path.insert(0, Wall())\n"
        "from derive.command_line import main\n"
        f"sys.exit(main(['audit', '--certificates', {str(store.folder)!r}, {str(library_root() / SCRIPTS[0])!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" accepted\n")


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    found = list(audit(Store(tmp_path / "nothing"), [library_root() / SCRIPTS[0]]))
    assert not passed(found) and {each.outcome for each in found} == {Outcome.MISSING}
    assert "without certificate" in as_text(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "an object with version"),
        ('{"version": 2, "engine": "0", "theorem": "t", "terms": [], "proof": {}}', "version 2 of the format"),
        ('{"version": 1, "engine": "0", "theorem": "t", "terms": [], "proof": {}}', "a proof: an object with"),
        ('{"version": 1, "engine": "0", "theorem": 3, "terms": [], "proof": {}}', "a text was expected"),
        (
            '{"version": 1, "engine": "0", "theorem": "t", "terms": [],'
            ' "proof": {"definedness": [], "certificate": 1}}',
            "no certificate",
        ),
    ],
)
def test_files_that_are_no_certificates_are_refused(
    accepted: list[Audited], tmp_path: Path, text: str, message: str
) -> None:
    lemma, _, _ = proof_of(accepted[0])
    store = Store(tmp_path)
    store.place(lemma.hash).parent.mkdir(parents=True)
    store.place(lemma.hash).write_text(text)
    found = next(each for each in audit(store, [library_root() / SCRIPTS[0]]) if each.name == lemma.name)
    assert found.outcome is Outcome.REJECTED and message in found.message


def test_the_certificate_of_another_theorem_is_rejected(accepted: list[Audited]) -> None:
    for first, second in pairwise(accepted):
        lemma, cited, _ = proof_of(first)
        _, _, stored = proof_of(second)
        if lemma.statement == proof_of(second)[0].statement:
            continue
        with pytest.raises(Rejected):
            verify(lemma.context, cited, lemma.statement, stored.decoded())


def _nudged(term: Term, place: int) -> Term:
    """The term with one more than its ``place``-th number."""
    count = -1

    def change(part: Term, depth: int) -> Term:
        nonlocal count
        if isinstance(part, Number):
            count += 1
            return number(part.value + 1) if count == place else part
        return map_children(part, change, depth)

    return change(term, 0)


def test_no_certificate_shows_a_neighbour(accepted: list[Audited]) -> None:
    """Statements with one number changed; those that stay true by accident would be found by evaluation."""
    from checks.trials.refutation import test as evaluated

    tried = 0
    for each in accepted:
        lemma, cited, stored = proof_of(each)
        for place in range(sum(isinstance(part, Number) for part in subterms(lemma.statement))):
            statement = _nudged(lemma.statement, place)
            if evaluated(lemma.context, statement).witness is None:
                continue
            tried += 1
            with pytest.raises(Rejected):
                verify(lemma.context, cited, statement, stored.decoded())
    assert tried > 40


def _altered(value: Any, random: Random, terms: int) -> Any:
    """A JSON value with one thing in it changed."""
    value = deepcopy(value)
    places = []
    pending = [value]
    while pending:
        current = pending.pop()
        keys = list(current) if isinstance(current, dict) else range(len(current)) if isinstance(current, list) else ()
        for key in keys:
            places.append((current, key))
            pending.append(current[key])
    holder, key = random.choice(places)
    old = holder[key]
    match old:
        case bool() | None:
            holder[key] = 0
        case int():
            holder[key] = random.choice([old + 1, max(0, old - 1), random.randrange(terms)])
        case str():
            holder[key] = random.choice(["=", "<=", "fact:0", "directly", "x", ""])
        case list() if len(old) > 1 and random.random() < 0.5:
            random.shuffle(old)
        case list() if old:
            old.pop(random.randrange(len(old)))
        case dict() if random.random() < 0.3:
            holder[key] = None
        case _:
            holder[key] = []
    return value


def test_altered_certificates_of_false_statements_are_rejected(accepted: list[Audited]) -> None:
    from checks.trials.refutation import test as evaluated

    random = Random(7)
    tried = 0
    for each in accepted:
        lemma, cited, stored = proof_of(each)
        numbers = sum(isinstance(part, Number) for part in subterms(lemma.statement))
        false = [_nudged(lemma.statement, place) for place in range(numbers)]
        false = [statement for statement in false if evaluated(lemma.context, statement).witness is not None][:2]
        for statement in false:
            for _ in range(15):
                tried += 1
                altered = _altered(stored.proof, random, len(stored.terms))
                with pytest.raises((Rejected, Malformed)):
                    verify(lemma.context, cited, statement, decoded_proof(altered, Reader(stored.terms)))
    assert tried > 400


def test_terms_of_a_certificate_may_not_be_altered_into_a_false_proof(accepted: list[Audited]) -> None:
    from checks.trials.refutation import test as evaluated

    random = Random(11)
    for each in accepted:
        lemma, cited, stored = proof_of(each)
        numbers = sum(isinstance(part, Number) for part in subterms(lemma.statement))
        for place in range(min(numbers, 2)):
            statement = _nudged(lemma.statement, place)
            if evaluated(lemma.context, statement).witness is None:
                continue
            for _ in range(8):
                terms = _altered(list(stored.terms), random, len(stored.terms))
                with pytest.raises((Rejected, Malformed)):
                    verify(lemma.context, cited, statement, decoded_proof(stored.proof, Reader(terms)))


def test_a_certificate_is_only_written_as_it_was_verified(accepted: list[Audited]) -> None:
    lemma, cited, stored = proof_of(next(each for each in accepted if each.stored))
    proof = stored.decoded()
    watch = Watch(cited)
    verify(lemma.context, watch, lemma.statement, proof)
    other = replace(proof, certificate=deepcopy(proof.certificate))
    with pytest.raises(ValueError, match="not the one that was verified"):
        encoded_proof(other, watch.seen, Writer(), lemma.context)


def test_the_command(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = str(library_root() / SCRIPTS[0])
    assert command_line.main(["audit", script, "--certificates", str(store.folder), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["version"] == 1 and report["summary"]["accepted"] == len(report["theorems"]) > 0
    assert command_line.main(["audit", script, "--certificates", str(tmp_path)]) == 1
    assert "without certificate" in capsys.readouterr().out
    assert command_line.main(["audit", "-"]) == 2
    assert command_line.main(["audit", str(tmp_path / "no.drv")]) == 2


def test_check_stores_what_audit_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    script = tmp_path / "t.drv"
    script.write_text("theorem t\n  given x : real\n  show  (x + 1)^2 = x^2 + 2 x + 1\nproof\n  by algebra\nqed\n")
    assert command_line.main(["check", "--no-cache", str(script)]) in (0, 1)
    assert not (tmp_path / "cache").exists()
    script.write_text("theorem t\n  given x : real\n  show  (x + 1)^2 = x^2 + 2 x + 1\n")
    assert command_line.main(["check", str(script)]) == 0
    assert command_line.main(["audit", str(script)]) == 0
    script.write_text("theorem t\n  given x : real\n  show  (x + 1)^2 = x^2 + 2 x + 2\n")
    assert command_line.main(["audit", str(script)]) == 1
    assert command_line.main(["check", str(script)]) == 1
    assert command_line.main(["audit", str(script)]) == 1
    capsys.readouterr()


def test_where_nothing_can_be_stored_checking_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    script = tmp_path / "t.drv"
    script.write_text("theorem t\n  given x : real\n  show  x + x = 2 x\n")
    assert command_line.main(["check", str(script)]) == 0
    capsys.readouterr()


def test_json_of_the_audit_is_json(accepted: list[Audited]) -> None:
    report = json.loads(as_json(accepted))
    assert [each["name"] for each in report["theorems"]] == [each.name for each in accepted]


def test_a_document_is_read_or_malformed() -> None:
    good = {"version": 1, "engine": "0", "theorem": "t", "terms": [], "proof": 0}
    assert read_document(good) == Stored("t", [], 0, "0")
    for document in (None, 3, [], {}, {"version": 1}, {**good, "version": True}, {**good, "x": 1}):
        with pytest.raises(Malformed):
            read_document(document)
    assert isinstance(Apply("true"), Term)
