"""What applying something means: builtin operators, definitions, functions, and indices.

A name is looked up as bound variable, declared symbol or abbreviation first, then as definition, then as
builtin.  ``f(x)`` applies whatever is a function and multiplies otherwise; ``unambiguous`` refuses the second
reading where its extent could be taken in two ways, as in ``l(K-1)^2``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checks.contexts import Definition
from checks.lengths import is_integer, is_number
from checks.terms import (
    CONNECTIVES,
    ELEMENTWISE,
    FALSE,
    INTEGER,
    ONE,
    OPERATORS,
    PROPOSITION,
    REAL,
    RELATIONS,
    TRUE,
    Apply,
    Function,
    Index,
    Symbol,
    Tensor,
    Term,
    Type,
    codomain_at,
    domain_at,
    is_closed,
    relation,
    substitute,
    substitute_type,
    type_symbols,
)
from derive.elaboration import calculus, products
from derive.elaboration.errors import ElaborationError, closest, count, unsupported, were
from derive.elaboration.meaning import (
    Meaning,
    Scope,
    Variable,
    close,
    describe,
    elaborate,
    expect,
    misfit,
    rule,
    typed,
)
from grammar import syntax as s

BUILTINS: Mapping[str, str] = {
    **{head: head for head in OPERATORS - CONNECTIVES - RELATIONS if head.isidentifier() and head != "if"},
    "ln": "log", "tr": "trace", "det": "determinant", "inv": "inverse", "diag": "diag", "I": "identity",
    "ceil": "ceiling", "mod": "modulo", "min": "minimum", "max": "maximum", "binom": "binomial",
    "choose": "binomial", "delta": "delta", "E": "expectation",
}  # fmt: skip
"""The operator that a builtin name stands for; ``diag`` and ``delta`` depend on their arguments."""

CONSTANTS: Mapping[str, tuple[Term, Type]] = {
    "pi": (Apply("pi"), REAL), "true": (TRUE, PROPOSITION), "false": (FALSE, PROPOSITION)
}  # fmt: skip

_UNARY = ELEMENTWISE | {
    "trace", "determinant", "inverse", "transpose", "diag", "diagonal", "diagonal_matrix", "identity",
    "floor", "ceiling", "factorial", "expectation", "negate", "iverson", "invertible",
}  # fmt: skip
_BINDERS_OF_DOMAINS = frozenset({"max", "min", "inf", "lambda"})
_BINARY = frozenset({"modulo", "binomial", "delta", "divide", "power", "matmul", "dot", "outer"})
_AT_LEAST_TWO = frozenset({"minimum", "maximum", "hadamard", "independent", "entry", "call"})

_UNREAD = frozenset({
    "div", "attained", "cost", "vec", "card",
    "argmax", "argmin", "Theta", "O", "o", "Omega", "P", "Pr", "lim", "density",
})  # fmt: skip

_SPOKEN = frozenset(BUILTINS) - {
    "add",
    "multiply",
    "negate",
    "divide",
    "power",
    "entry",
    "call",
    "iverson",
    "E",
    "I",
}

Argument = s.Node | Meaning


# -- names ---------------------------------------------------------------------------------------------


def is_function(name: str, scope: Scope) -> bool:
    """Whether the name applies to what follows it: a function symbol, a definition or a builtin operator."""
    found = scope.symbol(name)
    if found is not None:
        return isinstance(found[1], Function)
    definition = scope.definition(name)
    if definition is not None:
        return len(definition.parameters) > definition.implicit
    return name in BUILTINS and name not in CONSTANTS


def constant(node: s.Name, scope: Scope) -> Meaning:
    """What a name without arguments means that is no symbol."""
    name = node.text
    definition = scope.definition(name)
    if definition is not None and not definition.parameters:
        return Meaning(Apply(name), definition.type, node.span)
    if definition is not None or (name in BUILTINS and name not in CONSTANTS):
        example = {"E": "E[x]", "I": "I(n)"}.get(name, f"{name}(x)")
        raise ElaborationError(
            f"{name} stands without its argument", node.span, "missing-argument", f"write {example}"
        )
    if name in CONSTANTS:
        return Meaning(*CONSTANTS[name], node.span)
    raise undeclared(node, scope)


def undeclared(node: s.Name, scope: Scope) -> ElaborationError:
    """The error for a name that stands for nothing."""
    name = node.text
    if name in calculus.OPERATORS:
        return calculus.without_symbol(node)
    if name == "integral":
        message = "this integral does not say over what it is taken"
        return ElaborationError(message, node.span, "missing-argument", "write integral[x in real] t")
    if name in _UNREAD:
        return unsupported(f"`{name}`", node.span)
    known = {*scope.context.declarations, *scope.context.lets, *scope.renamed}
    if name == "e":
        suggestion: str | None = "write exp(1) for Euler's number, exp(x) for its powers"
    elif name == "inf":
        return ElaborationError("infinity is no value", node.span, "not-a-number")
    else:
        cuts = (f"{name[:k]} {name[k:]}" for k in range(1, len(name)) if {name[:k], name[k:]} <= known)
        product = next(cuts, None)
        suggestion = (
            f"did you mean {product}?"
            if product is not None
            else closest(name, known | set(scope.context.definitions) | _SPOKEN)
        )
    return ElaborationError(f"{name} is not declared", node.span, "undeclared-symbol", suggestion)


# -- applications --------------------------------------------------------------------------------------


@rule(s.Attached)
def _attached(node: s.Attached, scope: Scope) -> Meaning:
    return _apply_attached(node, scope)[0]


def _apply_attached(node: s.Attached, scope: Scope) -> tuple[Meaning, bool]:
    """What ``f(x, …)`` means, and whether it is a product."""
    arguments = node.arguments.items
    if isinstance(node.function, s.Indexed) and calculus.is_derivative(node.function, scope):
        return calculus.derivative(node.function, node.arguments, scope), False
    if isinstance(node.function, s.Name):
        name = node.function
        found = scope.symbol(name.text)
        if found is None or isinstance(found[1], Function):
            return apply_name(name, arguments, node.span, scope), False
        left = Meaning(*found, name.span)
    elif isinstance(node.function, s.Attached):
        left, multiplied = _apply_attached(node.function, scope)
        if multiplied and len(arguments) == 1:
            raise _ambiguous(node.span)
    else:
        left = elaborate(node.function, scope)
    if isinstance(left.type, Function):
        return call(left, arguments, node.span, scope), False
    if len(arguments) != 1:
        raise ElaborationError(
            f"{describe(left.type)} is no function and takes no {count(len(arguments), 'argument')}",
            node.span, "not-a-function",
        )  # fmt: skip
    right = elaborate(arguments[0], scope)
    if isinstance(left.type, Tensor) and is_integer(right.type):
        raise ElaborationError(
            f"{describe(left.type)} is no function", node.span, "ambiguous",
            "write x[i] for an entry, x * i for a product",
        )  # fmt: skip
    return products.assemble((left, Meaning(right.term, right.type, node.arguments.span)), scope), True


def unambiguous(node: s.Node, scope: Scope) -> Meaning:
    """What a node means to which a power, an index or a division sign belongs: no product like ``l(K-1)``."""
    if not isinstance(node, s.Attached):
        return elaborate(node, scope)
    meaning, multiplied = _apply_attached(node, scope)
    if multiplied:
        raise _ambiguous(node.span)
    return meaning


def _ambiguous(span: s.Span) -> ElaborationError:
    message = "what stands beside this product may belong to all of it or to one factor only"
    return ElaborationError(message, span, "ambiguous", "put brackets around what is meant")


def apply_name(name: s.Name, arguments: Sequence[Argument], span: s.Span, scope: Scope) -> Meaning:
    """What a name applied to arguments means, when it is a function symbol, a definition or a builtin."""
    found = scope.symbol(name.text)
    if found is not None:
        return call(Meaning(*found, name.span), arguments, span, scope)
    definition = scope.definition(name.text)
    if definition is not None:
        return apply_definition(definition, arguments, span, scope)
    if name.text in calculus.FUNCTIONALS:
        nodes = [part for part in arguments if not isinstance(part, Meaning)]
        said = calculus.predicate(name, nodes, span, scope) if len(nodes) == len(arguments) else None
        if said is not None:
            return said
    if name.text in BUILTINS and name.text not in CONSTANTS:
        return _apply_builtin(name, arguments, span, scope)
    raise undeclared(name, scope)


def argument(written: Argument, scope: Scope, wanted: Type | None = None) -> Meaning:
    """What an argument means; a definition or builtin may stand for a function that is wanted."""
    if isinstance(written, Meaning):
        return written
    name = _bare_function(written, scope)
    if name is not None and isinstance(wanted, Function):
        return _as_function(name, wanted, scope)
    return elaborate(written, scope)


def call(function: Meaning, arguments: Sequence[Argument], span: s.Span, scope: Scope) -> Meaning:
    """A function symbol, sequence or family at its arguments; the result may take those that remain."""
    kind = function.type
    if not isinstance(kind, Function):
        raise ElaborationError(f"{describe(kind)} is no function", function.span, "not-a-function")
    here = len(kind.domains)
    name = function.term.name.rstrip("#") if isinstance(function.term, Symbol) else "this function"
    if len(arguments) < here or (len(arguments) > here and not isinstance(kind.codomain, Function)):
        message = f"{name} takes {count(here, 'argument')}, {were(len(arguments))} found"
        raise ElaborationError(message, span, "wrong-arity")
    values: list[Term] = []
    for position, written in enumerate(arguments[:here]):
        wanted = domain_at(kind, position, tuple(values))
        what = f"argument {position + 1} of {name} is"
        values.append(expect(argument(written, scope, wanted), wanted, scope, what).term)
    term = Apply("call", (function.term, *values))
    meaning = Meaning(term, codomain_at(kind, tuple(values)), span)
    return call(meaning, arguments[here:], span, scope) if len(arguments) > here else meaning


# -- builtin operators ---------------------------------------------------------------------------------


def _apply_builtin(name: s.Name, arguments: Sequence[Argument], span: s.Span, scope: Scope) -> Meaning:
    head = BUILTINS[name.text]
    parts = [argument(written, scope) for written in arguments]
    least, most = (1, 1) if head in _UNARY else (2, 2) if head in _BINARY else (0, None)
    if head in _AT_LEAST_TWO:
        least = 2
    if len(parts) < least or (most is not None and len(parts) > most):
        wanted = f"{count(least, 'argument')}" if most is not None else f"at least {count(least, 'argument')}"
        suggestion = None
        if name.text in ("max", "min") and parts and isinstance(parts[0].type, Tensor):
            suggestion = f"write {name.text}[i in 1..n] x[i] for that of the entries"
        raise ElaborationError(
            f"{name.text} takes {wanted}, {were(len(parts))} found", span, "wrong-arity", suggestion
        )
    return operator(head, parts, span, scope)


def operator(head: str, parts: Sequence[Meaning], span: s.Span, scope: Scope) -> Meaning:
    """A builtin operator at its arguments."""
    terms = tuple(part.term for part in parts)
    match head:
        case "diag":
            head = "diagonal_matrix" if products.rank(parts[0]) == 1 else "diagonal"
        case "delta":
            for part in parts:
                expect(part, INTEGER, scope, "an argument of delta is")
            return Meaning(Apply("iverson", (relation(terms[0], "=", terms[1]),)), INTEGER, span)
        case "transpose":
            return transpose(parts[0], span)
        case "entry":
            return entry(parts[0], parts[1:], span)
        case _ if head in ELEMENTWISE or head == "expectation":
            (part,) = parts
            if isinstance(part.type, Tensor):
                return Meaning(Apply(head, terms), part.type, span)
            if is_number(part.type):
                whole = head in ("abs", "sign") and is_integer(part.type)
                return Meaning(Apply(head, terms), INTEGER if whole else REAL, span)
    return typed(Apply(head, terms), scope, span, parts)


def transpose(part: Meaning, span: s.Span) -> Meaning:
    """The transpose of a matrix, or of a vector, which is a row."""
    shape: tuple[Term, Term]
    match part.type:
        case Tensor((length,)):
            shape = (ONE, length)
        case Tensor((rows, columns)):
            shape = (columns, rows)
        case _:
            raise misfit("a vector or matrix is transposed", part)
    return Meaning(Apply("transpose", (part.term,)), Tensor(shape), span)


# -- indices -------------------------------------------------------------------------------------------


@rule(s.Indexed)
def _indexed(node: s.Indexed, scope: Scope) -> Meaning:
    base = node.base
    if calculus.is_derivative(node, scope):
        raise calculus.missing(node)
    for index in node.indices:
        if isinstance(index, s.Conditional):
            raise unsupported("a conditional expectation", node.span)
    if isinstance(base, s.Name) and scope.symbol(base.text) is None:
        definition = scope.definition(base.text)
        if definition is not None and len(definition.parameters) > definition.implicit:
            return apply_definition(definition, node.indices, node.span, scope)
        if BUILTINS.get(base.text) == "expectation" and definition is None:
            return _apply_builtin(base, node.indices, node.span, scope)
        if base.text in _BINDERS_OF_DOMAINS and definition is None:
            message = f"nothing says what the variable of this {base.text} ranges over"
            raise ElaborationError(message, node.span, "unknown-range", f"write {base.text}[i in 1..n]")
        if is_function(base.text, scope):
            message = f"{base.text} takes its arguments in round brackets"
            raise ElaborationError(message, node.span, "not-a-term", f"write {base.text}(…)")
    array = unambiguous(base, scope)
    if isinstance(array.type, Function):
        if len(node.indices) > len(array.type.domains):
            takes = count(len(array.type.domains), "index")
            raise ElaborationError(
                f"this family takes {takes}, {were(len(node.indices))} found", node.span, "wrong-arity",
                "write W[l][i, j] for an entry of a family's array",
            )  # fmt: skip
        return call(array, node.indices, node.span, scope)
    return entry(array, [elaborate(index, scope) for index in node.indices], node.span)


def entry(array: Meaning, indices: Sequence[Meaning], span: s.Span) -> Meaning:
    """An entry of an array, or a slice when indices are missing."""
    if not isinstance(array.type, Tensor):
        message = f"{describe(array.type)} is no array and has no entries"
        raise ElaborationError(message, span, "shape-mismatch")
    if not 0 < len(indices) <= len(array.type.shape):
        message = f"{describe(array.type)} does not take {count(len(indices), 'index')}"
        raise ElaborationError(message, span, "wrong-arity")
    for index in indices:
        if not is_integer(index.type):
            raise misfit("an index is an integer", index, "not-an-integer")
    rest = array.type.shape[len(indices) :]
    term = Apply("entry", (array.term, *(index.term for index in indices)))
    return Meaning(term, Tensor(rest) if rest else REAL, span)


# -- definitions ---------------------------------------------------------------------------------------


def apply_definition(
    definition: Definition, arguments: Sequence[Argument], span: s.Span, scope: Scope
) -> Meaning:
    """A definition at its explicit arguments; their shapes give the implicit ones."""
    implicit = [parameter.name for parameter in definition.parameters[: definition.implicit]]
    explicit = definition.parameters[definition.implicit :]
    if len(arguments) != len(explicit):
        wanted_count = count(len(explicit), "argument")
        message = f"{definition.name} takes {wanted_count}, {were(len(arguments))} found"
        raise ElaborationError(message, span, "wrong-arity")
    values: dict[str, Term] = {}
    parts: dict[str, Meaning] = {}
    for parameter, written in zip(explicit, arguments, strict=True):
        if not isinstance(written, Meaning) and _bare_function(written, scope) is not None:
            continue
        part = parts[parameter.name] = argument(written, scope)
        _solve(parameter.type, part.type, implicit, values)
        values[parameter.name] = part.term
    for parameter, written in zip(explicit, arguments, strict=True):
        if parameter.name in parts:
            continue
        wanted = substitute_type(parameter.type, values)
        _want_solved(definition, implicit, wanted, values, span)
        part = parts[parameter.name] = argument(written, scope, wanted)
        values[parameter.name] = part.term
    for parameter in explicit:
        part = parts[parameter.name]
        if products.rank(part) != products.rank(Meaning(part.term, parameter.type, span)):
            raise misfit(f"{definition.name} takes {_kind(parameter.type)}", part)
        expect(part, substitute_type(parameter.type, values), scope, f"{definition.name} takes")
    for name in implicit:
        if name not in values:
            raise _undetermined(definition, name, span)
    if definition.type == PROPOSITION:
        # What a definition states is stated in its place: assumptions and lemmas are read as they stand.
        return Meaning(substitute(definition.body, values), PROPOSITION, span)
    term = Apply(definition.name, tuple(values[parameter.name] for parameter in definition.parameters))
    return Meaning(term, substitute_type(definition.type, values), span)


def _kind(kind: Type) -> str:
    match kind:
        case Tensor(shape):
            return {1: "a vector", 2: "a matrix"}.get(len(shape), f"an array with {len(shape)} indices")
        case Function():
            return "a function"
        case _:
            return describe(kind)


def _solve(wanted: Type, found: Type, implicit: Sequence[str], values: dict[str, Term]) -> None:
    """Gives the implicit parameters that stand alone as a length the length that was found there."""

    def match_length(length: Term, actual: Term) -> None:
        if isinstance(length, Symbol) and length.name in implicit and is_closed(actual):
            values.setdefault(length.name, actual)

    match wanted, found:
        case Tensor(lengths), Tensor(actual) if len(lengths) == len(actual):
            for length, value in zip(lengths, actual, strict=True):
                match_length(length, value)
        case Index(low, high), Index(actual_low, actual_high):
            match_length(low, actual_low)
            match_length(high, actual_high)
        case Function(domains, codomain), Function(actual_domains, actual_codomain):
            for domain, actual_domain in zip(domains, actual_domains, strict=False):
                _solve(domain, actual_domain, implicit, values)
            _solve(codomain, actual_codomain, implicit, values)


def _want_solved(
    definition: Definition, implicit: Sequence[str], wanted: Type, values: Mapping[str, Term], span: s.Span
) -> None:
    for name in implicit:
        if name not in values and name in type_symbols(wanted):
            raise _undetermined(definition, name, span)


def _undetermined(definition: Definition, name: str, span: s.Span) -> ElaborationError:
    message = f"the arguments of {definition.name} do not determine its length {name}"
    return ElaborationError(message, span, "undetermined-length")


def _bare_function(node: s.Node, scope: Scope) -> s.Name | None:
    """The name of a definition or builtin operator that stands where a function may be meant."""
    while isinstance(node, s.Group) and len(node.items) == 1:
        node = node.items[0]
    if isinstance(node, s.Name) and scope.symbol(node.text) is None and is_function(node.text, scope):
        return node
    return None


def _as_function(name: s.Name, wanted: Function, scope: Scope) -> Meaning:
    """A definition or builtin operator as a function on the wanted domain."""
    if len(wanted.domains) != 1:
        raise unsupported(f"{name.text} as a function of {count(len(wanted.domains), 'argument')}", name.span)
    inner, symbol = scope.bind("x", wanted.domains[0])
    variable = Variable("x", symbol, wanted.domains[0])
    body = apply_name(name, (Meaning(symbol, wanted.domains[0], name.span),), name.span, inner)
    term = close("lambda", (variable,), TRUE, body.term)
    return typed(term, scope, name.span)
