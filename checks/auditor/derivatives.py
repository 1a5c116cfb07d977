"""Derivatives of polynomials and elementary functions by the rules of calculus.

The function is expanded at a variable; its derivative is worked out generator by generator, and taken at the point.
Where a rule asks for a value that is not 0, or positive, that is asked of the value at the point, so that the rule
holds in a neighbourhood of it.  Where no rule is known the derivative stays as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from checks.auditor import forms
from checks.auditor.evaluation import Evaluation
from checks.auditor.expansion import HALF, INTEGER_ONE
from checks.auditor.forms import Polynomial, Unknown, minus, plus, times
from checks.auditor.terms import (
    TRUE,
    Apply,
    Bind,
    Number,
    Symbol,
    Term,
    abstract,
    instantiate,
    symbols,
)


class Derivatives(Evaluation):
    """The derivatives of what is expanded."""

    def derivative(self, function: Term, point: Term, place: tuple[Term, ...]) -> Polynomial:
        """An entry of the derivative of a function at a point."""
        function = self.head_normal(function)
        if not isinstance(function, Bind) or function.condition != TRUE:
            return self._kept(function, point, place)
        split = len(place) - len(self.shape(point))
        inner, variable = self.within(function.domain)

        def there(value: Polynomial) -> Polynomial:
            return self.scalar(instantiate(abstract(inner.term(value), variable.name), point))

        try:
            value = inner.at(instantiate(function.body, variable), place[:split])
            return there(inner.along(value, variable, place[split:], there))
        except Unknown:
            return self._kept(function, point, place)

    def _kept(self, function: Term, point: Term, place: tuple[Term, ...]) -> Polynomial:
        kept = Apply("derivative", (self.canonical(function), self.canonical(point)))
        written = tuple(self.term(self.scalar(each)) for each in place)
        return self.atom(Apply("entry", (kept, *written)) if written else kept)

    def along(
        self, value: Polynomial, variable: Symbol, place: tuple[Term, ...], there: Callable[[Polynomial], Polynomial]
    ) -> Polynomial:
        """The derivative by a variable, or by one of its entries; ``there`` takes a value to the point."""
        parts = []
        for monomial, coefficient in value.items():
            for number, exponent in monomial:
                if variable.name not in symbols(self.shared.terms[number]):
                    continue
                own = forms.generator(number)
                if exponent.denominator != 1:
                    _demand(self, there(own), ">")
                elif exponent < 0:
                    _demand(self, there(own), "!=")
                lower: Polynomial = {tuple((n, e) for n, e in monomial if n != number): coefficient * exponent}
                if exponent != 1:
                    lower = self.multiply(lower, forms.generator(number, exponent - 1))
                parts.append(self.multiply(lower, self._of_generator_along(number, variable, place, there)))
        return plus(*parts)

    def _of_generator_along(
        self, number: int, variable: Symbol, place: tuple[Term, ...], there: Callable[[Polynomial], Polynomial]
    ) -> Polynomial:
        term = self.shared.terms[number]
        if number in self.shared.contents:
            return self.along(self.shared.contents[number], variable, place, there)
        match term:
            case Symbol() if not place:
                return INTEGER_ONE
            case Apply("entry", (base, *indices)) if base == variable:
                if any(variable.name in symbols(each) for each in indices) or len(indices) != len(place):
                    raise Unknown("a slice")
                return self.bracket(Apply("and", tuple(Apply("=", pair) for pair in zip(indices, place, strict=True))))
            case Apply("exp" | "log" | "sin" | "cos" | "tanh" | "erf" | "abs", (argument,)):
                inner = self.scalar(argument)
                change = self.along(inner, variable, place, there)
                return self.multiply(self._slope(term.head, inner, forms.generator(number), there), change)
            case Apply("power", (base, Number(exponent))):
                inner = self.scalar(base)
                _demand(self, there(inner), ">" if exponent.denominator != 1 else "!=")
                change = self.multiply(self.power(inner, exponent - 1), self.along(inner, variable, place, there))
                return times(exponent, change)
            case Bind("sum", kind, condition, body) if not any(
                variable.name in symbols(each) for each in (kind[1], kind[2], condition)
            ):
                scope, index = self.within(kind, condition)
                change = scope.along(scope.scalar(instantiate(body, index)), variable, place, _below_a_sum)
                return self.scalar(Bind("sum", kind, condition, abstract(scope.term(change), index.name)))
            case _:
                raise Unknown("a derivative without a rule")

    def _slope(
        self, head: str, inner: Polynomial, own: Polynomial, there: Callable[[Polynomial], Polynomial]
    ) -> Polynomial:
        """f'(t), for t and f(t)."""
        match head:
            case "exp":
                return own
            case "sin":
                return self.elementwise("cos", inner)
            case "cos":
                return times(-1, self.elementwise("sin", inner))
            case "tanh":
                return minus(INTEGER_ONE, self.multiply(own, own))
            case "erf":
                root = self.power(self.scalar(Apply("pi", ())), -HALF)
                return times(2, self.multiply(root, self.exponential(times(-1, self.integer_power(inner, 2)))))
            case "log":
                _demand(self, there(inner), ">")
                return self.power(inner, Fraction(-1))
            case _:
                _demand(self, there(inner), "!=")
                return self.signum(inner)


def _below_a_sum(value: Polynomial) -> Polynomial:
    raise Unknown("a condition below a sum")


def _demand(scope: Evaluation, value: Polynomial, relation: str) -> None:
    if not scope.is_known(value, relation):
        raise Unknown("a rule of calculus asks for a sign")
