"""Bad input of every kind: a message of one line at its place, never a traceback, and the rest is judged."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.command_line import main
from derive.scripts import IMPORT_DEPTH
from grammar.parser import MAX_BYTES

GOOD = "theorem good\n  given x : real\n  show x + x = 2 x\nproof\n  x + x = 2 x\nqed\n"
PATIENCE = 60.0


def run(script: str | bytes, *arguments: str) -> tuple[int, dict[str, Any]]:
    """`derive check -` on a script, or `derive check` with other arguments: the exit status and the report.

    Checks what holds of every run: no traceback, a report, an exit status that is not that of a defect.
    """
    data = script if isinstance(script, bytes) else script.encode()
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    start = time.monotonic()
    try:
        sys.stdin = io.TextIOWrapper(io.BytesIO(data))
        with redirect_stdout(out), redirect_stderr(err):
            status = main(["check", "--format", "json", *(arguments or ("-",))])
    finally:
        sys.stdin = before
    assert "Traceback" not in err.getvalue(), err.getvalue()
    assert status in (0, 1), err.getvalue()
    assert time.monotonic() - start < PATIENCE
    report = json.loads(out.getvalue())
    for error in report["errors"]:
        assert error["line"] >= 1
        assert error["column"] >= 1
        assert error["message"]
        assert "\n" not in error["message"]
    for theorem in report["theorems"]:
        for step in theorem["steps"]:
            assert "\n" not in (step["message"] or "")
    return status, report


def theorem(given: str, show: str, proof: str, name: str = "t") -> str:
    lines = "".join(f"  {line}\n" for line in proof.splitlines())
    return f"theorem {name}\n  given {given}\n  show {show}\nproof\n{lines}qed\n"


def assert_rest_is_judged(report: dict[str, Any]) -> None:
    assert [t["verdict"] for t in report["theorems"] if t["name"] == "good"] == ["proved"]


def judged(script: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The report on a script with a good theorem behind it, and the first theorem of the script."""
    status, report = run(f"{script}\n{GOOD}")
    assert status == 1
    assert_rest_is_judged(report)
    return report, report["theorems"][0]


# -- what cannot be read -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "place", "message"),
    [
        (theorem("x : vector(n)", "x = x", "x = x"), (2, 20), "n is not declared"),
        (theorem("x : real ~ Nomal(0, 1)", "x = x", "x = x"), (2, 20), "did you mean Normal?"),
        (theorem("x : real ~ Cauchy(0, 1)", "x = x", "x = x"), (2, 20), "Cauchy is no law"),
        (theorem("x, x : real", "x = x", "x = x"), (2, 12), "x is declared already"),
        (theorem("x : reel", "x = x", "x = x"), (2, 13), "real"),
        (theorem("d_in, d_out : dim", "d_ou = d_out", "1 = 1"), (3, 8), "did you mean d_out?"),
        (theorem("n : dim\n        x : vector(n)", "x = norm(x)", "x = x"), (4, 8), "vector(n)"),
        (theorem("x : real", "x < inf", "x = x"), (3, 12), "infinity"),
        (theorem("x : real", "x = x", "x = x\0"), (5, 8), "U+0000"),
        ('theorem t "no end\n  given x : real\n  show x = x\nproof\n  x = x\nqed\n', (1, 11), "never closed"),
        (theorem("x : real", "x = x", "x = " + "(" * 10_000 + "x" + ")" * 10_000), (5, 107), "nest"),
        (theorem("x : real", "x = x", "x = " + "(" * 10_000), (5, 107), "nest"),
        (theorem("x : real", "x = x", "x = " + "[" * 10_000), (5, 107), "nest"),
        (theorem("x : real", "x = x", "x = " + "x^" * 3_000 + "x"), (5, 401), "nests more than"),
        (theorem("x : real", "x = x", "x = " + "-" * 10_000 + "x"), (5, 3), "symbols"),
        (theorem("x : real", "x = x", "x = " + "|" * 10_000), (5, 7), "never closed"),
        (theorem("x : real", "x = 1e1000000000", "x = x"), (3, 12), "digits"),
        (theorem("x : real", "x = " + "9" * 100_000, "x = x"), (3, 12), "digits"),
        ("theorem t\n  given x : real\n  show x = x\nproof\nqed\n", (5, 1), "empty"),
        ("theorem t\n  given x : real\n  show x = x\nproof\n  x = x\n", (1, 1), "`qed` is missing"),
        ("theorem t\n  given x : real\nproof\n  x = x\nqed\n", (1, 1), "show"),
        ("import no.such.script\n", (1, 1), "no file theorems/no/such/script.drv to import"),
        ('import "no_such.drv"\n', (1, 1), "no file no_such.drv to import"),
        (f'import "{"a" * 5_000}"\n', (1, 1), "to import"),
        ('import "a\0b"\n', (1, 10), "U+0000"),
        ('import "."\n', (1, 1), "to import"),
    ],
)  # fmt: skip
def test_a_place_and_a_message(script: str, place: tuple[int, int], message: str) -> None:
    status, report = run(f"{script}\n{GOOD}")
    assert status == 1
    assert_rest_is_judged(report)
    first = report["errors"][0]
    assert (first["line"], first["column"]) == place
    assert message in first["message"]


@pytest.mark.parametrize(
    ("script", "place", "message"),
    [
        ("", (1, 1), "the file is empty"),
        ("# nothing but a comment\n", (1, 1), "the file is empty"),
        (b"theorem t\n  given x\xff : real\n", (2, 10), "0xFF is not UTF-8"),
        (b"\xff\xfe" + GOOD.encode("utf-16-le"), (1, 1), "not UTF-8"),
        (b"\0" * 1_000, (1, 1), "U+0000"),
        (b"# " + b"a" * 3_000_000, (1, 1), "the limit is 2,000,000"),
        ("qed\n" * 3, (1, 1), ""),
    ],
)
def test_a_text_without_anything_to_judge(
    script: str | bytes, place: tuple[int, int], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "script.drv"
    path.write_bytes(script if isinstance(script, bytes) else script.encode())
    for status, report in (run(script), run("", str(path))):
        assert status == 1
        assert report["theorems"] == []
        assert (report["errors"][0]["line"], report["errors"][0]["column"]) == place
        assert message in report["errors"][0]["message"]


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.drv"
    with path.open("wb") as stream:
        stream.truncate(50 * MAX_BYTES)
    (tmp_path / "good.drv").write_text(GOOD)
    _, report = run("", str(tmp_path))
    assert_rest_is_judged(report)
    assert [error["message"] for error in report["errors"]] == [
        "the file has 100,000,000 bytes; the limit is 2,000,000"
    ]


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.drv").mkdir()
    (tmp_path / "broken.drv").symlink_to(tmp_path / "nowhere")
    (tmp_path / "good.drv").write_text(GOOD)
    _, report = run("", str(tmp_path))
    assert_rest_is_judged(report)
    err = io.StringIO()
    with redirect_stderr(err):
        assert main(["check", str(tmp_path / "nowhere.drv")]) == 2
    assert err.getvalue().count("\n") == 1
    assert "no such file or directory" in err.getvalue()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.drv"
    path.write_text(GOOD)
    path.chmod(0)
    _, report = run("", str(path))
    assert "Permission denied" in report["errors"][0]["message"]


# -- imports -------------------------------------------------------------------------------------------


def test_a_cyclic_import(tmp_path: Path) -> None:
    (tmp_path / "a.drv").write_text(f'import "b.drv"\n{GOOD}')
    (tmp_path / "b.drv").write_text('import "a.drv"\n' + GOOD.replace("good", "other"))
    status, report = run("", str(tmp_path / "a.drv"))
    assert status == 1
    assert_rest_is_judged(report)
    (error,) = report["errors"]
    assert (error["line"], error["column"]) == (1, 1)
    assert error["message"].count(" imports ") == 2


def test_a_file_that_imports_itself(tmp_path: Path) -> None:
    (tmp_path / "a.drv").write_text(f'import "a"\n{GOOD}')
    _, report = run("", str(tmp_path / "a.drv"))
    assert_rest_is_judged(report)
    assert "cyclic import" in report["errors"][0]["message"]


def test_imports_that_nest_too_deep(tmp_path: Path) -> None:
    for number in range(400):
        text = f'import "s{number + 1}"\n' + GOOD.replace("good", f"good{number}")
        (tmp_path / f"s{number}.drv").write_text(text)
    (tmp_path / "s400.drv").write_text(GOOD.replace("good", "last"))
    status, report = run("", str(tmp_path / "s0.drv"))
    assert status == 1
    assert f"imports nest more than {IMPORT_DEPTH} deep" in report["errors"][0]["message"]
    near = str(tmp_path / f"s{400 - IMPORT_DEPTH + 5}.drv")
    assert run("", near)[0] == 0


def test_an_import_with_an_error_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.drv").write_text(f'import "b"\n{GOOD}')
    (tmp_path / "b.drv").write_text("theorem\n")
    _, report = run("", str(tmp_path / "a.drv"))
    assert_rest_is_judged(report)
    assert "b.drv has an error in line 1" in report["errors"][0]["message"]
    (tmp_path / "b.drv").write_text(GOOD.replace("good", "other"))
    assert run("", str(tmp_path / "a.drv"))[0] == 0


# -- what has no meaning, no value or no proof ---------------------------------------------------------

LAYER = "d_in, d_out : dim\n        W : matrix(d_out, d_in)\n        x : vector(d_in)"


@pytest.mark.parametrize(
    ("script", "verdict", "message"),
    [
        (theorem(LAYER, "d_out = d_out", "d_out = d_ou"), "ill-formed", "did you mean d_out?"),
        (theorem(LAYER, "d_out = d_out", "have a: d_ou = d_out\nd_out = d_out"), "ill-formed", "did you mean d_out?"),
        (theorem(LAYER, "norm(x)^2 = norm(x)^2", "norm(x)^2 = (W x)^T x"), "ill-formed", "vector(d_out)"),
        (theorem(LAYER, "d_out = d_out", "d_ou = d_out"), "ill-formed", "did you mean d_out?"),
        (theorem("x : real", "x = x", "let x = 3\nx = x"), "ill-formed", "x is declared already"),
        (theorem("x : real", "x = x", "let y = z\nx = x"), "ill-formed", "z is not declared"),
        (theorem("x : real", "x = x", "take y : real\nx = x"), "ill-formed", "the goal has no variable y"),
        (theorem("x : real", "x = x", "assume x > 7\nx = x"), "ill-formed", "the goal has no such premise"),
        (theorem("x : real", "x = x", "obtain s from nothing\nx = x"), "ill-formed", "nothing is unknown"),
        (theorem("x : real", "x = x", "attained at x\nx = x"), "ill-formed", "no supremum"),
        (theorem("x : real", "x = x", "induction on x:\n  case 0:\n    x = x"), "ill-formed", "no induction"),
        (theorem("x : real", "x = x", "case y > 0:\n  x = x\ncase y <= 0:\n  x = x"), "ill-formed", "y is not"),
        (theorem(LAYER, "x = x", "x = W x"), "ill-formed", "vector(d_out)"),
        (theorem("x : real", "x = x + 1/0", "x = x + 1/0"), "ill-formed", "division by zero"),
        (theorem("x : real", "x/0 = x/0", "x/0 = x/0"), "ill-formed", "division by zero"),
        (theorem("n : dim\n        x : vector(n)", "0 = 0", "x[n+1] = x[n+1]"), "ill-formed", "out of its range"),
        (theorem("n : dim\n        x : vector(n)", "0 = 0", "x[0] = x[0]"), "ill-formed", "out of range"),
        (theorem("x : real ~ StudentT(3)", "E[x^4] = 3", "E[x^4] = 3"), "ill-formed", "no moment of order 4"),
        (theorem("a : real\n        p : positive real", "a = a", "a <= a + p\n  >= a"), "ill-formed", "do not compose"),
        (theorem("x : real", "x = x", "x = x by magic"), "ill-formed", "no lemma, assumption, definition or procedure"),
        (theorem("x : real", "x = x", "x = x by definition of magic"), "ill-formed", "magic is not defined"),
        (theorem("x : real", "x = 9^9^9^9", "x = 9^9^9^9"), "undecided", "too large"),
        (theorem("x : real", "x = factorial(10^10)", "x = factorial(10^10)"), "undecided", "too large"),
        (theorem("x : real", "0 = 0", "sum[i in 1..10^100] i = x"), "undecided", "too many"),
        (theorem("x : real", "0 = 0", "prod[i in 1..10^100] i = x"), "undecided", "too many"),
        (theorem("n : dim\n        A : matrix(n, n)", "0 = 0", "trace(A^1000000) = 0"), "undecided", "too large"),
    ],
)  # fmt: skip
def test_a_verdict_and_a_message(script: str, verdict: str, message: str) -> None:
    _, found = judged(script)
    assert found["verdict"] == verdict
    step = next(step for step in found["steps"] if step["verdict"] != "proved")
    assert step["verdict"] == verdict
    assert message in step["message"]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (theorem("n : dim\n        x : vector(n)", "x[n] = x[n]", "x[n] = x[n]"), "x[n+1]"),
        (theorem("x : real", "x/2 = x/2", "x/2 = x/2"), "x/0"),
    ],
)
def test_the_true_twin_of_what_is_ill_formed_is_proved(good: str, bad: str) -> None:
    assert run(good)[0] == 0
    old = "x[n]" if "[" in bad else "x/2"
    assert judged(good.replace(old, bad))[1]["verdict"] == "ill-formed"


def test_a_moment_beyond_the_declared_order_is_a_condition() -> None:
    script = theorem("x : random real, mean 0, variance 1", "0 = 0", "E[x^4] - E[x^4] = 0")
    _, found = judged(script)
    assert found["steps"][0]["verdict"] != "proved"
    _, found = judged(script.replace("x^4", "x^2").replace("0 = 0", "1 = 1"))
    assert found["steps"][0]["verdict"] == "proved"
    _, found = judged(theorem("x : random real, mean 0, variance 1", "0 = 0", "E[x^3] = 0"))
    assert found["steps"][0]["verdict"] == "refuted"


def test_a_sum_to_an_astronomic_bound_may_still_be_decided() -> None:
    assert (
        run(theorem("x : real", "sum[i in 1..10^100] 1 = 10^100", "sum[i in 1..10^100] 1 = 10^100"))[0] == 0
    )
    assert run(theorem("x : real", "9^9^9^9 = 9^9^9^9", "9^9^9^9 = 9^9^9^9"))[0] == 0


@pytest.mark.parametrize(
    ("script", "verdict", "message"),
    [
        (theorem("a, b : real", "a + b = b + a", "a + a = 2 a"), "undecided", "the ends of the proof are not"),
        (theorem("x : real with x > 1, x < 0", "x = x + 1", "x = x + 1"), "undecided", "the context has no model"),
        (theorem("x : real ~ Normal(0, -1)", "E[x] = 0", "E[x] = 0"), "undecided", "the context has no model"),
        (theorem("x : real\n  assume h: x = 1", "x = 1", "x = 1  by h"), "ill-formed", "the assumption h is the goal"),
        (theorem("x : real\n  assume h: 1 = x", "x = 1", "x = 1  by h"), "ill-formed", "the assumption h is the goal"),
    ],
)  # fmt: skip
def test_a_theorem_that_cannot_be_proved_so(script: str, verdict: str, message: str) -> None:
    report, found = judged(script)
    assert found["verdict"] == verdict
    assert message in report["errors"][0]["message"]


# -- citations -----------------------------------------------------------------------------------------


def test_a_cycle_of_citations_is_shown() -> None:
    names = ["a", "b", "c"]
    script = "\n".join(
        theorem("x : real", "x + 0 = x", f"x + 0 = x  by {other}", name=name)
        for name, other in zip(names, [*names[1:], names[0]], strict=True)
    )
    report, _ = judged(script)
    messages = [step["message"] or "" for found in report["theorems"] for step in found["steps"]]
    assert any("a cites b cites c cites a" in message for message in messages)
    assert all(found["verdict"] != "proved" for found in report["theorems"][:3])


def test_a_theorem_that_cites_itself() -> None:
    _, found = judged(theorem("x : real", "x + 0 = x", "x + 0 = x  by t"))
    assert found["verdict"] != "proved"
    assert "t cites t" in found["steps"][0]["message"]


def test_citing_what_is_not_proved() -> None:
    unproved = theorem("x : real", "exp(x) >= 1 + x", "exp(x) >= 1 + x", name="open")
    cited = theorem("x : real", "exp(x) + 0 = exp(x)", "exp(x) + 0 = exp(x)  by open", name="u")
    report, found = judged(f"{unproved}\n{cited}")
    if found["verdict"] != "proved":
        (step,) = report["theorems"][1]["steps"]
        assert step["verdict"] != "proved"
        assert "open, which is not proved" in step["message"]


def test_citing_what_is_false() -> None:
    false = theorem("x : real", "x + 1 = x", "x + 1 = x", name="wrong")
    cited = theorem("x : real", "x + 2 = x + 1", "x + 2 = x + 1  by wrong", name="u")
    report, found = judged(f"{false}\n{cited}")
    assert [each["verdict"] for each in report["theorems"][:2]] == ["refuted", "refuted"]
    assert found["steps"][0]["witness"] is not None


def test_two_theorems_of_one_name() -> None:
    report, found = judged(
        theorem("x : real", "x = x", "x = x") + "\n" + theorem("x : real", "x = 1", "x = 1")
    )
    assert found["verdict"] == "proved"
    assert report["errors"][0]["line"] == 8
    assert "stands here already, in line 1" in report["errors"][0]["message"]


# -- anything ------------------------------------------------------------------------------------------

TEXT = (
    'x A W n m d i j 0 1 2 10 0.5 1/0 + - * / ^ ^T ^2 ( ) [ ] { } | || , : = <= < >= > != in .. . ~ -> $ \\ " # '
    "sum[i in 1..n] prod[j in 1..m] sup[x in vector(n)] E[ E[x] Var[x] norm(x) rms( trace(A) A^-1 sqrt( log( "
    "exp( |x| if then else and or not implies iff for all exists real dim vector(n) matrix(m, n) iid "
    "Normal(0, 1) mean 0 variance 1 by moments algebra definition of hypothesis have case show given let assume "
    "proof qed theorem lemma axiom refute claim expect refuted attained at obtain from delta(i, j) greatest least "
    "max( min( inf pi x[i] x[n+1] A[i, j] A x x^T (A x)[i] [1, 2] {1, 2} [i = j] binomial(n, 2) floor( sign(x) "
    "spectral(A) independent random positive f f(x) ‖x‖ 𝔼 Σ ∇ ≤ √ ᵀ é \u200b \u202e 😀"
)
WORDS = TEXT.split(" ")
SOUP = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
CONTEXT = (
    "n, m, d : dim\n        A : matrix(m, n)\n        W : matrix(n, n)  iid ~ Normal(0, 1)\n"
    "        x : vector(n)\n        f : function real -> real\n        z : real\n        i : index(n)"
)


def in_a_proof(words: str) -> str:
    return theorem(CONTEXT, "z = z", f"z = z\n{words}")


def in_a_context(words: str) -> str:
    return theorem(f"{CONTEXT}\n        {words}", "0 = 0", "0 = 0")


def in_a_statement(words: str) -> str:
    return theorem(CONTEXT, words, "z = z")


@settings(max_examples=40, deadline=None)
@given(place=st.sampled_from([in_a_proof, in_a_context, in_a_statement]), words=SOUP)
def test_token_soup(place: Callable[[str], str], words: str) -> None:
    """A theorem that cannot be read must not take the one before it with it."""
    _, report = run(f"{GOOD}\n{place(words)}")
    assert_rest_is_judged(report)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes(data: bytes) -> None:
    _, report = run(data)
    assert report["theorems"] or report["errors"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.lists(SOUP, max_size=6).map("\n".join))
def test_random_text(text: str, soup: str) -> None:
    script = f"{text}\n{soup}\n".encode("utf-8", "replace")
    _, report = run(script)
    assert report["theorems"] or report["errors"]
