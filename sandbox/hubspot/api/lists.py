"""Lists and who is in them."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

from sandbox.hubspot.api.call import Body, Call, needed, text_of, whole, words
from sandbox.hubspot.list_filters import branch_test
from sandbox.hubspot.lists import RecordList
from sandbox.hubspot.object_types import object_type
from sandbox.hubspot.refusals import invalid
from sandbox.hubspot.shelf import Shelf
from sandbox.hubspot.values import epoch_milliseconds, is_whole, iso
from sandbox.wire import Answer, json_answer

MOST_MEMBERS_PER_PAGE = 250
MOST_LISTS_PER_PAGE = 500


def create_list(call: Call) -> Answer:
    body = call.body()
    kind = object_type(needed(body, "objectTypeId"))
    branch = body.get("filterBranch")
    if branch is not None:
        branch_test(call.portal.schema, kind, branch)  # a filter that nobody knows is refused now
    name, processing = needed(body, "name"), needed(body, "processingType")
    made = call.portal.lists.add(name, kind.id, processing, call.now, call.token.app_id, branch)
    return json_answer(200, {"list": _shown(call, made, with_filters=True)})


def list_lists(call: Call) -> Answer:
    """Those of the ids that were asked for; unknown ones are left out."""
    known = {one.id: one for one in call.portal.lists.all()}
    found = [known[one] for one in call.names("listIds") if one in known]
    return json_answer(200, {"lists": [_told(call, one) for one in found]})


def get_list(call: Call) -> Answer:
    return json_answer(200, {"list": _told(call, _asked(call))})


def get_named_list(call: Call) -> Answer:
    found = call.portal.lists.named(object_type(call.parts["type"]), call.parts["name"])
    return json_answer(200, {"list": _told(call, found)})


def remove_list(call: Call) -> Answer:
    call.portal.lists.remove(call.parts["id"], call.now)
    return Answer(204)


def restore_list(call: Call) -> Answer:
    call.portal.lists.restore(call.parts["id"])
    return Answer(204)


def rename_list(call: Call) -> Answer:
    name = call.request.first("listName")
    if not name:
        raise invalid("Some required fields were not set: [listName]")
    renamed = call.portal.lists.rename(call.parts["id"], name, call.now)
    return json_answer(200, {"updatedList": _told(call, renamed)})


def search_lists(call: Call) -> Answer:
    """A page of lists by part of their name, kind of processing, type or id."""
    body = call.body()
    offset, count = whole(body, "offset", 0), whole(body, "count", 20)
    if offset < 0 or count <= 0:
        raise invalid("offset must not be negative, count not below 1")
    found = [one for one in call.portal.lists.all() if _is_wanted(body, one)]
    page = found[offset : offset + min(count, MOST_LISTS_PER_PAGE)]  # asking for more is no error
    reached = offset + len(page)
    more = {"offset": reached, "hasMore": reached < len(found), "total": len(found)}
    return json_answer(200, {**more, "lists": [_searched(call, one) for one in page]})


def members(call: Call) -> Answer:
    """Who is in a list, in ascending order of id."""
    found, after = list_members(call, _asked(call)), call.number("after", 0, sys.maxsize)
    return _page(call, found, [one for one in sorted(found) if one > after])


def members_as_joined(call: Call) -> Answer:
    """Who is in a list, in the order in which they came."""
    found, after = list_members(call, _asked(call)), call.number("after", 0, sys.maxsize)
    if after and after not in found:
        raise invalid(f"{after} is no longer in the list", after=[str(after)])
    ordered = sorted(found, key=lambda one: (found[one], one))
    return _page(call, found, ordered[ordered.index(after) + 1 if after else 0 :])


def empty_list(call: Call) -> Answer:
    """Take everybody out of a list; the records stay."""
    emptied = _by_hand(_asked(call))
    for one in tuple(emptied.joined):
        _leave(call, emptied, one)
    emptied.updated = call.now
    return Answer(204)


def add_members(call: Call) -> Answer:
    return _changed(call, call.id_list(), [])


def remove_members(call: Call) -> Answer:
    return _changed(call, [], call.id_list())


def change_members(call: Call) -> Answer:
    body = call.body()
    return _changed(call, words(body, "recordIdsToAdd"), words(body, "recordIdsToRemove"))


def of_record(call: Call) -> Answer:
    """The lists that a record is in."""
    kind = object_type(call.parts["type"])
    record = call.portal.store.record(kind, call.parts["id"])
    found = []
    for one in call.portal.lists.all():
        since = list_members(call, one).get(record.number) if one.kind is kind else None
        if since is not None:
            times = {"firstAddedTimestamp": iso(since), "lastAddedTimestamp": iso(since)}
            found.append({"listId": one.id, "listVersion": one.version, **times})
    return json_answer(200, {"results": found, "total": len(found)})


def list_members(call: Call, one: RecordList) -> Mapping[int, datetime]:
    """Records by when they came in; for a dynamic list that is when they last changed."""
    shelf = call.portal.store.shelf(one.kind)
    if one.is_manual:
        return {
            number: since for number, since in one.joined.items() if shelf.records[number].is_live
        }
    test = branch_test(call.portal.schema, one.kind, one.filter_branch)
    return {record.number: record.modified for record in shelf.live() if test(record.values)}


def _page(call: Call, found: Mapping[int, datetime], left: Sequence[int]) -> Answer:
    """A page of members; the cursor is the id of the last one that was shown."""
    limit = call.number("limit", 100, MOST_MEMBERS_PER_PAGE)
    body: dict[str, object] = {
        "results": [
            {"recordId": str(one), "membershipTimestamp": iso(found[one])} for one in left[:limit]
        ],
        "total": len(found),
    }
    if len(left) > limit:
        last = str(left[limit - 1])
        body["paging"] = {"next": call.next_page(last)}
    return json_answer(200, body)


def _changed(call: Call, joining: Sequence[str], leaving: Sequence[str]) -> Answer:
    """Put records in and out."""
    changed = _by_hand(_asked(call))
    shelf = call.portal.store.shelf(changed.kind)
    present = {one for one in (*joining, *leaving) if _is_there(shelf, one)}
    body = {
        "recordsIdsAdded": [
            one for one in joining if one in present and _join(call, changed, int(one))
        ],
        "recordIdsRemoved": [
            one for one in leaving if one in present and _leave(call, changed, int(one))
        ],
        "recordIdsMissing": [one for one in (*joining, *leaving) if one not in present],
    }
    changed.updated = call.now
    return json_answer(200, body)


def _by_hand(changed: RecordList) -> RecordList:
    """Only lists that keep their members take them by hand."""
    if not changed.is_manual:
        raise invalid(f"List {changed.id} is DYNAMIC: its members follow from its filters.")
    return changed


def _join(call: Call, changed: RecordList, number: int) -> bool:
    return changed.joined.setdefault(number, call.now) == call.now


def _leave(call: Call, changed: RecordList, number: int) -> bool:
    gone = changed.joined.pop(number, None) is not None
    changed.left = call.now if gone else changed.left
    return gone


def _is_there(shelf: Shelf, record_id: str) -> bool:
    found = shelf.find(record_id) if is_whole(record_id) else None
    return found is not None and found.is_live


def _asked(call: Call) -> RecordList:
    return call.portal.lists.get(call.parts["id"])


def _is_wanted(body: Body, one: RecordList) -> bool:
    kinds, ids = words(body, "processingTypes"), words(body, "listIds")
    type_name = text_of(body, "objectTypeId")
    return (
        text_of(body, "query").lower() in one.name.lower()
        and (not kinds or one.processing in kinds)
        and (not ids or one.id in ids)
        and (not type_name or object_type(type_name) is one.kind)
    )


def _told(call: Call, one: RecordList) -> dict[str, object]:
    return _shown(call, one, with_filters=call.flag("includeFilters"))


def _shown(call: Call, one: RecordList, *, with_filters: bool) -> dict[str, object]:
    shown = {**_described(one), "size": len(list_members(call, one))}
    if with_filters and one.filter_branch is not None:
        shown["filterBranch"] = one.filter_branch
    return shown


def _searched(call: Call, one: RecordList) -> dict[str, object]:
    joined = list_members(call, one)
    more = {"hs_list_size": str(len(joined)), "hs_list_reference_count": "0"}
    if joined:
        more["hs_last_record_added_at"] = str(epoch_milliseconds(max(joined.values())))
    if one.left is not None:
        more["hs_last_record_removed_at"] = str(epoch_milliseconds(one.left))
    return {**_described(one), "additionalProperties": more}


def _described(one: RecordList) -> dict[str, object]:
    return {
        "listId": one.id,
        "listVersion": one.version,
        "createdAt": iso(one.created),
        "updatedAt": iso(one.updated),
        "filtersUpdatedAt": iso(one.updated),
        "processingStatus": "COMPLETE",
        "createdById": one.by,
        "updatedById": one.by,
        "processingType": one.processing,
        "objectTypeId": one.kind.id,
        "name": one.name,
    }
