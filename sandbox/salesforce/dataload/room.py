"""The addresses below /services/async/{version}: who may ask, and what is there."""

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

import orjson

from sandbox.salesforce import writes
from sandbox.salesforce.access import Rights
from sandbox.salesforce.call import Call
from sandbox.salesforce.dataload import forms
from sandbox.salesforce.dataload.job import Batch, Job, State
from sandbox.salesforce.dataload.work import OPERATIONS, carry_out
from sandbox.salesforce.ids import canonical
from sandbox.salesforce.markup import HEAD, read, texts, written
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, Request

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_OLDEST, _NEWEST = 31, 66
_HARD_DELETE = "BulkApiHardDelete"
_MODES = {"0": "Parallel", "1": "Serial", "": "Parallel"}


class Dataload:
    """The jobs of one org."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._jobs: dict[str, Job] = {}

    def answer(self, request: Request, version: str, path: tuple[str, ...]) -> Answer:
        """Answer a request; its refusals have a form of their own here."""
        try:
            return self._answer(request, version, path)
        except Refusal as error:
            return _refused(request, error)

    def settle(self) -> None:
        """Let the batches whose time has come be carried out."""
        now, seconds = self._org.clock.now(), self._org.switches.bulk_seconds
        for job in self._jobs.values():
            for batch in job.batches.values():
                if batch.waits:
                    self._move(job, batch, batch.due(now, seconds))

    def _move(self, job: Job, batch: Batch, state: State) -> None:
        now = self._org.clock.now()
        if state is State.COMPLETED:
            nobody = Request("POST", "", {}, {}, b"", "")
            carry_out(Call(self._org, nobody, Rights(job.user), job.version, ()), job, batch, now)
        elif state is not batch.state:
            batch.become(state, now)

    def _answer(self, request: Request, version: str, path: tuple[str, ...]) -> Answer:
        number = version.removesuffix(".0")
        if not number.isdigit() or not _OLDEST <= int(number) <= _NEWEST:
            raise Refusal("InvalidVersion", f"Unsupported API version: {version}")
        call = self._call(request, version)
        match path:
            case ("job",) if request.method == "POST":
                return self._create(call)
            case ("job", id_, *rest):
                return self._below(call, self._job(call, id_), tuple(rest))
            case _:
                raise Refusal("InvalidUrl", f"Destination URL not found: {request.path}")

    def _call(self, request: Request, version: str) -> Call:
        token = request.headers.get("x-sfdc-session", "")
        token = token or request.headers.get("authorization", "").partition(" ")[2]
        session = self._org.apps.session(token.strip(), self._org.clock.now())
        if session is None:
            raise Refusal("InvalidSessionId", "Invalid session id")
        if not self._org.switches.bulk_enabled:
            raise Refusal("FeatureNotEnabled", "Async API not enabled")
        self._org.ledger.count_calls(1)
        try:
            self._org.usage.take()
        except Refusal as error:
            raise Refusal("ExceededQuota", error.message) from error
        return Call(self._org, request, self._org.access.rights(session.user), version, ())

    def _create(self, call: Call) -> Answer:
        body = _body(call.request)
        operation, type_ = str(body.get("operation")), str(body.get("object"))
        if operation not in OPERATIONS:
            raise Refusal("InvalidJob", f"Unknown operation: {operation}")
        form = str(body.get("contentType") or "XML").upper()
        if form not in forms.TYPES:
            raise Refusal("InvalidJob", f"Unsupported content type: {form}")
        external = str(body.get("externalIdFieldName") or "")
        self._check(call, operation, type_, external)
        job = Job(
            self._org.ids.next("750"),
            operation,
            type_,
            call.rights.user,
            call.version,
            form,
            _mode(body),
            external,
            self._org.clock.now(),
        )
        self._jobs[job.id] = job
        return forms.info("jobInfo", job.info(), as_json=_speaks_json(call.request), status=201)

    def _check(self, call: Call, operation: str, type_: str, external: str) -> None:
        try:
            definition = writes.reached(call, type_)
        except Refusal as error:
            raise Refusal("InvalidJob", f"Unable to find object: {type_}") from error
        if operation == "hardDelete" and _HARD_DELETE not in call.rights.system:
            message = "hardDelete operation requires special user profile permission"
            raise Refusal("FeatureNotEnabled", message)
        if operation != "upsert":
            return
        if not external:
            message = f"External ID was blank for {type_}. An External ID must be specified for"
            raise Refusal("InvalidJob", f"{message} upsert.")
        try:
            writes.key_field(call, definition, external)
        except Refusal as error:
            message = f"Field name provided, {external} does not match an External ID for {type_}"
            raise Refusal("InvalidJob", message) from error

    def _job(self, call: Call, id_: str) -> Job:
        job = self._jobs.get(canonical(id_) or "")
        if job is None or job.user != call.rights.user:
            raise Refusal("InvalidJob", f"Invalid job id: {id_}")
        return job

    def _below(self, call: Call, job: Job, path: tuple[str, ...]) -> Answer:
        as_json = _speaks_json(call.request)
        match (call.method, path):
            case ("GET", ()):
                return forms.info("jobInfo", job.info(), as_json=as_json)
            case ("POST", ()):
                self._end(job, str(_body(call.request).get("state")))
                return forms.info("jobInfo", job.info(), as_json=as_json)
            case ("GET", ("batch",)):
                return _batch_list(job)
            case ("POST", ("batch",)):
                return self._add(call, job)
            case ("GET", ("batch", id_, *rest)):
                return _batch(job, _found(job, id_), tuple(rest))
            case _:
                raise Refusal("InvalidUrl", f"Destination URL not found: {call.request.path}")

    def _add(self, call: Call, job: Job) -> Answer:
        if job.state != "Open":
            raise Refusal("InvalidJobState", f"Job is not open: its state is {job.state}")
        try:
            self._org.usage.spend("DailyBulkApiBatches", 1)
        except Refusal as error:
            raise Refusal("ExceededQuota", error.message) from error
        made = self._org.ids.next("751")
        batch = Batch(made, job.id, call.request.body, self._org.clock.now())
        job.batches[batch.id] = batch
        as_json = job.content_type == "JSON"
        told = forms.info("batchInfo", batch.info(), as_json=as_json, status=201)
        if not self._org.switches.bulk_seconds:
            self._move(job, batch, State.COMPLETED)  # done, though it was told as queued
        return told

    def _end(self, job: Job, state: str) -> None:
        if state not in {"Closed", "Aborted"}:
            raise Refusal("InvalidJob", f"Invalid job state: {state}")
        if job.state != "Open":
            raise Refusal("InvalidJobState", f"Closing already {job.state} Job not allowed")
        job.state, job.changed = state, self._org.clock.now()
        if state == "Aborted":
            for batch in job.batches.values():
                if batch.waits:
                    batch.become(State.NOT_PROCESSED, job.changed)


def _found(job: Job, id_: str) -> Batch:
    batch = job.batches.get(canonical(id_) or "")
    if batch is None:
        raise Refusal("InvalidBatch", f"Invalid batch id: {id_}")
    return batch


def _batch(job: Job, batch: Batch, path: tuple[str, ...]) -> Answer:
    match path:
        case ():
            return forms.info("batchInfo", batch.info(), as_json=job.content_type == "JSON")
        case ("request",):
            return Answer(200, batch.content, {"Content-Type": forms.TYPES[job.content_type]})
        case ("result",) if batch.state is State.COMPLETED and job.reads:
            return forms.result_list(job, list(batch.found))
        case ("result",) if batch.state is State.COMPLETED:
            return forms.outcomes(batch.outcomes, job.content_type)
        case ("result", name) if name in batch.found:
            text = batch.found[name].encode()
            return Answer(200, text, {"Content-Type": forms.TYPES[job.content_type]})
        case _:
            raise Refusal("InvalidBatch", f"There is no such result of batch {batch.id}")


def _batch_list(job: Job) -> Answer:
    infos = [one.info() for one in job.batches.values()]
    if job.content_type == "JSON":
        return Answer(
            200, orjson.dumps({"batchInfo": infos}), {"Content-Type": forms.TYPES["JSON"]}
        )
    shown = {"batchInfo": [forms.xml_info(one) for one in infos]}
    text = HEAD + written("batchInfoList", shown, forms.XMLNS)
    return Answer(200, text.encode(), {"Content-Type": forms.TYPES["XML"]})


def _body(request: Request) -> Row:
    try:
        if _speaks_json(request):
            found = orjson.loads(request.body)
            return found if isinstance(found, dict) else {}
        return dict(texts(read(request.body)))
    except ValueError as error:
        raise Refusal("InvalidJob", f"Failed to parse job info: {error}") from error


def _mode(body: Row) -> str:
    sent = str(body.get("concurrencyMode") or "")
    return _MODES.get(sent, sent)


def _speaks_json(request: Request) -> bool:
    return "json" in request.headers.get("content-type", "")


def _refused(request: Request, error: Refusal) -> Answer:
    body: Row = {"exceptionCode": error.code, "exceptionMessage": error.message}
    status = HTTPStatus.BAD_REQUEST
    return replace(forms.info("error", body, as_json=_speaks_json(request)), status=status)
