"""`bbm init`: few questions, a look into the CRM, a file that loads, and no secret in it."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.cli.asking import PLACEHOLDER, Answers, ask, with_defaults
from agent.cli.init import Look, seen, write
from agent.config import load
from agent.demo.sandbox import RunningSandbox
from bbm_core.records import RecordKind
from connectors.contract import Problem, Severity
from tests.agent.cli.conftest import Bbm
from tests.agent.world import World


@pytest.fixture(scope="module", params=["salesforce", "hubspot"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Mapping[str, Any]]:
    """A CRM with a story, in a process of its own."""
    arguments = ("--crm", request.param, "--size", "small", "--story", "healthy")
    with RunningSandbox(arguments) as running:
        yield running.ready


class _Keyboard(io.StringIO):
    """Lines as a terminal gives them, without their ends."""

    def readline(self, size: int | None = -1, /) -> str:
        return super().readline(-1 if size is None else size).rstrip("\n")


def _asked(given: Answers, *lines: str) -> tuple[Answers, str]:
    screen = io.StringIO()
    stream = _Keyboard("".join(f"{line}\n" for line in lines))
    answers = ask(given, Console(file=screen, width=100), stream)
    assert not stream.read(), "every line was an answer"
    return answers, screen.getvalue()


def test_six_questions_at_most_and_their_defaults_will_do() -> None:
    answers, screen = _asked(Answers(), "", "", "", "", "", "")

    assert (answers.crm, answers.lang, answers.timezone) == ("salesforce", "en", "UTC")
    assert answers.url == PLACEHOLDER
    assert set(answers.objects or ()) == set(RecordKind)
    assert answers.slack == ""
    assert screen.count(": ") == 6


def test_hubspot_needs_no_address() -> None:
    answers, _ = _asked(Answers(), "hubspot", "account, Contact", "ja", "", "C0123")

    assert answers.url is None
    assert answers.objects == (RecordKind.ACCOUNT, RecordKind.CONTACT)
    assert (answers.lang, answers.timezone, answers.slack) == ("ja", "Asia/Tokyo", "C0123")


def test_an_answer_that_makes_no_sense_is_asked_again() -> None:
    answers, screen = _asked(
        Answers(crm="hubspot", lang="en", slack=""), "leeds", "contact", "Asia/Tokio", "Asia/Tokyo"
    )

    assert answers.objects == (RecordKind.CONTACT,)
    assert answers.timezone == "Asia/Tokyo"
    assert "'leeds' does not name objects." in screen
    assert "'Asia/Tokio' is no time zone." in screen


def test_what_is_given_is_not_asked() -> None:
    given = Answers(
        crm="salesforce",
        url="acme.my.salesforce.com",
        objects=(RecordKind.LEAD,),
        lang="ja",
        timezone="UTC",
        slack="",
    )

    answers, screen = _asked(given)

    assert not screen
    assert answers.url == "https://acme.my.salesforce.com"


def test_without_a_terminal_nothing_is_asked(bbm: Bbm, tmp_path: Path) -> None:
    answer = bbm("init", str(tmp_path / "new"), "--crm", "hubspot")

    assert answer.code == 0
    assert load(tmp_path / "new" / "config.toml", {}).settings.crm.kind == "hubspot"
    assert "the CRM was not looked into: crm.hubspot.token: the environment variable" in answer.out
    assert [line[:4] for line in answer.out.splitlines()[-3:]] == ["  1.", "  2.", "  3."]


def test_an_unknown_address_is_not_looked_into(
    bbm: Bbm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBM_SALESFORCE_SECRET", "canary-5ecret")

    answer = bbm("init", str(tmp_path), "--non-interactive", "--json")

    assert answer.document["looked"] is False
    assert answer.document["problems"] == ["the org's address is not known yet (--url)"]
    assert answer.document["stages"][0]["name"] == "acquisition"
    _no_secret(tmp_path, "canary-5ecret")


def test_a_crm_that_does_not_answer_leaves_the_examples_map(
    bbm: Bbm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBM_HUBSPOT_TOKEN", "canary-5ecret")

    answer = bbm("init", str(tmp_path), "--crm", "hubspot", "--url", "http://127.0.0.1:9")

    assert answer.code == 0
    assert "the CRM was not looked into: BBM-HS-041" in answer.out
    assert "The stages are those of the example" in answer.out
    _no_secret(tmp_path, "canary-5ecret")
    assert "canary-5ecret" not in answer.out + answer.err


def test_a_key_that_may_see_no_kind_leaves_the_examples_map(world: World) -> None:
    problems = (
        Problem("BBM-HS-010", Severity.ERROR, "companies: no scope a.", "Add a."),
        Problem("BBM-HS-010", Severity.ERROR, "deals: no scope b.", "Add b."),
    )
    with world.agent() as agent:
        health = replace(agent.connector.check(), kinds={}, problems=problems)

    assert seen(health) == Look(None, "companies: no scope a; deals: no scope b")


def test_nothing_is_overwritten_without_being_told(bbm: Bbm, tmp_path: Path) -> None:
    bbm("init", str(tmp_path), "--crm", "hubspot")
    (tmp_path / "config.toml").write_text("mine", encoding="utf-8")

    refused = bbm("init", str(tmp_path), "--crm", "hubspot")
    kept = (tmp_path / "config.toml").read_text(encoding="utf-8")
    forced = bbm("init", str(tmp_path), "--crm", "hubspot", "--force")

    assert refused.code == 2
    assert "BBM-IN-001  There is already a config.toml and a .env.example" in refused.err
    assert kept == "mine"
    assert forced.code == 0
    assert load(tmp_path / "config.toml", {})


def test_answers_that_make_no_configuration_write_nothing(bbm: Bbm, tmp_path: Path) -> None:
    answer = bbm("init", str(tmp_path), "--url", "http://insecure.example", "--timezone", "Mars")

    assert answer.code == 2
    assert "is not an address such as https://acme.my.salesforce.com" in answer.err
    assert "is not a time zone" in answer.err
    assert not (tmp_path / "config.toml").exists()


def test_a_certificate_may_take_the_place_of_the_secret(tmp_path: Path) -> None:
    answers = with_defaults(Answers(login="jwt", username="agent@acme.example", client_id="key"))

    write(tmp_path, answers, {})

    settings = load(tmp_path / "config.toml", {}).settings
    assert settings.crm.salesforce is not None
    assert settings.crm.salesforce.login == "jwt"
    assert "BBM_SALESFORCE_KEY=" in (tmp_path / ".env.example").read_text(encoding="utf-8")


def test_the_example_environment_names_what_the_file_names(tmp_path: Path) -> None:
    write(tmp_path, with_defaults(Answers(slack="C0123")), {})

    lines = (tmp_path / ".env.example").read_text(encoding="utf-8").splitlines()
    given = {line.split("=")[0]: "x" for line in lines if "=" in line and line[0] != "#"}
    assert all(line.endswith("=") for line in lines if line[0] != "#"), "no values"
    loaded = load(tmp_path / "config.toml", given)
    loaded.require_secrets()
    assert loaded.settings.slack is not None


def test_objects_that_are_not_wanted_leave_no_trace(tmp_path: Path) -> None:
    write(tmp_path, with_defaults(Answers(objects=(RecordKind.LEAD,))), {})

    settings = load(tmp_path / "config.toml", {}).settings
    assert set(settings.kinds) == {RecordKind.LEAD}
    assert all(a.account is None and a.contact is None for a in settings.attributes.values())
    assert "deal_type" not in settings.attributes
    assert [stage.name for stage in settings.stages] == ["acquisition", "nurturing", "handover"]


def test_the_stages_come_from_the_crm(sandbox: Mapping[str, Any], tmp_path: Path) -> None:
    environment, options = _way_in(sandbox)
    process = subprocess.run(
        [sys.executable, "-m", "agent", "init", str(tmp_path), "--json", *options],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        text=True,
    )

    assert process.returncode == 0, process.stderr
    document = json.loads(process.stdout)
    assert document["looked"] is True
    ways = {stage["name"]: stage["enter"] for stage in document["stages"]}
    assert list(ways) == [
        "acquisition",
        "nurturing",
        "handover",
        "opportunity",
        "won",
        "customer",
    ]
    named = {s for rules in ways.values() for rule in rules for s in rule.get("status", ())}
    outside = {one["status"] for one in document["outside"]}
    early = "lead" if sandbox["crm"] == "salesforce" else "contact"
    converted = {"Closed - Converted", "Qualified"}
    told = set(document["kinds"][early]["statuses"])
    assert told - converted <= named | outside, "no status is dropped without a word"
    loaded = load(tmp_path / "config.toml", environment)
    loaded.require_secrets()
    _no_secret(tmp_path, *environment.values())


def _way_in(ready: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    if ready["crm"] == "hubspot":
        options = ["--crm", "hubspot", "--url", ready["url"]]
        return {"BBM_HUBSPOT_TOKEN": ready["hubspot"]["token"]}, options
    access = ready["salesforce"]
    options = ["--crm", "salesforce", "--url", access["url"], "--client-id", access["client_id"]]
    options += ["--proxy", ready["url"], "--ca-file", ready["ca_file"]]
    return {"BBM_SALESFORCE_SECRET": access["client_secret"]}, options


def _no_secret(folder: Path, *secrets: str) -> None:
    for name in ("config.toml", ".env.example"):
        text = (folder / name).read_text(encoding="utf-8")
        assert not [secret for secret in secrets if secret in text]
