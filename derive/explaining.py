"""A step's certificate in words: which rules the kernel applied, and what each of them was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from checks.contexts import Context
from checks.kernel.certificates import (
    Absurd,
    Alternative,
    Always,
    Arithmetic,
    Both,
    Certificate,
    Chain,
    Combine,
    Cut,
    Defined,
    Directly,
    Exhibit,
    Extremal,
    Induction,
    Integrable,
    Introduce,
    Monotone,
    Obtain,
    Replace,
    Scaled,
    Split,
    Unfold,
    Use,
)
from checks.kernel.definedness import undischarged
from checks.kernel.lemmas import Lemma
from checks.terms import Apply, Term, free_symbols
from derive.blocks import Recorded
from derive.checking import Checker
from derive.options import CheckOptions, library_root
from derive.printing import print_statement, print_term
from derive.scripts import scripts_in
from grammar import syntax


def explain(name: str, step: int | None = None, paths: Sequence[Path | str] = ()) -> str:
    """The certificates of a theorem's steps, or of one of them, in words.

    Raises ``LookupError`` when no theorem has the name or it has no such step.
    """
    checker = Checker(CheckOptions(spot=False))
    for path in paths or (library_root(),):
        for script in scripts_in(Path(path)):
            file = checker.loader.load(script)
            for item in file.items:
                if isinstance(item, syntax.Theorem | syntax.Refute) and item.name == name:
                    checked = (
                        checker.theorem(file, item)
                        if isinstance(item, syntax.Theorem)
                        else checker.refute(file, item)
                    )
                    chosen = [s for s in checked.report.steps if step is None or s.index == step]
                    if not chosen:
                        raise LookupError(f"{name} has no step {step}: it has {len(checked.report.steps)}")
                    lines = [f"{name}: {checked.report.verdict.value}", ""]
                    for found in chosen:
                        recorded = checked.recorded.get(found.index)
                        lines.append(f"step {found.index} (line {found.line}): {found.verdict.value}")
                        if found.message:
                            lines.append(f"  {found.message}")
                        if recorded is not None:
                            lines.extend(f"  {line}" for line in in_words(recorded, checker.theory))
                        lines.append("")
                    return "\n".join(lines).rstrip() + "\n"
    raise LookupError(f"no theorem {name}")


def in_words(recorded: Recorded, theory: Mapping[str, Lemma]) -> Iterator[str]:
    """What a recorded proof shows and how."""
    context, statement, proof = recorded.context, recorded.statement, recorded.proof
    yield print_term(statement, context)
    yield from _lines(proof.certificate, context, theory, 1)
    needed = undischarged(statement, context)
    if needed:
        yield "defined, because:"
        for condition, certificate in zip(needed, proof.definedness, strict=True):
            yield f"  {print_term(condition, context)}"
            if certificate is None:
                yield "    is left as a condition"
            else:
                yield from _lines(certificate, context, theory, 2)


def _lines(
    certificate: Certificate, context: Context, theory: Mapping[str, Lemma], depth: int
) -> Iterator[str]:
    pad = "  " * depth
    match certificate:
        case Arithmetic(orders, multipliers, unfold):
            opened = f", opening {', '.join(unfold)}" if unfold else ""
            yield f"{pad}both sides in index normal form{opened}"
            if orders:
                yield f"{pad}  bound indices reordered in {len(orders)} monomials"
            given = sum(1 for item in multipliers if item is not None)
            if given:
                yield f"{pad}  {given} inequalities between sizes by nonnegative multipliers"
        case Directly(use):
            yield f"{pad}this is {_use(use, context, theory)}"
            yield from _conditions(use, context, theory, depth)
        case Combine(uses, factors, _):
            for use, factor in zip(uses, factors, strict=True):
                yield f"{pad}{print_term(factor, context)} times {_use(use, context, theory)}, then normal form"
                yield from _conditions(use, context, theory, depth)
        case Replace(position, _, proof, then):
            yield f"{pad}the part at {'.'.join(map(str, position)) or 'the top'} is replaced by an equal one:"
            yield from _lines(proof.certificate, context, theory, depth + 1)
            yield from _lines(then, context, theory, depth)
        case Monotone(position, _, proofs):
            yield f"{pad}both sides are monotone in argument {position + 1}, the only one that differs:"
            for inner in proofs:
                yield from _lines(inner, context, theory, depth + 1)
        case Chain(relations, _, proofs):
            for head, proof in zip(relations, proofs, strict=True):
                yield f"{pad}a link {head}:"
                yield from _lines(proof.certificate, context, theory, depth + 1)
        case Introduce(inner):
            yield f"{pad}for arbitrary values, under the premise:"
            yield from _lines(inner, context, theory, depth + 1)
        case Both(proofs) | Split(_, proofs):
            word = "each part" if isinstance(certificate, Both) else "in each case"
            for inner in proofs:
                yield f"{pad}{word}:"
                yield from _lines(inner, context, theory, depth + 1)
        case Alternative(position, inner):
            yield f"{pad}alternative {position + 1} holds:"
            yield from _lines(inner, context, theory, depth + 1)
        case Scaled(factor, _, _):
            yield f"{pad}the differences of the two comparisons agree up to a positive factor: {_term(factor, context)}"
        case Cut(_, proof, then):
            yield f"{pad}on the side:"
            yield from _lines(proof.certificate, context, theory, depth + 1)
            yield from _lines(then, context, theory, depth)
        case Exhibit(value, proofs):
            yield f"{pad}by the value {_term(value, context)}"
            for inner in proofs:
                yield from _lines(inner, context, theory, depth + 1)
        case Obtain(use, given_name, then):
            yield f"{pad}let {given_name} be what {_use(use, context, theory)} speaks of"
            yield from _lines(then, context, theory, depth)
        case Extremal(first, second):
            yield f"{pad}it belongs to the set, or bounds it:"
            yield from _lines(first, context, theory, depth + 1)
            yield f"{pad}and nothing does better:"
            yield from _lines(second, context, theory, depth + 1)
        case Unfold(names, then):
            yield f"{pad}with {', '.join(names)} opened:"
            yield from _lines(then, context, theory, depth)
        case Induction(symbol, base, step):
            yield f"{pad}by induction on {symbol}; at 0:"
            yield from _lines(base, context, theory, depth + 1)
            yield f"{pad}and from {symbol} to {symbol} + 1:"
            yield from _lines(step, context, theory, depth + 1)
        case Integrable(_):
            yield f"{pad}the moments or the integral that it needs exist"
        case Defined(proofs):
            yield f"{pad}everything that makes it defined holds"
            for inner in proofs:
                yield from _lines(inner, context, theory, depth + 1)
        case Always(inner):
            yield f"{pad}it holds at every outcome:"
            yield from _lines(inner, context, theory, depth + 1)
        case Absurd(statement, proof, denial):
            yield f"{pad}what is assumed contradicts itself: {print_statement(statement, context)}"
            yield from _lines(proof.certificate, context, theory, depth + 1)
            yield f"{pad}and its negation"
            yield from _lines(denial, context, theory, depth + 1)


def _conditions(use: Use, context: Context, theory: Mapping[str, Lemma], depth: int) -> Iterator[str]:
    for inner in use.proofs:
        yield "  " * depth + "  its condition:"
        yield from _lines(inner, context, theory, depth + 2)


def _use(use: Use, context: Context, theory: Mapping[str, Lemma]) -> str:
    kind, _, label = use.source.partition(":")
    values = ", ".join(_term(value, context) for value in use.values)
    at = f" at {values}" if values else ""
    if kind == "lemma":
        return f"{theory[label].name}{at}"
    if kind == "fact" and int(label) < len(context.facts):
        fact = context.facts[int(label)]
        return f"{fact.name or _term(fact.statement, context)}{at}"
    return f"an assumption{at}" if kind == "fact" else f"the definition of the supremum{at}"


def _term(term: Term, context: Context) -> str:
    return print_term(term, context) if free_symbols(term) <= context.names() else _plain(term)


def _plain(term: Term) -> str:
    """A term with names that the context does not hold, in the order of its tree."""
    if isinstance(term, Apply):
        return f"{term.head}({', '.join(map(_plain, term.arguments))})"
    return getattr(term, "name", None) or str(getattr(term, "value", type(term).__name__))
