"""What the term language itself is trusted for: types and shapes, lengths, bound variables."""

from __future__ import annotations

from checks.kernel.certificates import Defined, Directly, Introduce, Use
from checks.terms import Symbol
from derive.rules.catalogue import BY_NORMAL_FORMS, Rule, accept, refuse

LANGUAGE = (
    Rule(
        "types and shapes",
        ("checks.shapes", "checks.lengths"),
        "A term has a type by the types of its parts; lengths agree when they are equal as polynomials.",
        "Whatever has no type is no statement, and is refused before anything else.",
        "Simple types with lengths; equal polynomials are equal.",
        "A. Church, A formulation of the simple theory of types, J. Symbolic Logic 5, 1940",
        accepted=(
            accept("A x = A x", "given m, n : dim", "      A : matrix(m, n)", "      x : vector(n)"),
            accept("x^T y = y^T x", "given m, n : dim", "      x : vector(m + n)", "      y : vector(n + m)"),
        ),
        refused=(
            refuse(
                "A x = A x", "given m, n : dim", "      A : matrix(m, n)", "      x : vector(m)",
                because="vector(m)",
            ),
            refuse(
                "x^T y = y^T x", "given m, n : dim", "      x : vector(m + n)", "      y : vector(m n)",
                because="vector(m n)",
            ),
        ),
    ),
    Rule(
        "bound variables",
        ("checks.terms",),
        "A bound variable has no name: terms that differ in the names of bound variables are one, and nothing that is "
        "put into a term is captured by its binders.",
        "None.",
        "Terms up to renaming of bound variables, by de Bruijn indices.",
        "N. G. de Bruijn, Lambda calculus notation with nameless dummies, Indag. Math. 34, 1972",
        accepted=(
            accept(
                "for all y in real, f(y) = g(y)", "given f, g : function real -> real",
                "assume for all x in real, f(x) = g(x)", proof=Directly(Use("fact:0")),
            ),
            accept(
                "sum[j in 1..n] c f(j) = c sum[i in 1..n] f(i)", "given n : nat", "      c : real",
                "      f : function int -> real",
            ),
        ),
        refused=(
            refuse(
                "exists y in real, y < y", "given y : real", "assume for all x in real, exists y in real, x < y",
                proof=Directly(Use("fact:0", (Symbol("y"),))), because="not the goal",
            ),
            refuse(
                "sum[i in 1..n] i f(i) = i sum[j in 1..n] f(j)", "given n : nat", "      i : int",
                "      f : function int -> real",
            ),
        ),
    ),
    Rule(
        "partial terms",
        ("checks.kernel.definedness",),
        "A statement claims that its sides are defined: what that needs is shown, or listed as a condition.",
        "Under a binder its range is known, in a branch of an `if` its test, after a premise the premise.",
        "Def(t), by structure.",
        "W. Farmer, A partial functions version of Church's simple theory of types, J. Symbolic Logic 55, 1990",
        accepted=(
            accept("x != 0 implies x / x = 1", "given x : real", proof=Introduce(BY_NORMAL_FORMS)),
            accept("(if x != 0 then 1/x else 0) x^2 = x", "given x : real"),
        ),
        refused=(
            refuse("x / x = 1", "given x : real", because="shown only where x != 0"),
            refuse("log(x) = log(x)", "given x : real", because="shown only where 0 < x"),
            refuse("a[i] = a[i]", "given n : dim", "      a : vector(n)", "      i : int", because="1 <= i"),
        ),
    ),
    Rule(
        "definitions and functions",
        ("checks.kernel.opening",),
        "An abbreviation is read as its body, a function written with lambda as its body at the argument.",
        "An opaque definition is opened by name only; nothing random is put below an expectation.",
        "Definitions, and beta reduction.",
        "A. Church, A set of postulates for the foundation of logic, Ann. of Math. 33, 1932",
        accepted=(
            accept("cube(x) = x^3", "given x : real", definitions=("abbreviation cube(x : real) : real = x x x",)),
            accept("double(x) + double(y) = double(x + y)", "given x, y : real",
                   definitions=("abbreviation double(x : real) : real = 2 x",)),
        ),
        refused=(
            refuse("cube(x) = x^3", "given x : real", definitions=("opaque cube(x : real) : real = x x x",),
                   definedness=(Defined(()),)),
            refuse("cube(x) = x^2", "given x : real", definitions=("abbreviation cube(x : real) : real = x x x",)),
        ),
    ),
)
