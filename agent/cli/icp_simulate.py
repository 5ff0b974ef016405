"""`bbm icp simulate`: what a draft would change, before anybody puts it in force."""

from pathlib import Path

from agent.beside import age_lines
from agent.cli.icp_naming import active, check_range, drafted
from agent.cli.icp_sheet import proposal_json, show_proposal
from agent.cli.icp_words import say
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json
from agent.clock import SystemClock
from agent.whatif import propose
from agent.wiring import open_books
from bbm_core.icp.profile import Lang
from bbm_core.icp.terms import differences


def simulate(  # noqa: PLR0913 - one option each
    *,
    draft: Path | None = None,
    weeks: int = 26,
    first: int = 5,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """What a draft would change: who enters and leaves, each stage's ICP rate, the writes.

    Args:
        draft: the TOML file with the draft; without one, the profile in the configuration.
        weeks: how many weeks of inflow to compare.
        first: how many records to name of those that enter or leave.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    check_range("--weeks", weeks, 520)
    check_range("--first", first, 10_000, least=0)
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        speech = reading_lang(loaded, lang)
        old, new = active(books), drafted(books, draft)
        proposal = propose(books, old.profiles, new.profiles, weeks=weeks, shown=first)
        if json:
            body = proposal_json(proposal, old.profiles, new.profiles, speech)
            print_json("bbm.icp-simulate/1", books.clock.now(), body)
        else:
            changes = differences(old.profiles, new.profiles, speech)
            show_proposal(console(), books, proposal, changes, speech)
            for line in age_lines(books.store, books.clock.now(), speech):
                console().print(f"\n{line}")
            if proposal.old != proposal.new:
                console().print(f"\n{say(speech, 'how_to_publish', command=_command(draft))}")
    return 0


def _command(draft: Path | None) -> str:
    named = "" if draft is None else f" --draft {draft}"
    return f'bbm icp publish{named} --reason "…"'
