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

ROOT = Path(__file__).parents[3]


def test_stopping_the_command_stops_the_sandbox() -> None:
    command = [sys.executable, "-m", "agent", "sandbox", "serve", "--story", "none"]
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
