"""What a deploy meets: the org as it is, and what comes with the same deploy."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.salesforce.definitions import Field, SObject
from sandbox.salesforce.metadata.archive import Component, Name
from sandbox.salesforce.metadata.grammar import Problem

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_CUSTOM = re.compile(r"\b(?:(\w+)\.)?(\w+__c)\b")


@dataclass(frozen=True, slots=True)
class Scene:
    """The names that can be referred to."""

    org: "Org"
    user: str
    coming: frozenset[Name] = field(default_factory=frozenset)
    going: frozenset[Name] = field(default_factory=frozenset)

    @classmethod
    def of(
        cls, org: "Org", user: str, coming: Iterable[Component], going: Iterable[Name]
    ) -> "Scene":
        return cls(org, user, frozenset((one.type, one.name) for one in coming), frozenset(going))

    def has(self, type_: str, name: str) -> bool:
        if (type_, name) in self.coming:
            return True
        if (type_, name) in self.going:
            return False
        match type_:
            case "CustomObject":
                return name in self.org.objects
            case "CustomField":
                object_, _, field_ = name.partition(".")
                definition = self.org.objects.get(object_)
                return definition is not None and definition.find(field_) is not None
            case "PermissionSet":
                return self.permission_set(name) is not None
            case _:
                return (type_, name) in self.org.deploys.deployed

    def needs(self, type_: str, name: str, element: str) -> None:
        """Refuse what refers to something that is not there."""
        if not self.has(type_, name):
            raise Problem(f"In field: {element} - no {type_} named {name} found")

    def object(self, name: str, element: str) -> SObject:
        self.needs("CustomObject", name, element)
        return self.org.objects[name]

    def field(self, name: str) -> Field | None:
        """A field that is there already, by its full name."""
        object_, _, field_ = name.partition(".")
        definition = self.org.objects.get(object_)
        return definition.find(field_) if definition else None

    def permission_set(self, name: str) -> str | None:
        """The id of a permission set."""
        rows = self.org.tables["PermissionSet"].rows
        return next((id_ for id_, row in rows.items() if row["Name"] == name), None)


def custom_fields(text: str, object_: str) -> Iterator[str]:
    """The full names of the custom fields that a text speaks of."""
    for found in _CUSTOM.finditer(text):
        yield f"{found[1] or object_}.{found[2]}"
