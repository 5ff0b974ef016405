"""Counting and the other aggregate functions, with GROUP BY."""

from collections.abc import Callable, Sequence

from sandbox.salesforce.paths import Paths, Reader
from sandbox.salesforce.soql import Aggregate, Path, Query
from sandbox.salesforce.table import Row
from sandbox.salesforce.tokens import pointed

_ATTRIBUTES = {"type": "AggregateResult"}


def aggregate_rows(query: Query, paths: Paths, rows: Sequence[Row]) -> list[Row]:
    """One row per group; without GROUP BY there is one group."""
    grouped = {path.steps for path in query.group}
    for path in query.fields:
        if path.steps not in grouped:
            message = f"Field must be grouped or aggregated: {path.text}"
            raise pointed(query.text, path.at, message, "MALFORMED_QUERY")
    keys = [(path.steps[-1], _grouping(path, query, paths)) for path in query.group]
    measures = [(one, _reader(one, query, paths)) for one in query.aggregates]
    groups: dict[tuple[object, ...], list[Row]] = {} if keys else {(): []}
    for row in rows:
        groups.setdefault(tuple(read(row) for _, read in keys), []).append(row)
    selected = {path.steps[-1] for path in query.fields}
    return [_shown(keys, selected, key, measures, group) for key, group in groups.items()]


def _shown(
    keys: list[tuple[str, Reader]],
    selected: set[str],
    key: tuple[object, ...],
    measures: list[tuple[Aggregate, Reader]],
    group: list[Row],
) -> Row:
    shown: Row = {"attributes": _ATTRIBUTES}
    for (name, _), value in zip(keys, key, strict=True):
        if name in selected:
            shown[name] = value
    for one, read in measures:
        values = [value for row in group if (value := read(row)) is not None]
        shown[one.alias] = _MEASURES[one.function](values)
    return shown


def _grouping(path: Path, query: Query, paths: Paths) -> Reader:
    target = paths.target(path)
    if "g" not in target.field.flags:
        message = f"field '{path.text}' can not be grouped in a query call"
        raise pointed(query.text, path.at, message, "MALFORMED_QUERY")
    return target.read


def _reader(one: Aggregate, query: Query, paths: Paths) -> Reader:
    if one.path is None:
        return lambda row: row["Id"]
    target = paths.target(one.path)
    if "a" not in target.field.flags:
        message = f"field {one.path.text} does not support aggregate operator {one.function}"
        raise pointed(query.text, one.path.at, message, "MALFORMED_QUERY")
    return target.read


def _sum(values: list[object]) -> object:
    numbers = [value for value in values if isinstance(value, int | float)]
    return sum(numbers) if numbers else None


def _average(values: list[object]) -> object:
    numbers = [value for value in values if isinstance(value, int | float)]
    return sum(numbers) / len(numbers) if numbers else None


_MEASURES: dict[str, Callable[[list[object]], object]] = {
    "COUNT": len,
    "COUNT_DISTINCT": lambda values: len(set(values)),
    "MIN": lambda values: min(values, key=_rank, default=None),
    "MAX": lambda values: max(values, key=_rank, default=None),
    "SUM": _sum,
    "AVG": _average,
}


def _rank(value: object) -> tuple[float, str]:
    return (float(value), "") if isinstance(value, int | float) else (0.0, str(value))
