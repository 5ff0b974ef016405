"""What has to be in an org before a cassette can be played to it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sandbox.clock import SandboxClock
from sandbox.salesforce.org import Org

_OF_PARTNERS = (
    "ChannelProgramName",
    "ChannelProgramLevelName",
    "IsCustomerPortal",
    "IsPartner",
    "OperatingHoursId",
)

World = Callable[[Org], None]
_OPENED = datetime(2020, 8, 14, tzinfo=UTC)  # one cassette asks what changed since September


def prepared(cassette: str) -> Org:
    """An org as the cassette found its own, with a right that its user had."""
    clock = SandboxClock(_OPENED)
    org = Org(clock)
    clock.advance(timedelta(days=30).total_seconds())
    _WORLDS.get(cassette, _nothing)(org)
    return org


def _nothing(org: Org) -> None:
    """Most cassettes begin with an empty org."""


def _shared(org: Org) -> None:
    org.define_object("Custom__c", "My Custom Object")
    org.define_field("Custom__c", "CustomField__c", length=80)
    trial = {"TrialExpirationDate": _OPENED, "WebToCaseDefaultOrigin": "Web"}
    org.update("Organization", org.org_id, trial)


def _people(org: Org) -> None:
    """An org without partners and portals, in which accounts may be people."""
    org.enable_person_accounts()
    for name in _OF_PARTNERS:
        org.objects["Account"].drop(name)


def _counted_before(org: Org) -> None:
    """Its statistics did not know yet what the cassette wrote."""
    org.switches.statistics_age = timedelta(hours=1)


def _accounts(org: Org) -> None:
    org.define_record_type("Account", "PytestAccountRecordType")
    for number in range(6):
        org.create("Account", {"Name": f"Account {number}", "CleanStatus": "Pending"})


def _deleted(org: Org) -> None:
    """Statistics still count what was there."""
    org.delete("Account", org.create("Account", {"Name": "x"}))
    for _ in range(2):
        org.delete("Contact", org.create("Contact", {"LastName": "x"}))


def _events(org: Org) -> None:
    details = {"Description": "x", "Phone": "12345632", "AccountNumber": "123"}
    accounts = [org.create("Account", {"Name": f"Star {n}", **details}) for n in range(10)]
    contact = org.create("Contact", {"LastName": "Contact"})
    for what in (None, accounts[0]):
        about = {"WhoId": contact, "WhatId": what, "Subject": "x", "DurationInMinutes": 60}
        org.create("Event", {**about, "ActivityDateTime": "2024-11-07T07:00:00.000+0000"})


_WORLDS: Mapping[str, World] = {
    "shared_cassettes": _shared,
    "GET_sobjects_Account_PersonAccount_describe": _people,
    "TestDatasetsE2E.test_datasets_e2e": _accounts,
    "TestDatasetsE2E.test_datasets_extract_standard_objects": _accounts,
    "TestUpdatesIntegrationTests.test_updates_task": _accounts,
    "TestUpsert.test_upsert_complex_fields__bulk": _counted_before,
    "TestUpsert.test_upsert_complex_external_id_field__rest": _deleted,
    "TestUpsert.test_upsert_complex_external_id_field_rest__duplicate_error": _deleted,
    "TestSelect.test_select_similarity_select_and_insert_strategy_bulk": _events,
}
