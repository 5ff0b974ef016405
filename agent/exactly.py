"""Counts exactly, from the kept stage entries: any days, accounts by slice, expected values."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.expected import Worth, worth_of
from agent.question import Each, Look, Measured, Question, Row
from agent.slices import Slicer
from agent.store import Entered
from agent.wiring import Books
from bbm_core.balance.cells import Unit, week_of
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.icp.classify import Flag

_Place = tuple[str, str]
"""A span and a slice."""


@dataclass(frozen=True, slots=True)
class Exact:
    """One question, asked of the entries of one stage after another."""

    books: Books
    question: Question
    by: Slicer
    worth: Worth | None
    zone: ZoneInfo

    @classmethod
    def about(cls, books: Books, question: Question, by: Slicer) -> "Exact":
        """The question with what it takes to answer it.

        Raises:
            ConfigError: expected values are asked for, and there are too few to expect any.
        """
        worth = worth_of(books) if question.measured is Measured.LTV else None
        return cls(books, question, by, worth, ZoneInfo(books.settings.crm.timezone))

    def rows(self, stage: str, ends: Sequence[tuple[str, date]]) -> Sequence[Row]:
        """The stage's rows, in no order; `ends` are the spans at whose ends a stock is asked."""
        if self.question.look is Look.STOCK:
            return [row for name, day in ends for row in self._standing(stage, name, day)]
        # Whether an account came in this period shows only in what came before it.
        since = None if self.question.unit is Unit.ACCOUNT else self._since
        last = self.question.last
        until = midnight(last + timedelta(days=1), self.zone) if last else None
        entered = self.books.store.entered(stage, since, until)
        return self._sum(entered, self._entry_place, self._since)

    @property
    def _since(self) -> datetime | None:
        first = self.question.first
        return midnight(first, self.zone) if first else None

    def _standing(self, stage: str, name: str, day: date) -> Sequence[Row]:
        """What is in the stage at the end of the day."""
        at = midnight(day + timedelta(days=1), self.zone)
        present = self.books.store.present(stage, at)
        return self._sum(present, lambda one: (name, self.by.of(one.slices, day)))

    def _entry_place(self, one: Entered) -> _Place:
        day = one.entered.astimezone(self.zone).date()
        return span_of(one.entered, self.question.each, day), self.by.of(one.slices, day)

    def _sum(
        self,
        entered: Iterable[Entered],
        place: Callable[[Entered], _Place],
        since: datetime | None = None,
    ) -> Sequence[Row]:
        sums: dict[_Place, Tally] = defaultdict(Tally)
        estimated: dict[_Place, int] = defaultdict(int)
        for one, times in self._counted(entered):
            if since is not None and one.entered < since:
                continue
            where, amount = place(one), one.amount
            if self.worth is not None:
                amount, is_estimate = self.worth.of(one.account, one.flag)
                estimated[where] += is_estimate
            sums[where] += _tally(one.flag, amount, times)
        return [Row(span, name, t, estimated[span, name]) for (span, name), t in sums.items()]

    def _counted(self, entered: Iterable[Entered]) -> Iterator[tuple[Entered, int]]:
        """Entries of the segment, each as one more or, of a known account, by its amount only.

        An account counts once, with its first record and that one's flag, which the amounts of
        its other records take too. Expected values are the accounts', so they count once.
        """
        firsts: dict[str, Entered] = {}
        by_account = self.question.unit is Unit.ACCOUNT
        once = by_account or self.worth is not None
        for one in entered:
            if one.segment is not self.question.segment:
                continue
            if not once or (one.account is None and not by_account):
                yield one, 1
            elif one.account is not None and one.account not in firsts:
                firsts[one.account] = one
                yield one, 1
            elif one.account is not None and self.question.measured is Measured.AMOUNT:
                yield replace(one, flag=firsts[one.account].flag), 0


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins for the readers."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def span_of(entered: datetime, each: Each, day: date) -> str:
    """The span of an entry; `day` is the readers' day of it, while weeks are UTC weeks."""
    match each:
        case Each.WEEK:
            return week_of(entered).isoformat()
        case Each.MONTH:
            return f"{day:%Y-%m}"
        case Each.PERIOD:
            return ""


def _tally(flag: Flag, amount: Decimal | None, times: int) -> Tally:
    money = amount or EMPTY.amount_icp
    match flag:
        case Flag.YES:
            return Tally(icp=times, amount_icp=money)
        case Flag.NO:
            return Tally(not_icp=times, amount_not_icp=money)
        case Flag.UNKNOWN:
            return Tally(unknown=times, amount_unknown=money)
