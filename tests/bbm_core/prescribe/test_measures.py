"""Which measures are recommended, and what a skew costs."""

from decimal import Decimal

import pytest

from bbm_core.balance.cause import Cause, mix_rate
from bbm_core.balance.tally import Tally
from bbm_core.balance.watch import Skew
from bbm_core.prescribe.measures import (
    CATALOGUE,
    Direction,
    Recommendation,
    consequence,
    recommend,
)

STAGES = ("acquisition", "nurturing", "handover", "opportunity", "won", "customer")


def tally(icp: int, known: int) -> Tally:
    return Tally(icp=icp, not_icp=known - icp)


def caused(name: str, before: Tally, after: Tally) -> Cause:
    cause = mix_rate({"Web": tally(60, 200), name: before}, {"Web": tally(60, 200), name: after})
    assert cause is not None
    return cause


def ids(recommended: tuple[Recommendation, ...]) -> list[str]:
    return [one.measure.id for one in recommended]


def test_a_flood_at_acquisition_asks_to_narrow_its_channel_and_then_for_quality() -> None:
    cause = caused("Paid {social}", tally(2, 40), tally(20, 400))

    first, second = recommend(Skew.VOLUME, "acquisition", cause)

    assert first.measure.id == "narrow_channel"
    assert first.text("en").startswith("Narrow Paid {social} to the companies")
    assert first.text("ja").startswith("Paid {social}の対象を")
    assert second.measure.direction is Direction.QUALITY
    assert second.measure.id == "one_to_one"


def test_records_without_a_channel_ask_where_they_come_from() -> None:
    cause = caused("", tally(2, 40), tally(20, 400))

    assert ids(recommend(Skew.VOLUME, "acquisition", cause))[0] == "name_channel"


def test_a_channel_that_dried_up_is_to_be_brought_back() -> None:
    cause = caused("Fair", tally(20, 400), tally(2, 40))

    first, second = recommend(Skew.QUALITY, "acquisition", cause)

    assert (first.measure.id, first.channel) == ("restore_channel", "Fair")
    assert second.measure.direction is Direction.VOLUME


@pytest.mark.parametrize("name", ["Fair", ""])
def test_a_channel_that_grew_in_quality_is_not_to_be_brought_back(name: str) -> None:
    cause = caused(name, tally(20, 100), tally(150, 200))

    assert ids(recommend(Skew.QUALITY, "acquisition", cause)) == ["seo", "white_papers"]


def test_later_stages_ask_for_their_own_measures_whatever_the_channel() -> None:
    cause = caused("Fair", tally(2, 40), tally(20, 400))

    recommended = recommend(Skew.VOLUME, "opportunity", cause)

    assert ids(recommended) == ["handover_agreement", "sales_enablement"]
    assert not any(one.channel for one in recommended)


@pytest.mark.parametrize("stage", [*STAGES, "a_stage_of_our_own"])
@pytest.mark.parametrize("skew", [Skew.VOLUME, Skew.QUALITY])
def test_every_skew_at_every_stage_gets_two_different_measures_against_it(
    skew: Skew, stage: str
) -> None:
    recommended = recommend(skew, stage, None)

    against = Direction.QUALITY if skew is Skew.VOLUME else Direction.VOLUME
    assert len(set(ids(recommended))) == 2
    assert {one.measure.direction for one in recommended} == {against}
    assert all(stage in one.measure.stages or not one.measure.stages for one in recommended)


@pytest.mark.parametrize("skew", [Skew.BALANCED, Skew.UNCLEAR])
def test_without_a_skew_there_is_nothing_to_do(skew: Skew) -> None:
    assert recommend(skew, "acquisition", None) == ()


def test_a_cause_without_a_headline_names_no_channel() -> None:
    same = {"Web": tally(60, 200)}

    assert ids(recommend(Skew.VOLUME, "acquisition", mix_rate(same, same))) == [
        "one_to_one",
        "key_letters",
    ]


def test_every_measure_has_words_in_both_languages_and_an_id_of_its_own() -> None:
    assert len({measure.id for measure in CATALOGUE}) == len(CATALOGUE)
    for measure in CATALOGUE:
        for wording in (measure.label, measure.advice):
            assert wording.en
            assert wording.ja
            assert wording.en.isascii()
            assert not wording.ja.isascii()


def test_the_consequence_is_counted_by_the_week_and_in_hours_where_they_are_known() -> None:
    before, after = tally(120, 400), tally(116, 800)

    cost = consequence(before, after, 4, Decimal("0.5"))

    assert (cost.icp_per_week, cost.not_icp_per_week) == (-1, 101)
    assert cost.hours_per_week == Decimal(202) / 4


def test_hours_that_nobody_configured_are_not_guessed() -> None:
    assert consequence(tally(1, 2), tally(1, 9), 1, None).hours_per_week is None
