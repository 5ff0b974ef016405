"""Jobs that write: the upload, its batches through the same checks as REST, and the results."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from math import ceil
from random import Random

from sandbox.salesforce import writes
from sandbox.salesforce.call import Call
from sandbox.salesforce.definitions import SObject
from sandbox.salesforce.jobs.job import IngestJob, State
from sandbox.salesforce.jobs.settings import BulkSettings
from sandbox.salesforce.jobs.text import Unusable, form_of, table
from sandbox.salesforce.refusals import Refusal, not_found
from sandbox.wire import Answer

OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")
RESULTS = ("successfulresults", "failedresults", "unprocessedrecords")
_HARD_DELETE = "BulkApiHardDelete"
_NULL = "#N/A"
_ID_NAMES = frozenset({"id", "Id", "iD", "ID"})
_DAILY_BATCHES = "DailyBulkApiBatches"


def create(call: Call, id_: str, settings: BulkSettings) -> IngestJob:
    body = call.body()
    operation = str(body.get("operation"))
    definition = _definition(call, str(body.get("object")), settings)
    if str(body.get("contentType", "CSV")) != "CSV":
        raise Refusal("JSON_PARSER_ERROR", "Bulk API 2.0 takes the content type CSV")
    external = str(body.get("externalIdFieldName") or "")
    if operation == "upsert":
        _check_external(call, definition, external)
    if operation == "hardDelete" and _HARD_DELETE not in call.rights.system:
        message = "hardDelete operation requires special user profile permission"
        raise Refusal("FEATURENOTENABLED", message)
    now = call.org.clock.now()
    return IngestJob(
        id_,
        "ingest",
        operation,
        definition.name,
        call.rights.user,
        call.version,
        form_of(body),
        now,
        State.OPEN,
        now,
        external_id=external,
    )


def upload(call: Call, job: IngestJob, settings: BulkSettings) -> Answer:
    """One upload per job; a second one, or one that comes late, is refused."""
    if call.method != "PUT":
        raise Refusal("METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed", status=405)
    if job.state is not State.OPEN or job.upload is not None:
        message = f"Job data cannot be added: the job's state is {job.state}"
        raise Refusal("INVALIDJOBSTATE", message, status=409)
    if len(call.request.body) > settings.most_bytes:
        raise Refusal("EXCEEDED_MAX_SIZE_REQUEST", "The upload is larger than 150 MB", status=413)
    job.upload = call.request.body
    return Answer(201)


def begin(call: Call, job: IngestJob, now: datetime) -> None:
    """Take the upload apart; from here on batches are written."""
    try:
        rows = job.form.rows(job.upload or b"")
        job.header = tuple(next(rows, ()))
        _check_header(call, job)
        job.waiting = list(rows)
        batches = ceil(len(job.waiting) / 10_000)
        call.org.usage.spend(_DAILY_BATCHES, batches)
    except (Unusable, Refusal) as error:
        job.become(State.FAILED, now, str(error))
    job.upload = b""


def give_up(job: IngestJob) -> None:
    """Of a job that is ended in the middle, what was not written is unprocessed."""
    if job.upload:
        try:
            rows = job.form.rows(job.upload)
            job.header, job.waiting = tuple(next(rows, ())), list(rows)
        except Unusable:
            job.waiting = []
    job.upload = b""


def write_batch(call: Call, job: IngestJob, rows: int) -> None:
    """Write the next rows as the user who made the job."""
    definition = call.org.definition(job.object)
    # Assignment rules run in a bulk job only when it names one.
    request = replace(call.request, headers={"sforce-auto-assign": "FALSE"})
    call = replace(call, request=request, rights=call.org.access.rights(job.user))
    batch, job.waiting = job.waiting[:rows], job.waiting[rows:]
    id_name = next((name for name in job.header if name in _ID_NAMES), "")
    for values in batch:
        named = dict(zip(job.header, values, strict=False))
        sent_id = named.get(id_name, "")
        try:
            id_, created = _write(call, job, definition, _meant(named), sent_id)
            job.taken.append((id_, created, values))
        except Refusal as error:
            job.refused.append((sent_id, _error(error), values))
    job.processed += len(batch)


def results(call: Call, job: IngestJob, part: str) -> Answer:
    """What became of the rows, in no order: each is known by its id and its own values."""
    if call.method not in {"GET", "HEAD"}:
        raise Refusal("METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed", status=405)
    shuffled = list(_rows_of(job, part))
    Random(job.id).shuffle(shuffled)
    body = table(_header_of(job, part), shuffled, job.form)
    return Answer(200, body, {"Content-Type": "text/csv"})


def _definition(call: Call, name: str, settings: BulkSettings) -> SObject:
    if name in settings.unsupported:
        message = f"Entity '{name}' is not supported by the Bulk API."
        raise Refusal("INVALIDENTITY", message)
    return call.org.definition(name)


def _check_external(call: Call, definition: SObject, name: str) -> None:
    field = definition.find(name)
    usable = field is not None and (field.external_id or field.name == "Id")
    if field is None or not usable or not call.rights.sees(definition, field.name):
        message = f"Field name provided, {name} does not match an External ID, Salesforce Id, or"
        raise Refusal("INVALID_FIELD", f"{message} indexed field for {definition.name}")


def _check_header(call: Call, job: IngestJob) -> None:
    definition, rights = call.org.definition(job.object), call.org.access.rights(job.user)
    for name in job.header:
        field = definition.find(name)
        if field is None or not rights.sees(definition, field.name):
            raise Unusable(f"InvalidBatch : Field name not found : {name}")
    needed = {"insert": "", "upsert": job.external_id}.get(job.operation, "Id")
    if needed and needed.lower() not in {name.lower() for name in job.header}:
        raise Unusable(f"InvalidBatch : Field name not found : {needed}")


def _meant(named: Mapping[str, str]) -> dict[str, str | None]:
    """What a row sets: an empty value says nothing, and a certain one takes a value away."""
    return {name: None if value == _NULL else value for name, value in named.items() if value}


def _write(
    call: Call,
    job: IngestJob,
    definition: SObject,
    sent: Mapping[str, str | None],
    sent_id: str,
) -> tuple[str, bool]:
    values = {name: value for name, value in sent.items() if name not in _ID_NAMES}
    if job.operation == "insert":
        return writes.create(call, definition, values), True
    if job.operation == "upsert":
        field = writes.key_field(call, definition, job.external_id)
        return writes.upsert(call, definition, field, sent if field.type == "id" else values)
    id_ = writes.existing_id(call, definition, sent_id)
    if job.operation in {"delete", "hardDelete"}:
        writes.delete(call, definition, id_)
        if job.operation == "hardDelete":
            call.org.tables[definition.name].purge(id_)
    else:
        writes.update(call, definition, id_, values)
    return id_, False


def _error(error: Refusal) -> str:
    parts = (error, *error.more)
    return ";".join(_told(one) for one in parts)


def _told(error: Refusal) -> str:
    fields = " ".join(error.fields or ())
    return (
        f"{error.code}:{error.message}:{fields} --"
        if fields
        else f"{error.code}:{error.message}:--"
    )


def _header_of(job: IngestJob, part: str) -> tuple[str, ...]:
    first = {
        "successfulresults": ("sf__Id", "sf__Created"),
        "failedresults": ("sf__Id", "sf__Error"),
    }
    return (*first.get(part, ()), *job.header)


def _rows_of(job: IngestJob, part: str) -> Iterator[list[str]]:
    match part:
        case "successfulresults":
            for id_, created, values in job.taken:
                yield [id_, "true" if created else "false", *values]
        case "failedresults":
            for id_, error, values in job.refused:
                yield [id_, error, *values]
        case "unprocessedrecords":
            yield from job.waiting
        case _:
            raise not_found()
