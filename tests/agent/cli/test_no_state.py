"""Commands that only read say so when there is nothing to read, and leave nothing behind."""

from pathlib import Path

import pytest

from tests.agent.cli.conftest import Bbm
from tests.agent.world import World


@pytest.mark.parametrize(
    "command", [("balance",), ("runs",), ("why", "lead:1"), ("icp", "suggest")]
)
def test_a_state_that_is_not_there_is_not_begun_by_reading(
    command: tuple[str, ...], bbm: Bbm, config: Path, tmp_path: Path
) -> None:
    for file in tmp_path.glob("bbm.db*"):
        file.unlink()

    refused = bbm(*command, "--config", str(config))

    assert refused.code == 2
    assert "There is no state at" in refused.err
    assert "bbm sync" in refused.err
    assert not (tmp_path / "bbm.db").exists()


def test_an_overlong_id_is_cut_where_it_is_repeated(bbm: Bbm, config: Path, world: World) -> None:
    world.lead()
    world.first_sync()

    refused = bbm("why", "x" * 10_000, "--config", str(config))

    assert refused.code == 2
    assert len(refused.err) < 400
