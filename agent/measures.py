"""The catalogue of measures as this company uses it: the standard one, changed by `[catalogue]`."""

from agent.config import Settings
from agent.config.targets import CatalogueSettings
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Label
from bbm_core.prescribe.catalogue import CATALOGUE
from bbm_core.prescribe.measure import Effect, Measure, Wording


def catalogue(settings: Settings) -> tuple[Measure, ...]:
    """Every measure in use, the standard ones first.

    Raises:
        ConfigError: one of the company's own lacks what makes it a measure.
    """
    changes = settings.catalogue
    standard = {measure.id: measure for measure in CATALOGUE}
    changed = (_changed(m, changes[m.id]) if m.id in changes else m for m in CATALOGUE)
    own = (_own(name, one) for name, one in changes.items() if name not in standard)
    return tuple(one for one in (*changed, *own) if one is not None)


def _changed(known: Measure, change: CatalogueSettings) -> Measure | None:
    if not change.use:
        return None
    return Measure(
        id=known.id,
        direction=change.direction or known.direction,
        label=_wording(change.label) if change.label else known.label,
        advice=known.advice,
        stages=known.stages if change.stages is None else change.stages,
        effect=_effect(change, known.effect),
    )


def _own(name: str, given: CatalogueSettings) -> Measure | None:
    if not given.use:
        return None
    if given.label is None or given.direction is None:
        raise ConfigError(
            f"The measure {name!r} in [catalogue] is not a standard one and says too little.",
            hint="Give it a label and a direction, or name one of "
            f"{', '.join(one.id for one in CATALOGUE)}.",
            code="BBM-RC-001",
        )
    label = _wording(given.label)
    return Measure(name, given.direction, label, label, given.stages or (), _effect(given, None))


def _effect(change: CatalogueSettings, known: Effect | None) -> Effect | None:
    """Ratios of the company's own; without odds and cost there are no figures."""
    if known is None and (change.odds is None or change.cost is None):
        return None
    start = known or Effect(odds=1.0, cost=1.0)
    return Effect(
        odds=change.odds or start.odds,
        cost=change.cost or start.cost,
        hours=change.hours or start.hours,
        lag_weeks=start.lag_weeks if change.lag_weeks is None else change.lag_weeks,
        begins=start.begins,
    )


def _wording(label: Label) -> Wording:
    return Wording(label.en, label.text("ja"))
