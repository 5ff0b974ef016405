"""Adopts the definition in force: taken up when a run begins, settled when it was delivered."""

import structlog

from agent.config.profiles import missing_attributes
from agent.definition import definition_of
from agent.store import NewLine
from agent.wiring import Agent, build_rules
from bbm_core.errors import ConfigError
from bbm_core.guard import Agreement
from bbm_core.icp.versions import Act, InForce

_log = structlog.get_logger()

AUTHOR = "configuration"
"""Who put a version of the configuration in force; who wrote that file, its own history says."""


def take_up(agent: Agent) -> InForce:
    """Judge by what is in force now; a service hears of a publication at its next cycle.

    Raises:
        ConfigError: what was published asks for an attribute that is kept no more.
    """
    found = definition_of(agent.settings, agent.store)
    missing = missing_attributes(found.profiles, agent.settings.attributes)
    if missing:
        raise ConfigError(
            f"The ICP in force, version {found.force.version}, asks for attributes that "
            f"[attributes] does not keep: {', '.join(missing)}.",
            hint="Add them again, or publish a definition without them: `bbm icp publish`.",
            code="BBM-IC-003",
        )
    if found.profiles != agent.rules.classifier.profiles:
        agent.rules = build_rules(agent.settings, found.profiles)
    return found.force


def agreement(agent: Agent) -> Agreement | None:
    """What of the present plan was agreed to when the definition in force was published."""
    agreed = agent.store.agreed()
    if agreed is None:
        return None
    planned = agent.store.planned_flips()
    return Agreement(len(agreed.flips & planned), agreed.writes, agreed.unknown)


def settle(agent: Agent, force: InForce, run: int) -> None:
    """After a run that may write: note a configuration that was taken over, end the agreement.

    A run that a guard stopped notes nothing: what it would have taken over is not in force. Nor
    does one during which somebody published: that counts, and the next run takes it up.
    """
    known = agent.store.known_definition()
    if known != force.known:
        return
    if known is None or force.edited:
        act = Act.EDITED if known else Act.REGISTERED
        line = NewLine(
            at=agent.clock.now(),
            act=act,
            author=AUTHOR,
            reason=f"{_WORDS[act]} (run {run})",
            follows=True,
            heat=agent.rules.heat,
        )
        agent.store.note_definition(agent.rules.classifier.profiles, line)
        _log.info("definition.changed", version=force.version, act=act.value)
    elif known.heat != agent.rules.heat:
        _note_heat(agent, force, run)
    elif known.follows is force.differs:
        agent.store.follow_configuration(follows=not force.differs)
    if agent.store.agreed() and not agent.store.planned_counts().writes:
        agent.store.end_agreement()


def _note_heat(agent: Agent, force: InForce, run: int) -> None:
    """The same profiles with other heat, or none: figures are of another definition."""
    line = NewLine(
        at=agent.clock.now(),
        act=Act.EDITED,
        author=AUTHOR,
        reason=f"icp_mode or [engagement] in the configuration was changed (run {run})",
        follows=not force.differs,
        heat=agent.rules.heat,
    )
    agent.store.note_definition(agent.rules.classifier.profiles, line)
    _log.info("definition.changed", version=force.version, act=Act.EDITED.value)


_WORDS = {
    Act.REGISTERED: "first sync",
    Act.EDITED: "the profile in the configuration was changed",
}
