"""Where each value of a TOML text stands."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config.example import literal, render
from agent.config.lines import line_numbers, line_of, text_lines
from agent.config.templates import example_text, template

KEYS = st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable())
TEXTS = st.text(max_size=20).filter(lambda text: not {"Cs"} & {category(sign) for sign in text})
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**40), 2**40), TEXTS),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


def category(sign: str) -> str:
    return "Cs" if 0xD800 <= ord(sign) <= 0xDFFF else ""


@given(st.dictionaries(KEYS, VALUES, max_size=6), st.integers(0, 3))
def test_every_key_stands_on_its_line(values: dict[str, Any], blanks: int) -> None:
    """Whatever the keys and values hold: quotes, brackets, equals signs, strange line ends."""
    text = ("\n# a comment = [no header]\n" * blanks).join(
        f"{literal(key)} = {literal(value)}\n" for key, value in values.items()
    )
    assert tomllib.loads(text) == values

    lines = line_numbers(text)

    assert set(lines) == {(key,) for key in values}
    for (key,), number in lines.items():
        assert text_lines(text)[number - 1].startswith(literal(key))


def test_every_leaf_of_the_example_has_a_line() -> None:
    text = example_text()
    lines = line_numbers(text)

    assert line_of(lines, ("crm", "kind")) == text_lines(text).index('kind = "salesforce"') + 1
    for name in template("salesforce"):
        assert line_of(lines, (name,)) is not None


def test_tables_of_an_array_are_told_apart() -> None:
    text = "[[a]]\nx = 1\n[[a.b]]\ny = 1\n[[a]]\n[a.c]\nz = 1\n[[a.b]]\ny = 2\n"

    lines = line_numbers(text)

    assert lines["a", 0, "b", 0, "y"] == 4
    assert lines["a", 1, "c", "z"] == 7
    assert lines["a", 1, "b", 0, "y"] == 9


def test_a_value_of_several_lines_stands_where_it_begins() -> None:
    text = 'a = [\n  "x = 1",\n  "[b]",\n]\nc = """\n[d]\ne = 1\n"""\nf = 1\n'

    assert dict(line_numbers(text)) == {("a",): 1, ("c",): 5, ("f",): 9}


@pytest.mark.parametrize("header", ['["a]b"]', '[ "a]b" ] # [c]', "['a]b']"])
def test_a_header_may_hold_brackets(header: str) -> None:
    assert line_numbers(f"{header}\nx = 1\n")["a]b", "x"] == 2


def test_a_key_may_hold_an_equals_sign() -> None:
    assert line_numbers('"a=b"."c" = 1\n') == {("a=b", "c"): 1}


def test_other_signs_for_a_line_end_do_not_count() -> None:
    text = 'a = "x\u2028y\x85z"\nb = 1\n'

    assert line_numbers(text)["b",] == 2


def test_a_path_that_stands_nowhere_takes_the_nearest_above() -> None:
    lines = line_numbers("[a]\nb = { c = 1 }\n[d.e]\nf = 1\n")

    assert line_of(lines, ("a", "b", "c")) == 2
    assert line_of(lines, ("a", "x")) == 1
    assert line_of(lines, ("d", "x")) == 3
    assert line_of(lines, ("y",)) is None


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, TEXTS, max_size=3), max_size=3))
def test_names_from_a_crm_survive_being_written(attributes: dict[str, dict[str, str]]) -> None:
    text = render({**template("salesforce"), "attributes": attributes})

    assert tomllib.loads(text).get("attributes", {}) == attributes
