"""Where a pull stands: at rest between two windows, or inside one."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bbm_core.records import Watermark
from connectors.errors import ConfigError
from connectors.salesforce.errors import fail
from connectors.salesforce.soql import Window


class _Mark(BaseModel):
    """`high` is covered, once `id` is empty; else the changes up to (`at`, `id`) are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    high: datetime
    low: datetime | None = None
    at: datetime | None = None
    id: str = Field(default="", pattern=r"^([A-Za-z0-9]{18})?$")  # becomes part of a query


def resting(high: datetime) -> Watermark:
    """Everything before `high` was brought."""
    return Watermark(_Mark(high=high).model_dump_json(exclude_defaults=True))


def inside(window: Window) -> Watermark:
    """The pull of this window goes on behind the window's `at` and `id`."""
    mark = _Mark(high=window.high, low=window.low, at=window.at, id=window.id)
    return Watermark(mark.model_dump_json(exclude_defaults=True))


def interrupted(since: Watermark) -> Window | None:
    """The window in whose middle the watermark stands; nothing when it stands at rest."""
    mark = _read(since)
    return Window(mark.low, mark.high, mark.at, mark.id) if mark.id else None


def covered(since: Watermark) -> datetime:
    """Up to when a watermark at rest covers everything."""
    return _read(since).high


def _read(since: Watermark) -> _Mark:
    try:
        return _Mark.model_validate_json(since)
    except ValidationError as error:
        message = "The watermark is not one of Salesforce's."
        raise fail(ConfigError, "BBM-SF-042", message) from error
