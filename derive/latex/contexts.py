"""Contexts as LaTeX."""

from __future__ import annotations

from checks.contexts import Context, Declaration, Law
from checks.terms import (
    Function,
    Tensor,
    Type,
)
from derive.latex.pieces import SUM
from derive.latex.spelling import subscripted
from derive.latex.terms import Writer
from derive.printing.derivatives import is_set


def latex_context(context: Context) -> str:
    """What the context declares, defines and assumes, as clauses separated by commas."""
    return ",\\quad ".join(latex_context_clauses(context))


def latex_context_clauses(context: Context) -> list[str]:
    """One clause for the declarations of each type, then laws, independence, definitions, assumptions."""
    writer = Writer(context)
    groups: list[tuple[str, list[str]]] = []
    for declaration in context.declarations.values():
        text = _declared_type(declaration.type, writer)
        name = writer.symbol(declaration.name)
        if groups and groups[-1][0] == text:
            groups[-1][1].append(name)
        else:
            groups.append((text, [name]))
    clauses = [f"{', '.join(names)} {text}" for text, names in groups]
    clauses += [
        _law(declaration, declaration.law, writer)
        for declaration in context.declarations.values()
        if declaration.law is not None
    ]
    for group in context.independences:
        families = []
        for family in group.families:
            names = ", ".join(writer.symbol(name) for name in sorted(family))
            families.append(f"({names})" if len(family) > 1 else names)
        clauses.append(" \\perp\\!\\!\\!\\perp ".join(sorted(families)))
    clauses += [
        f"{writer.symbol(name)} = {writer.render(term).at(SUM)}" for name, term in context.lets.items()
    ]
    clauses += [writer.render(fact.statement).text for fact in context.facts]
    return clauses


def _declared_type(kind: Type, writer: Writer) -> str:
    if isinstance(kind, Function) and is_set(kind):
        return f"\\subseteq {writer.type(kind.domains[0])}"
    if isinstance(kind, Function):
        return f"\\colon {writer.type(kind)}"
    return f"\\in {writer.type(kind)}"


_FAMILY_NAMES = {"Normal": "\\mathcal{N}", "Uniform": "\\mathcal{U}"}


def _law(declaration: Declaration, law: Law, writer: Writer) -> str:
    """``W_{ij} \\overset{\\text{iid}}{\\sim} \\mathcal{N}(0, 1)``, or what is known of mean and variance."""
    name = writer.symbol(declaration.name)
    rank = len(declaration.type.shape) if isinstance(declaration.type, Tensor) else 0
    entry = subscripted(name, "ijklpq"[:rank]) if rank else name
    how = {"iid": "i.i.d.", "independent": "independent", "joint": ""}[law.entries] if rank else ""
    if law.family != "declared":
        family = _FAMILY_NAMES.get(law.family, f"\\operatorname{{{law.family}}}")
        values = ", ".join(writer.render(value).at(SUM) for value in law.parameters)
        sign = f"\\overset{{\\text{{{how}}}}}{{\\sim}}" if how else "\\sim"
        return f"{entry} {sign} {family}({values})" if values else f"{entry} {sign} {family}"
    parts = [f"{entry} \\text{{ {how or 'random'}}}"]
    if law.mean is not None:
        parts.append(f"\\mathbb{{E}}\\left[{entry}\\right] = {writer.render(law.mean).at(SUM)}")
    if law.variance is not None:
        parts.append(f"\\operatorname{{Var}}({entry}) = {writer.render(law.variance).at(SUM)}")
    return ",\\ ".join(parts)
