"""Derivatives and statements about functions, opened as ``grad[x] t`` and ``differentiable(t, x)`` say them."""

from __future__ import annotations

from dataclasses import dataclass

from checks.contexts import Context, Declaration
from checks.lengths import is_number
from checks.shapes import IllTyped, type_of
from checks.terms import (
    PROPOSITION,
    REAL,
    TRUE,
    Apply,
    Bind,
    Bound,
    Function,
    Symbol,
    Tensor,
    Term,
    Type,
    free_symbols,
    instantiate,
)
from derive.printing.names import bound_name


@dataclass(frozen=True, slots=True)
class OpenedFunction:
    """A function at a point: its variable as a symbol, the point, and its value in a context that has the variable.

    ``own`` says that the variable is one of the function's own; else it is the symbol at which the point lies.
    """

    name: str
    kind: Type
    point: Term
    own: bool
    body: Term
    context: Context

    @property
    def value(self) -> Type | None:
        """The type of the value, None where it has none."""
        return type_or_none(self.body, self.context)

    @property
    def spelled_exactly(self) -> bool:
        """Whether ``grad[u = a]`` with this point takes its variable from the type that the function has."""
        if not self.own:
            return True
        found = type_or_none(self.point, self.context)
        return found is not None and self.kind == (REAL if is_number(found) else found)

    @property
    def opens_lets(self) -> bool:
        """Whether the value mentions an abbreviation that depends on the variable."""
        return not free_symbols(self.body).isdisjoint(_dependent_lets(self.name, self.context))


def type_or_none(term: Term, context: Context) -> Type | None:
    """The type of a term, None where it has none."""
    try:
        return type_of(term, context)
    except (IllTyped, ValueError, IndexError):
        return None


def open_function(function: Term, point: Term, context: Context) -> OpenedFunction | None:
    """A function written as a lambda, at a point; its variable is called as the point where that is unmistakable."""
    if not isinstance(function, Bind) or function.head != "lambda" or function.condition != TRUE:
        return None
    if isinstance(point, Symbol) and point.name not in free_symbols(function):
        declared = context.declarations.get(point.name)
        if declared is not None and declared.type == function.domain and point.name not in context.lets:
            body = instantiate(function.body, point)
            return OpenedFunction(point.name, function.domain, point, False, body, context)
    name = bound_name(function.hint, context.names() | free_symbols(function) | free_symbols(point))
    inner = context.declare(Declaration(name, function.domain))
    return OpenedFunction(name, function.domain, point, True, instantiate(function.body, Symbol(name)), inner)


def _dependent_lets(name: str, context: Context) -> set[str]:
    """The abbreviations that depend on a name, directly or through others, which come before them."""
    found: set[str] = set()
    for each, value in context.lets.items():
        if free_symbols(value) & (found | {name}):
            found.add(each)
    return found


@dataclass(frozen=True, slots=True)
class OpenedDerivative:
    """The word for a derivative, the function whose derivative it is, and the indices of the entry that is meant."""

    word: str
    function: OpenedFunction
    indices: tuple[Term, ...] = ()


def open_derivative(term: Apply, context: Context) -> OpenedDerivative | None:
    """The words that mean ``derivative(f, a)``, or an entry of it; None where none do."""
    match term:
        case Apply("derivative", (function, point)):
            found = _derivative(function, point, context)
        case Apply("entry", (Apply("derivative", (function, point)), *indices)):
            found = _partial(function, point, tuple(indices), context)
        case _:
            return None
    if found is None or found.word in context.names() or found.word in context.definitions:
        return None
    return found if found.function.spelled_exactly else None


def _derivative(function: Term, point: Term, context: Context) -> OpenedDerivative | None:
    opened = open_function(function, point, context)
    kind = None if opened is None else opened.value
    if opened is None or not (isinstance(kind, Tensor) or (kind is not None and is_number(kind))):
        return None
    if opened.opens_lets:
        return OpenedDerivative("immediate", opened)
    twice = second_derivative(opened)
    if twice is not None:
        return OpenedDerivative("hessian", twice)
    return OpenedDerivative("jacobian" if isinstance(kind, Tensor) else "grad", opened)


def second_derivative(opened: OpenedFunction) -> OpenedFunction | None:
    """The function whose second derivative the derivative of an opened function is; numbers only."""
    variable = Symbol(opened.name)
    match opened.body:
        case Apply("derivative", (Bind("lambda", domain, condition, body) as function, point)) if (
            point == variable
            and condition == TRUE
            and domain == opened.kind
            and opened.name not in free_symbols(function)
        ):
            value = instantiate(body, variable)
            kind = type_or_none(value, opened.context)
            if kind is None or not is_number(kind):
                return None
            return OpenedFunction(opened.name, opened.kind, opened.point, opened.own, value, opened.context)
    return None


def _partial(
    function: Term, point: Term, indices: tuple[Term, ...], context: Context
) -> OpenedDerivative | None:
    opened = open_function(function, point, context)
    if opened is None or opened.own or opened.opens_lets or not isinstance(opened.kind, Tensor):
        return None
    kind = opened.value
    if kind is None or not is_number(kind) or len(indices) != len(opened.kind.shape):
        return None
    return OpenedDerivative("partial", opened, indices)


def open_differentiable(term: Apply, context: Context) -> OpenedFunction | None:
    """The term and symbol of which ``differentiable(t, x)`` says the statement; None where it would mean another."""
    function, point = term.arguments
    opened = open_function(function, point, context)
    if opened is None or opened.own or opened.opens_lets or is_applied(function):
        return None
    kind = opened.value
    return None if kind is None or isinstance(kind, Function) else opened


def is_applied(function: Term) -> bool:
    """Whether a function is ``lambda u. f(u)``, which stands for f where it is read."""
    match function:
        case Bind("lambda", _, _, Apply("call", (Symbol(), Bound(0)))):
            return True
        case _:
            return False


def member_of(statement: Term, context: Context) -> tuple[Term, Symbol] | None:
    """The element and the declared set of which a statement is ``x in S``."""
    match statement:
        case Apply("call", (Symbol(name) as inside, element)):
            declared = context.declarations.get(name)
            if declared is not None and is_set(declared.type):
                return element, inside
    return None


def is_set(kind: Type) -> bool:
    """Whether a type is that of subsets of the reals or of arrays."""
    match kind:
        case Function((domain,), codomain):
            return codomain == PROPOSITION and (domain == REAL or isinstance(domain, Tensor))
        case _:
            return False
