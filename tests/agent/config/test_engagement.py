"""What the settings of engagement mean, and which make no sense."""

from typing import Any

import pytest
from pydantic import ValidationError

from agent.config import Settings
from agent.config.engagement import EngagementSettings
from agent.wiring import build_rules
from bbm_core.icp.engagement import Worth
from bbm_core.icp.profile import profile_version
from tests.agent.world import values


def test_each_kind_has_its_own_half_life_and_cap_or_the_common_one() -> None:
    rules = EngagementSettings(
        points={"Meeting": 30, "page view": 1},
        half_life_days=20,
        half_lives={"page_view": 7},
        caps={"Page View": 10},
    ).rules()

    assert rules.worth == {"meeting": Worth(30, 20), "page_view": Worth(1, 7, 10)}
    assert rules.needed == 15


def test_the_defaults_name_nothing_that_has_no_points() -> None:
    chosen = EngagementSettings()

    assert {*chosen.half_lives, *chosen.caps} <= set(chosen.points)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"cuts": (15, 40, 5)}, "cuts must fall"),
        ({"cuts": (40, 15, 0)}, "end above 0"),
        ({"hot": 4}, "hot"),
        ({"half_life_days": 0}, "half_life_days"),
        ({"points": {"call": 10}, "caps": {"cal": 5}}, "caps names cal"),
        ({"points": {"call": 10}, "half_lives": {"cal": 5}}, "half_lives names cal"),
    ],
)
def test_settings_that_make_no_sense_are_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        EngagementSettings(**changes)


def test_points_alone_may_be_given() -> None:
    assert EngagementSettings(points={"call": 10}).rules().worth == {"call": Worth(10, 30, 20)}


def test_the_mode_fit_knows_no_heat_and_keeps_the_profiles_version() -> None:
    settings = Settings.model_validate(values(engagement={"half_life_days": 5}))
    rules = build_rules(settings)

    assert rules.heat is None
    assert rules.classifier.version == profile_version(settings.icp.profiles[0])


def test_the_mode_fit_and_hot_takes_its_rules_from_the_settings() -> None:
    chosen = values(engagement={"hot": 1})
    chosen["icp"]["icp_mode"] = "fit_and_hot"
    settings = Settings.model_validate(chosen)
    rules = build_rules(settings)

    assert rules.heat == settings.engagement.rules()
    assert rules.classifier.version != profile_version(settings.icp.profiles[0])
