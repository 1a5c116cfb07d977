"""Text to tokens: characters, spelling of letters, and what a bracket or a bar stands for.

The tokens say what the grammar cannot see: whether a bracket is attached to what stands before it
(`f(x)` against `f (x)`), which name in front of a bracket binds variables, and whether a bar opens,
closes or separates. `grammar.layout` then turns lines into logical lines and blocks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from grammar.errors import Misread
from grammar.syntax import Comment, Span

_GREEK = (
    "α alpha β beta γ gamma δ delta ε epsilon ϵ epsilon ζ zeta η eta θ theta ϑ theta ι iota κ kappa λ lambda "
    "μ mu µ mu ν nu ξ xi ο omicron π pi ρ rho ϱ rho σ sigma ς sigma τ tau υ upsilon φ phi ϕ phi χ chi ψ psi "
    "ω omega Α Alpha Β Beta Γ Gamma Δ Delta Ε Epsilon Ζ Zeta Η Eta Θ Theta Ι Iota Κ Kappa Λ Lambda Μ Mu "
    "Ν Nu Ξ Xi Ο Omicron Π Pi Ρ Rho Σ Sigma Τ Tau Υ Upsilon Φ Phi Χ Chi Ψ Psi Ω Omega "
    "𝔼 E ℙ P ℝ real ℕ nat ℤ int 𝒩 Normal ℓ ell ′ '"
)
LETTERS: dict[str, str] = dict(zip(_GREEK.split()[::2], _GREEK.split()[1::2], strict=True))
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

_TOKEN = re.compile(
    r"""(?P<space>[ \t\u00a0\u2009\u202f]+)
    | (?P<comment>\#.*)
    | (?P<string>"[^"]*")
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+(?!\w))?)
    | (?P<relation>(?:<=|>=|!=|[=<>≤≥≠])[ ]*a\.s\.(?!\w) | =[ ]+in[ ]+law\b | tends[ ]+to\b | not[ ]+in\b)
    | (?P<forall>for[ ]+all\b)
    | (?P<expect>expect[ ]+[\w-]+)
    | (?P<name>[^\W\d_ᵀ⁰¹²³⁴-⁹₀-₉][^\Wᵀ⁰¹²³⁴-⁹]*['′]*)
    | (?P<super>⁻?[⁰¹²³⁴-⁹]+)
    | (?P<transpose>\^[ ]*(?:T(?![\w'])|\{T\}|[⊤ᵀ]) | ᵀ)
    | (?P<subscript>_(?:\{[\w]+\}|[^\W_]+|∞)|[₀-₉]+)
    | (?P<operator><=>|\|\||:=|->|\.\.|\.\*|<=|=>|>=|!=|~=|[-+*/^=<>~:,.()\[\]{}|]
        |[√∑∏∫∇‖∥¬∧∨∀∃∈∉∝≈∼≃≠≤≥⟹⇒⟺⇔→⊗⊙·⋅×∗−∞])
    | (?P<latex>\$)
    | (?P<bad>.)""",
    re.VERBOSE,
)

# Control characters, and those that make a text look different from what it is.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")

_OPERATORS = {
    "<=>": ("IFF", "iff"), "⟺": ("IFF", "iff"), "⇔": ("IFF", "iff"),
    "=>": ("IMPLIES", "implies"), "⟹": ("IMPLIES", "implies"), "⇒": ("IMPLIES", "implies"),
    ":=": ("ASSIGN", ":="), "->": ("ARROW", "->"), "→": ("ARROW", "->"), "..": ("DOTS", ".."),
    "=": ("EQUALS", "="), "<=": ("REL", "<="), "≤": ("REL", "<="), ">=": ("REL", ">="), "≥": ("REL", ">="),
    "<": ("REL", "<"), ">": ("REL", ">"), "!=": ("REL", "!="), "≠": ("REL", "!="), "~=": ("REL", "~="),
    "≈": ("REL", "~="), "≃": ("REL", "~="), "∝": ("REL", "prop"), "∉": ("REL", "not in"),
    "∈": ("IN", "in"), "+": ("PLUS", "+"), "-": ("MINUS", "-"), "−": ("MINUS", "-"),
    "*": ("MUL", "*"), "·": ("MUL", "*"), "⋅": ("MUL", "*"), "×": ("MUL", "*"), "∗": ("MUL", "*"),
    "/": ("MUL", "/"), ".*": ("MUL", ".*"), "⊙": ("MUL", ".*"), "⊗": ("MUL", "kron"),
    "^": ("CARET", "^"), "~": ("TILDE", "~"), "∼": ("TILDE", "~"), ":": ("COLON", ":"), ",": ("COMMA", ","),
    ".": ("DOT", "."), "(": ("LPAR", "("), ")": ("RPAR", ")"), "[": ("LSQB", "["), "]": ("RSQB", "]"),
    "{": ("LBRACE", "{"), "}": ("RBRACE", "}"), "|": ("BAR", "|"), "||": ("BARS", "||"), "‖": ("BARS", "‖"),
    "∥": ("BARS", "‖"), "√": ("ROOT", "√"), "¬": ("NOT", "not"), "∧": ("AND", "and"), "∨": ("OR", "or"),
    "∀": ("FORALL", "for all"), "∃": ("EXISTS", "exists"), "∞": ("NAME", "inf"), "∑": ("NAME", "sum"),
    "∏": ("NAME", "prod"), "∫": ("NAME", "integral"), "∇": ("NAME", "grad"),
}  # fmt: skip

WORDS = {
    "in": ("IN", "in"), "and": ("AND", "and"), "or": ("OR", "or"), "not": ("NOT", "not"),
    "implies": ("IMPLIES", "implies"), "iff": ("IFF", "iff"), "forall": ("FORALL", "for all"),
    "exists": ("EXISTS", "exists"), "if": ("IF", "if"), "then": ("THEN", "then"), "else": ("ELSE", "else"),
    "by": ("BY", "by"), "with": ("WITH", "with"), "as": ("AS", "as"), "kron": ("MUL", "kron"),
    "prop": ("REL", "prop"), "expect": ("EXPECT", "expect"),
}  # fmt: skip

ALWAYS_BINDERS = frozenset(("sum", "prod", "sup", "integral"))
_BINDERS_OF_DOMAINS = frozenset(("inf", "max", "min", "argmax", "argmin", "lambda"))
_BINDING_TOKENS = frozenset(("IN", "REL", "EQUALS", "COLON", "TILDE"))
MAX_BRACKETS = 100
_OPENING = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_CLOSING = frozenset(("RPAR", "RSQB", "RBRACE"))
_OPERAND_ENDS = frozenset(("NAME", "NUMBER", "RPAR", "RSQB", "RBRACE", "TRANSPOSE", "SUPER", "SUBSCRIPT"))
_OPERAND_STARTS = frozenset(
    (
        "NAME",
        "NUMBER",
        "LPAR",
        "LSQB",
        "LBRACE",
        "BAR",
        "BARS",
        "ROOT",
        "MINUS",
        "IF",
        "NOT",
        "FORALL",
        "EXISTS",
    )
)


class Token:
    """One token; the attributes that lark reads are those of its own tokens."""

    __slots__ = (
        "type",
        "value",
        "line",
        "column",
        "end_line",
        "end_column",
        "spaced",
        "first",
        "raw",
        "awaits",
    )
    start_pos = end_pos = None

    def __init__(
        self, type_: str, value: str, line: int, column: int, end: int, spaced: bool, raw: str
    ) -> None:
        self.type = type_
        self.value = value
        self.line = self.end_line = line
        self.column = column
        self.end_column = end
        self.spaced = spaced
        self.first = False
        self.raw = raw
        self.awaits = False  # the bracket of a binder, before its body

    @property
    def span(self) -> Span:
        """The place of the token."""
        return Span(self.line, self.column, self.end_line, self.end_column)

    def misread(self, message: str, identifier: str = "syntax-error") -> Misread:
        """Return an error at this token."""
        return Misread(self.line, self.column, message, identifier, max(1, self.end_column - self.column))


def spell(name: str) -> str:
    """Return a name in its canonical spelling: Greek letters spelled out, subscript digits after `_`."""
    if name.isascii():
        return name
    name = re.sub("[₀-₉]+", lambda found: "_" + found.group().translate(_SUBSCRIPTS), name)
    return unicodedata.normalize("NFC", "".join(LETTERS.get(letter, letter) for letter in name))


def scan_line(text: str, number: int, comments: list[Comment]) -> list[Token]:
    """Return the tokens of one line; a comment goes to `comments`."""
    if forbidden := _FORBIDDEN.search(text):
        raise _bad_character(forbidden.group(), "bad", number, forbidden.start() + 1)
    tokens: list[Token] = []
    spaced = True
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind == "space":
            spaced = True
            continue
        raw = found.group()
        column, end = found.start() + 1, found.end() + 1
        if kind == "name":
            if not raw.isascii():
                _check_letters(raw, number, column)
            name = spell(raw)
            type_, value = WORDS.get(name) or ("NAME", name)
            if type_ == "MUL" and text[found.end() : found.end() + 1] == "(":
                # kron(A, B) is a function at its arguments, `A kron (B + C)` a product.
                type_ = "NAME"
        elif kind == "operator":
            type_, value = _OPERATORS[raw]
        elif kind == "number":
            type_, value = "NUMBER", raw
        elif kind == "comment":
            comments.append(Comment(raw.rstrip(), number, column, not tokens))
            continue
        elif kind == "string":
            type_, value = "STRING", raw[1:-1]
        elif kind == "relation":
            type_, value = "REL", _canonical_relation(raw)
        elif kind == "forall":
            type_, value = "FORALL", "for all"
        elif kind == "expect":
            type_, value = "EXPECT", raw.split()[1]
        elif kind == "super":
            type_, value = "SUPER", raw.translate(_SUPERSCRIPTS)
        elif kind == "transpose":
            type_, value = "TRANSPOSE", "^T"
        elif kind == "subscript":
            type_, value = "SUBSCRIPT", spell(raw).strip("_{}").replace("∞", "inf")
        else:
            raise _bad_character(raw, kind, number, column)
        tokens.append(Token(type_, value, number, column, end, spaced, raw))
        spaced = False
    if tokens:
        tokens[0].first = True
    return tokens


def _check_letters(name: str, line: int, column: int) -> None:
    for offset, letter in enumerate(name):
        if not (letter.isalpha() or letter.isdecimal() or letter in "_'′₀₁₂₃₄₅₆₇₈₉"):
            raise _bad_character(letter, "bad", line, column + offset)


def _canonical_relation(raw: str) -> str:
    if raw.endswith("a.s."):
        return _OPERATORS[raw[:-4].strip()][1] + " a.s."
    return " ".join(raw.split())


def _bad_character(raw: str, kind: str | None, line: int, column: int) -> Misread:
    if kind == "latex":
        return Misread(line, column, "LaTeX terms are not read in scripts yet", "not-supported")
    if raw == '"':
        return Misread(line, column, 'this " is never closed: a text ends on the line on which it begins')
    if raw.isprintable():
        shown = f"`{raw}` (U+{ord(raw):04X})"
    else:
        shown = f"U+{ord(raw):04X} {unicodedata.name(raw, '(a control character)')}"
    return Misread(line, column, f"the character {shown} has no meaning in a script", "bad-character")


def match_brackets(tokens: Sequence[Token], stops: Sequence[bool]) -> dict[int, int]:
    """Return the index that closes each opening bracket; no bracket reaches over a token in `stops`."""
    partner: dict[int, int] = {}
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if stack and token.first and stops[index]:
            break
        if token.type in _OPENING:
            stack.append(index)
            if len(stack) > MAX_BRACKETS:
                raise token.misread(f"brackets nest more than {MAX_BRACKETS} deep here", "too-deep")
        elif token.type in _CLOSING:
            if not stack:
                raise token.misread(f"this `{token.value}` closes no bracket", "unclosed-bracket")
            opening = tokens[stack[-1]]
            if _OPENING[opening.type] != token.type:
                place = f"line {opening.line}, column {opening.column}"
                message = f"this `{token.value}` does not close the `{opening.value}` of {place}"
                raise token.misread(message, "unclosed-bracket")
            partner[stack.pop()] = index
    if stack:
        opening = tokens[stack[-1]]
        raise opening.misread(f"this `{opening.value}` is never closed", "unclosed-bracket")
    return partner


class _Level:
    """What is open inside one pair of brackets, or outside all of them."""

    __slots__ = ("opening", "end", "bars", "separated")

    def __init__(self, opening: str, end: int) -> None:
        self.opening = opening
        self.end = end
        self.bars: list[Token] = []
        self.separated = False


class _Resolver:
    """Decides what each bracket and bar stands for, in one pass over the tokens of an item."""

    def __init__(self, tokens: Sequence[Token], partner: dict[int, int]) -> None:
        self.tokens = tokens
        self.partner = partner
        self.result: list[Token] = []
        self.levels = [_Level("", len(tokens))]
        self.binder_ends: set[int] = set()
        self.attached_ends: set[int] = set()
        self.operand_ended = False
        self.attachable = False

    def resolve(self) -> list[Token]:
        """Return the tokens with brackets, bars, binders and LaTeX spellings told apart."""
        for index, token in enumerate(self.tokens):
            if token.first and len(self.levels) == 1:
                self._check_bars()
                self.operand_ended = False
            match token.type:
                case "LPAR" | "LSQB" | "LBRACE":
                    self._open(index, token)
                case "RPAR" | "RSQB" | "RBRACE":
                    self._check_bars()
                    self.levels.pop()
                    token.awaits = index in self.binder_ends
                    self.operand_ended = not token.awaits
                    self.attachable = index in self.attached_ends
                    self.result.append(token)
                case "BAR":
                    self._bar(index, token)
                case "BARS":
                    self._double_bars(index, token)
                case "STRING" if self.result and self.result[-1].type == "AS":
                    spelled = self.result.pop()
                    spelled.type, spelled.value, spelled.end_column = "LATEX", token.value, token.end_column
                    spelled.end_line = token.line
                    self.result.append(spelled)
                case "NAME" if token.value == "T" and self.result and self.result[-1].type == "CARET":
                    # `^` at the end of a line and `T` on the next; on one line they are one token.
                    sign = self.result[-1]
                    sign.type, sign.end_line, sign.end_column = "TRANSPOSE", token.line, token.end_column
                    self.operand_ended, self.attachable = True, False
                case kind:
                    self.operand_ended = kind in _OPERAND_ENDS
                    self.attachable = kind == "NAME"
                    self.result.append(token)
        self._check_bars()
        return self.result

    def _open(self, index: int, token: Token) -> None:
        before = self.result[-1] if self.result else None
        end = self.partner[index]
        opening = token.type
        if before is not None and opening == "LSQB" and before.type == "NAME" and self._binds(before, index):
            before.type = "BINDER"
            before.value = {"Σ": "sum", "Π": "prod"}.get(before.raw, before.value)
            self.binder_ends.add(end)
        elif before is not None and not token.spaced:
            indexable = self.attachable or before.type in ("TRANSPOSE", "RPAR")
            if opening == "LPAR" and self.attachable:
                token.type = "APPLY"
                self.attached_ends.add(end)
            elif opening == "LSQB" and indexable:
                token.type = "INDEX"
                self.attached_ends.add(end)
        if before is not None and opening == "LBRACE" and before.value in ("greatest", "least"):
            before.type = "EXTREMUM"
        self.levels.append(_Level(opening, end))
        self.operand_ended = self.attachable = False
        self.result.append(token)

    def _binds(self, name: Token, opening: int) -> bool:
        if name.value in ALWAYS_BINDERS:
            return True
        if self.tokens[opening].spaced:
            return False
        held = set()
        index, end = opening + 1, self.partner[opening]
        while index < end:
            held.add(self.tokens[index].type)
            index = self.partner.get(index, index) + 1
        if name.value in _BINDERS_OF_DOMAINS or name.raw in ("Σ", "Π"):
            return not held.isdisjoint(_BINDING_TOKENS)
        return "TILDE" in held

    def _tight_after(self, index: int) -> bool:
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return following is not None and not following.spaced and following.type in _OPERAND_STARTS

    def _bar(self, index: int, token: Token) -> None:
        level = self.levels[-1]
        opens_by_space = token.spaced and self._tight_after(index)
        if not self.operand_ended:
            self._open_bar(token, "LBAR")
        elif level.bars and level.bars[-1].type == "LBAR" and not opens_by_space:
            self._close_bar(token, "RBAR")
        elif level.opening in ("LSQB", "LBRACE") and not level.separated and not level.bars:
            if opens_by_space and self._bars_follow(index, level.end):
                self._open_bar(token, "LBAR")
            else:
                token.type = "SEPARATOR"
                level.separated = True
                self.operand_ended = self.attachable = False
                self.result.append(token)
        else:
            self._open_bar(token, "LBAR")

    def _double_bars(self, index: int, token: Token) -> None:
        level = self.levels[-1]
        innermost = level.bars[-1].type if level.bars else None
        if self.operand_ended and innermost == "LDBAR" and not (token.spaced and self._tight_after(index)):
            self._close_bar(token, "RDBAR")
        elif self.operand_ended and innermost == "LBAR" and token.raw == "||":
            middle = token.column + 1
            self._close_bar(Token("BAR", "|", token.line, token.column, middle, token.spaced, "|"), "RBAR")
            self._bar(index, Token("BAR", "|", token.line, middle, token.end_column, False, "|"))
        else:
            self._open_bar(token, "LDBAR")

    def _bars_follow(self, index: int, end: int) -> bool:
        index += 1
        while index < end:
            if self.tokens[index].type in ("BAR", "BARS"):
                return True
            index = self.partner.get(index, index) + 1
        return False

    def _open_bar(self, token: Token, kind: str) -> None:
        token.type = kind
        self.levels[-1].bars.append(token)
        self.operand_ended = self.attachable = False
        self.result.append(token)

    def _close_bar(self, token: Token, kind: str) -> None:
        token.type = kind
        self.levels[-1].bars.pop()
        self.operand_ended, self.attachable = True, False
        self.result.append(token)

    def _check_bars(self) -> None:
        for bar in self.levels[-1].bars:
            raise bar.misread(f"this `{bar.raw}` is never closed", "unclosed-bracket")


def resolve_brackets(tokens: Sequence[Token], stops: Sequence[bool]) -> list[Token]:
    """Return the tokens of an item with the meaning of brackets, bars and binders told apart."""
    return _Resolver(tokens, match_brackets(tokens, stops)).resolve()
