"""Loading CSV exports into a portal."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sandbox.hubspot.object_types import DEALS
from sandbox.hubspot.pipelines import Pipeline, Stage
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.refusals import Refused
from sandbox.loading.drafts import Draft
from sandbox.loading.mapping import Section

_STATUS = {"companies": "lifecyclestage", "contacts": "lifecyclestage", "deals": "dealstage"}
_BY = "IMPORT"
_PIPELINE = "loaded"


class HubSpotIntake:
    """Takes drafts as an import does. A lookup becomes an association, the primary one."""

    objects: tuple[str, ...] = ("companies", "contacts", "deals")
    refused: type[Exception] = Refused

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._pipeline = ""

    def now(self) -> datetime:
        return self._portal.clock.now()

    def prepare(self, name: str, section: Section, statuses: Iterable[str]) -> None:
        for field, custom in section.custom.items():
            kind = custom.type or "string"
            self._portal.define_property(name, field, type=kind, label=custom.label)
        wanted = list(statuses)
        if name == "deals" and not self._are_known(wanted):
            self._add_pipeline(section, wanted)

    def take(self, name: str, draft: Draft, links: Mapping[str, str]) -> str:
        values = dict(draft.values)
        status = _STATUS[name]
        if draft.status is not None:
            values[status] = draft.first or draft.status
        if name == "deals" and self._pipeline:
            values["pipeline"] = self._pipeline
        made = self._portal.create(name, values, at=draft.created, by=_BY)
        if draft.first is not None and draft.first != draft.status:
            self._portal.update(name, made, {status: draft.status}, at=draft.since, by=_BY)
        for other, id_ in links.items():
            self._portal.associate(name, made, other, id_, at=draft.created)
        return made

    def convert(self, lead: str, at: datetime, made: Mapping[str, str]) -> None:
        """Nothing to do: HubSpot converts no leads, so its objects hold none."""

    def _are_known(self, stages: list[str]) -> bool:
        default = self._portal.schema.pipelines(DEALS)[0]
        return all(default.stage(stage) for stage in stages)

    def _add_pipeline(self, section: Section, stages: list[str]) -> None:
        """A pipeline of the export's own stages, the open ones first."""
        won = section.status.won if section.status else ()
        lost = section.status.lost if section.status else ()
        ordered = sorted(stages, key=lambda stage: (stage in lost, stage in won))
        made = [
            Stage(stage, stage, order, _meaning(stage in won, stage in lost))
            for order, stage in enumerate(ordered)
        ]
        self._portal.schema.add_pipeline(DEALS, Pipeline(_PIPELINE, "Loaded", tuple(made)))
        self._pipeline = _PIPELINE


def _meaning(won: bool, lost: bool) -> dict[str, str]:
    probability = "1.0" if won else "0.0" if lost else "0.5"
    return {"isClosed": "true" if won or lost else "false", "probability": probability}
