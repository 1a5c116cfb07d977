"""The command line, with an engine that only pretends: what it is given, what is printed, how it ends."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import derive
from derive import command_line
from derive.options import CheckOptions, library_root
from derive.reports import ErrorReport, Report, StepReport, TheoremReport, Verdict, report_of

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "theorem t\n  given x : real\n  show  x = x\nproof\n  x = x\nqed\n"


class Engine:
    """Stands in for derive.checking; remembers what it was asked, and finds each script proved."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.text: str | bytes | None = None
        self.options: CheckOptions | None = None
        self.verdict = Verdict.PROVED
        self.errors: tuple[ErrorReport, ...] = ()
        self.problem: BaseException | None = None
        self.cites: dict[str, tuple[str, ...]] = {}

    def check(
        self,
        paths: Sequence[Path],
        options: CheckOptions,
        on_theorem: Callable[[TheoremReport], None] | None = None,
    ) -> Report:
        if self.problem is not None:
            raise self.problem
        self.paths, self.options = list(paths), options
        theorems = [self.theorem(path.stem, str(path)) for path in paths]
        for found in theorems:
            if on_theorem is not None:
                on_theorem(found)
        return report_of(theorems, self.errors, 0.5)

    def check_text(
        self,
        text: str | bytes,
        options: CheckOptions,
        file: str = "<text>",
        on_theorem: Callable[[TheoremReport], None] | None = None,
    ) -> Report:
        self.text, self.options = text, options
        return report_of([self.theorem("read", file)], self.errors, 0.25)

    def theorem(self, name: str, file: str) -> TheoremReport:
        step = StepReport(1, 5, "chain", "x", "=", "x", self.verdict, ms=2.0)
        cites = self.cites.get(name, ())
        return TheoremReport(
            name, file, 1, "theorem", "x = x", self.verdict, steps=(step,), models=1, cites=cites
        )


def module(name: str, **members: Any) -> ModuleType:
    made = ModuleType(name)
    for key, value in members.items():
        setattr(made, key, value)
    return made


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    found = Engine()
    checking = module("derive.checking", check=found.check, check_text=found.check_text)
    monkeypatch.setitem(sys.modules, "derive.checking", checking)
    return found


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three scripts, hidden ones and something else, as the current one."""
    for name in ("b.drv", "a.drv", "deep/c.drv", "notes.txt", ".venv/d.drv", ".hidden.drv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(SCRIPT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def check_refused(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """The command cannot run: status 2, nothing on standard output, one line on standard error."""
    assert command_line.main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("derive: ")
    assert printed.err.count("\n") == 1
    assert words in printed.err


# -- what is checked -----------------------------------------------------------------------------------


def test_folders_are_searched_in_order(engine: Engine, scripts: Path) -> None:
    assert command_line.main(["check", "."]) == 0
    assert engine.paths == [Path("a.drv"), Path("b.drv"), Path("deep/c.drv")]


def test_each_script_is_checked_once_and_files_may_have_any_name(engine: Engine, scripts: Path) -> None:
    assert command_line.main(["check", "notes.txt", "b.drv", ".", "./b.drv"]) == 0
    assert engine.paths == [Path("notes.txt"), Path("b.drv"), Path("a.drv"), Path("deep/c.drv")]


def test_without_a_path_the_library_is_checked(
    engine: Engine, scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "library_root", lambda: scripts / "deep")
    assert command_line.main(["check"]) == 0
    assert engine.paths == [scripts / "deep" / "c.drv"]
    assert library_root() == ROOT / "theorems"


def test_standard_input_is_checked_as_bytes(
    engine: Engine, scripts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    standard_input(monkeypatch, b"theorem \xff")
    assert command_line.main(["check", "-", "--format", "json"]) == 0
    assert engine.text == b"theorem \xff"
    assert [found["file"] for found in json.loads(capsys.readouterr().out)["theorems"]] == ["<stdin>"]


def test_standard_input_goes_together_with_files(
    engine: Engine, scripts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    standard_input(monkeypatch, b"theorem")
    assert command_line.main(["check", "a.drv", "-", "--format", "json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert [found["file"] for found in whole["theorems"]] == ["a.drv", "<stdin>"]
    assert whole["summary"]["theorems"] == 2


def test_no_more_of_standard_input_is_read_than_a_script_may_have(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grammar.parser import MAX_BYTES

    standard_input(monkeypatch, b"#" * (MAX_BYTES + 1000))
    command_line.main(["check", "-"])
    assert isinstance(engine.text, bytes)
    assert len(engine.text) == MAX_BYTES + 1


def test_options_reach_the_engine(engine: Engine, scripts: Path) -> None:
    options = "--jobs 3 --seed 7 --timeout 2.5 --no-cache --only a --only b --quiet"
    assert command_line.main(["check", ".", *options.split()]) == 0
    assert engine.options == CheckOptions(seed=7, timeout=2.5, jobs=3, only=("a", "b"), cache=False)
    assert command_line.main(["check", "."]) == 0
    assert engine.options == CheckOptions(cache=True)


# -- what cannot run -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "nowhere.drv"], "no such file or directory: nowhere.drv"),
        (["check", "a.drv", "nowhere"], "no such file or directory: nowhere"),
        (["check", "empty"], "no scripts (*.drv) in empty"),
        (["check", "--colour"], "unrecognized arguments: --colour"),
        (["check", "--format", "yaml"], "yaml"),
        (["check", "--jobs", "0"], "at least 1"),
        (["check", "--jobs", "many"], "many"),
        (["check", "--seed", "-1"], "--seed"),
        (["check", "--timeout", "0"], "positive number of seconds"),
        (["check", "--timeout", "nan"], "positive number of seconds"),
        (["check", "--timeout", "1e999"], "positive number of seconds"),
        (["check", "a.drv", "--only", "nobody"], "no theorem is named nobody"),
        (["prove"], "prove"),
        ([], "COMMAND"),
        (["explain"], "NAME"),
        (["explain", "t:0"], "steps counted from 1"),
        (["explain", "t:" + "9" * 5000], "steps counted from 1"),
        (["explain", "t", "--in", "-"], "files only"),
        (["explain", "t:x"], "steps counted from 1"),
        (["explain", ":1"], "NAME:STEP"),
        (["graph", "nobody", "--in", "a.drv"], "no theorem is named nobody"),
        (["graph", "--to", "gif"], "gif"),
        (["fmt", "nowhere.drv"], "no such file or directory: nowhere.drv"),
    ],
)
def test_what_cannot_run_is_said_in_one_line(
    engine: Engine, scripts: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    (scripts / "empty").mkdir()
    check_refused(capsys, arguments, words)


def test_unreadable_files_cannot_be_checked(
    engine: Engine, scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.problem = PermissionError(13, "Permission denied", "a.drv")
    check_refused(capsys, ["check", "a.drv"], "a.drv: Permission denied")


def test_there_may_be_no_standard_input(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    check_refused(capsys, ["check", "-"], "there is no standard input")


def test_a_name_may_be_hidden_by_an_error(engine: Engine, scripts: Path) -> None:
    engine.errors = (ErrorReport("a.drv", 1, 1, "unreadable"),)
    assert command_line.main(["check", "a.drv", "--only", "nobody"]) == 1


def test_a_defect_is_shown_and_is_no_verdict(
    engine: Engine, scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.problem = ZeroDivisionError("oops")
    assert command_line.main(["check", "a.drv"]) == 2
    printed = capsys.readouterr()
    assert "Traceback" in printed.err
    assert printed.err.endswith("derive: a defect of this program: ZeroDivisionError: oops\n")


def test_an_interruption_ends_with_130(
    engine: Engine, scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.problem = KeyboardInterrupt()
    assert command_line.main(["check", "a.drv"]) == 130
    assert capsys.readouterr().err == "derive: interrupted\n"


# -- what is printed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "status"),
    [(Verdict.PROVED, 0), (Verdict.REFUTED, 1), (Verdict.UNDECIDED, 1), (Verdict.CONFLICT, 3)],
)
@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif"])
def test_the_exit_status_does_not_depend_on_the_format(
    engine: Engine, scripts: Path, verdict: Verdict, status: int, form: str
) -> None:
    engine.verdict = verdict
    assert command_line.main(["check", "a.drv", "--format", form]) == status


def test_text_off_a_terminal_has_no_colour_and_no_progress(
    engine: Engine, scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["check", "."]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out == (
        "a   ✓ proved   1 step   2 ms   rests on: 0 axioms\n"
        "b   ✓ proved   1 step   2 ms   rests on: 0 axioms\n"
        "c   ✓ proved   1 step   2 ms   rests on: 0 axioms\n"
        "\n"
        "3 of 3 theorems proved, 3 steps, 0.5 s\n"
    )


def test_quiet_says_nothing_of_a_success(
    engine: Engine, scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["check", ".", "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    engine.verdict = Verdict.REFUTED
    assert command_line.main(["check", ".", "--quiet"]) == 1
    assert "✗ refuted" in capsys.readouterr().out


def test_json_is_one_object(engine: Engine, scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", ".", "--format", "json", "--quiet"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["engine"] == derive.__version__
    assert whole["summary"]["proved"] == 3


@pytest.mark.parametrize(
    ("encoding", "mark"), [("ascii", "+ proved"), ("latin-1", "+ proved"), ("utf-8", "✓ proved")]
)
def test_marks_are_such_as_the_output_can_carry(
    engine: Engine, scripts: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, mark: str
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    Path("‖x‖.drv").write_text(SCRIPT)
    assert command_line.main(["check", "."]) == 0
    assert mark in raw.getvalue().decode(encoding)


def on_a_terminal(program: str, environment: dict[str, str]) -> str:
    """What the program writes to a terminal that is its standard output and error."""
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "TERM": "xterm", **environment},
    )
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 4096):
            written += part
    except OSError:  # the terminal is gone when the program has ended
        pass
    finally:
        os.close(ours)
        run.wait(timeout=60)
    return written.decode()


PRETENDING = """
import sys
sys.path[:0] = ["tests/derive", "."]
import test_command_line as pretended
engine = pretended.Engine()
sys.modules["derive.checking"] = pretended.module(
    "derive.checking", check=engine.check, check_text=engine.check_text
)
from derive.command_line import main
"""


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": "", "TERM": "dumb"}, False)],
)
def test_colour_and_progress_on_a_terminal(
    scripts: Path, environment: dict[str, str], coloured: bool
) -> None:
    program = PRETENDING + f"raise SystemExit(main(['check', {str(scripts / 'a.drv')!r}]))"
    shown = on_a_terminal(program, environment)
    assert ("\x1b[32m✓ proved" in shown) == coloured
    assert "✓ proved" in shown
    assert "1 checked: a" in shown


def test_a_reader_that_goes_away_is_no_error(scripts: Path) -> None:
    many = scripts / "many"
    many.mkdir()
    for number in range(3000):
        (many / f"{number:05}.drv").write_text(SCRIPT)
    program = PRETENDING + f"raise SystemExit(main(['check', {str(many)!r}]))"
    run = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        # Without a buffer Python itself loses what a closing pipe leaves unwritten, and goes on.
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
    )
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.read(10)
    run.stdout.close()
    assert run.stderr.read() == b""
    run.stderr.close()
    assert run.wait(timeout=60) == 141


# -- the other commands --------------------------------------------------------------------------------


def test_explain_passes_name_step_and_scripts(
    scripts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[object] = []

    def explain(name: str, step: int | None, paths: Sequence[Path]) -> str:
        asked.append((name, step, list(paths)))
        if name == "nobody":
            raise LookupError("no theorem is named nobody")
        if name == "defect":
            raise KeyError("x")
        return "because"

    monkeypatch.setitem(sys.modules, "derive.explaining", module("derive.explaining", explain=explain))
    assert command_line.main(["explain", "t:2", "--in", "a.drv"]) == 0
    assert command_line.main(["explain", "t", "--in", "."]) == 0
    assert asked == [
        ("t", 2, [Path("a.drv")]),
        ("t", None, [Path("a.drv"), Path("b.drv"), Path("deep/c.drv")]),
    ]
    assert capsys.readouterr().out == "because\nbecause\n"
    check_refused(capsys, ["explain", "nobody", "--in", "a.drv"], "no theorem is named nobody")
    assert command_line.main(["explain", "defect", "--in", "a.drv"]) == 2
    assert "a defect of this program: KeyError" in capsys.readouterr().err


def test_graph_is_written_in_each_form(
    engine: Engine, scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.cites = {"a": ("b",)}
    assert command_line.main(["graph", "--in", "."]) == 0
    assert capsys.readouterr().out == "a\n└─ b\nc\n"
    assert command_line.main(["graph", "b", "--in", "."]) == 0
    assert capsys.readouterr().out == "b\n"
    for form, start in (("json", "{"), ("dot", "digraph"), ("mermaid", "flowchart")):
        assert command_line.main(["graph", "--in", ".", "--to", form]) == 0
        assert capsys.readouterr().out.startswith(start)


def test_a_circle_fails_the_graph(engine: Engine, scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine.cites = {"a": ("b",), "b": ("a",)}
    assert command_line.main(["graph", "--in", "."]) == 1
    assert "cites b and b cites a" in capsys.readouterr().err.replace("b cites a and a", "a cites b and b")


def test_fmt_rewrites_and_says_so(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.drv").write_text(SCRIPT.replace("x = x\nq", "x   =   x\nq"))
    assert command_line.main(["fmt", ".", "--check"]) == 1
    assert capsys.readouterr().out == "a.drv: not in the one formatting\n"
    assert "x   =   x" in Path("a.drv").read_text()
    assert command_line.main(["fmt", "."]) == 0
    assert capsys.readouterr().out == "a.drv: formatted\n"
    assert Path("a.drv").read_text() == SCRIPT
    assert command_line.main(["fmt", ".", "--check"]) == 0
    assert capsys.readouterr().out == ""


def test_fmt_leaves_what_it_cannot_read(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.drv").write_bytes(b"theorem \xff (")
    Path("b.drv").write_text(SCRIPT.replace("x = x\nq", "x  =  x\nq"))
    assert command_line.main(["fmt", "."]) == 1
    assert Path("a.drv").read_bytes() == b"theorem \xff ("
    assert Path("b.drv").read_text() == SCRIPT
    assert "a.drv:1:" in capsys.readouterr().err


def test_fmt_of_standard_input_goes_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    untidy = SCRIPT.replace("x = x\nq", "x   =   x\nq").encode()
    standard_input(monkeypatch, untidy)
    assert command_line.main(["fmt", "-"]) == 0
    assert capsys.readouterr().out == SCRIPT
    standard_input(monkeypatch, untidy)
    assert command_line.main(["fmt", "-", "--check"]) == 1
    assert capsys.readouterr().out == "<stdin>: not in the one formatting\n"


# -- the program ---------------------------------------------------------------------------------------


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )


def test_the_package_runs_as_a_module() -> None:
    assert run_python("-m", "derive", "--version").stdout == f"derive {derive.__version__}\n"
    missing = run_python("-m", "derive", "check", "nowhere.drv")
    assert missing.returncode == 2
    assert missing.stderr == "derive: no such file or directory: nowhere.drv\n"
    assert run_python("-m", "derive", "check", "--help").returncode == 0


def test_starting_imports_nothing_heavy() -> None:
    program = (
        "import sys, derive, derive.command_line\n"
        "heavy = {'numpy', 'sympy', 'networkx', 'lark', 'flint', 'multiprocessing', 'asyncio', 'xml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert run_python("-c", program).stdout == "[]\n"


def test_public_names_are_loaded_when_used() -> None:
    program = (
        "import sys, derive\n"
        "before = 'derive.reports' in sys.modules\n"
        "print(before, derive.Verdict.PROVED, 'check' in dir(derive), hasattr(derive, 'nothing'))"
    )
    assert run_python("-c", program).stdout == "False proved True False\n"


def test_no_module_hides_a_public_name() -> None:
    """Importing `derive.NAME` would put the module where the name is expected."""
    modules = {path.stem for path in (ROOT / "derive").iterdir()}
    assert not modules & set(derive.__all__)
