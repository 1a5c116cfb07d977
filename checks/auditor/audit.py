"""The second checker: what a stored certificate shows of the statement that a script makes.

Every goal is worked out anew, from the goal around it and the data of the rule, and compared with the recorded one.
Statements are read as total: what is not defined has some value, the same wherever it stands.  Beside that, everything
that a statement asks for to be defined (definedness.py) has to be established with it; arithmetic is right about terms
that are defined.  A step (the theorem, or the statement of a ``cut`` at any depth) is *accepted* when all of its
certificate is covered; what is in the proof of an inner step counts there.  What is wrong is *refused*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from checks.auditor import rules
from checks.auditor.definedness import Need, needs
from checks.auditor.instances import Instance, Lemma, instances
from checks.auditor.kinds import Uncovered, kind_of
from checks.auditor.matching import Leaf, holds
from checks.auditor.scopes import conclude, establish, same, speaks_of_laws
from checks.auditor.terms import TRUE, Apply, Bind, Context, Refused, Table, Term, as_list, as_object

VERSION = 1


@dataclass
class Step:
    """A statement of a proof; ``reasons`` say what of its certificate is not covered."""

    statement: Term
    reasons: list[str] = field(default_factory=list)
    rules: Counter[str] = field(default_factory=Counter)

    @property
    def accepted(self) -> bool:
        """Whether everything that the statement rests on, other steps apart, has been checked."""
        return not self.reasons


@dataclass
class Report:
    """What the auditor says of one theorem: each of its steps, and what is wrong."""

    steps: list[Step] = field(default_factory=list)
    refused: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the theorem has been checked completely."""
        return self.refused is None and bool(self.steps) and all(step.accepted for step in self.steps)


def audited(script: object, stored: object, leaf: Leaf) -> Report:
    """What the certificate shows of the theorem; ``leaf`` decides relations (leaves.py)."""
    report = Report()
    try:
        context, statement, lemmas = _stated(script)
        document = as_object(stored)
        if document["version"] != VERSION:
            raise Refused(f"version {document['version']!r:.20} of the format; {VERSION} was expected")
        auditor = Auditor(lemmas, Table(document["terms"]), leaf, report)
        auditor.step(context, statement, document["proof"])
    except Refused as error:
        report.refused = str(error)
    except RecursionError:
        report.steps.append(Step(TRUE, ["terms that are nested too deeply"]))
    except (AttributeError, TypeError, ValueError, LookupError, ArithmeticError) as error:
        # A document is foreign data: whatever is not shaped like one is refused.
        report.refused = f"a malformed document: {type(error).__name__}: {error}"
    return report


def _stated(script: object) -> tuple[Context, Term, dict[str, Lemma]]:
    data = as_object(script)
    if data["version"] != VERSION:
        raise Refused(f"version {data['version']!r:.20} of the format; {VERSION} was expected")
    table = Table(data["terms"])
    definitions = dict(table.definition(each) for each in as_list(data["definitions"]))
    lemmas = {
        label: Lemma(table.context(each["context"], definitions), table[each["statement"]])
        for label, each in zip(data["lemmas"], map(as_object, as_object(data["lemmas"]).values()), strict=True)
    }
    return table.context(data["context"], definitions), table[data["statement"]], lemmas


def head_of(statement: Term) -> str:
    """The operator of a statement, for a message."""
    return statement.head if isinstance(statement, Apply | Bind) else "a symbol"


class Auditor:
    """Goes through one certificate."""

    def __init__(self, lemmas: Mapping[str, Lemma], table: Table, leaf: Leaf, report: Report) -> None:
        self.lemmas = lemmas
        self.table = table
        self.leaf = leaf
        self._report = report
        self._open: list[Step] = []

    # -- what the rules ask for ------------------------------------------------------------------------

    def step(self, context: Context, statement: Term, data: object) -> Context:
        """Checks a statement as a step of its own; returns the context in which it stands."""
        step = Step(statement)
        self._report.steps.append(step)
        self._open.append(step)
        try:
            conditions = self.proof(context, statement, data)
        finally:
            self._open.pop()
        return conclude(context, statement, conditions)

    def proof(self, context: Context, statement: Term, data: object, opened: Sequence[str] = ()) -> list[Term]:
        """Checks a statement and that it is defined; returns the conditions under which it is."""
        found = as_object(data)
        conditions = []
        for each in as_list(found["definedness"]):
            if each is None:
                raise Refused("a condition is left open")
            conditions.append(self.claimed(context, each, opened))
        within = establish(context, conditions)
        with self.covering():
            self.statement(context, statement)
            for condition in conditions:
                self.require(needs(within, condition), "a condition is defined")
            self.require(needs(within, statement), "the statement is defined")
        self.certificate(within, statement, found["certificate"], opened)
        return conditions

    def claimed(self, context: Context, data: object, opened: Sequence[str] = ()) -> Term:
        """Checks a certificate of whatever it says that it shows; returns that."""
        goal = self.table[as_object(data)["goal"]]
        with self.covering():
            self.statement(context, goal)
        self.certificate(context, goal, data, opened)
        return goal

    def certificate(self, context: Context, goal: Term, data: object, opened: Sequence[str] = ()) -> None:
        """Checks a certificate of a goal that was worked out."""
        found = as_object(data)
        recorded = self.table[found["goal"]]
        if not same(context, goal, recorded):
            raise Refused("the certificate is for another goal")
        if list(as_list(found.get("opened", []))) != list(opened):
            raise Refused(f"the names {found.get('opened')!r:.60} are opened; {list(opened)} was expected")
        rule = found["rule"]
        if rule not in rules.RULES:
            raise Refused(f"no rule: {rule!r:.40}")
        self._open[-1].rules[rule] += 1
        with self.covering():
            rules.RULES[rule](self, context, goal, found)

    def one_opened(self, data: object) -> str:
        """The name that a certificate opens."""
        match as_object(data).get("opened"):
            case [str(name)] if name.rstrip("'").isidentifier():
                return name
            case other:
                raise Refused(f"one name was expected, {other!r:.40} are opened")

    def uncovered(self, reason: str) -> None:
        """Notes what cannot be checked."""
        self._open[-1].reasons.append(reason)

    @contextmanager
    def covering(self) -> Iterator[None]:
        """Whatever turns out not to be covered is noted; what is wrong is not."""
        try:
            yield
        except Uncovered as error:
            self.uncovered(str(error))

    def statement(self, context: Context, term: Term) -> None:
        """Refuses what is no statement about declared symbols."""
        if kind_of(context, term) != "proposition":
            raise Refused("a statement was expected")

    def decide(self, context: Context, statement: Term, what: str) -> None:
        """Notes a relation that cannot be decided."""
        if not holds(context, statement, self.leaf):
            law = " of laws" if speaks_of_laws(context, statement) else ""
            self.uncovered(f"{what}: {head_of(statement)}{law}")

    def require(self, asked: Iterable[Need], what: str) -> None:
        """Notes what is not seen to hold of what has to."""
        for context, statement in asked:
            if not holds(context, statement, self.leaf):
                self.uncovered(f"{what}: {head_of(statement)}")

    def use(self, context: Context, data: object) -> Iterator[Instance]:
        """What a use may mean, in the context that knows what was proved for it."""
        found = as_object(data)
        values = self.table.all(found["values"])
        path = as_list(found["path"])
        if not all(type(each) is int for each in path):
            raise Refused("a path is made of numbers")
        source = found["source"]
        if type(source) is not str:
            raise Refused("a source is a text")
        return instances(context, self.lemmas, source, values, path)

    def proved_for(self, context: Context, data: object, opened: Sequence[str] = ()) -> Context:
        """The context that knows what a use or a rule has proved for it."""
        goals = [self.claimed(context, each, opened) for each in as_list(as_object(data)["proofs"])]
        within = establish(context, goals)
        for goal in goals:
            self.require(needs(within, goal), "what is shown on the way is defined")
        return within

    def instance(self, context: Context, data: object, wanted: Callable[[Term], bool], what: str) -> Instance:
        """The instance that is wanted, all that it needs being seen to hold; ``Refused`` when there is none."""
        within = self.proved_for(context, data)
        for found in self.use(within, data):
            if wanted(found.statement):
                self.require(found.needs, f"{what}: the instance needs")
                return found
        raise Refused(f"{what}: the used statement is another one")

