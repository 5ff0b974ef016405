"""Leads are matched to accounts at each sync: for figures alone, and whatever came first."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from agent.clock import Interrupted
from agent.cycle import Order, run_cycle
from agent.store import Store
from bbm_core.balance.cells import Unit
from bbm_core.match import Key, Standing
from bbm_core.records import RecordKind, RecordRef
from tests.agent.world import World, stage

ATTRIBUTES = {
    "industry": {"account": "Industry", "lead": "Industry"},
    "domain": {"account": "Website", "lead": "Email", "contact": "Email"},
    "company": {"account": "Name", "lead": "Company"},
    "prefecture": {"account": "BillingState", "lead": "State"},
}
BY = {"domain": "domain", "company": "company", "prefecture": "prefecture"}


@pytest.fixture
def world(world: World) -> World:
    world.values["attributes"] = ATTRIBUTES
    world.values["accounts"] = BY
    world.values["stages"] = [
        stage(
            "acquisition",
            {"kind": "lead", "when": "created"},
            {"kind": "contact", "when": "created"},
        )
    ]
    return world


def account(world: World, **fields: Any) -> RecordRef:
    return world.crm.create(RecordKind.ACCOUNT, {"Industry": "Manufacturing", **fields})


def lead(world: World, **fields: Any) -> RecordRef:
    return world.crm.create(RecordKind.LEAD, {"Industry": "Manufacturing", **fields})


def counted_for(world: World, ref: RecordRef) -> str | None:
    with Store.open(world.url) as store:
        return store.known([ref])[ref].account


def accounts_in(world: World) -> int:
    """How many accounts the cells count; they must be what counting anew gives."""
    with world.agent() as agent:
        version = agent.rules.classifier.version
        cells = agent.store.cells(version, unit=Unit.ACCOUNT)
        agent.store.rebuild_cells()
        assert agent.store.cells(version, unit=Unit.ACCOUNT) == cells
        return sum(one.icp for one in cells.values())


def test_a_lead_counts_for_the_account_of_its_domain(world: World) -> None:
    acme = account(world, Website="https://www.acme.co.jp")
    leads = [lead(world, Email=f"{name}@mail.acme.co.jp") for name in ("a", "b")]
    stranger = lead(world, Email="c@gmail.com")
    world.first_sync()

    assert [counted_for(world, one) for one in leads] == [acme.id, acme.id]
    assert counted_for(world, stranger) is None
    assert accounts_in(world) == 1


def test_nothing_of_it_is_written_to_the_crm(world: World) -> None:
    account(world, Website="acme.co.jp")
    ref = lead(world, Email="a@acme.co.jp")
    world.first_sync()

    assert not [name for name in world.crm.held(ref) if "ccount" in name]


def test_of_an_address_only_the_domain_is_kept(world: World) -> None:
    ref = lead(world, Email="taro.yamada@acme.co.jp")
    world.first_sync()

    with Store.open(world.url) as store:
        assert store.known([ref])[ref].attributes["domain"] == "acme.co.jp"
    assert b"yamada" not in Path(world.url.removeprefix("sqlite:///")).read_bytes()


def test_what_is_no_address_is_not_kept_at_all(world: World) -> None:
    ref = lead(world, Email="taro yamada")
    world.first_sync()

    with Store.open(world.url) as store:
        assert "domain" not in store.known([ref])[ref].attributes


def test_a_second_sync_matches_nobody_again(world: World) -> None:
    account(world, Website="acme.co.jp")
    lead(world, Email="a@acme.co.jp")
    world.first_sync()

    assert world.cycle().intake.judged.total() == 0
    with Store.open(world.url) as store:
        assert store.due_matches(10) == ()


def test_an_account_that_comes_later_takes_its_leads(world: World) -> None:
    ref = lead(world, Email="a@acme.co.jp")
    world.first_sync()
    assert counted_for(world, ref) is None
    acme = account(world, Website="acme.co.jp")
    world.cycle()

    assert counted_for(world, ref) == acme.id
    assert accounts_in(world) == 1


def test_a_second_account_of_the_domain_makes_it_ambiguous(world: World) -> None:
    account(world, Website="acme.co.jp")
    ref = lead(world, Email="a@acme.co.jp")
    world.first_sync()
    double = account(world, Website="acme.co.jp")
    world.cycle()
    assert counted_for(world, ref) is None
    world.crm.delete(double)
    world.cycle()

    assert counted_for(world, ref) is not None


def test_two_accounts_of_one_company_are_no_riddle(world: World) -> None:
    world.values["attributes"] = {**ATTRIBUTES, "parent": {"account": "ParentId"}}
    world.values["accounts"] = {**BY, "parent": "parent"}
    group = account(world)
    for _ in range(2):
        account(world, Website="https://acme.example", ParentId=group.id)
    one = lead(world, Email="ann@acme.example")

    world.first_sync()

    assert counted_for(world, one) == group.id


def test_a_parent_that_nobody_knows_leaves_it_ambiguous(world: World) -> None:
    world.values["attributes"] = {**ATTRIBUTES, "parent": {"account": "ParentId"}}
    world.values["accounts"] = {**BY, "parent": "parent"}
    for _ in range(2):
        account(world, Website="https://acme.example", ParentId="a999999")
    one = lead(world, Email="ann@acme.example")

    world.first_sync()

    assert counted_for(world, one) is None


def test_a_website_that_is_corrected_moves_its_leads(world: World) -> None:
    acme, other = account(world, Website="acme.co.jp"), account(world, Website="other.co.jp")
    ref = lead(world, Email="a@acme.co.jp")
    world.first_sync()
    world.crm.edit(acme, {"Website": "acme.com"})
    world.crm.edit(other, {"Website": "acme.co.jp"})
    world.cycle()

    assert counted_for(world, ref) == other.id


def test_the_account_that_the_crm_names_comes_first(world: World) -> None:
    acme, other = account(world, Website="acme.co.jp"), account(world, Website="other.co.jp")
    ref = world.crm.create(RecordKind.CONTACT, {"Email": "a@acme.co.jp"}, account=other)
    world.first_sync()

    assert counted_for(world, ref) == other.id != acme.id
    with Store.open(world.url) as store:
        assert store.match_of(ref) is None


def test_a_lead_that_is_converted_counts_for_what_it_became(world: World) -> None:
    account(world, Website="acme.co.jp")
    ref = lead(world, Email="a@acme.co.jp")
    world.first_sync()
    world.crm.convert(ref)
    world.cycle()

    with Store.open(world.url) as store:
        kept = store.known([ref])[ref]
        given = [one.id for one in kept.record.converted_to if one.kind is RecordKind.ACCOUNT]
        assert [kept.account] == given
        assert store.match_of(ref) is None


def test_a_lead_that_is_gone_leaves_no_match(world: World) -> None:
    account(world, Website="acme.co.jp")
    ref = lead(world, Email="a@acme.co.jp")
    world.first_sync()
    world.crm.delete(ref)
    world.cycle()

    with Store.open(world.url) as store:
        assert store.match_of(ref) is None
    assert accounts_in(world) == 0


def test_less_confidence_may_be_asked_for(world: World) -> None:
    acme = account(world, Name="Acme Inc.", Website="acme.com")
    ref = lead(world, Company="ACME", State="Ohio")
    world.first_sync()
    assert counted_for(world, ref) is None
    world.values["accounts"] = {**BY, "min_confidence": 65}
    world.cycle()

    assert counted_for(world, ref) == acme.id


def test_switched_off_only_the_crms_accounts_count(world: World) -> None:
    account(world, Website="acme.co.jp")
    ref = lead(world, Email="a@acme.co.jp")
    world.first_sync()
    world.values["accounts"] = {}
    world.cycle()

    assert counted_for(world, ref) is None
    assert accounts_in(world) == 0


def test_without_attributes_to_match_by_nothing_is_looked_for(world: World) -> None:
    world.values["accounts"] = {}
    account(world, Website="acme.co.jp")
    lead(world, Email="a@acme.co.jp")
    world.first_sync()

    with Store.open(world.url) as store:
        assert store.due_matches(10) == ()
        assert store.match_counts() == {}
        assert store.account_counts() == {RecordKind.LEAD: (1, 0)}


def test_the_counts_say_what_became_of_everybody(world: World) -> None:
    account(world, Website="acme.co.jp")
    for one in ("dual.co.jp", "dual.co.jp"):
        account(world, Website=one)
    for address in ("a@acme.co.jp", "b@dual.co.jp", "c@nobody.co.jp", "d@gmail.com"):
        lead(world, Email=address)
    world.first_sync()

    with Store.open(world.url) as store:
        assert store.account_counts() == {RecordKind.LEAD: (4, 1)}
        assert store.match_counts() == {
            (RecordKind.LEAD, Standing.MATCHED, Key.DOMAIN): 1,
            (RecordKind.LEAD, Standing.AMBIGUOUS, Key.DOMAIN): 1,
            (RecordKind.LEAD, Standing.NONE, None): 1,
        }
        (row,) = store.matches(Standing.AMBIGUOUS, 5)
        assert len(row.match.candidates) == 2


def test_a_domain_of_too_many_accounts_is_ambiguous(world: World) -> None:
    world.crm.page_size = 500
    for _ in range(51):
        account(world, Website="portal.co.jp")
    ref = lead(world, Email="a@portal.co.jp")
    world.first_sync()

    with Store.open(world.url) as store:
        match = store.match_of(ref)
    assert match is not None
    assert (match.standing, match.candidates) == (Standing.AMBIGUOUS, ())


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_records_come_changes_nothing(
    world: World, tmp_path: Path, seed: int
) -> None:
    """A book that grew record by record stands as one that was read at once."""
    chance = Random(seed)
    made: list[RecordRef] = []
    for step in range(12):
        domain = chance.choice(["a.com", "b.com", "c.com"])
        if chance.random() < 0.5:
            made.append(account(world, Website=domain))
        else:
            made.append(lead(world, Email=f"x{step}@{domain}"))
        if made and chance.random() < 0.3:
            gone = made.pop(chance.randrange(len(made)))
            world.crm.delete(gone)
        world.cycle(confirmed="")
        world.pass_time(minutes=30)
    grown = [counted_for(world, ref) for ref in made]

    world.url = f"sqlite:///{tmp_path / 'anew.db'}"
    world.first_sync()

    assert [counted_for(world, ref) for ref in made] == grown


def test_a_run_that_died_before_matching_is_made_good(world: World) -> None:
    acme = account(world, Website="acme.co.jp")
    ref = lead(world, Email="a@acme.co.jp")
    with world.agent() as agent:
        agent.stop.set()
        with pytest.raises(Interrupted):
            run_cycle(agent, Order("test"))
    world.pass_time(minutes=1)
    world.cycle(confirmed="")

    assert counted_for(world, ref) == acme.id


def test_names_stay_apart_by_prefecture(world: World) -> None:
    tokyo = account(world, Name="株式会社サンライズ", BillingState="東京都")
    account(world, Name="サンライズ株式会社", BillingState="大阪府")
    ref = lead(world, Company="㈱サンライズ", State="Tokyo")
    world.first_sync()

    assert counted_for(world, ref) == tokyo.id
