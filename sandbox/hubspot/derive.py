"""What HubSpot works out by itself when a record changes: stage dates and computed values."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from sandbox.hubspot.object_types import COMPANIES, CONTACTS, DEALS, LEADS, ObjectType
from sandbox.hubspot.pipelines import Pipeline, Stage, stage_word
from sandbox.hubspot.values import binary_expansion, epoch_milliseconds, iso

Values = Mapping[str, str]


def derived(  # noqa: PLR0913, PLR0917  a change, where and by what it is judged
    kind: ObjectType,
    before: Values,
    after: Values,
    at: datetime,
    pipelines: Iterable[Pipeline],
    rates: Values,
) -> dict[str, str]:
    """What follows from a change that took a record from `before` to `after`.

    `rates` say what a unit of each currency is worth at home.
    """
    found = _stage_dates(kind, before.get(kind.stage, ""), after.get(kind.stage, ""), at)
    if kind is DEALS:
        found |= _deal(before, after, at, _stage(after, kind, pipelines))
        found |= _money(after, rates)
    elif kind is LEADS:
        stage = _stage(after, kind, pipelines)
        found["hs_pipeline_stage_category"] = stage.metadata["leadState"] if stage else ""
    elif kind is CONTACTS:
        found |= _contact(after)
    elif kind is COMPANIES and not after.get("domain") and after.get("website"):
        found["domain"] = _domain(after["website"])
    return {name: value for name, value in found.items() if value != after.get(name, "")}


def initial(kind: ObjectType, record_id: str) -> dict[str, str]:
    """Counters and marks that a new record starts with, apart from any history."""
    if kind is not CONTACTS:
        return {}
    return {**_NEW_CONTACT, "hs_all_contact_vids": record_id}


_NEW_CONTACT = {
    "hs_associated_target_accounts": "0",
    "hs_currently_enrolled_in_prospecting_agent": "false",
    "hs_is_contact": "true",
    "hs_is_unworked": "true",
    "hs_membership_has_accessed_private_content": "0",
    "hs_prospecting_agent_actively_enrolled_count": "0",
    "hs_prospecting_agent_total_enrolled_count": "0",
    "hs_registered_member": "0",
    "hs_sequences_actively_enrolled_count": "0",
    "num_notes": "0",
}


def _stage(after: Values, kind: ObjectType, pipelines: Iterable[Pipeline]) -> Stage | None:
    pipeline = next((one for one in pipelines if one.id == after.get(kind.pipeline)), None)
    return pipeline.stage(after.get(kind.stage, "")) if pipeline else None


def _stage_dates(kind: ObjectType, left: str, entered: str, at: datetime) -> dict[str, str]:
    if left == entered:
        return {}
    dates = {}
    if left:
        dates[f"hs_v2_date_exited_{stage_word(left)}"] = iso(at)
    if entered:
        dates[f"hs_v2_date_entered_{stage_word(entered)}"] = iso(at)
        dates |= _current_stage(kind, entered, at)
    return dates


def _current_stage(kind: ObjectType, entered: str, at: datetime) -> dict[str, str]:
    if kind is CONTACTS:
        return {f"hs_lifecyclestage_{entered}_date": str(epoch_milliseconds(at))}
    return {} if kind is COMPANIES else {"hs_v2_date_entered_current_stage": iso(at)}


def _deal(before: Values, after: Values, at: datetime, stage: Stage | None) -> dict[str, str]:
    won = stage is not None and stage.is_closed and stage.probability == 1
    closed = stage is not None and stage.is_closed
    found = {
        "hs_is_closed": _flag(closed),
        "hs_is_closed_won": _flag(won),
        "hs_is_closed_lost": _flag(closed and not won),
        "hs_deal_stage_probability": binary_expansion(stage.probability) if stage else "",
    }
    if won and before.get("hs_is_closed_won") != "true":
        found["hs_closed_won_date"] = iso(at)
    if not won:
        found["hs_closed_won_date"] = ""
    if closed and not after.get("closedate"):
        found["closedate"] = iso(at)
    return found


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _money(after: Values, rates: Values) -> dict[str, str]:
    """The rate of the deal's currency, and its amount at home."""
    amount, rate = after.get("amount", ""), rates.get(after.get("deal_currency_code", ""), "")
    at_home = f"{Decimal(amount) * Decimal(rate):f}" if amount and rate else amount
    return {"hs_exchange_rate": rate, "amount_in_home_currency": at_home}


def _contact(after: Values) -> dict[str, str]:
    name = " ".join(part for part in (after.get("firstname"), after.get("lastname")) if part)
    email = after.get("email", "")
    return {
        "hs_full_name_or_email": name or email,
        "hs_email_domain": email.rpartition("@")[2],
        "hs_searchable_calculated_phone_number": _digits(after.get("phone", "")),
    }


def _digits(phone: str) -> str:
    return "".join(one for one in phone if one.isdigit())


def _domain(website: str) -> str:
    host = website.rpartition("//")[2].partition("/")[0]
    return host.removeprefix("www.").lower()
