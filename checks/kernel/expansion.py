"""From terms to index normal forms.

Everything is done by identities of real arithmetic on total functions (see ``forms``); what needs a side
condition (an index solution in its range, a length that is not negative, a base that is not negative) asks
the sign lattice first and then the ``Advisor`` for multipliers, which are checked here.  While a proof is
searched for the advisor searches; while it is verified the advisor reads the certificate.

Trusted for sums and products of sums: fresh names for bound indices, equal factors collected, a a^-1 cancelled only
where a is known not to be zero, and no answer of an advisor used unchecked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from flint import fmpq

from checks.contexts import Context, Declaration, Growing
from checks.kernel import signs
from checks.kernel.advisor import Advisor
from checks.kernel.contraction import reduce
from checks.kernel.division import floor_facts, nonnegative_by_rounding
from checks.kernel.forms import (
    ABSTRACTED,
    ONE_COEFFICIENT,
    UNIT,
    Atom,
    Exponent,
    Form,
    Monomial,
    Sum,
    Summand,
    TooLarge,
    constant,
    exact,
    from_atom,
    index_atom,
    index_form,
    renamed,
    scale,
    scaled_form,
    single,
    sorted_factors,
    sum_forms,
    untouched,
)
from checks.kernel.integrality import takes_integers
from checks.kernel.linear import establishes
from checks.kernel.monomial_rules import SPECIAL_TAGS, settled
from checks.kernel.sizes import size_facts
from checks.shapes import type_of
from checks.terms import INTEGER, ONE, Index, Symbol, Term, Type, free_symbols

SUMMAND_LIMIT = 20_000
SYMBOL_TAGS = frozenset({"symbol", "entry", "call"})


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that the expansion applies, by what they apply to; ``translation`` holds the one instance.

    ``translate`` turns a term into a sum, ``component`` one entry of an array, ``raise_to`` a sum into a
    power, ``joined`` makes two factors of a summand one where a rule does, and ``rebuild`` makes the value of an
    atom anew, by its tag, from the forms inside it when these have changed.
    """

    translate: Callable[[Expansion, Term], Sum]
    component: Callable[[Expansion, Term, tuple[Term, ...]], Sum]
    raise_to: Callable[[Expansion, Sum, Exponent], Sum]
    joined: Callable[[Expansion, Summand], Sum | None]
    rebuild: Mapping[str, Callable[..., Sum]]
    sign_facts: Callable[[Expansion], signs.SignFacts]
    further_signs: Callable[[Expansion, int], signs.SignFacts]
    apart: Callable[[Expansion], tuple[Form, ...]]
    linear_facts: Callable[[Expansion], tuple[tuple[Form, bool], ...]]


class Expansion:
    """One expansion: a context, an advisor, and the names handed out so far.

    ``unfold`` names the opaque definitions that are opened here.  Bound indices in the making are called
    ``%1``, ``%2``, …; variables over which an atom abstracts, while they are in scope, ``@1``, ``@2``, ….
    """

    def __init__(
        self, context: Context, advisor: Advisor, rules: Rules, unfold: frozenset[str] = frozenset()
    ) -> None:
        # Shared with the context, so that a new index costs no copy of it.
        self._declarations = Growing(context.declarations)
        self.context = context.sharing(self._declarations)
        self.advisor = advisor
        self.rules = rules
        self.unfold = unfold
        self.lengths: dict[str, Form] = {}
        self.find_units: Callable[[Expansion], frozenset[Atom]] | None = None
        self._units: frozenset[Atom] = frozenset()
        self._count = 0
        self._types: dict[Term, Type] = {}
        self._known: dict[str, bool] = {}
        self._forms: dict[Term, Form] = {}
        self._standing: dict[Term, Form] = {}
        self._facts: tuple[tuple[Form, bool], ...] | None = None
        self._apart: frozenset[str] | None = None
        self._collecting = False
        self.reading_signs = False
        self.sign_facts = signs.SignFacts()
        self.sign_facts = rules.sign_facts(self)

    # -- names, types, conditions ----------------------------------------------------------------------

    def fresh(self) -> str:
        """A name for a bound index that is in use nowhere else."""
        self._count += 1
        return f"%{self._count}"

    def declare(self, name: str, kind: Type) -> None:
        """Gives a bound index its type."""
        self._declarations[name] = Declaration(name, kind)

    def stand_in(self, form: Form) -> Symbol:
        """A symbol that stands for a form with integer values, where a rule needs a term."""
        symbol = Symbol(f"%={self.fresh()[1:]}")
        self._standing[symbol] = form
        self.declare(symbol.name, INTEGER)
        return symbol

    def varies(self, form: Form) -> bool:
        """Whether what a form stands for may depend on the outcome, by itself or by the ranges of its indices."""
        return form.random or any(
            self.varies(self.lengths[name]) for name in form.indices if name in self.lengths
        )

    def term_varies(self, term: Term) -> bool:
        """Whether a term, symbols that stand for forms included, may depend on the outcome."""
        if self.context.mentions_random(term):
            return True
        for name in free_symbols(term):
            form = self._standing.get(Symbol(name)) or self.lengths.get(name)
            if form is not None and self.varies(form):
                return True
        return False

    @contextmanager
    def abstracted(
        self, kinds: Sequence[Type], condition: Callable[[Sequence[Symbol]], Term]
    ) -> Iterator[list[Symbol]]:
        """Variables over which an atom abstracts, in force inside the block; ``condition`` holds of them."""
        self.units()  # before more is known than holds outside
        held = self.context, self._types, self._known, self._forms, self._facts, self._apart, self.sign_facts
        variables = [Symbol(self._abstracted()) for _ in kinds]
        for variable, kind in zip(variables, kinds, strict=True):
            self.declare(variable.name, kind)
        before = len(self.context.facts)
        self.context = self.context.suppose(condition(variables), "declared")
        self._types, self._known, self._forms = {}, {}, {}
        self._facts = () if self._collecting else None
        self._apart = frozenset() if self._collecting else None
        self.sign_facts = self.rules.further_signs(self, before)
        try:
            yield variables
        finally:
            self.context, self._types, self._known, self._forms, self._facts, self._apart, self.sign_facts = held
            for variable in variables:
                del self._declarations[variable.name]

    def _abstracted(self) -> str:
        return f"{ABSTRACTED}{int(self.fresh()[1:]):06}"

    def closed(self, parts: Sequence[Form], names: Sequence[str]) -> tuple[tuple[Form, ...], tuple[str, ...]]:
        """The parts of an atom with the variables that it abstracts over named by height, and those names."""
        if not names:
            return tuple(parts), ()
        height = 1 + max(part.height for part in parts)
        bound = tuple(f"{ABSTRACTED}{height}:{position}" for position in range(len(names)))
        changed = {old: new for old, new in zip(names, bound, strict=True) if old != new}
        if any(new in part.indices for part in parts for new in changed.values()):
            raise TooLarge("a variable would be captured")
        return tuple(self.with_variables(part, changed) for part in parts), bound

    def with_variables(self, part: Form, names: Mapping[str, str]) -> Form:
        """A part of an atom with variables that it abstracts over renamed."""
        found = renamed(part, names)
        if found is not None:
            return found
        found = self.renewed_part(part, {old: single(Atom("symbol", new)) for old, new in names.items()})
        if found.height > part.height:
            raise TooLarge("a renaming changed the height of a form")
        return found

    def renewed_part(self, part: Form, values: Mapping[str, Form]) -> Form:
        """A part of an atom with variables and bound indices replaced."""
        return part if untouched(part, values) else self.finish(self.replaced(part, values))

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """The scope of an expectation, in which nothing is known that is known at one outcome only."""
        context = self.context.everywhere()
        if context is self.context:
            yield
            return
        everywhere = frozenset(atom for atom in self.units() if not atom.random)
        units, self._units = self._units, everywhere
        held = (
            self.context, self._declarations, self._types, self._known, self._forms, self._facts, self._apart,
            self.sign_facts,
        )  # fmt: skip
        self._declarations = Growing(context.declarations)
        self.context = context.sharing(self._declarations)
        self._types, self._known, self._forms = {}, {}, {}
        self._facts = () if self._collecting else None
        self._apart = frozenset() if self._collecting else None
        # The signs known so far are known at one outcome, and must not be used to read those that are always known.
        self.sign_facts = signs.SignFacts()
        self.sign_facts = self.rules.sign_facts(self)
        try:
            yield
        finally:
            new = {n: d for n, d in self._declarations.items() if n not in context.declarations}
            (
                self.context, self._declarations, self._types, self._known, self._forms, self._facts, self._apart,
                self.sign_facts,
            ) = held  # fmt: skip
            self._units = units
            self._declarations.update(new)

    def type_of(self, term: Term) -> Type:
        """The type of a term, remembered."""
        kind = self._types.get(term)
        if kind is None:
            kind = self._types[term] = type_of(term, self.context)
        return kind

    def nonnegative(self, form: Form) -> bool:
        """Whether the form is known to be at least zero."""
        value = form.constant()
        if value is not None:
            return bool(value >= 0)
        known = self._known.get(form.key)
        if known is None:
            known = (
                signs.is_nonnegative(signs.of_form(form, self.sign_facts))
                or self._is_at_least_one(sum_forms((ONE_COEFFICIENT, form), (ONE_COEFFICIENT, UNIT)))
                or self._by_multipliers(form)
                or nonnegative_by_rounding(self, form)
            )
            self._known[form.key] = known
        return known

    def _is_at_least_one(self, form: Form) -> bool:
        """Whether a form takes integer values only and is positive by its structure."""
        return signs.of_form(form, self.sign_facts) == signs.POSITIVE and self.is_integral(form)

    def _by_multipliers(self, form: Form, positive: bool = False) -> bool:
        if any(monomial.ranges for monomial, _ in form.terms):
            return False
        facts = self.facts_about(form)
        forms, strict = [fact for fact, _ in facts], [flag for _, flag in facts]
        integral = self.is_integral(form)
        found = self.advisor.multipliers(form, forms, strict, integral, positive)
        return found is not None and establishes(found, forms, strict, form, integral, positive)

    def positive(self, form: Form) -> bool:
        """Whether the form is known to be greater than zero."""
        value = form.constant()
        if value is not None:
            return bool(value > 0)
        if signs.of_form(form, self.sign_facts) == signs.POSITIVE:
            return True
        if self.is_integral(form):
            return self.nonnegative(sum_forms((ONE_COEFFICIENT, form), (fmpq(-1), UNIT)))
        key = f"{form.key} > 0"
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._by_multipliers(form, positive=True)
        return known

    def nonzero(self, form: Form) -> bool:
        """Whether the form is known not to be zero."""
        value = form.constant()
        if value is not None:
            return bool(value != 0)
        if signs.is_nonzero(signs.of_form(form, self.sign_facts)) or self._is_apart(form):
            return True
        return self.positive(form) or self.positive(scaled_form(form, fmpq(-1)))

    def _is_apart(self, form: Form) -> bool:
        """Whether the form is a multiple of a difference that the context says is not zero."""
        if self._apart is None:
            # While these are put into normal form none of them is known.
            self._apart = frozenset()
            found = [proportional(difference) for difference in self.rules.apart(self) if difference.terms]
            self._apart = frozenset(multiple.key for multiple in found)
        return bool(self._apart) and proportional(form).key in self._apart

    def facts_about(self, form: Form) -> tuple[tuple[Form, bool], ...]:
        """Forms that are at least zero: the context's, and the ranges of the bound indices in ``form``.

        Each comes with whether it is known to be greater than zero.
        """
        if self._facts is None:
            # While the facts are put into normal form nothing is known of them yet.
            self._facts, self._collecting = (), True
            self._facts = self.rules.linear_facts(self)
            self._collecting = False
            self._known = {}
        facts = list(self._facts)
        pending, seen = sorted(form.indices), set()
        while pending:
            name = pending.pop()
            if name in seen or name not in self.lengths:
                continue
            seen.add(name)
            index = self.form_of_index(name)
            facts.append((sum_forms((ONE_COEFFICIENT, index), (fmpq(-1), UNIT)), False))
            facts.append((sum_forms((ONE_COEFFICIENT, self.lengths[name]), (fmpq(-1), index)), False))
            pending.extend(sorted(self.lengths[name].indices))
        return (*facts, *floor_facts(self, form), *size_facts(form))

    def free_ranges(self, form: Form) -> Iterator[tuple[str, Form]]:
        """The free indices of a form and its symbols that are no random ones and count from 1, with their ends."""
        for name in sorted(form.indices):
            if name in self.lengths:
                yield name, self.lengths[name]
        for name in sorted(form.symbols):
            declaration = self.context.declarations.get(name)
            if declaration is None or declaration.law is not None:
                continue
            match declaration.type:
                case Index(low, high) if low == ONE:
                    yield name, self.form(high)
                case _:
                    pass

    def is_integral(self, form: Form) -> bool:
        """Whether the form takes integer values only, by its structure."""
        return takes_integers(form, self.context, self.sign_facts)

    # -- finishing -------------------------------------------------------------------------------------

    def form(self, term: Term) -> Form:
        """The normal form of a term that is a number."""
        known = self._standing.get(term) or self._forms.get(term)
        if known is None:
            known = self._forms[term] = self.finish(self.rules.translate(self, term))
        return known

    def finish(self, terms: Sum) -> Form:
        """The form of a sum: deltas contracted, unused indices counted, monomials collected."""
        total: dict[str, tuple[Monomial, fmpq]] = {}
        for summand in terms:
            for reduced in reduce(self, summand):
                monomial, coefficient = self.label(reduced)
                held = total.get(monomial.key)
                total[monomial.key] = (monomial, coefficient if held is None else held[1] + coefficient)
        return Form((monomial, coefficient) for monomial, coefficient in total.values() if coefficient)

    def label(self, summand: Summand) -> tuple[Monomial, fmpq]:
        """The finished monomial of a reduced summand, its indices numbered in the advisor's order."""
        if not summand.ranges:
            return Monomial((), sorted_factors(summand.factors)), summand.coefficient
        names = tuple(summand.ranges)
        order = names
        if len(names) > 1:
            order = tuple(self.advisor.order(summand, lambda order: self.numbered(summand, order)[0].key))
            if len(order) != len(names) or set(order) != set(names):
                order = names
        return self.numbered(summand, order)

    def numbered(self, summand: Summand, order: Sequence[str]) -> tuple[Monomial, fmpq]:
        """The finished monomial with the bound indices numbered in the given order."""
        height = 1 + max(
            [atom.height for atom in summand.factors] + [length.height for length in summand.ranges.values()],
            default=0,
        )
        names = {old: f"{height}:{position}" for position, old in enumerate(order)}
        inner = self.rename_factors(summand.coefficient, summand.factors, names)
        if inner.ranges:
            raise TooLarge("a renaming opened a sum")
        ranges = tuple((names[old], self.rename_form(summand.ranges[old], names)) for old in order)
        return Monomial(ranges, sorted_factors(inner.factors)), inner.coefficient

    def rename_factors(
        self, coefficient: fmpq, factors: Mapping[Atom, Exponent], names: Mapping[str, str]
    ) -> Summand:
        """The factors with bound indices renamed."""
        result: dict[Atom, Exponent] = {}
        special: Sum = constant(coefficient)
        for atom, exponent in factors.items():
            if atom.indices.isdisjoint(names):
                result[atom] = exponent
            elif atom.tag == "index":
                result[index_atom(names[atom.name])] = exponent
            elif atom.tag in SYMBOL_TAGS:
                parts = tuple(self.rename_form(part, names) for part in atom.parts)
                result[atom.with_parts(atom.name, parts, atom.bound)] = exponent
            else:
                forms = {old: self.form_of_index(new) for old, new in names.items()}
                special = self.times(special, self.replaced_factor(atom, exponent, forms))
        if special and len(special) == 1:
            combined = self.settle(
                special[0].coefficient, special[0].ranges, [*special[0].factors.items(), *result.items()]
            )
            if len(combined) == 1:
                return combined[0]
        raise TooLarge("a renaming changed the number of terms")

    def form_of_index(self, name: str) -> Form:
        """The form that is one bound index."""
        return index_form(name)

    def rename_form(self, form: Form, names: Mapping[str, str]) -> Form:
        """The form with outer bound indices renamed."""
        if form.indices.isdisjoint(names):
            return form
        if len(form.terms) == 1:
            monomial, coefficient = form.terms[0]
            if coefficient == 1 and len(monomial.factors) == 1 and not monomial.ranges:
                atom, exponent = monomial.factors[0]
                if atom.tag == "index" and exponent == 1:
                    return self.form_of_index(names[atom.name])
        return self.finish(self.replaced(form, {old: self.form_of_index(new) for old, new in names.items()}))

    def opened(self, form: Form) -> Sum:
        """The sum that a form is, its bound indices freshly named."""
        return self.replaced(form, {})

    def replaced(self, form: Form, values: Mapping[str, Form]) -> Sum:
        """The form with outer bound indices, variables or symbols replaced, as a sum with fresh bound indices."""
        result: Sum = []
        for monomial, coefficient in form.terms:
            inner = values
            ranges: dict[str, Form] = {}
            if monomial.ranges:
                names = {name: self.fresh() for name, _ in monomial.ranges}
                inner = {**values, **{old: self.form_of_index(new) for old, new in names.items()}}
                for old, length in monomial.ranges:
                    new_length = self.finish(self.replaced(length, inner))
                    self.lengths[names[old]] = new_length
                    ranges[names[old]] = new_length
            part: Sum = [Summand(coefficient, ranges, {})]
            for atom, exponent in monomial.factors:
                if untouched(atom, inner):
                    part = self.times(part, [Summand(ONE_COEFFICIENT, {}, {atom: exponent})])
                else:
                    part = self.times(part, self.replaced_factor(atom, exponent, inner))
            result.extend(part)
        return self.collected(result)

    def replaced_factor(self, atom: Atom, exponent: Exponent, values: Mapping[str, Form]) -> Sum:
        """A power of an atom with bound indices replaced by forms."""
        if atom.tag == "index" or (atom.tag == "symbol" and atom.name in values):
            value = values.get(atom.name)
            return (
                self.rules.raise_to(self, self.opened(value), exponent)
                if value is not None
                else from_atom(atom, exponent)
            )
        bound, inner = atom.bound, values
        if bound and not renames(atom, values):
            # What is put in, or what becomes of it, may itself use these names.
            bound = tuple(self._abstracted() for _ in bound)
            names = {old: single(Atom("symbol", new)) for old, new in zip(atom.bound, bound, strict=True)}
            inner = {**values, **names}
        with self.everywhere() if atom.own_averages else nullcontext():
            parts = tuple(self.renewed_part(part, inner) for part in atom.parts)
            if bound:
                parts, bound = self.closed(parts, bound)
        rebuild = self.rules.rebuild.get(atom.tag)
        if rebuild is not None:
            return self.rules.raise_to(self, rebuild(self, *parts), exponent)
        return from_atom(atom.with_parts(self._renamed(atom, values), parts, bound), exponent)

    def _renamed(self, atom: Atom, values: Mapping[str, Form]) -> str:
        """The name of an atom whose own variable may be among those that are replaced."""
        if atom.name[:1] != ABSTRACTED or atom.name not in values:
            return atom.name
        found = signs.single_atom(values[atom.name])
        if found is None:
            raise TooLarge("a variable that stands for an array or a function became something else")
        return found.name

    # -- sums and products of sums ---------------------------------------------------------------------

    def collected(self, terms: Sum) -> Sum:
        """The sum with equal terms that have no bound indices put together."""
        if len(terms) < 2:
            return terms
        total: dict[frozenset[tuple[Atom, Exponent]], Summand] = {}
        result: Sum = []
        for summand in terms:
            if summand.ranges:
                result.append(summand)
                continue
            key = frozenset(summand.factors.items())
            held = total.get(key)
            total[key] = (
                summand
                if held is None
                else Summand(held.coefficient + summand.coefficient, {}, summand.factors)
            )
        result.extend(summand for summand in total.values() if summand.coefficient)
        if len(result) > SUMMAND_LIMIT:
            raise TooLarge(f"more than {SUMMAND_LIMIT} terms")
        return result

    def times(self, left: Sum, right: Sum) -> Sum:
        """The product of two sums."""
        if len(left) * len(right) > SUMMAND_LIMIT:
            raise TooLarge(f"more than {SUMMAND_LIMIT} terms")
        result: Sum = []
        for first in left:
            for second in right:
                if not second.factors and not second.ranges:
                    result.append(
                        Summand(first.coefficient * second.coefficient, first.ranges, first.factors)
                    )
                    continue
                if not first.factors and not first.ranges:
                    result.append(
                        Summand(first.coefficient * second.coefficient, second.ranges, second.factors)
                    )
                    continue
                other = self.renewed(second) if first.ranges.keys() & second.ranges.keys() else second
                result.extend(
                    self.settle(
                        first.coefficient * other.coefficient,
                        {**first.ranges, **other.ranges},
                        [*first.factors.items(), *other.factors.items()],
                    )
                )
        return self.collected(result)

    def renewed(self, summand: Summand) -> Summand:
        """A copy of the summand with fresh bound indices."""
        if not summand.ranges:
            return summand
        names = {old: self.fresh() for old in summand.ranges}
        ranges = {names[old]: self.rename_form(length, names) for old, length in summand.ranges.items()}
        self.lengths.update(ranges)
        inner = self.rename_factors(summand.coefficient, summand.factors, names)
        return Summand(inner.coefficient, {**ranges, **inner.ranges}, inner.factors)

    def settle(
        self, coefficient: fmpq, ranges: dict[str, Form], factors: Sequence[tuple[Atom, Exponent]]
    ) -> Sum:
        """The product of the factors, with the rules for powers of one atom applied.

        a · a^-1 is [a != 0]: 1 only where a is known not to be zero.
        """
        powers: dict[Atom, Exponent] = {}
        special = False
        for atom, exponent in factors:
            if not exponent:
                continue
            held = powers.get(atom)
            powers[atom] = exponent if held is None else exact(held + exponent)
            special = special or atom.tag in SPECIAL_TAGS
        cancelled = [atom for atom, exponent in powers.items() if exponent == 0]
        for atom in cancelled:
            del powers[atom]
        guarded = [atom for atom in cancelled if not self.is_unit(atom)]
        result = settled(self, coefficient, ranges, powers) if special else [Summand(coefficient, ranges, powers)]
        for atom in guarded:
            result = self.times(result, self._nonzero_bracket(atom))
        return result

    def is_unit(self, atom: Atom) -> bool:
        """Whether an atom is known not to be zero."""
        if atom.tag in ("prime", "pi") or atom in self._units:
            return True
        if atom.tag not in ("base", "abs", "sign"):
            return self.nonzero(single(atom)) or atom in self.units()
        # The size and the sign of what is not zero are not zero.
        inner = atom.parts[0]
        factors = inner.terms[0][0] if len(inner.terms) == 1 else None
        apart = factors is not None and not factors.ranges and all(self.is_unit(found) for found, _ in factors.factors)
        return apart or self.nonzero(inner) or atom in self.units()

    def units(self) -> frozenset[Atom]:
        """Atoms that are not zero where the goal is defined, found when first asked for."""
        if self.find_units is not None:
            find, self.find_units = self.find_units, None
            self._units = find(self)
            self._known = {}
        return self._units

    def _nonzero_bracket(self, atom: Atom) -> Sum:
        form = atom.parts[0] if atom.tag in ("base", "abs") else single(atom)
        return [*constant(1), *scale(self.rules.rebuild["zero"](self, form), fmpq(-1))]


def proportional(form: Form) -> Form:
    """The multiple of a form that is not zero whose first coefficient is 1."""
    return scaled_form(form, 1 / form.terms[0][1])


def renames(atom: Atom, values: Mapping[str, Form]) -> bool:
    """Whether what is replaced in an atom only gets other names, different things different ones."""
    if not atom.symbols.isdisjoint(values):
        return False
    old = atom.indices & values.keys()
    new: set[str] = set()
    for name in old:
        found = signs.single_atom(values[name])
        if found is None or found.tag not in ("index", "symbol") or found.name in new:
            return False
        new.add(found.name)
    return new.isdisjoint(atom.indices - old) and new.isdisjoint(atom.symbols)
