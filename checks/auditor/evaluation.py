"""What each operator of the term language is worth, as polynomials in generators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice, permutations

from checks.auditor import forms
from checks.auditor.expansion import HALF, INTEGER_ONE, Expansion, power_term
from checks.auditor.forms import Monomial, Polynomial, Unknown, constant, minus, number_of, plus, times
from checks.auditor.kinds import ELEMENTWISE, PROPOSITIONS, is_number, kind_of, may_stand, opened_definition
from checks.auditor.terms import (
    ONE,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Number,
    Symbol,
    Term,
    Type,
    abstract,
    instantiate,
    substitute,
    symbols,
)

WRITTEN_OUT = 24
"""The longest range that is written out."""


class Evaluation(Expansion):
    """The values of terms."""

    # -- numbers -------------------------------------------------------------------------------------

    def scalar(self, term: Term) -> Polynomial:
        """What a number is worth."""
        if term not in self._values:
            self.shared.step()
            self._values[term] = self._scalar(self.head_normal(term))
        return self._values[term]

    def _scalar(self, term: Term) -> Polynomial:
        match term:
            case Number(value):
                return constant(value)
            case Symbol():
                return self.atom(term)
            case Apply("call", (function, *arguments)):
                return self.atom(Apply("call", (self.canonical(function), *map(self.canonical, arguments))))
            case Apply("pi", ()):
                return self.atom(term)
            case Apply("power", (base, exponent)):
                by = self.scalar(exponent)
                known = number_of(by)
                own = self.base(base)
                return self.symbolic_power(own, by) if known is None else self.power(own, known)
            case Apply("dot", (left, right)):
                length = self.shape(left)[0]
                return self.sum_of(length, lambda s, i: s.multiply(s.at(left, (i,)), s.at(right, (i,))))
            case Apply("trace", (inner,)):
                return self.sum_of(self.shape(inner)[0], lambda s, i: s.at(inner, (i, i)))
            case Apply("determinant", (inner,)):
                return self._determinant(inner)
            case Apply("floor", (inner,)):
                return self._floor(self.scalar(inner))
            case Apply("ceiling", (inner,)):
                return times(-1, self._floor(times(-1, self.scalar(inner))))
            case Apply("modulo", (above, below)):
                divisor = self.scalar(below)
                quotient = self.multiply(self.scalar(above), self.power(divisor, Fraction(-1)))
                return minus(self.scalar(above), self.multiply(divisor, self._floor(quotient)))
            case Apply("maximum" | "minimum", (left, right)):
                first, second = self.scalar(left), self.scalar(right)
                size = self.size(minus(first, second))
                return times(HALF, plus(first, second, size if term.head == "maximum" else times(-1, size)))
            case Apply("factorial", (inner,)):
                return self._factorial(self.scalar(inner))
            case Apply("binomial", (above, below)):
                return self._binomial(self.scalar(above), self.scalar(below))
            case Apply("iverson", (statement,)):
                return self.bracket(statement)
            case Bind("sum", kind, condition, body):
                return self._sum(kind, condition, body, ())
            case Bind("product", ("index", low, high), condition, body):
                return self._product(low, high, condition, body)
            case Apply("expectation" | "entry" | "derivative", _) | Bind("integral", _, _, _):
                return self.at(term, ())
            case Bind("sup" | "inf" | "greatest" | "least", kind, condition, body):
                return self.atom(self._bound(term.head, kind, condition, body))
            case Apply(head, _) if head in ("add", "multiply", "negate", "divide", "if", *ELEMENTWISE):
                return self.at(term, ())
            case Apply(head, arguments) if head in self.context.definitions:
                return self.atom(Apply(head, tuple(map(self.canonical, arguments))))
            case _:
                raise Unknown(f"no value for {getattr(term, 'head', term)}")

    def base(self, term: Term) -> Polynomial:
        """What a number is worth, whose sign will matter."""
        return self.scalar(term)

    def head_normal(self, term: Term) -> Term:
        """The term with lets, definitions that are not opaque, and applied lambdas opened at its head."""
        for _ in range(100):
            self.shared.step()
            match term:
                case Symbol(name) if name in self.context.lets:
                    term = self.context.lets[name]
                case Apply("call", (function, *arguments)):
                    match self.head_normal(function):
                        case Bind("lambda", _, condition, body):
                            if condition != TRUE or not may_stand(self.context, body, arguments[0]):
                                raise Unknown("a function on a part of its domain, or of what is averaged")
                            value = instantiate(body, arguments[0])
                            term = Apply("call", (value, *arguments[1:])) if arguments[1:] else value
                        case Apply("call", inner):
                            return Apply("call", (*inner, *arguments))
                        case Apply("if", (test, *branches)):
                            return Apply("if", (test, *(Apply("call", (each, *arguments)) for each in branches)))
                        case other:
                            return Apply("call", (other, *arguments))
                case Apply(head, _) if head in self.context.definitions and not self.context.definitions[head].opaque:
                    term = opened_definition(self.context, term)
                case _:
                    return term
        raise Unknown("too many definitions in one another")

    def elementwise(self, head: str, inner: Polynomial) -> Polynomial:
        """A function of one number."""
        match head:
            case "abs":
                return self.size(inner)
            case "sign":
                return self.signum(inner)
            case "sqrt":
                return self.power(inner, HALF)
            case "exp":
                return self.exponential(inner)
            case "log":
                return self.logarithm(inner)
        sign = 1
        if inner and inner[self.sorted(inner)[0]] < 0:
            inner, sign = times(-1, inner), 1 if head == "cos" else -1
        if not inner:
            return constant(head == "cos")
        return times(sign, self.atom(Apply(head, (self.term(inner),))))

    def _floor(self, inner: Polynomial) -> Polynomial:
        whole = {m: c for m, c in inner.items() if self.whole({m: c})}
        rest = minus(inner, whole)
        if not rest or (self.is_known(rest, ">=") and self.is_known(minus(rest, INTEGER_ONE), "<")):
            return whole
        return plus(whole, self.atom(Apply("floor", (self.term(rest),))))

    def _factorial(self, inner: Polynomial) -> Polynomial:
        constant_part = inner.get((), Fraction(0))
        steps = int(constant_part) if constant_part.denominator == 1 else 0
        rest = minus(inner, constant(constant_part))
        result = INTEGER_ONE
        if 0 < steps <= 12 and (not rest or (self.whole(rest) and self.is_known(rest, ">="))):
            for k in range(1, steps + 1):
                result = self.multiply(result, plus(rest, constant(k)))
            inner = rest
        return self.multiply(result, self.atom(Apply("factorial", (self.term(inner),)))) if inner else result

    def _binomial(self, above: Polynomial, below: Polynomial) -> Polynomial:
        if not (self.whole(above) and self.whole(below)):
            raise Unknown("a binomial coefficient")
        rest = minus(above, below)
        if not (self.is_known(below, ">=") and self.is_known(rest, ">=")):
            return self.atom(Apply("binomial", (self.term(above), self.term(below))))
        bottom = self.multiply(self._factorial(below), self._factorial(rest))
        return self.multiply(self._factorial(above), self.power(bottom, Fraction(-1)))

    def _determinant(self, inner: Term) -> Polynomial:
        size = number_of(self.scalar(self.shape(inner)[0]))
        if size is None or size > 4:
            return self.atom(Apply("determinant", (self.canonical(inner),)))
        parts = []
        for order in permutations(range(int(size))):
            odd = sum(a > b for k, a in enumerate(order) for b in order[k:]) % 2
            part = constant(-1 if odd else 1)
            for row, column in enumerate(order):
                part = self.multiply(part, self.at(inner, (_number(row + 1), _number(column + 1))))
            parts.append(part)
        return plus(*parts)

    # -- arrays --------------------------------------------------------------------------------------

    def shape(self, term: Term) -> tuple[Term, ...]:
        """The lengths of an array, none of a number."""
        kind = kind_of(self.context, term)
        if is_number(kind):
            return ()
        if kind[0] != "tensor":
            raise Unknown("no array")
        return tuple(kind[1])

    def at(self, term: Term, place: tuple[Term, ...]) -> Polynomial:
        """An entry of an array; the number itself at no place."""
        term = self.head_normal(term)
        match term:
            case Apply("add", arguments):
                return plus(*(self.at(each, place) for each in arguments))
            case Apply("negate", (inner,)):
                return times(-1, self.at(inner, place))
            case Apply("multiply", arguments):
                result = INTEGER_ONE
                for each in arguments:
                    result = self.multiply(result, self.at(each, place if place and self.shape(each) else ()))
                return result
            case Apply("divide", (above, below)):
                return self.multiply(self.at(above, place), self.power(self.scalar(below), Fraction(-1)))
            case Apply("if", (test, first, second)):
                holds = self.bracket(test)
                if number_of(holds) is not None:
                    return self.at(first if holds else second, place)
                left = self.multiply(holds, self.at(first, place))
                return plus(left, self.multiply(minus(INTEGER_ONE, holds), self.at(second, place)))
            case Apply(head, (inner,)) if head in ELEMENTWISE:
                return self.elementwise(head, self.at(inner, place) if place else self.base(inner))
            case Apply("entry", (base, *indices)):
                return self.at(base, (*indices, *place))
            case Apply("expectation", (inner,)):
                return self.mean(self.everywhere().at(inner, place))  # type: ignore[attr-defined, no-any-return]
            case Bind("sum", kind, condition, body):
                return self._sum(kind, condition, body, place)
            case Bind("integral", kind, condition, body):
                return self._integral(kind, condition, body, place)
            case Apply("derivative", (function, point)):
                return self.derivative(function, point, place)  # type: ignore[attr-defined, no-any-return]
            case _ if not place:
                return self.scalar(term)
            case Bind("array", ("index", low, _), condition, body) if low == ONE and condition == TRUE:
                return self.at(instantiate(body, place[0]), place[1:])
            case Apply("hadamard", arguments):
                result = INTEGER_ONE
                for each in arguments:
                    result = self.multiply(result, self.at(each, place))
                return result
            case Apply("matmul", (left, right)):
                return self._matmul(left, right, place)
            case Apply("outer", (left, right)):
                return self.multiply(self.at(left, place[:1]), self.at(right, place[1:]))
            case Apply("transpose", (inner,)):
                return self.at(inner, place[::-1] if len(self.shape(inner)) == 2 else place[1:])
            case Apply("diagonal_matrix", (inner,)):
                return self.multiply(self.bracket(Apply("=", place)), self.at(inner, place[:1]))
            case Apply("diagonal", (inner,)):
                return self.at(inner, place * 2)
            case Apply("identity", _):
                return self.bracket(Apply("=", place))
            case Apply("ones" | "zeros", _):
                return constant(term.head == "ones")
            case Apply("power", (base, exponent)):
                value = number_of(self.scalar(exponent))
                if value == 0:
                    return self.bracket(Apply("=", place))
                if value is not None and value.denominator == 1 and 0 < value <= 8:
                    lower = Apply("power", (base, Number(value - 1)))
                    return self._matmul(base, lower, place) if value > 1 else self.at(base, place)
        written = tuple(self.term(self.scalar(each)) for each in place)
        return self.atom(Apply("entry", (self._opaque(term), *written)))

    def _matmul(self, left: Term, right: Term, place: tuple[Term, ...]) -> Polynomial:
        length = self.shape(left)[1]
        return self.sum_of(length, lambda s, k: s.multiply(s.at(left, (place[0], k)), s.at(right, (k, *place[1:]))))

    def _opaque(self, term: Term) -> Term:
        """An array that is not given by its entries, its arguments in one form."""
        match term:
            case Symbol():
                return term
            case Apply(head, arguments) if head in ("inverse", "power", "call") or head in self.context.definitions:
                return Apply(head, tuple(map(self.canonical, arguments)))
            case Apply("derivative", (function, point)):
                return Apply("derivative", (self.canonical(function), self.canonical(point)))
        raise Unknown("an array without entries")

    def canonical(self, term: Term) -> Term:
        """A term of any kind in one form."""
        term = self.head_normal(term)
        kind = kind_of(self.context, term)
        if kind == "proposition":
            return self.term(self.bracket(term))
        if is_number(kind):
            return self.term(self.scalar(term))
        if kind[0] == "function":
            if isinstance(term, Symbol):
                return term
            if isinstance(term, Bind) and term.head == "lambda":
                return self._bound("lambda", term.domain, term.condition, term.body)
            if isinstance(term, Apply) and term.head == "call":
                return Apply("call", tuple(map(self.canonical, term.arguments)))
            raise Unknown("a function")
        if isinstance(term, Symbol):
            return term
        return self._array(kind[1], lambda s, place: s.at(term, place), ())

    def _array(
        self,
        lengths: Sequence[Term],
        entry: Callable[[Evaluation, tuple[Term, ...]], Polynomial],
        place: tuple[Term, ...],
    ) -> Term:
        if not lengths:
            return self.term(entry(self, place))
        high = self.term(self.scalar(lengths[0]))
        inner, index = self.within(("index", ONE, high))
        body = inner._array(lengths[1:], entry, (*place, index))
        match body:
            case Apply("entry", (base, *rest, last)) if last == index:
                whole = Apply("entry", (base, *rest)) if rest else base
                if index.name not in symbols(whole) and [*map(self.scalar, self.shape(whole))] == [self.scalar(high)]:
                    return whole
        return Bind("array", ("index", ONE, high), TRUE, abstract(body, index.name))

    def _type(self, kind: Type) -> Type:
        match kind:
            case ("index", low, high):
                return ("index", self.term(self.scalar(low)), self.term(self.scalar(high)))
            case ("tensor", lengths):
                return ("tensor", tuple(self.term(self.scalar(each)) for each in lengths))
            case _:
                return kind

    def _bound(self, head: str, kind: Type, condition: Term, body: Term) -> Term:
        """A binder in one form."""
        kind = self._type(kind)
        plain, symbol = self.within(kind)
        supposed = TRUE if condition == TRUE else plain.term(plain.bracket(instantiate(condition, symbol)))
        inner, symbol = self.within(kind, condition)
        value = inner.canonical(instantiate(body, symbol))
        if head == "lambda" and condition == TRUE and isinstance(value, Apply) and value.head == "call":
            *function, last = value.arguments
            if last == symbol and isinstance(function[0], Symbol) and len(function) == 1:
                return function[0]
        return Bind(head, kind, abstract(supposed, symbol.name), abstract(value, symbol.name))

    # -- sums, products, integrals -------------------------------------------------------------------

    def sum_of(self, length: Term, body: Callable[[Evaluation, Term], Polynomial]) -> Polynomial:
        """The sum of what a body is worth at the indices from 1 to a length."""
        high = self.scalar(length)
        value = number_of(high)
        if value is not None:
            if value > WRITTEN_OUT or value.denominator != 1:
                raise Unknown("a long range")
            return plus(*(body(self, _number(k)) for k in range(1, int(value) + 1)))
        offset = high.get((), Fraction(0))
        shorter = minus(high, constant(offset))
        if offset.denominator == 1 and 0 < abs(offset) <= 4 and self.is_known(shorter if offset > 0 else high, ">="):
            steps = range(1, int(offset) + 1) if offset > 0 else range(int(offset) + 1, 1)
            ends = [body(self, self.term(plus(shorter, constant(k)))) for k in steps]
            return plus(self.sum_of(self.term(shorter), body), times(1 if offset > 0 else -1, plus(*ends)))
        inner, index = self.within(("index", ONE, self.term(high)))
        return plus(*(
            times(coefficient, self._sum_of_monomial(high, inner, index, monomial))
            for monomial, coefficient in body(inner, index).items()
        ))  # fmt: skip

    def _sum_of_monomial(self, high: Polynomial, inner: Evaluation, index: Symbol, monomial: Monomial) -> Polynomial:
        outside, rest = self.leaving(monomial, index)
        for number, _ in rest:
            match self.shared.terms[number]:
                case Apply("iverson", (Apply("=", (left, right)),)) if index.name in symbols(left) | symbols(right):
                    value = self._solution(minus(inner.scalar(left), inner.scalar(right)), index)
                    if value is not None and self._reaches(value, high):
                        others = tuple(each for each in rest if each[0] != number)
                        body = abstract(inner.term({others: Fraction(1)}), index.name)
                        return self.multiply(outside, self.scalar(instantiate(body, self.term(value))))
        if not rest and self.is_known(high, ">="):
            return self.multiply(outside, high)
        return self.multiply(outside, self.atom(self._nest(self.term(high), index, rest)))

    def _nest(self, high: Term, index: Symbol, monomial: Monomial) -> Term:
        """A sum of a product, with the sums among its factors, as one over several indices.

        Sums over ranges that do not depend on one another may be taken in any order: the first one is.
        """
        ranges, names, factors = [high], [index.name], [(self.shared.terms[n], e) for n, e in monomial]
        for number, exponent in monomial:
            term = self.shared.terms[number]
            if isinstance(term, Bind) and term.head == "sum" and exponent in (1, 2, 3):
                factors.remove((term, exponent))
                for _ in range(int(exponent)):
                    part: Term = term
                    while isinstance(part, Bind) and part.head == "sum" and not _inside(part.domain[2], names):
                        ranges.append(part.domain[2])
                        names.append(f"~{len(names)}")
                        part = instantiate(part.body, Symbol(names[-1]))
                    parts = part.arguments if isinstance(part, Apply) and part.head == "multiply" else (part,)
                    factors.extend((each, Fraction(1)) for each in parts)
        return min(
            (_nested([ranges[k] for k in order], [names[k] for k in order], factors) for order in _orders(ranges)),
            key=lambda found: found[0],
        )[1]

    def _reaches(self, value: Polynomial, high: Polynomial) -> bool:
        return self.is_known(minus(value, INTEGER_ONE), ">=") and self.is_known(minus(high, value), ">=")

    def _solution(self, difference: Polynomial, index: Symbol) -> Polynomial | None:
        """The whole value of an index at which a linear difference vanishes."""
        own = ((self.shared.number(index), Fraction(1)),)
        slope = difference.get(own, Fraction(0))
        rest = {m: -c / slope for m, c in difference.items() if m != own} if abs(slope) == 1 else None
        if rest is None or any(self._mentions(m, index) for m in rest) or not self.whole(rest):
            return None
        return rest

    def _mentions(self, monomial: Monomial, symbol: Symbol) -> bool:
        return any(symbol.name in symbols(self.shared.terms[number]) for number, _ in monomial)

    def leaving(self, monomial: Monomial, symbol: Symbol) -> tuple[Polynomial, Monomial]:
        """The factors of a monomial that do not depend on a bound variable and exist without it, and the others."""
        outside = []
        for number, exponent in monomial:
            own = forms.generator(number)
            needs = [">="] * (exponent.denominator != 1) + ["!="] * (exponent < 0)
            if not self._mentions(((number, exponent),), symbol) and all(self.is_known(own, need) for need in needs):
                outside.append((number, exponent))
        return {tuple(outside): Fraction(1)}, tuple(each for each in monomial if each not in outside)

    def _sum(self, kind: Type, condition: Term, body: Term, place: tuple[Term, ...]) -> Polynomial:
        if kind[0] != "index":
            raise Unknown("a sum over no range")
        _, low, high = kind
        offset = minus(self.scalar(low), INTEGER_ONE)

        def summand(inner: Evaluation, index: Term) -> Polynomial:
            value = inner.term(plus(inner.scalar(index), offset)) if offset else index
            held = inner.bracket(instantiate(condition, value))
            return inner.multiply(held, inner.at(instantiate(body, value), place)) if held else {}

        return self.sum_of(self.term(minus(self.scalar(high), offset)), summand)

    def _product(self, low: Term, high: Term, condition: Term, body: Term) -> Polynomial:
        offset = minus(self.scalar(low), INTEGER_ONE)
        length = minus(self.scalar(high), offset)
        value = number_of(length)
        if condition != TRUE:
            raise Unknown("a product under a condition")

        def factor(inner: Evaluation, index: Polynomial) -> Polynomial:
            return inner.scalar(instantiate(body, inner.term(plus(index, offset))))

        extra = length.get((), Fraction(0)) if value is None else value
        rest = minus(length, constant(extra))
        result = INTEGER_ONE
        if 0 < extra <= WRITTEN_OUT and extra.denominator == 1 and (not rest or self.is_known(rest, ">=")):
            for k in range(1, int(extra) + 1):
                result = self.multiply(result, factor(self, plus(rest, constant(k))))
            length = rest
        if not length or (value is not None and value <= 0):
            return result
        inner, index = self.within(("index", ONE, self.term(length)))
        each = factor(inner, inner.scalar(index))
        body = abstract(inner.term(each), index.name)
        return self.multiply(result, self.atom(Bind("product", ("index", ONE, self.term(length)), TRUE, body)))

    def _integral(self, kind: Type, condition: Term, body: Term, place: tuple[Term, ...]) -> Polynomial:
        """An integral; factors that do not depend on the variable leave it, sums do not split."""
        kind = self._type(kind)
        inner, symbol = self.within(kind, condition)
        value = inner.at(instantiate(body, symbol), place)
        if not value:
            return {}
        outside, coefficient = INTEGER_ONE, Fraction(1)
        if len(value) == 1:
            ((monomial, coefficient),) = value.items()
            outside, rest = self.leaving(monomial, symbol)
            value = {rest: Fraction(1)}
        else:
            coefficient = value[self.sorted(value)[0]]
            value = times(1 / coefficient, value)
        plain, symbol = self.within(kind)
        supposed = TRUE if condition == TRUE else plain.term(plain.bracket(instantiate(condition, symbol)))
        closed = Bind("integral", kind, abstract(supposed, symbol.name), abstract(inner.term(value), symbol.name))
        return times(coefficient, self.multiply(outside, self.atom(closed)))

    # -- statements ----------------------------------------------------------------------------------

    def bracket(self, statement: Term) -> Polynomial:
        """1 where the statement holds, else 0."""
        statement = self.head_normal(statement)
        match statement:
            case Apply("true" | "false", ()):
                return constant(statement.head == "true")
            case Apply("not", (inner,)):
                return minus(INTEGER_ONE, self.bracket(inner))
            case Apply("and", parts):
                result = INTEGER_ONE
                for each in parts:
                    result = self.multiply(result, self.bracket(each))
                return result
            case Apply("or", parts):
                return self.bracket(Apply("not", (Apply("and", tuple(Apply("not", (each,)) for each in parts)),)))
            case Apply("implies", (left, right)):
                return self.bracket(Apply("or", (Apply("not", (left,)), right)))
            case Apply("iff", (left, right)):
                first, second = self.bracket(left), self.bracket(right)
                return plus(minus(INTEGER_ONE, plus(first, second)), times(2, self.multiply(first, second)))
            case Apply("=" | "!=" | "<=" | "<" | ">=" | ">", (left, right)) if is_number(kind_of(self.context, left)):
                return self._comparison(minus(self.scalar(left), self.scalar(right)), statement.head)
            case Apply("!=", arguments):
                return self.bracket(Apply("not", (Apply("=", arguments),)))
            case Apply(head, arguments) if head in PROPOSITIONS:
                return self.atom(Apply("iverson", (Apply(head, tuple(map(self.canonical, arguments))),)))
            case Bind("forall" | "exists", kind, condition, body):
                return self.atom(Apply("iverson", (self._bound(statement.head, kind, condition, body),)))
        raise Unknown("a statement")

    def _comparison(self, difference: Polynomial, relation: str) -> Polynomial:
        """The bracket of a comparison with 0, one of each pair of opposite ones."""
        opposite = {"=": "!=", "!=": "=", "<=": ">", ">": "<=", ">=": "<", "<": ">="}
        if number_of(difference) is not None:
            return constant(self.is_known(difference, relation) if difference else relation in ("=", "<=", ">="))
        if relation in ("!=", "<", "<="):
            if relation == "!=":
                return minus(INTEGER_ONE, self._comparison(difference, "="))
            return self._comparison(times(-1, difference), {"<": ">", "<=": ">="}[relation])
        for sign, way in ((1, relation), (0, opposite[relation])):
            if self.known(Apply(way, (self.term(difference), ZERO))):
                return constant(sign)
        lead = difference[self.sorted(difference)[0]]
        if relation == "=":
            return self.atom(Apply("iverson", (Apply("=", (self.term(times(1 / lead, difference)), ZERO)),)))
        whole = self.whole(difference)
        if whole and relation == ">":
            return self._comparison(minus(difference, INTEGER_ONE), ">=")
        if lead < 0:
            turned = plus(times(-1, difference), constant(-1)) if whole else times(-1, difference)
            return minus(INTEGER_ONE, self._comparison(turned, ">=" if whole or relation == ">" else ">"))
        scaled = difference if whole else times(1 / lead, difference)
        return self.atom(Apply("iverson", (Apply(relation, (self.term(scaled), ZERO)),)))


def _inside(term: Term, names: Sequence[str]) -> bool:
    return not symbols(term).isdisjoint(names)


def _orders(ranges: Sequence[Term]) -> Iterator[tuple[int, ...]]:
    """The orders of indices in which their ranges come in one order; some of them when there are too many."""
    keys = [repr(each) for each in ranges]
    found = (order for order in permutations(range(len(keys))) if list(map(keys.__getitem__, order)) == sorted(keys))
    return islice(found, 150)


def _nested(
    ranges: Sequence[Term], names: Sequence[str], factors: Sequence[tuple[Term, Fraction]]
) -> tuple[str, Term]:
    """A sum over several indices, and what it is compared by."""
    places: dict[str, Term] = {name: Symbol(f"^{k}") for k, name in enumerate(names)}
    powers: dict[Term, Fraction] = {}
    for factor, exponent in factors:
        match factor:
            case Apply("power", (base, Number(own))):
                factor, exponent = base, exponent * own
        placed = substitute(factor, places)
        powers[placed] = powers.get(placed, Fraction(0)) + exponent
    parts = tuple(power_term(base, powers[base]) for base in sorted(powers, key=repr))
    body = parts[0] if len(parts) == 1 else Apply("multiply", parts)
    key = repr(body)
    for k in reversed(range(len(names))):
        body = Bind("sum", ("index", ONE, ranges[k]), TRUE, abstract(body, f"^{k}"))
    return key, body


def _number(value: int) -> Number:
    return Number(Fraction(value))
