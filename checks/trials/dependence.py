"""What a context declares of the dependence between its random symbols."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from checks.contexts import Context
from checks.terms import Function, Tensor


def separated(context: Context, first: str, second: str) -> bool:
    """Whether two random symbols are declared independent."""
    for independence in context.independences:
        places = [[k for k, f in enumerate(independence.families) if name in f] for name in (first, second)]
        if any(a != b for a in places[0] for b in places[1]):
            return True
    return False


def has_free_dependence(context: Context) -> bool:
    """Whether the context leaves some dependence undeclared."""
    random = [name for name, d in context.declarations.items() if d.law is not None]
    if any(is_joint(context, name) for name in random):
        return True
    return any(not separated(context, a, b) for a, b in combinations(random, 2))


def is_joint(context: Context, name: str) -> bool:
    declaration = context.declarations[name]
    return (
        declaration.law is not None and declaration.law.entries == "joint" and not _is_real(declaration.type)
    )


def _is_real(kind: Any) -> bool:
    return not isinstance(kind, Tensor | Function)


def blocks(context: Context, reverse: bool = False) -> list[list[str]]:
    """A partition of the random symbols into sets within which nothing is declared independent."""
    result: list[list[str]] = []
    names = [name for name, d in context.declarations.items() if d.law is not None]
    for name in reversed(names) if reverse else names:
        for block in result:
            if not any(separated(context, name, other) for other in block):
                block.append(name)
                break
        else:
            result.append([name])
    return result
