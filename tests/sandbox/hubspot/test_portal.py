"""What happens to records, apart from HTTP."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import SandboxClock
from sandbox.hubspot.object_types import CONTACTS
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.refusals import Refused
from sandbox.ledger import Ledger
from tests.sandbox.hubspot.calling import START

API = "INTEGRATION"


def test_ids_need_more_than_32_bits_and_text_order_is_not_their_order(portal: Portal) -> None:
    ids = [portal.create("contacts", {}) for _ in range(300)]

    assert all(int(one) > 2**31 for one in ids)
    assert ids == sorted(ids, key=int)
    assert ids != sorted(ids)


def test_the_same_seed_gives_the_same_ids(clock: SandboxClock) -> None:
    def ids(seed: int) -> list[str]:
        portal = Portal(clock, seed=seed)
        return [portal.create("deals", {"dealname": "one"}) for _ in range(20)]

    assert ids(4) == ids(4)
    assert ids(4) != ids(5)


def test_a_change_moves_the_modification_date(portal: Portal, clock: SandboxClock) -> None:
    record = portal.create("contacts", {"city": "Osaka"})
    clock.advance(60)

    assert portal.update("contacts", record, {"city": "Kobe"})

    assert portal.get("contacts", record)["lastmodifieddate"] == "2026-11-02T00:01:00Z"


def test_a_write_that_changes_nothing_moves_nothing(
    portal: Portal, clock: SandboxClock, ledger: Ledger
) -> None:
    record = portal.create("companies", {"numberofemployees": 50})
    clock.advance(60)
    before = portal.get("companies", record)

    assert not portal.update("companies", record, {"numberofemployees": "50"}, by=API)

    assert portal.get("companies", record) == before
    assert [one.action for one in ledger.changes(id=record)] == ["create", "touch"]
    assert len(portal.history("companies", record, "numberofemployees")) == 1


def test_a_new_record_is_touched_once_more_seconds_after_its_creation(
    portal: Portal, clock: SandboxClock
) -> None:
    record = portal.create("contacts", {})
    created = portal.get("contacts", record)["lastmodifieddate"]

    clock.advance(1.9)
    early = portal.get("contacts", record)["lastmodifieddate"]
    clock.advance(2.2)
    late = portal.get("contacts", record)["lastmodifieddate"]

    assert early == created
    assert "2026-11-02T00:00:02" <= late <= "2026-11-02T00:00:04Z"


def test_history_tells_people_from_integrations(portal: Portal, clock: SandboxClock) -> None:
    record = portal.create("contacts", {"city": "Osaka"}, by="human")
    clock.advance(5)
    portal.update("contacts", record, {"city": "Kobe"}, by=API)

    history = portal.history("contacts", record, "city")

    assert [(one.value, one.source.type) for one in history] == [
        ("Osaka", "CRM_UI"),
        ("Kobe", "INTEGRATION"),
    ]
    assert history[1].at == START + timedelta(seconds=5)


def test_clearing_a_value_is_a_change_with_a_history(portal: Portal) -> None:
    record = portal.create("contacts", {"city": "Osaka"})
    portal.update("contacts", record, {"city": ""})

    assert "city" not in portal.get("contacts", record)
    assert [one.value for one in portal.history("contacts", record, "city")] == ["Osaka", ""]


def test_every_lifecycle_stage_leaves_its_dates(portal: Portal, clock: SandboxClock) -> None:
    record = portal.create("contacts", {"lifecyclestage": "lead"})
    clock.advance(3600)
    portal.update("contacts", record, {"lifecyclestage": "customer"})

    values = portal.get("contacts", record)

    assert values["hs_v2_date_entered_lead"] == "2026-11-02T00:00:00Z"
    assert values["hs_v2_date_exited_lead"] == "2026-11-02T01:00:00Z"
    assert values["hs_v2_date_entered_customer"] == "2026-11-02T01:00:00Z"
    assert values["hs_lifecyclestage_customer_date"] == "1793581200000"


def test_companies_keep_the_newer_dates_only(portal: Portal) -> None:
    values = portal.get("companies", portal.create("companies", {"lifecyclestage": "customer"}))

    assert "hs_v2_date_entered_customer" in values
    assert "hs_lifecyclestage_customer_date" not in values


def test_a_stage_of_the_portals_own_gets_its_dates_too(portal: Portal) -> None:
    portal.schema.add_lifecycle_stage(CONTACTS, "4711", "Trial")
    record = portal.create("contacts", {"lifecyclestage": "4711"})

    assert portal.get("contacts", record)["hs_v2_date_entered_4711"] == "2026-11-02T00:00:00Z"


@pytest.mark.parametrize(
    ("stage", "closed", "won", "lost"),
    [
        ("closedwon", "true", "true", "false"),
        ("closedlost", "true", "false", "true"),
        ("qualifiedtobuy", "false", "false", "false"),
    ],
)
def test_a_deals_stage_says_whether_it_is_closed(
    portal: Portal, stage: str, closed: str, won: str, lost: str
) -> None:
    values = portal.get("deals", portal.create("deals", {"dealstage": stage}))

    assert values["hs_is_closed"] == closed
    assert values["hs_is_closed_won"] == won
    assert values["hs_is_closed_lost"] == lost
    assert ("hs_closed_won_date" in values) == (won == "true")
    assert ("closedate" in values) == (closed == "true")


def test_computed_numbers_show_every_digit_of_their_binary_fraction(portal: Portal) -> None:
    values = portal.get("deals", portal.create("deals", {"dealstage": "qualifiedtobuy"}))

    digits = "0.40000000000000002220446049250313080847263336181640625"
    assert values["hs_deal_stage_probability"] == digits


def test_a_deal_that_is_reopened_was_never_won(portal: Portal) -> None:
    deal = portal.create("deals", {"dealstage": "closedwon", "amount": "5000.00"})
    portal.update("deals", deal, {"dealstage": "contractsent"})

    values = portal.get("deals", deal)

    assert "hs_closed_won_date" not in values
    assert values["amount_in_home_currency"] == "5000.00"


def test_a_deal_may_be_without_a_stage(portal: Portal) -> None:
    values = portal.get("deals", portal.create("deals", {"dealname": "early"}))

    assert "dealstage" not in values
    assert values["pipeline"] == "default"
    assert values["hs_is_closed"] == "false"


def test_a_stage_of_another_pipeline_is_refused(portal: Portal) -> None:
    with pytest.raises(Refused, match="48102911 is not a stage of the pipeline default"):
        portal.create("deals", {"dealstage": "48102911"})

    assert portal.create("deals", {"pipeline": "21730432", "dealstage": "48102911"})


@pytest.mark.parametrize(
    ("knob", "stage"), [("ignore", "customer"), ("allow", "lead")], ids=["ignored", "allowed"]
)
def test_an_integration_moves_a_lifecycle_backward_only_where_the_knob_allows(
    clock: SandboxClock, knob: str, stage: str
) -> None:
    portal = Portal(clock, lifecycle_backward=knob)
    record = portal.create("contacts", {"lifecyclestage": "customer"})

    portal.update("contacts", record, {"lifecyclestage": "lead"}, by=API)

    assert portal.get("contacts", record)["lifecyclestage"] == stage


def test_a_backward_move_can_be_refused(clock: SandboxClock) -> None:
    portal = Portal(clock, lifecycle_backward="refuse")
    record = portal.create("contacts", {"lifecyclestage": "customer"})

    with pytest.raises(Refused, match="cannot move backward"):
        portal.update("contacts", record, {"lifecyclestage": "lead"}, by=API)


def test_people_move_a_lifecycle_as_they_like(portal: Portal) -> None:
    record = portal.create("contacts", {"lifecyclestage": "customer"})

    portal.update("contacts", record, {"lifecyclestage": "lead"}, by="human")

    assert portal.get("contacts", record)["lifecyclestage"] == "lead"


def test_an_address_is_kept_in_lower_case_and_by_one_contact_alone(portal: Portal) -> None:
    first = portal.create("contacts", {"email": "Sato@Example.JP"})

    with pytest.raises(Refused, match=f"Contact already exists. Existing ID: {first}") as refused:
        portal.create("contacts", {"email": "sato@example.jp"})

    assert refused.value.status == 409
    assert portal.get("contacts", first)["email"] == "sato@example.jp"
    assert portal.get("contacts", first)["hs_email_domain"] == "example.jp"


def test_an_address_is_free_again_after_its_contact_is_gone(portal: Portal) -> None:
    first = portal.create("contacts", {"email": "a@example.jp"})
    second = portal.create("contacts", {"email": "b@example.jp"})
    portal.archive("contacts", first)

    assert portal.update("contacts", second, {"email": "a@example.jp"})
    assert portal.create("contacts", {"email": "b@example.jp"})


def test_a_company_gets_its_domain_from_its_website(portal: Portal) -> None:
    company = portal.create("companies", {"website": "https://www.Example.co.jp/about"})

    assert portal.get("companies", company)["domain"] == "example.co.jp"


def test_an_archived_record_is_gone_until_it_is_restored(portal: Portal) -> None:
    record = portal.create("contacts", {"email": "a@example.jp"})
    portal.archive("contacts", record)

    with pytest.raises(Refused):
        portal.get("contacts", record)
    assert portal.rows("contacts") == []

    portal.restore("contacts", record)
    assert portal.get("contacts", record)["email"] == "a@example.jp"


def test_what_was_never_archived_cannot_be_restored(portal: Portal) -> None:
    record = portal.create("contacts", {})

    with pytest.raises(Refused):
        portal.restore("contacts", record)


def test_a_merge_makes_a_record_of_a_new_id(portal: Portal) -> None:
    first = portal.create("contacts", {"email": "a@example.jp", "city": "Osaka"})
    second = portal.create("contacts", {"email": "b@example.jp", "city": "Kobe", "zip": "650"})

    merged = portal.merge("contacts", first, second)

    values = portal.get("contacts", merged)
    assert merged not in {first, second}
    assert (values["email"], values["city"], values["zip"]) == ("a@example.jp", "Osaka", "650")
    assert values["hs_merged_object_ids"] == f"{first};{second}"
    assert values["hs_calculated_merged_vids"].startswith(f"{first}:1793577600000;")
    assert portal.get("contacts", second) == values
    assert len(portal.rows("contacts")) == 1


def test_a_merge_of_deals_keeps_the_primary_id(portal: Portal) -> None:
    first, second = (portal.create("deals", {"dealname": name}) for name in "ab")

    assert portal.merge("deals", first, second) == first
    assert portal.get("deals", second)["dealname"] == "a"


def test_a_record_cannot_be_merged_with_itself(portal: Portal) -> None:
    record = portal.create("contacts", {})

    with pytest.raises(Refused, match="cannot be merged with itself"):
        portal.merge("contacts", record, record)


def test_merged_twice_means_every_old_id_finds_the_last_one(portal: Portal) -> None:
    ids = [portal.create("companies", {"name": name}) for name in "abc"]
    merged = portal.merge("companies", ids[0], ids[1])
    last = portal.merge("companies", merged, ids[2])

    assert all(portal.get("companies", one)["hs_object_id"] == last for one in (*ids, merged))
    assert portal.get("companies", last)["hs_merged_object_ids"].split(";") == [
        ids[0],
        ids[1],
        merged,
        ids[2],
    ]


def test_the_ledger_holds_old_and_new_value_of_every_field(portal: Portal, ledger: Ledger) -> None:
    record = portal.create("contacts", {"city": "Osaka"})
    portal.update("contacts", record, {"city": "Kobe", "zip": "650"}, by=API)

    changes = ledger.changes(service="hubspot", type="contacts", by=API)

    assert [(one.field, one.old, one.new) for one in changes] == [
        ("city", "Osaka", "Kobe"),
        ("zip", None, "650"),
    ]


def test_backdated_records_are_as_old_as_they_say(portal: Portal) -> None:
    record = portal.create("contacts", {}, at=START - timedelta(days=30))

    values = portal.get("contacts", record)

    assert values["createdate"] == "2026-10-03T00:00:00Z"
    assert values["lastmodifieddate"].startswith("2026-10-03T00:00:0")


def test_an_unknown_type_is_named(portal: Portal) -> None:
    with pytest.raises(Refused, match="Unable to infer object type from: butterflies"):
        portal.create("butterflies", {})


@pytest.mark.parametrize("name", ["contacts", "contact", "0-1", "CONTACT"])
def test_a_type_goes_by_plural_singular_and_id(portal: Portal, name: str) -> None:
    assert portal.create(name, {}) in {one["hs_object_id"] for one in portal.rows("contacts")}


@given(st.lists(st.tuples(st.sampled_from(["city", "zip"]), st.sampled_from(["", "a", "b"]))))
def test_the_last_value_of_the_history_is_what_the_record_says(
    writes: list[tuple[str, str]],
) -> None:
    portal = Portal(SandboxClock(START))
    record = portal.create("contacts", {})

    for name, value in writes:
        portal.update("contacts", record, {name: value})

    values = portal.get("contacts", record)
    for name in {name for name, _ in writes}:
        history = portal.history("contacts", record, name)
        assert (history[-1].value if history else "") == values.get(name, "")
        assert all(a.value != b.value for a, b in pairwise(history))
