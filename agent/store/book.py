"""The whole book, read record by record for the figures that cells cannot give."""

from collections.abc import Iterator

from agent.store.reading import Reading
from agent.store.rows import Kept
from bbm_core.book import BookEntry, BookRecord
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind


class WholeBook(Reading):
    """Walks the kept records page by page, so that a book of any size fits in memory."""

    def book(self, kind: RecordKind | None = None) -> Iterator[BookRecord]:
        """Every record that is neither gone nor outside the scope, by kind and id.

        Raises:
            StoreDamaged: A row is not what was written.
        """
        after = None
        while page := self.records(kind, after):
            for kept in page:
                flag = kept.flag
                if flag is not None:
                    yield _to_book(kept, flag)
            after = page[-1].ref


def _to_book(kept: Kept, flag: Flag) -> BookRecord:
    record = kept.record
    return BookRecord(
        ref=record.ref,
        account=kept.account,
        created=record.created,
        flag=flag,
        version=kept.version or "",
        segment=kept.segment,
        outcome=record.outcome,
        closed_at=record.closed_at,
        owner=record.owner,
        channel=record.channel,
        amount=record.amount,
        worth=kept.worth,
        converted_at=record.converted_at,
        converted_to=record.converted_to,
        statuses=record.statuses,
        entries=tuple(
            BookEntry(e.entry.stage, e.entry.entered, e.entry.left, e.flag, e.attributes)
            for e in kept.entries
        ),
        attributes=kept.attributes,
        slices=kept.slices,
    )
