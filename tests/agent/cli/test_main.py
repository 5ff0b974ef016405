"""What holds for every command: exit codes, where text goes, language, colour, a light --help."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.cli import app
from agent.cli.report import exit_code
from agent.clock import Interrupted
from agent.cycle import Ending
from agent.store import Store
from bbm_core.errors import (
    AccessError,
    BBMError,
    ConfigError,
    LockHeld,
    PreconditionError,
    SafetyStop,
    TransientError,
)
from bbm_core.records import Answer
from tests.agent.cli.conftest import Bbm
from tests.agent.world import World

SECRET = "canary-5ecret-value"


@pytest.fixture
def ending() -> Iterator[Callable[[Callable[[], int | None]], None]]:
    """Adds a command of the test's own that ends as it is told."""
    name = "end-of-test"

    def add(command: Callable[[], int | None]) -> None:
        app.command(command, name=name)

    yield add
    del app[name]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BBMError, 1),
        (ConfigError, 2),
        (PreconditionError, 4),
        (AccessError, 5),
        (TransientError, 6),
        (LockHeld, 7),
        (SafetyStop, 8),
        (Interrupted, 143),
    ],
)
def test_an_error_decides_the_exit_code_and_shows_its_fix(
    bbm: Bbm, ending: Callable[..., None], error: type[BBMError], code: int
) -> None:
    def command() -> None:
        raise error("It did not work.", hint="Do this.", code="BBM-TE-001")

    ending(command)
    answer = bbm("end-of-test")

    assert answer.code == code
    assert answer.err == "BBM-TE-001  It did not work.\n            → Do this.\n"
    assert not answer.out


def test_an_error_without_a_code_is_shown_as_well(bbm: Bbm, ending: Callable[..., None]) -> None:
    def command() -> None:
        raise SafetyStop("[red]Stop[/red].", hint="Look.")

    ending(command)

    assert bbm("end-of-test").err == "[red]Stop[/red].\n→ Look.\n"


@pytest.mark.parametrize(
    ("caught", "code", "said"),
    [
        (PermissionError(13, "Permission denied", "x.db"), 2, "BBM-AS-002  x.db cannot be read or"),
        (OSError(28, "No space left on device"), 1, "BBM-AS-003  The system did not let the comma"),
    ],
)
def test_what_the_system_refuses_is_told_without_a_traceback(
    bbm: Bbm, ending: Callable[..., None], caught: OSError, code: int, said: str
) -> None:
    def command() -> None:
        raise caught

    ending(command)
    answer = bbm("end-of-test")

    assert answer.code == code
    assert answer.err.startswith(said)
    assert str(caught.strerror) in answer.err


@pytest.mark.parametrize("caught", [ConnectionResetError(104, "reset"), OSError("a library's own")])
def test_what_we_should_have_told_in_words_is_not_taken_for_a_full_disk(
    bbm: Bbm, ending: Callable[..., None], caught: OSError
) -> None:
    def command() -> None:
        raise caught

    ending(command)

    with pytest.raises(OSError, match=str(caught.args[-1])):
        bbm("end-of-test")


def test_a_reader_that_has_gone_is_no_error() -> None:
    command = [sys.executable, "-m", "agent", "config", "schema"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_ctrl_c_ends_with_130(bbm: Bbm, ending: Callable[..., None]) -> None:
    def command() -> None:
        raise KeyboardInterrupt

    ending(command)

    assert bbm("end-of-test").code == 130


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (0, 0), (3, 3)])
def test_what_a_command_returns_is_its_exit_code(
    bbm: Bbm, ending: Callable[..., None], returned: int | None, code: int
) -> None:
    ending(lambda: returned)

    assert bbm("end-of-test").code == code


def test_a_run_with_refusals_ends_with_3(world: World) -> None:
    world.crm.answer(world.lead(), Answer.REFUSED)

    report = world.first_sync()

    assert report.ending is Ending.PARTIAL
    assert exit_code(report) == 3


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (["balanc"], 'Did you mean "balance"'),
        (["balance", "--perid", "4w"], "--period"),
        (["config", "chekc"], 'Did you mean "check"'),
        (["why"], "requires an argument"),
    ],
)
def test_a_slip_of_the_keyboard_ends_with_2_and_a_suggestion(
    bbm: Bbm, arguments: list[str], suggestion: str
) -> None:
    answer = bbm(*arguments)

    assert answer.code == 2
    assert suggestion in answer.err
    assert not answer.out


def test_without_a_configuration_every_command_says_how_to_get_one(bbm: Bbm) -> None:
    for command in ("doctor", "plan", "sync", "balance", "run", "runs"):
        answer = bbm(command)

        assert answer.code == 2, command
        assert "→ Run `bbm init` to write one, or name one with --config FILE." in answer.err


def test_a_missing_secret_is_a_problem_for_doctor_and_ends_with_4(bbm: Bbm, config: Path) -> None:
    answer = bbm("doctor")

    assert answer.code == 4
    assert "BBM-CF-003" in answer.out
    assert bbm("doctor", "--json").document["exit_code"] == 4


@pytest.mark.usefixtures("config")
def test_a_state_that_another_run_holds_ends_with_7(
    world: World, bbm: Bbm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBM_SALESFORCE_SECRET", SECRET)

    with Store.open(world.url):
        assert bbm("plan").code == 7


@pytest.mark.usefixtures("config")
def test_a_stage_outside_its_band_ends_a_check_with_10(
    world: World, bbm: Bbm, config: Path
) -> None:
    """The command reads the machine's clock, so these weeks end at the last one before now."""
    world.clock.time = datetime.now(UTC) - timedelta(weeks=14)
    world.weeks(14, fits=2, others=28)
    world.first_sync()
    assert bbm("balance", "--check").code == 0, "there is no band yet"

    with config.open("a", encoding="utf-8") as file:
        file.write("[bands.acquisition]\nlow = 0.4\nhigh = 0.6\n")

    assert bbm("balance").code == 0
    assert bbm("balance", "--check").code == 10


def test_an_account_based_profile_has_no_upper_limit(world: World, bbm: Bbm, config: Path) -> None:
    world.clock.time = datetime.now(UTC) - timedelta(weeks=14)
    world.weeks(14, fits=28, others=2)
    world.first_sync()
    with config.open("a", encoding="utf-8") as file:
        file.write("[bands.acquisition]\nlow = 0.4\nhigh = 0.6\n")
    assert bbm("balance", "--check").code == 10

    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('name = "core"', 'name = "core"\nmode = "abm"', 1), "utf-8")
    answer = bbm("balance", "--check")

    assert answer.code == 0
    assert "≥40% set" in answer.out
    assert bbm("balance", "--json").document["stages"][0]["band"]["high"] is None


def test_a_table_may_be_in_another_language_than_the_crm(
    world: World, bbm: Bbm, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.lead()
    world.first_sync()

    assert "ステージ" in bbm("balance", "--lang", "ja").out
    assert "Stage" in bbm("balance").out
    monkeypatch.setenv("BBM_LANG", "ja")
    assert "ステージ" in bbm("balance").out


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("arguments", "schema"),
    [
        (["balance"], "bbm.balance/1"),
        (["balance", "--by", "channel"], "bbm.balance-rows/1"),
        (["runs"], "bbm.runs/1"),
        (["config", "show"], "bbm.config/1"),
        (["doctor"], "bbm.doctor/1"),
        (["config", "check"], "bbm.config-check/1"),
        (["config", "schema"], "bbm.config-schema/1"),
        (["config", "example"], "bbm.config-example/1"),
    ],
)
def test_json_is_all_there_is_on_standard_output(
    world: World, bbm: Bbm, arguments: list[str], schema: str
) -> None:
    world.lead()
    world.first_sync()

    document = bbm(*arguments, "--json").document

    assert document["schema"] == schema
    assert document["generated_at"].endswith("Z")


@pytest.mark.usefixtures("config")
def test_no_command_about_the_configuration_prints_a_secret(
    bbm: Bbm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBM_SALESFORCE_SECRET", SECRET)

    for arguments in (["check"], ["show"], ["show", "--json"], ["example"], ["schema"]):
        answer = bbm("config", *arguments)

        assert answer.code == 0
        assert SECRET not in answer.out + answer.err
    assert "********" in bbm("config", "show").out


def test_problems_of_the_configuration_are_shown_with_their_lines(bbm: Bbm, config: Path) -> None:
    text = config.read_text(encoding="utf-8").replace('kind = "salesforce"', 'kind = "salesfroce"')
    config.write_text(text, encoding="utf-8")

    shown, read = bbm("config", "check"), bbm("config", "check", "--json")

    assert (shown.code, read.code) == (2, 2)
    line = text.splitlines().index('kind = "salesfroce"') + 1
    assert f"config.toml:{line}  crm.kind\n" in shown.err
    assert '     ✖ "salesfroce" is not one of salesforce, hubspot\n' in shown.err
    assert '     → kind = "salesforce"\n' in shown.err
    assert read.document["problems"][0]["path"] == "crm.kind"


def test_asking_for_help_loads_nothing_heavy() -> None:
    probe = (
        "import sys, agent.cli\n"
        "try: agent.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.stderr.write(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    process = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, check=True, text=True
    )

    heavy = {
        "pydantic",
        "sqlalchemy",
        "connectors",
        "requests",
        "slack_sdk",
        "structlog",
        "hubspot",
    }
    assert not heavy & set(process.stderr.split())
    assert "balance" in process.stdout


def test_colours_are_left_out_when_nobody_wants_them() -> None:
    environment = {**os.environ, "FORCE_COLOR": "1"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "agent", "--no-color", "config", "chekc"]

    process = subprocess.run(command, capture_output=True, check=False, text=True, env=environment)

    assert process.returncode == 2
    assert "\x1b[3" not in process.stderr
