"""Variables of quantifiers that run over written values: ``for all u in {-1, 1}``, ``for all t in [0, 1]``."""

from __future__ import annotations

from flint import fmpq

from checks.terms import Apply, Bound, Number, Term, children, shift


def elements(condition: Term) -> tuple[Term, ...] | None:
    """The terms one of which a condition says that the innermost variable equals, as they read outside its binder.

    None for a condition of another kind.  What else a condition asks for does not make the values more.
    """
    match condition:
        case Apply("=", (left, right)):
            for variable, value in ((left, right), (right, left)):
                if variable == Bound(0) and not _mentions_innermost(value):
                    return (shift(value, -1),)
            return None
        case Apply("or", parts):
            found = [elements(part) for part in parts]
            return None if any(part is None for part in found) else tuple(v for part in found if part for v in part)
        case Apply("and", parts):
            return next((values for part in parts if (values := elements(part)) is not None), None)
        case _:
            return None


def interval_in(condition: Term) -> tuple[fmpq, fmpq] | None:
    """The ends of a closed interval of numbers, if that is what the condition says of the innermost variable."""
    match condition:
        case Apply("and", (Apply("<=", (Number(low), Bound(0))), Apply("<=", (Bound(0), Number(high))))) if low < high:
            return fmpq(low.numerator, low.denominator), fmpq(high.numerator, high.denominator)
        case _:
            return None


def _mentions_innermost(term: Term) -> bool:
    def at(part: Term, depth: int) -> bool:
        return part == Bound(depth) or any(at(child, depth + more) for child, more in children(part))

    return at(term, 0)
