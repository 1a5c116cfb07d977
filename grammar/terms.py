"""Terms, statements and types: the part of the syntax tree below proofs (see `grammar.syntax`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of source text; counted from 1, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


NOWHERE = Span(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """Any node of the tree."""

    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)

    def children(self) -> Iterator[Node]:
        """Yield the nodes directly below this one, in the order of the fields."""
        for entry in fields(self):
            pending = [getattr(self, entry.name)]
            while pending:
                value = pending.pop()
                if isinstance(value, Node):
                    yield value
                elif isinstance(value, tuple):
                    pending.extend(reversed(value))


# ---- Terms ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NumberLiteral(Node):
    """`12`, `0.5`, `1e-8`: the digits as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """`x`, `d_in`, `DW`, `y'`."""

    text: str


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Round brackets: `(a + b)`, a tuple `(x, y)`, or `()`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Attached(Node):
    """`f(x, y)` without a space: one tight unit. `function` is a Name, an Indexed or an Attached."""

    function: Node
    arguments: Group


@dataclass(frozen=True, slots=True)
class Indexed(Node):
    """`base[i, j]` without a space, `E[x]`, `grad[theta]`."""

    base: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`t | x, y` inside the brackets of an Indexed: `E[t | x, y]`, `Cov[s, t | x]`."""

    terms: tuple[Node, ...]
    given: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Power(Node):
    """`base^exponent`; associates to the right. An exponent `-1` is `Negated(NumberLiteral("1"))`."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Transposed(Node):
    """`A^T`: always the transpose; a power with exponent `T` is written `a^(T)`."""

    base: Node


@dataclass(frozen=True, slots=True)
class Negated(Node):
    """`-operand`, where the operand reaches over a whole product: `-a b` is `-(a b)`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`left operator right` with operator `+`, `-`, `*`, `/`, `.*` (entrywise) or `kron`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Juxtaposition(Node):
    """Two or more neighbours: `items[0]` may be a product or quotient, the last a Binder, others factors."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AbsoluteValue(Node):
    """`|inner|`."""

    inner: Node


@dataclass(frozen=True, slots=True)
class DoubleBars(Node):
    """`||inner||`, `||inner||_F`: subscript as written (`2`, `F`, `inf`, `rms`) or None."""

    inner: Node
    subscript: str | None = None


@dataclass(frozen=True, slots=True)
class BoundVariable(Node):
    """A variable that something binds, with its domain (a term after `in`, a type after `:`) or law."""

    name: str
    domain: Node | None = None
    distribution: Node | None = None


@dataclass(frozen=True, slots=True)
class Binder(Node):
    """`keyword[variables, conditions] body`; the body reaches over the whole product or quotient.

    Keywords: sum, prod, sup, inf, max, min, argmax, argmin, integral, lambda; and any name whose brackets
    hold a `~`, such as `E[x ~ p] f(x)`.
    """

    keyword: str
    variables: tuple[BoundVariable, ...]
    conditions: tuple[Node, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Range(Node):
    """`low..high`."""

    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class SetOf(Node):
    """`{-1, 1}`."""

    elements: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comprehension(Node):
    """`{a > 0 | P}`, `{a in real | P}`: `a > 0` gives a variable without domain, and a condition."""

    variables: tuple[BoundVariable, ...]
    conditions: tuple[Node, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Extremum(Node):
    """`greatest {…}` or `least {…}`."""

    which: str
    comprehension: Comprehension


@dataclass(frozen=True, slots=True)
class Piecewise(Node):
    """`if condition then consequent else alternative`."""

    condition: Node
    consequent: Node
    alternative: Node


@dataclass(frozen=True, slots=True)
class Iverson(Node):
    """`[P]` standing alone: 1 where the statement holds, else 0."""

    statement: Node


@dataclass(frozen=True, slots=True)
class ArrayLiteral(Node):
    """`[3, 4]`, `[[1, 2], [3, 4]]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ArrayBuilder(Node):
    """`[f(i, j) | i in 1..m, j in 1..n]`."""

    body: Node
    variables: tuple[BoundVariable, ...]
    conditions: tuple[Node, ...]


# ---- Statements -----------------------------------------------------------------------------------

RELATIONS = (
    "=", "!=", "<", "<=", ">", ">=", "= a.s.", "!= a.s.", "< a.s.", "<= a.s.", "> a.s.", ">= a.s.",
    "= in law", "~=", "in", "not in", "prop", "tends to",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation(Node):
    """`left operator right`, the operator one of RELATIONS."""

    left: Node
    operator: str
    right: Node


@dataclass(frozen=True, slots=True)
class RelationChain(Node):
    """`a <= b < c` as one statement: at least three terms, and one operator fewer."""

    terms: tuple[Node, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asymptotic(Node):
    """`statement as variable -> limit [regime]`, such as `f in Theta(g) as n -> inf [k fixed, m = O(n)]`.

    `k fixed` in the regime is the Juxtaposition of two names.
    """

    statement: Node
    variable: str
    limit: Node
    regime: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not P`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    """`P and Q and …`, two operands or more."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """`P or Q or …`, two operands or more."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Implies(Node):
    """`P implies Q`; associates to the right."""

    premise: Node
    conclusion: Node


@dataclass(frozen=True, slots=True)
class Iff(Node):
    """`P iff Q`."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class ForAll(Node):
    """`for all i, j in S with C, P`, `for all a > 0, P`, `for all l : nat, P`."""

    variables: tuple[BoundVariable, ...]
    conditions: tuple[Node, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Exists(Node):
    """`exists x in S, P`."""

    variables: tuple[BoundVariable, ...]
    conditions: tuple[Node, ...]
    body: Node


# ---- Types ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TypeExpression(Node):
    """`positive real`, `random vector(n)`, `index(1..k)`, `subset of vector(k)` (argument: the type)."""

    modifiers: tuple[str, ...]
    constructor: str
    arguments: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionType(Node):
    """`function real, vector(k) -> real`."""

    domains: tuple[Node, ...]
    codomain: Node


@dataclass(frozen=True, slots=True)
class DependentFunctionType(Node):
    """`(l : index(1..L)) -> matrix(d[l+1], d[l])`."""

    variables: tuple[BoundVariable, ...]
    codomain: Node


@dataclass(frozen=True, slots=True)
class SequenceType(Node):
    """`sequence nat`."""

    element: Node


Type: TypeAlias = TypeExpression | FunctionType | DependentFunctionType | SequenceType


def type_of_term(term: Node) -> Type | None:
    """Read a term as a type (`vector(n)`, `positive real`, after `in`), or return None."""
    match term:
        case TypeExpression() | FunctionType() | DependentFunctionType() | SequenceType():
            return term
        case Group(items=(inner,)):
            return type_of_term(inner)
        case Name(text=text):
            return TypeExpression((), text, span=term.span)
        case Attached(function=Name(text=text), arguments=Group(items=arguments)):
            return TypeExpression((), text, arguments, span=term.span)
        case Juxtaposition(items=(Name(text="sequence"), element)):
            inside = type_of_term(element)
            return None if inside is None else SequenceType(inside, span=term.span)
        case Juxtaposition(items=(*words, last)) if all(isinstance(word, Name) for word in words):
            inside = type_of_term(last)
            if not isinstance(inside, TypeExpression) or inside.modifiers:
                return None
            modifiers = tuple(word.text for word in words if isinstance(word, Name))
            return TypeExpression(modifiers, inside.constructor, inside.arguments, span=term.span)
    return None
