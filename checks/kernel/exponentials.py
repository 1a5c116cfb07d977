"""Exponentials and logarithms of sums.

As total functions: log t is log |t| where t is not zero.  So the logarithm of a product of factors that are not
zero is the sum of theirs, whatever their signs (G. H. Hardy, A Course of Pure Mathematics, sections 204-209).
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from checks.kernel.algebra import content_of, factorised, raised
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT_MONOMIAL,
    Atom,
    Exponent,
    Form,
    Sum,
    constant,
    exact,
    from_atom,
    scale,
    scaled_form,
    single,
)


def exponential(x: Expansion, terms: Sum) -> Sum:
    """exp of a sum is the product of the powers of exp of its monomials; exp(log t) is t where t > 0."""
    factors: list[tuple[Atom, Exponent]] = []
    powers: list[tuple[Form, Exponent]] = []
    for monomial, coefficient in x.finish(terms).terms:
        exponent = _exponent(coefficient)
        match monomial.factors:
            case ((atom, 1),) if atom.tag == "log" and not monomial.ranges and x.positive(atom.parts[0]):
                powers.append((atom.parts[0], exponent))
            case _:
                factors.append((Atom("exp", "", (Form([(monomial, ONE_COEFFICIENT)]),)), exponent))
    result = x.settle(ONE_COEFFICIENT, {}, factors)
    for base, exponent in powers:
        result = x.times(result, raised(x, x.opened(base), exponent))
    return result


def logarithm(x: Expansion, terms: Sum) -> Sum:
    """log of a sum: numbers and common factors that are not zero leave it; log(exp t) is t."""
    form = x.finish(terms)
    if form.is_zero:
        return from_atom(Atom("log", "", (form,)))
    if len(form.terms) == 1 and not form.terms[0][0].ranges:
        monomial, content = form.terms[0]
        common, rest = dict(monomial.factors), Form([(UNIT_MONOMIAL, ONE_COEFFICIENT)])
    else:
        content, common, rest = content_of(x, form)
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


def symbolic_power(x: Expansion, base: Sum, exponent: Form) -> Sum:
    """b^e where e is no number, as a product of powers that cannot be taken apart further.

    b^(e + f) = b^e b^f and (b c)^e = b^e c^e for positive b, c; for any b, c where e and f are natural numbers;
    for e + f an integer and b, c not zero (G. H. Hardy, A Course of Pure Mathematics, sections 208 and 209).
    """
    form = x.finish(base)
    if len(form.terms) == 1 and not form.terms[0][0].ranges:
        monomial, number = form.terms[0]
        bases: list[tuple[Form, Exponent]] = [
            (atom.parts[0] if atom.tag == "base" else single(atom), power) for atom, power in monomial.factors
        ]
        if number == 1 and all(atom.tag == "exp" for atom, _ in monomial.factors):
            rate = [s for a, e in monomial.factors for s in scale(x.opened(a.parts[0]), _rational(e))]
            return exponential(x, x.times(x.opened(exponent), rate))
        if number != 1:
            bases.append((Form([(UNIT_MONOMIAL, number)]), 1))
    else:
        bases = [(form, 1)]
    integral = x.is_integral(exponent)
    natural = integral and x.nonnegative(exponent)
    if [power for _, power in bases] != [1] and not all(
        x.positive(part) or (isinstance(power, int) and ((natural and power > 0) or (integral and x.nonzero(part))))
        for part, power in bases
    ):
        bases = [(form, 1)]
    result = constant(1)
    for part, power in bases:
        result = x.times(result, _power_of_one(x, part, scaled_form(exponent, _rational(power)), integral))
    return result


def _power_of_one(x: Expansion, base: Form, exponent: Form, integral: bool) -> Sum:
    """The power of one base, its exponent split into the parts whose sum it is, where that is allowed."""
    parts = [Form([(monomial, coefficient)]) for monomial, coefficient in exponent.terms]
    free = x.positive(base) or (integral and x.nonzero(base) and all(x.is_integral(part) for part in parts))
    if not free and not all(x.is_integral(part) and x.nonnegative(part) for part in parts):
        return from_atom(Atom("power", "", (base, exponent)))
    result = constant(1)
    for part in parts:
        number = part.constant()
        if number is not None:
            result = x.times(result, raised(x, x.opened(base), _exponent(number)))
            continue
        monomial, coefficient = part.terms[0]
        outside = _exponent(coefficient) if free or coefficient > 0 else 1
        inner = Form([(monomial, ONE_COEFFICIENT)])
        if not free and not (isinstance(outside, int) and x.nonnegative(inner)):
            outside, inner = 1, part
        result = x.times(result, from_atom(Atom("power", "", (base, inner)), outside))
    return result


def _leaves(x: Expansion, atom: Atom, exponent: Exponent) -> bool:
    """Whether |a^e| = |a|^e is not zero: a is not zero, and positive where the power needs it."""
    if isinstance(exponent, int):
        return x.is_unit(atom)
    return atom.tag in ("prime", "pi") or x.positive(atom.parts[0] if atom.tag == "base" else single(atom))


def _of_prime(prime: int) -> Sum:
    number = Form([(UNIT_MONOMIAL, fmpq(prime))])
    return constant(0) if prime == 1 else from_atom(Atom("log", "", (number,)))


def _of_atom(x: Expansion, atom: Atom) -> Sum:
    match atom.tag:
        case "prime":
            return _of_prime(int(atom.name))
        case "exp":
            return x.opened(atom.parts[0])
        case "power" if len(atom.parts) == 2 and x.positive(atom.parts[0]):
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
