"""What the elaborator says when a text has no meaning, or more than one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from grammar.syntax import NOWHERE, Span


class ElaborationError(Exception):
    """A text that means nothing definite: mend it at ``span``, as ``suggestion`` says where there is one.

    ``message`` is one sentence, the suggestion included.  ``identifier`` is stable; it is one of
    ``IDENTIFIERS``.
    """

    def __init__(
        self,
        message: str,
        span: Span = NOWHERE,
        identifier: str = "ill-formed",
        suggestion: str | None = None,
    ) -> None:
        self.message = message if suggestion is None else f"{message}: {suggestion}"
        self.span = span
        self.identifier = identifier
        self.suggestion = suggestion
        super().__init__(self.message)


IDENTIFIERS = frozenset({
    "already-declared", "ambiguous", "bad-law", "ill-formed", "missing-argument", "missing-definition", "named-twice",
    "not-a-function", "not-a-number", "not-a-statement", "not-a-term", "not-an-integer", "not-random",
    "random-type", "range-conflict", "reserved-name", "shape-mismatch", "too-deep", "too-large", "undeclared-symbol",
    "undetermined-length", "unknown-property", "unknown-range", "unknown-type", "unsupported", "wrong-arity",
})  # fmt: skip


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """``did you mean …?`` with the candidate that is spelled most like the name, if one is.

    A name of one or two letters is like those only that differ in their capitals.
    """
    known = sorted(set(candidates) - {name})
    for candidate in known:
        if candidate.lower() == name.lower():
            return f"did you mean {candidate}?"
    found = get_close_matches(name, known, n=1, cutoff=0.6) if len(name) > 2 else []
    return f"did you mean {found[0]}?" if found else None


def unsupported(what: str, span: Span) -> ElaborationError:
    """The error for what the language has and the elaborator does not read yet."""
    return ElaborationError(f"{what} is not read yet", span, "unsupported")


def count(number: int, noun: str) -> str:
    """``1 argument``, ``2 arguments``, ``2 indices``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} indices" if noun == "index" else f"{number} {noun}s"


def were(number: int) -> str:
    """``1 was``, ``2 were``."""
    return f"{number} was" if number == 1 else f"{number} were"
