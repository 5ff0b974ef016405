"""Verdicts in words: the grammar in both languages, the cut, and what is never shown."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.classify import Flag, Verdict, and_hot, classify
from bbm_core.icp.display import printable, shorten, shown, width
from bbm_core.icp.engagement import Heat, Share
from bbm_core.icp.explain import (
    Decision,
    breakdown,
    flag_text,
    missing_line,
    override_line,
    reason_line,
)
from bbm_core.icp.profile import Label, Lang, Profile
from bbm_core.records import Value

TODAY = date(2026, 11, 3)
BILINGUAL = Profile.model_validate(
    {
        "name": "core",
        "criteria": [
            {
                "id": "size",
                "label": {"en": "Employees", "ja": "従業員数"},
                "unit": {"ja": "名"},
                "attribute": "employees",
                "role": "plus",
                "points": 30,
                "at_least": 300,
            },
            {
                "id": "industry",
                "label": {"en": "Industry", "ja": "業種"},
                "attribute": "industry",
                "role": "plus",
                "points": 25,
                "in": ["Logistics", "物流", "Manufacturing", "製造"],
            },
            {
                "id": "director",
                "label": {"en": "Director", "ja": "部長"},
                "attribute": "is_director",
                "role": "plus",
                "points": 15,
                "is_true": True,
                "on_missing": "neutral",
            },
            {
                "id": "region",
                "label": {"en": "Region", "ja": "地域"},
                "attribute": "region",
                "role": "plus",
                "points": 10,
                "in": ["Kanto", "関東"],
            },
            {
                "id": "erp",
                "label": "ERP",
                "attribute": "erp",
                "role": "plus",
                "points": 20,
                "is_set": True,
            },
            {
                "id": "stale",
                "label": {"en": "Last contact", "ja": "最終接触"},
                "attribute": "contacted",
                "role": "minus",
                "points": 10,
                "older_than_days": 365,
                "on_missing": "neutral",
            },
            {
                "id": "competitors",
                "label": {"en": "Competitor", "ja": "競合企業"},
                "attribute": "competitor",
                "role": "exclude",
                "is_true": True,
                "on_missing": "miss",
            },
        ],
    }
)
GOOD: dict[str, Value] = {
    "employees": 1200,
    "industry": "Logistics",
    "is_director": True,
    "region": "Kanto",
    "erp": "yes",
}


def profile(*criteria: dict[str, Any], **others: Any) -> Profile:
    return Profile.model_validate({"name": "p", "criteria": list(criteria), **others})


def judge(attributes: dict[str, Value], judged_by: Profile = BILINGUAL) -> Verdict:
    return classify(attributes, [judged_by], TODAY)


def test_a_yes_tells_what_adds_most_first() -> None:
    verdict = judge(GOOD)

    assert reason_line(verdict) == (
        "100. Employees 1,200 (+30), Industry = Logistics (+25), ERP (+20), Director (+15), "
        "Region = Kanto (+10)."
    )
    assert reason_line(judge(GOOD | {"industry": "物流", "region": "関東"}), "ja") == (
        "100点。従業員数1,200名(+30)、業種=物流(+25)、ERP(+20)、部長(+15)、地域=関東(+10)。"
    )


def test_a_yes_names_what_takes_points_away_but_not_what_merely_adds_none() -> None:
    verdict = judge(GOOD | {"contacted": date(2025, 1, 31), "region": "Tokai"})

    assert reason_line(verdict) == (
        "80. Employees 1,200 (+30), Industry = Logistics (+25), ERP (+20), Director (+15). "
        "Last contact 2025-01-31 (-10)."
    )
    assert reason_line(verdict, "ja").endswith("。最終接触2025/01/31(-10)。")


def test_a_no_names_what_adds_none() -> None:
    verdict = judge({"employees": 12, "industry": "Retail", "region": "Kanto"})

    assert reason_line(verdict) == (
        "10. Region = Kanto (+10). Employees 12 (0), Industry = Retail (0), ERP (0)."
    )
    assert reason_line(verdict, "ja") == (
        "10点。地域=Kanto(+10)。従業員数12名(0)、業種=Retail(0)、ERP(0)。"
    )


def test_a_decided_verdict_still_names_what_is_missing() -> None:
    verdict = judge({"employees": 1200, "industry": "Logistics", "is_director": True})

    assert verdict.flag is Flag.YES
    assert reason_line(verdict).endswith("Director (+15). Missing: Region.")
    assert reason_line(verdict, "ja").endswith("部長(+15)。不足:地域。")


def test_an_unknown_says_how_far_the_score_could_reach() -> None:
    verdict = judge({"region": "関東", "is_director": True, "erp": "x"})

    assert reason_line(verdict) == (
        "Not yet classifiable: Employees and Industry are empty (could reach 45-100). "
        "So far 45: ERP (+20), Director (+15), Region = 関東 (+10)."
    )
    assert reason_line(verdict, "ja") == (
        "判定不能:従業員数と業種が未入力(45〜100点になり得ます)。"
        "現在45点:ERP(+20)、部長(+15)、地域=関東(+10)。"
    )


@pytest.mark.parametrize(
    ("employees", "industry", "en", "ja"),
    [
        (None, "Logistics", "Employees is empty (", "従業員数が未入力("),
        ("100-499", "Logistics", "Employees is not clear enough (", "従業員数では判定できません("),
        (
            "100-499",
            None,
            "Employees and Industry are empty or not clear enough (",
            "従業員数と業種が未入力または不明確(",
        ),
        (
            "100-499",
            "🎉",
            "Employees and Industry are not clear enough (",
            "従業員数と業種では判定できません(",
        ),
    ],
)
def test_an_unknown_says_whether_data_is_missing_or_unclear(
    employees: str | None, industry: str | None, en: str, ja: str
) -> None:
    given = {"employees": employees, "industry": industry, "region": "Kanto", "erp": "x"}
    verdict = judge({name: value for name, value in given.items() if value is not None})

    assert verdict.flag is Flag.UNKNOWN
    assert en in reason_line(verdict)
    assert ja in reason_line(verdict, "ja")


def test_an_unknown_exclude_has_no_range_to_reach_and_may_have_no_points() -> None:
    judged_by = profile(
        {"id": "must", "attribute": "a", "role": "must", "equals": "x"},
        {"id": "bar", "attribute": "b", "role": "exclude", "equals": "x"},
    )
    undecided = judge({"a": "x", "b": "---"}, judged_by)

    assert reason_line(undecided) == (
        "Not yet classifiable: Bar is not clear enough (could reach 0-100). So far 0: Must = x."
    )


def test_a_range_of_one_score_is_left_out() -> None:
    judged_by = profile(
        {"id": "plus", "attribute": "a", "role": "plus", "points": 1, "equals": "x"},
        {"id": "bar", "attribute": "b", "role": "exclude", "equals": "x"},
    )

    assert reason_line(judge({"a": "x"}, judged_by)) == (
        "Not yet classifiable: Bar is empty. So far 100: Plus = x (+100)."
    )


def test_an_undecided_record_of_which_nothing_is_known_has_no_points_to_tell() -> None:
    judged_by = profile(
        {"id": "a", "attribute": "a", "role": "plus", "points": 1, "equals": "x"},
        {"id": "b", "attribute": "a", "role": "minus", "points": 1, "equals": "y"},
    )

    assert reason_line(judge({}, judged_by)) == (
        "Not yet classifiable: A is empty (could reach 0-100)."
    )


def test_what_is_taken_away_so_far_is_told() -> None:
    judged_by = profile(
        {"id": "plus", "attribute": "a", "role": "plus", "points": 2, "equals": "x"},
        {"id": "minus", "attribute": "b", "role": "minus", "points": 1, "equals": "x"},
        threshold=50,
    )

    assert reason_line(judge({"b": "x"}, judged_by)).endswith("So far -50: Minus = x (-50).")


def test_an_exclusion_names_its_rule() -> None:
    verdict = judge(GOOD | {"competitor": True})

    assert reason_line(verdict) == 'Excluded: Competitor (rule "competitors").'
    assert reason_line(verdict, "ja") == "対象外:競合企業(ルール「competitors」)。"


def test_a_missed_must_names_its_rule_and_value() -> None:
    judged_by = profile(
        {"id": "size", "attribute": "n", "role": "must", "at_least": 300, "unit": {"ja": "名"}},
        {"id": "kind", "attribute": "k", "role": "must", "equals": "x", "on_missing": "miss"},
    )
    verdict = judge({"n": 12}, judged_by)

    assert reason_line(verdict) == (
        'Required, but not met: Size 12 (rule "size"), Kind empty (rule "kind").'
    )
    assert reason_line(verdict, "ja") == (
        "必須条件を満たしません:Size12名(ルール「size」)、Kind未入力(ルール「kind」)。"
    )


def test_a_profile_without_points_tells_what_is_met_without_brackets() -> None:
    judged_by = profile({"id": "size", "attribute": "n", "role": "must", "at_least": 300})

    assert reason_line(judge({"n": 1200}, judged_by)) == "100. Size 1,200."


def test_a_number_that_brings_its_own_unit_gets_no_second_one() -> None:
    verdict = judge(GOOD | {"employees": "約1,200名"})

    assert "従業員数約1,200名(+30)" in reason_line(verdict, "ja")


def test_an_english_unit_stands_a_blank_apart() -> None:
    judged_by = profile(
        {"id": "n", "attribute": "n", "role": "must", "at_least": 3, "unit": "people"}
    )

    assert reason_line(judge({"n": 5}, judged_by)) == "100. N 5 people."


# missing data


def test_missing_data_is_called_as_the_crm_calls_it() -> None:
    verdict = judge({"employees": 1200})
    labels = {"region": Label(en="Billing region", ja="請求先地域")}

    assert missing_line(verdict) == "Industry, Region"
    assert missing_line(verdict, labels) == "Industry, Billing region"
    assert missing_line(verdict, labels, "ja") == "業種、請求先地域"
    assert "Industry and Billing region are empty" in reason_line(verdict, labels=labels)


def test_nothing_missing_is_an_empty_line() -> None:
    assert missing_line(judge(GOOD)) == ""


def test_missing_data_is_called_by_what_asks_for_it_rather_than_by_what_bars_it() -> None:
    judged_by = profile(
        {"id": "bar", "attribute": "industry", "role": "exclude", "equals": "Education"},
        {"id": "industry", "attribute": "industry", "role": "plus", "points": 1, "equals": "x"},
    )

    assert missing_line(judge({}, judged_by)) == "Industry"


# decisions of people


def test_a_persons_decision_is_told_with_what_bbm_itself_says() -> None:
    decision = Decision(Flag.YES, "parent company is a key account", date(2026, 11, 30))
    verdict = judge({"employees": 12, "industry": "Retail", "region": "Kanto"})

    assert override_line(decision, verdict) == (
        'ICP by a person\'s decision (until 2026-11-30): "parent company is a key account". '
        "BBM says not ICP, 10."
    )
    assert override_line(decision, verdict, "ja") == (
        "人の判断でICP(2026/11/30まで)「parent company is a key account」。"
        "BBMの判定は非該当、10点。"
    )


def test_a_decision_needs_neither_reason_nor_end() -> None:
    assert override_line(Decision(Flag.NO), judge(GOOD)) == (
        "not ICP by a person's decision. BBM says ICP, 100."
    )


def test_a_long_reason_of_a_person_is_cut_so_that_bbms_own_word_stays() -> None:
    line = override_line(Decision(Flag.YES, "long " * 100), judge(GOOD))

    assert width(line) <= 255
    assert line.endswith('…". BBM says ICP, 100.')


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_flag_has_a_word(lang: Lang) -> None:
    assert len({flag_text(flag, lang) for flag in Flag}) == 3


# the breakdown


def test_the_breakdown_has_a_line_for_every_criterion() -> None:
    attributes: dict[str, Value] = {"employees": "100-499", "region": "Tokai", "erp": "x"}

    assert breakdown(judge(attributes)) == (
        "Employees 100-499: not known",
        "Industry empty: not known",
        "Director: not asked of this record",
        "Region = Tokai (0)",
        "ERP (+20)",
        "Last contact empty: not asked of this record",
        "Competitor: does not exclude",
    )
    assert breakdown(judge(attributes), "ja")[:2] == ("従業員数100-499名:不明", "業種未入力:不明")


def test_the_breakdown_tells_musts_and_excludes_in_words() -> None:
    judged_by = profile(
        {"id": "a", "attribute": "a", "role": "must", "equals": "x"},
        {"id": "b", "attribute": "b", "role": "must", "equals": "x"},
        {"id": "c", "attribute": "c", "role": "exclude", "equals": "x"},
        {"id": "d", "attribute": "d", "role": "must", "equals": "x", "points": 5},
    )

    assert breakdown(judge({"a": "x", "b": "y", "c": "x", "d": "x"}, judged_by)) == (
        "A = x: met",
        "B = y: required, but not met",
        "C = x: excludes",
        "D = x (+100)",
    )


# the cut


def test_a_line_is_cut_between_two_items_and_counts_the_rest() -> None:
    verdict = judge(GOOD)

    assert reason_line(verdict, limit=60) == "100. Employees 1,200 (+30) … +4 more."
    assert reason_line(verdict, "ja", limit=40) == "100点。従業員数1,200名(+30)…他4件。"
    assert missing_line(judge({}), limit=24) == "Employees … +2 more"


def test_an_undecided_line_that_is_cut_keeps_its_range() -> None:
    assert reason_line(judge({}), limit=75) == (
        "Not yet classifiable: Employees … +2 more are empty (could reach 0-65)."
    )


def test_a_line_of_which_no_item_fits_is_cut_as_a_text() -> None:
    assert reason_line(judge({}), limit=30) == "Not yet classifiable: Employe…"


@given(
    st.integers(0, 300),
    st.sampled_from(["en", "ja"]),
    st.sampled_from([{}, GOOD | {"industry": "🎉物流" * 30, "contacted": date(2020, 1, 1)}]),
)
def test_no_line_is_longer_than_its_field(
    limit: int, lang: Lang, attributes: dict[str, Value]
) -> None:
    verdict = judge(attributes)

    assert width(reason_line(verdict, lang, limit)) <= limit
    assert width(missing_line(verdict, None, lang, limit)) <= limit
    assert width(override_line(Decision(Flag.NO, "x" * 99), verdict, lang, limit)) <= limit


@given(
    st.dictionaries(
        st.sampled_from(["employees", "industry", "region", "erp", "contacted", "competitor"]),
        st.one_of(
            st.sampled_from([1200, "Logistics", "関東", True, date(2020, 1, 1)]),
            st.text(st.characters(), max_size=30),
        ),
    )
)
def test_the_points_in_brackets_sum_to_the_score_in_front(attributes: dict[str, Value]) -> None:
    verdict = judge(attributes)
    line = reason_line(verdict, limit=10_000)
    bracketed = sum(int(n) for n in re.findall(r"\(([+-]\d+)\)", line))

    if not (verdict.excluded_by or verdict.missed) and not re.search(
        r"\([+-]\d+\)", str(list(attributes.values()))
    ):
        assert bracketed == verdict.raw


@given(st.text(st.characters(), max_size=100))
def test_a_line_can_always_be_stored_and_printed(text: str) -> None:
    line = reason_line(judge(GOOD | {"region": text, "industry": "Logistics"}))

    line.encode("utf-8")
    assert "\n" not in line
    assert not any(ord(c) < 32 for c in line)


# values


@pytest.mark.parametrize(
    ("value", "operator", "text"),
    [
        (1200, "at_least", "1,200"),
        (Decimal("1234567.50"), "at_least", "1,234,567.5"),
        (Decimal("1E+999"), "at_least", "1E+999"),
        (1200, "in", "1,200"),
        (True, "equals", "true"),
        (date(2026, 11, 3), "equals", "2026-11-03"),
        ("2026年11月3日 10:00", "after", "2026-11-03"),
        ("soon", "after", "soon"),
        (("a", "b"), "in", "a, b"),
        ("a\u202e\nb\x00c", "in", "a bc"),
        ("sato@mail.example.com", "domain_in", "mail.example.com"),
        ("sato", "domain_in", None),
        ("sato@gmail.com", "free_mail", None),
        (True, "is_true", None),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: Value, operator: str, text: str | None) -> None:
    assert shown(value, operator) == text


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("ab cd", 4, "ab…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("👍🏽👍🏽", 5, "👍🏽…"),
        ("👩\u200d💻x", 4, "…"),
        ("🎉🎉", 3, "🎉…"),
    ],
)
def test_a_text_is_never_cut_inside_a_letter(text: str, limit: int, cut: str) -> None:
    assert shorten(text, limit) == cut


def test_an_emoji_counts_as_two_as_in_the_crm() -> None:
    assert width("a🎉あ") == 4


def test_signs_that_turn_the_direction_of_writing_are_not_shown() -> None:
    assert printable("\u202eevil\u202c ok\u200b") == "evil ok"
    assert printable("a\nb\x07c") == "a bc"
    assert printable("👩\u200d💻") == "👩\u200d💻"


# fit and heat

SHARES = (Share("meeting", 12, TODAY), Share("page_view", 2, TODAY), Share("call", 0, TODAY))
HOT = Heat(2, 14, 10, SHARES)
COLD = Heat(3, 14, 15, SHARES)
SILENT = Heat(4, 0, 15)
UNHEARD = Heat(None, 0, 15)
FITS: dict[str, Value] = {"employees": 1200, "industry": "Logistics", "region": "Kanto"}


@pytest.mark.parametrize(
    ("heat", "lang", "line"),
    [
        (HOT, "en", "{fit} Hot: 14 points of engagement, meeting (+12), page view (+2)."),
        (
            COLD,
            "en",
            (
                "Fits. Not hot yet: 14 of 15 points of engagement,"
                " meeting (+12), page view (+2). {fit}"
            ),
        ),
        (SILENT, "en", "Fits. Not hot yet: 0 of 15 points of engagement. {fit}"),
        (
            UNHEARD,
            "en",
            "Fits. Engagement is not known: no activities of that time are at hand. {fit}",
        ),
        (HOT, "ja", "{fit}ホット:エンゲージメント14点、meeting(+12)、page view(+2)。"),
        (SILENT, "ja", "適合。まだホットではありません:エンゲージメント0点(必要15点)。{fit}"),
        (UNHEARD, "ja", "適合。エンゲージメント不明:この時期の活動履歴がありません。{fit}"),
    ],
)
def test_heat_is_told_first_where_it_decides(heat: Heat, lang: Lang, line: str) -> None:
    fit = classify(FITS, [BILINGUAL], TODAY)
    assert fit.flag is Flag.YES

    told = reason_line(and_hot(fit, heat), lang, limit=1000)

    assert told == line.format(fit=reason_line(fit, lang, limit=1000))


def test_of_what_does_not_fit_heat_is_not_told() -> None:
    fit = classify({"employees": 1, "industry": "Retail", "region": "x"}, [BILINGUAL], TODAY)
    assert fit.flag is Flag.NO

    assert reason_line(and_hot(fit, HOT)) == reason_line(fit)


def test_what_is_cold_and_not_known_to_fit_says_both() -> None:
    fit = classify({"industry": "Logistics"}, [BILINGUAL], TODAY)
    assert fit.flag is Flag.UNKNOWN

    told = reason_line(and_hot(fit, SILENT), limit=1000)

    assert told == f"Not hot yet: 0 of 15 points of engagement. {reason_line(fit, limit=1000)}"
