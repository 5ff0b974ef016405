"""What changed and what went between two moments: /sobjects/{object}/updated and /deleted."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from sandbox.salesforce.call import Call
from sandbox.salesforce.coerce import read_time, wire_time
from sandbox.salesforce.definitions import SObject
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

_KEPT = timedelta(days=30)


def answer(call: Call, definition: SObject, which: str) -> Answer:
    """The ids of changed records, or deleted ones with their times.

    What a transaction that is still open will change is not there yet: `latestDateCovered` says
    from when on there may be more to come.
    """
    call.only_reads()
    if "r" not in definition.flags:
        message = f"entity type {definition.name} does not support replication"
        raise Refusal("INVALID_TYPE_FOR_OPERATION", message)
    start, end = _range(call)
    rows = _found(call, definition, start, end, deleted=which == "deleted")
    now = call.org.clock.now()
    covered = min(end, now, call.org.oldest_open_transaction() or end)
    latest = wire_time(covered.replace(second=0))
    if which == "updated":
        return json_answer(200, {"ids": [row["Id"] for row in rows], "latestDateCovered": latest})
    gone = [{"id": row["Id"], "deletedDate": row["SystemModstamp"]} for row in rows]
    body = {
        "deletedRecords": gone,
        "earliestDateAvailable": wire_time(now - _KEPT),
        "latestDateCovered": latest,
    }
    return json_answer(200, body)


def _range(call: Call) -> tuple[datetime, datetime]:
    """Whole minutes: seconds are ignored."""
    start, end = (_moment(call, name) for name in ("start", "end"))
    if start < call.org.clock.now() - _KEPT:
        message = "startDate before org replication enabled date"
        raise Refusal("INVALID_REPLICATION_DATE", message)
    if end <= start:
        message = "endDate must be at least one minute greater than startDate"
        raise Refusal("INVALID_REPLICATION_DATE", message)
    return start, end


def _found(
    call: Call, definition: SObject, start: datetime, end: datetime, *, deleted: bool
) -> list[Row]:
    most = call.org.switches.most_ids
    rows = call.org.table(definition.name).by_time(wire_time(start), wire_time(end))
    found = list(islice(_seen(call, definition, rows, deleted=deleted), most + 1))
    if len(found) > most:
        raise Refusal("EXCEEDED_ID_LIMIT", f"exceeded {most} ids")
    return found


def _seen(call: Call, definition: SObject, rows: Iterator[Row], *, deleted: bool) -> Iterator[Row]:
    """The rows that this user may see."""
    private = definition.name in call.org.automation.private
    everything = not private or call.rights.sees_all(definition.name)
    for row in rows:
        seen = everything or row.get("OwnerId") == call.rights.user
        if seen and bool(row.get("IsDeleted")) is deleted:
            yield row


def _moment(call: Call, name: str) -> datetime:
    text = call.request.first(name).replace(" ", "+")
    try:
        return read_time(text).replace(second=0, microsecond=0)
    except ValueError as error:
        raise Refusal("INVALID_QUERY_FILTER_OPERATOR", f"{name}: bad date {text!r}") from error
