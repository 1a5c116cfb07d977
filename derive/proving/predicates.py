"""Predicates of functions: differentiable, summable, dominated; by their parts, and by functions that are equal.

``summable(lambda x. g)`` follows from ``summable(lambda x. h)`` when g = h for all x: the function is replaced
where it stands, below the binders over its arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import TYPE_CHECKING

from checks.contexts import Context, open_in
from checks.kernel.advisor import Recording
from checks.kernel.atoms import indicator
from checks.kernel.certificates import Certificate, Defined, Directly, Integrable, Replace, Use
from checks.kernel.definedness import obligations, parts_of_defined
from checks.kernel.forms import TooLarge
from checks.kernel.integrability import is_integrable
from checks.kernel.integrals import is_summable
from checks.kernel.reductions import in_branch, unfolded
from checks.kernel.translation import expand, expansion
from checks.lengths import same_type
from checks.shapes import IllTyped, type_of
from checks.terms import Apply, Bind, Symbol, Term, free_symbols, relation, substitute
from derive.proving.advice import Seeker
from derive.proving.guards import bindings
from derive.proving.knowledge import Known, known_facts
from derive.proving.matching import match

if TYPE_CHECKING:
    from derive.proving.search import Search

OF_FUNCTIONS = frozenset({"differentiable", "continuously_differentiable", "summable", "dominated"})
CHOICES = 8


def by_parts(search: Search, context: Context, goal: Term, depth: int) -> Certificate | None:
    """What makes a function differentiable, each condition proved."""
    found = _by_antiderivatives(search, context, goal, depth)
    parts = parts_of_defined(goal, context)
    if found is not None or parts is None:
        return found
    proofs = []
    for part in parts:
        proof = search.prove(context, part, depth)
        if proof is None:
            return None
        proofs.append(proof)
    return Defined(tuple(proofs))


def _by_antiderivatives(search: Search, context: Context, goal: Term, depth: int) -> Certificate | None:
    """``summable`` of what consists of polynomials times exponentials on its pieces."""
    match goal:
        case Apply("summable", (Bind("lambda") as function,)):
            pass
        case _:
            return None
    answers = Recording(Seeker())
    try:
        if not is_summable(expansion(context, answers), function, expand, indicator):
            return None
    except (TooLarge, IllTyped):
        return None
    proofs = []
    for needed in obligations(function, context):
        found = search.prove(context, needed, depth)
        if found is None:
            return None
        proofs.append(found)
    return Integrable(tuple(proofs), answers.certificate())


def by_moments(context: Context, goal: Apply) -> Certificate | None:
    """``integrable(t)``: every monomial has a moment, or an integral over a density."""
    answers = Recording(Seeker())
    try:
        found = is_integrable(context, goal.arguments[0], answers)
    except (TooLarge, IllTyped):
        return None
    return Integrable((), answers.certificate()) if found else None


def by_equal_function(search: Search, context: Context, goal: Apply, depth: int) -> Certificate | None:
    """The predicate of a function from that of an equal one, which is known."""
    for use, statement in islice(_known(search, context, goal, depth), CHOICES):
        reduced = unfolded(context, statement, frozenset())
        if not isinstance(reduced, Apply) or reduced.head != goal.head or reduced.arguments[1:] != goal.arguments[1:]:
            continue
        certificate: Certificate = Directly(use)
        if reduced != statement:
            # What is used has lambdas applied in it: the goal is replaced by it as it stands.
            certificate = _as_it_stands(search, context, goal, reduced, statement, certificate) or certificate
            if isinstance(certificate, Directly):
                continue
        if reduced == goal:
            return certificate
        found = _replaced(search, context, goal, reduced, certificate)
        if found is not None:
            return found
    return None


def _as_it_stands(
    search: Search, context: Context, goal: Apply, reduced: Apply, statement: Term, certificate: Certificate
) -> Certificate | None:
    """What is left once the goal's function has given way to the reduced one; its variables keep their names."""
    if not isinstance(statement, Apply):
        return None
    function = _called_as(reduced.arguments[0], goal.arguments[0])
    return _replaced(
        search, context, Apply(reduced.head, (function, *reduced.arguments[1:])), statement, certificate
    )


def _called_as(function: Term, other: Term) -> Term:
    """A nest of lambdas with the names of another's variables."""
    if isinstance(function, Bind) and isinstance(other, Bind) and function.head == other.head == "lambda":
        return Bind("lambda", function.domain, function.condition, _called_as(function.body, other.body), other.hint)
    return function


def _replaced(
    search: Search, context: Context, goal: Apply, known: Apply, certificate: Certificate
) -> Certificate | None:
    """The goal with its function's value replaced by that of the known one."""
    inner = context
    first: Term = goal.arguments[0]
    second: Term = known.arguments[0]
    position = [0]
    while isinstance(first, Bind) and isinstance(second, Bind) and first.head == second.head == "lambda":
        if first.domain != second.domain:
            return None
        opened, variable, body = open_in(inner, first)
        _, other, value = open_in(inner, second)
        inner, first, second = opened, body, substitute(value, {other.name: variable})
        position.append(0)
    if isinstance(first, Bind) and first.head == "lambda":
        return None
    match first, second:
        case Apply("if", (test, taken, rest)), Apply("if", (same, new, last)) if test == same and rest == last:
            # Only where the test holds the values have to agree.
            inner, first, second = in_branch(inner, test, 1), taken, new
            position.append(1)
        case _:
            pass
    equation = relation(first, "=", second)
    try:
        type_of(equation, inner)
    except IllTyped:
        return None
    proof = search.proof(inner, equation)
    if proof is None or any(part is None for part in proof.definedness):
        return None
    return Replace(tuple(position), second, proof, certificate)


def _known(search: Search, context: Context, goal: Apply, depth: int) -> Iterator[tuple[Use, Term]]:
    """Known statements of the goal's predicate: assumptions, and lemmas whose premise is an assumption."""
    for item in known_facts(context):
        if isinstance(item.conclusion, Apply) and item.conclusion.head == goal.head:
            yield from _at_symbols(search, context, goal, item, depth)
    for item in search.helper().at_hand():
        if not isinstance(item.conclusion, Apply) or item.conclusion.head != goal.head:
            continue
        for binding in bindings(item, item.conclusion, goal, context, CHOICES):
            found = search.use(context, item, binding, depth, max(depth - 1, 0))
            if found is not None:
                yield found
        for premise in _premises(search, item):
            for fact in context.facts:
                for binding in match(premise, fact.statement, item.variables, {}):
                    found = search.use(context, item, binding, depth, max(depth - 1, 0))
                    if found is not None:
                        yield found


def _at_symbols(
    search: Search, context: Context, goal: Apply, item: Known, depth: int
) -> Iterator[tuple[Use, Term]]:
    """The uses of an assumption at symbols of the goal that have the types of its variables."""
    candidates = []
    for kind in item.variables.values():
        names = sorted(free_symbols(goal) & context.declarations.keys())
        candidates.append([Symbol(n) for n in names if same_type(context.declarations[n].type, kind, context)])
    for values in islice(product(*candidates), CHOICES):
        found = search.use(context, item, dict(zip(item.variables, values, strict=True)), depth)
        if found is not None:
            yield found


def _premises(search: Search, item: Known) -> Iterator[Term]:
    """What a lemma assumes, with its variables as patterns."""
    kind, _, label = item.source.partition(":")
    lemma = search.theory.get(label) if kind == "lemma" else None
    if lemma is None:
        return
    names = {name: Symbol(f"?{lemma.name}.{name}") for name in lemma.context.declarations}
    for fact in lemma.context.facts:
        if isinstance(fact.statement, Apply) and fact.statement.head in OF_FUNCTIONS:
            yield substitute(fact.statement, names)

