"""Random rearrangements of a term, which do not change its value, and random mutations, which mostly do.

``rearranged`` and ``mutated`` change a term in one place, drawn at random; binders on the way are opened with
fresh symbols.  Both return None where nothing applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random

from checks.contexts import Context, Declaration
from checks.shapes import IllTyped, type_of
from checks.terms import (
    ONE,
    TRUE,
    Apply,
    Bind,
    Index,
    Number,
    Symbol,
    Tensor,
    Term,
    abstract,
    add,
    bind,
    conjunction,
    free_symbols,
    multiply,
    negate,
    number,
    open_binder,
    power,
    relation,
    substitute,
    subterms,
)

Change = Callable[[Random, Context, Term], Term | None]
"""A change of the term at hand, in a context that declares the symbols that binders were opened with."""


def fresh(context: Context) -> str:
    """A name that no binder of the term was opened with."""
    return f"v{len(context.declarations)}"


def changed_somewhere(random: Random, context: Context, term: Term, changes: list[Change]) -> Term | None:
    """The term with one of the changes made at one of its places, or None after some tries."""
    for _ in range(30):
        change = random.choice(changes)
        found = _descend(random, context, term, change, random.randrange(12))
        if found is not None and found != term:
            return found
    return None


def _descend(random: Random, context: Context, term: Term, change: Change, depth: int) -> Term | None:
    if depth > 0:
        match term:
            case Apply(head, arguments) if arguments and head not in ("ones", "zeros", "identity"):
                position = 0 if head == "power" else random.randrange(len(arguments))
                inner = _descend(random, context, arguments[position], change, depth - 1)
                if inner is not None:
                    return Apply(head, (*arguments[:position], inner, *arguments[position + 1 :]))
            case Bind(head, domain, condition, _, hint):
                name = fresh(context)
                here = context.declare(Declaration(name, domain))
                opened_condition, body = open_binder(term, Symbol(name))
                if condition != TRUE and random.random() < 0.2:
                    inner = _descend(random, here, opened_condition, change, depth - 1)
                    return None if inner is None else Bind(head, domain, abstract(inner, name), term.body, hint)
                inner = _descend(random, here, body, change, depth - 1)
                if inner is not None:
                    return Bind(head, domain, condition, abstract(inner, name), hint)
    return change(random, context, term)


# -- rearrangements ------------------------------------------------------------------------------------


def _commute(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Apply("add" | "multiply" | "hadamard" | "dot" as head, arguments) if len(arguments) > 1:
            order = list(arguments)
            random.shuffle(order)
            return Apply(head, tuple(order))
        case Apply("=" | "!=", (left, right)):
            return Apply(term.head, (right, left))
        case _:
            return None


def _associate(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Apply("add" | "multiply" | "hadamard" as head, arguments) if len(arguments) > 2:
            cut = random.randrange(1, len(arguments) - 1)
            return Apply(head, (*arguments[:cut], Apply(head, arguments[cut:])))
        case Apply("add" | "multiply" as head, (first, Apply(inner, rest))) if inner == head:
            return Apply(head, (first, *rest))
        case Apply("matmul", (Apply("matmul", (first, second)), third)):
            return Apply("matmul", (first, Apply("matmul", (second, third))))
        case Apply("matmul", (first, Apply("matmul", (second, third)))):
            return Apply("matmul", (Apply("matmul", (first, second)), third))
        case _:
            return None


def _distribute(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Apply("multiply" | "hadamard" | "dot" | "matmul" | "outer" as head, arguments):
            sums = [k for k, part in enumerate(arguments) if isinstance(part, Apply) and part.head == "add"]
            if not sums:
                return None
            k = random.choice(sums)
            return add(*(Apply(head, (*arguments[:k], p, *arguments[k + 1 :])) for p in arguments[k].arguments))
        case Apply("trace" | "transpose" | "negate" as head, (Apply("add", parts),)):
            return add(*(Apply(head, (part,)) for part in parts))
        case Apply("power", (base, Number(value))) if value >= 2:
            return multiply(base, power(base, number(value - 1))) if value > 2 else multiply(base, base)
        case Apply("negate", (inner,)):
            return multiply(number(-1), inner)
        case _:
            return None


def _swap_sums(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Bind("sum", Index(), _, Bind("sum", Index(), _, _)):
            pass
        case _:
            return None
    outer = fresh(context)
    condition, middle = open_binder(term, Symbol(outer))
    if not isinstance(middle, Bind) or not isinstance(middle.domain, Index):
        return None
    inner = outer + "'"
    inner_condition, body = open_binder(middle, Symbol(inner))
    both = _joined(condition, inner_condition)
    low, high = middle.domain.low, middle.domain.high
    if outer not in free_symbols(low) | free_symbols(high):
        return bind("sum", inner, middle.domain, bind("sum", outer, term.domain, body, both))
    if low == ONE and high == Symbol(outer) and term.domain.low == ONE and outer not in free_symbols(condition):
        # Over a triangle: 1 <= t <= s <= n.
        upper = Index(Symbol(inner), term.domain.high)
        return bind("sum", inner, term.domain, bind("sum", outer, upper, body, both))
    return None


def _joined(*conditions: Term) -> Term:
    return conjunction(*(condition for condition in conditions if condition != TRUE))


def _split_sum(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Bind("sum", domain, condition, Apply("add", parts), hint):
            return add(*(Bind("sum", domain, condition, part, hint) for part in parts))
        case Bind("sum", Index() as domain, Apply("true", ()), _, _):
            # [s = t] and [s != t].
            name = fresh(context)
            _, body = open_binder(term, Symbol(name))
            others = [
                d.name for d in context.declarations.values()
                if isinstance(d.type, Index) and d.type.high == domain.high and d.name[0] == "v"
            ]  # fmt: skip
            if not others:
                return None
            other = Symbol(random.choice(others))
            return add(*(bind("sum", name, domain, body, relation(Symbol(name), h, other)) for h in ("=", "!=")))
        case _:
            return None


def _condition_as_factor(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Bind("sum", domain, condition, body, hint) if condition != TRUE:
            return Bind("sum", domain, TRUE, multiply(Apply("iverson", (condition,)), body), hint)
        case _:
            return None


def _reverse(random: Random, context: Context, term: Term) -> Term | None:
    """The terms of a sum with the index moved by one."""
    match term:
        case Bind("sum", Index(low, high), _, _, _):
            name = fresh(context)
            value = add(Symbol(name), number(-1))
            condition, body = open_binder(term, value)
            return bind("sum", name, Index(add(low, ONE), add(high, ONE)), body, condition)
        case _:
            return None


def _pull_constant(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Bind("sum", domain, _, _, _):
            name = fresh(context)
            condition, body = open_binder(term, Symbol(name))
            match body:
                case Apply("multiply", factors):
                    inside = [factor for factor in factors if name in free_symbols(factor)]
                    outside = [factor for factor in factors if name not in free_symbols(factor)]
                    if outside:
                        return multiply(*outside, bind("sum", name, domain, multiply(*inside), condition))
                case Apply("negate", (inner,)):
                    return negate(bind("sum", name, domain, inner, condition))
        case Apply("multiply", factors):
            sums = [k for k, factor in enumerate(factors) if isinstance(factor, Bind) and factor.head == "sum"]
            if sums:
                k = random.choice(sums)
                name = fresh(context)
                condition, body = open_binder(factors[k], Symbol(name))
                rest = (*factors[:k], *factors[k + 1 :])
                return bind("sum", name, factors[k].domain, multiply(*rest, body), condition)
        case Apply("trace" | "transpose" as head, (Apply("multiply", (factor, array)),)) if _rank(array, context):
            return multiply(factor, Apply(head, (array,)))
    return None


def _transposed(term: Term) -> Term:
    match term:
        case Apply("transpose", (inner,)):
            return inner
        case Apply("matmul", (left, right)):
            return Apply("matmul", (_transposed(right), _transposed(left)))
        case Apply("add", parts):
            return add(*map(_transposed, parts))
        case Apply("outer", (left, right)):
            return Apply("outer", (right, left))
        case _:
            return Apply("transpose", (term,))


def _transpose_laws(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Apply("transpose", (inner,)) if _rank(inner, context) == 2:
            return _transposed(inner)
        case Apply("trace", (inner,)):
            return Apply("trace", (_transposed(inner),))
        case Apply("dot", (left, Apply("matmul", (matrix, right)))):
            return Apply("dot", (Apply("matmul", (Apply("transpose", (matrix,)), left)), right))
        case Apply("entry", (Apply("transpose", (matrix,)), row, column)):
            return Apply("entry", (matrix, column, row))
        case Apply("matmul", (matrix, vector)) if _rank(vector, context) == 2:
            return Apply("transpose", (_transposed(term),))
        case _:
            return None


def _cyclic(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Apply("trace", (Apply("matmul", (left, right)),)):
            return Apply("trace", (Apply("matmul", (right, left)),))
        case _:
            return None


def _entrywise(random: Random, context: Context, term: Term) -> Term | None:
    """Products of arrays by their entries."""
    s = Symbol(fresh(context))
    match term:
        case Apply("trace", (inner,)):
            return bind("sum", s.name, Index(ONE, _shape(inner, context)[0]), Apply("entry", (inner, s, s)))
        case Apply("dot", (left, right)):
            product = multiply(Apply("entry", (left, s)), Apply("entry", (right, s)))
            return bind("sum", s.name, Index(ONE, _shape(left, context)[0]), product)
        case Apply("entry", (Apply("matmul", (left, right)), row, *rest)) if len(rest) == _rank(right, context) - 1:
            product = multiply(Apply("entry", (left, row, s)), Apply("entry", (right, s, *rest)))
            return bind("sum", s.name, Index(ONE, _shape(left, context)[1]), product)
        case Apply("entry", (Apply("add", parts), *indices)):
            return add(*(Apply("entry", (part, *indices)) for part in parts))
        case Apply("entry", (Apply("outer", (left, right)), row, column)):
            return multiply(Apply("entry", (left, row)), Apply("entry", (right, column)))
        case _:
            return None


def _contract(random: Random, context: Context, term: Term) -> Term | None:
    """Σ_t [t = s] f(t) = f(s) where s is in range of t, either way."""
    match term:
        case Bind("sum", domain, Apply("true", ()), _, _):
            name = fresh(context)
            _, body = open_binder(term, Symbol(name))
            match body:
                case Apply("multiply", factors):
                    for k, factor in enumerate(factors):
                        match factor:
                            case Apply("iverson", (Apply("=", (Symbol(left), Symbol(right))),)) if (
                                name in (left, right) and left != right
                            ):
                                other = right if left == name else left
                                if context.declarations[other].type == domain:
                                    rest = multiply(*factors[:k], *factors[k + 1 :])
                                    return substitute(rest, {name: Symbol(other)})
        case Apply("entry" | "multiply", _):
            names = sorted(
                name for name in free_symbols(term)
                if isinstance(context.declarations[name].type, Index)
            )  # fmt: skip
            if names:
                other = random.choice(names)
                name = fresh(context)
                equation = [Symbol(name), Symbol(other)]
                random.shuffle(equation)
                delta = Apply("iverson", (relation(equation[0], "=", equation[1]),))
                body = substitute(term, {other: Symbol(name)})
                domain = context.declarations[other].type
                if type_of(term, context) and not isinstance(type_of(term, context), Tensor):
                    return bind("sum", name, domain, multiply(delta, body))
    return None


def _shape(term: Term, context: Context) -> tuple[Term, ...]:
    kind = type_of(term, context)
    return kind.shape if isinstance(kind, Tensor) else ()


def _rank(term: Term, context: Context) -> int:
    return len(_shape(term, context))


REARRANGEMENTS: dict[str, Change] = {
    "commute": _commute, "associate": _associate, "distribute": _distribute, "swap sums": _swap_sums,
    "split a sum": _split_sum, "condition as factor": _condition_as_factor, "move an index": _reverse,
    "pull a constant": _pull_constant, "transpose": _transpose_laws, "trace is cyclic": _cyclic,
    "entrywise": _entrywise, "contract a delta": _contract,
}  # fmt: skip


def rearranged(random: Random, context: Context, term: Term, times: int) -> tuple[Term, list[str]]:
    """The term after some rearrangements, and their names."""
    done: list[str] = []
    names = list(REARRANGEMENTS)
    for _ in range(times):
        random.shuffle(names)
        for name in names:
            found = changed_somewhere(random, context, term, [REARRANGEMENTS[name]])
            if found is not None:
                term = found
                done.append(name)
                break
    return term, done


# -- mutations -----------------------------------------------------------------------------------------

SWAPS = {"A": "D", "D": "A", "S": "T", "T": "S", "x": "u", "u": "x", "a": "b", "b": "a", "i": "j", "j": "i"}


def _coefficient(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Number(value):
            return number(value + random.choice((1, -1, Fraction(1, 2))))
        case Apply("entry", _) if _rank(term, context) == 0:
            return multiply(number(2), term)
        case _:
            return None


def _sign(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Apply("negate", (inner,)):
            return inner
        case Apply("add", (first, *rest)):
            return add(first, negate(rest[0]), *rest[1:])
        case Apply("multiply" | "entry" | "trace" | "dot", _) if not _is_index_term(term, context):
            return negate(term)
        case _:
            return None


def _exponent(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Apply("power", (base, Number(value))):
            return power(base, number(value + 1))
        case Apply("entry", _) if _rank(term, context) == 0:
            return power(term, number(2))
        case _:
            return None


def _swap_indices(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Apply("entry", (array, first, second)):
            rows, columns = _shape(array, context)
            return Apply("entry", (array, second, first)) if rows == columns else None
        case Apply("matmul", (left, right)) if _shape(left, context) == _shape(right, context):
            return Apply("matmul", (right, left))
        case Apply("transpose", (inner,)) if _rank(inner, context) == 2:
            rows, columns = _shape(inner, context)
            return inner if rows == columns else None
        case _:
            return None


def _bound(random: Random, context: Context, term: Term) -> Term | None:
    """The range of a sum one shorter at either end."""
    match term:
        case Bind("sum", Index(low, high), condition, body, hint):
            shorter = random.choice((Index(add(low, ONE), high), Index(low, add(high, number(-1)))))
            return Bind("sum", shorter, condition, body, hint)
        case Apply("<=" | "<" | ">" | ">=" | "!=" as head, arguments):
            other = {"<=": "<", "<": "<=", ">": ">=", ">=": ">", "!=": "="}
            return Apply(other[head], arguments)
        case _:
            return None


def _drop(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Apply("add" | "multiply" as head, arguments) if len(arguments) > 1:
            if head == "multiply" and _rank(term, context):
                return None
            position = random.randrange(len(arguments))
            rest = (*arguments[:position], *arguments[position + 1 :])
            return rest[0] if len(rest) == 1 else Apply(head, rest)
        case Bind("sum", domain, condition, body, hint) if condition != TRUE:
            return Bind("sum", domain, TRUE, body, hint)
        case _:
            return None


def _swap_symbol(random: Random, context: Context, term: Term) -> Term | None:
    match term:
        case Symbol(name) if name in SWAPS:
            return Symbol(SWAPS[name])
        case Symbol(name) if name in context.declarations and isinstance(context.declarations[name].type, Index):
            mine = context.declarations[name].type
            others = [d.name for d in context.declarations.values() if d.type == mine and d.name != name]
            return Symbol(random.choice(others)) if others else None
        case _:
            return None


def _is_index_term(term: Term, context: Context) -> bool:
    return any(
        isinstance(part, Symbol) and isinstance(context.declarations[part.name].type, Index)
        for part in subterms(term)
    ) and not any(isinstance(part, Apply) and part.head == "entry" for part in subterms(term))


MUTATIONS: dict[str, Change] = {
    "coefficient": _coefficient, "sign": _sign, "exponent": _exponent, "indices swapped": _swap_indices,
    "range": _bound, "dropped": _drop, "another symbol": _swap_symbol,
}  # fmt: skip


def mutated(random: Random, context: Context, term: Term) -> Iterator[tuple[str, Term]]:
    """One mutation of each kind that applies, where the result is well typed."""
    for name, change in MUTATIONS.items():
        found = changed_somewhere(random, context, term, [change])
        if found is not None:
            try:
                type_of(found, context)
            except IllTyped:
                continue
            yield name, found
