"""What holds the house together: who may import whom, how long files are, and what no file does."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("grammar", "checks", "derive", "theorems")
LONGEST = 620
TERM_LANGUAGE = (
    "checks.terms", "checks.contexts", "checks.lengths", "checks.averaging", "checks.shapes", "checks.approximations",
    "checks.encoding",
)

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for package in OURS
    for path in sorted((ROOT / package).rglob("*.py"))
}
TESTS = {str(path.relative_to(ROOT)): path for path in sorted((ROOT / "tests").rglob("*.py"))}


def source_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# -- imports -------------------------------------------------------------------------------------------


def imports_of(source: str, module: str, is_package: bool = False) -> set[str]:
    """The modules that a source text imports, wherever in it, with relative ones resolved."""
    found: set[str] = set()
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(name, names, level):
                base = [*package[: len(package) - level + 1]] if level else []
                start = ".".join([*base, *([name] if name else [])])
                found |= {f"{start}.{alias.name}" for alias in names if alias.name != "*"} | {start}
            case ast.Call(
                ast.Name("__import__") | ast.Attribute(attr="import_module"), [ast.Constant(str(name))]
            ):
                found.add(name)
    return found


def within(module: str, parents: tuple[str, ...]) -> bool:
    return any(module == parent or module.startswith(parent + ".") for parent in parents)


def forbidden_imports(module: str, imported: set[str]) -> set[str]:
    """Those of the imported modules that the module may not import."""

    def is_forbidden(name: str) -> bool:
        if within(name, ("sympy",)):
            return not module.startswith("derive.sympy_bridge")
        if within(module, ("grammar",)):
            return within(name, ("checks", "derive", "theorems"))
        if not within(module, ("checks",)):
            return False
        if within(name, ("grammar", "derive", "theorems", "scipy")):
            return True
        if within(module, ("checks.auditor",)):
            return not _is_standard(name) and name != "checks" and not within(name, ("checks.auditor",))
        part = next((part for part in ("checks.kernel", "checks.trials") if within(module, (part,))), module)
        if within(name, ("checks",)):
            return name != "checks" and not within(name, (part, *TERM_LANGUAGE))
        return part != "checks.trials" and not _is_standard(name) and not within(name, ("flint",))

    return {name for name in imported if is_forbidden(name)}


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def test_imports_run_one_way() -> None:
    wrong = {}
    for module, path in FILES.items():
        imported = imports_of(source_of(path), module.removesuffix(".__init__"), path.name == "__init__.py")
        wrong[module] = forbidden_imports(module.removesuffix(".__init__"), imported)
    assert {module: names for module, names in wrong.items() if names} == {}


@pytest.mark.parametrize(
    ("module", "source", "bad"),
    [
        ("grammar.parser", "import derive", {"derive"}),
        ("grammar.parser", "from checks.terms import Term", {"checks.terms", "checks.terms.Term"}),
        ("grammar.parser", "from grammar import syntax\nimport lark", set()),
        ("checks.kernel.laws", "from checks.trials import test", {"checks.trials", "checks.trials.test"}),
        ("checks.kernel.laws", "from checks import trials", {"checks.trials"}),
        ("checks.kernel.laws", "from ..trials import laws", {"checks.trials", "checks.trials.laws"}),
        ("checks.kernel.laws", "from . import forms\nfrom checks import shapes\nimport flint", set()),
        ("checks.kernel.laws", "import numpy", {"numpy"}),
        ("checks.trials.laws", "from checks.kernel import laws", {"checks.kernel", "checks.kernel.laws"}),
        ("checks.trials.laws", "import numpy\nfrom checks.trials.values import Array", set()),
        ("checks.trials.laws", "def f():\n    import scipy.stats", {"scipy.stats"}),
        ("checks.terms", "from checks.kernel import forms", {"checks.kernel", "checks.kernel.forms"}),
        ("checks.shapes", "from checks.terms import Term", set()),
        ("checks.auditor", "import flint", {"flint"}),
        ("checks.auditor", "import fractions", set()),
        ("checks.auditor", "from checks.terms import Term", {"checks.terms", "checks.terms.Term"}),
        ("checks.terms", "import grammar.syntax", {"grammar.syntax"}),
        ("checks.terms", "import networkx", {"networkx"}),
        ("derive.checking", "from sympy import simplify", {"sympy", "sympy.simplify"}),
        ("derive.checking", "importlib.import_module('sympy')", {"sympy"}),
        ("derive.sympy_bridge.heads", "import sympy", set()),
        ("derive.checking", "from checks.kernel import forms\nfrom grammar import syntax", set()),
    ],
)
def test_what_may_be_imported(module: str, source: str, bad: set[str]) -> None:
    assert forbidden_imports(module, imports_of(source, module)) == bad


# -- files ---------------------------------------------------------------------------------------------


def test_the_files_are_found() -> None:
    assert {"grammar.parser", "checks.kernel.verification", "checks.trials.values", "derive.reports"} <= set(
        FILES
    )
    assert "tests/test_architecture.py" in TESTS


def test_files_stay_short() -> None:
    lengths = {module: source_of(path).count("\n") for module, path in FILES.items()}
    assert {module: lines for module, lines in lengths.items() if lines >= LONGEST} == {}


# -- what no file does ---------------------------------------------------------------------------------


def offences(source: str) -> Iterator[str]:
    """Exceptions that are swallowed whatever they are, and text that is run as code."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ExceptHandler(type=None, lineno=line):
                yield f"line {line}: except without an exception"
            case ast.ExceptHandler(type=ast.Name("Exception" | "BaseException"), body=body, lineno=line) if (
                all(isinstance(each, (ast.Pass, ast.Continue)) or _is_ellipsis(each) for each in body)
            ):
                yield f"line {line}: every exception is swallowed"
            case ast.Call(func=ast.Name("eval" | "exec" as name), lineno=line):
                yield f"line {line}: {name}"
            case ast.Call(func=ast.Attribute(ast.Name("builtins"), "eval" | "exec" as name), lineno=line):
                yield f"line {line}: {name}"
            case ast.Call(
                func=ast.Attribute(ast.Name("sympy"), "sympify" | "parse_expr" as name), lineno=line
            ):
                yield f"line {line}: {name} runs text as code"
            case ast.Import(names=names, lineno=line) if {alias.name for alias in names} & {
                "pickle",
                "marshal",
            }:
                yield f"line {line}: foreign data is not unpickled"


def _is_ellipsis(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...


def test_nothing_is_swallowed_and_no_text_is_run() -> None:
    found = {module: list(offences(source_of(path))) for module, path in FILES.items()}
    assert {module: lines for module, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("try:\n    f()\nexcept:\n    g()", 1),
        ("try:\n    f()\nexcept Exception:\n    pass", 1),
        ("for x in y:\n    try:\n        f()\n    except BaseException:\n        continue", 1),
        ("try:\n    f()\nexcept Exception:\n    ...", 1),
        ("try:\n    f()\nexcept Exception as problem:\n    print(problem)", 0),
        ("try:\n    f()\nexcept ValueError:\n    pass", 0),
        ("eval('1')", 1),
        ("exec(text)", 1),
        ("import builtins\nbuiltins.eval(text)", 1),
        ("sympy.sympify(text)", 1),
        ("import pickle", 1),
        ("form.eval()", 0),
        ("evaluate(x)", 0),
    ],
)
def test_offences_are_found(source: str, count: int) -> None:
    assert len(list(offences(source))) == count


# -- tests ---------------------------------------------------------------------------------------------


def without_assertion(source: str) -> list[str]:
    """The test functions that check nothing: no `assert`, no `pytest.raises`, and no helper that has them.

    A helper is a function of the same file that checks, or one from elsewhere named `check_…` or `assert_…`.
    """
    functions = {
        node.name: node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    checking = {name for name, node in functions.items() if _asserts(node)}
    grown = True
    while grown:
        found = {
            name
            for name, node in functions.items()
            if any(called in checking or called.startswith(("check_", "assert_")) for called in _calls(node))
        }
        grown = not found <= checking
        checking |= found
    return [name for name in functions if name.startswith("test") and name not in checking]


def _asserts(function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Attribute) and node.attr in ("raises", "warns", "fail"))
        for node in ast.walk(function)
    )


def _calls(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)):
                yield name


def test_every_test_checks_something() -> None:
    found = {name: without_assertion(source_of(path)) for name, path in TESTS.items()}
    assert {name: functions for name, functions in found.items() if functions} == {}


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("def test_a():\n    f()", ["test_a"]),
        ("def test_a():\n    assert f()", []),
        ("def test_a():\n    with pytest.raises(ValueError):\n        f()", []),
        ("def test_a():\n    check_refused(1)", []),
        ("def refuses(x):\n    assert x\ndef again(x):\n    refuses(x)\ndef test_a():\n    again(1)", []),
        ("def refuses(x):\n    return x\ndef test_a():\n    refuses(1)", ["test_a"]),
        ("class TestIt:\n    def test_a(self):\n        f()", ["test_a"]),
        ("def helper():\n    f()", []),
    ],
)
def test_tests_without_assertion_are_found(source: str, missing: list[str]) -> None:
    assert without_assertion(dedent(source)) == missing
