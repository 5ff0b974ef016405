"""The command `bbm`. Only this file knows the CLI library; each command is a plain function.

Commands are named as strings, so that `bbm --help` imports none of them.
"""

import atexit
import gc
import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from agent.cli.streams import speak_anywhere
from bbm_core.errors import BBMError, ConfigError


def _version() -> str:
    # Imported here so that every other command starts sooner.
    from importlib.metadata import version  # noqa: PLC0415

    return f"bbm {version('bbm-agent')}"


app = App(
    name="bbm",
    help="Keep the quality and the quantity of your leads in balance.\n\n"
    "Before or after any command: -v logs what happens, --no-color leaves out colours.",
    version=_version,
)

_COMMANDS = {
    "demo": "Play the main job against a sandbox CRM; no account needed.",
    "init": "Ask a few questions, look into the CRM, write config.toml.",
    "doctor": "Check everything; a line with the fix for each problem.",
    "plan": "Read, classify, show what a sync would write. Writes nothing to the CRM.",
    "sync": "Read, classify, write, weigh, tell.",
    "balance": "Total, ICP count and ICP rate per stage, against the band.",
    "accounts": "By what leads have an account, and why others have none.",
    "engagement": "Leads and contacts by fit and by heat.",
    "checks": "The five problems of a one-sided balance, each found or not.",
    "ltv": "What customers are worth, who is good, and whether the ICP sees them.",
    "recommend": "What to do about the balance: best plan, measures, what it rests on.",
    "fit": "Whether ABM, LBM or BBM suits a product line.",
    "simulate": "What if: people, budget, customers, spends or the definition changed.",
    "decide": "Note a stance or a measure with its reason; list and review them.",
    "why": "One record: its verdict, point by point, and its history.",
    "promote": "From a test org to the real one: what is not the same there.",
    "run": "The service: a sync every so many minutes.",
    "runs": "What past runs did.",
}

for _name, _help in _COMMANDS.items():
    app.command(f"agent.cli.{_name}:{_name}", name=_name, help=_help)

app.command(
    "agent.cli.explain_drift:explain_drift",
    name="explain-drift",
    help="Why a rate changed: since when, where in the funnel, by which slices.",
)

_config = App(name="config", help="The configuration file.")
_config.command("agent.cli.config:check", name="check", help="Validate it, offline.")
_config.command("agent.cli.config:show", name="show", help="Every setting and its source.")
_config.command("agent.cli.config:schema", name="schema", help="JSON Schema, for editors.")
_config.command("agent.cli.config:example", name="example", help="The commented example.")
app.command(_config)

_fields = App(name="fields", help="Our fields in the CRM.")
_fields.command("agent.cli.fields:plan", name="plan", help="What is there, what is missing.")
_fields.command("agent.cli.fields:apply", name="apply", help="Create what is missing.")
_fields.command("agent.cli.fields:remove", name="remove", help="Remove our fields; asks first.")
_fields.command("agent.cli.fields:export", name="export", help="Write the package for the org.")
app.command(_fields)

_icp = App(name="icp", help="The definition of the ideal customer, and its versions.")
_icp.command("agent.cli.icp_suggest:suggest", name="suggest", help="Learn a draft; apply nothing.")
_icp.command("agent.cli.icp_show:show", name="show", help="A definition in words.")
_icp.command("agent.cli.icp_diff:diff", name="diff", help="Two definitions compared in words.")
_icp.command("agent.cli.icp_history:history", name="history", help="What was in force when.")
_icp.command("agent.cli.icp_simulate:simulate", name="simulate", help="What a draft would change.")
_icp.command("agent.cli.icp_publish:publish", name="publish", help="Put a definition in force.")
_icp.command("agent.cli.icp_publish:rollback", name="rollback", help="Put an earlier one back.")
_icp.command("agent.cli.icp_trial:trial", name="test", help="Judge a CSV file or one record.")
_icp.command(
    "agent.cli.icp_backtest:backtest", name="backtest", help="Against what happened since."
)
app.command(_icp)

_sandbox = App(name="sandbox", help="A CRM and a Slack to try things on.")
_sandbox.command("agent.cli.sandbox:serve", name="serve", help="Serve until stopped.")
app.command(_sandbox)


COLLECT_AFTER = 1_000_000
"""Objects made between two collections: records come by thousands and hold no cycles, so that the
usual 700 would spend a sixth of a sync on looking for some."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code: 0 done, 2 usage, 3 partial, 4 and on."""
    gc.set_threshold(COLLECT_AFTER, 50, 100)
    # What is left at the end goes with the process: to collect it first would take half a second.
    atexit.register(gc.freeze)
    speak_anywhere()
    try:
        code = app(
            _joined(_without_switches(sys.argv[1:] if arguments is None else arguments)),
            exit_on_error=False,
            print_error=True,
        )
    except CycloptsError:
        sys.exit(2)
    except BrokenPipeError:
        # Whoever read has heard enough; what is still to be flushed goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (BBMError, EOFError, OSError) as caught:
        error = _ours(caught)
        if error is None:
            raise
        _tell(error, as_json="--json" in (sys.argv[1:] if arguments is None else arguments))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


def _ours(caught: BBMError | EOFError | OSError) -> BBMError | None:
    """What is told; nothing of a network's error, which is one of ours to have told in words."""
    match caught:
        case BBMError():
            return caught
        case EOFError():
            return _unanswered()
        case ConnectionError() | TimeoutError() | OSError(errno=None):
            return None
        case OSError(filename=None):
            return BBMError(
                f"The system did not let the command end: {caught.strerror or caught}.",
                hint="Look for free disk space, then run it again.",
                code="BBM-AS-003",
            )
    return ConfigError(
        f"{caught.filename} cannot be read or written: {caught.strerror}.",
        hint="Name another place, or let this user read and write there.",
        code="BBM-AS-002",
    )


def _unanswered() -> BBMError:
    return ConfigError(
        "A question was left without an answer, so nothing was done.",
        hint="Answer it in a terminal, or agree with --yes where a command has it.",
        code="BBM-AS-001",
    )


def _tell(error: BBMError, *, as_json: bool) -> None:
    """In words for people; with --json also as a document on the standard output."""
    # Imported here so that `bbm --help` stays fast.
    from rich.console import Console  # noqa: PLC0415

    from agent.cli.output import print_error, show_error  # noqa: PLC0415

    show_error(Console(stderr=True, soft_wrap=True), error)
    if as_json:
        print_error(error)


_SWITCHES = {
    "-v": ("BBM_LOG__LEVEL", "info"),
    "--verbose": ("BBM_LOG__LEVEL", "info"),
    "--no-color": ("NO_COLOR", "1"),
}
"""What holds for every command, and the environment variable that says the same."""


def _joined(arguments: Sequence[str]) -> list[str]:
    """`--budget -20%` as `--budget=-20%`: else what begins with a dash would be an option."""
    found: list[str] = []
    for argument in arguments:
        is_value = argument[:1] == "-" and argument[1:2].isdigit()
        if is_value and found and found[-1].startswith("--") and "=" not in found[-1]:
            found[-1] += f"={argument}"
        else:
            found.append(argument)
    return found


def _without_switches(arguments: Sequence[str]) -> list[str]:
    for name in _SWITCHES.keys() & set(arguments):
        variable, value = _SWITCHES[name]
        os.environ[variable] = value
    return [argument for argument in arguments if argument not in _SWITCHES]
