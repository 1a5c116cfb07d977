"""From terms to SymPy: inert, or as a user of SymPy would write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from checks.contexts import Context, Declaration
from checks.shapes import IllTyped, type_of
from checks.terms import (
    ELEMENTWISE,
    OPERATORS,
    REAL,
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
    free_symbols,
    open_binder,
    substitute,
)
from derive.printing import bound_name, rank_of
from derive.sympy_bridge import calculus
from derive.sympy_bridge.heads import (
    BOUND_HEAD,
    UnknownSymbol,
    UnsupportedExpression,
    as_columns,
    inert_head,
    scalar_symbol,
    sympy,
)


def to_sympy(term: Term, context: Context, inert: bool = True) -> Any:
    """The term as a SymPy expression; ``inert`` keeps its structure, else it is what ``usual`` gives.

    Raises ``UnknownSymbol`` when a symbol is not declared, ``UnsupportedExpression`` when SymPy has no
    counterpart.
    """
    if inert:
        return _inert(term, context)
    try:
        return Usual(context).convert(term)
    except (ArithmeticError, AttributeError, IndexError, NotImplementedError, TypeError, ValueError) as error:
        raise UnsupportedExpression(getattr(term, "head", "term"), f"SymPy refuses: {error}") from error


def usual(term: Term, context: Context) -> Any:
    """The term as one would write it in SymPy, to calculate with: SymPy evaluates, cancels and reorders.

    Abbreviations are unfolded.  What SymPy has no notation for (suprema, quantifiers, expectations) stays
    under an inert head with its parts converted.
    """
    return to_sympy(term, context, inert=False)


def _declared_type(name: str, context: Context) -> Type:
    if name not in context.declarations and name not in context.lets:
        raise UnknownSymbol(name)
    return type_of(Symbol(name), context)


def _symbol(name: str, context: Context) -> Any:
    """The SymPy object for a symbol: a number, a matrix, or an indexed base for a larger tensor."""
    module, kind = sympy(), _declared_type(name, context)
    if not isinstance(kind, Tensor) or not kind.shape:
        return scalar_symbol(name, kind, context)
    shape = [Usual(context).convert(length) for length in as_columns(kind.shape)]
    return (
        module.MatrixSymbol(name, *shape) if len(shape) == 2 else module.IndexedBase(name, shape=tuple(shape))
    )


def _number(term: Number) -> Any:
    return sympy().Rational(term.value.numerator, term.value.denominator)


def _opened(term: Bind, context: Context) -> tuple[Context, str, Term, Term]:
    """The context inside a binder, the name of its variable, its condition and its body."""
    name = bound_name(term.hint, context.names() | free_symbols(term))
    condition, body = open_binder(term, Symbol(name))
    return context.declare(Declaration(name, term.domain)), name, condition, body


# -- inert ---------------------------------------------------------------------------------------------


def _inert(term: Term, context: Context) -> Any:
    match term:
        case Number():
            return _number(term)
        case Symbol(name):
            return _symbol(name, context)
        case Bound(depth):
            return inert_head(BOUND_HEAD)(depth)
        case Bind():
            inner, name, condition, body = _opened(term, context)
            parts = (_inert(condition, inner), _inert(body, inner))
            return inert_head(term.head)(_symbol(name, inner), _inert_type(term.domain, context), *parts)
        case Apply("pi", ()):
            return sympy().pi
        case Apply(("true" | "false") as head, ()):
            return sympy().true if head == "true" else sympy().false
        case Apply("call", (Symbol(name), _, *_)) if _is_function(name, context):
            return sympy().Function(name)(*(_inert(argument, context) for argument in term.arguments[1:]))
        case Apply(head, arguments) if head in OPERATORS:
            return inert_head(head)(*(_inert(argument, context) for argument in arguments))
        case Apply(head, arguments):
            if head not in context.definitions:
                raise UnknownSymbol(head)
            return sympy().Function(head)(*(_inert(argument, context) for argument in arguments))


def _is_function(name: str, context: Context) -> bool:
    return isinstance(_declared_type(name, context), Function)


def _inert_type(kind: Type, context: Context) -> Any:
    match kind:
        case Scalar(name):
            return inert_head("scalar type")(sympy().Symbol(name))
        case Index(low, high):
            return inert_head("index type")(_inert(low, context), _inert(high, context))
        case Tensor(shape):
            return inert_head("array type")(*(_inert(length, context) for length in shape))
        case Function(domains, codomain):
            return inert_head("function type")(*(_inert_type(part, context) for part in (*domains, codomain)))


# -- usual ---------------------------------------------------------------------------------------------

_SAME_NAME = {
    "sqrt": "sqrt", "exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "tanh": "tanh", "erf": "erf", "abs": "Abs",
    "sign": "sign", "floor": "floor", "ceiling": "ceiling", "modulo": "Mod", "minimum": "Min",
    "maximum": "Max",
    "factorial": "factorial", "binomial": "binomial", "trace": "trace", "determinant": "det",
    "hadamard": "hadamard_product", "identity": "Identity", "diagonal_matrix": "DiagMatrix",
    "=": "Eq", "!=": "Ne", "<=": "Le", "<": "Lt", ">=": "Ge", ">": "Gt",
    "not": "Not", "and": "And", "or": "Or", "implies": "Implies", "iff": "Equivalent",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Usual:
    """Converts in a context."""

    context: Context
    module: Any = field(default_factory=sympy)

    def inside(self, context: Context) -> Usual:
        """The conversion where more is declared."""
        return Usual(context)

    def convert(self, term: Term) -> Any:
        """The term as SymPy has it."""
        match term:
            case Number():
                return _number(term)
            case Symbol(name):
                return _symbol(name, self.context)
            case Bound(depth):
                return inert_head(BOUND_HEAD)(depth)
            case Bind():
                return self.binder(term)
            case Apply():
                return self.apply(term)

    def apply(self, term: Apply) -> Any:
        head = term.head
        special = getattr(self, f"apply_{head}", None)
        if special is not None:
            return special(*term.arguments)
        if head not in OPERATORS:
            return self.definition(term)
        arguments = [self.convert(argument) for argument in term.arguments]
        if head in ELEMENTWISE and rank_of(term.arguments[0], self.context):
            return arguments[0].applyfunc(getattr(self.module, _SAME_NAME[head]))
        if head not in _SAME_NAME:
            return inert_head(head)(*arguments)
        return getattr(self.module, _SAME_NAME[head])(*arguments)

    # .. arithmetic ..

    def _fold(self, operation: Callable[[Any, Any], Any], arguments: tuple[Term, ...]) -> Any:
        result = self.convert(arguments[0])
        for argument in arguments[1:]:
            result = operation(result, self.convert(argument))
        return result

    def apply_add(self, *arguments: Term) -> Any:
        return self._fold(lambda left, right: left + right, arguments)

    def apply_multiply(self, *arguments: Term) -> Any:
        return self._fold(lambda left, right: left * right, arguments)

    def apply_matmul(self, left: Term, right: Term) -> Any:
        return self.convert(left) * self.convert(right)

    def apply_negate(self, argument: Term) -> Any:
        return -self.convert(argument)

    def apply_divide(self, left: Term, right: Term) -> Any:
        return self.convert(left) / self.convert(right)

    def apply_power(self, base: Term, exponent: Term) -> Any:
        return self.convert(base) ** self.convert(exponent)

    def apply_pi(self) -> Any:
        return self.module.pi

    def apply_true(self) -> Any:
        return self.module.true

    def apply_false(self) -> Any:
        return self.module.false

    # .. arrays ..

    def apply_dot(self, left: Term, right: Term) -> Any:
        return (self.convert(left).T * self.convert(right))[0, 0]

    def apply_outer(self, left: Term, right: Term) -> Any:
        return self.convert(left) * self.convert(right).T

    def apply_transpose(self, argument: Term) -> Any:
        return self.convert(argument).T

    def apply_inverse(self, argument: Term) -> Any:
        return self.convert(argument).I

    def apply_diagonal(self, argument: Term) -> Any:
        return self.module.matrices.expressions.diagonal.DiagonalOf(self.convert(argument))

    def apply_ones(self, *shape: Term) -> Any:
        return self._constant("ones", "OneMatrix", shape)

    def apply_zeros(self, *shape: Term) -> Any:
        return self._constant("zeros", "ZeroMatrix", shape)

    def _constant(self, head: str, name: str, shape: tuple[Term, ...]) -> Any:
        lengths = [self.convert(length) for length in as_columns(shape)]
        if len(lengths) != 2:
            raise UnsupportedExpression(head, "SymPy has constant matrices only")
        return getattr(self.module, name)(*lengths)

    def apply_entry(self, base: Term, *indices: Term) -> Any:
        places = [self.convert(index) for index in indices]
        rank = rank_of(base, self.context)
        match base:
            case Apply("derivative", (function, point)) if len(places) == rank:
                return inert_head("entry")(calculus.inert_derivative(function, point, self), *places)
        array = self.convert(base)
        if isinstance(array, self.module.IndexedBase):
            return array[tuple(places)]
        try:
            if rank == 1 and len(places) == 1:
                return array[places[0] - 1, 0]
            if rank == 2 and len(places) == 2:
                return array[places[0] - 1, places[1] - 1]
            if rank == 2:
                return array[places[0] - 1, :].T
        except (IndexError, TypeError):
            pass
        return inert_head("entry")(array, *places)

    def apply_call(self, base: Term, *arguments: Term) -> Any:
        values = [self.convert(argument) for argument in arguments]
        if not isinstance(base, Symbol):
            function = self.convert(base)
            if isinstance(function, self.module.Lambda) and len(values) == 1:
                return function(*values)
            return inert_head("call")(function, *values)
        if rank_of(Apply("call", (base, *arguments)), self.context):
            raise UnsupportedExpression(base.name, "SymPy has no functions whose values are arrays")
        return self.module.Function(base.name)(*values)

    # .. the rest ..

    def apply_derivative(self, function: Term, point: Term) -> Any:
        return calculus.usual_derivative(function, point, self)

    def apply_iverson(self, statement: Term) -> Any:
        match statement:
            case Apply("=", (left, right)) if self._integers(left, right):
                return self.module.KroneckerDelta(self.convert(left), self.convert(right))
        return self.module.Piecewise((1, self._boolean(statement)), (0, True))

    def apply_if(self, statement: Term, left: Term, right: Term) -> Any:
        return self.module.Piecewise(
            (self.convert(left), self._boolean(statement)), (self.convert(right), True)
        )

    def _boolean(self, statement: Term) -> Any:
        converted = self.convert(statement)
        if not isinstance(converted, self.module.logic.boolalg.Boolean):
            raise UnsupportedExpression(
                getattr(statement, "head", "?"), "SymPy cannot branch on this statement"
            )
        return converted

    def _integers(self, *terms: Term) -> bool:
        return all(self.convert(term).is_integer for term in terms)

    def definition(self, term: Apply) -> Any:
        definition = self.context.definitions.get(term.head)
        if definition is None:
            raise UnknownSymbol(term.head)
        if definition.opaque or len(definition.parameters) != len(term.arguments):
            shown = term.arguments[definition.implicit :]
            return self.module.Function(term.head)(*(self.convert(argument) for argument in shown))
        names = (parameter.name for parameter in definition.parameters)
        return self.convert(substitute(definition.body, dict(zip(names, term.arguments, strict=True))))

    def binder(self, term: Bind) -> Any:
        if term.head in ("sum", "product") and isinstance(term.domain, Index):
            return self._iterated(term)
        inner, name, condition, body = _opened(term, self.context)
        inside = Usual(inner)
        if term.head == "integral" and term.domain == REAL:
            found = calculus.usual_integral(condition, body, name, inside)
            if found is not None:
                return found
        if term.head == "integral" and rank_of(body, inner):
            raise UnsupportedExpression("integral", "SymPy integrates numbers, not arrays")
        variable = _symbol(name, inner)
        if term.head == "lambda" and condition == TRUE and not rank_of(Symbol(name), inner):
            return self.module.Lambda(variable, inside.convert(body))
        if term.head == "array" and isinstance(term.domain, Index) and rank_of(term, self.context) in (1, 2):
            return self._array(term, inside, variable, body)
        parts = (inside.convert(condition), inside.convert(body))
        return inert_head(term.head)(variable, _inert_type(term.domain, self.context), *parts)

    def _iterated(self, term: Bind) -> Any:
        """A sum or product with those of its kind directly inside as one, the innermost limits first."""
        context = self.context
        body: Term = term
        limits: list[Any] = []
        conditions: list[Any] = []
        while isinstance(body, Bind) and body.head == term.head and isinstance(body.domain, Index):
            outside, domain = Usual(context), body.domain
            context, name, condition, body = _opened(body, context)
            limits.insert(
                0, (_symbol(name, context), outside.convert(domain.low), outside.convert(domain.high))
            )
            conditions += [] if condition == TRUE else [Usual(context)._boolean(condition)]
        if rank_of(body, context):
            raise UnsupportedExpression(term.head, "SymPy sums numbers, not arrays")
        module = self.module
        summand = Usual(context).convert(body)
        if any(part.has(module.Piecewise) for part in summand.atoms(module.Sum, module.Product)):
            reason = "SymPy would take a condition inside out of the scope of its index"
            raise UnsupportedExpression(term.head, reason)
        if conditions:
            empty = 0 if term.head == "sum" else 1
            summand = module.Piecewise((summand, module.And(*conditions)), (empty, True))
        return (module.Sum if term.head == "sum" else module.Product)(summand, *limits)

    def _array(self, term: Bind, inside: Usual, variable: Any, body: Term) -> Any:
        kind = type_of(term, self.context)
        if not isinstance(kind, Tensor):
            raise IllTyped("an array was expected", term)
        lengths = [self.convert(length) for length in as_columns(kind.shape)]
        column = self.module.Dummy("column", integer=True)
        if len(kind.shape) == 1:
            value = inside.convert(body)
        elif isinstance(body, Bind) and body.head == "array":
            innermost, name, _, entry = _opened(body, inside.context)
            value = Usual(innermost).convert(entry).subs(_symbol(name, innermost), column + 1)
        else:
            value = inside.convert(body)[column, 0]
        row = self.module.Dummy("row", integer=True)
        mapping = self.module.Lambda((row, column), value.subs(variable, row + 1))
        return self.module.FunctionMatrix(*lengths, mapping)


__all__ = ["to_sympy", "usual"]
