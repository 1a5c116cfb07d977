"""Goals for Coq: a statement in its context, at given sizes or, where it speaks of single numbers only, at none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from benchmarks.soundness.coq_atoms import Atom, Atoms
from benchmarks.soundness.coq_expressions import (
    FALSE,
    TRUE,
    Comparison,
    Constant,
    Every,
    LeftOut,
    Proposition,
    Quotient,
    Some,
    Variable,
    coq_proposition,
    divides,
    every,
    polynomial,
    size_of,
    variables_of,
    within,
)
from benchmarks.soundness.coq_unfolding import Undefined, Unfolding, is_integer
from checks.contexts import Context, open_in
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    Apply,
    Bind,
    Index,
    Symbol,
    Term,
    free_symbols,
    number,
    relation,
    substitute_type,
    type_symbols,
)

LARGEST = 1500
"""The most nodes of a goal."""

MOST_CASES = 12
"""The most cases into which signs, sizes and choices split a goal."""

MOST_ROOTS = 2
"""The most roots in a goal: Coq's Gröbner bases get lost in more."""

MOST_EQUATIONS = 8
"""The most equations as hypotheses of a goal, for the same reason."""

MOST_CANDIDATES = 400
"""How many values of the integer symbols are looked at for some that fit the context."""


class DoesNotFit(Exception):
    """The sizes contradict what the context says."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A statement for Coq: its variables, what is supposed of them, and what is claimed.

    ``integers`` says that the variables are integers for Coq, not reals; ``whole`` are those that are integers in our
    statement.  ``dropped`` names what is supposed in the context
    and could not be written; ``atoms`` are the variables that stand for something.  Those that are ``farther`` were
    proved on the way, or bear on the conclusion by such ones only.
    """

    source: str
    sizes: Mapping[str, int] | None
    hypotheses: tuple[Proposition, ...]
    farther: frozenset[Proposition]
    conclusion: Proposition
    atoms: tuple[Atom, ...]
    whole: frozenset[str]
    integers: bool
    kind: str
    dropped: tuple[str, ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """All variables, in an order that is always the same."""
        names = frozenset().union(*map(variables_of, (*self.hypotheses, self.conclusion)))
        return tuple(sorted(names))

    @property
    def faithful(self) -> bool:
        """Whether nothing that the statement rests on got lost on the way."""
        return not self.dropped and not any(atom.lossy for atom in self.atoms)

    @property
    def is_equation(self) -> bool:
        """Whether only equations are claimed."""
        return all(part.head == "=" for part in within(self.conclusion) if isinstance(part, Comparison))

    def statement(self) -> str:
        """The text of the goal for Coq."""
        names = self.variables
        sort = "Z" if self.integers else "R"
        bound = f"forall {' '.join(names)} : {sort}, " if names else ""
        supposed = [
            f"farther {coq_proposition(each)}" if each in self.farther else coq_proposition(each)
            for each in self.hypotheses
        ]
        return bound + " -> ".join((*supposed, coq_proposition(self.conclusion)))


# -- what a statement is about -------------------------------------------------------------------------


def opened(context: Context, statement: Term) -> tuple[Context, Term]:
    """The statement below its `for all` and its premises, which the context then holds."""
    while True:
        match statement:
            case Bind("forall"):
                context, _, statement = open_in(context, statement)
            case Apply("implies", (premise, conclusion)):
                context, statement = context.suppose(premise), conclusion
            case Apply("always", (inner,)) if not any(fact.pointwise for fact in context.facts):
                statement = inner
            case _:
                return context, statement


def concerned(context: Context, statement: Term) -> frozenset[str]:
    """The symbols that a statement is about, those of types, laws and abbreviations included."""
    pending, found = list(free_symbols(statement)), set()
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        if name in context.lets:
            pending.extend(free_symbols(context.lets[name]))
        declaration = context.declarations.get(name)
        if declaration is None:
            continue
        pending.extend(type_symbols(declaration.type))
        law = declaration.law
        for term in (*law.parameters, law.mean, law.variance) if law is not None else ():
            pending.extend(() if term is None else free_symbols(term))
    return frozenset(found)


def whole_symbols(context: Context, statement: Term) -> tuple[str, ...]:
    """The integer symbols whose values decide about ranges, in the order of declaration.

    Those that facts tie to the ones of the statement are among them.
    """
    whole = {
        name for name, declaration in context.declarations.items()
        if is_integer(declaration.type) and declaration.law is None
    }  # fmt: skip
    found = set(concerned(context, statement))
    for _ in range(len(context.facts)):
        before = len(found)
        for fact in context.facts:
            about = concerned(context, fact.statement)
            if not about.isdisjoint(found & whole):
                found |= about & whole
                for name in about & whole:
                    found |= type_symbols(context.declarations[name].type) & whole
        if len(found) == before:
            break
    return tuple(name for name in context.declarations if name in found & whole)


def assignments(context: Context, statement: Term, size: int) -> Iterator[dict[str, int]]:
    """Values of the integer symbols around a size: first different ones for different symbols."""
    names = whole_symbols(context, statement)
    patterns = [tuple((size - 1 + k * step) % 3 + 1 for k in range(len(names))) for step in (1, 0, 2)]
    others = product(*([size, *(other for other in (1, 2, 3, 0) if other != size)] for _ in names))
    for count, pattern in enumerate((*patterns, *_first(others, MOST_CANDIDATES))):
        if count > MOST_CANDIDATES:
            return
        found: dict[str, int] = {}
        for name, wanted in zip(names, pattern, strict=True):
            value = _member_near(context, name, wanted, found)
            if value is None:
                break
            found[name] = value
        else:
            yield found


def _first(patterns: Iterator[tuple[int, ...]], count: int) -> list[tuple[int, ...]]:
    return [pattern for pattern, _ in zip(patterns, range(count), strict=False)]


def _member_near(context: Context, name: str, wanted: int, known: Mapping[str, int]) -> int | None:
    """The value for an integer symbol; for an index a place in its range, None where that is empty."""
    kind = context.declarations[name].type
    if kind == DIMENSION:
        return max(wanted, 1)
    if not isinstance(kind, Index):
        return wanted
    kind = substitute_type(kind, {other: number(value) for other, value in known.items()})
    unfolding = Unfolding(context, known)
    try:
        span = unfolding.span(kind)
    except (LeftOut, Undefined):
        return None
    return span[(wanted - 1) % len(span)] if span else None


# -- writing -------------------------------------------------------------------------------------------


def written(source: str, context: Context, statement: Term, sizes: Mapping[str, int] | None) -> Goal:
    """The goal at some sizes, or at none.

    Raises ``LeftOut`` for what cannot be written, ``DoesNotFit`` where the context does not hold at the sizes, and
    ``Undefined`` where the statement has no value there.
    """
    atoms = Atoms()
    for _ in range(6):
        unfolding = Unfolding(context, sizes or {}, atoms)
        facts, shown, dropped = _suppositions(unfolding, context, statement)
        conclusion = unfolding.proposition(statement)
        facts += _ranges(unfolding, context) if sizes is None else []
        if not atoms.finer:
            break
        atoms = Atoms(fractions=atoms.fractions)
    else:
        raise LeftOut("exponentials that are cut ever finer")
    facts = [*unfolding.conditions, *facts]
    hypotheses = _relevant(facts, conclusion, atoms)
    near = _relevant([fact for fact in facts if fact not in shown], conclusion, atoms)
    everything = (*hypotheses, conclusion)
    if sum(map(size_of, everything)) > LARGEST:
        raise LeftOut("too large: a goal of many nodes")
    if prod(len(part.parts) for part in near if isinstance(part, Some)) > MOST_CASES:
        raise LeftOut("too large: many cases")
    if sum(atom.rule == "root" for atom in atoms.of(frozenset().union(*map(variables_of, near)))) > MOST_ROOTS:
        raise LeftOut("beyond Coq's tactics: three roots at once")
    if sum(isinstance(part, Comparison) and part.head == "=" for part in near) > MOST_EQUATIONS:
        raise LeftOut("beyond Coq's tactics: many equations as hypotheses")
    whole = frozenset(unfolding.integers.values())
    return Goal(
        source=source, sizes=sizes, hypotheses=hypotheses, farther=frozenset(hypotheses) - frozenset(near),
        conclusion=conclusion, atoms=tuple(atoms.of(frozenset().union(*map(variables_of, everything)))),
        whole=whole, integers=_about_integers(everything, whole),
        kind="unfolded" if sizes is not None else _kind(near, conclusion), dropped=tuple(dropped),
    )  # fmt: skip


def _about_integers(statements: Sequence[Proposition], whole: frozenset[str]) -> bool:
    """Whether the statements are made of integer variables and integers by sums, products and powers."""
    parts = [part for statement in statements for part in within(statement)]
    if any(isinstance(part, Quotient) for part in parts):
        return False
    broken = any(isinstance(part, Constant) and part.value.denominator != 1 for part in parts)
    names = frozenset(part.name for part in parts if isinstance(part, Variable))
    return bool(names) and names <= whole and not broken


def _suppositions(
    unfolding: Unfolding, context: Context, statement: Term
) -> tuple[list[Proposition], frozenset[Proposition], list[str]]:
    """What the context supposes, what of it was shown on the way, and why some could not be written."""
    found: list[Proposition] = []
    given: set[Proposition] = set()
    dropped: list[str] = []
    about = concerned(context, statement)
    for fact in context.facts:
        conditions = list(unfolding.conditions)
        try:
            stated = unfolding.proposition(fact.statement)
        except LeftOut as reason:
            unfolding.conditions = conditions
            if not about.isdisjoint(free_symbols(fact.statement)):
                dropped.append(str(reason))
            continue
        except Undefined as reason:
            raise DoesNotFit(str(reason)) from None
        if stated == FALSE:
            raise DoesNotFit("a fact fails")
        parts = stated.parts if isinstance(stated, Every) else (stated,)
        found.extend(parts)
        given.update(unfolding.conditions)
        if fact.kind != "proved":
            given.update(parts)
    return found, frozenset(found) - given, dropped


def _ranges(unfolding: Unfolding, context: Context) -> list[Proposition]:
    """What the types of integer variables say, those included that other types speak of."""
    found: dict[str, list[Proposition]] = {}
    while unread := sorted(unfolding.integers.keys() - found.keys()):
        for name in unread:
            found[name] = list(_range_of(unfolding, context, name))
    return [stated for ranges in found.values() for stated in ranges if stated != TRUE]


def _range_of(unfolding: Unfolding, context: Context, name: str) -> Iterator[Proposition]:
    declaration = context.declarations.get(name)
    kind = None if declaration is None else declaration.type
    symbol = Symbol(name)
    match kind:
        case Index(low, high):
            yield unfolding.proposition(relation(low, "<=", symbol))
            yield unfolding.proposition(relation(symbol, "<=", high))
        case _ if kind == DIMENSION:
            yield unfolding.proposition(relation(number(1), "<=", symbol))
        case _ if kind == NATURAL:
            yield unfolding.proposition(relation(number(0), "<=", symbol))
        case _ if kind == INTEGER:
            return
        case _:
            raise LeftOut("an integer that is no symbol")


def _relevant(facts: Sequence[Proposition], conclusion: Proposition, atoms: Atoms) -> tuple[Proposition, ...]:
    """The facts that share variables with the conclusion, directly or by others, and what is known of atoms."""
    names = set(variables_of(conclusion))
    chosen: dict[Proposition, None] = {}
    grown = True
    while grown:
        grown = False
        for atom in atoms.of(names):
            names.add(atom.name)
            for fact in atom.facts:
                names |= variables_of(fact)
        for fact in facts:
            own = variables_of(fact)
            if fact not in chosen and (not own or not own.isdisjoint(names)):
                chosen[fact] = None
                names |= own
                grown = True
    known = {fact: None for atom in atoms.of(names) for fact in atom.facts if fact != TRUE}
    flat = every(*chosen, *known)
    return flat.parts if isinstance(flat, Every) else (flat,)


def _kind(hypotheses: Sequence[Proposition], conclusion: Proposition) -> str:
    """What decides a goal that is not unfolded."""
    equation = all(part.head == "=" for part in within(conclusion) if isinstance(part, Comparison))
    if equation and not _equations(hypotheses):
        return "field" if divides(conclusion) else "ring"
    return "linear" if all(map(_is_linear, (*hypotheses, conclusion))) else "polynomial"


def _equations(hypotheses: Sequence[Proposition]) -> bool:
    return any(isinstance(part, Comparison) and part.head == "=" for fact in hypotheses for part in within(fact))


def _is_linear(statement: Proposition) -> bool:
    for part in within(statement):
        if isinstance(part, Comparison):
            for side in (part.left, part.right):
                if any(sum(abs(e) for _, e in monomial) > 1 for monomial in polynomial(side)):
                    return False
    return True
