"""`python -m sandbox serve` is ready when it says so, and stops when it is told to."""

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from sandbox.__main__ import main

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextmanager
def _served(*arguments: str) -> Iterator[tuple[dict[str, object], "subprocess.Popen[bytes]"]]:
    command = [sys.executable, "-m", "sandbox", "serve", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        try:
            assert process.stdout is not None
            yield orjson.loads(process.stdout.readline()), process
        finally:
            process.kill()


def _admin(ready: dict[str, object], name: str, body: bytes | None = None) -> dict[str, object]:
    with OPENER.open(f"{ready['admin']}{name}", data=body, timeout=20) as answer:
        found: dict[str, object] = orjson.loads(answer.read())
        return found


@pytest.mark.parametrize(
    ("crm", "field"), [("salesforce", "LeadSource"), ("hubspot", "hs_analytics_source")]
)
def test_the_sandbox_serves_a_story_and_stops_on_sigterm(crm: str, field: str) -> None:
    asked = ("--crm", crm, "--size", "small", "--story", "drift-volume", "--seed", "4")

    # Its input stays open: whoever waits for the end of that must not break the sandbox's own.
    with _served(*asked, "--until-end-of-input") as (ready, process):
        truth = _admin(ready, "story")
        clock = _admin(ready, "clock", b'{"advance_seconds": 604800}')
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)

    assert ready["story"] == {"kind": "drift-volume", "size": "small", "seed": 4}
    assert truth["field"] == field
    assert truth["direction"] == "volume"
    assert clock["now"] == "2026-11-09T00:00:00+00:00"
    assert code == 0


def test_a_sandbox_ends_with_whoever_started_it() -> None:
    command = [sys.executable, "-m", "sandbox", "serve", "--story", "none", "--until-end-of-input"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.close()

        assert process.wait(timeout=20) == 0


def test_loaded_files_are_reported_and_parked_rows_are_shown(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("id,name\n1,Ann\n1,Bob\n")
    (tmp_path / "m.toml").write_text(
        '[Lead]\nid = "id"\nfields = { LastName = "name", Company = "name" }\n'
    )
    files = ("--load", f"Lead={tmp_path}/leads.csv", "--map", f"{tmp_path}/m.toml")

    with _served(*files, "--ready-file", f"{tmp_path}/ready.json") as (ready, _):
        report = _admin(ready, "load")
        written = orjson.loads((tmp_path / "ready.json").read_bytes())

    assert written == ready
    assert report["loaded"] == {"Lead": 1}
    assert report["parked"] == [
        {
            "file": "leads.csv",
            "line": 3,
            "reason": "id '1' occurs twice; the first row stands",
        }
    ]


def test_files_that_cannot_be_loaded_end_it_with_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["serve", "--load", f"Lead={tmp_path}/none.csv"])

    assert code == 2
    assert "--load needs --map FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--load", "leads.csv"), "is not NAME=FILE"),
        (("--now", "tomorrow"), "is no time in ISO 8601"),
        (("--story", "drama"), "invalid choice"),
        (("--port", "99999"), "is no port"),
        (("--port", "-1"), "is no port"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["serve", *arguments])

    assert exit_.value.code == 2
    assert words in capsys.readouterr().err


def test_a_port_that_is_taken_is_refused_with_words(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        code = main(["serve", "--story", "none", "--port", str(port)])

    assert code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"The sandbox cannot listen on 127.0.0.1, port {port}: ")


def test_files_without_one_good_row_are_refused_with_the_reasons(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f",Ann {n}\n" for n in range(30))
    (tmp_path / "leads.csv").write_text(f"id,name\n{rows}")
    (tmp_path / "m.toml").write_text(
        '[Lead]\nid = "id"\nfields = { LastName = "name", Company = "name" }\n'
    )

    code = main(["serve", "--load", f"Lead={tmp_path}/leads.csv", "--map", f"{tmp_path}/m.toml"])

    first, second, *_, last = capsys.readouterr().err.splitlines()
    assert code == 2
    assert first.startswith("No row could be loaded")
    assert second.startswith("leads.csv, line 2: ")
    assert last == "and 10 more rows"
