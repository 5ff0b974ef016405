"""Ids: shape, checksum, order."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.salesforce.ids import IdSeries, canonical, checksum

SHORT = st.text(string.ascii_letters + string.digits, min_size=15, max_size=15)


def test_a_known_id_gets_its_known_checksum() -> None:
    assert checksum("001D000000IRFma") == "IAH"


@given(SHORT)
def test_the_long_form_is_reached_from_both_forms(short: str) -> None:
    long = short + checksum(short)

    assert canonical(short) == canonical(long) == long


@given(SHORT, SHORT)
def test_ids_that_differ_only_in_case_differ_in_their_long_forms_without_case(
    one: str, other: str
) -> None:
    same = (one + checksum(one)).lower() == (other + checksum(other)).lower()

    assert same == (one == other)


@pytest.mark.parametrize("text", ["", "00Q", "00Q5g00000000-1", "00Q5g000000000100000"])
def test_what_is_no_id_has_no_canonical_form(text: str) -> None:
    assert canonical(text) is None


@given(st.integers(min_value=2, max_value=300))
def test_a_series_ascends_and_keeps_its_prefix(count: int) -> None:
    series = IdSeries()

    made = [series.next("00Q") for _ in range(count)]

    assert made == sorted(set(made))
    assert all(canonical(one) == one and one.startswith("00Q") for one in made)
