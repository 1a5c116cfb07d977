"""Contexts: what is declared, how it is distributed, what is assumed, and the definitions in force.

DESIGN §3 says what these mean.  What is not declared is arbitrary: two random symbols that no
``Independence`` separates may have any joint law, and the entries of an array whose law is ``joint`` may
depend on each other in any way.

Trusted for what is known where: nothing enters a context but declarations, suppositions and what has been proved, a
variable is opened under a name that is new, and below an expectation only what holds everywhere is kept.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    TRUE,
    Bind,
    Index,
    Number,
    Scalar,
    Symbol,
    Term,
    Type,
    free_symbols,
    fresh_name,
    is_name,
    number,
    open_binder,
    relation,
    type_terms,
)


@dataclass(frozen=True, slots=True)
class Law:
    """How a random symbol, or each entry of a random array, is distributed.

    ``family`` is one of ``FAMILIES`` with its ``parameters`` in the order given there, or ``declared``: then
    only ``mean``, ``variance`` and the absolute moments up to ``order`` are known to exist.  A parameter, mean
    or variance that depends on the entry is a nest of ``lambda`` binders over the entry's indices.
    ``entries`` says how the entries of an array go together: ``iid``, ``independent`` (mutually, each with
    its own law) or ``joint`` (any joint law); a real symbol has ``iid``.
    """

    family: str = "declared"
    parameters: tuple[Term, ...] = ()
    mean: Term | None = None
    variance: Term | None = None
    order: int = 0
    entries: str = "joint"


FAMILIES: Mapping[str, tuple[str, ...]] = {
    "Normal": ("mean", "variance"),
    "Uniform": ("low", "high"),
    "Bernoulli": ("probability",),
    "Rademacher": (),
    "Exponential": ("rate",),
    "Laplace": ("location", "scale"),
    "Poisson": ("rate",),
    "Gamma": ("shape", "rate"),
    "Beta": ("alpha", "beta"),
    "StudentT": ("degrees",),
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """A symbol with its type, its law when it is random, and its LaTeX spelling when one is declared."""

    name: str
    type: Type
    law: Law | None = None
    latex: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """An assumption: of the declaration itself (``declared``), or a hypothesis, regularity or regime.

    What a context declares holds at every outcome.  What is supposed in the course of a proof (a premise, a
    case, a binder's condition) holds at the outcome that is being looked at: if it mentions anything random it
    is ``pointwise``, and says nothing below an expectation.
    """

    statement: Term
    kind: str = "hypothesis"
    name: str | None = None
    pointwise: bool = False


@dataclass(frozen=True, slots=True)
class Independence:
    """The families of random symbols are mutually independent, each family taken jointly."""

    families: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition of the library, with its implicit parameters (lengths) before the explicit ones.

    ``Apply(name, arguments)`` has one argument for each parameter, implicit ones included, and means
    ``body`` with the arguments for the parameters.  An ``opaque`` definition is opened only by name.
    """

    name: str
    parameters: tuple[Declaration, ...]
    implicit: int
    type: Type
    body: Term
    opaque: bool = False
    latex: str | None = field(default=None, compare=False)


class Growing(dict[str, Declaration]):
    """Declarations that their owner goes on adding to, under names that are in use nowhere."""


@dataclass(slots=True)
class Remembered:
    """What has been worked out in a context, so that it is worked out once.

    ``types`` and ``obligations`` are those of terms, ``opened`` what came of binders, ``further`` the contexts in
    which more is known: all of it depends on the context and the term alone.  Binders are known by identity, as
    equal ones may call their variables otherwise.  ``shown`` holds the certificates by which ``comparison`` has
    shown goals here, by goal and opened definitions, and None for what it could not show.
    """

    types: dict[Term, Type] = field(default_factory=dict)
    obligations: dict[Term, tuple[Term, ...]] = field(default_factory=dict)
    opened: dict[int, tuple[Bind, Context, Symbol, Term]] = field(default_factory=dict)
    further: dict[Hashable, Context] = field(default_factory=dict)
    shown: dict[tuple[Term, frozenset[str]], object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a statement is judged against.

    ``lets`` are local abbreviations, always unfolded; their terms may use earlier ones; ``spellings`` is how
    they are written in LaTeX, where that is said.  ``standing`` are conditions of definedness that were proved
    on the way: they hold like proved facts, but serve only where the same condition comes up again.
    ``held`` are names of which something is assumed that is not in force here (see ``everywhere``).
    ``remembered`` keeps what has been worked out here; another context starts anew.
    """

    declarations: Mapping[str, Declaration] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    lets: Mapping[str, Term] = field(default_factory=dict)
    independences: tuple[Independence, ...] = ()
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict, compare=False)
    standing: frozenset[Term] = frozenset()
    held: frozenset[str] = frozenset()
    remembered: Remembered = field(default_factory=Remembered, init=False, repr=False, compare=False)

    def __contains__(self, name: object) -> bool:
        """Whether a name is in use."""
        return name in self.declarations or name in self.lets or name in self.definitions or name in self.held

    def names(self) -> frozenset[str]:
        """All names in use."""
        return frozenset(self.declarations) | frozenset(self.lets) | frozenset(self.definitions) | self.held

    def declare(self, declaration: Declaration) -> Context:
        """The context with one more symbol."""
        return self._with({**self.declarations, declaration.name: declaration}, self.facts)

    def assume(self, *facts: Fact) -> Context:
        """The context with more assumptions; ``true`` is dropped."""
        new = tuple(fact for fact in facts if fact.statement != TRUE)
        return self._with(self.declarations, self.facts + new) if new else self

    def _with(
        self, declarations: Mapping[str, Declaration], facts: tuple[Fact, ...], standing: frozenset[Term] | None = None
    ) -> Context:
        # What ``replace`` does, in a fifth of its time: contexts are made for every binder that is opened.
        made = Context(
            declarations, facts, self.lets, self.independences, self.definitions, self.spellings,
            self.standing if standing is None else standing, self.held,
        )  # fmt: skip
        if declarations is self.declarations:
            # Types do not depend on what is assumed.
            made.remembered.types = self.remembered.types
        return made

    def sharing(self, declarations: Growing) -> Context:
        """The context with other declarations, to which more may be added later."""
        return self._with(declarations, self.facts)

    def suppose(self, statement: Term, kind: str = "hypothesis", name: str | None = None) -> Context:
        """The context with a supposition; ``true`` is dropped."""
        if statement == TRUE:
            return self
        key = (statement, kind, name)
        known = self.remembered.further.get(key)
        if known is None:
            fact = Fact(statement, kind, name, self.mentions_random(statement))
            known = self.remembered.further[key] = self._with(self.declarations, (*self.facts, fact))
        return known

    def conclude(self, statement: Term, name: str | None = None, conditions: Iterable[Term] = ()) -> Context:
        """The context with something proved in it, which is pointwise if what it may rest on is.

        ``conditions`` make it defined, and have been proved as well.
        """
        standing = self.standing.union(conditions)
        key = (statement, name, standing)
        known = self.remembered.further.get(key)
        if known is None:
            pointwise = self.mentions_random(statement) and self._conditional()
            facts = self.facts if statement == TRUE else (*self.facts, Fact(statement, "proved", name, pointwise))
            known = self.remembered.further[key] = self._with(self.declarations, facts, standing)
        return known

    def _conditional(self) -> bool:
        """Whether something is known that holds at one outcome only: a pointwise fact, a range of random length."""
        return any(fact.pointwise for fact in self.facts) or any(
            d.law is None and self.varies(d.type) for d in self.declarations.values()
        )

    def everywhere(self) -> Context:
        """The context as it is below an expectation.

        Pointwise facts give way to ``true``, in their places; a variable whose range is random is only known
        to be an integer, and one whose type is random in another way is not in scope.
        """
        varying = [d for d in self.declarations.values() if d.law is None and self.varies(d.type)]
        if not varying and not any(fact.pointwise for fact in self.facts):
            return self
        declarations = dict(self.declarations)
        for declaration in varying:
            if isinstance(declaration.type, Index):
                declarations[declaration.name] = replace(declaration, type=INTEGER)
            else:
                del declarations[declaration.name]
        gone = self.declarations.keys() - declarations.keys()
        dropped = [f for f in self.facts if f.pointwise or not gone.isdisjoint(free_symbols(f.statement))]
        kept = tuple(Fact(TRUE, fact.kind) if fact in dropped else fact for fact in self.facts)
        standing = frozenset(
            term
            for term in self.standing
            if not self.mentions_random(term) and gone.isdisjoint(free_symbols(term))
        )
        held = self.held.union(gone, (d.name for d in varying), *(free_symbols(f.statement) for f in dropped))
        return replace(self, declarations=declarations, facts=kept, standing=standing, held=held)

    def varies(self, kind: Type) -> bool:
        """Whether lengths in a type are random."""
        return not isinstance(kind, Scalar) and any(self.mentions_random(term) for term, _ in type_terms(kind))

    def mentions_random(self, term: Term) -> bool:
        """Whether a random symbol occurs in the term, local abbreviations opened."""
        pending, seen = list(free_symbols(term)), set()
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            if self.is_random(name):
                return True
            if name in self.lets:
                pending.extend(free_symbols(self.lets[name]))
        return False

    def is_random(self, name: str) -> bool:
        """Whether the symbol is declared with a law."""
        declaration = self.declarations.get(name)
        return declaration is not None and declaration.law is not None


def open_in(context: Context, binder: Bind) -> tuple[Context, Symbol, Term]:
    """The context with a fresh symbol for the binder's variable, that symbol, and the opened body.

    The variable's range and the binder's condition become assumptions of the kind ``declared``.
    """
    known = context.remembered.opened.get(id(binder))
    if known is not None and known[0] is binder:
        return known[1:]
    symbol = Symbol(fresh_name(binder.hint if is_name(binder.hint) else "x", context))
    condition, body = open_binder(binder, symbol)
    inner = _with_variable(context, Declaration(symbol.name, binder.domain)).suppose(condition, "declared")
    context.remembered.opened[id(binder)] = (binder, inner, symbol, body)
    return inner, symbol, body


def _with_variable(context: Context, declaration: Declaration) -> Context:
    """The context with the variable of a binder; of equal binders it is the same, unless names are still added."""
    if isinstance(context.declarations, Growing):
        return context.declare(declaration)
    known = context.remembered.further.get(declaration)
    if known is None:
        known = context.remembered.further[declaration] = context.declare(declaration)
    return known


def range_facts(symbol: Symbol, kind: Type) -> tuple[Term, ...]:
    """What a symbol's type says of its size."""
    match kind:
        case Index(low, high):
            return (relation(low, "<=", symbol), relation(symbol, "<=", high))
        case _ if kind == DIMENSION:
            return (relation(number(1), "<=", symbol),)
        case _ if kind == NATURAL:
            return (relation(number(0), "<=", symbol),)
        case _:
            return ()


def is_literal(term: Term) -> bool:
    """Whether the term is a number."""
    return isinstance(term, Number)
