"""From what a portal says of its properties and pipelines to the way its rows are read."""

from bbm_core.records import RecordKind
from connectors.contract import KindReading
from connectors.hubspot.definitions import definitions_of, lens_of, stages_of
from connectors.hubspot.schema import Schema
from tests.connectors.hubspot.portal_rows import PIPELINES, definition, options


def test_definitions_say_what_can_be_written() -> None:
    found = definitions_of(
        [
            {**definition("a"), "modificationMetadata": {"readOnlyValue": True}},
            {**definition("b"), "calculated": True},
            {"name": "c", "archived": True},
        ]
    )

    assert [one.read_only for one in found.values()] == [True, True, False]
    assert (found["c"].label, found["c"].type, found["c"].archived) == ("c", "string", True)


def test_stages_come_in_the_order_people_see_and_without_archived_ones() -> None:
    found = stages_of(PIPELINES)

    assert [one.status for one in found] == [
        "default/new",
        "default/won",
        "default/lost",
        "renewals/9",
    ]
    assert [(one.closed, one.won) for one in found] == [
        (False, False),
        (True, True),
        (True, False),
        (True, True),
    ]


def test_the_older_dates_are_read_where_the_portal_has_only_those() -> None:
    older = definitions_of(
        [
            definition("lifecyclestage", "enumeration", "radio", options=options("lead", "mql")),
            definition("hs_lifecyclestage_lead_date", "datetime", "date"),
            definition("hs_lifecyclestage_mql_date", "datetime", "date"),
            definition("hs_v2_date_entered_mql", "datetime", "date"),
        ]
    )

    by = lens_of(Schema(RecordKind.CONTACT, older), KindReading({}, {}), "JPY")

    assert list(by.milestones) == [
        "hs_lifecyclestage_lead_date",
        "hs_v2_date_entered_mql",
    ]


def test_a_portal_without_lifecycle_has_no_stages() -> None:
    assert lens_of(Schema(RecordKind.CONTACT, {}), KindReading({}, {}), "").milestones == {}
