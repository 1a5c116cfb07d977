"""Evaluation of one term at given values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import ctx, fmpq

from checks.contexts import Context
from checks.terms import Term

# The rules of the heads register themselves.
from checks.trials import derivatives, elementary, expectation, extrema, operations, propositions, series
from checks.trials.compiling import Compiler, World
from checks.trials.values import Array, Value, to_integer

RULE_MODULES = (operations, elementary, series, propositions, extrema, expectation, derivatives)


def evaluate(term: Term, context: Context, environment: Mapping[str, Any], *, precision: int = 128) -> Value:
    """The value of the term where the symbols have the given values.

    Values may be given as ``int``, ``Fraction``, nested sequences, or functions; give a real number as a
    ``Fraction``.  Raises ``Undefined`` where the term has no value, ``Unsupported`` where none is computed.
    """
    before = ctx.prec
    ctx.prec = precision
    try:
        world = World({name: value_of(value) for name, value in environment.items()})
        return Compiler(context).code(term)(world.concrete())
    finally:
        ctx.prec = before


def value_of(value: Any) -> Value:
    """A value from plain data: numbers, nested sequences, functions."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    if isinstance(value, Sequence) and not isinstance(value, str):
        shape, entries = _flatten(value)
        return Array(shape, entries)
    return value


def _flatten(value: Sequence[Any]) -> tuple[tuple[int, ...], list[Any]]:
    parts = [_flatten(v) if isinstance(v, Sequence) else ((), [fmpq(value_of(v))]) for v in value]
    inner = parts[0][0] if parts else ()
    if any(shape != inner for shape, _ in parts):
        raise ValueError("the rows of an array have different lengths")
    return (len(parts), *inner), [entry for _, entries in parts for entry in entries]


def to_fraction(value: Value) -> Fraction:
    """A rational value as a fraction."""
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    return Fraction(to_integer(value))
