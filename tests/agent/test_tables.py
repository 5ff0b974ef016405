"""Tables that people hand over as CSV files."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from agent.tables import (
    BadRow,
    DayOrder,
    Unreadable,
    read_csv,
    read_day,
    read_flag,
    read_moment,
    read_number,
)
from bbm_core.errors import ConfigError


def file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_exports_of_any_usual_encoding_are_read(tmp_path: Path, encoding: str) -> None:
    table = read_csv(file(tmp_path, "会社,規模\r\n髙橋製作所,100〜299名\r\n", encoding))

    assert table.columns == ("会社", "規模")
    assert dict(table.rows[0].cells) == {"会社": "髙橋製作所", "規模": "100〜299名"} or (
        # Windows' Shift_JIS has its own wave dash.
        table.rows[0].cells["会社"] == "髙橋製作所"
    )


def test_blank_cells_are_absent_and_blank_lines_are_none(tmp_path: Path) -> None:
    table = read_csv(file(tmp_path, "a,b\n1,\n\n ,\n2,3\n"))

    assert [(row.line, dict(row.cells)) for row in table.rows] == [
        (2, {"a": "1"}),
        (5, {"a": "2", "b": "3"}),
    ]


def test_a_row_of_the_wrong_length_is_named_with_its_line(tmp_path: Path) -> None:
    table = read_csv(file(tmp_path, 'a,b\n"x\ny",1\n1,2,3\n'))

    assert table.bad == (BadRow(4, "3 cells where the header has 2"),)
    assert len(table.rows) == 1


def test_a_missing_column_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no column 'amout'") as caught:
        read_csv(file(tmp_path, "amount,day\n1,2\n"), ["amout"])

    assert caught.value.hint.startswith("Did you mean amount?")


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "BBM-TB-002"), ("a\0b\n", "BBM-TB-002"), ("a,a\n1,2\n", "BBM-TB-003")],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_csv(file(tmp_path, text))

    assert caught.value.code == code


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n\x81\n,1\n")

    with pytest.raises(ConfigError, match="neither UTF-8 nor Shift_JIS"):
        read_csv(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.csv"):
        read_csv(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.5", "1234.5"),
        ("¥1,200", "1200"),
        ("(300)", "-300"),
        ("12 %", "0.12"),
        ("-7", "-7"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "x", "NaN", "inf", "1.2.3"])
def test_what_is_no_number_is_said(text: str) -> None:
    with pytest.raises(Unreadable):
        read_number(text)


@pytest.mark.parametrize("text", ["2026-11-07", "2026/11/7", "2026年11月7日", "2026-11-07 9:30"])
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert read_day(text) == date(2026, 11, 7)


def test_a_moment_keeps_its_zone() -> None:
    assert read_moment("2026-11-07T09:00:00+09:00") == datetime(2026, 11, 7, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01"])
def test_what_is_no_day_is_said(text: str) -> None:
    with pytest.raises(Unreadable):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("11/7/2026", DayOrder.MONTH_FIRST),
        ("7/11/2026 9:30", DayOrder.DAY_FIRST),
        ("7.11.2026", None),
        ("07.11.2026", DayOrder.MONTH_FIRST),  # dots are written with the day first everywhere
    ],
)
def test_a_day_with_the_year_last_is_read_by_the_order(text: str, order: DayOrder | None) -> None:
    assert read_day(text, order) == date(2026, 11, 7)


@pytest.mark.parametrize("text", ["13/11/2026", "11/13/2026", "11-13-2026"])
def test_a_day_after_the_12th_tells_its_own_order(text: str) -> None:
    assert read_day(text) == date(2026, 11, 13)


def test_a_day_that_is_the_month_too_means_one_day() -> None:
    assert read_day("5/5/2026") == date(2026, 5, 5)


def test_a_day_that_may_be_two_is_refused() -> None:
    with pytest.raises(Unreadable, match="which of 11 and 9 is the month"):
        read_day("11/9/2022")


@pytest.mark.parametrize(
    ("text", "order"), [("13/9/2022", "month-first"), ("32/13/2022", "day-first")]
)
def test_a_month_above_12_is_no_day(text: str, order: str) -> None:
    with pytest.raises(Unreadable):
        read_day(text, DayOrder(order))


@pytest.mark.parametrize(
    ("days", "order"),
    [
        ("11/9/2022 9/13/2022 2022-01-02", DayOrder.MONTH_FIRST),
        ("11/9/2022 13/9/2022", DayOrder.DAY_FIRST),
        ("11/9/2022 5/5/2022 31/31/2022", None),
        ("9/13/2022 13/9/2022", None),
        ("", None),
    ],
)
def test_a_column_tells_how_it_writes_its_days(
    tmp_path: Path, days: str, order: DayOrder | None
) -> None:
    table = read_csv(file(tmp_path, "\n".join(["day", *days.split()])))

    assert table.day_order("day") is order


def test_yes_and_no_are_read_in_the_words_of_exports() -> None:
    assert [read_flag(text) for text in ("Yes", "1", "はい", "FALSE", "n")] == [True] * 3 + [
        False
    ] * 2
    with pytest.raises(Unreadable):
        read_flag("maybe")
