"""Lists, which HubSpot also calls segments: named sets of records of one type."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.hubspot.object_types import ObjectType, object_type
from sandbox.hubspot.refusals import Refused, invalid, no_such_resource

PROCESSING = ("MANUAL", "DYNAMIC", "SNAPSHOT")
Members = Callable[[], Iterable[int]]


@dataclass(slots=True)
class RecordList:
    """One list. `holds` says who is in a dynamic one; the others keep their members."""

    id: str
    name: str
    kind: ObjectType
    processing: str
    created: datetime
    updated: datetime
    by: str
    joined: dict[int, datetime] = field(default_factory=dict)
    left: datetime | None = None  # when the last one left
    filter_branch: object = None
    deleted: datetime | None = None
    version: int = 1

    @property
    def is_manual(self) -> bool:
        return self.processing != "DYNAMIC"


class Lists:
    """The lists of a portal."""

    def __init__(self) -> None:
        self._kept: dict[str, RecordList] = {}
        self._made = 0

    def add(  # noqa: PLR0913, PLR0917  a list has that many facts
        self,
        name: str,
        type_name: str,
        processing: str,
        at: datetime,
        by: str = "",
        filter_branch: object = None,
    ) -> RecordList:
        """A new list.

        Raises:
            Refused: its name is taken, or it has filters where it must not, or none.
        """
        kind = object_type(type_name)
        if processing not in PROCESSING:
            raise invalid(f"{processing} is not a processing type", processingType=[processing])
        self._refuse_taken(name, kind)
        if processing == "DYNAMIC" and not filter_branch:
            raise invalid("A dynamic list needs a filter branch.", name=[name])
        self._made += 1
        made = RecordList(str(self._made), name, kind, processing, at, at, by)
        made.filter_branch = filter_branch
        self._kept[made.id] = made
        return made

    def all(self) -> list[RecordList]:
        return [one for one in self._kept.values() if one.deleted is None]

    def get(self, list_id: str) -> RecordList:
        found = self._kept.get(list_id)
        if found is None or found.deleted is not None:
            raise no_such_list(list_id)
        return found

    def named(self, kind: ObjectType, name: str) -> RecordList:
        for one in self.all():
            if one.kind is kind and one.name == name:
                return one
        raise no_such_resource(f"List does not exist with name {name}")

    def rename(self, list_id: str, name: str, at: datetime) -> RecordList:
        found = self.get(list_id)
        if name != found.name:
            self._refuse_taken(name, found.kind)
        found.name, found.updated = name, at
        return found

    def _refuse_taken(self, name: str, kind: ObjectType) -> None:
        if any(one.name == name and one.kind is kind for one in self.all()):
            raise invalid(f"A list named '{name}' already exists.", name=[name])

    def remove(self, list_id: str, at: datetime) -> None:
        self.get(list_id).deleted = at

    def restore(self, list_id: str) -> None:
        found = self._kept.get(list_id)
        if found is None:
            raise no_such_list(list_id)
        found.deleted = None


def no_such_list(list_id: str) -> Refused:
    return Refused(
        404,
        f"List does not exist with ID {list_id}.",
        category="OBJECT_NOT_FOUND",
        sub_category="ILS.LIST_NOT_FOUND",
        context={"listId": [list_id]},
    )
