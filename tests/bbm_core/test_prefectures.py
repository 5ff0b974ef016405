"""Prefectures under every name that addresses give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.places import PREFECTURES, ROMAJI
from bbm_core.prefectures import prefecture_code


def test_there_are_forty_seven() -> None:
    assert len(set(PREFECTURES)) == 47
    assert set(ROMAJI.values()) == set(range(1, 48))


@pytest.mark.parametrize(("number", "name"), [*enumerate(PREFECTURES, 1)])
def test_each_is_known_long_and_short_and_before_an_address(number: int, name: str) -> None:
    short = name if name == "北海道" else name[:-1]

    for text in (name, short, f"{name}中央1-2", f"〒100-0001 {name}", f"日本、{name}"):
        assert prefecture_code(text) == f"{number:02}", text


@pytest.mark.parametrize(("romaji", "number"), sorted(ROMAJI.items()))
def test_each_is_known_in_latin_letters(romaji: str, number: int) -> None:
    for text in (romaji, romaji.upper(), f"Chuo, {romaji.title()}, Japan", f"{romaji}-ken"):
        assert prefecture_code(text) == f"{number:02}", text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tōkyō-to", "13"),
        ("Ōsaka", "27"),
        ("ＴＯＫＹＯ", "13"),
        ("大阪市福島区", "27"),
        ("京都市左京区", "26"),
        ("東京都", "13"),
        ("JP-01", "01"),
        ("JP-47", "47"),
        ("JP-48", None),
        ("JP-00", None),
        ("長野原町", None),
        ("日本橋", None),
        ("Fukushima-ku, Osaka", None),
        ("California", None),
        ("", None),
    ],
)
def test_spellings_and_what_only_looks_like_one(text: str, code: str | None) -> None:
    assert prefecture_code(text) == code


@given(st.text(max_size=30))
def test_any_text_has_a_code_or_none(text: str) -> None:
    code = prefecture_code(text)

    assert code is None or 1 <= int(code) <= 47
