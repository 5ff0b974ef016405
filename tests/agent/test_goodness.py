"""Which rows of a file are good: in the words people use, or by what they are worth."""

import pytest

from agent.goodness import Goodness, Told, tell_good
from agent.tables import TableRow
from bbm_core.errors import ConfigError


def told(goodness: Goodness, *cells: str) -> Told:
    rows = [TableRow(n + 2, {"x": cell} if cell else {}) for n, cell in enumerate(cells)]
    return tell_good(rows, goodness)


@pytest.mark.parametrize(
    ("good", "bad"),
    [("Won", "Lost"), ("1", "0"), ("はい", "いいえ"), ("受注", "失注"), ("good", "BAD")],
)
def test_usual_words_are_understood(good: str, bad: str) -> None:
    assert told(Goodness("x"), good, bad, "").good == (True, False, None)


def test_what_says_neither_is_left_out_and_counted() -> None:
    found = told(Goodness("x"), "Won", "Lost", "Engaging", "Engaging", "")

    assert found.good == (True, False, None, None, None)
    assert found.left_out == {"": 1, "Engaging": 2}


def test_where_only_the_good_are_named_all_others_are_bad() -> None:
    assert told(Goodness("x", good=("A",)), "a", "B", "").good == (True, False, None)
    assert told(Goodness("x", bad=("B",)), "A", "B").good == (True, False)


def test_where_both_are_named_the_others_are_left_out() -> None:
    assert told(Goodness("x", good=("A",), bad=("B",)), "A", "B", "C").good == (True, False, None)


def test_without_a_label_the_top_quarter_by_worth_is_good() -> None:
    found = told(Goodness(worth="x"), "1,000", "¥900", "10", "20", "30", "40", "-5", "0", "", "x")

    assert found.good == (True, True, *[False] * 6, None, None)
    assert found.bad[0].line == 11


def test_equal_worth_is_never_parted_and_nothing_is_never_good() -> None:
    assert told(Goodness(worth="x"), *["5"] * 8).good == (False,) * 8
    assert told(Goodness(worth="x"), *["0"] * 4, "-1").good == (False,) * 5
    assert told(Goodness(worth="x")).good == ()


def test_a_label_that_cannot_be_told_names_what_it_holds() -> None:
    with pytest.raises(ConfigError) as raised:
        told(Goodness("x"), "north", "south")

    assert raised.value.code == "BBM-LN-003"
    assert "north, south" in raised.value.hint


def test_without_any_column_nothing_is_good() -> None:
    with pytest.raises(ConfigError) as raised:
        told(Goodness(), "a")

    assert raised.value.code == "BBM-LN-002"
