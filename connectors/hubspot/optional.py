"""Asking for what a portal or a key may lack: a refusal there means the capability is absent."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from connectors.capabilities import Capability
from connectors.errors import CapabilityAbsent, MissingPermission, RequestRefused
from connectors.hubspot.errors import HINTS

NEEDED: Final[Mapping[Capability, str]] = MappingProxyType(
    {
        Capability.PEOPLE: "the scope crm.objects.owners.read",
        Capability.ACTIVITIES: (
            "the scopes crm.objects.contacts.read and, where `activities` of [crm.hubspot] names"
            " emails, sales-email-read"
        ),
        Capability.RATES: "the scope settings.currencies.read",
        Capability.CAMPAIGNS: (
            "the scope marketing.campaigns.read, which portals with Marketing Hub Professional have"
        ),
        Capability.ACCEPTANCE: (
            "the scopes crm.objects.contacts.read and crm.schemas.contacts.read"
        ),
        Capability.CONTRACTS: (
            "the scopes crm.objects.companies.read and crm.schemas.companies.read"
        ),
    }
)
"""What each capability needs of the key, and of the portal's plan."""


@contextmanager
def asking_for(capability: Capability) -> Iterator[None]:
    """Within it, what is not granted or not there is no failure of the whole.

    Raises:
        CapabilityAbsent: it is not there for this key; the message says what.
    """
    try:
        yield
    except CapabilityAbsent:
        raise
    except (MissingPermission, RequestRefused) as error:
        raise absent("BBM-HS-070", capability, error.message) from error


def absent(code: str, capability: Capability, why: str) -> CapabilityAbsent:
    """The portal tells nothing of it, for this reason."""
    hint = HINTS[code].format(capability=capability, needed=NEEDED[capability])
    return CapabilityAbsent(f"HubSpot tells no {capability}. {why}", hint=hint, code=code)
