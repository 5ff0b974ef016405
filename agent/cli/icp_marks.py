"""Marks on every trend: where the definition changed, and by which one the figures are counted."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from agent.cli.icp_words import say
from agent.wiring import Books
from bbm_core.icp.profile import Lang
from bbm_core.icp.versions import ChangePoint, change_points


def marks(books: Books, first: date | None, last: date | None, lang: Lang) -> Iterator[str]:
    """A line for each change in the period, and one for a version that is not counted by yet."""
    for point in changes_within(books, first, last):
        day = point.at.astimezone(ZoneInfo(books.settings.crm.timezone)).date()
        yield "! " + say(
            lang,
            "mark",
            day=day,
            before=point.before,
            version=point.counted_by,
            act=say(lang, f"act_{point.act.value}"),
            author=point.author,
        )
    if pending := _pending(books):
        yield "! " + say(lang, "pending", version=pending)


def marks_json(books: Books, first: date | None, last: date | None) -> list[Mapping[str, Any]]:
    """The same for programs."""
    return [
        {"at": point.at, "before": point.before, "version": point.counted_by, "act": point.act}
        for point in changes_within(books, first, last)
    ]


def changes_within(books: Books, first: date | None, last: date | None) -> Sequence[ChangePoint]:
    """The changes between two days of the readers, both included; the first version is none."""
    zone = ZoneInfo(books.settings.crm.timezone)
    found = []
    for point in change_points(books.store.publications()):
        day = point.at.astimezone(zone).date()
        if point.before and (first is None or first <= day) and (last is None or day <= last):
            found.append(point)
    return found


def _pending(books: Books) -> str:
    """The version in force, where the figures are still counted by another one."""
    points = change_points(books.store.publications())
    if not points or points[-1].counted_by == books.rules.classifier.version:
        return ""
    return points[-1].counted_by
