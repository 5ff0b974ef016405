"""Where the paths of a query lead, for one user: fields, parents, and how to read them."""

from collections.abc import Callable
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


@dataclass(frozen=True, slots=True)
class Way:
    """A path that was found: the references to climb, and the field at its end."""

    references: tuple[Field, ...]
    definition: SObject  # the object that has the field
    field: Field

    @property
    def name(self) -> str:
        """As a table's header shows it."""
        return ".".join(
            [*(one.relationship or one.name for one in self.references), self.field.name]
        )


@dataclass(frozen=True, slots=True)
class Target:
    """The end of a path: its field and how to read it from a row of the query's object."""

    field: Field
    read: Reader


class Paths:
    """Finds paths from one object; refuses what the user cannot see, as if it did not exist."""

    def __init__(self, org: "Org", rights: Rights, text: str, definition: SObject) -> None:
        self._org = org
        self._rights = rights
        self._text = text
        self._definition = definition

    def way(self, path: Path) -> Way:
        """Where a path leads.

        Raises:
            Refusal: nowhere, or where the user sees nothing.
        """
        steps, definition = path.steps, self._definition
        if len(steps) > 1 and steps[0].lower() == definition.name.lower():
            steps = steps[1:]  # the object's own name may stand in front
        references = []
        for step in steps[:-1]:
            reference, definition = self._step(path, definition, step)
            references.append(reference)
        return Way(tuple(references), definition, self._field(definition, steps[-1], path))

    def target(self, path: Path) -> Target:
        way = self.way(path)
        read = value_reader(way.definition, way.field)
        for reference in reversed(way.references):
            read = self._through(reference.name, read)
        return Target(way.field, read)

    def lookup(self, id_: object) -> tuple[str, Row] | None:
        """The object and the record behind an id."""
        for name, definition in self._org.objects.items():
            if isinstance(id_, str) and id_.startswith(definition.prefix):
                row = self._org.tables[name].rows.get(id_)
                if row is not None:
                    return name, row
        return None

    def _through(self, reference: str, read: Reader) -> Reader:
        def climb(row: Row) -> object:
            found = self.lookup(row.get(reference))
            return None if found is None else read(found[1])

        return climb

    def reference(self, path: Path, definition: SObject, step: str) -> Field:
        """The field behind a relationship's name.

        Raises:
            Refusal: the user sees no such relationship.
        """
        reference = definition.by_relationship(step)
        if reference is None or not self._rights.sees(definition, reference.name):
            message = (
                f"Didn't understand relationship '{step}' in field path. If you are attempting to "
                "use a custom relationship, be sure to append the '__r' after the custom "
                "relationship name. Please reference your WSDL or the describe call for the "
                "appropriate names."
            )
            raise pointed(self._text, path.at, message, "INVALID_FIELD")
        return reference

    def _step(self, path: Path, definition: SObject, step: str) -> tuple[Field, SObject]:
        reference = self.reference(path, definition, step)
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


def value_reader(definition: SObject, field: Field) -> Reader:
    """Reads a field from a row of its own object; a compound one from its parts."""
    name = field.name
    if field.type == "address":
        keys = _address(definition, name)
        return lambda row: _joined(row, keys)
    unset = False if field.type == "boolean" else None
    return lambda row: row.get(name, unset)


def _address(definition: SObject, name: str) -> dict[str, str]:
    """The parts of a compound address: its keys and the fields behind them."""
    prefix = name.removesuffix("Address")
    keys = {}
    for part in definition.parts_of(name):
        short = part.name.removeprefix(prefix)
        keys[short[0].lower() + short[1:]] = part.name
    return keys


def _joined(row: Row, keys: dict[str, str]) -> object:
    """A compound value, which is null when all its parts are."""
    parts = {key: row.get(name) for key, name in keys.items()}
    return parts if any(value is not None for value in parts.values()) else None
