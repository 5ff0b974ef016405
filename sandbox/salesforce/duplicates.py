"""Duplicate rules: what alerts, and lets a client that says so save, and what blocks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.call import Call
    from sandbox.salesforce.definitions import SObject

_IN_COLLECTION = "Use one of these records?"


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """Records that agree in all of these fields are duplicates of each other."""

    name: str
    fields: tuple[str, ...]
    blocks: bool = False  # whatever the client says; otherwise it is alerted
    message: str = (
        "You're creating a duplicate record. We recommend you use an existing record instead."
    )


class Duplicate(Refusal):
    """A record that a rule stopped; a request for one record is told which ones it is like."""

    def __init__(self, rule: DuplicateRule, type_: str, alike: list[Row], url: str) -> None:
        super().__init__("DUPLICATES_DETECTED", rule.message, ())
        self._rule, self._type, self._alike, self._url = rule, type_, alike, url

    def in_answer(self) -> dict[str, object]:
        told = {
            "allowSave": not self._rule.blocks,
            "duplicateRule": self._rule.name,
            "duplicateRuleEntityType": self._type,
            "errorMessage": self.message,
            "matchResults": [self._match()],
        }
        # The key is misspelt so in real answers.
        return {"duplicateResut": told, "errorCode": self.code, "message": self.message}

    def in_collection(self) -> list[dict[str, object]]:
        return [{"statusCode": self.code, "message": _IN_COLLECTION, "fields": []}]

    def _match(self) -> dict[str, object]:
        return {
            "entityType": self._type,
            "errors": [],
            "matchEngine": "ExactMatchEngine",
            "matchRecords": [self._record(str(row["Id"])) for row in self._alike],
            "rule": self._rule.name,
            "size": len(self._alike),
            "success": True,
        }

    def _record(self, id_: str) -> dict[str, object]:
        attributes = {"type": self._type, "url": f"{self._url}/{id_}"}
        return {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {"attributes": attributes, "Id": id_},
        }


def refuse_duplicates(
    call: "Call", definition: "SObject", row: Row, changes: Mapping[str, object]
) -> None:
    """Hold a record, as it would be after the changes, to the rules of its object.

    Raises:
        Duplicate: a rule blocks it, or alerts a client that did not say to save all the same.
    """
    for rule in call.org.automation.duplicates.get(definition.name, ()):
        touched = call.org.switches.duplicates_on_any_edit or not changes.keys().isdisjoint(
            rule.fields
        )
        if not touched or (call.allow_save and not rule.blocks):
            continue
        if alike := list(_alike(call, definition, {**row, **changes}, rule)):
            raise Duplicate(rule, definition.name, alike, call.url("sobjects", definition.name))


def _alike(call: "Call", definition: "SObject", row: Row, rule: DuplicateRule) -> Iterator[Row]:
    wanted = _key(row, rule)
    if all(wanted):
        for other in call.org.tables[definition.name].rows.values():
            is_other = other["Id"] != row.get("Id") and not other.get("IsDeleted")
            if is_other and _key(other, rule) == wanted:
                yield other


def _key(row: Row, rule: DuplicateRule) -> tuple[str, ...]:
    return tuple(str(row.get(name) or "").casefold() for name in rule.fields)
