"""Whether a portal takes what somebody wants to write, before anything is written."""

from collections.abc import Callable, Mapping

from sandbox.hubspot.knobs import Backward, Knobs
from sandbox.hubspot.object_types import COMPANIES, CONTACTS, ObjectType
from sandbox.hubspot.properties import Property
from sandbox.hubspot.refusals import Problem, already_exists, bad_values
from sandbox.hubspot.schema import Schema
from sandbox.hubspot.shelf import Record, Shelf, Source
from sandbox.hubspot.values import NotAccepted, accept

COMPANY_OF_CONTACT = "associatedcompanyid"
_API = frozenset({"INTEGRATION", "API"})


class Checks:
    """Turns wanted values into kept ones, or refuses them with every problem at once."""

    def __init__(self, schema: Schema, knobs: Knobs, shelf: Callable[[ObjectType], Shelf]) -> None:
        self._schema = schema
        self._knobs = knobs
        self._shelf = shelf

    def accepted(
        self,
        kind: ObjectType,
        properties: Mapping[str, object],
        source: Source,
        record: Record | None = None,
    ) -> dict[str, str]:
        """The values in the form in which they are kept.

        Raises:
            Refused: with one problem for each value that is not taken.
        """
        problems: list[Problem] = []
        wanted: dict[str, str] = {}
        for name, raw in properties.items():
            try:
                wanted[name] = self._value(kind, name, raw, source)
            except NotAccepted as error:
                problems.append(Problem(name, error.code, error.message))
        problems += self._misplaced(kind, wanted, record)
        problems += self._nowhere(kind, wanted)
        problems += self._lifecycle(kind, wanted, source, record)
        problems += self._duplicates(kind, wanted, record)
        if problems:
            raise bad_values(problems)
        self._unclaimed_email(kind, wanted, record)
        return wanted

    def _value(self, kind: ObjectType, name: str, raw: object, source: Source) -> str:
        definition = self._schema.property(kind, name)
        if definition is None:
            raise NotAccepted("PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
        if definition.read_only and source.type in _API:
            raise NotAccepted(
                "READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.'
            )
        return _email(raw) if _is_email(kind, definition) else accept(definition, raw)

    def _misplaced(
        self, kind: ObjectType, wanted: Mapping[str, str], record: Record | None
    ) -> list[Problem]:
        """A stage belongs to a pipeline; one of another pipeline is refused."""
        stage = wanted.get(kind.stage, "")
        if not kind.pipeline or not stage:
            return []
        held = record.values.get(kind.pipeline, "") if record else ""
        pipelines = self._schema.pipelines(kind)
        pipeline_id = wanted.get(kind.pipeline) or held or pipelines[0].id
        if any(one.id == pipeline_id and one.stage(stage) for one in pipelines):
            return []
        message = f"{stage} is not a stage of the pipeline {pipeline_id}."
        return [Problem(kind.stage, "INVALID_OPTION", message)]

    def _nowhere(self, kind: ObjectType, wanted: Mapping[str, str]) -> list[Problem]:
        """A contact's company is one that is there."""
        company = wanted.get(COMPANY_OF_CONTACT, "") if kind is CONTACTS else ""
        found = self._shelf(COMPANIES).find(company) if company else None
        if not company or (found is not None and found.is_live):
            return []
        message = f"{company} is not the id of a company."
        return [Problem(COMPANY_OF_CONTACT, "INVALID_OPTION", message)]

    def _lifecycle(
        self, kind: ObjectType, wanted: dict[str, str], source: Source, record: Record | None
    ) -> list[Problem]:
        """Integrations move a lifecycle forward only; people and an empty value may do more."""
        if kind not in {CONTACTS, COMPANIES} or record is None or source.type not in _API:
            return []
        order = self._schema.lifecycle_order(kind)
        held, new = record.values.get(kind.stage, ""), wanted.get(kind.stage, "")
        backward = bool(held and new) and order[new] < order[held]
        if not backward or self._knobs.lifecycle_backward == Backward.ALLOW:
            return []
        if self._knobs.lifecycle_backward == Backward.IGNORE:
            del wanted[kind.stage]
            return []
        message = f"{kind.stage} cannot move backward from {held} to {new}."
        return [Problem(kind.stage, "INVALID_OPTION", message)]

    def _duplicates(
        self, kind: ObjectType, wanted: Mapping[str, str], record: Record | None
    ) -> list[Problem]:
        return [
            Problem(
                name,
                "CONFLICTING_UNIQUE_VALUE",
                f"The value {wanted[name]} of {name} is already used by another record.",
            )
            for name in self._schema.unique_names(kind)
            if name != "email" and self._taken(kind, name, wanted, record)
        ]

    def _unclaimed_email(
        self, kind: ObjectType, wanted: Mapping[str, str], record: Record | None
    ) -> None:
        if kind is CONTACTS:
            holder = self._taken(kind, "email", wanted, record)
            if holder is not None:
                raise already_exists(kind.singular, holder.id)

    def _taken(
        self, kind: ObjectType, name: str, wanted: Mapping[str, str], record: Record | None
    ) -> Record | None:
        value = wanted.get(name, "")
        holder = self._shelf(kind).owner_of(name, value) if value else None
        return None if holder is record else holder


def _is_email(kind: ObjectType, definition: Property) -> bool:
    return kind is CONTACTS and definition.name == "email"


def _email(raw: object) -> str:
    """HubSpot keeps addresses in lower case, and takes none without a domain."""
    text = "" if raw is None else str(raw).strip().lower()
    local, at, domain = text.rpartition("@")
    if text and not (local and at and "." in domain and " " not in text):
        raise NotAccepted("INVALID_EMAIL", f"Email address {text} is invalid")
    return text
