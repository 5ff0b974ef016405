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


LEAD_STAGES = ("new-stage-id", "96E820DA-7bc1", "1001", "soon-to-come", "a-b")


def test_the_date_of_a_stage_is_found_under_the_name_that_hubspot_made_of_its_id() -> None:
    kept = definitions_of(
        definition(f"hs_v2_date_entered_{name}", "datetime", "date")
        for name in (
            "new_stage_id_1318266061",
            "96e820da_7bc1_2127198906",
            "1001",
            "1001_7",
            "a_b_1",  # made of a-b or of a+b: nobody can tell
            "a_b_2",
        )
    )
    stages = stages_of([{"id": "p", "stages": [{"id": one} for one in LEAD_STAGES]}])

    by = lens_of(Schema(RecordKind.LEAD, kept, stages), KindReading({}, {}), "JPY")

    assert {
        one.removeprefix("hs_v2_date_entered_"): by.milestones[one].status for one in by.milestones
    } == {
        "new_stage_id_1318266061": "p/new-stage-id",
        "96e820da_7bc1_2127198906": "p/96E820DA-7bc1",
        "1001": "p/1001",
        "soon-to-come": "p/soon-to-come",
        "a-b": "p/a-b",
    }


def test_a_portal_without_lifecycle_has_no_stages() -> None:
    assert lens_of(Schema(RecordKind.CONTACT, {}), KindReading({}, {}), "").milestones == {}
