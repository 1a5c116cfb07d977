"""Our terms at numeric sizes as real expressions: sums written out, arrays by their entries, deltas decided.

It shares the data classes of the term language with the rest and nothing else: no normal form, no rule of the kernel.
What a term means is read from DESIGN, section 3, and from the table of operators in ``checks/terms.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations, product
from math import ceil, comb, factorial, floor

from benchmarks.soundness.coq_atoms import Atoms
from benchmarks.soundness.coq_expressions import (
    FALSE,
    ONE,
    TRUE,
    ZERO,
    Constant,
    Expression,
    LeftOut,
    Proposition,
    compared,
    constant,
    every,
    minus,
    opposite,
    over,
    plus,
    polynomial,
    raised,
    some,
    spelled,
    times,
    variables_of,
)
from checks.contexts import Context
from checks.terms import (
    DIMENSION,
    INTEGER,
    NATURAL,
    REAL,
    Apply,
    Bind,
    Bound,
    Function,
    Index,
    Number,
    Symbol,
    Tensor,
    Term,
    Type,
    called,
    codomain_at,
    number,
    open_binder,
    substitute,
)

Place = tuple[int, ...]


class Undefined(Exception):
    """The term has no value at these sizes, whatever the reals are."""


@dataclass(frozen=True, slots=True)
class Table:
    """An array by its entries; indices start at 1."""

    shape: Place
    entries: Mapping[Place, Expression]


Value = Expression | Table

INTEGERS = (DIMENSION, NATURAL, INTEGER)
MOST_ENTRIES = 400


def places(shape: Place) -> Iterator[Place]:
    """The places of an array of a shape."""
    return product(*(range(1, length + 1) for length in shape))


def table(shape: Place, entry: Callable[[Place], Expression]) -> Table:
    """The array with these entries."""
    return Table(shape, {place: entry(place) for place in places(shape)})


def is_integer(kind: Type) -> bool:
    """Whether numbers of a type are integers."""
    return isinstance(kind, Index) or kind in INTEGERS


@dataclass(slots=True)
class Unfolding:
    """One context at some sizes: ``sizes`` are the values of its integer symbols.

    Integer symbols without a value stay variables, collected in ``integers``; nothing can be written out over a range
    that depends on them.  ``conditions`` are what makes the terms read so far defined, each under the tests of the
    branches in which it came up.
    """

    context: Context
    sizes: Mapping[str, int]
    atoms: Atoms = field(default_factory=Atoms)
    integers: dict[str, str] = field(default_factory=dict)
    randoms: dict[str, tuple[str, Place]] = field(default_factory=dict)
    conditions: list[Proposition] = field(default_factory=list)
    branch: Proposition = TRUE

    # -- values ----------------------------------------------------------------------------------------

    def value(self, term: Term) -> Value:
        """A number or array."""
        match term:
            case Number(value):
                return Constant(value)
            case Symbol(name):
                return self._symbol(name)
            case Bound():
                raise LeftOut("a bound variable outside of its binder")
            case Bind():
                return self._binder(term)
            case Apply(head, arguments):
                definition = self.context.definitions.get(head)
                if definition is not None:
                    if definition.opaque:
                        return self._opaque(term)
                    values = {p.name: a for p, a in zip(definition.parameters, arguments, strict=True)}
                    return self.value(substitute(definition.body, values))
                if head in _OPERATIONS:
                    return _OPERATIONS[head](self, *arguments)
                if head in _OF_VALUES:
                    return _OF_VALUES[head](*map(self.value, arguments))
                raise LeftOut(f"`{head}`")

    def scalar(self, term: Term) -> Expression:
        """The value of a number."""
        found = self.value(term)
        if isinstance(found, Table):
            raise LeftOut("an array where a number is expected")
        return found

    def array(self, term: Term) -> Table:
        """The value of an array."""
        found = self.value(term)
        if not isinstance(found, Table):
            raise LeftOut("a number where an array is expected")
        return found

    def whole(self, term: Term) -> int:
        """The value of an integer; raises ``LeftOut`` where it is not known."""
        found = self.scalar(term)
        if not isinstance(found, Constant):
            raise LeftOut("a size or index that is no number")
        if found.value.denominator != 1:
            raise Undefined("a size or index that is no integer")
        return found.value.numerator

    def shape(self, kind: Tensor) -> Place:
        """The lengths of an array."""
        found = tuple(map(self.whole, kind.shape))
        if any(length < 0 for length in found):
            raise Undefined("a negative length")
        size = 1
        for length in found:
            size *= length
        if size > MOST_ENTRIES:
            raise LeftOut("too large: an array of many entries")
        return found

    def need(self, condition: Proposition) -> None:
        """Notes what makes a term defined, where the branch that is read is taken."""
        if condition == TRUE:
            return
        if self.branch == TRUE and condition == FALSE:
            raise Undefined("a condition fails at these sizes")
        self.conditions.append(condition if self.branch == TRUE else some(opposite(self.branch), condition))

    def quotient(self, top: Expression, bottom: Expression) -> Expression:
        """The quotient, which asks for a denominator that is not 0."""
        self.need(compared("!=", bottom, ZERO))
        # As 0 is no denominator where the term is defined, any value will do there.
        return ZERO if bottom == ZERO else over(top, bottom)

    # -- symbols ---------------------------------------------------------------------------------------

    def _symbol(self, name: str) -> Value:
        if name in self.context.lets:
            return self.value(self.context.lets[name])
        if name in self.sizes:
            return constant(self.sizes[name])
        declaration = self.context.declarations.get(name)
        if declaration is None:
            raise LeftOut(f"the symbol {name} is not declared")
        return self._member(name, declaration.type, name, ())

    def _member(self, text: str, kind: Type, symbol: str, before: Place) -> Value:
        """Something of a type that is called by a text: a variable, or an array of them."""
        if isinstance(kind, Function):
            raise LeftOut("a function that is not applied")
        random = self.context.is_random(symbol)
        if isinstance(kind, Tensor):
            shape = self.shape(kind)
            return table(shape, lambda place: self._entry(text, symbol, before, place, random))
        if is_integer(kind):
            found = self.atoms.variable(text)
            if random:
                raise LeftOut("a random integer")
            self.integers.setdefault(text, found.name)
            return found
        if kind != REAL:
            raise LeftOut("a symbol of another type")
        return self._entry(text, symbol, before, (), random)

    def _entry(self, text: str, symbol: str, before: Place, place: Place, random: bool) -> Expression:
        found = self.atoms.variable(text + "".join(f"_{index}" for index in place))
        if random:
            self.randoms[found.name] = (symbol, before + place)
        return found

    def _opaque(self, term: Apply) -> Value:
        """An opaque definition is only known to have one value for equal arguments."""
        if isinstance(self.context.definitions[term.head].type, Tensor):
            raise LeftOut("an opaque definition of an array")
        values = [self.value(argument) for argument in term.arguments]
        about = frozenset().union(*map(_variables_of_value, values))
        return self.atoms.free(f"{term.head}({', '.join(map(_spelled_value, values))})", lossy=True, about=about)

    def call(self, term: Apply) -> Value:
        """A function at its arguments: an abstract one is a variable for each of them."""
        function, arguments = called(term)
        while isinstance(function, Symbol) and function.name in self.context.lets:
            function = self.context.lets[function.name]
        if isinstance(function, Bind) and function.head == "lambda":
            _, body = open_binder(function, self._argument(arguments[0]))
            return self.value(Apply("call", (body, *arguments[1:])) if arguments[1:] else body)
        if not isinstance(function, Symbol):
            raise LeftOut("a function that is no symbol")
        declaration = self.context.declarations.get(function.name)
        kind = None if declaration is None else declaration.type
        values = [self.value(argument) for argument in arguments]
        settled = tuple(map(self._argument, arguments))
        while isinstance(kind, Function):
            count = len(kind.domains)
            kind, settled = codomain_at(kind, settled[:count]), settled[count:]
        if kind is None or settled:
            raise LeftOut("a function applied to too few or too many arguments")
        text = f"{function.name}({', '.join(map(_spelled_value, values))})"
        if is_integer(kind):
            if text not in self.sizes:
                raise LeftOut("an integer that a function gives")
            return constant(self.sizes[text])
        if self.context.is_random(function.name):
            whole = [value.value for value in values if isinstance(value, Constant)]
            if len(whole) < len(values) or any(value.denominator != 1 for value in whole):
                raise LeftOut("a random function of reals")
            return self._member(text, kind, function.name, tuple(map(int, whole)))
        about = frozenset().union(*map(_variables_of_value, values))
        if about and kind == REAL:
            # Of arguments that happen to be equal nothing is known.
            return self.atoms.free(text, lossy=True, about=about)
        if not about.isdisjoint(self.randoms):
            raise LeftOut("an array that depends on something random by an abstract function")
        return self._member(text, kind, function.name, ())

    def _argument(self, term: Term) -> Term:
        """A term for an argument that is a known number: that number."""
        try:
            found = self.value(term)
        except LeftOut:
            return term
        return Number(found.value) if isinstance(found, Constant) else term

    # -- binders ---------------------------------------------------------------------------------------

    def span(self, kind: Type) -> range:
        """The numbers of an index type."""
        if not isinstance(kind, Index):
            raise LeftOut("a binder over a type that has no finite range")
        low, high = self.whole(kind.low), self.whole(kind.high)
        if high - low >= MOST_ENTRIES:
            raise LeftOut("too large: a long range")
        return range(low, high + 1)

    def _binder(self, term: Bind) -> Value:
        if term.head not in ("sum", "product", "array", "sup", "inf"):
            raise LeftOut(f"`{term.head}`")
        values: list[Value] = []
        for index in self.span(term.domain):
            condition, body = open_binder(term, number(index))
            test = self.proposition(condition)
            if test == FALSE:
                continue
            if test == TRUE:
                values.append(self.value(body))
                continue
            if term.head not in ("sum", "product"):
                raise LeftOut(f"`{term.head}` under a condition on reals")
            found = self.under(test, body)
            if isinstance(found, Table):
                raise LeftOut("a sum of arrays under a condition on reals")
            values.append(self.atoms.choice(test, found, ZERO if term.head == "sum" else ONE))
        if term.head == "array":
            return _stacked(values)
        if not values and term.head == "sum" and isinstance(self._example(term), Table):
            raise LeftOut("an empty sum of arrays")
        if term.head == "sum":
            return _added(*values)
        scalars = tuple(value for value in values if not isinstance(value, Table))
        if len(scalars) < len(values):
            raise LeftOut(f"`{term.head}` of arrays")
        if term.head == "product":
            return times(*scalars)
        if not scalars:
            raise Undefined("the extreme of nothing")
        return self.atoms.extreme("maximum" if term.head == "sup" else "minimum", scalars)

    def _example(self, term: Bind) -> Value:
        """What the summand of an empty sum would be at the lower end; a number where that cannot be said."""
        low = term.domain.low if isinstance(term.domain, Index) else number(1)
        conditions, branch = list(self.conditions), self.branch
        try:
            return self.value(open_binder(term, self._argument(low))[1])
        except (LeftOut, Undefined):
            return ZERO
        finally:
            self.conditions, self.branch = conditions, branch

    def under(self, test: Proposition, term: Term) -> Value:
        """The value of a term that is read only where a test holds."""
        outer, self.branch = self.branch, every(self.branch, test)
        try:
            return self.value(term)
        finally:
            self.branch = outer

    # -- propositions ----------------------------------------------------------------------------------

    def proposition(self, statement: Term) -> Proposition:
        """A statement; raises ``LeftOut`` for what is no comparison of numbers or entries."""
        match statement:
            case Apply("true", ()):
                return TRUE
            case Apply("false", ()):
                return FALSE
            case Apply("=" | "!=" | "<=" | "<" | ">=" | ">" | "equal_almost_surely" as head, (left, right)):
                return _comparison("=" if head == "equal_almost_surely" else head, self.value(left), self.value(right))
            case Apply("and", parts):
                return every(*map(self.proposition, parts))
            case Apply("or", parts):
                return some(*map(self.proposition, parts))
            case Apply("not", (inner,)):
                return opposite(self.proposition(inner))
            case Apply("implies", (premise, conclusion)):
                first = self.proposition(premise)
                return self._implied(first, conclusion)
            case Apply("iff", (left, right)):
                first, second = self.proposition(left), self.proposition(right)
                return every(some(opposite(first), second), some(opposite(second), first))
            case Apply("invertible", (matrix,)):
                return compared("!=", determinant(self.array(matrix)), ZERO)
            case Bind("forall" | "exists" as head, domain) if isinstance(domain, Index):
                found = []
                for index in self.span(domain):
                    condition, body = open_binder(statement, number(index))
                    test = self.proposition(condition)
                    if test != FALSE:
                        found.append(
                            self._implied(test, body) if head == "forall" else every(test, self.proposition(body))
                        )
                return every(*found) if head == "forall" else some(*found)
            case Apply(head) | Bind(head):
                raise LeftOut(f"`{head}`")
            case _:
                raise LeftOut("a statement that is no comparison")

    def _implied(self, premise: Proposition, conclusion: Term) -> Proposition:
        if premise == FALSE:
            return TRUE
        outer, self.branch = self.branch, every(self.branch, premise)
        try:
            return some(opposite(premise), self.proposition(conclusion))
        finally:
            self.branch = outer


def _comparison(head: str, left: Value, right: Value) -> Proposition:
    if isinstance(left, Table) and isinstance(right, Table):
        if left.shape != right.shape:
            raise Undefined("arrays of different shapes are compared")
        parts = [compared(head, left.entries[place], right.entries[place]) for place in places(left.shape)]
        return some(*parts) if head == "!=" else every(*parts)
    if isinstance(left, Table) or isinstance(right, Table):
        raise LeftOut("an array and a number are compared")
    return compared(head, left, right)


def _variables_of_value(value: Value) -> frozenset[str]:
    if isinstance(value, Table):
        return frozenset().union(*map(variables_of, value.entries.values()))
    return variables_of(value)


def _spelled_value(value: Value) -> str:
    if isinstance(value, Table):
        return "[" + ", ".join(spelled(polynomial(value.entries[place])) for place in places(value.shape)) + "]"
    return spelled(polynomial(value))


# -- operations on values ------------------------------------------------------------------------------


def _entrywise(operation: Callable[..., Expression], *values: Value) -> Value:
    arrays = [value for value in values if isinstance(value, Table)]
    if not arrays:
        return operation(*values)
    shape = arrays[0].shape
    if len(arrays) < len(values) or any(array.shape != shape for array in arrays):
        raise Undefined("arrays of different shapes")
    return table(shape, lambda place: operation(*(array.entries[place] for array in arrays)))


def _added(*values: Value) -> Value:
    return _entrywise(plus, *values)


def _multiplied(*values: Value) -> Value:
    scalars = [value for value in values if not isinstance(value, Table)]
    arrays = [value for value in values if isinstance(value, Table)]
    if not arrays:
        return times(*scalars)
    if len(arrays) > 1:
        raise LeftOut("a product of arrays")
    return _entrywise(lambda entry: times(*scalars, entry), arrays[0])


def _matmul(left: Value, right: Value) -> Value:
    if not isinstance(left, Table) or not isinstance(right, Table):
        raise LeftOut("a matrix product of numbers")
    inner = left.shape[1]
    if inner != right.shape[0]:
        raise Undefined("shapes do not fit")
    a, b = left.entries, right.entries
    return table(
        (left.shape[0], *right.shape[1:]),
        lambda place: plus(*(times(a[place[0], k], b[(k, *place[1:])]) for k in range(1, inner + 1))),
    )


def _dot(left: Value, right: Value) -> Value:
    if not isinstance(left, Table) or not isinstance(right, Table) or left.shape != right.shape:
        raise Undefined("shapes do not fit")
    return plus(*(times(left.entries[place], right.entries[place]) for place in places(left.shape)))


def _outer(left: Value, right: Value) -> Value:
    if not isinstance(left, Table) or not isinstance(right, Table):
        raise LeftOut("an outer product of numbers")
    cut = len(left.shape)
    return table(
        left.shape + right.shape, lambda place: times(left.entries[place[:cut]], right.entries[place[cut:]])
    )


def _transpose(value: Value) -> Value:
    if not isinstance(value, Table):
        raise LeftOut("the transpose of a number")
    if len(value.shape) == 1:
        return table((1, *value.shape), lambda place: value.entries[place[1:]])
    return table(value.shape[::-1], lambda place: value.entries[place[::-1]])


def _trace(value: Value) -> Value:
    if not isinstance(value, Table):
        raise LeftOut("the trace of a number")
    return plus(*(value.entries[k, k] for k in range(1, value.shape[0] + 1)))


def _hadamard(*values: Value) -> Value:
    return _entrywise(times, *values)


def _diagonal_matrix(value: Value) -> Value:
    if not isinstance(value, Table):
        raise LeftOut("the diagonal matrix of a number")
    return table(value.shape * 2, lambda place: value.entries[place[:1]] if place[0] == place[1] else ZERO)


def _diagonal(value: Value) -> Value:
    if not isinstance(value, Table):
        raise LeftOut("the diagonal of a number")
    return table(value.shape[:1], lambda place: value.entries[place * 2])


def determinant(matrix: Value) -> Expression:
    """By Leibniz' formula, up to 4 rows."""
    if not isinstance(matrix, Table) or len(matrix.shape) != 2 or matrix.shape[0] != matrix.shape[1]:
        raise Undefined("the determinant of what is not square")
    size = matrix.shape[0]
    if size > 4:
        raise LeftOut("too large: a determinant of more than four rows")
    summands = []
    for order in permutations(range(1, size + 1)):
        crossed = sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
        factors = [matrix.entries[row, column] for row, column in enumerate(order, 1)]
        summands.append(times(constant((-1) ** crossed), *factors))
    return plus(*summands)


def _stacked(rows: list[Value]) -> Table:
    if not rows:
        raise LeftOut("an array without entries")
    entries: dict[Place, Expression] = {}
    inner: Place = ()
    for index, row in enumerate(rows, 1):
        if isinstance(row, Table):
            inner = row.shape
            entries |= {(index, *place): entry for place, entry in row.entries.items()}
        else:
            entries[(index,)] = row
    return Table((len(rows), *inner), entries)


_OF_VALUES: Mapping[str, Callable[..., Value]] = {
    "add": _added, "multiply": _multiplied, "negate": lambda value: _entrywise(minus, value), "matmul": _matmul,
    "dot": _dot, "outer": _outer, "transpose": _transpose, "trace": _trace, "hadamard": _hadamard,
    "diagonal_matrix": _diagonal_matrix, "diagonal": _diagonal, "determinant": determinant,
}  # fmt: skip


# -- operations that need more than values -------------------------------------------------------------


def _divide(unfolding: Unfolding, top: Term, bottom: Term) -> Value:
    below = unfolding.scalar(bottom)
    return _entrywise(lambda entry: unfolding.quotient(entry, below), unfolding.value(top))


def _power(unfolding: Unfolding, base: Term, exponent: Term) -> Value:
    below, above = unfolding.value(base), unfolding.scalar(exponent)
    if not isinstance(above, Constant):
        raise LeftOut("a power whose exponent is no number")
    value = above.value
    if isinstance(below, Table):
        if value.denominator != 1 or value < 0:
            raise Undefined("a matrix power that is not natural")
        result: Value = table(below.shape, lambda place: ONE if place[0] == place[1] else ZERO)
        for _ in range(int(value)):
            result = _matmul(result, below)
        return result
    if abs(value) > 12:
        raise LeftOut("too large: a high power")
    if value.denominator != 1:
        unfolding.need(compared(">=" if value > 0 else ">", below, ZERO))
        below = unfolding.atoms.root(below, value.denominator)
    if value >= 0:
        return raised(below, value.numerator)
    return unfolding.quotient(ONE, raised(below, -value.numerator))


def _inverse(unfolding: Unfolding, matrix: Term) -> Value:
    """The adjugate by the determinant."""
    array = unfolding.array(matrix)
    total = determinant(array)
    size = array.shape[0]

    def cofactor(place: Place) -> Expression:
        j, i = place
        rows = [row for row in range(1, size + 1) if row != i]
        columns = [column for column in range(1, size + 1) if column != j]
        minor = table((size - 1,) * 2, lambda p: array.entries[rows[p[0] - 1], columns[p[1] - 1]])
        return times(constant((-1) ** (i + j)), determinant(minor))

    return table(array.shape, lambda place: unfolding.quotient(cofactor(place), total))


def _entry(unfolding: Unfolding, array: Term, *indices: Term) -> Value:
    found = unfolding.array(array)
    place = tuple(map(unfolding.whole, indices))
    if any(not 1 <= index <= length for index, length in zip(place, found.shape, strict=False)):
        unfolding.need(FALSE)
        return ZERO
    if len(place) == len(found.shape):
        return found.entries[place]
    return table(found.shape[len(place) :], lambda rest: found.entries[place + rest])


def _root(unfolding: Unfolding, argument: Term) -> Value:
    def root(entry: Expression) -> Expression:
        unfolding.need(compared("<=", ZERO, entry))
        return unfolding.atoms.root(entry, 2)

    return _entrywise(root, unfolding.value(argument))


def _elementwise(operation: Callable[[Atoms, Expression], Expression]) -> Callable[..., Value]:
    return lambda unfolding, argument: _entrywise(
        lambda entry: operation(unfolding.atoms, entry), unfolding.value(argument)
    )


def _named(head: str, at_zero: int) -> Callable[..., Value]:
    def named(atoms: Atoms, entry: Expression) -> Expression:
        form = polynomial(entry)
        if not form:
            return constant(at_zero)
        return atoms.free(f"{head} {spelled(form)}", lossy=True, about=variables_of(entry))

    return _elementwise(named)


def _log(unfolding: Unfolding, argument: Term) -> Value:
    def log(entry: Expression) -> Expression:
        unfolding.need(compared("<", ZERO, entry))
        if entry == ONE:
            return ZERO
        return unfolding.atoms.free(f"log {spelled(polynomial(entry))}", lossy=True, about=variables_of(entry))

    return _entrywise(log, unfolding.value(argument))


def _rounded(round_it: Callable[[Fraction], int]) -> Callable[..., Value]:
    def rounded(unfolding: Unfolding, argument: Term) -> Value:
        found = unfolding.scalar(argument)
        if not isinstance(found, Constant):
            raise LeftOut("`floor` of what is no number")
        return constant(round_it(found.value))

    return rounded


def _modulo(unfolding: Unfolding, left: Term, right: Term) -> Value:
    a, b = unfolding.whole(left), unfolding.whole(right)
    if not b:
        unfolding.need(FALSE)
        return ZERO
    return constant(a - b * floor(Fraction(a, b)))


def _factorial(unfolding: Unfolding, argument: Term) -> Value:
    found = unfolding.whole(argument)
    if found < 0:
        unfolding.need(FALSE)
        return ONE
    return constant(factorial(found))


def _binomial(unfolding: Unfolding, above: Term, below: Term) -> Value:
    n, k = unfolding.whole(above), unfolding.whole(below)
    if not 0 <= k <= n:
        unfolding.need(FALSE)
        return ZERO
    return constant(comb(n, k))


def _extreme(rule: str) -> Callable[..., Value]:
    return lambda unfolding, *parts: unfolding.atoms.extreme(rule, tuple(map(unfolding.scalar, parts)))


def _iverson(unfolding: Unfolding, statement: Term) -> Value:
    return unfolding.atoms.choice(unfolding.proposition(statement), ONE, ZERO)


def _if(unfolding: Unfolding, statement: Term, first: Term, second: Term) -> Value:
    test = unfolding.proposition(statement)
    if test == TRUE:
        return unfolding.value(first)
    if test == FALSE:
        return unfolding.value(second)
    left, right = unfolding.under(test, first), unfolding.under(opposite(test), second)
    return _entrywise(lambda a, b: unfolding.atoms.choice(test, a, b), left, right)


def _identity(unfolding: Unfolding, size: Term) -> Value:
    shape = unfolding.shape(Tensor((size, size)))
    return table(shape, lambda place: ONE if place[0] == place[1] else ZERO)


def _filled(value: Expression) -> Callable[..., Value]:
    return lambda unfolding, *lengths: table(unfolding.shape(Tensor(lengths)), lambda place: value)


def _expectation(unfolding: Unfolding, argument: Term) -> Value:
    # Imported here as moments are values of terms themselves.
    from benchmarks.soundness.coq_moments import averaged

    return _entrywise(lambda entry: averaged(unfolding, entry), unfolding.value(argument))


def _pi(unfolding: Unfolding) -> Value:
    name = unfolding.atoms.variable("pi")
    facts = (compared("<", Constant(Fraction(314, 100)), name), compared("<", name, Constant(Fraction(315, 100))))
    return unfolding.atoms.free("pi", facts, lossy=True)


_OPERATIONS: Mapping[str, Callable[..., Value]] = {
    "divide": _divide, "power": _power, "inverse": _inverse, "entry": _entry, "sqrt": _root, "log": _log,
    "abs": _elementwise(Atoms.absolute), "sign": _elementwise(Atoms.sign), "exp": _elementwise(Atoms.exponential),
    "sin": _named("sin", 0), "cos": _named("cos", 1), "tanh": _named("tanh", 0), "erf": _named("erf", 0),
    "floor": _rounded(floor), "ceiling": _rounded(ceil), "modulo": _modulo, "factorial": _factorial,
    "binomial": _binomial, "maximum": _extreme("maximum"), "minimum": _extreme("minimum"), "iverson": _iverson,
    "if": _if, "identity": _identity, "ones": _filled(ONE), "zeros": _filled(ZERO), "expectation": _expectation,
    "call": lambda unfolding, *arguments: unfolding.call(Apply("call", arguments)), "pi": _pi,
}  # fmt: skip
