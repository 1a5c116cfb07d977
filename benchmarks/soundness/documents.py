"""Documents of theorems and certificates that are written down by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import derive
from checks.contexts import Context
from checks.encoding import Writer
from checks.kernel.lemmas import Lemma
from checks.terms import Term
from derive.elaboration import elaborate_statement, elaborate_term
from derive.store import elaborated
from grammar import parse_statement, parse_term

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "bad_certificates"
Data = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A certificate of a statement, with why it is bad, or with what makes it good."""

    name: str
    why: str
    script: Data
    stored: Data
    good: bool

    @property
    def place(self) -> Path:
        """The file in which it stands."""
        return (FOLDER / "good" if self.good else FOLDER) / f"{self.name}.json"

    def text(self) -> str:
        """What stands in the file."""
        document = {"why": self.why, "script": self.script, "stored": self.stored}
        return json.dumps(document, separators=(",", ":"), sort_keys=True) + "\n"


class Theorem:
    """A context and a statement, for which certificates are written down by hand."""

    def __init__(self, *given: str, show: str | Term, lemmas: Sequence[Lemma] = ()) -> None:
        self.given = given
        self.context = derive.context(*given).kernel
        self.lemmas = {lemma.hash: lemma for lemma in lemmas}
        self.show = statement(self.context, show) if isinstance(show, str) else show
        self._writer = Writer()

    def number(self, text: str | Term, *more: str) -> int:
        """The number of a statement or term in the certificate's table, with more symbols declared."""
        if not isinstance(text, str):
            return self._writer.term(text)
        context = derive.context(*self.given, *more).kernel
        return self._writer.term(statement(context, text))

    def term(self, text: str, *more: str) -> int:
        """The number of a term in the certificate's table, with more symbols declared."""
        return self._writer.term(elaborate_term(parse_term(text), derive.context(*self.given, *more).kernel))

    def case(self, name: str, why: str, certificate: Data, *definedness: Data | None, good: bool = False) -> Case:
        """The case that the certificate makes; what it needs of definitions only is kept."""
        script = elaborated(_without_definitions(self.context), self.show, self.lemmas)
        proof = {"definedness": list(definedness), "certificate": certificate}
        stored = {"version": 1, "theorem": name, "terms": self._writer.table, "proof": proof}
        return Case(name, why, script, json.loads(json.dumps(stored)), good)


def statement(context: Context, text: str) -> Term:
    """The statement that a text makes in a context."""
    return elaborate_statement(parse_statement(text), context)


def lemma(name: str, *given: str, show: str) -> Lemma:
    """A lemma that certificates may cite."""
    context = derive.context(*given).kernel
    return Lemma(name, _without_definitions(context), statement(context, show))


def _without_definitions(context: Context) -> Context:
    return Context(context.declarations, context.facts, context.lets, context.independences)


# -- certificates --------------------------------------------------------------------------------------


def rule(name: str, goal: int, opened: Sequence[str] = (), /, **data: Any) -> Data:
    """A certificate by a rule."""
    return {"rule": name, "goal": goal, **({"opened": list(opened)} if opened else {}), **data}


def arithmetic(goal: int, opened: Sequence[str] = (), *multipliers: Any) -> Data:
    """By arithmetic."""
    return rule("arithmetic", goal, opened, orders=[], multipliers=list(multipliers), unfold=[])


NOTHING: Mapping[str, Any] = {"orders": [], "multipliers": [], "unfold": []}


def use(source: str, *values: int, path: Sequence[int] = (), proofs: Sequence[Data] = ()) -> Data:
    """The use of an assumption or a lemma."""
    return {"source": source, "values": list(values), "path": list(path), "proofs": list(proofs)}


def directly(
    goal: int,
    source: str,
    *values: int,
    path: Sequence[int] = (),
    proofs: Sequence[Data] = (),
    opened: Sequence[str] = (),
) -> Data:
    """By what is used."""
    return rule("directly", goal, opened, use=use(source, *values, path=path, proofs=proofs))


def proof(certificate: Data, *definedness: Data) -> Data:
    """A certificate with those of what makes its statement defined."""
    return {"definedness": list(definedness), "certificate": certificate}


def cut(goal: int, what: int, shown: Data, then: Data) -> Data:
    """By a statement that is proved on the side."""
    return rule("cut", goal, statement=what, proof=proof(shown), then=then)
