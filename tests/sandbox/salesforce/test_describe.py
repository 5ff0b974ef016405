"""Describe, held against recorded describes where the shared folder is at hand."""

import json
from pathlib import Path

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceGeneralError, SalesforceResourceNotFound

from sandbox.salesforce.org import Org
from sandbox.server import Sandbox

RECORDED = ("Lead", "Contact", "Account", "Opportunity")


def recorded(shared: Path, name: str) -> dict[str, object]:
    path = shared / "recordings" / "salesforce" / "cumulusci" / f"describe_{name}.json"
    body: dict[str, object] = json.loads(path.read_text())["response"]["body"]
    return body


@pytest.mark.parametrize("name", RECORDED)
def test_an_object_has_the_keys_of_a_recorded_one(
    name: str, agent: Salesforce, shared: Path
) -> None:
    # Some were recorded on an older version, which had fewer keys.
    assert set(getattr(agent, name).describe()) >= set(recorded(shared, name))


@pytest.mark.parametrize("name", RECORDED)
def test_standard_fields_are_as_recorded(
    name: str, admin: Salesforce, org: Org, shared: Path
) -> None:
    body = recorded(shared, name)
    fields = body["fields"]
    assert isinstance(fields, list)
    was = {one["name"]: one for one in fields if not one["name"].endswith("__c")}
    now = {one["name"]: one for one in getattr(admin, name).describe()["fields"]}

    # The sandbox's choices are its own, and it says less about what is rarely asked.
    own = {"picklistValues", "defaultValue", "caseSensitive", "queryByDistance", "byteLength"}
    own |= {"cascadeDelete", "relationshipOrder", "nameField", "polymorphicForeignKey", "unique"}
    own |= {"namePointing", "calculated", "displayLocationInDecimal", "restrictedDelete"}
    assert set(now) == set(was)
    for field, told in was.items():
        assert set(now[field]) == set(told)
        differing = {key for key in told if key not in own and now[field][key] != told[key]}
        assert (field, differing) == (field, set())


def test_the_list_of_objects_has_the_keys_of_the_recorded_one(
    agent: Salesforce, shared: Path
) -> None:
    was = recorded(shared, "Global")
    now = agent.describe()

    assert now is not None
    assert set(now) == set(was)
    listed = was["sobjects"]
    assert isinstance(listed, list)
    assert set(now["sobjects"][0]) == set(listed[0])


def test_only_what_the_user_may_read_is_listed(agent: Salesforce, org: Org) -> None:
    org.permit("BBM_Agent", "Read", "Contact", granted=False)
    listed = agent.describe()

    assert listed is not None
    names = {one["name"] for one in listed["sobjects"]}
    assert {"Lead", "User", "LeadHistory"} <= names
    assert names.isdisjoint({"Contact", "CustomField", "AccountHistory"})
    with pytest.raises(SalesforceResourceNotFound):
        agent.Contact.describe()


def test_what_the_user_may_do_is_told(agent: Salesforce, admin: Salesforce) -> None:
    mine, theirs = agent.Lead.describe(), admin.Lead.describe()

    assert (mine["createable"], mine["updateable"], mine["deletable"]) == (False, True, False)
    assert (theirs["createable"], theirs["updateable"], theirs["deletable"]) == (True, True, True)


def test_a_field_nobody_granted_is_not_there(agent: Salesforce, org: Org) -> None:
    org.define_field("Lead", "Seen__c", "Number", precision=5, scale=2, help_text="why")
    org.define_field("Lead", "Hidden__c", visible=False)
    org.hide_field("Lead", "Industry")

    fields = {one["name"]: one for one in agent.Lead.describe()["fields"]}

    assert {"Hidden__c", "Industry"}.isdisjoint(fields)
    seen = fields["Seen__c"]
    assert (seen["type"], seen["precision"], seen["scale"]) == ("double", 5, 2)
    assert (seen["custom"], seen["inlineHelpText"]) == (True, "why")


def test_choices_are_listed_with_their_default(agent: Salesforce, org: Org) -> None:
    org.define_choices("Lead", "Industry", ["Manufacturing", "Education"])

    fields = {one["name"]: one for one in agent.Lead.describe()["fields"]}

    assert [one["value"] for one in fields["Industry"]["picklistValues"]] == [
        "Manufacturing",
        "Education",
    ]
    assert fields["Status"]["defaultValue"] == "Open - Not Contacted"
    assert fields["IsConverted"]["defaultValue"] is False


def test_record_types_appear_with_the_first_one(agent: Salesforce, org: Org) -> None:
    before = {one["name"] for one in agent.Lead.describe()["fields"]}
    made = org.define_record_type("Lead", "Partner Lead")
    after = agent.Lead.describe()

    assert "RecordTypeId" not in before
    assert "RecordTypeId" in {one["name"] for one in after["fields"]}
    assert [(one["name"], one["recordTypeId"]) for one in after["recordTypeInfos"]] == [
        ("Partner Lead", made),
        ("Master", "012000000000000AAA"),
    ]
    (row,) = agent.query("SELECT DeveloperName FROM RecordType")["records"]
    assert row["DeveloperName"] == "Partner_Lead"


class TestConditional:
    """Describing only when something changed."""

    def describe(self, agent: Salesforce, **headers: str) -> int:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            agent.Lead.describe(headers=sent)
        except SalesforceGeneralError as error:
            return int(error.status)
        return 200

    def stamp(self, agent: Salesforce, name: str) -> str:
        url = f"{agent.base_url}sobjects/Lead/describe"
        return str(agent.session.get(url, headers=agent.headers).headers[name])

    def test_nothing_new_is_not_modified(self, agent: Salesforce) -> None:
        modified = self.stamp(agent, "Last-Modified")
        tag = self.stamp(agent, "ETag")

        assert self.describe(agent, If_Modified_Since=modified) == 304
        assert self.describe(agent, If_None_Match=tag) == 304

    def test_a_new_field_is_news_even_within_the_same_second(
        self, agent: Salesforce, org: Org
    ) -> None:
        modified = self.stamp(agent, "Last-Modified")
        tag = self.stamp(agent, "ETag")
        org.define_field("Lead", "New__c")

        assert self.describe(agent, If_Modified_Since=modified) == 200
        assert self.describe(agent, If_None_Match=tag) == 200

    def test_a_new_grant_is_news(self, agent: Salesforce, org: Org) -> None:
        modified = self.stamp(agent, "Last-Modified")
        org.hide_field("Lead", "Title")

        assert self.describe(agent, If_Modified_Since=modified) == 200

    def test_a_date_nobody_can_read_asks_for_everything(self, agent: Salesforce) -> None:
        assert self.describe(agent, If_Modified_Since="last Tuesday") == 200


def test_a_brief_view_of_an_object_is_there(agent: Salesforce) -> None:
    assert agent.Lead.metadata()["objectDescribe"]["keyPrefix"] == "00Q"


@pytest.mark.parametrize("path", ["sobjects/Nothing/describe", "sobjects/Lead/a/b/c", "nothing"])
def test_what_is_not_there_is_not_found(path: str, agent: Salesforce) -> None:
    with pytest.raises(SalesforceResourceNotFound) as refused:
        agent.restful(path)

    assert refused.value.content == [
        {"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}
    ]


def test_names_of_objects_do_not_depend_on_case(agent: Salesforce, sandbox: Sandbox) -> None:
    del sandbox
    assert agent.restful("sobjects/lead/describe")["name"] == "Lead"


def test_an_object_of_the_customers_own_is_there(admin: Salesforce, org: Org) -> None:
    org.define_object("Visit__c", "Visit")
    org.define_field("Visit__c", "Place__c", length=80)
    made = admin.Visit__c.create({"Name": "first", "Place__c": "Osaka"})

    assert admin.Visit__c.get(made["id"])["Place__c"] == "Osaka"
    told = admin.Visit__c.describe()
    assert (told["custom"], told["keyPrefix"]) == (True, made["id"][:3])


def test_accounts_may_be_people(agent: Salesforce, org: Org) -> None:
    before = {one["name"] for one in agent.Account.describe()["fields"]}
    org.enable_person_accounts()
    after = {one["name"] for one in agent.Account.describe()["fields"]}

    assert {"IsPersonAccount", "PersonEmail", "LastName"} <= after - before


def test_an_object_has_a_layout_for_each_record_type(agent: Salesforce, org: Org) -> None:
    made = org.define_record_type("Lead", "Partner Lead")
    org.hide_field("Lead", "Industry")

    told = agent.restful("sobjects/Lead/describe/layouts")
    one = agent.Lead.describe_layout(made)

    assert [row["recordTypeId"] for row in told["recordTypeMappings"]][1:] == [made]
    assert told["recordTypeSelectorRequired"] == [True]
    (section,) = one["detailLayoutSections"]
    items = [row["layoutItems"][0] for row in section["layoutRows"]]
    shown = {item["layoutComponents"][0]["value"]: item["required"] for item in items}
    assert shown["LastName"] is True
    assert "Industry" not in shown
    with pytest.raises(SalesforceResourceNotFound):
        agent.Lead.describe_layout("012000000000001AAA")


def test_what_describe_names_is_there(agent: Salesforce) -> None:
    urls = agent.Account.describe()["urls"]
    answers = {
        name: agent.restful(urls[name].partition("/v66.0/")[2])
        for name in ("compactLayouts", "layouts", "approvalLayouts", "listviews", "quickActions")
    }
    assert answers["listviews"]["sobjectType"] == "Account"
    assert answers["approvalLayouts"] == {"approvalLayouts": []}
    for path in ("sobjects/LeadHistory/describe/layouts", "sobjects/Lead/describe/else"):
        with pytest.raises(SalesforceResourceNotFound):
            agent.restful(path)
