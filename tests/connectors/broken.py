"""Connectors that break a promise on purpose: thin wrappers around the in-memory twin."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bbm_core.records import (
    Answer,
    FieldRole,
    FieldSpec,
    Page,
    Receipt,
    Record,
    RecordKind,
    RecordRef,
    Watermark,
    Write,
)
from connectors.contract import Connector, FieldAction, FieldChange, Health
from connectors.errors import MalformedAnswer, Unavailable
from connectors.memory import MemoryConnector
from tests.connectors.memory_world import MemoryWorld


class Wrapper:
    """Passes everything on; each connector below breaks one thing."""

    name = "broken"
    writes_at_once = MemoryConnector.writes_at_once

    def __init__(self, inner: Connector, world: MemoryWorld) -> None:
        self.inner = inner
        self.world = world

    def check(self, *, brief: bool = False) -> Health:
        return self.inner.check(brief=brief)

    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        return self.inner.prepare(fields, apply=apply)

    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        return self.inner.retire(fields, apply=apply)

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        return self.inner.pull(kind, since)

    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        return self.inner.read(refs, whole=whole)

    def batch_size(self, planned: int) -> int:
        return self.inner.batch_size(planned)

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        return self.inner.push(writes)

    def close(self) -> None:
        self.inner.close()


# Promise 1: every verb may be repeated.


class ChecksByWriting(Wrapper):
    def check(self, *, brief: bool = False) -> Health:
        self.world.crm.writes.append(("somebody", "LastName"))
        return super().check(brief=brief)


class PlansByDoing(Wrapper):
    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        del apply
        planned = self.inner.prepare(fields, apply=False)
        self.inner.prepare(fields, apply=True)
        return planned


class PreparesForever(Wrapper):
    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        changes = self.inner.prepare(fields, apply=apply)
        return tuple(replace(one, action=FieldAction.UPDATE) for one in changes)


class RetiresInWordsOnly(Wrapper):
    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        del apply
        return self.inner.retire(fields, apply=False)


class WritesOnlyOnce(Wrapper):
    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        for receipt in self.inner.push(writes):
            wrote = ("wrote", receipt.ref.id)
            again = wrote in self.world.crm.writes
            self.world.crm.writes.append(wrote)
            yield replace(receipt, answer=Answer.REFUSED) if again else receipt


class ReadsDifferently(Wrapper):
    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        self.world.now += timedelta(seconds=1)
        for record in self.inner.read(refs, whole=whole):
            yield record._replace(modified=self.world.now)


# Promise 2: pull never skips a record.


class PullsBigPages(Wrapper):
    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        self.world.crm.page_size = 50
        return self.inner.pull(kind, since)


class SkipsTies(Wrapper):
    """The classic: the next page begins behind the time of the last record, not behind its id."""

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        for page in self.inner.pull(kind, since):
            yield replace(page, records=page.records[:6])


class RunsAhead(Wrapper):
    """Every page carries the watermark of the last one."""

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        pages = list(self.inner.pull(kind, since))
        for page in pages:
            yield replace(page, watermark=pages[-1].watermark)


class StopsWhenEmpty(Wrapper):
    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        for page in self.inner.pull(kind, since):
            if page.records or page.removed:
                yield page


class TakesTroubleForTheEnd(Wrapper):
    """A page that could not be read counts as "no more records"."""

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        mark = Watermark(str(self.world.crm.last_change()))
        try:
            yield from self.inner.pull(kind, since)
        except (MalformedAnswer, Unavailable):
            yield Page(kind, (), mark)


class RemembersOldValues(Wrapper):
    """Brings each record as it was when it was first seen."""

    seen: dict[RecordRef, Record]

    def __init__(self, inner: Connector, world: MemoryWorld) -> None:
        super().__init__(inner, world)
        self.seen = {}

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        for page in self.inner.pull(kind, since):
            records = [self.seen.setdefault(record.ref, record) for record in page.records]
            yield replace(page, records=tuple(records))


class ForgetsTheDeleted(Wrapper):
    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        for page in self.inner.pull(kind, since):
            yield replace(page, removed=())


class LosesTheSurvivor(Wrapper):
    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        for page in self.inner.pull(kind, since):
            yield replace(page, removed=tuple(replace(one, survivor=None) for one in page.removed))


class LosesTheConversion(Wrapper):
    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        for page in self.inner.pull(kind, since):
            records = [one._replace(converted_to=()) for one in page.records]
            yield replace(page, records=tuple(records))


class StartsOver(Wrapper):
    """Forgets the watermark, so that each pull brings everything."""

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        del since
        return self.inner.pull(kind, None)


class ReadsLess(Wrapper):
    """Pull and read disagree."""

    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        for record in self.inner.read(refs, whole=whole):
            yield record._replace(attributes={})


class ForgetsWhatIsWritten(Wrapper):
    """Leaves out what is written where nothing else is asked for."""

    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        for record in self.inner.read(refs, whole=whole):
            yield record if whole else record._replace(written={})


class Mistranslates(Wrapper):
    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        for page in self.inner.pull(kind, since):
            records = [one._replace(attributes={"industry": ""}) for one in page.records]
            yield replace(page, records=tuple(records))


class BringsAtRandom(Wrapper):
    """Two pulls of the same thing differ."""

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        self.world.now += timedelta(seconds=1)
        for page in self.inner.pull(kind, since):
            records = [one._replace(modified=self.world.now) for one in page.records]
            yield replace(page, records=tuple(records))


# Promise 3: push answers every write exactly once.


class SwallowsAReceipt(Wrapper):
    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        yield from list(self.inner.push(writes))[:-1]


class AnswersTwice(Wrapper):
    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        for receipt in self.inner.push(writes):
            yield receipt
            yield receipt


class MixesUpPositions(Wrapper):
    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        receipts = list(self.inner.push(writes))
        shifted = [*receipts[1:], *receipts[:1]]
        for mine, other in zip(receipts, shifted, strict=True):
            yield Receipt(mine.ref, other.answer, other.refusal)


class HopesForTheBest(Wrapper):
    """Without an answer, everything was applied."""

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        try:
            yield from self.inner.push(writes)
        except (Unavailable, MalformedAnswer):
            yield from (Receipt(write.ref, Answer.APPLIED) for write in writes)


class RoundsValues(Wrapper):
    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        return self.inner.push([Write(one.ref, _rounded(one)) for one in writes])


class KeepsWhatShouldBeCleared(Wrapper):
    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        return self.inner.push([Write(one.ref, _without_none(one)) for one in writes])


class AsksForNothing(Wrapper):
    """Sends a request even if there is nothing to write or read."""

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        self.world.crm.calls += not writes
        return self.inner.push(writes)


class RaisesForTheGone(Wrapper):
    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        found = list(self.inner.read(refs, whole=whole))
        if len(found) < len(refs):
            raise MalformedAnswer("A record is missing.", hint="Run again.")
        yield from found


# Promise 4: only errors of `connectors.errors` escape.


class LetsTheClientsErrorsOut(Wrapper):
    def check(self, *, brief: bool = False) -> Health:
        return _raw(lambda: self.inner.check(brief=brief))

    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        return _raw(lambda: self.inner.prepare(fields, apply=apply))

    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        return _raw(lambda: self.inner.retire(fields, apply=apply))

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        yield from _raw(lambda: list(self.inner.pull(kind, since)))

    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        yield from _raw(lambda: list(self.inner.read(refs, whole=whole)))

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        yield from _raw(lambda: list(self.inner.push(writes)))


class TakesNothingForAnAnswer(Wrapper):
    """An answer without content counts as an answer without records."""

    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        try:
            yield from self.inner.read(refs, whole=whole)
        except MalformedAnswer:
            return


class SpendsWithoutAsking(Wrapper):
    """One call more than was reserved, before anything is reserved."""

    def check(self, *, brief: bool = False) -> Health:
        self.world.crm.calls += 1
        return self.inner.check(brief=brief)


# Promise 5: nothing else is written.


class WritesANote(Wrapper):
    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        for receipt in self.inner.push(writes):
            self.world.crm.writes.append((receipt.ref.id, "Description"))
            yield receipt


class WritesWhateverIsAsked(Wrapper):
    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        for write in writes:
            for role in write.values:
                self.world.crm.writes.append((write.ref.id, f"bbm_{role}"))
            yield Receipt(write.ref, Answer.APPLIED)


class BringsTheDeadBack(Wrapper):
    """An update of a record that is gone creates it."""

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        for receipt in self.inner.push(writes):
            if receipt.answer is Answer.GONE:
                self.world.crm.create(receipt.ref.kind, {"Industry": "Software"})
            yield receipt


class BrokenWorld(MemoryWorld):
    """A world whose connectors are broken in the same way."""

    def __init__(self, breaks: type[Wrapper]) -> None:
        super().__init__()
        self._breaks = breaks

    def connector(self, **options: Any) -> Connector:
        return self._breaks(super().connector(**options), self)


def _raw(use: Callable[[], Any]) -> Any:
    try:
        return use()
    except (Unavailable, MalformedAnswer) as error:
        raise ConnectionResetError(str(error)) from error


def _rounded(write: Write) -> dict[FieldRole, Any]:
    score = write.values.get(FieldRole.SCORE)
    rounded = {FieldRole.SCORE: score // 10 * 10} if isinstance(score, int) else {}
    return {**write.values, **rounded}


def _without_none(write: Write) -> dict[FieldRole, Any]:
    return {role: value for role, value in write.values.items() if value is not None}
