"""Asking for what an org may lack: a refusal there means that the capability is absent."""

from collections.abc import Iterator
from contextlib import contextmanager

from bbm_core.errors import BBMError
from connectors.capabilities import Capability
from connectors.errors import CapabilityAbsent, MissingPermission, RequestRefused
from connectors.salesforce.errors import fail


@contextmanager
def asking_for(capability: Capability, permission_set: str) -> Iterator[None]:
    """Within it, an object or field that is not there is no failure of the whole.

    Raises:
        CapabilityAbsent: it is not there for this user; the message says what.
    """
    try:
        yield
    except (MissingPermission, RequestRefused) as error:
        raise _absent(capability, permission_set, error.message) from error


def _absent(capability: Capability, permission_set: str, why: str) -> BBMError:
    if capability is Capability.RATES:
        message = "Salesforce tells no rates: the org has one currency, or hides their table."
        return fail(CapabilityAbsent, "BBM-SF-071", message)
    message = f"Salesforce tells no {capability}. {why}"
    names = {"permission_set": permission_set, "capability": capability.value}
    return fail(CapabilityAbsent, "BBM-SF-070", message, **names)
