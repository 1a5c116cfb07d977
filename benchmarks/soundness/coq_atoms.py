"""Variables that stand for what is no polynomial: roots, sizes, signs, choices, exponentials, functions, moments.

An atom is a variable with what is known of it, as propositions that hold of what it stands for, and, where it has
one, the rule by which its value follows from those of the variables that were there before it.  Two things that are
equal as polynomials have one atom.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt, lcm

from benchmarks.soundness.coq_expressions import (
    ONE,
    ZERO,
    Constant,
    Expression,
    NoValue,
    Proposition,
    Variable,
    compared,
    constant,
    every,
    expression_of,
    holds_at,
    minus,
    opposite,
    over,
    polynomial,
    raised,
    some,
    spelled,
    times,
    value_at,
    variables_of,
)


@dataclass(frozen=True, slots=True)
class Atom:
    """A variable for something that is no polynomial.

    ``rule`` says how its value is found: ``root`` of a degree, ``absolute``, ``sign``, ``maximum``, ``minimum``,
    ``choice`` by a test, or ``free``: any value that its ``facts`` allow.  ``lossy`` says that more is true of what it
    stands for than the facts, ``about`` which variables it depends on.
    """

    name: str
    rule: str
    arguments: tuple[Expression, ...] = ()
    facts: tuple[Proposition, ...] = ()
    test: Proposition | None = None
    degree: int = 0
    lossy: bool = False
    about: frozenset[str] = frozenset()

    def value(self, point: Mapping[str, Fraction]) -> Fraction:
        """The value of an atom that is not free; raises ``NoValue`` for an irrational one."""
        if self.rule == "choice" and self.test is not None:
            return value_at(self.arguments[0 if holds_at(self.test, point) else 1], point)
        values = [value_at(argument, point) for argument in self.arguments]
        match self.rule:
            case "root":
                return rational_root(values[0], self.degree)
            case "absolute":
                return abs(values[0])
            case "sign":
                return Fraction((values[0] > 0) - (values[0] < 0))
            case "maximum":
                return max(values)
            case "minimum":
                return min(values)
        raise NoValue(self.name)


def rational_root(value: Fraction, degree: int) -> Fraction:
    """The rational root of a rational that is not negative; raises ``NoValue`` where there is none."""
    if value < 0:
        raise NoValue("the root of a negative number")
    return Fraction(_whole_root(value.numerator, degree), _whole_root(value.denominator, degree))


def _whole_root(value: int, degree: int) -> int:
    found = isqrt(value) if degree == 2 else round(value ** (1 / degree)) if value < 2**50 else 0
    if found**degree != value:
        raise NoValue("an irrational root")
    return found


@dataclass(slots=True)
class Atoms:
    """The atoms of one goal, by what they stand for, in the order in which they came up.

    ``fractions`` says of each monomial into how many parts exponentials of it are cut: exp(m/2) and exp(m) are both
    powers of exp(m/2).  An exponential that needs more sets ``finer``, and the goal is written once more.
    """

    known: dict[str, Atom] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    fractions: dict[str, int] = field(default_factory=dict)
    finer: bool = False

    def variable(self, text: str) -> Variable:
        """The variable that a text stands for, under a name that Coq takes."""
        if text not in self.names:
            stem = re.sub(r"[^A-Za-z0-9_]", "_", text)[:40]
            taken = set(self.names.values())
            name, count = f"v_{stem}", 1
            while name in taken:
                count += 1
                name = f"v_{stem}_{count}"
            self.names[text] = name
        return Variable(self.names[text])

    def _atom(
        self, key: str, rule: str, arguments: tuple[Expression, ...], facts: tuple[Proposition, ...],
        test: Proposition | None = None, degree: int = 0, lossy: bool = False, about: frozenset[str] = frozenset(),
    ) -> Variable:  # fmt: skip
        name = self.variable(key)
        about = about.union(*map(variables_of, (*arguments, *(() if test is None else (test,)))))
        self.known.setdefault(key, Atom(name.name, rule, arguments, facts, test, degree, lossy, about))
        return name

    # -- with a value ----------------------------------------------------------------------------------

    def root(self, base: Expression, degree: int) -> Expression:
        """The root of what is not negative."""
        if isinstance(base, Constant):
            try:
                return Constant(rational_root(base.value, degree))
            except NoValue:
                pass
        form = polynomial(base)
        if not form:
            return ZERO
        key = f"root{degree} {spelled(form)}"
        name = self.variable(key)
        # Without broken coefficients, which Coq's Gröbner bases do not read.
        scale = lcm(*(coefficient.denominator for coefficient in form.values()))
        whole = times(constant(scale), base) if scale == 1 else expression_of(form, scale)
        power = times(constant(scale), raised(name, degree))
        facts = (compared("<=", ZERO, name), compared("=", power, whole))
        return self._atom(key, "root", (base,), facts, degree=degree)

    def absolute(self, base: Expression) -> Expression:
        """|t|, which is |-t|."""
        if isinstance(base, Constant):
            return Constant(abs(base.value))
        form = polynomial(base)
        if not form:
            return ZERO
        negative = {monomial: -coefficient for monomial, coefficient in form.items()}
        key = f"abs {min(spelled(form), spelled(negative))}"
        name = self.variable(key)
        above = every(compared(">=", base, ZERO), compared("=", name, base))
        below = every(compared("<=", base, ZERO), compared("=", name, minus(base)))
        facts = (compared("<=", ZERO, name), compared("=", times(name, name), times(base, base)), some(above, below))
        return self._atom(key, "absolute", (base,), facts)

    def sign(self, base: Expression) -> Expression:
        """-1, 0 or 1."""
        if isinstance(base, Constant):
            return constant((base.value > 0) - (base.value < 0))
        key = f"sign {spelled(polynomial(base))}"
        name = self.variable(key)
        cases = [
            every(compared(head, base, ZERO), compared("=", name, constant(value)))
            for head, value in ((">", 1), ("=", 0), ("<", -1))
        ]
        return self._atom(key, "sign", (base,), (some(*cases),))

    def extreme(self, rule: str, parts: tuple[Expression, ...]) -> Expression:
        """``maximum`` or ``minimum``."""
        if all(isinstance(part, Constant) for part in parts):
            values = [part.value for part in parts if isinstance(part, Constant)]
            return Constant(max(values) if rule == "maximum" else min(values))
        key = f"{rule} {'; '.join(sorted({spelled(polynomial(part)) for part in parts}))}"
        name = self.variable(key)
        head = ">=" if rule == "maximum" else "<="
        cases = [
            every(compared("=", name, part), *(compared(head, part, other) for other in parts if other is not part))
            for part in parts
        ]
        return self._atom(key, rule, parts, (some(*cases),))

    def choice(self, test: Proposition, first: Expression, second: Expression) -> Expression:
        """``if``: the first where the test holds, else the second."""
        if test in (every(), some()):
            return first if test == every() else second
        key = f"if {test} {spelled(polynomial(first))} else {spelled(polynomial(second))}"
        name = self.variable(key)
        cases = (
            every(test, compared("=", name, first)), every(opposite(test), compared("=", name, second)),
        )  # fmt: skip
        return self._atom(key, "choice", (first, second), (some(*cases),), test=test)

    # -- free ------------------------------------------------------------------------------------------

    def free(
        self, key: str, facts: tuple[Proposition, ...] = (), lossy: bool = False,
        about: frozenset[str] = frozenset(),
    ) -> Variable:  # fmt: skip
        """Something of which nothing is said but the facts."""
        return self._atom(key, "free", (), facts, lossy=lossy, about=about)

    def exponential(self, exponent: Expression) -> Expression:
        """exp of a sum as the product of powers of exponentials of monomials, all of them positive."""
        factors: list[Expression] = []
        for monomial, coefficient in sorted(polynomial(exponent).items()):
            key = spelled({monomial: Fraction(1)})
            cut = self.fractions.setdefault(key, 1)
            if cut % coefficient.denominator:
                self.fractions[key] = lcm(cut, coefficient.denominator)
                self.finer = True
            power = int(coefficient * self.fractions[key])
            name = self.variable(f"exp {key}")
            self.free(f"exp {key}", (compared("<", ZERO, name),), True, variables_of(exponent))
            factors.append(raised(name, power) if power >= 0 else over(ONE, raised(name, -power)))
        return times(*factors)

    def of(self, names: Iterable[str]) -> list[Atom]:
        """The atoms among the names and those that their facts speak of, in the order in which they came up."""
        by_name = {atom.name: atom for atom in self.known.values()}
        wanted: set[str] = set()
        pending = [name for name in names if name in by_name]
        while pending:
            name = pending.pop()
            if name in wanted:
                continue
            wanted.add(name)
            pending.extend(other for other in by_name[name].about if other in by_name)
        return [atom for atom in self.known.values() if atom.name in wanted]
