"""Calls, e-mails, meetings and tasks: with whom, by whom, when, of which kind; never the words."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pydantic import RootModel, ValidationError

from bbm_core.records import Activity, RecordRef, Watermark
from connectors.capabilities import Capability, Happening, HappeningPage
from connectors.contract import Reading
from connectors.errors import ConfigError
from connectors.hubspot.changes import ChangedRows, Sought, Stand, changed_rows
from connectors.hubspot.companions import companions
from connectors.hubspot.config import ActivityType, HubSpotConfig
from connectors.hubspot.errors import HINTS
from connectors.hubspot.optional import asking_for
from connectors.hubspot.session import Session
from connectors.hubspot.values import clean_text, id_of, time_of

_BY_AND_WHEN: Final = ("hubspot_owner_id", "hs_timestamp")
_NOT_HELD: Final = frozenset({"CANCELED", "NO_SHOW", "RESCHEDULED"})
_NOT_SENT: Final = frozenset({"BOUNCED", "FAILED", "SCHEDULED", "SENDING"})

Texts = Mapping[str, str]


class _Marks(RootModel[dict[ActivityType, Stand]]):
    """How far each type was read; one that is missing: not at all."""


def read_activities(
    session: Session, config: HubSpotConfig, reading: Reading, since: Watermark | None
) -> Iterator[HappeningPage]:
    """What changed, type by type; a type without a mark from `history_since` on."""
    marks = _read(since)
    with asking_for(Capability.ACTIVITIES):
        for type_ in config.activities:
            start = marks.get(type_) or reading.history_since
            for page in changed_rows(session, config, _sought(type_, config), start):
                marks = {**marks, type_: page.stand}
                told = _told(session, config, reading, type_, page)
                yield HappeningPage(tuple(told), Watermark(_Marks(marks).model_dump_json()))


def _sought(type_: ActivityType, config: HubSpotConfig) -> Sought:
    kind = (config.activity_kind,) if config.activity_kind and type_ in _KINDRED else ()
    return Sought(type_, tuple(dict.fromkeys((*_BY_AND_WHEN, *_PROPERTIES[type_], *kind))))


def _told(
    session: Session,
    config: HubSpotConfig,
    reading: Reading,
    type_: ActivityType,
    page: ChangedRows,
) -> Iterator[Happening]:
    happened = {}
    for row in page.rows:
        texts = {name: str(text) for name, text in row["properties"].items() if text}
        if _HAPPENED[type_](texts):
            happened[str(row["id"])] = texts
    refs = companions(session, config, reading, type_, list(happened))
    for row in page.rows:
        yield _happening(str(row["id"]), happened, refs, type_, config.activity_kind)
    for id_ in page.gone:
        yield Happening(id_)


def _happening(
    id_: str,
    happened: Mapping[str, Texts],
    refs: Mapping[str, RecordRef],
    type_: ActivityType,
    kind: str,
) -> Happening:
    texts, ref = happened.get(id_), refs.get(id_)
    if texts is None or ref is None:
        return Happening(id_)
    try:
        at = next((texts[name] for name in _WHEN[type_] if name in texts), "")
        what = texts.get(kind) if type_ in _KINDRED else None
        by = id_of(texts.get("hubspot_owner_id")) or ""
        return Happening(id_, (Activity(ref, time_of(at), _word(what or _what(type_, texts)), by),))
    except ValueError:
        return Happening(id_)  # a day that is none tells nothing


def _what(type_: ActivityType, texts: Texts) -> str:
    if type_ == "emails" and texts.get("hs_email_direction") == "INCOMING_EMAIL":
        return "reply"
    return type_.removesuffix("s")


def _word(text: str) -> str:
    return "_".join(clean_text(text).lower().split())


def _read(since: Watermark | None) -> dict[ActivityType, Stand]:
    try:
        return _Marks.model_validate_json(since).root if since else {}
    except ValidationError as error:
        raise ConfigError(
            "The kept watermark of the activities is not one of HubSpot's.",
            hint=HINTS["BBM-HS-060"],
            code="BBM-HS-060",
        ) from error


_KINDRED: Final = frozenset({"calls", "meetings"})
"""What a property of the portal may name the kind of."""

_PROPERTIES: Final[Mapping[ActivityType, tuple[str, ...]]] = MappingProxyType(
    {
        "calls": ("hs_call_status",),
        "emails": ("hs_email_direction", "hs_email_status"),
        "meetings": ("hs_meeting_outcome", "hs_meeting_start_time"),
        "tasks": ("hs_task_status", "hs_task_completion_date"),
    }
)

_WHEN: Final[Mapping[ActivityType, tuple[str, ...]]] = MappingProxyType(
    {
        "calls": ("hs_timestamp",),
        "emails": ("hs_timestamp",),
        "meetings": ("hs_meeting_start_time", "hs_timestamp"),
        "tasks": ("hs_task_completion_date", "hs_timestamp"),
    }
)
"""The property that says when it was, and what stands in for it."""

_HAPPENED: Final[Mapping[ActivityType, Callable[[Texts], bool]]] = MappingProxyType(
    {
        # What a person enters by hand has often no status.
        "calls": lambda texts: texts.get("hs_call_status", "COMPLETED") == "COMPLETED",
        "emails": lambda texts: texts.get("hs_email_status") not in _NOT_SENT,
        "meetings": lambda texts: texts.get("hs_meeting_outcome") not in _NOT_HELD,
        "tasks": lambda texts: texts.get("hs_task_status") == "COMPLETED",
    }
)
