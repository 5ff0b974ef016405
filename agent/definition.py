"""Which definition of the ICP counts: the configuration's, or one that was published."""

from dataclasses import dataclass

from agent.config.model import Settings
from agent.config.profiles import missing_attributes
from agent.store import Store
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Profile, profiles_version
from bbm_core.icp.versions import InForce, Source, in_force


@dataclass(frozen=True, slots=True)
class Definition:
    """The profiles that count, and where they stand."""

    profiles: tuple[Profile, ...]
    force: InForce


def definition_of(settings: Settings, store: Store) -> Definition:
    """What counts now: the profile of the configuration, or a version that was published.

    Raises:
        ConfigError: the published version asks for an attribute that is kept no more.
    """
    written = settings.icp.profiles
    force = in_force(profiles_version(written), store.known_definition())
    if force.source is Source.CONFIGURATION:
        return Definition(written, force)
    profiles = store.definition(force.version) or written
    missing = missing_attributes(profiles, settings.attributes)
    if missing:
        raise ConfigError(
            f"The ICP in force, version {force.version}, asks for attributes that [attributes] "
            f"does not keep: {', '.join(missing)}.",
            hint="Add them again, or publish a definition without them: `bbm icp publish`.",
            code="BBM-IC-003",
        )
    return Definition(profiles, force)
