"""Takes in what the CRM tells beside its records: what changes slowly once a day, else each cycle.

An absent capability stops nothing: the run says which it is, why, and what to do.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import orjson

from agent.capabilities.acceptance import keep_acceptance
from agent.capabilities.activities import forget_activities, keep_activities
from agent.capabilities.campaigns import keep_campaigns
from agent.capabilities.contracts import keep_contracts
from agent.capabilities.people import keep_people
from agent.capabilities.rates import keep_rates, kept_rates
from agent.capabilities.responses import Fill, keep_responses
from agent.capabilities.use import in_use, is_demanded
from agent.preflight import CURRENCY
from agent.wiring import Agent
from bbm_core.records import RecordRef
from connectors.capabilities import PROTOCOLS, Capability
from connectors.errors import CapabilityAbsent

CODE = "BBM-CA-001"
"""The connector does not have the capability at all."""

DAILY = frozenset(Capability) - {Capability.ACTIVITIES, Capability.RESPONSES}


REMEMBERED = timedelta(days=14)
"""How long a CRM tells what was deleted: Salesforce empties its recycle bin after 15 days."""


_Ask = Callable[[Agent, Any], "Heard"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one capability: how much of it is known, or why it is absent."""

    capability: Capability
    rows: int = 0
    absent: str = ""
    fix: str = ""
    code: str = ""
    demanded: bool = False
    touched: frozenset[RecordRef] = field(default=frozenset(), compare=False)

    @property
    def broke_off(self) -> bool:
        """Whether activities are absent; some may have come before that was found."""
        return self.capability is Capability.ACTIVITIES and bool(self.absent)


def take_capabilities(agent: Agent, fill: Fill, *, full: bool) -> tuple[Heard, ...]:
    """Ask for every capability in use; what is not wanted any more is forgotten.

    Args:
        agent: with its connector and its store.
        fill: gives kept records the channel of the first campaign that they answered.
        full: ask again for what was asked for today.
    """
    wanted = in_use(agent.settings)
    forgotten = [_forget(agent, one) for one in Capability if one not in wanted]
    takers: Mapping[Capability, _Ask] = {
        **_TAKERS,
        Capability.RESPONSES: partial(_take_responses, fill),
    }
    heard = [_take(agent, one, takers[one], full=full) for one in wanted]
    _take_up_rates(agent)
    return (*heard, *filter(None, forgotten))


def look_at_capabilities(agent: Agent) -> tuple[Heard, ...]:
    """What the CRM would tell, asked for without keeping any of it."""
    return tuple(_looked(agent, one) for one in in_use(agent.settings))


def _take(agent: Agent, capability: Capability, taker: _Ask, *, full: bool) -> Heard:
    asked = _asked_by(agent)
    known = _known(agent, capability)
    # Who wants an absent one for certain is about to make it possible, and looks whether it helped.
    is_awaited = known.get("absent") and is_demanded(agent.settings, capability)
    if capability in DAILY and not full and known.get("asked") == asked and not is_awaited:
        return _remembered(agent, capability, known)
    dropped = _FORGETTERS[capability](agent) if _begins_anew(agent, known) else frozenset()
    heard = _answered(agent, capability, taker)
    heard = replace(heard, touched=heard.touched | dropped)
    body = {"asked": asked, "fields": _fields(agent), "rows": heard.rows}
    body |= {"absent": heard.absent, "fix": heard.fix, "code": heard.code}
    agent.store.remember({_fact(capability): orjson.dumps(body).decode()})
    return heard


def _begins_anew(agent: Agent, known: Mapping[str, Any]) -> bool:
    """Whether going on would not do: other fields are read now, or deletions are forgotten."""
    if not known:
        return False
    last = date.fromisoformat(str(known["asked"])[:10])
    return known["fields"] != _fields(agent) or agent.clock.now().date() - last > REMEMBERED


def _looked(agent: Agent, capability: Capability) -> Heard:
    return _answered(agent, capability, _LOOKERS[capability])


def _answered(agent: Agent, capability: Capability, ask: _Ask) -> Heard:
    """The answer, with an absence as one."""
    demanded = is_demanded(agent.settings, capability)
    if not isinstance(agent.connector, PROTOCOLS[capability]):
        what = f"the connector of {agent.connector.name} tells no {capability}"
        fix = f'write `{capability} = "never"` under [capabilities]'
        return Heard(capability, absent=what, fix=fix, code=CODE, demanded=demanded)
    try:
        heard = ask(agent, agent.connector)
    except CapabilityAbsent as error:
        return Heard(
            capability, absent=error.message, fix=error.hint, code=error.code, demanded=demanded
        )
    return replace(heard, demanded=demanded)


def _remembered(agent: Agent, capability: Capability, known: Mapping[str, Any]) -> Heard:
    absent, fix, code = (str(known.get(name, "")) for name in ("absent", "fix", "code"))
    demanded = is_demanded(agent.settings, capability)
    return Heard(capability, int(known.get("rows", 0)), absent, fix, code, demanded)


def _forget(agent: Agent, capability: Capability) -> Heard | None:
    """Drop what was told when it was still asked for; nothing where it never was."""
    if not _known(agent, capability):
        return None
    touched = _FORGETTERS[capability](agent)
    agent.store.remember({_fact(capability): ""})
    return Heard(capability, touched=touched) if touched else None


def _take_up_rates(agent: Agent) -> None:
    """The CRM's rates count from this cycle on, and its own currency where nobody states one."""
    agent.told_rates = kept_rates(agent.store)
    if agent.told_rates is not None and not agent.currency:
        agent.currency = agent.told_rates.base
        agent.store.remember({CURRENCY: agent.currency})


def _take_people(agent: Agent, connector: Any) -> Heard:
    people = agent.retry.call(connector.people)
    by_person = agent.settings.privacy.by_person
    today = agent.clock.now().date()
    return Heard(Capability.PEOPLE, keep_people(agent.store, people, today, named=by_person))


def _take_rates(agent: Agent, connector: Any) -> Heard:
    return Heard(Capability.RATES, keep_rates(agent.store, agent.retry.call(connector.rates)))


def _take_activities(agent: Agent, connector: Any) -> Heard:
    touched = keep_activities(agent, connector)
    return Heard(Capability.ACTIVITIES, _activities_kept(agent), touched=touched)


def _activities_kept(agent: Agent) -> int:
    return agent.store.activities_from(Capability.ACTIVITIES.value)


def _looked_at_activities(agent: Agent, connector: Any) -> Heard:
    """The first page only: there may be millions."""
    page = agent.retry.call(lambda: next(iter(connector.activities(None))))
    return Heard(Capability.ACTIVITIES, len(page.happenings))


def _take_campaigns(agent: Agent, connector: Any) -> Heard:
    rows = keep_campaigns(agent.store, agent.retry.call(connector.campaigns))
    return Heard(Capability.CAMPAIGNS, rows)


def _take_responses(fill: Fill, agent: Agent, connector: Any) -> Heard:
    return Heard(Capability.RESPONSES, keep_responses(agent, connector, fill))


def _take_contracts(agent: Agent, connector: Any) -> Heard:
    return Heard(Capability.CONTRACTS, keep_contracts(agent, connector))


def _take_acceptance(agent: Agent, connector: Any) -> Heard:
    return Heard(Capability.ACCEPTANCE, keep_acceptance(agent, connector))


def _looked_at_acceptance(agent: Agent, connector: Any) -> Heard:
    page = agent.retry.call(lambda: next(iter(connector.acceptance(None))))
    return Heard(Capability.ACCEPTANCE, len(page.said))


def _looked_at_contracts(agent: Agent, connector: Any) -> Heard:
    page = agent.retry.call(lambda: next(iter(connector.contracts(None))))
    return Heard(Capability.CONTRACTS, len(page.contracts))


def _looked_at_responses(agent: Agent, connector: Any) -> Heard:
    page = agent.retry.call(lambda: next(iter(connector.responses(None))))
    return Heard(Capability.RESPONSES, len(page.responses))


_TAKERS: Mapping[Capability, _Ask] = {
    Capability.PEOPLE: _take_people,
    Capability.RATES: _take_rates,
    Capability.ACTIVITIES: _take_activities,
    Capability.CAMPAIGNS: _take_campaigns,
    Capability.CONTRACTS: _take_contracts,
    Capability.ACCEPTANCE: _take_acceptance,
}
_LOOKERS: Mapping[Capability, _Ask] = {
    Capability.PEOPLE: lambda agent, connector: Heard(
        Capability.PEOPLE, len(agent.retry.call(connector.people))
    ),
    Capability.RATES: lambda agent, connector: Heard(
        Capability.RATES, len(agent.retry.call(connector.rates).now)
    ),
    Capability.ACTIVITIES: _looked_at_activities,
    Capability.CAMPAIGNS: lambda agent, connector: Heard(
        Capability.CAMPAIGNS, len(agent.retry.call(connector.campaigns))
    ),
    Capability.CONTRACTS: _looked_at_contracts,
    Capability.ACCEPTANCE: _looked_at_acceptance,
    Capability.RESPONSES: _looked_at_responses,
}


def _forget_topic(capability: Capability) -> Callable[[Agent], frozenset[RecordRef]]:
    def forget(agent: Agent) -> frozenset[RecordRef]:
        agent.store.forget_told(capability.value)
        return frozenset()

    return forget


_FORGETTERS: Mapping[Capability, Callable[[Agent], frozenset[RecordRef]]] = {
    **{one: _forget_topic(one) for one in Capability},
    Capability.ACTIVITIES: forget_activities,
}


def _fact(capability: Capability) -> str:
    return f"capability.{capability.value}"


def _known(agent: Agent, capability: Capability) -> Mapping[str, Any]:
    fact = agent.store.fact(_fact(capability))
    return orjson.loads(fact) if fact else {}


def _asked_by(agent: Agent) -> str:
    """Names the day and all that an answer depends on: asked again when any of it is another."""
    day = agent.clock.now().date().isoformat()
    return f"{day} {_fields(agent)} {agent.settings.privacy.by_person}"


def _fields(agent: Agent) -> str:
    """Names the CRM's fields that capabilities read."""
    chosen = agent.settings.crm
    names = getattr(getattr(chosen, chosen.kind), "capability_fields", ())
    return hashlib.sha256(repr(tuple(names)).encode()).hexdigest()[:16]
