"""``~=`` against decimals: what it says, how it is proved, refuted, printed, and where it stands in a chain."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.approximations import Approximation, approximated, approximation
from checks.contexts import Context
from checks.terms import Apply, number, relation, subtract
from derive.checking import check_text
from derive.elaboration import elaborate_statement
from derive.latex import latex
from derive.printing import print_term
from grammar.parser import parse_statement

ROOT = Apply("sqrt", (number(2),))


def claim(statement: str, given: str = "", proof: str = "") -> str:
    lines = ["theorem t", *([f"  given {given}"] if given else []), f"  show  {statement}"]
    lines += ["proof", *(f"  {line}" for line in (proof or statement).splitlines()), "qed"]
    return "\n".join(lines) + "\n"


def verdict(text: str) -> str:
    return check_text(text).theorems[0].verdict.value


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("sqrt(2) ~= 1.4", "proved"),
        ("sqrt(2) ~= 1.41421", "proved"),
        ("sqrt(2) ~= 1", "proved"),
        ("sqrt(2) ~= 1.5", "refuted"),
        ("sqrt(2) ~= 1.42", "refuted"),
        ("sqrt(2) ~= 1.40", "refuted"),
        ("log(1/2) ~= -0.69", "proved"),
        ("log(1/2) ~= 0.69", "refuted"),
        ("10^5 sqrt(2) ~= 1.41e5", "proved"),
        ("10^5 sqrt(2) ~= 1.42e5", "refuted"),
        ("1/4 ~= 0.2", "proved"),
        ("1/4 ~= 0.3", "proved"),
        ("1/4 ~= 0.4", "refuted"),
        ("1 ~= sqrt(2)", "ill-formed"),
        ("sqrt(2) ~= 1.41 + 0", "ill-formed"),
    ],
)
def test_half_a_unit_of_the_last_digit(statement: str, found: str) -> None:
    assert verdict(claim(statement)) == found


def test_a_value_of_the_unknown_is_no_constant() -> None:
    assert verdict(claim("x ~= 1.0", "x : real with x ~= 1.00")) == "proved"
    assert verdict(claim("x ~= 0.70", "x : real with x ~= 0.7")) == "refuted"


def test_the_end_of_a_chain_is_carried_to_its_beginning() -> None:
    assert verdict(claim("2/4 + sqrt(2) ~= 1.9", proof="2/4 + sqrt(2)\n  = 1/2 + sqrt(2)\n  ~= 1.9")) == "proved"
    assert verdict(claim("x ~= 1.0", "x : real with x <= 1", "x\n  <= 1\n  ~= 1.0")) == "refuted"
    assert verdict(claim("2/4 + sqrt(2) ~= 1.9", proof="2/4 + sqrt(2)\n  = 1/2 + sqrt(3)\n  ~= 2.2")) == "refuted"


def test_nothing_follows_it() -> None:
    report = check_text(claim("sqrt(2) ~= 1.4", proof="sqrt(2) ~= 1.4 = 1.4"))
    assert report.theorems[0].verdict.value == "ill-formed"
    assert "nothing follows" in str(report.theorems[0].steps[-1].message)


def test_arrays_are_not_close_to_numbers() -> None:
    report = check_text(claim("x ~= 0.5", "n : dim\n        x : vector(n)"))
    assert report.theorems[0].verdict.value == "ill-formed"


def test_print_and_latex() -> None:
    statement = approximation(ROOT, "1.40")
    assert print_term(statement, Context()) == "sqrt(2) ~= 1.40"
    assert latex(statement, Context()) == r"\sqrt{2} \approx 1.40"
    other = relation(Apply("abs", (subtract(ROOT, number(Fraction(7, 5))),)), "<=", number(Fraction(1, 100)))
    assert approximated(other) is None and "~=" not in print_term(other, Context())


@given(st.integers(-(10**6), 10**6), st.integers(0, 5))
def test_what_is_printed_is_read_again(digits: int, places: int) -> None:
    whole = str(abs(digits)).rjust(places + 1, "0")
    text = f"{whole[:-places]}.{whole[-places:]}" if places else whole
    text = f"-{text}" if digits < 0 else text
    statement = approximation(ROOT, text)
    assert approximated(statement) == Approximation(ROOT, Fraction(text), text)
    assert elaborate_statement(parse_statement(print_term(statement, Context())), Context()) == statement


def test_the_witness_shows_the_number_and_the_decimal() -> None:
    witness = check_text(claim("sqrt(2) ~= 1.42")).theorems[0].steps[0].witness
    assert witness is not None
    assert (witness.left, witness.right) == ("sqrt(2)", "71/50")
