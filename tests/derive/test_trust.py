"""The trusted base: what is counted, that nothing in it lacks a reason, and how it is printed."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from derive import trust
from derive.command_line import main
from derive.options import library_root
from derive.rules import ALL
from grammar import parse_script, syntax

AXIOM = 'axiom {name} "A square"\n{ref}  given x : real\n  show  x^2 >= 0\n'


@pytest.fixture(scope="module")
def base() -> trust.TrustedBase:
    return trust.trusted_base()


def test_rules_and_axioms_are_one_count(base: trust.TrustedBase) -> None:
    assert len(base.rules) == len(ALL)
    assert base.count == len(base.rules) + len(base.axioms)


def test_every_axiom_of_the_library_is_listed_with_a_reference(base: trust.TrustedBase) -> None:
    scripts = [parse_script(path.read_bytes(), path.name) for path in sorted(library_root().rglob("*.drv"))]
    named = [item.name for script in scripts for item in script.items if _is_axiom(item)]
    assert sorted(axiom.name for axiom in base.axioms) == sorted(named)
    assert named and all(any(map(str.strip, axiom.references)) for axiom in base.axioms)


def _is_axiom(item: syntax.Item) -> bool:
    return isinstance(item, syntax.Theorem) and item.kind == "axiom"


@pytest.mark.parametrize("ref", ["", '  ref " "\n'])
def test_an_axiom_without_a_reference_is_refused(tmp_path: Path, ref: str) -> None:
    (tmp_path / "foundations").mkdir()
    script = tmp_path / "foundations" / "squares.drv"
    script.write_text(AXIOM.format(name="squares", ref='  ref "M. Spivak, Calculus, chapter 1"\n'))
    assert [axiom.name for axiom in trust.trusted_base(tmp_path).axioms] == ["squares"]
    script.write_text(AXIOM.format(name="squares", ref=ref))
    with pytest.raises(trust.NoReference, match=r"squares \(foundations/squares.drv:1\)"):
        trust.trusted_base(tmp_path)


def test_definitions_are_listed(base: trust.TrustedBase) -> None:
    kinds = {found.name: found.kind for found in base.definitions}
    assert kinds["norm"] == "abbreviation" and kinds["spectral"] == "opaque"


def test_the_kernel_is_what_its_entry_imports(base: trust.TrustedBase) -> None:
    names = {module.name for module in base.kernel}
    assert {"checks.kernel.verification", "checks.kernel.laws", "checks.terms", "checks.shapes"} <= names
    assert not any(name.startswith(("checks.trials", "checks.auditor", "derive", "grammar")) for name in names)
    kernel = {f"checks.kernel.{path.stem}" for path in (trust._top() / "checks" / "kernel").glob("[!_]*.py")}
    assert kernel <= names


@pytest.mark.parametrize("name", [*trust.kernel_modules(), "checks.approximations"])
def test_every_module_of_the_kernel_says_what_it_is_trusted_for(name: str) -> None:
    path = trust._path(name)
    assert path is not None
    subject, trusted = trust.described(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    assert subject and trusted


def test_modules_that_are_named_exist(base: trust.TrustedBase) -> None:
    for part in (base.elaborator, base.printer, base.bookkeeping):
        assert part and all(module.lines > 0 and module.subject for module in part)
    assert {module.name for module in base.bookkeeping} == set(trust.BOOKKEEPING)


def test_libraries_come_with_their_versions(base: trust.TrustedBase) -> None:
    versions = {library.name: library.version for library in base.libraries}
    assert versions["python-flint"] == version("python-flint") and versions["lark"] == version("lark")


def test_lines_of_code() -> None:
    source = '"""A text."""\n\n# a comment\nx = (\n    1\n)\n\n\ndef f():\n    """It."""\n    return """a\nb"""\n'
    assert trust.lines_of_code(source) == 6


def test_the_trusted_base_is_printed(capsys: pytest.CaptureFixture[str], base: trust.TrustedBase) -> None:
    assert main(["trust"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"{base.count} rules and axioms: {len(base.rules)} rules, {len(base.axioms)} axioms\n")
    for axiom in base.axioms:
        assert axiom.name in text and axiom.references[0] in text
    for module in base.kernel:
        assert f"  {module.name}, {module.lines} lines" in text
    assert f"python-flint {version('python-flint')}" in text


def test_the_trusted_base_as_json(capsys: pytest.CaptureFixture[str], base: trust.TrustedBase) -> None:
    assert main(["trust", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["rules_and_axioms"] == base.count
    assert shown["lines"]["kernel"] == sum(module.lines for module in base.kernel)
    assert {module["name"] for module in shown["kernel"]} == {module.name for module in base.kernel}


def test_checking_does_not_load_the_catalogue() -> None:
    program = "import sys, derive.checking, derive.command_line; print('derive.rules' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=True, cwd=trust._top(),
    )  # fmt: skip
    assert found.stdout.strip() == "False"
