"""Where the paths of a query lead, for one user: fields, parents, and how to read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.salesforce.access import Rights
from sandbox.salesforce.definitions import Field, SObject
from sandbox.salesforce.refusals import Refusal, invalid_type, no_such_column
from sandbox.salesforce.soql import Path
from sandbox.salesforce.table import Row
from sandbox.salesforce.tokens import pointed

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

Reader = Callable[[Row], object]
Parents = Callable[[Row], Row | None]


@dataclass(frozen=True, slots=True)
class Target:
    """The end of a path: its field and how to read it from a row of the query's object."""

    field: Field
    read: Reader
    direct: bool  # no parent in between


class Paths:
    """Finds paths from one object; refuses what the user cannot see, as if it did not exist."""

    def __init__(self, org: "Org", rights: Rights, text: str, definition: SObject) -> None:
        self._org = org
        self._rights = rights
        self._text = text
        self._definition = definition

    def target(self, path: Path) -> Target:
        steps = path.steps
        if len(steps) > 1 and steps[0].lower() == self._definition.name.lower():
            steps = steps[1:]
        parents, definition = self._climb(path, steps[:-1])
        field = self._field(definition, steps[-1], path)
        default = False if field.type == "boolean" else None
        if field.type == "address":
            whole = _address(definition, field.name)
            return Target(field, lambda row: _joined(parents(row), whole), direct=False)
        name = field.name
        if not steps[:-1]:
            return Target(field, lambda row: row.get(name, default), direct=True)
        return Target(field, lambda row: _of(parents(row), name, default), direct=False)

    def parent(self, path: Path, relationship: str) -> tuple[Field, SObject]:
        """The reference behind a relationship name, and what it leads to."""
        return self._step(path, self._definition, relationship)

    def row_of(self, id_: object) -> Row | None:
        """A record of any object by its id, which says of which."""
        if not isinstance(id_, str):
            return None
        for name, definition in self._org.objects.items():
            if id_.startswith(definition.prefix):
                row = self._org.tables[name].rows.get(id_)
                if row is not None:
                    return row
        return None

    def _climb(self, path: Path, steps: tuple[str, ...]) -> tuple[Parents, SObject]:
        definition = self._definition
        parents: Parents = _itself
        for step in steps:
            reference, definition = self._step(path, definition, step)
            parents = self._above(parents, reference.name, definition.name)
        return parents, definition

    def _above(self, parents: Parents, reference: str, type_: str) -> Parents:
        rows = self._org.tables[type_].rows
        groups: Mapping[str, Row] = self._org.tables["Group"].rows if type_ == "User" else {}

        def climb(row: Row) -> Row | None:
            below = parents(row)
            if below is None:
                return None
            id_ = str(below.get(reference))
            return rows.get(id_) or groups.get(id_)

        return climb

    def _step(self, path: Path, definition: SObject, step: str) -> tuple[Field, SObject]:
        reference = definition.by_relationship(step)
        if reference is None or not self._rights.sees(definition, reference.name):
            message = (
                f"Didn't understand relationship '{step}' in field path. If you are attempting to "
                "use a custom relationship, be sure to append the '__r' after the custom "
                "relationship name. Please reference your WSDL or the describe call for the "
                "appropriate names."
            )
            raise pointed(self._text, path.at, message, "INVALID_FIELD")
        # An owner may be a user or a queue; both have a name, and users have the other fields.
        target = "User" if "User" in reference.refers_to else reference.refers_to[0]
        if target not in self._org.objects or not self._rights.may("Read", target):
            raise self._pointed(path, invalid_type(target))
        return reference, self._org.definition(target)

    def _field(self, definition: SObject, name: str, path: Path) -> Field:
        field = definition.find(name)
        if field is None or not self._rights.sees(definition, field.name):
            raise self._pointed(path, no_such_column(name, definition.name))
        return field

    def _pointed(self, path: Path, refusal: Refusal) -> Refusal:
        return pointed(self._text, path.at, refusal.message, refusal.code)


def _itself(row: Row) -> Row | None:
    return row


def _of(row: Row | None, name: str, default: object) -> object:
    return None if row is None else row.get(name, default)


def _address(definition: SObject, name: str) -> dict[str, str]:
    """The parts of a compound address: its keys and the fields behind them."""
    prefix = name.removesuffix("Address")
    keys = {}
    for part in definition.parts_of(name):
        short = part.name.removeprefix(prefix)
        keys[short[0].lower() + short[1:]] = part.name
    return keys


def _joined(row: Row | None, keys: Mapping[str, str]) -> object:
    """A compound value, which is null when all its parts are."""
    parts = {} if row is None else {key: row.get(name) for key, name in keys.items()}
    return parts if any(value is not None for value in parts.values()) else None
