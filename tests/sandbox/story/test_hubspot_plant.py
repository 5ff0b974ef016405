"""The same story becomes a portal: contacts with a lifecycle, companies, deals."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.plant import BUSINESS, plant
from sandbox.hubspot.portal import Portal
from sandbox.plot.channels import CHANNELS, HUBSPOT_SOURCES
from sandbox.story import KINDS, Kind, Story

Drawn = Callable[..., Story]


def _planted(story: Story) -> Portal:
    portal = Portal(SandboxClock(story.now))
    plant(portal, story)
    return portal


@pytest.fixture(scope="module")
def portal(drawn: Drawn) -> Portal:
    """A portal that the tests below only read."""
    return _planted(drawn("healthy", "small", 1))


def test_each_channel_has_a_source_of_its_own() -> None:
    named = [HUBSPOT_SOURCES[one.name] for one in CHANNELS]

    assert len(set(named)) == len(CHANNELS)


def test_contacts_stand_in_every_stage_of_the_lifecycle(portal: Portal) -> None:
    stages = Counter(row["lifecyclestage"] for row in portal.rows("contacts"))

    assert {"lead", "marketingqualifiedlead", "salesqualifiedlead"} <= set(stages)
    assert {"opportunity", "customer"} <= set(stages)


def test_stage_dates_are_those_of_the_story(portal: Portal, drawn: Drawn) -> None:
    now = drawn("healthy", "small", 1).now.isoformat()
    entered = [
        row["hs_v2_date_entered_salesqualifiedlead"]
        for row in portal.rows("contacts")
        if "hs_v2_date_entered_salesqualifiedlead" in row
    ]

    assert entered
    assert min(entered) < "2026"
    assert max(entered) < now


def test_what_is_known_of_a_company_stands_on_the_company(portal: Portal) -> None:
    contacts, companies = portal.rows("contacts"), portal.rows("companies")
    linked = [row for row in contacts if row.get("associatedcompanyid")]

    assert 0.9 < len(linked) / len(contacts) < 1
    assert 0.8 < sum("industry" in row for row in companies) / len(companies) < 1
    assert not any("industry" in row for row in contacts)


def test_every_deal_belongs_to_a_company(portal: Portal) -> None:
    deals = portal.rows("deals")

    assert all(row.get("hs_primary_associated_company") for row in deals)
    assert {row[BUSINESS] for row in deals} == {"new_business", "expansion", "renewal"}


def test_a_won_deal_makes_a_customer_of_its_company(portal: Portal) -> None:
    companies = {row["hs_object_id"]: row["lifecyclestage"] for row in portal.rows("companies")}
    won = [row for row in portal.rows("deals") if row["hs_is_closed_won"] == "true"]

    assert won
    assert {companies[row["hs_primary_associated_company"]] for row in won} == {"customer"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_future_happens_as_the_clock_advances(kind: Kind, drawn: Drawn) -> None:
    portal = _planted(drawn(kind, "small", 1))
    before = len(portal.rows("contacts"))

    portal.clock.advance(timedelta(weeks=6).total_seconds())

    assert len(portal.rows("contacts")) > before


def test_a_campaign_shows_in_the_source_that_the_truth_names(drawn: Drawn) -> None:
    story = drawn("drift-volume", "small", 1)
    portal = Portal(SandboxClock(story.now))
    truth = plant(portal, story)
    portal.clock.advance(timedelta(weeks=10).total_seconds())

    later = Counter(
        row.get(str(truth["field"]))
        for row in portal.rows("contacts")
        if row["createdate"] >= str(truth["first_week"])
    )

    assert later.most_common(1)[0][0] == truth["channel"]
    assert truth["channel"] == HUBSPOT_SOURCES[story.truth.channel]
