"""HubSpot's own newer client against the portal: strict types, dated paths, over HTTP."""

from collections.abc import Iterator

import hubspot_sdk
import pytest
from hubspot_sdk import HubSpot

from sandbox.hubspot.tokens import RUNNING_TOKEN, SETUP_TOKEN
from sandbox.server import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def _client(sandbox: Sandbox, token: str, *, strict: bool = True) -> HubSpot:
    return HubSpot(
        access_token=token,
        base_url=sandbox.url,
        max_retries=0,
        _strict_response_validation=strict,
    )


@pytest.fixture
def sdk(sandbox: Sandbox) -> Iterator[HubSpot]:
    with _client(sandbox, RUNNING_TOKEN) as client:
        yield client


def test_it_lists_page_by_page(sandbox: Sandbox, sdk: HubSpot) -> None:
    ids = [sandbox.hubspot.create("contacts", {"city": "Kobe"}) for _ in range(25)]

    found = list(sdk.crm.objects.contacts.list(limit=10, properties=["city"]))

    assert [one.id for one in found] == ids
    assert {one.properties["city"] for one in found} == {"Kobe"}


def test_it_searches(sandbox: Sandbox, sdk: HubSpot) -> None:
    sandbox.hubspot.create("companies", {"name": "Alpha", "numberofemployees": 9})
    big = sandbox.hubspot.create("companies", {"name": "Beta", "numberofemployees": 90})
    sandbox.clock.advance(10)

    found = sdk.crm.objects.companies.search(
        after="0",
        filter_groups=[
            {"filters": [{"property_name": "numberofemployees", "operator": "GT", "value": "9"}]}
        ],
        limit=10,
        properties=["name"],
        sorts=["hs_object_id"],
    )

    assert (found.total, [one.id for one in found.results]) == (1, [big])


def test_it_reads_and_writes_in_batches(sandbox: Sandbox, sdk: HubSpot) -> None:
    ids = [sandbox.hubspot.create("contacts", {}) for _ in range(3)]

    written = sdk.crm.objects.contacts.batch.update(
        inputs=[{"id": one, "properties": {"city": "Kobe"}} for one in ids]
    )
    read = sdk.crm.objects.contacts.batch.get(
        inputs=[{"id": one} for one in ids],
        properties=["city"],
        properties_with_history=["city"],
    )

    assert written.status == "COMPLETE"
    assert [one.properties["city"] for one in read.results] == ["Kobe"] * 3
    history = read.results[0].properties_with_history["city"]
    assert history[0].source_type == "INTEGRATION"


def test_it_creates_changes_merges_and_archives(sandbox: Sandbox, sdk: HubSpot) -> None:
    contacts = sdk.crm.objects.contacts
    one = contacts.create(properties={"firstname": "Haruka"}, associations=[])
    other = contacts.create(properties={"firstname": "Ken"}, associations=[])
    contacts.update(other.id, properties={"city": "Kobe"})

    merged = contacts.merge(object_id_to_merge=other.id, primary_object_id=one.id)
    contacts.delete(merged.id)

    assert merged.id not in {one.id, other.id}
    with pytest.raises(hubspot_sdk.NotFoundError):
        contacts.get(merged.id)


def test_it_reads_owners_pipelines_and_limits(sandbox: Sandbox, sdk: HubSpot) -> None:
    owners = list(sdk.crm.owners.list(limit=2))
    pipelines = sdk.crm.pipelines.list("deals").results
    stages = sdk.crm.pipelines.list_stages("default", object_type="deals").results

    assert len(owners) == 6
    assert [one.id for one in pipelines] == ["default", "21730432"]
    assert stages[-2].metadata == {"isClosed": "true", "probability": "1.0"}


def test_it_reads_the_account(sandbox: Sandbox, sdk: HubSpot) -> None:
    details = sdk.account.get()

    usage = sdk.account.get_daily_private_apps_usage()

    assert (details.portal_id, details.time_zone) == (48210437, "Asia/Tokyo")
    assert usage.results[0].usage_limit == 650_000


def test_it_makes_properties(sandbox: Sandbox) -> None:
    with _client(sandbox, SETUP_TOKEN) as sdk:
        group = sdk.crm.properties.groups.create("contacts", label="BBM", name="bbm")
        made = sdk.crm.properties.create(
            "contacts",
            field_type="number",
            group_name=group.name,
            label="Score",
            name="bbm_score",
            type="number",
        )
        native = sdk.crm.properties.get("email", object_type="contacts")
        every = sdk.crm.properties.list("deals").results
        with pytest.raises(hubspot_sdk.ConflictError):
            sdk.crm.properties.groups.create("contacts", label="BBM", name="bbm")

    assert made.modification_metadata is not None
    assert made.modification_metadata.read_only_value is False
    assert native.hubspot_defined is True
    assert "hs_is_closed_won" in {one.name for one in every}


def test_it_reads_and_makes_associations(sandbox: Sandbox) -> None:
    # Not strict: the real API answers `toObjectId` as a number, where this client says text.
    sdk = _client(sandbox, RUNNING_TOKEN, strict=False)
    contact = sandbox.hubspot.create("contacts", {})
    company = sandbox.hubspot.create("companies", {})
    links = sdk.crm.associations

    links.batch.create_default(
        "companies",
        from_object_type="contacts",
        inputs=[{"from": {"id": contact}, "to": {"id": company}}],
    )
    read = links.batch.get("companies", from_object_type="contacts", inputs=[{"id": contact}])

    (one,) = read.results
    assert str(one.to[0].to_object_id) == company
    assert {kind.type_id for kind in one.to[0].association_types} == {1, 279}


@pytest.mark.parametrize(
    ("token", "error"),
    [("pat-na1-0", "AuthenticationError"), (RUNNING_TOKEN, "PermissionDeniedError")],
)
def test_it_recognises_refusals(sandbox: Sandbox, token: str, error: str) -> None:
    with (
        _client(sandbox, token) as sdk,
        pytest.raises(getattr(hubspot_sdk, error)),
    ):
        sdk.crm.objects.leads.list()


def test_it_recognises_a_bad_value_and_a_full_window(sandbox: Sandbox, sdk: HubSpot) -> None:
    with pytest.raises(hubspot_sdk.BadRequestError, match="PROPERTY_DOESNT_EXIST"):
        sdk.crm.objects.contacts.create(properties={"nothing": "1"}, associations=[])

    sandbox.hubspot.knobs.calls_per_ten_seconds = 1
    with pytest.raises(hubspot_sdk.RateLimitError):
        sdk.crm.objects.contacts.list()
