"""What each rule of a certificate shows, and from what.

A rule is given the goal, works out the goals of the certificates inside, and has them checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from checks.auditor.definedness import needs
from checks.auditor.instances import bounds
from checks.auditor.kinds import Uncovered, admit, is_number, kind_of, unfolded
from checks.auditor.matching import holds, is_random_below
from checks.auditor.scopes import (
    backwards,
    establish,
    everywhere,
    is_averaging,
    negation,
    range_of,
    same,
    suppose,
    under,
)
from checks.auditor.terms import (
    ONE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Context,
    Number,
    Refused,
    Symbol,
    Term,
    abstract,
    as_list,
    as_object,
    opened,
    substitute,
    symbols,
    type_terms,
)

if TYPE_CHECKING:
    from checks.auditor.audit import Auditor

Data = Mapping[str, Any]
Rule = Callable[["Auditor", Context, Term, Data], None]
ORDERS = ("=", "<=", "<", ">=", ">")
LAW_RELATIONS = ("equal_almost_surely", "equal_in_law")


# -- leaves --------------------------------------------------------------------------------------------


def arithmetic(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """Both sides have one normal form, or the sign of their difference is known."""
    names = as_list(data["unfold"])
    if not all(name in context.definitions for name in names):
        raise Refused("a definition is opened that there is not")
    auditor.decide(context, unfolded(context, goal, names) if names else goal, "arithmetic")


def integrable(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """Moments exist, or a function is summable."""
    auditor.decide(auditor.proved_for(context, data), goal, "integrable")


def defined(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """``defined(t)`` by what t asks for, and its body where it is an opaque definition's value."""
    within = auditor.proved_for(context, data)
    match goal:
        case Apply("defined", (Apply(head, arguments) as term,)):
            names = [head] if head in context.definitions else []
            for each in [*(arguments if names else ()), unfolded(context, term, names)]:
                auditor.require(needs(within, each), "defined")
        case _:
            auditor.require([(within, goal)], "defined")


# -- uses ----------------------------------------------------------------------------------------------


def directly(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """The goal is the used statement, or it read backwards."""
    turned = backwards(goal)

    def wanted(statement: Term) -> bool:
        return same(context, statement, goal) or (turned is not None and same(context, statement, turned))

    auditor.instance(context, data["use"], wanted, "directly")


def combine(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """l R r, where r - l is Σ c (r' - l') and something that is decided, for used relations and factors c >= 0."""
    uses, factors = as_list(data["uses"]), auditor.table.all(data["factors"])
    if len(uses) != len(factors):
        raise Refused(f"{len(factors)} factors for {len(uses)} relations")
    low, head, high = _ordered(context, goal)
    rest: list[Term] = [high, Apply("negate", (low,))]
    strict = False
    for use, factor in zip(uses, factors, strict=True):
        known = auditor.instance(context, use, lambda each: _is_order(each), "combine").statement
        left, relation, right = _ordered(context, known)
        if not is_number(kind_of(context, factor)):
            raise Refused("a factor that is no number")
        auditor.require(needs(context, factor), "a factor is defined")
        if relation != "=":
            if head == "=":
                raise Refused("an equation does not follow from an inequality")
            strict = strict or (relation == "<" and holds(context, Apply("<", (ZERO, factor)), auditor.leaf))
            auditor.decide(context, Apply("<=", (ZERO, factor)), "the factor of an inequality")
        rest.append(Apply("negate", (Apply("multiply", (factor, Apply("add", (right, Apply("negate", (left,)))))),)))
    relation = "<=" if head == "<" and strict else head
    auditor.decide(context, Apply(relation, (ZERO, Apply("add", tuple(rest)))), "combine")


def _is_order(statement: Term) -> bool:
    return isinstance(statement, Apply) and statement.head in ORDERS and len(statement.arguments) == 2


def _ordered(context: Context, statement: Term) -> tuple[Term, str, Term]:
    """A comparison of numbers, the smaller side first."""
    if not isinstance(statement, Apply) or not _is_order(statement):
        raise Refused("a comparison was expected")
    left, right = statement.arguments
    if not is_number(kind_of(context, left)):
        raise Uncovered("an equation of arrays is combined")
    return (right, "<" + statement.head[1:], left) if statement.head in (">=", ">") else (left, statement.head, right)


def scaled(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """Two comparisons are equivalent when their differences are positive multiples of each other."""
    factor = auditor.table[data["factor"]]
    match goal:
        case Apply("iff", (first, second)):
            low, head, high = _ordered(context, first)
            bottom, other, top = _ordered(context, second)
        case _:
            raise Refused("an equivalence of comparisons was expected")
    if head != other:
        raise Refused(f"{head} and {other} are not scaled into each other")
    auditor.require(needs(context, factor), "the factor is defined")
    auditor.decide(context, Apply("<", (ZERO, factor)), "the factor is positive")
    difference = Apply("add", (high, Apply("negate", (low,))))
    multiple = Apply("multiply", (factor, Apply("add", (top, Apply("negate", (bottom,))))))
    auditor.decide(context, Apply("=", (difference, multiple)), "scaled")


# -- relations -----------------------------------------------------------------------------------------


def composed(relations: Sequence[str]) -> set[str]:
    """The relations between the ends of a chain of links."""
    kinds = set(relations)
    if kinds <= {"="}:
        return {"=", "<=", ">=", *LAW_RELATIONS}
    if kinds <= {"=", "<=", "<"}:
        return {"<", "<=", "!="} if "<" in kinds else {"<="}
    if kinds <= {"=", ">=", ">"}:
        return {">", ">=", "!="} if ">" in kinds else {">="}
    if kinds <= {"=", "!="} and relations.count("!=") == 1:
        return {"!="}
    if kinds <= {"=", "equal_almost_surely"}:
        return set(LAW_RELATIONS)
    if kinds <= {"=", *LAW_RELATIONS}:
        return {"equal_in_law"}
    if kinds <= {"iff"}:
        return {"iff", "implies"}
    return {"implies"} if kinds <= {"iff", "implies"} else set()


def chain(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """Links that compose, from one side of the goal to the other."""
    if not isinstance(goal, Apply) or len(goal.arguments) != 2:
        raise Refused("a chain shows a relation")
    relations, proofs = as_list(data["relations"]), as_list(data["proofs"])
    ends = (goal.arguments[0], *auditor.table.all(data["terms"]), goal.arguments[1])
    if len(relations) != len(ends) - 1 or len(proofs) != len(relations):
        raise Refused(f"{len(relations)} relations and {len(proofs)} proofs between {len(ends)} terms")
    if goal.head not in composed(relations):
        raise Refused(f"{', '.join(map(str, relations))} do not make {goal.head}")
    # Equal at one outcome is not equal in law.
    inner = everywhere(context) if goal.head in LAW_RELATIONS else context
    for relation, sides, proof in zip(relations, pairwise(ends), proofs, strict=True):
        auditor.proof(inner, Apply(relation, sides), proof)


def replaced(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """The part at a position is equal, or equivalent, to the value; the goal follows from that with the value there."""
    position, proof = as_list(data["position"]), as_object(data["proof"])
    value = auditor.table[data["value"]]
    names = list(as_list(as_object(proof["certificate"]).get("opened", [])))
    new = list(names)

    def at(where: Context, term: Term, left: Sequence[Any]) -> Term:
        if not left:
            head = "iff" if kind_of(where, term) == "proposition" else "="
            auditor.proof(where, Apply(head, (term, value)), proof, names)
            return value
        where = everywhere(where) if is_averaging(where, term) else where
        match term:
            case Apply(head, arguments) if type(left[0]) is int and 0 <= left[0] < len(arguments):
                if head == "if" and left[0] > 0:
                    where = suppose(where, arguments[0] if left[0] == 1 else negation(arguments[0]))
                changed = at(where, arguments[left[0]], left[1:])
                return Apply(head, (*arguments[: left[0]], changed, *arguments[left[0] + 1 :]))
            case Bind(head, domain, condition, _) if left[0] == 0:
                if not new:
                    raise Refused("a binder on the way to the part is not opened")
                name = _name(new.pop(0))
                inner, body = under(where, term, name)
                return Bind(head, domain, condition, abstract(at(inner, body, left[1:]), name))
            case _:
                raise Refused("no such position")

    changed = at(context, goal, position)
    if new:
        raise Refused(f"the names {new!r:.60} are opened for nothing")
    auditor.certificate(context, changed, data["then"])


def monotone(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """Two values of one operation, of which one argument differs."""
    low, head, high = _ordered(context, goal)
    position = data["position"]
    match low, high:
        case (Bind(operation, domain, condition, _), Bind(other, kind, second, _)) if operation == other:
            if (domain, condition) != (kind, second) or position != 0:
                raise Refused("more than the body differs")
            if operation not in ("sum", "integral", "sup", "inf") or head == "=":
                raise Uncovered(f"monotone: {operation} by {head}")
            if head == "<":
                raise Refused(f"{operation} need not be strictly monotone")
            proofs = as_list(data["proofs"])
            name = auditor.one_opened(proofs[0]) if proofs else "x"
            inner, first = under(context, low, name)
            _, last = under(context, high, name)
            known = auditor.proved_for(inner, data, [name])
            auditor.require([(known, Apply("<=", (first, last)))], "monotone")
        case (Apply(operation, ours), Apply(other, theirs)) if operation == other and len(ours) == len(theirs):
            if type(position) is not int or not 0 <= position < len(ours):
                raise Refused("no such argument")
            if any(a != b for k, (a, b) in enumerate(zip(ours, theirs, strict=True)) if k != position):
                raise Refused("more than one argument differs")
            inner = everywhere(context) if is_averaging(context, low) else context
            known = auditor.proved_for(inner, data)
            ways = list(_ways(operation, ours, ours[position], theirs[position], position, head))
            if not any(all(holds(known, each, auditor.leaf) for each in way) for way in ways):
                auditor.uncovered(f"monotone: {operation}")
        case _:
            raise Refused("the sides are not values of one operation")


def _ways(
    operation: str, arguments: Sequence[Term], low: Term, high: Term, position: int, head: str
) -> Iterator[list[Term]]:
    """What is enough for f(…, low, …) R f(…, high, …)."""
    up, down = Apply(head, (low, high)), Apply(head, (high, low))
    others = [each for k, each in enumerate(arguments) if k != position]
    sign = "<" if head == "<" else "<="
    match operation, position:
        case "add", _:
            yield [up]
        case "negate", _:
            yield [down]
        case "multiply", _:
            yield [up, Apply(sign, (ZERO, Apply("multiply", tuple(others))))]
            yield [down, Apply(sign, (Apply("multiply", tuple(others)), ZERO))]
        case "divide", 0:
            yield [up, Apply("<", (ZERO, others[0]))]
            yield [down, Apply("<", (others[0], ZERO))]
        case "divide", 1:
            for below in (low, high):
                yield [down, Apply("<", (ZERO, high)), Apply("<", (ZERO, below)), Apply(sign, (ZERO, others[0]))]
        case "exp", _:
            yield [up]
        case "log", _:
            yield [up, Apply("<", (ZERO, low))]
        case "sqrt", _:
            yield [up, Apply("<=", (ZERO, low))]
        case "power", 0 if isinstance(others[0], Number) and others[0].value > 0:
            yield [up, Apply("<=", (ZERO, low))]
        case "power", 1:
            yield [up, Apply("<=" if head != "<" else "<", (ONE, arguments[0]))]
        case ("maximum" | "minimum" | "expectation"), _ if head != "<":
            yield [up]


# -- connectives ---------------------------------------------------------------------------------------


def introduce(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """A ``forall`` by its body at a new symbol, an ``implies`` by its conclusion under its premise."""
    inner = data["proof"]
    match goal:
        case Bind("forall"):
            name = auditor.one_opened(inner)
            auditor.certificate(*under(context, goal, name), inner, [name])
        case Apply("implies", (premise, conclusion)):
            auditor.certificate(suppose(context, premise), conclusion, inner)
        case _:
            raise Refused("nothing to introduce")


def both(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """Every part of a conjunction; both directions of an equivalence."""
    match goal:
        case Apply("and", parts):
            goals = list(parts)
        case Apply("iff", (left, right)):
            goals = [Apply("implies", (left, right)), Apply("implies", (right, left))]
        case _:
            raise Refused("no conjunction and no equivalence")
    _each(auditor, [(context, each) for each in goals], data["proofs"])


def _each(auditor: Auditor, goals: Sequence[tuple[Context, Term]], proofs: object) -> None:
    found = as_list(proofs)
    if len(found) != len(goals):
        raise Refused(f"{len(found)} proofs of {len(goals)} statements")
    for (context, goal), proof in zip(goals, found, strict=True):
        auditor.certificate(context, goal, proof)


def alternative(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """One part of a disjunction."""
    position = data["position"]
    match goal:
        case Apply("or", parts) if type(position) is int and 0 <= position < len(parts):
            auditor.certificate(context, parts[position], data["proof"])
        case _:
            raise Refused("no such part of a disjunction")


def split(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """The goal under each part of a used disjunction, or under a statement and under its negation."""
    if "case" in data:
        case = auditor.table[data["case"]]
        auditor.statement(context, case)
        auditor.require(needs(context, case), "the case is defined")
        cases: Sequence[Term] = (case, negation(case))
    else:
        used = auditor.instance(context, data["use"], _is("or"), "split").statement
        cases = used.arguments if isinstance(used, Apply) else ()
    _each(auditor, [(suppose(context, case), goal) for case in cases], data["proofs"])


def _is(head: str) -> Callable[[Term], bool]:
    return lambda statement: isinstance(statement, Apply | Bind) and statement.head == head


def cut(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """A statement proved on the side, then assumed."""
    statement = auditor.table[data["statement"]]
    auditor.certificate(auditor.step(context, statement, data["proof"]), goal, data["then"])


def absurd(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """Anything, from a statement and its negation."""
    statement = auditor.table[data["statement"]]
    conditions = auditor.proof(context, statement, data["proof"])
    auditor.certificate(establish(context, conditions), negation(statement), data["denial"])


def always(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """A statement at every outcome."""
    match goal:
        case Apply("always", (inner,)):
            auditor.certificate(everywhere(context), inner, data["proof"])
        case _:
            raise Refused("no statement about every outcome")


# -- quantifiers ---------------------------------------------------------------------------------------


def exhibit(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """A value of which an ``exists`` holds: its range, its condition, the body."""
    value = auditor.table[data["value"]]
    if not isinstance(goal, Bind) or goal.head != "exists":
        raise Refused("no statement that something exists")
    if is_random_below(context, goal, value):
        raise Refused("a random value for a variable where all outcomes are looked at")
    admit(kind_of(context, value), goal.domain)
    within = auditor.proved_for(context, data)
    condition, body = opened(goal, value)
    asked = [] if kind_of(context, value) == goal.domain else range_of(value, goal.domain)
    auditor.require([*needs(within, value), *((within, each) for each in (*asked, condition, body))], "exhibit")


def obtain(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """A name for a thing that a used ``exists`` speaks of."""
    name = _name(data["name"])
    binder = auditor.instance(context, data["use"], _is("exists"), "obtain").statement
    if not isinstance(binder, Bind):
        raise Refused("no statement that something exists")
    inner, body = under(context, binder, name)
    auditor.certificate(suppose(inner, body), goal, data["then"], [name])


def extremal(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """Greatest and least by membership and comparison; sup and inf by bounding and being the best bound."""
    match goal:
        case Apply("=", (Bind("sup" | "inf") as binder, value)):
            first, second = bounds(binder, value)
        case Apply("=", (Bind("greatest" | "least") as binder, value)):
            member, _ = opened(binder, value)
            if binder.body != Bound(0):
                raise Uncovered(f"{binder.head} of more than its variable")
            admit(kind_of(context, value), binder.domain)
            auditor.require([(context, each) for each in range_of(value, binder.domain)], "extremal")
            first, second = member, bounds(binder, value)[0]
        case _:
            raise Refused("no equation of a supremum, infimum, greatest or least element")
    auditor.certificate(context, first, data["first"])
    auditor.certificate(context, second, data["second"])


def induction(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """From 0, and from each number to the next."""
    name = data["symbol"]
    if type(name) is not str or context.types.get(name) != "nat" or name in context.laws:
        raise Refused("induction runs over a natural number")
    mentioned = context.held.union(
        *(symbols(fact.statement) for fact in context.facts),
        *(symbols(each) for kind in context.types.values() for each in type_terms(kind)),
        *(symbols(each) for each in context.lets.values()),
        *(symbols(each) for law in context.laws.values() for each in (*law.parameters, law.mean, law.variance) if each),
    )
    if name in mentioned:
        raise Refused(f"something is assumed of {name}")
    following = Apply("add", (Symbol(name), ONE))
    auditor.certificate(context, substitute(goal, {name: ZERO}), data["base"])
    auditor.certificate(suppose(context, goal), substitute(goal, {name: following}), data["step"])


# -- definitions ---------------------------------------------------------------------------------------


def unfold(auditor: Auditor, context: Context, goal: Term, data: Data) -> None:
    """The goal with definitions and abbreviations opened and ``lambda`` carried out."""
    names = as_list(data["names"])
    if not all(name in context.definitions or name in context.lets for name in names):
        raise Refused("a definition is opened that there is not")
    then = as_object(data["then"])
    recorded = auditor.table[then["goal"]]
    if not same(context, goal, recorded, names):
        raise Refused("the unfolded goal is another one")
    auditor.statement(context, recorded)
    auditor.certificate(context, recorded, then)


def _name(name: object) -> str:
    if type(name) is not str or not name.rstrip("'").isidentifier():
        raise Refused(f"no name: {name!r:.40}")
    return name


RULES: Mapping[str, Rule] = {
    "absurd": absurd, "alternative": alternative, "always": always, "arithmetic": arithmetic, "both": both,
    "chain": chain, "combine": combine, "cut": cut, "defined": defined, "directly": directly, "exhibit": exhibit,
    "extremal": extremal, "induction": induction, "integrable": integrable, "introduce": introduce,
    "monotone": monotone, "obtain": obtain, "replace": replaced, "scaled": scaled, "split": split, "unfold": unfold,
}  # fmt: skip
"""The rules by their names in the format."""
