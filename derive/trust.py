"""What a `proved` rests on: rules and axioms, definitions, the code that has to be right, and the libraries it uses.

Which modules belong to the kernel is read off its imports: everything of `checks` that `verification` reaches.
"""

from __future__ import annotations

import ast
import io
import json
import platform
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from textwrap import wrap

from derive import __version__
from derive.rules import registered_rules
from derive.scripts import Loader, scripts_in
from grammar import syntax

WIDTH = 110
KERNEL_ENTRY = "checks.kernel.verification"
ELABORATOR = ("grammar", "derive.elaboration", "checks.approximations")
PRINTER = ("derive.printing", "derive.latex")
BOOKKEEPING = (
    "derive.scripts", "derive.theory", "derive.blocks", "derive.judging", "derive.proofs", "derive.structures",
    "derive.checking", "derive.store", "derive.certified", "derive.auditing", "derive.reports", "derive.rendering",
)  # fmt: skip
LIBRARIES = (
    ("python-flint", "exact numbers and ball arithmetic of the kernel"),
    ("lark", "reads scripts"),
)
TRUSTED_FOR = "Trusted for "
"""How the paragraph of a docstring begins that says by what right a module is trusted."""

NOT_TRUSTED = (
    ("derive/proving", "search: what it finds is checked"),
    ("derive/rules", "this catalogue: it describes the kernel and takes part in no proof"),
    ("derive/sympy_bridge, sympy", "conversion for users"),
    ("checks/trials, numpy", "refutes; proves nothing"),
)


class NoReference(Exception):  # noqa: N818 - says what is the matter
    """An axiom names no source.

    What to do: give it a line `ref "…"`.
    """


@dataclass(frozen=True, slots=True)
class Axiom:
    """A statement of the library that is admitted without a proof, and where its proof is found."""

    name: str
    title: str
    references: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Defined:
    """A definition of the library."""

    name: str
    kind: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Module:
    """A module that has to be right: its lines of code, its subject, and what its docstring says it is trusted for."""

    name: str
    lines: int
    subject: str
    trusted_for: str


@dataclass(frozen=True, slots=True)
class Library:
    """A library that has to be right, in the version that is installed."""

    name: str
    version: str
    purpose: str


@dataclass(frozen=True, slots=True)
class TrustedBase:
    """Everything that has to be right for a `proved` to be."""

    rules: tuple[str, ...]
    axioms: tuple[Axiom, ...]
    definitions: tuple[Defined, ...]
    kernel: tuple[Module, ...]
    elaborator: tuple[Module, ...]
    printer: tuple[Module, ...]
    bookkeeping: tuple[Module, ...]
    libraries: tuple[Library, ...]

    @property
    def count(self) -> int:
        """Rules and axioms in one figure."""
        return len(self.rules) + len(self.axioms)


def trusted_base(root: Path | None = None) -> TrustedBase:
    """The trusted base of the library below a folder; raises ``NoReference``, and ``RuleError`` of the catalogue."""
    rules = tuple(rule.identifier for rule in registered_rules())
    loader = Loader(root)
    axioms: list[Axiom] = []
    definitions: list[Defined] = []
    for script in scripts_in(loader.root):
        file = loader.load(script)
        shown = script.relative_to(loader.root).as_posix()
        for item in file.items:
            if isinstance(item, syntax.Theorem) and item.kind == "axiom":
                axioms.append(Axiom(item.name, item.title or "", item.refs, shown, item.span.line))
            elif isinstance(item, syntax.Define):
                definitions.append(Defined(item.name, item.kind, shown, item.span.line))
    for axiom in axioms:
        if not any(reference.strip() for reference in axiom.references):
            raise NoReference(f"the axiom {axiom.name} ({axiom.file}:{axiom.line}) has no reference")
    return TrustedBase(
        rules,
        tuple(axioms),
        tuple(definitions),
        _described(kernel_modules()),
        _described(_below(ELABORATOR)),
        _described(_below(PRINTER)),
        _described(_below(BOOKKEEPING)),
        (Library("Python", platform.python_version(), "runs everything"), *map(_library, LIBRARIES)),
    )


# -- modules -------------------------------------------------------------------------------------------


def kernel_modules() -> tuple[str, ...]:
    """The modules of `checks` that the kernel's entry imports, directly or through others."""
    pending, found = [KERNEL_ENTRY], {KERNEL_ENTRY}
    while pending:
        for name in _imports(pending.pop()):
            if name.startswith("checks.") and name not in found and _path(name) is not None:
                found.add(name)
                pending.append(name)
    return tuple(sorted(found))


def _imports(module: str) -> Iterator[str]:
    path = _path(module)
    if path is None:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(str(base), names):
                yield base
                yield from (f"{base}.{alias.name}" for alias in names)
            case _:
                pass


def _top() -> Path:
    """The folder that holds the packages."""
    return Path(__file__).resolve().parent.parent


def _path(module: str) -> Path | None:
    """The file of a module, no package; None for what is none of ours."""
    path = _top().joinpath(*module.split(".")).with_suffix(".py")
    return path if path.is_file() else None


def _below(names: Iterable[str]) -> Iterator[str]:
    """The modules and those in the packages of these names."""
    for name in names:
        folder = _top().joinpath(*name.split("."))
        if folder.is_dir():
            for path in sorted(folder.rglob("*.py")):
                if path.name != "__init__.py":
                    yield ".".join(path.relative_to(_top()).with_suffix("").parts)
        else:
            yield name


def _described(modules: Iterable[str]) -> tuple[Module, ...]:
    found = []
    for name in modules:
        path = _path(name)
        if path is not None:
            source = path.read_text(encoding="utf-8")
            docstring = ast.get_docstring(ast.parse(source)) or ""
            found.append(Module(name, lines_of_code(source), *described(docstring)))
    return tuple(found)


def described(docstring: str) -> tuple[str, str]:
    """The subject of a module, and what it is trusted for, empty where its docstring does not say."""
    subject, *others = (" ".join(paragraph.split()) for paragraph in docstring.split("\n\n"))
    trusted = (text.removeprefix(TRUSTED_FOR) for text in others if text.startswith(TRUSTED_FOR))
    return subject, next(trusted, "")


def lines_of_code(source: str) -> int:
    """Lines that hold code: no blank ones, no comments, no docstrings."""
    described: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(ast.Constant(str())):
                described.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            case _:
                pass
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            held.update(range(token.start[0], token.end[0] + 1))
    return len(held - described)


_NO_CODE = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)


def _library(named: tuple[str, str]) -> Library:
    name, purpose = named
    try:
        return Library(name, version(name), purpose)
    except PackageNotFoundError:
        return Library(name, "of unknown version", purpose)


# -- showing -------------------------------------------------------------------------------------------


def as_json(base: TrustedBase) -> str:
    """The trusted base as one object."""
    shown = {"version": 1, "engine": __version__, "rules_and_axioms": base.count, **asdict(base)}
    shown["lines"] = {part: sum(m.lines for m in modules) for part, modules in _parts(base)}
    shown["not_trusted"] = [{"name": name, "why": why} for name, why in NOT_TRUSTED]
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def as_text(base: TrustedBase) -> str:
    """The trusted base in words: what a reader has to read in order to trust a `proved`."""
    lines = [
        f"{base.count} rules and axioms: {len(base.rules)} rules, {len(base.axioms)} axioms",
        "",
        "rules (`derive rules` says what each of them is)",
        *_listed(base.rules),
        "",
        "axioms",
    ]
    for axiom in base.axioms:
        lines.append(f"  {axiom.name}  {axiom.title}  ({axiom.file}:{axiom.line})")
        lines.extend(f"      {reference}" for reference in axiom.references)
    lines += ["", f"definitions: {len(base.definitions)}"]
    lines += _listed(f"{d.name} (opaque)" if d.kind == "opaque" else d.name for d in base.definitions)
    for part, modules in _parts(base):
        lines += ["", f"{_MEANING[part]}: {len(modules)} modules, {sum(m.lines for m in modules)} lines of code"]
        for module in modules:
            lines.append(f"  {module.name}, {module.lines} lines")
            lines += _indented(module.subject)
            if module.trusted_for:
                lines += _indented(TRUSTED_FOR + module.trusted_for)
    lines += ["", "libraries"]
    lines += [f"  {library.name} {library.version}: {library.purpose}" for library in base.libraries]
    lines += ["", "not trusted"]
    lines += [f"  {name}: {why}" for name, why in NOT_TRUSTED]
    return "\n".join([*lines, ""])


_MEANING = {
    "kernel": "kernel: grants `proved`",
    "elaborator": "elaborator: decides what a script claims, with the grammar in grammar/*.lark",
    "printer": "printer: shows what is claimed",
    "bookkeeping": "bookkeeping: hands the statements of a script to the kernel, and reports what it says",
}


def _parts(base: TrustedBase) -> tuple[tuple[str, tuple[Module, ...]], ...]:
    return (
        ("kernel", base.kernel), ("elaborator", base.elaborator), ("printer", base.printer),
        ("bookkeeping", base.bookkeeping),
    )  # fmt: skip


def _indented(text: str) -> Sequence[str]:
    return wrap(text, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6, break_on_hyphens=False)


def _listed(names: Iterable[str]) -> Sequence[str]:
    """The names in lines of a readable width."""
    return wrap(", ".join(names), WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
