"""Records by a key of somebody else, and what changed between two moments."""

from datetime import UTC, datetime, timedelta

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)

from sandbox.salesforce.org import Org
from sandbox.server import Sandbox

START = datetime(2026, 11, 2, tzinfo=UTC)


class TestExternalIds:
    """Records by a key of somebody else's."""

    @pytest.fixture(autouse=True)
    def key(self, org: Org) -> None:
        org.define_field("Lead", "Key__c", length=40, external_id=True)

    def test_an_upsert_creates_and_then_updates(self, admin: Salesforce, org: Org) -> None:
        path = "sobjects/Lead/Key__c/a%2Fb"
        first = admin.restful(path, method="PATCH", json={"LastName": "x", "Company": "y"})
        second = admin.restful(path, method="PATCH", json={"LastName": "z"})

        assert (first["created"], second["created"]) == (True, False)
        assert first["id"] == second["id"]
        assert (org.get("Lead", first["id"])["Key__c"]) == "a/b"
        assert admin.Lead.get_by_custom_id("Key__c", "a/b")["LastName"] == "z"

    def test_an_upsert_may_be_kept_from_creating(self, admin: Salesforce) -> None:
        with pytest.raises(SalesforceResourceNotFound):
            admin.restful(
                "sobjects/Lead/Key__c/none", params={"updateOnly": "true"}, method="PATCH", json={}
            )

    def test_several_records_of_one_key_are_listed(self, admin: Salesforce, org: Org) -> None:
        for _ in range(2):
            org.create("Lead", {"LastName": "x", "Company": "y", "Key__c": "same"})

        with pytest.raises(SalesforceMoreThanOneRecord) as several:
            admin.Lead.get_by_custom_id("Key__c", "same")
        assert len(several.value.content) == 2

    def test_a_field_that_is_no_key_is_refused_by_name(self, admin: Salesforce) -> None:
        with pytest.raises(SalesforceResourceNotFound, match="not accessible: Title"):
            admin.Lead.get_by_custom_id("Title", "x")
        with pytest.raises(SalesforceResourceNotFound, match="does not exist"):
            admin.Lead.get_by_custom_id("Key__c", "nowhere")


class TestReplication:
    """What changed, and what went, between two moments."""

    def test_changed_records_are_told_by_id(
        self, agent: Salesforce, lead: str, org: Org, sandbox: Sandbox
    ) -> None:
        sandbox.clock.advance(600)
        late = org.create("Lead", {"LastName": "x", "Company": "y"})

        both = agent.Lead.updated(START - timedelta(hours=1), START + timedelta(hours=1))
        one = agent.Lead.updated(START + timedelta(minutes=5), START + timedelta(hours=1))

        assert both["ids"] == [lead, late]
        assert one["ids"] == [late]
        assert one["latestDateCovered"] == "2026-11-02T00:10:00.000+0000"  # not the future

    def test_deleted_records_are_told_with_their_time(
        self, agent: Salesforce, lead: str, org: Org, sandbox: Sandbox
    ) -> None:
        sandbox.clock.advance(60)
        org.delete("Lead", lead)

        told = agent.Lead.deleted(START, START + timedelta(hours=1))

        assert told["deletedRecords"] == [
            {"id": lead, "deletedDate": "2026-11-02T00:01:00.000+0000"}
        ]
        assert told["earliestDateAvailable"] == "2026-10-03T00:01:00.000+0000"
        assert agent.Lead.updated(START, START + timedelta(hours=1))["ids"] == []

    def test_an_open_transaction_holds_back_what_is_covered(
        self, agent: Salesforce, lead: str, org: Org, sandbox: Sandbox
    ) -> None:
        sandbox.clock.advance(1200)
        org.commit_late(
            "Lead",
            lead,
            {"Title": "late"},
            at=START + timedelta(minutes=10),
            visible_at=START + timedelta(minutes=30),
        )

        before = agent.Lead.updated(START, START + timedelta(minutes=20))
        sandbox.clock.advance(600)
        after = agent.Lead.updated(START, START + timedelta(minutes=20))

        assert before["latestDateCovered"] == "2026-11-02T00:10:00.000+0000"
        assert after["latestDateCovered"] == "2026-11-02T00:20:00.000+0000"
        assert after["ids"] == [lead]
        assert org.get("Lead", lead)["SystemModstamp"] == "2026-11-02T00:10:00.000+0000"

    @pytest.mark.parametrize(
        ("start", "end"), [(timedelta(1), timedelta(0)), (timedelta(-31), timedelta(0))]
    )
    def test_a_range_that_is_too_old_or_reversed_is_refused(
        self, start: timedelta, end: timedelta, agent: Salesforce
    ) -> None:
        with pytest.raises(SalesforceMalformedRequest, match="INVALID_REPLICATION_DATE"):
            agent.Lead.updated(START + start, START + end)

    def test_a_broken_date_is_refused(self, agent: Salesforce) -> None:
        with pytest.raises(SalesforceMalformedRequest, match="bad date"):
            agent.restful("sobjects/Lead/updated", params={"start": "x", "end": "y"})

    @pytest.mark.parametrize("which", ["updated", "deleted"])
    def test_more_ids_than_one_answer_holds_are_refused(
        self, which: str, agent: Salesforce, org: Org
    ) -> None:
        org.switches.most_ids = 1
        made = [org.create("Lead", {"LastName": "x", "Company": "y"}) for _ in range(2)]
        if which == "deleted":
            for one in made:
                org.delete("Lead", one)

        with pytest.raises(SalesforceMalformedRequest, match="EXCEEDED_ID_LIMIT"):
            getattr(agent.Lead, which)(START, START + timedelta(hours=1))

    def test_only_what_the_user_sees_is_told(self, agent: Salesforce, lead: str, org: Org) -> None:
        org.permit("BBM_Agent", "ViewAllRecords", "Lead", granted=False)
        mine = org.create("Lead", {"LastName": "x", "Company": "y"}, by="agent")

        assert lead
        assert agent.Lead.updated(START, START + timedelta(hours=1))["ids"] == [mine]

    def test_some_objects_are_not_replicated(self, agent: Salesforce) -> None:
        with pytest.raises(SalesforceMalformedRequest, match="does not support replication"):
            agent.Profile.updated(START, START + timedelta(hours=1))
