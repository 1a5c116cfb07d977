"""Expansions that a search keeps, so that what it looks at again and again is put into normal form once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from checks.contexts import Context
from checks.kernel.certificates import Certificate
from checks.kernel.expansion import Expansion
from checks.kernel.translation import expansion
from checks.terms import Term
from derive.proving.advice import Seeker


@dataclass(slots=True)
class Workspace:
    """One expansion for each context and choice of opened definitions; what it finds out goes into no certificate.

    ``decided`` is what arithmetic made of a goal in a context, which is kept alive with it; ``shown`` are conditions
    of definedness that it has shown, with the context.
    ``trying`` are the matrices of which it is being proved that they are invertible; ``answers`` what came of that:
    the context, the matrix, the inverses that were suggested, how many lemmas were at hand, and the certificate.
    """

    trying: list[Term] = field(default_factory=list)
    answers: list[tuple[Context, Term, tuple[Term, ...], int, Certificate | None]] = field(default_factory=list)
    _answered: dict[Hashable, tuple[tuple[object, ...], Certificate | None]] = field(default_factory=dict)
    shown: dict[Term, tuple[Context, Certificate]] = field(default_factory=dict)
    _kept: dict[tuple[int, frozenset[str]], tuple[Context, Expansion]] = field(default_factory=dict)

    def answer(
        self, given: tuple[object, ...], asked: tuple[Hashable, ...], find: Callable[[], Certificate | None]
    ) -> Certificate | None:
        """What is found for a question, which is looked for once; what is given is known by identity.

        While something is being proved of which a proof must not make use, nothing is kept.
        """
        if self.trying:
            return find()
        key = (*map(id, given), *asked)
        if key not in self._answered:
            self._answered[key] = given, find()
        return self._answered[key][1]

    def expansion(self, context: Context, unfold: frozenset[str]) -> Expansion:
        """The expansion of a context, which is kept alive with it."""
        key = (id(context), unfold)
        if key not in self._kept:
            self._kept[key] = context, expansion(context, Seeker(), unfold)
        return self._kept[key][1]
