"""Which capabilities this configuration asks for."""

from collections.abc import Callable, Mapping

from agent.config import Settings
from agent.config.capabilities import Use
from agent.config.engagement import IcpMode
from connectors.capabilities import Capability


def in_use(settings: Settings) -> tuple[Capability, ...]:
    """The capabilities that are asked for, in the order they are taken in."""
    return tuple(one for one in Capability if _is_asked(settings, one))


def is_demanded(settings: Settings, capability: Capability) -> bool:
    """Whether somebody wants it for certain, so that its absence is worth a warning.

    Without activities whoever fits stays unknown where the flag asks for heat.
    """
    if capability is Capability.ACTIVITIES and settings.icp.icp_mode is IcpMode.FIT_AND_HOT:
        return True
    return use_of(settings, capability) is Use.ALWAYS


def use_of(settings: Settings, capability: Capability) -> Use:
    use: Use = getattr(settings.capabilities, capability.value)
    return use


def _is_asked(settings: Settings, capability: Capability) -> bool:
    use = use_of(settings, capability)
    return use is Use.ALWAYS or (use is Use.AUTO and _USEFUL[capability](settings))


def _people(settings: Settings) -> bool:
    return not settings.inputs.people


def _activities(settings: Settings) -> bool:
    wanted = settings.icp.icp_mode is IcpMode.FIT_AND_HOT or bool(settings.effort.minutes)
    return wanted and not settings.inputs.activities


def _campaigns(settings: Settings) -> bool:
    return not settings.inputs.costs


_USEFUL: Mapping[Capability, Callable[[Settings], bool]] = {
    Capability.PEOPLE: _people,
    Capability.ACTIVITIES: _activities,
    Capability.RATES: lambda _: True,  # [currencies] goes before them, currency by currency
    Capability.CAMPAIGNS: _campaigns,
    Capability.CONTRACTS: lambda _: True,  # what [ltv] says goes before them, account by account
    Capability.ACCEPTANCE: lambda _: True,  # [checks] says which of its words count
    Capability.RESPONSES: lambda _: True,  # what a record says goes before them
}
"""Where `auto` asks for it: where nothing that people handed over says it already."""
