"""A first load by several cursors at once, each through a range of ids of its own.

A list goes by ascending id, and wherever its cursor was seen it was the id to go on from. So a
list may begin at any id, and whenever a hand is free the widest range is halved: how the ids lie
need not be known, a range that proves empty costs one call. HubSpot does not document its cursor;
where the first page shows one of another kind, a single cursor reads everything.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

from connectors.errors import RequestRefused
from connectors.hubspot.crew import Crew, Relay
from connectors.hubspot.errors import HINTS, malformed
from connectors.hubspot.exports import Exports, NoExport
from connectors.hubspot.schema import Lens
from connectors.hubspot.search import (
    Listed,
    Newest,
    join_companies,
    list_page,
    list_pages,
    newest,
)
from connectors.hubspot.session import Row, Session
from connectors.hubspot.watermark import Begun, Exporting, InParts, Loaded, Loading, Part

_WORTH_PAGES: Final = 20  # a shorter list is read by one cursor
_LEAST_WIDTH: Final = 1_000  # a narrower range of ids is not halved


@dataclass(slots=True)
class Range:
    """The ids above `low` and below `end`, and the cursor that brings the next of them."""

    after: str
    low: int
    end: int | None = None
    is_asked: bool = False

    def width(self, top: int) -> int:
        """How many ids there may be; `top` is the highest in the portal."""
        return max((self.end or top + 1) - self.low - 1, 0)

    def halved(self, top: int) -> "Range":
        """Give away the upper half."""
        middle = self.low + self.width(top) // 2
        # Whether a list begins with its cursor or behind it, the row `middle` is in it.
        upper = Range(str(middle - 1), middle - 1, self.end)
        self.end = middle
        return upper

    def take(self, page: Listed) -> list[Row]:
        """The rows of a page that belong here; the range goes on behind them.

        Raises:
            RequestRefused: the list did not go on from the id that it was asked for.
        """
        ids = [_whole(str(row["id"])) for row in page.rows]
        if any(later <= earlier for earlier, later in zip([self.low - 1, *ids], ids, strict=False)):
            raise _not_by_id()
        kept = [row for row, one in zip(page.rows, ids, strict=True) if self._holds(one)]
        self._go_on(max([self.low, *ids]), page.after)
        return kept

    @property
    def is_done(self) -> bool:
        """Whether no row of the range is left."""
        if not self.after:
            return True
        return self.end is not None and (self.low >= self.end - 1 or int(self.after) >= self.end)

    def _holds(self, one: int) -> bool:
        return one > self.low and (self.end is None or one < self.end)

    def _go_on(self, low: int, after: str) -> None:
        if after and _whole(after) <= _whole(self.after):
            raise malformed("its cursor points back")
        if after and int(after) < low:
            raise _not_by_id()
        self.low, self.after = low, after


@dataclass(frozen=True, slots=True)
class _Page:
    listed: Listed
    companies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Load:
    """Everything of one kind."""

    session: Session
    lens: Lens
    cursors: int
    exports: Exports

    def pages(self, mark: Begun) -> Iterator[Loaded]:
        """The pages from a mark on, each record once; the last one has no mark."""
        if isinstance(mark, Exporting) and not self.exports.worth:
            mark = Loading(began=mark.began, after="")  # somebody no longer wants exports
        if isinstance(mark, Exporting):
            yield from self._by_export(mark)
        elif isinstance(mark, InParts):
            ranges = [Range(one.after, one.low, one.end) for one in mark.parts]
            yield from self._by_many(mark.began, ranges, newest(self.session, self.lens).top)
        else:
            yield from self._by_list(mark)

    def _by_export(self, mark: Exporting) -> Iterator[Loaded]:
        yield Loaded([], mark)  # from here on, whoever dies finds the export again
        try:
            yield from self.exports.pages(mark)
        except NoExport as why:
            self.exports.tell(why)
            without = replace(self, exports=replace(self.exports, worth=0))
            yield from without.pages(Loading(began=mark.began, after=""))

    def _by_list(self, mark: Loading) -> Iterator[Loaded]:
        pages = list_pages(self.session, self.lens, mark.after)
        for number, page in enumerate(pages):
            found = newest(self.session, self.lens) if number == 0 and self._counts(page) else None
            if found and not mark.after and (begun := self.exports.begun(mark.began, found.total)):
                yield from self._by_export(begun)
                return
            if found and self._is_for_many(page, found):
                first = Range(page.after, _whole(str(page.rows[-1]["id"])))
                yield Loaded(page.rows, InParts(began=mark.began, parts=_marked([first])))
                yield from self._by_many(mark.began, [first], found.top)
                return
            goes_on = Loading(began=mark.began, after=page.after)
            yield Loaded(page.rows, goes_on if page.after else None)

    def _counts(self, first: Listed) -> bool:
        """Whether there is anything to be decided by how many records there are."""
        return bool(first.after) and bool(self.exports.worth or self._can_be_many(first))

    def _can_be_many(self, first: Listed) -> bool:
        return self.cursors > 1 and _goes_by_id(first)

    def _is_for_many(self, first: Listed, found: Newest) -> bool:
        """Whether more than one cursor can and need read what is left."""
        return self._can_be_many(first) and found.total > _WORTH_PAGES * len(first.rows)

    def _by_many(self, began: int, ranges: list[Range], top: int) -> Iterator[Loaded]:
        with closing(Crew(self.cursors, self._fetched)) as crew:
            _set_to_work(crew, ranges, top)
            while crew.is_busy:
                part, page = crew.next_done()
                part.is_asked = False
                rows = part.take(page.listed)
                ranges[:] = [one for one in ranges if not one.is_done]
                mark = InParts(began=began, parts=_marked(ranges)) if ranges else None
                _set_to_work(crew, ranges, top)
                yield Loaded(rows, mark, page.companies)

    def _fetched(self, part: Range, relay: Relay) -> _Page:
        with self.session.relayed(relay):
            page = list_page(self.session, self.lens, part.after)
            return _Page(page, join_companies(self.session, self.lens, page.rows))


def _set_to_work(crew: Crew[Range, _Page], ranges: list[Range], top: int) -> None:
    for part in [one for one in ranges if not one.is_asked]:
        if crew.has_a_free_hand:
            _ask(crew, part)
    while ranges and crew.has_a_free_hand:
        widest = max(ranges, key=lambda one: one.width(top))
        if widest.width(top) < _LEAST_WIDTH:
            return
        ranges.append(widest.halved(top))
        _ask(crew, ranges[-1])


def _ask(crew: Crew[Range, _Page], part: Range) -> None:
    part.is_asked = True
    crew.set_to(part)


def _marked(ranges: list[Range]) -> tuple[Part, ...]:
    return tuple(Part(after=one.after, low=one.low, end=one.end) for one in ranges)


def _goes_by_id(page: Listed) -> bool:
    texts = [str(row["id"]) for row in page.rows]
    if not texts or not all(map(_is_whole, [*texts, page.after])):
        return False
    ids = [int(text) for text in texts]
    return ids == sorted(set(ids)) and int(page.after) >= ids[-1]


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _whole(text: str) -> int:
    if not _is_whole(text):
        raise _not_by_id()
    return int(text)


def _not_by_id() -> RequestRefused:
    return RequestRefused(
        "HubSpot's list does not go on from the id that it was asked for.",
        hint=HINTS["BBM-HS-046"],
        code="BBM-HS-046",
    )
