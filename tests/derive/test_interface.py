"""The Python interface: what is written with text or with SymPy gets the verdicts that a script gets."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped, unused-ignore]

import derive
from derive.interface import Chain, Context, Unreadable
from derive.reports import Verdict

ROOT = Path(__file__).resolve().parents[2]
J = sympy.Symbol("j", integer=True)


@pytest.fixture(scope="module")
def layer() -> Context:
    return derive.context(
        'd_in as "d_{\\mathrm{in}}", d_out as "d_{\\mathrm{out}}" : dim',
        "W : matrix(d_out, d_in) iid ~ Normal(0, 1)",
        "x : vector(d_in)",
        "a : positive real",
        "i : index(d_out)",
    )


def assert_refuted(step: Any) -> None:
    assert step.verdict is Verdict.REFUTED
    assert step.witness is not None
    assert step.witness.left != step.witness.right


# -- contexts ------------------------------------------------------------------------------------------


def test_symbols_are_those_of_sympy(layer: Context) -> None:
    assert layer.symbol("d_in") == sympy.Symbol("d_in", integer=True, positive=True)
    assert layer.symbol("a") == sympy.Symbol("a", positive=True)
    assert layer.symbol("W").shape == (layer.symbol("d_out"), layer.symbol("d_in"))
    assert layer.symbol("x").shape == (layer.symbol("d_in"), 1)
    assert layer.entries("W")[1, 2] == sympy.IndexedBase("W")[1, 2]
    assert layer.symbol("W") == layer.sympy.W
    assert layer.sympy["W"] == layer.symbol("W")
    assert set(dir(layer.sympy)) >= {"W", "x", "rms", "E"}


def test_a_name_that_is_unknown_is_said_with_the_nearest(layer: Context) -> None:
    with pytest.raises(Unreadable, match=r"d_ou is not declared in the context: did you mean d_out\?"):
        layer.symbol("d_ou")
    with pytest.raises(AttributeError, match=r"did you mean d_out\?"):
        layer.sympy.d_ou  # noqa: B018 - the access is what is tested
    with pytest.raises(KeyError, match=r"did you mean d_out\?"):
        layer.sympy["d_ou"]
    with pytest.raises(Unreadable, match="z is not declared"):
        layer.text_of(sympy.Symbol("z") + 1)


def test_a_context_may_be_one_text_with_sections() -> None:
    given = derive.context(
        """
        given n : dim          # comments are dropped by the reader
              x : vector(n)
        let   s = sum[i in 1..n] x[i]
        assume small: s <= 1
        """
    )
    assert derive.check_step(given, "s", "<=", "1", by="small").verdict is Verdict.PROVED
    assert_refuted(derive.check_step(given, "s", "<=", "0"))
    assert str(given).splitlines()[0].startswith("given n : dim")


def test_a_longer_context(layer: Context) -> None:
    longer = layer.and_given("y : vector(d_in)", "assume y = x")
    assert longer.check_step("norm(y)", "=", "norm(x)").verdict is Verdict.PROVED
    assert "y" not in layer.kernel.declarations


@pytest.mark.parametrize(
    ("declarations", "message"),
    [
        (("d : dimm",), "dimm"),
        (("x : vector(k)",), "k is not declared"),
        (("x : real", "x : real"), "x is declared already"),
        (("x : real ~ Nomal(0, 1)",), "Nomal"),
        (("x : real\n  show 0 = 0\nproof\n  0 = 0\nqed",), "show"),
        (("x : real (",), "bracket|closed"),
    ],
)
def test_a_context_that_cannot_be_read(declarations: tuple[str, ...], message: str) -> None:
    with pytest.raises(Unreadable, match=message) as raised:
        derive.context(*declarations)
    assert "\n" not in str(raised.value)


def test_a_context_shows_itself(layer: Context) -> None:
    assert r"d_{\mathrm{in}}" in layer.latex()
    assert layer._repr_latex_().startswith("$$")
    assert "vector(d_in)" in repr(layer)
    assert layer.has_model
    assert not derive.context("x : real with x > 1, x < 0").has_model


# -- terms ---------------------------------------------------------------------------------------------


def test_terms_come_as_text_numbers_and_sympy(layer: Context) -> None:
    s = layer.sympy
    assert layer.term("d_in + 1") == layer.term(s.d_in + 1) == layer.term(layer.term("d_in + 1"))
    assert layer.term(3) == layer.term("3")
    assert layer.check_step(Fraction(1, 2), "=", "1/2").verdict is Verdict.PROVED
    assert layer.text_of(s.rms(s.W * s.x)) == "rms(W x)"
    assert layer.text_of(sympy.Sum(layer.entries("x")[J] ** 2, (J, 1, s.d_in))) == "sum[j in 1..d_in] x[j]^2"
    assert layer.to_sympy("d_in + d_in") == 2 * s.d_in
    assert layer.to_sympy("d_in + d_in", inert=True) != 2 * s.d_in


@pytest.mark.parametrize(
    "given", [0.5, True, None, object(), "d_in +", "d_in = 1", "", "(" * 500, "d_in\n= 1"]
)
def test_what_is_no_term(layer: Context, given: Any) -> None:
    with pytest.raises(Unreadable) as raised:
        layer.chain(given).then("=", 1).check()
    assert "\n" not in str(raised.value)


def test_text_is_never_run(layer: Context, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with pytest.raises(Unreadable):
        layer.term(f"__import__('pathlib').Path({str(mark)!r}).touch()")
    assert not mark.exists()


# -- steps ---------------------------------------------------------------------------------------------


def test_a_step_in_text_and_its_false_twin(layer: Context) -> None:
    step = derive.check_step(layer, "E[norm(W x)^2]", "=", "d_out norm(x)^2", by="moments")
    assert step.verdict is Verdict.PROVED
    assert step.cited == ("moments",)
    assert step.cited_verdict == "sufficient"
    assert_refuted(derive.check_step(layer, "E[norm(W x)^2]", "=", "d_in norm(x)^2", by="moments"))


def test_a_step_in_sympy_and_its_false_twin(layer: Context) -> None:
    s = layer.sympy
    left = s.E(s.norm(s.W * s.x) ** 2)
    assert derive.check_step(layer, left, "=", s.d_out * s.norm(s.x) ** 2).verdict is Verdict.PROVED
    assert_refuted(derive.check_step(layer, left, "=", s.d_out * s.norm(s.x)))


def test_entries_of_arrays_and_their_false_twin(layer: Context) -> None:
    s, x = layer.sympy, layer.entries("x")
    squares = sympy.Sum(x[J] ** 2, (J, 1, s.d_in))
    assert layer.check_step(s.norm(s.x) ** 2, "=", squares, by="definition of norm").verdict is Verdict.PROVED
    assert_refuted(layer.check_step(s.norm(s.x) ** 2, "=", sympy.Sum(x[J], (J, 1, s.d_in))))


def test_statements_and_their_false_twin(layer: Context) -> None:
    s = layer.sympy
    assert layer.check_step(s.a * 2 <= 2, "iff", s.a <= 1).verdict is Verdict.PROVED
    step = layer.check_step(s.a * 2 <= 2, "iff", s.a <= 2)
    assert step.verdict is Verdict.REFUTED
    assert step.witness is not None


@pytest.mark.parametrize(
    ("sign", "verdict"), [(">=", Verdict.PROVED), ("≥", Verdict.PROVED), ("<", Verdict.REFUTED)]
)
def test_signs(layer: Context, sign: str, verdict: Verdict) -> None:
    assert layer.check_step("norm(x)^2", sign, 0).verdict is verdict


def test_what_has_no_meaning_is_ill_formed(layer: Context) -> None:
    step = derive.check_step(layer, "norm(W x)", "=", "W x")
    assert step.verdict is Verdict.ILL_FORMED
    assert step.message is not None
    assert "vector(d_out)" in step.message
    assert step.source_line[step.column - 1 : step.end_column - 1] == "W x"
    assert derive.check_step(layer, "a", "=", "a", by="nothing_known").verdict is Verdict.ILL_FORMED
    unknown = derive.check_step(layer, "norm(W z)", "=", "a")
    assert unknown.verdict is Verdict.ILL_FORMED
    assert unknown.message == "z is not declared"


@pytest.mark.parametrize(
    ("left", "relation", "right", "by"),
    [
        ("a", "+", "a", None),
        ("a", "= a =", "a", None),
        ("a", "=", "a by algebra", None),
        ("a", "=", "a", "algebra\n  a = a"),
        ("a", "=", "a", ""),
        ("a", "=", "a", "algebra expect refuted"),
        ("a", "in", "a", None),
    ],
)
def test_what_is_no_step(layer: Context, left: str, relation: str, right: str, by: str | None) -> None:
    with pytest.raises(Unreadable) as raised:
        derive.check_step(layer, left, relation, right, by)
    assert "\n" not in str(raised.value)


def test_a_context_without_a_model_decides_nothing() -> None:
    step = derive.check_step(("x : real", "assume x > 1", "assume x < 0"), "x", "=", "x + 1")
    assert step.verdict is Verdict.UNDECIDED
    assert step.identifier == "no-model"


def test_a_step_may_cite_what_is_imported() -> None:
    arguments = ("n : dim", "x : vector(n)")
    plain = derive.context(*arguments)
    assert derive.check_step(plain, "norm(x)", ">=", 0).verdict is Verdict.PROVED
    with pytest.raises(Unreadable, match="no file"):
        derive.context(*arguments, imports=["no.such.script"])
    assert derive.context(*arguments, imports=["moments.layers"]).has_model


def test_a_step_shows_itself(layer: Context) -> None:
    step = layer.check_step("E[norm(W x)^2]", "=", "d_in norm(x)^2")
    assert r"d_{\mathrm{in}}" in step._repr_latex_()
    assert "the left side is" in step._repr_html_()
    assert "refuted" in str(step)
    chain = step.sympy()
    assert chain is not None
    assert chain.relations == ("=",)
    assert chain[1].has(layer.symbol("d_in"))
    assert step.to_json()["verdict"] == "refuted"
    assert "proved" in str(layer.check_step("a", "=", "a"))


# -- chains --------------------------------------------------------------------------------------------


def mean_square(layer: Context, size: str) -> Chain:
    s = layer.sympy
    x = layer.entries("x")
    squares = sympy.Sum(x[J] ** 2, (J, 1, s.d_in))
    return (
        layer.chain(s.E(s.norm(s.W * s.x) ** 2))
        .then("=", s[size] * squares, by="moments")
        .then("=", s[size] * s.norm(s.x) ** 2, by="definition of norm")
    )


def test_a_chain_and_its_false_twin(layer: Context) -> None:
    done = mean_square(layer, "d_out").check()
    assert done.verdict is Verdict.PROVED
    assert done.succeeded
    assert [step.verdict for step in done.steps] == [Verdict.PROVED] * 2
    assert done.statement == "E[norm(W x)^2] = d_out norm(x)^2"
    wrong = mean_square(layer, "d_in").check()
    assert wrong.verdict is Verdict.REFUTED
    assert [step.verdict for step in wrong.steps] == [Verdict.REFUTED, Verdict.PROVED]
    assert_refuted(wrong.steps[0])


def test_the_chain_is_judged_as_the_script_is(layer: Context) -> None:
    for size in ("d_out", "d_in"):
        chain = mean_square(layer, size)
        (script,) = derive.check(chain.script()).theorems
        done = chain.check().report
        for mine, theirs in zip(done.steps, script.steps, strict=True):
            assert (mine.verdict, mine.left, mine.relation, mine.right, mine.cited_verdict) == (
                theirs.verdict, theirs.left, theirs.relation, theirs.right, theirs.cited_verdict
            )  # fmt: skip
        assert (done.verdict, done.statement, done.hash) == (script.verdict, script.statement, script.hash)


def test_a_chain_as_latex_and_as_sympy(layer: Context) -> None:
    s = layer.sympy
    done = mean_square(layer, "d_out").check(title="The mean square")
    text = done.latex()
    assert "The mean square" in text
    assert text.count(r"\begin{align*}") == text.count(r"\end{align*}") == 1
    assert r"\text{by definition of norm}" in text
    (chain,) = done.sympy()
    assert chain.relations == ("=", "=")
    assert len(chain) == 3
    assert str(chain[1]) == "d_out*Sum(x[j - 1, 0]**2, (j, 1, d_in))"
    assert chain[1].free_symbols >= {s.d_out, s.d_in}
    (inert,) = done.sympy(inert=True)
    assert layer.term(inert[0]) == layer.term(s.E(s.norm(s.W * s.x) ** 2))
    assert done._repr_latex_().startswith("$")
    assert done._repr_html_().startswith("<pre>")


def test_sympy_gives_the_steps_that_are_not_proved_too(layer: Context) -> None:
    (chain,) = mean_square(layer, "d_in").check().sympy()
    assert len(chain) == 3
    assert chain[1].has(layer.symbol("d_in"))


def test_inequalities_compose() -> None:
    given = derive.context("a, b : real", "assume order: a <= b")
    up = given.chain("a").then("<=", "b", by="order").then("<", "b + 1")
    assert up.check().verdict is Verdict.PROVED
    assert "show a < b + 1" in up.script()
    down = up.then(">=", "b")
    assert down.check().verdict is Verdict.ILL_FORMED
    twin = given.chain("a").then("<", "b", by="order").check()
    assert twin.steps[0].verdict is Verdict.REFUTED
    assert twin.steps[0].witness is not None


def test_a_chain_may_show_something_else() -> None:
    given = derive.context("a, b : real", "assume order: a <= b")
    chain = given.chain("a").then("<=", "b", by="order").then("<=", "b + 1")
    assert chain.showing("b + 1 >= a").check().verdict is Verdict.PROVED
    assert chain.showing("b - 1 >= a").check().verdict is not Verdict.PROVED


def test_a_chain_without_steps_is_refused(layer: Context) -> None:
    with pytest.raises(Unreadable, match="no step"):
        layer.chain("a").check()


# -- scripts and the library ---------------------------------------------------------------------------

SCRIPT = "theorem t\n  given x : real\n  show  x + x = 2 x\nproof\n  x + x = 2 x\nqed\n"


def test_scripts_by_path_and_as_text(tmp_path: Path) -> None:
    path = tmp_path / "t.drv"
    path.write_text(SCRIPT)
    for given in (SCRIPT, SCRIPT.encode(), path, str(path), [path], tmp_path):
        report = derive.check(given)
        assert report.succeeded
        assert report.summary.theorems == 1
    false = derive.check(SCRIPT.replace("2 x", "3 x"))
    assert not false.succeeded
    assert_refuted(false.theorems[0].steps[0])
    assert "<pre>" in false._repr_html_()


@pytest.mark.parametrize("path", ["nowhere.drv", "", "a\0b"])
def test_a_path_with_nothing_there(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if path:
        with pytest.raises(FileNotFoundError):
            derive.check(path)
    else:
        assert derive.check(path).summary.theorems == 0


def test_the_library_by_name() -> None:
    theorem = derive.library["product_variance"]
    assert theorem.verdict is Verdict.PROVED
    assert theorem.report.refs == theorem.report.refs
    assert theorem.title
    assert theorem.statement
    assert len(theorem.steps) == len(theorem.report.steps) > 1
    assert r"\begin{align*}" in theorem.latex()
    assert all(len(chain) > 1 for chain in theorem.sympy())
    assert "product_variance" in str(theorem)
    assert "product_variance" in derive.library
    assert "nothing of the kind" not in derive.library
    assert len(derive.library) == len(list(derive.library)) > 10


def test_a_name_that_the_library_lacks() -> None:
    with pytest.raises(KeyError, match=r"did you mean product_variance\?"):
        derive.library["product_varience"]


def test_the_graph_of_a_theorem() -> None:
    graph = derive.library["sign_outer_product_norm"].graph()
    assert "rank_one_norm" in graph
    assert "rank_one_norm" in str(graph)
    assert graph.written("dot").startswith("digraph")
    assert "<pre>" in graph._repr_html_()
    assert "gram_trick" not in graph


def test_every_public_name_is_found() -> None:
    for name in derive.__all__:
        assert getattr(derive, name) is not None
    with pytest.raises(AttributeError, match="no attribute"):
        derive.nothing_of_the_kind  # noqa: B018 - the access is what is tested


def test_importing_costs_nothing() -> None:
    code = (
        "import sys, derive\n"
        "dir(derive)\n"
        "print(sorted({'sympy', 'flint', 'lark', 'numpy'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert found.stdout.strip() == "[]"


def test_text_needs_no_sympy() -> None:
    code = (
        "import sys, derive\n"
        "step = derive.check_step(['a : real'], 'a + a', '=', '2 a')\n"
        "assert step.verdict == 'proved', step\n"
        "print('sympy' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert found.stdout.strip() == "False"
