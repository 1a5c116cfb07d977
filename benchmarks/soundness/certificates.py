"""Small certificates, good ones and bad ones, as `tests/bad_certificates/` holds them.

`python -m benchmarks.soundness.certificates` writes the folder anew.  Each bad certificate is one slip away from a good
one, and says in a line why it is bad; what it claims is false, or does not follow that way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.soundness.certificates_of_terms import definedness, extrema, orders, randomness, replacements
from benchmarks.soundness.documents import (
    Case,
    Data,
    Theorem,
    arithmetic,
    cut,
    directly,
    lemma,
    proof,
    rule,
    use,
)
from checks.terms import Apply

# -- the cases -----------------------------------------------------------------------------------------


def chains() -> Iterator[Case]:
    """Chains and single uses."""
    given = ("x, y : real", "assume x <= y", "assume y <= 3", "assume x != y and y != 3")
    t = Theorem(*given, show="x <= 3")
    first, second, goal, y = t.number("x <= y"), t.number("y <= 3"), t.number("x <= 3"), t.term("y")
    links = [proof(directly(first, "fact:0")), proof(directly(second, "fact:1"))]

    def link(relations: Sequence[str], terms: Sequence[int], proofs: Sequence[Data], end: int = goal) -> Data:
        return rule("chain", end, relations=list(relations), terms=list(terms), proofs=list(proofs))

    yield t.case("chain", "two links compose", link(["<=", "<="], [y], links), good=True)
    yield t.case("chain_with_a_link_too_few", "two relations, one proof", link(["<=", "<="], [y], links[:1]))
    yield t.case("chain_with_a_gap", "the second link does not begin where the first ends", link(["<="], [], links[1:]))
    yield t.case("chain_of_opposite_relations", "<= and >= do not compose", link(["<=", ">="], [y], links))
    yield t.case(
        "chain_out_of_order", "the proofs are those of each other's links", link(["<=", "<="], [y], links[::-1])
    )
    yield t.case("fact_that_there_is_not", "assumption 7 of 3", directly(goal, "fact:7"))
    yield t.case("fact_before_the_first", "assumption -1", directly(goal, "fact:-1"))
    yield t.case("fact_without_a_number", "no number of an assumption", directly(goal, "fact:x"))
    yield t.case("fact_about_something_else", "the assumption is x <= y", directly(goal, "fact:0"))
    yield t.case("fact_with_values", "the assumption has no variables", directly(goal, "fact:0", y))
    yield t.case("goal_of_another_theorem", "what is shown is x <= y", directly(first, "fact:0"))
    yield t.case("source_of_no_kind", "neither fact nor lemma", directly(goal, "oracle:0"))
    yield t.case("rule_that_there_is_not", "no such rule", rule("trust", goal))
    yield t.case("rule_without_its_data", "a chain without links", rule("chain", goal))
    yield t.case("term_that_there_is_not", "term 99 of the table", link(["<=", "<="], [99], links))
    yield t.case(
        "cut_in_a_circle",
        "the statement is shown by itself",
        cut(goal, goal, directly(goal, "fact:3"), directly(goal, "fact:3")),
    )
    yield t.case("condition_left_open", "a condition of definedness is supposed", directly(goal, "fact:0"), None)

    t = Theorem(*given, show="x < 3")
    first, second, goal, y = t.number("x <= y"), t.number("y <= 3"), t.number("x < 3"), t.term("y")
    links = [proof(directly(first, "fact:0")), proof(directly(second, "fact:1"))]
    yield t.case("chain_made_strict", "no link is strict", link(["<=", "<="], [y], links, goal))

    t = Theorem(*given, show="x != 3")
    first, second, goal, y = t.number("x != y"), t.number("y != 3"), t.number("x != 3"), t.term("y")
    links = [proof(directly(first, "fact:2", path=[0])), proof(directly(second, "fact:2", path=[1]))]
    yield t.case("chain_of_two_inequations", "!= is not transitive", link(["!=", "!="], [y], links, goal))

    t = Theorem(*given, show="y != 3")
    goal = t.number("y != 3")
    yield t.case("part_of_a_conjunction", "the second part", directly(goal, "fact:2", path=[1]), good=True)
    yield t.case("other_part_of_a_conjunction", "the first part is x != y", directly(goal, "fact:2", path=[0]))
    yield t.case("part_that_there_is_not", "part 2 of 2", directly(goal, "fact:2", path=[2]))

    t = Theorem(*given, show="y <= x")
    yield t.case("relation_turned_round", "x <= y read backwards is y >= x", directly(t.number("y <= x"), "fact:0"))
    t = Theorem(*given, show="y >= x")
    yield t.case("relation_read_backwards", "x <= y is y >= x", directly(t.number("y >= x"), "fact:0"), good=True)


def instances() -> Iterator[Case]:
    """Values for the variables of assumptions and lemmas."""
    given = (
        "f : function real -> real",
        "n : nat",
        "s : function nat -> real",
        "assume for all t : real with 1 <= t, f(t) >= 0",
        "assume for all k : nat, s(k) >= 0",
    )
    t = Theorem(*given, show="f(2) >= 0")
    goal, two, need = t.number("f(2) >= 0"), t.term("2"), t.number("1 <= 2")
    yield t.case(
        "instance", "2 satisfies the condition", directly(goal, "fact:0", two, proofs=[arithmetic(need)]), good=True
    )
    yield t.case(
        "instance_without_its_condition",
        "1 <= 2 is not shown of what is claimed: 1 <= 0 is",
        directly(goal, "fact:0", t.term("0"), proofs=[arithmetic(t.number("1 <= 0"))]),
    )
    yield t.case(
        "instance_of_too_many_values",
        "one variable, two values",
        directly(goal, "fact:0", two, two, proofs=[arithmetic(need)]),
    )
    t = Theorem(*given, show="f(0) >= 0")
    yield t.case(
        "instance_outside_its_condition",
        "0 does not satisfy 1 <= t",
        directly(t.number("f(0) >= 0"), "fact:0", t.term("0"), proofs=[arithmetic(t.number("1 <= 0"))]),
    )
    t = Theorem(*given, show="s(n + 1) >= 0")
    goal, value = t.number("s(n + 1) >= 0"), t.term("n + 1")
    natural = arithmetic(t.number("0 <= n + 1"))
    yield t.case(
        "instance_at_a_number",
        "n + 1 is natural",
        directly(goal, "fact:1", value, proofs=[natural]),
        natural,
        good=True,
    )
    yield t.case(
        "instance_of_another_term", "the instance is s(n) >= 0", directly(goal, "fact:1", t.term("n")), natural
    )
    t = Theorem(*given, show="s(n - 1) >= 0")
    goal, value = t.number("s(n - 1) >= 0"), t.term("n - 1")
    below = arithmetic(t.number("0 <= n - 1"))
    yield t.case("instance_out_of_range", "n - 1 may be -1", directly(goal, "fact:1", value, proofs=[below]), below)

    known = lemma("square", "a, b : real", "assume 0 <= a", "assume a <= b", show="a^2 <= b^2")
    t = Theorem("x : real", "assume 0 <= x", show="x^2 <= (x + 1)^2", lemmas=[known])
    goal, x, more = t.number("x^2 <= (x + 1)^2"), t.term("x"), t.term("x + 1")
    proofs = [directly(t.number("0 <= x"), "fact:0"), arithmetic(t.number("x <= x + 1"))]
    cited = f"lemma:{known.hash}"
    yield t.case("lemma", "both hypotheses are shown", directly(goal, cited, x, more, proofs=proofs), good=True)
    yield t.case("lemma_that_there_is_not", "no lemma has this hash", directly(goal, "lemma:0", x, more, proofs=proofs))
    yield t.case("lemma_with_a_value_too_few", "b has no value", directly(goal, cited, x, proofs=proofs))
    yield t.case(
        "lemma_with_values_exchanged", "the instance is (x + 1)^2 <= x^2", directly(goal, cited, more, x, proofs=proofs)
    )
    t = Theorem("x : real", show="x^2 <= (x + 1)^2", lemmas=[known])
    goal, x, more = t.number("x^2 <= (x + 1)^2"), t.term("x"), t.term("x + 1")
    proofs = [arithmetic(t.number("0 <= x")), arithmetic(t.number("x <= x + 1"))]
    yield t.case("lemma_without_a_hypothesis", "0 <= x is not known", directly(goal, cited, x, more, proofs=proofs))
    yield t.case("lemma_without_proofs", "no hypothesis is shown", directly(goal, cited, x, more))
    whole = lemma("whole", "k : nat", show="0 <= k")
    t = Theorem("x : real", show="0 <= x", lemmas=[whole])
    yield t.case(
        "lemma_for_another_kind",
        "x need not be a natural number",
        directly(t.number("0 <= x"), f"lemma:{whole.hash}", t.term("x")),
    )


def quantifiers() -> Iterator[Case]:
    """Introduction, values that are exhibited, names that are obtained."""
    t = Theorem("c : real", "assume c <= 3", show="for all x : real, x <= 3")
    goal, c = t.number("for all x : real, x <= 3"), t.number("c <= 3")
    yield t.case(
        "name_that_is_taken",
        "c is no arbitrary number",
        rule("introduce", goal, proof=directly(c, "fact:0", opened=["c"])),
    )
    t = Theorem("c : real", "assume 0 <= c", show="for all x : real, x <= x + c")
    goal = t.number("for all x : real, x <= x + c")
    inner = arithmetic(t.number("x <= x + c", "x : real"), ["x"], [["1", [0]]])
    yield t.case("introduction", "x is arbitrary", rule("introduce", goal, proof=inner), good=True)
    t = Theorem("x : real", show="x <= 1 implies x <= 0")
    goal = t.number("x <= 1 implies x <= 0")
    yield t.case(
        "premise_taken_for_more",
        "the premise is x <= 1",
        rule("introduce", goal, proof=directly(t.number("x <= 0"), "fact:0")),
    )
    yield t.case("premise_used_before", "there is no assumption yet", directly(goal, "fact:0"))
    t = Theorem("x : real", show="x <= 1 implies x <= 2")
    inner = arithmetic(t.number("x <= 2"), (), [["1", [0]]])
    yield t.case(
        "premise",
        "the premise is assumed",
        rule("introduce", t.number("x <= 1 implies x <= 2"), proof=inner),
        good=True,
    )

    t = Theorem("x : real", show="exists y : real, x < y")
    goal, value = t.number("exists y : real, x < y"), t.term("x + 1")
    yield t.case(
        "value",
        "x + 1 is larger",
        rule("exhibit", goal, value=value, proofs=[arithmetic(t.number("x < x + 1"))]),
        good=True,
    )
    yield t.case(
        "value_that_does_not_do",
        "x is not larger than x",
        rule("exhibit", goal, value=t.term("x"), proofs=[arithmetic(t.number("x < x"))]),
    )
    yield t.case(
        "value_without_proof", "nothing is shown of the value", rule("exhibit", goal, value=t.term("x - 1"), proofs=[])
    )
    t = Theorem("x : real", show="exists k : nat, 2 k = 1")
    yield t.case(
        "value_of_another_kind",
        "1/2 is no natural number",
        rule(
            "exhibit",
            t.number("exists k : nat, 2 k = 1"),
            value=t.term("1/2"),
            proofs=[arithmetic(t.number("2 * (1/2) = 1"))],
        ),
    )
    t = Theorem("x : real", show="exists k : nat, k = -1")
    minus = t.term("-1")
    yield t.case(
        "value_out_of_range",
        "-1 is no natural number",
        rule(
            "exhibit",
            t.number("exists k : nat, k = -1"),
            value=minus,
            proofs=[arithmetic(t.number("0 <= -1")), arithmetic(t.number("-1 = -1"))],
        ),
    )

    given = ("f : function real -> real", "assume exists m : real, for all u : real, f(u) <= m")
    t = Theorem(*given, "c : real", show="f(c) <= c")
    goal = t.number("f(c) <= c")
    then = directly(goal, "fact:1", t.term("c"), opened=["c"])
    yield t.case(
        "obtained_under_a_taken_name",
        "the bound need not be c",
        rule("obtain", goal, use=use("fact:0"), name="c", then=then),
    )
    t = Theorem(*given, show="exists b : real, f(0) <= b")
    goal = t.number("exists b : real, f(0) <= b")
    value = t.number("f(0) <= m", "m : real")
    shown = rule("exhibit", goal, ["m"], value=t.term("m", "m : real"), proofs=[directly(value, "fact:1", t.term("0"))])
    yield t.case(
        "obtained", "the bound has a name", rule("obtain", goal, use=use("fact:0"), name="m", then=shown), good=True
    )
    t = Theorem(*given, show="exists b : real, b < f(0)")
    goal = t.number("exists b : real, b < f(0)")
    value = t.number("m < f(0)", "m : real")
    shown = rule("exhibit", goal, ["m"], value=t.term("m", "m : real"), proofs=[directly(value, "fact:1", t.term("0"))])
    yield t.case(
        "obtained_and_turned", "the bound is above", rule("obtain", goal, use=use("fact:0"), name="m", then=shown)
    )
    t = Theorem("f : function real -> real", "assume for all u : real, f(u) <= 2", show="f(0) <= 1")
    goal = t.number("f(0) <= 1")
    then = directly(goal, "fact:1", t.term("0"), opened=["m"])
    yield t.case(
        "obtained_from_what_does_not_exist",
        "the assumption says nothing of existence",
        rule("obtain", goal, use=use("fact:0"), name="m", then=then),
    )


def cases() -> Iterator[Case]:
    """Disjunctions, conjunctions, contradiction, induction."""
    given = ("x : real", "assume x <= 0 or 2 <= x")
    t = Theorem(*given, show="x != 1")
    goal = t.number("x != 1")
    proofs = [arithmetic(goal, (), [["1", [1]]]), arithmetic(goal, (), None, [["1", [1]]])]
    yield t.case("case_left_out", "one of two cases", rule("split", goal, use=use("fact:0"), proofs=proofs[:1]))
    yield t.case("split_of_no_disjunction", "no case is used", rule("split", goal, use=use("fact:3"), proofs=proofs))
    t = Theorem(*given, show="x <= 0 or x > 0")
    goal, low, high = t.number("x <= 0 or x > 0"), t.number("x <= 0"), t.number("x > 0")

    def one(position: int, part: int) -> Data:
        return rule("alternative", goal, position=position, proof=directly(part, "fact:1"))

    yield t.case(
        "split",
        "a statement or its negation",
        rule("split", goal, case=low, proofs=[one(0, low), one(1, high)]),
        good=True,
    )
    yield t.case(
        "split_with_proofs_exchanged",
        "each proof is for the other case",
        rule("split", goal, case=low, proofs=[one(1, high), one(0, low)]),
    )
    yield t.case(
        "alternative_that_there_is_not",
        "part 2 of 2",
        rule("alternative", goal, position=2, proof=directly(low, "fact:0")),
    )
    t = Theorem(*given, show="x <= 0")
    yield t.case(
        "disjunction_taken_for_its_part",
        "the assumption is a disjunction",
        directly(t.number("x <= 0"), "fact:0", path=[0]),
    )
    t = Theorem("x : real", "assume 0 <= x", show="0 <= x and x <= 1")
    goal, low, high = t.number("0 <= x and x <= 1"), t.number("0 <= x"), t.number("x <= 1")
    yield t.case(
        "conjunction_by_one_part", "the other part is missing", rule("both", goal, proofs=[directly(low, "fact:0")])
    )
    yield t.case(
        "conjunction_by_one_part_twice",
        "x <= 1 is not shown",
        rule("both", goal, proofs=[directly(low, "fact:0"), directly(low, "fact:0")]),
    )
    t = Theorem("x : real", "assume 0 <= x", show="0 <= x iff x >= 1")
    goal, there, back = (
        t.number("0 <= x iff x >= 1"),
        t.number("0 <= x implies x >= 1"),
        t.number("x >= 1 implies 0 <= x"),
    )
    shown = rule("introduce", back, proof=arithmetic(t.number("0 <= x"), (), [["1", [0]]]))
    yield t.case(
        "equivalence_by_one_direction", "the other direction is false", rule("both", goal, proofs=[shown, shown])
    )
    yield t.case(
        "equivalence_by_one_proof",
        "a direction is missing",
        rule("both", goal, proofs=[rule("introduce", there, proof=directly(t.number("x >= 1"), "fact:0"))]),
    )

    t = Theorem("x : real", "assume 0 < x", show="x = 7")
    goal, low = t.number("x = 7"), t.number("0 < x")
    denial = arithmetic(t.number("0 >= x"))
    yield t.case(
        "absurd_without_a_contradiction",
        "0 < x is not false",
        rule("absurd", goal, statement=low, proof=proof(directly(low, "fact:0")), denial=denial),
    )
    turned = directly(t.number("x > 0"), "fact:0")
    yield t.case(
        "absurd_with_the_statement_for_its_negation",
        "x > 0 does not deny 0 < x",
        rule("absurd", goal, statement=low, proof=proof(directly(low, "fact:0")), denial=turned),
    )

    t = Theorem("n : nat", show="0 <= 2 n")
    base = arithmetic(t.number("0 <= 2 * 0"))
    step = arithmetic(t.number("0 <= 2 (n + 1)"), (), [["1", [0]]])
    yield t.case(
        "induction",
        "from each number to the next",
        rule("induction", t.number("0 <= 2 n"), symbol="n", base=base, step=step),
        good=True,
    )
    t = Theorem("n : nat", show="n <= 3")
    goal, base = t.number("n <= 3"), arithmetic(t.number("0 <= 3"))
    step = directly(t.number("n + 1 <= 3"), "fact:0")
    yield t.case(
        "induction_without_a_step",
        "n <= 3 does not give n + 1 <= 3",
        rule("induction", goal, symbol="n", base=base, step=step),
    )
    t = Theorem("n : nat", show="1 <= n")
    step = arithmetic(t.number("1 <= n + 1"))
    yield t.case(
        "induction_without_a_base",
        "1 <= 0 is false",
        rule("induction", t.number("1 <= n"), symbol="n", base=arithmetic(t.number("1 <= 0")), step=step),
    )
    t = Theorem("n, m : nat", "assume n = m", show="m <= 0")
    goal = t.number("m <= 0")
    yield t.case(
        "induction_over_what_is_assumed_of",
        "n is m",
        rule("induction", goal, symbol="n", base=arithmetic(goal), step=directly(goal, "fact:1")),
    )
    t = Theorem("x : real", show="0 <= x^2 + x")
    goal = t.number("0 <= x^2 + x")
    yield t.case(
        "induction_over_a_real_number",
        "real numbers are not reached from 0 in steps of 1",
        rule(
            "induction",
            goal,
            symbol="x",
            base=arithmetic(t.number("0 <= 0^2 + 0")),
            step=arithmetic(t.number("0 <= (x + 1)^2 + (x + 1)"), (), [["1", [0]]]),
        ),
    )
    yield t.case(
        "induction_over_nothing",
        "no symbol is called q",
        rule("induction", goal, symbol="q", base=arithmetic(goal), step=directly(goal, "fact:0")),
    )


def sound() -> Iterator[Case]:
    """Good certificates by the rules that the others do not use."""
    t = Theorem("x, y : real", "assume x <= y", "assume y <= 3", show="x <= 3")
    goal = t.number("x <= 3")
    shown = arithmetic(goal, (), [["1", [0]], ["1", [1]]])
    yield t.case("cut", "what is shown is assumed then", cut(goal, goal, shown, directly(goal, "fact:2")), good=True)
    t = Theorem("x : real", "assume 0 <= x", "assume x <= 1", show="0 <= x and x <= 1")
    parts = [directly(t.number("0 <= x"), "fact:0"), directly(t.number("x <= 1"), "fact:1")]
    yield t.case("conjunction", "each part", rule("both", t.number("0 <= x and x <= 1"), proofs=parts), good=True)
    t = Theorem("x : real", "assume 0 < x", "assume x <= 0", show="x = 7")
    low = t.number("0 < x")
    shown, denial = proof(directly(low, "fact:0")), directly(t.number("0 >= x"), "fact:1")
    absurd = rule("absurd", t.number("x = 7"), statement=low, proof=shown, denial=denial)
    yield t.case("absurd", "the assumptions contradict each other", absurd, good=True)
    t = Theorem("X : real", "assume 0 <= X", show="0 <= X")
    low = t.show
    t = Theorem("X : real ~ Normal(0, 1)", "assume 0 <= X", show=Apply("always", (low,)))
    inner = directly(t.number(low), "fact:0")
    yield t.case("always", "assumed of every outcome", rule("always", t.number(t.show), proof=inner), good=True)
    t = Theorem("x : real", "assume x != 0", show="1/x = 0")
    quotient = t.show.arguments[0] if isinstance(t.show, Apply) else t.show
    t = Theorem("x : real", "assume x != 0", show=Apply("defined", (quotient,)))
    needed = directly(t.number("x != 0"), "fact:0")
    yield t.case("defined", "x is not 0", rule("defined", t.number(t.show), proofs=[needed]), good=True)
    t = Theorem("x : real", show=t.show)
    needed = arithmetic(t.number("x != 0"))
    yield t.case("defined_without_its_condition", "x may be 0", rule("defined", t.number(t.show), proofs=[needed]))
    t = Theorem(
        "n : dim",
        "a, b : vector(n)",
        "assume for all i : index(1..n), a[i] = b[i]",
        show="sum[i in 1..n] a[i] <= sum[i in 1..n] b[i]",
    )
    index = "i : index(1..n)"
    equal = proof(directly(t.number("a[i] = b[i]", index), "fact:0", t.term("i", index), opened=["i"]))
    then = arithmetic(t.number("sum[i in 1..n] b[i] <= sum[i in 1..n] b[i]"))
    replaced = rule("replace", t.number(t.show), position=[0, 0], value=t.term("b[i]", index), proof=equal, then=then)
    yield t.case("replacement_of_each_summand", "the assumption at each index", replaced, good=True)
    other = rule("replace", t.number(t.show), position=[0, 0], value=t.term("b[1]"), proof=equal, then=then)
    yield t.case("replacement_by_another_entry", "a[i] is b[i], not b[1]", other)


def every_case() -> list[Case]:
    """All cases."""
    groups = (chains, instances, quantifiers, cases, orders, definedness, randomness, replacements, extrema, sound)
    return [case for group in groups for case in group()]


def main() -> None:
    """Writes the folder."""
    found = every_case()
    for case in found:
        case.place.parent.mkdir(parents=True, exist_ok=True)
        case.place.write_text(case.text(), encoding="utf-8")
    print(f"{sum(not case.good for case in found)} bad certificates, {sum(case.good for case in found)} good ones")


if __name__ == "__main__":
    main()
