"""The stage map that a CRM's own statuses propose: by meaning, then by words, never by guess."""

import copy
from typing import Any

import pytest

from agent.config.templates import template
from agent.proposal import choose_kinds, propose, propose_stages
from bbm_core.records import RecordKind
from connectors.contract import FieldInfo, KindInfo, StatusOption

LEAD, CONTACT, DEAL, ACCOUNT = (
    RecordKind.LEAD,
    RecordKind.CONTACT,
    RecordKind.OPPORTUNITY,
    RecordKind.ACCOUNT,
)


def kind(*options: StatusOption, fields: tuple[str, ...] = ()) -> KindInfo:
    return KindInfo("Kind", {n: FieldInfo(n, n, "string") for n in fields}, statuses=options)


def option(value: str, label: str = "", **meaning: bool) -> StatusOption:
    return StatusOption(value, label or value, **meaning)


def stage_of(one: StatusOption, owner: RecordKind = LEAD) -> str | None:
    """The stage that names this status; None when it is outside the funnel."""
    stages, outside = propose_stages({owner: kind(one)}, {})
    found = [
        stage["name"]
        for stage in stages
        for rule in stage["enter"]
        if one.value in rule.get("status", ())
    ]
    assert len(found) <= 1
    assert bool(found) is not any(o.status == one.value for o in outside) or one.is_converted
    return found[0] if found else None


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("Open - Not Contacted", "acquisition"),
        ("New", "acquisition"),
        ("新規", "acquisition"),
        ("未対応", "acquisition"),
        ("Working - Contacted", "nurturing"),
        ("Nurturing", "nurturing"),
        ("In Progress", "nurturing"),
        ("育成中", "nurturing"),
        ("MQL", "nurturing"),
        ("Marketing Qualified", "nurturing"),
        ("Qualified", "handover"),
        ("SQL", "handover"),
        ("Sales Qualified Lead", "handover"),
        ("Accepted by sales", "handover"),
        ("営業送客済", "handover"),
        ("Unqualified", None),
        ("Not qualified", None),
        ("Closed - Not Converted", None),
        ("Junk lead", None),
        ("対象外", None),
        ("要確認", None),
        ("", None),
    ],
)
def test_the_words_of_a_leads_status_tell_its_stage(status: str, stage: str | None) -> None:
    assert stage_of(option(status)) == stage


@pytest.mark.parametrize(
    ("value", "label", "stage"),
    [
        ("subscriber", "Subscriber", "acquisition"),
        ("lead", "リード", "acquisition"),
        ("marketingqualifiedlead", "MQL", "nurturing"),
        ("salesqualifiedlead", "SQL", "handover"),
        ("opportunity", "Opportunity", None),
        ("customer", "Customer", None),
        ("lead-pipeline/17", "要フォロー", None),
        ("lead-pipeline/18", "New", "acquisition"),
    ],
)
def test_a_lifecycle_stage_is_told_by_its_value_or_its_label(
    value: str, label: str, stage: str | None
) -> None:
    assert stage_of(option(value, label), CONTACT) == stage


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("Customer", "customer"),
        ("Customer - Direct", "customer"),
        ("既存顧客", "customer"),
        ("Former customer", None),
        ("Customer (churned)", None),
        ("Prospect", None),
        ("Partner", None),
    ],
)
def test_the_type_of_an_account_tells_a_customer(status: str, stage: str | None) -> None:
    assert stage_of(option(status), ACCOUNT) == stage


def test_a_meaning_counts_before_words() -> None:
    converted = option("Working", is_converted=True, is_closed=True)
    won = option("Somebody", is_won=True)

    stages, outside = propose_stages({LEAD: kind(converted), ACCOUNT: kind(won)}, {})

    ways = {stage["name"]: stage["enter"] for stage in stages}
    assert ways["handover"] == [{"kind": "lead", "when": "converted"}]
    assert ways["customer"] == [{"kind": "account", "when": "status", "status": ["Somebody"]}]
    assert not outside


def test_a_stage_that_nothing_records_is_left_out() -> None:
    stages, outside = propose_stages({LEAD: kind(), ACCOUNT: kind(option("Prospect"))}, {})

    assert [stage["name"] for stage in stages] == ["acquisition"]
    assert [one.status for one in outside] == ["Prospect"]


def test_open_stages_of_opportunities_need_no_map() -> None:
    stages, outside = propose_stages({DEAL: kind(option("Prospecting"), option("Lost"))}, {})

    assert [stage["name"] for stage in stages] == ["opportunity", "won"]
    assert not outside


def test_contacts_carry_the_early_stages_only_where_there_are_no_leads() -> None:
    stages, _ = propose_stages({LEAD: kind(option("New")), CONTACT: kind(option("lead"))}, {})

    assert {rule["kind"] for stage in stages for rule in stage["enter"]} == {"lead"}


EVERYTHING = {
    ACCOUNT: kind(option("Customer"), fields=("NumberOfEmployees", "Industry", "Type", "Name")),
    LEAD: kind(option("New"), fields=("Industry", "Company", "LeadSource")),
    CONTACT: kind(fields=("Title",)),
    DEAL: kind(fields=("Type", "LeadSource")),
}


def test_what_the_crm_has_no_field_for_is_left_out() -> None:
    proposal = propose(template("salesforce"), EVERYTHING)

    values = proposal.values
    assert values["attributes"]["employees"].keys() == {"label", "plausible", "account"}
    assert "country" not in values["attributes"], "no kind has it"
    assert "country" not in {c["id"] for c in values["icp"]["profiles"][0]["criteria"]}
    assert values["slices"] == ["industry"]
    assert values["kinds"]["contact"] == {"write": True}, "it has no channel"
    assert values["kinds"]["lead"] == {"channel": "LeadSource"}
    assert {"attributes.country", "attributes.employees.lead (NumberOfEmployees)"} <= set(
        proposal.left_out
    )


def test_a_kind_that_the_user_cannot_see_is_left_out() -> None:
    kinds = {one: info for one, info in EVERYTHING.items() if one is not CONTACT}

    proposal = propose(template("salesforce"), kinds)

    assert "contact" not in proposal.values["kinds"]
    assert "kinds.contact" in proposal.left_out


def test_a_profile_that_could_ask_nothing_keeps_its_questions() -> None:
    bare = {one: kind(*info.statuses) for one, info in EVERYTHING.items()}

    values = propose(template("salesforce"), bare).values

    assert values["icp"]["profiles"][0]["criteria"]
    asked = {c["attribute"] for c in values["icp"]["profiles"][0]["criteria"]}
    assert asked <= values["attributes"].keys()


def test_the_example_itself_is_not_changed() -> None:
    example: dict[str, Any] = template("salesforce")
    before = copy.deepcopy(example)

    propose(example, EVERYTHING)
    choose_kinds(example, [LEAD])

    assert example == before


def test_a_kind_that_the_example_does_not_read_can_be_chosen() -> None:
    assert choose_kinds(template("hubspot"), [LEAD])["kinds"] == {"lead": {"write": True}}
