"""Jobs and their batches as they are kept."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sandbox.salesforce.coerce import wire_time
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row


class State(StrEnum):
    QUEUED = "Queued"
    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"
    FAILED = "Failed"
    NOT_PROCESSED = "NotProcessed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record of a batch."""

    id: str = ""
    created: bool = False
    refusal: Refusal | None = None


@dataclass(slots=True)
class Batch:
    """Some of a job's records, or its query."""

    id: str
    job: str
    content: bytes
    made: datetime
    state: State = State.QUEUED
    message: str | None = None
    changed: datetime = field(init=False)
    outcomes: list[Outcome] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)  # id of a result -> its text

    def __post_init__(self) -> None:
        self.changed = self.made

    @property
    def waits(self) -> bool:
        return self.state in {State.QUEUED, State.IN_PROGRESS}

    def become(self, state: State, now: datetime, message: str | None = None) -> None:
        self.state, self.changed, self.message = state, now, message

    def due(self, now: datetime, seconds: float) -> State:
        """Where a waiting batch is by now: queued for so long, then as long in progress."""
        passed = now - self.made
        if passed >= timedelta(seconds=2 * seconds):
            return State.COMPLETED
        return State.IN_PROGRESS if passed >= timedelta(seconds=seconds) else State.QUEUED

    def info(self) -> Row:
        failed = sum(one.refusal is not None for one in self.outcomes)
        return {
            "id": self.id,
            "jobId": self.job,
            "state": self.state,
            "stateMessage": self.message,
            "createdDate": wire_time(self.made),
            "systemModstamp": wire_time(self.changed),
            "numberRecordsProcessed": len(self.outcomes),
            "numberRecordsFailed": failed,
            "totalProcessingTime": 0,
            "apiActiveProcessingTime": 0,
            "apexProcessingTime": 0,
        }


@dataclass(slots=True)
class Job:
    """An operation on one object, as its user began it."""

    id: str
    operation: str
    object: str
    user: str
    version: str
    content_type: str  # CSV, JSON or XML
    mode: str  # Parallel or Serial
    external_id: str
    made: datetime
    state: str = "Open"
    changed: datetime = field(init=False)
    batches: dict[str, Batch] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.changed = self.made

    @property
    def reads(self) -> bool:
        return self.operation in {"query", "queryAll"}

    def info(self) -> Row:
        """As an answer shows it; the external id only where there is one."""
        shown: Row = {
            "id": self.id,
            "operation": self.operation,
            "object": self.object,
            "createdById": self.user,
            "createdDate": wire_time(self.made),
            "systemModstamp": wire_time(self.changed),
            "state": self.state,
        }
        if self.external_id:
            shown["externalIdFieldName"] = self.external_id
        return shown | {
            "concurrencyMode": self.mode,
            "contentType": self.content_type,
            **self._counts(),
        }

    def _counts(self) -> Row:
        batches = self.batches.values()
        states = [one.state for one in batches]
        outcomes = [outcome for one in batches for outcome in one.outcomes]
        return {
            "numberBatchesQueued": states.count(State.QUEUED),
            "numberBatchesInProgress": states.count(State.IN_PROGRESS),
            "numberBatchesCompleted": states.count(State.COMPLETED),
            "numberBatchesFailed": states.count(State.FAILED),
            "numberBatchesTotal": len(states),
            "numberRecordsProcessed": len(outcomes),
            "numberRetries": 0,
            "apiVersion": float(self.version),
            "numberRecordsFailed": sum(one.refusal is not None for one in outcomes),
            "totalProcessingTime": 0,
            "apiActiveProcessingTime": 0,
            "apexProcessingTime": 0,
        }
