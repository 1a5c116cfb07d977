"""What is said of texts that mean nothing definite, and where it points."""
# ruff: noqa: E501

from __future__ import annotations

import pytest

from checks.terms import REAL
from derive.elaboration import (
    IDENTIFIERS,
    ElaborationError,
    elaborate_context,
    elaborate_definition,
    elaborate_statement,
    elaborate_term,
    elaborate_type,
)
from derive.elaboration.statements import is_zero
from grammar import syntax as s
from grammar.parser import parse_statement
from tests.derive.elaboration.setting import at, given, items_of, library, setting, statement, term, theorem

TEXTS: list[tuple[str, str, str, str]] = [
    ("A y", "shape-mismatch", "A y", "shapes do not fit: matrix(m, n) times vector(m)"),
    ("x^T y", "shape-mismatch", "x^T y", "shapes do not fit: the inner product of vector(n) and vector(m)"),
    ("x^T S y", "shape-mismatch", "S y", "shapes do not fit: matrix(n, n) times vector(m)"),
    ("x u", "shape-mismatch", "x u", "two vectors stand side by side, vector(n) and vector(n): write x^T y for the inner, x y^T for the outer or x .* y for the entrywise product"),
    ("x A", "shape-mismatch", "x A", "there is no product of vector(n) and matrix(m, n): write x^T A for a row times a matrix"),
    ("V x", "shape-mismatch", "V x", "there is no product of tensor(n, m, k) and vector(n)"),
    ("V V", "shape-mismatch", "V V", "there is no product of tensor(n, m, k) and tensor(n, m, k)"),
    ("A + x", "shape-mismatch", "x", "the terms of this sum do not have one shape: matrix(m, n) and vector(n)"),
    ("a - x", "shape-mismatch", "x", "the terms of this sum do not have one shape: real and vector(n)"),
    ("x + (a = b)", "shape-mismatch", "(a = b)", "a number or array was expected, a statement was found"),
    ("-f", "shape-mismatch", "f", "a number or array was expected, function real -> real was found"),
    ("x .* y", "shape-mismatch", "y", "the factors of an entrywise product do not have one shape: vector(n) and vector(m)"),
    ("a .* b", "shape-mismatch", "a", "the entrywise product takes arrays, real was found"),
    ("A/B", "not-a-number", "B", "one divides by a number, matrix(n, m) was found: write A^-1 for the inverse of a matrix"),
    ("f/a", "not-a-number", "f", "a factor is a number or an array, function real -> real was found"),
    ("a/log b", "missing-argument", "log", "log stands without its argument: write log(x)"),
    ("a^x", "not-a-number", "x", "an exponent is a number, vector(n) was found"),
    ("x^2", "shape-mismatch", "x^2", "vector(n) has no powers: write x .* x for the entrywise square or x^T x for the inner product"),
    ("A^2", "shape-mismatch", "A", "a square matrix was expected, matrix(m, n) was found"),
    ("S^-2", "shape-mismatch", "-2", "a matrix is raised to natural powers and to -1: write (A^-1)^k"),
    ("S^(a)", "shape-mismatch", "S^(a)", "a matrix is raised to natural powers only"),
    ("f^2", "not-a-number", "f", "a number or square matrix is raised to a power, function real -> real was found"),
    ("log^2 a", "missing-argument", "log", "log stands without its argument: write log(x)"),
    ("A^-1", "shape-mismatch", "A", "a square matrix was expected, matrix(m, n) was found"),
    ("a^T", "shape-mismatch", "a", "a vector or matrix is transposed, real was found"),
    ("|x|", "ambiguous", "|x|", "|…| of vector(n) may mean several things: write abs(x) for the entries' absolute values, ||x|| for the norm"),
    ("|S|", "ambiguous", "|S|", "|…| of matrix(n, n) may mean several things: write abs(x) for the entries' absolute values, ||x|| for the norm, det(A) for the determinant"),
    ("|f|", "not-a-number", "f", "a number was expected, function real -> real was found"),
    ("||a||", "shape-mismatch", "a", "||…|| is the norm of an array, real was found: write |a| for an absolute value"),
    ("||f||", "shape-mismatch", "f", "||…|| is the norm of an array, function real -> real was found"),
    ("||x||_1", "missing-definition", "||x||_1", "||…||_1 of vector(n) means norm_1, which is not defined here"),
    ("||x||_inf", "missing-definition", "||x||_inf", "||…||_inf of vector(n) means norm_inf, which is not defined here"),
    ("tr S X", "ambiguous", "tr S X", "`tr A B` may be tr(A B) or (tr A) B: put brackets around what is meant"),
    ("det S X", "ambiguous", "det S X", "`det A B` may be det(A B) or (det A) B: put brackets around what is meant"),
    ("E [a]", "ambiguous", "E [a]", "E may be applied to an array here, or to what is in the brackets: write E[…] or E([…])"),
    ("log [3]", "ambiguous", "log [3]", "log may be applied to an array here, or to what is in the brackets: write log[…] or log([…])"),
    ("trace(A)", "shape-mismatch", "A", "a square matrix was expected, matrix(m, n) was found"),
    ("d_ou", "undeclared-symbol", "d_ou", "d_ou is not declared: did you mean d_out?"),
    ("dout", "undeclared-symbol", "dout", "dout is not declared: did you mean d_out?"),
    ("normm(x)", "undeclared-symbol", "normm", "normm is not declared: did you mean norm?"),
    ("rsm(x)", "undeclared-symbol", "rsm", "rsm is not declared: did you mean rms?"),
    ("mn", "undeclared-symbol", "mn", "mn is not declared: did you mean m n?"),
    ("Q", "undeclared-symbol", "Q", "Q is not declared: did you mean q?"),
    ("e^a", "undeclared-symbol", "e", "e is not declared: write exp(1) for Euler's number, exp(x) for its powers"),
    ("sin", "missing-argument", "sin", "sin stands without its argument: write sin(x)"),
    ("rms", "missing-argument", "rms", "rms stands without its argument: write rms(x)"),
    ("E", "missing-argument", "E", "E stands without its argument: write E[x]"),
    ("I", "missing-argument", "I", "I stands without its argument: write I(n)"),
    ("k(k-1)^2", "ambiguous", "k(k-1)", "what stands beside this product may belong to all of it or to one factor only: put brackets around what is meant"),
    ("a/k(k-1)", "ambiguous", "k(k-1)", "what stands beside this product may belong to all of it or to one factor only: put brackets around what is meant"),
    ("a^k(k-1)", "ambiguous", "k(k-1)", "what stands beside this product may belong to all of it or to one factor only: put brackets around what is meant"),
    ("A(x + u)[1]", "ambiguous", "A(x + u)", "what stands beside this product may belong to all of it or to one factor only: put brackets around what is meant"),
    ("k(k-1)(k-2)", "ambiguous", "k(k-1)(k-2)", "what stands beside this product may belong to all of it or to one factor only: put brackets around what is meant"),
    ("k(k, 1)", "not-a-function", "k(k, 1)", "dim is no function and takes no 2 arguments"),
    ("x(i)", "ambiguous", "x(i)", "vector(n) is no function: write x[i] for an entry, x * i for a product"),
    ("f(x)", "shape-mismatch", "x", "argument 1 of f is real, vector(n) was found"),
    ("f(a, b)", "wrong-arity", "f(a, b)", "f takes 1 argument, 2 were found"),
    ("g(a)", "wrong-arity", "g(a)", "g takes 2 arguments, 1 was found"),
    ("r(a)", "shape-mismatch", "a", "argument 1 of r is nat, real was found"),
    ("F(rms)", "shape-mismatch", "rms", "rms takes a vector, real was found"),
    ("F(g)", "shape-mismatch", "g", "argument 1 of F is function real -> real, function real, real -> real was found"),
    ("x[a]", "not-an-integer", "a", "an index is an integer, real was found"),
    ("x[1, 2]", "wrong-arity", "x[1, 2]", "vector(n) does not take 2 indices"),
    ("n[1]", "shape-mismatch", "n[1]", "dim is no array and has no entries"),
    ("f[1, 2]", "wrong-arity", "f[1, 2]", "this family takes 1 index, 2 were found: write W[l][i, j] for an entry of a family's array"),
    ("W[1, 2, 3]", "wrong-arity", "W[1, 2, 3]", "this family takes 1 index, 3 were found: write W[l][i, j] for an entry of a family's array"),
    ("a in f", "unsupported", "f", "`f` as a set is not read yet"),
    ("rms(A)", "shape-mismatch", "A", "rms takes a vector, matrix(m, n) was found"),
    ("rms(a)", "shape-mismatch", "a", "rms takes a vector, real was found"),
    ("rms(x, y)", "wrong-arity", "rms(x, y)", "rms takes 1 argument, 2 were found"),
    ("Var(x)", "shape-mismatch", "x", "Var takes real, vector(n) was found"),
    ("opnorm(A, rms)", "wrong-arity", "opnorm(A, rms)", "opnorm takes 3 arguments, 2 were found"),
    ("opnorm(A, rms, Var)", "shape-mismatch", "Var", "Var takes real, vector(n) was found"),
    ("opnorm(A, norm, exp)", "shape-mismatch", "exp", "opnorm takes function vector(n) -> real, function vector(n) -> vector(n) was found"),
    ("opnorm(A, B, norm)", "shape-mismatch", "B", "opnorm takes a function, matrix(n, m) was found"),
    ("max(a)", "wrong-arity", "max(a)", "max takes at least 2 arguments, 1 was found"),
    ("max(x)", "wrong-arity", "max(x)", "max takes at least 2 arguments, 1 was found: write max[i in 1..n] x[i] for that of the entries"),
    ("max[t] x[t]", "unknown-range", "max[t]", "nothing says what the variable of this max ranges over: write max[i in 1..n]"),
    ("exp[a]", "not-a-term", "exp[a]", "exp takes its arguments in round brackets: write exp(…)"),
    ("delta(a, j)", "shape-mismatch", "a", "an argument of delta is int, real was found"),
    ("mod(a, 2)", "not-an-integer", "a", "an integer was expected, real was found"),
    ("floor(x)", "shape-mismatch", "x", "a number was expected, vector(n) was found"),
    ("entry()", "wrong-arity", "entry()", "entry takes at least 2 arguments, 0 were found"),
    ("E[a, b]", "wrong-arity", "E[a, b]", "E takes 1 argument, 2 were found"),
    ("E[a | b]", "unsupported", "E[a | b]", "a conditional expectation is not read yet"),
    ("E[t ~ p] f(t)", "unsupported", "t", "an expectation over a law that is no declared density is not read yet"),
    ("argmax[t in 1..n] x[t]", "unsupported", "argmax[t in 1..n] x[t]", "`argmax[…]` is not read yet"),
    ("A kron B", "missing-definition", "A kron B", "`kron` means kron, which is not defined here: import foundations"),
    ("A kron B C", "ambiguous", "A kron B C", "`A kron B C` may be A kron (B C) or (A kron B) C: put brackets around what is meant"),
    ("B A kron C", "ambiguous", "B A kron C", "`A B kron C` may be A (B kron C) or (A B) kron C: put brackets around what is meant"),
    ("a kron A", "shape-mismatch", "a", "the Kronecker product takes matrices or vectors, real was found"),
    ("sum[t] x[t] y[t]", "range-conflict", "y", "the uses of t do not agree on its range: index(1..n) and index(1..m): write t in 1..n"),
    ("sum[t] x[t+1]", "unknown-range", "t", "nothing says what t ranges over: write t in 1..n or t in real"),
    ("sum[t] a", "unknown-range", "t", "nothing says what t ranges over: write t in 1..n or t in real"),
    ("sum[t in 1..n, i != t] x[t]", "ambiguous", "i", "i is declared already and may be meant, or be bound here: put brackets around the condition, or write i in 1..n"),
    ("inf + 1", "not-a-number", "inf", "infinity is no value"),
    ("sum[t in vector(n)] a", "unknown-range", "sum[t in vector(n)] a", "sum runs over an index range, not over vector(n)"),
    ("sum[t in S] a", "unsupported", "S", "`S` as a set is not read yet"),
    ("sum[t in 1..a] b", "not-an-integer", "a", "a length is an integer, real was found"),
    ("sum[t in 1..n] ones(t)", "shape-mismatch", "ones(t)", "the terms of this sum do not have one shape: vector(t) depends on t"),
    ("sum[t in 1..n] (x[t] > 0)", "not-a-number", "(x[t] > 0)", "sum takes a number, a statement was found: write [P] for 1 where P holds"),
    ("sum[t in 1..n] f", "not-a-number", "f", "sum takes a number, function real -> real was found"),
    ("sup[v in vector(n)] v", "not-a-number", "v", "sup takes a number, vector(n) was found"),
    ("sup[v != 0] norm(v)", "unknown-range", "v", "nothing says what v ranges over: write v in 1..n or v in real"),
    ("[ones(t) | t in 1..n]", "shape-mismatch", "[ones(t) | t in 1..n]", "the rows of this array do not have one length: matrix(n, t) depends on t"),
    ("[x[t] | t in 2..n]", "unknown-range", "[x[t] | t in 2..n]", "the indices of an array start at 1, index(2..n) was found"),
    ("[x[t] | t in 1..n, t != 2]", "unknown-range", "[x[t] | t in 1..n, t != 2]", "an array has an entry at every index and takes no condition: write if P then a else b in the entry"),
    ("[f | t in 1..n]", "not-a-number", "f", "the entries of an array are numbers, function real -> real was found"),
    ("lambda[t in real, t > 0] t", "unsupported", "lambda[t in real, t > 0] t", "a function with a condition on its argument is not read yet"),
    ("[[1, 2], [3]]", "shape-mismatch", "[3]", "the rows of this array do not have one length"),
    ("[[1, 2], 3]", "shape-mismatch", "3", "the rows of this array do not have one length"),
    ("[x, u]", "not-a-number", "x", "a number was expected, vector(n) was found"),
    ("greatest {t | t > 0}", "unknown-range", "t", "nothing says what t ranges over: write t in 1..n or t in real"),
    ("greatest {t > 0 | t}", "not-a-statement", "t", "a statement was expected, real was found"),
    ("greatest {v in vector(n) | v = 0}", "not-a-number", "greatest {v in vector(n) | v = 0}", "greatest is taken among numbers, not vector(n)"),
    ("greatest {s > 0, t > 0 | s < t}", "wrong-arity", "{s > 0, t > 0 | s < t}", "greatest is taken over one variable, 2 were found"),
    ("(a, b)", "not-a-term", "(a, b)", "a tuple is no term: write [a, b] for the vector of two numbers"),
    ("()", "not-a-term", "()", "there is nothing in these brackets"),
    ("1..n", "not-a-term", "1..n", "a range `a..b` is no term"),
    ("{1, 2}", "not-a-term", "{1, 2}", "a set is no term"),
    ("1e5000", "too-large", "1e5000", "a number has at most 1000 digits"),
    ("if a then b else c", "not-a-statement", "a", "a statement was expected, real was found"),
    ("if a > 0 then x else y", "shape-mismatch", "y", "the two cases do not have one shape: vector(n) and vector(m)"),
    ("x <= 0", "shape-mismatch", "x <= 0", "<= compares numbers, not vector(n) and int"),
    ("x = y", "shape-mismatch", "x = y", "the sides of = do not have one shape: vector(n) and vector(m)"),
    ("(a = b) = (b = c)", "shape-mismatch", "(a = b) = (b = c)", "= relates terms, not statements: write iff"),
    ("f = g", "shape-mismatch", "f = g", "the sides of = do not have one shape: function real -> real and function real, real -> real"),
    ("a ~= b", "not-a-number", "b", "~= compares to a decimal such as 0.35, to within half a unit of its last digit"),
    ("x ~= 0.35", "shape-mismatch", "0.35", "~= compares numbers, not vector(n)"),
    ("a prop b", "unsupported", "a prop b", "the relation `prop` is not read yet"),
    ("a tends to b", "unsupported", "a tends to b", "the relation `tends to` is not read yet"),
    ("a in O(b)", "unsupported", "O(b)", "the type `O` is not read yet"),
    ("a in nat", "shape-mismatch", "a", "real cannot be an element of nat"),
    ("a in 1..k", "shape-mismatch", "a", "real cannot be an element of index(1..k)"),
    ("x in {1, 2}", "shape-mismatch", "x", "vector(n) cannot be an element of real"),
    ("x in vector(m)", "shape-mismatch", "x", "vector(n) cannot be an element of vector(m)"),
    ("x in positive real", "shape-mismatch", "x", "vector(n) cannot be an element of real"),
    ("a in vectr(n)", "unknown-type", "vectr(n)", "vectr is no type: did you mean vector?"),
    ("a in positve real", "unknown-type", "positve real", "`positve` says nothing of a type: did you mean positive?"),
    ("a in random real", "unsupported", "random real", "a statement of randomness is not read yet"),
    ("a and b", "not-a-statement", "a", "a statement was expected, real was found"),
    ("not a", "not-a-statement", "a", "a statement was expected, real was found"),
    ("for all t : random real, t > 0", "unsupported", "t", "a random bound variable is not read yet"),
    ("for all t != 0, t > 0", "unknown-range", "t", "nothing says what t ranges over: write t in 1..n or t in real"),
    ("independent(a)", "wrong-arity", "independent(a)", "independent takes at least 2 arguments, 1 was found"),
    ("invertible(A)", "shape-mismatch", "A", "a square matrix was expected, matrix(m, n) was found"),
    ("a in Theta(b) as n -> inf", "unsupported", "a in Theta(b) as n -> inf", "a statement of growth or a limit is not read yet"),
]  # fmt: skip

CONTEXTS: list[tuple[tuple[str, ...], str, str, str, str, str]] = [
    (("X : vector(n) ~ normal(mu, s), iid",), "", "", "bad-law", "X : vector(n) ~ normal(mu, s), iid", "entries that are iid have one law, an array of parameters was found: write independent"),
    (("X, Y : real iid ~ Rademacher",), "", "", "bad-law", "X, Y : real iid ~ Rademacher", "`iid` is said of the entries of an array: write `X, Y independent` on a line of its own"),
    (("X : real independent, mean 0",), "", "", "bad-law", "X : real independent, mean 0", "`independent` is said of the entries of an array: write `X, Y independent` on a line of its own"),
    (("X : real mean 0, variance s, moments 1",), "", "", "bad-law", "X : real mean 0, variance s, moments 1", "moments up to 2 are given already"),
    (("X : real mean 0, mean 1",), "", "", "bad-law", "mean 1", "the mean is given twice"),
    (("X : real moments s",), "", "", "bad-law", "moments s", "`moments` takes a number such as 4"),
    (("X : vector(n) iid, independent",), "", "", "bad-law", "independent", "`iid` and `independent` exclude each other"),
    (("X : vector(n) iid, normal(0, 1), mean 0",), "", "", "bad-law", "X : vector(n) iid, normal(0, 1), mean 0", "Normal has its own mean and variance: drop `mean` and `variance`"),
    (("X : vector(n) iid normal(0, 1) ~ Rademacher",), "", "", "bad-law", "Rademacher", "the law is given twice"),
    (("X : vector(n) iid, normal(0)",), "", "", "bad-law", "normal(0)", "Normal takes 2 parameters (mean, variance), 1 was found"),
    (("X : vector(n) iid ~ Norml(0, 1)",), "", "", "bad-law", "Norml(0, 1)", "Norml is no law: did you mean Normal?"),
    (("X : vector(n) ~ standard rademacher",), "", "", "bad-law", "standard rademacher", "there is no standard Rademacher"),
    (("X : vector(n) ~ Normal(0, 1), moments 4",), "", "", "bad-law", "Normal(0, 1)", "Normal has its own moments: drop `moments`"),
    (("X : matrix(m, n) independent, mean mu",), "", "", "shape-mismatch", "mu", "a parameter of the law of matrix(m, n) is a number or has that shape, vector(n) was found"),
    (("X : vector(n) iid, mean nu",), "", "", "undeclared-symbol", "nu", "nu is not declared"),
    (("X, Y : vector(n) independent, mean 0",), "", "", "ambiguous", "X, Y : vector(n) independent, mean 0", "the entries of each of these may be independent, or these of each other: declare each on a line of its own, and write `X, Y independent` for the second"),
    (("X : vector(n) idd",), "", "", "unknown-property", "idd", "`idd` is no property of a symbol: did you mean iid?"),
    (("X : idempotent vector(n)",), "", "", "shape-mismatch", "idempotent vector(n)", "`idempotent` is said of a square matrix, vector(n) was found"),
    (("X : vector(n) symmetric",), "", "", "shape-mismatch", "symmetric", "`symmetric` is said of a square matrix, vector(n) was found"),
    (("A : matrix(m, n) invertible",), "", "", "shape-mismatch", "invertible", "`invertible` is said of a square matrix, matrix(m, n) was found"),
    (("f : function real -> real, continuous",), "", "", "unsupported", "continuous",
     "the property `continuous` is not read yet"),
    (("f : function int -> real, C1",), "", "", "not-a-function", "C1", "`C1` is said of a function of a number or an array, function int -> real was found"),
    (("A : matrix(m, n) with A[i, i] = 0",), "", "", "range-conflict", "A", "the uses of i do not agree on its range: index(1..m) and index(1..n): write i in 1..n"),
    (("u : vector(m) with u[i+1] = 0",), "", "", "undeclared-symbol", "i", "i is not declared"),
    (("u : vector(m) with u",), "", "", "not-a-statement", "u", "a statement was expected, vector(m) was found"),
    (("f : function positive real -> real",), "", "", "unsupported", "positive real", "a condition on the arguments of a function is not read yet"),
    (("a : positve real",), "", "", "unknown-type", "positve real", "`positve` says nothing of a type: did you mean positive?"),
    (("a, a : real",), "", "", "already-declared", "a", "a is declared already"),
    (("rms : real",), "", "", "already-declared", "rms", "rms is the name of a definition"),
    (("sqrt : real",), "", "", "reserved-name", "sqrt", "sqrt has a meaning of its own: choose another name, spelled with `as \"…\"`"),
    (("X : real ~ Rademacher", "m, X independent"), "", "", "not-random", "m", "m is not random: declare its law, or `random`"),
    (("X : real ~ Rademacher", "X, X independent"), "", "", "already-declared", "X", "X stands here twice"),
    (("X : real ~ Rademacher", "X, Z independent"), "", "", "undeclared-symbol", "Z", "Z is not declared"),
    (("X : real ~ Rademacher", "X, 2 X independent"), "", "", "not-random", "2 X", "independence is said of declared symbols"),
    (("x : vector(p)",), "", "", "undeclared-symbol", "p", "p is not declared"),
    (("x : vector(s)",), "", "", "not-an-integer", "s", "a length is an integer, real was found"),
    (("x : vector",), "", "", "wrong-arity", "vector", "vector takes 1 length, 0 were found"),
    (("x : real(3)",), "", "", "wrong-arity", "real(3)", "real takes 0 lengths, 1 was found"),
    (("x : vectr(n)",), "", "", "unknown-type", "vectr(n)", "vectr is no type: did you mean vector?"),
    (("X : sequence real iid, mean 0",), "", "", "unsupported", "X : sequence real iid, mean 0", "a random sequence or function is not read yet"),
    (("f : function real -> random real",), "", "", "unsupported", "random real", "a random sequence or function is not read yet"),
    ((), "m = n", "", "already-declared", "m = n", "m is declared already"),
    ((), "f(t) = t^2", "", "unknown-type", "t", "nothing says what t is: write t : real"),
    ((), "f(t : real) : real = mu", "", "shape-mismatch", "mu", "real was expected, vector(n) was found"),
    ((), "z : vector(m) = mu", "", "shape-mismatch", "mu", "vector(m) was expected, vector(n) was found"),
    ((), "f(t : positive real) = t", "", "unsupported", "f(t : positive real) = t", "a condition on the arguments of an abbreviation is not read yet"),
    ((), "D[h, l] = mu[h] + l", "", "unknown-range", "l", "nothing says what l ranges over: write l in 1..n or l in real"),
    ((), "D[h] = h + z", "", "unknown-range", "h", "nothing says what h ranges over: write h in 1..n or h in real"),
    ((), "", "big: n", "not-a-statement", "n", "a statement was expected, dim was found"),
    ((), "", "mu[i] > 0", "undeclared-symbol", "i", "i is not declared"),
]  # fmt: skip

DEFINITIONS: list[tuple[str, str, str, str]] = [
    ("opaque spec(A : matrix(m, n)) : real", "unsupported", "opaque spec(A : matrix(m, n)) : real", "a definition without a body is not read yet"),
    ("define f(x : vector(n)) : vector(m) = x", "undeclared-symbol", "m", "m is not declared"),
    ("define f(x : vector(n)) : matrix(n, n) = x", "shape-mismatch", "x", "matrix(n, n) was expected, vector(n) was found"),
    ("define f(x) = x", "unknown-type", "x", "the parameter x needs a type: write x : real"),
    ("define f(x : positive real) = x", "unsupported", "x", "a condition on a parameter of a definition is not read yet"),
    ("define norm(x : real) = x", "already-declared", "define norm(x : real) = x", "norm is the name of a definition"),
    ("define trace(A : matrix(n, n)) = A[1, 1]", "reserved-name", "define trace(A : matrix(n, n)) = A[1, 1]", "trace has a meaning of its own: choose another name, spelled with `as \"…\"`"),
    ("define f(x : real) = x + y", "undeclared-symbol", "y", "y is not declared"),
    ("define f(x : real) = f(x)", "undeclared-symbol", "f", "f is not declared"),
    ("define f(x : vector(n), n : dim) = x[1]", "undeclared-symbol", "n", "n is not declared"),
    ("define f(x : real, x : real) = x", "already-declared", "x", "x is declared already"),
    ("define f(x : vector(n)) = x[1]\n  given n : positive real", "unsupported", "n : positive real", "more than plain declarations in a definition is not read yet"),
    ("define f(x : vector(n)) : positive real = norm(x)", "unsupported", "positive real", "a condition on the value of a definition is not read yet"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "identifier", "place", "message"), TEXTS, ids=[row[0] for row in TEXTS])
def test_a_text_without_a_meaning(text: str, identifier: str, place: str, message: str) -> None:
    with pytest.raises(ElaborationError) as caught:
        statement(text)
    if "a statement was expected" in caught.value.message:
        with pytest.raises(ElaborationError) as caught:
            term(text)
    error = caught.value
    assert (error.message, at(text, error), error.identifier) == (message, place, identifier)
    assert identifier in IDENTIFIERS and str(error) == message
    assert error.suggestion is None or message.endswith(f": {error.suggestion}")


BASE = ("m, n, k : dim", "s : positive real", "mu : vector(n)")


@pytest.mark.parametrize(("lines", "let", "assume", "identifier", "place", "message"), CONTEXTS)
def test_a_context_without_a_meaning(
    lines: tuple[str, ...], let: str, assume: str, identifier: str, place: str, message: str
) -> None:
    items = theorem(*BASE, *lines, let=let, assume=assume)
    with pytest.raises(ElaborationError) as caught:
        elaborate_context(items, library())
    error = caught.value
    text = "\n".join(
        ["theorem t", *(f"  given {line}" for line in (*BASE, *lines))]
        + ([f"  let {let}"] if let else [])
        + ([f"  assume {assume}"] if assume else [])
    )
    assert (error.message, at(text, error), error.identifier) == (message, place, identifier)
    assert identifier in IDENTIFIERS


@pytest.mark.parametrize(("text", "identifier", "place", "message"), DEFINITIONS)
def test_a_definition_without_a_meaning(text: str, identifier: str, place: str, message: str) -> None:
    (item,) = items_of(text)
    assert isinstance(item, s.Define)
    with pytest.raises(ElaborationError) as caught:
        elaborate_definition(item, library())
    error = caught.value
    assert (error.message, at(text, error), error.identifier) == (message, place, identifier)
    assert identifier in IDENTIFIERS


def test_a_term_is_no_statement_and_a_statement_no_term() -> None:
    with pytest.raises(ElaborationError, match="a term was expected, a statement was found"):
        term("a = b")
    with pytest.raises(ElaborationError, match="a statement was expected, real was found"):
        statement("a")


def test_an_expected_type_is_held() -> None:
    with pytest.raises(ElaborationError, match=r"vector\(n\) was expected, matrix\(m, n\) was found"):
        elaborate_term(parse_statement("A"), setting(), setting().declarations["x"].type)
    with pytest.raises(ElaborationError, match="real was expected, a statement was found"):
        elaborate_term(parse_statement("a = b"), setting(), REAL)


def test_a_name_that_stands_for_a_bound_variable_inside_is_no_name_of_a_script() -> None:
    # The i of the sum is a symbol of its own inside; no text can call it.
    with pytest.raises(ElaborationError, match="i' is not declared"):
        term("sum[i in 1..n] x[i']")


def test_the_declared_spelling_wins_over_what_is_built_in() -> None:
    context = given("E, I, e : real", "delta : vector(3)")
    assert elaborate_term(parse_statement("E e I"), context)
    with pytest.raises(ElaborationError, match="real is no array and has no entries"):
        elaborate_term(parse_statement("E[e]"), context)
    with pytest.raises(ElaborationError, match=r"vector\(3\) is no function"):
        elaborate_term(parse_statement("delta(1)"), context)


def test_nodes_of_no_parser_are_errors_too() -> None:
    nodes: list[s.Node] = [
        s.Goal(None, s.Name("a")), s.Conditional((s.Name("a"),), (s.Name("b"),)), s.BoundVariable("a"),
        s.ArrayLiteral(()), s.SetOf(()), s.NumberLiteral("abc"), s.Binary("?", s.Name("a"), s.Name("b")),
        s.Binder("sum", (), (), s.Name("a")), s.Attached(s.Name("f"), s.Group(())), s.DoubleBars(s.Name("x"), ""),
        s.Attached(s.Name("call"), s.Group(())), s.Indexed(s.Name("x"), ()), s.Juxtaposition((s.Name("f"),)),
    ]  # fmt: skip
    for node in nodes:
        for read in (elaborate_term, elaborate_statement, elaborate_type):
            try:
                read(node, setting())
            except ElaborationError as error:
                assert error.identifier in IDENTIFIERS
    assert is_zero(s.NumberLiteral("0")) and not is_zero(s.NumberLiteral("0.0"))
