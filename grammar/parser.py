"""Reads scripts, terms, statements and types; reports what cannot be read and goes on behind it.

How tightly things bind, loosest first:

    for all / exists …,      reaches as far as possible
    iff
    implies                  to the right
    or, and, not
    = <= in …                chains: a <= b < c
    a..b                     if P then a else b: the last branch as far as possible
    + -
    -a b                     a minus before a product negates the product
    * / .* kron and spaces   one level, to the left: 1/2 x is (1/2) x, a/b c is (a/b) c
    sum[…], E[x ~ p] …       reach over the product or quotient to their right
    ^                        to the right; a^-1, a^f(x); ^T always transposes
    f(x) X[i,j] A^T          without a space: tight, so a/f(x) divides by f(x)

`[` directly after a name, `)`, `]` or `^T` is an index; otherwise an array or an Iverson bracket. `E[…]` and
other names bind when their brackets hold a `~`; max, min, argmax, argmin, inf and lambda when they hold a
domain or a condition; sum, prod, sup and integral always. A bar that separates, as in `{a > 0 | P}` and
`E[t | x]`, has spaces on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, UnexpectedInput
from lark.lexer import Lexer

from grammar import syntax
from grammar.builder import TreeBuilder
from grammar.errors import Misread, ScriptError, ScriptReadError
from grammar.layout import TOP_KEYWORDS, tokens_of, tokens_of_line
from grammar.lexer import Token
from grammar.messages import explain

MAX_BYTES = 2_000_000
MAX_DEPTH = 200
# Shorter lines cannot hold a deeper tree, so only longer ones are measured.
_SHALLOW = MAX_DEPTH // 2
_TOP_LINE = re.compile(rf"(?:{'|'.join(TOP_KEYWORDS)})(?!\w)")
_CLOSING_LINE = re.compile(r"\s*qed\s*(?:#.*)?$")


class _TokenSource(Lexer):
    """Hands lark the tokens made by grammar.layout."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, data: Any) -> Iterator[Any]:  # type: ignore[override]
        return iter(data)


@cache
def _parser() -> Lark:
    return Lark(
        Path(__file__).with_name("script.lark").read_text(encoding="utf-8"),
        parser="lalr",
        lexer=_TokenSource,
        start=["item", "operand", "statement", "type"],
        maybe_placeholders=False,
        transformer=TreeBuilder(),
    )


def parse_script(text: str | bytes, file: str = "<text>") -> syntax.Script:
    """Read a script. Nothing is raised: what cannot be read is in `errors`, one for each top-level item."""
    try:
        lines = lines_of(text)
    except Misread as problem:
        # Only for the source line of the message; a text beyond the limit is not looked at.
        shown = _decoded(text[:MAX_BYTES]).split("\n")
        return syntax.Script(file, (), (problem.located(file, shown),), ())
    items: list[syntax.Item] = []
    errors: list[ScriptError] = []
    comments: list[syntax.Comment] = []
    for start, end in _chunks(lines):
        try:
            tokens = tokens_of(lines[start:end], start + 1, comments)
            if tokens:
                item = _parse(tokens, "item")
                _check_expectations(item)
                items.append(item)
        except Misread as problem:
            errors.append(problem.located(file, lines))
    if not items and not errors:
        message = "no theorem, lemma, axiom, refute, definition or import: the file is empty"
        errors.append(ScriptError(file, 1, 1, message, "empty-file"))
    comments.sort(key=lambda comment: comment.line)
    return syntax.Script(file, tuple(items), tuple(errors), tuple(comments))


def parse_term(text: str, file: str = "<text>") -> syntax.Node:
    """Read one term, or raise ScriptReadError."""
    node: syntax.Node = _parse_alone(text, "operand", file)
    return node


def parse_statement(text: str, file: str = "<text>") -> syntax.Node:
    """Read one statement (a term alone is one too), or raise ScriptReadError."""
    node: syntax.Node = _parse_alone(text, "statement", file)
    return node


def parse_type(text: str, file: str = "<text>") -> syntax.Type:
    """Read one type, or raise ScriptReadError."""
    node: syntax.Type = _parse_alone(text, "type", file)
    return node


def _parse_alone(text: str, start: str, file: str) -> Any:
    lines: list[str] = []
    try:
        lines = lines_of(text)
        tokens = tokens_of_line(lines, as_type=start == "type")
        if not tokens:
            raise Misread(1, 1, "there is nothing here to read")
        return _parse(tokens, start)
    except Misread as problem:
        raise ScriptReadError(problem.located(file, lines)) from None


def _parse(tokens: Sequence[Token], start: str) -> Any:
    try:
        source: Any = tokens
        node: Any = _parser().parse(source, start=start)
    except UnexpectedInput as problem:
        raise explain(problem, tokens) from None
    if _longest_line(tokens) > _SHALLOW:
        _check_depth(node)
    return node


def _longest_line(tokens: Sequence[Token]) -> int:
    longest = length = 0
    for token in tokens:
        length = 0 if token.type in ("NEWLINE", "ENTRY") else length + 1
        longest = max(longest, length)
    return longest


def _check_depth(root: syntax.Node) -> None:
    pending = [(root, 1)]
    while pending:
        node, depth = pending.pop()
        if depth > MAX_DEPTH:
            message = f"this nests more than {MAX_DEPTH} deep: name parts of it with `let`"
            raise Misread(node.span.line, node.span.column, message, "too-deep")
        pending.extend((child, depth + 1) for child in node.children())


def _check_expectations(item: syntax.Item) -> None:
    """A refute block marks one claim, a theorem none."""
    marked: list[syntax.Node] = []
    pending: list[syntax.Node] = []
    if isinstance(item, syntax.Theorem):
        pending.extend(item.proof or ())
    elif isinstance(item, syntax.Refute):
        pending.extend(item.steps)
    while pending:
        match pending.pop():
            case syntax.Chain(links=links):
                marked.extend(link for link in links if link.expectation is not None)
            case syntax.Have(items=items) as node:
                pending.extend(items)
                if node.expectation is not None:
                    marked.append(node)
            case syntax.SubProof(items=items) | syntax.Case(items=items) | syntax.Induction(items=items):
                pending.extend(items)
            case syntax.Claim(expectation=str()) as node:
                marked.append(node)
    if isinstance(item, syntax.Refute):
        if len(marked) != 1:
            message = "a refute block marks one claim with `expect refuted`, `expect proved-if` or `expect ill-formed`"
            place = (max(marked, key=lambda node: node.span.line) if marked else item).span
            raise Misread(place.line, place.column, message, "bad-expectation")
    elif marked:
        place = marked[0].span
        raise Misread(place.line, place.column, "`expect` belongs in a refute block", "bad-expectation")


def _decoded(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "replace")


def lines_of(text: str | bytes) -> list[str]:
    """Return the lines of a text within the limits, or raise Misread."""
    if len(text) > MAX_BYTES:
        message = f"the text has {len(text):,} bytes; the limit is {MAX_BYTES:,}"
        raise Misread(1, 1, message, "too-large")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as problem:
            data, position = problem.object, problem.start
            before = data[:position].decode("utf-8")
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            message = f"the byte 0x{data[position]:02X} is not UTF-8"
            raise Misread(line, column, message, "not-utf8") from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _chunks(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the line ranges of top-level items: from a keyword in the first column, and behind each `qed`."""
    start = 0
    for number, line in enumerate(lines):
        if number > start and _TOP_LINE.match(line):
            yield start, number
            start = number
        if _CLOSING_LINE.match(line):
            yield start, number + 1
            start = number + 1
    if start < len(lines):
        yield start, len(lines)
