"""A draft's text loads again, whatever stands in its names and remarks."""

import tomllib
from datetime import date

from agent.config.model import IcpSettings
from agent.drafting import Remarks, draft_text
from bbm_core.icp.profile import Profile

PROFILE = Profile.model_validate(
    {
        "name": "p",
        "threshold": 40,
        "criteria": [
            {
                "id": "a",
                "attribute": 'the "odd" one\n',
                "in": ["x\ty", "業種"],
                "role": "plus",
                "points": 60,
                "group": "g",
            },
            {
                "id": "b",
                "label": {"en": "Size", "ja": "規模"},
                "attribute": "size",
                "between": [1, 2.5],
                "role": "plus",
                "points": 40,
            },
        ],
        "groups": [{"id": "g", "cap": 60}],
    }
)


def test_the_text_loads_as_the_profile_it_was_written_from() -> None:
    remarks = Remarks(["one\ntwo", ""], ["why"], {"a": ["ten of\x00twenty"]})

    text = draft_text(PROFILE, remarks, date(2026, 11, 27))

    values = tomllib.loads(text)
    assert IcpSettings.model_validate(values["icp"]).profiles == (PROFILE,)
    assert values["draft"] == {"learned_until": date(2026, 11, 27)}
    assert text.startswith("# one two\n#\n")
    assert "# ten of twenty\n[[icp.profiles.criteria]]" in text


def test_without_a_last_day_there_is_none() -> None:
    assert "[draft]" not in draft_text(PROFILE, Remarks([], [], {}))
