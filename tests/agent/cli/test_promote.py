"""`bbm promote`: what is not the same in the org to go to is told, and nothing is written."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from agent.cli.promote import promote
from agent.config import load
from agent.config.example import render
from agent.config.templates import template
from agent.promotion import differences
from agent.store import Store
from bbm_core.errors import ConfigError, SafetyStop
from bbm_core.records import RecordKind
from sandbox.salesforce.permissions import AGENT_SET
from tests.end_to_end.company import CRMS, Company, Crm, company

SMALL = 40


@dataclass(slots=True)
class Orgs:
    """A test org that works, and the one to go to, with its own configuration."""

    test: Company
    real: Company

    def promote(self, *, pin: bool = False, json: bool = False) -> int:
        return promote(self.real.config, pin=pin, config=self.test.config, json=json)

    def pinned(self) -> str | None:
        settings = load(self.real.config, self.real.environment).settings
        store = Store.open(settings.state.url)
        try:
            return store.pinned_org()
        finally:
            store.close()


@pytest.fixture
def crm() -> Crm:
    return "salesforce"


@pytest.fixture
def orgs(crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Orgs]:
    with ExitStack() as stack:
        found = []
        for name in ("test", "real"):
            (tmp_path / name).mkdir()
            found.append(stack.enter_context(company(crm, tmp_path / name, size=SMALL)))
        found[1].become_another_org()
        for one in found:  # whose clocks stand still, so that a second never ends
            one.sandbox.hubspot.knobs.searches_per_second = 100
        for name, value in found[0].environment.items():
            monkeypatch.setenv(name, value)
        yield Orgs(*found)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


@pytest.mark.parametrize("crm", CRMS)
def test_where_all_is_the_same_the_state_is_bound_to_the_other_org(
    orgs: Orgs, capsys: pytest.CaptureFixture[str]
) -> None:
    before = orgs.real.mark()

    assert orgs.promote() == 0
    assert "It would work there" in told(capsys)
    assert orgs.promote(pin=True) == 0

    assert "No record was written" in told(capsys)
    assert orgs.pinned() not in {None, ""}
    assert orgs.real.writes(before) == ()
    assert orgs.test.writes() == ()


def test_what_is_another_there_is_told_with_what_to_do(
    orgs: Orgs, capsys: pytest.CaptureFixture[str]
) -> None:
    org = orgs.real.sandbox.salesforce
    org.hide_field("Lead", "Industry")
    org.define_choices("Account", "Industry", ["Manufacturing", "Space"])
    org.define_record_type("Lead", "Partner")

    assert orgs.promote(pin=True) == 4

    text = told(capsys)
    assert "Lead.Industry is not there, or hidden from the agent." in text
    assert "Account.Industry does not offer " in text
    assert "Account.Industry also offers Space there." in text
    assert "Lead has also Partner among its record types there." in text
    assert "Nothing was changed in either org" in text
    assert orgs.pinned() is None


def test_a_kind_that_is_hidden_there_is_in_the_way(
    orgs: Orgs, capsys: pytest.CaptureFixture[str]
) -> None:
    org = orgs.real.sandbox.salesforce
    org.permit(AGENT_SET, "Read", "Opportunity", granted=False)

    assert orgs.promote(pin=True) == 4

    assert "Opportunity is not there, or hidden from the agent." in told(capsys)


def test_programs_get_one_document(orgs: Orgs, capsys: pytest.CaptureFixture[str]) -> None:
    orgs.real.sandbox.salesforce.hide_field("Lead", "Industry")

    code = orgs.promote(json=True)

    document = json.loads(told(capsys))
    assert code == 4
    assert document["schema"] == "bbm.promote/1"
    assert document["from"] != document["to"]
    assert document["differences"][0]["standing"] == "error"


def test_the_same_org_twice_is_refused(orgs: Orgs, tmp_path: Path) -> None:
    text = orgs.test.config.read_text(encoding="utf-8")
    other = tmp_path / "same.toml"
    other.write_text(text.replace("bbm.db", "other.db"), encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        promote(other, config=orgs.test.config)

    assert caught.value.code == "BBM-PM-001"


def test_two_orgs_never_share_a_state(orgs: Orgs) -> None:
    with pytest.raises(ConfigError) as caught:
        promote(orgs.test.config, config=orgs.test.config)

    assert caught.value.code == "BBM-PM-002"


def test_a_state_that_was_copied_from_the_test_org_is_refused(orgs: Orgs) -> None:
    settings = load(orgs.real.config, orgs.real.environment).settings
    store = Store.open(settings.state.url)
    store.pin_org("00Dtest", "Test")
    store.close()

    with pytest.raises(SafetyStop) as caught:
        orgs.promote(pin=True)

    assert caught.value.code == "BBM-PM-003"


def test_orgs_of_two_crms_are_never_compared(orgs: Orgs, tmp_path: Path) -> None:
    portal = tmp_path / "hubspot.toml"
    portal.write_text(render(template("hubspot"), ()), encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        promote(portal, config=orgs.test.config)

    assert caught.value.code == "BBM-PM-004"


def test_what_the_sections_of_the_crm_mean_is_compared_and_the_connection_is_not(
    orgs: Orgs, capsys: pytest.CaptureFixture[str]
) -> None:
    text = orgs.real.config.read_text(encoding="utf-8")
    text = text.replace('lang = "en"', 'lang = "ja"', 1)
    changed = text.replace("# write_converted_leads = false", "write_converted_leads = true")
    orgs.real.config.write_text(changed, encoding="utf-8")

    orgs.promote()

    found = told(capsys)
    assert "The section [crm] is not the same" in found
    assert "The section [crm.salesforce] is not the same" in found


def test_portals_are_compared_by_the_same_rules(tmp_path: Path) -> None:
    with company("hubspot", tmp_path, size=SMALL) as one, one.agent() as agent:
        here = agent.connector.check()
        account = here.kinds[RecordKind.ACCOUNT]
        fields = {name: field for name, field in account.fields.items() if name != "industry"}
        less = replace(
            here, kinds={**here.kinds, RecordKind.ACCOUNT: replace(account, fields=fields)}
        )

        assert [d for d in differences(agent.settings, here, here) if d.standing != "warning"] == []
        (lost,) = (d for d in differences(agent.settings, here, less) if d.standing == "error")

    assert lost.what == "companies.industry is not there, or hidden from the agent."
