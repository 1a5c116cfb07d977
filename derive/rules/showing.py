"""The catalogue of rules as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from textwrap import wrap

from derive.rules.catalogue import Example, Rule

WIDTH = 110
LABEL = 12


def as_text(rules: Sequence[Rule]) -> str:
    """The rules one below the other, each with its examples."""
    counted = f"{len(rules)} rules, {sum(len(rule.accepted) + len(rule.refused) for rule in rules)} examples"
    return "\n".join([*(line for rule in rules for line in (*_lines(rule), "")), counted, ""])


def as_json(rules: Sequence[Rule]) -> str:
    """The rules as one object."""
    shown = {"version": 1, "rules": [_data(rule) for rule in rules]}
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def _lines(rule: Rule) -> Iterator[str]:
    yield f"{rule.identifier} ({f'certificate {rule.record}' if rule.record else 'by arithmetic'})"
    for label, text in (
        ("says", rule.statement), ("provided", rule.conditions), ("theorem", rule.theorem), ("source", rule.source),
        ("held by", ", ".join(rule.modules)),
    ):  # fmt: skip
        yield from _labelled(label, text)
    for example in rule.accepted:
        yield from _labelled("accepts", _shown(example))
    for example in rule.refused:
        yield from _labelled("refuses", f"{_shown(example)} ({example.because})")


def _labelled(label: str, text: str) -> Iterator[str]:
    lines = wrap(text, WIDTH - LABEL, break_long_words=False, break_on_hyphens=False)
    for position, line in enumerate(lines):
        yield f"  {label if position == 0 else '':<{LABEL - 2}}{line}"


def _shown(example: Example) -> str:
    """An example in one line: what is claimed, and in which context."""
    context = [*example.definitions, *(f"lemma {cited.name}: {cited.statement}" for cited in example.lemmas)]
    context += [" ".join(line.split()) for line in example.given]
    return "; ".join((example.statement, *context))


def _data(rule: Rule) -> dict[str, object]:
    return {
        "identifier": rule.identifier,
        "certificate": rule.record or None,
        "modules": list(rule.modules),
        "statement": rule.statement,
        "conditions": rule.conditions,
        "theorem": rule.theorem,
        "source": rule.source,
        "accepted": [_example(example) for example in rule.accepted],
        "refused": [_example(example) for example in rule.refused],
    }


def _example(example: Example) -> dict[str, object]:
    found: dict[str, object] = {"statement": example.statement, "given": list(example.given)}
    if example.definitions:
        found["definitions"] = list(example.definitions)
    if example.lemmas:
        found["lemmas"] = [
            {"name": cited.name, "statement": cited.statement, "given": list(cited.given)} for cited in example.lemmas
        ]
    if example.because:
        found["because"] = example.because
    return found
