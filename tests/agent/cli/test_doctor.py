"""`bbm doctor`: statuses outside the funnel, and files that people hand over."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.cli.doctor import (
    Finding,
    _allowances,
    _capabilities,
    _crm_and_beside,
    _files,
    _matching,
    _sources,
    _statuses,
)
from agent.config import Settings
from agent.demo.sandbox import RunningSandbox
from bbm_core.records import RecordKind
from connectors.capabilities import Capability, Person
from connectors.contract import Allowance, StatusOption
from connectors.memory_capabilities import MemoryBeside
from tests.agent.cli.conftest import Bbm
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


def test_a_login_to_another_org_than_the_states_is_a_problem(world: World) -> None:
    world.lead()
    with world.agent() as agent:
        assert "BBM-AG-001" not in {one.code for one in _crm_and_beside(agent)}
    world.first_sync()
    with world.agent() as agent:
        assert "BBM-AG-001" not in {one.code for one in _crm_and_beside(agent)}
        world.crm.org_id = "another"

        (found,) = (one for one in _crm_and_beside(agent) if one.code == "BBM-AG-001")

    assert (found.standing, found.exit_code) == ("error", 8)
    assert "leads to another" in found.what


def test_a_login_that_is_refused_is_told_once(
    bbm: Bbm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBM_HUBSPOT_TOKEN", "no-key-at-all")
    with RunningSandbox(("--crm", "hubspot", "--story", "none")) as running:
        url = running.ready["url"]
        bbm("init", str(tmp_path), "--crm", "hubspot", "--url", url)
        monkeypatch.chdir(tmp_path)

        answer = bbm("doctor", "--json")

    errors = [one for one in answer.document["findings"] if one["standing"] == "error"]
    assert answer.code == 5
    assert len(errors) == 1, errors


def test_an_allowance_that_is_nearly_used_up_is_a_warning(world: World) -> None:
    limits = Allowance("bulk queries", 71, 100), Allowance("MB", 70, 100), Allowance("jobs", 1, 50)
    with world.agent() as agent:
        health = replace(agent.connector.check(), allowances=limits)

    found = [(one.standing, one.what) for one in _allowances("CRM", health)]

    assert found == [
        ("ok", "also used: MB 70% · jobs 2%"),
        ("warning", "bulk queries: 71 of 100 used (71%)"),
    ]


def looked_at(folder: Path, mode: str = "fit", **inputs: Any) -> list[Finding]:
    chosen = values(inputs=inputs)
    chosen["icp"]["icp_mode"] = mode
    return list(_files(Settings.model_validate(chosen), folder))


def told(world: World, capability: str) -> Finding:
    with world.agent() as agent:
        found = list(_capabilities(agent))
    return next(one for one in found if capability in one.what)


def test_a_capability_that_the_crm_has_is_counted(world: World) -> None:
    world.beside = MemoryBeside(people=[Person("p1", team="East")])

    found = told(world, "people")

    assert (found.standing, found.what) == ("ok", "tells people: 1")


def test_an_absent_capability_is_a_note_with_its_fix(world: World) -> None:
    world.beside = MemoryBeside(lacking={Capability.RATES})

    found = told(world, "rates")

    assert (found.standing, found.what) == ("note", "The CRM in memory tells no rates.")
    assert found.fix


def test_one_that_somebody_demands_is_a_warning(world: World) -> None:
    world.values["capabilities"] = {"rates": "always"}

    assert told(world, "rates").standing == "warning"


def test_without_activities_that_the_flag_asks_for_there_is_a_warning(world: World) -> None:
    world.values["icp"]["icp_mode"] = "fit_and_hot"

    assert told(world, "activities").standing == "warning"


def test_activities_of_a_file_and_of_the_crm_may_count_twice(tmp_path: Path) -> None:
    (tmp_path / "touches.csv").write_text("record_kind,record_id,at,what\n", encoding="utf-8")
    chosen = values(inputs={"activities": "touches.csv"}, capabilities={"activities": "always"})

    *_, warned = _files(Settings.model_validate(chosen), tmp_path)

    assert warned.standing == "warning"
    assert "counts twice" in warned.what


def test_files_are_read_and_every_bad_row_is_a_warning(tmp_path: Path) -> None:
    text = "record_kind,record_id,at,what\nlead,l1,2026-11-02,call\nlead,l1,,call\n"
    (tmp_path / "touches.csv").write_text(text, encoding="utf-8")
    good, bad = looked_at(tmp_path, activities="touches.csv")

    assert (good.standing, good.what) == ("ok", "activities: 1 rows of touches.csv")
    assert (bad.standing, bad.what) == ("warning", "activities, line 3: there is no at")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (missing,) = looked_at(tmp_path, people="people.csv")

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
