"""The command line: `derive check`, `audit`, `explain`, `graph`, `rules`, `trust` and `fmt`.

Start-up counts, so what a command needs is imported inside the command. Exit status: 0 when everything is as
it should be, 1 when something is not proved (or not formatted), 2 when the command could not run, 3 for a
conflict, 130 after an interruption.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from derive import __version__
from derive.options import CheckOptions, library_root

if TYPE_CHECKING:
    from derive.auditing import Audited
    from derive.rendering import Style
    from derive.reports import Report, TheoremReport

STANDARD_INPUT = Path("-")
_EPILOGUE = (
    "exit status: 0 everything proved, 1 not so, 2 the command could not run, 3 a defect of this engine"
)


class CannotRun(Exception):  # noqa: N818 - never leaves this module
    """The command cannot do what it is asked for the reason given, in one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        _never_refuse(stream)
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except CannotRun as problem:
        return _complain(str(problem))
    except KeyboardInterrupt:
        _complain("interrupted")
        return 130
    except BrokenPipeError:
        _abandon_output()
        return 141
    except OSError as problem:
        named = f"{problem.filename}: " if problem.filename else ""
        return _complain(f"{named}{problem.strerror or problem}")
    except Exception as problem:
        import traceback

        traceback.print_exc()
        return _complain(f"a defect of this program: {type(problem).__name__}: {problem}")


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as leaving:  # after --help and --version
        return leaving.code if isinstance(leaving.code, int) else 2
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


@contextmanager
def _unknown_names() -> Iterator[None]:
    """Turn the sentence that comes with an unknown name into a complaint; a KeyError stays a defect."""
    try:
        yield
    except LookupError as problem:
        if type(problem) is not LookupError:
            raise
        raise CannotRun(str(problem)) from problem


# -- what the commands do ------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    from derive.reports import exit_status

    report = _checked(options.paths, _check_options(options), _Progress(options.quiet))
    if options.only:
        _require(options.only, report)
    _write_report(report, options.format, options.quiet)
    return exit_status(report)


def _explain(options: argparse.Namespace) -> int:
    name, colon, digits = options.step.partition(":")
    counted = digits.isascii() and digits.isdigit() and len(digits) < 9 and int(digits) > 0
    if not name or (colon and not counted):
        raise CannotRun(f"{options.step!r} is not NAME or NAME:STEP, with steps counted from 1")
    scripts = _scripts(options.inside)
    if STANDARD_INPUT in scripts:
        raise CannotRun("explain looks in files only")
    from derive.explaining import explain

    with _unknown_names():
        text = explain(name, int(digits) if colon else None, scripts)
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    return 0


def _audit(options: argparse.Namespace) -> int:
    scripts = _scripts(options.paths)
    if STANDARD_INPUT in scripts:
        raise CannotRun("audit looks in files only")
    from derive.auditing import as_json, as_text, audit, passed
    from derive.store import Store, default_store

    store = Store(options.certificates) if options.certificates else default_store()
    found = []
    progress = _Progress(options.quiet)
    try:
        for each in audit(store, scripts):
            found.append(each)
            progress(each)
    finally:
        progress.clear()
    text = as_json(found) if options.format == "json" else as_text(found, options.quiet)
    sys.stdout.write(text)
    return 0 if passed(found) else 1


def _graph(options: argparse.Namespace) -> int:
    from derive import graph

    report = _checked(options.inside, CheckOptions(spot=False), _Progress(False))
    found = graph.build(report.theorems)
    if options.names:
        with _unknown_names():
            found = graph.beneath(found, options.names)
    sys.stdout.write(graph.written(found, options.to, ascii_only=_is_ascii(sys.stdout)))
    cycle = graph.find_cycle(found)
    if cycle:
        _complain(f"the citations go in a circle: {graph.cycle_in_words(cycle)}")
    return 1 if cycle else 0


def _fmt(options: argparse.Namespace) -> int:
    from grammar.errors import ScriptReadError
    from grammar.formatter import format_script

    status = 0
    for path in _scripts(options.paths):
        standard = path == STANDARD_INPUT
        text = _standard_input() if standard else path.read_bytes()
        name = "<stdin>" if standard else _shown(path)
        try:
            formatted = format_script(text, name)
        except ScriptReadError as problem:
            sys.stderr.write(problem.error.render() + "\n")
            status = 1
            continue
        changed = formatted.encode() != text
        if standard and not options.check:
            sys.stdout.write(formatted)
        elif changed:
            if options.check:
                status = 1
            else:
                path.write_bytes(formatted.encode())
            print(f"{name}: {'not in the one formatting' if options.check else 'formatted'}")
    return status


def _rules(options: argparse.Namespace) -> int:
    from derive.rules import RuleError, registered_rules
    from derive.rules.showing import as_json, as_text

    try:
        found = registered_rules()
    except RuleError as problem:
        raise CannotRun(f"a rule of the kernel does not do what it says: {problem}") from problem
    sys.stdout.write(as_json(found) if options.format == "json" else as_text(found))
    return 0


def _trust(options: argparse.Namespace) -> int:
    from derive.rules import RuleError
    from derive.trust import NoReference, as_json, as_text, trusted_base

    try:
        base = trusted_base()
    except (RuleError, NoReference) as problem:
        raise CannotRun(str(problem)) from problem
    sys.stdout.write(as_json(base) if options.format == "json" else as_text(base))
    return 0


# -- checking ------------------------------------------------------------------------------------------


def _check_options(options: argparse.Namespace) -> CheckOptions:
    return CheckOptions(
        seed=options.seed,
        timeout=options.timeout,
        jobs=options.jobs,
        only=tuple(options.only),
        cache=options.cache,
    )


def _checked(paths: Sequence[Path], options: CheckOptions, progress: _Progress) -> Report:
    """The report on the scripts, and on standard input when it is among them."""
    files = _scripts(paths)
    from derive.checking import check, check_text
    from derive.reports import merged

    report: Report | None = None
    try:
        named = [path for path in files if path != STANDARD_INPUT]
        if named:
            report = check(named, options, progress)
        if STANDARD_INPUT in files:
            read: Report = check_text(_standard_input(), options, "<stdin>", progress)
            report = read if report is None else merged(report, read)
    finally:
        progress.clear()
    if report is None:
        raise CannotRun("nothing to check")
    return report


def _scripts(paths: Sequence[Path]) -> list[Path]:
    """The scripts that the paths mean, each once; without paths those of the shipped library."""
    found: dict[Path, Path] = {}
    for path in paths or [library_root()]:
        if path != STANDARD_INPUT and not path.exists():
            raise CannotRun(f"no such file or directory: {path}")
        if path != STANDARD_INPUT and path.is_dir():
            inside = sorted(script for script in path.rglob("*.drv") if _is_shown(script, path))
            if not inside:
                raise CannotRun(f"no scripts (*.drv) in {path}")
        else:
            inside = [path]
        for script in inside:
            found.setdefault(script if script == STANDARD_INPUT else script.resolve(), script)
    return list(found.values())


def _is_shown(script: Path, folder: Path) -> bool:
    """Whether it is a file, and in no hidden folder such as that of a virtual environment."""
    hidden = any(part.startswith(".") for part in script.relative_to(folder).parts)
    return not hidden and script.is_file()


def _shown(path: Path) -> str:
    """The path as seen from the current folder, when it lies within."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _standard_input() -> bytes:
    """The bytes of standard input, up to one more than a script may have."""
    from grammar.parser import MAX_BYTES

    if sys.stdin is None:
        raise CannotRun("there is no standard input")
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def _require(names: Sequence[str], report: Report) -> None:
    """Complain of a name that no theorem bears, unless unreadable files may hide it."""
    known = {theorem.name for theorem in report.theorems}
    missing = [name for name in names if name not in known]
    if missing and not report.errors:
        raise CannotRun(f"no theorem is named {missing[0]}")


class _Progress:
    """Says on a terminal how many theorems are done, in one line that disappears."""

    def __init__(self, quiet: bool) -> None:
        self.count = 0
        self.shown = not quiet and _is_terminal(sys.stderr)

    def __call__(self, theorem: TheoremReport | Audited) -> None:
        from derive.rendering import clean

        self.count += 1
        if self.shown:
            sys.stderr.write(f"\r\x1b[K{self.count} checked: {clean(theorem.name)[:60]}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self.shown and self.count:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


# -- writing -------------------------------------------------------------------------------------------


def _write_report(report: Report, form: str, quiet: bool) -> None:
    from derive import rendering

    match form:
        case "json":
            text = rendering.as_json(report, ascii_only=_is_ascii(sys.stdout))
        case "junit":
            text = rendering.as_junit(report)
        case "sarif":
            text = rendering.as_sarif(report, ascii_only=_is_ascii(sys.stdout))
        case _:
            text = rendering.render(report, _style(), quiet)
    sys.stdout.write(text)


def _style() -> Style:
    from derive.rendering import WIDTH, Style

    if not _is_terminal(sys.stdout):
        return Style(ascii=_is_ascii(sys.stdout))
    import shutil

    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = max(60, shutil.get_terminal_size((WIDTH, 24)).columns)
    return Style(colour=colour, ascii=_is_ascii(sys.stdout), width=width)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _is_ascii(stream: TextIO) -> bool:
    """Whether the stream cannot carry our marks."""
    try:
        "✓✗‼…└".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def _never_refuse(stream: TextIO | None) -> None:
    """Let the stream write a question mark for what its encoding lacks."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _abandon_output() -> None:
    """Nobody reads any more: let nothing be written when Python ends, which would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str) -> int:
    one_line = " ".join(message.split())
    sys.stderr.write(f"derive: {one_line}\n")
    return 2


# -- options -------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Complains in one line."""

    def error(self, message: str) -> NoReturn:
        raise CannotRun(f"{message} (see {self.prog} --help)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="derive",
        description="Checks derivations in the mathematics of machine learning.",
        epilog=_EPILOGUE,
    )
    parser.add_argument("--version", action="version", version=f"derive {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_check(commands)
    _add_explain(commands)
    _add_audit(commands)
    _add_graph(commands)
    _add_shown(commands, "rules", "print the rules of the kernel, once their examples have been run", _rules)
    _add_shown(commands, "trust", "print what a `proved` rests on", _trust)
    _add_fmt(commands)
    return parser


def _add_check(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser("check", help="verify scripts", epilog=_EPILOGUE)
    _add_paths(parser)
    default = CheckOptions()
    parser.add_argument("--format", choices=("text", "json", "junit", "sarif"), default="text")
    parser.add_argument("--jobs", type=_positive_integer, default=default.jobs, metavar="N", help="processes")
    parser.add_argument("--seed", type=_natural, default=default.seed, metavar="S", help="seed of the tests")
    parser.add_argument(
        "--timeout", type=_seconds, default=default.timeout, metavar="SECONDS", help="budget of each step"
    )
    parser.add_argument("--no-cache", dest="cache", action="store_false", help="store no certificates")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="a theorem; repeatable")
    parser.add_argument("--quiet", action="store_true", help="show only what is wrong")
    parser.set_defaults(run=_check)


def _add_explain(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser("explain", help="say in words why a step is proved")
    parser.add_argument("step", metavar="NAME[:STEP]", help="a theorem, or one of its steps from 1")
    _add_inside(parser)
    parser.set_defaults(run=_explain)


def _add_audit(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser("audit", help="check stored certificates again, without any search")
    _add_paths(parser)
    parser.add_argument(
        "--certificates", type=Path, metavar="FOLDER", help="where they lie; the user's cache folder when not given"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--quiet", action="store_true", help="show only what is wrong")
    parser.set_defaults(run=_audit)


def _add_graph(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser("graph", help="show which lemmas theorems rest on")
    parser.add_argument("names", nargs="*", metavar="NAME", help="theorems; all when none is named")
    parser.add_argument("--to", choices=("text", "json", "dot", "mermaid"), default="text")
    _add_inside(parser)
    parser.set_defaults(run=_graph)


def _add_shown(
    commands: argparse._SubParsersAction[_Parser], name: str, does: str, run: Callable[[argparse.Namespace], int]
) -> None:
    parser = commands.add_parser(name, help=does)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def _add_fmt(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser("fmt", help="give scripts their one formatting")
    _add_paths(parser)
    parser.add_argument("--check", action="store_true", help="change nothing, and say what would change")
    parser.set_defaults(run=_fmt)


def _add_paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="a script, a folder of scripts (*.drv), or - for standard input; the shipped library when none",
    )


def _add_inside(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--in",
        dest="inside",
        action="append",
        default=[],
        type=Path,
        metavar="PATH",
        help="a script or folder to look in instead of the shipped library; repeatable",
    )


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number 0, 1, 2, …")
    return int(text)


def _positive_integer(text: str) -> int:
    number = _natural(text)
    if number == 0:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return number


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not (isfinite(number) and number > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return number
