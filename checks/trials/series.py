"""Sums, products, arrays by entries, lambdas and calls: the rules of ``compiling`` for plain binders."""

from __future__ import annotations

from itertools import pairwise

from checks.terms import Apply, Bind, Index
from checks.trials.compiling import Code, Compiler, Environment, decided, rule
from checks.trials.operations import compile_arguments, plus, times
from checks.trials.values import Array, Formal, NotPolynomial, Undefined, Unsupported, Value, to_integer


@rule("sum", "product")
def _series(compiler: Compiler, term: Bind) -> Code:
    if not isinstance(term.domain, Index):
        raise Unsupported(f"a {term.head} over what is no range")
    domain, condition, body = (
        compiler.domain(term.domain),
        compiler.condition(term.condition),
        compiler.code(term.body),
    )
    combine = plus if term.head == "sum" else times
    neutral = 0 if term.head == "sum" else 1

    def run(env: Environment) -> Value:
        places = domain(env)
        env.world.spend(_count(places))
        stack = env.stack
        total: Value = None
        stack.append(0)
        try:
            for k in places:
                stack[-1] = k
                if condition is not None:
                    holds = condition(env)
                    if type(holds) is Formal:
                        raise NotPolynomial("a range that depends on random numbers")
                    if not decided(holds):
                        continue
                value = body(env)
                total = value if total is None else combine(total, value)
        finally:
            stack.pop()
        return neutral if total is None else total

    return run


def _count(places: range) -> int:
    """The length of a range, also of one too long for ``len``."""
    return max(0, places.stop - places.start)


@rule("array")
def _array(compiler: Compiler, term: Bind) -> Code:
    if not isinstance(term.domain, Index):
        raise Unsupported("an array over what is no range")
    domain, body = compiler.domain(term.domain), compiler.code(term.body)

    def run(env: Environment) -> Value:
        places = domain(env)
        if _count(places) > 10_000:
            raise Unsupported("budget: an array is too large")
        env.world.spend(_count(places))
        stack = env.stack
        parts: list[Value] = []
        stack.append(0)
        try:
            for k in places:
                stack[-1] = k
                parts.append(body(env))
        finally:
            stack.pop()
        return stacked(parts)

    return run


def stacked(parts: list[Value]) -> Array:
    """The array with the parts along its first dimension."""
    if not parts or type(parts[0]) is not Array:
        return Array((len(parts),), parts)
    if any(a.shape != b.shape for a, b in pairwise(parts)):
        raise Unsupported("rows of different lengths")
    return Array((len(parts), *parts[0].shape), [x for part in parts for x in part.entries])


@rule("lambda")
def _lambda(compiler: Compiler, term: Bind) -> Code:
    domain, body = compiler.domain(term.domain), compiler.code(term.body)

    def run(env: Environment) -> Value:
        captured = list(env.stack)
        places = domain(env)

        def function(argument: Value, *more: Value) -> Value:
            if isinstance(places, range):
                argument = to_integer(argument)
                if argument not in places:
                    raise Undefined(f"argument {argument} is out of range")
            stack, env.stack = env.stack, [*captured, argument]
            try:
                value = body(env)
            finally:
                env.stack = stack
            return value(*more) if more else value

        return function

    return run


@rule("call")
def _call(compiler: Compiler, term: Apply) -> Code:
    base, *arguments = compile_arguments(compiler, term)

    def run(env: Environment) -> Value:
        function = base(env)
        if not callable(function):
            raise Unsupported("a call of what is no function")
        env.world.spend(1)
        return function(*[code(env) for code in arguments])

    return run
