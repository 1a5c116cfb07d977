"""Arrays that are known to be different: what follows for other differences, and for sums of squares.

Where s != t is known some entry of s - t is not zero.  So u != v where every entry of u - v is one multiple, not zero,
of that of s - t; and the sum over all entries of an even power of s - t is positive, as one term is and none is
negative (T. Apostol, Calculus I, section 12.5).

Trusted for that one step from what is assumed to differ; the normal forms of the differences are compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.kernel.expansion import Expansion, proportional
from checks.kernel.forms import Form, TooLarge
from checks.kernel.relations import negation
from checks.terms import ONE, TRUE, Apply, Bind, Index, Number, Symbol, Tensor, Term, instantiate, subtract


def known_apart(x: Expansion, left: Term, right: Term) -> bool:
    """Whether two arrays of one shape are known to be different, by an assumption up to a factor."""
    kind = x.type_of(left)
    if not isinstance(kind, Tensor) or not _apart(x):
        return False
    indices = _indices(x, kind)
    wanted = x.finish(x.rules.component(x, subtract(left, right), indices))
    return _is_multiple_of_apart(x, wanted, tuple(x.form(length).key for length in kind.shape), indices)


def adds_up_apart(x: Expansion, term: Bind) -> bool:
    """Whether a sum is that of an even power over all entries of the difference of arrays that are known to differ."""
    if not _apart(x):
        return False
    indices: list[Symbol] = []
    lengths: list[str] = []
    body: Term = term
    while isinstance(body, Bind) and body.head == "sum" and body.condition == TRUE:
        if not isinstance(body.domain, Index) or body.domain.low != ONE:
            return False
        lengths.append(x.form(body.domain.high).key)
        indices.append(_index(x, body.domain.high))
        body = instantiate(body.body, indices[-1])
    match body:
        case Apply("power", (base, Number(value))) if value > 0 and value.denominator == 1 and value % 2 == 0:
            return _is_multiple_of_apart(x, x.form(base), tuple(lengths), tuple(indices))
        case _:
            return False


def _is_multiple_of_apart(x: Expansion, wanted: Form, lengths: tuple[str, ...], indices: tuple[Symbol, ...]) -> bool:
    if wanted.is_zero:
        return False
    key = proportional(wanted).key
    for left, right, kind in _apart(x):
        if tuple(x.form(length).key for length in kind.shape) != lengths:
            continue
        try:
            known = x.finish(x.rules.component(x, subtract(left, right), indices))
        except TooLarge:
            continue
        if not known.is_zero and proportional(known).key == key:
            return True
    return False


def _apart(x: Expansion) -> tuple[tuple[Term, Term, Tensor], ...]:
    return tuple(_assumed_apart(x))


def _assumed_apart(x: Expansion) -> Iterator[tuple[Term, Term, Tensor]]:
    for fact in x.context.facts:
        pending = [fact.statement]
        while pending:
            match pending.pop():
                case Apply("and", parts):
                    pending.extend(parts)
                case Apply("not", (Apply("=", _) as equation,)):
                    pending.append(negation(equation))
                case Apply("!=", (left, right)):
                    kind = x.type_of(left)
                    if isinstance(kind, Tensor):
                        yield left, right, kind
                case _:
                    pass


def _indices(x: Expansion, kind: Tensor) -> tuple[Symbol, ...]:
    return tuple(_index(x, length) for length in kind.shape)


def _index(x: Expansion, length: Term) -> Symbol:
    """An index of which only its range is known."""
    name = x.fresh()
    x.lengths[name] = x.form(length)
    x.declare(name, Index(ONE, length))
    return Symbol(name)
