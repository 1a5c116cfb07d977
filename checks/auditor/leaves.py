"""What a single step of arithmetic says, decided: equations, comparisons, and what is made of them."""

from __future__ import annotations

from fractions import Fraction

from checks.auditor import grid
from checks.auditor.expansion import Expansion, Generators
from checks.auditor.forms import Polynomial, Unknown, generator, minus
from checks.auditor.kinds import Uncovered, is_number, kind_of, unfolded
from checks.auditor.signs import HOLDS, Judgement
from checks.auditor.terms import ONE, Apply, Context, Refused, Term


def decided(context: Context, statement: Term) -> bool:
    """Whether a statement is proved in a context; False where it cannot be told.

    Definitions that are not opaque and abbreviations are opened.  The conditions under which the statement is defined
    are not supposed: what needs them is decided where they are among the facts.
    """
    try:
        return _decided(context, statement)
    except (Unknown, Uncovered, Refused, RecursionError):
        return False


def judgement(context: Context) -> Judgement:
    """An evaluation in a context."""

    def decide(expansion: Expansion, statement: Term) -> bool:
        return isinstance(expansion, Judgement) and expansion.holds(statement)

    return Judgement(context, Generators(), decide)


def _decided(context: Context, statement: Term) -> bool:
    statement = unfolded(context, statement)
    if kind_of(context, statement) != "proposition":
        return False
    match statement:
        case Apply("true", ()):
            return True
        case Apply("and", parts):
            return all(_decided(context, part) for part in parts)
        case Apply("=" | "equal_almost_surely", (left, right)):
            here = judgement(context)
            return left == right or _equal(here if statement.head == "=" else here.everywhere(), left, right)
        case Apply(head, (left, _)) if head in HOLDS and is_number(kind_of(context, left)):
            return judgement(context).holds(statement)
    return False


def _equal(here: Judgement, left: Term, right: Term) -> bool:
    kind = kind_of(here.context, left)
    if not is_number(kind) and kind[0] != "tensor":
        return kind[0] == "function" and here.canonical(left) == here.canonical(right)
    place = []
    lengths = here.shape(left)
    if [*map(here.scalar, lengths)] != [*map(here.scalar, here.shape(right))]:
        return False
    for length in lengths:
        here, index = here.within(("index", ONE, length))
        place.append(index)
    difference = minus(here.at(left, tuple(place)), here.at(right, tuple(place)))
    return _vanishes(here, difference) or grid.vanishes(here, difference)


def _vanishes(here: Judgement, difference: Polynomial) -> bool:
    """Whether a difference is 0, denominators that are known not to be 0 cleared."""
    for _ in range(8):
        lowest: dict[int, Fraction] = {}
        for monomial in difference:
            for number, exponent in monomial:
                if exponent < 0:
                    lowest[number] = min(exponent, lowest.get(number, exponent))
        if not difference or not lowest:
            return not difference
        for number, exponent in lowest.items():
            power = Fraction(-(exponent.numerator // exponent.denominator))
            difference = here.multiply(difference, generator(number, power))
    return not difference
