"""The certificate of a whole theorem, from the steps of its proof."""

from __future__ import annotations

from dataclasses import replace

from checks.contexts import Context
from checks.kernel.certificates import Certificate, Proof
from checks.kernel.definedness import obligations, undischarged
from checks.kernel.forms import TooLarge
from checks.kernel.reductions import Rejected
from checks.terms import Term
from derive.blocks import Block, Established, Named
from derive.proofs import Walk
from derive.proving.budget import Budget, Exhausted
from derive.proving.search import Search
from derive.store import Stored, stored_proof


def certified(name: str, walk: Walk, block: Block, context: Context, statement: Term) -> Stored | None:
    """The proof that a walk has put together, as it is stored; None where it does not make one of the whole."""
    block.goal = statement
    found = walk.conclusion(block)
    if found is None:
        return None
    search = Search(walk.resources.claims, walk.resources.at_hand, (), Budget(300))
    try:
        definedness = tuple(
            each or _on_the_way(block, context, needed)
            for needed, each in zip(
                undischarged(statement, context), search.definedness(context, statement), strict=True
            )
        )
        proof = Proof(block.folded(found), definedness)
        return stored_proof(name, context, walk.resources.theory, statement, proof)
    except (Rejected, Exhausted, TooLarge, RecursionError):
        return None


def _on_the_way(block: Block, context: Context, needed: Term) -> Certificate | None:
    """A certificate of what was shown to be defined when a statement of the block was established."""
    before: list[Established | Named] = []
    for frame in block.frames:
        if isinstance(frame, Named):
            return None  # What it names would be open in the condition's certificate.
        for condition, certificate in zip(
            undischarged(frame.statement, context), frame.proof.definedness, strict=True
        ):
            if condition == needed and certificate is not None:
                return replace(block, frames=before).folded(certificate)
        context = context.conclude(frame.statement, None, obligations(frame.statement, context))
        before.append(frame)
    return None
