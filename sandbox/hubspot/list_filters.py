"""Which records a dynamic list holds: its filter branches, read as conditions of a search."""

from collections.abc import Callable, Mapping, Sequence

from sandbox.hubspot.filters import Filter, Test, Values, test_of
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.refusals import Refused, invalid
from sandbox.hubspot.schema import Schema

_OPERATORS = {
    "IS_EQUAL_TO": "EQ",
    "IS_NOT_EQUAL_TO": "NEQ",
    "IS_GREATER_THAN": "GT",
    "IS_GREATER_THAN_OR_EQUAL_TO": "GTE",
    "IS_LESS_THAN": "LT",
    "IS_LESS_THAN_OR_EQUAL_TO": "LTE",
    "IS_BETWEEN": "BETWEEN",
    "IS_ANY_OF": "IN",
    "IS_NONE_OF": "NOT_IN",
    "IS_KNOWN": "HAS_PROPERTY",
    "IS_UNKNOWN": "NOT_HAS_PROPERTY",
    "CONTAINS": "CONTAINS_TOKEN",
    "DOES_NOT_CONTAIN": "NOT_CONTAINS_TOKEN",
}
_JOINS: Mapping[str, Callable[[Sequence[bool]], bool]] = {"OR": any, "AND": all}


def branch_test(schema: Schema, kind: ObjectType, branch: object) -> Test:
    """A filter branch as a function of a record's values.

    Raises:
        Refused: it holds what lists cannot be filtered by.
    """
    told = _object(branch)
    join = _JOINS.get(str(told.get("filterBranchType")))
    if join is None:
        raise invalid(f"{told.get('filterBranchType')} is not a filter branch type known here")
    tests = [branch_test(schema, kind, one) for one in _list(told, "filterBranches")]
    tests += [_filter(schema, kind, _object(one)) for one in _list(told, "filters")]

    def test(values: Values) -> bool:
        return join([one(values) for one in tests])

    return test


def _filter(schema: Schema, kind: ObjectType, told: Mapping[str, object]) -> Test:
    name, operation = str(told.get("property", "")), _object(told.get("operation"))
    definition = schema.property(kind, name)
    if definition is None:
        raise invalid(f"Property {name} does not exist for {kind.id}", propertyName=[name])
    operator = _OPERATORS.get(str(operation.get("operator")))
    if told.get("filterType") != "PROPERTY" or operator is None:
        raise invalid(f"The filter on {name} is not one known here", propertyName=[name])
    wanted = [str(one) for one in _list(operation, "values")]
    first = str(operation.get("value", operation.get("lowerBound", "")))
    if not first and len(wanted) == 1 and operator not in {"IN", "NOT_IN"}:
        (first,) = wanted
    high = str(operation.get("upperBound", ""))
    return test_of(Filter(name, operator, first, high, tuple(wanted)), definition)


def _object(told: object) -> Mapping[str, object]:
    if not isinstance(told, dict):
        raise _unreadable()
    return told


def _list(told: Mapping[str, object], name: str) -> list[object]:
    found = told.get(name) or []
    if not isinstance(found, list):
        raise _unreadable()
    return found


def _unreadable() -> Refused:
    return invalid("The filter branch is not readable")
