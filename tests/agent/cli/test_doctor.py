"""`bbm doctor`: statuses outside the funnel, and files that people hand over."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.cli.doctor import Finding, _files, _matching, _sources, _statuses
from agent.config import Settings
from bbm_core.records import RecordKind
from connectors.contract import StatusOption
from tests.agent.world import World, values


def said(world: World) -> str:
    with world.agent() as agent:
        health = agent.connector.check()
        lead = replace(health.kinds[RecordKind.LEAD], statuses=(StatusOption("Nobody", "Nobody"),))
        (finding,) = _statuses(agent, replace(health, kinds={RecordKind.LEAD: lead}))
    return finding.what


def test_a_status_without_records_is_told_from_one_not_read_yet(world: World) -> None:
    assert said(world).endswith("not read yet")

    world.lead()
    world.first_sync()

    assert said(world).endswith("0 records")


def looked_at(folder: Path, mode: str = "fit", **inputs: Any) -> list[Finding]:
    chosen = values(inputs=inputs)
    chosen["icp"]["icp_mode"] = mode
    return list(_files(Settings.model_validate(chosen), folder))


def test_without_activities_it_says_that_the_crm_does_not_give_them(tmp_path: Path) -> None:
    (note,) = looked_at(tmp_path)
    (warning,) = looked_at(tmp_path, "fit_and_hot")

    assert "activities are not read from Salesforce" in note.what
    assert 'whoever fits is "unknown"' in warning.what
    assert (note.standing, warning.standing) == ("note", "warning")


def test_files_are_read_and_every_bad_row_is_a_warning(tmp_path: Path) -> None:
    text = "record_kind,record_id,at,what\nlead,l1,2026-11-02,call\nlead,l1,,call\n"
    (tmp_path / "touches.csv").write_text(text, encoding="utf-8")
    good, bad = looked_at(tmp_path, activities="touches.csv")

    assert (good.standing, good.what) == ("ok", "activities: 1 rows of touches.csv")
    assert (bad.standing, bad.what) == ("warning", "activities, line 3: there is no at")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    missing, _ = looked_at(tmp_path, people="people.csv")

    assert (missing.standing, missing.code, missing.exit_code) == ("error", "BBM-TB-001", 2)


def test_leads_without_the_field_to_match_by_are_told() -> None:
    attributes = {
        "industry": {"account": "Industry", "lead": "Industry"},
        "domain": {"account": "Website"},
    }
    chosen = values(attributes=attributes, accounts={"domain": "domain", "company": "industry"})

    (found,) = _matching(Settings.model_validate(chosen))

    assert found.what == "[accounts] domain: domain is not read from leads, so none matches by it"


def test_sources_that_no_measure_answers_for_are_noted(world: World) -> None:
    world.values["measures"] = {"web": {"orientation": "volume", "channels": ["Web"]}}
    for channel in ("Web", "Radio", None):
        world.lead(channel=channel)
    world.first_sync()

    with world.agent() as agent:
        notes = [finding.what for finding in _sources(agent)]

    assert notes == [
        "no channel belongs to no measure, 1 records",
        "channel “Radio” belongs to no measure, 1 records",
    ]


def test_without_measures_no_source_is_missed(world: World) -> None:
    world.lead(channel="Radio")
    world.first_sync()

    with world.agent() as agent:
        assert list(_sources(agent)) == []
