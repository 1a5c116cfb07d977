"""The scripts of the design, restated: each must be read as written, and its twins must not."""

from __future__ import annotations

import pytest

from grammar import format_script, parse_script
from grammar import syntax as s

EXAMPLES = {
    "rms_operator_norm": """\
theorem rms_operator_norm "The RMS-to-RMS operator norm"
  given m, n : dim
        A : matrix(m, n)
  show  opnorm(A, rms, rms) = sqrt(n/m) * spectral(A)
proof
  opnorm(A, rms, rms)
    = sup[x in vector(n), x != 0] rms(A x) / rms(x)                            by definition
    = sup[x in vector(n), x != 0] (norm(A x)/sqrt(m)) / (norm(x)/sqrt(n))      by definition of rms
    = sqrt(n/m) * sup[x in vector(n), x != 0] norm(A x) / norm(x)              by sup_scale
    = sqrt(n/m) * spectral(A)                                                  by definition of spectral
qed
""",
    "weight_shared_gradient_variance": """\
theorem weight_shared_gradient_variance "Weight sharing: the gradient's variance"
  given n, k : dim with k <= n
        sx, sg : positive real
        X : matrix(n, n)          iid, mean 0, variance sx^2
        G : matrix(n-k+1, n-k+1)  iid, mean 0, variance sg^2     # the upstream gradient
        X, G independent
        h, l : index(k)
  let   m  = n - k + 1
        dw = sum[i, j in 1..m] G[i,j] X[i+h-1, j+l-1]
  show  Var[dw] = (n-k+1)^2 sg^2 sx^2
proof
  Var[dw]
    = E[dw^2] - E[dw]^2                                            by definition of Var
    = E[dw^2]                                                      by zero_mean
    = sum[i, j in 1..m] E[G[i,j]^2] E[X[i+h-1, j+l-1]^2]            by independence
    = m^2 sg^2 sx^2
    = (n-k+1)^2 sg^2 sx^2                                          by definition of m
qed
""",
    "score_function_identity": """\
theorem score_function_identity "The score-function (REINFORCE) identity"
  given q, k : dim
        theta : vector(q)
        S : subset of vector(k)
        p : density on S, parameter theta, positive on S, C1 in theta
        f : function vector(k) -> real, integrable under p
  assume domination, regularity: dominated(f(x) grad[theta] p(x, theta), x, theta)
  show  grad[theta] E[x ~ p(theta)] f(x) = E[x ~ p(theta)] f(x) grad[theta] log p(x, theta)
proof
  grad[theta] E[x ~ p(theta)] f(x)
    = grad[theta] integral[x in S] p(x, theta) f(x)                by definition of E
    = integral[x in S] grad[theta] (p(x, theta) f(x))              by dominated_differentiation, domination
    = integral[x in S] f(x) grad[theta] p(x, theta)                by calculus
    = integral[x in S] p(x, theta) f(x) grad[theta] log p(x, theta)  by log_derivative
    = E[x ~ p(theta)] f(x) grad[theta] log p(x, theta)             by definition of E
qed
""",
    "signsgd_learning_rate": """\
theorem signsgd_learning_rate "The largest SignGD step that keeps the output change in bounds"
  given m, n : dim
        u : vector(m) with u[i] in {-1, 1}
        v : vector(n) with v[j] in {-1, 1}
  show  greatest { a > 0 | spectral(a u v^T) <= sqrt(m) } = 1/sqrt(n)
proof
  have size: spectral(u v^T) = sqrt(m n)
    spectral(u v^T) = norm(u) norm(v)                   by rank_one_norm
                    = sqrt(m) sqrt(n)                   by unit_entries
                    = sqrt(m n)
  have bound: for all a > 0, spectral(a u v^T) <= sqrt(m)  iff  a <= 1/sqrt(n)
    spectral(a u v^T) <= sqrt(m)
      iff a sqrt(m n) <= sqrt(m)                        by homogeneity, size
      iff a <= 1/sqrt(n)
  greatest { a > 0 | spectral(a u v^T) <= sqrt(m) } = 1/sqrt(n)     by bound
qed
""",
    "receptive_field": """\
theorem receptive_field "Stacked stride-one convolutions"
  given K : dim
        L : nat
        r : sequence nat with r(0) = 1, for all l : nat, r(l+1) = r(l) + K - 1
  show  r(L) = L (K - 1) + 1
proof by induction on L
  case 0:      r(0) = 1
  case l + 1:  r(l+1) = r(l) + K - 1  = l (K-1) + 1 + K - 1  by hypothesis  = (l+1) (K-1) + 1
qed
""",
    "spectral_as_frobenius": """\
refute spectral_as_frobenius "A matrix is not a flattened vector"
  given m, n : dim
        A : matrix(m, n)
  claim spectral(A) = frobenius(A)          expect refuted
qed
""",
}


def only(text: str) -> s.Item:
    script = parse_script(text, "example.drv")
    assert not script.errors, script.errors[0].render()
    (item,) = script.items
    return item


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_read(name: str) -> None:
    item = only(EXAMPLES[name])
    assert not isinstance(item, s.Import)
    assert item.name == name
    assert item.span.line == 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_survives_formatting(name: str) -> None:
    formatted = format_script(EXAMPLES[name])
    assert only(formatted) == only(EXAMPLES[name])
    assert format_script(formatted) == formatted
    assert max(map(len, formatted.splitlines())) <= 110


def test_all_examples_in_one_file() -> None:
    script = parse_script("\n".join(EXAMPLES.values()).encode())
    assert not script.errors
    assert len(script.items) == len(EXAMPLES)
    assert [comment.text for comment in script.comments] == ["# the upstream gradient"]


def theorem(name: str) -> s.Theorem:
    item = only(EXAMPLES[name])
    assert isinstance(item, s.Theorem)
    return item


def test_chain_has_its_reasons() -> None:
    found = theorem("weight_shared_gradient_variance")
    assert found.proof is not None
    (chain,) = found.proof
    assert isinstance(chain, s.Chain)
    assert chain.first == s.Indexed(s.Name("Var"), (s.Name("dw"),))
    subjects = [link.reason and [(c.name, c.subject) for c in link.reason.citations] for link in chain.links]
    expected = (
        [("definition", "Var")],
        [("zero_mean", None)],
        [("independence", None)],
        None,
        [("definition", "m")],
    )
    assert subjects == list(expected)
    assert [link.span.line for link in chain.links] == [13, 14, 15, 16, 17]


def test_context_is_read() -> None:
    context = theorem("weight_shared_gradient_variance").context
    dims, scales, x, _, independence, _, m, dw = context
    assert isinstance(dims, s.Declaration)
    assert dims.conditions == (s.Relation(s.Name("k"), "<=", s.Name("n")),)
    assert isinstance(scales, s.Declaration)
    assert scales.type == s.TypeExpression(("positive",), "real")
    assert isinstance(x, s.Declaration)
    assert [(p.name, len(p.arguments)) for p in x.properties] == [("iid", 0), ("mean", 1), ("variance", 1)]
    assert independence == s.Independence(((s.Name("X"),), (s.Name("G"),)))
    assert isinstance(m, s.LetDefinition)
    assert isinstance(dw, s.LetDefinition)
    assert isinstance(dw.body, s.Binder)
    one_to_m = s.Range(s.NumberLiteral("1"), s.Name("m"))
    assert dw.body.variables == (s.BoundVariable("i", one_to_m), s.BoundVariable("j", one_to_m))


def test_densities_functions_and_assumptions() -> None:
    found = theorem("score_function_identity")
    *_, subset, density, function, domination = found.context
    assert isinstance(subset, s.Declaration)
    assert subset.type == s.TypeExpression((), "subset", (s.TypeExpression((), "vector", (s.Name("k"),)),))
    assert isinstance(density, s.Declaration)
    assert [(p.name, p.preposition) for p in density.properties] == [
        ("on", None), ("parameter", None), ("positive", "on"), ("C1", "in"),
    ]  # fmt: skip
    assert isinstance(function, s.Declaration)
    assert isinstance(function.type, s.FunctionType)
    assert isinstance(domination, s.Assumption)
    assert (domination.name, domination.kind) == ("domination", "regularity")


def test_gradient_is_one_factor_and_expectation_reaches() -> None:
    (goal,) = theorem("score_function_identity").shows
    assert isinstance(goal.statement, s.Relation)
    left, right = goal.statement.left, goal.statement.right
    assert isinstance(left, s.Juxtaposition)
    assert left.items[0] == s.Indexed(s.Name("grad"), (s.Name("theta"),))
    assert isinstance(left.items[1], s.Binder)
    assert isinstance(right, s.Binder)
    assert isinstance(right.body, s.Juxtaposition)
    assert len(right.body.items) == 4


def test_side_facts_nest() -> None:
    proof = theorem("signsgd_learning_rate").proof
    assert proof is not None
    size, bound, last = proof
    assert isinstance(size, s.Have)
    assert len(size.items) == 1
    assert isinstance(bound, s.Have)
    assert isinstance(bound.statement, s.ForAll)
    assert isinstance(bound.statement.body, s.Iff)
    (chain,) = bound.items
    assert isinstance(chain, s.Chain)
    assert [link.operator for link in chain.links] == ["iff", "iff"]
    assert isinstance(last, s.Chain)


def test_induction_has_its_cases() -> None:
    proof = theorem("receptive_field").proof
    assert proof is not None
    (induction,) = proof
    assert isinstance(induction, s.Induction)
    zero, successor = induction.items
    assert isinstance(zero, s.Case)
    assert zero.pattern == s.NumberLiteral("0")
    assert isinstance(successor, s.Case)
    (chain,) = successor.items
    assert isinstance(chain, s.Chain)
    assert [link.reason is not None for link in chain.links] == [False, True, False]


def test_refutation_marks_its_claim() -> None:
    item = only(EXAMPLES["spectral_as_frobenius"])
    assert isinstance(item, s.Refute)
    (step,) = item.steps
    assert isinstance(step, s.Chain)
    assert step.claimed
    assert step.links[-1].expectation == "refuted"


TWINS = [
    ("rms_operator_norm", "(norm(A x)/sqrt(m)) / (norm(x)/sqrt(n))", "(norm(A x)/sqrt(m)) (norm(x)/sqrt(n))"),
    ("rms_operator_norm", "x != 0] rms(A x) / rms(x)", "x != 0] (rms(A x) / rms(x)) + 0"),
    ("weight_shared_gradient_variance", "E[dw^2] - E[dw]^2", "E[dw^2] - E[dw]"),
    ("weight_shared_gradient_variance", "X, G independent", "G, X independent"),
    ("score_function_identity", "grad[theta] (p(x, theta) f(x))", "grad[theta] p(x, theta) f(x)"),
    ("signsgd_learning_rate", "greatest {", "least {"),
    ("receptive_field", "l (K-1) + 1 + K - 1", "l(K-1) + 1 + K - 1"),
    ("spectral_as_frobenius", "expect refuted", "expect ill-formed"),
]


@pytest.mark.parametrize(("name", "text", "twin"), TWINS)
def test_twins_are_other_trees(name: str, text: str, twin: str) -> None:
    assert text in EXAMPLES[name]
    assert only(EXAMPLES[name].replace(text, twin)) != only(EXAMPLES[name])


REFUSED = [
    ("rms_operator_norm", "qed", ""),
    ("rms_operator_norm", "= sqrt(n/m) * spectral(A)     ", "= = sqrt(n/m) * spectral(A)     "),
    ("rms_operator_norm", "given m, n : dim", "given m, n dim"),
    ("weight_shared_gradient_variance", "dw = sum", "dw := sum"),
    ("weight_shared_gradient_variance", "E[G[i,j]^2]", "E[G[i,j]^2"),
    ("score_function_identity", "domination, regularity:", "domination, nonsense:"),
    ("signsgd_learning_rate", "for all a > 0, spectral", "for all a, spectral"),
    ("signsgd_learning_rate", "  iff a sqrt", "  a sqrt"),
    ("receptive_field", "case 0: ", "case 0 "),
    ("spectral_as_frobenius", "expect refuted", ""),
]


@pytest.mark.parametrize(("name", "text", "twin"), REFUSED)
def test_twins_are_refused(name: str, text: str, twin: str) -> None:
    assert text in EXAMPLES[name]
    script = parse_script(EXAMPLES[name].replace(text, twin))
    assert len(script.errors) == 1
    assert not script.items
