"""Small certificates about orders, definedness, outcomes, parts and extrema (see certificates.py)."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.soundness.documents import (
    NOTHING,
    Case,
    Theorem,
    arithmetic,
    directly,
    proof,
    rule,
    statement,
    use,
)
from checks.terms import Apply


def orders() -> Iterator[Case]:
    """Combinations, monotone operations, scaled comparisons, extrema."""
    t = Theorem("x, y : real", "assume x <= y", show="2 x <= 2 y")
    goal, low = t.number("2 x <= 2 y"), t.term("2")
    yield t.case(
        "combination",
        "twice the assumption",
        rule("combine", goal, uses=[use("fact:0")], factors=[low], then=dict(NOTHING)),
        good=True,
    )
    yield t.case(
        "combination_without_a_factor",
        "one relation, no factor",
        rule("combine", goal, uses=[use("fact:0")], factors=[], then=dict(NOTHING)),
    )
    t = Theorem("x, y : real", "assume x <= y", show="2 x <= y")
    yield t.case(
        "combination_that_falls_short",
        "once is not twice",
        rule("combine", t.number("2 x <= y"), uses=[use("fact:0")], factors=[t.term("1")], then=dict(NOTHING)),
    )
    t = Theorem("x, y : real", "assume x <= y", show="-y >= -x")
    yield t.case(
        "combination_with_a_negative_factor",
        "an inequality is not multiplied by -1",
        rule("combine", t.number("-y >= -x"), uses=[use("fact:0")], factors=[t.term("-1")], then=dict(NOTHING)),
    )
    t = Theorem("x, y : real", "assume x <= y", show="x = y")
    yield t.case(
        "equation_from_an_inequality",
        "<= is not =",
        rule("combine", t.number("x = y"), uses=[use("fact:0")], factors=[t.term("1")], then=dict(NOTHING)),
    )
    t = Theorem("x, y : real", "assume x <= y", show="x < y")
    yield t.case(
        "combination_made_strict",
        "nothing strict is used",
        rule("combine", t.number("x < y"), uses=[use("fact:0")], factors=[t.term("1")], then=dict(NOTHING)),
    )

    t = Theorem("x, y : real", "assume x <= y", show="exp(x) <= exp(y)")
    goal, known = t.number("exp(x) <= exp(y)"), directly(t.number("x <= y"), "fact:0")
    yield t.case("monotone", "exp is increasing", rule("monotone", goal, position=0, way=0, proofs=[known]), good=True)
    yield t.case(
        "monotone_in_no_argument", "exp has one argument", rule("monotone", goal, position=1, way=0, proofs=[known])
    )
    for text, name, why in (
        ("-x <= -y", "monotone_of_a_negative", "minus turns the order"),
        ("exp(x) < exp(y)", "monotone_made_strict", "x <= y is not strict"),
        ("sin(x) <= sin(y)", "monotone_of_the_sine", "the sine is not increasing"),
        ("x^2 <= y^2", "monotone_of_a_square", "x may be negative"),
    ):
        t = Theorem("x, y : real", "assume x <= y", show=text)
        known = directly(t.number("x < y" if "<=" not in text else "x <= y"), "fact:0")
        yield t.case(name, why, rule("monotone", t.number(text), position=0, way=0, proofs=[known]))
    t = Theorem("x, y, c : real", "assume x <= y", show="c x <= c y")
    known = [directly(t.number("x <= y"), "fact:0"), arithmetic(t.number("0 <= c"))]
    yield t.case(
        "monotone_with_a_factor_of_any_sign",
        "c may be negative",
        rule("monotone", t.number("c x <= c y"), position=1, way=0, proofs=known),
    )
    t = Theorem("x, y, a, b : real", "assume x <= y", show="a + x <= b + y")
    yield t.case(
        "monotone_in_two_arguments",
        "a and b differ as well",
        rule(
            "monotone", t.number("a + x <= b + y"), position=1, way=0, proofs=[directly(t.number("x <= y"), "fact:0")]
        ),
    )

    t = Theorem("x, y : real", show="2 x <= 2 y iff x <= y")
    goal = t.number("2 x <= 2 y iff x <= y")
    yield t.case(
        "scaled",
        "by 2",
        rule("scaled", goal, factor=t.term("2"), then=dict(NOTHING), positive=dict(NOTHING)),
        good=True,
    )
    yield t.case(
        "scaled_by_another_factor",
        "not by 3",
        rule("scaled", goal, factor=t.term("3"), then=dict(NOTHING), positive=dict(NOTHING)),
    )
    t = Theorem("x, y : real", show="-x <= -y iff x <= y")
    yield t.case(
        "scaled_by_a_negative_factor",
        "minus turns the order",
        rule(
            "scaled", t.number("-x <= -y iff x <= y"), factor=t.term("-1"), then=dict(NOTHING), positive=dict(NOTHING)
        ),
    )
    t = Theorem("x, y : real", show="x < y iff x <= y")
    yield t.case(
        "scaled_into_another_relation",
        "< is not <=",
        rule("scaled", t.number("x < y iff x <= y"), factor=t.term("1"), then=dict(NOTHING), positive=dict(NOTHING)),
    )


def definedness() -> Iterator[Case]:
    """Conditions under which a statement is defined."""
    t = Theorem("x : real", "assume 0 < x", show="1/x <= 1/x + 1")
    goal, need = t.number("1/x <= 1/x + 1"), t.number("x != 0")
    yield t.case("quotient", "x is not 0", arithmetic(goal), arithmetic(need, (), [["1", [0]]]), good=True)
    t = Theorem("x : real", show="1/x <= 1/x + 1")
    goal, need = t.number("1/x <= 1/x + 1"), t.number("x != 0")
    yield t.case("quotient_by_what_may_be_zero", "x may be 0", arithmetic(goal))
    yield t.case("quotient_with_a_condition_that_does_not_follow", "x may be 0", arithmetic(goal), arithmetic(need))
    yield t.case(
        "quotient_with_another_condition", "1 is not 0, but x may be", arithmetic(goal), arithmetic(t.number("1 != 0"))
    )
    t = Theorem("x : real", show="sqrt(x) <= sqrt(x) + 1")
    yield t.case("root_of_what_may_be_negative", "x may be negative", arithmetic(t.number("sqrt(x) <= sqrt(x) + 1")))
    t = Theorem("x : real", "assume 0 <= x", show="log(x) <= log(x) + 1")
    goal = t.number("log(x) <= log(x) + 1")
    yield t.case("logarithm_of_what_may_be_zero", "x may be 0", arithmetic(goal), directly(t.number("0 < x"), "fact:0"))


def randomness() -> Iterator[Case]:
    """What holds at one outcome only."""
    t = Theorem("X : real ~ Normal(0, 1)", show="X <= 1 implies E[X] <= E[1]")
    goal, premise = t.number("X <= 1 implies E[X] <= E[1]"), t.number("X <= 1")
    inner = rule("monotone", t.number("E[X] <= E[1]"), position=0, way=0, proofs=[directly(premise, "fact:0")])
    moments = [
        rule("integrable", t.number("integrable(X)"), proofs=[], pieces=dict(NOTHING)),
        rule("integrable", t.number("integrable(1)"), proofs=[], pieces=dict(NOTHING)),
    ]
    yield t.case(
        "premise_below_an_expectation", "X <= 1 holds at one outcome", rule("introduce", goal, proof=inner), *moments
    )
    outcome = t.context
    low = statement(outcome, "0 <= X")
    every = Apply("always", (low,))
    for name, why, inner_proof in (
        (
            "premise_at_every_outcome",
            "0 <= X holds at one outcome",
            lambda s: rule("always", s.number(every), proof=directly(s.number(low), "fact:0")),
        ),
        ("premise_taken_for_always", "one outcome is not every outcome", lambda s: directly(s.number(every), "fact:0")),
    ):
        s = Theorem("X : real ~ Normal(0, 1)", show=Apply("implies", (low, every)))
        yield s.case(name, why, rule("introduce", s.number(s.show), proof=inner_proof(s)))
    t = Theorem("X : real ~ Normal(0, 1)", "assume for all c : real, E[c X] = c E[X]", show="E[X X] = X E[X]")
    yield t.case(
        "random_value_below_an_expectation",
        "X is no constant",
        directly(t.number("E[X X] = X E[X]"), "fact:0", t.term("X")),
    )
    t = Theorem("X : real ~ Normal(0, 1)", show="X = 0 implies E[X] = E[0]")
    goal = t.number("X = 0 implies E[X] = E[0]")
    inner = rule(
        "replace",
        t.number("E[X] = E[0]"),
        position=[0, 0],
        value=t.term("0"),
        proof=proof(directly(t.number("X = 0"), "fact:0")),
        then=arithmetic(t.number("E[0] = E[0]")),
    )
    yield t.case("replacement_below_an_expectation", "X = 0 holds at one outcome", rule("introduce", goal, proof=inner))


def replacements() -> Iterator[Case]:
    """Parts put in place of others; definitions opened."""
    t = Theorem("x, y, z : real", "assume x = y", show="x + z <= y + z")
    goal, y = t.number("x + z <= y + z"), t.term("y")
    equal = proof(directly(t.number("x = y"), "fact:0"))
    then = arithmetic(t.number("y + z <= y + z"))
    yield t.case(
        "replacement", "x is y", rule("replace", goal, position=[0, 0], value=y, proof=equal, then=then), good=True
    )
    yield t.case(
        "replacement_elsewhere",
        "the part there is z",
        rule("replace", goal, position=[0, 1], value=y, proof=equal, then=then),
    )
    yield t.case(
        "replacement_nowhere",
        "there is no such part",
        rule("replace", goal, position=[0, 5], value=y, proof=equal, then=then),
    )
    yield t.case(
        "replacement_by_something_else",
        "x is not z",
        rule("replace", goal, position=[0, 0], value=t.term("z"), proof=equal, then=then),
    )
    t = Theorem("x, y, z : real", "assume x = y", show="x + z <= y")
    goal = t.number("x + z <= y")
    yield t.case(
        "replacement_of_more_than_the_part",
        "z does not go",
        rule(
            "replace",
            goal,
            position=[0, 0],
            value=t.term("y"),
            proof=proof(directly(t.number("x = y"), "fact:0")),
            then=arithmetic(t.number("y <= y")),
        ),
    )
    t = Theorem("a : vector(2)", "n : dim", show="sum[i in 1..n] i <= sum[i in 1..n] n")
    goal = t.number("sum[i in 1..n] i <= sum[i in 1..n] n")
    equal = proof(arithmetic(t.number("i = n", "i : index(1..n)"), ["i"]))
    yield t.case(
        "replacement_under_a_binder",
        "an index need not be the last",
        rule(
            "replace",
            goal,
            position=[0, 0],
            value=t.term("n"),
            proof=equal,
            then=arithmetic(t.number("sum[i in 1..n] n <= sum[i in 1..n] n")),
        ),
    )
    t = Theorem("x : real", "let c = 2", show="c <= 3")
    goal = t.number("c <= 3")
    yield t.case(
        "abbreviation", "c is 2", rule("unfold", goal, names=["c"], then=arithmetic(t.number("2 <= 3"))), good=True
    )
    yield t.case(
        "abbreviation_that_there_is_not",
        "nothing is called d",
        rule("unfold", goal, names=["d"], then=arithmetic(t.number("2 <= 3"))),
    )
    t = Theorem("x : real", "let c = 4", show="c <= 3")
    yield t.case(
        "abbreviation_of_something_else",
        "c is 4",
        rule("unfold", t.number("c <= 3"), names=["c"], then=arithmetic(t.number("2 <= 3"))),
    )


def extrema() -> Iterator[Case]:
    """Greatest elements."""
    for value, name, why in (
        ("3", "greatest", "3 is one, and no other is larger"),
        ("2", "greatest_that_is_not", "3 is larger than 2"),
        ("4", "greatest_that_is_none", "4 is not among them"),
    ):
        t = Theorem("x : real", show=f"greatest {{a : real | a <= 3}} = {value}")
        goal = t.number(f"greatest {{a : real | a <= 3}} = {value}")
        first = arithmetic(t.number(f"{value} <= 3"))
        inner = directly(t.number("a <= 3", "a : real"), "fact:0", opened=["a"])
        if value != "3":
            inner = arithmetic(t.number(f"a <= {value}", "a : real"), ["a"])
        second = rule("introduce", t.number(f"for all a : real with a <= 3, a <= {value}"), proof=inner)
        exists = t.number("exists a : real, a <= 3 and (for all b : real with b <= 3, b <= a)")
        every = rule(
            "introduce",
            t.number("for all b : real with b <= 3, b <= 3"),
            proof=directly(t.number("b <= 3", "b : real"), "fact:0", opened=["b"]),
        )
        member = t.number("3 <= 3 and (for all b : real with b <= 3, b <= 3)")
        there = rule(
            "exhibit",
            exists,
            value=t.term("3"),
            proofs=[rule("both", member, proofs=[arithmetic(t.number("3 <= 3")), every])],
        )
        yield t.case(name, why, rule("extremal", goal, first=first, second=second), there, good=value == "3")
        if value == "3":
            yield t.case(
                "greatest_without_membership",
                "comparison is shown twice",
                rule("extremal", goal, first=second, second=second),
                there,
            )
            yield t.case(
                "greatest_without_comparison",
                "membership is shown twice",
                rule("extremal", goal, first=first, second=first),
                there,
            )
            yield t.case(
                "greatest_of_what_may_not_exist",
                "that there is one is not shown",
                rule("extremal", goal, first=first, second=second),
                arithmetic(exists),
            )
