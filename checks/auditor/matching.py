"""Whether a statement stands among what is known: an instance of it, a combination of such, or a linear consequence.

Variables of ``forall`` in what is known are found by first-order matching.  Whatever is found is substituted and
compared, its range and condition have to hold as well, and a random value never takes the place of a variable below an
expectation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from checks.auditor.differentiability import differentiable
from checks.auditor.kinds import Uncovered, admit, fresh, kind_of
from checks.auditor.linear import implied
from checks.auditor.scopes import (
    backwards,
    below_laws,
    everywhere,
    negation,
    range_of,
    same,
    speaks_of_laws,
    suppose,
    under,
)
from checks.auditor.terms import (
    TRUE,
    Apply,
    Bind,
    Bound,
    Context,
    Fact,
    Refused,
    Symbol,
    Term,
    Type,
    instantiate,
    loose,
    map_children,
    map_type,
    subterms,
)

Leaf = Callable[[Context, Term], bool]
"""Decides relations: whether a statement follows in a context; False where that is not seen."""
DEEPEST = 12
LARGEST = 12
"""The number of instances that are looked at for one statement."""
QUICK = ("<=", "<", ">=", ">", "=", "!=")
NESTED = 6
"""What an instance needs has to be known as it is: nothing is instantiated for that."""


def holds(context: Context, statement: Term, leaf: Leaf, depth: int = 0) -> bool:
    """Whether a statement is seen to hold; False where it is not seen."""
    if statement == TRUE:
        return True
    if depth > DEEPEST:
        return False
    statement = plain(statement)
    if any(statement == fact.statement for fact in (*context.standing, *context.facts)):
        return True
    if isinstance(statement, Apply) and statement.head in QUICK and decided(context, statement, leaf, depth):
        return True
    if any(_gives(context, fact.statement, statement, leaf, depth) for fact in (*context.standing, *context.facts)):
        return True
    match statement:
        case Apply("and", parts):
            return all(holds(context, part, leaf, depth + 1) for part in parts)
        case Apply("or", parts):
            if any(holds(context, part, leaf, depth + 1) for part in parts):
                return True
        case Apply("implies", (premise, conclusion)):
            return holds(suppose(context, premise), conclusion, leaf, depth + 1)
        case Apply("always", (inner,)):
            return holds(everywhere(context), inner, leaf, depth + 1)
        case Apply("differentiable", (function, point)):
            try:
                asked = list(differentiable(context, function, point))
            except Uncovered:
                asked = None
            if asked is not None and all(holds(where, each, leaf, depth + 1) for where, each in asked):
                return True
        case Bind("forall"):
            return holds(*under(context, statement, fresh(context)), leaf, depth + 1)
    return decided(context, statement, leaf, depth)


def decided(context: Context, statement: Term, leaf: Leaf, depth: int = 0) -> bool:
    """Whether a relation follows by arithmetic; what speaks of laws only from what holds at every outcome."""
    if speaks_of_laws(context, statement):
        context = everywhere(context)
    if (statement, depth > 0) not in context.known:
        # What has been proved on the way counts like what is assumed.
        if "all" not in context.known:
            context.known["all"] = replace(context, facts=(*context.facts, *context.standing), standing=())
        all_of_it = context.known["all"]
        if not depth:
            new = [Fact(each, context.is_random(each)) for each in triggered(context, statement, leaf)]
            all_of_it = replace(all_of_it, facts=(*all_of_it.facts, *new)) if new else all_of_it
        context.known[statement, depth > 0] = implied(all_of_it, statement) or leaf(all_of_it, statement)
    return bool(context.known[statement, depth > 0])


def triggered(context: Context, statement: Term, leaf: Leaf) -> list[Term]:
    """Instances of what is known for all values, at the entries and values of functions in a statement."""
    parts = [part for part in subterms(statement) if _head(part) in ("entry", "call") and loose(part) == 0]
    found: list[Term] = []
    for fact in (*context.facts, *context.standing):
        open_: list[tuple[Bind | None, Term]] = []
        known = fact.statement
        while True:
            match known:
                case Bind("forall"):
                    open_.append((known, TRUE))
                    known = known.body
                case Apply("implies", (premise, conclusion)) if open_:
                    open_.append((None, premise))
                    known = conclusion
                case _:
                    break
        count = len([binder for binder, _ in open_ if binder])
        for pattern in dict.fromkeys(subterms(known)) if open_ else ():
            if _head(pattern) in ("entry", "call"):
                for part in dict.fromkeys(parts):
                    values: dict[int, Term] = {}
                    if _matches(pattern, part, count, 0, values) and len(values) == count:
                        wanted = put_in(plain(known), [values[count - 1 - k] for k in range(count)])
                        if wanted not in found and _instance(context, open_, known, wanted, values, leaf, NESTED):
                            found.append(wanted)
    return found[:LARGEST]


def plain(statement: Term) -> Term:
    """The negation of a relation as a relation."""
    match statement:
        case Apply("not", (inner,)):
            return negation(inner)
        case _:
            return statement


def _gives(context: Context, known: Term, wanted: Term, leaf: Leaf, depth: int) -> bool:
    """Whether an instance of what is known is what is wanted."""
    open_: list[tuple[Bind | None, Term]] = []
    while True:
        for way in (wanted, backwards(wanted)):
            if way is not None and _head(plain(known)) == _head(way):
                values: dict[int, Term] = {}
                if _matches(plain(known), way, len([b for b, _ in open_ if b]), 0, values) and _instance(
                    context, open_, known, way, values, leaf, depth
                ):
                    return True
        match known:
            case Bind("forall") if depth < NESTED:
                open_.append((known, TRUE))
                known = known.body
            case Apply("implies", (premise, conclusion)) if depth < NESTED:
                open_.append((None, premise))
                known = conclusion
            case Apply("and", parts) if not open_:
                return any(_gives(context, part, wanted, leaf, depth) for part in parts)
            case Apply("always", (inner,)):
                known = inner
            case _:
                return False


def _head(term: Term) -> str | None:
    return term.head if isinstance(term, Apply | Bind) else None


def _matches(pattern: Term, term: Term, count: int, depth: int, values: dict[int, Term]) -> bool:
    """Whether the term is an instance of a pattern below ``count`` binders; notes what their variables stand for."""
    match pattern, term:
        case Bound(position), _ if depth <= position < depth + count:
            try:
                value = _outside(term, depth)
            except Uncovered:
                return False
            return values.setdefault(position - depth, value) == value
        case Apply(head, ours), Apply(other, theirs):
            return (
                head == other
                and len(ours) == len(theirs)
                and all(_matches(a, b, count, depth, values) for a, b in zip(ours, theirs, strict=True))
            )
        case Bind(head, _, condition, body), Bind(other, _, second, inner):
            # The types are compared when the values are put in.
            return (
                head == other
                and _matches(condition, second, count, depth + 1, values)
                and _matches(body, inner, count, depth + 1, values)
            )
        case _:
            return pattern == term


def _outside(term: Term, depth: int) -> Term:
    """A term without the ``depth`` binders around it, whose variables it must not mention."""
    def lower(part: Term, inner: int) -> Term:
        if isinstance(part, Bound) and part.depth >= inner:
            if part.depth < inner + depth:
                raise Uncovered("a variable of an inner binder")
            return Bound(part.depth - depth)
        return map_children(part, lower, inner)

    return lower(term, 0)


def _instance(
    context: Context, open_: list[tuple[Bind | None, Term]], known: Term, wanted: Term, values: dict[int, Term],
    leaf: Leaf, depth: int,
) -> bool:  # fmt: skip
    """Whether values that were found make what is known into what is wanted, and everything between holds."""
    count = len([binder for binder, _ in open_ if binder])
    chosen: list[Term] = []
    needs: list[Term] = []
    for binder, premise in open_:
        if binder is None:
            needs.append(put_in(premise, chosen))
            continue
        domain = _type_with(binder.domain, chosen)
        value = values.get(count - 1 - len(chosen))
        value = _any_of(context, domain) if value is None else value
        if value is None or not fits(context, value, domain, leaf, depth):
            return False
        rest = Bind("lambda", domain, TRUE, put_in(binder.body, chosen, 1))
        if is_random_below(context, rest, value):
            return False
        chosen.append(value)
        needs.append(put_in(binder.condition, chosen))
    return same(context, put_in(plain(known), chosen), wanted) and all(
        holds(context, need, leaf, depth + NESTED) for need in needs
    )


def put_in(term: Term, values: list[Term], kept: int = 0) -> Term:
    """A term below binders with values for their variables, the outermost first; ``kept`` binders stay inside."""
    for position, value in enumerate(values):
        term = instantiate(term, value, kept + len(values) - 1 - position)
    return term


def _type_with(kind: Type, values: list[Term]) -> Type:
    return map_type(kind, lambda each, depth: put_in(each, values, depth))


def _any_of(context: Context, kind: Type) -> Term | None:
    return next((Symbol(name) for name in reversed(list(context.types)) if context.types[name] == kind), None)


def fits(context: Context, value: Term, kind: Type, leaf: Leaf, depth: int) -> bool:
    """Whether a value is one of a type, its range included; raises nothing."""
    try:
        own = kind_of(context, value)
        admit(own, kind)
    except (Refused, Uncovered):
        return False
    return own == kind or all(holds(context, need, leaf, depth + NESTED) for need in range_of(value, kind))


def is_random_below(context: Context, binder: Bind, value: Term) -> bool:
    """Whether a random value would take the place of a variable where all outcomes are looked at."""
    if not context.is_random(value):
        return False
    name = fresh(context)
    return below_laws(context, instantiate(binder.body, Symbol(name)), name) or below_laws(
        context, instantiate(binder.condition, Symbol(name)), name
    )

