"""An alert names the org, and says so where not all of it is visible."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.tell import _source
from bbm_core.icp.profile import Lang
from connectors.contract import Health

HEALTH = Health(
    org_id="00D1",
    org_name="Kaede Robotics",
    user="agent",
    api_version="66.0",
    production=True,
    server_time=datetime(2026, 11, 2, tzinfo=UTC),
    record_url="https://kaede.example/{id}",
    kinds={},
)


def test_an_alert_names_the_org() -> None:
    assert _source(HEALTH, "en") == "Kaede Robotics"


@pytest.mark.parametrize(("lang", "word"), [("en", "partial"), ("ja", "一部のみ")])
def test_an_alert_of_partial_figures_says_so(lang: Lang, word: str) -> None:
    partly = replace(HEALTH, partial=("no View All Records on Lead",))

    assert "Kaede Robotics" in _source(partly, lang)
    assert word in _source(partly, lang)
