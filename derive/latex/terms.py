"""Terms, statements and types as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from checks.approximations import approximated
from checks.contexts import Context, Definition
from checks.lengths import is_integer
from checks.shapes import IllTyped, type_of
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    ORDER_RELATIONS,
    REAL,
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
    conjunction,
    conjuncts,
    free_symbols,
)
from derive.latex import calculus
from derive.latex.pieces import (
    AND,
    ATOM,
    ENTRYWISE,
    IFF,
    IMPLIES,
    MINUS,
    NOT,
    OR,
    POSTFIX,
    POWER,
    PRODUCT,
    QUANTIFIER,
    RELATION,
    SUM,
    Piece,
)
from derive.latex.spelling import (
    FUNCTION_NAMES,
    TALL,
    bracketed,
    has_exponent,
    index_list,
    joint,
    spell_name,
    stacked,
    subscripted,
)
from derive.printing import (
    is_zero_side,
    mentions_arguments,
    open_nest,
    opened_codomain,
    product_factors,
    rank_of,
)


def latex(term: Term, context: Context) -> str:
    """The term or statement as LaTeX mathematics, without dollar signs."""
    return Writer(context).render(term).text


def latex_type(kind: Type, context: Context) -> str:
    """The set of a type's values: ``\\mathbb{R}^{m\\times n}``."""
    return Writer(context).type(kind)


_SETS = {
    REAL.kind: "\\mathbb{R}", INTEGER.kind: "\\mathbb{Z}", NATURAL.kind: "\\mathbb{N}_{0}",
    DIMENSION.kind: "\\mathbb{N}_{\\ge 1}",
}  # fmt: skip
_OPENING = re.compile(r"(\{|\(|\[|,|\||;|\\[lL][vV]ert|\\lfloor|\\lceil|\\langle|\\[bB]igg?l?[(\[|])\s*\Z")
_RELATIONS = {
    "=": "=", "!=": "\\ne", "<=": "\\le", "<": "<", ">=": "\\ge", ">": ">",
    "equal_almost_surely": "\\overset{\\text{a.s.}}{=}", "equal_in_law": "\\overset{d}{=}",
}  # fmt: skip
_OPERATORS = {
    "trace": "\\operatorname{tr}", "determinant": "\\det", "diagonal_matrix": "\\operatorname{diag}",
    "diagonal": "\\operatorname{diag}", "sign": "\\operatorname{sign}", "erf": "\\operatorname{erf}",
    "minimum": "\\min", "maximum": "\\max",
    **{name: f"\\{name}" for name in FUNCTION_NAMES},
}  # fmt: skip
_FENCES = {
    "abs": ("\\lvert ", "\\rvert"), "floor": ("\\lfloor ", "\\rfloor"), "ceiling": ("\\lceil ", "\\rceil"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Writer:
    """A context, and whether we are in an exponent (``script`` 2), a subscript (1) or neither (0)."""

    context: Context
    script: int = 0

    def small(self, script: int) -> Writer:
        return Writer(self.context, max(script, self.script))

    def inside(self, context: Context) -> Writer:
        """The writer where more is declared."""
        return Writer(context, self.script)

    def subscript(self, term: Term) -> str:
        return self.small(1).render(term).at(SUM)

    # .. symbols ..

    def symbol(self, name: str) -> str:
        declaration = self.context.declarations.get(name)
        if declaration is None:
            return self.context.spellings.get(name) or spell_name(name)
        if declaration.latex is not None:
            return declaration.latex
        return spell_name(name, isinstance(declaration.type, Function))

    def render(self, term: Term) -> Piece:
        match term:
            case Number(value):
                return self.number(value)
            case Symbol(name):
                return Piece(self.symbol(name), ATOM)
            case Bound(depth):
                return Piece(f"\\#{depth}", ATOM)
            case Bind():
                return self.binder(term)
            case Apply(head, arguments):
                return self.apply(term, head, arguments)

    def number(self, value: Fraction) -> Piece:
        if value.denominator == 1:
            return Piece(str(value), ATOM if value >= 0 else MINUS)
        if self.script == 1:
            return Piece(str(value), PRODUCT if value > 0 else MINUS)
        sign, command = "-" if value < 0 else "", "tfrac" if self.script else "frac"
        text = f"{sign}\\{command}{{{abs(value.numerator)}}}{{{value.denominator}}}"
        return Piece(text, MINUS if sign else POWER)

    # .. operators ..

    def apply(self, term: Apply, head: str, arguments: tuple[Term, ...]) -> Piece:
        match head, arguments:
            case "add", (_, _, *_):
                return self.sum(arguments)
            case "negate", (argument,):
                inner = self.render(argument)
                return Piece(f"-{inner.at(ENTRYWISE)}", MINUS, inner.greedy and inner.level >= PRODUCT)
            case (("multiply" | "matmul" | "dot" | "outer"), _):
                factors = product_factors(term, self.context)
                if factors is None:
                    return self.operator(f"\\operatorname{{{head}}}", arguments)
                return self.product(factors)
            case "divide", (left, right):
                return self.quotient(left, right)
            case "hadamard", (_, _, *_):
                parts = [self.render(part).closed_at(POWER) for part in arguments]
                return Piece(" \\odot ".join(parts), ENTRYWISE)
            case "power", (base, exponent):
                above = self.small(2).render(exponent).at(SUM)
                return Piece(f"{self.base(base)}^{{{above}}}", POWER)
            case "transpose", (argument,):
                return Piece(f"{self.base(argument)}^{{\\top}}", POWER)
            case "inverse", (argument,):
                return Piece(f"{self.base(argument)}^{{-1}}", POWER)
            case "sqrt", (argument,):
                return Piece(f"\\sqrt{{{self.render(argument).at(SUM)}}}", POSTFIX)
            case "exp", (argument,) if self._short_exponent(argument):
                return Piece(f"e^{{{self.small(2).render(argument).at(SUM)}}}", POWER)
            case "derivative", (function, point):
                found = calculus.derivative(function, point, (), self)
                return self.operator("\\operatorname{derivative}", arguments) if found is None else found
            case "entry", (base, _, *_):
                return self.entry(base, arguments[1:])
            case "call", (_, _) if (member := calculus.statement(term, self)) is not None:
                return member
            case "call", (base, _, *_):
                return self.call(base, arguments[1:])
            case "pi", ():
                return Piece("\\pi", ATOM)
            case (("abs" | "floor" | "ceiling"), (argument,)):
                return Piece(self.fenced(head, argument), POSTFIX)
            case "factorial", (argument,):
                return Piece(f"{self.render(argument).at(ATOM)}!", POWER)
            case "binomial", (above_, below):
                top, bottom = self.render(above_).at(SUM), self.render(below).at(SUM)
                return Piece(f"\\binom{{{top}}}{{{bottom}}}", POWER)
            case "modulo", (left, right):
                return Piece(
                    f"{self.render(left).closed_at(POWER)} \\bmod {self.render(right).at(POWER)}", SUM
                )
            case "identity", (length,):
                return Piece(f"I_{{{self.subscript(length)}}}", POSTFIX)
            case (("ones" | "zeros"), (_, *_)):
                shape = "\\times ".join(self.small(1).render(length).at(SUM) for length in arguments)
                return Piece(f"\\mathbf{{{'1' if head == 'ones' else '0'}}}_{{{shape}}}", POSTFIX)
            case "iverson", (statement,):
                return Piece(bracketed(self.render(statement).text, "[", "]"), POSTFIX)
            case "if", (_, _, _):
                return self.cases(term)
            case "expectation", (argument,):
                return Piece(f"\\mathbb{{E}}\\left[{self.render(argument).text}\\right]", POSTFIX)
            case _ if head in _OPERATORS:
                level = POWER if head in FUNCTION_NAMES else POSTFIX
                return Piece(self.operator(_OPERATORS[head], arguments).text, level)
            case _:
                return self.statement(term, head, arguments)

    def base(self, term: Term) -> str:
        """What stands under an exponent."""
        piece = self.render(term)
        bare = piece.level >= POSTFIX and not has_exponent(piece.text)
        return piece.text if bare else bracketed(piece.text)

    def fenced(self, head: str, argument: Term) -> str:
        left, right = _FENCES[head]
        text = self.render(argument).at(SUM)
        return f"\\left{left}{text}\\right{right}" if TALL.search(text) else f"{left}{text}{right}"

    def operator(self, name: str, arguments: Sequence[Term]) -> Piece:
        inside = ", ".join(self.render(argument).at(IFF) for argument in arguments)
        return Piece(f"{name}{bracketed(inside)}", POSTFIX)

    def _short_exponent(self, argument: Term) -> bool:
        if "e" in self.context.names() or self.script:
            return False
        inner = argument
        if isinstance(inner, Apply) and inner.head == "negate" and len(inner.arguments) == 1:
            inner = inner.arguments[0]
        if isinstance(inner, Apply) and inner.head == "entry":
            return isinstance(inner.arguments[0], Symbol)
        return isinstance(inner, Symbol | Number)

    def sum(self, arguments: Sequence[Term]) -> Piece:
        plus, minus = ("+", "-") if self.script else (" + ", " - ")
        text = self.render(arguments[0]).at(MINUS)
        for argument in arguments[1:]:
            match argument:
                case Apply("negate", (inner,)):
                    text += minus + self.render(inner).at(ENTRYWISE)
                case _:
                    text += plus + self.render(argument).at(ENTRYWISE)
        return Piece(text, SUM)

    def product(self, factors: Sequence[Term]) -> Piece:
        pieces = [self.render(factor) for factor in factors]
        last = pieces[-1]
        # A large operator may stand bare at the end, where nothing follows that it would swallow.
        bare = last.greedy and last.level == PRODUCT
        texts = [piece.closed_at(POWER) for piece in pieces[:-1]]
        if isinstance(factors[0], Apply) and factors[0].head == "divide":
            texts[0] = pieces[0].closed_at(PRODUCT)
        texts.append(last.text if bare else last.closed_at(POWER))
        text = texts[0]
        for left, right in pairwise(texts):
            text += joint(left, right) + right
        return Piece(text, PRODUCT, bare)

    def quotient(self, left: Term, right: Term) -> Piece:
        above, below = self.render(left), self.render(right)
        if self.script == 2 and isinstance(left, Number) and isinstance(right, Number):
            return Piece(f"\\tfrac{{{above.text}}}{{{below.text}}}", POWER)
        if self.script:
            return Piece(f"{above.closed_at(PRODUCT)}/{below.closed_at(POWER)}", PRODUCT)
        return Piece(f"\\frac{{{above.at(SUM)}}}{{{below.at(SUM)}}}", POWER)

    # .. entries and calls ..

    def entry(self, base: Term, indices: Sequence[Term]) -> Piece:
        if isinstance(base, Apply) and base.head == "derivative" and len(base.arguments) == 2:
            found = calculus.derivative(*base.arguments, indices, self)
            if found is not None:
                return found
        shown = [self.subscript(index) for index in indices]
        rank = rank_of(base, self.context) or len(indices)
        shown += [":"] * (rank - len(indices))
        return Piece(subscripted(self.render(base).at(POSTFIX), index_list(shown)), POSTFIX)

    def call(self, base: Term, arguments: Sequence[Term]) -> Piece:
        function = self.render(base).at(POSTFIX)
        kind = self.type_of(base)
        if (
            isinstance(base, Symbol)
            and isinstance(kind, Function)
            and len(arguments) == 1
            and is_integer(kind.domains[0])
        ):
            index = self.subscript(arguments[0])
            if isinstance(kind.codomain, Tensor):
                return Piece(f"{function}^{{({index})}}", POSTFIX)
            if "_" not in function:
                return Piece(f"{function}_{{{index}}}", POSTFIX)
        return self.operator(function, arguments)

    def type_of(self, term: Term) -> Type | None:
        try:
            return type_of(term, self.context)
        except (IllTyped, ValueError, IndexError):
            return None

    # .. definitions ..

    def definition(self, head: str, arguments: Sequence[Term]) -> Piece:
        definition = self.context.definitions.get(head)
        if definition is None or len(arguments) != len(definition.parameters):
            return self.operator(spell_name(head, operator=True), arguments)
        return self.spelled(definition, [self.argument(each) for each in arguments[definition.implicit :]])

    def spelled(self, definition: Definition, arguments: Sequence[Piece]) -> Piece:
        template = definition.latex or spell_name(definition.name, operator=bool(arguments))
        if not arguments:
            return Piece(template, ATOM)
        if not re.search(r"#\d", template):
            inside = ", ".join(piece.at(IFF) for piece in arguments)
            return Piece(f"{template}{bracketed(inside)}", POSTFIX)

        def fill(match: re.Match[str]) -> str:
            position = int(match.group(1)) - 1
            if not 0 <= position < len(arguments):
                return match.group(0)
            enclosed = _OPENING.search(template[: match.start()]) is not None
            return arguments[position].at(IFF if enclosed else POSTFIX)

        text = re.sub(r"#(\d)", fill, template)
        return Piece(text, POWER if re.search(r"\^(\{[^{}]*\}|\w|\\[a-z]+)\Z", template) else POSTFIX)

    def argument(self, term: Term) -> Piece:
        """An argument of a definition; a definition passed as a function is shown without its variable."""
        match term:
            case Bind("lambda", _, condition, Apply(head, arguments)) if condition == TRUE:
                definition = self.context.definitions.get(head)
                if (
                    definition is not None
                    and arguments
                    and arguments[-1] == Bound(0)
                    and len(arguments) == len(definition.parameters) == definition.implicit + 1
                ):
                    return self._unapplied(definition)
        return self.render(term)

    def _unapplied(self, definition: Definition) -> Piece:
        if definition.latex is not None and re.search(r"#\d", definition.latex):
            return self.spelled(definition, [Piece("\\cdot", ATOM)])
        return Piece(definition.latex or spell_name(definition.name, operator=True), ATOM)

    # .. statements ..

    def statement(self, term: Apply, head: str, arguments: tuple[Term, ...]) -> Piece:
        said = calculus.statement(term, self)
        if said is not None:
            return said
        close = approximated(term)
        if close is not None:
            return Piece(f"{self.render(close.term).at(SUM)} \\approx {close.digits}", RELATION)
        match head, arguments:
            case _, (left, right) if head in _RELATIONS:
                return self.relation(left, head, right)
            case (("true" | "false"), ()):
                return Piece(f"\\text{{{head}}}", ATOM)
            case "not", (inner,):
                return Piece(f"\\lnot {self.render(inner).at(ATOM)}", NOT)
            case "and", (_, _, *_):
                return Piece(" \\land ".join(self.render(part).at(NOT) for part in arguments), AND)
            case "or", (_, _, *_):
                return Piece(" \\lor ".join(self.render(part).at(AND) for part in arguments), OR)
            case "implies", (left, right):
                return Piece(f"{self.render(left).at(OR)} \\implies {self.render(right).at(OR)}", IMPLIES)
            case "iff", (left, right):
                return Piece(f"{self.render(left).at(IMPLIES)} \\iff {self.render(right).at(IMPLIES)}", IFF)
            case "independent", (_, _, *_):
                sides = (self.render(part).at(SUM) for part in arguments)
                return Piece(" \\perp\\!\\!\\!\\perp ".join(sides), RELATION)
            case "integrable", (argument,):
                text = self.render(argument).at(SUM)
                bars = ("\\lVert ", "\\rVert") if rank_of(argument, self.context) else ("\\lvert ", "\\rvert")
                return Piece(f"\\mathbb{{E}}\\left[{bars[0]}{text}{bars[1]}\\right] < \\infty", RELATION)
            case "always", (statement,):
                return Piece(f"{self.render(statement).at(OR)} \\text{{ at every outcome}}", IMPLIES)
            case "invertible", (argument,):
                return Piece(f"{self.render(argument).at(SUM)} \\text{{ is invertible}}", RELATION)
            case _:
                return self.definition(head, arguments)

    def relation(self, left: Term, head: str, right: Term) -> Piece:
        first = "0" if is_zero_side(left, right, self.context) else self.render(left).at(SUM)
        second = "0" if is_zero_side(right, left, self.context) else self.render(right).at(SUM)
        return Piece(f"{first} {_RELATIONS[head]} {second}", RELATION)

    def cases(self, term: Term) -> Piece:
        rows = []
        while isinstance(term, Apply) and term.head == "if" and len(term.arguments) == 3:
            statement, value, term = term.arguments
            rows.append(f"{self.render(value).at(SUM)} & \\text{{if }} {self.render(statement).text}")
        rows.append(f"{self.render(term).at(SUM)} & \\text{{otherwise}}")
        lines = " \\\\ ".join(rows)
        return Piece(f"\\begin{{cases}} {lines} \\end{{cases}}", SUM)

    # .. binders ..

    def binder(self, term: Bind) -> Piece:
        match term.head:
            case "sum" | "product":
                return self.big_operator(term)
            case "integral":
                return calculus.integral(term, self)
            case "sup" | "inf":
                ranges, inner, body = self.opened(term)
                under = stacked(ranges)
                text = inner.render(body).at(PRODUCT)
                return Piece(f"\\{term.head}_{{{under}}} {text}", PRODUCT, greedy=True, large=True)
            case "greatest" | "least":
                return self.extremal(term)
            case "forall" | "exists":
                ranges, inner, body = self.opened(term)
                text = inner.render(body).text
                shown = ",\\ ".join(ranges)
                return Piece(f"\\{term.head} {shown}:\\ {text}", QUANTIFIER)
            case "lambda":
                opened = open_nest(term, self.context, nested=False)
                inner = Writer(opened.context, self.script)
                name = inner.symbol(opened.variables[0][0])
                return Piece(f"{name} \\mapsto {inner.render(opened.body).at(SUM)}", IFF)
            case _:
                return self.array(term)

    def big_operator(self, term: Bind) -> Piece:
        opened = open_nest(term, self.context)
        inner = Writer(opened.context, self.script)
        command = "\\sum" if term.head == "sum" else "\\prod"
        groups: list[tuple[list[str], str, str]] = []
        for name, kind, outer in opened.variables:
            where = Writer(outer, 1)
            spelled = inner.symbol(name)
            if isinstance(kind, Index):
                low, high = (where.render(bound).at(SUM) for bound in (kind.low, kind.high))
                if groups and groups[-1][1:] == (low, high):
                    groups[-1][0].append(spelled)
                else:
                    groups.append(([spelled], low, high))
            else:
                groups.append(([f"{spelled}\\in {where.type(kind)}"], "", ""))
        text = ""
        for position, (names, low, high) in enumerate(groups):
            under = f"{','.join(names)}={low}" if high else names[0]
            if position == len(groups) - 1 and opened.condition != TRUE:
                condition = inner.small(1).render(opened.condition).text
                under = stacked([under, condition])
            text += f"{command}_{{{under}}}" + (f"^{{{high}}}" if high else "")
        return Piece(f"{text} {inner.render(opened.body).at(PRODUCT)}", PRODUCT, greedy=True, large=True)

    def opened(self, term: Bind) -> tuple[list[str], Writer, Term]:
        """The ranges of the variable as statements, the writer inside, and the body.

        A condition on a real or an array, as in ``x \\ne 0``, says all that a reader needs of the variable.
        """
        opened = open_nest(term, self.context, nested=term.head in ("forall", "exists"))
        inner = Writer(opened.context, self.script)
        small = inner.small(1) if term.head in ("sup", "inf") else inner
        name, kind, _ = opened.variables[-1]
        condition = opened.condition
        telling = name in free_symbols(condition) and (
            kind == REAL
            or (isinstance(kind, Tensor) and term.head in ("sup", "inf"))
            or calculus.set_of(conjuncts(condition)[0], name, inner) is not None
        )
        shown: list[tuple[list[str], str]] = []
        for each, each_kind, outer in opened.variables:
            if telling and each == name:
                continue
            text = Writer(outer, self.script).type(each_kind)
            if shown and shown[-1][1] == text:
                shown[-1][0].append(inner.symbol(each))
            else:
                shown.append(([inner.symbol(each)], text))
        ranges = [f"{', '.join(names)} \\in {text}" for names, text in shown]
        first, *others = conjuncts(condition)
        if others and calculus.set_of(first, name, inner) is not None:
            ranges.append(small.render(first).text)
            condition = conjunction(*others)
        if condition != TRUE:
            ranges.append(small.render(condition).at(IFF))
        return ranges, inner, opened.body

    def extremal(self, term: Bind) -> Piece:
        opened = open_nest(term, self.context, nested=False)
        inner = Writer(opened.context, self.script)
        name, kind, _ = opened.variables[0]
        parts: tuple[Term, Term] = (TRUE, opened.condition)
        match opened.condition:
            case Apply("and", (first, second)) if _bounds(first, name):
                parts = (first, second)
            case _:
                pass
        element = f"{inner.symbol(name)} \\in {self.type(kind)}"
        if parts[0] != TRUE and kind == REAL:
            element = inner.render(parts[0]).at(AND)
        elif parts[0] != TRUE:
            element = f"{element},\\ {inner.render(parts[0]).at(AND)}"
        command = "\\max" if term.head == "greatest" else "\\min"
        inside = f"{element} : {inner.render(parts[1]).text}"
        return Piece(command + bracketed(inside, "\\{", "\\}"), POWER)

    def array(self, term: Bind) -> Piece:
        opened = open_nest(term, self.context)
        inner = Writer(opened.context, self.script)
        names = ",\\,".join(f"{inner.symbol(name)}=1" for name, _, _ in opened.variables)
        ends = ",\\,".join(
            Writer(outer, 1).render(kind.high).at(SUM)
            for _, kind, outer in opened.variables
            if isinstance(kind, Index)
        )
        text = inner.render(opened.body).at(SUM)
        return Piece(f"\\left({text}\\right)_{{{names}}}^{{{ends}}}", POWER)

    # .. types ..

    def type(self, kind: Type) -> str:
        small = self.small(1)
        match kind:
            case Scalar(name):
                return _SETS.get(name, "\\{\\text{true}, \\text{false}\\}")
            case Index(low, high):
                first, last = self.render(low).at(SUM), self.render(high).at(SUM)
                return f"\\{{{first}, \\ldots, {last}\\}}"
            case Tensor(()):
                return _SETS["real"]
            case Tensor(shape):
                lengths = " \\times ".join(small.render(length).at(PRODUCT) for length in shape)
                return f"\\mathbb{{R}}^{{{lengths}}}"
            case Function():
                domains, codomain, inner = opened_codomain(kind, self.context)
                names = list(inner.declarations)[-len(domains) :]
                sets = []
                for name, (domain, outer) in zip(names, domains, strict=True):
                    text = Writer(outer, self.script).type(domain)
                    if mentions_arguments(kind):
                        text = f"{spell_name(name)} \\in {text}"
                    sets.append(f"({text})" if isinstance(domain, Function) or " \\in " in text else text)
                product = " \\times ".join(sets)
                return f"{product} \\to {Writer(inner, self.script).type(codomain)}"


def _bounds(statement: Term, name: str) -> bool:
    """Whether the statement compares the named variable with something, as in ``a > 0``."""
    return (
        isinstance(statement, Apply)
        and statement.head in ORDER_RELATIONS
        and statement.arguments[0] == Symbol(name)
        and name not in free_symbols(statement.arguments[1])
    )
