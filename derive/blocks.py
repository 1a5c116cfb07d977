"""Blocks: stretches of a proof with their own context, and what has been established in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from checks.contexts import Context
from checks.kernel.certificates import (
    Certificate,
    Cut,
    Obtain,
    Proof,
    Use,
)
from checks.kernel.verification import Ledger
from checks.terms import (
    Term,
    Type,
    substitute,
)
from derive.elaboration import elaborate_statement, elaborate_term
from grammar import syntax


@dataclass(frozen=True, slots=True)
class Established:
    """A statement that has been proved in a block: a cut in the block's certificate."""

    statement: Term
    proof: Proof


@dataclass(frozen=True, slots=True)
class Named:
    """A name given to a thing that a used existence speaks of."""

    use: Use
    name: str


@dataclass(slots=True)
class Block:
    """A stretch of a proof: its ledger, what evaluation has to satisfy, and what has been established.

    ``aliases`` are names given inside the proof; they are replaced by what they stand for as soon as a term
    is read, so that no certificate mentions them.
    """

    ledger: Ledger
    trial: Context
    goal: Term | None
    aliases: Mapping[str, Term] = field(default_factory=dict)
    frames: list[Established | Named] = field(default_factory=list)

    @property
    def reading(self) -> Context:
        """The context in which the block's text is read."""
        context = self.ledger.context
        return replace(context, lets={**context.lets, **self.aliases}) if self.aliases else context

    def term(self, node: syntax.Node, expected: Type | None = None) -> Term:
        """The term that the block's text means; raises ``ElaborationError``."""
        return substitute(elaborate_term(node, self.reading, expected), self.aliases)

    def statement(self, node: syntax.Node) -> Term:
        """The statement that the block's text means; raises ``ElaborationError``."""
        return substitute(elaborate_statement(node, self.reading), self.aliases)

    def inside(self, ledger: Ledger, trial: Context, goal: Term | None) -> Block:
        """A block within this one."""
        return Block(ledger, trial, goal, dict(self.aliases))

    def folded(self, conclusion: Certificate) -> Certificate:
        """The certificate of the block's goal from that of its conclusion."""
        for frame in reversed(self.frames):
            match frame:
                case Established(statement, proof):
                    conclusion = Cut(statement, proof, conclusion)
                case Named(use, name):
                    conclusion = Obtain(use, name, conclusion)
        return conclusion


@dataclass(frozen=True, slots=True)
class Recorded:
    """A proof that the kernel accepted, with what it proves, in which context, and what evaluation satisfied."""

    context: Context
    statement: Term
    proof: Proof
    trial: Context | None = None
