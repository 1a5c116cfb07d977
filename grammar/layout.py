"""Lines to logical lines and blocks, and the words of declarations.

A line continues the one before when it stands inside brackets, begins with a relation or an operator
(`= …`, `iff …`, `+ …`, `by …`), or follows a line that ends with one or with the bracket of a binder.
Otherwise it begins an entry of its section (`given`, `let`, `assume`, `show`, …) or an item of its proof.
In a proof, the lines indented deeper than a `have`, `case`, `show` or `induction` are its own proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grammar.errors import Misread
from grammar.lexer import Token, resolve_brackets, scan_line
from grammar.syntax import Comment

TOP_KEYWORDS = ("theorem", "lemma", "axiom", "refute", "define", "abbreviation", "opaque", "import")
_SECTIONS = {
    "given": "GIVEN", "let": "LET", "assume": "ASSUME", "show": "SHOW", "proof": "PROOF", "qed": "QED",
    "have": "HAVE", "case": "CASE", "claim": "CLAIM",
}  # fmt: skip
# These are ordinary names unless what follows shows that a statement of the language is meant.
_SOFT = {"ref": "REF", "example": "EXAMPLE", "obtain": "OBTAIN", "take": "TAKE", "fix": "TAKE",
         "induction": "INDUCTION", "attained": "ATTAINED"}  # fmt: skip
_TOP = {"theorem": "THEOREM", "lemma": "THEOREM", "axiom": "THEOREM", "refute": "REFUTE", "define": "DEFINE",
        "abbreviation": "DEFINE_KIND", "opaque": "DEFINE_KIND", "import": "IMPORT"}  # fmt: skip
_RESERVED = frozenset((*_SECTIONS, "obtain", "take", "fix", "example"))
_ENTRIES = frozenset(("GIVEN", "LET", "ASSUME", "SHOW", "REF", "EXAMPLE"))
_BLOCKS = frozenset(("HAVE", "CASE", "SHOW", "INDUCTION"))
_INFIX = frozenset((
    "EQUALS", "REL", "IN", "IFF", "IMPLIES", "AND", "OR", "PLUS", "MUL", "ARROW", "DOTS", "COMMA",
))  # fmt: skip
_CONTINUE_AT_START = _INFIX | {"BY", "EXPECT", "THEN", "ELSE", "LATEX", "WITH", "CARET", "TRANSPOSE", "TILDE"}
_CONTINUE_AT_END = _INFIX | {"BY", "IF", "THEN", "ELSE", "NOT", "MINUS", "WITH", "FORALL", "EXISTS", "CARET"}
BARE_TYPES = frozenset((
    "dim", "nat", "int", "real", "density", "event", "law", "distribution", "statement", "permutation",
))  # fmt: skip
_FLAGS = frozenset((
    "iid", "independent", "symmetric", "invertible", "orthogonal", "diagonal", "continuous", "convex",
    "antisymmetric", "idempotent",
))  # fmt: skip
# Words that may stand before a type as well, in front of words that stand after one.
_BEFORE_TYPES = _FLAGS | {"positive", "negative", "nonnegative", "definite", "semidefinite", "random"}
_STARTERS = frozenset(("iid", "independent", "mean", "variance", "covariance"))
_PREPOSITIONS = frozenset(("on", "under", "of", "at", "to", "from", "over", "given"))
_AFTER_TYPES = _FLAGS | _STARTERS | _PREPOSITIONS
_OPENING = frozenset(("LPAR", "LSQB", "LBRACE", "APPLY", "INDEX"))
_CLOSING = frozenset(("RPAR", "RSQB", "RBRACE"))
MAX_BLOCKS = 40
MAX_TYPES = 40
MAX_LINE = 10_000


def tokens_of(lines: Sequence[str], first_line: int, comments: list[Comment]) -> list[Token]:
    """Return the tokens of an item as the grammar reads them, layout included."""
    scanned: list[Token] = []
    for offset, line in enumerate(lines):
        scanned.extend(scan_line(line, first_line + offset, comments))
    _check_reserved(scanned)
    stops = [token.first and _keyword(scanned, index) is not None for index, token in enumerate(scanned)]
    return _Layout().arrange(resolve_brackets(scanned, stops))


def tokens_of_line(lines: Sequence[str], as_type: bool = False) -> list[Token]:
    """Return the tokens of a single term, statement or type, which may run over several lines."""
    scanned = [token for number, line in enumerate(lines, 1) for token in scan_line(line, number, [])]
    _check_reserved(scanned)
    resolved = resolve_brackets(scanned, [False] * len(scanned))
    _mark_types(resolved, 0)
    if as_type:
        mark_type(resolved, 0)
    return resolved


def _check_reserved(tokens: Sequence[Token]) -> None:
    """Refuse names that would begin a section or item if they came first on a line."""
    for index, token in enumerate(tokens):
        if token.value in _RESERVED and token.type == "NAME":
            word = f"`{token.value}` is a word of the language"
            if not token.first:
                raise token.misread(f"{word}: it begins a line, and is no name")
            if _keyword(tokens, index) is None:
                raise token.misread(f"{word}, and what follows it does not fit")


def _keyword(tokens: Sequence[Token], index: int) -> str | None:
    """Return the terminal of the keyword with which a line begins, or None."""
    token = tokens[index]
    if token.type != "NAME":
        return None
    if token.column == 1 and token.value in _TOP:
        return _TOP[token.value]
    if token.value in _SECTIONS:
        return _SECTIONS[token.value]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if token.value not in _SOFT or following is None or following.line != token.line:
        return None
    match token.value:
        case "ref":
            meant = following.type == "STRING"
        case "induction":
            meant = following.value == "on"
        case "attained":
            meant = following.value == "at"
        case "example":
            meant = following.spaced and following.type not in _CONTINUE_AT_START
        case _:
            meant = following.type == "NAME"
    return _SOFT[token.value] if meant else None


class _Layout:
    """Turns the tokens of one item into logical lines with the separators that the grammar expects."""

    def __init__(self) -> None:
        self.result: list[Token] = []
        self.line: list[Token] = []  # the logical line being read, its sections' entries included
        self.entry_start = 0
        self.section = ""
        self.entry_column = 0
        self.in_proof = False
        self.blocks: list[int] = []

    def arrange(self, tokens: Sequence[Token]) -> list[Token]:
        depth = 0
        for index, token in enumerate(tokens):
            if token.first and depth == 0:
                self._begin_line(tokens, index)
            if token.type in _OPENING:
                depth += 1
            elif token.type in _CLOSING:
                depth -= 1
            if len(self.line) == 1 and self.section in _ENTRIES:
                self.entry_column, self.entry_start = token.column, 1
            self.line.append(token)
        self._end_line()
        self._leave_blocks(0)
        return self.result

    def _begin_line(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        keyword = _keyword(tokens, index)
        if keyword is None and self.line:
            if self._continues(token) or (self.section in _ENTRIES and len(self.line) == 1):
                return
            if self.section in _ENTRIES and self._is_entry(token):
                self._mark_entry()
                self._separate("ENTRY", token)
                self.entry_start = len(self.line)
                return
        self._end_line()
        if self.in_proof and keyword != "QED":
            self._place(token)
        elif keyword == "QED":
            self._leave_blocks(0)
            self.in_proof = False
        elif keyword in ("PROOF", "CLAIM", "HAVE", "CASE"):
            self.in_proof = True
            if keyword != "PROOF":
                self.blocks.append(token.column)
        if keyword is not None:
            token.type = keyword
        self.section = keyword or ""

    def _continues(self, token: Token) -> bool:
        last = self.line[-1].type
        if token.type in _CONTINUE_AT_START or last in _CONTINUE_AT_END or self.line[-1].awaits:
            return True
        if last == "COLON":
            return self.section in ("HAVE", "SHOW", "ASSUME", "CLAIM")
        deeper = token.column > (self.entry_column if self.section in _ENTRIES else self.line[0].column)
        if token.type == "MINUS":
            return deeper and self.section != "PROOF" and not (self.in_proof and self.section in _BLOCKS)
        return deeper and self.section in ("GIVEN", "THEOREM", "REFUTE", "DEFINE", "DEFINE_KIND", "IMPORT")

    def _is_entry(self, token: Token) -> bool:
        if not self.in_proof:
            if token.column <= self.line[0].column:
                return False
            if token.column > self.entry_column and len(self.line) > 1:
                raise _too_deep(token)
            return True
        return token.column == self.entry_column and self.section in ("LET", "ASSUME")

    def _place(self, token: Token) -> None:
        """Open or close blocks so that the line beginning with `token` stands in the right one."""
        column = token.column
        if not self.blocks:
            self.blocks.append(column)
        elif column > self.blocks[-1]:
            if self.section not in _BLOCKS:
                raise _too_deep(token)
            if len(self.blocks) >= MAX_BLOCKS:
                raise token.misread(f"proofs nest more than {MAX_BLOCKS} deep here", "too-deep")
            self.blocks.append(column)
            self._emit("INDENT", token)
        elif column < self.blocks[-1]:
            while len(self.blocks) > 1 and column < self.blocks[-1]:
                self.blocks.pop()
                self._emit("DEDENT", token)
            if column > self.blocks[-1]:
                raise token.misread(
                    "this line is indented like no line before it in this proof", "bad-layout"
                )

    def _leave_blocks(self, kept: int) -> None:
        while len(self.blocks) > kept:
            self.blocks.pop()
            if self.blocks:
                self._emit("DEDENT", self.result[-1])

    def _end_line(self) -> None:
        if self.line:
            if len(self.line) > MAX_LINE:
                message = f"this line and those that continue it have more than {MAX_LINE:,} symbols"
                raise self.line[0].misread(message, "too-large")
            self._mark_entry()
            self.result.extend(self.line)
            last = self.line[-1]
            self.result.append(
                Token("NEWLINE", "", last.end_line, last.end_column, last.end_column + 1, True, "")
            )
        self.line = []
        self.entry_start = 0
        self.entry_column = 0

    def _separate(self, kind: str, token: Token) -> None:
        self.line.append(Token(kind, "", token.line, token.column, token.column, True, ""))

    def _emit(self, kind: str, token: Token) -> None:
        self.result.append(Token(kind, "", token.line, token.column, token.end_column, True, ""))

    def _mark_entry(self) -> None:
        if self.section == "GIVEN":
            entry = self.line[self.entry_start :]
            _mark_declaration(entry)
            self.line[self.entry_start :] = entry
        else:
            _mark_line(self.line, self.section, self.entry_start)


def _too_deep(token: Token) -> Misread:
    message = "this line is indented deeper than the one before it, but begins with no relation or operator"
    return token.misread(message, "bad-layout")


# ---- Labels, types and properties --------------------------------------------------------------------


def _mark_line(line: list[Token], section: str, start: int) -> None:
    """Tell labels from types at the colons of a line, and mark words that only this section knows."""
    match section:
        case "HAVE" | "SHOW" | "ASSUME" | "CLAIM":
            start = max(start, 1)
            kinds = [token.type for token in line[start : start + 4]]
            if kinds[:2] == ["NAME", "COLON"]:
                line[start + 1].type = "LABEL"
            elif kinds == ["NAME", "COMMA", "NAME", "COLON"]:
                line[start + 3].type = "LABEL"
        case "CASE":
            _mark_case(line)
        case "INDUCTION" | "PROOF":
            for token in line[1:]:
                if token.value in ("induction", "on") and token.type == "NAME":
                    token.type = "INDUCTION" if token.value == "induction" else "ON"
                elif token.type == "COLON":
                    token.type = "LABEL"
        case "OBTAIN":
            for token in line:
                if token.type == "NAME" and token.value == "from":
                    token.type = "FROM"
                    break
        case "ATTAINED":
            line[1].type = "AT"
        case "DEFINE":
            if len(line) > 1 and line[1].value in ("abbreviation", "opaque"):
                line[1].type = "DEFINE_KIND"
    _mark_types(line, start)
    _mark_citations(line)


def _mark_case(line: Sequence[Token]) -> None:
    depth = quantifiers = 0
    for token in line:
        if token.type in _OPENING:
            depth += 1
        elif token.type in _CLOSING:
            depth -= 1
        elif depth == 0:
            if token.type in ("FORALL", "EXISTS"):
                quantifiers += 1
            elif token.type in ("IN", "REL", "EQUALS"):
                quantifiers = 0
            elif token.type == "COLON":
                if not quantifiers:
                    token.type = "LABEL"
                    return
                quantifiers -= 1


def _mark_citations(line: Sequence[Token]) -> None:
    """Mark the `of` and `by` words of reasons."""
    cited = False
    for index, token in enumerate(line):
        if token.type in ("BY", "FROM"):
            cited = True
        elif token.type in ("EQUALS", "REL", "IFF", "IMPLIES"):
            cited = False
        elif cited and token.type == "NAME" and token.value == "of" and line[index - 1].type == "NAME":
            token.type = "OF"


def _mark_types(line: Sequence[Token], start: int) -> None:
    for index in range(start, len(line)):
        if line[index].type == "COLON":
            line[index].type = "TYPED"
            mark_type(line, index + 1)


def mark_type(tokens: Sequence[Token], index: int, depth: int = 0) -> int:
    """Mark the words of the type that begins at `index`; return the index after it."""
    if depth > MAX_TYPES:
        raise tokens[-1].misread(f"types nest more than {MAX_TYPES} deep here", "too-deep")
    depth += 1
    kind = tokens[index].type if index < len(tokens) else ""
    if kind == "LPAR":
        index = _mark_domain(tokens, index + 1, depth)
        return mark_type(tokens, index + 1, depth) if _type_at(tokens, index) == "ARROW" else index
    while index < len(tokens) and tokens[index].type == "NAME":
        token, following = tokens[index], _type_at(tokens, index + 1)
        if token.value == "function" and following in ("NAME", "LPAR"):
            token.type = "FUNCTION"
            index = mark_type(tokens, index + 1, depth)
            arrow = _arrow_after(tokens, index)
            while index < arrow and tokens[index].type == "COMMA":
                index = mark_type(tokens, index + 1, depth)
            return mark_type(tokens, index + 1, depth) if _type_at(tokens, index) == "ARROW" else index
        if token.value == "sequence" and following in ("NAME", "LPAR"):
            token.type = "SEQUENCE"
            return mark_type(tokens, index + 1, depth)
        if following == "APPLY":
            token.type = "TYPENAME"
            return _closing(tokens, index + 1) + 1
        if following == "NAME" and tokens[index + 1].value == "of":
            token.type, tokens[index + 1].type = "TYPENAME", "OF"
            return mark_type(tokens, index + 2, depth)
        ends = tokens[index + 1].value in _AFTER_TYPES if following == "NAME" else True
        if token.value in BARE_TYPES or (ends and (following != "NAME" or token.value not in _BEFORE_TYPES)):
            token.type = "TYPENAME"
            return index + 1
        token.type = "MODIFIER"
        index += 1
    return index


def _mark_domain(tokens: Sequence[Token], index: int, depth: int) -> int:
    """Mark the inside of `(l : T)` or `(T)`; return the index after the closing bracket."""
    closing = _closing(tokens, index - 1)
    if _type_at(tokens, index) == "NAME" and _type_at(tokens, index + 1) in ("COLON", "TYPED", "COMMA"):
        return closing + 1
    mark_type(tokens, index, depth)
    return closing + 1


def _arrow_after(tokens: Sequence[Token], start: int) -> int:
    """The index of the arrow up to which commas separate the domains of a function type, or `start`."""
    depth = 0
    for index in range(start, len(tokens)):
        kind = tokens[index].type
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            depth -= 1
        elif depth == 0 and kind == "ARROW":
            return index
        if depth < 0 or (depth == 0 and kind in ("COLON", "TYPED", "EQUALS", "WITH", "NUMBER")):
            break
    return start


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for index in range(opening, len(tokens)):
        if tokens[index].type in _OPENING:
            depth += 1
        elif tokens[index].type in _CLOSING:
            depth -= 1
            if depth == 0:
                return index
    return len(tokens)


def _type_at(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].type if index < len(tokens) else ""


def _at_depth_zero(tokens: Sequence[Token], start: int = 0) -> Iterator[int]:
    depth = 0
    for index in range(start, len(tokens)):
        if tokens[index].type in _CLOSING:
            depth -= 1
        if depth == 0:
            yield index
        if tokens[index].type in _OPENING:
            depth += 1


def _mark_declaration(entry: list[Token]) -> None:
    """Mark one entry of `given`: its type and the words that begin its properties."""
    colon = next((index for index in _at_depth_zero(entry) if entry[index].type == "COLON"), None)
    if colon is None:
        if entry and entry[-1].type == "NAME" and entry[-1].value == "independent":
            word = entry.pop()
            word.type = "INDEPENDENT"
            # In front, it tells the grammar what the names that follow are.
            entry.insert(0, word)
        return
    entry[colon].type = "TYPED"
    start = mark_type(entry, colon + 1)
    for index in range(len(entry) - 2, start - 1, -1):
        if entry[index].value == "positive" and entry[index + 1].value in ("definite", "semidefinite"):
            entry[index].value = f"positive {entry[index + 1].value}"
            entry[index].end_column = entry.pop(index + 1).end_column
            entry[index].type = "FLAG"
    _mark_types(entry, colon + 1)
    expected = True
    for index in _at_depth_zero(entry, start):
        token, following = entry[index], _type_at(entry, index + 1)
        if token.type == "WITH":
            return
        if token.type in ("COMMA", "LATEX", "FLAG"):
            expected = True
        elif token.type == "TILDE":
            expected = False
        elif token.type == "NAME" and (expected or (token.value in _STARTERS and following != "APPLY")):
            next_word = entry[index + 1].value if index + 1 < len(entry) else ""
            expected = False
            if token.value in _PREPOSITIONS and following:
                token.type = "PREPOSITION"
            elif following == "IN" or (following == "NAME" and next_word in _PREPOSITIONS):
                token.type = "PROPERTY"
                entry[index + 1].type = "PREPOSITION"
            elif following in ("", "COMMA", "WITH", "LATEX", "TILDE") or token.value in _FLAGS:
                token.type = "FLAG"
                expected = True
            else:
                token.type = "PROPERTY"
