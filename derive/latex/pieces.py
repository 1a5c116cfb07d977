"""Pieces of LaTeX, and how tightly they hold together."""

from __future__ import annotations

from dataclasses import dataclass

from derive.latex.spelling import bracketed

(
    QUANTIFIER, IFF, IMPLIES, OR, AND, NOT, RELATION,
    SUM, MINUS, ENTRYWISE, PRODUCT, POWER, POSTFIX, ATOM,
) = range(14)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, how tightly it holds together, and whether it would swallow a factor to its right.

    What is ``large`` is a single operator with what it reaches, such as a sum, an integral or a gradient.
    """

    text: str
    level: int
    greedy: bool = False
    large: bool = False

    def at(self, level: int) -> str:
        """The text, in brackets unless it holds together as tightly as the level asks."""
        return self.text if self.level >= level else bracketed(self.text)

    def closed_at(self, level: int) -> str:
        """The same, and in brackets also when something follows that it would swallow."""
        return self.text if self.level >= level and not self.greedy else bracketed(self.text)

    def operand(self) -> str:
        """The text as what a prefix operator is taken of: one factor, or a large operator."""
        return self.text if self.large else self.closed_at(POWER)
