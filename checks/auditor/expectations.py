"""Expectations of polynomials in random entries.

E is linear where what it is applied to has an expectation: by Hölder's inequality a product of degree k has one when
all its factors have k-th moments, and a product of independent factors when each factor has one.  Independence is what
the context declares: of the families of one declaration, each taken jointly, and of the entries of an array whose
entries are ``iid`` or ``independent``.  Two entries of one array are looked at as one and as different ones, with a
bracket that says which.  The moments of named laws are those of any textbook (Johnson, Kotz and Balakrishnan).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, factorial

from checks.auditor import forms
from checks.auditor.evaluation import Evaluation
from checks.auditor.expansion import INTEGER_ONE
from checks.auditor.forms import Monomial, Polynomial, constant, minus, plus, times
from checks.auditor.terms import (
    ONE,
    Apply,
    Bind,
    Law,
    Symbol,
    Term,
    instantiate,
    map_children,
    subterms,
    symbols,
)

Place = tuple[Term, ...]


def _replaced(term: Term, values: dict[Term, Term]) -> Term:
    return values[term] if term in values else map_children(term, lambda child, _: _replaced(child, values))


class Averages(Evaluation):
    """The expectations of polynomials."""

    def mean(self, value: Polynomial) -> Polynomial:
        """The expectation of a polynomial that was expanded for every outcome."""
        found: list[Polynomial] = []
        closed: list[Polynomial] = []
        for monomial, coefficient in value.items():
            fixed = tuple(each for each in monomial if not self._is_random(each[0]))
            moving = tuple(each for each in monomial if each not in fixed)
            moment = self._moment(moving)
            if moment is None:
                closed.append({monomial: coefficient})
            else:
                found.append(times(coefficient, self.multiply({fixed: Fraction(1)}, moment)))
        if len(closed) == 1:
            ((monomial, coefficient),) = closed[0].items()
            fixed = tuple(each for each in monomial if not self._is_random(each[0]))
            moving = tuple(each for each in monomial if each not in fixed)
            whole = self._expectation({moving: Fraction(1)})
            found.append(times(coefficient, self.multiply({fixed: Fraction(1)}, whole)))
        elif closed:
            rest = plus(*closed)
            lead = rest[self.sorted(rest)[0]]
            found.append(times(lead, self._expectation(times(1 / lead, rest))))
        return plus(*found)

    def _expectation(self, value: Polynomial) -> Polynomial:
        return self.atom(Apply("expectation", (self.term(value),)))

    def _is_random(self, number: int) -> bool:
        return self.context.is_random(self.shared.terms[number])

    def _moment(self, monomial: Monomial, apart: frozenset[frozenset[Place]] = frozenset()) -> Polynomial | None:
        """E of a product of powers of random generators, None where it is not known to exist."""
        if not monomial:
            return INTEGER_ONE
        for place, (number, exponent) in enumerate(monomial):
            term = self.shared.terms[number]
            if isinstance(term, Bind) and term.head == "sum" and exponent.denominator == 1 and exponent > 0:
                left = ((number, exponent - 1),) if exponent > 1 else ()
                return self._moment_of_sum(term, monomial[:place] + left + monomial[place + 1 :])
        sources = {number: self._sources(number) for number, _ in monomial}
        for independence in self.context.independences:
            parts: dict[int, list[tuple[int, Fraction]]] = {}
            for number, exponent in monomial:
                owners = {k for k, family in enumerate(independence) if sources[number] & family}
                if len(owners) != 1 or not sources[number] <= independence[min(owners)]:
                    break
                parts.setdefault(min(owners), []).append((number, exponent))
            else:
                if len(parts) > 1:
                    return self._product_of_moments([tuple(part) for part in parts.values()], apart)
        names = frozenset().union(*sources.values())
        if len(names) == 1:
            (name,) = names
            places = [self._place(number, name) for number, _ in monomial]
            if None not in places:
                return self._moment_of_entries(name, monomial, [place for place in places if place is not None], apart)
        return self._expectation({monomial: Fraction(1)}) if self._exists(monomial) else None

    def _moment_of_sum(self, term: Bind, others: Monomial) -> Polynomial | None:
        """E of a sum times other factors; None where a summand is not known to have an expectation."""
        missing: list[Monomial] = []

        def summand(inner: Evaluation, index: Term) -> Polynomial:
            everywhere = inner.everywhere()
            value = everywhere.multiply({others: Fraction(1)}, everywhere.scalar(instantiate(term.body, index)))
            parts = []
            for monomial, coefficient in value.items():
                fixed = tuple(each for each in monomial if not self._is_random(each[0]))
                moving = tuple(each for each in monomial if each not in fixed)
                moment = inner._moment(moving)  # type: ignore[attr-defined]
                if moment is None:
                    missing.append(moving)
                else:
                    parts.append(times(coefficient, inner.multiply({fixed: Fraction(1)}, moment)))
            return plus(*parts)

        result = self.sum_of(term.domain[2], summand)
        return None if missing else result

    def _product_of_moments(
        self, parts: Sequence[Monomial], apart: frozenset[frozenset[Place]]
    ) -> Polynomial | None:
        result = INTEGER_ONE
        for part in parts:
            moment = self._moment(part, apart)
            if moment is None:
                return None
            result = self.multiply(result, moment)
        return result

    def _sources(self, number: int) -> frozenset[str]:
        """The random symbols that a generator depends on."""
        names, pending = set(), set(symbols(self.shared.terms[number]))
        while pending:
            name = pending.pop()
            names |= {name} & self.context.laws.keys()
            pending |= symbols(self.context.lets[name]) if name in self.context.lets else set()
        return frozenset(names)

    def _place(self, number: int, name: str) -> Place | None:
        """The indices of the one entry of an array that a generator depends on; none for a random number."""
        term = self.shared.terms[number]
        if any(isinstance(part, Bind) or part == Apply("expectation", part.arguments)
               for part in subterms(term) if isinstance(part, Bind | Apply)):  # fmt: skip
            return None
        found: set[Place] = set()
        count = 0
        for part in subterms(term):
            match part:
                case Apply("entry", (Symbol(base), *indices)) if base == name:
                    found.add(tuple(indices))
                    count -= 1
                case Symbol(base) if base == name:
                    count += 1
        if not found and self.context.types[name] == "real":
            return ()
        return min(found) if len(found) == 1 and count == 0 else None

    def _moment_of_entries(
        self, name: str, monomial: Monomial, places: Sequence[Place], apart: frozenset[frozenset[Place]]
    ) -> Polynomial | None:
        law = self.context.laws[name]
        distinct = list(dict.fromkeys(places))
        if len(distinct) > 1 and law.entries not in ("iid", "independent"):
            return self._expectation({monomial: Fraction(1)}) if self._exists(monomial) else None
        for k, first in enumerate(distinct):
            for second in distinct[:k]:
                if frozenset((first, second)) in apart:
                    continue
                pairs = [Apply("=", pair) for pair in zip(first, second, strict=True)]
                same = self.bracket(Apply("and", tuple(pairs)))
                if same:
                    return self._either_way(monomial, (first, second), same, apart)
        parts = []
        for place in distinct:
            powers = tuple(power for power, other in zip(monomial, places, strict=True) if other == place)
            parts.append(self._moment_of_entry(name, law, place, powers))
        result: Polynomial | None = INTEGER_ONE
        for part in parts:
            result = None if result is None or part is None else self.multiply(result, part)
        return result

    def _either_way(
        self, monomial: Monomial, pair: tuple[Place, Place], same: Polynomial, apart: frozenset[frozenset[Place]]
    ) -> Polynomial | None:
        """A moment when two places are one and when they are not."""
        one = {left: right for left, right in zip(*pair, strict=True) if left != right}
        joined = INTEGER_ONE
        for number, exponent in monomial:
            term = _replaced(self.shared.terms[number], one)
            joined = self.multiply(joined, self.reduced(forms.generator(self.shared.number(term), exponent)))
        first = self.mean(joined)
        second = self._moment(monomial, apart | {frozenset(pair)})
        if second is None:
            return None
        return plus(self.multiply(same, first), self.multiply(minus(INTEGER_ONE, same), second))

    def _moment_of_entry(self, name: str, law: Law, place: Place, powers: Monomial) -> Polynomial | None:
        entry = Apply("entry", (Symbol(name), *place)) if place else Symbol(name)
        ((number, exponent),) = powers if len(powers) == 1 else ((-1, Fraction(0)),)
        if number < 0 or self.shared.terms[number] != entry or exponent.denominator != 1 or exponent < 0:
            return self._expectation({powers: Fraction(1)}) if self._exists(powers) else None
        order = int(exponent)
        values = []
        for parameter in (*law.parameters, law.mean, law.variance):
            for index in place:
                if isinstance(parameter, Bind) and parameter.head == "lambda":
                    parameter = instantiate(parameter.body, index)
            if parameter is not None and self.context.is_random(parameter):
                return None
            values.append(None if parameter is None else self.scalar(parameter))
        known = self._named(law.family, order, [value for value in values[:-2] if value is not None])
        if known is not None:
            return known
        if law.family == "declared" and order <= law.order:
            mean, variance = values[-2:]
            if order == 1 and mean is not None:
                return mean
            if order == 2 and mean is not None and variance is not None:
                return plus(variance, self.integer_power(mean, 2))
        if order > law.order:
            return None
        if law.entries == "iid" and place:
            number = self.shared.number(Apply("entry", (Symbol(name), *(ONE for _ in place))))
        return self._expectation({((number, exponent),): Fraction(1)})

    def _named(self, family: str, order: int, values: Sequence[Polynomial]) -> Polynomial | None:
        """The moment of a named law, where it is a rational function of the parameters."""
        power = self.integer_power
        match family, values:
            case "Normal", [mean, variance]:
                lower, value = INTEGER_ONE, mean
                for k in range(1, order):
                    following = plus(self.multiply(mean, value), times(k, self.multiply(variance, lower)))
                    lower, value = value, following
                return value
            case "Rademacher", []:
                return constant(1 - order % 2)
            case "Bernoulli", [probability]:
                return probability
            case "Uniform", [low, high]:
                parts = [self.multiply(power(low, k), power(high, order - k)) for k in range(order + 1)]
                return times(Fraction(1, order + 1), plus(*parts))
            case "Exponential", [rate]:
                return times(factorial(order), self.power(rate, Fraction(-order)))
            case "Laplace", [location, scale]:
                return plus(*(
                    times(comb(order, k) * factorial(k), self.multiply(power(location, order - k), power(scale, k)))
                    for k in range(0, order + 1, 2)
                ))  # fmt: skip
            case "Poisson", [rate]:
                moments = [INTEGER_ONE]
                for k in range(order):
                    parts = [times(comb(k, j), moment) for j, moment in enumerate(moments)]
                    moments.append(self.multiply(rate, plus(*parts)))
                return moments[order]
            case "Gamma" | "Beta", [first, second]:
                result = INTEGER_ONE
                for k in range(order):
                    below = second if family == "Gamma" else plus(first, second, constant(k))
                    result = self.multiply(result, plus(first, constant(k)))
                    result = self.multiply(result, self.power(below, Fraction(-1)))
                return result
        return None

    def _exists(self, monomial: Monomial) -> bool:
        """Whether a product of powers of random entries is known to have an expectation."""
        degree = sum(exponent for _, exponent in monomial)
        for number, exponent in monomial:
            match self.shared.terms[number]:
                case Apply("iverson" | "sign" | "sin" | "cos" | "tanh" | "erf", _):
                    continue
                case Symbol(name) | Apply("entry", (Symbol(name), *_)) if name in self.context.laws:
                    law = self.context.laws[name]
                    enough = law.order >= degree or law.family not in ("declared", "StudentT")
                    if not enough or exponent.denominator != 1 or exponent < 0:
                        return False
                case _:
                    return False
        return True
