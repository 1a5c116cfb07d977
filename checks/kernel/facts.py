"""What the types and assumptions of a context say of signs, and of sizes as linear forms.

Trusted for reading from an assumption no more than it says: a sign of all entries only from a statement about all
indices, rounding only of what takes integer values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from flint import fmpq, fmpz

from checks.averaging import occurs_below_expectation
from checks.contexts import Context, Fact, range_facts
from checks.kernel import signs
from checks.kernel.apartness import adds_up_apart
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT,
    Form,
    TooLarge,
    scaled_form,
    sum_forms,
)
from checks.kernel.linear import establishes
from checks.kernel.opening import definition_body
from checks.kernel.relations import TURNED, negation
from checks.lengths import is_number
from checks.terms import (
    ONE,
    OPERATORS,
    TRUE,
    Apply,
    Bind,
    Function,
    Index,
    Number,
    Symbol,
    Tensor,
    Term,
    Type,
    conjuncts,
    instantiate,
    open_binder,
    subterms,
    subtract,
)


def context_signs(x: Expansion) -> signs.SignFacts:
    """The signs that types and facts of the context give to symbols, and to all entries of arrays.

    Those that hold at every outcome are read where nothing else is known: what is known at one outcome only would make
    other terms of the terms whose signs they are.
    """
    found = _signs_of(x, x.context.facts, signs.SignFacts())
    if x.context.everywhere() is x.context:
        return found
    with x.everywhere():
        return replace(found, everywhere=x.sign_facts)


def further_signs(x: Expansion, before: int) -> signs.SignFacts:
    """The signs known where facts have just been added behind so many: what was known holds still."""
    context = x.context
    if context.everywhere() is not context or any(map(_is_conditional, (f.statement for f in context.facts))):
        return context_signs(x)
    return _signs_of(x, context.facts[before:], x.sign_facts)


def _signs_of(x: Expansion, facts: Sequence[Fact], known: signs.SignFacts) -> signs.SignFacts:
    """What is known, and the signs that types and some facts of the context say."""
    context = x.context
    atoms, arrays, nonzero = dict(known.atoms), dict(known.arrays), dict(known.nonzero)
    for name, declaration in context.declarations.items():
        kind = declaration.type
        if isinstance(kind, Function):
            arrays[name] = _type_sign(kind.codomain)
            continue
        sign = _type_sign(kind)
        if sign != signs.ANY:
            atoms[f"symbol {name}"] = sign
    for fact in facts:
        for statement in conjuncts(fact.statement):
            _record_sign(context, statement, atoms, arrays)
            match statement:
                case Apply("!=", (Symbol(name), Apply("zeros"))) | Apply(
                    "!=", (Apply("zeros"), Symbol(name))
                ):
                    declared = context.declarations.get(name)
                    if declared is not None and isinstance(declared.type, Tensor):
                        nonzero[name] = tuple(x.form(length).key for length in declared.type.shape)
                case _:
                    pass
            _record_term(x, statement, atoms)
        _record_conditional(x, context, fact.statement, atoms)
    return signs.SignFacts(atoms, arrays, nonzero)


def _record_conditional(
    x: Expansion, context: Context, statement: Term, atoms: dict[str, signs.Sign]
) -> None:
    """The sign of a term at a symbol of which the condition is known, from a fact for all that satisfy it."""
    if not _is_conditional(statement) or x.reading_signs:
        # What is put into normal form here opens scopes of its own, of which no more is known.
        return
    known = [fact.statement for fact in context.facts]
    for compared in _instances(context, statement, known):
        _note_atom(x, *compared, atoms)


def _is_conditional(statement: Term) -> bool:
    return isinstance(statement, Bind) and statement.head == "forall" and statement.condition != TRUE


def _record_term(x: Expansion, statement: Term, atoms: dict[str, signs.Sign]) -> None:
    """The sign that an assumption gives to a determinant, an entry or a value of a function."""
    compared = _sign_of_comparison(statement)
    if compared is None or x.reading_signs:
        return
    if isinstance(compared[0], Apply) and compared[0].head in ("determinant", "entry", "call"):
        _note_atom(x, *compared, atoms)


def _note_atom(x: Expansion, term: Term, found: signs.Sign, atoms: dict[str, signs.Sign]) -> None:
    """The sign of a term whose normal form is a single atom; of others nothing is kept."""
    x.reading_signs = True
    try:
        atom = signs.single_atom(x.finish(x.rules.translate(x, term)))
    except TooLarge:
        return
    finally:
        x.reading_signs = False
    if atom is not None:
        atoms[atom.key] = atoms.get(atom.key, signs.ANY) & found


INSTANCES = 8
"""How many instances of one fact at symbols of the context are looked at."""


def _instances(
    context: Context, statement: Term, known: Sequence[Term]
) -> list[tuple[Term, signs.Sign]]:
    """What a fact for all values of its variables says of signs, at symbols of the context that meet its conditions."""
    pending: list[Term] = [statement]
    found: list[tuple[Term, signs.Sign]] = []
    while pending and len(found) < INSTANCES:
        current = pending.pop()
        if isinstance(current, Bind) and current.head == "forall":
            averaged = any(occurs_below_expectation(part, context) for part in (current.condition, current.body))
            for name in [name for name, d in context.declarations.items() if d.type == current.domain][:INSTANCES]:
                if averaged and (context.is_random(name) or name[0] in "%@"):
                    # An expectation would integrate it.
                    continue
                condition, body = open_binder(current, Symbol(name))
                if condition == TRUE or condition in known:
                    pending.append(body)
            continue
        compared = _sign_of_comparison(current)
        if compared is not None and isinstance(compared[0], Apply):
            found.append(compared)
    return found


def sign_of_term(x: Expansion, term: Term) -> signs.Sign:
    """The signs of a term by its structure; only where structure says nothing, by its normal form."""
    match term:
        case Apply("power", (base, Number(value))) if value.denominator == 1 and value % 2 == 0 and value > 0:
            return signs.of_power(sign_of_term(x, base), int(value))
        case Apply("abs", (inner,)):
            return frozenset(abs(sign_found) for sign_found in sign_of_term(x, inner))
        case Apply("sqrt", (inner,)):
            inside = sign_of_term(x, inner)
            if inside == signs.POSITIVE or signs.of_form(x.form(term), x.sign_facts) == signs.POSITIVE:
                return signs.POSITIVE
            return signs.NONNEGATIVE
        case Apply("exp", (_,)):
            return signs.POSITIVE
        case Apply("iverson", (_,)):
            return signs.of_form(x.form(term), x.sign_facts) & signs.NONNEGATIVE
        case Apply("if", (_, left, right)) if is_number(x.type_of(term)):
            either = sign_of_term(x, left) | sign_of_term(x, right)
            return either if either != signs.ANY else signs.of_form(x.form(term), x.sign_facts)
        case Apply("maximum" | "minimum" as head, parts):
            return signs.of_extremum([sign_of_term(x, part) for part in parts], max if head == "maximum" else min)
        case Apply("expectation", (inner,)):
            # E is monotone: the mean of what has one sign at every outcome has that sign.
            with x.everywhere():
                averaged = sign_of_term(x, inner)
            return signs.of_form(x.form(term), x.sign_facts) if {-1, 1} <= averaged else averaged
        case Apply("add", parts):
            structural = signs.ZERO
            for part in parts:
                structural = signs.total(structural, sign_of_term(x, part))
            return structural if structural != signs.ANY else signs.of_form(x.form(term), x.sign_facts)
        case Apply("multiply", parts):
            structural = signs.POSITIVE
            for part in parts:
                structural = signs.product(structural, _sign_of_factor(x, part))
            return structural if structural != signs.ANY else signs.of_form(x.form(term), x.sign_facts)
        case Apply("divide", (above, below)):
            structural = signs.product(_sign_of_factor(x, above), _sign_of_factor(x, below))
            return structural if structural != signs.ANY else signs.of_form(x.form(term), x.sign_facts)
        case Bind("sum", Index(low, high), condition, body) if low == ONE:
            with_index = x.fresh()
            x.declare(with_index, Index(low, high))
            found = sign_of_term(x, instantiate(body, Symbol(with_index)))
            if {-1, 1} <= found:
                return signs.of_form(x.form(term), x.sign_facts)
            full = condition == TRUE and (x.positive(x.form(high)) if 0 not in found else adds_up_apart(x, term))
            return found - signs.ZERO if full else found | signs.ZERO
        case Apply(head, parts) if head in x.context.definitions:
            meaning = definition_body(x, head, parts)
            return sign_of_term(x, meaning) if meaning is not None else signs.of_form(x.form(term), x.sign_facts)
        case Symbol(name) if name in x.context.lets:
            return sign_of_term(x, x.context.lets[name])
        case _ if is_number(x.type_of(term)):
            return signs.of_form(x.form(term), x.sign_facts)
        case _:
            return signs.ANY


def _sign_of_factor(x: Expansion, term: Term) -> signs.Sign:
    """The signs of a factor, by what is known of sizes where its structure leaves them open."""
    found = sign_of_term(x, term)
    if not {-1, 1} <= found:
        return found
    form = x.form(term)
    for side, sign in ((form, 1), (scaled_form(form, fmpq(-1)), -1)):
        if x.positive(side):
            return frozenset((sign,))
        if x.nonnegative(side):
            return frozenset((0, sign))
    return found


def _type_sign(kind: Type) -> signs.Sign:
    match kind:
        case Index(Number(low), _) if low >= 1:
            return signs.POSITIVE
        case Index(Number(low), _) if low == 0:
            return signs.NONNEGATIVE
        case _ if kind.__class__.__name__ == "Scalar" and getattr(kind, "kind", "") == "dim":
            return signs.POSITIVE
        case _ if getattr(kind, "kind", "") == "nat":
            return signs.NONNEGATIVE
        case _:
            return signs.ANY


_SIGNS_OF_RELATION = {
    ">": signs.POSITIVE,
    ">=": signs.NONNEGATIVE,
    "!=": signs.NONZERO,
    "<": frozenset((-1,)),
    "<=": frozenset((-1, 0)),
    "=": signs.ZERO,
}


def _sign_of_comparison(statement: Term) -> tuple[Term, signs.Sign] | None:
    """``(term, its signs)`` when the statement compares a term with a number."""
    match statement:
        case Apply(head, (left, Number(value))) if head in _SIGNS_OF_RELATION:
            return _compared(left, head, value)
        case Apply(head, (Number(value), right)) if head in _SIGNS_OF_RELATION:
            return _compared(right, TURNED[head], value)
        case _:
            return None


def _compared(term: Term, head: str, value: Fraction) -> tuple[Term, signs.Sign] | None:
    if value == 0:
        return term, _SIGNS_OF_RELATION[head]
    if value > 0 and head in (">", ">=", "="):
        return term, signs.POSITIVE
    if value < 0 and head in ("<", "<=", "="):
        return term, frozenset((-1,))
    return None


def _record_sign(
    context: Context, statement: Term, atoms: dict[str, signs.Sign], arrays: dict[str, signs.Sign]
) -> None:
    match statement:
        case Apply("or", parts):
            found = [_sign_of_comparison(part) for part in parts]
            first = found[0]
            if first is not None and all(item is not None and item[0] == first[0] for item in found):
                signed = frozenset().union(*(item[1] for item in found if item is not None))
                _note(first[0], signed, atoms)
        case Bind("forall"):
            _record_entries(context, statement, arrays)
        case _:
            compared = _sign_of_comparison(statement)
            if compared is not None:
                _note(*compared, atoms)


def _note(term: Term, found: signs.Sign, atoms: dict[str, signs.Sign]) -> None:
    if isinstance(term, Symbol):
        key = f"symbol {term.name}"
        atoms[key] = atoms.get(key, signs.ANY) & found


def _record_entries(context: Context, statement: Term, arrays: dict[str, signs.Sign]) -> None:
    """For all indices in their full ranges, A[i, j] R number: a sign of all entries of A."""
    variables: list[Symbol] = []
    ranges: list[Type] = []
    while isinstance(statement, Bind) and statement.head == "forall" and statement.condition == TRUE:
        symbol = Symbol(f"@fact{len(variables)}")
        ranges.append(statement.domain)
        variables.append(symbol)
        statement = instantiate(statement.body, symbol)
    found: dict[str, signs.Sign] = {}
    _record_sign_of_entry(statement, found, variables)
    for name, sign_found in found.items():
        declaration = context.declarations.get(name)
        if declaration is None:
            continue
        kind = declaration.type
        if isinstance(kind, Tensor):
            full = len(kind.shape) == len(ranges) and all(
                isinstance(given, Index) and given == Index(ONE, length)
                for given, length in zip(ranges, kind.shape, strict=True)
            )
        elif isinstance(kind, Function):
            full = tuple(ranges) == kind.domains
        else:
            full = False
        if full:
            arrays[name] = arrays.get(name, signs.ANY) & sign_found


def _record_sign_of_entry(statement: Term, found: dict[str, signs.Sign], variables: Sequence[Symbol]) -> None:
    parts = statement.arguments if isinstance(statement, Apply) and statement.head == "or" else (statement,)
    compared = [_sign_of_comparison(part) for part in parts]
    total: signs.Sign = frozenset()
    name = None
    for item in compared:
        match item:
            case (Apply("entry" | "call", (Symbol(array), *indices)), sign_found) if tuple(indices) == tuple(
                variables
            ):
                if name not in (None, array):
                    return
                name, total = array, total | sign_found
            case _:
                return
    if name is not None:
        found[name] = total


def fact_forms(x: Expansion) -> tuple[tuple[Form, bool], ...]:
    """Forms that are at least zero by the types and facts of the context, in a fixed order.

    Each comes with whether it is greater than zero.
    """
    statements: list[Term] = []
    for name, declaration in x.context.declarations.items():
        if name[0] != "%" and is_number(declaration.type):
            statements.extend(range_facts(Symbol(name), declaration.type))
    for fact in x.context.facts:
        # What speaks of definitions or suprema is left to the rules that cite an assumption.
        statements.extend(part for part in conjuncts(fact.statement) if _is_elementary(part))
    forms: list[tuple[Form, bool]] = []
    apart: list[tuple[Term, Term]] = []
    for statement in map(_without_not, statements):
        match statement:
            case Apply("<=" | "<" | ">=" | ">" | "=" as head, (left, right)) if is_number(x.type_of(left)):
                low, high = (right, left) if head in (">=", ">") else (left, right)
                try:
                    difference = x.form(subtract(high, low))
                except TooLarge:
                    continue
                if any(monomial.ranges for monomial, _ in difference.terms):
                    continue
                forms.append(_tightened(x, difference, head in ("<", ">")))
                if head == "=":
                    forms.append(_tightened(x, scaled_form(difference, fmpq(-1)), False))
            case Apply("!=", (left, right)) if is_number(x.type_of(left)):
                apart.append((left, right))
            case _:
                continue
    for left, right in apart:
        forms.extend(_apart_integers(x, left, right, forms))
    return tuple(forms)


def _tightened(x: Expansion, form: Form, strict: bool) -> tuple[Form, bool]:
    """A form that is at least zero (``strict``: greater), sharpened where it takes integer values only.

    Where g divides all coefficients of g Q + c but c, that is at least 0 exactly if Q + floor(c/g) is (R. Gomory, Bull.
    Amer. Math. Soc. 64, 1958; V. Chvátal, Discrete Math. 4, 1973).
    """
    whole = scaled_form(form, fmpq(_common_denominator(form)))
    if not x.is_integral(whole):
        return form, strict
    if strict:
        whole = sum_forms((ONE_COEFFICIENT, whole), (fmpq(-1), UNIT))
    content, rest = fmpz(0), fmpz(0)
    for monomial, coefficient in whole.terms:
        if monomial.factors or monomial.ranges:
            content = content.gcd(coefficient.p)
        else:
            rest = coefficient.p
    if not content:
        return whole, False
    least = fmpq(rest // content) - fmpq(rest, content)
    return sum_forms((fmpq(1, content), whole), (least, UNIT)), False


def _common_denominator(form: Form) -> fmpz:
    denominator = fmpz(1)
    for _, coefficient in form.terms:
        denominator = denominator.lcm(coefficient.q)
    return denominator


def _without_not(statement: Term) -> Term:
    return negation(statement.arguments[0]) if isinstance(statement, Apply) and statement.head == "not" else statement


def _apart_integers(
    x: Expansion, left: Term, right: Term, known: Sequence[tuple[Form, bool]]
) -> list[tuple[Form, bool]]:
    """What an integer that is not zero is at least, or at most, where its sign or ``known`` forms say on which side."""
    try:
        difference = x.form(subtract(left, right))
    except TooLarge:
        return []
    if not x.is_integral(difference) or any(monomial.ranges for monomial, _ in difference.terms):
        return []
    forms, strict = [form for form, _ in known], [flag for _, flag in known]
    for side in (difference, scaled_form(difference, fmpq(-1))):
        shown = signs.is_nonnegative(signs.of_form(side, x.sign_facts))
        if not shown:
            found = x.advisor.multipliers(side, forms, strict, True, False)
            shown = found is not None and establishes(found, forms, strict, side, True, False)
        if shown:
            return [_tightened(x, side, True)]
    return []


def apart_forms(x: Expansion) -> tuple[Form, ...]:
    """Forms that are not zero by the assumptions of the context, in a fixed order."""
    forms: list[Form] = []
    for fact in x.context.facts:
        for statement in conjuncts(fact.statement):
            match statement:
                case Apply("!=", (left, right)) if _is_elementary(statement) and is_number(x.type_of(left)):
                    try:
                        forms.append(x.form(subtract(left, right)))
                    except TooLarge:
                        continue
                case _:
                    continue
    return tuple(forms)


def _is_elementary(statement: Term) -> bool:
    return all(
        not isinstance(part, Bind)
        and not (isinstance(part, Apply) and part.head not in OPERATORS - {"expectation"})
        for part in subterms(statement)
    )
