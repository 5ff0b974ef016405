"""`bbm demo`: what is asked of it makes sense before anything starts."""

import re
from pathlib import Path

import pytest

from tests.agent.cli.conftest import Bbm


@pytest.mark.parametrize("seeds", ["5-1", "1-", "", "-3", "1,,2", "a", "1-2-3", "²"])
def test_seeds_that_are_none_are_refused(seeds: str, bbm: Bbm) -> None:
    refused = bbm("demo", f"--seeds={seeds}")

    assert refused.code == 2
    assert "names no seeds" in refused.err


@pytest.mark.parametrize("several", ["--seeds=1-2", "--story=all"])
def test_several_stories_are_not_kept(several: str, bbm: Bbm, tmp_path: Path) -> None:
    refused = bbm("demo", several, "--keep", str(tmp_path / "kept"))

    assert refused.code == 2
    assert "--keep has room for one story" in refused.err
    assert not (tmp_path / "kept").exists()


def test_the_figures_add_up_and_a_kept_demo_can_be_asked_why(bbm: Bbm) -> None:
    played = bbm("demo", "--size=small", "--keep=kept")

    line = next(one for one in played.out.splitlines() if "pulled and judged" in one)
    total, *parts = (int(number.replace(",", "")) for number in re.findall(r"[0-9,]*[0-9]", line))
    assert total == sum(parts)
    runs = bbm("runs", "--config=kept/config.toml")
    assert runs.code == 0
    ref = re.search(r"BBM-[0-9A-F]{6}", played.out)
    assert ref is None or bbm("why", ref[0], "--config=kept/config.toml").code == 0
