"""``s ~= 0.35``: within half a unit of the last digit of a decimal, |s - 0.35| <= 0.005 (DESIGN, section 3).

Trusted for what ``~=`` claims: it is written out as an inequality, and read back from exactly that.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from checks.terms import Apply, Number, Term, number, relation, subtract

LONGEST = 400
"""The most digits, and the greatest exponent, that a decimal is written with."""


def approximation(term: Term, digits: str) -> Term:
    """The statement that a term is a decimal to its last digit; raises ``ValueError`` where that is no decimal."""
    mantissa, _, exponent = digits.lower().partition("e")
    power = int(exponent or "0")
    if len(digits) > LONGEST or abs(power) > LONGEST:
        raise ValueError(f"a decimal has at most {LONGEST} digits")
    value = Fraction(mantissa) * Fraction(10) ** power
    unit = Fraction(10) ** (power - len(mantissa.partition(".")[2]))
    return relation(Apply("abs", (subtract(term, number(value)),)), "<=", number(unit / 2))


@dataclass(frozen=True, slots=True)
class Approximation:
    """A term, the decimal that it is close to, and the digits with which that is written."""

    term: Term
    value: Fraction
    digits: str


def approximated(statement: Term) -> Approximation | None:
    """What a statement says to be close to a decimal; None for any other statement."""
    match statement:
        case Apply(
            "<=", (Apply("abs", (Apply("add", (term, Apply("negate", (Number(value),)))),)), Number(half))
        ) if half > 0:
            pass
        case _:
            return None
    for places in range(LONGEST):
        unit = Fraction(1, 10**places)
        if 2 * half == unit and (value / unit).denominator == 1:
            whole = abs(int(value / unit))
            digits = str(whole).rjust(places + 1, "0")
            text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
            return Approximation(term, value, f"-{text}" if value < 0 else text)
        if unit < 2 * half:
            break
    return None
