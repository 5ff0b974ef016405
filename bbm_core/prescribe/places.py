"""Which stages play which part in a prescription."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bbm_core.balance.funnel import StageSpec, When
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.records import RecordKind

HANDOVER, WON, CUSTOMER = "handover", "won", "customer"


@dataclass(frozen=True, slots=True)
class Places:
    """Names of stages; None where the company records no such stage.

    Leads come in at `entry`; from `worked` on, sales spends hours on them.
    """

    entry: str
    worked: str | None
    opportunity: str | None
    won: str | None
    customer: str | None = None


def places(stages: Sequence[StageSpec], tallies: Mapping[str, Tally]) -> Places:
    """Read the parts off the rules of the stages, and off what came in.

    Where more opportunities come in than leads, they do not come from the leads that are recorded;
    then an opportunity is what the plan counts from.
    """
    names = [stage.name for stage in stages]
    won = _first(stages, lambda s: any(r.when is When.WON for r in s.enter)) or _named(names, WON)
    before = stages[: names.index(won)] if won else stages
    opportunity = _first(before, _opens)
    entry = names[0]
    if opportunity and tallies.get(opportunity, EMPTY).total > tallies.get(entry, EMPTY).total:
        entry = opportunity
    handover = _named([stage.name for stage in before], HANDOVER)
    worked = handover if handover and names.index(handover) > names.index(entry) else opportunity
    return Places(
        entry=entry,
        worked=worked,
        opportunity=opportunity if opportunity != entry else None,
        won=won if won != entry else None,
        customer=_named(names, CUSTOMER),
    )


def _opens(stage: StageSpec) -> bool:
    closings = (When.WON, When.LOST, When.CLOSED)
    return any(r.kind is RecordKind.OPPORTUNITY and r.when not in closings for r in stage.enter)


def _first(stages: Sequence[StageSpec], plays: Callable[[StageSpec], bool]) -> str | None:
    return next((stage.name for stage in stages if plays(stage)), None)


def _named(names: Sequence[str], name: str) -> str | None:
    return name if name in names else None
