"""Gradients in matrix notation, by the adjoint method: what index forms show, written so that matrices can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.contexts import Context, open_in
from checks.kernel.certificates import Certificate, Replace
from checks.kernel.reductions import at_position
from checks.lengths import is_number
from checks.shapes import IllTyped, type_of
from checks.terms import (
    ONE,
    Apply,
    Bind,
    Number,
    Symbol,
    Tensor,
    Term,
    add,
    divide,
    free_symbols,
    heads,
    multiply,
    negate,
    number,
    power,
    relation,
    substitute,
    subtract,
)
from derive.proving.matching import places

if TYPE_CHECKING:
    from derive.proving.search import Search


class Unopened(Exception):
    """A term has no gradient in matrix notation here.

    What to do: prove the step in another way.
    """


def by_gradients(search: Search, context: Context, goal: Term, depth: int) -> Certificate | None:
    """An equation in which gradients are replaced by what they are in matrix notation."""
    if not isinstance(goal, Apply) or goal.head != "=" or "derivative" not in heads(goal):
        return None
    for position, inner, part in places(context, goal):
        found = gradient(part, context) if inner is context else None
        if found is None:
            continue
        proof = search.proof(context, relation(part, "=", found))
        if proof is None or any(shown is None for shown in proof.definedness):
            continue
        changed = at_position(context, goal, position, lambda _, term, value=found: value)  # type: ignore[misc]
        then = search.prove(context, changed, depth)
        return None if then is None else Replace(tuple(position), found, proof, then)
    return None


def gradient(derivative: Term, context: Context) -> Term | None:
    """The gradient of a number in an array, in matrix notation; None where it is not opened.

    With dt = tr(G^T dX) the adjoint G is carried from the number inwards (J. Magnus, H. Neudecker, Matrix
    Differential Calculus, chapter 9).
    """
    match derivative:
        case Apply("derivative", (Bind("lambda", Tensor() as kind) as function, point)):
            pass
        case _:
            return None
    inner, symbol, body = open_in(context, function)
    carried = _Adjoint(symbol, inner, [])
    try:
        if not is_number(type_of(body, inner)):
            return None
        carried.number(body, ONE)
    except (Unopened, IllTyped):
        return None
    found = add(*carried.parts) if carried.parts else Apply("zeros", kind.shape)
    return substitute(found, {symbol.name: point})


@dataclass(frozen=True, slots=True)
class _Adjoint:
    """The parts of a gradient found so far, for a symbol."""

    symbol: Symbol
    context: Context
    parts: list[Term]

    def _meets(self, term: Term) -> bool:
        return self.symbol.name in free_symbols(term)

    def number(self, term: Term, weight: Term) -> None:
        """The part of a number that counts ``weight`` times."""
        if not self._meets(term):
            return
        match term:
            case Apply("add", parts):
                for part in parts:
                    self.number(part, weight)
            case Apply("negate", (part,)):
                self.number(part, negate(weight))
            case Apply("multiply", parts):
                for position, part in enumerate(parts):
                    self.number(part, multiply(weight, *parts[:position], *parts[position + 1 :]))
            case Apply("divide", (top, bottom)):
                self.number(top, divide(weight, bottom))
                self.number(bottom, negate(divide(multiply(weight, top), power(bottom, number(2)))))
            case Apply("power", (Apply("norm", (*_, vector)), Number(value))) if value == 2:
                self.array(vector, multiply(number(2), weight, vector))
            case Apply("power", (base, exponent)) if not self._meets(exponent):
                self.number(base, multiply(weight, exponent, power(base, subtract(exponent, ONE))))
            case Apply("log", (part,)):
                self.number(part, divide(weight, part))
            case Apply("exp", (part,)):
                self.number(part, multiply(weight, term))
            case Apply("sqrt", (part,)):
                self.number(part, divide(weight, multiply(number(2), term)))
            case Apply("dot", (left, right)):
                self.array(left, multiply(weight, right))
                self.array(right, multiply(weight, left))
            case Apply("trace", (matrix,)):
                self.array(matrix, multiply(weight, Apply("identity", self._shape(matrix)[:1])))
            case Apply("determinant", (matrix,)):
                turned = Apply("transpose", (Apply("inverse", (matrix,)),))
                self.array(matrix, multiply(weight, term, turned))
            case _:
                raise Unopened

    def array(self, term: Term, weight: Term) -> None:
        """The part of an array whose entries count as those of ``weight``."""
        if term == self.symbol:
            self.parts.append(weight)
            return
        if not self._meets(term):
            return
        match term:
            case Apply("add", parts):
                for part in parts:
                    self.array(part, weight)
            case Apply("negate", (part,)):
                self.array(part, negate(weight))
            case Apply("multiply", (*factors, part)) if not any(map(self._meets, factors)):
                self.array(part, multiply(*factors, weight))
            case Apply("divide", (part, bottom)) if not self._meets(bottom):
                self.array(part, divide(weight, bottom))
            case Apply("matmul", (left, right)):
                vector = len(self._shape(right)) == 1
                self.array(
                    left, Apply("outer", (weight, right)) if vector else _product(weight, _transposed(right))
                )
                self.array(right, _product(_transposed(left), weight))
            case Apply("transpose", (part,)) if len(self._shape(part)) == 2:
                self.array(part, _transposed(weight))
            case Apply("inverse", (part,)):
                turned = _transposed(term)
                self.array(part, negate(_product(_product(turned, weight), turned)))
            case Apply("outer", (left, right)):
                self.array(left, _product(weight, right))
                self.array(right, _product(_transposed(weight), left))
            case _:
                raise Unopened

    def _shape(self, term: Term) -> tuple[Term, ...]:
        kind = type_of(term, self.context)
        if not isinstance(kind, Tensor):
            raise Unopened
        return kind.shape


def _product(left: Term, right: Term) -> Term:
    return Apply("matmul", (left, right))


def _transposed(term: Term) -> Term:
    return Apply("transpose", (term,))
