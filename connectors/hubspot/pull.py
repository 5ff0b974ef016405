"""Bringing records: the first load through the list, then the changes of closed windows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import not_
from typing import Final

from bbm_core.records import Page, Parked, Record, RecordKind, Watermark
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.exports import Exports
from connectors.hubspot.parts import Load
from connectors.hubspot.presence import Presence
from connectors.hubspot.schema import Lens
from connectors.hubspot.search import (
    Window,
    archived_pages,
    join_companies,
    search_window,
)
from connectors.hubspot.session import Row, Session
from connectors.hubspot.translate import archived_since, merged_away, records_of
from connectors.hubspot.values import milliseconds, moment_of
from connectors.hubspot.watermark import Begun, Covered, InWindow, Loading, mark_of, watermark_of

_MINUTE: Final = 60_000
_SECOND: Final = 1_000


@dataclass(frozen=True, slots=True)
class Puller:
    """Pulls one kind."""

    session: Session
    lens: Lens
    config: HubSpotConfig
    presence: Presence

    def pages(self, since: Watermark | None) -> Iterator[Page]:
        """What changed since the watermark; None means everything."""
        mark = mark_of(since) if since is not None else None
        if mark is None:
            yield from self._load(Loading(began=self._now(), after=""))
        elif isinstance(mark, Begun):
            yield from self._load(mark)
        else:
            yield from self._changes(mark if isinstance(mark, InWindow) else self._window(mark))

    def _load(self, mark: Begun) -> Iterator[Page]:
        end = Covered(until=mark.began, swept=mark.began)
        config = self.config
        exports = Exports(self.session, self.lens, config.exports_from, config.export_minutes)
        load = Load(self.session, self.lens, config.cursors, exports)
        for one in load.pages(mark):
            yield self._page(one.rows, watermark_of(one.mark or end), one.companies)

    def _changes(self, mark: InWindow) -> Iterator[Page]:
        window = Window(mark.low, mark.high)
        for step in search_window(self.session, self.lens, window, mark.last):
            mark = mark.model_copy(update={"last": step.last})
            yield self._page(step.rows, watermark_of(mark))
        now = self._now()
        due = now - mark.swept >= self.config.deletions_every_minutes * _MINUTE
        if due:
            yield from self._deletions(mark)
        end = Covered(until=max(mark.until, mark.high), swept=now if due else mark.swept)
        yield self._page([], watermark_of(end))

    def _deletions(self, mark: InWindow) -> Iterator[Page]:
        # Archiving moves no change date, so the archived records are listed.
        since = moment_of(mark.swept - self._overlap())
        for page in archived_pages(self.session, self.lens.names.object_type):
            found = (archived_since(row, self.lens, since) for row in page.rows)
            removed = tuple(one for removals in found for one in removals)
            if removed:
                yield Page(self.lens.kind, (), watermark_of(mark), removed=removed)

    def _window(self, mark: Covered) -> InWindow:
        low = mark.until - self._overlap()
        high = max(self._now() - self.config.settle_seconds * _SECOND, low)
        return InWindow(until=mark.until, swept=mark.swept, low=low, high=high, last=0)

    def _page(
        self,
        rows: Sequence[Row],
        watermark: Watermark,
        companies: Mapping[str, str] | None = None,
    ) -> Page:
        self.presence.check(rows)
        if companies is None:
            companies = join_companies(self.session, self.lens, rows)
        seen = translated(self.lens, rows, companies)
        return Page(
            kind=self.lens.kind,
            records=tuple(one for one in seen if isinstance(one, Record)),
            watermark=watermark,
            removed=tuple(removal for row in rows for removal in merged_away(row, self.lens)),
            parked=tuple(one for one in seen if isinstance(one, Parked)),
        )

    def _now(self) -> int:
        return milliseconds(self.session.server_now())

    def _overlap(self) -> int:
        return self.config.overlap_minutes * _MINUTE


def nothing_to_pull(session: Session) -> Page:
    """The only page of leads in a portal whose contacts play their role."""
    now = milliseconds(session.server_now())
    return Page(RecordKind.LEAD, (), watermark_of(Covered(until=now, swept=now)))


def translated(
    lens: Lens, rows: Sequence[Row], companies: Mapping[str, str]
) -> list[Record | Parked]:
    """Rows with their companies, as records."""
    if lens.companied is None:
        return records_of(rows, lens, companies)
    has = [_has_company(row, lens, companies) for row in rows]
    with_one = iter(records_of([*compress(rows, has)], lens.companied, companies))
    without = iter(records_of([*compress(rows, map(not_, has))], lens, companies))
    return [next(with_one if one else without) for one in has]


def _has_company(row: Row, lens: Lens, companies: Mapping[str, str]) -> bool:
    return str(row["id"]) in companies or bool(row["properties"].get(lens.names.company))
