"""Small certificates, good ones and bad ones, as `tests/bad_certificates/` holds them.

`python -m benchmarks.soundness.certificates` writes the folder anew.  Each bad certificate is one slip away from a good
one, and says in a line why it is bad; what it claims is false, or does not follow that way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import derive
from checks.contexts import Context
from checks.encoding import Writer
from checks.kernel.lemmas import Lemma
from checks.terms import Apply, Term
from derive.elaboration import elaborate_statement, elaborate_term
from derive.store import elaborated
from grammar import parse_statement, parse_term

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "bad_certificates"
Data = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A certificate of a statement, with why it is bad, or with what makes it good."""

    name: str
    why: str
    script: Data
    stored: Data
    good: bool

    @property
    def place(self) -> Path:
        """The file in which it stands."""
        return (FOLDER / "good" if self.good else FOLDER) / f"{self.name}.json"

    def text(self) -> str:
        """What stands in the file."""
        document = {"why": self.why, "script": self.script, "stored": self.stored}
        return json.dumps(document, separators=(",", ":"), sort_keys=True) + "\n"


class Theorem:
    """A context and a statement, for which certificates are written down by hand."""

    def __init__(self, *given: str, show: str | Term, lemmas: Sequence[Lemma] = ()) -> None:
        self.given = given
        self.context = derive.context(*given).kernel
        self.lemmas = {lemma.hash: lemma for lemma in lemmas}
        self.show = statement(self.context, show) if isinstance(show, str) else show
        self._writer = Writer()

    def number(self, text: str | Term, *more: str) -> int:
        """The number of a statement or term in the certificate's table, with more symbols declared."""
        if not isinstance(text, str):
            return self._writer.term(text)
        context = derive.context(*self.given, *more).kernel
        return self._writer.term(statement(context, text))

    def term(self, text: str, *more: str) -> int:
        """The number of a term in the certificate's table, with more symbols declared."""
        return self._writer.term(elaborate_term(parse_term(text), derive.context(*self.given, *more).kernel))

    def case(self, name: str, why: str, certificate: Data, *definedness: Data | None, good: bool = False) -> Case:
        """The case that the certificate makes; what it needs of definitions only is kept."""
        script = elaborated(_without_definitions(self.context), self.show, self.lemmas)
        proof = {"definedness": list(definedness), "certificate": certificate}
        stored = {"version": 1, "theorem": name, "terms": self._writer.table, "proof": proof}
        return Case(name, why, script, json.loads(json.dumps(stored)), good)


def statement(context: Context, text: str) -> Term:
    """The statement that a text makes in a context."""
    return elaborate_statement(parse_statement(text), context)


def lemma(name: str, *given: str, show: str) -> Lemma:
    """A lemma that certificates may cite."""
    context = derive.context(*given).kernel
    return Lemma(name, _without_definitions(context), statement(context, show))


def _without_definitions(context: Context) -> Context:
    return Context(context.declarations, context.facts, context.lets, context.independences)


# -- certificates --------------------------------------------------------------------------------------


def rule(name: str, goal: int, opened: Sequence[str] = (), /, **data: Any) -> Data:
    """A certificate by a rule."""
    return {"rule": name, "goal": goal, **({"opened": list(opened)} if opened else {}), **data}


def arithmetic(goal: int, opened: Sequence[str] = (), *multipliers: Any) -> Data:
    """By arithmetic."""
    return rule("arithmetic", goal, opened, orders=[], multipliers=list(multipliers), unfold=[])


NOTHING: Mapping[str, Any] = {"orders": [], "multipliers": [], "unfold": []}


def use(source: str, *values: int, path: Sequence[int] = (), proofs: Sequence[Data] = ()) -> Data:
    """The use of an assumption or a lemma."""
    return {"source": source, "values": list(values), "path": list(path), "proofs": list(proofs)}


def directly(
    goal: int,
    source: str,
    *values: int,
    path: Sequence[int] = (),
    proofs: Sequence[Data] = (),
    opened: Sequence[str] = (),
) -> Data:
    """By what is used."""
    return rule("directly", goal, opened, use=use(source, *values, path=path, proofs=proofs))


def proof(certificate: Data, *definedness: Data) -> Data:
    """A certificate with those of what makes its statement defined."""
    return {"definedness": list(definedness), "certificate": certificate}


def cut(goal: int, what: int, shown: Data, then: Data) -> Data:
    """By a statement that is proved on the side."""
    return rule("cut", goal, statement=what, proof=proof(shown), then=then)


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
    t = Theorem("n : nat", "assume n <= 3", show="n <= 3 and n <= n")
    goal = t.number("n <= 3 and n <= n")
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


def every_case() -> list[Case]:
    """All cases."""
    groups = (chains, instances, quantifiers, cases, orders, definedness, randomness, replacements, extrema)
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
