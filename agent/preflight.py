"""Looks before anything moves: the org, the rights, the fields, the clock; and guards the plan."""

from datetime import timedelta

from agent.store import Store
from agent.wiring import Agent
from bbm_core.errors import PreconditionError, SafetyStop
from connectors.contract import Health, Problem, Severity

MOST_SKEW = timedelta(minutes=5)
"""How far the agent's clock may be from the CRM's before a warning."""


def look(agent: Agent) -> Health:
    """What the CRM says of itself, checked against the org that the state belongs to.

    Raises:
        PreconditionError: something is missing; every problem is named.
        SafetyStop: the state belongs to another org.
    """
    health = agent.retry.call(agent.connector.check)
    agent.budget.begin_run(health.org_id, health.used_calls, health.allowed_calls)
    _same_org(agent.store, health)
    errors = [p for p in health.problems if p.severity is Severity.ERROR]
    if errors:
        raise PreconditionError(
            "; ".join(problem.what for problem in errors),
            hint="; ".join(dict.fromkeys(problem.fix for problem in errors)),
            code=errors[0].code,
        )
    return health


def skew_problem(agent: Agent, health: Health) -> Problem | None:
    """A warning when the agent's clock and the CRM's differ by much."""
    skew = health.server_time - agent.clock.now()
    if abs(skew) <= MOST_SKEW:
        return None
    return Problem(
        "BBM-AG-002",
        Severity.WARNING,
        f"this machine's clock is {abs(skew).total_seconds() / 60:.0f} minutes "
        f"{'behind' if skew > timedelta(0) else 'ahead of'} the CRM's",
        "set the clock; JWT logins fail beyond 3 minutes",
    )


def _same_org(store: Store, health: Health) -> None:
    pinned = store.pinned_org()
    if pinned is None:
        store.pin_org(health.org_id, health.org_name)
    elif pinned != health.org_id:
        raise SafetyStop(
            f"The state belongs to the org {pinned}, but the login leads to {health.org_id}.",
            hint="Correct the login, or give this org a state of its own: [state] url.",
            code="BBM-AG-001",
        )
