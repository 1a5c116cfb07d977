"""Types and shapes of terms, by symbolic inference: two lengths agree when they are equal as polynomials.

The kernel types every statement it is given, so that nothing ill-formed is ever proved; the elaborator uses
the same function while it builds terms.

Trusted for refusing what has no type: every operator has one rule, and what no rule knows is ill-typed.
"""

from __future__ import annotations

from fractions import Fraction

from checks.averaging import speaks_of_all_outcomes
from checks.contexts import Context, Declaration, open_in
from checks.lengths import (
    describe_type,
    fits,
    is_integer,
    is_number,
    same_length,
    same_type,
    uncurried,
)
from checks.terms import (
    ELEMENTWISE,
    INTEGER,
    NATURAL,
    PROPOSITION,
    REAL,
    RELATIONS,
    TRUE,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
    Number,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
    abstract,
    codomain_at,
    domain_at,
    map_type,
    substitute_type,
    type_symbols,
)


class IllTyped(Exception):
    """A term has no type: ``message`` says what was found and expected, ``term`` is where.

    What to do: correct the term that is named, or the declaration of its symbols.
    """

    def __init__(self, message: str, term: Term, identifier: str = "shape-mismatch"):
        super().__init__(message)
        self.message = message
        self.term = term
        self.identifier = identifier


# -- inference -----------------------------------------------------------------------------------------


def type_of(term: Term, context: Context) -> Type:
    """The type of a term in a context.

    Raises ``IllTyped`` when a symbol is not declared, an operator gets what it does not take, or shapes
    do not fit; the message shows both shapes.
    """
    match term:
        case Number(value):
            return INTEGER if value.denominator == 1 else REAL
        case Symbol(name):
            declaration = context.declarations.get(name)
            if declaration is not None:
                return declaration.type
            if name in context.lets:
                return type_of(context.lets[name], context)
            raise IllTyped(f"{name} is not declared", term, "undeclared-symbol")
        case Bound():
            raise IllTyped("a bound variable stands outside its binder", term, "unbound-variable")
        case Bind() | Apply():
            known = context.remembered.types.get(term)
            if known is None:
                known = context.remembered.types[term] = _type_of_node(term, context)
            return known


def _type_of_node(term: Apply | Bind, context: Context) -> Type:
    match term:
        case Bind():
            return _type_of_binder(term, context)
        case Apply(head, arguments):
            rule = _RULES.get(head)
            if rule is not None:
                return rule(term, arguments, context)
            if head in RELATIONS:
                return _type_of_relation(term, arguments, context)
            return _type_of_definition(term, arguments, context)


def _check_type(kind: Type, context: Context) -> None:
    """Raises ``IllTyped`` unless every length in the type is an integer."""
    match kind:
        case Index(low, high):
            _want_integer(low, context)
            _want_integer(high, context)
        case Tensor(shape):
            for length in shape:
                _want_integer(length, context)
        case Function(domains):
            inner = context
            arguments: list[Term] = []
            for position in range(len(domains)):
                domain = domain_at(kind, position, tuple(arguments))
                _check_type(domain, inner)
                name = f"argument {len(inner.declarations)}"
                inner = inner.declare(Declaration(name, domain))
                arguments.append(Symbol(name))
            _check_type(codomain_at(kind, tuple(arguments)), inner)
        case _:
            return


check_type = _check_type


def _type_of_binder(term: Bind, context: Context) -> Type:
    _check_type(term.domain, context)
    if context.varies(term.domain):
        if not isinstance(term.domain, Index):
            raise IllTyped("the shape of a variable depends on the outcome", term, "random-type")
        if any(speaks_of_all_outcomes(part, context) for part in (term.condition, term.body)):
            raise IllTyped(
                "the range of a variable depends on the outcome, and under it something integrates all outcomes",
                term,
                "random-type",
            )
    inner, variable, body = open_in(context, term)
    if inner.facts[len(context.facts) :]:
        _want_proposition(inner.facts[-1].statement, inner)
    found = type_of(body, inner)
    if term.head in ("sum", "array", "integral") and variable.name in type_symbols(found):
        raise IllTyped(f"the shape under {term.head} depends on its variable", term)
    match term.head:
        case "sum" | "product":
            if not isinstance(term.domain, Index):
                raise IllTyped(
                    f"{term.head} runs over an index range, not over {describe_type(term.domain)}", term
                )
            if term.head == "sum" and isinstance(found, Tensor):
                return found
            _number(found, body)
            return INTEGER if is_integer(found) else REAL
        case "integral":
            if term.domain != REAL and not isinstance(term.domain, Tensor):
                raise IllTyped(
                    f"an integral runs over real numbers or arrays, not over {describe_type(term.domain)}", term
                )
            if not isinstance(found, Tensor):
                _number(found, body)
            return found if isinstance(found, Tensor) else REAL
        case "sup" | "inf":
            _number(found, body)
            return REAL
        case "greatest" | "least":
            if term.body != Bound(0):
                raise IllTyped(f"{term.head} is taken of the variable itself", term)
            if not is_number(term.domain):
                raise IllTyped(f"{term.head} is taken among numbers, not {describe_type(term.domain)}", term)
            return term.domain
        case "forall" | "exists":
            if found != PROPOSITION:
                raise IllTyped(f"a statement was expected, {describe_type(found)} was found", body)
            return PROPOSITION
        case "lambda" | "array" if term.condition != TRUE:
            raise IllTyped(f"{term.head} takes no condition on its variable", term)
        case "lambda":
            return Function((term.domain,), _close_type(found, variable.name))
        case "array":
            if not isinstance(term.domain, Index) or term.domain.low != Number(Fraction(1)):
                raise IllTyped("an array is built over indices that start at 1", term)
            rest = found.shape if isinstance(found, Tensor) else ()
            if not rest:
                _number(found, body)
            return Tensor((term.domain.high, *rest))
        case _:
            raise IllTyped(f"{term.head} is no binder", term, "unknown-operator")


def _close_type(kind: Type, name: str) -> Type:
    return map_type(kind, lambda part, depth: abstract(part, name, depth))


def _type_of_definition(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    definition = context.definitions.get(term.head)
    if definition is None:
        raise IllTyped(f"{term.head} is neither an operator nor a definition", term, "unknown-operator")
    if len(arguments) != len(definition.parameters):
        raise IllTyped(
            f"{term.head} takes {len(definition.parameters) - definition.implicit} arguments",
            term,
            "wrong-arity",
        )
    values: dict[str, Term] = {}
    for argument, parameter in zip(arguments, definition.parameters, strict=True):
        wanted = substitute_type(parameter.type, values)
        found = type_of(argument, context)
        if not fits(found, wanted, context):
            raise IllTyped(
                f"{term.head} takes {describe_type(wanted)}, {describe_type(found)} was found", argument
            )
        values[parameter.name] = argument
    return substitute_type(definition.type, values)


def _number(found: Type, term: Term) -> None:
    if not is_number(found):
        raise IllTyped(f"a number was expected, {describe_type(found)} was found", term)


def _want_number(term: Term, context: Context) -> Type:
    found = type_of(term, context)
    _number(found, term)
    return found


def _want_integer(term: Term, context: Context) -> None:
    found = type_of(term, context)
    if not is_integer(found):
        raise IllTyped(f"an integer was expected, {describe_type(found)} was found", term, "not-an-integer")


def _want_proposition(term: Term, context: Context) -> None:
    found = type_of(term, context)
    if found != PROPOSITION:
        raise IllTyped(f"a statement was expected, {describe_type(found)} was found", term)


def _want_array(term: Term, rank: int, context: Context) -> tuple[Term, ...]:
    found = type_of(term, context)
    if not isinstance(found, Tensor) or len(found.shape) != rank:
        name = {1: "a vector", 2: "a matrix"}[rank]
        raise IllTyped(f"{name} was expected, {describe_type(found)} was found", term)
    return found.shape


def _want_square(term: Term, context: Context) -> Type:
    rows, columns = _want_array(term, 2, context)
    if not same_length(rows, columns, context):
        raise IllTyped(
            f"a square matrix was expected, {describe_type(Tensor((rows, columns)))} was found", term
        )
    return Tensor((rows, columns))


def _arity(term: Apply, count: int) -> None:
    if len(term.arguments) != count:
        raise IllTyped(
            f"{term.head} takes {count} arguments, {len(term.arguments)} were found", term, "wrong-arity"
        )


def _same_shapes(term: Apply, found: list[Type], context: Context) -> Type:
    for other in found[1:]:
        if not same_type(found[0], other, context):
            raise IllTyped(
                f"shapes do not fit in {term.head}: {describe_type(found[0])} and {describe_type(other)}",
                term,
            )
    return found[0]


def _type_of_relation(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 2)
    left, right = (type_of(argument, context) for argument in arguments)
    if is_number(left) and is_number(right):
        return PROPOSITION
    if term.head in ("=", "!=", "equal_almost_surely", "equal_in_law"):
        if same_type(left, right, context) and left != PROPOSITION:
            return PROPOSITION
        raise IllTyped(
            f"the sides of {term.head} do not have one shape: {describe_type(left)} and {describe_type(right)}",
            term,
        )
    raise IllTyped(
        f"{term.head} compares numbers, not {describe_type(left)} and {describe_type(right)}", term
    )


def _add(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    found = [type_of(argument, context) for argument in arguments]
    if not found:
        raise IllTyped("a sum of nothing", term, "wrong-arity")
    if all(map(is_number, found)):
        return INTEGER if all(map(is_integer, found)) else REAL
    for kind, argument in zip(found, arguments, strict=True):
        if not isinstance(kind, Tensor) and not is_number(kind):
            raise IllTyped(f"{describe_type(kind)} cannot be added", argument)
    return _same_shapes(term, found, context)


def _multiply(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    found = [type_of(argument, context) for argument in arguments]
    arrays = [kind for kind in found if not is_number(kind)]
    if len(arrays) > 1 or any(not isinstance(kind, Tensor) for kind in arrays):
        raise IllTyped(f"{' and '.join(map(describe_type, arrays))} cannot be multiplied so", term)
    if arrays:
        return arrays[0]
    return INTEGER if all(map(is_integer, found)) else REAL


def _negate(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    return _multiply(term, arguments, context) if is_number(type_of(arguments[0], context)) else _add(
        term, arguments, context
    )  # fmt: skip


def _divide(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 2)
    _want_number(arguments[1], context)
    found = type_of(arguments[0], context)
    if isinstance(found, Tensor):
        return found
    _number(found, arguments[0])
    return REAL


def _power(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 2)
    base, exponent = arguments
    found = type_of(base, context)
    kind = _want_number(exponent, context)
    if isinstance(found, Tensor):
        if not is_integer(kind):
            raise IllTyped("a matrix is raised to natural powers only", term)
        return _want_square(base, context)
    _number(found, base)
    natural = (isinstance(exponent, Number) and exponent.value >= 0) or kind in (NATURAL, Scalar("dim"))
    return INTEGER if is_integer(found) and is_integer(kind) and natural else REAL


def _matmul(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 2)
    left, right = arguments
    rows, inner = _want_array(left, 2, context)
    found = type_of(right, context)
    if not isinstance(found, Tensor) or len(found.shape) not in (1, 2):
        raise IllTyped(f"a matrix or vector was expected, {describe_type(found)} was found", right)
    if not same_length(inner, found.shape[0], context):
        raise IllTyped(
            f"shapes do not fit: {describe_type(Tensor((rows, inner)))} times {describe_type(found)}", term
        )
    return Tensor((rows, *found.shape[1:]))


def _dot(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 2)
    _same_shapes(term, [Tensor(_want_array(argument, 1, context)) for argument in arguments], context)
    return REAL


def _outer(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 2)
    return Tensor(_want_array(arguments[0], 1, context) + _want_array(arguments[1], 1, context))


def _transpose(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    found = type_of(arguments[0], context)
    if not isinstance(found, Tensor) or len(found.shape) not in (1, 2):
        raise IllTyped(f"a vector or matrix was expected, {describe_type(found)} was found", arguments[0])
    one = Number(Fraction(1))
    return Tensor((one, found.shape[0]) if len(found.shape) == 1 else (found.shape[1], found.shape[0]))


def _square_to_real(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    _want_square(arguments[0], context)
    return REAL


def _square_to_square(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    return _want_square(arguments[0], context)


def _hadamard(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    found = [type_of(argument, context) for argument in arguments]
    if len(found) < 2 or any(not isinstance(kind, Tensor) for kind in found):
        raise IllTyped("the entrywise product takes arrays", term)
    return _same_shapes(term, found, context)


def _diagonal_matrix(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    (length,) = _want_array(arguments[0], 1, context)
    return Tensor((length, length))


def _diagonal(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    _want_square(arguments[0], context)
    return Tensor(_want_array(arguments[0], 2, context)[:1])


def _identity(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    _want_integer(arguments[0], context)
    return Tensor((arguments[0], arguments[0]))


def _constant_array(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    if not arguments:
        raise IllTyped(f"{term.head} takes at least one length", term, "wrong-arity")
    for argument in arguments:
        _want_integer(argument, context)
    return Tensor(arguments)


def _entry(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    if not arguments:
        raise IllTyped("entry takes an array", term, "wrong-arity")
    found = type_of(arguments[0], context)
    indices = arguments[1:]
    if not isinstance(found, Tensor) or not 0 < len(indices) <= len(found.shape):
        raise IllTyped(f"{describe_type(found)} does not take {len(indices)} indices", term, "wrong-arity")
    for index in indices:
        _want_integer(index, context)
    rest = found.shape[len(indices) :]
    return Tensor(rest) if rest else REAL


def _call(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    if not arguments:
        raise IllTyped("call takes a function", term, "wrong-arity")
    function, values = type_of(arguments[0], context), arguments[1:]
    if isinstance(function, Function) and len(function.domains) < len(values):
        function = uncurried(function)
    if not isinstance(function, Function) or len(function.domains) != len(values):
        raise IllTyped(
            f"{describe_type(function)} does not take {len(values)} arguments", term, "wrong-arity"
        )
    for position, value in enumerate(values):
        wanted = domain_at(function, position, values)
        found = type_of(value, context)
        if not fits(found, wanted, context):
            raise IllTyped(f"{describe_type(wanted)} was expected, {describe_type(found)} was found", value)
    return codomain_at(function, values)


def _elementwise(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    found = type_of(arguments[0], context)
    if isinstance(found, Tensor):
        return found
    _number(found, arguments[0])
    return INTEGER if term.head in ("abs", "sign") and is_integer(found) else REAL


def _rounding(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    _want_number(arguments[0], context)
    return INTEGER


def _extremum(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    found = [_want_number(argument, context) for argument in arguments]
    if len(found) < 2:
        raise IllTyped(f"{term.head} takes at least two numbers", term, "wrong-arity")
    return INTEGER if all(map(is_integer, found)) else REAL


def _integers(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1 if term.head == "factorial" else 2)
    for argument in arguments:
        _want_integer(argument, context)
    return INTEGER


def _constant(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 0)
    return REAL if term.head == "pi" else PROPOSITION


def _iverson(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    _want_proposition(arguments[0], context)
    return INTEGER


def _if(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 3)
    _want_proposition(arguments[0], context)
    found = [type_of(argument, context) for argument in arguments[1:]]
    if all(map(is_number, found)):
        return INTEGER if all(map(is_integer, found)) else REAL
    return _same_shapes(term, found, context)


def _expectation(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    found = type_of(arguments[0], context)
    if isinstance(found, Tensor):
        if context.varies(found):
            raise IllTyped("an expectation of an array whose shape depends on the outcome", term, "random-type")
        return found
    _number(found, arguments[0])
    return REAL


def _connective(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    if term.head in ("not", "always"):
        _arity(term, 1)
    elif term.head in ("implies", "iff"):
        _arity(term, 2)
    for argument in arguments:
        _want_proposition(argument, context)
    return PROPOSITION


def _function_at(term: Apply, arguments: tuple[Term, ...], context: Context) -> tuple[Type, Type]:
    """The domain and codomain of a function of one real or array, at a point of the domain."""
    _arity(term, 2)
    function, found = type_of(arguments[0], context), type_of(arguments[1], context)
    if not isinstance(function, Function) or len(function.domains) != 1:
        raise IllTyped(f"a function of one argument was expected, {describe_type(function)} was found", term)
    (domain,) = function.domains
    if domain != REAL and not isinstance(domain, Tensor):
        raise IllTyped(f"functions of {describe_type(domain)} have no derivative", term)
    if not fits(found, domain, context):
        raise IllTyped(f"{describe_type(domain)} was expected, {describe_type(found)} was found", arguments[1])
    return domain, codomain_at(function, (arguments[1],))


def _derivative(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    domain, codomain = _function_at(term, arguments, context)
    if not isinstance(codomain, Tensor):
        _number(codomain, arguments[0])
    shape: tuple[Term, ...] = ()
    for kind in (codomain, domain):
        shape += kind.shape if isinstance(kind, Tensor) else ()
    return Tensor(shape) if shape else REAL


def _differentiable(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _derivative(term, arguments, context)
    return PROPOSITION


def _smooth(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 2)
    function = type_of(arguments[0], context)
    if not isinstance(function, Function):
        raise IllTyped(f"a function was expected, {describe_type(function)} was found", arguments[0])
    match arguments[1]:
        case Number(value) if value.denominator == 1 and value >= 0:
            return PROPOSITION
    raise IllTyped("a number of derivatives was expected", arguments[1])


def _summable(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _arity(term, 1)
    _integrand(type_of(arguments[0], context), arguments[0])
    return PROPOSITION


def _dominated(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    _, codomain = _function_at(term, arguments, context)
    _integrand(codomain, arguments[0])
    return PROPOSITION


def _integrand(kind: Type, term: Term) -> None:
    """Raises ``IllTyped`` unless functions of this type may be integrated over reals or arrays."""
    if (
        not isinstance(kind, Function)
        or len(kind.domains) != 1
        or (kind.domains[0] != REAL and not isinstance(kind.domains[0], Tensor))
        or not (isinstance(kind.codomain, Tensor) or is_number(kind.codomain))
    ):
        raise IllTyped(f"a function on reals or arrays was expected, {describe_type(kind)} was found", term)


def _predicate(term: Apply, arguments: tuple[Term, ...], context: Context) -> Type:
    if term.head == "defined":
        _arity(term, 1)
    elif term.head == "invertible":
        _arity(term, 1)
        _want_square(arguments[0], context)
    for argument in arguments:
        type_of(argument, context)
    return PROPOSITION


_RULES = {
    "add": _add, "multiply": _multiply, "negate": _negate, "divide": _divide, "power": _power,
    "matmul": _matmul, "dot": _dot, "outer": _outer, "transpose": _transpose, "trace": _square_to_real,
    "determinant": _square_to_real, "inverse": _square_to_square, "hadamard": _hadamard,
    "diagonal_matrix": _diagonal_matrix, "diagonal": _diagonal, "identity": _identity,
    "ones": _constant_array, "zeros": _constant_array, "entry": _entry, "call": _call,
    "floor": _rounding, "ceiling": _rounding, "modulo": _integers, "minimum": _extremum,
    "maximum": _extremum, "factorial": _integers, "binomial": _integers, "pi": _constant,
    "true": _constant, "false": _constant, "iverson": _iverson, "if": _if, "expectation": _expectation,
    "not": _connective, "and": _connective, "or": _connective, "implies": _connective, "iff": _connective,
    "independent": _predicate, "integrable": _predicate, "invertible": _predicate,
    "defined": _predicate, "always": _connective, "derivative": _derivative,
    "differentiable": _differentiable, "continuously_differentiable": _smooth, "summable": _summable,
    "dominated": _dominated,
    **dict.fromkeys(ELEMENTWISE, _elementwise),
}  # fmt: skip
