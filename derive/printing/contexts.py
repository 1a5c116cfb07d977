"""Contexts as text."""

from __future__ import annotations

from collections.abc import Sequence

from checks.contexts import FAMILIES, Context, Declaration, Law
from checks.terms import (
    Tensor,
    Term,
    Type,
    free_symbols,
)
from derive.printing.terms import IFF, SUM, print_term, print_type, render


def print_context(context: Context) -> str:
    """The context as a script declares it, with every fact and law."""
    lines: list[tuple[list[str], str]] = []
    conditions = _conditions(context)
    for declaration in context.declarations.values():
        text = _declared(declaration, conditions.get(declaration.name, []), context)
        plain = declaration.law is None and declaration.latex is None and declaration.name not in conditions
        if lines and plain and lines[-1][1] == text:
            lines[-1][0].append(declaration.name)
        else:
            lines.append(([declaration.name], text))
    given = [f"{', '.join(names)} : {text}" for names, text in lines]
    given += [f"{', '.join(map(_family, group.families))} independent" for group in context.independences]
    sections = _section("given", given)
    sections += _section(
        "let", [f"{name} = {print_term(term, context)}" for name, term in context.lets.items()]
    )
    for fact in context.facts:
        if not any(fact.statement in facts for facts in conditions.values()):
            kind = "" if fact.kind in ("declared", "hypothesis") else fact.kind
            label = ", ".join(word for word in (fact.name, kind) if word)
            text = print_term(fact.statement, context)
            sections.append(f"assume {label}: {text}" if label else f"assume {text}")
    return "\n".join(sections)


def _conditions(context: Context) -> dict[str, list[Term]]:
    """The declared facts, each with the last declared symbol that it mentions."""
    conditions: dict[str, list[Term]] = {}
    order = list(context.declarations)
    for fact in context.facts:
        names = free_symbols(fact.statement)
        if fact.kind == "declared" and names and names <= set(order):
            conditions.setdefault(max(names, key=order.index), []).append(fact.statement)
    return conditions


def _section(word: str, lines: Sequence[str]) -> list[str]:
    return [f"{word if k == 0 else '':6} {line}" for k, line in enumerate(lines)]


def _family(names: frozenset[str]) -> str:
    ordered = sorted(names)
    return ordered[0] if len(ordered) == 1 else f"({', '.join(ordered)})"


def _declared(declaration: Declaration, conditions: Sequence[Term], context: Context) -> str:
    text = print_type(declaration.type, context)
    if declaration.latex is not None:
        text += f' as "{declaration.latex}"'
    if declaration.law is not None:
        text += f"  {print_law(declaration.law, declaration.type, context)}"
    if conditions:
        text += f" with {', '.join(render(condition, context).at(IFF) for condition in conditions)}"
    return text


def print_law(law: Law, kind: Type, context: Context) -> str:
    """A law in words: ``iid, Normal(0, 1)`` or ``iid, mean 0, variance s^2``."""
    parts = [law.entries] if isinstance(kind, Tensor) and kind.shape else []
    if law.family in FAMILIES:
        values = ", ".join(render(value, context).at(IFF) for value in law.parameters)
        return ", ".join([*parts, f"{law.family}({values})" if values else law.family])
    if law.mean is not None:
        parts.append(f"mean {render(law.mean, context).at(SUM)}")
    if law.variance is not None:
        parts.append(f"variance {render(law.variance, context).at(SUM)}")
    if law.order:
        parts.append(f"moments {law.order}")
    return ", ".join(parts) if parts else "random"
