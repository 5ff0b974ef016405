"""`bbm init --targets`: the four numbers, asked and set where they belong."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from agent.cli.asking_targets import ask_targets
from agent.config import ConfigProblems, load
from tests.agent.cli.conftest import Bbm
from tests.agent.cli.test_init import _Keyboard

pytestmark = pytest.mark.usefixtures("config")


def asked(path: Path, *lines: str) -> str:
    screen = io.StringIO()
    stream = _Keyboard("".join(f"{line}\n" for line in lines))
    ask_targets(path, {}, Console(file=screen, width=100), stream)
    assert not stream.read(), "every line was an answer"
    return screen.getvalue()


def test_the_answers_stand_in_the_file(config: Path) -> None:
    asked(config, "6", "100", "60%", "2,000,000", "")

    targets = load(config, {}).settings.targets
    assert (targets.people, targets.hours_per_person_month) == (6, 100)
    assert (targets.gross_margin, targets.budget_month) == (0.6, 2_000_000)
    assert targets.revenue_month is None
    assert "budget_month = 2000000\n" in config.read_text(encoding="utf-8")


def test_nothing_answered_leaves_the_file_alone(config: Path) -> None:
    before = config.read_bytes()

    asked(config, "", "", "", "", "")

    assert config.read_bytes() == before


def test_what_is_no_number_is_asked_again(config: Path) -> None:
    screen = asked(config, "six", "6", "", "", "", "")

    assert "'six' is no number" in screen
    assert load(config, {}).settings.targets.people == 6


def test_an_answer_out_of_its_range_leaves_the_file_as_it_was(config: Path) -> None:
    before = config.read_bytes()

    with pytest.raises(ConfigProblems):
        asked(config, "6", "100", "60", "", "")

    assert config.read_bytes() == before


def test_without_a_terminal_it_says_where_to_write_them(config: Path, bbm: Bbm) -> None:
    refused = bbm("init", str(config.parent), "--targets", "--non-interactive")

    assert refused.code == 2
    assert "BBM-IN-002" in refused.err
    assert "[targets]" in refused.err
