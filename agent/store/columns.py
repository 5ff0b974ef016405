"""Column types that mean the same on every database."""

from collections.abc import Callable, Mapping
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

    # The processors themselves, not `process_bind_param` and its like, which SQLAlchemy would wrap
    # in a call more: a first load writes and reads moments by the hundred thousand.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        del dialect
        return _written

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], datetime | None]:
        del dialect, coltype
        return _read


def instant_text(moment: datetime) -> str:
    """The one text of a moment; a naive one is refused, because it names no moment."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    # Made UTC first: the two hours of a night when clocks go back are equal, and so one key.
    return _text(moment.astimezone(UTC))


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else instant_text(moment)


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@lru_cache(maxsize=4096)
def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
