"""Laws of single random numbers: moments by recurrences, finite instances of declared laws, outcomes.

Laws with a density that is even about its centre are kept centred: the random number is the centre plus an
``Atom``.  A finite law is a step function of a uniform number, so that couplings are exact.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import comb, factorial
from random import Random

from flint import arb, fmpq

from checks.trials.values import (
    ZERO,
    Infinite,
    Scalar,
    Unsupported,
    add,
    compare,
    divide,
    integer_power,
    multiply,
    power,
    sign_of,
    square_root,
    subtract,
    to_ball,
)


class InvalidLaw(Exception):
    """The parameters of a law are out of range at this point, so that the point is no model.

    What to do: take other values.
    """


Recentred = tuple[Scalar, "Density"]  # a number plus a centred random number


class Density:
    """A random number with a density, or a Poisson number, known by its moments.

    Families: ``Normal``, ``Uniform``, ``Laplace``, ``StudentT``, all centred, with the variance, half the
    width, the scale, the degrees of freedom; ``Exponential``, ``Gamma``, ``Beta``, ``Poisson`` as named.
    """

    __slots__ = ("_moments", "family", "nonnegative", "parameters", "sign")

    def __init__(self, family: str, parameters: tuple[Scalar, ...]) -> None:
        self.family = family
        self.parameters = parameters
        self.nonnegative = family in ("Exponential", "Gamma", "Beta", "Poisson")
        self.sign = 0 if family in _CENTRED else 1 if family != "Poisson" else None
        self._moments: dict[tuple[int, int], Scalar] = {}

    def moment(self, degree: int) -> Scalar:
        """``E[x^degree]``; ``Undefined`` when it does not exist."""
        return self.mixed_moment(degree, 0, 0)

    def mixed_moment(self, degree: int, absolute: int, sign: int) -> Scalar:
        """``E[x^degree |x|^absolute sign(x)^sign]``."""
        key = (degree + absolute, (degree + sign) % 2)
        found = self._moments.get(key)
        if found is None:
            found = self._moments[key] = self._compute(*key)
        return found

    def forget(self) -> None:
        """Forgets the moments, to compute them in another precision."""
        self._moments.clear()

    def _compute(self, degree: int, odd: int) -> Scalar:
        if self.family == "StudentT" and degree and compare(degree, self.parameters[0]) != -1:
            raise Infinite(f"a Student t law has no moment of order {degree} here")
        if self.sign == 0:
            return ZERO if odd else _ABSOLUTE[self.family](self.parameters, degree)
        return _RAW[self.family](self.parameters, degree)

    def tilted(self, rate: Scalar) -> tuple[Scalar, Recentred]:
        """``E[exp(rate x)]``, and the law whose density is multiplied by ``exp(rate x)`` over that.

        Raises ``Undefined`` where the expectation is infinite, ``Unsupported`` for a family not closed.
        """
        parameters = self.parameters
        match self.family:
            case "Normal":
                shift = multiply(rate, parameters[0])
                return to_ball(multiply(fmpq(1, 2), multiply(rate, shift))).exp(), (shift, self)
            case "Poisson":
                mean = to_ball(parameters[0]) * to_ball(rate).exp()
                return (mean - to_ball(parameters[0])).exp(), (fmpq(0), Density("Poisson", (mean,)))
            case "Exponential" | "Gamma":
                shape, inverse = parameters if self.family == "Gamma" else (fmpq(1), parameters[0])
                rest = subtract(inverse, rate)
                sign = sign_of(rest)
                if sign is None:
                    raise Unsupported("the sign of a rate")
                if sign <= 0:
                    raise Infinite("an exponential moment that is infinite")
                return power(divide(inverse, rest), shape), (fmpq(0), Density("Gamma", (shape, rest)))
            case "StudentT":
                raise Infinite("an exponential moment of a Student t law")
            case _:
                raise Unsupported(f"an exponential moment of the law {self.family}")

    def outcome(self, random: Random, generic: bool) -> fmpq:
        """A rational in the support, away from 0 and other special places."""
        top, bottom = (997, 7) if generic else (9, 2)
        share = fmpq(random.randint(1, 2 * top - 1), 2 * top)
        if self.family == "Beta":
            return share
        if self.family == "Poisson":
            return fmpq(random.randint(0, 4))
        size = fmpq(random.randint(1, top), random.randint(1, bottom))
        if self.sign == 1:
            return size
        if self.family == "Uniform":
            half = self.parameters[0]
            width = half if isinstance(half, fmpq | int) else fmpq(int(arb_floor(half, 1000)), 1000)
            return width * share * random.choice((-1, 1))
        return size * random.choice((-1, 1))


def arb_floor(value: Scalar, scale: int) -> int:
    """A whole number just below ``scale`` times a positive scalar."""
    return int((to_ball(value) * scale).lower().floor().fmpz()) - 1


_CENTRED = frozenset({"Normal", "Uniform", "Laplace", "StudentT"})


def _normal(parameters: tuple[Scalar, ...], degree: int) -> Scalar:
    (variance,) = parameters
    if degree % 2 == 0:
        value: Scalar = fmpq(1)
        for k in range(1, degree, 2):
            value = multiply(value, multiply(k, variance))
        return value
    half = degree // 2
    even = multiply(integer_power(variance, half), 2**half * factorial(half))
    return multiply(multiply(even, square_root(variance)), (2 / arb.pi()).sqrt())


def _student(parameters: tuple[Scalar, ...], degree: int) -> Scalar:
    (degrees,) = parameters
    if degree % 2 == 0:
        value: Scalar = fmpq(1)
        for k in range(1, degree // 2 + 1):
            value = multiply(value, divide(multiply(degrees, 2 * k - 1), subtract(degrees, 2 * k)))
        return value
    ball = to_ball(degrees)
    gammas = arb(fmpq(degree + 1, 2)).gamma() * ((ball - degree) / 2).gamma() / (ball / 2).gamma()
    return ball ** (arb(degree) / 2) * gammas / arb.pi().sqrt()


_ABSOLUTE = {
    "Normal": _normal,
    "Uniform": lambda p, k: divide(integer_power(p[0], k), k + 1),
    "Laplace": lambda p, k: multiply(integer_power(p[0], k), factorial(k)),
    "StudentT": _student,
}


def _rising(value: Scalar, degree: int) -> Scalar:
    result: Scalar = fmpq(1)
    for k in range(degree):
        result = multiply(result, add(value, k))
    return result


def _poisson(parameters: tuple[Scalar, ...], degree: int) -> Scalar:
    moments: list[Scalar] = [fmpq(1)]
    for k in range(degree):
        total: Scalar = fmpq(0)
        for j in range(k + 1):
            total = add(total, multiply(comb(k, j), moments[j]))
        moments.append(multiply(parameters[0], total))
    return moments[degree]


_RAW = {
    "Exponential": lambda p, k: divide(factorial(k), integer_power(p[0], k)),
    "Gamma": lambda p, k: divide(_rising(p[0], k), integer_power(p[1], k)),
    "Beta": lambda p, k: divide(_rising(p[0], k), _rising(add(p[0], p[1]), k)),
    "Poisson": _poisson,
}


# -- finite laws ---------------------------------------------------------------------------------------

Finite = tuple[tuple[Scalar, Scalar], ...]  # (weight, value), in the order of the uniform number


class Step:
    """A random number with finitely many values: a step function of the uniform number of its slot."""

    __slots__ = ("falling", "law", "nonnegative", "sign", "slot")

    def __init__(self, law: Finite, slot: object, falling: bool = False) -> None:
        self.law = law[::-1] if falling else law
        self.slot = slot
        self.sign = None
        self.falling = falling
        self.nonnegative = all((sign_of(value) or 0) >= 0 for _, value in law)

    def ends(self) -> list[Scalar]:
        """Where the steps end, the last one at 1."""
        total: Scalar = fmpq(0)
        result = []
        for weight, _ in self.law:
            total = add(total, weight)
            result.append(total)
        return result


def merge(steps: tuple[Step, ...]) -> list[tuple[Scalar, tuple[Scalar, ...]]]:
    """The joint law of step functions of one uniform number: weights, and the values of each."""
    if len(steps) == 1:
        return [(weight, (value,)) for weight, value in steps[0].law]
    ends = [step.ends() for step in steps]
    places, position = [0] * len(steps), fmpq(0)
    result = []
    while places[0] < len(ends[0]):
        upper = min(ends[k][place] for k, place in enumerate(places))
        if upper > position:
            values = tuple(step.law[place][1] for step, place in zip(steps, places, strict=True))
            result.append((upper - position, values))
        position = upper
        for k in range(len(places)):
            if ends[k][places[k]] == upper:
                places[k] += 1
        if position == 1:
            break
    return result


def is_rational_law(law: Finite) -> bool:
    """Whether all weights are rational, so that the law can be coupled exactly."""
    return all(isinstance(weight, int | fmpq) for weight, _ in law)


def in_order(law: Finite) -> Finite:
    """The law with its values in increasing order, where they can be compared."""
    if all(isinstance(value, int | fmpq) for _, value in law):
        return tuple(sorted(law, key=lambda pair: Fraction(int(fmpq(pair[1]).p), int(fmpq(pair[1]).q))))
    return law


_SKEWS = (fmpq(2), None, fmpq(1, 2), fmpq(0), fmpq(3))
_FREE: tuple[tuple[tuple[fmpq, fmpq], ...], ...] = (
    ((fmpq(2, 3), fmpq(0)), (fmpq(1, 3), fmpq(3))),
    ((fmpq(1, 2), fmpq(-1)), (fmpq(1, 4), fmpq(2)), (fmpq(1, 4), fmpq(3))),
    ((fmpq(2, 3), fmpq(1)), (fmpq(1, 3), fmpq(2))),
    ((fmpq(2, 3), fmpq(0)), (fmpq(1, 3), fmpq(1))),
    ((fmpq(1, 2), fmpq(-1)), (fmpq(1, 2), fmpq(1))),
)
FIRST_RARE = 12
"""The number of the first variant beyond those that are tried at once."""
_RARE: tuple[tuple[tuple[fmpq, fmpq], ...], ...] = (
    ((fmpq(1, 3), fmpq(-1)), (fmpq(1, 3), fmpq(0)), (fmpq(1, 3), fmpq(1))),
    ((fmpq(1, 4), fmpq(-2)), (fmpq(1, 2), fmpq(1)), (fmpq(1, 4), fmpq(4))),
    ((fmpq(9, 10), fmpq(0)), (fmpq(1, 10), fmpq(10))),
    ((fmpq(1, 2), fmpq(-3)), (fmpq(1, 2), fmpq(-1))),
    ((fmpq(1, 5), fmpq(-5)), (fmpq(4, 5), fmpq(1))),
    ((fmpq(1), fmpq(1)),),
)
"""Symmetric with a value in the middle, skewed, rare and large, negative, constant."""
_DEVIATIONS = (fmpq(2), fmpq(1), fmpq(3), fmpq(1, 2), fmpq(3, 2), fmpq(5), fmpq(1, 3))


def declared_law(mean: Scalar | None, variance: Scalar | None, variant: int) -> Finite:
    """A finite law with the mean and variance, where they are given; the variants differ in all else.

    With a variance v the values are ``mean + a`` and ``mean - v/a`` with weights in proportion to ``v/a`` and
    ``a``; one variant has a third value, the mean itself, and one is symmetric about it.  The rare variants have an a
    that is so many deviations.
    """
    rare = variant >= FIRST_RARE
    if variance is None:
        laws = (*_RARE, *_FREE) if rare else _FREE
        law = laws[(variant - FIRST_RARE if rare else variant) % len(laws)]
        if mean is None:
            return law
        centre = sum((weight * value for weight, value in law), fmpq(0))
        return tuple((weight, add(mean, value - centre)) for weight, value in law)
    sign = sign_of(variance)
    if sign is None or sign < 0:
        raise InvalidLaw("a variance is negative")
    if mean is None:
        mean = (fmpq(1), fmpq(-1, 2), fmpq(2))[variant % 3]
    if sign == 0:
        return ((fmpq(1), mean),)
    skew = _DEVIATIONS[variant % len(_DEVIATIONS)] if rare else _SKEWS[variant % len(_SKEWS)]
    if rare and skew is not None:
        deviation = square_root(variance)
        skew = skew * deviation if type(deviation) is fmpq else skew
    if skew is None:
        high, low = fmpq(2), variance
        half = divide(fmpq(1, 2), add(high, low))
        return (
            (multiply(high, half), subtract(mean, low)),
            (fmpq(1, 2), mean),
            (multiply(low, half), add(mean, high)),
        )
    if skew == 0:
        return _symmetric_law(mean, variance)
    low = divide(variance, skew)
    total = add(low, skew)
    return ((divide(skew, total), subtract(mean, low)), (divide(low, total), add(mean, skew)))


def _symmetric_law(mean: Scalar, variance: Scalar) -> Finite:
    """The mean, and two values as far from it on both sides as a whole number says."""
    size = 1
    while compare(size * size, variance) != 1:
        size *= 2
        if size > 10**6:
            raise Unsupported("a variance is too large")
    outer = divide(variance, 2 * size * size)
    middle = subtract(1, multiply(2, outer))
    return ((outer, subtract(mean, size)), (middle, mean), (outer, add(mean, size)))


def named_law(family: str, parameters: tuple[Scalar, ...]) -> tuple[Scalar, Density] | Finite:
    """A named law: its centre and centred density, or its finite law.

    Raises ``InvalidLaw`` when a parameter is out of range, ``Unsupported`` for an unknown family.
    """
    positive = _POSITIVE.get(family, ())
    if any(sign_of(parameters[k]) != 1 for k in positive):
        raise InvalidLaw(f"a parameter of {family} is not positive")
    match family:
        case "Normal":
            return parameters[0], Density(family, parameters[1:])
        case "Laplace":
            return parameters[0], Density(family, parameters[1:])
        case "StudentT":
            return fmpq(0), Density(family, parameters)
        case "Uniform":
            low, high = parameters
            if compare(low, high) != -1:
                raise InvalidLaw("the range of a uniform law is empty")
            return divide(add(low, high), 2), Density(family, (divide(subtract(high, low), 2),))
        case "Rademacher":
            return ((fmpq(1, 2), fmpq(-1)), (fmpq(1, 2), fmpq(1)))
        case "Bernoulli":
            (chance,) = parameters
            rest = subtract(1, chance)
            if sign_of(chance) not in (0, 1) or sign_of(rest) not in (0, 1):
                raise InvalidLaw("a probability is not between 0 and 1")
            return tuple((w, fmpq(v)) for w, v in ((rest, 0), (chance, 1)) if sign_of(w) == 1)
        case "Exponential" | "Gamma" | "Beta" | "Poisson":
            return fmpq(0), Density(family, parameters)
        case _:
            raise Unsupported(f"the law {family}")


_POSITIVE: dict[str, tuple[int, ...]] = {
    "Normal": (1,),
    "Laplace": (1,),
    "StudentT": (0,),
    "Exponential": (0,),
    "Gamma": (0, 1),
    "Beta": (0, 1),
    "Poisson": (0,),
}


@cache
def scale_of(family: str) -> str:
    """How the parameter of a centred family scales: ``square`` for a variance, ``linear``, or ``fixed``."""
    return {"Normal": "square", "Uniform": "linear", "Laplace": "linear"}.get(family, "fixed")


def ratio_of_scales(first: Density, second: Density) -> Scalar | None:
    """The number by which the second is the first, in law; None when there is none."""
    if first.family != second.family:
        return None
    scaling = scale_of(first.family)
    if scaling == "fixed":
        same = all(compare(a, b) == 0 for a, b in zip(first.parameters, second.parameters, strict=True))
        return fmpq(1) if same else None
    ratio = divide(second.parameters[0], first.parameters[0])
    return power(ratio, fmpq(1, 2)) if scaling == "square" else ratio
