"""Clients that others wrote find what the agent wrote, and what they write the agent respects."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx
import hubspot_sdk
import pytest
from aiosalesforce import Salesforce
from aiosalesforce.auth import ClientCredentialsFlow
from aiosalesforce.exceptions import SalesforceError
from hubspot_sdk import HubSpot

from sandbox.hubspot.tokens import RUNNING_TOKEN
from sandbox.salesforce.apps import ADMIN_APP
from sandbox.salesforce.org import Org
from sandbox.salesforce.permissions import grant
from tests.end_to_end.company import Company, id_of, synced_company

T = TypeVar("T")
SMALL = 120


@pytest.fixture
def salesforce(tmp_path: Path) -> Iterator[Company]:
    with synced_company("salesforce", tmp_path, size=SMALL) as one:
        show_our_fields(one.sandbox.salesforce)
        yield one


def show_our_fields(org: Org) -> None:
    """Grant the administrator our fields: whoever makes a field does not see it by that alone."""
    everyone = org.tables["PermissionSet"].rows
    (admins,) = (id_ for id_, row in everyone.items() if row["Name"] == "Administrator")
    for field in ("BBM_ICP__c", "BBM_Score__c", "BBM_Override__c", "BBM_Override_Until__c"):
        grant(org, admins, f"Lead.{field}", edit=True)


@pytest.fixture
def hubspot(tmp_path: Path) -> Iterator[Company]:
    with synced_company("hubspot", tmp_path, size=SMALL) as one:
        yield one


def asked(one: Company, asking: Callable[[Salesforce], Awaitable[T]]) -> T:
    """What aiosalesforce gets, through the sandbox as its proxy."""

    async def ask() -> T:
        trust = ssl.create_default_context(cafile=one.sandbox.ca_file)
        login = ClientCredentialsFlow(ADMIN_APP.key, ADMIN_APP.secret)
        address = one.sandbox.salesforce.my_domain
        async with httpx.AsyncClient(proxy=one.sandbox.url, verify=trust, trust_env=False) as web:
            return await asking(Salesforce(web, address, login, version="66.0"))

    return asyncio.run(ask())


async def all_rows(client: Salesforce, query: str) -> Sequence[Mapping[str, Any]]:
    return [row async for row in client.query(query)]


def sdk(one: Company) -> HubSpot:
    return HubSpot(access_token=RUNNING_TOKEN, base_url=one.sandbox.url, max_retries=0)


def flagged(one: Company, kind: str, field: str, flag: str) -> set[str]:
    return {id_of(row) for row in one.rows(kind) if row.get(field) == flag}


def test_aiosalesforce_queries_the_flags(salesforce: Company) -> None:
    query = "SELECT Id, BBM_Score__c FROM Lead WHERE BBM_ICP__c = 'icp' AND BBM_Score__c >= 60"

    rows = asked(salesforce, lambda client: all_rows(client, query))

    assert {row["Id"] for row in rows} == flagged(salesforce, "Lead", "BBM_ICP__c", "icp")
    assert rows


def test_aiosalesforce_sees_our_fields_in_the_description(salesforce: Company) -> None:
    async def describe(client: Salesforce) -> Mapping[str, Any]:
        url = f"{client.base_url}/services/data/v66.0/sobjects/Lead/describe"
        answer = await client.request("GET", url)  # type: ignore[arg-type]  # self is left out
        found: Mapping[str, Any] = json.loads(answer.content)
        return found

    fields = {field["name"]: field for field in asked(salesforce, describe)["fields"]}

    flag = fields["BBM_ICP__c"]
    assert [option["value"] for option in flag["picklistValues"]] == ["icp", "not_icp", "unknown"]
    assert fields["BBM_Score__c"]["type"] == "double"
    assert fields["BBM_Override_Until__c"]["type"] == "date"


def test_an_override_by_aiosalesforce_is_respected(salesforce: Company) -> None:
    chosen = min(flagged(salesforce, "Lead", "BBM_ICP__c", "not_icp"))
    decision = {"BBM_Override__c": "icp"}

    asked(salesforce, lambda client: client.sobject.update("Lead", chosen, decision))
    salesforce.sandbox.clock.advance(60)
    salesforce.sync()

    assert chosen in flagged(salesforce, "Lead", "BBM_ICP__c", "icp")


def test_aiosalesforce_gets_the_right_errors(salesforce: Company) -> None:
    wrong = {
        "SELECT BBM_Flag__c FROM Lead": "INVALID_FIELD",
        "SELECT Id FROM Leads": "INVALID_TYPE",
        "SELECT Id FRM Lead": "MALFORMED_QUERY",
    }

    async def codes(client: Salesforce) -> Mapping[str, str | None]:
        return {query: await refusal(client, query) for query in wrong}

    assert asked(salesforce, codes) == wrong


async def refusal(client: Salesforce, query: str) -> str | None:
    with pytest.raises(SalesforceError) as refused:
        await all_rows(client, query)
    return refused.value.error_code


def test_hubspot_sdk_searches_for_the_flags(hubspot: Company) -> None:
    wanted = {"property_name": "bbm_icp", "operator": "EQ", "value": "icp"}
    with sdk(hubspot) as client:
        found = client.crm.objects.contacts.search(
            after="0",
            filter_groups=[{"filters": [wanted]}],
            limit=100,
            properties=["bbm_icp"],
            sorts=["hs_object_id"],
        )

    assert {one.id for one in found.results} == flagged(hubspot, "contacts", "bbm_icp", "icp")
    assert found.total


def test_hubspot_sdk_sees_our_properties(hubspot: Company) -> None:
    with sdk(hubspot) as client:
        flag = client.crm.properties.get("bbm_icp", object_type="deals")

    assert (flag.type, flag.field_type) == ("enumeration", "select")
    assert [option.value for option in flag.options] == ["icp", "not_icp", "unknown"]


def test_an_override_by_hubspot_sdk_is_respected(hubspot: Company) -> None:
    chosen = min(flagged(hubspot, "contacts", "bbm_icp", "not_icp"))

    with sdk(hubspot) as client:
        client.crm.objects.contacts.update(chosen, properties={"bbm_override": "icp"})
    hubspot.sandbox.clock.advance(60)
    hubspot.sync()

    assert chosen in flagged(hubspot, "contacts", "bbm_icp", "icp")


def test_hubspot_sdk_gets_the_right_error_for_a_value_that_is_no_option(hubspot: Company) -> None:
    chosen = min(flagged(hubspot, "contacts", "bbm_icp", "icp"))

    with sdk(hubspot) as client, pytest.raises(hubspot_sdk.BadRequestError, match="INVALID_OPTION"):
        client.crm.objects.contacts.update(chosen, properties={"bbm_override": "maybe"})
