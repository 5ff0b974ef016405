"""A row of a file, brought into the form of a record that does not exist yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.loading.mapping import Section, Status

_TRUE = frozenset({"true", "yes", "1", "y", "t"})
_JAPANESE = str.maketrans("年月/", "---", "日")


class Unusable(Exception):
    """A row that cannot become a record, and why."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a record will be. `status` was taken at `since`, after `first`, if that is known."""

    key: str
    values: Mapping[str, object]
    created: datetime
    status: str | None = None
    first: str | None = None
    since: datetime | None = None
    converted: datetime | None = None
    lead: str = ""  # the key of the lead it came from


def draft(
    section: Section, cells: Mapping[str, str], key: str, zone: ZoneInfo, now: datetime
) -> Draft:
    """The record that a row describes, apart from its lookups.

    Raises:
        Unusable: a time cannot be read, or times contradict each other.
    """
    created = _time(cells, section.created, zone) or now
    converted = _time(cells, section.converted, zone)
    status, first, since = _statuses(section.status, cells, zone)
    for name, moment in (("created", created), ("converted", converted), ("since", since)):
        if moment is not None and moment > now:
            raise Unusable(f"{name} {moment:%Y-%m-%d} lies after the sandbox's clock")
        if moment is not None and moment < created:
            raise Unusable(f"{name} {moment:%Y-%m-%d} lies before it was created")
    values = dict(section.constants)
    values |= {name: cells[column] for name, column in section.fields.items() if column in cells}
    lead = cells.get(section.from_lead, "")
    return Draft(key, values, created, status, first, since, converted, lead)


def read_time(text: str, zone: ZoneInfo) -> datetime:
    """A moment, or the beginning of a day, as exports write them.

    Raises:
        ValueError: it is neither.
    """
    plain = text.strip().translate(_JAPANESE)
    day, gap, clock = plain.replace("T", " ", 1).partition(" ")
    parts = day.split("-")
    day = "-".join([parts[0], *(part.zfill(2) for part in parts[1:])])
    moment = datetime.fromisoformat(f"{day}{gap}{_clock(clock)}")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _clock(text: str) -> str:
    hour, colon, rest = text.strip().partition(":")
    return f"{hour.zfill(2)}{colon}{rest}" if colon else text


def _time(cells: Mapping[str, str], column: str, zone: ZoneInfo) -> datetime | None:
    text = cells.get(column)
    if text is None:
        return None
    try:
        return read_time(text, zone)
    except ValueError as error:
        raise Unusable(f"{column}: {text!r} is no date and no time") from error


def _statuses(
    status: Status | None, cells: Mapping[str, str], zone: ZoneInfo
) -> tuple[str | None, str | None, datetime | None]:
    if status is None:
        return None, None, None
    present = _present(status, cells)
    since = _time(cells, status.since, zone)
    if since is None or present is None:
        return present, None, None
    return present, status.first or None, since


def _present(status: Status, cells: Mapping[str, str]) -> str | None:
    if status.column:
        text = cells.get(status.column)
        return None if text is None else status.values.get(text, text)
    if _is_true(cells, status.is_won):
        return status.won[0]
    return status.lost[0] if _is_true(cells, status.is_closed) else status.first


def _is_true(cells: Mapping[str, str], column: str) -> bool:
    return cells.get(column, "").lower() in _TRUE
