"""History rows, written as records change."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.salesforce.coerce import wire_time
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_OBJECTS = {
    "Lead": "LeadHistory",
    "Account": "AccountHistory",
    "Contact": "ContactHistory",
    "Opportunity": "OpportunityFieldHistory",
}
_TRACKED_AS = {"OwnerId": "Owner"}
_STAGE_ROW = ("StageName", "Amount", "ExpectedRevenue", "CloseDate", "Probability")
_STAGE_ROW_FOLLOWS = {*_STAGE_ROW, "ForecastCategory"} - {"ExpectedRevenue"}


class Historian:
    """Field history for the fields that are tracked, and the stage history of opportunities.

    An object whose history is off has no history object: asking for it is an error.
    """

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._tracked: dict[str, set[str]] = {"Lead": {"Status", "OwnerId"}}

    def track(self, type_: str, fields: set[str]) -> None:
        """Track exactly these fields from now on; none turns the object's history off."""
        if fields:
            self._tracked[type_] = fields
        else:
            self._tracked.pop(type_, None)

    def tracked(self, type_: str) -> frozenset[str]:
        return frozenset(self._tracked.get(type_, ()))

    def is_on(self, name: str) -> bool:
        """Whether this object exists, as far as it depends on history tracking."""
        return all(name != history or of in self._tracked for of, history in _OBJECTS.items())

    def created(self, type_: str, row: Row, user: str, at: datetime) -> None:
        if type_ in self._tracked:
            self._add(type_, row, "created", None, None, user, at)
        if type_ == "Opportunity":
            self._stage(row, user, at)

    def changed(
        self, type_: str, row: Row, before: Mapping[str, object], user: str, at: datetime
    ) -> None:
        tracked = self._tracked.get(type_, ())
        for name, old in before.items():
            if name in tracked:
                self._add(type_, row, _TRACKED_AS.get(name, name), old, row.get(name), user, at)
        if type_ == "Opportunity" and _STAGE_ROW_FOLLOWS & set(before):
            self._stage(row, user, at)

    def converted(self, row: Row, user: str, at: datetime) -> None:
        if "Lead" in self._tracked:
            self._add("Lead", row, "leadConverted", None, None, user, at)

    def _add(  # noqa: PLR0913  a history row has that many facts
        self,
        type_: str,
        row: Row,
        field: str,
        old: object,
        new: object,
        user: str,
        at: datetime,
    ) -> None:
        name = _OBJECTS[type_]
        id_ = self._org.ids.next(self._org.objects[name].prefix)
        entry: Row = {
            "Id": id_,
            "IsDeleted": False,
            f"{type_}Id": row["Id"],
            "CreatedById": user,
            "CreatedDate": wire_time(at),
            "Field": field,
            "DataType": "EntityId" if field == "Owner" else "Text",
            "OldValue": old,
            "NewValue": new,
        }
        self._org.tables[name].put(entry)

    def _stage(self, row: Row, user: str, at: datetime) -> None:
        stamp = wire_time(at)
        entry: Row = {
            "Id": self._org.ids.next("008"),
            "OpportunityId": row["Id"],
            "CreatedById": user,
            "CreatedDate": stamp,
            "SystemModstamp": stamp,
            "IsDeleted": False,
            "ForecastCategory": row.get("ForecastCategory"),
            **{name: row.get(name) for name in _STAGE_ROW},
        }
        self._org.tables["OpportunityHistory"].put(entry)
