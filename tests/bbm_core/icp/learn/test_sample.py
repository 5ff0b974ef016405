"""Samples fit together, rows of one account count as fewer, copies are found."""

import pytest

from bbm_core.icp.learn.sample import Attribute, Sample, design_effect, one_of_each


def test_an_attribute_that_lacks_values_is_refused() -> None:
    with pytest.raises(ValueError, match="one value a row"):
        Sample((Attribute("a", ["x"]),), [True, False])
    with pytest.raises(ValueError, match="one value a row"):
        Sample((), [True], clusters=["a", "b"])


def test_a_sample_without_an_attribute_keeps_the_rest() -> None:
    one = Sample((Attribute("a", ["x"]), Attribute("b", ["y"])), [True])

    assert [left.name for left in one.without(["a"]).attributes] == ["b"]


def test_rows_that_always_end_alike_count_as_one() -> None:
    good = [place < 20 for place in range(40)]

    assert design_effect(good, [str(place // 4) for place in range(40)]) == pytest.approx(4)
    assert design_effect(good, [str(place) for place in range(40)]) == 1
    assert design_effect(good, None) == 1


def test_accounts_that_end_as_if_each_row_were_alone_count_in_full() -> None:
    good = [place % 2 == 0 for place in range(40)]

    assert design_effect(good, [str(place // 2) for place in range(40)]) == 1
    assert design_effect([True, True], ["a", "a"]) == 1
    assert design_effect([], []) == 1


def test_copies_are_found_where_a_column_names_the_row() -> None:
    rows = [{"id": "1", "a": "x"}, {"id": "2", "a": "x"}, {"id": "1", "a": "x"}]

    assert list(one_of_each(rows)) == [0, 1]


def test_customers_that_are_alike_are_no_copies() -> None:
    rows = [{"a": "x", "b": "y"}, {"a": "x", "b": "z"}, {"a": "w", "b": "y"}, {"a": "x", "b": "y"}]

    assert list(one_of_each(rows)) == [0, 1, 2, 3]
    assert list(one_of_each([])) == []
