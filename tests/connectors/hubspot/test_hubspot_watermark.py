"""A watermark comes back as it went out, and a strange one is not guessed at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.records import Watermark
from connectors.errors import ConfigError
from connectors.hubspot.watermark import (
    Covered,
    InParts,
    InWindow,
    Loading,
    Part,
    mark_of,
    watermark_of,
)

STAMPS = st.integers(0, 10**14)
PARTS = st.builds(Part, after=st.text(max_size=20), low=STAMPS, end=st.none() | STAMPS)
MARKS = st.one_of(
    st.builds(Loading, began=STAMPS, after=st.text(max_size=40)),
    st.builds(InParts, began=STAMPS, parts=st.lists(PARTS, min_size=1, max_size=9).map(tuple)),
    st.builds(Covered, until=STAMPS, swept=STAMPS),
    st.builds(InWindow, until=STAMPS, swept=STAMPS, low=STAMPS, high=STAMPS, last=STAMPS),
)


@given(MARKS)
def test_a_mark_survives_being_kept(mark: Loading | InParts | Covered | InWindow) -> None:
    assert mark_of(watermark_of(mark)) == mark


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "2026-11-02",
        '{"step":"covered"}',
        '{"step":"loading","began":1}',
        '{"step":"parts","began":1,"parts":[]}',
    ],
)
def test_a_strange_watermark_asks_to_start_over(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        mark_of(Watermark(text))

    assert "--full" in caught.value.hint
