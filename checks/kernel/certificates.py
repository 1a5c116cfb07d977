"""Certificates: plain data from which ``verify`` re-establishes a statement without searching.

Each class is the record of one kernel rule; ``verification`` says what the rule is and why it holds.

Trusted for nothing: they are foreign data, and ``verify`` refuses whatever it cannot re-establish.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks.kernel.linear import Multipliers
from checks.terms import Term


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Both sides in index normal form, with the order of bound indices wherever one has to be chosen.

    ``orders`` and ``multipliers`` are used up in the order in which the expansion asks; ``unfold`` names
    opaque definitions to open.
    """

    orders: tuple[tuple[int, ...], ...] = ()
    multipliers: tuple[Multipliers | None, ...] = ()
    unfold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """An instance of an assumption (``fact:k``) or of a proved lemma (``lemma:hash``).

    ``values`` go to the lemma's symbols in order and then to the variables of ``for all``; ``proofs`` to what
    the instance needs, in the order in which it comes up; ``path`` picks sides of conjunctions.
    """

    source: str
    values: tuple[Term, ...] = ()
    proofs: tuple[Certificate, ...] = ()
    path: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Directly:
    """The goal is the used statement, or its equation read backwards."""

    use: Use


@dataclass(frozen=True, slots=True)
class Replace:
    """The goal with the part at a position replaced by a value that is proved equal (or equivalent) to it."""

    position: tuple[int, ...]
    value: Term
    proof: Proof
    then: Certificate


@dataclass(frozen=True, slots=True)
class Combine:
    """The goal's sides differ by a combination of the differences of used relations."""

    uses: tuple[Use, ...]
    factors: tuple[Term, ...]
    then: Arithmetic


@dataclass(frozen=True, slots=True)
class Monotone:
    """Two values of one operation by a comparison of the arguments at a position, the only ones that differ.

    ``way`` picks one of the ways in which the operation keeps or turns an order; ``proofs`` are of what it asks for.
    """

    position: int
    way: int
    proofs: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Intermediate terms between the sides of the goal; the relations compose by the table."""

    relations: tuple[str, ...]
    terms: tuple[Term, ...]
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Introduce:
    """A ``for all`` by its body at a fresh variable; an ``implies`` by its conclusion under its premise."""

    proof: Certificate


@dataclass(frozen=True, slots=True)
class Both:
    """Every part of a conjunction; both directions of an ``iff``."""

    proofs: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One part of a disjunction."""

    position: int
    proof: Certificate


@dataclass(frozen=True, slots=True)
class Split:
    """The goal under each part of a used disjunction; or under a statement and under its negation."""

    use: Use | Term
    proofs: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Scaled:
    """An equivalence of two comparisons whose differences are a positive multiple of each other."""

    factor: Term
    then: Arithmetic
    positive: Arithmetic


@dataclass(frozen=True, slots=True)
class Cut:
    """A statement proved on the side, then used as an assumption."""

    statement: Term
    proof: Proof
    then: Certificate


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A value of which an ``exists`` holds; ``proofs`` are those of its range, its condition and the body."""

    value: Term
    proofs: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Obtain:
    """A name for a thing that a used ``exists`` speaks of."""

    use: Use
    name: str
    then: Certificate


@dataclass(frozen=True, slots=True)
class Extremal:
    """``greatest``/``least`` by membership and comparison; ``sup``/``inf`` by bounding and being the best bound."""

    first: Certificate
    second: Certificate


@dataclass(frozen=True, slots=True)
class Unfold:
    """The goal with definitions and lets opened and applications of ``lambda`` carried out."""

    names: tuple[str, ...]
    then: Certificate


@dataclass(frozen=True, slots=True)
class Induction:
    """A statement about a natural number from 0 and from each number to the next."""

    symbol: str
    base: Certificate
    step: Certificate


@dataclass(frozen=True, slots=True)
class Integrable:
    """Finite moments of every monomial; or, for ``summable(f)``, an antiderivative on every piece.

    ``proofs`` are of what makes f defined everywhere, ``pieces`` what the normal form asks for.
    """

    proofs: tuple[Certificate, ...] = ()
    pieces: Arithmetic = Arithmetic()


@dataclass(frozen=True, slots=True)
class Defined:
    """``defined(t)`` by everything that Def(t) asks for, the body of an opaque definition included."""

    proofs: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Always:
    """``always(P)`` by a proof of P that uses nothing that holds at one outcome only."""

    proof: Certificate


@dataclass(frozen=True, slots=True)
class Absurd:
    """Anything, from a statement that holds, everything that makes it defined included, and so does its negation."""

    statement: Term
    proof: Proof
    denial: Certificate


Certificate = (
    Arithmetic | Directly | Replace | Combine | Monotone | Chain | Introduce | Both | Alternative | Split | Scaled | Cut
    | Exhibit | Obtain | Extremal | Unfold | Induction | Integrable
    | Defined | Always | Absurd
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate of a statement, and certificates of what makes it defined (None: left as a condition).

    ``supposing`` says that the statement's certificate takes the conditions that are left for granted, in their
    order behind the facts of the context.
    """

    certificate: Certificate
    definedness: tuple[Certificate | None, ...] = ()
    supposing: bool = False
