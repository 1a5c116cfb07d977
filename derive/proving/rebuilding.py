"""From forms back to terms, as far as the atoms allow; used to hand factors over in certificates."""

from __future__ import annotations

from fractions import Fraction

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from checks.kernel.expansion import Expansion
from checks.kernel.forms import Atom, Exponent, Form, Monomial
from checks.terms import ONE, REAL, Apply, Index, Symbol, Term, add, bind, multiply, number, power, relation


class Unconvertible(Exception):
    """A form holds an atom whose term is not recorded."""


def monomial_as_term(x: Expansion, monomial: Monomial, coefficient: fmpq) -> Term:
    """The term coefficient · monomial, its sums over indices included.

    Raises ``Unconvertible`` when it has bound indices of an outer monomial or atoms that are not terms.
    """
    factors = [_power(atom_as_term(x, atom), exponent) for atom, exponent in monomial.factors]
    value = as_fraction(coefficient)
    if value != 1 or not factors:
        factors.insert(0, number(value))
    term = multiply(*factors)
    for name, length in reversed(monomial.ranges):
        term = bind("sum", index_symbol(name).name, Index(ONE, form_as_term(x, length)), term)
    return term


def form_as_term(x: Expansion, form: Form) -> Term:
    """The term that a form is; raises ``Unconvertible``."""
    return add(*(monomial_as_term(x, monomial, value) for monomial, value in form.terms))


def _power(base: Term, exponent: Exponent) -> Term:
    return base if exponent == 1 else power(base, number(Fraction(exponent)))


def as_fraction(value: fmpq) -> Fraction:
    """The rational as the standard library has it."""
    return Fraction(int(value.p), int(value.q))


def index_symbol(name: str) -> Symbol:
    """What a bound index of a monomial is called in a term."""
    return Symbol(f"i{name.replace(':', '_')}")


def atom_as_term(x: Expansion, atom: Atom) -> Term:
    """The term that an atom is; raises ``Unconvertible``."""
    if any(atom.slots):
        raise Unconvertible
    match atom.tag:
        case "symbol":
            return Symbol(atom.name)
        case "prime":
            return number(int(atom.name))
        case "pi":
            return Apply("pi")
        case "index" if ":" in atom.name:
            return index_symbol(atom.name)
        case "entry" | "call":
            return Apply(atom.tag, (Symbol(atom.name), *(form_as_term(x, part) for part in atom.parts)))
        case "base":
            return form_as_term(x, atom.parts[0])
        case "sign" | "abs" | "exp" | "log" | "expectation":
            return Apply(atom.tag, (form_as_term(x, atom.parts[0]),))
        case "moment":
            return _moment(x, atom)
        case "zero":
            return Apply("iverson", (relation(form_as_term(x, atom.parts[0]), "=", number(0)),))
        case _:
            raise Unconvertible


def _moment(x: Expansion, atom: Atom) -> Term:
    """The moment of a random number of which the law does not give it."""
    name, degree, signs = atom.name.split()
    declaration = x.context.declarations.get(name)
    if declaration is None or declaration.type != REAL or signs != "0":
        raise Unconvertible
    return Apply("expectation", (_power(Symbol(name), int(degree)),))


def exact_quotient(above: Form, below: Form) -> Form | None:
    """The quotient of two polynomials in atoms, where the division comes out even."""
    if len(below.terms) < 2 or any(m.ranges for m, _ in (*above.terms, *below.terms)):
        return None
    atoms = sorted(
        {atom for m, _ in (*above.terms, *below.terms) for atom, _ in m.factors}, key=lambda a: a.key
    )
    if not atoms or any(
        not isinstance(e, int) or e < 0 for m, _ in (*above.terms, *below.terms) for _, e in m.factors
    ):
        return None
    ring = fmpq_mpoly_ctx.get([f"a{k}" for k in range(len(atoms))], Ordering.lex)
    first, second = (_polynomial(form, atoms, ring) for form in (above, below))
    quotient, remainder = divmod(first, second)
    if remainder:
        return None
    return Form(
        (
            Monomial((), tuple((atom, int(e)) for atom, e in zip(atoms, exponents, strict=True) if e)),
            coefficient,
        )
        for exponents, coefficient in quotient.to_dict().items()
    )


def _polynomial(form: Form, atoms: list[Atom], ring: fmpq_mpoly_ctx) -> fmpq_mpoly:
    terms = {}
    for monomial, coefficient in form.terms:
        factors = dict(monomial.factors)
        terms[tuple(int(factors.get(atom, 0)) for atom in atoms)] = coefficient
    return ring.from_dict(terms)
