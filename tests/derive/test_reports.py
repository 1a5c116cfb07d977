"""Reports: the documented JSON, the exit status, and the text for the terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf, nan
from typing import Any
from xml.etree import ElementTree

import pytest

import derive
from derive.rendering import (
    Style,
    as_json,
    as_junit,
    as_sarif,
    clean,
    in_words,
    located,
    render,
    render_error,
    summary_line,
)
from derive.reports import (
    ErrorReport,
    Report,
    RestsOn,
    StepReport,
    TestedReport,
    TheoremReport,
    Verdict,
    WitnessReport,
    exit_status,
    merged,
    report_of,
    summary_of,
)

SOURCE = "    = 1/d_out * sum[i] sum[j] E[W[i,j]] E[x[j]]"
WITNESS = WitnessReport({"d_in": 2, "d_out": 3}, {}, "2", "0", True)


def step(index: int = 1, verdict: Verdict = Verdict.PROVED, **more: Any) -> StepReport:
    fields: dict[str, Any] = {"line": 10 + index, "kind": "chain", "left": "a", "relation": "=", "right": "b"}
    return StepReport(index=index, verdict=verdict, **{**fields, "ms": 4.5, **more})


def theorem(name: str, verdict: Verdict = Verdict.PROVED, *steps: StepReport, **more: Any) -> TheoremReport:
    fields = {"file": "hw.drv", "line": 3, "kind": "theorem", "statement": "a = b", "models": 3, **more}
    return TheoremReport(name=name, verdict=verdict, steps=steps, **fields)


def refute(verdict: Verdict, *steps: StepReport, **more: Any) -> TheoremReport:
    marked: dict[str, Any] = {
        "kind": "refute",
        "expected": Verdict.REFUTED,
        "expected_step": len(steps) or None,
    }
    return theorem("false_claim", verdict, *steps, **{**marked, **more})


def report(*theorems: TheoremReport, errors: tuple[ErrorReport, ...] = ()) -> Report:
    return report_of(theorems, errors, 1.23456)


FULL = report(
    theorem(
        "rms_operator_norm",
        Verdict.PROVED,
        step(1),
        step(2, method="lemma:sup_scale", cited=("sup_scale",), cited_verdict="sufficient"),
        title="The RMS-to-RMS operator norm",
        refs=("arXiv:2310.17813",),
        context="m, n : dim",
        hash="abc",
        rests_on=RestsOn(("gauss_tail",), ("regularity: dominated(f)", "regularity: C1"), ("oracle",)),
        definitions=("rms",),
        cites=("sup_scale",),
    ),
    theorem(
        "gaussian_layer_rms",
        Verdict.REFUTED,
        step(1),
        step(
            2,
            Verdict.REFUTED,
            line=41,
            witness=WITNESS,
            tested=TestedReport(12, 4000, 0.5, 0.013),
            true_if="d_{in} = 1",
            conditions=("d > 0",),
            message="The squares were lost.",
        ),
    ),
    refute(Verdict.REFUTED, step(1, Verdict.REFUTED)),
    errors=(ErrorReport("hw.drv", 7, 3, "a term is missing here"),),
)


# -- JSON ----------------------------------------------------------------------------------------------

# As INTERFACES lists them, in order.
REPORT_KEYS = ["version", "engine", "summary", "theorems", "errors"]
SUMMARY_KEYS = ["theorems", "proved", "steps", "by_verdict", "seconds"]
THEOREM_KEYS = [
    "name",
    "file",
    "line",
    "kind",
    "statement",
    "title",
    "refs",
    "context",
    "hash",
    "models",
    "verdict",
    "expected",
    "expected_step",
    "rests_on",
    "definitions",
    "cites",
    "steps",
]
STEP_KEYS = [
    "index",
    "line",
    "kind",
    "from",
    "rel",
    "to",
    "verdict",
    "method",
    "cited",
    "cited_verdict",
    "conditions",
    "true_if",
    "witness",
    "tested",
    "message",
    "ms",
]


def test_the_keys_are_the_documented_ones_in_order() -> None:
    whole = FULL.to_json()
    assert list(whole) == REPORT_KEYS
    assert list(whole["summary"]) == SUMMARY_KEYS
    for found in whole["theorems"]:
        assert list(found) == THEOREM_KEYS
        assert list(found["rests_on"]) == ["axioms", "assumptions", "oracles"]
        assert all(list(each) == STEP_KEYS for each in found["steps"])
    wrong = whole["theorems"][1]["steps"][1]
    assert list(wrong["witness"]) == ["sizes", "values", "left", "right", "exact"]
    assert list(wrong["tested"]) == ["exact_points", "samples", "statistic", "detectable"]
    assert list(whole["errors"][0]) == ["file", "line", "column", "message"]


def test_the_values_are_plain_and_where_they_belong() -> None:
    whole = FULL.to_json()
    assert whole["version"] == 1
    assert whole["engine"] == derive.__version__
    wrong = whole["theorems"][1]["steps"][1]
    assert (wrong["from"], wrong["rel"], wrong["to"]) == ("a", "=", "b")
    assert type(wrong["verdict"]) is str
    assert wrong["verdict"] == "refuted"
    marked = whole["theorems"][2]
    assert (marked["expected"], marked["expected_step"]) == ("refuted", 1)
    assert type(marked["expected"]) is str
    plain = whole["theorems"][0]
    assert plain["expected"] is None
    assert plain["steps"][0]["witness"] is None
    assert plain["steps"][0]["tested"] is None


def test_a_report_is_read_back_from_its_json() -> None:
    text = as_json(FULL)
    assert Report.from_json(json.loads(text)) == FULL
    assert Report.from_json(json.loads(as_json(FULL, ascii_only=True))) == FULL


def test_another_version_and_unknown_verdicts_are_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        Report.from_json({**FULL.to_json(), "version": 2})
    changed = FULL.to_json()
    changed["theorems"][0]["verdict"] = "certainly"
    with pytest.raises(ValueError, match="certainly"):
        Report.from_json(changed)


def test_figures_that_json_cannot_hold_become_null() -> None:
    odd = report(theorem("t", Verdict.TESTED, step(1, Verdict.TESTED, tested=TestedReport(0, 9, nan, inf))))
    tested = json.loads(as_json(odd))["theorems"][0]["steps"][0]["tested"]
    assert tested == {"exact_points": 0, "samples": 9, "statistic": None, "detectable": None}


def test_the_summary_counts_theorems_and_the_verdicts_of_steps() -> None:
    summary = summary_of(FULL.theorems, 1.23456)
    assert (summary.theorems, summary.proved, summary.steps, summary.seconds) == (3, 1, 5, 1.235)
    assert summary.by_verdict["proved"] == 3
    assert summary.by_verdict["refuted"] == 2
    assert summary.by_verdict["conflict"] == 0
    assert "axiom" not in summary.by_verdict
    assert sum(summary.by_verdict.values()) == summary.steps


def test_merging_keeps_the_order_and_counts_anew() -> None:
    both = merged(FULL, report(theorem("last", Verdict.PROVED, step())))
    assert [found.name for found in both.theorems][-2:] == ["false_claim", "last"]
    assert both.summary.theorems == 4
    assert both.errors == FULL.errors


# -- the exit status -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (report(), 0),
        (report(theorem("t", Verdict.PROVED, step())), 0),
        (report(theorem("t", Verdict.AXIOM, kind="axiom")), 0),
        (report(refute(Verdict.REFUTED, step(1), step(2, Verdict.REFUTED))), 0),
        (report(theorem("t", Verdict.PROVED_IF, step(1, Verdict.PROVED_IF))), 1),
        (report(theorem("t", Verdict.TESTED, step(1, Verdict.TESTED))), 1),
        (report(theorem("t", Verdict.REFUTED, step(1, Verdict.REFUTED))), 1),
        (report(theorem("t", Verdict.UNDECIDED)), 1),
        (report(theorem("t", Verdict.REFUTED, kind="axiom")), 1),
        (report(refute(Verdict.PROVED, step())), 1),
        (report(refute(Verdict.ILL_FORMED, step(1, Verdict.ILL_FORMED))), 1),
        (report(refute(Verdict.REFUTED, step(1, Verdict.UNDECIDED), step(2, Verdict.REFUTED))), 1),
        (report(refute(Verdict.REFUTED, step(1, Verdict.REFUTED), step(2))), 1),
        (report(refute(Verdict.REFUTED, step(1, Verdict.REFUTED), expected=None)), 1),
        (report(errors=(ErrorReport("f", 1, 1, "m"),)), 1),
        (report(theorem("t", Verdict.CONFLICT)), 3),
        (report(theorem("t", Verdict.PROVED, step(1, Verdict.CONFLICT))), 3),
        (report(theorem("t", Verdict.CONFLICT), errors=(ErrorReport("f", 1, 1, "m"),)), 3),
    ],
)
def test_the_exit_status(found: Report, status: int) -> None:
    assert exit_status(found) == status
    assert found.succeeded == (status == 0)


# -- text ----------------------------------------------------------------------------------------------


def test_the_text_of_a_run() -> None:
    """The output that the design shows."""
    proved = theorem("rms_operator_norm", Verdict.PROVED, *(step(index) for index in range(1, 5)))
    wrong = step(
        3,
        Verdict.REFUTED,
        line=41,
        witness=WITNESS,
        message="E[(sum a)^2] was replaced by E[sum a]: the squares were lost.",
        column=7,
        end_column=len(SOURCE) + 1,
        source_line=SOURCE,
    )
    refuted = theorem("gaussian_layer_rms", Verdict.REFUTED, step(1), step(2), wrong)
    assert render(report(proved, refuted)) == (
        "rms_operator_norm    ✓ proved    4 steps   18 ms   rests on: 0 axioms\n"
        "gaussian_layer_rms   ✗ refuted   step 3\n"
        "        hw.drv:41   = 1/d_out * sum[i] sum[j] E[W[i,j]] E[x[j]]\n"
        "                      ^ with d_in = 2, d_out = 3 the left side is 2 and the right side is 0\n"
        "        E[(sum a)^2] was replaced by E[sum a]: the squares were lost.\n"
        "\n"
        "1 of 2 theorems proved, 1 refuted, 7 steps, 1.2 s\n"
    )


def test_each_verdict_says_what_it_needs_to() -> None:
    tested = TestedReport(1, 400, 0.1, 0.0131)
    place = {"source_line": "  = x / d y", "column": 5, "end_column": 10}
    shown = render(
        report(
            theorem("a", Verdict.PROVED_IF, step(1, Verdict.PROVED_IF, conditions=("d > 0", "y"), **place)),
            theorem(
                "b",
                Verdict.TESTED,
                step(1, Verdict.TESTED, tested=tested, **place),
            ),
            theorem("c", Verdict.ILL_FORMED, step(1, Verdict.ILL_FORMED, message="lengths differ", **place)),
            theorem("d", Verdict.UNDECIDED, models=0),
            theorem("e", Verdict.UNDECIDED, step(1), message="the budget of 10 s is spent"),
            theorem("f", Verdict.CONFLICT, step(1, Verdict.CONFLICT)),
            theorem("g", Verdict.REFUTED, step(1, Verdict.REFUTED, true_if="x = 0")),
            theorem("h", Verdict.AXIOM, kind="axiom", refs=("Vershynin 2018",)),
        )
    )
    assert "a   ? proved-if    step 1\n" in shown
    assert "        hw.drv:11   = x / d y\n                      ^^^^^\n" in shown
    assert "        proved if d > 0\n              and y\n" in shown
    figures = "a relative difference of 0.013 (asymptotically, with probability 0.999)"
    assert f"holds at 1 exact point; 400 samples would have shown {figures}\n" in shown
    assert "        lengths differ\n" in shown
    assert "d   ? undecided\n        hw.drv:3   no values were found that satisfy the context\n" in shown
    assert "        hw.drv:3   the budget of 10 s is spent\n" in shown
    assert "f   ‼ conflict     step 1\n        hw.drv:11   a = b\n" in shown
    assert "a defect of the engine\n" in shown
    assert "        true if x = 0\n" in shown
    assert "h   · axiom" in shown
    assert "Vershynin 2018\n" in shown


def test_what_a_theorem_rests_on_is_counted_by_kind() -> None:
    assert "rests on: 1 axiom (gauss_tail), 2 regularity assumptions, 1 oracle\n" in render(FULL)
    many = theorem("t", Verdict.PROVED, step(), rests_on=RestsOn(tuple("abcde"), ("hypothesis: x",), ()))
    assert "rests on: 5 axioms (a, b, c, …), 1 hypothesis assumption\n" in render(report(many))


def test_refute_blocks_succeed_when_refuted() -> None:
    assert "✓ refuted as expected   1 step" in render(
        report(refute(Verdict.REFUTED, step(1, Verdict.REFUTED)))
    )
    missed = render(report(refute(Verdict.PROVED, step(1))))
    assert "✗ not refuted: proved   step 1\n" in missed
    assert "expected refuted, and it is proved\n" in missed
    other = render(report(refute(Verdict.REFUTED, step(1, Verdict.UNDECIDED), step(2, Verdict.REFUTED))))
    assert "✗ another step fails   step 1\n" in other
    assert "step 1 is undecided\n" in other


def test_quiet_shows_only_what_is_wrong() -> None:
    fine = report(theorem("fine", Verdict.PROVED, step()))
    assert render(fine, quiet=True) == ""
    assert "fine" in render(fine)
    shown = render(FULL, quiet=True)
    assert "rms_operator_norm" not in shown
    assert "gaussian_layer_rms" in shown
    assert "hw.drv:7:3: error: a term is missing here\n" in shown


def test_colour_and_ascii_are_chosen_by_style() -> None:
    assert "\x1b" not in render(FULL)
    assert "\x1b[32m✓ proved" in render(FULL, Style(colour=True))
    shown = render(FULL, Style(ascii=True))
    assert shown.isascii()
    assert "+ proved" in shown
    assert "x refuted" in shown


@pytest.mark.parametrize(
    ("witness", "words"),
    [
        (WITNESS, "with d_in = 2, d_out = 3 the left side is 2 and the right side is 0"),
        (
            WitnessReport({}, {"x": "1/2"}, "1", "0", True),
            "with x = 1/2 the left side is 1 and the right side is 0",
        ),
        (WitnessReport({}, {}, "1", "0", True), "the left side is 1 and the right side is 0"),
        (WitnessReport({"n": 1}, {}, "true", "false", True), "with n = 1 the claim is false"),
        (
            WitnessReport({"n": 1}, {}, "1", "0", True, law="Y = X"),
            "with n = 1, Y = X the left side is 1 and the right side is 0",
        ),
    ],
)
def test_witnesses_in_words(witness: WitnessReport, words: str) -> None:
    assert in_words(witness) == words


def test_carets_stand_under_the_term() -> None:
    assert located("f:1", "\t = a b", 5, 8, "") == ["        f:1   = a b", "                ^^^"]
    wide = located("f:1", "宽 = ‖x̂‖ + b", 12, 13, "")
    assert wide == ["        f:1   宽 = ‖x̂‖ + b", " " * (14 + 2 + 3 + 3 + 3) + "^"]
    assert located("f:1", "", 1, 2, "w") == []
    assert located("f:1", "a", 0, 0, "w") == ["        f:1   a", "        w"]
    long = located("f:1", "x" * 300 + "y" + "z" * 300, 301, 302, "")
    assert long[0][long[1].index("^")] == "y"
    assert len(long[0]) < 130
    beyond = located("f:1", "ab", 40, 50, "")
    assert beyond[1].endswith("^")


def test_words_that_do_not_fit_behind_the_caret_go_below() -> None:
    lines = located("f:1", "    a = b", 9, 10, "w" * 105)
    assert [line.strip() for line in lines] == ["f:1   a = b", "^", "w" * 105]


def test_nothing_in_a_report_steers_the_terminal() -> None:
    nasty = "a\x1b[2Jb\u202ec\rd\te"
    assert clean(nasty) == "a\ufffd[2Jb\ufffdc d e"
    bad = step(1, Verdict.REFUTED, message=nasty, source_line=nasty, column=1, witness=WITNESS, true_if=nasty)
    shown = render(
        report(
            theorem(nasty, Verdict.REFUTED, bad, file=nasty, message=nasty),
            theorem("t", Verdict.PROVED, step(), rests_on=RestsOn((nasty,), (nasty,), ())),
            errors=(ErrorReport(nasty, 1, 1, nasty, source_line=nasty),),
        )
    )
    assert not set("\x1b\u202e\r\t") & set(shown)


def test_errors_show_their_place() -> None:
    error = ErrorReport("hw.drv", 3, 7, "a number is missing here", "syntax-error", "  x = )", 1)
    assert render_error(error) == [
        "hw.drv:3:7: error: a number is missing here",
        "        x = )",
        "            ^",
    ]


def test_an_error_of_a_theorem_stands_below_it() -> None:
    error = ErrorReport("hw.drv", 5, 9, "t: w is not declared", "undeclared", "  show  w = 1", 1)
    ill = theorem("t", Verdict.ILL_FORMED, message="w is not declared")
    other = ErrorReport("other.drv", 5, 9, "t: w is not declared", "undeclared", "  show  w = 1", 1)
    assert render(report(ill, theorem("u", Verdict.PROVED, step()), errors=(error, other))) == (
        "t   ✗ ill-formed\n"
        "        hw.drv:5   show  w = 1\n"
        "                         ^\n"
        "        t: w is not declared\n"
        "u   ✓ proved       1 step   4 ms   rests on: 0 axioms\n"
        "other.drv:5:9: error: t: w is not declared\n"
        "        show  w = 1\n"
        "              ^\n"
        "\n"
        "1 of 2 theorems proved, 1 ill-formed, 2 errors, 1 step, 1.2 s\n"
    )


def test_the_summary_line() -> None:
    assert summary_line(FULL) == (
        "1 of 2 theorems proved, 1 refuted, 1 of 1 false claim found false as expected, "
        "1 error, 5 steps, 1.2 s"
    )
    assert summary_line(report()) == "0 of 0 theorems proved, 0 steps, 1.2 s"


def test_a_report_shows_itself() -> None:
    assert str(FULL) == render(FULL)
    tagged = replace(FULL, errors=(ErrorReport("<b>", 1, 1, "m"),))
    assert "&lt;b&gt;" in tagged._repr_html_()


# -- for other programs --------------------------------------------------------------------------------


def test_junit_counts_and_holds_each_theorem() -> None:
    root = ElementTree.fromstring(as_junit(FULL))
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "1")
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert list(cases) == ["rms_operator_norm", "gaussian_layer_rms", "false_claim", "line 7"]
    assert cases["rms_operator_norm"].find("failure") is None
    failure = cases["gaussian_layer_rms"].find("failure")
    assert failure is not None
    assert failure.get("type") == "refuted"
    assert "with d_in = 2, d_out = 3 the left side is 2" in (failure.text or "")
    assert cases["line 7"].find("error") is not None


def test_junit_is_xml_whatever_the_text() -> None:
    nasty = "a\x00\x1b\ud800<&\"'\uffff∑"
    found = as_junit(
        report(theorem(nasty, Verdict.REFUTED, step(1, Verdict.REFUTED, message=nasty), file=nasty))
    )
    assert found.isascii()
    case = next(ElementTree.fromstring(found).iter("testcase"))
    assert case.get("name") == "a\ufffd\ufffd\ufffd<&\"'\ufffd∑"


def test_sarif_has_a_result_for_each_failure() -> None:
    bad = step(2, Verdict.REFUTED, column=7, end_column=9, identifier="false-equation", witness=WITNESS)
    found = report(
        theorem("fine", Verdict.PROVED, step()),
        theorem("bad", Verdict.REFUTED, step(1), bad, file="my dir/hw.drv"),
        theorem("open", Verdict.UNDECIDED, models=0, file="/abs/hw.drv"),
        errors=(ErrorReport("hw.drv", 7, 3, "a term is missing here", "syntax-error", "x", 2),),
    )
    whole = json.loads(as_sarif(found))
    assert whole["version"] == "2.1.0"
    (run,) = whole["runs"]
    assert run["tool"]["driver"]["name"] == "derive"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "false-equation",
        "syntax-error",
        "undecided",
    ]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [place["artifactLocation"]["uri"] for place in places] == [
        "my%20dir/hw.drv",
        "file:///abs/hw.drv",
        "hw.drv",
    ]
    assert places[0]["region"] == {"startLine": 12, "startColumn": 7, "endColumn": 9}
    assert places[1]["region"] == {"startLine": 3}
    assert [result["level"] for result in run["results"]] == ["error", "warning", "error"]
    assert all(result["message"]["text"] for result in run["results"])


def test_sarif_says_an_error_of_a_theorem_once() -> None:
    error = ErrorReport("hw.drv", 5, 9, "t: w is not declared", "undeclared")
    ill = theorem("t", Verdict.ILL_FORMED, message="w is not declared")
    once = json.loads(as_sarif(report(ill, errors=(error,))))["runs"][0]["results"]
    assert [found["ruleId"] for found in once] == ["undeclared"]
    alone = json.loads(as_sarif(report(ill)))["runs"][0]["results"]
    assert [found["ruleId"] for found in alone] == ["ill-formed"]


def test_sarif_of_a_good_run_has_no_results() -> None:
    whole = json.loads(as_sarif(report(theorem("fine", Verdict.PROVED, step()))))
    assert whole["runs"][0]["results"] == []
