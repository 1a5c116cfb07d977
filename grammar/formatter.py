"""The one formatting of scripts: canonical text, comments kept, reasons aligned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grammar import syntax as s
from grammar.errors import ScriptReadError
from grammar.layout import BARE_TYPES
from grammar.parser import lines_of, parse_script
from grammar.printer import list_of, pieces, print_binding, print_node, print_parameters

WIDTH = 110
# The first term of a chain stands on its own line, unless it is no longer than this with its space.
_SHORT = 5
_SECTION_NAMES = {
    s.Declaration: "given",
    s.Independence: "given",
    s.LetDefinition: "let",
    s.Assumption: "assume",
}


def format_script(text: str | bytes, file: str = "<text>") -> str:
    """Return the script in its one formatting, or raise ScriptReadError with the first error in it."""
    script = parse_script(text, file)
    if script.errors:
        raise ScriptReadError(script.errors[0])
    return _Formatter(script, lines_of(text)).run()


@dataclass(slots=True)
class _Place:
    """A line of output that comes from given lines of the source, and the comments that go with it."""

    start: int
    end: int
    before: list[s.Comment] = field(default_factory=list)
    after: list[s.Comment] = field(default_factory=list)


class _Formatter:
    def __init__(self, script: s.Script, source: Sequence[str]) -> None:
        self.script = script
        self.source = source
        self.output: list[str] = []
        self.places: dict[int, _Place] = {}
        self.closings: dict[int, _Place] = {}
        self.leftover: list[s.Comment] = []
        self._assign_comments()

    def run(self) -> str:
        previous: s.Item | None = None
        for item in self.script.items:
            if previous is not None and not (isinstance(previous, s.Import) and isinstance(item, s.Import)):
                self.output.append("")
            self._item(item)
            previous = item
        if self.leftover and self.output:
            self.output.append("")
        self.output.extend(comment.text for comment in self.leftover)
        return "\n".join(line.rstrip() for line in self.output) + "\n"

    # ---- Comments ----

    def _assign_comments(self) -> None:
        """Give each comment to the output line of the node that it stands at or before."""
        anchors: list[_Place] = []
        for item in self.script.items:
            for node in _anchored(item):
                place = self.places[id(node)] = _Place(*_lines_of(node))
                anchors.append(place)
            if _closes(item):
                closing = self.closings[id(item)] = _Place(item.span.end_line, item.span.end_line)
                anchors.append(closing)
        anchors.sort(key=lambda place: (place.start, place.end))
        for comment in self.script.comments:
            if comment.alone:
                following = next((place for place in anchors if place.start > comment.line), None)
                (self.leftover if following is None else following.before).append(comment)
            else:
                holding = [place for place in anchors if place.start <= comment.line]
                (holding[-1].after if holding else anchors[0].before).append(comment)

    def _emit(
        self, nodes: Sequence[s.Node | None], lines: Sequence[str], indent: int, spaced: bool = True
    ) -> None:
        """Write the lines that `nodes` gave, with their comments around them."""
        found = (self.places.get(id(node)) for node in nodes if node is not None)
        self._emit_places([place for place in found if place is not None], lines, indent, spaced)

    def _emit_places(self, places: Sequence[_Place], lines: Sequence[str], indent: int, spaced: bool) -> None:
        before = [comment for place in places for comment in place.before]
        first = min((place.start for place in places), default=0)
        if before:
            first = min(first, before[0].line)
        if spaced and self._blank(first - 1) and self.output and self.output[-1] != "":
            self.output.append("")
        for comment in before:
            self.output.append(" " * indent + comment.text)
            if indent == 0 and self._blank(comment.line + 1):
                self.output.append("")
        remarks = [comment.text for place in places for comment in place.after]
        *rest, last = lines
        self.output.extend(" " * indent + line for line in rest)
        self.output.append(" " * indent + last + "".join(f"  {remark}" for remark in remarks))

    def _blank(self, line: int) -> bool:
        return 0 < line <= len(self.source) and not self.source[line - 1].strip()

    # ---- Items ----

    def _item(self, item: s.Item) -> None:
        match item:
            case s.Import():
                path = f'"{item.path}"' if item.quoted else item.path
                self._emit([item], [f"import {path}"], 0, spaced=False)
            case s.Theorem():
                self._emit([item], [f"{item.kind} {item.name}{_title(item.title)}"], 0, spaced=False)
                self._sections(item.refs, item.context)
                self._entries(
                    "show", [(goal, _labelled(goal.name, goal.statement, 8)) for goal in item.shows]
                )
                if item.proof is not None:
                    self._proof(item, item.proof)
            case s.Refute():
                base = "" if item.base is None else f" in {item.base}"
                self._emit([item], [f"refute {item.name}{_title(item.title)}{base}"], 0, spaced=False)
                self._sections(item.refs, item.context)
                if all(isinstance(step, (s.Chain, s.Claim)) and step.claimed for step in item.steps):
                    self._items(item.steps, 2)
                    self._emit_places([self.closings[id(item)]], ["qed"], 0, spaced=False)
                else:
                    self._proof(item, item.steps)
            case s.Define():
                self._define(item)

    def _proof(self, item: s.Item, items: tuple[s.ProofItem, ...]) -> None:
        header = "proof"
        match items:
            case (s.Induction() as induction,):
                header = f"proof by induction on {induction.variable}"
                items = induction.items
                self._emit([induction], [header], 0)
            case _:
                self.output.append(header)
        self._items(items, 2)
        self._emit_places([self.closings[id(item)]], ["qed"], 0, spaced=False)

    def _define(self, item: s.Define) -> None:
        head = f"{item.kind} {item.name}"
        if item.parameters:
            head += f"({print_parameters(item.parameters)})"
        head += _title(item.title)
        if item.result is not None:
            head += f" : {print_node(item.result)}"
        tail = _latex(item.latex)
        parts = [head + tail] if item.body is None else [head, f"= {print_node(item.body)}{tail}"]
        lines = _fill(parts, WIDTH, 4)
        self._emit([item], lines, 0, spaced=False)
        self._sections(item.refs, item.context)
        self._entries("example", [(example, pieces(example)) for example in item.examples])

    # ---- Sections ----

    def _sections(self, refs: Sequence[str], context: Sequence[s.ContextItem]) -> None:
        for ref in refs:
            self.output.append(f'  ref "{ref}"')
        position = 0
        while position < len(context):
            word = _SECTION_NAMES[type(context[position])]
            end = position
            while end < len(context) and _SECTION_NAMES[type(context[end])] == word:
                end += 1
            self._entries(word, _context_entries(context[position:end]))
            position = end

    def _entries(self, word: str, entries: Sequence[tuple[s.Node, list[str]]]) -> None:
        width = max(6, len(word) + 1)
        for position, (node, parts) in enumerate(entries):
            lines = _fill(parts, WIDTH - 2 - width, 2)
            head = word.ljust(width) if position == 0 else " " * width
            indented = [head + lines[0], *(" " * width + line for line in lines[1:])]
            self._emit([node], indented, 2)

    # ---- Proofs ----

    def _items(self, items: Sequence[s.ProofItem], indent: int) -> None:
        for position, item in enumerate(items):
            self._proof_item(item, indent, spaced=position > 0)

    def _proof_item(self, item: s.ProofItem, indent: int, spaced: bool) -> None:
        room = WIDTH - indent
        match item:
            case s.Chain():
                self._chain(item, indent, spaced)
            case s.Claim():
                lines = _with_reason(pieces(item.statement), _why(item.reason, item.expectation), room)
                self._emit([item], _prefixed("claim " if item.claimed else "", lines), indent, spaced)
            case s.Have() | s.SubProof():
                word = "have" if isinstance(item, s.Have) else "show"
                expectation = item.expectation if isinstance(item, s.Have) else None
                parts = _labelled(item.name, item.statement, 5)
                parts[0] = f"{word} {parts[0]}"
                self._emit([item], _with_reason(parts, _why(item.reason, expectation), room), indent, spaced)
                self._items(item.items, indent + 2)
            case s.Case():
                self._case(item, indent, spaced)
            case s.Induction():
                self._emit([item], [f"induction on {item.variable}:"], indent, spaced)
                self._items(item.items, indent + 2)
            case s.Obtain():
                line = f"obtain {', '.join(item.names)} from {_citation(item.source)}"
                self._emit([item], [line], indent, spaced)
            case s.Attained():
                lines = _with_reason([f"attained at {print_node(item.term)}"], _why(item.reason, None), room)
                self._emit([item], lines, indent, spaced)
            case s.Take():
                line = f"take {print_binding(item.variables, item.conditions)}"
                self._emit([item], [line], indent, spaced)
            case s.LetDefinition():
                lines = _prefixed("let ", _fill(_definition(item, 0), room - 4, 2))
                self._emit([item], lines, indent, spaced)
            case s.Assumption():
                lines = _prefixed("assume ", _fill(_assumption(item), room - 7, 2))
                self._emit([item], lines, indent, spaced)

    def _case(self, case: s.Case, indent: int, spaced: bool) -> None:
        head = f"case {print_node(case.pattern)}:"
        match case.items:
            case (s.Chain() | s.Claim() as only,) if not only.claimed:
                text, nodes = _one_line(only)
                if (
                    text
                    and len(head) + 2 + len(text) + indent <= WIDTH
                    and not any(map(self._remarked, nodes))
                ):
                    self._emit([case, *nodes], [f"{head}  {text}"], indent, spaced)
                    return
        self._emit([case], [head], indent, spaced)
        self._items(case.items, indent + 2)

    def _remarked(self, node: s.Node) -> bool:
        place = self.places.get(id(node))
        return place is not None and bool(place.before)

    def _chain(self, chain: s.Chain, indent: int, spaced: bool) -> None:
        word = "claim " if chain.claimed else ""
        if len(chain.links) == 1:
            line = word + _chain_line(chain)
            if len(line) + indent <= WIDTH and not self._remarked(chain.links[0]):
                self._emit([chain, chain.links[0]], [line], indent, spaced)
                return
        lead = word + print_node(chain.first) + " "
        if len(lead) > _SHORT or self._remarked(chain.links[0]):
            lines = _prefixed(word, _fill(pieces(chain.first), WIDTH - indent, 2))
            self._emit([chain], lines, indent, spaced)
            lead = ""
        hang = len(lead) or 2
        for position, (link, lines) in enumerate(_link_lines(chain.links, WIDTH - indent - hang)):
            if lead and position == 0:
                rest = [" " * hang + line for line in lines[1:]]
                self._emit([chain, link], [lead + lines[0], *rest], indent, spaced)
            else:
                self._emit([link], lines, indent + hang, spaced=False)


# ---- Lines ------------------------------------------------------------------------------------------


def _anchored(item: s.Item) -> Iterable[s.Node]:
    """The nodes of an item that begin a line of output."""
    yield item
    pending: list[object] = []
    match item:
        case s.Theorem():
            pending = [*item.context, *item.shows, *(item.proof or ())]
        case s.Refute():
            pending = [*item.context, *item.steps]
        case s.Define():
            pending = [*item.context, *item.examples]
    while pending:
        node = pending.pop(0)
        if isinstance(node, s.Node):
            yield node
        if isinstance(node, s.Chain):
            yield from node.links
        elif isinstance(node, (s.Have, s.SubProof, s.Case, s.Induction)):
            pending.extend(node.items)


def _lines_of(node: s.Node) -> tuple[int, int]:
    """The source lines of what the node puts on its own line, without the lines of nodes below it."""
    end = node.span.end_line
    match node:
        case s.Theorem() | s.Refute() | s.Define() | s.Induction() | s.Have() | s.SubProof() | s.Case():
            end = node.span.line
        case s.Chain():
            end = node.first.span.end_line
    return node.span.line, end


def _closes(item: s.Item) -> bool:
    return isinstance(item, s.Refute) or (isinstance(item, s.Theorem) and item.proof is not None)


def _fill(parts: Sequence[str], room: int, hang: int) -> list[str]:
    """Put pieces on as few lines as they need; the lines after the first are indented by `hang`."""
    lines = [parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + 1 + len(part) <= room:
            lines[-1] += " " + part
        else:
            lines.append(" " * hang + part)
    return lines


def _with_reason(parts: Sequence[str], why: str, room: int) -> list[str]:
    lines = _fill(parts, room, 4)
    if not why:
        return lines
    if len(lines[-1]) + 2 + len(why) <= room:
        lines[-1] += "  " + why
    else:
        lines.append("    " + why)
    return lines


def _prefixed(word: str, lines: Sequence[str]) -> list[str]:
    return [word + lines[0], *lines[1:]]


def _labelled(name: str | None, statement: s.Node, room: int) -> list[str]:
    first, *rest = pieces(statement)
    return [first if name is None else f"{name}: {first}", *rest]


def _title(title: str | None) -> str:
    return "" if title is None else f' "{title}"'


def _latex(latex: str | None) -> str:
    return "" if latex is None else f' as "{latex}"'


# ---- Contexts ---------------------------------------------------------------------------------------


def _context_entries(items: Sequence[s.ContextItem]) -> list[tuple[s.Node, list[str]]]:
    heads = [_declared(item) for item in items if isinstance(item, s.Declaration) and _properties(item)]
    column = max((len(head) for head in heads if len(head) <= 44), default=0)
    name_width = max((len(_defined(item)) for item in items if isinstance(item, s.LetDefinition)), default=0)
    found: list[tuple[s.Node, list[str]]] = []
    for item in items:
        match item:
            case s.Declaration():
                parts = [_declared(item)]
                if properties := _properties(item):
                    # Behind a word that need not be a type, a property would be taken for the type.
                    comma = "" if _ends_clearly(item.type) or not item.properties else ","
                    parts = [f"{(parts[0] + comma).ljust(column)}  {properties}"]
                found.append((item, [*parts, *_conditions(item)]))
            case s.Independence():
                groups = (
                    f"({list_of(group)})"
                    if len(group) != 1 or isinstance(group[0], s.Group)
                    else list_of(group)
                    for group in item.groups
                )
                found.append((item, [", ".join(groups) + " independent"]))
            case s.LetDefinition():
                found.append((item, _definition(item, name_width if name_width <= 24 else 0)))
            case s.Assumption():
                found.append((item, _assumption(item)))
    return found


def _declared(item: s.Declaration) -> str:
    if len(item.names) == 1:
        names, latex = item.names[0].name, _latex(item.names[0].latex)
    else:
        names, latex = ", ".join(name.name + _latex(name.latex) for name in item.names), ""
    return f"{names} : {print_node(item.type)}{latex}"


def _ends_clearly(type_: s.Node) -> bool:
    match type_:
        case s.TypeExpression(arguments=(), constructor=word):
            return word in BARE_TYPES
        case s.TypeExpression(arguments=(inside,)):
            return _ends_clearly(inside)
        case s.FunctionType(codomain=inside) | s.DependentFunctionType(codomain=inside):
            return _ends_clearly(inside)
        case s.SequenceType(element=inside):
            return _ends_clearly(inside)
    return True


def _properties(item: s.Declaration) -> str:
    words = ", ".join(_property(found) for found in item.properties)
    if item.law is not None:
        words += f"{' ' if words else ''}~ {print_node(item.law)}"
    return words


def _property(item: s.Property) -> str:
    arguments = list_of(item.arguments)
    if item.preposition is not None:
        return f"{item.name} {item.preposition} {arguments}"
    if len(item.arguments) > 1:
        return f"{item.name}({arguments})"
    return f"{item.name} {arguments}".rstrip()


def _conditions(item: s.Declaration) -> list[str]:
    if not item.conditions:
        return []
    *before, last = (print_node(condition) for condition in item.conditions)
    parts = [f"{condition}," for condition in before] + [last]
    return [f"with {parts[0]}", *parts[1:]]


def _defined(item: s.LetDefinition) -> str:
    text = item.name
    if item.parameters:
        inside = print_parameters(item.parameters)
        text += f"[{inside}]" if item.indexed else f"({inside})"
    return text if item.type is None else f"{text} : {print_node(item.type)}"


def _definition(item: s.LetDefinition, width: int) -> list[str]:
    first, *rest = pieces(item.body)
    parts = [f"{_defined(item).ljust(width)} = {first}", *rest]
    parts[-1] += _latex(item.latex)
    return parts


def _assumption(item: s.Assumption) -> list[str]:
    label = item.name if item.kind is None else f"{item.name}, {item.kind}"
    return _labelled(label, item.statement, 0)


# ---- Reasons ----------------------------------------------------------------------------------------


def _why(reason: s.Reason | None, expectation: str | None) -> str:
    parts = []
    if reason is not None:
        parts.append("by " + ", ".join(_citation(citation) for citation in reason.citations))
    if expectation is not None:
        parts.append(f"expect {expectation}")
    return "  ".join(parts)


def _citation(citation: s.Citation) -> str:
    text = citation.name
    if citation.subject is not None:
        text += f" of {citation.subject}"
    if citation.arguments:
        text += f"({list_of(citation.arguments)})"
    if citation.substitutions:
        text += " with " + ", ".join(f"{name} := {print_node(term)}" for name, term in citation.substitutions)
    return text


def _one_line(step: s.Chain | s.Claim) -> tuple[str, list[s.Node]]:
    """Return the step on one line and the nodes that it takes, or nothing where it needs more lines."""
    if isinstance(step, s.Claim):
        why = _why(step.reason, step.expectation)
        return print_node(step.statement) + (f"  {why}" if why else ""), [step]
    return (_chain_line(step), [step, step.links[0]]) if len(step.links) == 1 else ("", [])


def _link_lines(links: Sequence[s.Link], room: int) -> list[tuple[s.Link, list[str]]]:
    """Return the lines of each link, the reasons below one another where they fit."""
    texts = [f"{link.operator} {print_node(link.term)}" for link in links]
    reasons = [_why(link.reason, link.expectation) for link in links]
    pairs = list(zip(texts, reasons, strict=True))
    column = max((len(text) + 2 for text, why in pairs if why and len(text + why) + 2 <= room), default=0)
    found = []
    for link, (text, why) in zip(links, pairs, strict=True):
        if why and len(text) + 2 <= column and column + len(why) <= room:
            lines = [text.ljust(column) + why]
        else:
            first, *rest = pieces(link.term)
            lines = _with_reason([f"{link.operator} {first}", *rest], why, room)
        found.append((link, lines))
    return found


def _chain_line(chain: s.Chain) -> str:
    link = chain.links[0]
    why = _why(link.reason, link.expectation)
    return f"{print_node(chain.first)} {link.operator} {print_node(link.term)}" + (f"  {why}" if why else "")
