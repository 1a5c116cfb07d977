"""Each kernel rule: a certificate that is accepted, and neighbours of it that are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.contexts import Context, Declaration, Definition, Fact, Law, open_in
from checks.kernel.advisor import Recording
from checks.kernel.certificates import (
    Absurd,
    Alternative,
    Arithmetic,
    Both,
    Certificate,
    Chain,
    Combine,
    Cut,
    Defined,
    Directly,
    Exhibit,
    Extremal,
    Induction,
    Integrable,
    Introduce,
    Obtain,
    Proof,
    Replace,
    Scaled,
    Split,
    Unfold,
    Use,
)
from checks.kernel.comparison import arithmetic
from checks.kernel.definedness import obligations
from checks.kernel.lemmas import Lemma
from checks.kernel.verification import Judgement, Ledger, Rejected, establish, verify
from checks.terms import (
    DIMENSION,
    FALSE,
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

a, b, c, d, n, k, t, X, Y, f = map(Symbol, ("a", "b", "c", "d", "n", "k", "t", "X", "Y", "f"))
PLAIN = Arithmetic()
TWO = number(2)
BASE = dict.fromkeys("abcd", REAL)


def context(*facts: Term, laws: dict[str, Law] | None = None, **types: Type) -> Context:
    kinds = {**BASE, **types}
    declarations = {name: Declaration(name, kind, (laws or {}).get(name)) for name, kind in kinds.items()}
    return Context(declarations).assume(*(Fact(statement) for statement in facts))


def equal(left: Term, right: Term) -> Apply:
    return relation(left, "=", right)


def less(left: Term, right: Term) -> Apply:
    return relation(left, "<", right)


def most(left: Term, right: Term) -> Apply:
    return relation(left, "<=", right)


def implies(left: Term, right: Term) -> Apply:
    return Apply("implies", (left, right))


def found(where: Context, goal: Term) -> Arithmetic:
    """The search's certificate by arithmetic; it need not hold."""
    seeker = Recording(Seeker())
    arithmetic(where, goal, seeker)
    return seeker.certificate()


def proof(where: Context, goal: Term) -> Proof:
    """A proof by arithmetic of the statement and of what makes it defined."""
    return Proof(found(where, goal), tuple(found(where, needed) for needed in obligations(goal, where)))


def accepted(where: Context, goal: Term, certificate: Certificate, *lemmas: Lemma) -> bool:
    """Whether ``verify`` accepts it, conditions of definedness left open; nothing but ``Rejected`` is raised."""
    open_conditions = tuple(None for _ in obligations(goal, where))
    try:
        verify(where, {lemma.hash: lemma for lemma in lemmas}, goal, Proof(certificate, open_conditions))
    except Rejected:
        return False
    return True


def forall(name: str, domain: Type, body: Term, condition: Term = TRUE) -> Bind:
    return bind("forall", name, domain, body, condition)


def exists(name: str, domain: Type, body: Term, condition: Term = TRUE) -> Bind:
    return bind("exists", name, domain, body, condition)


FACT = Directly(Use("fact:0"))
LAST = Directly(Use("fact:1"))


def test_arithmetic() -> None:
    where = context(n=DIMENSION)
    square = equal(power(add(a, b), TWO), add(power(a, TWO), multiply(TWO, a, b), power(b, TWO)))
    assert accepted(where, square, PLAIN)
    assert not accepted(where, equal(power(add(a, b), TWO), add(power(a, TWO), power(b, TWO))), PLAIN)
    assert not accepted(where, square, Arithmetic(unfold=("nowhere",)))
    # The recorded order of bound indices is needed, and must be an order.
    double = bind("sum", "i", Index(ONE, n), bind("sum", "j", Index(ONE, n), equal_bracket("i", "j", a)))
    swapped = bind("sum", "j", Index(ONE, n), bind("sum", "i", Index(ONE, n), equal_bracket("i", "j", a)))
    goal = equal(double, swapped)
    certificate = found(where, goal)
    assert certificate.orders and accepted(where, goal, certificate)
    assert not accepted(where, goal, PLAIN)
    assert not accepted(where, goal, Arithmetic(tuple((0,) * len(o) for o in certificate.orders)))
    # Multipliers are needed, and must add up.
    where = context(most(a, b), most(b, c))
    goal = most(a, c)
    certificate = found(where, goal)
    assert accepted(where, goal, certificate)
    assert not accepted(where, goal, PLAIN)
    assert not accepted(where, most(c, a), certificate)


def equal_bracket(first: str, second: str, term: Term) -> Term:
    """A term that keeps two indices apart, so that neither is counted."""
    bracket = Apply("iverson", (less(multiply(TWO, Symbol(first)), multiply(number(3), Symbol(second))),))
    return multiply(bracket, term)


def test_directly() -> None:
    where = context(less(a, b), equal(c, d))
    assert accepted(where, less(a, b), FACT) and accepted(where, relation(b, ">", a), FACT)
    assert accepted(where, equal(d, c), LAST)
    assert not accepted(where, less(b, a), FACT)
    assert not accepted(where, most(a, b), FACT)
    assert not accepted(where, less(a, b), LAST)
    assert not accepted(where, less(a, b), Directly(Use("fact:2")))
    assert not accepted(where, less(a, b), Directly(Use("fact:0", (a,))))
    assert not accepted(where, less(a, b), Directly(Use("fact:0", path=(0,))))


def test_directly_by_an_instance() -> None:
    where = context(forall("t", REAL, less(t, add(t, ONE)), less(ZERO, t)), less(ZERO, b))
    use = Use("fact:0", (b,), (LAST,))
    goal = less(b, add(b, ONE))
    assert accepted(where, goal, Directly(use))
    assert not accepted(where, goal, Directly(replace(use, proofs=())))
    assert not accepted(where, goal, Directly(replace(use, proofs=(LAST, LAST))))
    assert not accepted(where, less(a, add(a, ONE)), Directly(replace(use, values=(a,))))
    assert not accepted(where, goal, Directly(replace(use, values=(Bound(0),))))
    # 1/a may be undefined.
    strange = divide(ONE, a)
    assert not accepted(where, less(strange, add(strange, ONE)), Directly(Use("fact:0", (strange,), (LAST,))))


def test_directly_by_a_lemma() -> None:
    lemma = Lemma("squares", context(less(ZERO, a)), less(ZERO, multiply(a, a)))
    where = context(less(ZERO, b))
    values = (b, ZERO, ZERO, ZERO)
    goal = less(ZERO, multiply(b, b))
    cited = Use(f"lemma:{lemma.hash}", values, (FACT,))
    assert accepted(where, goal, Directly(cited), lemma)
    assert not accepted(where, goal, Directly(cited))
    assert not accepted(where, goal, Directly(replace(cited, values=values[:1])), lemma)
    assert not accepted(
        where, goal, Directly(replace(cited, proofs=(PLAIN,))), replace_name(lemma, less(ZERO, b))
    )
    assert not accepted(
        where, less(ZERO, multiply(c, c)), Directly(replace(cited, values=(c, *values[1:]))), lemma
    )


def replace_name(lemma: Lemma, statement: Term) -> Lemma:
    return Lemma(lemma.name, lemma.context, statement)


def test_replace() -> None:
    where = context(equal(a, b), less(add(b, c), d))
    goal = less(add(a, c), d)
    step = Proof(Directly(Use("fact:0")))
    assert accepted(where, goal, Replace((0, 0), b, step, LAST))
    assert not accepted(where, goal, Replace((0, 1), b, step, LAST))
    assert not accepted(where, goal, Replace((0, 0), d, step, LAST))
    assert not accepted(where, goal, Replace((0, 5), b, step, LAST))
    assert not accepted(where, goal, Replace((0, 0), TRUE, step, LAST))
    assert not accepted(where, goal, Replace((0, 0), Bound(0), step, LAST))
    # a = a b / b where b is not 0 only.
    quotient = divide(multiply(a, b), b)
    assert not accepted(where, goal, Replace((0, 0), quotient, Proof(PLAIN, (None,)), LAST))


def test_combine() -> None:
    where = context(most(a, b), less(c, d), less(ZERO, b))
    uses = (Use("fact:0"), Use("fact:1"))
    goal = less(add(a, multiply(TWO, c)), add(b, multiply(TWO, d)))
    assert accepted(where, goal, Combine(uses, (ONE, TWO), PLAIN))
    assert not accepted(where, goal, Combine(uses, (ONE, ONE), PLAIN))
    assert not accepted(where, goal, Combine(uses, (TWO,), PLAIN))
    assert not accepted(
        where, less(multiply(number(-1), a), negate(b)), Combine(uses[:1], (number(-1),), PLAIN)
    )
    # A strict relation times zero is not strict.
    assert not accepted(where, less(a, b), Combine(uses, (ONE, ZERO), PLAIN))
    assert not accepted(where, equal(a, b), Combine(uses[:1], (ONE,), PLAIN))
    # A factor of unknown sign, or undefined.
    assert not accepted(where, most(multiply(c, a), multiply(c, b)), Combine(uses[:1], (c,), PLAIN))
    assert accepted(where, most(multiply(b, a), multiply(b, b)), Combine(uses[:1], (b,), PLAIN))
    by_c = power(divide(ONE, c), TWO)
    assert not accepted(where, most(multiply(by_c, a), multiply(by_c, b)), Combine(uses[:1], (by_c,), PLAIN))


def test_chain() -> None:
    where = context(most(a, b), less(b, c), relation(d, ">=", c))
    first, second, third = (Proof(Directly(Use(f"fact:{number_}"))) for number_ in range(3))
    assert accepted(where, less(a, c), Chain(("<=", "<"), (b,), (first, second)))
    assert accepted(where, most(a, c), Chain(("<=", "<"), (b,), (first, second)))
    assert not accepted(where, less(a, c), Chain(("<=", "<="), (b,), (first, second)))
    assert not accepted(where, relation(a, ">", c), Chain(("<=", "<"), (b,), (first, second)))
    assert not accepted(where, less(a, c), Chain(("<=", "<"), (d,), (first, second)))
    assert not accepted(where, less(a, c), Chain(("<=", "<"), (b,), (first,)))
    assert not accepted(where, relation(a, "!=", d), Chain(("<=", ">="), (c,), (first, third)))
    assert not accepted(where, less(a, c), Chain((), (), ()))
    # a <= a/b - a/b + b passes through what may be undefined.
    between = add(b, subtract(divide(a, d), divide(a, d)))
    links = (Proof(first.certificate, (None,)), Proof(PLAIN, (None,)))
    assert not accepted(where, less(a, c), Chain(("<=", "<"), (between,), links))


def test_introduce() -> None:
    where = context()
    goal = forall("t", REAL, equal(add(t, t), multiply(TWO, t)))
    assert accepted(where, goal, Introduce(PLAIN))
    assert not accepted(where, forall("t", REAL, equal(add(t, t), t)), Introduce(PLAIN))
    assert not accepted(where, equal(a, a), Introduce(PLAIN))
    assert accepted(where, implies(less(a, b), less(a, b)), Introduce(FACT))
    assert not accepted(where, implies(less(a, b), less(b, a)), Introduce(FACT))
    # The fact is known under the premise only.
    assert not accepted(
        where, Apply("and", (implies(less(a, b), less(a, b)), less(a, b))), Both((Introduce(FACT), FACT))
    )
    assert not accepted(where, exists("t", REAL, equal(t, t)), Introduce(PLAIN))


def test_both() -> None:
    where = context(less(a, b), less(c, d))
    goal = Apply("and", (less(a, b), less(c, d)))
    assert accepted(where, goal, Both((FACT, LAST)))
    assert not accepted(where, goal, Both((LAST, FACT)))
    assert not accepted(where, goal, Both((FACT,)))
    assert not accepted(where, Apply("or", goal.arguments), Both((FACT, LAST)))
    both_ways = Apply("iff", (less(a, b), relation(b, ">", a)))
    back = Directly(Use("fact:2"))
    assert accepted(where, both_ways, Both((Introduce(back), Introduce(back))))
    assert not accepted(
        where, Apply("iff", (less(a, b), less(b, a))), Both((Introduce(back), Introduce(back)))
    )


def test_alternative() -> None:
    where = context(less(a, b))
    goal = Apply("or", (less(c, d), less(a, b)))
    assert accepted(where, goal, Alternative(1, FACT))
    for position in (0, 2, -1):
        assert not accepted(where, goal, Alternative(position, FACT))
    assert not accepted(where, Apply("and", goal.arguments), Alternative(1, FACT))


def test_split() -> None:
    either = Apply("or", (equal(a, ONE), equal(a, TWO)))
    where = context(either)
    goal = equal(add(power(a, TWO), TWO), multiply(number(3), a))
    combine = Combine((Use("fact:1"),), (subtract(a, TWO),), PLAIN)
    other = Combine((Use("fact:1"),), (subtract(a, ONE),), PLAIN)
    right = (combine, other)
    assert accepted(where, goal, Split(Use("fact:0"), right))
    assert not accepted(where, goal, Split(Use("fact:0"), right[::-1]))
    assert not accepted(where, goal, Split(Use("fact:0"), right[:1]))
    assert not accepted(context(equal(a, ONE)), goal, Split(Use("fact:0"), right))
    # By a statement and its negation.
    sides = Apply("or", (less(a, b), relation(a, ">=", b)))
    cases = (Alternative(0, LAST), Alternative(1, LAST))
    assert accepted(where, sides, Split(less(a, b), cases))
    assert not accepted(where, sides, Split(less(a, b), cases[::-1]))
    assert not accepted(where, sides, Split(less(divide(a, c), b), cases))
    assert not accepted(where, sides, Split(less(Bound(0), b), cases))


def test_scaled() -> None:
    where = context(less(ZERO, c))
    goal = Apply("iff", (less(a, b), less(multiply(c, a), multiply(c, b))))
    assert accepted(where, goal, Scaled(divide(ONE, c), PLAIN, PLAIN))
    assert not accepted(where, goal, Scaled(c, PLAIN, PLAIN))
    assert not accepted(context(), goal, Scaled(divide(ONE, c), PLAIN, PLAIN))
    assert not accepted(context(less(c, ZERO)), goal, Scaled(divide(ONE, c), PLAIN, PLAIN))
    turned = Apply("iff", (less(a, b), less(multiply(c, b), multiply(c, a))))
    assert not accepted(where, turned, Scaled(divide(ONE, c), PLAIN, PLAIN))
    # Equations need a factor that is not zero only.
    equations = Apply("iff", (equal(a, b), equal(multiply(c, a), multiply(c, b))))
    assert accepted(context(relation(c, "!=", ZERO)), equations, Scaled(divide(ONE, c), PLAIN, PLAIN))
    assert not accepted(context(), equations, Scaled(divide(ONE, c), PLAIN, PLAIN))
    loose = Apply("iff", (less(a, b), most(multiply(c, a), multiply(c, b))))
    assert not accepted(where, loose, Scaled(divide(ONE, c), PLAIN, PLAIN))


def test_cut() -> None:
    where = context(less(a, b))
    lemma = less(add(a, ONE), add(b, ONE))
    step = Proof(Combine((Use("fact:0"),), (ONE,), PLAIN))
    assert accepted(where, lemma, Cut(lemma, step, LAST))
    assert not accepted(where, lemma, Cut(less(b, a), step, LAST))
    assert not accepted(where, lemma, Cut(lemma, Proof(PLAIN), LAST))
    assert not accepted(where, FALSE, Cut(FALSE, Proof(LAST), LAST))
    assert not accepted(where, lemma, Cut(a, step, LAST))
    # What is cut in must be defined.
    zero = equal(divide(subtract(a, a), c), ZERO)
    assert not accepted(where, zero, Cut(zero, Proof(PLAIN, (None,)), LAST))


def test_exhibit() -> None:
    where = context(less(ZERO, b), n=DIMENSION)
    goal = exists("t", REAL, equal(multiply(TWO, t), a), less(b, b))
    assert not accepted(where, goal, Exhibit(divide(a, TWO), (FACT, PLAIN)))
    goal = exists("t", REAL, equal(multiply(TWO, t), add(t, b)), less(ZERO, t))
    assert accepted(where, goal, Exhibit(b, (FACT, PLAIN)))
    assert not accepted(where, goal, Exhibit(a, (FACT, PLAIN)))
    assert not accepted(where, goal, Exhibit(b, (PLAIN,)))
    assert not accepted(where, goal, Exhibit(Bound(0), (FACT, PLAIN)))
    inside = exists("k", Index(ONE, n), equal(k, k))
    assert accepted(where, inside, Exhibit(n, (found(where, most(ONE, n)), PLAIN, PLAIN)))
    beyond = add(n, ONE)
    proofs = (found(where, most(ONE, beyond)), found(where, most(beyond, n)), PLAIN)
    assert not accepted(where, inside, Exhibit(beyond, proofs))
    assert not accepted(where, forall("t", REAL, equal(t, b)), Exhibit(b, (PLAIN,)))


def test_obtain() -> None:
    some = exists("t", REAL, less(t, a), less(b, t))
    where = context(some)
    between = Symbol("e")
    links = (Proof(Directly(Use("fact:1"))), Proof(Directly(Use("fact:2"))))
    then = Chain(("<", "<"), (between,), links)
    assert accepted(where, less(b, a), Obtain(Use("fact:0"), "e", then))
    assert not accepted(where, less(a, b), Obtain(Use("fact:0"), "e", then))
    for name in ("a", "b", "", "%1", "1"):
        chained = replace(then, terms=(Symbol(name),))
        assert not accepted(where, less(b, a), Obtain(Use("fact:0"), name, chained))
    assert not accepted(context(less(b, a)), less(b, c), Obtain(Use("fact:0"), "e", then))
    # The name may not stay in the goal.
    assert not accepted(where, less(b, between), Obtain(Use("fact:0"), "e", Directly(Use("fact:1"))))


def test_extremal() -> None:
    where = context()

    def best(head: str, bound: Term) -> Term:
        return Bind(
            head, REAL, most(Bound(0), bound) if head == "greatest" else most(bound, Bound(0)), Bound(0), "t"
        )

    known = Introduce(Directly(Use("fact:0")))
    assert accepted(where, equal(best("greatest", a), a), Extremal(PLAIN, known))
    assert not accepted(where, equal(best("greatest", a), b), Extremal(PLAIN, known))
    assert not accepted(where, equal(best("greatest", a), subtract(a, ONE)), Extremal(PLAIN, known))
    assert not accepted(where, equal(best("least", a), add(a, ONE)), Extremal(PLAIN, known))
    assert not accepted(where, equal(a, a), Extremal(PLAIN, known))
    strict = Bind("greatest", REAL, less(Bound(0), a), Bound(0), "t")
    assert not accepted(where, equal(strict, a), Extremal(PLAIN, known))
    # sup over t of -t^2 is 0: attained at 0.
    sup = Bind("sup", REAL, TRUE, negate(power(Bound(0), TWO)), "t")
    bounded = Introduce(PLAIN)
    least = Introduce(Chain(("=", "<="), (negate(power(ZERO, TWO)),),
                            (Proof(PLAIN), Proof(Directly(Use("fact:0", (ZERO,)))))))  # fmt: skip
    assert accepted(where, equal(sup, ZERO), Extremal(bounded, least))
    assert not accepted(where, equal(sup, ONE), Extremal(bounded, least))
    assert not accepted(where, equal(sup, number(-1)), Extremal(bounded, least))


def test_unfold() -> None:
    body = multiply(TWO, t)
    double = Definition("double", (Declaration("t", REAL),), 0, REAL, body, opaque=True)
    where = replace(context(), definitions={"double": double}, lets={"e": add(a, b)})
    goal = equal(Apply("double", (a,)), add(a, a))
    assert accepted(where, goal, Unfold(("double",), PLAIN))
    assert not accepted(where, goal, PLAIN)
    assert not accepted(where, goal, Unfold((), PLAIN))
    assert not accepted(where, goal, Unfold(("triple",), PLAIN))
    assert not accepted(where, equal(Apply("double", (a,)), a), Unfold(("double",), PLAIN))
    # A let, and a function at its argument.
    assert accepted(where, equal(Symbol("e"), add(b, a)), Unfold(("e",), PLAIN))
    applied = Apply("call", (bind("lambda", "t", REAL, body), b))
    assert accepted(where, equal(applied, add(b, b)), Unfold((), PLAIN))
    assert not accepted(where, equal(applied, add(a, b)), Unfold((), PLAIN))


def test_induction() -> None:
    where = context(n=NATURAL)
    total = bind("sum", "i", Index(ONE, n), Symbol("i"))
    base = context(n=NATURAL, f=Function((NATURAL,), REAL)).assume(
        Fact(equal(Apply("call", (f, ZERO)), ZERO)),
        Fact(forall("k", NATURAL, equal(Apply("call", (f, add(k, ONE))), Apply("call", (f, k))))),
    )
    value = Apply("call", (f, n))
    goal = equal(value, ZERO)
    inside = found(base, most(ZERO, add(n, ONE)))
    up = Proof(Directly(Use("fact:1", (n,))), (inside,))
    step = Chain(("=", "="), (value,), (up, Proof(Directly(Use("fact:2")))))
    first = Directly(Use("fact:0"))
    assert accepted(base, goal, Induction("n", first, step))
    assert not accepted(base, equal(value, ONE), Induction("n", first, step))
    assert not accepted(base, goal, Induction("a", first, step))
    assert not accepted(base, goal, Induction("n", first, Directly(Use("fact:2"))))
    assert not accepted(base, goal, Induction("n", step, first))
    # Nothing may be assumed of n.
    assumed = base.assume(Fact(less(n, number(5))))
    later = replace(step, proofs=(step.proofs[0], Proof(Directly(Use("fact:3")))))
    assert not accepted(assumed, goal, Induction("n", first, later))
    assert not accepted(where, equal(total, n), Induction("n", PLAIN, PLAIN))


def test_integrable() -> None:
    laws = {"X": Law("Normal", (ZERO, ONE), entries="iid"), "Y": Law("declared", (), ZERO, ONE, 2)}
    where = context(X=REAL, Y=REAL, laws=laws)
    for term in (power(X, number(6)), Y, power(Y, TWO), Apply("sign", (X,)), a, Apply("exp", (X,))):
        assert accepted(where, Apply("integrable", (term,)), Integrable())
    for term in (
        power(Y, number(3)),
        multiply(X, power(Y, TWO)),
        divide(ONE, X),
        Apply("exp", (power(X, TWO),)),
        Apply("exp", (Y,)),
        Apply("exp", (add(X, Y),)),
        power(X, number(-2)),
    ):
        assert not accepted(where, Apply("integrable", (term,)), Integrable())
    assert not accepted(where, equal(Y, Y), Integrable())
    nothing = context(Y=REAL, laws={"Y": Law()})
    assert not accepted(nothing, Apply("integrable", (Y,)), Integrable())
    student = context(Y=REAL, laws={"Y": Law("StudentT", (ONE,), entries="iid")})
    assert not accepted(student, Apply("integrable", (Y,)), Integrable())


def test_defined() -> None:
    where = context(relation(b, "!=", ZERO), less(ZERO, c))
    goal = Apply("defined", (add(divide(a, b), Apply("log", (c,))),))
    assert accepted(where, goal, Defined((FACT, LAST)))
    assert not accepted(where, goal, Defined((LAST, FACT)))
    assert not accepted(where, goal, Defined(()))
    assert not accepted(where, Apply("defined", (divide(a, c),)), Defined((FACT,)))
    assert not accepted(where, Apply("defined", (divide(a, d),)), Defined((PLAIN,)))
    inverse = Definition("flip", (Declaration("t", REAL),), 0, REAL, divide(ONE, t), opaque=True)
    opaque = replace(where, definitions={"flip": inverse})
    assert accepted(opaque, Apply("defined", (Apply("flip", (b,)),)), Defined((FACT,)))
    assert not accepted(opaque, Apply("defined", (Apply("flip", (d,)),)), Defined((PLAIN,)))
    assert not accepted(opaque, Apply("defined", (Apply("flip", (d,)),)), Defined(()))


def test_absurd() -> None:
    where = context(less(a, a), less(a, b))
    assert accepted(where, less(b, a), Absurd(less(a, a), Proof(FACT), PLAIN))
    assert not accepted(where, less(b, a), Absurd(less(a, b), Proof(LAST), PLAIN))
    assert not accepted(where, less(b, a), Absurd(less(a, a), Proof(LAST), PLAIN))
    assert not accepted(context(less(a, b)), less(b, a), Absurd(less(a, a), Proof(PLAIN), PLAIN))
    # A statement that need not be defined contradicts nothing.
    partial = relation(divide(a, c), "!=", divide(a, c))
    assert not accepted(context(partial), less(b, a), Absurd(partial, Proof(FACT, (None,)), PLAIN))


# -- verify --------------------------------------------------------------------------------------------


def test_conditions_that_are_left_open_are_named() -> None:
    goal = equal(divide(multiply(a, b), b), a)
    assert verify(context(), {}, goal, Proof(PLAIN, (None,))) == Judgement((relation(b, "!=", ZERO),))
    where = context(relation(b, "!=", ZERO))
    assert verify(where, {}, goal, Proof(PLAIN, (FACT,))) == Judgement()
    for definedness in ((), (PLAIN, PLAIN), (LAST,)):
        with pytest.raises(Rejected):
            verify(where, {}, goal, Proof(PLAIN, definedness))
    with pytest.raises(Rejected):
        verify(context(), {}, goal, Proof(PLAIN, (PLAIN,)))


def test_what_is_no_statement_is_refused() -> None:
    for goal in (a, add(a, b), Symbol("nowhere"), Apply("=", (a, Apply("ones", (number(3),))))):
        with pytest.raises(Rejected):
            verify(context(), {}, goal, Proof(PLAIN))
    with pytest.raises(Rejected):
        verify(context(), {}, equal(a, a), Proof("trust me"))  # type: ignore[arg-type]
    assert verify(context(), {}, equal(a, a), Proof(PLAIN)) == Judgement()


def test_a_ledger_takes_what_is_proved_without_conditions_only() -> None:
    ledger = Ledger(context(relation(c, "!=", ZERO)), {})
    open_goal = equal(divide(b, b), ONE)
    assert ledger.add(open_goal, Proof(PLAIN, (None,))).conditions and not ledger.holds(open_goal)
    goal = equal(divide(c, c), ONE)
    ledger.add(goal, proof(ledger.context, goal))
    assert ledger.holds(goal) and ledger.holds(Apply("and", (goal, goal)))
    with pytest.raises(Rejected):
        ledger.add(equal(a, b), Proof(PLAIN))
    assert not ledger.holds(equal(a, b))


def test_a_binder_is_opened_with_its_range() -> None:
    where = context(n=DIMENSION)
    goal = forall("k", Index(ONE, n), most(k, n))
    inner, _, body = open_in(where, goal)
    establish(inner, {}, body, found(inner, body))
    assert accepted(where, goal, Introduce(found(inner, body)))
    beyond = forall("k", Index(ONE, n), most(add(k, ONE), n))
    inner, _, body = open_in(where, beyond)
    assert not accepted(where, beyond, Introduce(found(inner, body)))
