"""Statements in the script language, as the auditor reads them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from checks.auditor.terms import Context, Table, Term
from checks.encoding import Writer
from derive.elaboration import elaborate_context, elaborate_statement
from derive.scripts import Loader


def read(given: str, statements: list[str]) -> tuple[Context, list[Term]]:
    """A context as a theorem's ``given`` writes it, and statements in it."""
    shows = "\n".join(f"  show  {statement}" for statement in statements)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "statements.drv"
        script = ["axiom statements", '  ref "none"', given.strip("\n"), shows, ""]
        path.write_text("\n".join(script), encoding="utf-8")
        file = Loader().load(path)
    if file.errors:
        raise ValueError(str(file.errors[0]))
    (item,) = file.theorems()
    context = elaborate_context(item.context, file.context)
    terms = [elaborate_statement(goal.statement, context) for goal in item.shows]
    writer = Writer()
    numbers = [writer.term(term) for term in terms]
    written = writer.context(context)
    definitions = [writer.definition(each) for each in context.definitions.values()]
    table = Table(writer.table)
    read_context = table.context(written, dict(map(table.definition, definitions)))
    return read_context, [table[number] for number in numbers]
