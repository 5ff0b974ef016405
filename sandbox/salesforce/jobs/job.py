"""One bulk job: its states, and what its JSON shows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sandbox.salesforce.coerce import wire_time
from sandbox.salesforce.jobs.text import Form, Spool
from sandbox.salesforce.table import Row


class State(StrEnum):
    """Where a job stands."""

    OPEN = "Open"
    UPLOAD_COMPLETE = "UploadComplete"
    IN_PROGRESS = "InProgress"
    COMPLETE = "JobComplete"
    FAILED = "Failed"
    ABORTED = "Aborted"


ENDED = frozenset({State.COMPLETE, State.FAILED, State.ABORTED})


@dataclass(slots=True)
class Job:
    """What both kinds of jobs have: `kind` is query or ingest."""

    id: str
    kind: str
    operation: str
    object: str
    user: str
    version: str
    form: Form
    created: datetime
    state: State
    changed: datetime
    queued: datetime | None = None  # since when there is something to do
    looks: int = 0
    processed: int = 0
    error: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether it moves on by itself."""
        return self.state in {State.UPLOAD_COMPLETE, State.IN_PROGRESS}

    def become(self, state: State, now: datetime, error: str = "") -> None:
        self.state, self.changed, self.error = state, now, error
        if state is State.UPLOAD_COMPLETE:
            self.queued = now

    def brief(self) -> Row:
        """As the answer to its creation shows it."""
        return {
            "id": self.id,
            "operation": self.operation,
            "object": self.object,
            "createdById": self.user,
            "createdDate": wire_time(self.created),
            "systemModstamp": wire_time(self.changed),
            "state": self.state.value,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.form.ending,
            "columnDelimiter": self.form.delimiter,
        }

    def body(self) -> Row:
        took = 0
        if self.state in ENDED and self.queued is not None:
            took = int((self.changed - self.queued).total_seconds() * 1000)
        more: Row = {
            "numberRecordsProcessed": self.processed,
            "retries": 0,
            "totalProcessingTime": took,
        }
        if self.error:
            more["errorMessage"] = self.error
        return {**self.brief(), **more}


@dataclass(slots=True)
class QueryJob(Job):
    """Reads; what it found is kept as it was when the job was made."""

    header: str = ""
    found: Spool | None = None

    def body(self) -> Row:
        return {**Job.body(self), "jobType": "V2Query", "isPkChunkingSupported": True}


@dataclass(slots=True)
class IngestJob(Job):
    """Writes what was uploaded, batch by batch."""

    external_id: str = ""
    upload: bytes | None = None
    header: tuple[str, ...] = ()
    waiting: list[list[str]] = field(default_factory=list)
    taken: list[tuple[str, bool, list[str]]] = field(default_factory=list)  # id, created, values
    refused: list[tuple[str, str, list[str]]] = field(default_factory=list)  # id, error, values

    def brief(self) -> Row:
        address = f"services/data/v{self.version}/jobs/ingest/{self.id}/batches"
        more: Row = {"contentUrl": address}
        if self.external_id:
            more["externalIdFieldName"] = self.external_id
        return {**Job.brief(self), **more}

    def body(self) -> Row:
        counts = dict.fromkeys(("apiActiveProcessingTime", "apexProcessingTime"), 0)
        return {
            **Job.body(self),
            "jobType": "V2Ingest",
            "numberRecordsFailed": len(self.refused),
            **counts,
        }
