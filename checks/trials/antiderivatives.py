"""Integrals between two ends of polynomials times exponentials of polynomials of degree two, in closed form.

The moments of ``exp(-p x^2/2 + b x + c)`` between two ends follow by parts from the first of them, which is an
exponential or an error function (NIST Handbook of Mathematical Functions, 7.2.1).
"""

from __future__ import annotations

from flint import arb

from checks.trials.elementary import error_function, exponential
from checks.trials.gaussians import Quadratic, quadratic_in, terms_of
from checks.trials.quadrature import Interval
from checks.trials.values import (
    ZERO,
    Formal,
    NotPolynomial,
    Scalar,
    add,
    divide,
    integer_power,
    is_zero,
    multiply,
    negate,
    sign_of,
    square_root,
    subtract,
)


def integral_between(value: Scalar, interval: Interval) -> Scalar:
    """The integral of a value in a free variable, the first of its pool, between two ends, None for infinity.

    Raises ``NotPolynomial`` where a term is of another kind, or does not decay towards infinity.
    """
    if type(value) is not Formal:
        if is_zero(value):
            return ZERO
        if interval.low is None or interval.high is None:
            raise NotPolynomial("the integral of what does not decay")
        return multiply(value, subtract(interval.high, interval.low))
    total: Scalar = ZERO
    for term in terms_of(value, [0]):
        quadratic = quadratic_in(value.pool, term.exponent, [0])
        scalars = () if quadratic is None else (quadratic.precision[0][0], quadratic.linear[0], quadratic.constant)
        if quadratic is None or any(type(part) is Formal for part in (term.coefficient, *scalars)):
            raise NotPolynomial("the integral of what is no polynomial times an exponential")
        total = add(total, multiply(term.coefficient, _moment(quadratic, term.degrees[0], interval)))
    return total


def _moment(quadratic: Quadratic, degree: int, interval: Interval) -> Scalar:
    """The integral of ``x^degree exp(-p x^2/2 + b x + c)``."""
    precision, linear = quadratic.precision[0][0], quadratic.linear[0]
    signs = sign_of(precision), sign_of(linear)
    if None in signs or signs[0] == -1 or not _decays(signs[0], signs[1], interval):
        raise NotPolynomial("the integral of what may not decay")
    if signs == (0, 0):
        ends = [integer_power(end, degree + 1) for end in (interval.high, interval.low)]
        return multiply(exponential(quadratic.constant), divide(subtract(*ends), degree + 1))
    found: list[Scalar] = []
    for k in range(degree + 1):
        edge = _edge(quadratic, k if signs[0] == 0 else k - 1, interval)
        before = found[k - 1] if k else ZERO
        if signs[0] == 0:
            # b M_k = [x^k e] - k M_(k-1)
            found.append(divide(subtract(edge, multiply(k, before)), linear))
        elif k == 0:
            found.append(_mass(quadratic, interval))
        else:
            # p M_k = b M_(k-1) + (k-1) M_(k-2) - [x^(k-1) e]
            earlier = multiply(k - 1, found[k - 2]) if k > 1 else ZERO
            found.append(divide(subtract(add(multiply(linear, before), earlier), edge), precision))
    return found[degree]


def _decays(precision: int | None, linear: int | None, interval: Interval) -> bool:
    if precision == 1:
        return True
    return (interval.high is not None or linear == -1) and (interval.low is not None or linear == 1)


def _edge(quadratic: Quadratic, degree: int, interval: Interval) -> Scalar:
    """``x^degree exp(-p x^2/2 + b x + c)`` at the upper end minus that at the lower end; 0 at infinity."""
    if degree < 0:
        return ZERO
    precision, linear = quadratic.precision[0][0], quadratic.linear[0]
    values: list[Scalar] = []
    for end in (interval.high, interval.low):
        if end is None:
            values.append(ZERO)
            continue
        slope = add(linear, negate(multiply(divide(precision, 2), end)))
        exponent = add(multiply(slope, end), quadratic.constant)
        values.append(multiply(integer_power(end, degree), exponential(exponent)))
    return subtract(*values)


def _mass(quadratic: Quadratic, interval: Interval) -> Scalar:
    """The integral of ``exp(-p x^2/2 + b x + c)`` for positive p, by the error function."""
    precision, linear = quadratic.precision[0][0], quadratic.linear[0]
    mean = divide(linear, precision)
    root = square_root(divide(precision, 2))
    values: list[Scalar] = []
    for end, limit in ((interval.high, 1), (interval.low, -1)):
        values.append(limit if end is None else error_function(multiply(root, subtract(end, mean))))
    peak = exponential(add(quadratic.constant, divide(multiply(linear, mean), 2)))
    height = divide(multiply(square_root(arb.pi()), peak), multiply(2, root))
    return multiply(height, subtract(*values))
