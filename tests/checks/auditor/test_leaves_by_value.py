"""Whatever the auditor says holds does hold: random statements against exact values at small sizes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.auditor.leaves import decided
from checks.auditor.terms import Context as AuditedContext
from checks.auditor.terms import Table as TermTable
from checks.auditor.terms import Term as AuditedTerm
from checks.contexts import Context
from checks.encoding import Writer
from checks.terms import (
    ONE,
    Apply,
    Bind,
    Bound,
    Index,
    Number,
    Symbol,
    Term,
    add,
    multiply,
    negate,
    number,
    relation,
)
from tests.brute_force import Model, Undefined, evaluate, table
from tests.terms_strategy import Knobs, base_context, reals

KNOBS = Knobs(depth=2, functions=False, definitions=False, expectations=False, binders=False, extremes=False)
ALIKE = ("ab", "ij", "xx", "mnk")
SHAPES = {"A": "mn", "B": "nm", "S": "nn", "x": "n", "y": "m"}


def audited(context: Context, statement: Term) -> tuple[AuditedContext, AuditedTerm]:
    writer = Writer()
    place, written = writer.term(statement), writer.context(context)
    read = TermTable(writer.table)
    return read.context(written, {}), read[place]


def drawn(random: Random) -> Fraction:
    return Fraction(random.randrange(-4, 5), random.choice((1, 1, 2)))


def models(random: Random) -> Iterator[Model]:
    """Values of the symbols of the base context, at small sizes, edge sizes among them."""
    for m, n, k in [(1, 1, 1), (2, 1, 3), (1, 2, 2), (2, 3, 1), (3, 2, 2)]:
        sizes = {"m": m, "n": n, "k": k}
        values: dict[str, object] = {**sizes, "q": random.randrange(4)}
        values |= {name: drawn(random) for name in "ab"} | {"p": abs(drawn(random)) + 1}
        values |= {name: random.randrange(1, n + 1) for name in "ij"} | {"h": random.randrange(1, m + 1)}
        for name, shape in SHAPES.items():
            values[name] = table(tuple(sizes[size] for size in shape), lambda place: drawn(random))
        values["r"] = lambda argument: (argument * argument + 1) % 4
        yield Model(values)


def variants(term: Term, draw: st.DrawFn) -> Term:
    """The term with one part changed, so that it is worth something else, mostly."""
    places: list[tuple[tuple[object, ...], Term]] = []

    def walk(part: Term, path: tuple[object, ...]) -> None:
        match part:
            case Number(value) if value.denominator == 1:
                places.append((path, number(value + draw(st.sampled_from((1, -1))))))
            case Symbol(name):
                for names in ALIKE:
                    places.extend((path, Symbol(other)) for other in names if name in names and other != name)
            case Bound(depth) if depth > 0:
                places.append((path, Bound(depth - 1)))
            case Apply(head, arguments):
                if head in ("add", "multiply") and len(arguments) > 1:
                    places.append((path, Apply(head, arguments[::-1])))
                    places.append((path, Apply("multiply" if head == "add" else "add", arguments)))
                    places.append((path, arguments[0]))
                if head in ("negate", "transpose"):
                    places.append((path, arguments[0] if head == "negate" else part))
                for position, argument in enumerate(arguments):
                    walk(argument, (*path, position))
            case Bind(_, Index(_, high), _, body):
                places.append(((*path, "high"), add(high, ONE)))
                walk(body, (*path, "body"))

    walk(term, ())
    path, value = draw(st.sampled_from(places)) if places else ((), term)
    return replaced(term, path, value)


def replaced(term: Term, path: tuple[object, ...], value: Term) -> Term:
    if not path:
        return value
    step, *rest = path
    match term:
        case Apply(head, arguments):
            changed = [replaced(each, tuple(rest), value) if k == step else each for k, each in enumerate(arguments)]
            return Apply(head, tuple(changed))
        case Bind(head, Index(low, high), condition, body, hint):
            if step == "high":
                return Bind(head, Index(low, value), condition, body, hint)
            return Bind(head, Index(low, high), condition, replaced(body, tuple(rest), value), hint)
    raise AssertionError(path)


@st.composite
def numbers(draw: st.DrawFn) -> Term:
    first = draw(reals(base_context(), KNOBS))
    second = draw(reals(base_context(), Knobs(**{**{k: getattr(KNOBS, k) for k in KNOBS.__slots__}, "depth": 1})))
    return draw(st.sampled_from([
        first, multiply(first, second), add(first, negate(second)), Apply("abs", (first,)),
        multiply(first, Apply("power", (second, number(-1)))), Apply("maximum", (first, second)),
        Apply("if", (relation(first, "<=", second), first, second)), multiply(Apply("sign", (first,)), first),
        multiply(Apply("floor", (second,)), first),
    ]))  # fmt: skip


def assert_holds(statement: Term, seed: int) -> None:
    context = base_context()
    if not decided(*audited(context, statement)):
        return
    for model in models(Random(seed)):
        try:
            value = evaluate(statement, model)
        except (Undefined, KeyError, NotImplementedError, ZeroDivisionError):
            continue
        assert value, (statement, model.values)


SLOW = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(st.data(), st.integers(0, 10**6))
def test_equations_that_are_seen_hold(data: st.DataObject, seed: int) -> None:
    term = data.draw(numbers())
    other = variants(term, data.draw)
    assert_holds(relation(term, "=", other), seed)


@SLOW
@given(numbers(), st.sampled_from(["<=", "<", "!=", ">", ">="]), st.integers(-2, 2), st.integers(0, 10**6))
def test_comparisons_that_are_seen_hold(term: Term, head: str, bound: int, seed: int) -> None:
    assert_holds(relation(term, head, number(bound)), seed)


@SLOW
@given(numbers())
def test_a_term_is_itself(term: Term) -> None:
    assert decided(*audited(base_context(), relation(term, "=", term)))
