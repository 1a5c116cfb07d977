"""Comparisons decided by index normal forms: equations, inequalities and apartness of numbers and arrays.

Trusted for concluding a relation from the form of a difference: a form that is zero, or has the sign, for every total
extension of its atoms; denominators are cleared where the goal is defined.
"""

from __future__ import annotations

from flint import fmpq

from checks.contexts import Context
from checks.kernel.advisor import Advisor, Recording
from checks.kernel.algebra import raised
from checks.kernel.apartness import known_apart
from checks.kernel.brackets import at_both_sides, joined
from checks.kernel.certificates import Arithmetic
from checks.kernel.contraction import values_written_out
from checks.kernel.definedness import obligations
from checks.kernel.division import at_a_pair
from checks.kernel.expansion import Expansion
from checks.kernel.facts import sign_of_term
from checks.kernel.forms import Atom, Exponent, Form, Sum, TooLarge, scaled_form
from checks.kernel.literal_matrices import literal_size
from checks.kernel.relations import TURNED, negation
from checks.kernel.splitting import ATTEMPTS, aligned, vanishes_by_splitting
from checks.kernel.symmetry import folded, symmetries
from checks.kernel.translation import component, expand, expansion
from checks.lengths import is_number, same_length
from checks.shapes import type_of
from checks.terms import (
    ONE,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Index,
    Symbol,
    Tensor,
    Term,
    Type,
    add,
    heads,
    instantiate,
    is_closed,
    negate,
    subtract,
)


def arithmetic(context: Context, goal: Term, advisor: Advisor, unfold: frozenset[str] = frozenset()) -> bool:
    """Whether a comparison follows from the index normal forms of its sides.

    ``s = t`` when the form of s − t is zero after multiplication by denominators, which are not zero where
    the sides are defined; ``<=`` and the others from the sign of the form (module ``signs``) or a positivity
    certificate (module ``linear``).  For arrays: entry by entry, at indices of which only the range is known.
    What is too large to write down, or cannot be opened, is not established.
    """
    try:
        return _decided(context, goal, advisor, unfold)
    except TooLarge:
        return False


def shown(context: Context, goal: Term, advisor: Advisor, unfold: tuple[str, ...] = ()) -> Arithmetic | None:
    """The certificate by which a comparison follows from normal forms, with the answers of an advisor; or None.

    What an advisor answers is checked or only names things, so a goal for which there is a certificate is
    established, whoever answered.  It is looked at once in a context.
    """
    key = (goal, frozenset(unfold))
    remembered = context.remembered.shown
    if key in remembered:
        found = remembered[key]
    else:
        recorded = Recording(advisor)
        shows = arithmetic(context, goal, recorded, key[1])
        found = remembered[key] = recorded.certificate(unfold) if shows else None
    return found if isinstance(found, Arithmetic) else None


def was_shown(context: Context, goal: Term, certificate: Arithmetic) -> bool:
    """Whether a goal has been shown in this very context with exactly the answers of the certificate."""
    return context.remembered.shown.get((goal, frozenset(certificate.unfold))) == certificate


def _decided(context: Context, goal: Term, advisor: Advisor, unfold: frozenset[str]) -> bool:
    match goal:
        case Apply("true", ()):
            return True
        case Apply("=" | "equal_almost_surely" | "equal_in_law", (left, right)):
            if left == right:
                return True
            x = _expansion_of(context, goal, advisor, unfold)
            form = joined(x, x.finish(difference(x, left, right)))
            if form.is_zero or is_zero(x, x.opened(form)):
                return True
            mirrored = symmetries(x)
            if mirrored:
                form = folded(x, form, mirrored)
                if form.is_zero or is_zero(x, x.opened(form)):
                    return True
            if vanishes_by_splitting(x, form):
                return True
            shorter = aligned(x, form)
            if shorter is not form and is_zero(x, x.opened(shorter)):
                return True
            return is_squeezed(x, form) or _vanishes_by_cases(x, form)
        case Apply("!=" | "<=" | "<" | ">=" | ">" as head, (left, right)) if is_number(type_of(left, context)):
            x = _expansion_of(context, goal, advisor, unfold)
            if ZERO in (left, right):
                sign = sign_of_term(x, right if left == ZERO else left)
                if sign <= _SIGNS[head if left == ZERO else TURNED[head]]:
                    return True
            form = x.finish(expand(x, subtract(right, left)))
            if holds(x, head, form) or (head == "!=" and _is_product_of_units(x, form)):
                return True
            if head in ("<", ">"):
                # What is not negative, and not zero, is positive.
                larger = form if head == "<" else scaled_form(form, fmpq(-1))
                return x.nonnegative(larger) and _is_product_of_units(x, larger)
            return head in ("<=", ">=") and is_zero(x, x.opened(form))
        case Apply("!=", (left, right)) if isinstance(type_of(left, context), Tensor):
            x = expansion(context, advisor, unfold)
            return differ_at_first_entry(x, left, right) or known_apart(x, left, right)
        case Apply("invertible", (Apply("matmul", (left, right)),)) if _is_square(left, context):
            # det(A B) = det(A) det(B) for square matrices.
            return all(
                _decided(context, Apply("invertible", (factor,)), advisor, unfold) for factor in (left, right)
            )
        case Apply("invertible", (matrix,)):
            # A square matrix is invertible exactly if its determinant is not zero.
            return _decided(context, Apply("!=", (Apply("determinant", (matrix,)), ZERO)), advisor, unfold)
        case Apply("not", (inner,)):
            opposite = negation(inner)
            if isinstance(opposite, Apply) and opposite.head == "not":
                return False
            return arithmetic(context, opposite, advisor, unfold)
        case _:
            return False


def _is_square(matrix: Term, context: Context) -> bool:
    kind = type_of(matrix, context)
    return isinstance(kind, Tensor) and len(kind.shape) == 2 and same_length(*kind.shape, context)


_SIGNS = {
    "<=": frozenset((0, 1)), "<": frozenset((1,)), ">=": frozenset((-1, 0)), ">": frozenset((-1,)),
    "!=": frozenset((-1, 1)),
}  # fmt: skip
"""The signs of t that make ``0 R t`` true."""


def differ_at_first_entry(x: Expansion, left: Term, right: Term) -> bool:
    """Whether two arrays are known to differ where all indices are 1, and such an entry is known to exist."""
    kind = x.type_of(left)
    if not isinstance(kind, Tensor) or not all(x.positive(x.form(length)) for length in kind.shape):
        return False
    first = tuple(ONE for _ in kind.shape)
    return x.nonzero(x.finish(component(x, subtract(left, right), first)))


def holds(x: Expansion, head: str, form: Form) -> bool:
    """Whether right − left = ``form`` makes ``left head right`` true."""
    match head:
        case "<=":
            return x.nonnegative(form)
        case "<":
            return x.positive(form)
        case ">=":
            return x.nonnegative(scaled_form(form, fmpq(-1)))
        case ">":
            return x.positive(scaled_form(form, fmpq(-1)))
        case "!=":
            return x.nonzero(form)
        case _:
            return False


def difference(x: Expansion, left: Term, right: Term) -> Sum:
    """left − right; for arrays its entry at fresh indices."""
    kind = x.type_of(left)
    if isinstance(kind, Tensor):
        indices = []
        for length in kind.shape:
            name = x.fresh()
            x.lengths[name] = x.form(length)
            x.declare(name, Index(ONE, length))
            indices.append(Symbol(name))
        return component(x, subtract(left, right), tuple(indices))
    return expand(x, subtract(left, right))


def _expansion_of(context: Context, goal: Term, advisor: Advisor, unfold: frozenset[str]) -> Expansion:
    """The expansion in which a goal is looked at, where it is defined."""
    x = expansion(where_defined(context, goal), advisor, unfold)
    x.find_units = lambda found: denominators(found, goal)
    return x


def is_zero(x: Expansion, terms: Sum) -> bool:
    """Whether a sum is zero, cleared of denominators that are sums and known not to be zero."""
    form = x.finish(terms)
    for _ in range(16):
        if form.is_zero:
            return True
        found = _denominator(x, form)
        if found is None:
            return False
        base, least = found
        cleared: Sum = []
        for summand in x.opened(form):
            factors = [*summand.factors.items(), (base, -least)]
            cleared.extend(x.settle(summand.coefficient, summand.ranges, factors))
        form = x.finish(x.collected(cleared))
    return False


def is_squeezed(x: Expansion, form: Form) -> bool:
    """Whether a short form is zero because neither it nor its negative is negative."""
    if len(form.terms) > 4 or any(monomial.ranges for monomial, _ in form.terms):
        return False
    return x.nonnegative(form) and x.nonnegative(scaled_form(form, fmpq(-1)))


def _vanishes_by_cases(x: Expansion, form: Form, depth: int = ATTEMPTS) -> bool:
    """Whether a form is zero at all values of a free index.

    Few values are taken one by one, those of a product range as pairs, others on both sides of a bracket.
    """
    if not depth:
        return False
    pair = at_a_pair(x, form)
    cases = [pair] if pair is not None else values_written_out(x, form) or at_both_sides(x, form)
    return bool(cases) and all(
        is_zero(x, x.opened(case)) or _vanishes_by_cases(x, case, depth - 1) for case in cases
    )


def _denominator(x: Expansion, form: Form) -> tuple[Atom, Exponent] | None:
    """A base under a negative power that may be cleared, with its least exponent."""
    for monomial, _ in form.terms:
        own = {name for name, _ in monomial.ranges}
        for atom, exponent in monomial.factors:
            below = atom.tag == "base" and exponent < 0 and atom.indices.isdisjoint(own)
            if below and x.is_unit(atom):
                return atom, min(dict(m.factors).get(atom, 0) for m, _ in form.terms)
    return None


def where_defined(context: Context, goal: Term) -> Context:
    """The context with what makes the goal defined: only where it is does arithmetic say anything of it.

    Whatever asks for arithmetic establishes these conditions apart, or leaves them as conditions; where a rule
    makes a new goal they follow from established ones, as what is said of denominators does not depend on how
    types are found.  (What powers ask of their bases does: it is not supposed, and reads ``t > 0``.)
    """
    needed = [statement for statement in obligations(goal, context) if _is_supposed(statement)]
    for statement in needed:
        context = context.suppose(statement, "declared")
    return context


def _is_supposed(statement: Term) -> bool:
    """Whether a condition is one of a denominator (``t != 0``), an inverse, or a logarithm or root (``0 < t``)."""
    while isinstance(statement, Bind) and statement.head == "forall":
        statement = statement.body
    match statement:
        case Apply("!=" | "invertible", _):
            return True
        case Apply("<", (zero, _)):
            return zero == ZERO
        case _:
            return False


def denominators(x: Expansion, goal: Term) -> frozenset[Atom]:
    """Atoms that are not zero wherever the goal is defined, whatever guards stand in it."""
    found: set[Atom] = set()
    known = [_apart_from_zero(fact.statement) for fact in x.context.facts]
    for needed in (*obligations(goal, x.context), *known):
        statement = needed
        while isinstance(statement, Bind) and statement.head == "forall" and statement.condition == TRUE:
            if not (is_closed(statement.body) and _inhabited(x, statement.domain)):
                break
            statement = instantiate(statement.body, ZERO)
        match statement:
            case Apply("!=", (value, other)) | Apply("<", (other, value)) if other == ZERO:
                pass
            case Apply("invertible", (matrix,)) if _may_meet_determinant(x, matrix, goal):
                value = Apply("determinant", (matrix,))
            case _:
                continue
        if isinstance(x.type_of(value), Tensor):
            continue
        inverse = raised(x, expand(x, value), -1)
        if len(inverse) == 1 and not inverse[0].ranges:
            found.update(atom for atom, exponent in inverse[0].factors.items() if exponent < 0)
    return frozenset(found)


def _apart_from_zero(statement: Term) -> Term:
    """An assumption that something is positive or negative as one that it is not zero; any other as it stands."""
    match statement:
        case Apply("<" | ">", (value, other)) if other == ZERO:
            return Apply("!=", (value, ZERO))
        case Apply("<" | ">", (other, value)) if other == ZERO:
            return Apply("!=", (value, ZERO))
        case _:
            return statement


def _may_meet_determinant(x: Expansion, matrix: Term, goal: Term) -> bool:
    """Whether the determinant of a matrix may stand in the normal form of a goal.

    It does not where none is written, unless an inverse is a quotient by it, or a derivative is taken.
    """
    kind = x.type_of(matrix)
    if isinstance(kind, Tensor) and literal_size(x.form(kind.shape[0])) is not None:
        return True
    found = set(heads(goal))
    for body in x.context.lets.values():
        found |= heads(body)
    pending = [name for name in found if name in x.context.definitions]
    while pending:
        new = heads(x.context.definitions[pending.pop()].body) - found
        found |= new
        pending.extend(name for name in new if name in x.context.definitions)
    return not found.isdisjoint(("determinant", "derivative"))


def _is_product_of_units(x: Expansion, form: Form) -> bool:
    """Whether a form is a product of powers of what is known not to be zero."""
    if form.is_zero:
        return False
    inverse = raised(x, x.opened(form), -1)
    return len(inverse) == 1 and not inverse[0].ranges and all(map(x.is_unit, inverse[0].factors))


def _inhabited(x: Expansion, domain: Type) -> bool:
    """Whether a range of indices is known not to be empty."""
    return isinstance(domain, Index) and x.positive(x.form(add(domain.high, negate(domain.low), ONE)))
