"""Terms as functions of a world: the evaluator of the brute-force judge.

``Code`` takes a world and the values of bound variables, the innermost first.  Definitions and local names are
opened where they stand.  Whatever is asked for lazily (entries of arrays, outcomes of random symbols) is worked
out when it is needed, so that an expectation runs over those coins only that its argument looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from flint import fmpq

from benchmarks.soundness.operations import OPERATIONS, added, length_of
from benchmarks.soundness.quadrature import INTEGRAL_ROUGH, divergent, line_nodes
from benchmarks.soundness.values import (
    Array,
    Func,
    Real,
    Undefined,
    Unjudged,
    Value,
    array_of,
    ball,
    compare,
    quotient,
    simple,
    whole,
    widened,
)
from checks.contexts import Context
from checks.terms import (
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
    children,
    instantiate,
    substitute,
)

WORK = 20_000
"""Evaluations of integrands, summands and outcomes that one statement may take at one point."""


class NeedsCoin(Exception):
    """An outcome is wanted that has not been chosen yet: what it may be, with weights."""

    def __init__(self, key: object, choices: Sequence[tuple[Real, Any]]):
        super().__init__()
        self.key = key
        self.choices = choices


@dataclass(slots=True)
class Scope:
    """The outcomes that are looked at: those chosen so far; ``drawn`` by chance when new ones are wanted."""

    chosen: dict[object, Any] = field(default_factory=dict)
    drawn: Random | None = None
    mode: str = "high"


@dataclass(slots=True)
class World:
    """Values of the symbols that are not random, the laws of the others, and the outcome that is looked at."""

    values: dict[str, Value]
    random: Mapping[str, Callable[[Scope], Value]] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)
    work: int = WORK
    level: int = 0
    soft: float = 0.0
    kept: dict[Term, Value] = field(default_factory=dict)

    def spend(self, amount: int = 1) -> None:
        """Counts work; raises ``Unjudged`` when it is too much."""
        self.work -= amount
        if self.work < 0:
            raise Unjudged("too much work")


Env = tuple[Any, ...]
Code = Callable[[World, Env], Any]


class Compiler:
    """Turns the terms of one context into code, each once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._codes: dict[Term, Code] = {}
        self._degrees: dict[tuple[Term, bool], int | None] = {}

    def code(self, term: Term) -> Code:
        """The term as a function of a world."""
        found = self._codes.get(term)
        if found is None:
            made = self._compiled(term)
            if isinstance(term, Apply | Bind) and term.loose == 0 and self._is_costly(term):
                made = _kept(term, made)
            found = self._codes[term] = made
        return found

    def _is_costly(self, term: Term) -> bool:
        """Whether a closed term is worth keeping, and is the same at every outcome."""
        if isinstance(term, Apply) and term.head == "expectation":
            return True
        costly = isinstance(term, Bind) and term.head in ("sup", "inf", "integral", "greatest", "least")
        costly = costly or (isinstance(term, Apply) and term.head in ("inverse", "determinant", "spectral", "opnorm"))
        return costly and not self.context.mentions_random(term)

    # -- nodes -----------------------------------------------------------------------------------------

    def _compiled(self, term: Term) -> Code:
        match term:
            case Number(value):
                exact = simple(fmpq(value.numerator, value.denominator))
                return lambda world, env: exact
            case Symbol(name):
                return self._symbol(name)
            case Bound(depth):
                return lambda world, env: env[depth]
            case Apply(head, arguments):
                special = _SPECIAL.get(head)
                if special is not None:
                    return special(self, term)
                definition = self.context.definitions.get(head)
                if definition is not None:
                    names = [parameter.name for parameter in definition.parameters]
                    return self.code(substitute(definition.body, dict(zip(names, arguments, strict=True))))
                operation = OPERATIONS.get(head)
                if operation is None:
                    raise Unjudged(f"{head} is not evaluated")
                return _applied(operation, [self.code(argument) for argument in arguments])
            case Bind():
                return self._binder(term)

    def _symbol(self, name: str) -> Code:
        if name in self.context.lets:
            return self.code(self.context.lets[name])
        declaration = self.context.declarations.get(name)
        if declaration is not None and declaration.law is not None:
            return lambda world, env: world.random[name](world.scope)

        def look(world: World, env: Env) -> Value:
            try:
                return world.values[name]
            except KeyError:
                raise Unjudged(f"{name} has no value") from None

        return look

    def _binder(self, term: Bind) -> Code:
        body = self.code(term.body)
        test = None if term.condition == TRUE else self.code(term.condition)
        match term.head, term.domain:
            case ("sum" | "product" as head, Index(low, high)):
                return _folded(head, self.code(low), self.code(high), test, body)
            case "array", Index(_, high):
                return _built(self.code(high), body)
            case "lambda", _:
                kinks = self.kinks(term.body)
                return lambda world, env: _function(world, env, body, kinks)
            case "integral", domain:
                return self._integral(domain, term, body, test)
            case ("sup" | "inf" | "greatest" | "least" | "forall" | "exists"), _:
                # Loaded here, as quantifiers are evaluated by code of terms.
                from benchmarks.soundness.quantifiers import quantified

                return quantified(self, term)
            case _:
                raise Unjudged(f"{term.head} is not evaluated")

    # -- integrals -------------------------------------------------------------------------------------

    def _integral(self, domain: object, term: Bind, body: Code, test: Code | None) -> Code:
        kinks = [*self.kinks(term.condition), *self.kinks(term.body)]
        length = self.code(domain.shape[0]) if isinstance(domain, Tensor) and len(domain.shape) == 1 else None
        if domain != REAL and length is None:
            raise Unjudged("an integral over matrices")

        def run(world: World, env: Env) -> Value:
            vector = length is not None
            if length is not None and whole(length(world, env)) != 1:
                raise Unjudged("an integral over vectors of more than one entry")

            def at(place: Real) -> Value:
                inner = (array_of((1,), [place]) if vector else place, *env)
                if test is not None and test(world, inner) is False:
                    return None
                return body(world, inner)

            breaks = [] if vector else found_kinks(kinks, world, env)
            return integral(at, breaks, world)

        return run

    def kinks(self, term: Term) -> list[Code]:
        """Numbers whose zeros are kinks of a term in the innermost bound variable."""
        found: list[Code] = []
        pending = [term]
        while pending:
            part = pending.pop()
            sides: list[Term] = []
            match part:
                case Apply("=" | "!=" | "<=" | "<" | ">=" | ">", (left, right)) | Apply(
                    "maximum" | "minimum", (left, right)
                ):
                    sides = [Apply("add", (left, Apply("negate", (right,))))]
                case Apply("abs" | "sign", (inner,)):
                    sides = [inner]
                case Apply("call", (Bind("lambda", _, _, body), value)):
                    pending.append(instantiate(body, value))
                    sides = [value]
                case Apply("call", (_, *values)):
                    sides = list(values)
                case Apply(head, arguments) if head in self.context.definitions:
                    definition = self.context.definitions[head]
                    names = [parameter.name for parameter in definition.parameters]
                    pending.append(substitute(definition.body, dict(zip(names, arguments, strict=True))))
                    continue
            found.extend(self.code(side) for side in sides if not isinstance(side, Bind))
            pending.extend(child for child, extra in children(part) if not extra)
        return found

    # -- randomness ------------------------------------------------------------------------------------

    def mode(self, term: Term) -> str:
        """How the normal numbers in an expectation have to be replaced: by the degree of its argument."""
        degree = self._degree(term, False)
        if degree is None:
            degree = self._degree(term, True)
            return "fine" if degree is None or degree > 9 else "kinked"
        return "low" if degree <= 5 else "high" if degree <= 9 else "fine"

    def _degree(self, term: Term, kinks: bool) -> int | None:
        """A bound of the degree in whatever is random; None when it is not seen to be a polynomial.

        With ``kinks`` it may be one on each side of zero, in each random number.
        """
        key = (term, kinks)
        if key not in self._degrees:
            self._degrees[key] = self._found_degree(term, kinks)
        return self._degrees[key]

    def _found_degree(self, term: Term, kinks: bool) -> int | None:
        if isinstance(term, Symbol) and term.name in self.context.lets:
            return self._degree(self.context.lets[term.name], kinks)
        if not self.context.mentions_random(term):
            return 0
        match term:
            case Symbol():
                return 1
            case Apply("expectation", _):
                return 0
            case Apply("power", (base, Number(value))) if value.denominator == 1 and value >= 0:
                opened = self._opened(base)
                if isinstance(opened, Apply) and opened.head == "sqrt" and value % 2 == 0:
                    inner, value = self._degree(opened.arguments[0], kinks), value / 2
                else:
                    inner = self._degree(base, kinks)
                return None if inner is None else inner * int(value)
            case Apply("divide", (top, bottom)):
                return None if self.context.mentions_random(bottom) else self._degree(top, kinks)
            case Apply("add" | "negate" | "transpose" | "trace" | "entry" | "diagonal" | "diagonal_matrix", parts):
                degrees = [self._degree(part, kinks) for part in parts]
                return None if None in degrees else max(degree for degree in degrees if degree is not None)
            case Apply("multiply" | "matmul" | "dot" | "outer" | "hadamard", parts):
                degrees = [self._degree(part, kinks) for part in parts]
                return None if None in degrees else sum(degree for degree in degrees if degree is not None)
            case Apply("abs" | "sign" | "maximum" | "minimum", parts) if kinks:
                return 1 if all(map(self._is_multiple, parts)) else None
            case Apply(head) if head in self.context.definitions:
                return self._degree(self._opened(term), kinks)
            case Bind("sum" | "array", _, condition, body):
                return None if self.context.mentions_random(condition) else self._degree(body, kinks)
            case _:
                return None

    def _is_multiple(self, term: Term) -> bool:
        """Whether a term is zero, or random numbers each taken once as a factor: its kinks are where these are zero."""
        match term:
            case Number(value):
                return value == 0
            case Symbol(name):
                return self.context.is_random(name)
            case Apply("entry" | "negate", (inner, *_)):
                return self._is_multiple(inner)
            case Apply("multiply" | "outer", parts):
                random = [part for part in parts if self.context.mentions_random(part)]
                return bool(random) and all(map(self._is_multiple, random))
            case _:
                return False

    def _opened(self, term: Term) -> Term:
        while isinstance(term, Apply) and term.head in self.context.definitions:
            definition = self.context.definitions[term.head]
            names = [parameter.name for parameter in definition.parameters]
            term = substitute(definition.body, dict(zip(names, term.arguments, strict=True)))
        return term

    def is_real(self, term: Term) -> bool:
        """Whether a real variable that is no integer stands in an exponent."""
        if isinstance(term, Symbol):
            declaration = self.context.declarations.get(term.name)
            return declaration is not None and declaration.type == Scalar("real")
        return isinstance(term, Apply) and any(self.is_real(child) for child, _ in children(term))


    # -- samples ---------------------------------------------------------------------------------------

    def domain_of(self, function: Term) -> Type:
        """What a function takes first."""
        match function:
            case Bind("lambda", domain, _, _, _):
                return domain
            case Symbol(name) if name in self.context.lets:
                return self.domain_of(self.context.lets[name])
            case Symbol(name) if name in self.context.declarations:
                kind = self.context.declarations[name].type
                if isinstance(kind, Function):
                    return kind.domains[0]
        raise Unjudged("a function of unknown type")

    def sample_arguments(self, function: Term) -> Callable[[World, Env], list[tuple[Value, ...]]]:
        """Some arguments that a function takes."""
        from benchmarks.soundness.quantifiers import sampler

        match function:
            case Symbol(name) if isinstance(kind := self.context.declarations[name].type, Function):
                domains = kind.domains
            case _:
                domains = (self.domain_of(function),)
        samplers = [sampler(self, domain) for domain in domains]
        return lambda world, env: list(zip(*(each(world, env, 4) for each in samplers), strict=False))


# -- helpers of nodes ----------------------------------------------------------------------------------


def _kept(term: Term, code: Code) -> Code:
    def run(world: World, env: Env) -> Value:
        found = world.kept.get(term)
        if found is None:
            found = world.kept[term] = _forced(code(world, env))
        return found

    return run


def _forced(value: Value) -> Value:
    if isinstance(value, Array):
        value.entries()
    return value


def _applied(operation: Callable[..., Value], codes: list[Code]) -> Code:
    if len(codes) == 1:
        only = codes[0]
        return lambda world, env: operation(only(world, env))
    if len(codes) == 2:
        one, two = codes
        return lambda world, env: operation(one(world, env), two(world, env))
    return lambda world, env: operation(*[code(world, env) for code in codes])


def _folded(head: str, low: Code, high: Code, test: Code | None, body: Code) -> Code:
    def run(world: World, env: Env) -> Value:
        span = range(whole(low(world, env)), whole(high(world, env)) + 1)
        world.spend(len(span))
        parts = [body(world, (i, *env)) for i in span if test is None or test(world, (i, *env))]
        if head == "sum":
            return added(*parts) if parts else 0
        result: Real = 1
        for part in parts:
            result = result * part
        return simple(result)

    return run


def _built(high: Code, body: Code) -> Code:
    def run(world: World, env: Env) -> Value:
        length = length_of(high(world, env))
        if length < 1:
            return Array((0,), lambda place: 0)
        first = body(world, (1, *env))
        scope = world.scope
        if isinstance(first, Array):
            rows: dict[int, Array] = {1: first}

            def entry(place: tuple[int, ...]) -> Real:
                if place[0] not in rows:
                    rows[place[0]] = _under(world, scope, lambda: body(world, (place[0], *env)))
                return rows[place[0]][place[1:]]

            return Array((length, *first.shape), entry)
        return Array((length,), lambda place: _under(world, scope, lambda: body(world, (place[0], *env))))

    return run


def _under(world: World, scope: Scope, run: Callable[[], Value]) -> Value:
    """What is evaluated late is evaluated at the outcome at which it was written down."""
    before, world.scope = world.scope, scope
    try:
        return run()
    finally:
        world.scope = before


def _function(world: World, env: Env, body: Code, kinks: list[Code]) -> Func:
    scope = world.scope
    return Func(
        1,
        lambda value: _under(world, scope, lambda: body(world, (value, *env))),
        lambda: found_kinks(kinks, world, env),
    )


def found_kinks(kinks: list[Code], world: World, env: Env) -> list[Real]:
    """The zeros of those numbers that are linear in the variable."""
    found: list[Real] = []
    for code in kinks:
        try:
            zero, one, two = (code(world, (value, *env)) for value in (0, 1, 2))
        except (Undefined, Unjudged, IndexError, TypeError):
            continue
        if isinstance(zero, Array | Func | bool) or compare(one - zero, 0) == 0:
            continue
        if compare(two - one, one - zero) == 0:
            found.append(quotient(-zero, one - zero))
    return found


def integral(at: Callable[[Real], Value], breaks: Sequence[Real], world: World) -> Value:
    """The integral over the line; undefined where it is seen to diverge."""
    totals: list[Real] | None = None
    sizes: list[Real] = []
    shape: tuple[int, ...] | None = None
    for place, weight, far in line_nodes(breaks):
        world.spend()
        value = at(place)
        if value is None:
            continue
        shape = value.shape if isinstance(value, Array) else None
        parts = value.entries() if isinstance(value, Array) else [value]
        if far and any(divergent(part, weight) for part in parts):
            raise Undefined("an integral that diverges")
        totals = [0] * len(parts) if totals is None else totals
        sizes = sizes or [0] * len(parts)
        products = [weight * part for part in parts]
        totals = [total + product for total, product in zip(totals, products, strict=True)]
        sizes = [size + abs(product) for size, product in zip(sizes, products, strict=True)]
    if totals is None:
        return 0
    if world.level:
        # What is being differentiated has to move smoothly: the error is added to the derivative.
        world.soft = max(world.soft, INTEGRAL_ROUGH)
    else:
        pairs = zip(totals, sizes, strict=True)
        totals = [widened(total, INTEGRAL_ROUGH * ball(size).mid()) for total, size in pairs]
    return simple(totals[0]) if shape is None else array_of(shape, totals)


# Filled by ``operators``, which needs the compiler.
_SPECIAL: dict[str, Callable[[Compiler, Apply], Code]] = {}


def special(*names: str) -> Callable[[Callable[[Compiler, Apply], Code]], Callable[[Compiler, Apply], Code]]:
    """Registers how an operator is compiled whose arguments are not just values."""

    def register(rule: Callable[[Compiler, Apply], Code]) -> Callable[[Compiler, Apply], Code]:
        for name in names:
            _SPECIAL[name] = rule
        return rule

    return register


__all__ = ["Code", "Compiler", "Env", "NeedsCoin", "Scope", "World", "special"]
