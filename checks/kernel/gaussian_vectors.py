"""Integrals over all vectors of polynomials times exp(-a |x|² + b·x + c) with a > 0.

By completing the square in each entry (W. Rudin, Principles of Mathematical Analysis, 8.21, and Fubini's theorem)

    ∫ p(x) exp(-a |x|² + b·x + c) dx  =  (π/a)^(n/2) exp(c + |b|²/(4a)) E[p(m + s z)],   m = b/(2a),  s = (2a)^(-1/2),

the entries of z independent standard normal numbers, whose moments module ``expectation`` knows.

Trusted for completing the square where a > 0 is known and everything else is linear in x or a polynomial.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from checks.contexts import Declaration, Law
from checks.kernel.algebra import raised, zero_bracket
from checks.kernel.expansion import Expansion
from checks.kernel.expectation import expectation
from checks.kernel.exponentials import exponential, real_power
from checks.kernel.forms import (
    EMPTY,
    ONE_COEFFICIENT,
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    Summand,
    from_atom,
    index_form,
    scale,
    scaled_form,
    sorted_factors,
    sum_forms,
)
from checks.kernel.piecewise import rational
from checks.terms import ONE, ZERO, Index, Tensor

NORMAL = "z#"
"""No name of a script begins so."""


@dataclass(frozen=True, slots=True)
class _Linear:
    """A term of b·x: the sum over ``own`` of coefficient · x[own], or coefficient · x[place] where ``own`` is None."""

    coefficient: Form
    own: str | None
    place: Form


@dataclass(frozen=True, slots=True)
class _Exponent:
    """-square |x|² + Σ linear + rest."""

    square: Form
    linear: tuple[_Linear, ...]
    rest: Form


@dataclass(frozen=True, slots=True)
class _Term:
    """outside · Π entries · exp(exponent)."""

    outside: Summand
    entries: tuple[tuple[Form, int], ...]
    exponent: _Exponent


def vector_integral(x: Expansion, body: Form, variable: str, domain: Tensor) -> Sum | None:
    """The integral over all vectors, or None where some term is of another kind."""
    terms = gaussian_vector_terms(x, body, variable, domain)
    if terms is None:
        return None
    result: Sum = []
    with _normal(x, domain) as name:
        for term in terms:
            found = _integral(x, term, name, domain)
            if any(name in atom.symbols for summand in found for atom in summand.factors):
                return None
            result.extend(found)
    return x.collected(result)


def gaussian_vector_terms(x: Expansion, body: Form, variable: str, domain: Tensor) -> list[_Term] | None:
    """The terms of an integrand, all of them polynomials times decaying Gaussians, or None."""
    if len(domain.shape) != 1 or body.random or x.varies(x.form(domain.shape[0])):
        return None
    found: list[_Term] = []
    for summand in x.opened(body):
        term = _read(x, summand, variable, x.form(domain.shape[0]))
        if term is None:
            return None
        found.append(term)
    return found


# -- reading -------------------------------------------------------------------------------------------


def _read(x: Expansion, summand: Summand, variable: str, length: Form) -> _Term | None:
    if any(variable in end.indices or x.varies(end) for end in summand.ranges.values()):
        return None
    entries: list[tuple[Form, int]] = []
    exponent = EMPTY
    fixed: dict[Atom, Exponent] = {}
    for atom, power in summand.factors.items():
        if variable not in atom.indices:
            fixed[atom] = power
        elif atom.tag == "entry" and atom.name == variable and isinstance(power, int) and power > 0:
            entries.append((atom.parts[0], power))
        elif atom.tag == "exp":
            exponent = sum_forms((ONE_COEFFICIENT, exponent), (rational(power), atom.parts[0]))
        else:
            return None
    found = _quadratic(x, exponent, variable, length)
    if found is None or any(variable in place.indices for place, _ in entries):
        return None
    return _Term(Summand(summand.coefficient, summand.ranges, fixed), tuple(entries), found)


def _quadratic(x: Expansion, form: Form, variable: str, length: Form) -> _Exponent | None:
    square: list[tuple[Monomial, fmpq]] = []
    single: dict[str, tuple[Form, Form]] = {}
    linear: list[_Linear] = []
    rest: list[tuple[Monomial, fmpq]] = []
    for monomial, coefficient in form.terms:
        moving = [(atom, power) for atom, power in monomial.factors if variable in atom.indices]
        if any(variable in end.indices for _, end in monomial.ranges):
            return None
        if not moving:
            rest.append((monomial, coefficient))
            continue
        ((atom, power), *more) = moving
        if more or atom.tag != "entry" or atom.name != variable or variable in atom.parts[0].indices:
            return None
        own = next((name for name, end in monomial.ranges if atom.parts[0] == index_form(name) and end == length), None)
        ranges = tuple((name, end) for name, end in monomial.ranges if name != own)
        if any(own in end.indices for _, end in ranges):
            return None
        left = Monomial(ranges, sorted_factors({a: e for a, e in monomial.factors if a != atom}))
        if own is None and not atom.parts[0].indices.isdisjoint(name for name, _ in monomial.ranges):
            return None
        if power == 1:
            linear.append(_Linear(Form([(left, coefficient)]), own, atom.parts[0]))
        elif power == 2 and own is not None and own not in left.indices:
            square.append((left, -coefficient))
        elif power == 2 and own is None:
            place, held = single.get(atom.parts[0].key, (atom.parts[0], EMPTY))
            more_of_it = Form([(left, -coefficient)])
            single[place.key] = place, sum_forms((ONE_COEFFICIENT, held), (ONE_COEFFICIENT, more_of_it))
        else:
            return None
    total = sum_forms(*((ONE_COEFFICIENT, Form([term])) for term in square))
    if single:
        shared = _of_all(list(single.values()), length)
        if shared is None:
            return None
        total = sum_forms((ONE_COEFFICIENT, total), (ONE_COEFFICIENT, shared))
    return _Exponent(total, tuple(linear), Form(rest)) if x.positive(total) else None


def _of_all(found: Sequence[tuple[Form, Form]], length: Form) -> Form | None:
    """The coefficient that the squares of all entries have in common, for a vector whose entries are written out."""
    places = {value for value in (place.constant() for place, _ in found) if value is not None}
    if length.constant() != len(found) or places != {fmpq(place + 1) for place in range(len(found))}:
        return None
    (_, first), *others = found
    return first if all(other == first for _, other in others) else None


# -- integrating ---------------------------------------------------------------------------------------


@contextmanager
def _normal(x: Expansion, domain: Tensor) -> Iterator[str]:
    """A vector of independent standard normal numbers, in force inside the block."""
    # A name that is used once, so that nothing that is remembered of it can be out of date.
    name = f"{NORMAL}{x.fresh()}"
    declared = x.context.declarations
    if not isinstance(declared, dict):
        raise ValueError("the declarations of an expansion are a dictionary of its own")
    declared[name] = Declaration(name, domain, Law("Normal", (ZERO, ONE), entries="iid"))
    try:
        yield name
    finally:
        del declared[name]


def _integral(x: Expansion, term: _Term, name: str, domain: Tensor) -> Sum:
    exponent = term.exponent
    inverse = raised(x, x.opened(exponent.square), -1)
    half = scale(inverse, fmpq(1, 2))
    spread = raised(x, half, Fraction(1, 2))
    moved: Sum = [term.outside]
    for place, power in term.entries:
        mean = x.times(half, _linear_at(x, exponent.linear, place))
        noise = from_atom(Atom("entry", name, (place,), random=True, symbols=frozenset((name,))))
        moved = x.times(moved, raised(x, x.collected([*mean, *x.times(spread, noise)]), power))
    base = x.finish(x.times(from_atom(Atom("pi", "")), inverse))
    return x.times(x.times(_power(x, base, domain), _peak(x, exponent, inverse, domain)), expectation(x, moved))


def _power(x: Expansion, base: Form, domain: Tensor) -> Sum:
    """b^(n/2)."""
    exponent = scaled_form(x.form(domain.shape[0]), fmpq(1, 2))
    value = exponent.constant()
    if value is not None:
        return raised(x, x.opened(base), Fraction(int(value.p), int(value.q)))
    return real_power(x, base, exponent)


def _peak(x: Expansion, exponent: _Exponent, inverse: Sum, domain: Tensor) -> Sum:
    """exp(c + |b|²/(4a))."""
    if not exponent.linear:
        return exponential(x, x.opened(exponent.rest))
    name = x.fresh()
    length = x.form(domain.shape[0])
    x.lengths[name] = length
    x.declare(name, Index(ONE, domain.shape[0]))
    square = x.times(_linear_at(x, exponent.linear, index_form(name)), _linear_at(x, exponent.linear, index_form(name)))
    summed = [Summand(part.coefficient, {name: length, **part.ranges}, part.factors) for part in square]
    return exponential(x, [*x.opened(exponent.rest), *scale(x.times(inverse, summed), fmpq(1, 4))])


def _linear_at(x: Expansion, terms: Sequence[_Linear], place: Form) -> Sum:
    """An entry of b."""
    result: Sum = []
    for term in terms:
        if term.own is not None:
            result.extend(x.replaced(term.coefficient, {term.own: place}))
            continue
        same = zero_bracket(x, sum_forms((ONE_COEFFICIENT, place), (fmpq(-1), term.place)))
        result.extend(x.times(x.opened(term.coefficient), same))
    return x.collected(result)
