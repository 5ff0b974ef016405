"""Pages go on as long as there is a cursor."""

from collections.abc import Mapping
from typing import Any

import pytest

from connectors.errors import MalformedAnswer
from connectors.hubspot.pages import every_row
from tests.connectors.hubspot.portal_pulls import next_page

PAGES: Mapping[str, dict[str, Any]] = {
    "": {"results": [{"id": "1"}], "paging": next_page("a")},
    "a": {"results": [], "paging": next_page("b")},
    "b": {"results": [{"id": "2"}]},
}


def test_an_empty_page_is_not_the_last_one() -> None:
    assert [row["id"] for row in every_row(PAGES.__getitem__)] == ["1", "2"]


def test_a_page_that_leads_back_to_itself_stops_the_reading() -> None:
    with pytest.raises(MalformedAnswer, match="points back"):
        list(every_row(lambda _: {"results": [], "paging": next_page("a")}))
