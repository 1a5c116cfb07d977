"""The sign lattice: what is known of the sign of a form, from its structure and the context's facts.

A sign is the set of the signs that a value may have, a subset of {-1, 0, 1}.  Products and sums of signs are
taken pointwise, so every answer is a consequence of: a product's sign is the product of the signs; a sum of
values of one sign has that sign; an even power is not negative; a defined fractional power and an exponential
are not negative (Hardy, A Course of Pure Mathematics, ch. I).  Numbers that are written down are enclosed
(``enclosures``).  Where a factorial or a binomial coefficient is not defined it is taken to be 1 or 0.

Trusted for never leaving out a sign that a value may have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product as product_of_choices

from flint import fmpq

from checks.kernel.enclosures import is_number, sign_of_number
from checks.kernel.forms import Atom, Exponent, Form, Monomial

Sign = frozenset[int]

ANY: Sign = frozenset((-1, 0, 1))
POSITIVE: Sign = frozenset((1,))
NEGATIVE: Sign = frozenset((-1,))
NONNEGATIVE: Sign = frozenset((0, 1))
NONZERO: Sign = frozenset((-1, 1))
ZERO: Sign = frozenset((0,))


@dataclass(frozen=True, slots=True)
class SignFacts:
    """Signs known from the context: of atoms by key, and of all entries of an array by its name.

    ``nonzero`` holds the arrays of which some entry is not zero, with the keys of their lengths;
    ``everywhere`` the signs known at every outcome, where those above are known at one only.
    """

    atoms: Mapping[str, Sign] = field(default_factory=dict)
    arrays: Mapping[str, Sign] = field(default_factory=dict)
    nonzero: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    everywhere: SignFacts | None = None


def product(left: Sign, right: Sign) -> Sign:
    """The signs of a product."""
    return frozenset(a * b for a in left for b in right)


def total(left: Sign, right: Sign) -> Sign:
    """The signs of a sum."""
    signs: set[int] = set()
    for a in left:
        for b in right:
            signs |= {a or b} if a * b >= 0 else {-1, 0, 1}
    return frozenset(signs)


def of_extremum(parts: Sequence[Sign], choose: Callable[[Sequence[int]], int]) -> Sign:
    """The signs of the greatest or the least of numbers: that of their signs."""
    return frozenset(map(choose, product_of_choices(*parts)))


def of_power(base: Sign, exponent: Exponent) -> Sign:
    """The signs of a power with a rational exponent; 0 to a negative power is 0, as in normal forms."""
    if not isinstance(exponent, int):
        return frozenset(abs(sign) for sign in base if sign >= 0) or NONNEGATIVE
    signs = frozenset(sign**2 if exponent % 2 == 0 else sign for sign in base)
    return signs


_OF_INTEGER_POWER: Mapping[int, Sign] = {1: POSITIVE, 0: NONNEGATIVE, -1: NONZERO}
"""The signs of b^e by the sign of b, whatever the integer e."""


def of_atom(atom: Atom, facts: SignFacts) -> Sign:
    """The signs of an atom."""
    known = facts.atoms.get(atom.key)
    if known is not None:
        return known
    match atom.tag:
        case "index" | "prime" | "pi" | "exp" | "factorial":
            return POSITIVE
        case "zero" | "nonnegative" | "iverson" | "binomial":
            return NONNEGATIVE
        case "entry" | "call":
            return facts.arrays.get(atom.name, ANY)
        case "power" if len(atom.parts) == 2 and not any(atom.slots):
            # A real power: b^e with b > 0 is positive.
            return POSITIVE if of_form(atom.parts[0], facts) == POSITIVE else ANY
        case "abs":
            return frozenset(abs(sign) for sign in of_form(atom.parts[0], facts))
        case "sign" | "base" | "erf":
            # The error function is odd and increasing (NIST Handbook of Mathematical Functions, 7.2.1 and 7.4.1).
            return of_form(atom.parts[0], facts)
        case "product":
            factor = of_form(atom.parts[1], facts)
            return POSITIVE if factor == POSITIVE else NONNEGATIVE if factor <= NONNEGATIVE else ANY
        case "integer_power":
            base = of_form(atom.parts[0], facts)
            return frozenset().union(*(_OF_INTEGER_POWER[sign] for sign in base))
        case "expectation":
            sign = of_form(atom.parts[0], facts.everywhere or facts)
            return ANY if {-1, 1} <= sign else sign
        case _:
            return ANY


def of_monomial(monomial: Monomial, facts: SignFacts) -> Sign:
    """The signs of a monomial, its sums over indices included."""
    factors = dict(monomial.factors)
    sign = POSITIVE
    for atom, exponent in monomial.factors:
        if atom.tag == "sign":
            inner = atom.parts[0]
            partner = single_atom(inner)
            if partner is not None and partner in factors and (_odd(exponent) == _odd(factors[partner])):
                # sign(a)^odd a^odd = |a|^odd, and even powers of both are not negative.
                continue
        if atom.tag != "sign" and _has_sign_partner(atom, exponent, factors):
            base = of_atom(atom, facts)
            sign = product(sign, frozenset(abs(value) for value in base))
            continue
        sign = product(sign, of_power(of_atom(atom, facts), exponent))
    if monomial.ranges and _sums_squares_of_nonzero_array(monomial, facts):
        return POSITIVE
    if monomial.ranges and {-1, 1} <= sign:
        # Terms of both signs may cancel.
        return ANY
    for _, length in monomial.ranges:
        if of_form(length, facts) != POSITIVE:
            # The range may be empty: the sum may be zero.
            sign = sign | ZERO
    return sign


def _sums_squares_of_nonzero_array(monomial: Monomial, facts: SignFacts) -> bool:
    """Whether the monomial is the sum over all entries of an even power of an array that is not zero."""
    if len(monomial.factors) != 1:
        return False
    atom, exponent = monomial.factors[0]
    lengths = facts.nonzero.get(atom.name) if atom.tag == "entry" else None
    if lengths is None or not isinstance(exponent, int) or exponent <= 0 or exponent % 2:
        return False
    ranges = {name: length.key for name, length in monomial.ranges}
    names = []
    for part in atom.parts:
        index = single_atom(part)
        if index is None or index.tag != "index" or index.name not in ranges:
            return False
        names.append(index.name)
    return len(set(names)) == len(names) == len(ranges) and tuple(ranges[name] for name in names) == lengths


def _odd(exponent: Exponent) -> bool:
    return isinstance(exponent, int) and exponent % 2 == 1


def single_atom(form: Form) -> Atom | None:
    if len(form.terms) == 1 and form.terms[0][1] == 1 and not form.terms[0][0].ranges:
        factors = form.terms[0][0].factors
        if len(factors) == 1 and factors[0][1] == 1:
            return factors[0][0]
    return None


def _has_sign_partner(atom: Atom, exponent: Exponent, factors: Mapping[Atom, Exponent]) -> bool:
    if not isinstance(exponent, int):
        return False
    return any(
        other.tag == "sign" and single_atom(other.parts[0]) == atom and _odd(power) == _odd(exponent)
        for other, power in factors.items()
    )


def of_form(form: Form, facts: SignFacts) -> Sign:
    """The signs of a form; ``index`` atoms are positive because indices start at 1."""
    sign = ZERO
    for monomial, coefficient in form.terms:
        part = of_monomial(monomial, facts)
        sign = total(sign, part if coefficient > 0 else frozenset(-value for value in part))
    return sign & _by_coefficients(form, facts) if {-1, 1} <= sign else sign


def _by_coefficients(form: Form, facts: SignFacts) -> Sign:
    """The signs of a form with numbers such as 2^(-1/2) or log 3 in it, put together as coefficients first."""
    if not any(is_number(atom) for monomial, _ in form.terms for atom, _ in monomial.factors):
        return ANY
    coefficients: dict[str, list[tuple[Monomial, fmpq]]] = {}
    others: dict[str, Monomial] = {}
    for monomial, value in form.terms:
        number = tuple((atom, power) for atom, power in monomial.factors if is_number(atom))
        rest = tuple((atom, power) for atom, power in monomial.factors if not is_number(atom))
        other = Monomial(monomial.ranges, rest)
        others[other.key] = other
        coefficients.setdefault(other.key, []).append((Monomial((), number), value))
    sign = ZERO
    for key, terms in coefficients.items():
        value_sign = sign_of_number(Form(terms))
        if value_sign is None:
            return ANY
        sign = total(sign, frozenset(value_sign * part for part in of_monomial(others[key], facts)))
    return sign


def is_nonnegative(sign: Sign) -> bool:
    """Whether the value is at least zero."""
    return -1 not in sign


def is_nonzero(sign: Sign) -> bool:
    """Whether the value is not zero."""
    return 0 not in sign
