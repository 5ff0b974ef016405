"""The inherited tests of promise 2: a pull may repeat a record, but never skips one."""
# ruff: noqa: S101  a test suite speaks by assert

from collections.abc import Iterator
from typing import ClassVar

from bbm_core.records import (
    FieldRole,
    Page,
    RecordKind,
    RecordRef,
    Removal,
    Watermark,
    Write,
)
from connectors.conformance_world import (
    ESCAPES,
    Trouble,
    Verb,
    World,
    bring,
    bring_all,
    pull,
    ready,
)
from connectors.contract import Connector

PAGE = 7
"""The most records on a page that `World.connector` may give."""


class PullConformance:
    """What a pull must bring, whatever happens meanwhile."""

    kinds: ClassVar[tuple[RecordKind, ...]]

    def test_a_pull_brings_everything_on_pages_of_at_most_seven(
        self, world: World, kind: RecordKind
    ) -> None:
        refs = _create(world, kind, 20)  # all at the same moment
        connector = ready(world, kind)

        pages = pull(connector, kind)

        assert sorted(bring(pages)) == sorted(refs)
        assert max(len(page.records) for page in pages) <= PAGE
        assert {page.kind for page in pages} == {kind}

    def test_a_record_comes_translated(self, world: World, kind: RecordKind) -> None:
        (ref,) = _create(world, kind, 1)
        connector = ready(world, kind)

        record = bring_all(connector, kind)[ref]

        assert record.attributes == {"industry": "Software"}
        assert record.created <= record.modified
        assert record.modified.utcoffset() == record.created.utcoffset()
        assert not record.sealed

    def test_pull_and_read_say_the_same(self, world: World, kind: RecordKind) -> None:
        refs = _create(world, kind, 9)
        connector = ready(world, kind)

        pulled = bring_all(connector, kind)

        assert {record.ref: record for record in connector.read(refs)} == pulled

    def test_reading_only_what_is_written_says_the_same_of_it(
        self, world: World, kind: RecordKind
    ) -> None:
        refs = _create(world, kind, 9)
        connector = ready(world, kind)
        list(connector.push([Write(ref, {FieldRole.FLAG: "icp"}) for ref in refs]))

        read = {record.ref: record for record in connector.read(refs, whole=False)}

        assert {ref: one.written for ref, one in read.items()} == {
            record.ref: record.written for record in connector.read(refs)
        }

    def test_pulling_again_brings_the_same(self, world: World, kind: RecordKind) -> None:
        _create(world, kind, 15)
        connector = ready(world, kind)

        assert bring_all(connector, kind) == bring_all(connector, kind)

    def test_an_empty_crm_still_gives_a_watermark(self, world: World, kind: RecordKind) -> None:
        connector = ready(world, kind)

        empty = pull(connector, kind)
        refs = _create(world, kind, 3)
        later = pull(connector, kind, empty[-1].watermark)

        assert not bring(empty)
        assert sorted(bring(later)) == sorted(refs)

    def test_every_watermark_can_be_resumed_from(self, world: World, kind: RecordKind) -> None:
        refs = _create(world, kind, 20)
        pages = pull(ready(world, kind), kind)

        for kept in range(1, len(pages) + 1):
            rest = pull(world.connector(), kind, pages[kept - 1].watermark)
            assert sorted(bring([*pages[:kept], *rest])) == sorted(refs)

    def test_a_pull_that_was_given_up_can_be_resumed(self, world: World) -> None:
        kind = self.kinds[0]
        refs = _create(world, kind, 40)
        connector = ready(world, kind)
        kept: list[Page] = []
        since: Watermark | None = None

        for _ in range(40):  # one page of each pull is kept, as if each died after it
            page = next(iter(connector.pull(kind, since)))
            kept.append(page)
            since = page.watermark

        assert sorted(bring(kept)) == sorted(refs)

    def test_a_record_that_changes_during_the_pull_comes_with_its_new_values(
        self, world: World, kind: RecordKind
    ) -> None:
        refs = _create(world, kind, 20)
        connector = ready(world, kind)

        pages, seen = _pull_with_edits(world, connector, kind, refs)
        world.settle()
        book = bring([*pages, *pull(connector, kind, pages[-1].watermark)])

        assert sorted(book) == sorted([*refs, *seen])
        edited = {ref for ref in refs if book[ref].attributes["industry"] == "Logistics"}
        assert edited == {refs[0], refs[-1]}

    def test_only_what_changed_comes_next_time(self, world: World, kind: RecordKind) -> None:
        refs = _create(world, kind, 9)
        connector = ready(world, kind)
        mark = pull(connector, kind)[-1].watermark
        world.rest()
        mark = pull(connector, kind, mark)[-1].watermark

        world.edit(refs[4], "Logistics")
        world.settle()
        changed = bring(pull(connector, kind, mark))

        assert {ref: one.attributes["industry"] for ref, one in changed.items()} == {
            refs[4]: "Logistics"
        }

    def test_a_quiet_crm_brings_nothing(self, world: World, kind: RecordKind) -> None:
        _create(world, kind, 9)
        connector = ready(world, kind)
        mark = pull(connector, kind)[-1].watermark
        world.rest()
        mark = pull(connector, kind, mark)[-1].watermark
        world.rest()

        assert not bring(pull(connector, kind, mark))

    def test_a_deleted_record_is_reported_as_removed(self, world: World, kind: RecordKind) -> None:
        refs = _create(world, kind, 9)
        connector = ready(world, kind)
        mark = pull(connector, kind)[-1].watermark

        world.delete(refs[2])
        world.settle()

        pages = pull(connector, kind, mark)
        assert Removal(refs[2]) in _removed(pages)
        assert refs[2] not in bring_all(connector, kind)

    def test_a_merged_record_names_its_survivor(self, world: World) -> None:
        for kind in {*self.kinds} - {RecordKind.OPPORTUNITY}:
            loser, winner, *_ = _create(world, kind, 4)
            connector = ready(world, kind)
            mark = pull(connector, kind)[-1].watermark

            survivor = world.merge(loser, winner)
            world.settle()

            pages = pull(connector, kind, mark)
            assert Removal(loser, survivor) in _removed(pages)
            assert survivor in bring(pages)

    def test_a_converted_lead_says_what_it_became(self, world: World) -> None:
        if RecordKind.LEAD not in self.kinds:
            return  # a CRM may have no leads
        lead, *_ = _create(world, RecordKind.LEAD, 3)
        connector = ready(world, RecordKind.LEAD)
        mark = pull(connector, RecordKind.LEAD)[-1].watermark

        became = world.convert(lead)
        world.settle()

        if became:  # ... and where it has some, they may not convert
            record = bring(pull(connector, RecordKind.LEAD, mark))[lead]
            assert sorted(record.converted_to) == sorted(became)
            assert record.converted_at is not None

    def test_trouble_on_any_page_loses_nothing(self, world: World) -> None:
        kind = self.kinds[0]
        refs = _create(world, kind, 20)
        for trouble in Trouble:
            for skip in range(3):
                connector = ready(world, kind)
                world.fault(Verb.PULL, trouble, skip=skip)
                pages = list(_until_trouble(connector, kind))
                since = pages[-1].watermark if pages else None

                rest = pull(connector, kind, since)

                assert sorted(bring([*pages, *rest])) == sorted(refs), (trouble, skip)


def _create(world: World, kind: RecordKind, count: int) -> list[RecordRef]:
    refs = [world.create(kind, "Software") for _ in range(count)]
    world.settle()
    return refs


def _pull_with_edits(
    world: World, connector: Connector, kind: RecordKind, refs: list[RecordRef]
) -> tuple[list[Page], list[RecordRef]]:
    """Pull, and after the first page edit a record at either end and create another."""
    pages: list[Page] = []
    created: list[RecordRef] = []
    for page in connector.pull(kind, None):
        pages.append(page)
        if not created:
            world.edit(refs[0], "Logistics")
            world.edit(refs[-1], "Logistics")
            created = [world.create(kind, "Software")]
    return pages, created


def _until_trouble(connector: Connector, kind: RecordKind) -> Iterator[Page]:
    try:
        yield from connector.pull(kind, None)
    except ESCAPES:
        return


def _removed(pages: list[Page]) -> list[Removal]:
    return [removal for page in pages for removal in page.removed]
