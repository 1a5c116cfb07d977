"""Monotone operations: what gives a comparison of two values of one operation, of which one argument differs.

``f(…, a, …) <= f(…, b, …)`` follows from ``a <= b`` where f is increasing in that argument, and from ``b <= a`` where
it is decreasing; what f needs for that (the sign of another factor, a base that is not negative) is a statement of
its own.  The rules are those of ordered fields and of elementary functions (G. H. Hardy, A Course of Pure
Mathematics, sections 203-213; G. Hardy, J. Littlewood, G. Pólya, Inequalities, chapter 2), and monotonicity of
sums, products, suprema, integrals and expectations (W. Rudin, Real and Complex Analysis, theorem 1.32).

All statements speak of parts of the goal, at places where these are defined if the goal is.  Strict comparisons
are kept only where the operation is strictly monotone.

Trusted for the table: each way names all that its operation needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from checks.contexts import Context, open_in
from checks.kernel.reductions import Rejected, in_branch
from checks.lengths import is_number
from checks.shapes import type_of
from checks.terms import ONE, TRUE, ZERO, Apply, Bind, Index, Number, Term, instantiate, multiply, relation

Part = tuple[Context, Term]
"""A statement and the context in which it has to hold."""

Way = tuple[Part, ...]
"""What gives the goal: the comparison of the arguments first, then what the operation needs."""


@dataclass(frozen=True, slots=True)
class Step:
    """An operation whose values at ``low`` and ``high`` are compared, which differ at ``position`` only."""

    context: Context
    low: tuple[Term, ...]
    high: tuple[Term, ...]
    position: int
    strict: bool

    @property
    def head(self) -> str:
        """How the sides are compared."""
        return "<" if self.strict else "<="

    @property
    def smaller(self) -> Term:
        """The argument on the smaller side."""
        return self.low[self.position]

    @property
    def larger(self) -> Term:
        """The argument on the larger side."""
        return self.high[self.position]

    def rising(self, *needs: Term) -> Way:
        """From the comparison of the arguments as they stand."""
        return self._way(relation(self.smaller, self.head, self.larger), needs)

    def falling(self, *needs: Term) -> Way:
        """From the comparison of the arguments the other way round."""
        return self._way(relation(self.larger, self.head, self.smaller), needs)

    def _way(self, comparison: Term, needs: Sequence[Term]) -> Way:
        return tuple((self.context, statement) for statement in (comparison, *needs))

    def at_least(self, low: Term, high: Term) -> Term:
        """``low <= high``, or ``low < high`` where the goal is strict."""
        return relation(low, self.head, high)


def oriented(goal: Term) -> tuple[Term, Term, bool] | None:
    """The smaller and the larger side of a comparison, and whether it is strict; None for other statements."""
    match goal:
        case Apply("<=" | "<" as head, (low, high)) | Apply(">=" | ">" as head, (high, low)):
            return low, high, head in ("<", ">")
        case _:
            return None


def monotone_ways(context: Context, goal: Term, position: int) -> tuple[Way, ...]:
    """The ways in which a comparison may follow from one of the arguments at a position.

    Raises ``Rejected`` when the sides are not values of one operation that differ at this argument only.
    """
    found = oriented(goal)
    if found is None:
        raise Rejected("only an order is kept by what is monotone")
    low, high, strict = found
    if not is_number(type_of(low, context)) or not is_number(type_of(high, context)):
        raise Rejected("only numbers are ordered")
    match low, high:
        case Bind(), Bind() if position == 0:
            return _of_binders(context, low, high, strict)
        case Apply(head, first), Apply(other, second) if head == other and len(first) == len(second):
            rule = _RULES.get(head)
            same = all(a == b for k, (a, b) in enumerate(zip(first, second, strict=True)) if k != position)
            if rule is None or not 0 <= position < len(first) or not same:
                raise Rejected("no operation that is monotone in one argument")
            return rule(Step(context, first, second, position, strict))
        case _:
            raise Rejected("not two values of one operation")


def _of_binders(context: Context, low: Bind, high: Bind, strict: bool) -> tuple[Way, ...]:
    if (low.head, low.domain, low.condition) != (high.head, high.domain, high.condition):
        raise Rejected("two binders over different ranges")
    inner, variable, first = open_in(context, low)
    second = instantiate(high.body, variable)
    needs: tuple[Part, ...] = ()
    match low.head, low.domain:
        case "sum", Index(start, end):
            if strict:
                # Of the terms of a sum that is not empty each is smaller.
                if low.condition != TRUE:
                    return ()
                needs = ((context, relation(start, "<=", end)),)
        case "product", Index():
            if strict:
                return ()
            needs = ((inner, relation(ZERO, "<=", first)),)
        case ("integral" | "sup" | "inf"), _:
            if strict:
                return ()
        case _:
            raise Rejected("no binder that is monotone")
    return (((inner, relation(first, "<" if strict else "<=", second)), *needs),)


# -- operations ----------------------------------------------------------------------------------------


def _rising(step: Step) -> tuple[Way, ...]:
    """Strictly increasing everywhere."""
    return (step.rising(),)


def _weakly_rising(step: Step) -> tuple[Way, ...]:
    """Increasing everywhere, not strictly."""
    return () if step.strict else (step.rising(),)


def _falling(step: Step) -> tuple[Way, ...]:
    return (step.falling(),)


def _rising_from_zero(step: Step) -> tuple[Way, ...]:
    """Strictly increasing where the argument is not negative."""
    return (step.rising(relation(ZERO, "<=", step.smaller)),)


def _logarithm(step: Step) -> tuple[Way, ...]:
    return (step.rising(relation(ZERO, "<", step.smaller)),)


def _size(step: Step) -> tuple[Way, ...]:
    """|a| <= |b| where 0 <= a <= b, and where b <= a <= 0."""
    return (
        step.rising(relation(ZERO, "<=", step.smaller)),
        step.falling(relation(step.smaller, "<=", ZERO)),
    )


def _product(step: Step) -> tuple[Way, ...]:
    others = multiply(*(value for k, value in enumerate(step.low) if k != step.position))
    return (step.rising(step.at_least(ZERO, others)), step.falling(step.at_least(others, ZERO)))


def _quotient(step: Step) -> tuple[Way, ...]:
    """p/q <= p'/q by the sign of q; p/q <= p/q' by the sign of p, where q and q' have one sign."""
    if step.position == 0:
        below = step.low[1]
        return (step.rising(relation(ZERO, "<", below)), step.falling(relation(below, "<", ZERO)))
    above, first, second = step.low[0], step.smaller, step.larger
    return (
        step.falling(relation(ZERO, "<", second), step.at_least(ZERO, above)),
        step.rising(relation(ZERO, "<", first), step.at_least(above, ZERO)),
        step.falling(relation(first, "<", ZERO), step.at_least(ZERO, above)),
        step.rising(relation(second, "<", ZERO), step.at_least(above, ZERO)),
    )


def _power(step: Step) -> tuple[Way, ...]:
    if step.position == 1:
        return _exponential_in(step, step.low[0])
    first, second, exponent = step.smaller, step.larger, step.low[1]
    match exponent:
        case Number(value) if value < 0:
            # An odd power of a negative number falls as well.
            below = (step.falling(relation(first, "<", ZERO)),)
            odd = value.denominator == 1 and value.numerator % 2 == 1
            return (step.falling(relation(ZERO, "<", second)), *(below if odd else ()))
        case Number(value) if value == 0:
            return ()
        case Number(value) if value.denominator == 1 and value.numerator % 2 == 1:
            return (step.rising(),)
        case Number(value) if value.denominator == 1:
            sizes = relation(Apply("abs", (first,)), step.head, Apply("abs", (second,)))
            return (
                step.rising(relation(ZERO, "<=", first)),
                step.falling(relation(first, "<=", ZERO)),
                ((step.context, sizes),),
            )
        case Number():
            return (step.rising(relation(ZERO, "<=", first)),)
        case _:
            return (
                step.rising(relation(ZERO, "<=", first), step.at_least(ZERO, exponent)),
                step.falling(relation(ZERO, "<", second), step.at_least(exponent, ZERO)),
            )


def _exponential_in(step: Step, base: Term) -> tuple[Way, ...]:
    """b^e <= b^f for e <= f and 1 <= b; for f <= e and 0 < b <= 1; or 0 <= b <= 1 and 0 <= f, with 0^0 = 1."""
    shrinking = step.falling(relation(ZERO, "<", base), step.at_least(base, ONE))
    with_zero = step.falling(
        relation(ZERO, "<=", base), relation(base, "<=", ONE), relation(ZERO, "<=", step.larger)
    )
    return (step.rising(step.at_least(ONE, base)), shrinking, *(() if step.strict else (with_zero,)))


def _choice(step: Step) -> tuple[Way, ...]:
    """One branch of an ``if``, where it is taken."""
    if step.strict or step.position == 0:
        return ()
    inner = in_branch(step.context, step.low[0], step.position)
    return (((inner, relation(step.smaller, "<=", step.larger)),),)


def _expectation(step: Step) -> tuple[Way, ...]:
    """E X <= E Y where X <= Y at every outcome; strictly where X < Y at every outcome."""
    everywhere = step.context.everywhere()
    return (((everywhere, relation(step.smaller, step.head, step.larger)),),)


_RULES: Mapping[str, Callable[[Step], tuple[Way, ...]]] = {
    "add": _rising,
    "negate": _falling,
    "multiply": _product,
    "divide": _quotient,
    "power": _power,
    "exp": _rising,
    "tanh": _rising,
    "log": _logarithm,
    "sqrt": _rising_from_zero,
    "abs": _size,
    "sign": _weakly_rising,
    "floor": _weakly_rising,
    "ceiling": _weakly_rising,
    "minimum": _weakly_rising,
    "maximum": _weakly_rising,
    "if": _choice,
    "expectation": _expectation,
}
