"""From what the grammar recognises to the nodes of the tree: one method for each rule of script.lark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lark import Transformer

from grammar import parts as p
from grammar import syntax as s
from grammar.lexer import Token
from grammar.parts import NO_WHY, misread, nodes, over, terms, texts


class TreeBuilder(Transformer[Token, Any]):
    """Builds the nodes while lark parses; each method gets the children of its rule, in order."""

    # ---- Statements ----

    def iff(self, c: list[Any]) -> s.Node:
        return s.Iff(c[0], c[2], span=over(c))

    def implies(self, c: list[Any]) -> s.Node:
        return s.Implies(c[0], c[2], span=over(c))

    def either(self, c: list[Any]) -> s.Node:
        before = c[0].operands if isinstance(c[0], s.Or) else (c[0],)
        return s.Or((*before, c[2]), span=over(c))

    def both(self, c: list[Any]) -> s.Node:
        before = c[0].operands if isinstance(c[0], s.And) else (c[0],)
        return s.And((*before, c[2]), span=over(c))

    def negation(self, c: list[Any]) -> s.Node:
        return s.Not(c[1], span=over(c))

    def asymptotic(self, c: list[Any]) -> s.Node:
        regime = c[6].items if len(c) > 5 else ()
        return s.Asymptotic(c[0], c[2].value, c[4], regime, span=over(c))

    def comparison(self, c: list[Any]) -> s.Node:
        link = s.Link(c[1].value, c[2], span=over(c[1:]))
        if isinstance(c[0], p.Comparison):
            return p.Comparison(c[0].first, (*c[0].links, link), span=over(c))
        return p.Comparison(c[0], (link,), span=over(c))

    def related(self, c: list[Any]) -> s.Node:
        return p.related(c[0])

    def quantified(self, c: list[Any]) -> s.Node:
        bound: p.Bindings = c[1]
        conditions = (*bound.conditions, c[3]) if c[2].type == "WITH" else bound.conditions
        kind = s.ForAll if c[0].type == "FORALL" else s.Exists
        return kind(bound.variables, conditions, c[-1], span=over(c))

    # ---- Terms ----

    def name(self, c: list[Any]) -> s.Node:
        return s.Name(c[0].value, span=c[0].span)

    def number(self, c: list[Any]) -> s.Node:
        return s.NumberLiteral(c[0].value, span=c[0].span)

    def range(self, c: list[Any]) -> s.Node:
        return s.Range(c[0], c[2], span=over(c))

    def piecewise(self, c: list[Any]) -> s.Node:
        return s.Piecewise(c[1], c[3], c[5], span=over(c))

    def negated(self, c: list[Any]) -> s.Node:
        return s.Negated(c[1], span=over(c))

    def binary(self, c: list[Any]) -> s.Node:
        return s.Binary(c[1].value, c[0], c[2], span=over(c))

    def binary_negated(self, c: list[Any]) -> s.Node:
        return s.Binary(c[1].value, c[0], s.Negated(c[3], span=over(c[2:])), span=over(c))

    def juxtapose(self, c: list[Any]) -> s.Node:
        before = c[0].items if isinstance(c[0], s.Juxtaposition) else (c[0],)
        return s.Juxtaposition((*before, c[1]), span=over(c))

    def binder(self, c: list[Any]) -> s.Node:
        closing = next(i for i, child in enumerate(c) if isinstance(child, Token) and child.type == "RSQB")
        bound = p.bind(terms(c[2:closing]))
        body = c[-1] if len(c) == closing + 2 else s.Negated(c[-1], span=over(c[closing + 1 :]))
        return s.Binder(c[0].value, bound.variables, bound.conditions, body, span=over(c))

    def power(self, c: list[Any]) -> s.Node:
        return s.Power(c[0], c[2], span=over(c))

    def superscript(self, c: list[Any]) -> s.Node:
        text, span = c[1].value, c[1].span
        exponent: s.Node = s.NumberLiteral(text.lstrip("-"), span=span)
        if text.startswith("-"):
            exponent = s.Negated(exponent, span=span)
        return s.Power(c[0], exponent, span=over(c))

    def transposed(self, c: list[Any]) -> s.Node:
        return s.Transposed(c[0], span=over(c))

    def attached(self, c: list[Any]) -> s.Node:
        return s.Attached(c[0], s.Group(terms(c[2:]), span=over(c[1:])), span=over(c))

    def indexed(self, c: list[Any]) -> s.Node:
        return s.Indexed(c[0], terms(c[2:]), span=over(c))

    def conditional(self, c: list[Any]) -> s.Node:
        inside = s.Conditional(c[2].items, c[4].items, span=over(c[2:5]))
        return s.Indexed(c[0], (inside,), span=over(c))

    def group(self, c: list[Any]) -> s.Node:
        return s.Group(terms(c), span=over(c))

    def absolute(self, c: list[Any]) -> s.Node:
        return s.AbsoluteValue(c[1], span=over(c))

    def double_bars(self, c: list[Any]) -> s.Node:
        return s.DoubleBars(c[1], c[3].value if len(c) > 3 else None, span=over(c))

    def set_of(self, c: list[Any]) -> s.Node:
        elements = terms(c)
        for element in elements:
            if isinstance(element, s.BoundVariable):
                message = "a set with a bound variable needs a condition: `{x in S | P}`"
                raise misread(element, message, "bad-binding")
        return s.SetOf(elements, span=over(c))

    def comprehension(self, c: list[Any]) -> s.Node:
        bound = p.bind(c[1].items)
        return s.Comprehension(bound.variables, bound.conditions, c[3], span=over(c))

    def extremum(self, c: list[Any]) -> s.Node:
        return s.Extremum(c[0].value, c[1], span=over(c))

    def array(self, c: list[Any]) -> s.Node:
        items = terms(c)
        truths = (s.Relation, s.RelationChain, s.Not, s.And, s.Or, s.Implies, s.Iff, s.ForAll, s.Exists)
        if len(items) == 1 and isinstance(items[0], truths):
            return s.Iverson(items[0], span=over(c))
        return s.ArrayLiteral(items, span=over(c))

    def array_builder(self, c: list[Any]) -> s.Node:
        bound = p.bind(terms(c[3:]))
        return s.ArrayBuilder(c[1], bound.variables, bound.conditions, span=over(c))

    def root(self, c: list[Any]) -> s.Node:
        inside = c[1] if isinstance(c[1], s.Group) else s.Group((c[1],), span=c[1].span)
        return s.Attached(s.Name("sqrt", span=c[0].span), inside, span=over(c))

    def expressions(self, c: list[Any]) -> s.Node:
        return p.Entries(terms(c), span=over(c))

    entries = expressions

    def typed_entry(self, c: list[Any]) -> s.Node:
        return s.BoundVariable(c[0].value, c[2], span=c[0].span)

    def sampled_entry(self, c: list[Any]) -> s.Node:
        if not isinstance(c[0], s.Name):
            raise misread(c[0], "only a name can be drawn from a law with `~`", "bad-binding")
        return s.BoundVariable(c[0].text, None, c[2], span=c[0].span)

    def binding(self, c: list[Any]) -> s.Node:
        names = [token for token in c[:-2] if token.type == "NAME"]
        sign, term = c[-2], c[-1]
        domain = term if sign.type in ("TYPED", "IN") else None
        law = term if sign.type == "TILDE" else None
        variables = tuple(s.BoundVariable(token.value, domain, law, span=token.span) for token in names)
        conditions: tuple[s.Node, ...] = ()
        if domain is None and law is None:
            conditions = tuple(
                s.Relation(self.name([token]), sign.value, term, span=over([token, term])) for token in names
            )
        return p.Bindings(variables, conditions, span=over(c))

    # ---- Types ----

    def function_type(self, c: list[Any]) -> s.Node:
        types = terms(c)
        return s.FunctionType(types[:-1], types[-1], span=over(c))

    def sequence_type(self, c: list[Any]) -> s.Node:
        return s.SequenceType(c[1], span=over(c))

    def dependent_type(self, c: list[Any]) -> s.Node:
        variables = tuple(variable for group in nodes(c, p.Bindings) for variable in group.variables)
        return s.DependentFunctionType(variables, c[-1], span=over(c))

    def bracketed_type(self, c: list[Any]) -> s.Node:
        inside: s.Node = c[1]
        return replace(inside, span=over(c))

    def type_expression(self, c: list[Any]) -> s.Node:
        return s.TypeExpression((), c[0].value, terms(c), span=over(c))

    def modified_type(self, c: list[Any]) -> s.Node:
        inside = c[1]
        if not isinstance(inside, s.TypeExpression):
            raise c[0].misread(f"`{c[0].value}` cannot stand before a function or sequence type")
        return replace(inside, modifiers=(c[0].value, *inside.modifiers), span=over(c))

    def typed_names(self, c: list[Any]) -> s.Node:
        return self.binding(c)

    # ---- Contexts ----

    def declared(self, c: list[Any]) -> s.Node:
        return s.DeclaredName(c[0].value, c[1].value if len(c) > 1 else None, span=over(c))

    def declaration(self, c: list[Any]) -> s.Node:
        names = nodes(c, s.DeclaredName)
        laws = nodes(c, p.Law)
        if len(laws) > 1:
            raise misread(laws[1], "a symbol has one law", "bad-declaration")
        for index, child in enumerate(c):
            if isinstance(child, Token) and child.type == "LATEX":
                if len(names) > 1 or names[0].latex is not None or texts(c[index + 1 :], "LATEX"):
                    message = '`as "…"` spells one symbol: put it after that symbol\'s name'
                    raise child.misread(message, "bad-declaration")
                names = (replace(names[0], latex=child.value),)
        type_ = next(c[i + 1] for i, x in enumerate(c) if isinstance(x, Token) and x.type == "TYPED")
        conditions = tuple(condition for entries in nodes(c, p.Entries) for condition in entries.items)
        law = laws[0].law if laws else None
        return s.Declaration(names, type_, nodes(c, s.Property), law, conditions, span=over(c))

    def independence(self, c: list[Any]) -> s.Node:
        groups = tuple(term.items if isinstance(term, s.Group) else (term,) for term in terms(c))
        span = s.Span(c[1].span.line, c[1].span.column, c[0].end_line, c[0].end_column)
        if len(groups) < 2:
            raise c[0].misread("independence is between two families or more", "bad-declaration")
        return s.Independence(groups, span=span)

    def property(self, c: list[Any]) -> s.Node:
        if c[0].type == "TILDE":
            return p.Law(c[1], span=over(c))
        arguments = terms(c)
        preposition = c[1].value if len(c) == 3 and c[1].type == "PREPOSITION" else None
        return s.Property(c[0].value, arguments, preposition, span=over(c))

    def with_conditions(self, c: list[Any]) -> s.Node:
        return p.Entries(terms(c), span=over(c))

    def parameter(self, c: list[Any]) -> s.Node:
        return s.BoundVariable(c[0].value, c[2] if len(c) > 1 else None, span=c[0].span)

    def definition(self, c: list[Any]) -> s.Node:
        latex = texts(c, "LATEX")
        equals = next(i for i, child in enumerate(c) if isinstance(child, Token) and child.type == "EQUALS")
        head = c[1:equals]
        type_ = head[-1] if len(head) > 1 and texts(head[-2:-1], "TYPED") else None
        indexed = bool(texts(head, "INDEX"))
        parameters = p.share_types(nodes(head, s.BoundVariable))
        if indexed:
            names = [child for child in head if isinstance(child, Token) and child.type == "NAME"]
            parameters = tuple(s.BoundVariable(token.value, span=token.span) for token in names)
        return s.LetDefinition(
            c[0].value, parameters, type_, c[equals + 1], latex[0] if latex else None, indexed, span=over(c)
        )

    def assumption(self, c: list[Any]) -> s.Node:
        names = texts(c[:-1], "NAME")
        kind = names[1] if len(names) > 1 else None
        if kind is not None and kind not in s.ASSUMPTION_KINDS:
            message = f"`{kind}` is no kind of assumption: hypothesis, regularity or regime"
            raise c[2].misread(message, "bad-declaration")
        return s.Assumption(names[0] if names else None, kind, c[-1], span=over(c))

    # ---- Proofs ----

    def chain(self, c: list[Any]) -> s.Node:
        why: p.Why = c[-1] if isinstance(c[-1], p.Why) else NO_WHY
        if isinstance(c[1], Token):
            end = c[:3] if why is NO_WHY else c
            link = s.Link(c[1].value, c[2], why.reason, why.expectation, span=over(end[1:]))
            return p.Comparison(c[0].first, (*c[0].links, link), span=over(c))
        last = c[0].links[-1]
        last = replace(last, reason=why.reason, expectation=why.expectation, span=over([last, why]))
        return p.Comparison(c[0].first, (*c[0].links[:-1], last), span=over(c))

    def statement_chain(self, c: list[Any]) -> s.Node:
        why: p.Why = c[3] if len(c) > 3 else NO_WHY
        link = s.Link(c[1].value, c[2], why.reason, why.expectation, span=over(c[1:]))
        if isinstance(c[0], p.Comparison):
            return p.Comparison(c[0].first, (*c[0].links, link), span=over(c))
        return p.Comparison(c[0], (link,), span=over(c))

    def claim(self, c: list[Any]) -> s.Node:
        step = p.step(c[0], c[1] if len(c) > 1 else NO_WHY)
        return replace(step, span=over(c))

    def claimed(self, c: list[Any]) -> s.Node:
        return replace(p.step(c[1], claimed=True), span=over(c[:2]))

    def why(self, c: list[Any]) -> s.Node:
        expectation = next(iter(texts(c, "EXPECT")), None)
        if expectation is not None and expectation not in s.EXPECTATIONS:
            known = "`expect refuted`, `expect proved-if` or `expect ill-formed`"
            message = f"`{expectation}` cannot be expected: write {known}"
            raise c[-1].misread(message, "bad-expectation")
        reason = c[0] if isinstance(c[0], s.Reason) else None
        return p.Why(reason, expectation, span=over(c))

    def reason(self, c: list[Any]) -> s.Node:
        citations: list[s.Citation] = []
        for part in c[1:]:
            if isinstance(part, s.Citation):
                citations.append(part)
            elif isinstance(part, p.Substitution):
                if not citations or not citations[-1].substitutions:
                    raise misread(part, "this `:=` belongs to no `with`", "syntax-error")
                before = citations[-1]
                grown = (*before.substitutions, (part.name, part.term))
                citations[-1] = replace(before, substitutions=grown, span=over([before, part]))
        return s.Reason(tuple(citations), span=over(c))

    def citation(self, c: list[Any]) -> s.Node:
        subject = c[2].value if len(c) == 3 and isinstance(c[1], Token) and c[1].type == "OF" else None
        substitutions = tuple((part.name, part.term) for part in nodes(c, p.Substitution))
        arguments = tuple(term for term in terms(c) if not isinstance(term, p.Substitution))
        return s.Citation(c[0].value, subject, arguments, substitutions, span=over(c))

    def substitution(self, c: list[Any]) -> s.Node:
        return p.Substitution(c[0].value, c[2], span=over(c))

    def split_claim(self, c: list[Any]) -> tuple[str | None, s.Node, p.Why, tuple[Any, ...]]:
        """Split `keyword [name:] statement [why] NEWLINE block` into its parts."""
        name = c[1].value if isinstance(c[1], Token) else None
        rest = terms(c[1:])
        why = rest[1] if len(rest) > 1 and isinstance(rest[1], p.Why) else NO_WHY
        return name, rest[0], why, _items(rest[1:])

    def have(self, c: list[Any]) -> s.Node:
        name, statement, why, items = self.split_claim(c)
        return s.Have(name, statement, why.reason, items, why.expectation, span=over(c))

    def subproof(self, c: list[Any]) -> s.Node:
        name, statement, why, items = self.split_claim(c)
        if why.expectation is not None:
            raise misread(why, "`expect` marks a step or a claim, not a goal", "bad-expectation")
        return s.SubProof(name, statement, why.reason, items, span=over(c))

    def case(self, c: list[Any]) -> s.Node:
        return s.Case(c[1], _items(c[2:]), span=over(c))

    def induction(self, c: list[Any]) -> s.Node:
        return s.Induction(c[2].value, _items(c), span=over(c))

    def obtain(self, c: list[Any]) -> s.Node:
        return s.Obtain(texts(c, "NAME"), c[-2], span=over(c[:-1]))

    def attained_at(self, c: list[Any]) -> s.Node:
        why: p.Why = c[3] if isinstance(c[3], p.Why) else NO_WHY
        if why.expectation is not None:
            raise misread(why, "`expect` marks a step or a claim", "bad-expectation")
        return s.Attained(c[2], why.reason, span=over(c[:-1]))

    def take(self, c: list[Any]) -> s.Node:
        if isinstance(c[1], p.Bindings):
            conditions = c[1].conditions if len(c) == 3 else (*c[1].conditions, c[3])
            return s.Take(c[1].variables, conditions, span=over(c[:-1]))
        names = [token for token in c if token.type == "NAME"]
        variables = tuple(s.BoundVariable(token.value, span=token.span) for token in names)
        return s.Take(variables, span=over(c[:-1]))

    # ---- Items ----

    def goal(self, c: list[Any]) -> s.Node:
        return s.Goal(c[0].value if len(c) > 1 else None, c[-1], span=over(c))

    def example(self, c: list[Any]) -> s.Node:
        return p.Entries((c[0],), span=over(c))

    def proof_start(self, c: list[Any]) -> s.Node:
        return p.ProofStart(next(iter(texts(c, "NAME")), None), span=over(c))

    def theorem(self, c: list[Any]) -> s.Node:
        title = c[2].value if c[2].type == "STRING" else None
        proof = _proof(c)
        before, _ = _split(c)
        return s.Theorem(
            c[0].value,
            c[1].value,
            title,
            _refs(c),
            _context(before),
            nodes(before, s.Goal),
            proof,
            span=over(c),
        )

    def refute(self, c: list[Any]) -> s.Node:
        title = c[2].value if c[2].type == "STRING" else None
        head = c[: next(i for i, child in enumerate(c) if child.type == "NEWLINE")]
        names = texts(head, "NAME")
        base = names[1] if len(names) > 1 else None
        before, _ = _split(c)
        steps = _proof(c)
        if steps is None:
            steps = nodes(c, s.Chain) + nodes(c, s.Claim)
            before = [child for child in before if not isinstance(child, (s.Chain, s.Claim))]
        return s.Refute(c[1].value, title, base, _refs(c), _context(before), steps, span=over(c))

    def define(self, c: list[Any]) -> s.Node:
        kind = next(iter(texts(c, "DEFINE_KIND")), "abbreviation")
        name = next(child for child in c if isinstance(child, Token) and child.type == "NAME")
        newline = next(i for i, child in enumerate(c) if isinstance(child, Token) and child.type == "NEWLINE")
        head = c[:newline]
        after = {x.type: head[i + 1] for i, x in enumerate(head[:-1]) if isinstance(x, Token)}
        body = after.get("EQUALS")
        if body is None and kind == "abbreviation":
            raise name.misread(
                "an abbreviation stands for something: write `= …` after it", "bad-declaration"
            )
        latex = next(iter(texts(head, "LATEX")), None)
        title = next(iter(texts(head, "STRING")), None)
        parameters = p.share_types(nodes(head, s.BoundVariable))
        examples = tuple(entries.items[0] for entries in nodes(c, p.Entries))
        return s.Define(
            kind, name.value, title, parameters, after.get("TYPED"), body, latex,
            _refs(c[newline:]), _context(c[newline:]), examples, span=over(c),
        )  # fmt: skip

    def import_(self, c: list[Any]) -> s.Node:
        quoted = c[1].type == "STRING"
        return s.Import("".join(token.value for token in c[1:-1]), quoted, span=over(c[:-1]))


def _items(children: Sequence[Any]) -> tuple[Any, ...]:
    """The proof items among the children, steps finished."""
    found: list[s.ProofItem] = []
    for child in children:
        match child:
            case p.Comparison() | s.Relation() | s.RelationChain():
                found.append(p.step(child))
            case (
                s.Chain() | s.Claim() | s.Have() | s.SubProof() | s.Case() | s.Induction() | s.Obtain()
                | s.Attained() | s.Take() | s.LetDefinition() | s.Assumption()
            ):  # fmt: skip
                found.append(child)
    return tuple(found)


def _split(children: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """What stands before the proof begins, and what stands after."""
    for index, child in enumerate(children):
        if isinstance(child, p.ProofStart):
            return list(children[:index]), list(children[index:])
    return list(children), []


def _proof(children: Sequence[Any]) -> tuple[Any, ...] | None:
    _, after = _split(children)
    if not after:
        return None
    items = _items(after)
    start: p.ProofStart = after[0]
    if start.variable is None:
        return items
    return (s.Induction(start.variable, items, span=start.span),)


def _context(children: Sequence[Any]) -> tuple[s.ContextItem, ...]:
    kinds = (s.Declaration, s.Independence, s.LetDefinition, s.Assumption)
    return tuple(child for child in children if isinstance(child, kinds))


def _refs(children: Sequence[Any]) -> tuple[str, ...]:
    refs: list[str] = []
    in_refs = False
    for child in children:
        if not isinstance(child, Token):
            continue
        if child.type == "REF":
            in_refs = True
        elif child.type == "NEWLINE":
            in_refs = False
        elif in_refs and child.type == "STRING":
            refs.append(child.value)
    return tuple(refs)
