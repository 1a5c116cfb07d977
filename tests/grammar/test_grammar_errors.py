"""What cannot be read is reported at its place, in words, and never as a traceback."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grammar import (
    ScriptReadError,
    format_script,
    parse_script,
    parse_statement,
    parse_term,
    parse_type,
    print_node,
)
from grammar.parser import MAX_BYTES

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

GOOD = """\
# a header
theorem good "Good"
  given m, n : dim with m <= n
        A : random matrix(m, n)  iid, mean 0  # a remark
  let   s = sum[i in 1..m, j in 1..n] A[i,j]^2
  assume h, regularity: integrable(s)
  show  first: E[s] = m n Var[A[1,1]]
proof
  have size: ||A||_F^2 = s  by definition
  case m > 0: E[s] <= s by foo(m) with B := A^T
  E[s]
    = m n E[A[1,1]^2]  by linearity, size
qed

refute bad
  given x : real
  claim {a > 0 | a < x} = [x > 0] |x|  expect refuted
qed

abbreviation sq(x : real) : real = x^2 as "#1^2"
  example sq(3) = 9
"""

# (text, identifier, line, column, part of the message)
ERRORS = [
    ("", "empty-file", 1, 1, "the file is empty"),
    ("# nothing\n\n", "empty-file", 1, 1, "the file is empty"),
    ("theorm x\n", "syntax-error", 1, 1, "an item begins with `theorem`"),
    ("theorem a b\n  show x = y\n", "syntax-error", 1, 11, "found `b`"),
    ("theorem a\n  given m dim\n", "syntax-error", 2, 11, "found `dim`, but `:` or `,` was expected"),
    ("theorem a\n  given m : \n", "syntax-error", 2, 12, "a type was expected"),
    ("theorem a\n  given m : matrix(m, n\n  show m = m\n", "unclosed-bracket", 2, 19, "`(` is never closed"),
    ("theorem a\n  show f(x)) = 1\n", "unclosed-bracket", 2, 12, "closes no bracket"),
    ("theorem a\n  show f(x] = 1\n", "unclosed-bracket", 2, 11, "does not close the `(` of line 2, column 9"),
    ("theorem a\n  show |x = 1\n", "unclosed-bracket", 2, 8, "`|` is never closed"),
    ("theorem a\n  show x = \n", "syntax-error", 2, 11, "the line ends, but a term was expected"),
    ("theorem a\n  show x == y\n", "syntax-error", 2, 11, "a term was expected"),
    ("theorem a\n  show x @ y = 1\n", "bad-character", 2, 10, "`@` (U+0040)"),
    ("theorem a\n  show x \x00 y\n", "bad-character", 2, 10, "U+0000"),
    ("theorem a\n  show x = 1  # \u202e\n", "bad-character", 2, 17, "U+202E RIGHT-TO-LEFT OVERRIDE"),
    ("theorem a\n  show x½ = 1\n", "bad-character", 2, 9, "`½`"),
    ("theorem a\n  show $x$ = 1\n", "not-supported", 2, 8, "LaTeX terms are not read in scripts yet"),
    ('theorem a "b\n  show x = 1\n', "syntax-error", 1, 11, "never closed"),
    ("theorem a\n  show for all x, x = x\n", "syntax-error", 2, 24, "the statement is missing"),
    ("theorem a\n  show {x + 1 | x > 0} = 1\n", "bad-binding", 2, 9, "no variable is introduced"),
    ("theorem a\n  show sum[i, i] x = 1\n", "bad-binding", 2, 15, "`i` is bound twice"),
    ("theorem a\n  show sum[i in 1..n] = 1\n", "syntax-error", 2, 23, "a term was expected"),
    ("theorem a\n  show x_1 + x _1 = 0\n", "syntax-error", 2, 16, "a subscript of nothing"),
    ("theorem a\n  assume h, odd: x = 1\n  show x = 1\n", "bad-declaration", 2, 13, "no kind of assumption"),
    ('theorem a\n  given x, y : real as "x"\n', "bad-declaration", 2, 21, "spells one symbol"),
    ("theorem a\n  given X independent\n", "bad-declaration", 2, 11, "two families or more"),
    ("theorem a\n  show x = 1\n  stray\n", "syntax-error", 3, 3, "found `stray`"),
    ("theorem a\n  let m = 1\n       n = 2\n", "bad-layout", 3, 8, "indented deeper"),
    ("theorem a\n  show x = 1\nproof\n  x = 1\n    y = 1\nqed\n", "bad-layout", 5, 5, "indented deeper"),
    ("lemma a\n  show 1\nproof\n  have p: q\n      x = 1\n    y = 1\n", "bad-layout", 6, 5, "like no line"),
    ("theorem a\n  show x = 1\nproof\nqed\n", "syntax-error", 4, 1, "this proof is empty"),
    ("theorem a\n  show x = 1\nproof\n  x = 1\n", "syntax-error", 1, 1, "`qed` is missing"),
    ("theorem a\n  show x = 1\nproof\n  x = 1 by\nqed\n", "syntax-error", 4, 11, "a name was expected"),
    ("theorem a\n  show x = 1\nproof\n  x = 1 by foo bar\nqed\n", "syntax-error", 4, 16, "found `bar`"),
    ("lemma a\n  show x = 1\nproof\n  x = 1 expect refuted\nqed\n", "bad-expectation", 4, 5, "refute block"),
    ("refute a\n  claim x = 1\nqed\n", "bad-expectation", 1, 1, "marks one claim"),
    ("refute a\n  claim x = 1 expect proved\nqed\n", "bad-expectation", 2, 15, "`proved` cannot be expected"),
    ("theorem a\n  show proof = 1\n", "syntax-error", 2, 8, "`proof` is a word of the language"),
    ("theorem a\n  show x = 1\nproof\n  take = 1\nqed\n", "syntax-error", 4, 3, "what follows it"),
    ("abbreviation f(x : real)\n", "bad-declaration", 1, 14, "write `= …` after it"),
    ("theorem a\n  show x = 1\nproof\n  x = 1\nqed\nmore\n", "syntax-error", 6, 1, "an item begins with"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "identifier", "line", "column", "message"), ERRORS)
def test_error_is_placed_and_worded(text: str, identifier: str, line: int, column: int, message: str) -> None:
    script = parse_script(text, "file.drv")
    error = script.errors[0]
    assert (error.identifier, error.line, error.column) == (identifier, line, column), error.render()
    assert message in error.message
    assert error.file == "file.drv"


def test_caret_stands_under_the_offending_text() -> None:
    (error,) = parse_script("theorem a\n\tgiven m dim\n", "f.drv").errors
    message, line, caret = error.render().split("\n")
    assert message == "f.drv:2:10: found `dim`, but `:` or `,` was expected"
    assert (line, caret) == ("    \tgiven m dim", "    \t        ^^^")
    (error,) = parse_script("theorem a\n  show " + "x " * 200 + "@\n", "f.drv").errors
    message, line, caret = error.render().split("\n")
    assert line[caret.index("^")] == "@"
    assert len(line) < 200


def test_other_items_are_read_behind_an_error() -> None:
    bad = "theorem broken\n  show x = = 1\nproof\n  x = 1\nqed\n"
    script = parse_script(bad + GOOD + bad + GOOD)
    assert [error.line for error in script.errors] == [2, 28]
    assert len(script.items) == 6
    missing_qed = GOOD.replace("qed\n\nrefute", "\nrefute")
    assert len(parse_script(missing_qed).items) == 2


def test_bytes_that_are_not_utf8() -> None:
    script = parse_script("theorem é\n  show x".encode() + b"\xff = 1\n")
    (error,) = script.errors
    assert (error.identifier, error.line, error.column) == ("not-utf8", 2, 9)
    assert "0xFF" in error.message


def test_byte_order_mark_and_line_ends_are_read() -> None:
    expected = parse_script(GOOD).items
    assert parse_script("\ufeff" + GOOD.replace("\n", "\r\n")).items == expected
    assert parse_script(GOOD.replace("\n", "\r").encode()).items == expected


HOSTILE = {
    "brackets": "(" * 10_000 + "x" + ")" * 10_000,
    "unclosed": "(" * 10_000,
    "powers": "^".join("9" * 5_000),
    "sums": "+".join("x" * 5_000),
    "products": "x " * 9_000,
    "many products": "x " * 400_000,
    "roots": "√" * 5_000 + "x",
    "nots": "not " * 5_000 + "x",
    "bars": "|" * 5_000 + "x" + "|" * 5_000,
    "implications": "x implies " * 3_000 + "x",
    "binders": "sum[i in S] " * 1_500 + "x",
    "numbers": "9" * 500_000 + " = " + "1e" + "9" * 1_000,
    "typed": "for all x : " + "sequence " * 5_000 + "real, x = x",
    "functions": "for all f : " + "function " * 5_000 + "real -> real, x = x",
    "nested types": "for all x : " + "f(x : " * 90 + ")" * 90 + ", x = x",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_answered(name: str) -> None:
    script = parse_script(f"theorem a\n  show {HOSTILE[name]}\n")
    assert len(script.errors) + len(script.items) == 1
    for error in script.errors:
        assert error.identifier in ("too-deep", "too-large", "unclosed-bracket", "syntax-error")
        assert len(error.render()) < 600
    for item in script.items:
        format_script(f"theorem a\n  show {HOSTILE[name]}\n")
        assert hash(item) == hash(item)


def test_large_file_is_refused() -> None:
    for text in ("x" * (MAX_BYTES + 1), b"\xff" * (5 * MAX_BYTES)):
        script = parse_script(text)
        assert [error.identifier for error in script.errors] == ["too-large"]
        assert f"{MAX_BYTES:,}" in script.errors[0].message


def test_deep_blocks_are_refused() -> None:
    lines = [" " * (depth + 1) + f"have h{depth}: x = x" for depth in range(300)]
    script = parse_script("theorem a\n show x = 1\nproof\n" + "\n".join(lines) + "\nqed\n")
    assert [error.identifier for error in script.errors] == ["too-deep"]


def test_alone_terms_raise_one_exception() -> None:
    for read in (parse_term, parse_statement, parse_type):
        for text in ("", "  # only a comment", "x +", ")", "a b]", "\x00", "for"[:0] + "="):
            with pytest.raises(ScriptReadError) as caught:
                read(text)
            assert caught.value.error.line == 1
    with pytest.raises(ScriptReadError):
        parse_term("x = y")
    with pytest.raises(ScriptReadError) as caught:
        format_script("theorem a\n  show =\n", "f.drv")
    assert str(caught.value).startswith("f.drv:2:8: ")


SOUP = """\
theorem lemma axiom refute define abbreviation opaque import given let assume show ref proof qed have case
claim induction on obtain from attained at take fix example by definition of with as expect refuted in and
or not implies iff for all exists if then else x y m n A E sum sup max lambda greatest { } ( ) [ ] | || ‖ _2
= <= != ~ : , .. -> := + - * / .* ^ ^T ² √ Σ 1 2.5 "t" $ # sequence function real dim iid independent mean
matrix(m,n) f(x) X[i,j] E[x ~ p] ' _ . ; @ é ∑ = a.s. = in law tends to"""
WORDS = [*SOUP.split(), "\n", "\n ", "\n  ", "\n    ", "\x00"]


@QUICK
@given(
    st.lists(st.sampled_from(WORDS), max_size=40),
    st.sampled_from(["", "theorem a\n  show ", "lemma b\nproof\n "]),
)
def test_token_soup_never_raises(words: list[str], start: str) -> None:
    script = parse_script(start + " ".join(words))
    for error in script.errors:
        assert error.line >= 1
        assert error.column >= 1
        assert error.message
        error.render()
    assert script.errors or script.items


@QUICK
@given(st.binary(max_size=200))
def test_random_bytes_never_raise(data: bytes) -> None:
    script = parse_script(data)
    assert script.errors or script.items


@QUICK
@given(st.text(max_size=80))
def test_random_text_never_raises(text: str) -> None:
    parse_script("theorem a\n  show " + text)
    try:
        tree = parse_statement(text)
    except ScriptReadError as problem:
        assert problem.error.message
    else:
        assert parse_statement(print_node(tree)) == tree


@settings(QUICK, max_examples=200)
@given(st.randoms(use_true_random=False))
def test_mutated_scripts_are_read_or_reported(chance: random.Random) -> None:
    """Whatever is read after a few random changes can be printed, and reads the same again."""
    text = GOOD
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text))
        length = chance.choice((0, 1, 1, 3, 12))
        text = text[:place] + chance.choice(["", "", " ", "\n", *WORDS]) + text[place + length :]
    script = parse_script(text)
    if script.errors:
        return
    formatted = format_script(text)
    again = parse_script(formatted)
    assert again.items == script.items, formatted
    assert format_script(formatted) == formatted


def test_good_script_is_good() -> None:
    script = parse_script(GOOD)
    assert not script.errors
    assert len(script.items) == 3
    assert [comment.alone for comment in script.comments] == [True, False]
