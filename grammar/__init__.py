"""Text to syntax tree and back: the script language. Knows no mathematics."""

from grammar.errors import ScriptError, ScriptReadError
from grammar.formatter import format_script
from grammar.parser import parse_script, parse_statement, parse_term, parse_type
from grammar.printer import print_node

__all__ = [
    "ScriptError",
    "ScriptReadError",
    "format_script",
    "parse_script",
    "parse_statement",
    "parse_term",
    "parse_type",
    "print_node",
]
