"""Scripts on disk: imports, definitions, and the theorems that each file can see.

Every script sees the foundations (``theorems/foundations``) without importing them; files of the foundations
import what they need from each other.  ``import a.b`` means ``theorems/a/b.drv``, ``import "path"`` a file
beside the importing one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from os import fstat
from pathlib import Path

from checks.contexts import Context, Definition
from checks.terms import Term
from derive.elaboration import ElaborationError, elaborate_definition, elaborate_examples
from derive.options import library_root
from derive.reports import ErrorReport
from grammar import syntax
from grammar.errors import Misread
from grammar.parser import MAX_BYTES, lines_of, parse_script

FOUNDATIONS = "foundations"
IMPORT_DEPTH = 50
NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a definition: a statement that must be true."""

    definition: str
    statement: Term
    node: syntax.Node


@dataclass(slots=True)
class File:
    """A script that has been read: what it defines and states, and the files it sees, nearest last."""

    path: str
    lines: Sequence[str]
    items: tuple[syntax.Item, ...]
    errors: list[ErrorReport]
    seen: tuple[File, ...] = ()
    definitions: dict[str, Definition] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)

    @property
    def context(self) -> Context:
        """The empty context with every definition that the file sees."""
        visible: dict[str, Definition] = {}
        for other in self.seen:
            visible.update(other.definitions)
        visible.update(self.definitions)
        return Context(definitions=visible)

    def theorems(self) -> Iterator[syntax.Theorem]:
        """The theorems, lemmas and axioms of the file."""
        return (item for item in self.items if isinstance(item, syntax.Theorem))

    def error(self, span: syntax.Span, message: str, identifier: str) -> ErrorReport:
        """An error at a place of the file."""
        line = self.lines[span.line - 1] if 0 < span.line <= len(self.lines) else ""
        width = span.end_column - span.column if span.end_line == span.line else len(line) - span.column + 1
        return ErrorReport(self.path, span.line, span.column, message, identifier, line, max(1, width))


@lru_cache(maxsize=128)
def _parsed(data: str | bytes, shown: str) -> syntax.Script:
    """The syntax of a script of the library, which every loader reads."""
    return parse_script(data, shown)


class Loader:
    """Reads scripts, each once, the files that they import first."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or library_root()).resolve()
        self._files: dict[str, File] = {}
        self._reading: list[str] = []
        self._prelude: tuple[File, ...] | None = None

    def prelude(self) -> tuple[File, ...]:
        """The foundations, in an order in which imports come first."""
        if self._prelude is None:
            self._prelude = ()
            found: dict[str, File] = {}
            for path in sorted((self.root / FOUNDATIONS).glob("**/*.drv")):
                file = self.load(path)
                for other in (*file.seen, file):
                    found.setdefault(other.path, other)
            self._prelude = tuple(found.values())
        return self._prelude

    def load(self, path: Path) -> File:
        """The script at a path; what cannot be read is in its errors."""
        key = str(path.resolve())
        known = self._files.get(key)
        if known is not None:
            return known
        shown = _shown(path)
        try:
            with path.open("rb") as stream:
                size = fstat(stream.fileno()).st_size
                data = stream.read(MAX_BYTES + 1) if size <= MAX_BYTES else b""
        except OSError as error:
            return self._unreadable(key, shown, f"cannot be read: {error.strerror}", "unreadable")
        if size > MAX_BYTES:
            message = f"the file has {size:,} bytes; the limit is {MAX_BYTES:,}"
            return self._unreadable(key, shown, message, "too-large")
        return self._read(key, shown, data, path.parent)

    def _unreadable(self, key: str, shown: str, message: str, identifier: str) -> File:
        file = File(shown, (), (), [ErrorReport(shown, 1, 1, message, identifier)])
        self._files[key] = file
        return file

    def read(self, text: str | bytes, name: str) -> File:
        """A script given as text."""
        return self._read(f"<{name}>", name, text, Path.cwd())

    def _read(self, key: str, shown: str, data: str | bytes, folder: Path) -> File:
        script = _parsed(data, shown) if key.startswith(str(self.root)) else parse_script(data, shown)
        file = File(shown, _lines(data), script.items, [ErrorReport.of(error) for error in script.errors])
        self._reading.append(key)
        seen: dict[str, File] = {}
        foundational = str(self.root / FOUNDATIONS) in key
        if not foundational:
            seen.update((other.path, other) for other in self.prelude())
        for item in file.items:
            if isinstance(item, syntax.Import):
                self._import(file, item, folder, seen)
        self._reading.pop()
        file.seen = tuple(seen.values())
        self._define(file)
        self._files[key] = file
        return file

    def _import(self, file: File, item: syntax.Import, folder: Path, seen: dict[str, File]) -> None:
        path = folder / item.path if item.quoted else self.root / (item.path.replace(".", "/") + ".drv")
        if item.quoted and not path.suffix:
            path = path.with_suffix(".drv")
        try:
            key, found = str(path.resolve()), path.is_file()
        except (OSError, ValueError):  # a name that is too long, or that no file can have
            key, found = "", False
        if key in self._reading:
            circle = [_shown(Path(other)) for other in self._reading[self._reading.index(key) :]]
            message = f"cyclic import: {' imports '.join([*circle, circle[0]])}"
            file.errors.append(file.error(item.span, message, "cyclic-import"))
            return
        if not found:
            shown = item.path if len(item.path) > NAME_LIMIT else _shown(path)
            message = f"no file {shown[:NAME_LIMIT]} to import"
            file.errors.append(file.error(item.span, message, "missing-import"))
            return
        if len(self._reading) > IMPORT_DEPTH:
            message = f"imports nest more than {IMPORT_DEPTH} deep here"
            file.errors.append(file.error(item.span, message, "too-deep"))
            return
        other = self.load(path)
        if other.errors:
            first = other.errors[0]
            message = f"{other.path} has an error in line {first.line}: {first.message}"
            file.errors.append(file.error(item.span, message, "import-fails"))
        for inner in (*other.seen, other):
            if inner.path not in seen:
                self._see(file, item, inner, seen)

    def _see(self, file: File, item: syntax.Import, other: File, seen: dict[str, File]) -> None:
        """Adds a file to those that are seen; a name that means something else there already is an error."""
        for earlier in seen.values():
            for name in sorted(other.definitions.keys() & earlier.definitions.keys()):
                message = f"{name} is defined in {earlier.path} and in {other.path}; rename one of them"
                file.errors.append(file.error(item.span, message, "defined-twice"))
        seen[other.path] = other

    def _define(self, file: File) -> None:
        for item in file.items:
            if not isinstance(item, syntax.Define):
                continue
            context = file.context
            if item.name in context.definitions:
                file.errors.append(file.error(item.span, f"{item.name} is defined already", "defined-twice"))
                continue
            try:
                definition = elaborate_definition(item, context)
                within = replace(context, definitions={**context.definitions, item.name: definition})
                examples = elaborate_examples(item, definition, within)
            except ElaborationError as error:
                file.errors.append(file.error(error.span, error.message, error.identifier))
                continue
            file.definitions[item.name] = definition
            file.examples.extend(
                Example(item.name, statement, node)
                for statement, node in zip(examples, item.examples, strict=True)
            )


def _lines(data: str | bytes) -> Sequence[str]:
    """The lines of a script; none when it cannot be read, of which `parse_script` has told."""
    try:
        return lines_of(data)
    except Misread:
        return ()


def _shown(path: Path) -> str:
    """A path as a user would write it: relative to the working folder when it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def scripts_in(path: Path) -> list[Path]:
    """The scripts at a path: itself, or all below a folder in sorted order."""
    return sorted(path.rglob("*.drv")) if path.is_dir() else [path]
