"""Variables of quantifiers that run over finitely many written values: ``for all u in {-1, 1}``."""

from __future__ import annotations

from checks.terms import Apply, Bound, Term, children, shift


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


def _mentions_innermost(term: Term) -> bool:
    def at(part: Term, depth: int) -> bool:
        return part == Bound(depth) or any(at(child, depth + more) for child, more in children(part))

    return at(term, 0)
