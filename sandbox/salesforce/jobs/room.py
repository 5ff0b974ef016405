"""The addresses below /jobs: making, looking at, ending and listing jobs; time moves them on."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.salesforce.call import Call
from sandbox.salesforce.jobs import ingest, query
from sandbox.salesforce.jobs.job import ENDED, IngestJob, QueryJob, State
from sandbox.salesforce.refusals import Refusal, not_found
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_LISTED = 1000
_PREFIX = "750"
_SEES_ALL = frozenset({"ViewAllData", "ManageDataIntegrations"})


class Jobs:
    """Every bulk job of an org. The list shows all of them; a user may look into his own only."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._jobs: dict[str, QueryJob | IngestJob] = {}

    def answer(self, call: Call) -> Answer:
        self._forget_old()
        match call.path[1:]:
            case ("query" | "ingest" as kind,):
                return self._all(call, kind)
            case ("query" | "ingest" as kind, id_):
                return self._one(call, self._known(call, kind, id_))
            case ("query" | "ingest" as kind, id_, part):
                return self._part(call, self._known(call, kind, id_), part)
            case _:
                raise not_found()

    def _all(self, call: Call, kind: str) -> Answer:
        if call.method == "GET":
            return json_answer(200, self._listed(call, kind))
        if call.method != "POST":
            raise _not_allowed(call)
        operation = call.body().get("operation")
        room = query if kind == "query" else ingest
        if operation not in room.OPERATIONS:
            raise Refusal("JSON_PARSER_ERROR", f"Unrecognized operation {operation!r}")
        job = room.create(call, self._org.ids.next(_PREFIX), self._org.bulk)
        self._jobs[job.id] = job
        return json_answer(200, job.brief())

    def _one(self, call: Call, job: QueryJob | IngestJob) -> Answer:
        if call.method == "GET":
            job.looks += 1
            self._move_on(call, job)
            return json_answer(200, job.body())
        if call.method == "PATCH":
            self._change(call, job)
            return json_answer(200, job.brief())
        if call.method != "DELETE":
            raise _not_allowed(call)
        if job.state not in ENDED:
            message = f"A job in the state {job.state} cannot be deleted"
            raise Refusal("INVALIDJOBSTATE", message)
        self._drop(job)
        return Answer(204)

    def _part(self, call: Call, job: QueryJob | IngestJob, part: str) -> Answer:
        self._move_on(call, job)
        if isinstance(job, QueryJob):
            if part not in {"results", "resultPages"}:
                raise not_found()
            return query.answer(call, job, part, self._org.bulk)
        if part == "batches":
            return ingest.upload(call, job, self._org.bulk)
        # The documentation writes unprocessedrecords, clients unprocessedRecords.
        if part.lower() not in ingest.RESULTS:
            raise not_found()
        return ingest.results(call, job, part.lower())

    def _change(self, call: Call, job: QueryJob | IngestJob) -> None:
        asked, now = call.body().get("state"), self._org.clock.now()
        uploaded = isinstance(job, IngestJob) and job.state is State.OPEN
        if asked == State.ABORTED and job.state not in ENDED:
            job.become(State.ABORTED, now)
            if isinstance(job, IngestJob):
                ingest.give_up(job)
        elif asked == State.UPLOAD_COMPLETE and uploaded:
            job.become(State.UPLOAD_COMPLETE, now)
        else:
            message = f"A job in the state {job.state} cannot become {asked}"
            raise Refusal("INVALIDJOBSTATE", message)

    def _move_on(self, call: Call, job: QueryJob | IngestJob) -> None:
        """Let happen what is due, by the clock and by how often somebody looked."""
        settings, now = self._org.bulk, self._org.clock.now()
        if not job.is_waiting or job.queued is None:
            return
        is_over = job.looks >= settings.looks
        is_over = is_over or now - job.queued >= timedelta(seconds=settings.seconds)
        if job.state is State.UPLOAD_COMPLETE:
            job.become(State.IN_PROGRESS, now)
            if isinstance(job, IngestJob):
                ingest.begin(call, job, now)
        if isinstance(job, IngestJob) and job.is_waiting:
            whole = is_over and not settings.failing
            ingest.write_batch(call, job, len(job.waiting) if whole else settings.batch_rows)
        if is_over and job.is_waiting:
            self._end(job)

    def _end(self, job: QueryJob | IngestJob) -> None:
        failing, now = self._org.bulk.failing, self._org.clock.now()
        if failing:
            job.become(State.FAILED, now, failing)
            return
        if isinstance(job, QueryJob) and job.found is not None:
            job.processed = len(job.found)
        job.become(State.COMPLETE, now)

    def _listed(self, call: Call, kind: str) -> Row:
        place, type_ = call.request.first("queryLocator", "0"), call.request.first("jobType")
        start = int(place) if place.isdigit() else 0
        jobs = [job for job in self._jobs.values() if job.kind == kind]
        rows = [job.brief() | {"jobType": job.body()["jobType"]} for job in jobs]
        found = [row for row in rows if type_ in {"", row["jobType"]}]
        end = start + _LISTED
        following = f"{call.url('jobs', kind)}?queryLocator={end}" if end < len(found) else None
        return {"done": following is None, "records": found[start:end], "nextRecordsUrl": following}

    def _known(self, call: Call, kind: str, id_: str) -> QueryJob | IngestJob:
        job = self._jobs.get(id_) or self._jobs.get(_long(self._jobs, id_))
        if job is None or job.kind != kind or not _is_visible(call, job.user):
            raise not_found()
        return job

    def _forget_old(self) -> None:
        edge = self._org.clock.now() - self._org.bulk.life
        for job in [one for one in self._jobs.values() if one.created < edge]:
            self._drop(job)

    def _drop(self, job: QueryJob | IngestJob) -> None:
        del self._jobs[job.id]
        if isinstance(job, QueryJob) and job.found is not None:
            job.found.close()


def _is_visible(call: Call, user: str) -> bool:
    return user == call.rights.user or bool(_SEES_ALL & call.rights.system)


def _long(jobs: dict[str, QueryJob | IngestJob], id_: str) -> str:
    """The job that is named by the fifteen characters of its id."""
    return next((known for known in jobs if known[:15] == id_), "")


def _not_allowed(call: Call) -> Refusal:
    message = f"HTTP Method '{call.method}' not allowed"
    return Refusal("METHOD_NOT_ALLOWED", message, status=405)
