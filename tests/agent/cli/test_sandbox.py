"""`bbm sandbox serve`: the process that people start stands for the sandbox."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest

from agent.cli.sandbox import clock_arguments

ROOT = Path(__file__).parents[3]


def test_stopping_the_command_stops_the_sandbox() -> None:
    command = [sys.executable, "-m", "agent", "sandbox", "serve", "--story", "none", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=os.environ) as served:
        assert served.stdout is not None
        url = orjson.loads(served.stdout.readline())["url"]
        address = urlsplit(url)
        where = (str(address.hostname), int(address.port or 0))
        socket.create_connection(where, timeout=30).close()

        served.send_signal(signal.SIGTERM)

        assert served.wait(30) == 0
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(where, timeout=30).close()


def first_lines(*options: str, count: int) -> list[str]:
    command = [sys.executable, "-m", "agent", "sandbox", "serve", "--story", "none", *options]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, env=os.environ, text=True
    ) as served:
        assert served.stdout is not None
        lines = [served.stdout.readline().strip() for _ in range(count)]
        served.send_signal(signal.SIGTERM)
    return lines


def test_its_json_names_its_form() -> None:
    (line,) = first_lines("--json", count=1)

    assert orjson.loads(line)["schema"] == "bbm.sandbox/1"


@pytest.mark.parametrize(
    ("crm", "count", "variables"),
    [
        (
            "salesforce",
            8,
            [
                "BBM_CRM__SALESFORCE__URL",
                "BBM_CRM__SALESFORCE__PROXY",
                "BBM_CRM__SALESFORCE__CA_FILE",
                "BBM_CRM__SALESFORCE__CLIENT_ID",
                "BBM_SALESFORCE_SECRET",
            ],
        ),
        ("hubspot", 5, ["BBM_CRM__HUBSPOT__URL", "BBM_HUBSPOT_TOKEN"]),
    ],
)
def test_people_are_told_how_to_lead_the_agent_there(
    crm: str, count: int, variables: list[str]
) -> None:
    lines = first_lines("--crm", crm, count=count)

    assert f"sandbox {crm}" in lines[0]
    exports = [line.partition("=")[0] for line in lines if line.startswith("export ")]
    assert exports == [f"export {name}" for name in variables]


def test_a_clock_that_is_set_stands_only_where_no_limit_counts_by_it() -> None:
    day = "2026-11-23"

    assert list(clock_arguments("salesforce", "")) == ["--clock", "running"]
    assert list(clock_arguments("salesforce", day)) == ["--now", day, "--clock", "fixed"]
    assert list(clock_arguments("hubspot", day)) == ["--now", day, "--clock", "running"]
