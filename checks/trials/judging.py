"""What becomes of a claim at one model: it holds, fails, is undefined, or is not evaluated."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flint import ctx

from checks.approximations import approximated
from checks.contexts import Context, Declaration, Fact
from checks.terms import (
    ORDER_RELATIONS,
    RELATIONS,
    TRUE,
    Apply,
    Bind,
    Symbol,
    Tensor,
    Term,
    free_symbols,
    fresh_name,
    number,
    open_binder,
)
from checks.trials.compiling import Compiler, World
from checks.trials.equations import ends
from checks.trials.formal import WORK_LIMIT, PoolFull
from checks.trials.instances import Table
from checks.trials.laws import InvalidLaw
from checks.trials.models import Model, ModelFinder
from checks.trials.values import (
    Array,
    Undecided,
    Undefined,
    Unsupported,
    Value,
    describe,
    is_exact,
    telling_apart,
)

PRECISIONS = (128, 1024, 4096)
PRECISION_OF_ESTIMATES = 320
"""The precision in which integrals that are estimates are looked at again, which take long."""
BUDGET = 200_000
CACHED = 24


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement with its outer ``forall`` and hypotheses moved into the context."""

    context: Context
    goal: Term
    finder: ModelFinder
    hints: Mapping[str, tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a claim at a model.

    ``kind`` is ``refuted``, ``agrees``, ``sampled``, ``undefined`` or ``unsupported``; ``steps`` is the work;
    ``estimated`` says that a side is an estimate, as an integral over what is not bounded is.
    """

    kind: str
    reason: str = ""
    left: str = ""
    right: str = ""
    exact: bool = True
    steps: int = 0
    estimated: bool = False


_FINDERS: OrderedDict[int, tuple[Context, ModelFinder]] = OrderedDict()
_CLAIMS: OrderedDict[tuple[int, Term, bool], tuple[Context, Claim]] = OrderedDict()


def finder_of(context: Context) -> ModelFinder:
    """The model finder of a context, kept for the contexts used last."""
    found = _FINDERS.get(id(context))
    if found is None or found[0] is not context:
        found = _FINDERS[id(context)] = (context, ModelFinder(context))
        if len(_FINDERS) > CACHED:
            _FINDERS.popitem(last=False)
    return found[1]


def claim_of(context: Context, statement: Term, forms: bool = False) -> Claim:
    """The claim, with what stands before its conclusion moved into the context.

    ``forms``: what is said of all arrays stays as it stands, to be decided where it is a quadratic form.
    """
    key = (id(context), statement, forms)
    found = _CLAIMS.get(key)
    if found is not None and found[0] is context:
        return found[1]
    inner, goal = _open(context, statement, forms)
    claim = Claim(inner, goal, finder_of(inner), _hints(goal))
    _CLAIMS[key] = (context, claim)
    if len(_CLAIMS) > CACHED:
        _CLAIMS.popitem(last=False)
    return claim


def _open(context: Context, statement: Term, forms: bool) -> tuple[Context, Term]:
    """Opens outer ``forall`` and ``implies``; a let that carries a quantifier is opened too."""
    while True:
        if forms and speaks_of_arrays(statement):
            return context, statement
        if isinstance(statement, Bind) and statement.head == "forall":
            symbol = Symbol(fresh_name(statement.hint, context.names() | free_symbols(statement)))
            condition, body = open_binder(statement, symbol)
            context = context.declare(Declaration(symbol.name, statement.domain))
            if condition != TRUE:
                context = context.assume(Fact(condition, "declared"))
            statement = body
        elif isinstance(statement, Apply) and statement.head == "implies" and len(statement.arguments) == 2:
            context = context.assume(Fact(statement.arguments[0]))
            statement = statement.arguments[1]
        else:
            return context, statement


def speaks_of_arrays(statement: Term) -> bool:
    """Whether a statement says something of all arrays of a shape."""
    return isinstance(statement, Bind) and statement.head == "forall" and isinstance(statement.domain, Tensor)


def _hints(goal: Term) -> dict[str, tuple[Term, ...]]:
    """For symbols that a part of the goal compares to a term: that term."""
    result: dict[str, tuple[Term, ...]] = {}
    if not isinstance(goal, Apply) or goal.head not in ("iff", "or", "and", "not", *ORDER_RELATIONS):
        return result
    stack: list[Term] = [goal]
    while stack:
        part = stack.pop()
        if not isinstance(part, Apply):
            continue
        if part.head in RELATIONS and len(part.arguments) == 2:
            for symbol, other in (part.arguments, part.arguments[::-1]):
                if isinstance(symbol, Symbol) and symbol.name not in free_symbols(other):
                    result[symbol.name] = (*result.get(symbol.name, ()), other)
                for name, end in ends(symbol, other):
                    result[name] = (*result.get(name, ()), end)
        else:
            stack.extend(part.arguments)
    return result


# -- one point -----------------------------------------------------------------------------------------


def judge(claim: Claim, model: Model, budget: int = BUDGET, sharp: bool = False) -> Result:
    """What becomes of the claim at the model; precision rises while balls overlap.

    ``sharp``: it rises for integrals that are estimates, too, which take long in it.
    """
    compiler = claim.finder.compiler
    result = Result("unsupported", "nothing was evaluated")
    before, steps = ctx.prec, 0
    try:
        precision = PRECISIONS[0]
        while precision:
            ctx.prec = precision
            if precision != PRECISIONS[0] and model.joint is not None:
                model.joint.forget()
            result, again, work = _judge_once(compiler, claim.goal, model, budget, sharp)
            steps += work
            precision = again if again > precision else 0
        return replace(result, steps=steps)
    finally:
        if ctx.prec != PRECISIONS[0] and model.joint is not None:
            model.joint.forget()
        ctx.prec = before


def _judge_once(
    compiler: Compiler, goal: Term, model: Model, budget: int, sharp: bool
) -> tuple[Result, int, int]:
    """The result in the present precision, a precision that may help (0 for none), and the operations that it took."""
    capacity = 0
    for _ in range(5):
        world = model.world(budget, capacity)
        try:
            return *_at(compiler, goal, model, world, sharp), _work(world, budget)
        except PoolFull:
            capacity = 2 * (world.formal.pool.limit if world.formal is not None and world.formal.pool else 24)
        except Undefined as failure:
            return Result("undefined", str(failure)), 0, _work(world, budget)
        except (Unsupported, InvalidLaw) as failure:
            again = PRECISIONS[1] if isinstance(failure, Undecided) else 0
            return Result("unsupported", str(failure)), again, _work(world, budget)
        except (RecursionError, MemoryError, OverflowError):
            return Result("unsupported", "budget: the term is too deep or too large"), 0, budget
    return Result("unsupported", "budget: too many formal variables"), 0, budget


def _work(world: World, budget: int) -> int:
    """The operations that were used, products of terms of polynomials included."""
    pool = None if world.formal is None else world.formal.pool
    return budget - world.budget + (0 if pool is None else (WORK_LIMIT - pool.work) // 10)


def _at(compiler: Compiler, goal: Term, model: Model, world: World, sharp: bool) -> tuple[Result, int]:
    env = world.concrete()
    truth = compiler.code(goal)(env)
    if truth is False:
        return _refuted(compiler, goal, env, model), 0
    if truth is True:
        return Result("agrees"), 0
    if truth is None and world.sampled:
        return Result("sampled"), 0
    if truth is None and world.overlap:
        if isinstance(goal, Apply) and goal.head in (*RELATIONS, "and"):
            again = PRECISIONS[1] if not world.estimated else PRECISION_OF_ESTIMATES if sharp else 0
            return Result("agrees", exact=False, estimated=world.estimated), again
        return Result("unsupported", "balls overlap"), PRECISIONS[1]
    return Result("unsupported", "the truth was left open"), 0


def _refuted(compiler: Compiler, goal: Term, env: Any, model: Model) -> Result:
    if not model.certain:
        return Result("unsupported", "a fact of the context could not be checked at the point")
    if any(_beyond_samples(value) for value in model.values.values()):
        return Result("unsupported", "a sequence was used beyond the places where its facts were checked")
    left, right, exact = _sides(compiler, goal, env)
    return Result("refuted", "", left, right, exact)


def _beyond_samples(value: Value) -> bool:
    return (
        isinstance(value, Table)
        and any(abs(k) > 8 for key in value.found for k in key)
        and not value.by_equation
    )


def _sides(compiler: Compiler, goal: Term, env: Any) -> tuple[str, str, bool]:
    """The values of the sides of the relation that fails."""
    if isinstance(goal, Apply) and goal.head == "and":
        for part in goal.arguments:
            if compiler.code(part)(env) is False:
                return _sides(compiler, part, env)
    if isinstance(goal, Apply) and goal.head == "iff":
        first, second = (compiler.code(part)(env) for part in goal.arguments)
        return describe(first), describe(second), True
    if isinstance(goal, Apply) and goal.head in RELATIONS:
        values = []
        close = approximated(goal)
        for side in goal.arguments if close is None else (close.term, number(close.value)):
            try:
                values.append(compiler.code(side)(env))
            except (Unsupported, Undefined, PoolFull):
                values.append(None)
        note = env.world.note or "not evaluated"
        digits = telling_apart(values[0], values[1])
        left, right = (note if value is None else describe(value, digits) for value in values)
        return left, right, all(value is None or _exact(value) for value in values)
    return "false", "true", True


def _exact(value: Value) -> bool:
    if type(value) is Array:
        return all(map(is_exact, value.entries))
    return is_exact(value)
