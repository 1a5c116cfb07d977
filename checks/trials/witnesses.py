"""Witnesses in words, and made small: the smallest sizes, the simplest numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flint import fmpq

from checks.contexts import Context
from checks.terms import Term, free_symbols, type_symbols
from checks.trials.judging import Claim, Result, judge
from checks.trials.models import Model, describe_value
from checks.trials.reports import Witness
from checks.trials.values import Array, Value, describe

ATTEMPTS = 60


def shrink(claim: Claim, model: Model, result: Result, budget: int) -> Witness:
    """The witness, after smaller sizes and simpler numbers were tried in its place."""
    search = _Shrinking(claim, model, result, budget)
    search.sizes()
    search.dependence()
    search.numbers()
    return witness_of(claim, search.model, search.result)


class _Shrinking:
    """A witness and the attempts to make it smaller."""

    def __init__(self, claim: Claim, model: Model, result: Result, budget: int) -> None:
        self.claim = claim
        self.model = model
        self.result = result
        self.budget = budget
        self.attempts = ATTEMPTS

    def _try(self, model: Model | None) -> bool:
        if model is None:
            return False
        result = judge(self.claim, model, self.budget)
        if result.kind != "refuted":
            return False
        self.model, self.result = model, result
        return True

    def _fixed(self, changes: dict[str, Value], plan: Any = None, all_values: bool = False) -> bool:
        if self.attempts <= 0:
            return False
        self.attempts -= 1
        finder = self.claim.finder
        names = [n for n in finder.order if n in finder.dims or all_values]
        fixed = {n: self.model.values[n] for n in names if not callable(self.model.values[n])}
        return self._try(finder.find(plan or self.model.plan, None, {**fixed, **changes}))

    def sizes(self) -> None:
        """Makes the integers smaller one after another, all other values anew."""
        free = [n for n in self.claim.finder.dims if n not in self.claim.finder.definitions]
        for _ in range(4):
            before = self.model
            for name in free:
                value = self.model.values[name]
                low = self.claim.finder.low(name)
                for smaller in range(low if value >= low else value, value):
                    if self._fixed({name: smaller}):
                        break
            if self.model is before:
                return

    def dependence(self) -> None:
        """Tries independence in place of a coupling."""
        if self.model.plan.scheme != "independent":
            self._fixed({}, replace(self.model.plan, scheme="independent"), all_values=True)

    def numbers(self) -> None:
        """Makes reals and entries of arrays simpler."""
        for name in self.claim.finder.order:
            value = self.model.values[name]
            if name in self.claim.finder.definitions or callable(value):
                continue
            if type(value) is Array:
                self._array(name, value)
            elif not isinstance(value, int):
                for simple in _simpler(value):
                    if self._fixed({name: simple}, all_values=True):
                        break

    def _array(self, name: str, value: Array) -> None:
        size = len(value.entries)
        for fill in (1, 0):
            plain = Array(value.shape, [fmpq(fill)] * size)
            if describe(plain) != describe(value) and self._fixed({name: plain}, all_values=True):
                if fill == 1:
                    return
                break
        for place in range(min(size, 9)):
            for simple in _simpler(self.model.values[name].entries[place]):
                entries = list(self.model.values[name].entries)
                entries[place] = simple
                if self._fixed({name: Array(value.shape, entries)}, all_values=True):
                    break


def _simpler(value: Value) -> Iterator[fmpq]:
    """Simpler numbers than the value, the simplest first."""
    for simple in (fmpq(1), fmpq(0), fmpq(2), fmpq(-1), fmpq(3)):
        if type(value) is fmpq and value == simple:
            return
        yield simple


def witness_of(claim: Claim, model: Model, result: Result) -> Witness:
    """The witness in words."""
    context, finder = claim.context, claim.finder
    used = _used(context, claim.goal)
    sizes = {n: int(model.values[n]) for n in context.declarations if n in finder.dims and n in used}
    values = {
        n: describe_value(n, model.values[n])
        for n in context.declarations
        if n in model.values and n not in finder.dims and n in used
    }
    mentioned = free_symbols(claim.goal)
    law = ""
    if model.joint is not None:
        law = model.joint.describe()
        for name in context.declarations:
            if name in mentioned and model.joint.has(name) and model.joint.was_asked(name):
                values[name] = describe_value(name, model.joint.outcome(name))
    return Witness(sizes, values, result.left, result.right, result.exact, law)


def _used(context: Context, goal: Term) -> set[str]:
    """The symbols that the claim speaks of, through lets, types and laws."""
    names, seen = set(free_symbols(goal)), set[str]()
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        declaration = context.declarations.get(name)
        if declaration is None:
            names |= free_symbols(context.lets[name]) if name in context.lets else set()
            continue
        names |= type_symbols(declaration.type)
        law = declaration.law
        for term in () if law is None else (*law.parameters, law.mean, law.variance):
            names |= set() if term is None else free_symbols(term)
    return names
