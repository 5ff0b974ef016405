"""What a portal tells beside its records: each capability is a module beside this one."""

from collections.abc import Sequence

from connectors.capabilities import Person
from connectors.hubspot.people import read_people
from connectors.hubspot.session import Session


class Beside:
    """The capabilities of HubSpot; the connector is one that has them.

    It has no `responses`: the channel of a contact's first touch is `hs_analytics_source`.
    """

    _session: Session

    def people(self) -> Sequence[Person]:
        return read_people(self._session)
