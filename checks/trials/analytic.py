"""Rigorous integrals over bounded intervals, of integrands that are analytic around them.

The integrand is evaluated at complex balls, and Arb integrates (Johansson, Numerical integration in arbitrary-
precision ball arithmetic, 2018): the ball that comes back holds the integral.  An integrand that is
analytic but for kinks (absolute values, maxima) is integrated too; one that compares its variable with something is
declined.  Where an integrand that is
differentiated is finite on balls that cover the interval, all operations on the way are continuously
differentiable around it, so that derivative and integral commute (Leibniz).
"""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb

from checks.trials.values import (
    ZERO,
    Array,
    Complex,
    Dual,
    Formal,
    Scalar,
    Undefined,
    Unsupported,
    Value,
    to_ball,
)

EVALUATIONS = 1500
TOLERANCE = arb(2) ** -100
ACCEPTED = arb(2) ** -20
Path = tuple[int, ...]  # the entry, then for each dual 0 for its value and k for its k-th part


class Plane:
    """Arithmetic at complex balls; ``analytic``: a function must be analytic on the whole ball to have a value."""

    __slots__ = ("analytic",)

    def __init__(self, analytic: bool) -> None:
        self.analytic = analytic

    def number(self, value: acb) -> Complex:
        """A number of the plane."""
        return Complex(self, value)

    def plus(self, a: Scalar, b: Scalar) -> Scalar:
        """The sum."""
        return self.number(_ball(a) + _ball(b))

    def times(self, a: Scalar, b: Scalar) -> Scalar:
        """The product."""
        return self.number(_ball(a) * _ball(b))

    def over(self, a: Scalar, b: Scalar) -> Scalar:
        """The quotient, not finite where the divisor may be 0."""
        return self.number(_ball(a) / _ball(b))

    def raised(self, a: Complex, exponent: int) -> Scalar:
        """The power with an integer exponent."""
        return self.number(a.value**exponent)

    def powered(self, base: Scalar, exponent: Scalar) -> Scalar:
        """The power with a real exponent, by the logarithm of the base."""
        logarithm = _ball(base).log(analytic=self.analytic)
        return self.number((logarithm * _ball(exponent)).exp())

    def elementary(self, name: str, a: Complex) -> Complex:
        """An elementary function."""
        if name in _BRANCHED:
            return self.number(getattr(a.value, _BRANCHED[name])(analytic=self.analytic))
        return self.number(getattr(a.value, name)())

    def extremum(self, a: Scalar, b: Scalar, wanted: int) -> Complex:
        """The larger (1) or smaller (-1) of two numbers."""
        first, second = _ball(a), _ball(b)
        if wanted == 1:
            return self.number(first.real_max(second, analytic=self.analytic))
        return self.number(first.real_min(second, analytic=self.analytic))


_BRANCHED = {"sqrt": "sqrt", "log": "log", "abs": "real_abs", "sign": "real_sgn"}
"""Functions that are not analytic everywhere, by their names in Arb."""


def _ball(value: Scalar) -> acb:
    return value.value if type(value) is Complex else acb(to_ball(value))


def rigorous_integral(at: Callable[[Scalar], Value], low: arb, high: arb) -> Value | None:
    """The integral between two real balls, None where the integrand is not seen to be analytic."""
    try:
        sample = at(Plane(False).number(acb(low + high) / 2))
        entries = list(sample.entries) if type(sample) is Array else [sample]
        found = [_assembled(at, (place,), entry, acb(low), acb(high)) for place, entry in enumerate(entries)]
    except (Unsupported, _NotFinite):
        return None
    return Array(sample.shape, found) if type(sample) is Array else found[0]


class _NotFinite(Exception):
    """The integral is not enclosed well."""


def _assembled(at: Callable[[Scalar], Value], path: Path, sample: Value, low: acb, high: acb) -> Scalar:
    """The integral of one entry, of a dual part by part."""
    if type(sample) is Dual:
        parts = [_assembled(at, (*path, k + 1), part, low, high) for k, part in enumerate(sample.parts)]
        return Dual(sample.level, _assembled(at, (*path, 0), sample.real, low, high), parts)
    if sample is None or isinstance(sample, bool) or callable(sample) or type(sample) is Formal:
        raise Unsupported("the integral of what is no number")
    return _integrated(lambda value: _component(value, path), at, low, high)


def _component(value: Value, path: Path) -> Scalar:
    entry = value.entries[path[0]] if type(value) is Array else value
    for k in path[1:]:
        if type(entry) is Dual:
            entry = entry.parts[k - 1] if k else entry.real
        elif k:
            return ZERO
    return entry


def _integrated(component: Callable[[Value], Scalar], at: Callable[[Scalar], Value], low: acb, high: acb) -> Scalar:
    failures: list[Exception] = []

    def integrand(z: acb, analytic: bool) -> acb:
        if failures:
            return acb("nan")
        try:
            return _ball(component(at(Plane(analytic).number(z))))
        except (Undefined, Unsupported) as failure:
            # An exception must not pass through the library; what it stopped is raised below.
            failures.append(failure)
            return acb("nan")

    found = acb.integral(integrand, low, high, rel_tol=TOLERANCE, abs_tol=TOLERANCE, eval_limit=EVALUATIONS)
    if failures:
        raise failures[0]
    size = abs(found.real.mid()) + 1
    if not (found.is_finite() and found.real.rad() < ACCEPTED * size and found.imag.contains(0)):
        raise _NotFinite
    return found.real
