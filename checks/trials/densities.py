"""Densities with parameters: functions that the facts make positive and of integral 1, and instances of them.

A context declares ``p : density on vector(k), parameter theta`` as a function ``p`` of both with the facts that
``p(x, theta) > 0``, that ``integral[x] p(x, theta) = 1`` for all theta, that ``p`` is summable in x and
continuously differentiable.  A ``NormalDensity`` has all of these properties: in one argument it is the density
of independent normal numbers (or a mixture of two such), whose means and precisions are polynomials in the other
arguments, the precisions positive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flint import arb, fmpq

from checks.contexts import Context
from checks.terms import ONE, TRUE, Apply, Bind, Bound, Symbol, Term, children
from checks.trials.elementary import exponential
from checks.trials.gaussians import FreePool
from checks.trials.instances import check_arguments
from checks.trials.values import (
    Array,
    Formal,
    Scalar,
    Unsupported,
    Value,
    add,
    describe,
    integer_power,
    multiply,
    square_root,
    subtract,
    to_integer,
)


def normalisation(term: Term) -> tuple[Symbol, int] | None:
    """The function and the place of its argument, for ``integral[x] p(…, x, …) = 1`` over all x or a set."""
    if not isinstance(term, Apply) or term.head != "=":
        return None
    for side, other in (term.arguments, term.arguments[::-1]):
        if other != ONE or not isinstance(side, Bind) or side.head != "integral" or not _is_set(side.condition):
            continue
        body = side.body
        if not isinstance(body, Apply) or body.head != "call" or not isinstance(body.arguments[0], Symbol):
            continue
        places = [k for k, argument in enumerate(body.arguments[1:]) if argument == Bound(0)]
        rest = [argument for argument in body.arguments[1:] if argument != Bound(0)]
        if len(places) == 1 and not any(_mentions(argument, 0) for argument in rest):
            return body.arguments[0], places[0]
    return None


def _is_set(condition: Term) -> bool:
    """Whether an integral runs over the whole space, or over a declared set."""
    match condition:
        case Apply("call", (Symbol(), Bound(0))):
            return True
        case _:
            return condition == TRUE


def _mentions(term: Term, depth: int) -> bool:
    return term == Bound(depth) or any(_mentions(child, depth + more) for child, more in children(term))


def densities_in(context: Context) -> Mapping[str, int]:
    """The functions that a fact makes densities in one of their arguments, with the place of that argument."""
    found: dict[str, int] = {}
    stack = [fact.statement for fact in context.facts]
    while stack:
        statement = stack.pop()
        if isinstance(statement, Bind) and statement.head == "forall":
            stack.append(statement.body)
        elif isinstance(statement, Apply) and statement.head == "and":
            stack.extend(statement.arguments)
        else:
            known = normalisation(statement)
            if known is not None and known[0].name in context.declarations:
                found.setdefault(known[0].name, known[1])
    return found


class NormalDensity:
    """The density of independent normal numbers, in the argument at ``place``; the others are parameters.

    The i-th mean is ``a + sum_j b_j t_j (+ t_1^2/2)``, the i-th precision (one over the variance)
    ``1/2 + (1 + sum_j c_j t_j)^2/2`` or 1, in the entries t of the parameters, with small rationals that
    depend on i; a centred one has the mean 0, a mixture is the mean of two such densities.
    """

    __slots__ = ("_count", "_domains", "choice", "kind", "name", "place", "seed")

    KINDS = ("location and scale", "location", "mixture", "curved location", "scale", "centred")

    def __init__(self, name: str, domains: Callable[..., tuple[Any, ...]], place: int, choice: int, seed: int) -> None:
        self.name = name
        self.place = place
        self.choice = choice
        self.kind = self.KINDS[choice % len(self.KINDS)]
        self.seed = seed + choice // len(self.KINDS)
        self._domains = domains
        self._count = (1, 0)

    def __call__(self, *arguments: Value) -> Value:
        domains = self._domains(*arguments)
        check_arguments(domains, arguments, self.name)
        parameters: list[Scalar] = []
        whole = 0
        for position, (domain, argument) in enumerate(zip(domains, arguments, strict=True)):
            if position == self.place:
                continue
            if isinstance(domain, range):
                whole = 3 * whole + to_integer(argument)
            else:
                parameters.extend(_entries(argument))
        point = _entries(arguments[self.place])
        self._count = (len(point), len(parameters))
        if self.kind != "mixture":
            return self._normal(point, parameters, whole)
        parts = [self._normal(point, parameters, whole + 7 * k) for k in (0, 1)]
        return multiply(fmpq(1, 2), add(*parts))

    def _normal(self, point: list[Scalar], parameters: list[Scalar], whole: int) -> Scalar:
        exponent: Scalar = fmpq(0)
        scale: Scalar = 1 / (2 * arb.pi()).sqrt() ** len(point)
        for i, x in enumerate(point):
            precision = self._precision(i + whole, parameters)
            square = integer_power(subtract(x, self._mean(i + whole, parameters)), 2)
            exponent = add(exponent, multiply(precision, square))
            scale = multiply(scale, square_root(precision))
        return multiply(scale, exponential(multiply(fmpq(-1, 2), exponent)))

    def _coefficients(self, i: int, count: int, offset: int) -> list[fmpq]:
        choices = (fmpq(1, 2), fmpq(1), fmpq(-1, 2), fmpq(1, 3), fmpq(-1))
        return [choices[(2 * i + k + offset + self.seed) % 5] for k in range(count)]

    def _mean(self, i: int, parameters: list[Scalar]) -> Scalar:
        if self.kind == "centred":
            return fmpq(0)
        constant, *slopes = self._coefficients(i, len(parameters) + 1, 0)
        total: Scalar = constant
        if self.kind == "scale":
            return total
        for slope, t in zip(slopes, parameters, strict=True):
            total = add(total, multiply(slope, t))
        if self.kind == "curved location" and parameters:
            total = add(total, multiply(fmpq(1, 2), integer_power(parameters[0], 2)))
        return total

    def _precision(self, i: int, parameters: list[Scalar]) -> Scalar:
        if self.kind in ("location", "curved location"):
            return fmpq(1)
        total: Scalar = fmpq(1)
        for slope, t in zip(self._coefficients(i, len(parameters), 3), parameters, strict=True):
            total = add(total, multiply(slope, t))
        return add(fmpq(1, 2), multiply(fmpq(1, 2), integer_power(total, 2)))

    def describe(self) -> str:
        """The density in words, with the formulas of means and precisions for the sizes it was used at."""
        size, count = self._count
        text = f"{self.name}: as a function of its argument {self.place + 1} the density of "
        copies = (0, 7) if self.kind == "mixture" else (0,)
        laws = [
            "independent normal entries, " + ", ".join(self._entry_text(i + copy, count) for i in range(size))
            for copy in copies
        ]
        joined = "; and of ".join(laws)
        text += ("the equal mixture of " if len(copies) > 1 else "") + joined
        return text + (", in the entries t of its other arguments" if count else "")

    def _entry_text(self, i: int, count: int) -> str:
        pool = FreePool(max(count, 1))
        variables: list[Scalar] = [pool.free() for _ in range(count)]
        mean, precision = (_polynomial(value) for value in (self._mean(i, variables), self._precision(i, variables)))
        return f"mean {mean} and variance " + ("1" if precision == "1" else f"1/({precision})")


def _polynomial(value: Scalar) -> str:
    """A polynomial in the parameters, as one would write it."""
    text = str(value.numerator) if type(value) is Formal else describe(value)
    for k in reversed(range(20)):
        text = text.replace(f"x{k}", f"t{k + 1}")
    return text


def _entries(value: Value) -> list[Scalar]:
    if callable(value) or value is None:
        raise Unsupported("a density at what is no number")
    entries = list(value.entries) if type(value) is Array else [value]
    return [fmpq(entry) if type(entry) is int else entry for entry in entries]


def is_normalised(value: Value, place: int) -> bool:
    """Whether the function of a model has the integral 1 in the argument, for all values of the others."""
    return isinstance(value, NormalDensity) and value.place == place
