"""Names, brackets and subscripts in LaTeX; nothing here knows terms."""

from __future__ import annotations

import re
from collections.abc import Sequence

_GREEK_LETTERS = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho "
    "sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "ell pi"
)
GREEK = frozenset(_GREEK_LETTERS.split())
_ACCENTS = {"hat": "hat", "bar": "bar", "tilde": "tilde", "dot": "dot"}
FUNCTION_NAMES = frozenset({"exp", "log", "sin", "cos", "tanh", "det"})


def spell_name(name: str, operator: bool = False) -> str:
    """The default spelling of a name: Greek letters, subscripts after ``_``, accents, primes."""
    plain = name.rstrip("'")
    primes = name[len(plain) :]
    base, *rest = [part for part in plain.split("_") if part] or [plain]
    if not rest and (match := re.fullmatch(r"([A-Za-z]+?)(\d+)", base)):
        base, rest = match.group(1), [match.group(2)]
    text = _spell_part(base, "operatorname" if operator else "mathrm")
    subscripts: list[str] = []
    for part in rest:
        if part in _ACCENTS and not subscripts:
            text = f"\\{_ACCENTS[part]}{{{text}}}"
        else:
            subscripts.append(_spell_part(part, "mathrm"))
    return f"{text}_{{{','.join(subscripts)}}}{primes}" if subscripts else text + primes


def _spell_part(part: str, style: str) -> str:
    if part in GREEK:
        return f"\\{part}"
    if len(part) == 1 or part.isdigit():
        return part
    return f"\\{style}{{{part}}}"


TALL = re.compile(r"\\(frac|sum|prod|sup|inf|binom|begin|int)(?![a-z])")


def bracketed(text: str, left: str = "(", right: str = ")") -> str:
    """The text in brackets that grow when it is tall."""
    return f"\\left{left}{text}\\right{right}" if TALL.search(text) else f"{left}{text}{right}"


_LINE = " \\\\ "
_SINGLE = re.compile(r"(\\[A-Za-z]+|[A-Za-z])'*\Z")


_DELIMITER = re.compile(
    r"\\left(?:\\[A-Za-z]+|\\?.)|\\right(?:\\[A-Za-z]+|\\?.)|\\[lr](?:vert|Vert|floor|ceil)\b|\\[{}]|[{}()\[\]^]"
)


def has_exponent(text: str) -> bool:
    """Whether the text carries an exponent outside all brackets, so that it cannot take another."""
    depth = 0
    for match in _DELIMITER.finditer(text):
        sign = match.group()
        if sign == "^" and depth == 0:
            return True
        if sign in ("{", "(", "[", "\\{") or sign.startswith("\\l"):
            depth += 1
        elif sign != "^":
            depth -= 1
    return False


def stacked(lines: Sequence[str]) -> str:
    """What stands under a large operator, line by line."""
    return lines[0] if len(lines) == 1 else f"\\substack{{{_LINE.join(lines)}}}"


def subscripted(text: str, subscript: str) -> str:
    """The text with a subscript, in brackets when it ends with one already."""
    base = bracketed(text) if re.search(r"_(\{.*\}|.)'*\Z", text) else text
    return f"{base}_{{{subscript}}}"


def index_list(shown: Sequence[str]) -> str:
    """Subscripts side by side when each is a single letter, with at most one digit; else with commas."""
    digits = [text for text in shown if text.isdigit()]
    plain = all(_SINGLE.match(text) or (text.isdigit() and len(text) == 1) for text in shown)
    if len(shown) == 1 or (plain and len(digits) < 2):
        text = shown[0]
        for part in shown[1:]:
            text += (" " if re.search(r"\\[A-Za-z]+\Z", text) and part[0].isalpha() else "") + part
        return text
    return ",\\,".join(shown)


def joint(left: str, right: str) -> str:
    """What stands between two factors."""
    if right[0].isdigit() or (left[-1].isdigit() and right.startswith("\\frac{")):
        return " \\cdot "
    if ("\\mathrm{" in left[-30:] and not left.endswith("}}")) or right.startswith("\\mathrm{"):
        return "\\,"
    return " "
