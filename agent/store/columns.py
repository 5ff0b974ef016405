"""Column types that mean the same on every database."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

RowValues = Mapping[Any, Any]
"""A row's values by column name; SQLAlchemy's rows also take columns as keys."""


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept as ISO 8601 in UTC with microseconds.

    The text has a fixed width, so it sorts as time does, and it survives SQLite, which would
    forget the time zone of a datetime.
    """

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else datetime.fromisoformat(value)


def instant_text(moment: datetime) -> str:
    """The one text of a moment; a naive one is refused, because it names no moment."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    # Made UTC first: the two hours of a night when clocks go back are equal, and so one key.
    return _text(moment.astimezone(UTC))


@lru_cache(maxsize=4096)
def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
