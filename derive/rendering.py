"""Reports as text: for the terminal, a table of theorems and below each what is wrong with it; for other
programs, JSON, JUnit XML and SARIF.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from checks.trials.reports import FALSE_ALARM, MISS, THRESHOLD
from derive.reports import ErrorReport, Report, RestsOn, StepReport, TheoremReport, Verdict, WitnessReport

WIDTH = 110
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_INDENT = " " * 8

_COLOURS = {"green": "32", "red": "31", "yellow": "33", "magenta": "1;35", "dim": "2", "bold": "1"}

_MARKS = {
    Verdict.PROVED: ("✓", "green"),
    Verdict.PROVED_IF: ("?", "yellow"),
    Verdict.TESTED: ("?", "yellow"),
    Verdict.REFUTED: ("✗", "red"),
    Verdict.ILL_FORMED: ("✗", "red"),
    Verdict.UNDECIDED: ("?", "yellow"),
    Verdict.CONFLICT: ("‼", "magenta"),
    Verdict.AXIOM: ("·", "dim"),
}

_ASCII = str.maketrans({"✓": "+", "✗": "x", "‼": "!", "·": "-", "…": "...", "≥": ">="})


@dataclass(frozen=True, slots=True)
class Style:
    """How text is shown: with colour or not, in ASCII where the terminal has no more, and how wide."""

    colour: bool = False
    ascii: bool = False
    width: int = WIDTH

    def paint(self, text: str, colour: str) -> str:
        """The text in a colour, where there are colours."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.colour and text else text

    def plain(self, text: str) -> str:
        """Our own text, in ASCII where it has to be."""
        return text.translate(_ASCII) if self.ascii else text


PLAIN = Style()


def render(report: Report, style: Style = PLAIN, quiet: bool = False) -> str:
    """The whole report; `quiet` leaves out what succeeded, and the summary when everything did."""
    shown = [theorem for theorem in report.theorems if not (quiet and theorem.succeeded)]
    elsewhere = list(report.errors)
    lines: list[str] = []
    for theorem, row in zip(shown, _table(shown, style), strict=True):
        own = [error for error in elsewhere if _belongs(error, theorem, report.theorems)]
        elsewhere = [error for error in elsewhere if error not in own]
        lines.append(row)
        if not theorem.succeeded:
            lines += _troubles(theorem, own, style)
    for error in elsewhere:
        lines += render_error(error, style)
    if not quiet or not report.succeeded:
        if lines:
            lines.append("")
        lines.append(summary_line(report, style))
    return "".join(f"{line}\n" for line in lines)


# -- theorems ------------------------------------------------------------------------------------------


def _table(theorems: Sequence[TheoremReport], style: Style) -> list[str]:
    """A row for each theorem: name, verdict, steps, time, and what it rests on."""
    names = [clean(theorem.name) for theorem in theorems]
    statuses = [style.plain(" ".join(_status(theorem)[:2])) for theorem in theorems]
    counts = [_counted(len(theorem.steps), "step") if theorem.steps else "" for theorem in theorems]
    times = [duration(theorem.ms) if theorem.steps else "" for theorem in theorems]
    name_width, status_width, count_width, time_width = (
        min(60, max(map(display_width, cells), default=0)) for cells in (names, statuses, counts, times)
    )
    rows = []
    for theorem, name, status, count, time in zip(theorems, names, statuses, counts, times, strict=True):
        cells = [padded(name, name_width), style.paint(padded(status, status_width), _status(theorem)[2])]
        if not theorem.succeeded:
            cells.append(style.plain(_failing_numbers(theorem)))
        else:
            cells += [f"{count:>{count_width}}", f"{time:>{time_width}}", style.plain(_grounds(theorem))]
        rows.append("   ".join(cells).rstrip())
    return rows


def _status(theorem: TheoremReport) -> tuple[str, str, str]:
    """Mark, words and colour for the theorem as a whole."""
    mark, colour = _MARKS[Verdict.CONFLICT if theorem.conflicting else theorem.verdict]
    if theorem.kind != "refute":
        return mark, theorem.verdict.value, colour
    if theorem.succeeded:
        return "✓", f"{theorem.verdict} as expected", "green"
    if theorem.verdict is theorem.expected:
        return "✗", "another step fails", "red"
    return ("‼" if theorem.conflicting else "✗"), f"not {theorem.expected}: {theorem.verdict}", "red"


def _failing_numbers(theorem: TheoremReport) -> str:
    numbers = [str(step.index) for step in theorem.failing_steps]
    if not numbers:
        return ""
    listed = ", ".join(numbers[:5]) + (", …" if len(numbers) > 5 else "")
    return f"{'step' if len(numbers) == 1 else 'steps'} {listed}"


def _grounds(theorem: TheoremReport) -> str:
    """What a theorem rests on, or what is said for an axiom."""
    if theorem.kind == "refute":
        return ""
    if theorem.verdict is Verdict.AXIOM:
        return clean("; ".join(theorem.refs))
    return f"rests on: {rests_on(theorem.rests_on)}"


def _belongs(error: ErrorReport, theorem: TheoremReport, theorems: Sequence[TheoremReport]) -> bool:
    """Whether the error says where the theorem's message applies: it stands in that theorem's text."""
    if theorem.succeeded or error.file != theorem.file or error.line < theorem.line:
        return False
    said = bool(theorem.message) and str(theorem.message) in error.message
    return said and not any(
        other.file == error.file and theorem.line < other.line <= error.line for other in theorems
    )


def _troubles(theorem: TheoremReport, errors: Sequence[ErrorReport], style: Style) -> list[str]:
    """What is wrong with a theorem, below its row."""
    failing = theorem.failing_steps
    lines = [line for step in failing for line in _step(theorem, step, style)]
    for error in errors:
        place = f"{clean(error.file)}:{error.line}"
        lines += located(place, error.source_line, error.column, error.column + error.width, "", style)
        lines.append(_INDENT + clean(error.message))
    if not errors and (not failing or (theorem.message and theorem.kind != "refute")):
        lines.append(f"{_INDENT}{clean(theorem.file)}:{theorem.line}   {clean(beside_steps(theorem))}")
    return lines


def rests_on(resting: RestsOn) -> str:
    """What a theorem rests on, in a few words."""
    axioms = _counted(len(resting.axioms), "axiom")
    if resting.axioms:
        names = ", ".join(clean(name) for name in resting.axioms[:3])
        axioms += f" ({names}{', …' if len(resting.axioms) > 3 else ''})"
    parts = [axioms]
    kinds = Counter(assumption.partition(":")[0].strip() for assumption in resting.assumptions)
    parts += [f"{_counted(count, f'{clean(kind)} assumption')}" for kind, count in kinds.items()]
    if resting.oracles:
        parts.append(_counted(len(resting.oracles), "oracle"))
    return ", ".join(parts)


def beside_steps(theorem: TheoremReport) -> str:
    """Why the theorem fails, where no step shows it."""
    if theorem.message:
        return theorem.message
    if theorem.kind == "refute" and theorem.verdict is not theorem.expected:
        return f"expected {theorem.expected}, and it is {theorem.verdict}"
    if theorem.models == 0:
        return "no values were found that satisfy the context"
    return f"it is {theorem.verdict}, though no step fails"


# -- steps ---------------------------------------------------------------------------------------------


def _step(theorem: TheoremReport, step: StepReport, style: Style) -> list[str]:
    """The step's place, the caret, the witness in words, and what else there is to say."""
    place = f"{clean(theorem.file)}:{step.line}"
    wanted = theorem.wanted(step)
    witness = in_words(step.witness) if step.witness is not None else ""
    lines = located(place, step.source_line, step.column, step.end_column, witness, style)
    if not step.source_line:
        shown = " ".join(part for part in (step.left, step.relation, step.right) if part)
        lines = [f"{_INDENT}{place}   {clean(shown)}", *([_INDENT + witness] if witness else [])]
    if wanted is not Verdict.PROVED:
        lines.append(f"{_INDENT}expected {wanted}, and it is {step.verdict}")
    elif step.verdict is not theorem.verdict:
        lines.append(f"{_INDENT}step {step.index} is {step.verdict}")
    lines += [_INDENT + clean(line) for line in (step.message or "").splitlines()]
    if step.verdict is Verdict.PROVED_IF:
        words = ["proved if", *["      and"] * len(step.conditions)]
        lines += [
            f"{_INDENT}{word} {clean(needed)}" for word, needed in zip(words, step.conditions, strict=False)
        ]
    if step.verdict is Verdict.TESTED and step.tested is not None and not step.message:
        lines.append(f"{_INDENT}{_tested(step)}")
    if step.true_if and step.verdict is not Verdict.PROVED_IF:
        lines.append(f"{_INDENT}true if {clean(step.true_if)}")
    if step.verdict is Verdict.CONFLICT:
        lines.append(f"{_INDENT}proved, and contradicted by testing: this is a defect of the engine")
    return lines


def in_words(witness: WitnessReport) -> str:
    """The witness as a clause: "with d_in = 2, d_out = 3 the left side is 2 and the right side is 0"."""
    found = [f"{name} = {size}" for name, size in witness.sizes.items()]
    found += [f"{name} = {value}" for name, value in witness.values.items()]
    if witness.law:
        found.append(witness.law)
    start = f"with {', '.join(found)} " if found else ""
    if {witness.left, witness.right} <= {"true", "false"}:
        return clean(f"{start}the claim is false")
    return clean(f"{start}the left side is {witness.left} and the right side is {witness.right}")


def _tested(step: StepReport) -> str:
    tested = step.tested
    if tested is None:
        return ""
    parts = []
    if tested.exact_points:
        parts.append(f"holds at {_counted(tested.exact_points, 'exact point')}")
    samples = _counted(tested.samples, "sample")
    if tested.note:
        parts.append(f"{samples} say nothing: {clean(tested.note)}")
    elif tested.samples:
        parts.append(samples)
        if tested.statistic is not None and tested.statistic >= THRESHOLD:
            bound = tested.error_probability
            stated = f"asymptotically, as for {FALSE_ALARM:.1%} of true statements"
            stated = stated if bound is None else f"error probability at most {bound:.2g}"
            parts[-1] += f" look like a difference ({stated})"
        elif tested.detectable is not None:
            shown = f"a relative difference of {tested.detectable:.2g}"
            parts[-1] += f" would have shown {shown} (asymptotically, with probability {1 - MISS:.3g})"
    return "not decided; " + ("; ".join(parts) or "and not evaluated")


# -- places --------------------------------------------------------------------------------------------


def render_error(error: ErrorReport, style: Style = PLAIN) -> list[str]:
    """The message, and the line with carets under the offending text."""
    place = f"{clean(error.file)}:{error.line}:{error.column}"
    lines = [f"{place}: {style.paint('error', 'red')}: {clean(error.message)}"]
    return lines + located("", error.source_line, error.column, error.column + error.width, "", style)


def located(
    place: str, source_line: str, column: int, end_column: int, words: str, style: Style = PLAIN
) -> list[str]:
    """A source line after its place, with a caret and words, or else carets, under the part that is meant."""
    if not source_line:
        return []
    cut, start, end = _window(source_line, column, end_column, style.width)
    head = _INDENT + (f"{place}   " if place else "")
    lines = [head + clean(cut)]
    if column <= 0:
        return [*lines, _INDENT + words] if words else lines
    margin = " " * (display_width(head) + display_width(clean(cut[:start])))
    carets = "^" if words else "^" * max(1, display_width(clean(cut[start:end])))
    caret = margin + style.paint(carets, "red")
    if not words:
        return [*lines, caret]
    if len(margin) + 2 + display_width(words) <= style.width:
        return [*lines, f"{caret} {words}"]
    return [*lines, caret, _INDENT + words]


def _window(source_line: str, column: int, end_column: int, width: int) -> tuple[str, int, int]:
    """The part of the line to show, and where in it the caret begins and ends."""
    stripped = source_line.strip()
    shift = len(source_line) - len(source_line.lstrip())
    start = min(max(0, column - 1 - shift), len(stripped))
    end = min(max(start + 1, end_column - 1 - shift), len(stripped))
    if len(stripped) > width:
        cut = max(0, start - width // 2)
        stripped, start, end = stripped[cut : cut + width], start - cut, min(end - cut, width)
    return stripped, start, end


# -- the summary ---------------------------------------------------------------------------------------


def summary_line(report: Report, style: Style = PLAIN) -> str:
    """Counts and seconds, in one line."""
    theorems = report.theorems
    blocks = [theorem for theorem in theorems if theorem.kind == "refute"]
    axioms = sum(theorem.verdict is Verdict.AXIOM for theorem in theorems)
    claimed = [theorem for theorem in theorems if theorem.kind not in ("refute", "axiom")]
    proved = sum(theorem.succeeded for theorem in claimed)
    parts = [f"{proved} of {_counted(len(claimed), 'theorem')} proved"]
    others = Counter(theorem.verdict for theorem in claimed if not theorem.succeeded)
    parts += [f"{others[verdict]} {verdict}" for verdict in Verdict if others[verdict]]
    if blocks:
        right = sum(theorem.succeeded for theorem in blocks)
        parts.append(f"{right} of {_counted(len(blocks), 'false claim')} found false as expected")
    if axioms:
        parts.append(_counted(axioms, "axiom"))
    if failing := sum(theorem.kind == "axiom" and not theorem.succeeded for theorem in theorems):
        parts.append(f"{_counted(failing, 'axiom')} not accepted")
    if report.errors:
        parts.append(_counted(len(report.errors), "error"))
    parts.append(_counted(report.summary.steps, "step"))
    line = f"{', '.join(parts)}, {report.summary.seconds:.1f} s"
    return style.paint(line, "green" if report.succeeded else "red")


# -- for other programs --------------------------------------------------------------------------------


def as_json(report: Report, ascii_only: bool = False) -> str:
    """The documented JSON, one object."""
    return json.dumps(report.to_json(), ensure_ascii=ascii_only, allow_nan=False, indent=2) + "\n"


def explanation(theorem: TheoremReport, step: StepReport) -> str:
    """What is wrong with a failing step, in one paragraph without colour."""
    wanted = theorem.wanted(step)
    parts = [f"step {step.index} is {step.verdict}"]
    if wanted is not Verdict.PROVED:
        parts[0] += f", expected {wanted}"
    if step.witness is not None:
        parts.append(in_words(step.witness))
    if step.conditions:
        parts.append(f"needs {' and '.join(step.conditions)}")
    if step.true_if:
        parts.append(f"true if {step.true_if}")
    if step.message:
        parts.append(step.message)
    return "; ".join(parts)


def as_junit(report: Report) -> str:
    """JUnit XML: a suite for each file, a case for each theorem."""
    from xml.etree import ElementTree

    root = ElementTree.Element("testsuites", name="derive")
    files = dict.fromkeys(
        [*(theorem.file for theorem in report.theorems), *(error.file for error in report.errors)]
    )
    for file in files:
        theorems = [theorem for theorem in report.theorems if theorem.file == file]
        errors = [error for error in report.errors if error.file == file]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=_for_xml(file),
            tests=str(len(theorems) + len(errors)),
            failures=str(sum(not theorem.succeeded for theorem in theorems)),
            errors=str(len(errors)),
            time=f"{sum(theorem.ms for theorem in theorems) / 1000:.3f}",
        )
        for theorem in theorems:
            case = ElementTree.SubElement(
                suite,
                "testcase",
                name=_for_xml(theorem.name),
                classname=_for_xml(file),
                time=f"{theorem.ms / 1000:.3f}",
            )
            if not theorem.succeeded:
                _failure(case, theorem)
        for error in errors:
            case = ElementTree.SubElement(
                suite, "testcase", name=f"line {error.line}", classname=_for_xml(file), time="0.000"
            )
            place = f"{error.file}:{error.line}:{error.column}"
            found = ElementTree.SubElement(
                case, "error", type=error.identifier or "error", message=_for_xml(error.message)
            )
            found.text = _for_xml(f"{place}: {error.message}")
    root.set("tests", str(sum(int(suite.get("tests", "0")) for suite in root)))
    root.set("failures", str(sum(int(suite.get("failures", "0")) for suite in root)))
    root.set("errors", str(sum(int(suite.get("errors", "0")) for suite in root)))
    root.set("time", f"{report.summary.seconds:.3f}")
    ElementTree.indent(root)
    # In ASCII, with what is beyond it as character references: right whatever the encoding of the output is.
    text = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _failure(case: Any, theorem: TheoremReport) -> None:
    from xml.etree import ElementTree

    message = f"{theorem.name} is {theorem.verdict}"
    if theorem.expected is not None:
        message += f", expected {theorem.expected}"
    found = ElementTree.SubElement(
        case, "failure", type=theorem.verdict.value, message=_for_xml(theorem.message or message)
    )
    lines = [f"{theorem.file}:{step.line}: {explanation(theorem, step)}" for step in theorem.failing_steps]
    if theorem.message or not lines:
        lines.append(f"{theorem.file}:{theorem.line}: {beside_steps(theorem)}")
    found.text = _for_xml("\n".join(lines))


def _for_xml(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return "".join(
        character
        if character in "\t\n\r"
        or " " <= character <= "\ud7ff"
        or "\ue000" <= character <= "\ufffd"
        or character >= "\U00010000"
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def as_sarif(report: Report, ascii_only: bool = False) -> str:
    """SARIF 2.1.0: a result for each failing step, for each theorem that fails otherwise, and each error."""
    results: list[dict[str, Any]] = []
    for theorem in report.theorems:
        if theorem.succeeded:
            continue
        for step in theorem.failing_steps:
            rule = step.identifier or step.verdict.value
            message = f"{theorem.name}: {explanation(theorem, step)}"
            results.append(
                _result(rule, message, theorem.file, step.line, step.column, step.end_column, step.verdict)
            )
        elsewhere = any(_belongs(error, theorem, report.theorems) for error in report.errors)
        if not elsewhere and (theorem.message or not theorem.failing_steps):
            message = f"{theorem.name}: {beside_steps(theorem)}"
            results.append(
                _result(theorem.verdict.value, message, theorem.file, theorem.line, 0, 0, theorem.verdict)
            )
    for error in report.errors:
        rule = error.identifier or "error"
        end = error.column + error.width
        results.append(_result(rule, error.message, error.file, error.line, error.column, end, None))
    rules = sorted({result["ruleId"] for result in results})
    run = {
        "tool": {
            "driver": {
                "name": "derive",
                "version": report.engine,
                "rules": [
                    {"id": rule, "shortDescription": {"text": rule.replace("-", " ")}} for rule in rules
                ],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    whole = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, ensure_ascii=ascii_only, indent=2) + "\n"


def _result(
    rule: str, message: str, file: str, line: int, column: int, end_column: int, verdict: Verdict | None
) -> dict[str, Any]:
    region = {"startLine": max(1, line)}
    if column > 0:
        region["startColumn"] = column
        if end_column > column:
            region["endColumn"] = end_column
    undecided = verdict in (Verdict.TESTED, Verdict.UNDECIDED, Verdict.PROVED_IF)
    return {
        "ruleId": rule,
        "level": "warning" if undecided else "error",
        "message": {"text": message},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": _uri(file)}, "region": region}},
        ],
    }


def _uri(file: str) -> str:
    """The file's name as a reference that SARIF takes: relative as it is given, else absolute."""
    from pathlib import Path
    from urllib.parse import quote

    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


# -- text ----------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """The text without characters that would steer a terminal; each becomes one that is visible or blank."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_harmless(character) for character in text)


def _harmless(character: str) -> str:
    if character in "\t\n\r":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character


def display_width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def padded(text: str, width: int) -> str:
    """The text with spaces behind it up to a width in columns."""
    return text + " " * max(0, width - display_width(text))


def duration(ms: float) -> str:
    """A time, to the precision that matters."""
    if ms < 1000:
        return f"{ms:.0f} ms"
    return f"{ms / 1000:.1f} s"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def names_in_words(names: Sequence[str]) -> str:
    """The names as in a sentence: "a, b and c"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
