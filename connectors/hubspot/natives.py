"""HubSpot's own fields for the ideal customer profile, filled where no person has filled them.

Lists, reports and the target accounts page of HubSpot go by them. HubSpot names the app or key
behind each value: it counts as ours when the last app to have written our flag wrote it last. What
somebody filled in or emptied by hand, or another app filled, stays as it is.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from bbm_core.records import FieldRole, Filled
from connectors.hubspot.errors import malformed
from connectors.hubspot.schema import Schema
from connectors.hubspot.session import Row, Session, only_missing, records_of
from connectors.hubspot.values import time_of

TIER: Final = "hs_ideal_customer_profile"
TARGET: Final = "hs_is_target_account"
TIERS: Final[Mapping[str, str]] = MappingProxyType(
    {"A": "tier_1", "B": "tier_2", "C": "tier_3", "D": "tier_3"}
)
AT_ONCE: Final = 50
"""The most companies whose histories one call tells."""

_NEVER_US: Final = frozenset(
    {
        *("CRM_UI", "CRM_UI_BULK_ACTION", "MOBILE_IOS", "MOBILE_ANDROID"),
        *("IMPORT", "FORM", "AUTOMATION_PLATFORM", "MIGRATION", "CALCULATED"),
    }
)
"""Sources of a person, or of HubSpot itself, even where they wrote our flag as well."""

Source = tuple[str, str]


def natives_of(
    session: Session, names: Mapping[FieldRole, str], written: Mapping[str, Mapping[str, str]]
) -> Mapping[str, tuple[Filled, ...]]:
    """Company id -> what of HubSpot's own fields is to be written with our properties.

    `written` says per id which of our properties get which values.
    """
    found: dict[str, tuple[Filled, ...]] = {}
    ids = list(written)
    for start in range(0, len(ids), AT_ONCE):
        for row in _rows(session, names, ids[start : start + AT_ONCE]):
            id_ = str(row["id"])
            ours = {name: row["properties"].get(name) for name in names.values()}
            try:
                found[id_] = wanted(row, names, {**ours, **written.get(id_, {})})
            except (TypeError, AttributeError) as error:
                raise malformed("its history has another shape") from error
    return found


def wanted(
    row: Row, names: Mapping[FieldRole, str], ours: Mapping[str, str | None]
) -> tuple[Filled, ...]:
    """What HubSpot's fields of one company should hold, as far as that is ours to say."""
    is_icp = ours.get(names[FieldRole.FLAG]) == "icp"
    tier = TIERS.get(ours.get(names.get(FieldRole.TIER, "")) or "", "") if is_icp else ""
    held = {name: row["properties"].get(name) or "" for name in (TIER, TARGET)}
    says = {TIER: tier, TARGET: "true" if is_icp else "false" if held[TARGET] else ""}
    history = row.get("propertiesWithHistory") or {}
    us = _last_source(history.get(names[FieldRole.FLAG]), but=_NEVER_US)
    return tuple(
        Filled(name, held[name], value)
        for name, value in says.items()
        if held[name] != value and _is_ours(row, name, us)
    )


def unfit(schema: Schema) -> str:
    """Why these fields cannot be filled in this portal; empty where they can."""
    for name in (TIER, TARGET):
        definition = schema.definitions.get(name)
        if definition is None or definition.archived:
            return f"companies have no property {name}"
        if definition.read_only:
            return f"companies.{name} cannot be written"
    there = {option.value for option in schema.definitions[TIER].options}
    gone = sorted(set(TIERS.values()) - there)
    return f"companies.{TIER} has no option {', '.join(gone)}" if gone else ""


def _is_ours(row: Row, name: str, us: Source | None) -> bool:
    past = (row.get("propertiesWithHistory") or {}).get(name)
    if not past:
        return not row["properties"].get(name)  # nobody ever filled it
    return us is not None and _last_source(past) == us


def _last_source(past: Any, but: frozenset[str] = frozenset()) -> Source | None:
    """Who wrote the latest of these values, leaving out some kinds of writers."""
    try:
        known = [one for one in past or () if str(one["sourceType"]) not in but]
        last = max(known, key=lambda one: time_of(str(one["timestamp"])), default=None)
        return last and (str(last["sourceType"]), str(last.get("sourceId") or ""))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise malformed("its history has another shape") from error


def _rows(session: Session, names: Mapping[FieldRole, str], ids: Sequence[str]) -> list[Row]:
    body = {
        "inputs": [{"id": one} for one in ids],
        "properties": [*names.values(), TIER, TARGET],
        "propertiesWithHistory": [names[FieldRole.FLAG], TIER, TARGET],
    }
    answer = session.ask(session.client.crm.objects.batch_api.read, "companies", body)
    only_missing(answer)
    return records_of(answer)
