"""``verify``: the only function that yields ``proved``.

The rules, one function each, named after the records in ``certificates``.  None of them searches: what has to
be found is in the certificate.  A rule that does not apply raises ``Rejected``.

Trusted for everything that is called ``proved``: each rule asks for what its theorem needs, and whatever is not
shaped as a rule wants is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from checks.averaging import averages
from checks.contexts import Context, open_in
from checks.kernel.atoms import indicator
from checks.kernel.certificates import (
    Absurd,
    Alternative,
    Always,
    Arithmetic,
    Both,
    Certificate,
    Chain,
    Combine,
    Cut,
    Defined,
    Directly,
    Exhibit,
    Extremal,
    Induction,
    Integrable,
    Introduce,
    Monotone,
    Obtain,
    Proof,
    Replace,
    Scaled,
    Split,
    Unfold,
    Use,
)
from checks.kernel.comparison import arithmetic, was_shown
from checks.kernel.definedness import obligations, parts_of_defined, undischarged
from checks.kernel.forms import Form, Summand, TooLarge
from checks.kernel.integrability import is_integrable
from checks.kernel.integrals import is_summable
from checks.kernel.lemmas import Theory, used_statement
from checks.kernel.linear import Multipliers
from checks.kernel.monotonicity import monotone_ways
from checks.kernel.records import Watch
from checks.kernel.reductions import (
    Rejected,
    at_position,
    combined_goal,
    exhibited,
    extremal_parts,
    induction_parts,
    obtained,
    scaled_difference,
    unfolded,
)
from checks.kernel.relations import COMPOSITION, gives, negation, turned
from checks.kernel.translation import expand, expansion
from checks.lengths import is_number
from checks.shapes import IllTyped, type_of
from checks.terms import (
    BINDERS,
    OPERATORS,
    PROPOSITION,
    TRUE,
    Apply,
    Bind,
    Term,
    free_symbols,
    is_closed,
    is_name,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The statement holds, provided that ``conditions`` do; without conditions it is proved."""

    conditions: tuple[Term, ...] = ()


def verify(context: Context, theory: Theory, statement: Term, proof: Proof) -> Judgement:
    """Establishes ``Def(statement)`` and the statement, or raises ``Rejected``."""
    try:
        check_names(context)
        if type_of(statement, context) != PROPOSITION:
            raise Rejected("not a statement")
        needed = undischarged(statement, context)
        if len(proof.definedness) != len(needed):
            raise Rejected(f"{len(needed)} conditions of definedness, {len(proof.definedness)} certificates")
        conditions: list[Term] = []
        for condition, certificate in zip(needed, proof.definedness, strict=True):
            if certificate is None:
                conditions.append(condition)
            else:
                establish(context, theory, condition, certificate)
        # The statement is established where the conditions hold, which the judgement lists.
        known = supposed(context, conditions) if proof.supposing else context
        if conditions:
            # What is left open of a symbol is assumed of it: it is not arbitrary, as an induction on it would need.
            known = replace(known, held=known.held.union(*map(free_symbols, conditions)))
        establish(known, theory, statement, proof.certificate)
    except (IllTyped, TooLarge, RecursionError) as error:
        raise Rejected(str(error)) from error
    except (AttributeError, TypeError, ValueError, LookupError, ArithmeticError, MemoryError) as error:
        # A certificate is foreign data: whatever is not shaped like one is refused.
        raise Rejected(f"a malformed certificate: {error}") from error
    return Judgement(tuple(conditions))


def supposed(context: Context, conditions: Sequence[Term]) -> Context:
    """The context in which conditions hold as well."""
    for condition in conditions:
        context = context.suppose(condition)
    return context


class Ledger:
    """A proof in progress: statements established one after the other, each usable by the next.

    A statement enters ``context`` as an assumption of the kind ``proved`` only when ``verify`` has proved it
    without conditions, so what is verified in the ledger's context holds in the original one (cut).
    """

    def __init__(self, context: Context, theory: Theory) -> None:
        self.context = context
        self.theory = theory

    def add(self, statement: Term, proof: Proof, name: str | None = None) -> Judgement:
        """Verifies a statement and records it; raises ``Rejected``."""
        judgement = verify(self.context, self.theory, statement, proof)
        if not judgement.conditions:
            self.context = self.context.conclude(statement, name, obligations(statement, self.context))
        return judgement

    def holds(self, statement: Term) -> bool:
        """Whether the statement, or every part of a conjunction, stands in the ledger as proved."""
        match statement:
            case Apply("and", parts):
                return all(self.holds(part) for part in parts)
            case _:
                return any(
                    fact.kind == "proved" and fact.statement == statement for fact in self.context.facts
                )


def check_names(context: Context) -> None:
    """Raises ``Rejected`` when a name of the context is none or that of an operator, or a law's lengths are random."""
    for name in context.names():
        if not is_name(name) or (name in context.definitions and name in OPERATORS | BINDERS):
            raise Rejected(f"{name!r} is no name")
    for declaration in context.declarations.values():
        if declaration.law is not None and context.varies(declaration.type):
            raise Rejected(f"the type of {declaration.name} is random")


def establish(context: Context, theory: Theory, goal: Term, certificate: Certificate) -> None:
    """Checks a certificate of a well-typed statement; raises ``Rejected``."""
    if isinstance(goal, Apply) and averages(goal.head, context):
        # What is said of laws is said of all outcomes; facts keep their places.
        context = context.everywhere()
    rule = _RULES.get(type(certificate))
    if rule is None:
        raise Rejected(f"no rule for {type(certificate).__name__}")
    if not isinstance(theory, Watch):
        rule(context, theory, goal, certificate)
        return
    theory.enter(context, goal, certificate)
    try:
        rule(context, theory, goal, certificate)
    finally:
        theory.leave()


# -- arithmetic ----------------------------------------------------------------------------------------


class _Replay:
    """An advisor that reads a certificate."""

    def __init__(self, certificate: Arithmetic) -> None:
        self._orders = iter(certificate.orders)
        self._multipliers = iter(certificate.multipliers)

    def order(self, summand: Summand, label: Callable[[Sequence[str]], str]) -> Sequence[str]:
        """The next recorded order."""
        names = tuple(summand.ranges)
        positions = next(self._orders, None)
        if positions is None or sorted(positions) != list(range(len(names))):
            raise Rejected("no renaming of bound indices is recorded for a monomial")
        return tuple(names[position] for position in positions)

    def multipliers(
        self, goal: Form, facts: Sequence[Form], strict: Sequence[bool], integral: bool, positive: bool
    ) -> Multipliers | None:
        """The next recorded multipliers."""
        return next(self._multipliers, None)


def _arithmetic(context: Context, theory: Theory, goal: Term, certificate: Arithmetic) -> None:
    for name in certificate.unfold:
        if name not in context.definitions:
            raise Rejected(f"no definition {name}")
    if was_shown(context, goal, certificate):
        return
    if not arithmetic(context, goal, _Replay(certificate), frozenset(certificate.unfold)):
        raise Rejected("the normal forms do not show it")


# -- using assumptions and lemmas ----------------------------------------------------------------------


def used(context: Context, theory: Theory, use: Use) -> Term:
    """The statement of a use whose certificate proves what it needs."""
    proofs = iter(use.proofs)

    def discharge(inner: Context, statement: Term) -> None:
        certificate = next(proofs, None)
        if certificate is None:
            raise Rejected("a condition of an instance has no certificate")
        establish(inner, theory, statement, certificate)

    statement = used_statement(context, theory, use.source, use.values, use.path, discharge)
    if next(proofs, None) is not None:
        raise Rejected("more certificates than conditions")
    return statement


def _directly(context: Context, theory: Theory, goal: Term, certificate: Directly) -> None:
    statement = used(context, theory, certificate.use)
    if statement != goal and turned(statement) != goal:
        raise Rejected("the used statement is not the goal")


# -- replacing ------------------------------------------------------------------------------------------


def _replace(context: Context, theory: Theory, goal: Term, certificate: Replace) -> None:
    def change(inner: Context, term: Term) -> Term:
        head = "iff" if type_of(term, inner) == PROPOSITION else "="
        equation = Apply(head, (term, certificate.value))
        if not is_closed(equation) or type_of(equation, inner) != PROPOSITION:
            raise Rejected("a replacement of another type")
        _fully(inner, theory, equation, certificate.proof)
        return certificate.value

    establish(context, theory, at_position(context, goal, certificate.position, change), certificate.then)


# -- combinations and chains ---------------------------------------------------------------------------


def _combine(context: Context, theory: Theory, goal: Term, certificate: Combine) -> None:
    if not is_number(
        type_of(goal.arguments[0] if isinstance(goal, Apply) and goal.arguments else TRUE, context)
    ):
        raise Rejected("only comparisons of numbers combine")
    statements = [used(context, theory, use) for use in certificate.uses]
    if len(certificate.factors) != len(statements):
        raise Rejected("one factor for each relation")
    for factor in certificate.factors:
        if not is_closed(factor):
            raise Rejected("a factor with a loose variable")
    rest, side = combined_goal(context, goal, statements, certificate.factors)
    advisor = _Replay(certificate.then)
    unfold = frozenset(certificate.then.unfold)
    for statement in (rest, *side):
        if not arithmetic(context, statement, advisor, unfold):
            raise Rejected("the combination does not give the goal")
    for factor in certificate.factors:
        for needed in undischarged(factor, context):
            if not arithmetic(context, needed, advisor, unfold):
                raise Rejected("a factor is not defined")


def _monotone(context: Context, theory: Theory, goal: Term, certificate: Monotone) -> None:
    ways = monotone_ways(context, goal, certificate.position)
    if not 0 <= certificate.way < len(ways):
        raise Rejected("the operation is not monotone in this way")
    needed = ways[certificate.way]
    if len(needed) != len(certificate.proofs):
        raise Rejected("one certificate for each condition")
    for (inner, statement), proof in zip(needed, certificate.proofs, strict=True):
        establish(inner, theory, statement, proof)


def _chain(context: Context, theory: Theory, goal: Term, certificate: Chain) -> None:
    match goal:
        case Apply(wanted, (left, right)):
            pass
        case _:
            raise Rejected("only a relation is a chain")
    terms = (left, *certificate.terms, right)
    if len(certificate.relations) != len(terms) - 1 or len(certificate.proofs) != len(certificate.relations):
        raise Rejected("a chain of the wrong length")
    found = None
    for position, head in enumerate(certificate.relations):
        found = head if found is None else COMPOSITION.get((found, head))
        if found is None:
            raise Rejected("relations that do not compose")
        link = Apply(head, (terms[position], terms[position + 1]))
        if not is_closed(link) or type_of(link, context) != PROPOSITION:
            raise Rejected("a link that is no statement")
        _fully(context, theory, link, certificate.proofs[position])
    if found is None or not gives(found, wanted):
        raise Rejected(f"the chain gives {found}, not {wanted}")


def _fully(context: Context, theory: Theory, statement: Term, proof: Proof) -> None:
    """Establishes a statement and everything that makes it defined."""
    needed = undischarged(statement, context)
    if len(needed) != len(proof.definedness):
        raise Rejected("one certificate for each condition of definedness")
    for condition, certificate in zip(needed, proof.definedness, strict=True):
        if certificate is None:
            raise Rejected("an intermediate statement that may be undefined")
        establish(context, theory, condition, certificate)
    establish(context, theory, statement, proof.certificate)


# -- logic ---------------------------------------------------------------------------------------------


def _introduce(context: Context, theory: Theory, goal: Term, certificate: Introduce) -> None:
    match goal:
        case Bind("forall"):
            inner, _, body = open_in(context, goal)
            establish(inner, theory, body, certificate.proof)
        case Apply("implies", (premise, conclusion)):
            establish(context.suppose(premise), theory, conclusion, certificate.proof)
        case _:
            raise Rejected("nothing to introduce")


def _both(context: Context, theory: Theory, goal: Term, certificate: Both) -> None:
    match goal:
        case Apply("and", parts):
            pass
        case Apply("iff", (left, right)):
            parts = (Apply("implies", (left, right)), Apply("implies", (right, left)))
        case _:
            raise Rejected("neither a conjunction nor an equivalence")
    if len(parts) != len(certificate.proofs):
        raise Rejected("one certificate for each part")
    for part, proof in zip(parts, certificate.proofs, strict=True):
        establish(context, theory, part, proof)


def _alternative(context: Context, theory: Theory, goal: Term, certificate: Alternative) -> None:
    match goal:
        case Apply("or", parts) if 0 <= certificate.position < len(parts):
            establish(context, theory, parts[certificate.position], certificate.proof)
        case _:
            raise Rejected("no such part of a disjunction")


def _split(context: Context, theory: Theory, goal: Term, certificate: Split) -> None:
    if isinstance(certificate.use, Use):
        match used(context, theory, certificate.use):
            case Apply("or", parts):
                pass
            case _:
                raise Rejected("only a disjunction splits")
    else:
        statement = certificate.use
        if (
            not is_closed(statement)
            or type_of(statement, context) != PROPOSITION
            or undischarged(statement, context)
        ):
            raise Rejected("a case that is no defined statement")
        parts = (statement, negation(statement))
    if len(parts) != len(certificate.proofs):
        raise Rejected("one certificate for each case")
    for part, proof in zip(parts, certificate.proofs, strict=True):
        establish(context.suppose(part), theory, goal, proof)


def _scaled(context: Context, theory: Theory, goal: Term, certificate: Scaled) -> None:
    if not is_closed(certificate.factor) or not is_number(type_of(certificate.factor, context)):
        raise Rejected("a factor that is no number")
    equation, sign = scaled_difference(goal, certificate.factor)
    if not is_number(type_of(equation.arguments[0] if isinstance(equation, Apply) else equation, context)):
        raise Rejected("only comparisons of numbers are scaled")
    _arithmetic(context, theory, equation, certificate.then)
    advisor = _Replay(certificate.positive)
    for statement in (sign, *undischarged(certificate.factor, context)):
        if not arithmetic(context, statement, advisor, frozenset(certificate.positive.unfold)):
            raise Rejected("a factor that may be undefined or of the wrong sign")


def _cut(context: Context, theory: Theory, goal: Term, certificate: Cut) -> None:
    statement = certificate.statement
    if not is_closed(statement) or type_of(statement, context) != PROPOSITION:
        raise Rejected("not a statement")
    _fully(context, theory, statement, certificate.proof)
    known = context.conclude(statement, None, obligations(statement, context))
    establish(known, theory, goal, certificate.then)


def _exhibit(context: Context, theory: Theory, goal: Term, certificate: Exhibit) -> None:
    needed = list(exhibited(context, goal, certificate.value))
    if len(needed) != len(certificate.proofs):
        raise Rejected("one certificate for each condition")
    for statement, proof in zip(needed, certificate.proofs, strict=True):
        establish(context, theory, statement, proof)


def _obtain(context: Context, theory: Theory, goal: Term, certificate: Obtain) -> None:
    statement = used(context, theory, certificate.use)
    if certificate.name in free_symbols(goal):
        raise Rejected("the name is in use")
    establish(obtained(context, statement, certificate.name), theory, goal, certificate.then)


def _extremal(context: Context, theory: Theory, goal: Term, certificate: Extremal) -> None:
    member, comparison = extremal_parts(context, goal)
    establish(context, theory, member, certificate.first)
    establish(context, theory, comparison, certificate.second)


def _unfold(context: Context, theory: Theory, goal: Term, certificate: Unfold) -> None:
    names = frozenset(certificate.names)
    if not names <= context.definitions.keys() | context.lets.keys():
        raise Rejected("no such definition")
    establish(context, theory, unfolded(context, goal, names), certificate.then)


def _induction(context: Context, theory: Theory, goal: Term, certificate: Induction) -> None:
    base, inner, step = induction_parts(context, goal, certificate.symbol)
    establish(context, theory, base, certificate.base)
    establish(inner, theory, step, certificate.step)


def _integrable(context: Context, theory: Theory, goal: Term, certificate: Integrable) -> None:
    match goal:
        case Apply("integrable", (argument,)) if is_integrable(context, argument, _Replay(certificate.pieces)):
            return
        case Apply("summable", (Bind("lambda") as function,)) if is_summable(
            expansion(context, _Replay(certificate.pieces)), function, expand, indicator
        ):
            needed = obligations(function, context)
            if len(needed) != len(certificate.proofs):
                raise Rejected("one certificate for each condition of definedness")
            for condition, proof in zip(needed, certificate.proofs, strict=True):
                establish(context, theory, condition, proof)
        case _:
            raise Rejected("moments that are not known to exist")


def _defined(context: Context, theory: Theory, goal: Term, certificate: Defined) -> None:
    needed = parts_of_defined(goal, context)
    if needed is None or len(needed) != len(certificate.proofs):
        raise Rejected("one certificate for each condition of definedness")
    for condition, proof in zip(needed, certificate.proofs, strict=True):
        establish(context, theory, condition, proof)


def _always(context: Context, theory: Theory, goal: Term, certificate: Always) -> None:
    match goal:
        case Apply("always", (statement,)):
            # ``establish`` has left what is known at one outcome behind.
            establish(context, theory, statement, certificate.proof)
        case _:
            raise Rejected("nothing is said of every outcome")


def _absurd(context: Context, theory: Theory, goal: Term, certificate: Absurd) -> None:
    statement = certificate.statement
    if not is_closed(statement) or type_of(statement, context) != PROPOSITION:
        raise Rejected("not a statement")
    _fully(context, theory, statement, certificate.proof)
    establish(context, theory, negation(statement), certificate.denial)


_RULES: Mapping[type, Callable[..., None]] = {
    Arithmetic: _arithmetic,
    Directly: _directly,
    Replace: _replace,
    Combine: _combine,
    Monotone: _monotone,
    Chain: _chain,
    Introduce: _introduce,
    Both: _both,
    Alternative: _alternative,
    Split: _split,
    Scaled: _scaled,
    Cut: _cut,
    Exhibit: _exhibit,
    Obtain: _obtain,
    Extremal: _extremal,
    Unfold: _unfold,
    Induction: _induction,
    Integrable: _integrable,
    Defined: _defined,
    Always: _always,
    Absurd: _absurd,
}
