"""Values checked against their fields."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sandbox.salesforce.coerce import coerce, read_time, wire_time
from sandbox.salesforce.definitions import Field, standard_objects
from sandbox.salesforce.furniture import Shape, custom_field
from sandbox.salesforce.refusals import Refusal

TOKYO = timezone(timedelta(hours=9))
LEAD = standard_objects()["Lead"].fields


def made(kind: str, **shape: object) -> Field:
    return custom_field("X__c", kind, "", Shape(**shape))  # type: ignore[arg-type]  # test data


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        (LEAD["Title"], "  部長  ", "部長"),
        (LEAD["Title"], "a\x00b", "a\x00b"),
        (LEAD["Title"], "\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        (LEAD["Title"], "half \ud83d pair", "half \ufffd pair"),
        (LEAD["Title"], 12, "12"),
        (LEAD["Title"], True, "true"),
        (LEAD["Title"], "", None),
        (LEAD["Title"], "   ", None),
        (LEAD["Title"], None, None),
        (LEAD["NumberOfEmployees"], "10000", 10000),
        (LEAD["NumberOfEmployees"], 3.0, 3),
        (LEAD["AnnualRevenue"], Decimal("1e9"), 1_000_000_000),
        (LEAD["IsUnreadByOwner"], "TRUE", True),
        (LEAD["IsUnreadByOwner"], False, False),
        (LEAD["ConvertedDate"], date(2026, 1, 2), "2026-01-02"),
        (LEAD["ConvertedDate"], "2026-01-02T23:00:00Z", "2026-01-02"),
        (LEAD["ConvertedDate"], datetime(2026, 1, 2, 8, tzinfo=TOKYO), "2026-01-01"),
        (LEAD["EmailBouncedDate"], "2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.000+0000"),
        (
            LEAD["EmailBouncedDate"],
            datetime(2026, 1, 2, 9, tzinfo=TOKYO),
            "2026-01-02T00:00:00.000+0000",
        ),
        (LEAD["OwnerId"], "001D000000IRFma", "001D000000IRFmaIAH"),
        (made("Number", precision=5, scale=2), "82.555", 82.56),
        (made("MultiselectPicklist", picklist=("a", "b"), restricted=True), "a;b", "a;b"),
        (made("Picklist", picklist=("a",)), "something else", "something else"),
    ],
)
def test_a_value_is_brought_to_its_fields_form(field: Field, value: object, kept: object) -> None:
    assert coerce(field, value) == kept


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (LEAD["Title"], "x" * 129, "STRING_TOO_LONG"),
        (LEAD["EmailBouncedDate"], "9999-12-31T23:59:59-14:00", "JSON_PARSER_ERROR"),
        (LEAD["Title"], ["a"], "JSON_PARSER_ERROR"),
        (LEAD["GeocodeAccuracy"], "Nowhere", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (LEAD["NumberOfEmployees"], 100_000_000, "NUMBER_OUTSIDE_VALID_RANGE"),
        (LEAD["NumberOfEmployees"], "many", "JSON_PARSER_ERROR"),
        (LEAD["NumberOfEmployees"], True, "JSON_PARSER_ERROR"),
        (LEAD["AnnualRevenue"], "Infinity", "JSON_PARSER_ERROR"),
        (LEAD["AnnualRevenue"], 10**18, "NUMBER_OUTSIDE_VALID_RANGE"),
        (made("Number", precision=5, scale=2), 1000, "NUMBER_OUTSIDE_VALID_RANGE"),
        (LEAD["IsUnreadByOwner"], "yes", "JSON_PARSER_ERROR"),
        (LEAD["ConvertedDate"], "tomorrow", "JSON_PARSER_ERROR"),
        (LEAD["ConvertedDate"], 5, "JSON_PARSER_ERROR"),
        (LEAD["EmailBouncedDate"], "noon", "JSON_PARSER_ERROR"),
        (LEAD["EmailBouncedDate"], 5, "JSON_PARSER_ERROR"),
        (LEAD["OwnerId"], "me", "MALFORMED_ID"),
        (LEAD["OwnerId"], 5, "MALFORMED_ID"),
        (
            made("MultiselectPicklist", picklist=("a",), restricted=True),
            "a;z",
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ),
    ],
)
def test_a_value_its_field_cannot_hold_is_refused_by_name(
    field: Field, value: object, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        coerce(field, value)

    assert (refused.value.code, list(refused.value.fields or ())) == (code, [field.name])


def test_times_of_the_wire_are_whole_seconds_whose_order_is_their_text_order() -> None:
    moments = [datetime(2025, 12, 31, 23, 59, 59, 999, UTC), datetime(2026, 1, 1, tzinfo=UTC)]
    texts = [wire_time(one) for one in moments]

    assert (
        texts == sorted(texts) == ["2025-12-31T23:59:59.000+0000", "2026-01-01T00:00:00.000+0000"]
    )


def test_an_hour_that_comes_twice_in_a_zone_is_told_apart() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))

    texts = [wire_time(one) for one in (first, first.replace(fold=1))]

    assert texts == ["2026-11-01T05:30:00.000+0000", "2026-11-01T06:30:00.000+0000"]


def test_a_time_without_a_zone_is_taken_as_utc() -> None:
    assert read_time("2026-01-01T00:00:00") == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_field_of_an_unknown_kind_or_name_cannot_be_made() -> None:
    with pytest.raises(Refusal, match="Hologram"):
        made("Hologram")
    with pytest.raises(Refusal, match="__c"):
        custom_field("Plain", "Text", "", Shape())
