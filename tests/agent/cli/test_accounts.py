"""`bbm accounts`, and the match rate beside account figures."""

from pathlib import Path
from typing import Any

import pytest

from agent.config.example import render
from bbm_core.records import RecordKind, RecordRef
from tests.agent.cli.conftest import Bbm
from tests.agent.world import World


@pytest.fixture
def world(world: World) -> World:
    world.values["attributes"] = {
        "industry": {"account": "Industry", "lead": "Industry"},
        "domain": {"account": "Website", "lead": "Email", "contact": "Email"},
        "company": {"account": "Name", "lead": "Company"},
    }
    world.values["accounts"] = {"domain": "domain", "company": "company"}
    return world


@pytest.fixture
def config(world: World, tmp_path: Path) -> Path:
    values = {**world.values, "state": {"url": world.url}}
    values["crm"]["salesforce"]["client_secret"] = "env:BBM_SALESFORCE_SECRET"
    path = tmp_path / "config.toml"
    path.write_text(render(values), encoding="utf-8")
    return path


def lead(world: World, **fields: Any) -> RecordRef:
    return world.crm.create(RecordKind.LEAD, {"Industry": "Manufacturing", **fields})


@pytest.fixture
def book(world: World, config: Path) -> dict[str, RecordRef]:
    acme = world.crm.create(RecordKind.ACCOUNT, {"Website": "acme.co.jp", "Name": "Acme Holdings"})
    for name in ("Dual A", "Dual B"):
        world.crm.create(RecordKind.ACCOUNT, {"Website": "dual.co.jp", "Name": name})
    made = {
        "matched": lead(world, Email="a@acme.co.jp"),
        "ambiguous": lead(world, Email="b@dual.co.jp"),
        "weak": lead(world, Email="c@acme.co.jp", Company="Acme Foods"),
        "none": lead(world, Email="d@nobody.co.jp"),
        "blank": lead(world, Email="e@gmail.com"),
    }
    world.crm.create(RecordKind.CONTACT, {}, account=acme)
    world.first_sync()
    return {**made, "acme": acme}


def test_everybody_is_counted_once(book: dict[str, RecordRef], bbm: Bbm) -> None:
    kinds = bbm("accounts", "--json").document["kinds"]

    assert kinds["lead"] == {
        "records": 5,
        "with_account": 1,
        "rate": 0.2,
        "named": 0,
        "matched": {"corporate_number": 0, "domain": 1, "name": 0},
        "ambiguous": 1,
        "weak": 1,
        "none": 1,
        "blank": 1,
    }
    assert (kinds["contact"]["records"], kinds["contact"]["named"]) == (1, 1)


def test_the_ambiguous_and_the_unsure_are_shown(book: dict[str, RecordRef], bbm: Bbm) -> None:
    answer = bbm("accounts").out

    assert "2 of 6 leads and contacts have an account (33.3%): 1 named by the CRM, 1 matched" in (
        answer
    )
    assert f"{book['ambiguous']}   domain: a" in answer
    assert f"{book['weak']}   domain (60): {book['acme'].id}" in answer
    assert str(book["weak"]) not in bbm("accounts", "--examples", "0").out


def test_it_speaks_japanese(book: dict[str, RecordRef], bbm: Bbm) -> None:
    answer = bbm("accounts", "--lang", "ja").out

    assert "6件のうち2件(33.3%)に取引先があります" in answer
    assert "手がかりなし" in answer


def test_account_figures_come_with_the_match_rate(book: dict[str, RecordRef], bbm: Bbm) -> None:
    assert "2 of 6 leads and contacts have an account" in bbm("balance", "--unit", "account").out
    assert "have an account" not in bbm("balance").out
    for arguments in (("balance", "--json"), ("balance", "--unit", "account", "--json")):
        assert bbm(*arguments).document["account_match"]["rate"] == pytest.approx(1 / 3)


def test_why_names_the_account_or_why_there_is_none(book: dict[str, RecordRef], bbm: Bbm) -> None:
    said = {name: bbm("why", str(ref)).out for name, ref in book.items()}

    assert f"Counts for account {book['acme'].id}, matched by domain (90)" in said["matched"]
    assert "No account: several fit by domain (a" in said["ambiguous"]
    assert "fits by domain, but not surely enough (60)" in said["weak"]
    assert "No account: none has its number, domain or name" in said["none"]
    assert "ccount:" not in said["blank"].partition("\n")[2]
    assert bbm("why", str(book["matched"]), "--json").document["account_match"]["confidence"] == 90


def test_an_empty_book_says_so(world: World, config: Path, bbm: Bbm) -> None:
    world.first_sync()

    assert "No lead or contact is kept yet" in bbm("accounts").out
    assert bbm("accounts", "--json").document["all"]["rate"] is None


def test_without_settings_it_says_how_to_switch_it_on(
    book: dict[str, RecordRef], config: Path, bbm: Bbm
) -> None:
    text = config.read_text(encoding="utf-8")
    lines = [one for one in text.splitlines() if not one.startswith(('domain = "', 'company = "'))]
    config.write_text("\n".join(lines), encoding="utf-8")

    assert "Accounts are not looked for" in bbm("accounts").out


def test_where_nothing_is_looked_for_nobody_has_nothing_to_go_by(
    world: World, config: Path, bbm: Bbm
) -> None:
    del world.values["accounts"]
    lead(world, Email="a@acme.co.jp")
    world.first_sync()
    config.write_text(config.read_text(encoding="utf-8").split("[accounts]")[0], encoding="utf-8")

    shown = bbm("accounts").out

    assert "Without an account" in shown
    assert "Nothing to go by" not in shown


def test_leads_that_say_no_domain_are_matched_by_the_rest(
    world: World, config: Path, bbm: Bbm
) -> None:
    del world.values["attributes"]["domain"]["lead"]
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('lead = "Email"\n', ""), encoding="utf-8")
    world.crm.create(RecordKind.ACCOUNT, {"Website": "acme.co.jp", "Name": "Acme"})
    lead(world, Email="a@acme.co.jp", Company="Acme Inc.")
    lead(world, Email="b@acme.co.jp")
    world.first_sync()

    kind = bbm("accounts", "--json").document["kinds"]["lead"]

    assert (kind["weak"], kind["blank"]) == (1, 1)
    assert "Leads are not matched by domain" in bbm("accounts").out
