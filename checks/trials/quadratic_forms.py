"""``for all v, v^T A v > 0`` and its kin, decided exactly: whether a quadratic form is (semi)definite."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from flint import fmpq

from checks.terms import TRUE, Apply, Bind, Bound, Tensor, Term
from checks.trials.compiling import Compiler, Environment
from checks.trials.formal import Pool, PoolFull, Variable, definiteness, quadratic_form
from checks.trials.values import Array, Formal, Undefined, Unsupported, subtract

LARGEST = 12


def definite(compiler: Compiler, term: Bind) -> Callable[[Environment], bool | None] | None:
    """A closure that decides a ``forall`` over vectors whose body compares a quadratic form with zero.

    The range is all vectors, or all but zero, be it by the condition or by a premise.  The closure gives None where
    the difference of the sides is no quadratic form with rational coefficients.  A form that is not definite is not
    positive at some vector other than zero (Lagrange's reduction; Horn & Johnson, Matrix Analysis, 4.5).
    """
    if term.head != "forall" or not isinstance(term.domain, Tensor):
        return None
    premise: Term = TRUE
    body = term.body
    if isinstance(body, Apply) and body.head == "implies":
        premise, body = body.arguments
    match body:
        case Apply(">=" | ">" as head, (large, small)):
            strict = head == ">"
        case Apply("<=" | "<" as head, (small, large)):
            strict = head == "<"
        case _:
            return None
    given = [part for part in (term.condition, premise) if part != TRUE]
    if not all(map(_leaves_out_zero, given)):
        return None
    nonzero = bool(given)
    domain, upper, lower = compiler.domain(term.domain), compiler.code(large), compiler.code(small)

    def run(env: Environment) -> bool | None:
        shape = domain(env)
        size = prod(shape)
        if not 0 < size <= LARGEST:
            return None
        depth = len(env.stack)
        pool = Pool(16)
        try:
            env.stack.append(Array(shape, [pool.new(Variable("free")) for _ in range(size)]))
            difference = subtract(upper(env), lower(env))
        except (Unsupported, Undefined, PoolFull):
            return None
        finally:
            del env.stack[depth:]
        if type(difference) is not Formal:
            vanishes = type(difference) in (int, fmpq) and difference == 0
            return not strict if vanishes else None
        if difference.denominator is not None or difference.extended:
            return None
        found = quadratic_form(difference.numerator, list(range(size)))
        if found is None:
            return None
        matrix = [[fmpq(x) for x in row] for row in found[1]]
        kind = definiteness(matrix)
        return kind == 1 and nonzero if strict else kind >= 0

    return run


def _leaves_out_zero(condition: Term) -> bool:
    """Whether the condition is that the bound variable is not zero."""
    match condition:
        case Apply("!=", (Bound(0), Apply("zeros"))) | Apply("!=", (Apply("zeros"), Bound(0))):
            return True
        case _:
            return False
