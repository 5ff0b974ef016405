"""The shapes of Salesforce's answers, checked before anything is taken from them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.salesforce.errors import malformed

Row = Mapping[str, Any]
"""A JSON object as Salesforce sent it. `translate.py` turns it into something typed."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of a query's answer."""

    rows: tuple[Row, ...]
    total: int
    next: str  # where the rest is; empty when there is none


@dataclass(frozen=True, slots=True)
class Described:
    """The answer of a describe: its body, or nothing where the object is as it was known."""

    body: Any
    changed: str  # when it last changed, in Salesforce's words


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one of several requests that were sent as one."""

    status: int
    body: Any


def rows_of(answer: Any) -> Rows:
    """A page of a query's answer.

    Raises:
        MalformedAnswer: rows or counts are missing, which is never the same as no rows.
    """
    body = object_of(answer)
    rows, total, done = body.get("records"), body.get("totalSize"), body.get("done")
    if not isinstance(rows, list) or not isinstance(total, int) or not isinstance(done, bool):
        raise malformed("a query's answer has no rows or no counts")
    rest = body.get("nextRecordsUrl", "")
    if not isinstance(rest, str) or bool(rest) is done:
        raise malformed("a query's answer does not say where the rest is")
    return Rows(tuple(objects(rows)), total, rest)


def reached(row: Row, path: str) -> Any:
    """The value at the end of a path such as RecordType.Name, as SOQL reads it: in any case.

    Nothing where a step leads to no record, as with an owner who has no role.
    """
    value: Any = row
    for step in path.lower().split("."):
        steps = value if isinstance(value, Mapping) else {}
        value = next((one for name, one in steps.items() if name.lower() == step), None)
    return value


def objects(answer: Any) -> list[Row]:
    """The objects of a list.

    Raises:
        MalformedAnswer: it is no list, or holds something else.
    """
    if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
        raise malformed("it is no list of objects")
    return answer


def parts_of(answer: Any, names: Collection[str]) -> Mapping[str, Part]:
    """What became of each request that was sent with others.

    Raises:
        MalformedAnswer: it does not tell of each.
    """
    rows = objects(object_of(answer).get("compositeResponse"))
    found = {
        str(row.get("referenceId")): Part(status, row.get("body"))
        for row in rows
        if isinstance(status := row.get("httpStatusCode"), int)
    }
    if found.keys() != set(names):
        raise malformed("it does not tell of each request that was sent with it")
    return found


def object_of(answer: Any) -> Row:
    """A JSON object.

    Raises:
        MalformedAnswer: it is something else.
    """
    if not isinstance(answer, dict):
        raise malformed("it is no JSON object")
    return answer
