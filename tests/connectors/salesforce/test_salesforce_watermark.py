"""A watermark says where a pull stands, to this connector alone."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.records import Watermark
from connectors.errors import ConfigError
from connectors.salesforce import watermark
from connectors.salesforce.soql import Window

MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))
WINDOWS = st.builds(Window, st.none() | MOMENTS, MOMENTS, MOMENTS, st.just("00Q5g00000AbCdEAA0"))


@given(MOMENTS)
def test_at_rest_it_tells_what_is_covered(high: datetime) -> None:
    mark = watermark.resting(high)

    assert watermark.covered(mark) == high
    assert watermark.interrupted(mark) is None


@given(WINDOWS)
def test_inside_a_window_it_tells_all_of_it(window: Window) -> None:
    assert watermark.interrupted(watermark.inside(window)) == window


@pytest.mark.parametrize("id_", ["x", "00Q5g00000AbCdE' OR Id > '", "00Q5g00000AbCdEEAV "])
def test_nothing_but_an_id_gets_from_a_watermark_into_a_query(id_: str) -> None:
    with pytest.raises(ConfigError):
        watermark.interrupted(Watermark(json.dumps({"high": "2026-11-02T00:00:00Z", "id": id_})))


@pytest.mark.parametrize("strange", ["", "17", "{}", '{"high": "soon"}', '{"high": 1, "x": 2}'])
def test_a_foreign_watermark_is_refused_with_words(strange: str) -> None:
    with pytest.raises(ConfigError) as caught:
        watermark.covered(Watermark(strange))

    assert caught.value.code == "BBM-SF-042"
