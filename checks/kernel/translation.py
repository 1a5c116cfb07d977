"""From terms to sums: what each operator means, entry by entry.

``expand`` gives the sum that a real-valued term is, ``component`` one entry of an array, ``indicator`` the
number 1 or 0 that a statement is.  Whatever no rule opens becomes an atom whose arguments are in normal form.

Trusted for the meaning of each operator, one function each, by entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from functools import partial

from flint import fmpq

from checks.averaging import averages
from checks.contexts import Context
from checks.kernel import counting, signs
from checks.kernel.advisor import Advisor, Silent
from checks.kernel.algebra import absolute, extremum_of, nonnegative_bracket, raised, sign, zero_bracket
from checks.kernel.atoms import (
    atom_of,
    binder_atom,
    call_atom,
    complement,
    indicator,
    operator_atom,
    opposite,
    own_symbols,
)
from checks.kernel.calculus import basis, directional
from checks.kernel.derivative_rules import is_determinant, shape_of
from checks.kernel.division import floor_of, remainder_of
from checks.kernel.expansion import Expansion, Rules
from checks.kernel.expectation import expectation, rebuilt_expectation
from checks.kernel.exponentials import error_function, exponential, logarithm, real_power
from checks.kernel.facts import apart_forms, context_signs, fact_forms, further_signs
from checks.kernel.forms import (
    ONE_COEFFICIENT,
    UNIT,
    Atom,
    Form,
    Sum,
    Summand,
    TooLarge,
    constant,
    from_atom,
    index_atom,
    scale,
    scaled_form,
    sum_forms,
)
from checks.kernel.integrals import integral
from checks.kernel.literal_matrices import (
    adjugate_by_entries,
    determinant_by_entries,
    inverse_by_entries,
    literal_size,
)
from checks.kernel.matrix_powers import MATRIX_POWER, matrix_power, powers_joined
from checks.kernel.opening import (
    array_type,
    definition_body,
    opened_at,
    refuse_varying,
    resolved,
)
from checks.kernel.product_ranges import product_over
from checks.kernel.ranges import hull, shifted
from checks.lengths import is_integer
from checks.terms import (
    ELEMENTWISE,
    ONE,
    PROPOSITION,
    TRUE,
    Apply,
    Bind,
    Bound,
    Index,
    Number,
    Symbol,
    Tensor,
    Term,
    called,
    shift,
    subtract,
)


def expand(x: Expansion, term: Term) -> Sum:
    """The sum that a term denoting a number is."""
    match term:
        case Number(value):
            return constant(fmpq(value.numerator, value.denominator))
        case Symbol():
            return _symbol(x, term)
        case Apply(head, arguments):
            rule = _SCALAR.get(head)
            return rule(x, arguments) if rule is not None else _other(x, term)
        case Bind("sum", Index(low, high), condition, body):
            return summation(x, low, high, condition, lambda value: expand(x, opened_at(x, body, value)))
        case Bind("product", Index(low, high), condition, body):
            found = product_over(x, x.form(low), x.form(high), lambda value: _factor_at(x, condition, body, value))
            return from_atom(binder_atom(x, term)) if found is None else found
        case Bind("integral"):
            return integral(x, term, expand, indicator)
        case Bind():
            return from_atom(binder_atom(x, term))
        case Bound():
            raise TooLarge("a bound variable outside its binder")


def _symbol(x: Expansion, symbol: Symbol) -> Sum:
    name = symbol.name
    if name in x.context.lets:
        return expand(x, x.context.lets[name])
    if x.sign_facts.atoms.get(f"symbol {name}") == signs.ZERO:
        return []
    if name[0] == "%":
        return x.opened(x.form(symbol)) if name.startswith("%=") else from_atom(index_atom(name))
    return from_atom(Atom("symbol", name, random=x.context.is_random(name), symbols=own_symbols(name)))


def _other(x: Expansion, term: Apply) -> Sum:
    body = definition_body(x, term.head, term.arguments)
    if body is not None:
        return expand(x, body)
    if x.type_of(term) == PROPOSITION:
        raise TooLarge("a statement stands where a number was expected")
    return from_atom(operator_atom(x, term.head, term.arguments))


def _factor_at(x: Expansion, condition: Term, body: Term, value: Term) -> Sum:
    """The factor of a product at a value of its variable: 1 where the condition does not hold."""
    factor = expand(x, opened_at(x, body, value))
    if condition == TRUE:
        return factor
    holds = indicator(x, opened_at(x, condition, value))
    return x.collected(x.times(holds, factor) + complement(x, holds))


# -- sums over ranges ----------------------------------------------------------------------------------


def summation(x: Expansion, low: Term, high: Term, condition: Term, body: Callable[[Term], Sum]) -> Sum:
    """Σ over low..high of the body, where the condition holds.

    The index is shifted to 1..length.  Ends that are linear in bound indices are replaced by their least or
    greatest values, and what they said is kept as brackets, so that the order of summation does not show.
    """
    low_form, high_form = x.form(low), x.form(high)
    brackets: list[tuple[fmpq, Form]] = []
    low_hull, high_hull = hull(x, low_form, 1), hull(x, high_form, -1)
    if low_hull is not None and low_hull != low_form:
        brackets.append((fmpq(-1), low_form))
        low_form = low_hull
    if high_hull is not None and high_hull != high_form:
        brackets.append((ONE_COEFFICIENT, high_form))
        high_form = high_hull
    name = x.fresh()
    length = sum_forms((ONE_COEFFICIENT, high_form), (fmpq(-1), low_form), (ONE_COEFFICIENT, UNIT))
    x.lengths[name] = length
    x.declare(name, Index(ONE, high))
    value = shifted(x, name, low_form, low)
    factor = constant(1)
    if condition != TRUE:
        factor = indicator(x, opened_at(x, condition, value))
    value_form = x.form(value)
    for direction, end in brackets:
        factor = x.times(
            factor, nonnegative_bracket(x, sum_forms((direction, end), (-direction, value_form)))
        )
    return [
        Summand(summand.coefficient, {name: length, **summand.ranges}, summand.factors)
        for summand in x.times(body(value), factor)
    ]


# -- entries of arrays ---------------------------------------------------------------------------------


def component(x: Expansion, term: Term, indices: tuple[Term, ...]) -> Sum:
    """One entry of a term that is an array."""
    match term:
        case Symbol(name) if name in x.context.lets:
            return component(x, x.context.lets[name], indices)
        case Symbol(name):
            return from_atom(
                Atom("entry", name, tuple(x.form(index) for index in indices),
                     random=x.context.is_random(name), symbols=own_symbols(name))
            )  # fmt: skip
        case Apply(head, arguments):
            rule = _COMPONENT.get(head)
            if rule is not None:
                return rule(x, arguments, indices)
            if head in ELEMENTWISE:
                return _ELEMENT[head](x, component(x, arguments[0], indices))
            meaning = definition_body(x, head, arguments)
            if meaning is not None:
                return component(x, meaning, indices)
            if averages(head, x.context):
                refuse_varying(x, indices)
            return from_atom(operator_atom(x, head, (*arguments, *indices)))
        case Bind("array", _, _, body):
            opened = opened_at(x, body, indices[0])
            return component(x, opened, indices[1:]) if indices[1:] else expand(x, opened)
        case Bind("sum", Index(low, high), condition, body):
            return summation(
                x, low, high, condition, lambda value: component(x, opened_at(x, body, value), indices)
            )
        case Bind("integral", domain, condition, body, hint):
            entry = Apply("entry", (body, *(shift(index, 1) for index in indices)))
            return integral(x, Bind("integral", domain, condition, entry, hint), expand, indicator)
        case _:
            raise TooLarge("an array that has no entries")


def _component_add(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    return x.collected([summand for argument in arguments for summand in component(x, argument, indices)])


def _component_multiply(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    result = constant(1)
    for argument in arguments:
        array = isinstance(x.type_of(argument), Tensor)
        result = x.times(result, component(x, argument, indices) if array else expand(x, argument))
    return result


def _component_negate(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    return scale(component(x, arguments[0], indices), fmpq(-1))


def _component_divide(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    return x.times(component(x, arguments[0], indices), raised(x, expand(x, arguments[1]), -1))


def _component_matmul(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    left, right = arguments
    kind = array_type(x, left)
    row, rest = indices[0], indices[1:]
    return summation(
        x, ONE, kind.shape[1], TRUE,
        lambda k: x.times(component(x, left, (row, k)), component(x, right, (k, *rest))),
    )  # fmt: skip


def _component_power(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    base, exponent = arguments
    if not isinstance(exponent, Number) or exponent.value < 0 or exponent.value > 64:
        return matrix_power(x, *atom_of(x, MATRIX_POWER, "", (*arguments, *indices)).parts)
    if exponent.value == 0:
        return _component_identity(x, (), indices)
    product = base
    for _ in range(int(exponent.value) - 1):
        product = Apply("matmul", (base, product))
    return component(x, product, indices)


def _component_transpose(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    kind = x.type_of(arguments[0])
    vector = isinstance(kind, Tensor) and len(kind.shape) == 1
    return component(x, arguments[0], indices[1:] if vector else (indices[1], indices[0]))


def _component_outer(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    return x.times(component(x, arguments[0], indices[:1]), component(x, arguments[1], indices[1:]))


def _component_hadamard(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    result = constant(1)
    for argument in arguments:
        result = x.times(result, component(x, argument, indices))
    return result


def _component_identity(x: Expansion, _: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    return zero_bracket(x, x.form(subtract(indices[0], indices[1])))


def _component_diagonal_matrix(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    return x.times(_component_identity(x, (), indices), component(x, arguments[0], indices[:1]))


def _component_entry(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    return component(x, arguments[0], arguments[1:] + indices)


def _component_inverse(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    size = literal_size(x.form(array_type(x, arguments[0]).shape[0]))
    if size is None:
        return from_atom(operator_atom(x, "inverse", (*arguments, *indices)))
    return inverse_by_entries(x, size, lambda i, j: component(x, arguments[0], (i, j)), *indices)


def _component_call(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    function, values = called(Apply("call", arguments))
    function = resolved(x, function)
    while isinstance(function, Bind) and function.head == "lambda":
        function, values = resolved(x, opened_at(x, function.body, values[0])), values[1:]
    if not values:
        return component(x, function, indices)
    return from_atom(call_atom(x, function, values, indices))


def _component_if(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    holds = indicator(x, arguments[0])
    with _where(x, arguments[0]):
        left = component(x, arguments[1], indices)
    return x.collected(
        x.times(holds, left)
        + x.times(opposite(x, arguments[0], holds), component(x, arguments[2], indices))
    )


def _where(x: Expansion, statement: Term) -> AbstractContextManager[object]:
    """The scope in which a point is known to lie in a set; comparisons are left to their brackets."""
    if isinstance(statement, Apply) and statement.head == "call":
        return x.abstracted([], lambda _: statement)
    return nullcontext()


def _component_expectation(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    refuse_varying(x, indices)
    with x.everywhere():
        return expectation(x, component(x, arguments[0], indices))


def _component_derivative(x: Expansion, arguments: tuple[Term, ...], indices: tuple[Term, ...]) -> Sum:
    function, point = arguments
    inside = shape_of(x.type_of(point))
    outside, places = indices[: len(indices) - len(inside)], indices[len(indices) - len(inside) :]
    found = directional(function, point, basis(inside, places), x.context)
    if found is None and is_determinant(function):
        return _cofactor(x, arguments, places)
    if found is None:
        return from_atom(operator_atom(x, "derivative", (*arguments, *indices)))
    return component(x, found, outside) if outside else expand(x, found)


def _cofactor(x: Expansion, arguments: tuple[Term, ...], places: tuple[Term, ...]) -> Sum:
    """The derivative of the determinant in one entry.

    By entries for literal sizes; det(A) A^-1[j,i] where A is known to be invertible (Jacobi's formula; J. Magnus,
    H. Neudecker, Matrix Differential Calculus, section 8.3); else it is kept.
    """
    matrix = arguments[1]
    row, column = places
    size = literal_size(x.form(array_type(x, matrix).shape[0]))
    if size is not None:
        return adjugate_by_entries(x, size, lambda i, j: component(x, matrix, (i, j)), column, row)
    if _is_known_invertible(x, matrix):
        return x.times(_determinant(x, (matrix,)), _component_inverse(x, (matrix,), (column, row)))
    return from_atom(operator_atom(x, "derivative", (*arguments, *places)))


def _is_known_invertible(x: Expansion, matrix: Term) -> bool:
    """Whether it is assumed of a matrix that it is invertible, or known that its determinant is not zero."""
    assumed = [fact.statement for fact in x.context.facts]
    if Apply("invertible", (matrix,)) in assumed:
        return True
    return x.nonzero(x.finish(_determinant(x, (matrix,))))


_COMPONENT: Mapping[str, Callable[[Expansion, tuple[Term, ...], tuple[Term, ...]], Sum]] = {
    "add": _component_add,
    "multiply": _component_multiply,
    "negate": _component_negate,
    "divide": _component_divide,
    "power": _component_power,
    "matmul": _component_matmul,
    "transpose": _component_transpose,
    "outer": _component_outer,
    "hadamard": _component_hadamard,
    "identity": _component_identity,
    "diagonal_matrix": _component_diagonal_matrix,
    "diagonal": lambda x, arguments, indices: component(x, arguments[0], (indices[0], indices[0])),
    "ones": lambda x, arguments, indices: constant(1),
    "zeros": lambda x, arguments, indices: [],
    "inverse": _component_inverse,
    "entry": _component_entry,
    "call": _component_call,
    "if": _component_if,
    "expectation": _component_expectation,
    "derivative": _component_derivative,
}


# -- numbers -------------------------------------------------------------------------------------------


def _add(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    return x.collected([summand for argument in arguments for summand in expand(x, argument)])


def _multiply(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    result = constant(1)
    for argument in arguments:
        result = x.times(result, expand(x, argument))
    return result


def _power(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    base, exponent = arguments
    if isinstance(exponent, Number):
        return _power_literal(x, base, exponent.value)
    constant_exponent = x.form(exponent).constant()
    if constant_exponent is not None:
        return _power_literal(x, base, Fraction(int(constant_exponent.p), int(constant_exponent.q)))
    if is_integer(x.type_of(exponent)):
        return counting.integer_power(x, x.form(base), x.form(exponent))
    return real_power(x, x.form(base), x.form(exponent))


def _power_literal(x: Expansion, base: Term, exponent: Fraction) -> Sum:
    if exponent.denominator == 1 and 1 < exponent <= 64:
        factor = expand(x, base)
        if len(factor) == 1 and not factor[0].ranges:
            return raised(x, factor, int(exponent))
        # Fresh copies are made by expanding again, which is cheaper than renaming.
        result = factor
        for _ in range(int(exponent) - 1):
            result = x.times(result, expand(x, base))
        return result
    return raised(x, expand(x, base), exponent)


def _trace(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    kind = array_type(x, arguments[0])
    return summation(x, ONE, kind.shape[0], TRUE, lambda i: component(x, arguments[0], (i, i)))


def _determinant(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    size = literal_size(x.form(array_type(x, arguments[0]).shape[0]))
    if size is None:
        return from_atom(operator_atom(x, "determinant", arguments))
    return determinant_by_entries(x, size, lambda i, j: component(x, arguments[0], (i, j)))


def _dot(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    kind = array_type(x, arguments[0])
    return summation(
        x, ONE, kind.shape[0], TRUE,
        lambda i: x.times(component(x, arguments[0], (i,)), component(x, arguments[1], (i,))),
    )  # fmt: skip


def _call(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    function, values = called(Apply("call", arguments))
    function = resolved(x, function)
    while values and isinstance(function, Bind) and function.head == "lambda":
        function, values = resolved(x, opened_at(x, function.body, values[0])), values[1:]
    return from_atom(call_atom(x, function, values, ())) if values else expand(x, function)


def _if(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    holds = indicator(x, arguments[0])
    with _where(x, arguments[0]):
        left = expand(x, arguments[1])
    return x.collected(
        x.times(holds, left)
        + x.times(opposite(x, arguments[0], holds), expand(x, arguments[2]))
    )


def _unary(head: str) -> Callable[[Expansion, Sum], Sum]:
    return lambda x, terms: from_atom(Atom(head, "", (x.finish(terms),)))


_ELEMENT: Mapping[str, Callable[[Expansion, Sum], Sum]] = {
    **{head: _unary(head) for head in ELEMENTWISE},
    "abs": absolute,
    "sign": sign,
    "sqrt": lambda x, terms: raised(x, terms, Fraction(1, 2)),
    "exp": exponential,
    "log": logarithm,
    "erf": error_function,
}

def _expectation(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    with x.everywhere():
        return expectation(x, expand(x, arguments[0]))


def _floor(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    return floor_of(x, x.finish(expand(x, arguments[0])))


def _ceiling(x: Expansion, arguments: tuple[Term, ...]) -> Sum:
    """⌈t⌉ = -⌊-t⌋."""
    return scale(floor_of(x, scaled_form(x.finish(expand(x, arguments[0])), fmpq(-1))), fmpq(-1))


def _extremum(direction: int) -> Callable[[Expansion, tuple[Term, ...]], Sum]:
    return lambda x, arguments: extremum_of(x, [partial(expand, x, argument) for argument in arguments], direction)


def _applied(rule: Callable[[Expansion, Sum], Sum]) -> Callable[[Expansion, tuple[Term, ...]], Sum]:
    return lambda x, arguments: rule(x, expand(x, arguments[0]))


_SCALAR: Mapping[str, Callable[[Expansion, tuple[Term, ...]], Sum]] = {
    "add": _add,
    "multiply": _multiply,
    "negate": lambda x, arguments: scale(expand(x, arguments[0]), fmpq(-1)),
    "divide": lambda x, arguments: x.times(expand(x, arguments[0]), raised(x, expand(x, arguments[1]), -1)),
    "power": _power,
    "trace": _trace,
    "determinant": _determinant,
    "dot": _dot,
    "entry": lambda x, arguments: component(x, arguments[0], arguments[1:]),
    "call": _call,
    "pi": lambda x, arguments: from_atom(Atom("pi", "")),
    "iverson": lambda x, arguments: indicator(x, arguments[0]),
    "if": _if,
    "expectation": _expectation,
    "floor": _floor,
    "ceiling": _ceiling,
    "maximum": _extremum(1),
    "minimum": _extremum(-1),
    "modulo": lambda x, arguments: remainder_of(x, expand(x, arguments[0]), expand(x, arguments[1])),
    "factorial": lambda x, arguments: counting.factorial(x, x.form(arguments[0])),
    "binomial": lambda x, arguments: counting.binomial(x, x.form(arguments[0]), x.form(arguments[1])),
    "derivative": lambda x, arguments: _component_derivative(x, arguments, ()),
    **{head: _applied(rule) for head, rule in _ELEMENT.items()},
}


RULES = Rules(
    translate=expand,
    component=component,
    raise_to=raised,
    joined=powers_joined,
    rebuild={
        "abs": lambda x, form: absolute(x, x.opened(form)),
        "zero": zero_bracket,
        "floor": floor_of,
        "nonnegative": nonnegative_bracket,
        "sign": lambda x, form: sign(x, x.opened(form)),
        "base": lambda x, form: x.opened(form),
        "exp": lambda x, form: exponential(x, x.opened(form)),
        "log": lambda x, form: logarithm(x, x.opened(form)),
        "erf": lambda x, form: error_function(x, x.opened(form)),
        "expectation": rebuilt_expectation,
        MATRIX_POWER: matrix_power,
        **counting.REBUILD,
    },
    sign_facts=context_signs,
    further_signs=further_signs,
    apart=apart_forms,
    linear_facts=fact_forms,
)


def expansion(
    context: Context, advisor: Advisor | None = None, unfold: frozenset[str] = frozenset()
) -> Expansion:
    """A fresh expansion in a context; without an advisor nothing is known beyond the sign lattice."""
    return Expansion(context, advisor if advisor is not None else Silent(), RULES, unfold)
