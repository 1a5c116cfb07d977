"""Stored certificates: one file for each theorem, named by the hash of its context and statement.

They stand in a folder of the user's (``XDG_CACHE_HOME``, else ``~/.cache``), and nothing is kept beside them: no
verdict is ever read back.  What a file says is checked like anything else that comes from outside.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from checks.contexts import Context
from checks.encoding import Malformed, Reader, Writer, keyed, text_of
from checks.kernel.certificates import Proof
from checks.kernel.lemmas import Lemma, Theory
from checks.kernel.records import VERSION, Watch, decoded_proof, encoded_proof
from checks.kernel.verification import verify
from checks.terms import Term
from derive import __version__

LARGEST = 50_000_000
"""The bytes of the largest file that is read."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file holds: the theorem's name, the table of terms and the proof, as JSON values; and who wrote it."""

    name: str
    terms: Sequence[Any]
    proof: Any
    engine: str = __version__

    def decoded(self) -> Proof:
        """The proof as the kernel reads it; raises ``Malformed``."""
        try:
            return decoded_proof(self.proof, Reader(self.terms))
        except RecursionError as error:
            raise Malformed("certificates nest too deep") from error


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of certificates."""

    folder: Path

    def place(self, label: str) -> Path:
        """The file for the statement with a hash."""
        return self.folder / label[:2] / f"{label}.json"

    def write(self, label: str, stored: Stored) -> None:
        """Puts a certificate in its place; a reader sees the old file or the new one, never half of it."""
        place = self.place(label)
        place.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "version": VERSION, "engine": stored.engine, "theorem": stored.name, "terms": stored.terms,
            "proof": stored.proof,
        }  # fmt: skip
        with NamedTemporaryFile("w", dir=place.parent, encoding="utf-8", delete=False) as stream:
            json.dump(document, stream, separators=(",", ":"))
        os.replace(stream.name, place)

    def read(self, label: str) -> Stored | None:
        """The certificate for a hash, None where there is none; raises ``Malformed`` for what is no certificate."""
        place = self.place(label)
        try:
            if place.stat().st_size > LARGEST:
                raise Malformed(f"{place}: a file of more than {LARGEST:,} bytes")
            text = place.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            raise Malformed(f"{place}: not a text in UTF-8") from error
        try:
            return read_document(json.loads(text))
        except (json.JSONDecodeError, RecursionError) as error:
            raise Malformed(f"{place}: not JSON: {error}") from error
        except Malformed as error:
            raise Malformed(f"{place}: {error}") from error


def read_document(document: object) -> Stored:
    """What a stored document says; raises ``Malformed``."""
    found = keyed(document, ("version", "engine", "theorem", "terms", "proof"), "a stored certificate")
    if type(found["version"]) is not int or found["version"] != VERSION:
        raise Malformed(f"version {found['version']!r} of the format; version {VERSION} was expected")
    engine = text_of(found["engine"], "engine")
    return Stored(text_of(found["theorem"], "theorem"), found["terms"], found["proof"], engine)


def default_store() -> Store:
    """The store in the user's folder for what can be made anew."""
    cache = os.environ.get("XDG_CACHE_HOME")
    folder = Path(cache) if cache and Path(cache).is_absolute() else Path.home() / ".cache"
    return Store(folder / "derive" / f"certificates-{VERSION}")


def stored_proof(name: str, context: Context, theory: Theory, statement: Term, proof: Proof) -> Stored:
    """A proof as it is stored; raises ``Rejected`` where the kernel does not accept it."""
    watch = Watch(theory)
    verify(context, watch, statement, proof)
    writer = Writer()
    encoded = encoded_proof(proof, watch.seen, writer, context)
    return Stored(name, writer.table, encoded)


def keeps(store: Store, lemma: Lemma, theory: Theory) -> bool:
    """Whether the store has a certificate of the statement that this engine has written, and cites what is proved."""
    try:
        stored = store.read(lemma.hash)
    except (Malformed, OSError):
        return False
    if stored is None or stored.engine != __version__:
        return False
    return all(label in theory for label in _cited(stored.proof))


def _cited(value: object) -> Iterator[str]:
    """The hashes of the lemmas that a proof cites."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, list):
            pending.extend(current)
        elif isinstance(current, dict):
            source = current.get("source")
            if isinstance(source, str) and source.startswith("lemma:"):
                yield source.removeprefix("lemma:")
            pending.extend(current.values())


def elaborated(context: Context, statement: Term, lemmas: Mapping[str, Lemma]) -> dict[str, Any]:
    """What a script states, for a reader that does not know the kernel's data: context, statement, lemmas by hash."""
    writer = Writer()
    definitions = dict(context.definitions)
    for lemma in lemmas.values():
        definitions |= {name: lemma.context.definitions[name] for name in lemma.context.definitions}
    return {
        "version": VERSION,
        "context": writer.context(context),
        "statement": writer.term(statement),
        "lemmas": {
            label: {
                "name": lemma.name, "context": writer.context(lemma.context), "statement": writer.term(lemma.statement),
            }
            for label, lemma in sorted(lemmas.items())
        },
        "definitions": [writer.definition(definitions[name]) for name in sorted(definitions)],
        "terms": writer.table,
    }  # fmt: skip
