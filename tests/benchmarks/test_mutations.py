"""The mutation campaign: its operators, its judge, and a short run in which nothing false is proved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks.soundness import campaign, report
from benchmarks.soundness.brute_force import Judge
from benchmarks.soundness.campaign import Record, Run
from benchmarks.soundness.mutations import KINDS, assumed, mutants
from checks.contexts import Context
from checks.shapes import type_of
from checks.terms import PROPOSITION, Term
from derive.elaboration import elaborate_context, elaborate_statement
from derive.printing import print_term
from derive.scripts import Loader
from grammar import syntax


def read(given: str, claim: str) -> tuple[Context, Term]:
    """A context and a statement, from the lines of a script."""
    text = f"theorem t\n  given {given}\n  show {claim}\n"
    file = Loader().read(text, "t.drv")
    item = next(part for part in file.items if isinstance(part, syntax.Theorem))
    context = elaborate_context(item.context, file.context)
    return context, elaborate_statement(item.shows[0].statement, context)


def written(given: str, claim: str, kind: str) -> set[str]:
    """The mutants of a kind as text."""
    context, statement = read(given, claim)
    return {print_term(m.statement, m.context) for m in mutants(context, statement) if m.kind == kind}


# -- operators -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "given", "claim", "expected"),
    [
        ("sign", "a, b : real", "a + b = b + a", "-a + b = b + a"),
        ("one more or less", "a : real", "a + a = 2 a", "a + a = 3 a"),
        ("coefficient", "a, b : real", "a + b = b + a", "2 a + b = b + a"),
        ("exponent", "a : real", "a * a = a^2", "a a = a^3"),
        ("symbols swapped", "a, b : real", "a - b = -(b - a)", "b - a = -(b - a)"),
        ("indices swapped", "n : dim\n        A : matrix(n, n)", "sum[i, j in 1..n] A[i,j] = 0", "A[j, i]"),
        ("bound shifted", "n : dim", "sum[i in 1..n] 1 = n", "sum[i in 2..n] 1 = n"),
        ("term dropped", "a, b : real", "a + b = b + a", "a = b + a"),
        ("term doubled", "a, b : real", "a + b = b + a", "a + a + b = b + a"),
        ("factor dropped", "a, b : real", "a * b = b * a", "a = b a"),
        ("E moved", "X, Y : real random, moments 2", "E[X * Y] = E[Y * X]", "E[X] E[Y] = E[Y X]"),
        ("transpose removed", "n : dim\n        A : matrix(n, n)", "A^T = A^T", "A = A^T"),
        ("product turned", "n : dim\n        A, B : matrix(n, n)", "A B = A B", "B A = A B"),
        ("another norm", "n : dim\n        x : vector(n)", "norm(x) >= 0", "rms(x) >= 0"),
        ("relation changed", "a : real", "a^2 >= 0", "a^2 > 0"),
        ("hypothesis removed", "a : positive real", "a > 0", "a > 0"),
    ],
)
def test_each_kind_makes_its_mutants(kind: str, given: str, claim: str, expected: str) -> None:
    found = written(given, claim, kind)
    assert any(expected in text for text in found), found


def test_no_kind_is_forgotten() -> None:
    names = test_each_kind_makes_its_mutants.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {case[0] for case in names} == set(KINDS)


def test_mutants_are_statements_that_differ() -> None:
    context, statement = read(
        "m, n : dim\n        A : matrix(m, n)\n        x : vector(n)", "norm(A x)^2 = sum[i in 1..m] (A x)[i]^2"
    )
    found = list(mutants(context, statement))
    changed = [mutant.statement for mutant in found if mutant.kind != "hypothesis removed"]
    assert len(changed) == len(set(changed)) > 10
    assert statement not in changed
    assert all(type_of(mutant.statement, mutant.context) == PROPOSITION for mutant in found)


def test_what_was_proved_is_no_assumption() -> None:
    context, statement = read("a : positive real", "a > 0")
    later = context.conclude(statement, "known")
    assert len(later.facts) == len(context.facts) + 1
    assert assumed(later).facts == context.facts
    removed = [mutant for mutant in mutants(later, statement) if mutant.kind == "hypothesis removed"]
    assert [mutant.context.facts for mutant in removed] == [()]


# -- the judge -----------------------------------------------------------------------------------------

LAYER = (
    "d_in, d_out : dim\n        sigma : positive real\n        x : vector(d_in)\n"
    "        W : matrix(d_out, d_in)  iid, mean 0, variance sigma^2"
)

TRUE = [
    ("n : nat", "sum[k in 1..n] k = n (n+1)/2"),
    ("a, b : real", "(a + b)^2 <= 2 a^2 + 2 b^2"),
    ("n : dim\n        A, B : matrix(n, n)", "(A B)^T = B^T A^T"),
    ("n : dim\n        A : matrix(n, n)  invertible", "A^-1 A = identity(n)"),
    (LAYER, "E[norm(W x)^2] = d_out sigma^2 norm(x)^2"),
    ("X : real ~ Normal(0, 1)", "E[X^4] = 3"),
    ("X : real ~ Normal(0, 1)", "E[|X|] = sqrt(2/pi)"),
    ("v : positive real", "integral[x in real] exp(-x^2/(2 v)) = sqrt(2 pi v)"),
    ("x : real", "grad[x] exp(x^2) = 2 x exp(x^2)"),
    ("f : function real -> real  C1\n        x : real", "grad[x] f(x)^2 = 2 f(x) grad[x] f(x)"),
    ("m, n : dim\n        A : matrix(m, n)", "spectral(A) <= frobenius(A)"),
    ("n : dim\n        A : matrix(n, n)\n  assume p: for all x : vector(n), x != 0 implies x^T A x > 0", "A[1,1] > 0"),
]

FALSE = [
    ("n : nat", "sum[k in 1..n] k = n (n+1)/2 + 1"),
    ("a, b : real", "(a + b)^2 <= 2 a^2 + b^2"),
    ("n : dim\n        A, B : matrix(n, n)", "(A B)^T = A^T B^T"),
    ("n : dim\n        A : matrix(n, n)  invertible", "A^-1 = A^T"),
    (LAYER, "E[norm(W x)^2] = d_in sigma^2 norm(x)^2"),
    (LAYER, "E[norm(W x)]^2 = d_out sigma^2 norm(x)^2"),
    ("X : real ~ Normal(0, 1)", "E[X^4] = 2"),
    ("X : real ~ Normal(0, 1)", "E[|X|] = sqrt(2/pi) + 0.001"),
    ("v : positive real", "integral[x in real] exp(-x^2/(2 v)) = sqrt(2 pi) v"),
    ("x : real", "grad[x] exp(x^2) = x exp(x^2)"),
    ("f : function real -> real  C1\n        x : real", "grad[x] f(x)^2 = f(x) grad[x] f(x)"),
    ("m, n : dim\n        A : matrix(m, n)", "spectral(A) = frobenius(A)"),
    ("n : dim\n        A : matrix(n, n)\n  assume p: for all x : vector(n), x != 0 implies x^T A x > 0", "A[1,1] > 1"),
    ("X, Y : real random, moments 2", "E[X * Y] = E[X] E[Y]"),
    ("a : real", "a^2 > 0"),
    ("n : dim\n        A : matrix(n, n)", "det(A) != 1"),
]


@pytest.mark.parametrize(("given", "claim"), TRUE)
def test_nothing_is_found_against_what_is_true(given: str, claim: str) -> None:
    context, statement = read(given, claim)
    assert Judge(context).verdict(statement).kind == "no difference"


@pytest.mark.parametrize(("given", "claim"), FALSE)
def test_what_is_false_is_found_out(given: str, claim: str) -> None:
    context, statement = read(given, claim)
    verdict = Judge(context).verdict(statement)
    assert verdict.kind == "false" and verdict.world is not None


def test_what_has_no_value_is_not_false() -> None:
    context, statement = read("a : real", "a/a = 1")
    assert Judge(context).verdict(statement).kind == "undefined"
    context, statement = read("a : real with a != 0", "a/a = 1")
    assert Judge(context).verdict(statement).kind == "no difference"


def test_without_a_world_nothing_is_judged() -> None:
    context, statement = read("a : real with a > 1, a < 0", "a = 5")
    assert Judge(context).verdict(statement).kind == "unjudged"


def test_an_integral_that_diverges_has_no_value() -> None:
    context, statement = read("a : real", "integral[x in real] exp(x) = a")
    assert Judge(context).verdict(statement).kind == "undefined"


def test_the_judge_shares_only_the_term_language_with_the_engine() -> None:
    folder = Path(report.__file__).parent
    allowed = ("checks.terms", "checks.contexts", "checks.lengths")
    names = ("values", "quadrature", "operations", "evaluation", "operators", "quantifiers", "instances", "worlds")
    for name in (*names, "brute_force"):
        for line in (folder / f"{name}.py").read_text().splitlines():
            words = line.split()
            if words[:1] in (["from"], ["import"]) and words[1].split(".")[0] in ("checks", "derive", "grammar"):
                assert words[1] in allowed, (name, line)


# -- the campaign --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def short_run() -> Run:
    names = _some_theorems()
    return campaign.run(limit=4, only=tuple(names))


def _some_theorems() -> list[str]:
    """The first theorem of each of a few scripts."""
    found = []
    loader = Loader()
    for part in ("sums/elementary", "inequalities/absolute", "moments/products", "matrices/inverses"):
        path = next(path for path in campaign.shares(1)[0] if path.match(f"*/{part}.drv"))
        found.append(next(iter(loader.load(path).theorems())).name)
    return found


def test_nothing_false_is_proved(short_run: Run) -> None:
    assert len(short_run.records) >= 30
    assert report.holes(short_run.records) == []
    right, false = report.refuted(short_run.records)
    assert false >= 15 and right >= 0.98 * false


def test_the_report_of_a_run(short_run: Run) -> None:
    page = report.written(short_run)
    assert f"at most 4 mutants of each step, chosen by chance: {len(short_run.records)} mutants" in page
    assert "| sign |" in page and "| all |" in page
    assert all(f"**{kind}**" in page for kind in KINDS)


def test_a_false_mutant_that_is_proved_is_a_hole() -> None:
    good = Record("s", "t", 1, "sign", "false", "refuted")
    for bad in (
        replace(good, engine="proved"), replace(good, engine="proved-if"), replace(good, searched="proved"),
        replace(good, engine="conflict"),
    ):  # fmt: skip
        assert report.holes([good, bad]) == [bad]
        assert report.succeeded(Run((good,), 0.0)) and not report.succeeded(Run((good, bad), 0.0))
    missed = replace(good, engine="tested")
    assert report.succeeded(Run((good,) * 99 + (missed,), 0.0))
    assert not report.succeeded(Run((good,) * 97 + (missed,) * 3, 0.0))
    unknown = replace(good, brute="unjudged")
    assert not report.succeeded(Run((good,) * 9 + (unknown,), 0.0))
    assert "t:1" in report.odd([good, missed]) and report.odd([good]) == ""


def test_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked: list[tuple[object, ...]] = []
    good = Record("s", "t", 1, "sign", "false", "refuted")

    def pretended(*arguments: object) -> Run:
        asked.append(arguments)
        return Run((good,), 1.0)

    monkeypatch.setattr(report, "run", pretended)
    monkeypatch.setattr(report, "TABLE", tmp_path / "table.md")
    assert program.main(["mutations", "--limit", "3", "--only", "t", "--jobs", "2", "--write"]) == 0
    assert asked == [(3, ("t",), 2, 0)]
    assert "| sign |" in capsys.readouterr().out
    assert "s: t" in (tmp_path / "table.md").read_text()


def test_a_name_that_no_theorem_has(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "run", lambda *arguments: Run((), 0.0))
    with pytest.raises(SystemExit):
        program.main(["mutations", "--only", "nothing"])
    assert "no theorem is called nothing" in capsys.readouterr().err


