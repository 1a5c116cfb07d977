"""Nodes to text: canonical, in ASCII, with no brackets but those in the tree and those that reading needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from grammar import syntax as s

# How tightly a node binds; a child looser than its place allows gets brackets. The order is that of the
# rules of script.lark.
_QUANTIFIED, _IMPLICATION, _OR, _AND, _NOT, _RELATION, _OPERAND = range(7)
_SUM, _PRODUCT, _FACTORS, _FACTOR, _UNIT = range(7, 12)
_READ_AS_TRANSPOSE = re.compile(r"T(?![\w'])")
_TYPES = (s.TypeExpression, s.FunctionType, s.DependentFunctionType, s.SequenceType)


def print_node(node: s.Node) -> str:
    """Return a term, statement or type as text; parsing it gives the node back.

    Brackets are added only where a tree could not have been parsed without them.
    """
    return _print(node, _QUANTIFIED)


def _print(node: s.Node, least: int, last: bool = False) -> str:
    """Print a child; `last` where nothing follows it that a quantifier at its end would swallow."""
    text = _PRINTERS[type(node)](node)
    if least == _QUANTIFIED:
        return text
    quantified = isinstance(node, (s.ForAll, s.Exists))
    fits = last if quantified else _level(node) >= least and (last or not _ends_quantified(node))
    return text if fits else f"({_tight(node)})"


def _ends_quantified(node: s.Node) -> bool:
    while True:
        match node:
            case s.ForAll() | s.Exists():
                return True
            case s.And(operands=(*_, last)) | s.Or(operands=(*_, last)):
                node = last
            case s.Not(operand=last) | s.Implies(conclusion=last) | s.Iff(right=last):
                node = last
            case _:
                return False


def _level(node: s.Node) -> int:
    match node:
        case s.ForAll() | s.Exists() | s.Iff():
            return _QUANTIFIED
        case s.Implies():
            return _IMPLICATION
        case s.Or():
            return _OR
        case s.And():
            return _AND
        case s.Not():
            return _NOT
        case s.Relation() | s.RelationChain() | s.Asymptotic():
            return _RELATION
        case s.Range() | s.Piecewise():
            return _OPERAND
        case s.Negated():
            return _SUM
        case s.Binary():
            if node.operator in "+-":
                return _SUM
            return _PRODUCT if isinstance(node.right, s.Binder) else _FACTORS
        case s.Juxtaposition():
            return _PRODUCT if isinstance(node.items[-1], s.Binder) else _FACTORS
        case s.Binder():
            return _PRODUCT
        case s.Power():
            return _FACTOR
    return _UNIT


def _signed(node: s.Node, least: int) -> str:
    """Print where a minus may stand in front."""
    if isinstance(node, s.Negated):
        return "-" + _print(node.operand, least)
    return _print(node, least)


def list_of(nodes: Sequence[s.Node]) -> str:
    """Return nodes separated by commas."""
    return ", ".join(_print(node, _QUANTIFIED) for node in nodes)


def _tight(node: s.Node) -> str:
    """Print an index or argument: sums of names and numbers without spaces, as in `X[i+h-1]`."""
    if isinstance(node, s.Range):
        return f"{_tight_or(node.low, _SUM)}..{_tight_or(node.high, _SUM)}"
    return _tight_or(node, _QUANTIFIED)


def _tight_or(node: s.Node, least: int) -> str:
    return _tight_sum(node) or _print(node, least)


def _tight_sum(node: s.Node) -> str | None:
    parts: list[str] = []
    while isinstance(node, s.Binary) and node.operator in "+-":
        if not isinstance(node.right, (s.Name, s.NumberLiteral)):
            return None
        parts.append(node.operator + node.right.text)
        node = node.left
    if not isinstance(node, (s.Name, s.NumberLiteral)):
        return None
    return node.text + "".join(reversed(parts))


# ---- Statements -------------------------------------------------------------------------------------


def _iff(node: s.Iff) -> str:
    return f"{_print(node.left, _IMPLICATION)} iff {_print(node.right, _IMPLICATION, last=True)}"


def _implies(node: s.Implies) -> str:
    return f"{_print(node.premise, _OR)} implies {_print(node.conclusion, _IMPLICATION, last=True)}"


def _or(node: s.Or) -> str:
    return _joined(node.operands, " or ", _AND)


def _and(node: s.And) -> str:
    return _joined(node.operands, " and ", _NOT)


def _joined(operands: Sequence[s.Node], word: str, least: int) -> str:
    *before, last = operands
    return word.join([*(_print(operand, least) for operand in before), _print(last, least, last=True)])


def _not(node: s.Not) -> str:
    return "not " + _print(node.operand, _NOT, last=True)


def _asymptotic(node: s.Asymptotic) -> str:
    regime = f" [{list_of(node.regime)}]" if node.regime else ""
    return f"{_print(node.statement, _RELATION)} as {node.variable} -> {_signed(node.limit, _FACTOR)}{regime}"


def _relation(node: s.Relation) -> str:
    return f"{_print(node.left, _OPERAND)} {node.operator} {_print(node.right, _OPERAND)}"


def _relation_chain(node: s.RelationChain) -> str:
    rest = zip(node.operators, node.terms[1:], strict=True)
    links = (f" {operator} {_print(term, _OPERAND)}" for operator, term in rest)
    return _print(node.terms[0], _OPERAND) + "".join(links)


def _quantified(node: s.ForAll | s.Exists) -> str:
    word = "for all" if isinstance(node, s.ForAll) else "exists"
    return f"{word} {print_binding(node.variables, node.conditions)}, {print_node(node.body)}"


def print_binding(variables: Sequence[s.BoundVariable], conditions: Sequence[s.Node]) -> str:
    """Return what a quantifier or `take` introduces: `i, j in S with P`, `a > 0`."""
    text = ", ".join(variable.name for variable in variables)
    first = variables[0]
    rest = list(conditions)
    if _has_source(first):
        text += _source(first)
    elif rest and isinstance(rest[0], s.Relation):
        text += f" {rest[0].operator} {_print(rest[0].right, _OPERAND)}"
        del rest[: len(variables)]
    if rest:
        text += " with " + (_print(rest[0], _OR) if len(rest) == 1 else _joined(rest, " and ", _NOT))
    return text


# ---- Terms ------------------------------------------------------------------------------------------


def _negated(node: s.Negated) -> str:
    return "-" + _print(node.operand, _PRODUCT)


def _binary(node: s.Binary) -> str:
    operator, right = node.operator, node.right
    if operator in "+-":
        return f"{_print(node.left, _SUM)} {operator} {_signed(right, _PRODUCT)}"
    left = _print(node.left, _FACTORS)
    if isinstance(right, s.Binder):
        return f"{left} {operator} {_binder(right)}"
    divisor = _signed(right, _FACTOR)
    simple = operator == "/" and _level(right) >= _FACTOR and not isinstance(right, s.Group)
    if simple and _level(node.left) >= _FACTOR and " " not in left + divisor:
        return f"{left}/{divisor}"
    return f"{left} {operator} {divisor}"


def _juxtaposition(node: s.Juxtaposition) -> str:
    first, *middle = node.items
    head = [_print(first, _FACTOR if isinstance(first, s.Juxtaposition) else _FACTORS)]
    for position, item in enumerate(middle, 2):
        last = position == len(node.items)
        head.append(_print(item, _PRODUCT if last and isinstance(item, s.Binder) else _FACTOR))
    return " ".join(head)


def _power(node: s.Power) -> str:
    return f"{_print(node.base, _UNIT)}^{_exponent(node.exponent)}"


def _exponent(node: s.Node) -> str:
    if isinstance(node, s.Negated):
        return "-" + _exponent(node.operand)
    text = _print(node, _FACTOR)
    # `^T` is the transpose, whatever follows it.
    return f"({text})" if _READ_AS_TRANSPOSE.match(text) else text


def _attached(node: s.Attached) -> str:
    arguments = ", ".join(_tight(item) for item in node.arguments.items)
    return f"{_print(node.function, _UNIT)}({arguments})"


def _indexed(node: s.Indexed) -> str:
    match node.indices:
        case (s.Conditional(terms=terms, given=given),):
            inside = f"{list_of(terms)} | {list_of(given)}"
        case indices:
            short = all(isinstance(index, (s.Name, s.NumberLiteral)) for index in indices)
            inside = ("," if short else ", ").join(_tight(index) for index in indices)
    return f"{_print(node.base, _UNIT)}[{inside}]"


def _group(node: s.Group) -> str:
    return f"({', '.join(_tight(item) for item in node.items)})"


def _bars(node: s.AbsoluteValue | s.DoubleBars) -> str:
    inner = _print(node.inner, _OPERAND)
    before = " " if inner.startswith("|") else ""
    if isinstance(node, s.AbsoluteValue):
        after = " " if inner.endswith("||") else ""
        return f"|{before}{inner}{after}|"
    after = " " if inner.endswith("|") else ""
    subscript = "" if node.subscript is None else f"_{node.subscript}"
    return f"||{before}{inner}{after}||{subscript}"


def _binder(node: s.Binder) -> str:
    return f"{node.keyword}[{print_entries(node.variables, node.conditions)}] {_signed(node.body, _PRODUCT)}"


def print_entries(variables: Sequence[s.BoundVariable], conditions: Sequence[s.Node]) -> str:
    """Return what stands in a binder's brackets: `i, j in 1..m, i != j`."""
    parts: list[str] = []
    waiting = list(conditions)
    for position, variable in enumerate(variables):
        following = variables[position + 1] if position + 1 < len(variables) else None
        if _has_source(variable):
            shared = following is not None and _shares_source(variable, following)
            parts.append(variable.name if shared else variable.name + _source(variable))
            continue
        introducing = _introducing(variable.name, waiting)
        # Bare, it would take the domain of a variable that follows.
        capturable = any(_has_source(later) for later in variables[position + 1 :])
        if introducing == 0 or (introducing is not None and capturable):
            parts.extend(print_node(condition) for condition in waiting[: introducing + 1])
            del waiting[: introducing + 1]
        else:
            parts.append(variable.name)
    parts.extend(print_node(condition) for condition in waiting)
    return ", ".join(parts)


def _introducing(name: str, conditions: Sequence[s.Node]) -> int | None:
    for position, condition in enumerate(conditions):
        match condition:
            case s.Relation(left=s.Name(text=text), operator=operator) if text == name and operator != "in":
                return position
    return None


def _has_source(variable: s.BoundVariable) -> bool:
    return variable.domain is not None or variable.distribution is not None


def _shares_source(one: s.BoundVariable, other: s.BoundVariable) -> bool:
    return one.domain == other.domain and one.distribution == other.distribution


def _source(variable: s.BoundVariable) -> str:
    if variable.distribution is not None:
        return f" ~ {_print(variable.distribution, _OPERAND)}"
    if isinstance(variable.domain, _TYPES):
        return f" : {print_node(variable.domain)}"
    return "" if variable.domain is None else f" in {_tight_range(variable.domain)}"


def _tight_range(node: s.Node) -> str:
    return _tight(node) if isinstance(node, s.Range) else _print(node, _OPERAND)


def _set_of(node: s.SetOf) -> str:
    return "{" + list_of(node.elements) + "}"


def _comprehension(node: s.Comprehension) -> str:
    return "{" + f"{print_entries(node.variables, node.conditions)} | {print_node(node.body)}" + "}"


def _extremum(node: s.Extremum) -> str:
    return f"{node.which} {_comprehension(node.comprehension)}"


def _piecewise(node: s.Piecewise) -> str:
    branches = _print(node.consequent, _OPERAND), _print(node.alternative, _OPERAND)
    return f"if {print_node(node.condition)} then {branches[0]} else {branches[1]}"


def _array_builder(node: s.ArrayBuilder) -> str:
    return f"[{print_node(node.body)} | {print_entries(node.variables, node.conditions)}]"


# ---- Types ------------------------------------------------------------------------------------------


def _type_expression(node: s.TypeExpression) -> str:
    words = " ".join((*node.modifiers, node.constructor))
    if len(node.arguments) == 1 and isinstance(node.arguments[0], _TYPES):
        return f"{words} of {print_node(node.arguments[0])}"
    arguments = ", ".join(_tight(argument) for argument in node.arguments)
    return f"{words}({arguments})" if node.arguments else words


def _function_type(node: s.FunctionType) -> str:
    functions = (s.FunctionType, s.DependentFunctionType)
    domains = (
        f"({print_node(domain)})" if isinstance(domain, functions) else print_node(domain)
        for domain in node.domains
    )
    return f"function {', '.join(domains)} -> {print_node(node.codomain)}"


def _dependent_type(node: s.DependentFunctionType) -> str:
    return f"({print_parameters(node.variables)}) -> {print_node(node.codomain)}"


def print_parameters(variables: Sequence[s.BoundVariable]) -> str:
    """Return `x : T, y : T`."""
    return print_entries(variables, ())


_PRINTERS: dict[type[s.Node], Callable[..., str]] = {
    s.NumberLiteral: lambda node: str(node.text),
    s.Name: lambda node: str(node.text),
    s.Group: _group,
    s.Attached: _attached,
    s.Indexed: _indexed,
    s.Power: _power,
    s.Transposed: lambda node: _print(node.base, _UNIT) + "^T",
    s.Negated: _negated,
    s.Binary: _binary,
    s.Juxtaposition: _juxtaposition,
    s.AbsoluteValue: _bars,
    s.DoubleBars: _bars,
    s.Binder: _binder,
    s.Range: _tight,
    s.SetOf: _set_of,
    s.Comprehension: _comprehension,
    s.Extremum: _extremum,
    s.Piecewise: _piecewise,
    s.Iverson: lambda node: f"[{print_node(node.statement)}]",
    s.ArrayLiteral: lambda node: f"[{list_of(node.items)}]",
    s.ArrayBuilder: _array_builder,
    s.Relation: _relation,
    s.RelationChain: _relation_chain,
    s.Asymptotic: _asymptotic,
    s.Not: _not,
    s.And: _and,
    s.Or: _or,
    s.Implies: _implies,
    s.Iff: _iff,
    s.ForAll: _quantified,
    s.Exists: _quantified,
    s.TypeExpression: _type_expression,
    s.FunctionType: _function_type,
    s.DependentFunctionType: _dependent_type,
    s.SequenceType: lambda node: f"sequence {print_node(node.element)}",
}


def pieces(node: s.Node) -> list[str]:
    """Return a node's text cut where a line may break: before relations and plus signs, behind binders."""
    match node:
        case s.Relation():
            left, right = pieces_of(node.left, _OPERAND), pieces_of(node.right, _OPERAND)
            return [*left, f"{node.operator} {right[0]}", *right[1:]]
        case s.RelationChain():
            found = pieces_of(node.terms[0], _OPERAND)
            for operator, term in zip(node.operators, node.terms[1:], strict=True):
                first, *rest = pieces_of(term, _OPERAND)
                found += [f"{operator} {first}", *rest]
            return found
        case s.Iff():
            first, *rest = pieces(node.right)
            return [*pieces_of(node.left, _IMPLICATION), f"iff {first}", *rest]
        case s.ForAll() | s.Exists():
            word = "for all" if isinstance(node, s.ForAll) else "exists"
            return [f"{word} {print_binding(node.variables, node.conditions)},", *pieces(node.body)]
        case s.Binder():
            head = f"{node.keyword}[{print_entries(node.variables, node.conditions)}]"
            return [head, _signed(node.body, _PRODUCT)]
        case s.Binary(operator="+"):
            return [*pieces_of(node.left, _SUM), f"+ {_signed(node.right, _PRODUCT)}"]
        case s.Binary(operator="-"):
            *before, last = pieces_of(node.left, _SUM)
            # A minus at the head of a line is not always read as going on, so none is put there.
            return [*before, f"{last} - {_signed(node.right, _PRODUCT)}"]
    return [print_node(node)]


def pieces_of(node: s.Node, least: int) -> list[str]:
    """Return the pieces of a child, or the whole of it where it needs brackets."""
    return pieces(node) if _level(node) >= least else [_print(node, least)]
