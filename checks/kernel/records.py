"""Certificates as JSON values, and back: the format that ``docs/certificates.md`` describes.

Reading makes records, of which ``verify`` believes nothing.  Writing takes what a ``Watch`` has seen of a proof that
was verified, so that beside each rule stands the goal that it is for, and the name of what it opens: for readers, and
for the second checker, which finds its way without knowing how the kernel gets from one goal to the next.  ``decoded``
does not look at these.

Trusted for nothing: a certificate that is read wrong is another certificate, and refused or sufficient as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from checks.contexts import Context
from checks.encoding import Malformed, Reader, Writer, integer_of, keyed, listed, number_of, short, text_of
from checks.kernel.certificates import (
    Absurd,
    Alternative,
    Always,
    Arithmetic,
    Both,
    Certificate,
    Chain,
    Combine,
    Cut,
    Defined,
    Directly,
    Exhibit,
    Extremal,
    Induction,
    Integrable,
    Introduce,
    Monotone,
    Obtain,
    Proof,
    Replace,
    Scaled,
    Split,
    Unfold,
    Use,
)
from checks.kernel.lemmas import Lemma
from checks.kernel.linear import Multipliers
from checks.terms import TRUE, Term

VERSION = 1


# -- what a proof looks like while it is verified ------------------------------------------------------


@dataclass(slots=True)
class Seen:
    """One goal that a certificate established, its context, and what was established for it, in order."""

    context: Context
    goal: Term
    certificate: Certificate
    parts: list[Seen] = field(default_factory=list)


class Watch(Mapping[str, Lemma]):
    """Lemmas that are handed to ``verify``, and what it establishes meanwhile."""

    def __init__(self, lemmas: Mapping[str, Lemma]) -> None:
        self._lemmas = lemmas
        self._open = [Seen(Context(), TRUE, Arithmetic())]

    def enter(self, context: Context, goal: Term, certificate: Certificate) -> None:
        """A goal is about to be established."""
        seen = Seen(context, goal, certificate)
        self._open[-1].parts.append(seen)
        self._open.append(seen)

    def leave(self) -> None:
        """The last goal has been established, or not."""
        self._open.pop()

    @property
    def seen(self) -> list[Seen]:
        """What was established for no other goal."""
        return self._open[0].parts

    def __getitem__(self, label: str) -> Lemma:
        return self._lemmas[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lemmas)

    def __len__(self) -> int:
        return len(self._lemmas)


# -- writing -------------------------------------------------------------------------------------------


def encoded_proof(proof: Proof, seen: Sequence[Seen], writer: Writer, context: Context) -> Any:
    """A proof as a JSON value; ``seen`` is what a ``Watch`` saw while it was verified in the context.

    Raises ``ValueError`` when something else was seen.
    """
    return _Encoding(writer, context, seen).proof(proof)


class _Encoding:
    """Writes the certificates of one goal, with what was established for it."""

    def __init__(self, writer: Writer, context: Context, seen: Sequence[Seen]) -> None:
        self._writer = writer
        self._context = context
        self._parts = iter(seen)

    def proof(self, proof: Proof) -> Any:
        """A statement's certificate, and those of what makes it defined."""
        found: dict[str, Any] = {
            "definedness": [None if each is None else self.certificate(each) for each in proof.definedness],
            "certificate": self.certificate(proof.certificate),
        }
        if proof.supposing:
            found["supposing"] = True
        return found

    def certificate(self, certificate: Certificate) -> Any:
        """One certificate, with its goal and with the names that are new in it."""
        part = next(self._parts, None)
        if part is None or part.certificate is not certificate:
            raise ValueError("the certificate is not the one that was verified")
        inner = _Encoding(self._writer, part.context, part.parts)
        found = {"rule": RULES[type(certificate)], "goal": self._writer.term(part.goal), **inner.data(certificate)}
        opened = [name for name in part.context.declarations if name not in self._context.declarations]
        if opened:
            found["opened"] = opened
        return found

    def all(self, certificates: Sequence[Certificate]) -> list[Any]:
        """Several certificates."""
        return [self.certificate(each) for each in certificates]

    def use(self, use: Use) -> Any:
        """The use of an assumption or a lemma."""
        return {
            "source": use.source, "values": [self._writer.term(value) for value in use.values],
            "path": list(use.path), "proofs": self.all(use.proofs),
        }  # fmt: skip

    def data(self, certificate: Certificate) -> dict[str, Any]:
        """What a certificate holds besides its rule."""
        term = self._writer.term
        match certificate:
            case Arithmetic():
                return _arithmetic_data(certificate)
            case Directly(use):
                return {"use": self.use(use)}
            case Replace(position, value, proof, then):
                return {
                    "position": list(position), "value": term(value), "proof": self.proof(proof),
                    "then": self.certificate(then),
                }  # fmt: skip
            case Combine(uses, factors, then):
                return {
                    "uses": [self.use(use) for use in uses], "factors": [term(factor) for factor in factors],
                    "then": _arithmetic_data(then),
                }  # fmt: skip
            case Monotone(position, way, proofs):
                return {"position": position, "way": way, "proofs": self.all(proofs)}
            case Chain(relations, terms, proofs):
                return {
                    "relations": list(relations), "terms": [term(each) for each in terms],
                    "proofs": [self.proof(proof) for proof in proofs],
                }  # fmt: skip
            case Introduce(inner) | Always(inner):
                return {"proof": self.certificate(inner)}
            case Both(proofs) | Defined(proofs):
                return {"proofs": self.all(proofs)}
            case Alternative(position, inner):
                return {"position": position, "proof": self.certificate(inner)}
            case Split(by, proofs):
                start = {"use": self.use(by)} if isinstance(by, Use) else {"case": term(by)}
                return {**start, "proofs": self.all(proofs)}
            case Scaled(factor, then, positive):
                return {
                    "factor": term(factor), "then": _arithmetic_data(then), "positive": _arithmetic_data(positive),
                }  # fmt: skip
            case Cut(statement, proof, then):
                return {"statement": term(statement), "proof": self.proof(proof), "then": self.certificate(then)}
            case Exhibit(value, proofs):
                return {"value": term(value), "proofs": self.all(proofs)}
            case Obtain(use, name, then):
                return {"use": self.use(use), "name": name, "then": self.certificate(then)}
            case Extremal(first, second):
                return {"first": self.certificate(first), "second": self.certificate(second)}
            case Unfold(names, then):
                return {"names": list(names), "then": self.certificate(then)}
            case Induction(symbol, base, step):
                return {"symbol": symbol, "base": self.certificate(base), "step": self.certificate(step)}
            case Integrable(proofs, pieces):
                return {"proofs": self.all(proofs), "pieces": _arithmetic_data(pieces)}
            case Absurd(statement, proof, denial):
                return {"statement": term(statement), "proof": self.proof(proof), "denial": self.certificate(denial)}


def _arithmetic_data(certificate: Arithmetic) -> dict[str, Any]:
    return {
        "orders": [list(order) for order in certificate.orders],
        "multipliers": [
            None if each is None else [[str(coefficient), list(positions)] for coefficient, positions in each]
            for each in certificate.multipliers
        ],
        "unfold": list(certificate.unfold),
    }


# -- reading -------------------------------------------------------------------------------------------


def decoded_proof(value: object, reader: Reader) -> Proof:
    """The proof that a JSON value describes; raises ``Malformed``."""
    found = keyed(value, ("definedness", "certificate"), "a proof", ("supposing",))
    definedness = tuple(
        None if each is None else decoded(each, reader) for each in listed(found["definedness"], "definedness")
    )
    return Proof(decoded(found["certificate"], reader), definedness, found.get("supposing") is True)


def decoded(value: object, reader: Reader) -> Certificate:
    """The certificate that a JSON value describes; raises ``Malformed``."""
    if type(value) is not dict or value.get("rule") not in _KEYS:
        raise Malformed(f"no certificate: {short(value)}")
    rule = value["rule"]
    match rule, "case" in value:
        case "split", True:
            keys: tuple[str, ...] = ("case", "proofs")
        case _:
            keys = _KEYS[rule]
    data = keyed(value, ("rule", *keys), f"a certificate by {rule}", ("goal", "opened"))
    return _decoded(rule, data, reader)


def _decoded(rule: str, data: Mapping[str, Any], reader: Reader) -> Certificate:
    def one(key: str) -> Certificate:
        return decoded(data[key], reader)

    def several(key: str) -> tuple[Certificate, ...]:
        return tuple(decoded(each, reader) for each in listed(data[key], key))

    match rule:
        case "arithmetic":
            return _arithmetic({key: data[key] for key in _KEYS["arithmetic"]})
        case "directly":
            return Directly(_use(data["use"], reader))
        case "replace":
            return Replace(
                _integers(data["position"]), reader.term(data["value"]), decoded_proof(data["proof"], reader),
                one("then"),
            )
        case "combine":
            uses = tuple(_use(each, reader) for each in listed(data["uses"], "uses"))
            return Combine(uses, reader.terms(data["factors"]), _arithmetic(data["then"]))
        case "monotone":
            return Monotone(
                integer_of(data["position"], "position"), integer_of(data["way"], "way"), several("proofs")
            )
        case "chain":
            proofs = tuple(decoded_proof(each, reader) for each in listed(data["proofs"], "proofs"))
            return Chain(_texts(data["relations"]), reader.terms(data["terms"]), proofs)
        case "introduce":
            return Introduce(one("proof"))
        case "always":
            return Always(one("proof"))
        case "both":
            return Both(several("proofs"))
        case "defined":
            return Defined(several("proofs"))
        case "alternative":
            return Alternative(integer_of(data["position"], "position"), one("proof"))
        case "split":
            by = reader.term(data["case"]) if "case" in data else _use(data["use"], reader)
            return Split(by, several("proofs"))
        case "scaled":
            return Scaled(reader.term(data["factor"]), _arithmetic(data["then"]), _arithmetic(data["positive"]))
        case "cut":
            return Cut(reader.term(data["statement"]), decoded_proof(data["proof"], reader), one("then"))
        case "exhibit":
            return Exhibit(reader.term(data["value"]), several("proofs"))
        case "obtain":
            return Obtain(_use(data["use"], reader), text_of(data["name"], "name"), one("then"))
        case "extremal":
            return Extremal(one("first"), one("second"))
        case "unfold":
            return Unfold(_texts(data["names"]), one("then"))
        case "induction":
            return Induction(text_of(data["symbol"], "symbol"), one("base"), one("step"))
        case "integrable":
            return Integrable(several("proofs"), _arithmetic(data["pieces"]))
        case _:
            return Absurd(reader.term(data["statement"]), decoded_proof(data["proof"], reader), one("denial"))


def _use(value: object, reader: Reader) -> Use:
    found = keyed(value, ("source", "values", "path", "proofs"), "a use")
    proofs = tuple(decoded(each, reader) for each in listed(found["proofs"], "proofs"))
    return Use(text_of(found["source"], "source"), reader.terms(found["values"]), proofs, _integers(found["path"]))


def _arithmetic(value: object) -> Arithmetic:
    found = keyed(value, ("orders", "multipliers", "unfold"), "arithmetic")
    orders = tuple(_integers(each) for each in listed(found["orders"], "orders"))
    multipliers = tuple(
        None if each is None else _multipliers(each) for each in listed(found["multipliers"], "multipliers")
    )
    return Arithmetic(orders, multipliers, _texts(found["unfold"]))


def _multipliers(value: object) -> Multipliers:
    found = []
    for each in listed(value, "multipliers"):
        match each:
            case [str(text), positions]:
                coefficient = number_of(text)
                found.append((fmpq(coefficient.numerator, coefficient.denominator), _integers(positions)))
            case _:
                raise Malformed(f"no multiplier: {short(each)}")
    return tuple(found)


def _integers(value: object) -> tuple[int, ...]:
    return tuple(integer_of(each, "a position") for each in listed(value, "positions"))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text_of(each, "a name") for each in listed(value, "names"))


RULES: Mapping[type, str] = {
    rule: rule.__name__.lower()
    for rule in (
        Absurd, Alternative, Always, Arithmetic, Both, Chain, Combine, Cut, Defined, Directly, Exhibit, Extremal,
        Induction, Integrable, Introduce, Monotone, Obtain, Replace, Scaled, Split, Unfold,
    )
}  # fmt: skip
"""What the rules are called in the format."""

_KEYS: Mapping[str, tuple[str, ...]] = {
    "absurd": ("statement", "proof", "denial"),
    "alternative": ("position", "proof"),
    "always": ("proof",),
    "arithmetic": ("orders", "multipliers", "unfold"),
    "both": ("proofs",),
    "chain": ("relations", "terms", "proofs"),
    "combine": ("uses", "factors", "then"),
    "cut": ("statement", "proof", "then"),
    "defined": ("proofs",),
    "directly": ("use",),
    "exhibit": ("value", "proofs"),
    "extremal": ("first", "second"),
    "induction": ("symbol", "base", "step"),
    "integrable": ("proofs", "pieces"),
    "introduce": ("proof",),
    "monotone": ("position", "way", "proofs"),
    "obtain": ("use", "name", "then"),
    "replace": ("position", "value", "proof", "then"),
    "scaled": ("factor", "then", "positive"),
    "split": ("use", "proofs"),
    "unfold": ("names", "then"),
}
