"""Statuses, outcomes, amounts and removals: what the funnel is made of."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.records import (
    Money,
    Outcome,
    Parked,
    Record,
    RecordKind,
    RecordRef,
    Removal,
    StatusEntry,
)
from connectors.contract import KindReading
from connectors.errors import MalformedAnswer
from connectors.hubspot.definitions import lens_of, stages_of
from connectors.hubspot.schema import Lens, Schema
from connectors.hubspot.translate import archived_since, merged_away, primary_companies
from tests.connectors.hubspot.portal_rows import (
    DEALS,
    DEFINITIONS,
    STAGES,
    at,
    lens,
    read,
    record,
    row,
)

# Statuses


def test_the_lifecycle_is_read_from_the_dates_of_its_stages() -> None:
    texts = {
        "lifecyclestage": "customer",
        "hs_v2_date_entered_customer": "2026-03-09T00:00:00Z",
        "hs_v2_date_entered_lead": "1772409600000",
    }

    assert record(texts).statuses == (
        StatusEntry("lead", at(2)),
        StatusEntry("customer", at(9)),
    )


def test_stages_entered_at_one_moment_keep_their_order_with_the_present_one_last() -> None:
    texts = {f"hs_v2_date_entered_{one}": "2026-03-09" for one in STAGES}

    found = record({**texts, "lifecyclestage": "lead"}).statuses

    assert [one.status for one in found] == ["subscriber", "customer", "lead"]


def test_a_status_without_a_date_began_with_the_record() -> None:
    assert record({"lifecyclestage": "lead"}).statuses == (
        StatusEntry("lead", datetime(2026, 3, 1, 8, tzinfo=UTC)),
    )


@pytest.mark.parametrize(
    ("since", "moment"), [(None, at(9)), ("2026-03-20", at(20)), ("2026-03-05", at(9))]
)
def test_a_record_that_moved_back_ends_with_its_present_status(
    since: str | None, moment: datetime
) -> None:
    texts = {
        "lifecyclestage": "lead",
        "hs_v2_date_entered_lead": "2026-03-02",
        "hs_v2_date_entered_customer": "2026-03-09",
        "hs_v2_date_entered_current_stage": since,
    }

    found = record(texts).statuses

    assert [one.status for one in found] == ["lead", "customer", "lead"]
    assert found[-1].at == moment


def test_a_record_that_lost_its_status_ends_without_one() -> None:
    found = record({"hs_v2_date_entered_lead": "2026-03-02"}).statuses

    assert [one.status for one in found] == ["lead", ""]


def test_another_status_field_is_read_with_its_history() -> None:
    by = lens(status="hs_lead_status")
    past = [
        {"value": "OPEN", "timestamp": "2026-03-05T00:00:00Z"},
        {"value": None, "timestamp": "2026-03-04T00:00:00Z"},
        {"value": "NEW", "timestamp": "2026-03-02T00:00:00Z"},
    ]

    found = record({"hs_lead_status": "OPEN"}, by, propertiesWithHistory={"hs_lead_status": past})

    assert by.history == "hs_lead_status"
    assert by.milestones == {}
    assert [one.status for one in found.statuses] == ["NEW", "", "OPEN"]


def test_of_two_statuses_at_one_moment_the_later_one_stays_the_later() -> None:
    moment = "2026-03-05T00:00:00Z"
    past = [{"value": one, "timestamp": moment} for one in ("B", "A")]

    found = record({}, lens(status="source"), propertiesWithHistory={"source": past})

    assert [one.status for one in found.statuses[:2]] == ["A", "B"]


def test_another_status_field_without_history_still_says_what_it_is() -> None:
    """Since when the stage of its pipeline lasts says nothing about another field."""
    stage = {"hs_v2_date_entered_current_stage": "2026-03-20T00:00:00Z"}

    found = record({"hs_lead_status": "OPEN", **stage}, lens(status="hs_lead_status"))

    assert found.statuses == (StatusEntry("OPEN", found.created),)


def test_a_deal_says_pipeline_and_stage() -> None:
    texts = {
        "pipeline": "default",
        "dealstage": "won",
        "hs_v2_date_entered_new": "2026-03-02",
        "hs_v2_date_entered_won": "2026-03-09",
    }

    assert record(texts, DEALS).statuses == (
        StatusEntry("default/new", at(2)),
        StatusEntry("default/won", at(9)),
    )


def test_a_status_without_a_date_of_its_own_began_when_hubspot_says_it_did() -> None:
    texts = {"lifecyclestage": "lead", "hs_v2_date_entered_current_stage": "2026-03-20"}

    assert record(texts).statuses == (StatusEntry("lead", at(20)),)


@pytest.mark.parametrize("pipeline", ["default", "renewals"])
def test_the_date_of_a_stage_that_two_pipelines_have_is_that_of_the_records_own(
    pipeline: str,
) -> None:
    stages = [{"id": "new"}, {"id": "won"}]
    both = [{"id": one, "stages": stages} for one in ("default", "renewals")]
    schema = Schema(RecordKind.OPPORTUNITY, DEFINITIONS, stages_of(both))
    by = lens_of(schema, KindReading({}, {}), "JPY")
    texts = {"hs_v2_date_entered_new": "2026-03-02", "hs_v2_date_entered_won": "2026-03-09"}

    found = record({**texts, "pipeline": pipeline, "dealstage": "won"}, by).statuses

    assert found == (StatusEntry(f"{pipeline}/new", at(2)), StatusEntry(f"{pipeline}/won", at(9)))


@pytest.mark.parametrize(
    "past",
    [["NEW"], [{"value": "NEW"}], {"NEW": "2026-03-05"}, "NEW"],
    ids=["no objects", "no times", "no list", "a text"],
)
def test_a_history_of_another_shape_is_no_history(past: object) -> None:
    with pytest.raises(MalformedAnswer, match="another shape"):
        record({}, lens(status="source"), propertiesWithHistory={"source": past})


def test_a_deal_without_a_stage_has_no_status() -> None:
    assert record({"pipeline": "default"}, DEALS).statuses == ()


def test_the_same_stage_of_two_pipelines_is_two_statuses() -> None:
    assert record({"pipeline": "renewals", "dealstage": "won"}, DEALS).statuses[-1].status == (
        "renewals/won"
    )


# Outcome and amount


@pytest.mark.parametrize(
    ("texts", "outcome"),
    [
        ({"hs_is_closed_won": "true", "hs_is_closed": "true"}, Outcome.WON),
        ({"hs_is_closed_won": "false", "hs_is_closed": "true"}, Outcome.LOST),
        ({"hs_is_closed_won": "false", "hs_is_closed": "false"}, Outcome.OPEN),
        ({"pipeline": "default", "dealstage": "won"}, Outcome.WON),
        ({"pipeline": "default", "dealstage": "lost"}, Outcome.LOST),
        ({"pipeline": "default", "dealstage": "new"}, Outcome.OPEN),
        ({"pipeline": "default", "dealstage": "unheard"}, Outcome.OPEN),
        ({"pipeline": "default", "dealstage": "won", "hs_is_closed_won": "false"}, Outcome.LOST),
    ],
)
def test_how_a_deal_ended(texts: dict[str, str], outcome: Outcome) -> None:
    assert record(texts, DEALS).outcome is outcome


def test_a_customer_is_no_outcome() -> None:
    assert record({"hs_is_closed_won": "true"}).outcome is Outcome.OPEN


@pytest.mark.parametrize(
    ("texts", "closed_at"),
    [
        ({"closedate": "2026-03-09", "hs_closed_won_date": "2026-03-08"}, None),
        ({"hs_is_closed": "true", "closedate": "2026-03-09"}, at(9)),
        (
            {"hs_is_closed": "true", "closedate": "2026-03-09", "hs_closed_won_date": "2026-03-08"},
            at(9),
        ),
        (
            {
                "hs_is_closed_won": "true",
                "closedate": "2026-03-09",
                "hs_closed_won_date": "2026-03-08",
            },
            at(8),
        ),
        ({"hs_is_closed_won": "true", "closedate": "2026-03-09"}, at(9)),
        ({"hs_is_closed_won": "true"}, None),
    ],
)
def test_when_a_deal_closed(texts: dict[str, str], closed_at: datetime | None) -> None:
    assert record(texts, DEALS).closed_at == closed_at


@pytest.mark.parametrize(
    ("texts", "by", "amount"),
    [
        ({}, DEALS, None),
        ({"amount_in_home_currency": "120.50"}, DEALS, Money(Decimal("120.50"), "JPY")),
        (
            {"amount": "1", "deal_currency_code": "USD", "amount_in_home_currency": "150"},
            DEALS,
            Money(Decimal(150), "JPY"),
        ),
        ({"amount": "1", "deal_currency_code": "USD"}, DEALS, Money(Decimal(1), "USD")),
        ({"amount": "1"}, DEALS, Money(Decimal(1), "JPY")),
        ({"amount": "1"}, lens(RecordKind.OPPORTUNITY, currency=""), None),
        ({"amount": "1", "hs_acv": "9"}, lens(RecordKind.OPPORTUNITY, amount="hs_acv"), 9),
        ({"amount": "1"}, lens(RecordKind.OPPORTUNITY, amount="hs_acv"), None),
        ({"amount_in_home_currency": "1"}, lens(), None),
    ],
)
def test_what_a_deal_is_worth(texts: dict[str, str], by: Lens, amount: Money | int | None) -> None:
    expected = Money(Decimal(amount), "JPY") if isinstance(amount, int) else amount

    assert record(texts, by).amount == expected


# Removals


def test_a_survivor_names_what_was_merged_into_it() -> None:
    merged = row({"hs_merged_object_ids": "7;8;101", "hs_calculated_merged_vids": "9:1773;7:1"})

    assert merged_away(merged, lens()) == tuple(
        Removal(RecordRef(RecordKind.CONTACT, one), RecordRef(RecordKind.CONTACT, "101"))
        for one in ("7", "8", "9")
    )


@pytest.mark.parametrize("text", [None, "", "x;y"])
def test_most_records_have_nothing_merged_into_them(text: str | None) -> None:
    assert merged_away(row({"hs_merged_object_ids": text}), lens()) == ()


@pytest.mark.parametrize(
    ("archived_at", "told"),
    [("2026-03-10", True), ("2026-03-09", True), ("2026-03-08", False), ("", True), ("?", True)],
)
def test_what_was_archived_before_is_not_told_again(archived_at: str, told: bool) -> None:
    found = archived_since(row({}, archivedAt=archived_at), lens(), at(9))

    assert found == ((Removal(RecordRef(RecordKind.CONTACT, "101")),) if told else ())


# Associations


def test_only_the_primary_company_counts() -> None:
    rows = [
        {
            "from": {"id": "501"},
            "to": [
                {"toObjectId": 9, "associationTypes": [{"typeId": 341}]},
                {
                    "toObjectId": 29_022_297_485,
                    "associationTypes": [{"typeId": 5}, {"typeId": 341}],
                },
            ],
        }
    ]

    assert primary_companies(rows, 5) == {"501": "29022297485"}


TEXTS = st.text(st.characters(), max_size=30) | st.none() | st.integers() | st.booleans()


@given(st.dictionaries(st.sampled_from([*lens().properties, *DEALS.properties]), TEXTS))
def test_whatever_a_row_holds_it_becomes_a_record_or_is_parked(texts: dict[str, Any]) -> None:
    for by in (lens(), DEALS, lens(RecordKind.ACCOUNT), lens(RecordKind.LEAD)):
        found = read(row(texts), by)

        assert isinstance(found, Record | Parked)
        if isinstance(found, Record):
            f"{found.name}{found.owner}{found.channel}{found.attributes.get('note')}".encode()
            assert [one.at for one in found.statuses] == sorted(one.at for one in found.statuses)
