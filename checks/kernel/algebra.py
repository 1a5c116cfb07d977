"""Powers, signs, absolute values and brackets of sums.

Each function returns a sum equal to what it is named for, as total functions of the atoms; the identities are
those of real arithmetic, stated where they are used.

Trusted for these identities, each with the sign that it needs, asked of what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import fmpq, fmpz

from checks.kernel import signs
from checks.kernel.division import parts_of_zero
from checks.kernel.expansion import Expansion
from checks.kernel.forms import (
    EMPTY,
    ONE_COEFFICIENT,
    UNIT,
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    Summand,
    TooLarge,
    constant,
    exact,
    from_atom,
    scale,
    scaled_form,
    sorted_factors,
    sum_forms,
)
from checks.kernel.monomial_rules import BIT_LIMIT

EXPONENT_LIMIT = 64


def raised(x: Expansion, terms: Sum, exponent: Exponent) -> Sum:
    """The sum to a rational power."""
    exponent = exact(exponent)
    if exponent == 1:
        return terms
    if isinstance(exponent, int) and exponent >= 0:
        if exponent > EXPONENT_LIMIT and len(terms) > 1:
            raise TooLarge(f"a sum to the power {exponent}")
        result = constant(1)
        if len(terms) == 1 and not terms[0].ranges:
            return monomial_power(x, terms[0], exponent)
        for _ in range(exponent):
            result = x.times(result, [x.renewed(summand) for summand in terms])
        return result
    if len(terms) == 1 and not terms[0].ranges:
        return monomial_power(x, terms[0], exponent)
    return _power_of_form(x, x.finish(terms), exponent)


def monomial_power(x: Expansion, summand: Summand, exponent: Exponent) -> Sum:
    """(c Π a^e)^q; where q is no integer only bases that are not negative leave the power.

    a^(2k q) is |a|^(2k q), and (A B)^q = A^q B^q when A >= 0: if A > 0 then A B >= 0 gives B >= 0, and if
    A = 0 both sides are 0 whatever B^q is taken to be.
    """
    if isinstance(exponent, int):
        if not summand.coefficient and exponent < 0:
            return from_atom(Atom("base", "", (EMPTY,)), exponent)
        return x.settle(
            number_power(summand.coefficient, exponent),
            {},
            [(atom, exact(power * exponent)) for atom, power in summand.factors.items()],
        )
    factors: list[tuple[Atom, Exponent]] = []
    stuck: dict[Atom, Exponent] = {}
    absolute = constant(1)
    for atom, power in summand.factors.items():
        if not isinstance(power, int) or signs.is_nonnegative(signs.of_atom(atom, x.sign_facts)):
            factors.append((atom, exact(power * exponent)))
        elif power % 2 == 0:
            absolute = x.times(absolute, _absolute_power(x, atom, exact(power * exponent)))
        else:
            stuck[atom] = power
    # sign(a)^odd a^odd together are |a|^odd: such pairs are not negative.
    for atom in [atom for atom in stuck if atom.tag == "sign"]:
        partner = signs.single_atom(atom.parts[0])
        if partner is not None and partner in stuck and stuck[atom] == 1:
            absolute = x.times(absolute, _absolute_power(x, partner, exact(stuck[partner] * exponent)))
            del stuck[atom], stuck[partner]
    sign = 1 if summand.coefficient > 0 else -1
    factors.extend(
        (Atom("prime", str(prime)), exact(power * exponent))
        for prime, power in factorised(summand.coefficient)
    )
    if stuck or sign < 0:
        inner = Form([(Monomial((), sorted_factors(stuck)), fmpq(sign))])
        factors.append((Atom("base", "", (inner,)), exponent))
    return x.times(x.settle(ONE_COEFFICIENT, {}, factors), absolute)


def _absolute_power(x: Expansion, atom: Atom, exponent: Exponent) -> Sum:
    """|a|^q."""
    base = Form([(Monomial((), ((atom, 1),)), ONE_COEFFICIENT)])
    size = absolute(x, x.opened(base))
    if isinstance(exponent, int):
        return raised(x, size, exponent)
    return from_atom(Atom("base", "", (x.finish(size),)), exponent)


def _power_of_form(x: Expansion, form: Form, exponent: Exponent) -> Sum:
    """A power of a sum: numbers and common factors leave it, the rest becomes a ``base`` atom."""
    if form.is_zero and exponent > 0:
        return []
    if len(form.terms) == 1 and not form.terms[0][0].ranges:
        monomial, coefficient = form.terms[0]
        return monomial_power(x, Summand(coefficient, {}, dict(monomial.factors)), exponent)
    apart = _independent_sums(form)
    if len(apart) > 1 and (isinstance(exponent, int) or all(map(x.nonnegative, apart))):
        result = monomial_power(x, Summand(form.terms[0][1], {}, {}), exponent)
        for part in apart:
            result = x.times(result, _power_of_form(x, part, exponent))
        return result
    content, common, rest = common_content(x, form, isinstance(exponent, int))
    if rest.terms and len(rest.terms) == 1 and not rest.terms[0][0].ranges:
        common = {**common}
        for atom, power in rest.terms[0][0].factors:
            common[atom] = exact(common.get(atom, 0) + power)
        return monomial_power(x, Summand(content * rest.terms[0][1], {}, common), exponent)
    outside = monomial_power(x, Summand(content, {}, common), exponent)
    return x.times(outside, from_atom(Atom("base", "", (rest,)), exponent))


def _independent_sums(form: Form) -> list[Form]:
    """Forms whose product a form of one term is, but for its coefficient, each with indices of its own.

    Σ_i Σ_j f(i) g(j) = (Σ_i f(i)) (Σ_j g(j)); factors without indices of the sum are left to ``common_content``.
    """
    if len(form.terms) != 1:
        return []
    monomial = form.terms[0][0]
    own = {name for name, _ in monomial.ranges}
    groups: list[set[str]] = [{name} for name in sorted(own)]
    joints = [atom.indices & own for atom, _ in monomial.factors]
    joints += [(length.indices & own) | {name} for name, length in monomial.ranges]
    for joint in joints:
        touched = [group for group in groups if group & joint]
        if len(touched) > 1:
            groups = [group for group in groups if not group & joint] + [set().union(*touched)]
    if len(groups) < 2 or any(atom.indices.isdisjoint(own) for atom, _ in monomial.factors):
        return []
    return [
        Form(((Monomial(
            tuple((name, length) for name, length in monomial.ranges if name in group),
            tuple((atom, power) for atom, power in monomial.factors if atom.indices & group),
        ), ONE_COEFFICIENT),))
        for group in sorted(groups, key=min)
    ]  # fmt: skip


def common_content(x: Expansion, form: Form, integer_power: bool) -> tuple[fmpq, dict[Atom, Exponent], Form]:
    """A rational and common factors that may leave a power of the form, and what remains."""
    if form.is_zero:
        return ONE_COEFFICIENT, {}, form
    numerator, denominator = fmpz(0), fmpz(1)
    for _, coefficient in form.terms:
        numerator = numerator.gcd(coefficient.p)
        denominator = denominator.lcm(coefficient.q)
    content = fmpq(numerator, denominator)
    if integer_power and form.terms[0][1] < 0:
        content = -content
    own = {name for monomial, _ in form.terms for name, _ in monomial.ranges}
    powers = [dict(monomial.factors) for monomial, _ in form.terms]
    common: dict[Atom, Exponent] = {}
    for atom in dict.fromkeys(atom for found in powers for atom in found):
        least = min(found.get(atom, 0) for found in powers)
        if not least or not atom.indices.isdisjoint(own):
            continue
        known = signs.of_atom(atom, x.sign_facts)
        if least < 0 and not signs.is_nonzero(known):
            # Where it may be zero the terms that it divides are guarded or empty, but the others are not.
            continue
        if not integer_power and not signs.is_nonnegative(known):
            # An even power is not negative and may leave the root; the rest stays.
            least = least - least % 2 if isinstance(least, int) else 0
        if least:
            common[atom] = least
    rest: Sum = []
    for monomial, coefficient in form.terms:
        factors = dict(monomial.factors)
        for atom, power in common.items():
            combined = exact(factors.get(atom, 0) - power)
            if combined:
                factors[atom] = combined
            else:
                factors.pop(atom, None)
        rest.append((Monomial(monomial.ranges, sorted_factors(factors)), coefficient / content))  # type: ignore[arg-type]
    return content, common, x.finish(x.opened(Form(rest)))  # type: ignore[arg-type]


def sign(x: Expansion, terms: Sum) -> Sum:
    """sign of a sum; multiplicative over the factors of a single term."""
    if not terms:
        return []
    if len(terms) == 1 and not terms[0].ranges:
        factors: list[tuple[Atom, Exponent]] = []
        negative = terms[0].coefficient < 0
        for atom, power in terms[0].factors.items():
            known = signs.of_atom(atom, x.sign_facts)
            if known == signs.POSITIVE or (not isinstance(power, int) and signs.is_nonzero(known)):
                continue
            if known == signs.NEGATIVE and isinstance(power, int):
                negative = negative != bool(power % 2)
                continue
            single = Form([(Monomial((), ((atom, 1),)), ONE_COEFFICIENT)])
            if atom.tag == "sign":
                factors.append((atom, 2 - abs(int(power)) % 2))
            elif isinstance(power, int):
                factors.append((Atom("sign", "", (single,)), 2 - abs(power) % 2))
            else:
                factors.append((Atom("sign", "", (single,)), 2))
        return x.settle(fmpq(-1 if negative else 1), {}, factors)
    form = x.finish(terms)
    if (len(form.terms) == 1 and not form.terms[0][0].ranges) or form.is_zero:
        return sign(x, x.opened(form))
    if x.positive(form):
        return constant(1)
    lead = form.terms[0][1]
    content = abs(lead)
    normal = scaled_form(form, 1 / (content if lead > 0 else -content))
    return scale(from_atom(Atom("sign", "", (normal,))), fmpq(1 if lead > 0 else -1))


def absolute(x: Expansion, terms: Sum) -> Sum:
    """|t|: t itself where it is known not to be negative, Π a · sign(a) for a product, else an atom."""
    form = x.finish(terms)
    if signs.is_nonnegative(signs.of_form(form, x.sign_facts)) or x.nonnegative(form):
        return x.opened(form)
    opposite = scaled_form(form, fmpq(-1))
    if signs.is_nonnegative(signs.of_form(opposite, x.sign_facts)):
        return x.opened(opposite)
    if len(form.terms) == 1 and not form.terms[0][0].ranges:
        monomial, coefficient = form.terms[0]
        result = constant(abs(coefficient))
        for atom, power in monomial.factors:
            if signs.is_nonnegative(signs.of_atom(atom, x.sign_facts)) or not isinstance(power, int):
                result = x.times(result, from_atom(atom, power))
            elif atom.tag != "sign":
                single = Form([(Monomial((), ((atom, 1),)), ONE_COEFFICIENT)])
                pair = x.settle(
                    ONE_COEFFICIENT, {}, [(atom, power), (Atom("sign", "", (single,)), abs(power))]
                )
                result = x.times(result, pair)
            else:
                result = x.times(result, from_atom(atom, 2))
        return result
    content, common, rest = common_content(x, form, True)
    if len(rest.terms) == 1 and not rest.terms[0][0].ranges:
        return x.times(from_size(x, common), scale(absolute(x, x.opened(rest)), abs(content)))
    for side in (rest, scaled_form(rest, fmpq(-1))):
        if x.nonnegative(side):
            return x.times(from_size(x, common), scale(x.opened(side), abs(content)))
    return x.times(from_size(x, common), scale(from_atom(Atom("abs", "", (rest,))), abs(content)))


def from_size(x: Expansion, factors: dict[Atom, Exponent]) -> Sum:
    """|Π a^e|."""
    if not factors:
        return constant(1)
    return absolute(x, [Summand(ONE_COEFFICIENT, {}, factors)])


def extremum_of(x: Expansion, values: Sequence[Callable[[], Sum]], direction: int) -> Sum:
    """The greatest (direction 1) or the least (-1) of numbers, each of which is made anew wherever it is needed.

    max(a, b) = (a + b + |a - b|)/2 and min(a, b) = (a + b - |a - b|)/2 (M. Spivak, Calculus, chapter 1, problem 13).
    """
    result = values[0]()
    for value in values[1:]:
        held = x.finish(result)
        gap = absolute(x, [*x.opened(held), *scale(value(), fmpq(-1))])
        total = [*x.opened(held), *value(), *scale(gap, fmpq(direction))]
        result = x.collected(scale(total, fmpq(1, 2)))
    return result


def zero_bracket(x: Expansion, form: Form) -> Sum:
    """[f = 0], where what is known decides it, as a number."""
    value = form.constant()
    if value is not None:
        return constant(1 if value == 0 else 0)
    integral = x.is_integral(form)
    if integral:
        content = fmpz(0)
        shift = fmpz(0)
        for monomial, coefficient in form.terms:
            if monomial.factors or monomial.ranges:
                content = content.gcd(coefficient.p)
            else:
                shift = coefficient.p
        if shift % content != 0:
            return []
        form = scaled_form(form, fmpq(1, content))
    else:
        form = scaled_form(form, 1 / abs(form.terms[0][1]))
    if form.terms[0][1] < 0:
        form = scaled_form(form, fmpq(-1))
    if signs.is_nonzero(signs.of_form(form, x.sign_facts)) or (not integral and x.nonzero(form)):
        return []
    apart = parts_of_zero(x, form) if integral else None
    if apart is not None:
        return x.times(zero_bracket(x, apart[0]), zero_bracket(x, apart[1]))
    return from_atom(Atom("zero", "", (form,)))


def nonnegative_bracket(x: Expansion, form: Form) -> Sum:
    """[f >= 0], where what is known decides it, as a number."""
    if x.nonnegative(form):
        return constant(1)
    if x.is_integral(form):
        if x.nonnegative(sum_forms((fmpq(-1), form), (fmpq(-1), UNIT))):
            return []
    elif x.positive(scaled_form(form, fmpq(-1))):
        return []
    return from_atom(Atom("nonnegative", "", (form,)))


def number_power(value: fmpq, exponent: int) -> fmpq:
    """A rational to an integer power; raises ``TooLarge`` when the result has too many digits."""
    if (
        abs(exponent) * max(int(value.p).bit_length(), int(value.q).bit_length()) > BIT_LIMIT
        and abs(value) != 1
    ):
        raise TooLarge(f"a power with more than {BIT_LIMIT} bits")
    return value**exponent


def factorised(value: fmpq) -> list[tuple[int, int]]:
    """The primes of |value| with their exponents; a cofactor that is too hard stays whole."""
    result = []
    for part, sign in ((abs(value.p), 1), (value.q, -1)):
        if int(part).bit_length() > 120:
            result.append((int(part), sign))
        else:
            result.extend((int(prime), sign * int(power)) for prime, power in part.factor())
    return result
