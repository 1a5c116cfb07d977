"""The Monte Carlo spot test: both sides of a relation over common random numbers, at one model.

The samples come in batches; each batch gives one value of both sides, with every expectation a mean over the batch.
The difference of the sides is judged by its spread over the batches, as Student's t: where the batches are normal,
and means over many samples nearly are, the probabilities in ``reports`` are exact.  A statement that is not linear in
its expectations is biased in each batch, so that the difference of the sides is that over all samples at once, and
only its error comes from the batches (sectioning: Asmussen and Glynn, Stochastic Simulation, 2007, III.5).

That is a limit.  At the samples used there is an error probability only where what is averaged lies in a known range
(``bounded``).  The figures neither support nor refute, and where the limit is seen to be far away (``tails``) there are
none.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import prod
from typing import Any

from flint import ctx

from checks.contexts import Context
from checks.terms import ORDER_RELATIONS, RELATIONS, Apply, Bind, Symbol, Term, children, free_symbols, heads
from checks.trials.bounded import error_probability
from checks.trials.compiling import RULES, Compiler
from checks.trials.instances import Polynomial
from checks.trials.joint import JointLaw
from checks.trials.judging import Claim, claim_of
from checks.trials.laws import Density
from checks.trials.models import Model, Plan
from checks.trials.reports import FALSE_ALARM, MISS, SpotReport
from checks.trials.student import quantile, score, tail
from checks.trials.tails import STEPS, Watch, no_variance, rare_value
from checks.trials.values import Array, Undefined, Unsupported, Value, to_ball
from checks.trials.vector_rules import Vectoriser
from checks.trials.vectorised import Batch, Code, Curve, Samples, spread

BATCHES = 16
SAMPLES = 4000
ROUNDING = 1e-12
SKEWNESS = 2  # so many times the probability in the normal limit is what is stated, as means over batches are skewed


def spot_test(
    context: Context, statement: Term, *, seed: int = 0, samples: int = SAMPLES, model: Model | None = None
) -> SpotReport:
    """Compares the sides of a relation by simulation; equal arguments give equal reports."""
    claim = claim_of(context, statement)
    goal = claim.goal
    if not isinstance(goal, Apply) or goal.head not in RELATIONS or len(goal.arguments) != 2:
        return SpotReport("not-run", reason="the statement is no relation of two terms")
    if goal.head == "!=":
        return SpotReport("not-run", reason="samples cannot speak against a difference")
    if claim.finder.compiler.exposes(goal):
        return SpotReport("not-run", reason="a side depends on the outcome")
    if not any("expectation" in _all_heads(claim, side) for side in goal.arguments):
        return SpotReport("not-run", reason="the statement has no expectation")
    model = model or _model(claim, seed)
    if model is None or model.joint is None:
        return SpotReport("not-run", reason="no model, or nothing random")
    try:
        return _run(claim, goal, model, model.joint, seed, samples)
    except (Unsupported, Undefined) as failure:
        return SpotReport("not-run", reason=str(failure))


def _all_heads(claim: Claim, term: Term) -> set[str]:
    """The heads of a term and of the definitions and lets in it."""
    found: set[str] = set()
    stack = [term]
    seen: set[str] = set()
    while stack:
        part = stack.pop()
        found |= heads(part)
        for name in (heads(part) | free_symbols(part)) - seen:
            seen.add(name)
            if name in claim.context.definitions:
                stack.append(claim.context.definitions[name].body)
            elif name in claim.context.lets:
                stack.append(claim.context.lets[name])
    return found


def _model(claim: Claim, seed: int) -> Model | None:
    few = len([name for name in claim.finder.dims if claim.finder.low(name) == 1]) < 3
    for pattern in (4, 2, 3, 1, 0) if few else (6, 2, 3, 1, 0):
        model = claim.finder.find(Plan(pattern, 0, 1, "independent", seed))
        if model is not None:
            return model
    return None


def _run(claim: Claim, goal: Apply, model: Model, joint: JointLaw, seed: int, samples: int) -> SpotReport:
    import numpy as np

    size = max(8, samples // BATCHES)
    sizes = {name: int(model.values[name]) for name in claim.finder.dims}
    compiler = claim.finder.compiler
    rare = rare_value(joint, compiler.random_symbols(goal), size * BATCHES)
    if rare:
        return SpotReport("rare", sizes=sizes, reason=rare)
    missing = next(filter(None, (no_variance(claim, model, side) for side in _doubtful(claim, goal, joint))), "")
    if missing:
        return SpotReport("heavy-tailed", sizes=sizes, reason=f"heavy tails: {missing}")
    vectoriser = Vectoriser(compiler)
    sides = [vectoriser.code(side) for side in goal.arguments]
    bent = any(_degree(compiler, side) > 1 for side in goal.arguments)
    fixed = {name: _fixed(np, value) for name, value in model.values.items()}
    watch = Watch(np)
    drawn = draw(np, np.random.default_rng(seed), joint, BATCHES, size)
    values = _values(np, sides, {**fixed, **drawn}, BATCHES, watch)
    if bent:
        merged = {name: _joined(value) for name, value in drawn.items()}
        whole = tuple(side[0] for side in _values(np, sides, {**fixed, **merged}, 1))
    else:
        whole = tuple(side.mean(axis=0) for side in values)
    judged = _figures(np, goal.head, values, whole)
    used = size * BATCHES
    steps = bool(STEPS & (_all_heads(claim, goal.arguments[0]) | _all_heads(claim, goal.arguments[1])))
    verdict = watch.verdict(steps, judged.agreeing)
    if verdict is not None:
        return SpotReport(verdict[0], used, sizes=sizes, reason=verdict[1])
    bound = None if bent else error_probability(claim, model, joint, goal, judged.against, used)
    left, right = (float(side.mean()) for side in whole)
    return SpotReport("asymptotic", used, judged.statistic, judged.detectable, left, right, sizes, "", bound)


def _doubtful(claim: Claim, goal: Apply, joint: JointLaw) -> tuple[Term, ...]:
    """The sides of which a second moment may be missing: those of Student's laws, and of exponentials."""
    names = claim.finder.compiler.random_symbols(goal)
    families = {joint.laws[name].family for name in names}
    exponential = any("exp" in _all_heads(claim, side) for side in goal.arguments)
    return goal.arguments if "StudentT" in families or exponential else ()


def _values(
    np: Any, sides: list[Code], values: dict[str, Any], batches: int, watch: Watch | None = None
) -> tuple[Any, ...]:
    """Both sides, a row for each batch."""
    env = Samples(np, values, watch=watch)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = [side(env) for side in sides]
    return tuple(_by_batch(np, side, batches) for side in found)


def _joined(value: Any) -> Any:
    """The samples of one symbol as one batch; of a family, those of its members."""
    if not isinstance(value, Batch):
        return lambda *key: _joined(value(*key))
    return Batch(value.data.reshape(1, -1, *value.data.shape[2:]), value.axes, value.rank)


_LINEAR = frozenset({"add", "subtract", "negate", "sum", "entry", "trace", "transpose", "diagonal", "array"})
_PRODUCTS = frozenset({"multiply", "matmul", "dot", "outer", "hadamard"})


def _degree(compiler: Compiler, term: Term) -> int:
    """0 without an expectation, 1 where the term is linear in expectations, 2 elsewhere."""
    if isinstance(term, Symbol):
        let = compiler.context.lets.get(term.name)
        return 0 if let is None or term.name in compiler.context.declarations else _degree(compiler, let)
    if not isinstance(term, Apply | Bind):
        return 0
    if isinstance(term, Apply) and term.head not in RULES and term.head in compiler.context.definitions:
        return _degree(compiler, compiler.unfold(term))
    degrees = [_degree(compiler, child) for child, _ in children(term)]
    if term.head == "expectation":
        return 1 + degrees[0]
    if term.head in _PRODUCTS:
        return min(2, sum(degrees))
    if term.head == "divide":
        return degrees[0] if not degrees[1] else 2
    largest = max(degrees, default=0)
    return largest if term.head in _LINEAR or not largest else 2


def _by_batch(np: Any, value: Batch, batches: int) -> Any:
    if any(axis not in ("b", "s") for axis in value.axes):
        raise Unsupported("a value with an open index")
    data = spread(value, ("b", "s"))
    data = np.broadcast_to(data, (batches, *data.shape[1:]))
    return data.reshape(batches, -1).astype(float)


@dataclass(frozen=True, slots=True)
class _Judged:
    """The normal score against the relation, the smallest relative difference that would be found, by how much the
    sides speak against the relation in each entry, and whether they agree in every batch."""

    statistic: float
    detectable: float
    against: Any
    agreeing: bool


def _figures(np: Any, head: str, values: tuple[Any, ...], whole: tuple[Any, ...]) -> _Judged:
    """The figures from both sides in each batch, and over all samples.

    A difference is missed when the estimate of it is less than the threshold times its error.  It then is at most
    that plus what the estimate may be too small by, which is a quantile of Student's t times the error, whatever
    the error was estimated to be.
    """
    first, second = values
    difference = first - second
    mean = whole[0] - whole[1]
    if not (np.isfinite(difference).all() and np.isfinite(mean).all()):
        raise Unsupported("a value that is not finite: heavy tails, or undefined at a sample")
    scale = np.maximum(np.abs(first).mean(axis=0), np.abs(second).mean(axis=0))
    error = difference.std(axis=0, ddof=1) / np.sqrt(len(difference))
    rounding = ROUNDING * np.maximum(scale, 1e-300)
    against = -mean if head in (">=", ">") else np.abs(mean) if head not in ORDER_RELATIONS else mean
    ratios = np.where(error > rounding, against / np.maximum(error, rounding), 0)
    ratios = np.where((error <= rounding) & (against > 1e3 * rounding), np.inf, ratios)
    freedom, tails = len(difference) - 1, 1 if head in ORDER_RELATIONS else 2
    probability = SKEWNESS * tails * tail(min(float(ratios.max(initial=0)), 1e6), freedom) * ratios.size
    threshold = quantile(FALSE_ALARM / (SKEWNESS * tails * max(1, ratios.size)), freedom)
    bound = threshold + quantile(MISS, freedom)
    relative = np.where(scale > 0, error / np.where(scale > 0, scale, 1), 0)
    agreeing = bool((np.abs(difference) <= 1e3 * rounding).all())
    return _Judged(score(probability), bound * float(relative.max(initial=0)), against, agreeing)


# -- samples -------------------------------------------------------------------------------------------


def _fixed(np: Any, value: Value) -> Any:
    """A value as a batch without axes; a function as one of batches."""
    if type(value) is Array:
        return Batch(np.array([_float(x) for x in value.entries]).reshape(value.shape), (), len(value.shape))
    if isinstance(value, Polynomial):
        ratio = value.ratio()
        if ratio is None:
            return None
        upper, lower, exponent = (np.polynomial.Polynomial([_float(c) for c in part]) for part in ratio)
        return Curve(lambda x: upper(x) / lower(x) * np.exp(exponent(x)))
    if callable(value):
        return lambda *arguments: _fixed(np, value(*arguments))
    if isinstance(value, int):
        return Batch(np.asarray(value))
    return Batch(np.asarray(_float(value)))


def _float(value: Value) -> float:
    if isinstance(value, int):
        return float(value)
    before, ctx.prec = ctx.prec, 64
    try:
        return float(to_ball(value))
    finally:
        ctx.prec = before


def draw(np: Any, generator: Any, joint: JointLaw | None, batches: int, size: int) -> dict[str, Any]:
    """Samples of every random symbol, all entries independent."""
    result: dict[str, Any] = {}
    for name in joint.laws if joint is not None else ():
        shape = joint.shapes[name]  # type: ignore[union-attr]
        if callable(shape):
            members: dict[Any, Batch] = {}

            def family(*key: int, name: str = name, shape: Any = shape, members: Any = members) -> Batch:
                if key not in members:
                    members[key] = _draw(np, generator, joint, (name, key), shape(*key), (batches, size))
                return members[key]  # type: ignore[no-any-return]

            result[name] = family
        else:
            result[name] = _draw(np, generator, joint, (name, ()), shape, (batches, size))
    return result


def _draw(
    np: Any, generator: Any, joint: Any, key: Any, shape: tuple[int, ...], lead: tuple[int, int]
) -> Batch:
    count = prod(shape)
    laws = [joint.marginal((*key, flat)) for flat in range(count)]
    if all(law is laws[0] or law == laws[0] for law in laws):
        data = _of_law(np, generator, laws[0], (*lead, *shape)) if laws else np.zeros((*lead, *shape))
    else:
        parts = [_of_law(np, generator, law, lead) for law in laws]
        data = np.stack(parts, axis=-1).reshape(*lead, *shape)
    return Batch(data, ("b", "s"), len(shape))


def _of_law(np: Any, generator: Any, law: Any, shape: tuple[int, ...]) -> Any:
    if len(law) == 1 or not isinstance(law[1], Density):
        ends = np.cumsum([_float(weight) for weight, _ in law])
        data, uniform = _float(law[-1][1]), generator.random(shape)
        for end, (_, value) in reversed(list(zip(ends, law, strict=True))[:-1]):
            data = np.where(uniform < end, _float(value), data)
        return np.broadcast_to(np.asarray(data), shape)
    centre, density = law
    a = _float(density.parameters[0])
    b = _float(density.parameters[1]) if len(density.parameters) > 1 else 1.0
    shift = _float(centre)
    match density.family:
        case "Normal":
            data = generator.standard_normal(shape)
            scale = a**0.5
        case "Uniform":
            data, scale = generator.uniform(-1, 1, shape), a
        case "Laplace":
            data, scale = generator.laplace(0, 1, shape), a
        case "StudentT":
            data, scale = generator.standard_t(a, shape), 1.0
        case "Exponential":
            data, scale = generator.standard_exponential(shape), 1 / a
        case "Gamma":
            data, scale = generator.standard_gamma(a, shape), 1 / b
        case "Beta":
            data, scale = generator.beta(a, b, shape), 1.0
        case _:
            data, scale = generator.poisson(a, shape).astype(float), 1.0
    if scale != 1:
        data *= scale
    return data + shift if shift else data
