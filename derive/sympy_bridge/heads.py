"""Inert heads: SymPy expressions that stand for our operators and are never evaluated."""

from __future__ import annotations

from functools import cache
from typing import Any

from checks.contexts import Context
from checks.terms import (
    BINDERS,
    DIMENSION,
    INTEGER,
    NATURAL,
    ONE,
    OPERATORS,
    REAL,
    STATEMENT_HEADS,
    ZERO,
    Apply,
    Function,
    Index,
    Number,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
)


class SympyError(Exception):
    """An expression cannot be carried over between the two languages; the message says why."""

    identifier = "sympy"


class UnknownSymbol(SympyError):
    """A symbol or function is not declared.  What to do: declare it in the context, or correct its name."""

    identifier = "undeclared-symbol"

    def __init__(self, name: str):
        super().__init__(f"{name} is not declared in the context")
        self.name = name


class UnsupportedExpression(SympyError):
    """There is no counterpart in the other language.  What to do: rewrite the part that is named."""

    identifier = "unsupported-expression"

    def __init__(self, head: str, reason: str = ""):
        super().__init__(f"{head} has no counterpart{': ' + reason if reason else ''}")
        self.head = head


@cache
def sympy() -> Any:
    """The module, imported on first use."""
    import sympy as module  # type: ignore[import-untyped, unused-ignore]

    return module


_NAMES = {
    "=": "EqualTo", "!=": "UnequalTo", "<=": "AtMost", "<": "LessThan", ">=": "AtLeast", ">": "GreaterThan",
    "add": "Plus", "multiply": "Times", "negate": "Minus", "divide": "Quotient", "power": "PowerOf",
    "and": "Conjunction", "or": "Disjunction", "not": "Negation", "implies": "Implication",
    "iff": "Equivalence",
    "sum": "SumOver", "product": "ProductOver", "sup": "Supremum", "inf": "Infimum", "forall": "ForAll",
    "exists": "Exists", "lambda": "Mapping", "array": "ArrayOver", "if": "IfThenElse",
    "identity": "IdentityArray", "derivative": "DerivativeAt", "integral": "IntegralOver",
}  # fmt: skip
TYPE_HEADS = frozenset({"scalar type", "index type", "array type", "function type"})
BOUND_HEAD = "bound variable"


_STATEMENTS = STATEMENT_HEADS | {"forall", "exists"}


def _strict(module: Any, argument: Any) -> Any:
    """The argument as a SymPy object: expressions and integers, never text."""
    if isinstance(argument, module.Basic):
        return argument
    if isinstance(argument, int):
        return module.Integer(argument)
    raise UnsupportedExpression(type(argument).__name__, "a SymPy expression was expected")


@cache
def _classes() -> dict[str, Any]:
    return {head: _make(head) for head in sorted(OPERATORS | BINDERS | TYPE_HEADS | {BOUND_HEAD})}


def _make(head: str) -> Any:
    """A subclass of ``sympy.Expr``, of ``Boolean`` for statements, that keeps its arguments as they are."""
    module = sympy()

    def create(cls: Any, *arguments: Any) -> Any:
        return module.Basic.__new__(cls, *(_strict(module, argument) for argument in arguments))

    def free_symbols(self: Any) -> Any:
        variable, domain, condition, body = self.args
        return domain.free_symbols | ((condition.free_symbols | body.free_symbols) - {variable})

    name = _NAMES.get(head) or "".join(word.capitalize() for word in head.replace("_", " ").split())
    members: dict[str, Any] = {
        "__new__": create, "__module__": __name__, "head": head,
        "__doc__": f"The operator {head}, not evaluated.",
    }  # fmt: skip
    if head in BINDERS:
        members["free_symbols"] = property(free_symbols)
        members["bound_symbols"] = property(lambda self: [self.args[0]])
    if head in _STATEMENTS:
        return type(name, (module.logic.boolalg.Boolean,), members)
    return type(name, (module.Expr,), {**members, "is_commutative": True})


def inert_head(head: str) -> Any:
    """The SymPy class of expressions for an operator or binder of ours: ``inert_head("divide")(a, b)``."""
    try:
        return _classes()[head]
    except KeyError:
        raise UnsupportedExpression(head) from None


def head_of(expression: Any) -> str | None:
    """The operator for which an inert expression stands; nothing for ordinary SymPy."""
    kind = type(expression)
    head = getattr(kind, "head", None)
    return head if isinstance(head, str) and _classes().get(head) is kind else None


# -- symbols -------------------------------------------------------------------------------------------


def _compared_to_zero(name: str, context: Context) -> frozenset[str]:
    """The relations to 0 that the context states of a symbol."""
    found = set()
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!="}
    for fact in context.facts:
        match fact.statement:
            case Apply(head, (Symbol(each), right)) if each == name and right == ZERO:
                found.add(head)
            case Apply(head, (left, Symbol(each))) if each == name and left == ZERO and head in turned:
                found.add(turned[head])
    return frozenset(found)


def assumptions(name: str, kind: Type, context: Context) -> dict[str, bool]:
    """What SymPy may assume of a number: from its type, and from declared comparisons with 0."""
    known = {"real": True} if kind == REAL else {"integer": True}
    if kind == DIMENSION or (
        isinstance(kind, Index) and isinstance(kind.low, Number) and kind.low.value >= 1
    ):
        return {**known, "positive": True}
    if kind == NATURAL:
        known["nonnegative"] = True
    for head in _compared_to_zero(name, context):
        word = {
            ">": "positive",
            ">=": "nonnegative",
            "<": "negative",
            "<=": "nonpositive",
            "!=": "nonzero",
        }.get(head)
        if word is not None:
            known[word] = True
    return known


def scalar_symbol(name: str, kind: Type, context: Context) -> Any:
    """The SymPy symbol of a number, a proposition or a function that is not applied."""
    module = sympy()
    if isinstance(kind, Function | Tensor) or kind == Scalar("proposition"):
        return module.Symbol(name)
    try:
        return module.Symbol(name, **assumptions(name, kind, context))
    except ValueError:
        # The context contradicts itself, which is for others to say.
        return module.Symbol(name)


def as_columns(shape: tuple[Term, ...]) -> tuple[Term, ...]:
    """The shape of an array as SymPy has it: a vector is a matrix with one column."""
    return (*shape, ONE) if len(shape) == 1 else shape


SCALARS = {kind.kind: kind for kind in (REAL, INTEGER, NATURAL, DIMENSION, Scalar("proposition"))}
