"""A first load by export: the same records as by the list, also when it dies or is refused."""

import logging
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bbm_core.records import Page, Record, RecordKind, RecordRef
from connectors.errors import MalformedAnswer, Unavailable
from connectors.hubspot import exports
from connectors.hubspot.watermark import Covered, Exporting, mark_of
from sandbox.clock import SandboxClock
from sandbox.faults import Fault
from sandbox.hubspot.tokens import SETUP_SCOPES
from sandbox.server import Sandbox
from tests.connectors.hubspot.portal_pulls import CONTACT, DEAL, as_json, asked, pull, refs, say
from tests.connectors.hubspot.portal_world import START, HubSpotWorld

EXPORTER = "pat-na1-5a4db0c5-0000-4000-8000-0000000000e1"
EXPORT = {"token": EXPORTER, "exports_from": 20}
MANY = 60
ASYNC = "/export/async"


@pytest.fixture(scope="module")
def large() -> Iterator[HubSpotWorld]:
    """A portal of contacts and deals that no test of this file changes."""
    with (
        Sandbox(clock=SandboxClock(START)) as sandbox,
        closing(HubSpotWorld(sandbox, kinds=(CONTACT, DEAL, RecordKind.ACCOUNT))) as world,
    ):
        world.portal.tokens.add(EXPORTER, SETUP_SCOPES | {"crm.export"})
        for number in range(MANY):
            world.create(CONTACT, f'製造業, "{number}"\n株式会社', lastname=f"佐藤 {number}")
        company = world.create(RecordKind.ACCOUNT, "Software")
        deals = [world.create(DEAL, "Software") for _ in range(30)]
        world.portal.associate("deals", deals[0].id, "companies", company.id)
        world.settle()
        yield world


@pytest.fixture(autouse=True)
def rested(large: HubSpotWorld) -> None:
    large.sandbox.faults.clear()
    large.clock.advance(86_400)  # thirty exports a day
    large.portal.knobs.export_rows_per_file = 1_000_000
    large.portal.knobs.export_takes_seconds = 60


def brought(pages: list[Page]) -> dict[RecordRef, Record]:
    return {one.ref: one for page in pages for one in page.records}


def by_list(world: HubSpotWorld, kind: RecordKind = CONTACT) -> dict[RecordRef, Record]:
    return brought(pull(world, kind))


@pytest.mark.parametrize("rows_per_file", [1_000_000, 25])
def test_an_export_brings_what_the_list_brings(large: HubSpotWorld, rows_per_file: int) -> None:
    large.portal.knobs.export_rows_per_file = rows_per_file
    before = large.sandbox.ledger.last_seq()

    pages = pull(large, **EXPORT)

    assert asked(large, ASYNC, before) > 1
    assert len(refs(pages)) == MANY
    assert brought(pages) == by_list(large)
    assert isinstance(mark_of(pages[-1].watermark), Covered)


def test_a_deal_from_an_export_has_its_company(large: HubSpotWorld) -> None:
    pages = pull(large, DEAL, **EXPORT)

    assert brought(pages) == by_list(large, DEAL)
    assert sum(one.account is not None for one in brought(pages).values()) == 1


def test_the_dated_paths_export_too(large: HubSpotWorld) -> None:
    before = large.sandbox.ledger.last_seq()

    pages = pull(large, api_version="2026-03", **EXPORT)

    assert len(refs(pages)) == MANY
    assert asked(large, "/crm/exports/2026-03/export", before) > 1


@pytest.mark.parametrize("kept", range(4))
def test_a_load_that_died_goes_on_with_the_same_export(
    large: HubSpotWorld, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_ROWS", 25)
    pages = pull(large, **EXPORT)
    before = large.sandbox.ledger.last_seq()

    rest = pull(large, since=pages[kept].watermark, **EXPORT)

    posted = large.sandbox.ledger.requests(service="hubspot", method="POST", since=before)
    assert isinstance(mark_of(pages[kept].watermark), Exporting)
    assert sorted([*refs(pages[: kept + 1]), *refs(rest)]) == sorted(refs(pages))
    assert not posted


def test_who_no_longer_wants_an_export_reads_the_list(large: HubSpotWorld) -> None:
    begun = pull(large, **EXPORT)[0].watermark
    before = large.sandbox.ledger.last_seq()

    rest = pull(large, since=begun, exports_from=0)

    assert brought(rest) == by_list(large)
    assert asked(large, ASYNC, before) == 0


@pytest.mark.parametrize("config", [{"exports_from": 0}, {"exports_from": MANY + 1}])
def test_a_kind_that_is_not_worth_it_is_not_exported(
    large: HubSpotWorld, config: dict[str, int]
) -> None:
    before = large.sandbox.ledger.last_seq()

    pages = pull(large, **{**EXPORT, **config})

    assert len(refs(pages)) == MANY
    assert asked(large, ASYNC, before) == 0


def test_without_the_scope_the_list_is_read_and_the_log_says_so(
    large: HubSpotWorld, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        pages = pull(large, exports_from=20)

    assert brought(pages) == by_list(large)
    assert "contacts are read by the list instead: The token lacks the scope crm.export" in (
        caplog.text
    )


LIMIT = {"status": "error", "message": "You have reached your export limit."}
NO = {"status": "error", "message": "No, gone."}


@pytest.mark.parametrize(
    ("place", "status", "body", "why"),
    [
        (f"POST {ASYNC}", 429, as_json({**LIMIT, "category": "RATE_LIMITS"}), "export limit"),
        (f"POST {ASYNC}", 400, as_json(NO), "No, gone."),
        ("GET /status", 404, as_json(NO), "No, gone."),
        ("GET /status", 403, as_json({"status": "error", "message": "No more."}), "No more."),
        ("GET /status", 200, as_json({"status": "CANCELED"}), "ended as CANCELED"),
        ("GET /status", 200, as_json({"status": {"is": "odd"}}), "ended as"),
        ("GET /exported-files", 200, "Record ID\n" * (MANY + 1), "has no column"),
    ],
)
def test_where_an_export_cannot_be_had_the_list_is_read(  # noqa: PLR0917 -- a table's row
    large: HubSpotWorld,
    caplog: pytest.LogCaptureFixture,
    place: str,
    status: int,
    body: str,
    why: str,
) -> None:
    say(large, *place.split(), body, status=status)

    with caplog.at_level(logging.WARNING):
        pages = pull(large, **EXPORT)

    assert brought(pages) == by_list(large)
    assert why in caplog.text


def test_times_without_a_zone_are_not_taken(
    large: HubSpotWorld, caplog: pytest.LogCaptureFixture
) -> None:
    lens = large.connector()._portal.lens(CONTACT, large.reading.kinds[CONTACT])
    names = list(exports._columns(lens))
    row = ["2026-11-02 09:00" if name == "createdate" else "" for name in names]
    lines = [["hs_object_id", *names], *([str(number), *row] for number in range(MANY))]
    say(large, "GET", "/exported-files", "\n".join(map(",".join, lines)))

    with caplog.at_level(logging.WARNING):
        pages = pull(large, **EXPORT)

    assert brought(pages) == by_list(large)
    assert "does not hold the internal values" in caplog.text


def test_nothing_is_taken_from_a_file_that_was_cut(large: HubSpotWorld) -> None:
    large.sandbox.faults.add(Fault(action="truncated", path_contains="/exported-files"))
    pages: list[Page] = []

    with pytest.raises((MalformedAnswer, Unavailable)):
        pages.extend(large.connector(**EXPORT).pull(CONTACT, None))
    rest = pull(large, since=pages[-1].watermark, **EXPORT)

    assert refs(pages) == []
    assert len(refs(rest)) == MANY


SOME = MANY * 98 // 100  # one in a hundred may go while the file is written


def say_some(large: HubSpotWorld) -> None:
    rows = [f'"{number}","2026-11-02T00:00:00Z"' for number in range(SOME)]
    say(large, "GET", "/exported-files", "\n".join(['"hs_object_id","createdate"', *rows, ""]))


def test_a_file_of_fewer_records_than_hubspot_says_is_refused(large: HubSpotWorld) -> None:
    say_some(large)

    with pytest.raises(MalformedAnswer, match=f"an export brought {SOME} "):
        pull(large, api_version="2026-03", **EXPORT)


def test_where_hubspot_does_not_say_how_many_a_short_file_is_not_fetched_for_ever(
    large: HubSpotWorld, caplog: pytest.LogCaptureFixture
) -> None:
    say_some(large)

    with caplog.at_level(logging.WARNING):
        pages = pull(large, **EXPORT)

    assert brought(pages) == by_list(large)
    assert f"an export brought {SOME} records where a search counts {MANY}" in caplog.text


def test_a_disk_that_is_full_ends_in_words(
    large: HubSpotWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = partial(Path("/dev/full").open, "wb", 0)
    monkeypatch.setattr(exports.tempfile, "TemporaryFile", lambda **_: full())

    with pytest.raises(Unavailable, match="No space left on device") as caught:
        pull(large, **EXPORT)

    assert caught.value.code == "BBM-HS-048"


def test_an_export_that_takes_long_is_fetched_by_a_later_run(large: HubSpotWorld) -> None:
    large.portal.knobs.export_takes_seconds = 900
    pages: list[Page] = []

    with pytest.raises(Unavailable, match="not done after 5 minutes") as caught:
        pages.extend(large.connector(**EXPORT, export_minutes=5).pull(CONTACT, None))
    rest = pull(large, since=pages[-1].watermark, **EXPORT)

    assert caught.value.code == "BBM-HS-047"
    assert len(refs(rest)) == MANY
