"""Until when contracts run, and which customers have left by that."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from agent.store import Store
from agent.store.told import ToldRow
from agent.wiring import Agent
from bbm_core.records import Watermark
from connectors.capabilities import Capability, ContractEnd, ContractPage, KnowsContracts

TOPIC = Capability.CONTRACTS.value


def keep_contracts(agent: Agent, connector: KnowsContracts) -> int:
    """Read on from where the last reading stood; how many contracts are known then."""
    for page in agent.retry.resume(_Puller(agent, connector)):
        rows = [_row(one) for one in page.contracts if one.account is not None]
        gone = [one.id for one in page.contracts if one.account is None]
        agent.store.keep_told(TOPIC, rows, gone=gone, watermark=page.watermark)
        agent.checkpoint()
    return agent.store.told_number(TOPIC)


def ended_on(store: Store) -> Mapping[str, date]:
    """When the last contract of each account ends; an account with an open one is left out."""
    ends: dict[str, list[str]] = defaultdict(list)
    for row in store.told(TOPIC):
        ends[row.about].append(row.body["ends"])
    return {account: date.fromisoformat(max(days)) for account, days in ends.items() if all(days)}


class _Puller:
    """Reads on from the last page that was kept, however often it is started."""

    def __init__(self, agent: Agent, connector: KnowsContracts) -> None:
        self._store = agent.store
        self._connector = connector

    def __call__(self) -> Iterator[ContractPage]:
        known = self._store.told_watermark(TOPIC)
        return self._connector.contracts(Watermark(known) if known else None)


def _row(contract: ContractEnd) -> ToldRow:
    account = contract.account.id if contract.account else ""
    ends = contract.ends.isoformat() if contract.ends else ""
    return ToldRow(contract.id, {"ends": ends}, about=account)
