"""Channels and campaigns to measures."""

import pytest

from bbm_core.balance.source import SourceRule, Unmapped, fits, measure_of, unmapped

RULES = (
    SourceRule("web", channels=("Web*",)),
    SourceRule("ads", channels=("Web Ads", "Paid*")),
    SourceRule("fair", campaigns=("Expo *",)),
    SourceRule("letters", campaigns=("Expo follow-up",)),
)


@pytest.mark.parametrize(
    ("channel", "campaign", "measure"),
    [
        ("Web", "", "web"),
        ("website form", "", "web"),
        ("Web Ads", "", "ads"),
        ("Web Ads 2", "", "web"),
        ("paid social", "", "ads"),
        ("Web", "Expo 2026", "fair"),
        ("", "Expo follow-up", "letters"),
        ("Web", "something else", "web"),
        ("Referral", "", None),
        ("", "", None),
    ],
)
def test_the_longest_pattern_decides_and_a_campaign_before_a_channel(
    channel: str, campaign: str, measure: str | None
) -> None:
    assert measure_of(RULES, channel, campaign) == measure
    assert measure_of(RULES[::-1], channel, campaign) == measure


def test_an_exact_name_goes_before_a_wildcard_of_the_same_length() -> None:
    rules = (SourceRule("a", channels=("Fair*",)), SourceRule("b", channels=("Fair",)))

    assert measure_of(rules, "Fair") == "b"


def test_a_star_within_is_no_wildcard() -> None:
    assert not fits("W*b", "Web")
    assert fits("W*b", "w*B")


def test_a_lone_star_takes_every_channel_but_none() -> None:
    rules = (SourceRule("other", channels=("*",)),)

    assert measure_of(rules, "Anything") == "other"
    assert measure_of(rules, "") is None


def test_unmapped_sources_come_with_their_counts() -> None:
    sources = [("Web", "", 5), ("Referral", "", 2), ("", "", 4), ("Referral", "", 3)]

    assert unmapped(RULES, sources) == (Unmapped("Referral", "", 5), Unmapped("", "", 4))
