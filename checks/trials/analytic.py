"""Rigorous integrals over bounded intervals, of integrands that are analytic around them.

The integrand is evaluated at complex balls, and Arb integrates (Johansson, Numerical integration in arbitrary-
precision ball arithmetic, 2018): the ball that comes back holds the integral.  An integrand that
compares its variable with something, or takes absolute values or maxima, is integrated in the pieces between which
the comparisons change.  Where an integrand that is
differentiated is finite on balls that cover the interval, all operations on the way are continuously
differentiable around it, so that derivative and integral commute (Leibniz).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import acb, arb, ctx, fmpq

from checks.trials.values import (
    ZERO,
    Array,
    Complex,
    Dual,
    Formal,
    Scalar,
    Undecided,
    Undefined,
    Unsupported,
    Value,
    to_ball,
)

EVALUATIONS = 1000
DEPTH = 48
PIECES = 200
PRECISE = 200
"""From so many bits on more evaluations are made, and places where a comparison changes are found more closely."""
_SHARE = fmpq(382, 1000)
TOLERANCE = arb(2) ** -50
ACCEPTED = arb(2) ** -20
Path = tuple[int, ...]  # the entry, then for each dual 0 for its value and k for its k-th part


class Unresolved(Undecided):
    """A comparison comes out differently in different places of an interval.

    What to do: look at the halves of the interval.
    """


class Plane:
    """Arithmetic at complex balls; ``analytic``: a function must be analytic on the whole ball to have a value.

    ``decisions`` are the outcomes of comparisons: those that are met, or those that were met on a real interval
    and are taken again, so that the branch of the integrand there is continued to the complex numbers around it.
    """

    __slots__ = ("_asked", "analytic", "decisions", "replays")

    def __init__(self, analytic: bool, decisions: list[int] | None = None) -> None:
        self.analytic = analytic
        self.replays = decisions is not None
        self.decisions: list[int] = [] if decisions is None else decisions
        self._asked = 0

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
            return self.number(getattr(a.value, name)(analytic=self.analytic))
        return self.number(getattr(a.value, name)())

    def sign(self, a: Complex) -> int:
        """The sign on the real numbers of the ball, the one that was found on the interval where that is known."""
        if a.value.real > 0:
            return self._decided(1)
        if a.value.real < 0:
            return self._decided(-1)
        return self._decided(None)

    def floor(self, a: Complex) -> int:
        """The floor on the real numbers of the ball."""
        found = a.value.real.floor()
        return self._decided(int(found.fmpz()) if found.is_integer() else None)

    def _decided(self, found: int | None) -> int:
        if self.replays:
            if self._asked == len(self.decisions):
                raise Unsupported("an integrand that does not ask the same questions everywhere")
            self._asked += 1
            return self.decisions[self._asked - 1]
        if found is None:
            raise Unresolved("a comparison with the variable of an integral")
        self.decisions.append(found)
        return found


_BRANCHED = frozenset({"sqrt", "log"})
"""Functions that are not analytic everywhere."""


def _ball(value: Scalar) -> acb:
    return value.value if type(value) is Complex else acb(to_ball(value))


@dataclass(frozen=True, slots=True)
class _Piece:
    """An interval on which every comparison comes out the same way, or with None one too short to look closer."""

    low: arb
    high: arb
    decisions: list[int] | None


def rigorous_integral(
    at: Callable[[Scalar], Value], low: arb, high: arb, tolerance: arb = TOLERANCE
) -> Value | None:
    """The integral between two real numbers, None where the integrand is not seen to be analytic in pieces.

    ``tolerance`` is the error that is aimed at, absolute or relative; the ball says what was reached.
    """
    try:
        sample = at(low + (high - low) * arb(_SHARE))
        pieces = _pieces(at, low, high)
        entries = list(sample.entries) if type(sample) is Array else [sample]
        found = [_assembled(at, (place,), entry, pieces, tolerance) for place, entry in enumerate(entries)]
    except (Unsupported, _NotFinite):
        return None
    return Array(sample.shape, found) if type(sample) is Array else found[0]


def _pieces(at: Callable[[Scalar], Value], low: arb, high: arb) -> list[_Piece]:
    """The interval in pieces on each of which the integrand is one branch."""
    found: list[_Piece] = []
    deepest = DEPTH if ctx.prec < PRECISE else ctx.prec // 4
    most = PIECES if ctx.prec < PRECISE else 2 * PIECES + deepest
    stack = [(low, high, 0)]
    while stack:
        left, right, depth = stack.pop()
        plane = Plane(False)
        try:
            at(plane.number(acb(left.union(right))))
        except Unresolved:
            if depth == deepest:
                found.append(_Piece(left, right, None))
                continue
            if len(found) + len(stack) > most:
                raise _NotFinite from None
            middle = ((left + right) / 2).mid()
            stack += [(left, middle, depth + 1), (middle, right, depth + 1)]
            continue
        found.append(_Piece(left, right, plane.decisions))
    return found


class _NotFinite(Exception):
    """The integral is not enclosed well."""


def _assembled(
    at: Callable[[Scalar], Value], path: Path, sample: Value, pieces: list[_Piece], tolerance: arb
) -> Scalar:
    """The integral of one entry, of a dual part by part."""
    if type(sample) is Dual:
        parts = [
            _assembled(at, (*path, k + 1), part, pieces, tolerance) for k, part in enumerate(sample.parts)
        ]
        return Dual(sample.level, _assembled(at, (*path, 0), sample.real, pieces, tolerance), parts)
    if sample is None or isinstance(sample, bool) or callable(sample) or type(sample) is Formal:
        raise Unsupported("the integral of what is no number")
    found = (_integrated(lambda value: component_of(value, path), at, piece, tolerance) for piece in pieces)
    total = sum(found, arb(0))
    if not (total.is_finite() and total.rad() < ACCEPTED * (abs(total.mid()) + 1)):
        raise _NotFinite
    return total


def component_of(value: Value, path: Path) -> Scalar:
    """The part of a value that the path leads to, 0 where it is a constant."""
    entry = value.entries[path[0]] if type(value) is Array else value
    for k in path[1:]:
        if type(entry) is Dual:
            entry = entry.parts[k - 1] if k else entry.real
        elif k:
            return ZERO
    return entry


def _integrated(
    component: Callable[[Value], Scalar], at: Callable[[Scalar], Value], piece: _Piece, tolerance: arb
) -> arb:
    low, high, decisions = piece.low, piece.high, piece.decisions
    if decisions is None:
        # A jump is in here; on both sides the values are about those at the ends.
        ends = [abs(to_ball(component(at(end)))) for end in (low, high)]
        return arb(0, ((high - low) * (1 + ends[0] + ends[1]) * 2).upper())
    failures: list[Exception] = []

    def integrand(z: acb, analytic: bool) -> acb:
        if failures:
            return acb("nan")
        try:
            return _ball(component(at(Plane(analytic, decisions).number(z))))
        except (Undefined, Unsupported) as failure:
            # An exception must not pass through the library; what it stopped is raised below.
            failures.append(failure)
            return acb("nan")

    limit = EVALUATIONS if ctx.prec < PRECISE else 8 * EVALUATIONS
    found = acb.integral(integrand, acb(low), acb(high), rel_tol=tolerance, abs_tol=tolerance, eval_limit=limit)
    if failures:
        raise failures[0]
    if not (found.is_finite() and found.imag.contains(0)):
        raise _NotFinite
    return found.real
