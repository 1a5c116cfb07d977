"""Exponentials, logarithms and error functions of sums.

As total functions: log t is log |t| where t is not zero.  So the logarithm of a product of factors that are not
zero is the sum of theirs, whatever their signs (G. H. Hardy, A Course of Pure Mathematics, sections 204-209).

Trusted for the functional equations, with the factors known not to be zero, or positive, as each asks.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from checks.kernel.algebra import common_content, factorised, raised
from checks.kernel.counting import integer_power
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT_MONOMIAL,
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    constant,
    exact,
    from_atom,
    scale,
    scaled_form,
    single,
)


def exponential(x: Expansion, terms: Sum) -> Sum:
    """exp of a sum is the product of the powers of exp of its monomials; exp(s log t) is |t|^s where t is not 0."""
    factors: list[tuple[Atom, Exponent]] = []
    powers: list[tuple[Form, Monomial, Exponent]] = []
    for monomial, coefficient in x.finish(terms).terms:
        exponent = _exponent(coefficient)
        logarithms = [atom for atom, power in monomial.factors if atom.tag == "log" and power == 1]
        size = _size(x, logarithms[0].parts[0]) if len(logarithms) == 1 and not monomial.ranges else None
        if size is not None:
            others = tuple(factor for factor in monomial.factors if factor[0] != logarithms[0])
            powers.append((size, Monomial((), others), exponent))
        else:
            factors.append((Atom("exp", "", (Form([(monomial, ONE_COEFFICIENT)]),)), exponent))
    result = x.settle(ONE_COEFFICIENT, {}, factors)
    for base, others_of, exponent in powers:
        if others_of.factors:
            scaled = Form([(others_of, fmpq(Fraction(exponent).numerator, Fraction(exponent).denominator))])
            result = x.times(result, _power_of(x, base, scaled))
        else:
            result = x.times(result, raised(x, x.opened(base), exponent))
    return result


def _size(x: Expansion, form: Form) -> Form | None:
    """|t|, where the sign of t is known and t is not 0."""
    return next((side for side in (form, scaled_form(form, fmpq(-1))) if x.positive(side)), None)


def _power_of(x: Expansion, base: Form, exponent: Form) -> Sum:
    """b^e for b > 0, as a power of that exponent is written in normal form."""
    return integer_power(x, base, exponent) if x.is_integral(exponent) else real_power(x, base, exponent)


def logarithm(x: Expansion, terms: Sum) -> Sum:
    """log of a sum: numbers and common factors that are not zero leave it; log(exp t) is t."""
    form = x.finish(terms)
    if form.is_zero:
        return from_atom(Atom("log", "", (form,)))
    if len(form.terms) == 1 and not form.terms[0][0].ranges:
        monomial, content = form.terms[0]
        common, rest = dict(monomial.factors), Form([(UNIT_MONOMIAL, ONE_COEFFICIENT)])
    else:
        content, common, rest = common_content(x, form, True)
    if not all(_leaves(x, atom, exponent) for atom, exponent in common.items()):
        return from_atom(Atom("log", "", (form,)))
    result: Sum = []
    for prime, power in factorised(content):
        result.extend(scale(_of_prime(prime), fmpq(power)))
    for atom, exponent in common.items():
        result.extend(scale(_of_atom(x, atom), _rational(exponent)))
    if rest.constant() != 1:
        result.extend(from_atom(Atom("log", "", (rest,))))
    return x.collected(result)


def error_function(x: Expansion, terms: Sum) -> Sum:
    """erf of a sum: an odd function (NIST Handbook of Mathematical Functions, 7.4.1)."""
    form = x.finish(terms)
    if form.is_zero:
        return []
    if form.terms[0][1] < 0:
        return scale(from_atom(Atom("erf", "", (scaled_form(form, fmpq(-1)),))), fmpq(-1))
    return from_atom(Atom("erf", "", (form,)))


def real_power(x: Expansion, base: Form, exponent: Form) -> Sum:
    """b^e for a real exponent that is no number: a product over the factors of b and the terms of e, b > 0.

    (a b)^e = a^e b^e, b^(e + f) = b^e b^f and (b^e)^f = b^(e f) for positive a and b (Hardy, sections 208 and 209).
    """
    if not x.positive(base):
        return from_atom(Atom("power", "", (base, exponent)))
    content, common, rest = common_content(x, base, True)
    if content < 0 or not all(_is_positive(x, atom) for atom in common):
        content, common, rest = ONE_COEFFICIENT, {}, base
    result = constant(1)
    for prime, count in factorised(content):
        result = x.times(result, raised(x, _positive_power(x, _number(prime), exponent), count))
    for atom, power in common.items():
        scaled = scaled_form(exponent, _rational(power))
        if atom.tag == "exp":
            rate = x.times(x.opened(scaled), x.opened(atom.parts[0]))
            result = x.times(result, exponential(x, rate))
        elif atom.tag == "power" and len(atom.parts) == 2 and x.positive(atom.parts[0]):
            # (b^e)^f = b^(e f).
            inside = x.finish(x.times(x.opened(atom.parts[1]), x.opened(scaled)))
            result = x.times(result, real_power(x, atom.parts[0], inside))
        else:
            inner = atom.parts[0] if atom.tag == "base" else single(atom)
            result = x.times(result, _positive_power(x, inner, scaled))
    if rest.constant() != 1:
        result = x.times(result, _positive_power(x, rest, exponent))
    return result


def _is_positive(x: Expansion, atom: Atom) -> bool:
    return atom.tag in ("prime", "pi", "exp") or x.positive(atom.parts[0] if atom.tag == "base" else single(atom))


def _positive_power(x: Expansion, base: Form, exponent: Form) -> Sum:
    """b^(Σ c m) = Π (b^m)^c for b > 0."""
    result = constant(1)
    for monomial, coefficient in exponent.terms:
        if not (monomial.factors or monomial.ranges):
            result = x.times(result, raised(x, x.opened(base), _exponent(coefficient)))
            continue
        atom = Atom("power", "", (base, Form([(monomial, ONE_COEFFICIENT)])))
        result = x.times(result, from_atom(atom, _exponent(coefficient)))
    return result


def _number(value: int) -> Form:
    return Form([(UNIT_MONOMIAL, fmpq(value))])


def _leaves(x: Expansion, atom: Atom, exponent: Exponent) -> bool:
    """Whether |a^e| = |a|^e is not zero: a is not zero, and positive where the power needs it."""
    if isinstance(exponent, int):
        return x.is_unit(atom)
    return _is_positive(x, atom)


def _of_prime(prime: int) -> Sum:
    return constant(0) if prime == 1 else from_atom(Atom("log", "", (_number(prime),)))


def _of_atom(x: Expansion, atom: Atom) -> Sum:
    match atom.tag:
        case "prime":
            return _of_prime(int(atom.name))
        case "exp":
            return x.opened(atom.parts[0])
        case "sign":
            return []  # It is 1 or -1 where it is not 0.
        case "power" | "integer_power" if len(atom.parts) == 2 and x.positive(atom.parts[0]):
            return x.times(x.opened(atom.parts[1]), logarithm(x, x.opened(atom.parts[0])))
        case "base" | "abs":
            return logarithm(x, x.opened(atom.parts[0]))
        case _:
            return from_atom(Atom("log", "", (single(atom),)))


def _rational(exponent: Exponent) -> fmpq:
    value = Fraction(exponent)
    return fmpq(value.numerator, value.denominator)


def _exponent(value: fmpq) -> Exponent:
    return exact(Fraction(int(value.p), int(value.q)))
