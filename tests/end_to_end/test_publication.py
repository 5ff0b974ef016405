"""A published definition: the next sync writes exactly what it changes, and stops for the rest."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.cli.icp_publish import publish, rollback
from agent.cli.icp_simulate import simulate
from agent.cycle import Ending, Order, Report
from bbm_core.errors import SafetyStop
from bbm_core.guard import Guard
from bbm_core.icp.versions import Act
from tests.end_to_end.company import CRMS, YES, Company, id_of, synced_company
from tests.end_to_end.test_second_sync import FIRM, FLAG, INDUSTRY, SMALL

STRICT = {"BBM_GUARDS__MAX_FLIPS": "0", "BBM_GUARDS__MAX_FLIP_PERCENT": "1"}
"""Any few flips that nobody agreed to stop the run."""


@pytest.fixture(params=CRMS)
def synced(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    """A company after its first sync, a minute later."""
    with synced_company(request.param, tmp_path, size=SMALL) as one:
        yield one


def draft(one: Company, threshold: int = 5) -> Path:
    """The company's configuration with another threshold, as a file of its own."""
    text = one.config.read_text(encoding="utf-8")
    path = one.folder / f"draft{threshold}.toml"
    path.write_text(text.replace("threshold = 60", f"threshold = {threshold}"), encoding="utf-8")
    return path


def what_if(one: Company, file: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    simulate(draft=file, config=one.config, json=True)
    return json.loads(capsys.readouterr().out)


def put_in_force(one: Company, file: Path, digest: str = "") -> None:
    publish(
        draft=file,
        reason="small firms too",
        author="Sato",
        digest=digest,
        yes=True,
        config=one.config,
    )


def flips(one: Company, since: int) -> set[tuple[str, str]]:
    """The records whose flag the agent wrote since the mark."""
    written = one.writes(since)
    return {(w.type, w.id) for w in written if w.field == FLAG[one.crm]}


def strictly(one: Company) -> Report:
    return one.sync(Order("sync"), **STRICT)


def test_the_next_sync_writes_exactly_the_published_flips(
    synced: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    told = what_if(synced, draft(synced), capsys)
    put_in_force(synced, draft(synced), told["digest"])
    with synced.agent() as agent:
        agreed = agent.store.agreed()
    before = synced.mark()

    report = strictly(synced)

    assert agreed is not None
    assert report.stop is None
    assert report.ending is Ending.COMPLETE
    assert told["flips"] == len(agreed.flips) > 10
    assert {id_ for _, id_ in flips(synced, before)} == {flip.ref.id for flip in agreed.flips}
    assert len({(w.type, w.id) for w in synced.writes(before)}) == sum(told["writes"].values())
    with synced.agent() as agent:
        assert agent.store.agreed() is None
        assert report.force.version == told["new"]


def test_without_a_publication_the_same_change_stops(synced: Company) -> None:
    text = draft(synced).read_text(encoding="utf-8")
    synced.config.write_text(text, encoding="utf-8")

    report = strictly(synced)

    assert report.stop is not None
    assert report.stop.guard is Guard.FLIPS


def test_flips_that_were_not_published_still_stop_the_run(synced: Company) -> None:
    put_in_force(synced, draft(synced))
    public = {"salesforce": "Government", "hubspot": "GOVERNMENT_ADMINISTRATION"}[synced.crm]
    flagged = [r for r in synced.rows(FIRM[synced.crm]) if r.get(FLAG[synced.crm]) == "icp"]
    for row in flagged:
        synced.touch(FIRM[synced.crm], id_of(row), {INDUSTRY[synced.crm]: public})
    synced.sandbox.clock.advance(60)
    before = synced.mark()

    report = strictly(synced)

    assert report.stop is not None
    assert report.stop.guard is Guard.FLIPS
    assert "beyond the" in report.stop.what
    assert synced.writes(before) == ()


def test_a_publication_by_a_stale_what_if_is_refused(
    synced: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = what_if(synced, draft(synced), capsys)["digest"]
    put_in_force(synced, draft(synced), digest)
    strictly(synced)

    with pytest.raises(SafetyStop, match="was agreed to, but by now"):
        put_in_force(synced, draft(synced, threshold=99), digest)

    with synced.agent() as agent:
        assert [one.act for one in agent.store.publications()] == [Act.REGISTERED, Act.PUBLISHED]


def test_a_rollback_puts_every_flag_back(
    synced: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    start = synced.mark()
    put_in_force(synced, draft(synced))
    strictly(synced)
    there = flips(synced, start)
    middle = synced.mark()

    rollback(reason="too wide", author="Sato", yes=True, config=synced.config)
    report = strictly(synced)

    assert report.ending is Ending.COMPLETE
    assert flips(synced, middle) == there
    assert not report.force.differs
    capsys.readouterr()


def test_after_a_publication_an_edit_of_the_file_is_a_draft(synced: Company) -> None:
    put_in_force(synced, draft(synced))
    strictly(synced)
    synced.config.write_text(draft(synced, 30).read_text(encoding="utf-8"), encoding="utf-8")
    before = synced.mark()

    report = strictly(synced)

    assert synced.writes(before) == ()
    assert report.force.differs
    with synced.agent() as agent:
        published = agent.store.publications()[-1]
    assert (published.act, published.version) == (Act.PUBLISHED, report.force.version)


def test_an_edit_that_the_guards_let_pass_is_noted(synced: Company) -> None:
    text = draft(synced).read_text(encoding="utf-8")
    synced.config.write_text(text, encoding="utf-8")

    report = synced.sync(YES)

    assert report.force.edited
    with synced.agent() as agent:
        first, second = agent.store.publications()
    assert (first.act, second.act) == (Act.REGISTERED, Act.EDITED)
    assert second.version == report.force.version
    assert second.author == "configuration"


def test_a_stopped_edit_is_not_in_force(synced: Company) -> None:
    synced.config.write_text(draft(synced).read_text(encoding="utf-8"), encoding="utf-8")

    strictly(synced)

    with synced.agent() as agent:
        assert [one.act for one in agent.store.publications()] == [Act.REGISTERED]
