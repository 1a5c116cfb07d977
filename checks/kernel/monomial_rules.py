"""Powers of single atoms in a monomial: what their product comes to.

Trusted for the identities named beside each case; they hold for all values of the atom, 0 included.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flint import fmpq

from checks.kernel import signs
from checks.kernel.brackets import consistent
from checks.kernel.forms import Atom, Exponent, Form, Sum, Summand, TooLarge, exact

if TYPE_CHECKING:
    from checks.kernel.expansion import Expansion

BIT_LIMIT = 8_192
SPECIAL_TAGS = frozenset({"prime", "zero", "nonnegative", "iverson", "sign", "base", "abs", "integer_power"})
"""The tags of atoms whose powers have rules of their own."""


def settled(
    x: Expansion, coefficient: fmpq, ranges: dict[str, Form], powers: dict[Atom, Exponent]
) -> Sum:
    """A monomial with the rules applied that powers of roots, brackets, signs and absolute values have."""
    opened: list[tuple[Atom, int]] = []
    for atom, exponent in list(powers.items()):
        match atom.tag:
            case "prime":
                whole = (
                    exponent if isinstance(exponent, int) else exponent.numerator // exponent.denominator
                )
                if abs(whole) * int(atom.name).bit_length() > BIT_LIMIT:
                    raise TooLarge(f"a power with more than {BIT_LIMIT} bits")
                if whole:
                    coefficient = coefficient * fmpq(int(atom.name)) ** whole
                    rest = exact(exponent - whole)
                    if rest:
                        powers[atom] = rest
                    else:
                        del powers[atom]
            case "zero" | "nonnegative" | "iverson":
                powers[atom] = 1
            case "sign":
                reduced = _sign_exponent(x, atom, exponent, powers)
                if reduced:
                    powers[atom] = reduced
                else:
                    del powers[atom]
            case "integer_power" if isinstance(exponent, int) and atom.parts[0].constant() == -1:
                # (-1)^(2e) = 1.
                if exponent % 2:
                    powers[atom] = 1
                else:
                    del powers[atom]
            case "base" if isinstance(exponent, int) and exponent > 0:
                del powers[atom]
                opened.append((atom, exponent))
            case "abs" if isinstance(exponent, int) and exponent > 1:
                # |t|² = t².
                if exponent % 2:
                    powers[atom] = 1
                else:
                    del powers[atom]
                opened.append((atom, exponent - exponent % 2))
            case _:
                pass
    kept = consistent(powers)
    if kept is None:
        return []
    result: Sum = [Summand(coefficient, ranges, kept)]
    for atom, exponent in opened:
        for _ in range(exponent):
            result = x.times(result, x.opened(atom.parts[0]))
    return result


def _sign_exponent(x: Expansion, atom: Atom, exponent: Exponent, powers: Mapping[Atom, Exponent]) -> int:
    """sign(a)³ = sign(a); sign(a)² = 1 beside a factor a, and where a is not zero."""
    power = abs(int(exponent))
    if power == 1:
        return 1
    inner = atom.parts[0]
    single = signs.single_atom(inner)
    if (single is not None and single in powers) or x.nonzero(inner):
        return power % 2
    return 2 - power % 2
