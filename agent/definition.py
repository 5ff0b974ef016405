"""Which definition of the ICP counts: the configuration's, or one that was published."""

from dataclasses import dataclass

from agent.config.engagement import IcpMode
from agent.config.model import Settings
from agent.store import Store
from bbm_core.icp.engagement import EngagementRules
from bbm_core.icp.profile import Profile, profiles_version
from bbm_core.icp.versions import InForce, Source, in_force


@dataclass(frozen=True, slots=True)
class Definition:
    """The profiles that count, and where they stand."""

    profiles: tuple[Profile, ...]
    force: InForce
    reheated: bool  # icp_mode or [engagement] was changed; the next sync takes that over


def definition_of(settings: Settings, store: Store) -> Definition:
    """What counts now: the profile of the configuration, or a version that was published."""
    written, known = settings.icp.profiles, store.known_definition()
    force = in_force(profiles_version(written), known)
    reheated = known is not None and known.heat != heat_of(settings)
    if force.source is Source.CONFIGURATION:
        return Definition(written, force, reheated)
    return Definition(store.definition(force.version) or written, force, reheated)


def heat_of(settings: Settings) -> EngagementRules | None:
    """What the flag asks for beside fit; None: nothing."""
    by_heat = settings.icp.icp_mode is IcpMode.FIT_AND_HOT
    return settings.engagement.rules() if by_heat else None
