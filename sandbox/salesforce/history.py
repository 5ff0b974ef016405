"""History rows, written as records change."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sandbox.salesforce.table import Row, Touch

if TYPE_CHECKING:
    from sandbox.salesforce.blueprint import Blueprint

_HISTORY_OF = {
    "Lead": "LeadHistory",
    "Account": "AccountHistory",
    "Contact": "ContactHistory",
    "Opportunity": "OpportunityFieldHistory",
}
_TRACKS = {history: of for of, history in _HISTORY_OF.items()}
_SHOWN_AS = {"OwnerId": "Owner"}
_STAGE_ROW = (
    "StageName",
    "Amount",
    "ExpectedRevenue",
    "CloseDate",
    "Probability",
    "ForecastCategory",
)


class Historian:
    """Writes field history for tracked fields, and the stage history opportunities always have.

    An object without tracked fields has no history object: asking for it is an error.
    """

    def __init__(self, org: "Blueprint") -> None:
        self._org = org
        self._tracked: dict[str, frozenset[str]] = {"Lead": frozenset({"Status", "OwnerId"})}

    def track(self, type_: str, fields: Iterable[str]) -> None:
        """Keep the history of exactly these fields from now on; of none: of no field at all."""
        self._tracked.pop(type_, None)
        chosen = frozenset(fields)
        if chosen:
            self._tracked[type_] = chosen

    def tracked(self, type_: str) -> frozenset[str]:
        return self._tracked.get(type_, frozenset())

    def is_on(self, name: str) -> bool:
        """Whether this object exists, as far as that depends on tracking."""
        return name not in _TRACKS or _TRACKS[name] in self._tracked

    def created(self, type_: str, row: Row, touch: Touch) -> None:
        if self.tracked(type_):
            self._add(type_, row, "created", (None, None), touch)
        if type_ == "Opportunity":
            self._stage(row, touch)

    def changed(self, type_: str, row: Row, before: Mapping[str, object], touch: Touch) -> None:
        tracked = self.tracked(type_)
        for name, old in before.items():
            if name not in tracked:
                continue
            values = (old, row.get(name))
            self._add(type_, row, _SHOWN_AS.get(name, name), values, touch)
        if type_ == "Opportunity" and not set(_STAGE_ROW).isdisjoint(before):
            self._stage(row, touch)

    def converted(self, row: Row, touch: Touch) -> None:
        if self.tracked("Lead"):
            self._add("Lead", row, "leadConverted", (None, None), touch)

    def _add(
        self,
        type_: str,
        row: Row,
        field: str,
        values: tuple[object, object],
        touch: Touch,
    ) -> None:
        entry: Row = {
            "Id": self._org.ids.next("017"),
            "IsDeleted": False,
            f"{type_}Id": row["Id"],
            "CreatedById": touch.user,
            "CreatedDate": touch.stamp,
            "Field": field,
            "DataType": "EntityId" if field == "Owner" else "Text",
            "OldValue": values[0],
            "NewValue": values[1],
        }
        self._org.keep(_HISTORY_OF[type_], entry)

    def _stage(self, row: Row, touch: Touch) -> None:
        entry: Row = {
            "Id": self._org.ids.next("008"),
            "OpportunityId": row["Id"],
            "CreatedById": touch.user,
            "CreatedDate": touch.stamp,
            "SystemModstamp": touch.stamp,
            "IsDeleted": False,
        }
        entry.update({name: row.get(name) for name in _STAGE_ROW})
        self._org.keep("OpportunityHistory", entry)
