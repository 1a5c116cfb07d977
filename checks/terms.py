"""Terms, types and statements: immutable, typed, locally nameless, never evaluated when built.

A term is a number, a free symbol, a bound variable (a de Bruijn index: 0 is the innermost binder), an
operator applied to arguments, or a binder with one variable.  A statement is a term of the type
``PROPOSITION``.  Two terms are equal exactly when their trees are equal; names of bound variables are kept
for printing only.  ``x/x`` is a quotient, not 1; ``a + b`` and ``b + a`` are different terms.

Operators (``Apply.head``); ``shape`` below means a list of lengths:

=================================  =====================================================================
add, multiply, negate, divide      arithmetic of reals; add of arrays of one shape; multiply of reals and at
                                   most one array; divide of an array by a real
power                              real to a real power; square matrix to a natural power
matmul, dot, outer                 matrix by matrix or vector; inner product of vectors; u v^T
transpose, trace, inverse,         of a matrix; the transpose of a vector(n) is a matrix(1, n)
determinant
hadamard                           entrywise product of arrays of one shape
diagonal_matrix, diagonal          the matrix with a vector on its diagonal; the diagonal of a square matrix
identity, ones, zeros              identity(n): the n by n identity; ones(shape…), zeros(shape…)
entry                              entry(A, i, …): one entry, or a slice when indices are missing
call                               call(f, x, …): a function, sequence or family at its arguments
abs, sign, sqrt, exp, log, …       ``ELEMENTWISE``: of a real, or entry by entry of an array; erf(t) is
                                   2/sqrt(pi) times the integral of exp(-s^2) from 0 to t
floor, ceiling, modulo, minimum,   of integers or reals; modulo(s, t) is s - t floor(s/t)
maximum, factorial, binomial
pi, true, false                    constants
iverson                            1 when the statement holds, else 0
if                                 if(P, a, b)
expectation                        integrates every random symbol of the context
= != <= < >= >                     relations; ``=`` and ``!=`` also of arrays
equal_almost_surely, equal_in_law  relations of random terms
not, and, or, implies, iff         propositions
derivative                         derivative(f, a): the derivative of the function f of a real or an array at
                                   a; the shape of its value followed by the shape of its argument
independent, integrable,           predicates; ``defined(t)`` says that Def(t) holds, ``always(P)`` that P holds
invertible, defined, always        at every outcome
differentiable                     differentiable(f, a): f is defined around a and has a derivative there
continuously_differentiable        continuously_differentiable(f, k): f is defined everywhere and all its partial
                                   derivatives up to the k-th exist and are continuous
summable                           summable(f): f is defined everywhere, measurable, |f| has a finite integral
dominated                          dominated(f, a): around a f(a', x) is defined for all x, measurable in x, and in
                                   size at most g(x), g summable
=================================  =====================================================================

Any other head is the name of a definition.  Binders (``Bind.head``): sum, product (over an ``Index``),
integral (Lebesgue's, over the reals or all arrays of a shape, where the condition holds), sup, inf, greatest,
least, forall, exists, lambda, array (an array by its entries; nested for matrices).

Trusted for binding and substitution: bound variables are numbers that count binders, so nothing is captured, and
nothing is evaluated when it is built.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

# -- types ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scalar:
    """A type without parameters: ``real``, ``int``, ``nat`` (>= 0), ``dim`` (>= 1) or ``proposition``."""

    kind: str


@dataclass(frozen=True, slots=True)
class Index:
    """The integers from ``low`` to ``high``, both included; empty when ``high < low``."""

    low: Term
    high: Term


@dataclass(frozen=True, slots=True)
class Tensor:
    """Real arrays of the given shape; ``vector(n)`` is ``Tensor((n,))``, indices start at 1."""

    shape: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """Functions, sequences and families.

    In ``domains[k]`` and in ``codomain`` the earlier arguments may be mentioned: the codomain of a function
    of two arguments calls the second ``Bound(0)`` and the first ``Bound(1)``.
    """

    domains: tuple[Type, ...]
    codomain: Type


Type = Scalar | Index | Tensor | Function

REAL = Scalar("real")
INTEGER = Scalar("int")
NATURAL = Scalar("nat")
DIMENSION = Scalar("dim")
PROPOSITION = Scalar("proposition")

# -- terms ---------------------------------------------------------------------------------------------


# ``loose`` is the number of binders that a term needs around it, 0 for a closed one.  It, the hash and, once
# asked for, the symbols and heads are kept with each node: traversals stop where there is nothing for them.


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """An exact rational number."""

    value: Fraction
    loose: ClassVar[int] = 0
    _hash: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if type(self.value) is not Fraction:
            raise ValueError("a number is exact: a Fraction")
        object.__setattr__(self, "_hash", hash((self.value.numerator, self.value.denominator)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and self.value == other.value


@dataclass(frozen=True, slots=True)
class Symbol:
    """A free symbol; its type and law are in the context."""

    name: str
    loose: ClassVar[int] = 0

    def __post_init__(self) -> None:
        if type(self.name) is not str:
            raise ValueError("a symbol is called by a text")


@dataclass(frozen=True, slots=True)
class Bound:
    """The variable of the ``depth``-th enclosing binder, counted from the inside, from 0."""

    depth: int

    def __post_init__(self) -> None:
        if type(self.depth) is not int or self.depth < 0:
            raise ValueError("a bound variable is called by a natural number")

    @property
    def loose(self) -> int:
        """One more than the binders that stand between."""
        return self.depth + 1


@dataclass(frozen=True, slots=True, eq=False)
class Apply:
    """An operator or definition applied to its arguments."""

    head: str
    arguments: tuple[Term, ...] = ()
    loose: int = field(init=False, repr=False)
    _hash: int = field(init=False, repr=False)
    _symbols: frozenset[str] | None = field(init=False, repr=False, default=None)
    _heads: frozenset[str] | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        if type(self.head) is not str or type(self.arguments) is not tuple:
            raise ValueError("an operator is called by a text and has a tuple of arguments")
        object.__setattr__(self, "_hash", hash((self.head, self.arguments)))
        object.__setattr__(self, "loose", max([argument.loose for argument in self.arguments], default=0))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Apply)
            and self._hash == other._hash
            and self.head == other.head
            and self.arguments == other.arguments
        )


@dataclass(frozen=True, slots=True, eq=False)
class Bind:
    """A binder over one variable of type ``domain``, restricted to ``condition``.

    ``condition`` and ``body`` call the variable ``Bound(0)``; ``domain`` stands outside the binder.
    """

    head: str
    domain: Type
    condition: Term
    body: Term
    hint: str = "x"
    loose: int = field(init=False, repr=False)
    _hash: int = field(init=False, repr=False)
    _symbols: frozenset[str] | None = field(init=False, repr=False, default=None)
    _heads: frozenset[str] | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        if type(self.head) is not str or type(self.hint) is not str:
            raise ValueError("a binder and its variable are called by texts")
        object.__setattr__(self, "_hash", hash((self.head, self.domain, self.condition, self.body)))
        inside = max(self.condition.loose, self.body.loose) - 1
        outside = max([term.loose - depth for term, depth in type_terms(self.domain)], default=0)
        object.__setattr__(self, "loose", max(inside, outside, 0))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Bind)
            and self._hash == other._hash
            and self.head == other.head
            and self.domain == other.domain
            and self.condition == other.condition
            and self.body == other.body
        )


Term = Number | Symbol | Bound | Apply | Bind

NO_NAMES: frozenset[str] = frozenset()

TRUE = Apply("true")
FALSE = Apply("false")
ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))

ELEMENTWISE = frozenset({"abs", "sign", "sqrt", "exp", "log", "sin", "cos", "tanh", "erf"})
RELATIONS = frozenset({"=", "!=", "<=", "<", ">=", ">", "equal_almost_surely", "equal_in_law"})
ORDER_RELATIONS = frozenset({"<=", "<", ">=", ">"})
CONNECTIVES = frozenset({"not", "and", "or", "implies", "iff"})
PREDICATES = frozenset(
    {
        "independent", "integrable", "invertible", "defined", "always", "differentiable",
        "continuously_differentiable", "summable", "dominated",
    }
)  # fmt: skip
OF_DEFINEDNESS = frozenset(
    {"defined", "differentiable", "continuously_differentiable", "summable", "dominated"}
)
"""Predicates that say of terms that they are defined: not a matter of values alone."""

STATEMENT_HEADS = RELATIONS | CONNECTIVES | PREDICATES | {"true", "false"}
BINDERS = frozenset(
    {"sum", "product", "integral", "sup", "inf", "greatest", "least", "forall", "exists", "lambda", "array"}
)
OPERATORS = (
    frozenset(
        {
            "add", "multiply", "negate", "divide", "power", "matmul", "dot", "outer", "transpose", "trace",
            "inverse", "determinant", "hadamard", "diagonal_matrix", "diagonal", "identity", "ones", "zeros",
            "entry", "call", "floor", "ceiling", "modulo", "minimum", "maximum", "factorial", "binomial",
            "pi", "iverson", "if", "expectation", "derivative",
        }
    )
    | ELEMENTWISE
    | STATEMENT_HEADS
)  # fmt: skip


def number(value: int | Fraction) -> Number:
    """The term of an exact rational."""
    return Number(Fraction(value))


def add(*terms: Term) -> Term:
    """The sum of the terms as written; of one term, the term; of none, 0."""
    return terms[0] if len(terms) == 1 else Apply("add", terms) if terms else ZERO


def multiply(*terms: Term) -> Term:
    """The product of the terms as written; of one term, the term; of none, 1."""
    return terms[0] if len(terms) == 1 else Apply("multiply", terms) if terms else ONE


def negate(term: Term) -> Term:
    """Minus the term."""
    return Apply("negate", (term,))


def subtract(left: Term, right: Term) -> Term:
    """``left - right``, which is ``left + (-right)``."""
    return Apply("add", (left, negate(right)))


def divide(left: Term, right: Term) -> Term:
    """The quotient."""
    return Apply("divide", (left, right))


def power(base: Term, exponent: Term) -> Term:
    """The power."""
    return Apply("power", (base, exponent))


def relation(left: Term, head: str, right: Term) -> Apply:
    """The statement ``left head right``; ``head`` is one of ``RELATIONS``."""
    return Apply(head, (left, right))


def conjunction(*statements: Term) -> Term:
    """All of the statements; of one, the statement; of none, true."""
    return statements[0] if len(statements) == 1 else Apply("and", statements) if statements else TRUE


def conjuncts(statement: Term) -> tuple[Term, ...]:
    """The parts of a conjunction, those of conjunctions in it in their place; of another statement, itself."""
    match statement:
        case Apply("and", parts):
            return tuple(inner for part in parts for inner in conjuncts(part))
        case _:
            return (statement,)


# -- traversal -----------------------------------------------------------------------------------------


def map_type(kind: Type, change: Callable[[Term, int], Term], depth: int = 0) -> Type:
    """The type with ``change(term, depth)`` applied to each term in it, ``depth`` binders further in."""
    match kind:
        case Scalar():
            return kind
        case Index(low, high):
            return Index(change(low, depth), change(high, depth))
        case Tensor(shape):
            return Tensor(tuple(change(length, depth) for length in shape))
        case Function(domains, codomain):
            return Function(
                tuple(map_type(domain, change, depth + k) for k, domain in enumerate(domains)),
                map_type(codomain, change, depth + len(domains)),
            )


def map_children(term: Term, change: Callable[[Term, int], Term], depth: int = 0) -> Term:
    """The term with ``change(child, depth)`` applied to each child; under a binder ``depth`` is one more."""
    match term:
        case Apply(head, arguments):
            changed = [change(argument, depth) for argument in arguments]
            for new, old in zip(changed, arguments, strict=True):
                if new is not old:
                    return Apply(head, tuple(changed))
            return term
        case Bind(head, domain, condition, body, hint):
            return Bind(
                head,
                map_type(domain, change, depth),
                change(condition, depth + 1),
                change(body, depth + 1),
                hint,
            )
        case _:
            return term


def type_terms(kind: Type) -> Iterator[tuple[Term, int]]:
    """The terms in a type, each with the number of the type's own arguments in whose scope it stands."""
    match kind:
        case Scalar():
            return
        case Index(low, high):
            yield low, 0
            yield high, 0
        case Tensor(shape):
            for length in shape:
                yield length, 0
        case Function(domains, codomain):
            for k, domain in enumerate(domains):
                for term, depth in type_terms(domain):
                    yield term, depth + k
            for term, depth in type_terms(codomain):
                yield term, depth + len(domains)


def children(term: Term) -> Iterator[tuple[Term, int]]:
    """The children of a term, each with the number of binders that stand between."""
    match term:
        case Apply(_, arguments):
            for argument in arguments:
                yield argument, 0
        case Bind(_, domain, condition, body):
            yield from type_terms(domain)
            yield condition, 1
            yield body, 1
        case _:
            return


def subterms(term: Term) -> Iterator[Term]:
    """The term and everything in it, outside in, types of binders included."""
    stack = [term]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(child for child, _ in children(current))


def free_symbols(term: Term) -> frozenset[str]:
    """Names of the free symbols."""
    if not isinstance(term, Apply | Bind):
        return frozenset((term.name,)) if isinstance(term, Symbol) else NO_NAMES
    if term._symbols is None:
        for part in _inside_out(term, lambda part: part._symbols is None):
            found = NO_NAMES.union(*[free_symbols(child) for child, _ in children(part)])
            object.__setattr__(part, "_symbols", found)
    return term._symbols or NO_NAMES


def type_symbols(kind: Type) -> frozenset[str]:
    """Names of the free symbols of a type."""
    return frozenset(name for term, _ in type_terms(kind) for name in free_symbols(term))


def heads(term: Term) -> frozenset[str]:
    """Heads of all operators, definitions and binders."""
    if not isinstance(term, Apply | Bind):
        return NO_NAMES
    if term._heads is None:
        for part in _inside_out(term, lambda part: part._heads is None):
            found = frozenset((part.head,)).union(*[heads(child) for child, _ in children(part)])
            object.__setattr__(part, "_heads", found)
    return term._heads or NO_NAMES


def variable_names(term: Term) -> tuple[str, ...]:
    """What the binders in a term call their variables, outside in: the part of a term that equality leaves out."""
    return tuple(part.hint for part in subterms(term) if isinstance(part, Bind))


def _inside_out(term: Apply | Bind, wanted: Callable[[Apply | Bind], bool]) -> list[Apply | Bind]:
    """The wanted nodes that are reached through wanted nodes only, each after those inside it."""
    stack, found = [term], []
    while stack:
        current = stack.pop()
        found.append(current)
        stack.extend(child for child, _ in children(current) if isinstance(child, Apply | Bind) and wanted(child))
    return found[::-1]


# -- binding -------------------------------------------------------------------------------------------


def shift(term: Term, by: int, cutoff: int = 0) -> Term:
    """The term with the bound variables that point outside it moved ``by`` binders outwards."""
    if by == 0 or term.loose <= cutoff:
        return term
    if isinstance(term, Bound):
        return Bound(term.depth + by)
    return map_children(term, lambda child, depth: shift(child, by, depth), cutoff)


def instantiate(term: Term, value: Term, depth: int = 0) -> Term:
    """The term with ``Bound(depth)`` replaced by ``value`` and the binder around it removed."""
    if term.loose <= depth:
        return term
    if type(term) is Apply:
        return Apply(term.head, tuple([instantiate(argument, value, depth) for argument in term.arguments]))
    if isinstance(term, Bound):
        return shift(value, depth) if term.depth == depth else Bound(term.depth - 1)
    return map_children(term, lambda child, inner: instantiate(child, value, inner), depth)


def instantiate_type(kind: Type, values: tuple[Term, ...]) -> Type:
    """The type under ``len(values)`` binders with their variables replaced, the first value outermost."""
    for value in reversed(values):
        kind = map_type(kind, lambda term, depth, value=value: instantiate(term, value, depth))  # type: ignore[misc]
    return kind


def codomain_at(function: Function, arguments: tuple[Term, ...]) -> Type:
    """The type of ``call(f, *arguments)``."""
    kind = function.codomain
    for position in range(len(arguments) - 1, -1, -1):
        # The arguments stand outside; each is shifted past the telescope variables that remain.
        value = shift(arguments[position], position)
        kind = map_type(kind, lambda term, depth, value=value: instantiate(term, value, depth))  # type: ignore[misc]
    return kind


def domain_at(function: Function, position: int, arguments: tuple[Term, ...]) -> Type:
    """The type wanted of argument ``position``, given the arguments before it."""
    return codomain_at(
        Function(function.domains[:position], function.domains[position]), arguments[:position]
    )


def abstract(term: Term, name: str, depth: int = 0) -> Term:
    """The term as it reads under one more binder whose variable takes the place of the symbol ``name``."""
    if isinstance(term, Symbol):
        return Bound(depth) if term.name == name else term
    if isinstance(term, Bound):
        return Bound(term.depth + 1) if term.depth >= depth else term
    if term.loose <= depth and name not in free_symbols(term):
        return term
    return map_children(term, lambda child, inner: abstract(child, name, inner), depth)


def bind(head: str, name: str, domain: Type, body: Term, condition: Term = TRUE) -> Bind:
    """The binder over the symbol ``name``: ``bind("sum", "i", Index(1, n), f(i))``."""
    return Bind(head, domain, abstract(condition, name), abstract(body, name), name)


def called(term: Apply) -> tuple[Term, tuple[Term, ...]]:
    """What a call applies, and to what: of ``f(x)(y)`` the function f and the arguments x and y."""
    function, values = term.arguments[0], term.arguments[1:]
    match function:
        case Apply("call"):
            inner, earlier = called(function)
            return inner, earlier + values
        case _:
            return function, values


def open_binder(binder: Bind, value: Term) -> tuple[Term, Term]:
    """The binder's condition and body with ``value`` for its variable."""
    return instantiate(binder.condition, value), instantiate(binder.body, value)


def substitute(term: Term, values: Mapping[str, Term]) -> Term:
    """The term with symbols replaced, all at once; no bound variable is captured."""
    if not values:
        return term

    def change(part: Term, depth: int) -> Term:
        if isinstance(part, Symbol):
            value = values.get(part.name)
            return part if value is None else shift(value, depth)
        if free_symbols(part).isdisjoint(values):
            return part
        return map_children(part, change, depth)

    return change(term, 0)


def substitute_type(kind: Type, values: Mapping[str, Term]) -> Type:
    """The type with symbols replaced in its terms."""
    return map_type(kind, lambda term, depth: _substitute_under(term, values, depth))


def _substitute_under(term: Term, values: Mapping[str, Term], depth: int) -> Term:
    return substitute(term, {name: shift(value, depth) for name, value in values.items()})


def is_name(text: str) -> bool:
    """Whether the text may name a symbol: a letter or underscore, then letters, digits, underscores, primes."""
    return text.rstrip("'").isidentifier()


def fresh_name(stem: str, used: Container[str]) -> str:
    """A name that is not in ``used``: the stem, or the stem with primes."""
    name = stem
    while name in used:
        name += "'"
    return name


def is_closed(term: Term, depth: int = 0) -> bool:
    """Whether no bound variable points outside the term."""
    return term.loose <= depth
