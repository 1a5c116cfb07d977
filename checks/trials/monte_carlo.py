"""The Monte Carlo spot test: both sides of a relation over common random numbers, at one model.

The samples come in batches; each batch gives one value of both sides, with every expectation a mean over the
batch, and the difference is judged by its spread over the batches.  No variance bound is computed, so the
figures are asymptotic: they neither support nor refute.
"""

from __future__ import annotations

import warnings
from math import prod
from typing import Any

from flint import ctx

from checks.contexts import Context
from checks.terms import RELATIONS, Apply, Term, free_symbols, heads
from checks.trials.instances import Polynomial
from checks.trials.joint import JointLaw
from checks.trials.judging import Claim, claim_of
from checks.trials.laws import Density
from checks.trials.models import Model, Plan
from checks.trials.reports import SpotReport
from checks.trials.values import Array, Undefined, Unsupported, Value, to_ball
from checks.trials.vector_rules import Vectoriser
from checks.trials.vectorised import Batch, Curve, Samples, spread

BATCHES = 16
SAMPLES = 4000
THRESHOLD = 4.0  # the z-score that counts as found
POWER = 3.09  # the normal quantile of 0.999


def spot_test(
    context: Context, statement: Term, *, seed: int = 0, samples: int = SAMPLES, model: Model | None = None
) -> SpotReport:
    """Compares the sides of a relation by simulation; equal arguments give equal reports."""
    claim = claim_of(context, statement)
    goal = claim.goal
    if not isinstance(goal, Apply) or goal.head not in RELATIONS or len(goal.arguments) != 2:
        return SpotReport("not-run", reason="the statement is no relation of two terms")
    if not any("expectation" in _all_heads(claim, side) for side in goal.arguments):
        return SpotReport("not-run", reason="the statement has no expectation")
    model = model or _model(claim, seed)
    if model is None or model.joint is None:
        return SpotReport("not-run", reason="no model, or nothing random")
    try:
        return _run(claim, goal, model, seed, samples)
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


def _run(claim: Claim, goal: Apply, model: Model, seed: int, samples: int) -> SpotReport:
    import numpy as np

    vectoriser = Vectoriser(claim.finder.compiler)
    left, right = (vectoriser.code(side) for side in goal.arguments)
    fixed = {name: _fixed(np, value) for name, value in model.values.items()}
    generator = np.random.default_rng(seed)
    firsts, seconds = [], []
    size = max(8, samples // BATCHES)
    stages = (BATCHES // 4, BATCHES - BATCHES // 4)
    statistic = detectable = 0.0
    for batches in stages:
        env = Samples(np, {**fixed, **draw(np, generator, model.joint, batches, size)})
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            a, b = left(env), right(env)
        firsts.append(_by_batch(np, a, batches))
        seconds.append(_by_batch(np, b, batches))
        statistic, detectable = _figures(np, goal.head, np.concatenate(firsts), np.concatenate(seconds))
        if statistic > 4 * THRESHOLD:
            break
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    sizes = {name: int(model.values[name]) for name in claim.finder.dims}
    used = size * len(first)
    return SpotReport(
        "asymptotic", used, statistic, detectable, float(first.mean()), float(second.mean()), sizes
    )


def _by_batch(np: Any, value: Batch, batches: int) -> Any:
    if any(axis not in ("b", "s") for axis in value.axes):
        raise Unsupported("a value with an open index")
    data = spread(value, ("b", "s"))
    data = np.broadcast_to(data, (batches, *data.shape[1:]))
    return data.reshape(batches, -1).astype(float)


def _figures(np: Any, head: str, first: Any, second: Any) -> tuple[float, float]:
    """The largest z-score against the relation, and the smallest relative difference that would be found."""
    difference = first - second
    if not np.isfinite(difference).all():
        raise Unsupported("a value that is not finite: heavy tails, or undefined at a sample")
    mean = difference.mean(axis=0)
    if head in ("<=", "<"):
        mean = np.maximum(mean, 0)
    elif head in (">=", ">"):
        mean = np.maximum(-mean, 0)
    scale = np.maximum(np.abs(first).mean(axis=0), np.abs(second).mean(axis=0))
    error = difference.std(axis=0, ddof=1) / np.sqrt(len(difference))
    floor = 1e-12 * np.maximum(scale, 1e-300)
    scores = np.where(
        error > floor, np.abs(mean) / np.maximum(error, floor), np.where(np.abs(mean) > 1e3 * floor, 1e6, 0)
    )
    relative = np.where(scale > 0, error / np.where(scale > 0, scale, 1), 0)
    return float(scores.max(initial=0)), float((THRESHOLD + POWER) * relative.max(initial=0))


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
