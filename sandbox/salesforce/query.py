"""Running a query: which rows, in which order, shown how."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.salesforce import record_access
from sandbox.salesforce.access import Rights
from sandbox.salesforce.aggregates import aggregate_rows
from sandbox.salesforce.definitions import Field, SObject
from sandbox.salesforce.filters import Filter, id_set, time_bounds
from sandbox.salesforce.paths import Paths, Reader, Target
from sandbox.salesforce.refusals import Refusal, invalid_type
from sandbox.salesforce.shapes import Shape
from sandbox.salesforce.soql import Order, Path, Query, TypeOf, parse
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.tokens import pointed

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

Shower = Callable[[Row], Row]
_MOST_SKIPPED = 2000
_MOST_WITH_FIELDS = 200
_SHORT_TEXT = 255  # what a text field holds; above, it is a long one
_TEXT_PAGES = (2000, 1000, 200)  # rows a page with no, one, two long texts among the selected


@dataclass(frozen=True, slots=True)
class Result:
    """What a query found, all of it. `count` alone answers a bare COUNT()."""

    count: int
    rows: list[Row]
    page_rows: int


@dataclass(frozen=True, slots=True)
class Columns:
    """What a bulk job's query found: the rows as they are kept, and how to read each column."""

    type: str
    names: tuple[str, ...]
    fields: tuple[Field, ...]
    reads: tuple[Reader, ...]
    rows: Iterator[Row]


class Runner:
    """Runs queries for one user of an org."""

    def __init__(
        self,
        org: "Org",
        rights: Rights,
        version: str,
        *,
        deleted: bool = False,
        tooling: bool = False,
    ) -> None:
        self._org = org
        self._flag = "t" if tooling else "q"
        self._rights = rights
        self._version = version
        self._deleted = deleted

    def run(self, text: str) -> Result:
        query = parse(text)
        if query.offset > _MOST_SKIPPED:
            message = f"Maximum SOQL offset allowed is {_MOST_SKIPPED}"
            raise Refusal("NUMBER_OUTSIDE_VALID_RANGE", message)
        definition = self._definition(query)
        paths = Paths(self._org, self._rights, text, definition)
        query_fields = self._selected(query, definition)
        if query.aggregates:
            return self._aggregated(query, definition, paths)
        show = self._shower(query, query_fields, definition, paths)
        found = self._found(query, definition, paths)
        rows = [show(row) for row in _cut(query, found)]
        return Result(len(rows), rows, self._page_rows(query_fields, definition))

    def columns(self, query: Query) -> Columns:
        """The same rows, one after another, so that nobody has to hold all that is shown."""
        definition = self._definition(query)
        paths = Paths(self._org, self._rights, query.text, definition)
        selected = self._selected(query, definition)
        targets = [paths.target(path) for path in selected]
        return Columns(
            definition.name,
            tuple(paths.way(path).name for path in selected),
            tuple(target.field for target in targets),
            tuple(target.read for target in targets),
            _cut(query, self._found(query, definition, paths)),
        )

    def _definition(self, query: Query) -> SObject:
        try:
            definition = self._org.definition(query.type)
        except Refusal as error:
            raise pointed(query.text, query.type_at, error.message, error.code) from error
        if self._flag not in definition.flags or not self._rights.may("Read", definition.name):
            message = invalid_type(query.type).message
            raise pointed(query.text, query.type_at, message, "INVALID_TYPE")
        return definition

    def _selected(self, query: Query, definition: SObject) -> tuple[Path, ...]:
        if not query.all_fields:
            return query.fields
        if query.limit is None or query.limit > _MOST_WITH_FIELDS:
            message = f"The SOQL FIELDS function must have a LIMIT of at most {_MOST_WITH_FIELDS}"
            raise Refusal("MALFORMED_QUERY", message)
        custom = {"ALL": (True, False), "STANDARD": (False,), "CUSTOM": (True,)}
        kinds = custom.get(query.all_fields, ())
        visible = self._rights.visible(definition)
        return tuple(
            Path((name,), 0)
            for name in visible
            if definition.fields[name].custom in kinds or name == "Id"
        )

    def _found(self, query: Query, definition: SObject, paths: Paths) -> Iterator[Row]:
        table = self._org.tables[definition.name]
        rows = self._visible(definition, self._candidates(query, table))
        if query.where is not None:
            now = self._org.clock.now()
            for holds in Filter(paths, query.text, now, self._zone()).predicates(query.where):
                rows = filter(holds, rows)
        orders = self._orders(query, paths)
        if orders and not _is_by_time(query.order):
            rows = iter(_sorted(list(rows), orders))
        return rows

    def _candidates(self, query: Query, table: Table) -> Iterable[Row]:
        """As few rows as the clause allows, in the order asked for when that is by time."""
        if query.type == record_access.TYPE:
            return record_access.rows(self._org, query)
        if _is_by_time(query.order):
            lowest, highest = time_bounds(query.where)
            return table.by_time(lowest, highest) if highest else table.by_time(lowest)
        named = id_set(query.where)
        if named and named[0] == "Id":
            return [table.rows[id_] for id_ in dict.fromkeys(named[1]) if id_ in table.rows]
        children = table.children(*named) if named else None
        return table.rows.values() if children is None else children

    def _visible(self, definition: SObject, rows: Iterable[Row]) -> Iterator[Row]:
        if not self._deleted and "IsDeleted" in definition.fields:
            rows = filter(_is_live, rows)
        private = definition.name in self._org.automation.private
        if private and not self._rights.sees_all(definition.name):
            rows = (row for row in rows if row.get("OwnerId") == self._rights.user)
        return iter(rows)

    def _orders(self, query: Query, paths: Paths) -> list[tuple[Order, Target]]:
        found = []
        for order in query.order:
            target = paths.target(order.path)
            if "s" not in target.field.flags:
                message = f"field '{order.path.text}' can not be sorted in a query call"
                raise pointed(query.text, order.path.at, message, "INVALID_FIELD")
            found.append((order, target))
        return found

    def _aggregated(self, query: Query, definition: SObject, paths: Paths) -> Result:
        found = self._found(query, definition, paths)
        first = query.aggregates[0]
        bare = first.function == "COUNT" and first.path is None
        if bare and len(query.aggregates) == 1 and not query.fields:
            return Result(sum(1 for _ in _cut(query, found)), [], _TEXT_PAGES[0])
        rows = list(_cut(query, iter(aggregate_rows(query, paths, list(found)))))
        return Result(len(rows), rows, _TEXT_PAGES[0])

    def _shower(
        self, query: Query, fields: tuple[Path, ...], definition: SObject, paths: Paths
    ) -> Shower:
        shape = Shape()
        for path in fields:
            if sum(other.steps == path.steps for other in fields) > 1:
                message = f"duplicate field selected: {path.text}"
                raise pointed(query.text, path.at, message, "INVALID_FIELD")
            shape.add(paths.way(path))
        base = f"/services/data/v{self._version}/sobjects"
        more = [self._typed(one, definition, query, base) for one in query.typeofs]
        more += [self._child(child, definition, query) for child in query.children]

        def show(row: Row) -> Row:
            shown = shape.show(definition.name, row, base, paths.lookup)
            for name, find in more:
                shown[name] = find(row)
            return shown

        return show

    def _typed(
        self, one: TypeOf, definition: SObject, query: Query, base: str
    ) -> tuple[str, Callable[[Row], object]]:
        """What a TYPEOF shows: of each object that the reference leads to, other fields."""
        paths = Paths(self._org, self._rights, query.text, definition)
        reference = paths.reference(one.path, definition, one.path.text)
        asked = dict(one.cases)
        shapes = {}
        for type_ in reference.refers_to:
            target = self._org.definition(type_)
            inside = Paths(self._org, self._rights, query.text, target)
            shapes[type_] = Shape()
            for path in asked.get(type_, one.otherwise):
                shapes[type_].add(inside.way(path))

        def find(row: Row) -> object:
            found = paths.lookup(row.get(reference.name))
            return shapes[found[0]].show(*found, base, paths.lookup) if found else None

        return reference.relationship or reference.name, find

    def _child(
        self, child: Query, parent: SObject, query: Query
    ) -> tuple[str, Callable[[Row], object]]:
        name, reference = self._relationship(child, parent, query)
        definition = self._org.definition(name)
        paths = Paths(self._org, self._rights, query.text, definition)
        show = self._shower(child, self._selected(child, definition), definition, paths)

        def find(row: Row) -> object:
            rows = [
                one
                for one in self._found(child, definition, paths)
                if one.get(reference) == row["Id"]
            ]
            if not rows:
                return None
            return {"totalSize": len(rows), "done": True, "records": [show(one) for one in rows]}

        return child.type, find

    def _relationship(self, child: Query, parent: SObject, query: Query) -> tuple[str, str]:
        found = self._org.child(parent, child.type)
        if found is not None and self._rights.may("Read", found[0].name):
            return found[0].name, found[1]
        message = f"Didn't understand relationship '{child.type}' in FROM part of query call."
        raise pointed(query.text, child.type_at, message, "INVALID_TYPE")

    def _page_rows(self, fields: tuple[Path, ...], definition: SObject) -> int:
        found = (definition.find(path.steps[-1]) for path in fields if len(path.steps) == 1)
        long_texts = sum(1 for one in found if one and _is_long_text(one))
        return _TEXT_PAGES[min(long_texts, 2)]

    def _zone(self) -> str:
        user = self._org.tables["User"].rows[self._rights.user]
        return str(user["TimeZoneSidKey"])


def _is_by_time(order: tuple[Order, ...]) -> bool:
    names = [one.path.steps for one in order]
    rising = not any(one.descending for one in order)
    return rising and names in ([("SystemModstamp",)], [("SystemModstamp",), ("Id",)])


T = TypeVar("T")


def _cut(query: Query, rows: Iterator[T]) -> Iterator[T]:
    """What OFFSET and LIMIT leave."""
    end = None if query.limit is None else query.offset + query.limit
    return islice(rows, query.offset, end)


def _sorted(rows: list[Row], orders: Iterable[tuple[Order, Target]]) -> list[Row]:
    for order, target in reversed(list(orders)):
        keyed = list(zip(map(_key(target), rows), rows, strict=True))
        # Rows without a value come first unless asked otherwise, in either direction.
        empty = [row for key, row in keyed if key is None]
        if empty:
            keyed = [one for one in keyed if one[0] is not None]
        keyed.sort(key=itemgetter(0), reverse=order.descending)
        filled = [row for _, row in keyed]
        rows = filled + empty if order.nulls_last else empty + filled
    return rows


def _is_live(row: Row) -> bool:
    return not row.get("IsDeleted")


def _is_long_text(field: Field) -> bool:
    return field.type == "textarea" and field.length > _SHORT_TEXT


def _key(target: Target) -> Callable[[Row], Any]:
    read = target.read
    if target.field.type in {"id", "reference", "date", "datetime"}:
        return read
    return lambda row: value.lower() if isinstance(value := read(row), str) else value
