"""What the service says of its syncs to programs."""

import json
from pathlib import Path

import pytest
import structlog

from agent.cli.opening import open_log
from agent.cli.run import _Service
from agent.config import load
from tests.end_to_end.company import CRMS, YES, Crm, company


@pytest.mark.parametrize("crm", CRMS)
def test_each_sync_is_one_json_document_on_a_line(
    crm: Crm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with company(crm, tmp_path, size=100) as one:
        open_log(load(one.config, one.environment), service=True)
        one.sync(YES)
        one.sandbox.clock.advance(60)
        capsys.readouterr()
        with one.agent() as agent:
            service = _Service(agent, json=True)
            service.work()
            service.work()

    structlog.reset_defaults()  # another test's log is not this service's
    lines = capsys.readouterr().out.splitlines()
    documents = [json.loads(line) for line in lines]
    assert [document["schema"] for document in documents] == ["bbm.run/1", "bbm.run/1"]
    assert documents[0]["run"] < documents[1]["run"]
    assert documents[1]["changes"] == []
