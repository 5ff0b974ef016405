"""`bbm demo`: what is asked of it makes sense before anything starts."""

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
