"""Structured proofs: chains, side facts, cases, induction, obtained things; each claim judged in its place.

A block is a stretch of a proof with its own context.  What is established in it is kept as a list of frames,
so that the certificate of what the block concludes can be put together: each established statement is a cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from checks.contexts import Context, Fact, open_in
from checks.kernel.certificates import (
    Both,
    Certificate,
    Chain,
    Cut,
    Directly,
    Induction,
    Introduce,
    Obtain,
    Proof,
    Split,
    Use,
)
from checks.kernel.definedness import obligations
from checks.kernel.expansion import TooLarge
from checks.kernel.lemmas import Lemma
from checks.kernel.reductions import Rejected, induction_parts, obtained
from checks.kernel.relations import COMPOSITION, gives, turned
from checks.kernel.verification import Ledger
from checks.shapes import IllTyped, type_of
from checks.terms import (
    PROPOSITION,
    TRUE,
    Apply,
    Bind,
    Symbol,
    Term,
    Type,
    conjunction,
    heads,
    open_binder,
    substitute,
)
from derive.elaboration import ElaborationError, elaborate_let, elaborate_statement, elaborate_term
from derive.judging import PROCEDURES, Cited, Judged, Resources, judge
from derive.latex import latex
from derive.proving.budget import Budget, Exhausted
from derive.proving.search import Search
from derive.reports import StepReport, Verdict
from grammar import syntax
from grammar.printer import print_node

RELATION_HEADS: Mapping[str, str] = {
    "=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
    "= a.s.": "equal_almost_surely", "= in law": "equal_in_law", "iff": "iff", "implies": "implies",
}  # fmt: skip

LATEX_RELATIONS: Mapping[str, str] = {
    "=": "=", "!=": r"\ne", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge",
    "equal_almost_surely": r"\overset{\text{a.s.}}{=}", "equal_in_law": r"\overset{d}{=}",
    "iff": r"\iff", "implies": r"\implies",
}  # fmt: skip


@dataclass(slots=True)
class Block:
    """A stretch of a proof: its ledger, what evaluation has to satisfy, and what has been established.

    ``aliases`` are names given inside the proof; they are replaced by what they stand for as soon as a term is
    read, so that no certificate mentions them.
    """

    ledger: Ledger
    trial: Context
    goal: Term | None
    aliases: Mapping[str, Term] = field(default_factory=dict)
    frames: list[tuple[str, object, object]] = field(default_factory=list)

    @property
    def reading(self) -> Context:
        """The context in which the block's text is read."""
        context = self.ledger.context
        return replace(context, lets={**context.lets, **self.aliases}) if self.aliases else context

    def term(self, node: syntax.Node, expected: Type | None = None) -> Term:
        """The term that the block's text means; raises ``ElaborationError``."""
        return substitute(elaborate_term(node, self.reading, expected), self.aliases)

    def statement(self, node: syntax.Node) -> Term:
        """The statement that the block's text means; raises ``ElaborationError``."""
        return substitute(elaborate_statement(node, self.reading), self.aliases)

    def inside(self, ledger: Ledger, trial: Context, goal: Term | None) -> Block:
        """A block within this one."""
        return Block(ledger, trial, goal, dict(self.aliases))

    def folded(self, conclusion: Certificate) -> Certificate:
        """The certificate of the block's goal from that of its conclusion."""
        for kind, first, second in reversed(self.frames):
            if kind == "cut" and isinstance(second, Proof):
                conclusion = Cut(first, second, conclusion)  # type: ignore[arg-type]
            elif kind == "obtain" and isinstance(first, Use):
                conclusion = Obtain(first, str(second), conclusion)
        return conclusion


@dataclass(frozen=True, slots=True)
class Recorded:
    """A proof that the kernel accepted, with what it proves and in which context."""

    context: Context
    statement: Term
    proof: Proof


@dataclass(slots=True)
class Walk:
    """One walk through a proof: the reports so far, and what the citations mean."""

    resources: Resources
    source: Sequence[str]
    lemma_of: Callable[[str], tuple[str, Lemma | None]]
    steps: list[StepReport] = field(default_factory=list)
    cites: dict[str, None] = field(default_factory=dict)
    expected: tuple[int, Verdict] | None = None
    failed_names: set[str] = field(default_factory=set)
    recorded_steps: dict[int, Recorded] = field(default_factory=dict)

    # -- reports ---------------------------------------------------------------------------------------

    def report(
        self,
        span: syntax.Span,
        kind: str,
        statement: Term | None,
        context: Context,
        judged: Judged,
        cited: Cited,
    ) -> None:
        """Records the judgement of a step."""
        left, relation, right = self._parts(statement, context)
        if statement is not None and judged.proof is not None:
            self.recorded_steps[len(self.steps) + 1] = Recorded(context, statement, judged.proof)
        self.steps.append(
            StepReport(
                index=len(self.steps) + 1, line=span.line, kind=kind, left=left, relation=relation, right=right,
                verdict=judged.verdict, method=judged.method, cited=cited.names, cited_verdict=judged.cited_verdict,
                conditions=judged.conditions, witness=judged.witness, tested=judged.tested, message=judged.message,
                ms=round(judged.ms, 3), identifier=judged.identifier, column=span.column,
                end_column=span.end_column if span.end_line == span.line else 0,
                source_line=self.source[span.line - 1] if 0 < span.line <= len(self.source) else "",
            )
        )  # fmt: skip

    def _parts(self, statement: Term | None, context: Context) -> tuple[str, str, str]:
        if statement is None:
            return "", "", ""
        match statement:
            case Apply(head, (left, right)) if head in LATEX_RELATIONS:
                return latex(left, context), LATEX_RELATIONS[head], latex(right, context)
            case _:
                return latex(statement, context), "", ""

    def ill_formed(
        self, node: syntax.Node, kind: str, error: ElaborationError | str, span: syntax.Span | None = None
    ) -> None:
        """Records a step that has no meaning, as it was written."""
        place = span or (error.span if isinstance(error, ElaborationError) else node.span)
        message = error if isinstance(error, str) else error.message
        identifier = "ill-formed" if isinstance(error, str) else error.identifier
        self.steps.append(
            StepReport(
                index=len(self.steps) + 1, line=place.line or node.span.line, kind=kind, left=_text(node), relation="",
                right="", verdict=Verdict.ILL_FORMED, message=message, identifier=identifier, column=place.column,
                end_column=place.end_column if place.end_line == place.line else 0,
                source_line=self.source[place.line - 1] if 0 < place.line <= len(self.source) else "",
            )
        )  # fmt: skip

    def _mark(self, expectation: str | None) -> None:
        if expectation is not None:
            self.expected = (len(self.steps), Verdict(expectation))

    # -- reasons ---------------------------------------------------------------------------------------

    def cited(self, reason: syntax.Reason | None, block: Block) -> Cited:
        """What a reason names; raises ``ElaborationError`` for a name that means nothing."""
        if reason is None:
            return Cited()
        names: list[str] = []
        procedures: set[str] = set()
        definitions: list[str] = []
        facts: list[str] = []
        lemmas: list[Lemma] = []
        unproved: list[str] = []
        known = {fact.name for fact in block.ledger.context.facts if fact.name is not None}
        context = block.ledger.context
        for citation in reason.citations:
            name = citation.name
            names.append(name if citation.subject is None else f"{name} of {citation.subject}")
            if name == "definition":
                if citation.subject is None:
                    procedures.add("definition")
                elif citation.subject in context.definitions or citation.subject in context.lets:
                    definitions.append(citation.subject)
                else:
                    raise ElaborationError(
                        f"{citation.subject} is not defined", citation.span, "unknown-definition"
                    )
            elif name in known:
                facts.append(name)
            elif name in self.failed_names:
                unproved.append(name)
            elif name in PROCEDURES:
                procedures.add(name)
            elif name in context.definitions or name in context.lets:
                definitions.append(name)
            else:
                status, lemma = self.lemma_of(name)
                if status == "unknown":
                    raise ElaborationError(
                        f"`by {name}`: no lemma, assumption, definition or procedure has this name",
                        citation.span, "unknown-reason",
                    )  # fmt: skip
                self.cites[name] = None
                if lemma is None:
                    unproved.append(name)
                else:
                    lemmas.append(lemma)
        opaque = tuple(name for name in definitions if name in context.definitions)
        if "definition" in procedures:
            opaque += tuple(
                name
                for name, definition in context.definitions.items()
                if definition.opaque and name not in opaque
            )
        return Cited(
            tuple(names), frozenset(procedures), opaque, tuple(facts), tuple(lemmas), tuple(unproved)
        )

    def judged(self, block: Block, statement: Term, cited: Cited, name: str | None = None) -> Judged:
        """Judges a statement in a block; a proved one becomes a frame."""
        result = judge(block.ledger, block.trial, statement, cited, self.resources, name)
        if result.verdict is Verdict.PROVED and result.proof is not None:
            block.frames.append(("cut", statement, result.proof))
        for source in result.used:
            kind, _, label = source.partition(":")
            if kind == "lemma" and label in self.resources.theory:
                self.cites[self.resources.theory[label].name] = None
        return result

    # -- items -----------------------------------------------------------------------------------------

    def items(self, block: Block, items: Sequence[syntax.ProofItem]) -> None:
        """Walks through the items of a block."""
        position = 0
        while position < len(items):
            item = items[position]
            match item:
                case syntax.Chain():
                    self.chain(block, item)
                case syntax.Claim():
                    self.claim(block, item)
                case syntax.Have() | syntax.SubProof():
                    self.have(block, item)
                case syntax.Case():
                    cases = []
                    while position < len(items) and isinstance(items[position], syntax.Case):
                        cases.append(items[position])
                        position += 1
                    self.cases(block, cases)  # type: ignore[arg-type]
                    continue
                case syntax.Induction():
                    self.induction(block, item)
                case syntax.Obtain():
                    self.obtain(block, item)
                case syntax.Attained():
                    self.attained(block, item)
                case syntax.LetDefinition():
                    self.let(block, item)
                case syntax.Take() | syntax.Assumption():
                    self.introduced(block, item)
            position += 1

    def chain(self, block: Block, chain: syntax.Chain) -> None:
        """Each link from the line before it; the whole when every link is proved."""
        logical = any(link.operator in ("iff", "implies") for link in chain.links)
        context = block.ledger.context
        previous = self._side(block, chain.first, logical, chain)
        links: list[tuple[str, Term, Proof | None]] = []
        composed: str | None = None
        broken = previous is None
        for link in chain.links:
            head = RELATION_HEADS.get(link.operator)
            if head is None:
                self.ill_formed(
                    link, "chain", f"the relation `{link.operator}` is not read in chains yet", link.span
                )
                self._mark(link.expectation)
                broken = True
                continue
            current = self._side(block, link.term, logical, link, report=previous is not None)
            if current is None or previous is None:
                if current is not None:
                    self.ill_formed(link, "chain", "the line before it could not be read", link.term.span)
                self._mark(link.expectation)
                previous, broken = current, True
                continue
            statement = Apply(head, (previous, current))
            composed_here = head if composed is None else COMPOSITION.get((composed, head))
            try:
                type_of(statement, context)
                cited = self.cited(link.reason, block)
                if composed_here is None:
                    raise ElaborationError(
                        f"the relations do not compose: `{link.operator}` after a chain of `{composed}`",
                        link.span, "relations-do-not-compose",
                    )  # fmt: skip
            except (IllTyped, ElaborationError) as error:
                wrapped = error if isinstance(error, ElaborationError) else ElaborationError(
                    error.message, link.term.span, error.identifier
                )  # fmt: skip
                self.ill_formed(link, "chain", wrapped)
                self._mark(link.expectation)
                previous, broken = current, True
                continue
            composed = composed_here
            result = self.judged(block, statement, cited)
            self.report(link.term.span, "chain", statement, context, result, cited)
            self._mark(link.expectation)
            links.append((head, current, result.proof if result.verdict is Verdict.PROVED else None))
            broken = broken or result.verdict is not Verdict.PROVED
            previous = current
        if not broken and len(links) > 1 and composed is not None:
            self._compose(block, chain, links, composed)

    def _compose(
        self, block: Block, chain: syntax.Chain, links: list[tuple[str, Term, Proof | None]], composed: str
    ) -> None:
        logical = composed in ("iff", "implies")
        first = self._side(block, chain.first, logical, chain, report=False)
        if first is None:
            return
        facts = block.ledger.context.facts
        start = len(facts) - len(links)
        search = Search(block.ledger.theory, self.resources.at_hand, (), Budget())
        known: dict[Term, Certificate] = {}
        proofs = []
        left = first
        for offset, (head, right, proof) in enumerate(links):
            if proof is None:
                return
            link = Apply(head, (left, right))
            for needed, certificate in zip(
                obligations(link, block.ledger.context), proof.definedness, strict=False
            ):
                if certificate is not None:
                    known.setdefault(needed, certificate)
            renewed = tuple(
                search.renewed(block.ledger.context, link, needed, known.get(needed))
                for needed in obligations(link, block.ledger.context)
            )
            proofs.append(Proof(Directly(Use(f"fact:{start + offset}")), renewed))
            left = right
        total = Apply(composed, (first, left))
        certificate = Chain(tuple(h for h, _, _ in links), tuple(t for _, t, _ in links[:-1]), tuple(proofs))
        definedness = tuple(
            search.renewed(block.ledger.context, total, needed, known.get(needed))
            for needed in obligations(total, block.ledger.context)
        )
        proof = Proof(certificate, definedness)
        try:
            judgement = block.ledger.add(total, proof)
        except Rejected:
            return
        if not judgement.conditions:
            block.frames.append(("cut", total, proof))

    def _side(
        self, block: Block, node: syntax.Node, logical: bool, owner: syntax.Node, report: bool = True
    ) -> Term | None:
        try:
            if logical:
                return block.statement(node)
            return block.term(node)
        except ElaborationError as error:
            if report:
                self.ill_formed(owner, "chain", error)
            return None

    def claim(self, block: Block, item: syntax.Claim) -> None:
        """One statement."""
        try:
            statement = block.statement(item.statement)
            cited = self.cited(item.reason, block)
        except ElaborationError as error:
            self.ill_formed(item.statement, "claim", error)
        else:
            context = block.ledger.context
            result = self.judged(block, statement, cited)
            self.report(item.statement.span, "claim", statement, context, result, cited)
        self._mark(item.expectation)

    def have(self, block: Block, item: syntax.Have | syntax.SubProof) -> None:
        """A side fact, by a reason or by its own proof."""
        expectation = item.expectation if isinstance(item, syntax.Have) else None
        kind = "have" if isinstance(item, syntax.Have) else "show"
        try:
            statement = block.statement(item.statement)
            cited = self.cited(item.reason, block)
        except ElaborationError as error:
            self.ill_formed(item.statement, kind, error)
            self._mark(expectation)
            return
        context = block.ledger.context
        if not item.items:
            result = self.judged(block, statement, cited, item.name)
        else:
            result = self._proved_inside(block, statement, item.items, item.name)
        if item.name is not None and result.verdict is not Verdict.PROVED:
            self.failed_names.add(item.name)
        self.report(item.statement.span, kind, statement, context, result, cited)
        self._mark(expectation)

    def _proved_inside(
        self, block: Block, statement: Term, items: Sequence[syntax.ProofItem], name: str | None
    ) -> Judged:
        """The statement by the items below it, in a block where its variables and premises stand."""
        inner, layers = self.opened(block, statement)
        failed = len(self.failures())
        self.items(inner, items)
        conclusion = self.conclusion(inner)
        if conclusion is None:
            broken = len(self.failures()) > failed
            return Judged(
                Verdict.UNDECIDED,
                message="a step of its proof is not proved" if broken else "its proof does not end in it",
                identifier="proof-fails" if broken else "ends-elsewhere",
            )
        certificate = inner.folded(conclusion)
        for _ in range(layers):
            certificate = Introduce(certificate)
        return self.recorded(block, statement, certificate, name)

    def failures(self) -> list[StepReport]:
        """The steps that are not proved."""
        return [step for step in self.steps if step.verdict is not Verdict.PROVED]

    def recorded(self, block: Block, statement: Term, certificate: Certificate, name: str | None) -> Judged:
        """Enters a statement into the ledger by a certificate that has been put together."""
        search = Search(block.ledger.theory, self.resources.at_hand, (), Budget(300))
        try:
            proof = Proof(certificate, self._definedness(block, search, statement))
            judgement = block.ledger.add(statement, proof, name)
        except (Rejected, Exhausted, TooLarge) as error:
            return Judged(
                Verdict.UNDECIDED,
                message=f"the parts do not give it: {error}",
                identifier="rejected-certificate",
            )
        conditions = tuple(latex(condition, block.ledger.context) for condition in judgement.conditions)
        if conditions:
            return Judged(Verdict.PROVED_IF, "structured", conditions=conditions, proof=proof)
        block.frames.append(("cut", statement, proof))
        return Judged(Verdict.PROVED, "structured", proof=proof)

    def _definedness(self, block: Block, search: Search, statement: Term) -> tuple[Certificate | None, ...]:
        """Certificates of what makes a statement defined, those of established statements first."""
        known: dict[Term, Certificate] = {}
        for kind, first, second in block.frames:
            if kind == "cut" and isinstance(second, Proof):
                for needed, found in zip(
                    obligations(first, block.ledger.context), second.definedness, strict=False
                ):  # type: ignore[arg-type]
                    if found is not None:
                        known.setdefault(needed, found)
        return tuple(
            search.renewed(block.ledger.context, statement, needed, known.get(needed))
            for needed in obligations(statement, block.ledger.context)
        )

    def opened(self, block: Block, statement: Term) -> tuple[Block, int]:
        """A block in which the statement's variables and premises stand, and how many were taken in."""
        context, trial, layers = block.ledger.context, block.trial, 0
        goal = statement
        while True:
            match goal:
                case Bind("forall"):
                    outer = trial
                    context, symbol, body = open_in(context, goal)
                    trial, other, _ = open_in(outer, goal)
                    if other != symbol:
                        trial = replace(context, facts=tuple(f for f in context.facts if f.kind != "proved"))
                    goal = body
                case Apply("implies", (premise, conclusion)):
                    context = context.assume(Fact(premise, "hypothesis", "hypothesis"))
                    trial = trial.assume(Fact(premise))
                    goal = conclusion
                case _:
                    break
            layers += 1
        return block.inside(Ledger(context, block.ledger.theory), trial, goal), layers

    def conclusion(self, block: Block) -> Certificate | None:
        """The block's goal from what has been established, read as it stands; None when it is not there."""
        goal = block.goal
        if goal is None:
            return None
        facts = block.ledger.context.facts
        finder = Search(block.ledger.theory, self.resources.at_hand, (), Budget(120))
        for position in range(len(facts) - 1, -1, -1):
            statement = facts[position].statement
            found = _same(statement, goal, Use(f"fact:{position}"), finder, block.ledger.context)
            if found is not None:
                return found
        search = Search(block.ledger.theory, (), (), Budget(120))
        wanted = goal
        for position in range(len(facts) - 1, -1, -1):
            if facts[position].kind != "proved":
                continue
            certificate = self._up_to_algebra(
                block, search, facts[position].statement, wanted, Use(f"fact:{position}")
            )
            if certificate is not None:
                return certificate
        match goal:
            case Apply("and", parts):
                proofs = []
                for part in parts:
                    inner = self.conclusion(Block(block.ledger, block.trial, part))
                    if inner is None:
                        return None
                    proofs.append(inner)
                return Both(tuple(proofs))
            case _:
                return None

    def _up_to_algebra(
        self, block: Block, search: Search, statement: Term, goal: Term, use: Use
    ) -> Certificate | None:
        """A goal whose sides are those of an established relation up to algebra (no expectation opened)."""
        match statement, goal:
            case Apply(found, (a, b)), Apply(wanted, (c, d)) if found in COMPOSITION_HEADS and gives(
                found, wanted
            ):
                pass
            case _:
                return None
        context = block.ledger.context
        links = []
        try:
            for left, right in ((c, a), (b, d)):
                link = Apply("=", (left, right))
                certificate = None
                if type_of(link, context) == PROPOSITION and _heads_of_chance(left) == _heads_of_chance(
                    right
                ):
                    certificate = search.by_arithmetic(context, link)
                if certificate is None:
                    return None
                links.append(Proof(certificate, search.definedness(context, link)))
            middle = Proof(Directly(use), search.definedness(context, statement))
        except (IllTyped, Exhausted, TooLarge):
            return None
        if any(part is None for proof in (*links, middle) for part in proof.definedness):
            return None
        return Chain(("=", found, "="), (a, b), (links[0], middle, links[1]))

    def cases(self, block: Block, cases: Sequence[syntax.Case]) -> None:
        """The goal under each case; the cases together must be known to cover everything."""
        if block.goal is None:
            self.ill_formed(cases[0], "case", "there is no goal that the cases could prove")
            return
        patterns = []
        for case in cases:
            try:
                patterns.append(block.statement(case.pattern))
            except ElaborationError as error:
                self.ill_formed(case.pattern, "case", error)
                return
        cover = Apply("or", tuple(patterns)) if len(patterns) > 1 else patterns[0]
        covered = self.judged(block, cover, Cited())
        self.report(cases[0].pattern.span, "cases", cover, block.ledger.context, covered, Cited())
        conclusions: list[Certificate] = []
        position = len(block.ledger.context.facts) - 1
        for case, pattern in zip(cases, patterns, strict=True):
            context = block.ledger.context.assume(Fact(pattern, "hypothesis", "case"))
            inner = block.inside(
                Ledger(context, block.ledger.theory), block.trial.assume(Fact(pattern)), block.goal
            )
            self.items(inner, case.items)
            found = self.conclusion(inner)
            judged = Judged(Verdict.PROVED, "structured") if found is not None else Judged(
                Verdict.UNDECIDED, message="the case does not end in the goal", identifier="ends-elsewhere"
            )  # fmt: skip
            self.report(case.span, "case", pattern, context, judged, Cited())
            if found is not None:
                conclusions.append(inner.folded(found))
        if covered.verdict is Verdict.PROVED and len(conclusions) == len(patterns) > 1:
            self.recorded(block, block.goal, Split(Use(f"fact:{position}"), tuple(conclusions)), None)

    def induction(self, block: Block, item: syntax.Induction) -> None:
        """The goal at 0 and, from it at l, at l + 1."""
        if block.goal is None:
            self.ill_formed(item, "induction", "there is no goal that the induction could prove")
            return
        name = item.variable
        try:
            base_goal, step_context, step_goal = induction_parts(block.ledger.context, block.goal, name)
        except Rejected as error:
            self.ill_formed(item, "induction", f"no induction on {name}: {error}", item.span)
            return
        base: Certificate | None = None
        step: Certificate | None = None
        for case in item.items:
            if not isinstance(case, syntax.Case):
                self.ill_formed(case, "induction", "an induction has the cases 0 and l + 1", case.span)
                continue
            zero = isinstance(case.pattern, syntax.NumberLiteral)
            alias = _successor_of(case.pattern)
            if not zero and alias is None:
                self.ill_formed(case, "case", "an induction has the cases 0 and l + 1", case.pattern.span)
                continue
            goal, context = (base_goal, block.ledger.context) if zero else (step_goal, step_context)
            trial = block.trial if zero else block.trial.assume(Fact(block.goal))
            inner = block.inside(Ledger(context, block.ledger.theory), trial, goal)
            if alias is not None and alias != name:
                inner.aliases = {**inner.aliases, alias: Symbol(name)}
            self.items(inner, case.items)
            found = self.conclusion(inner)
            judged = Judged(Verdict.PROVED, "structured") if found is not None else Judged(
                Verdict.UNDECIDED, message="the case does not end in its goal", identifier="ends-elsewhere"
            )  # fmt: skip
            self.report(case.pattern.span, "case", goal, context, judged, Cited())
            if found is not None:
                folded = inner.folded(found)
                base, step = (folded, step) if zero else (base, folded)
        if base is not None and step is not None:
            result = self.recorded(block, block.goal, Induction(name, base, step), None)
        else:
            result = Judged(
                Verdict.UNDECIDED,
                message="a case of the induction is missing or not proved",
                identifier="proof-fails",
            )
        self.report(item.span, "induction", block.goal, block.ledger.context, result, Cited())

    def obtain(self, block: Block, item: syntax.Obtain) -> None:
        """Names for things that a lemma or an established statement says exist."""
        context = block.ledger.context
        facts = {f.name: k for k, f in enumerate(context.facts) if f.name is not None}
        search = Search(block.ledger.theory, self.resources.at_hand, (), Budget(200))
        use: Use | None = None
        statement: Term | None = None
        try:
            values = tuple(block.term(node) for node in item.source.arguments)
            if item.source.name in facts:
                use, statement = search.instance(context, f"fact:{facts[item.source.name]}", values)
            else:
                status, lemma = self.lemma_of(item.source.name)
                if lemma is None:
                    raise ElaborationError(f"{item.source.name} is {status}", item.span, "unknown-reason")
                self.cites[lemma.name] = None
                use, statement = search.instance_of_lemma(context, lemma, values)
        except ElaborationError as error:
            self.ill_formed(item, "obtain", error, item.span)
            return
        except (Rejected, Exhausted, IllTyped, TooLarge) as error:
            self.ill_formed(item, "obtain", f"{item.source.name} does not apply: {error}", item.span)
            return
        for name in item.names:
            try:
                context = obtained(block.ledger.context, statement, name)
            except Rejected as error:
                self.ill_formed(item, "obtain", str(error), item.span)
                return
            block.frames.append(("obtain", use, name))
            block.ledger = Ledger(context, block.ledger.theory)
            block.trial = replace(context, facts=tuple(f for f in context.facts if f.kind != "proved"))
            use = Use(f"fact:{len(context.facts) - 1}")
            statement = context.facts[-1].statement
        self.report(
            item.span,
            "obtain",
            statement,
            block.ledger.context,
            Judged(Verdict.PROVED, "structured"),
            Cited(),
        )

    def attained(self, block: Block, item: syntax.Attained) -> None:
        """The value of the goal's supremum at a point is the goal's other side."""
        match block.goal:
            case Apply("=", (Bind("sup" | "inf" | "greatest" | "least") as extremum, value)):
                pass
            case _:
                self.ill_formed(item, "attained", "the goal is no supremum or infimum that could be attained")
                return
        try:
            point = block.term(item.term, extremum.domain)
            cited = self.cited(item.reason, block)
        except ElaborationError as error:
            self.ill_formed(item.term, "attained", error)
            return
        condition, body = open_binder(extremum, point)
        equation = Apply("=", (value, body))
        statement = equation if condition == TRUE else conjunction(condition, equation)
        context = block.ledger.context
        result = self.judged(block, statement, cited)
        self.report(item.term.span, "attained", statement, context, result, cited)

    def let(self, block: Block, item: syntax.LetDefinition) -> None:
        """A local abbreviation."""
        try:
            name, body = elaborate_let(item, block.reading)
        except ElaborationError as error:
            self.ill_formed(item, "let", error)
            return
        block.aliases = {**block.aliases, name: substitute(body, block.aliases)}

    def introduced(self, block: Block, item: syntax.Take | syntax.Assumption) -> None:
        """``take`` and ``assume`` repeat what the goal already gave the block; anything else is an error."""
        if isinstance(item, syntax.Take):
            missing = [v.name for v in item.variables if v.name not in block.ledger.context.declarations]
            if missing:
                self.ill_formed(item, "take", f"the goal has no variable {', '.join(missing)}")
            return
        try:
            statement = block.statement(item.statement)
        except ElaborationError as error:
            self.ill_formed(item.statement, "assume", error)
            return
        if all(fact.statement != statement for fact in block.ledger.context.facts):
            self.ill_formed(item, "assume", "the goal has no such premise", item.statement.span)


COMPOSITION_HEADS = frozenset(LATEX_RELATIONS)


def _heads_of_chance(term: Term) -> bool:
    return bool(heads(term) & {"expectation"})


def _same(statement: Term, goal: Term, use: Use, search: Search, context: Context) -> Certificate | None:
    """The goal as an established statement, its reverse, or what its relation gives."""
    if statement == goal or turned(statement) == goal:
        return Directly(use)
    match statement, goal:
        case Apply(found, first), Apply(wanted, second) if first == second and gives(found, wanted):
            proof = Proof(Directly(use), search.definedness(context, statement))
            return Chain((found,), (), (proof,))
        case _:
            return None


def _successor_of(pattern: syntax.Node) -> str | None:
    match pattern:
        case syntax.Binary("+", syntax.Name(text), syntax.NumberLiteral("1")):
            return text
        case _:
            return None


def _text(node: syntax.Node) -> str:
    if isinstance(node, syntax.Link):
        return f"{node.operator} {print_node(node.term)}"
    return print_node(node)
