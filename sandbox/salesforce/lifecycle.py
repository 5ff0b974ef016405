"""What happens to whole records: conversion, merge, recycle bin."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.salesforce.coerce import wire_time
from sandbox.salesforce.refusals import Refusal, not_found
from sandbox.salesforce.table import Row, Touch

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_BIN_DAYS = 15
_TO_ACCOUNT = {
    "Company": "Name",
    "Industry": "Industry",
    "AnnualRevenue": "AnnualRevenue",
    "NumberOfEmployees": "NumberOfEmployees",
    "Website": "Website",
    "Phone": "Phone",
    "Street": "BillingStreet",
    "City": "BillingCity",
    "State": "BillingState",
    "PostalCode": "BillingPostalCode",
    "Country": "BillingCountry",
    "LeadSource": "AccountSource",
    "Rating": "Rating",
}
_TO_CONTACT = {
    "FirstName": "FirstName",
    "LastName": "LastName",
    "Salutation": "Salutation",
    "Title": "Title",
    "Email": "Email",
    "Phone": "Phone",
    "MobilePhone": "MobilePhone",
    "LeadSource": "LeadSource",
    "Street": "MailingStreet",
    "City": "MailingCity",
    "State": "MailingState",
    "PostalCode": "MailingPostalCode",
    "Country": "MailingCountry",
}
_CHILDREN = {"Account": ("Contact", "Opportunity")}


def convert(
    org: "Org",
    id_: str,
    touch: Touch,
    opportunity: Mapping[str, object] | None,
    account_id: str | None,
) -> dict[str, str]:
    """Turn a lead into a contact at an account, with an opportunity if values are given."""
    lead = org.live("Lead", id_)
    if lead.get("IsConverted"):
        raise Refusal("CANNOT_UPDATE_CONVERTED_LEAD", "lead is already converted")
    made = {"account": account_id or _make(org, "Account", lead, {}, touch)}
    made["contact"] = _make(org, "Contact", lead, {"AccountId": made["account"]}, touch)
    if opportunity is not None:
        more = _opportunity(org, lead, made, touch.at) | dict(opportunity)
        made["opportunity"] = _make(org, "Opportunity", lead, more, touch)
    changes: Row = {
        "Status": org.converted_status,
        "IsConverted": True,
        "ConvertedDate": touch.at.date().isoformat(),
        "ConvertedAccountId": made["account"],
        "ConvertedContactId": made["contact"],
        "ConvertedOpportunityId": made.get("opportunity"),
    }
    org.write(org.definition("Lead"), lead, changes, touch, "convert")
    org.history.converted(lead, touch)
    return made


def _make(org: "Org", type_: str, lead: Row, more: Mapping[str, object], touch: Touch) -> str:
    standard = {"Account": _TO_ACCOUNT, "Contact": _TO_CONTACT}.get(type_, {})
    known = org.definition(type_).fields
    values = {to: lead[of] for of, to in standard.items() if lead.get(of) and to in known}
    for of, (target, to) in org.automation.lead_mapping.items():
        if target == type_ and lead.get(of) is not None:
            values[to] = lead[of]
    values["OwnerId"] = lead["OwnerId"]
    return org.create(type_, values | dict(more), at=touch.at, by=touch.user)


def _opportunity(org: "Org", lead: Row, made: Mapping[str, str], at: datetime) -> Row:
    return {
        "Name": f"{lead['Company']}-",
        "AccountId": made["account"],
        "ContactId": made["contact"],
        "StageName": next(iter(org.stages)),
        "CloseDate": (at + timedelta(days=90)).date().isoformat(),
        "LeadSource": lead.get("LeadSource"),
    }


def delete(org: "Org", type_: str, id_: str, touch: Touch) -> None:
    """Into the recycle bin, children first."""
    row = org.live(type_, id_)
    for child in _CHILDREN.get(org.definition(type_).name, ()):
        for one in list(org.table(child).children("AccountId", [row["Id"]]) or ()):
            if not one.get("IsDeleted"):
                delete(org, child, str(one["Id"]), touch)
    if "IsDeleted" in org.definition(type_).fields:
        org.write(org.definition(type_), row, {"IsDeleted": True}, touch, "delete")
    else:
        org.table(type_).purge(str(row["Id"]))
        org.access.forget()


def undelete(org: "Org", type_: str, id_: str, touch: Touch) -> None:
    definition = org.definition(type_)
    row = org.table(type_).rows.get(id_)
    if row is None or not row.get("IsDeleted") or row.get("MasterRecordId"):
        raise not_found()
    org.write(definition, row, {"IsDeleted": False}, touch, "undelete")


def merge(org: "Org", type_: str, master: str, losers: Sequence[str], touch: Touch) -> None:
    """The master stays; each loser is deleted and points to it; children change parents."""
    definition = org.definition(type_)
    winner = org.live(type_, master)
    for id_ in losers:
        loser = org.live(type_, id_)
        _adopt(org, definition.name, str(winner["Id"]), str(loser["Id"]), touch)
        gone: Row = {"IsDeleted": True, "MasterRecordId": winner["Id"]}
        org.write(definition, loser, gone, touch, "merge")
    org.write(definition, winner, {}, touch, "merge")


def _adopt(org: "Org", type_: str, winner: str, loser: str, touch: Touch) -> None:
    for child in _CHILDREN.get(type_, ()):
        for row in list(org.table(child).children("AccountId", [loser]) or ()):
            org.write(org.definition(child), row, {"AccountId": winner}, touch)


def empty_bin(org: "Org", now: datetime) -> None:
    """Records leave the recycle bin after fifteen days; then not even queryAll sees them."""
    edge = wire_time(now - timedelta(days=_BIN_DAYS))
    for table in org.tables.values():
        for id_ in table.deleted_before(edge):
            table.purge(id_)
