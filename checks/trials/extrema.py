"""Suprema, infima, greatest and least elements.

A supremum over a range is taken exactly.  One over a real vector is found when the body is a ratio of two
quadratic forms, or the root of one (``norm(A x)/norm(x)``): it is the largest root of ``det(Q1 - t Q2)``.  Of
any other only a lower bound is known, from sampled points.
"""

from __future__ import annotations

from itertools import islice
from math import prod
from random import Random
from typing import Any

from flint import fmpq

from checks.terms import TRUE, Apply, Bind, Index, Tensor, Term
from checks.trials.compiling import Code, Compiler, Environment, decided, is_kind, rule
from checks.trials.elementary import choose
from checks.trials.formal import Pool, PoolFull, Variable, definiteness, extreme_root, quadratic_form
from checks.trials.propositions import FLIPPED, compile_relation, holds, samples
from checks.trials.values import (
    ZERO,
    Array,
    Dual,
    Formal,
    NotPolynomial,
    OneSided,
    Scalar,
    Undecided,
    Undefined,
    Unsupported,
    Value,
    add,
    compare,
    describe,
    multiply,
    negate,
    sign_of,
    square_root,
)


@rule("sup", "inf")
def _supremum(compiler: Compiler, term: Bind) -> Code:
    domain, condition, body = (
        compiler.domain(term.domain),
        compiler.condition(term.condition),
        compiler.code(term.body),
    )
    largest = term.head == "sup"
    if isinstance(term.domain, Index):
        return _over_range(domain, condition, body, largest)
    continuous = isinstance(term.domain, Tensor) or is_kind(term.domain, "real")
    restrictions = _restrictions(compiler, term.condition) if continuous else None

    def run(env: Environment) -> Value:
        kind = domain(env)
        if restrictions is not None:
            found = _spectral(env, kind, restrictions, body, largest)
            if found is not None:
                return found
        return _sampled(env, kind, condition, body, largest)

    return run


def _over_range(domain: Any, condition: Code | None, body: Code, largest: bool) -> Code:
    wanted = 1 if largest else -1

    def run(env: Environment) -> Value:
        places = domain(env)
        env.world.spend(max(0, places.stop - places.start))
        best: Scalar = None
        env.stack.append(0)
        try:
            for k in places:
                env.stack[-1] = k
                if condition is not None and not decided(condition(env)):
                    continue
                value = body(env)
                best = value if best is None else choose(best, value, wanted)
        finally:
            env.stack.pop()
        if best is None:
            raise Undefined("a supremum over nothing")
        return best

    return run


def _sampled(env: Environment, kind: Any, condition: Code | None, body: Code, largest: bool) -> Value:
    """The best of some points, a bound from one side."""
    if env.pool is not None:
        raise NotPolynomial("a supremum inside an expectation")
    wanted, best = (1 if largest else -1), None
    env.world.spend(40)
    env.world.sampled = True
    env.stack.append(0)
    try:
        for value in islice(samples(kind, Random(env.world.seed)), 16):
            env.stack[-1] = value
            try:
                if condition is not None and condition(env) is not True:
                    continue
                found = body(env)
            except (Undefined, Undecided):
                continue
            if type(found) is Dual:
                raise Unsupported("the derivative of a supremum that is only sampled")
            if type(found) is OneSided:
                found = found.lower if largest else found.upper
            if found is not None and (best is None or compare(found, best) == wanted):
                best = found
    finally:
        env.stack.pop()
    if best is None:
        raise Unsupported("no point of the range of a supremum was found")
    return OneSided(best, None) if largest else OneSided(None, best)


# -- ratios of quadratic forms -------------------------------------------------------------------------


def _restrictions(compiler: Compiler, condition: Term) -> list[tuple[str, Code, Code]] | None:
    """The condition as relations, or None."""
    if condition == TRUE:
        return []
    if isinstance(condition, Apply) and condition.head == "and":
        parts = [_restrictions(compiler, part) for part in condition.arguments]
        return None if any(part is None for part in parts) else [r for part in parts for r in part]  # type: ignore[union-attr]
    if isinstance(condition, Apply) and condition.head in FLIPPED:
        left, right = (compiler.code(argument) for argument in condition.arguments)
        return [(condition.head, left, right)]
    return None


def _spectral(env: Environment, kind: Any, restrictions: Any, body: Code, largest: bool) -> Scalar | None:
    """The exact supremum, or None when the body is not of the form."""
    shape = kind if isinstance(kind, tuple) else ()
    size = prod(shape)
    if size > 6 or size == 0:
        return None
    depth = len(env.stack)
    pool = Pool(size + 8)
    variables = [pool.new(Variable("free")) for _ in range(size)]
    env.stack.append(Array(shape, variables) if shape else variables[0])
    try:
        ball, nonzero = None, False
        for head, left, right in restrictions:
            found = _restriction(head, left(env), right(env), size)
            if found is None:
                return None
            if found is True:
                nonzero = True
            else:
                ball = found
        value = body(env)
    except (NotPolynomial, PoolFull, Undecided):
        return None
    finally:
        del env.stack[depth:]
    if type(value) is not Formal:
        return None
    try:
        return _extreme(value, ball, nonzero, size, largest)
    except (NotPolynomial, Undecided, ZeroDivisionError):
        return None


def _restriction(head: str, a: Value, b: Value, size: int) -> Any:
    """True for "not zero"; a definite form and whether it may be smaller, for "of norm (at most) 1"."""
    if type(a) is Array:
        zero = type(b) is Array and all(type(x) in (int, fmpq) and x == 0 for x in b.entries)
        return True if head == "!=" and zero and _is_variable(a, size) else None
    if type(a) is not Formal:
        if type(b) is not Formal or head not in FLIPPED:
            return None
        return _restriction(FLIPPED[head], b, a, size)
    if type(b) is Formal:
        return None
    if head == "!=" and size == 1 and sign_of(b) == 0 and a.numerator.total_degree() == 1:
        return True
    square = multiply(a, a) if _has_roots(a) else a
    form = None if square.denominator is not None else quadratic_form(square.numerator, list(range(size)))
    if form is None or definiteness(form[1]) != 1:
        return None
    bound = b if square is a else multiply(b, b)
    sign = sign_of(b)
    if sign == 0 and head in ("!=", ">"):
        return True
    if sign == 1 and head in ("=", "<=") and isinstance(bound, int | fmpq):
        return [[entry / fmpq(bound) for entry in row] for row in form[1]], head == "<="
    return None


def _is_variable(array: Array, size: int) -> bool:
    """Whether the entries are multiples of the variables, each of them once."""
    found = set()
    for entry in array.entries:
        if type(entry) is not Formal or entry.denominator is not None or len(entry.numerator) != 1:
            return False
        found.add(tuple(map(int, entry.numerator.monoms()[0])))
    return len(found) == size and all(sum(exponents) == 1 for exponents in found)


def _extreme(value: Formal, ball: Any, nonzero: bool, size: int, largest: bool) -> Scalar | None:
    over = list(range(size))
    if ball is None and (not nonzero or value.denominator is None):
        return None
    if value.denominator is not None and ball is not None and ball[1]:
        return None
    forms = None if _has_roots(value) else _two_forms(value, ball, over)
    if forms is not None:
        found = extreme_root(forms[0], forms[1], largest)
        if ball is not None and ball[1]:
            found = _clip(found, largest)
        return found
    square = multiply(value, value)
    if _has_roots(square):
        return None
    forms = _two_forms(square, ball, over)
    if forms is None:
        return None
    odd = _is_odd(value, size)
    if not odd and not value.nonnegative:
        opposite = multiply(-1, value)
        if not all(c < 0 for _, c in value.numerator.terms()) or not _only_roots(value, size):
            return None
        opposite.nonnegative = True
        found = _extreme(opposite, ball, nonzero, size, not largest)
        return None if found is None else negate(found)
    inside = ball is not None and ball[1]
    if odd:
        top = square_root(_clip(extreme_root(forms[0], forms[1], True), True))
        return top if largest else negate(top)
    if inside and not largest:
        return ZERO
    return square_root(_clip(extreme_root(forms[0], forms[1], largest), True))


def _only_roots(value: Formal, size: int) -> bool:
    """Whether every term is a number times roots."""
    return all(not any(exponents[:size]) for exponents, _ in value.numerator.terms())


def _clip(value: Scalar, largest: bool) -> Scalar:
    """The number, or 0 where 0 is better; a ball about 0 is cut."""
    sign = sign_of(value)
    if sign is None:
        raise Undecided("the sign of an eigenvalue")
    return value if (sign >= 0) == largest or sign == 0 else ZERO


def _has_roots(value: Formal) -> bool:
    """Whether roots are left in the numerator."""
    pool = value.pool
    if value.numerator.is_zero():
        return False
    special = [k for k, variable in enumerate(pool.variables) if variable.kind != "free"]
    degrees = value.numerator.degrees()
    return any(degrees[k] for k in special)


def _is_odd(value: Formal, size: int) -> bool:
    if value.denominator is not None and any(sum(e[:size]) % 2 for e, _ in value.denominator.terms()):
        return False
    return all(sum(exponents[:size]) % 2 == 1 for exponents, _ in value.numerator.terms())


def _two_forms(value: Formal, ball: Any, over: list[int]) -> Any:
    """The matrices of the ratio of quadratic forms that the value is, the lower one definite; or None."""
    numerator, denominator = value.numerator, value.denominator
    size = len(over)
    if denominator is not None:
        degrees = denominator.degrees()
        if any(degrees[size:]):
            return None
        for factor, _ in denominator.factor()[1]:
            form = quadratic_form(factor, over)
            linear = size == 1 and factor.total_degree() == 1 and len(factor) == 1
            if not linear and (form is None or abs(_definite(form[1])) != 1):
                return None
        if numerator.is_zero():
            return _multiples(fmpq(0), size)
        common = numerator.gcd(denominator)
        numerator, denominator = numerator / common, denominator / common
        if denominator.is_constant():
            numerator, denominator = numerator / denominator.leading_coefficient(), None
        if denominator is None and numerator.is_constant():
            return _multiples(numerator.leading_coefficient(), size)
    if denominator is None and ball is None:
        return None
    upper = quadratic_form(numerator, over)
    if numerator.is_zero():
        upper = over, _multiples(fmpq(0), size)[0]
    if upper is None:
        return None
    if denominator is None:
        return upper[1], ball[0]
    lower = quadratic_form(denominator, over)
    if lower is None:
        return None
    sign = _definite(lower[1])
    if sign == -1:
        return [[-x for x in row] for row in upper[1]], [[-x for x in row] for row in lower[1]]
    return (upper[1], lower[1]) if sign == 1 else None


def _multiples(value: fmpq, size: int) -> tuple[list[list[fmpq]], list[list[fmpq]]]:
    """The matrices of a ratio that is a constant."""
    identity = [[fmpq(int(i == j)) for j in range(size)] for i in range(size)]
    return [[value * entry for entry in row] for row in identity], identity


def _definite(matrix: list[list[fmpq]]) -> int:
    """1 for positive definite, -1 for negative definite, else 0."""
    if definiteness(matrix) == 1:
        return 1
    return -1 if definiteness([[-x for x in row] for row in matrix]) == 1 else 0


# -- greatest and least --------------------------------------------------------------------------------


@rule("greatest", "least")
def _greatest(compiler: Compiler, term: Bind) -> Code:
    if not isinstance(term.domain, Index):
        raise Unsupported(f"the {term.head} of an infinite set is evaluated only against a claimed value")
    domain, condition = compiler.domain(term.domain), compiler.condition(term.condition)
    backwards = term.head == "greatest"

    def run(env: Environment) -> Value:
        places = domain(env)
        env.world.spend(max(0, places.stop - places.start))
        env.stack.append(0)
        try:
            for k in reversed(places) if backwards else places:
                env.stack[-1] = k
                if condition is None or decided(condition(env)):
                    return k
        finally:
            env.stack.pop()
        raise Undefined(f"the {term.head} of an empty set")

    return run


def _is_extremum(term: Term) -> bool:
    """Whether the term is a ``greatest`` or ``least``."""
    return isinstance(term, Bind) and term.head in ("greatest", "least")


@rule("=")
def _equation(compiler: Compiler, term: Apply) -> Code:
    left, right = term.arguments
    if _is_extremum(left) != _is_extremum(right):
        return compile_extremum_claim(compiler, *((left, right) if _is_extremum(left) else (right, left)))
    return compile_relation(compiler, term)


def compile_extremum_claim(compiler: Compiler, extremum: Term, value: Term) -> Code:
    """``greatest {a | P(a)} = t``: false when ``P(t)`` is, or when ``P(a)`` holds for some larger a.

    Where it is false, ``env.world.note`` says why.
    """
    if not isinstance(extremum, Bind):
        raise Unsupported("no greatest element")
    claimed = compiler.code(value)
    if isinstance(extremum.domain, Index):
        found = compiler.code(extremum)
        return lambda env: holds(env, "=", found(env), claimed(env))
    condition = compiler.condition(extremum.condition)
    whole = not is_kind(extremum.domain, "real")
    low = {"dim": 1, "nat": 0}.get(getattr(extremum.domain, "kind", ""))
    direction = 1 if extremum.head == "greatest" else -1

    def member(env: Environment, candidate: Scalar) -> Any:
        if low is not None and compare(candidate, low) == -1:
            return False
        env.stack.append(candidate)
        try:
            return True if condition is None else condition(env)
        finally:
            env.stack.pop()

    def run(env: Environment) -> Any:
        bound = claimed(env)
        if type(bound) is Formal:
            raise NotPolynomial("a random greatest element")
        inside = member(env, bound)
        if inside is False:
            env.world.note = f"another number, as {describe(bound)} is not in the set"
            return False
        for candidate in _beyond(bound, direction, whole):
            try:
                if member(env, candidate) is True:
                    word = "at least" if direction == 1 else "at most"
                    env.world.note = f"{word} {describe(candidate)}, which is in the set"
                    return False
            except Undefined:
                continue
        env.world.sampled = True
        return None

    return run


def _beyond(bound: Scalar, direction: int, whole: bool) -> list[Scalar]:
    """Some numbers beyond the bound, near ones and far ones."""
    if whole:
        return [add(bound, direction * step) for step in (1, 2, 3, 5, 10)]
    found: list[Scalar] = []
    sign = sign_of(bound)
    if sign:
        factors = (fmpq(1001, 1000), fmpq(2)) if sign == direction else (fmpq(999, 1000), fmpq(1, 2))
        found += [multiply(bound, factor) for factor in factors]
    else:
        found += [add(bound, fmpq(direction * step)) for step in (fmpq(1, 1000), 1, 10)]
    return found
