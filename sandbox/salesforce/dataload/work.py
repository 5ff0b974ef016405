"""Carrying out a batch: its records written one by one, or its query run."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sandbox.salesforce import writes
from sandbox.salesforce.call import Call
from sandbox.salesforce.dataload.forms import found_csv, found_json, found_xml, records
from sandbox.salesforce.dataload.job import Batch, Job, Outcome, State
from sandbox.salesforce.definitions import SObject
from sandbox.salesforce.query import Runner
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.soql import parse
from sandbox.salesforce.table import Row

OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete", "query", "queryAll")
_MOST_RECORDS = 10_000


def carry_out(call: Call, job: Job, batch: Batch, now: datetime) -> None:
    """Do it as the user who made the job; what cannot be done at all fails the batch."""
    # Assignment rules run in a bulk job only when it names one.
    request = replace(call.request, headers={"sforce-auto-assign": "FALSE"})
    call = replace(
        call, request=request, rights=call.org.access.rights(job.user), version=job.version
    )
    try:
        if job.reads:
            _read(call, job, batch)
        else:
            _write(call, job, batch)
    except (Refusal, ValueError) as error:
        batch.become(State.FAILED, now, f"InvalidBatch : {_problem(error, job)}")
    else:
        batch.become(State.COMPLETED, now)


def _problem(error: Refusal | ValueError, job: Job) -> str:
    if isinstance(error, Refusal) and job.reads:
        return f"Failed to process query: {error.code}: {error.message}"
    return str(error)


def _read(call: Call, job: Job, batch: Batch) -> None:
    text = batch.content.decode()
    query = parse(text)
    if query.aggregates or query.group or query.children:
        message = "Aggregate Relationships not supported in Bulk Query"
        raise Refusal("FUNCTIONALITY_NOT_ENABLED", message)
    runner = Runner(call.org, call.rights, job.version, deleted=job.operation == "queryAll")
    columns = runner.columns(query)
    if any(field.type == "address" for field in columns.fields):
        message = "Selecting compound data not supported in Bulk Query"
        raise Refusal("FUNCTIONALITY_NOT_ENABLED", message)
    name = call.org.ids.next("752")[:15]
    if job.content_type == "JSON":
        batch.found[name] = found_json(runner.run(text).rows, call.org.definition)
    elif query.typeofs:
        raise Refusal("FUNCTIONALITY_NOT_ENABLED", "TYPEOF is supported in JSON only")
    else:
        batch.found[name] = (found_csv if job.content_type == "CSV" else found_xml)(columns)


def _write(call: Call, job: Job, batch: Batch) -> None:
    definition = call.org.definition(job.object)
    rows = records(batch.content, job.content_type)
    if len(rows) > _MOST_RECORDS:
        raise ValueError(f"A batch has at most {_MOST_RECORDS} records")
    for name in {name: None for row in rows for name in row}:
        field = definition.find(name)
        if name != "attributes" and (field is None or not call.rights.sees(definition, field.name)):
            raise ValueError(f"Field name not found : {name}")
    act = _ACTS[job.operation]
    batch.outcomes = [_outcome(act, call, job, definition, row) for row in rows]


Act = Callable[[Call, Job, SObject, Row], Outcome]


def _outcome(act: Act, call: Call, job: Job, definition: SObject, row: Row) -> Outcome:
    try:
        return act(call, job, definition, row)
    except Refusal as error:
        return Outcome(refusal=error)


def _insert(call: Call, _job: Job, definition: SObject, row: Row) -> Outcome:
    return Outcome(writes.create(call, definition, row), created=True)


def _update(call: Call, _job: Job, definition: SObject, row: Row) -> Outcome:
    id_ = writes.existing_id(call, definition, _id_in(row))
    values = {name: value for name, value in row.items() if name.lower() != "id"}
    writes.update(call, definition, id_, values)
    return Outcome(id_)


def _upsert(call: Call, job: Job, definition: SObject, row: Row) -> Outcome:
    field = writes.key_field(call, definition, job.external_id)
    id_, created = writes.upsert(call, definition, field, row)
    return Outcome(id_, created=created)


def _delete(call: Call, job: Job, definition: SObject, row: Row) -> Outcome:
    id_ = writes.existing_id(call, definition, _id_in(row))
    writes.delete(call, definition, id_)
    if job.operation == "hardDelete":
        call.org.tables[definition.name].purge(id_)
    return Outcome(id_)


def _id_in(row: Row) -> object:
    return next((value for name, value in row.items() if name.lower() == "id"), None)


_ACTS: dict[str, Act] = {
    "insert": _insert,
    "update": _update,
    "upsert": _upsert,
    "delete": _delete,
    "hardDelete": _delete,
}
