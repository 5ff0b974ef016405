"""Another client, written by others, finds the same org."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from aiosalesforce import Salesforce
from aiosalesforce.auth import ClientCredentialsFlow, JwtBearerFlow, SoapLogin
from aiosalesforce.exceptions import (
    AuthenticationError,
    NotFoundError,
    RequestLimitExceededError,
    SalesforceError,
)
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.clock import SandboxClock
from sandbox.salesforce.apps import ADMIN_APP, PASSWORDS
from sandbox.salesforce.org import Org
from sandbox.server import Sandbox

T = TypeVar("T")
Asking = Callable[[Salesforce], Awaitable[T]]
HOST = "https://kaede.my.salesforce.com"


def asked(sandbox: Sandbox, asking: Asking[T], auth: object = None, version: str = "66.0") -> T:
    """What the client gets, through the sandbox as its proxy."""

    async def ask() -> T:
        trust = ssl.create_default_context(cafile=sandbox.ca_file)
        flow = auth or ClientCredentialsFlow(ADMIN_APP.key, ADMIN_APP.secret)
        async with httpx.AsyncClient(proxy=sandbox.url, verify=trust, trust_env=False) as web:
            return await asking(Salesforce(web, HOST, flow, version=version))  # type: ignore[arg-type]  # either flow

    return asyncio.run(ask())


async def all_rows(client: Salesforce, query: str) -> list[dict[str, object]]:
    return [row async for row in client.query(query)]


def test_it_logs_in_and_reads_page_by_page(sandbox: Sandbox, org: Org) -> None:
    org.page_limit = 7
    made = [org.create("Lead", {"LastName": "佐藤", "Company": "y"}) for _ in range(20)]

    rows = asked(sandbox, lambda client: all_rows(client, "SELECT Id, LastName FROM Lead"))

    assert [row["Id"] for row in rows] == made
    assert {row["LastName"] for row in rows} == {"佐藤"}


def test_it_logs_in_with_an_assertion(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = tmp_path / "key.pem"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with Sandbox(clock=SandboxClock(datetime.now(UTC))) as sandbox:
        sandbox.salesforce.apps.register(replace(ADMIN_APP, public_key=public.decode()))
        flow = JwtBearerFlow(ADMIN_APP.key, "admin@kaede-robotics.example", private)

        limits = asked(sandbox, lambda client: client.get_limits(), flow)

    assert limits["DailyApiRequests"]["Max"] == 115_000


def test_it_creates_reads_updates_and_deletes(sandbox: Sandbox, org: Org) -> None:
    async def work(client: Salesforce) -> dict[str, object]:
        made = await client.sobject.create("Account", {"Name": "Hayate"})
        await client.sobject.update("Account", made, {"Industry": "Transportation"})
        read = await client.sobject.get("Account", made, fields=["Name", "Industry"])
        await client.sobject.delete("Account", made)
        return dict(read)

    read = asked(sandbox, work)

    assert (read["Name"], read["Industry"]) == ("Hayate", "Transportation")
    assert org.rows("Account") == []


def test_it_upserts_by_an_external_id(sandbox: Sandbox, org: Org) -> None:
    org.define_field("Account", "Key__c", external_id=True)

    async def work(client: Salesforce) -> list[bool]:
        answers = [
            await client.sobject.upsert("Account", "k1", "Key__c", {"Name": name})
            for name in ("a", "b")
        ]
        return [one.created for one in answers]

    assert asked(sandbox, work) == [True, False]
    assert [row["Name"] for row in org.rows("Account")] == ["b"]


def test_it_sends_a_composite_batch(sandbox: Sandbox, org: Org) -> None:
    async def work(client: Salesforce) -> list[int]:
        async with client.composite.batch() as batch:
            made = batch.sobject.create("Account", {"Name": "a"})
            wrong = batch.sobject.create("Account", {})
        return [one.response["statusCode"] for one in (made, wrong)]

    assert asked(sandbox, work) == [201, 400]
    assert len(org.rows("Account")) == 1


def test_it_builds_one_record_upon_another_in_a_composite(sandbox: Sandbox, org: Org) -> None:
    async def work(client: Salesforce) -> list[int]:
        async with client.composite(all_or_none=True) as together:
            account = together.sobject.create("Account", {"Name": "Kaede & Söhne"})
            reference = str(account.reference.id)
            person = together.sobject.create("Contact", {"LastName": "x", "AccountId": reference})
            found = together.query("SELECT Id, Account.Name FROM Contact")
        assert [one["Account"]["Name"] for one in found.records] == ["Kaede & Söhne"]
        return [one.status_code for one in (account, person, found)]

    assert asked(sandbox, work) == [201, 201, 200]
    (account,), (person,) = org.rows("Account"), org.rows("Contact")
    assert person["AccountId"] == account["Id"]


def test_it_takes_a_composite_back_as_a_whole(sandbox: Sandbox, org: Org) -> None:
    async def work(client: Salesforce) -> list[str]:
        async with client.composite(all_or_none=True) as together:
            good = together.sobject.create("Account", {"Name": "a"})
            wrong = together.sobject.create("Account", {})
        bodies = [one.response_body for one in (good, wrong)]
        return [body[0]["errorCode"] for body in bodies if isinstance(body, list)]

    assert asked(sandbox, work) == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING"]
    assert org.rows("Account") == []


def test_it_sees_the_recycle_bin_when_it_asks(sandbox: Sandbox, org: Org) -> None:
    org.delete("Lead", org.create("Lead", {"LastName": "x", "Company": "y"}))

    async def both(client: Salesforce) -> list[int]:
        query = "SELECT Id FROM Lead"
        return [
            len([row async for row in client.query(query, include_all_records=everything)])
            for everything in (False, True)
        ]

    assert asked(sandbox, both) == [0, 1]


def test_it_writes_in_bulk_and_reads_what_became_of_it(sandbox: Sandbox, org: Org) -> None:
    org.define_field("Lead", "Key__c", external_id=True)
    rows = [{"LastName": "佐藤", "Company": "y", "Key__c": "k1"}, {"LastName": "x", "Key__c": "k2"}]

    async def work(client: Salesforce) -> tuple[int, list[str]]:
        ingest = client.bulk_v2.ingest
        jobs = [
            job
            async for job in ingest.perform_operation(
                "upsert", "Lead", rows, external_id_field="Key__c", polling_interval=0
            )
        ]
        (job,) = jobs
        await ingest.delete_job(job.job_info.id)
        return len(job.successful_results), [one["sf__Error"] for one in job.failed_results]

    done, errors = asked(sandbox, work)

    assert done == 1
    assert [error.partition(":")[0] for error in errors] == ["REQUIRED_FIELD_MISSING"]
    assert [row["LastName"] for row in org.rows("Lead")] == ["佐藤"]


def test_it_logs_in_by_password_where_the_version_allows_it(sandbox: Sandbox) -> None:
    password = PASSWORDS["admin"]
    flow = SoapLogin("admin@kaede-robotics.example", password[:-5], password[-5:])

    limits = asked(sandbox, lambda client: client.get_limits(), flow, version="64.0")

    assert limits["DailyApiRequests"]["Max"] == 115_000


def test_it_understands_what_went_wrong(sandbox: Sandbox) -> None:
    async def missing(client: Salesforce) -> None:
        await client.sobject.get("Lead", "00Q5g00000000zzAAA")

    async def malformed(client: Salesforce) -> None:
        await all_rows(client, "SELECT Foo__c FROM Lead")

    with pytest.raises(NotFoundError) as not_found:
        asked(sandbox, missing)
    with pytest.raises(SalesforceError) as refused:
        asked(sandbox, malformed)

    assert not_found.value.error_code == "NOT_FOUND"
    assert refused.value.error_code == "INVALID_FIELD"


def test_a_wrong_secret_is_an_authentication_error(sandbox: Sandbox) -> None:
    flow = ClientCredentialsFlow(ADMIN_APP.key, "wrong")

    with pytest.raises(AuthenticationError, match="invalid client credentials"):
        asked(sandbox, lambda client: client.get_limits(), flow)


def test_it_logs_in_again_when_its_session_has_expired(sandbox: Sandbox) -> None:
    async def twice(client: Salesforce) -> None:
        await client.get_limits()
        sandbox.salesforce.apps.expire()
        await client.get_limits()

    asked(sandbox, twice)

    assert sandbox.salesforce.apps.logins == 2


def test_it_is_told_when_the_allowance_is_spent(sandbox: Sandbox, org: Org) -> None:
    org.usage.set(org.usage.allowed)

    with pytest.raises(RequestLimitExceededError):
        asked(sandbox, lambda client: client.get_limits())
