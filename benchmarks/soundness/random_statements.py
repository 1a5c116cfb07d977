"""Random statements about expectations: true ones with exact right sides, and ones that samples can say nothing of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from benchmarks.soundness.exact_moments import NamedLaw, Polynomial, mean_of, variance_of
from checks.contexts import Context, Declaration, Independence, Law
from checks.terms import (
    DIMENSION,
    REAL,
    Apply,
    Index,
    Symbol,
    Tensor,
    Term,
    add,
    bind,
    divide,
    multiply,
    number,
    power,
    relation,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its context and kind; of a polynomial also its exact mean and standard deviation."""

    kind: str
    context: Context
    claim: Term
    average: Term | None = None
    mean: Fraction = Fraction(0)
    deviation: float = 0.0


X, Y, n = Symbol("X"), Symbol("Y"), Symbol("n")
NAMES = ("X", "Y")


def ratio(random: Random, low: int = 1, high: int = 12) -> Fraction:
    """A positive rational of moderate size."""
    return Fraction(random.randint(low, high), random.randint(2, 6))


def centre(random: Random) -> Fraction:
    """A rational of either sign."""
    return Fraction(random.randint(-8, 8), random.randint(2, 6))


def named(random: Random) -> NamedLaw:
    """One of the named laws that have all moments, with random parameters."""
    family = random.choice(
        ("Normal", "Uniform", "Exponential", "Laplace", "Gamma", "Beta", "Poisson", "Bernoulli", "Rademacher")
    )
    match family:
        case "Normal" | "Laplace":
            return NamedLaw(family, (centre(random), ratio(random)))
        case "Uniform":
            low = centre(random)
            return NamedLaw(family, (low, low + ratio(random)))
        case "Exponential":
            return NamedLaw(family, (ratio(random),))
        case "Poisson":
            return NamedLaw(family, (ratio(random, 2),))
        case "Gamma" | "Beta":
            return NamedLaw(family, (1 + ratio(random), 1 + ratio(random)))
        case "Bernoulli":
            return NamedLaw(family, (Fraction(random.randint(2, 18), 20),))
        case _:
            return NamedLaw(family, ())


def term_of(polynomial: Polynomial, symbols: tuple[Term, ...]) -> Term:
    """The polynomial as a term."""
    terms: list[Term] = []
    for exponents, coefficient in polynomial.items():
        factors = [power(s, number(e)) if e > 1 else s for s, e in zip(symbols, exponents, strict=True) if e]
        terms.append(multiply(number(coefficient), *factors) if factors else number(coefficient))
    return terms[0] if len(terms) == 1 else add(*terms)


def law_term(law: NamedLaw, entries: str = "iid") -> Law:
    """The law as a context declares it."""
    return Law(law.family, tuple(map(number, law.parameters)), entries=entries)


def declared(laws: tuple[NamedLaw, ...]) -> Context:
    """X, and with a second law Y, independent of it."""
    found = {name: Declaration(name, REAL, law_term(law)) for name, law in zip(NAMES, laws, strict=False)}
    apart = (Independence(tuple(frozenset({name}) for name in found)),) if len(found) > 1 else ()
    return Context(found, (), {}, apart)


def mean(body: Term) -> Term:
    """The expectation."""
    return Apply("expectation", (body,))


def of_polynomial(kind: str, polynomial: Polynomial, laws: tuple[NamedLaw, ...], head: str = "=") -> Statement:
    """``E[polynomial] R mean``, which is true, for an order only just."""
    exact, spread = mean_of(polynomial, laws), variance_of(polynomial, laws)
    average = mean(term_of(polynomial, (X, Y)[: len(laws)]))
    claim = relation(average, head, number(exact))
    return Statement(kind, declared(laws), claim, average, exact, float(spread) ** 0.5)


def moment(random: Random) -> Statement:
    """A moment of a named law, of degree one to three."""
    degree = random.randint(1, 3)
    return of_polynomial("moments", {(degree,): Fraction(1)}, (named(random),))


def linear(random: Random) -> Statement:
    """A linear combination of two independent numbers."""
    polynomial: Polynomial = {(1, 0): ratio(random), (0, 1): centre(random) or Fraction(1), (0, 0): centre(random)}
    return of_polynomial("linear combinations", polynomial, (named(random), named(random)))


def product(random: Random) -> Statement:
    """A product of independent numbers, one of them perhaps squared."""
    degree = random.randint(1, 2)
    return of_polynomial("products", {(degree, 1): Fraction(1)}, (named(random), named(random)))


def quadratic(random: Random) -> Statement:
    """A quadratic form in two independent numbers."""
    first, second, cross, slope = ratio(random), ratio(random), centre(random), centre(random)
    polynomial: Polynomial = {(2, 0): first, (1, 1): cross, (0, 2): second, (1, 0): slope}
    return of_polynomial("quadratic forms", polynomial, (named(random), named(random)))


def order(random: Random) -> Statement:
    """An inequality that is an equation."""
    head = random.choice(("<=", ">="))
    polynomial: Polynomial = {(2, 0): ratio(random), (0, 1): ratio(random)}
    return of_polynomial("inequalities", polynomial, (named(random), named(random)), head)


def variance(random: Random) -> Statement:
    """A variance or a squared mean: not linear in expectations."""
    law = named(random)
    first, second = law.moment(1), law.moment(2)
    if random.random() < 0.5:
        deviation = add(X, Apply("negate", (mean(X),)))
        claim = relation(mean(power(deviation, number(2))), "=", number(second - first * first))
    else:
        claim = relation(power(mean(X), number(2)), "=", number(first * first))
    return Statement("variances", declared((law,)), claim)


def vector(random: Random) -> Statement:
    """A quadratic form in a vector of symbolic length, or its mean, entry by entry."""
    law = named(random)
    first, second = law.moment(1), law.moment(2)
    entries = Declaration("X", Tensor((n,)), law_term(law))
    context = Context({"n": Declaration("n", DIMENSION), "X": entries})
    index = Index(number(1), n)
    choice = random.randrange(3)
    form: Term
    if choice == 0:
        form = bind("sum", "i", index, power(Apply("entry", (X, Symbol("i"))), number(2)))
        claim = relation(mean(form), "=", multiply(n, number(second)))
    elif choice == 1:
        form = power(bind("sum", "i", index, Apply("entry", (X, Symbol("i")))), number(2))
        pairs = multiply(n, add(n, number(-1)), number(first * first))
        claim = relation(mean(form), "=", add(multiply(n, number(second)), pairs))
    else:
        claim = relation(mean(X), "=", multiply(number(first), Apply("ones", (n,))))
    return Statement("vectors", context, claim)


TRUE: tuple[Callable[[Random], Statement], ...] = (moment, linear, product, quadratic, order, variance, vector)
POLYNOMIAL: tuple[Callable[[Random], Statement], ...] = (moment, linear, product, quadratic)


# -- what samples say nothing of ---------------------------------------------------------------------------


def student(random: Random) -> Statement:
    """A power of a Student t number whose mean exists, but no variance; or not even the mean."""
    degree = random.randint(1, 3)
    law = NamedLaw("StudentT", (degree + Fraction(random.randint(-degree + 1, degree), 1),))
    claim = relation(mean(power(X, number(degree))), "=", number(centre(random)))
    return Statement("heavy tails: powers of Student's t", declared((law,)), claim)


def exponential_growth(random: Random) -> Statement:
    """The mean of exp(a X) that has no variance, for an exponential or a Gamma number."""
    rate = ratio(random)
    law = random.choice((NamedLaw("Exponential", (rate,)), NamedLaw("Gamma", (1 + ratio(random), rate))))
    slope = rate * Fraction(random.randint(5, 12), 10)
    claim = relation(mean(Apply("exp", (multiply(number(slope), X),))), "=", number(ratio(random)))
    return Statement("heavy tails: exponentials", declared((law,)), claim)


def high_power(random: Random) -> Statement:
    """A mean of a high power: all moments exist, but single samples make up the spread."""
    law = random.choice((NamedLaw("Laplace", (Fraction(0), ratio(random))), NamedLaw("Exponential", (ratio(random),))))
    degree = random.choice((8, 10))
    claim = relation(mean(power(X, number(degree))), "=", number(law.moment(degree)))
    return Statement("heavy tails: high powers", declared((law,)), claim)


def inverse(random: Random) -> Statement:
    """A ratio whose denominator has a density at 0."""
    low = -ratio(random)
    below = random.choice(
        (
            NamedLaw("Normal", (Fraction(random.randint(-1, 1), 2), ratio(random))),
            NamedLaw("Uniform", (low, -low * ratio(random))),
            NamedLaw("Laplace", (Fraction(0), ratio(random))),
            NamedLaw("Exponential", (ratio(random),)),
        )
    )
    above = named(random)
    claim = relation(mean(divide(X, Y)), "=", number(centre(random)))
    return Statement("ratios without moments", declared((above, below)), claim)


def rare(random: Random) -> Statement:
    """The probability of an event that a thousand samples meet once, or less often."""
    chance = Fraction(1, random.randint(1_000, 100_000))
    if random.random() < 0.5:
        law = random.choice((NamedLaw("Bernoulli", (chance,)), NamedLaw("Poisson", (chance,))))
        return Statement("rare events", declared((law,)), relation(mean(X), "=", number(chance)))
    # P(X < c) = c for a uniform number.
    law = NamedLaw("Uniform", (Fraction(0), Fraction(1)))
    event = Apply("iverson", (relation(X, "<", number(chance)),))
    return Statement("rare events", declared((law,)), relation(mean(event), "=", number(chance)))


SILENT: tuple[tuple[Callable[[Random], Statement], str], ...] = (
    (student, "heavy-tailed"), (exponential_growth, "heavy-tailed"), (high_power, "heavy-tailed"),
    (inverse, "ratio"), (rare, "rare"),
)  # fmt: skip
