"""The syntax tree of the script language: what was written, before anyone asks what it means.

Every node is immutable, is compared by structure, and carries the `span` it was read from (which does
not take part in comparison). Brackets that the author wrote are in the tree (`Group`), so a tree that was
parsed prints back without invented brackets.

What the parser cannot know is left to elaboration:

* `r(l+1)`, no space, is `Attached`: an application, or a product that binds tightly;
* `l (K-1)`, `G[i,j] X[j,k]`, `log p(x)`, `grad[theta] f(x)`, `2 n` are a flat `Juxtaposition`: products
  and prefix functions (`grad[theta]` is `Indexed(Name("grad"), …)`, one item of it);
* `E[x]`, `Var[w]`, `X[i, j]` are all `Indexed`; `E[t | x]` is `Indexed(Name("E"), (Conditional(…),))`;
* a set or type after `in` is a term (`type_of_term` reads it as a type), after `:` a type.

Greek and other mathematical letters are spelled out in names (`θ` is `theta`, `x₁` is `x_1`, `∞` is `inf`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from grammar.errors import ScriptError
from grammar.terms import (
    NOWHERE as NOWHERE,
)
from grammar.terms import (
    RELATIONS as RELATIONS,
)
from grammar.terms import (
    AbsoluteValue as AbsoluteValue,
)
from grammar.terms import (
    And as And,
)
from grammar.terms import (
    ArrayBuilder as ArrayBuilder,
)
from grammar.terms import (
    ArrayLiteral as ArrayLiteral,
)
from grammar.terms import (
    Asymptotic as Asymptotic,
)
from grammar.terms import (
    Attached as Attached,
)
from grammar.terms import (
    Binary as Binary,
)
from grammar.terms import (
    Binder as Binder,
)
from grammar.terms import (
    BoundVariable as BoundVariable,
)
from grammar.terms import (
    Comprehension as Comprehension,
)
from grammar.terms import (
    Conditional as Conditional,
)
from grammar.terms import (
    DependentFunctionType as DependentFunctionType,
)
from grammar.terms import (
    DoubleBars as DoubleBars,
)
from grammar.terms import (
    Exists as Exists,
)
from grammar.terms import (
    Extremum as Extremum,
)
from grammar.terms import (
    ForAll as ForAll,
)
from grammar.terms import (
    FunctionType as FunctionType,
)
from grammar.terms import (
    Group as Group,
)
from grammar.terms import (
    Iff as Iff,
)
from grammar.terms import (
    Implies as Implies,
)
from grammar.terms import (
    Indexed as Indexed,
)
from grammar.terms import (
    Iverson as Iverson,
)
from grammar.terms import (
    Juxtaposition as Juxtaposition,
)
from grammar.terms import (
    Name as Name,
)
from grammar.terms import (
    Negated as Negated,
)
from grammar.terms import (
    Node as Node,
)
from grammar.terms import (
    Not as Not,
)
from grammar.terms import (
    NumberLiteral as NumberLiteral,
)
from grammar.terms import (
    Or as Or,
)
from grammar.terms import (
    Piecewise as Piecewise,
)
from grammar.terms import (
    Power as Power,
)
from grammar.terms import (
    Range as Range,
)
from grammar.terms import (
    Relation as Relation,
)
from grammar.terms import (
    RelationChain as RelationChain,
)
from grammar.terms import (
    SequenceType as SequenceType,
)
from grammar.terms import (
    SetOf as SetOf,
)
from grammar.terms import (
    Span as Span,
)
from grammar.terms import (
    Transposed as Transposed,
)
from grammar.terms import (
    Type as Type,
)
from grammar.terms import (
    TypeExpression as TypeExpression,
)
from grammar.terms import (
    type_of_term as type_of_term,
)

# ---- Contexts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeclaredName(Node):
    """A declared symbol and, where one is given, its LaTeX spelling."""

    name: str
    latex: str | None = None


@dataclass(frozen=True, slots=True)
class Property(Node):
    """A property after a declared type.

    `iid` and `symmetric` have no argument; `mean 0`, `parameter theta` one; `normal(0, 1)` several;
    `positive on S`, `C1 in theta`, `integrable under p` one with a preposition; `on S` alone has the
    name `on`.
    """

    name: str
    arguments: tuple[Node, ...] = ()
    preposition: str | None = None


@dataclass(frozen=True, slots=True)
class Declaration(Node):
    """`a, b : type properties ~ law with conditions`, one line of `given`."""

    names: tuple[DeclaredName, ...]
    type: Type
    properties: tuple[Property, ...] = ()
    law: Node | None = None
    conditions: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Independence(Node):
    """`X, G independent`, `(X, Y), G independent`: the families are jointly independent."""

    groups: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class LetDefinition(Node):
    """`let dw[h, l] : real = body as "…"`; `indexed` tells `f[i]` from `f(x)`."""

    name: str
    parameters: tuple[BoundVariable, ...]
    type: Type | None
    body: Node
    latex: str | None = None
    indexed: bool = False


ASSUMPTION_KINDS = ("hypothesis", "regularity", "regime")


@dataclass(frozen=True, slots=True)
class Assumption(Node):
    """`assume name, kind: statement`; in a proof it supposes the premise of an implication."""

    name: str | None
    kind: str | None
    statement: Node


ContextItem: TypeAlias = Declaration | Independence | LetDefinition | Assumption


# ---- Proofs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation(Node):
    """`definition of rms` (subject `rms`), `rank_one_norm(u, v)`, `sup_scale with f := g`."""

    name: str
    subject: str | None = None
    arguments: tuple[Node, ...] = ()
    substitutions: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason(Node):
    """What follows `by`."""

    citations: tuple[Citation, ...]


EXPECTATIONS = ("refuted", "proved-if", "ill-formed")


@dataclass(frozen=True, slots=True)
class Link(Node):
    """One step of a chain: `operator term by reason expect expectation`.

    Operators are those of RELATIONS, or `iff` and `implies` where the terms are statements.
    """

    operator: str
    term: Node
    reason: Reason | None = None
    expectation: str | None = None


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`first = term by reason = term by reason …`; `claimed` when the word `claim` stands before it."""

    first: Node
    links: tuple[Link, ...]
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Claim(Node):
    """A statement that is no chain: a predicate, a quantified or composed statement."""

    statement: Node
    reason: Reason | None = None
    expectation: str | None = None
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Have(Node):
    """`have name: statement by reason`, with its own proof below it, or none."""

    name: str | None
    statement: Node
    reason: Reason | None
    items: tuple[ProofItem, ...]
    expectation: str | None = None


@dataclass(frozen=True, slots=True)
class SubProof(Node):
    """`show name: statement` inside a proof, and what proves it (the indented items below)."""

    name: str | None
    statement: Node
    reason: Reason | None
    items: tuple[ProofItem, ...]


@dataclass(frozen=True, slots=True)
class Case(Node):
    """`case pattern:`; the pattern is a statement, or a term under an induction (`0`, `l + 1`)."""

    pattern: Node
    items: tuple[ProofItem, ...]


@dataclass(frozen=True, slots=True)
class Induction(Node):
    """`proof by induction on L`, or `induction on l:` as an item; `items` holds the cases."""

    variable: str
    items: tuple[ProofItem, ...]


@dataclass(frozen=True, slots=True)
class Obtain(Node):
    """`obtain U, S, V from svd(A)`."""

    names: tuple[str, ...]
    source: Citation


@dataclass(frozen=True, slots=True)
class Attained(Node):
    """`attained at term by reason`."""

    term: Node
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Take(Node):
    """`take x : type`, `take a > 0`, `fix a`: introduces the variables of a universal statement."""

    variables: tuple[BoundVariable, ...]
    conditions: tuple[Node, ...] = ()


ProofItem: TypeAlias = (
    Chain | Claim | Have | SubProof | Case | Induction | Obtain | Attained | Take | LetDefinition | Assumption
)


# ---- Items ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Goal(Node):
    """`show name: statement` of a theorem."""

    name: str | None
    statement: Node


@dataclass(frozen=True, slots=True)
class Theorem(Node):
    """`theorem`, `lemma` or `axiom` (`kind`); `proof` is None where there is none."""

    kind: str
    name: str
    title: str | None
    refs: tuple[str, ...]
    context: tuple[ContextItem, ...]
    shows: tuple[Goal, ...]
    proof: tuple[ProofItem, ...] | None


@dataclass(frozen=True, slots=True)
class Refute(Node):
    """`refute name "title" in base`: exactly one link or claim of `steps` carries an expectation."""

    name: str
    title: str | None
    base: str | None
    refs: tuple[str, ...]
    context: tuple[ContextItem, ...]
    steps: tuple[ProofItem, ...]


@dataclass(frozen=True, slots=True)
class Define(Node):
    """`abbreviation name(x : type) : result = body as "latex"` or `opaque …`, with its examples.

    `define` alone is an abbreviation. Only an opaque definition may lack a body.
    """

    kind: str
    name: str
    title: str | None
    parameters: tuple[BoundVariable, ...]
    result: Type | None
    body: Node | None
    latex: str | None
    refs: tuple[str, ...]
    context: tuple[ContextItem, ...]
    examples: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Import(Node):
    """`import "path"` or `import foundations.norms` (the text without quotes)."""

    path: str
    quoted: bool


Item: TypeAlias = Theorem | Refute | Define | Import


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, from `#` to the end of its line; `alone` when nothing stands before it."""

    text: str
    line: int
    column: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Script:
    """A file as read: what could be read, and an error for each item that could not."""

    file: str
    items: tuple[Item, ...]
    errors: tuple[ScriptError, ...]
    comments: tuple[Comment, ...]
