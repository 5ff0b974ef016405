"""What a portal tells beside its records: each capability is a module beside this one."""

from collections.abc import Iterator, Sequence

from bbm_core.records import Watermark
from connectors.capabilities import (
    Campaign,
    ContractPage,
    HappeningPage,
    Person,
    Rates,
    SaidPage,
)
from connectors.contract import Reading
from connectors.hubspot.acceptance import read_acceptance
from connectors.hubspot.activities import read_activities
from connectors.hubspot.campaigns import read_campaigns
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.contracts import read_contracts
from connectors.hubspot.people import read_people
from connectors.hubspot.portal import Portal
from connectors.hubspot.rates import read_rates
from connectors.hubspot.session import Session


class Beside:
    """The capabilities of HubSpot; the connector is one that has them.

    It has no `responses`: the channel of a contact's first touch is `hs_analytics_source`.
    """

    _session: Session
    _config: HubSpotConfig
    _reading: Reading
    _portal: Portal

    def people(self) -> Sequence[Person]:
        return read_people(self._session)

    def rates(self) -> Rates:
        return read_rates(self._session)

    def activities(self, since: Watermark | None) -> Iterator[HappeningPage]:
        return read_activities(self._session, self._config, self._reading, since)

    def campaigns(self) -> Sequence[Campaign]:
        return read_campaigns(self._session, self._config)

    def acceptance(self, since: Watermark | None) -> Iterator[SaidPage]:
        of = (self._session, self._portal, self._config, self._reading)
        return read_acceptance(*of, since)

    def contracts(self, since: Watermark | None) -> Iterator[ContractPage]:
        return read_contracts(self._session, self._portal, self._config, since)
