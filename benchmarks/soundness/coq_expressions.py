"""Real expressions and propositions without binders: as text for Coq, at a rational point, as polynomials.

What a statement of ours comes to when sizes are numbers: sums, products, natural powers and quotients of variables
and rationals.  Nothing is simplified but constants, zero summands and factors that are 0 or 1, so that the algebra is
left to Coq.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod


class LeftOut(Exception):
    """A statement that is not written for Coq, with the reason."""


class NoValue(Exception):
    """An expression has no rational value at the point."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A rational."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Variable:
    """A real, or in goals about integers an integer, of any value."""

    name: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Parts added."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Parts multiplied."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Power:
    """A natural power."""

    base: Expression
    exponent: int


@dataclass(frozen=True, slots=True)
class Quotient:
    """One expression by another."""

    top: Expression
    bottom: Expression


Expression = Constant | Variable | Sum | Product | Power | Quotient


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left head right`` with one of ``=``, ``!=``, ``<=``, ``<``, ``>=``, ``>``."""

    head: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts; of none, true."""

    parts: tuple[Proposition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One of the parts; of none, false."""

    parts: tuple[Proposition, ...]


Proposition = Comparison | Every | Some

ZERO, ONE = Constant(Fraction(0)), Constant(Fraction(1))
TRUE, FALSE = Every(()), Some(())

_OPPOSITE = {"=": "!=", "!=": "=", "<=": ">", ">": "<=", "<": ">=", ">=": "<"}


# -- building ------------------------------------------------------------------------------------------


def constant(value: int | Fraction) -> Constant:
    """The expression of a rational."""
    return Constant(Fraction(value))


def plus(*parts: Expression) -> Expression:
    """The sum; constants alone are added up."""
    if all(isinstance(part, Constant) for part in parts):
        return Constant(sum((part.value for part in parts if isinstance(part, Constant)), Fraction(0)))
    left = tuple(part for part in parts if part != ZERO)
    return left[0] if len(left) == 1 else Sum(left)


def times(*parts: Expression) -> Expression:
    """The product; constants alone are multiplied."""
    if all(isinstance(part, Constant) for part in parts):
        return Constant(prod((part.value for part in parts if isinstance(part, Constant)), start=Fraction(1)))
    if ZERO in parts:
        return ZERO
    left = tuple(part for part in parts if part != ONE)
    return left[0] if len(left) == 1 else Product(left)


def minus(part: Expression) -> Expression:
    """The negative."""
    return Constant(-part.value) if isinstance(part, Constant) else Product((constant(-1), part))


def raised(base: Expression, exponent: int) -> Expression:
    """A natural power; of a constant, its value."""
    if exponent == 0:
        return ONE
    if exponent == 1:
        return base
    return Constant(base.value**exponent) if isinstance(base, Constant) else Power(base, exponent)


def over(top: Expression, bottom: Expression) -> Expression:
    """The quotient; ``bottom`` is not the constant 0."""
    if bottom == ONE:
        return top
    if isinstance(top, Constant) and isinstance(bottom, Constant):
        return Constant(top.value / bottom.value)
    return Quotient(top, bottom)


def compared(head: str, left: Expression, right: Expression) -> Proposition:
    """The comparison; of constants, whether it holds."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        return TRUE if _holds(head, left.value, right.value) else FALSE
    return Comparison(head, left, right)


def every(*parts: Proposition) -> Proposition:
    """All of the parts."""
    if FALSE in parts:
        return FALSE
    flat = tuple(
        dict.fromkeys(inner for part in parts for inner in (part.parts if isinstance(part, Every) else (part,)))
    )
    return flat[0] if len(flat) == 1 else Every(flat)


def some(*parts: Proposition) -> Proposition:
    """One of the parts."""
    if TRUE in parts:
        return TRUE
    flat = tuple(
        dict.fromkeys(inner for part in parts for inner in (part.parts if isinstance(part, Some) else (part,)))
    )
    return flat[0] if len(flat) == 1 else Some(flat)


def opposite(statement: Proposition) -> Proposition:
    """The negation, carried inwards."""
    match statement:
        case Comparison(head, left, right):
            return Comparison(_OPPOSITE[head], left, right)
        case Every(parts):
            return some(*map(opposite, parts))
        case Some(parts):
            return every(*map(opposite, parts))


# -- looking at them -----------------------------------------------------------------------------------


def parts_of(thing: Expression | Proposition) -> tuple[Expression | Proposition, ...]:
    """What stands directly in an expression or proposition."""
    match thing:
        case Constant() | Variable():
            return ()
        case Sum(parts) | Product(parts) | Every(parts) | Some(parts):
            return parts
        case Power(base, _):
            return (base,)
        case Quotient(top, bottom):
            return (top, bottom)
        case Comparison(_, left, right):
            return (left, right)


def within(thing: Expression | Proposition) -> Iterator[Expression | Proposition]:
    """The thing and everything in it."""
    stack = [thing]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(parts_of(current))


def variables_of(thing: Expression | Proposition) -> frozenset[str]:
    """Names of the variables."""
    return frozenset(part.name for part in within(thing) if isinstance(part, Variable))


def size_of(thing: Expression | Proposition) -> int:
    """The number of nodes."""
    return sum(1 for _ in within(thing))


def divides(thing: Expression | Proposition) -> bool:
    """Whether there is a quotient in it by something that is no constant."""
    return any(isinstance(part, Quotient) and not isinstance(part.bottom, Constant) for part in within(thing))


# -- values --------------------------------------------------------------------------------------------


def value_at(expression: Expression, point: Mapping[str, Fraction]) -> Fraction:
    """The exact value; raises ``NoValue`` where something is divided by 0 or a variable has no value."""
    match expression:
        case Constant(value):
            return value
        case Variable(name):
            if name not in point:
                raise NoValue(name)
            return point[name]
        case Sum(parts):
            return sum((value_at(part, point) for part in parts), Fraction(0))
        case Product(parts):
            return prod((value_at(part, point) for part in parts), start=Fraction(1))
        case Power(base, exponent):
            return value_at(base, point) ** exponent
        case Quotient(top, bottom):
            below = value_at(bottom, point)
            if not below:
                raise NoValue("a denominator is 0")
            return value_at(top, point) / below


def holds_at(statement: Proposition, point: Mapping[str, Fraction]) -> bool:
    """Whether a proposition holds at a point."""
    match statement:
        case Comparison(head, left, right):
            return _holds(head, value_at(left, point), value_at(right, point))
        case Every(parts):
            return all(holds_at(part, point) for part in parts)
        case Some(parts):
            return any(holds_at(part, point) for part in parts)


def _holds(head: str, left: Fraction, right: Fraction) -> bool:
    match head:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<=":
            return left <= right
        case "<":
            return left < right
        case ">=":
            return left >= right
        case ">":
            return left > right
    raise ValueError(head)


# -- polynomials ---------------------------------------------------------------------------------------

Monomial = tuple[tuple[str, int], ...]
Polynomial = dict[Monomial, Fraction]

_INVERSE = "1/("

MOST_TERMS = 3000
"""The most terms that a polynomial is multiplied out to."""


def polynomial(expression: Expression) -> Polynomial:
    """The expression multiplied out; exponents are negative where something is divided by a monomial.

    Another denominator is a factor of its own, under a name that says its polynomial.  Used to tell atoms apart and
    for expectations, which are linear; not for what is claimed.
    """
    match expression:
        case Constant(value):
            return {(): value} if value else {}
        case Variable(name):
            return {((name, 1),): Fraction(1)}
        case Sum(parts):
            total: Polynomial = {}
            for part in parts:
                for monomial, coefficient in polynomial(part).items():
                    total[monomial] = total.get(monomial, Fraction(0)) + coefficient
            return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}
        case Product(parts):
            result: Polynomial = {(): Fraction(1)}
            for part in parts:
                result = multiplied(result, polynomial(part))
            return result
        case Power(base, exponent):
            result, factor = {(): Fraction(1)}, polynomial(base)
            for _ in range(exponent):
                result = multiplied(result, factor)
            return result
        case Quotient(top, bottom):
            below = polynomial(bottom)
            if len(below) == 1:
                ((monomial, coefficient),) = below.items()
                inverse = {tuple((name, -exponent) for name, exponent in monomial): 1 / coefficient}
            else:
                inverse = {((f"{_INVERSE}{spelled(below)})", 1),): Fraction(1)}
            return multiplied(polynomial(top), inverse)


def multiplied(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product of two polynomials; raises ``LeftOut`` where it has too many terms."""
    if len(left) * len(right) > 20 * MOST_TERMS:
        raise LeftOut("too large: a polynomial of many terms")
    total: Polynomial = {}
    for first, a in left.items():
        for second, b in right.items():
            exponents = dict(first)
            for name, exponent in second:
                exponents[name] = exponents.get(name, 0) + exponent
            monomial = tuple(sorted((name, exponent) for name, exponent in exponents.items() if exponent))
            total[monomial] = total.get(monomial, Fraction(0)) + a * b
    found = {monomial: coefficient for monomial, coefficient in total.items() if coefficient}
    if len(found) > MOST_TERMS:
        raise LeftOut("too large: a polynomial of many terms")
    return found


def expression_of(form: Polynomial, scale: int = 1) -> Expression:
    """A multiple of a polynomial as an expression; raises ``LeftOut`` where a denominator is a sum."""
    summands = []
    for monomial, coefficient in sorted(form.items()):
        factors: list[Expression] = [Constant(coefficient * scale)]
        for name, exponent in monomial:
            if name.startswith(_INVERSE):
                raise LeftOut("a root of a quotient by a sum")
            power = raised(Variable(name), abs(exponent))
            factors.append(power if exponent > 0 else over(ONE, power))
        summands.append(times(*factors))
    return plus(*summands)


def spelled(form: Polynomial) -> str:
    """A text that is the same for equal polynomials."""
    return " + ".join(
        " ".join([str(coefficient), *(f"{name}^{exponent}" for name, exponent in monomial)])
        for monomial, coefficient in sorted(form.items())
    )


# -- Coq -----------------------------------------------------------------------------------------------


def coq_expression(expression: Expression) -> str:
    """The text of an expression; the same over the reals and, without quotients, over the integers."""
    match expression:
        case Constant(value):
            top = str(value.numerator) if value >= 0 else f"(- {-value.numerator})"
            return top if value.denominator == 1 else f"({top} / {value.denominator})"
        case Variable(name):
            return name
        case Sum(parts):
            return f"({' + '.join(map(coq_expression, parts))})"
        case Product(parts):
            return f"({' * '.join(map(coq_expression, parts))})"
        case Power(base, exponent):
            return f"({coq_expression(base)} ^ {exponent})"
        case Quotient(top, bottom):
            return f"({coq_expression(top)} / {coq_expression(bottom)})"


def coq_proposition(statement: Proposition) -> str:
    """The text of a proposition."""
    match statement:
        case Comparison(head, left, right):
            sign = "<>" if head == "!=" else head
            return f"({coq_expression(left)} {sign} {coq_expression(right)})"
        case Every(parts):
            return "(" + " /\\ ".join(map(coq_proposition, parts)) + ")" if parts else "True"
        case Some(parts):
            return "(" + " \\/ ".join(map(coq_proposition, parts)) + ")" if parts else "False"
