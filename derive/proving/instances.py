"""Reasons at given values: ``by parabola(-1)`` uses what is cited at these values, established before the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checks.contexts import Context
from checks.kernel.certificates import Certificate, Cut, Directly, Proof
from checks.kernel.definedness import obligations
from checks.kernel.forms import TooLarge
from checks.kernel.lemmas import Lemma
from checks.kernel.reductions import Rejected
from checks.shapes import IllTyped
from checks.terms import Term
from derive.proving.budget import Exhausted
from derive.proving.search import Search


@dataclass(frozen=True, slots=True)
class Instance:
    """A lemma, or an assumption by its name, at values for its variables."""

    cited: Lemma | str
    values: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Established:
    """A context in which instances are known by names of their own, and the cuts that lead there."""

    context: Context
    names: tuple[str, ...]
    cuts: tuple[tuple[Term, Proof], ...]

    def around(self, certificate: Certificate) -> Certificate:
        """The certificate in the first context, of what it certifies in the last."""
        for statement, proof in reversed(self.cuts):
            certificate = Cut(statement, proof, certificate)
        return certificate


def established(search: Search, context: Context, instances: Sequence[Instance]) -> Established | None:
    """The context with the instances established; None when one does not apply, or is not known to be defined."""
    names: list[str] = []
    cuts: list[tuple[Term, Proof]] = []
    for instance in instances:
        try:
            if isinstance(instance.cited, Lemma):
                title = instance.cited.name
                use, statement = search.instance_of_lemma(context, instance.cited, instance.values)
            else:
                title = instance.cited
                place = next(k for k, fact in enumerate(context.facts) if fact.name == title)
                use, statement = search.instance(context, f"fact:{place}", instance.values)
        except (Rejected, IllTyped, TooLarge, Exhausted):
            return None
        proof = Proof(Directly(use), search.definedness(context, statement))
        if any(part is None for part in proof.definedness):
            return None
        names.append(f"{title}({len(names) + 1})")
        cuts.append((statement, proof))
        context = context.conclude(statement, names[-1], obligations(statement, context))
    return Established(context, tuple(names), tuple(cuts))
