"""Scripts end to end: each way of proving something, and beside it the same script with a falsehood in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.checking import check, check_text
from derive.options import CheckOptions
from derive.rendering import render
from derive.reports import Report, StepReport, TheoremReport, Verdict

PROVED, REFUTED = Verdict.PROVED, Verdict.REFUTED


def theorem_of(script: str, name: str = "t") -> TheoremReport:
    report = check_text(script)
    return next(theorem for theorem in report.theorems if theorem.name == name)


def verdicts(theorem: TheoremReport) -> list[str]:
    return [f"{step.kind} {step.verdict}" for step in theorem.steps]


def refuted_steps(theorem: TheoremReport) -> list[StepReport]:
    return [step for step in theorem.steps if step.verdict is REFUTED]


CHAIN = """\
theorem t
  given a, b : real
  show a^2 + 2 a b <= (a + b)^2
proof
  a^2 + 2 a b = (a + b)^2 - b^2
              <= (a + b)^2
qed
"""

HAVE = """\
theorem t
  given n : dim
        x : vector(n)
  assume unit: norm(x)^2 = 1
  show norm(2 x)^2 = 4
proof
  have scaled: norm(2 x)^2 = 4 norm(x)^2
  norm(2 x)^2 = 4 norm(x)^2  by scaled
              = 4            by unit
qed
"""

HAVE_WITH_PROOF = """\
theorem t
  given n : dim
        x, y : vector(n)
  assume flat: for all i in index(n), x[i] = y[i]
  show norm(x)^2 = norm(y)^2
proof
  have same: for all i in index(n), x[i]^2 = y[i]^2
    x[i]^2 = y[i] x[i]  by flat
           = y[i]^2     by flat
  norm(x)^2 = sum[i in 1..n] x[i]^2
            = sum[i in 1..n] y[i]^2  by same
            = norm(y)^2
qed
"""

OPENED = """\
theorem t
  given c : positive real
  show for all a : real, a > 1 implies c a > c
proof
  have main: for all a : real, a > 1 implies c a > c
    c a - c = c (a - 1)
            > 0
    c a > c
qed
"""

CASES = """\
theorem t
  given x : real
  show x <= |x|
proof
  case x >= 0:
    x = |x|
      <= |x|
  case x < 0:
    x < 0
      <= |x|
qed
"""

INDUCTION = """\
theorem t "Stacked stride-one convolutions"
  given K : dim
        L : nat
        r : sequence nat with r(0) = 1, for all l : nat, r(l+1) = r(l) + K - 1
  show  r(L) = L (K - 1) + 1
proof by induction on L
  case 0:      r(0) = 1
  case l + 1:  r(l+1) = r(l) + K - 1  = l (K-1) + 1 + K - 1  by hypothesis  = (l+1) (K-1) + 1
qed
"""

OBTAINED = """\
theorem t
  given c : positive real
  assume root: exists s : real, s > 0 and s^2 = c
  show c + 1 > 1
proof
  obtain s from root
  have square: s^2 = c
  c + 1 = s^2 + 1  by square
        > 1
qed
"""

ATTAINED = """\
theorem t
  given a : real
  show greatest { b in real | b <= a } = a
proof
  attained at a
  greatest { b in real | b <= a } = a
qed
"""

ABBREVIATED = """\
theorem t
  given a, b : real
  show (a + b)^2 - (a - b)^2 = 4 a b
proof
  let s = a + b
      d = a - b
  (a + b)^2 - (a - b)^2 = (s + d) (s - d)
                        = 4 a b
qed
"""

CITED = """\
lemma helper
  given a, b : real
  show (a + b)^2 = a^2 + 2 a b + b^2
proof
  (a + b)^2 = a^2 + 2 a b + b^2
qed

theorem t
  given a, b : real
  show (a + b)^2 - 2 a b = a^2 + b^2
proof
  (a + b)^2 - 2 a b = a^2 + 2 a b + b^2 - 2 a b  by helper
                    = a^2 + b^2
qed
"""

EXPECTED = """\
theorem t
  given m, n : dim
        W : matrix(m, n)  iid ~ Normal(0, 1)
        x : vector(n)     iid, mean 0, variance 1
        W, x independent
  show E[norm(W x)^2] = m n
proof
  E[norm(W x)^2]
    = sum[i in 1..m] E[(W x)[i]^2]                          by linearity
    = sum[i in 1..m] sum[j in 1..n] E[W[i, j]^2] E[x[j]^2]  by independence
    = m n                                                   by moments
qed
"""


@pytest.mark.parametrize(
    ("script", "kinds", "right", "wrong"),
    [
        (CHAIN, ["chain"] * 2, "- b^2", "+ b^2"),
        (HAVE, ["have", "chain", "chain"], "4 norm(x)^2", "2 norm(x)^2"),
        (HAVE_WITH_PROOF, ["chain", "chain", "have", *["chain"] * 3], "y[i]^2     by flat", "2 y[i]^2   by flat"),
        (OPENED, ["chain"] * 3 + ["have"], "c a > c", "c a > 2 c"),
        (CASES, ["cases", "chain", "chain", "case", "chain", "chain", "case"], "x < 0:", "x < -1:"),
        (
            INDUCTION, ["chain", "case", "chain", "chain", "chain", "case", "induction"],
            "= (l+1) (K-1) + 1", "= (l+1) (K-1) + K",
        ),
        (OBTAINED, ["obtain", "have", "chain", "chain"], "> 1\n", "> 2\n"),
        (ATTAINED, ["attained", "chain"], "attained at a", "attained at a + 1"),
        (ABBREVIATED, ["chain"] * 2, "4 a b", "2 a b"),
        (CITED, ["chain"] * 2, "= a^2 + b^2\nqed", "= a^2 - b^2\nqed"),
        (EXPECTED, ["chain"] * 3, "= m n   ", "= m n^2 "),
    ],
    ids=[
        "chain", "have", "have with proof", "for all and implies", "case", "induction", "obtain", "attained", "let",
        "lemma", "expectation",
    ],
)  # fmt: skip
def test_a_proof_and_its_false_twin(script: str, kinds: list[str], right: str, wrong: str) -> None:
    theorem = theorem_of(script)
    assert verdicts(theorem) == [f"{kind} proved" for kind in kinds]
    assert theorem.verdict is PROVED
    assert theorem.succeeded
    assert theorem.models
    assert right in script
    false = theorem_of(script.replace(right, wrong))
    assert false.verdict is REFUTED
    assert not false.succeeded
    for step in refuted_steps(false):
        assert step.witness is not None
        assert step.source_line in script.replace(right, wrong)


# -- ends ----------------------------------------------------------------------------------------------

SHOWS = """\
theorem t
  given a, b : real
  show first: (a + b)^2 = a^2 + 2 a b + b^2
       second: (a - b)^2 = a^2 - 2 a b + b^2
proof
  (a + b)^2 = a^2 + 2 a b + b^2
  (a - b)^2 = a^2 - 2 a b + b^2
qed
"""


def test_several_statements() -> None:
    assert theorem_of(SHOWS).verdict is PROVED


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("second: (a - b)^2 = a^2 - 2 a b", "second: (a - b)^2 = a^2 + 2 a b"),
        ("  (a - b)^2 = a^2 - 2 a b + b^2\nqed", "qed"),
        ("  (a + b)^2 = a^2 + 2 a b + b^2\n  (a", "  (a"),
    ],
)
def test_a_statement_that_no_step_reaches(right: str, wrong: str) -> None:
    assert right in SHOWS
    report = check_text(SHOWS.replace(right, wrong))
    (theorem,) = report.theorems
    assert theorem.verdict is not PROVED
    assert all(step.verdict is PROVED for step in theorem.steps if step.kind != "show")
    assert [error.identifier for error in report.errors] == ["ends-elsewhere"]


def test_a_theorem_without_proof_is_proved_or_not() -> None:
    script = "theorem t\n  given a, b : real\n  show (a - b)^2 >= 0\n"
    assert theorem_of(script).verdict is PROVED
    assert refuted_steps(theorem_of(script.replace("(a - b)^2 >= 0", "(a - b)^2 >= 1")))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("case l + 1:", "missing or not proved"), ("case 0:", "missing or not proved")],
)
def test_an_induction_with_a_case_missing(pattern: str, message: str) -> None:
    lines = [line for line in INDUCTION.splitlines(keepends=True) if pattern not in line]
    assert len(lines) == len(INDUCTION.splitlines()) - 1
    theorem = theorem_of("".join(lines))
    assert theorem.verdict is Verdict.UNDECIDED
    assert message in str(theorem.steps[-1].message)


def test_a_have_whose_proof_proves_something_else() -> None:
    script = HAVE_WITH_PROOF.replace("have same: for all i in index(n), x[i]^2 = y[i]^2", "have same: n >= 1")
    theorem = theorem_of(
        script.replace("x[i]^2 = y[i] x[i]  by flat", "n = n").replace("           = y[i]^2", "")
    )
    assert theorem.verdict is not PROVED


# -- reasons -------------------------------------------------------------------------------------------


def fared(line: str) -> str | None:
    script = (
        f"theorem t\n  given a, b : real\n  assume same: a = b\n  show a + b = 2 b\nproof\n  {line}\nqed\n"
    )
    return theorem_of(script).steps[0].cited_verdict


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a + b = 2 b  by same", "sufficient"),
        ("a + a = 2 a  by same", "unused"),
        ("a + a = 2 a  by algebra", "sufficient"),
        ("a + a = 2 a", None),
    ],
)
def test_a_reason_has_its_own_judgement(line: str, expected: str | None) -> None:
    assert fared(line) == expected


def test_what_a_theorem_cites_and_rests_on() -> None:
    theorem = theorem_of(CITED)
    assert theorem.cites == ("helper",)
    assert theorem.rests_on.axioms == ()
    script = OBTAINED.replace("  assume root: exists s : real, s > 0 and s^2 = c\n", "").replace(
        "root", "root(c)"
    )
    axiom = (
        'axiom root\n  ref "a textbook"\n  given c : positive real\n'
        "  show exists s : real, s > 0 and s^2 = c\n\n"
    )
    theorem = theorem_of(axiom + script)
    assert theorem.verdict is PROVED
    assert theorem.rests_on.axioms == ("root",)
    assert theorem_of(OBTAINED).rests_on.assumptions[0].startswith("hypothesis: ")


def test_an_axiom_needs_a_reference_and_must_not_be_false() -> None:
    axiom = 'axiom t\n  ref "a textbook"\n  given a : real\n  show a^2 >= 0\n'
    assert theorem_of(axiom).verdict is Verdict.AXIOM
    assert theorem_of(axiom).succeeded
    assert not theorem_of(axiom.replace('  ref "a textbook"\n', "")).succeeded
    report = check_text(axiom.replace(">= 0", ">= 1"))
    assert not report.succeeded
    assert report.errors[0].identifier == "false-axiom"


# -- refute blocks -------------------------------------------------------------------------------------

REFUTE = """\
refute t
  given n : dim
        x : vector(n)  iid, mean 0, variance 1
proof
  E[(sum[i in 1..n] x[i])^2] = sum[i in 1..n] E[x[i]^2]  by independence
                             = n^2  expect refuted
qed
"""


def test_a_refute_block_that_succeeds() -> None:
    theorem = theorem_of(REFUTE)
    assert theorem.succeeded
    assert theorem.verdict is REFUTED
    assert theorem.expected is REFUTED
    assert theorem.expected_step == 2
    assert refuted_steps(theorem)[0].witness is not None
    assert check_text(REFUTE).succeeded


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        ("= n^2  expect refuted", "= n  expect refuted", "proved"),
        ("= sum[i in 1..n] E[x[i]^2]  by", "= 2 sum[i in 1..n] E[x[i]^2]  by", "refuted"),
        ("expect refuted", "expect ill-formed", "refuted"),
        ("given n : dim", "given n : dim with n < 1", "undecided"),
    ],
)
def test_a_refute_block_that_fails(right: str, wrong: str, verdict: str) -> None:
    assert right in REFUTE
    theorem = theorem_of(REFUTE.replace(right, wrong))
    assert not theorem.succeeded
    assert theorem.verdict == verdict


def test_a_refute_block_that_expects_what_is_ill_formed() -> None:
    script = (
        "refute t\n  given m, n : dim\n        A : matrix(m, n)\n        x : vector(m)\n"
        "  claim 0 = norm(A x)  expect ill-formed\nqed\n"
    )
    assert theorem_of(script).succeeded
    assert not theorem_of(script.replace("vector(m)", "vector(n)")).succeeded


def test_a_refute_block_in_the_context_of_a_theorem() -> None:
    script = CHAIN + "\nrefute r in t\n  claim a b = a + b  expect refuted\nqed\n"
    assert theorem_of(script, "r").succeeded
    assert not theorem_of(script.replace("a b = a + b", "a b = b a"), "r").succeeded
    assert theorem_of(script.replace("in t", "in nothing"), "r").verdict is Verdict.ILL_FORMED


# -- files ---------------------------------------------------------------------------------------------


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def importing(tmp_path: Path) -> Path:
    helper, theorem = CITED.split("\n\n")
    definition = "abbreviation double(x : real) : real = 2 x\n  example double(3) = 6\n\n"
    written(tmp_path, "helper.drv", definition + helper + "\n")
    return written(tmp_path, "main.drv", f'import "helper"\n\n{theorem}')


def test_what_is_imported_may_be_cited(importing: Path) -> None:
    report = check([importing])
    assert report.succeeded
    assert [theorem.name for theorem in report.theorems] == ["t"]
    assert report.theorems[0].cites == ("helper",)


def test_what_is_not_imported_may_not_be_cited(importing: Path) -> None:
    importing.write_text(importing.read_text().replace('import "helper"\n', ""))
    (theorem,) = check([importing]).theorems
    assert theorem.verdict is Verdict.ILL_FORMED
    assert theorem.steps[0].identifier == "unknown-reason"


def test_what_is_imported_and_false_may_not_be_cited(importing: Path) -> None:
    helper = importing.with_name("helper.drv")
    helper.write_text(helper.read_text().replace("2 a b", "3 a b"))
    report = check([importing])
    assert not report.succeeded
    assert report.theorems[0].verdict is not PROVED


def test_definitions_are_imported_and_their_examples_run(importing: Path) -> None:
    importing.write_text(importing.read_text().replace("2 a b  by", "double(a b)  by"))
    assert check([importing]).succeeded
    helper = importing.with_name("helper.drv")
    assert check([helper]).succeeded
    helper.write_text(helper.read_text().replace("double(3) = 6", "double(3) = 7"))
    assert [error.identifier for error in check([helper]).errors] == ["false-example"]


def test_a_folder_is_checked_in_order_and_each_theorem_once(importing: Path) -> None:
    report = check([importing.parent, importing])
    assert [theorem.name for theorem in report.theorems] == ["helper", "t"]


def test_only_what_is_named_is_reported() -> None:
    report = check_text(CITED, CheckOptions(only=("t",)))
    assert [theorem.name for theorem in report.theorems] == ["t"]


# -- reports -------------------------------------------------------------------------------------------

THEOREM_KEYS = [
    "name", "file", "line", "kind", "statement", "title", "refs", "context", "hash", "models", "verdict", "expected",
    "expected_step", "rests_on", "definitions", "cites", "steps",
]  # fmt: skip
STEP_KEYS = [
    "index", "line", "kind", "from", "rel", "to", "verdict", "method", "cited", "cited_verdict", "conditions",
    "true_if", "witness", "tested", "message", "ms",
]  # fmt: skip


def test_the_keys_of_the_json() -> None:
    scripts = EXPECTED.replace("= m n   ", "= m n^2 "), REFUTE.replace("refute t", "refute r")
    data = check_text("\n".join(scripts)).to_json()
    assert list(data) == ["version", "engine", "summary", "theorems", "errors"]
    for theorem in data["theorems"]:
        assert list(theorem) == THEOREM_KEYS
        for position, step in enumerate(theorem["steps"], 1):
            assert list(step) == STEP_KEYS
            assert step["index"] == position
            assert step["tested"] is None or list(step["tested"]) == [
                "exact_points", "samples", "statistic", "detectable"
            ]  # fmt: skip
    witness = data["theorems"][0]["steps"][2]["witness"]
    assert list(witness) == ["sizes", "values", "left", "right", "exact"]
    assert data["theorems"][1]["expected_step"] == 2
    assert Report.from_json(data).to_json() == data


def test_steps_with_expectations_are_sampled() -> None:
    step = theorem_of(EXPECTED).steps[0]
    assert step.tested is not None
    assert step.tested.exact_points
    assert step.tested.samples
    plain = check_text(EXPECTED, CheckOptions(spot=False)).theorems[0].steps[0]
    assert plain.tested is not None
    assert not plain.tested.samples


def test_equal_seeds_give_equal_reports() -> None:
    script = CHAIN.replace("- b^2", "+ b^2") + "\n" + EXPECTED.replace("theorem t", "theorem u")

    def found(seed: int) -> list[object]:
        steps = [
            step for theorem in check_text(script, CheckOptions(seed=seed)).theorems for step in theorem.steps
        ]
        return [(step.verdict, step.witness, step.tested, step.method) for step in steps]

    assert found(1) == found(1)
    assert [each[0] for each in found(1)] == [each[0] for each in found(2)]  # type: ignore[index]


def test_the_statement_and_context_are_shown_in_full() -> None:
    theorem = theorem_of(EXPECTED)
    assert theorem.statement.startswith(r"\mathbb{E}")
    assert "iid, Normal(0, 1)" in theorem.context
    assert "norm" in theorem.definitions
    assert len(theorem.hash) >= 16
    assert theorem.hash != theorem_of(EXPECTED.replace("Normal(0, 1)", "Normal(0, 2)")).hash


TAKEN = """\
theorem t
  given x : real
  show for all a : real, a > x implies (for all b : real, b < x implies a > b)
proof
  take c : real
  assume up: c > x
  take d : real
  assume down: d < x
  c > d  by up, down
qed
"""

ATTAINED = """\
theorem t
  given a : real
  show greatest {b : real | b <= a} = a
proof
  attained at a
qed
"""


@pytest.mark.parametrize("script", [TAKEN, ATTAINED], ids=["taken", "attained"])
def test_a_proof_that_ends_by_its_structure(script: str) -> None:
    found = theorem_of(script)
    assert found.verdict is PROVED and len(found.steps) == 1, found


@pytest.mark.parametrize(
    "script", [TAKEN.replace("d < x", "d > x"), TAKEN.replace("c > d", "d > c"), ATTAINED.replace("at a", "at a + 1")]
)
def test_a_structure_that_is_not_that_of_the_statement(script: str) -> None:
    assert theorem_of(script).verdict is not PROVED


def test_a_false_statement_is_refuted_where_its_steps_are_true() -> None:
    found = theorem_of("theorem t\n  given x : real\n  show x + 1 = x\nproof\n  x + 1 = 1 + x\nqed\n")
    assert found.verdict is REFUTED
    (step,) = refuted_steps(found)
    assert step.line == 3 and step.witness is not None and found.message is not None


def test_two_assumptions_of_one_name() -> None:
    found = theorem_of("theorem t\n  given x : real\n  assume h: x > 0\n  assume h: x > 1\n  show x > 0\n")
    assert found.verdict is Verdict.ILL_FORMED and "taken" in (found.message or "")


def test_a_declaration_of_random_length() -> None:
    found = theorem_of("theorem t\n  given N : random nat ~ Poisson(1)\n        i : index(N)\n  show i <= N\n")
    assert found.verdict is Verdict.ILL_FORMED and "outcome" in (found.message or "")


def test_an_error_stands_with_its_own_theorem() -> None:
    wrong = "theorem {0}\n  given x : real\n  show x <= x + 1\nproof\n  x = x + 0\nqed\n"
    report = check_text(wrong.format("first") + wrong.format("second"))
    text = render(report)
    assert text.index("first: the ends") < text.index("second   ") < text.index("second: the ends")


def test_numbers_are_tried_where_they_are_equal() -> None:
    found = theorem_of("theorem t\n  given a, b : real\n  show (a - b)^2 > 0\n")
    assert found.verdict is REFUTED


def test_several_processes_give_the_report_of_one(tmp_path: Path) -> None:
    for name, claim in (("a", "x + 1 > x"), ("b", "x^2 > 0"), ("c", "(x + 1)^2 >= 2 x")):
        (tmp_path / f"{name}.drv").write_text(f"theorem {name}\n  given x : real\n  show {claim}\n")
    (tmp_path / "d.drv").write_text("theorem d\n  given x real\n  show x = x\n")
    heard: list[str] = []
    several = check([tmp_path], CheckOptions(jobs=2), lambda report: heard.append(report.name))
    one = check([tmp_path], CheckOptions())

    def told(report: Report) -> list[object]:
        found = [(t.name, t.verdict, [(s.line, s.verdict, s.witness) for s in t.steps]) for t in report.theorems]
        return [*found, *((error.file, error.message) for error in report.errors)]

    assert told(several) == told(one) and heard == [theorem.name for theorem in one.theorems]
    assert [theorem.verdict for theorem in several.theorems][:3] == [PROVED, REFUTED, PROVED]


def test_a_random_index_is_evaluated() -> None:
    given = "a : vector(2)\n        X : random nat ~ Bernoulli(1/2) with X <= 1"
    script = f"theorem t\n  given {given}\n  show E[a[X + 1]] = {{0}}\n"
    assert theorem_of(script.format("a[X + 1]")).verdict is REFUTED
    assert theorem_of(script.format("1/2 a[1] + 1/2 a[2]")).verdict is Verdict.TESTED


MATRIX_FACT = """\
theorem t
  given n : dim
        A : matrix(n, n) with A^T = A
        c : vector(n)
  show (A + A^T) c = 2 A c
proof
  have symmetry: A^T = A
  (A + A^T) c = 2 A c  by symmetry
qed
"""


def test_an_equation_of_matrices_serves_a_claim_about_vectors() -> None:
    assert theorem_of(MATRIX_FACT).verdict is PROVED
    assert theorem_of(MATRIX_FACT.replace("2 A c", "A c")).verdict is REFUTED


OCCURRENCES = """\
theorem t
  given n : dim
        A : matrix(n, n) with A^T = A
        u, v, w : vector(n)
  assume first: u = 2 v
         second: w = 3 v
  show trace(A^T A) + trace(A A^T) + sum[i in 1..n] (u[i]^2 + w[i]^2) = 2 trace(A A) + 13 v^T v
proof
  have symmetry: A^T = A
  trace(A^T A) + trace(A A^T) + sum[i in 1..n] (u[i]^2 + w[i]^2)
    = 2 trace(A A) + 13 v^T v  by symmetry, first, second
qed
"""


def test_several_equations_serve_wherever_their_sides_occur() -> None:
    assert theorem_of(OCCURRENCES).verdict is PROVED
    assert theorem_of(OCCURRENCES.replace("13", "12")).verdict is REFUTED


BELOW_AN_EXPECTATION = """\
theorem t
  given X, Y : random real  mean 0, variance 1
  assume same: X = Y
  show X + E[X Y] = Y + E[Y^2]
proof
  X + E[X Y] = Y + E[Y^2]  by same
qed
"""


def test_what_holds_at_one_outcome_replaces_nothing_below_an_expectation() -> None:
    assert theorem_of(BELOW_AN_EXPECTATION).verdict is PROVED
    supposed = BELOW_AN_EXPECTATION.replace("  assume same: X = Y\n", "").replace(
        "  show X + E[X Y] = Y + E[Y^2]", "  show X = Y implies X + E[X Y] = Y + E[Y^2]"
    ).replace("  X + E[X Y] = Y + E[Y^2]  by same", "  X = Y implies X + E[X Y] = Y + E[Y^2]")
    assert theorem_of(supposed).verdict is not PROVED


AT_VALUES = """\
theorem t
  given a : nonnegative real
        q : real
  assume parabola: for all t : real, 2 t a + t^2 q >= 0
  show a = 0
proof
  case q > 0:
    have vertex: -a^2 / q >= 0  by parabola(-a/q)
    have none: a^2 <= 0
      a^2 = -q (-a^2 / q)
          <= 0             by vertex
    have square: a^2 = 0^2  by none
    a = 0                   by square_equal, square
  case q <= 0:
    have slope: -2 a + q >= 0  by parabola(-1)
    a = 0                      by slope
qed
"""


def test_a_reason_is_used_at_the_values_that_are_given() -> None:
    assert theorem_of(AT_VALUES).verdict is PROVED
    assert theorem_of(AT_VALUES.replace("parabola(-1)", "parabola(0)")).verdict is not PROVED
    assert theorem_of(AT_VALUES.replace("parabola(-a/q)", "parabola(-a/q, 1)")).verdict is not PROVED


ZERO_IN_A_CHAIN = """\
theorem t
  given n : dim
        x : vector(n)
  assume flat: for all i in index(n), x[i] = 0
  show x = 0
proof
  x = 0  by flat
qed
"""


def test_a_zero_in_a_chain_is_the_zero_of_the_line_before() -> None:
    assert theorem_of(ZERO_IN_A_CHAIN).verdict is PROVED
    assert theorem_of(ZERO_IN_A_CHAIN.replace("x = 0  by flat", "x = 1  by flat")).verdict is Verdict.ILL_FORMED


SMOOTH = """\
theorem t
  given n, m : dim
        X : function real -> matrix(n, m), C1
        Y : function real -> matrix(m, n), C1
        x : real
  show jacobian[x] (X(x) Y(x)) = (jacobian[x] X(x)) Y(x) + X(x) (jacobian[x] Y(x))
proof
  jacobian[x] (X(x) Y(x)) = (jacobian[x] X(x)) Y(x) + X(x) (jacobian[x] Y(x))  by calculus
qed
"""


def test_functions_that_are_declared_smooth_have_derivatives() -> None:
    assert theorem_of(SMOOTH).verdict is PROVED
    assert theorem_of(SMOOTH.replace(", C1", "")).verdict is not PROVED
    assert theorem_of(SMOOTH.replace("Y(x) + X(x)", "Y(x) - X(x)")).verdict is REFUTED


REAL_FOR_WHOLE = """\
theorem t
  given n : dim
        x : vector(n)
        A : matrix(n, n)
  assume unit: sum[i in 1..n] x[i] = 1
  show A^1 = A + A
proof
  A^1 = A + A  by unit
qed
"""


def test_a_real_number_takes_no_exponents_place() -> None:
    report = check_text(REAL_FOR_WHOLE)
    assert not report.errors
    assert report.theorems[0].verdict is REFUTED
    assert theorem_of(REAL_FOR_WHOLE.replace("A + A", "2 A - A")).verdict in (PROVED, Verdict.TESTED)


def test_a_reason_is_judged_where_an_expectation_is_of_an_array() -> None:
    given = "theorem t\n  given n : dim\n        x : vector(n)  random, moments 1\n        y : vector(n)\n"
    claim = "        A : matrix(n, n)\n  assume mirrored: A^T = A\n  show E[x]^T A y = y^T A E[x]\n"
    proof = "proof\n  E[x]^T A y = y^T A E[x]  by mirrored\nqed\n"
    (step,) = theorem_of(given + claim + proof).steps
    assert step.verdict is PROVED and step.cited_verdict == "sufficient"
    without = claim.replace("  assume mirrored: A^T = A\n", "")
    assert theorem_of(given + without).verdict is REFUTED
