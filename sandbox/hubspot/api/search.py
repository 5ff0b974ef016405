"""Search: filters on a lagging index, answered with live values."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from sandbox.hubspot.api.call import Body, Call, mapping, rows, text_of, whole, words
from sandbox.hubspot.api.shapes import Shape
from sandbox.hubspot.filters import (
    OPERATORS,
    Filter,
    Test,
    Values,
    key_of,
    test_of,
    words_found,
)
from sandbox.hubspot.knobs import Knobs
from sandbox.hubspot.object_types import ObjectType, object_type
from sandbox.hubspot.refusals import Refused, invalid, unreadable
from sandbox.hubspot.values import is_whole
from sandbox.wire import Answer, json_answer

MOST_CHARACTERS = 3000
MOST_PER_PAGE = 200
MOST_RESULTS = 10_000

_BY_ID = "hs_object_id"
_DIRECTIONS = ("ASCENDING", "DESCENDING")
_LINKED = "associations."


@dataclass(frozen=True, slots=True)
class Query:
    """What a search asked for."""

    groups: tuple[tuple[Filter, ...], ...]
    text: str
    sort: str
    descending: bool
    limit: int
    after: int


def search(call: Call) -> Answer:
    """One page of what the filters find; the total counts what is gone by now, too."""
    asked, kind = _read(call), call.kind
    found = _found(call, kind, asked)
    page = found[asked.after : asked.after + asked.limit]
    shape = Shape(call, kind, words(call.body(), "properties"))
    records = call.portal.store.shelf(kind).records
    results = [shape.record(records[one]) for one in page if records[one].is_live]
    body: dict[str, object] = {"total": len(found), "results": results}
    if asked.after + asked.limit < len(found):
        body["paging"] = {"next": {"after": str(asked.after + asked.limit)}}
    return json_answer(200, body)


def numbers_matching(call: Call, kind: ObjectType, body: Body) -> list[int]:
    """Every record that a search of this body would find, however many."""
    groups, text = _groups(body, call.portal.knobs), text_of(body, "query")
    sort, descending = _sort(call, kind, body)
    return _found(call, kind, Query(groups, text, sort, descending, MOST_PER_PAGE, 0))


def _read(call: Call) -> Query:
    body = call.body()
    if len(call.request.body.decode(errors="replace")) > MOST_CHARACTERS:
        raise invalid(f"The request body is longer than {MOST_CHARACTERS} characters.")
    limit = whole(body, "limit", 10)
    if not 0 < limit <= MOST_PER_PAGE:
        raise invalid(f"The limit must be between 1 and {MOST_PER_PAGE}, but was {limit}.")
    limit = min(limit, call.portal.knobs.largest_page or limit)
    after = whole(body, "after", 0)
    if after < 0:
        raise invalid(f"after must not be negative, but was {after}.")
    reach = after + (1 if call.portal.knobs.page_may_end_beyond else limit)
    if reach > MOST_RESULTS:
        raise invalid(f"Paging beyond {MOST_RESULTS} results is not possible (after: {after}).")
    sort, descending = _sort(call, call.kind, body)
    return Query(
        _groups(body, call.portal.knobs), text_of(body, "query"), sort, descending, limit, after
    )


def _groups(body: Body, knobs: Knobs) -> tuple[tuple[Filter, ...], ...]:
    groups = rows(body, "filterGroups")
    bare = rows(body, "filters")  # filters without a group are a group of their own
    read = [tuple(map(_filter, rows(one, "filters"))) for one in groups]
    read += [tuple(map(_filter, bare))] if bare else []
    _at_most("filterGroups", len(read), knobs.filter_groups)
    _at_most("filters in group", max(map(len, read), default=0), knobs.filters_in_group)
    _at_most("filters", sum(map(len, read)), knobs.filters_in_search)
    return tuple(read)


def _at_most(what: str, count: int, most: int) -> None:
    if count > most:
        raise invalid(f"too many {what} (count: {count}, max allowed: {most})")


def _filter(body: Body) -> Filter:
    operator = text_of(body, "operator")
    if operator not in OPERATORS:
        raise _not_among("Operator", operator, OPERATORS)
    asked = Filter(
        text_of(body, "propertyName"),
        operator,
        text_of(body, "value"),
        text_of(body, "highValue"),
        tuple(words(body, "values")),
    )
    _check_operands(asked)
    return asked


def _not_among(kind: str, text: str, known: Sequence[str]) -> Refused:
    return unreadable(
        f'Cannot deserialize value of type `{kind}` from String "{text}": '
        f"not one of the values accepted: [{', '.join(known)}]"
    )


def _check_operands(asked: Filter) -> None:
    if asked.operator in {"IN", "NOT_IN"}:
        missing = not asked.values
    elif asked.operator == "BETWEEN":
        missing = not (asked.value and asked.high)
    else:
        missing = not asked.value and "HAS_PROPERTY" not in asked.operator
    if missing:
        raise invalid(f"The operator {asked.operator} on {asked.name} needs a value.")


def _sort(call: Call, kind: ObjectType, body: Body) -> tuple[str, bool]:
    given = body.get("sorts") or []
    if not isinstance(given, list) or len(given) > 1:
        raise invalid("A search can be sorted by one property only.")
    if not given:
        return kind.created[0], False
    first = given[0]
    if isinstance(first, str):
        return _sortable(call, kind, first.removeprefix("-")), first.startswith("-")
    asked = mapping({"sort": first}, "sort")
    direction = text_of(asked, "direction", _DIRECTIONS[0])
    if direction.upper() not in _DIRECTIONS:
        raise _not_among("Direction", direction, _DIRECTIONS)
    name = text_of(asked, "propertyName")
    return _sortable(call, kind, name), direction.upper() == _DIRECTIONS[1]


def _sortable(call: Call, kind: ObjectType, name: str) -> str:
    if call.portal.schema.property(kind, name) is None:
        raise _no_property(name)
    return name


def _no_property(name: str) -> Refused:
    detail = {"message": f"Property {name} does not exist", "context": {"propertyName": [name]}}
    return Refused(400, "There was a problem with the request.", errors=[detail])


def _found(call: Call, kind: ObjectType, asked: Query) -> list[int]:
    """The numbers of what matches, in the order asked for."""
    groups = asked.groups or ((),)
    per_group = [_group(call, kind, one, asked.text) for one in groups]
    numbers = per_group[0] if len(per_group) == 1 else sorted(set().union(*per_group))
    if asked.sort == _BY_ID and call.portal.knobs.ids_sort_as_text:
        return sorted(numbers, key=str, reverse=asked.descending)
    if asked.sort == _BY_ID:
        return numbers[::-1] if asked.descending else numbers
    index = call.portal.store.shelf(kind).index
    key: Hashable = ("sorted", asked.groups, asked.text, asked.sort, asked.descending)
    return index.cached(key, lambda: _ordered(call, kind, numbers, asked))


def _group(call: Call, kind: ObjectType, filters: Sequence[Filter], text: str) -> list[int]:
    """What one group finds, in ascending order of id.

    Conditions on the id narrow a list that is kept until the index changes: that is what makes
    paging by id cheap, where every page asks for ids above the last one.
    """
    by_id = [one for one in filters if one.name == _BY_ID and one.operator in _NARROW]
    rest = tuple(one for one in filters if one not in by_id)
    tests = [_test(call, kind, one) for one in rest]
    index = call.portal.store.shelf(kind).index
    found = index.cached((rest, text), lambda: _scan(call, kind, tests, text))
    low, high = 0, len(found)
    for one in by_id:
        start, stop = _NARROW[one.operator](found, _id_operand(one))
        low, high = max(low, start), min(high, stop)
    return found[low:high] if by_id else found


_Narrow = Callable[[list[int], int], tuple[int, int]]
_NARROW: Mapping[str, _Narrow] = {
    "GT": lambda found, wanted: (bisect_right(found, wanted), len(found)),
    "GTE": lambda found, wanted: (bisect_left(found, wanted), len(found)),
    "LT": lambda found, wanted: (0, bisect_left(found, wanted)),
    "LTE": lambda found, wanted: (0, bisect_right(found, wanted)),
    "EQ": lambda found, wanted: (bisect_left(found, wanted), bisect_right(found, wanted)),
}


def _id_operand(asked: Filter) -> int:
    if not is_whole(asked.value):
        raise invalid(f"{asked.value} is not a valid value for the property {_BY_ID}")
    return int(asked.value)


def _scan(call: Call, kind: ObjectType, tests: Sequence[Test], text: str) -> list[int]:
    shelf = call.portal.store.shelf(kind)
    values = shelf.index.values
    found = []
    for number in shelf.numbers:
        held = values(number)
        if held is None or not all(test(held) for test in tests):
            continue
        if not text or words_found(text, held, kind.searched):
            found.append(number)
    return found


def _test(call: Call, kind: ObjectType, asked: Filter) -> Test:
    if asked.name.startswith(_LINKED):
        return _linked_test(call, kind, asked)
    definition = call.portal.schema.property(kind, asked.name)
    if definition is None:
        raise _no_property(asked.name)
    return test_of(asked, definition)


def _linked_test(call: Call, kind: ObjectType, asked: Filter) -> Test:
    """The pseudo property `associations.{type}`: its values are the ids of associated records."""
    other = object_type(asked.name.removeprefix(_LINKED))
    outcomes = _LINKED_OUTCOMES.get(asked.operator)
    if outcomes is None:
        raise invalid(f"The operator {asked.operator} does not fit {asked.name}")
    records = call.portal.store.shelf(kind).records
    wanted = set(asked.values or (asked.value,))
    presence, outcome = outcomes

    def test(values: Values) -> bool:
        record = records[int(values[_BY_ID])]
        linked = {str(one) for one in call.portal.associations.of((kind, other), record)}
        return bool(linked if presence else linked & wanted) is outcome

    return test


# operator: whether any association counts, and which answer is sought
_LINKED_OUTCOMES: Mapping[str, tuple[bool, bool]] = {
    "EQ": (False, True),
    "IN": (False, True),
    "NEQ": (False, False),
    "NOT_IN": (False, False),
    "HAS_PROPERTY": (True, True),
    "NOT_HAS_PROPERTY": (True, False),
}


def _ordered(call: Call, kind: ObjectType, numbers: Sequence[int], asked: Query) -> list[int]:
    """Sorted by a property; records without a value come last in both directions."""
    definition = call.portal.schema.needed(kind, asked.sort)
    key, values = key_of(definition), call.portal.store.shelf(kind).index.values
    held = [(number, (values(number) or {}).get(asked.sort)) for number in numbers]
    keyed = [(number, None if text is None else key(text)) for number, text in held]
    present = [(one, number) for number, one in keyed if one is not None]
    present.sort(key=lambda one: one[0], reverse=asked.descending)
    return [number for _, number in present] + [number for number, one in keyed if one is None]
