"""What the auditor decides of single steps: true statements it should see, false neighbours it must not."""

from __future__ import annotations

import pytest

from checks.auditor.leaves import decided
from checks.auditor.terms import Apply, Context, Symbol, Term
from tests.checks.auditor.statements import read

ARRAYS = """
  given m, n, k : dim
        q : nat
        a, b, c : real
        p : positive real
        A : matrix(m, n)
        B : matrix(n, m)
        S, T, U : matrix(n, n)
        x, z : vector(n)
        y : vector(m)
        i, j : index(n)
        f : function real -> real
        g : function int -> real
"""

TRUE_ARRAYS = """
(A B)^T = B^T A^T
tr(S T) = tr(T S)
tr(S T U) = tr(T U S)
x^T (S z) = (S^T x)^T z
norm(x)^2 = sum[i in 1..n] x[i]^2
frobenius(A)^2 = tr(A^T A)
frobenius(A)^2 = frobenius(A^T)^2
(S + T) (S + T) = S S + S T + T S + T T
(S + T)^2 = S^2 + S T + T S + T^2
(sum[i in 1..n] x[i])^2 = sum[i in 1..n] sum[j in 1..n] x[i] x[j]
sum[i in 1..n] sum[j in 1..n] delta(i, j) x[j] = sum[i in 1..n] x[i]
sum[j in 1..n] delta(i, j) x[j] = x[i]
sum[i in 1..n] 1 = n
sum[i in 1..n] sum[j in 1..m] 1 = n m
tr(identity(n)) = n
norm(x + z)^2 = norm(x)^2 + 2 (x^T z) + norm(z)^2
norm(x - z)^2 + norm(x + z)^2 = 2 norm(x)^2 + 2 norm(z)^2
sum[i in 1..n] sum[j in 1..n] (x[i] - x[j])^2 = 2 n norm(x)^2 - 2 (sum[i in 1..n] x[i])^2
sum[i in 1..n] (x[i] - (sum[j in 1..n] x[j]) / n)^2 = norm(x)^2 - (sum[j in 1..n] x[j])^2 / n
(x z^T) z = norm(z)^2 x
tr(x z^T) = x^T z
(x z^T)^T = z x^T
(A B) (A B) = A (B A) B
S^3 = S S^2
S^2 S = S S^2
sum[i in 1..n+1] g(i) = sum[i in 1..n] g(i) + g(n+1)
sum[i in 0..n-1] g(i) = sum[i in 1..n] g(i-1)
sum[i in 1..n-1] g(i) = sum[i in 1..n] g(i) - g(n)
(a + b)^3 = a^3 + 3 a^2 b + 3 a b^2 + b^3
(a^2 - b^2) / p = (a - b) (a + b) / p
p / p = 1
sqrt(p)^2 = p
sqrt(a^2) = |a|
|a|^2 = a^2
|a b| = |a| |b|
exp(a + b) = exp(a) exp(b)
exp(-a) exp(a) = 1
log(exp(a)) = a
log(p^2) = 2 log(p)
log(2 p) = log(2) + log(p)
sqrt(4 p) = 2 sqrt(p)
p^(3/2) = p sqrt(p)
1 / sqrt(p) = sqrt(p) / p
sqrt(8) = 2 sqrt(2)
a^(q+1) = a a^q
2^(q+2) = 4 * 2^q
(a b)^q = a^q b^q
max(a, b) + min(a, b) = a + b
f(a + b) = f(b + a)
f((a + b)^2) = f(a^2 + 2 a b + b^2)
sigmoid(a) = exp(a) / (1 + exp(a))
sum[i in 1..n] softmax(x)[i] = 1
rms(x)^2 = norm(x)^2 / n
grad[a] (a^3) = 3 a^2
grad[a] (exp(a b)) = b exp(a b)
grad[a] (sin(a) cos(a)) = cos(a)^2 - sin(a)^2
grad[p] log(p) = 1 / p
grad[x] (x^T z) = z
grad[x] (norm(x)^2) = 2 x
grad[x] (x^T S x) = (S + S^T) x
n >= 1
n m > 0
a^2 + b^2 >= 0
a^2 + 1 > 0
exp(a) > 0
1 + exp(-a) != 0
p + 1 > 0
i <= n
n - i >= 0
n + 1 - i > 0
norm(x) >= 0
sqrt(p) > 0
1 + a^2 != 0
sum[i in 1..n] x[i]^2 >= 0
p n != 0
3 / 4 < 1
floor((i - 1) / n) = 0
[i <= n] = 1
(if p > 0 then a else b) = a
factorial(q + 1) = (q + 1) factorial(q)
det(identity(1)) = 1
prod[u in 1..q+1] g(u) = g(q+1) prod[u in 1..q] g(u)
""".strip().splitlines()

FALSE_ARRAYS = """
(S T)^T = S^T T^T
S T = T S
tr(S T U) = tr(S U T)
tr(S T) = tr(S) tr(T)
x^T (S z) = (S x)^T z
(S + T)^2 = S^2 + 2 S T + T^2
norm(x)^2 = sum[i in 1..n] x[i]
norm(x + z)^2 = norm(x)^2 + norm(z)^2
frobenius(S)^2 = tr(S S)
(sum[i in 1..n] x[i])^2 = sum[i in 1..n] x[i]^2
delta(i, j) = 1
delta(i, j) = 0
sum[i in 1..n] x[i] = n x[j]
x[i] = x[j]
S[i,j] = S[j,i]
sum[i in 1..n] 1 = n + 1
sum[i in 1..n] 1 = m
sum[u in 1..q] 1 = n
sum[i in 1..n-1] 1 = n
tr(identity(n)) = 1
tr(S) = tr(S^2)
sum[i in 1..n] sum[j in 1..n] delta(i, j) = n^2
sum[i in 1..n] sum[j in 1..n] delta(i, j) = 1
sum[i in 1..n] sum[j in 1..n] (x[i] - x[j])^2 = 2 n norm(x)^2
sum[i in 1..n+1] g(i) = sum[i in 1..n] g(i) + g(n)
sum[i in 0..n] g(i) = sum[i in 1..n] g(i)
sum[i in 0..n] g(i) = sum[i in 1..n] g(i-1)
sum[i in 2..n] g(i) = sum[i in 1..n] g(i)
sum[i in 3..n] g(i) = sum[i in 1..n] g(i) - g(1) - g(2)
sum[i in 1..q-1] g(i) = sum[i in 1..q] g(i) - g(q)
sum[i in 1..n] x[i]^2 = (sum[i in 1..n] x[i]^2)^2
sum[i in 1..n] x[i] z[i] = (sum[i in 1..n] x[i]) (sum[i in 1..n] z[i])
sum[i in 1..n] f(x[i]) = f(sum[i in 1..n] x[i])
f(sum[i in 1..n] x[i]) = f(n x[j])
f(a + b) = f(a) + f(b)
f(tr(S)) = f(tr(S^2))
exp(sum[i in 1..n] x[i]) = exp(sum[i in 1..n] sum[j in 1..n] x[i] x[j])
exp(tr(S)) = exp(sum[i in 1..n] sum[j in 1..n] S[i,j])
|sum[i in 1..n] x[i]| = sum[i in 1..n] |x[i]|
sqrt(sum[i in 1..n] x[i]^2) = sum[i in 1..n] |x[i]|
norm(x) = sum[i in 1..n] x[i]
det(S) = tr(S)
det(S) = S[1,1]
det(S + T) = det(S) + det(T)
a / a = 1
(a b) / b = a
a^2 / a^2 = 1
sqrt(a^2) = a
sqrt(a)^2 = a
|a| = a
|a + b| = |a| + |b|
log(a^2) = 2 log(a)
log(a b) = log(a) + log(b)
log(p + 1) = log(p)
exp(a b) = exp(a) exp(b)
exp(a) + exp(b) = exp(a + b)
(a + b)^2 = a^2 + b^2
(a + b)^3 = a^3 + 3 a^2 b + 3 a b^2 + 2 b^3
1 / (a + b) = 1 / a + 1 / b
a^(q+1) = a^q
(a + b)^q = a^q + b^q
2^(q+1) = 2^q + 2
a^(q-1) = a^q / a
max(a, b) = a
min(a, b) = max(a, b)
grad[a] (a^3) = 3 a
grad[a] |a| = sign(a)
grad[a] (1 / a) = 1 / a^2
grad[x] (norm(x)^2) = x
grad[x] (x^T S x) = 2 S x
n >= 2
n > m
n != m
i < n
i != j
a >= 0
a^2 > 0
a != 0
a + b >= 0
a b >= 0
q >= 1
q != 0
p >= 1
p + a > 0
x^T z >= 0
x^T x > 0
norm(x) > 0
sum[i in 1..n] x[i] >= 0
exp(a) >= 1
sin(a) >= 0
floor(a) = a
floor(n / m) m = n
[i < n] = 1
(if a > 0 then a else b) = a
sign(a)^2 = 1
sign(a) a = a
(a / b) (b / a) = 1
factorial(q) = q factorial(q-1)
prod[u in 1..n] p = p^m
sum[u in 1..q] 1 / q = 1
tr(S / (n - 1)) (n - 1) = tr(S)
(n - 1) / (n - 1) = 1
""".strip().splitlines()

LAWS = """
  given n, d : dim
        mu : real
        sigma : positive real
        W : matrix(n, d)  iid ~ Normal(0, 1)
        V : matrix(n, d)  iid, mean 0, variance sigma^2
        u : vector(d)     iid ~ Normal(mu, sigma^2)
        r : vector(d)     iid ~ Rademacher
        X, Y : real       mean mu, variance sigma^2
        Z : vector(d)     mean 0, variance 1
        W, u independent
        V, r independent
        i, j : index(d)
        h, l : index(n)
"""

TRUE_LAWS = """
E[X] = mu
E[X^2] = mu^2 + sigma^2
Var[X] = sigma^2
E[2 X + 3 Y] = 5 mu
E[W[h,i]] = 0
E[W[h,i]^2] = 1
E[W[h,i]^4] = 3
E[W[h,i]^3] = 0
E[W[h,i] W[h,j]] = delta(i, j)
E[W[h,i] W[l,j]] = delta(h, l) delta(i, j)
E[u[i]^2] = mu^2 + sigma^2
E[u[i]^3] = mu^3 + 3 mu sigma^2
E[W[h,i] u[i]] = 0
E[(W u)[h]] = 0
E[norm(W u)^2] = n d (mu^2 + sigma^2)
E[frobenius(W)^2] = n d
E[frobenius(V)^2] = n d sigma^2
E[V V^T] = d sigma^2 identity(n)
E[norm(u)^2] = d (mu^2 + sigma^2)
E[(sum[i in 1..d] u[i])^2] = d sigma^2 + d^2 mu^2
Var[sum[i in 1..d] u[i]] = d sigma^2
E[r[i] r[j]] = delta(i, j)
E[norm(r)^2] = d
E[(V r)[h]^2] = d sigma^2
E[norm(Z)^2] = d
E[norm(u)^4] = E[norm(u)^2]^2 + 2 d sigma^4 + 4 d mu^2 sigma^2
""".strip().splitlines()

FALSE_LAWS = """
E[X Y] = E[X] E[Y]
E[X Y] = mu^2
E[X^2] = E[X]^2
E[X^2] = sigma^2
E[1 / X] = 1 / mu
E[|X|] = |mu|
E[X^3] = mu^3
E[X] = X
X = Y
X = mu
E[W[h,i] W[h,j]] = 0
E[W[h,i] W[h,j]] = 1
E[W[h,i]^4] = 1
E[V[h,i]^4] = 3 sigma^4
E[V[h,i]^3] = 0
E[W[h,i] V[h,i]] = 0
E[u[i] u[j]] = mu^2
E[u[i] r[i]] = 0
E[Z[i] Z[j]] = delta(i, j)
E[Z[i] Z[j]] = 0
E[(sum[i in 1..d] Z[i])^2] = d
E[norm(W u)^2] = n d sigma^2
E[(sum[i in 1..d] u[i])^2] = d sigma^2 + d mu^2
Var[X + Y] = 2 sigma^2
Var[sum[i in 1..d] u[i]] = sigma^2
E[norm(u)] = sqrt(d (mu^2 + sigma^2))
E[exp(X)] = exp(mu)
E[norm(u)^4] = E[norm(u)^2]^2
X^2 = mu^2 + sigma^2
E[X^2] > E[Y^2]
""".strip().splitlines()


TRAPS = """
  given X, Y : real mean 0, variance 1
        n : dim
        q : nat
        a : real
        x : vector(n)
        h : function real -> real
  assume product: for all v : real, h(v) = E[v X]
         spread: for all v : real, E[(Y - v)^2] >= 1
  let   mean_of = lambda[v in real] E[v X]
"""

FALSE_TRAPS = """
mean_of(X) = 1
mean_of(X) = E[X^2]
h(X) = E[X^2]
E[(Y - X)^2] >= 1
0^q = 0
[0^q = 0] = 1
prod[u in 1..q] 0 = 0
sum[u in 1..q] 1 / q = 1
exp(q / q) = exp(1)
sum[i in 1..n] [i = n + 1] x[i] = x[n]
sum[u in 1..q] [u = 1] = 1
""".strip().splitlines()


def cases(given: str, statements: list[str]) -> list[object]:
    context, terms = read(given, statements)
    return [pytest.param(context, term, id=text) for text, term in zip(statements, terms, strict=True)]


@pytest.mark.parametrize(("context", "statement"), [*cases(ARRAYS, TRUE_ARRAYS), *cases(LAWS, TRUE_LAWS)])
def test_true_statements_are_seen(context: Context, statement: Term) -> None:
    assert decided(context, statement)


FALSE = [*cases(ARRAYS, FALSE_ARRAYS), *cases(LAWS, FALSE_LAWS), *cases(TRAPS, FALSE_TRAPS)]


@pytest.mark.parametrize(("context", "statement"), FALSE)
def test_false_neighbours_are_not(context: Context, statement: Term) -> None:
    assert not decided(context, statement)


def test_what_is_no_statement_is_not_seen() -> None:
    shapes = Apply("=", (Apply("matmul", (Symbol("x"), Symbol("x"))), Symbol("x")))
    context, _ = read(TRAPS, ["a = a"])
    assert not decided(context, shapes)
    assert not decided(context, Symbol("a"))
