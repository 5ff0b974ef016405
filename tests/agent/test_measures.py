"""The catalogue as the configuration changes it."""

from typing import Any

import pytest

from agent.config.model import Settings
from agent.measures import catalogue
from bbm_core.errors import ConfigError
from bbm_core.prescribe.catalogue import CATALOGUE
from bbm_core.prescribe.measure import Direction, Measure
from tests.agent.world import values


def chosen(**changes: dict[str, Any]) -> dict[str, Measure]:
    settings = Settings.model_validate(values(catalogue=changes))
    return {one.id: one for one in catalogue(settings)}


def test_without_changes_it_is_the_standard_one() -> None:
    assert tuple(chosen().values()) == CATALOGUE


def test_a_measure_can_be_taken_out() -> None:
    assert "ads" not in chosen(ads={"use": False})
    assert "ours" not in chosen(ours={"use": False})


def test_what_is_said_changes_and_the_rest_stays() -> None:
    ads = chosen(ads={"cost": 3.0, "label": {"en": "Banners", "ja": "バナー"}})["ads"]

    assert ads.effect is not None
    assert (ads.effect.cost, ads.effect.odds) == (3.0, 0.6)
    assert ads.label.ja == "バナー"
    assert ads.direction is Direction.VOLUME


def test_an_own_measure_is_added() -> None:
    ours = chosen(
        ours={"label": "Road show", "direction": "quality", "odds": 2, "cost": 2, "lag_weeks": 0}
    )["ours"]

    assert ours.effect is not None
    assert (ours.effect.hours, ours.effect.lag_weeks, ours.stages) == (1.0, 0, ())
    assert ours.label.text("ja") == "Road show"


def test_an_own_measure_without_figures_is_advice_alone() -> None:
    assert chosen(ours={"label": "Road show", "direction": "quality"})["ours"].effect is None


@pytest.mark.parametrize("given", [{"label": "Road show"}, {"direction": "quality"}])
def test_an_own_measure_that_says_too_little_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="says too little") as refused:
        chosen(ours=given)

    assert refused.value.code == "BBM-RC-001"
