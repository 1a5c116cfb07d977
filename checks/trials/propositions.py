"""Statements in three-valued logic: true, false, or None where evaluation leaves it open.

Inside an expectation a relation of a random number to another may also come out as a formal value that is 1
where the relation holds and 0 elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from math import prod
from random import Random
from typing import Any

from flint import fmpq

from checks.terms import Apply, Bind, Index, Tensor, Term, conjuncts
from checks.trials.compiling import Code, Compiler, Environment, is_kind, rule, want_array
from checks.trials.densities import is_normalised, normalisation
from checks.trials.finite_sets import elements, interval_in
from checks.trials.formal import PoolFull, is_nonnegative, is_positive
from checks.trials.gaussians import FreePool
from checks.trials.operations import determinant_of
from checks.trials.quadratic_forms import definite
from checks.trials.values import (
    Array,
    Formal,
    NotPolynomial,
    OneSided,
    Scalar,
    Undefined,
    Unsupported,
    Value,
    add,
    compare,
    divide,
    integer_power,
    multiply,
    sign_of,
    subtract,
    to_integer,
)

Truth = Any  # bool | None | Formal

COMPARISONS = {
    "=": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
    "<=": lambda sign: sign <= 0,
    "<": lambda sign: sign < 0,
    ">=": lambda sign: sign >= 0,
    ">": lambda sign: sign > 0,
}
FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "=": "=", "!=": "!="}
_ANALYTIC = frozenset({"summable", "dominated", "differentiable", "continuously_differentiable"})
_RATIONAL = frozenset({int, fmpq})


def holds(env: Environment, head: str, a: Value, b: Value) -> Truth:
    """Whether ``a head b``; arrays are compared entry by entry."""
    if type(a) in _RATIONAL and type(b) in _RATIONAL:
        return COMPARISONS[head]((a > b) - (a < b))
    if type(a) is Array or type(b) is Array:
        return _arrays_compare(env, head, want_array(a), want_array(b))
    if type(a) is Formal or type(b) is Formal:
        difference = subtract(a, b)
        constant = difference.constant() if type(difference) is Formal else difference
        if constant is not None:
            return COMPARISONS[head](sign_of(constant))
        return difference.pool.indicator(difference, head)
    if type(a) is OneSided or type(b) is OneSided:
        return _one_sided(head, a, b)
    if a is None or b is None or isinstance(a, bool) or isinstance(b, bool) or callable(a) or callable(b):
        raise Unsupported("a comparison of what are no numbers")
    sign = compare(a, b)
    if sign is None:
        env.world.overlap = True
        return None
    return COMPARISONS[head](sign)


def _arrays_compare(env: Environment, head: str, a: Array, b: Array) -> Truth:
    if a.shape != b.shape:
        raise Unsupported(f"shapes {a.shape} and {b.shape} do not fit")
    results = [holds(env, "=", x, y) for x, y in zip(a.entries, b.entries, strict=True)]
    if any(type(result) is Formal for result in results):
        raise NotPolynomial("a comparison of random arrays")
    equal = False if False in results else None if None in results else True
    if head in ("=", "equal_almost_surely"):
        return equal
    if head == "!=":
        return None if equal is None else not equal
    raise Unsupported("an order of arrays")


def _one_sided(head: str, a: Scalar, b: Scalar) -> Truth:
    """What is known of ``a head b`` when a side is known from one side only."""
    if type(a) is OneSided and type(b) is OneSided:
        raise Unsupported("two numbers that are known from one side only")
    if type(b) is OneSided:
        return _one_sided(FLIPPED[head], b, a)
    above = a.lower is not None and compare(a.lower, b) == 1
    below = a.upper is not None and compare(a.upper, b) == -1
    if not above and not below:
        return None
    return COMPARISONS[head](1 if above else -1)


@rule(*COMPARISONS)
def compile_relation(compiler: Compiler, term: Apply) -> Code:
    """The closure of a relation of two values."""
    head, (first, second) = term.head, (compiler.code(side) for side in term.arguments)
    normalised = compile_normalisation(compiler, term)
    if normalised is not None:
        return lambda env: normalised(env) or holds(env, head, first(env), second(env))
    return lambda env: holds(env, head, first(env), second(env))


@rule("equal_almost_surely")
def _almost_surely(compiler: Compiler, term: Apply) -> Code:
    first, second = (compiler.code(argument) for argument in term.arguments)
    return lambda env: holds(env, "=", first(env), second(env))


@rule("true", "false")
def _constant(compiler: Compiler, term: Apply) -> Code:
    value = term.head == "true"
    return lambda env: value


@rule("invertible")
def _invertible(compiler: Compiler, term: Apply) -> Code:
    base = compiler.code(term.arguments[0])

    def run(env: Environment) -> Truth:
        determinant = determinant_of(want_array(base(env), 2))
        if type(determinant) is Formal:
            raise NotPolynomial("the determinant of a random matrix")
        sign = sign_of(determinant)
        return None if sign is None else sign != 0

    return run


# -- connectives ---------------------------------------------------------------------------------------


def negated(value: Truth) -> Truth:
    """Not."""
    if type(value) is Formal:
        return subtract(1, value)
    return None if value is None else not value


def _conjunction(env: Environment, codes: list[Code]) -> Truth:
    result: Truth = True
    for code in codes:
        value = code(env)
        if value is False:
            return False
        if result is None or value is None:
            result = None
        elif type(value) is Formal or type(result) is Formal:
            result = multiply(
                int(value) if value is True else value, int(result) if result is True else result
            )
    return result


@rule("and")
def _and(compiler: Compiler, term: Apply) -> Code:
    codes = [compiler.code(argument) for argument in term.arguments]
    return lambda env: _conjunction(env, codes)


@rule("or")
def _or(compiler: Compiler, term: Apply) -> Code:
    codes = [_negation_of(compiler.code(argument)) for argument in term.arguments]
    return lambda env: negated(_conjunction(env, codes))


def _negation_of(code: Code) -> Code:
    return lambda env: negated(code(env))


@rule("not")
def _not(compiler: Compiler, term: Apply) -> Code:
    return _negation_of(compiler.code(term.arguments[0]))


@rule("implies")
def _implies(compiler: Compiler, term: Apply) -> Code:
    first, second = (compiler.code(argument) for argument in term.arguments)
    codes = [first, _negation_of(second)]
    return lambda env: negated(_conjunction(env, codes))


@rule("iff")
def _iff(compiler: Compiler, term: Apply) -> Code:
    first, second = (compiler.code(argument) for argument in term.arguments)

    def run(env: Environment) -> Truth:
        a, b = first(env), second(env)
        if a is None or b is None:
            return None
        if type(a) is Formal or type(b) is Formal:
            raise NotPolynomial("an equivalence of random statements")
        return a == b

    return run


# -- quantifiers ---------------------------------------------------------------------------------------


@rule("forall")
def _forall(compiler: Compiler, term: Bind) -> Code:
    return _quantifier(compiler, term, False)


@rule("exists")
def _exists(compiler: Compiler, term: Bind) -> Code:
    return _quantifier(compiler, term, True)


def _quantifier(compiler: Compiler, term: Bind, stop: bool, sampled: bool = False) -> Code:
    """``forall`` (``stop`` is False) or ``exists``: the first instance whose truth is ``stop`` decides.

    ``sampled``: it stands right below another one that is sampled, so that to hold is as good as to be open.
    """
    listed = elements(term.condition) if is_kind(term.domain, "int", "nat", "dim", "real") else None
    values = None if listed is None else [compiler.code(value) for value in listed]
    exact = isinstance(term.domain, Index) or values is not None
    form = None if stop else definite(compiler, term)
    identity = None if stop or sampled else _identity(compiler, term)
    domain, condition = compiler.domain(term.domain), compiler.condition(term.condition)
    inner = term.body
    if not stop and not exact and isinstance(inner, Bind) and inner.head == "forall":
        body = _quantifier(compiler, inner, stop, True)
    else:
        body = compiler.code(inner)

    def run(env: Environment) -> Truth:
        decided = None if form is None else form(env)
        if decided is not None:
            return decided
        if identity is not None and identity(env):
            return True
        kind = domain(env)
        result: Truth = (not stop) if exact else None
        stack = env.stack
        stack.append(0)
        try:
            chosen = instances(env, kind) if values is None else _listed(env, kind, values)
            for value in chosen:
                stack[-1] = value
                found = _instance(env, condition, body, stop, exact)
                if found is stop:
                    return stop
                if found is None:
                    result = None
        finally:
            stack.pop()
        if not exact:
            env.world.sampled = True
        return result

    return run


def _listed(env: Environment, kind: Any, codes: list[Code]) -> Iterator[Value]:
    """The values that the codes have outside the binder, as far as they are of the kind."""
    stack = env.stack
    variable = stack.pop()
    try:
        found = [code(env) for code in codes]
    finally:
        stack.append(variable)
    for value in found:
        if is_kind(kind, "real"):
            yield value
            continue
        whole = to_integer(value)
        if is_kind(kind, "int") or whole >= (1 if is_kind(kind, "dim") else 0):
            yield whole


def _instance(env: Environment, condition: Code | None, body: Code, stop: bool, exact: bool) -> Truth:
    try:
        if condition is not None:
            allowed = condition(env)
            if type(allowed) is Formal:
                raise NotPolynomial("a range that depends on random numbers")
            if allowed is not True:
                return (not stop) if allowed is False else None
        found = body(env)
    except Undefined:
        if exact:
            raise
        return None
    if type(found) is Formal:
        raise NotPolynomial("a quantifier over a random statement")
    return found


def instances(env: Environment, kind: Any, limit: int = 9) -> Iterator[Value]:
    """The values of a range, all of them; of another type, a few."""
    if isinstance(kind, range):
        env.world.spend(max(0, kind.stop - kind.start))
        yield from kind
        return
    env.world.spend(limit)
    yield from islice(samples(kind, Random(env.world.seed)), limit)


def samples(kind: Any, random: Random) -> Iterator[Value]:
    """Values of a type, simple ones first, without end."""
    if isinstance(kind, tuple):
        size = prod(kind)
        yield Array(kind, [fmpq(k % 3 - 1 + (k == 0)) if k else fmpq(1) for k in range(size)])
        yield Array(kind, [fmpq(1)] * size)
        for k in range(min(size, 3)):
            yield Array(kind, [fmpq(int(j == k)) for j in range(size)])
        yield Array(kind, [fmpq(1 - 2 * (j % 2)) for j in range(size)])
        while True:
            yield Array(kind, [fmpq(random.randint(-4, 4), random.choice((1, 1, 2))) for _ in range(size)])
    elif is_kind(kind, "dim", "nat", "int"):
        low = {"dim": 1, "nat": 0, "int": -3}[kind.kind]
        yield from range(low, low + 8)
        while True:
            yield random.randint(low, low + 30)
    elif is_kind(kind, "real"):
        yield from (
            fmpq(1),
            fmpq(2),
            fmpq(0),
            fmpq(-1),
            fmpq(1, 2),
            fmpq(-1, 2),
            fmpq(-3, 2),
            fmpq(7),
            fmpq(1, 10),
        )
        while True:
            yield fmpq(random.randint(-30, 30), random.randint(1, 9))
    else:
        raise Unsupported("a quantifier over functions")


def _identity(compiler: Compiler, term: Bind) -> Any:
    """A closure that tells whether nested ``forall`` over reals hold as identities or by visible signs.

    What holds of all values holds of those that meet a condition.
    """
    domains, body = list[Any](), term
    limits: list[tuple[fmpq, fmpq] | None] = []
    while isinstance(body, Bind) and body.head == "forall":
        if not (isinstance(body.domain, Tensor) or is_kind(body.domain, "real")):
            return None
        domains.append(compiler.domain(body.domain))
        limits.append(interval_in(body.condition) if is_kind(body.domain, "real") else None)
        body = body.body  # type: ignore[assignment]
    if not domains:
        return None
    parts = [_visible(compiler, part) for part in conjuncts(body)]
    if any(part is None for part in parts):
        return None
    # An interval is closed, and its upper end a limit of what is looked at: no strict order holds there for certain.
    limited = any(limits) and all(
        isinstance(part, Apply) and part.head in ("<=", ">=", "=") for part in conjuncts(body)
    )
    inside = [
        kind if ends is None else _between(ends) for kind, ends in zip(domains, limits, strict=True)
    ]  # fmt: skip

    def run(env: Environment) -> bool:
        return all(part(env, domains) for part in parts) or (limited and all(part(env, inside) for part in parts))

    return run


def _between(ends: tuple[fmpq, fmpq]) -> Callable[[Environment], Callable[[FreePool], Value]]:
    """A variable between two numbers: ``low + (high - low) s^2 / (1 + s^2)`` for a free s, all but the upper end."""
    low, high = ends

    def value(pool: FreePool) -> Value:
        square = integer_power(pool.free(), 2)
        return add(low, multiply(high - low, divide(square, add(1, square))))

    return lambda env: value


def _visible(compiler: Compiler, body: Term) -> Any:
    """A closure that tells whether the statement is seen to hold for all values of the innermost variables."""
    if not isinstance(body, Apply):
        return None
    normalised = compile_normalisation(compiler, body)
    if normalised is not None:
        return lambda env, domains: normalised(env)
    if body.head in COMPARISONS and len(body.arguments) == 2:
        left, right = (compiler.code(argument) for argument in body.arguments)
        head = body.head
        return lambda env, domains: _at_free_values(env, domains, False, lambda: _always(head, left(env), right(env)))
    if body.head in _ANALYTIC:
        code = compiler.code(body)
        return lambda env, domains: _at_free_values(env, domains, True, lambda: code(env) is True)
    return None


def _at_free_values(env: Environment, domains: list[Any], guarded: bool, judge: Callable[[], bool]) -> bool:
    """The judgement where the innermost variables are formal; False where that is not possible.

    ``guarded``: it counts only where everything on the way is defined and smooth for all their values.
    """
    depth = len(env.stack)
    pool = FreePool(48 if guarded else 16, guarded)
    outer, env.world.free_pool = env.world.free_pool, pool if guarded else None
    try:
        for domain in domains:
            kind = domain(env)
            if isinstance(kind, tuple):
                if prod(kind) > 12:
                    return False
                env.stack.append(pool.array(kind, prod(kind)))
            elif callable(kind):
                env.stack.append(kind(pool))
            else:
                env.stack.append(pool.free())
        return judge()
    except (Unsupported, Undefined, PoolFull):
        return False
    finally:
        env.world.free_pool = outer
        del env.stack[depth:]


def compile_normalisation(compiler: Compiler, term: Apply) -> Callable[[Environment], bool] | None:
    """For ``integral[x] p(x, …) = 1`` a closure: whether p has that property in the model, for all parameters."""
    found = normalisation(term)
    if found is None:
        return None
    function, place = compiler.code(found[0]), found[1]
    return lambda env: is_normalised(function(env), place)


def _always(head: str, a: Value, b: Value) -> bool:
    if type(a) is Array or type(b) is Array:
        pairs = zip(want_array(a).entries, want_array(b).entries, strict=True)
        return head == "=" and all(_always("=", x, y) for x, y in pairs)
    difference = subtract(b, a) if head in ("<=", "<") else subtract(a, b)
    if type(difference) is not Formal:
        return _has_sign(head, subtract(a, b))
    if head in ("<", ">", "!=") and isinstance(difference.pool, FreePool) and difference.pool.is_positive(difference):
        return True
    if _is_root(a) or _is_root(b):
        # Numbers that are not negative are ordered as their squares.
        squares = [multiply(value, value) for value in (a, b)]
        if any(map(_is_root, squares)) or not (_is_nonnegative(a) and _is_nonnegative(b)):
            return False
        return _always(head, *squares)
    if difference.pool.has_squares(difference):
        return False
    if difference.denominator is not None:
        return head in ("<=", ">=") and is_positive(difference.denominator) and is_nonnegative(difference.numerator)
    polynomial = difference.numerator
    constant = difference.constant()
    if constant is not None:
        return _has_sign(FLIPPED[head] if head in ("<=", "<") else head, constant)
    if head in ("<=", ">="):
        return difference.nonnegative or is_nonnegative(polynomial)
    if head in ("<", ">"):
        rest = polynomial - _constant_term(polynomial)
        return (_constant_term(polynomial) > 0 and is_nonnegative(rest)) or is_positive(polynomial)
    return False


def _has_sign(head: str, value: Scalar) -> bool:
    """Whether a value is seen to compare with 0; a ball that leaves its sign open is not."""
    sign = sign_of(value)
    return sign is not None and bool(COMPARISONS[head](sign))


def _is_root(value: Scalar) -> bool:
    """Whether the value is never negative and holds roots, so that its square is simpler."""
    return type(value) is Formal and value.nonnegative and bool(value.pool.has_squares(value))


def _is_nonnegative(value: Scalar) -> bool:
    if type(value) is Formal:
        return bool(value.nonnegative) or (value.denominator is None and is_nonnegative(value.numerator))
    return sign_of(value) in (0, 1)


def _constant_term(polynomial: Any) -> fmpq:
    return next((c for exponents, c in polynomial.terms() if not any(exponents)), fmpq(0))
