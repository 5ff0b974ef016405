"""The twin in memory with every capability: `MemoryBeside` is what its CRM keeps beside records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bbm_core.records import Activity, Watermark
from connectors.capabilities import (
    Campaign,
    Capability,
    ContractEnd,
    ContractPage,
    Happening,
    HappeningPage,
    Person,
    Rates,
    Response,
    ResponsePage,
    Said,
    SaidPage,
)
from connectors.contract import Ports, Reading
from connectors.errors import CapabilityAbsent
from connectors.memory import HINT, MemoryConnector, MemoryCrm


@dataclass(slots=True)
class MemoryBeside:
    """What the CRM keeps beside its records; tests change it, and `lacking` switches parts off."""

    people: list[Person] = field(default_factory=list)
    rates: Rates = field(default_factory=lambda: Rates("JPY"))
    happenings: list[Happening] = field(default_factory=list)  # each change of one, in order
    campaigns: list[Campaign] = field(default_factory=list)
    contracts: list[ContractEnd] = field(default_factory=list)  # each change of one, in order
    responses: list[Response] = field(default_factory=list)  # each change of one, in order
    said: list[Said] = field(default_factory=list)  # each change of one, in order
    lacking: set[Capability] = field(default_factory=set)
    asked: list[Capability] = field(default_factory=list)

    def happen(self, id_: str, *activities: Activity) -> None:
        """An activity was entered or changed; without any it is gone."""
        self.happenings.append(Happening(id_, activities))


class CapableMemoryConnector(MemoryConnector):
    """The connector in memory, to a CRM that tells everything; a watermark counts the changes."""

    def __init__(
        self, crm: MemoryCrm, reading: Reading, ports: Ports, beside: MemoryBeside
    ) -> None:
        super().__init__(crm, reading, ports)
        self._beside = beside
        self._pages_of = crm.page_size

    def people(self) -> Sequence[Person]:
        self._ask(Capability.PEOPLE)
        return tuple(self._beside.people)

    def rates(self) -> Rates:
        self._ask(Capability.RATES)
        return self._beside.rates

    def activities(self, since: Watermark | None) -> Iterator[HappeningPage]:
        start, end = int(since or 0), len(self._beside.happenings)
        while True:
            self._ask(Capability.ACTIVITIES)
            told = self._beside.happenings[start : min(start + self._pages_of, end)]
            start += len(told)
            yield HappeningPage(tuple(told), Watermark(str(start)))
            if start >= end:
                return

    def campaigns(self) -> Sequence[Campaign]:
        self._ask(Capability.CAMPAIGNS)
        return tuple(self._beside.campaigns)

    def contracts(self, since: Watermark | None) -> Iterator[ContractPage]:
        self._ask(Capability.CONTRACTS)
        told = tuple(self._beside.contracts[int(since or 0) :])
        yield ContractPage(told, Watermark(str(len(self._beside.contracts))))

    def responses(self, since: Watermark | None) -> Iterator[ResponsePage]:
        self._ask(Capability.RESPONSES)
        told = tuple(self._beside.responses[int(since or 0) :])
        yield ResponsePage(told, Watermark(str(len(self._beside.responses))))

    def acceptance(self, since: Watermark | None) -> Iterator[SaidPage]:
        self._ask(Capability.ACCEPTANCE)
        told = tuple(self._beside.said[int(since or 0) :])
        yield SaidPage(told, Watermark(str(len(self._beside.said))))

    def _ask(self, capability: Capability) -> None:
        self._beside.asked.append(capability)
        if capability in self._beside.lacking:
            message = f"The CRM in memory tells no {capability}."
            raise CapabilityAbsent(message, hint=HINT, code="BBM-CO-006")
