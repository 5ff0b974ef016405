"""A story becomes an org that its own administrators would recognise."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from sandbox.clock import SandboxClock
from sandbox.salesforce.org import Org
from sandbox.salesforce.plant import EXISTING, plant
from sandbox.story import KINDS, Kind, Story

Drawn = Callable[..., Story]


def _planted(story: Story) -> Org:
    org = Org(SandboxClock(story.now))
    plant(org, story)
    return org


@pytest.fixture(scope="module")
def org(drawn: Drawn) -> Org:
    """An org that the tests below only read."""
    return _planted(drawn("healthy", "small", 1))


@pytest.mark.parametrize("kind", KINDS)
def test_the_org_holds_as_many_records_as_were_asked_for(kind: Kind, drawn: Drawn) -> None:
    org = _planted(drawn(kind, "small", 1))

    types = ("Lead", "Contact", "Account", "Opportunity")

    assert sum(len(org.rows(name)) for name in types) == 2_000


def test_records_carry_the_times_they_really_had(org: Org, drawn: Drawn) -> None:
    now = drawn("healthy", "small", 1).now.strftime("%Y-%m-%dT%H:%M:%S")
    leads = org.rows("Lead")

    assert max(str(row["SystemModstamp"]) for row in leads) <= now
    assert min(str(row["CreatedDate"]) for row in leads) < "2025-11"


def test_a_converted_lead_points_to_what_it_became(org: Org) -> None:
    converted = [row for row in org.rows("Lead") if row.get("IsConverted")]
    opportunities = {row["Id"]: row for row in org.rows("Opportunity")}

    assert converted
    for lead in converted:
        opportunity = opportunities[str(lead["ConvertedOpportunityId"])]
        assert opportunity["AccountId"] == lead["ConvertedAccountId"]
        assert opportunity.get("LeadSource") == lead.get("LeadSource")
        assert str(opportunity["CreatedDate"])[:10] == lead["ConvertedDate"]


def test_the_history_of_statuses_can_be_read(org: Org) -> None:
    moves = Counter(row["NewValue"] for row in org.rows("LeadHistory") if row["Field"] == "Status")

    assert {"Working - Contacted", "Nurturing", "Qualified", "Closed - Converted"} <= set(moves)


def test_an_account_becomes_a_customer_when_it_is_won(org: Org) -> None:
    won = {row["AccountId"] for row in org.rows("Opportunity") if row["IsWon"]}
    types = {row["Id"]: row.get("Type") for row in org.rows("Account")}

    assert won
    assert {types[account] for account in won} == {"Customer"}


def test_what_scope_filters_look_for_is_there(org: Org) -> None:
    leads, accounts = org.rows("Lead"), org.rows("Account")

    assert any(row["Company"] == "テスト株式会社" for row in leads)
    assert any(row.get("Title") in {"学生", "Student"} for row in leads)
    assert any(row[EXISTING] for row in leads)
    assert any(row.get("Type") == "Partner" for row in accounts)
    assert {"New Business", "Existing Business", "Renewal"} <= {
        row.get("Type") for row in org.rows("Opportunity")
    }


def test_some_leads_have_no_channel(org: Org) -> None:
    channels = Counter(row.get("LeadSource") for row in org.rows("Lead"))

    assert len(channels) == 9
    assert 0 < channels[None] < channels["Web"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_future_happens_as_the_clock_advances(kind: Kind, drawn: Drawn) -> None:
    story = drawn(kind, "small", 1)
    org = _planted(story)
    before = len(org.rows("Lead"))

    org.clock.advance(timedelta(weeks=6).total_seconds())
    org.settle()
    after = [str(row["CreatedDate"]) for row in org.rows("Lead")]

    edge = (story.now + timedelta(weeks=6)).strftime("%Y-%m-%dT%H:%M:%S")
    assert len(after) > before
    assert max(after) <= edge


def test_a_campaign_shows_in_the_field_that_the_truth_names(drawn: Drawn) -> None:
    story = drawn("drift-volume", "small", 1)
    org = Org(SandboxClock(story.now))
    truth = plant(org, story)
    org.clock.advance(timedelta(weeks=10).total_seconds())

    later = Counter(
        row.get(str(truth["field"]))
        for row in org.rows("Lead")
        if str(row["CreatedDate"]) >= str(truth["first_week"])
    )

    assert later.most_common(1)[0][0] == truth["channel"]


def test_mess_ends_in_the_recycle_bin_and_in_merges(drawn: Drawn) -> None:
    org = _planted(drawn("messy", "small", 1))
    gone = [row for row in org.rows("Lead", deleted=True) if row["IsDeleted"]]

    merged = [row for row in gone if row.get("MasterRecordId")]

    assert 0 < len(merged) < len(gone)
    assert any(row["Status"] == "要確認" for row in org.rows("Lead"))
