"""The search for a certificate of one statement.

Cheapest first: arithmetic on index normal forms; then the statement's logical form; then what is known, used
directly, combined, or to replace a part of the goal.  A budget bounds the number of attempts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from checks.averaging import AVERAGING
from checks.contexts import Context, open_in
from checks.kernel.advisor import Recording
from checks.kernel.certificates import (
    Alternative,
    Always,
    Both,
    Certificate,
    Chain,
    Combine,
    Defined,
    Directly,
    Introduce,
    Proof,
    Replace,
    Split,
    Unfold,
    Use,
)
from checks.kernel.comparison import arithmetic, shown
from checks.kernel.definedness import obligations, parts_of_defined, undischarged
from checks.kernel.forms import TooLarge
from checks.kernel.lemmas import Lemma, Theory, used_statement
from checks.kernel.reductions import (
    Rejected,
    at_position,
    combined_goal,
    unfolded,
)
from checks.kernel.relations import negation, turned
from checks.lengths import is_number, same_type
from checks.shapes import IllTyped, type_of
from checks.terms import (
    DIMENSION,
    PROPOSITION,
    Apply,
    Bind,
    Number,
    Symbol,
    Term,
    free_symbols,
    heads,
    variable_names,
)
from derive.proving import (
    contradiction,
    determinants,
    existence,
    extremes,
    gradients,
    inverses,
    invertibility,
    monotone,
    multiples,
    predicates,
    quadratic,
    squares,
    stated,
    stronger,
    summands,
)
from derive.proving.advice import Seeker
from derive.proving.budget import Budget, Exhausted
from derive.proving.guards import bindings
from derive.proving.knowledge import Known, carriers, concerns, known_facts, sides
from derive.proving.matching import Binding, completed, match, places
from derive.proving.occurrences import occurrences, standing
from derive.proving.workspace import Workspace

COMPARISONS = ("=", "!=", "<=", "<", ">=", ">")


@dataclass(slots=True)
class Search:
    """One search: lemmas that may be used, opaque definitions that may be opened, and a budget."""

    theory: Theory
    lemmas: Sequence[Known] | Callable[[], Sequence[Known]] = ()
    unfold: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)
    use_facts: bool = True
    support: Sequence[Known] | Callable[[], Sequence[Known]] = ()
    hints: tuple[Term, ...] = ()
    workspace: Workspace = field(default_factory=Workspace)

    def at_hand(self) -> Sequence[Known]:
        """The lemmas; where they are given by a function, it is asked once, and its time is not the search's."""
        if callable(self.lemmas):
            start = time.monotonic()
            self.lemmas = self.lemmas()
            self.budget.deadline += time.monotonic() - start
        return self.lemmas

    def helper(self) -> Search:
        """The search for side conditions: they may draw on more than the reason that the author gave."""
        if not self.support:
            return self
        return Search(
            self.theory, self.support, self.unfold, self.budget, hints=self.hints, workspace=self.workspace
        )

    # -- entry points ----------------------------------------------------------------------------------

    def proof(self, context: Context, statement: Term) -> Proof | None:
        """A certificate of the statement and, as far as they are found, of what makes it defined."""
        certificate = self.prove(context, statement)
        if certificate is None:
            return None
        return Proof(certificate, self.definedness(context, statement))

    def definedness(self, context: Context, statement: Term) -> tuple[Certificate | None, ...]:
        """Certificates of what makes a statement defined; None where none is found."""
        return tuple(self.condition(context, statement, needed) for needed in undischarged(statement, context))

    def condition(self, context: Context, statement: Term, needed: Term) -> Certificate | None:
        """A certificate of one of the conditions under which a statement is defined.

        Each has a budget of its own: one that is hard must not take the others with it.
        """
        where, known = self.workspace.shown.get(needed, (None, None))
        if where is context:
            return known
        match statement:
            case Apply("=", (Bind("greatest" | "least"), value)) | Apply(
                "=", (value, Bind("greatest" | "least"))
            ):
                self.hints = (value,)
            case Apply("=", (Apply("inverse"), value)) | Apply("=", (value, Apply("inverse"))):
                self.hints = (value,)
            case _:
                self.hints = ()
        self.budget = Budget(200, self.budget.deadline)
        try:
            return self.prove(context, needed)
        except (Exhausted, RecursionError):
            return None

    def prove(self, context: Context, goal: Term, depth: int = 2) -> Certificate | None:
        """A certificate of the goal, or None."""
        self.budget.spend()
        if isinstance(goal, Apply) and goal.head in AVERAGING:
            context = context.everywhere()
        at_once = (stated.as_stated(context, goal) if self.use_facts else None) or self.by_arithmetic(context, goal)
        # A certificate names what it opens; equality leaves names out.
        return at_once or self.workspace.answer(
            (context, self.lemmas, self.support),
            (goal, variable_names(goal), depth, self.use_facts, self.unfold, self.hints),
            lambda: self._by_other_means(context, goal, depth),
        )

    def _by_other_means(self, context: Context, goal: Term, depth: int) -> Certificate | None:
        return self._by_form(context, goal, depth) or (
            self._by_words_and_knowledge(context, goal, depth)
            if depth >= 0
            else self._by_assumption(context, goal, depth)
        )

    def _by_words_and_knowledge(self, context: Context, goal: Term, depth: int) -> Certificate | None:
        """By what is known; equations between matrices first by multiplying out, unless a reason is given."""
        if isinstance(goal, Apply) and goal.head == "invertible":
            return None
        opened = determinants.by_determinants(self, context, goal, depth) or gradients.by_gradients(
            self, context, goal, depth
        )
        if opened is not None:
            return opened
        if self.support:
            return self._by_knowledge(context, goal, depth) or inverses.by_words(self, context, goal, depth)
        return inverses.by_words(self, context, goal, depth) or self._by_knowledge(context, goal, depth)

    def _by_assumption(self, context: Context, goal: Term, depth: int) -> Certificate | None:
        """The goal as an instance of an assumption, where there is no depth left for anything else."""
        if depth < -1:
            return None
        for item in known_facts(context):
            found = self.directly(context, goal, item, depth)
            if found is not None:
                return found
        return None

    def by_arithmetic(self, context: Context, goal: Term) -> Certificate | None:
        """Arithmetic on normal forms."""
        if not (
            isinstance(goal, Apply)
            and (
                goal.head in COMPARISONS
                or goal.head in ("true", "not", "equal_almost_surely", "equal_in_law", "invertible")
            )
        ):
            return None
        try:
            return shown(context, goal, Seeker(), self.unfold)
        except (TooLarge, IllTyped):
            return None

    def instance(self, context: Context, source: str, values: Sequence[Term]) -> tuple[Use, Term]:
        """The use of an assumption at given values; raises ``Rejected`` when a condition is not proved."""
        proofs: list[Certificate] = []

        def discharge(inner: Context, statement: Term) -> None:
            found = self.prove(inner, statement, 0)
            if found is None:
                raise Rejected("a condition is not proved")
            proofs.append(found)

        statement = used_statement(context, self.theory, source, values, (), discharge)
        return Use(source, tuple(values), tuple(proofs)), statement

    def instance_of_lemma(self, context: Context, lemma: Lemma, values: Sequence[Term]) -> tuple[Use, Term]:
        """The use of a lemma at values for its symbols other than lengths, which are read off the types."""
        declarations = lemma.context.declarations
        wanted = [name for name, d in declarations.items() if d.type != DIMENSION]
        if len(values) == len(declarations):
            wanted = list(declarations)
        if len(values) != len(wanted):
            raise Rejected(f"{lemma.name} takes {len(wanted)} arguments")
        types = {name: declaration.type for name, declaration in declarations.items()}
        binding = completed(dict(zip(wanted, values, strict=True)), types, context)
        if binding is None:
            raise Rejected(f"the lengths that {lemma.name} needs do not show in the arguments")
        return self.instance(context, f"lemma:{lemma.hash}", [binding[name] for name in declarations])

    # -- by the form of the goal -----------------------------------------------------------------------

    def _by_form(self, context: Context, goal: Term, depth: int) -> Certificate | None:
        reduced = unfolded(context, goal, frozenset()) if "lambda" in heads(goal) else goal
        if reduced != goal:
            found = self.prove(context, reduced, depth)
            return None if found is None else Unfold((), found)
        match goal:
            case Apply("and", parts):
                return self._all(context, parts, depth)
            case Apply("or", (first, second)) if second == negation(first) and not undischarged(
                first, context
            ):
                count = len(context.facts)
                return Split(first, tuple(Alternative(k, Directly(Use(f"fact:{count}"))) for k in (0, 1)))
            case Apply("or", parts):
                for position, part in enumerate(parts):
                    found = self.prove(context, part, min(depth, 0))
                    if found is not None:
                        return Alternative(position, found)
                return self._by_excluding(context, parts, 0, depth)
            case Apply("implies", (premise, conclusion)):
                found = self.prove(context.suppose(premise), conclusion, depth)
                return None if found is None else Introduce(found)
            case Apply("iff", (left, right)):
                scaled = multiples.by_scaling(self, context, goal)
                if scaled is not None:
                    return scaled
                known = self._by_knowledge(context, goal, depth) if depth > 0 else None
                if known is not None:
                    return known
                both = (Apply("implies", (left, right)), Apply("implies", (right, left)))
                return self._all(context, both, depth - 1) if depth > 0 else None
            case Bind("forall"):
                inner, _, body = open_in(context, goal)
                found = self.prove(inner, body, depth)
                return None if found is None else Introduce(found)
            case Bind("exists"):
                return existence.by_exhibiting(self, context, goal, depth)
            case Apply("defined", (_,)):
                known = self._by_knowledge(context, goal, 0)
                if known is not None:
                    return known
                proofs = []
                for needed in parts_of_defined(goal, context) or ():
                    found = self.prove(context, needed, depth)
                    if found is None:
                        return None
                    proofs.append(found)
                return Defined(tuple(proofs))
            case Apply("always", (statement,)):
                found = self.prove(context, statement, depth)
                return None if found is None else Always(found)
            case Apply("invertible", (_,)) if self.support:
                # A reason that is given says how; what matrices are made of comes after it.
                known = self._by_knowledge(context, goal, depth) if depth > 0 else None
                return known or invertibility.by_invertibility(self, context, goal, depth)
            case Apply("invertible", (_,)):
                return invertibility.by_invertibility(self, context, goal, depth)
            case Apply(head) if head in predicates.OF_FUNCTIONS:
                return (
                    self._by_assumption(context, goal, depth)
                    or predicates.by_parts(self, context, goal, depth)
                    or (predicates.by_equal_function(self, context, goal, depth) if depth >= 0 else None)
                )
            case Apply("integrable", (_,)):
                return predicates.by_moments(context, goal)
            case Apply("=", (Bind("greatest" | "least" | "sup" | "inf" as head), value)) if depth > 0:
                # Two suprema, or a reason that speaks of one, call for what is known; else the definition comes first.
                asked = isinstance(value, Bind) or (
                    bool(self.support) and any(head in heads(item.conclusion) for item in self.at_hand())
                )
                known = self._by_knowledge(context, goal, depth) if asked else None
                return known or extremes.by_extremality(self, context, goal, depth)
            case Apply("=", (Bind("sum" | "product") as left, Bind() as right)) if (
                (left.head, left.domain, left.condition) == (right.head, right.domain, right.condition)
            ):
                return summands.by_summands(self, context, left, right)
            case Apply("<=" | "<" | ">=" | ">", (left, _)) if is_number(type_of(left, context)):
                return (
                    extremes.by_sides(self, context, goal, depth)
                    or squares.by_squares(self, context, goal)
                    or quadratic.by_palindromes(self, context, goal, depth)
                    or monotone.by_congruence(self, context, goal, depth)
                )
            case _:
                return None

    def _by_excluding(self, context: Context, parts: Sequence[Term], position: int, depth: int) -> Certificate | None:
        """A disjunction by its last part, where none of the others holds."""
        if position == len(parts) - 1:
            found = self.prove(context, parts[-1], min(depth, 0))
            return None if found is None else Alternative(position, found)
        if obligations(parts[position], context):
            return None
        held = Alternative(position, Directly(Use(f"fact:{len(context.facts)}")))
        opposite = context.suppose(negation(parts[position]))
        rest = self._by_excluding(opposite, parts, position + 1, depth)
        return None if rest is None else Split(parts[position], (held, rest))

    def _all(self, context: Context, parts: Sequence[Term], depth: int) -> Certificate | None:
        found = []
        for part in parts:
            certificate = self.prove(context, part, depth)
            if certificate is None:
                return None
            found.append(certificate)
        return Both(tuple(found))

    # -- by what is known ------------------------------------------------------------------------------

    def _by_knowledge(self, context: Context, goal: Term, depth: int) -> Certificate | None:
        lemmas = [item for item in self.at_hand() if concerns(item, goal, context)]
        known = [*lemmas, *known_facts(context)] if self.use_facts else lemmas
        for item in known:
            found = self.directly(context, goal, item, depth)
            if found is not None:
                return found
        for item in known:
            if sides(item) and not item.variables.keys() & free_symbols(item.conclusion):
                found = self._by_ground_fact(context, goal, item, depth)
                if found is not None:
                    return found
        for item in known:
            found = self._by_instances(context, goal, item, depth)
            if found is not None:
                return found
        found = extremes.by_extremum_property(self, context, goal, depth)
        if found is not None:
            return found
        found = contradiction.by_contradiction(self, context, self.at_hand(), depth)
        if found is not None:
            return found
        found = self._by_splitting(context, goal, known, depth)
        if found is not None:
            return found
        lets = free_symbols(goal) & context.lets.keys()
        if lets:
            names = tuple(sorted(context.lets))
            opened = unfolded(context, goal, frozenset(names))
            inner = self._by_knowledge(context, opened, depth)
            return None if inner is None else Unfold(names, inner)
        return None

    def _by_splitting(
        self, context: Context, goal: Term, known: Sequence[Known], depth: int
    ) -> Certificate | None:
        """Cases of a known disjunction about something that occurs in the goal."""
        if depth <= 0:
            return None
        for item in known:
            if not (isinstance(item.conclusion, Apply) and item.conclusion.head == "or"):
                continue
            first = item.conclusion.arguments[0]
            if not (isinstance(first, Apply) and first.arguments):
                continue
            for place, _, part in places(context, goal):
                del place
                for binding in match(first.arguments[0], part, item.variables, {}):
                    use = self.use(context, item, binding, depth)
                    if use is None:
                        continue
                    certificate, statement = use
                    if not (isinstance(statement, Apply) and statement.head == "or"):
                        continue
                    proofs = []
                    for case in statement.arguments:
                        inner = self.prove(context.suppose(case), goal, depth - 1)
                        if inner is None:
                            break
                        proofs.append(inner)
                    else:
                        return Split(certificate, tuple(proofs))
        return None

    def use(
        self, context: Context, item: Known, binding: Binding, depth: int, effort: int | None = None
    ) -> tuple[Use, Term] | None:
        """The use of a known statement at a binding, its conditions proved; ``effort`` is the depth for those."""
        values = completed(binding, item.variables, context)
        if values is None:
            return None
        proofs: list[Certificate] = []
        arguments = tuple(values[name] for name in item.variables)
        helper = self.helper()
        inside = effort if effort is not None else -1 if item.unasked else depth - 1

        def discharge(inner: Context, statement: Term) -> None:
            found = stated.by_range(helper, inner, statement) or helper.prove(inner, statement, inside)
            if found is None:
                raise Rejected("a condition of a lemma")
            proofs.append(found)

        try:
            statement = used_statement(context, self.theory, item.source, arguments, item.path, discharge)
        except (Rejected, IllTyped, TooLarge):
            return None
        return Use(item.source, arguments, tuple(proofs), item.path), statement

    def directly(self, context: Context, goal: Term, item: Known, depth: int) -> Certificate | None:
        """The goal as what a known statement says, or says when it is read backwards."""
        for wanted in (goal, turned(goal)):
            if wanted is None:
                continue
            for binding in bindings(item, item.conclusion, wanted, context, 2):
                found = self.use(context, item, binding, depth)
                if found is None:
                    continue
                if found[1] == wanted:
                    return Directly(found[0])
                use, statement = found
                if isinstance(statement, Apply) and unfolded(context, statement, frozenset()) == wanted:
                    # Functions were put for variables: the sides are equal once these are applied.
                    combined = self.combined(context, goal, use, statement)
                    if combined is not None:
                        return combined
        if isinstance(goal, Apply) and goal.head in ("!=", "<=", ">="):
            return stronger.by_stronger(self, context, goal, item, depth)
        return None

    def _by_ground_fact(self, context: Context, goal: Term, item: Known, depth: int) -> Certificate | None:
        """The goal as a multiple of a relation without variables."""
        if not (isinstance(goal, Apply) and goal.head in COMPARISONS):
            return None
        use = self.use(context, item, {}, depth)
        if use is None or not isinstance(use[1], Apply):
            return None
        return self.combined(context, goal, use[0], use[1])

    def _by_instances(self, context: Context, goal: Term, item: Known, depth: int) -> Certificate | None:
        """The goal by instances of a relation, combined with it or put in place of a part."""
        for left, right, head in sides(item):
            seen: set[str] = set()
            patterns: list[tuple[bool | None, Term]] = [(False, left), (True, right)]
            patterns += [(None, part) for part in carriers(left, item) + carriers(right, item)]
            for position, inner, part in places(context, goal):
                for backwards, pattern in patterns:
                    if isinstance(pattern, Symbol) and pattern.name in item.variables:
                        continue
                    if isinstance(pattern, Number) and len(position) > 1:  # Inside, a number fits too often.
                        continue
                    for binding in bindings(item, pattern, part, inner, 4):
                        there = standing(context, inner, part, binding)
                        where = position if there is not context else ""
                        mark = f"{backwards}{where}{sorted(binding.items(), key=lambda item: item[0])!r}"
                        if mark in seen:
                            continue
                        seen.add(mark)
                        self.budget.spend()
                        found = self._with_instance(
                            context, goal, item, binding, position, there, part, backwards, head, depth
                        )
                        if found is not None:
                            return found
        return None

    def _with_instance(
        self, context: Context, goal: Term, item: Known, binding: Binding, position: tuple[int, ...],
        inner: Context, part: Term, backwards: bool | None, head: str, depth: int,
    ) -> Certificate | None:  # fmt: skip
        use = self.use(inner, item, binding, depth)
        if use is None:
            return None
        certificate, statement = use
        if not isinstance(statement, Apply) or len(statement.arguments) != 2:
            return None
        if inner is context or inner == context:
            combined = self.combined(context, goal, certificate, statement)
            if combined is not None:
                return combined
        if head in ("<=", "<", ">=", ">") and depth > 0 and not item.unasked:
            return monotone.by_bounding_a_part(
                self, context, goal, position, inner, certificate, statement, part, depth
            )
        if head not in ("=", "iff") or depth <= 0 or backwards is None:
            return None
        old, new = statement.arguments if not backwards else statement.arguments[::-1]
        equation = Apply(head, (part, new))
        how: Certificate
        if old == part:
            how = Directly(certificate)
        else:
            same = Apply(head, (part, old))
            first = self.by_arithmetic(inner, same)
            if first is None:
                return None
            steps = (
                Proof(first, self.complete(inner, same)),
                Proof(Directly(certificate), self.complete(inner, Apply(head, (old, new)))),
            )
            how = Chain((head, head), (old,), steps)
        complete = self.complete(inner, equation)
        if any(part is None for part in complete):
            return None
        for chosen in occurrences(context, goal, position, inner, part, new):
            changed = goal
            try:
                for where in chosen:
                    changed = at_position(context, changed, where, lambda _, term: new)
                type_of(changed, context)
            except (Rejected, IllTyped):  # A real number that equals 1 is no exponent of a matrix.
                continue
            if changed == goal:
                continue
            then = self.prove(context, changed, depth - 1)
            if then is None:
                continue
            for where in reversed(chosen):
                then = Replace(where, new, Proof(how, complete), then)
            return then
        return None

    def complete(self, context: Context, statement: Term) -> tuple[Certificate | None, ...]:
        helper = self.helper()
        return tuple(helper.prove(context, needed, 0) for needed in undischarged(statement, context))

    def combined(self, context: Context, goal: Term, use: Use, statement: Apply) -> Certificate | None:
        """The goal's difference as a multiple of the used relation's."""
        if not isinstance(goal, Apply) or {goal.head, statement.head} - {"=", "<=", "<", ">=", ">"}:
            return None
        if goal.head == "=" and statement.head != "=":
            return None
        try:
            if not all(is_number(type_of(each.arguments[0], context)) for each in (goal, statement)):
                return self._array_equation(context, goal, use, statement)
        except IllTyped:
            return None
        for signed in multiples.multiples(self, context, goal, statement):
            try:
                rest, side = combined_goal(context, goal, (statement,), (signed,))
                answers = Recording(Seeker())
                unfold = frozenset(self.unfold)
                needed = undischarged(signed, context)
                if all(arithmetic(context, s, answers, unfold) for s in (rest, *side, *needed)):
                    return Combine((use,), (signed,), answers.certificate(self.unfold))
            except (Rejected, TooLarge, IllTyped):
                continue
        return None

    def _array_equation(
        self, context: Context, goal: Apply, use: Use, statement: Apply
    ) -> Certificate | None:
        """An equation of arrays whose sides are the used equation's up to normal form."""
        kind = type_of(goal.arguments[0], context)
        if goal.head != "=" or statement.head != "=" or kind == PROPOSITION:
            return None
        if not same_type(kind, type_of(statement.arguments[0], context), context):
            return None
        for old, new in (statement.arguments, statement.arguments[::-1]):
            links = (Apply("=", (goal.arguments[0], old)), Apply("=", (new, goal.arguments[1])))
            try:
                if any(type_of(link, context) != PROPOSITION for link in links):
                    continue
                found = [self.by_arithmetic(context, link) for link in links]
            except IllTyped:
                return None
            if found[0] is None or found[1] is None:
                continue
            middle = Apply("=", (old, new))
            certificates = (found[0], Directly(use), found[1])
            proofs = tuple(
                Proof(c, self.complete(context, link))
                for c, link in zip(certificates, (links[0], middle, links[1]), strict=True)
            )
            return Chain(("=", "=", "="), (old, new), proofs)
        return None
