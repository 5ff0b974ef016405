"""What people read on terminals that lack signs, and where much is alike."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest
from rich.console import Console

from agent.cli import doctor
from agent.cli.doctor import Finding
from agent.cli.output import document_text
from bbm_core.records import RecordKind

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


@dataclass(frozen=True, slots=True)
class _Entry:
    status: str
    at: datetime


def test_a_document_says_what_json_has_no_word_for_in_words_that_it_has() -> None:
    document = {
        "at": datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
        "day": date(2026, 11, 2),
        "amount": Decimal("12.50"),
        "kinds": MappingProxyType({RecordKind.LEAD: {RecordKind.LEAD}}),
        "entry": _Entry("Open", datetime(2026, 11, 2, tzinfo=UTC)),
        "none": None,
        "place": "東京",
    }

    assert json.loads(document_text(document)) == {
        "at": "2026-11-02T09:30:00Z",
        "day": "2026-11-02",
        "amount": "12.50",
        "kinds": {"lead": ["lead"]},
        "entry": {"status": "Open", "at": "2026-11-02T00:00:00Z"},
        "none": None,
        "place": "東京",
    }
    assert "東京" in document_text(document)
    assert "\n" not in document_text(document, on_one_line=True)


@pytest.mark.parametrize("value", ["half \ud83d", 2**70], ids=["half a character", "a huge number"])
def test_a_document_takes_what_a_crm_may_hold(value: object) -> None:
    assert json.loads(document_text({"value": value})) == {"value": value}
