"""An org's own rules: what follows from what, and what becomes of whole records."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import SandboxClock
from sandbox.salesforce.org import Org
from sandbox.salesforce.refusals import Refusal

START = datetime(2026, 11, 2, tzinfo=UTC)
JULY = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def org() -> Org:
    return Org(SandboxClock(START))


@pytest.fixture
def lead(org: Org) -> str:
    return org.create(
        "Lead",
        {
            "LastName": "Sato",
            "FirstName": "Aoi",
            "Company": "Hayate Logistics K.K.",
            "Industry": "Transportation",
            "NumberOfEmployees": 800,
            "LeadSource": "Seminar",
            "City": "大阪市",
        },
        at=JULY,
        by="sales01",
    )


def deal(org: Org, **values: object) -> str:
    usual = {"Name": "d", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": 1000}
    return org.create("Opportunity", {**usual, **values}, at=JULY)


class TestCreating:
    def test_the_past_can_be_filled_in(self, org: Org, lead: str) -> None:
        row = org.get("Lead", lead)

        assert row["CreatedDate"] == row["SystemModstamp"] == "2026-07-01T12:00:00.000+0000"
        assert row["CreatedById"] == row["OwnerId"] == org.users["sales01"]
        assert (row["Name"], row["Status"]) == ("Aoi Sato", "Open - Not Contacted")

    def test_a_name_without_a_first_one_is_the_last_one(self, org: Org) -> None:
        made = org.create("Contact", {"LastName": "佐藤"})

        assert org.get("Contact", made)["Name"] == "佐藤"

    def test_nobody_unknown_makes_anything(self, org: Org) -> None:
        with pytest.raises(ValueError, match="no user 'stranger'"):
            org.create("Lead", {"LastName": "x", "Company": "y"}, by="stranger")

    def test_a_field_or_object_that_is_not_there_is_refused(self, org: Org) -> None:
        with pytest.raises(Refusal, match="No such column 'Foo' on sobject of type Lead"):
            org.create("Lead", {"Foo": 1})
        with pytest.raises(Refusal, match="'Toy' is not supported"):
            org.create("Toy", {})

    def test_the_same_acts_make_the_same_rows(self, org: Org, lead: str) -> None:
        twin = Org(SandboxClock(START))
        row = org.get("Lead", lead)
        kept = {name: row[name] for name in ("LastName", "FirstName", "Company", "Industry")}
        more = {name: row[name] for name in ("NumberOfEmployees", "LeadSource", "City")}

        made = twin.create("Lead", {**kept, **more}, at=JULY, by="sales01")

        assert twin.get("Lead", made) == row

    def test_rows_are_copies(self, org: Org, lead: str) -> None:
        org.rows("Lead")[0]["LastName"] = "changed"
        org.get("Lead", lead)["LastName"] = "changed"

        assert org.get("Lead", lead)["LastName"] == "Sato"


class TestStages:
    def test_a_stage_brings_its_facts(self, org: Org) -> None:
        made = deal(org)
        org.update("Opportunity", made, {"StageName": "Closed Won"}, at=JULY)

        row = org.get("Opportunity", made)
        assert (row["IsWon"], row["IsClosed"], row["Probability"]) == (True, True, 100)
        assert (row["ExpectedRevenue"], row["ForecastCategoryName"]) == (1000, "Closed")
        assert (row["FiscalYear"], row["FiscalQuarter"], row["Fiscal"]) == (2026, 4, "2026 4")

    def test_what_is_said_wins_over_what_the_stage_implies(self, org: Org) -> None:
        row = org.get("Opportunity", deal(org, Probability=33))

        assert (row["Probability"], row["ExpectedRevenue"]) == (33, 330)

    def test_without_an_amount_nothing_is_expected(self, org: Org) -> None:
        made = deal(org, Amount=None)

        assert org.get("Opportunity", made)["ExpectedRevenue"] is None

    def test_an_unknown_stage_implies_nothing(self, org: Org) -> None:
        row = org.get("Opportunity", deal(org, StageName="Engaging", CloseDate="2026-01-31"))

        assert "IsWon" not in row
        assert row["FiscalQuarter"] == 1

    def test_stages_and_statuses_can_be_added(self, org: Org) -> None:
        org.define_stage("Engaging", probability=15)
        org.define_stage("Lost to nobody", closed=True)
        org.define_stage("Signed", won=True)
        org.define_lead_status("Qualified")

        stages = {row["ApiName"]: row for row in org.rows("OpportunityStage")}
        assert (stages["Engaging"]["IsClosed"], stages["Engaging"]["DefaultProbability"]) == (
            False,
            15,
        )
        assert (stages["Lost to nobody"]["IsClosed"], stages["Lost to nobody"]["IsWon"]) == (
            True,
            False,
        )
        assert stages["Signed"]["IsWon"] is True
        statuses = [row["MasterLabel"] for row in org.rows("LeadStatus")]
        assert statuses[-1] == "Qualified"
        listed = org.definition("Lead").fields["Status"].choices
        assert [one.value for one in listed].count("Qualified") == 1


class TestHistory:
    def test_a_tracked_field_leaves_its_old_and_new_value(self, org: Org, lead: str) -> None:
        org.update("Lead", lead, {"Status": "Working - Contacted", "Title": "x"}, by="human")

        made, changed = org.rows("LeadHistory")
        assert made["Field"] == "created"
        assert (changed["Field"], changed["OldValue"], changed["NewValue"]) == (
            "Status",
            "Open - Not Contacted",
            "Working - Contacted",
        )
        assert (changed["LeadId"], changed["CreatedById"]) == (lead, org.users["human"])

    def test_an_owner_is_shown_by_its_relationship(self, org: Org, lead: str) -> None:
        org.update("Lead", lead, {"OwnerId": org.users["sales02"]})

        assert org.rows("LeadHistory")[-1]["Field"] == "Owner"

    def test_an_object_that_is_not_tracked_has_no_history(self, org: Org, lead: str) -> None:
        org.history.track("Lead", ())
        org.update("Lead", lead, {"Status": "Working - Contacted"})

        with pytest.raises(Refusal, match="'LeadHistory' is not supported"):
            org.rows("LeadHistory")
        with pytest.raises(Refusal, match="'AccountHistory' is not supported"):
            org.rows("AccountHistory")

    def test_other_objects_can_be_tracked(self, org: Org) -> None:
        org.history.track("Account", {"Type"})
        made = org.create("Account", {"Name": "x"})
        org.update("Account", made, {"Type": "Customer"})

        assert [row["NewValue"] for row in org.rows("AccountHistory")] == [None, "Customer"]
        assert org.history.tracked("Account") == {"Type"}

    def test_two_tracked_fields_at_once_leave_two_rows_in_the_order_sent(
        self, org: Org, lead: str
    ) -> None:
        owner = org.users["sales02"]
        org.update("Lead", lead, {"OwnerId": owner, "Status": "Working - Contacted"})

        assert [row["Field"] for row in org.rows("LeadHistory")] == ["created", "Owner", "Status"]

    def test_a_change_of_stage_is_dated(self, org: Org) -> None:
        made = deal(org)
        org.update("Opportunity", made, {"Amount": 5}, at=JULY + timedelta(1))
        before = org.get("Opportunity", made).get("LastStageChangeDate")
        org.update("Opportunity", made, {"StageName": "Qualification"}, at=JULY + timedelta(2))

        row = org.get("Opportunity", made)
        assert (before, row["LastStageChangeDate"]) == (None, "2026-07-03T12:00:00.000+0000")

    def test_every_step_of_an_opportunity_is_kept(self, org: Org) -> None:
        made = deal(org)
        org.update("Opportunity", made, {"StageName": "Qualification"}, at=JULY + timedelta(1))
        org.update("Opportunity", made, {"NextStep": "call"}, at=JULY + timedelta(2))
        org.update("Opportunity", made, {"Amount": 5}, at=JULY + timedelta(3))

        rows = org.rows("OpportunityHistory")
        assert [(row["StageName"], row["Amount"]) for row in rows] == [
            ("Prospecting", 1000),
            ("Qualification", 1000),
            ("Qualification", 5),
        ]
        assert rows[1]["CreatedDate"] == "2026-07-02T12:00:00.000+0000"


class TestConverting:
    def test_a_lead_becomes_a_contact_an_account_and_an_opportunity(
        self, org: Org, lead: str
    ) -> None:
        made = org.convert_lead(lead, at=JULY, by="sales01", opportunity={"Amount": 7})

        row = org.get("Lead", lead)
        assert (row["IsConverted"], row["Status"], row["ConvertedDate"]) == (
            True,
            "Closed - Converted",
            "2026-07-01",
        )
        assert (row["ConvertedAccountId"], row["ConvertedContactId"]) == (
            made["account"],
            made["contact"],
        )
        account = org.get("Account", made["account"])
        assert (account["Name"], account["NumberOfEmployees"], account["BillingCity"]) == (
            "Hayate Logistics K.K.",
            800,
            "大阪市",
        )
        contact = org.get("Contact", made["contact"])
        assert (contact["Name"], contact["AccountId"]) == ("Aoi Sato", made["account"])
        opportunity = org.get("Opportunity", made["opportunity"])
        assert (opportunity["Amount"], opportunity["LeadSource"]) == (7, "Seminar")
        assert opportunity["AccountId"] == made["account"]
        assert [one["Field"] for one in org.rows("LeadHistory")] == [
            "created",
            "Status",
            "leadConverted",
        ]

    def test_an_existing_account_is_joined(self, org: Org, lead: str) -> None:
        account = org.create("Account", {"Name": "there already"})

        made = org.convert_lead(lead, account_id=account)

        assert made == {"account": account, "contact": made["contact"]}
        assert len(org.rows("Account")) == 1
        assert org.rows("Opportunity") == []

    def test_mapped_fields_go_along(self, org: Org, lead: str) -> None:
        org.define_field("Lead", "Score__c", "Number")
        org.define_field("Account", "Lead_Score__c", "Number")
        org.automation.lead_mapping["Score__c"] = ("Account", "Lead_Score__c")
        org.update("Lead", lead, {"Score__c": 82})

        made = org.convert_lead(lead)

        assert org.get("Account", made["account"])["Lead_Score__c"] == 82

    def test_a_lead_is_converted_once(self, org: Org, lead: str) -> None:
        org.convert_lead(lead)

        with pytest.raises(Refusal, match="already converted"):
            org.convert_lead(lead)


class TestGoing:
    def test_a_deleted_record_comes_back(self, org: Org, lead: str) -> None:
        org.delete("Lead", lead)
        gone = org.rows("Lead")
        org.undelete("Lead", lead)

        assert gone == []
        assert [row["Id"] for row in org.rows("Lead")] == [lead]
        with pytest.raises(Refusal, match="does not exist"):
            org.undelete("Lead", lead)

    def test_an_account_takes_its_people_and_deals_along(self, org: Org) -> None:
        account = org.create("Account", {"Name": "x"})
        other = org.create("Contact", {"LastName": "other"})
        org.create("Contact", {"LastName": "x", "AccountId": account})
        deal(org, AccountId=account)

        org.delete("Account", account)

        assert [row["Id"] for row in org.rows("Contact")] == [other]
        assert org.rows("Opportunity") == []
        with pytest.raises(Refusal, match="entity is deleted"):
            org.update("Account", account, {"Name": "y"})

    def test_the_loser_of_a_merge_points_to_the_winner(self, org: Org, lead: str) -> None:
        loser = org.create("Lead", {"LastName": "x", "Company": "y"}, at=JULY)

        org.merge("Lead", lead, [loser], at=START)

        row = org.get("Lead", loser)
        assert (row["IsDeleted"], row["MasterRecordId"]) == (True, lead)
        assert row["SystemModstamp"] == "2026-11-02T00:00:00.000+0000"
        assert org.get("Lead", lead)["SystemModstamp"] == row["SystemModstamp"]
        with pytest.raises(Refusal, match="does not exist"):
            org.undelete("Lead", loser)

    def test_the_children_of_a_merged_account_move(self, org: Org) -> None:
        winner, loser = (org.create("Account", {"Name": name}) for name in "ab")
        contact = org.create("Contact", {"LastName": "x", "AccountId": loser})

        org.merge("Account", winner, [loser])
        org.delete("Account", winner)

        assert org.get("Contact", contact)["AccountId"] == winner
        assert org.get("Contact", contact)["IsDeleted"] is True

    def test_the_bin_is_emptied_after_fifteen_days(self, org: Org, lead: str) -> None:
        org.delete("Lead", lead)
        org.clock.advance(15 * 86_400)
        org.settle()
        still = org.rows("Lead", deleted=True)
        org.clock.advance(1)
        org.settle()

        assert len(still) == 1
        assert org.rows("Lead", deleted=True) == []
        with pytest.raises(Refusal, match="does not exist"):
            org.get("Lead", lead)

    def test_an_undeleted_record_is_not_emptied_away(self, org: Org, lead: str) -> None:
        org.delete("Lead", lead)
        org.undelete("Lead", lead)
        org.clock.advance(20 * 86_400)
        org.settle()

        assert len(org.rows("Lead")) == 1


def test_a_late_commit_is_seen_later_than_its_time(org: Org, lead: str) -> None:
    org.commit_late(
        "Lead",
        lead,
        {"Title": "late"},
        at=START,
        visible_at=START + timedelta(minutes=5),
        by="flow",
    )
    org.clock.advance(299)
    org.settle()
    before = org.get("Lead", lead).get("Title")
    org.clock.advance(1)
    org.settle()

    row = org.get("Lead", lead)
    assert before is None
    assert (row["Title"], row["SystemModstamp"]) == ("late", "2026-11-02T00:00:00.000+0000")


def test_a_hidden_field_can_be_defined_and_removed(org: Org) -> None:
    org.define_field("Lead", "X__c", visible=False)
    hidden = ("Lead", "X__c") in org.rights("admin").readable
    org.define_field("Lead", "Y__c")
    shown = ("Lead", "Y__c") in org.rights("agent").readable
    org.remove_field("Lead", "Y__c")

    assert (hidden, shown) == (False, True)
    assert ("Lead", "Y__c") not in org.rights("agent").readable
    assert ("Lead", "Title") not in org.rights("agent").editable
    assert ("Lead", "Title") in org.rights("human").editable


def test_a_user_can_be_added_and_acts(org: Org, lead: str) -> None:
    org.define_user("rep", "New", "Rep", title="Sales")
    org.update("Lead", lead, {"Title": "x"}, by="rep")

    assert org.get("Lead", lead)["LastModifiedById"] == org.users["rep"]
    assert [one.by for one in org.ledger.changes(field="Title")] == ["rep"]


def test_the_org_has_an_integration_user_and_a_sales_team(org: Org) -> None:
    names = {row["Alias"] for row in org.rows("User")}

    assert {"admin", "human", "agent", "flow", "sales01", "sales12"} <= names
    (organization,) = org.rows("Organization")
    assert str(organization["Id"]).startswith("00D")
    assert organization["IsSandbox"] is False
