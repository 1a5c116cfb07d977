"""The graph of lemmas: what rests on what, circles, and how it is written."""

from __future__ import annotations

import json

import pytest

from derive import graph
from derive.reports import TheoremReport, Verdict


def theorem(
    name: str,
    *cites: str,
    verdict: Verdict = Verdict.PROVED,
    kind: str = "theorem",
    definitions: tuple[str, ...] = (),
) -> TheoremReport:
    return TheoremReport(
        name, "f.drv", 1, kind, "a = b", verdict, cites=cites, definitions=definitions, models=1
    )


DIAMOND = graph.build(
    [
        theorem("top", "left", "right"),
        theorem("left", "base", definitions=("rms",)),
        theorem("right", "base", verdict=Verdict.TESTED),
        theorem("base", "tail", kind="lemma"),
        theorem("tail", verdict=Verdict.AXIOM, kind="axiom"),
        theorem("alone", "elsewhere"),
    ]
)
CIRCLE = graph.build([theorem("a", "b"), theorem("b", "c"), theorem("c", "a"), theorem("d", "a")])


def test_rests_on_is_transitive() -> None:
    assert graph.rests_on(DIAMOND, "top") == {"left", "right", "base", "tail"}
    assert graph.rests_on(DIAMOND, "tail") == frozenset()
    assert "top" not in graph.rests_on(DIAMOND, "left")
    assert graph.rests_on(DIAMOND, "left", definitions=True) == {"base", "tail", "definition rms"}
    assert graph.axioms_beneath(DIAMOND, "top") == ("tail",)
    assert graph.axioms_beneath(DIAMOND, "alone") == ()


def test_in_a_circle_everything_rests_on_itself() -> None:
    assert graph.rests_on(CIRCLE, "a") == {"a", "b", "c"}
    assert graph.rests_on(CIRCLE, "d") == {"a", "b", "c"}
    assert graph.rests_on(graph.build([theorem("a", "a")]), "a") == {"a"}


def test_unknown_names_are_refused() -> None:
    with pytest.raises(LookupError, match="no theorem is named nobody"):
        graph.rests_on(DIAMOND, "nobody")
    with pytest.raises(LookupError, match="no theorem is named nobody"):
        graph.beneath(DIAMOND, ["top", "nobody"])


def test_circles_are_found_and_put_in_words() -> None:
    found = graph.find_cycle(CIRCLE)
    assert set(found) == {"a", "b", "c"}
    assert graph.cycle_in_words(("a", "b", "c")) == "a cites b, b cites c and c cites a"
    assert graph.cycle_in_words(("a",)) == "a cites itself"
    assert graph.find_cycle(graph.build([theorem("a", "a")])) == ("a",)


def test_there_is_no_circle_where_there_is_none() -> None:
    assert graph.find_cycle(DIAMOND) == ()
    assert graph.find_cycle(graph.build([])) == ()


def test_definitions_are_other_nodes_than_theorems() -> None:
    same = graph.build([theorem("rms", definitions=("rms",))])
    assert graph.find_cycle(same) == ()
    assert set(same) == {"rms", "definition rms"}


def test_the_part_beneath_a_theorem() -> None:
    assert set(graph.beneath(DIAMOND, ["left"])) == {"left", "base", "tail", "definition rms"}
    assert set(DIAMOND) > {"top", "alone"}


def test_the_tree() -> None:
    assert graph.as_text(DIAMOND) == (
        "alone\n"
        "└─ elsewhere   (not checked here)\n"
        "top\n"
        "├─ left   (uses rms)\n"
        "│  └─ base\n"
        "│     └─ tail   (axiom)\n"
        "└─ right   (not proved: tested)\n"
        "   └─ base   as above\n"
    )
    assert graph.as_text(graph.beneath(DIAMOND, ["base"]), ascii_only=True) == "base\n`- tail   (axiom)\n"


def test_the_tree_of_a_circle_ends() -> None:
    assert graph.as_text(CIRCLE) == "d\n└─ a\n   └─ b\n      └─ c\n         └─ a   in a circle\n"
    assert graph.as_text(graph.build([theorem("a", "a")])) == "a\n└─ a   in a circle\n"


def test_long_chains_are_written() -> None:
    chain = graph.build([theorem(f"t{i:04}", f"t{i + 1:04}") for i in range(3000)])
    assert graph.as_text(chain).count("\n") == 3001


def test_json_lists_nodes_and_edges() -> None:
    whole = json.loads(graph.as_json(DIAMOND))
    assert list(whole) == ["version", "nodes", "edges"]
    assert {"from": "left", "to": "definition rms", "kind": "uses"} in whole["edges"]
    assert {"from": "top", "to": "left", "kind": "cites"} in whole["edges"]
    nodes = {node["id"]: node for node in whole["nodes"]}
    assert nodes["right"]["verdict"] == "tested"
    assert nodes["elsewhere"]["kind"] == "unknown"
    assert nodes["definition rms"]["name"] == "rms"
    assert len(whole["edges"]) == DIAMOND.number_of_edges()


def test_mermaid() -> None:
    text = graph.as_mermaid(graph.beneath(DIAMOND, ["left"]))
    assert text.startswith(
        "flowchart TD\n"
        '  n0["base"]:::good\n'
        '  n1("rms"):::other\n'
        '  n2["left"]:::good\n'
        '  n3[["tail"]]:::good\n'
        "  n0 --> n3\n"
        "  n2 --> n0\n"
        "  n2 -.-> n1\n"
    )
    assert '"]:::bad' in graph.as_mermaid(DIAMOND)


def test_dot() -> None:
    text = graph.as_dot(graph.beneath(DIAMOND, ["left"]))
    assert text.startswith("digraph derive {\n")
    assert text.endswith("}\n")
    assert '  "base" [label="base", color=darkgreen];\n' in text
    assert '  "left" -> "base";\n' in text
    assert '  "left" -> "definition rms" [style=dashed];\n' in text
    assert "color=red" in graph.as_dot(DIAMOND)


def test_names_cannot_break_out_of_their_quotes() -> None:
    nasty = graph.build([theorem('a"]; x\\', 'b<script>"#\x1b')])
    dot = graph.as_dot(nasty)
    assert '"a\\"]; x\\\\" [label="a\\"]; x\\\\", color=darkgreen];' in dot
    mermaid = graph.as_mermaid(nasty)
    assert '["b#lt;script#gt;#quot;#35;\ufffd"]' in mermaid
    assert "\x1b" not in dot + mermaid + graph.as_text(nasty)


def test_every_form_is_written_and_no_other() -> None:
    for form in ("text", "json", "dot", "mermaid"):
        assert graph.written(DIAMOND, form).endswith("\n")
    with pytest.raises(ValueError, match="svg"):
        graph.written(DIAMOND, "svg")
