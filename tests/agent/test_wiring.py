"""The agent put together from its configuration."""

from pathlib import Path
from typing import Any

import pytest

from agent.clock import Interrupted, SystemClock
from agent.config import ConfigProblems, load
from agent.config.example import render
from agent.config.model import Settings
from agent.fields import field_specs
from agent.wiring import (
    build_agent,
    build_policies,
    build_reading,
    build_sender,
    open_books,
)
from bbm_core.errors import LockHeld
from bbm_core.records import FieldRole, FieldType, RecordKind
from tests.agent.world import START, World, values

ENV = {"BBM_SALESFORCE_SECRET": "canary"}


def settings(**changes: Any) -> Settings:
    return Settings.model_validate(values(**changes))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    given = values(state={"url": f"sqlite:///{tmp_path / 'bbm.db'}"})
    given["crm"]["salesforce"]["client_secret"] = "env:BBM_SALESFORCE_SECRET"
    file = tmp_path / "config.toml"
    file.write_text(render(given), encoding="utf-8")
    return file


def test_without_its_secrets_no_agent_is_built(path: Path) -> None:
    with pytest.raises(ConfigProblems):
        build_agent(load(path, {}), SystemClock())


def test_two_agents_never_share_a_state_but_readers_may_look(path: Path) -> None:
    loaded = load(path, ENV)
    agent = build_agent(loaded, SystemClock())
    try:
        with pytest.raises(LockHeld):
            build_agent(loaded, SystemClock())
        open_books(load(path, {}), SystemClock()).store.close()
    finally:
        agent.close()


def test_kinds_are_pulled_accounts_first(path: Path) -> None:
    agent = build_agent(load(path, ENV), SystemClock())
    try:
        assert agent.kinds == tuple(RecordKind)
        assert agent.connector.name == "salesforce"
        assert len(agent.config_digest) == 16
    finally:
        agent.close()


def test_a_stop_is_heard_at_a_checkpoint(world: World) -> None:
    with world.agent() as agent:
        agent.checkpoint()
        agent.stop.set()
        with pytest.raises(Interrupted):
            agent.checkpoint()


def test_only_what_a_kind_has_is_read_of_it() -> None:
    reading = build_reading(settings(), START)

    assert reading.kinds[RecordKind.LEAD].attributes == {
        "industry": "Industry",
        "seen": "Last_Seen__c",
    }
    assert reading.kinds[RecordKind.CONTACT].attributes == {}
    assert (START - reading.history_since).days == 732


def test_a_kind_that_is_not_written_has_no_fields_of_ours() -> None:
    quiet = settings(kinds={"lead": {"write": False}, "account": {"roles": ["score"]}})

    assert build_reading(quiet, START).kinds[RecordKind.LEAD].written == {}
    assert not build_policies(quiet), "without the flag a kind is not written either"
    assert [(s.kind, s.role) for s in field_specs(quiet)] == [(RecordKind.ACCOUNT, FieldRole.SCORE)]


def test_the_fields_of_people_are_read_and_never_written() -> None:
    policy = build_policies(settings())[RecordKind.LEAD]

    assert FieldRole.OVERRIDE not in policy.roles
    assert FieldRole.OVERRIDE in build_reading(settings(), START).kinds[RecordKind.LEAD].written


@pytest.mark.parametrize(("lang", "label"), [("en", "ICP fit"), ("ja", "ICP判定")])
def test_fields_carry_the_words_of_the_crms_language(lang: str, label: str) -> None:
    given = values()
    given["crm"]["lang"] = lang

    specs = list(field_specs(Settings.model_validate(given)))

    flag = next(spec for spec in specs if spec.role is FieldRole.FLAG)
    assert (flag.name, flag.label, flag.type) == ("BBM_ICP__c", label, FieldType.CHOICE)
    assert [choice.value for choice in flag.choices] == ["icp", "not_icp", "unknown"]
    assert len(specs) == len(RecordKind) * len(FieldRole)
    assert all(spec.label and spec.help for spec in specs)


def test_alerts_go_where_the_configuration_says() -> None:
    token = build_sender(settings(slack={"token": "xoxb-1", "channel": "C1"}))
    webhook = build_sender(settings(slack={"webhook": "https://hooks.slack.com/services/x"}))

    assert build_sender(settings()) is None
    assert token is not None
    assert token.updates
    assert webhook is not None
    assert not webhook.updates


@pytest.mark.parametrize(
    "slack",
    [{}, {"token": "x"}, {"token": "x", "channel": "C", "webhook": "y"}],
)
def test_slack_needs_exactly_one_way_in(slack: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"token|channel"):
        settings(slack=slack)


def test_names_that_do_not_agree_are_refused_without_a_file_as_well() -> None:
    with pytest.raises(ValueError, match="which \\[\\[stages\\]\\] does not define"):
        settings(bands={"nowhere": {"low": 0.1, "high": 0.2}})
