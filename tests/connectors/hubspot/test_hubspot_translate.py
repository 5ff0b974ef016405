"""From rows to records: every branch, and what no row may do."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bbm_core.records import (
    FieldRole,
    Parked,
    Record,
    RecordKind,
    RecordRef,
)
from connectors.hubspot.schema import only_written
from connectors.hubspot.translate import records_of
from connectors.hubspot.values import time_of
from tests.connectors.hubspot.portal_rows import (
    CREATED,
    DEALS,
    MODIFIED,
    lens,
    read,
    record,
    row,
)


def test_a_row_with_nothing_in_it_is_a_record_without_anything() -> None:
    found = record(dict.fromkeys(("industry", "lifecyclestage", "bbm_icp", "source")))

    assert found == Record(
        ref=RecordRef(RecordKind.CONTACT, "101"),
        created=datetime(2026, 3, 1, 8, tzinfo=UTC),
        modified=datetime(2026, 4, 1, 8, 0, 0, 500_000, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [
        ("industry", "COMPUTER_SOFTWARE", "industry", "COMPUTER_SOFTWARE"),
        ("interests", "a;b; ;c", "interests", ("a", "b", "c")),
        ("numemployees", "5000.00", "employees", Decimal("5000.00")),
        ("numemployees", 3000, "employees", Decimal(3000)),
        ("is_partner", "true", "partner", True),
        ("is_partner", False, "partner", False),
        ("note", 0, "note", "0"),
        ("note", "a" * 33_000, "note", "a" * 32_000),
        ("is_public", "True", "public", True),
        ("founded", "1999-12-31", "founded", date(1999, 12, 31)),
        ("founded", "946598400000", "founded", date(1999, 12, 31)),
        ("seen", "2026-12-31T00:00:00Z", "seen", datetime(2026, 12, 31, tzinfo=UTC)),
        ("seen", "1773300826615", "seen", datetime(2026, 3, 12, 7, 33, 46, 615_000, tzinfo=UTC)),
        ("seen", "2026-12-31T09:00:00+09:00", "seen", datetime(2026, 12, 31, tzinfo=UTC)),
        ("seen", "2026-12-31T00:00:00", "seen", datetime(2026, 12, 31, tzinfo=UTC)),
        ("note", " a\x00b\ud83d\x07 🙂 ", "note", "ab 🙂"),
    ],
)
def test_values_are_typed_by_their_definition(
    name: str, text: object, attribute: str, value: object
) -> None:
    assert record({name: text}).attributes == {attribute: value}


@pytest.mark.parametrize("text", ["", None, " ", "\x00"])
def test_what_is_empty_is_absent(text: str | None) -> None:
    assert record({"note": text, "source": text, "bbm_icp": text}).attributes == {}


def test_a_multiple_choice_of_nothing_is_absent() -> None:
    assert record({"interests": ";;"}).attributes == {}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("numemployees", "many", "numemployees: 'many' is no number"),
        ("numemployees", "NaN", "no number that anybody means"),
        ("numemployees", "Infinity", "no number that anybody means"),
        ("numemployees", "1e999999", "no number that anybody means"),
        ("is_partner", "perhaps", "is_partner: 'perhaps' is neither true nor false"),
        ("founded", "yesterday", "founded"),
        ("seen", "999999999999999999999", "no moment that exists"),
        ("seen", "0001-01-01T00:00:00+14:00", "no moment that exists"),
        ("bbm_score", "high", "bbm_score: 'high' is no number"),
        ("associatedcompanyid", "acme", "associatedcompanyid: 'acme' is no id"),
        ("hs_v2_date_entered_lead", "soon", "hs_v2_date_entered_lead: 'soon' is no moment"),
        ("hs_v2_date_entered_lead", "2026-13-01T00:00:00Z", "lead: '2026-13-01T00:00:00Z' is no"),
    ],
)
def test_a_row_that_cannot_be_read_is_parked_with_its_reason(
    name: str, text: str, words: str
) -> None:
    found = read(row({name: text}), lens())

    assert isinstance(found, Parked)
    assert found.ref == RecordRef(RecordKind.CONTACT, "101")
    assert words in found.reason


@pytest.mark.parametrize(
    "odd",
    [
        {"id": "x1"},
        {"createdAt": None},
        {"createdAt": 1_772_352_000_000},
        {"properties": {"numemployees": 3000}},
        {"properties": {"numemployees": "many"}},
        {"properties": {"industry": 7, "associatedcompanyid": 42}},
    ],
)
def test_an_odd_row_changes_nothing_for_the_rows_beside_it(odd: dict[str, Any]) -> None:
    good = [row({"firstname": str(n), "industry": "IT"}, id=str(n)) for n in range(1, 6)]
    rows = [*good[:3], row({}, **odd), *good[3:]]

    found = records_of(rows, lens(), {"4": "77"})

    assert found == [read(one, company="77" if one["id"] == "4" else None) for one in rows]
    assert [one.ref.id for one in found if isinstance(one, Record)][:3] == ["1", "2", "3"]


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z"])
def test_a_row_from_the_calendars_end_has_the_times_that_time_of_gives(text: str) -> None:
    end = row({}, createdAt=text, updatedAt=text)

    found = read(end)

    assert isinstance(found, Record)
    assert (found.created, found.modified) == (time_of(text), time_of(text))
    assert records_of([row({}), end, row({}, createdAt="2026-03-01")], lens(), {})[1] == found


@pytest.mark.parametrize("kind", RecordKind)
def test_no_rows_are_no_records(kind: RecordKind) -> None:
    assert records_of([], lens(kind), {}) == []


@pytest.mark.parametrize("broken", [{"id": "x1"}, {"id": ""}, {"createdAt": None}])
def test_a_row_without_id_or_times_is_parked(broken: dict[str, Any]) -> None:
    assert isinstance(read(row({}, **broken), lens()), Parked)


def test_a_row_whose_own_time_is_none_is_parked_and_says_which() -> None:
    found = read(row({}, createdAt="2026-13-01T00:00:00Z"))

    assert isinstance(found, Parked)
    assert found.reason.startswith("createdAt: '2026-13-01T00:00:00Z' is no moment")


def test_times_are_taken_from_the_properties_where_the_row_has_none() -> None:
    texts = {"createdate": CREATED, "lastmodifieddate": MODIFIED}

    found = record(texts, createdAt=None, updatedAt=None)

    assert (found.created, found.modified) == (
        datetime(2026, 3, 1, 8, tzinfo=UTC),
        datetime(2026, 4, 1, 8, 0, 0, 500_000, tzinfo=UTC),
    )


def test_times_that_are_plain_numbers_are_read_too() -> None:
    stamp = 1_772_352_000_000

    found = record({}, createdAt=stamp, updatedAt=stamp)

    assert found.created == found.modified == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_a_record_that_was_never_modified_was_modified_when_created() -> None:
    assert record({}, updatedAt=None).modified == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_our_fields_come_back_in_our_types() -> None:
    texts = {
        "bbm_icp": "icp",
        "bbm_score": "83.0",
        "bbm_scored_at": "2026-11-02T03:04:05Z",
        "bbm_override_until": "2026-12-31",
    }

    assert record(texts).written == {
        FieldRole.FLAG: "icp",
        FieldRole.SCORE: 83,
        FieldRole.SCORED_AT: datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC),
        FieldRole.OVERRIDE_UNTIL: date(2026, 12, 31),
    }


def test_a_score_that_somebody_broke_is_not_rounded_into_one_of_ours() -> None:
    assert record({"bbm_score": "83.5"}).written == {FieldRole.SCORE: Decimal("83.5")}


def test_names_owner_and_channel_come_as_text() -> None:
    found = record(
        {"firstname": "花子", "lastname": "山田", "hubspot_owner_id": "7", "source": "PAID_SOCIAL"}
    )

    assert (found.name, found.owner, found.channel) == ("花子 山田", "7", "PAID_SOCIAL")


def test_a_contact_belongs_to_its_primary_company() -> None:
    assert record({"associatedcompanyid": "0042"}).account == RecordRef(RecordKind.ACCOUNT, "42")


def test_a_deal_without_the_property_takes_the_association() -> None:
    found = read(row({}), DEALS, "77")

    assert isinstance(found, Record)
    assert found.account == RecordRef(RecordKind.ACCOUNT, "77")


def test_a_company_belongs_to_no_company() -> None:
    assert record({"associatedcompanyid": "42"}, lens(RecordKind.ACCOUNT)).account is None


def test_only_what_is_written_is_asked_for_where_nothing_else_is_wanted() -> None:
    whole = lens()

    narrow = only_written(whole)

    ours = {name for _, name, _ in whole.written}
    assert ours
    assert set(narrow.properties) == {whole.names.modified, *ours}
