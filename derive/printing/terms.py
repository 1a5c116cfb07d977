"""Terms and types as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from checks.approximations import approximated
from checks.contexts import Context, Declaration
from checks.shapes import IllTyped, type_of
from checks.terms import (
    NATURAL,
    ONE,
    PROPOSITION,
    RELATIONS,
    TRUE,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
    Number,
    Scalar,
    Symbol,
    Tensor,
    Term,
    Type,
    free_symbols,
    instantiate,
    is_closed,
    map_type,
    open_binder,
    type_symbols,
)
from derive.printing.derivatives import OpenedDerivative, is_set, member_of, open_derivative, open_differentiable
from derive.printing.names import bound_name
from derive.printing.products import product_factors, rank_of

(
    QUANTIFIER, IFF, IMPLIES, OR, AND, NOT, RELATION,
    SUM, MINUS, ENTRYWISE, PRODUCT, POWER, POSTFIX, ATOM,
) = range(14)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, how tightly it holds together, and whether it would swallow a factor to its right.

    What is ``large``, as a sum or derivative, may stand bare as the last factor of a product.
    """

    text: str
    level: int
    greedy: bool = False
    large: bool = False

    def at(self, level: int) -> str:
        """The text, in brackets unless it holds together as tightly as the level asks."""
        return self.text if self.level >= level else f"({self.text})"

    def closed_at(self, level: int) -> str:
        """The same, and in brackets also when something follows that it would swallow."""
        return self.text if self.level >= level and not self.greedy else f"({self.text})"


def decimal_text(value: Fraction) -> str | None:
    """A terminating decimal for the rational, exactly; nothing when there is none of 12 places."""
    for places in range(13):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
            return f"-{text}" if value < 0 else text
    return None


# -- public functions ----------------------------------------------------------------------------------


def print_term(term: Term, context: Context) -> str:
    """The term or statement as a script spells it."""
    return render(term, context).text


def print_statement(statement: Term, context: Context) -> str:
    """The statement as a script spells it."""
    return print_term(statement, context)


def print_type(kind: Type, context: Context) -> str:
    """The type as a script spells it."""
    match kind:
        case Scalar(name):
            return name
        case Index(low, high):
            return f"index({_index(high, context)})" if low == ONE else f"index({print_range(kind, context)})"
        case Tensor(shape):
            name = {1: "vector", 2: "matrix"}.get(len(shape), "tensor")
            return f"{name}({', '.join(_index(length, context) for length in shape)})"
        case Function((domain,)) if is_set(kind):
            return f"subset of {print_type(domain, context)}"
        case Function():
            return _function_type(kind, context)


def print_range(kind: Index, context: Context) -> str:
    """An index range: ``1..n``."""
    return f"{_index(kind.low, context)}..{_index(kind.high, context)}"


def _index(term: Term, context: Context) -> str:
    """A term inside index brackets: sums of simple things without spaces."""
    text = render(term, context).at(SUM)
    return text if "[" in text else text.replace(" + ", "+").replace(" - ", "-")


def opened_codomain(kind: Function, context: Context) -> tuple[list[tuple[Type, Context]], Type, Context]:
    """The domains, each with the context it stands in, the codomain, and the context that declares all."""
    names: list[Term] = []
    domains: list[tuple[Type, Context]] = []
    for position, domain in enumerate(kind.domains):
        opened = _open_type(domain, tuple(names))
        name = bound_name("lkji"[position % 4], context.names() | type_symbols(kind))
        domains.append((opened, context))
        context = context.declare(Declaration(name, opened))
        names.append(Symbol(name))
    return domains, _open_type(kind.codomain, tuple(names)), context


def _function_type(kind: Function, context: Context) -> str:
    domains, codomain, inner = opened_codomain(kind, context)
    texts = [print_type(domain, outer) for domain, outer in domains]
    result = print_type(codomain, inner)
    if mentions_arguments(kind):
        names = list(inner.declarations)[-len(domains) :]
        parts = ", ".join(f"{name} : {text}" for name, text in zip(names, texts, strict=True))
        return f"({parts}) -> {result}"
    if kind.domains == (NATURAL,) and not isinstance(codomain, Function):
        return f"sequence {result}"
    for position, (domain, _) in enumerate(domains):
        if isinstance(domain, Function):
            texts[position] = f"({texts[position]})"
    return f"function {', '.join(texts)} -> {result}"


def mentions_arguments(kind: Function) -> bool:
    """Whether a later domain or the codomain depends on an earlier argument."""
    return not all(map(_closed_type, (*kind.domains, kind.codomain)))


def _closed_type(kind: Type) -> bool:
    """Whether the type mentions no argument of the function type around it."""
    closed = True

    def look(term: Term, inner: int) -> Term:
        nonlocal closed
        closed = closed and is_closed(term, inner)
        return term

    map_type(kind, look)
    return closed


def _open_type(kind: Type, values: tuple[Term, ...]) -> Type:
    """The type under ``len(values)`` arguments with closed values for them, the first outermost."""
    for value in reversed(values):
        kind = map_type(kind, partial(_put, value))
    return kind


def _put(value: Term, term: Term, depth: int) -> Term:
    return instantiate(term, value, depth)


# -- rendering -----------------------------------------------------------------------------------------


def render(term: Term, context: Context) -> Piece:
    match term:
        case Number(value):
            return _number(value)
        case Symbol(name):
            return Piece(name, ATOM)
        case Bound(depth):
            return Piece(f"#{depth}", ATOM)
        case Bind():
            return _binder(term, context)
        case Apply():
            return _apply(term, context)


def _number(value: Fraction) -> Piece:
    text = decimal_text(value)
    if text is None:
        return Piece(f"{value.numerator}/{value.denominator}", PRODUCT if value > 0 else MINUS)
    return Piece(text, ATOM if value >= 0 else MINUS)


def _apply(term: Apply, context: Context) -> Piece:
    head, arguments = term.head, term.arguments
    taken = open_derivative(term, context) if head in ("derivative", "entry") else None
    if taken is not None:
        return _derivative(taken, context)
    match head, arguments:
        case "add", (_, _, *_):
            return _sum(arguments, context)
        case "negate", (argument,):
            inner = render(argument, context)
            return Piece(f"-{inner.at(ENTRYWISE)}", MINUS, inner.greedy and inner.level >= PRODUCT)
        case (("multiply" | "matmul" | "dot" | "outer"), _):
            factors = product_factors(term, context)
            return _functional(term, context) if factors is None else _product(factors, context)
        case "divide", (left, right):
            return _quotient(left, right, context)
        case "hadamard", (_, _, *_):
            return Piece(" .* ".join(render(part, context).closed_at(POWER) for part in arguments), ENTRYWISE)
        case "power", (base, exponent):
            return _power(term, base, exponent, context)
        case "transpose", (argument,):
            return Piece(f"{render(argument, context).at(POSTFIX)}^T", POWER)
        case "inverse", (argument,):
            return Piece(f"{render(argument, context).at(POSTFIX)}^-1", POWER)
        case "entry", (base, _, *_):
            indices = ", ".join(_index(index, context) for index in arguments[1:])
            return Piece(
                f"{render(base, context).at(ATOM if isinstance(base, Bind) else POSTFIX)}[{indices}]",
                POSTFIX,
            )
        case "call", (_, _) if (member := member_of(term, context)) is not None:
            return Piece(f"{render(member[0], context).at(SUM)} in {member[1].name}", RELATION)
        case "call", ((Symbol() | Apply("call" | "entry", _)) as base, _, *_):
            return Piece(f"{render(base, context).at(POSTFIX)}{_listed(arguments[1:], context)}", POSTFIX)
        case (("pi" | "true" | "false"), ()):
            return Piece(head, ATOM)
        case "iverson", (statement,):
            return Piece(f"[{render(statement, context).text}]", POSTFIX)
        case "if", (statement, left, right):
            test, first, second = (
                render(statement, context),
                render(left, context),
                render(right, context),
            )
            return Piece(f"if {test.at(IFF)} then {first.at(SUM)} else {second.at(SUM)}", IFF)
        case "expectation", (argument,) if "E" not in context.names():
            return Piece(f"E[{render(argument, context).text}]", POSTFIX)
        case _:
            return _statement(term, context)


_RELATION_TEXT = {"equal_almost_surely": "= a.s.", "equal_in_law": "= in law"}


def _statement(term: Apply, context: Context) -> Piece:
    head, arguments = term.head, term.arguments
    close = approximated(term)
    if close is not None:
        return Piece(f"{render(close.term, context).at(SUM)} ~= {close.digits}", RELATION)
    match head, arguments:
        case (("=" | "!=" | "<=" | "<" | ">=" | ">" | "equal_almost_surely" | "equal_in_law"), (left, right)):
            first, second = _side(left, right, context), _side(right, left, context)
            return Piece(f"{first} {_RELATION_TEXT.get(head, head)} {second}", RELATION)
        case "not", (statement,):
            inner = render(statement, context)
            return Piece(f"not {inner.at(NOT) if inner.level != RELATION else f'({inner.text})'}", NOT)
        case "and", (_, _, *_):
            return Piece(" and ".join(render(part, context).at(NOT) for part in arguments), AND)
        case "or", (_, _, *_):
            return Piece(" or ".join(render(part, context).at(AND) for part in arguments), OR)
        case "implies", (left, right):
            first, second = (render(left, context).at(OR), render(right, context).at(OR))
            return Piece(f"{first} implies {second}", IMPLIES)
        case "iff", (left, right):
            first, second = (render(left, context).at(IMPLIES), render(right, context).at(IMPLIES))
            return Piece(f"{first} iff {second}", IFF)
        case "differentiable", (_, _) if (opened := open_differentiable(term, context)) is not None:
            return Piece(f"differentiable{_listed((opened.body, opened.point), opened.context)}", POSTFIX)
        case _:
            return _functional(term, context)


def is_zero_side(term: Term, other: Term, context: Context) -> bool:
    """Whether the term is the zero array of the other's shape, which a relation spells ``0``."""
    if not (isinstance(term, Apply) and term.head == "zeros") or term == other:
        return False
    try:
        return type_of(other, context) == Tensor(term.arguments)
    except (IllTyped, ValueError, IndexError):
        return False


def _side(term: Term, other: Term, context: Context) -> str:
    return "0" if is_zero_side(term, other, context) else render(term, context).at(SUM)


def _functional(term: Apply, context: Context) -> Piece:
    """``head(arguments)``, without the implicit arguments of a definition."""
    arguments = term.arguments
    definition = context.definitions.get(term.head)
    if definition is not None and len(arguments) == len(definition.parameters):
        arguments = arguments[definition.implicit :]
        if not arguments:
            return Piece(term.head, ATOM)
    return Piece(f"{term.head}{_listed(arguments, context)}", POSTFIX)


def _listed(arguments: Sequence[Term], context: Context) -> str:
    return f"({', '.join(render(argument, context).at(IFF) for argument in arguments)})"


def _sum(arguments: Sequence[Term], context: Context) -> Piece:
    first = render(arguments[0], context)
    text = first.at(MINUS)
    for argument in arguments[1:]:
        match argument:
            case Apply("negate", (inner,)):
                text += f" - {render(inner, context).at(ENTRYWISE)}"
            case _:
                text += f" + {render(argument, context).at(ENTRYWISE)}"
    return Piece(text, SUM)


_DERIVATIVE = re.compile(r"(grad|jacobian|hessian|partial|immediate)\[")


def _product(factors: Sequence[Term], context: Context) -> Piece:
    pieces = [render(factor, context) for factor in factors]
    first = factors[0]
    quotient = (isinstance(first, Apply) and first.head == "divide") or isinstance(first, Number)
    text = pieces[0].closed_at(PRODUCT if quotient else POWER)
    touching = pieces[0].level > PRODUCT or not quotient
    for piece in pieces[1:]:
        # A large operator may stand bare at the end, where nothing follows that it would swallow.
        bare = piece is pieces[-1] and piece.large
        right = piece.text if bare else piece.closed_at(POWER)
        binder = bare and not _DERIVATIVE.match(right)
        close = touching and not (right[0].isdigit() or right[0] == "[" or binder)
        text += (" " if close else " * ") + right
        touching = True
    return Piece(text, PRODUCT, bare)


def _quotient(left: Term, right: Term, context: Context) -> Piece:
    above, below = render(left, context), render(right, context)
    top, bottom = above.closed_at(PRODUCT), below.closed_at(POWER)
    tight = not (above.level == PRODUCT and " " in top) and len(top) + len(bottom) <= 20
    return Piece(f"{top}/{bottom}" if tight else f"{top} / {bottom}", PRODUCT)


def _power(term: Apply, base: Term, exponent: Term, context: Context) -> Piece:
    if exponent == Apply("negate", (ONE,)) and rank_of(base, context) not in (0, None):
        return _functional(term, context)
    below, above = render(base, context).at(POSTFIX), render(exponent, context)
    bare = above.level == ATOM and not (isinstance(exponent, Symbol) and exponent.name == "T")
    return Piece(f"{below}^{above.text if bare else f'({above.text})'}", POWER)


def _derivative(taken: OpenedDerivative, context: Context) -> Piece:
    """``grad[x] t``: it takes one factor, or what a large operator reaches."""
    function = taken.function
    variable = function.name
    if taken.indices:
        variable += f"[{', '.join(_index(index, context) for index in taken.indices)}]"
    elif function.own:
        variable += f" = {render(function.point, context).at(SUM)}"
    piece = render(function.body, function.context)
    body = piece.text if piece.large else piece.closed_at(POWER)
    return Piece(f"{taken.word}[{variable}] {body}", PRODUCT, greedy=True, large=True)


# -- binders -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Opened:
    """Nested binders of one kind, opened: their variables with types, the innermost condition, the body."""

    variables: tuple[tuple[str, Type, Context], ...]
    condition: Term
    body: Term
    context: Context


def open_nest(binder: Bind, context: Context, nested: bool = True) -> _Opened:
    """The binder and those of its kind directly inside, as long as only the innermost has a condition."""
    variables: list[tuple[str, Type, Context]] = []
    while True:
        used = context.names() | free_symbols(binder)
        name = bound_name(binder.hint, used)
        condition, body = open_binder(binder, Symbol(name))
        variables.append((name, binder.domain, context))
        context = context.declare(Declaration(name, binder.domain))
        if not nested or condition != TRUE or not isinstance(body, Bind) or body.head != binder.head:
            return _Opened(tuple(variables), condition, body, context)
        binder = body


def _binder(term: Bind, context: Context) -> Piece:
    match term.head:
        case "greatest" | "least":
            opened = open_nest(term, context, nested=False)
            bare = replace(opened, condition=TRUE)
            condition = render(opened.condition, opened.context).text
            return Piece(f"{term.head} {{ {_variables(bare)} | {condition} }}", POWER)
        case "forall" | "exists":
            return _quantifier(term, context)
        case "array":
            opened = open_nest(term, context)
            return Piece(f"[{render(opened.body, opened.context).at(SUM)} | {_variables(opened)}]", POSTFIX)
        case _:
            opened = open_nest(term, context, nested=term.head != "lambda")
            body = render(opened.body, opened.context).at(PRODUCT)
            word = "prod" if term.head == "product" else term.head
            return Piece(f"{word}[{_variables(opened)}] {body}", PRODUCT, greedy=True, large=True)


def _quantifier(term: Bind, context: Context) -> Piece:
    opened = open_nest(term, context)
    word = "for all" if term.head == "forall" else "exists"
    inside, conditions = _set_of_variable(opened)
    if len(conditions) > 1:
        # What stands after `with` is one statement.
        inside, conditions = None, (opened.condition,)
    texts = [f"{word} {group}" for group in _grouped(opened, print_type, inside)]
    if conditions:
        texts[-1] += f" with {render(conditions[0], opened.context).at(OR)}"
    return Piece(", ".join([*texts, render(opened.body, opened.context).text]), QUANTIFIER)


def _variables(opened: _Opened) -> str:
    """The variables with their ranges or sets, and the conditions."""
    inside, conditions = _set_of_variable(opened)
    names = {name for name, _, _ in opened.variables}
    parts = _grouped(opened, _range_or_type, inside)
    for condition in conditions:
        text = render(condition, opened.context).at(IFF)
        parts.append(f"({text})" if _seems_to_bind(condition, names, opened.context) else text)
    return ", ".join(parts)


def _set_of_variable(opened: _Opened) -> tuple[str | None, tuple[Term, ...]]:
    """The declared set over which the last variable runs, and the other conditions."""
    name, kind, _ = opened.variables[-1]
    condition = opened.condition
    if condition == TRUE:
        return None, ()
    parts = condition.arguments if isinstance(condition, Apply) and condition.head == "and" else (condition,)
    match parts[0]:
        case Apply("call", (Symbol(inside), Symbol(element))) if element == name:
            declared = opened.context.declarations.get(inside)
            if declared is not None and is_set(declared.type) and declared.type == Function((kind,), PROPOSITION):
                return inside, parts[1:]
    return None, (condition,)


def _seems_to_bind(condition: Term, names: set[str], context: Context) -> bool:
    """Whether a condition among variables would be read as one more variable."""
    match condition:
        case Apply(head, (Symbol(name), _)) if head in RELATIONS:
            return name not in names
        case _:
            return member_of(condition, context) is not None


def _range_or_type(kind: Type, context: Context) -> str:
    return print_range(kind, context) if isinstance(kind, Index) else print_type(kind, context)


def _grouped(
    opened: _Opened, spell: Callable[[Type, Context], str], inside: str | None = None
) -> list[str]:
    """``i, j in 1..m`` for variables of one range, ``f : function …`` for one that is a function.

    The last variable runs over the set ``inside`` where there is one.
    """
    groups: list[tuple[list[str], str]] = []
    for position, (name, kind, outer) in enumerate(opened.variables):
        if inside is not None and position == len(opened.variables) - 1:
            text = f"in {inside}"
        else:
            text = f"{':' if isinstance(kind, Function) else 'in'} {spell(kind, outer)}"
        if groups and groups[-1][1] == text and not isinstance(kind, Function):
            groups[-1][0].append(name)
        else:
            groups.append(([name], text))
    return [f"{', '.join(names)} {text}" for names, text in groups]
