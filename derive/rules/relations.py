"""The rules that a certificate calls for by its class: what gives equations, comparisons and equivalences."""

from __future__ import annotations

from checks.kernel.certificates import (
    Arithmetic,
    Both,
    Chain,
    Combine,
    Directly,
    Exhibit,
    Extremal,
    Integrable,
    Introduce,
    Monotone,
    Proof,
    Replace,
    Scaled,
    Unfold,
    Use,
)
from checks.terms import ONE, ZERO, Apply, Symbol, add, divide, number, power
from derive.rules.catalogue import NOT_SHOWN, Cited, Rule, accept, refuse

X, Y, Z = Symbol("x"), Symbol("y"), Symbol("z")
FIRST, SECOND = Directly(Use("fact:0")), Directly(Use("fact:1"))
OPAQUE = "opaque square(x : real) : real = x^2"
VERIFICATION = "checks.kernel.verification"

RELATIONS = (
    Rule(
        "arithmetic",
        (VERIFICATION, "checks.kernel.comparison"),
        "s R t holds where the index normal form of t - s shows it: 0 for =, a form of the right sign for an order.",
        "The sides are defined; orders of bound indices are renamings, multipliers are checked.",
        "Equal normal forms are equal functions: the laws of the field of real numbers and of finite sums.",
        "G. H. Hardy, A Course of Pure Mathematics, chapter I; R. Graham, D. Knuth, O. Patashnik, Concrete "
        "Mathematics, section 2.4",
        accepted=(
            accept("(x + y)^2 = x^2 + 2 x y + y^2", "given x, y : real"),
            accept("(A B)^T = B^T A^T", "given m, n, k : dim", "      A : matrix(m, n)", "      B : matrix(n, k)"),
            accept("x / y * y = x", "given x, y : real", "assume y != 0"),
        ),
        refused=(
            refuse("(x + y)^2 = x^2 + y^2", "given x, y : real"),
            refuse("(A B)^T = A^T B^T", "given n : dim", "      A, B : matrix(n, n)"),
            refuse("x / y * y = x", "given x, y : real", because="shown only where y != 0"),
        ),
        record="Arithmetic",
    ),
    Rule(
        "instance",
        (VERIFICATION, "checks.kernel.lemmas", "checks.kernel.reductions"),
        "An assumption or a proved lemma holds at values of its variables, and by its premises without them.",
        "Values fit types and ranges and are defined, premises hold and are defined; where a lemma speaks of laws, "
        "random symbols are taken by symbols of the same law and independence, others by nothing random.",
        "Elimination of the universal quantifier and of implication.",
        "G. Gentzen, Untersuchungen über das logische Schließen, Math. Z. 39, 1935",
        accepted=(
            accept(
                "f(y) >= 0", "given f : function real -> real", "      y : real", "assume for all x in real, f(x) >= 0",
                proof=Directly(Use("fact:0", (Y,))),
            ),
            accept(
                "y^2 + 1 > 0", "given y : real", proof=Directly(Use("lemma:above", (Y,))),
                lemmas=(Cited("above", "x^2 + 1 > 0", ("given x : real",)),),
            ),
        ),
        refused=(
            refuse("y^2 + 1 > 0", "given y : real", proof=Directly(Use("lemma:above", (Y,))), because="no lemma above"),
            refuse(
                "f(y) >= 0", "given f : function real -> real", "      y : real",
                "assume for all x in real, x > 0 implies f(x) >= 0",
                proof=Directly(Use("fact:0", (Y,), (Arithmetic(),))), because=NOT_SHOWN,
            ),
            refuse(
                "E[X] = E[Y]", "given X : real  iid, mean 0, variance 1", "      Y : real  iid, mean 0, variance 1",
                proof=Directly(Use("lemma:constant", (Symbol("X"), Symbol("Y")))), because="takes for c nothing random",
                lemmas=(Cited("constant", "E[X] = c", ("given X : real  iid, mean 0, variance 1", "      c : real")),),
            ),
        ),
        record="Use",
    ),
    Rule(
        "directly",
        (VERIFICATION, "checks.kernel.relations"),
        "What is used is the goal, or the goal read from right to left.",
        "The same term; = and != keep their sign when turned, orders turn around.",
        "Symmetry of equality; x <= y and y >= x are one statement.",
        "G. H. Hardy, A Course of Pure Mathematics, chapter I",
        accepted=(
            accept("x <= y", "given x, y : real", "assume x <= y", proof=FIRST),
            accept("y >= x", "given x, y : real", "assume x <= y", proof=FIRST),
        ),
        refused=(
            refuse("y <= x", "given x, y : real", "assume x <= y", proof=FIRST, because="not the goal"),
            refuse("x < y", "given x, y : real", "assume x <= y", proof=FIRST, because="not the goal"),
        ),
        record="Directly",
    ),
    Rule(
        "replace",
        (VERIFICATION, "checks.kernel.reductions"),
        "A part of the goal gives way to a value that is proved equal (for statements: equivalent) to it, where it is.",
        "Equal where the part stands: ranges of binders on the way are assumed, and nothing that holds at one outcome "
        "only is known below an expectation.",
        "Equals for equals (Leibniz).",
        "A. Church, Introduction to Mathematical Logic I, section 48",
        accepted=(
            accept(
                "f(x) = f(y)", "given f : function real -> real", "      x, y : real", "assume x = y",
                proof=Replace((0, 1), Y, Proof(FIRST), Arithmetic()),
            ),
            accept(
                "f((x + 1)^2) = f(x^2 + 2 x + 1)", "given f : function real -> real", "      x : real",
                proof=Replace(
                    (0, 1), add(power(X, number(2)), Apply("multiply", (number(2), X)), ONE), Proof(Arithmetic()),
                    Arithmetic(),
                ),
            ),
        ),
        refused=(
            refuse(
                "f(x) = f(y)", "given f : function real -> real", "      x, y : real", "assume x <= y",
                proof=Replace((0, 1), Y, Proof(FIRST), Arithmetic()), because="not the goal",
            ),
            refuse(
                "X = c implies E[X] = c", "given X : real  iid, mean 0, variance 1", "      c : real",
                proof=Introduce(Replace((0, 0), Symbol("c"), Proof(FIRST), Arithmetic())), because="not the goal",
            ),
        ),
        record="Replace",
    ),
    Rule(
        "combine",
        (VERIFICATION, "checks.kernel.reductions"),
        "From l_k R_k r_k and factors c_k follows s R t, if t - s is the sum of the c_k (r_k - l_k), or more.",
        "c_k >= 0 unless R_k is =; < needs one strict part with a positive factor; an equation needs equations.",
        "Inequalities add, and are multiplied by what is not negative.",
        "J. Farkas, Theorie der einfachen Ungleichungen, J. reine angew. Math. 124, 1902",
        accepted=(
            accept(
                "2 x + z <= 2 y + z", "given x, y, z : real", "assume x <= y",
                proof=Combine((Use("fact:0"),), (number(2),), Arithmetic()),
            ),
            accept(
                "x < z", "given x, y, z : real", "assume x <= y", "assume y < z",
                proof=Combine((Use("fact:0"), Use("fact:1")), (ONE, ONE), Arithmetic()),
            ),
        ),
        refused=(
            refuse(
                "-y <= -x", "given x, y : real", "assume y <= x",
                proof=Combine((Use("fact:0"),), (number(-1),), Arithmetic()), because="does not give the goal",
            ),
            refuse(
                "x = y", "given x, y : real", "assume x <= y",
                proof=Combine((Use("fact:0"),), (ONE,), Arithmetic()), because="does not give an equation",
            ),
            refuse(
                "x < y", "given x, y : real", "assume x <= y",
                proof=Combine((Use("fact:0"),), (ONE,), Arithmetic()), because="does not give the goal",
            ),
        ),
        record="Combine",
    ),
    Rule(
        "monotone",
        (VERIFICATION, "checks.kernel.monotonicity"),
        "f(…, a, …) <= f(…, b, …) where a <= b and f is increasing there, or b <= a and f is decreasing.",
        "One argument differs; what f asks for is proved: the sign of the other factors, a base that is not negative. "
        "Strict comparisons only of strictly monotone operations.",
        "Monotonicity of the operations of an ordered field, of elementary functions, sums, suprema and integrals.",
        "G. H. Hardy, A Course of Pure Mathematics, sections 203-213; W. Rudin, Real and Complex Analysis, theorem "
        "1.32",
        accepted=(
            accept("exp(x) < exp(y)", "given x, y : real", "assume x < y", proof=Monotone(0, 0, (FIRST,))),
            accept(
                "x z <= y z", "given x, y, z : real", "assume x <= y", "assume 0 <= z",
                proof=Monotone(0, 0, (FIRST, SECOND)),
            ),
            accept(
                "E[X^2] <= E[X^2 + 1]", "given X : real  iid, mean 0, variance 1",
                proof=Monotone(0, 0, (Arithmetic(),)),
                definedness=(Integrable(), Integrable()),
            ),
        ),
        refused=(
            refuse(
                "x z <= y z", "given x, y, z : real", "assume x <= y", proof=Monotone(0, 0, (FIRST, Arithmetic())),
            ),
            refuse(
                "sin(x) <= sin(y)", "given x, y : real", "assume x <= y", proof=Monotone(0, 0, (FIRST,)),
                because="no operation that is monotone",
            ),
            refuse(
                "x^2 <= y^2", "given x, y : real", "assume x <= y", proof=Monotone(0, 0, (FIRST, Arithmetic())),
            ),
        ),
        record="Monotone",
    ),
    Rule(
        "chain",
        (VERIFICATION, "checks.kernel.relations"),
        "s R_1 t_1 R_2 … R_k t gives s R t, if the relations compose to R or to more.",
        "Each link is defined and proved; <= and >= do not compose.",
        "Transitivity of equality and of order.",
        "G. H. Hardy, A Course of Pure Mathematics, chapter I",
        accepted=(
            accept(
                "x < z", "given x, y, z : real", "assume x <= y", "assume y < z",
                proof=Chain(("<=", "<"), (Y,), (Proof(FIRST), Proof(SECOND))),
            ),
            accept(
                "x <= z", "given x, y, z : real", "assume x = y", "assume y < z",
                proof=Chain(("=", "<"), (Y,), (Proof(FIRST), Proof(SECOND))),
            ),
        ),
        refused=(
            refuse(
                "x <= z", "given x, y, z : real", "assume x <= y", "assume y >= z",
                proof=Chain(("<=", ">="), (Y,), (Proof(FIRST), Proof(SECOND))), because="do not compose",
            ),
            refuse(
                "x < z", "given x, y, z : real", "assume x <= y", "assume y <= z",
                proof=Chain(("<=", "<="), (Y,), (Proof(FIRST), Proof(SECOND))), because="the chain gives <=, not <",
            ),
        ),
        record="Chain",
    ),
    Rule(
        "scaled",
        (VERIFICATION, "checks.kernel.reductions"),
        "l R r iff l' R r', where r - l is c (r' - l').",
        "c > 0 for an order, c != 0 for = and !=; c is defined.",
        "Multiplication by a positive number keeps an order and loses nothing.",
        "G. H. Hardy, A Course of Pure Mathematics, chapter I",
        accepted=(
            accept("2 x <= 2 y iff x <= y", "given x, y : real", proof=Scaled(number(2), Arithmetic(), Arithmetic())),
            accept(
                "x / z < y / z iff x < y", "given x, y : real", "      z : positive real",
                proof=Scaled(divide(ONE, Z), Arithmetic(), Arithmetic()),
            ),
        ),
        refused=(
            refuse(
                "-x <= -y iff x <= y", "given x, y : real", proof=Scaled(number(-1), Arithmetic(), Arithmetic()),
                because="of the wrong sign",
            ),
            refuse(
                "z x <= z y iff x <= y", "given x, y, z : real", proof=Scaled(Z, Arithmetic(), Arithmetic()),
                because="of the wrong sign",
            ),
        ),
        record="Scaled",
    ),
    Rule(
        "extremal",
        (VERIFICATION, "checks.kernel.reductions"),
        "t is the greatest a with P(a) if P(t) and all such a are at most t; t is the supremum of f if f is at most t "
        "and every bound is at least t.  The least and the infimum likewise.",
        "t is in the range; that there is a greatest element, or a bound, is proved apart.",
        "The definitions of greatest element and of least upper bound.",
        "W. Rudin, Principles of Mathematical Analysis, definitions 1.7 and 1.8",
        accepted=(
            accept(
                "greatest {a in real | a <= 1} = 1", proof=Extremal(Arithmetic(), Introduce(FIRST)),
                definedness=(
                    Exhibit(ONE, (Both((Arithmetic(), Introduce(FIRST))),)),
                ),
            ),
            accept(
                "sup[x in real] (-x^2) = 0",
                proof=Extremal(
                    Introduce(Arithmetic()), Introduce(Combine((Use("fact:0", (ZERO,)),), (ONE,), Arithmetic())),
                ),
                definedness=(Exhibit(ZERO, (Arithmetic(),)), Exhibit(ZERO, (Introduce(Arithmetic()),))),
            ),
        ),
        refused=(
            refuse(
                "greatest {a in real | a < 1} = 1", proof=Extremal(Arithmetic(), Introduce(Arithmetic())),
                definedness=(Exhibit(ONE, (Both((Arithmetic(), Introduce(FIRST))),)),),
            ),
            refuse(
                "greatest {a in real | a <= 1} = 2", proof=Extremal(Arithmetic(), Introduce(Arithmetic())),
                definedness=(Exhibit(ONE, (Both((Arithmetic(), Introduce(FIRST))),)),),
            ),
        ),
        record="Extremal",
    ),
    Rule(
        "unfold",
        (VERIFICATION, "checks.kernel.reductions", "checks.kernel.opening"),
        "A definition means its body with the arguments for its parameters, a function its body at the argument.",
        "Below what says that terms are defined, nothing is opened that could lose what is undefined; a random value "
        "goes to no variable below an expectation.",
        "Definitions, and beta reduction.",
        "A. Church, A set of postulates for the foundation of logic, Ann. of Math. 33, 1932",
        accepted=(
            accept("square(x) = x x", "given x : real", definitions=(OPAQUE,), proof=Unfold(("square",), Arithmetic())),
            accept(
                "square(x + 1) >= 0", "given x : real", definitions=(OPAQUE,), proof=Unfold(("square",), Arithmetic()),
            ),
        ),
        refused=(
            refuse("square(x) = x x", "given x : real", definitions=(OPAQUE,)),
            refuse(
                "square(x) = x x", "given x : real", definitions=(OPAQUE,), proof=Unfold(("cube",), Arithmetic()),
                because="no such definition",
            ),
            refuse(
                "square(x) = x", "given x : real", definitions=(OPAQUE,), proof=Unfold(("square",), Arithmetic()),
            ),
        ),
        record="Unfold",
    ),
)
