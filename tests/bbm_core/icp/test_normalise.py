"""What is the same text, company, domain, number and date, however it was typed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.normalise import (
    TEXT_LIMIT,
    clean_text,
    company_key,
    domain_of,
    has_words,
    is_free_mail,
    is_within_domain,
    normalise_text,
    parse_date,
    tokens,
    valid_corporate_number,
)

ANY_TEXT = st.text(st.characters(), max_size=60)  # lone surrogates included


@pytest.mark.parametrize(
    "text", ["営業部VP", "VP営業", "ＶＰ", "vp_sales", "VP\u00a0Sales", "(VP)", "vp\u200bsales"]
)
def test_a_word_is_found_however_it_is_joined_to_its_neighbours(text: str) -> None:
    assert has_words(normalise_text(text), "vp")


@pytest.mark.parametrize("text", ["VP2", "évp", "e\u0301vp", "vpn", "SVP"])
def test_a_word_is_not_found_inside_another_word(text: str) -> None:
    assert not has_words(normalise_text(text), "vp")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ｶﾞｰﾄﾞ", "ガード"),
        ("İstanbul", "istanbul"),
        ("STRASSE", "straße"),
        ("e\u0301cole", "ÉCOLE"),
        ("Retail,  Wholesale & Manufacturing", "retail wholesale manufacturing"),
        ("\u202eabc\u202c", "abc"),
        ("100\u2013499", "100-499"),
        ("１００", "100"),
    ],
)
def test_texts_that_people_call_the_same_are_the_same(one: str, other: str) -> None:
    assert normalise_text(one) == normalise_text(other)


@pytest.mark.parametrize(("one", "other"), [("<15", ">15"), ("C++", "C#"), ("1000+", "1000")])
def test_signs_that_carry_meaning_are_kept(one: str, other: str) -> None:
    assert normalise_text(one) != normalise_text(other)


def test_words_of_a_text_are_listed_in_order() -> None:
    assert tokens("第1営業部 Sales-Dept") == ("第", "1", "営業部", "sales", "dept")


def test_a_text_without_letters_or_digits_has_no_words() -> None:
    assert [normalise_text(text) for text in ("", "---", "🎉", "?!", "\ud83d")] == [""] * 5


def test_long_texts_are_normalised_like_short_ones() -> None:
    assert normalise_text("ＡＢ " * 1000) == " ".join(["ab"] * 1000)


@given(ANY_TEXT)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise_text(text)

    assert normalise_text(once) == once


@given(ANY_TEXT)
def test_case_of_ascii_and_outer_blanks_never_matter(text: str) -> None:
    swapped = "".join(c.swapcase() if c.isascii() else c for c in text)

    assert normalise_text(f" {swapped}\t") == normalise_text(text)


@pytest.mark.parametrize(
    "name",
    [
        "株式会社北物流",
        "(株)北物流",
        "㈱北物流",
        "北物流（株）",
        "北物流株式会社",
        "北物流　株式会社",
        "有限会社北物流",
        "北物流合同会社",
    ],
)
def test_a_japanese_company_is_the_same_with_any_form_on_either_side(name: str) -> None:
    assert company_key(name) == "北物流"


@pytest.mark.parametrize(
    "name",
    [
        "Kita Logistics K.K.",
        "Kita Logistics Co., Ltd.",
        "KITA LOGISTICS INC",
        "Kita Logistics GmbH & Co. KG",
        "Kita Logistics, L.L.C.",
        "kita-logistics Kabushiki Kaisha",
    ],
)
def test_a_company_is_the_same_with_any_latin_form_behind_it(name: str) -> None:
    assert company_key(name) == "kita logistics"


@pytest.mark.parametrize(("name", "key"), [("株式会社", "株式会社"), ("Inc.", "inc")])
def test_a_name_of_nothing_but_forms_is_kept(name: str, key: str) -> None:
    assert company_key(name) == key


def test_forms_inside_a_name_are_part_of_it() -> None:
    assert company_key("Inc Research Labs") == "inc research labs"


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Sato@Example.CO.JP", "example.co.jp"),
        ("mailto:a@x.example", "x.example"),
        ("https://www.example.com/path?q=1#top", "example.com"),
        ("http://user:secret@shop.example.com:8080/", "shop.example.com"),
        ("example.com.", "example.com"),
        ("ａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"),
        ("user@日本.jp", "日本.jp"),
    ],
)
def test_the_domain_is_read_from_addresses_and_urls(text: str, domain: str) -> None:
    assert domain_of(text) == domain


@pytest.mark.parametrize(
    "text", ["", "foo", "a@b", "http://10.0.0.1/", "a@x.com; b@y.com", "a b.com", "-.com", "@"]
)
def test_what_is_no_domain_has_none(text: str) -> None:
    assert domain_of(text) is None


@given(ANY_TEXT)
def test_reading_a_domain_never_fails(text: str) -> None:
    domain = domain_of(text)

    assert domain is None or "." in domain


def test_a_domain_is_within_itself_and_its_parents_only() -> None:
    assert is_within_domain("mail.example.com", "example.com")
    assert is_within_domain("example.com", "example.com")
    assert not is_within_domain("notexample.com", "example.com")


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.jp", "outlook.de", "docomo.ne.jp"])
def test_free_mail_is_known(domain: str) -> None:
    assert is_free_mail(domain)


@pytest.mark.parametrize("domain", ["example.com", "live.nation.com", "outlook.example.com"])
def test_company_mail_is_not_free_mail(domain: str) -> None:
    assert not is_free_mail(domain)


@pytest.mark.parametrize(
    "text", ["7000012050002", "1180301018771", "７０００-０１２０５０００２", " T7000012050002 "]
)
def test_a_corporate_number_with_the_right_check_digit_is_valid(text: str) -> None:
    assert valid_corporate_number(text)


@pytest.mark.parametrize("text", ["", "700001205000", "70000120500021", "7000012050003", "七"])
def test_anything_else_is_no_corporate_number(text: str) -> None:
    assert not valid_corporate_number(text)


@given(st.integers(0, 10**12 - 1), st.integers(1, 9))
def test_exactly_one_check_digit_is_right(base: int, wrong_by: int) -> None:
    valid = [d for d in range(10) if valid_corporate_number(f"{d}{base:012d}")]

    assert len(valid) == 1
    assert valid[0] in range(1, 10)
    assert not valid_corporate_number(f"{(valid[0] + wrong_by) % 10}{base:012d}")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03",
        "2026/11/3",
        "2026.11.03",
        "2026年11月3日",
        "２０２６年１１月３日",
        "2026-11-03T10:00:00Z",
        " 2026-11-03 10:00 ",
    ],
)
def test_a_day_is_read_year_first(text: str) -> None:
    assert parse_date(text) == date(2026, 11, 3)


@pytest.mark.parametrize("text", ["", "11/03/2026", "2026-13-01", "2026-02-30", "2026-11", "x"])
def test_other_days_are_not_guessed(text: str) -> None:
    assert parse_date(text) is None


@given(ANY_TEXT)
def test_clean_text_can_be_encoded_and_holds_no_control_characters(text: str) -> None:
    cleaned = clean_text(text)

    cleaned.encode("utf-8")
    assert not any(ord(c) < 32 and c not in "\t\n\r" for c in cleaned)


def test_clean_text_cuts_huge_texts_and_leaves_ordinary_ones() -> None:
    assert len(clean_text("あ" * 1_000_000)) == TEXT_LIMIT
    assert clean_text("行1\n行2\tx\x00\x07\ud83d") == "行1\n行2\tx"
