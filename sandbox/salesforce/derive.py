"""Values that follow from others: full names, what a stage implies, fiscal periods."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox.salesforce.definitions import SObject
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_PEOPLE = frozenset({"Lead", "Contact", "User"})
_NAMES = frozenset({"FirstName", "LastName"})
_WORTH = frozenset({"StageName", "Amount", "Probability"})
_CAUSES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_PEOPLE, _NAMES),
    "Opportunity": _WORTH | {"CloseDate"},
    "Task": frozenset({"Status"}),
    "CampaignMember": frozenset({"Status"}),
    "Contract": frozenset({"StartDate", "ContractTerm", "EndDate"}),
}
"""Fields of which others are a consequence, by object."""
_NOTHING: frozenset[str] = frozenset()


def created(org: "Org", definition: SObject, row: Row) -> None:
    """Complete a new row in place: defaults, then what follows from its values."""
    for name, value in definition.defaults.items():
        row.setdefault(name, value)
    row.update(_follow(org, definition, row, row))
    row.update(_dates(definition, row, row, str(row.get("CreatedDate"))))


def changed(
    org: "Org", definition: SObject, row: Row, changes: Mapping[str, object], stamp: str
) -> dict[str, object]:
    """What else changes with these changes, made at the time of the stamp."""
    if _CAUSES.get(definition.name, _NOTHING).isdisjoint(changes):
        return {}
    after = {**row, **changes}
    found = _follow(org, definition, after, changes)
    found.update(_dates(definition, after, changes, stamp))
    if (
        definition.name == "Opportunity"
        and changes.get("StageName", row["StageName"]) != (row["StageName"])
    ):
        found["LastStageChangeDate"] = stamp
    return found


def _follow(
    org: "Org", definition: SObject, row: Row, changes: Mapping[str, object]
) -> dict[str, object]:
    if definition.name in _PEOPLE:
        return {} if _NAMES.isdisjoint(changes) else {"Name": _full_name(row)}
    if definition.name == "Opportunity":
        return _opportunity(org, row, changes)
    return {}


def _dates(
    definition: SObject, row: Row, changes: Mapping[str, object], stamp: str
) -> dict[str, object]:
    """What the standing of tasks, campaign members and contracts implies, and since when."""
    if definition.name == "Task" and "Status" in changes:
        closed = row.get("Status") == "Completed"
        return {"IsClosed": closed, "CompletedDateTime": stamp if closed else None}
    if definition.name == "CampaignMember" and "Status" in changes:
        responded = row.get("Status") == "Responded"
        first = row.get("FirstRespondedDate") or stamp[:10]
        return {"HasResponded": responded, "FirstRespondedDate": first if responded else None}
    if definition.name == "Contract" and row.get("StartDate") and row.get("ContractTerm"):
        return {"EndDate": _contract_end(str(row["StartDate"]), int(str(row["ContractTerm"])))}
    return {}


def _contract_end(start: str, months: int) -> str:
    """The day before the same day so many months later."""
    begun = date.fromisoformat(start)
    years, month = divmod(begun.month - 1 + months, 12)
    last = monthrange(begun.year + years, month + 1)[1]
    same = date(begun.year + years, month + 1, min(begun.day, last))
    return (same - timedelta(days=1)).isoformat()


def _full_name(row: Row) -> str:
    return " ".join(str(row[part]) for part in ("FirstName", "LastName") if row.get(part))


def _opportunity(org: "Org", row: Row, changes: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    if "StageName" in changes:
        implied = org.stages.get(str(row.get("StageName")), {})
        found.update({name: value for name, value in implied.items() if name not in changes})
    if not _WORTH.isdisjoint(changes):
        found["ExpectedRevenue"] = _expected({**row, **found})
    if "CloseDate" in changes:
        found.update(_fiscal(str(row["CloseDate"])) if row.get("CloseDate") else {})
    return found


def _expected(row: Row) -> float | None:
    amount, probability = row.get("Amount"), row.get("Probability")
    if not isinstance(amount, int | float):
        return None
    share = probability if isinstance(probability, int | float) else 0
    return round(amount * share / 100, 2)


def _fiscal(day: str) -> dict[str, object]:
    close = date.fromisoformat(day)
    quarter = (close.month + 2) // 3
    return {
        "FiscalYear": close.year,
        "FiscalQuarter": quarter,
        "Fiscal": f"{close.year} {quarter}",
    }
