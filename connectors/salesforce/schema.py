"""What describe says about an object, typed, and what is read of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bbm_core.records import Choice, FieldRole, RecordKind
from connectors.contract import FieldInfo, KindReading
from connectors.errors import ConfigError, MissingPermission
from connectors.salesforce.errors import fail, malformed
from connectors.salesforce.fields import (
    CHANNEL,
    CURRENCY,
    OBJECTS,
    STATUS,
    standard_fields,
)
from connectors.salesforce.shapes import objects

MERGED_INTO: Final = "MasterRecordId"
PERSON: Final = "IsPersonAccount"
"""Exists only where an account may be a person; its contact is then the same person again."""

_COMPOUND: Final = frozenset({"address", "location", "base64", "anyType", "complexvalue"})


@dataclass(frozen=True, slots=True)
class ObjectSchema:
    """An object as the agent's user sees it. A field that the user may not see is not there."""

    name: str
    fields: Mapping[str, FieldInfo]
    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    record_types: tuple[str, ...] = ()

    def find(self, name: str) -> FieldInfo | None:
        """The field of that name; Salesforce does not mind the case of letters."""
        found = self.fields.get(name)
        if found is None:
            folded = name.lower()
            found = next((one for one in self.fields.values() if one.name.lower() == folded), None)
        return found


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read of one kind: each meaning with its field, and the list for a query."""

    kind: RecordKind
    object: str
    names: tuple[str, ...]
    attributes: Mapping[str, FieldInfo]
    written: Mapping[FieldRole, FieldInfo]
    status: FieldInfo | None
    channel: FieldInfo | None
    amount: FieldInfo | None
    has_currency: bool
    types: Mapping[str, str] = field(default_factory=dict)  # of all that is read, by name


def object_schema(answer: Any) -> ObjectSchema:
    """Read the answer of a describe.

    Raises:
        MalformedAnswer: it has no name or no fields.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("name"), str):
        raise malformed("a describe without a name")
    rows = objects(answer.get("fields"))
    fields = tuple(_field(row) for row in rows)
    return ObjectSchema(
        answer["name"],
        {one.name: one for one in fields},
        {one.name: _choices(row) for one, row in zip(fields, rows, strict=True)},
        tuple(_record_types(answer.get("recordTypeInfos"))),
    )


def select(
    kind: RecordKind, reading: KindReading, schema: ObjectSchema, permission_set: str
) -> Selection:
    """Find each field that is read.

    Raises:
        MissingPermission: some are not there for this user; it names all of them.
    """
    missing = missing_fields(kind, reading, schema)
    if missing:
        raise fail(
            MissingPermission,
            "BBM-SF-031",
            f"{schema.name} has no {_and(missing)} that the agent's user may see.",
            permission_set=permission_set,
            object=schema.name,
        )
    meanings = _meanings(kind, reading, schema)
    _refuse_compounds(meanings)
    found = [*standard_fields(kind), *(one.name for one in meanings.all())]
    extra = [name for name in (CURRENCY, MERGED_INTO, PERSON) if name in schema.fields]
    names = tuple(dict.fromkeys([*found, *extra]))
    return Selection(
        kind,
        OBJECTS[kind],
        names,
        meanings.attributes,
        meanings.written,
        meanings.status,
        meanings.channel,
        meanings.amount,
        CURRENCY in schema.fields,
        {name: schema.fields[name].type for name in names},
    )


def only_written(selection: Selection) -> Selection:
    """As much of a selection as tells what our fields hold."""
    names = (
        "Id",
        "CreatedDate",
        "SystemModstamp",
        *(one.name for one in selection.written.values()),
    )
    return replace(
        selection,
        names=tuple(dict.fromkeys(names)),
        attributes={},
        status=None,
        channel=None,
        amount=None,
        has_currency=False,
    )


def missing_fields(kind: RecordKind, reading: KindReading, schema: ObjectSchema) -> tuple[str, ...]:
    """The fields that are needed and not there for this user, in the order of their meaning."""
    needed = [
        *standard_fields(kind),
        *reading.attributes.values(),
        *reading.written.values(),
        *filter(None, (reading.channel, reading.amount, reading.status or STATUS.get(kind))),
    ]
    return tuple(name for name in dict.fromkeys(needed) if schema.find(name) is None)


@dataclass(frozen=True, slots=True)
class _Meanings:
    attributes: Mapping[str, FieldInfo]
    written: Mapping[FieldRole, FieldInfo]
    status: FieldInfo | None
    channel: FieldInfo | None
    amount: FieldInfo | None

    def all(self) -> Iterator[FieldInfo]:
        yield from self.attributes.values()
        yield from self.written.values()
        yield from filter(None, (self.status, self.channel, self.amount))


def _meanings(kind: RecordKind, reading: KindReading, schema: ObjectSchema) -> _Meanings:
    attributes = {key: schema.find(name) for key, name in reading.attributes.items()}
    written = {role: schema.find(name) for role, name in reading.written.items()}
    amount = "Amount" if kind is RecordKind.OPPORTUNITY else None
    return _Meanings(
        {key: one for key, one in attributes.items() if one},
        {role: one for role, one in written.items() if one},
        _named(schema, reading.status or STATUS.get(kind)),
        _named(schema, reading.channel or CHANNEL[kind]),
        _named(schema, reading.amount or amount),
    )


def _refuse_compounds(meanings: _Meanings) -> None:
    for one in meanings.all():
        if one.type in _COMPOUND:
            message = f"{one.name} is made of several fields and cannot be read as one."
            raise fail(ConfigError, "BBM-SF-045", message)


def _named(schema: ObjectSchema, name: str | None) -> FieldInfo | None:
    return schema.find(name) if name else None


def _field(row: Mapping[str, Any]) -> FieldInfo:
    name, type_ = row.get("name"), row.get("type")
    if not isinstance(name, str) or not isinstance(type_, str):
        raise malformed("a describe with a field that has no name or type")
    return FieldInfo(
        name,
        str(row.get("label") or name),
        type_,
        tuple(choice.value for choice in _choices(row)),
        row.get("updateable") is True,
    )


def _choices(row: Mapping[str, Any]) -> tuple[Choice, ...]:
    listed = objects(row.get("picklistValues") or [])
    return tuple(
        Choice(str(one.get("value")), str(one.get("label") or one.get("value")))
        for one in listed
        if one.get("active") is not False
    )


def _record_types(listed: Any) -> Iterator[str]:
    for one in objects(listed or []):
        # The master stands for "no record type".
        if one.get("master") is not True and one.get("active") is not False:
            yield str(one.get("developerName") or one.get("name"))


def _and(names: tuple[str, ...]) -> str:
    return " and no ".join(names)
