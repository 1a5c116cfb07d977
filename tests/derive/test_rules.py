"""The catalogue of rules: nothing is missing in it, and it refuses rules that do not do what they say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from checks.contexts import Context
from checks.kernel import verification
from checks.kernel.advisor import Recording
from checks.kernel.certificates import Arithmetic, Certificate, Use
from checks.kernel.comparison import arithmetic
from checks.kernel.lemmas import Theory
from checks.kernel.reductions import Rejected
from checks.terms import Term
from checks.trials import test as evaluated
from derive.command_line import main
from derive.proving.advice import Seeker
from derive.rules import ALL, Rule, RuleError, registered_rules
from derive.rules.catalogue import NOT_SHOWN, Example, accept, elaborated, fault, refuse, registered
from derive.trust import kernel_modules

RULE = Rule(
    "commutes", ("checks.kernel.forms",), "x + y = y + x", "None.", "The real numbers are a field.", "Any textbook",
    accepted=(accept("x + y = y + x", "given x, y : real"), accept("x y = y x", "given x, y : real")),
    refused=(refuse("x - y = y - x", "given x, y : real"), refuse("x / y = y / x", "given x, y : positive real")),
)  # fmt: skip

WITHOUT_RULE = {
    "checks.kernel.advisor", "checks.kernel.certificates", "checks.kernel.records", "checks.encoding",
}  # fmt: skip
"""What only carries data: questions of an expansion, certificates, and both as JSON."""


def test_every_example_behaves() -> None:
    assert registered_rules() == ALL


def test_every_kind_of_certificate_has_one_rule() -> None:
    records = [rule.record for rule in ALL if rule.record]
    assert sorted(records) == sorted([*(kind.__name__ for kind in verification._RULES), Use.__name__])


def test_every_module_of_the_kernel_is_held_to_a_rule() -> None:
    held = {module for rule in ALL for module in rule.modules}
    assert set(kernel_modules()) - held == WITHOUT_RULE
    assert held - set(kernel_modules()) == {"checks.approximations"}


def refused_by_arithmetic() -> list[Example]:
    return [
        example
        for rule in ALL
        for example in rule.refused
        if isinstance(example.proof, Arithmetic) and example.because == NOT_SHOWN
    ]


@pytest.mark.parametrize("example", refused_by_arithmetic(), ids=lambda example: example.statement)
def test_what_arithmetic_refuses_no_search_shows(example: Example) -> None:
    """The certificates of these examples are not at fault: with the answers of a search they are refused, too."""
    found = elaborated(example)
    recorded = Recording(Seeker())
    shows = arithmetic(found.context, found.statement, recorded, frozenset(example.proof.unfold))  # type: ignore[union-attr]
    assert not shows


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.identifier)
def test_what_is_accepted_is_refuted_by_no_values(rule: Rule) -> None:
    for example in rule.accepted:
        found = elaborated(example)
        assert evaluated(found.context, found.statement).outcome != "refuted", example.statement


RECORDS = {kind.__name__: kind for kind in verification._RULES}


@pytest.mark.parametrize("rule", [rule for rule in ALL if rule.record in RECORDS], ids=lambda rule: rule.identifier)
def test_a_kernel_that_is_wrong_is_noticed(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a rule in its place that lets everything pass, and with one that lets nothing pass, the examples tell."""

    def everything(context: Context, theory: Theory, goal: Term, certificate: Certificate) -> None:
        return

    def nothing(context: Context, theory: Theory, goal: Term, certificate: Certificate) -> None:
        raise Rejected("nothing passes")

    assert fault(rule) is None
    monkeypatch.setitem(verification._RULES, RECORDS[rule.record], everything)  # type: ignore[arg-type]
    assert f"{rule.identifier}: " in str(fault(rule))
    monkeypatch.setitem(verification._RULES, RECORDS[rule.record], nothing)  # type: ignore[arg-type]
    assert f"{rule.identifier}: " in str(fault(rule)) and "is refused" in str(fault(rule))


def test_a_rule_that_behaves_is_registered() -> None:
    assert registered([RULE]) == (RULE,)


FALSE = accept("x - y = y - x", "given x, y : real")
TRUE = refuse("x + y = y + x", "given x, y : real")
OTHERWISE = refuse("x - y = y - x", "given x, y : real", because="no such definition")
UNDEFINED = accept("x / x = 1", "given x : real")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (replace(RULE, accepted=(*RULE.accepted, FALSE)), "commutes: x - y = y - x is refused"),
        (replace(RULE, accepted=(*RULE.accepted, UNDEFINED)), "shown only where x != 0"),
        (replace(RULE, refused=(*RULE.refused, TRUE)), r"commutes: x \+ y = y \+ x is accepted"),
        (replace(RULE, refused=(*RULE.refused, OTHERWISE)), "commutes: x - y = y - x is refused for another reason"),
        (replace(RULE, accepted=RULE.accepted[:1]), "fewer than 2 accepted"),
        (replace(RULE, accepted=RULE.accepted[:1] * 2), "fewer than 2 accepted"),
        (replace(RULE, refused=RULE.refused[:1]), "fewer than 2 refused"),
        (replace(RULE, source=" "), "commutes: no source"),
        (replace(RULE, theorem=""), "commutes: no theorem"),
        (replace(RULE, modules=()), "commutes: no module"),
        (replace(RULE, accepted=(*RULE.accepted, accept("x + = y", "given x, y : real"))), "found"),
        (replace(RULE, accepted=(*RULE.accepted, accept("x = z", "given x : real"))), "commutes: x = z is refused"),
    ],
)
def test_a_rule_that_behaves_otherwise_is_not_registered(rule: Rule, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        registered([rule])


def test_two_rules_have_two_names() -> None:
    with pytest.raises(RuleError, match="commutes: 2 rules"):
        registered([RULE, RULE])


def test_the_catalogue_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    text = capsys.readouterr().out
    for rule in ALL:
        assert f"{rule.identifier} (" in text
    assert f"{len(ALL)} rules, " in text
    assert "accepts   x < z; given x, y, z : real; assume x <= y; assume y < z" in text


def test_the_catalogue_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["version"] == 1
    assert [rule["identifier"] for rule in shown["rules"]] == [rule.identifier for rule in ALL]
    chain = next(rule for rule in shown["rules"] if rule["certificate"] == "Chain")
    assert chain["source"] and len(chain["accepted"]) >= 2 and all(example["because"] for example in chain["refused"])


def test_a_rule_that_fails_stops_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("derive.rules.ALL", (replace(RULE, accepted=(*RULE.accepted, FALSE)),))
    assert main(["rules"]) == 2
    assert "commutes: x - y = y - x is refused" in capsys.readouterr().err
