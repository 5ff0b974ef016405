"""Pipelines and their stages."""

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

LIFECYCLE_PIPELINES = {
    "contacts": "contacts-lifecycle-pipeline",
    "companies": "companies-lifecycle-pipeline",
}
DEFAULT_PIPELINE = "default"
LEAD_PIPELINE = "lead-pipeline-id"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a pipeline; HubSpot keeps the meaning of it as text."""

    id: str
    label: str
    display_order: int
    metadata: Mapping[str, str]

    @property
    def is_closed(self) -> bool:
        return self.metadata.get("isClosed") == "true"

    @property
    def probability(self) -> float:
        return float(self.metadata.get("probability", "0"))


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages of a deal or a lead, in their order."""

    id: str
    label: str
    stages: tuple[Stage, ...]
    display_order: int = 0
    created: datetime = field(default=_EPOCH)

    def stage(self, stage_id: str) -> Stage | None:
        return next((one for one in self.stages if one.id == stage_id), None)


def stage_word(stage_id: str) -> str:
    """How a stage is called in the names of its dates.

    An id that is no name, such as HubSpot's own for leads, is made one, with a number behind it.
    How HubSpot comes by the number is not known; those of its own stages are the same everywhere.
    """
    if re.fullmatch(r"\w+", stage_id, re.ASCII):
        return stage_id
    number = _NUMBERS.get(stage_id, zlib.crc32(stage_id.encode()))
    return f"{re.sub('[^a-z0-9]+', '_', stage_id.lower())}_{number}"


def deal_pipelines() -> tuple[Pipeline, ...]:
    """HubSpot's default pipeline, and one of the portal's own with numeric ids."""
    return (
        Pipeline(DEFAULT_PIPELINE, "Sales Pipeline", _deal_stages(_SALES)),
        Pipeline("21730432", "Renewals", _deal_stages(_RENEWALS), display_order=1),
    )


def lead_pipelines() -> tuple[Pipeline, ...]:
    stages = (
        Stage(stage, label, order, {"isClosed": closed, "leadState": state})
        for order, (stage, label, state, closed) in enumerate(_LEADS)
    )
    return (Pipeline(LEAD_PIPELINE, "Lead Pipeline", tuple(stages)),)


def ticket_pipelines() -> tuple[Pipeline, ...]:
    stages = (
        Stage(str(number), label, number - 1, {"isClosed": closed, "ticketState": state})
        for number, (label, state, closed) in enumerate(_TICKETS, start=1)
    )
    return (Pipeline("0", "Support Pipeline", tuple(stages)),)


def lifecycle_pipeline(type_name: str, stages: Iterable[tuple[str, str]]) -> Pipeline:
    """The lifecycle of contacts or companies, as it looks among the pipelines."""
    made = tuple(
        Stage(stage, label, order, _open(is_open=stage != "other"))
        for order, (stage, label) in enumerate(stages)
    )
    return Pipeline(LIFECYCLE_PIPELINES[type_name], "Lifecycle Stage Pipeline", made)


def _open(*, is_open: bool) -> dict[str, str]:
    return {"isClosed": "false" if is_open else "true", "state": "OPEN" if is_open else "CLOSED"}


_SALES = (
    ("appointmentscheduled", "Appointment Scheduled", "0.2"),
    ("qualifiedtobuy", "Qualified To Buy", "0.4"),
    ("presentationscheduled", "Presentation Scheduled", "0.6"),
    ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
    ("contractsent", "Contract Sent", "0.9"),
    ("closedwon", "Closed Won", "1.0"),
    ("closedlost", "Closed Lost", "0.0"),
)
_RENEWALS = (
    ("48102911", "Renewal Due", "0.5"),
    ("48102912", "Terms Agreed", "0.9"),
    ("48102913", "Renewed", "1.0"),
    ("48102914", "Churned", "0.0"),
)
_LEADS = (
    ("new-stage-id", "New", "NEW", "false"),
    ("attempting-stage-id", "Attempting", "IN_PROGRESS", "false"),
    ("connected-stage-id", "Connected", "IN_PROGRESS", "false"),
    ("qualified-stage-id", "Qualified", "QUALIFIED", "true"),
    ("unqualified-stage-id", "Disqualified", "UNQUALIFIED", "true"),
)
_TICKETS = (
    ("New", "OPEN", "false"),
    ("Waiting on contact", "OPEN", "false"),
    ("Waiting on us", "OPEN", "false"),
    ("Closed", "CLOSED", "true"),
)

_NUMBERS = {
    "new-stage-id": 1318266061,
    "attempting-stage-id": 745667965,
    "connected-stage-id": 2058487257,
    "qualified-stage-id": 233247981,
    "unqualified-stage-id": 1675714327,
}


def _deal_stages(rows: tuple[tuple[str, str, str], ...]) -> tuple[Stage, ...]:
    return tuple(
        Stage(stage, label, order, _meaning(probability))
        for order, (stage, label, probability) in enumerate(rows)
    )


def _meaning(probability: str) -> dict[str, str]:
    closed = "true" if probability in {"0.0", "1.0"} else "false"
    return {"isClosed": closed, "probability": probability}
