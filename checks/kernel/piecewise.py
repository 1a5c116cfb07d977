"""Functions of one real variable in pieces: between the points where brackets and signs change.

Where g(x) = s x + r with s not zero, the sign of g is constant on both sides of the point -r/s; so there
|g|, sign(g), [g >= 0] and [g = 0] are g or -g, 1 or -1, 1 or 0, and 0.  At the points themselves, which are finitely
many, a piece says nothing: integrals do not see them (W. Rudin, Real and Complex Analysis, section 1.39).

Trusted for the order of the points, which is asked of what is known, and for the value of a bracket on each side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import fmpq

from checks.kernel.algebra import raised
from checks.kernel.expansion import Expansion
from checks.kernel.exponentials import exponential
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    Summand,
    constant,
    from_atom,
    scale,
    scaled_form,
    single,
    sorted_factors,
    sum_forms,
)

POINT_LIMIT = 8
NESTING_LIMIT = 4
_OF_SIGNS = frozenset({"abs", "sign", "nonnegative", "zero"})
_OPENED = _OF_SIGNS | {"exp"}


@dataclass(frozen=True, slots=True)
class Piece:
    """What a function is between two points, None for infinity, as a form without brackets in the variable."""

    low: Form | None
    high: Form | None
    body: Form


@dataclass(frozen=True, slots=True)
class _Change:
    """Where a linear function of the variable changes its sign, and its sign beyond that point."""

    point: Form
    beyond: int


def pieces(x: Expansion, body: Form, variable: str) -> list[Piece] | None:
    """The pieces of a function from left to right; None where the points or their order are not known."""
    return _within(x, Piece(None, None, body), variable, NESTING_LIMIT)


def _within(x: Expansion, piece: Piece, variable: str, depth: int) -> list[Piece] | None:
    """The pieces of a piece.

    Brackets of what contains none are opened first; what stands around them is linear on the smaller pieces.
    """
    changes: dict[str, _Change] = {}
    for difference in _differences(piece.body, variable):
        change = None if difference is None or not depth else _change(x, difference, variable)
        if difference is None or change is None:
            return None
        changes[difference.key] = change
    if not changes:
        return [piece]
    ends = [end for end in (piece.low, piece.high) if end is not None]
    points = _ordered(x, ends, {change.point.key: change.point for change in changes.values()})
    if points is None:
        return None
    places = {point.key: position for position, point in enumerate(points)}
    first = 0 if piece.low is None else places[piece.low.key] + 1
    last = len(points) if piece.high is None else places[piece.high.key]
    found: list[Piece] = []
    for position in range(first, last + 1):
        signs = {
            key: change.beyond if places[change.point.key] < position else -change.beyond
            for key, change in changes.items()
        }
        part = _on_piece(x, piece.body, variable, signs)
        if part is None:
            return None
        low = points[position - 1] if position else None
        high = points[position] if position < len(points) else None
        inner = _within(x, Piece(low, high, x.finish(part)), variable, depth - 1)
        if inner is None:
            return None
        found.extend(inner)
    return found


def by_degree(form: Form, variable: str, degree: int) -> list[Form] | None:
    """The coefficients of a polynomial in the variable, by ascending degree; None for what is none of that degree."""
    found: list[list[tuple[Monomial, fmpq]]] = [[] for _ in range(degree + 1)]
    for monomial, coefficient in form.terms:
        own = {name for name, _ in monomial.ranges}
        if any(variable in length.indices for _, length in monomial.ranges):
            return None
        power: Exponent = 0
        factors: dict[Atom, Exponent] = {}
        for atom, exponent in monomial.factors:
            if variable not in atom.indices:
                factors[atom] = exponent
            elif atom.tag == "symbol" and atom.name == variable and atom.indices.isdisjoint(own):
                power = exponent
            else:
                return None
        if not isinstance(power, int) or not 0 <= power <= degree:
            return None
        found[power].append((Monomial(monomial.ranges, sorted_factors(factors)), coefficient))
    return [Form(terms) for terms in found]


def almost_everywhere(x: Expansion, body: Form, variable: str) -> Form:
    """A form that is equal but for finitely many values of the variable, with brackets [x >= p] only.

    For a linear g that is not constant [g = 0] is 0 there, sign(g) is 2 [g >= 0] - 1, |g| is g sign(g), and [g >= 0] is
    [x >= p] or 1 - [x >= p].  What is 0 outside a bounded interval is written with [p <= x <= q] again.
    """
    result: Sum = []
    for summand in x.opened(body):
        part: Sum = [Summand(summand.coefficient, summand.ranges, {})]
        for atom, power in summand.factors.items():
            value = None
            if atom.tag in _OF_SIGNS and variable in atom.indices and isinstance(power, int) and power > 0:
                change = _change(x, atom.parts[0], variable)
                value = None if change is None else _by_bracket(x, atom, change, variable)
            part = x.times(part, from_atom(atom, power) if value is None else raised(x, value, power))
        result.extend(part)
    return _in_windows(x, x.finish(x.collected(result)), variable)


def _in_windows(x: Expansion, form: Form, variable: str) -> Form:
    """The form with c ([x >= p] - [x >= q]) as c [x >= p] [q >= x], where p <= q is known."""
    groups: dict[str, tuple[Monomial, dict[str, tuple[Form, fmpq]]]] = {}
    result: list[tuple[Monomial, fmpq]] = []
    for monomial, coefficient in form.terms:
        found = _beyond(x, monomial, variable)
        if found is None:
            result.append((monomial, coefficient))
            continue
        rest, point = found
        weights = groups.setdefault(rest.key, (rest, {}))[1]
        weights[point.key] = point, weights.get(point.key, (point, fmpq(0)))[1] + coefficient
    variable_form = single(Atom("symbol", variable))
    opened: Sum = x.opened(Form(result))
    for rest, weights in groups.values():
        total = sum((weight for _, weight in weights.values()), fmpq(0))
        points = None if total else _ordered(x, [], {key: point for key, (point, _) in weights.items()})
        outside = x.opened(Form([(rest, ONE_COEFFICIENT)]))
        bracket = x.rules.rebuild["nonnegative"]
        if points is None:
            for point, weight in weights.values():
                part = x.times(outside, bracket(x, _difference(variable_form, point)))
                opened = [*opened, *scale(part, weight)]
            continue
        height = fmpq(0)
        for low, high in pairwise(points):
            height += weights[low.key][1]
            inside = x.times(
                bracket(x, _difference(variable_form, low)), bracket(x, _difference(high, variable_form))
            )
            opened = [*opened, *scale(x.times(outside, inside), height)]
    return x.finish(x.collected(opened))


def _beyond(x: Expansion, monomial: Monomial, variable: str) -> tuple[Monomial, Form] | None:
    """The rest of a monomial with brackets [x >= p], and the greatest of the points p, where it is known."""
    brackets = [
        atom for atom, _ in monomial.factors if atom.tag == "nonnegative" and variable in atom.indices
    ]
    points: dict[str, Form] = {}
    for atom in brackets:
        split = by_degree(atom.parts[0], variable, 1)
        if split is None or split[1].constant() != 1:
            return None
        if not split[0].indices.isdisjoint(name for name, _ in monomial.ranges):
            return None
        point = scaled_form(split[0], fmpq(-1))
        points[point.key] = point
    ordered = _ordered(x, [], points)
    if not ordered:
        return None
    factors = {atom: power for atom, power in monomial.factors if atom not in brackets}
    return Monomial(monomial.ranges, sorted_factors(factors)), ordered[-1]


def _by_bracket(x: Expansion, atom: Atom, change: _Change, variable: str) -> Sum:
    """An atom by the bracket that says whether the variable is beyond the point where its argument is zero."""
    if atom.tag == "zero":
        return []
    bracket = x.rules.rebuild["nonnegative"](x, _difference(single(Atom("symbol", variable)), change.point))
    if atom.tag == "nonnegative":
        return bracket if change.beyond > 0 else [*constant(1), *scale(bracket, fmpq(-1))]
    sign = scale([*scale(bracket, fmpq(2)), *constant(-1)], fmpq(change.beyond))
    return sign if atom.tag == "sign" else x.times(x.opened(atom.parts[0]), sign)


# -- where signs change --------------------------------------------------------------------------------


def _differences(form: Form, variable: str) -> Iterator[Form | None]:
    """The innermost forms on whose signs the atoms depend that change with the variable.

    None for one that depends on an index over which the form sums.
    """
    for monomial, _ in form.terms:
        own = {name for name, _ in monomial.ranges}
        for atom, _ in monomial.factors:
            if variable not in atom.indices or atom.tag not in _OPENED:
                continue
            found = [difference for part in atom.parts for difference in _differences(part, variable)]
            if not found and atom.tag in _OF_SIGNS:
                found = [atom.parts[0]]
            for difference in found:
                yield difference if difference is not None and difference.indices.isdisjoint(own) else None


def _difference(left: Form, right: Form) -> Form:
    return sum_forms((ONE_COEFFICIENT, left), (fmpq(-1), right))


def _change(x: Expansion, form: Form, variable: str) -> _Change | None:
    split = by_degree(form, variable, 1)
    if split is None:
        return None
    rest, slope = split
    if slope.is_zero:
        return None
    beyond = 1 if x.positive(slope) else -1 if x.positive(scaled_form(slope, fmpq(-1))) else 0
    if not beyond:
        return None
    point = x.times(scale(x.opened(rest), fmpq(-1)), raised(x, x.opened(slope), -1))
    return _Change(x.finish(point), beyond)


def _ordered(x: Expansion, ordered: list[Form], points: Mapping[str, Form]) -> list[Form] | None:
    """The points in ascending order, among those that are ordered already, where that is known."""
    result = list(ordered)
    for _, point in sorted(points.items()):
        if any(point == other for other in result):
            continue
        place = 0
        while place < len(result) and x.nonnegative(_difference(point, result[place])):
            place += 1
        if place < len(result) and not x.nonnegative(_difference(result[place], point)):
            return None
        result.insert(place, point)
    return None if len(result) > POINT_LIMIT else result


# -- what stands on a piece ----------------------------------------------------------------------------


def _on_piece(x: Expansion, form: Form, variable: str, signs: Mapping[str, int]) -> Sum | None:
    """A form where the differences have the signs; None where it is not known what an atom is there."""
    result: Sum = []
    for summand in x.opened(form):
        fixed = {atom: power for atom, power in summand.factors.items() if variable not in atom.indices}
        part: Sum = [Summand(summand.coefficient, summand.ranges, fixed)]
        for atom, power in summand.factors.items():
            if atom in fixed:
                continue
            value = _atom_on_piece(x, atom, power, variable, signs)
            if value is None:
                return None
            part = x.times(part, value)
        result.extend(part)
    return x.collected(result)


def _atom_on_piece(
    x: Expansion, atom: Atom, power: Exponent, variable: str, signs: Mapping[str, int]
) -> Sum | None:
    if atom.tag not in _OPENED:
        return from_atom(atom, power)
    (part,) = atom.parts
    if atom.tag == "exp":
        inside = _on_piece(x, part, variable, signs)
        return None if inside is None else exponential(x, scale(inside, rational(power)))
    if not isinstance(power, int) or power < 0:
        # Of what may be 0; it is no polynomial on the piece anyway.
        return None
    sign = signs.get(part.key)
    if sign is not None:
        return raised(x, _of_sign(x, atom, sign), power)
    inside = _on_piece(x, part, variable, signs)
    return None if inside is None else raised(x, x.rules.rebuild[atom.tag](x, x.finish(inside)), power)


def _of_sign(x: Expansion, atom: Atom, sign: int) -> Sum:
    """What an atom is whose argument has the sign."""
    match atom.tag:
        case "abs":
            return scale(x.opened(atom.parts[0]), fmpq(sign))
        case "sign":
            return constant(sign)
        case "nonnegative":
            return constant(1 if sign > 0 else 0)
        case _:
            return constant(0)


def rational(exponent: Exponent) -> fmpq:
    """An exponent as a rational number."""
    value = Fraction(exponent)
    return fmpq(value.numerator, value.denominator)
