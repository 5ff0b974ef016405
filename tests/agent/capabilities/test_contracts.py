"""A customer whose last contract has ended has left, where contracts are to tell that."""

from datetime import date

from agent.capabilities.contracts import ended_on
from agent.config import Settings
from agent.stated import read_accounts
from agent.store import Store
from agent.wiring import Books, build_rules
from bbm_core.value.customer import Stated
from connectors.capabilities import ContractEnd
from connectors.memory_capabilities import MemoryBeside
from tests.agent.world import World

SOON, LATE = date(2026, 6, 30), date(2026, 12, 31)


def synced(world: World, *contracts: ContractEnd) -> None:
    world.beside = world.beside or MemoryBeside()
    world.beside.contracts += contracts
    world.values["capabilities"] = {"contracts": "always"}
    world.cycle(confirmed="", full=True)


def stated(world: World) -> dict[str, Stated]:
    settings = Settings.model_validate(world.values)
    with Store.open(world.url) as store:
        books = Books(settings, store, world.clock, build_rules(settings))
        return dict(read_accounts(books).stated)


def test_the_last_of_several_contracts_counts(world: World) -> None:
    one, other, open_ended = (world.account() for _ in range(3))
    synced(
        world,
        ContractEnd("k1", one, SOON),
        ContractEnd("k2", one, LATE),
        ContractEnd("k3", other, SOON),
        ContractEnd("k4", open_ended, SOON),
        ContractEnd("k5", open_ended, None),
    )

    with Store.open(world.url) as store:
        assert ended_on(store) == {one.id: LATE, other.id: SOON}
    assert stated(world)[one.id] == Stated(left=True, left_on=LATE)


def test_a_contract_that_is_gone_ends_nothing(world: World) -> None:
    account = world.account()
    synced(world, ContractEnd("k1", account, SOON))
    before = set(stated(world))
    synced(world, ContractEnd("k1", None, None))

    assert (before, stated(world)) == ({account.id}, {})


def test_what_ltv_says_of_an_account_goes_before_its_contracts(world: World) -> None:
    world.values["attributes"]["churned"] = {"account": "Churned__c"}
    world.values["ltv"] = {"churned": "churned"}
    account = world.account()
    world.crm.edit(account, {"Churned__c": date(2026, 3, 31)})
    synced(world, ContractEnd("k1", account, LATE))

    assert stated(world)[account.id] == Stated(left=True, left_on=date(2026, 3, 31))


def test_by_default_contracts_tell_nothing(world: World) -> None:
    account = world.account()
    synced(world, ContractEnd("k1", account, SOON))
    world.values["capabilities"] = {}

    assert stated(world) == {}
