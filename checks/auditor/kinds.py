"""What kind of thing a term is: its type, from the types of its symbols; and terms with abbreviations opened.

Whole numbers are "int" unless a symbol or a function says more.  Lengths have to agree as polynomials.
"""

from __future__ import annotations

from collections.abc import Container

from checks.auditor.polynomials import polynomial
from checks.auditor.terms import (
    ONE,
    RELATIONS,
    TRUE,
    Apply,
    Bind,
    Context,
    Number,
    Refused,
    Symbol,
    Term,
    Type,
    abstract,
    instantiate,
    map_children,
    map_type,
    opened,
    shift,
    substitute,
    subterms,
    symbols,
)

WHOLE = ("int", "nat", "dim")
ELEMENTWISE = ("abs", "sign", "sqrt", "exp", "log", "sin", "cos", "tanh", "erf")
PROPOSITIONS = (
    *RELATIONS, "not", "and", "or", "implies", "iff", "true", "false", "independent", "integrable", "invertible",
    "defined", "always", "differentiable", "continuously_differentiable", "summable", "dominated",
)  # fmt: skip


LAWS = ("expectation", "integrable", "independent", "equal_in_law", "equal_almost_surely", "always")
"""Operators that look at all outcomes at once."""


class Uncovered(Exception):
    """The auditor has no method for this; the message says for what."""


def fresh(context: Context, stem: str = "%") -> str:
    """A name that is not in use; no script and no certificate can write it."""
    count = len(context.types)
    while f"{stem}{count}" in context.types:
        count += 1
    return f"{stem}{count}"


def entered(context: Context, binder: Bind) -> tuple[Context, Symbol, Term, Term]:
    """The context with a new symbol for the binder's variable, that symbol; condition and body for it."""
    symbol = Symbol(fresh(context))
    return context.declare(symbol.name, binder.domain), symbol, *opened(binder, symbol)


def is_whole(kind: Type) -> bool:
    """Whether all things of the kind are integers."""
    return kind in WHOLE or (type(kind) is tuple and kind[0] == "index")


def is_number(kind: Type) -> bool:
    """Whether things of the kind are numbers."""
    return kind == "real" or is_whole(kind)


def same_length(left: Term, right: Term) -> bool:
    """Whether two lengths are one polynomial."""
    return left == right or polynomial(left) == polynomial(right)


def same_kind(left: Type, right: Type) -> bool:
    """Whether two types are one, lengths as polynomials."""
    match left, right:
        case (("index", *ours), ("index", *theirs)):
            return all(map(same_length, ours, theirs))
        case (("tensor", ours), ("tensor", theirs)):
            return len(ours) == len(theirs) and all(map(same_length, ours, theirs))
        case (("function", _, _), ("function", _, _)):
            (_, ours, value), (_, theirs, other) = flat(left), flat(right)
            return len(ours) == len(theirs) and all(map(same_kind, ours, theirs)) and same_kind(value, other)
        case _:
            return bool(left == right)


def flat(kind: Type) -> Type:
    """A type of functions whose values are functions as one of functions of more arguments."""
    while type(kind) is tuple and kind[0] == "function" and type(kind[2]) is tuple and kind[2][0] == "function":
        kind = ("function", (*kind[1], *kind[2][1]), kind[2][2])
    return kind


def kind_of(context: Context, term: Term) -> Type:
    """The type of a closed term; raises ``Refused`` where it has none, ``Uncovered`` where that is not known."""
    match term:
        case Number(value):
            return "int" if value.denominator == 1 else "real"
        case Symbol(name):
            if name in context.types:
                return context.types[name]
            if name in context.lets:
                return kind_of(context, context.lets[name])
            raise Refused(f"the symbol {name} is not declared")
        case Bind():
            return _of_binder(context, term)
        case Apply(head, arguments):
            if head in PROPOSITIONS:
                return _of_proposition(context, head, arguments)
            if head in context.definitions and len(arguments) == len(context.definitions[head].parameters):
                definition = context.definitions[head]
                for (_, wanted), argument in zip(definition.parameters, arguments, strict=True):
                    if is_number(wanted) != is_number(kind_of(context, argument)):
                        raise Refused(f"an argument of {head} is of another kind")
                return kind_of(context, opened_definition(context, term))
            if head == "call":
                return _of_call(context, arguments)
            return _of_operator(head, arguments, [kind_of(context, each) for each in arguments])
        case _:
            raise Refused("a variable without a binder")


def _of_call(context: Context, arguments: tuple[Term, ...]) -> Type:
    function, values = flat(kind_of(context, arguments[0])), arguments[1:]
    if type(function) is not tuple or function[0] != "function" or len(function[1]) < len(values):
        raise Refused("what is called is no function of as many arguments")
    for position, value in enumerate(values):
        admit(kind_of(context, value), at_arguments(function[1][position], values[:position]))
    rest = function[1][len(values) :]
    return at_arguments(("function", rest, function[2]) if rest else function[2], values)


def admit(kind: Type, wanted: Type) -> None:
    """Raises unless things of the first kind are of the second, but for the range of a number."""
    if is_number(wanted):
        if not is_number(kind) or (is_whole(wanted) and not is_whole(kind)):
            raise Refused("an argument is of another kind than the function's")
        return
    if type(kind) is tuple and kind[0] == "function" and type(wanted) is tuple and wanted[0] == "function":
        (_, domains, value), (_, asked, other) = flat(kind), flat(wanted)
        # Numbers of any kind are real numbers.
        kind = ("function", domains, "real" if other == "real" and is_number(value) else value)
        wanted = ("function", asked, other)
    if not same_kind(kind, wanted):
        raise Uncovered("an argument whose kind is not seen to be that of the function's")


def at_arguments(kind: Type, arguments: tuple[Term, ...]) -> Type:
    """A type below the arguments of a function, at values of them."""
    for position in reversed(range(len(arguments))):
        value = shift(arguments[position], position)
        kind = map_type(kind, lambda each, depth, value=value: instantiate(each, value, depth))  # type: ignore[misc]
    return kind


def _of_proposition(context: Context, head: str, arguments: tuple[Term, ...]) -> Type:
    kinds = [kind_of(context, each) for each in arguments]
    if head in ("not", "and", "or", "implies", "iff", "always"):
        if any(each != "proposition" for each in kinds):
            raise Refused(f"{head} of something that is no statement")
    elif head in RELATIONS:
        if len(kinds) != 2 or "proposition" in kinds:
            raise Refused(f"{head} relates two things")
        scalar = [is_number(each) for each in kinds]
        if not all(scalar) and (any(scalar) or not same_kind(*kinds) or head not in RELATIONS[:2] + RELATIONS[-2:]):
            raise Uncovered(f"{head} between things whose kinds are not seen to be one")
    return "proposition"


def _of_binder(context: Context, term: Bind) -> Type:
    inner, symbol, condition, body = entered(context, term)
    if kind_of(inner, condition) != "proposition":
        raise Refused(f"the condition of {term.head} is no statement")
    kind = kind_of(inner, body)
    match term.head:
        case "forall" | "exists" if kind == "proposition":
            return kind
        case "sum" | "product" | "sup" | "inf" | "greatest" | "least" if is_number(kind):
            return "int" if is_whole(kind) and term.head not in ("sup", "inf") else "real"
        case "integral" if is_number(kind):
            return "real"
        case "lambda":
            value = map_type(kind, lambda each, depth: abstract(each, symbol.name, depth))
            return ("function", (term.domain,), value)
        case "sum" | "array" if is_number(kind) or kind[0] == "tensor":
            inside = () if is_number(kind) else kind[1]
            if any(symbol.name in symbols(each) for each in inside):
                raise Uncovered("an array whose shape depends on an index")
            if term.head == "sum":
                return kind
            if type(term.domain) is tuple and term.domain[0] == "index" and term.domain[1] == ONE:
                return ("tensor", (term.domain[2], *inside))
    raise Uncovered(f"the kind of {term.head}")


def _shape(kind: Type) -> tuple[Term, ...]:
    if type(kind) is tuple and kind[0] == "tensor":
        return tuple(kind[1])
    if is_number(kind):
        return ()
    raise Refused("an array or a number was expected")


def _of_shape(lengths: tuple[Term, ...]) -> Type:
    return ("tensor", lengths) if lengths else "real"


def _agree(left: tuple[Term, ...], right: tuple[Term, ...]) -> tuple[Term, ...]:
    if len(left) != len(right):
        raise Refused(f"arrays of {len(left)} and {len(right)} indices")
    if not all(map(same_length, left, right)):
        raise Uncovered("lengths that are not seen to be equal")
    return left


def _of_operator(head: str, arguments: tuple[Term, ...], kinds: list[Type]) -> Type:
    """The kind of an operator's value, from the arguments and their kinds."""
    whole = all(map(is_whole, kinds))
    scalar = all(map(is_number, kinds))
    shapes = [_shape(each) for each in kinds if each != "proposition"] if head != "derivative" else []
    match head, shapes:
        case ("add" | "hadamard" | "minimum" | "maximum"), [first, *rest]:
            for each in rest:
                _agree(first, each)
            return "int" if scalar and whole else _of_shape(first)
        case "multiply", _:
            arrays = [each for each in shapes if each]
            if len(arrays) > 1:
                raise Refused("a product of arrays")
            return ("tensor", arrays[0]) if arrays else "int" if whole else "real"
        case "negate", [shape]:
            return "int" if whole else _of_shape(shape)
        case "divide", [shape, ()]:
            return _of_shape(shape)
        case "power", [(), ()]:
            exponent = arguments[1]
            natural = kinds[1] in ("nat", "dim") or (isinstance(exponent, Number) and exponent.value >= 0)
            return "int" if whole and natural else "real"
        case "power", [(rows, columns), ()]:
            return _of_shape((*_agree((rows,), (columns,)), columns))
        case "matmul", [(rows, inner), (other, *columns)] if len(columns) < 2:
            _agree((inner,), (other,))
            return _of_shape((rows, *columns))
        case "dot", [(first,), (second,)]:
            _agree((first,), (second,))
            return "real"
        case "outer", [(rows,), (columns,)]:
            return ("tensor", (rows, columns))
        case "transpose", [(rows, columns)]:
            return ("tensor", (columns, rows))
        case "transpose", [(length,)]:
            return ("tensor", (ONE, length))
        case ("trace" | "determinant"), [(rows, columns)]:
            _agree((rows,), (columns,))
            return "real"
        case "inverse", [(rows, columns)]:
            return ("tensor", (*_agree((rows,), (columns,)), columns))
        case "diagonal", [(rows, columns)]:
            return ("tensor", _agree((rows,), (columns,)))
        case "diagonal_matrix", [(length,)]:
            return ("tensor", (length, length))
        case "identity", [()]:
            return ("tensor", (arguments[0], arguments[0]))
        case ("ones" | "zeros"), _ if scalar:
            return _of_shape(arguments)
        case "entry", [shape, *indices] if not any(indices) and len(indices) <= len(shape):
            if not all(map(is_whole, kinds[1:])):
                raise Refused("an index that is no whole number")
            return _of_shape(shape[len(indices) :])
        case ("floor" | "ceiling" | "sign" | "factorial" | "binomial" | "iverson"), _ if head != "sign" or scalar:
            return "int"
        case ("modulo"), [(), ()]:
            return "int" if whole else "real"
        case _, [shape] if head in ELEMENTWISE:
            return "int" if whole and head == "abs" else _of_shape(shape)
        case "expectation", [shape]:
            return _of_shape(shape)
        case "pi", []:
            return "real"
        case "if", [first, second] if len(kinds) == 3 and kinds[0] == "proposition":
            _agree(first, second)
            return "int" if all(map(is_whole, kinds[1:])) else _of_shape(first)
        case "derivative", _ if type(kinds[0]) is tuple and kinds[0][0] == "function" and len(kinds[0][1]) == 1:
            return _of_shape(_shape(at_arguments(kinds[0][2], arguments[1:])) + _shape(kinds[0][1][0]))
        case _:
            raise Uncovered(f"the kind of {head}")


# -- abbreviations -------------------------------------------------------------------------------------


def opened_definition(context: Context, term: Apply) -> Term:
    """What a definition's value stands for."""
    definition = context.definitions[term.head]
    if len(definition.parameters) != len(term.arguments):
        raise Refused(f"{term.head} has {len(definition.parameters)} arguments")
    return substitute(
        definition.body,
        {name: value for (name, _), value in zip(definition.parameters, term.arguments, strict=True)},
    )


def unfolded(context: Context, term: Term, names: Container[str] | None = None) -> Term:
    """The term with abbreviations opened and ``lambda`` carried out.

    Those that are named are opened, opaque ones included; without names all that are not opaque.
    """

    def change(part: Term, depth: int) -> Term:
        if isinstance(part, Symbol):
            wanted = part.name in context.lets and (names is None or part.name in names)
            return change(shift(context.lets[part.name], depth), depth) if wanted else part
        if isinstance(part, Apply) and part.head in context.definitions:
            wanted = not context.definitions[part.head].opaque if names is None else part.head in names
            if wanted:
                return change(opened_definition(context, part), depth)
        part = map_children(part, change, depth)
        return carried_out(context, part)

    return change(term, 0)


def may_stand(context: Context, body: Term, value: Term) -> bool:
    """Whether a value may take the place of a variable: no random one where all outcomes are looked at."""
    return not context.is_random(value) or not any(
        isinstance(part, Apply) and (part.head in LAWS or part.head in context.definitions) for part in subterms(body)
    )


def carried_out(context: Context, term: Term) -> Term:
    """A call of ``lambda`` by its body."""
    while isinstance(term, Apply) and term.head == "call":
        match term.arguments:
            case (Bind("lambda", _, condition, body), value, *rest) if (
                condition == TRUE and may_stand(context, body, value)
            ):
                term = instantiate(body, value)
                term = Apply("call", (term, *rest)) if rest else term
            case _:
                break
    return term

