"""Comparisons with 0: signs from the operators and types, linear inequalities from the facts.

A sign is the set of signs that a value may have; sums and products of sets of signs are as wide as need be.  What is
not seen so is asked of ``linear.implied``, with the facts written as polynomials first: those of the context, and
what a ``forall`` among them says of the entries and values that the question mentions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from checks.auditor import forms
from checks.auditor.derivatives import Derivatives
from checks.auditor.expansion import INTEGER_ONE
from checks.auditor.expectations import Averages
from checks.auditor.forms import Monomial, Polynomial, Unknown, minus, plus, times
from checks.auditor.kinds import Uncovered, is_number, kind_of, may_stand, unfolded
from checks.auditor.linear import implied
from checks.auditor.terms import (
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Context,
    Fact,
    Number,
    Refused,
    Symbol,
    Term,
    instantiate,
    subterms,
)

Signs = frozenset[int]
ANY: Signs = frozenset((-1, 0, 1))
POSITIVE: Signs = frozenset((1,))
NONNEGATIVE: Signs = frozenset((0, 1))
HOLDS = {"!=": frozenset((-1, 1)), ">=": NONNEGATIVE, ">": POSITIVE, "<=": frozenset((-1, 0)), "<": frozenset((-1,)),
         "=": frozenset((0,))}  # fmt: skip
NEGATIONS = {"<=": ">", ">": "<=", ">=": "<", "<": ">=", "=": "!=", "!=": "="}
FLIPPED = {"<=": ">=", "<": ">", ">=": ">=", ">": ">", "=": "=", "!=": "!="}
FACT = 2_000
"""The steps that reading a fact may take."""


class Judgement(Averages, Derivatives):
    """An evaluation that judges comparisons."""

    def holds(self, statement: Term) -> bool:
        """Whether a comparison of numbers is seen to hold."""
        match statement:
            case Apply(relation, (left, right)) if relation in HOLDS:
                try:
                    difference = left if right == ZERO else right if left == ZERO else None
                    if difference is not None:
                        signs = self.seen(difference)
                        if (signs if right == ZERO else frozenset(-sign for sign in signs)) <= HOLDS[relation]:
                            return True
                    return self.compares(minus(self.scalar(left), self.scalar(right)), relation)
                except (Unknown, Uncovered, Refused, RecursionError):
                    return False
        return False

    def compares(self, value: Polynomial, relation: str) -> bool:
        """Whether a polynomial is seen to stand in the relation to 0."""
        if self.signs(value) <= HOLDS[relation]:
            return True
        if relation == "!=":
            if len(value) == 1:
                ((monomial, coefficient),) = value.items()
                lone = len(monomial) == 1 and monomial[0][1] == 1 == coefficient
                if not lone and all(self.nonzero(forms.generator(number)) for number, _ in monomial):
                    return True
            if any(kind == "!=" and _proportional(value, fact) for kind, fact in self.facts(value)):
                return True
            return self.compares(value, ">") or self.compares(value, "<")
        if relation in ("<", "<="):
            return self.compares(times(-1, value), FLIPPED[relation])
        if relation == "=":
            return False
        return self._at_least(self._cleared(value), relation == ">")

    def _cleared(self, value: Polynomial) -> Polynomial:
        """The polynomial times what is positive, so that no exponent is negative."""
        for number in forms.generators(value):
            least = min((e for m in value for n, e in m if n == number), default=Fraction(0))
            if least < 0 and self.signs(forms.generator(number)) == POSITIVE:
                value = self.multiply(value, forms.generator(number, -least))
        return value

    def _at_least(self, value: Polynomial, strict: bool) -> bool:
        whole = self.whole(value)
        if whole and strict:
            value, strict = minus(value, INTEGER_ONE), False
        if self.signs(value) <= (POSITIVE if strict else NONNEGATIVE):
            return True
        for number in forms.generators(value):
            match self.shared.terms[number]:
                case Apply("floor", (inner,)) if whole:
                    once = (number, Fraction(1))
                    cofactor = {tuple(p for p in m if p != once): c for m, c in value.items() if once in m}
                    rest = minus(value, forms.product(cofactor, forms.generator(number)))
                    if number in forms.generators(rest):
                        continue
                    below = self.scalar(inner)
                    for sign, bound in ((POSITIVE, minus(below, INTEGER_ONE)), (HOLDS["<"], below)):
                        if self.signs(cofactor) == sign:
                            least = plus(rest, self.multiply(cofactor, bound), INTEGER_ONE)
                            return self._at_least(self._cleared(least), sign != POSITIVE)
        statements = [
            Apply(kind, (self.term(fact), ZERO)) for kind, fact in self.facts(value) if kind != "!="
        ]
        facts = tuple(map(Fact, statements))
        context = replace(self.context, facts=facts, lets={}, definitions={}, standing=(), read={})
        return implied(context, Apply(">" if strict else ">=", (self.term(value), ZERO)))

    # -- signs ---------------------------------------------------------------------------------------

    def signs(self, value: Polynomial) -> Signs:
        """The signs that a polynomial may have."""
        total: Signs = frozenset((0,))
        for monomial, coefficient in value.items():
            part = frozenset((1 if coefficient > 0 else -1) * sign for sign in self._of_monomial(monomial))
            total = frozenset().union(*(_sum_of_signs(a, b) for a in total for b in part))
        return total

    def base(self, term: Term) -> Polynomial:
        """What a number is worth; its sign is noted where it is seen before it is multiplied out."""
        value, signs = self.scalar(term), self.seen(term)
        for relation in (">=", ">", "!="):
            if signs <= HOLDS[relation]:
                self._answers[Apply(relation, (self.term(value), ZERO))] = True
        return value

    def seen(self, term: Term) -> Signs:
        """The signs that a number may have, seen before it is multiplied out."""
        term = self.head_normal(term)
        match term:
            case Apply("power", (base, Number(exponent))) if exponent.denominator == 1 and exponent % 2 == 0:
                own = frozenset(sign * sign for sign in self.seen(base))
                return own - {0} if exponent < 0 and 0 not in self.seen(base) else own
            case Apply("sqrt", (inner,)) if self.seen(inner) <= NONNEGATIVE:
                return self.seen(inner)
            case Apply("power", (inner, _)) if self.seen(inner) <= NONNEGATIVE:
                return self.seen(inner) if self.seen(inner) == POSITIVE else NONNEGATIVE
            case Apply("add", parts):
                total: Signs = frozenset((0,))
                for part in parts:
                    total = frozenset().union(*(_sum_of_signs(a, b) for a in total for b in self.seen(part)))
                if total != ANY:
                    return total
            case Apply("multiply" | "divide", parts):
                total = POSITIVE
                for part in parts:
                    total = frozenset(a * b for a in total for b in self.seen(part))
                return total
            case Bind("sum", kind, condition, body):
                inner_scope, symbol = self.within(kind, condition)
                own = inner_scope.seen(instantiate(body, symbol))
                if own <= NONNEGATIVE and own != POSITIVE:
                    return NONNEGATIVE
            case Apply("dot", (left, right)) if left == right:
                return NONNEGATIVE & self.signs(self.scalar(term))
        return self.signs(self.scalar(term))

    def _of_monomial(self, monomial: Monomial) -> Signs:
        result = POSITIVE
        for number, exponent in monomial:
            signs = self._of_generator(number)
            if exponent.denominator != 1:
                signs &= NONNEGATIVE
            elif exponent % 2 == 0:
                signs = frozenset(sign * sign for sign in signs)
            if exponent < 0:
                signs -= {0}
            result = frozenset(a * b for a in result for b in signs)
        return result

    def _of_generator(self, number: int) -> Signs:
        term = self.shared.terms[number]
        if number in self.shared.contents and len(self.shared.contents[number]) > 1:
            return self.signs(self.shared.contents[number])
        match term:
            case Number(value):
                return frozenset((1 if value > 0 else -1 if value else 0,))
            case Apply("exp" | "pi", _):
                return POSITIVE
            case Apply("iverson", _):
                return NONNEGATIVE
            case Apply("abs", (inner,)):
                return frozenset(abs(sign) for sign in self.signs(self.scalar(inner)))
            case Apply("factorial", (inner,)) if self.signs(self.scalar(inner)) <= NONNEGATIVE:
                return POSITIVE
            case Apply("power", (base, exponent)):
                own = self.signs(self.scalar(base))
                if isinstance(exponent, Number) and exponent.value.denominator == 1:
                    return frozenset((abs(sign) if exponent.value % 2 == 0 else sign) for sign in own)
                open_ended = frozenset() if isinstance(exponent, Number) else POSITIVE
                return own | open_ended if own <= NONNEGATIVE else own | {-1, 1}
            case Bind("sum" | "product" | "integral", kind, condition, body):
                inside, symbol = self.within(kind, condition)
                own = inside.signs(inside.scalar(instantiate(body, symbol)))
                if term.head == "product":
                    return own | {1} if own <= NONNEGATIVE else own | {-1, 1}
                if term.head == "sum" and self.is_known(minus(self.scalar(kind[2]), INTEGER_ONE), ">="):
                    return own if own in (POSITIVE, HOLDS["<"]) or own <= NONNEGATIVE or own <= HOLDS["<="] else ANY
                return own | {0} if own <= NONNEGATIVE or own <= HOLDS["<="] else ANY
            case Apply("expectation", (inner,)):
                return NONNEGATIVE if self.everywhere().signs(self.everywhere().scalar(inner)) <= NONNEGATIVE else ANY
            case Apply("sign", (inner,)):
                return self.signs(self.scalar(inner))
        try:
            kind = kind_of(self.context, term)
        except (Refused, Uncovered):
            return ANY
        signs = POSITIVE if kind == "dim" else NONNEGATIVE if kind == "nat" else ANY
        if kind[0] == "index" and isinstance(term, Symbol):
            low = self.signs(self.scalar(kind[1]))
            signs = low if low == POSITIVE else NONNEGATIVE if low <= NONNEGATIVE else ANY
        return signs & self._by_facts(number)

    def _by_facts(self, number: int) -> Signs:
        """The signs of a generator that the facts about it alone leave."""
        signs, own = ANY, ((number, Fraction(1)),)
        for relation, fact in self.facts(forms.generator(number)):
            if own in fact and fact.keys() <= {own, ()}:
                least = -fact.get((), Fraction(0)) / fact[own]
                if relation == "!=":
                    signs -= {0} if least == 0 else set()
                elif relation == "=":
                    signs &= {(least > 0) - (least < 0)}
                elif fact[own] > 0 and least >= 0:
                    signs &= NONNEGATIVE if relation == ">=" and least == 0 else POSITIVE
                elif fact[own] < 0 and least <= 0:
                    signs &= HOLDS["<="] if relation == ">=" and least == 0 else HOLDS["<"]
        return signs

    # -- facts ---------------------------------------------------------------------------------------

    def facts(self, value: Polynomial) -> list[tuple[str, Polynomial]]:
        """What is known of polynomials: of those of the context, and of what the question mentions."""
        known = self.known_facts()
        if self._reading:
            return known
        self._reading = True
        try:
            return known + self._instances(value)
        finally:
            self._reading = False

    def known_facts(self) -> list[tuple[str, Polynomial]]:
        """What the context knows of polynomials; nothing while that is being read."""
        if self._facts is None and not self._reading:
            self._reading = True
            outer = self.parent.known_facts() if isinstance(self.parent, Judgement) else []
            known = {id(fact) for fact in _all_facts(self.parent.context)} if self.parent else set()
            own = [fact.statement for fact in _all_facts(self.context) if id(fact) not in known]
            self._facts = [*outer, *(each for statement in own for each in self._read(statement, True))]
            self._answers.clear()
            self._values.clear()
            self._inner.clear()
            self._reading = False
        return self._facts or []

    _reading = False
    _facts: list[tuple[str, Polynomial]] | None = None

    def _read(self, statement: Term, positive: bool) -> Iterator[tuple[str, Polynomial]]:
        statement = self.head_normal(statement)
        match statement:
            case Apply("not", (inner,)):
                yield from self._read(inner, not positive)
            case Apply("and", parts) if positive:
                for part in parts:
                    yield from self._read(part, True)
            case Apply("or", parts) if not positive:
                for part in parts:
                    yield from self._read(part, False)
            case Apply(relation, (left, right)) if relation in HOLDS:
                limit = self.shared.limit
                self.shared.limit = min(limit, self.shared.steps + FACT)
                relation = relation if positive else NEGATIONS[relation]
                try:
                    if not is_number(kind_of(self.context, left)):
                        if relation == "!=":
                            yield ">", self._distance(Apply("add", (left, Apply("negate", (right,)))), ())
                        return
                    difference = minus(self.scalar(left), self.scalar(right))
                except (Unknown, Uncovered, Refused):
                    return
                finally:
                    self.shared.limit = limit
                yield FLIPPED[relation], times(-1, difference) if relation in ("<", "<=") else difference

    def _distance(self, term: Term, place: tuple[Term, ...]) -> Polynomial:
        """The sum of the squares of the entries of an array."""
        lengths = self.shape(term)[len(place):]
        if not lengths:
            return self.integer_power(self.at(term, place), 2)
        return self.sum_of(lengths[0], lambda inner, index: inner._distance(term, (*place, index)))  # type: ignore[attr-defined]

    def _instances(self, value: Polynomial) -> list[tuple[str, Polynomial]]:
        """What the facts with ``forall`` say of the entries and values in a polynomial."""
        found: list[tuple[str, Polynomial]] = []
        mentioned = {
            part
            for number in forms.generators(value)
            for part in subterms(self.shared.terms[number])
            if isinstance(part, Apply) and part.head in ("entry", "call")
        }
        for fact in _all_facts(self.context):
            if isinstance(fact.statement, Bind) and fact.statement.head == "forall":
                for part in mentioned:
                    found.extend(self._instance(fact.statement, part))
        return found

    def _instance(self, fact: Term, part: Apply) -> Iterator[tuple[str, Polynomial]]:
        binders: list[Bind] = []
        body = fact
        while isinstance(body, Bind) and body.head == "forall":
            binders.append(body)
            body = body.body
        for pattern in subterms(body):
            match pattern:
                case Apply(head, (base, *places)) if head == part.head and base == part.arguments[0]:
                    values = {
                        place.depth: value
                        for place, value in zip(places, part.arguments[1:], strict=False)
                        if isinstance(place, Bound)
                    }
                    if len(values) == len(binders) == len(set(values)) and set(values) == set(range(len(binders))):
                        yield from self._instantiated(fact, [values[k] for k in reversed(range(len(binders)))])

    def _instantiated(self, fact: Term, values: list[Term]) -> Iterator[tuple[str, Polynomial]]:
        try:
            fact = unfolded(self.context, fact)
            for value in values:
                if not isinstance(fact, Bind) or not self._admits(fact, value):
                    return
                if not may_stand(self.context, fact.body, value) or not may_stand(self.context, fact.condition, value):
                    return
                fact = instantiate(fact.body, value)
            while isinstance(fact, Apply) and fact.head == "implies":
                if self.bracket(fact.arguments[0]) != INTEGER_ONE:
                    return
                fact = fact.arguments[1]
        except (Unknown, Uncovered, Refused):
            return
        yield from self._read(fact, True)

    def _admits(self, binder: Bind, value: Term) -> bool:
        """Whether a value is in the range of a binder and satisfies its condition."""
        kind = kind_of(self.context, value)
        match binder.domain:
            case "real" if is_number(kind):
                pass
            case ("index", low, high) if is_number(kind):
                own = self.scalar(value)
                if not (self.whole(own) and self.compares(minus(own, self.scalar(low)), ">=")
                        and self.compares(minus(self.scalar(high), own), ">=")):  # fmt: skip
                    return False
            case ("tensor", lengths) if kind[0] == "tensor" and len(kind[1]) == len(lengths):
                if any(minus(self.scalar(a), self.scalar(b)) for a, b in zip(lengths, kind[1], strict=True)):
                    return False
            case _:
                return False
        return binder.condition == TRUE or self.bracket(instantiate(binder.condition, value)) == INTEGER_ONE


def _all_facts(context: Context) -> tuple[Fact, ...]:
    return (*context.facts, *context.standing)


def _sum_of_signs(left: int, right: int) -> Signs:
    return ANY if left * right < 0 else frozenset((left or right,))


def _proportional(left: Polynomial, right: Polynomial) -> bool:
    if not left or left.keys() != right.keys():
        return False
    ratios = {left[monomial] / right[monomial] for monomial in left}
    return len(ratios) == 1
