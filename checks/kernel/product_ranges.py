"""Products over ranges, factor by factor.

Π_i f(i) g(i) = Π_i f(i) Π_i g(i), Π_{i <= n} c = c^n and Π_i exp(f(i)) = exp(Σ_i f(i)); Π_{i <= n + 1} f(i) =
f(n + 1) Π_{i <= n} f(i) for whole n >= 0 (R. Graham, D. Knuth, O. Patashnik, Concrete Mathematics, section 2.1 and
exercise 2.22).

Trusted for these laws of finite products, with lengths known not to be negative.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import fmpq

from checks.kernel.counting import integer_power
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT,
    UNIT_MONOMIAL,
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    Summand,
    constant,
    from_atom,
    index_form,
    scaled_form,
    single,
    sum_forms,
)
from checks.terms import ONE, TRUE, Index, Symbol, Term, number

LONGEST = 8
"""The most factors at the end of a product that are written down one by one."""


def _term(x: Expansion, form: Form) -> Term:
    """A term for a form with whole values."""
    value = form.constant()
    return x.stand_in(form) if value is None else number(Fraction(int(value.p), int(value.q)))


def _peeled(x: Expansion, length: Form) -> tuple[int, Form]:
    """``(c, rest)`` with length = c + rest, a small whole c > 0 and rest known not to be negative, or c = 0."""
    value = next((value for monomial, value in length.terms if monomial.key == UNIT_MONOMIAL.key), fmpq(0))
    if value.q == 1 and 0 < value <= LONGEST:
        rest = sum_forms((ONE_COEFFICIENT, length), (-value, UNIT))
        if x.nonnegative(rest):
            return int(value.p), rest
    return 0, length


def product_over(x: Expansion, low: Form, high: Form, body: Callable[[Term], Sum]) -> Sum | None:
    """Π over low..high of the body, or None where nothing is known of it."""
    length = sum_forms((ONE_COEFFICIENT, high), (fmpq(-1), low), (ONE_COEFFICIENT, UNIT))
    before = sum_forms((ONE_COEFFICIENT, low), (fmpq(-1), UNIT))
    value = length.constant()
    if value is not None and value <= 0:
        return constant(1)
    if x.varies(length) or x.varies(low):
        return None
    last, rest = _peeled(x, length)
    result = constant(1)
    for place in range(1, last + 1):
        position = sum_forms((ONE_COEFFICIENT, before), (ONE_COEFFICIENT, rest), (fmpq(place), UNIT))
        result = x.times(result, body(_term(x, position)))
    if rest.is_zero:
        return result
    with x.abstracted([Index(ONE, _term(x, rest))], lambda _: TRUE) as (variable,):
        position = sum_forms((ONE_COEFFICIENT, before), (ONE_COEFFICIENT, single(Atom("symbol", variable.name))))
        inside = x.finish(body(_term(x, position)))
    return x.times(result, _by_factors(x, rest, inside, variable))


def _by_factors(x: Expansion, length: Form, body: Form, variable: Symbol) -> Sum:
    """Π over the variable from 1 to the length of a form."""
    if len(body.terms) != 1 or body.terms[0][0].ranges or not x.nonnegative(length):
        return from_atom(_product_atom(x, length, body, variable))
    monomial, coefficient = body.terms[0]
    result = integer_power(x, Form(((UNIT_MONOMIAL, coefficient),)), length)
    for atom, power in monomial.factors:
        if atom.tag == "exp" and variable.name in atom.indices | atom.symbols:
            result = x.times(result, _exponential_of_sum(x, length, atom.parts[0], power, variable))
        elif not isinstance(power, int):
            whole = Form(((Monomial((), ((atom, power),)), ONE_COEFFICIENT),))
            result = x.times(result, from_atom(_product_atom(x, length, whole, variable)))
        elif variable.name not in atom.indices | atom.symbols:
            result = x.times(result, x.rules.raise_to(x, integer_power(x, single(atom), length), power))
        else:
            inner = atom.parts[0] if atom.tag == "base" else single(atom)
            result = x.times(result, from_atom(_product_atom(x, length, inner, variable), power))
    return result


def _product_atom(x: Expansion, length: Form, body: Form, variable: Symbol) -> Atom:
    parts, bound = x.closed((length, body), (variable.name,))
    return Atom("product", "", parts, slots=(0, 1), bound=bound)


def _exponential_of_sum(x: Expansion, length: Form, inside: Form, power: Exponent, variable: Symbol) -> Sum:
    name = x.fresh()
    x.lengths[name] = length
    summed = [
        Summand(part.coefficient, {name: length, **part.ranges}, part.factors)
        for part in x.replaced(inside, {variable.name: index_form(name)})
    ]
    total = scaled_form(x.finish(summed), fmpq(Fraction(power).numerator, Fraction(power).denominator))
    return x.rules.rebuild["exp"](x, total)
