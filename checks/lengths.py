"""Lengths as polynomials, types compared up to equal lengths, and types in words.

Trusted for which lengths and types are the same: polynomials with equal coefficients are equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from checks.contexts import Context
from checks.terms import (
    INTEGER,
    NATURAL,
    REAL,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
    Number,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
    substitute,
)

_Polynomial = dict[tuple[Term, ...], Fraction]


def length_polynomial(term: Term, context: Context) -> Mapping[tuple[Term, ...], Fraction]:
    """A length as a polynomial: from monomials (sorted factors) to coefficients; lets are unfolded."""
    match term:
        case Number(value):
            return {(): value} if value else {}
        case Symbol(name) if name in context.lets:
            return length_polynomial(context.lets[name], context)
        case Apply("add", arguments):
            total: _Polynomial = {}
            for argument in arguments:
                _accumulate(total, length_polynomial(argument, context), Fraction(1))
            return total
        case Apply("negate", (argument,)):
            total = {}
            _accumulate(total, length_polynomial(argument, context), Fraction(-1))
            return total
        case Apply("multiply", arguments):
            product: _Polynomial = {(): Fraction(1)}
            for argument in arguments:
                product = _product(product, length_polynomial(argument, context))
            return product
        case Apply("divide", (left, Number(value))) if value:
            total = {}
            _accumulate(total, length_polynomial(left, context), 1 / value)
            return total
        case Apply("power", (base, Number(value))) if value.denominator == 1 and 0 <= value <= 16:
            product = {(): Fraction(1)}
            for _ in range(int(value)):
                product = _product(product, length_polynomial(base, context))
            return product
        case _:
            return {(substitute_lets(term, context),): Fraction(1)}


def _accumulate(total: _Polynomial, part: Mapping[tuple[Term, ...], Fraction], factor: Fraction) -> None:
    for monomial, coefficient in part.items():
        value = total.get(monomial, Fraction(0)) + factor * coefficient
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)


def _product(left: _Polynomial, right: Mapping[tuple[Term, ...], Fraction]) -> _Polynomial:
    total: _Polynomial = {}
    for first, a in left.items():
        for second, b in right.items():
            _accumulate(total, {tuple(sorted(first + second, key=repr)): a * b}, Fraction(1))
    return total


def substitute_lets(term: Term, context: Context) -> Term:
    """The term with every local abbreviation unfolded."""
    for _ in range(len(context.lets) + 1):
        unfolded = substitute(term, context.lets)
        if unfolded == term:
            return term
        term = unfolded
    return term


def same_length(left: Term, right: Term, context: Context) -> bool:
    """Whether two lengths are equal as polynomials in their symbols."""
    return left == right or length_polynomial(left, context) == length_polynomial(right, context)


def same_type(left: Type, right: Type, context: Context) -> bool:
    """Whether two types are the same up to equal lengths."""
    match left, right:
        case Scalar(), Scalar():
            return left == right
        case Index(a, b), Index(c, d):
            return same_length(a, c, context) and same_length(b, d, context)
        case Tensor(first), Tensor(second):
            return len(first) == len(second) and all(
                map(lambda a, b: same_length(a, b, context), first, second)
            )
        case Function(), Function():
            left, right = uncurried(left), uncurried(right)
            return (
                len(left.domains) == len(right.domains)
                and all(map(lambda a, b: same_type(a, b, context), left.domains, right.domains))
                and same_type(left.codomain, right.codomain, context)
            )
        case _:
            return False


def is_integer(kind: Type) -> bool:
    """Whether the values are integers."""
    return isinstance(kind, Index) or kind in (INTEGER, NATURAL, Scalar("dim"))


def is_number(kind: Type) -> bool:
    """Whether the values are single numbers."""
    return kind == REAL or is_integer(kind)


def uncurried(kind: Function) -> Function:
    """The type of a function that takes at once what one of this type takes one after the other."""
    while isinstance(kind.codomain, Function):
        kind = Function(kind.domains + kind.codomain.domains, kind.codomain.codomain)
    return kind


def fits(found: Type, wanted: Type, context: Context) -> bool:
    """Whether a value of the first type may stand where the second is wanted.

    Integers may stand for reals and for each other: their ranges are conditions of definedness.  A function's
    domains and integer codomain must be exactly what is wanted.
    """
    if is_number(wanted):
        return is_number(found) if wanted == REAL else is_integer(found)
    if isinstance(found, Function) and isinstance(wanted, Function):
        found, wanted = uncurried(found), uncurried(wanted)
        return (
            len(found.domains) == len(wanted.domains)
            and all(map(lambda a, b: same_type(a, b, context), found.domains, wanted.domains))
            and (
                same_type(found.codomain, wanted.codomain, context)
                or (wanted.codomain == REAL and is_number(found.codomain))
            )
        )
    return same_type(found, wanted, context)


# -- printing for messages -----------------------------------------------------------------------------


def describe_length(term: Term) -> str:
    """A length as one would write it, for messages."""
    match term:
        case Number(value):
            return str(value)
        case Symbol(name):
            return name
        case Bound(depth):
            return f"#{depth}"
        case Apply("add", arguments):
            return " + ".join(map(describe_length, arguments)).replace("+ -", "- ")
        case Apply("negate", (argument,)):
            return f"-{describe_length(argument)}"
        case Apply("multiply", arguments):
            return " ".join(map(describe_length, arguments))
        case Apply("entry", (base, *indices)) | Apply("call", (base, *indices)):
            return f"{describe_length(base)}[{', '.join(map(describe_length, indices))}]"
        case Apply("power", (base, exponent)):
            return f"{describe_length(base)}^{describe_length(exponent)}"
        case Apply(head, arguments):
            return f"{head}({', '.join(map(describe_length, arguments))})"
        case Bind(head):
            return f"{head}[…]"


def describe_type(kind: Type) -> str:
    """A type as scripts spell it, for messages."""
    match kind:
        case Scalar(name):
            return name
        case Index(low, high):
            return f"index({describe_length(low)}..{describe_length(high)})"
        case Tensor(shape):
            name = {1: "vector", 2: "matrix"}.get(len(shape), "tensor")
            return f"{name}({', '.join(map(describe_length, shape))})"
        case Function(domains, codomain):
            return f"function {', '.join(map(describe_type, domains))} -> {describe_type(codomain)}"
