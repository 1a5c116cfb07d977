"""``verify``: the only function that yields ``proved``.

The rules, one function each, named after the records in ``certificates``.  None of them searches: what has to
be found is in the certificate.  A rule that does not apply raises ``Rejected``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flint import fmpq

from checks.contexts import Context, Declaration, Fact, Law, open_in
from checks.kernel.certificates import (
    Absurd,
    Alternative,
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
    Obtain,
    Proof,
    Replace,
    Scaled,
    Split,
    Unfold,
    Use,
)
from checks.kernel.definedness import obligations, parts_of_defined, within
from checks.kernel.expansion import Advisor, Expansion, TooLarge
from checks.kernel.forms import Form, Sum, Summand, from_atom, scaled_form
from checks.kernel.integrability import is_integrable
from checks.kernel.linear import Multipliers
from checks.kernel.translation import component, expand, expansion, sign_of_term
from checks.shapes import IllTyped, fits, is_number, type_of
from checks.terms import (
    FALSE,
    NATURAL,
    ONE,
    PROPOSITION,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Index,
    Symbol,
    Tensor,
    Term,
    Type,
    abstract,
    add,
    conjunction,
    fresh_name,
    heads,
    instantiate,
    is_closed,
    map_children,
    multiply,
    number,
    open_binder,
    relation,
    substitute,
    substitute_type,
    subtract,
    free_symbols,
)


class Rejected(Exception):
    """The certificate does not establish the statement; the message says which rule failed and where.

    What to do: nothing for an author; a search that hands over such a certificate is at fault.
    """


@dataclass(frozen=True, slots=True)
class Lemma:
    """A proved (or admitted) statement with the context that it speaks of."""

    name: str
    context: Context
    statement: Term

    @property
    def hash(self) -> str:
        """What a certificate cites the lemma by: a hash of its context and statement."""
        return lemma_hash(self.context, self.statement)


Theory = Mapping[str, Lemma]
"""The lemmas that may be used, by hash."""


def lemma_hash(context: Context, statement: Term) -> str:
    """A hash of everything that a statement means: context, definitions it can reach, the statement itself."""
    parts = (
        tuple((d.name, d.type, d.law) for d in context.declarations.values()),
        tuple(fact.statement for fact in context.facts),
        tuple(context.lets.items()),
        tuple(tuple(sorted(map(sorted, i.families))) for i in context.independences),
        statement,
        tuple(context.definitions[name] for name in reachable_definitions(context, statement)),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def reachable_definitions(context: Context, statement: Term) -> tuple[str, ...]:
    """Names of the definitions that a statement and its context mention, directly or through others."""
    pending = [statement, *(fact.statement for fact in context.facts), *context.lets.values()]
    found: dict[str, None] = {}
    while pending:
        for head in sorted(heads(pending.pop()) & context.definitions.keys()):
            if head not in found:
                found[head] = None
                pending.append(context.definitions[head].body)
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The statement holds, provided that ``conditions`` do; without conditions it is proved."""

    conditions: tuple[Term, ...] = ()


def verify(context: Context, theory: Theory, statement: Term, proof: Proof) -> Judgement:
    """Establishes ``Def(statement)`` and the statement, or raises ``Rejected``."""
    try:
        if type_of(statement, context) != PROPOSITION:
            raise Rejected("not a statement")
        needed = obligations(statement, context)
        if len(proof.definedness) != len(needed):
            raise Rejected(f"{len(needed)} conditions of definedness, {len(proof.definedness)} certificates")
        conditions = []
        for condition, certificate in zip(needed, proof.definedness, strict=True):
            if certificate is None:
                conditions.append(condition)
            else:
                establish(context, theory, condition, certificate)
        establish(context, theory, statement, proof.certificate)
    except (IllTyped, TooLarge, RecursionError) as error:
        raise Rejected(str(error)) from error
    return Judgement(tuple(conditions))


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
            self.context = self.context.assume(Fact(statement, "proved", name))
        return judgement


    def holds(self, statement: Term) -> bool:
        """Whether the statement, or every part of a conjunction, stands in the ledger as proved."""
        match statement:
            case Apply("and", parts):
                return all(self.holds(part) for part in parts)
            case _:
                return any(fact.kind == "proved" and fact.statement == statement for fact in self.context.facts)


def establish(context: Context, theory: Theory, goal: Term, certificate: Certificate) -> None:
    """Checks a certificate of a well-typed statement; raises ``Rejected``."""
    rule = _RULES.get(type(certificate))
    if rule is None:
        raise Rejected(f"no rule for {type(certificate).__name__}")
    rule(context, theory, goal, certificate)


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


def arithmetic(context: Context, goal: Term, advisor: Advisor, unfold: frozenset[str] = frozenset()) -> bool:
    """Whether a comparison follows from the index normal forms of its sides.

    ``s = t`` when the form of s − t is zero after multiplication by denominators, which are not zero where
    the sides are defined; ``<=`` and the others from the sign of the form (module ``signs``) or a positivity
    certificate (module ``linear``).  For arrays: entry by entry, at indices of which only the range is known.
    """
    match goal:
        case Apply("true", ()):
            return True
        case Apply("=" | "equal_almost_surely" | "equal_in_law", (left, right)):
            if left == right:
                return True
            x = expansion(context, advisor, unfold)
            return is_zero(x, difference(x, left, right))
        case Apply("!=" | "<=" | "<" | ">=" | ">" as head, (left, right)) if is_number(type_of(left, context)):
            x = expansion(context, advisor, unfold)
            if ZERO in (left, right):
                sign = sign_of_term(x, right if left == ZERO else left)
                if sign <= _SIGNS[head if left == ZERO else _TURNED[head]]:
                    return True
            form = x.finish(expand(x, subtract(right, left)))
            return holds(x, head, form) or (head in ("<=", ">=") and is_zero(x, x.opened(form)))
        case Apply("!=", (left, right)) if isinstance(type_of(left, context), Tensor):
            x = expansion(context, advisor, unfold)
            return differ_at_first_entry(x, left, right)
        case Apply("not", (inner,)):
            opposite = negation(inner)
            return not isinstance(opposite, Apply) or opposite.head != "not" and arithmetic(
                context, opposite, advisor, unfold
            )  # fmt: skip
        case _:
            return False


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


_OPPOSITE = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "=": "!=", "!=": "="}


def negation(statement: Term) -> Term:
    """A statement equivalent to the negation of a defined statement."""
    match statement:
        case Apply("not", (inner,)):
            return inner
        case Apply(head, arguments) if head in _OPPOSITE:
            return Apply(_OPPOSITE[head], arguments)
        case _:
            return Apply("not", (statement,))


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


def is_zero(x: Expansion, terms: Sum) -> bool:
    """Whether a sum is zero, cleared of denominators that are sums."""
    form = x.finish(terms)
    for _ in range(16):
        if form.is_zero:
            return True
        least = None
        for monomial, _ in form.terms:
            own = {name for name, _ in monomial.ranges}
            for atom, exponent in monomial.factors:
                if atom.tag == "base" and exponent < 0 and atom.indices.isdisjoint(own):
                    powers = [dict(m.factors).get(atom, 0) for m, _ in form.terms]
                    least = (atom, min(powers))
                    break
            if least is not None:
                break
        if least is None:
            return False
        form = x.finish(x.times(x.opened(form), from_atom(least[0], -least[1])))
    return False


def _arithmetic(context: Context, theory: Theory, goal: Term, certificate: Arithmetic) -> None:
    for name in certificate.unfold:
        if name not in context.definitions:
            raise Rejected(f"no definition {name}")
    if not arithmetic(context, goal, _Replay(certificate), frozenset(certificate.unfold)):
        raise Rejected("the normal forms do not show it")


# -- using assumptions and lemmas ----------------------------------------------------------------------

Discharge = Callable[[Context, Term], None]


def used_statement(
    context: Context, theory: Theory, source: str, values: Sequence[Term], path: Sequence[int], discharge: Discharge
) -> Term:
    """The statement that an instance of an assumption or lemma makes; ``discharge`` sees to what it needs.

    A lemma speaks of all values of its symbols.  Where it mentions randomness, a symbol with a law may be
    taken only by a symbol with the same law (independence carried over), or, when nothing is declared of its
    law, by any term; and symbols without a law only by terms that are not random, because E integrates over
    all random symbols of the context.
    """
    kind, _, label = source.partition(":")
    remaining = list(values)
    if kind == "fact":
        if not label.isdigit() or int(label) >= len(context.facts):
            raise Rejected(f"no assumption {label}")
        statement = context.facts[int(label)].statement
    elif kind == "lemma":
        lemma = theory.get(label)
        if lemma is None:
            raise Rejected(f"no lemma {label}")
        names = list(lemma.context.declarations)
        if len(remaining) < len(names):
            raise Rejected(f"{lemma.name} has {len(names)} symbols")
        mapping = dict(zip(names, remaining, strict=False))
        remaining = remaining[len(names) :]
        statement = _instance(context, lemma, mapping, discharge)
    elif kind == "extremum" and remaining:
        statement = extremum_property(context, remaining.pop(0), discharge)
    else:
        raise Rejected(f"no source {source}")
    picks = list(path)
    while True:
        match statement:
            case Bind("forall", domain, _, _) if remaining:
                value = remaining.pop(0)
                check_value(context, value, domain, discharge)
                condition, statement = open_binder(statement, value)
                if condition != TRUE:
                    discharge(context, condition)
            case Apply("implies", (premise, conclusion)):
                discharge(context, premise)
                statement = conclusion
            case Apply("and", parts) if picks:
                position = picks.pop(0)
                if not 0 <= position < len(parts):
                    raise Rejected("no such part of a conjunction")
                statement = parts[position]
            case _:
                break
    if remaining or picks:
        raise Rejected("more values than variables")
    return statement


def extremum_property(context: Context, term: Term, discharge: Discharge) -> Term:
    """What a supremum, infimum, greatest or least element that exists is, by its definition."""
    if not isinstance(term, Bind) or not is_closed(term):
        raise Rejected("only an extremum has the property of one")
    type_of(term, context)
    for needed in obligations(term, context):
        discharge(context, needed)
    return conjunction(*extremal_parts(context, relation(term, "=", term)))


def check_value(context: Context, value: Term, domain: Type, discharge: Discharge) -> None:
    """Sees to it that a value is defined, fits a type and lies in its range."""
    if not is_closed(value) or not fits(type_of(value, context), domain, context):
        raise Rejected("a value of the wrong type")
    for needed in obligations(value, context):
        discharge(context, needed)
    for needed in within(value, domain, context):
        discharge(context, needed)


def _instance(context: Context, lemma: Lemma, mapping: Mapping[str, Term], discharge: Discharge) -> Term:
    for name in reachable_definitions(lemma.context, lemma.statement):
        if context.definitions.get(name) != lemma.context.definitions[name]:
            raise Rejected(f"{lemma.name} uses another definition of {name}")
    random_symbols = [d.name for d in lemma.context.declarations.values() if d.law is not None]
    lets = _resolved_lets(lemma.context)
    statement = substitute(lemma.statement, lets)
    facts = [substitute(fact.statement, lets) for fact in lemma.context.facts]
    stochastic = bool(random_symbols) or any(
        _mentions_expectation(term, lemma.context) for term in (statement, *facts)
    )
    for position, (name, declaration) in enumerate(lemma.context.declarations.items()):
        value = mapping[name]
        earlier = {n: mapping[n] for n in list(lemma.context.declarations)[:position]}
        domain = substitute_type(_type_without_lets(declaration.type, lets), earlier)
        if declaration.law is not None and not _is_arbitrary(declaration.law, name, lemma.context):
            _check_same_law(context, declaration.law, value, earlier, lets)
        elif stochastic and declaration.law is None and _is_random_term(value, context):
            raise Rejected(f"{lemma.name} takes for {name} nothing random")
        check_value(context, value, domain, discharge)
    _check_independence(context, lemma.context, mapping)
    for fact in facts:
        discharge(context, substitute(fact, mapping))
    return substitute(statement, mapping)


def _type_without_lets(kind: Type, lets: Mapping[str, Term]) -> Type:
    return substitute_type(kind, lets)


def _resolved_lets(context: Context) -> dict[str, Term]:
    resolved: dict[str, Term] = {}
    for name, body in context.lets.items():
        resolved[name] = substitute(body, resolved)
    return resolved


def _mentions_expectation(term: Term, context: Context) -> bool:
    found = heads(term)
    names = set(found)
    for name in reachable_definitions(replace(context, facts=(), lets={}), term):
        names |= heads(context.definitions[name].body)
    return bool(names & {"expectation", "equal_in_law", "equal_almost_surely", "independent", "integrable"})


def _is_random_term(term: Term, context: Context) -> bool:
    pending, seen = list(free_symbols(term)), set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        if context.is_random(name):
            return True
        if name in context.lets:
            pending.extend(free_symbols(context.lets[name]))
    return False


def _is_arbitrary(law: Law, name: str, context: Context) -> bool:
    """Whether nothing is declared of a random symbol's law, so that any random term may take its place."""
    bare = law.family == "declared" and law.mean is None and law.variance is None and law.order == 0
    return bare and law.entries == "joint" and not any(
        name in family for independence in context.independences for family in independence.families
    )  # fmt: skip


def _check_same_law(
    context: Context, law: Law, value: Term, mapping: Mapping[str, Term], lets: Mapping[str, Term]
) -> None:
    if not isinstance(value, Symbol) or not context.is_random(value.name):
        raise Rejected("a symbol with a law was expected")
    found = context.declarations[value.name].law

    def instance(term: Term | None) -> Term | None:
        return None if term is None else substitute(substitute(term, lets), mapping)

    wanted = replace(
        law,
        parameters=tuple(substitute(substitute(p, lets), mapping) for p in law.parameters),
        mean=instance(law.mean),
        variance=instance(law.variance),
    )
    if found != wanted:
        raise Rejected(f"{value.name} has another law")


def _check_independence(context: Context, lemma: Context, mapping: Mapping[str, Term]) -> None:
    images = [
        value.name
        for name, value in mapping.items()
        if isinstance(value, Symbol) and lemma.is_random(name) and context.is_random(value.name)
        and not _is_arbitrary(lemma.declarations[name].law or Law(), name, lemma)
    ]  # fmt: skip
    if len(images) != len(set(images)):
        raise Rejected("two random symbols of a lemma are taken by one")
    for independence in lemma.independences:
        families = []
        for family in independence.families:
            names = set()
            for name in family:
                value = mapping[name]
                if not isinstance(value, Symbol):
                    raise Rejected("independence of a term")
                names.add(value.name)
            families.append(frozenset(names))
        if not any(_implies(held.families, families) for held in context.independences):
            raise Rejected("the independence that the lemma needs is not declared")


def _implies(held: Sequence[frozenset[str]], wanted: Sequence[frozenset[str]]) -> bool:
    """Whether independence of the held families gives that of the wanted ones, each inside one of them."""
    chosen = []
    for family in wanted:
        position = next((k for k, other in enumerate(held) if family <= other), None)
        if position is None or position in chosen:
            return False
        chosen.append(position)
    return True


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


_TURNED = {"=": "=", "!=": "!=", "<=": ">=", ">=": "<=", "<": ">", ">": "<", "iff": "iff"}


def turned(statement: Term) -> Term | None:
    """The relation read from right to left."""
    match statement:
        case Apply(head, (left, right)) if head in _TURNED:
            return Apply(_TURNED[head], (right, left))
        case _:
            return None


# -- replacing ------------------------------------------------------------------------------------------


def at_position(
    context: Context, term: Term, position: Sequence[int], change: Callable[[Context, Term], Term]
) -> Term:
    """The term with the part at a position changed; a binder on the way is opened, its range assumed.

    A position counts arguments; the body of a binder is its only argument, 0.
    """
    if not position:
        return change(context, term)
    first, rest = position[0], position[1:]
    match term:
        case Apply(head, arguments) if 0 <= first < len(arguments):
            changed = at_position(context, arguments[first], rest, change)
            return Apply(head, (*arguments[:first], changed, *arguments[first + 1 :]))
        case Bind(head, domain, condition, _, hint) if first == 0:
            inner, variable, body = open_in(context, term)
            changed = at_position(inner, body, rest, change)
            return Bind(head, domain, condition, abstract(changed, variable.name), hint)
        case _:
            raise Rejected("no such position")


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


def combined_goal(context: Context, goal: Term, statements: Sequence[Term], factors: Sequence[Term]) -> tuple[Term, list[Term]]:
    """What remains of a goal when multiples of known relations are taken from its difference.

    From l_i R_i r_i and c_i (c_i >= 0 unless R_i is =): the goal s R t follows from
    Σ c_i (r_i − l_i) R' t − s, where R' is <= (or = for =), and < is carried by any strict part.
    """
    match goal:
        case Apply("=" | "<=" | "<" | ">=" | ">" as head, (left, right)):
            pass
        case _:
            raise Rejected("only comparisons combine")
    if head in (">=", ">"):
        left, right, head = right, left, {">=": "<=", ">": "<"}[head]
    parts: list[Term] = []
    side: list[Term] = []
    strict = False
    for statement, factor in zip(statements, factors, strict=True):
        match statement:
            case Apply("=" | "<=" | "<" | ">=" | ">" as known, (low, high)):
                pass
            case _:
                raise Rejected("only comparisons combine")
        if not is_number(type_of(low, context)) or not is_number(type_of(factor, context)):
            raise Rejected("only comparisons of numbers combine")
        if known in (">=", ">"):
            low, high, known = high, low, {">=": "<=", ">": "<"}[known]
        if known != "=":
            if head == "=":
                raise Rejected("an inequality does not give an equation")
            positive = known == "<" and head == "<" and not strict
            side.append(relation(ZERO, "<" if positive else "<=", factor))
            strict = strict or positive
        parts.append(multiply(factor, subtract(high, low)))
    rest_head = "=" if head == "=" else ("<=" if head == "<=" or strict else "<")
    return relation(add(*parts) if parts else ZERO, rest_head, subtract(right, left)), side


def _combine(context: Context, theory: Theory, goal: Term, certificate: Combine) -> None:
    if not is_number(type_of(goal.arguments[0] if isinstance(goal, Apply) and goal.arguments else TRUE, context)):
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
        for needed in obligations(factor, context):
            if not arithmetic(context, needed, advisor, unfold):
                raise Rejected("a factor is not defined")


COMPOSITION: Mapping[tuple[str, str], str] = {
    ("=", "="): "=", ("=", "<="): "<=", ("=", "<"): "<", ("=", ">="): ">=", ("=", ">"): ">",
    ("<=", "="): "<=", ("<=", "<="): "<=", ("<=", "<"): "<", ("<", "="): "<", ("<", "<="): "<", ("<", "<"): "<",
    (">=", "="): ">=", (">=", ">="): ">=", (">=", ">"): ">", (">", "="): ">", (">", ">="): ">", (">", ">"): ">",
    ("=", "!="): "!=", ("!=", "="): "!=",
    ("iff", "iff"): "iff", ("iff", "implies"): "implies", ("implies", "iff"): "implies",
    ("implies", "implies"): "implies",
    ("=", "equal_almost_surely"): "equal_almost_surely", ("equal_almost_surely", "="): "equal_almost_surely",
    ("equal_almost_surely", "equal_almost_surely"): "equal_almost_surely",
    ("=", "equal_in_law"): "equal_in_law", ("equal_in_law", "="): "equal_in_law",
    ("equal_in_law", "equal_in_law"): "equal_in_law",
}  # fmt: skip

WEAKER: Mapping[str, frozenset[str]] = {
    "=": frozenset({"=", "<=", ">=", "equal_almost_surely", "equal_in_law"}),
    "<": frozenset({"<", "<=", "!="}),
    ">": frozenset({">", ">=", "!="}),
    "equal_almost_surely": frozenset({"equal_almost_surely", "equal_in_law"}),
    "iff": frozenset({"iff", "implies"}),
}
"""What a relation gives: itself and these."""


def gives(found: str, wanted: str) -> bool:
    """Whether one relation between two terms gives another."""
    return found == wanted or wanted in WEAKER.get(found, frozenset())


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
    needed = obligations(statement, context)
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
            establish(context.assume(Fact(premise)), theory, conclusion, certificate.proof)
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
        if not is_closed(statement) or type_of(statement, context) != PROPOSITION or obligations(statement, context):
            raise Rejected("a case that is no defined statement")
        parts = (statement, negation(statement))
    if len(parts) != len(certificate.proofs):
        raise Rejected("one certificate for each case")
    for part, proof in zip(parts, certificate.proofs, strict=True):
        establish(context.assume(Fact(part)), theory, goal, proof)


def scaled_difference(goal: Term, factor: Term) -> tuple[Term, Term]:
    """``(equation, sign)`` that make ``l1 R r1 iff l2 R r2`` true: r1 − l1 = c (r2 − l2) and 0 < c."""
    match goal:
        case Apply("iff", (Apply(first, (a, b)), Apply(second, (c, d)))) if first in _OPPOSITE and second in _OPPOSITE:
            pass
        case _:
            raise Rejected("only an equivalence of comparisons is scaled")
    if first != second:
        if _TURNED[first] != second:
            raise Rejected("two different relations")
        c, d = d, c
    sign = relation(factor, "!=", ZERO) if first in ("=", "!=") else relation(ZERO, "<", factor)
    return relation(subtract(b, a), "=", multiply(factor, subtract(d, c))), sign


def _scaled(context: Context, theory: Theory, goal: Term, certificate: Scaled) -> None:
    if not is_closed(certificate.factor) or not is_number(type_of(certificate.factor, context)):
        raise Rejected("a factor that is no number")
    equation, sign = scaled_difference(goal, certificate.factor)
    if not is_number(type_of(equation.arguments[0] if isinstance(equation, Apply) else equation, context)):
        raise Rejected("only comparisons of numbers are scaled")
    _arithmetic(context, theory, equation, certificate.then)
    _arithmetic(context, theory, sign, certificate.positive)


def _cut(context: Context, theory: Theory, goal: Term, certificate: Cut) -> None:
    statement = certificate.statement
    if not is_closed(statement) or type_of(statement, context) != PROPOSITION:
        raise Rejected("not a statement")
    _fully(context, theory, statement, certificate.proof)
    establish(context.assume(Fact(statement)), theory, goal, certificate.then)


def exhibited(context: Context, goal: Term, value: Term) -> Iterator[Term]:
    """What an ``exists`` needs of a value: definedness, range, condition, body."""
    match goal:
        case Bind("exists", domain, _, _):
            needed: list[Term] = []
            check_value(context, value, domain, lambda _, statement: needed.append(statement))
            condition, body = open_binder(goal, value)
            yield from needed
            if condition != TRUE:
                yield condition
            yield body
        case _:
            raise Rejected("only an existence is exhibited")


def _exhibit(context: Context, theory: Theory, goal: Term, certificate: Exhibit) -> None:
    needed = list(exhibited(context, goal, certificate.value))
    if len(needed) != len(certificate.proofs):
        raise Rejected("one certificate for each condition")
    for statement, proof in zip(needed, certificate.proofs, strict=True):
        establish(context, theory, statement, proof)


def obtained(context: Context, statement: Term, name: str) -> Context:
    """The context with a symbol for the thing that an existence speaks of."""
    match statement:
        case Bind("exists", domain, _, _) if name not in context.names():
            symbol = Symbol(name)
            condition, body = open_binder(statement, symbol)
            inner = context.declare(Declaration(name, domain))
            return inner.assume(Fact(condition), Fact(body))
        case _:
            raise Rejected("only an existence is named, and by a new name")


def _obtain(context: Context, theory: Theory, goal: Term, certificate: Obtain) -> None:
    statement = used(context, theory, certificate.use)
    if certificate.name in free_symbols(goal):
        raise Rejected("the name is in use")
    establish(obtained(context, statement, certificate.name), theory, goal, certificate.then)


def extremal_parts(context: Context, goal: Term) -> tuple[Term, Term]:
    """The two statements that make ``greatest {a | P(a)} = t`` or ``sup[x | P(x)] f(x) = t`` true.

    greatest: P(t) with t in the range, and P(b) gives b <= t.  sup: f(x) <= t for all x, and t <= u for every
    u that bounds f; together with the conditions of definedness these say what least upper bound means.
    """
    match goal:
        case Apply("=", (Bind("greatest" | "least" as head, domain, condition, _, hint), value)):
            member = conjunction(*within(value, domain, context), instantiate(condition, value))
            other = Symbol(fresh_name(hint, context.names() | free_symbols(value)))
            comparison = relation(other, "<=" if head == "greatest" else ">=", value)
            body = abstract(comparison, other.name)
            return member, Bind("forall", domain, condition, body, hint)
        case Apply("=", (Bind("sup" | "inf" as head, domain, condition, body, hint), value)):
            sign = "<=" if head == "sup" else ">="
            used_names = context.names() | free_symbols(value) | free_symbols(goal)
            variable = Symbol(fresh_name(hint, used_names))
            bound = Symbol(fresh_name("u", used_names | {variable.name}))
            opened = instantiate(body, variable)

            def bounded(by: Term) -> Term:
                return Bind("forall", domain, condition, abstract(relation(opened, sign, by), variable.name), hint)

            least = Bind(
                "forall", REAL, abstract(bounded(bound), bound.name),
                abstract(relation(value, sign, bound), bound.name), "u",
            )  # fmt: skip
            return bounded(value), least
        case _:
            raise Rejected("neither a greatest element nor a supremum")


def _extremal(context: Context, theory: Theory, goal: Term, certificate: Extremal) -> None:
    member, comparison = extremal_parts(context, goal)
    establish(context, theory, member, certificate.first)
    establish(context, theory, comparison, certificate.second)


def unfolded(context: Context, term: Term, names: frozenset[str]) -> Term:
    """The term with the named definitions and lets opened everywhere and ``lambda`` applied to its arguments."""

    def change(part: Term, depth: int) -> Term:
        part = map_children(part, change, depth)
        match part:
            case Symbol(name) if name in names and name in context.lets:
                return change(context.lets[name], depth)
            case Apply(head, arguments) if head in names and head in context.definitions:
                definition = context.definitions[head]
                values = {p.name: a for p, a in zip(definition.parameters, arguments, strict=True)}
                return change(substitute(definition.body, values), depth)
            case Apply("call", (Bind("lambda", _, _, body), first, *rest)):
                value = instantiate(body, first)
                return change(Apply("call", (value, *rest)) if rest else value, depth)
            case _:
                return part

    return change(term, 0)


def _unfold(context: Context, theory: Theory, goal: Term, certificate: Unfold) -> None:
    names = frozenset(certificate.names)
    if not names <= context.definitions.keys() | context.lets.keys():
        raise Rejected("no such definition")
    establish(context, theory, unfolded(context, goal, names), certificate.then)


def induction_parts(context: Context, goal: Term, name: str) -> tuple[Term, Context, Term]:
    """The base, and the context and goal of the step, of an induction on a natural number of the context.

    The symbol must be a natural number of which nothing else is assumed.
    """
    declaration = context.declarations.get(name)
    if declaration is None or declaration.type != NATURAL or declaration.law is not None:
        raise Rejected(f"{name} is no natural number")
    if any(name in free_symbols(fact.statement) for fact in context.facts) or any(
        name in free_symbols(body) for body in context.lets.values()
    ):
        raise Rejected(f"something is assumed of {name}")
    for other in context.declarations.values():
        used_terms = repr((other.type, other.law))
        if other.name != name and f"Symbol(name='{name}')" in used_terms:
            raise Rejected(f"the type of {other.name} depends on {name}")
    step = substitute(goal, {name: add(Symbol(name), number(1))})
    return substitute(goal, {name: ZERO}), context.assume(Fact(goal, "hypothesis", "hypothesis")), step


def _induction(context: Context, theory: Theory, goal: Term, certificate: Induction) -> None:
    base, inner, step = induction_parts(context, goal, certificate.symbol)
    establish(context, theory, base, certificate.base)
    establish(inner, theory, step, certificate.step)


def _integrable(context: Context, theory: Theory, goal: Term, certificate: Integrable) -> None:
    match goal:
        case Apply("integrable", (argument,)) if is_integrable(context, argument):
            return
        case _:
            raise Rejected("moments that are not known to exist")


def _defined(context: Context, theory: Theory, goal: Term, certificate: Defined) -> None:
    needed = parts_of_defined(goal, context)
    if needed is None or len(needed) != len(certificate.proofs):
        raise Rejected("one certificate for each condition of definedness")
    for condition, proof in zip(needed, certificate.proofs, strict=True):
        establish(context, theory, condition, proof)


def _absurd(context: Context, theory: Theory, goal: Term, certificate: Absurd) -> None:
    establish(context, theory, FALSE, certificate.proof)


_RULES: Mapping[type, Callable[..., None]] = {
    Arithmetic: _arithmetic,
    Directly: _directly,
    Replace: _replace,
    Combine: _combine,
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
    Absurd: _absurd,
}
