"""The graph of lemmas: who cites whom, what rests on what, and circles; as text, JSON, DOT and Mermaid.

A node is the name of a theorem, or `definition NAME`; an edge goes from what uses to what is used. The data
of a node are `kind`, `verdict`, `succeeded`, `title`, `file` and `line`. The kind `unknown` is that of a
lemma which is cited but was not checked in this run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import networkx as nx

from derive.rendering import clean, names_in_words
from derive.reports import TheoremReport

Graph: TypeAlias = "nx.DiGraph[str]"

CITES = "cites"
USES = "uses"
_DEFINITION = "definition "


# -- building ------------------------------------------------------------------------------------------


def build(theorems: Iterable[TheoremReport]) -> Graph:
    """The graph of the theorems, of what they cite and of the definitions that they use."""
    graph: Graph = nx.DiGraph()
    found = list(theorems)
    for theorem in found:
        graph.add_node(
            theorem.name,
            kind=theorem.kind,
            verdict=theorem.verdict.value,
            succeeded=theorem.succeeded,
            title=theorem.title,
            file=theorem.file,
            line=theorem.line,
        )
    for theorem in found:
        for name in theorem.cites:
            _add_outside(graph, name, "unknown")
            graph.add_edge(theorem.name, name, kind=CITES)
        for name in theorem.definitions:
            _add_outside(graph, _DEFINITION + name, "definition")
            graph.add_edge(theorem.name, _DEFINITION + name, kind=USES)
    return graph


def _add_outside(graph: Graph, node: str, kind: str) -> None:
    if node not in graph:
        graph.add_node(node, kind=kind, verdict=None, succeeded=None, title="", file=None, line=None)


def beneath(graph: Graph, names: Sequence[str]) -> Graph:
    """The part of the graph that the named theorems rest on, with themselves; LookupError when unknown."""
    kept: set[str] = set()
    for name in names:
        kept |= {name, *rests_on(graph, name, definitions=True)}
    part: Graph = graph.subgraph(kept).copy()
    return part


# -- asking --------------------------------------------------------------------------------------------


def rests_on(graph: Graph, name: str, definitions: bool = False) -> frozenset[str]:
    """All that the theorem cites, directly or not; LookupError when there is no such theorem."""
    if name not in graph:
        raise LookupError(f"no theorem is named {name}")
    found: set[str] = set()
    for cited in graph.successors(name):
        found |= {cited, *nx.descendants(graph, cited)}
    return frozenset(node for node in found if definitions or not is_definition(graph, node))


def axioms_beneath(graph: Graph, name: str) -> tuple[str, ...]:
    """The axioms that the theorem rests on, directly or not, in order of their names."""
    return tuple(sorted(node for node in rests_on(graph, name) if graph.nodes[node]["kind"] == "axiom"))


def is_definition(graph: Graph, node: str) -> bool:
    """Whether the node stands for a definition."""
    return bool(graph.nodes[node]["kind"] == "definition")


def find_cycle(graph: Graph) -> tuple[str, ...]:
    """The names along a circle of citations, each once; empty when there is none."""
    try:
        edges = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return ()
    return tuple(edge[0] for edge in edges)


def cycle_in_words(names: Sequence[str]) -> str:
    """The circle as a sentence: "a cites b, b cites c and c cites a"."""
    if len(names) == 1:
        return f"{names[0]} cites itself"
    following = (*names[1:], names[0])
    return names_in_words([f"{name} cites {other}" for name, other in zip(names, following, strict=True)])


# -- writing -------------------------------------------------------------------------------------------


def written(graph: Graph, form: str, ascii_only: bool = False) -> str:
    """The graph as `text`, `json`, `dot` or `mermaid`."""
    match form:
        case "text":
            return as_text(graph, ascii_only)
        case "json":
            return as_json(graph, ascii_only)
        case "dot":
            return as_dot(graph)
        case "mermaid":
            return as_mermaid(graph)
        case _:
            raise ValueError(f"a graph cannot be written as {form!r}")


def as_json(graph: Graph, ascii_only: bool = False) -> str:
    """Lists of nodes and edges, in order of their names."""
    nodes = []
    for node in sorted(graph):
        data = graph.nodes[node]
        listed = {key: data[key] for key in ("kind", "verdict", "title", "file", "line")}
        nodes.append({"id": node, "name": _label(node), **listed})
    edges = [
        {"from": start, "to": end, "kind": data["kind"]}
        for start, end, data in sorted(graph.edges(data=True), key=lambda edge: edge[:2])
    ]
    whole = {"version": 1, "nodes": nodes, "edges": edges}
    return json.dumps(whole, ensure_ascii=ascii_only, indent=2) + "\n"


def as_text(graph: Graph, ascii_only: bool = False) -> str:
    """A tree below each theorem that nobody cites; what was shown above is not shown again."""
    branch, last, pipe = ("|- ", "`- ", "|  ") if ascii_only else ("├─ ", "└─ ", "│  ")
    lines: list[str] = []
    shown: set[str] = set()
    # The nodes still to be shown, with the signs before their names and before those of their children.
    pending = [(root, "", "", frozenset[str]()) for root in reversed(_roots(graph))]
    while pending:
        node, head, margin, above = pending.pop()
        children = _cited(graph, node)
        if node in above:
            remark = "   in a circle"
        elif node in shown and children:
            remark = "   as above"
        else:
            remark = ""
        lines.append(f"{head}{clean(node)}{_described(graph, node)}{remark}".rstrip())
        if remark:
            continue
        shown.add(node)
        for position, child in reversed(list(enumerate(children))):
            final = position == len(children) - 1
            below = margin + ("   " if final else pipe)
            pending.append((child, margin + (last if final else branch), below, above | {node}))
    return "".join(f"{line}\n" for line in lines)


def as_mermaid(graph: Graph) -> str:
    """A Mermaid flow chart; definitions are rounded, axioms boxed twice."""
    numbers = {node: f"n{position}" for position, node in enumerate(sorted(graph))}
    lines = ["flowchart TD"]
    for node, number in numbers.items():
        opening, closing = {"axiom": ("[[", "]]"), "definition": ("(", ")")}.get(
            graph.nodes[node]["kind"], ("[", "]")
        )
        lines.append(f'  {number}{opening}"{_mermaid_text(_label(node))}"{closing}:::{_class(graph, node)}')
    for start, end, data in sorted(graph.edges(data=True), key=lambda edge: edge[:2]):
        arrow = "-->" if data["kind"] == CITES else "-.->"
        lines.append(f"  {numbers[start]} {arrow} {numbers[end]}")
    lines += [f"  classDef {name} {style}" for name, style in _MERMAID_CLASSES.items()]
    return "\n".join(lines) + "\n"


def as_dot(graph: Graph) -> str:
    """The graph in Graphviz' language."""
    lines = ["digraph derive {", "  rankdir=TB;", '  node [shape=box, fontname="sans-serif"];']
    for node in sorted(graph):
        kind = graph.nodes[node]["kind"]
        shape = {"axiom": ", peripheries=2", "definition": ", style=rounded"}.get(kind, "")
        colour = _DOT_COLOURS[_class(graph, node)]
        lines.append(f"  {_dot_text(node)} [label={_dot_text(_label(node))}, color={colour}{shape}];")
    for start, end, data in sorted(graph.edges(data=True), key=lambda edge: edge[:2]):
        style = "" if data["kind"] == CITES else " [style=dashed]"
        lines.append(f"  {_dot_text(start)} -> {_dot_text(end)}{style};")
    return "\n".join([*lines, "}"]) + "\n"


_MERMAID_CLASSES = {
    "good": "stroke:#2e7d32",
    "bad": "stroke:#c62828,stroke-width:2px",
    "other": "stroke:#757575,stroke-dasharray:3",
}
_DOT_COLOURS = {"good": "darkgreen", "bad": "red", "other": "gray40"}


def _class(graph: Graph, node: str) -> str:
    succeeded = graph.nodes[node]["succeeded"]
    return "other" if succeeded is None else "good" if succeeded else "bad"


def _roots(graph: Graph) -> list[str]:
    """The theorems that nothing else cites, and one of each circle that nothing outside it cites."""
    condensed = nx.condensation(graph)
    starts = [min(condensed.nodes[part]["members"]) for part in condensed if condensed.in_degree(part) == 0]
    return sorted(node for node in starts if not is_definition(graph, node))


def _cited(graph: Graph, node: str) -> list[str]:
    return sorted(child for child in graph.successors(node) if graph.edges[node, child]["kind"] == CITES)


def _described(graph: Graph, node: str) -> str:
    data: dict[str, Any] = graph.nodes[node]
    words = []
    if data["kind"] in ("axiom", "refute"):
        words.append(data["kind"])
    if data["kind"] == "unknown":
        words.append("not checked here")
    elif not data["succeeded"]:
        words.append(f"not proved: {data['verdict']}")
    used = sorted(_label(child) for child in graph.successors(node) if is_definition(graph, child))
    if used:
        words.append(f"uses {', '.join(used)}")
    return f"   ({clean('; '.join(words))})" if words else ""


def _label(node: str) -> str:
    return node.removeprefix(_DEFINITION)


def _mermaid_text(text: str) -> str:
    return clean(text).replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")


def _dot_text(text: str) -> str:
    escaped = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
