"""What the reader of scripts says when it cannot read one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScriptError:
    """A place in a script that cannot be read, and why: mend the text at `file:line:column`.

    `identifier` is stable: `syntax-error`, `bad-character`, `not-utf8`, `empty-file`, `too-large`,
    `too-deep`, `unclosed-bracket`, `bad-layout`, `bad-declaration`, `bad-binding`, `bad-expectation`,
    `not-supported`. Lines and columns count from 1, columns in characters.
    """

    file: str
    line: int
    column: int
    message: str
    identifier: str = "syntax-error"
    source_line: str = ""
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"

    def render(self) -> str:
        """Return the message, the source line and a caret under the offending text."""
        if not self.source_line:
            return str(self)
        start, line = self.column - 1, self.source_line
        if len(line) > 160:
            cut = max(0, start - 60)
            line, start = line[cut : cut + 140], start - cut
        # A tab stays a tab in the margin, so that the caret lines up however wide tabs are shown.
        margin = "".join("\t" if character == "\t" else " " for character in line[:start])
        carets = "^" * max(1, min(self.width, len(line) - start))
        return f"{self}\n    {line}\n    {margin}{carets}"


class ScriptReadError(Exception):
    """A script, term or type could not be read: `error` says where and why; mend the text there."""

    def __init__(self, error: ScriptError) -> None:
        super().__init__(str(error))
        self.error = error


class Misread(Exception):  # noqa: N818
    """Inside this package: something unreadable at a place whose file and source line are added later."""

    def __init__(
        self, line: int, column: int, message: str, identifier: str = "syntax-error", width: int = 1
    ) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message
        self.identifier = identifier
        self.width = width

    def located(self, file: str, lines: list[str]) -> ScriptError:
        """Return the error as users see it, with the source line taken from `lines`."""
        source = lines[self.line - 1] if 0 < self.line <= len(lines) else ""
        return ScriptError(file, self.line, self.column, self.message, self.identifier, source, self.width)
