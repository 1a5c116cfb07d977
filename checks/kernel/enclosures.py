"""Signs of numbers that are written down: enclosures of forms without symbols in ball arithmetic.

A ball contains the number that it stands for (F. Johansson, Arb: efficient arbitrary-precision midpoint-radius
interval arithmetic, IEEE Trans. Comput. 66, 2017), so one that does not meet zero tells the sign.  Nothing is said of
what is not opened here, nor where a number that divides or has a root drawn from it is not known to be right.

An integral over a bounded interval is enclosed where the integrand is: on balls that cover the interval everything in
it is analytic, so it is bounded there and has an integral (F. Johansson, Numerical integration in arbitrary-precision
ball arithmetic, ICMS 2018).

Trusted for opening only what is defined, and for Arb: the bounds are those of its balls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

from flint import acb, arb, ctx, fmpq

from checks.kernel.forms import Atom, Exponent, Form, Monomial

PRECISIONS = (64, 256, 1024)
"""Working precisions in bits; the next is tried where a ball still meets zero."""


@lru_cache(maxsize=4096)
def sign_of_number(form: Form) -> int | None:
    """1 or -1 where the number that a form without symbols is has that sign; None where that does not show."""
    for precision in PRECISIONS:
        with ctx.workprec(precision):
            ball = _form(form)
        if ball is None:
            return None
        if ball > 0:
            return 1
        if ball < 0:
            return -1
    return None


def is_number(atom: Atom) -> bool:
    """Whether an atom is a number that is written down."""
    return (
        (atom.tag in _VALUES or atom.tag == "integral")
        and not (atom.symbols or atom.indices or atom.random)
        and all(not monomial.ranges for part in atom.parts for monomial, _ in part.terms)
    )


def _form(form: Form) -> arb | None:
    total = arb(0)
    for monomial, coefficient in form.terms:
        value = _monomial(monomial)
        if value is None:
            return None
        total += arb(coefficient) * value
    return total


def _monomial(monomial: Monomial) -> arb | None:
    if monomial.ranges:
        return None
    total = arb(1)
    for atom, exponent in monomial.factors:
        value = _atom(atom)
        value = None if value is None else _power(value, exponent)
        if value is None:
            return None
        total *= value
    return total


def _power(base: arb, exponent: Exponent) -> arb | None:
    """The power of a base that is known to be positive, or not zero where the exponent is whole, or divides nothing."""
    if exponent == 1:
        return base
    if isinstance(exponent, int):
        return base**exponent if exponent > 0 or base != 0 else None
    return base ** arb(fmpq(Fraction(exponent).numerator, Fraction(exponent).denominator)) if base > 0 else None


def _atom(atom: Atom) -> arb | None:
    if atom.symbols or atom.indices or atom.random:
        return None
    if atom.tag == "integral":
        return _integral(atom)
    rule = _VALUES.get(atom.tag)
    if rule is None or atom.bound:
        return None
    if atom.tag == "prime":
        return arb(int(atom.name))
    parts = [_form(part) for part in atom.parts]
    if any(part is None for part in parts):
        return None
    return rule(*parts)


def _logarithm(value: arb) -> arb | None:
    return value.log() if value > 0 else None


_VALUES: Mapping[str, Callable[..., arb | None]] = {
    "prime": arb,
    "pi": arb.pi,
    "base": lambda value: value,
    "abs": lambda value: abs(value),
    "exp": lambda value: value.exp(),
    "log": _logarithm,
    "sin": lambda value: value.sin(),
    "cos": lambda value: value.cos(),
    "tanh": lambda value: value.tanh(),
    "erf": lambda value: value.erf(),
}


# -- integrals over bounded intervals ------------------------------------------------------------------


def _integral(atom: Atom) -> arb | None:
    """The integral of a function of one real that is zero outside bounded intervals, term by term."""
    if len(atom.parts) != 1 or len(atom.bound) != 1 or atom.name != "real":
        return None
    (variable,) = atom.bound
    total = arb(0)
    for monomial, coefficient in atom.parts[0].terms:
        if monomial.ranges:
            return None
        limits = _limits(monomial, variable)
        if limits is None:
            return None
        low, high, rest = limits
        if not high >= low:
            if high <= low:
                continue
            return None
        value = _integrated(rest, variable, low, high)
        if value is None:
            return None
        total += arb(coefficient) * value
    return total


def _limits(monomial: Monomial, variable: str) -> tuple[arb, arb, Monomial] | None:
    """The interval in which the brackets of a monomial hold, and its other factors; None unless it is bounded."""
    low: arb | None = None
    high: arb | None = None
    rest: list[tuple[Atom, Exponent]] = []
    for atom, exponent in monomial.factors:
        if atom.tag != "nonnegative":
            rest.append((atom, exponent))
            continue
        end = _end(atom.parts[0], variable)
        if end is None:
            return None
        slope, place = end
        if slope > 0:
            low = place if low is None else low.max(place)
        else:
            high = place if high is None else high.min(place)
    return None if low is None or high is None else (low, high, Monomial((), tuple(rest)))


def _end(form: Form, variable: str) -> tuple[fmpq, arb] | None:
    """``(c, e)`` where a form is c times the variable less e."""
    slope: fmpq | None = None
    rest = []
    for monomial, coefficient in form.terms:
        if variable not in monomial.indices:
            rest.append((monomial, coefficient))
        elif slope is None and monomial.key == f"symbol {variable}":
            slope = coefficient
        else:
            return None
    value = _form(Form(rest))
    return None if slope is None or value is None else (slope, -value / arb(slope))


def _integrated(monomial: Monomial, variable: str, low: arb, high: arb) -> arb | None:
    """∫ f(t) dt from low to high, as that of f(low + (high - low) u) over 0 <= u <= 1, whose ends are exact."""
    width = acb(high - low)

    def integrand(place: acb, _: bool) -> acb:
        found = _at(monomial, variable, acb(low) + width * place)
        return UNDEFINED if found is None else found

    found = acb.integral(integrand, acb(0), acb(1), eval_limit=EVALUATIONS) * width
    return found.real if found.is_finite() else None


EVALUATIONS = 20_000
UNDEFINED = acb(arb.nan())


def _at(monomial: Monomial, variable: str, place: acb) -> acb | None:
    """A monomial on a ball for its variable; None where it is not known to be analytic there."""
    total = acb(1)
    for atom, exponent in monomial.factors:
        base = _atom_at(atom, variable, place)
        value = None if base is None else _power_at(base, exponent)
        if value is None:
            return None
        total *= value
    return total


def _form_at(form: Form, variable: str, place: acb) -> acb | None:
    total = acb(0)
    for monomial, coefficient in form.terms:
        value = None if monomial.ranges else _at(monomial, variable, place)
        if value is None:
            return None
        total += acb(coefficient) * value
    return total


def _power_at(base: acb, exponent: Exponent) -> acb | None:
    if isinstance(exponent, int):
        return base**exponent if exponent > 0 or not base.contains(acb(0)) else None
    return base ** acb(fmpq(Fraction(exponent).numerator, Fraction(exponent).denominator)) if base.real > 0 else None


def _atom_at(atom: Atom, variable: str, place: acb) -> acb | None:
    if variable not in atom.indices:
        value = _atom(atom)
        return None if value is None else acb(value)
    if atom.key == f"symbol {variable}":
        return place
    rule = _ANALYTIC.get(atom.tag)
    if rule is None or len(atom.parts) != 1 or atom.bound:
        return None
    inside = _form_at(atom.parts[0], variable, place)
    return None if inside is None else rule(inside)


def _absolute(value: acb) -> acb | None:
    return value if value.real > 0 else -value if value.real < 0 else None


_ANALYTIC: Mapping[str, Callable[[acb], acb | None]] = {
    "base": lambda value: value,
    "abs": _absolute,
    "exp": lambda value: value.exp(),
    "log": lambda value: value.log() if value.real > 0 else None,
    "sin": lambda value: value.sin(),
    "cos": lambda value: value.cos(),
    "tanh": lambda value: value.tanh(),
    "erf": lambda value: value.erf(),
}
"""Functions that are analytic on every ball on which they are finite, or where the ball is checked."""
