"""Instances of abstract functions and of laws: simple ones, from which those that meet the facts are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

from flint import acb_poly, arb, arb_mat, arb_poly, fmpq

from benchmarks.soundness.evaluation import NeedsCoin, Scope
from benchmarks.soundness.values import Array, Func, Real, Value, array_of, ball, root, simple

# -- functions -----------------------------------------------------------------------------------------


def _flat(arguments: Sequence[Value]) -> list[Real]:
    found: list[Real] = []
    for argument in arguments:
        found.extend(argument.entries() if isinstance(argument, Array) else [argument])
    return found


def _exp(value: Real) -> Real:
    return simple(ball(value).exp())


def _gaussian(value: Real) -> Real:
    return simple((-ball(value) / 2).exp())


STYLES = (
    "bump", "square", "cubic", "concave", "positive", "linear", "even", "odd", "even bump", "odd bump", "constant",
    "zero", "size", "normal", "positive bump", "exponential", "other square", "nonnegative",
)  # fmt: skip


def shape_of(style: str, xs: Sequence[Real], c: Sequence[fmpq]) -> Real:
    """The value of a function of a style at some reals; ``c`` are its coefficients, of which the fourth is positive."""
    lin = sum((c[k % 3] * (k + 2) / (k + 1) * x for k, x in enumerate(xs)), start=fmpq(0))
    square = sum((x * x for x in xs), start=fmpq(0))
    moved = sum(((x - c[k % 2]) * (x - c[k % 2]) for k, x in enumerate(xs)), start=fmpq(0))
    match style:
        case "bump":
            return (c[1] + lin) * _gaussian(moved)
        case "square":
            return c[3] * moved + lin + c[2]
        case "other square":
            return 2 * c[3] * square - lin + c[0]
        case "cubic":
            return lin * lin * lin / 3 + c[0] * square + lin + c[2]
        case "concave":
            return c[0] - c[3] * moved
        case "positive":
            return c[3] + square + lin * lin
        case "linear":
            return lin + c[2]
        case "even":
            return c[0] * square + c[1]
        case "odd":
            return lin + c[1] * lin * square
        case "even bump":
            return (c[1] * square + c[0]) * _gaussian(square)
        case "odd bump":
            return lin * _gaussian(square)
        case "constant":
            return c[0]
        case "zero":
            return 0
        case "size":
            return abs(xs[0]) * c[3] + c[0] if xs else c[0]
        case "normal":
            return (2 * arb.pi()) ** arb(-len(xs) / 2) * _gaussian(square)
        case "positive bump":
            return c[3] * _gaussian(moved)
        case "exponential":
            return _exp(lin / 2)
        case _:
            return lin * lin


def table_of(seed: int, key: tuple[int, ...], way: int) -> fmpq:
    """An arbitrary rational for some integers; ``way`` 1 keeps it positive, 2 decreasing."""
    random = Random(f"{seed} {key}")
    value = fmpq(random.randint(1, 9), random.randint(1, 4))
    if way == 2:
        return fmpq(1, 3) ** sum(map(abs, key)) * value
    return value if way == 1 or random.random() < 0.6 else -value


def function(
    style: str, seed: int, whole: Sequence[bool], shape: Callable[[Sequence[Value]], tuple[int, ...]] | None
) -> Func:
    """A function; ``whole`` says which arguments are integers, ``shape`` what arrays it gives, None for reals."""
    random = Random(seed)
    base = [fmpq(random.randint(-4, 4) or 1, random.randint(1, 3)) for _ in range(3)]
    base.append(fmpq(random.randint(1, 5), random.randint(1, 3)))
    way = 1 if style in ("positive", "exponential", "nonnegative", "positive bump") else 0

    def one(arguments: Sequence[Value], place: tuple[int, ...]) -> Real:
        keys = tuple(int(a) for a, w in zip(arguments, whole, strict=True) if w) + place
        reals = _flat([a for a, w in zip(arguments, whole, strict=True) if not w])
        if style == "zero":
            return 0
        if not reals:
            return table_of(seed, keys, 2 if style == "odd" else way)
        coefficients = base
        if keys:
            factor = table_of(seed, keys, 1)
            coefficients = [base[0] * factor, base[1] + len(keys) - 1, base[2] * factor + sum(keys), base[3] * factor]
        return simple(shape_of(style, reals, coefficients))

    def run(*arguments: Value) -> Value:
        if shape is None:
            return one(arguments, ())
        return Array(shape(arguments), lambda place: one(arguments, place))

    return Func(len(whole), run, (lambda: (0,)) if style == "size" else tuple)


def density(center: int, half: bool) -> Func:
    """A normal density on vectors of one entry with a parameter; on the half line the half-normal one."""
    def run(x: Array, t: Array) -> Real:
        at = x.entries()
        free = sum((value * fmpq(1, k + 1) for k, value in enumerate(t.entries())), start=fmpq(0))
        parameter = free / (5 + free * free)
        if half:
            scale = 1 + parameter * parameter
            return simple(2 * _gaussian((at[0] / scale) ** 2) / (ball(scale) * (2 * arb.pi()).sqrt()))
        size = sum(((value - parameter * (k + 1) - center) ** 2 for k, value in enumerate(at)), start=fmpq(0))
        return simple(_gaussian(size) / (2 * arb.pi()).sqrt() ** len(at))

    return Func(2, run)


# -- laws ----------------------------------------------------------------------------------------------

TWO_POINTS = ((fmpq(1, 5), 2), (fmpq(4, 5), fmpq(-1, 2)))
THREE_POINTS = ((fmpq(1, 6), -2), (fmpq(1, 2), 0), (fmpq(1, 3), 1))
FOUR_POINTS = ((fmpq(1, 8), -2), (fmpq(3, 8), 0), (fmpq(3, 8), fmpq(1, 3)), (fmpq(1, 8), 1))
STANDARD = (
    TWO_POINTS,
    tuple((p, -x) for p, x in TWO_POINTS),
    ((fmpq(1, 8), -2), (fmpq(3, 4), 0), (fmpq(1, 8), 2)),
    ((fmpq(1, 10), 3), (fmpq(9, 10), fmpq(-1, 3))),
)
"""Laws with mean 0 and variance 1, most of them skewed."""


@cache
def three_points() -> tuple[tuple[Real, Real], ...]:
    """The three-point rule of Gauss and Hermite: exact for polynomials of degree five."""
    return ((fmpq(1, 6), -root(3)), (fmpq(2, 3), 0), (fmpq(1, 6), root(3)))


@cache
def half_range() -> tuple[tuple[Real, Real], ...]:
    """Five points on each side of zero: exact for what is a polynomial of degree nine on each side.

    The places are the zeros of the polynomial that is orthogonal on the half line, the weights those of Gauss.
    """
    size = 5
    moments = [(arb(2) ** (arb(k) / 2 - 1)) * arb(fmpq(k + 1, 2)).gamma() / arb.pi().sqrt() for k in range(2 * size)]
    hankel = arb_mat([[moments[i + j] for j in range(size)] for i in range(size)])
    solved = hankel.solve(arb_mat([[-moments[i + size]] for i in range(size)]))
    polynomial = arb_poly([*(solved[i, 0] for i in range(size)), arb(1)])
    slope = polynomial.derivative()
    places = sorted((z.real.mid() for z in acb_poly(polynomial).roots()), key=float)
    for _ in range(6):
        # The zeros come with few digits; Newton's steps double them.
        places = [(place - polynomial(place) / slope(place)).mid() for place in places]
    powers = arb_mat([[place**k for place in places] for k in range(size)])
    weights = powers.solve(arb_mat([[moments[k]] for k in range(size)]))
    one_side = [(weights[i, 0], place) for i, place in enumerate(places)]
    return tuple(one_side + [(weight, -place) for weight, place in one_side])


@cache
def hermite() -> tuple[tuple[Real, Real], ...]:
    """The five-point rule of Gauss and Hermite: exact for polynomials of degree nine in a standard normal number."""
    far, near = root(5 + root(10)), root(5 - root(10))
    outer, inner = (7 - 2 * root(10)) / 60, (7 + 2 * root(10)) / 60
    return ((outer, -far), (inner, -near), (fmpq(8, 15), 0), (inner, near), (outer, far))


@cache
def fine_normal() -> tuple[tuple[Real, Real], ...]:
    """Weights and places for a standard normal number in functions with a kink at zero, by Gauss and Legendre."""
    found = []
    pieces, order = ((0, 1), (1, 2), (2, 4), (4, 7), (7, 11)), 8
    for low, high in pieces:
        for k in range(order):
            node, weight = arb.legendre_p_root(order, k, weight=True)
            place = low + (high - low) * (node + 1) / 2
            mass = weight * (high - low) / 2 * (-place * place / 2).exp() / (2 * arb.pi()).sqrt()
            found += [(mass, place), (mass, -place)]
    return tuple(found)


def normal_rule(mode: str) -> tuple[tuple[Real, Real], ...]:
    """Weights and places that stand for a standard normal number."""
    rules = {"low": three_points, "high": hermite, "kinked": half_range}
    return rules.get(mode, fine_normal)()


def coin(scope: Scope, key: object, choices: Callable[[], Sequence[tuple[Real, Any]]]) -> Any:
    """The outcome of a coin: the one that was chosen, one drawn by chance, or a question."""
    if key in scope.chosen:
        return scope.chosen[key]
    if scope.drawn is None:
        raise NeedsCoin(key, choices())
    options = choices()
    scope.chosen[key] = value = options[scope.drawn.randrange(len(options))][1]
    return value


__all__ = ["STYLES", "array_of", "coin", "density", "function"]
