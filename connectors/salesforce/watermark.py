"""Where a pull stands: at rest between two windows, inside one, or in a bulk job's table."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bbm_core.records import Watermark
from connectors.errors import ConfigError
from connectors.salesforce.errors import fail
from connectors.salesforce.soql import Window

_ID = r"^([A-Za-z0-9]{15,18})?$"


class Place(BaseModel):
    """What was brought of the table that a bulk job made: `before` rows, and `done` of the stretch.

    A stretch begins at its locator. `past` is the job that read the history beside it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: str = Field(pattern=_ID)  # becomes part of an address
    past: str = Field(default="", pattern=_ID)
    locator: str = ""
    done: int = Field(default=0, ge=0)
    before: int = Field(default=0, ge=0)


class _Mark(BaseModel):
    """`high` is covered, once `id` and `bulk` are empty; else the changes up to there are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    high: datetime
    low: datetime | None = None
    at: datetime | None = None
    id: str = Field(default="", pattern=r"^([A-Za-z0-9]{18})?$")  # becomes part of a query
    bulk: Place | None = None  # in the table of the changes behind `at` and `id`


def resting(high: datetime) -> Watermark:
    """Everything before `high` was brought."""
    return Watermark(_Mark(high=high).model_dump_json(exclude_defaults=True))


def inside(window: Window) -> Watermark:
    """The pull of this window goes on behind the window's `at` and `id`."""
    mark = _Mark(high=window.high, low=window.low, at=window.at, id=window.id)
    return Watermark(mark.model_dump_json(exclude_defaults=True))


def in_job(window: Window, place: Place) -> Watermark:
    """The pull of this window goes on at this place of a bulk job's table."""
    mark = _Mark(high=window.high, low=window.low, at=window.at, id=window.id, bulk=place)
    return Watermark(mark.model_dump_json(exclude_defaults=True))


def place_of(since: Watermark) -> Place | None:
    """The place in a bulk job's table, when the watermark stands in one."""
    return _read(since).bulk


def interrupted(since: Watermark) -> Window | None:
    """The window in whose middle the watermark stands; nothing when it stands at rest."""
    mark = _read(since)
    inside_one = mark.id or mark.bulk
    return Window(mark.low, mark.high, mark.at, mark.id) if inside_one else None


def covered(since: Watermark) -> datetime:
    """Up to when a watermark at rest covers everything."""
    return _read(since).high


def _read(since: Watermark) -> _Mark:
    try:
        return _Mark.model_validate_json(since)
    except ValidationError as error:
        message = "The watermark is not one of Salesforce's."
        raise fail(ConfigError, "BBM-SF-042", message) from error
