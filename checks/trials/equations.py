"""Facts that give a symbol its value: ``d = m n``, ``c^2 d = 1``, ``r(l + 1) = r(l) + K - 1``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from checks import terms
from checks.contexts import Context
from checks.terms import (
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
    children,
    free_symbols,
    open_binder,
    shift,
    type_symbols,
)
from checks.trials.compiling import Code, Compiler, World
from checks.trials.formal import Pool, PoolFull, Variable
from checks.trials.values import (
    Formal,
    Undefined,
    Unsupported,
    Value,
    divide,
    negate,
    square_root,
    subtract,
    to_integer,
)
from checks.trials.values import Scalar as Quantity

_COMPARED = frozenset({"=", "!=", "<=", "<", ">=", ">"})


def _deep(context: Context, term: Term) -> set[str]:
    names, seen = set(free_symbols(term)), set[str]()
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        if name in context.declarations:
            names |= type_symbols(context.declarations[name].type)
        elif name in context.lets:
            names |= free_symbols(context.lets[name])
    return seen


def definitions_in(context: Context, order: list[str]) -> Mapping[str, Term]:
    """Symbols that a fact ``symbol = term`` defines by symbols that come before them in the order.

    A square matrix is also defined by its product with another being the identity.
    """
    place = {name: k for k, name in enumerate(order)}
    result: dict[str, Term] = {}
    for fact in context.facts:
        statement = fact.statement
        if not isinstance(statement, Apply) or statement.head != "=" or len(statement.arguments) != 2:
            continue
        equations = [statement.arguments, statement.arguments[::-1]]
        for symbol, term in [*equations, *_inverse_pairs(context, statement)]:
            if not isinstance(symbol, Symbol) or symbol.name not in place or symbol.name in result:
                continue
            if isinstance(context.declarations[symbol.name].type, Function):
                continue
            used = _deep(context, term) & set(context.declarations)
            if all(name in place and place[name] < place[symbol.name] for name in used):
                result[symbol.name] = term
                break
    return result


def _inverse_pairs(context: Context, statement: Apply) -> Iterator[tuple[Term, Term]]:
    """Square matrices with their inverses, from an equation that says that a product is the identity."""
    for product, identity in (statement.arguments, statement.arguments[::-1]):
        match product, identity:
            case Apply("matmul", (first, second)), Apply("identity", _):
                for symbol, other in ((second, first), (first, second)):
                    declared = context.declarations.get(symbol.name) if isinstance(symbol, Symbol) else None
                    kind = None if declared is None else declared.type
                    if isinstance(kind, Tensor) and len(kind.shape) == 2 and kind.shape[0] == kind.shape[1]:
                        yield symbol, Apply("inverse", (other,))
            case _:
                continue


def sides(context: Context, name: str) -> list[Term]:
    """What the facts compare the symbol itself to."""
    result = []
    stack = [fact.statement for fact in context.facts]
    while stack:
        statement = stack.pop()
        if not isinstance(statement, Apply):
            continue
        if statement.head in ("and", "or", "not", "implies"):
            stack.extend(statement.arguments)
        elif statement.head in _COMPARED and len(statement.arguments) == 2:
            left, right = statement.arguments
            for symbol, other in ((left, right), (right, left)):
                if symbol == Symbol(name) and name not in free_symbols(other):
                    result.append(other)
                result.extend(end for found, end in ends(symbol, other) if found == name)
    return result


def ends(left: Term, right: Term) -> list[tuple[str, Term]]:
    """What a symbol is at the ends of ``|symbol - center| R radius``, with its name."""
    match left:
        case Apply("abs", (Apply("add", (Symbol(name), Apply("negate", (center,)))),)) if not (
            name in free_symbols(center) or name in free_symbols(right)
        ):
            return [(name, terms.subtract(center, right)), (name, terms.add(center, right))]
        case _:
            return []


def first_instance(statement: Term) -> Term:
    """The body of outer ``forall`` over ranges at the first index of each."""
    while isinstance(statement, Bind) and statement.head == "forall" and isinstance(statement.domain, Index):
        statement = open_binder(statement, statement.domain.low)[1]
    return statement


def roots_of(compiler: Compiler, statement: Term, name: str, world: World) -> Iterator[Quantity]:
    """The values of a real symbol that satisfy an equation which is linear or quadratic in it."""
    if not isinstance(statement, Apply) or statement.head != "=" or len(statement.arguments) != 2:
        return
    pool = Pool(6)
    unknown = pool.new(Variable("free"))
    probe = World({**world.values, name: unknown}, world.joint, 20_000)
    env = probe.concrete()
    try:
        left, right = (compiler.code(side)(env) for side in statement.arguments)
        difference = subtract(left, right)
    except (Unsupported, Undefined, PoolFull):
        return
    if type(difference) is not Formal or difference.extended:
        return
    coefficients = [fmpq(0)] * 3
    for exponents, coefficient in difference.numerator.terms():
        degree = int(exponents[0])
        if degree > 2 or any(exponents[1:]):
            return
        coefficients[degree] = coefficient
    yield from _quadratic_roots(coefficients)


def _quadratic_roots(coefficients: list[fmpq]) -> Iterator[Quantity]:
    c, b, a = coefficients
    if a == 0:
        if b != 0:
            yield -c / b
        return
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        return
    root = square_root(discriminant)
    if b == 0 or isinstance(root, fmpq):
        for signed in (root, negate(root)):
            yield divide(subtract(signed, b) if b != 0 else signed, 2 * a)


# -- recursions ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recursion:
    """``call(f, patterns) = value`` for all bound variables; domains, conditions from the outside in.

    ``bound``: the fact only compares the two; with equality it holds as well.
    """

    patterns: tuple[Term, ...]
    value: Term
    conditions: tuple[Term, ...]
    domains: tuple[Type, ...]
    fact: Term
    bound: bool = False

    @property
    def count(self) -> int:
        """The number of bound variables."""
        return len(self.domains)


def recursions_in(context: Context) -> Mapping[str, tuple[Recursion, ...]]:
    """The equations that the facts give for the values of functions of integers.

    Where there are none, a bound of each value by those before it is taken for an equation: a model has to satisfy
    the facts, not to be like all others that do.
    """
    result: dict[str, list[Recursion]] = {}
    bounds: dict[str, Recursion] = {}
    for fact in context.facts:
        statement, conditions, domains = fact.statement, list[Term](), list[Type]()
        while isinstance(statement, Bind) and statement.head == "forall":
            conditions.append(statement.condition)
            domains.append(statement.domain)
            statement = statement.body
        if not isinstance(statement, Apply) or statement.head not in ("=", "<=", ">="):
            continue
        bound = statement.head != "="
        for side, other in (statement.arguments, statement.arguments[::-1]):
            if isinstance(side, Apply) and side.head == "call" and isinstance(side.arguments[0], Symbol):
                name, patterns = side.arguments[0].name, side.arguments[1:]
                if bound and not (domains and any(isinstance(pattern, Apply) for pattern in patterns)):
                    continue
                if name in context.declarations and _covers(patterns, len(conditions)):
                    found = Recursion(patterns, other, tuple(conditions), tuple(domains), fact.statement, bound)
                    if bound:
                        bounds.setdefault(name, found)
                    else:
                        result.setdefault(name, []).append(found)
                    break
    alone = {name: (found,) for name, found in bounds.items() if name not in result}
    return {name: tuple(found) for name, found in result.items()} | alone


def is_pointwise(statement: Term) -> bool:
    """Whether the statement is ``forall k, P(f(k))`` over integers and mentions k only as f's argument."""
    if (
        not isinstance(statement, Bind)
        or statement.head != "forall"
        or not isinstance(statement.domain, Scalar)
    ):
        return False
    if statement.domain.kind not in ("nat", "dim", "int") or statement.condition != TRUE:
        return False
    return _only_called(statement.body, 0)


def _only_called(term: Term, depth: int) -> bool:
    if term == Bound(depth):
        return False
    if isinstance(term, Apply) and term.head == "call" and isinstance(term.arguments[0], Symbol):
        return all(part == Bound(depth) or _only_called(part, depth) for part in term.arguments[1:])
    return all(_only_called(child, depth + extra) for child, extra in children(term))


def _covers(patterns: tuple[Term, ...], count: int) -> bool:
    """Whether every bound variable stands in a pattern as itself or itself plus a number."""
    found = {_variable(pattern) for pattern in patterns}
    return set(range(count)) <= found


def _variable(pattern: Term) -> int | None:
    """The bound variable of ``x`` or of ``x + number``."""
    if isinstance(pattern, Bound):
        return pattern.depth
    if isinstance(pattern, Apply) and pattern.head == "add":
        bound = [part.depth for part in pattern.arguments if isinstance(part, Bound)]
        rest = [part for part in pattern.arguments if not isinstance(part, Bound)]
        if len(bound) == 1 and all(_is_number(part) for part in rest):
            return bound[0]
    return None


def _is_number(term: Term) -> bool:
    if isinstance(term, Apply) and term.head == "negate":
        return _is_number(term.arguments[0])
    return isinstance(term, Number)


class Equations:
    """The equations for one function, evaluated where they apply."""

    __slots__ = ("_codes", "_depth", "world")

    def __init__(self, compiler: Compiler, recursions: tuple[Recursion, ...], world: World) -> None:
        self.world = world
        self._depth = 0
        self._codes: list[tuple[Recursion, Any]] = [
            (recursion, _Parts.of(compiler, recursion)) for recursion in recursions
        ]

    def value(self, key: tuple[int, ...]) -> Value | None:
        """The value at the arguments, or None when no equation gives it."""
        if not self._codes:
            return None
        self._depth += 1
        try:
            if self._depth > 60:
                raise Unsupported("budget: a recursion is too deep")
            for recursion, parts in self._codes:
                bound = parts.match(self.world, recursion, key)
                if bound is not None:
                    env = self.world.concrete()
                    env.stack.extend(bound)
                    return parts.value(env)
        finally:
            self._depth -= 1
        return None


@dataclass(frozen=True, slots=True)
class _Parts:
    patterns: tuple[Code, ...]
    conditions: tuple[Code, ...]
    domains: tuple[Code, ...]
    value: Code

    @staticmethod
    def of(compiler: Compiler, recursion: Recursion) -> _Parts:
        count = recursion.count
        conditions = tuple(
            compiler.code(shift(condition, count - 1 - k)) for k, condition in enumerate(recursion.conditions)
        )
        domains = tuple(map(compiler.domain, recursion.domains))
        patterns = tuple(map(compiler.code, recursion.patterns))
        return _Parts(patterns, conditions, domains, compiler.code(recursion.value))

    def match(self, world: World, recursion: Recursion, key: tuple[int, ...]) -> list[int] | None:
        """The values of the bound variables, the outermost first, at which the patterns are the key."""
        stack = [0] * recursion.count
        env = world.concrete()
        env.stack = stack
        zeros = []
        for pattern, code in zip(recursion.patterns, self.patterns, strict=True):
            zeros.append(to_integer(code(_fresh(world, stack))))
            variable = _variable(pattern)
            if variable is None and zeros[-1] != key[len(zeros) - 1]:
                return None
        for pattern, zero, wanted in zip(recursion.patterns, zeros, key, strict=True):
            variable = _variable(pattern)
            if variable is not None:
                stack[-1 - variable] = wanted - zero
        for place, (domain, value) in enumerate(zip(self.domains, stack, strict=True)):
            if not _inside(domain(_fresh(world, stack[:place])), value):
                return None
        if any(code(_fresh(world, stack)) is not True for code in self.conditions):
            return None
        for code, wanted in zip(self.patterns, key, strict=True):
            if to_integer(code(_fresh(world, stack))) != wanted:
                return None
        return stack


def _inside(kind: Any, value: int) -> bool:
    """Whether the integer is in the range, or of the scalar type."""
    if isinstance(kind, range):
        return value in kind
    return value >= {"dim": 1, "nat": 0}.get(getattr(kind, "kind", ""), value)


def _fresh(world: World, stack: list[int]) -> Any:
    env = world.concrete()
    env.stack = list(stack)
    return env
