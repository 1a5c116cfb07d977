"""False statements about derivatives, densities and types that an earlier kernel called proved, with true neighbours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.contexts import Context, Declaration, Definition, Fact, Law
from checks.kernel.certificates import Arithmetic, Combine, Defined, Directly, Induction, Proof, Unfold, Use
from checks.kernel.lemmas import used_statement
from checks.kernel.reductions import Rejected, induction_parts
from checks.kernel.verification import verify
from checks.shapes import IllTyped
from checks.terms import (
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
    Symbol,
    Tensor,
    Term,
    add,
    bind,
    divide,
    multiply,
    number,
    relation,
    subtract,
)
from derive.checking import check_text

SCRIPTS = {
    "what_is_undefined_is_not_summable": """
theorem t
  given x : real
  show [summable(0 * (1/x), x)] = [summable(0 * x, x)]
""",
    "what_is_undefined_is_not_differentiable": """
theorem t
  given x : real
  show [differentiable(0 * log(x), x)] = [differentiable(0 * x, x)]
""",
    "smooth_in_the_parameter_only": """
theorem t
  given q, k : dim
        theta : vector(q)
        x : vector(k)
        p : density on vector(k), parameter theta, positive, C1 in theta
  show differentiable(p(x, theta), x)
""",
    "positive_on_the_set_only": """
theorem t
  given k, q : dim
        theta : vector(q)
        x : vector(k)
        S : subset of vector(k)
        p : density on S, parameter theta, positive on S, C1 in theta
  show p(x, theta) > 0
""",
    "a_jump_below_a_derivative": """
theorem t
  given a, b : real
        f : function real, real -> real, C2
  assume h: differentiable(f(a, floor(b)), b)
  show differentiable(partial[b] f(a, floor(b)), a)
proof
  differentiable(partial[b] f(a, floor(b)), a) by h
qed
""",
    "a_type_that_is_not_defined": """
lemma l
  given x : int
        k : index(0..[x/x = 1])
  show k <= [[x = 0] = 0]
theorem t
  given a : int
  show 1 <= [[a = 0] = 0]
proof
  1 <= [[a = 0] = 0] by l
qed
""",
    "an_expectation_in_a_type": """
lemma l
  given c : int
        k : index(0..[E[c] > 0])
  show k <= [c > 0]
theorem t
  given X : random nat ~ Poisson(2)
  show 1 <= [X > 0]
proof
  1 <= [X > 0] by l
qed
""",
    "a_kink": """
theorem t
  given x : real
  show grad[x] |x| = sign(x)
""",
    "the_derivative_of_a_step": """
theorem t
  given x : real
  show grad[x] [x > 0] = 0
""",
    "the_derivative_of_a_floor": """
theorem t
  given x : real
  show grad[x] floor(x) = 0
""",
    "a_root_at_its_end": """
theorem t
  given x : nonnegative real
  show grad[x] sqrt(x)^2 = 1
""",
    "an_abbreviation_held_fixed": """
theorem t
  given x : real
  let y = x^2
  show grad[x] y = 0
""",
    "an_argument_that_plays_no_part": """
abbreviation zero(z : real) : real = 0
theorem t
  show differentiable(lambda[u in real] zero(sqrt(u)), 0)
""",
    "the_point_of_an_inner_derivative": """
theorem t
  show grad[u = 0] (grad[v = sqrt(u)] v) = 0
""",
    "a_function_of_a_root_at_its_end": """
theorem t
  given x : nonnegative real
  let k(a : real) = 3
  show grad[x] k(sqrt(x)) = 0
""",
    "a_random_instance_below_an_expectation": """
theorem t
  given Y : random real, moments 1
  assume h: for all c in real with c > 1, E[c] > 0
  show Y > 1 implies E[Y] > 0
""",
    "no_domination": """
theorem t
  given theta : vector(1)
        f : function vector(1), vector(1) -> real, C1
  show grad[theta] integral[x in vector(1)] f(x, theta) = integral[x in vector(1)] grad[theta] f(x, theta)
proof
  grad[theta] integral[x in vector(1)] f(x, theta) = integral[x in vector(1)] grad[theta] f(x, theta)
    by dominated_differentiation
qed
""",
    "an_integral_of_a_sum_that_is_none": """
theorem t
  given f, g : function real -> real
  show integral[x in real] (f(x) + g(x)) = integral[x in real] f(x) + integral[x in real] g(x)
""",
    "a_gaussian_that_grows": """
theorem t
  given a : real
  show integral[x in real] exp(a x^2) = sqrt(pi / (-a))
""",
    "a_variable_that_is_bound_twice": """
theorem t
  given v : vector(2)
        f : function real, real -> real, C2
  show partial[v[1], v[2]] f(v[1], v[2]) = 0
""",
    "a_logarithm_of_negatives": """
theorem t
  given x, y : real
  assume p: x y > 0
  show log(x y) = log(x) + log(y)
""",
}

TRUE_NEIGHBOURS = {
    "the_sign_away_from_zero": """
theorem t
  given x : real with x != 0
  show grad[x] |x| = sign(x)
""",
    "a_root_inside": """
theorem t
  given x : positive real
  show grad[x] sqrt(x)^2 = 1
""",
    "a_function_of_a_root": """
theorem t
  given x : positive real
  let k(a : real) = 3
  show grad[x] k(sqrt(x)) = 0
""",
    "the_square_of_a_norm": """
theorem t
  given n : dim
        x : vector(n)
  show grad[x] norm(x)^2 = 2 x
""",
    "an_abbreviation_that_is_opened": """
theorem t
  given x : real
  let y = x^2
  show grad[x] y = 2 x
       immediate[x] y = 0
""",
    "a_density_on_its_set": """
theorem t
  given k, q : dim
        theta : vector(q)
        x : vector(k)
        S : subset of vector(k)
        p : density on S, parameter theta, positive on S, C1 in theta
  assume i: x in S
  show grad[theta] p(x, theta) = p(x, theta) grad[theta] log p(x, theta)
""",
    "a_second_derivative_in_two_entries": """
theorem t
  given v : vector(2)
        f : function real, real -> real, C2
  show partial[v[1], v[2]] f(v[1], v[2]) = grad[s = v[1]] grad[t = v[2]] f(s, t)
""",
    "a_gaussian": """
theorem t
  given a : positive real
  show integral[x in real] exp(-a x^2) = sqrt(pi / a)
""",
    "a_logarithm_of_positives": """
theorem t
  given x, y : positive real
  show log(x y^2 / 3) = log(x) + 2 log(y) - log(3)
""",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_closed_hole_stays_closed(name: str) -> None:
    found = check_text(SCRIPTS[name]).theorems[-1]
    assert found.verdict.value not in ("proved", "conflict")


@pytest.mark.parametrize("name", TRUE_NEIGHBOURS)
def test_its_true_neighbours_are_proved(name: str) -> None:
    report = check_text(TRUE_NEIGHBOURS[name])
    assert [theorem.verdict.value for theorem in report.theorems] == ["proved"], report


# -- certificates that no search finds -----------------------------------------------------------------

PLAIN = Arithmetic()
n, x, m = Symbol("n"), Symbol("x"), Symbol("m")
NOWHERE = divide(ONE, ZERO)


def call(function: Term, *arguments: Term) -> Term:
    return Apply("call", (function, *arguments))


@pytest.mark.parametrize(
    "statement",
    [
        Apply("defined", (call(Bind("lambda", REAL, TRUE, ZERO, "z"), NOWHERE),)),
        Apply(
            "differentiable",
            (bind("lambda", "x", REAL, call(Bind("lambda", REAL, TRUE, ZERO, "z"), divide(ONE, x))), ZERO),
        ),
    ],
)
def test_nothing_undefined_is_lost_by_opening(statement: Term) -> None:
    for certificate in (Unfold((), Defined(())), Defined(())):
        with pytest.raises(Rejected):
            verify(Context(), {}, statement, Proof(certificate))


def test_a_type_that_is_written_on_a_definition_is_not_opened_away() -> None:
    odd = Definition("odd", (Declaration("z", REAL),), 0, NATURAL, number(-1), opaque=True)
    where = Context(definitions={"odd": odd})
    with pytest.raises(Rejected):
        verify(where, {}, Apply("defined", (Apply("odd", (ZERO,)),)), Proof(Unfold(("odd",), Defined(()))))


def test_no_induction_on_what_is_left_open() -> None:
    f = Symbol("f")

    def value(at: Term) -> Term:
        return relation(add(call(f, at), divide(ZERO, subtract(at, number(3)))), "=", ONE)

    following = add(m, ONE)
    jump = Apply("iverson", (relation(subtract(following, number(3)), "!=", ZERO),))
    step = bind(
        "forall", "m", NATURAL, relation(multiply(jump, subtract(call(f, following), call(f, m))), "=", ZERO)
    )
    where = Context(
        declarations={"n": Declaration("n", NATURAL), "f": Declaration("f", Function((NATURAL,), REAL))},
        facts=(Fact(relation(call(f, ZERO), "=", ONE)), Fact(step)),
    )
    base = Combine((Use("fact:0"),), (ONE,), PLAIN)
    induction = Induction("n", base, Combine((Use("fact:2"), Use("fact:1", (n,))), (ONE, ONE), PLAIN))
    with pytest.raises(Rejected, match="something is assumed of n"):
        verify(where, {}, value(n), Proof(induction, (None,)))


def test_what_is_left_behind_is_still_assumed() -> None:
    law = Law("Poisson", (number(2),), entries="iid")
    where = Context(declarations={"X": Declaration("X", NATURAL, law), "n": Declaration("n", NATURAL)})
    inside = where.suppose(relation(Symbol("X"), "<=", n)).everywhere()
    assert "n" in inside.held
    with pytest.raises(Rejected, match="something is assumed of n"):
        induction_parts(inside, relation(ZERO, "<=", n), "n")


def test_a_name_that_is_out_of_scope_is_not_used_again() -> None:
    law = Law("Poisson", (number(2),), entries="iid")
    where = Context(declarations={"N": Declaration("N", NATURAL, law)})
    where = where.declare(Declaration("v", Tensor((Symbol("N"),))))
    where = where.suppose(relation(Apply("dot", (Symbol("v"), Symbol("v"))), ">=", ONE))
    inside = where.everywhere()
    assert "v" not in inside.declarations and "v" in inside.names()
    assert all("v" not in str(fact.statement) for fact in inside.facts)


def test_an_instance_has_no_random_shape() -> None:
    law = Law("Poisson", (number(2),), entries="iid")
    every = Bind(
        "forall", NATURAL, TRUE,
        Bind("forall", Tensor((Bound(0),)), TRUE, relation(Apply("dot", (Bound(0), Bound(0))), ">=", ZERO), "v"), "n",
    )  # fmt: skip
    where = Context(declarations={"N": Declaration("N", NATURAL, law)}, facts=(Fact(every),))
    with pytest.raises((Rejected, IllTyped)):
        used_statement(where, {}, "fact:0", (Symbol("N"),), (), lambda context, statement: None)
    fixed = replace(where, declarations={"N": Declaration("N", INTEGER)})
    assert used_statement(fixed, {}, "fact:0", (Symbol("N"),), (), lambda context, statement: None) != every


class _Same(str):
    """A text that is equal to every other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


def test_terms_are_made_of_plain_texts() -> None:
    with pytest.raises(ValueError, match="text"):
        Symbol(_Same("a"))
    with pytest.raises(ValueError, match="text"):
        Apply(_Same("="), ())
    with pytest.raises(ValueError, match="tuple"):
        Apply("add", [ONE, ONE])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="text"):
        Bind("sum", REAL, TRUE, ONE, _Same("x"))
    assert verify(Context(), {}, relation(ONE, "=", ONE), Proof(PLAIN)).conditions == ()
    assert Directly(Use("fact:0")) == Directly(Use("fact:0"))
