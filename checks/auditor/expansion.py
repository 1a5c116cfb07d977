"""Real terms as polynomials in generators: what a term is worth, for every total extension of what is partial.

A generator stands for a symbol, an entry, or any operation that is not multiplied out, applied to arguments that are
written back from polynomials: equal polynomials have equal values wherever the context's types and facts hold.  Sums,
products and arrays of literal lengths are written out; a sum of another length is linear, gives away what does not
depend on its index, starts at 1, and gives its last terms away where its length is known to reach there.  As in
docs/design.md 0^-1 is 0, and what is otherwise undefined has any value: so x x^-1 is 1 only where x is known not to
be 0, and sqrt(t)^2 is t only where t is known not to be negative.  What stands below a binder is expanded by an
expansion of its own, which knows the range; a power that exists only by what the range says does not leave it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Self

from checks.auditor import forms
from checks.auditor.forms import Monomial, Polynomial, Unknown, constant, number_of, plus, times
from checks.auditor.kinds import is_whole, kind_of
from checks.auditor.terms import (
    TRUE,
    ZERO,
    Apply,
    Context,
    Number,
    Symbol,
    Term,
    Type,
    instantiate,
    type_terms,
)

HALF = Fraction(1, 2)
INTEGER_ONE = constant(1)


@dataclass(slots=True)
class Generators:
    """What the numbers of generators stand for, shared by all expansions of one question, and the work so far."""

    numbers: dict[Term, int] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    contents: dict[int, Polynomial] = field(default_factory=dict)
    steps: int = 0
    limit: int = 100_000

    def number(self, term: Term) -> int:
        """The number of the generator that is a term."""
        if term not in self.numbers:
            key = repr(term)
            self.numbers[term] = len(self.terms)
            self.terms.append(term)
            self.keys.append(key)
        return self.numbers[term]

    def step(self, cost: int = 1) -> None:
        """Counts work; raises ``Unknown`` when it is too much."""
        self.steps += cost
        if self.steps > self.limit:
            raise Unknown("too much work")


class Expansion:
    """Expands terms in a context; ``known(expansion, statement)`` says what is established in one."""

    def __init__(
        self, context: Context, shared: Generators, decide: Callable[[Expansion, Term], bool], level: int = 0
    ) -> None:
        self.context = context
        self.shared = shared
        self.decide = decide
        self.level = level
        self.parent: Expansion | None = None
        self._answers: dict[Term, bool] = {}
        self._values: dict[Term, Polynomial] = {}
        self._inner: dict[object, Expansion] = {}

    def known(self, statement: Term) -> bool:
        """Whether a statement is established, asked once; no while it is being asked."""
        if statement not in self._answers:
            self.shared.step(20)
            self._answers[statement] = False
            self._answers[statement] = self.decide(self, statement)
        return self._answers[statement]

    def within(self, kind: Type, condition: Term = TRUE) -> tuple[Self, Symbol]:
        """The expansion of what stands below a binder, and a name for its variable."""
        key = (kind, condition)
        symbol = Symbol(f".{self.level}")
        if key not in self._inner:
            if self.level > 12:
                raise Unknown("too many binders")
            supposed = instantiate(condition, symbol)
            context = self.context.declare(symbol.name, kind)
            context = context.assume(supposed, pointwise=context.is_random(supposed))
            self._inner[key] = type(self)(context, self.shared, self.decide, self.level + 1)
            self._inner[key].parent = self
        return self._inner[key], symbol  # type: ignore[return-value]

    def everywhere(self) -> Self:
        """The expansion of what stands below an expectation: nothing that holds at one outcome only is known."""
        if "everywhere" not in self._inner:
            if any(self.context.is_random(term) for kind in self.context.types.values() for term in type_terms(kind)):
                raise Unknown("a random range below an expectation")
            facts = tuple(fact for fact in self.context.facts if not fact.pointwise)
            standing = tuple(fact for fact in self.context.standing if not fact.pointwise)
            inner = replace(self.context, facts=facts, standing=standing)
            self._inner["everywhere"] = type(self)(inner, self.shared, self.decide, self.level)
        return self._inner["everywhere"]  # type: ignore[return-value]

    # -- generators and back -------------------------------------------------------------------------

    def atom(self, term: Term) -> Polynomial:
        """The generator that a term is."""
        self.shared.step()
        return forms.generator(self.shared.number(term))

    def sorted(self, polynomial: Polynomial) -> list[Monomial]:
        """The monomials in one order, the leading one first."""
        keys = self.shared.keys
        return sorted(
            polynomial, key=lambda monomial: sorted(((keys[n], e) for n, e in monomial), reverse=True), reverse=True
        )

    def term(self, polynomial: Polynomial) -> Term:
        """The polynomial as a term, in one way."""
        self.shared.step(len(polynomial))
        parts = []
        for monomial in self.sorted(polynomial):
            powers = sorted((self.shared.keys[number], number, exponent) for number, exponent in monomial)
            factors = [power_term(self.shared.terms[number], exponent) for _, number, exponent in powers]
            if polynomial[monomial] != 1 or not factors:
                factors.insert(0, Number(polynomial[monomial]))
            parts.append(factors[0] if len(factors) == 1 else Apply("multiply", tuple(factors)))
        return parts[0] if len(parts) == 1 else Apply("add", tuple(parts)) if parts else ZERO

    def multiply(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """The product of polynomials, with what is known of powers of their generators."""
        self.shared.step(len(left) * len(right))
        return self.reduced(forms.product(left, right))

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with each bracket once, whole powers of contents, squares of sizes and of signs opened."""
        done: dict[Monomial, Fraction] = {}
        opened: list[Polynomial] = []
        for monomial, coefficient in polynomial.items():
            changed = next(filter(None, (self._reduced(monomial, place) for place in range(len(monomial)))), None)
            if changed is None:
                done[monomial] = coefficient
            else:
                rest, factor = changed
                opened.append(times(coefficient, self.multiply(rest, factor)))
        return plus(done, *opened) if opened else polynomial

    def _reduced(self, monomial: Monomial, place: int) -> tuple[Polynomial, Polynomial] | None:
        """The other factors of a monomial, and one written otherwise; None where that one stays."""
        number, exponent = monomial[place]
        content = self.shared.contents.get(number)
        if exponent == 1 and content is None:
            return None
        others: Polynomial = {monomial[:place] + monomial[place + 1 :]: Fraction(1)}
        whole = exponent.numerator // exponent.denominator

        def left(spent: int) -> Polynomial:
            return forms.generator(number, exponent - spent) if exponent != spent else INTEGER_ONE

        if content is not None:
            return (self.multiply(others, left(whole)), self.integer_power(content, whole)) if whole > 0 else None
        match self.shared.terms[number]:
            case Number(value) if whole:
                return others, times(value**whole, left(whole))
            case Apply("iverson", _):
                return others, forms.generator(number)
            case Apply("abs", (inner,)) if whole >= 2:
                return others, self.multiply(self.integer_power(self.scalar(inner), 2), left(2))
            case Apply("sign", (inner,)) if whole >= 3 or (whole == 2 and self.nonzero(self.scalar(inner))):
                return others, left(2)
            case Apply("power", (Number(value), _)) if value == -1 and whole >= 2:
                return others, left(2)
            case _:
                return None

    # -- what is known of polynomials ----------------------------------------------------------------

    def is_known(self, polynomial: Polynomial, relation: str) -> bool:
        """Whether the polynomial is known to stand in a relation to 0."""
        if relation in ("<", "<="):
            return self.is_known(times(-1, polynomial), relation.replace("<", ">"))
        value = number_of(polynomial)
        if value is not None:
            return {"=": value == 0, "!=": value != 0, ">=": value >= 0, ">": value > 0}[relation]
        return self.known(Apply(relation, (self.term(polynomial), ZERO)))

    def nonzero(self, polynomial: Polynomial) -> bool:
        """Whether it is known not to be 0."""
        return self.is_known(polynomial, "!=")

    def whole(self, polynomial: Polynomial) -> bool:
        """Whether it is an integer because its parts are."""
        return all(
            coefficient.denominator == 1
            and all(exponent > 0 and exponent.denominator == 1 and self._whole(self.shared.terms[number])
                    for number, exponent in monomial)
            for monomial, coefficient in polynomial.items()
        )  # fmt: skip

    def _whole(self, term: Term) -> bool:
        if isinstance(term, Apply) and term.head in ("factorial", "binomial", "floor", "ceiling", "iverson"):
            return term.head != "factorial" or self.is_known(self.scalar(term.arguments[0]), ">=")
        return isinstance(term, Symbol | Apply) and is_whole(kind_of(self.context, term))

    # -- powers --------------------------------------------------------------------------------------

    def integer_power(self, base: Polynomial, exponent: int) -> Polynomial:
        """A natural power."""
        if len(base) == 1 and exponent > 1:
            ((monomial, coefficient),) = base.items()
            return self.reduced({tuple((n, e * exponent) for n, e in monomial): coefficient**exponent})
        if exponent > 16:
            raise Unknown("a long power of a sum")
        result = INTEGER_ONE
        for _ in range(exponent):
            result = self.multiply(result, base)
        return result

    def power(self, base: Polynomial, exponent: Fraction) -> Polynomial:
        """A power with a rational exponent."""
        if exponent >= 0 and exponent.denominator == 1:
            return self.integer_power(base, int(exponent))
        if not base:
            return {}
        if len(base) == 1:
            ((monomial, coefficient),) = base.items()
        else:
            lead = self.sorted(base)[0]
            monomial, coefficient = (), base[lead] if exponent.denominator == 1 else abs(base[lead])
        rest = {m: c / coefficient for m, c in base.items()} if len(base) > 1 else INTEGER_ONE
        fractional = exponent.denominator != 1
        if fractional and coefficient < 0:
            rest, coefficient = times(-1, rest), -coefficient
        result = self._root(coefficient, exponent)
        for number, degree in monomial:
            factor = self._generator_power(number, degree, exponent)
            if factor is None:
                rest = forms.product(rest, forms.generator(number, degree))
            else:
                result = self.multiply(result, factor)
        if rest == INTEGER_ONE:
            return result
        needed = ">" if fractional and exponent < 0 else ">=" if fractional else "!="
        alone = len(rest) == 1 and (not fractional or sum(degree for _, degree in next(iter(rest))) in (0, 1))
        if alone or not self.is_known(rest, needed):
            return self.multiply(result, self.atom(Apply("power", (self.term(rest), Number(exponent)))))
        number = self.shared.number(self.term(rest))
        self.shared.contents[number] = rest
        return self.multiply(result, forms.generator(number, exponent))

    def _root(self, value: Fraction, exponent: Fraction) -> Polynomial:
        """A power of a rational number that is positive, or any with a whole exponent, by its prime factors."""
        if exponent.denominator == 1:
            return constant(value ** int(exponent))
        result: Polynomial = INTEGER_ONE
        for prime, count in _prime_powers(value):
            number = self.shared.number(Number(Fraction(prime)))
            result = self.multiply(result, self.reduced(forms.generator(number, count * exponent)))
        return result

    def _generator_power(self, number: int, degree: Fraction, exponent: Fraction) -> Polynomial | None:
        """(g^degree)^exponent; None where it is not known that it is a power of g or of |g|."""
        own = forms.generator(number)
        if degree.denominator == 1 == exponent.denominator:
            if self.is_known(own, "!="):
                return self.reduced(forms.generator(number, degree * exponent))
            if degree > 0:
                inverse = self.shared.number(Apply("power", (self.shared.terms[number], Number(Fraction(-1)))))
                return forms.generator(inverse, -degree * exponent)
            return None
        if exponent < 0 and not self.is_known(own, "!="):
            return None
        if self.is_known(own, ">="):
            return self.reduced(forms.generator(number, degree * exponent))
        if degree.denominator == 1 and degree % 2 == 0 and degree > 0:
            size = self.size(own)
            ((monomial, _),) = size.items()
            return self.reduced({tuple((n, e * degree * exponent) for n, e in monomial): Fraction(1)})
        return None

    def symbolic_power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        """A power whose exponent is no number: b^(e+f) = b^e b^f where b > 0, b != 0 and both are whole, or natural."""
        closed = Apply("power", (self.term(base), self.term(exponent)))
        value = number_of(base)
        whole = self.whole(exponent)
        positive = self.is_known(base, ">")
        if not whole and not positive:
            return self.atom(closed)
        factors = [(forms.generator(n), e) for m in base for n, e in m] if len(base) == 1 else [(base, Fraction(1))]
        if len(base) == 1 and (coefficient := next(iter(base.values()))) != 1:
            factors.append((constant(coefficient), Fraction(1)))
        if any(e.denominator != 1 or e < 0 for _, e in factors) or (
            not whole and not all(self.is_known(factor, ">") for factor, _ in factors)
        ):
            factors = [(base, Fraction(1))]
        result = INTEGER_ONE
        for factor, degree in factors:
            free = (positive and self.is_known(factor, ">")) or (whole and self.nonzero(factor))
            for monomial, coefficient in exponent.items():
                part = {monomial: Fraction(1)}
                if not free and (coefficient < 0 or not self.is_known(part, ">=")):
                    return self.atom(closed)
                if not monomial:
                    result = self.multiply(result, self.power(factor, coefficient * degree))
                    continue
                number = self.shared.number(Apply("power", (self.term(factor), self.term(part))))
                if value == -1:
                    number = self.shared.number(Apply("power", (Number(Fraction(-1)), self.term(part))))
                result = self.reduced(forms.product(result, forms.generator(number, coefficient * degree)))
        return result

    # -- functions of one number ---------------------------------------------------------------------

    def size(self, inner: Polynomial) -> Polynomial:
        """The absolute value."""
        for relation, sign in ((">=", 1), ("<=", -1)):
            if self.is_known(inner, relation):
                return times(sign, inner)
        if len(inner) == 1:
            ((monomial, coefficient),) = inner.items()
            if coefficient != 1 or len(monomial) != 1 or monomial[0][1] != 1:
                result = constant(abs(coefficient))
                for number, exponent in monomial:
                    part = self.size(forms.generator(number))
                    if exponent.denominator != 1 or exponent < 0:
                        return self.atom(Apply("abs", (self.term(inner),)))
                    result = self.multiply(result, self.integer_power(part, int(exponent)))
                return result
        lead = inner[self.sorted(inner)[0]]
        return times(abs(lead), self.atom(Apply("abs", (self.term(times(1 / lead, inner)),))))

    def signum(self, inner: Polynomial) -> Polynomial:
        """The sign."""
        for relation, sign in ((">", 1), ("<", -1)):
            if self.is_known(inner, relation):
                return constant(sign)
        if not inner:
            return {}
        if len(inner) == 1:
            ((monomial, coefficient),) = inner.items()
            if all(exponent.denominator == 1 for _, exponent in monomial) and (coefficient != 1 or len(monomial) > 1):
                result = constant(1 if coefficient > 0 else -1)
                for number, exponent in monomial:
                    part = self.signum(forms.generator(number))
                    result = self.multiply(result, self.integer_power(part, abs(int(exponent))))
                return result
        lead = inner[self.sorted(inner)[0]]
        return times(1 if lead > 0 else -1, self.atom(Apply("sign", (self.term(times(1 / lead, inner)),))))

    def exponential(self, inner: Polynomial) -> Polynomial:
        """exp of a sum is a product of powers of positive generators."""
        result = INTEGER_ONE
        for monomial, coefficient in inner.items():
            number = self.shared.number(Apply("exp", (self.term({monomial: Fraction(1)}),)))
            result = forms.product(result, forms.generator(number, coefficient))
        return result

    def logarithm(self, inner: Polynomial) -> Polynomial:
        """log of a product of positive factors is a sum."""
        if len(inner) != 1:
            return self.atom(Apply("log", (self.term(inner),)))
        ((monomial, coefficient),) = inner.items()
        if coefficient < 0 or not all(self.is_known(forms.generator(number), ">") for number, _ in monomial):
            return self.atom(Apply("log", (self.term(inner),)))
        primes = [(Number(Fraction(prime)), count) for prime, count in _prime_powers(coefficient)]
        parts = [times(count, self.atom(Apply("log", (prime,)))) for prime, count in primes]
        for number, exponent in monomial:
            match self.shared.terms[number]:
                case Apply("exp", (exponent_of,)):
                    parts.append(times(exponent, self.scalar(exponent_of)))
                case term:
                    parts.append(times(exponent, self.atom(Apply("log", (term,)))))
        return plus(*parts)

    def scalar(self, term: Term) -> Polynomial:
        """What a number is worth."""
        raise NotImplementedError


def power_term(base: Term, exponent: Fraction) -> Term:
    return base if exponent == 1 else Apply("power", (base, Number(exponent)))


def _prime_powers(value: Fraction) -> list[tuple[int, int]]:
    """The prime factors below 1000 of a positive rational number with their exponents, and what is left as one."""
    found = []
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        divisor = 2
        while number > 1:
            divisor = number if divisor > 1_000 else divisor
            count = 0
            while number % divisor == 0:
                number, count = number // divisor, count + 1
            if count:
                found.append((divisor, sign * count))
            divisor += 1
    return found
