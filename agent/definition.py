"""Which definition of the ICP counts: the configuration's, or one that was published."""

from dataclasses import dataclass

from agent.config.model import Settings
from agent.store import Store
from bbm_core.icp.profile import Profile, profiles_version
from bbm_core.icp.versions import InForce, Source, in_force


@dataclass(frozen=True, slots=True)
class Definition:
    """The profiles that count, and where they stand."""

    profiles: tuple[Profile, ...]
    force: InForce


def definition_of(settings: Settings, store: Store) -> Definition:
    """What counts now: the profile of the configuration, or a version that was published."""
    written = settings.icp.profiles
    force = in_force(profiles_version(written), store.known_definition())
    if force.source is Source.CONFIGURATION:
        return Definition(written, force)
    return Definition(store.definition(force.version) or written, force)
