"""Rules of the kernel as objects, each with examples that it accepts and examples that it refuses.

A rule says what the kernel takes for true: its statement, under which conditions, the theorem behind it and where that
is found.  Its examples are small scripts, read like any other, with certificates written out; ``registered`` hands each
of them to ``verify``.  Nothing here takes part in a proof: the catalogue describes the trusted base and holds it to
what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from checks.contexts import Context
from checks.kernel.certificates import Always, Arithmetic, Certificate, Defined, Integrable, Introduce, Proof
from checks.kernel.definedness import undischarged
from checks.kernel.lemmas import Lemma, Theory
from checks.kernel.linear import Multipliers
from checks.kernel.reductions import Rejected
from checks.kernel.verification import establish, verify
from checks.terms import Term, conjunction
from derive.elaboration import ElaborationError, elaborate_context, elaborate_definition, elaborate_statement
from derive.printing import print_statement
from grammar import ScriptReadError, parse_script, syntax

NOT_SHOWN = "the normal forms do not show it"
"""What the kernel says of a comparison that arithmetic does not give."""

BY_NORMAL_FORMS = Arithmetic()
"""Both sides in normal form, where no index has to be put in order and no multiplier is needed."""

FEWEST = 2
"""How many accepted, and how many refused examples a rule has at least."""


class RuleError(Exception):
    """A rule is incomplete, or one of its examples behaves otherwise than the rule says.

    What to do: nothing for an author; the rule or the kernel has changed, and one of them is wrong.
    """


@dataclass(frozen=True, slots=True)
class Cited:
    """A lemma that an example may use, as ``lemma:name``."""

    name: str
    statement: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A statement in a context, with a certificate.

    ``given`` are lines as they stand under a theorem's name, ``definitions`` blocks before it.  What makes the
    statement defined has plain certificates where ``definedness`` gives none.  ``because`` is what the kernel
    says of an example that it refuses.
    """

    statement: str
    given: tuple[str, ...] = ()
    proof: Certificate = BY_NORMAL_FORMS
    definedness: tuple[Certificate, ...] = ()
    definitions: tuple[str, ...] = ()
    lemmas: tuple[Cited, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What the kernel takes for true, and by what right.

    ``record`` is the class of certificates that the rule is called for by, or empty for what arithmetic does by itself;
    ``modules`` are those of ``checks`` that hold it.
    """

    identifier: str
    modules: tuple[str, ...]
    statement: str
    conditions: str
    theorem: str
    source: str
    accepted: tuple[Example, ...]
    refused: tuple[Example, ...]
    record: str = ""


def accept(
    statement: str,
    *given: str,
    proof: Certificate = BY_NORMAL_FORMS,
    definedness: tuple[Certificate, ...] = (),
    definitions: tuple[str, ...] = (),
    lemmas: tuple[Cited, ...] = (),
) -> Example:
    """An example that the kernel accepts."""
    return Example(statement, given, proof, definedness, definitions, lemmas)


def refuse(
    statement: str,
    *given: str,
    proof: Certificate = BY_NORMAL_FORMS,
    definedness: tuple[Certificate, ...] = (),
    definitions: tuple[str, ...] = (),
    lemmas: tuple[Cited, ...] = (),
    because: str = NOT_SHOWN,
) -> Example:
    """An example that the kernel refuses, with what it says then."""
    return Example(statement, given, proof, definedness, definitions, lemmas, because)


def by_fact(*positions: int) -> Multipliers:
    """Multipliers that say: it is at least the product of the facts at these positions."""
    return ((fmpq(1), positions),)


# -- running examples ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Elaborated:
    """An example as the kernel gets it."""

    context: Context
    theory: Theory
    statement: Term


def elaborated(example: Example) -> Elaborated:
    """The context, lemmas and statement of an example; raises ``ElaborationError`` where they have no meaning."""
    base = Context()
    for block in example.definitions:
        for item in _items(block):
            if isinstance(item, syntax.Define):
                definition = elaborate_definition(item, base)
                base = Context(definitions={**base.definitions, definition.name: definition})
    theory: dict[str, Lemma] = {}
    for cited in example.lemmas:
        context, statement = _read(cited.given, cited.statement, base)
        theory[cited.name] = Lemma(cited.name, context, statement)
    context, statement = _read(example.given, example.statement, base)
    return Elaborated(context, theory, statement)


def _read(given: Sequence[str], statement: str, base: Context) -> tuple[Context, Term]:
    lines = [f"  {line}\n" for line in given]
    (item,) = _items(f"theorem shown\n{''.join(lines)}  show  {statement}\n")
    if not isinstance(item, syntax.Theorem):
        raise RuleError(f"{statement!r} is no statement of a theorem")
    context = elaborate_context(item.context, base)
    return context, conjunction(*(elaborate_statement(goal.statement, context) for goal in item.shows))


def _items(text: str) -> tuple[syntax.Item, ...]:
    script = parse_script(text, "an example")
    for error in script.errors:
        raise RuleError(error.render())
    return script.items


def refusal(example: Example) -> str | None:
    """Why an example is not proved, in the words of the kernel; None where it is proved without conditions."""
    try:
        found = elaborated(example)
        given: tuple[Certificate | None, ...] = example.definedness
        if not given:
            given = tuple(_plainly(found, needed) for needed in undischarged(found.statement, found.context))
        judgement = verify(found.context, found.theory, found.statement, Proof(example.proof, given))
    except (ElaborationError, Rejected) as reason:
        return str(reason)
    if not judgement.conditions:
        return None
    return f"shown only where {print_statement(conjunction(*judgement.conditions), found.context)}"


def _plainly(found: Elaborated, condition: Term) -> Certificate | None:
    """The first of the plainest certificates that shows a condition; None where none of them does."""
    for certificate in _PLAIN:
        try:
            establish(found.context, found.theory, condition, certificate)
        except Rejected:
            continue
        return certificate
    return None


_PLAIN: tuple[Certificate, ...] = (
    BY_NORMAL_FORMS, Integrable(), Introduce(BY_NORMAL_FORMS), Always(BY_NORMAL_FORMS), Defined(()),
)  # fmt: skip


def fault(rule: Rule) -> str | None:
    """What is missing in a rule, or which of its examples behaves otherwise; None where all is as it says."""
    for name in ("identifier", "statement", "conditions", "theorem", "source"):
        if not getattr(rule, name).strip():
            return f"{rule.identifier}: no {name}"
    if not rule.modules:
        return f"{rule.identifier}: no module holds it"
    for kind, examples in (("accepted", rule.accepted), ("refused", rule.refused)):
        if len(set(examples)) < FEWEST:
            return f"{rule.identifier}: fewer than {FEWEST} {kind} examples"
    for example in rule.accepted:
        said = refusal(example)
        if said is not None:
            return f"{rule.identifier}: {example.statement} is refused ({said})"
    for example in rule.refused:
        said = refusal(example)
        if said is None:
            return f"{rule.identifier}: {example.statement} is accepted"
        if not example.because or example.because not in said:
            return f"{rule.identifier}: {example.statement} is refused for another reason: {said}"
    return None


def registered(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules, once all their examples have been run; raises ``RuleError`` naming the rule and the example."""
    for identifier, count in Counter(rule.identifier for rule in rules).items():
        if count > 1:
            raise RuleError(f"{identifier}: {count} rules have this identifier")
    for rule in rules:
        try:
            problem = fault(rule)
        except ScriptReadError as error:
            problem = f"{rule.identifier}: {error}"
        if problem is not None:
            raise RuleError(problem)
    return tuple(rules)
