"""Open incidents under another definition: judged by a band of its own, and not told as news."""

from dataclasses import replace

from pydantic import TypeAdapter

from agent.alerts.incident import Incident
from agent.weigh import StageReport, weigh
from agent.wiring import Agent

TOLD_BY = "told_by"
"""The fact by which version of the ICP people were told last."""

_INCIDENT = TypeAdapter(Incident)


def rebase_incidents(agent: Agent) -> None:
    """After a change of the definition, measure open incidents by it.

    An incident keeps the band it opened with, and that band belongs to the definition before: the
    new one's rate would seem to have jumped. So it gets the band of the new definition, and its
    rate now is what people were told.
    """
    version = agent.rules.classifier.version
    known = agent.store.fact(TOLD_BY)
    if known not in {None, version}:
        for report in weigh(agent.books, {}):
            _rebase(agent, report)
    if known != version:
        agent.store.remember({TOLD_BY: version})


def _rebase(agent: Agent, report: StageReport) -> None:
    body = agent.store.incident(report.stage.name)
    incident = None if body is None else _INCIDENT.validate_python(dict(body))
    if incident is None or not incident.is_open or report.status is None:
        return
    rate = incident.told_rate if report.status.rate is None else report.status.rate
    rebased = replace(incident, band=report.status.band, told_rate=rate)
    agent.store.save_incident(
        report.stage.name, _INCIDENT.dump_python(rebased, mode="json"), agent.clock.now()
    )
