"""Rows become drafts: times in any usual form, statuses from a column or from flags."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.loading.drafts import Unusable, draft, read_time
from sandbox.loading.mapping import Section, Status

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 2, tzinfo=UTC)
FLAGS = Status(
    is_closed="closed", is_won="won", first="Open", since="at", won=("Won",), lost=("Lost",)
)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-06-06T01:23:43Z", datetime(2021, 6, 6, 1, 23, 43, tzinfo=UTC)),
        ("2021-06-06", datetime(2021, 6, 5, 15, tzinfo=UTC)),
        ("2021/6/6", datetime(2021, 6, 5, 15, tzinfo=UTC)),
        ("2021年6月6日", datetime(2021, 6, 5, 15, tzinfo=UTC)),
        ("2021/06/06 9:05", datetime(2021, 6, 6, 0, 5, tzinfo=UTC)),
        ("2021-06-06 09:05:01.5+09:00", datetime(2021, 6, 6, 0, 5, 1, 500_000, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_exports_write_them(text: str, moment: datetime) -> None:
    assert read_time(text, TOKYO) == moment


@pytest.mark.parametrize("text", ["yesterday", "06/07/2021", "2021-13-01", "44352", "-"])
def test_what_could_mean_two_days_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_time(text, TOKYO)


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_any_time_in_iso_8601_is_read_back(moment: datetime) -> None:
    assert read_time(moment.isoformat(), TOKYO) == moment


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"closed": "FALSE", "won": "FALSE"}, ("Open", None)),
        ({"closed": "TRUE", "won": "TRUE", "at": "2026-05-01"}, ("Won", "Open")),
        ({"closed": "1", "won": "no", "at": "2026-05-01"}, ("Lost", "Open")),
        ({"won": "yes"}, ("Won", None)),
        ({}, ("Open", None)),
    ],
)
def test_flags_choose_the_status(cells: dict[str, str], expected: tuple[str, str | None]) -> None:
    section = Section(created="made", status=FLAGS)

    made = draft(section, {"made": "2026-04-01", **cells}, "1", TOKYO, NOW)

    assert (made.status, made.first) == expected


def test_a_status_column_is_renamed_and_may_be_blank() -> None:
    section = Section(status=Status(column="stage", values={"新規": "Prospecting"}))

    named, as_it_is, blank = (
        draft(section, cells, "1", TOKYO, NOW).status
        for cells in ({"stage": "新規"}, {"stage": "Other"}, {})
    )

    assert (named, as_it_is, blank) == ("Prospecting", "Other", None)


def test_a_blank_creation_means_when_it_is_loaded() -> None:
    assert draft(Section(created="made"), {}, "1", TOKYO, NOW).created == NOW


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"made": "soon"}, "made: 'soon' is no date and no time"),
        ({"made": "2027-01-01"}, "created 2026-12-31 lies after the sandbox's clock"),
        (
            {"made": "2026-05-02", "closed": "1", "at": "2026-04-01"},
            "since 2026-03-31 lies before it was created",
        ),
    ],
)
def test_times_that_cannot_be_make_a_row_unusable(cells: dict[str, str], reason: str) -> None:
    with pytest.raises(Unusable) as unusable:
        draft(Section(created="made", status=FLAGS), cells, "1", TOKYO, NOW)

    assert str(unusable.value) == reason
