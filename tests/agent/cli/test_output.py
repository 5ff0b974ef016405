"""What people read on terminals that lack signs, and where much is alike."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from agent.cli import doctor
from agent.cli.doctor import Finding

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("encoding", ["ascii", "cp932"])
def test_a_terminal_without_our_signs_shows_the_nearest(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('[crm]\nkind = "salesfroce"\n', encoding="utf-8")
    env = {**os.environ, "PYTHONIOENCODING": encoding}

    done = subprocess.run(
        [sys.executable, "-m", "agent", "config", "check", str(path)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 2
    told = (done.stdout + done.stderr).decode(encoding)
    assert 'NG "salesfroce" is not one of salesforce, hubspot' in told
    assert "\\u" not in told


def test_many_findings_alike_are_told_twice_and_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    findings = [Finding("CRM", "error", f"no field {n}", "make it", "BBM-SF-031") for n in range(9)]

    doctor._show(Console(soft_wrap=True), findings)

    told = capsys.readouterr().out
    assert "no field 1  … and 7 more like it" in told
    assert "no field 2" not in told
    assert told.count("make it") == 2
    assert "9 problems" in told
