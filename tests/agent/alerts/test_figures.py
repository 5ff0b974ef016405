"""How figures and names look."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.alerts.figures import (
    band_range,
    cut,
    foreign,
    hours,
    moment,
    percent,
    period_range,
    points,
    width,
)
from agent.alerts.terminal import wrap
from bbm_core.balance.band import Band, Origin
from bbm_core.balance.tally import Period


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.2131, "21.3%"), (0.2, "20.0%"), (Fraction(1, 3), "33.3%"), (Fraction(1, 16), "6.3%")],
)
def test_a_rate_has_one_decimal(share: float | Fraction, text: str) -> None:
    assert percent(share) == text


def test_no_rate_is_a_dash() -> None:
    assert percent(None) == "–"


def test_points_are_signed_in_each_language() -> None:
    assert [points(Fraction(n, 1000), "en") for n in (-116, 0, 4)] == [
        "−11.6 pp",
        "±0.0 pp",
        "+0.4 pp",
    ]
    assert points(-0.116, "ja") == "−11.6pt"


def test_a_band_shows_decimals_where_it_needs_them() -> None:
    assert band_range(Band(0.28, 0.38, Origin.CONFIGURED), "en") == "28–38%"
    assert band_range(Band(0.28, 0.38, Origin.CONFIGURED), "ja") == "28〜38%"
    assert band_range(Band(0.264, 0.38, Origin.CONFIGURED), "en") == "26.4–38.0%"


def test_a_band_without_a_cap_shows_its_lower_end() -> None:
    band = Band(0.264, 0.38, Origin.BASELINE, capped=False)

    assert band_range(band, "en") == "26.4% or more"
    assert band_range(band, "ja") == "26.4%以上"


def test_a_period_reads_from_its_first_to_its_last_day() -> None:
    period = Period(date(2026, 10, 26), date(2026, 11, 16))
    across = Period(date(2025, 12, 29), date(2026, 1, 5))

    assert period_range(period, "en") == "26 Oct – 22 Nov 2026"
    assert period_range(across, "en") == "29 Dec 2025 – 11 Jan 2026"
    assert period_range(period, "ja") == "2026/10/26〜2026/11/22"


def test_a_moment_names_its_zone() -> None:
    at = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)

    assert moment(at, "en") == "22 Nov 2026 14:05 UTC"
    assert moment(at, "ja") == "2026/11/22 14:05 UTC"


def test_hours_are_whole() -> None:
    assert hours(Decimal("1119.5")) == "1,120"


def test_wide_and_combining_signs_take_the_columns_they_take() -> None:
    assert width("ICP率") == 5
    assert width("e\u0301") == 1


def test_text_is_cut_at_a_word_or_where_the_limit_falls() -> None:
    assert cut("short", 10) == "short"
    assert cut("several words here", 15) == "several words…"
    assert cut("x" * 20, 10) == "x" * 9 + "…"


@given(st.text(max_size=200))
def test_a_foreign_name_is_one_short_line_without_unseen_signs(name: str) -> None:
    seen = foreign(name)

    assert len(seen) <= 80
    assert seen.isprintable()
    assert seen == seen.strip()


def test_a_word_longer_than_a_line_is_broken() -> None:
    lines = wrap("see https://" + "x" * 150, 100, "  ")

    assert max(width(line) for line in lines) <= 100
    assert "".join(line.strip() for line in lines) == "see https://" + "x" * 150


words = st.text(st.sampled_from("ab 漢字。、("), max_size=200)


@given(words, st.integers(20, 60))
def test_no_line_is_wider_than_asked_and_no_sign_is_lost(text: str, columns: int) -> None:
    lines = wrap(text, columns, "  ")

    # A sign that may not begin a line hangs over by one; a long word is cut at eighty columns.
    pieces = max((width(word) for word in text.split()), default=0)
    assert all(width(line) <= max(columns, pieces) + 4 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
