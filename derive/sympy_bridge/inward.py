"""From SymPy to terms: inert expressions exactly, ordinary SymPy as one would write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from checks.contexts import Context, Declaration, Definition
from checks.shapes import IllTyped, type_of
from checks.terms import (
    BINDERS,
    ELEMENTWISE,
    FALSE,
    ONE,
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
    abstract,
    add,
    bind,
    conjunction,
    divide,
    fresh_name,
    multiply,
    negate,
    number,
    power,
    relation,
)
from derive.printing import assemble_product, bound_name, rank_of
from derive.sympy_bridge import calculus
from derive.sympy_bridge.heads import (
    BOUND_HEAD,
    SCALARS,
    TYPE_HEADS,
    UnknownSymbol,
    UnsupportedExpression,
    head_of,
    sympy,
)


def from_sympy(expression: Any, context: Context) -> Term:
    """The term for a SymPy expression over the context's symbols, which are found by name.

    Raises ``UnknownSymbol`` when a symbol or function is not declared, and ``UnsupportedExpression``,
    naming the head, when there is no term for the expression.  Text is not read: pass an expression.
    """
    if isinstance(expression, bool):
        return TRUE if expression else FALSE
    if isinstance(expression, int | Fraction):
        return number(expression)
    if not isinstance(expression, sympy().Basic):
        raise UnsupportedExpression(type(expression).__name__, "a SymPy expression was expected")
    return Reader(context).read(expression)


# Names of SymPy's classes, with the operator that takes their arguments in order.
_DIRECT = {
    "Abs": "abs", "sign": "sign", "exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "tanh": "tanh", "erf": "erf",
    "floor": "floor", "ceiling": "ceiling", "Mod": "modulo", "Max": "maximum", "Min": "minimum",
    "binomial": "binomial", "factorial": "factorial", "Determinant": "determinant",
    "HadamardProduct": "hadamard", "DiagMatrix": "diagonal_matrix",
    "DiagonalOf": "diagonal", "Equality": "=", "Unequality": "!=", "LessThan": "<=", "StrictLessThan": "<",
    "GreaterThan": ">=", "StrictGreaterThan": ">", "Not": "not", "And": "and", "Or": "or",
    "Implies": "implies",
    "Expectation": "expectation", "ExpectationMatrix": "expectation",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reader:
    """A context, and the terms for SymPy's bound variables."""

    context: Context
    bound: Mapping[Any, Symbol] = field(default_factory=dict)

    def read(self, expression: Any) -> Term:
        """The term for an expression."""
        head = head_of(expression)
        if head is not None:
            return self.inert(head, expression)
        name = type(expression).__name__
        special = getattr(self, f"read_{name}", None)
        if special is not None:
            return self.checked(special(expression), name)
        module = sympy()
        if isinstance(expression, module.Rational):
            return number(Fraction(int(expression.p), int(expression.q)))
        if isinstance(expression, module.Symbol):
            return self.symbol(expression, expression.name)
        if isinstance(expression, module.core.function.AppliedUndef):
            return self.applied(expression.func.__name__, [self.read(each) for each in expression.args])
        if name in _DIRECT:
            return Apply(_DIRECT[name], tuple(self.read(each) for each in expression.args))
        raise UnsupportedExpression(name, _ADVICE.get(name, ""))

    def checked(self, result: Any, name: str) -> Term:
        if not isinstance(result, Number | Symbol | Bound | Apply | Bind):
            raise UnsupportedExpression(name)
        return result

    # .. inert expressions ..

    def inert(self, head: str, expression: Any) -> Term:
        if head in BINDERS:
            return self.inert_binder(head, expression)
        if head == BOUND_HEAD:
            return Bound(int(expression.args[0]))
        if head in TYPE_HEADS:
            raise UnsupportedExpression(head, "a type stands where a term was expected")
        return Apply(head, tuple(self.read(each) for each in expression.args))

    def inert_binder(self, head: str, expression: Any) -> Term:
        variable, domain, condition, body = expression.args
        kind = self.type(domain)
        inner, name = self.under(variable, variable.name, kind)
        binder = bind(head, name, kind, inner.read(body), inner.read(condition))
        return replace(binder, hint=_hint(variable.name))

    def type(self, expression: Any) -> Type:
        match head_of(expression):
            case "scalar type":
                return SCALARS[expression.args[0].name]
            case "index type":
                low, high = expression.args
                return Index(self.read(low), self.read(high))
            case "array type":
                return Tensor(tuple(self.read(length) for length in expression.args))
            case "function type":
                *domains, codomain = (self.type(part) for part in expression.args)
                return Function(tuple(domains), codomain)
        raise UnsupportedExpression(type(expression).__name__, "a type was expected")

    # .. symbols and functions ..

    def under(self, variable: Any, name: str, kind: Type) -> tuple[Reader, str]:
        """The reader inside a binder, and the name that stands for the variable there."""
        fresh = fresh_name(bound_name(_hint(name), frozenset()), self.context.names())
        context = self.context.declare(Declaration(fresh, kind))
        return Reader(context, {**self.bound, variable: Symbol(fresh)}), fresh

    def symbol(self, expression: Any, name: str) -> Term:
        """The term for a bound variable, or for what the context calls so."""
        if expression in self.bound:
            return self.bound[expression]
        if name in self.context.declarations or name in self.context.lets:
            return Symbol(name)
        definition = self.context.definitions.get(name)
        if definition is not None and not definition.parameters:
            return Apply(name)
        raise UnknownSymbol(name)

    def read_MatrixSymbol(self, expression: Any) -> Term:
        return self.symbol(expression, expression.name)

    def read_IndexedBase(self, expression: Any) -> Term:
        return self.symbol(expression, str(expression.label))

    def read_Idx(self, expression: Any) -> Term:
        if expression in self.bound or expression.label not in self.bound:
            return self.symbol(expression, str(expression.label))
        return self.bound[expression.label]

    def read_RandomSymbol(self, expression: Any) -> Term:
        return self.symbol(expression.symbol, expression.symbol.name)

    def applied(self, name: str, arguments: list[Term]) -> Term:
        """A declared function, a definition, or ``E`` at arguments."""
        if name in self.context.declarations or name in self.context.lets:
            return Apply("call", (Symbol(name), *arguments))
        definition = self.context.definitions.get(name)
        if definition is not None:
            return Apply(name, self.completed(definition, arguments))
        if name == "E" and len(arguments) == 1:
            return Apply("expectation", tuple(arguments))
        raise UnknownSymbol(name)

    def completed(self, definition: Definition, arguments: list[Term]) -> tuple[Term, ...]:
        """The arguments of a definition with its lengths, found from the types of the others."""
        explicit = definition.parameters[definition.implicit :]
        if len(arguments) == len(definition.parameters):
            return tuple(arguments)
        if len(arguments) != len(explicit):
            raise UnsupportedExpression(definition.name, f"it takes {len(explicit)} arguments")
        lengths: dict[str, Term] = {}
        for parameter, argument in zip(explicit, arguments, strict=True):
            _match(parameter.type, self.type_of(argument), lengths)
        names = [parameter.name for parameter in definition.parameters[: definition.implicit]]
        if not lengths.keys() >= set(names):
            raise UnsupportedExpression(definition.name, "its lengths cannot be told from its arguments")
        return (*(lengths[name] for name in names), *arguments)

    def type_of(self, term: Term) -> Type:
        try:
            return type_of(term, self.context)
        except IllTyped as error:
            raise UnsupportedExpression(getattr(error.term, "head", "term"), error.message) from error

    # .. arithmetic ..

    def read_Float(self, expression: Any) -> Term:
        raise UnsupportedExpression("Float", "decimals are inexact in SymPy; write a Rational")

    def read_Pi(self, expression: Any) -> Term:
        return Apply("pi")

    def read_Exp1(self, expression: Any) -> Term:
        return Apply("exp", (ONE,))

    def read_Add(self, expression: Any) -> Term:
        return _sum([self.read(each) for each in _ordered(expression, "as_ordered_terms")])

    def read_MatAdd(self, expression: Any) -> Term:
        terms = [self.read(each) for each in expression.args]
        columns = [column for term in terms if (column := self.column(term)) is not None]
        if len(columns) == len(terms):
            return Apply("transpose", (_sum(columns),))
        return _sum(terms)

    def column(self, term: Term) -> Term | None:
        """The vector whose transpose the term is, as SymPy moves transposes into sums and products."""
        match term:
            case Apply("transpose", (vector,)) if rank_of(vector, self.context) == 1:
                return vector
            case Apply("negate", (row,)):
                inner = self.column(row)
                return None if inner is None else negate(inner)
            case Apply("multiply", (*numbers, row)):
                inner = self.column(row)
                return None if inner is None else multiply(*numbers, inner)
            case Apply("matmul", (row, matrix)):
                inner = self.column(row)
                return None if inner is None else Apply("matmul", (Apply("transpose", (matrix,)), inner))
            case Apply("hadamard", rows):
                columns = [column for row in rows if (column := self.column(row)) is not None]
                return Apply("hadamard", tuple(columns)) if len(columns) == len(rows) else None
        return None

    def factor(self, expression: Any) -> Term:
        """A factor of a matrix product; a row is the transpose of a vector."""
        term = self.read(expression)
        column = self.column(term)
        return term if column is None else Apply("transpose", (column,))

    def read_Mul(self, expression: Any) -> Term:
        """A product as a quotient, with the sign in front and rational coefficients split."""
        coefficient, rest = expression.as_coeff_Mul()
        if not isinstance(coefficient, sympy().Rational):
            coefficient, rest = sympy().Integer(1), expression
        factors = _ordered(rest, "as_ordered_factors") if isinstance(rest, sympy().Mul) else [rest]
        above, below = [], []
        for factor in factors:
            if factor == 1:
                continue
            base, exponent = factor.as_base_exp() if type(factor).__name__ == "Pow" else (factor, None)
            if exponent is not None and exponent.is_Rational and exponent.is_negative:
                below.append(self._power(base, -exponent))
            else:
                above.append(self.read(factor))
        top, bottom = abs(int(coefficient.p)), int(coefficient.q)
        if top != 1 or not above:
            above.insert(0, number(top))
        if bottom != 1:
            below.insert(0, number(bottom))
        result = multiply(*above)
        if below:
            result = divide(result, multiply(*below))
        return negate(result) if coefficient < 0 else result

    def read_Pow(self, expression: Any) -> Term:
        base, exponent = expression.args
        if exponent.is_Rational and exponent.is_negative:
            return divide(ONE, self._power(base, -exponent))
        return self._power(base, exponent)

    def _power(self, base: Any, exponent: Any) -> Term:
        if exponent == 1:
            return self.read(base)
        if exponent == sympy().Rational(1, 2):
            return Apply("sqrt", (self.read(base),))
        return power(self.read(base), self.read(exponent))

    # .. arrays ..

    def read_MatMul(self, expression: Any) -> Term:
        coefficient, factors = expression.as_coeff_matrices()
        product = assemble_product([self.factor(factor) for factor in factors], self.context)
        if coefficient == 1:
            return product
        if coefficient == -1:
            return negate(product)
        return multiply(self.read(coefficient), product)

    def read_MatPow(self, expression: Any) -> Term:
        base, exponent = expression.args
        if exponent == -1:
            return Apply("inverse", (self.read(base),))
        return power(self.read(base), self.read(exponent))

    def read_Inverse(self, expression: Any) -> Term:
        return Apply("inverse", (self.read(expression.arg),))

    def read_Trace(self, expression: Any) -> Term:
        argument = self.read(expression.arg)
        return argument if rank_of(argument, self.context) == 0 else Apply("trace", (argument,))

    def read_Identity(self, expression: Any) -> Term:
        return Apply("identity", (self.read(expression.args[0]),))

    def read_OneMatrix(self, expression: Any) -> Term:
        return self._constant("ones", expression)

    def read_ZeroMatrix(self, expression: Any) -> Term:
        return self._constant("zeros", expression)

    def _constant(self, head: str, expression: Any) -> Term:
        rows, columns = expression.args
        if rows == 1 and columns != 1:
            return Apply("transpose", (Apply(head, (self.read(columns),)),))
        shape = (rows,) if columns == 1 else (rows, columns)
        return Apply(head, tuple(self.read(length) for length in shape))

    def read_Indexed(self, expression: Any) -> Term:
        base, indices = self.read(expression.base), [self.read(index) for index in expression.indices]
        head = "call" if isinstance(self.type_of(base), Function) else "entry"
        return Apply(head, (base, *indices))

    def read_MatrixElement(self, expression: Any) -> Term:
        parent, row, column = expression.args
        array = self.read(parent)
        indices = [self.read(index + 1) for index in (row, column)]
        rank = rank_of(array, self.context)
        if rank == 0 and row == column == 0:
            return array
        if rank == 1:
            # The only column of a vector has the number 0, by whatever name.
            return Apply("entry", (array, indices[0]))
        return Apply("entry", (array, *indices))

    def read_Transpose(self, expression: Any) -> Term:
        """A transpose, or a row of a matrix as a vector."""
        (argument,) = expression.args
        if type(argument).__name__ == "MatrixSlice":
            parent, rows, columns = argument.args
            if argument.shape[0] == 1 and tuple(columns) == (0, parent.shape[1], 1):
                return Apply("entry", (self.read(parent), self.read(rows[0] + 1)))
        return Apply("transpose", (self.read(argument),))

    def read_HadamardPower(self, expression: Any) -> Term:
        base, exponent = expression.args
        if not (exponent.is_Integer and 2 <= int(exponent) <= 8):
            raise UnsupportedExpression("HadamardPower", "write the entrywise product")
        return Apply("hadamard", (self.read(base),) * int(exponent))

    def read_ElementwiseApplyFunction(self, expression: Any) -> Term:
        function, variable = expression.function, sympy().Dummy("entry")
        applied = function(variable)
        head = _DIRECT.get(type(applied).__name__, "sqrt" if applied == sympy().sqrt(variable) else "")
        if head not in ELEMENTWISE or (head != "sqrt" and applied.args != (variable,)):
            raise UnsupportedExpression("ElementwiseApplyFunction", f"of {function}")
        argument = self.read(expression.expr)
        column = self.column(argument)
        if column is not None:
            return Apply("transpose", (Apply(head, (column,)),))
        return Apply(head, (argument,))

    def read_FunctionMatrix(self, expression: Any) -> Term:
        """The array of a function of the places, which SymPy counts from 0."""
        rows, columns, function = expression.args
        row, column = sympy().Dummy("i", integer=True), sympy().Dummy("j", integer=True)
        kinds = [Index(ONE, self.read(rows)), Index(ONE, self.read(columns))]
        reader, first = self.under(row, "i", kinds[0])
        if columns == 1:
            return replace(bind("array", first, kinds[0], reader.read(function(row - 1, 0))), hint="i")
        reader, second = reader.under(column, "j", kinds[1])
        inner = replace(bind("array", second, kinds[1], reader.read(function(row - 1, column - 1))), hint="j")
        return replace(bind("array", first, kinds[0], inner), hint="i")

    # .. statements and choices ..

    def read_BooleanTrue(self, expression: Any) -> Term:
        return TRUE

    def read_BooleanFalse(self, expression: Any) -> Term:
        return FALSE

    def read_Equivalent(self, expression: Any) -> Term:
        sides = [self.read(each) for each in _sorted(expression.args)]
        return conjunction(*(Apply("iff", (left, right)) for left, right in pairwise(sides)))

    def read_KroneckerDelta(self, expression: Any) -> Term:
        left, right = expression.args[:2]
        return Apply("iverson", (relation(self.read(left), "=", self.read(right)),))

    def read_Piecewise(self, expression: Any) -> Term:
        *branches, (last, otherwise) = expression.args
        if otherwise != sympy().true:
            raise UnsupportedExpression("Piecewise", "the last branch must hold otherwise, with True")
        if len(branches) == 1 and branches[0][0] == 1 and last == 0:
            return Apply("iverson", (self.read(branches[0][1]),))
        result = self.read(last)
        for value, statement in reversed(branches):
            result = Apply("if", (self.read(statement), self.read(value), result))
        return result

    # .. binders ..

    def read_Sum(self, expression: Any) -> Term:
        return self._iterated("sum", expression)

    def read_Product(self, expression: Any) -> Term:
        return self._iterated("product", expression)

    def _iterated(self, head: str, expression: Any) -> Term:
        """SymPy's first limits are those of the innermost sum."""
        limits = list(expression.limits)
        if any(len(limit) != 3 for limit in limits):
            raise UnsupportedExpression(
                type(expression).__name__, "every index needs a lower and an upper limit"
            )
        reader, opened = self, []
        for variable, low, high in reversed(limits):
            kind = Index(reader.read(low), reader.read(high))
            label = variable.label if type(variable).__name__ == "Idx" else variable
            reader, name = reader.under(label, str(label.name), kind)
            opened.append((name, kind, str(label.name)))
        result = reader.read(expression.function)
        for name, kind, hint in reversed(opened):
            result = Bind(head, kind, TRUE, abstract(result, name), _hint(hint))
        return result

    def read_Derivative(self, expression: Any) -> Term:
        return calculus.read_derivative(expression, self)

    def read_Subs(self, expression: Any) -> Term:
        return calculus.read_substitution(expression, self)

    def read_Integral(self, expression: Any) -> Term:
        return calculus.read_integral(expression, self)

    def read_Lambda(self, expression: Any) -> Term:
        if len(expression.variables) != 1:
            raise UnsupportedExpression("Lambda", "one variable at a time")
        (variable,) = expression.variables
        kind = Scalar("int") if variable.is_integer else REAL
        inner, name = self.under(variable, variable.name, kind)
        return replace(bind("lambda", name, kind, inner.read(expression.expr)), hint=_hint(variable.name))


_ADVICE = {
    "Infinity": "infinity is no number; write a limit or a bound",
    "NegativeInfinity": "infinity is no number; write a limit or a bound",
    "ComplexInfinity": "a division by zero happened in SymPy",
    "NaN": "an undefined value arose in SymPy",
    "ImaginaryUnit": "terms are real",
}


def _hint(name: str) -> str:
    return bound_name(name.lstrip("_"), frozenset())


def _sum(terms: list[Term]) -> Term:
    """The sum with a term in front that carries no minus, if there is one; ``n + (-1)`` is ``n - 1``."""
    terms = [
        negate(number(-term.value)) if isinstance(term, Number) and term.value < 0 else term for term in terms
    ]
    for position, term in enumerate(terms):
        if not (isinstance(term, Apply) and term.head == "negate"):
            terms.insert(0, terms.pop(position))
            break
    return add(*terms)


def _ordered(expression: Any, method: str) -> Sequence[Any]:
    """The arguments in the order in which SymPy prints them."""
    try:
        ordered: Sequence[Any] = getattr(expression, method)()
    except (AttributeError, TypeError, ValueError, NotImplementedError):
        ordered = expression.args
    return ordered if len(ordered) == len(expression.args) else expression.args


def _sorted(arguments: Any) -> Sequence[Any]:
    ordered: Sequence[Any] = sorted(arguments, key=sympy().default_sort_key)
    return ordered


def _match(wanted: Type, found: Type, lengths: dict[str, Term]) -> None:
    """Notes the lengths that make the wanted type the one found, where they are plain symbols."""
    match wanted, found:
        case Tensor(first), Tensor(second) if len(first) == len(second):
            pairs = list(zip(first, second, strict=True))
        case Index(low, high), Index(other_low, other_high):
            pairs = [(low, other_low), (high, other_high)]
        case Function(domains, codomain), Function(others, other) if len(domains) == len(others):
            for one, another in zip((*domains, codomain), (*others, other), strict=True):
                _match(one, another, lengths)
            return
        case _:
            return
    for left, right in pairs:
        if isinstance(left, Symbol):
            lengths.setdefault(left.name, right)


__all__ = ["from_sympy"]
