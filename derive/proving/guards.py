"""Functions that are defined on a set only, as values for a lemma's function: 0 wherever they are not defined.

A lemma about all functions on the line speaks of ``log`` as well, when it is read as the function that is log x where
0 < x and 0 elsewhere.  The guard goes again where what is known decides it: in normal forms, and in derivatives around
points at which it holds strictly.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from checks.contexts import Context, open_in
from checks.kernel.definedness import obligations
from checks.lengths import is_number
from checks.shapes import IllTyped, type_of
from checks.terms import CONNECTIVES, RELATIONS, ZERO, Apply, Bind, Term, abstract, conjunction
from derive.proving.knowledge import Known
from derive.proving.matching import Binding, completed, match


def bindings(item: Known, pattern: Term, part: Term, context: Context, count: int) -> Iterator[Binding]:
    """Bindings under which a pattern of a known statement may be a part; then those with functions guarded."""
    plain = []
    for binding in islice(match(pattern, part, item.variables, {}), count):
        plain.append(binding)
        yield binding
    if any(isinstance(value, Bind) and _is_guarded(value) for binding in plain for value in binding.values()):
        # A binder's own condition is the better guard, and is among these.
        return
    for binding in plain:
        values = completed(binding, item.variables, context)
        partial = None if values is None else guarded(values, context)
        if partial is not None:
            yield partial


def guarded(binding: Binding, context: Context) -> Binding | None:
    """The binding with functions that are not defined everywhere taken as 0 elsewhere; None where there are none."""
    changed: Binding = {}
    for name, value in binding.items():
        if isinstance(value, Bind) and value.head == "lambda" and obligations(value, context):
            found = _where_defined(value, context)
            if found is not None:
                changed[name] = found
    return {**binding, **changed} if changed else None


def _is_guarded(function: Bind) -> bool:
    body = function.body
    while isinstance(body, Bind) and body.head == "lambda":
        body = body.body
    return isinstance(body, Apply) and body.head == "if" and body.arguments[2] == ZERO


def _where_defined(function: Bind, context: Context) -> Term | None:
    """The function with its value put under what makes it defined; None where that is no matter of comparisons."""
    inner, variable, body = open_in(context, function)
    if isinstance(body, Bind) and body.head == "lambda":
        value = _where_defined(body, inner)
    else:
        value = _under_its_conditions(body, inner)
    if value is None or variable.name in context.names():
        return None
    return Bind("lambda", function.domain, function.condition, abstract(value, variable.name), function.hint)


def _under_its_conditions(body: Term, context: Context) -> Term | None:
    needed = obligations(body, context)
    try:
        if not needed or not is_number(type_of(body, context)):
            return None
    except IllTyped:
        return None
    if not all(_is_comparison(statement) for statement in needed):
        return None
    return Apply("if", (conjunction(*needed), body, ZERO))


def _is_comparison(statement: Term) -> bool:
    match statement:
        case Apply(head, parts) if head in CONNECTIVES:
            return all(map(_is_comparison, parts))
        case Apply(head):
            return head in RELATIONS
        case _:
            return False
