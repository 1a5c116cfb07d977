"""The rules that a certificate calls for by its class: what gives statements by their form."""

from __future__ import annotations

from checks.kernel.certificates import (
    Absurd,
    Alternative,
    Always,
    Arithmetic,
    Both,
    Chain,
    Combine,
    Cut,
    Defined,
    Directly,
    Exhibit,
    Induction,
    Integrable,
    Introduce,
    Monotone,
    Obtain,
    Proof,
    Replace,
    Split,
    Use,
)
from checks.terms import ONE, ZERO, Symbol, add, divide, negate, number, power, relation
from derive.rules.catalogue import Rule, accept, refuse

X, Y, Z = Symbol("x"), Symbol("y"), Symbol("z")
FIRST, SECOND = Directly(Use("fact:0")), Directly(Use("fact:1"))
VERIFICATION = "checks.kernel.verification"

LOGIC = (
    Rule(
        "introduce",
        (VERIFICATION,),
        "A statement for all values by its body at a new variable; an implication by its conclusion under its premise.",
        "Of the variable only its range and condition are known; a premise about random symbols holds at one outcome.",
        "Introduction of the universal quantifier and of implication.",
        "G. Gentzen, Untersuchungen über das logische Schließen, Math. Z. 39, 1935",
        accepted=(
            accept("for all x in real, x^2 >= 0", proof=Introduce(Arithmetic())),
            accept("x > 0 implies x >= 0", "given x : real", proof=Introduce(Arithmetic())),
        ),
        refused=(
            refuse("for all x in real, x >= 0", proof=Introduce(Arithmetic())),
            refuse("exists x in real, x >= 0", proof=Introduce(Arithmetic()), because="nothing to introduce"),
            refuse(
                "X = 1 implies E[X] = 1", "given X : real  iid, mean 0, variance 1", proof=Introduce(Arithmetic()),
            ),
        ),
        record="Introduce",
    ),
    Rule(
        "both",
        (VERIFICATION,),
        "A conjunction by all of its parts, an equivalence by both implications.",
        "One certificate for each part.",
        "Introduction of conjunction.",
        "G. Gentzen, Untersuchungen über das logische Schließen, Math. Z. 39, 1935",
        accepted=(
            accept("x^2 >= 0 and x = x", "given x : real", proof=Both((Arithmetic(), Arithmetic()))),
            accept(
                "x = y iff y = x", "given x, y : real", proof=Both((Introduce(FIRST), Introduce(FIRST))),
            ),
        ),
        refused=(
            refuse("x^2 >= 0 and x = y", "given x, y : real", proof=Both((Arithmetic(), Arithmetic()))),
            refuse(
                "x^2 >= 0 and x = y", "given x, y : real", proof=Both((Arithmetic(),)),
                because="one certificate for each part",
            ),
        ),
        record="Both",
    ),
    Rule(
        "alternative",
        (VERIFICATION,),
        "A disjunction by one of its parts.",
        "The part is one of the disjunction.",
        "Introduction of disjunction.",
        "G. Gentzen, Untersuchungen über das logische Schließen, Math. Z. 39, 1935",
        accepted=(
            accept("x^2 >= 0 or x = 1", "given x : real", proof=Alternative(0, Arithmetic())),
            accept("x = 1 or x = x", "given x : real", proof=Alternative(1, Arithmetic())),
        ),
        refused=(
            refuse("x^2 >= 0 or x = 1", "given x : real", proof=Alternative(1, Arithmetic())),
            refuse("x^2 >= 0 or x = 1", "given x : real", proof=Alternative(2, Arithmetic()), because="no such part"),
        ),
        record="Alternative",
    ),
    Rule(
        "split",
        (VERIFICATION, "checks.kernel.relations"),
        "The goal in each case of a disjunction that holds; or where a statement holds and where its negation does.",
        "A certificate for each case; a statement that makes cases is defined.",
        "Elimination of disjunction; the excluded middle, for defined statements.",
        "G. Gentzen, Untersuchungen über das logische Schließen, Math. Z. 39, 1935",
        accepted=(
            accept(
                "x > 0", "given x : real", "assume x = 1 or x = 2",
                proof=Split(Use("fact:0"), (Arithmetic(), Arithmetic())),
            ),
            accept(
                "x = 0 or x != 0", "given x : real",
                proof=Split(relation(X, "=", ZERO), (Alternative(0, FIRST), Alternative(1, FIRST))),
            ),
        ),
        refused=(
            refuse(
                "x > 0", "given x : real", "assume x = 1 or x = -2",
                proof=Split(Use("fact:0"), (Arithmetic(), Arithmetic())),
            ),
            refuse(
                "x > 0", "given x : real", "assume x = 1 or x = 2", proof=Split(Use("fact:0"), (Arithmetic(),)),
                because="one certificate for each case",
            ),
            refuse(
                "x != 0", "given x : real",
                proof=Split(relation(divide(ONE, X), "=", ONE), (Arithmetic(), Arithmetic())),
                because="no defined statement",
            ),
        ),
        record="Split",
    ),
    Rule(
        "cut",
        (VERIFICATION,),
        "A statement that is proved on the side may be used.",
        "It is defined and proved, in the context of the goal.",
        "The cut rule.",
        "G. Gentzen, Untersuchungen über das logische Schließen, Math. Z. 39, 1935",
        accepted=(
            accept(
                "exp(0) <= exp(x^2)", "given x : real",
                proof=Cut(
                    relation(ZERO, "<=", power(X, number(2))), Proof(Arithmetic()), Monotone(0, 0, (FIRST,)),
                ),
            ),
            accept(
                "x = z", "given x, y, z : real", "assume x = y", "assume y = z",
                proof=Cut(
                    relation(X, "=", Z), Proof(Chain(("=", "="), (Y,), (Proof(FIRST), Proof(SECOND)))),
                    Directly(Use("fact:2")),
                ),
            ),
        ),
        refused=(
            refuse(
                "exp(0) <= exp(x)", "given x : real",
                proof=Cut(relation(ZERO, "<=", X), Proof(Arithmetic()), Monotone(0, 0, (FIRST,))),
            ),
            refuse(
                "x != 0", "given x : real",
                proof=Cut(relation(divide(X, X), "=", ONE), Proof(Arithmetic(), (None,)), Arithmetic()),
                because="may be undefined",
            ),
        ),
        record="Cut",
    ),
    Rule(
        "exhibit",
        (VERIFICATION, "checks.kernel.reductions"),
        "There is a thing of a kind with a property, if a value is one.",
        "The value is defined, of the kind and in its range; its condition and the property hold of it.",
        "Introduction of the existential quantifier.",
        "G. Gentzen, Untersuchungen über das logische Schließen, Math. Z. 39, 1935",
        accepted=(
            accept("exists y in real, y > x", "given x : real", proof=Exhibit(add(X, ONE), (Arithmetic(),))),
            accept(
                "exists i in 1..n, i = 1", "given n : dim",
                proof=Exhibit(ONE, (Arithmetic(), Arithmetic(), Arithmetic())),
            ),
        ),
        refused=(
            refuse("exists y in real, y > x", "given x : real", proof=Exhibit(X, (Arithmetic(),))),
            refuse(
                "exists i in 1..n, i = 0", "given n : dim",
                proof=Exhibit(ZERO, (Arithmetic(), Arithmetic(), Arithmetic())),
            ),
        ),
        record="Exhibit",
    ),
    Rule(
        "obtain",
        (VERIFICATION, "checks.kernel.reductions"),
        "What follows from a thing with a property, whichever it is, follows from there being one.",
        "The name is new and does not stand in the goal; what exists does not depend on the outcome.",
        "Elimination of the existential quantifier.",
        "G. Gentzen, Untersuchungen über das logische Schließen, Math. Z. 39, 1935",
        accepted=(
            accept(
                "exists y in real, 0 = f(y)", "given f : function real -> real", "assume exists x in real, f(x) = 0",
                proof=Obtain(Use("fact:0"), "a", Exhibit(Symbol("a"), (SECOND,))),
            ),
            accept(
                "y > 0", "given y : real", "assume exists x in real, x > 0 and x = y",
                proof=Obtain(
                    Use("fact:0"), "a", Replace(
                        (0,), Symbol("a"), Proof(Directly(Use("fact:1", path=(1,)))),
                        Directly(Use("fact:1", path=(0,))),
                    ),
                ),
            ),
        ),
        refused=(
            refuse(
                "f(a) = 0", "given f : function real -> real", "      a : real", "assume exists x in real, f(x) = 0",
                proof=Obtain(Use("fact:0"), "a", SECOND), because="the name is in use",
            ),
            refuse(
                "E[X] = 0", "given X : real  iid, mean 0, variance 1", "assume exists c in real, X = c",
                proof=Obtain(Use("fact:0"), "c", Arithmetic()), because="may depend on the outcome",
            ),
        ),
        record="Obtain",
    ),
    Rule(
        "induction",
        (VERIFICATION, "checks.kernel.reductions"),
        "What holds of 0, and of n + 1 whenever it holds of n, holds of every natural number n.",
        "n is a natural number of which nothing is assumed and on which no other declaration depends.",
        "Mathematical induction.",
        "R. Graham, D. Knuth, O. Patashnik, Concrete Mathematics, section 1.1",
        accepted=(
            accept(
                "sum[k in 1..n] (2 k - 1) = n^2", "given n : nat",
                proof=Induction("n", Arithmetic(), Combine((Use("fact:0"),), (ONE,), Arithmetic())),
            ),
            accept(
                "2^n >= 1", "given n : nat",
                proof=Induction("n", Arithmetic(), Combine((Use("fact:0"),), (number(2),), Arithmetic())),
            ),
        ),
        refused=(
            refuse(
                "sum[k in 1..n] (2 k - 1) = n^2 + 1", "given n : nat",
                proof=Induction("n", Arithmetic(), Combine((Use("fact:0"),), (ONE,), Arithmetic())),
            ),
            refuse(
                "n^2 >= 0", "given n : int", proof=Induction("n", Arithmetic(), Arithmetic()),
                because="n is no natural number",
            ),
            refuse(
                "n^2 >= 1", "given n : nat", "assume n >= 1", proof=Induction("n", Arithmetic(), Arithmetic()),
                because="something is assumed of n",
            ),
        ),
        record="Induction",
    ),
    Rule(
        "integrable",
        (VERIFICATION, "checks.kernel.integrability", "checks.kernel.integrals"),
        "An expectation exists where every monomial has a finite moment; a function is summable where every term of "
        "every piece of it has an integral.",
        "Moments as the laws have them, added by degrees within a group; a piece that is unbounded decays.",
        "Hölder's inequality; sums of integrable functions are integrable.",
        "W. Rudin, Real and Complex Analysis, theorems 3.5 and 1.32",
        accepted=(
            accept("integrable(X^4)", "given X : real  iid ~ Normal(0, 1)", proof=Integrable()),
            accept(
                "integrable(X Y)", "given X : real  iid, mean 0, variance 1", "      Y : real  iid, mean 0, variance 1",
                proof=Integrable(),
            ),
            accept("summable(lambda[x in real] exp(-x^2))", proof=Integrable()),
        ),
        refused=(
            refuse(
                "integrable(X^3)", "given X : real  iid, mean 0, variance 1", proof=Integrable(),
                because="moments that are not known to exist",
            ),
            refuse(
                "integrable(1 / (1 + X))", "given X : real  iid ~ Normal(0, 1)", "assume 1 + X != 0",
                proof=Integrable(),
                because="moments that are not known to exist",
            ),
            refuse(
                "summable(lambda[x in real] exp(x))", proof=Integrable(), because="moments that are not known to exist",
            ),
        ),
        record="Integrable",
    ),
    Rule(
        "defined",
        (VERIFICATION, "checks.kernel.definedness"),
        "A term is defined where everything holds that its operations ask for.",
        "Denominators are not 0, arguments of logarithms positive, of roots not negative, indices in range; "
        "expectations and integrals exist, suprema are of bounded sets that are not empty.",
        "The definition of Def(t), by structure.",
        "W. Farmer, A partial functions version of Church's simple theory of types, J. Symbolic Logic 55, 1990",
        accepted=(
            accept("defined(1 / x)", "given x : real with x != 0", proof=Defined((Arithmetic(),))),
            accept(
                "defined(log(1 + x^2))", "given x : real", proof=Defined((Arithmetic(),)),
            ),
        ),
        refused=(
            refuse("defined(1 / x)", "given x : real", proof=Defined((Arithmetic(),))),
            refuse(
                "defined(1 / x + log(x))", "given x : positive real", proof=Defined((Arithmetic(),)),
                because="one certificate for each condition",
            ),
            refuse("defined(sqrt(x))", "given x : real", proof=Defined((Arithmetic(),))),
        ),
        record="Defined",
    ),
    Rule(
        "always",
        (VERIFICATION, "checks.averaging"),
        "P holds at every outcome, if it is proved from what holds at every outcome.",
        "What is supposed of random symbols in a case or a premise is not used.",
        "Introduction of the universal quantifier, over outcomes.",
        "P. Billingsley, Probability and Measure, section 20",
        accepted=(
            accept("always(X^2 >= 0)", "given X : real  iid, mean 0, variance 1", proof=Always(Arithmetic())),
            accept("always(X > 0)", "given X : real  iid, mean 1, variance 1", "assume X > 0", proof=Always(FIRST)),
        ),
        refused=(
            refuse(
                "X > 0 implies always(X > 0)", "given X : real  iid, mean 1, variance 1",
                proof=Introduce(Always(FIRST)),
                because="not the goal",
            ),
            refuse(
                "always(X > 0)", "given X : real  iid, mean 1, variance 1", proof=Always(Arithmetic()),
            ),
        ),
        record="Always",
    ),
    Rule(
        "absurd",
        (VERIFICATION, "checks.kernel.relations"),
        "Anything follows from a statement and its negation.",
        "The statement is defined and proved, and so is its negation.",
        "Ex falso quodlibet.",
        "G. Gentzen, Untersuchungen über das logische Schließen, Math. Z. 39, 1935",
        accepted=(
            accept(
                "x < x implies y = z", "given x, y, z : real",
                proof=Introduce(Absurd(relation(X, "<", X), Proof(FIRST), Arithmetic())),
            ),
            accept(
                "x = y and x != y implies y = z", "given x, y, z : real",
                proof=Introduce(
                    Absurd(
                        relation(X, "=", Y), Proof(Directly(Use("fact:0", path=(0,)))),
                        Directly(Use("fact:0", path=(1,))),
                    )
                ),
            ),
        ),
        refused=(
            refuse(
                "x < y implies y = z", "given x, y, z : real",
                proof=Introduce(Absurd(relation(X, "<", Y), Proof(FIRST), Arithmetic())),
            ),
            refuse(
                "x = -x implies y = z", "given x, y, z : real",
                proof=Introduce(Absurd(relation(X, "=", negate(X)), Proof(FIRST), Arithmetic())),
            ),
        ),
        record="Absurd",
    ),
)
