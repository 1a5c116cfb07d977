"""Exact values of terms and of normal forms at small sizes, in plain Python: nothing is shared with the kernel.

A ``Model`` gives every number a rational value and every array its entries; ``outcomes`` is the joint law of the
random symbols, as pairs of a probability and the model at that outcome.  ``compiled`` turns a term into a function
of a model; ``form_value`` is the value of a normal form, atoms taken as total functions: an entry outside of an
array has some value of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import ceil, floor, prod
from typing import Any

from checks.kernel.forms import Atom, Form, Monomial
from checks.terms import Apply, Bind, Bound, Index, Number, Symbol, Term

Value = int | Fraction


class Undefined(Exception):
    """The term has no value in the model."""


@dataclass(frozen=True, slots=True)
class Table:
    """An array by its entries; indices start at 1."""

    shape: tuple[int, ...]
    entries: Mapping[tuple[int, ...], Any]

    def at(self, indices: tuple[int, ...]) -> Any:
        """An entry, or a slice when indices are missing."""
        if len(indices) < len(self.shape):
            rest = self.shape[len(indices) :]
            return Table(rest, {t: self.at((*indices, *t)) for t in positions(rest)})
        try:
            return self.entries[indices]
        except KeyError:
            raise Undefined(f"no entry {indices}") from None

    def extended(self, indices: tuple[int, ...]) -> Value:
        """An entry, or some value outside."""
        found = self.entries.get(indices)
        return 3 + sum((5 + 2 * k) * i for k, i in enumerate(indices)) if found is None else found


def positions(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """All places of an array."""
    return product(*(range(1, length + 1) for length in shape))


def table(shape: tuple[int, ...], entry: Callable[[tuple[int, ...]], Any]) -> Table:
    """The array with the given entries."""
    return Table(shape, {place: entry(place) for place in positions(shape)})


@dataclass(slots=True)
class Model:
    """Values of symbols: numbers and tables; and the law of the random ones."""

    values: dict[str, Any]
    outcomes: list[tuple[Value, Model]] = field(default_factory=list)


def evaluate(term: Term, model: Model) -> Any:
    """The value of a closed term."""
    return compiled(term)(model, ())


Code = Callable[[Model, tuple[Any, ...]], Any]


@lru_cache(maxsize=100_000)
def compiled(term: Term) -> Code:
    """The term as a function of a model and the values of bound variables, the innermost first."""
    match term:
        case Number(value):
            exact = value.numerator if value.denominator == 1 else value
            return lambda model, env: exact
        case Symbol(name):
            return lambda model, env: model.values[name]
        case Bound(depth):
            return lambda model, env: env[depth]
        case Apply("expectation", (argument,)):
            inner = compiled(argument)
            return lambda model, env: _weighted([(p, inner(at, env)) for p, at in model.outcomes])
        case Apply("if", (statement, left, right)):
            test, first, second = compiled(statement), compiled(left), compiled(right)
            return lambda model, env: first(model, env) if test(model, env) else second(model, env)
        case Apply("and", parts):
            tests = [compiled(part) for part in parts]
            return lambda model, env: all(test(model, env) for test in tests)
        case Apply("or", parts):
            tests = [compiled(part) for part in parts]
            return lambda model, env: any(test(model, env) for test in tests)
        case Apply(head, arguments):
            operation = _OPERATIONS[head]
            codes = [compiled(argument) for argument in arguments]
            if len(codes) == 1:
                only = codes[0]
                return lambda model, env: operation(only(model, env))
            if len(codes) == 2:
                one, two = codes
                return lambda model, env: operation(one(model, env), two(model, env))
            return lambda model, env: operation(*[code(model, env) for code in codes])
        case Bind(head, Index(low, high), condition, body):
            lower, upper, test, value = compiled(low), compiled(high), compiled(condition), compiled(body)

            def run(model: Model, env: tuple[Any, ...]) -> Any:
                span = range(lower(model, env), upper(model, env) + 1)
                if head == "array":
                    return _stacked([value(model, (i, *env)) for i in span])
                chosen = (value(model, (i, *env)) for i in span if test(model, (i, *env)))
                return _BINDERS[head](chosen)

            return run
        case _:
            raise NotImplementedError(term)


def _weighted(parts: list[tuple[Value, Any]]) -> Any:
    return _total(_scaled(value, p) for p, value in parts)


def _scaled(value: Any, factor: Value) -> Any:
    if isinstance(value, Table):
        return Table(value.shape, {place: factor * v for place, v in value.entries.items()})
    return factor * value


def _total(values: Any) -> Any:
    result: Any = 0
    for value in values:
        if isinstance(value, Table):
            held = result.entries if isinstance(result, Table) else {}
            result = Table(value.shape, {place: held.get(place, 0) + v for place, v in value.entries.items()})
        else:
            result = result + value
    return result


def _stacked(rows: list[Any]) -> Table:
    if rows and isinstance(rows[0], Table):
        entries = {(i, *place): v for i, row in enumerate(rows, 1) for place, v in row.entries.items()}
        return Table((len(rows), *rows[0].shape), entries)
    return Table((len(rows),), {(i,): value for i, value in enumerate(rows, 1)})


def _product(*factors: Any) -> Any:
    arrays = [factor for factor in factors if isinstance(factor, Table)]
    scalar = prod(factor for factor in factors if not isinstance(factor, Table))
    return _scaled(arrays[0], scalar) if arrays else scalar


def _divided(left: Any, right: Value) -> Any:
    if not right:
        raise Undefined("division by zero")
    return _scaled(left, 1 / Fraction(right))


def _power(base: Any, exponent: Value) -> Any:
    if Fraction(exponent).denominator != 1:
        raise NotImplementedError("a fractional power")
    if isinstance(base, Table):
        result = table(base.shape, lambda place: int(place[0] == place[1]))
        for _ in range(int(exponent)):
            result = _matmul(result, base)
        return result
    if exponent < 0 and not base:
        raise Undefined("a negative power of zero")
    return base ** int(exponent) if exponent >= 0 else Fraction(base) ** int(exponent)


def _matmul(left: Table, right: Table) -> Table:
    if left.shape[1] != right.shape[0]:
        raise Undefined("shapes")
    inner = range(1, left.shape[1] + 1)
    a, b = left.entries, right.entries
    return table(
        (left.shape[0], *right.shape[1:]), lambda p: sum(a[p[0], k] * b[(k, *p[1:])] for k in inner)
    )


def _transpose(array: Table) -> Table:
    if len(array.shape) == 1:
        return table((1, array.shape[0]), lambda p: array.entries[p[1:]])
    return table((array.shape[1], array.shape[0]), lambda p: array.entries[p[1], p[0]])


def _rows(array: Table) -> list[list[Value]]:
    return [[array.entries[i, j] for j in range(1, array.shape[1] + 1)] for i in range(1, array.shape[0] + 1)]


def _determinant(rows: list[list[Value]]) -> Value:
    """By elimination."""
    rows = [[Fraction(value) for value in row] for row in rows]
    result: Value = 1
    for column in range(len(rows)):
        pivot = next((k for k in range(column, len(rows)) if rows[k][column]), None)
        if pivot is None:
            return 0
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            result = -result
        result *= rows[column][column]
        for k in range(column + 1, len(rows)):
            factor = Fraction(rows[k][column]) / rows[column][column]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[column], strict=True)]
    return result


def _inverse(array: Table) -> Table:
    """By Cramer's rule."""
    rows = _rows(array)
    total = _determinant(rows)
    if not total:
        raise Undefined("a singular matrix")

    def entry(place: tuple[int, ...]) -> Value:
        i, j = place
        replaced = [[int(k == j) if m == i else v for m, v in enumerate(row, 1)] for k, row in enumerate(rows, 1)]
        return Fraction(_determinant(replaced)) / total

    return table(array.shape, entry)


def _entrywise(function: Callable[[Value], Value]) -> Callable[[Any], Any]:
    def apply(value: Any) -> Any:
        if isinstance(value, Table):
            return Table(value.shape, {place: function(v) for place, v in value.entries.items()})
        return function(value)

    return apply


def _sign(value: Value) -> int:
    return (value > 0) - (value < 0)


_OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "true": lambda: True,
    "false": lambda: False,
    "not": lambda statement: not statement,
    "implies": lambda left, right: not left or right,
    "iff": lambda left, right: left == right,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<=": lambda left, right: left <= right,
    "<": lambda left, right: left < right,
    ">=": lambda left, right: left >= right,
    ">": lambda left, right: left > right,
    "iverson": lambda statement: int(statement),
    "add": lambda *parts: _total(parts),
    "multiply": _product,
    "negate": lambda value: _scaled(value, -1),
    "divide": _divided,
    "power": _power,
    "abs": _entrywise(abs),
    "sign": _entrywise(_sign),
    "minimum": min,
    "maximum": max,
    "floor": floor,
    "ceiling": ceil,
    "modulo": lambda left, right: left - right * floor(_divided(left, right)),
    "call": lambda function, *values: function(*values),
    "determinant": lambda array: _determinant(_rows(array)),
    "inverse": lambda array: _inverse(array),
    "entry": lambda array, *indices: array.at(indices),
    "matmul": _matmul,
    "transpose": _transpose,
    "trace": lambda array: sum(array.entries[i, i] for i in range(1, array.shape[0] + 1)),
    "dot": lambda left, right: sum(v * right.entries[place] for place, v in left.entries.items()),
    "outer": lambda u, v: table(u.shape + v.shape, lambda p: u.entries[p[:1]] * v.entries[p[1:]]),
    "hadamard": lambda *arrays: table(arrays[0].shape, lambda p: prod(array.entries[p] for array in arrays)),
    "diagonal_matrix": lambda v: table(v.shape * 2, lambda p: v.entries[p[:1]] if p[0] == p[1] else 0),
    "diagonal": lambda array: table(array.shape[:1], lambda p: array.entries[p * 2]),
    "identity": lambda n: table((n, n), lambda p: int(p[0] == p[1])),
    "ones": lambda *shape: table(shape, lambda p: 1),
    "zeros": lambda *shape: table(shape, lambda p: 0),
}

_BINDERS: Mapping[str, Callable[[Iterator[Any]], Any]] = {
    "sum": _total, "product": prod, "forall": all, "exists": any, "sup": max, "inf": min,
}  # fmt: skip


# -- normal forms --------------------------------------------------------------------------------------


def form_value(form: Form, model: Model, indices: Mapping[str, Value] | None = None) -> Value:
    """The value of a normal form; ``indices`` are those that are bound further out."""
    known = indices or {}
    return sum(
        (_rational(coefficient) * _monomial_value(monomial, model, known) for monomial, coefficient in form.terms),
        start=0,
    )


def _rational(value: Any) -> Value:
    return int(value.p) if value.q == 1 else Fraction(int(value.p), int(value.q))


def _monomial_value(monomial: Monomial, model: Model, known: Mapping[str, Value]) -> Value:
    # Brackets first: where one is zero the rest need not be looked at.
    order = {"zero": 0, "nonnegative": 0, "iverson": 0}
    factors = sorted(monomial.factors, key=lambda item: order.get(item[0].tag, 1))

    def run(left: tuple[tuple[str, Form], ...], now: dict[str, Value]) -> Value:
        if not left:
            result: Value = 1
            for atom, exponent in factors:
                value = atom_value(atom, model, now)
                if exponent != 1:
                    value = _power(value, exponent)
                result = result * value
                if not result:
                    return 0
            return result
        # A length may speak of other indices: those come first.
        own = {name for name, _ in left}
        name, length = next(item for item in left if own.isdisjoint(item[1].indices))
        others = tuple(item for item in left if item[0] != name)
        return sum(
            (run(others, {**now, name: i}) for i in range(1, int(form_value(length, model, now)) + 1)), start=0
        )

    return run(monomial.ranges, dict(known))


def atom_value(atom: Atom, model: Model, known: Mapping[str, Value]) -> Value:
    """The value of an atom."""
    match atom.tag:
        case "index":
            return known[atom.name]
        case "symbol":
            return model.values[atom.name]
        case "entry":
            return model.values[atom.name].extended(tuple(form_value(p, model, known) for p in atom.parts))
        case "expectation":
            return _weighted([(p, form_value(atom.parts[0], at, known)) for p, at in model.outcomes])
        case "moment":
            # Of any entry of an array whose entries have one law.
            name, degree, signs = atom.name.split()
            found = [(p, _any_entry(at.values[name])) for p, at in model.outcomes]
            return sum(p * v ** int(degree) * _sign(v) ** int(signs) for p, v in found)
    value = form_value(atom.parts[0], model, known)
    match atom.tag:
        case "base":
            return value
        case "zero":
            return int(value == 0)
        case "nonnegative":
            return int(value >= 0)
        case "sign":
            return _sign(value)
        case "abs":
            return abs(value)
        case "floor":
            return floor(value)
        case _:
            raise NotImplementedError(atom.key)


def _any_entry(value: Any) -> Value:
    return next(iter(value.entries.values())) if isinstance(value, Table) else value
