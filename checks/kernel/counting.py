"""Powers with symbolic integer exponents, factorials and binomial coefficients in index normal form.

The identities are those of total functions: b^0 = 1, and b^e is 0 for b = 0 and every other integer e, negative
ones included, as the inverse of zero is zero in normal forms.  Where a rule needs an exponent or argument not to
be negative, that is asked of what is known, like any condition.

Trusted for these identities, which hold for 0 as well where what is asked for holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import fmpq

from checks.kernel.algebra import EXPONENT_LIMIT, common_content, factorised, raised, zero_bracket
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT,
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    constant,
    exact,
    from_atom,
    scale,
    single,
    sum_forms,
)

POWER = "integer_power"
"""The tag of a power whose exponent is a symbolic integer; its parts are the base and the exponent."""


def integer_power(x: Expansion, base: Form, exponent: Form) -> Sum:
    """b^e for an exponent with integer values.

    (a b)^e = a^e b^e and (a^j)^e = (a^e)^j hold for all integers e and j other than 0 and all a and b: where a is
    zero, both sides are [e = 0] or 0 for both reasons.
    """
    if not x.is_integral(exponent) or any(monomial.ranges for monomial, _ in exponent.terms):
        return from_atom(Atom(POWER, "", (base, exponent)))
    value = exponent.constant()
    if value is not None:
        return raised(x, x.opened(base), int(value.p))
    if base.is_zero:
        return zero_bracket(x, exponent)
    content, common, rest = common_content(x, base, True)
    if len(rest.terms) == 1 and not rest.terms[0][0].ranges:
        for atom, power in rest.terms[0][0].factors:
            common[atom] = exact(common.get(atom, 0) + power)
        content, rest = content * rest.terms[0][1], UNIT
    result = constant(1)
    if content < 0:
        result = x.times(result, _single_power(x, _number(-1), exponent))
    for prime, power in factorised(content):
        result = x.times(result, raised(x, _single_power(x, _number(prime), exponent), power))
    for atom, power in common.items():
        if atom.tag == "exp":
            # (exp u)^e = exp(e u).
            rate = x.finish(x.times(x.opened(atom.parts[0]), scale(x.opened(exponent), _rational(power))))
            result = x.times(result, x.rules.rebuild["exp"](x, rate))
        elif isinstance(power, int):
            result = x.times(result, raised(x, _single_power(x, single(atom), exponent), power))
        else:
            root = Form([(Monomial((), ((atom, power),)), ONE_COEFFICIENT)])
            result = x.times(result, _single_power(x, root, exponent))
    if rest.key != UNIT.key:
        result = x.times(result, _single_power(x, rest, exponent))
    return result


def _rational(value: Exponent) -> fmpq:
    exponent = Fraction(value)
    return fmpq(exponent.numerator, exponent.denominator)


def _number(value: int) -> Form:
    return Form([(UNIT.terms[0][0], fmpq(value))])


def _single_power(x: Expansion, base: Form, exponent: Form) -> Sum:
    """b^e with the exponent split as far as b^(e+f) = b^e b^f holds.

    It does where b is not zero, and where neither e nor f is negative: then for b = 0 both sides are [e = f = 0].
    """
    if _is_nonzero(x, base):
        result = constant(1)
        for monomial, coefficient in exponent.terms:
            part = Form([(monomial, ONE_COEFFICIENT)])
            factor = x.opened(base) if part.key == UNIT.key else from_atom(Atom(POWER, "", (base, part)))
            result = x.times(result, raised(x, factor, int(coefficient.p)))
        return result
    if not x.nonnegative(exponent):
        return from_atom(Atom(POWER, "", (base, exponent)))
    count, rest = peeled(x, exponent)
    result = raised(x, x.opened(base), count)
    for monomial, coefficient in exponent.terms:
        part = Form([(monomial, ONE_COEFFICIENT)])
        if part.key == UNIT.key or coefficient < 0 or rest.key == part.key or not x.nonnegative(part):
            continue
        shorter = sum_forms((ONE_COEFFICIENT, rest), (-coefficient, part))
        if x.nonnegative(shorter):
            factor = from_atom(Atom(POWER, "", (base, part)))
            result = x.times(result, raised(x, factor, int(coefficient.p)))
            rest = shorter
    return result if rest.is_zero else x.times(result, from_atom(Atom(POWER, "", (base, rest))))


def peeled(x: Expansion, form: Form) -> tuple[int, Form]:
    """``(c, rest)`` with form = c + rest, c a natural number as large as rest is known not to be negative."""
    count = 0
    while count < EXPONENT_LIMIT:
        shorter = sum_forms((ONE_COEFFICIENT, form), (fmpq(-1), UNIT))
        if not x.nonnegative(shorter):
            break
        count, form = count + 1, shorter
    return count, form


def _is_nonzero(x: Expansion, base: Form) -> bool:
    """Whether a base, a single atom or a sum, is known not to be zero."""
    if x.nonzero(base):
        return True
    if len(base.terms) == 1 and len(base.terms[0][0].factors) == 1 and not base.terms[0][0].ranges:
        return x.is_unit(base.terms[0][0].factors[0][0])
    return x.is_unit(Atom("base", "", (base,)))


def factorial(x: Expansion, argument: Form) -> Sum:
    """n! with (n+1)! = (n+1) n! taken apart down to the least argument that is known not to be negative.

    D. Knuth, The Art of Computer Programming, volume 1, section 1.2.5, (4).
    """
    if not x.is_integral(argument) or not x.nonnegative(argument):
        return from_atom(Atom("factorial", "", (argument,)))
    count, rest = peeled(x, argument)
    result = constant(1) if rest.is_zero or rest.constant() == 1 else from_atom(Atom("factorial", "", (rest,)))
    for k in range(1, count + 1):
        result = x.times(result, x.opened(sum_forms((ONE_COEFFICIENT, rest), (fmpq(k), UNIT))))
    return result


def binomial(x: Expansion, upper: Form, lower: Form) -> Sum:
    """The binomial coefficient: n!/(k! (n-k)!) where 0 <= k <= n is known, else an atom.

    D. Knuth, The Art of Computer Programming, volume 1, section 1.2.6, (5).
    """
    rest = sum_forms((ONE_COEFFICIENT, upper), (fmpq(-1), lower))
    known = x.is_integral(upper) and x.is_integral(lower) and x.nonnegative(lower) and x.nonnegative(rest)
    if not known:
        return from_atom(Atom("binomial", "", (upper, lower)))
    below = x.times(factorial(x, lower), factorial(x, rest))
    return x.times(factorial(x, upper), raised(x, below, -1))


REBUILD: Mapping[str, Callable[..., Sum]] = {
    POWER: integer_power, "factorial": factorial, "binomial": binomial,
}  # fmt: skip
"""The rules by the tag of the atom whose parts they take."""
