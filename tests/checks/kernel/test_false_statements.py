"""False statements that a careless rule would establish; beside them, where there is one, a true neighbour.

Each test names a value of the symbols at which the refused statement is false.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from checks.contexts import Context, Declaration, Definition, Fact, Law
from checks.kernel.advisor import Recording
from checks.kernel.certificates import (
    Arithmetic,
    Certificate,
    Chain,
    Cut,
    Directly,
    Exhibit,
    Integrable,
    Introduce,
    Obtain,
    Proof,
    Replace,
    Scaled,
    Split,
    Use,
)
from checks.kernel.comparison import arithmetic
from checks.kernel.definedness import obligations
from checks.kernel.lemmas import Lemma
from checks.kernel.reductions import Rejected
from checks.kernel.relations import negation
from checks.kernel.verification import verify
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    ONE,
    REAL,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
    Symbol,
    Term,
    Type,
    add,
    bind,
    divide,
    multiply,
    negate,
    number,
    power,
    relation,
    subtract,
)
from derive.proving.advice import Seeker

a, b, m, n, x, y = map(Symbol, ("a", "b", "m", "n", "X", "Y"))
RADEMACHER = Law("Rademacher", entries="iid")
NORMAL = Law("Normal", (ZERO, ONE), entries="iid")
HALF = Law("Bernoulli", (number(Fraction(1, 2)),), entries="iid")
REALS = Function((REAL,), REAL)
PLAIN = Arithmetic()


def context(*facts: Term, laws: dict[str, Law] | None = None, **types: Type) -> Context:
    """A context with the given symbols and facts."""
    declarations = {name: Declaration(name, kind, (laws or {}).get(name)) for name, kind in types.items()}
    return Context(declarations).assume(*(Fact(statement) for statement in facts))


def equal(left: Term, right: Term) -> Apply:
    return relation(left, "=", right)


def mean(term: Term) -> Apply:
    return Apply("expectation", (term,))


def bracket(statement: Term) -> Apply:
    return Apply("iverson", (statement,))


def positive(term: Term) -> Apply:
    return relation(term, ">", ZERO)


def shown(where: Context, goal: Term) -> bool:
    """Whether the search's arithmetic establishes the statement."""
    return arithmetic(where, goal, Seeker())


def certificate(where: Context, goal: Term) -> Arithmetic:
    """The search's certificate of the statement, or an empty one."""
    seeker = Recording(Seeker())
    arithmetic(where, goal, seeker)
    return seeker.certificate()


def accepted(where: Context, goal: Term, proof: Certificate, *lemmas: Lemma) -> bool:
    """Whether the certificate is accepted, conditions of definedness left open."""
    needed = tuple(None for _ in obligations(goal, where))
    try:
        verify(where, {lemma.hash: lemma for lemma in lemmas}, goal, Proof(proof, needed))
    except Rejected:
        return False
    return True


def integrable(where: Context, goal: Term) -> tuple[Certificate, ...]:
    """A certificate for each integrability that the statement asks for, under its binders."""
    proofs: list[Certificate] = []
    for needed in obligations(goal, where):
        proofs.append(Introduce(Integrable()) if isinstance(needed, Bind) else Integrable())
    return tuple(proofs)


# -- names that come with a certificate ----------------------------------------------------------------


@pytest.mark.parametrize("hint", ["x", "%1", "%2", "@0", "1:0", ""])
def test_a_name_for_a_bound_variable_says_nothing_of_its_sign(hint: str) -> None:
    # False at -1.
    goal = Bind("forall", REAL, TRUE, relation(ZERO, "<", Bound(0)), hint)
    assert not accepted(context(), goal, Introduce(PLAIN))


@pytest.mark.parametrize("hint", ["x", "%1", "@0", "?"])
def test_a_true_statement_is_proved_under_any_name(hint: str) -> None:
    goal = Bind("forall", REAL, TRUE, equal(add(Bound(0), Bound(0)), multiply(number(2), Bound(0))), hint)
    assert accepted(context(), goal, Introduce(PLAIN))


@pytest.mark.parametrize("hint", ["a symbol b", "(symbol a)^1 symbol b", "a*b"])
def test_a_name_for_a_bound_variable_is_not_read_as_a_product(hint: str) -> None:
    # False at a = b = 1 and 2.
    goal = Bind("forall", REAL, TRUE, equal(Bound(0), multiply(a, b)), hint)
    assert not accepted(context(a=REAL, b=REAL), goal, Introduce(PLAIN))


def test_a_name_for_a_bound_variable_is_not_captured_by_an_atom() -> None:
    # False for g(u, v) = -(u - v)^2 - u^2.
    def sup(body: Term) -> Bind:
        return Bind("sup", REAL, TRUE, body, "v")

    apart = sup(Apply("call", (Symbol("g"), Bound(1), Bound(0))))
    together = sup(Apply("call", (Symbol("g"), Bound(0), Bound(0))))
    where = context(g=Function((REAL, REAL), REAL))
    for hint in ("u", "@0", "@1"):
        goal = Bind("forall", REAL, TRUE, equal(apart, together), hint)
        assert not accepted(where, goal, Introduce(PLAIN))


@pytest.mark.parametrize("name", ["c", "%1", "%=1", "@0"])
def test_an_obtained_name_says_nothing_of_the_sign(name: str) -> None:
    some_negative = Bind("exists", REAL, TRUE, relation(Bound(0), "<", ZERO), "c")
    absurd = Chain(("<", "<"), (Symbol(name),), (Proof(PLAIN), Proof(Directly(Use("fact:1")))))
    goal = relation(ZERO, "<", ZERO)
    assert not accepted(context(some_negative), goal, Obtain(Use("fact:0"), name, absurd))


# -- negations -----------------------------------------------------------------------------------------


def test_a_doubly_negated_statement_is_not_true_for_its_form() -> None:
    for inner in (
        Bind("forall", REAL, TRUE, relation(ZERO, "<", Bound(0)), "x"),
        Bind("exists", REAL, TRUE, relation(power(Bound(0), number(2)), "<", ZERO), "x"),
    ):
        goal = Apply("not", (Apply("not", (inner,)),))
        assert not accepted(context(), goal, PLAIN)
    assert accepted(context(), Apply("not", (Apply("not", (relation(ZERO, "<", ONE),)),)), PLAIN)


# -- atoms that stand for binders ----------------------------------------------------------------------


def forall_values(condition: Term) -> Apply:
    body = relation(Apply("call", (Symbol("f"), Bound(0))), ">=", ZERO)
    return bracket(Bind("forall", REAL, condition, body, "v"))


def test_the_condition_of_a_binder_stays_in_its_atom() -> None:
    # False for f(v) = v.
    where = context(f=REALS)
    for head, value in ((">=", ZERO), (">", ONE), ("=", ONE)):
        condition = relation(Bound(0), head, value)
        assert not shown(where, equal(forall_values(condition), forall_values(TRUE)))
        assert shown(where, equal(forall_values(condition), forall_values(condition)))


def test_the_condition_of_a_supremum_stays_in_its_atom() -> None:
    # False for f(v) = -v^3 / (1 + v^2)^2.
    def sup(condition: Term) -> Bind:
        return Bind("sup", REAL, condition, Apply("call", (Symbol("f"), Bound(0))), "v")

    assert not shown(context(f=REALS), equal(sup(relation(Bound(0), ">=", ZERO)), sup(TRUE)))
    assert not shown(
        context(f=REALS), equal(sup(relation(Bound(0), ">=", ZERO)), sup(relation(Bound(0), ">=", ONE)))
    )


@pytest.mark.parametrize(("one", "other"), [(NATURAL, INTEGER), (DIMENSION, INTEGER), (DIMENSION, NATURAL)])
def test_binders_over_different_integers_differ(one: Type, other: Type) -> None:
    # With b = 0: nat and int differ at a = 1; with b = 1 and a = 2, dim and nat differ.
    def all_of(kind: Type) -> Apply:
        body = relation(multiply(a, Bound(0)), ">=", b)
        return bracket(Bind("forall", kind, TRUE, body, "k"))

    where = context(a=REAL, b=REAL)
    assert not shown(where, equal(all_of(one), all_of(other)))
    assert shown(where, equal(all_of(one), all_of(one)))


def test_binders_over_different_functions_differ() -> None:
    # False at a = 0.
    def all_of(codomain: Type) -> Apply:
        body = relation(add(a, Apply("call", (Bound(0), ONE))), ">=", ZERO)
        return bracket(Bind("forall", Function((REAL,), codomain), TRUE, body, "g"))

    assert not shown(context(a=REAL), equal(all_of(NATURAL), all_of(REAL)))


def test_atoms_of_arrays_know_the_lengths_of_the_arrays() -> None:
    where = context(m=DIMENSION, n=DIMENSION, f=REALS)

    def scaled(size: Term) -> Apply:
        return Apply("determinant", (multiply(number(2), Apply("identity", (size,))),))

    def corner(size: Term) -> Apply:
        matrix = add(Apply("identity", (size,)), Apply("ones", (size, size)))
        return Apply("entry", (Apply("inverse", (matrix,)), ONE, ONE))

    def vanishing(size: Term) -> Apply:
        values = Bind("array", Index(ONE, size), TRUE, Apply("call", (Symbol("f"), Bound(0))), "i")
        return bracket(equal(values, Apply("zeros", (size,))))

    # 2^n; 1 - 1/(n + 1); f(k) = k - 1 at n = 1, m = 2.
    for made in (scaled, corner, vanishing):
        assert not shown(where, equal(made(n), made(m)))
        assert shown(where, equal(made(n), made(n)))


@pytest.mark.parametrize("name", ["base", "zero", "nonnegative", "prime", "index", "symbol", "moment"])
def test_a_definition_is_not_taken_for_an_atom_of_the_same_name(name: str) -> None:
    # The definition is t + 1: false at a = b = 1.
    definition = Definition(name, (Declaration("t", REAL),), 0, REAL, add(Symbol("t"), ONE), opaque=True)
    where = replace(context(a=REAL, b=REAL), definitions={name: definition})
    value = Apply(name, (a,))
    assert not shown(where, equal(multiply(value, b), multiply(a, b)))
    assert not shown(where, equal(multiply(value, value), value))
    assert shown(where, equal(multiply(value, b), multiply(b, value)))


# -- factors -------------------------------------------------------------------------------------------


def test_the_factor_of_an_equivalence_must_be_defined() -> None:
    # False at a = 1, b = 0.
    where = context(relation(a, "!=", ZERO), a=REAL, b=REAL)
    goal = Apply("iff", (equal(ZERO, a), equal(ZERO, b)))
    assert not accepted(where, goal, Scaled(divide(a, b), PLAIN, PLAIN))
    squares = Apply(
        "iff", (relation(ZERO, "<", power(a, number(2))), relation(ZERO, "<", power(b, number(2))))
    )
    assert not accepted(where, squares, Scaled(power(divide(a, b), number(2)), PLAIN, PLAIN))


def test_a_defined_factor_of_an_equivalence_is_accepted() -> None:
    where = context(relation(a, "!=", ZERO), relation(b, "!=", ZERO), a=REAL, b=REAL)
    goal = Apply("iff", (equal(ZERO, multiply(a, y)), equal(ZERO, multiply(b, y))))
    assert accepted(where.declare(Declaration("Y", REAL)), goal, Scaled(divide(a, b), PLAIN, PLAIN))


# -- what holds at one outcome does not hold at all of them --------------------------------------------

CHANCE = mean(bracket(positive(x)))


def test_cases_of_a_random_statement_are_not_certain() -> None:
    # 1/4 for a sign: P(X > 0) is 1/2.
    where = context(X=REAL, laws={"X": RADEMACHER})
    goal = equal(multiply(CHANCE, subtract(CHANCE, ONE)), ZERO)
    case = positive(x)
    proofs = tuple(certificate(where.assume(Fact(part)), goal) for part in (case, negation(case)))
    assert not accepted(where, goal, Split(case, proofs))


def test_cases_of_a_random_statement_hold_of_the_outcome() -> None:
    where = context(X=REAL, laws={"X": RADEMACHER})
    goal = relation(ZERO, "<=", add(bracket(positive(x)), ONE))
    case = positive(x)
    proofs = tuple(certificate(where.assume(Fact(part)), goal) for part in (case, negation(case)))
    assert accepted(where, goal, Split(case, proofs))


def test_a_random_premise_is_not_certain() -> None:
    # False where X = 1.
    where = context(X=REAL, laws={"X": RADEMACHER})
    conclusion = equal(CHANCE, ONE)
    inner = certificate(where.assume(Fact(positive(x))), conclusion)
    assert not accepted(where, Apply("implies", (positive(x), conclusion)), Introduce(inner))
    # An assumption of the context holds at every outcome.
    assert shown(where.assume(Fact(positive(x))), conclusion)


def test_a_random_condition_of_a_sum_is_not_certain() -> None:
    # n/4 and n/2.
    where = context(X=REAL, n=DIMENSION, laws={"X": RADEMACHER})

    def total(body: Term) -> Apply:
        return mean(bind("sum", "i", Index(ONE, n), body, positive(x)))

    inner = where.declare(Declaration("i", Index(ONE, n))).assume(Fact(positive(x)))
    step = Proof(certificate(inner, equal(CHANCE, ONE)), (Integrable(),))
    goal = equal(total(CHANCE), total(ONE))
    then = certificate(where, equal(total(ONE), total(ONE)))
    assert not accepted(where, goal, Replace((0, 0, 0), ONE, step, then))


def linear_in_constants() -> Bind:
    """For all c, E[c X] = 0."""
    return Bind("forall", REAL, TRUE, equal(mean(multiply(Bound(0), x)), ZERO), "c")


def test_a_statement_of_constants_is_not_used_of_random_values() -> None:
    # E[X X] is 1.
    where = context(X=REAL, a=REAL, laws={"X": RADEMACHER})
    proof = Proof(Introduce(PLAIN), integrable(where, linear_in_constants()))
    for value, expected in ((x, False), (a, True)):
        goal = equal(mean(multiply(value, x)), ZERO)
        then = Directly(Use("fact:0", (value,)))
        assert accepted(where, goal, Cut(linear_in_constants(), proof, then)) == expected


def test_a_lemma_of_constants_is_not_used_of_random_values() -> None:
    where = context(X=REAL, a=REAL, laws={"X": RADEMACHER})
    lemma = Lemma("constants", context(X=REAL, laws={"X": RADEMACHER}), linear_in_constants())
    for value, expected in ((x, False), (a, True)):
        goal = equal(mean(multiply(value, x)), ZERO)
        assert accepted(where, goal, Directly(Use(f"lemma:{lemma.hash}", (x, value))), lemma) == expected


def test_a_constant_is_not_exhibited_by_a_random_value() -> None:
    # E[c X] = c E[X] = 0.
    where = context(X=REAL, laws={"X": RADEMACHER})
    goal = Bind("exists", REAL, TRUE, equal(mean(multiply(Bound(0), x)), ONE), "c")
    assert not accepted(where, goal, Exhibit(x, (PLAIN,)))


def test_what_exists_at_each_outcome_is_no_constant() -> None:
    # E[X^2] is 1, X^2 is not.
    where = context(X=REAL, laws={"X": NORMAL})
    exists = Bind("exists", REAL, TRUE, equal(Bound(0), x), "c")
    c = Symbol("c")
    square = equal(mean(power(c, number(2))), power(c, number(2)))
    inner = where.declare(Declaration("c", REAL)).assume(Fact(equal(c, x)))
    named = Proof(Directly(Use("fact:1")))
    rest = Replace((0, 0, 0), c, named, Replace((1, 0), c, named, certificate(inner, square)))
    goal = equal(mean(power(x, number(2))), power(x, number(2)))
    given = Proof(Exhibit(x, (PLAIN,)))
    assert not accepted(where, goal, Cut(exists, given, Obtain(Use("fact:0"), "c", rest)))


def test_a_random_argument_is_not_integrated_by_the_function() -> None:
    # E[c X] at c = X(outcome) is 0.
    where = context(X=REAL, a=REAL, laws={"X": RADEMACHER})
    function = Bind("lambda", REAL, TRUE, mean(multiply(Bound(0), x)), "c")
    assert not shown(where, equal(Apply("call", (function, x)), ONE))
    assert shown(where, equal(Apply("call", (function, a)), ZERO))


def test_a_random_index_is_not_integrated_by_the_entry() -> None:
    # At N = 0 the entry is 1 E[N] = 1/2, and E[(N + 1) N] is 1.
    where = context(N=INTEGER, X=REAL, n=DIMENSION, laws={"N": HALF, "X": NORMAL})
    count = Symbol("N")
    values = bind("array", "i", Index(ONE, n), mean(multiply(Symbol("i"), count)))
    place = add(count, ONE)
    assert not shown(where, equal(Apply("entry", (values, place)), mean(multiply(place, count))))
    assert shown(where, equal(Apply("entry", (values, ONE)), mean(count)))

    def picked(value: Term) -> Term:
        chosen = bracket(equal(Symbol("i"), count))
        return bind("sum", "i", Index(ONE, n), multiply(chosen, mean(Apply("exp", (multiply(value, x),)))))

    # At N = 1 the left side is E[exp(X)], the right side E[exp(N X)] = (1 + E[exp(X)]) / 2.
    assert not shown(where, equal(picked(Symbol("i")), picked(count)))


# -- lemmas and definitions ----------------------------------------------------------------------------


def test_a_lemma_does_not_outlive_a_definition_in_one_of_its_laws() -> None:
    def setting(value: int) -> Context:
        law = Law("Normal", (ZERO, Apply("spread")), entries="iid")
        plain = context(X=REAL, laws={"X": law})
        return replace(plain, definitions={"spread": Definition("spread", (), 0, REAL, number(value))})

    statement = equal(mean(power(x, number(2))), ONE)
    lemma = Lemma("second-moment", setting(1), statement)
    use = Directly(Use(f"lemma:{lemma.hash}", (x,)))
    assert accepted(setting(1), statement, use, lemma)
    # With the other definition E[X^2] is 2.
    assert not accepted(setting(2), statement, use, lemma)
    assert Lemma("second-moment", setting(2), statement).hash != lemma.hash


# -- statements that must not end in an error ----------------------------------------------------------


def test_a_power_zero_is_one() -> None:
    where = context(a=REAL, b=REAL)
    for base in (a, multiply(a, b), add(a, b), negate(a), ZERO):
        assert shown(where, equal(power(base, ZERO), ONE))
        assert not shown(where, equal(power(base, ZERO), ZERO))


@pytest.mark.parametrize(
    "source", ["fact:²", "fact:-1", "fact:1", "fact:", "lemma:none", "extremum", "", "fact"]
)
def test_a_source_that_is_none(source: str) -> None:
    where = context(positive(a), a=REAL)
    assert not accepted(where, positive(a), Directly(Use(source)))
    assert accepted(where, positive(a), Directly(Use("fact:0")))
