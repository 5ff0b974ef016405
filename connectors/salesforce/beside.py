"""What an org tells beside its records: each capability is a module beside this one."""

from collections.abc import Iterator, Sequence

from bbm_core.records import Watermark
from connectors.capabilities import (
    Campaign,
    ContractPage,
    HappeningPage,
    Person,
    Rates,
    ResponsePage,
)
from connectors.contract import Reading
from connectors.salesforce.activities import read_activities
from connectors.salesforce.campaigns import read_campaigns
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.contracts import read_contracts
from connectors.salesforce.people import read_people
from connectors.salesforce.rates import read_rates
from connectors.salesforce.responses import read_responses
from connectors.salesforce.session import Session


class Beside:
    """The capabilities of Salesforce; the connector is one that has them."""

    _session: Session
    _config: SalesforceConfig
    _reading: Reading

    def people(self) -> Sequence[Person]:
        return read_people(self._session, self._config)

    def rates(self) -> Rates:
        return read_rates(self._session, self._config)

    def activities(self, since: Watermark | None) -> Iterator[HappeningPage]:
        return read_activities(self._session, self._config, since, self._reading.history_since)

    def campaigns(self) -> Sequence[Campaign]:
        return read_campaigns(self._session, self._config)

    def contracts(self, since: Watermark | None) -> Iterator[ContractPage]:
        return read_contracts(self._session, self._config, since, self._reading.history_since)

    def responses(self, since: Watermark | None) -> Iterator[ResponsePage]:
        return read_responses(self._session, self._config, since, self._reading.history_since)
