"""Signs of numbers that are written down: enclosures of forms without symbols in ball arithmetic.

A ball contains the number that it stands for (F. Johansson, Arb: efficient arbitrary-precision midpoint-radius
interval arithmetic, IEEE Trans. Comput. 66, 2017), so one that does not meet zero tells the sign.  Nothing is said of
what is not opened here, nor where a number that divides or has a root drawn from it is not known to be right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

from flint import arb, ctx, fmpq

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
        atom.tag in _VALUES
        and not (atom.symbols or atom.indices or atom.bound or atom.random)
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
    rule = _VALUES.get(atom.tag)
    if rule is None or atom.symbols or atom.indices or atom.bound or atom.random:
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
}
