"""Certificates that are altered at random: neither checker accepts one for a statement that is false.

Statement and certificate are altered apart and together; what is accepted all the same must have no witness against it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.encoding import Malformed
from checks.shapes import IllTyped, type_of
from checks.terms import PROPOSITION
from checks.trials import test as witness_against
from tests.checks.auditor.documents import BAD, GOOD, by_the_auditor, by_the_kernel, document, stated

DOCUMENTS = [document(path) for path in (*GOOD, *BAD)]
RELATIONS = ["=", "!=", "<=", "<", ">=", ">"]
RULES = ["arithmetic", "directly", "introduce", "chain", "both", "alternative", "always"]


def lists(value: Any) -> Iterator[list[Any]]:
    """The lists in a value, at any depth."""
    if isinstance(value, list):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from lists(each)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a value, at any depth."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(each)


def alter_numbers(draw: Any, found: Any) -> None:
    """Another term, position or value in the certificate."""
    places = [(each, key) for each in objects(found["stored"]["proof"]) for key in each if type(each[key]) is int]
    places += [(each, k) for each in lists(found["stored"]["proof"]) for k, v in enumerate(each) if type(v) is int]
    if places:
        holder, key = draw(st.sampled_from(places))
        holder[key] = draw(st.integers(-1, len(found["stored"]["terms"])))


def alter_lists(draw: Any, found: Any) -> None:
    """Children exchanged, dropped or doubled."""
    longer = [each for each in lists(found["stored"]["proof"]) if each]
    if longer:
        chosen = draw(st.sampled_from(longer))
        position = draw(st.integers(0, len(chosen) - 1))
        match draw(st.sampled_from(["turned", "dropped", "doubled"])):
            case "turned":
                chosen.reverse()
            case "dropped":
                del chosen[position]
            case _:
                chosen.insert(position, copy.deepcopy(chosen[position]))


def alter_rules(draw: Any, found: Any) -> None:
    """Another rule, another source, or a certificate in place of another."""
    certificates = [each for each in objects(found["stored"]["proof"]) if "rule" in each]
    chosen = draw(st.sampled_from(certificates))
    match draw(st.sampled_from(["rule", "other", "source"])):
        case "rule":
            chosen["rule"] = draw(st.sampled_from(RULES))
        case "other":
            other = copy.deepcopy(draw(st.sampled_from(certificates)))
            chosen.clear()
            chosen.update(other)
        case _:
            for each in objects(chosen):
                if "source" in each:
                    each["source"] = f"fact:{draw(st.integers(0, 3))}"


def alter_terms(draw: Any, found: Any) -> None:
    """Relations, numbers, binders and operators: in the statement, in the certificate, or the same in both."""
    sides = draw(st.sampled_from([["script"], ["stored"], ["script", "stored"]]))
    entries = [entry for side in sides for entry in found[side]["terms"]]
    if not entries:
        return
    chosen = copy.deepcopy(draw(st.sampled_from(entries)))
    match chosen:
        case ["apply", head, _] if head in RELATIONS:
            new: Any = draw(st.sampled_from(RELATIONS))
        case ["number", _]:
            new = str(draw(st.integers(-1, 4)))
        case ["apply", "and" | "or" | "implies" | "iff", _]:
            new = draw(st.sampled_from(["and", "or", "implies", "iff"]))
        case ["bind", "forall" | "exists", *_]:
            new = draw(st.sampled_from(["forall", "exists"]))
        case ["symbol", _]:
            new = draw(st.sampled_from(["x", "y", "c", "f", "n", "X"]))
        case _:
            new = chosen[1]
    for entry in entries:
        if entry[:2] == chosen[:2]:
            entry[1] = new


def alter_context(draw: Any, found: Any) -> None:
    """An assumption less, or another type."""
    context = found["script"]["context"]
    if context["facts"] and draw(st.booleans()):
        context["facts"].pop(draw(st.integers(0, len(context["facts"]) - 1)))
    elif context["declarations"]:
        chosen = draw(st.sampled_from(context["declarations"]))
        if chosen["type"] in ("real", "int", "nat", "dim"):
            chosen["type"] = draw(st.sampled_from(["real", "int", "nat", "dim"]))


ALTERATIONS = [alter_numbers, alter_lists, alter_rules, alter_terms, alter_terms, alter_context]


def is_false(script: Any) -> bool:
    """Whether a script states something that is no statement, or against which there is a witness."""
    try:
        context, statement, _ = stated(script)
        if type_of(statement, context) != PROPOSITION:
            return True
    except (Malformed, IllTyped):
        return True
    return witness_against(context, statement, points=40).refuted


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_nothing_false_is_accepted(data: Any) -> None:
    found = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    for _ in range(data.draw(st.integers(1, 3))):
        data.draw(st.sampled_from(ALTERATIONS))(data.draw, found)
    accepted = by_the_auditor(found["script"], found["stored"])
    try:
        stated(found["script"])
    except Malformed:
        assert not accepted
        return
    if accepted or by_the_kernel(found["script"], found["stored"]):
        assert not is_false(found["script"])


def test_statements_that_are_false_are_found() -> None:
    """The test above can fail: the statements of many bad certificates are false."""
    assert sum(is_false(document(path)["script"]) for path in BAD) >= 30
    assert not any(is_false(document(path)["script"]) for path in GOOD)
