"""What declarations of densities say, and what they do not."""

from __future__ import annotations

import pytest

from checks.contexts import Context
from checks.terms import PROPOSITION, REAL, ZERO, Apply, Bind, Function, Term
from derive.checking import check_text
from derive.elaboration import ElaborationError, elaborate_context
from grammar.parser import parse_script


def context_of(*lines: str) -> Context:
    text = "theorem t\n  given " + "\n        ".join(lines) + "\n  show 1 = 1\nproof\n  1 = 1\nqed\n"
    (item,) = parse_script(text, "<text>").items
    return elaborate_context(item.context, Context())


PLAIN = ("k, q : dim", "theta : vector(q)", "S : subset of vector(k)")


def opened(statement: Term) -> tuple[Term, list[Term]]:
    """What stands under quantifiers, and their conditions."""
    conditions = []
    while isinstance(statement, Bind) and statement.head == "forall":
        conditions.append(statement.condition)
        statement = statement.body
    return statement, conditions


def test_a_set_is_what_holds_of_its_elements() -> None:
    where = context_of(*PLAIN)
    kind = where.declarations["S"].type
    assert isinstance(kind, Function) and kind.codomain == PROPOSITION


def test_what_a_density_on_a_set_says() -> None:
    where = context_of(*PLAIN, "p : density on S, parameter theta, positive on S, C1 in theta")
    kind = where.declarations["p"].type
    assert isinstance(kind, Function) and kind.codomain == REAL and len(kind.domains) == 2
    facts = [opened(fact.statement) for fact in where.facts]
    inside = [any(isinstance(c, Apply) and c.head == "call" for c in conditions) for _, conditions in facts]
    said = [statement.head for statement, _ in facts if isinstance(statement, Apply)]
    assert said == [">", "summable", "=", "differentiable"]
    # Positive and smooth on the set only; summable and of integral 1 for all parameters.
    assert inside == [True, False, False, True]


def test_a_density_is_never_negative() -> None:
    where = context_of("k : dim", "p : density on vector(k)")
    first, _ = opened(where.facts[0].statement)
    assert isinstance(first, Apply) and (first.head, first.arguments[1]) == (">=", ZERO)
    assert len(where.facts) == 3


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("p : density", "nothing says where this density lives"),
        ("p : density on S, C1", "smoothness at the edge of a set is not read yet"),
        ("p : density on S, convex", "the property `convex` of a density is not read yet"),
        ("p : density on q", "a density on this set is not read yet"),
    ],
)
def test_declarations_that_are_refused(line: str, message: str) -> None:
    with pytest.raises(ElaborationError, match=message):
        context_of(*PLAIN, line)


TRUE = {
    "a_constant": "given k : dim\n        c : real\n        p : density on vector(k)\n  show E[x ~ p] c = c",
    "a_factor": (
        "given c : real\n        p : density on real\n        f : function real -> real, integrable under p\n"
        "  show E[x ~ p] c f(x) = c E[x ~ p] f(x)"
    ),
    "a_mean": "given m : real\n        v : positive real\n  show E[x ~ Normal(m, v)] (3 x + 1) = 3 m + 1",
}
FALSE = {
    "the_variance_is_the_second_parameter": (
        "given m : real\n        s : positive real\n  show E[x ~ Normal(m, s)] (x - m)^2 = s^2"
    ),
    "a_product": "given m : real\n        v : positive real\n  show E[x ~ Normal(m, v)] x^2 = m^2",
}


@pytest.mark.parametrize("name", TRUE)
def test_expectations_over_densities(name: str) -> None:
    (found,) = check_text(f"theorem t\n  {TRUE[name]}\n").theorems
    assert found.verdict.value == "proved", found


@pytest.mark.parametrize("name", FALSE)
def test_false_expectations_over_densities(name: str) -> None:
    (found,) = check_text(f"theorem t\n  {FALSE[name]}\n").theorems
    assert found.verdict.value == "refuted", found
