"""How each operator is differentiated: one rule for each head, with what its arguments must satisfy.

The rules are the textbook's (M. Spivak, Calculus on Manifolds, theorems 2-2, 2-3 and 2-11; for powers, inverses
and determinants of matrices J. Magnus, H. Neudecker, Matrix Differential Calculus, chapter 8).

Trusted for the table: each entry is the derivative that the textbooks give, under conditions that hold around a point
if they hold at it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from checks.contexts import Context
from checks.shapes import type_of
from checks.terms import (
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Index,
    Number,
    Symbol,
    Tensor,
    Term,
    Type,
    add,
    bind,
    conjunction,
    divide,
    free_symbols,
    fresh_name,
    multiply,
    negate,
    number,
    power,
    relation,
    subtract,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """With respect to what a derivative is taken, and where.

    The symbol, the direction, the context in which the term stands (it declares all symbols of the direction),
    and the function that takes the differential of the parts.
    """

    symbol: Symbol
    direction: Term
    context: Context
    take: Callable[[Term, Scope], Term]

    def differential(self, term: Term) -> Term:
        """The differential of a part."""
        return self.take(term, self)

    def within(self, context: Context) -> Scope:
        """The scope inside a binder."""
        return replace(self, context=context)

    def meets(self, term: Term) -> bool:
        """Whether the symbol stands in the term."""
        return self.symbol.name in free_symbols(term)


def zero_of(kind: Type) -> Term:
    """The zero of a type."""
    return Apply("zeros", kind.shape) if isinstance(kind, Tensor) else ZERO


def shape_of(kind: Type) -> tuple[Term, ...]:
    """The lengths of an array type; none for numbers."""
    return kind.shape if isinstance(kind, Tensor) else ()


def fresh_names(count: int, context: Context) -> list[str]:
    """Names for indices that are not in use in a context."""
    used = set(context.names())
    names = []
    for _ in range(count):
        names.append(fresh_name("i", used))
        used.add(names[-1])
    return names


Differential = Callable[[tuple[Term, ...], Scope], Term]
Needs = Callable[[tuple[Term, ...], Symbol, Context], Sequence[Term]]


def _nothing(arguments: tuple[Term, ...], symbol: Symbol, context: Context) -> Sequence[Term]:
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """How an operator is differentiated, and what its arguments must satisfy beyond being defined."""

    differential: Differential
    needs: Needs = _nothing


def _linear(head: str) -> Rule:
    return Rule(lambda arguments, scope: Apply(head, (scope.differential(arguments[0]), *arguments[1:])))


def _multilinear(head: str) -> Rule:
    """D f(a, b, …) = f(Da, b, …) + f(a, Db, …) + …, for what is linear in each argument."""

    def rule(arguments: tuple[Term, ...], scope: Scope) -> Term:
        parts: list[Term] = []
        for position, argument in enumerate(arguments):
            if scope.meets(argument):
                changed = scope.differential(argument)
                parts.append(Apply(head, (*arguments[:position], changed, *arguments[position + 1 :])))
        return add(*parts)

    return Rule(rule)


def _sum(arguments: tuple[Term, ...], scope: Scope) -> Term:
    return add(*(scope.differential(part) for part in arguments if scope.meets(part)))


def _quotient(arguments: tuple[Term, ...], scope: Scope) -> Term:
    top, bottom = arguments
    parts: list[Term] = []
    if scope.meets(top):
        parts.append(divide(scope.differential(top), bottom))
    if scope.meets(bottom):
        factor = divide(scope.differential(bottom), power(bottom, number(2)))
        parts.append(negate(multiply(factor, top)))
    return add(*parts)


def _power(arguments: tuple[Term, ...], scope: Scope) -> Term:
    base, exponent = arguments
    if isinstance(type_of(base, scope.context), Tensor):
        return _matrix_power(base, exponent, scope)
    if not scope.meets(exponent):
        lower = subtract(exponent, ONE) if not isinstance(exponent, Number) else Number(exponent.value - 1)
        return multiply(exponent, power(base, lower), scope.differential(base))
    grown = multiply(scope.differential(exponent), Apply("log", (base,)))
    if scope.meets(base):
        grown = add(grown, divide(multiply(exponent, scope.differential(base)), base))
    return multiply(power(base, exponent), grown)


def _matrix_power(base: Term, exponent: Term, scope: Scope) -> Term:
    """D A^n = Σ_{r=0}^{n-1} A^r DA A^(n-1-r)."""
    changed = scope.differential(base)

    def product(before: Term, after: Term) -> Term:
        return Apply("matmul", (Apply("matmul", (power(base, before), changed)), power(base, after)))

    if isinstance(exponent, Number):
        count = int(exponent.value)
        return add(
            *(product(number(r), number(count - 1 - r)) for r in range(count))
        ) if count else zero_of(type_of(base, scope.context))  # fmt: skip
    name = fresh_name("r", scope.context.names() | free_symbols(scope.direction))
    inside = product(Symbol(name), subtract(subtract(exponent, ONE), Symbol(name)))
    return bind("sum", name, Index(ZERO, subtract(exponent, ONE)), inside)


def _power_needs(arguments: tuple[Term, ...], symbol: Symbol, context: Context) -> Sequence[Term]:
    base, exponent = arguments
    if isinstance(type_of(base, context), Tensor):
        return ()
    if symbol.name in free_symbols(exponent):
        return (relation(base, ">", ZERO),)
    if isinstance(exponent, Number) and exponent.value.denominator != 1:
        return (relation(base, ">", ZERO),)
    kind = type_of(exponent, context)
    return () if isinstance(kind, Index) or kind != REAL else (relation(base, ">", ZERO),)


def _inverse(arguments: tuple[Term, ...], scope: Scope) -> Term:
    """D A^-1 = -A^-1 DA A^-1."""
    inverse = Apply("inverse", arguments)
    changed = scope.differential(arguments[0])
    return negate(Apply("matmul", (Apply("matmul", (inverse, changed)), inverse)))


def determinant_gradient(matrix: Term, size: Term) -> Apply:
    """The derivative of the determinant at a matrix: the matrix of its cofactors, as it stands.

    As the determinant is a polynomial it exists at every matrix.
    """
    kind = Tensor((size, size))
    return Apply("derivative", (bind("lambda", "Y", kind, Apply("determinant", (Symbol("Y"),))), matrix))


def _determinant(arguments: tuple[Term, ...], scope: Scope) -> Term:
    """The chain rule: D det A = Σ_ij C[i,j] DA[i,j] with the cofactors C of A."""
    (matrix,) = arguments
    changed = scope.differential(matrix)
    gradient = determinant_gradient(matrix, shape_of(type_of(matrix, scope.context))[0])
    return Apply("trace", (Apply("matmul", (Apply("transpose", (gradient,)), changed)),))


def jacobi(matrix: Term) -> Term:
    """Jacobi's formula: the derivative of the determinant at an invertible matrix, det(A) A^-T.

    It holds around such a matrix too, as these form an open set (J. Magnus, H. Neudecker, Matrix Differential
    Calculus, section 8.3).
    """
    return multiply(Apply("determinant", (matrix,)), Apply("transpose", (Apply("inverse", (matrix,)),)))


def is_determinant(function: Term) -> bool:
    """Whether a function is the determinant."""
    return isinstance(function, Bind) and function.head == "lambda" and (
        function.body == Apply("determinant", (Bound(0),)) and function.condition == TRUE
    )  # fmt: skip


def _elementwise(slope: Callable[[Term], Term]) -> Differential:
    """D f(t) = f'(t) Dt for numbers, and entry by entry for arrays."""

    def rule(arguments: tuple[Term, ...], scope: Scope) -> Term:
        (argument,) = arguments
        changed = scope.differential(argument)
        shape = shape_of(type_of(argument, scope.context))
        if not shape:
            return multiply(slope(argument), changed)
        used = scope.context.names() | free_symbols(scope.direction)
        names: list[str] = []
        for _ in shape:
            names.append(fresh_name("i", used.union(names)))
        places = tuple(map(Symbol, names))
        entry: Term = multiply(slope(Apply("entry", (argument, *places))), Apply("entry", (changed, *places)))
        for name, length in reversed(list(zip(names, shape, strict=True))):
            entry = bind("array", name, Index(ONE, length), entry)
        return entry

    return rule


def _every_entry(statement: Callable[[Term], Term]) -> Needs:
    """The statement of a number, or of every entry of an array."""

    def needs(arguments: tuple[Term, ...], symbol: Symbol, context: Context) -> Sequence[Term]:
        (argument,) = arguments
        shape = shape_of(type_of(argument, context))
        names = fresh_names(len(shape), context)
        places = tuple(map(Symbol, names))
        found = statement(Apply("entry", (argument, *places)) if places else argument)
        for name, length in reversed(list(zip(names, shape, strict=True))):
            found = bind("forall", name, Index(ONE, length), found)
        return (found,)

    return needs


def _extremum(above: str) -> Rule:
    """Of several different numbers one is the least, around the point too; only that one counts."""

    def rule(arguments: tuple[Term, ...], scope: Scope) -> Term:
        parts: list[Term] = []
        for position, argument in enumerate(arguments):
            if scope.meets(argument):
                others = (*arguments[:position], *arguments[position + 1 :])
                wins = conjunction(*(relation(argument, above, other) for other in others))
                parts.append(multiply(Apply("iverson", (wins,)), scope.differential(argument)))
        return add(*parts)

    def needs(arguments: tuple[Term, ...], symbol: Symbol, context: Context) -> Sequence[Term]:
        return [relation(a, "!=", b) for a, b in combinations(arguments, 2)]

    return Rule(rule, needs)


def _choice(arguments: tuple[Term, ...], scope: Scope) -> Term:
    test, left, right = arguments
    return Apply("if", (test, scope.differential(left), scope.differential(right)))


_NOT_ZERO = _every_entry(lambda value: relation(value, "!=", ZERO))
_POSITIVE = _every_entry(lambda value: relation(ZERO, "<", value))


def _applied_to(head: str) -> Callable[[Term], Term]:
    return lambda value: Apply(head, (value,))


def _bell(value: Term) -> Term:
    """The slope of the error function: 2/sqrt(pi) exp(-t^2) (NIST Handbook of Mathematical Functions, 7.2.1)."""
    height = divide(number(2), Apply("sqrt", (Apply("pi"),)))
    return multiply(height, Apply("exp", (negate(power(value, number(2))),)))


RULES: Mapping[str, Rule] = {
    "add": Rule(_sum),
    "divide": Rule(_quotient),
    "power": Rule(_power, _power_needs),
    "inverse": Rule(_inverse),
    "determinant": Rule(_determinant),
    "minimum": _extremum("<"),
    "maximum": _extremum(">"),
    "if": Rule(_choice),
    "iverson": Rule(lambda arguments, scope: ZERO),
    **{head: _multilinear(head) for head in ("multiply", "matmul", "dot", "outer", "hadamard")},
    **{
        head: _linear(head)
        for head in ("negate", "transpose", "trace", "diagonal", "diagonal_matrix", "entry")
    },
    "exp": Rule(_elementwise(_applied_to("exp"))),
    "log": Rule(_elementwise(lambda value: divide(ONE, value))),
    "sqrt": Rule(
        _elementwise(lambda value: divide(ONE, multiply(number(2), Apply("sqrt", (value,))))), _POSITIVE
    ),
    "sin": Rule(_elementwise(_applied_to("cos"))),
    "cos": Rule(_elementwise(lambda value: negate(Apply("sin", (value,))))),
    "tanh": Rule(_elementwise(lambda value: subtract(ONE, power(Apply("tanh", (value,)), number(2))))),
    "erf": Rule(_elementwise(_bell)),
    "abs": Rule(_elementwise(_applied_to("sign")), _NOT_ZERO),
    "sign": Rule(_elementwise(lambda value: ZERO), _NOT_ZERO),
}
"""The rules by head.  Def adds the rest: a denominator is not zero, what is under a logarithm is positive, what is
inverted is invertible (DESIGN §3)."""
