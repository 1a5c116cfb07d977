"""Expectations that bind a variable of a named law: what they mean, how they print, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from checks.contexts import Context
from checks.terms import ONE, REAL, TRUE, ZERO, Apply, Bind, Index, Tensor, Type, heads, negate
from derive.checking import check_text
from derive.elaboration import ElaborationError, elaborate_definition
from derive.printing import print_term
from grammar import syntax as s
from grammar.parser import parse_script
from tests.derive.elaboration.setting import setting, term

FOUNDATIONS = Path(__file__).parents[3] / "theorems" / "foundations"


@cache
def where() -> Context:
    """The declarations of the setting with the laws of the library."""
    context = setting()
    for name in ("functions", "laws"):
        for item in parse_script((FOUNDATIONS / f"{name}.drv").read_text(encoding="utf-8")).items:
            if isinstance(item, s.Define) and item.name not in context.definitions:
                definition = elaborate_definition(item, Context(definitions=context.definitions))
                context = replace(context, definitions={**context.definitions, definition.name: definition})
    return context


LAWS: list[tuple[str, str, Type, str | None, bool]] = [
    ("E[z ~ Normal(a, 2)] z", "integral", REAL, "normal_density", False),
    ("E[z ~ gaussian(a, 2)] z", "integral", REAL, "normal_density", False),
    ("E[z ~ Exponential(2)] z", "integral", REAL, "exponential_density", True),
    ("E[z ~ Laplace(0, 1)] z", "integral", REAL, "laplace_density", False),
    ("E[z ~ Gamma(n, 1)] z", "integral", REAL, "gamma_density", True),
    ("E[z ~ Beta(2, n)] z", "integral", REAL, "beta_density", True),
    ("E[z ~ Bernoulli(1/3)] z", "sum", Index(ZERO, ONE), "bernoulli_mass", False),
    ("E[z ~ Rademacher] z", "sum", Index(negate(ONE), ONE), None, True),
]


@pytest.mark.parametrize(("text", "head", "domain", "density", "conditional"), LAWS)
def test_the_integral_or_sum_of_a_law(
    text: str, head: str, domain: Type, density: str | None, conditional: bool
) -> None:
    found = term(text, where())
    assert isinstance(found, Bind) and (found.head, found.domain) == (head, domain)
    assert (found.condition != TRUE) is conditional
    assert density is None or density in heads(found.body)
    assert term(print_term(found, where()), where()) == found


def test_a_uniform_law_asks_for_an_interval_though_no_value_lies_in_it() -> None:
    found = term("E[z ~ Uniform(a, b)] z", where())
    assert isinstance(found, Apply) and found.head == "multiply" and "uniform_height" in heads(found.arguments[0])
    assert term(print_term(found, where()), where()) == found
    for claim in ("= 0", "= 1"):
        text = f"theorem t\n  given a, b : real with a > b\n  show E[z ~ Uniform(a, b)] 1 {claim}\n"
        (wrong,) = check_text(text).theorems
        assert wrong.verdict.value not in ("proved", "conflict"), wrong


def test_a_normal_vector() -> None:
    found = term("E[z ~ Normal(x, 2)] z", where())
    assert isinstance(found, Bind) and isinstance(found.domain, Tensor)
    assert isinstance(found.body, Apply) and "normal_vector_density" in heads(found.body)
    assert term(print_term(found, where()), where()) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("E[z ~ Exponential] z", "Exponential takes 1 parameter"),
        ("E[z ~ Rademacher(1)] z", "Rademacher takes 0 parameters"),
        ("E[z ~ Normal(a)] z", "Normal takes 2 parameters"),
        ("E[z ~ Gamma(1/2, 1)] z", "the parameter shape of Gamma is a whole number"),
        ("E[z ~ Beta(a, 1)] z", "the parameter alpha of Beta is a whole number"),
        ("E[z ~ Poisson(2)] z", "an expectation over Poisson is not read yet"),
        ("E[z ~ StudentT(5)] z", "an expectation over StudentT is not read yet"),
        ("E[z ~ Normal(x, S)] z", "a covariance that is no number"),
        ("E[z ~ f] z", "a law that is no declared density"),
        ("E[z ~ Cauchy(0, 1)] z", "a law that is no declared density"),
    ],
)
def test_laws_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(ElaborationError, match=message):
        term(text, where())


@pytest.mark.parametrize(
    ("law", "mean", "square"),
    [
        ("Uniform(-1, 3)", "1", "7/3"),
        ("Exponential(1/2)", "2", "8"),
        ("Laplace(1, 2)", "1", "9"),
        ("Gamma(3, 2)", "3/2", "3"),
        ("Beta(2, 2)", "1/2", "3/10"),
        ("Bernoulli(1/4)", "1/4", "1/4"),
        ("Rademacher", "0", "1"),
        ("Normal(2, 3)", "2", "7"),
    ],
)
def test_two_moments_of_each_law(law: str, mean: str, square: str) -> None:
    claims = [f"E[z ~ {law}] 1 = 1", f"E[z ~ {law}] z = {mean}", f"E[z ~ {law}] z^2 = {square}"]
    (found,) = check_text("theorem t\n  show " + "\n       ".join(claims) + "\n").theorems
    assert found.verdict.value == "proved", found
    for claim in claims:
        (wrong,) = check_text(f"theorem t\n  show {claim} + 1/100\n").theorems
        assert wrong.verdict.value == "refuted", wrong


def test_a_term_below_an_expectation_is_defined_inside_the_law() -> None:
    claim = "E[z ~ Uniform(0, 1)] (1/z) <= E[z ~ Uniform(0, 1)] (1/z)"
    (found,) = check_text(f"theorem t\n  show {claim}\n").theorems
    # 1/z has no mean there; neither end of the interval is what stops it.
    assert found.verdict.value not in ("proved", "refuted")
