"""Structured proofs: chains, side facts, cases, induction, obtained things; each claim judged in its place.

A block is a stretch of a proof with its own context.  What is established in it is kept as a list of frames,
so that the certificate of what the block concludes can be put together: each established statement is a cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from checks.approximations import approximated
from checks.contexts import Context, open_in
from checks.kernel.certificates import (
    Both,
    Certificate,
    Chain,
    Directly,
    Introduce,
    Proof,
    Use,
)
from checks.kernel.definedness import obligations
from checks.kernel.forms import TooLarge
from checks.kernel.lemmas import Lemma
from checks.kernel.reductions import Rejected
from checks.kernel.relations import COMPOSITION, gives, turned
from checks.kernel.verification import Ledger
from checks.shapes import IllTyped, type_of
from checks.terms import (
    PROPOSITION,
    Apply,
    Bind,
    Tensor,
    Term,
    Type,
    heads,
)
from derive import structures
from derive.blocks import Block, Established, Recorded
from derive.elaboration import ElaborationError
from derive.elaboration.statements import APPROXIMATION, close_to
from derive.judging import NOTATIONS, PROCEDURES, Cited, Judged, Resources, judge
from derive.latex import latex
from derive.proving.budget import Budget, Exhausted
from derive.proving.instances import Instance
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
class Walk:
    """One walk through a proof: the reports so far, and what the citations mean.

    ``missing`` collects the conditions under which steps are proved.  Where the whole proof is walked through
    under ``supposed`` conditions, ``conditional`` says of each proved step which of them make it defined.
    """

    resources: Resources
    source: Sequence[str]
    lemma_of: Callable[[str], tuple[str, Lemma | None]]
    steps: list[StepReport] = field(default_factory=list)
    cites: dict[str, None] = field(default_factory=dict)
    expected: tuple[int, Verdict] | None = None
    failed_names: set[str] = field(default_factory=set)
    recorded_steps: dict[int, Recorded] = field(default_factory=dict)
    supposed: tuple[Term, ...] = ()
    missing: dict[Term, None] = field(default_factory=dict)
    conditional: dict[int, tuple[Term, ...]] = field(default_factory=dict)

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
            self.recorded_steps[len(self.steps) + 1] = Recorded(
                context, statement, judged.proof, judged.trial
            )
        self.missing.update(dict.fromkeys(judged.missing))
        if self.supposed and statement is not None:
            needed = obligations(statement, context)
            self.conditional[len(self.steps) + 1] = tuple(part for part in self.supposed if part in needed)
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
        close = approximated(statement)
        if close is not None:
            return latex(close.term, context), r"\approx", close.digits
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
        instances: list[Instance] = []
        known = {fact.name for fact in block.ledger.context.facts if fact.name is not None}
        context = block.ledger.context
        for citation in reason.citations:
            name = citation.name
            names.append(name if citation.subject is None else f"{name} of {citation.subject}")
            if name == "definition":
                if citation.subject is None or citation.subject in NOTATIONS:
                    procedures.add("definition")
                elif citation.subject in context.definitions or citation.subject in context.lets:
                    definitions.append(citation.subject)
                else:
                    raise ElaborationError(
                        f"{citation.subject} is not defined", citation.span, "unknown-definition"
                    )
            elif name in known:
                facts.append(name)
                if citation.arguments:
                    instances.append(Instance(name, tuple(map(block.term, citation.arguments))))
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
                    if citation.arguments:
                        instances.append(Instance(lemma, tuple(map(block.term, citation.arguments))))
        opaque = tuple(name for name in definitions if name in context.definitions)
        if "definition" in procedures:
            opaque += tuple(
                name
                for name, definition in context.definitions.items()
                if definition.opaque and name not in opaque
            )
        return Cited(
            tuple(names), frozenset(procedures), opaque, tuple(facts), tuple(lemmas), tuple(unproved),
            tuple(instances),
        )  # fmt: skip

    def judged(self, block: Block, statement: Term, cited: Cited, name: str | None = None) -> Judged:
        """Judges a statement in a block; a proved one becomes a frame."""
        result = judge(block.ledger, block.trial, statement, cited, self.resources, name)
        if result.verdict is Verdict.PROVED and result.proof is not None:
            block.frames.append(Established(statement, result.proof))
        for source in result.used:
            kind, _, label = source.partition(":")
            if kind == "lemma" and label in self.resources.theory:
                self.cites[self.resources.theory[label].name] = None
        return replace(result, trial=block.trial)

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
                    structures.cases(self, block, cases)  # type: ignore[arg-type]
                    continue
                case syntax.Induction():
                    structures.induction(self, block, item)
                case syntax.Obtain():
                    structures.obtain(self, block, item)
                case syntax.Attained():
                    structures.attained(self, block, item, last=position == len(items) - 1)
                case syntax.LetDefinition():
                    structures.abbreviation(self, block, item)
                case syntax.Take() | syntax.Assumption():
                    structures.introduced(self, block, item)
            position += 1

    def chain(self, block: Block, chain: syntax.Chain) -> None:
        """Each link from the line before it; the whole when every link is proved."""
        logical = any(link.operator in ("iff", "implies") for link in chain.links)
        context = block.ledger.context
        previous = self._side(block, chain.first, logical, chain)
        links: list[tuple[str, Term, Proof | None]] = []
        composed: str | None = None
        broken = previous is None
        last: syntax.Link | None = None
        for link in chain.links:
            if last is not None:
                self.ill_formed(link, "chain", "nothing follows `~=` in a chain", link.span)
                self._mark(link.expectation)
                broken = True
                continue
            if link.operator == APPROXIMATION:
                last = link
                broken = not self._approximated(block, link, previous) or broken
                continue
            head = RELATION_HEADS.get(link.operator)
            if head is None:
                self.ill_formed(
                    link, "chain", f"the relation `{link.operator}` is not read in chains yet", link.span
                )
                self._mark(link.expectation)
                broken = True
                continue
            beside = _beside(previous, link, context)
            current = self._side(block, link.term, logical, link, previous is not None, beside)
            if current is None or previous is None:
                # The line before could not be read, which has been reported: nothing can be said of this one.
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
            before = block.ledger.context
            result = self.judged(block, statement, cited)
            self.report(link.term.span, "chain", statement, before, result, cited)
            self._mark(link.expectation)
            links.append((head, current, result.proof if result.verdict is Verdict.PROVED else None))
            broken = broken or result.verdict is not Verdict.PROVED
            previous = current
        if not broken and len(links) > 1 and composed is not None:
            self._compose(block, chain, links, composed)
        if not broken and last is not None and links:
            self._carried(block, chain.first, last, composed)

    def _approximated(self, block: Block, link: syntax.Link, previous: Term | None) -> bool:
        """Judges the last link of a chain, ``~=`` a decimal; whether it is proved."""
        proved = False
        if previous is not None:
            context = block.ledger.context
            try:
                statement = close_to(previous, link.term, type_of(previous, context))
                cited = self.cited(link.reason, block)
            except ElaborationError as error:
                self.ill_formed(link, "chain", error)
            else:
                result = self.judged(block, statement, cited)
                self.report(link.term.span, "chain", statement, context, result, cited)
                proved = result.verdict is Verdict.PROVED
        self._mark(link.expectation)
        return proved

    def _carried(self, block: Block, first: syntax.Node, link: syntax.Link, composed: str | None) -> None:
        """Records that the first term of a chain of equations is close to the decimal at its end."""
        term = self._side(block, first, False, link, report=False) if composed == "=" else None
        if term is None:
            return
        context = block.ledger.context
        statement = close_to(term, link.term, type_of(term, context))
        search = Search(self.resources.claims, (), (), Budget(120))
        try:
            proof = search.proof(context, statement)
            if proof is not None and not block.ledger.add(statement, proof).conditions:
                block.frames.append(Established(statement, proof))
        except (Exhausted, Rejected, TooLarge):
            return

    def _compose(
        self, block: Block, chain: syntax.Chain, links: list[tuple[str, Term, Proof | None]], composed: str
    ) -> None:
        logical = composed in ("iff", "implies")
        first = self._side(block, chain.first, logical, chain, report=False)
        if first is None:
            return
        facts = block.ledger.context.facts
        start = len(facts) - len(links)
        search = Search(self.resources.claims, self.resources.at_hand, (), Budget())
        proofs = []
        left = first
        for offset, (head, right, proof) in enumerate(links):
            if proof is None:
                return
            definedness = search.definedness(block.ledger.context, Apply(head, (left, right)))
            proofs.append(Proof(Directly(Use(f"fact:{start + offset}")), definedness))
            left = right
        total = Apply(composed, (first, left))
        certificate = Chain(tuple(h for h, _, _ in links), tuple(t for _, t, _ in links[:-1]), tuple(proofs))
        proof = Proof(certificate, search.definedness(block.ledger.context, total))
        try:
            judgement = block.ledger.add(total, proof)
        except Rejected:
            return
        if not judgement.conditions:
            block.frames.append(Established(total, proof))

    def _side(
        self, block: Block, node: syntax.Node, logical: bool, owner: syntax.Node, report: bool = True,
        expected: Type | None = None,
    ) -> Term | None:  # fmt: skip
        try:
            if logical:
                return block.statement(node)
            return block.term(node, expected)
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
        taken = {*self.failed_names, *(fact.name for fact in context.facts)}
        if item.name is not None and item.name in taken:
            twice = f"the name {item.name} is taken: something else is called so"
            self.ill_formed(item.statement, kind, ElaborationError(twice, item.span, "named-twice"))
            self._mark(expectation)
            return
        if not item.items:
            result = self.judged(block, statement, cited, item.name)
        else:
            result = self.proved_inside(block, statement, item.items, item.name)
        if item.name is not None and result.verdict is not Verdict.PROVED:
            self.failed_names.add(item.name)
        self.report(item.statement.span, kind, statement, context, result, cited)
        self._mark(expectation)

    def proved_inside(
        self, block: Block, statement: Term, items: Sequence[syntax.ProofItem], name: str | None
    ) -> Judged:
        """The statement by the items below it, in a block where its variables and premises stand."""
        statement = _with_variables(
            statement, [v.name for item in items if isinstance(item, syntax.Take) for v in item.variables]
        )
        premises = [item.name for item in items if isinstance(item, syntax.Assumption)]
        inner, layers = self.opened(block, statement, premises)
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
        search = Search(self.resources.claims, self.resources.at_hand, (), Budget(300))
        try:
            proof = Proof(certificate, search.definedness(block.ledger.context, statement))
            judgement = block.ledger.add(statement, proof, name)
        except (Rejected, Exhausted, TooLarge) as error:
            return Judged(
                Verdict.UNDECIDED,
                message=f"the parts do not give it: {error}",
                identifier="rejected-certificate",
            )
        conditions = tuple(latex(condition, block.ledger.context) for condition in judgement.conditions)
        if conditions:
            return Judged(
                Verdict.PROVED_IF, "structured", conditions=conditions, proof=proof, missing=judgement.conditions
            )
        block.frames.append(Established(statement, proof))
        return Judged(Verdict.PROVED, "structured", proof=proof)

    def opened(
        self, block: Block, statement: Term, premises: Sequence[str | None] = ()
    ) -> tuple[Block, int]:
        """A block in which the statement's variables and premises stand, and how many were taken in.

        The premises are called by the names that are given, the others ``hypothesis``.
        """
        context, trial, layers = block.ledger.context, block.trial, 0
        names = iter(premises)
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
                    context = context.suppose(premise, "hypothesis", next(names, None) or "hypothesis")
                    trial = trial.suppose(premise)
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
        finder = Search(self.resources.claims, self.resources.at_hand, (), Budget(120))
        for position in range(len(facts) - 1, -1, -1):
            statement = facts[position].statement
            found = _same(statement, goal, Use(f"fact:{position}"), finder, block.ledger.context)
            if found is not None:
                return found
        search = Search(self.resources.claims, (), (), Budget(120))
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
            case Apply(found, (a, b)), Apply(wanted, (c, d)) if found in LATEX_RELATIONS and gives(
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


def _beside(previous: Term | None, link: syntax.Link, context: Context) -> Type | None:
    """The type of the array beside which a link's literal 0 is the zero array."""
    zero = isinstance(link.term, syntax.NumberLiteral) and link.term.text == "0"
    if previous is None or not zero or RELATION_HEADS.get(link.operator) not in ("=", "!=", "equal_almost_surely"):
        return None
    kind = type_of(previous, context)
    return kind if isinstance(kind, Tensor) else None


def _with_variables(statement: Term, names: Sequence[str]) -> Term:
    """The statement with the variables over which it speaks, from the outside in, called by other names."""
    match statement:
        case Bind("forall", domain, condition, body) if names:
            return Bind("forall", domain, condition, _with_variables(body, names[1:]), names[0])
        case Apply("implies", (premise, conclusion)):
            return Apply("implies", (premise, _with_variables(conclusion, names)))
        case _:
            return statement


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


def _text(node: syntax.Node) -> str:
    """A term or statement as it was written; an item of a proof has none."""
    if isinstance(node, syntax.Link):
        return f"{node.operator} {print_node(node.term)}"
    items = (syntax.Induction, syntax.Obtain, syntax.Attained, syntax.LetDefinition, syntax.Take, syntax.Assumption)
    return "" if isinstance(node, (*items, syntax.Case, syntax.Chain)) else print_node(node)
