"""Linear inequalities between numbers: what the facts of a context and the ranges of its symbols imply.

Monomials are the variables.  The negation of the statement is added to what is known, variables are eliminated one
after the other (Fourier 1826, Motzkin 1936), and the statement is implied when 0 < 0 comes out.  Integers are rounded:
p > 0 is p >= 1 where p is whole.  Products of two known inequalities and of known signs are known as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement
from math import floor, gcd, lcm

from checks.auditor.kinds import Uncovered, is_number, is_whole, kind_of, unfolded
from checks.auditor.polynomials import CONSTANT, Monomial, Polynomial, atom, plus, polynomial, scaled, times
from checks.auditor.terms import Apply, Context, Fact, Number, Refused, Symbol, Term, loose

ORDERS = ("=", "<=", "<", ">=", ">")
LARGEST = 200
"""The number of rows beyond which elimination gives up."""
MULTIPLIED = 8
"""The number of rows whose products are looked at."""


@dataclass(frozen=True)
class Row:
    """value >= 0, or > 0 when strict, or = 0 when equal."""

    value: Polynomial
    strict: bool = False
    equal: bool = False


def implied(context: Context, statement: Term) -> bool:
    """Whether a relation of numbers follows; False where that is not seen."""
    statement = unfolded(context, statement)
    match statement:
        case Apply("true", ()):
            return True
        case Apply("!=", (left, right)):
            return implied(context, Apply("<", (left, right))) or implied(context, Apply(">", (left, right)))
        case Apply("=", (left, right)):
            ways = [Apply("<=", (left, right)), Apply(">=", (left, right))]
        case Apply(head, (_, _)) if head in ORDERS:
            ways = [statement]
        case _:
            return False
    try:
        return all(_follows(context, way) for way in ways)
    except Uncovered:
        return False


def _follows(context: Context, statement: Apply) -> bool:
    system = _System(context)
    goals = system.rows(statement)
    if len(goals) != 1:
        return False
    denied = system.rounded(Row(scaled(goals[0].value, Fraction(-1)), not goals[0].strict))
    if _impossible([denied]):
        return True
    known = _connected(denied, list(system.known(denied)))
    if _impossible([denied, *known]):
        return True
    products = list(system.products(denied, known))
    return bool(products) and _impossible([denied, *known, *products])


class _System:
    """What is known in a context, as rows."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._whole: dict[Term, bool] = {}

    def rows(self, statement: Term) -> list[Row]:
        """A relation of numbers as rows; nothing for any other statement."""
        match statement:
            case Apply("and", parts):
                return [row for part in parts for row in self.rows(part)]
            case Apply(head, (left, right)) if head in ORDERS and self._is_number(left) and self._is_number(right):
                difference = plus(polynomial(left), polynomial(right), Fraction(-1))
                up, down = difference, scaled(difference, Fraction(-1))
                match head:
                    case "=":
                        return [Row(up, equal=True)]
                    case ">=" | ">":
                        return [self.rounded(Row(up, head == ">"))]
                    case _:
                        return [self.rounded(Row(down, head == "<"))]
        return []

    def _is_number(self, term: Term) -> bool:
        try:
            return loose(term) == 0 and is_number(kind_of(self._context, term))
        except (Uncovered, Refused):
            return False

    def rounded(self, row: Row) -> Row:
        """p > 0 as p >= 1, and g q + c >= 0 as q + floor(c/g) >= 0, where p and q are whole."""
        atoms = _atoms(row)
        if row.equal or not atoms or not all(map(self._is_whole, atoms)):
            return row
        factor = Fraction(lcm(*(coefficient.denominator for coefficient in row.value.values())))
        value = scaled(row.value, factor)
        constant = value.pop(CONSTANT, Fraction(0)) - (1 if row.strict else 0)
        common = Fraction(gcd(*(int(coefficient) for coefficient in value.values())))
        return Row(plus(scaled(value, 1 / common), {CONSTANT: Fraction(floor(constant / common))}))

    def _is_whole(self, term: Term) -> bool:
        if term not in self._whole:
            try:
                self._whole[term] = is_whole(kind_of(self._context, term))
            except (Uncovered, Refused):
                self._whole[term] = False
        return self._whole[term]

    def _is_natural(self, term: Term) -> bool:
        """Whether a term is a product of positive natural numbers."""
        if isinstance(term, Number):
            return term.value >= 1 and term.value.denominator == 1
        if isinstance(term, Apply) and term.head == "multiply":
            return all(map(self._is_natural, term.arguments))
        try:
            return loose(term) == 0 and kind_of(self._context, term) == "dim"
        except (Uncovered, Refused):
            return False

    def known(self, goal: Row) -> Iterator[Row]:
        """The facts, the types of what they and the goal mention, and what operators say of their values."""
        found = [row for fact in self._context.facts for row in self._of_fact(fact)]
        yield from found
        pending, seen = [goal, *found], set[Term]()
        while pending:
            for term in _atoms(pending.pop()) - seen:
                seen.add(term)
                new = list(self._of_atom(term))
                pending.extend(new)
                yield from new

    def _of_fact(self, fact: Fact) -> list[Row]:
        read = self._context.read
        if id(fact) not in read:
            read[id(fact)] = fact, self.rows(unfolded(self._context, fact.statement))
        return list(read[id(fact)][1])

    def _of_atom(self, term: Term) -> Iterator[Row]:
        value = atom(term)
        try:
            kind = kind_of(self._context, term)
        except (Uncovered, Refused):
            kind = None
        match kind:
            case "nat":
                yield Row(value)
            case "dim":
                yield Row(plus(value, {CONSTANT: Fraction(-1)}))
            # A range may be empty: only that a symbol stands for something says that it is not.
            case ("index", low, high) if isinstance(term, Symbol):
                yield from self.rows(Apply("<=", (unfolded(self._context, low), term)))
                yield from self.rows(Apply("<=", (term, unfolded(self._context, high))))
        match term:
            case Apply("abs", (inner,)):
                yield Row(value)
                yield Row(plus(value, polynomial(inner)))
                yield Row(plus(value, polynomial(inner), Fraction(-1)))
            case Apply("sqrt", _):
                yield Row(value)
            case Apply("exp", _) | Apply("pi", ()):
                yield Row(value, True)
            case Apply("power", (_, Number(exponent))) if exponent.numerator % 2 == 0 and exponent.denominator == 1:
                yield Row(value)
            case Apply("floor", (Apply("divide", (above, below)),)) if self._is_natural(below):
                # With q = floor(a/m): m q <= a < m q + m, which is a <= m q + m - 1 for whole a.
                rest = polynomial(Apply("modulo", (above, below)))
                yield Row(rest)
                yield self.rounded(Row(plus(polynomial(below), rest, Fraction(-1)), True))
            case Apply("floor", (inner,)):
                yield Row(plus(polynomial(inner), value, Fraction(-1)))
                yield Row(plus(plus(value, polynomial(inner), Fraction(-1)), {CONSTANT: Fraction(1)}), True)
            case Apply(("maximum" | "minimum") as head, (left, right)):
                sign = Fraction(1 if head == "maximum" else -1)
                yield from (Row(scaled(plus(value, polynomial(each), Fraction(-1)), sign)) for each in (left, right))

    def products(self, goal: Row, known: list[Row]) -> Iterator[Row]:
        """Products of two rows, and even powers, when anything is not linear."""
        monomials = {monomial for row in (goal, *known) for monomial in row.value}
        if all(sum(exponent for _, exponent in monomial) <= 1 for monomial in monomials):
            return
        for monomial in monomials:
            if monomial and all(exponent % 2 == 0 for _, exponent in monomial):
                yield Row({monomial: Fraction(1)})
        inequalities = [row for row in (goal, *known) if not row.equal]
        for first, second in combinations_with_replacement(inequalities[:MULTIPLIED], 2):
            value = times(first.value, second.value)
            if value is not None:
                yield self.rounded(Row(value, first.strict and second.strict))


def _connected(goal: Row, known: list[Row]) -> list[Row]:
    """Those of the rows that share atoms with the goal, directly or through others; rows without any are all kept."""
    left = [(row, _atoms(row)) for row in known]
    reached, found = _atoms(goal), [row for row, atoms in left if not atoms]
    while new := [(row, atoms) for row, atoms in left if not reached.isdisjoint(atoms)]:
        found += [row for row, _ in new]
        reached = reached.union(*(atoms for _, atoms in new))
        left = [pair for pair in left if pair not in new]
    return found


def _atoms(row: Row) -> set[Term]:
    return {term for monomial in row.value for term, _ in monomial}


@dataclass(frozen=True)
class Line:
    """Σ coefficient · variable + constant >= 0, or > 0; the coefficients are integers without a common divisor."""

    coefficients: Mapping[int, int]
    constant: Fraction
    strict: bool


def _impossible(rows: Iterable[Row]) -> bool:
    """Whether no values of the monomials satisfy the rows."""
    numbers: dict[Monomial, int] = {}
    lines: list[Line] = []
    for row in _substituted(list(rows)):
        factor = lcm(*(coefficient.denominator for coefficient in row.value.values()))
        value = {
            numbers.setdefault(monomial, len(numbers)): int(coefficient * factor)
            for monomial, coefficient in row.value.items()
            if monomial
        }
        lines.append(_line(value, row.value.get(CONSTANT, Fraction(0)) * factor, row.strict))
    current = _tidied(lines)
    while current is not None:
        counts = Counter(number for line in current for number in line.coefficients)
        if not counts or len(current) > LARGEST:
            return False
        current = _tidied(_without(min(counts, key=lambda each: _cost(each, current or [])), current))
    return True


def _line(value: dict[int, int], constant: Fraction, strict: bool) -> Line:
    value = {number: coefficient for number, coefficient in value.items() if coefficient}
    common = gcd(*value.values()) or 1
    if common == 1:
        return Line(value, constant, strict)
    return Line({number: each // common for number, each in value.items()}, constant / common, strict)


def _cost(number: int, lines: list[Line]) -> int:
    signs = [line.coefficients[number] > 0 for line in lines if number in line.coefficients]
    return sum(signs) * (len(signs) - sum(signs))


def _without(number: int, lines: list[Line]) -> list[Line]:
    """What the lines say of the other variables."""
    kept = [line for line in lines if number not in line.coefficients]
    above = [line for line in lines if line.coefficients.get(number, 0) > 0]
    below = [line for line in lines if line.coefficients.get(number, 0) < 0]
    if len(above) * len(below) > LARGEST:
        # Too many: what they say is given up, which proves no more.
        return kept
    for up in above:
        for down in below:
            left, right = -down.coefficients[number], up.coefficients[number]
            value = {each: left * coefficient for each, coefficient in up.coefficients.items()}
            for each, coefficient in down.coefficients.items():
                value[each] = value.get(each, 0) + right * coefficient
            kept.append(_line(value, left * up.constant + right * down.constant, up.strict or down.strict))
    return kept


def _tidied(lines: Iterable[Line]) -> list[Line] | None:
    """The lines without what is always so, the strongest of those that differ in a constant; None for 0 < 0."""
    best: dict[frozenset[tuple[int, int]], Line] = {}
    for line in lines:
        if not line.coefficients:
            if line.constant < 0 or (line.strict and line.constant == 0):
                return None
            continue
        key = frozenset(line.coefficients.items())
        old = best.get(key)
        if old is None or (line.constant, not line.strict) < (old.constant, not old.strict):
            best[key] = line
    return list(best.values())


def _substituted(rows: list[Row]) -> list[Row]:
    """The rows without equations: each is solved for a monomial, and put into the others."""
    done: list[Row] = []
    while equation := next((row for row in rows if row.equal), None):
        rows = [row for row in rows if row is not equation]
        monomial = max((each for each in equation.value if each), key=len, default=None)
        if monomial is None:
            done += [Row(equation.value), Row(scaled(equation.value, Fraction(-1)))]
            continue
        lead = equation.value[monomial]
        rows = [
            Row(plus(row.value, equation.value, -row.value[monomial] / lead), row.strict, row.equal)
            if monomial in row.value else row
            for row in rows
        ]  # fmt: skip
    return [*done, *rows]
