"""How a found row is shown: its own values, and its parents nested, each with its address."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.salesforce.paths import Way, value_reader
from sandbox.salesforce.table import Row

Lookup = Callable[[object], tuple[str, Row] | None]  # an id -> the object's name and the record


@dataclass(slots=True)
class Shape:
    """What is shown of a row, and of the rows above it."""

    plain: list[tuple[str, object]] = field(default_factory=list)  # field, value when unset
    made: list[tuple[str, Callable[[Row], object]]] = field(default_factory=list)
    above: dict[str, tuple[str, "Shape"]] = field(default_factory=dict)  # relationship -> by

    def add(self, way: Way) -> None:
        """Show one more field, reached from here."""
        if way.references:
            first, *rest = way.references
            name = first.relationship or first.name
            _, shape = self.above.setdefault(name, (first.name, Shape()))
            shape.add(Way(tuple(rest), way.definition, way.field))
        elif way.field.type == "address":
            self.made.append((way.field.name, value_reader(way.definition, way.field)))
        else:
            unset = False if way.field.type == "boolean" else None
            self.plain.append((way.field.name, unset))

    def show(self, type_: str, row: Row, base: str, lookup: Lookup) -> Row:
        """The row as an answer holds it; `base` is the address of all objects."""
        shown: Row = {"attributes": {"type": type_, "url": f"{base}/{type_}/{row['Id']}"}}
        get = row.get
        for name, unset in self.plain:
            shown[name] = get(name, unset)
        for name, read in self.made:
            shown[name] = read(row)
        for name, (reference, shape) in self.above.items():
            found = lookup(row.get(reference))
            shown[name] = shape.show(*found, base, lookup) if found else None
        return shown
